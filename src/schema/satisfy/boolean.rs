//! The boolean structure of a search: what must hold together, and what of several may.
//!
//! First only what holds for sure is asked for. The value that fits it is tried on the alternatives, and only those
//! that refuse it are taken apart: most alternatives of real schemas never are.

use super::{Doubt, Found, NESTING, Search, Set};
use crate::schema::canonical::{Class, Form, SchemaId, Types};
use crate::schema::instance::{Instance, InstanceId};
use crate::schema::reason::Reason;
use rustc_hash::FxHashSet;
use std::sync::Arc;

/// What holds on one path of the search, for values of one type.
#[derive(Debug, Clone, Default)]
pub(super) struct Branch {
    /// Everything that holds, taken apart or not.
    seen: FxHashSet<SchemaId>,
    /// Demands on the type alone, some of them negated.
    pub(super) atoms: Vec<SchemaId>,
    /// What can hold in several ways.
    pending: Vec<SchemaId>,
    /// Something holds of which nothing is known.
    doubt: Doubt,
}

/// What is known of a part on a branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Known {
    True,
    False,
    Open,
}

/// What became of something that can hold in several ways.
enum Reduced {
    /// It holds.
    Settled,
    /// It cannot hold.
    Contradiction,
    /// It holds if all of these do.
    Becomes(Vec<SchemaId>),
    /// Nothing has changed.
    Open,
}

