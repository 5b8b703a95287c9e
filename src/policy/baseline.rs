//! Findings that are known: a file that lets an old API start clean and only ever shrinks by itself.

use crate::source::{Limits, Source};
use crate::syntax;
use serde::Serialize;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The list of known findings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Baseline {
    entries: BTreeSet<Entry>,
}

/// One known finding. Only the fingerprint counts; the rest is for people who read the file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Entry {
    /// The document.
    pub path: String,
    /// The rule.
    pub rule: String,
    /// The fingerprint of the finding.
    pub fingerprint: String,
    /// What it said.
    pub message: String,
}

#[derive(Serialize)]
struct File<'f> {
    version: u32,
    findings: Vec<&'f Entry>,
}

/// Why a file is no baseline.
#[derive(Debug, Clone, thiserror::Error)]
#[error("`{name}` is no baseline: {reason}")]
pub struct BaselineError {
    /// The file.
    pub name: String,
    /// What is wrong, as a clause.
    pub reason: String,
}

impl Baseline {
    /// Reads the file.
    ///
    /// # Errors
    /// When it is no JSON, or of another version.
    pub fn read(source: &Arc<Source>) -> Result<Self, BaselineError> {
        let refuse = |reason: &str| BaselineError {
            name: source.name().to_owned(),
            reason: reason.to_owned(),
        };
        let tree = syntax::read(source, &Limits::default());
        if let Some(problem) = tree.problems().first() {
            return Err(refuse(&problem.message));
        }
        let root = syntax::NodeId::ROOT;
        match tree.find(root, "version").map(|version| tree.text(version)) {
            Some("1") => {}
            Some(other) => return Err(refuse(&format!("its version is {other}, and 1 is read"))),
            None => return Err(refuse("it has no `version`")),
        }
        let findings = tree
            .find(root, "findings")
            .filter(|findings| tree.node_type(*findings) == syntax::NodeType::List)
            .ok_or_else(|| refuse("it has no list of `findings`"))?;
        let field = |entry, name| tree.find(entry, name).map(|text| tree.text(text).to_owned());
        let entries = tree
            .children(findings)
            .map(|entry| {
                Some(Entry {
                    path: field(entry, "path")?,
                    rule: field(entry, "rule")?,
                    fingerprint: field(entry, "fingerprint")?,
                    message: field(entry, "message").unwrap_or_default(),
                })
            })
            .collect::<Option<_>>()
            .ok_or_else(|| refuse("an entry lacks `path`, `rule` or `fingerprint`"))?;
        Ok(Self { entries })
    }

    /// A baseline of these findings.
    #[must_use]
    pub fn of(entries: impl IntoIterator<Item = Entry>) -> Self {
        Self {
            entries: entries.into_iter().collect(),
        }
    }

    /// The entries, in the order of the file.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter()
    }

    /// Number of entries.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether nothing is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The text of the file.
    #[must_use]
    pub fn text(&self) -> String {
        let file = File {
            version: 1,
            findings: self.entries.iter().collect(),
        };
        let mut text = serde_json::to_string_pretty(&file).unwrap_or_default();
        text.push('\n');
        text
    }
}
