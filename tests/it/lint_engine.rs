//! What the engine finds does not depend on how it looks for it, nor on how the document is written.

use crate::{outside, property, tree_value};
use proptest::prelude::*;
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use stipula::document::Workspace;
use stipula::finding::{Finding, Part, fill};
use stipula::formats::{self, LoadOptions};
use stipula::lint::{Rules, lint, lint_node};
use stipula::rules::functions::Run;
use stipula::rules::{Catalog, Rule, dictionary::Dictionary, page};
use stipula::source::{Files, Limits, Source};
use stipula::syntax::{self, NodeId};
use time::macros::date;

/// Rules whose findings depend on the order of keys, as they should.
const ORDERED: &[(&str, &str)] = &[
    (
        "version-single-per-document",
        "the version of the first path is the one that others depart from",
    ),
    (
        "path-no-ambiguity",
        "of two paths that are one, the second is told of the first",
    ),
    (
        "operation-id-unique",
        "of two operations of one name, the second is told of the first",
    ),
    (
        "version-strategy-consistent",
        "where as many say it this way as that, the first way is the usual one",
    ),
    (
        "pagination-style-consistent",
        "where as many page this way as that, the first way is the usual one",
    ),
    (
        "security-defined",
        "a name that nothing has is told where it is first used",
    ),
    ("tag-defined", "a name that nothing has is told where it is first used"),
    (
        "link-operation-exists",
        "a name that nothing has is told where it is first used",
    ),
];

/// Every built-in rule, and some that name their nodes by a path.
fn rules() -> &'static Rules {
    static RULES: OnceLock<Rules> = OnceLock::new();
    RULES.get_or_init(|| {
        let mut catalog = Catalog::default();
        for (id, given) in [
            ("path-any-summary", "$..summary"),
            ("path-parent", "$.paths[*][get,put]..description^"),
            ("path-key", "$.components.schemas[*]~"),
            ("path-filter", "$..[?(@.type == 'string')]"),
            ("path-position", "$..required[0]"),
        ] {
            let text = format!(
                "---\nseverity: info\nsince: 0.1.0\nmessage: \"`{{key}}` is there\"\nany: {{ given: \"{given}\", then: {{ function: length, options: {{ max: 3 }} }} }}\n---\n# Title\nWhy: a test\n\n## Bad\n```yaml\na: 1 #! {id}\n```\n\n## Good\n```yaml\nb: 1\n```\n"
            );
            let declaration = page::read(id, "tests", "tests/page.md", &text);
            catalog.add(declaration.unwrap_or_else(|errors| panic!("{errors:?}"))).unwrap();
        }
        let compiled = catalog
            .declarations()
            .iter()
            .map(|declaration| Rule::compile(Arc::clone(declaration), &[]).unwrap())
            .collect();
        Rules::new(compiled)
    })
}

fn run() -> Run {
    Run {
        as_of: date!(2026 - 01 - 01),
        dictionary: Dictionary::default(),
    }
}

fn load(name: &str, text: &str) -> Workspace {
    let files = Files::new(Limits::default(), PathBuf::from("/example"));
    let source = Arc::new(Source::from_text(name, text));
    formats::load(vec![source], &files, &LoadOptions::default(), &|| {}).workspace
}

type Seen = (String, String, String, String);

/// Rule, node, part and message of each finding.
fn seen(workspace: &Workspace, findings: &[Finding], with_text: bool) -> BTreeSet<Seen> {
    findings
        .iter()
        .map(|finding| {
            let declaration = &rules().rules()[finding.rule].declaration;
            let part = match finding.location.part {
                Part::Text(_) if !with_text => "text".to_owned(),
                part => format!("{part:?}"),
            };
            (
                declaration.id.to_string(),
                workspace.node(finding.location.node).pointer(),
                part,
                fill(&declaration.message, &finding.facts),
            )
        })
        .collect()
}

fn naive(workspace: &Workspace) -> Vec<Finding> {
    let mut findings = Vec::new();
    for document in workspace.ids() {
        for node in workspace.document(document).tree().ids() {
            for rule in 0..rules().rules().len() {
                let address = stipula::document::Address { document, node };
                findings.extend(lint_node(workspace, rules(), rule, address, &run()));
            }
        }
    }
    findings
}

