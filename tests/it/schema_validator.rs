//! The validator of examples says the same as the `jsonschema` crate, on schemas and values made at random.
//!
//! Left out, because the two differ on purpose:
//! - `readOnly` and `writeOnly`, which free a property from being required;
//! - `format`, which the crate takes for a note;
//! - `discriminator`, which chooses the alternative;
//! - patterns that Rust's engine cannot decide, schemas that refer to themselves without going deeper into the value,
//!   and combinations so large that fuel ends: a value is taken to fit there;
//! - in 3.0, numbers such as `1.0`: draft 4 says that they are no integers, every later one that they are;
//! - in 3.0, `nullable` without a `type`, or beside other keywords that refuse null: the author's wish is clear, so
//!   null fits. Draft 4 knows no `nullable`; for the crate, it becomes `anyOf` with null.

use crate::property;
use jsonschema::Draft;
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use std::path::PathBuf;
use std::sync::Arc;
use stipula::document::Workspace;
use stipula::formats::{self, LoadOptions};
use stipula::schema::Validator;
use stipula::source::{Files, Limits, Source};

/// The version of OpenAPI whose schemas are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    V30,
    V31,
}

/// A description that holds schemas, `S` among them, and a value.
pub(crate) fn description(dialect: Dialect, schemas: &Value, value: &Value) -> Workspace {
    let version = match dialect {
        Dialect::V30 => "3.0.3",
        Dialect::V31 => "3.1.0",
    };
    let document = json!({
        "openapi": version,
        "info": { "title": "t", "version": "1" },
        "paths": {},
        "components": { "schemas": schemas },
        "x-value": value,
    });
    load(document.to_string())
}

/// The workspace of a description.
pub(crate) fn load(document: String) -> Workspace {
    let files = Files::new(Limits::default(), PathBuf::from("/example"));
    let source = Arc::new(Source::from_text("in.json", document));
    formats::load(vec![source], &files, &LoadOptions::default(), &|| {}).workspace
}

/// What stipula has against the value; empty if it fits the schema `S`.
pub(crate) fn complaints(dialect: Dialect, schemas: &Value, value: &Value) -> Vec<String> {
    let workspace = description(dialect, schemas, value);
    let root = workspace.root(workspace.ids().next().unwrap());
    let schema = ["components", "schemas", "S"]
        .iter()
        .fold(root, |node, key| node.find(key).unwrap());
    let value = root.find("x-value").unwrap();
    Validator::default()
        .validate(schema, value, None)
        .into_iter()
        .map(|mismatch| format!("{}: {}", mismatch.schema.pointer(), mismatch.message))
        .collect()
}

fn fits_for_the_crate(dialect: Dialect, schemas: &Value, value: &Value) -> bool {
    let (draft, schemas) = match dialect {
        Dialect::V30 => (Draft::Draft4, without_nullable(schemas.clone())),
        Dialect::V31 => (Draft::Draft202012, schemas.clone()),
    };
    let whole = json!({ "allOf": [{ "$ref": "#/components/schemas/S" }], "components": { "schemas": schemas } });
    jsonschema::options()
        .with_draft(draft)
        .build(&whole)
        .unwrap_or_else(|error| panic!("{error}: {whole}"))
        .is_valid(value)
}

fn without_nullable(schema: Value) -> Value {
    match schema {
        Value::Object(mut map) => {
            let nullable = map.remove("nullable") == Some(Value::Bool(true));
            let map: Map<String, Value> = map
                .into_iter()
                .map(|(key, value)| (key, without_nullable(value)))
                .collect();
            if nullable {
                json!({ "anyOf": [{ "enum": [null] }, map] })
            } else {
                Value::Object(map)
            }
        }
        Value::Array(list) => list.into_iter().map(without_nullable).collect(),
        other => other,
    }
}

/// Few names and values, so that schemas and values meet.
const NAMES: &[&str] = &["a", "b", "ab", "1", "é"];
const STRINGS: &[&str] = &["", "a", "b", "ab", "abc", "1", "é", "🦀a", "true"];
const PATTERNS: &[&str] = &["a", "^a", "b$", "^[a-c]+$", "^.$", "^$", "\\d", "^\\w*$", "é", "^(a|1)"];

