//! Minimal deterministic automata over Unicode characters, in one form for each language.
//!
//! Characters come as *letters*: numbers without the gap that surrogates leave. Letters that no state tells apart
//! share a class, so that a table of states and classes is all there is.

use super::Undecided;
use rustc_hash::{FxHashMap, FxHasher};
use std::hash::{Hash, Hasher};

/// How many letters there are.
pub(super) const LETTERS: u32 = 0x11_0000 - SURROGATES;
const FIRST_SURROGATE: u32 = 0xD800;
const SURROGATES: u32 = 0x800;

/// Entries that the table of an automaton may have before it is made minimal.
pub(super) const TABLE: usize = 1 << 19;
/// States that an automaton may have before it is made minimal.
pub(super) const STATES: usize = 1 << 15;

/// The number of a character.
pub(super) fn letter(character: char) -> u32 {
    let code = u32::from(character);
    if code < FIRST_SURROGATE {
        code
    } else {
        code - SURROGATES
    }
}

/// The character of a number.
pub(super) fn character(letter: u32) -> char {
    let code = if letter < FIRST_SURROGATE {
        letter
    } else {
        letter + SURROGATES
    };
    char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// A partition of all letters: ranges in order, each with its class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Classes {
    /// The first letter of each range, beginning with 0, and the range's class.
    ranges: Vec<(u32, u32)>,
    count: u32,
}

impl Classes {
    /// One class for all letters.
    pub(super) fn one() -> Self {
        Self {
            ranges: vec![(0, 0)],
            count: 1,
        }
    }

    /// Gives equal labels the same class, numbered in the order of letters. Each range has its first letter and its
    /// label; the first one starts at 0. Also returns a label of each class.
    pub(super) fn by_label<L: Hash + Eq + Clone>(ranges: impl IntoIterator<Item = (u32, L)>) -> (Self, Vec<L>) {
        let mut known: FxHashMap<L, u32> = FxHashMap::default();
        let mut labels = Vec::new();
        let mut merged: Vec<(u32, u32)> = Vec::new();
        for (start, label) in ranges {
            let class = *known.entry(label).or_insert_with_key(|label| {
                labels.push(label.clone());
                labels.len() as u32 - 1
            });
            if merged.last().is_none_or(|(_, last)| *last != class) {
                merged.push((start, class));
            }
        }
        let classes = Self {
            ranges: merged,
            count: labels.len() as u32,
        };
        (classes, labels)
    }

    /// How many classes there are.
    pub(super) fn count(&self) -> usize {
        self.count as usize
    }

    /// The class of a letter, and the last letter of its range.
    pub(super) fn at(&self, letter: u32) -> (usize, u32) {
        let index = self.ranges.partition_point(|(start, _)| *start <= letter) - 1;
        let end = self.ranges.get(index + 1).map_or(LETTERS, |(start, _)| *start);
        (self.ranges[index].1 as usize, end - 1)
    }

    /// The classes of both partitions in every range where neither changes.
    fn overlay(&self, other: &Self) -> (Self, Vec<(u32, u32)>) {
        let (mut left, mut right) = (0, 0);
        let mut start = 0;
        let ranges = std::iter::from_fn(|| {
            if start >= LETTERS {
                return None;
            }
            let range = (start, (self.ranges[left].1, other.ranges[right].1));
            let end_of = |ranges: &[(u32, u32)], at: usize| ranges.get(at + 1).map_or(LETTERS, |(start, _)| *start);
            let ends = (end_of(&self.ranges, left), end_of(&other.ranges, right));
            start = ends.0.min(ends.1);
            left += usize::from(ends.0 == start);
            right += usize::from(ends.1 == start);
            Some(range)
        });
        Self::by_label(ranges)
    }
}

/// A deterministic automaton: total, minimal, its states numbered in the order in which the classes reach them. So two
/// of them are equal if and only if their languages are.
#[derive(Debug, Clone)]
pub(super) struct Automaton {
    classes: Classes,
    /// Row by row, the state that each class leads to. The first row is that of the state in which words begin.
    table: Vec<u32>,
    accepting: Vec<bool>,
    fingerprint: u64,
}

impl PartialEq for Automaton {
    fn eq(&self, other: &Self) -> bool {
        self.fingerprint == other.fingerprint
            && self.accepting == other.accepting
            && self.table == other.table
            && self.classes == other.classes
    }
}

