//! Descriptions as JSON values: writing them down, walking them by the tables of the specifications, comparing them.

use rayon::{ThreadPool, ThreadPoolBuilder};
use serde_json::{Map, Value};
use std::fmt::Write;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use stipula::breaking::{Choices, Promises, Rules, Settings, run};
use stipula::document::Versions as Pair;
use stipula::document::grammar::{self, Grammar, OtherKeys, Written as SchemaWritten};
use stipula::document::{Document, Kind};
use stipula::finding::{Severity, fill};
use stipula::formats::{LoadOptions, Side, load_versions};
use stipula::formats::{asyncapi, openapi};
use stipula::rules::Catalog;
use stipula::rules::declaration::Declaration;
use stipula::source::{Files, Limits, Source};
use stipula::syntax::{Key, NodeId, NodeType};
use time::macros::date;

/// What the command line gives its threads.
const STACK_BYTES: usize = 16 << 20;

/// A change as a comparison judged it.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    pub(crate) page: &'static Declaration,
    pub(crate) message: String,
    pub(crate) place: String,
    pub(crate) severity: Severity,
}

pub(crate) fn rules() -> &'static Rules {
    static RULES: OnceLock<Rules> = OnceLock::new();
    RULES.get_or_init(|| Rules::new(&Catalog::default()))
}

/// Everything that differs between two texts, judged.
pub(crate) fn changes(old: &str, new: &str) -> Vec<Told> {
    static POOL: OnceLock<ThreadPool> = OnceLock::new();
    let pool = POOL.get_or_init(|| {
        let builder = ThreadPoolBuilder::new().stack_size(STACK_BYTES).num_threads(2);
        builder.build().unwrap()
    });
    pool.install(|| {
        let files = Files::new(Limits::default(), PathBuf::from("/example"));
        let side = |text: &str| {
            let name = if text.starts_with('{') {
                "openapi.json"
            } else {
                "openapi.yaml"
            };
            Side {
                sources: vec![Arc::new(Source::from_text(name, text))],
                files: &files,
            }
        };
        let loaded = load_versions(&[side(old)], &side(new), &LoadOptions::default(), &|| {});
        let pair = Pair {
            old: loaded.old.descriptions[0],
            new: loaded.new.descriptions[0],
            moved: false,
        };
        assert!(
            pair.old.is_some() && pair.new.is_some(),
            "no description:\n{old}\n{new}"
        );
        let settings = Settings {
            as_of: date!(2026 - 01 - 01),
            undeclared_members: false,
            names: false,
            promises: Promises::default(),
        };
        let findings = run(&loaded.workspace, &[pair], &settings, rules(), &Choices::default());
        findings
            .into_iter()
            .map(|finding| {
                let page = &rules().pages()[finding.rule];
                let breaking = finding.breaking.as_ref().unwrap();
                Told {
                    page,
                    message: fill(&page.message, &finding.facts),
                    place: loaded.workspace.node(finding.location.node).pointer(),
                    severity: breaking.severity,
                }
            })
            .collect()
    })
}

/// What changes say, a line each.
pub(crate) fn told(changes: &[Told]) -> String {
    changes.iter().fold(String::new(), |mut text, change| {
        let (id, message, place) = (&change.page.id, &change.message, &change.place);
        writeln!(text, "  {:?} {id} at {place}: {message}", change.severity).unwrap();
        text
    })
}

/// The table of the version that a description names.
pub(crate) fn table(description: &Value) -> &'static Grammar {
    let find = |key: &str, tables: &[&'static Grammar]| {
        let version = description[key].as_str()?;
        let mut tables = tables.iter().copied();
        tables.find(|table| version.starts_with(table.version_name()))
    };
    let of_openapi = || find("openapi", &openapi_tables());
    let found = of_openapi().or_else(|| find("asyncapi", &asyncapi_tables()));
    found.unwrap_or_else(|| openapi::grammar(openapi::V2))
}

/// The tables of all versions of OpenAPI.
pub(crate) fn openapi_tables() -> [&'static Grammar; 4] {
    use openapi::{V2, V30, V31, V32};
    [V2, V30, V31, V32].map(openapi::grammar)
}

/// The tables of all versions of AsyncAPI.
pub(crate) fn asyncapi_tables() -> [&'static Grammar; 9] {
    use asyncapi::{V20, V21, V22, V23, V24, V25, V26, V30, V31};
    [V20, V21, V22, V23, V24, V25, V26, V30, V31].map(asyncapi::grammar)
}

/// Calls `visit` for all that the table gives a kind, inner ones first, with the keys that lead there. What stands
/// under extensions, examples and defaults is data, and left alone.
pub(crate) fn walk(description: &mut Value, visit: &mut dyn FnMut(Kind, &[String], &mut Value)) {
    let grammar = table(description);
    let root = grammar::Value::Object(Kind::Root);
    Walk { grammar, visit }.value(&root, &mut Vec::new(), description);
}

struct Walk<'v> {
    grammar: &'static Grammar,
    visit: &'v mut dyn FnMut(Kind, &[String], &mut Value),
}

