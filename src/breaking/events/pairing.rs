//! What of one list is what of another one, by one thing after the other that they may have in common.

use crate::breaking::templates::nameless;
use crate::document::http::variables;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::VecDeque;
use std::hash::Hash;

/// The members of two lists that belong together, and those that are left of either, by their positions.
pub(super) struct Paired {
    pub(super) both: Vec<(usize, usize)>,
    pub(super) old: Vec<usize>,
    pub(super) new: Vec<usize>,
}

/// For each member of an old list, which one of the new list it is, by their positions.
pub(super) type Partners = Vec<Option<usize>>;

impl Paired {
    pub(super) fn new(old: usize, new: usize) -> Self {
        Self {
            both: Vec::new(),
            old: (0..old).collect(),
            new: (0..new).collect(),
        }
    }

    /// Pairs what is left and has a key in common: the first of one key with the first. Gives the pairs that it found.
    pub(super) fn by<K: Hash + Eq, I: IntoIterator<Item = K>>(
        &mut self,
        old: impl Fn(usize) -> I,
        new: impl Fn(usize) -> I,
    ) -> &[(usize, usize)] {
        let mut waiting: FxHashMap<K, VecDeque<usize>> = FxHashMap::default();
        for position in &self.new {
            for key in new(*position) {
                waiting.entry(key).or_default().push_back(*position);
            }
        }
        let before = self.both.len();
        let mut taken = FxHashSet::default();
        let both = &mut self.both;
        self.old.retain(|position| {
            let free = old(*position).into_iter().find_map(|key| {
                let waiting = waiting.get_mut(&key)?;
                while waiting.front().is_some_and(|first| taken.contains(first)) {
                    waiting.pop_front();
                }
                waiting.pop_front()
            });
            both.extend(free.map(|free| (*position, free)));
            taken.extend(free);
            free.is_none()
        });
        self.new.retain(|position| !taken.contains(position));
        &self.both[before..]
    }

    /// Pairs what is left where it is one on each side.
    pub(super) fn last(&mut self) -> &[(usize, usize)] {
        let is_one = self.old.len() == 1 && self.new.len() == 1;
        self.by(|_| is_one.then_some(()), |_| is_one.then_some(()))
    }

    /// For each member of the old list, which one of the new list it is.
    pub(super) fn partners(&self) -> Partners {
        let mut partners = vec![None; self.both.len() + self.old.len()];
        for (old, new) in &self.both {
            partners[*old] = Some(*new);
        }
        partners
    }

    /// The pairs in the order of the old list.
    pub(super) fn in_order(&self) -> Vec<(usize, usize)> {
        let mut pairs = self.both.clone();
        pairs.sort_unstable();
        pairs
    }
}

/// What the names in the braces of a text are called in another one: what stands at the same place, if the texts differ
/// in names only, and otherwise what is called the same.
pub(super) fn renamed<'t>(old: &'t str, new: &'t str) -> Vec<(&'t str, &'t str)> {
    if nameless(old) == nameless(new) {
        return variables(old).zip(variables(new)).collect();
    }
    let known: Vec<&str> = variables(new).collect();
    let both = variables(old).filter(|name| known.contains(name));
    both.map(|name| (name, name)).collect()
}
