//! An ordinary validator says whether a value is what a comparison claims it to be.
//!
//! In come schemas of a workspace and a value; out comes whether the `jsonschema` crate accepts it, and if not, why.
//! What the engine thinks of the schemas has no part in this: they are written down as one JSON Schema for the crate.

mod bundle;
mod effort;
mod reason;

use crate::document::http::Direction;
use crate::document::{Address, Dialect, Node};
use bundle::{Bundle, Names};
use jsonschema::{Draft, PatternOptions, Validator};
use rustc_hash::FxHashMap;
use serde_json::Value;

/// Why a value cannot be tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unreplayable {
    /// A reference leads nowhere, or a part could not be read.
    Unknown,
    /// The schemas are of different dialects, or of one that is not known.
    Dialect,
    /// Something that is no schema stands where one should.
    Malformed,
    /// Where a dynamic reference leads depends on the way that leads there.
    Dynamic,
    /// A number has more digits than the validator can hold.
    Number,
    /// Trying takes too long, or does not end: a schema may refer to itself without going deeper into the value.
    TooLarge,
    /// The validator does not take the schema, for example because of a regular expression.
    Refused,
}

impl Unreplayable {
    /// The reason as a clause.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Unknown => "a part of the schema could not be read",
            Self::Dialect => "the schema is in a dialect that is not known",
            Self::Malformed => "something that is no schema stands where one should",
            Self::Dynamic => "where a dynamic reference leads is not known",
            Self::Number => "a number has too many digits",
            Self::TooLarge => "trying the value against the schema takes too long",
            Self::Refused => "the validator does not take the schema",
        }
    }
}

/// Validators that are kept.
const KEPT: usize = 256;
/// Bytes that a compiled regular expression may take.
const PATTERN_BYTES: usize = 1 << 20;

/// What a validator was made for.
#[derive(PartialEq, Eq, Hash)]
struct Question {
    nodes: Vec<Address>,
    view: Option<Direction>,
    names: Names,
}

struct Compiled {
    schema: Value,
    validator: Validator,
}

/// Tries values with the `jsonschema` crate; keeps the validators of one workspace.
#[derive(Default)]
pub struct Replay {
    compiled: FxHashMap<Question, Result<Compiled, Unreplayable>>,
}

/// The part of a value that a refusal should speak of.
#[derive(Debug, Clone, Copy, Default)]
pub struct Near<'n> {
    /// Its JSON pointer.
    pub pointer: &'n str,
    /// The member that may be missing there, or be too many.
    pub name: &'n str,
}

/// Reasons of one refusal that are looked at.
const REASONS: usize = 50;

impl Replay {
    /// One that has tried nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether all of the schemas accept a value: `None` if they do, else the reason as a clause.
    ///
    /// In the view of a request, a property that is `readOnly` need not be there and may be anything; in that of a
    /// response, the same holds for `writeOnly`. Formats are notes.
    ///
    /// # Errors
    ///
    /// The schemas cannot be written down for the validator, or it does not take them.
    pub fn check(
        &mut self,
        nodes: &[Node<'_>],
        view: Option<Direction>,
        value: &Value,
    ) -> Result<Option<String>, Unreplayable> {
        self.check_near(nodes, view, value, Near::default())
    }

    /// [`Replay::check`], with the reason that is nearest to a part of the value where there are several.
    ///
    /// # Errors
    ///
    /// As for [`Replay::check`].
    pub fn check_near(
        &mut self,
        nodes: &[Node<'_>],
        view: Option<Direction>,
        value: &Value,
        near: Near<'_>,
    ) -> Result<Option<String>, Unreplayable> {
        let question = Question {
            nodes: nodes.iter().map(|node| node.address()).collect(),
            view,
            names: Names::of(value),
        };
        if self.compiled.len() >= KEPT && !self.compiled.contains_key(&question) {
            self.compiled.clear();
        }
        let compiled = self
            .compiled
            .entry(question)
            .or_insert_with_key(|question| compile(nodes, question));
        let compiled = compiled.as_ref().map_err(|reason| *reason)?;
        effort::check(&compiled.schema, value)?;
        let reasons = compiled.validator.iter_errors(value).take(REASONS).map(|error| {
            let is_there = error.instance_path().to_string() == near.pointer;
            let clause = reason::clause(&error, value);
            let names_it = !near.name.is_empty() && clause.contains(&format!("`{}`", near.name));
            ((is_there, names_it), clause)
        });
        // The first of the nearest: the order of the validator is that of the schema.
        let nearest = reasons.reduce(|best, other| if other.0 > best.0 { other } else { best });
        Ok(nearest.map(|(_, clause)| clause))
    }
}

fn compile(nodes: &[Node<'_>], question: &Question) -> Result<Compiled, Unreplayable> {
    let Some(first) = nodes.first() else {
        return build(Value::Bool(true), Dialect::Draft202012);
    };
    let dialect = first.dialect().ok_or(Unreplayable::Dialect)?;
    let mut bundle = Bundle::new(dialect, question.view, &question.names);
    build(bundle.all_of(nodes)?, dialect)
}

fn build(schema: Value, dialect: Dialect) -> Result<Compiled, Unreplayable> {
    let draft = match dialect {
        Dialect::Draft4 | Dialect::Swagger20 | Dialect::OpenApi30 => Draft::Draft4,
        Dialect::Draft6 => Draft::Draft6,
        Dialect::Draft7 => Draft::Draft7,
        Dialect::Draft201909 => Draft::Draft201909,
        Dialect::Draft202012 => Draft::Draft202012,
    };
    // The engine of `regex` takes linear time; what it cannot match, such as look-around, is refused here.
    let patterns = PatternOptions::regex()
        .size_limit(PATTERN_BYTES)
        .dfa_size_limit(PATTERN_BYTES);
    let options = jsonschema::options()
        .with_draft(draft)
        .offline()
        .should_validate_formats(false)
        .with_pattern_options(patterns);
    match options.build(&schema) {
        Ok(validator) => Ok(Compiled { schema, validator }),
        Err(_) => Err(Unreplayable::Refused),
    }
}
