//! Messages as bytes (<https://protobuf.dev/programming-guides/encoding/>).
//!
//! It writes and reads what shows a change, with the fields that each version declares. It is no library for Protobuf:
//! a message is one field deep or a few, and what a reader does not know is passed over.

use super::value::{Field, Messages, Value, values_of};
use crate::document::proto::{Cardinality, Scalar, ValueType, is_open};
use std::collections::BTreeMap;

/// How a value stands behind its tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WireType {
    Varint = 0,
    Eight = 1,
    Length = 2,
    Start = 3,
    End = 4,
    Four = 5,
}

impl WireType {
    /// What the specification calls it.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Varint => "VARINT",
            Self::Eight => "I64",
            Self::Length => "LEN",
            Self::Start => "SGROUP",
            Self::End => "EGROUP",
            Self::Four => "I32",
        }
    }

    const fn of_tag(tag: u64) -> Option<Self> {
        Some(match tag & 7 {
            0 => Self::Varint,
            1 => Self::Eight,
            2 => Self::Length,
            3 => Self::Start,
            4 => Self::End,
            5 => Self::Four,
            _ => return None,
        })
    }
}

const fn of_scalar(scalar: Scalar) -> WireType {
    match scalar {
        Scalar::Double | Scalar::Fixed64 | Scalar::Sfixed64 => WireType::Eight,
        Scalar::Float | Scalar::Fixed32 | Scalar::Sfixed32 => WireType::Four,
        Scalar::String | Scalar::Bytes => WireType::Length,
        _ => WireType::Varint,
    }
}

/// How one value of a field stands behind its tag.
fn of_value(value: ValueType<'_>, is_delimited: bool) -> WireType {
    match value {
        ValueType::Scalar(scalar) => of_scalar(scalar),
        ValueType::Enum(_) => WireType::Varint,
        ValueType::Message(_) if is_delimited => WireType::Start,
        ValueType::Message(_) | ValueType::Unknown => WireType::Length,
    }
}

/// How the values of a field stand behind its tag.
pub(super) fn wire_type(field: &Field<'_>) -> WireType {
    if field.is_packed || field.cardinality == Cardinality::Map {
        WireType::Length
    } else {
        of_value(field.value, field.is_delimited)
    }
}

/// Writes the values of a field.
pub(super) fn write<'w>(messages: &Messages<'w>, field: &Field<'w>, values: &[Value], out: &mut Vec<u8>) {
    if field.is_packed {
        let mut packed = Vec::new();
        for value in values {
            payload(messages, field, value, &mut packed);
        }
        tag(field.number, WireType::Length, out);
        varint(packed.len() as u64, out);
        out.append(&mut packed);
        return;
    }
    for value in values {
        tag(field.number, wire_type(field), out);
        payload(messages, field, value, out);
        if field.is_delimited {
            tag(field.number, WireType::End, out);
        }
    }
}

fn tag(number: i64, wire_type: WireType, out: &mut Vec<u8>) {
    varint((number as u64) << 3 | wire_type as u64, out);
}

fn varint(mut number: u64, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn payload<'w>(messages: &Messages<'w>, field: &Field<'w>, value: &Value, out: &mut Vec<u8>) {
    let mut counted = |bytes: &[u8]| {
        varint(bytes.len() as u64, out);
        out.extend_from_slice(bytes);
    };
    match value {
        Value::Entry(key, value) => {
            let mut entry = Vec::new();
            if let Some(of_key) = field.key {
                tag(1, of_scalar(of_key), &mut entry);
                scalar(of_key, key, &mut entry);
            }
            tag(2, of_value(field.value, false), &mut entry);
            payload(messages, field, value, &mut entry);
            counted(&entry);
        }
        Value::Message(fields) => {
            let mut inner = Vec::new();
            if let ValueType::Message(message) = field.value {
                for own in messages.fields(message).iter() {
                    if let Some(values) = fields.get(&own.number.to_string()) {
                        write(messages, own, values, &mut inner);
                    }
                }
            }
            if field.is_delimited {
                out.append(&mut inner)
            } else {
                counted(&inner)
            }
        }
        Value::Enum(number) => varint(*number as u64, out),
        _ => {
            if let ValueType::Scalar(of) = field.value {
                scalar(of, value, out);
            }
        }
    }
}

