//! Whether a value in a tree fits a schema in a tree.
//!
//! The schema is not compiled: a description holds thousands of examples with a schema each, and compiling those
//! costs more than looking at every keyword once. Dialects need no switch, because the type of a keyword's value
//! tells what it means: `exclusiveMaximum: true` is draft 4, `exclusiveMaximum: 5` is not.

mod formats;
mod keywords;
mod parts;

use self::keywords::{article, not_among, of_count, of_format, of_list, of_number, place, same, shown};
use crate::document::content::is_integer;
use crate::document::http::Direction;
use crate::document::{Node, sole_alternative};
use crate::syntax::{Key, NodeType, key};
use regex::Regex;
use rustc_hash::FxHashMap;
use std::sync::{Arc, RwLock};

/// Where a value does not fit.
#[derive(Debug, Clone)]
pub struct Mismatch<'w> {
    /// The part of the value.
    pub value: Node<'w>,
    /// The schema, or keyword, that it does not fit.
    pub schema: Node<'w>,
    /// What is wrong with it, as a clause.
    pub message: String,
}

/// Steps that looking at one value may take; beyond, it is taken to fit.
const FUEL: u32 = 200_000;
/// Schemas that may apply to the same value through references and combinations.
const DEPTH: u32 = 64;

/// Bytes that a compiled regular expression may take; of larger ones nothing is said.
const LARGEST_PATTERN: usize = 1 << 20;
/// Regular expressions that are kept.
const PATTERNS: usize = 200;

/// Validates values; keeps the regular expressions that it has met.
#[derive(Debug, Default)]
pub struct Validator {
    patterns: RwLock<FxHashMap<String, Option<Arc<Regex>>>>,
}

impl Validator {
    /// Where `value` does not fit `schema`; at most a handful of places. What is `readOnly` need not be there in a
    /// request, what is `writeOnly` not in a response, and where the direction is not known, neither.
    pub fn validate<'w>(&self, schema: Node<'w>, value: Node<'w>, direction: Option<Direction>) -> Vec<Mismatch<'w>> {
        let mut walk = Walk {
            validator: self,
            direction,
            whole: schema,
            fuel: FUEL,
            depth: 0,
        };
        let mut mismatches = Vec::new();
        walk.check(schema, value, &mut mismatches, None);
        mismatches
    }

    /// The regular expression, if Rust's engine can say whether it matches.
    fn pattern(&self, pattern: &str) -> Option<Arc<Regex>> {
        if let Some(known) = self
            .patterns
            .read()
            .ok()
            .and_then(|patterns| patterns.get(pattern).cloned())
        {
            return known;
        }
        // A look-around or a back-reference is no regular expression in the strict sense: nothing is said then.
        let compiled = jsonschema_regex::to_rust_regex(pattern)
            .ok()
            .and_then(|translated| {
                let mut builder = regex::RegexBuilder::new(&translated);
                builder
                    .size_limit(LARGEST_PATTERN)
                    .dfa_size_limit(LARGEST_PATTERN)
                    .build()
                    .ok()
            })
            .map(Arc::new);
        if let Ok(mut patterns) = self.patterns.write() {
            if patterns.len() >= PATTERNS {
                patterns.clear();
            }
            patterns.insert(pattern.to_owned(), compiled.clone());
        }
        compiled
    }
}

/// Whether a value is of the type, or one of the types, under a `type` keyword.
#[must_use]
pub fn is_of_type(types: Node<'_>, value: Node<'_>) -> bool {
    let is = |word: &str| match (word, value.node_type()) {
        ("null", NodeType::Null)
        | ("boolean", NodeType::Boolean)
        | ("number", NodeType::Number)
        | ("string", NodeType::String)
        | ("array", NodeType::List)
        | ("object", NodeType::Map) => true,
        ("integer", NodeType::Number) => is_integer(value.text()),
        // A file is bytes; an example of it is whatever the author chose.
        ("file", _) => true,
        _ => false,
    };
    match types.node_type() {
        NodeType::List => types.children().any(|word| is(word.text())),
        NodeType::String => is(types.text()),
        _ => true,
    }
}