impl Search<'_> {
    pub(super) fn find_of_type(&mut self, of_type: Types, set: &Set) -> Found {
        let mut branch = Branch::default();
        if !self.push_all(of_type, &mut branch, set.to_vec()) {
            return Found::Nothing;
        }
        self.solve(of_type, branch)
    }

    /// Adds demands to a branch; false if they contradict what holds on it.
    fn push_all(&mut self, of_type: Types, branch: &mut Branch, mut open: Vec<SchemaId>) -> bool {
        while let Some(id) = open.pop() {
            if !self.store.may_fail(id).meets(of_type) {
                continue;
            }
            if !self.store.may_hold(id).meets(of_type) {
                return false;
            }
            if !branch.seen.insert(id) {
                continue;
            }
            if self
                .store
                .negation(id)
                .is_some_and(|other| branch.seen.contains(&other))
            {
                return false;
            }
            let form = Arc::clone(self.store.form(id));
            match &*form {
                Form::All(parts) => open.extend(parts.iter()),
                Form::Any(_) | Form::ExactlyOne(_) => branch.pending.push(id),
                Form::Named(number) => match self.definition(*number) {
                    Ok(is) => open.push(is),
                    Err(reason) => branch.doubt.add_reason(reason),
                },
                Form::Opaque(number) => branch.doubt.add_reason(self.store.reason(*number)),
                Form::Not(inner) => {
                    let inner_form = Arc::clone(self.store.form(*inner));
                    match &*inner_form {
                        Form::Any(parts) => {
                            for part in parts {
                                open.push(self.store.not(*part));
                            }
                        }
                        Form::All(_) | Form::ExactlyOne(_) => branch.pending.push(id),
                        Form::Values(_) if of_type.meets(Types::ARRAY.or(Types::OBJECT)) => branch.pending.push(id),
                        Form::Named(number) => match self.definition(*number) {
                            Ok(is) => open.push(self.store.not(is)),
                            Err(reason) => branch.doubt.add_reason(reason),
                        },
                        Form::Opaque(number) => branch.doubt.add_reason(self.store.reason(*number)),
                        _ => branch.atoms.push(id),
                    }
                }
                _ => branch.atoms.push(id),
            }
        }
        true
    }

    fn known(&self, of_type: Types, branch: &Branch, id: SchemaId) -> Known {
        if !self.store.may_fail(id).meets(of_type) || branch.seen.contains(&id) {
            Known::True
        } else if !self.store.may_hold(id).meets(of_type)
            || self
                .store
                .negation(id)
                .is_some_and(|other| branch.seen.contains(&other))
        {
            Known::False
        } else {
            Known::Open
        }
    }

    /// Settles what can hold in one way only; false if something cannot hold at all.
    fn propagate(&mut self, of_type: Types, branch: &mut Branch) -> bool {
        loop {
            let mut changed = false;
            let pending = std::mem::take(&mut branch.pending);
            for id in pending {
                if !self.step(1) {
                    branch.pending.push(id);
                    continue;
                }
                match self.reduce(of_type, branch, id) {
                    Reduced::Settled => {}
                    Reduced::Contradiction => return false,
                    Reduced::Becomes(parts) => {
                        changed = true;
                        if !self.push_all(of_type, branch, parts) {
                            return false;
                        }
                    }
                    Reduced::Open => branch.pending.push(id),
                }
            }
            if !changed {
                return true;
            }
        }
    }

    fn reduce(&mut self, of_type: Types, branch: &Branch, id: SchemaId) -> Reduced {
        let form = Arc::clone(self.store.form(id));
        let (form, negated) = match &*form {
            Form::Not(inner) => (Arc::clone(self.store.form(*inner)), true),
            _ => (form, false),
        };
        let (Form::Any(parts) | Form::All(parts) | Form::ExactlyOne(parts)) = &*form else {
            return Reduced::Open;
        };
        let mut holding = Vec::new();
        let mut open = Vec::new();
        for part in parts {
            match self.known(of_type, branch, *part) {
                Known::True => holding.push(*part),
                Known::Open => open.push(*part),
                Known::False => {}
            }
        }
        let failing = parts.len() - holding.len() - open.len();
        match (&*form, negated) {
            (Form::Any(_), _) => match (holding.as_slice(), open.as_slice()) {
                ([_, ..], _) => Reduced::Settled,
                (_, []) => Reduced::Contradiction,
                (_, [one]) => Reduced::Becomes(vec![*one]),
                _ => Reduced::Open,
            },
            (Form::All(_), _) => match (failing, open.as_slice()) {
                (1.., _) => Reduced::Settled,
                (_, []) => Reduced::Contradiction,
                (_, [one]) => Reduced::Becomes(vec![self.store.not(*one)]),
                _ => Reduced::Open,
            },
            (_, false) => match (holding.len(), open.as_slice()) {
                (2.., _) | (0, []) => Reduced::Contradiction,
                (1, rest) => Reduced::Becomes(rest.iter().map(|other| self.store.not(*other)).collect()),
                (_, [one]) => Reduced::Becomes(vec![*one]),
                _ => Reduced::Open,
            },
            (_, true) => match (holding.len(), open.as_slice()) {
                (2.., _) | (0, []) => Reduced::Settled,
                (1, []) => Reduced::Contradiction,
                (0, [one]) => Reduced::Becomes(vec![self.store.not(*one)]),
                (1, [one]) => Reduced::Becomes(vec![*one]),
                _ => Reduced::Open,
            },
        }
    }

    fn solve(&mut self, of_type: Types, mut branch: Branch) -> Found {
        if self.nesting >= NESTING || !self.step(1 + branch.pending.len()) {
            return Found::Undecided(Reason::Budget);
        }
        self.nesting += 1;
        let found = if self.propagate(of_type, &mut branch) {
            self.solve_open(of_type, branch)
        } else {
            Found::Nothing
        };
        self.nesting -= 1;
        found
    }

    fn solve_open(&mut self, of_type: Types, branch: Branch) -> Found {
        if let Some(values) = self.candidates(of_type, &branch) {
            return self.first_accepted(&branch, values);
        }
        let model = self.leaf(of_type, &branch.atoms);
        let value = match model {
            Found::Nothing => return Found::Nothing,
            Found::Value(value) => Some(value),
            Found::Undecided(_) => None,
        };
        let Some(position) = self.next_to_split(&branch, value) else {
            return match model {
                Found::Value(value) => branch.doubt.or_value(value),
                other => other,
            };
        };
        let split = branch.pending[position];
        let Some(ways) = self.ways(of_type, &branch, split, value) else {
            return Found::Undecided(Reason::Budget);
        };
        let mut doubt = Doubt::default();
        for way in ways {
            let mut next = branch.clone();
            self.step(1 + next.seen.len() / 4);
            if !self.push_all(of_type, &mut next, way) {
                continue;
            }
            match self.solve(of_type, next) {
                Found::Value(value) => return Found::Value(value),
                other => doubt.add(other),
            }
        }
        doubt.or_nothing()
    }

    /// The values of which one it must be, if that is said.
    fn candidates(&mut self, of_type: Types, branch: &Branch) -> Option<Vec<InstanceId>> {
        let mut candidates: Option<Vec<InstanceId>> = match of_type {
            Types::NULL => Some(vec![self.store.instances.add(Instance::Null)]),
            Types::BOOLEAN => Some(
                [false, true]
                    .map(|is| self.store.instances.add(Instance::Boolean(is)))
                    .to_vec(),
            ),
            _ => None,
        };
        for atom in &branch.atoms {
            if let Form::Values(values) = &**self.store.form(*atom) {
                candidates = Some(match candidates {
                    None => values.to_vec(),
                    Some(old) => old
                        .into_iter()
                        .filter(|value| values.binary_search(value).is_ok())
                        .collect(),
                });
            }
        }
        let mut candidates = candidates?;
        candidates.retain(|value| Types::of(self.store.instances.get(*value)) == of_type);
        Some(candidates)
    }

    fn first_accepted(&mut self, branch: &Branch, values: Vec<InstanceId>) -> Found {
        let mut doubt = Doubt::default();
        for value in values {
            let mut accepted = Some(true);
            for schema in branch.atoms.iter().chain(&branch.pending) {
                match self.accepts(*schema, value) {
                    Some(true) => {}
                    Some(false) => {
                        accepted = Some(false);
                        break;
                    }
                    None => accepted = None,
                }
            }
            match (accepted, branch.doubt.0) {
                (Some(false), _) => {}
                (Some(true), None) => return Found::Value(value),
                (_, reason) => doubt.add_reason(reason.unwrap_or(self.unknown)),
            }
        }
        doubt.or_nothing()
    }

    /// What to take apart next: what refuses the value, the one with the fewest parts first.
    fn next_to_split(&mut self, branch: &Branch, value: Option<InstanceId>) -> Option<usize> {
        let mut best: Option<(usize, usize)> = None;
        for (position, id) in branch.pending.iter().enumerate() {
            let refuses = match value {
                Some(value) => self.accepts(*id, value) != Some(true),
                // Without a value, nobody knows what a value would have to differ from.
                None => self.parts(*id).is_some(),
            };
            if !refuses {
                continue;
            }
            let size = self.parts(*id).unwrap_or(0);
            if best.is_none_or(|(smallest, _)| size < smallest) {
                best = Some((size, position));
            }
        }
        best.map(|(_, position)| position)
    }

    /// The number of parts of boolean structure.
    fn parts(&self, id: SchemaId) -> Option<usize> {
        let form = match &**self.store.form(id) {
            Form::Not(inner) => self.store.form(*inner),
            _ => self.store.form(id),
        };
        match &**form {
            Form::Any(parts) | Form::All(parts) => Some(parts.len()),
            Form::ExactlyOne(parts) => Some(2 * parts.len()),
            _ => None,
        }
    }

    /// The ways in which something can hold: each a list of what holds then. Together they leave out nothing.
    fn ways(
        &mut self,
        of_type: Types,
        branch: &Branch,
        id: SchemaId,
        value: Option<InstanceId>,
    ) -> Option<Vec<Vec<SchemaId>>> {
        let form = Arc::clone(self.store.form(id));
        let (form, negated) = match &*form {
            Form::Not(inner) => (Arc::clone(self.store.form(*inner)), true),
            _ => (form, false),
        };
        let parts = match &*form {
            Form::Any(parts) | Form::All(parts) | Form::ExactlyOne(parts) => parts,
            Form::Values(_) => return Some(self.differences(value?)),
            _ => return None,
        };
        let open: Vec<SchemaId> = parts
            .iter()
            .copied()
            .filter(|part| self.known(of_type, branch, *part) == Known::Open)
            .collect();
        Some(match (&*form, negated) {
            (Form::All(_), _) => open.iter().map(|part| vec![self.store.not(*part)]).collect(),
            // That the others do not hold, or that one more holds, follows from what is known then.
            (Form::Any(_), _) | (_, false) => open.iter().map(|part| vec![*part]).collect(),
            (_, true) => {
                let mut ways: Vec<Vec<SchemaId>> = open.iter().map(|part| vec![*part]).collect();
                let is_held = |part: &SchemaId| self.known(of_type, branch, *part) == Known::True;
                if !parts.iter().any(is_held) {
                    ways.push(open.iter().map(|part| self.store.not(*part)).collect());
                }
                ways
            }
        })
    }

    /// How a list or an object can differ from another one.
    fn differences(&mut self, value: InstanceId) -> Vec<Vec<SchemaId>> {
        let instance = Arc::clone(self.store.instances.get(value));
        let mut ways = Vec::new();
        match &*instance {
            Instance::List(elements) => {
                let length = elements.len() as u64;
                if let Some(shorter) = length.checked_sub(1) {
                    ways.push(vec![self.store.demand(Form::MaxItems(shorter))]);
                }
                ways.push(vec![self.store.demand(Form::MinItems(length + 1))]);
                for (position, element) in (0..).zip(elements) {
                    let same = self.store.values(vec![*element]);
                    let item = self.store.demand(Form::Item(position, same));
                    ways.push(vec![self.store.not(item)]);
                }
            }
            Instance::Map(members) => {
                for (name, member) in members {
                    let same = self.store.values(vec![*member]);
                    let other = self.store.not(same);
                    ways.push(vec![self.store.demand(Form::Property(*name, other))]);
                }
                let class = Class {
                    except: members.iter().map(|(name, _)| *name).collect(),
                    ..Class::default()
                };
                let no_more = self.store.demand(Form::Members(Arc::new(class), SchemaId::NOTHING));
                ways.push(vec![self.store.not(no_more)]);
            }
            _ => {}
        }
        ways
    }

    fn leaf(&mut self, of_type: Types, atoms: &[SchemaId]) -> Found {
        match of_type {
            Types::NUMBER => self.find_number(atoms),
            Types::STRING => self.find_string(atoms),
            Types::ARRAY => self.find_list(atoms),
            Types::OBJECT => self.find_object(atoms),
            // Null and the booleans are candidates, and never come here.
            _ => Found::Undecided(Reason::Budget),
        }
    }
}
