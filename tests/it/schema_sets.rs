//! Schemas as sets agree with the `jsonschema` crate, on schemas and values made at random: what they take, and what a
//! proof or a witness says of two of them.

use crate::property;
use crate::schema_validator::{Dialect, description, schemas, value};
use crate::schemas::load;
use jsonschema::{Draft, Validator};
use proptest::prelude::*;
use serde_json::{Value, json};
use stipula::document::http::Direction;
use stipula::document::{Dialect as Dialects, DocumentId, Node, Workspace};
use stipula::schema::{Bounds, Containment, Reason, SchemaId, Schemas, Step};
use stipula::syntax::key;

/// The two schemas of a pair, in one store.
fn pair(inner: &Value, outer: &Value) -> (Workspace, [DocumentId; 2]) {
    let workspace = load(&[inner.to_string(), outer.to_string()], Dialects::Draft202012);
    let mut ids = workspace.ids();
    let both = [ids.next().unwrap(), ids.next().unwrap()];
    (workspace, both)
}

fn contains(inner: &Value, outer: &Value) -> Containment {
    let (workspace, ids) = pair(inner, outer);
    let mut sets = Schemas::new(Bounds::default());
    let [inner, outer] = ids.map(|id| sets.read(&[workspace.root(id)], None));
    sets.contains(inner, outer)
}

#[test]
fn rewritings_are_one_schema() {
    let long = json!({ "type": "object", "properties": { "a": { "type": "string" } }, "required": ["a"] });
    for (one, other) in [
        (json!({}), json!(true)),
        (json!({ "allOf": [long] }), long.clone()),
        (json!({ "$ref": "#/$defs/a", "$defs": { "a": long } }), long.clone()),
        (
            json!({ "allOf": [{ "type": "object", "required": ["a"] }, { "properties": { "a": { "type": "string" } } }] }),
            long.clone(),
        ),
        (
            json!({ "oneOf": [{ "type": "null" }, long] }),
            json!({ "anyOf": [long, { "type": "null" }] }),
        ),
        (
            json!({ "type": ["integer", "null"] }),
            json!({ "anyOf": [{ "const": null }, { "type": "integer" }] }),
        ),
        (
            json!({ "enum": [1, "a"] }),
            json!({ "anyOf": [{ "const": "a" }, { "const": 1.0 }] }),
        ),
        (json!({ "not": { "not": long } }), long.clone()),
        (json!({ "title": "x", "format": "uuid", "default": 1 }), json!(true)),
        (
            json!({ "type": "string", "minItems": 3, "minLength": 0 }),
            json!({ "type": "string" }),
        ),
        (
            json!({ "enum": [true, false, null] }),
            json!({ "type": ["boolean", "null"] }),
        ),
        (
            json!({ "allOf": [{ "type": "string" }, { "type": "number" }] }),
            json!(false),
        ),
        (
            json!({ "oneOf": [
                { "properties": { "kind": { "const": "a" } }, "required": ["kind"], "type": "object" },
                { "properties": { "kind": { "const": "b" } }, "required": ["kind"], "type": "object" },
            ] }),
            json!({ "anyOf": [
                { "properties": { "kind": { "const": "b" } }, "required": ["kind"], "type": "object" },
                { "properties": { "kind": { "const": "a" } }, "required": ["kind"], "type": "object" },
            ] }),
        ),
    ] {
        let (workspace, ids) = pair(&one, &other);
        let mut sets = Schemas::new(Bounds::default());
        let ids = ids.map(|id| sets.read(&[workspace.root(id)], None));
        assert_eq!(ids[0], ids[1], "{one} {other}");
    }
}

