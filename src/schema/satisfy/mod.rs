//! The search for a value that is of every schema of a set.
//!
//! In come canonical schemas and negated ones; out comes a value that is of all of them, or that there is none, or why
//! neither was found. For each type of values in turn, the boolean structure is taken apart until demands on that type
//! alone are left, which each type's module decides: it looks for values within the value by the same search.
//!
//! A set that is searched for while it is being searched for has no value *on this path*: a finite value does not
//! contain a value of its own set of least size. So the search computes a least fixpoint, and what rests on such an
//! assumption is final only when the set that it was made for turns out to have no value.

mod array;
mod boolean;
mod evaluate;
mod object;
mod scalar;

use super::canonical::{Form, SchemaId, Store, Types};
use super::instance::{InstanceId, TextId};
use super::language::Language;
use super::reason::Reason;
use super::sets::Bounds;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// What a search came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    Value(InstanceId),
    Nothing,
    Undecided(Reason),
}

/// Schemas of which a value is searched for that is of all: sorted, each once.
type Set = Arc<[SchemaId]>;

/// What has been found out, for all questions to come.
#[derive(Debug, Default)]
pub(super) struct Memo {
    found: FxHashMap<Set, Found>,
    accepted: FxHashMap<(SchemaId, InstanceId), Option<bool>>,
    patterns: FxHashMap<TextId, Result<Language, Reason>>,
    names: FxHashMap<SchemaId, Result<Language, Reason>>,
    /// Whether schemas that refer to themselves go deeper into the value before they do.
    guarded: FxHashMap<u32, bool>,
}

/// Calls within calls of the search: more would need a larger stack.
const NESTING: u32 = 250;

#[derive(Debug)]
struct Frame {
    /// The outermost frame whose set was taken to have no value.
    lowest: usize,
    /// How many assumptions there were when the frame began.
    assumptions: usize,
}

/// One question.
pub(super) struct Search<'s> {
    store: &'s mut Store,
    memo: &'s mut Memo,
    bounds: Bounds,
    steps: u64,
    nesting: u32,
    frames: Vec<Frame>,
    open: FxHashMap<Set, usize>,
    /// Sets without a value as long as that of a frame has none.
    assumed: FxHashMap<Set, usize>,
    assumptions: Vec<Set>,
    /// Sets that took too many steps.
    given_up: FxHashSet<Set>,
    /// Evaluations that are going on.
    evaluating: Vec<(SchemaId, InstanceId)>,
    /// Why evaluation did not say, the last time that it did not.
    unknown: Reason,
}

impl<'s> Search<'s> {
    pub(super) fn new(store: &'s mut Store, memo: &'s mut Memo, bounds: Bounds) -> Self {
        Self {
            store,
            memo,
            bounds,
            steps: bounds.steps,
            nesting: 0,
            frames: Vec::new(),
            open: FxHashMap::default(),
            assumed: FxHashMap::default(),
            assumptions: Vec::new(),
            given_up: FxHashSet::default(),
            evaluating: Vec::new(),
            unknown: Reason::Budget,
        }
    }

    /// Takes steps; false if there are not so many left.
    fn step(&mut self, count: usize) -> bool {
        match self.steps.checked_sub(count as u64) {
            Some(left) => self.steps = left,
            None => self.steps = 0,
        }
        self.steps > 0
    }

    /// A value of all schemas that evaluation accepts, too.
    pub(super) fn find_checked(&mut self, schemas: Vec<SchemaId>) -> Found {
        match self.find(schemas.clone()) {
            Found::Value(value) => {
                self.steps = self.bounds.steps;
                for schema in schemas {
                    let accepted = self.accepts(schema, value);
                    debug_assert_ne!(accepted, Some(false), "{:?} is none", self.store.instances.value(value));
                    if accepted != Some(true) {
                        return Found::Undecided(self.unknown);
                    }
                }
                Found::Value(value)
            }
            other => other,
        }
    }

    /// A value of all schemas.
    fn find(&mut self, mut schemas: Vec<SchemaId>) -> Found {
        schemas.retain(|schema| *schema != SchemaId::ANYTHING);
        schemas.sort_unstable();
        schemas.dedup();
        let contradicts = |schema: &SchemaId| {
            *schema == SchemaId::NOTHING
                || self
                    .store
                    .negation(*schema)
                    .is_some_and(|other| schemas.binary_search(&other).is_ok())
        };
        if schemas.iter().any(contradicts) {
            return Found::Nothing;
        }
        let set: Set = schemas.into();
        if let Some(found) = self.memo.found.get(&set) {
            return *found;
        }
        if let Some(lowest) = self.open.get(&set).or_else(|| self.assumed.get(&set)) {
            let lowest = *lowest;
            self.rest_on(lowest);
            return Found::Nothing;
        }
        let index = self.frames.len();
        if index >= self.bounds.depth as usize || !self.step(1) || self.given_up.contains(&set) {
            return Found::Undecided(Reason::Budget);
        }
        self.frames.push(Frame {
            lowest: index,
            assumptions: self.assumptions.len(),
        });
        self.open.insert(Arc::clone(&set), index);
        let found = self.find_of_each_type(&set);
        self.open.remove(&set);
        self.finish(set, index, found);
        found
    }

