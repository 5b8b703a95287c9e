//! Lists that fit demands on them.
//!
//! A list needs no elements but those that its least length asks for, those that a demand of its own stands for, and
//! the prefix up to them: elements behind the prefix are all alike, and any that nothing needs can be left out. So
//! there are finitely many lengths to try, and for each finitely many ways to meet the demands.

use super::{Doubt, Found, Search};
use crate::schema::canonical::{Form, SchemaId};
use crate::schema::instance::{Instance, InstanceId};
use crate::schema::reason::Reason;
use rustc_hash::FxHashMap;

/// Elements of the longest list that is made up.
const LONGEST: u64 = 1000;
/// Elements of the longest list whose elements are chosen one by one.
const CHOSEN: usize = 64;
/// Demands of their own that are met in all combinations.
const OBLIGATIONS: usize = 6;

/// What is demanded of a list.
#[derive(Debug, Default)]
struct Lists {
    /// Of elements at a position.
    items: Vec<(u32, SchemaId)>,
    /// Of elements from a position on.
    rests: Vec<(u32, SchemaId)>,
    min: u64,
    max: Option<u64>,
    unique: bool,
    /// Two elements are the same.
    repeated: bool,
    obligations: Vec<Obligation>,
    limits: Vec<(SchemaId, u64)>,
}

/// So many elements, from a position on, are of a schema.
#[derive(Debug, Clone, Copy)]
struct Obligation {
    from: u32,
    schema: SchemaId,
    count: u64,
}

/// What has been chosen for the first elements of a list.
#[derive(Debug, Clone, Default)]
struct Choice {
    sets: Vec<Vec<SchemaId>>,
    owed: Vec<u64>,
    left: Vec<u64>,
    /// How the last element was chosen: those behind the prefix are alike, so their order does not matter.
    last: usize,
}

