//! Values for fields, and objects around them in which they mean something.

use super::known;
use super::{ENTRY, EXTENSION, Holder, Hop, Slot, Space, latest, parsed};
use serde_json::{Map, Value, json};
use stipula::document::grammar::{self, Demand, Holds, Names, OtherKeys, Record, TextFormat, Written};
use stipula::document::{Kind, LinkClass};
use stipula::syntax::{Key, NodeType};

impl Space {
    /// Two values of what stands under a field.
    pub(crate) fn sample(&self, slot: &Slot, second: bool) -> Value {
        let field = slot.hop.field;
        if let Holder::At(Record {
            editions: Some(editions),
            ..
        }) = slot.hop.holder
            && editions.field.well_known_text() == Some(field)
        {
            let edition = if second {
                editions.names.first()
            } else {
                editions.names.last()
            };
            return json!(edition.map(|(name, _)| name));
        }
        let is_of = |kinds: &[Kind]| kinds.is_empty() || slot.hop.holder.is(kinds);
        let is_called = |name: &str| name == field || name.is_empty() && matches!(slot.value, grammar::Value::Data);
        let samples = self.known.samples.iter().chain(known::SAMPLES);
        let mut samples = samples.filter(|(kinds, name, ..)| is_called(name) && is_of(kinds));
        if let Some((.., one, two)) = samples.next() {
            let value = parsed(if second { two } else { one });
            if self.takes(&slot.value, &value) {
                return value;
            }
        }
        if field == "$ref" {
            return self.schema_reference(second);
        }
        self.value(&slot.value, field, slot.default, second)
    }

    fn takes(&self, value: &grammar::Value, json: &Value) -> bool {
        match value {
            grammar::Value::Word(words) => json.as_str().is_some_and(|text| words.contains(&text)),
            grammar::Value::Either(values) => values.iter().any(|value| self.takes(value, json)),
            grammar::Value::Boolean => json.is_boolean(),
            grammar::Value::List(_) => json.is_array(),
            grammar::Value::Object(_) | grammar::Value::Record(_) | grammar::Value::Map(_) => json.is_object(),
            grammar::Value::Data => true,
            _ => json.is_string(),
        }
    }

