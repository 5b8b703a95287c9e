//! Rules: what a value may be instead of the recorded one.

use super::datetime::Format;
use super::pattern::Pattern;
use crate::contract::model::Problem;
use crate::contract::path::PathTable;
use crate::document::Address;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// The rules of a request, a response or a message.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    pub(super) method: RuleTable,
    pub(super) path: RuleTable,
    pub(super) query: RuleTable,
    pub(super) header: RuleTable,
    pub(super) status: RuleTable,
    pub(super) body: RuleTable,
    pub(super) metadata: RuleTable,
}

impl Rules {
    pub(super) fn tables(&self) -> [&RuleTable; 7] {
        [
            &self.method,
            &self.path,
            &self.query,
            &self.header,
            &self.status,
            &self.body,
            &self.metadata,
        ]
    }

    /// The rules that are not known, or cannot be carried out, with the reason.
    #[must_use]
    pub fn unsupported(&self) -> Vec<Problem> {
        self.tables().into_iter().flat_map(RuleTable::unsupported).collect()
    }

    /// Number of rules, those within other rules counted, too.
    #[must_use]
    pub fn len(&self) -> usize {
        self.tables().into_iter().map(RuleTable::len).sum()
    }

    /// Whether there is no rule.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The rules of one category: sets of rules, found by path.
#[derive(Debug, Clone, Default)]
pub(super) struct RuleTable {
    pub(super) sets: Vec<RuleSet>,
    pub(super) paths: PathTable,
    /// The names that paths speak of; all other names are alike to them.
    pub(super) names: FxHashMap<Box<str>, u32>,
}

impl RuleTable {
    /// Whether there is no rule.
    pub(super) fn is_empty(&self) -> bool {
        self.sets.is_empty()
    }

    fn unsupported(&self) -> Vec<Problem> {
        let mut found = Vec::new();
        let mut rules: Vec<&Rule> = self.sets.iter().flat_map(|set| &set.rules).collect();
        rules.reverse();
        while let Some(rule) = rules.pop() {
            match &rule.matcher {
                Matcher::Unsupported(reason) => found.push(Problem {
                    at: rule.at,
                    message: reason.clone(),
                }),
                // The rules for each value are sets of the table themselves.
                Matcher::EachKey(inner) => rules.extend(inner.iter().rev()),
                Matcher::ArrayContains(variants) => {
                    found.extend(variants.iter().flat_map(|variant| variant.rules.unsupported()));
                }
                _ => {}
            }
        }
        found
    }

    fn len(&self) -> usize {
        let rules = self.sets.iter().flat_map(|set| &set.rules);
        rules
            .map(|rule| match &rule.matcher {
                Matcher::EachKey(inner) => 1 + inner.len(),
                Matcher::ArrayContains(variants) => {
                    1 + variants.iter().map(|variant| variant.rules.len()).sum::<usize>()
                }
                _ => 1,
            })
            .sum()
    }
}

/// The rules for one path.
#[derive(Debug, Clone)]
pub(super) struct RuleSet {
    pub(super) rules: Vec<Rule>,
    pub(super) combine: Combine,
}

impl RuleSet {
    /// Whether any of its rules also holds for what lies below its path.
    pub(super) fn cascades(&self) -> bool {
        self.rules.iter().any(|rule| rule.matcher.cascades())
    }
}

/// What becomes of several rules for one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Combine {
    /// All must hold.
    And,
    /// One must hold.
    Or,
}

/// One rule, with its place in the contract.
#[derive(Debug, Clone)]
pub(super) struct Rule {
    pub(super) matcher: Matcher,
    pub(super) at: Address,
}

/// What a rule demands.
#[derive(Debug, Clone)]
pub(super) enum Matcher {
    /// The recorded value itself.
    Equality,
    /// A value of the same type, and, at the rule's own path, as many elements.
    Type(Limits),
    Regex(Arc<Pattern>),
    Include(String),
    Integer,
    Decimal,
    Number,
    Null,
    Boolean,
    /// A date, a time or both, in a format.
    DateTime(Format),
    /// Bytes of a media type, by what they begin with.
    ContentType(String),
    /// An object with any keys, whose values are like the recorded ones.
    Values,
    /// A list that holds something like each variant.
    ArrayContains(Vec<Variant>),
    StatusCode(StatusClass),
    NotEmpty,
    Semver,
    /// An object whose keys keep these rules.
    EachKey(Vec<Rule>),
    /// An object or list whose values keep the rules of a set of the same table.
    EachValue(u32),
    /// A rule that is not known or cannot be carried out: why.
    Unsupported(String),
}

