//! Where an answer departs from what was recorded.

use super::rule::Rule;
use crate::document::Address;
use crate::finding::Location;

/// How many mismatches of one answer are kept; the others are counted.
const KEPT: usize = 1000;

/// What became of holding an answer against what was recorded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Comparison {
    /// The mismatches: first those of method, path, query, status and headers, then those of the body, in the order
    /// of the contract.
    pub mismatches: Vec<Mismatch>,
    /// How many more there were.
    pub omitted: usize,
}

impl Comparison {
    /// Whether the answer is what was recorded, as far as the rules go.
    #[must_use]
    pub fn is_match(&self) -> bool {
        self.mismatches.is_empty()
    }

    /// Whether nothing is known to be wrong, but something could not be looked at.
    #[must_use]
    pub fn is_unsupported(&self) -> bool {
        !self.mismatches.is_empty()
            && self
                .mismatches
                .iter()
                .all(|mismatch| mismatch.kind == MismatchKind::Unsupported)
    }

    pub(super) fn push(&mut self, mismatch: Mismatch) {
        if self.mismatches.len() < KEPT {
            self.mismatches.push(mismatch);
        } else {
            self.omitted += 1;
        }
    }

    /// Whether another mismatch would only be counted.
    pub(super) fn is_full(&self) -> bool {
        self.mismatches.len() >= KEPT
    }

    pub(super) fn count_omitted(&mut self) {
        self.omitted += 1;
    }
}

/// One thing in which an answer departs from what was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// What sort of departure it is.
    pub kind: MismatchKind,
    /// In which part of the answer.
    pub part: Part,
    /// Where in that part, as a path: `$.items[0].sku`.
    pub path: String,
    /// The rule that is broken; none where the recorded value itself was expected.
    pub rule: Option<BrokenRule>,
    /// What was expected, cut if it is long.
    pub expected: String,
    /// What came, cut if it is long.
    pub actual: String,
    /// The expectation in the contract.
    pub expectation: Location,
}

impl Mismatch {
    /// Where it is, with the part: `$.body.items[0].sku`.
    #[must_use]
    pub fn at(&self) -> String {
        format!("$.{}{}", self.part.name(), &self.path[1..])
    }
}

/// A part of a request, a response or a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// The method.
    Method,
    /// The path.
    Path,
    /// The query.
    Query,
    /// The status.
    Status,
    /// A header.
    Header,
    /// What goes with a message.
    Metadata,
    /// The body, or what a message carries.
    Body,
}

impl Part {
    /// The name, as paths in contracts begin.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Method => "method",
            Self::Path => "path",
            Self::Query => "query",
            Self::Status => "status",
            Self::Header => "header",
            Self::Metadata => "metadata",
            Self::Body => "body",
        }
    }
}

/// The sorts of departures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MismatchKind {
    /// The value is another one than the recorded one.
    Value,
    /// The value is of another type than the recorded one.
    Type,
    /// The value breaks a rule other than one about types.
    Rule,
    /// There are fewer or more elements than a rule allows.
    Count,
    /// Something that was recorded is not there.
    Missing,
    /// Something is there that was not recorded, where nothing else may be.
    Unexpected,
    /// The body is of another media type.
    MediaType,
    /// The body cannot be read as what it says it is.
    Unreadable,
    /// A rule that is not known, or took too many steps, or a body that cannot be compared: nothing is known.
    Unsupported,
}

impl MismatchKind {
    /// The name, as reports use it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Value => "value",
            Self::Type => "type",
            Self::Rule => "rule",
            Self::Count => "count",
            Self::Missing => "missing",
            Self::Unexpected => "unexpected",
            Self::MediaType => "media-type",
            Self::Unreadable => "unreadable",
            Self::Unsupported => "unsupported",
        }
    }
}

/// The rule that a mismatch breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokenRule {
    /// The name by which contracts call it.
    pub name: &'static str,
    /// What it is told beside its name: a pattern, a format; empty for most.
    pub argument: String,
    /// Where it stands.
    pub at: Address,
}

impl From<&Rule> for BrokenRule {
    fn from(rule: &Rule) -> Self {
        Self {
            name: rule.matcher.name(),
            argument: rule.matcher.argument(),
            at: rule.at,
        }
    }
}
