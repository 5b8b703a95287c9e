//! Regular languages: sets of strings such as a `pattern`, a `maxLength` or an `enum` describes.
//!
//! In come patterns, lengths and words; out comes whether there is a string that fits them together, and which.

mod automaton;
mod pattern;
mod words;

use automaton::{Automaton, Classes, STATES, TABLE, letter};
use rustc_hash::FxHashMap;
use std::fmt;
use std::sync::Arc;
use words::Lengths;

/// A set of strings: sequences of Unicode characters. Cloning it costs nothing.
///
/// The set is one automaton for each interval of lengths, in which it is neither all strings nor none unless it says
/// so. Lengths stay numbers, because an automaton that counts to a million has a million states. Equal values are
/// equal sets; sets that are equal may be different values if lengths bound them, and then what lies in the one and
/// not in the other is still known to be empty.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Language {
    /// In order, the first one from 0 on; neighbours differ.
    pieces: Arc<[Piece]>,
}

/// What a set has in the lengths from a number on, up to the next piece.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Piece {
    from: u64,
    words: Arc<Automaton>,
}

/// Why a set of strings is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Undecided {
    /// The pattern is no regular expression of ECMA 262.
    NoPattern,
    /// The pattern uses what no finite automaton has, such as look-around or back-references.
    NotRegular,
    /// The automaton would be too large.
    TooLarge,
}

impl Undecided {
    /// The reason as a clause.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::NoPattern => "the pattern is no regular expression of ECMA 262",
            Self::NotRegular => "the pattern looks around or back, which patterns cannot be compared with",
            Self::TooLarge => "the pattern has too many states",
        }
    }
}

impl Language {
    /// All strings.
    #[must_use]
    pub fn everything() -> Self {
        Self::constant(true)
    }

    /// No string.
    #[must_use]
    pub fn nothing() -> Self {
        Self::constant(false)
    }

    fn constant(accepting: bool) -> Self {
        Self::of_automaton(Automaton::constant(accepting))
    }

    fn of_automaton(automaton: Automaton) -> Self {
        let words = Arc::new(automaton);
        Self {
            pieces: Arc::new([Piece { from: 0, words }]),
        }
    }

    /// The strings in which a `pattern` of JSON Schema matches somewhere: a regular expression of ECMA 262 with the
    /// flag `u`, whose `^` and `$` stand for the ends of the string.
    ///
    /// # Errors
    ///
    /// The pattern is none, is not regular, or would need too large an automaton.
    pub fn of_pattern(pattern: &str) -> Result<Self, Undecided> {
        pattern::automaton(pattern).map(Self::of_automaton)
    }

    /// The strings of at least `min` and at most `max` characters.
    #[must_use]
    pub fn of_length(min: u64, max: Option<u64>) -> Self {
        let below = max.and_then(|max| max.checked_add(1));
        if below.is_some_and(|below| below <= min) {
            return Self::nothing();
        }
        let mut pieces = vec![(0, min == 0)];
        if min > 0 {
            pieces.push((min, true));
        }
        pieces.extend(below.map(|below| (below, false)));
        let constants = [false, true].map(|accepting| Arc::new(Automaton::constant(accepting)));
        let pieces = pieces.into_iter().map(|(from, accepting)| Piece {
            from,
            words: Arc::clone(&constants[usize::from(accepting)]),
        });
        Self {
            pieces: pieces.collect(),
        }
    }

    /// These strings and no others.
    ///
    /// # Errors
    ///
    /// The words would need too large an automaton.
    pub fn of_words<W: AsRef<str>>(words: impl IntoIterator<Item = W>) -> Result<Self, Undecided> {
        let words: Vec<W> = words.into_iter().collect();
        let mut words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
        words.sort_unstable();
        words.dedup();
        Ok(Self::of_automaton(automaton_of(&words)?))
    }