fn number(dialect: Dialect) -> impl Strategy<Value = Value> {
    let whole = [-3, -2, -1, 0, 1, 2, 3, 4, 5, 10, 100, 12_345_678_901_i64].map(Value::from);
    let fractions = [-0.5, 0.1, 0.3, 0.5, 1.5, 2.25, 19.99, 1e-10].map(Value::from);
    let whole_fractions = [-1.0, 0.0, 1.0, 2.0, 1e3, 1e15].map(Value::from);
    let mut numbers: Vec<Value> = whole.into_iter().chain(fractions).collect();
    if dialect == Dialect::V31 {
        numbers.extend(whole_fractions);
        numbers.push(Value::from(1_000_000_000_000_000_i64));
    }
    prop::sample::select(numbers)
}

pub(crate) fn value(dialect: Dialect) -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::from),
        3 => number(dialect),
        3 => prop::sample::select(STRINGS).prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        let list = prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from);
        let map = prop::collection::vec((prop::sample::select(NAMES), inner), 0..4).prop_map(|entries| {
            entries
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect()
        });
        prop_oneof![2 => list, 3 => map]
    })
}

fn names() -> impl Strategy<Value = Value> {
    prop::sample::subsequence(NAMES, 1..3).prop_map(|names| json!(names))
}

/// One keyword, or several that belong together.
type Entries = Vec<(&'static str, Value)>;

fn one(key: &'static str, value: impl Strategy<Value = Value> + 'static) -> BoxedStrategy<Entries> {
    value.prop_map(move |value| vec![(key, value)]).boxed()
}

fn two(
    (a, first): (&'static str, impl Strategy<Value = Value> + 'static),
    (b, second): (&'static str, impl Strategy<Value = Value> + 'static),
) -> BoxedStrategy<Entries> {
    (first, second).prop_map(move |(x, y)| vec![(a, x), (b, y)]).boxed()
}

fn count() -> impl Strategy<Value = Value> {
    (0_u64..4).prop_map(Value::from)
}

fn flag() -> impl Strategy<Value = Value> {
    any::<bool>().prop_map(Value::from)
}

/// Keywords that hold no schema.
fn simple(dialect: Dialect) -> BoxedStrategy<Entries> {
    let types: &[&str] = match dialect {
        Dialect::V30 => &["boolean", "integer", "number", "string", "array", "object"],
        Dialect::V31 => &["null", "boolean", "integer", "number", "string", "array", "object"],
    };
    let mut all = vec![
        one("type", prop::sample::select(types).prop_map(Value::from)),
        one("enum", prop::collection::vec(value(dialect), 1..4).prop_map(distinct)),
        one("minimum", number(dialect)),
        one("maximum", number(dialect)),
        one("multipleOf", step()),
        one("minLength", count()),
        one("maxLength", count()),
        one("pattern", prop::sample::select(PATTERNS).prop_map(Value::from)),
        one("minItems", count()),
        one("maxItems", count()),
        one("uniqueItems", flag()),
        one("minProperties", count()),
        one("maxProperties", count()),
        one("required", names()),
    ];
    match dialect {
        Dialect::V30 => all.extend([
            two(("minimum", number(dialect)), ("exclusiveMinimum", flag())),
            two(("maximum", number(dialect)), ("exclusiveMaximum", flag())),
            two(
                ("type", prop::sample::select(types).prop_map(Value::from)),
                ("nullable", flag()),
            ),
        ]),
        Dialect::V31 => all.extend([
            one(
                "type",
                prop::sample::subsequence(types, 1..4).prop_map(|types| json!(types)),
            ),
            one("const", value(dialect)),
            one("exclusiveMinimum", number(dialect)),
            one("exclusiveMaximum", number(dialect)),
            one(
                "dependentRequired",
                prop::collection::btree_map(prop::sample::select(NAMES), names(), 1..3).prop_map(|map| json!(map)),
            ),
        ]),
    }
    prop::strategy::Union::new(all).boxed()
}

/// The meta-schema of draft 4 asks for different elements.
fn distinct(values: Vec<Value>) -> Value {
    let mut kept: Vec<Value> = Vec::new();
    for value in values {
        if !kept.contains(&value) {
            kept.push(value);
        }
    }
    Value::Array(kept)
}

fn step() -> impl Strategy<Value = Value> {
    prop::sample::select(vec![
        json!(1),
        json!(2),
        json!(3),
        json!(100),
        json!(0.5),
        json!(0.1),
        json!(0.01),
    ])
}

/// Keywords that hold schemas.
fn composed(dialect: Dialect, schema: BoxedStrategy<Value>) -> BoxedStrategy<Entries> {
    let any_schema = move || schema.clone();
    let schemas = || prop::collection::vec(any_schema(), 1..4).prop_map(Value::from);
    let by_name =
        || prop::collection::btree_map(prop::sample::select(NAMES), any_schema(), 1..4).prop_map(|map| json!(map));
    let or_flag = || prop_oneof![any_schema(), flag()];
    let mut all = vec![
        one("items", any_schema()),
        one("properties", by_name()),
        one("properties", by_name()),
        one("additionalProperties", or_flag()),
        two(("properties", by_name()), ("additionalProperties", or_flag())),
        one("allOf", schemas()),
        one("anyOf", schemas()),
        one("oneOf", schemas()),
        one("not", any_schema()),
    ];
    if dialect == Dialect::V31 {
        let by_pattern = || {
            prop::collection::btree_map(prop::sample::select(PATTERNS), any_schema(), 1..3).prop_map(|map| json!(map))
        };
        let optional = |key: &'static str, value: BoxedStrategy<Value>| {
            prop::option::of(value).prop_map(move |value| value.map(|value| (key, value)))
        };
        all.extend([
            one("prefixItems", schemas()),
            two(("prefixItems", schemas()), ("items", any_schema())),
            (
                any_schema(),
                optional("minContains", count().boxed()),
                optional("maxContains", count().boxed()),
            )
                .prop_map(|(contains, min, max)| {
                    [Some(("contains", contains)), min, max].into_iter().flatten().collect()
                })
                .boxed(),
            one("patternProperties", by_pattern()),
            two(
                ("patternProperties", by_pattern()),
                ("additionalProperties", any_schema()),
            ),
            one("propertyNames", any_schema()),
            one("dependentSchemas", by_name()),
            (
                any_schema(),
                optional("then", any_schema()),
                optional("else", any_schema()),
            )
                .prop_map(|(condition, then, otherwise)| {
                    [Some(("if", condition)), then, otherwise]
                        .into_iter()
                        .flatten()
                        .collect()
                })
                .boxed(),
            one("unevaluatedProperties", or_flag().boxed()),
            one("unevaluatedItems", or_flag().boxed()),
            one("unevaluatedProperties", Just(Value::Bool(false))),
            one("unevaluatedItems", Just(Value::Bool(false))),
        ]);
    }
    prop::strategy::Union::new(all).boxed()
}