    fn schema_reference(&self, second: bool) -> Value {
        let holder = self.schema_holder().join("/");
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
                // What holds anyway comes last: to say it is no edit.
                let is_default = |word: &&&str| default == Some(&*format!("\"{word}\""));
                let (said, others): (Vec<&&str>, Vec<&&str>) = words.iter().partition(is_default);
                let words = [others, said].concat();
                words
                    .get(usize::from(second))
                    .or(words.first())
                    .map_or_else(|| json!(default.map(parsed)), |word| json!(word))
            }
            grammar::Value::Number { .. } | grammar::Value::Count => json!(if second { 3 } else { 2 }),
            grammar::Value::Whole(least, most) => {
                let one = (least + 2).min(*most);
                json!(if !second {
                    one
                } else if one < *most {
                    one + 1
                } else {
                    *least
                })
            }
            grammar::Value::Object(kind) | grammar::Value::Inline(kind) => {
                self.object(Holder::Of(*kind), field, second)
            }
            grammar::Value::Choice(choice) => self.object(Holder::Of(choice.without), field, second),
            grammar::Value::Record(record) => self.object(Holder::At(record), field, second),
            grammar::Value::Told(told) => match (told.read)(None, NodeType::Map, self.grammar) {
                Written::Here(value) => self.value(&value, field, default, second),
                _ => Value::Null,
            },
            grammar::Value::Refer(kind) => {
                let mut targets = self.known.targets.iter();
                let target = targets.find(|(known, _)| known == kind);
                target.map_or(
                    Value::Null,
                    |(_, targets)| json!({ "$ref": targets[usize::from(second)] }),
                )
            }
            grammar::Value::Map(map) => {
                let name = self.entry_name(field, map.names, false);
                Value::Object(Map::from_iter([(name, self.value(&map.value, field, None, second))]))
            }
            grammar::Value::List(list) => json!([self.value(&list.item, field, None, second)]),
            grammar::Value::Either(values) => self.value(&values[0], field, default, second),
        }
    }

    pub(crate) fn entry_name(&self, field: &str, names: Names, second: bool) -> String {
        let mut names_of = self.known.names.iter().chain(known::NAMES);
        let known = names_of.find(|(name, [one, _])| *name == field && names.takes(one));
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

    /// An object that says as little as it can.
    pub(crate) fn object(&self, holder: Holder, under: &str, second: bool) -> Value {
        let mut object = Map::new();
        let slots = self.slots(holder);
        let mut essences = self.known.essence.iter();
        let essence = match holder {
            Holder::Of(_) => essences
                .find(|(kind, _)| holder.is(&[*kind]))
                .map_or_else(Vec::new, |(_, names)| names.to_vec()),
            Holder::At(record) => current_fields(record).take(1).collect(),
        };
        for slot in slots {
            if slot.is_required || essence.contains(&slot.hop.field) {
                self.put(&mut object, &slot, self.sample(&slot, second));
            }
        }
        if !self.complete(holder, &mut object, "", under) {
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
            ENTRY => match slot.hop.holder {
                Holder::Of(kind) => match self.grammar.other_keys(kind) {
                    OtherKeys::Named(names, _) => self.entry_name(ENTRY, names, false),
                    _ => "one".to_owned(),
                },
                Holder::At(_) => "one".to_owned(),
            },
            EXTENSION => "x-one".to_owned(),
            field => field.to_owned(),
        }
    }

    /// Gives an object what the table demands beside what it has, and takes away what it forbids, but for one field;
    /// false where that cannot be.
    pub(crate) fn complete(&self, holder: Holder, object: &mut Map<String, Value>, kept: &str, under: &str) -> bool {
        let mut is_sound = true;
        if let Holder::At(record) = holder {
            name_edition(record, object, kept);
        }
        for _ in 0..4 {
            for holds in self.constraints(holder) {
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
                            is_sound &= self.require(holder, object, name(&keys[0]));
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
                    Some(Demand::Require(key)) => is_sound &= self.require(holder, object, name(key)),
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

    fn require(&self, holder: Holder, object: &mut Map<String, Value>, field: &str) -> bool {
        let Some(slot) = self.slots(holder).into_iter().find(|slot| slot.hop.field == field) else {
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
        let holder = hop.holder;
        let mut object = self
            .object(holder, under, false)
            .as_object()
            .cloned()
            .unwrap_or_default();
        let beside = self.known.beside.iter().chain(known::BESIDE);
        let beside = beside.filter(|(kinds, fields, _)| holder.is(kinds) && fields.contains(&hop.field));
        for (name, value) in beside.flat_map(|(.., json)| parsed(json).as_object().cloned().unwrap_or_default()) {
            match value {
                Value::Null => drop(object.remove(&name)),
                value => drop(object.insert(name, value)),
            }
        }
        let mut objects = vec![object];
        let constraints = self.constraints(holder);
        for slot in self.slots(holder) {
            let deciding = |holds: &&Holds| {
                let key = match holds {
                    Holds::When(key, ..) | Holds::Unless(key, ..) => key,
                    _ => return false,
                };
                key.well_known_text() == Some(slot.hop.field) && slot.hop != hop && !holder.is(&[Kind::Schema])
            };
            if let grammar::Value::Word(words) = slot.value
                && constraints.iter().any(deciding)
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
            self.complete(holder, object, hop.field, under)
        });
        objects
    }
}

/// The fields that a record has in its latest version, but for the name of that.
fn current_fields(record: &'static Record) -> impl Iterator<Item = &'static str> {
    let named = record.editions.map(|editions| editions.field);
    let fields = record.fields.iter();
    let current = fields.filter(move |field| field.versions.has(latest(record)) && Some(field.key) != named);
    current.filter_map(|field| field.key.well_known_text())
}

/// Names the latest version of a record that has a field, where that is not the latest of all.
fn name_edition(record: &Record, object: &mut Map<String, Value>, kept: &str) {
    let mut fields = record.fields.iter();
    let field = fields.find(|field| field.key.well_known_text() == Some(kept));
    if let (Some(editions), Some(field)) = (record.editions, field)
        && !field.versions.has(editions.latest())
        && let Some(name) = editions.names_of(field.versions).last()
    {
        let key = editions.field.well_known_text().unwrap_or_default();
        object.insert(key.to_owned(), json!(name));
    }
}
