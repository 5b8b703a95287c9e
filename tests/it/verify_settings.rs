//! `stipula verify` as `stipula.yaml` tells it to: who asks, in which states, what runs beside what, how fast.

use crate::answering::{Server, json};
use crate::provider::Provider;
use crate::tool::{Ended, Project, findings, in_document, only, wait};
use serde_json::{Value, json as value};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A contract with interactions.
pub(crate) fn contract(consumer: &str, interactions: Value) -> String {
    value!({
        "consumer": { "name": consumer },
        "provider": { "name": "orders" },
        "metadata": { "pactSpecification": { "version": "4.0" } },
        "interactions": interactions,
    })
    .to_string()
}

/// An interaction that expects a status.
pub(crate) fn interaction(method: &str, path: &str, states: Value, status: u16) -> Value {
    value!({
        "type": "Synchronous/HTTP",
        "description": format!("{method} {path}"),
        "providerStates": states,
        "request": { "method": method, "path": path },
        "response": { "status": status },
    })
}

/// A project with one contract, and settings below an API whose provider is a server.
pub(crate) fn project(server: &Server, consumer: &str, interactions: Value, verify: &str) -> Project {
    let project = Project::new();
    project.write("pacts/one.json", contract(consumer, interactions));
    project.write("token", "hunter2\n");
    project.write(
        "stipula.yaml",
        format!(
            "apis:\n  - name: orders\n    contracts: pacts\n    provider: {}\n{verify}\n",
            server.url
        ),
    );
    project
}

/// What docs/verify.md shows is understood, and its first example does what it says.
#[test]
fn the_documented_settings_are_understood() {
    let page = include_str!("../../docs/verify.md");
    let blocks = page.split("```yaml\n").skip(1);
    let blocks: Vec<&str> = blocks
        .filter_map(|rest| rest.split_once("```"))
        .map(|(block, _)| block)
        .collect();
    assert_eq!(blocks.len(), 7);
    for block in &blocks {
        let source = std::sync::Arc::new(stipula::source::Source::from_text("stipula.yaml", *block));
        let read = stipula::policy::Config::read(&source);
        read.unwrap_or_else(|error| panic!("{error}\n{block}"));
    }
    let provider = Provider::start(&[]);
    let project = Project::with("stipula.yaml", blocks[0]);
    let contracts = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/contract/orders/contracts");
    for entry in std::fs::read_dir(contracts).unwrap().flatten() {
        let name = format!("pacts/orders/{}", entry.file_name().to_str().unwrap());
        project.write(&name, std::fs::read(entry.path()).unwrap());
    }
    let mut command = project.command(&["verify"]);
    wait(command.env("ORDERS_URL", provider.url()).spawn().unwrap()).says(0, &["16 pass"]);
}

pub(crate) fn json_report(ended: &Ended) -> Value {
    serde_json::from_str(&ended.stdout).unwrap_or_else(|error| panic!("{error}\n{ended}"))
}

#[test]
fn the_configuration_says_what_is_verified_where() {
    let provider = Provider::start(&[]);
    let project = Project::new();
    let contracts = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/contract/orders/contracts");
    let other = Server::start(|_| json(204, ""));
    project.write(
        "parcels/web.json",
        contract("web", value!([interaction("GET", "/parcels", value!([]), 200)])),
    );
    project.write(
        "stipula.yaml",
        format!(
            "apis:
  - name: orders
    contracts: [{contracts}/legacy.json, '{contracts}/m*.json', {contracts}/web-checkout.json]
    provider: ${{ORDERS_URL}}/
    verify:
      states: {{ url: '${{ORDERS_URL}}/_states', timeout: 20s }}
  - name: parcels
    contracts: parcels
    provider: {}
  - name: notes
    contracts: notes
verify:
  timeouts: {{ request: 20s }}
",
            other.url,
            contracts = in_document(&contracts)
        ),
    );
    let mut command = project.command(&["verify", "--seed", "7", "--format", "json"]);
    let ended = wait(command.env("ORDERS_URL", provider.url()).spawn().unwrap());
    ended.says(
        1,
        &["16 interactions with", ": 16 pass", "1 interaction with", ": 1 fail"],
    );
    ended.says(1, &["notes has contracts, and neither a provider nor a spec"]);
    let report = json_report(&ended);
    assert_eq!(only(&report, "contract-status")["location"]["path"], "parcels/web.json");
    // A variable that is not set is named, and where it is asked for.
    let ended = project.run(&["verify"]);
    ended.says(
        2,
        &["stipula.yaml:4", "the environment variable `ORDERS_URL` is not set"],
    );
    assert_eq!(other.asked().len(), 1);
}

