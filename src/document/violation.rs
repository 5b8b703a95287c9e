//! Where a document departs from its specification's table.

use super::grammar::{Alone, Grammar, Names, Record, TextFormat, Value};
use super::{Kind, suggest};
use crate::syntax::{Key, NodeId, Tree};

/// One departure from the grammar table.
#[derive(Debug, Clone, Copy)]
pub struct Violation {
    /// The node at which it stands.
    pub node: NodeId,
    /// Whether the node's key is meant rather than its value.
    pub on_key: bool,
    /// What is wrong.
    pub kind: ViolationKind,
}

/// What is wrong.
#[derive(Debug, Clone, Copy)]
pub enum ViolationKind {
    /// A value of another type is expected.
    WrongType(Value),
    /// The object has no such key.
    UnknownKey(Kind),
    /// The object has no such key, or not in the version that it names.
    UnknownKeyOf(&'static Record),
    /// The object may have any key, but this one looks like another one misspelt.
    UnlikelyKey(Kind, &'static str),
    /// The name is none of its sort.
    WrongName(Names),
    /// The object lacks a key.
    Missing(Kind, Key),
    /// The object lacks a key.
    MissingFrom(&'static Record, Key),
    /// The object lacks a key because of what another one says.
    MissingBecause(Key, Key),
    /// The object lacks a key because of the key it stands under.
    MissingUnder(Key, Key),
    /// The object has none of these keys, one of which it needs.
    MissingOneOf(&'static [Key]),
    /// The key cannot stand beside this one.
    Beside(Key),
    /// The key cannot stand here because of what this one says.
    ForbiddenBecause(Key),
    /// The key cannot stand in an object under this key.
    ForbiddenUnder(Key),
    /// The value is none of these words.
    WrongWord(&'static [&'static str]),
    /// The value is none of these words, which another key asks for.
    WrongWordBecause(&'static [&'static str], Key),
    /// The key must be there and true because of what another one says.
    NotTrue(Key, Key),
    /// The value can stand only in an object directly under this key of an object of this kind; which value, says
    /// the last key.
    OnlyIn(Kind, Key, Key),
    /// An object of this kind must stand here itself.
    NoReference(Kind),
    /// A `$ref` to an object of this kind must stand here.
    NotAReference(Kind),
    /// The string has not its format.
    WrongFormat(TextFormat),
    /// The number is not above zero.
    NotPositive,
    /// The number is negative or has a fraction.
    NotACount,
    /// The number is smaller or larger, or has a fraction.
    OutOfRange(i64, i64),
    /// The list or object has fewer elements.
    TooFew(usize),
    /// The list or object has more elements.
    TooMany(usize),
    /// The element stands in the list already.
    Repeated,
    /// The element cannot stand beside others in the list.
    NotAlone(&'static Alone),
    /// What stands beside a `$ref` counts for nothing.
    IgnoredSibling,
    /// What this speaks of is not read; as a clause without its subject.
    Unread(&'static str),
    /// Something that no table can say; what is wrong, as a clause without its subject.
    Stated(&'static str),
}

/// The sorts of departures, each of which has a rule of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ViolationClass {
    /// The value or the combination of keys is wrong.
    Structure,
    /// A key is unknown.
    UnknownKey,
    /// A key is probably misspelt.
    UnlikelyKey,
    /// A key beside `$ref` is ignored.
    IgnoredSibling,
    /// It is written in something that is not read.
    Unread,
}

impl ViolationClass {
    /// The name that rule pages use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Structure => "structure",
            Self::UnknownKey => "unknown-key",
            Self::UnlikelyKey => "unlikely-key",
            Self::IgnoredSibling => "ignored-sibling",
            Self::Unread => "unread",
        }
    }
}

impl Violation {
    /// Its sort.
    #[must_use]
    pub const fn class(&self) -> ViolationClass {
        match self.kind {
            ViolationKind::UnknownKey(_) | ViolationKind::UnknownKeyOf(_) => ViolationClass::UnknownKey,
            ViolationKind::UnlikelyKey(..) => ViolationClass::UnlikelyKey,
            ViolationKind::IgnoredSibling => ViolationClass::IgnoredSibling,
            ViolationKind::Unread(_) => ViolationClass::Unread,
            _ => ViolationClass::Structure,
        }
    }

    /// The key that it is about, if that is another one than that of its node: of two keys that an object lacks, which.
    #[must_use]
    pub fn about(&self) -> &'static str {
        let key = match self.kind {
            ViolationKind::Missing(_, key)
            | ViolationKind::MissingFrom(_, key)
            | ViolationKind::MissingBecause(key, _)
            | ViolationKind::MissingUnder(key, _)
            | ViolationKind::NotTrue(key, _) => Some(key),
            _ => None,
        };
        key.and_then(Key::well_known_text).unwrap_or_default()
    }

    /// What is wrong, as a clause without capital and full stop.
    #[must_use]
    pub fn message(&self, tree: &Tree, grammar: &Grammar) -> String {
        let key = || tree.key_text(self.node).unwrap_or_default();
        let name = |key: Key| key.well_known_text().unwrap_or_default();
        let text = || tree.text(self.node);
        // What the key that makes the demand says: it stands in the same object.
        let said = |field: Key| {
            let value = [Some(self.node), tree.parent(self.node)]
                .into_iter()
                .flatten()
                .find_map(|holder| tree.get(holder, field))
                .map(|value| tree.text(value))
                .unwrap_or_default();
            format!("`{}: {value}`", name(field))
        };
        let place = || match tree.key_text(self.node) {
            Some(key) => format!("`{key}`"),
            None if tree.parent(self.node).is_some() => "an element of this list".into(),
            None => "the document".into(),
        };
        match self.kind {
            ViolationKind::WrongType(expected) => {
                format!(
                    "{} should be {}, not {}",
                    place(),
                    expected.noun(),
                    tree.node_type(self.node).noun()
                )
            }
            ViolationKind::UnknownKey(kind) => unknown_key(tree, grammar, self.node, kind),
            ViolationKind::UnknownKeyOf(record) => unknown_key_of(tree, self.node, record),
            ViolationKind::UnlikelyKey(kind, meant) => {
                format!("key `{}` means nothing in {kind}; did you mean `{meant}`?", key())
            }
            ViolationKind::WrongName(names) => format!("`{}` cannot stand here: {}", key(), names.demand()),
            ViolationKind::Missing(kind, missing) => {
                format!("{kind} lacks the required key `{}`", name(missing))
            }
            ViolationKind::MissingFrom(record, missing) => {
                format!("{} lacks the required key `{}`", record.name, name(missing))
            }
            ViolationKind::MissingBecause(missing, field) => {
                format!("`{}` is missing; {} requires it", name(missing), said(field))
            }
            ViolationKind::MissingUnder(missing, holder) => {
                format!(
                    "`{}` is missing; the flow `{}` requires it",
                    name(missing),
                    name(holder)
                )
            }
            ViolationKind::MissingOneOf(keys) => match keys {
                [only] => format!("`{}` is missing", name(*only)),
                _ => format!(
                    "one of {} is missing",
                    suggest::list(keys.iter().map(|key| name(*key)), "and")
                ),
            },
            ViolationKind::Beside(other) => {
                format!("`{}` and `{}` cannot stand together", key(), name(other))
            }
            ViolationKind::ForbiddenBecause(field) => {
                format!("`{}` has no place here beside {}", key(), said(field))
            }
            ViolationKind::ForbiddenUnder(holder) => {
                format!("`{}` has no place in the flow `{}`", key(), name(holder))
            }
            ViolationKind::WrongWord(words) => wrong_word(text(), words, ""),
            ViolationKind::WrongWordBecause(words, field) => {
                wrong_word(text(), words, &format!(" beside {}", said(field)))
            }
            ViolationKind::NotTrue(missing, field) => {
                format!("{} requires `{}: true`", said(field), name(missing))
            }
            ViolationKind::OnlyIn(kind, holder, field) => {
                let (said, holder) = (said(field), name(holder));
                format!("{said} can stand only in the `{holder}` of a {kind} itself")
            }
            ViolationKind::NoReference(kind) => {
                format!("`$ref` cannot stand in place of this {kind}; write it out, or refer to the other one directly")
            }
            ViolationKind::NotAReference(kind) => {
                format!("a `$ref` to the {kind} must stand here, not the {kind} itself")
            }
            ViolationKind::WrongFormat(format) => wrong_format(text(), format, grammar),
            ViolationKind::NotPositive => format!("`{}` should be above zero, not {}", key(), text()),
            ViolationKind::NotACount => {
                format!(
                    "`{}` should be a whole number that is not negative, not {}",
                    key(),
                    text()
                )
            }
            ViolationKind::OutOfRange(least, most) => {
                let bounds = if most == i64::MAX {
                    format!("of at least {least}")
                } else {
                    format!("from {least} to {most}")
                };
                format!("`{}` should be a whole number {bounds}, not {}", key(), text())
            }
            ViolationKind::TooFew(min) => format!("{} should hold at least {min}", place()),
            ViolationKind::TooMany(max) => format!("{} should hold no more than {max}", place()),
            ViolationKind::Repeated => match text() {
                "" => "the same stands in this list already".into(),
                text => format!("`{text}` stands in this list already"),
            },
            ViolationKind::NotAlone(alone) => {
                let field = name(alone.field);
                let others = [alone.word].into_iter().chain(alone.apart.iter().copied());
                let others: Vec<String> = others.map(|word| format!("{field}: {word}")).collect();
                let others = suggest::list(others.iter().map(String::as_str), "or");
                format!(
                    "`{field}: {}` cannot stand beside another {others}: {}",
                    alone.word, alone.because
                )
            }
            ViolationKind::Stated(clause) if self.on_key => format!("`{}` {clause}", key()),
            ViolationKind::Unread(clause) | ViolationKind::Stated(clause) => format!("`{}` {clause}", text()),
            ViolationKind::IgnoredSibling => {
                format!("`{}` is ignored: it stands beside a `$ref`", key())
            }
        }
    }
}

fn unknown_key(tree: &Tree, grammar: &Grammar, node: NodeId, kind: Kind) -> String {
    let key = tree.key_text(node).unwrap_or_default();
    let elsewhere = tree
        .key(node)
        .map(|key| grammar.versions_with(kind, key))
        .unwrap_or_default();
    if !elsewhere.is_empty() {
        return format!(
            "`{key}` in {kind} belongs to {} {}, and this document is {}",
            grammar.specification(),
            elsewhere.join(", "),
            grammar.version_name()
        );
    }
    let known = grammar.fields(kind).filter_map(|field| field.key.well_known_text());
    let hint = suggest::hint(suggest::closest(key, known));
    format!("unknown key `{key}` in {kind}{hint}")
}

fn unknown_key_of(tree: &Tree, node: NodeId, record: &Record) -> String {
    let key = tree.key_text(node).unwrap_or_default();
    let elsewhere = record.fields.iter().find(|field| tree.key(node) == Some(field.key));
    if let (Some(field), Some(editions)) = (elsewhere, record.editions) {
        let versions: Vec<&str> = editions.names_of(field.versions).collect();
        let own = tree
            .parent(node)
            .and_then(|holder| tree.get(holder, editions.field))
            .map_or("latest", |own| tree.text(own));
        return format!(
            "`{key}` in {} belongs to version {}, and this is {own}",
            record.name,
            versions.join(", ")
        );
    }
    let known = record.fields.iter().filter_map(|field| field.key.well_known_text());
    let hint = suggest::hint(suggest::closest(key, known));
    format!("unknown key `{key}` in {}{hint}", record.name)
}

fn wrong_word(text: &str, words: &[&str], because: &str) -> String {
    let hint = match suggest::closest(text, words.iter().copied()) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("use {}", suggest::list(words.iter().copied(), "or")),
    };
    format!("`{text}` is no value that can stand here{because}; {hint}")
}

