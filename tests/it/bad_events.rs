//! Descriptions in AsyncAPI that mean no good: the run ends, soon, and says what is wrong.

use crate::tool::Project;
use serde_json::{Map, Value as Json, json};
use stipula::document::Kind;
use stipula::document::grammar::{Grammar, Value};
use stipula::formats::asyncapi::{self, V20, V21, V22, V23, V24, V25, V26, V30, V31};

fn of_3(rest: &str) -> String {
    format!("asyncapi: 3.0.0\ninfo: {{ title: Orders, version: 1.0.0 }}\n{rest}")
}

fn of_2(rest: &str) -> String {
    format!("asyncapi: 2.6.0\ninfo: {{ title: Orders, version: 1.0.0 }}\n{rest}")
}

#[test]
fn circles_of_references_are_told() {
    for text in [
        of_3("channels: { a: { $ref: '#/channels/b' }, b: { $ref: '#/channels/a' } }\n"),
        of_3("operations: { a: { $ref: '#/operations/a' } }\n"),
        of_3(
            "components: { messages: { A: { $ref: '#/components/messages/B' }, B: { $ref: '#/components/messages/A' } } }\n",
        ),
        of_3("components: { messageTraits: { A: { $ref: '#/components/messageTraits/A' } } }\n"),
        of_3("servers: { a: { $ref: '#/servers/a' } }\nchannels: { c: { servers: [{ $ref: '#/servers/a' }] } }\n"),
        of_2("channels: {}\ncomponents: { operationTraits: { A: { $ref: '#/components/operationTraits/A' } } }\n"),
    ] {
        let project = Project::with("asyncapi.yaml", &text);
        project
            .lint(&["asyncapi.yaml"])
            .says(1, &["title=ref-resolves::", "never arrives anywhere"]);
    }
}

#[test]
fn what_holds_itself_comes_to_an_end() {
    let schema = of_3(
        "channels:
  orders:
    address: order.created
    messages:
      A: { $ref: '#/components/messages/A' }
operations:
  a: { action: receive, channel: { $ref: '#/channels/orders' }, reply: { channel: { $ref: '#/channels/orders' } } }
components:
  messages:
    A:
      headers: { $ref: '#/components/schemas/Tree' }
      payload: { $ref: '#/components/schemas/Tree' }
      traits: [{ headers: { $ref: '#/components/schemas/Tree' } }]
      examples: [{ payload: { left: { left: {} } } }]
  schemas:
    Tree:
      type: object
      properties: { left: { $ref: '#/components/schemas/Tree' } }
      allOf: [{ $ref: '#/components/schemas/Tree' }]
",
    );
    // A list of messages in which it stands itself.
    let list = of_2(
        "channels: { orders: { publish: { message: { $ref: '#/components/messages/A' } } } }
components:
  messages:
    A: { oneOf: [{ $ref: '#/components/messages/A' }, { payload: { type: object } }] }
",
    );
    let avro = of_3(
        "components:
  messages:
    A:
      payload:
        schemaFormat: application/vnd.apache.avro
        schema: { type: record, name: A, aliases: [A], fields: [{ name: a, type: A }, { name: b, type: [A, { type: array, items: A }] }] }
",
    );
    for text in [schema, list, avro] {
        let project = Project::with("asyncapi.yaml", &text);
        project.write("stipula.yaml", "rules: { extends: all }\n");
        let (report, ended) = project.report(&["asyncapi.yaml"]);
        assert!(matches!(ended.code, 0 | 1), "{ended}");
        assert!(
            report["findings"]
                .as_array()
                .is_some_and(|findings| !findings.is_empty()),
            "{text}"
        );
    }
}

#[test]
fn depth_is_bounded_wherever_it_is() {
    let nested = |open: &str, inner: &str| format!("{}{inner}{}", open.repeat(5_000), " }".repeat(5_000));
    for text in [
        of_3(&format!(
            "components: {{ messages: {{ A: {{ payload: {} }} }} }}\n",
            nested("{ items: ", "{}")
        )),
        of_3(&format!(
            "channels: {{ c: {{ bindings: {{ kafka: {} }} }} }}\n",
            nested("{ topicConfiguration: ", "{}")
        )),
        of_2(&format!("channels: {{}}\ncomponents: {{ messages: {{ A: {} }} }}\n", {
            let lists = "{ oneOf: [".repeat(3_000);
            format!("{lists}{}", "] }".repeat(3_000))
        })),
    ] {
        let project = Project::with("asyncapi.yaml", &text);
        project
            .lint(&["asyncapi.yaml"])
            .says(1, &["title=within-limits::nested deeper than 200 levels"]);
    }
}