struct Walk<'v, 'w> {
    validator: &'v Validator,
    direction: Option<Direction>,
    /// The outermost schema that holds together with the present one.
    whole: Node<'w>,
    fuel: u32,
    depth: u32,
}

/// The children of a value that some keyword has looked at, for `unevaluatedProperties` and `unevaluatedItems`.
type Evaluated<'e, 'w> = Option<&'e mut Vec<Node<'w>>>;

fn note<'w>(evaluated: &mut Evaluated<'_, 'w>, child: Node<'w>) {
    if let Some(evaluated) = evaluated {
        evaluated.push(child);
    }
}

/// More mismatches than these help nobody.
const ENOUGH: usize = 5;

impl<'w> Walk<'_, 'w> {
    /// Checks all keywords of a schema that is apart from the present one; true if the value fits.
    fn check(
        &mut self,
        schema: Node<'w>,
        value: Node<'w>,
        out: &mut Vec<Mismatch<'w>>,
        evaluated: Evaluated<'_, 'w>,
    ) -> bool {
        let outer = std::mem::replace(&mut self.whole, schema);
        let fits = self.check_part(schema, value, out, evaluated);
        self.whole = outer;
        fits
    }

    /// Checks all keywords of a schema that holds together with the present one.
    fn check_part(
        &mut self,
        schema: Node<'w>,
        value: Node<'w>,
        out: &mut Vec<Mismatch<'w>>,
        mut evaluated: Evaluated<'_, 'w>,
    ) -> bool {
        let schema = schema.follow();
        if schema.is_unknown() || schema.has_hole() || value.node_type() == NodeType::Lost || out.len() >= ENOUGH {
            return out.len() < ENOUGH;
        }
        if self.fuel == 0 || self.depth >= DEPTH {
            return true;
        }
        self.fuel -= 1;
        if schema.node_type() == NodeType::Boolean {
            if schema.boolean() == Some(false) {
                out.push(mismatch(value, schema, "no value may stand here".into()));
                return false;
            }
            return true;
        }
        if value.node_type() == NodeType::Null && schema.is_true(key::NULLABLE) {
            return true;
        }
        self.depth += 1;
        let before = out.len();
        let mut unevaluated = false;
        for keyword in schema.children() {
            let Some(name) = keyword.key() else { continue };
            unevaluated |= match value.node_type() {
                NodeType::Map => name == key::UNEVALUATED_PROPERTIES,
                NodeType::List => name == key::UNEVALUATED_ITEMS,
                _ => false,
            };
        }
        if unevaluated {
            let mut seen = Vec::new();
            self.keywords(schema, value, out, &mut Some(&mut seen));
            self.unevaluated(schema, value, out, &seen);
            // What this schema looked at, or forbids to be there, is looked at for the schemas around it, too.
            if evaluated.is_some() {
                value.children().for_each(|child| note(&mut evaluated, child));
            }
        } else {
            self.keywords(schema, value, out, &mut evaluated);
        }
        self.depth -= 1;
        out.len() == before
    }

    /// Whether a value fits, without saying why not.
    fn fits(&mut self, schema: Node<'w>, value: Node<'w>, evaluated: Evaluated<'_, 'w>) -> bool {
        self.check(schema, value, &mut Vec::new(), evaluated)
    }

    fn keywords(
        &mut self,
        schema: Node<'w>,
        value: Node<'w>,
        out: &mut Vec<Mismatch<'w>>,
        evaluated: &mut Evaluated<'_, 'w>,
    ) {
        let mut object_keywords = false;
        let mut list_keywords = false;
        let of_type = schema
            .get(key::TYPE)
            .map(|keyword| self.of_type(schema, keyword, value));
        let mut of_type = of_type.flatten();
        let is_wrong_type = of_type.is_some();
        for keyword in schema.children() {
            let Some(name) = keyword.key() else { continue };
            let complaint = match name {
                key::TYPE => of_type.take(),
                // What is of another type is none of the values either, and that is one mistake.
                key::ENUM | key::CONST if is_wrong_type => None,
                key::ENUM => not_among(keyword, value),
                key::CONST => (!same(keyword, value)).then(|| format!("{} should be {}", place(value), shown(keyword))),
                key::MAXIMUM | key::MINIMUM | key::EXCLUSIVE_MAXIMUM | key::EXCLUSIVE_MINIMUM | key::MULTIPLE_OF => {
                    of_number(schema, name, keyword, value)
                }
                key::MAX_LENGTH | key::MIN_LENGTH | key::PATTERN => self.of_string(name, keyword, value),
                key::FORMAT => of_format(schema, keyword, value),
                key::MAX_ITEMS | key::MIN_ITEMS | key::UNIQUE_ITEMS => of_list(name, keyword, value),
                key::MAX_PROPERTIES | key::MIN_PROPERTIES => of_count(name, keyword, value),
                key::ITEMS | key::PREFIX_ITEMS | key::CONTAINS | key::ADDITIONAL_ITEMS => {
                    list_keywords = true;
                    None
                }
                key::PROPERTIES
                | key::PATTERN_PROPERTIES
                | key::ADDITIONAL_PROPERTIES
                | key::REQUIRED
                | key::PROPERTY_NAMES
                | key::DEPENDENT_REQUIRED
                | key::DEPENDENT_SCHEMAS => {
                    object_keywords = true;
                    None
                }
                key::ALL_OF | key::ANY_OF | key::ONE_OF | key::NOT | key::IF | key::REF | key::DOLLAR_DYNAMIC_REF => {
                    self.combination(name, schema, keyword, value, out, evaluated)
                }
                _ => None,
            };
            if let Some(message) = complaint {
                out.push(mismatch(value, keyword, message));
            }
        }
        if list_keywords && value.node_type() == NodeType::List {
            self.elements(schema, value, out, evaluated);
        }
        if object_keywords && value.node_type() == NodeType::Map {
            self.properties(schema, value, out, evaluated);
        }
    }

    fn of_type(&mut self, schema: Node<'w>, types: Node<'w>, value: Node<'w>) -> Option<String> {
        if is_of_type(types, value) || value.node_type() == NodeType::Null && schema.is_true(key::NULLABLE) {
            return None;
        }
        let wanted = match types.node_type() {
            NodeType::List => types
                .children()
                .map(|word| article(word.text()))
                .collect::<Vec<_>>()
                .join(" or "),
            _ => article(types.text()),
        };
        let found = if value.node_type() == NodeType::Number && wanted.contains("integer") {
            format!("the fraction {}", value.text())
        } else {
            value.node_type().noun().to_owned()
        };
        Some(format!("{} should be {wanted}, not {found}", place(value)))
    }

    fn of_string(&mut self, name: Key, keyword: Node<'w>, value: Node<'w>) -> Option<String> {
        let text = value.string()?;
        if name == key::PATTERN {
            let regex = self.validator.pattern(keyword.string()?)?;
            return (!regex.is_match(text))
                .then(|| format!("{} does not match the pattern `{}`", place(value), keyword.text()));
        }
        let length = text.chars().count() as f64;
        let limit = keyword.number()?;
        match name {
            key::MAX_LENGTH if length > limit => {
                Some(format!("{} is longer than {} characters", place(value), keyword.text()))
            }
            key::MIN_LENGTH if length < limit => Some(format!(
                "{} is shorter than {} characters",
                place(value),
                keyword.text()
            )),
            _ => None,
        }
    }

    fn combination(
        &mut self,
        name: Key,
        schema: Node<'w>,
        keyword: Node<'w>,
        value: Node<'w>,
        out: &mut Vec<Mismatch<'w>>,
        evaluated: &mut Evaluated<'_, 'w>,
    ) -> Option<String> {
        match name {
            key::REF | key::DOLLAR_DYNAMIC_REF => {
                let holder = if name == key::REF { schema } else { keyword };
                if let Some(target) = holder.target() {
                    self.check_part(target, value, out, evaluated.as_deref_mut());
                }
                None
            }
            key::ALL_OF => {
                for branch in keyword.children() {
                    self.check_part(branch, value, out, evaluated.as_deref_mut());
                }
                None
            }
            key::ANY_OF | key::ONE_OF => self.alternatives(name, schema, keyword, value, out, evaluated),
            key::NOT => self
                .fits(keyword, value, None)
                .then(|| format!("{} fits what it must not be", place(value))),
            _ => {
                // What a condition looked at counts only if it holds.
                let mut seen = Vec::new();
                let condition = self.fits(keyword, value, evaluated.is_some().then_some(&mut seen));
                if condition {
                    seen.into_iter().for_each(|child| note(evaluated, child));
                }
                let branch = if condition { key::THEN } else { key::ELSE };
                if let Some(branch) = schema.get(branch) {
                    self.check(branch, value, out, evaluated.as_deref_mut());
                }
                None
            }
        }
    }

    fn alternatives(
        &mut self,
        name: Key,
        schema: Node<'w>,
        keyword: Node<'w>,
        value: Node<'w>,
        out: &mut Vec<Mismatch<'w>>,
        evaluated: &mut Evaluated<'_, 'w>,
    ) -> Option<String> {
        if let Some(chosen) = discriminated(schema, keyword, value) {
            self.check(chosen, value, out, evaluated.as_deref_mut());
            return None;
        }
        if let Some(only) = sole_alternative(schema, name) {
            self.check_part(only, value, out, evaluated.as_deref_mut());
            return None;
        }
        let mut fitting = 0;
        let mut nearest: Option<Vec<Mismatch<'w>>> = None;
        let mut branches = 0;
        for branch in keyword.children() {
            branches += 1;
            let mut mismatches = Vec::new();
            let mut seen = Vec::new();
            let tracked = evaluated.is_some();
            if self.check(branch, value, &mut mismatches, tracked.then_some(&mut seen)) {
                fitting += 1;
                seen.into_iter().for_each(|child| note(evaluated, child));
                if name == key::ANY_OF && !tracked {
                    return None;
                }
            } else if nearest
                .as_ref()
                .is_none_or(|nearest| farness(&mismatches, value) < farness(nearest, value))
            {
                nearest = Some(mismatches);
            }
        }
        match fitting {
            0 if branches > 0 => {
                let nearest = nearest.unwrap_or_default();
                if branches == 1 {
                    out.extend(nearest);
                    return None;
                }
                let why = nearest
                    .first()
                    .map_or(String::new(), |first| format!("; the nearest: {}", first.message));
                Some(format!(
                    "{} fits none of the {branches} alternatives{why}",
                    place(value)
                ))
            }
            0 | 1 => None,
            // Overlapping alternatives are the schema's fault and often meant; the example shows what they are.
            _ if name == key::ONE_OF => Some(format!(
                "{} fits {fitting} of the alternatives, where it should fit one",
                place(value)
            )),
            _ => None,
        }
    }
}

