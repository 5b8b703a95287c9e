//! `stipula verify` against the orders service: a provider that keeps its contracts, and each way to break them.

use crate::provider::Provider;
use crate::tool::{Ended, Project, findings, only};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

fn contracts() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/contract/orders/contracts");
    folder.to_str().unwrap().to_owned()
}

/// The tool in an empty folder, with the provider and what brings its states about.
fn verify(provider: &Provider, more: &[&str]) -> Ended {
    verify_at(&provider.url(), more)
}

fn verify_at(url: &str, more: &[&str]) -> Ended {
    let (contracts, states) = (contracts(), format!("{url}/_states"));
    let mut arguments = vec![
        "verify",
        &contracts,
        "--provider",
        url,
        "--states",
        &states,
        "--seed",
        "7",
    ];
    arguments.extend(more);
    Project::new().run(&arguments)
}

/// The same with a JSON report.
fn report(provider: &Provider, more: &[&str]) -> (Value, Ended) {
    let ended = verify(provider, &[&["--format", "json"], more].concat());
    let report = serde_json::from_str(&ended.stdout).unwrap_or_else(|error| panic!("{error}\n{ended}"));
    (report, ended)
}

#[test]
fn a_provider_that_keeps_its_contracts_is_told_so() {
    let provider = Provider::start(&[]);
    verify(&provider, &[]).says(0, &["no findings in 3 documents", "16 interactions with", ": 16 pass"]);
    let requests = provider.requests();
    let torn_down = requests.iter().filter(|request| request.contains("teardown")).count();
    let set_up = requests.iter().filter(|request| request.contains("\"setup\"")).count();
    assert!(set_up > 0);
    assert_eq!(set_up, torn_down, "{requests:#?}");
}

#[test]
fn broken_contracts_are_told_where_they_are_broken() {
    let provider = Provider::start(&["--fault", "wrong-type"]);
    let (report, ended) = report(&provider, &["--description", "a request for an order"]);
    ended.says(1, &["1 fail"]);
    let finding = only(&report, "contract-body");
    assert_eq!(finding["contract"]["consumer"], "web-checkout");
    assert_eq!(finding["contract"]["mismatch"]["at"], "$.body.data.total");
    assert_eq!(finding["contract"]["mismatch"]["actual"], "\"14.85\"");
    assert_eq!(finding["location"]["line"], 35);
    assert!(finding["message"].as_str().unwrap().contains("(rule `decimal`)"));
}

/// Every interaction is told of, with its findings, whatever became of it.
#[test]
fn reports_hold_every_interaction() {
    let schema = crate::reports::schema();
    for (arguments, verdict, count) in [
        (&["--fault", "wrong-type"][..], "fail", 1),
        (&["--fault", "state-fails"], "state-error", 1),
        (&["--fault", "unauthorized"], "error", 1),
        (&[], "pass", 16),
    ] {
        let provider = Provider::start(arguments);
        let (report, _) = report(&provider, &["--attempts", "1"]);
        crate::reports::keeps(&schema, &report);
        let interactions = report["interactions"].as_array().unwrap();
        assert_eq!(interactions.len(), 16);
        let counts = report["summary"]["interactions"].as_object().unwrap();
        assert_eq!(counts.values().filter_map(Value::as_u64).sum::<u64>(), 16);
        assert!(counts[verdict].as_u64().unwrap() >= count, "{report:#}");
        let of_interactions = interactions.iter().flat_map(|one| one["findings"].as_array().unwrap());
        let mut of_interactions: Vec<&Value> = of_interactions.collect();
        let findings = report["findings"].as_array().unwrap();
        let mut all: Vec<&Value> = findings.iter().map(|finding| &finding["fingerprint"]).collect();
        of_interactions.sort_by_key(|text| text.to_string());
        all.sort_by_key(|text| text.to_string());
        assert_eq!(of_interactions, all);
        for one in interactions {
            assert_eq!(
                one["findings"] == Value::Array(Vec::new()),
                one["verdict"] == "pass",
                "{one:#}"
            );
            assert!(
                one["request"]
                    .as_str()
                    .is_none_or(|request| request.starts_with("curl -")),
                "{one:#}"
            );
            assert!(one.get("milliseconds").is_none(), "{one:#}");
        }
    }
}

