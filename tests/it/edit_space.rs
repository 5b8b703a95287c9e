//! Every edit of a description is told, and has a page: what the tables of the specifications allow is put in, taken
//! out and changed, field by field, where an operation reaches it.
//!
//! What clients cannot see stands in `tests/edit_space/waivers.tsv`, with the reason.

use crate::described::{changes, told, violations};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;
use std::fs;
use std::path::Path;
use stipula::document::Kind;
use stipula::document::LinkClass;
use stipula::document::grammar::{self, Demand, Grammar, Holds, Names, OtherKeys, TextFormat};
use stipula::formats::openapi::{V2, V30, V31, V32, grammar};

/// The page of what no other page judges.
const LAST_RESORT: &str = "unclassified-change";
/// The field of entries under names that are no fields.
const ENTRY: &str = "*";
/// The field of extensions.
const EXTENSION: &str = "x-";

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
    (Kind::Callback, &[ENTRY]),
    (Kind::Paths, &[ENTRY]),
    (Kind::SecurityRequirement, &[ENTRY]),
    (Kind::Components, &["schemas"]),
    (Kind::Root, &["paths"]),
];

const VALUES: &[Kind] = &[Kind::Schema, Kind::Parameter, Kind::Header, Kind::Items];
const SCHEMA: &[Kind] = &[Kind::Schema];

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
        &["allOf", "anyOf", "oneOf", "not"],
        r#"{"type": null, "enum": ["one", 1]}"#,
    ),
    (
        SCHEMA,
        &["if"],
        r#"{"type": null, "enum": ["one", 1], "then": {"enum": ["two"]}}"#,
    ),
    (
        SCHEMA,
        &["then"],
        r#"{"type": null, "enum": ["one", 1], "if": {"enum": ["one", 1]}}"#,
    ),
    (
        SCHEMA,
        &["else"],
        r#"{"type": null, "enum": ["one", 1], "if": {"enum": [2]}}"#,
    ),
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
];

