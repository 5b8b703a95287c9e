//! Schemas in Avro as readers and writers of data see them: types with their full names, whatever they are written as
//! (<https://avro.apache.org/docs/1.12.0/specification/#schema-declaration>).
//!
//! In come nodes of documents that have been read and linked; what is said here of them is said once, for rules and for
//! comparisons.

use super::{Kind, Node};
use crate::syntax::{Key, NodeType, key};

/// Objects that only stand around a type, and names, that lead from one to the next before it counts as unknown.
const STEPS: u32 = 32;

/// A type that has no parts and no name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Primitive {
    /// Nothing.
    Null,
    /// True or false.
    Boolean,
    /// A whole number of 32 bits.
    Int,
    /// A whole number of 64 bits.
    Long,
    /// A number of 32 bits with a point.
    Float,
    /// A number of 64 bits with a point.
    Double,
    /// Bytes.
    Bytes,
    /// Text.
    String,
}

impl Primitive {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Null,
        Self::Boolean,
        Self::Int,
        Self::Long,
        Self::Float,
        Self::Double,
        Self::Bytes,
        Self::String,
    ];

    /// What it is called.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean => "boolean",
            Self::Int => "int",
            Self::Long => "long",
            Self::Float => "float",
            Self::Double => "double",
            Self::Bytes => "bytes",
            Self::String => "string",
        }
    }

    /// The type with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|primitive| primitive.name() == name)
    }
}

/// What a schema describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Type {
    /// A value without parts.
    Primitive(Primitive),
    /// Fields with names. Errors are records, too.
    Record,
    /// One of some symbols.
    Enum,
    /// So many bytes.
    Fixed,
    /// A list of values of one schema.
    Array,
    /// Values of one schema, each with a key.
    Map,
    /// A value of one of several schemas.
    Union,
    /// Nobody knows: a name or a reference leads nowhere, or the text is none that could be read.
    Unknown,
}

impl Type {
    /// The type that a word stands for by itself or within an object, if it is no name.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Some(match word {
            "record" | "error" => Self::Record,
            "enum" => Self::Enum,
            "fixed" => Self::Fixed,
            "array" => Self::Array,
            "map" => Self::Map,
            _ => Self::Primitive(Primitive::from_name(word)?),
        })
    }

    /// Whether types of this sort have names.
    #[must_use]
    pub const fn is_named(self) -> bool {
        matches!(self, Self::Record | Self::Enum | Self::Fixed)
    }

    /// What the specification calls it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Primitive(primitive) => primitive.name(),
            Self::Record => "record",
            Self::Enum => "enum",
            Self::Fixed => "fixed",
            Self::Array => "array",
            Self::Map => "map",
            Self::Union => "union",
            Self::Unknown => "unknown",
        }
    }
}

/// A schema, names and references followed.
#[derive(Debug, Clone, Copy)]
pub struct Schema<'w> {
    /// What defines it.
    pub node: Node<'w>,
    /// What it describes.
    pub of: Type,
}

impl<'w> Schema<'w> {
    /// The schema that a node is, names, or refers to.
    #[must_use]
    pub fn of(site: Node<'w>) -> Self {
        let mut node = site;
        for _ in 0..STEPS {
            node = node.follow();
            let word = match node.node_type() {
                NodeType::List => return Self { node, of: Type::Union },
                NodeType::String => node,
                NodeType::Map => match node.get(key::TYPE) {
                    Some(word) => word,
                    None => break,
                },
                _ => break,
            };
            let known = word.string().and_then(Type::from_word);
            // What has parts needs an object to hold them.
            let is_whole = node.is_map() || matches!(known, Some(Type::Primitive(_)));
            match (known.filter(|_| is_whole), word.string()) {
                (Some(of), _) => return Self { node, of },
                (None, Some(_)) => match word.target() {
                    Some(target) => node = target,
                    None => break,
                },
                (None, None) => node = word,
            }
        }
        Self {
            node,
            of: Type::Unknown,
        }
    }

    /// What it is called, with its namespace; empty where it has no name.
    #[must_use]
    pub fn full_name(self) -> String {
        full_name(self.node)
    }

    /// The other names by which it can be read, with their namespaces.
    #[must_use]
    pub fn aliases(self) -> Vec<String> {
        let name = self.full_name();
        let (space, _) = split(&name);
        let aliases = texts(self.node, key::ALIASES);
        aliases.map(|alias| within(space, alias)).collect()
    }

