//! From a tree to Rust types, with every error at its place.
//!
//! In come a tree and a type that [`serde`] can read; out comes the value, or what is wrong and where. Configuration
//! is read this way: a mistyped key is shown in the file, with what it was meant to be.

use crate::source::Span;
use crate::syntax::{Children, NodeId, NodeType, Tree};
use serde::de::{self, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, forward_to_deserialize_any};
use std::fmt;

/// What is wrong with a document that should become a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Error {
    /// What, as a clause.
    pub message: String,
    /// Where.
    pub span: Option<Span>,
}

impl Error {
    fn at(mut self, span: Span) -> Self {
        self.span.get_or_insert(span);
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

/// The nearest of some names, as the end of a sentence.
fn hint(name: &str, known: &[&str]) -> String {
    let lower = name.to_lowercase();
    let near = known
        .iter()
        .map(|known| (strsim::damerau_levenshtein(&lower, known), known))
        .filter(|(distance, known)| *distance <= 1 + known.len() / 5)
        .min_by_key(|(distance, _)| *distance);
    match near {
        Some((_, known)) => format!("; did you mean `{known}`?"),
        None if known.is_empty() => String::new(),
        None => format!("; known are {}", listed(known)),
    }
}

fn listed(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}

impl de::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self {
            message: message.to_string(),
            span: None,
        }
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        Self::custom(format!("unknown key `{field}`{}", hint(field, expected)))
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        Self::custom(format!("`{variant}` is not known here{}", hint(variant, expected)))
    }

    fn missing_field(field: &'static str) -> Self {
        Self::custom(format!("the key `{field}` is missing"))
    }

    fn invalid_type(found: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        let found = match found {
            de::Unexpected::Str(text) => format!("the string `{text}`"),
            de::Unexpected::Bool(boolean) => format!("`{boolean}`"),
            de::Unexpected::Unsigned(number) => format!("the number `{number}`"),
            de::Unexpected::Signed(number) => format!("the number `{number}`"),
            de::Unexpected::Float(number) => format!("the number `{number}`"),
            de::Unexpected::Unit => "nothing".into(),
            de::Unexpected::Seq => "a list".into(),
            de::Unexpected::Map => "an object".into(),
            other => other.to_string(),
        };
        let expected = in_words(expected.to_string());
        Self::custom(format!("{expected} is expected here, not {found}"))
    }

    // A number that is too large or negative is as wrong as a string.
    fn invalid_value(found: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::invalid_type(found, expected)
    }
}

/// What [`serde`] expects, without the names of Rust's types.
fn in_words(expected: String) -> String {
    match expected.as_str() {
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number, 0 or more,".into(),
        "a boolean" => "`true` or `false`".into(),
        "a sequence" => "a list".into(),
        "a map" => AN_OBJECT.into(),
        other if other.starts_with("struct ") => AN_OBJECT.into(),
        _ => expected,
    }
}

const AN_OBJECT: &str = "an object";

/// Reads a whole tree.
///
/// # Errors
/// When the document does not fit the type.
pub(super) fn from_tree<'t, T: Deserialize<'t>>(tree: &'t Tree) -> Result<T, Error> {
    T::deserialize(Reader { tree, id: NodeId::ROOT })
}

/// A value with the place where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Its place.
    pub span: Span,
}

const SPANNED: &str = "$stipula::Spanned";
const SPAN_START: &str = "$start";
const SPAN_END: &str = "$end";
const SPAN_VALUE: &str = "$value";

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Spanned<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct SpannedVisitor<T>(std::marker::PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for SpannedVisitor<T> {
            type Value = Spanned<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value with its place")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let (mut start, mut end, mut value) = (0, 0, None);
                while let Some(key) = map.next_key::<&str>()? {
                    match key {
                        SPAN_START => start = map.next_value()?,
                        SPAN_END => end = map.next_value()?,
                        _ => value = Some(map.next_value()?),
                    }
                }
                Ok(Spanned {
                    value: value.ok_or_else(|| de::Error::missing_field(SPAN_VALUE))?,
                    span: Span::new(start, end),
                })
            }
        }
        deserializer.deserialize_struct(
            SPANNED,
            &[SPAN_START, SPAN_END, SPAN_VALUE],
            SpannedVisitor(std::marker::PhantomData),
        )
    }
}

