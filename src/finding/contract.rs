//! What a finding says of the interaction behind it, when a provider was held against contracts.

/// The interaction behind a finding.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contracted {
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
    /// Who is wrong, if contract, provider and description do not all agree.
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

/// One thing in which an answer departs from what was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Departure {
    /// Where: `$.body.items[0].sku`.
    pub at: String,
    /// What was expected.
    pub expected: String,
    /// What came.
    pub actual: String,
}
