//! Which rules hold for a value: the best of those whose path fits, found while walking along with the body.
//!
//! A place is in a *state*: the set of expressions that fit it so far. States and the steps between them are made
//! once and kept, so that ten thousand elements of a list cost ten thousand look-ups, whatever the number of rules.

use super::rule::{RuleSet, RuleTable};
use crate::contract::path::{PathTable, Reached, Step};
use rustc_hash::FxHashMap;

/// A state of a [`Selector`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct State(u32);

/// The rules that hold for a value.
#[derive(Debug, Clone, Copy)]
pub(super) struct Chosen<'r> {
    pub(super) set: &'r RuleSet,
    /// Whether they are rules for a place above it.
    pub(super) is_cascaded: bool,
}

/// A walk over the rules of a category.
#[derive(Debug)]
pub(super) struct Selector<'r> {
    table: &'r RuleTable,
    states: Vec<Place>,
    steps: FxHashMap<(State, StepName), State>,
    ends: FxHashMap<Option<Best>, State>,
    overridden: FxHashMap<(State, u32), State>,
}

#[derive(Debug, Default)]
struct Place {
    /// Where the expressions lead to that go on from here, or end here.
    reached: Vec<Reached>,
    /// The set that holds here, and whether it is one from above.
    chosen: Option<(u32, bool)>,
    /// The set that holds below where no better one does.
    passed_on: Option<Best>,
}

/// A set, and the weight of its path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Best {
    set: u32,
    weight: u32,
}

/// What of a step makes a difference to the expressions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum StepName {
    /// A name that some expression has.
    Name(u32),
    /// Any other name.
    OtherName,
    Index(usize),
    /// A position, where no expression has any.
    SomeIndex,
    /// An element of XML, by its name and its position among those of the name.
    Element(u32, usize),
}

impl<'r> Selector<'r> {
    pub(super) fn new(table: &'r RuleTable) -> Self {
        let mut selector = Self {
            table,
            states: Vec::new(),
            steps: FxHashMap::default(),
            ends: FxHashMap::default(),
            overridden: FxHashMap::default(),
        };
        selector.arrive(vec![PathTable::root()], None);
        selector
    }

    /// The state of the whole body.
    pub(super) const fn root() -> State {
        State(0)
    }

    /// The rules that hold in a state.
    pub(super) fn chosen(&self, state: State) -> Option<Chosen<'r>> {
        let (set, is_cascaded) = self.place(state).chosen?;
        Some(Chosen {
            set: &self.table.sets[set as usize],
            is_cascaded,
        })
    }

    fn place(&self, state: State) -> &Place {
        &self.states[state.0 as usize]
    }

    /// The state after a step.
    pub(super) fn step(&mut self, state: State, step: Step<'_>) -> State {
        let place = self.place(state);
        if place.reached.is_empty() {
            return state;
        }
        let name = match step {
            Step::Name(name) => self.name(name),
            Step::Index(position) => {
                let names_steps = place
                    .reached
                    .iter()
                    .any(|reached| self.table.paths.names_steps(*reached));
                if names_steps {
                    StepName::Index(position)
                } else {
                    StepName::SomeIndex
                }
            }
        };
        self.follow(state, name, |paths, reached| paths.follow(reached, step).collect())
    }

    /// The state of an element of XML: rules speak of it by its name alone, or by its name and position.
    pub(super) fn element(&mut self, state: State, name: &str, position: usize) -> State {
        if self.place(state).reached.is_empty() {
            return state;
        }
        let key = match self.name(name) {
            StepName::Name(name) => StepName::Element(name, position),
            _ => StepName::Element(u32::MAX, position),
        };
        self.follow(state, key, |paths, reached| {
            let named: Vec<Reached> = paths.follow(reached, Step::Name(name)).collect();
            let at_position = named
                .iter()
                .flat_map(|reached| paths.follow(*reached, Step::Index(position)));
            at_position.chain(named.iter().copied()).collect()
        })
    }

    fn name(&self, name: &str) -> StepName {
        self.table
            .names
            .get(name)
            .map_or(StepName::OtherName, |name| StepName::Name(*name))
    }

    fn follow(
        &mut self,
        state: State,
        name: StepName,
        paths_from: impl Fn(&PathTable, Reached) -> Vec<Reached>,
    ) -> State {
        if let Some(known) = self.steps.get(&(state, name)) {
            return *known;
        }
        let place = self.place(state);
        let paths = &self.table.paths;
        let reached = place
            .reached
            .iter()
            .flat_map(|reached| paths_from(paths, *reached))
            .collect();
        let next = self.arrive(reached, place.passed_on);
        self.steps.insert((state, name), next);
        next
    }

    /// The state in which these expressions fit, below one that passes on a set.
    fn arrive(&mut self, mut reached: Vec<Reached>, inherited: Option<Best>) -> State {
        // Where positions may be left out, several ways lead to one expression.
        reached.sort_unstable();
        reached.dedup();
        if reached.is_empty()
            && let Some(end) = self.ends.get(&inherited)
        {
            return *end;
        }
        let mut own: Option<Best> = None;
        for at in &reached {
            if let Some(set) = self.table.paths.entry(*at) {
                let best = Best { set, weight: at.weight };
                // Of equal weights, the one that stands first in the file.
                let is_better = own.is_none_or(|own| (best.weight, own.set) > (own.weight, best.set));
                if is_better {
                    own = Some(best);
                }
            }
        }
        // Of equal weights, the longer path.
        let own = own.filter(|own| inherited.is_none_or(|inherited| own.weight >= inherited.weight));
        let cascades = |best: &Best| self.table.sets[best.set as usize].cascades();
        let passed_on = own.filter(cascades).or(inherited);
        let chosen = match (own, inherited) {
            (Some(own), _) => Some((own.set, false)),
            (None, inherited) => inherited.map(|inherited| (inherited.set, true)),
        };
        let state = State(self.states.len() as u32);
        if reached.is_empty() {
            self.ends.insert(inherited, state);
        }
        self.states.push(Place {
            reached,
            chosen,
            passed_on,
        });
        state
    }

    /// The state of a value that a set holds for because of what stands above it, unless the value has rules of its own.
    pub(super) fn with(&mut self, state: State, set: u32) -> State {
        let place = self.place(state);
        if place.chosen.is_some_and(|(_, is_cascaded)| !is_cascaded) {
            return state;
        }
        if let Some(known) = self.overridden.get(&(state, set)) {
            return *known;
        }
        let cascades = self.table.sets[set as usize].cascades();
        let passed_on = cascades.then_some(Best { set, weight: 0 });
        let place = Place {
            reached: place.reached.clone(),
            chosen: Some((set, false)),
            passed_on: passed_on.or(place.passed_on),
        };
        let next = State(self.states.len() as u32);
        self.states.push(place);
        self.overridden.insert((state, set), next);
        next
    }
}
