//! What messages hold, and what is known of their fields: what the codecs for bytes and for JSON work on.

use crate::document::proto::{self, Cardinality, Feature, Scalar, ValueType};
use crate::document::{Address, Node};
use crate::syntax::key;
use rustc_hash::FxHashMap;
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// A value of a field.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    /// A whole number.
    Int(i128),
    /// A number with a fraction.
    Float(f64),
    /// A boolean.
    Bool(bool),
    /// A value of an enum.
    Enum(i64),
    /// A string.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// The fields of a message, by what tells them apart: number or name.
    Message(BTreeMap<String, Vec<Value>>),
    /// A key of a map with its value.
    Entry(Box<Value>, Box<Value>),
}

impl Value {
    /// Whether both mean the same to whoever reads them: a number is a number, however wide it was.
    pub(super) fn means(&self, other: &Self) -> bool {
        let whole = |value: &Self| match value {
            Self::Int(number) => Some(*number),
            Self::Enum(number) => Some(i128::from(*number)),
            Self::Bool(is) => Some(i128::from(*is)),
            _ => None,
        };
        match (self, other) {
            (Self::Text(text), Self::Bytes(bytes)) | (Self::Bytes(bytes), Self::Text(text)) => text.as_bytes() == bytes,
            (Self::Entry(key, value), Self::Entry(other_key, other)) => key.means(other_key) && value.means(other),
            (Self::Message(fields), Self::Message(others)) => {
                fields.len() == others.len()
                    && fields
                        .iter()
                        .zip(others)
                        .all(|((id, values), (other, others))| id == other && all_mean(values, others))
            }
            _ => match (whole(self), whole(other)) {
                (Some(one), Some(other)) => one == other,
                _ => self == other,
            },
        }
    }

    /// The value as people read it.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Int(number) => number.to_string(),
            Self::Float(number) => number.to_string(),
            Self::Bool(is) => is.to_string(),
            Self::Enum(number) => number.to_string(),
            Self::Text(text) => format!("\"{text}\""),
            Self::Bytes(bytes) => format!("the bytes {}", hex(bytes)),
            Self::Message(fields) => {
                let fields: Vec<String> = fields
                    .iter()
                    .map(|(id, values)| format!("{id}: {}", shown(values)))
                    .collect();
                format!("{{{}}}", fields.join(", "))
            }
            Self::Entry(key, value) => format!("{}: {}", key.shown(), value.shown()),
        }
    }
}

/// Whether values mean what others mean, one by one.
pub(super) fn all_mean(values: &[Value], others: &[Value]) -> bool {
    values.len() == others.len() && values.iter().zip(others).all(|(value, other)| value.means(other))
}

/// Values as people read them.
pub(super) fn shown(values: &[Value]) -> String {
    match values {
        [] => "nothing".to_owned(),
        [one @ Value::Entry(..)] => format!("{{{}}}", one.shown()),
        [one] => one.shown(),
        several => {
            let shown: Vec<String> = several.iter().map(Value::shown).collect();
            format!("[{}]", shown.join(", "))
        }
    }
}

/// Bytes as pairs of digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    let pairs: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    pairs.join(" ")
}

/// A field with all that decides how its values are written.
#[derive(Debug, Clone)]
pub(super) struct Field<'w> {
    pub(super) node: Node<'w>,
    pub(super) number: i64,
    pub(super) name: &'w str,
    pub(super) json_name: Cow<'w, str>,
    pub(super) value: ValueType<'w>,
    /// The type of the keys, of a map.
    pub(super) key: Option<Scalar>,
    pub(super) cardinality: Cardinality,
    pub(super) is_packed: bool,
    pub(super) is_delimited: bool,
    /// Whether strings have to be UTF-8.
    pub(super) checks_utf8: bool,
}

impl<'w> Field<'w> {
    pub(super) fn of(node: Node<'w>) -> Option<Self> {
        Some(Self {
            node,
            number: proto::number(node)?,
            name: proto::name(node),
            json_name: proto::json_name(node),
            value: proto::value_type(node),
            key: proto::map_key(node),
            cardinality: proto::cardinality(node),
            is_packed: proto::is_packed(node),
            is_delimited: proto::is_delimited(node),
            checks_utf8: proto::feature(node, Feature::Utf8Validation) == "VERIFY",
        })
    }

    /// A field that holds one value of a type.
    pub(super) fn sample(node: Node<'w>, value: ValueType<'w>) -> Self {
        Self {
            node,
            number: 1,
            name: "value",
            json_name: Cow::Borrowed("value"),
            value,
            key: None,
            cardinality: Cardinality::Explicit,
            is_packed: false,
            is_delimited: false,
            checks_utf8: false,
        }
    }

    /// Whether it can have several values.
    pub(super) fn is_many(&self) -> bool {
        matches!(self.cardinality, Cardinality::Repeated | Cardinality::Map)
    }
}

/// The fields of messages, worked out once.
#[derive(Debug, Default)]
pub(super) struct Messages<'w> {
    fields: RefCell<FxHashMap<Address, Rc<[Field<'w>]>>>,
}

impl<'w> Messages<'w> {
    /// The fields of a message, in the order of the text.
    pub(super) fn fields(&self, message: Node<'w>) -> Rc<[Field<'w>]> {
        if let Some(known) = self.fields.borrow().get(&message.address()) {
            return Rc::clone(known);
        }
        let fields: Rc<[Field<'w>]> = proto::fields(message).into_iter().filter_map(Field::of).collect();
        self.fields.borrow_mut().insert(message.address(), Rc::clone(&fields));
        fields
    }
}

/// The values of an enum, by number and name.
pub(super) fn values_of<'w>(enumeration: Node<'w>) -> Vec<(i64, &'w str)> {
    proto::declarations(enumeration, key::VALUES)
        .filter_map(|value| Some((proto::number(value)?, proto::name(value))))
        .collect()
}
