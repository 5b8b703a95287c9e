//! Schemas in Avro that chance writes: what is told of two versions is what a reader does that looks as deep as it can,
//! and tries every branch of a union.

use crate::avro_pairs::description;
use crate::property::Quota;
use crate::versions::{self, Pair};
use proptest::prelude::*;
use serde_json::{Value, json};
use stipula::finding::Verdict;

const CASES: Quota = Quota { cases: 400, least: 120 };

const PRIMITIVES: &[&str] = &["null", "boolean", "int", "long", "float", "double", "bytes", "string"];
const NAMES: &[&str] = &["a", "b", "c"];

#[derive(Debug, Clone)]
enum Of {
    Primitive(&'static str),
    Array(Box<Of>),
    Map(Box<Of>),
    Union(Vec<Of>),
    /// One of the definitions.
    Named(usize),
}

#[derive(Debug, Clone)]
struct Field {
    name: &'static str,
    alias: Option<&'static str>,
    has_default: bool,
    of: Of,
}

#[derive(Debug, Clone)]
enum Sort {
    Record(Vec<Field>),
    Enum(Vec<&'static str>, bool),
    Fixed(u32),
}

#[derive(Debug, Clone)]
struct Definition {
    is_renamed: bool,
    has_alias: bool,
    sort: Sort,
}

/// Definitions, of which the first is the whole.
type Schema = Vec<Definition>;

fn any_of() -> BoxedStrategy<Of> {
    let primitive = prop::sample::select(PRIMITIVES).prop_map(Of::Primitive);
    let named = (0..NAMES.len()).prop_map(Of::Named);
    let leaf = prop_oneof![3 => primitive.clone(), 1 => named.clone()];
    let branches = prop::collection::vec(leaf.clone(), 1..4).prop_map(|mut branches| {
        let mut met: Vec<String> = Vec::new();
        branches.retain(|branch| {
            let name = format!("{branch:?}");
            let is_new = !met.contains(&name);
            met.push(name);
            is_new
        });
        Of::Union(branches)
    });
    prop_oneof![
        4 => leaf.clone(),
        1 => leaf.clone().prop_map(|of| Of::Array(Box::new(of))),
        1 => leaf.prop_map(|of| Of::Map(Box::new(of))),
        2 => branches,
    ]
    .boxed()
}

fn any_definition() -> impl Strategy<Value = Definition> {
    let field = |name: &'static str| {
        let alias = prop::option::weighted(0.2, prop::sample::select(NAMES));
        (alias, any::<bool>(), any_of()).prop_map(move |(alias, has_default, of)| Field {
            name,
            alias,
            has_default,
            of,
        })
    };
    let names = prop::sample::subsequence(NAMES, 0..=NAMES.len());
    let fields = names.prop_flat_map(move |names| names.into_iter().map(field).collect::<Vec<_>>());
    let symbols = prop::sample::subsequence(&["P", "Q", "R"][..], 1..=3);
    let sort = prop_oneof![
        4 => fields.prop_map(Sort::Record),
        2 => (symbols, prop::bool::weighted(0.3)).prop_map(|(symbols, has_default)| Sort::Enum(symbols, has_default)),
        1 => (1..3_u32).prop_map(Sort::Fixed),
    ];
    (prop::bool::weighted(0.1), any::<bool>(), sort).prop_map(|(is_renamed, has_alias, sort)| Definition {
        is_renamed,
        has_alias,
        sort,
    })
}

/// Two versions, of which the new one has some definitions of its own.
fn versions_of_one() -> impl Strategy<Value = (Schema, Schema)> {
    let schema = || prop::collection::vec(any_definition(), NAMES.len());
    let kept = prop::collection::vec(prop::bool::weighted(0.6), NAMES.len());
    (schema(), schema(), kept).prop_map(|(old, other, kept)| {
        let choose =
            |((old, other), is_kept): ((&Definition, Definition), bool)| if is_kept { old.clone() } else { other };
        let new = old.iter().zip(other).zip(kept).map(choose).collect();
        (old, new)
    })
}

fn name(schema: &Schema, at: usize) -> String {
    let prefix = if schema[at].is_renamed { "Other" } else { "Type" };
    format!("{prefix}{at}")
}

/// The schema in JSON: each definition where it is met first. Defaults are no values of their types, for nobody reads them.
fn written(schema: &Schema, of: &Of, met: &mut Vec<usize>) -> Value {
    match of {
        Of::Primitive(name) => json!(name),
        Of::Array(items) => json!({ "type": "array", "items": written(schema, items, met) }),
        Of::Map(values) => json!({ "type": "map", "values": written(schema, values, met) }),
        Of::Union(branches) => branches.iter().map(|branch| written(schema, branch, met)).collect(),
        Of::Named(at) if met.contains(at) => json!(name(schema, *at)),
        Of::Named(at) => {
            met.push(*at);
            let definition = &schema[*at];
            let mut object = match &definition.sort {
                Sort::Record(fields) => {
                    let fields = fields.iter().map(|field| {
                        let mut object = json!({ "name": field.name, "type": written(schema, &field.of, met) });
                        if field.has_default {
                            object["default"] = Value::Null;
                        }
                        if let Some(alias) = field.alias {
                            object["aliases"] = json!([alias]);
                        }
                        object
                    });
                    json!({ "type": "record", "fields": fields.collect::<Vec<_>>() })
                }
                Sort::Enum(symbols, has_default) => {
                    let mut object = json!({ "type": "enum", "symbols": symbols });
                    if *has_default {
                        object["default"] = json!(symbols[0]);
                    }
                    object
                }
                Sort::Fixed(size) => json!({ "type": "fixed", "size": size }),
            };
            object["name"] = json!(name(schema, *at));
            if definition.is_renamed && definition.has_alias {
                object["aliases"] = json!([format!("Type{at}")]);
            }
            object
        }
    }
}

/// Whether everything that was written with one schema can be read with another one: pairs of types that are being
/// looked at hold, for data end.
fn reads(reader: (&Schema, &Of), writer: (&Schema, &Of), open: &[(usize, usize)]) -> bool {
    let ((new, own), (old, from)) = (reader, writer);
    match (own, from) {
        (_, Of::Union(branches)) => branches.iter().all(|branch| reads(reader, (old, branch), open)),
        (Of::Union(branches), _) => branches.iter().any(|branch| reads((new, branch), writer, open)),
        (Of::Primitive(own), Of::Primitive(from)) => {
            own == from
                || match *from {
                    "int" => ["long", "float", "double"].contains(own),
                    "long" => ["float", "double"].contains(own),
                    "float" => *own == "double",
                    "string" => *own == "bytes",
                    "bytes" => *own == "string",
                    _ => false,
                }
        }
        (Of::Array(own), Of::Array(from)) | (Of::Map(own), Of::Map(from)) => reads((new, own), (old, from), open),
        (Of::Named(own), Of::Named(from)) => {
            let has_alias = new[*own].is_renamed && new[*own].has_alias && format!("Type{own}") == name(old, *from);
            if name(new, *own) != name(old, *from) && !has_alias {
                return false;
            }
            if open.contains(&(*own, *from)) {
                return true;
            }
            let mut open = open.to_vec();
            open.push((*own, *from));
            match (&new[*own].sort, &old[*from].sort) {
                (Sort::Fixed(own), Sort::Fixed(from)) => own == from,
                (Sort::Enum(own, has_default), Sort::Enum(from, _)) => {
                    *has_default || from.iter().all(|symbol| own.contains(symbol))
                }
                (Sort::Record(own), Sort::Record(from)) => own.iter().all(|field| {
                    let named = |name: &str| from.iter().find(|other| other.name == name);
                    let is_free = |alias: &&str| own.iter().all(|other| other.name != *alias);
                    let source = named(field.name).or_else(|| named(field.alias.filter(is_free)?));
                    source.map_or(field.has_default, |source| {
                        reads((new, &field.of), (old, &source.of), &open)
                    })
                }),
                _ => false,
            }
        }
        _ => false,
    }
}

#[test]
fn what_is_told_of_avro_is_what_readers_do() {
    CASES.run(versions_of_one(), |(old, new)| {
        let whole = Of::Named(0);
        let text = |schema: &Schema| written(schema, &whole, &mut Vec::new()).to_string();
        let mut broken = 0;
        for (action, is_read) in [
            ("receive", reads((&new, &whole), (&old, &whole), &[])),
            ("send", reads((&old, &whole), (&new, &whole), &[])),
        ] {
            let pair = Pair::of_texts(
                &description(&[action], &text(&old)),
                &description(&[action], &text(&new)),
            );
            let findings = pair.findings();
            let of_data = findings.iter().filter(|finding| {
                let rule = versions::rule(finding);
                rule.starts_with("avro") && !["avro-default-changed", "avro-alias-removed"].contains(&rule)
            });
            let verdicts: Vec<Verdict> = of_data
                .map(|finding| finding.breaking.as_ref().unwrap().verdict)
                .collect();
            let is_safe = verdicts.iter().all(|verdict| *verdict == Verdict::Safe);
            prop_assert_eq!(is_safe, is_read, "{}: {}\n{}", action, text(&old), text(&new));
            broken += usize::from(verdicts.contains(&Verdict::Breaking));
        }
        Ok(broken)
    });
}