    /// What tells a branch of a union from the others, as data written in JSON name it
    /// (<https://avro.apache.org/docs/1.12.0/specification/#json-encoding>).
    #[must_use]
    pub fn branch_name(self) -> String {
        if self.of.is_named() {
            self.full_name()
        } else {
            self.of.name().to_owned()
        }
    }

    /// The schemas of a union, as they are written there; of anything else, itself.
    #[must_use]
    pub fn branches(self) -> Vec<Node<'w>> {
        match self.of {
            Type::Union => self.node.children().collect(),
            _ => vec![self.node],
        }
    }

    /// The fields of a record.
    #[must_use]
    pub fn fields(self) -> Vec<Field<'w>> {
        let fields = self.node.get(key::FIELDS).into_iter().flat_map(Node::children);
        fields.filter_map(Field::of).collect()
    }

    /// The symbols of an enum.
    pub fn symbols(self) -> impl Iterator<Item = Node<'w>> {
        self.node.get(key::SYMBOLS).into_iter().flat_map(Node::children)
    }

    /// Whether a symbol of an enum stands for those that it does not know.
    #[must_use]
    pub fn has_other_symbol(self) -> bool {
        let other = self.node.string_at(key::DEFAULT);
        other.is_some_and(|other| self.symbols().any(|symbol| symbol.text() == other))
    }

    /// What an array or a map holds.
    #[must_use]
    pub fn part(self) -> Option<Node<'w>> {
        match self.of {
            Type::Array => self.node.get(key::ITEMS),
            Type::Map => self.node.get(key::VALUES),
            _ => None,
        }
    }

    /// The number of bytes of a fixed.
    #[must_use]
    pub fn size(self) -> Option<u64> {
        self.node.get(key::SIZE)?.text().parse().ok()
    }

    /// What the values mean, if more is said of them than their type.
    #[must_use]
    pub fn logical_type(self) -> Option<&'w str> {
        self.node.string_at(key::LOGICAL_TYPE)
    }
}

/// A field of a record.
#[derive(Debug, Clone, Copy)]
pub struct Field<'w> {
    /// The object that describes it.
    pub node: Node<'w>,
    /// What it is called.
    pub name: &'w str,
    /// The schema of its values.
    pub schema: Node<'w>,
}

impl<'w> Field<'w> {
    fn of(node: Node<'w>) -> Option<Self> {
        Some(Self {
            node,
            name: node.string_at(key::NAME)?,
            schema: node.get(key::TYPE)?,
        })
    }

    /// Whether a reader has a value where the writer wrote none.
    #[must_use]
    pub fn has_default(self) -> bool {
        self.node.get(key::DEFAULT).is_some()
    }

    /// The other names by which it can be read.
    pub fn aliases(self) -> impl Iterator<Item = &'w str> {
        texts(self.node, key::ALIASES)
    }
}

fn texts<'w>(holder: Node<'w>, list: Key) -> impl Iterator<Item = &'w str> {
    let texts = holder.get(list).into_iter().flat_map(Node::children);
    texts.filter_map(Node::string)
}

/// A name without dots belongs to the namespace around it
/// (<https://avro.apache.org/docs/1.12.0/specification/#names>).
#[must_use]
pub fn within(space: &str, name: &str) -> String {
    if name.contains('.') || space.is_empty() {
        name.to_owned()
    } else {
        format!("{space}.{name}")
    }
}

/// The namespace of a full name, and what is left of it.
#[must_use]
pub fn split(full_name: &str) -> (&str, &str) {
    full_name.rsplit_once('.').unwrap_or(("", full_name))
}

fn full_name(node: Node<'_>) -> String {
    let Some(name) = node.string_at(key::NAME) else {
        return String::new();
    };
    match node.string_at(key::NAMESPACE) {
        _ if name.contains('.') => name.to_owned(),
        Some(space) => within(space, name),
        None => {
            let is_named = |holder: &Node<'_>| {
                let word = holder.string_at(key::TYPE);
                holder.kind() == Kind::AvroSchema && word.and_then(Type::from_word).is_some_and(Type::is_named)
            };
            let around = node.ancestors().find(is_named).map(full_name).unwrap_or_default();
            within(split(&around).0, name)
        }
    }
}