impl Search<'_> {
    pub(super) fn find_list(&mut self, atoms: &[SchemaId]) -> Found {
        let lists = self.lists(atoms);
        if lists.unique && lists.repeated || lists.max.is_some_and(|max| max < lists.min) {
            return Found::Nothing;
        }
        let prefix = lists.prefix();
        let mut doubt = Doubt::default();
        // No list is longer than up to the first position where nothing can stand.
        let mut max = lists.max;
        for position in 0..=prefix {
            if max.is_some_and(|max| max <= u64::from(position)) {
                break;
            }
            if self.find(lists.universal(position)) == Found::Nothing {
                max = Some(u64::from(position));
            }
        }
        if max.is_some_and(|max| max < lists.min) {
            return Found::Nothing;
        }
        let owed = lists
            .obligations
            .iter()
            .fold(0, |sum: u64, one| sum.saturating_add(one.count));
        let shortest = lists.min;
        let longest = shortest
            .max(u64::from(prefix))
            .saturating_add(owed)
            .saturating_add(2 * u64::from(lists.repeated));
        let longest = max.map_or(longest, |max| max.min(longest));
        if owed == 0 && !lists.repeated && !lists.unique && lists.limits.is_empty() {
            return self.plain_list(&lists, shortest);
        }
        if lists.obligations.len() > OBLIGATIONS || lists.limits.len() > OBLIGATIONS {
            return Found::Undecided(Reason::Budget);
        }
        if lists.obligations.iter().any(|one| one.count > longest) {
            return Found::Nothing;
        }
        for length in shortest..=longest {
            if length > CHOSEN as u64 {
                doubt.add_reason(Reason::Budget);
                break;
            }
            let choice = Choice {
                owed: lists.obligations.iter().map(|one| one.count).collect(),
                left: lists.limits.iter().map(|(_, count)| *count).collect(),
                ..Choice::default()
            };
            match self.choose(&lists, length as usize, choice) {
                Found::Value(value) => return Found::Value(value),
                other => doubt.add(other),
            }
        }
        doubt.or_nothing()
    }

    fn lists(&mut self, atoms: &[SchemaId]) -> Lists {
        let mut lists = Lists::default();
        let at_most = |max: Option<u64>, count: u64| Some(max.map_or(count, |max| max.min(count)));
        for atom in atoms {
            let (form, negated) = self.signed(*atom);
            match (&*form, negated) {
                (Form::MinItems(count), false) => lists.min = lists.min.max(*count),
                (Form::MinItems(count), true) => lists.max = at_most(lists.max, count.saturating_sub(1)),
                (Form::MaxItems(count), false) => lists.max = at_most(lists.max, *count),
                (Form::MaxItems(count), true) => lists.min = lists.min.max(count.saturating_add(1)),
                (Form::Unique, false) => lists.unique = true,
                (Form::Unique, true) => lists.repeated = true,
                (Form::Item(position, schema), false) => lists.items.push((*position, *schema)),
                (Form::Item(position, schema), true) => {
                    lists.items.push((*position, self.store.not(*schema)));
                    lists.min = lists.min.max(u64::from(*position) + 1);
                }
                (Form::Rest(from, schema), false) => lists.rests.push((*from, *schema)),
                (Form::Rest(from, schema), true) => {
                    let schema = self.store.not(*schema);
                    lists.oblige(*from, schema, 1);
                }
                (Form::AtLeast(count, schema), false) => lists.oblige(0, *schema, *count),
                (Form::AtMost(count, schema), true) => lists.oblige(0, *schema, count.saturating_add(1)),
                (Form::AtMost(count, schema), false) => {
                    let not = self.store.not(*schema);
                    lists.limit(*schema, not, *count);
                }
                (Form::AtLeast(count, schema), true) => {
                    let not = self.store.not(*schema);
                    lists.limit(*schema, not, count.saturating_sub(1));
                }
                _ => {}
            }
        }
        lists
    }

    /// A list that nothing is demanded of but what its elements are.
    fn plain_list(&mut self, lists: &Lists, length: u64) -> Found {
        if length > LONGEST || !self.step(length as usize) {
            return Found::Undecided(Reason::Budget);
        }
        let mut elements = Vec::new();
        let mut doubt = Doubt::default();
        for position in 0..length as u32 {
            match self.find(lists.universal(position)) {
                Found::Value(value) => elements.push(value),
                Found::Nothing => return Found::Nothing,
                other => doubt.add(other),
            }
        }
        match doubt.or_nothing() {
            Found::Nothing => Found::Value(self.store.instances.add_list(elements)),
            other => other,
        }
    }

    /// Chooses what the elements from the next one on are for.
    fn choose(&mut self, lists: &Lists, length: usize, choice: Choice) -> Found {
        let position = choice.sets.len();
        if !self.step(1) {
            return Found::Undecided(Reason::Budget);
        }
        if choice.owed.iter().any(|count| *count > (length - position) as u64) {
            return Found::Nothing;
        }
        if position == length {
            return self.assemble(lists, &choice.sets);
        }
        let universal = lists.universal(position as u32);
        let behind_prefix = position > lists.prefix() as usize;
        let (owed, limits) = (lists.obligations.len(), lists.limits.len());
        let mut doubt = Doubt::default();
        for way in 0..1_usize << (owed + limits) {
            if behind_prefix && way < choice.last {
                continue;
            }
            let mut next = choice.clone();
            next.last = way;
            let mut set = universal.clone();
            let mut possible = true;
            for (index, obligation) in lists.obligations.iter().enumerate() {
                // Meeting a demand comes first: lists are short then.
                if way >> index & 1 == 1 {
                    continue;
                }
                if obligation.from as usize > position || next.owed[index] == 0 {
                    possible = false;
                    break;
                }
                next.owed[index] -= 1;
                set.push(obligation.schema);
            }
            for (index, (schema, _)) in lists.limits.iter().enumerate() {
                if way >> (owed + index) & 1 == 0 {
                    set.push(self.store.not(*schema));
                } else if next.left[index] == 0 {
                    possible = false;
                } else {
                    next.left[index] -= 1;
                }
            }
            if !possible {
                continue;
            }
            match self.find(set.clone()) {
                Found::Value(_) => {}
                other => {
                    doubt.add(other);
                    continue;
                }
            }
            next.sets.push(set);
            match self.choose(lists, length, next) {
                Found::Value(value) => return Found::Value(value),
                other => doubt.add(other),
            }
        }
        doubt.or_nothing()
    }

    /// A list with an element of each set.
    fn assemble(&mut self, lists: &Lists, sets: &[Vec<SchemaId>]) -> Found {
        if lists.unique {
            return self.all_different(sets);
        }
        if lists.repeated {
            return self.two_same(sets);
        }
        self.one_of_each(sets)
    }

    fn one_of_each(&mut self, sets: &[Vec<SchemaId>]) -> Found {
        let mut elements = Vec::new();
        let mut doubt = Doubt::default();
        for set in sets {
            match self.find(set.clone()) {
                Found::Value(value) => elements.push(value),
                Found::Nothing => return Found::Nothing,
                other => doubt.add(other),
            }
        }
        match doubt.or_nothing() {
            Found::Nothing => Found::Value(self.store.instances.add_list(elements)),
            other => other,
        }
    }

    fn two_same(&mut self, sets: &[Vec<SchemaId>]) -> Found {
        let mut doubt = Doubt::default();
        for second in 0..sets.len() {
            for first in 0..second {
                let both = [sets[first].as_slice(), sets[second].as_slice()].concat();
                let value = match self.find(both) {
                    Found::Value(value) => value,
                    other => {
                        doubt.add(other);
                        continue;
                    }
                };
                return match self.one_of_each(sets) {
                    Found::Value(list) => {
                        let mut elements = match &**self.store.instances.get(list) {
                            Instance::List(elements) => elements.to_vec(),
                            _ => Vec::new(),
                        };
                        for position in [first, second] {
                            if let Some(element) = elements.get_mut(position) {
                                *element = value;
                            }
                        }
                        Found::Value(self.store.instances.add_list(elements))
                    }
                    other => other,
                };
            }
        }
        doubt.or_nothing()
    }

    /// A list of different elements: as many values of each set as there are elements are enough to choose from.
    fn all_different(&mut self, sets: &[Vec<SchemaId>]) -> Found {
        let mut known: FxHashMap<&[SchemaId], Vec<InstanceId>> = FxHashMap::default();
        let mut doubt = Doubt::default();
        for set in sets {
            if known.contains_key(set.as_slice()) {
                continue;
            }
            let mut values = Vec::new();
            while values.len() < sets.len() {
                let mut others = set.clone();
                let used = self.store.values(values.clone());
                others.push(self.store.not(used));
                match self.find(others) {
                    Found::Value(value) => values.push(value),
                    Found::Nothing => break,
                    other => {
                        doubt.add(other);
                        break;
                    }
                }
            }
            known.insert(set, values);
        }
        let choices: Vec<&[InstanceId]> = sets.iter().map(|set| known[set.as_slice()].as_slice()).collect();
        match matching(&choices) {
            Some(elements) => Found::Value(self.store.instances.add_list(elements)),
            None => doubt.or_nothing(),
        }
    }
}