/// What a path would make of the address that it is put behind.
#[test]
fn a_contract_does_not_choose_the_host() {
    let provider = Provider::start(&[]);
    let project = Project::new();
    let host = provider.address();
    project.write(
        "pact.json",
        format!(
            r#"{{ "consumer": {{ "name": "a" }}, "provider": {{ "name": "b" }}, "interactions": [{{ "description": "c",
              "request": {{ "method": "GET", "path": "@{host}/api/v1/shipping-methods" }}, "response": {{ "status": 200 }} }}] }}"#
        ),
    );
    let other = Provider::start(&[]);
    let url = other.url().replace("http://", "http://me:hunter2@");
    let ended = project.run(&["verify", "pact.json", "--provider", &url]);
    ended.says(1, &["1 fail", "/@"]).does_not_say("hunter2");
    assert!(
        provider.requests().iter().all(|request| request.contains("/_requests")),
        "{:?}",
        provider.requests()
    );
}

/// What each fault comes to: the exit code, and what is told of it.
#[test]
fn each_fault_is_told_for_what_it_is() {
    // What takes time to fail is tried with one interaction.
    let one = [
        "--consumer",
        "web-checkout",
        "--description",
        "a request for the shipping methods",
    ];
    let quick = ["--timeout", "2s", "--attempts", "1", "--body-megabytes", "20"];
    let mut wrong = Vec::new();
    for (fault, code, text) in [
        ("wrong-status", 1, "$.status"),
        ("missing-field", 1, "actual missing"),
        ("wrong-type", 1, "rule `decimal`"),
        ("extra-item", 1, "$.body"),
        ("wrong-content-type", 1, "text/html"),
        ("state-fails", 2, "could not be brought about"),
        ("teardown-fails", 0, "could not be ended"),
        ("unauthorized", 2, "asks for credentials"),
    ] {
        let provider = Provider::start(&["--fault", fault]);
        let ended = verify(&provider, &quick);
        let said = ended.stdout.contains(text);
        if ended.code != code || !said {
            wrong.push(format!("{fault}: {ended}"));
        }
    }
    for (fault, code, text) in [
        ("slow", 0, "1 pass"),
        ("invalid-utf8", 1, "contract-body"),
        ("refuse", 2, "refused"),
        ("reset-mid-body", 2, "the connection ended before the answer did"),
        ("endless-body", 2, "nothing is known of this interaction"),
        ("stalled", 2, "no complete answer came in time"),
        ("redirect-loop", 1, "$.status"),
        ("huge", 2, "the answer is larger than 20 MB"),
        ("gzip-bomb", 2, "the answer is larger than 20 MB"),
        ("chunked-garbage", 2, "nothing is known of this interaction"),
        ("header-flood", 2, "nothing is known of this interaction"),
    ] {
        let provider = Provider::start(&["--fault", fault]);
        let ended = verify(&provider, &[&one[..], &quick].concat());
        let said = ended.stdout.contains(text) || ended.stderr.contains(text);
        if ended.code != code || !said {
            wrong.push(format!("{fault}: {ended}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn what_fails_for_technical_reasons_is_tried_again_where_that_does_no_harm() {
    let provider = Provider::start(&["--fault", "flaky"]);
    let ended = verify(&provider, &["--method", "GET", "--consumer", "web-checkout"]);
    ended.says(0, &["passed on attempt 2"]);
    let provider = Provider::start(&["--fault", "flaky"]);
    let ended = verify(&provider, &["--method", "POST", "--consumer", "legacy"]);
    ended.says(2, &["the connection ended before the answer did"]);
    let provider = Provider::start(&["--fault", "rate-limited"]);
    verify(&provider, &[]).says(0, &["16 pass"]);
}

#[test]
fn nobody_is_asked_again_and_again_where_nobody_listens() {
    let provider = Provider::start(&["--fault", "refuse"]);
    let ended = verify(&provider, &["--jobs", "1"]);
    ended.says(
        2,
        &["the run ended early: the provider refused every connection", "skipped"],
    );
}

#[test]
fn credentials_are_sent_and_never_shown() {
    let provider = Provider::start(&["--fault", "unauthorized", "--fault", "wrong-type", "--token", "hunter2"]);
    let project = Project::with("token", "hunter2\n");
    let (contracts, url) = (contracts(), provider.url());
    let states = format!("{url}/_states");
    for format in ["text", "json", "sarif", "github", "markdown", "html", "junit"] {
        let arguments = [
            "verify",
            &contracts,
            "--provider",
            &url,
            "--states",
            &states,
            "--bearer",
            "file:token",
            "--header",
            "X-Secret: file:token",
            "--format",
            format,
        ];
        let ended = project.run(&arguments);
        assert_eq!(ended.code, 1, "{ended}");
        ended.does_not_say("hunter2");
    }
    let open = ["verify", &contracts, "--provider", &url, "--bearer", "hunter2"];
    project
        .run(&open)
        .says(2, &["a secret is not written down here"])
        .does_not_say("hunter2");
}

#[test]
fn providers_show_who_they_are() {
    let folder = Project::new();
    let authority = folder.path("ca.pem");
    let authority = authority.to_str().unwrap();
    let provider = Provider::start(&["--tls", "--certificate", authority]);
    verify(&provider, &["--ca", authority]).says(0, &["16 pass"]);
    verify(&provider, &["--attempts", "1"]).says(2, &["the TLS handshake failed"]);
    verify(&provider, &["--insecure"]).says(0, &["believed to be the provider", "16 pass"]);
    let provider = Provider::start(&["--tls", "--fault", "expired-certificate", "--certificate", authority]);
    verify(&provider, &["--ca", authority]).says(2, &["the TLS handshake failed"]);
    let provider = Provider::start(&["--http2-only"]);
    verify(&provider, &["--http2"]).says(0, &["16 pass"]);
}

#[test]
fn clients_show_who_they_are() {
    let folder = Project::new();
    let authority = folder.path("ca.pem");
    let clients = folder.path("clients");
    let (authority, clients) = (authority.to_str().unwrap(), clients.to_str().unwrap());
    let provider = Provider::start(&["--tls", "--certificate", authority, "--client-certificates", clients]);
    verify(&provider, &["--ca", authority, "--attempts", "1"]).says(2, &["nothing is known"]);
    let both = ["client.pem", "client.key"].map(|name| std::fs::read_to_string(Path::new(clients).join(name)).unwrap());
    folder.write("both.pem", both.concat());
    let both = folder.path("both.pem");
    let arguments = ["--ca", authority, "--certificate", both.to_str().unwrap()];
    verify(&provider, &arguments).says(0, &["16 pass"]);
}

#[test]
fn interactions_are_chosen() {
    let provider = Provider::start(&[]);
    let count = |more: &[&str]| -> usize {
        let ended = verify(&provider, more);
        let line = ended
            .stderr
            .lines()
            .find(|line| line.contains("with http"))
            .unwrap_or_default();
        line.split(' ')
            .next()
            .unwrap_or_default()
            .parse()
            .unwrap_or_else(|_| panic!("{ended}"))
    };
    assert_eq!(count(&["--consumer", "legacy"]), 4);
    assert_eq!(count(&["--consumer", "web-*"]), 6);
    assert_eq!(
        count(&["--state", "orders exist"]) + count(&["--state", "*order exists"]),
        9
    );
    let shards: usize = ["1/3", "2/3", "3/3"]
        .iter()
        .map(|shard| count(&["--shard", shard]))
        .sum();
    assert_eq!(shards, 16);
    verify(&provider, &["--consumer", "nobody"]).says(2, &["no interaction is left by the filters"]);
    verify_at("localhost", &[]).says(2, &["is no URL, such as http://localhost:8080"]);
    let project = Project::new();
    let ended = project.run(&["verify", "pacts", "--provider", "http://localhost"]);
    ended.says(2, &["`pacts` does not exist"]);
}

#[test]
fn only_what_failed_is_verified_again() {
    let provider = Provider::start(&["--fault", "wrong-type"]);
    let project = Project::new();
    let (contracts, url) = (contracts(), provider.url());
    let states = format!("{url}/_states");
    let common = ["verify", &contracts, "--provider", &url, "--states", &states];
    let first = project.run(&[&common[..], &["--format", "json=report.json"]].concat());
    assert_eq!(first.code, 1);
    let again = project.run(&[&common[..], &["--only-failed", "report.json"]].concat());
    again.says(1, &[" fail"]).does_not_say("pass");
    project.write("report.json", "{}");
    let broken = project.run(&[&common[..], &["--only-failed", "report.json"]].concat());
    broken.says(2, &["is no JSON report"]);
}

/// Twenty runs say the same, byte for byte, whatever goes wrong.
#[test]
fn faults_are_told_the_same_every_time() {
    let whole: &[&str] = &[];
    let one = &["--description", "a request for the shipping methods"];
    // What hangs is not waited for; nothing else may be cut short.
    let hanging = [&one[..], &["--timeout", "500ms"]].concat();
    for (fault, which) in [
        ("wrong-status", whole),
        ("missing-field", whole),
        ("wrong-type", whole),
        ("extra-item", whole),
        ("wrong-content-type", whole),
        ("invalid-utf8", whole),
        ("flaky", one),
        ("refuse", whole),
        ("reset-mid-body", one),
        ("endless-body", one),
        ("stalled", &hanging),
        ("redirect-loop", whole),
        ("huge", one),
        ("gzip-bomb", one),
        ("chunked-garbage", whole),
        ("header-flood", one),
        ("unauthorized", whole),
        ("state-fails", whole),
        ("teardown-fails", whole),
        ("slow", one),
        ("rate-limited", &["--consumer", "legacy"]),
        ("wrong-certificate", one),
        ("expired-certificate", one),
    ] {
        let tls: &[&str] = if fault.ends_with("certificate") {
            &["--tls"]
        } else {
            &[]
        };
        let mut said: BTreeMap<String, usize> = BTreeMap::new();
        for _ in 0..20 {
            // A provider of its own: one that was asked before has other numbers to give.
            let provider = Provider::start(&[&["--fault", fault], tls].concat());
            let quick = ["--format", "json", "--attempts", "2", "--body-megabytes", "1"];
            let ended = verify(&provider, &[&quick[..], which].concat());
            *said.entry(ended.stdout.replace(&provider.url(), "")).or_default() += 1;
        }
        assert_eq!(said.len(), 1, "{fault}: {:#?}", said.values());
    }
}

/// The same interaction in several contracts is carried out once, and told to all.
#[test]
fn what_several_contracts_hold_is_carried_out_once() {
    let contract = |consumer: &str, pending: bool| {
        format!(
            r#"{{ "consumer": {{ "name": "{consumer}" }}, "provider": {{ "name": "orders" }}, "metadata": {{ "pactSpecification": {{ "version": "4.0" }} }},
            "interactions": [{{ "type": "Synchronous/HTTP", "description": "one", "pending": {pending},
              "request": {{ "method": "GET", "path": "/api/v1/shipping-methods" }}, "response": {{ "status": 418 }} }}] }}"#
        )
    };
    let provider = Provider::start(&[]);
    let project = Project::new();
    project.write("pacts/a.json", contract("first", false));
    project.write("pacts/below/b.json", contract("second", false));
    let url = provider.url();
    let arguments = ["verify", "pacts", "--provider", &url, "--format", "json"];
    let ended = project.run(&arguments);
    let report: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(findings(&report, "contract-status").len(), 1);
    ended.says(1, &["1 interaction with"]);
    project.run(&arguments[..4]).says(1, &["recorded by second, too"]);
    project.write("pacts/below/b.json", contract("second", true));
    project.write("pacts/a.json", contract("first", true));
    let pending = project.run(&arguments[..4]);
    pending.says(0, &["1 pending-fail", "pending-fail  first → orders: one"]);
}

#[test]
fn a_run_has_an_end() {
    let provider = Provider::start(&["--fault", "stalled"]);
    let start = std::time::Instant::now();
    let ended = verify(&provider, &["--total-timeout", "1s", "--attempts", "1"]);
    ended.says(2, &["the run ended early: its time was up"]);
    assert!(start.elapsed() < Duration::from_secs(40));
}

#[test]
fn times_are_told_by_the_operations_of_the_description() {
    let provider = Provider::start(&[]);
    let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/contract/orders/openapi.yaml");
    let (report, _) = report(&provider, &["--spec", spec.to_str().unwrap(), "--samples", "2"]);
    let operations: Vec<&str> = report["times"]
        .as_array()
        .unwrap()
        .iter()
        .map(|time| time["operation"].as_str().unwrap())
        .collect();
    assert!(operations.contains(&"GET /api/v1/orders/{orderId}"), "{operations:?}");
    let of_one = &report["interactions"][0]["milliseconds"];
    assert_eq!(of_one.as_array().map(Vec::len), Some(2), "{of_one}");
    let different: std::collections::BTreeSet<&str> = operations.iter().copied().collect();
    assert_eq!(different.len(), operations.len(), "{operations:?}");
}
