//! Every rule over the examples of every page: which other rules find something, too. A change here is read before it
//! is recorded: a rule that suddenly fires on other rules' good examples is most likely wrong.

use crate::{Outcome, is_recorded};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;
use stipula::cli::page_test;
use stipula::lint::Rules;
use stipula::rules::Rule;
use stipula::rules::catalog::builtin;
use stipula::rules::page::examples;

pub(crate) fn is_as_recorded() -> Outcome {
    let all: Result<Vec<Rule>, _> = builtin()
        .iter()
        .map(|declaration| Rule::compile(Arc::new(declaration.clone()), &[]))
        .collect();
    let all = Rules::new(all?);
    let mut text = String::new();
    for declaration in builtin() {
        let examples = examples(&declaration.page, 1).map_err(|error| error.message)?;
        for (heading, bad) in [("bad", true), ("good", false)] {
            let mut counts: BTreeMap<String, usize> = BTreeMap::new();
            for example in examples.iter().filter(|example| example.bad == bad) {
                for found in page_test::run(example, &all) {
                    *counts.entry(found.rule).or_default() += 1;
                }
            }
            let counts: Vec<String> = counts.iter().map(|(rule, count)| format!("{rule} {count}")).collect();
            writeln!(text, "{} {heading}: {}", declaration.id, counts.join(", "))?;
        }
    }
    is_recorded("tests/rules/matrix.txt", &text)
}
