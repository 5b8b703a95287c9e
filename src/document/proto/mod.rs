//! Protobuf files as compilers and generators of code see them: full names, the fields of messages, what their types
//! stand for, features of editions, options by name, methods with their HTTP bindings.
//!
//! In come nodes of documents that have been read and linked; what is said here of them is said once, for
//! rules and for comparisons. The shape of the trees is described in [`crate::syntax`].

mod features;
mod options;
mod rpc;
mod types;

pub use features::{Feature, Syntax, feature, feature_option, syntax};
pub use options::{is_deprecated, option, option_name, options, within};
pub use rpc::{Binding, bindings, is_streaming, message_of};
pub use types::{Cardinality, Scalar, ValueType, cardinality, is_delimited, is_open, is_packed, map_key, value_type};

use super::{Kind, Node};
use crate::syntax::{Key, key};
use std::borrow::Cow;
use std::cmp::Reverse;

/// The largest number that a field can have.
pub const LARGEST_FIELD: i64 = (1 << 29) - 1;

/// The declarations of one sort that stand directly in a node.
pub fn declarations(holder: Node<'_>, sort: Key) -> impl Iterator<Item = Node<'_>> {
    // A declaration may be called like a sort, so what only groups declarations has none.
    let holder = Some(holder).filter(|holder| !matches!(holder.kind(), Kind::Plain | Kind::Data));
    let group = holder.and_then(|holder| holder.get(sort));
    group.into_iter().flat_map(Node::children)
}

/// The package of the file that a node stands in; empty where it has none.
#[must_use]
pub fn package(node: Node<'_>) -> &str {
    let root = node.workspace().root(node.address().document);
    root.string_at(key::PACKAGE).unwrap_or_default()
}

/// What a declaration is called where it stands. A group is called like its type.
#[must_use]
pub fn name(node: Node<'_>) -> &str {
    let field = (node.key() == Some(key::GROUP)).then(|| node.parent()).flatten();
    let of_group = field.and_then(|field| field.string_at(key::TYPE));
    of_group.or_else(|| node.key_text()).unwrap_or_default()
}

/// What a declaration is called everywhere, without a dot before it: a message, an enum, a service, and what they hold.
/// The value of an enum is named beside it; the name of a file is that of its package.
#[must_use]
pub fn full_name(node: Node<'_>) -> String {
    let mut names = Vec::new();
    let mut declaration = Some(node).filter(|node| node.kind() != Kind::File);
    while let Some(node) = declaration {
        names.push(name(node));
        declaration = node
            .ancestors()
            .find(|holder| matches!(holder.kind(), Kind::Message | Kind::Service));
    }
    names.extend(Some(package(node)).filter(|package| !package.is_empty()));
    names.reverse();
    names.join(".")
}

/// The messages of a file, nested ones and groups among them, each before those in it.
#[must_use]
pub fn messages(file: Node<'_>) -> Vec<Node<'_>> {
    let mut found = Vec::new();
    let mut open = vec![file];
    while let Some(holder) = open.pop() {
        if holder.kind() == Kind::Message {
            found.push(holder);
        }
        let extensions = declarations(holder, key::EXTENDS).flat_map(|extend| declarations(extend, key::FIELDS));
        let mut inner: Vec<Node<'_>> = fields(holder)
            .into_iter()
            .chain(extensions)
            .filter_map(|field| field.get(key::GROUP))
            .chain(declarations(holder, key::MESSAGES))
            .collect();
        inner.sort_by_key(|node| Reverse(node.document().tree().begin(node.id())));
        open.append(&mut inner);
    }
    found
}

/// The enums of a file, those in messages among them.
#[must_use]
pub fn enums(file: Node<'_>) -> Vec<Node<'_>> {
    let holders = std::iter::once(file).chain(messages(file));
    holders.flat_map(|holder| declarations(holder, key::ENUMS)).collect()
}

/// The fields of a file that extend messages, those that are declared in messages among them.
#[must_use]
pub fn extensions(file: Node<'_>) -> Vec<Node<'_>> {
    let holders = std::iter::once(file).chain(messages(file));
    holders
        .flat_map(|holder| declarations(holder, key::EXTENDS))
        .flat_map(|extend| declarations(extend, key::FIELDS))
        .collect()
}

/// The fields of a message, those of its oneofs among them, in the order of the text. Those that it declares for other
/// messages are none of its own.
#[must_use]
pub fn fields(message: Node<'_>) -> Vec<Node<'_>> {
    let of_oneofs = declarations(message, key::ONEOFS).flat_map(|oneof| declarations(oneof, key::FIELDS));
    let mut fields: Vec<Node<'_>> = declarations(message, key::FIELDS).chain(of_oneofs).collect();
    let tree = message.document().tree();
    fields.sort_by_key(|field| tree.begin(field.id()));
    fields
}

/// The nearest declaration around a node that is of a kind.
fn holder(node: Node<'_>, kind: Kind) -> Option<Node<'_>> {
    let holder = node
        .ancestors()
        .find(|holder| !matches!(holder.kind(), Kind::Plain | Kind::Data))?;
    (holder.kind() == kind).then_some(holder)
}

/// The oneof that a field belongs to. The one that an `optional` field of proto3 has on the wire's account is none.
#[must_use]
pub fn oneof(field: Node<'_>) -> Option<Node<'_>> {
    holder(field, Kind::Oneof)
}

/// The declaration by which a field extends a message, if it does.
#[must_use]
pub fn extend(field: Node<'_>) -> Option<Node<'_>> {
    holder(field, Kind::Extend)
}

/// The message that a declaration extends, if it is known.
#[must_use]
pub fn extendee(extend: Node<'_>) -> Option<Node<'_>> {
    extend.get(key::EXTENDEE)?.target()
}

/// The number of a field or of a value of an enum.
#[must_use]
pub fn number(node: Node<'_>) -> Option<i64> {
    integer(node.get(key::NUMBER)?.text())
}

/// The value of a whole number in one of its three notations.
#[must_use]
pub fn integer(text: &str) -> Option<i64> {
    i64::try_from(whole_number(text)?).ok()
}

/// As [`integer`], beyond 64 bits.
#[must_use]
pub fn whole_number(text: &str) -> Option<i128> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text),
    };
    let hexadecimal = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X"));
    let value = match hexadecimal {
        Some(digits) => i128::from_str_radix(digits, 16),
        None if digits.len() > 1 && digits.starts_with('0') => i128::from_str_radix(digits, 8),
        None => digits.parse(),
    };
    value.ok().map(|value| if negative { -value } else { value })
}

/// The first and the last number of a range; `None` for one that cannot be read. `max` is the largest number that can
/// stand there.
#[must_use]
pub fn range(range: Node<'_>) -> Option<(i64, i64)> {
    let start = integer(range.get(key::START)?.text())?;
    let end = match range.get(key::END)?.text() {
        "max" if holder(range, Kind::Enum).is_some() => i64::from(i32::MAX),
        "max" => LARGEST_FIELD,
        end => integer(end)?,
    };
    Some((start, end))
}

/// What a field is called in JSON (<https://protobuf.dev/programming-guides/json/>).
#[must_use]
pub fn json_name(field: Node<'_>) -> Cow<'_, str> {
    if let Some(name) = option(field, "json_name") {
        return Cow::Borrowed(name.text());
    }
    let name = name(field);
    if !name.contains('_') {
        return Cow::Borrowed(name);
    }
    let mut after_underscore = false;
    let mut camel = String::with_capacity(name.len());
    for character in name.chars() {
        if character == '_' {
            after_underscore = true;
        } else {
            camel.push(if after_underscore {
                character.to_ascii_uppercase()
            } else {
                character
            });
            after_underscore = false;
        }
    }
    Cow::Owned(camel)
}
