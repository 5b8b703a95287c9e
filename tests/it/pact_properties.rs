//! Matching, held against a simple oracle: every value looks through every rule.

use crate::pacts::workspace;
use crate::property;
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use stipula::contract::matching::{ActualResponse, Comparison, match_response};
use stipula::contract::{self, Exchange};

const KEYS: &[&str] = &["a", "b", "c"];

fn values() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (0..3_i64).prop_map(Value::from),
        Just(json!(1.5)),
        prop::sample::select(vec!["", "x", "y"]).prop_map(Value::from),
    ];
    scalar.prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(prop::sample::select(KEYS), inner, 0..4).prop_map(|map| map
                .into_iter()
                .map(|(key, value)| (key.to_owned(), value))
                .collect::<Map<_, _>>()
                .into()),
        ]
    })
}

/// A part of a path: a name, a position, `[*]` or `.*`.
fn tokens() -> impl Strategy<Value = String> {
    prop::sample::select(vec![".a", ".b", ".c", "[0]", "[1]", "[*]", ".*"]).prop_map(str::to_owned)
}

/// Paths with the rule `type` or `equality`.
fn rules() -> impl Strategy<Value = Vec<(Vec<String>, bool)>> {
    // The body is a list, so most paths that lead anywhere begin with its element.
    let first = prop::sample::select(vec!["[0]", "[*]", ".*", ".a"]).prop_map(str::to_owned);
    let path = (
        prop::option::weighted(0.9, first),
        prop::collection::vec(tokens(), 0..4),
    )
        .prop_map(|(first, rest)| first.into_iter().chain(rest).collect());
    prop::collection::vec((path, any::<bool>()), 0..6)
}

fn compare(expected: &Value, rules: &[(Vec<String>, bool)], actual: &Value) -> Comparison {
    let rules: Map<String, Value> = rules
        .iter()
        .map(|(path, is_type)| {
            let name = if *is_type { "type" } else { "equality" };
            (
                format!("${}", path.concat()),
                json!({ "matchers": [{ "match": name }] }),
            )
        })
        .collect();
    // A body that is null or an empty text means something else.
    let text = json!({
        "consumer": { "name": "c" }, "provider": { "name": "p" },
        "interactions": [{ "description": "d", "request": {}, "response": {
            "body": [expected], "matchingRules": { "body": rules } } }],
        "metadata": { "pactSpecification": { "version": "3.0.0" } }
    });
    let (workspace, id) = workspace("contract.json", &text.to_string()).unwrap();
    let contract = contract::read(&workspace, id);
    let Exchange::Http { response, .. } = &contract.interactions[0].exchange else {
        panic!("it is a response");
    };
    let body = json!([actual]).to_string();
    let actual = ActualResponse {
        status: 200,
        headers: &[],
        body: body.as_bytes(),
    };
    let comparison = match_response(response, &actual);
    assert_eq!(
        comparison,
        match_response(response, &actual),
        "it says the same each time"
    );
    comparison
}

/// Whether the best rule for a place is `type`; none where no rule fits. The best has the most parts that name their
/// step, and of those the longest path, and of those the first one in the file.
fn best(rules: &[(Vec<String>, bool)], place: &[String]) -> Option<bool> {
    let mut best: Option<(usize, usize, bool)> = None;
    for (path, is_type) in rules {
        let fits = path.len() <= place.len()
            && path.iter().zip(place).all(|(token, step)| match token.as_str() {
                ".*" => true,
                "[*]" => step.starts_with('['),
                token => token == step,
            });
        if !fits {
            continue;
        }
        let named = path.iter().filter(|token| !token.contains('*')).count();
        if best.is_none_or(|(most, length, _)| (named, path.len()) > (most, length)) {
            best = Some((named, path.len(), *is_type));
        }
    }
    best.map(|(_, _, is_type)| is_type)
}

fn same_type(a: &Value, b: &Value) -> bool {
    std::mem::discriminant(a) == std::mem::discriminant(b)
}

fn oracle(rules: &[(Vec<String>, bool)], place: &mut Vec<String>, expected: &Value, actual: &Value) -> bool {
    let is_type = best(rules, place) == Some(true);
    let mut below = |step: String, expected: &Value, actual: &Value| {
        place.push(step);
        let holds = oracle(rules, place, expected, actual);
        place.pop();
        holds
    };
    match (expected, actual) {
        (Value::Object(expected), Value::Object(actual)) => expected.iter().all(|(key, expected)| {
            let actual = actual.get(key);
            actual.is_some_and(|actual| below(format!(".{key}"), expected, actual))
        }),
        (Value::Array(expected), Value::Array(actual)) if is_type => {
            actual.iter().enumerate().all(|(position, actual)| {
                let example = expected.get(position).or(expected.first());
                example.is_none_or(|example| below(format!("[{position}]"), example, actual))
            })
        }
        (Value::Array(expected), Value::Array(actual)) => {
            expected.len() == actual.len()
                && (0..expected.len()).all(|at| below(format!("[{at}]"), &expected[at], &actual[at]))
        }
        _ if is_type => same_type(expected, actual),
        _ => expected == actual,
    }
}

proptest! {
    #![proptest_config(property::config(2000))]

    #[test]
    fn matching_is_what_the_oracle_says(expected in values(), rules in rules(), actual in values()) {
        let rules: Vec<(Vec<String>, bool)> = in_file_order(rules);
        let found = compare(&expected, &rules, &actual);
        let holds = oracle(&rules, &mut Vec::new(), &json!([expected]), &json!([actual]));
        prop_assert_eq!(found.is_match(), holds, "{:?}", found.mismatches);
    }

    #[test]
    fn what_differs_a_little_is_found(expected in values(), rules in rules(), other in values(), at in any::<prop::sample::Index>()) {
        let rules = in_file_order(rules);
        let actual = replaced(&expected, &other, at);
        let found = compare(&expected, &rules, &actual);
        let holds = oracle(&rules, &mut Vec::new(), &json!([expected]), &json!([actual]));
        prop_assert_eq!(found.is_match(), holds, "{:?}", found.mismatches);
    }

    #[test]
    fn a_body_that_equals_its_example_matches(value in values(), rules in rules()) {
        prop_assert_eq!(compare(&value, &rules, &value), Comparison::default());
    }
}

/// The file sorts its keys.
fn in_file_order(mut rules: Vec<(Vec<String>, bool)>) -> Vec<(Vec<String>, bool)> {
    rules.sort_by_key(|(path, _)| path.concat());
    rules.dedup_by_key(|(path, _)| path.concat());
    rules
}

/// A value with one of its parts replaced.
fn replaced(value: &Value, other: &Value, at: prop::sample::Index) -> Value {
    fn walk(value: &mut Value, other: &Value, left: &mut usize) {
        if *left == 0 {
            *value = other.clone();
        }
        *left = left.wrapping_sub(1);
        match value {
            Value::Array(values) => values.iter_mut().for_each(|value| walk(value, other, left)),
            Value::Object(values) => values.values_mut().for_each(|value| walk(value, other, left)),
            _ => {}
        }
    }
    let count = value.to_string().matches(|letter| "[{,".contains(letter)).count() + 1;
    let mut value = value.clone();
    walk(&mut value, other, &mut at.index(count));
    value
}
