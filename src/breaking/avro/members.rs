//! What types are made of: the fields of records, the symbols of enums, the branches of unions.

use super::datum::{Step, as_branch, least};
use super::resolution::{Branches, described, sources};
use super::{Pair, Reads, Walk};
use crate::breaking::Change;
use crate::breaking::comparison::Sides;
use crate::breaking::units::{Proved, Step as Below};
use crate::document::avro::{Field, Schema, Type};
use crate::document::{Kind, Node};
use crate::finding::Effect;
use crate::syntax::{Key, key};
use rustc_hash::FxHashSet;
use serde_json::json;

/// The fields of a record's field that are compared for themselves.
const FIELD_KEYS: &[Key] = &[key::NAME, key::TYPE, key::ALIASES, key::DEFAULT];

impl<'w> Walk<'_, 'w, '_> {
    /// <https://avro.apache.org/docs/1.12.0/specification/#schema-record>: who reads takes fields by name, and defaults
    /// for those that were not written.
    pub(super) fn compare_fields(&mut self, pair: &Pair<'w>, old: Schema<'w>, new: Schema<'w>, proved: Proved) {
        let (before, now) = (old.fields(), new.fields());
        let pair = Pair {
            proved,
            way: pair.way.clone(),
            ..*pair
        };
        let (from_old, from_new) = (sources(&now, &before), sources(&before, &now));
        let backward = from_old.iter().enumerate().filter_map(|(is, was)| Some(((*was)?, is)));
        let forward = from_new.iter().enumerate().filter_map(|(was, is)| Some((was, (*is)?)));
        let matches = Matches::new(backward.collect(), forward.collect());
        for (was, is, reads) in &matches.partners {
            self.compare_field(&pair, (old, before[*was]), (new, now[*is]), *reads);
        }
        // What is read by two names is told of one of them, and read by both.
        for (was, is, reads) in &matches.others {
            self.enter_field(&pair, (old, before[*was]), (new, now[*is]), *reads);
        }
        for (at, was) in before.iter().enumerate().filter(|(at, _)| !matches.has_old(*at)) {
            let sides = Sides::removed(was.node, new.node.get(key::FIELDS).unwrap_or(new.node));
            let is_filled = was.has_default() || from_new[at].is_some();
            let reads = Reads {
                old_reads_new: is_filled,
                ..Reads::BOTH
            };
            let change = self.change(&pair, Kind::Field, "", sides, reads);
            let change = change.fact("name", was.name).yes("default", is_filled);
            self.tell(&pair, change, (was.node, was.node), None);
        }
        for (at, is) in now.iter().enumerate().filter(|(at, _)| !matches.has_new(*at)) {
            let is_filled = is.has_default() || from_old[at].is_some();
            let reads = Reads {
                new_reads_old: is_filled,
                ..Reads::BOTH
            };
            let change = self.change(&pair, Kind::Field, "", Sides::added(is.node), reads);
            let change = change.fact("name", is.name).yes("default", is_filled);
            self.tell(&pair, change, (is.node, is.node), None);
        }
    }

    fn compare_field(
        &mut self,
        pair: &Pair<'w>,
        (old, was): (Schema<'w>, Field<'w>),
        (new, is): (Schema<'w>, Field<'w>),
        aligned: Reads,
    ) {
        if was.name != is.name {
            let reads = Reads {
                new_reads_old: aligned.new_reads_old || is.has_default(),
                old_reads_new: aligned.old_reads_new || was.has_default(),
            };
            let sides = Sides::at(was.node, is.node, key::NAME);
            let change = self.change(pair, Kind::Field, "name", sides, reads);
            let change = change.texts(was.name, is.name).fact("name", is.name);
            self.tell(pair, change, (was.node, is.node), None);
        }
        let names = (("", was.name), ("", is.name));
        self.compare_aliases(pair.unit, Kind::Field, names, (was.node, is.node));
        self.compare_default(pair, Kind::Field, is.name, (was.node, is.node));
        let of_field = Below::Property(is.name.to_owned());
        let unit = self.comparison.units.below(pair.unit, of_field);
        self.notes(unit, Kind::Field, (Some(was.node), Some(is.node)), is.node, FIELD_KEYS);
        self.enter_field(pair, (old, was), (new, is), aligned);
    }