#[test]
fn contracts_that_are_named_go_to_the_one_provider_that_there_is() {
    let server = Server::start(|_| json(200, "{}"));
    let interactions = value!([interaction("GET", "/a", value!([]), 200)]);
    let project = project(
        &server,
        "web",
        interactions,
        "    verify: { headers: { X-Tenant: blue } }",
    );
    project.run(&["verify", "pacts/one.json"]).says(0, &["1 pass"]);
    project
        .run(&["verify", "pacts/one.json", "--header", "x-tenant: red"])
        .says(0, &["1 pass"]);
    let asked = server.asked();
    let tenants: Vec<&str> = asked.iter().map(|asked| asked.header("x-tenant")).collect();
    assert_eq!(tenants, ["blue", "red"]);
    project.write("stipula.yaml", "rules: { extends: minimal }\n");
    project
        .run(&["verify", "pacts/one.json"])
        .says(2, &["nobody to verify: add `--provider URL`"]);
    project
        .run(&["verify"])
        .says(2, &["name contracts, or give an API of stipula.yaml `contracts`"]);
}

#[test]
fn who_holds_contracts_against_a_description_asks_nobody_unless_told() {
    let server = Server::start(|_| json(200, "{}"));
    let interactions = value!([interaction("GET", "/a", value!([]), 200)]);
    let project = project(&server, "web", interactions, "");
    project.write(
        "api.yaml",
        "openapi: 3.1.0\ninfo: { title: A, version: 1.0.0 }\npaths: { /a: { get: { responses: { '200': { description: A } } } } }\n",
    );
    for contracts in [&["pacts"][..], &[]] {
        let offline = [&["verify", "--spec", "api.yaml"], contracts].concat();
        project.run(&offline).says(0, &["with the description: 1 agree"]);
        assert_eq!(server.asked().len(), 0);
    }
    let both = ["verify", "--spec", "api.yaml", "--provider", &server.url];
    project.run(&both).says(0, &["with the description: 1 agree", "1 pass"]);
}

#[test]
fn mistakes_in_the_settings_are_shown_where_they_stand() {
    for (settings, line, message) in [
        (
            "auth: { berer: env:T }",
            2,
            "unknown key `berer`; did you mean `bearer`?",
        ),
        ("auth: { bearer: hunter2 }", 2, "a secret is not written down here"),
        ("auth: { bearer: env:T, command: x }", 2, "one of `bearer`, `basic`"),
        ("auth: { basic: { user: ci } }", 2, "the key `password` is missing"),
        ("states: { url: x, command: y }", 2, "do not go together"),
        ("states: { isolation: by-names }", 2, "did you mean `by-name`?"),
        ("states: { isolation: 'by-param:' }", 2, "`by-param:NAME`"),
        ("timeouts: { request: 10 }", 2, "such as 500ms, 10s or 2m"),
        (
            "latency: { operations: { orders: 1s } }",
            2,
            "such as `GET /orders/{id}`",
        ),
        ("latency: { percentile: 100 }", 2, "100 is not between 50 and 99"),
        ("retry: { statuses: [200] }", 2, "200 is not between 400 and 599"),
        ("rate: 0", 2, "a number of requests a second"),
    ] {
        let project = Project::with("stipula.yaml", format!("verify:\n  {settings}\n"));
        let ended = project.run(&["verify"]);
        ended.says(2, &[message, &format!("stipula.yaml:{line}:")]);
    }
}

