//! The cases of the Pact specification: an expected and an actual request, response or message, and whether they match.

use crate::outside;
use crate::pacts::{Counts, Disputed, files, workspace};
use serde_json::{Value, json};
use std::fs;
use stipula::contract::generators::{Context, Seeded, Side, prepare_message, prepare_request, prepare_response};
use stipula::contract::matching::{
    ActualMessage, ActualRequest, ActualResponse, Comparison, match_message, match_request, match_response,
};
use stipula::contract::{self, Exchange};
use time::OffsetDateTime;

#[test]
fn pact_specification() {
    let Some(folder) = outside::conformance("pact-specification") else {
        return;
    };
    let disputed = Disputed::read("specification.tsv");
    let mut counts = Counts::default();
    for path in files(&folder, "json") {
        let case = path.strip_prefix(&folder).unwrap().to_string_lossy().replace('\\', "/");
        let parts: Vec<&str> = case.split('/').collect();
        let [version, "testcases", kind, aspect, _] = parts[..] else {
            continue;
        };
        let version = version.trim_start_matches("version-");
        let part = format!("{version} {kind} {aspect}");
        let text = fs::read_to_string(&path).unwrap();
        let value: Value = serde_json::from_str(text.trim_start_matches('\u{FEFF}')).unwrap();
        let expected = value["match"].as_bool().unwrap();
        let comparison = compare(version, kind, &value);
        if comparison.is_match() == expected {
            counts.right(&part);
            if disputed.reason(&case).is_some() {
                counts.wrong(&part, format!("{case}: no longer disputed"));
            }
        } else if disputed.reason(&case).is_some() {
            counts.disputed(&part);
        } else {
            counts.wrong(
                &part,
                format!("{case}: should be {expected}: {:#?}", comparison.mismatches),
            );
        }
    }
    counts.finish();
}

/// A contract of a version with one part of an interaction.
fn contract(version: &str, kind: &str, part: &Value) -> String {
    let mut interaction = json!({ "description": "case", "request": {}, "response": {} });
    let mut key = "interactions";
    match (kind, version) {
        ("message", "3") => {
            interaction = part.clone();
            key = "messages";
        }
        ("message", _) => {
            interaction = part.clone();
            interaction["type"] = json!("Asynchronous/Messages");
        }
        _ => interaction[kind] = part.clone(),
    }
    let mut contract = json!({
        "consumer": { "name": "consumer" },
        "provider": { "name": "provider" },
        "metadata": { "pactSpecification": { "version": format!("{version}.0") } },
    });
    contract[key] = json!([interaction]);
    contract.to_string()
}

fn compare(version: &str, kind: &str, case: &Value) -> Comparison {
    let (expected, expected_id) = workspace("expected.json", &contract(version, kind, &case["expected"])).unwrap();
    let (actual, actual_id) = workspace("actual.json", &contract(version, kind, &case["actual"])).unwrap();
    let (expected, actual) = (
        contract::read(&expected, expected_id),
        contract::read(&actual, actual_id),
    );
    let values = serde_json::Map::new();
    let mut context = Context {
        side: Side::Provider,
        values: &values,
        server: None,
        now: OffsetDateTime::UNIX_EPOCH,
        random: &mut Seeded::new(0),
    };
    match (&expected.interactions[0].exchange, &actual.interactions[0].exchange) {
        (Exchange::Message(expected), Exchange::Message(actual)) => {
            let actual = prepare_message(actual, &mut context).value;
            let metadata: serde_json::Map<String, Value> = actual.metadata.into_iter().collect();
            let actual = ActualMessage {
                content_type: actual.content_type.as_deref(),
                metadata: Some(&Value::Object(metadata).to_string()),
                contents: &actual.contents.unwrap_or_default(),
            };
            match_message(expected, &actual)
        }
        (Exchange::Http { request, .. }, Exchange::Http { request: actual, .. }) if kind == "request" => {
            let actual = prepare_request(actual, &mut context).value;
            let actual = ActualRequest {
                method: &actual.method,
                path: &actual.path,
                query: Some(&actual.query),
                headers: &actual.headers,
                body: &actual.body.unwrap_or_default(),
            };
            match_request(request, &actual)
        }
        (Exchange::Http { response, .. }, Exchange::Http { response: actual, .. }) => {
            let actual = prepare_response(actual, &mut context).value;
            let actual = ActualResponse {
                status: actual.status,
                headers: &actual.headers,
                body: &actual.body.unwrap_or_default(),
            };
            match_response(response, &actual)
        }
        _ => unreachable!("both are read alike"),
    }
}