fn walk_agrees(name: &str, text: &str) -> Result<usize, TestCaseError> {
    let workspace = load(name, text);
    let walked = lint(&workspace, rules(), &run(), &|| {});
    let by_walk = seen(&workspace, &walked, true);
    prop_assert_eq!(by_walk.len(), walked.len(), "no finding is reported twice");
    let by_node = seen(&workspace, &naive(&workspace), true);
    same_findings(&by_walk, &by_node, text)?;
    Ok(walked.len())
}

fn same_findings(a: &BTreeSet<Seen>, b: &BTreeSet<Seen>, text: &str) -> Result<(), TestCaseError> {
    let only_a: Vec<&Seen> = a.difference(b).collect();
    let only_b: Vec<&Seen> = b.difference(a).collect();
    prop_assert!(
        only_a.is_empty() && only_b.is_empty(),
        "only the first: {:#?}\nonly the second: {:#?}\nin {}",
        only_a,
        only_b,
        text
    );
    Ok(())
}

/// The documents that the project has: fixtures, and the examples of its rule pages.
fn documents() -> Vec<Value> {
    let mut texts = property::own_texts("fixtures/openapi", &["yaml"]);
    for declaration in Catalog::default().declarations() {
        let examples = page::examples(&declaration.page, 1).unwrap_or_default();
        let alone = examples.into_iter().filter(|example| example.files.len() == 1);
        texts.extend(alone.flat_map(|example| example.files).map(|file| file.text));
    }
    texts
        .iter()
        .filter_map(|text| {
            let source = Arc::new(Source::from_text("in.yaml", text.as_str()));
            let tree = syntax::read(&source, &Limits::default());
            match tree_value::value(&tree, NodeId::ROOT) {
                Value::Object(document) if tree.problems().is_empty() => Some(Value::Object(completed(document))),
                _ => None,
            }
        })
        .collect()
}

/// An example shows only what matters.
fn completed(mut document: Map<String, Value>) -> Map<String, Value> {
    if !document.contains_key("openapi") && !document.contains_key("swagger") {
        document.insert("openapi".into(), "3.1.0".into());
    }
    for (key, value) in [
        ("info", serde_json::json!({ "title": "t", "version": "1.0.0" })),
        ("paths", serde_json::json!({})),
    ] {
        document.entry(key).or_insert(value);
    }
    document
}

/// How a document is changed: a place, another place, and what to do with them.
type Edit = (prop::sample::Index, prop::sample::Index, u8);

fn pointers(value: &Value, at: &str, out: &mut Vec<String>) {
    out.push(at.to_owned());
    match value {
        Value::Object(map) => map.iter().for_each(|(key, child)| {
            pointers(
                child,
                &format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")),
                out,
            )
        }),
        Value::Array(list) => list
            .iter()
            .enumerate()
            .for_each(|(position, child)| pointers(child, &format!("{at}/{position}"), out)),
        _ => {}
    }
}

fn edited(mut document: Value, other: &Value, edits: &[Edit]) -> Value {
    for (at, from, what) in edits {
        let (mut places, mut sources): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
        pointers(&document, "", &mut places);
        pointers(other, "", &mut sources);
        let place = at.get(&places).clone();
        let donor = if what % 2 == 0 { document.clone() } else { other.clone() };
        let value = match what / 2 {
            0 => Some(Value::Null),
            1 => Some(Value::from(404)),
            2 => Some(Value::from("order_Items")),
            3 => Some(Value::from("#/components/schemas/Order")),
            4 => None,
            _ => {
                let mut all: Vec<String> = Vec::new();
                pointers(&donor, "", &mut all);
                donor.pointer(from.get(&all).as_str()).cloned()
            }
        };
        let Some((holder, step)) = place.rsplit_once('/') else {
            continue;
        };
        let step = step.replace("~1", "/").replace("~0", "~");
        match (document.pointer_mut(holder), value) {
            (Some(Value::Object(map)), Some(value)) if what % 3 == 0 => {
                // Beside what is there, under a name that comes from elsewhere.
                let all: Vec<&str> = sources.iter().filter_map(|source| source.rsplit('/').next()).collect();
                map.insert(from.get(&all).replace("~1", "/").replace("~0", "~"), value);
            }
            (Some(Value::Object(map)), Some(value)) => drop(map.insert(step, value)),
            (Some(Value::Object(map)), None) => drop(map.remove(&step)),
            (Some(Value::Array(list)), Some(value)) => list.push(value),
            (Some(Value::Array(list)), None) => drop(list.pop()),
            _ => {}
        }
    }
    document
}

