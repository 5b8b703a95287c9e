//! Edits of descriptions, by the tables of the specifications: every field of every kind of object is put in, taken out
//! and changed where an operation reaches it.
//!
//! In comes the table of a version; out come documents before and after one edit each.

mod given;
mod samples;

pub(crate) use self::given::{Possible, references};
use self::samples::USES;
use crate::described::violations;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, VecDeque};
use std::iter;
use stipula::document::Kind;
use stipula::document::grammar::{self, Grammar, OtherKeys};
use stipula::formats::openapi::V2;

/// The field of entries under names that are no fields.
const ENTRY: &str = "*";
/// The field of extensions.
const EXTENSION: &str = "x-";

/// The step from an object into one of its fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Hop {
    pub(crate) holder: Kind,
    pub(crate) field: &'static str,
}

/// Where an object of a kind stands: the steps to it from the root.
pub(crate) type Seat = Vec<Hop>;

/// A JSON object.
type Object = Map<String, Value>;

/// The edits of one version.
pub(crate) struct Space {
    grammar: &'static Grammar,
    seats: BTreeMap<Kind, Vec<Seat>>,
    /// The schemas that references lead to.
    schemas: [&'static str; 2],
}

/// What stands under a field, or under every name that is no field.
#[derive(Clone, Copy)]
pub(crate) struct Slot {
    pub(crate) hop: Hop,
    value: grammar::Value,
    default: Option<&'static str>,
    is_required: bool,
}

/// A document before and after an edit.
pub(crate) struct Edit {
    pub(crate) hop: Hop,
    pub(crate) action: &'static str,
    pub(crate) seat: Seat,
    pub(crate) old: Value,
    pub(crate) new: Value,
}

/// The last step to an object, which tells most about it.
pub(crate) fn place(seat: &Seat) -> String {
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

/// Why a step is not taken where another one leads to the same kind, too; the latter, the less it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Detour {
    None,
    /// What parameters and headers hold travels as text, in which much looks the same.
    Text,
    /// What stands there is there to be used by name.
    Store,
}

impl Detour {
    const ALL: [Self; 3] = [Self::None, Self::Text, Self::Store];

