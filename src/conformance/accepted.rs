//! What a consumer accepts at each place of a body, as sets of values.
//!
//! In comes what a contract expects; out come schemas that take at least what the consumer takes.

use crate::contract::matching::{Accepted, Expected, Parts};
use crate::schema::{SchemaId, Schemas};
use serde_json::Value;

/// The sets of values that a consumer accepts at one place.
pub(super) struct Sets {
    /// Apart from what stands in them.
    pub(super) shallow: SchemaId,
    /// With what stands in them.
    pub(super) whole: SchemaId,
    /// Exactly what was recorded, with as many members more as there may be.
    pub(super) recorded: SchemaId,
    pub(super) parts: Vec<Sets>,
}

impl Sets {
    pub(super) fn of(schemas: &mut Schemas<'_>, expected: &Expected) -> Self {
        let shallow = set_of(schemas, &expected.accepted);
        let each: Vec<&Expected> = match &expected.parts {
            Parts::None => Vec::new(),
            Parts::Members(members) => members.iter().map(|(_, member)| member).collect(),
            Parts::EachMember(_, like) | Parts::EachElement(like, _) => vec![like],
            Parts::Elements(elements) | Parts::Somewhere(elements) => elements.iter().collect(),
        };
        let parts: Vec<Self> = each.into_iter().map(|part| Self::of(schemas, part)).collect();
        let mut whole = vec![shallow];
        let mut recorded = Vec::new();
        match &expected.parts {
            Parts::None => {}
            Parts::Members(members) => {
                for ((name, _), sets) in members.iter().zip(&parts) {
                    whole.extend([schemas.requires(name), schemas.property(name, sets.whole)]);
                    recorded.extend([schemas.requires(name), schemas.property(name, sets.recorded)]);
                }
            }
            Parts::EachMember(name, _) => {
                whole.push(schemas.members(parts[0].whole));
                recorded.extend([schemas.requires(name), schemas.property(name, parts[0].recorded)]);
            }
            Parts::EachElement(_, are_alike) => {
                whole.push(if *are_alike {
                    schemas.elements_from(0, parts[0].whole)
                } else {
                    schemas.element(0, parts[0].whole)
                });
                recorded.push(schemas.element(0, parts[0].recorded));
            }
            Parts::Elements(_) => {
                for (position, sets) in parts.iter().enumerate() {
                    whole.push(schemas.element(position as u32, sets.whole));
                    recorded.push(schemas.element(position as u32, sets.recorded));
                }
            }
            Parts::Somewhere(_) => {
                for sets in &parts {
                    whole.push(schemas.some_element(sets.whole));
                    recorded.push(schemas.some_element(sets.recorded));
                }
            }
        }
        let recorded = match &expected.example {
            Value::Object(_) => {
                recorded.push(schemas.types(&["object"]));
                schemas.all_of(&recorded)
            }
            Value::Array(elements) => {
                let count = elements.len() as u64;
                recorded.push(schemas.types(&["array"]));
                recorded.push(schemas.elements(count, Some(count)));
                schemas.all_of(&recorded)
            }
            scalar => schemas.one_of_values(std::slice::from_ref(scalar)),
        };
        Self {
            shallow,
            whole: schemas.all_of(&whole),
            recorded,
            parts,
        }
    }
}

fn set_of(schemas: &mut Schemas<'_>, accepted: &Accepted) -> SchemaId {
    match accepted {
        Accepted::Anything => schemas.anything(),
        Accepted::Value(value) => schemas.one_of_values(std::slice::from_ref(value)),
        Accepted::Types(names) => schemas.types(names),
        Accepted::Pattern(pattern) => texts(schemas, &format!("^(?:{pattern})$")),
        Accepted::Containing(text) => texts(schemas, &escaped(text)),
        Accepted::Count { min, max } => {
            let min = min.map_or(0, |min| min as u64);
            schemas.elements(min, max.map(|max| max as u64))
        }
        Accepted::All(parts) => {
            let parts: Vec<SchemaId> = parts.iter().map(|part| set_of(schemas, part)).collect();
            schemas.all_of(&parts)
        }
        Accepted::Any(parts) => {
            let parts: Vec<SchemaId> = parts.iter().map(|part| set_of(schemas, part)).collect();
            schemas.any_of(&parts)
        }
    }
}

/// Scalars whose text a pattern matches; which numbers those are is left open.
fn texts(schemas: &mut Schemas<'_>, pattern: &str) -> SchemaId {
    let string = schemas.types(&["string"]);
    let matching = schemas.matching(pattern);
    let strings = schemas.all_of(&[string, matching]);
    let others = schemas.types(&["number", "boolean"]);
    schemas.any_of(&[strings, others])
}

/// A text as a pattern that matches it alone (<https://tc39.es/ecma262/#prod-SyntaxCharacter>).
fn escaped(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len());
    for letter in text.chars() {
        if "^$\\.*+?()[]{}|/".contains(letter) {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern
}