impl Eq for Automaton {}

impl Hash for Automaton {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.fingerprint);
    }
}

impl Automaton {
    /// All words, or none.
    pub(super) fn constant(accepting: bool) -> Self {
        Self::stamped(Classes::one(), vec![0], vec![accepting])
    }

    fn stamped(classes: Classes, table: Vec<u32>, accepting: Vec<bool>) -> Self {
        let mut hasher = FxHasher::default();
        (&classes.ranges, &table, &accepting).hash(&mut hasher);
        Self {
            fingerprint: hasher.finish(),
            classes,
            table,
            accepting,
        }
    }

    /// The minimal automaton that accepts what this table does. Words begin in its first row, and every row can be
    /// reached from there.
    pub(super) fn minimal(classes: &Classes, table: &[u32], accepting: &[bool]) -> Self {
        let blocks = equivalent(classes.count(), table, accepting);
        let width = classes.count();
        // One row stands for each block.
        let mut row_of: FxHashMap<u32, usize> = FxHashMap::default();
        for (state, block) in blocks.iter().enumerate() {
            row_of.entry(*block).or_insert(state);
        }
        // States in the order in which the classes, in the order of their letters, reach them.
        let mut order = vec![blocks[0]];
        let mut number: FxHashMap<u32, u32> = FxHashMap::from_iter([(blocks[0], 0)]);
        let mut rows: Vec<u32> = Vec::new();
        let mut next = 0;
        while let Some(block) = order.get(next) {
            next += 1;
            let row = row_of[block] * width;
            for target in &table[row..row + width] {
                let block = blocks[*target as usize];
                let fresh = order.len() as u32;
                let target = *number.entry(block).or_insert(fresh);
                if target == fresh {
                    order.push(block);
                }
                rows.push(target);
            }
        }
        // Classes that every state treats alike are one.
        let column = |class: usize| -> Vec<u32> { rows.iter().skip(class).step_by(width).copied().collect() };
        let columns: Vec<Vec<u32>> = (0..width).map(column).collect();
        let ranges = classes.ranges.iter();
        let (merged, columns) = Classes::by_label(ranges.map(|(start, class)| (*start, &columns[*class as usize])));
        let table = (0..order.len())
            .flat_map(|state| columns.iter().map(move |column| column[state]))
            .collect();
        let accepting = order.iter().map(|block| accepting[row_of[block]]).collect();
        Self::stamped(merged, table, accepting)
    }

    /// The partition of the letters.
    pub(super) fn classes(&self) -> &Classes {
        &self.classes
    }

    /// How many states there are; they are numbered from 0, where words begin.
    pub(super) fn states(&self) -> usize {
        self.accepting.len()
    }

    /// Whether a word may end in a state.
    pub(super) fn accepts_in(&self, state: usize) -> bool {
        self.accepting[state]
    }

    /// The states that each class leads to.
    pub(super) fn row(&self, state: usize) -> &[u32] {
        let width = self.classes.count();
        &self.table[state * width..(state + 1) * width]
    }

    /// Whether it accepts all words, or none.
    pub(super) fn as_constant(&self) -> Option<bool> {
        (self.states() == 1).then(|| self.accepting[0])
    }

    /// Whether it accepts a word.
    pub(super) fn accepts(&self, word: &str) -> bool {
        let end = word.chars().fold(0, |state, character| {
            let (class, _) = self.classes.at(letter(character));
            self.row(state)[class] as usize
        });
        self.accepting[end]
    }

    /// All other words.
    pub(super) fn complement(&self) -> Self {
        let accepting = self.accepting.iter().map(|accepting| !accepting).collect();
        Self::stamped(self.classes.clone(), self.table.clone(), accepting)
    }

