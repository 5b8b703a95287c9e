//! Whether what came is what was recorded, or what the rules allow instead.
//!
//! In come a recorded [`Request`], [`Response`] or [`Message`] and the bytes of one that came; out comes a
//! [`Comparison`]: mismatches in a stable order, each with the place of the expectation and of the rule that it breaks.
//! The cost grows with the size of the body, whatever the number of rules: the paths of rules are walked along with it.

mod compile;
mod contents;
mod datetime;
mod expected;
mod headers;
mod json;
mod mismatch;
mod multipart;
mod pattern;
mod query;
mod rule;
mod selector;
mod value;
mod xml;

pub(super) use compile::{Compiled, Patterns, compile};
pub(super) use datetime::{Format, FormatKind, month, weekday};
pub use expected::{Accepted, Expected, Parts, expected};
pub use mismatch::{BrokenRule, Comparison, Mismatch, MismatchKind, Part};
pub(super) use multipart::{BodyPart, parts as parts_of};
#[cfg(test)]
pub(super) use pattern::Pattern;
pub(super) use pattern::without_quoting;
pub(super) use query::decode;
pub use query::parse as parse_form;
pub use rule::Rules;

use super::body::read_json;
use super::model::{Message, Request, Response, Text, is_content_type, stated_type, type_in_metadata};
use super::path::Step;
use super::text::cut;
use crate::document::Node;
use crate::finding::Location;
use crate::syntax::{NodeId, NodeType};
use contents::Expectation;
use rule::{Rule, RuleTable};
use selector::Selector;
use value::{Value, broken, check};

/// A request that was received.
#[derive(Debug, Clone, Copy)]
pub struct ActualRequest<'a> {
    /// The method.
    pub method: &'a str,
    /// The path, as it was sent.
    pub path: &'a str,
    /// The query, as it was sent, without `?`.
    pub query: Option<&'a str>,
    /// The headers, a name for each value.
    pub headers: &'a [(String, String)],
    /// The body.
    pub body: &'a [u8],
}

/// A response that was received.
#[derive(Debug, Clone, Copy)]
pub struct ActualResponse<'a> {
    /// The status.
    pub status: u16,
    /// The headers, a name for each value.
    pub headers: &'a [(String, String)],
    /// The body.
    pub body: &'a [u8],
}

/// A message that was received.
#[derive(Debug, Clone, Copy)]
pub struct ActualMessage<'a> {
    /// The media type that came with it.
    pub content_type: Option<&'a str>,
    /// What came with it: a JSON object.
    pub metadata: Option<&'a str>,
    /// What it carries.
    pub contents: &'a [u8],
}

/// Holds a request against the recorded one: in what a consumer sends, nothing may be that was not recorded.
#[must_use]
pub fn match_request(recorded: &Request<'_>, actual: &ActualRequest<'_>) -> Comparison {
    let mut out = Comparison::default();
    if !recorded.method.text.eq_ignore_ascii_case(actual.method) {
        text(
            Part::Method,
            &recorded.rules.method,
            recorded.method,
            actual.method,
            &mut out,
        );
    }
    text(Part::Path, &recorded.rules.path, recorded.path, actual.path, &mut out);
    query::compare(recorded, actual.query.unwrap_or_default(), &mut out);
    headers::compare(&recorded.headers, actual.headers, &recorded.rules.header, &mut out);
    let expectation = Expectation {
        body: &recorded.body,
        stated_type: stated_type(&recorded.headers),
        rules: &recorded.rules.body,
        allows_more: false,
    };
    contents::compare(
        &expectation,
        header(actual.headers, "content-type"),
        actual.body,
        &mut out,
    );
    out
}

/// Holds a response against the recorded one: of what a consumer reads, there may be more than was recorded.
#[must_use]
pub fn match_response(recorded: &Response<'_>, actual: &ActualResponse<'_>) -> Comparison {
    let mut out = Comparison::default();
    status(recorded, actual.status, &mut out);
    headers::compare(&recorded.headers, actual.headers, &recorded.rules.header, &mut out);
    let content_type = header(actual.headers, "content-type");
    response_body(recorded, content_type, actual.body, &mut out);
    out
}

/// Holds a body of the recorded media type against that of the recorded response.
#[must_use]
pub fn match_body(recorded: &Response<'_>, body: &[u8]) -> Comparison {
    let mut out = Comparison::default();
    response_body(recorded, stated_type(&recorded.headers), body, &mut out);
    out
}

/// Whether a status is the recorded one, or one that the rules allow instead.
#[must_use]
pub fn accepts_status(recorded: &Response<'_>, actual: u16) -> bool {
    let mut out = Comparison::default();
    status(recorded, actual, &mut out);
    out.is_match()
}

fn status(recorded: &Response<'_>, actual: u16, out: &mut Comparison) {
    if let Some((expected, node)) = recorded.status {
        let (expected, actual) = (expected.to_string(), actual.to_string());
        let values = (Value::Number(&expected), Value::Number(&actual));
        whole(Part::Status, &recorded.rules.status, values, node, out);
    }
}

