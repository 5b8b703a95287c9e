//! Edits of descriptions, by the tables of the specifications: every field of every kind of object is put in, taken out
//! and changed where an operation reaches it.
//!
//! In comes the table of a version; out come documents before and after one edit each.

mod asyncapi;
mod given;
mod known;
mod openapi;
mod samples;

pub(crate) use self::given::{Possible, is_whole, references};
use self::known::Known;
use crate::described::violations;
use serde_json::{Map, Value, json};
use std::borrow::Cow;
use std::collections::{BTreeMap, VecDeque};
use std::iter;
use stipula::document::grammar::{self, Grammar, Holds, OtherKeys, Record, Versions, Written};
use stipula::document::{FormatName, Kind};
use stipula::syntax::{NodeType, key};

/// The field of entries under names that are no fields.
const ENTRY: &str = "*";
/// The field of extensions.
const EXTENSION: &str = "x-";

/// What has fields.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Holder {
    /// An object that its kind describes.
    Of(Kind),
    /// One that its place describes.
    At(&'static Record),
}

impl Holder {
    /// The kind of objects, and which of the records of that kind it is: some have one name.
    fn identity(self) -> (Kind, &'static str, usize) {
        match self {
            Self::Of(kind) => (kind, "", 0),
            Self::At(record) => (record.kind, record.name, std::ptr::from_ref(record).addr()),
        }
    }

    /// What it is called, as one word.
    pub(crate) fn name(self) -> Cow<'static, str> {
        match self {
            Self::Of(kind) => kind.name().into(),
            Self::At(record) => record.name.replace(' ', "-").into(),
        }
    }

    pub(crate) fn is(self, kinds: &[Kind]) -> bool {
        matches!(self, Self::Of(kind) if kinds.contains(&kind))
    }
}

impl PartialEq for Holder {
    fn eq(&self, other: &Self) -> bool {
        self.identity() == other.identity()
    }
}

impl Eq for Holder {}

impl PartialOrd for Holder {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Holder {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.identity().cmp(&other.identity())
    }
}

/// The step from an object into one of its fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Hop {
    pub(crate) holder: Holder,
    pub(crate) field: &'static str,
}

/// Where an object of a kind stands: the steps to it from the root.
pub(crate) type Seat = Vec<Hop>;

/// A JSON object.
type Object = Map<String, Value>;

/// The edits of one version.
pub(crate) struct Space {
    grammar: &'static Grammar,
    known: &'static Known,
    seats: BTreeMap<Holder, Vec<Seat>>,
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

/// What a value holds that has fields.
fn holders_in(value: &grammar::Value, grammar: &'static Grammar, found: &mut Vec<Holder>) {
    match value {
        grammar::Value::Object(kind) | grammar::Value::Inline(kind) => found.push(Holder::Of(*kind)),
        grammar::Value::Choice(choice) => found.extend([choice.without, choice.with].map(Holder::Of)),
        grammar::Value::Record(record) => found.push(Holder::At(record)),
        grammar::Value::Told(told) => {
            if let Written::Here(value) = (told.read)(None, NodeType::Map, grammar) {
                holders_in(&value, grammar, found);
            }
        }
        grammar::Value::Map(map) => holders_in(&map.value, grammar, found),
        grammar::Value::List(list) => holders_in(&list.item, grammar, found),
        grammar::Value::Either(values) => values.iter().for_each(|value| holders_in(value, grammar, found)),
        _ => {}
    }
}

/// Why a step is not taken where another one leads to the same kind, too; the latter, the less it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Detour {
    None,
    /// What parameters and headers hold travels as text, in which much looks the same.
    Text,
    /// What stands there is there to be used by name.
    Store,
    /// What delivery by a protocol asks for is told as a whole.
    Binding,
}

impl Detour {
    const ALL: [Self; 4] = [Self::None, Self::Text, Self::Store, Self::Binding];

