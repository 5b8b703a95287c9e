//! Whether a value is of a canonical schema.

use super::Search;
use crate::schema::canonical::{Class, Form, SchemaId, Types};
use crate::schema::instance::{Instance, InstanceId, TextId};
use crate::schema::reason::Reason;
use std::sync::Arc;

/// Evaluations within evaluations.
const DEPTH: usize = 300;

/// What all of some answers come to: one no is a no.
fn all(mut answers: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut known = Some(true);
    for answer in &mut answers {
        match answer {
            Some(true) => {}
            Some(false) => return Some(false),
            None => known = None,
        }
    }
    known
}

fn not(answer: Option<bool>) -> Option<bool> {
    answer.map(|is| !is)
}

impl Search<'_> {
    /// Whether a schema takes a value; `None` if that cannot be told.
    pub(in crate::schema) fn accepts(&mut self, schema: SchemaId, value: InstanceId) -> Option<bool> {
        let of_type = Types::of(self.store.instances.get(value));
        if !self.store.may_fail(schema).meets(of_type) {
            return Some(true);
        }
        if !self.store.may_hold(schema).meets(of_type) {
            return Some(false);
        }
        let question = (schema, value);
        if let Some(known) = self.memo.accepted.get(&question) {
            return *known;
        }
        // A question that comes again before it is answered has no answer.
        if self.evaluating.contains(&question) {
            return self.unknown(Reason::EndlessSchema);
        }
        if self.evaluating.len() >= DEPTH || !self.step(1) {
            return self.unknown(Reason::Budget);
        }
        self.evaluating.push(question);
        let form = Arc::clone(self.store.form(schema));
        let instance = Arc::clone(self.store.instances.get(value));
        let accepted = self.fits(&form, value, &instance);
        self.evaluating.pop();
        // Without steps, nothing is known for good.
        if accepted.is_some() || self.evaluating.is_empty() && self.steps > 0 {
            self.memo.accepted.insert(question, accepted);
        }
        accepted
    }

    fn fits(&mut self, form: &Form, value: InstanceId, instance: &Instance) -> Option<bool> {
        match (form, instance) {
            (Form::All(parts), _) => all(parts.iter().map(|part| self.accepts(*part, value))),
            (Form::Any(parts), _) => not(all(parts.iter().map(|part| not(self.accepts(*part, value))))),
            (Form::Not(inner), _) => not(self.accepts(*inner, value)),
            (Form::ExactlyOne(parts), _) => {
                let (mut count, mut unknown) = (0, 0);
                for part in parts {
                    match self.accepts(*part, value) {
                        Some(true) => count += 1,
                        Some(false) => {}
                        None => unknown += 1,
                    }
                }
                match (count, unknown) {
                    (2.., _) => Some(false),
                    (_, 0) => Some(count == 1),
                    _ => None,
                }
            }
            (Form::Types(types), _) => Some(types.meets(Types::of(instance))),
            (Form::Values(values), _) => Some(values.binary_search(&value).is_ok()),
            (Form::Named(number), _) => match self.definition(*number) {
                Ok(is) => self.accepts(is, value),
                Err(reason) => self.unknown(reason),
            },
            (Form::Opaque(number), _) => self.unknown(self.store.reason(*number)),
            (Form::Minimum(bound, exclusive), Instance::Number(number)) => {
                Some(number > bound || number == bound && !exclusive)
            }
            (Form::Maximum(bound, exclusive), Instance::Number(number)) => {
                Some(number < bound || number == bound && !exclusive)
            }
            (Form::MultipleOf(step), Instance::Number(number)) => number
                .is_multiple_of(*step)
                .or_else(|| self.unknown(Reason::NumberTooLong)),
            (Form::MinLength(_) | Form::MaxLength(_) | Form::Pattern(_), Instance::Text(text)) => {
                self.text_fits(form, *text)
            }
            (_, Instance::List(elements)) => self.list_fits(form, elements),
            (_, Instance::Map(members)) => self.map_fits(form, members),
            _ => Some(true),
        }
    }

    fn unknown(&mut self, reason: Reason) -> Option<bool> {
        self.unknown = reason;
        None
    }

    fn matches(&mut self, pattern: TextId, text: &str) -> Option<bool> {
        match self.pattern(pattern) {
            Ok(language) => Some(language.accepts(text)),
            Err(reason) => self.unknown(reason),
        }
    }

    fn text_fits(&mut self, form: &Form, text: TextId) -> Option<bool> {
        let text = Arc::clone(self.store.instances.text(text));
        let length = || text.chars().count() as u64;
        match form {
            Form::MinLength(count) => Some(length() >= *count),
            Form::MaxLength(count) => Some(length() <= *count),
            Form::Pattern(pattern) => self.matches(*pattern, &text),
            _ => Some(true),
        }
    }

    fn list_fits(&mut self, form: &Form, elements: &[InstanceId]) -> Option<bool> {
        let length = elements.len() as u64;
        match form {
            Form::MinItems(count) => Some(length >= *count),
            Form::MaxItems(count) => Some(length <= *count),
            Form::Unique => {
                let mut sorted = elements.to_vec();
                sorted.sort_unstable();
                Some(sorted.windows(2).all(|pair| pair[0] != pair[1]))
            }
            Form::Item(position, schema) => match elements.get(*position as usize) {
                Some(element) => self.accepts(*schema, *element),
                None => Some(true),
            },
            Form::Rest(start, schema) => {
                let rest = elements.iter().skip(*start as usize);
                all(rest.map(|element| self.accepts(*schema, *element)))
            }
            Form::AtLeast(count, schema) => {
                let (sure, possible) = self.count(*schema, elements);
                decided(sure >= *count, possible < *count)
            }
            Form::AtMost(count, schema) => {
                let (sure, possible) = self.count(*schema, elements);
                decided(possible <= *count, sure > *count)
            }
            _ => Some(true),
        }
    }

    /// How many elements are of a schema for sure, and how many may be.
    fn count(&mut self, schema: SchemaId, elements: &[InstanceId]) -> (u64, u64) {
        let (mut sure, mut possible) = (0, 0);
        for element in elements {
            let accepted = self.accepts(schema, *element);
            sure += u64::from(accepted == Some(true));
            possible += u64::from(accepted != Some(false));
        }
        (sure, possible)
    }

    fn map_fits(&mut self, form: &Form, members: &[(TextId, InstanceId)]) -> Option<bool> {
        let count = members.len() as u64;
        let find = |name: TextId| members.binary_search_by_key(&name, |(name, _)| *name);
        match form {
            Form::MinProperties(min) => Some(count >= *min),
            Form::MaxProperties(max) => Some(count <= *max),
            Form::Required(name) => Some(find(*name).is_ok()),
            Form::Property(name, schema) => match find(*name) {
                Ok(position) => self.accepts(*schema, members[position].1),
                Err(_) => Some(true),
            },
            Form::Members(class, schema) => all(members.iter().map(|(name, value)| {
                match self.is_in_class(class, *name) {
                    Some(false) => Some(true),
                    Some(true) => self.accepts(*schema, *value),
                    // Whether the name belongs to the class does not matter if the value fits.
                    None => (self.accepts(*schema, *value) == Some(true)).then_some(true),
                }
            })),
            Form::Names(schema) => all(members.iter().map(|(name, _)| {
                let name = self.store.instances.add(Instance::Text(*name));
                self.accepts(*schema, name)
            })),
            _ => Some(true),
        }
    }

    /// Whether a name is of a class; `None` if a pattern does not say.
    pub(super) fn is_in_class(&mut self, class: &Class, name: TextId) -> Option<bool> {
        if class.except.binary_search(&name).is_ok() {
            return Some(false);
        }
        let text = Arc::clone(self.store.instances.text(name));
        let within = all(class.within.iter().map(|pattern| self.matches(*pattern, &text)));
        let outside = all(class.outside.iter().map(|pattern| not(self.matches(*pattern, &text))));
        all([within, outside].into_iter())
    }
}

fn decided(is: bool, is_not: bool) -> Option<bool> {
    match (is, is_not) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    }
}
