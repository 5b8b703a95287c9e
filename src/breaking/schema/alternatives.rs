//! `oneOf` and `anyOf`: which alternative of the old version is which of the new one, and how they are told apart.

use super::facets::Site;
use super::{Compared, Explained, Within};
use crate::breaking::Change;
use crate::breaking::comparison::{Comparison, Sides, key_of};
use crate::breaking::units::Step;
use crate::document::{Direction, Kind, Node};
use crate::finding::{Action, Effect};
use crate::schema::SchemaId;
use crate::syntax::{Key, key};

/// An alternative and what it takes.
type Branch<'w> = (Node<'w>, SchemaId);
/// Whether two alternatives are the same one.
type Alike<'w> = dyn Fn(&Branch<'w>, &Branch<'w>) -> bool;

impl<'w> Comparison<'w, '_> {
    pub(crate) fn compare_alternatives(
        &mut self,
        compared: &Compared<'w>,
        keyword: Key,
        field: &'static str,
    ) -> Explained {
        let lists = (compared.old.compositions(keyword), compared.new.compositions(keyword));
        let ([was, ..], [is, ..]) = (lists.0.as_slice(), lists.1.as_slice()) else {
            return Explained::default();
        };
        let old = self.demand(&compared.old, &[keyword], compared.direction);
        let new = self.demand(&compared.new, &[keyword], compared.direction);
        let mut inner = compared.proved;
        match compared.direction {
            Direction::Request if !inner.old_in_new => {
                inner.old_in_new = matches!(self.within(compared.old_id, new, false), Within::Proved);
            }
            Direction::Response if !inner.new_in_old => {
                inner.new_in_old = matches!(self.within(compared.new_id, old, false), Within::Proved);
            }
            _ => {}
        }
        let mut explained = Explained::default();
        let view = Some(compared.direction);
        let read = |comparison: &mut Self, node: Node<'w>| (node, comparison.schemas.read(&[node], view));
        let mut gone: Vec<Branch<'w>> = was.children().map(|branch| read(self, branch)).collect();
        let mut left: Vec<Branch<'w>> = is.children().map(|branch| read(self, branch)).collect();
        let mut pairs = Vec::new();
        let same_id = |a: &Branch<'w>, b: &Branch<'w>| a.1 == b.1;
        let same_name =
            |a: &Branch<'w>, b: &Branch<'w>| branch_name(a.0).is_some_and(|name| Some(name) == branch_name(b.0));
        let same_sort = |a: &Branch<'w>, b: &Branch<'w>| {
            let unnamed = branch_name(a.0).is_none() && branch_name(b.0).is_none();
            unnamed && Site::of(&[a.0]).types() == Site::of(&[b.0]).types()
        };
        let rules: [&Alike<'w>; 3] = [&same_id, &same_name, &same_sort];
        for rule in rules {
            let mut unpaired = Vec::new();
            for branch in gone {
                match left.iter().position(|other| rule(&branch, other)) {
                    Some(position) => pairs.push((branch, left.remove(position))),
                    None => unpaired.push(branch),
                }
            }
            gone = unpaired;
        }
        for ((was, _), (is, _)) in pairs {
            let carrier = compared.carrier;
            let direction = compared.direction;
            explained = explained.or(self.compare_nodes(
                compared.unit,
                Step::Branch,
                direction,
                carrier,
                inner,
                (&[was], &[is]),
            ));
        }
        let (nothing_gone, nothing_new) = (gone.is_empty(), left.is_empty());
        for (branch, id) in gone {
            let change = Change::of(Kind::Schema, field, Sides::removed(branch, *is)).fact("name", alternative(branch));
            let values = self.schemas.all_of(&[compared.old_id, id]);
            // One alternative of `oneOf` fewer takes what was of two.
            let refused = old.filter(|_| nothing_new && keyword == key::ONE_OF);
            let told = self.judge_between(compared, change.clone(), (values, new), (compared.new_id, refused));
            if !told {
                self.tell(compared.unit, change.effect(compared.direction, Effect::Equal));
            }
        }
        for (branch, id) in left {
            let change = Change::of(Kind::Schema, field, Sides::added(branch)).fact("name", alternative(branch));
            let values = self.schemas.all_of(&[compared.new_id, id]);
            // A further alternative of `oneOf` refuses what now is of two.
            let refused = new.filter(|_| nothing_gone && keyword == key::ONE_OF);
            let told = self.judge_between(compared, change.clone(), (compared.old_id, refused), (values, old));
            if !told {
                self.tell(compared.unit, change.effect(compared.direction, Effect::Equal));
            }
        }
        explained
    }

    /// Compares how alternatives are told apart, or, where the discriminator stands alone, what extends the schema.
    pub(crate) fn compare_discriminators(&mut self, compared: &Compared<'w>) {
        let (before, now) = (
            compared.old.first(key::DISCRIMINATOR),
            compared.new.first(key::DISCRIMINATOR),
        );
        let keywords = [key::ONE_OF, key::ANY_OF];
        let old = self.demand(&compared.old, &keywords, compared.direction);
        let new = self.demand(&compared.new, &keywords, compared.direction);
        let (was, is) = (before.and_then(told_by), now.and_then(told_by));
        if was != is {
            let pair = Sides {
                old: before,
                new: now,
                around: compared.around,
            };
            let change = Change::of(Kind::Schema, "discriminator", pair)
                .texts(was.unwrap_or_default(), is.unwrap_or_default())
                .fact("name", compared.name.clone());
            let effect = match (was, is) {
                (Some(_), Some(_)) => Effect::Incomparable,
                _ if old.is_some() || new.is_some() => return self.judge_or_note(compared, change, new, old),
                // Without alternatives, a discriminator asks for its property, which no validator does.
                (None, Some(is)) => self.unless_required(compared.old_id, is, Effect::Narrows),
                (Some(was), None) => self.unless_required(compared.new_id, was, Effect::Widens),
                (None, None) => Effect::Equal,
            };
            self.tell(compared.unit, change.effect(compared.direction, effect));
            return;
        }
        let (Some(before), Some(now)) = (before, now) else {
            return;
        };
        let within = |node: Node<'w>| node.get(key::MAPPING).into_iter().flat_map(Node::children);
        let find = |node: Node<'w>, name: &str| node.get(key::MAPPING)?.find(name);
        for value in within(before) {
            let name = key_of(value);
            let (action, pair) = match find(now, name) {
                None => {
                    let around = now.get(key::MAPPING).unwrap_or(now);
                    (Action::Removed, Sides::removed(value, around))
                }
                Some(other) if !self.same_target(value, other) => (Action::Changed, Sides::both(value, other)),
                Some(_) => continue,
            };
            let change = Change::of(Kind::Schema, "mapping", pair)
                .action(action)
                .fact("name", name)
                .fact("values", name);
            if old.is_none() && new.is_none() {
                // What a value stands for is not said where the schema of it is asked for.
                let change = change.effect(compared.direction, Effect::Unknown);
                let reason = Some("the schemas that a value stands for are not alternatives of this one".to_owned());
                self.tell(compared.unit, Change { reason, ..change });
            } else {
                self.judge_or_note(compared, change, new, old);
            }
        }
        for value in within(now).filter(|value| find(before, key_of(*value)).is_none()) {
            let change = Change::of(Kind::Schema, "mapping", Sides::added(value))
                .fact("name", key_of(value))
                .fact("values", key_of(value));
            self.judge_or_note(compared, change, new, old);
        }
        self.fields(
            compared.unit,
            Kind::Discriminator,
            before,
            now,
            &[key::MAPPING, key::PROPERTY_NAME],
        );
    }

    /// The effect of asking for a property, or of no longer doing so, on values that may have it anyway.
    fn unless_required(&mut self, values: SchemaId, property: &str, effect: Effect) -> Effect {
        let required = self.schemas.requires(property);
        match self.within(values, Some(required), false) {
            Within::Proved => Effect::Equal,
            Within::Refuted(_) => effect,
            Within::Undecided(_) => Effect::Unknown,
        }
    }

    /// Whether two mapped names lead to the same schema; where it stands, and what it is called, does not count.
    pub(crate) fn same_target(&mut self, was: Node<'w>, is: Node<'w>) -> bool {
        match (was.target(), is.target()) {
            (Some(before), Some(now)) => {
                branch_of(was.text()) == branch_of(is.text())
                    || self.schemas.read(&[before], None) == self.schemas.read(&[now], None)
            }
            _ => was.text() == is.text(),
        }
    }
}

/// The property by which alternatives are told apart. Swagger 2.0 says nothing else of them.
fn told_by(discriminator: Node<'_>) -> Option<&str> {
    discriminator
        .string()
        .or_else(|| discriminator.string_at(key::PROPERTY_NAME))
}

/// What an alternative is called: the component that it refers to, or its title.
fn branch_name(branch: Node<'_>) -> Option<&str> {
    match branch.string_at(key::REF) {
        Some(reference) => Some(branch_of(reference)),
        None => branch.string_at(key::TITLE),
    }
}

/// What a message calls an alternative.
fn alternative(branch: Node<'_>) -> String {
    branch_name(branch).map_or_else(|| Site::of(&[branch]).types().shown(), str::to_owned)
}

fn branch_of(reference: &str) -> &str {
    reference.rsplit(['/', '#']).next().unwrap_or(reference)
}
