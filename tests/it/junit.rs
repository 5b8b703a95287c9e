//! JUnit reports: what build servers ask of them, whatever was found.

use crate::provider::Provider;
use crate::tool::{Project, openapi};
use roxmltree::{Document, Node};
use std::collections::BTreeSet;
use std::path::Path;

fn elements<'a, 'i>(node: Node<'a, 'i>) -> Vec<Node<'a, 'i>> {
    node.children().filter(Node::is_element).collect()
}

fn count(node: Node<'_, '_>, name: &str) -> usize {
    node.attribute(name)
        .unwrap_or_else(|| panic!("no {name}"))
        .parse()
        .unwrap()
}

fn cases<'a, 'i>(node: Node<'a, 'i>) -> Vec<Node<'a, 'i>> {
    node.descendants()
        .filter(|node| node.has_tag_name("testcase"))
        .collect()
}

fn with<'a, 'i>(node: Node<'a, 'i>, result: &str) -> Vec<Node<'a, 'i>> {
    let mut cases = cases(node);
    cases.retain(|case| elements(*case).iter().any(|child| child.has_tag_name(result)));
    cases
}

/// What the schemas of build servers have in common (<https://github.com/testmoapp/junitxml>): names, counts that add
/// up, one result a case, and the order of elements.
fn keeps(text: &str) -> Document<'_> {
    let document = Document::parse(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let root = document.root_element();
    assert!(root.has_tag_name("testsuites"));
    for holder in elements(root).into_iter().chain([root]) {
        assert!(!holder.attribute("name").unwrap().is_empty());
        assert_eq!(count(holder, "tests"), cases(holder).len(), "{text}");
        for (name, result) in [("failures", "failure"), ("errors", "error"), ("skipped", "skipped")] {
            assert_eq!(count(holder, name), with(holder, result).len(), "{text}");
        }
    }
    for suite in elements(root) {
        assert!(suite.has_tag_name("testsuite"));
        assert_ne!(cases(suite).len(), 0, "{text}");
        let names: Vec<&str> = elements(suite).iter().map(|node| node.tag_name().name()).collect();
        let first_case = names.iter().position(|name| *name == "testcase").unwrap();
        assert!(names[..first_case].iter().all(|name| *name == "properties"));
        assert!(first_case <= 1 && names[first_case..].iter().all(|name| *name == "testcase"));
        let mut known = BTreeSet::new();
        for case in cases(suite) {
            let attributes: BTreeSet<&str> = case.attributes().map(|attribute| attribute.name()).collect();
            let allowed = BTreeSet::from(["name", "classname", "file", "line", "time"]);
            assert!(attributes.is_subset(&allowed), "{attributes:?}");
            let name = (case.attribute("classname").unwrap(), case.attribute("name").unwrap());
            assert!(
                !name.0.is_empty() && !name.1.is_empty() && known.insert(name),
                "{name:?}"
            );
            let results = elements(case);
            assert!(results.len() <= 1, "{text}");
            for result in results {
                match result.tag_name().name() {
                    "failure" | "error" => {
                        assert!(result.attribute("type").is_some_and(|sort| !sort.is_empty()));
                        assert!(result.attribute("message").is_some_and(|message| !message.is_empty()));
                        assert!(result.text().is_some_and(|text| !text.is_empty()));
                    }
                    "skipped" => assert!(result.attribute("message").is_some_and(|message| !message.is_empty())),
                    other => assert_eq!(other, "system-out"),
                }
            }
        }
    }
    document
}

fn verify(provider: &Provider, more: &[&str]) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/contract/orders/contracts");
    let (url, states) = (provider.url(), format!("{}/_states", provider.url()));
    let common = [
        "verify",
        folder.to_str().unwrap(),
        "--provider",
        &url,
        "--states",
        &states,
    ];
    let format = ["--format", "junit", "--seed", "7"];
    Project::new().run(&[&common[..], &format, more].concat()).stdout
}

