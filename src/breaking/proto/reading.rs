//! What readers of one version make of what writers of the other one wrote.
//!
//! Values that show the limits of a type are written with the field of the writer and read with those of the reader, as
//! bytes and as JSON. What comes out otherwise than it went in is the witness. Where nothing does, the reader
//! understands the writer: what can differ between two types of Protobuf differs at one of these values.

use super::value::{Field, Messages, Value, all_mean, hex, shown, values_of};
use super::{json, wire};
use crate::document::proto::{self, Scalar, ValueType};
use crate::document::{Address, Node};
use rustc_hash::FxHashMap;
use serde_json::{Map, Value as Json, json};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// How messages travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Encoding {
    Bytes,
    Json,
}

/// A value that a reader does not see as it was written.
#[derive(Debug, Clone)]
pub(super) struct Misread {
    /// Whether an ordinary value is misread, not only one at the limits of its type.
    pub(super) is_ordinary: bool,
    /// The value as it travels.
    pub(super) carried: Json,
    /// What was written, in words.
    pub(super) written: String,
    /// What is read, in words, or why nothing is.
    pub(super) read: String,
    /// The values, to be written inside of others.
    values: Vec<Value>,
}

impl Misread {
    /// What is known without trying.
    pub(super) fn stated(carried: Json, written: String, read: String) -> Self {
        Self {
            is_ordinary: true,
            carried,
            written,
            read,
            values: Vec::new(),
        }
    }
}

/// A writer's message, a reader's, and how the one travels to the other.
type PairOfMessages = (Address, Address, Encoding);

/// Steps from a message into those of its fields that are looked at.
const DEPTH: u32 = 4;
/// Values of an enum that are tried.
const VALUES: usize = 256;

/// Tries what readers make of values.
#[derive(Debug, Default)]
pub(super) struct Readings<'w> {
    pub(super) messages: Messages<'w>,
    /// What is known of pairs of messages; of one that is being looked at, that nothing is misread.
    known: RefCell<FxHashMap<PairOfMessages, Option<Rc<Misread>>>>,
}

