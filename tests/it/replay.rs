//! Witnesses are tried with an ordinary validator: what it is given says what the schemas say.

use crate::property;
use crate::schema_validator::{Dialect, description, load, schemas, value};
use jsonschema::Draft;
use proptest::prelude::*;
use serde_json::{Value, json};
use stipula::document::http::Direction;
use stipula::document::{Node, Workspace};
use stipula::schema::{Replay, Unreplayable};

fn component<'w>(workspace: &'w Workspace, name: &str) -> Node<'w> {
    let root = workspace.root(workspace.ids().next().unwrap());
    ["components", "schemas", name]
        .iter()
        .fold(root, |node, key| node.find(key).unwrap())
}

/// What the validator has against a value of the schema `S`.
fn check(
    dialect: Dialect,
    schemas: &Value,
    view: Option<Direction>,
    value: &Value,
) -> Result<Option<String>, Unreplayable> {
    let workspace = description(dialect, schemas, &Value::Null);
    Replay::new().check(&[component(&workspace, "S")], view, value)
}

#[track_caller]
fn agrees(dialect: Dialect, schemas: &Value, view: Option<Direction>, cases: &[(Value, Option<&str>)]) {
    for (value, refusal) in cases {
        let found = check(dialect, schemas, view, value);
        assert_eq!(found, Ok(refusal.map(str::to_owned)), "{value} against {schemas}");
    }
}

#[test]
fn refusals_are_clauses() {
    let schemas = json!({ "S": {
        "type": "object",
        "required": ["sku"],
        "additionalProperties": false,
        "properties": {
            "sku": { "type": "string", "maxLength": 3, "pattern": "^[a-z]+$" },
            "lines": { "type": "array", "minItems": 1, "items": { "$ref": "#/components/schemas/Line" } },
            "state": { "enum": ["open", "shut"] },
        },
    }, "Line": { "required": ["count"], "properties": { "count": { "type": "integer", "minimum": 1, "multipleOf": 2 } } } });
    agrees(
        Dialect::V31,
        &schemas,
        None,
        &[
            (json!({ "sku": "abc" }), None),
            (json!({}), Some("required property `sku` is missing")),
            (json!([]), Some("the value should be an object, not a list")),
            (json!({ "sku": 1 }), Some("`sku` should be a string, not a number")),
            (json!({ "sku": "abcd" }), Some("`sku` is longer than 3 characters")),
            (
                json!({ "sku": "A" }),
                Some("`sku` does not match the pattern `^[a-z]+$`"),
            ),
            (json!({ "sku": "a", "b": 1 }), Some("the schema has no property `b`")),
            (
                json!({ "sku": "a", "state": "odd" }),
                Some("`\"odd\"` is none of the allowed values"),
            ),
            (
                json!({ "sku": "a", "lines": [] }),
                Some("`lines` holds fewer than 1 elements"),
            ),
            (
                json!({ "sku": "a", "lines": [{}] }),
                Some("required property `count` is missing in the element"),
            ),
            (
                json!({ "sku": "a", "lines": [{ "count": 0 }] }),
                Some("`count` is `0`, below the minimum 1"),
            ),
            (
                json!({ "sku": "a", "lines": [{ "count": 3 }] }),
                Some("`count` is `3`, no multiple of 2"),
            ),
        ],
    );
}

#[test]
fn properties_travel_one_way() {
    let schemas = json!({
        "S": { "allOf": [{ "$ref": "#/components/schemas/Base" }, { "required": ["secret"] }] },
        "Base": { "required": ["id", "name"], "properties": {
            "id": { "type": "string", "readOnly": true },
            "name": { "type": "string" },
            "secret": { "$ref": "#/components/schemas/Secret" },
        } },
        "Secret": { "type": "string", "writeOnly": true },
    });
    let id = || Some("required property `id` is missing");
    let secret = || Some("required property `secret` is missing");
    for dialect in [Dialect::V30, Dialect::V31] {
        let request = Some(Direction::Request);
        agrees(
            dialect,
            &schemas,
            request,
            &[
                (json!({ "name": "a", "secret": "b" }), None),
                (json!({ "name": "a", "secret": "b", "id": 1 }), None),
                (json!({ "name": "a" }), secret()),
                (
                    json!({ "name": "a", "secret": 1 }),
                    Some("`secret` should be a string, not a number"),
                ),
            ],
        );
        agrees(
            dialect,
            &schemas,
            Some(Direction::Response),
            &[
                (json!({ "id": "i", "name": "a" }), None),
                (json!({ "id": "i", "name": "a", "secret": 1 }), None),
                (json!({ "name": "a" }), id()),
            ],
        );
        agrees(
            dialect,
            &schemas,
            None,
            &[(json!({ "id": "i", "name": "a" }), secret())],
        );
    }
}

