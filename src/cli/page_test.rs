//! Runs the examples of rule pages: what a page calls bad must be found where it says so, what it calls good must
//! not, and between two versions the changes that it marks must be found, and no others of its own.

use crate::breaking::{self, Choices, Promises, Settings, Versions};
use crate::document::{FormatName, Workspace};
use crate::finding::{Finding, Location, Verdict, fill};
use crate::formats::{self, LoadOptions};
use crate::lint::{Rules, lint};
use crate::rules::changes::Promise;
use crate::rules::declaration::Declaration;
use crate::rules::dictionary::Dictionary;
use crate::rules::functions::Run;
use crate::rules::page::{Example, ExampleFile, Mark, PROTO, PageError, Pair, Section, examples, pairs, placeholders};
use crate::rules::{Catalog, CompileError, Rule};
use crate::source::{Files, Limits, Source};
use crate::syntax::{self, NodeId};
use std::collections::BTreeMap;
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

/// A change between the versions of an example.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Told {
    /// The lines of the page, from 1: where it is found, and where stood what changed.
    pub lines: Vec<usize>,
    /// The rule.
    pub rule: String,
    /// How grave it is, or `unknown`.
    pub level: &'static str,
    /// What it says.
    pub message: String,
}

/// Runs rules over an example of a page about these formats.
#[must_use]
pub fn run(example: &Example, of_page: &[FormatName], rules: &Rules) -> Vec<Found> {
    let files = files();
    let sides = [Side::new("", example, of_page)];
    let workspace = formats::load(sides[0].sources(&files), &files, &options(), &|| {}).workspace;
    let run = Run {
        as_of: TODAY,
        dictionary: Dictionary::default(),
    };
    let mut found: Vec<Found> = lint(&workspace, rules, &run, &|| {})
        .iter()
        .map(|finding| {
            let declaration = &rules.rules()[finding.rule].declaration;
            Found {
                line: line(&workspace, &finding.location, &sides).unwrap_or(example.files[0].line),
                rule: declaration.id.to_string(),
                message: fill(&declaration.message, &finding.facts),
            }
        })
        .collect();
    found.sort();
    found
}

/// Compares the versions of a pair on a page about these formats.
#[must_use]
pub fn compare(pair: &Pair<'_>, of_page: &[FormatName], rules: &breaking::Rules) -> Vec<Told> {
    let sides = [("before/", pair.before), ("after/", pair.after)];
    let sides = sides.map(|(folder, example)| Side::new(folder, example, of_page));
    let files = files();
    let [old, new] = [&sides[0], &sides[1]].map(|side| formats::Side {
        sources: side.sources(&files),
        files: &files,
    });
    let loaded = formats::load_versions(&[old], &new, &options(), &|| {});
    let workspace = &loaded.workspace;
    let settings = Settings {
        as_of: TODAY,
        undeclared_members: false,
        names: false,
        promises: promises(),
    };
    let pairs = versions(workspace);
    let mut told: Vec<Told> = breaking::run(workspace, &pairs, &settings, rules, &Choices::default())
        .iter()
        .map(|finding| tell(finding, rules, workspace, &sides))
        .collect();
    told.sort();
    told
}

fn tell(finding: &Finding, rules: &breaking::Rules, workspace: &Workspace, sides: &[Side]) -> Told {
    let declaration = &rules.pages()[finding.rule];
    let breaking = finding.breaking.as_deref();
    let places = [Some(finding.location), breaking.and_then(|breaking| breaking.old)];
    Told {
        lines: places
            .iter()
            .flatten()
            .filter_map(|place| line(workspace, place, sides))
            .collect(),
        rule: declaration.id.to_string(),
        level: match breaking {
            Some(breaking) if breaking.verdict == Verdict::Unknown => "unknown",
            Some(breaking) => breaking.severity.name(),
            None => declaration.severity.name(),
        },
        message: fill(&declaration.message, &finding.facts),
    }
}