#[test]
fn containment_is_proved() {
    let list =
        |of: &str| json!({ "type": "object", "properties": { "head": { "type": of }, "tail": { "$ref": "#" } } });
    for (inner, outer) in [
        (json!({ "multipleOf": 4 }), json!({ "multipleOf": 2 })),
        (
            json!({ "type": "integer", "exclusiveMinimum": 0 }),
            json!({ "minimum": 1 }),
        ),
        (json!({ "multipleOf": 0.3 }), json!({ "multipleOf": 0.1 })),
        (
            json!({ "type": "number", "allOf": [{ "multipleOf": 4 }, { "multipleOf": 6 }] }),
            json!({ "multipleOf": 12 }),
        ),
        (json!({ "const": 1e308 }), json!({ "multipleOf": 0.5 })),
        (
            json!({ "type": "integer", "minimum": 0.5, "maximum": 1.5 }),
            json!({ "const": 1 }),
        ),
        (
            json!({ "type": "string", "pattern": "^[a-c]{2}$" }),
            json!({ "pattern": "^[a-z]*$", "maxLength": 2 }),
        ),
        (json!({ "minLength": 3 }), json!({ "minLength": 2 })),
        (
            json!({ "type": "array", "items": { "type": "boolean" }, "uniqueItems": true }),
            json!({ "maxItems": 2 }),
        ),
        (
            json!({ "contains": { "const": 1 }, "minContains": 2 }),
            json!({ "minItems": 2 }),
        ),
        (
            json!({ "type": "array", "prefixItems": [true, false] }),
            json!({ "maxItems": 1 }),
        ),
        (
            json!({ "items": { "const": 1 }, "minItems": 2 }),
            json!({ "not": { "type": "array", "uniqueItems": true } }),
        ),
        (
            json!({ "type": "object", "required": ["a", "b"], "maxProperties": 2 }),
            json!({ "propertyNames": { "enum": ["a", "b"] } }),
        ),
        (
            json!({ "patternProperties": { "^a": { "type": "integer" } } }),
            json!({ "properties": { "ab": { "type": "number" } } }),
        ),
        (
            json!({ "patternProperties": { "^a": true }, "additionalProperties": false }),
            json!({ "propertyNames": { "pattern": "^a" } }),
        ),
        (
            json!({ "if": { "required": ["a"] }, "then": { "required": ["b"] }, "else": false, "type": "object" }),
            json!({ "required": ["a", "b"] }),
        ),
        (
            json!({ "dependentRequired": { "a": ["b"] }, "required": ["a"] }),
            json!({ "required": ["b"] }),
        ),
        (
            json!({ "properties": { "a": true }, "anyOf": [{ "properties": { "b": true } }], "unevaluatedProperties": false }),
            json!({ "propertyNames": { "enum": ["a", "b"] } }),
        ),
        (
            json!({ "prefixItems": [true], "unevaluatedItems": false }),
            json!({ "maxItems": 1 }),
        ),
        (list("integer"), list("number")),
        // No finite value has itself in it.
        (
            json!({ "type": "object", "properties": { "a": { "$ref": "#" } }, "required": ["a"] }),
            json!(false),
        ),
        (
            json!({ "type": "array", "items": { "$ref": "#" }, "minItems": 1 }),
            json!(false),
        ),
        (
            json!({ "enum": [{ "a": [1] }, { "a": [2] }] }),
            json!({ "properties": { "a": { "minItems": 1 } } }),
        ),
    ] {
        assert_eq!(contains(&inner, &outer), Containment::Contained, "{inner} {outer}");
    }
}

