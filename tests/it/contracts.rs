//! Reading contracts, and what is said where an answer departs from one.

use crate::pacts::workspace;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use stipula::contract::matching::{ActualResponse, Comparison, MismatchKind, match_response};
use stipula::contract::{self, Contract, Exchange, Interaction};
use stipula::document::Workspace;

/// A response of a contract of version 3 against a body.
fn compare(body: &Value, rules: &Value, actual: &str) -> Comparison {
    compare_as("application/json", body, rules, actual.as_bytes())
}

fn compare_as(media: &str, body: &Value, rules: &Value, actual: &[u8]) -> Comparison {
    let text = json!({
        "consumer": { "name": "c" }, "provider": { "name": "p" },
        "interactions": [{ "description": "d", "request": {}, "response": {
            "status": 200, "headers": { "Content-Type": media }, "body": body, "matchingRules": { "body": rules } } }],
        "metadata": { "pactSpecification": { "version": "3.0.0" } }
    });
    let (workspace, id) = workspace("contract.json", &text.to_string()).unwrap();
    let contract = contract::read(&workspace, id);
    let Exchange::Http { response, .. } = &contract.interactions[0].exchange else {
        panic!("it is a response");
    };
    let headers = [("content-type".to_owned(), media.to_owned())];
    let actual = ActualResponse {
        status: 200,
        headers: &headers,
        body: actual,
    };
    match_response(response, &actual)
}

/// The kinds and paths of what differs.
fn differs(body: &Value, rules: &Value, actual: &str) -> Vec<(MismatchKind, String)> {
    let mismatches = compare(body, rules, actual).mismatches;
    mismatches
        .into_iter()
        .map(|mismatch| (mismatch.kind, mismatch.path))
        .collect()
}

fn set(rules: &Value) -> Value {
    json!({ "matchers": rules })
}

