//! Small pairs of schemas with what has to be told of them, where the pages have no room for an example.

use crate::versions::{Pair, rule};
use stipula::document::Direction;

/// A description whose request body, query parameter and response hold a schema, written as flow YAML.
fn description(place: &str, schema: &str) -> String {
    let body = format!("content: {{ application/json: {{ schema: {schema} }} }}");
    let (parameters, request, response) = match place {
        "query" => (
            format!("parameters: [{{ name: q, in: query, {} }}]", within(schema)),
            String::new(),
            String::new(),
        ),
        "request" => (String::new(), format!("requestBody: {{ {body} }}"), String::new()),
        "response" => (String::new(), String::new(), body),
        other => panic!("{other}"),
    };
    format!(
        "openapi: 3.1.0\n\
         info: {{ title: Example, version: 1.0.0 }}\n\
         components:\n  schemas:\n    A: {{ type: object, required: [a], properties: {{ kind: {{ type: string }}, a: {{ type: string }} }} }}\n    B: {{ type: object, required: [b], properties: {{ kind: {{ type: string }}, b: {{ type: string }} }} }}\n\
         paths:\n  /orders:\n    post:\n      {parameters}\n      {request}\n      responses: {{ '200': {{ description: OK, {response} }} }}\n"
    )
}

fn within(schema: &str) -> String {
    if schema.is_empty() {
        "description: no schema".to_owned()
    } else {
        format!("schema: {schema}")
    }
}

/// What is told of the change of a schema at a place: the rule and the level of each finding but for words and the
/// version.
fn told(place: &str, old: &str, new: &str) -> Vec<String> {
    let findings = Pair::of_texts(&description(place, old), &description(place, new)).judged();
    let mut told: Vec<String> = findings
        .iter()
        .filter(|finding| rule(finding) != "annotation-changed")
        .map(|finding| format!("{} {}", rule(finding), finding.breaking.as_ref().unwrap().severity))
        .collect();
    told.sort();
    told.dedup();
    told
}

#[test]
fn verdicts_are_as_they_have_to_be() {
    let branches = "anyOf: [{ $ref: '#/components/schemas/A' }, { $ref: '#/components/schemas/B' }]";
    let told_apart = |property: &str| format!("{{ {branches}, discriminator: {{ propertyName: {property} }} }}");
    let plain = format!("{{ {branches} }}");
    let text = "{ type: string, contentMediaType: application/json, contentSchema: { properties: { a: true } } }";
    let titled =
        "{ type: string, contentMediaType: application/json, contentSchema: { title: A, properties: { a: true } } }";
    let narrower =
        "{ type: string, contentMediaType: application/json, contentSchema: { properties: { a: { type: string } } } }";
    let by_kind = told_apart("kind");
    let by_sort = told_apart("sort");
    for (place, old, new, expected) in [
        // A parameter without a schema is text, and so is a string.
        ("query", "", "{ type: string }", &["media-type-schema-added info"][..]),
        ("query", "", "{ type: integer }", &["media-type-schema-added error"]),
        ("query", "{ type: string }", "", &["media-type-schema-removed info"]),
        ("query", "{ description: text }", "{ type: string }", &[]),
        (
            "query",
            "{ description: text }",
            "{ type: integer }",
            &["type-narrowed error"],
        ),
        // Where the first elements end, the others begin.
        (
            "request",
            "{ type: array, prefixItems: [{ type: integer }], items: { type: string } }",
            "{ type: array, items: { type: string } }",
            &["prefix-items-changed error"],
        ),
        (
            "response",
            "{ type: array, items: { type: string } }",
            "{ type: array, prefixItems: [{ type: integer }], items: { type: string } }",
            &["prefix-items-changed error"],
        ),
        (
            "request",
            "{ type: array, prefixItems: [{ type: string }], items: { type: string } }",
            "{ type: array, items: { type: string } }",
            &["prefix-items-changed info"],
        ),
        // Where the members that patterns name end, the others begin.
        (
            "request",
            "{ patternProperties: { '^x': { type: string } }, properties: { n: { type: object } }, additionalProperties: false }",
            "{ properties: { n: { type: object, properties: { q: { type: string } } } }, additionalProperties: false }",
            &["pattern-properties-changed error", "property-optional-added info"],
        ),
        (
            "request",
            "{ patternProperties: { '^x': { type: string } }, additionalProperties: { type: string } }",
            "{ patternProperties: { '^xy': { type: string } }, additionalProperties: { type: string } }",
            &["pattern-properties-changed info"],
        ),
        // What a pattern of everything says is nothing.
        (
            "request",
            "{ type: string, pattern: '' }",
            "{ type: string, pattern: '^a' }",
            &["pattern-added error"],
        ),
        ("request", "{ type: string, pattern: '' }", "{ type: string }", &[]),
        // What is closed takes no new member, whether it may come or has to.
        (
            "response",
            "{ type: object, additionalProperties: false }",
            "{ type: object, required: [a], properties: { a: { type: string } }, additionalProperties: false }",
            &["property-added-to-closed-object warning"],
        ),
        (
            "request",
            "{ type: object, additionalProperties: false }",
            "{ type: object, required: [a], properties: { a: { type: string } }, additionalProperties: false }",
            &["property-required-added error"],
        ),
        (
            "response",
            "{ type: object }",
            "{ type: object, required: [a], properties: { a: { type: string } } }",
            &["property-required-added info"],
        ),
        // Without one of its alternatives, `oneOf` takes what was of two.
        (
            "response",
            "{ oneOf: [{ type: integer }, { type: number }, { type: string }] }",
            "{ oneOf: [{ type: number }, { type: string }] }",
            &["one-of-branch-removed error"],
        ),
        (
            "response",
            "{ oneOf: [{ type: integer }, { type: string }, { type: boolean }] }",
            "{ oneOf: [{ type: integer }, { type: string }] }",
            &["one-of-branch-removed info"],
        ),
        // What one of them no longer takes, `oneOf` may take for another; what is safe for the part is not for the whole.
        (
            "response",
            "{ oneOf: [{}, { type: object, required: [a] }] }",
            "{ oneOf: [{}, { type: object, required: [a, b] }] }",
            &["property-became-required info", "schema-changed error"],
        ),
        // Discriminators are judged by what they do.
        ("request", &plain, &by_kind, &["discriminator-property-changed error"]),
        ("request", &by_kind, &plain, &["discriminator-property-changed info"]),
        ("response", &plain, &by_kind, &["discriminator-property-changed info"]),
        ("response", &by_kind, &plain, &["discriminator-property-changed error"]),
        ("request", &by_kind, &by_sort, &["discriminator-property-changed error"]),
        (
            "request",
            "{ type: object, required: [kind], discriminator: { propertyName: kind } }",
            "{ type: object, required: [kind] }",
            &["discriminator-property-changed info"],
        ),
        (
            "request",
            "{ type: object }",
            "{ type: object, discriminator: { propertyName: kind } }",
            &["discriminator-property-changed error"],
        ),
        (
            "request",
            "{ type: object, discriminator: { propertyName: kind, mapping: { a: '#/components/schemas/A' } } }",
            "{ type: object, discriminator: { propertyName: kind, mapping: { a: '#/components/schemas/B' } } }",
            &["discriminator-value-repointed warning"],
        ),
        // What a text holds is compared like anything else.
        ("request", text, narrower, &["content-schema-changed error"]),
        ("request", narrower, text, &["content-schema-changed info"]),
        ("response", text, narrower, &["content-schema-changed info"]),
        ("response", narrower, text, &["content-schema-changed error"]),
        ("request", text, titled, &[]),
    ] {
        assert_eq!(told(place, old, new), expected, "{place}: {old} → {new}");
    }
}