fn together(parts: Vec<Entries>) -> Value {
    let mut schema = Map::new();
    for (key, value) in parts.into_iter().flatten() {
        schema.insert(key.to_owned(), value);
    }
    // Since 3.1, these ask for numbers; `minimum` beside a flag of 3.0 may be missing if another entry won.
    for (flag, limit) in [("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")] {
        if schema.get(flag).is_some_and(Value::is_boolean) && !schema.contains_key(limit) {
            schema.remove(flag);
        }
    }
    Value::Object(schema)
}

/// A schema; `targets` are the names of schemas that it may refer to.
fn schema(dialect: Dialect, targets: &'static [&'static str]) -> BoxedStrategy<Value> {
    let of_simple = prop::collection::vec(simple(dialect), 0..4).prop_map(together).boxed();
    let leaf = match (dialect, targets) {
        (_, []) => of_simple,
        (Dialect::V30, _) => prop_oneof![5 => of_simple, 1 => reference(targets)].boxed(),
        (Dialect::V31, _) => prop_oneof![
            8 => of_simple.clone(),
            2 => reference(targets),
            1 => (reference(targets), of_simple).prop_map(|(reference, simple)| beside(reference, simple)),
            1 => flag(),
        ]
        .boxed(),
    };
    leaf.prop_recursive(3, 24, 3, move |inner| {
        let parts = (
            prop::collection::vec(simple(dialect), 0..2),
            prop::collection::vec(composed(dialect, inner.boxed()), 1..4),
        );
        parts.prop_map(|(simple, composed)| together(simple.into_iter().chain(composed).collect()))
    })
    .boxed()
}

fn reference(targets: &'static [&'static str]) -> impl Strategy<Value = Value> {
    prop::sample::select(targets).prop_map(|name| json!({ "$ref": format!("#/components/schemas/{name}") }))
}

