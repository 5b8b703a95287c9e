//! Which pairs of nodes are the same, with everything that they refer to.
//!
//! Two versions of a description are the same in nearly all places. Finding these places first, in one walk over
//! both trees, keeps everything that costs more to the few that differ.

use crate::document::{Address, Node, content};
use crate::syntax::{NodeType, key};
use rustc_hash::FxHashMap;

type Pair = (Address, Address);

/// What is known of pairs of nodes.
#[derive(Debug, Default)]
pub(super) struct Unchanged {
    known: FxHashMap<Pair, bool>,
}

/// A pair that is being looked at: whether it is the same apart from its references, and where those lead.
struct Explored {
    pair: Pair,
    same: bool,
    leads_to: Vec<Pair>,
}

impl Unchanged {
    /// Whether two nodes say the same, in the same words, and refer only to nodes that do. The order of keys does not
    /// count.
    pub(super) fn is(&mut self, old: Node<'_>, new: Node<'_>) -> bool {
        let pair = (old.address(), new.address());
        if let Some(known) = self.known.get(&pair) {
            return *known;
        }
        // References may form cycles: pairs are the same unless a difference reaches them.
        let mut explored: Vec<Explored> = Vec::new();
        let mut positions: FxHashMap<Pair, usize> = FxHashMap::default();
        let mut waiting = vec![pair];
        while let Some(pair) = waiting.pop() {
            if positions.contains_key(&pair) || self.known.contains_key(&pair) {
                continue;
            }
            let mut leads_to = Vec::new();
            let workspace = old.workspace();
            let same = alike(workspace.node(pair.0), workspace.node(pair.1), &mut leads_to);
            if same {
                waiting.extend(&leads_to);
            }
            positions.insert(pair, explored.len());
            explored.push(Explored { pair, same, leads_to });
        }
        let mut reached_from: Vec<Vec<usize>> = vec![Vec::new(); explored.len()];
        let mut differing: Vec<usize> = Vec::new();
        for (position, pair) in explored.iter().enumerate() {
            let mut differs = !pair.same;
            for target in pair.leads_to.iter().filter(|_| pair.same) {
                match positions.get(target) {
                    Some(target) => reached_from[*target].push(position),
                    None => differs |= self.known.get(target) == Some(&false),
                }
            }
            if differs {
                differing.push(position);
            }
        }
        for position in &differing {
            explored[*position].same = false;
        }
        while let Some(position) = differing.pop() {
            for from in std::mem::take(&mut reached_from[position]) {
                if std::mem::replace(&mut explored[from].same, false) {
                    differing.push(from);
                }
            }
        }
        self.known
            .extend(explored.iter().map(|explored| (explored.pair, explored.same)));
        self.known.get(&pair) == Some(&true)
    }
}

/// Whether two nodes say the same, apart from what they refer to, which is noted.
fn alike<'w>(old: Node<'w>, new: Node<'w>, leads_to: &mut Vec<Pair>) -> bool {
    if old.node_type() != new.node_type() {
        return false;
    }
    match old.node_type() {
        NodeType::Lost => false,
        NodeType::Map => {
            let targets = match (old.target(), new.target()) {
                (Some(old), Some(new)) => {
                    leads_to.push((old.address(), new.address()));
                    true
                }
                (None, None) => false,
                _ => return false,
            };
            if old.has_hole() || new.has_hole() {
                return false;
            }
            let mut left = old.children();
            let mut right = new.children();
            loop {
                let (before, now) = match (left.next(), right.next()) {
                    (None, None) => return true,
                    (Some(before), Some(now)) => (before, now),
                    _ => return false,
                };
                let name = before.key_text().unwrap_or_default();
                let now = if now.key_text() == Some(name) {
                    now
                } else {
                    // Other places than before: each has to be found by its name, and neither may have more.
                    match new.find(name) {
                        Some(now) => now,
                        None => return false,
                    }
                };
                let is_reference = targets && before.key() == Some(key::REF);
                if !is_reference && !alike(before, now, leads_to) {
                    return false;
                }
            }
        }
        NodeType::List => {
            let (mut left, mut right) = (old.children(), new.children());
            loop {
                match (left.next(), right.next()) {
                    (None, None) => return true,
                    (Some(before), Some(now)) if alike(before, now, leads_to) => {}
                    _ => return false,
                }
            }
        }
        _ => content::same(old.document().tree(), old.id(), new.document().tree(), new.id()),
    }
}
