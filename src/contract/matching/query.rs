//! Queries: texts in version 1, parameters with lists of values since.

use super::mismatch::{Comparison, Mismatch, MismatchKind, Part};
use super::rule::{Matcher, RuleTable};
use super::selector::Selector;
use super::value::Value;
use super::{ActualRequest, BrokenRule, missing, shown_path, single};
use crate::contract::model::{Query, QueryParameter, Request};
use crate::contract::path::Step;
use crate::contract::text::cut;
use crate::finding::Location;
use percent_encoding::percent_decode_str;
use rustc_hash::FxHashMap;

pub(super) fn compare(recorded: &Request<'_>, actual: &str, out: &mut Comparison) {
    match &recorded.query {
        Some(Query::Text(expected)) => {
            if decode(expected.text) != decode(actual) {
                out.push(Mismatch {
                    kind: MismatchKind::Value,
                    part: Part::Query,
                    path: "$".into(),
                    rule: None,
                    expected: cut(expected.text),
                    actual: cut(actual),
                    expectation: Location::value(expected.node.address()),
                });
            }
        }
        Some(Query::Parameters(parameters)) => {
            let holder = Location::value(recorded.node.address());
            parameters_match(
                Part::Query,
                parameters,
                &parse(actual),
                &recorded.rules.query,
                holder,
                out,
            );
        }
        None => {
            let holder = Location::value(recorded.node.address());
            parameters_match(Part::Query, &[], &parse(actual), &recorded.rules.query, holder, out);
        }
    }
}

/// The parameters of a query or form, each name once, in order.
#[must_use]
pub fn parse(text: &str) -> Vec<(String, Vec<String>)> {
    let mut parameters: Vec<(String, Vec<String>)> = Vec::new();
    let mut positions: FxHashMap<String, usize> = FxHashMap::default();
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (name, value) = (decode(name), decode(value));
        match positions.get(&name) {
            Some(position) => parameters[*position].1.push(value),
            None => {
                positions.insert(name.clone(), parameters.len());
                parameters.push((name, vec![value]));
            }
        }
    }
    parameters
}

/// A name or value without its encoding.
pub(in crate::contract) fn decode(text: &str) -> String {
    let spaces = text.replace('+', " ");
    percent_decode_str(&spaces).decode_utf8_lossy().into_owned()
}

/// Compares the parameters of a query or form.
pub(super) fn parameters_match(
    part: Part,
    recorded: &[QueryParameter<'_>],
    actual: &[(String, Vec<String>)],
    rules: &RuleTable,
    holder: Location,
    out: &mut Comparison,
) {
    let by_name: FxHashMap<&str, &Vec<String>> = actual.iter().map(|(name, values)| (name.as_str(), values)).collect();
    for parameter in recorded {
        match by_name.get(parameter.name.as_str()) {
            Some(values) => parameter_matches(part, parameter, values, rules, out),
            None => {
                let path = [Step::Name(&parameter.name)];
                let place = Location::key(parameter.node.address());
                out.push(missing(part, &path, &parameter.values.join(", "), place));
            }
        }
    }
    let mut recorded_names: Vec<&str> = recorded.iter().map(|parameter| parameter.name.as_str()).collect();
    recorded_names.sort_unstable();
    for (name, values) in actual {
        if recorded_names.binary_search(&name.as_str()).is_err() {
            out.push(Mismatch {
                kind: MismatchKind::Unexpected,
                part,
                path: shown_path(&[Step::Name(name)]),
                rule: None,
                expected: String::new(),
                actual: cut(&values.join(", ")),
                expectation: holder,
            });
        }
    }
}

fn parameter_matches(
    part: Part,
    parameter: &QueryParameter<'_>,
    actual: &[String],
    rules: &RuleTable,
    out: &mut Comparison,
) {
    let mut selector = Selector::new(rules);
    let whole = selector.step(Selector::root(), Step::Name(&parameter.name));
    let place = Location::value(parameter.node.address());
    let path = [Step::Name(parameter.name.as_str())];
    let mut has_rules = false;
    if let Some(chosen) = selector.chosen(whole) {
        has_rules = true;
        for rule in &chosen.set.rules {
            if let Matcher::Type(limits) = &rule.matcher
                && let Err(kind) = limits.check(actual.len())
            {
                out.push(Mismatch {
                    kind,
                    part,
                    path: shown_path(&path),
                    rule: Some(BrokenRule::from(rule)),
                    expected: cut(&parameter.values.join(", ")),
                    actual: cut(&actual.join(", ")),
                    expectation: place,
                });
            }
        }
    }
    for (position, value) in actual.iter().enumerate() {
        let state = selector.element(Selector::root(), &parameter.name, position);
        let has_rule = selector.chosen(state).is_some();
        has_rules |= has_rule;
        let first = parameter.values.first().filter(|_| has_rule);
        // Further values are held against the rules alone.
        let Some(example) = parameter.values.get(position).or(first) else {
            break;
        };
        let step = [path[0], Step::Index(position)];
        let steps = if actual.len() > 1 { &step[..] } else { &path[..] };
        let pair = (Value::Plain(example), Value::Plain(value));
        single(part, steps, &selector, state, pair, place, out);
    }
    if has_rules {
        return;
    }
    for (position, value) in parameter.values.iter().enumerate().skip(actual.len()) {
        out.push(missing(part, &[path[0], Step::Index(position)], value, place));
    }
    if let Some(value) = actual.get(parameter.values.len()) {
        out.push(Mismatch {
            kind: MismatchKind::Unexpected,
            part,
            path: shown_path(&[path[0], Step::Index(parameter.values.len())]),
            rule: None,
            expected: String::new(),
            actual: cut(value),
            expectation: place,
        });
    }
}

impl<'w> Query<'w> {
    /// Its parameters, each name once, in the order of the file.
    #[must_use]
    pub fn parameters(&self) -> Vec<QueryParameter<'w>> {
        match self {
            Self::Parameters(parameters) => parameters.clone(),
            Self::Text(text) => {
                let node = text.node;
                let parameters = parse(text.text).into_iter();
                parameters
                    .map(|(name, values)| QueryParameter { name, values, node })
                    .collect()
            }
        }
    }
}

impl ActualRequest<'_> {
    /// The parameters of its query, each name once, in order.
    #[must_use]
    pub fn parameters(&self) -> Vec<(String, Vec<String>)> {
        parse(self.query.unwrap_or_default())
    }
}
