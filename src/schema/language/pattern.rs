//! From the regular expressions of JSON Schema to automata.
//!
//! A pattern is one of ECMA 262 with the flag `u`, looked for anywhere in the text
//! (<https://json-schema.org/draft/2020-12/json-schema-core#section-6.4>). What no finite automaton can say, or what
//! would need one that is too large, is undecided.

use super::Undecided;
use super::automaton::{Automaton, Classes, LETTERS, STATES, TABLE, letter};
use regex_syntax::ast::{self, Ast, ClassSetItem, FlagsItemKind};
use regex_syntax::hir::{Class, Hir, HirKind, Look};
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// Steps that a pattern may be made of, repetitions written out.
const STEPS: usize = 20_000;
/// Visits of steps while the automaton is made.
const VISITS: usize = 2_000_000;
/// Levels of nesting.
const NESTING: u32 = 100;

/// What `.` matches: all but the ends of lines (<https://tc39.es/ecma262/#prod-LineTerminator>).
const DOT: &str = r"[^\n\r\u{2028}\u{2029}]";
/// What `\w` matches, and `\b` looks for (<https://tc39.es/ecma262/#sec-wordcharacters>).
const WORD: [(char, char); 4] = [('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')];

/// The strings that a pattern matches.
pub(super) fn automaton(pattern: &str) -> Result<Automaton, Undecided> {
    if !jsonschema_regex::is_valid_ecma_regex(pattern) {
        return Err(Undecided::NoPattern);
    }
    let translated = jsonschema_regex::to_rust_regex(pattern).map_err(|()| Undecided::NotRegular)?;
    let translated = with_dots(&translated)?;
    let parsed = regex_syntax::ParserBuilder::new()
        .nest_limit(NESTING)
        .build()
        .parse(&translated)
        .map_err(|_| Undecided::NotRegular)?;
    let mut steps = Steps::default();
    let end = steps.push(Step::Match)?;
    let mut start = steps.add(&parsed, end)?;
    if !parsed.properties().look_set_prefix().contains(Look::Start) {
        // It may match from any place on.
        let every = steps.set(vec![(0, LETTERS - 1)]);
        let fork = steps.push(Step::Fork(start, start))?;
        let skip = steps.push(Step::Letter(every, fork))?;
        steps.steps[fork as usize] = Step::Fork(start, skip);
        start = fork;
    }
    steps.determinise(start)
}

/// Writes out what `.` means, which is a little less than in Rust, and refuses what means something else there.
fn with_dots(pattern: &str) -> Result<String, Undecided> {
    struct Dots<'p> {
        pattern: &'p str,
        at: Vec<usize>,
        foreign: bool,
    }
    impl ast::Visitor for Dots<'_> {
        type Output = (Vec<usize>, bool);
        type Err = Undecided;

        fn finish(self) -> Result<Self::Output, Undecided> {
            Ok((self.at, self.foreign))
        }

        fn visit_pre(&mut self, ast: &Ast) -> Result<(), Undecided> {
            match ast {
                Ast::Dot(span) => self.at.push(span.start.offset),
                Ast::Flags(_) => self.foreign = true,
                // Beside `i`, flags change what `.`, `^` and `$` mean.
                Ast::Group(group) => {
                    let flags = group.flags().into_iter().flat_map(|flags| &flags.items);
                    self.foreign |= flags
                        .filter(|item| item.kind != FlagsItemKind::Negation)
                        .any(|item| item.kind != FlagsItemKind::Flag(ast::Flag::CaseInsensitive));
                }
                Ast::ClassBracketed(class) => self.empty_class(class.span.start.offset),
                _ => {}
            }
            Ok(())
        }

        fn visit_class_set_item_pre(&mut self, item: &ClassSetItem) -> Result<(), Undecided> {
            if let ClassSetItem::Bracketed(class) = item {
                self.empty_class(class.span.start.offset);
            }
            Ok(())
        }
    }
    impl Dots<'_> {
        /// `[]` and `[^]` are whole classes, where Rust takes the bracket for the first member.
        fn empty_class(&mut self, at: usize) {
            let inner = self.pattern[at..].trim_start_matches('[');
            self.foreign |= inner.strip_prefix('^').unwrap_or(inner).starts_with(']');
        }
    }
    let parsed = ast::parse::ParserBuilder::new()
        .nest_limit(NESTING)
        .build()
        .parse(pattern)
        .map_err(|_| Undecided::NotRegular)?;
    let visitor = Dots {
        pattern,
        at: Vec::new(),
        foreign: false,
    };
    let (dots, foreign) = ast::visit(&parsed, visitor)?;
    if foreign {
        return Err(Undecided::NotRegular);
    }
    let mut written = String::with_capacity(pattern.len() + dots.len() * DOT.len());
    let mut done = 0;
    for dot in dots {
        written.push_str(&pattern[done..dot]);
        written.push_str(DOT);
        done = dot + 1;
    }
    written.push_str(&pattern[done..]);
    Ok(written)
}

