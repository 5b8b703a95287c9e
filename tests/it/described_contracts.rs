//! Contracts held against descriptions: what is told of each interaction is what its comments say, and nothing else; and
//! with a provider, who is wrong.

use crate::tool::Project;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::thread;

fn fixture(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures/contract")
        .join(path)
}

fn json(path: &str) -> Value {
    serde_json::from_slice(&fs::read(fixture(path)).unwrap()).unwrap()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// Runs `verify` with a contract and a description.
fn verify(folder: &str, more: &[&str]) -> (Value, i32) {
    let [contract, spec] = ["contract.json", "openapi.yaml"].map(|name| fixture(folder).join(name));
    let mut arguments = vec!["verify", contract.to_str().unwrap(), "--spec", spec.to_str().unwrap()];
    arguments.extend(["--format", "json"]);
    arguments.extend(more);
    let ended = Project::new().run(&arguments);
    let report = serde_json::from_str(&ended.stdout).unwrap_or_else(|error| panic!("{error}\n{ended}"));
    (report, ended.code)
}

#[test]
fn interactions_are_told_what_their_comments_say() {
    let (report, code) = verify("described", &[]);
    assert_eq!(code, 1);
    let mut told: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for finding in report["findings"].as_array().unwrap() {
        let message = text(&finding["message"]);
        let at = match finding["rule"].as_str().unwrap() {
            "described-operation" if message.contains(" has GET") => "$.method".to_owned(),
            "described-operation" => "$.path".to_owned(),
            _ => message.split('`').nth(1).unwrap().to_owned(),
        };
        told.entry(text(&finding["contract"]["interaction"]))
            .or_default()
            .push(format!("{} {at}", text(&finding["rule"])));
    }
    let contract = json("described/contract.json");
    let mut wrong = Vec::new();
    for interaction in contract["interactions"].as_array().unwrap() {
        let description = text(&interaction["description"]);
        let mut expected: Vec<String> = interaction["comments"]["text"]
            .as_array()
            .unwrap()
            .iter()
            .map(text)
            .collect();
        let mut found = told.remove(&description).unwrap_or_default();
        expected.sort();
        found.sort();
        if expected != found {
            wrong.push(format!("{description}: expected {expected:?}, found {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(told.is_empty(), "{told:?}");
}

#[test]
fn what_is_not_described_is_told_in_a_sentence() {
    let [contract, spec] = ["contract.json", "openapi.yaml"].map(|name| fixture("described").join(name));
    let project = Project::new();
    let description = fs::read_to_string(spec).unwrap().replace("/books", "/volumes");
    project.write("openapi.yaml", description);
    let arguments = [
        "verify",
        contract.to_str().unwrap(),
        "--spec",
        "openapi.yaml",
        "--description",
        "no body",
    ];
    let ended = project.run(&arguments);
    assert!(
        ended
            .stdout
            .contains("the description has no operation `POST /v2/books`"),
        "{ended}"
    );
    assert!(!ended.stdout.contains("actual"), "{ended}");
}

/// Answers each path with the body that a file has for it.
fn answering(answers: Value) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let answers = answers.clone();
            thread::spawn(move || answer(stream.unwrap(), &answers));
        }
    });
    url
}

fn answer(mut stream: TcpStream, answers: &Value) -> Option<()> {
    let mut lines = BufReader::new(stream.try_clone().ok()?).lines();
    loop {
        let first = lines.next()?.ok()?;
        while !lines.next()?.ok()?.is_empty() {}
        let body = answers[first.split(' ').nth(1)?].to_string();
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all((head + &body).as_bytes()).ok()?;
    }
}

#[test]
fn every_way_to_disagree_is_found_and_none_is_invented() {
    let url = answering(json("diagnosis/answers.json"));
    let (report, code) = verify("diagnosis", &["--provider", &url]);
    assert_eq!(code, 1);
    let names = |interaction: &Value| {
        let diagnoses = interaction["diagnoses"].as_array().into_iter().flatten();
        diagnoses.map(text).collect::<Vec<String>>()
    };
    let interactions = report["interactions"].as_array().unwrap();
    assert_eq!(interactions.len(), 9);
    for interaction in interactions {
        let description = text(&interaction["description"]);
        let expected = match description.as_str() {
            "all-agree" => vec![],
            "provider-elsewhere, and consumer-by-luck" => {
                vec!["provider-elsewhere".to_owned(), "consumer-by-luck".to_owned()]
            }
            name => vec![name.to_owned()],
        };
        assert_eq!(names(interaction), expected, "{description}");
    }
    for finding in report["findings"].as_array().unwrap() {
        let (contract, rule) = (&finding["contract"], text(&finding["rule"]));
        let about = text(&contract["interaction"]);
        assert!(about.contains(&text(&contract["diagnosis"])), "{about}: {rule}");
    }
}

#[test]
fn a_described_provider_of_the_configuration_need_not_run() {
    let project = Project::new();
    let file = |path: &str| fs::read_to_string(fixture(path)).unwrap();
    project.write("api/openapi.yaml", file("diagnosis/openapi.yaml"));
    project.write("pacts/tracking.json", file("diagnosis/contract.json"));
    let settings = "apis:\n  - spec: api/openapi.yaml\n    contracts: pacts\n";
    project.write("stipula.yaml", settings);
    project
        .run(&["verify"])
        .says(1, &["9 interactions with the description: 4 agree, 5 do not"]);

    let url = answering(json("diagnosis/answers.json"));
    project.write("stipula.yaml", format!("{settings}    provider: {url}\n"));
    project.run(&["verify"]).says(
        1,
        &[
            "9 interactions with http://127.0.0.1:",
            ": 5 pass, 4 fail",
            "4 agree, 5 do not",
            "2 interactions: the consumer works by luck: it relies on what is not promised",
        ],
    );
}

#[test]
fn a_description_that_cannot_be_read_leaves_the_others_their_findings() {
    let project = Project::new();
    let file = |path: &str| fs::read_to_string(fixture(path)).unwrap();
    project.write("broken/openapi.yaml", "neither: this\n");
    project.write("broken/pacts/one.json", file("diagnosis/contract.json"));
    project.write("sound/openapi.yaml", file("diagnosis/openapi.yaml"));
    project.write("sound/pacts/two.json", file("diagnosis/contract.json"));
    let api = |name: &str| format!("  - spec: {name}/openapi.yaml\n    contracts: {name}/pacts\n");
    project.write("stipula.yaml", format!("apis:\n{}{}", api("broken"), api("sound")));
    let ended = project.run(&["verify", "--format", "json"]);
    let report: Value = serde_json::from_str(&ended.stdout).unwrap_or_else(|error| panic!("{error}\n{ended}"));
    let interactions = report["interactions"].as_array().unwrap();
    assert_eq!(interactions.len(), 18);
    let findings = report["findings"].as_array().unwrap();
    for (position, interaction) in interactions.iter().enumerate() {
        let of_it = interaction["findings"].as_array().unwrap();
        if position < 9 {
            assert_eq!((text(&interaction["verdict"]), of_it.len()), ("skipped".to_owned(), 0));
        }
        for fingerprint in of_it {
            let finding = findings.iter().find(|finding| finding["fingerprint"] == *fingerprint);
            assert_eq!(finding.unwrap()["contract"]["interaction"], interaction["description"]);
        }
    }
}