fn changed_document() -> impl Strategy<Value = Value> {
    let documents = documents();
    let edit = (any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0_u8..16);
    (
        prop::sample::select(documents.clone()),
        prop::sample::select(documents),
        prop::collection::vec(edit, 0..8),
    )
        .prop_map(|(document, other, edits)| edited(document, &other, &edits))
}

/// The entries of a map in an order that the seed decides; as they are without one.
fn entries(map: &Map<String, Value>, seed: Option<u64>) -> Vec<(&String, &Value)> {
    let mut entries: Vec<_> = map.iter().collect();
    if let Some(seed) = seed {
        entries.sort_by_cached_key(|(key, _)| {
            let mut hasher = DefaultHasher::new();
            (seed, key).hash(&mut hasher);
            hasher.finish()
        });
    }
    entries
}

fn json(value: &Value, seed: Option<u64>, out: &mut String) {
    match value {
        Value::Object(map) => {
            out.push('{');
            for (position, (key, child)) in entries(map, seed).into_iter().enumerate() {
                out.push_str(if position == 0 { "" } else { ",\n" });
                out.push_str(&Value::from(key.as_str()).to_string());
                out.push(':');
                json(child, seed, out);
            }
            out.push('}');
        }
        Value::Array(list) => {
            out.push('[');
            for (position, child) in list.iter().enumerate() {
                out.push_str(if position == 0 { "" } else { ", " });
                json(child, seed, out);
            }
            out.push(']');
        }
        scalar => out.push_str(&scalar.to_string()),
    }
}

/// Block style; strings and keys in quotes, as what plain ones mean is another matter.
fn yaml(value: &Value, indent: usize, out: &mut String) {
    let pad = "  ".repeat(indent);
    match value {
        Value::Object(map) if !map.is_empty() => {
            for (key, child) in map {
                out.push_str(&format!("\n{pad}{}:", Value::from(key.as_str())));
                yaml(child, indent + 1, out);
            }
        }
        Value::Array(list) if !list.is_empty() => {
            for child in list {
                out.push_str(&format!("\n{pad}-"));
                yaml(child, indent + 1, out);
            }
        }
        other => out.push_str(&format!(" {other}")),
    }
}

fn found(name: &str, text: &str) -> BTreeSet<Seen> {
    let workspace = load(name, text);
    let findings = lint(&workspace, rules(), &run(), &|| {});
    seen(&workspace, &findings, false)
}

fn found_in_order(document: &Value, seed: Option<u64>) -> (BTreeSet<Seen>, String) {
    let mut text = String::new();
    json(document, seed, &mut text);
    // Messages list names in the order in which they stand.
    let found = found("in.json", &text)
        .into_iter()
        .filter(|(rule, ..)| !ORDERED.iter().any(|(ordered, _)| ordered == rule))
        .map(|(rule, pointer, part, _)| (rule, pointer, part, String::new()))
        .collect();
    (found, text)
}

proptest! {
    #![proptest_config(property::config(300))]

    #[test]
    fn the_walk_finds_what_every_node_has(document in changed_document()) {
        walk_agrees("in.json", &document.to_string())?;
    }

    #[test]
    fn the_order_of_keys_does_not_count(document in changed_document(), seed: u64) {
        let (a, _) = found_in_order(&document, None);
        let (b, text) = found_in_order(&document, Some(seed));
        same_findings(&a, &b, &text)?;
    }

    #[test]
    fn json_and_yaml_are_judged_alike(document in changed_document()) {
        let mut text = String::new();
        yaml(&document, 0, &mut text);
        same_findings(&found("in.json", &document.to_string()), &found("in.yaml", text.trim_start()), &text)?;
    }
}

#[test]
fn corpus_walk_finds_what_every_node_has() {
    for part in ["openapi-2.0", "openapi-3.0", "openapi-3.1"] {
        let Some(folder) = outside::corpus(part) else { continue };
        let mut files = property::files_below(&folder, &["yaml", "yml", "json"]);
        files.sort_by_cached_key(|file| (fs::metadata(file).map_or(0, |data| data.len()), file.clone()));
        for file in files.iter().take(4) {
            let Ok(text) = fs::read_to_string(file) else { continue };
            let name = file.display().to_string();
            let count = walk_agrees(&name, &text).unwrap_or_else(|error| panic!("{name}: {error}"));
            println!("{name}: {count} findings");
        }
    }
}