    /// The strings that are in both sets.
    ///
    /// # Errors
    ///
    /// The automaton would be too large.
    pub fn and(&self, other: &Self) -> Result<Self, Undecided> {
        let mut pieces: Vec<Piece> = Vec::new();
        let (mut left, mut right) = (0, 0);
        let mut made: FxHashMap<(*const Automaton, *const Automaton), Arc<Automaton>> = FxHashMap::default();
        loop {
            let (one, two) = (&self.pieces[left], &other.pieces[right]);
            let (one_next, two_next) = (self.pieces.get(left + 1), other.pieces.get(right + 1));
            let from = one.from.max(two.from);
            let next = one_next.into_iter().chain(two_next).map(|piece| piece.from).min();
            let words = match (one.words.as_constant(), two.words.as_constant()) {
                (Some(false), _) | (_, Some(true)) => Arc::clone(&one.words),
                (Some(true), _) | (_, Some(false)) => Arc::clone(&two.words),
                _ if one.words == two.words => Arc::clone(&one.words),
                _ => match made.entry((Arc::as_ptr(&one.words), Arc::as_ptr(&two.words))) {
                    std::collections::hash_map::Entry::Occupied(known) => Arc::clone(known.get()),
                    std::collections::hash_map::Entry::Vacant(place) => {
                        Arc::clone(place.insert(Arc::new(one.words.and(&two.words)?)))
                    }
                },
            };
            let words = match words.constant_within(Lengths { from, below: next })? {
                Some(accepting) if words.states() > 1 => Arc::new(Automaton::constant(accepting)),
                _ => words,
            };
            if pieces.last().is_none_or(|last| last.words != words) {
                pieces.push(Piece { from, words });
            }
            let Some(next) = next else {
                return Ok(Self { pieces: pieces.into() });
            };
            left += usize::from(one_next.is_some_and(|piece| piece.from == next));
            right += usize::from(two_next.is_some_and(|piece| piece.from == next));
        }
    }

    /// The strings that are in either set.
    ///
    /// # Errors
    ///
    /// The automaton would be too large.
    pub fn or(&self, other: &Self) -> Result<Self, Undecided> {
        Ok(self.complement().and(&other.complement())?.complement())
    }

    /// The strings that are not in the set.
    #[must_use]
    pub fn complement(&self) -> Self {
        let pieces = self.pieces.iter().map(|piece| Piece {
            from: piece.from,
            words: Arc::new(piece.words.complement()),
        });
        Self {
            pieces: pieces.collect(),
        }
    }

    /// Whether no string is in the set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.is_constant(false)
    }

    /// Whether all strings are in the set.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        self.is_constant(true)
    }

    fn is_constant(&self, accepting: bool) -> bool {
        self.pieces.len() == 1 && self.pieces[0].words.as_constant() == Some(accepting)
    }

    /// Whether a string is in the set.
    #[must_use]
    pub fn accepts(&self, text: &str) -> bool {
        let mut pieces = self.pieces.iter().rev();
        let length = || text.chars().count() as u64;
        let piece = if self.pieces.len() == 1 {
            pieces.next()
        } else {
            let length = length();
            pieces.find(|piece| piece.from <= length)
        };
        piece.is_some_and(|piece| piece.words.accepts(text))
    }

    /// A string of the set with as few characters as possible, letters and digits before others. `None` if there is
    /// none, or if all are too long to be written out: tens of thousands of characters.
    #[must_use]
    pub fn shortest(&self) -> Option<String> {
        self.words(1).pop()
    }

    /// At most `limit` strings of the set: the shortest first, and of one length those made of letters and digits.
    /// Fewer only if there are no more, or if the others are too long to be written out.
    #[must_use]
    pub fn words(&self, limit: usize) -> Vec<String> {
        let mut words = Vec::new();
        for (lengths, automaton) in self.intervals() {
            if words.len() < limit && automaton.as_constant() != Some(false) {
                automaton.words(lengths, limit, &mut words);
            }
        }
        words
    }

    /// Whether the set has more strings than this; true as well where counting them takes too long.
    #[must_use]
    pub fn has_more_words_than(&self, count: u64) -> bool {
        let mut left = count;
        for (lengths, automaton) in self.intervals() {
            match left.checked_sub(automaton.count(lengths, left.saturating_add(1))) {
                Some(less) => left = less,
                None => return true,
            }
        }
        false
    }

    fn intervals(&self) -> impl Iterator<Item = (Lengths, &Automaton)> {
        let ends = self.pieces.iter().skip(1).map(|piece| Some(piece.from));
        let pieces = self.pieces.iter().zip(ends.chain([None]));
        pieces.map(|(piece, below)| {
            let from = piece.from;
            (Lengths { from, below }, &*piece.words)
        })
    }
}

