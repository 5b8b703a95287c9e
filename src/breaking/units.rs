//! Which parts of the description have been compared, and from which operations each is reached.
//!
//! A part that several operations share is compared once. The way from an operation to it gives its changes their
//! place in words, and leads back from a value that proves a change to the request or response that holds it.

use crate::document::{Address, Direction, Node};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::VecDeque;

/// What carries the values of a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) enum Carrier {
    /// JSON, in which types can be told apart.
    #[default]
    Json,
    /// XML, in which names and attributes count, too.
    Xml,
    /// Text, in which every scalar looks like a string: parameters and headers.
    Text,
}

impl Carrier {
    /// What a body of a media type is. Forms and other bodies carry members whose values are compared as JSON is.
    pub(super) fn of_range(range: &str) -> Self {
        if range.contains("xml") { Self::Xml } else { Self::Json }
    }
}

/// A pair of parts that is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct UnitId(u32);

/// The step from a part to one within it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// Into an operation, by its label.
    Operation(String),
    /// Into a part of a request or response, in words: `request body`.
    Part(String),
    /// Into a member of an object.
    Property(String),
    /// Into the members that an object does not name.
    OtherProperties,
    /// Into an element of a list.
    Item(u32),
    /// Into the elements of a list.
    Items,
    /// Into one alternative of several.
    Branch,
    /// To what a reference leads to, or what is written around it.
    Same,
}

/// What tells one comparison from another: the two parts, the way their values travel, and what is known already.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct UnitKey {
    pub(super) old: Vec<Address>,
    pub(super) new: Vec<Address>,
    pub(super) direction: Direction,
    pub(super) carrier: Carrier,
    /// What has been proved of a part around it.
    pub(super) proved: Proved,
}

/// What has been proved of a pair, so that its parts need not be proved again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) struct Proved {
    /// Everything that the old version takes is taken by the new one.
    pub(super) old_in_new: bool,
    /// Everything that the new version takes was taken by the old one.
    pub(super) new_in_old: bool,
}

/// All pairs that have been compared, each with every way that leads to it.
#[derive(Debug, Default)]
pub(super) struct Units {
    parents: Vec<Vec<(UnitId, Step)>>,
    known: FxHashMap<UnitKey, UnitId>,
}

impl Units {
    /// A unit that nothing leads to.
    pub(super) fn top(&mut self) -> UnitId {
        self.push(Vec::new())
    }

    /// A unit of its own below another one.
    pub(super) fn below(&mut self, parent: UnitId, step: Step) -> UnitId {
        self.push(vec![(parent, step)])
    }

    fn push(&mut self, parents: Vec<(UnitId, Step)>) -> UnitId {
        let id = UnitId(self.parents.len() as u32);
        self.parents.push(parents);
        id
    }

    /// The unit of a pair, and whether this is the first way that leads to it: then it has to be compared.
    pub(super) fn enter(&mut self, parent: UnitId, step: Step, key: UnitKey) -> (UnitId, bool) {
        if let Some(known) = self.known.get(&key) {
            self.parents[known.0 as usize].push((parent, step));
            return (*known, false);
        }
        let id = self.below(parent, step);
        self.known.insert(key, id);
        (id, true)
    }

    fn parents(&self, unit: UnitId) -> &[(UnitId, Step)] {
        &self.parents[unit.0 as usize]
    }

    /// The steps of the shortest way to a unit from an operation, or from the top, each with the unit that it leads
    /// to.
    pub(super) fn way(&self, unit: UnitId) -> Vec<(UnitId, &Step)> {
        // Each unit that was met, with the step by which it was left on the way down.
        let mut next: FxHashMap<UnitId, Option<(UnitId, &Step)>> = FxHashMap::default();
        next.insert(unit, None);
        let mut waiting = VecDeque::from([unit]);
        let mut start = unit;
        while let Some(at) = waiting.pop_front() {
            start = at;
            let parents = self.parents(at);
            if parents.is_empty() || parents.iter().any(|(_, step)| matches!(step, Step::Operation(_))) {
                break;
            }
            for (parent, step) in parents {
                if !next.contains_key(parent) {
                    next.insert(*parent, Some((at, step)));
                    waiting.push_back(*parent);
                }
            }
        }
        let mut way = Vec::new();
        let mut at = start;
        while let Some(Some((below, step))) = next.get(&at) {
            way.push((*below, *step));
            at = *below;
        }
        way
    }

    /// Where a unit is, in words: `request body, items[].sku`.
    pub(super) fn place(&self, unit: UnitId) -> String {
        let mut place = String::new();
        let mut path = String::new();
        for (_, step) in self.way(unit) {
            match step {
                Step::Part(part) => {
                    place.push_str(if place.is_empty() { "" } else { ", " });
                    place.push_str(part);
                }
                Step::Property(name) => {
                    path.push_str(if path.is_empty() { "" } else { "." });
                    path.push_str(name);
                }
                Step::OtherProperties => path.push_str(if path.is_empty() { "*" } else { ".*" }),
                Step::Item(index) => path.push_str(&format!("[{index}]")),
                Step::Items => path.push_str("[]"),
                Step::Operation(_) | Step::Branch | Step::Same => {}
            }
        }
        if !path.is_empty() {
            place.push_str(if place.is_empty() { "" } else { ", " });
            place.push_str(&path);
        }
        place
    }

    /// The operations from which a unit is reached, in the order in which they were compared.
    pub(super) fn operations(&self, unit: UnitId) -> Vec<String> {
        let mut seen = FxHashSet::default();
        let mut found: Vec<(UnitId, &str)> = Vec::new();
        let mut waiting = vec![unit];
        while let Some(at) = waiting.pop() {
            if !seen.insert(at) {
                continue;
            }
            for (parent, step) in self.parents(at) {
                match step {
                    Step::Operation(label) => found.push((at, label)),
                    _ => waiting.push(*parent),
                }
            }
        }
        found.sort_unstable();
        let mut told = FxHashSet::default();
        let labels = found.into_iter().map(|(_, label)| label);
        labels.filter(|label| told.insert(*label)).map(str::to_owned).collect()
    }
}

/// The addresses of nodes.
pub(super) fn addresses(nodes: &[Node<'_>]) -> Vec<Address> {
    nodes.iter().map(|node| node.address()).collect()
}