    fn of(hop: Hop) -> Self {
        match (hop.holder, hop.field) {
            (Kind::Components, _)
            | (Kind::Root, "definitions" | "parameters" | "responses")
            | (Kind::Schema, "$defs" | "definitions") => Self::Store,
            (Kind::Parameter | Kind::Header, _) => Self::Text,
            _ => Self::None,
        }
    }
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// Puts an entry under a path of keys, which are put there, too.
fn provide(whole: &mut Value, path: &[&str], name: &str, value: &str) {
    let map = path.iter().fold(whole, |value, part| {
        let next = &mut value[part];
        if next.is_null() {
            *next = json!({});
        }
        next
    });
    map[name] = parsed(value);
}

impl Space {
    pub(crate) fn new(grammar: &'static Grammar) -> Self {
        let mut space = Self {
            grammar,
            seats: BTreeMap::from([(Kind::Root, vec![Vec::new()])]),
            schemas: ["One", "Two"],
        };
        // The nearest seat of each kind first; by a detour only where nothing else leads.
        for longest in Detour::ALL {
            let mut waiting: VecDeque<Kind> = space.seats.keys().copied().collect();
            while let Some(holder) = waiting.pop_front() {
                for (hop, held) in space.hops(holder) {
                    if Detour::of(hop) <= longest && !space.seats.contains_key(&held) {
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
                let is_store = |hop: Option<&Hop>| hop.is_some_and(|hop| Detour::of(*hop) == Detour::Store);
                let is_reached_otherwise = seats.iter().any(|seat| !is_store(seat.last()));
                if !(seats.contains(&seat) || is_store(Some(&hop)) && is_reached_otherwise) {
                    seats.push(seat);
                }
            }
        }
        space
    }

    /// The same with references to other schemas.
    pub(crate) fn referring_to(self, schemas: [&'static str; 2]) -> Self {
        Self { schemas, ..self }
    }

    pub(crate) fn version_name(&self) -> &'static str {
        self.grammar.version_name()
    }

    /// Where objects of each kind stand.
    pub(crate) fn seats(&self) -> &BTreeMap<Kind, Vec<Seat>> {
        &self.seats
    }

    /// Whether the specification knows objects of a kind.
    pub(crate) fn knows(&self, kind: Kind) -> bool {
        self.grammar.object(kind).is_some()
    }

    /// The fields of which two different values are not known, so that none of them can be changed.
    pub(crate) fn alike(&self, kind: Kind) -> Vec<Hop> {
        let mut slots = self.slots(kind);
        slots.retain(|slot| self.sample(slot, false) == self.sample(slot, true));
        slots.into_iter().map(|slot| slot.hop).collect()
    }

    pub(crate) fn slots(&self, kind: Kind) -> Vec<Slot> {
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

    /// Gives two whole descriptions what either of them refers to.
    fn furnish(&self, wholes: &mut [Value; 2]) {
        let texts = wholes.each_ref().map(Value::to_string);
        let mut at_hand = |path: &[&str], entries: &[(&str, &str)]| {
            let reference = format!("#/{}/", path.join("/"));
            if !texts.iter().any(|text| text.contains(&reference)) {
                return;
            }
            for whole in &mut *wholes {
                for (name, value) in entries {
                    provide(whole, path, name, value);
                }
            }
        };
        let schemas: &[&str] = if self.grammar.version() == V2 {
            &["definitions"]
        } else {
            &["components", "schemas"]
        };
        at_hand(
            schemas,
            &[
                (self.schemas[0], r#"{"type": "string"}"#),
                (self.schemas[1], r#"{"type": "integer"}"#),
            ],
        );
        at_hand(
            &["paths"],
            &[
                ("/first", r#"{"get": {"responses": {"200": {"description": "one"}}}}"#),
                (
                    "/second",
                    r#"{"get": {"responses": {"200": {"description": "one"}}}, "put": {"responses": {"200": {"description": "one"}}}}"#,
                ),
            ],
        );
    }

    /// Every edit of a kind at a seat.
    pub(crate) fn edits(&self, kind: Kind, seat: &Seat) -> Vec<Edit> {
        let slots = self.slots(kind);
        slots.iter().flat_map(|slot| self.edits_of(slot, seat)).collect()
    }

    /// Every edit of a field, in the first object around it that makes one of them valid.
    fn edits_of(&self, slot: &Slot, seat: &Seat) -> Vec<Edit> {
        let under = seat.last().map_or("", |hop| hop.field);
        let (one, two) = (self.sample(slot, false), self.sample(slot, true));
        let more = self.grown(slot, &one);
        let others = self.around(slot.hop, under, &two);
        for object in self.around(slot.hop, under, &one) {
            let with = |value: &Value| {
                let mut object = object.clone();
                self.put(&mut object, slot, value.clone());
                object
            };
            let probe = with(&json!("x"));
            let mut without = object.clone();
            without.retain(|name, value| probe.get(name) == Some(value));
            let edit = |action, old: &Object, new: &Object| self.edit(slot.hop, action, seat, old, new);
            let grown = more.as_ref().map(with);
            let grown = grown.as_ref();
            // With another word, other fields may have to stand beside it.
            let mut changed = iter::once(with(&two)).chain(others.iter().cloned());
            let found = [
                edit("removed", &object, &without),
                edit("added", &without, &object),
                changed.find_map(|changed| edit("changed", &object, &changed)),
                grown.and_then(|grown| edit("grown", &object, grown)),
                grown.and_then(|grown| edit("shrunk", grown, &object)),
            ];
            if found.iter().any(Option::is_some) {
                return found.into_iter().flatten().collect();
            }
        }
        Vec::new()
    }

    /// Whole descriptions with an object before and after an edit, if both are valid.
    fn edit(&self, hop: Hop, action: &'static str, seat: &Seat, old: &Object, new: &Object) -> Option<Edit> {
        let whole = |object: &Object| self.seated(seat, hop.holder, Value::Object(object.clone()));
        let mut wholes = [whole(old)?, whole(new)?];
        self.furnish(&mut wholes);
        // What comes or goes is told even if nothing uses it.
        let mut uses = USES.iter().filter(|_| action == "changed");
        if let Some((.., path)) = uses.find(|(kind, field, _)| (*kind, *field) == (hop.holder, hop.field)) {
            for whole in &mut wholes {
                provide(whole, &["paths"], "/used", path);
            }
        }
        let [old, new] = wholes;
        let is_valid = |whole: &Value| violations(&whole.to_string()).is_empty();
        (old != new && is_valid(&old) && is_valid(&new)).then(|| Edit {
            hop,
            action,
            seat: seat.clone(),
            old,
            new,
        })
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
