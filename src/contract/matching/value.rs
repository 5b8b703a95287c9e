//! One value against one rule.

use super::mismatch::MismatchKind;
use super::rule::Combine;
use super::rule::{Limits, Matcher, Rule};
use super::selector::Chosen;
use crate::contract::media::MediaType;
use crate::document::content;
use crate::syntax::{NodeId, NodeType, Tree};

/// A value, as rules look at it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Value<'a> {
    Null,
    Boolean(bool),
    /// A number, as it is written.
    Number(&'a str),
    /// A JSON string.
    String(&'a str),
    /// A text that has no type: of a header, a query, a path, a form, XML.
    Plain(&'a str),
    /// A list of so many elements.
    List(usize),
    /// An object of so many keys.
    Map(usize),
}

impl<'a> Value<'a> {
    pub(super) fn of(tree: &'a Tree, node: NodeId) -> Self {
        match tree.node_type(node) {
            NodeType::Null | NodeType::Lost => Self::Null,
            NodeType::Boolean => Self::Boolean(tree.boolean(node) == Some(true)),
            NodeType::Number => Self::Number(tree.text(node)),
            NodeType::String => Self::String(tree.text(node)),
            NodeType::List => Self::List(tree.children(node).count()),
            NodeType::Map => Self::Map(tree.children(node).count()),
        }
    }

    /// Whether both are of one type; texts without a type are of every scalar type.
    fn has_type_of(self, other: Self) -> bool {
        matches!(
            (self, other),
            (Self::Null, Self::Null)
                | (Self::Boolean(_), Self::Boolean(_))
                | (Self::Number(_), Self::Number(_))
                | (Self::String(_) | Self::Plain(_), Self::String(_) | Self::Plain(_))
                | (Self::List(_), Self::List(_))
                | (Self::Map(_), Self::Map(_))
        )
    }

    /// What stands for it in a text.
    fn text(self) -> Option<&'a str> {
        match self {
            Self::Boolean(true) => Some("true"),
            Self::Boolean(false) => Some("false"),
            Self::Number(text) | Self::String(text) | Self::Plain(text) => Some(text),
            Self::Null | Self::List(_) | Self::Map(_) => None,
        }
    }

    /// Whether both are equal, where neither is a container.
    fn equals(self, other: Self) -> bool {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => {
                a == b || content::compare(a, b).is_some_and(std::cmp::Ordering::is_eq)
            }
            (Self::Null, Self::Null) => true,
            (Self::Boolean(a), Self::Boolean(b)) => a == b,
            (Self::String(a) | Self::Plain(a), Self::String(b) | Self::Plain(b)) => a == b,
            _ => false,
        }
    }

    fn is_number(self, is_kind: impl Fn(&str) -> bool) -> bool {
        match self {
            Self::Number(text) | Self::Plain(text) => is_kind(text),
            _ => false,
        }
    }
}

/// The recorded value itself is expected.
pub(super) fn equal(expected: Value<'_>, actual: Value<'_>) -> Result<(), MismatchKind> {
    if expected.equals(actual) {
        Ok(())
    } else if expected.has_type_of(actual) {
        Err(MismatchKind::Value)
    } else {
        Err(MismatchKind::Type)
    }
}

/// The rules of a set that a value breaks, with what is wrong; none where one is enough and holds.
pub(super) fn broken<'r>(
    chosen: Chosen<'r>,
    mut check: impl FnMut(&'r Rule) -> Result<(), MismatchKind>,
) -> Vec<(&'r Rule, MismatchKind)> {
    let mut broken = Vec::new();
    for rule in &chosen.set.rules {
        if chosen.is_cascaded && !rule.matcher.cascades() {
            continue;
        }
        match check(rule) {
            Err(kind) => broken.push((rule, kind)),
            Ok(()) if chosen.set.combine == Combine::Or => return Vec::new(),
            Ok(()) => {}
        }
    }
    broken
}