fn beside(mut a: Value, b: Value) -> Value {
    if let (Value::Object(a), Value::Object(b)) = (&mut a, b) {
        a.extend(b);
    }
    a
}

/// Schemas by name. `S` may refer to `A` and `B`, `A` to `B`: no schema leads back to itself but through a property.
pub(crate) fn schemas(dialect: Dialect) -> impl Strategy<Value = Value> {
    let loops = || json!({ "type": "object", "properties": { "a": { "$ref": "#/components/schemas/S" } } });
    (
        schema(dialect, &["A", "B", "Loop"]),
        schema(dialect, &["B"]),
        schema(dialect, &[]),
    )
        .prop_map(move |(s, a, b)| json!({ "S": s, "A": a, "B": b, "Loop": loops() }))
}

fn agree(dialect: Dialect, schemas: &Value, value: &Value) -> Result<(), TestCaseError> {
    let complaints = complaints(dialect, schemas, value);
    let fits = fits_for_the_crate(dialect, schemas, value);
    prop_assert_eq!(
        complaints.is_empty(),
        fits,
        "{:?}: {} against {}: {:?}",
        dialect,
        value,
        schemas,
        complaints
    );
    Ok(())
}

/// What the two once said differently: a schema, a value, and whether it fits.
#[test]
fn validators_agree_on_what_they_once_did_not() {
    let foo_or_baz = json!({
        "if": { "properties": { "foo": { "const": "then" } }, "required": ["foo"] },
        "else": { "properties": { "baz": true } },
        "unevaluatedProperties": false,
    });
    for (schema, value, fits) in [
        // What a condition that does not hold has looked at is not evaluated.
        (foo_or_baz.clone(), json!({ "baz": 1 }), true),
        (foo_or_baz, json!({ "baz": 1, "foo": "else" }), false),
        // `unevaluatedProperties` evaluates no elements, and the other way round.
        (
            json!({ "allOf": [{ "unevaluatedProperties": false }], "unevaluatedItems": false }),
            json!([1]),
            false,
        ),
        (
            json!({ "allOf": [{ "unevaluatedItems": false }], "unevaluatedProperties": false }),
            json!({ "a": 1 }),
            false,
        ),
        // Names are judged by every keyword that can speak of a string.
        (json!({ "propertyNames": false }), json!({ "a": 1 }), false),
        (json!({ "propertyNames": false }), json!({}), true),
        (
            json!({ "propertyNames": { "type": "object" } }),
            json!({ "a": 1 }),
            false,
        ),
        (json!({ "propertyNames": { "const": "b" } }), json!({ "a": 1 }), false),
        (json!({ "propertyNames": { "enum": [1] } }), json!({ "1": 1 }), false),
        (
            json!({ "propertyNames": { "not": { "pattern": "^a" } } }),
            json!({ "a": 1 }),
            false,
        ),
        (
            json!({ "propertyNames": { "oneOf": [{ "minLength": 1 }, { "maxLength": 1 }] } }),
            json!({ "a": 1 }),
            false,
        ),
        // Numbers are decimal, and as long as they are written.
        (json!({ "multipleOf": 2 }), json!(12_345_678_901_i64), false),
        (json!({ "multipleOf": 1 }), json!(1e-10), false),
        (json!({ "multipleOf": 0.01 }), json!(19.99), true),
        (
            json!({ "maximum": 9_007_199_254_740_992_i64 }),
            json!(9_007_199_254_740_993_i64),
            false,
        ),
        (json!({ "const": 1e15 }), json!(1_000_000_000_000_000_i64), true),
    ] {
        let schemas = json!({ "S": schema });
        let complaints = complaints(Dialect::V31, &schemas, &value);
        assert_eq!(complaints.is_empty(), fits, "{value} against {schema}: {complaints:?}");
        assert_eq!(
            fits_for_the_crate(Dialect::V31, &schemas, &value),
            fits,
            "{value} against {schema}"
        );
    }
}

proptest! {
    #![proptest_config(property::config(2_000))]

    #[test]
    fn validators_agree_on_3_1(schemas in schemas(Dialect::V31), value in value(Dialect::V31)) {
        agree(Dialect::V31, &schemas, &value)?;
    }

    #[test]
    fn validators_agree_on_3_0(schemas in schemas(Dialect::V30), value in value(Dialect::V30)) {
        agree(Dialect::V30, &schemas, &value)?;
    }
}