impl fmt::Debug for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.words(3)).finish_non_exhaustive()
    }
}

/// The automaton of words that are in order and do not repeat. What may follow the words of one beginning is made
/// before what may follow the next one, so that equal ends are found when they are made.
fn automaton_of(words: &[&str]) -> Result<Automaton, Undecided> {
    /// A state whose words begin alike: their ends, one of which may be empty.
    #[derive(Default, PartialEq, Eq, Hash, Clone)]
    struct Ends {
        ends_here: bool,
        after: Vec<(u32, u32)>,
    }
    let mut known: FxHashMap<Ends, u32> = FxHashMap::default();
    let mut states: Vec<Ends> = Vec::new();
    let mut finish = |ends: Ends| {
        *known.entry(ends).or_insert_with_key(|ends| {
            states.push(ends.clone());
            states.len() as u32 - 1
        })
    };
    // The states along the last word, each with the letter that led there.
    let mut open: Vec<(u32, Ends)> = vec![(0, Ends::default())];
    let mut close = |open: &mut Vec<(u32, Ends)>, depth: usize| {
        while open.len() > depth {
            let Some((letter, ends)) = open.pop() else { return };
            let state = finish(ends);
            if let Some((_, before)) = open.last_mut() {
                before.after.push((letter, state));
            }
        }
    };
    for word in words {
        let letters: Vec<u32> = word.chars().map(letter).collect();
        let common = open
            .iter()
            .skip(1)
            .zip(&letters)
            .take_while(|((open, _), letter)| open == *letter)
            .count();
        close(&mut open, common + 1);
        open.extend(letters[common..].iter().map(|letter| (*letter, Ends::default())));
        if let Some((_, last)) = open.last_mut() {
            last.ends_here = true;
        }
    }
    close(&mut open, 0);
    // Every other letter leads nowhere.
    let mut single: Vec<u32> = states
        .iter()
        .flat_map(|ends| &ends.after)
        .map(|(letter, _)| *letter)
        .collect();
    single.sort_unstable();
    single.dedup();
    let mut ranges = vec![(0, None)];
    for letter in &single {
        if ranges.last().is_some_and(|(start, _)| start == letter) {
            ranges.pop();
        }
        ranges.push((*letter, Some(*letter)));
        ranges.push((letter + 1, None));
    }
    if ranges.last().is_some_and(|(start, _)| *start == automaton::LETTERS) {
        ranges.pop();
    }
    let (classes, labels) = Classes::by_label(ranges);
    let class_of: FxHashMap<u32, usize> = labels
        .iter()
        .enumerate()
        .filter_map(|(class, label)| Some(((*label)?, class)))
        .collect();
    let nowhere = states.len();
    let count = states.len() + 1;
    if count > STATES || count * classes.count() > TABLE {
        return Err(Undecided::TooLarge);
    }
    // Words begin in the state that was finished last; the table wants it first.
    let number = |state: u32| (nowhere - 1).abs_diff(state as usize) as u32;
    let mut table = vec![nowhere as u32; count * classes.count()];
    let mut accepting = vec![false; count];
    for (state, ends) in states.iter().enumerate() {
        let row = number(state as u32) as usize;
        accepting[row] = ends.ends_here;
        for (letter, target) in &ends.after {
            table[row * classes.count() + class_of[letter]] = number(*target);
        }
    }
    Ok(Automaton::minimal(&classes, &table, &accepting))
}