#[test]
fn a_contract_is_a_suite_and_an_interaction_a_case() {
    let text = verify(&Provider::start(&[]), &[]);
    let document = keeps(&text);
    let root = document.root_element();
    assert_eq!(
        (elements(root).len(), count(root, "tests"), count(root, "failures")),
        (3, 16, 0)
    );
    assert!(
        text.contains("<property name=\"consumer\" value=\"web-checkout\"/>"),
        "{text}"
    );
    assert!(!text.contains(" time="), "{text}");

    let text = verify(&Provider::start(&["--fault", "wrong-type"]), &[]);
    let document = keeps(&text);
    let failed = with(document.root_element(), "failure");
    assert!(!failed.is_empty());
    let failure = elements(failed[0])[0];
    assert_eq!(failure.attribute("type"), Some("fail"));
    assert!(failure.text().unwrap().contains("curl -i -X"), "{text}");

    let text = verify(
        &Provider::start(&["--fault", "refuse"]),
        &["--jobs", "1", "--attempts", "1"],
    );
    let document = keeps(&text);
    let root = document.root_element();
    assert_eq!(
        (count(root, "errors") + count(root, "skipped"), count(root, "failures")),
        (16, 0)
    );
    assert_ne!(count(root, "skipped"), 0);
    let sorts = with(root, "error")
        .into_iter()
        .map(|case| elements(case)[0].attribute("type").unwrap());
    // Where nobody listens, nothing is known of what asks the provider itself: the run ends, and that is skipped.
    assert_eq!(sorts.collect::<BTreeSet<&str>>(), BTreeSet::from(["state-error"]));
}

#[test]
fn pending_interactions_are_skipped_cases_and_names_stay_apart() {
    let hostile = "a\\u0000<b>&\\\"]]>\\ud800\\u001b[2J\\n";
    let interaction = format!(
        r#"{{ "description": "{hostile}", "pending": true, "request": {{ "method": "GET", "path": "/nothing" }}, "response": {{ "status": 200 }} }}"#
    );
    let other = interaction.replace("/nothing", "/nowhere");
    let project = Project::new();
    project.write(
        "pact.json",
        format!(
            r#"{{ "consumer": {{ "name": "{hostile}" }}, "provider": {{ "name": "b" }}, "interactions": [{interaction}, {other}] }}"#
        ),
    );
    let provider = Provider::start(&[]);
    let text = project
        .run(&[
            "verify",
            "pact.json",
            "--provider",
            &provider.url(),
            "--format",
            "junit",
        ])
        .stdout;
    let document = keeps(&text);
    // The third one is what is wrong with the text of the contract.
    assert_eq!(count(document.root_element(), "skipped"), 2, "{text}");
    assert_eq!(count(document.root_element(), "failures"), 1, "{text}");
}

#[test]
fn a_document_is_a_suite_and_a_rule_that_found_something_a_case() {
    let project = Project::new();
    project.write("stipula.yaml", "rules: { extends: recommended }\n");
    project.write(
        "a.yaml",
        openapi("paths: { /order/{id}: { get: { summary: \"<\\0]]>\", responses: {} } } }\n"),
    );
    project.write("b.yaml", "openapi: 3.1.0\ninfo: { title: \"Orders\n");
    project.write("stipula.yaml", "rules: { extends: minimal }\n");
    project.write("c.yaml", openapi("paths: {}\n"));
    let ended = project.run(&["lint", "--format", "junit", "a.yaml", "b.yaml", "c.yaml"]);
    let document = keeps(&ended.stdout);
    let suites = elements(document.root_element());
    assert_eq!(suites.len(), 3, "{ended}");
    assert_ne!(with(suites[1], "failure").len(), 0, "{ended}");
    assert_eq!(cases(suites[2])[0].attribute("name"), Some("no findings"), "{ended}");

    project.write(
        "old.yaml",
        openapi("paths: { /orders: { get: { responses: { '200': { description: Fine. } } } } }\n"),
    );
    let ended = project.run(&["breaking", "old.yaml", "c.yaml", "--format", "junit"]);
    let document = keeps(&ended.stdout);
    assert_ne!(with(document.root_element(), "failure").len(), 0, "{ended}");
}