    /// The innermost frame's result rests on the assumption that a frame's set has no value.
    fn rest_on(&mut self, lowest: usize) {
        if let Some(frame) = self.frames.last_mut() {
            frame.lowest = frame.lowest.min(lowest);
        }
    }

    /// Keeps what a frame has found, as far as it will stay true.
    fn finish(&mut self, set: Set, index: usize, found: Found) {
        let Some(frame) = self.frames.pop() else { return };
        match found {
            Found::Nothing if frame.lowest < index => {
                self.rest_on(frame.lowest);
                self.assumed.insert(Arc::clone(&set), frame.lowest);
                self.assumptions.push(set);
            }
            Found::Nothing => {
                for assumption in self.assumptions.drain(frame.assumptions..) {
                    self.assumed.remove(&assumption);
                    self.memo.found.insert(assumption, Found::Nothing);
                }
                self.memo.found.insert(set, found);
            }
            Found::Value(_) | Found::Undecided(_) => {
                for assumption in self.assumptions.drain(frame.assumptions..) {
                    self.assumed.remove(&assumption);
                }
                // With more steps, another question may find an answer.
                if found == Found::Undecided(Reason::Budget) {
                    self.given_up.insert(set);
                } else {
                    self.memo.found.insert(set, found);
                }
            }
        }
    }

    fn find_of_each_type(&mut self, set: &Set) -> Found {
        let mut doubt = Doubt::default();
        for of_type in Types::EACH {
            if set.iter().any(|schema| !self.store.may_hold(*schema).meets(of_type)) {
                continue;
            }
            match self.find_of_type(of_type, set) {
                Found::Value(value) => return Found::Value(value),
                other => doubt.add(other),
            }
        }
        doubt.or_nothing()
    }

    /// The regular language of a pattern.
    pub(super) fn pattern(&mut self, pattern: TextId) -> Result<Language, Reason> {
        if let Some(known) = self.memo.patterns.get(&pattern) {
            return known.clone();
        }
        // Most patterns are small; those that are not cost the most.
        if !self.step(10 * scalar::AUTOMATON) {
            return Err(Reason::Budget);
        }
        let language = Language::of_pattern(self.store.instances.text(pattern)).map_err(Reason::from);
        self.memo.patterns.insert(pattern, language.clone());
        language
    }

    /// What a schema that refers to itself is, if it goes deeper into the value before it does: else it means nothing.
    fn definition(&mut self, number: u32) -> Result<SchemaId, Reason> {
        match self.store.definition(number) {
            Some(is) if self.is_guarded(number) => Ok(is),
            _ => Err(Reason::EndlessSchema),
        }
    }

    /// Whether a schema does not lead back to itself through boolean structure, which speaks of the same value.
    fn is_guarded(&mut self, number: u32) -> bool {
        if let Some(known) = self.memo.guarded.get(&number) {
            return *known;
        }
        let root = self.store.named(number);
        // Schemas that the walk has entered, and whether it has left them.
        let mut left: FxHashMap<SchemaId, bool> = FxHashMap::default();
        let mut open = vec![(root, false)];
        let (mut circle, mut guarded) = (false, true);
        while let Some((id, leave)) = open.pop() {
            if leave {
                left.insert(id, true);
                continue;
            }
            match left.get(&id) {
                Some(false) => {
                    circle = true;
                    guarded &= id != root;
                }
                Some(true) => {}
                None => {
                    left.insert(id, false);
                    open.push((id, true));
                    open.extend(self.speaking_of_same(id).into_iter().map(|part| (part, false)));
                }
            }
        }
        self.memo.guarded.insert(number, guarded);
        if !circle {
            for id in left.keys() {
                if let Form::Named(other) = **self.store.form(*id) {
                    self.memo.guarded.insert(other, true);
                }
            }
        }
        guarded
    }

    /// The schemas that a schema is made of and that speak of the same value.
    fn speaking_of_same(&self, id: SchemaId) -> Vec<SchemaId> {
        match &**self.store.form(id) {
            Form::All(parts) | Form::Any(parts) | Form::ExactlyOne(parts) => parts.to_vec(),
            Form::Not(inner) => vec![*inner],
            Form::Named(number) if self.memo.guarded.get(number) == Some(&true) => Vec::new(),
            Form::Named(number) => self.store.definition(*number).into_iter().collect(),
            _ => Vec::new(),
        }
    }
}

/// Whether some case could not be decided, in a search that has found nothing yet.
#[derive(Debug, Clone, Copy, Default)]
struct Doubt(Option<Reason>);

impl Doubt {
    fn add(&mut self, found: Found) {
        if let Found::Undecided(reason) = found {
            self.add_reason(reason);
        }
    }

    fn add_reason(&mut self, reason: Reason) {
        self.0 = Some(self.0.map_or(reason, |old| old.min(reason)));
    }

    fn or_nothing(self) -> Found {
        self.0.map_or(Found::Nothing, Found::Undecided)
    }

    fn or_value(self, value: InstanceId) -> Found {
        self.0.map_or(Found::Value(value), Found::Undecided)
    }
}
