//! Runs the examples of rule pages: what a page calls bad must be found where it says so, what it calls good must
//! not.

use crate::formats::{self, LoadOptions};
use crate::lint::{Rules, lint};
use crate::rules::declaration::Declaration;
use crate::rules::dictionary::Dictionary;
use crate::rules::functions::Run;
use crate::rules::page::{Example, ExampleFile, PageError, examples, marks};
use crate::rules::{CompileError, Rule};
use crate::source::{Files, Limits};
use crate::syntax::{self, NodeId};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use time::Date;
use time::macros::date;

/// The day that counts as today in examples.
pub const TODAY: Date = date!(2026 - 01 - 01);

/// A finding in an example.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// The line of the page, from 1.
    pub line: usize,
    /// The rule.
    pub rule: String,
    /// What it says.
    pub message: String,
}

/// Runs rules over an example.
#[must_use]
pub fn run(example: &Example, rules: &Rules) -> Vec<Found> {
    let folder = PathBuf::from("/example");
    let files = Files::new(Limits::default(), folder.clone());
    let sources = example
        .files
        .iter()
        .enumerate()
        .map(|(position, file)| files.insert(folder.join(name(file, position)), complete(file)))
        .collect();
    let options = LoadOptions {
        project: Some(folder),
        ..LoadOptions::default()
    };
    let loaded = formats::load(sources, &files, &options, &|| {});
    let run = Run {
        as_of: TODAY,
        dictionary: Dictionary::default(),
    };
    let findings = lint(&loaded.workspace, rules, &run, &|| {});
    let mut found: Vec<Found> = findings
        .iter()
        .map(|finding| {
            let declaration = &rules.rules()[finding.rule].declaration;
            let source = loaded.workspace.document(finding.location.node.document).source();
            let at = source.position(finding.location.span(&loaded.workspace).start);
            let file = example
                .files
                .iter()
                .enumerate()
                .find(|(position, file)| source.name() == name(file, *position))
                .map_or(&example.files[0], |(_, file)| file);
            Found {
                line: file.line + at.line as usize - 1,
                rule: declaration.id.to_string(),
                message: crate::finding::fill(&declaration.message, &finding.facts),
            }
        })
        .collect();
    found.sort();
    found
}

fn name(file: &ExampleFile, position: usize) -> String {
    match (&file.name, file.language.as_str()) {
        (Some(name), _) => name.clone(),
        (None, "json") => format!("example{position}.json"),
        (None, _) => format!("example{position}.yaml"),
    }
}

/// A snippet with the keys of its format's minimal document that it does not have, at its end: its own lines stay
/// where they are. A file with a name that describes nothing is a part of another one, and stays as it is.
fn complete(file: &ExampleFile) -> String {
    let source = Arc::new(crate::source::Source::from_text("example.yaml", file.text.as_str()));
    let tree = syntax::read(&source, &Limits::default());
    let has = |key: &str| tree.find(NodeId::ROOT, key).is_some();
    let is_part = file.name.is_some() && !has("openapi") && !has("swagger");
    if is_part || file.language == "json" || has("swagger") {
        return file.text.clone();
    }
    let mut text = file.text.clone();
    for part in minimal_parts(formats::FORMATS[0].minimal()) {
        let key = part.split(':').next().unwrap_or_default();
        // A description of 3.1 need not have paths.
        if !has(key) && !(key == "paths" && (has("webhooks") || has("components") && has("openapi"))) {
            text.push_str(part);
        }
    }
    text
}

/// The top-level entries of a document, each with the lines that belong to it.
fn minimal_parts(text: &str) -> Vec<&str> {
    let starts: Vec<usize> = text
        .split_inclusive('\n')
        .scan(0, |offset, line| {
            let start = *offset;
            *offset += line.len();
            Some((start, line))
        })
        .filter(|(_, line)| !line.starts_with([' ', '\n']))
        .map(|(start, _)| start)
        .collect();
    starts
        .iter()
        .enumerate()
        .map(|(position, start)| &text[*start..starts.get(position + 1).copied().unwrap_or(text.len())])
        .collect()
}

/// What is wrong with the examples of a page; empty if they do what they say.
///
/// # Errors
/// When the page makes no rule that can be run.
pub fn check(declaration: &Declaration) -> Result<Vec<PageError>, CompileError> {
    let rule = Rule::compile(Arc::new(declaration.clone()), &[])?;
    let rules = Rules::new(vec![rule]);
    // Lines count from the first line of the file, front matter included.
    let first_line = first_line_of_body(declaration);
    let examples = match examples(&declaration.page, first_line) {
        Ok(examples) => examples,
        Err(error) => return Ok(vec![error]),
    };
    Ok(examples
        .iter()
        .flat_map(|example| judge(example, declaration, &rules))
        .collect())
}

/// The line on which the body of a page starts, if the page can be read; else its lines count from 1.
fn first_line_of_body(declaration: &Declaration) -> usize {
    let text = std::fs::read_to_string(Path::new(&*declaration.file)).unwrap_or_default();
    match text.find(&*declaration.page) {
        Some(at) => text[..at].lines().count() + 1,
        None => 1,
    }
}

fn judge(example: &Example, declaration: &Declaration, rules: &Rules) -> Vec<PageError> {
    let mut problems = Vec::new();
    let found = run(example, rules);
    let mut expected = Vec::new();
    for file in &example.files {
        for (offset, line) in file.text.lines().enumerate() {
            if marks(line).any(|mark| mark == declaration.id) {
                expected.push(file.line + offset);
            }
        }
    }
    for line in &expected {
        if !found.iter().any(|found| found.line == *line) {
            problems.push(PageError {
                line: *line,
                message: "a finding is expected here, and there is none".into(),
            });
        }
    }
    for found in &found {
        if !expected.contains(&found.line) {
            let what = if example.bad {
                "is not marked"
            } else {
                "stands in a good example"
            };
            problems.push(PageError {
                line: found.line,
                message: format!("a finding {what}: {}", found.message),
            });
        }
    }
    for found in found
        .iter()
        .filter(|found| found.message.contains('{') && found.message.contains('}'))
    {
        let empty = crate::rules::page::placeholders(&found.message)
            .any(|name| declaration.message.contains(&format!("{{{name}}}")));
        if empty {
            problems.push(PageError {
                line: found.line,
                message: format!("a placeholder is left in the message: {}", found.message),
            });
        }
    }
    problems
}
