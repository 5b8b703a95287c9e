//! `stipula check` does all that `stipula.yaml` configures, and tells it in one report.

use crate::git_revisions::Git;
use crate::reports::{keeps, schema};
use crate::shop::{CONTRACT, SETTINGS, shop};
use crate::tool::{Ended, Project};
use serde_json::Value;
use std::collections::BTreeSet;

fn report(git: &Git) -> (Value, Ended) {
    let ended = git.run(&["check", "--format", "json"]);
    let report = serde_json::from_str(&ended.stdout).unwrap_or_else(|error| panic!("{error}\n{ended}"));
    (report, ended)
}

fn rules(report: &Value) -> BTreeSet<String> {
    let findings = report["findings"].as_array().unwrap().iter();
    findings
        .map(|finding| finding["rule"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn all_three_jobs_are_in_one_report() {
    let Some(git) = shop() else { return };
    let (report, ended) = report(&git);
    keeps(&schema(), &report);
    assert_eq!((ended.code, report["command"].as_str()), (1, Some("check")), "{ended}");
    let found = rules(&report);
    for rule in ["resource-plural", "property-required-added", "described-request"] {
        assert!(found.contains(rule), "{rule} is not among {found:?}");
    }
    // The description and the contract: the description is read once for all three.
    assert_eq!(report["summary"]["documents"], 2);
    assert_eq!(report["summary"]["interactions"]["fail"], 1);
}

#[test]
fn every_job_finds_what_it_finds_alone() {
    let Some(git) = shop() else { return };
    let (together, _) = report(&git);
    let fingerprints = |report: &Value| -> BTreeSet<String> {
        let findings = report["findings"].as_array().unwrap().iter();
        findings
            .map(|finding| finding["fingerprint"].as_str().unwrap().to_owned())
            .collect()
    };
    let mut alone = BTreeSet::new();
    for command in ["lint", "breaking", "verify"] {
        let ended = git.run(&[command, "--format", "json"]);
        alone.extend(fingerprints(&serde_json::from_str(&ended.stdout).unwrap()));
    }
    assert_eq!(fingerprints(&together), alone);
}

#[test]
fn reports_do_not_depend_on_the_number_of_threads() {
    let Some(git) = shop() else { return };
    for format in ["text", "json", "sarif", "gitlab", "junit", "markdown"] {
        let one = git.run(&["check", "--format", format, "--jobs", "1"]);
        let four = git.run(&["check", "--format", format, "--jobs", "4"]);
        assert_eq!((one.stdout, one.code), (four.stdout, four.code), "{format}");
    }
}

#[test]
fn what_cannot_be_done_does_not_stop_the_rest() {
    let Some(git) = shop() else { return };
    git.write("stipula.yaml", SETTINGS.replace("against: main", "against: gone"));
    let (report, ended) = report(&git);
    assert_eq!(ended.code, 2, "{ended}");
    assert!(ended.stderr.contains("`gone`"), "{ended}");
    let found = rules(&report);
    assert!(
        found.contains("resource-plural") && found.contains("described-request"),
        "{found:?}"
    );
}

#[test]
fn one_missing_description_is_told_once() {
    let Some(git) = shop() else { return };
    git.write(
        "stipula.yaml",
        SETTINGS.replace("spec: api/openapi.yaml", "spec: [api/openapi.yaml, api/gone.yaml]"),
    );
    let ended = git.run(&["check"]);
    assert_eq!(ended.code, 2, "{ended}");
    assert_eq!(ended.stderr.matches("gone.yaml").count(), 1, "{ended}");
}

#[test]
fn a_provider_is_asked_where_its_variable_is_set() {
    let Some(git) = shop() else { return };
    git.write(
        "stipula.yaml",
        SETTINGS.replace("rules:", "    provider: ${STIPULA_TEST_PROVIDER}\nrules:"),
    );
    let ended = git.run(&["check"]);
    assert_eq!(ended.code, 1, "{ended}");
    assert!(ended.stderr.contains("`STIPULA_TEST_PROVIDER` is not set"), "{ended}");
    // Nobody listens there: the contract is not verified, and the description is still held against it.
    git.write(
        "stipula.yaml",
        SETTINGS.replace("rules:", "    provider: http://127.0.0.1:9\nrules:"),
    );
    let ended = git.run(&["check", "--format", "json"]);
    assert_eq!(ended.code, 2, "{ended}");
    let found = rules(&serde_json::from_str(&ended.stdout).unwrap());
    assert!(
        found.contains("contract-not-verified") && found.contains("described-request"),
        "{found:?}"
    );
}

#[test]
fn a_run_that_checks_nothing_is_no_success() {
    let project = Project::new();
    std::fs::remove_file(project.path("stipula.yaml")).unwrap();
    std::fs::create_dir(project.path(".git")).unwrap();
    let ended = project.run(&["check"]);
    assert_eq!(ended.code, 2, "{ended}");
    assert!(ended.stderr.contains("`stipula init` writes one"), "{ended}");
    project.write("stipula.yaml", "apis: [{ contracts: pacts/*.json, spec: none.yaml }]\n");
    project.write("pacts/web.json", CONTRACT);
    let ended = project.run(&["check"]);
    assert_eq!(ended.code, 2, "{ended}");
    assert!(ended.stderr.contains("`none.yaml` does not exist"), "{ended}");
}

#[test]
fn a_baseline_of_everything_is_clean() {
    let Some(git) = shop() else { return };
    let written = git.run(&["check", "--baseline", "known.json", "--update-baseline"]);
    assert_eq!(written.code, 0, "{written}");
    let ended = git.run(&["check", "--baseline", "known.json"]);
    assert_eq!(ended.code, 0, "{ended}");
}

#[test]
fn gitlab_gets_what_it_reads() {
    let Some(git) = shop() else { return };
    // The fields that GitLab demands: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
    let schema = serde_json::json!({
        "type": "array",
        "minItems": 3,
        "items": {
            "type": "object",
            "required": ["description", "check_name", "fingerprint", "severity", "location"],
            "properties": {
                "description": { "type": "string", "minLength": 1 },
                "check_name": { "type": "string", "minLength": 1 },
                "fingerprint": { "type": "string", "minLength": 1 },
                "severity": { "enum": ["info", "minor", "major", "critical", "blocker"] },
                "location": {
                    "type": "object",
                    "required": ["path", "lines"],
                    "properties": {
                        "path": { "type": "string", "pattern": "^[^./]" },
                        "lines": { "required": ["begin"], "properties": { "begin": { "type": "integer", "minimum": 1 } } }
                    }
                }
            }
        }
    });
    let ended = git.run(&["check", "--format", "gitlab"]);
    let problems: Value = serde_json::from_str(&ended.stdout).unwrap();
    keeps(&jsonschema::validator_for(&schema).unwrap(), &problems);
    let problems = problems.as_array().unwrap();
    let fingerprints: BTreeSet<Option<&str>> = problems.iter().map(|problem| problem["fingerprint"].as_str()).collect();
    assert_eq!(fingerprints.len(), problems.len(), "GitLab shows one of a fingerprint");
}