    /// The words that both accept.
    pub(super) fn and(&self, other: &Self) -> Result<Self, Undecided> {
        let (classes, pairs) = self.classes.overlay(&other.classes);
        let mut states = vec![(0, 0)];
        let mut number: FxHashMap<(u32, u32), u32> = FxHashMap::from_iter([((0, 0), 0)]);
        let mut table = Vec::new();
        let mut next = 0;
        while let Some(&(left, right)) = states.get(next) {
            next += 1;
            let (left, right) = (self.row(left as usize), other.row(right as usize));
            for (left_class, right_class) in &pairs {
                let pair = (left[*left_class as usize], right[*right_class as usize]);
                let fresh = states.len() as u32;
                let target = *number.entry(pair).or_insert(fresh);
                if target == fresh {
                    states.push(pair);
                }
                table.push(target);
            }
            if states.len() > STATES || table.len() > TABLE {
                return Err(Undecided::TooLarge);
            }
        }
        let accepting: Vec<bool> = states
            .iter()
            .map(|(left, right)| self.accepting[*left as usize] && other.accepting[*right as usize])
            .collect();
        Ok(Self::minimal(&classes, &table, &accepting))
    }
}

/// The block of equivalent states that each state belongs to, after Hopcroft: whenever a block is split, only its
/// smaller half has to be looked at again.
fn equivalent(width: usize, table: &[u32], accepting: &[bool]) -> Vec<u32> {
    let states = accepting.len();
    // For each class and state, the states that come from: lists one after the other, and where each begins.
    let mut starts = vec![0_u32; width * states + 1];
    for (at, target) in table.iter().enumerate() {
        starts[at % width * states + *target as usize + 1] += 1;
    }
    for at in 1..starts.len() {
        starts[at] += starts[at - 1];
    }
    let mut sources = vec![0_u32; table.len()];
    let mut filled = starts.clone();
    for (at, target) in table.iter().enumerate() {
        let slot = &mut filled[at % width * states + *target as usize];
        sources[*slot as usize] = (at / width) as u32;
        *slot += 1;
    }
    let mut partition = Partition::new(states);
    for (state, accepting) in accepting.iter().enumerate() {
        if *accepting {
            partition.mark(state as u32);
        }
    }
    let mut waiting = vec![0];
    partition.split(&mut waiting);
    while let Some(block) = waiting.pop() {
        let splitter = partition.elements(block).to_vec();
        for class in 0..width {
            for state in &splitter {
                let list = class * states + *state as usize;
                for source in &sources[starts[list] as usize..starts[list + 1] as usize] {
                    partition.mark(*source);
                }
            }
            partition.split(&mut waiting);
        }
    }
    partition.block
}

/// Blocks of elements, of which some can be marked and then split off.
struct Partition {
    /// The elements of one block stand together, those that are marked first.
    elements: Vec<u32>,
    position: Vec<u32>,
    block: Vec<u32>,
    /// Of each block: where it begins, where it ends, how many of its elements are marked.
    bounds: Vec<(u32, u32, u32)>,
    touched: Vec<u32>,
}

impl Partition {
    fn new(count: usize) -> Self {
        Self {
            elements: (0..count as u32).collect(),
            position: (0..count as u32).collect(),
            block: vec![0; count],
            bounds: vec![(0, count as u32, 0)],
            touched: Vec::new(),
        }
    }

    fn elements(&self, block: u32) -> &[u32] {
        let (start, end, _) = self.bounds[block as usize];
        &self.elements[start as usize..end as usize]
    }

    fn mark(&mut self, element: u32) {
        let block = self.block[element as usize];
        let (start, _, marked) = &mut self.bounds[block as usize];
        let (from, to) = (self.position[element as usize], *start + *marked);
        if from < to {
            return;
        }
        if *marked == 0 {
            self.touched.push(block);
        }
        *marked += 1;
        let other = self.elements[to as usize];
        self.elements.swap(from as usize, to as usize);
        self.position[element as usize] = to;
        self.position[other as usize] = from;
    }

    /// Parts what is marked from what is not; the smaller part becomes a block of its own.
    fn split(&mut self, fresh: &mut Vec<u32>) {
        while let Some(block) = self.touched.pop() {
            let (start, end, marked) = self.bounds[block as usize];
            self.bounds[block as usize].2 = 0;
            let middle = start + marked;
            if middle == end {
                continue;
            }
            let new = self.bounds.len() as u32;
            let (kept, parted) = if marked <= end - middle {
                ((middle, end), (start, middle))
            } else {
                ((start, middle), (middle, end))
            };
            self.bounds[block as usize] = (kept.0, kept.1, 0);
            self.bounds.push((parted.0, parted.1, 0));
            for element in &self.elements[parted.0 as usize..parted.1 as usize] {
                self.block[*element as usize] = new;
            }
            fresh.push(new);
        }
    }
}
