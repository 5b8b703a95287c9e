//! Schemas in Avro: what differs between two versions, and whether data that were written with one can be read with the
//! other (<https://avro.apache.org/docs/1.12.0/specification/#schema-resolution>).
//!
//! What the application receives was written with the old schema and is read with the new one; what it sends is written
//! with the new one and read with the old one. Types are taken in pairs, as reading takes them: each pair is looked at
//! once and by itself, so that what refers to itself needs no assumption. What a change does is tried: [`datum`] makes
//! data that show it, and [`resolution`] reads them.

mod datum;
mod members;
mod resolution;

use super::Change;
use super::comparison::{Comparison, Sides, by_name};
use super::units::{Carrier, Proved, Step as Below, UnitId, UnitKey};
use crate::document::avro::{Schema, Type, split, within};
use crate::document::{Address, Direction, Kind, Node};
use crate::finding::{Effect, Witness};
use crate::syntax::{Key, key};
use datum::{Step, Way};
use resolution::{described, names_match, promotes};
use serde_json::Value;
use std::collections::VecDeque;

/// Steps that one comparison of schemas may take. A part of data that is made or read, and a branch of a union, are one.
const STEPS: usize = 4_000_000;
/// What a pair costs: it is remembered.
const PAIR: usize = 20;
/// What a change costs: it is told, with the way to it.
const CHANGE: usize = 1_000;

/// The fields of a schema that are compared for themselves; whatever else stands there is a note.
const SCHEMA_KEYS: &[Key] = &[
    key::TYPE,
    key::NAME,
    key::NAMESPACE,
    key::ALIASES,
    key::FIELDS,
    key::SYMBOLS,
    key::DEFAULT,
    key::ITEMS,
    key::VALUES,
    key::SIZE,
    key::LOGICAL_TYPE,
    key::PRECISION,
    key::SCALE,
];

/// The steps that are left.
#[derive(Debug)]
struct Fuel(usize);

impl Fuel {
    /// Takes so many steps, if they are left.
    fn burn(&mut self, steps: usize) -> Option<()> {
        self.0 = self.0.saturating_sub(steps);
        (self.0 > 0).then_some(())
    }
}

/// Whether what one version writes is read by the other one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Reads {
    /// Whether the new version reads what the old one wrote.
    new_reads_old: bool,
    /// Whether the old version reads what the new one writes.
    old_reads_new: bool,
}

impl Reads {
    const BOTH: Self = Self {
        new_reads_old: true,
        old_reads_new: true,
    };
    const NEITHER: Self = Self {
        new_reads_old: false,
        old_reads_new: false,
    };

    /// What follows for the parts of what is not read, or not by the same names: nothing.
    fn within(self, proved: Proved) -> Proved {
        Proved {
            old_in_new: proved.old_in_new || !self.new_reads_old,
            new_in_old: proved.new_in_old || !self.old_reads_new,
        }
    }

    fn effect(self, proved: Proved) -> Effect {
        let is_lost = !self.new_reads_old && !proved.old_in_new;
        let is_new = !self.old_reads_new && !proved.new_in_old;
        match (is_lost, is_new) {
            (false, false) => Effect::Equal,
            (true, false) => Effect::Narrows,
            (false, true) => Effect::Widens,
            (true, true) => Effect::Incomparable,
        }
    }
}

/// Two schemas of which one is what the other was, with the way to what the writing one writes.
struct Pair<'w> {
    unit: UnitId,
    old: Node<'w>,
    new: Node<'w>,
    /// What need not be looked at any more: whoever reads this way never comes here.
    proved: Proved,
    way: Way<'w>,
}

/// The state of one comparison of schemas.
struct Walk<'c, 'w, 's> {
    comparison: &'c mut Comparison<'w, 's>,
    direction: Direction,
    /// The whole schemas.
    old: Node<'w>,
    new: Node<'w>,
    /// What data of the whole are called.
    at: String,
    open: VecDeque<Pair<'w>>,
    fuel: Fuel,
}