impl Walk<'_> {
    fn value(&mut self, what: &grammar::Value, path: &mut Vec<String>, json: &mut Value) {
        match (what, &mut *json) {
            (grammar::Value::Object(kind) | grammar::Value::Inline(kind), _) => self.object(*kind, path, json),
            // Here stands nothing but a reference.
            (grammar::Value::Refer(_), _) => (self.visit)(Kind::Plain, path, json),
            (grammar::Value::Choice(choice), _) => {
                let tells = choice.key.well_known_text().is_some_and(|key| json.get(key).is_some());
                self.object(if tells { choice.with } else { choice.without }, path, json);
            }
            (grammar::Value::Map(map), Value::Object(entries)) => {
                for (name, entry) in entries.iter_mut() {
                    if !(map.extensions && name.starts_with("x-")) {
                        self.at(&map.value, name.clone(), path, entry);
                    }
                }
            }
            (grammar::Value::List(list), Value::Array(elements)) => {
                for (at, element) in elements.iter_mut().enumerate() {
                    self.at(&list.item, at.to_string(), path, element);
                }
            }
            (grammar::Value::Either(values), _) => {
                let fits = |value: &&grammar::Value| match value {
                    grammar::Value::Object(_) | grammar::Value::Choice(_) | grammar::Value::Map(_) => json.is_object(),
                    grammar::Value::List(_) => json.is_array(),
                    _ => false,
                };
                if let Some(value) = values.iter().find(fits) {
                    self.value(value, path, json);
                }
            }
            _ => {}
        }
    }

    fn at(&mut self, what: &grammar::Value, key: String, path: &mut Vec<String>, json: &mut Value) {
        path.push(key);
        self.value(what, path, json);
        path.pop();
    }

    fn object(&mut self, kind: Kind, path: &mut Vec<String>, json: &mut Value) {
        if let Value::Object(entries) = json
            && !(entries.contains_key("$ref") && self.grammar.may_refer(kind))
        {
            let said = entries.clone();
            for (name, entry) in entries.iter_mut() {
                let field = Key::well_known(name).and_then(|key| self.grammar.field(kind, key));
                match (field, self.grammar.other_keys(kind)) {
                    (Some(field), _) => self.at(&written(field.value, &said, self.grammar), name.clone(), path, entry),
                    (None, OtherKeys::Named(_, value)) if !name.starts_with("x-") => {
                        self.at(&value, name.clone(), path, entry);
                    }
                    _ => {}
                }
            }
        }
        (self.visit)(kind, path, json);
    }
}

/// What stands at a place of which something beside it tells; what is written in another specification is data.
fn written(value: grammar::Value, beside: &Map<String, Value>, grammar: &'static Grammar) -> grammar::Value {
    let grammar::Value::Told(told) = value else {
        return value;
    };
    let said = told.field.well_known_text().and_then(|key| beside.get(key)?.as_str());
    match (told.read)(said, NodeType::Map, grammar) {
        SchemaWritten::Here(value) => value,
        SchemaWritten::In(..) | SchemaWritten::Protobuf | SchemaWritten::Unread(_) => grammar::Value::Data,
    }
}

/// How a value is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Written {
    Json,
    /// In blocks, as people write it.
    Yaml,
    /// With the keys of every object the other way round.
    Reversed,
}

pub(crate) fn write(value: &Value, written: Written) -> String {
    let mut out = String::new();
    match written {
        Written::Json => out = value.to_string(),
        Written::Reversed => json_reversed(value, &mut out),
        Written::Yaml => yaml(value, 0, &mut out),
    }
    out
}

fn json_reversed(value: &Value, out: &mut String) {
    match value {
        Value::Object(entries) => {
            out.push('{');
            for (at, (name, entry)) in entries.iter().rev().enumerate() {
                write!(out, "{}{}:", if at > 0 { "," } else { "" }, Value::from(name.as_str())).unwrap();
                json_reversed(entry, out);
            }
            out.push('}');
        }
        Value::Array(elements) => {
            out.push('[');
            for (at, element) in elements.iter().enumerate() {
                out.push_str(if at > 0 { "," } else { "" });
                json_reversed(element, out);
            }
            out.push(']');
        }
        _ => write!(out, "{value}").unwrap(),
    }
}

fn yaml(value: &Value, indent: usize, out: &mut String) {
    let margin = "  ".repeat(indent);
    match value {
        Value::Object(entries) if !entries.is_empty() => {
            for (name, entry) in entries {
                write!(out, "\n{margin}{}:", Value::from(name.as_str())).unwrap();
                yaml(entry, indent + 1, out);
            }
        }
        Value::Array(elements) if !elements.is_empty() => {
            for element in elements {
                write!(out, "\n{margin}-").unwrap();
                yaml(element, indent + 1, out);
            }
        }
        _ => write!(out, " {value}").unwrap(),
    }
}

/// A text as a value.
pub(crate) fn read(name: &str, text: &str) -> Value {
    let source = Arc::new(Source::from_text(name, text));
    let tree = stipula::syntax::read(&source, &Limits::default());
    crate::tree_value::value(&tree, NodeId::ROOT)
}

/// What is wrong with the form of a description, by its table.
pub(crate) fn violations(text: &str) -> Vec<String> {
    let source = Arc::new(Source::from_text("openapi.json", text));
    let mut document = Document::new(stipula::syntax::read(&source, &Limits::default()));
    let table = table(&read("openapi.json", text));
    document.describe(table);
    let wrong = document.violations().iter();
    wrong
        .map(|violation| violation.message(document.tree(), table))
        .collect()
}