#[test]
fn null_needs_a_type_beside_nullable() {
    for (schema, takes) in [
        (json!({ "type": "string", "nullable": true }), true),
        (json!({ "type": "string", "nullable": true, "enum": ["a"] }), false),
        (json!({ "type": "string", "nullable": false }), false),
        (json!({ "nullable": true, "maxLength": 1 }), true),
        (json!({ "nullable": true, "allOf": [{ "type": "string" }] }), false),
        (json!({ "$ref": "#/components/schemas/T", "nullable": true }), false),
    ] {
        let schemas = json!({ "S": schema, "T": { "type": "string" } });
        let found = check(Dialect::V30, &schemas, None, &Value::Null).unwrap();
        assert_eq!(found.is_none(), takes, "{schemas}");
    }
}

#[test]
fn a_discriminator_names_its_branches() {
    let schemas = json!({
        "S": {
            "oneOf": [
                { "$ref": "#/components/schemas/Cat" },
                { "$ref": "#/components/schemas/Dog" },
                { "type": "object", "maxProperties": 0 },
            ],
            "discriminator": { "propertyName": "kind", "mapping": { "tom": "Cat", "kit": "#/components/schemas/Cat" } },
        },
        "Cat": { "type": "object" },
        "Dog": { "type": "object" },
    });
    for dialect in [Dialect::V30, Dialect::V31] {
        for (value, takes) in [
            (json!({ "kind": "tom" }), true),
            (json!({ "kind": "kit" }), true),
            (json!({ "kind": "Cat" }), false),
            (json!({ "kind": "Dog" }), true),
            (json!({ "kind": "dog" }), false),
            (json!({}), true),
        ] {
            let found = check(dialect, &schemas, None, &value).unwrap();
            assert_eq!(found.is_none(), takes, "{value}: {found:?}");
        }
    }
}

#[test]
fn dialects_mean_what_they_say() {
    for (dialect, schema, value, takes) in [
        (
            Dialect::V30,
            json!({ "minimum": 1, "exclusiveMinimum": true }),
            json!(1),
            false,
        ),
        (Dialect::V30, json!({ "exclusiveMinimum": true }), json!(1), true),
        (Dialect::V31, json!({ "exclusiveMinimum": 1 }), json!(1), false),
        // What a version does not know says nothing.
        (
            Dialect::V30,
            json!({ "const": 1, "patternProperties": { "a": false }, "type": ["null"] }),
            json!({ "a": 2 }),
            true,
        ),
        (Dialect::V31, json!({ "const": 1 }), json!(2), false),
        (
            Dialect::V31,
            json!({ "nullable": true, "type": "string" }),
            json!(null),
            false,
        ),
        (
            Dialect::V30,
            json!({ "$ref": "#/components/schemas/T", "maxLength": 0 }),
            json!("a"),
            true,
        ),
        (
            Dialect::V31,
            json!({ "$ref": "#/components/schemas/T", "maxLength": 0 }),
            json!("a"),
            false,
        ),
        (
            Dialect::V31,
            json!({ "type": "string", "format": "date", "contentMediaType": "application/json" }),
            json!("a"),
            true,
        ),
    ] {
        let schemas = json!({ "S": schema, "T": { "type": "string" } });
        let found = check(dialect, &schemas, None, &value).unwrap();
        assert_eq!(found.is_none(), takes, "{value} against {schemas}: {found:?}");
    }
}

