//! The words that pages of breaking changes may use: what can change beside the fields of the specifications, what a
//! change knows of itself, and the policies that judge it otherwise.
//!
//! The build script checks the built-in pages against these tables, the loader those of users, and
//! `docs/rule-authors.md` is generated from them.

use crate::document::Direction;
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

/// What the users of a Protobuf package can rely on. Each promise holds all that stand before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Promise {
    /// Bytes are understood, and methods can be called.
    Wire,
    /// So is JSON.
    Json,
    /// Code that is generated for the package compiles with those who use it.
    Package,
    /// So does code that is generated for each file.
    File,
}

impl Promise {
    /// All promises, the least first.
    pub const ALL: &'static [Self] = &[Self::Wire, Self::Json, Self::Package, Self::File];

    /// The word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Wire => "wire",
            Self::Json => "json",
            Self::Package => "package",
            Self::File => "file",
        }
    }

    /// The promise that a word names.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|promise| promise.name() == name)
    }

    /// What it says, for people who choose one.
    #[must_use]
    pub const fn about(self) -> &'static str {
        match self {
            Self::Wire => "messages are understood as bytes, and methods can be called",
            Self::Json => "messages are understood as JSON, too",
            Self::Package => "code that is generated for the package goes on compiling, too",
            Self::File => "code that includes or imports single files does, too",
        }
    }
}

/// What those can rely on who read the data of others, as registries of schemas call it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compatibility {
    /// Who reads with the new version understands what the old one wrote.
    Backward,
    /// Who reads with the old version understands what the new one writes.
    Forward,
    /// Both.
    Full,
}

impl Compatibility {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Backward, Self::Forward, Self::Full];

    /// The word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Backward => "backward",
            Self::Forward => "forward",
            Self::Full => "full",
        }
    }

    /// Which way the data travel that have to be understood: those of the old version as requests do, those of the new
    /// one as responses.
    #[must_use]
    pub const fn ways(self) -> &'static [Direction] {
        match self {
            Self::Backward => &[Direction::Request],
            Self::Forward => &[Direction::Response],
            Self::Full => Direction::ALL,
        }
    }
}

/// A promise of a Protobuf package, or of the data of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnyPromise {
    /// Of a package.
    Package(Promise),
    /// Of data.
    Data(Compatibility),
}

impl AnyPromise {
    /// The words for all of them.
    pub fn names() -> impl Iterator<Item = &'static str> {
        let packages = Promise::ALL.iter().map(|promise| promise.name());
        packages.chain(Compatibility::ALL.iter().map(|promise| promise.name()))
    }

    /// The promise that a word names.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let data = Compatibility::ALL.iter().find(|promise| promise.name() == name);
        let data = data.map(|promise| Self::Data(*promise));
        Promise::from_name(name).map(Self::Package).or(data)
    }
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
        "bearing",
        "what a field of a binding decides: how messages are delivered, what both sides have to know, how messages are divided, which values are presented, or nothing that the other side sees",
        &["delivery", "terms", "key", "values", "internal"],
        "",
    ),
    boolean("called", "whether methods are called by what changed"),
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
    words(
        "in-json",
        "whether what is written as JSON is read as it was: all of it, all but values at the limits of the type, or nothing",
        &["same", "lossy", "incompatible"],
        "same",
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
        "unreserved",
        "what of a removed field or value is not reserved, so that another one can take it",
        &["none", "number", "name", "both"],
        "none",
    ),
    boolean("used", "whether something else held what is gone"),
    words(
        "verdict",
        "whether the version of the description changed as much as the API did",
        &["fits", "none", "too-small", "decreased", "unreadable"],
        "",
    ),
    words(
        "wire",
        "whether bytes that are written are read as they were: all of them, all but values at the limits of the type, or none",
        &["same", "lossy", "incompatible"],
        "same",
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
    text("number", "the number of a field or a value"),
    text("option", "the name of an option"),
    text("part", "the part of a method: `request` or `response`"),
    text("rule", "the rule of protovalidate"),
    text("family", "the versions in the paths that are gone, as in `v1`"),
    text(
        "needed",
        "the part of the version that has to change: `patch`, `minor` or `major`",
    ),
    text("next", "the first version that says enough"),
];

/// What can change beside the fields that the specifications name.
pub const CHANGE_FIELDS: &[(&str, &str)] = &[
    (
        "address-value",
        "a value that a parameter in the address of a channel can have",
    ),
    ("ambiguity", "the paths that match the same URL as this one"),
    (
        "anonymous",
        "whether the operation can be called without any credentials",
    ),
    ("any-of-branch", "a branch of `anyOf`"),
    ("attribute", "a field of a schema in Avro that says nothing of data"),
    ("base-path", "the path in the URLs of the servers"),
    ("branch", "an alternative of a union in Avro"),
    (
        "cardinality",
        "how often a field has a value: once, repeatedly, or for each key",
    ),
    ("composition", "the way in which a schema is made of others"),
    ("enum-value", "one value of an `enum`"),
    ("enum_type", "whether an enum takes numbers that it does not name"),
    ("expression", "the expression or path that a callback is sent to"),
    ("extension", "a field that starts with `x-`"),
    ("family", "the major versions that the paths name"),
    (
        "generated-code",
        "an option of a file that changes what is generated for it",
    ),
    ("http", "an HTTP request that stands for a method"),
    ("idempotency_level", "what happens if a method is called twice"),
    ("java_utf8", "whether Java checks that a string is UTF-8"),
    ("json_format", "whether JSON is promised for a message or enum"),
    ("json_name", "what a field is called in JSON"),
    ("jstype", "the type of a number in JavaScript"),
    ("message_set", "whether a message is written as a message set"),
    (
        "no_standard_descriptor_accessor",
        "whether generated code tells its descriptor",
    ),
    ("one-of-branch", "a branch of `oneOf`"),
    ("oneof", "the oneof that a field belongs to"),
    ("option", "an option that nothing else looks at"),
    ("packed", "whether the values of a field follow each other without tags"),
    (
        "presence",
        "whether a field without a value is told from one with the default",
    ),
    ("property", "one property of a schema"),
    ("range", "the statuses or media types that are covered"),
    ("string_type", "the type of a string in C++"),
    ("sunset", "the date on which something goes away"),
    ("template", "the path template"),
    ("utf8_validation", "whether a string has to be UTF-8"),
    ("validation", "a rule of protovalidate for a field"),
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