/// How many elements a list may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Limits {
    pub(super) min: Option<usize>,
    pub(super) max: Option<usize>,
}

/// An element that a list must hold.
#[derive(Debug, Clone)]
pub(super) struct Variant {
    /// Which of the recorded elements it is like.
    pub(super) index: usize,
    /// What it may be instead.
    pub(super) rules: RuleTable,
}

/// A class of status codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum StatusClass {
    /// A name, and the first and last code.
    Range(&'static str, u16, u16),
    /// These codes.
    Codes(Vec<u16>),
}

impl StatusClass {
    pub(super) fn named(name: &str) -> Option<Self> {
        const CLASSES: [(&str, u16, u16); 7] = [
            ("info", 100, 199),
            ("success", 200, 299),
            ("redirect", 300, 399),
            ("clientError", 400, 499),
            ("serverError", 500, 599),
            ("nonError", 100, 399),
            ("error", 400, 599),
        ];
        CLASSES
            .iter()
            .find(|(class, ..)| *class == name)
            .map(|(class, first, last)| Self::Range(class, *first, *last))
    }

    pub(super) fn has(&self, status: u16) -> bool {
        match self {
            Self::Range(_, first, last) => (*first..=*last).contains(&status),
            Self::Codes(codes) => codes.contains(&status),
        }
    }
}

impl Matcher {
    /// Whether it also holds for what lies below its path. Limits never do.
    pub(super) fn cascades(&self) -> bool {
        !matches!(
            self,
            Self::Values
                | Self::ArrayContains(_)
                | Self::EachKey(_)
                | Self::EachValue(_)
                | Self::StatusCode(_)
                | Self::ContentType(_)
                | Self::NotEmpty
        )
    }

    /// Whether it speaks of scalars alone: for an object or list, it holds for those below.
    pub(super) fn is_about_scalars(&self) -> bool {
        matches!(
            self,
            Self::Regex(_)
                | Self::Include(_)
                | Self::Integer
                | Self::Decimal
                | Self::Number
                | Self::Boolean
                | Self::DateTime(_)
                | Self::Semver
        )
    }

    /// The name by which contracts call it.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Equality => "equality",
            Self::Type(_) => "type",
            Self::Regex(_) => "regex",
            Self::Include(_) => "include",
            Self::Integer => "integer",
            Self::Decimal => "decimal",
            Self::Number => "number",
            Self::Null => "null",
            Self::Boolean => "boolean",
            Self::DateTime(format) => format.kind().name(),
            Self::ContentType(_) => "contentType",
            Self::Values => "values",
            Self::ArrayContains(_) => "arrayContains",
            Self::StatusCode(_) => "statusCode",
            Self::NotEmpty => "notEmpty",
            Self::Semver => "semver",
            Self::EachKey(_) => "eachKey",
            Self::EachValue(_) => "eachValue",
            Self::Unsupported(_) => "unsupported",
        }
    }

    /// What it is told beside its name; empty for most.
    pub(super) fn argument(&self) -> String {
        match self {
            Self::Type(Limits { min, max }) => match (min, max) {
                (Some(min), Some(max)) => format!("{min} to {max}"),
                (Some(min), None) => format!("at least {min}"),
                (None, Some(max)) => format!("at most {max}"),
                (None, None) => String::new(),
            },
            Self::Regex(pattern) => pattern.as_str().to_owned(),
            Self::Include(text) | Self::ContentType(text) => text.clone(),
            Self::DateTime(format) => format.pattern().to_owned(),
            Self::StatusCode(StatusClass::Range(name, ..)) => (*name).to_owned(),
            Self::StatusCode(StatusClass::Codes(codes)) => {
                let codes: Vec<String> = codes.iter().map(u16::to_string).collect();
                codes.join(", ")
            }
            Self::Unsupported(reason) => reason.clone(),
            _ => String::new(),
        }
    }
}
