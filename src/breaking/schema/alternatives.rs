//! `oneOf` and `anyOf`: which alternative of the old version is which of the new one, and how they are told apart.

use super::facets::{Site, annotations};
use super::{Compared, Explained, Within};
use crate::breaking::Change;
use crate::breaking::comparison::{Comparison, Sides, by_name, key_of, says_nothing};
use crate::breaking::units::{Carrier, Step};
use crate::document::{Address, Direction, Kind, Node, content};
use crate::finding::Effect;
use crate::schema::SchemaId;
use crate::syntax::{Key, key};
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};
use std::collections::VecDeque;
use std::hash::BuildHasher;

/// An alternative, or a list of alternatives, and what it takes.
type Part<'w> = (Node<'w>, SchemaId);
/// Proofs that two parts take the same, at most, for one list.
const PROOFS: usize = 256;
/// Schemas below an alternative whose words are looked at.
const SCHEMAS: usize = 2_000;

/// The old and new parts that have no partner yet, and those that have one.
struct Pairing<'w> {
    old: Vec<Part<'w>>,
    new: Vec<Part<'w>>,
    pairs: Vec<(Part<'w>, Part<'w>)>,
}

impl<'w> Pairing<'w> {
    /// Pairs what is alike, in order.
    fn pair(&mut self, mut alike: impl FnMut(&Part<'w>, &Part<'w>) -> bool) {
        let Self { old, new, pairs } = self;
        old.retain(|part| {
            let found = new.iter().position(|other| alike(part, other));
            if let Some(position) = found {
                pairs.push((*part, new.remove(position)));
            }
            found.is_none()
        });
    }

    /// What each part without a partner says.
    fn said(&self) -> FxHashMap<Address, FxHashSet<u64>> {
        let parts = self.old.iter().chain(&self.new);
        parts.map(|(part, _)| (part.address(), said_below(*part))).collect()
    }

    /// Whether a part takes the same as several others.
    fn is_ambiguous(&self) -> bool {
        let repeats = |parts: &[Part<'w>]| {
            let ids: FxHashSet<SchemaId> = parts.iter().map(|(_, id)| *id).collect();
            ids.len() < parts.len()
        };
        repeats(&self.old) || repeats(&self.new)
    }
}