impl Lists {
    /// The positions that are not like all that follow.
    fn prefix(&self) -> u32 {
        let items = self.items.iter().map(|(position, _)| position + 1);
        let rests = self.rests.iter().map(|(from, _)| *from);
        let obligations = self.obligations.iter().map(|one| one.from);
        items.chain(rests).chain(obligations).max().unwrap_or(0)
    }

    /// What every list must have at a position.
    fn universal(&self, position: u32) -> Vec<SchemaId> {
        let items = self.items.iter().filter(|(at, _)| *at == position);
        let rests = self.rests.iter().filter(|(from, _)| *from <= position);
        items.chain(rests).map(|(_, schema)| *schema).collect()
    }

    fn oblige(&mut self, from: u32, schema: SchemaId, count: u64) {
        self.obligations.push(Obligation { from, schema, count });
    }

    fn limit(&mut self, schema: SchemaId, not: SchemaId, count: u64) {
        if count == 0 {
            self.rests.push((0, not));
        } else {
            self.limits.push((schema, count));
        }
    }
}

/// A different value for each position, if there is one: augmenting paths of a bipartite graph.
fn matching(choices: &[&[InstanceId]]) -> Option<Vec<InstanceId>> {
    fn place(
        position: usize,
        choices: &[&[InstanceId]],
        tried: &mut Vec<InstanceId>,
        holders: &mut FxHashMap<InstanceId, usize>,
    ) -> bool {
        for value in choices[position] {
            if tried.contains(value) {
                continue;
            }
            tried.push(*value);
            let free = match holders.get(value).copied() {
                None => true,
                Some(holder) => place(holder, choices, tried, holders),
            };
            if free {
                holders.insert(*value, position);
                return true;
            }
        }
        false
    }
    let mut holders = FxHashMap::default();
    for position in 0..choices.len() {
        if !place(position, choices, &mut Vec::new(), &mut holders) {
            return None;
        }
    }
    let mut elements = vec![None; choices.len()];
    for (value, position) in holders {
        elements[position] = Some(value);
    }
    elements.into_iter().collect()
}