#[test]
fn witnesses_are_small() {
    for (inner, outer, witness) in [
        (json!({ "multipleOf": 2 }), json!({ "multipleOf": 4 }), json!(2)),
        (json!(true), json!(false), json!(null)),
        (json!({ "type": "number" }), json!({ "type": "integer" }), json!(0.5)),
        (json!({ "type": "string" }), json!({ "minLength": 1 }), json!("")),
        (json!({ "type": "string" }), json!({ "maxLength": 2 }), json!("aaa")),
        (json!({ "type": "string" }), json!({ "enum": ["", "a"] }), json!("b")),
        (
            json!({ "type": "array" }),
            json!({ "uniqueItems": true }),
            json!([null, null]),
        ),
        (
            json!({ "type": "object" }),
            json!({ "additionalProperties": false }),
            json!({ "a": null }),
        ),
        (
            json!({ "type": "object", "required": ["id"], "properties": { "id": { "type": "integer" } } }),
            json!({ "required": ["id", "name"] }),
            json!({ "id": 0 }),
        ),
        // Another alternative that overlaps refuses what was taken.
        (
            json!({ "oneOf": [{ "type": "integer" }] }),
            json!({ "oneOf": [{ "type": "integer" }, { "minimum": 5 }] }),
            json!(5),
        ),
        (
            json!({ "enum": ["a", "b", "c"] }),
            json!({ "enum": ["a", "c"] }),
            json!("b"),
        ),
        (
            json!({ "type": "object" }),
            json!({ "const": {} }),
            json!({ "a": null }),
        ),
        (
            json!({ "properties": { "next": { "$ref": "#" } }, "type": "object" }),
            json!({ "properties": { "next": { "properties": { "next": { "maxProperties": 0 } } } } }),
            json!({ "next": { "next": { "a": null } } }),
        ),
    ] {
        assert_eq!(
            contains(&inner, &outer),
            Containment::Refuted(witness),
            "{inner} {outer}"
        );
    }
}

#[test]
fn what_is_not_known_is_said() {
    for (inner, outer, reason) in [
        (
            json!({ "type": "string" }),
            json!({ "pattern": "^(?=a)" }),
            Reason::Pattern,
        ),
        (
            json!({ "type": "string" }),
            json!({ "$ref": "https://example.com/other" }),
            Reason::UnknownSchema,
        ),
        (
            json!({ "type": "string" }),
            json!({ "minLength": "2" }),
            Reason::Malformed,
        ),
        (
            json!({ "type": "string" }),
            json!({ "allOf": [{ "$ref": "#" }] }),
            Reason::EndlessSchema,
        ),
        (
            json!({ "type": "string" }),
            json!({ "type": "text" }),
            Reason::Malformed,
        ),
        (
            json!({ "type": "number" }),
            json!({ "$id": "https://example.com/a", "$dynamicAnchor": "t", "anyOf": [{ "$dynamicRef": "#t" }],
                "$defs": { "b": { "$id": "b", "$dynamicAnchor": "t" } } }),
            Reason::DynamicReference,
        ),
    ] {
        assert_eq!(
            contains(&inner, &outer),
            Containment::Undecided(reason),
            "{inner} {outer}"
        );
        // What is unknown is still the same as itself.
        let (workspace, ids) = pair(&inner, &outer);
        let mut sets = Schemas::new(Bounds::default());
        let [known, unknown] = ids.map(|id| sets.read(&[workspace.root(id)], None));
        let (either, both) = (sets.any_of(&[known, unknown]), sets.all_of(&[known, unknown]));
        assert_eq!(sets.contains(unknown, either), Containment::Contained, "{outer}");
        assert_eq!(sets.contains(both, unknown), Containment::Contained, "{outer}");
    }
}

