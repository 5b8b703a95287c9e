//! What changed between two versions of a description, and which clients that breaks.
//!
//! In come a workspace that holds both versions and the pairs of documents to compare; out come [`Change`]s, each
//! with its effect, its direction and the operations it reaches, and, judged by the rule pages, findings.

mod judge;
mod pair;

pub use crate::document::Versions;
pub use judge::{Choices, Rules, judge};
pub use pair::{Pair, Side, pair};

use crate::document::{Direction, Kind, Node, Workspace};
use crate::finding::{Action, Effect, Facts, Location, Witness};
use std::borrow::Cow;
use time::Date;

/// What a comparison needs to know besides the documents.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The day that counts as today.
    pub as_of: Date,
    /// Whether a member that a schema does not declare, and does not forbid, may matter to somebody: then declaring it
    /// narrows what is allowed.
    pub undeclared_members: bool,
}

/// One thing that differs between two versions: one edited node, however many operations it reaches.
#[derive(Debug, Clone)]
pub struct Change<'w> {
    /// What kind of node was changed, or holds what was changed.
    pub kind: Kind,
    /// The field of it that changed; empty where the node itself was added or removed.
    pub field: Cow<'static, str>,
    /// What was done.
    pub action: Action,
    /// Who produces what changed.
    pub direction: Direction,
    /// What the change does to the set of values, requests or answers.
    pub effect: Effect,
    /// Why the effect is unknown, if it is, as a clause.
    pub reason: Option<String>,
    /// What stood there before.
    pub old: Option<Node<'w>>,
    /// What stands there now.
    pub new: Option<Node<'w>>,
    /// Where a finding about it stands: in the new version, or, of what is gone with its document, in the old one.
    pub place: Location,
    /// What it said before, for messages and pages; empty where nothing stood.
    pub from: String,
    /// What it says now.
    pub to: String,
    /// What else messages and pages may ask about.
    pub facts: Facts,
    /// A value that one version takes and the other refuses.
    pub witness: Option<Witness>,
    /// The operations that the change reaches, as people call them.
    pub reaches: Vec<String>,
    /// The steps that led to the effect, a clause each.
    pub derivation: Vec<String>,
}

/// Everything that differs between the versions of each pair, in a stable order.
#[must_use]
pub fn compare<'w>(_workspace: &'w Workspace, _pairs: &[Versions], _settings: &Settings) -> Vec<Change<'w>> {
    Vec::new()
}
