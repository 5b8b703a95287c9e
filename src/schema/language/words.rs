//! The words of an automaton whose lengths lie in an interval: whether there are any, how many, and which.

use super::Undecided;
use super::automaton::{Automaton, LETTERS, character, letter};

/// Visits of the entries of a table while lengths are counted through.
const VISITS: usize = 20_000_000;
/// Characters that a word may have to be written out.
const LONGEST: u64 = 1 << 16;
/// Numbers of 64 bits that searching for words may take.
const MEMORY: usize = 1 << 22;

/// The letters in the order in which people like to see them.
const PREFERRED: [(char, char); 17] = [
    ('a', 'z'),
    ('0', '9'),
    ('A', 'Z'),
    ('_', '_'),
    ('-', '-'),
    ('.', '.'),
    ('!', ','),
    ('/', '/'),
    (':', '@'),
    ('[', '^'),
    ('`', '`'),
    ('{', '~'),
    (' ', ' '),
    ('\u{a1}', '\u{d7ff}'),
    ('\u{e000}', '\u{10ffff}'),
    ('\0', '\u{1f}'),
    ('\u{7f}', '\u{a0}'),
];

/// Lengths from the first number on, below the second one if there is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Lengths {
    pub(super) from: u64,
    pub(super) below: Option<u64>,
}

impl Lengths {
    fn has(self, length: u64) -> bool {
        length >= self.from && self.is_open_at(length)
    }

    /// Whether a length, or a larger one, may be among them.
    fn is_open_at(self, length: u64) -> bool {
        self.below.is_none_or(|below| length < below)
    }
}

impl Automaton {
    /// Whether all words of these lengths are accepted, or all refused; `None` if some are and some are not.
    pub(super) fn constant_within(&self, lengths: Lengths) -> Result<Option<bool>, Undecided> {
        if let Some(constant) = self.as_constant() {
            return Ok(Some(constant));
        }
        let (mut accepted, mut refused) = (false, false);
        let mut states = vec![0_u32];
        let mut member = vec![false; self.states()];
        let mut length = 0;
        // The states that words of some length reach come again sooner or later. The checkpoint moves ahead in steps
        // that grow, so that it meets the cycle, however long that is.
        let mut checkpoint = (0, states.clone());
        let mut end = lengths.below;
        let mut visits = 0;
        loop {
            if end.is_some_and(|end| length >= end) {
                break;
            }
            if lengths.has(length) {
                for state in &states {
                    if self.accepts_in(*state as usize) {
                        accepted = true;
                    } else {
                        refused = true;
                    }
                }
                if accepted && refused {
                    return Ok(None);
                }
            }
            visits += states.len() * self.classes().count();
            if visits > VISITS {
                return Err(Undecided::TooLarge);
            }
            let mut next = Vec::new();
            for state in &states {
                for target in self.row(*state as usize) {
                    if !std::mem::replace(&mut member[*target as usize], true) {
                        next.push(*target);
                    }
                }
            }
            next.iter().for_each(|state| member[*state as usize] = false);
            next.sort_unstable();
            states = next;
            length += 1;
            if states == checkpoint.1 {
                let period = length - checkpoint.0;
                if length < lengths.from {
                    length += (lengths.from - length) / period * period;
                }
                // After one more round nothing new comes.
                let round = length.max(lengths.from).saturating_add(period);
                end = Some(end.map_or(round, |end| end.min(round)));
                checkpoint = (length, Vec::new());
            } else if length >= 2 * checkpoint.0 && !checkpoint.1.is_empty() {
                checkpoint = (length, states.clone());
            }
        }
        Ok(Some(accepted))
    }

    /// How many words of these lengths are accepted, counted up to `enough`; that as well where counting takes too
    /// long.
    pub(super) fn count(&self, lengths: Lengths, enough: u64) -> u64 {
        let width = self.classes().count();
        let mut sizes = vec![0_u64; width];
        let mut start = 0;
        while start < LETTERS {
            let (class, end) = self.classes().at(start);
            sizes[class] += u64::from(end - start + 1);
            start = end + 1;
        }
        // How many words of one length lead from each state to an end.
        let mut counts: Vec<u64> = (0..self.states())
            .map(|state| u64::from(self.accepts_in(state)))
            .collect();
        let (mut total, mut length, mut visits) = (0_u64, 0, 0);
        while lengths.is_open_at(length) {
            if lengths.has(length) {
                total = total.saturating_add(counts[0]).min(enough);
            }
            visits += self.states() * width;
            if total == enough || visits > VISITS {
                return enough;
            }
            let next: Vec<u64> = (0..self.states())
                .map(|state| {
                    let targets = self.row(state).iter().zip(&sizes);
                    let words = targets.map(|(target, size)| counts[*target as usize].saturating_mul(*size));
                    words.fold(0, u64::saturating_add).min(enough)
                })
                .collect();
            length += 1;
            if next == counts {
                // It is the same for all lengths from here on.
                let left = match lengths.below {
                    Some(below) => below - length.max(lengths.from).min(below),
                    None => u64::MAX,
                };
                return total.saturating_add(counts[0].saturating_mul(left)).min(enough);
            }
            counts = next;
        }
        total
    }

