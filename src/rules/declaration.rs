//! What a rule page declares, as plain data.
//!
//! The build script writes declarations of the built-in pages as Rust constants; user pages become the same type at
//! run time. Nothing here depends on anything that a build script could not use.

use crate::document::{Direction, FormatName, Kind};
use crate::finding::{Action, Effect, Severity};
use crate::rules::changes::Promise;
use std::borrow::Cow;

/// Text that is a constant or was read.
pub type Text = Cow<'static, str>;
/// A list that is a constant or was read.
pub type Items<T> = Cow<'static, [T]>;

/// A rule page.
#[derive(Debug, Clone)]
pub struct Declaration {
    /// The name of the rule: that of the file.
    pub id: Text,
    /// The file, relative to the folder of rules.
    pub file: Text,
    /// The chapter: the folder that holds the page.
    pub topic: Text,
    /// The heading of the page.
    pub title: Text,
    /// How much a finding matters, unless the user says otherwise.
    pub severity: Severity,
    /// The version of stipula that brought the rule.
    pub since: Text,
    /// What a finding says; `{name}` stands for a fact.
    pub message: Text,
    /// The equal rules of other tools: tool and its name for the rule.
    pub same_as: Items<(Text, Text)>,
    /// The clause of the standards that the rule enforces.
    pub clause: Option<Text>,
    /// Whether the rule stays out of the preset `recommended`.
    pub opt_in: bool,
    /// The presets of other tools that it belongs to, each with the options that it is told there.
    pub presets: Items<(Text, Items<(Text, Value)>)>,
    /// What the rule does.
    pub checks: Items<Check>,
    /// The changes between two versions that the rule judges.
    pub changes: Items<ChangePattern>,
    /// Why a breaking change that the rule judges needs no witness, as a clause.
    pub no_witness: Option<Text>,
    /// The event of applying suppressions and baselines that the page stands for, instead of checks.
    pub event: Option<Text>,
    /// The page without its front matter.
    pub page: Text,
}

impl Declaration {
    /// The formats that the rule is about, each once; none where it is about every one, or stands for an event.
    #[must_use]
    pub fn formats(&self) -> Vec<FormatName> {
        let checks = self.checks.iter().map(|check| check.format);
        let named: Option<Vec<FormatName>> = checks.chain(self.changes.iter().map(|change| change.format)).collect();
        let mut named = named.unwrap_or_default();
        named.sort_unstable();
        named.dedup();
        named
    }

    /// The command that the rule belongs to.
    #[must_use]
    pub fn command(&self) -> &'static str {
        if !self.changes.is_empty() {
            "breaking"
        } else if self.topic == CONTRACTS {
            "verify"
        } else {
            "lint"
        }
    }
}

/// The folder of the pages that tell what became of contracts.
const CONTRACTS: &str = "contract";

/// What a rule does for one format.
#[derive(Debug, Clone)]
pub struct Check {
    /// The format; any where there is none.
    pub format: Option<FormatName>,
    /// What is looked at.
    pub given: Given,
    /// What must hold for it to be looked at.
    pub when: Items<(Text, Value)>,
    /// What must hold for it to be right.
    pub then: Items<Then>,
}

/// Which changes a rule judges, and how. What is empty restricts nothing.
#[derive(Debug, Clone)]
pub struct ChangePattern {
    /// The format; any where there is none.
    pub format: Option<FormatName>,
    /// The kinds of the nodes that changed.
    pub of: Items<Kind>,
    /// The fields that changed; the node as a whole has the empty one.
    pub field: Items<Text>,
    /// What was done.
    pub action: Items<Action>,
    /// What it said before.
    pub from: Items<Text>,
    /// What it says now.
    pub to: Items<Text>,
    /// Who produces what changed.
    pub direction: Option<Direction>,
    /// What the change does.
    pub effect: Items<Effect>,
    /// Facts of the change with the values that they may have.
    pub when: Items<(Text, Items<Text>)>,
    /// Whether clients break.
    pub breaks: Breaks,
    /// How grave it is if they do, where that differs from the rest of the page.
    pub severity: Option<Severity>,
    /// How grave it is under a policy that the user has chosen, whether or not it breaks.
    pub policies: Items<(Text, Severity)>,
    /// How grave it is for those who were promised this, or more, of a Protobuf package; for those who were promised
    /// less it breaks nothing. Where none is named, it is as grave for all.
    pub promises: Items<(Promise, Severity)>,
}

impl ChangePattern {
    /// How grave the page calls it for those who were promised something; `otherwise` where it makes no difference,
    /// nothing where they were promised too little.
    #[must_use]
    pub fn severity_for(&self, promise: Option<Promise>, otherwise: Severity) -> Option<Severity> {
        match promise {
            Some(promise) if !self.promises.is_empty() => {
                let named = self.promises.iter().filter(|(least, _)| *least <= promise);
                named.max_by_key(|(least, _)| *least).map(|(_, severity)| *severity)
            }
            _ => Some(otherwise),
        }
    }

    /// The number of things that it asks of a change. Of two patterns that fit, the one that asks for more judges.
    #[must_use]
    pub fn conditions(&self) -> usize {
        let asked = [
            !self.of.is_empty(),
            !self.field.is_empty(),
            !self.action.is_empty(),
            !self.from.is_empty(),
            !self.to.is_empty(),
            self.direction.is_some(),
            !self.effect.is_empty(),
        ];
        asked.iter().filter(|asked| **asked).count() + self.when.len()
    }
}

/// Whether the changes of a pattern break clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Breaks {
    /// It follows from effect and direction: requests may not narrow, responses may not widen.
    ByLaw,
    /// They always do, or may, in a way that the set of values does not show.
    Always,
    /// They never do.
    Never,
}

/// What a rule looks at.
#[derive(Debug, Clone)]
pub enum Given {
    /// Each node of these kinds.
    Kinds(Items<Kind>),
    /// Each document, whole.
    Document,
    /// All documents of the run, together.
    Workspace,
    /// Each node that a JSONPath finds.
    Path(Text),
}

/// What must hold.
#[derive(Debug, Clone)]
pub struct Then {
    /// The field of the given node that the function is asked about; the node itself where it is empty.
    pub field: Text,
    /// The function.
    pub function: Text,
    /// What the function is told.
    pub options: Items<(Text, Value)>,
}

/// A value in front matter or in `stipula.yaml`.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing.
    Null,
    /// A boolean.
    Boolean(bool),
    /// A number, as it is written.
    Number(Text),
    /// A string.
    Text(Text),
    /// A list.
    List(Items<Value>),
    /// Names with values.
    Map(Items<(Text, Value)>),
}

impl Value {
    /// The string.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The elements of a list; of anything else, itself.
    #[must_use]
    pub fn elements(&self) -> &[Value] {
        match self {
            Self::List(elements) => elements,
            other => std::slice::from_ref(other),
        }
    }
}
