//! Bodies within bodies: XML, parts and JSON in strings. Values are made in them, and mismatches point into them.

use crate::pacts::workspace;
use serde_json::{Map, Value, json};
use stipula::contract::generators::{Context, Seeded, Side, prepare_request};
use stipula::contract::matching::{ActualResponse, Mismatch, match_response};
use stipula::contract::{self, Exchange, difference};
use stipula::finding::Bodies;
use time::macros::datetime;

fn contract_of(interaction: &Value) -> Value {
    json!({
        "consumer": { "name": "a" }, "provider": { "name": "b" },
        "interactions": [interaction], "metadata": { "pactSpecification": { "version": "4.0" } },
    })
}

/// The body that is sent, with the value `id` of a state, and what could not be made.
fn sent(request: &Value) -> (String, Vec<String>) {
    let contract =
        contract_of(&json!({ "type": "Synchronous/HTTP", "description": "c", "request": request, "response": {} }));
    let (workspace, id) = workspace("contract.json", &contract.to_string()).unwrap();
    let contract = contract::read(&workspace, id);
    let Exchange::Http { request, .. } = &contract.interactions[0].exchange else {
        panic!("it is a request")
    };
    let values: Map<String, Value> = json!({ "id": "7 & <8>" }).as_object().unwrap().clone();
    let prepared = prepare_request(
        request,
        &mut Context {
            side: Side::Provider,
            values: &values,
            server: None,
            now: datetime!(2024-03-01 10:30 UTC),
            random: &mut Seeded::new(1),
        },
    );
    let problems = prepared.problems.into_iter().map(|problem| problem.message);
    (
        String::from_utf8(prepared.value.body.unwrap()).unwrap(),
        problems.collect(),
    )
}

fn made(media: &str, body: &str, generators: &[&str]) -> (String, Vec<String>) {
    let generators: Map<String, Value> = generators
        .iter()
        .map(|path| {
            (
                (*path).to_owned(),
                json!({ "type": "ProviderState", "expression": "${id}" }),
            )
        })
        .collect();
    sent(&json!({
        "method": "POST", "path": "/",
        "body": { "content": body, "contentType": media, "encoded": false },
        "generators": { "body": generators },
    }))
}

#[test]
fn values_are_made_in_xml() {
    let body = "<?xml version=\"1.0\"?>\n<o:order xmlns:o=\"urn:o\" id='1'>\n  <item>a</item><item>b<!-- c --></item><empty/>\n</o:order>";
    let (text, problems) = made(
        "application/xml",
        body,
        &["$['o:order'].item[1].#text", "$['o:order'].@id"],
    );
    assert_eq!(problems, [""; 0]);
    let expected = body
        .replace("id='1'", "id='7 &amp; &lt;8&gt;'")
        .replace(">b<", ">7 &amp; &lt;8&gt;<");
    assert_eq!(text, expected);
    let (text, problems) = made("application/xml", body, &["$['o:order'].empty.#text"]);
    assert_eq!((text.as_str(), problems.len()), (body, 1));
    let (text, problems) = made("application/xml", "<a", &["$.a.#text"]);
    assert_eq!((text.as_str(), problems.len()), ("<a", 1));
}

#[test]
fn values_are_made_in_parts() {
    let body = "--b\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nold\r\n--b\r\nContent-Disposition: form-data; name=\"order\"\r\nContent-Type: application/json\r\n\r\n{\"sku\":\"a\",\"count\":1}\r\n--b--\r\n";
    let (text, problems) = made("multipart/form-data; boundary=b", body, &["$.note", "$.order.sku"]);
    assert_eq!(problems, [""; 0]);
    assert_eq!(text, body.replace("old", "7 & <8>").replace("\"a\"", "\"7 & <8>\""));
}