/// A step of a nondeterministic automaton; numbers are those of steps that follow.
#[derive(Debug, Clone, Copy)]
enum Step {
    /// A letter of a set.
    Letter(u32, u32),
    /// Either of two ways.
    Fork(u32, u32),
    /// Goes on where a condition on the letters around holds.
    Look(Look, u32),
    /// The pattern matches.
    Match,
}

/// What stands before a place, or after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Beside {
    /// Nothing: the text begins or ends here.
    Edge,
    /// A letter, digit or `_`.
    Word,
    /// Another character.
    Other,
}

#[derive(Default)]
struct Steps {
    steps: Vec<Step>,
    /// Sets of letters as ranges, each once.
    sets: Vec<Vec<(u32, u32)>>,
    set_numbers: FxHashMap<Vec<(u32, u32)>, u32>,
    looks_for_words: bool,
}

impl Steps {
    fn push(&mut self, step: Step) -> Result<u32, Undecided> {
        if self.steps.len() >= STEPS {
            return Err(Undecided::TooLarge);
        }
        self.steps.push(step);
        Ok(self.steps.len() as u32 - 1)
    }

    fn set(&mut self, ranges: Vec<(u32, u32)>) -> u32 {
        let sets = &mut self.sets;
        *self.set_numbers.entry(ranges).or_insert_with_key(|ranges| {
            sets.push(ranges.clone());
            sets.len() as u32 - 1
        })
    }

    /// Adds what comes before the step `next`, and returns where it begins.
    fn add(&mut self, part: &Hir, next: u32) -> Result<u32, Undecided> {
        match part.kind() {
            HirKind::Empty => Ok(next),
            HirKind::Literal(literal) => {
                let text = std::str::from_utf8(&literal.0).map_err(|_| Undecided::NotRegular)?;
                text.chars().rev().try_fold(next, |next, character| {
                    let set = self.set(vec![(letter(character), letter(character))]);
                    self.push(Step::Letter(set, next))
                })
            }
            HirKind::Class(Class::Unicode(class)) => {
                let ranges = class.iter().map(|range| (letter(range.start()), letter(range.end())));
                let set = self.set(ranges.collect());
                self.push(Step::Letter(set, next))
            }
            HirKind::Class(Class::Bytes(_)) => Err(Undecided::NotRegular),
            HirKind::Look(look) => {
                match look {
                    Look::Start | Look::End => {}
                    Look::WordUnicode | Look::WordUnicodeNegate => self.looks_for_words = true,
                    _ => return Err(Undecided::NotRegular),
                }
                self.push(Step::Look(*look, next))
            }
            HirKind::Capture(capture) => self.add(&capture.sub, next),
            HirKind::Concat(parts) => parts.iter().rev().try_fold(next, |next, part| self.add(part, next)),
            HirKind::Alternation(parts) => {
                let mut parts = parts.iter().rev();
                let last = parts.next().map_or(Ok(next), |part| self.add(part, next))?;
                parts.try_fold(last, |others, part| {
                    let part = self.add(part, next)?;
                    self.push(Step::Fork(part, others))
                })
            }
            HirKind::Repetition(repetition) => {
                let mut start = match repetition.max {
                    None => {
                        let fork = self.push(Step::Fork(next, next))?;
                        let body = self.add(&repetition.sub, fork)?;
                        self.steps[fork as usize] = Step::Fork(body, next);
                        fork
                    }
                    Some(max) => {
                        let mut start = next;
                        for _ in repetition.min..max {
                            let body = self.add(&repetition.sub, start)?;
                            if body == start {
                                break;
                            }
                            start = self.push(Step::Fork(body, next))?;
                        }
                        start
                    }
                };
                for _ in 0..repetition.min {
                    let body = self.add(&repetition.sub, start)?;
                    if body == start {
                        break;
                    }
                    start = body;
                }
                Ok(start)
            }
        }
    }

