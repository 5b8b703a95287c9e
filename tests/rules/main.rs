//! Runs every rule page, and holds pages, vocabulary and standards against each other.
//!
//! Each page is a test of its own, named after its rule: `cargo test --test rules resource-plural`.

#![allow(clippy::unwrap_used)]

mod changes;
mod guide;
mod matrix;
mod standards;
mod vocabulary;

use libtest_mimic::{Arguments, Failed, Trial};
use std::fmt::Display;
use std::process::ExitCode;
use stipula::cli::page_test;
use stipula::rules::catalog::builtin;
use stipula::rules::declaration::Declaration;

type Outcome = Result<(), Failed>;
type Test = fn() -> Outcome;

fn main() -> ExitCode {
    let pages = pages().into_iter().map(|declaration| {
        Trial::test(format!("page::{}", declaration.id), move || {
            let problems = page_test::check(&declaration)?;
            all_fine(problems.iter().map(|problem| {
                let message = &problem.message;
                format!("{}:{}: {message}", declaration.file, problem.line)
            }))
        })
    });
    let others: [(&str, Test); 15] = [
        ("cross_firing_matrix", matrix::is_as_recorded),
        ("changes_of_all_pairs", matrix::changes_are_as_recorded),
        ("every_change_has_a_page", matrix::every_change_has_a_page),
        ("no_change_has_two_pages", changes::are_judged_once),
        ("words_of_changes_are_used", changes::words_are_used),
        ("every_kind_of_verdict_is_shown", changes::verdicts_are_shown),
        ("rules_of_other_tools_have_one_page", changes::same_as_once),
        ("functions_are_those_of_the_vocabulary", vocabulary::functions),
        ("conditions_are_those_of_the_vocabulary", vocabulary::conditions),
        ("every_word_is_used_by_a_page", vocabulary::is_used),
        ("messages_keep_their_conventions", vocabulary::messages),
        ("every_option_of_a_page_can_be_told", vocabulary::options),
        ("every_clause_is_enforced_or_says_why_not", standards::hold),
        ("the_guide_for_authors_is_up_to_date", guide::is_up_to_date),
        ("the_page_format_is_told", guide::format_is_told),
    ];
    let others = others
        .into_iter()
        .map(|(name, test)| Trial::test(name.to_owned(), test));
    libtest_mimic::run(&Arguments::from_args(), pages.chain(others).collect()).exit_code()
}

/// The built-in pages, and some as users write them, which show what no built-in page needs.
fn pages() -> Vec<Declaration> {
    let own = [
        ("schema-titles-short", include_str!("pages/schema-titles-short.md")),
        ("no-external-docs", include_str!("pages/no-external-docs.md")),
        ("names-short", include_str!("pages/names-short.md")),
    ];
    let own = own.into_iter().map(|(id, text)| {
        let file = format!("tests/rules/pages/{id}.md");
        stipula::rules::page::read(id, "pages", &file, text).unwrap()
    });
    builtin().iter().cloned().chain(own).collect()
}

/// Fails with all complaints, if there are any.
fn all_fine(complaints: impl IntoIterator<Item = impl Display>) -> Outcome {
    let complaints: Vec<String> = complaints.into_iter().map(|complaint| complaint.to_string()).collect();
    if complaints.is_empty() {
        Ok(())
    } else {
        Err(complaints.join("\n").into())
    }
}

/// Holds a generated text against the file that keeps it; with `STIPULA_UPDATE=1`, writes it.
fn is_recorded(file: &str, text: &str) -> Outcome {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    if std::env::var_os("STIPULA_UPDATE").is_some() {
        std::fs::write(&path, text)?;
        return Ok(());
    }
    let recorded = std::fs::read_to_string(&path)?;
    let differing = recorded.lines().zip(text.lines()).position(|(old, new)| old != new);
    match differing {
        None if recorded.lines().count() == text.lines().count() => Ok(()),
        at => {
            let at = at.unwrap_or(recorded.lines().count().min(text.lines().count()));
            let line = |text: &str| text.lines().nth(at).unwrap_or("(the end)").to_owned();
            Err(format!(
                "{file}:{}: recorded is\n  {}\nand it is\n  {}\nIf that is right, run this test with STIPULA_UPDATE=1.",
                at + 1,
                line(&recorded),
                line(text)
            )
            .into())
        }
    }
}