#[derive(Clone, Copy)]
struct Reader<'t> {
    tree: &'t Tree,
    id: NodeId,
}

impl<'t> Reader<'t> {
    fn span(self) -> Span {
        self.tree.span(self.id)
    }
}

impl<'de> Deserializer<'de> for Reader<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let text = self.tree.text(self.id);
        match self.tree.node_type(self.id) {
            NodeType::Null | NodeType::Lost => visitor.visit_unit(),
            NodeType::Boolean => visitor.visit_bool(self.tree.boolean(self.id) == Some(true)),
            NodeType::Number => match (text.parse::<u64>(), text.parse::<i64>(), text.parse::<f64>()) {
                (Ok(number), _, _) => visitor.visit_u64(number),
                (_, Ok(number), _) => visitor.visit_i64(number),
                (_, _, Ok(number)) => visitor.visit_f64(number),
                _ => visitor.visit_borrowed_str(text),
            },
            NodeType::String => visitor.visit_borrowed_str(text),
            NodeType::List => visitor.visit_seq(Elements {
                tree: self.tree,
                children: self.tree.children(self.id),
            }),
            NodeType::Map => visitor.visit_map(Entries {
                tree: self.tree,
                children: self.tree.children(self.id),
                value: None,
            }),
        }
        .map_err(|error: Error| error.at(self.span()))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.tree.node_type(self.id) {
            NodeType::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let found = match self.tree.node_type(self.id) {
            NodeType::List => Some(de::Unexpected::Seq),
            NodeType::Map => Some(de::Unexpected::Map),
            NodeType::Null | NodeType::Lost => Some(de::Unexpected::Unit),
            NodeType::Boolean | NodeType::Number | NodeType::String => None,
        };
        if let Some(found) = found {
            let expected = format!("one of {}", listed(variants));
            let error: Error = de::Error::invalid_type(found, &expected.as_str());
            return Err(error.at(self.span()));
        }
        let variant: de::value::StrDeserializer<'_, Error> = self.tree.text(self.id).into_deserializer();
        visitor
            .visit_enum(variant)
            .map_err(|error: Error| error.at(self.span()))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        if name == SPANNED {
            return visitor.visit_map(SpannedEntries {
                span: self.span(),
                value: self,
                next: 0,
            });
        }
        // Derived types would take a list for their fields in order.
        if self.tree.node_type(self.id) == NodeType::List {
            let error: Error = de::Error::invalid_type(de::Unexpected::Seq, &AN_OBJECT);
            return Err(error.at(self.span()));
        }
        self.deserialize_any(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq
        tuple tuple_struct map identifier ignored_any
    }
}

struct Elements<'t> {
    tree: &'t Tree,
    children: Children<'t>,
}

impl<'de> SeqAccess<'de> for Elements<'de> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        let tree = self.tree;
        self.children
            .next()
            .map(|id| {
                let reader = Reader { tree, id };
                seed.deserialize(reader).map_err(|error| error.at(reader.span()))
            })
            .transpose()
    }
}

struct Entries<'t> {
    tree: &'t Tree,
    children: Children<'t>,
    value: Option<NodeId>,
}

impl<'de> MapAccess<'de> for Entries<'de> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let Some(id) = self.children.next() else {
            return Ok(None);
        };
        self.value = Some(id);
        let span = self.tree.key_span(id).unwrap_or_default();
        let key = KeyReader {
            text: self.tree.key_text(id).unwrap_or_default(),
            span,
        };
        seed.deserialize(key).map(Some).map_err(|error| error.at(span))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        let id = self.value.take().unwrap_or(NodeId::ROOT);
        let reader = Reader { tree: self.tree, id };
        seed.deserialize(reader).map_err(|error| error.at(reader.span()))
    }
}

