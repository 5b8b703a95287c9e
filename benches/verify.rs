//! Matching JSON bodies of 100 KB, 1 MB and 10 MB with rules for each element, beside reading the same bytes with
//! `serde_json`; and whether the cost stays linear.

#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs)]

#[allow(dead_code)]
mod harness;

use harness::{measure, peak_megabytes, row};
use std::fmt::Write;
use std::sync::Arc;
use stipula::contract::matching::{ActualResponse, match_response};
use stipula::contract::{self, Exchange};
use stipula::document::Workspace;
use stipula::formats::pact;
use stipula::source::{Limits, Source};
use stipula::syntax;

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