/// What the packages of examples promise: all, or what they are called by.
fn promises() -> Promises {
    let named = Promise::ALL.iter().map(|promise| (promise.name().to_owned(), *promise));
    Promises {
        default: Some(Promise::File),
        packages: named.collect(),
        ..Promises::default()
    }
}

const FOLDER: &str = "/example";

fn files() -> Files {
    Files::new(Limits::default(), PathBuf::from(FOLDER))
}

fn options() -> LoadOptions {
    LoadOptions {
        project: Some(PathBuf::from(FOLDER)),
        ..LoadOptions::default()
    }
}

/// The files of an example, completed.
struct Side {
    files: Vec<Completed>,
}

/// A file as it is read.
struct Completed {
    name: String,
    text: String,
    /// The line of the page on which its first line would stand: lines may have been put before it.
    first_line: usize,
}

impl Side {
    fn new(folder: &str, example: &Example, of_page: &[FormatName]) -> Self {
        let format = example.format(of_page);
        let files = example.files.iter().enumerate().map(|(position, file)| {
            let (before, text) = complete(file, format);
            let first_line = file.line.saturating_sub(before.lines().count());
            let text = before + &text;
            let name = format!("{folder}{}{}", folder_of(file, &text), name(file, position));
            Completed { name, text, first_line }
        });
        Self { files: files.collect() }
    }

    fn sources(&self, files: &Files) -> Vec<Arc<Source>> {
        let completed = self.files.iter();
        completed
            .map(|file| files.insert(Path::new(FOLDER).join(&file.name), file.text.clone()))
            .collect()
    }
}

/// The descriptions of the same name.
fn versions(workspace: &Workspace) -> Vec<Versions> {
    let mut versions: BTreeMap<&str, Versions> = BTreeMap::new();
    for id in workspace.ids().filter(|id| workspace.document(*id).is_description()) {
        let Some((side, name)) = workspace.document(id).source().name().split_once('/') else {
            continue;
        };
        let versions = versions.entry(name).or_default();
        match side {
            "before" => versions.old = Some(id),
            _ => versions.new = Some(id),
        }
    }
    versions.into_values().collect()
}

/// The line of the page on which a place in one of its examples stands; nothing if that was not written there.
fn line(workspace: &Workspace, place: &Location, sides: &[Side]) -> Option<usize> {
    let source = workspace.document(place.node.document).source();
    let at = source.position(place.span(workspace).start).line as usize;
    let mut files = sides.iter().flat_map(|side| &side.files);
    let file = files.find(|file| source.name() == file.name)?;
    Some(file.first_line + at - 1)
}

fn name(file: &ExampleFile, position: usize) -> String {
    match (&file.name, file.language.as_str()) {
        (Some(name), _) => name.clone(),
        (None, "json") => format!("example{position}.json"),
        (None, PROTO) => format!("example{position}.proto"),
        (None, _) => format!("example{position}.yaml"),
    }
}

/// Where a file in Protobuf without a name lies: in the folder of its package.
fn folder_of(file: &ExampleFile, text: &str) -> String {
    if file.name.is_some() || file.language != PROTO {
        return String::new();
    }
    let tree = syntax::read(&Arc::new(Source::from_text("example.proto", text)), &Limits::default());
    let package = tree.find(NodeId::ROOT, "package").map(|package| tree.text(package));
    package.map_or(String::new(), |package| format!("{}/", package.replace('.', "/")))
}