fn wrong_format(text: &str, format: TextFormat, grammar: &Grammar) -> String {
    let what = match format {
        TextFormat::Any => "text",
        TextFormat::UriReference => "URL",
        TextFormat::UriReferenceWithoutFragment | TextFormat::UriReferenceOfWhole if !text.contains('#') => "URL",
        TextFormat::UriReferenceWithoutFragment => "URL without a fragment",
        TextFormat::UriReferenceOfWhole => "URL without a fragment (`$anchor` names a part)",
        TextFormat::Uri => "absolute URL",
        TextFormat::Email => "e-mail address",
        TextFormat::Regex => "regular expression",
        TextFormat::Host => "host (a name or an address, perhaps with a port, without scheme and path)",
        TextFormat::AbsolutePath => "path that starts with `/`",
        TextFormat::PlaceInMessage => {
            "place in a message; write `$message.header#` or `$message.payload#` and a JSON pointer"
        }
        TextFormat::SpecificationVersion => {
            return format!(
                "`{text}` is no version of {} {}; write it in full, as in `{}.0`",
                grammar.specification(),
                grammar.version_name(),
                grammar.version_name()
            );
        }
        TextFormat::Name(names) if text.is_empty() => {
            return format!("an empty name cannot stand here: {}", names.demand());
        }
        TextFormat::Name(names) => return format!("`{text}` cannot stand here: {}", names.demand()),
    };
    format!("`{text}` is no {what}")
}