/// A key, which may be wanted with its place, too.
struct KeyReader<'t> {
    text: &'t str,
    span: Span,
}

impl<'de> Deserializer<'de> for KeyReader<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_borrowed_str(self.text)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        if name == SPANNED {
            return visitor.visit_map(SpannedEntries {
                span: self.span,
                value: de::value::BorrowedStrDeserializer::new(self.text),
                next: 0,
            });
        }
        self.deserialize_any(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

const SPAN_KEYS: [&str; 3] = [SPAN_START, SPAN_END, SPAN_VALUE];

/// A value with its place, as the entries of a map.
struct SpannedEntries<D> {
    span: Span,
    value: D,
    next: usize,
}

impl<'de, D: Deserializer<'de, Error = Error> + Copy> MapAccess<'de> for SpannedEntries<D> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let Some(key) = SPAN_KEYS.get(self.next) else {
            return Ok(None);
        };
        self.next += 1;
        seed.deserialize(de::value::BorrowedStrDeserializer::new(key)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        match self.next {
            1 => seed.deserialize(self.span.start.into_deserializer()),
            2 => seed.deserialize(self.span.end.into_deserializer()),
            _ => seed.deserialize(self.value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Limits, Source};
    use std::collections::BTreeMap;
    use std::sync::Arc;

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(deny_unknown_fields, rename_all = "kebab-case")]
    struct Settings {
        name: String,
        max_count: Option<u32>,
        #[serde(default)]
        level: Level,
        #[serde(default)]
        rules: BTreeMap<String, Spanned<String>>,
    }

    #[derive(Debug, Default, Deserialize, PartialEq)]
    #[serde(rename_all = "lowercase")]
    enum Level {
        #[default]
        Error,
        Warning,
    }

    fn read(text: &str) -> Result<Settings, (String, String)> {
        let tree = crate::syntax::read(&Arc::new(Source::from_text("in.yaml", text)), &Limits::default());
        from_tree(&tree).map_err(|error| (error.message, error.span.unwrap_or_default().of(text).to_owned()))
    }

    #[test]
    fn values_are_read_with_their_places() {
        let settings = read("name: x\nmax-count: 3\nlevel: warning\nrules: {a: off}\n").expect("the document fits");
        assert_eq!(settings.max_count, Some(3));
        assert_eq!(settings.level, Level::Warning);
        assert_eq!(settings.rules["a"].value, "off");
        assert_eq!(settings.rules["a"].span, Span::new(47, 50));
    }

    #[test]
    fn errors_know_their_place() {
        let wrong = |text| read(text).expect_err("the document does not fit");
        assert_eq!(
            wrong("name: x\nmax-cont: 3\n"),
            (
                "unknown key `max-cont`; did you mean `max-count`?".into(),
                "max-cont".into()
            )
        );
        assert_eq!(
            wrong("name: x\nlevel: warn\n"),
            (
                "`warn` is not known here; known are `error`, `warning`".into(),
                "warn".into()
            )
        );
        assert_eq!(wrong("name: [x]\n").1, "[x]");
        for (text, message) in [
            (
                "name: x\nmax-count: -1\n",
                "a whole number, 0 or more, is expected here, not the number `-1`",
            ),
            (
                "name: x\nmax-count: many\n",
                "a whole number, 0 or more, is expected here, not the string `many`",
            ),
            (
                "name: x\nlevel: [error]\n",
                "one of `error`, `warning` is expected here, not a list",
            ),
            ("name: x\nrules: true\n", "an object is expected here, not `true`"),
            ("- x\n", "an object is expected here, not a list"),
            ("x\n", "an object is expected here, not the string `x`"),
        ] {
            assert_eq!(wrong(text).0, message);
        }
        assert_eq!(wrong("level: error\n").0, "the key `name` is missing");
    }
}
