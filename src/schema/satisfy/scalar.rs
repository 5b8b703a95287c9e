//! Numbers and strings that fit demands on them.

use super::{Found, Search};
use crate::schema::canonical::{Form, SchemaId, Types};
use crate::schema::instance::{Instance, InstanceId, TextId};
use crate::schema::language::Language;
use crate::schema::number::{Numbers, Pick};
use crate::schema::reason::Reason;
use std::sync::Arc;

/// Characters of the longest witness that is made up where no pattern says what it looks like.
const LONGEST: u64 = 4096;

/// Steps that an operation on automata stands for.
pub(super) const AUTOMATON: usize = 2000;
/// Words that are looked at to find readable ones.
const SPARE: usize = 6;

/// What a set of strings is bounded by.
#[derive(Debug, Default)]
struct Strings {
    min: u64,
    max: Option<u64>,
    patterns: Vec<(TextId, bool)>,
    excluded: Vec<InstanceId>,
}

/// At most as many words of a language: the short ones first, but those that can be read before others.
pub(super) fn readable_words(language: &Language, count: usize) -> Vec<String> {
    let is_readable =
        |word: &String| !word.contains(|letter: char| letter.is_control() || "\u{2028}\u{2029}".contains(letter));
    let words = language.words(count + SPARE);
    let (mut readable, others): (Vec<String>, Vec<String>) = words.into_iter().partition(is_readable);
    readable.extend(others);
    readable.truncate(count);
    readable
}

