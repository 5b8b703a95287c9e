//! Bodies, by their media types.

use super::json::{self, Place, Recorded, Setting};
use super::mismatch::{BrokenRule, Comparison, Mismatch, MismatchKind, Part};
use super::query::{parameters_match, parse};
use super::rule::{Matcher, RuleTable};
use super::selector::{Selector, State};
use super::value::{Value, broken, check, is_of_type};
use super::{missing, multipart, shown, shown_path, xml};
use crate::contract::body::{Body, Content, read_json};
use crate::contract::media::MediaType;
use crate::contract::model::QueryParameter;
use crate::contract::path::Step;
use crate::contract::text::cut;
use crate::finding::Location;
use crate::syntax::{NodeId, ProblemKind, Tree};

/// What a contract says of a body.
#[derive(Debug, Clone, Copy)]
pub(super) struct Expectation<'a, 'w> {
    pub(super) body: &'a Body<'w>,
    /// The media type that headers or metadata state.
    pub(super) stated_type: Option<&'w str>,
    pub(super) rules: &'a RuleTable,
    /// Whether there may be more than was recorded.
    pub(super) allows_more: bool,
}

/// Compares a body with the recorded one.
pub(super) fn compare(
    expectation: &Expectation<'_, '_>,
    stated_type: Option<&str>,
    actual: &[u8],
    out: &mut Comparison,
) {
    let content = match expectation.body {
        Body::Absent => return,
        Body::Null(node) => {
            let is_null = std::str::from_utf8(actual).is_ok_and(|text| matches!(text.trim(), "" | "null"));
            if !is_null {
                out.push(whole(
                    MismatchKind::Unexpected,
                    "null",
                    actual,
                    Location::value(node.address()),
                ));
            }
            return;
        }
        Body::Empty(node) => {
            if !actual.is_empty() {
                out.push(whole(
                    MismatchKind::Unexpected,
                    "",
                    actual,
                    Location::value(node.address()),
                ));
            }
            return;
        }
        Body::Content(content) => content,
    };
    let place = Location::value(content.node.address());
    if actual.is_empty() {
        return out.push(missing(
            Part::Body,
            &[],
            &shown(content.node),
            Location::key(content.node.address()),
        ));
    }
    let expected_type = content.media_type(expectation.stated_type);
    let actual_type = stated_type.and_then(MediaType::parse);
    let is_known = content.known_type(expectation.stated_type).is_some();
    if let Some(actual_type) = &actual_type
        && is_known
        && !are_comparable(&expected_type, actual_type)
    {
        let kind = MismatchKind::MediaType;
        let (expected, actual) = (expected_type.essence().to_owned(), actual_type.essence().to_owned());
        return out.push(Mismatch {
            expected,
            actual,
            ..whole(kind, "", &[], place)
        });
    }
    let mut selector = Selector::new(expectation.rules);
    if rules_look_at_bytes(&selector) {
        return bytes(&mut selector, &[], Selector::root(), content, actual, out);
    }
    if content.node.string().is_none() || expected_type.is_json() {
        // A media type that nobody states may be guessed wrong.
        if is_known && actual_type.is_none() && looks_like_markup(actual) {
            let kind = MismatchKind::MediaType;
            let actual = MediaType::of_bytes(actual).essence().to_owned();
            let expected = expected_type.essence().to_owned();
            return out.push(Mismatch {
                expected,
                actual,
                ..whole(kind, "", &[], place)
            });
        }
        return json(content, without_schema_id(&expected_type, actual), expectation, out);
    }
    let expected = content.bytes().unwrap_or_default();
    let within = content.within();
    if expected_type.is_xml() {
        xml::compare(&expected, actual, expectation, &within, out);
    } else if expected_type.is_form() {
        form(content, &expected, actual, expectation, out);
    } else if expected_type.is_multipart() {
        let types = (&expected_type, actual_type.as_ref());
        multipart::compare(types, (&expected, actual), expectation.rules, &within, out);
    } else {
        bytes(&mut selector, &[], Selector::root(), content, actual, out);
    }
}

/// Whether bodies of two types can be compared: what is built on JSON is JSON.
fn are_comparable(expected: &MediaType, actual: &MediaType) -> bool {
    expected.essence() == actual.essence()
        || expected.is_json() && actual.is_json()
        || expected.is_xml() && actual.is_xml()
}

fn looks_like_markup(bytes: &[u8]) -> bool {
    let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
    first == Some(&b'<')
}

/// Messages of a Kafka schema registry begin with a zero and the four bytes of the schema's id.
fn without_schema_id<'a>(media: &MediaType, bytes: &'a [u8]) -> &'a [u8] {
    match bytes {
        [0, _, _, _, _, rest @ ..] if media.essence().starts_with("application/vnd.schemaregistry") => rest,
        _ => bytes,
    }
}

/// Whether the rules for the whole body look at its first bytes, whatever its type.
fn rules_look_at_bytes(selector: &Selector<'_>) -> bool {
    let chosen = selector.chosen(Selector::root());
    chosen.is_some_and(|chosen| {
        let mut rules = chosen.set.rules.iter();
        rules.any(|rule| matches!(rule.matcher, Matcher::ContentType(_)))
    })
}

