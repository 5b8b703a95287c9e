//! What is empty against what is absent: lists, maps and schemas that say nothing, by what the specifications say of
//! each.
//!
//! Two descriptions differ in what one of them lacks. In a row stand both, and what the step from the first to the
//! second does to clients, and the step back.

use crate::versions::{Pair, rule};
use serde_json::{Map, Value, json};
use stipula::finding::Verdict;

/// What a step does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// Nothing is told: both say the same.
    Same,
    /// Something is told, and it breaks nobody.
    Safe,
    Breaks,
}

use Step::{Breaks, Safe, Same};

/// The versions that a row is about.
type Versions = &'static [&'static str];

const SWAGGER: &str = "2.0";
const V30: &str = "3.0.4";
const V31: &str = "3.1.1";
const ALL: Versions = &[SWAGGER, V30, V31];
const V3: Versions = &[V30, V31];
const ONLY_31: Versions = &[V31];

/// What the step from one description to another does.
#[track_caller]
fn step(old: &Value, new: &Value) -> Step {
    let pair = Pair::of_texts(&old.to_string(), &new.to_string());
    let findings = pair.findings();
    // That the version is the same is told because something else is.
    let told = findings.iter().filter(|finding| rule(finding) != "version-not-bumped");
    let told = told.filter_map(|finding| finding.breaking.as_ref());
    let verdicts: Vec<Verdict> = told.map(|breaking| breaking.verdict).collect();
    match verdicts.as_slice() {
        [] => Same,
        verdicts if verdicts.iter().all(|verdict| *verdict == Verdict::Safe) => Safe,
        _ => Breaks,
    }
}

/// Holds one step and the step back against what is expected.
fn check(name: &str, [old, new]: [&Value; 2], [there, back]: [Step; 2]) -> Vec<String> {
    let told = [(old, new, there, "there"), (new, old, back, "back")];
    let wrong = told.into_iter().filter_map(|(old, new, expected, way)| {
        let found = step(old, new);
        (found != expected).then(|| format!("{name}, {way}: {found:?} instead of {expected:?}\n  {old}\n  {new}"))
    });
    wrong.collect()
}

/// An object with the fields of another one in the place of its own.
fn with(object: &Value, more: &Value) -> Value {
    let entries = [object, more].map(|value| value.as_object().cloned().unwrap_or_default());
    Value::Object(Map::from_iter(entries.into_iter().flatten()))
}

/// A description of a version with one operation.
fn description(version: &str, operation: &Value, root: &Value) -> Value {
    let responses = json!({ "responses": { "200": { "description": "one" } } });
    let name = if version == SWAGGER { "swagger" } else { "openapi" };
    let whole = json!({
        name: version,
        "info": { "title": "One", "version": "1.0.0" },
        "paths": { "/things": { "put": with(&responses, operation) } },
    });
    with(&whole, root)
}

fn asking(version: &str, schema: &Value) -> Value {
    let operation = match version {
        SWAGGER => json!({ "parameters": [{ "name": "body", "in": "body", "schema": schema }] }),
        _ => json!({ "requestBody": { "content": { "application/json": { "schema": schema } } } }),
    };
    description(version, &operation, &json!({}))
}

fn answering(version: &str, schema: &Value) -> Value {
    let response = match version {
        SWAGGER => json!({ "description": "one", "schema": schema }),
        _ => json!({ "description": "one", "content": { "application/json": { "schema": schema } } }),
    };
    description(version, &json!({ "responses": { "200": response } }), &json!({}))
}

/// What a step and the step back do where a schema is asked for, and where it is given.
type Steps = [[Step; 2]; 2];