#[test]
fn several_schemas_hold_together() {
    let schemas = json!({ "S": { "minimum": 1 }, "T": { "maximum": 2 } });
    let workspace = description(Dialect::V31, &schemas, &Value::Null);
    let nodes = [component(&workspace, "S"), component(&workspace, "T")];
    let mut replay = Replay::new();
    for (value, takes) in [(0, false), (1, true), (2, true), (3, false)] {
        assert_eq!(
            replay.check(&nodes, None, &json!(value)).unwrap().is_none(),
            takes,
            "{value}"
        );
    }
    assert_eq!(replay.check(&[], None, &json!(1)), Ok(None));
}

#[test]
fn recursion_goes_as_deep_as_the_value() {
    let schemas = json!({ "S": {
        "type": "object",
        "additionalProperties": false,
        "properties": { "next": { "$ref": "#/components/schemas/S" } },
    } });
    let nested = |inner: Value, depth: usize| (0..depth).fold(inner, |value, _| json!({ "next": value }));
    agrees(
        Dialect::V30,
        &schemas,
        None,
        &[
            (nested(json!({}), 20), None),
            (nested(json!(1), 20), Some("`next` should be an object, not a number")),
        ],
    );
    assert_eq!(
        check(Dialect::V30, &schemas, None, &nested(json!({}), 1000)),
        Err(Unreplayable::TooLarge)
    );
}

/// What is tried at all needs no more stack than the thread of a test has.
#[test]
fn the_largest_questions_fit_the_stack() {
    let deep = json!({ "S": { "properties": { "next": { "anyOf": [{ "$ref": "#/components/schemas/S" }] } } } });
    let value = (0..195).fold(json!(1), |value, _| json!({ "next": value }));
    let steps = |keyword: &str, count: u32| -> Value {
        let inner = |at: u32| match keyword {
            "not" => json!({ "not": { "$ref": format!("#/components/schemas/L{at}") } }),
            _ => json!({ keyword: [{ "$ref": format!("#/components/schemas/L{at}") }] }),
        };
        let steps = (0..count).map(|at| (format!("L{at}"), inner(at + 1)));
        let ends = [(format!("L{count}"), json!({})), ("S".to_owned(), inner(0))];
        steps.chain(ends).collect()
    };
    agrees(Dialect::V31, &deep, None, &[(value, None)]);
    for keyword in ["allOf", "anyOf", "oneOf", "not"] {
        agrees(Dialect::V31, &steps(keyword, 289), None, &[(json!({ "a": [1] }), None)]);
        agrees(Dialect::V30, &steps(keyword, 289), None, &[(json!({ "a": [1] }), None)]);
    }
}