/// What each way of showing oneself comes to.
#[test]
fn credentials_stand_where_they_are_looked_for() {
    let interactions = value!([interaction("GET", "/a?x=1", value!([]), 200)]);
    for (auth, shown) in [
        ("{ bearer: file:token }", "authorization: Bearer hunter2"),
        (
            "{ basic: { user: ci, password: file:token } }",
            "authorization: Basic Y2k6aHVudGVyMg==",
        ),
        (
            "{ api-key: { name: X-Api-Key, in: header, value: file:token } }",
            "x-api-key: hunter2",
        ),
        (
            "{ api-key: { name: key, in: cookie, value: file:token } }",
            "cookie: key=hunter2",
        ),
        (
            "{ api-key: { name: key, in: query, value: file:token } }",
            "key=hunter2",
        ),
        ("{ command: cat token }", "authorization: Bearer hunter2"),
    ] {
        let server = Server::start(|_| json(418, "{}"));
        let project = project(
            &server,
            "web",
            interactions.clone(),
            &format!("    verify: {{ auth: {auth} }}"),
        );
        project
            .run(&["verify", "--format", "json"])
            .says(1, &["contract-status"])
            .does_not_say("hunter2");
        let asked = &server.asked()[0];
        let is_shown = asked.headers.iter().any(|line| line.eq_ignore_ascii_case(shown)) || asked.line.ends_with(shown);
        assert!(is_shown, "{auth}: {asked:#?}");
    }
}

/// A server that gives out tokens that are good for so long, and knows those that `good` accepts.
fn with_tokens(good_for: u64, good: fn(usize) -> bool) -> Server {
    let given = AtomicUsize::new(0);
    Server::start(move |asked| {
        if asked.line == "POST /token" {
            let number = given.fetch_add(1, Ordering::SeqCst) + 1;
            let is_known = asked.header("authorization") == "Basic Y2k6aHVudGVyMg==";
            let is_asked = asked.body == "grant_type=client_credentials&scope=orders%2Eread&audience=orders";
            let status = if is_known && is_asked { 200 } else { 400 };
            return json(
                status,
                value!({ "access_token": format!("t{number}"), "token_type": "Bearer", "expires_in": good_for }),
            );
        }
        let token = asked
            .header("authorization")
            .strip_prefix("Bearer t")
            .unwrap_or_default();
        let is_good = token.parse().is_ok_and(good);
        json(if is_good { 200 } else { 401 }, "{}")
    })
}

#[test]
fn tokens_are_asked_for_kept_and_renewed() {
    let interactions: Vec<Value> = (0..5)
        .map(|number| interaction("GET", &format!("/{number}"), value!([]), 200))
        .collect();
    let interactions = Value::Array(interactions);
    let tokens = |server: &Server, code: i32, said: &str| {
        let settings = format!(
            "    verify: {{ auth: {{ oauth2: {{ token-url: {}/token, client-id: ci, client-secret: file:token, \
             scope: orders.read, audience: orders }} }} }}",
            server.url
        );
        let project = project(server, "web", interactions.clone(), &settings);
        project
            .run(&["verify", "--jobs", "2"])
            .says(code, &[said])
            .does_not_say("hunter2");
        server.lines().iter().filter(|line| *line == "POST /token").count()
    };
    // One token serves all.
    assert_eq!(tokens(&with_tokens(3600, |_| true), 0, "5 pass"), 1);
    // One that has been refused is replaced, once.
    assert_eq!(tokens(&with_tokens(3600, |number| number > 1), 0, "5 pass"), 2);
    // One that is about to end is not used.
    assert_eq!(tokens(&with_tokens(5, |_| true), 0, "5 pass"), 5);
    // One that is never good is no endless matter.
    assert!(tokens(&with_tokens(3600, |_| false), 2, "the provider refused the credentials") <= 10);
}

#[test]
fn the_orders_service_gives_tokens() {
    let provider = Provider::start(&["--fault", "unauthorized", "--token", "t-1"]);
    let project = Project::with("secret", "s");
    let contracts = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/contract/orders/contracts");
    project.write(
        "stipula.yaml",
        format!(
            "apis: [{{ contracts: {}, provider: {url} }}]\nverify:\n  states: {{ url: {url}/_states }}\n  auth: \
             {{ oauth2: {{ token-url: {url}/_token, client-id: ci, client-secret: file:secret }} }}\n",
            in_document(&contracts),
            url = provider.url()
        ),
    );
    project.run(&["verify"]).says(0, &["16 pass"]).does_not_say("t-1");
    let asked = provider.requests();
    assert_eq!(asked.iter().filter(|line| *line == "POST /_token").count(), 1);
}