#[test]
fn values_are_made_in_variants_of_lists() {
    let state = json!({ "type": "ProviderState", "expression": "${id}" });
    let (text, problems) = sent(&json!({
        "method": "POST", "path": "/",
        "body": { "content": { "items": [{ "id": 1 }, { "id": 2 }] }, "contentType": "application/json", "encoded": false },
        "matchingRules": { "body": { "$.items": { "combine": "AND", "matchers": [
            { "match": "arrayContains", "variants": [{ "index": 1, "rules": {}, "generators": { "$.id": state } }] }
        ] } } },
    }));
    assert_eq!(problems, [""; 0]);
    assert_eq!(text, r#"{"items":[{"id":1},{"id":"7 & <8>"}]}"#);
}

/// A mismatch, and the text of the contract that it points at.
type Departed = (Mismatch, String);

/// In what a response departs, and the bodies side by side.
fn departures(response: &Value, media: &str, actual: &str) -> (Vec<Departed>, Option<Bodies>) {
    let contract =
        contract_of(&json!({ "type": "Synchronous/HTTP", "description": "c", "request": {}, "response": response }));
    let text = contract.to_string();
    let (workspace, id) = workspace("contract.json", &text).unwrap();
    let contract = contract::read(&workspace, id);
    let Exchange::Http { response, .. } = &contract.interactions[0].exchange else {
        panic!("it is a response")
    };
    let comparison = match_response(
        response,
        &ActualResponse {
            status: 200,
            headers: &[("Content-Type".to_owned(), media.to_owned())],
            body: actual.as_bytes(),
        },
    );
    let bodies = difference(&response.body, actual.as_bytes(), &comparison);
    let mismatches = comparison.mismatches.into_iter();
    let pointed = mismatches.map(|mismatch| {
        let span = mismatch.expectation.span(&workspace);
        let there = span.of(&text).to_owned();
        (mismatch, there)
    });
    (pointed.collect(), bodies)
}

#[track_caller]
fn points_at(media: &str, recorded: &str, actual: &str, expected: &[&str]) {
    let body = json!({ "body": { "content": recorded, "contentType": media, "encoded": false } });
    let (departures, _) = departures(&body, media, actual);
    let there: Vec<&str> = departures.iter().map(|(_, there)| there.as_str()).collect();
    assert_eq!(there, expected, "{departures:#?}");
}

#[test]
fn mismatches_point_into_strings() {
    let xml = "\n<order id=\"é\">\n\t<sku a=\"\u{1F4E6}\">tea &amp; <!-- x --></sku><gone/></order>";
    points_at(
        "application/xml",
        xml,
        "<order id='2'><sku a='b'>mug</sku></order>",
        &["é", "\u{1F4E6}", "tea &amp; ", "<gone"],
    );
    let parts = "--b\r\nContent-Disposition: form-data; name=\"order\"\r\nContent-Type: application/json\r\n\r\n{\"sku\": \"a\\n\", \"n\": 1}\r\n--b\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nold\r\n--b--\r\n";
    let came = parts.replace("old", "new").replace("\\n", "").replace("\"n\"", "\"m\"");
    points_at(
        "multipart/form-data; boundary=b",
        parts,
        &came,
        &["\\\"a\\\\n\\\"", "\\\"n\\\"", "old"],
    );
    points_at(
        "application/json",
        "{\"a\": \"é\", \"b\": 1}",
        "{\"a\": 2, \"b\": 1}",
        &["\\\"é\\\""],
    );
}

#[test]
fn the_nearest_element_is_told() {
    let response = json!({
        "body": { "content": [{ "sku": "tea", "count": 1, "unit": "g" }], "contentType": "application/json", "encoded": false },
        "matchingRules": { "body": { "$": { "combine": "AND", "matchers": [
            { "match": "arrayContains", "variants": [{ "index": 0, "rules": {} }] }
        ] } } },
    });
    let came = r#"[{"sku":"mug","count":2,"unit":"g"},{"sku":"tea","count":2,"unit":"g"},{}]"#;
    let (departures, _) = departures(&response, "application/json", came);
    assert_eq!(departures.len(), 1);
    assert_eq!(
        departures[0].0.actual,
        "no such element; [1] comes closest: [1].count is 2, not 1"
    );
    assert_eq!(departures[0].0.expected, r#"{"count":1,"sku":"tea","unit":"g"}"#);
}

#[test]
fn bodies_differ_only_where_they_were_found_to() {
    let response = json!({
        "body": { "content": { "id": 1, "list": [{ "a": "x" }], "gone": { "b": true } }, "contentType": "application/json", "encoded": false },
        "matchingRules": { "body": {
            "$.id": { "combine": "AND", "matchers": [{ "match": "integer" }] },
            "$.list": { "combine": "AND", "matchers": [{ "match": "type" }] },
        } },
    });
    let came = r#"{"unread":[1,2],"id":42,"list":[{"a":"y","b":1},{"a":3}]}"#;
    let (_, bodies) = departures(&response, "application/json", came);
    let Bodies { expected, actual } = bodies.unwrap();
    assert_eq!(
        expected,
        "{\n  \"gone\": {\n    \"b\": true\n  }\n  \"id\": 42\n  \"list\": [\n    {\n      \"a\": \"y\"\n    }\n    {\n      \"a\": \"x\"\n    }\n  ]\n}\n"
    );
    assert_eq!(
        actual,
        "{\n  \"id\": 42\n  \"list\": [\n    {\n      \"a\": \"y\"\n    }\n    {\n      \"a\": 3\n    }\n  ]\n}\n"
    );
    let (departures, bodies) = departures(&response, "application/json", r#"{"id":7,"list":[],"gone":{"b":true}}"#);
    assert_eq!((departures.len(), bodies), (0, None));
}
