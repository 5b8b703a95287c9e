//! Values for fields, and objects around them in which they mean something.

use super::{ENTRY, EXTENSION, Hop, Slot, Space, parsed};
use serde_json::{Map, Value, json};
use stipula::document::grammar::{self, Demand, Holds, Names, OtherKeys, TextFormat};
use stipula::document::{Kind, LinkClass};
use stipula::formats::openapi::V2;
use stipula::syntax::Key;

/// What an object of a kind holds, beside what it has to, so that it says something.
const ESSENCE: &[(Kind, &[&str])] = &[
    (Kind::Schema, &["type"]),
    (Kind::Parameter, &["schema", "type"]),
    (Kind::Header, &["schema", "type"]),
    (Kind::Items, &["type"]),
    (Kind::MediaType, &["schema"]),
    (Kind::Example, &["value"]),
    (Kind::Link, &["operationId"]),
    (Kind::Encoding, &["contentType"]),
    (Kind::Xml, &["name"]),
    (Kind::Contact, &["name"]),
    (Kind::OAuthFlows, &["implicit"]),
    (Kind::Operation, &["responses"]),
    (Kind::PathItem, &["get"]),
    (Kind::Responses, &[ENTRY]),
    (Kind::Response, &["description"]),
    (Kind::Callback, &[ENTRY]),
    (Kind::Paths, &[ENTRY]),
    (Kind::SecurityRequirement, &[ENTRY]),
    (Kind::Components, &["schemas"]),
    (Kind::Root, &["paths"]),
];

const VALUES: &[Kind] = &[Kind::Schema, Kind::Parameter, Kind::Header, Kind::Items];
const SCHEMA: &[Kind] = &[Kind::Schema];
const ANY: &[Kind] = &[];

