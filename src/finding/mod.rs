//! What a run found: which rule, where, and the facts that its message speaks of. No columns and no prose: those
//! are made when a report is rendered.

use crate::document::{Address, Workspace};
use crate::source::Span;

mod breaking;
mod contract;
mod effect;
mod severity;
mod timing;

pub use breaking::{Affected, Breaking, Verdict, Witness};
pub use contract::{Bodies, Contracted, Departure, Diagnosed, InteractionVerdict, Verification};
pub use effect::{Action, Effect};
pub use severity::Severity;
pub use timing::{Timing, milliseconds};

/// Where a finding stands: at a node, or at the key that leads to it, or at a part of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Location {
    /// The node.
    pub node: Address,
    /// Which part of it.
    pub part: Part,
}

/// The part of a node that a finding points at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// Its key; the value where it has none.
    Key,
    /// Its value.
    Value,
    /// A part of the document's text, whatever nodes stand there.
    Text(Span),
}

impl Location {
    /// The key of a node.
    #[must_use]
    pub const fn key(node: Address) -> Self {
        Self { node, part: Part::Key }
    }

    /// The value of a node.
    #[must_use]
    pub const fn value(node: Address) -> Self {
        Self {
            node,
            part: Part::Value,
        }
    }

    /// The bytes that it covers in its document.
    #[must_use]
    pub fn span(&self, workspace: &Workspace) -> Span {
        let tree = workspace.document(self.node.document).tree();
        match self.part {
            Part::Key => tree
                .key_span(self.node.node)
                .unwrap_or_else(|| tree.span(self.node.node)),
            Part::Value => tree.span(self.node.node),
            Part::Text(span) => span,
        }
    }
}

/// Another place that a finding speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    /// What is there, as a clause.
    pub message: String,
    /// Where.
    pub location: Location,
}

/// One thing that a rule found.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The position of the rule in the run's rules.
    pub rule: usize,
    /// Where it stands.
    pub location: Location,
    /// What its message is filled with.
    pub facts: Facts,
    /// Other places it speaks of.
    pub related: Vec<Related>,
    /// The change behind it, if two versions were compared.
    pub breaking: Option<Box<Breaking>>,
    /// The interaction behind it, if a provider was held against contracts.
    pub contract: Option<Box<Contracted>>,
}

/// The fact that tells a finding from others of its rule at the same place, whether or not its message speaks of it.
pub const ABOUT: &str = "about";

/// Facts that advise, count or list: they can change while the finding stays the same one, when something elsewhere
/// in the document changes, when half of it is mended, or when a later version says it better.
pub const PASSING_FACTS: &[&str] = &[
    "all",
    "allowed",
    "count",
    "found",
    "headers",
    "hint",
    "length",
    "meaning",
    "missing",
    "others",
    "problem",
    "suggestion",
    "usual",
    "values",
    "wanted",
];

/// Names with the texts that a message puts in their place.
pub type Facts = Vec<(&'static str, String)>;

/// A message with its facts filled in. A placeholder without a fact stays as it is, which the tests of the rule
/// pages notice.
#[must_use]
pub fn fill(template: &str, facts: &[(&'static str, String)]) -> String {
    let mut message = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        message.push_str(&rest[..open]);
        rest = &rest[open..];
        let fact = rest
            .find('}')
            .and_then(|close| Some((close, facts.iter().find(|(name, _)| *name == &rest[1..close])?)));
        match fact {
            Some((close, (_, text))) => {
                message.push_str(text);
                rest = &rest[close + 1..];
            }
            None => {
                message.push('{');
                rest = &rest[1..];
            }
        }
    }
    message.push_str(rest);
    message
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_filled() {
        let facts = [("name", "limit".to_owned()), ("place", "{x}".to_owned())];
        assert_eq!(
            fill("`{name}` in {place} and {other}", &facts),
            "`limit` in {x} and {other}"
        );
        assert_eq!(fill("no braces", &facts), "no braces");
        assert_eq!(fill("open { only", &facts), "open { only");
    }
}