impl<'w> Comparison<'w, '_> {
    /// Compares what a payload may hold that is written in Avro; whether all of it was, in the steps that it may take.
    pub(crate) fn compare_avro(&mut self, unit: UnitId, direction: Direction, old: Node<'w>, new: Node<'w>) -> bool {
        let at = self.units.place(unit);
        let mut walk = Walk {
            comparison: self,
            direction,
            old,
            new,
            at,
            open: VecDeque::new(),
            fuel: Fuel(STEPS),
        };
        walk.enter(unit, Below::Same, (old, new), Proved::default(), Way::default());
        while let Some(pair) = walk.open.pop_front() {
            if walk.compare(&pair).is_none() {
                break;
            }
        }
        walk.fuel.burn(0).is_some()
    }
}

impl<'w> Walk<'_, 'w, '_> {
    /// Puts a pair on the list, if it has not been there.
    fn enter(&mut self, unit: UnitId, step: Below, (old, new): (Node<'w>, Node<'w>), proved: Proved, way: Way<'w>) {
        let key = UnitKey {
            old: vec![old.address()],
            new: vec![new.address()],
            direction: self.direction,
            carrier: Carrier::Json,
            proved,
        };
        let (unit, is_first) = self.comparison.units.enter(unit, step, key);
        if is_first {
            self.open.push_back(Pair {
                unit,
                old,
                new,
                proved,
                way,
            });
        }
    }

    /// The one of two that writes.
    fn writer<T>(&self, old: T, new: T) -> T {
        match self.direction {
            Direction::Request => old,
            Direction::Response => new,
        }
    }

    /// Compares a pair, and puts those within it on the list; nothing when the steps are used up.
    fn compare(&mut self, pair: &Pair<'w>) -> Option<()> {
        self.fuel.burn(PAIR)?;
        let (old, new) = (Schema::of(pair.old), Schema::of(pair.new));
        if old.of == Type::Unknown || new.of == Type::Unknown {
            self.tell_unknown(pair, old, new);
        } else if old.of == Type::Union || new.of == Type::Union {
            self.compare_branches(pair, old, new)?;
        } else if old.node != pair.old || new.node != pair.new {
            // A type is compared once, whatever the names and references by which it is used.
            if old.of == new.of {
                let nodes = (old.node, new.node);
                self.enter(pair.unit, Below::Same, nodes, pair.proved, pair.way.clone());
            } else {
                self.compare_types(pair, old, new);
            }
        } else {
            self.compare_types(pair, old, new);
        }
        Some(())
    }

    fn tell_unknown(&mut self, pair: &Pair<'w>, old: Schema<'w>, new: Schema<'w>) {
        let (old, new) = (old.node, new.node);
        if self.comparison.unchanged.is(old, new) {
            return;
        }
        let mut change =
            Change::of(Kind::AvroSchema, "type", Sides::both(old, new)).effect(self.direction, Effect::Unknown);
        change.reason = Some("a name or reference in the schema leads nowhere".to_owned());
        self.note(pair.unit, change);
    }

