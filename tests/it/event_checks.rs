//! `init`, `check` and `verify` with descriptions in AsyncAPI.

use crate::git_revisions::Git;
use crate::shop::CONTRACT;
use crate::tool::Project;
use serde_json::Value;

const EVENTS: &str = "asyncapi: 3.0.0
info: { title: Orders, version: 1.0.0 }
channels:
  created: { address: order.created.v1, messages: { created: { payload: { type: object } } } }
  paid: { address: order.paid.v1, messages: { paid: { payload: { type: object } } } }
operations:
  tellCreated: { action: send, channel: { $ref: '#/channels/created' } }
  tellPaid: { action: send, channel: { $ref: '#/channels/paid' } }
";

#[test]
fn what_init_finds_is_linted_and_compared() {
    let Some(git) = Git::new() else { return };
    git.remove("stipula.yaml");
    git.write("services/orders/asyncapi.yaml", EVENTS);
    git.commit("events");
    let ended = git.run(&["init"]);
    assert_eq!(ended.code, 0, "{ended}");
    let settings = std::fs::read_to_string(git.path("stipula.yaml")).unwrap();
    assert!(
        settings.contains("    asyncapi: services/orders/asyncapi.yaml\n    against: main"),
        "{settings}"
    );
    git.commit("stipula");
    let without = EVENTS.replace(
        "  tellPaid: { action: send, channel: { $ref: '#/channels/paid' } }\n",
        "",
    );
    git.write("services/orders/asyncapi.yaml", &without);
    let checked = git.run(&["check", "--format", "json", "--rule", "owner-contact=warning"]);
    let report: Value = serde_json::from_str(&checked.stdout).unwrap();
    let rules: Vec<&str> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|finding| finding["rule"].as_str())
        .collect();
    assert!(rules.contains(&"owner-contact"), "{checked}");
    let compared = report["findings"].as_array().unwrap().iter();
    let breaking: Vec<&Value> = compared.filter(|finding| finding["breaking"].is_object()).collect();
    assert!(!breaking.is_empty(), "{checked}");
}

#[test]
fn no_contract_is_held_against_events() {
    let project = Project::with("asyncapi.yaml", EVENTS);
    project.write("contract.json", CONTRACT);
    let ended = project.run(&["verify", "contract.json", "--spec", "asyncapi.yaml"]);
    assert_eq!(ended.code, 2, "{ended}");
    let said =
        "no contract is held against `asyncapi.yaml`: it is in AsyncAPI, and only OpenAPI is compared with contracts";
    assert!(ended.stderr.contains(said), "{ended}");
}

#[test]
fn the_example_in_the_docs_is_what_happens() {
    let docs = include_str!("../../docs/asyncapi.md");
    let fixture = include_str!("../../fixtures/asyncapi/parcels/asyncapi.yaml");
    let block = |language: &str| {
        let (_, rest) = docs.split_once(&format!("```{language}\n")).unwrap();
        rest.split_once("\n```").unwrap().0
    };
    assert!(fixture.contains(block("yaml")));
    let without = fixture.replace("    x-dead-letter: label.printed.v1.dlq\n", "");
    let worse = without.replace("durable: true, exclusive: false", "durable: false, exclusive: false");
    let project = Project::with("asyncapi.yaml", &worse);
    let payload = include_str!("../../fixtures/asyncapi/parcels/parcel-delivered.avsc");
    project.write("parcel-delivered.avsc", payload);
    project.write("stipula.yaml", "rules: { extends: recommended }\n");
    let ended = project.run(&["lint", "asyncapi.yaml"]);
    assert!(ended.stdout.starts_with(block("text")), "{ended}");
}
