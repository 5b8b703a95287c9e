//! Descriptions that chance writes: small, valid, with schemas of all sorts; of OpenAPI and of AsyncAPI.

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use std::fmt;

/// A version of a specification that descriptions are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Version {
    Two,
    Three,
    Three1,
    /// AsyncAPI until 2.6.
    Events2,
    /// AsyncAPI since 3.0.
    Events3,
}

const NAMES: &[&str] = &["Alpha", "Beta", "Gamma"];
const MEMBERS: &[&str] = &["a", "b", "c", "d"];

fn optional(
    name: &'static str,
    value: impl Strategy<Value = Value>,
) -> impl Strategy<Value = Option<(&'static str, Value)>> {
    prop::option::weighted(0.3, value.prop_map(move |value| (name, value)))
}

fn with(start: Value, more: Vec<Option<(&'static str, Value)>>) -> Value {
    let mut object = start.as_object().cloned().unwrap_or_default();
    object.extend(more.into_iter().flatten().map(|(name, value)| (name.to_owned(), value)));
    Value::Object(object)
}

fn count(most: u64) -> impl Strategy<Value = Value> {
    (0..most).prop_map(Value::from)
}

fn reference(version: Version) -> impl Strategy<Value = Value> {
    let holder = if version == Version::Two {
        "definitions"
    } else {
        "components/schemas"
    };
    prop::sample::select(NAMES).prop_map(move |name| json!({ "$ref": format!("#/{holder}/{name}") }))
}

/// A schema without parts.
fn plain(version: Version) -> BoxedStrategy<Value> {
    let words = prop::sample::subsequence(vec!["red", "green", "blue", "grey"], 1..4).prop_map(|words| json!(words));
    let text = (
        optional("minLength", count(3)),
        optional("maxLength", (3..9_u64).prop_map(Value::from)),
        optional(
            "pattern",
            prop::sample::select(vec!["^[a-z]+$", "^a", "[0-9]"]).prop_map(Value::from),
        ),
        optional(
            "format",
            prop::sample::select(vec!["date", "uuid"]).prop_map(Value::from),
        ),
        optional("description", Just(json!("in words"))),
    )
        .prop_map(|(a, b, c, d, e)| with(json!({ "type": "string" }), vec![a, b, c, d, e]));
    let chosen = words.prop_map(|words| json!({ "type": "string", "enum": words }));
    let number = (
        prop::sample::select(vec!["integer", "number"]),
        optional("minimum", (-5..3_i64).prop_map(Value::from)),
        optional("maximum", (3..9_i64).prop_map(Value::from)),
        optional("multipleOf", (1..4_u64).prop_map(Value::from)),
        optional("default", Just(json!(3))),
    )
        .prop_map(|(word, a, b, c, d)| with(json!({ "type": word }), vec![a, b, c, d]));
    let bounded = (any::<bool>(), -3..3_i64).prop_map(move |(exclusive, bound)| match version {
        Version::Two | Version::Three => {
            json!({ "type": "number", "minimum": bound, "exclusiveMinimum": exclusive })
        }
        _ if exclusive => json!({ "type": "number", "exclusiveMinimum": bound }),
        _ => json!({ "type": "number", "const": bound }),
    });
    prop_oneof![
        3 => text,
        2 => chosen,
        2 => number,
        1 => bounded,
        1 => Just(json!({ "type": "boolean" })),
        1 => Just(json!({})),
        3 => reference(version),
    ]
    .boxed()
}

fn object(version: Version, inner: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
    let member = (inner.clone(), 0..8_u8).prop_map(move |(mut schema, mark)| {
        let is_plain = schema.get("$ref").is_none();
        let mark = match mark {
            0 => "readOnly",
            1 if version != Version::Two => "writeOnly",
            _ => return schema,
        };
        if let Some(keywords) = schema.as_object_mut().filter(|_| is_plain) {
            keywords.insert(mark.to_owned(), json!(true));
        }
        schema
    });
    let members = prop::collection::btree_map(prop::sample::select(MEMBERS), member, 1..4);
    let others = prop_oneof![Just(json!(false)), inner];
    (
        members,
        any::<u8>(),
        optional("additionalProperties", others),
        optional("minProperties", count(2)),
    )
        .prop_map(|(members, chosen, others, least)| {
            let required: Vec<&str> = members
                .keys()
                .copied()
                .enumerate()
                .filter(|(at, _)| chosen >> at & 1 == 1)
                .map(|(_, name)| name)
                .collect();
            let members: Map<String, Value> = members
                .into_iter()
                .map(|(name, schema)| (name.to_owned(), schema))
                .collect();
            let needed = (!required.is_empty()).then(|| ("required", json!(required)));
            with(
                json!({ "type": "object", "properties": members }),
                vec![needed, others, least],
            )
        })
        .boxed()
}

fn list(inner: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
    (
        inner,
        optional("minItems", count(3)),
        optional("uniqueItems", any::<bool>().prop_map(Value::from)),
    )
        .prop_map(|(items, least, unique)| with(json!({ "type": "array", "items": items }), vec![least, unique]))
        .boxed()
}

fn schema(version: Version) -> BoxedStrategy<Value> {
    plain(version)
        .prop_recursive(3, 24, 3, move |inner| {
            let inner = inner.boxed();
            let several = prop::collection::vec(inner.clone(), 2..4);
            let combined =
                (prop::sample::select(vec!["allOf", "anyOf", "oneOf"]), several).prop_map(move |(word, parts)| {
                    let word = if version == Version::Two { "allOf" } else { word };
                    json!({ word: parts })
                });
            let nullable = inner.clone().prop_map(move |mut schema| {
                match version {
                    Version::Three if schema.get("type").is_some() => schema["nullable"] = json!(true),
                    Version::Three1 | Version::Events2 | Version::Events3 => {
                        if let Some(word) = schema.get_mut("type").filter(|word| word.is_string()) {
                            *word = json!([word, "null"]);
                        }
                    }
                    _ => {}
                }
                schema
            });
            let special = inner.clone().prop_map(move |schema| match version {
                Version::Two => json!({ "allOf": [schema] }),
                Version::Three => json!({ "type": "string", "not": schema }),
                Version::Three1 => json!({ "type": "array", "prefixItems": [schema], "items": { "type": "string" } }),
                Version::Events2 | Version::Events3 => {
                    json!({ "type": "array", "items": [schema], "additionalItems": { "type": "string" } })
                }
            });
            prop_oneof![
                4 => object(version, inner.clone()),
                2 => list(inner),
                2 => combined,
                1 => nullable,
                1 => special,
            ]
        })
        .boxed()
}

fn parameter(version: Version, name: &'static str) -> BoxedStrategy<Value> {
    (plain(version), any::<bool>())
        .prop_map(move |(schema, required)| {
            let start = json!({ "name": name, "in": "query", "required": required });
            if version != Version::Two {
                return with(start, vec![Some(("schema", schema))]);
            }
            let mut whole = with(json!({ "type": "string" }), vec![]);
            let keywords = schema.as_object().cloned().unwrap_or_default();
            if keywords.contains_key("type") {
                whole = Value::Object(keywords);
            }
            let mut parameter = whole.as_object().cloned().unwrap_or_default();
            parameter.extend(start.as_object().cloned().unwrap_or_default());
            Value::Object(parameter)
        })
        .boxed()
}

/// A description, which failed tests show as JSON.
#[derive(Clone)]
pub(crate) struct Description(pub(crate) Value);

impl fmt::Debug for Description {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// A description in any version.
pub(crate) fn any_description() -> impl Strategy<Value = Description> {
    prop_oneof![
        description(Version::Two),
        description(Version::Three),
        description(Version::Three1),
        events(Version::Events2),
        events(Version::Events3)
    ]
}

/// A description of an event-driven API: what is asked for and what is given, on one channel, and an event on another
/// one with a parameter in its address.
fn events(version: Version) -> impl Strategy<Value = Description> {
    let component = object(version, schema(version));
    let components = [component.clone(), component.clone(), component.clone()];
    let parts = (
        components,
        schema(version),
        schema(version),
        schema(version),
        component,
        any::<[bool; 3]>(),
    );
    parts.prop_map(move |(components, asked, given, event, headers, choices)| {
        let components: Map<String, Value> = NAMES.iter().map(|name| (*name).to_owned()).zip(components).collect();
        let message = |name: &str, payload: Value| json!({ "name": name, "payload": payload });
        let (asked, given) = (message("asked", asked), message("given", given));
        let mut event = message("event", event);
        if choices[0] {
            event["traits"] = json!([{ "contentType": "application/json", "headers": headers }]);
        }
        let values = if choices[1] { json!(["eu", "us"]) } else { json!(["eu"]) };
        let bindings = json!({ "kafka": { "clientId": { "type": "string" } } });
        let mut whole = json!({
            "info": { "title": "One", "version": "1.0.0" },
            "components": { "schemas": components },
        });
        if version == Version::Events2 {
            whole["asyncapi"] = json!("2.6.0");
            whole["channels"] = json!({
                "things": {
                    "publish": { "operationId": "ask", "message": asked },
                    "subscribe": { "operationId": "give", "message": given, "bindings": bindings },
                },
                "things/{id}": {
                    "parameters": { "id": { "schema": { "type": "string", "enum": values } } },
                    "subscribe": { "summary": "What happened", "message": event },
                },
            });
        } else {
            let refer = |path: &str| json!({ "$ref": format!("#/channels/{path}") });
            whole["asyncapi"] = json!("3.1.0");
            whole["channels"] = json!({
                "things": { "address": "things", "messages": { "asked": asked, "given": given } },
                "thing": {
                    "address": "things/{id}",
                    "parameters": { "id": { "enum": values } },
                    "messages": { "event": event },
                },
            });
            whole["operations"] = json!({
                "ask": { "action": "receive", "channel": refer("things"), "messages": [refer("things/messages/asked")] },
                "give": {
                    "action": "send",
                    "channel": refer("things"),
                    "messages": [refer("things/messages/given")],
                    "bindings": bindings,
                },
                "happen": { "action": "send", "channel": refer("thing"), "summary": "What happened" },
            });
            if choices[2] {
                whole["operations"]["ask"]["reply"] =
                    json!({ "channel": refer("things"), "messages": [refer("things/messages/given")] });
            }
        }
        Description(whole)
    })
}

fn description(version: Version) -> impl Strategy<Value = Description> {
    let component = object(version, schema(version));
    let components = [component.clone(), component.clone(), component];
    (components, schema(version), schema(version), parameter(version, "first"), parameter(version, "second")).prop_map(
        move |(components, asked, given, first, second)| {
            let components: Map<String, Value> = NAMES.iter().map(|name| (*name).to_owned()).zip(components).collect();
            let variable = match version {
                Version::Two => json!({ "name": "id", "in": "path", "required": true, "type": "string" }),
                _ => json!({ "name": "id", "in": "path", "required": true, "schema": { "type": "string" } }),
            };
            let response = match version {
                Version::Two => json!({ "description": "one", "schema": given }),
                _ => json!({ "description": "one", "content": { "application/json": { "schema": given } } }),
            };
            let mut write = json!({ "parameters": [variable], "responses": { "200": response } });
            match version {
                Version::Two => {
                    let body = json!({ "name": "body", "in": "body", "schema": asked });
                    write["parameters"].as_array_mut().unwrap().push(body);
                }
                _ => write["requestBody"] = json!({ "content": { "application/json": { "schema": asked } } }),
            }
            let read = json!({ "operationId": "list", "tags": ["x", "y"], "parameters": [second], "responses": { "200": response } });
            let mut whole = json!({
                "info": { "title": "One", "version": "1.0.0" },
                "paths": {
                    "/things": { "parameters": [first], "get": read },
                    "/things/{id}": { "put": write },
                },
            });
            match version {
                Version::Two => {
                    whole["swagger"] = json!("2.0");
                    whole["definitions"] = Value::Object(components);
                }
                _ => {
                    whole["openapi"] = json!(if version == Version::Three { "3.0.3" } else { "3.1.0" });
                    whole["components"] = json!({ "schemas": components });
                }
            }
            Description(whole)
        },
    )
}