    fn compare_types(&mut self, pair: &Pair<'w>, old: Schema<'w>, new: Schema<'w>) {
        let reads = match (old.of, new.of) {
            (Type::Primitive(was), Type::Primitive(is)) => Reads {
                new_reads_old: promotes(was, is),
                old_reads_new: promotes(is, was),
            },
            (was, is) if was == is => Reads::BOTH,
            _ => Reads::NEITHER,
        };
        if old.of != new.of {
            let change = self.change(pair, Kind::AvroSchema, "type", Sides::both(pair.old, pair.new), reads);
            self.tell(
                pair,
                change.texts(described(old), described(new)),
                (old.node, new.node),
                None,
            );
        }
        if reads != Reads::NEITHER {
            self.compare_logical_types(pair, old, new);
        }
        self.notes(
            pair.unit,
            Kind::AvroSchema,
            (Some(old.node), Some(new.node)),
            new.node,
            SCHEMA_KEYS,
        );
        if old.of != new.of {
            return;
        }
        let proved = if old.of.is_named() {
            self.compare_names(pair, old, new).within(pair.proved)
        } else {
            pair.proved
        };
        match new.of {
            Type::Record => self.compare_fields(pair, old, new, proved),
            Type::Enum => self.compare_symbols(pair, old, new, proved),
            Type::Fixed if old.size() != new.size() => {
                let sides = Sides::at(old.node, new.node, key::SIZE);
                let pair = Pair {
                    proved,
                    way: pair.way.clone(),
                    ..*pair
                };
                let change = self.change(&pair, Kind::AvroSchema, "size", sides, Reads::NEITHER);
                self.tell(&pair, change.fact("name", new.full_name()), (old.node, new.node), None);
            }
            Type::Array | Type::Map => {
                let (step, below) = match new.of {
                    Type::Array => (Step::Item, Below::Items),
                    _ => (Step::Value, Below::OtherProperties),
                };
                if let (Some(was), Some(is)) = (old.part(), new.part()) {
                    self.enter(pair.unit, below, (was, is), proved, pair.way.then(step));
                }
            }
            _ => {}
        }
    }