/// Beside a success, `default` speaks of what goes wrong; alone, it speaks of everything.
#[test]
fn verdicts_on_what_default_speaks_of() {
    let with = |responses: &str| {
        format!(
            "openapi: 3.1.0\ninfo: {{ title: Example, version: 1.0.0 }}\npaths: {{ /orders: {{ get: {{ responses: {responses} }} }} }}\n"
        )
    };
    let answer = |schema: &str| {
        format!("{{ description: text, content: {{ application/json: {{ schema: {{ type: {schema} }} }} }} }}")
    };
    let (text, number) = (answer("string"), answer("integer"));
    let told = |old: &str, new: &str| -> Vec<&str> {
        let findings = Pair::of_texts(&with(old), &with(new)).judged();
        findings.iter().map(rule).collect()
    };
    assert_eq!(
        told(
            &format!("{{ '200': {number}, default: {text} }}"),
            &format!("{{ '200': {number}, '201': {number}, default: {text} }}")
        ),
        ["response-success-added"]
    );
    assert_eq!(
        told(
            &format!("{{ '200': {number}, default: {text} }}"),
            &format!("{{ '200': {number}, '404': {number}, default: {text} }}")
        ),
        ["response-status-range-changed", "type-replaced"]
    );
    assert_eq!(
        told(
            &format!("{{ default: {text} }}"),
            &format!("{{ '200': {number}, default: {text} }}")
        ),
        ["response-status-range-changed", "type-replaced"]
    );
}

/// What is misnamed is still what it looks like, and is compared.
#[test]
fn verdicts_on_what_is_misnamed() {
    let response = |schema: &str| description("response", schema).replace("'200'", "2xx");
    let findings = Pair::of_texts(&response("{ type: integer }"), &response("{ type: string }")).judged();
    let told: Vec<&str> = findings.iter().map(rule).collect();
    assert_eq!(told, ["type-replaced"]);
    assert_eq!(findings[0].breaking.as_ref().unwrap().direction, Direction::Response);
}
