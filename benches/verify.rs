//! Matching JSON bodies of 100 KB, 1 MB and 10 MB with rules for each element, beside reading the same bytes with
//! `serde_json`; and whether the cost stays linear. Then 1,000 interactions with a provider on this machine, beside a
//! plain loop of the same requests with the same client.

#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs)]

#[allow(dead_code)]
mod harness;

use futures_util::stream::{self, StreamExt};
use harness::{measure, peak_megabytes, row};
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::CONTENT_TYPE;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::fmt::Write;
use std::future::pending;
use std::sync::Arc;
use std::time::{Duration, Instant};
use stipula::contract::matching::{ActualResponse, match_response};
use stipula::contract::{self, Exchange};
use stipula::document::Workspace;
use stipula::formats::pact;
use stipula::provider::{self, Client, ClientSettings, Isolation, RunSettings, StateHandler, Task, Verdict};
use stipula::source::{Limits, Source};
use stipula::syntax;
use time::OffsetDateTime;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};

const CONTRACT: &str = r##"{
  "consumer": { "name": "web-shop" }, "provider": { "name": "orders" },
  "interactions": [ { "description": "all orders", "request": { "method": "GET", "path": "/orders" }, "response": {
    "status": 200, "headers": { "Content-Type": "application/json" },
    "body": { "orders": [ { "id": 1, "number": "A-1", "email": "a@example.com", "created": "2024-03-01T10:30:00Z",
                            "total": 10.5, "customer": { "name": "Ada", "tags": [ "new" ] } } ] },
    "matchingRules": { "body": {
      "$.orders": { "matchers": [ { "match": "type", "min": 1 } ] },
      "$.orders[*].id": { "matchers": [ { "match": "integer" } ] },
      "$.orders[*].number": { "matchers": [ { "match": "regex", "regex": "[A-Z]-\\d+" } ] },
      "$.orders[*].email": { "matchers": [ { "match": "regex", "regex": "[^@]+@[^@]+" } ] },
      "$.orders[*].created": { "matchers": [ { "match": "datetime", "format": "yyyy-MM-dd'T'HH:mm:ssX" } ] },
      "$.orders[*].total": { "matchers": [ { "match": "decimal" } ] },
      "$.orders[*].customer.tags": { "matchers": [ { "match": "type", "max": 5 } ] }
    } }
  } } ],
  "metadata": { "pactSpecification": { "version": "3.0.0" } }
}"##;

fn main() {
    let smoke = std::env::args().any(|argument| argument == "--smoke");
    let source = Arc::new(Source::from_text("orders.json", CONTRACT));
    let document = pact::document(syntax::read(&source, &Limits::default())).unwrap();
    let mut workspace = Workspace::new(100);
    let id = workspace.add(document);
    let contract = contract::read(&workspace, id);
    let Exchange::Http { response, .. } = &contract.interactions[0].exchange else {
        panic!("the contract has a response");
    };
    let headers = [("Content-Type".to_owned(), "application/json".to_owned())];
    let sizes: &[usize] = if smoke {
        &[10_000]
    } else {
        &[100_000, 1_000_000, 10_000_000]
    };
    for size in sizes {
        let body = body(*size);
        println!("a body of {:.2} MB, 7 rules", body.len() as f64 / 1e6);
        let peer = measure(smoke, || {
            serde_json::from_slice::<serde_json::Value>(body.as_bytes()).unwrap()
        });
        row("peer: serde_json, as a value", peer, body.len());
        let read = measure(smoke, || {
            let source = Arc::new(Source::from_text("body.json", body.as_str()));
            syntax::read(&source, &Limits::default())
        });
        row("reading alone", read, body.len());
        let actual = ActualResponse {
            status: 200,
            headers: &headers,
            body: body.as_bytes(),
        };
        let matched = measure(smoke, || {
            let comparison = match_response(response, &actual);
            assert!(comparison.is_match(), "{:?}", comparison.mismatches.first());
        });
        row("reading and matching", matched, body.len());
    }
    for jobs in [1, 8] {
        run_interactions(if smoke { 50 } else { 1000 }, jobs, if smoke { 1 } else { 15 });
    }
    if let Some(peak) = peak_megabytes() {
        println!("peak memory of this process: {peak:.0} MB");
    }
}

