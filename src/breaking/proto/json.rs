//! Messages as JSON (<https://protobuf.dev/programming-guides/json/>).
//!
//! Readers are taken to expect what the specification makes of their type, as clients in languages without Protobuf do:
//! a number where it says number, a string where it says string.

use super::value::{Field, Messages, Value, values_of};
use crate::document::proto::{Scalar, ValueType};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Number, Value as Json};
use std::collections::BTreeMap;

/// The member that the values of a field are.
pub(super) fn write<'w>(messages: &Messages<'w>, field: &Field<'w>, values: &[Value]) -> (String, Json) {
    let json = match values {
        [Value::Entry(..), ..] => {
            let entries = values.iter().filter_map(|value| match value {
                Value::Entry(key, value) => Some((plain(key), one(messages, field, value))),
                _ => None,
            });
            Json::Object(entries.collect())
        }
        [value] if !field.is_many() => one(messages, field, value),
        values => Json::Array(values.iter().map(|value| one(messages, field, value)).collect()),
    };
    (field.json_name.clone().into_owned(), json)
}

/// A key of a map.
fn plain(key: &Value) -> String {
    match key {
        Value::Text(text) => text.clone(),
        other => other.shown(),
    }
}

fn one<'w>(messages: &Messages<'w>, field: &Field<'w>, value: &Value) -> Json {
    match (value, field.value) {
        (Value::Int(number), ValueType::Scalar(of)) if is_text(of) => Json::String(number.to_string()),
        (Value::Int(number), _) => i64::try_from(*number).map_or(Json::Null, |number| Json::Number(number.into())),
        (Value::Float(number), _) => Number::from_f64(*number).map_or(Json::Null, Json::Number),
        (Value::Bool(is), _) => Json::Bool(*is),
        (Value::Enum(number), ValueType::Enum(of)) => {
            let known = values_of(of).into_iter().find(|(known, _)| known == number);
            known.map_or_else(
                || Json::Number((*number).into()),
                |(_, name)| Json::String(name.to_owned()),
            )
        }
        (Value::Text(text), _) => Json::String(text.clone()),
        (Value::Bytes(bytes), _) => Json::String(STANDARD.encode(bytes)),
        (Value::Message(fields), ValueType::Message(message)) => {
            let members = messages.fields(message);
            let members = members.iter().filter_map(|own| {
                let values = fields.get(own.json_name.as_ref())?;
                Some(write(messages, own, values))
            });
            Json::Object(members.collect())
        }
        _ => Json::Null,
    }
}

/// Numbers of 64 bits are strings, since not all readers have so many bits.
const fn is_text(of: Scalar) -> bool {
    matches!(
        of,
        Scalar::Int64 | Scalar::Uint64 | Scalar::Sint64 | Scalar::Fixed64 | Scalar::Sfixed64
    )
}

/// What a reader makes of an object: the values of the fields, by name; or why it refuses them.
pub(super) fn read<'w>(
    messages: &Messages<'w>,
    fields: &[Field<'w>],
    object: &Map<String, Json>,
) -> Result<BTreeMap<String, Vec<Value>>, String> {
    let mut found = BTreeMap::new();
    for (name, json) in object {
        // Readers take the name in the file, too.
        let field = fields
            .iter()
            .find(|field| field.json_name == name.as_str())
            .or_else(|| fields.iter().find(|field| field.name == name));
        let Some(field) = field else {
            return Err(format!("no field is called `{name}`"));
        };
        found.insert(field.json_name.clone().into_owned(), values(messages, field, json)?);
    }
    Ok(found)
}

fn values<'w>(messages: &Messages<'w>, field: &Field<'w>, json: &Json) -> Result<Vec<Value>, String> {
    match (field.key, json) {
        (Some(of), Json::Object(entries)) => entries
            .iter()
            .map(|(key, json)| {
                let key = key_of(of, key).ok_or_else(|| mismatch(field, "a key that is", of.name()))?;
                Ok(Value::Entry(Box::new(key), Box::new(value(messages, field, json)?)))
            })
            .collect(),
        (Some(_), _) => Err(mismatch(field, "", "an object")),
        (None, Json::Array(elements)) if field.is_many() => {
            elements.iter().map(|json| value(messages, field, json)).collect()
        }
        (None, _) if field.is_many() => Err(mismatch(field, "", "a list")),
        (None, json) => Ok(vec![value(messages, field, json)?]),
    }
}

