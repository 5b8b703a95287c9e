//! Why nothing was proved and nothing refuted.

use super::language;
use std::fmt;

/// Why a question about schemas has no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reason {
    /// A regular expression that is no regular language, or too large to compare.
    Pattern,
    /// `$dynamicRef`: what it means depends on where the schema is used.
    DynamicReference,
    /// A reference leads nowhere, or to what could not be read.
    UnknownSchema,
    /// A keyword holds what its specification does not allow.
    Malformed,
    /// A schema refers to itself without going deeper into the value.
    EndlessSchema,
    /// `unevaluatedProperties` or `unevaluatedItems` depend on too many alternatives.
    Unevaluated,
    /// The value is no JSON: a file.
    NotJson,
    /// A number has more digits than are counted with.
    NumberTooLong,
    /// Nothing was found within the steps that a question may take.
    Budget,
}

impl Reason {
    /// The name, in small letters with hyphens.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pattern => "pattern-undecided",
            Self::DynamicReference => "dynamic-reference",
            Self::UnknownSchema => "unknown-schema",
            Self::Malformed => "malformed-schema",
            Self::EndlessSchema => "endless-schema",
            Self::Unevaluated => "unevaluated-undecided",
            Self::NotJson => "not-json",
            Self::NumberTooLong => "number-too-long",
            Self::Budget => "budget-exhausted",
        }
    }

    /// The reason as a clause for people.
    #[must_use]
    pub const fn clause(self) -> &'static str {
        match self {
            Self::Pattern => "a pattern cannot be compared",
            Self::DynamicReference => "what a `$dynamicRef` means depends on where the schema is used",
            Self::UnknownSchema => "a schema could not be found or read",
            Self::Malformed => "a keyword holds what it may not hold",
            Self::EndlessSchema => "a schema refers to itself without going deeper into the value",
            Self::Unevaluated => "what counts as unevaluated depends on too many alternatives",
            Self::NotJson => "the value is no JSON",
            Self::NumberTooLong => "a number has too many digits",
            Self::Budget => "the schemas are too large to be compared in the time that a comparison may take",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.clause())
    }
}

impl From<language::Undecided> for Reason {
    fn from(_: language::Undecided) -> Self {
        Self::Pattern
    }
}