/// What has to stand beside some fields so that they mean something; null takes a field away.
const BESIDE: &[(&[Kind], &[&str], &str)] = &[
    (VALUES, &["minimum", "maximum", "multipleOf"], r#"{"type": "number"}"#),
    (VALUES, &["exclusiveMinimum"], r#"{"type": "number", "minimum": 1}"#),
    (VALUES, &["exclusiveMaximum"], r#"{"type": "number", "maximum": 9}"#),
    (
        VALUES,
        &["items", "minItems", "maxItems", "uniqueItems", "collectionFormat"],
        r#"{"type": "array"}"#,
    ),
    (
        SCHEMA,
        &["prefixItems", "contains", "unevaluatedItems"],
        r#"{"type": "array"}"#,
    ),
    (
        SCHEMA,
        &["minContains", "maxContains"],
        r#"{"type": "array", "contains": {"type": "string"}}"#,
    ),
    (
        SCHEMA,
        &[
            "properties",
            "additionalProperties",
            "patternProperties",
            "propertyNames",
            "required",
            "minProperties",
            "maxProperties",
            "dependentRequired",
            "dependentSchemas",
            "dependencies",
            "unevaluatedProperties",
        ],
        r#"{"type": "object"}"#,
    ),
    (
        SCHEMA,
        &["contentSchema"],
        r#"{"contentMediaType": "application/json"}"#,
    ),
    (
        SCHEMA,
        &["$ref", "$dynamicRef", "allOf", "anyOf", "oneOf", "not"],
        r#"{"type": null}"#,
    ),
    (SCHEMA, &["if"], r#"{"type": null, "then": {"enum": ["three"]}}"#),
    (SCHEMA, &["then"], r#"{"type": null, "if": {}}"#),
    (SCHEMA, &["else"], r#"{"type": null, "if": {"not": {}}}"#),
    (
        &[Kind::Parameter],
        &["style", "explode", "allowReserved"],
        r#"{"schema": {"type": "array", "items": {"type": "string"}}}"#,
    ),
    (
        &[Kind::Header],
        &["style", "explode"],
        r#"{"schema": {"type": "array", "items": {"type": "string"}}}"#,
    ),
    (
        &[Kind::MediaType],
        &["encoding"],
        r#"{"schema": {"type": "object", "properties": {"one": {"type": "string"}, "two": {"type": "string"}}}}"#,
    ),
    (
        &[Kind::Operation],
        &["requestBody"],
        r#"{"responses": {"200": {"description": "one"}}}"#,
    ),
    (
        &[Kind::SecurityScheme],
        &["bearerFormat"],
        r#"{"type": "http", "scheme": "bearer"}"#,
    ),
    (&[Kind::PathItem], &["$ref"], r#"{"get": null}"#),
    (
        &[Kind::Operation],
        &["consumes"],
        r#"{"parameters": [{"name": "one", "in": "body", "schema": {"type": "string"}}]}"#,
    ),
    (
        &[Kind::Operation],
        &["produces"],
        r#"{"responses": {"200": {"description": "one", "schema": {"type": "string"}}}}"#,
    ),
    (
        &[Kind::Root],
        &["consumes", "produces"],
        r#"{"paths": {"/one": {"put": {
            "parameters": [{"name": "one", "in": "body", "schema": {"type": "string"}}],
            "responses": {"200": {"description": "one", "schema": {"type": "string"}}}
        }}}}"#,
    ),
];

/// Two values of a field of some kinds, or of any, where what its table says does not tell of any that mean something.
const SAMPLES: &[(&[Kind], &str, &str, &str)] = &[
    (ANY, "type", r#""string""#, r#""integer""#),
    (ANY, "format", r#""date""#, r#""uuid""#),
    (&[Kind::Parameter], "in", r#""query""#, r#""header""#),
    (ANY, "style", r#""spaceDelimited""#, r#""pipeDelimited""#),
    (&[Kind::Header], "explode", "true", "false"),
    (ANY, "explode", "false", "true"),
    (ANY, "version", r#""1.0.0""#, r#""1.1.0""#),
    (
        ANY,
        "url",
        r#""https://one.example.com""#,
        r#""https://two.example.com""#,
    ),
    (ANY, "propertyNames", r#"{"maxLength": 2}"#, r#"{"maxLength": 3}"#),
    (
        SCHEMA,
        "dependentSchemas",
        r#"{"five": {"required": ["one"]}}"#,
        r#"{"five": {"required": ["two"]}}"#,
    ),
    (ANY, "contentEncoding", r#""base64""#, r#""base16""#),
    (ANY, "contentMediaType", r#""application/json""#, r#""application/xml""#),
    (ANY, "$recursiveRef", r##""#""##, r##""#/$defs/One""##),
    (
        ANY,
        "oneOf",
        r#"[{"type": "string"}, {"type": "integer"}]"#,
        r#"[{"type": "string"}, {"type": "boolean"}]"#,
    ),
    (
        ANY,
        "anyOf",
        r#"[{"type": "string"}, {"type": "boolean"}]"#,
        r#"[{"type": "integer"}, {"type": "boolean"}]"#,
    ),
];

/// Path items that use the component `one`, by the field that it stands under.
pub(crate) const USES: &[(Kind, &str, &str)] = &[
    (
        Kind::Components,
        "schemas",
        r##"{"get": {"responses": {"200": {"description": "one", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/one"}}}}}}}"##,
    ),
    (
        Kind::Components,
        "responses",
        r##"{"get": {"responses": {"200": {"$ref": "#/components/responses/one"}}}}"##,
    ),
    (
        Kind::Components,
        "parameters",
        r##"{"parameters": [{"$ref": "#/components/parameters/one"}], "get": {"responses": {"200": {"description": "one"}}}}"##,
    ),
    (
        Kind::Components,
        "examples",
        r##"{"get": {"responses": {"200": {"description": "one", "content": {"text/plain": {"examples": {"one": {"$ref": "#/components/examples/one"}}}}}}}}"##,
    ),
    (
        Kind::Components,
        "requestBodies",
        r##"{"put": {"requestBody": {"$ref": "#/components/requestBodies/one"}, "responses": {"200": {"description": "one"}}}}"##,
    ),
    (
        Kind::Components,
        "headers",
        r##"{"get": {"responses": {"200": {"description": "one", "headers": {"one": {"$ref": "#/components/headers/one"}}}}}}"##,
    ),
    (
        Kind::Components,
        "links",
        r##"{"get": {"responses": {"200": {"description": "one", "links": {"one": {"$ref": "#/components/links/one"}}}}}}"##,
    ),
    (
        Kind::Components,
        "callbacks",
        r##"{"put": {"callbacks": {"one": {"$ref": "#/components/callbacks/one"}}, "responses": {"200": {"description": "one"}}}}"##,
    ),
    (
        Kind::Components,
        "pathItems",
        r##"{"$ref": "#/components/pathItems/one"}"##,
    ),
    (
        Kind::Components,
        "mediaTypes",
        r##"{"get": {"responses": {"200": {"description": "one", "content": {"text/plain": {"$ref": "#/components/mediaTypes/one"}}}}}}"##,
    ),
    (
        Kind::Root,
        "components",
        r##"{"get": {"responses": {"200": {"description": "one", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/one"}}}}}}}"##,
    ),
    (
        Kind::Root,
        "definitions",
        r##"{"get": {"responses": {"200": {"description": "one", "schema": {"$ref": "#/definitions/one"}}}}}"##,
    ),
    (
        Kind::Root,
        "parameters",
        r##"{"parameters": [{"$ref": "#/parameters/one"}], "get": {"responses": {"200": {"description": "one"}}}}"##,
    ),
    (
        Kind::Root,
        "responses",
        r##"{"get": {"responses": {"200": {"$ref": "#/responses/one"}}}}"##,
    ),
];

/// The names of entries in maps under a field.
const ENTRY_NAMES: &[(&str, [&str; 2])] = &[
    ("content", ["application/json", "text/plain"]),
    ("callbacks", ["one", "two"]),
    ("patternProperties", ["^one", "^two"]),
    ("dependentRequired", ["three", "four"]),
    ("dependentSchemas", ["five", "six"]),
];

impl Space {
    /// Two values of what stands under a field.
    pub(crate) fn sample(&self, slot: &Slot, second: bool) -> Value {
        let field = slot.hop.field;
        let is_of = |kinds: &[Kind]| kinds.is_empty() || kinds.contains(&slot.hop.holder);
        let mut samples = SAMPLES
            .iter()
            .filter(|(kinds, name, ..)| *name == field && is_of(kinds));
        if let Some((.., one, two)) = samples.next() {
            let value = parsed(if second { two } else { one });
            if self.takes(&slot.value, &value) {
                return value;
            }
        }
        if field == "$ref" {
            return match slot.hop.holder {
                Kind::PathItem => json!(if second { "#/paths/~1second" } else { "#/paths/~1first" }),
                _ => self.schema_reference(second),
            };
        }
        self.value(&slot.value, field, slot.default, second)
    }

    fn takes(&self, value: &grammar::Value, json: &Value) -> bool {
        match value {
            grammar::Value::Word(words) => json.as_str().is_some_and(|text| words.contains(&text)),
            grammar::Value::Either(values) => values.iter().any(|value| self.takes(value, json)),
            grammar::Value::Boolean => json.is_boolean(),
            grammar::Value::List(_) => json.is_array(),
            grammar::Value::Object(_) | grammar::Value::Map(_) => json.is_object(),
            grammar::Value::Data => true,
            _ => json.is_string(),
        }
    }

    fn schema_reference(&self, second: bool) -> Value {
        let holder = if self.grammar.version() == V2 {
            "definitions"
        } else {
            "components/schemas"
        };
        json!(format!("#/{holder}/{}", self.schemas[usize::from(second)]))
    }

    pub(crate) fn value(&self, value: &grammar::Value, field: &str, default: Option<&str>, second: bool) -> Value {
        let pick = |one: &str, two: &str| json!(if second { two } else { one });
        match value {
            grammar::Value::Data => pick("one", "two"),
            grammar::Value::Null => Value::Null,
            grammar::Value::Boolean => json!((default == Some("true")) == second),
            grammar::Value::Text(format) => match format {
                TextFormat::Any | TextFormat::Name(_) => pick("one", "two"),
                TextFormat::UriReference
                | TextFormat::UriReferenceWithoutFragment
                | TextFormat::UriReferenceOfWhole
                | TextFormat::Uri => pick("https://example.com/one", "https://example.com/two"),
                TextFormat::Email => pick("one@example.com", "two@example.com"),
                TextFormat::Regex => pick("^one", "^two"),
                TextFormat::Host => pick("one.example.com", "two.example.com"),
                TextFormat::AbsolutePath => pick("/one", "/two"),
                TextFormat::SpecificationVersion => {
                    json!(format!("{}.{}", self.grammar.version_name(), u8::from(second)))
                }
                TextFormat::PlaceInMessage => pick("$message.header#/one", "$message.header#/two"),
            },
            grammar::Value::Link(LinkClass::OperationRef, _) => pick("#/paths/~1first/get", "#/paths/~1second/get"),
            grammar::Value::Link(..) => self.schema_reference(second),
            grammar::Value::Word(words) => {
                let other = words.iter().filter(|word| default != Some(&*format!("\"{word}\"")));
                let words: Vec<&&str> = other.collect();
                words
                    .get(usize::from(second))
                    .or(words.first())
                    .map_or_else(|| json!(default.map(parsed)), |word| json!(word))
            }
            grammar::Value::Number { .. } | grammar::Value::Count => json!(if second { 3 } else { 2 }),
            grammar::Value::Object(kind) | grammar::Value::Inline(kind) => self.object(*kind, field, second),
            // No table of OpenAPI has these.
            grammar::Value::Whole(..)
            | grammar::Value::Refer(_)
            | grammar::Value::Choice(_)
            | grammar::Value::Record(_)
            | grammar::Value::Told(_) => Value::Null,
            grammar::Value::Map(map) => {
                let name = self.entry_name(field, map.names, false);
                Value::Object(Map::from_iter([(name, self.value(&map.value, field, None, second))]))
            }
            grammar::Value::List(list) => json!([self.value(&list.item, field, None, second)]),
            grammar::Value::Either(values) => self.value(&values[0], field, default, second),
        }
    }

    pub(crate) fn entry_name(&self, field: &str, names: Names, second: bool) -> String {
        let known = ENTRY_NAMES.iter().find(|(name, _)| *name == field);
        let [one, two] = known.map_or_else(
            || match names {
                Names::Path => ["/one", "/two"],
                Names::StatusCode | Names::StatusCodeOrClass => ["200", "201"],
                Names::Method => ["LINK", "UNLINK"],
                _ => ["one", "two"],
            },
            |(_, names)| *names,
        );
        if second { two } else { one }.to_owned()
    }

    /// An object of a kind that says as little as it can.
    pub(crate) fn object(&self, kind: Kind, under: &str, second: bool) -> Value {
        let mut object = Map::new();
        let essence = ESSENCE
            .iter()
            .find(|(known, _)| *known == kind)
            .map_or(&[][..], |(_, names)| names);
        for slot in self.slots(kind) {
            if slot.is_required || essence.contains(&slot.hop.field) {
                self.put(&mut object, &slot, self.sample(&slot, second));
            }
        }
        if !self.complete(kind, &mut object, "", under) {
            object.clear();
        }
        Value::Object(object)
    }

    pub(crate) fn put(&self, object: &mut Map<String, Value>, slot: &Slot, value: Value) {
        object.insert(self.key(slot), value);
    }

    /// The key of a field.
    pub(crate) fn key(&self, slot: &Slot) -> String {
        match slot.hop.field {
            ENTRY => match self.grammar.other_keys(slot.hop.holder) {
                OtherKeys::Named(names, _) => self.entry_name(ENTRY, names, false),
                _ => "one".to_owned(),
            },
            EXTENSION => "x-one".to_owned(),
            field => field.to_owned(),
        }
    }

    /// Gives an object what the table demands beside what it has, and takes away what it forbids, but for one field;
    /// false where that cannot be.
    pub(crate) fn complete(&self, kind: Kind, object: &mut Map<String, Value>, kept: &str, under: &str) -> bool {
        let mut is_sound = true;
        for _ in 0..4 {
            for holds in self.grammar.constraints(kind) {
                let name = |key: &Key| key.well_known_text().unwrap_or_default();
                let says = |object: &Map<String, Value>, key: &Key, words: &[&str]| {
                    let text = object.get(name(key)).and_then(Value::as_str);
                    text.map(|text| words.contains(&text))
                };
                let demand = match holds {
                    Holds::AtMostOne(keys) | Holds::ExactlyOne(keys) | Holds::AtLeastOne(keys) => {
                        let there: Vec<&str> = keys.iter().map(name).filter(|key| object.contains_key(*key)).collect();
                        let stays = if there.contains(&kept) {
                            kept
                        } else {
                            there.first().copied().unwrap_or_default()
                        };
                        if !matches!(holds, Holds::AtLeastOne(_)) {
                            for key in there.iter().filter(|key| **key != stays) {
                                object.remove(*key);
                            }
                        }
                        if there.is_empty() && !matches!(holds, Holds::AtMostOne(_)) {
                            is_sound &= self.require(kind, object, name(&keys[0]));
                        }
                        continue;
                    }
                    Holds::Excludes(key, others) => {
                        if object.contains_key(name(key)) {
                            if others.iter().any(|other| name(other) == kept) {
                                object.remove(name(key));
                            } else {
                                object.retain(|key, _| !others.iter().any(|other| name(other) == key));
                            }
                        }
                        continue;
                    }
                    Holds::Under(keys, demand) => keys.iter().any(|key| name(key) == under).then_some(demand),
                    Holds::When(key, words, demand) => says(object, key, words).filter(|is| *is).map(|_| demand),
                    Holds::Unless(key, words, demand) | Holds::UnlessInAnyCase(key, words, demand) => {
                        says(object, key, words).filter(|is| !is).map(|_| demand)
                    }
                };
                match demand {
                    None => {}
                    Some(Demand::Require(key)) => is_sound &= self.require(kind, object, name(key)),
                    Some(Demand::True(key)) => {
                        is_sound &= name(key) != kept || object.get(kept) == Some(&json!(true));
                        object.insert(name(key).to_owned(), json!(true));
                    }
                    Some(Demand::Forbid(keys)) => {
                        is_sound &= !keys.iter().any(|key| name(key) == kept);
                        object.retain(|key, _| !keys.iter().any(|other| name(other) == key));
                    }
                    Some(Demand::Word(key, words)) if says(object, key, words) == Some(false) => {
                        is_sound &= name(key) != kept;
                        object.insert(name(key).to_owned(), json!(words[0]));
                    }
                    Some(Demand::Word(..) | Demand::Text(..)) => {}
                    Some(Demand::StandIn(..)) => is_sound = false,
                }
            }
        }
        is_sound
    }

    fn require(&self, kind: Kind, object: &mut Map<String, Value>, field: &str) -> bool {
        let Some(slot) = self.slots(kind).into_iter().find(|slot| slot.hop.field == field) else {
            return false;
        };
        if !object.contains_key(field) {
            self.put(object, &slot, self.sample(&slot, false));
        }
        true
    }

    /// The objects of a kind, without a field, in which it may stand and says something: one for each combination of
    /// the words on which other fields depend.
    pub(crate) fn around(&self, hop: Hop, under: &str, value: &Value) -> Vec<Map<String, Value>> {
        let kind = hop.holder;
        let mut object = self.object(kind, under, false).as_object().cloned().unwrap_or_default();
        let beside = BESIDE
            .iter()
            .filter(|(kinds, fields, _)| kinds.contains(&kind) && fields.contains(&hop.field));
        for (name, value) in beside.flat_map(|(.., json)| parsed(json).as_object().cloned().unwrap_or_default()) {
            match value {
                Value::Null => drop(object.remove(&name)),
                value => drop(object.insert(name, value)),
            }
        }
        let mut objects = vec![object];
        for slot in self.slots(kind) {
            let deciding = |holds: &&Holds| {
                let key = match holds {
                    Holds::When(key, ..) | Holds::Unless(key, ..) => key,
                    _ => return false,
                };
                key.well_known_text() == Some(slot.hop.field) && slot.hop != hop && kind != Kind::Schema
            };
            if let grammar::Value::Word(words) = slot.value
                && self.grammar.constraints(kind).iter().any(deciding)
            {
                objects = objects
                    .into_iter()
                    .flat_map(|object| {
                        let with = move |word: &&str| {
                            let mut object = object.clone();
                            object.insert(slot.hop.field.to_owned(), json!(word));
                            object
                        };
                        words.iter().map(with).collect::<Vec<_>>()
                    })
                    .collect();
            }
        }
        let slot = self.slot(hop);
        objects.retain_mut(|object| {
            let Some(slot) = &slot else { return false };
            self.put(object, slot, value.clone());
            self.complete(kind, object, hop.field, under)
        });
        objects
    }
}
