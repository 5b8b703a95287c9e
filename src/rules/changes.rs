//! The words that pages of breaking changes may use: what can change beside the fields of the specifications, what a
//! change knows of itself, and the policies that judge it otherwise.
//!
//! The build script checks the built-in pages against these tables, the loader those of users, and
//! `docs/rule-authors.md` is generated from them.

use crate::finding::Severity;

/// A fact of a change.
#[derive(Debug, Clone, Copy)]
pub struct ChangeFact {
    /// Its name.
    pub name: &'static str,
    /// What it tells.
    pub about: &'static str,
    /// What it can be, where conditions may ask for it; empty where only messages may name it.
    pub words: &'static [&'static str],
    /// What holds for a change without the fact.
    pub otherwise: &'static str,
}

/// A policy: a choice of how grave some changes are.
#[derive(Debug, Clone, Copy)]
pub struct PolicySpec {
    /// Its name.
    pub name: &'static str,
    /// Who chooses it.
    pub about: &'static str,
    /// How grave it is if nothing can be proved, where that differs from [`UNKNOWN`].
    pub unknown: Option<Severity>,
    /// Whether the names of components count.
    pub names: bool,
}

/// How grave it is if there is neither a proof nor a witness, unless the user or a policy says otherwise.
pub const UNKNOWN: Severity = Severity::Warning;

const fn text(name: &'static str, about: &'static str) -> ChangeFact {
    words(name, about, &[], "")
}

const fn boolean(name: &'static str, about: &'static str) -> ChangeFact {
    words(name, about, &["true", "false"], "false")
}

const fn words(
    name: &'static str,
    about: &'static str,
    words: &'static [&'static str],
    otherwise: &'static str,
) -> ChangeFact {
    ChangeFact {
        name,
        about,
        words,
        otherwise,
    }
}

/// The facts of changes: those that every change has, then those of some.
pub const CHANGE_FACTS: &[ChangeFact] = &[
    text(
        "operation",
        "the first operation that the change reaches, as in `POST /orders`",
    ),
    text(
        "reached",
        "the same, and how many more, as in `POST /orders and 3 more`",
    ),
    text(
        "name",
        "what the changed element is called: a parameter, property or header by its name, a response by its status, a path by its template",
    ),
    text(
        "place",
        "the part of requests or responses that changed, as in `request body, items[].sku`",
    ),
    text(
        "field",
        "the field that changed, or the kind of a node that changed as a whole",
    ),
    text("from", "what it said before, in backticks, or the word none"),
    text("to", "what it says now, likewise"),
    text("direction", "`request` or `response`: which way the values travel"),
    words(
        "caller",
        "who calls the path or operation",
        &["consumer", "webhook", "callback"],
        "consumer",
    ),
    words(
        "class",
        "what the status of a response tells of",
        &["success", "error", "redirection", "informational", "default"],
        "",
    ),
    boolean(
        "default",
        "whether a value is given for the element where a request has none",
    ),
    boolean(
        "hidden",
        "whether the property does not count in this direction: it is `readOnly` in a request, or `writeOnly` in a response",
    ),
    words(
        "lifecycle",
        "how the end of a removed element was told: not at all, without a date, with a date that is still to come, or that has come",
        &["none", "deprecated", "before-sunset", "after-sunset"],
        "none",
    ),
    boolean(
        "open",
        "whether the side without the property takes members that it does not declare",
    ),
    boolean("required", "whether the added or removed element is required"),
    words(
        "stability",
        "what became of the stability level",
        &["increased", "decreased", "invalid"],
        "",
    ),
    words(
        "sunset",
        "what became of the date on which the element goes away",
        &["set", "later", "earlier", "removed", "missing", "invalid", "too-soon"],
        "",
    ),
    words(
        "verdict",
        "whether the version of the description changed as much as the API did",
        &["fits", "none", "too-small", "decreased", "unreadable"],
        "",
    ),
    boolean("xml", "whether the change reaches a body that travels as XML"),
    text(
        "date",
        "the date on which something that is gone was announced to go away",
    ),
    text(
        "days",
        "how many days before its sunset the end of something must be told",
    ),
    text("family", "the versions in the paths that are gone, as in `v1`"),
    text(
        "needed",
        "the part of the version that has to change: `patch`, `minor` or `major`",
    ),
    text("next", "the first version that says enough"),
];

/// What can change beside the fields that the specifications name.
pub const CHANGE_FIELDS: &[(&str, &str)] = &[
    ("ambiguity", "the paths that match the same URL as this one"),
    (
        "anonymous",
        "whether the operation can be called without any credentials",
    ),
    ("any-of-branch", "a branch of `anyOf`"),
    ("base-path", "the path in the URLs of the servers"),
    ("composition", "the way in which a schema is made of others"),
    ("enum-value", "one value of an `enum`"),
    ("expression", "the expression or path that a callback is sent to"),
    ("extension", "a field that starts with `x-`"),
    ("family", "the major versions that the paths name"),
    ("one-of-branch", "a branch of `oneOf`"),
    ("property", "one property of a schema"),
    ("range", "the statuses or media types that are covered"),
    ("sunset", "the date on which something goes away"),
    ("template", "the path template"),
    ("variables", "the names of the variables of a path template"),
];

/// The policies that can be chosen, beside the `contract` that the pages tell of.
pub const POLICIES: &[PolicySpec] = &[
    PolicySpec {
        name: "accept-default",
        about: "providers fill in what a request leaves out, if a `default` is given: what becomes required with one is a warning",
        unknown: None,
        names: false,
    },
    PolicySpec {
        name: "contract",
        about: "the pages as they are; what a run without a policy does",
        unknown: None,
        names: false,
    },
    PolicySpec {
        name: "error-contract",
        about: "clients tell errors apart by their documented statuses: a removed one is a warning",
        unknown: None,
        names: false,
    },
    PolicySpec {
        name: "sdk",
        about: "clients are generated: names in code count, too",
        unknown: None,
        names: true,
    },
    PolicySpec {
        name: "strict",
        about: "clients check every answer against the description: what is new in one breaks them, and so may what cannot be proved",
        unknown: Some(Severity::Error),
        names: false,
    },
    PolicySpec {
        name: "tolerant",
        about: "clients pass over what they do not know, and do without what is optional",
        unknown: None,
        names: false,
    },
];

/// The fact with this name.
#[must_use]
pub fn find_fact(name: &str) -> Option<&'static ChangeFact> {
    CHANGE_FACTS.iter().find(|fact| fact.name == name)
}

/// The policy with this name.
#[must_use]
pub fn find_policy(name: &str) -> Option<&'static PolicySpec> {
    POLICIES.iter().find(|policy| policy.name == name)
}