    /// Classes of letters that no set tells apart, and the classes in each set.
    fn classes(&self) -> Result<(Classes, Vec<Vec<u32>>), Undecided> {
        let mut changes: Vec<(u32, u32)> = Vec::new();
        for (set, ranges) in self.sets.iter().enumerate() {
            for (start, end) in ranges {
                changes.push((*start, set as u32));
                changes.push((end + 1, set as u32));
            }
        }
        changes.sort_unstable();
        let mut inside: BTreeSet<u32> = BTreeSet::new();
        let mut ranges: Vec<(u32, Vec<u32>)> = vec![(0, Vec::new())];
        let mut visits = 0;
        for changed in changes.chunk_by(|one, other| one.0 == other.0) {
            for (_, set) in changed {
                // Sets that end where they begin again go on.
                if !inside.remove(set) {
                    inside.insert(*set);
                }
            }
            let start = changed[0].0;
            visits += inside.len() + 1;
            if visits > VISITS {
                return Err(Undecided::TooLarge);
            }
            if start == 0 {
                ranges.clear();
            }
            if start < LETTERS {
                ranges.push((start, inside.iter().copied().collect()));
            }
        }
        let (classes, members) = Classes::by_label(ranges);
        let mut classes_of = vec![Vec::new(); self.sets.len()];
        for (class, sets) in members.iter().enumerate() {
            for set in sets {
                classes_of[*set as usize].push(class as u32);
            }
        }
        Ok((classes, classes_of))
    }

    fn determinise(mut self, start: u32) -> Result<Automaton, Undecided> {
        let word = self
            .looks_for_words
            .then(|| self.set(WORD.iter().map(|(from, to)| (letter(*from), letter(*to))).collect()));
        let (classes, classes_of) = self.classes()?;
        let mut kinds = vec![Beside::Other; classes.count()];
        for class in word.into_iter().flat_map(|word| &classes_of[word as usize]) {
            kinds[*class as usize] = Beside::Word;
        }
        let followers: &[Beside] = if word.is_some() {
            &[Beside::Word, Beside::Other]
        } else {
            &[Beside::Other]
        };
        let mut subsets = Subsets {
            steps: &self.steps,
            seen: vec![0; self.steps.len()],
            round: 0,
            visits: 0,
            states: Vec::new(),
            numbers: FxHashMap::default(),
        };
        subsets.state(&[start], Beside::Edge)?;
        let mut table = Vec::new();
        let mut accepting = Vec::new();
        let mut reached: Vec<Vec<u32>> = vec![Vec::new(); classes.count()];
        let mut next = 0;
        while next < subsets.states.len() {
            let (before, steps) = subsets.states[next].clone();
            next += 1;
            let ending = subsets.close(&steps, before, Some(Beside::Edge))?;
            accepting.push(subsets.ends(&ending));
            let row = table.len();
            table.resize(row + classes.count(), 0);
            if table.len() > TABLE {
                return Err(Undecided::TooLarge);
            }
            for follower in followers {
                let open = subsets.close(&steps, before, Some(*follower))?;
                let done = subsets.ends(&open);
                for step in &open {
                    if let Step::Letter(set, target) = self.steps[*step as usize] {
                        let classes = &classes_of[set as usize];
                        subsets.visits += classes.len();
                        for class in classes.iter().filter(|class| kinds[**class as usize] == *follower) {
                            reached[*class as usize].push(target);
                        }
                    }
                }
                for class in (0..classes.count()).filter(|class| kinds[*class] == *follower) {
                    let mut targets = std::mem::take(&mut reached[class]);
                    table[row + class] = if done {
                        subsets.matched()?
                    } else {
                        subsets.state(&targets, *follower)?
                    };
                    targets.clear();
                    reached[class] = targets;
                }
            }
        }
        Ok(Automaton::minimal(&classes, &table, &accepting))
    }
}