#[test]
fn a_keyword_alone_keeps_its_meaning() {
    let schema = json!({
        "properties": { "a": { "type": "string" } },
        "additionalProperties": false,
        "prefixItems": [true, true],
        "items": false,
        "if": { "required": ["a"] },
        "then": { "required": ["b"] },
        "contains": { "const": 1 },
        "minContains": 2,
        "maxContains": 3,
        "title": "t",
    });
    let (workspace, [schema, _]) = pair(&schema, &json!(true));
    let mut sets = Schemas::new(Bounds::default());
    for (keyword, taken, refused) in [
        (key::PROPERTIES, json!({ "b": 1 }), json!({ "a": 1 })),
        (key::ADDITIONAL_PROPERTIES, json!({ "a": 1 }), json!({ "b": 1 })),
        (key::ITEMS, json!([1, 2]), json!([1, 2, 3])),
        (key::THEN, json!({}), json!({ "a": "" })),
        (key::MIN_CONTAINS, json!([1, 1, 1, 1]), json!([1])),
        (key::MAX_CONTAINS, json!([]), json!([1, 1, 1, 1])),
    ] {
        let alone = sets.read_keyword(workspace.root(schema), keyword, None);
        assert_eq!(sets.accepts(alone, &taken), Some(true), "{keyword:?} {taken}");
        assert_eq!(sets.accepts(alone, &refused), Some(false), "{keyword:?} {refused}");
    }
    for keyword in [key::TITLE, key::ENUM, key::IF] {
        let anything = sets.anything();
        assert_eq!(sets.read_keyword(workspace.root(schema), keyword, None), anything);
    }
}

#[test]
fn a_view_leaves_out_what_does_not_travel() {
    let schemas = json!({ "S": {
        "type": "object",
        "required": ["id", "secret"],
        "additionalProperties": false,
        "properties": {
            "id": { "type": "string", "readOnly": true },
            "secret": { "type": "string", "writeOnly": true },
        },
    } });
    let workspace = description(Dialect::V30, &schemas, &Value::Null);
    let mut sets = Schemas::new(Bounds::default());
    for (view, taken, refused) in [
        (None, json!({ "id": "", "secret": "" }), json!({ "id": "" })),
        (
            Some(Direction::Request),
            json!({ "secret": "", "id": 1 }),
            json!({ "id": "" }),
        ),
        (
            Some(Direction::Response),
            json!({ "id": "", "secret": 1 }),
            json!({ "secret": "" }),
        ),
    ] {
        let seen = sets.read(&[component(&workspace, "S")], view);
        assert_eq!(sets.accepts(seen, &taken), Some(true), "{view:?} {taken}");
        assert_eq!(sets.accepts(seen, &refused), Some(false), "{view:?} {refused}");
        assert_eq!(
            sets.accepts(seen, &json!({ "id": "", "secret": "", "x": 1 })),
            Some(false)
        );
    }
}

#[test]
fn a_discriminator_tells_branches_apart() {
    let schemas = json!({
        "S": {
            "oneOf": [{ "$ref": "#/components/schemas/Cat" }, { "$ref": "#/components/schemas/Dog" }],
            "discriminator": { "propertyName": "kind", "mapping": { "hound": "#/components/schemas/Dog" } },
        },
        "Cat": { "type": "object" },
        "Dog": { "type": "object" },
    });
    let workspace = description(Dialect::V30, &schemas, &Value::Null);
    let mut sets = Schemas::new(Bounds::default());
    let pets = sets.read(&[component(&workspace, "S")], None);
    for (value, accepted) in [
        (json!({ "kind": "Cat" }), true),
        (json!({ "kind": "hound" }), true),
        (json!({ "kind": "Dog" }), false),
        (json!({}), false),
    ] {
        assert_eq!(sets.accepts(pets, &value), Some(accepted), "{value}");
    }
}

