//! What a rule page declares, as plain data.
//!
//! The build script writes declarations of the built-in pages as Rust constants; user pages become the same type at
//! run time. Nothing here depends on anything that a build script could not use.

use crate::document::Kind;
use crate::finding::Severity;
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
    /// What the rule does.
    pub checks: Items<Check>,
    /// The event of applying suppressions and baselines that the page stands for, instead of checks.
    pub event: Option<Text>,
    /// The page without its front matter.
    pub page: Text,
}

/// What a rule does for one format.
#[derive(Debug, Clone)]
pub struct Check {
    /// The format, or `any`.
    pub format: Text,
    /// What is looked at.
    pub given: Given,
    /// What must hold for it to be looked at.
    pub when: Items<(Text, Value)>,
    /// What must hold for it to be right.
    pub then: Items<Then>,
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