/// A snippet with what its format's minimal document has and it does not: what is to stand before it, and the text
/// itself. A file with a name that says no format is a part of another one, and stays as it is.
fn complete(file: &ExampleFile, format: FormatName) -> (String, String) {
    let minimal = formats::FORMATS.iter().find(|known| known.name() == format);
    let minimal = minimal.map_or("", |format| format.minimal());
    let source = Arc::new(Source::from_text(name(file, 0), file.text.as_str()));
    let tree = syntax::read(&source, &Limits::default());
    let has = |key: &str| tree.find(NodeId::ROOT, key).is_some();
    let mut text = file.text.clone();
    if file.language == PROTO {
        // A mark is no comment on what it marks.
        let lines = text.split_inclusive('\n');
        text = lines
            .map(|line| {
                line.split_once("//!")
                    .map_or(line.to_owned(), |(line, _)| format!("{line}\n"))
            })
            .collect();
        let is_whole = file.name.is_some() || has("syntax") || has("edition");
        if is_whole {
            return (String::new(), text);
        }
        let missing = minimal
            .lines()
            .filter(|line| !(has("package") && line.starts_with("package")));
        // An empty line, so that no comment is taken for one on the package.
        let before: Vec<&str> = missing.chain([""]).collect();
        return (before.iter().map(|line| format!("{line}\n")).collect(), text);
    }
    let is_part = file.name.is_some() && file.format().is_none();
    if is_part || file.language == "json" || has("swagger") {
        return (String::new(), text);
    }
    for part in minimal_parts(minimal) {
        let key = part.split(':').next().unwrap_or_default();
        // A description of 3.1 need not have paths.
        if !has(key) && !(key == "paths" && (has("webhooks") || has("components") && has("openapi"))) {
            text.push_str(part);
        }
    }
    (String::new(), text)
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
    if !declaration.changes.is_empty() {
        return Ok(check_changes(declaration));
    }
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
    let found = run(example, &declaration.formats(), rules);
    let expected: Vec<usize> = example.marks_of(&declaration.id).map(|(line, _)| line).collect();
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
            let what = if example.section == Section::Bad {
                "is not marked"
            } else {
                "stands in a good example"
            };
            problems.push(PageError {
                line: found.line,
                message: format!("a finding {what}: {}", found.message),
            });
        }
        problems.extend(unfilled(declaration, found.line, &found.message));
    }
    problems
}

/// Whether a placeholder is left in a message.
fn unfilled(declaration: &Declaration, line: usize, message: &str) -> Option<PageError> {
    let left = placeholders(message).any(|name| declaration.message.contains(&format!("{{{name}}}")));
    left.then(|| PageError {
        line,
        message: format!("a placeholder is left in the message: {message}"),
    })
}

/// What is wrong with the pairs of a page that judges changes.
fn check_changes(declaration: &Declaration) -> Vec<PageError> {
    let mut catalog = Catalog::default();
    // A page of the user is judged among the others; a built-in one is one of them.
    drop(catalog.add(declaration.clone()));
    let rules = breaking::Rules::new(&catalog);
    let examples = match examples(&declaration.page, first_line_of_body(declaration)) {
        Ok(examples) => examples,
        Err(error) => return vec![error],
    };
    match pairs(&examples) {
        Ok(pairs) => pairs
            .iter()
            .flat_map(|pair| judge_pair(pair, declaration, &rules))
            .collect(),
        Err(error) => vec![error],
    }
}

fn judge_pair(pair: &Pair<'_>, declaration: &Declaration, rules: &breaking::Rules) -> Vec<PageError> {
    let mut problems = Vec::new();
    let mut told: Vec<Told> = compare(pair, &declaration.formats(), rules);
    told.retain(|change| change.rule == declaration.id);
    for change in &told {
        let line = change.lines.first().copied().unwrap_or(pair.after.files[0].line);
        problems.extend(unfilled(declaration, line, &change.message));
    }
    let before = pair.before.marks_of(&declaration.id);
    for (line, Mark { level, .. }) in before.chain(pair.after.marks_of(&declaration.id)) {
        let level = level.unwrap_or_default();
        let here = |change: &Told| change.lines.contains(&line);
        let exact = told.iter().position(|change| here(change) && change.level == level);
        let message = match (exact, told.iter().position(here)) {
            (Some(at), _) => {
                told.remove(at);
                continue;
            }
            (None, Some(at)) => format!("the change here is {}, not {level}", told.remove(at).level),
            (None, None) => "a change is expected here, and there is none".to_owned(),
        };
        problems.push(PageError { line, message });
    }
    for change in told {
        problems.push(PageError {
            line: change.lines.first().copied().unwrap_or(pair.after.files[0].line),
            message: format!("a change is not marked: {} ({})", change.message, change.level),
        });
    }
    problems
}
