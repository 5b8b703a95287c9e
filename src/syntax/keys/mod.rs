//! Interned keys: a map key is a number, so that finding one is comparing numbers.

pub mod well_known;

use rustc_hash::FxHasher;
use std::hash::Hasher;
use std::sync::OnceLock;

/// An interned map key.
///
/// The constants of [`well_known`] mean the same key in every tree; any other key is known only to the tree that
/// read it, and is compared across trees by its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key(pub(super) u32);

impl Key {
    /// What stands where a node has no key.
    pub(super) const NONE: Self = Self(u32::MAX);

    /// The position of the key in its table; that of a well-known key is the same in every tree.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }

    /// The text of a well-known key; `None` for any other.
    #[must_use]
    pub fn well_known_text(self) -> Option<&'static str> {
        well_known::TEXTS.get(self.0 as usize).copied()
    }

    /// The texts of all well-known keys.
    #[must_use]
    pub const fn well_known_texts() -> &'static [&'static str] {
        well_known::TEXTS
    }

    /// The well-known key with this text.
    #[must_use]
    pub fn well_known(text: &str) -> Option<Self> {
        Keys::base().find(text, hash(text)).map(Self)
    }
}

/// The keys of one tree: the well-known ones, which all trees share, and its own.
#[derive(Debug, Clone)]
pub(super) struct Keys {
    own: Table,
    /// For each key, the one that followed it last time. Objects of one kind name their fields in one order, so
    /// this guess is right more often than not and saves the hashing.
    followers: Vec<u32>,
    previous: u32,
}

/// Texts by number, and the way back.
#[derive(Debug, Clone, Default)]
struct Table {
    texts: String,
    spans: Vec<(u32, u32)>,
    /// Open addressing, nothing or a power of two long: 0 is free, anything else a text's number plus one.
    slots: Vec<u32>,
}

impl Table {
    fn text(&self, number: usize) -> &str {
        self.spans
            .get(number)
            .and_then(|&(start, end)| self.texts.get(start as usize..end as usize))
            .unwrap_or_default()
    }

    /// The number of a text with this hash.
    fn find(&self, text: &str, hash: usize) -> Option<u32> {
        if self.slots.is_empty() {
            return None;
        }
        self.slots[self.slot(text, hash)].checked_sub(1)
    }

    /// Where `text` stands, or the free slot where it would.
    fn slot(&self, text: &str, hash: usize) -> usize {
        let mask = self.slots.len() - 1;
        let mut slot = hash & mask;
        while self.slots[slot] != 0 && self.text(self.slots[slot] as usize - 1) != text {
            slot = (slot + 1) & mask;
        }
        slot
    }

    /// Adds a text that is not there.
    fn insert(&mut self, text: &str, hash: usize) -> u32 {
        if (self.spans.len() + 1) * 2 > self.slots.len() {
            self.grow();
        }
        let number = self.spans.len() as u32;
        let start = self.texts.len() as u32;
        self.texts.push_str(text);
        self.spans.push((start, self.texts.len() as u32));
        let slot = self.slot(text, hash);
        self.slots[slot] = number + 1;
        number
    }

    fn grow(&mut self) {
        let mut slots = vec![0; (self.slots.len() * 2).max(32)];
        let mask = slots.len() - 1;
        for number in 0..self.spans.len() {
            let mut slot = hash(self.text(number)) & mask;
            while slots[slot] != 0 {
                slot = (slot + 1) & mask;
            }
            slots[slot] = number as u32 + 1;
        }
        self.slots = slots;
    }
}

fn hash(text: &str) -> usize {
    let mut hasher = FxHasher::default();
    hasher.write(text.as_bytes());
    // The high bits of a multiplicative hash are the mixed ones.
    let hash = hasher.finish();
    (hash ^ (hash >> 32)) as usize
}

impl Keys {
    fn base() -> &'static Table {
        static BASE: OnceLock<Table> = OnceLock::new();
        BASE.get_or_init(|| {
            let mut table = Table::default();
            for text in well_known::TEXTS {
                table.insert(text, hash(text));
            }
            table
        })
    }

    /// A table that holds the well-known keys.
    pub(super) fn new() -> Self {
        Self {
            own: Table::default(),
            followers: (0..well_known::TEXTS.len() as u32).collect(),
            previous: 0,
        }
    }

    pub(super) fn len(&self) -> usize {
        well_known::TEXTS.len() + self.own.spans.len()
    }

    pub(super) fn text(&self, key: Key) -> &str {
        match key.index().checked_sub(well_known::TEXTS.len()) {
            Some(number) => self.own.text(number),
            None => well_known::TEXTS[key.index()],
        }
    }

    pub(super) fn find(&self, text: &str) -> Option<Key> {
        self.find_hashed(text, hash(text))
    }

    fn find_hashed(&self, text: &str, hash: usize) -> Option<Key> {
        let own = || {
            let number = self.own.find(text, hash)?;
            Some(well_known::TEXTS.len() as u32 + number)
        };
        Self::base().find(text, hash).or_else(own).map(Key)
    }

    pub(super) fn intern(&mut self, text: &str) -> Key {
        if let Some(&guess) = self.followers.get(self.previous as usize)
            && self.text(Key(guess)) == text
        {
            self.previous = guess;
            return Key(guess);
        }
        let hash = hash(text);
        let key = self.find_hashed(text, hash).unwrap_or_else(|| {
            let index = well_known::TEXTS.len() as u32 + self.own.insert(text, hash);
            self.followers.push(index);
            Key(index)
        });
        if let Some(follower) = self.followers.get_mut(self.previous as usize) {
            *follower = key.0;
        }
        self.previous = key.0;
        key
    }

    /// Gives back what only interning needs.
    pub(super) fn settle(&mut self) {
        self.followers = Vec::new();
        self.own.texts.shrink_to_fit();
        self.own.spans.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn well_known_keys_are_distinct_and_found() {
        let keys = Keys::new();
        assert_eq!(keys.len(), well_known::TEXTS.len());
        assert_eq!(keys.find("paths"), Some(well_known::PATHS));
        assert_eq!(keys.text(well_known::READ_ONLY), "readOnly");
        assert_eq!(Key::well_known("nonsense"), None);
    }

    #[test]
    fn interning_is_stable_beyond_the_first_growth() {
        let mut keys = Keys::new();
        let names: Vec<String> = (0..5000).map(|n| format!("name-{n}")).collect();
        let first: Vec<Key> = names.iter().map(|name| keys.intern(name)).collect();
        let second: Vec<Key> = names.iter().rev().map(|name| keys.intern(name)).collect();
        assert!(first.iter().eq(second.iter().rev()));
        assert!(names.iter().zip(first).all(|(name, key)| keys.text(key) == name));
    }
}