    fn enter_field(
        &mut self,
        pair: &Pair<'w>,
        (old, was): (Schema<'w>, Field<'w>),
        (new, is): (Schema<'w>, Field<'w>),
        aligned: Reads,
    ) {
        let step = self.writer(Step::Field(old, was.name), Step::Field(new, is.name));
        let below = Below::Property(is.name.to_owned());
        let nodes = (was.schema, is.schema);
        let proved = aligned.within(pair.proved);
        self.enter(pair.unit, below, nodes, proved, pair.way.then(step));
    }

    fn compare_default(&mut self, pair: &Pair<'w>, kind: Kind, name: &str, (old, new): (Node<'w>, Node<'w>)) {
        let sides = Sides {
            old: old.get(key::DEFAULT),
            new: new.get(key::DEFAULT),
            around: new,
        };
        // No default is no `null`.
        let is_told = match (sides.old, sides.new) {
            (Some(_), Some(_)) => !sides.says_the_same(),
            (was, is) => was.is_some() != is.is_some(),
        };
        if is_told {
            let change = Change::of(kind, "default", sides).effect(self.direction, Effect::Equal);
            self.note(pair.unit, change.fact("name", name));
        }
    }

    /// <https://avro.apache.org/docs/1.12.0/specification/#enums>: the default stands for symbols that a reader does not
    /// know.
    pub(super) fn compare_symbols(&mut self, pair: &Pair<'w>, old: Schema<'w>, new: Schema<'w>, proved: Proved) {
        let name = new.full_name();
        let pair = Pair {
            proved,
            way: pair.way.clone(),
            ..*pair
        };
        let texts = |schema: Schema<'w>| -> FxHashSet<&'w str> { schema.symbols().map(Node::text).collect() };
        let (before, now) = (texts(old), texts(new));
        let list = new.node.get(key::SYMBOLS).unwrap_or(new.node);
        let gone = old.symbols().filter(|symbol| !now.contains(symbol.text()));
        let came = new.symbols().filter(|symbol| !before.contains(symbol.text()));
        let gone = gone.map(|symbol| (symbol, Sides::removed(symbol, list)));
        let reads = Reads {
            new_reads_old: new.has_other_symbol(),
            old_reads_new: old.has_other_symbol(),
        };
        for (symbol, sides) in gone.chain(came.map(|symbol| (symbol, Sides::added(symbol)))) {
            let reads = match sides.new {
                None => Reads {
                    old_reads_new: true,
                    ..reads
                },
                Some(_) => Reads {
                    new_reads_old: true,
                    ..reads
                },
            };
            let change = self.change(&pair, Kind::AvroSchema, "symbols", sides, reads);
            let shown_by = Some(json!(symbol.text()));
            self.tell(&pair, change.fact("name", &*name), (symbol, symbol), shown_by);
        }
        self.compare_default(&pair, Kind::AvroSchema, &name, (old.node, new.node));
    }

    /// What is no union is as good as one with a single branch, where the other version has a union.
    pub(super) fn compare_branches(&mut self, pair: &Pair<'w>, old: Schema<'w>, new: Schema<'w>) -> Option<()> {
        let is_unread = |branch: &Schema<'w>| matches!(branch.of, Type::Unknown | Type::Union);
        let schemas = |schema: Schema<'w>| schema.branches().into_iter().map(Schema::of).partition(is_unread);
        let (unread_before, before): (Vec<Schema<'w>>, Vec<Schema<'w>>) = schemas(old);
        let (unread_now, now): (Vec<Schema<'w>>, Vec<Schema<'w>>) = schemas(new);
        self.fuel.burn(before.len() + now.len())?;
        if !unread_before.is_empty() || !unread_now.is_empty() {
            self.tell_unknown(pair, old, new);
        }
        let (readers_before, readers_now) = (Branches::new(&before), Branches::new(&now));
        let by_new: Vec<Option<usize>> = before.iter().map(|was| readers_now.choose(*was)).collect();
        let by_old: Vec<Option<usize>> = now.iter().map(|is| readers_before.choose(*is)).collect();
        let backward = by_new.iter().enumerate().filter_map(|(was, is)| Some((was, (*is)?)));
        let forward = by_old.iter().enumerate().filter_map(|(is, was)| Some(((*was)?, is)));
        let matches = Matches::new(backward.collect(), forward.collect());
        let partners = matches.partners.iter().map(|pair| (pair, true));
        for ((was, is, _), is_partner) in partners.chain(matches.others.iter().map(|pair| (pair, false))) {
            // What is promoted is read, and there is no more to it.
            if is_partner || !matches!(before[*was].of, Type::Primitive(_)) {
                let proved = Proved {
                    old_in_new: pair.proved.old_in_new || by_new[*was].is_some_and(|read| read != *is),
                    new_in_old: pair.proved.new_in_old || by_old[*is].is_some_and(|read| read != *was),
                };
                self.enter_branch(pair, (old, before[*was]), (new, now[*is]), proved);
            }
        }
        for (at, was) in before.iter().enumerate().filter(|(at, _)| !matches.has_old(*at)) {
            let reads = Reads {
                new_reads_old: by_new[at].is_some(),
                ..Reads::BOTH
            };
            self.tell_branch(pair, Sides::removed(was.node, pair.new), *was, reads, old);
        }
        for (at, is) in now.iter().enumerate().filter(|(at, _)| !matches.has_new(*at)) {
            let reads = Reads {
                old_reads_new: by_old[at].is_some(),
                ..Reads::BOTH
            };
            self.tell_branch(pair, Sides::added(is.node), *is, reads, new);
        }
        Some(())
    }

