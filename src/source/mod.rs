//! Bytes to text: where a document's text comes from and where in it something stands.
//!
//! In come paths, bytes and git revisions; out go [`Source`]s: UTF-8 text with a name, a lazy line index and [`Span`]s that
//! point into it. Everything above works on text that was read once and never changes.

mod files;
mod git;
mod limits;
mod position;
mod revision;

pub use files::{Files, ReadError, ReadErrorKind, canonical, display_path};
pub use git::{GitError, Repository};
pub use limits::Limits;
pub use position::{LineIndex, Position};
pub use revision::{Entry, Revision};

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// A range of bytes of a [`Source`], end excluded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset after the last byte.
    pub end: u32,
}

impl Span {
    /// The range from `start` to `end`.
    #[must_use]
    pub const fn new(start: u32, end: u32) -> Self {
        Self { start, end }
    }

    /// The empty range at `offset`.
    #[must_use]
    pub const fn at(offset: u32) -> Self {
        Self::new(offset, offset)
    }

    /// Number of bytes.
    #[must_use]
    pub const fn len(self) -> u32 {
        self.end.saturating_sub(self.start)
    }

    /// Whether the range holds no byte.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.end <= self.start
    }

    /// Whether `other` lies within this range.
    #[must_use]
    pub const fn contains(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The text that the range covers; empty where it does not fit the text.
    #[must_use]
    pub fn of(self, text: &str) -> &str {
        text.get(self.start as usize..self.end as usize).unwrap_or_default()
    }
}

/// A text with a name: one file, standard input, or a snippet.
///
/// The text is at most [`u32::MAX`] bytes long (see [`Limits::document_bytes`]) and holds no byte order mark.
#[derive(Debug)]
pub struct Source {
    name: String,
    path: Option<PathBuf>,
    text: String,
    lines: OnceLock<LineIndex>,
}

impl Source {
    /// A source that is no file, such as standard input or an example in a page.
    #[must_use]
    pub fn from_text(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            path: None,
            text: text.into(),
            lines: OnceLock::new(),
        }
    }

    /// A source read from `path`; `name` is how reports call it.
    #[must_use]
    pub fn from_file(name: impl Into<String>, path: PathBuf, text: String) -> Self {
        Self {
            path: Some(path),
            ..Self::from_text(name, text)
        }
    }

    /// How reports call this source: a path relative to the working directory, with `/` between its parts.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The file's canonical path, if it is a file.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// The whole text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The line index, built when it is first asked for.
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.text))
    }

    /// Line and column of a byte offset.
    pub fn position(&self, offset: u32) -> Position {
        self.lines().position(&self.text, offset)
    }
}