fn scalar(of: Scalar, value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Int(number) => match of {
            Scalar::Sint32 | Scalar::Sint64 => {
                let number = *number as i64;
                varint((number << 1 ^ number >> 63) as u64, out);
            }
            Scalar::Fixed32 | Scalar::Sfixed32 => out.extend_from_slice(&(*number as u32).to_le_bytes()),
            Scalar::Fixed64 | Scalar::Sfixed64 => out.extend_from_slice(&(*number as u64).to_le_bytes()),
            // A negative number of 32 bits is written with 64.
            _ => varint(*number as u64, out),
        },
        Value::Float(number) if of == Scalar::Float => out.extend_from_slice(&(*number as f32).to_le_bytes()),
        Value::Float(number) => out.extend_from_slice(&number.to_le_bytes()),
        Value::Bool(is) => out.push(u8::from(*is)),
        Value::Text(text) => {
            varint(text.len() as u64, out);
            out.extend_from_slice(text.as_bytes());
        }
        Value::Bytes(bytes) => {
            varint(bytes.len() as u64, out);
            out.extend_from_slice(bytes);
        }
        Value::Enum(_) | Value::Message(_) | Value::Entry(..) => {}
    }
}

/// What a reader makes of bytes: the values of the fields that it knows, by number; or why it refuses them.
pub(super) fn read<'w>(
    messages: &Messages<'w>,
    fields: &[Field<'w>],
    bytes: &[u8],
) -> Result<BTreeMap<String, Vec<Value>>, String> {
    let mut found: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    let mut input = Input { bytes };
    while !input.bytes.is_empty() {
        let (number, wire_type, body) = input.record()?;
        let Some(field) = fields.iter().find(|field| field.number == number) else {
            continue;
        };
        let Some(values) = values(messages, field, wire_type, body)? else {
            continue;
        };
        let known = found.entry(number.to_string()).or_default();
        if !field.is_many() {
            known.clear();
        }
        known.extend(values);
    }
    Ok(found)
}

/// The values in a record; nothing if the field takes no such record, so that it is passed over as unknown.
fn values<'w>(
    messages: &Messages<'w>,
    field: &Field<'w>,
    wire_type: WireType,
    body: &[u8],
) -> Result<Option<Vec<Value>>, String> {
    if field.cardinality == Cardinality::Map {
        if wire_type != WireType::Length {
            return Ok(None);
        }
        return Ok(Some(vec![entry(messages, field, body)?]));
    }
    let expected = of_value(field.value, field.is_delimited);
    if wire_type == expected {
        return Ok(value(messages, field, body)?.map(|value| vec![value]));
    }
    // Readers take numbers of a repeated field packed or not, whatever is declared.
    let is_packable = !matches!(expected, WireType::Length | WireType::Start);
    if !(is_packable && wire_type == WireType::Length && field.cardinality == Cardinality::Repeated) {
        return Ok(None);
    }
    let mut input = Input { bytes: body };
    let mut found = Vec::new();
    while !input.bytes.is_empty() {
        let one = input.body(expected)?;
        found.extend(value(messages, field, one)?);
    }
    Ok(Some(found))
}

fn entry<'w>(messages: &Messages<'w>, field: &Field<'w>, body: &[u8]) -> Result<Value, String> {
    // What an entry lacks has the default of its type (<https://protobuf.dev/programming-guides/encoding/#maps>).
    let mut key = field.key.map_or(Value::Int(0), default_of);
    let mut held = match field.value {
        ValueType::Scalar(of) => default_of(of),
        ValueType::Enum(_) => Value::Enum(0),
        ValueType::Message(_) | ValueType::Unknown => Value::Message(BTreeMap::new()),
    };
    let mut input = Input { bytes: body };
    while !input.bytes.is_empty() {
        let (number, wire_type, body) = input.record()?;
        match (number, field.key) {
            (1, Some(of)) if wire_type == of_scalar(of) => key = scalar_of(of, body, field.checks_utf8)?,
            (2, _) if wire_type == of_value(field.value, false) => {
                held = value(messages, field, body)?.unwrap_or(held);
            }
            _ => {}
        }
    }
    Ok(Value::Entry(Box::new(key), Box::new(held)))
}

fn default_of(of: Scalar) -> Value {
    match of {
        Scalar::Double | Scalar::Float => Value::Float(0.0),
        Scalar::Bool => Value::Bool(false),
        Scalar::String => Value::Text(String::new()),
        Scalar::Bytes => Value::Bytes(Vec::new()),
        _ => Value::Int(0),
    }
}

/// One value; nothing where a closed enum does not know the number.
fn value<'w>(messages: &Messages<'w>, field: &Field<'w>, body: &[u8]) -> Result<Option<Value>, String> {
    Ok(Some(match field.value {
        ValueType::Scalar(of) => scalar_of(of, body, field.checks_utf8)?,
        ValueType::Enum(of) => {
            let number = i64::from(number(body) as i32);
            if !is_open(of) && values_of(of).iter().all(|(known, _)| *known != number) {
                return Ok(None);
            }
            Value::Enum(number)
        }
        ValueType::Message(message) => Value::Message(read(messages, &messages.fields(message), body)?),
        ValueType::Unknown => Value::Bytes(body.to_vec()),
    }))
}