/// Orders, as many as fill so many bytes.
fn body(size: usize) -> String {
    let mut out = String::from("{\"orders\":[");
    for order in 0.. {
        if out.len() >= size {
            break;
        }
        let comma = if order > 0 { "," } else { "" };
        write!(
            out,
            "{comma}{{\"id\":{order},\"number\":\"B-{order}\",\"email\":\"user{order}@example.org\",\
             \"created\":\"2024-03-{:02}T10:30:{:02}Z\",\"total\":{order}.25,\
             \"customer\":{{\"name\":\"Customer {order}\",\"tags\":[\"a\",\"b\"]}}}}",
            order % 28 + 1,
            order % 60
        )
        .unwrap();
    }
    out.push_str("]}");
    out
}

const ANSWER: &str = r#"{"data":{"id":7,"number":"B-7","total":10.25,"items":[{"sku":"tea","quantity":2}]}}"#;

/// Times both ways of sending so many requests, in turn; the best of each counts, as the rest is other people's work.
fn run_interactions(count: usize, jobs: usize, rounds: usize) {
    let server = Server::start();
    let source = Arc::new(Source::from_text("many.json", many(count).as_str()));
    let document = pact::document(syntax::read(&source, &Limits::default())).unwrap();
    let mut workspace = Workspace::new(100);
    let id = workspace.add(document);
    let contract = contract::read(&workspace, id);
    let interactions = contract.interactions.iter();
    let tasks: Vec<Task<'_, '_>> = interactions
        .map(|interaction| Task { interaction, sender: 0 })
        .collect();
    let settings = RunSettings {
        provider: server.url.clone(),
        messages: None,
        states: StateHandler::None,
        state_timeout: Duration::from_secs(30),
        senders: Vec::new(),
        jobs,
        isolation: Isolation::Serial,
        samples: 1,
        total: None,
        seed: 7,
        now: OffsetDateTime::now_utc(),
    };
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let client = Client::new(ClientSettings::default(), 7).unwrap();
    let plain = reqwest::Client::new();
    let (mut verified, mut looped) = (Duration::MAX, Duration::MAX);
    for _ in 0..rounds {
        looped = looped.min(timed(|| {
            runtime.block_on(stream::iter(0..count).for_each_concurrent(jobs, |order| {
                let request = plain.get(format!("{}/orders/{order}", server.url));
                async move {
                    let answer = request.send().await.unwrap().bytes().await.unwrap();
                    assert_eq!(answer.len(), ANSWER.len());
                }
            }));
        }));
        verified = verified.min(timed(|| {
            let run = runtime.block_on(provider::run(&tasks, &client, &settings, pending(), &|| {}));
            assert!(run.outcomes.iter().all(|outcome| outcome.verdict == Verdict::Pass));
        }));
    }
    let milliseconds = |time: Duration| time.as_secs_f64() * 1000.0;
    println!("{count} interactions, jobs {jobs}");
    println!("  peer: a plain loop  {:>8.1} ms", milliseconds(looped));
    println!(
        "  verified            {:>8.1} ms, {:.2} times as long",
        milliseconds(verified),
        verified.as_secs_f64() / looped.as_secs_f64()
    );
}

fn timed(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

/// A contract with so many requests that change nothing.
fn many(count: usize) -> String {
    let interaction = |order: usize| {
        format!(
            r#"{{"description":"order {order}","request":{{"method":"GET","path":"/orders/{order}"}},"response":{{"status":200,
            "headers":{{"Content-Type":"application/json"}},"body":{{"data":{{"id":1,"number":"A-1","total":1.5,"items":[{{"sku":"a","quantity":1}}]}}}},
            "matchingRules":{{"body":{{"$.data":{{"matchers":[{{"match":"type"}}]}},"$.data.number":{{"matchers":[{{"match":"regex","regex":"[A-Z]-\\d+"}}]}}}}}}}}}}"#
        )
    };
    let interactions: Vec<String> = (0..count).map(interaction).collect();
    format!(
        r#"{{"consumer":{{"name":"web"}},"provider":{{"name":"orders"}},"metadata":{{"pactSpecification":{{"version":"3.0.0"}}}},"interactions":[{}]}}"#,
        interactions.join(",")
    )
}

/// A provider that gives the same answer to everything, on a thread of its own.
struct Server {
    url: String,
    _runtime: Runtime,
}

impl Server {
    fn start() -> Self {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        runtime.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                stream.set_nodelay(true).unwrap();
                tokio::spawn(http1::Builder::new().serve_connection(
                    TokioIo::new(stream),
                    service_fn(|_| async {
                        let answer = hyper::Response::builder().header(CONTENT_TYPE, "application/json");
                        Ok::<_, Infallible>(answer.body(Full::new(Bytes::from_static(ANSWER.as_bytes()))).unwrap())
                    }),
                ));
            }
        });
        Self { url, _runtime: runtime }
    }
}