fn mismatch<'w>(value: Node<'w>, schema: Node<'w>, message: String) -> Mismatch<'w> {
    Mismatch { value, schema, message }
}

/// How far a value is from a branch: a wrong type says least about what was meant.
fn farness(mismatches: &[Mismatch<'_>], value: Node<'_>) -> usize {
    let wrong_type = |mismatch: &Mismatch<'_>| mismatch.value == value && mismatch.schema.key() == Some(key::TYPE);
    mismatches.len() + if mismatches.iter().any(wrong_type) { 100 } else { 0 }
}

/// The branch that a discriminator names (<https://spec.openapis.org/oas/v3.1.1.html#discriminator-object>).
fn discriminated<'w>(schema: Node<'w>, branches: Node<'w>, value: Node<'w>) -> Option<Node<'w>> {
    let discriminator = schema.get(key::DISCRIMINATOR)?;
    let property = discriminator.string_at(key::PROPERTY_NAME)?;
    let name = value.find(property)?.string()?;
    let mapped = discriminator.get(key::MAPPING).and_then(|mapping| mapping.find(name));
    if let Some(mapped) = mapped {
        return mapped.target().map(Node::follow);
    }
    branches
        .children()
        .map(Node::follow)
        .find(|branch| branch.key_text() == Some(name))
}
