//! The texts for authors of rules say what the code does.

use crate::{Outcome, all_fine, is_recorded};
use std::fmt::Write;
use stipula::cli::page_test;
use stipula::rules::changes::{CHANGE_FACTS, CHANGE_FIELDS, POLICIES};
use stipula::rules::page;
use stipula::rules::vocabulary::{COMMON_FACTS, CONDITIONS, OptionType, functions};

pub(crate) fn is_up_to_date() -> Outcome {
    is_recorded("docs/rule-authors.md", &guide()?)
}

/// Every key that the front matter of a page may have is explained where authors look first.
pub(crate) fn format_is_told() -> Outcome {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/rules/README.md"))?;
    let keys = [
        "severity",
        "since",
        "message",
        "same-as",
        "clause",
        "opt-in",
        "presets",
        "event",
        "openapi",
        "asyncapi",
        "protobuf",
        "any",
        "given",
        "when",
        "then",
        "function",
        "field",
        "options",
        "change",
        "of",
        "action",
        "from",
        "to",
        "direction",
        "effect",
        "breaks",
        "policies",
        "no-witness",
    ];
    let example = text
        .split_once("````markdown\n")
        .and_then(|(_, rest)| rest.split_once("````"));
    let (example, rest) = example.ok_or("rules/README.md shows no page")?;
    let second = rest
        .split_once("````markdown\n")
        .and_then(|(_, rest)| rest.split_once("````"));
    let (of_changes, _) = second.ok_or("rules/README.md shows no page of changes")?;
    for (id, text) in [("tags-are-words", example), ("successes-keep-status", of_changes)] {
        let declaration = page::read(id, "naming", "rules/README.md", text)
            .map_err(|errors| format!("the page that rules/README.md shows: {errors:?}"))?;
        all_fine(page_test::check(&declaration)?.iter().map(|problem| &problem.message))?;
    }
    all_fine(
        keys.into_iter()
            .filter(|key| !text.contains(&format!("`{key}`")))
            .map(|key| format!("rules/README.md does not explain `{key}`")),
    )
}

fn type_name(option_type: OptionType) -> String {
    match option_type {
        OptionType::Text => "text".into(),
        OptionType::Regex => "regular expression".into(),
        OptionType::Word(words) => words
            .iter()
            .map(|word| format!("`{word}`"))
            .collect::<Vec<_>>()
            .join(" or "),
        OptionType::Count => "number".into(),
        OptionType::Boolean => "`true` or `false`".into(),
        OptionType::Texts => "list of texts".into(),
        OptionType::TextLists => "list of lists of texts".into(),
        OptionType::Any => "anything".into(),
    }
}

fn guide() -> Result<String, std::fmt::Error> {
    let mut text = String::from(INTRODUCTION);
    for (name, about) in COMMON_FACTS {
        writeln!(text, "| `{{{name}}}` | {about} |")?;
    }
    text.push_str("\n## Conditions\n\nWhat can stand under `when`. All that are named must hold.\n\n");
    text.push_str("| condition | holds if | is told |\n| --- | --- | --- |\n");
    for condition in CONDITIONS {
        let told = type_name(condition.option_type);
        writeln!(text, "| `{}` | {} | {told} |", condition.name, condition.about)?;
    }
    text.push_str("\n## Functions\n\nWhat can stand under `then`, and what it demands.\n");
    let mut functions: Vec<_> = functions().collect();
    functions.sort_by_key(|function| function.name);
    for function in functions {
        writeln!(text, "\n### `{}`\n\n{}.", function.name, capitalised(function.about))?;
        if !function.kinds.is_empty() {
            let kinds: Vec<String> = function.kinds.iter().map(|kind| format!("`{kind}`")).collect();
            writeln!(text, "\nIs asked about {}.", kinds.join(", "))?;
        }
        if !function.options.is_empty() {
            text.push_str("\n| option | is | what it does |\n| --- | --- | --- |\n");
            for option in function.options {
                let needed = if option.required { ", required" } else { "" };
                let told = type_name(option.option_type);
                writeln!(text, "| `{}` | {told}{needed} | {} |", option.name, option.about)?;
            }
        }
        if !function.facts.is_empty() {
            let facts: Vec<String> = function.facts.iter().map(|fact| format!("`{{{fact}}}`")).collect();
            writeln!(text, "\nGives messages {}.", facts.join(", "))?;
        }
    }
    text.push_str(CHANGES);
    for fact in CHANGE_FACTS {
        let words: Vec<String> = fact.words.iter().map(|word| format!("`{word}`")).collect();
        writeln!(text, "| `{}` | {} | {} |", fact.name, fact.about, words.join(" "))?;
    }
    text.push_str("\n### Fields\n\nA field of the specification is called as there. These are not in any:\n\n");
    text.push_str("| field | what it is |\n| --- | --- |\n");
    for (field, about) in CHANGE_FIELDS {
        writeln!(text, "| `{field}` | {about} |")?;
    }
    text.push_str("\n### Policies\n\n| policy | for whom |\n| --- | --- |\n");
    for policy in POLICIES {
        writeln!(text, "| `{}` | {} |", policy.name, policy.about)?;
    }
    Ok(text)
}

const CHANGES: &str = "
## Changes

What pages of changes can ask for and tell.

### Facts of changes

A `message` can name all of them in braces, `when` can ask for those with words. A change that lacks a fact counts as
`false`, `none` or `consumer`.

| fact | what it tells | words |
| --- | --- | --- |
";

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .chain(letters)
        .collect()
}

const INTRODUCTION: &str = "\
# The vocabulary of rule pages

This page lists the words that a rule page can use. It is generated from the table that checks the pages; what a page
looks like, and how to write the first one, stands in [rules/README.md](../rules/README.md).

## Facts

What a `message` can name in braces, beside what its function gives.

| fact | what it is |
| --- | --- |
";
