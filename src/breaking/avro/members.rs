//! What types are made of: the fields of records, the symbols of enums, the branches of unions.

use super::datum::{Step, as_branch, least};
use super::resolution::{choose, described, source};
use super::{Pair, Reads, Walk};
use crate::breaking::Change;
use crate::breaking::comparison::Sides;
use crate::breaking::units::{Proved, Step as Below};
use crate::document::avro::{Field, Schema, Type};
use crate::document::{Kind, Node};
use crate::finding::Effect;
use crate::syntax::{Key, key};
use serde_json::json;

/// The fields of a record's field that are compared for themselves.
const FIELD_KEYS: &[Key] = &[key::NAME, key::TYPE, key::ALIASES, key::DEFAULT];

impl<'w> Walk<'_, 'w, '_> {
    /// <https://avro.apache.org/docs/1.12.0/specification/#schema-record>: who reads takes fields by name, and defaults
    /// for those that were not written.
    pub(super) fn compare_fields(&mut self, pair: &Pair<'w>, old: Schema<'w>, new: Schema<'w>, proved: Proved) {
        let (before, now) = (old.fields(), new.fields());
        let pair = Pair { proved, way: pair.way.clone(), ..*pair };
        let mut taken: Vec<&str> = Vec::new();
        for was in &before {
            let is_it = |is: &&Field<'w>| {
                let of_new = source(**is, &now, &before).is_some_and(|from| from.name == was.name);
                of_new || source(*was, &before, &now).is_some_and(|from| from.name == is.name)
            };
            let mut candidates = now.iter().filter(is_it);
            match candidates.find(|is| !taken.contains(&is.name)) {
                Some(is) => {
                    taken.push(is.name);
                    self.compare_field(&pair, (old, &before, *was), (new, &now, *is));
                }
                None => {
                    let sides = Sides::removed(was.node, new.node.get(key::FIELDS).unwrap_or(new.node));
                    let reads = Reads {
                        old_reads_new: was.has_default(),
                        ..Reads::BOTH
                    };
                    let change = self.change(&pair, Kind::Field, "", sides, reads);
                    self.tell(&pair, change.fact("name", was.name).yes("default", was.has_default()), None);
                }
            }
        }
        for is in now.iter().filter(|is| !taken.contains(&is.name)) {
            let reads = Reads {
                new_reads_old: is.has_default(),
                ..Reads::BOTH
            };
            let change = self.change(&pair, Kind::Field, "", Sides::added(is.node), reads);
            self.tell(&pair, change.fact("name", is.name).yes("default", is.has_default()), None);
        }
    }

    fn compare_field(
        &mut self,
        pair: &Pair<'w>,
        (old, before, was): (Schema<'w>, &[Field<'w>], Field<'w>),
        (new, now, is): (Schema<'w>, &[Field<'w>], Field<'w>),
    ) {
        let aligned = Reads {
            new_reads_old: source(is, now, before).is_some_and(|from| from.name == was.name),
            old_reads_new: source(was, before, now).is_some_and(|from| from.name == is.name),
        };
        if was.name != is.name {
            let reads = Reads {
                new_reads_old: aligned.new_reads_old || is.has_default(),
                old_reads_new: aligned.old_reads_new || was.has_default(),
            };
            let sides = Sides::at(was.node, is.node, key::NAME);
            let change = self.change(pair, Kind::Field, "name", sides, reads);
            self.tell(pair, change.texts(was.name, is.name).fact("name", is.name), None);
        }
        let names = (("", was.name), ("", is.name));
        self.compare_aliases(pair.unit, Kind::Field, names, (was.node, is.node));
        self.compare_default(pair, Kind::Field, is.name, (was.node, is.node));
        self.notes(pair.unit, Kind::Field, (Some(was.node), Some(is.node)), is.node, FIELD_KEYS);
        let step = self.writer(Step::Field(old, was.name), Step::Field(new, is.name));
        let below = Below::Property(is.name.to_owned());
        let nodes = (was.schema, is.schema);
        self.enter(pair.unit, below, nodes, aligned.within(pair.proved), pair.way.then(step));
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
            self.comparison.tell(pair.unit, change.fact("name", name));
        }
    }

    /// <https://avro.apache.org/docs/1.12.0/specification/#enums>: the default stands for symbols that a reader does not
    /// know.
    pub(super) fn compare_symbols(&mut self, pair: &Pair<'w>, old: Schema<'w>, new: Schema<'w>, proved: Proved) {
        let name = new.full_name();
        let pair = Pair { proved, way: pair.way.clone(), ..*pair };
        for symbol in old.symbols().filter(|symbol| !new.has_symbol(symbol.text())) {
            let sides = Sides::removed(symbol, new.node.get(key::SYMBOLS).unwrap_or(new.node));
            let reads = Reads {
                new_reads_old: new.other_symbol().is_some(),
                ..Reads::BOTH
            };
            let change = self.change(&pair, Kind::AvroSchema, "symbols", sides, reads);
            self.tell(&pair, change.fact("name", &*name), Some(json!(symbol.text())));
        }
        for symbol in new.symbols().filter(|symbol| !old.has_symbol(symbol.text())) {
            let reads = Reads {
                old_reads_new: old.other_symbol().is_some(),
                ..Reads::BOTH
            };
            let change = self.change(&pair, Kind::AvroSchema, "symbols", Sides::added(symbol), reads);
            self.tell(&pair, change.fact("name", &*name), Some(json!(symbol.text())));
        }
        self.compare_default(&pair, Kind::AvroSchema, &name, (old.node, new.node));
    }

    /// What is no union is as good as one with a single branch, where the other version has a union.
    pub(super) fn compare_branches(&mut self, pair: &Pair<'w>, old: Schema<'w>, new: Schema<'w>) -> Option<()> {
        let is_unread = |branch: &Schema<'w>| matches!(branch.of, Type::Unknown | Type::Union);
        let schemas = |schema: Schema<'w>| schema.branches().into_iter().map(Schema::of).partition(is_unread);
        let (unread_before, before): (Vec<Schema<'w>>, Vec<Schema<'w>>) = schemas(old);
        let (unread_now, now): (Vec<Schema<'w>>, Vec<Schema<'w>>) = schemas(new);
        self.fuel.burn(before.len() * now.len())?;
        if !unread_before.is_empty() || !unread_now.is_empty() {
            self.tell_unknown(pair, old, new);
        }
        let read_by: Vec<Option<usize>> = before.iter().map(|was| choose(&now, *was)).collect();
        let reads: Vec<Option<usize>> = now.iter().map(|is| choose(&before, *is)).collect();
        // Which branch a value of the other version is read by need not be the one that its own values are.
        let mut is_told = vec![false; now.len()];
        for (at, was) in before.iter().enumerate() {
            let partner = read_by[at].or_else(|| reads.iter().position(|read| *read == Some(at)));
            let partner = partner.filter(|is| !is_told[*is] && reads[*is].is_none_or(|read| read == at));
            match partner {
                Some(is) => {
                    is_told[is] = true;
                    self.enter_branch(pair, (old, *was), (new, now[is]), pair.proved);
                }
                None => {
                    let sides = Sides::removed(was.node, pair.new);
                    let found = read_by[at];
                    self.tell_branch(pair, sides, *was, Reads { new_reads_old: found.is_some(), ..Reads::BOTH }, old);
                    if let Some(is) = found.filter(|_| !matches!(was.of, Type::Primitive(_))) {
                        let proved = Proved { new_in_old: true, ..pair.proved };
                        self.enter_branch(pair, (old, *was), (new, now[is]), proved);
                    }
                }
            }
        }
        for (at, is) in now.iter().enumerate().filter(|(at, _)| !is_told[*at]) {
            let found = reads[at];
            self.tell_branch(
                pair,
                Sides::added(is.node),
                *is,
                Reads { old_reads_new: found.is_some(), ..Reads::BOTH },
                new,
            );
            if let Some(was) = found.filter(|_| !matches!(is.of, Type::Primitive(_))) {
                let proved = Proved { old_in_new: true, ..pair.proved };
                self.enter_branch(pair, (old, before[was]), (new, *is), proved);
            }
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
        self.tell(pair, change.fact("name", described(branch)), value);
    }
}
