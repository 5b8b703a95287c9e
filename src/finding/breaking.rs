//! What a finding says of the change behind it, when two versions of a description were compared.

use super::{Effect, Location, Severity};
use crate::document::Direction;

/// Whether a change breaks clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// No client breaks: there is a proof, or the page of the rule says why.
    Safe,
    /// There is neither a proof nor a witness; the reason says why.
    Unknown,
    /// A client breaks: there is a witness, or the page of the rule says why none is needed.
    Breaking,
}

/// The change behind a finding.
#[derive(Debug, Clone)]
pub struct Breaking {
    /// Who produces what changed: the consumer a request, the provider a response.
    pub direction: Direction,
    /// What the change does to the set of values that are allowed.
    pub effect: Effect,
    /// Whether clients break.
    pub verdict: Verdict,
    /// How grave the finding is by its verdict and its page, before the user's settings.
    pub severity: Severity,
    /// Where it stood; nothing where it was added.
    pub old: Option<Location>,
    /// Where it stands; nothing where it was removed.
    pub new: Option<Location>,
    /// A value that one version takes and the other refuses.
    pub witness: Option<Witness>,
    /// The operations that the change reaches, as people call them: `POST /orders`.
    pub reaches: Vec<String>,
    /// The consumers whose contracts use what changed, where contracts were given.
    pub consumers: Vec<Affected>,
    /// Why the verdict is unknown, if it is, as a clause.
    pub reason: Option<String>,
    /// The steps that led to the verdict, a clause each.
    pub derivation: Vec<String>,
}

/// A consumer whose contract uses what changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Affected {
    /// Its name.
    pub name: String,
    /// The interactions that use it, as the consumer describes them.
    pub interactions: Vec<String>,
    /// Those of them that the old version keeps and the new one does not.
    pub broken: Vec<String>,
}

/// A value that one version takes and the other refuses, checked by an ordinary validator.
#[derive(Debug, Clone, PartialEq)]
pub struct Witness {
    /// The part of the request or response that the value is: `request body`, `query parameter `limit``.
    pub at: String,
    /// The value.
    pub value: serde_json::Value,
    /// What the old version says of it: `valid`, or why not.
    pub old: String,
    /// What the new version says of it.
    pub new: String,
}
