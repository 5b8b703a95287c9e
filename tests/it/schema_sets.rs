//! Schemas as sets agree with the `jsonschema` crate, on schemas and values made at random: what they take, and what a
//! proof or a witness says of two of them.

use crate::property;
use crate::schema_validator::{Dialect, description, schemas, value};
use jsonschema::{Draft, Validator};
use proptest::prelude::*;
use serde_json::{Value, json};
use stipula::document::{Node, Workspace};
use stipula::schema::{Bounds, Containment, SchemaId, Schemas};

fn component<'w>(workspace: &'w Workspace, name: &str) -> Node<'w> {
    let root = workspace.root(workspace.ids().next().unwrap());
    ["components", "schemas", name]
        .iter()
        .fold(root, |node, key| node.find(key).unwrap())
}

/// What the crate makes of one of the schemas.
fn crate_validator(dialect: Dialect, schemas: &Value, name: &str) -> Validator {
    let (draft, schemas) = match dialect {
        Dialect::V30 => (Draft::Draft4, with_null(schemas.clone())),
        Dialect::V31 => (Draft::Draft202012, schemas.clone()),
    };
    let reference = format!("#/components/schemas/{name}");
    let whole = json!({ "allOf": [{ "$ref": reference }], "components": { "schemas": schemas } });
    jsonschema::options()
        .with_draft(draft)
        .build(&whole)
        .unwrap_or_else(|error| panic!("{error}: {whole}"))
}

/// `nullable` beside a type, as draft 4 says it.
fn with_null(schema: Value) -> Value {
    match schema {
        Value::Object(mut map) => {
            let nullable = map.remove("nullable") == Some(Value::Bool(true));
            if nullable && let Some(Value::String(name)) = map.get("type") {
                map.insert("type".into(), json!([name, "null"]));
            }
            map.into_iter().map(|(key, value)| (key, with_null(value))).collect()
        }
        Value::Array(list) => list.into_iter().map(with_null).collect(),
        other => other,
    }
}

fn has_line_terminator(value: &Value) -> bool {
    let text = value.to_string();
    ["\\r", "\u{2028}", "\u{2029}"]
        .iter()
        .any(|letter| text.contains(letter))
}

fn holds(dialect: Dialect, all: &Value, values: &[Value]) -> Result<(), TestCaseError> {
    let workspace = description(dialect, all, &Value::Null);
    let mut sets = Schemas::new(Bounds::default());
    let names = ["S", "A", "B", "Loop"];
    let known: Vec<(SchemaId, Validator)> = names
        .iter()
        .map(|name| {
            let id = sets.read(&[component(&workspace, name)], None);
            (id, crate_validator(dialect, all, name))
        })
        .collect();
    for (id, validator) in &known {
        for value in values {
            if let Some(accepted) = sets.accepts(*id, value) {
                prop_assert_eq!(accepted, validator.is_valid(value), "{} against {}", value, all);
            }
        }
    }
    for (inner_name, (inner, inner_validator)) in names.iter().zip(&known) {
        for (outer_name, (outer, outer_validator)) in names.iter().zip(&known) {
            match sets.contains(*inner, *outer) {
                Containment::Contained => {
                    for value in values.iter().filter(|value| inner_validator.is_valid(value)) {
                        prop_assert!(
                            outer_validator.is_valid(value),
                            "{} is of {} and not of {}, which is said to contain it: {}",
                            value,
                            inner_name,
                            outer_name,
                            all
                        );
                    }
                }
                // For the crate, `.` matches more line terminators than for ECMA 262.
                Containment::Refuted(witness) if has_line_terminator(&witness) => {}
                Containment::Refuted(witness) => {
                    let (of_inner, of_outer) = (inner_validator.is_valid(&witness), outer_validator.is_valid(&witness));
                    prop_assert!(
                        of_inner && !of_outer,
                        "{} is of {}: {}, of {}: {}: {}",
                        witness,
                        inner_name,
                        of_inner,
                        outer_name,
                        of_outer,
                        all
                    );
                }
                Containment::Undecided(_) => {}
            }
        }
    }
    Ok(())
}

/// A schema with one entry, somewhere in it, left out or put under another name of its kind.
fn edited(schema: &Value, at: usize) -> Value {
    let mut edited = schema.clone();
    let mut left = at % (2 * entries(schema)).max(1);
    edit(&mut edited, &mut left);
    edited
}

fn entries(value: &Value) -> usize {
    match value {
        Value::Object(map) => map.values().map(|value| 1 + entries(value)).sum(),
        Value::Array(list) => list.iter().map(|value| 1 + entries(value)).sum(),
        _ => 0,
    }
}

