//! Every rule over the examples of every page: which other rules find something, too. A change here is read before it
//! is recorded: a rule that suddenly fires on other rules' good examples is most likely wrong.
//!
//! Of pages that judge changes, every pair of versions is compared, and every change that is found is recorded with
//! its level.

use crate::{Outcome, all_fine, is_recorded};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;
use stipula::breaking;
use stipula::cli::page_test;
use stipula::lint::Rules;
use stipula::rules::catalog::builtin;
use stipula::rules::declaration::Declaration;
use stipula::rules::page::{Section, examples, pairs};
use stipula::rules::{Catalog, Rule};

pub(crate) fn is_as_recorded() -> Outcome {
    let all: Result<Vec<Rule>, _> = builtin()
        .iter()
        .map(|declaration| Rule::compile(Arc::new(declaration.clone()), &[]))
        .collect();
    let all = Rules::new(all?);
    let mut text = String::new();
    for declaration in builtin().iter().filter(|declaration| declaration.changes.is_empty()) {
        let examples = examples(&declaration.page, 1).map_err(|error| error.message)?;
        for (heading, section) in [("bad", Section::Bad), ("good", Section::Good)] {
            let mut counts: BTreeMap<String, usize> = BTreeMap::new();
            for example in examples.iter().filter(|example| example.section == section) {
                for found in page_test::run(example, &declaration.formats(), &all) {
                    *counts.entry(found.rule).or_default() += 1;
                }
            }
            let counts: Vec<String> = counts.iter().map(|(rule, count)| format!("{rule} {count}")).collect();
            writeln!(text, "{} {heading}: {}", declaration.id, counts.join(", "))?;
        }
    }
    is_recorded("tests/rules/matrix.txt", &text)
}

/// A page, the position of a pair of versions in it, and what is found there.
type OfPair = (&'static Declaration, usize, Vec<page_test::Told>);

/// What is found in each pair of versions of each page that judges changes.
fn told() -> Result<Vec<OfPair>, String> {
    let rules = breaking::Rules::new(&Catalog::default());
    let mut told = Vec::new();
    for declaration in builtin().iter().filter(|declaration| !declaration.changes.is_empty()) {
        let examples = examples(&declaration.page, 1).map_err(|error| error.message)?;
        for (position, pair) in pairs(&examples).map_err(|error| error.message)?.iter().enumerate() {
            told.push((
                declaration,
                position + 1,
                page_test::compare(pair, &declaration.formats(), &rules),
            ));
        }
    }
    Ok(told)
}

pub(crate) fn changes_are_as_recorded() -> Outcome {
    let mut text = String::new();
    for (declaration, position, told) in told()? {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for change in told {
            *counts.entry(format!("{}={}", change.rule, change.level)).or_default() += 1;
        }
        let counts: Vec<String> = counts.iter().map(|(rule, count)| format!("{rule} {count}")).collect();
        writeln!(text, "{} {position}: {}", declaration.id, counts.join(", "))?;
    }
    is_recorded("tests/rules/changes.txt", &text)
}

/// What no page knows is judged by a page that asks for nothing; none of the examples needs it.
pub(crate) fn every_change_has_a_page() -> Outcome {
    let takes_all = |declaration: &&Declaration| declaration.changes.iter().any(|change| change.conditions() == 0);
    let last: Vec<&Declaration> = builtin().iter().filter(takes_all).collect();
    assert_eq!(last.len(), 1, "one page takes what no other one does");
    let left = told()?.into_iter().flat_map(|(declaration, position, told)| {
        let left = told.into_iter().filter(|change| change.rule == last[0].id);
        left.map(move |change| format!("{}, pair {position}: {}", declaration.file, change.message))
    });
    all_fine(left)
}