/// The sets of steps that the states of the deterministic automaton stand for.
struct Subsets<'s> {
    steps: &'s [Step],
    /// The round in which each step was met last.
    seen: Vec<u32>,
    round: u32,
    visits: usize,
    states: Vec<(Beside, Vec<u32>)>,
    numbers: FxHashMap<(Beside, Vec<u32>), u32>,
}

impl Subsets<'_> {
    fn ends(&self, steps: &[u32]) -> bool {
        steps
            .iter()
            .any(|step| matches!(self.steps[*step as usize], Step::Match))
    }

    /// The steps that are reached without a letter. A condition on what comes after is kept where that is not known.
    fn close(&mut self, from: &[u32], before: Beside, after: Option<Beside>) -> Result<Vec<u32>, Undecided> {
        self.round += 1;
        let mut open: Vec<u32> = from.to_vec();
        let mut closed = Vec::new();
        while let Some(step) = open.pop() {
            self.visits += 1;
            if std::mem::replace(&mut self.seen[step as usize], self.round) == self.round {
                continue;
            }
            match self.steps[step as usize] {
                Step::Letter(..) | Step::Match => closed.push(step),
                Step::Fork(one, other) => open.extend([one, other]),
                Step::Look(look, next) => match holds(look, before, after) {
                    Some(true) => open.push(next),
                    Some(false) => {}
                    None => closed.push(step),
                },
            }
        }
        if self.visits > VISITS {
            return Err(Undecided::TooLarge);
        }
        closed.sort_unstable();
        Ok(closed)
    }

    fn state(&mut self, from: &[u32], before: Beside) -> Result<u32, Undecided> {
        let steps = self.close(from, before, None)?;
        if self.ends(&steps) {
            return self.matched();
        }
        let looks = |step: &u32| matches!(self.steps[*step as usize], Step::Look(..));
        let before = if steps.iter().any(looks) { before } else { Beside::Other };
        self.number(before, steps)
    }

    /// The state in which nothing matters any more. The step that ends a match comes first of all.
    fn matched(&mut self) -> Result<u32, Undecided> {
        self.number(Beside::Other, vec![0])
    }

    fn number(&mut self, before: Beside, steps: Vec<u32>) -> Result<u32, Undecided> {
        let fresh = self.states.len();
        if fresh >= STATES {
            return Err(Undecided::TooLarge);
        }
        let states = &mut self.states;
        Ok(*self.numbers.entry((before, steps)).or_insert_with_key(|state| {
            states.push(state.clone());
            fresh as u32
        }))
    }
}

/// Whether a condition holds between what stands before and after a place; `None` if that depends on what comes.
fn holds(look: Look, before: Beside, after: Option<Beside>) -> Option<bool> {
    match look {
        Look::Start => Some(before == Beside::Edge),
        Look::End => after.map(|after| after == Beside::Edge),
        Look::WordUnicode => after.map(|after| (before == Beside::Word) != (after == Beside::Word)),
        _ => after.map(|after| (before == Beside::Word) == (after == Beside::Word)),
    }
}