#[test]
fn what_is_wide_takes_its_time_and_no_more() {
    const COUNT: usize = 3_000;
    let list = |entry: &dyn Fn(usize) -> String| (0..COUNT).map(entry).collect::<Vec<_>>().join(", ");
    let references = |place: &str| list(&|at| format!("a{at}: {{ action: send, channel: {{ $ref: '{place}' }} }}"));
    // All messages on one channel, and all operations, too.
    let crowded = of_3(&format!(
        "channels: {{ c: {{ address: c, messages: {{ {} }} }} }}\noperations: {{ {} }}\n",
        list(&|at| format!("m{at}: {{ payload: {{ type: object }} }}")),
        references("#/channels/c")
    ));
    let served = of_3(&format!(
        "servers: {{ {} }}\nchannels: {{ {} }}\n",
        list(&|at| format!("s{at}: {{ host: h, protocol: ws }}")),
        list(&|at| format!("c{at}: {{ address: c{at} }}"))
    ));
    let bound = of_3(&format!(
        "channels: {{ c: {{ bindings: {{ kafka: {{ {} }} }} }} }}\n",
        list(&|at| format!("partitionz{at}: 1"))
    ));
    for (text, said) in [
        (crowded, "event-version"),
        (served, "security-required"),
        (bound, "unknown-key"),
    ] {
        let project = Project::with("asyncapi.yaml", &text);
        project.write("stipula.yaml", "rules: { extends: recommended }\n");
        let (report, _) = project.report(&["asyncapi.yaml"]);
        let findings = report["findings"].as_array().unwrap();
        let count = findings.iter().filter(|finding| finding["rule"] == said).count();
        assert_eq!(count, COUNT, "{said}");
    }
}

/// An object with all fields of its kind, each of which is wrong, or holds what is.
fn filled(grammar: &Grammar, kind: Kind, wrong: &Json, depth: u32) -> Json {
    let mut object = Map::new();
    for field in grammar.fields(kind) {
        let key = field.key.well_known_text().unwrap_or_default();
        if key != "$ref" && key != "asyncapi" {
            object.insert(key.to_owned(), put(grammar, field.value, wrong, depth));
        }
    }
    Json::Object(object)
}

fn put(grammar: &Grammar, value: Value, wrong: &Json, depth: u32) -> Json {
    let Some(depth) = depth.checked_sub(1) else {
        return wrong.clone();
    };
    match value {
        Value::Object(Kind::Schema) => {
            json!({ "type": wrong, "properties": wrong, "items": wrong, "allOf": wrong, "enum": wrong })
        }
        Value::Object(kind) => filled(grammar, kind, wrong, depth),
        Value::Map(map) => json!({ "x": put(grammar, map.value, wrong, depth), "y": wrong }),
        Value::List(list) => json!([put(grammar, list.item, wrong, depth), wrong]),
        _ => wrong.clone(),
    }
}

#[test]
fn wrong_types_are_told_wherever_they_stand() {
    let versions = [V20, V21, V22, V23, V24, V25, V26, V30, V31];
    let project = Project::new();
    project.write("stipula.yaml", "rules: { extends: all }\n");
    for version in versions {
        let grammar = asyncapi::grammar(version);
        for wrong in [
            json!(null),
            json!(7),
            json!("text"),
            json!([[{}]]),
            json!({ "$ref": 1 }),
            json!({ "x": { "x": true } }),
        ] {
            for depth in 1..5 {
                let mut document = filled(grammar, Kind::Root, &wrong, depth);
                document["asyncapi"] = json!(format!("{}.0", grammar.version_name()));
                project.write("asyncapi.json", document.to_string());
                let (report, ended) = project.report(&["asyncapi.json"]);
                let findings = report["findings"].as_array().unwrap();
                let is_told = findings.iter().any(|finding| finding["rule"] == "spec-valid");
                assert!(
                    ended.code == 1 && is_told,
                    "{} with {wrong}, {depth} deep",
                    grammar.version_name()
                );
            }
        }
    }
}