impl<'w> Comparison<'w, '_> {
    /// Compares the alternatives of all lists under a keyword.
    pub(crate) fn compare_alternatives(
        &mut self,
        compared: &Compared<'w>,
        keyword: Key,
        field: &'static str,
    ) -> Explained {
        let (old, new) = (&compared.old, &compared.new);
        let mut lists = Pairing {
            old: self.lists(old, keyword, compared.direction),
            new: self.lists(new, keyword, compared.direction),
            pairs: Vec::new(),
        };
        if lists.old.is_empty() || lists.new.is_empty() {
            return Explained::default();
        }
        let counts = (lists.old.len(), lists.new.len());
        lists.pair(|(_, was), (_, is)| was == is);
        self.pair_proved(&mut lists, |_, _| true);
        lists.pair(|_, _| true);
        let mut explained = Explained::default();
        for (was, is) in lists.pairs {
            explained = explained.or(self.compare_lists(compared, keyword, field, was, is));
        }
        if let Some((list, _)) = lists.old.first().or(lists.new.first()) {
            let word = keyword.well_known_text().unwrap_or_default();
            let times = |count: usize| match count {
                1 => word.to_owned(),
                _ => format!("{count} times {word}"),
            };
            let pair = Sides::both(old.first(keyword).unwrap_or(*list), new.first(keyword).unwrap_or(*list));
            let change = Change::of(Kind::Schema, "composition", pair).texts(times(counts.0), times(counts.1));
            let mut demand = |lists: &[Part<'w>]| {
                let demands: Vec<SchemaId> = lists.iter().map(|(_, demand)| *demand).collect();
                self.schemas.all_of(&demands)
            };
            let (old, new) = (demand(&lists.old), demand(&lists.new));
            self.judge(compared, change, Some(new), Some(old));
        }
        explained
    }

    /// The lists of alternatives under a keyword, with what each demands.
    fn lists(&mut self, site: &Site<'w>, keyword: Key, direction: Direction) -> Vec<Part<'w>> {
        let lists = site.compositions(keyword).into_iter();
        lists
            .map(|(part, list)| (list, self.demand_of(site, &[(part, keyword)], direction)))
            .collect()
    }

    /// Pairs parts that are alike and proved to take the same: schemas that refer to themselves may, and look otherwise.
    fn pair_proved(&mut self, parts: &mut Pairing<'w>, alike: impl Fn(Node<'w>, Node<'w>) -> bool) {
        let mut left = PROOFS;
        parts.pair(|(a, was), (b, is)| {
            if !alike(*a, *b) {
                return false;
            }
            let mut is_within = |a: SchemaId, b: SchemaId| {
                left = left.saturating_sub(1);
                left > 0 && matches!(self.within(a, Some(b), false), Within::Proved)
            };
            is_within(*was, *is) && is_within(*is, *was)
        });
    }

    /// Compares two lists of alternatives.
    fn compare_lists(
        &mut self,
        compared: &Compared<'w>,
        keyword: Key,
        field: &'static str,
        (was, old): Part<'w>,
        (is, new): Part<'w>,
    ) -> Explained {
        let mut inner = compared.proved;
        match compared.direction {
            Direction::Request if !inner.old_in_new => {
                inner.old_in_new = matches!(self.within(compared.old_id, Some(new), false), Within::Proved);
            }
            Direction::Response if !inner.new_in_old => {
                inner.new_in_old = matches!(self.within(compared.new_id, Some(old), false), Within::Proved);
            }
            _ => {}
        }
        let branches = self.pair_branches(compared, was, is);
        let mut explained = Explained::default();
        for ((was, _), (is, _)) in branches.pairs {
            let Compared {
                unit,
                direction,
                carrier,
                ..
            } = *compared;
            let pair: (&[Node<'w>], &[Node<'w>]) = (&[was], &[is]);
            explained = explained.or(self.compare_nodes(unit, Step::Branch, direction, carrier, inner, pair));
        }
        let (nothing_gone, nothing_new) = (branches.old.is_empty(), branches.new.is_empty());
        for (branch, id) in branches.old {
            let change = Change::of(Kind::Schema, field, Sides::removed(branch, is)).fact("name", alternative(branch));
            let values = self.schemas.all_of(&[compared.old_id, id]);
            // One alternative of `oneOf` fewer takes what was of two.
            let refused = (nothing_new && keyword == key::ONE_OF).then_some(old);
            self.judge_between_or_note(compared, change, (values, Some(new)), (compared.new_id, refused));
        }
        for (branch, id) in branches.new {
            let change = Change::of(Kind::Schema, field, Sides::added(branch)).fact("name", alternative(branch));
            let values = self.schemas.all_of(&[compared.new_id, id]);
            // A further alternative of `oneOf` refuses what now is of two.
            let refused = (nothing_gone && keyword == key::ONE_OF).then_some(new);
            self.judge_between_or_note(compared, change, (compared.old_id, refused), (values, Some(old)));
        }
        explained
    }

    /// The schemas of alternatives without a partner that take no value, if there are such in both versions.
    fn taking_nothing(&mut self, branches: &Pairing<'w>, carrier: Carrier) -> FxHashSet<SchemaId> {
        let mut known: FxHashMap<SchemaId, bool> = FxHashMap::default();
        for parts in [&branches.old, &branches.new] {
            let mut is_any = false;
            for (_, id) in parts.iter().take(PROOFS) {
                is_any |= *known.entry(*id).or_insert_with(|| self.takes_nothing(*id, carrier));
            }
            if !is_any {
                return FxHashSet::default();
            }
        }
        known.retain(|_, takes_nothing| *takes_nothing);
        known.into_keys().collect()
    }

    /// Finds which alternative of the old list is which of the new one. Those that take no value are nothing in both,
    /// and are left out: whatever else is said of them is said of no value.
    fn pair_branches(&mut self, compared: &Compared<'w>, was: Node<'w>, is: Node<'w>) -> Pairing<'w> {
        let mut read = |list: Node<'w>| -> Vec<Part<'w>> {
            let branches = list.children();
            branches
                .map(|branch| (branch, self.schemas.read(&[branch], Some(compared.direction))))
                .collect()
        };
        let mut branches = Pairing {
            old: read(was),
            new: read(is),
            pairs: Vec::new(),
        };
        branches.pair(|a, b| a.1 == b.1 && self.unchanged.is(a.0.follow(), b.0.follow()));
        let nothing = self.taking_nothing(&branches, compared.carrier);
        let are_nothing = |a: &Part<'w>, b: &Part<'w>| nothing.contains(&a.1) && nothing.contains(&b.1);
        branches.pair(|a, b| a.1 == b.1 && is_same_name(a.0, b.0));
        branches.pair(are_nothing);
        if branches.is_ambiguous() {
            let said = branches.said();
            branches.pair(|a, b| a.1 == b.1 && said[&a.0.address()] == said[&b.0.address()]);
        }
        branches.pair(|a, b| a.1 == b.1);
        branches.pair(|a, b| is_same_name(a.0, b.0));
        if branches.old.len().min(branches.new.len()) > 1 {
            let said = branches.said();
            self.pair_proved(&mut branches, |a, b| said[&a.address()] == said[&b.address()]);
        }
        self.pair_proved(&mut branches, |_, _| true);
        branches.pair(|a, b| {
            let unnamed = branch_name(a.0).is_none() && branch_name(b.0).is_none();
            unnamed && Site::of(&[a.0]).types() == Site::of(&[b.0]).types()
        });
        branches.pairs.retain(|(a, b)| !are_nothing(a, b));
        branches
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
        for (name, pair) in by_name(before.get(key::MAPPING), now.get(key::MAPPING), now) {
            if let (Some(was), Some(is)) = (pair.old, pair.new)
                && self.same_target(was, is)
            {
                continue;
            }
            let change = Change::of(Kind::Schema, "mapping", pair)
                .fact("name", name)
                .fact("values", name);
            if pair.old.is_some() && old.is_none() && new.is_none() {
                // What a value stands for is not said where the schema of it is asked for.
                let change = change.effect(compared.direction, Effect::Unknown);
                let reason = Some("the schemas that a value stands for are not alternatives of this one".to_owned());
                self.tell(compared.unit, Change { reason, ..change });
            } else {
                self.judge_or_note(compared, change, new, old);
            }
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

/// Whether two alternatives have a name in common, or lead to what has the same title.
fn is_same_name(a: Node<'_>, b: Node<'_>) -> bool {
    let title = |branch: Node<'_>| branch.follow().string_at(key::TITLE).map(str::to_owned);
    branch_name(a).is_some_and(|name| Some(name) == branch_name(b))
        || title(a).is_some_and(|name| Some(name) == title(b))
}

/// What a schema and all below it say beside their demands, and which members they name: each with the members and
/// elements that lead there, however the schemas on the way are put together.
fn said_below(schema: Node<'_>) -> FxHashSet<u64> {
    let mut said = FxHashSet::default();
    let mut seen = FxHashSet::default();
    let mut waiting = VecDeque::from([(schema, 0_u64)]);
    while let Some((schema, way)) = waiting.pop_front() {
        for part in Site::of(&[schema]).parts {
            if seen.len() >= SCHEMAS || !seen.insert((part.address(), way)) {
                continue;
            }
            let hash = |node: Node<'_>| content::hash(node.document().tree(), node.id());
            let words = annotations(part).filter(|word| !says_nothing(*word));
            said.extend(words.map(|word| FxBuildHasher.hash_one((way, hash(word)))));
            for keyword in part.children() {
                let below = match keyword.key() {
                    Some(key::ALL_OF | key::ANY_OF | key::ONE_OF) => way,
                    key => FxBuildHasher.hash_one((way, key)),
                };
                for child in keyword
                    .children()
                    .chain([keyword])
                    .filter(|node| node.kind() == Kind::Schema)
                {
                    let below = match keyword.key() {
                        Some(key::PROPERTIES) => FxBuildHasher.hash_one((below, key_of(child))),
                        _ => below,
                    };
                    said.insert(below);
                    waiting.push_back((child, below));
                }
            }
        }
    }
    said
}

/// What a message calls an alternative.
fn alternative(branch: Node<'_>) -> String {
    branch_name(branch).map_or_else(|| Site::of(&[branch]).types().shown(), str::to_owned)
}

fn branch_of(reference: &str) -> &str {
    reference.rsplit(['/', '#']).next().unwrap_or(reference)
}
