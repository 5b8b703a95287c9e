//! What became of interactions when a provider was held against contracts, and what a finding says of the one behind
//! it.

use super::Location;
use std::time::Duration;

/// What became of an interaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum InteractionVerdict {
    /// The provider keeps it.
    Pass,
    /// The provider breaks it.
    Fail,
    /// The provider breaks it, and is not yet asked to keep it.
    PendingFail,
    /// No answer came, for technical reasons, or not to us: nothing is known.
    Error,
    /// A state could not be brought about: nothing is known.
    StateError,
    /// Something in it is not understood, such as a plugin: nothing is known.
    Unsupported,
    /// The run ended before.
    Skipped,
}

impl InteractionVerdict {
    /// All verdicts.
    pub const ALL: &'static [Self] = &[
        Self::Pass,
        Self::Fail,
        Self::PendingFail,
        Self::Error,
        Self::StateError,
        Self::Unsupported,
        Self::Skipped,
    ];

    /// The name, as reports use it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::PendingFail => "pending-fail",
            Self::Error => "error",
            Self::StateError => "state-error",
            Self::Unsupported => "unsupported",
            Self::Skipped => "skipped",
        }
    }
}

/// What became of an interaction, and how it can be tried again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// Where it stands.
    pub location: Location,
    /// Who relies on it.
    pub consumer: String,
    /// Who has to keep it.
    pub provider: String,
    /// What it is, in the words of the consumer.
    pub description: String,
    /// What must be so at the provider before it.
    pub states: Vec<String>,
    /// Other consumers that recorded the same interaction.
    pub also: Vec<String>,
    /// What became of it.
    pub verdict: InteractionVerdict,
    /// How often its request was sent; 0 where it was not.
    pub attempts: u32,
    /// Why nothing is known, where nothing is.
    pub reason: Option<String>,
    /// A command that sends the request again, without what is secret.
    pub request: Option<String>,
    /// Who is wrong, where contract, provider and description do not all agree.
    pub diagnoses: Vec<Diagnosed>,
    /// What was expected of the body and what came, if they differ.
    pub bodies: Option<Bodies>,
    /// The times to the last byte, one a sample, where they are asked for: they differ from run to run.
    pub times: Option<Vec<Duration>>,
}

/// An expected body and the one that came, in one form, so that their lines differ where the bodies do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bodies {
    /// What was expected. Values that differ as they may stand here as they came.
    pub expected: String,
    /// What came, without what the consumer does not read.
    pub actual: String,
}

/// The interaction behind a finding.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contracted {
    /// Its position among the interactions of the report; beyond them where no provider was asked.
    pub number: usize,
    /// Who relies on it.
    pub consumer: String,
    /// Who has to keep it.
    pub provider: String,
    /// What it is, in the words of the consumer.
    pub interaction: String,
    /// What must be so at the provider before it.
    pub states: Vec<String>,
    /// Other consumers that recorded the same interaction.
    pub also: Vec<String>,
    /// In what the answer departs from what was recorded, if one came.
    pub mismatch: Option<Departure>,
    /// A command that sends the request again, without what is secret.
    pub request: Option<String>,
    /// Who is wrong there, if contract, provider and description do not all agree.
    pub diagnosis: Option<Diagnosed>,
}

/// Who is wrong about an interaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Diagnosed {
    /// The name, in small letters with hyphens.
    pub name: &'static str,
    /// What it means, as a sentence without a full stop.
    pub sentence: &'static str,
}

/// One thing in which an answer departs from what was recorded, or what was recorded from what is described.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Departure {
    /// Where: `$.body.items[0].sku`.
    pub at: String,
    /// What was expected.
    pub expected: String,
    /// The rule that is broken, with what it is told; none where the recorded value itself was expected.
    pub rule: Option<String>,
    /// What came, or what the description says.
    pub actual: String,
    /// Whether it is about the description: what it says stands elsewhere, and takes a sentence.
    pub is_described: bool,
}
