//! What is wrong with a text, apart from what it describes.

use crate::source::Span;

/// One thing that is wrong with the text of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What sort of thing.
    pub kind: ProblemKind,
    /// Where it stands.
    pub span: Span,
    /// What is wrong, as a clause without capital and full stop.
    pub message: String,
}

/// The sorts of things that are wrong with texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProblemKind {
    /// The text breaks the grammar of JSON or YAML.
    Syntax,
    /// A key stands twice in one map.
    DuplicateKey,
    /// The file holds more documents than the first.
    SeveralDocuments,
    /// A YAML tag that means nothing here.
    UnknownTag,
    /// The text goes over one of the [`Limits`](crate::source::Limits).
    Limit,
}

impl ProblemKind {
    /// The name that rule pages use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Syntax => "syntax",
            Self::DuplicateKey => "duplicate-key",
            Self::SeveralDocuments => "several-documents",
            Self::UnknownTag => "unknown-tag",
            Self::Limit => "limit",
        }
    }
}
