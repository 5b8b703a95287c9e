//! `stipula breaking --contracts`: whom each change breaks.

use crate::reports::{keeps, schema};
use crate::tool::{Ended, Project};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The fixture as a project of its own.
fn project() -> Project {
    let project = Project::new();
    for file in [
        "before.yaml",
        "after.yaml",
        "contracts/billing.json",
        "contracts/cleaner.json",
        "contracts/kiosk.json",
        "contracts/web.json",
    ] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("fixtures/breaking/consumers")
            .join(file);
        project.write(file, fs::read(path).unwrap());
    }
    project
}

fn report(project: &Project, arguments: &[&str]) -> (Value, Ended) {
    let ended = project.run(
        &[
            &["breaking", "before.yaml", "after.yaml", "--format", "json"],
            arguments,
        ]
        .concat(),
    );
    let report: Value = serde_json::from_str(&ended.stdout).unwrap_or_else(|error| panic!("{error}\n{ended}"));
    keeps(&schema(), &report);
    (report, ended)
}

/// Of each rule that found something: its level, and the interactions that use the change, with a mark where they break.
fn told(report: &Value) -> BTreeMap<String, (String, Vec<String>)> {
    let findings = report["findings"].as_array().unwrap().iter();
    findings
        .map(|finding| {
            let consumers = finding["breaking"]["consumers"].as_array().into_iter().flatten();
            let interactions = consumers.flat_map(|consumer| {
                let broken = consumer["broken"].as_array().cloned().unwrap_or_default();
                let interactions = consumer["interactions"].as_array().unwrap().clone();
                let name = consumer["name"].as_str().unwrap().to_owned();
                interactions.into_iter().map(move |interaction| {
                    let mark = if broken.contains(&interaction) { "!" } else { "" };
                    format!("{name}: {}{mark}", interaction.as_str().unwrap())
                })
            });
            let text = |key: &str| finding[key].as_str().unwrap().to_owned();
            (text("rule"), (text("severity"), interactions.collect()))
        })
        .collect()
}

#[test]
fn changes_name_the_consumers_that_use_them() {
    let (report, ended) = report(&project(), &["--contracts", "contracts"]);
    let told = told(&report);
    let expected = [
        // Nobody sends the parameter.
        ("enum-introduced", "error", vec![]),
        (
            "property-became-required",
            "error",
            vec!["kiosk: one of something!", "web: an order is placed"],
        ),
        ("operation-removed", "error", vec!["cleaner: an order is deleted!"]),
        // A warning for those of whom nobody knows; here is somebody who reads it.
        (
            "property-optional-removed",
            "error",
            vec!["web: an order with its note!"],
        ),
        ("type-replaced", "error", vec!["billing: the total of an order!"]),
    ];
    let expected = expected.map(|(rule, severity, interactions)| {
        let interactions = interactions.into_iter().map(str::to_owned).collect();
        (rule.to_owned(), (severity.to_owned(), interactions))
    });
    assert_eq!(told, BTreeMap::from(expected), "{ended}");
    assert!(
        ended.stderr.contains(
            "no longer keeps 4 interactions of 4 consumers, of 6 in all; the old version has no operation for 1 interaction"
        ),
        "{ended}"
    );
}

#[test]
fn without_contracts_nobody_is_named() {
    let project = project();
    let (report, _) = report(&project, &[]);
    let told = told(&report);
    assert!(
        told.values().all(|(_, interactions)| interactions.is_empty()),
        "{told:?}"
    );
    assert_eq!(told["property-optional-removed"].0, "warning");
}

#[test]
fn a_version_against_itself_breaks_nobody() {
    let project = project();
    let ended = project.run(&["breaking", "before.yaml", "before.yaml", "--contracts", "contracts"]);
    assert_eq!(ended.code, 0, "{ended}");
    assert!(
        ended
            .stderr
            .contains("keeps 6 interactions of contracts as the old one did"),
        "{ended}"
    );
}

#[test]
fn what_cannot_be_read_is_told() {
    let project = project();
    let run = |contracts: &str| project.run(&["breaking", "before.yaml", "after.yaml", "--contracts", contracts]);
    for (contracts, sentence) in [
        ("missing", "`missing` does not exist"),
        ("before.yaml", "`before.yaml` is no contract"),
        ("https://pacts.example/web.json", "is not fetched"),
    ] {
        let ended = run(contracts);
        assert_eq!(ended.code, 2, "{ended}");
        assert!(ended.stderr.contains(sentence), "{ended}");
    }
}