/// Makes the edit of this number; true once it is made.
fn edit(value: &mut Value, left: &mut usize) -> bool {
    match value {
        Value::Object(map) => {
            for key in map.keys().cloned().collect::<Vec<_>>() {
                match *left {
                    0 => {
                        map.remove(&key);
                        return true;
                    }
                    1 => {
                        if ["items", "additionalProperties", "contains", "not", "if"].contains(&key.as_str()) {
                            map.insert(key, json!({ "not": {} }));
                        } else if map[&key].is_u64() {
                            map.insert(key, json!(2));
                        } else {
                            map.remove(&key);
                        }
                        return true;
                    }
                    _ => *left -= 2,
                }
                if map.get_mut(&key).is_some_and(|value| edit(value, left)) {
                    return true;
                }
            }
            false
        }
        Value::Array(list) => {
            for at in 0..list.len() {
                match *left {
                    0 | 1 if list.len() > 1 => {
                        list.remove(at);
                        return true;
                    }
                    0 | 1 => *left = 0,
                    _ => *left -= 2,
                }
                if edit(&mut list[at], left) {
                    return true;
                }
            }
            false
        }
        _ => false,
    }
}

/// Schemas that refer to each other through members and elements, and through what must not be.
fn recursive() -> impl Strategy<Value = Value> {
    let reference = || {
        prop::sample::select(vec!["S", "A", "B", "Loop"])
            .prop_map(|name| json!({ "$ref": format!("#/components/schemas/{name}") }))
    };
    let small = || {
        prop_oneof![
            4 => reference(),
            1 => Just(json!({ "type": "null" })),
            1 => Just(json!({ "type": "object" })),
            1 => Just(json!(false)),
            1 => reference().prop_map(|to| json!({ "not": to })),
            1 => reference().prop_map(|to| json!({ "anyOf": [to, { "type": "null" }] })),
        ]
        .boxed()
    };
    let node = move || {
        (
            prop::option::of(small()),
            prop::option::of(small()),
            prop::option::of(small()),
            prop::option::of(small()),
            prop::sample::subsequence(vec!["a", "b"], 0..=2),
            prop::option::of(prop::sample::select(vec!["object", "array", "null"])),
            prop::option::of(0_u64..3),
        )
            .prop_map(|(a, b, rest, items, required, kind, count)| {
                let mut properties = serde_json::Map::new();
                properties.extend(a.map(|a| ("a".to_owned(), a)));
                properties.extend(b.map(|b| ("b".to_owned(), b)));
                let mut schema = json!({ "properties": properties, "required": required });
                for (key, value) in [("additionalProperties", rest), ("items", items)] {
                    if let Some(value) = value {
                        schema[key] = value;
                    }
                }
                if let Some(kind) = kind {
                    schema["type"] = json!(kind);
                }
                if let Some(count) = count {
                    schema["minItems"] = json!(count);
                }
                schema
            })
            .boxed()
    };
    let whole = move || {
        prop_oneof![
            3 => node(),
            1 => (node(), node()).prop_map(|(a, b)| json!({ "oneOf": [a, b] })),
            1 => (node(), node()).prop_map(|(a, b)| json!({ "anyOf": [a, { "not": b }] })),
        ]
        .boxed()
    };
    (whole(), whole(), whole(), whole()).prop_map(|(s, a, b, l)| json!({ "S": s, "A": a, "B": b, "Loop": l }))
}

/// Values of the members and elements that those schemas speak of.
fn nested() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![Just(json!(null)), Just(json!({})), Just(json!([]))];
    leaf.prop_recursive(4, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map(prop::sample::select(vec!["a", "b", "c"]), inner, 0..3)
                .prop_map(|map| json!(map)),
        ]
    })
}

proptest! {
    #![proptest_config(property::config(1_000))]

    #[test]
    fn sets_agree_with_the_crate_on_3_1(
        all in schemas(Dialect::V31),
        values in prop::collection::vec(value(Dialect::V31), 12),
    ) {
        holds(Dialect::V31, &all, &values)?;
    }

    #[test]
    fn sets_agree_with_the_crate_on_3_0(
        all in schemas(Dialect::V30),
        values in prop::collection::vec(value(Dialect::V30), 12),
    ) {
        holds(Dialect::V30, &all, &values)?;
    }

    #[test]
    fn edits_are_judged_as_the_crate_does(
        mut all in schemas(Dialect::V31),
        at in any::<prop::sample::Index>(),
        values in prop::collection::vec(value(Dialect::V31), 12),
    ) {
        all["A"] = edited(&all["S"], at.index(10_000));
        holds(Dialect::V31, &all, &values)?;
    }

    #[test]
    fn schemas_that_refer_to_themselves_are_judged_as_the_crate_does(
        all in recursive(),
        values in prop::collection::vec(nested(), 12),
    ) {
        holds(Dialect::V31, &all, &values)?;
    }
}
