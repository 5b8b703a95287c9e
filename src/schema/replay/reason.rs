//! What the validator has against a value, in a clause for people.

use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use jsonschema::{JsonType, ValidationError};
use serde_json::Value;

/// Characters of a value that a clause shows.
const SHOWN: usize = 40;

/// What is wrong, as a clause.
pub(super) fn clause(error: &ValidationError<'_>, whole: &Value) -> String {
    let pointer = error.instance_path().to_string();
    let place = place(&pointer, whole);
    let found = whole.pointer(&pointer).unwrap_or(whole);
    match error.kind() {
        Kind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            let within = if pointer.is_empty() {
                String::new()
            } else {
                format!(" in {place}")
            };
            format!("required property `{name}` is missing{within}")
        }
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            let name = unexpected.first().map_or("", String::as_str);
            format!("the schema has no property `{name}`")
        }
        Kind::AdditionalItems { .. } | Kind::UnevaluatedItems { .. } => {
            format!("the schema has no place for some elements of {place}")
        }
        Kind::Type { kind } => format!("{place} should be {}, not {}", types(kind), noun(found)),
        Kind::Constant { expected_value } => format!("{place} should be {}", shown(expected_value)),
        Kind::Enum { .. } => format!("{} is none of the allowed values", shown(found)),
        Kind::Maximum { limit } => format!("{place} is {}, above the maximum {limit}", shown(found)),
        Kind::Minimum { limit } => format!("{place} is {}, below the minimum {limit}", shown(found)),
        Kind::ExclusiveMaximum { limit } => format!("{place} is {}, not below {limit}", shown(found)),
        Kind::ExclusiveMinimum { limit } => format!("{place} is {}, not above {limit}", shown(found)),
        Kind::MultipleOf { multiple_of } => format!("{place} is {}, no multiple of {multiple_of}", shown(found)),
        Kind::MaxLength { limit } => format!("{place} is longer than {limit} characters"),
        Kind::MinLength { limit } => format!("{place} is shorter than {limit} characters"),
        Kind::Pattern { pattern } => format!("{place} does not match the pattern `{pattern}`"),
        Kind::MaxItems { limit } => format!("{place} holds more than {limit} elements"),
        Kind::MinItems { limit } => format!("{place} holds fewer than {limit} elements"),
        Kind::UniqueItems => format!("{place} holds an element twice"),
        Kind::Contains => format!("{place} holds too few or too many elements of the sort that `contains` asks for"),
        Kind::MaxProperties { limit } => format!("{place} has more than {limit} properties"),
        Kind::MinProperties { limit } => format!("{place} has fewer than {limit} properties"),
        Kind::PropertyNames { error } => {
            format!("{} is no name that a property may have here", shown(error.instance()))
        }
        Kind::FalseSchema => format!("{place} may not be there"),
        Kind::Not { .. } => format!("{place} fits what it must not be"),
        Kind::AnyOf { context } | Kind::OneOfNotValid { context } => {
            format!("{place} fits none of the {} alternatives", context.len())
        }
        Kind::OneOfMultipleValid { .. } => format!("{place} fits several alternatives, where it should fit one"),
        _ => format!("{place} does not fit"),
    }
}

/// How the part of the value at a pointer is named.
fn place(pointer: &str, whole: &Value) -> String {
    let Some((parent, last)) = pointer.rsplit_once('/') else {
        return "the value".into();
    };
    if whole.pointer(parent).is_some_and(Value::is_array) {
        return "the element".into();
    }
    format!("`{}`", last.replace("~1", "/").replace("~0", "~"))
}

fn shown(value: &Value) -> String {
    if value.is_array() || value.is_object() {
        return "the value".into();
    }
    let text = value.to_string();
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("`{}…`", &text[..end]),
        None => format!("`{text}`"),
    }
}

fn types(kind: &TypeKind) -> String {
    let article = |one: JsonType| match one {
        JsonType::Null => "null".to_owned(),
        JsonType::Array => "a list".to_owned(),
        JsonType::Object | JsonType::Integer => format!("an {one}"),
        _ => format!("a {one}"),
    };
    match kind {
        TypeKind::Single(one) => article(*one),
        TypeKind::Multiple(several) => several.iter().map(article).collect::<Vec<_>>().join(" or "),
    }
}

fn noun(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