    fn of(hop: Hop) -> Self {
        match (hop.holder, hop.field) {
            (Holder::At(_), _) => Self::Binding,
            (Holder::Of(Kind::Components), _)
            | (Holder::Of(Kind::Root), "definitions" | "parameters" | "responses")
            | (Holder::Of(Kind::Schema), "$defs" | "definitions") => Self::Store,
            (Holder::Of(Kind::Parameter | Kind::Header), _) => Self::Text,
            _ => Self::None,
        }
    }
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// How many keys lead to the innermost things with names: to the messages of a channel.
const DEEPEST: usize = 4;

/// Puts things with names into two descriptions, but for those that either of them has.
fn provide([one, other]: [&mut Value; 2], more: &Value, depth: usize) {
    let (Value::Object(one), Value::Object(other), Value::Object(more)) = (one, other, more) else {
        return;
    };
    for (name, value) in more {
        match (one.get_mut(name), other.get_mut(name)) {
            (None, None) => {
                one.insert(name.clone(), value.clone());
                other.insert(name.clone(), value.clone());
            }
            (Some(one), Some(other)) if depth < DEEPEST => provide([one, other], value, depth + 1),
            _ => {}
        }
    }
}

impl Space {
    pub(crate) fn new(grammar: &'static Grammar) -> Self {
        let mut space = Self {
            grammar,
            known: Known::of(grammar),
            seats: BTreeMap::from([(Holder::Of(grammar.root()), vec![Vec::new()])]),
            schemas: ["One", "Two"],
        };
        // The nearest seat of each kind first; by a detour only where nothing else leads.
        for longest in Detour::ALL {
            let mut waiting: VecDeque<Holder> = space.seats.keys().copied().collect();
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
        let holders: Vec<Holder> = space.seats.keys().copied().collect();
        for holder in holders {
            for (hop, held) in space.hops(holder) {
                let mut seat = space.seats[&holder][0].clone();
                seat.push(hop);
                let seats = space.seats.entry(held).or_default();
                let is_detour = |hop: Option<&Hop>| hop.is_some_and(|hop| Detour::of(*hop) >= Detour::Store);
                let is_reached_otherwise = seats.iter().any(|seat| !is_detour(seat.last()));
                if !(seats.contains(&seat) || is_detour(Some(&hop)) && is_reached_otherwise) {
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

    pub(crate) fn table(&self) -> &'static Grammar {
        self.grammar
    }

    /// The version, with the name of the format where that is not OpenAPI.
    pub(crate) fn name(&self) -> String {
        let version = self.grammar.version_name();
        match self.grammar.format() {
            Some(FormatName::AsyncApi) => format!("asyncapi-{version}"),
            _ => version.to_owned(),
        }
    }

    /// Where objects of each kind stand.
    pub(crate) fn seats(&self) -> &BTreeMap<Holder, Vec<Seat>> {
        &self.seats
    }

    /// Whether the specification knows objects of a kind.
    pub(crate) fn knows(&self, kind: Kind) -> bool {
        self.grammar.object(kind).is_some()
    }

    /// The fields of which two different values are not known, so that none of them can be changed.
    pub(crate) fn alike(&self, holder: Holder) -> Vec<Hop> {
        let mut slots = self.slots(holder);
        slots.retain(|slot| self.sample(slot, false) == self.sample(slot, true));
        slots.into_iter().map(|slot| slot.hop).collect()
    }

    pub(crate) fn slots(&self, holder: Holder) -> Vec<Slot> {
        let slot = |field, value, default, is_required| Slot {
            hop: Hop { holder, field },
            value,
            default,
            is_required,
        };
        let of_table = |fields: &mut dyn Iterator<Item = &'static grammar::Field>, version: Versions| -> Vec<Slot> {
            fields
                .filter_map(|field| Some((field.key.well_known_text()?, field)))
                .map(|(name, field)| slot(name, field.value, field.default, field.required.has(version)))
                .collect()
        };
        let kind = match holder {
            Holder::Of(kind) => kind,
            Holder::At(record) => return of_table(&mut record.fields.iter(), latest(record)),
        };
        let mut slots = of_table(&mut self.grammar.fields(kind), self.grammar.version());
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

    /// What the fields of an object owe each other.
    fn constraints(&self, holder: Holder) -> Vec<&'static Holds> {
        match holder {
            Holder::Of(kind) => self.grammar.constraints(kind).to_vec(),
            Holder::At(record) => {
                let latest = latest(record);
                let constraints = record.constraints.iter();
                let current = constraints.filter(|constraint| constraint.versions.has(latest));
                current.map(|constraint| &constraint.holds).collect()
            }
        }
    }

    /// The fields of an object, each with what stands under it that has fields.
    fn hops(&self, holder: Holder) -> Vec<(Hop, Holder)> {
        let mut hops = Vec::new();
        for slot in self.slots(holder) {
            let mut held = Vec::new();
            holders_in(&slot.value, self.grammar, &mut held);
            hops.extend(held.into_iter().map(|held| (slot.hop, held)));
        }
        hops
    }

    fn slot(&self, hop: Hop) -> Option<Slot> {
        self.slots(hop.holder).into_iter().find(|slot| slot.hop == hop)
    }

    /// Puts an object at a seat of a whole description.
    fn seated(&self, seat: &[Hop], object: (Holder, Value)) -> Option<Value> {
        let Some((last, rest)) = seat.split_last() else {
            return Some(object.1);
        };
        let slot = self.slot(*last)?;
        let held = self.held(&slot.value, last.field, object)?;
        let under = rest.last().map_or("", |hop| hop.field);
        let around = self.around(*last, under, &held).into_iter().next()?;
        self.seated(rest, (last.holder, Value::Object(around)))
    }

    fn held(&self, value: &grammar::Value, field: &str, (holder, object): (Holder, Value)) -> Option<Value> {
        let holds = |value: &&grammar::Value| {
            let mut found = Vec::new();
            holders_in(value, self.grammar, &mut found);
            found.contains(&holder)
        };
        Some(match value {
            grammar::Value::Map(map) => {
                let name = self.entry_name(field, map.names, false);
                json!({ name: self.held(&map.value, field, (holder, object))? })
            }
            grammar::Value::List(list) => json!([self.held(&list.item, field, (holder, object))?]),
            grammar::Value::Either(values) => {
                let value = values.iter().find(holds)?;
                self.held(value, field, (holder, object))?
            }
            _ => object,
        })
    }

    /// Gives two whole descriptions what either of them refers to.
    fn furnish(&self, [one, other]: &mut [Value; 2]) {
        let texts = [&*one, &*other].map(Value::to_string);
        let is_said = |words: &str| texts.iter().any(|text| text.contains(words));
        let holder = self.schema_holder();
        if is_said(&format!("#/{}/", holder.join("/"))) {
            let schemas = json!({ self.schemas[0]: { "type": "string" }, self.schemas[1]: { "type": "integer" } });
            let whole = holder.iter().rev().fold(schemas, |inner, name| json!({ *name: inner }));
            provide([one, other], &whole, 1);
        }
        for (_, json) in self.known.at_hand.iter().filter(|(words, _)| is_said(words)) {
            provide([one, other], &parsed(json), 1);
        }
    }

    /// The keys to the schemas that others refer to.
    fn schema_holder(&self) -> &'static [&'static str] {
        match self.grammar.field(self.grammar.root(), key::DEFINITIONS) {
            Some(_) => &["definitions"],
            None => &["components", "schemas"],
        }
    }

    /// Every edit of an object at a seat.
    pub(crate) fn edits(&self, holder: Holder, seat: &Seat) -> Vec<Edit> {
        let slots = self.slots(holder);
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
        let whole = |object: &Object| self.seated(seat, (hop.holder, Value::Object(object.clone())));
        let mut wholes = [whole(old)?, whole(new)?];
        // What comes or goes is told even if nothing uses it; what a component says may not be.
        let component = seat.iter().filter(|hop| hop.holder.is(&[Kind::Components]));
        let changed = (action == "changed").then_some(&hop);
        for hop in component.chain(changed) {
            let uses = self.known.uses.iter();
            for (.., json) in uses.filter(|(kind, field, _)| hop.holder.is(&[*kind]) && *field == hop.field) {
                let [old, new] = &mut wholes;
                provide([old, new], &parsed(json), 1);
            }
        }
        self.furnish(&mut wholes);
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

/// The latest version of an object that names its own.
fn latest(record: &Record) -> Versions {
    record.editions.map_or(Versions::ALL, grammar::Editions::latest)
}