#[test]
fn a_witness_is_lifted_to_the_whole() {
    let schema = json!({
        "type": "object",
        "required": ["id", "lines"],
        "properties": {
            "id": { "type": "integer" },
            "lines": { "type": "array", "minItems": 2, "items": { "$ref": "#/$defs/line" } },
        },
        "additionalProperties": { "type": "object", "properties": { "known": { "type": "string" } } },
        "$defs": { "line": {
            "type": "object", "required": ["sku", "count"],
            "properties": { "sku": { "type": "string" }, "count": { "type": "integer" } },
        } },
    });
    let (workspace, [schema, _]) = pair(&schema, &json!(true));
    let mut sets = Schemas::new(Bounds::default());
    let order = sets.read(&[workspace.root(schema)], None);
    let property = |name: &str| Step::Property(name.to_owned());
    for (path, inner, whole) in [
        (vec![], json!({ "id": 1, "lines": [] }), None),
        (
            vec![property("lines"), Step::Items, property("sku")],
            json!("x"),
            Some(json!({ "id": 0, "lines": [{ "count": 0, "sku": "x" }, { "count": 0, "sku": "" }] })),
        ),
        (vec![property("lines"), Step::Items, property("sku")], json!(1), None),
        (
            vec![Step::AdditionalProperty, property("known")],
            json!("k"),
            Some(json!({
                "a": { "known": "k" },
                "id": 0,
                "lines": [{ "count": 0, "sku": "" }, { "count": 0, "sku": "" }],
            })),
        ),
        // The name of an additional property is none of those that are declared.
        (vec![Step::AdditionalProperty], json!(5), None),
    ] {
        assert_eq!(sets.around(order, &path, &inner), whole, "{path:?} {inner}");
    }
}

/// Schemas that cost more than they look like are given up, not pursued; and none needs a large stack.
#[test]
fn hostile_schemas_are_answered() {
    let chain = |count: usize, last: Value, link: fn(Value) -> Value| {
        let target = |at: usize| json!({ "$ref": format!("#/$defs/D{at}") });
        let mut definitions: serde_json::Map<String, Value> =
            (0..count).map(|at| (format!("D{at}"), link(target(at + 1)))).collect();
        definitions.insert(format!("D{count}"), last);
        json!({ "$ref": "#/$defs/D0", "$defs": definitions })
    };
    let links: [fn(Value) -> Value; 8] = [
        |next| json!({ "properties": { "a": next }, "required": ["a"] }),
        |next| json!({ "properties": { "a": next, "b": next }, "required": ["a", "b"] }),
        |next| json!({ "allOf": [next, { "minLength": 1 }] }),
        |next| json!({ "anyOf": [next, { "minLength": 1 }] }),
        |next| json!({ "not": next }),
        |next| json!({ "oneOf": [{ "properties": { "a": next } }, { "properties": { "b": next } }] }),
        |next| json!({ "propertyNames": next, "patternProperties": { "^a": next } }),
        |next| json!({ "anyOf": [next], "properties": { "a": {} }, "unevaluatedProperties": false }),
    ];
    for link in links {
        for count in [50, 3000] {
            let (one, other) = (json!({ "type": "null" }), json!({ "type": "string" }));
            let _ = contains(&chain(count, one, link), &chain(count, other, link));
        }
    }
    // As many pigeons as there are holes, and one more.
    let holes: Vec<usize> = (0..9).collect();
    let name = |at: usize| format!("v{at}");
    let mut pigeons: Vec<Value> = Vec::new();
    for one in 0..=holes.len() {
        pigeons.push(json!({ "properties": { name(one): { "enum": holes } }, "required": [name(one)] }));
        for other in 0..one {
            for hole in &holes {
                let both = json!({ name(one): { "const": hole }, name(other): { "const": hole } });
                pigeons.push(json!({ "not": { "properties": both, "required": [name(one), name(other)] } }));
            }
        }
    }
    let _ = contains(&json!({ "type": "object", "allOf": pigeons }), &json!(false));
    for (inner, outer) in [
        (
            json!({ "type": "array", "minItems": 1_000_000_000_000_u64 }),
            json!({ "maxLength": 5 }),
        ),
        (
            json!({ "type": "string", "minLength": 1_000_000_000_000_u64 }),
            json!({ "maxItems": 5 }),
        ),
    ] {
        assert_eq!(contains(&inner, &outer), Containment::Contained);
    }
}

pub(crate) fn component<'w>(workspace: &'w Workspace, name: &str) -> Node<'w> {
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
pub(crate) fn edited(schema: &Value, at: usize) -> Value {
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
