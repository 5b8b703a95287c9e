//! Which parts of the description have been compared, and from which operations each is reached.
//!
//! A part that several operations share is compared once. The way from an operation to it gives its changes their
//! place in words, and leads back from a value that proves a change to the request or response that holds it.

use super::schemas::Carrier;
use crate::document::{Address, Direction, Node};
use rustc_hash::{FxHashMap, FxHashSet};

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

#[derive(Debug)]
struct Unit {
    /// The first way to it.
    parent: Option<(UnitId, Step)>,
    /// Every unit that leads to it, the first one included.
    parents: Vec<UnitId>,
}

/// All pairs that have been compared.
#[derive(Debug, Default)]
pub(super) struct Units {
    units: Vec<Unit>,
    known: FxHashMap<UnitKey, UnitId>,
}

impl Units {
    /// A unit that nothing leads to.
    pub(super) fn top(&mut self) -> UnitId {
        self.push(None)
    }

    /// A unit of its own below another one.
    pub(super) fn below(&mut self, parent: UnitId, step: Step) -> UnitId {
        self.push(Some((parent, step)))
    }

    fn push(&mut self, parent: Option<(UnitId, Step)>) -> UnitId {
        let id = UnitId(self.units.len() as u32);
        let parents = parent.iter().map(|(parent, _)| *parent).collect();
        self.units.push(Unit { parent, parents });
        id
    }

    /// The unit of a pair, and whether this is the first way that leads to it: then it has to be compared.
    pub(super) fn enter(&mut self, parent: UnitId, step: Step, key: UnitKey) -> (UnitId, bool) {
        if let Some(known) = self.known.get(&key) {
            let parents = &mut self.units[known.0 as usize].parents;
            // Siblings that share a part come one after the other.
            if parents.last() != Some(&parent) {
                parents.push(parent);
            }
            return (*known, false);
        }
        let id = self.below(parent, step);
        self.known.insert(key, id);
        (id, true)
    }

    /// The steps of the first way to a unit, from the top, each with the unit that it leads to.
    pub(super) fn way(&self, unit: UnitId) -> Vec<(UnitId, &Step)> {
        let mut way = Vec::new();
        let mut at = unit;
        while let Some((parent, step)) = &self.units[at.0 as usize].parent {
            way.push((at, step));
            at = *parent;
        }
        way.reverse();
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
            let unit = &self.units[at.0 as usize];
            match &unit.parent {
                Some((_, Step::Operation(label))) => found.push((at, label)),
                _ => waiting.extend(&unit.parents),
            }
        }
        found.sort_unstable();
        let mut labels: Vec<String> = found.into_iter().map(|(_, label)| label.to_owned()).collect();
        let mut told = FxHashSet::default();
        labels.retain(|label| told.insert(label.clone()));
        labels
    }
}

/// The addresses of nodes.
pub(super) fn addresses(nodes: &[Node<'_>]) -> Vec<Address> {
    nodes.iter().map(|node| node.address()).collect()
}