#[test]
fn consumers_and_states_have_senders_of_their_own() {
    let server = Server::start(|_| json(200, "{}"));
    let admin = value!([{ "name": "the user is an admin" }]);
    let interactions = value!([
        interaction("GET", "/plain", value!([]), 200),
        interaction("GET", "/admin", admin, 200),
    ]);
    let settings = "    verify:
      headers: { X-Tenant: blue, X-Of: all }
      consumers: { web: { headers: { X-Of: web } } }
      states: { named: { the user is an admin: { headers: { X-Of: admin }, auth: { bearer: file:token } } } }";
    let project = project(&server, "web", interactions.clone(), settings);
    // The same interactions of another consumer are others, if they are sent in another name.
    project.write("pacts/two.json", contract("mobile", interactions));
    project.run(&["verify"]).says(0, &["3 interactions", "3 pass"]);
    let mut seen: Vec<(String, String, String, String)> = server
        .asked()
        .iter()
        .map(|asked| {
            let header = |name| asked.header(name).to_owned();
            (
                asked.line.clone(),
                header("x-tenant"),
                header("x-of"),
                header("authorization"),
            )
        })
        .collect();
    seen.sort();
    let row = |line: &str, of: &str, auth: &str| (line.to_owned(), "blue".to_owned(), of.to_owned(), auth.to_owned());
    assert_eq!(
        seen,
        [
            row("GET /admin", "admin", "Bearer hunter2"),
            row("GET /plain", "all", ""),
            row("GET /plain", "web", ""),
        ]
    );
}

#[test]
fn states_can_be_a_table_of_requests() {
    let server = Server::start(|asked| match asked.line.as_str() {
        "POST /orders" => json(201, value!({ "data": { "id": "o/7", "number": 7 } })),
        "DELETE /orders/o%2F7" => json(204, ""),
        _ => json(200, "{}"),
    });
    let mut of_an_order = interaction(
        "GET",
        "/orders/1",
        value!([{ "name": "an order exists", "params": { "count": 3, "status": "paid" } }]),
        200,
    );
    of_an_order["request"]["generators"] = value!({
        "path": { "type": "ProviderState", "expression": "/orders/${number}" }
    });
    let unknown = interaction("GET", "/x", value!([{ "name": "nobody knows" }]), 200);
    let settings = "    verify:
      auth: { bearer: file:token }
      states:
        table:
          an order exists:
            setup:
              - method: POST
                path: /orders
                headers: { X-Key: file:token }
                body: { count: '${count}', note: 'is ${status}', fixed: true }
                keep: { id: /data/id, number: /data/number }
              - { method: PUT, path: '/orders/${id}/note', body: 'note of ${number}' }
            teardown:
              - { method: DELETE, path: '/orders/${id}' }";
    let project = project(&server, "web", value!([of_an_order, unknown]), settings);
    let ended = project.run(&["verify", "--format", "json"]);
    ended.says(
        2,
        &[
            "1 pass",
            "1 state-error",
            "the table of states has nothing for `nobody knows`",
        ],
    );
    ended.does_not_say("hunter2");
    let asked = server.asked();
    let lines: Vec<&str> = asked.iter().map(|asked| asked.line.as_str()).collect();
    assert_eq!(
        lines,
        [
            "POST /orders",
            "PUT /orders/o%2F7/note",
            "GET /orders/7",
            "DELETE /orders/o%2F7"
        ]
    );
    let body: Value = serde_json::from_str(&asked[0].body).unwrap();
    assert_eq!(body, value!({ "count": 3, "note": "is paid", "fixed": true }));
    assert_eq!(asked[0].header("x-key"), "hunter2");
    assert_eq!(asked[1].body, "note of 7");
    assert!(
        asked
            .iter()
            .all(|asked| asked.header("authorization") == "Bearer hunter2")
    );
}

