//! Headers: names have no case, values have; more of them than recorded may come.

use super::mismatch::{Comparison, Mismatch, MismatchKind, Part};
use super::rule::RuleTable;
use super::selector::Selector;
use super::value::Value;
use super::{missing, shown_path, single};
use crate::contract::media::{MediaType, split_outside_quotes};
use crate::contract::model::{Header, Text};
use crate::contract::path::Step;
use crate::contract::text::cut;
use crate::document::Node;
use crate::finding::Location;

/// Headers whose values are lists, so that `a, b` is two of them. In any other one a comma is a comma.
const LISTS: [&str; 12] = [
    "accept",
    "accept-encoding",
    "accept-language",
    "access-control-allow-headers",
    "access-control-allow-methods",
    "access-control-expose-headers",
    "access-control-request-headers",
    "allow",
    "cache-control",
    "if-match",
    "if-none-match",
    "vary",
];

/// Headers whose values have parameters after `;`, of which more than recorded may come.
const WITH_PARAMETERS: [&str; 2] = ["accept", "content-type"];

pub(super) fn compare(recorded: &[Header<'_>], actual: &[(String, String)], rules: &RuleTable, out: &mut Comparison) {
    for header in recorded {
        let name = header.name.to_ascii_lowercase();
        let actual: Vec<&str> = actual
            .iter()
            .filter(|(actual, _)| actual.eq_ignore_ascii_case(header.name))
            .map(|(_, value)| value.as_str())
            .collect();
        compare_one(header, &name, &actual, rules, out);
    }
}

fn compare_one(header: &Header<'_>, name: &str, actual: &[&str], rules: &RuleTable, out: &mut Comparison) {
    // Most headers have no rules, and are as they were recorded.
    if let ([expected], [actual], true) = (header.values.as_slice(), actual, rules.is_empty())
        && expected.text == *actual
    {
        return;
    }
    let mut selector = Selector::new(rules);
    let path = [Step::Name(header.name)];
    let is_list = LISTS.contains(&name);
    let expected = values(header.values.iter().map(|value| (value.text, value.node)), is_list);
    if actual.is_empty() {
        let shown: Vec<&str> = expected.iter().map(|(value, _)| *value).collect();
        let mismatch = missing(
            Part::Header,
            &path,
            &shown.join(", "),
            Location::key(header.node.address()),
        );
        return out.push(mismatch);
    }
    let actual = values(actual.iter().map(|value| (*value, ())), is_list);
    let Some(first) = expected.first() else {
        return;
    };
    let mut values_have_rules = false;
    for (position, (value, ())) in actual.iter().enumerate() {
        let state = selector.element(Selector::root(), name, position);
        let has_rule = selector.chosen(state).is_some();
        values_have_rules |= has_rule;
        // Further values are held against the rules alone.
        let Some((example, node)) = expected.get(position).or(Some(first).filter(|_| has_rule)) else {
            break;
        };
        let place = Location::value(node.address());
        if has_rule {
            let pair = (Value::Plain(example), Value::Plain(value));
            single(Part::Header, &path, &selector, state, pair, place, out);
        } else if !is_same(name, example, value) {
            out.push(different(&path, example, value, place));
        }
    }
    if values_have_rules {
        return;
    }
    for (value, node) in expected.iter().skip(actual.len()) {
        out.push(missing(Part::Header, &path, value, Location::value(node.address())));
    }
    if let Some((value, ())) = actual.get(expected.len()) {
        out.push(Mismatch {
            kind: MismatchKind::Unexpected,
            expected: String::new(),
            ..different(&path, "", value, Location::value(header.node.address()))
        });
    }
}

fn different(path: &[Step<'_>], expected: &str, actual: &str, expectation: Location) -> Mismatch {
    Mismatch {
        kind: MismatchKind::Value,
        part: Part::Header,
        path: shown_path(path),
        rule: None,
        expected: cut(expected),
        actual: cut(actual),
        expectation,
    }
}

/// The values of a header, those of lists one by one.
fn values<'a, T: Copy>(values: impl Iterator<Item = (&'a str, T)>, is_list: bool) -> Vec<(&'a str, T)> {
    values
        .flat_map(|(value, place)| {
            let parts = if is_list {
                split_outside_quotes(value, ',')
            } else {
                vec![value]
            };
            parts.into_iter().map(move |part| (part.trim(), place))
        })
        .collect()
}

/// Whether a value is the recorded one, where no rule says more.
fn is_same(name: &str, expected: &str, actual: &str) -> bool {
    if expected == actual {
        return true;
    }
    if WITH_PARAMETERS.contains(&name)
        && let (Some(expected), Some(actual)) = (MediaType::parse(expected), MediaType::parse(actual))
    {
        return expected.is_met_by(&actual);
    }
    // White space after commas does not count, whatever the header.
    let without_space = |value: &str| {
        let parts: Vec<&str> = split_outside_quotes(value, ',').into_iter().map(str::trim).collect();
        parts.join(",")
    };
    without_space(expected) == without_space(actual)
}

/// The media type of a message, which stands in its metadata.
pub(super) fn compare_type(
    part: Part,
    name: &str,
    expected: Text<'_>,
    actual: Option<&str>,
    rules: &RuleTable,
    out: &mut Comparison,
) {
    let mut selector = Selector::new(rules);
    let path = [Step::Name(name)];
    let state = selector.step(Selector::root(), path[0]);
    let node: Node<'_> = expected.node;
    let Some(actual) = actual else {
        return out.push(missing(part, &path, expected.text, Location::key(node.address())));
    };
    let place = Location::value(node.address());
    if selector.chosen(state).is_some() {
        let pair = (Value::Plain(expected.text), Value::Plain(actual));
        single(part, &path, &selector, state, pair, place, out);
    } else if !is_same("content-type", expected.text, actual) {
        out.push(Mismatch {
            part,
            ..different(&path, expected.text, actual, place)
        });
    }
}
