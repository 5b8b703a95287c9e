//! The members of objects and the elements of lists.

use super::facets::{Others, Site};
use super::{Compared, Explained};
use crate::breaking::Change;
use crate::breaking::comparison::{Comparison, Sides, is_respelt};
use crate::breaking::units::{Proved, Step};
use crate::document::{Direction, Kind, Node};
use crate::finding::{Action, Effect, Location};
use crate::schema::{SchemaId, is_left_out};
use crate::syntax::{Key, key};
use rustc_hash::FxHashMap;

impl<'w> Comparison<'w, '_> {
    pub(crate) fn compare_members(&mut self, compared: &Compared<'w>) -> Explained {
        let direction = compared.direction;
        let is_hidden = |schemas: &[Node<'w>]| schemas.iter().any(|schema| is_left_out(*schema, direction));
        let mut explained = Explained::default();
        let (before, now) = (compared.old.properties(), compared.new.properties());
        let (needed, needs) = (compared.old.required(), compared.new.required());
        let find = |properties: &[(&'w str, Vec<Node<'w>>)], positions: &Positions<'w>, name: &str| {
            positions.get(name).map(|position| properties[*position].1.clone())
        };
        let (old_positions, new_positions) = (positions(&before), positions(&now));
        let requires = |required: &[(&'w str, Node<'w>)], name: &str| {
            required.iter().find(|(other, _)| *other == name).map(|(_, node)| *node)
        };
        for (name, is) in &now {
            let Some(was) = find(&before, &old_positions, name) else {
                continue;
            };
            let mut proved = compared.proved;
            let (was_hidden, hidden) = (is_hidden(&was), is_hidden(is));
            if was_hidden || hidden {
                proved = Proved {
                    old_in_new: true,
                    new_in_old: true,
                };
            }
            // A member that does not travel this way is as good as not declared.
            explained.undeclared |= was_hidden != hidden;
            let step = Step::Property((*name).to_owned());
            let carrier = compared.carrier;
            explained = explained.or(self.compare_nodes(compared.unit, step, direction, carrier, proved, (&was, is)));
        }
        let added = now.iter().filter(|(name, _)| !old_positions.contains_key(name));
        let mut removed: Vec<&(&str, Vec<Node<'w>>)> = before
            .iter()
            .filter(|(name, _)| !new_positions.contains_key(name))
            .collect();
        for (name, schemas) in added {
            let renamed = removed.iter().position(|(other, _)| is_respelt(other, name));
            if let Some(position) = renamed {
                let (other, was) = removed.remove(position);
                self.tell_renamed_member(compared, (other, was), (name, schemas));
                explained.undeclared = true;
                continue;
            }
            let required = requires(&needs, name).is_some() && !is_hidden(schemas);
            explained = explained.or(self.tell_added_member(compared, name, schemas, required));
        }
        for (name, schemas) in removed {
            let required = requires(&needed, name).is_some() && !is_hidden(schemas);
            explained = explained.or(self.tell_removed_member(compared, name, schemas, required));
        }
        let hidden = |properties: &[(&'w str, Vec<Node<'w>>)], positions: &Positions<'w>, name: &str| {
            find(properties, positions, name).is_some_and(|schemas| is_hidden(&schemas))
        };
        let lists = (compared.old.first(key::REQUIRED), compared.new.first(key::REQUIRED));
        for (name, node) in &needs {
            let known = requires(&needed, name).is_some() && !hidden(&before, &old_positions, name);
            let told_with_it = new_positions.contains_key(name) && !old_positions.contains_key(name);
            if !known && !told_with_it && !hidden(&now, &new_positions, name) {
                let default =
                    find(&now, &new_positions, name).is_some_and(|s| Site::of(&s).first(key::DEFAULT).is_some());
                let pair = Sides {
                    old: lists.0,
                    new: lists.1,
                    around: *node,
                };
                let mut change = Change::of(Kind::Schema, "required", pair)
                    .action(Action::Added)
                    .texts("false", "true")
                    .fact("name", *name)
                    .yes("default", default);
                // The list is what was edited; the name in it is what is told of.
                change.place = Location::key(node.address());
                let demand = self.schemas.requires(name);
                self.judge(compared, change, Some(demand), None);
            }
        }
        for (name, _) in &needed {
            let known = requires(&needs, name).is_some() && !hidden(&now, &new_positions, name);
            let told_with_it = old_positions.contains_key(name) && !new_positions.contains_key(name);
            if !known && !told_with_it && !hidden(&before, &old_positions, name) {
                let new = find(&now, &new_positions, name).and_then(|schemas| schemas.first().copied());
                let pair = Sides {
                    old: lists.0,
                    new: lists.1,
                    around: new.unwrap_or(compared.around),
                };
                let change = Change::of(Kind::Schema, "required", pair)
                    .action(Action::Removed)
                    .texts("true", "false")
                    .fact("name", *name);
                let demand = self.schemas.requires(name);
                self.judge(compared, change, None, Some(demand));
            }
        }
        self.compare_patterns(compared);
        explained.or(self.compare_others(compared))
    }

    /// The members that patterns name. Where these end, the others begin, as with the first elements of a list.
    fn compare_patterns(&mut self, compared: &Compared<'w>) {
        let direction = compared.direction;
        let mut demands = |keywords: &[Key]| {
            let old = self.demand(&compared.old, keywords, direction);
            (old, self.demand(&compared.new, keywords, direction))
        };
        let (was, is) = demands(&[key::PATTERN_PROPERTIES]);
        let (old, new) = demands(&[key::PATTERN_PROPERTIES, key::ADDITIONAL_PROPERTIES]);
        // Where no pattern stands, none says anything.
        let anything = self.schemas.anything();
        if was.unwrap_or(anything) == is.unwrap_or(anything) {
            return;
        }
        let pair = Sides {
            old: compared.old.first(key::PATTERN_PROPERTIES),
            new: compared.new.first(key::PATTERN_PROPERTIES),
            around: compared.around,
        };
        let change = Change::of(compared.kind, "patternProperties", pair);
        self.judge_or_note(compared, change, new, old);
    }

    pub(crate) fn tell_renamed_member(
        &mut self,
        compared: &Compared<'w>,
        (old_name, was): (&str, &[Node<'w>]),
        (name, is): (&str, &[Node<'w>]),
    ) {
        let pair = Sides {
            old: was.first().copied(),
            new: is.first().copied(),
            around: compared.around,
        };
        let change = Change::of(Kind::Schema, "property", pair)
            .effect(compared.direction, Effect::Incomparable)
            .texts(old_name, name)
            .fact("name", old_name);
        self.tell(compared.unit, change);
    }

    pub(crate) fn tell_added_member(
        &mut self,
        compared: &Compared<'w>,
        name: &str,
        schemas: &[Node<'w>],
        required: bool,
    ) -> Explained {
        let others = compared.old.others();
        let Some(node) = schemas.first() else {
            return Explained::default();
        };
        let is_told = required || self.settings.undeclared_members;
        if !is_told && self.is_never_there(compared, schemas) {
            return self.compare_declared(compared, name, &others, schemas, true);
        }
        let site = Site::of(schemas);
        let change = Change::of(Kind::Schema, "property", Sides::added(*node))
            .texts("", name)
            .fact("name", name)
            .yes("required", required)
            .yes("default", site.first(key::DEFAULT).is_some())
            .yes("open", others == Others::Open);
        let demand = self.schemas.requires(name);
        let refused = match &others {
            Others::Closed(_) => self.others_demand(&compared.old, compared.direction),
            Others::Open if self.settings.undeclared_members && !required => {
                let schema = self.schemas.read(schemas, Some(compared.direction));
                let schema = self.schemas.property(name, schema);
                self.judge_or_note(compared, change, Some(schema), None);
                return self.compare_declared(compared, name, &others, schemas, true);
            }
            Others::Open | Others::Schemas(_) => None,
        };
        let with = self.schemas.all_of(&[compared.new_id, demand]);
        let wanted = required.then_some(demand);
        self.judge_between_or_note(compared, change, (compared.old_id, wanted), (with, refused));
        self.compare_declared(compared, name, &others, schemas, true)
    }

    pub(crate) fn tell_removed_member(
        &mut self,
        compared: &Compared<'w>,
        name: &str,
        schemas: &[Node<'w>],
        required: bool,
    ) -> Explained {
        let others = compared.new.others();
        let Some(node) = schemas.first() else {
            return Explained::default();
        };
        if !required && self.is_never_there(compared, schemas) {
            return self.compare_declared(compared, name, &others, schemas, false);
        }
        let site = Site::of(schemas);
        // Any part may say that the member goes.
        let said_by = site.parts.iter().copied().max_by_key(|part| self.lifecycle(*part));
        let around = compared.new.first(key::PROPERTIES).unwrap_or(compared.around);
        let change = Change::of(Kind::Schema, "property", Sides::removed(*node, around))
            .texts(name, "")
            .fact("name", name)
            .yes("required", required)
            .yes("open", others == Others::Open);
        let change = self.out_of_life(change, said_by.as_slice());
        let demand = self.schemas.requires(name);
        let new = match &others {
            Others::Closed(_) => self.others_demand(&compared.new, compared.direction),
            Others::Open | Others::Schemas(_) => None,
        };
        let with = self.schemas.all_of(&[compared.old_id, demand]);
        let old = required.then_some(demand);
        self.judge_between_or_note(compared, change, (with, new), (compared.new_id, old));
        self.compare_declared(compared, name, &others, schemas, false)
    }

    /// Whether a member is declared so that no value fits: whoever declares it says that it does not come.
    fn is_never_there(&mut self, compared: &Compared<'w>, schemas: &[Node<'w>]) -> bool {
        let schema = self.schemas.read(schemas, Some(compared.direction));
        self.takes_nothing(schema, compared.carrier)
    }

    /// A member that only one version declares is one of those that the other one speaks of together.
    pub(crate) fn compare_declared(
        &mut self,
        compared: &Compared<'w>,
        name: &str,
        others: &Others<'w>,
        schemas: &[Node<'w>],
        is_new: bool,
    ) -> Explained {
        match others {
            Others::Schemas(general) => {
                let step = Step::Property(name.to_owned());
                let pair: (&[Node<'w>], &[Node<'w>]) = if is_new { (general, schemas) } else { (schemas, general) };
                self.compare_nodes(
                    compared.unit,
                    step,
                    compared.direction,
                    compared.carrier,
                    compared.proved,
                    pair,
                )
            }
            Others::Open => Explained {
                told: false,
                undeclared: !self.settings.undeclared_members,
            },
            Others::Closed(_) => Explained::default(),
        }
    }

    pub(crate) fn others_demand(&mut self, site: &Site<'w>, direction: Direction) -> Option<SchemaId> {
        self.demand(
            site,
            &[key::ADDITIONAL_PROPERTIES, key::UNEVALUATED_PROPERTIES],
            direction,
        )
    }

    /// The members that a schema does not name.
    pub(crate) fn compare_others(&mut self, compared: &Compared<'w>) -> Explained {
        let (before, now) = (compared.old.others(), compared.new.others());
        let node = |others: &Others<'w>| match others {
            Others::Open => None,
            Others::Closed(node) => Some(*node),
            Others::Schemas(nodes) => nodes.first().copied(),
        };
        match (&before, &now) {
            (Others::Open, Others::Open) | (Others::Closed(_), Others::Closed(_)) => Explained::default(),
            (Others::Schemas(was), Others::Schemas(is)) => self.compare_nodes(
                compared.unit,
                Step::OtherProperties,
                compared.direction,
                compared.carrier,
                compared.proved,
                (was, is),
            ),
            _ => {
                let pair = Sides {
                    old: node(&before).or_else(|| compared.old.first(key::ADDITIONAL_PROPERTIES)),
                    new: node(&now).or_else(|| compared.new.first(key::ADDITIONAL_PROPERTIES)),
                    around: compared.around,
                };
                let word = |others: &Others<'w>| match others {
                    Others::Open => "true",
                    Others::Closed(_) => "false",
                    Others::Schemas(_) => "a schema",
                };
                let is_unevaluated =
                    |node: Option<Node<'w>>| node.is_some_and(|node| node.key() == Some(key::UNEVALUATED_PROPERTIES));
                let field = if is_unevaluated(pair.new.or(pair.old)) {
                    "unevaluatedProperties"
                } else {
                    "additionalProperties"
                };
                let change = Change::of(compared.kind, field, pair).texts(word(&before), word(&now));
                let new = self.others_demand(&compared.new, compared.direction);
                let old = self.others_demand(&compared.old, compared.direction);
                self.judge(compared, change, new, old);
                Explained::default()
            }
        }
    }

    pub(crate) fn compare_elements(&mut self, compared: &Compared<'w>) -> Explained {
        let mut explained = Explained::default();
        let (unit, direction) = (compared.unit, compared.direction);
        let below = |comparison: &mut Self, step: Step, was: &[Node<'w>], is: &[Node<'w>]| {
            comparison.compare_nodes(unit, step, direction, compared.carrier, compared.proved, (was, is))
        };
        let (before, now) = (compared.old.first_items(), compared.new.first_items());
        if before.len() == now.len() {
            for (position, (was, is)) in before.iter().zip(&now).enumerate() {
                let step = Step::Item(u32::try_from(position).unwrap_or(u32::MAX));
                explained = explained.or(below(self, step, was, is));
            }
        } else {
            // Where the first elements end, the others begin: what is said of them says something of these, too.
            let keywords = [key::PREFIX_ITEMS, key::ITEMS];
            let old = self.demand(&compared.old, &keywords, direction);
            let new = self.demand(&compared.new, &keywords, direction);
            let pair = Sides {
                old: compared.old.first(key::PREFIX_ITEMS),
                new: compared.new.first(key::PREFIX_ITEMS),
                around: compared.around,
            };
            self.judge_or_note(compared, Change::of(compared.kind, "prefixItems", pair), new, old);
        }
        let (was, is) = (compared.old.items(), compared.new.items());
        if !was.is_empty() && !is.is_empty() {
            explained = explained.or(below(self, Step::Items, &was, &is));
        } else {
            self.compare_demand(compared, "items", &[key::ITEMS]);
        }
        explained
    }
}

type Positions<'w> = FxHashMap<&'w str, usize>;

fn positions<'w>(properties: &[(&'w str, Vec<Node<'w>>)]) -> Positions<'w> {
    properties
        .iter()
        .enumerate()
        .map(|(position, (name, _))| (*name, position))
        .collect()
}
