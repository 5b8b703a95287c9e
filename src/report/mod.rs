//! Reports in all formats, one renderer a file.
//!
//! In come judged findings and the documents that they stand in; out goes text. Here, and nowhere before, nodes
//! become lines and columns.

mod changelog;
mod comparison;
mod github;
mod gitlab;
mod html;
mod interactions;
mod json;
mod junit;
mod markdown;
mod outline;
mod sarif;
mod summary;
mod text;

pub use summary::summary_line;
pub use text::diagnostic;

use crate::document::{Address, Reach, Versions, Workspace, http, pointer};
use crate::finding::{Location, Timing, Verification};
use crate::policy::{Judged, Report};
use crate::source::Position;
use serde::{Serialize, Serializer};
use std::io::{self, Write};

/// The formats that a report can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For people at a terminal.
    Text,
    /// For programs; see `docs/report.schema.json`.
    Json,
    /// For code scanning (<https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>).
    Sarif,
    /// Workflow commands, which GitHub shows as annotations.
    Github,
    /// GitLab's code quality report, for merge requests.
    Gitlab,
    /// For a pull request, a release note or a changelog.
    Markdown,
    /// A page for a browser.
    Html,
    /// For build servers: suites, cases, and what failed (<https://github.com/testmoapp/junitxml>).
    Junit,
}

impl Format {
    /// All formats.
    pub const ALL: &'static [Self] = &[
        Self::Text,
        Self::Json,
        Self::Sarif,
        Self::Github,
        Self::Gitlab,
        Self::Markdown,
        Self::Html,
        Self::Junit,
    ];

    /// The word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Sarif => "sarif",
            Self::Github => "github",
            Self::Gitlab => "gitlab",
            Self::Markdown => "markdown",
            Self::Html => "html",
            Self::Junit => "junit",
        }
    }

    /// The format that a word names.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|format| format.name() == name)
    }
}

/// How a report is shown.
#[derive(Debug, Clone, Copy, Default)]
pub struct Style {
    /// With colours.
    pub color: bool,
    /// With every finding, however many a rule has.
    pub verbose: bool,
    /// With nothing but what was found.
    pub quiet: bool,
    /// With the steps that led to the verdict on each change.
    pub explain: bool,
}

/// A report with what is needed to render it.
#[derive(Debug)]
pub struct Rendering<'r> {
    report: &'r Report,
    workspace: &'r Workspace,
    versions: &'r [Versions],
    times: &'r [Timing],
    reach: Reach<'r>,
    style: Style,
}

impl<'r> Rendering<'r> {
    /// Gets ready to render a report.
    #[must_use]
    pub fn new(report: &'r Report, workspace: &'r Workspace, style: Style) -> Self {
        Self {
            report,
            workspace,
            versions: &[],
            times: &[],
            reach: Reach::new(workspace),
            style,
        }
    }

    /// Tells which versions were compared: reports with headings give each pair one of its own.
    #[must_use]
    pub fn comparing(self, versions: &'r [Versions]) -> Self {
        Self { versions, ..self }
    }

    /// Tells how long operations took.
    #[must_use]
    pub fn timed(self, times: &'r [Timing]) -> Self {
        Self { times, ..self }
    }

    /// Writes the report in a format. That of `changelog` tells every change, one after the other, where others show
    /// what is wrong and where.
    ///
    /// # Errors
    /// When the output cannot be written.
    pub fn write(&self, format: Format, out: &mut dyn Write) -> io::Result<()> {
        match format {
            Format::Text if self.report.command == "changelog" => changelog::write(self, out),
            Format::Text => text::write(self, out),
            Format::Json => json::write(self, out),
            Format::Sarif => sarif::write(self, out),
            Format::Github => github::write(self, out),
            Format::Gitlab => gitlab::write(self, out),
            Format::Markdown => markdown::write(self, out),
            Format::Html => html::write(self, out),
            Format::Junit => junit::write(self, out),
        }
    }

    fn place(&self, location: &Location) -> Place<'r> {
        Place::new(self.workspace, location)
    }

    /// The findings of each interaction, as far as they are wanted, in the order of the interactions.
    fn by_interaction(&self, wanted: impl Fn(&Judged) -> bool) -> Vec<Vec<&'r Judged>> {
        let mut found = vec![Vec::new(); self.report.interactions.len()];
        for finding in self.report.findings.iter().filter(|finding| wanted(finding)) {
            let number = finding.contract.as_ref().map(|contract| contract.number);
            if let Some(findings) = number.and_then(|number| found.get_mut(number)) {
                findings.push(finding);
            }
        }
        found
    }

    /// The interaction behind a finding, if it was carried out or was meant to be.
    fn interaction_of(&self, finding: &Judged) -> Option<&'r Verification> {
        let number = finding.contract.as_ref()?.number;
        self.report.interactions.get(number)
    }

    /// What a finding says, with all that one has to know who sees nothing else: on a line, and what proves it on
    /// another.
    fn complete_message(&self, finding: &Judged) -> String {
        match self.interaction_of(finding) {
            Some(interaction) => format!("{}: {}", interactions::title(interaction), visible(&finding.message)),
            None => comparison::message_with_proof(finding),
        }
    }

    /// The operations from which a finding is reached, the first few by name, and how many more there are. Of a change
    /// the comparison knows better.
    fn reached_from(&self, finding: &Judged, shown: usize) -> (Vec<(String, Place<'r>)>, usize) {
        if finding.breaking.is_some() {
            return (Vec::new(), 0);
        }
        let operations = self.reach.operations(finding.location.node);
        let named = operations
            .iter()
            .take(shown)
            .map(|address| (self.label(*address), self.place(&Location::key(*address))))
            .collect();
        (named, operations.len().saturating_sub(shown))
    }

    fn label(&self, address: Address) -> String {
        let node = self.workspace.node(address);
        match http::operation_of(self.workspace, node) {
            Some((api, operation)) => operation.label(api),
            None => node.key_text().unwrap_or_default().to_owned(),
        }
    }
}

/// A location as reports tell it.
#[derive(Debug, Clone)]
struct Place<'r> {
    path: &'r str,
    start: Position,
    end: Position,
    pointer: String,
}

impl<'r> Place<'r> {
    fn new(workspace: &'r Workspace, location: &Location) -> Self {
        let document = workspace.document(location.node.document);
        let source = document.source();
        let span = location.span(workspace);
        Self {
            path: source.name(),
            start: source.position(span.start),
            end: source.position(span.end),
            pointer: pointer::of(document.tree(), location.node.node),
        }
    }
}

/// What an iterator gives, written as a list without ever being held as one.
struct Stream<M>(M);

impl<M: Fn() -> I, I: Iterator<Item: Serialize>> Serialize for Stream<M> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0())
    }
}

/// A text without what a terminal or a browser would obey instead of showing it: control characters, line breaks among
/// them, and marks that turn the direction of the text around (<https://trojansource.codes>).
pub(crate) fn visible(text: &str) -> String {
    let shown = |character: char| match character {
        '\n' | '\r' | '\t' => ' ',
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => char::REPLACEMENT_CHARACTER,
        other if other.is_control() => char::REPLACEMENT_CHARACTER,
        other => other,
    };
    text.chars().map(shown).collect()
}

/// A count with its noun: `1 error`, `2 errors`.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}
