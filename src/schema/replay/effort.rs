//! How much a validator has to do, counted before it is asked: it knows no bounds itself.

use super::Unreplayable;
use serde_json::{Map, Value};

/// Schemas that may be tried on parts of one value.
const TRIED: u32 = 300_000;
/// Schemas that may be tried within each other, which the validator's stack has to hold.
const LEVELS: u32 = 600;

/// Whether trying a value against a bundle stays within bounds.
pub(super) fn check(bundle: &Value, value: &Value) -> Result<(), Unreplayable> {
    let Value::Object(schema) = bundle else { return Ok(()) };
    let mut effort = Effort {
        definitions: schema.get("definitions").and_then(Value::as_object),
        left: TRIED,
    };
    effort.spend(bundle, value, 0)
}

struct Effort<'s> {
    definitions: Option<&'s Map<String, Value>>,
    left: u32,
}

impl<'s> Effort<'s> {
    /// Counts every schema that can apply to the value or to a part of it, whatever the others say.
    fn spend(&mut self, schema: &'s Value, value: &Value, level: u32) -> Result<(), Unreplayable> {
        self.left = self.left.checked_sub(1).ok_or(Unreplayable::TooLarge)?;
        let Value::Object(keywords) = schema else { return Ok(()) };
        if level >= LEVELS {
            return Err(Unreplayable::TooLarge);
        }
        let level = level + 1;
        // To know what is left unevaluated, the validator goes through the schemas for the same value once more.
        let collects = ["unevaluatedProperties", "unevaluatedItems"]
            .iter()
            .any(|name| keywords.contains_key(*name));
        for _ in 0..=usize::from(collects) {
            for (name, keyword) in keywords {
                match &**name {
                    "$ref" => {
                        let number = keyword.as_str().and_then(|pointer| pointer.rsplit('/').next());
                        if let Some(target) = number.zip(self.definitions).and_then(|(at, all)| all.get(at)) {
                            self.spend(target, value, level)?;
                        }
                    }
                    "allOf" | "anyOf" | "oneOf" | "not" | "if" | "then" | "else" => self.each(keyword, value, level)?,
                    "dependencies" | "dependentSchemas" => {
                        for schema in keyword.as_object().into_iter().flat_map(Map::values) {
                            self.each(schema, value, level)?;
                        }
                    }
                    _ => {}
                }
            }
        }
        match value {
            Value::Object(members) => {
                for (name, keyword) in keywords {
                    match (&**name, keyword.as_object()) {
                        ("properties", Some(schemas)) => {
                            for (name, schema) in schemas {
                                if let Some(member) = members.get(name) {
                                    self.spend(schema, member, level)?;
                                }
                            }
                        }
                        ("patternProperties", Some(schemas)) => {
                            for (schema, member) in pairs(schemas.values(), members.values()) {
                                self.spend(schema, member, level)?;
                            }
                        }
                        ("additionalProperties" | "unevaluatedProperties", Some(_)) => {
                            for member in members.values() {
                                self.spend(keyword, member, level)?;
                            }
                        }
                        ("propertyNames", Some(_)) => {
                            for name in members.keys() {
                                self.spend(keyword, &Value::String(name.clone()), level)?;
                            }
                        }
                        _ => {}
                    }
                }
            }
            Value::Array(elements) => {
                for (name, keyword) in keywords {
                    let of_elements = [
                        "items",
                        "prefixItems",
                        "additionalItems",
                        "unevaluatedItems",
                        "contains",
                    ];
                    if of_elements.contains(&&**name) {
                        for element in elements {
                            self.each(keyword, element, level)?;
                        }
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// A schema, or each of a list of them.
    fn each(&mut self, schemas: &'s Value, value: &Value, level: u32) -> Result<(), Unreplayable> {
        match schemas {
            Value::Array(schemas) => schemas.iter().try_for_each(|schema| self.spend(schema, value, level)),
            schema => self.spend(schema, value, level),
        }
    }
}

/// Every one of the first with every one of the second.
fn pairs<'a, A: Copy + 'a, B: 'a>(
    first: impl Iterator<Item = A> + 'a,
    second: impl Iterator<Item = B> + Clone + 'a,
) -> impl Iterator<Item = (A, B)> + 'a {
    first.flat_map(move |one| second.clone().map(move |other| (one, other)))
}