impl<'w> Readings<'w> {
    /// A value of a writer's field that a reader sees otherwise in the field that stands for it, or nowhere.
    pub(super) fn misread(
        &self,
        writer: &Field<'w>,
        reader: Option<&Field<'w>>,
        around: &[Field<'w>],
        encoding: Encoding,
    ) -> Option<Misread> {
        self.probes(writer, reader, encoding, DEPTH)
            .into_iter()
            .find_map(|(values, is_ordinary)| self.tried(writer, reader, around, encoding, values, is_ordinary))
    }

    fn tried(
        &self,
        writer: &Field<'w>,
        reader: Option<&Field<'w>>,
        around: &[Field<'w>],
        encoding: Encoding,
        values: Vec<Value>,
        is_ordinary: bool,
    ) -> Option<Misread> {
        let (carried, read) = match encoding {
            Encoding::Bytes => {
                let mut bytes = Vec::new();
                wire::write(&self.messages, writer, &values, &mut bytes);
                let carried = json!({
                    "field": writer.number,
                    "wire_type": wire::wire_type(writer).name(),
                    "bytes": hex(&bytes),
                });
                (carried, wire::read(&self.messages, around, &bytes))
            }
            Encoding::Json => {
                let (name, member) = json::write(&self.messages, writer, &values);
                let object: Map<String, Json> = [(name, member)].into_iter().collect();
                let read = json::read(&self.messages, around, &object);
                (Json::Object(object), read)
            }
        };
        let id = |field: &Field<'w>| id(field, encoding);
        let seen = match (&read, reader) {
            (Err(_), _) => None,
            (Ok(found), Some(reader)) => Some(found.get(&id(reader)).cloned().unwrap_or_default()),
            (Ok(_), None) => Some(Vec::new()),
        };
        if seen.as_ref().is_some_and(|seen| all_mean(&values, seen)) {
            return None;
        }
        let read = match (read, seen) {
            (Err(why), _) => format!("is refused: {why}"),
            (Ok(found), Some(seen)) if seen.is_empty() && !found.is_empty() => {
                let others = found.iter().filter_map(|(key, values)| {
                    let other = around.iter().find(|field| id(field) == *key)?;
                    Some(format!("`{}` is {}", other.name, shown(values)))
                });
                format!("reads {}", others.collect::<Vec<_>>().join(", "))
            }
            (_, seen) => format!("reads {}", shown(&seen.unwrap_or_default())),
        };
        Some(Misread {
            is_ordinary,
            carried,
            written: format!("`{}` is {}", writer.name, shown(&values)),
            read,
            values,
        })
    }

    /// Values to try, and whether each is an ordinary one.
    fn probes(
        &self,
        writer: &Field<'w>,
        reader: Option<&Field<'w>>,
        encoding: Encoding,
        depth: u32,
    ) -> Vec<(Vec<Value>, bool)> {
        let ones = self.of_type(writer, reader, encoding, depth);
        if let Some(key) = writer.key {
            let keys = of_scalar(key);
            let first = ones.first().map(|(value, _)| value.clone()).unwrap_or(Value::Int(0));
            let entry = |key: &Value, value: &Value| vec![Value::Entry(Box::new(key.clone()), Box::new(value.clone()))];
            let by_value = ones
                .iter()
                .map(|(value, ordinary)| (entry(&keys[0].0, value), *ordinary));
            let by_key = keys
                .iter()
                .skip(1)
                .map(|(key, ordinary)| (entry(key, &first), *ordinary));
            return by_value.chain(by_key).collect();
        }
        let mut probes: Vec<(Vec<Value>, bool)> = ones
            .iter()
            .map(|(value, ordinary)| (vec![value.clone()], *ordinary))
            .collect();
        if writer.is_many() {
            // Several values, of which a reader may see one.
            let twice = ones.iter().take(2).map(|(value, _)| value.clone());
            let mut twice: Vec<Value> = twice.collect();
            twice.extend(ones.first().map(|(value, _)| value.clone()).filter(|_| ones.len() == 1));
            probes.push((twice, false));
        }
        probes
    }

    fn of_type(
        &self,
        writer: &Field<'w>,
        reader: Option<&Field<'w>>,
        encoding: Encoding,
        depth: u32,
    ) -> Vec<(Value, bool)> {
        match writer.value {
            ValueType::Scalar(of) => of_scalar(of),
            ValueType::Enum(of) => {
                let known = match reader.map(|reader| reader.value) {
                    Some(ValueType::Enum(other)) => values_of(other),
                    _ => Vec::new(),
                };
                let mut values = values_of(of);
                // Those that both know show nothing, unless they are called otherwise.
                values.sort_by_key(|value| (known.contains(value), value.0 == 0));
                let all = values.len();
                let tried = values.into_iter().take(VALUES).enumerate();
                tried
                    .map(|(position, (number, _))| (Value::Enum(number), position + 1 == all || position > 0))
                    .collect()
            }
            ValueType::Message(of) => {
                let empty = (Value::Message(BTreeMap::new()), true);
                let inner = match reader.map(|reader| reader.value) {
                    Some(ValueType::Message(other)) => self.inside(of, other, encoding, depth),
                    // Whoever expects no message fails at any.
                    _ => self.any_inside(of, encoding),
                };
                let inner = inner.map(|(fields, ordinary)| (Value::Message(fields), ordinary));
                inner.into_iter().chain([empty]).collect()
            }
            ValueType::Unknown => Vec::new(),
        }
    }

    /// The fields of a message with a value that is misread.
    fn inside(
        &self,
        writer: Node<'w>,
        reader: Node<'w>,
        encoding: Encoding,
        depth: u32,
    ) -> Option<(BTreeMap<String, Vec<Value>>, bool)> {
        // What became of a type that kept its name is told of the type.
        if depth == 0 || proto::full_name(writer) == proto::full_name(reader) {
            return None;
        }
        let pair = (writer.address(), reader.address(), encoding);
        if let Some(known) = self.known.borrow().get(&pair) {
            return known.as_ref().map(|known| match known.values.first() {
                Some(Value::Message(fields)) => (fields.clone(), known.is_ordinary),
                _ => (BTreeMap::new(), known.is_ordinary),
            });
        }
        self.known.borrow_mut().insert(pair, None);
        let around = self.messages.fields(reader);
        let found = self.messages.fields(writer).iter().find_map(|field| {
            let partner = around.iter().find(|other| id(other, encoding) == id(field, encoding));
            let probes = self.probes(field, partner, encoding, depth - 1).into_iter();
            let mut misread = probes
                .filter_map(|(values, is_ordinary)| self.tried(field, partner, &around, encoding, values, is_ordinary));
            let misread = misread.next()?;
            let id = id(field, encoding);
            Some(Rc::new(Misread {
                values: vec![Value::Message([(id, misread.values.clone())].into_iter().collect())],
                ..misread
            }))
        });
        self.known.borrow_mut().insert(pair, found.clone());
        found.map(|found| match found.values.first() {
            Some(Value::Message(fields)) => (fields.clone(), found.is_ordinary),
            _ => (BTreeMap::new(), found.is_ordinary),
        })
    }

    /// A field of a message with any value.
    fn any_inside(&self, message: Node<'w>, encoding: Encoding) -> Option<(BTreeMap<String, Vec<Value>>, bool)> {
        self.messages.fields(message).iter().find_map(|field| {
            let ValueType::Scalar(of) = field.value else {
                return None;
            };
            let id = id(field, encoding);
            let value = of_scalar(of).into_iter().next()?.0;
            let is_plain = field.key.is_none();
            is_plain.then(|| ([(id, vec![value])].into_iter().collect(), true))
        })
    }

    /// A message of a writer that a reader sees otherwise as another message.
    pub(super) fn misread_message(&self, writer: Node<'w>, reader: Node<'w>, encoding: Encoding) -> Option<Misread> {
        let (fields, _) = self.inside(writer, reader, encoding, DEPTH)?;
        let around = self.messages.fields(reader);
        self.messages.fields(writer).iter().find_map(|field| {
            let values = fields.get(&id(field, encoding))?.clone();
            let partner = around.iter().find(|other| id(other, encoding) == id(field, encoding));
            self.tried(field, partner, &around, encoding, values, true)
        })
    }

    /// A value of an enum that readers of another one do not see.
    pub(super) fn misread_value(
        &self,
        writer: Node<'w>,
        reader: Node<'w>,
        number: i64,
        encoding: Encoding,
    ) -> Option<Misread> {
        values_of(writer).iter().find(|value| value.0 == number)?;
        let field = |of| Field::sample(writer, ValueType::Enum(of));
        let (writer, reader) = (field(writer), field(reader));
        let around = [reader];
        self.tried(
            &writer,
            Some(&around[0]),
            &around,
            encoding,
            vec![Value::Enum(number)],
            true,
        )
    }

    /// Two fields that are set together, of which a reader keeps the last one since they share a oneof.
    pub(super) fn clash(&self, one: &Field<'w>, other: &Field<'w>, oneof: &str) -> Option<Misread> {
        let first = |field: &Field<'w>| {
            let probes = self.probes(field, Some(field), Encoding::Bytes, 1);
            probes.into_iter().next().map(|(values, _)| values)
        };
        let (values, others) = (first(one)?, first(other)?);
        let mut bytes = Vec::new();
        wire::write(&self.messages, one, &values, &mut bytes);
        wire::write(&self.messages, other, &others, &mut bytes);
        let told = |field: &Field<'w>, values: &[Value]| format!("`{}` is {}", field.name, shown(values));
        Some(Misread::stated(
            json!({ "bytes": hex(&bytes) }),
            format!("{}, {}", told(one, &values), told(other, &others)),
            format!("reads only {}, since `{oneof}` holds one of them", told(other, &others)),
        ))
    }

    /// What both sides of a pair of messages of different names misread, if anything: two of one structure are as good
    /// as one.
    pub(super) fn differs(&self, writer: Node<'w>, reader: Node<'w>, encoding: Encoding) -> bool {
        self.inside(writer, reader, encoding, DEPTH).is_some()
    }
}

/// What tells a field from others in a message that travels.
fn id(field: &Field<'_>, encoding: Encoding) -> String {
    match encoding {
        Encoding::Bytes => field.number.to_string(),
        Encoding::Json => field.json_name.clone().into_owned(),
    }
}

/// Values at the limits of a type, an ordinary one first.
fn of_scalar(of: Scalar) -> Vec<(Value, bool)> {
    match of {
        Scalar::Bool => vec![(Value::Bool(true), true)],
        Scalar::String => vec![(Value::Text("a".to_owned()), true)],
        Scalar::Bytes => vec![(Value::Bytes(b"a".to_vec()), true), (Value::Bytes(vec![0xff]), false)],
        Scalar::Float => vec![(Value::Float(1.5), true)],
        Scalar::Double => vec![(Value::Float(1.5), true), (Value::Float(1e300), false)],
        _ => {
            let (least, most) = json::bounds(of).unwrap_or_default();
            let limits = [-1, most, least];
            let limits = limits.into_iter().filter(|number| (least..=most).contains(number));
            std::iter::once((Value::Int(1), true))
                .chain(limits.map(|number| (Value::Int(number), false)))
                .collect()
        }
    }
}