#[test]
fn what_cannot_be_tried_says_why() {
    let long: Value = (0..3000)
        .map(|at| {
            (
                format!("L{at}"),
                json!({ "allOf": [{ "$ref": format!("#/components/schemas/L{}", at + 1) }] }),
            )
        })
        .chain([
            ("L3000".to_owned(), json!({})),
            ("S".to_owned(), json!({ "$ref": "#/components/schemas/L0" })),
        ])
        .collect();
    // Each is tried twice as often as the one before.
    let twice: Value = (0..80)
        .map(|at| {
            let next = json!({ "$ref": format!("#/components/schemas/T{}", at + 1) });
            (format!("T{at}"), json!({ "anyOf": [{ "not": next }, next] }))
        })
        .chain([
            ("T80".to_owned(), json!({})),
            ("S".to_owned(), json!({ "$ref": "#/components/schemas/T0" })),
        ])
        .collect();
    for (schemas, reason) in [
        (
            json!({ "S": { "$ref": "#/components/schemas/Gone" } }),
            Unreplayable::Unknown,
        ),
        (
            json!({ "S": { "anyOf": [{ "$ref": "#/components/schemas/S" }, {}] } }),
            Unreplayable::TooLarge,
        ),
        (
            json!({ "S": { "not": { "$ref": "#/components/schemas/T" } }, "T": { "allOf": [{ "$ref": "#/components/schemas/S" }] } }),
            Unreplayable::TooLarge,
        ),
        (json!({ "S": { "maximum": "huge" } }), Unreplayable::Number),
        (json!({ "S": { "pattern": "^(?!a)" } }), Unreplayable::Refused),
        (
            json!({ "S": { "$schema": "https://example.com/own" } }),
            Unreplayable::Dialect,
        ),
        (long, Unreplayable::TooLarge),
        (twice, Unreplayable::TooLarge),
    ] {
        let text = schemas.to_string().replace("\"huge\"", "12345678901234567890123");
        let document =
            format!(r#"{{"openapi":"3.1.0","info":{{"title":"t","version":"1"}},"components":{{"schemas":{text}}}}}"#);
        let workspace = load(document);
        let found = Replay::new().check(&[component(&workspace, "S")], None, &json!(1));
        assert_eq!(found, Err(reason), "{}", &text[..text.len().min(200)]);
    }
}

#[test]
fn what_the_value_lacks_does_not_matter() {
    let schemas = json!({ "S": { "type": "object", "properties": {
        "a": { "type": "string" },
        "b": { "$ref": "#/components/schemas/Gone" },
    } } });
    agrees(
        Dialect::V30,
        &schemas,
        None,
        &[
            (json!({ "a": "x" }), None),
            (json!(1), Some("the value should be an object, not a number")),
        ],
    );
    assert_eq!(
        check(Dialect::V30, &schemas, None, &json!({ "b": 1 })),
        Err(Unreplayable::Unknown)
    );
}

/// Long chains that go deeper into the value each time need no more stack than the value.
#[test]
fn long_chains_are_compiled() {
    let mut schemas: serde_json::Map<String, Value> = (0..5000)
        .map(|at| {
            (
                format!("L{at}"),
                json!({ "properties": { "next": { "$ref": format!("#/components/schemas/L{}", at + 1) } } }),
            )
        })
        .collect();
    schemas.insert("L5000".into(), json!({ "type": "string" }));
    schemas.insert("S".into(), json!({ "$ref": "#/components/schemas/L0" }));
    agrees(
        Dialect::V31,
        &schemas.into(),
        None,
        &[(json!({ "next": { "next": 1 } }), None)],
    );
}

/// What the crate says of the schema as it stands in the description.
fn fits(dialect: Dialect, schemas: &Value, value: &Value) -> bool {
    let (draft, schemas) = match dialect {
        Dialect::V30 => (Draft::Draft4, with_null(schemas.clone())),
        Dialect::V31 => (Draft::Draft202012, schemas.clone()),
    };
    let whole = json!({ "allOf": [{ "$ref": "#/components/schemas/S" }], "components": { "schemas": schemas } });
    jsonschema::options()
        .with_draft(draft)
        .build(&whole)
        .unwrap()
        .is_valid(value)
}

/// `nullable` beside a type as a type.
fn with_null(schema: Value) -> Value {
    match schema {
        Value::Object(mut map) => {
            let nullable = map.remove("nullable") == Some(Value::Bool(true));
            if let Some(word) = map.get("type").filter(|word| nullable && word.is_string()) {
                let types = json!([word, "null"]);
                map.insert("type".into(), types);
            }
            map.into_iter().map(|(key, value)| (key, with_null(value))).collect()
        }
        Value::Array(list) => list.into_iter().map(with_null).collect(),
        other => other,
    }
}

proptest! {
    #![proptest_config(property::config(600))]

    #[test]
    fn replays_agree_with_the_schema_as_it_stands(
        (dialect, schemas, value) in prop::sample::select(&[Dialect::V30, Dialect::V31][..])
            .prop_flat_map(|dialect| (Just(dialect), schemas(dialect), value(dialect)))
    ) {
        if let Ok(found) = check(dialect, &schemas, None, &value) {
            let expected = fits(dialect, &schemas, &value);
            prop_assert_eq!(found.is_none(), expected, "{} against {}: {:?}", value, schemas, found);
        }
    }
}