impl Search<'_> {
    /// A demand, and whether it is negated.
    pub(super) fn signed(&self, atom: SchemaId) -> (Arc<Form>, bool) {
        match &**self.store.form(atom) {
            Form::Not(inner) => (Arc::clone(self.store.form(*inner)), true),
            _ => (Arc::clone(self.store.form(atom)), false),
        }
    }

    pub(super) fn find_number(&mut self, atoms: &[SchemaId]) -> Found {
        let mut numbers = Numbers::default();
        for atom in atoms {
            let (form, negated) = self.signed(*atom);
            match (&*form, negated) {
                (Form::Minimum(bound, exclusive), false) => numbers.at_least(*bound, *exclusive),
                (Form::Minimum(bound, exclusive), true) => numbers.at_most(*bound, !exclusive),
                (Form::Maximum(bound, exclusive), false) => numbers.at_most(*bound, *exclusive),
                (Form::Maximum(bound, exclusive), true) => numbers.at_least(*bound, !exclusive),
                (Form::MultipleOf(step), false) if !numbers.multiples_of(*step) => {
                    return Found::Undecided(Reason::NumberTooLong);
                }
                (Form::MultipleOf(step), true) => numbers.no_multiples_of(*step),
                (Form::Values(values), true) => {
                    for value in values {
                        if let Instance::Number(number) = **self.store.instances.get(*value) {
                            numbers.exclude(number);
                        }
                    }
                }
                _ => {}
            }
        }
        match numbers.pick() {
            Pick::Number(number) => Found::Value(self.store.instances.add(Instance::Number(number))),
            Pick::Empty => Found::Nothing,
            Pick::Undecided => Found::Undecided(Reason::NumberTooLong),
        }
    }

    pub(super) fn find_string(&mut self, atoms: &[SchemaId]) -> Found {
        let mut strings = Strings::default();
        for atom in atoms {
            let (form, negated) = self.signed(*atom);
            let at_most = |max: Option<u64>, count: u64| Some(max.map_or(count, |max| max.min(count)));
            match (&*form, negated) {
                (Form::MinLength(count), false) => strings.min = strings.min.max(*count),
                (Form::MinLength(count), true) => strings.max = at_most(strings.max, count.saturating_sub(1)),
                (Form::MaxLength(count), false) => strings.max = at_most(strings.max, *count),
                (Form::MaxLength(count), true) => strings.min = strings.min.max(count.saturating_add(1)),
                (Form::Pattern(pattern), negated) => strings.patterns.push((*pattern, !negated)),
                (Form::Values(values), true) => strings.excluded.extend(
                    values
                        .iter()
                        .filter(|value| Types::of(self.store.instances.get(**value)) == Types::STRING),
                ),
                _ => {}
            }
        }
        if strings.max.is_some_and(|max| max < strings.min) {
            return Found::Nothing;
        }
        if strings.patterns.is_empty()
            && let Some(word) = self.plain_word(&strings)
        {
            return Found::Value(word);
        }
        self.step(AUTOMATON * (1 + strings.patterns.len()));
        match self.language_of(&strings) {
            (language, doubt) if language.is_empty() => match doubt {
                // Leaving out what is not known makes a set larger, never smaller.
                None | Some(Reason::Pattern) => Found::Nothing,
                Some(reason) => Found::Undecided(reason),
            },
            (_, Some(reason)) => Found::Undecided(reason),
            (language, None) => match readable_words(&language, 1).pop() {
                Some(word) => Found::Value(self.store.instances.add_text(&word)),
                // The shortest is too long to be written out.
                None => Found::Undecided(Reason::Budget),
            },
        }
    }

    /// A word of the right length that is not excluded, as far as trying a few shows.
    fn plain_word(&mut self, strings: &Strings) -> Option<InstanceId> {
        let longest = strings
            .max
            .unwrap_or(u64::MAX)
            .min(strings.min.saturating_add(3))
            .min(LONGEST);
        for length in strings.min..=longest {
            for letter in ["a", "b", "c"] {
                let word = self.store.instances.add_text(&letter.repeat(length as usize));
                if !strings.excluded.contains(&word) {
                    return Some(word);
                }
            }
        }
        None
    }

    /// The set that the bounds make, or a larger one and why.
    fn language_of(&mut self, strings: &Strings) -> (Language, Option<Reason>) {
        let mut language = Language::everything();
        let mut doubt = None;
        let mut narrow = |language: &mut Language, other: Result<Language, Reason>| {
            let both = other.and_then(|other| language.and(&other).map_err(Reason::from));
            match both {
                Ok(both) => *language = both,
                Err(reason) => doubt = Some(reason),
            }
        };
        for (pattern, holds) in &strings.patterns {
            let set = self.pattern(*pattern);
            narrow(
                &mut language,
                set.map(|set| if *holds { set } else { set.complement() }),
            );
        }
        narrow(&mut language, Ok(Language::of_length(strings.min, strings.max)));
        let excluded: Vec<Arc<str>> = strings
            .excluded
            .iter()
            .filter_map(|value| self.text_of(*value))
            .collect();
        if !excluded.is_empty() {
            let words = Language::of_words(&excluded);
            narrow(
                &mut language,
                words.map(|words| words.complement()).map_err(Reason::from),
            );
        }
        (language, doubt)
    }

    /// The text of a string.
    fn text_of(&self, value: InstanceId) -> Option<Arc<str>> {
        match **self.store.instances.get(value) {
            Instance::Text(text) => Some(Arc::clone(self.store.instances.text(text))),
            _ => None,
        }
    }

    /// The strings that a schema takes, as a regular language.
    pub(super) fn strings_of(&mut self, schema: SchemaId) -> Result<Language, Reason> {
        if !self.store.may_fail(schema).meets(Types::STRING) {
            return Ok(Language::everything());
        }
        if !self.store.may_hold(schema).meets(Types::STRING) {
            return Ok(Language::nothing());
        }
        if let Some(known) = self.memo.names.get(&schema) {
            return known.clone();
        }
        if self.nesting >= super::NESTING || !self.step(AUTOMATON) {
            return Err(Reason::Budget);
        }
        self.nesting += 1;
        let language = self.strings_of_form(schema);
        self.nesting -= 1;
        if language != Err(Reason::Budget) {
            self.memo.names.insert(schema, language.clone());
        }
        language
    }

    fn strings_of_form(&mut self, schema: SchemaId) -> Result<Language, Reason> {
        let form = Arc::clone(self.store.form(schema));
        match &*form {
            Form::All(parts) => {
                let mut all = Language::everything();
                for part in parts {
                    all = all.and(&self.strings_of(*part)?)?;
                }
                Ok(all)
            }
            Form::Any(parts) => {
                let mut any = Language::nothing();
                for part in parts {
                    any = any.or(&self.strings_of(*part)?)?;
                }
                Ok(any)
            }
            Form::ExactlyOne(parts) => {
                let (mut one, mut more) = (Language::nothing(), Language::nothing());
                for part in parts {
                    let part = self.strings_of(*part)?;
                    more = more.or(&one.and(&part)?)?;
                    one = one.or(&part)?;
                }
                Ok(one.and(&more.complement())?)
            }
            Form::Not(inner) => Ok(self.strings_of(*inner)?.complement()),
            Form::Values(values) => {
                let words: Vec<Arc<str>> = values.iter().filter_map(|value| self.text_of(*value)).collect();
                Ok(Language::of_words(&words)?)
            }
            Form::MinLength(count) => Ok(Language::of_length(*count, None)),
            Form::MaxLength(count) => Ok(Language::of_length(0, Some(*count))),
            Form::Pattern(pattern) => self.pattern(*pattern),
            Form::Named(number) => {
                let is = self.definition(*number)?;
                self.strings_of(is)
            }
            Form::Opaque(number) => Err(self.store.reason(*number)),
            _ => Ok(Language::everything()),
        }
    }
}