fn number(bytes: &[u8]) -> u64 {
    let parts = bytes.iter().take(10).enumerate();
    parts.fold(0, |number, (position, byte)| {
        number | u64::from(byte & 0x7f).wrapping_shl(7 * position as u32)
    })
}

fn scalar_of(of: Scalar, body: &[u8], checks_utf8: bool) -> Result<Value, String> {
    let four = || u32::from_le_bytes(body.try_into().unwrap_or_default());
    let eight = || u64::from_le_bytes(body.try_into().unwrap_or_default());
    Ok(match of {
        Scalar::Double => Value::Float(f64::from_bits(eight())),
        Scalar::Float => Value::Float(f64::from(f32::from_bits(four()))),
        Scalar::Fixed32 => Value::Int(i128::from(four())),
        Scalar::Sfixed32 => Value::Int(i128::from(four() as i32)),
        Scalar::Fixed64 => Value::Int(i128::from(eight())),
        Scalar::Sfixed64 => Value::Int(i128::from(eight() as i64)),
        Scalar::Int32 => Value::Int(i128::from(number(body) as i32)),
        Scalar::Int64 => Value::Int(i128::from(number(body) as i64)),
        Scalar::Uint32 => Value::Int(i128::from(number(body) as u32)),
        Scalar::Uint64 => Value::Int(i128::from(number(body))),
        Scalar::Sint32 => {
            let number = number(body) as u32;
            Value::Int(i128::from((number >> 1) as i32 ^ -((number & 1) as i32)))
        }
        Scalar::Sint64 => {
            let number = number(body);
            Value::Int(i128::from((number >> 1) as i64 ^ -((number & 1) as i64)))
        }
        Scalar::Bool => Value::Bool(number(body) != 0),
        Scalar::Bytes => Value::Bytes(body.to_vec()),
        Scalar::String => match std::str::from_utf8(body) {
            Ok(text) => Value::Text(text.to_owned()),
            Err(_) if checks_utf8 => return Err("the string is not UTF-8".to_owned()),
            Err(_) => Value::Bytes(body.to_vec()),
        },
    })
}

/// What is left to be read.
struct Input<'b> {
    bytes: &'b [u8],
}

const BROKEN: &str = "the bytes are no message";

impl<'b> Input<'b> {
    fn take(&mut self, length: usize) -> Result<&'b [u8], String> {
        let (taken, rest) = self.bytes.split_at_checked(length).ok_or(BROKEN)?;
        self.bytes = rest;
        Ok(taken)
    }

    fn varint(&mut self) -> Result<&'b [u8], String> {
        let length = self.bytes.iter().position(|byte| byte & 0x80 == 0).ok_or(BROKEN)? + 1;
        if length > 10 {
            return Err(BROKEN.to_owned());
        }
        self.take(length)
    }

    /// The number of the next field, how it is written, and its body.
    fn record(&mut self) -> Result<(i64, WireType, &'b [u8]), String> {
        let tag = number(self.varint()?);
        let wire_type = WireType::of_tag(tag).ok_or(BROKEN)?;
        let field = (tag >> 3) as i64;
        if field == 0 || wire_type == WireType::End {
            return Err(BROKEN.to_owned());
        }
        let body = if wire_type == WireType::Start {
            self.group(field)?
        } else {
            self.body(wire_type)?
        };
        Ok((field, wire_type, body))
    }

    fn body(&mut self, wire_type: WireType) -> Result<&'b [u8], String> {
        match wire_type {
            WireType::Varint => self.varint(),
            WireType::Eight => self.take(8),
            WireType::Four => self.take(4),
            WireType::Length => {
                let length = number(self.varint()?);
                self.take(usize::try_from(length).unwrap_or(usize::MAX))
            }
            WireType::Start | WireType::End => Err(BROKEN.to_owned()),
        }
    }

    /// What stands between the tags of a group.
    fn group(&mut self, field: i64) -> Result<&'b [u8], String> {
        let start = self.bytes;
        let mut open = vec![field];
        loop {
            let before = self.bytes.len();
            let tag = number(self.varint()?);
            match WireType::of_tag(tag).ok_or(BROKEN)? {
                WireType::Start => open.push((tag >> 3) as i64),
                WireType::End => {
                    if open.pop() != Some((tag >> 3) as i64) {
                        return Err(BROKEN.to_owned());
                    }
                    if open.is_empty() {
                        return Ok(&start[..start.len() - before]);
                    }
                }
                other => drop(self.body(other)?),
            }
        }
    }
}