/// Two values of a field, where what its table says does not tell of any that mean something.
const SAMPLES: &[(&str, &str, &str)] = &[
    ("type", r#""string""#, r#""integer""#),
    ("format", r#""date""#, r#""uuid""#),
    ("style", r#""spaceDelimited""#, r#""pipeDelimited""#),
    ("explode", "false", "true"),
    ("version", r#""1.0.0""#, r#""1.1.0""#),
    ("url", r#""https://one.example.com""#, r#""https://two.example.com""#),
    ("propertyNames", r#"{"maxLength": 2}"#, r#"{"maxLength": 3}"#),
    ("contentEncoding", r#""base64""#, r#""base16""#),
    ("contentMediaType", r#""application/json""#, r#""application/xml""#),
    ("$recursiveRef", r##""#""##, r##""#/$defs/One""##),
    (
        "oneOf",
        r#"[{"type": "string"}, {"type": "integer"}]"#,
        r#"[{"type": "string"}, {"type": "boolean"}]"#,
    ),
    (
        "anyOf",
        r#"[{"type": "string"}, {"type": "boolean"}]"#,
        r#"[{"type": "integer"}, {"type": "boolean"}]"#,
    ),
];

/// The names of entries in maps under a field.
const ENTRY_NAMES: &[(&str, [&str; 2])] = &[
    ("content", ["application/json", "text/plain"]),
    ("callbacks", ["one", "two"]),
    ("patternProperties", ["^one", "^two"]),
];

/// The step from an object into one of its fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Hop {
    holder: Kind,
    field: &'static str,
}

/// Where an object of a kind stands: the steps to it from the root.
type Seat = Vec<Hop>;

/// The edits of one version.
struct Space {
    grammar: &'static Grammar,
    seats: BTreeMap<Kind, Vec<Seat>>,
}

/// What stands under a field, or under every name that is no field.
#[derive(Clone, Copy)]
struct Slot {
    hop: Hop,
    value: grammar::Value,
    default: Option<&'static str>,
    is_required: bool,
}

/// A document before and after an edit.
struct Edit {
    hop: Hop,
    action: &'static str,
    seat: Seat,
    old: Value,
    new: Value,
}

impl fmt::Display for Edit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, field) = (self.hop.holder.name(), self.hop.field);
        write!(f, "{kind}\t{field}\t{}\t{}", self.action, place(&self.seat))
    }
}

/// The last step to an object, which tells most about it.
fn place(seat: &Seat) -> String {
    seat.last()
        .map_or_else(String::new, |hop| format!("{}.{}", hop.holder.name(), hop.field))
}

fn kinds_in(value: &grammar::Value, found: &mut Vec<Kind>) {
    match value {
        grammar::Value::Object(kind) | grammar::Value::Inline(kind) => found.push(*kind),
        grammar::Value::Map(map) => kinds_in(&map.value, found),
        grammar::Value::List(list) => kinds_in(&list.item, found),
        grammar::Value::Either(values) => values.iter().for_each(|value| kinds_in(value, found)),
        _ => {}
    }
}

fn holds_kind(value: &grammar::Value, kind: Kind) -> bool {
    let mut found = Vec::new();
    kinds_in(value, &mut found);
    found.contains(&kind)
}

/// Whether what stands there is there to be used by name.
fn is_store(hop: Hop) -> bool {
    match hop.holder {
        Kind::Components => true,
        Kind::Root => matches!(hop.field, "definitions" | "parameters" | "responses"),
        Kind::Schema => matches!(hop.field, "$defs" | "definitions"),
        _ => false,
    }
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

impl Space {
    fn new(grammar: &'static Grammar) -> Self {
        let mut space = Self {
            grammar,
            seats: BTreeMap::from([(Kind::Root, vec![Vec::new()])]),
        };
        // The nearest seat of each kind first; through what is there to be used by name only where nothing else leads.
        for through_stores in [false, true] {
            let mut waiting: VecDeque<Kind> = space.seats.keys().copied().collect();
            while let Some(holder) = waiting.pop_front() {
                for (hop, held) in space.hops(holder) {
                    if (through_stores || !is_store(hop)) && !space.seats.contains_key(&held) {
                        let mut seat = space.seats[&holder][0].clone();
                        seat.push(hop);
                        space.seats.insert(held, vec![seat]);
                        waiting.push_back(held);
                    }
                }
            }
        }
        let holders: Vec<Kind> = space.seats.keys().copied().collect();
        for holder in holders {
            for (hop, held) in space.hops(holder) {
                let mut seat = space.seats[&holder][0].clone();
                seat.push(hop);
                let seats = space.seats.entry(held).or_default();
                let is_reached_otherwise = seats.iter().any(|seat| !seat.last().is_some_and(|hop| is_store(*hop)));
                if !(seats.contains(&seat) || is_store(hop) && is_reached_otherwise) {
                    seats.push(seat);
                }
            }
        }
        space
    }

    fn slots(&self, kind: Kind) -> Vec<Slot> {
        let version = self.grammar.version();
        let slot = |field, value, default, is_required| Slot {
            hop: Hop { holder: kind, field },
            value,
            default,
            is_required,
        };
        let mut slots: Vec<Slot> = self
            .grammar
            .fields(kind)
            .filter_map(|field| Some((field.key.well_known_text()?, field)))
            .map(|(name, field)| slot(name, field.value, field.default, field.required.has(version)))
            .collect();
        if self.grammar.object(kind).is_some() {
            if let OtherKeys::Named(_, value) = self.grammar.other_keys(kind) {
                slots.push(slot(ENTRY, value, None, false));
            }
            if self.grammar.has_extensions(kind) {
                slots.push(slot(EXTENSION, grammar::Value::Data, None, false));
            }
        }
        slots
    }

    /// The fields of a kind, each with the kinds that stand under it.
    fn hops(&self, kind: Kind) -> Vec<(Hop, Kind)> {
        let mut hops = Vec::new();
        for slot in self.slots(kind) {
            let mut kinds = Vec::new();
            kinds_in(&slot.value, &mut kinds);
            hops.extend(kinds.into_iter().map(|held| (slot.hop, held)));
        }
        hops
    }

    fn slot(&self, hop: Hop) -> Option<Slot> {
        self.slots(hop.holder).into_iter().find(|slot| slot.hop == hop)
    }

    /// Two values of what stands under a field.
    fn sample(&self, slot: &Slot, second: bool) -> Value {
        let field = slot.hop.field;
        if let Some((_, one, two)) = SAMPLES.iter().find(|(name, ..)| *name == field) {
            let value = parsed(if second { two } else { one });
            if self.takes(&slot.value, &value) {
                return value;
            }
        }
        if field == "$ref" {
            return match slot.hop.holder {
                Kind::PathItem => json!(if second { "#/paths/~1two" } else { "#/paths/~1one" }),
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
        json!(format!("#/{holder}/{}", if second { "Two" } else { "One" }))
    }

    fn value(&self, value: &grammar::Value, field: &str, default: Option<&str>, second: bool) -> Value {
        let pick = |one: &str, two: &str| json!(if second { two } else { one });
        match value {
            grammar::Value::Data => pick("one", "two"),
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
                TextFormat::SpecificationVersion => match self.grammar.version() {
                    V2 => json!("2.0"),
                    _ => json!(format!("{}.{}", self.grammar.version_name(), u8::from(second))),
                },
            },
            grammar::Value::Link(LinkClass::OperationRef, _) => pick("#/paths/~1one/get", "#/paths/~1two/get"),
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
            grammar::Value::Map(map) => {
                let name = self.entry_name(field, map.names, false);
                Value::Object(Map::from_iter([(name, self.value(&map.value, field, None, second))]))
            }
            grammar::Value::List(list) => json!([self.value(&list.item, field, None, second)]),
            grammar::Value::Either(values) => self.value(&values[0], field, default, second),
        }
    }

    fn entry_name(&self, field: &str, names: Names, second: bool) -> String {
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
    fn object(&self, kind: Kind, under: &str, second: bool) -> Value {
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

    fn put(&self, object: &mut Map<String, Value>, slot: &Slot, value: Value) {
        let name = match slot.hop.field {
            ENTRY => match self.grammar.other_keys(slot.hop.holder) {
                OtherKeys::Named(names, _) => self.entry_name(ENTRY, names, false),
                _ => "one".to_owned(),
            },
            EXTENSION => "x-one".to_owned(),
            field => field.to_owned(),
        };
        object.insert(name, value);
    }

    /// Gives an object what the table demands beside what it has, and takes away what it forbids, but for one field;
    /// false where that cannot be.
    fn complete(&self, kind: Kind, object: &mut Map<String, Value>, kept: &str, under: &str) -> bool {
        let mut is_sound = true;
        for _ in 0..4 {
            for holds in self.grammar.constraints(kind) {
                let name = |key: &stipula::syntax::Key| key.well_known_text().unwrap_or_default();
                let says = |object: &Map<String, Value>, key: &stipula::syntax::Key, words: &[&str]| {
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
    fn around(&self, hop: Hop, under: &str, value: &Value) -> Vec<Map<String, Value>> {
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

    /// Puts an object at a seat of a whole description.
    fn seated(&self, seat: &[Hop], kind: Kind, object: Value) -> Option<Value> {
        let Some((last, rest)) = seat.split_last() else {
            return Some(object);
        };
        let slot = self.slot(*last)?;
        let held = self.held(&slot.value, last.field, kind, object)?;
        let under = rest.last().map_or("", |hop| hop.field);
        let holder = self.around(*last, under, &held).into_iter().next()?;
        self.seated(rest, last.holder, Value::Object(holder))
    }

    fn held(&self, value: &grammar::Value, field: &str, kind: Kind, object: Value) -> Option<Value> {
        Some(match value {
            grammar::Value::Map(map) => {
                let name = self.entry_name(field, map.names, false);
                json!({ name: self.held(&map.value, field, kind, object)? })
            }
            grammar::Value::List(list) => json!([self.held(&list.item, field, kind, object)?]),
            grammar::Value::Either(values) => {
                let value = values.iter().find(|value| holds_kind(value, kind))?;
                self.held(value, field, kind, object)?
            }
            _ => object,
        })
    }

    /// A whole description with everything that it refers to.
    fn description(&self, seat: &Seat, kind: Kind, object: Map<String, Value>) -> Option<String> {
        let mut whole = self.seated(seat, kind, Value::Object(object))?;
        let text = whole.to_string();
        let is_swagger = self.grammar.version() == V2;
        let mut at_hand = |path: &[&str], entries: &[(&str, &str)]| {
            let mut map = &mut whole;
            for part in path {
                map = &mut map[part];
                if map.is_null() {
                    *map = json!({});
                }
            }
            for (name, value) in entries {
                map[*name] = parsed(value);
            }
        };
        let schemas: &[&str] = if is_swagger {
            &["definitions"]
        } else {
            &["components", "schemas"]
        };
        if text.contains(&format!("#/{}/", schemas.join("/"))) {
            at_hand(
                schemas,
                &[("One", r#"{"type": "string"}"#), ("Two", r#"{"type": "integer"}"#)],
            );
        }
        if text.contains("#/paths/") {
            let path = r#"{"get": {"responses": {"200": {"description": "one"}}}}"#;
            let other = r#"{"put": {"responses": {"200": {"description": "one"}}}}"#;
            if seat.is_empty() || !text.contains("\"/one\"") {
                at_hand(&["paths"], &[("/one", path)]);
            }
            at_hand(&["paths"], &[("/two", other)]);
        }
        Some(whole.to_string())
    }

    /// Every edit of a kind at a seat.
    fn edits(&self, kind: Kind, seat: &Seat) -> Vec<Edit> {
        let under = seat.last().map_or("", |hop| hop.field);
        let mut edits = Vec::new();
        for slot in self.slots(kind) {
            let hop = slot.hop;
            let (one, two) = (self.sample(&slot, false), self.sample(&slot, true));
            for object in self.around(hop, under, &one) {
                let with = |value: &Value| {
                    let mut object = object.clone();
                    self.put(&mut object, &slot, value.clone());
                    object
                };
                let mut without = object.clone();
                let added: Vec<String> = object.keys().cloned().collect();
                for name in added {
                    if with(&json!("x")).get(&name) != object.get(&name) {
                        without.remove(&name);
                    }
                }
                let more = self.grown(&slot, &one);
                let objects = [
                    ("removed", Some(with(&one)), Some(without.clone())),
                    ("added", Some(without), Some(with(&one))),
                    ("changed", Some(with(&one)), Some(with(&two))),
                    ("grown", Some(with(&one)), more.as_ref().map(&with)),
                    ("shrunk", more.as_ref().map(&with), Some(with(&one))),
                ];
                let mut found = Vec::new();
                for (action, old, new) in objects {
                    let whole = |object: Option<Map<String, Value>>| self.description(seat, kind, object?);
                    let (Some(old), Some(new)) = (whole(old), whole(new)) else {
                        continue;
                    };
                    if old != new && violations(&old).is_empty() && violations(&new).is_empty() {
                        found.push(Edit {
                            hop,
                            action,
                            seat: seat.clone(),
                            old: parsed(&old),
                            new: parsed(&new),
                        });
                    }
                }
                if !found.is_empty() {
                    edits.extend(found);
                    break;
                }
            }
        }
        edits
    }

    /// A list or map with an element more.
    fn grown(&self, slot: &Slot, one: &Value) -> Option<Value> {
        let mut grown = one.clone();
        match (&slot.value, &mut grown) {
            (grammar::Value::List(list), Value::Array(elements)) => {
                elements.push(self.value(&list.item, slot.hop.field, None, true));
            }
            (grammar::Value::Map(map), Value::Object(entries)) if map.count.1 > 1 => {
                let name = self.entry_name(slot.hop.field, map.names, true);
                entries.insert(name, self.value(&map.value, slot.hop.field, None, true));
            }
            _ => return None,
        }
        Some(grown)
    }
}

/// Why an edit is not told.
struct Waiver {
    versions: String,
    kind: String,
    field: String,
    action: String,
    place: String,
    reason: String,
}

impl Waiver {
    fn all() -> Vec<Self> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/edit_space/waivers.tsv");
        let text = fs::read_to_string(path).unwrap();
        text.lines()
            .skip(1)
            .map(|line| {
                let [versions, kind, field, action, place, reason] = line.split('\t').collect::<Vec<_>>()[..] else {
                    panic!("a waiver has six columns: {line}");
                };
                let [versions, kind, field, action, place, reason] =
                    [versions, kind, field, action, place, reason].map(str::to_owned);
                Self {
                    versions,
                    kind,
                    field,
                    action,
                    place,
                    reason,
                }
            })
            .collect()
    }

    fn takes(&self, version: &str, edit: &Edit) -> bool {
        let among = |list: &str, word: &str| list == "*" || list.split(' ').any(|one| one == word);
        among(&self.versions, version)
            && among(&self.kind, edit.hop.holder.name())
            && among(&self.field, edit.hop.field)
            && among(&self.action, edit.action)
            && among(&self.place, &place(&edit.seat))
    }
}

#[test]
fn every_edit_is_told_and_has_a_page() {
    let waivers = Waiver::all();
    let mut used = vec![0_usize; waivers.len()];
    let mut wrong = Vec::new();
    let mut pages: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut count = 0;
    for version in [V2, V30, V31, V32] {
        let space = Space::new(grammar(version));
        let version = space.grammar.version_name();
        for (kind, seats) in &space.seats {
            let mut untried: BTreeSet<Hop> = space.slots(*kind).iter().map(|slot| slot.hop).collect();
            for edit in seats.iter().flat_map(|seat| space.edits(*kind, seat)) {
                count += 1;
                untried.remove(&edit.hop);
                let found = changes(&edit.old.to_string(), &edit.new.to_string());
                let is_told = !found.is_empty() && found.iter().all(|change| change.page.id != LAST_RESORT);
                let (holder, field) = (edit.hop.holder.name(), edit.hop.field);
                pages
                    .entry(format!("{holder}.{field} {}", edit.action))
                    .or_default()
                    .extend(found.iter().map(|change| change.page.id.to_string()));
                if is_told {
                    continue;
                }
                match waivers.iter().position(|waiver| waiver.takes(version, &edit)) {
                    Some(position) => used[position] += 1,
                    None => wrong.push(format!("{version}\t{edit}\t{}", told(&found).trim())),
                }
            }
            for hop in untried {
                let untried = format!("{version}\t{}\t{}\tuntried", hop.holder.name(), hop.field);
                let is_waived = |waiver: &Waiver| {
                    waiver.action == "untried"
                        && waiver.kind == hop.holder.name()
                        && waiver.field.split(' ').any(|field| field == hop.field)
                };
                match waivers.iter().position(is_waived) {
                    Some(position) => used[position] += 1,
                    None => wrong.push(untried),
                }
            }
        }
    }
    println!("{count} edits, {} told of by no page", wrong.len());
    let mut by_reason: BTreeMap<&str, usize> = BTreeMap::new();
    for (waiver, count) in waivers.iter().zip(&used) {
        *by_reason.entry(&waiver.reason).or_default() += count;
        if *count == 0 {
            wrong.push(format!(
                "superfluous waiver: {} {} {}",
                waiver.kind, waiver.field, waiver.reason
            ));
        }
    }
    println!("{by_reason:#?}");
    if let Some(path) = std::env::var_os("EDIT_SPACE_PAGES") {
        let line = |(edit, pages): (&String, &BTreeSet<String>)| {
            format!("{edit}: {}\n", pages.iter().cloned().collect::<Vec<_>>().join(", "))
        };
        fs::write(path, pages.iter().map(line).collect::<String>()).unwrap();
    }
    assert!(wrong.is_empty(), "{} edits:\n{}", wrong.len(), wrong.join("\n"));
}