fn mismatch(field: &Field<'_>, what: &str, expected: &str) -> String {
    let what = if what.is_empty() {
        String::new()
    } else {
        format!("{what} ")
    };
    format!("`{}` has to be {what}{expected}", field.json_name)
}

fn key_of(of: Scalar, key: &str) -> Option<Value> {
    Some(match of {
        Scalar::String => Value::Text(key.to_owned()),
        Scalar::Bool => Value::Bool(key.parse().ok()?),
        _ => Value::Int(in_range(of, key.parse().ok()?)?),
    })
}

/// A number, if the type has it.
fn in_range(of: Scalar, number: i128) -> Option<i128> {
    let (least, most) = bounds(of)?;
    (least..=most).contains(&number).then_some(number)
}

/// The least and the largest number of a type.
pub(super) fn bounds(of: Scalar) -> Option<(i128, i128)> {
    Some(match of {
        Scalar::Int32 | Scalar::Sint32 | Scalar::Sfixed32 => (i32::MIN.into(), i32::MAX.into()),
        Scalar::Int64 | Scalar::Sint64 | Scalar::Sfixed64 => (i64::MIN.into(), i64::MAX.into()),
        Scalar::Uint32 | Scalar::Fixed32 => (0, u32::MAX.into()),
        Scalar::Uint64 | Scalar::Fixed64 => (0, u64::MAX.into()),
        _ => return None,
    })
}

fn value<'w>(messages: &Messages<'w>, field: &Field<'w>, json: &Json) -> Result<Value, String> {
    let refused = |expected: &str| mismatch(field, "", expected);
    match (field.value, json) {
        (ValueType::Scalar(Scalar::Bool), Json::Bool(is)) => Ok(Value::Bool(*is)),
        (ValueType::Scalar(Scalar::Bool), _) => Err(refused("a boolean")),
        (ValueType::Scalar(Scalar::String), Json::String(text)) => Ok(Value::Text(text.clone())),
        (ValueType::Scalar(Scalar::String), _) => Err(refused("a string")),
        (ValueType::Scalar(Scalar::Bytes), Json::String(text)) => STANDARD
            .decode(text)
            .map(Value::Bytes)
            .map_err(|_| refused("bytes in base64")),
        (ValueType::Scalar(Scalar::Bytes), _) => Err(refused("bytes in base64")),
        (ValueType::Scalar(Scalar::Float | Scalar::Double), Json::Number(number)) => {
            Ok(Value::Float(number.as_f64().unwrap_or_default()))
        }
        (ValueType::Scalar(Scalar::Float | Scalar::Double), _) => Err(refused("a number")),
        (ValueType::Scalar(of), Json::String(text)) if is_text(of) => {
            let number = text.parse().ok().and_then(|number| in_range(of, number));
            number
                .map(Value::Int)
                .ok_or_else(|| refused(&format!("an {}", of.name())))
        }
        (ValueType::Scalar(of), Json::Number(number)) if !is_text(of) => {
            let number = number.as_i64().and_then(|number| in_range(of, number.into()));
            number
                .map(Value::Int)
                .ok_or_else(|| refused(&format!("an {}", of.name())))
        }
        (ValueType::Scalar(of), _) if is_text(of) => Err(refused("a number in a string")),
        (ValueType::Scalar(_), _) => Err(refused("a whole number")),
        (ValueType::Enum(of), Json::String(name)) => {
            let known = values_of(of).into_iter().find(|(_, known)| known == name);
            let unknown = || format!("`{}` has no value `{name}`", field.json_name);
            known.map(|(number, _)| Value::Enum(number)).ok_or_else(unknown)
        }
        (ValueType::Enum(_), Json::Number(number)) => Ok(Value::Enum(number.as_i64().unwrap_or_default())),
        (ValueType::Enum(_), _) => Err(refused("the name of a value")),
        (ValueType::Message(message), Json::Object(object)) => {
            Ok(Value::Message(read(messages, &messages.fields(message), object)?))
        }
        (ValueType::Message(_), _) => Err(refused("an object")),
        (ValueType::Unknown, json) => Ok(Value::Text(json.to_string())),
    }
}