    fn enter_branch(
        &mut self,
        pair: &Pair<'w>,
        (old, was): (Schema<'w>, Schema<'w>),
        (new, is): (Schema<'w>, Schema<'w>),
        proved: Proved,
    ) {
        let (holder, branch) = self.writer((old, was), (new, is));
        let way = match holder.of {
            Type::Union => pair.way.then(Step::Branch(branch)),
            _ => pair.way.clone(),
        };
        self.enter(pair.unit, Below::Branch, (was.node, is.node), proved, way);
    }

    /// Tells that a branch came or went, with a value of it.
    fn tell_branch(&mut self, pair: &Pair<'w>, sides: Sides<'w>, branch: Schema<'w>, reads: Reads, holder: Schema<'w>) {
        let value = least(branch.node, &mut self.fuel);
        let value = value.map(|value| match holder.of {
            Type::Union => as_branch(branch, value),
            _ => value,
        });
        let change = self.change(pair, Kind::AvroSchema, "branch", sides, reads);
        self.tell(
            pair,
            change.fact("name", described(branch)),
            (branch.node, branch.node),
            value,
        );
    }
}

/// Which part of the new version each part of the old one is: fields of records, or branches of unions.
struct Matches {
    /// The parts that are each other's, by their positions, and who reads what the other one wrote.
    partners: Vec<(usize, usize, Reads)>,
    /// What is read otherwise.
    others: Vec<(usize, usize, Reads)>,
    old: FxHashSet<usize>,
    new: FxHashSet<usize>,
}

impl Matches {
    /// The parts of which the new version reads one and the old version wrote the other, and likewise the other way
    /// round.
    fn new(backward: Vec<(usize, usize)>, forward: Vec<(usize, usize)>) -> Self {
        let is_new_reader: FxHashSet<(usize, usize)> = backward.iter().copied().collect();
        let is_old_reader: FxHashSet<(usize, usize)> = forward.iter().copied().collect();
        let mut matches = Self {
            partners: Vec::new(),
            others: Vec::new(),
            old: FxHashSet::default(),
            new: FxHashSet::default(),
        };
        // What is read both ways comes first.
        let of_both = backward.iter().filter(|pair| is_old_reader.contains(pair));
        let of_new = backward.iter().filter(|pair| !is_old_reader.contains(pair));
        let of_old = forward.iter().filter(|pair| !is_new_reader.contains(pair));
        for (was, is) in of_both.chain(of_new).chain(of_old) {
            let reads = Reads {
                new_reads_old: is_new_reader.contains(&(*was, *is)),
                old_reads_new: is_old_reader.contains(&(*was, *is)),
            };
            if matches.old.contains(was) || matches.new.contains(is) {
                matches.others.push((*was, *is, reads));
            } else {
                matches.old.insert(*was);
                matches.new.insert(*is);
                matches.partners.push((*was, *is, reads));
            }
        }
        matches
    }

    fn has_old(&self, at: usize) -> bool {
        self.old.contains(&at)
    }

    fn has_new(&self, at: usize) -> bool {
        self.new.contains(&at)
    }
}