const SAME: Steps = [[Same, Same]; 2];
/// The same values, of which something else is said.
const NOTED: Steps = [[Safe, Safe]; 2];
/// A default says what a request means that lacks the value.
const DEFAULT: Steps = [[Breaks, Breaks], [Safe, Safe]];
const FEWER: Steps = [[Breaks, Safe], [Safe, Breaks]];
const MORE: Steps = [[Safe, Breaks], [Breaks, Safe]];
/// No value: no answer comes any more that clients could read.
const NONE: Steps = [[Breaks, Safe], [Breaks, Breaks]];

/// Holds schemas against each other where they are asked for and where they are given.
fn check_schemas(version: &str, old: &Value, new: &Value, [asked, given]: Steps) -> Vec<String> {
    let pair = [old, new].map(|schema| asking(version, schema));
    let mut wrong = check(&format!("{version}, asked for"), pair.each_ref(), asked);
    let pair = [old, new].map(|schema| answering(version, schema));
    wrong.extend(check(&format!("{version}, given"), pair.each_ref(), given));
    wrong
}

/// Schemas in which a keyword holds nothing, against those without the keyword.
///
/// By JSON Schema, `required`, `properties`, `patternProperties`, `items`, `additionalProperties` and the like mean
/// the same where they are empty and where they are absent. An empty schema takes everything, and `not` of it nothing.
/// No value is in an empty `enum`. `allOf`, `anyOf`, `oneOf` and `prefixItems` must not be empty: that is a mistake
/// of form, and says nothing of values.
#[test]
fn an_empty_keyword_says_what_its_absence_says() {
    let object = json!({ "type": "object" });
    let list = json!({ "type": "array", "items": { "type": "string" } });
    let any_list = json!({ "type": "array" });
    let text = json!({ "type": "string" });
    let rows: Vec<(Versions, &Value, Value, Steps)> = vec![
        (ALL, &object, json!({ "required": [] }), SAME),
        (ALL, &object, json!({ "properties": {} }), SAME),
        (ALL, &object, json!({ "additionalProperties": {} }), SAME),
        (ONLY_31, &object, json!({ "patternProperties": {} }), SAME),
        (ONLY_31, &object, json!({ "dependentRequired": {} }), SAME),
        (ONLY_31, &object, json!({ "dependentRequired": { "a": [] } }), SAME),
        (ONLY_31, &object, json!({ "dependentSchemas": {} }), SAME),
        (ONLY_31, &object, json!({ "propertyNames": {} }), SAME),
        (ONLY_31, &object, json!({ "unevaluatedProperties": {} }), SAME),
        (ONLY_31, &object, json!({ "$defs": {} }), SAME),
        (ONLY_31, &object, json!({ "examples": [] }), SAME),
        (ONLY_31, &object, json!({ "if": {} }), SAME),
        (ONLY_31, &object, json!({ "then": {}, "else": {} }), SAME),
        (ALL, &object, json!({ "minProperties": 0 }), SAME),
        (ALL, &object, json!({ "xml": {} }), SAME),
        (V3, &object, json!({ "not": {} }), NONE),
        (ALL, &list, json!({ "minItems": 0 }), SAME),
        (ONLY_31, &any_list, json!({ "items": {} }), SAME),
        (ONLY_31, &any_list, json!({ "unevaluatedItems": {} }), SAME),
        (ONLY_31, &any_list, json!({ "prefixItems": [] }), SAME),
        (ONLY_31, &any_list, json!({ "contains": {}, "minContains": 0 }), SAME),
        // An element that fits has to be there, whatever it is.
        (ONLY_31, &any_list, json!({ "contains": {} }), FEWER),
        (ALL, &text, json!({ "enum": [] }), NONE),
        (ALL, &text, json!({ "allOf": [] }), SAME),
        (ALL, &text, json!({ "allOf": [{}] }), SAME),
        (V3, &text, json!({ "anyOf": [] }), SAME),
        (V3, &text, json!({ "anyOf": [{}] }), SAME),
        (V3, &text, json!({ "oneOf": [] }), SAME),
        (V3, &text, json!({ "oneOf": [{}] }), SAME),
        // Every value is of both.
        (V3, &text, json!({ "oneOf": [{}, {}] }), FEWER),
        (ALL, &text, json!({ "pattern": "" }), SAME),
        (ALL, &text, json!({ "minLength": 0 }), SAME),
        // What an extension means is its author's.
        (ALL, &text, json!({ "x-words": {} }), NOTED),
        (ALL, &text, json!({ "default": "" }), DEFAULT),
    ];
    let mut wrong = Vec::new();
    for (versions, schema, keyword, steps) in rows {
        for version in versions {
            wrong.extend(check_schemas(version, schema, &with(schema, &keyword), steps));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// An alternative that no value fits is nothing: whatever is said within it is said of no value, and no value is more or
/// fewer with it.
#[test]
fn an_alternative_that_takes_nothing_is_nothing() {
    let too_long = json!({ "type": "string", "minLength": 5, "maxLength": 2 });
    let too_large = json!({ "type": "integer", "minimum": 5, "maximum": 2 });
    let with_words = with(
        &too_long,
        &json!({ "format": "date", "default": "a", "description": "never" }),
    );
    let impossible = json!({ "type": "object", "required": ["a"], "properties": { "a": { "not": {} } } });
    let impossible_too = json!({
        "type": "object",
        "required": ["a"],
        "properties": { "a": { "not": {}, "format": "date" }, "b": { "type": "string", "format": "date" } },
    });
    let titled = |schema: &Value| with(schema, &json!({ "title": "Never" }));
    let [text, number] = ["string", "integer"].map(|word| json!({ "type": word }));
    let mut wrong = Vec::new();
    for keyword in ["anyOf", "oneOf"] {
        let of = |alternatives: &[&Value]| json!({ keyword: alternatives });
        let rows = [
            (
                of(&[&text, &number, &too_long]),
                of(&[&text, &number, &with_words]),
                SAME,
            ),
            (
                of(&[&text, &number, &too_long]),
                of(&[&text, &number, &too_large]),
                SAME,
            ),
            (
                of(&[&text, &number, &impossible]),
                of(&[&text, &number, &impossible_too]),
                SAME,
            ),
            (
                of(&[&text, &impossible, &number, &too_long]),
                of(&[&with_words, &number, &impossible_too, &text]),
                SAME,
            ),
            (
                of(&[&text, &number, &titled(&too_long)]),
                of(&[&text, &number, &titled(&with_words)]),
                SAME,
            ),
            (of(&[&too_long, &too_large]), of(&[&with_words, &impossible]), SAME),
            (of(&[&text]), of(&[&text, &too_long]), SAME),
            (text.clone(), of(&[&text, &json!({ "not": {} })]), SAME),
            // The list is another one, and takes the same.
            (of(&[&text, &number]), of(&[&text, &number, &too_long]), NOTED),
            (
                of(&[&text, &number]),
                of(&[&text, &number, &impossible, &json!({ "not": {} })]),
                NOTED,
            ),
            // What was nothing has become something, in the place where it stood.
            (
                of(&[&text, &impossible]),
                of(&[&text, &json!({ "type": "object" })]),
                MORE,
            ),
        ];
        for (old, new, steps) in rows {
            wrong.extend(check_schemas(V31, &old, &new, steps));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Alternatives are told apart by what they say, and not by what they leave unsaid.
#[test]
fn defaults_do_not_tell_alternatives_apart() {
    let defaults = json!({ "readOnly": false, "deprecated": false, "examples": [] });
    let [text, date] = [
        json!({ "type": "string" }),
        json!({ "type": "string", "format": "date" }),
    ];
    let old = json!({ "anyOf": [text, date] });
    let new = json!({ "anyOf": [with(&date, &defaults), with(&text, &defaults)] });
    let wrong = check_schemas(V31, &old, &new, SAME);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A member that no value fits does not come: to declare it says no more than that.
#[test]
fn a_member_that_takes_nothing_is_not_there() {
    let closed = json!({ "type": "object", "additionalProperties": false });
    let open = json!({ "type": "object" });
    let never = |schema: Value| json!({ "properties": { "a": schema } });
    let mut wrong = Vec::new();
    for object in [&closed, &open] {
        for schema in [json!(false), json!({ "not": {} }), json!({ "enum": [] })] {
            wrong.extend(check_schemas(V31, object, &with(object, &never(schema)), SAME));
        }
    }
    // Where it has to be there, no object fits any more: these are fewer values than the empty object.
    let required = with(&never(json!(false)), &json!({ "required": ["a"] }));
    wrong.extend(check_schemas(V31, &closed, &with(&closed, &required), FEWER));
    let [loose, strict] = [
        json!({ "additionalProperties": { "not": {} } }),
        json!({ "additionalProperties": false }),
    ];
    wrong.extend(check_schemas(V31, &with(&open, &loose), &with(&open, &strict), SAME));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn answer(more: &Value) -> Value {
    json!({ "responses": { "200": with(&json!({ "description": "one" }), more) } })
}

fn media(media_type: &Value) -> Value {
    json!({ "requestBody": { "content": { "application/json": media_type } } })
}

/// Fields of an operation, beside fields of the root that both have.
#[test]
fn an_empty_field_of_an_operation_says_what_its_absence_says() {
    let schemes = |version: &str| {
        let key = json!({ "key": { "type": "apiKey", "name": "key", "in": "header" } });
        match version {
            SWAGGER => json!({ "securityDefinitions": key }),
            _ => json!({ "components": { "securitySchemes": key } }),
        }
    };
    let none = json!({});
    let secured = json!({ "security": [{ "key": [] }] });
    let consumes = json!({ "consumes": ["application/json"], "produces": ["application/json"] });
    let parameter =
        |more: Value| json!({ "parameters": [with(&json!({ "name": "q", "in": "query", "schema": {} }), &more)] });
    let discriminated = |mapping: Value| {
        let by = with(&json!({ "propertyName": "kind" }), &mapping);
        let part = json!({ "type": "object", "required": ["kind"], "properties": { "kind": { "type": "string" } } });
        media(&json!({ "schema": { "oneOf": [part], "discriminator": by } }))
    };
    let rows: Vec<(Versions, &Value, Value, Value, [Step; 2])> = vec![
        (ALL, &none, json!({}), json!({ "parameters": [] }), [Same, Same]),
        (ALL, &none, json!({}), json!({ "tags": [] }), [Same, Same]),
        (V3, &none, json!({}), json!({ "servers": [] }), [Same, Same]),
        (V3, &none, json!({}), json!({ "callbacks": {} }), [Same, Same]),
        // Nothing is sent to anybody.
        (
            V3,
            &none,
            json!({}),
            json!({ "callbacks": { "done": {} } }),
            [Same, Same],
        ),
        (
            V3,
            &none,
            json!({}),
            json!({ "callbacks": { "done": { "{$request.query.to}": {} } } }),
            [Same, Same],
        ),
        // An empty list takes the requirements of the root away; an empty requirement lets everybody in.
        (ALL, &none, json!({}), json!({ "security": [] }), [Same, Same]),
        (ALL, &none, json!({}), json!({ "security": [{}] }), [Same, Same]),
        (
            ALL,
            &none,
            json!({ "security": [] }),
            json!({ "security": [{}] }),
            [Same, Same],
        ),
        (
            ALL,
            &none,
            json!({ "security": [{}] }),
            json!({ "security": [{}, { "key": [] }] }),
            [Same, Same],
        ),
        (ALL, &none, json!({ "security": [] }), secured.clone(), [Breaks, Safe]),
        (ALL, &secured, json!({}), json!({ "security": [] }), [Safe, Breaks]),
        (ALL, &secured, json!({}), json!({ "security": [{}] }), [Safe, Breaks]),
        (
            ALL,
            &secured,
            json!({}),
            json!({ "security": [{}, { "key": [] }] }),
            [Safe, Breaks],
        ),
        (ALL, &secured, json!({}), secured.clone(), [Same, Same]),
        // https://spec.openapis.org/oas/v2.0.html: an empty value clears what the root says, here what nothing says.
        (
            &[SWAGGER],
            &none,
            json!({}),
            json!({ "consumes": [], "produces": [] }),
            [Same, Same],
        ),
        (
            &[SWAGGER],
            &consumes,
            json!({}),
            json!({ "consumes": [], "produces": [] }),
            [Same, Same],
        ),
        (
            &[SWAGGER],
            &none,
            answer(&json!({})),
            answer(&json!({ "headers": {}, "examples": {} })),
            [Same, Same],
        ),
        (
            V3,
            &none,
            answer(&json!({})),
            answer(&json!({ "headers": {}, "content": {}, "links": {} })),
            [Same, Same],
        ),
        (
            V3,
            &none,
            answer(&json!({ "content": {} })),
            answer(&json!({ "content": { "text/plain": {} } })),
            [Safe, Breaks],
        ),
        // Without a schema, a body is anything.
        (
            V3,
            &none,
            media(&json!({})),
            media(&json!({ "schema": {} })),
            [Safe, Safe],
        ),
        (
            V3,
            &none,
            media(&json!({})),
            media(&json!({ "examples": {} })),
            [Same, Same],
        ),
        (
            V3,
            &none,
            media(&json!({})),
            media(&json!({ "encoding": {} })),
            [Same, Same],
        ),
        (
            V3,
            &none,
            parameter(json!({})),
            parameter(json!({ "examples": {} })),
            [Same, Same],
        ),
        (
            V3,
            &none,
            discriminated(json!({})),
            discriminated(json!({ "mapping": {} })),
            [Same, Same],
        ),
        (
            ONLY_31,
            &none,
            json!({ "responses": {} }),
            json!({ "responses": null }),
            [Same, Same],
        ),
        // A body has to come, though nothing is said of it.
        (
            V3,
            &none,
            json!({}),
            json!({ "requestBody": { "content": {}, "required": true } }),
            [Breaks, Breaks],
        ),
    ];
    let mut wrong = Vec::new();
    for (versions, root, old, new, steps) in rows {
        for version in versions {
            let root = with(&schemes(version), root);
            let pair = [&old, &new].map(|operation| without_nulls(description(version, operation, &root)));
            wrong.extend(check(version, pair.each_ref(), steps));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A description without the fields that are null.
fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(entries) => {
            let there = entries.into_iter().filter(|(_, entry)| !entry.is_null());
            there.map(|(name, entry)| (name, without_nulls(entry))).collect()
        }
        other => other,
    }
}

/// Fields of the root.
#[test]
fn an_empty_field_of_the_root_says_what_its_absence_says() {
    let servers = |url: &str| json!({ "servers": [{ "url": url }] });
    let variable = |more: Value| {
        let variable = with(&json!({ "default": "one" }), &more);
        json!({ "servers": [{ "url": "/{name}", "variables": { "name": variable } }] })
    };
    let one = json!({ "put": { "responses": { "200": { "description": "one" } } } });
    let paths = |path: &Value| json!({ "paths": { "/things": path } });
    let none = json!({ "paths": {} });
    let with_more = |more: Value| json!({ "paths": { "/things": with(&one, &more) } });
    let hook = |path: &Value| json!({ "webhooks": { "done": path } });
    let rows: Vec<(Versions, Value, Value, [Step; 2])> = vec![
        (ALL, json!({}), json!({ "security": [] }), [Same, Same]),
        (ALL, json!({}), json!({ "security": [{}] }), [Same, Same]),
        (ALL, json!({}), json!({ "tags": [] }), [Same, Same]),
        // https://spec.openapis.org/oas/v3.1.1.html#oas-servers: without servers there is one, which is `/`.
        (V3, json!({}), json!({ "servers": [] }), [Same, Same]),
        (V3, servers("/"), json!({ "servers": [] }), [Same, Same]),
        (V3, servers("/v1"), json!({ "servers": [] }), [Breaks, Breaks]),
        (
            V3,
            servers("/v1"),
            json!({ "servers": [{ "url": "/v1", "variables": {} }] }),
            [Same, Same],
        ),
        // A variable that has no value is given none by clients.
        (V3, variable(json!({})), variable(json!({ "enum": [] })), [Breaks, Safe]),
        (V3, json!({}), json!({ "components": {} }), [Same, Same]),
        (
            V3,
            json!({}),
            json!({ "components": { "schemas": {}, "parameters": {} } }),
            [Same, Same],
        ),
        (
            &[SWAGGER],
            json!({}),
            json!({ "definitions": {}, "parameters": {}, "responses": {} }),
            [Same, Same],
        ),
        (
            &[SWAGGER],
            json!({}),
            json!({ "securityDefinitions": {} }),
            [Same, Same],
        ),
        (
            &[SWAGGER],
            json!({}),
            json!({ "consumes": [], "produces": [], "schemes": [] }),
            [Same, Same],
        ),
        (ONLY_31, json!({}), json!({ "webhooks": {} }), [Same, Same]),
        (ONLY_31, json!({}), hook(&json!({})), [Same, Same]),
        (ONLY_31, json!({}), hook(&one), [Safe, Breaks]),
        (ONLY_31, json!({ "paths": null }), none.clone(), [Same, Same]),
        (ONLY_31, json!({ "paths": null }), paths(&one), [Safe, Breaks]),
        (ALL, none.clone(), paths(&one), [Safe, Breaks]),
        // A path that nobody can call.
        (ALL, none.clone(), paths(&json!({})), [Same, Same]),
        (ALL, none.clone(), paths(&json!({ "parameters": [] })), [Same, Same]),
        (ALL, paths(&json!({})), paths(&one), [Safe, Breaks]),
        (ALL, paths(&one), with_more(json!({ "parameters": [] })), [Same, Same]),
        (V3, paths(&one), with_more(json!({ "servers": [] })), [Same, Same]),
        // What cannot be read may hold operations.
        (
            ONLY_31,
            none.clone(),
            paths(&json!({ "$ref": "#/components/pathItems/Nowhere" })),
            [Safe, Breaks],
        ),
        (ONLY_31, paths(&json!({})), paths(&json!({ "put": {} })), [Safe, Breaks]),
    ];
    let mut wrong = Vec::new();
    for (versions, old, new, steps) in rows {
        for version in versions {
            let pair = [&old, &new].map(|root| without_nulls(description(version, &json!({}), root)));
            wrong.extend(check(version, pair.each_ref(), steps));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is no description cannot be compared, and that is said. One that only names its version is a description.
#[test]
fn a_document_that_says_nothing() {
    let whole = description(V31, &json!({}), &json!({})).to_string();
    for nothing in [
        "",
        " \n",
        "---\n",
        "{}",
        "[]",
        "null",
        "''",
        "{\"openapi\": \"\"}",
        "openapi:\n",
    ] {
        for (old, new) in [(nothing, &*whole), (&*whole, nothing), (nothing, nothing)] {
            let versions = Pair::of_texts(old, new).versions;
            assert_eq!(versions.old.is_some(), old == whole, "{nothing:?} is no description");
            assert_eq!(versions.new.is_some(), new == whole, "{nothing:?} is no description");
        }
    }
    let [whole, bare] = [description(V31, &json!({}), &json!({})), json!({ "openapi": V31 })];
    assert_eq!(step(&bare, &bare), Same);
    assert_eq!((step(&whole, &bare), step(&bare, &whole)), (Breaks, Safe));
}