/// Whether a value keeps a rule. Limits count only where the rule stands for this very value.
pub(super) fn check(
    matcher: &Matcher,
    is_cascaded: bool,
    expected: Value<'_>,
    actual: Value<'_>,
) -> Result<(), MismatchKind> {
    let holds = |holds: bool| if holds { Ok(()) } else { Err(MismatchKind::Rule) };
    let typed = |holds: bool| if holds { Ok(()) } else { Err(MismatchKind::Type) };
    match matcher {
        Matcher::Equality => equal(expected, actual),
        Matcher::Type(limits) => {
            typed(actual.has_type_of(expected))?;
            if is_cascaded { Ok(()) } else { within(*limits, actual) }
        }
        Matcher::Regex(pattern) => match actual.text().map(|text| pattern.matches(text)) {
            Some(Some(matches)) => holds(matches),
            Some(None) => Err(MismatchKind::Unsupported),
            None => Err(MismatchKind::Type),
        },
        Matcher::Include(part) => holds(actual.text().is_some_and(|text| text.contains(part.as_str()))),
        Matcher::Integer => typed(actual.is_number(is_integer)),
        Matcher::Decimal => typed(actual.is_number(|text| is_number(text) && !is_integer(text))),
        Matcher::Number => typed(actual.is_number(is_number)),
        Matcher::Null => typed(matches!(actual, Value::Null | Value::Plain(""))),
        Matcher::Boolean => typed(matches!(
            actual,
            Value::Boolean(_) | Value::String("true" | "false") | Value::Plain("true" | "false")
        )),
        Matcher::DateTime(format) => holds(actual.text().is_some_and(|text| format.matches(text))),
        Matcher::ContentType(expected) => {
            holds(actual.text().is_some_and(|text| is_of_type(text.as_bytes(), expected)))
        }
        Matcher::StatusCode(class) => holds(
            actual
                .text()
                .and_then(|text| text.parse().ok())
                .is_some_and(|status: u16| class.has(status)),
        ),
        // Something of the recorded type, and something in it.
        Matcher::NotEmpty => {
            holds(!matches!(
                actual,
                Value::Null | Value::String("") | Value::Plain("") | Value::List(0) | Value::Map(0)
            ))?;
            typed(actual.has_type_of(expected))
        }
        Matcher::Semver => holds(actual.text().is_some_and(|text| semver::Version::parse(text).is_ok())),
        Matcher::Values => typed(matches!(actual, Value::Map(_) | Value::List(_))),
        Matcher::EachKey(_) => typed(matches!(actual, Value::Map(_))),
        Matcher::EachValue(_) => typed(matches!(actual, Value::Map(_) | Value::List(_))),
        Matcher::ArrayContains(_) => typed(matches!(actual, Value::List(_))),
        Matcher::Unsupported(_) => Err(MismatchKind::Unsupported),
    }
}

/// Whether a list has as many elements as it may.
fn within(limits: Limits, actual: Value<'_>) -> Result<(), MismatchKind> {
    match actual {
        Value::List(count) => limits.check(count),
        _ => Ok(()),
    }
}

impl Limits {
    pub(super) fn check(self, count: usize) -> Result<(), MismatchKind> {
        let is_within = self.min.is_none_or(|min| count >= min) && self.max.is_none_or(|max| count <= max);
        if is_within { Ok(()) } else { Err(MismatchKind::Count) }
    }
}

/// Whether bytes are of a media type, by what they begin with. Any text is plain text.
pub(super) fn is_of_type(bytes: &[u8], expected: &str) -> bool {
    let essence = MediaType::parse(expected).map_or_else(|| expected.to_owned(), |media| media.essence().to_owned());
    let detected = MediaType::of_bytes(bytes);
    detected.essence() == essence || essence == "text/plain" && std::str::from_utf8(bytes).is_ok()
}

/// Whether a text is a number in the decimal system.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    digits.starts_with(|character: char| character.is_ascii_digit() || character == '.')
        && text.parse::<f64>().is_ok_and(f64::is_finite)
}

/// Whether a number is written without a fraction: `1.0` is a decimal to whoever wrote it so.
fn is_integer(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(matcher: &Matcher, actual: Value<'_>) -> bool {
        check(matcher, false, Value::String("example"), actual).is_ok()
    }

    #[test]
    fn numbers_have_kinds() {
        for (text, integer, decimal) in [
            ("100", true, false),
            ("-1", true, false),
            ("1.0", false, true),
            ("1e5", false, true),
            ("100X", false, false),
            ("", false, false),
            ("inf", false, false),
        ] {
            assert_eq!(holds(&Matcher::Integer, Value::Plain(text)), integer, "{text}");
            assert_eq!(holds(&Matcher::Decimal, Value::Plain(text)), decimal, "{text}");
            assert_eq!(
                holds(&Matcher::Number, Value::Plain(text)),
                integer || decimal,
                "{text}"
            );
        }
        // In JSON, a string is no number.
        assert!(!holds(&Matcher::Number, Value::String("100")));
    }

    #[test]
    fn values_are_held_against_rules() {
        assert!(holds(&Matcher::NotEmpty, Value::String("0")));
        assert!(!holds(&Matcher::NotEmpty, Value::String("")));
        assert!(!holds(&Matcher::NotEmpty, Value::Number("0")));
        assert!(!holds(&Matcher::NotEmpty, Value::Map(0)));
        assert!(holds(&Matcher::Semver, Value::String("1.2.3-rc.1+7")));
        assert!(!holds(&Matcher::Semver, Value::String("1.2")));
        assert!(holds(&Matcher::Boolean, Value::String("true")));
        assert!(!holds(&Matcher::Null, Value::String("")));
        assert!(holds(&Matcher::Include("amp".into()), Value::String("example")));
    }

    #[test]
    fn numbers_are_equal_by_value() {
        assert!(equal(Value::Number("1.0"), Value::Number("1")).is_ok());
        assert_eq!(
            equal(
                Value::Number("12345678901234567890"),
                Value::Number("12345678901234567891")
            ),
            Err(MismatchKind::Value)
        );
        assert_eq!(equal(Value::Number("1"), Value::String("1")), Err(MismatchKind::Type));
    }
}