    /// At most `limit` words of these lengths, the shortest first, and of one length those with preferred letters.
    /// Words that are too long to be written out are none.
    pub(super) fn words(&self, lengths: Lengths, limit: usize, words: &mut Vec<String>) {
        let mut search = Search::new(self);
        let longest = if self.is_finite() {
            self.states() as u64
        } else {
            LONGEST
        };
        let mut length = lengths.from;
        while words.len() < limit && lengths.is_open_at(length) && length <= longest && search.prepare(length) {
            search.of_length(length as usize, limit, words);
            length += 1;
        }
    }

    /// Whether it accepts finitely many words: then none is longer than there are states.
    fn is_finite(&self) -> bool {
        let mut alive = vec![false; self.states()];
        let mut sources: Vec<Vec<u32>> = vec![Vec::new(); self.states()];
        for state in 0..self.states() {
            for target in self.row(state) {
                sources[*target as usize].push(state as u32);
            }
        }
        let mut open: Vec<u32> = (0..self.states() as u32)
            .filter(|state| self.accepts_in(*state as usize))
            .collect();
        while let Some(state) = open.pop() {
            if !std::mem::replace(&mut alive[state as usize], true) {
                open.extend(&sources[state as usize]);
            }
        }
        // Takes away states that nothing alive leads to, until none is left or a circle.
        let targets = |state: usize| self.row(state).iter().filter(|target| alive[**target as usize]);
        let mut entries = vec![0_usize; self.states()];
        for state in (0..self.states()).filter(|state| alive[*state]) {
            targets(state).for_each(|target| entries[*target as usize] += 1);
        }
        let mut left = alive.iter().filter(|alive| **alive).count();
        let mut open: Vec<usize> = (0..self.states())
            .filter(|state| alive[*state] && entries[*state] == 0)
            .collect();
        while let Some(state) = open.pop() {
            left -= 1;
            for target in targets(state) {
                entries[*target as usize] -= 1;
                if entries[*target as usize] == 0 {
                    open.push(*target as usize);
                }
            }
        }
        left == 0
    }
}

struct Search<'a> {
    automaton: &'a Automaton,
    /// For each number of letters, the states from which as many lead to an end, a bit each.
    ending: Vec<Vec<u64>>,
}

/// A place in a word: the state before it, and the letter to try next.
struct Place {
    state: u32,
    range: usize,
    letter: u32,
}

impl<'a> Search<'a> {
    fn new(automaton: &'a Automaton) -> Self {
        let mut ending = vec![0; automaton.states().div_ceil(64)];
        for state in (0..automaton.states()).filter(|state| automaton.accepts_in(*state)) {
            ending[state / 64] |= 1 << (state % 64);
        }
        Self {
            automaton,
            ending: vec![ending],
        }
    }

    /// Works out where words of a length may end; false if that takes more memory than it may.
    fn prepare(&mut self, length: u64) -> bool {
        while (self.ending.len() as u64) <= length {
            let last = &self.ending[self.ending.len() - 1];
            if (self.ending.len() + 1) * last.len() > MEMORY {
                return false;
            }
            let mut before = vec![0; last.len()];
            for state in 0..self.automaton.states() {
                if self.automaton.row(state).iter().any(|target| has(last, *target)) {
                    before[state / 64] |= 1 << (state % 64);
                }
            }
            self.ending.push(before);
        }
        true
    }

    fn of_length(&self, length: usize, limit: usize, words: &mut Vec<String>) {
        if !has(&self.ending[length], 0) {
            return;
        }
        let begin = |state| Place {
            state,
            range: 0,
            letter: letter(PREFERRED[0].0),
        };
        let mut places = vec![begin(0)];
        let mut word = Vec::with_capacity(length);
        while let Some(place) = places.last_mut() {
            if word.len() == length {
                words.push(word.iter().copied().map(character).collect());
                if words.len() >= limit {
                    return;
                }
            } else if let Some((letter, target)) = self.step(place, &self.ending[length - word.len() - 1]) {
                word.push(letter);
                places.push(begin(target));
                continue;
            }
            places.pop();
            word.pop();
        }
    }

    /// The next letter at a place that leads to one of these states.
    fn step(&self, place: &mut Place, ending: &[u64]) -> Option<(u32, u32)> {
        loop {
            let last = letter(PREFERRED[place.range].1);
            if place.letter > last {
                place.range += 1;
                place.letter = letter(PREFERRED.get(place.range)?.0);
                continue;
            }
            let (class, end) = self.automaton.classes().at(place.letter);
            let target = self.automaton.row(place.state as usize)[class];
            let found = place.letter;
            if has(ending, target) {
                place.letter += 1;
                return Some((found, target));
            }
            place.letter = end + 1;
        }
    }
}

fn has(states: &[u64], state: u32) -> bool {
    states[state as usize / 64] & (1 << (state % 64)) != 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_is_preferred_once() {
        let mut ranges = PREFERRED.map(|(from, to)| (letter(from), letter(to)));
        ranges.sort_unstable();
        let mut next = 0;
        for (from, to) in ranges {
            assert_eq!(from, next);
            next = to + 1;
        }
        assert_eq!(next, LETTERS);
    }
}
