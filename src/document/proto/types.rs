//! What a field holds, and how often.

use super::features::{Feature, Syntax, feature, syntax};
use super::options::option;
use super::{extend, oneof};
use crate::document::{Kind, Node};
use crate::syntax::key;

macro_rules! scalars {
    ($($name:ident = $text:literal,)*) => {
        /// The types that have no declaration (<https://protobuf.dev/programming-guides/proto3/#scalar>).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[allow(missing_docs)]
        pub enum Scalar { $($name,)* }

        impl Scalar {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The word for it.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// The type that a word stands for.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $($text => Some(Self::$name),)* _ => None }
            }
        }
    };
}

scalars! {
    Double = "double",
    Float = "float",
    Int32 = "int32",
    Int64 = "int64",
    Uint32 = "uint32",
    Uint64 = "uint64",
    Sint32 = "sint32",
    Sint64 = "sint64",
    Fixed32 = "fixed32",
    Fixed64 = "fixed64",
    Sfixed32 = "sfixed32",
    Sfixed64 = "sfixed64",
    Bool = "bool",
    String = "string",
    Bytes = "bytes",
}

/// What a field holds; for a map, what its values are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ValueType<'w> {
    /// A type without a declaration.
    Scalar(Scalar),
    /// A message.
    Message(Node<'w>),
    /// An enum.
    Enum(Node<'w>),
    /// A type whose declaration is not at hand.
    Unknown,
}

/// How often a field has a value, and whether it is known not to have one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cardinality {
    /// One value, which is the default where nothing was written.
    Implicit,
    /// One value, or none.
    Explicit,
    /// One value; a message without it cannot be read.
    Required,
    /// Any number of values.
    Repeated,
    /// A value for each of any number of keys.
    Map,
}

/// The node that names the type of a field, or that of a map's values.
fn type_node(field: Node<'_>) -> Option<Node<'_>> {
    let written = field.get(key::TYPE)?;
    if written.is_map() {
        written.get(key::VALUE)
    } else {
        Some(written)
    }
}

/// What a field holds; for a map, what its values are.
#[must_use]
pub fn value_type(field: Node<'_>) -> ValueType<'_> {
    if let Some(group) = field.get(key::GROUP) {
        return ValueType::Message(group);
    }
    let Some(written) = type_node(field) else {
        return ValueType::Unknown;
    };
    if let Some(scalar) = Scalar::from_name(written.text()) {
        return ValueType::Scalar(scalar);
    }
    match written.target() {
        Some(target) if target.kind() == Kind::Enum => ValueType::Enum(target),
        Some(target) => ValueType::Message(target),
        None => ValueType::Unknown,
    }
}

/// The type of the keys of a field that is a map.
#[must_use]
pub fn map_key(field: Node<'_>) -> Option<Scalar> {
    Scalar::from_name(field.get(key::TYPE)?.string_at(key::KEY)?)
}

/// How often a field has a value.
#[must_use]
pub fn cardinality(field: Node<'_>) -> Cardinality {
    let is_map = field.get(key::TYPE).is_some_and(Node::is_map);
    match field.string_at(key::LABEL) {
        _ if is_map => return Cardinality::Map,
        Some("repeated") => return Cardinality::Repeated,
        Some("required") => return Cardinality::Required,
        Some("optional") => return Cardinality::Explicit,
        _ if oneof(field).is_some() || extend(field).is_some() => return Cardinality::Explicit,
        _ => {}
    }
    match feature(field, Feature::FieldPresence) {
        "LEGACY_REQUIRED" => Cardinality::Required,
        "IMPLICIT" if !matches!(value_type(field), ValueType::Message(_)) => Cardinality::Implicit,
        _ => Cardinality::Explicit,
    }
}

/// Whether the values of a repeated field are written without a tag for each.
#[must_use]
pub fn is_packed(field: Node<'_>) -> bool {
    let is_number = match value_type(field) {
        ValueType::Scalar(scalar) => !matches!(scalar, Scalar::String | Scalar::Bytes),
        ValueType::Enum(_) => true,
        ValueType::Message(_) | ValueType::Unknown => false,
    };
    if !is_number || cardinality(field) != Cardinality::Repeated {
        return false;
    }
    let said = option(field, "packed").filter(|_| syntax(field) <= Syntax::Proto3);
    said.and_then(Node::boolean)
        .unwrap_or_else(|| feature(field, Feature::RepeatedFieldEncoding) == "PACKED")
}

/// Whether a message in this field stands between two tags, as a group does, not behind its length.
#[must_use]
pub fn is_delimited(field: Node<'_>) -> bool {
    // A map is made of messages, which no feature reaches.
    field.get(key::GROUP).is_some()
        || matches!(value_type(field), ValueType::Message(_))
            && cardinality(field) != Cardinality::Map
            && feature(field, Feature::MessageEncoding) == "DELIMITED"
}

/// Whether an enum takes numbers that it does not name.
#[must_use]
pub fn is_open(enumeration: Node<'_>) -> bool {
    feature(enumeration, Feature::EnumType) == "OPEN"
}
