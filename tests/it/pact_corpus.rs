//! Contracts that people wrote: all are read, and what cannot be read of them is said.

use crate::outside;
use crate::pacts::{files, workspace};
use std::collections::BTreeMap;
use std::fs;
use stipula::contract::matching::{ActualResponse, match_response};
use stipula::contract::{self, Body, Exchange};

#[test]
fn pact_corpus() {
    let Some(folder) = outside::corpus("pact") else {
        return;
    };
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut count = |what: &str| *counts.entry(what.to_owned()).or_default() += 1;
    for path in files(&folder, "json") {
        let name = path.strip_prefix(&folder).unwrap().to_string_lossy().into_owned();
        let bytes = fs::read(&path).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        let (workspace, id) = match workspace(&name, text.trim_start_matches('\u{FEFF}')) {
            Ok(read) => read,
            Err(reason) => {
                count("files refused");
                println!("{name}: {reason}");
                continue;
            }
        };
        let document = workspace.document(id);
        let broken = document.tree().problems();
        count(if broken.is_empty() {
            "files read"
        } else {
            "files read in part"
        });
        for problem in broken {
            let at = document.source().position(problem.span.start);
            println!("{name}:{}:{}: {}", at.line, at.column, problem.message);
        }
        for violation in document.violations() {
            count("departures from the grammar");
            println!(
                "{name}: {}",
                violation.message(document.tree(), document.grammar().unwrap())
            );
        }
        let contract = contract::read(&workspace, id);
        for problem in &contract.problems {
            count("other problems");
            println!("{name}: {}", problem.message);
        }
        for interaction in &contract.interactions {
            if !interaction.unsupported().is_empty() {
                count("interactions that are not supported");
            }
            match &interaction.exchange {
                Exchange::Message(_) => count("asynchronous messages"),
                Exchange::Call { .. } => count("synchronous messages"),
                Exchange::Http { response, .. } => {
                    count("interactions over HTTP");
                    let Body::Content(content) = &response.body else {
                        continue;
                    };
                    // What was recorded fits itself, unless its own rules refuse it.
                    let headers: Vec<(String, String)> = response
                        .headers
                        .iter()
                        .flat_map(|header| {
                            header
                                .values
                                .iter()
                                .map(|value| (header.name.to_owned(), value.text.to_owned()))
                        })
                        .collect();
                    let actual = ActualResponse {
                        status: response.status.map_or(200, |(status, _)| status),
                        headers: &headers,
                        body: &content.bytes().unwrap_or_default(),
                    };
                    let comparison = match_response(response, &actual);
                    if !comparison.is_match() {
                        count("responses that their own rules refuse");
                        println!("{name}: {}: {:?}", interaction.description, comparison.mismatches[0]);
                    }
                }
            }
        }
    }
    for (what, count) in counts {
        println!("{count:>6} {what}");
    }
}