    /// Compares the names of two types of the same sort; tells whether they match.
    fn compare_names(&mut self, pair: &Pair<'w>, old: Schema<'w>, new: Schema<'w>) -> Reads {
        let reads = Reads {
            new_reads_old: names_match(new, old),
            old_reads_new: names_match(old, new),
        };
        let (was, is) = (old.full_name(), new.full_name());
        // Types within a type share its namespace: it is told where it is written.
        let says_space = |schema: Schema<'w>| {
            let name = schema.node.string_at(key::NAME).unwrap_or_default();
            schema.node.get(key::NAMESPACE).is_some() || name.contains('.')
        };
        let ((space_before, name_before), (space_now, name_now)) = (split(&was), split(&is));
        let nodes = |key: Key| Sides::at(old.node, new.node, key);
        if name_before != name_now {
            let change = self.change(pair, Kind::AvroSchema, "name", nodes(key::NAME), reads);
            self.tell(
                pair,
                change.texts(&*was, &*is).fact("name", &*is),
                (old.node, new.node),
                None,
            );
        } else if space_before != space_now && (says_space(old) || says_space(new)) {
            let change = self.change(pair, Kind::AvroSchema, "namespace", nodes(key::NAMESPACE), reads);
            self.tell(
                pair,
                change.texts(space_before, space_now).fact("name", &*is),
                (old.node, new.node),
                None,
            );
        }
        let names = ((space_before, &*was), (space_now, &*is));
        self.compare_aliases(pair.unit, Kind::AvroSchema, names, (old.node, new.node));
        reads
    }

    /// Tells which other names something can no longer be read by, and which it can be read by now; but for those that
    /// it has, or had.
    fn compare_aliases(
        &mut self,
        unit: UnitId,
        kind: Kind,
        ((space_before, was), (space_now, is)): ((&str, &str), (&str, &str)),
        (old, new): (Node<'w>, Node<'w>),
    ) {
        let aliases = |holder: Node<'w>| holder.get(key::ALIASES).into_iter().flat_map(Node::children);
        let lacks = |holder: Node<'w>, alias: &Node<'w>| !aliases(holder).any(|other| other.text() == alias.text());
        let gone = aliases(old)
            .filter(|alias| lacks(new, alias) && within(space_before, alias.text()) != is)
            .map(|alias| Sides::removed(alias, new));
        let came = aliases(new)
            .filter(|alias| lacks(old, alias) && within(space_now, alias.text()) != was)
            .map(Sides::added);
        for sides in gone.chain(came) {
            let change = Change::of(kind, "aliases", sides).effect(self.direction, Effect::Equal);
            self.note(unit, change.fact("name", is));
        }
    }

    /// Tells what values are taken for, if that is not the same any more.
    fn compare_logical_types(&mut self, pair: &Pair<'w>, old: Schema<'w>, new: Schema<'w>) {
        let (was, is) = (old.logical_type(), new.logical_type());
        let mut told = Vec::new();
        if was != is {
            told.push((key::LOGICAL_TYPE, "logicalType", was.zip(is).is_some()));
        } else if is == Some("decimal") {
            // https://avro.apache.org/docs/1.12.0/specification/#decimal: without a scale, it is 0.
            let digits = |schema: Schema<'w>, key: Key| schema.node.get(key).map_or("0", Node::text);
            let differs = |key: &Key| digits(old, *key) != digits(new, *key);
            let keys = [(key::PRECISION, "precision"), (key::SCALE, "scale")];
            told.extend(
                keys.into_iter()
                    .filter(|(key, _)| differs(key))
                    .map(|(key, name)| (key, name, true)),
            );
        }
        for (key, field, is_other) in told {
            let sides = Sides {
                old: old.node.get(key),
                new: new.node.get(key),
                around: pair.new,
            };
            let effect = if is_other { Effect::Incomparable } else { Effect::Equal };
            let change = Change::of(Kind::AvroSchema, field, sides).effect(self.direction, effect);
            self.note(pair.unit, change);
        }
    }

    /// Tells the fields that say nothing of data.
    fn notes(
        &mut self,
        unit: UnitId,
        kind: Kind,
        (old, new): (Option<Node<'w>>, Option<Node<'w>>),
        around: Node<'w>,
        handled: &[Key],
    ) {
        let maps = [old, new].map(|node| node.filter(|node| node.is_map()));
        for (name, sides) in by_name(maps[0], maps[1], around) {
            let is_handled = Key::well_known(name).is_some_and(|key| handled.contains(&key));
            if !is_handled && !sides.says_the_same() {
                let change = Change::of(kind, "attribute", sides).effect(self.direction, Effect::Equal);
                self.note(unit, change.fact("name", name));
            }
        }
    }

    fn change(&self, pair: &Pair<'w>, kind: Kind, field: &'static str, sides: Sides<'w>, reads: Reads) -> Change<'w> {
        Change::of(kind, field, sides).effect(self.direction, reads.effect(pair.proved))
    }

    fn note(&mut self, unit: UnitId, change: Change<'w>) {
        // Who is out of steps tells nothing more but that.
        if self.fuel.burn(CHANGE).is_some() {
            self.comparison.tell(unit, change);
        }
    }

    /// Tells a change, with data that show what it breaks: those given, or the least that the pair can write, within the
    /// whole that holds them. `refused` is what cannot be read then: a part of the old and of the new schema.
    fn tell(
        &mut self,
        pair: &Pair<'w>,
        mut change: Change<'w>,
        (was, is): (Node<'w>, Node<'w>),
        shown_by: Option<Value>,
    ) {
        let is_lost = match self.direction {
            Direction::Request => matches!(change.effect, Effect::Narrows | Effect::Incomparable),
            Direction::Response => matches!(change.effect, Effect::Widens | Effect::Incomparable),
        };
        if is_lost {
            change.witness = self.witness(pair, &[was.address(), is.address()], shown_by);
        }
        self.note(pair.unit, change);
    }

    fn witness(&mut self, pair: &Pair<'w>, refused: &[Address], shown_by: Option<Value>) -> Option<Witness> {
        let written = self.writer(pair.old, pair.new);
        let part = shown_by.or_else(|| datum::least(written, &mut self.fuel))?;
        let value = pair.way.around(part, &mut self.fuel)?;
        let refusals = match self.direction {
            Direction::Request => resolution::read(self.new, self.old, &value, &mut self.fuel),
            Direction::Response => resolution::read(self.old, self.new, &value, &mut self.fuel),
        };
        let refusal = refusals.into_iter().find(|refusal| refused.contains(&refusal.at))?;
        let valid = "valid".to_owned();
        let (old, new) = match self.direction {
            Direction::Request => (valid, refusal.why),
            Direction::Response => (refusal.why, valid),
        };
        let at = self.at.clone();
        Some(Witness { at, value, old, new })
    }
}