#[test]
fn messages_are_asked_for_by_their_description() {
    let server = Server::start(|asked| {
        let asked: Value = serde_json::from_str(&asked.body).unwrap();
        let mut answer = json(
            200,
            value!({ "total": if asked["description"] == "good" { 1 } else { 2 } }),
        );
        // {"topic":"orders"}
        answer
            .1
            .push("Pact-Message-Metadata: eyJ0b3BpYyI6Im9yZGVycyJ9".to_owned());
        answer
    });
    let message = |description: &str, topic: &str| {
        value!({
            "type": "Asynchronous/Messages",
            "description": description,
            "providerStates": [{ "name": "an order" }],
            "metadata": { "topic": topic },
            "contents": { "content": { "total": 1 }, "contentType": "application/json", "encoded": false },
        })
    };
    let project = Project::with(
        "pacts/one.json",
        contract(
            "mail",
            value!([
                message("good", "orders"),
                message("bad", "orders"),
                message("good", "parcels")
            ]),
        ),
    );
    let messages = format!("{}/messages", server.url);
    let arguments = ["verify", "pacts", "--provider", &server.url];
    project.run(&arguments).says(
        2,
        &["nothing says where the provider gives messages out", "3 unsupported"],
    );
    let ended = project.run(&[&arguments[..], &["--messages", &messages, "--format", "json"]].concat());
    ended.says(1, &["1 pass", "2 fail"]);
    let report = json_report(&ended);
    assert_eq!(findings(&report, "contract-message").len(), 1);
    assert_eq!(only(&report, "contract-body")["contract"]["mismatch"]["actual"], "2");
    let asked: Value = serde_json::from_str(&server.asked()[0].body).unwrap();
    assert_eq!(asked["providerStates"][0]["name"], "an order");
}

#[test]
fn times_are_held_against_budgets() {
    let server = Server::start(|_| json(200, "{}"));
    let interactions = value!([
        interaction("GET", "/orders/1", value!([]), 200),
        interaction("GET", "/orders/2", value!([]), 200),
        interaction("POST", "/orders", value!([]), 200),
        interaction("GET", "/customers", value!([]), 200),
    ]);
    let settings = "    verify: { latency: { samples: 10, budget: 1m, operations: { 'GET /orders/{id}': 1ms } } }";
    let slow = Server::start(|asked| {
        if asked.line.starts_with("GET /orders") {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        json(200, "{}")
    });
    let of_slow = project(&slow, "web", interactions.clone(), settings);
    let ended = of_slow.run(&["verify", "--format", "json"]);
    // It is a warning.
    ended.says(0, &["4 pass"]);
    let report = json_report(&ended);
    let finding = only(&report, "contract-slow");
    assert_eq!(finding["severity"], "warning");
    assert_eq!(finding["location"]["pointer"], "/interactions/0");
    let message = finding["message"].as_str().unwrap();
    assert!(message.starts_with("`GET /orders/{id}` took "), "{message}");
    assert!(message.contains("(P95 of 20), and may take 1 ms"), "{message}");
    let times = report["times"].as_array().unwrap();
    let told: Vec<(&str, u64, bool)> = times
        .iter()
        .map(|times| {
            let operation = times["operation"].as_str().unwrap();
            (
                operation,
                times["samples"].as_u64().unwrap(),
                times["percentile"].is_object(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("GET /orders/{id}", 20, true),
            ("POST /orders", 1, false),
            ("GET /customers", 10, false)
        ]
    );
    let posted = slow.lines().iter().filter(|line| *line == "POST /orders").count();
    assert_eq!(posted, 1, "what changes something is not repeated");
    of_slow
        .run(&["verify"])
        .says(0, &["percentile", "too slow", "POST /orders"]);
    of_slow
        .run(&["verify", "--rule", "contract-slow=error"])
        .says(1, &["took"]);
    // Who does not ask is told no times.
    let quiet = project(&server, "web", interactions, "");
    let report = json_report(&quiet.run(&["verify", "--format", "json"]));
    assert!(report.get("times").is_none());
    quiet.run(&["verify"]).says(0, &["4 pass"]).does_not_say(" ms");
    quiet.run(&["verify", "--budget", "1m"]).says(0, &["60000 ms"]);
    quiet.run(&["verify", "--verbose"]).says(0, &["p50", " ms"]);
}