fn with_every_rule<T>(use_it: impl FnOnce(&Workspace, &Contract<'_>) -> T) -> T {
    let (workspace, id) = workspace("every.json", include_str!("../pact/every_rule.json")).unwrap();
    let contract = contract::read(&workspace, id);
    use_it(&workspace, &contract)
}

#[test]
fn every_rule_is_read() {
    with_every_rule(|_, contract| {
        assert_eq!(contract.problems, []);
        assert!(contract.node.document().violations().is_empty());
        let interaction = &contract.interactions[0];
        assert_eq!(
            (interaction.key, interaction.states[0].name),
            (Some("a1"), "an order exists")
        );
        assert_eq!(interaction.states[0].params[0].1.text(), "7");
        assert!(interaction.unsupported().is_empty());
    });
}

#[test]
fn what_a_contract_recorded_matches_itself() {
    with_every_rule(|_, contract| {
        let Exchange::Http { response, .. } = &contract.interactions[0].exchange else {
            panic!("it is a response");
        };
        let contract::Body::Content(content) = &response.body else {
            panic!("it has a body");
        };
        let headers = [("Content-Type".to_owned(), "application/json; charset=utf-8".to_owned())];
        let body = content.bytes().unwrap();
        let actual = ActualResponse {
            status: 204,
            headers: &headers,
            body: &body,
        };
        assert_eq!(match_response(response, &actual), Comparison::default());
    });
}

#[test]
fn a_mismatch_has_the_place_of_expectation_and_rule() {
    let text = "{\n\"consumer\": {\"name\": \"c\"}, \"provider\": {\"name\": \"p\"}, \"interactions\": [\n{\"description\": \
                \"d\", \"request\": {}, \"response\": {\n\"body\": {\n\"id\": 1,\n\"name\": \"x\"},\n\"matchingRules\": \
                {\"body\": {\n\"$.id\": {\"matchers\": [\n{\"match\": \"integer\"}]}}}}}]}";
    let (workspace, id) = workspace("contract.json", text).unwrap();
    let contract = contract::read(&workspace, id);
    let Exchange::Http { response, .. } = &contract.interactions[0].exchange else {
        panic!("it is a response");
    };
    let actual = ActualResponse {
        status: 200,
        headers: &[],
        body: b"{\"id\": \"7\"}",
    };
    let mismatches = match_response(response, &actual).mismatches;
    let source = workspace.document(id).source();
    let line = |offset| source.position(offset).line;
    let (wrong, missing) = (&mismatches[0], &mismatches[1]);
    assert_eq!((wrong.at().as_str(), wrong.kind), ("$.body.id", MismatchKind::Type));
    assert_eq!((wrong.expected.as_str(), wrong.actual.as_str()), ("1", "\"7\""));
    assert_eq!(line(wrong.expectation.span(&workspace).start), 5);
    let rule = wrong.rule.as_ref().unwrap();
    assert_eq!(rule.name, "integer");
    assert_eq!(
        line(workspace.node(rule.at).document().tree().span(rule.at.node).start),
        9
    );
    // What is missing is reported at its key.
    assert_eq!(
        (missing.at().as_str(), missing.kind),
        ("$.body.name", MismatchKind::Missing)
    );
    assert_eq!(missing.expectation.span(&workspace).of(source.text()), "\"name\"");
}

#[test]
fn rules_are_combined() {
    let rules = json!({ "$.a": { "combine": "OR", "matchers": [{ "match": "type" }, { "match": "null" }] } });
    let body = json!({ "a": { "b": 1 } });
    assert_eq!(differs(&body, &rules, r#"{"a": null}"#), []);
    assert_eq!(differs(&body, &rules, r#"{"a": {"b": 2}}"#), []);
    assert_eq!(
        differs(&body, &rules, r#"{"a": {}}"#),
        [(MismatchKind::Missing, "$.a.b".into())]
    );
    assert_eq!(differs(&body, &rules, r#"{"a": 1}"#).len(), 2);
    let rules =
        json!({ "$.a": set(&json!([{ "match": "include", "value": "x" }, { "match": "include", "value": "y" }])) });
    assert_eq!(differs(&json!({ "a": "xy" }), &rules, r#"{"a": "x"}"#).len(), 1);
}

#[test]
fn the_weightiest_rule_holds() {
    let rules = json!({
        "$.*.b": set(&json!([{ "match": "integer" }])),
        "$.a.b": set(&json!([{ "match": "regex", "regex": "\\w+" }])),
        "$.c": set(&json!([{ "match": "type" }])),
        "$.c.d": set(&json!([{ "match": "equality" }])),
    });
    let body = json!({ "a": { "b": "x" }, "c": { "d": [1], "e": 1 }, "f": { "b": 1 } });
    assert_eq!(
        differs(
            &body,
            &rules,
            r#"{"a": {"b": "y"}, "c": {"d": [1], "e": 9}, "f": {"b": 2}}"#
        ),
        []
    );
    assert_eq!(
        differs(
            &body,
            &rules,
            r#"{"a": {"b": "-"}, "c": {"d": [2], "e": "x"}, "f": {"b": "z"}}"#
        ),
        [
            (MismatchKind::Rule, "$.a.b".into()),
            (MismatchKind::Value, "$.c.d[0]".into()),
            (MismatchKind::Type, "$.c.e".into()),
            (MismatchKind::Type, "$.f.b".into()),
        ]
    );
}

#[test]
fn keys_and_values_have_rules() {
    let rules =
        json!({ "$": set(&json!([{ "match": "eachKey", "rules": [{ "match": "regex", "regex": "[a-z]+" }] }])) });
    let body = json!({ "one": "a" });
    assert_eq!(differs(&body, &rules, r#"{"two": "b"}"#), []);
    assert_eq!(
        differs(&body, &rules, r#"{"100": "b"}"#),
        [(MismatchKind::Rule, "$.100".into())]
    );
    let rules =
        json!({ "$": set(&json!([{ "match": "eachValue", "rules": [{ "match": "regex", "regex": "[a-z]+" }] }])) });
    assert_eq!(differs(&body, &rules, r#"{"two": "b", "three": "c"}"#), []);
    assert_eq!(
        differs(&body, &rules, r#"{"two": "B", "three": 1}"#),
        [
            (MismatchKind::Rule, "$.two".into()),
            (MismatchKind::Rule, "$.three".into())
        ]
    );
    // Even where nothing was recorded that a value could be like.
    assert_eq!(
        differs(&json!({}), &rules, r#"{"two": "B"}"#),
        [(MismatchKind::Rule, "$.two".into())]
    );
}

#[test]
fn lists_contain_variants() {
    let rules = json!({ "$.actions": set(&json!([{ "match": "arrayContains", "variants": [
        { "index": 0, "rules": { "$.href": set(&json!([{ "match": "regex", "regex": "/\\d+" }])) } },
        { "index": 1, "rules": { "$.*": set(&json!([{ "match": "type" }])) } },
    ] }])) });
    let body = json!({ "actions": [{ "name": "add", "href": "/1" }, { "name": "delete", "count": 1 }] });
    let actual = r#"{"actions": [{"name": "x", "count": 7}, {"name": "y"}, {"name": "add", "href": "/22"}]}"#;
    assert_eq!(differs(&body, &rules, actual), []);
    let actual = r#"{"actions": [{"name": "add", "href": "/a"}, {"name": "x", "count": 7}]}"#;
    assert_eq!(
        differs(&body, &rules, actual),
        [(MismatchKind::Rule, "$.actions".into())]
    );
}

#[test]
fn what_is_not_known_never_passes() {
    let rules = json!({ "$.a": set(&json!([{ "match": "csv-column" }])) });
    let comparison = compare(&json!({ "a": 1 }), &rules, r#"{"a": 1}"#);
    assert!(comparison.is_unsupported());
    assert!(
        comparison.mismatches[0]
            .rule
            .as_ref()
            .unwrap()
            .argument
            .contains("`csv-column`")
    );
    let rules = json!({ "$.a": set(&json!([{ "match": "regex", "regex": "(" }])) });
    assert!(compare(&json!({ "a": "x" }), &rules, r#"{"a": "x"}"#).is_unsupported());
}

#[test]
fn plugins_are_named() {
    let text = json!({
        "consumer": { "name": "c" }, "provider": { "name": "p" },
        "interactions": [{ "type": "Synchronous/Messages", "description": "d", "request": {}, "response": [],
                           "pluginConfiguration": { "protobuf": {} } }],
        "metadata": { "pactSpecification": { "version": "4.0" } }
    });
    let (workspace, id) = workspace("contract.json", &text.to_string()).unwrap();
    let contract = contract::read(&workspace, id);
    let unsupported: Vec<String> = contract
        .interactions
        .iter()
        .flat_map(Interaction::unsupported)
        .map(|problem| problem.message)
        .collect();
    assert_eq!(unsupported, ["it needs the plugin `protobuf`"]);
}

#[test]
fn what_cannot_be_read_of_a_contract_is_said() {
    let text = json!({
        "consumer": { "name": "c" }, "provider": { "name": "p" },
        "interactions": [{ "description": "d", "request": { "path": "/" }, "response": { "status": "abc",
            "matchingRules": { "body": { "a.b": set(&json!([{ "match": "type" }])) }, "nonsense": {} },
            "generators": { "body": { "$.a": { "type": "Nonsense" } } } } }],
        "metadata": { "pactSpecification": { "version": "3.0.0" } }
    });
    let (workspace, id) = workspace("contract.json", &text.to_string()).unwrap();
    let contract = contract::read(&workspace, id);
    let messages: Vec<&str> = contract
        .problems
        .iter()
        .map(|problem| problem.message.as_str())
        .collect();
    assert_eq!(
        messages,
        [
            "`abc` is no status code",
            "`a.b` is no path that can be followed: `$` is expected at character 1",
            "`nonsense` is no category of rules",
            "the generator `Nonsense` is not known; it may need a plugin",
        ]
    );
}

#[test]
fn hostile_bodies_take_bounded_time() {
    let body = json!({ "a": [{ "b": 1 }] });
    let each_like = json!({ "$": set(&json!([{ "match": "type" }])) });
    let deep = format!("{}{}", "[".repeat(1_000_000), "]".repeat(1_000_000));
    let start = Instant::now();
    assert_eq!(
        compare(&body, &each_like, &deep).mismatches[0].kind,
        MismatchKind::Unreadable
    );
    let wrong = format!("{{\"a\": [{}]}}", vec!["{\"b\": \"x\"}"; 200_000].join(","));
    let comparison = compare(&body, &each_like, &wrong);
    assert_eq!(comparison.mismatches.len() + comparison.omitted, 200_000);
    assert_eq!(comparison.mismatches.len(), 1000);
    let elements = "<a>".repeat(200_000) + &"</a>".repeat(200_000);
    let xml = json!("<a><a/></a>");
    compare_as("application/xml", &xml, &each_like, elements.as_bytes());
    let entities = b"<!DOCTYPE a [<!ENTITY b \"bbbbbbbb\">]><a>&b;</a>";
    let comparison = compare_as("application/xml", &xml, &json!({}), entities);
    assert_eq!(comparison.mismatches[0].kind, MismatchKind::Unreadable);
    assert_eq!(
        compare_as("application/json", &body, &json!({}), b"\xFF").mismatches[0].kind,
        MismatchKind::Unreadable
    );
    // Far above what it takes, and far below what anything but linear time would take.
    assert!(start.elapsed() < Duration::from_secs(60));
}