/// A mismatch of the body as a whole.
pub(super) fn whole(kind: MismatchKind, expected: &str, actual: &[u8], expectation: Location) -> Mismatch {
    Mismatch {
        kind,
        part: Part::Body,
        path: "$".into(),
        rule: None,
        expected: cut(expected),
        actual: shown_bytes(actual),
        expectation,
    }
}

/// Bytes as messages show them: a text, or their type, number and beginning.
pub(super) fn shown_bytes(bytes: &[u8]) -> String {
    use std::fmt::Write;
    if let Ok(text) = std::str::from_utf8(bytes) {
        return cut(text);
    }
    let mut out = format!(
        "{}, {} bytes, starting with ",
        MediaType::of_bytes(bytes).essence(),
        bytes.len()
    );
    for byte in bytes.iter().take(32) {
        let _ = write!(out, "{byte:02x}");
    }
    out
}

fn json(content: &Content<'_>, actual: &[u8], expectation: &Expectation<'_, '_>, out: &mut Comparison) {
    let address = content.node.address();
    let (inner, within) = (content.json(), content.within());
    let recorded = match &inner {
        Some(tree) => Recorded {
            tree,
            node: NodeId::ROOT,
            place: Place::Within(&within, 0),
        },
        None => Recorded {
            tree: content.node.document().tree(),
            node: content.node.id(),
            place: Place::Document(address.document),
        },
    };
    match read(actual) {
        Ok(tree) => {
            let setting = Setting {
                part: Part::Body,
                recorded,
                actual: &tree,
                allows_more: expectation.allows_more,
            };
            json::compare(setting, expectation.rules, out);
        }
        // Contracts exist that call a mere text JSON.
        Err(_) if content.node.string().is_some() && content.bytes().as_deref() == Some(actual) => {}
        Err(reason) => out.push(Mismatch {
            expected: format!("JSON; {reason}"),
            ..whole(MismatchKind::Unreadable, "", actual, Location::value(address))
        }),
    }
}

/// The JSON of an answer, or why it is none.
fn read(bytes: &[u8]) -> Result<Tree, String> {
    let text = std::str::from_utf8(bytes).map_err(|error| format!("byte {} is no UTF-8", error.valid_up_to()))?;
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let tree = read_json(text.to_owned());
    let wrong = tree
        .problems()
        .iter()
        .find(|problem| matches!(problem.kind, ProblemKind::Syntax | ProblemKind::Limit));
    match wrong {
        None => Ok(tree),
        Some(problem) => {
            let at = tree.source().position(problem.span.start);
            Err(format!("line {}, column {}: {}", at.line, at.column, problem.message))
        }
    }
}

fn form(
    content: &Content<'_>,
    expected: &[u8],
    actual: &[u8],
    expectation: &Expectation<'_, '_>,
    out: &mut Comparison,
) {
    let node = content.node;
    let recorded: Vec<QueryParameter<'_>> = parse(&String::from_utf8_lossy(expected))
        .into_iter()
        .map(|(name, values)| QueryParameter { name, values, node })
        .collect();
    let actual = parse(&String::from_utf8_lossy(actual));
    let place = Location::value(node.address());
    parameters_match(Part::Body, &recorded, &actual, expectation.rules, place, out);
}

/// A text, or bytes of any other type.
fn bytes(
    selector: &mut Selector<'_>,
    path: &[Step<'_>],
    state: State,
    content: &Content<'_>,
    actual: &[u8],
    out: &mut Comparison,
) {
    let expected = content.bytes().unwrap_or_default();
    let place = Location::value(content.node.address());
    compare_bytes(selector, path, state, (&expected, actual), place, out);
}

/// Compares bytes with the recorded ones.
pub(super) fn compare_bytes(
    selector: &Selector<'_>,
    path: &[Step<'_>],
    state: State,
    (expected, actual): (&[u8], &[u8]),
    place: Location,
    out: &mut Comparison,
) {
    let mismatch = |kind| Mismatch {
        path: shown_path(path),
        expected: shown_bytes(expected),
        ..whole(kind, "", actual, place)
    };
    let Some(chosen) = selector.chosen(state) else {
        if expected != actual {
            out.push(mismatch(MismatchKind::Value));
        }
        return;
    };
    let texts = (String::from_utf8_lossy(expected), String::from_utf8_lossy(actual));
    let pair = (Value::Plain(&texts.0), Value::Plain(&texts.1));
    let broken = broken(chosen, |rule| match &rule.matcher {
        Matcher::ContentType(media) if !is_of_type(actual, media) => Err(MismatchKind::MediaType),
        Matcher::ContentType(_) => Ok(()),
        Matcher::Equality if expected != actual => Err(MismatchKind::Value),
        Matcher::Equality => Ok(()),
        matcher => check(matcher, chosen.is_cascaded, pair.0, pair.1),
    });
    for (rule, kind) in broken {
        let mut mismatch = mismatch(kind);
        if let (MismatchKind::MediaType, Matcher::ContentType(media)) = (kind, &rule.matcher) {
            mismatch.expected.clone_from(media);
            mismatch.actual = MediaType::of_bytes(actual).essence().to_owned();
        }
        mismatch.rule = Some(BrokenRule::from(rule));
        out.push(mismatch);
    }
}
