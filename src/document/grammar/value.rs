//! What may stand at a place: the types of values, what they look like, and what names may be.

use super::super::{Kind, LinkClass};
use super::{Constraint, Field, Grammar, Versions};
use crate::syntax::{Key, NodeType};

/// What may stand at a place.
#[derive(Debug, Clone, Copy)]
pub enum Value {
    /// Any data.
    Data,
    /// Null.
    Null,
    /// A boolean.
    Boolean,
    /// A string of a format.
    Text(TextFormat),
    /// A reference, other than `$ref`, to an object of a kind.
    Link(LinkClass, Kind),
    /// One of these strings.
    Word(&'static [&'static str]),
    /// A number.
    Number {
        /// Whether it must be above zero.
        positive: bool,
    },
    /// A whole number that is not negative.
    Count,
    /// A whole number, at least and at most so large.
    Whole(i64, i64),
    /// An object of a kind.
    Object(Kind),
    /// An object of a kind itself: here no `$ref` may stand in its place.
    Inline(Kind),
    /// A `$ref` to an object of a kind: the object itself may not stand here.
    Refer(Kind),
    /// An object of one of two kinds; a key tells which.
    Choice(&'static Choice),
    /// An object that is described by its place, not by its kind.
    Record(&'static Record),
    /// Whatever a field beside it says.
    Told(&'static Told),
    /// An object with names of one sort and values of one type.
    Map(&'static Map),
    /// A list.
    List(&'static List),
    /// Whichever of these fits the type of the node.
    Either(&'static [Value]),
}

/// An object with names of one sort and values of one type.
#[derive(Debug)]
pub struct Map {
    /// The sort of names.
    pub names: Names,
    /// What stands under each.
    pub value: Value,
    /// How many entries it must have at least and may have at most.
    pub count: (usize, usize),
    /// Whether a name may also start with `x-` and then hold anything.
    pub extensions: bool,
}

/// An object of one of two kinds.
#[derive(Debug)]
pub struct Choice {
    /// The key that tells.
    pub key: Key,
    /// What an object with the key is.
    pub with: Kind,
    /// What an object without it is.
    pub without: Kind,
}

/// An object that is described by its place, not by its kind: many sorts of objects have one kind, as far as rules are
/// concerned.
#[derive(Debug)]
pub struct Record {
    /// What messages call it.
    pub name: &'static str,
    /// The kind that it gets.
    pub kind: Kind,
    /// Its fields. Their versions are those that the object itself names, not those of the document.
    pub fields: &'static [Field],
    /// The versions in which it is written.
    pub editions: Option<&'static Editions>,
    /// Whether other keys may hold anything.
    pub open: bool,
    /// What its fields owe each other.
    pub constraints: &'static [Constraint],
}

/// The versions of an object that names its own.
#[derive(Debug)]
pub struct Editions {
    /// The field that names it.
    pub field: Key,
    /// The versions, the latest last.
    pub names: &'static [(&'static str, Versions)],
}

impl Editions {
    /// The version with a name; `latest` is the latest.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<Versions> {
        let mut names = self.names.iter();
        match name {
            "latest" => names.next_back(),
            _ => names.find(|(known, _)| *known == name),
        }
        .map(|(_, versions)| *versions)
    }

    /// The latest version.
    #[must_use]
    pub fn latest(&self) -> Versions {
        self.names.last().map_or(Versions::NONE, |(_, versions)| *versions)
    }

    /// The names of the versions in a set.
    pub fn names_of(&self, versions: Versions) -> impl Iterator<Item = &'static str> {
        let names = self.names.iter();
        names
            .filter(move |(_, version)| versions.has(*version))
            .map(|(name, _)| *name)
    }
}

/// What stands at a place that another field speaks of.
#[derive(Debug)]
pub struct Told {
    /// The field beside the place.
    pub field: Key,
    /// What it means: gets what the field says, if it is there, of what type the node at the place is, and the table of
    /// what holds both.
    pub read: fn(Option<&str>, NodeType, &'static Grammar) -> Written,
}

/// In what specification something is written.
#[derive(Debug, Clone, Copy)]
pub enum Written {
    /// In that of what holds it.
    Here(Value),
    /// In another one.
    In(&'static Grammar, Value),
    /// In Protobuf, as a text: a document of its own within the document.
    Protobuf,
    /// In one that is not read; what that means, as a clause without its subject.
    Unread(&'static str),
}

/// A list of values of one type.
#[derive(Debug)]
pub struct List {
    /// What each element is.
    pub item: Value,
    /// How many elements it must have at least.
    pub min: usize,
    /// Whether no two elements may be equal.
    pub unique: bool,
    /// The fields that tell two elements apart, whatever their order.
    pub identity: &'static [Key],
    /// The element that cannot stand beside others.
    pub alone: Option<&'static Alone>,
}

/// An element of a list that cannot stand beside others.
#[derive(Debug)]
pub struct Alone {
    /// The field that tells.
    pub field: Key,
    /// What it says in such an element, which can stand once.
    pub word: &'static str,
    /// What it says in elements that this one cannot stand beside.
    pub apart: &'static [&'static str],
    /// Why that is so.
    pub because: &'static str,
}

/// What a string must look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextFormat {
    /// Anything.
    Any,
    /// A URL that may be relative.
    UriReference,
    /// A URL without a fragment that may be relative.
    UriReferenceWithoutFragment,
    /// An absolute URL.
    Uri,
    /// An e-mail address.
    Email,
    /// A regular expression in the dialect of ECMA-262.
    Regex,
    /// A version of the specification that the table describes.
    SpecificationVersion,
    /// A host, perhaps with a port.
    Host,
    /// A path that starts with `/`.
    AbsolutePath,
    /// A URL that may be relative and has no fragment but an empty one.
    UriReferenceOfWhole,
    /// A name of a sort.
    Name(Names),
    /// An expression that names a place in the headers or the payload of a message.
    PlaceInMessage,
}

/// What names an object may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Names {
    /// Any.
    Any,
    /// Letters, digits, `.`, `-` and `_`.
    Component,
    /// A path that starts with `/`.
    Path,
    /// A status code of three digits, or `default`.
    StatusCode,
    /// A status code, a class of them such as `2XX`, or `default`.
    StatusCodeOrClass,
    /// The name of an HTTP method that has no field of its own, in capitals.
    Method,
    /// What HTTP calls a token.
    Token,
    /// Anything that can stand between the braces of a path's template.
    Template,
    /// What `$anchor` may call a schema.
    Anchor,
    /// Not empty.
    Address,
    /// What Avro calls a name: letters, digits and `_`.
    Avro,
    /// The same, with dots between names.
    AvroSpace,
}

impl Value {
    /// Whether a node of this type can stand here at all.
    #[must_use]
    pub fn takes(&self, node_type: NodeType) -> bool {
        match (self, node_type) {
            (_, NodeType::Lost) | (Self::Data | Self::Told(_), _) => true,
            (Self::Null, NodeType::Null)
            | (Self::Boolean, NodeType::Boolean)
            | (Self::Text(_) | Self::Word(_) | Self::Link(..), NodeType::String)
            | (Self::Number { .. } | Self::Count | Self::Whole(..), NodeType::Number)
            | (
                Self::Object(_) | Self::Inline(_) | Self::Refer(_) | Self::Choice(_) | Self::Record(_) | Self::Map(_),
                NodeType::Map,
            )
            | (Self::List(_), NodeType::List) => true,
            (Self::Either(values), _) => values.iter().any(|value| value.takes(node_type)),
            _ => false,
        }
    }

    /// Whether an object of a kind stands here.
    #[must_use]
    pub fn is_of(&self, kind: Kind) -> bool {
        match self {
            Self::Object(own) | Self::Inline(own) | Self::Refer(own) => *own == kind,
            Self::Choice(choice) => choice.with == kind || choice.without == kind,
            Self::Record(record) => record.kind == kind,
            Self::Either(values) => values.iter().any(|value| value.is_of(kind)),
            // A list or a text has no kind of its own.
            _ => kind == Kind::Plain,
        }
    }

    /// The kind of the object that stands here, if one may.
    #[must_use]
    pub fn kind(&self) -> Option<Kind> {
        match self {
            Self::Object(kind) | Self::Inline(kind) | Self::Refer(kind) => Some(*kind),
            Self::Choice(choice) => Some(choice.without),
            Self::Record(record) => Some(record.kind),
            Self::Either(values) => values.iter().find_map(Self::kind),
            _ => None,
        }
    }

    /// The value as messages name it, with its article.
    #[must_use]
    pub fn noun(&self) -> String {
        match self {
            Self::Data | Self::Told(_) => "anything".into(),
            Self::Null => "null".into(),
            Self::Boolean => "a boolean".into(),
            Self::Text(_) | Self::Word(_) | Self::Link(..) => "a string".into(),
            Self::Number { .. } => "a number".into(),
            Self::Count | Self::Whole(..) => "a whole number".into(),
            Self::Object(kind) | Self::Inline(kind) => format!("{} object", with_article(kind.name())),
            Self::Choice(choice) => format!("{} object", with_article(choice.without.name())),
            Self::Refer(kind) => format!("a reference to {}", with_article(kind.name())),
            Self::Record(record) => with_article(record.name),
            Self::Map(_) => "an object".into(),
            Self::List(_) => "a list".into(),
            Self::Either(values) => {
                let mut nouns: Vec<String> = values.iter().map(Self::noun).collect();
                nouns.dedup();
                nouns.join(" or ")
            }
        }
    }
}

/// A noun with its article.
fn with_article(noun: &str) -> String {
    let is_vowel = noun.starts_with(['A', 'E', 'I', 'O', 'U', 'a', 'e', 'i', 'o', 'u']);
    format!("{} {noun}", if is_vowel { "an" } else { "a" })
}

impl Names {
    /// Whether a name is of this sort.
    #[must_use]
    pub fn takes(self, name: &str) -> bool {
        let bytes = name.as_bytes();
        match self {
            Self::Any => true,
            Self::Component => {
                !bytes.is_empty()
                    && bytes
                        .iter()
                        .all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(byte))
            }
            Self::Path => name.starts_with('/'),
            Self::StatusCode => name == "default" || matches!(bytes, [b'0'..=b'9', b'0'..=b'9', b'0'..=b'9']),
            Self::StatusCodeOrClass => {
                name == "default"
                    || matches!(
                        bytes,
                        [b'1'..=b'5', b'0'..=b'9', b'0'..=b'9'] | [b'1'..=b'5', b'X', b'X']
                    )
            }
            Self::Method => {
                const FIELDS: &[&str] = &[
                    "GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE", "QUERY",
                ];
                Self::Token.takes(name) && !FIELDS.contains(&name)
            }
            Self::Token => {
                !bytes.is_empty()
                    && bytes
                        .iter()
                        .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+.^_`|~-".contains(byte))
            }
            Self::Template => !bytes.is_empty() && !bytes.iter().any(|byte| b"{}".contains(byte)),
            Self::Address => !bytes.is_empty(),
            Self::Avro => {
                !matches!(bytes.first(), None | Some(b'0'..=b'9'))
                    && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
            }
            Self::AvroSpace => name.split('.').all(|part| Self::Avro.takes(part)),
            Self::Anchor => {
                matches!(bytes.first(), Some(b'A'..=b'Z' | b'a'..=b'z' | b'_')) && Self::Component.takes(name)
            }
        }
    }

    /// What a name that is not of this sort lacks.
    #[must_use]
    pub const fn demand(self) -> &'static str {
        match self {
            Self::Any => "any name will do",
            Self::Component => "a component's name has only letters, digits, `.`, `-` and `_`",
            Self::Path => "a path starts with `/`",
            Self::StatusCode => "a response stands under a status code of three digits or `default`",
            Self::StatusCodeOrClass => "a response stands under a status code, a class such as `4XX`, or `default`",
            Self::Method => "a further method is written in capitals and has no field of its own",
            Self::Token => "a header's name has only letters, digits and the marks that HTTP allows",
            Self::Address => "an address is not empty",
            Self::Avro => "a name in Avro starts with a letter or `_` and holds only letters, digits and `_`",
            Self::AvroSpace => {
                "a name in Avro holds only letters, digits and `_`, does not start with a digit, and may have dots \
                 between its parts"
            }
            Self::Template => "a path parameter's name is not empty and holds neither `{` nor `}`",
            Self::Anchor => "an anchor starts with a letter or `_` and holds only letters, digits, `.`, `-` and `_`",
        }
    }
}