fn response_body(recorded: &Response<'_>, content_type: Option<&str>, actual: &[u8], out: &mut Comparison) {
    let expectation = Expectation {
        body: &recorded.body,
        stated_type: stated_type(&recorded.headers),
        rules: &recorded.rules.body,
        allows_more: true,
    };
    contents::compare(&expectation, content_type, actual, out);
}

/// Holds a message against the recorded one.
#[must_use]
pub fn match_message(recorded: &Message<'_>, actual: &ActualMessage<'_>) -> Comparison {
    let mut out = Comparison::default();
    let metadata = read_json(actual.metadata.unwrap_or("{}").to_owned());
    let in_metadata = || {
        let mut entries = metadata.children(NodeId::ROOT);
        let entry = entries.find(|entry| metadata.key_text(*entry).is_some_and(is_content_type))?;
        metadata.string(entry)
    };
    let content_type = actual.content_type.or_else(in_metadata);
    for expected in recorded.metadata.into_iter().flat_map(Node::children) {
        let name = expected.key_text().unwrap_or_default();
        if is_content_type(name)
            && let Some(text) = expected.string()
        {
            let expected = Text { text, node: expected };
            headers::compare_type(
                Part::Metadata,
                name,
                expected,
                content_type,
                &recorded.rules.metadata,
                &mut out,
            );
            continue;
        }
        let setting = json::Setting {
            part: Part::Metadata,
            recorded: json::Recorded {
                tree: expected.document().tree(),
                node: expected.id(),
                place: json::Place::Document(expected.address().document),
            },
            actual: &metadata,
            allows_more: true,
        };
        let step = Step::Name(name);
        match metadata.find(NodeId::ROOT, name) {
            Some(value) => json::compare_at(setting, step, value, &recorded.rules.metadata, &mut out),
            None => out.push(missing(
                Part::Metadata,
                &[step],
                &shown(expected),
                Location::key(expected.address()),
            )),
        }
    }
    let expectation = Expectation {
        body: &recorded.contents,
        stated_type: recorded.metadata.and_then(type_in_metadata),
        rules: &recorded.rules.body,
        allows_more: true,
    };
    contents::compare(&expectation, content_type, actual.contents, &mut out);
    out
}

/// The first value of a header.
fn header<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers
        .iter()
        .find(|(header, _)| header.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.as_str())
}

/// A part that is one text.
fn text(part: Part, rules: &RuleTable, expected: Text<'_>, actual: &str, out: &mut Comparison) {
    let values = (Value::Plain(expected.text), Value::Plain(actual));
    whole(part, rules, values, expected.node, out);
}

/// A part that is one value, which the rules of its category hold for as a whole.
fn whole(
    part: Part,
    rules: &RuleTable,
    (expected, actual): (Value<'_>, Value<'_>),
    node: Node<'_>,
    out: &mut Comparison,
) {
    // Most parts have no rules, and are as they were recorded.
    if rules.is_empty() && value::equal(expected, actual).is_ok() {
        return;
    }
    let selector = Selector::new(rules);
    single(
        part,
        &[],
        &selector,
        Selector::root(),
        (expected, actual),
        Location::value(node.address()),
        out,
    );
}

/// One value without parts, in a state of the rules.
fn single(
    part: Part,
    path: &[Step<'_>],
    selector: &Selector<'_>,
    state: selector::State,
    (expected, actual): (Value<'_>, Value<'_>),
    expectation: Location,
    out: &mut Comparison,
) {
    let mut report = |kind, rule: Option<&Rule>| {
        out.push(Mismatch {
            kind,
            part,
            path: shown_path(path),
            rule: rule.map(BrokenRule::from),
            expected: shown_value(expected),
            actual: shown_value(actual),
            expectation,
        });
    };
    match selector.chosen(state) {
        None => {
            if let Err(kind) = value::equal(expected, actual) {
                report(kind, None);
            }
        }
        Some(chosen) => {
            for (rule, kind) in broken(chosen, |rule| {
                check(&rule.matcher, chosen.is_cascaded, expected, actual)
            }) {
                report(kind, Some(rule));
            }
        }
    }
}

/// Something that was recorded is not there.
fn missing(part: Part, path: &[Step<'_>], expected: &str, expectation: Location) -> Mismatch {
    Mismatch {
        kind: MismatchKind::Missing,
        part,
        path: shown_path(path),
        rule: None,
        expected: cut(expected),
        actual: String::new(),
        expectation,
    }
}

fn shown_path(path: &[Step<'_>]) -> String {
    use std::fmt::Write;
    let mut out = String::from("$");
    for step in path {
        let _ = write!(out, "{step}");
    }
    out
}

fn shown_value(value: Value<'_>) -> String {
    match value {
        Value::Number(text) | Value::String(text) | Value::Plain(text) => cut(text),
        Value::Boolean(value) => value.to_string(),
        Value::Null => "null".into(),
        Value::List(count) => format!("{count} elements"),
        Value::Map(count) => format!("{count} keys"),
    }
}

/// A node as it stands in messages: a string without quotes.
#[must_use]
pub fn shown(node: Node<'_>) -> String {
    match node.node_type() {
        NodeType::String => cut(node.text()),
        _ => super::text::shown(node.document().tree(), node.id()),
    }
}
