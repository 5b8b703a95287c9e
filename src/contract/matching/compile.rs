//! From the `matchingRules` of a contract to rules that are ready to be followed.
//!
//! Version 2 writes one flat object from paths such as `$.body.items[*].id`, later versions one object a category;
//! what a key looks like tells which, whatever the version of the file.

use super::datetime::{Format, FormatKind};
use super::pattern::Pattern;
use super::rule::{Combine, Limits, Matcher, Rule, RuleSet, RuleTable, Rules, StatusClass, Variant};
use crate::contract::model::Problem;
use crate::contract::path::{PathExpression, Token};
use crate::document::Node;
use crate::syntax::{NodeType, key};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// The rules of a part of an exchange, and what of them could not be read.
pub(in crate::contract) struct Compiled {
    pub(in crate::contract) rules: Rules,
    pub(in crate::contract) problems: Vec<Problem>,
}

/// Compiles the rules that stand in a node.
pub(in crate::contract) fn compile(rules: Option<Node<'_>>, patterns: &mut Patterns) -> Compiled {
    let mut compiler = Compiler {
        rules: Rules::default(),
        notes: Notes {
            problems: Vec::new(),
            patterns,
        },
    };
    for entry in rules.into_iter().flat_map(Node::children) {
        compiler.entry(entry);
    }
    let mut rules = compiler.rules;
    for table in [
        &mut rules.method,
        &mut rules.path,
        &mut rules.query,
        &mut rules.header,
        &mut rules.status,
        &mut rules.body,
        &mut rules.metadata,
    ] {
        table.number_names();
    }
    Compiled {
        rules,
        problems: compiler.notes.problems,
    }
}

/// The categories of rules.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Category {
    Method,
    Path,
    Query,
    Header,
    Status,
    Body,
    Metadata,
}

impl Category {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "method" => Self::Method,
            "path" => Self::Path,
            "query" => Self::Query,
            "header" | "headers" => Self::Header,
            "status" => Self::Status,
            "body" | "content" | "contents" => Self::Body,
            "metadata" | "metaData" => Self::Metadata,
            _ => return None,
        })
    }
}

struct Compiler<'p> {
    rules: Rules,
    notes: Notes<'p>,
}

/// What is kept beside the rules while they are read.
struct Notes<'p> {
    problems: Vec<Problem>,
    patterns: &'p mut Patterns,
}

/// Patterns by their texts. Many rules of a contract have the same one, and what its engine learns serves them all.
#[derive(Debug, Default)]
pub(in crate::contract) struct Patterns {
    known: FxHashMap<String, Arc<Pattern>>,
}

impl Patterns {
    fn get(&mut self, text: &str) -> Result<Arc<Pattern>, String> {
        if let Some(known) = self.known.get(text) {
            return Ok(Arc::clone(known));
        }
        let pattern = Arc::new(Pattern::new(text)?);
        self.known.insert(text.to_owned(), Arc::clone(&pattern));
        Ok(pattern)
    }
}

impl Compiler<'_> {
    fn problem(&mut self, node: Node<'_>, message: impl Into<String>) {
        self.notes.problems.push(Problem {
            at: node.address(),
            message: message.into(),
        });
    }

    fn entry(&mut self, entry: Node<'_>) {
        let name = entry.key_text().unwrap_or_default();
        if name.starts_with('$') {
            return self.flat(entry, name);
        }
        let Some(category) = Category::named(name) else {
            return self.problem(entry, format!("`{name}` is no category of rules"));
        };
        if is_set(entry) {
            return self.add(category, &PathExpression::root(), entry);
        }
        for child in entry.children() {
            let text = child.key_text().unwrap_or_default();
            let path = match category {
                Category::Body | Category::Method | Category::Path | Category::Status if text.is_empty() => {
                    Ok(PathExpression::root())
                }
                Category::Body | Category::Method | Category::Path | Category::Status => PathExpression::parse(text),
                Category::Query | Category::Metadata => Ok(PathExpression::named(text)),
                Category::Header => Ok(PathExpression::named(text).to_lowercase()),
            };
            match path {
                Ok(path) => self.add(category, &path, child),
                Err(error) => self.problem(child, error.to_string()),
            }
        }
    }

    /// A rule of version 2, whose path begins with the category.
    fn flat(&mut self, entry: Node<'_>, text: &str) {
        let split = PathExpression::parse(text).map(PathExpression::split_first);
        match split {
            Err(error) => self.problem(entry, error.to_string()),
            Ok(Some((Token::Exact(name), path))) if Category::named(&name).is_some() => {
                let category = Category::named(&name).unwrap_or(Category::Body);
                let path = if category == Category::Header {
                    path.to_lowercase()
                } else {
                    path
                };
                self.add(category, &path, entry);
            }
            Ok(_) => self.problem(entry, format!("`{text}` is a path in no part of a request or response")),
        }
    }

    fn add(&mut self, category: Category, path: &PathExpression, node: Node<'_>) {
        let rules = &mut self.rules;
        table(rules, category).add(path, node, &mut self.notes);
    }
}

fn table(rules: &mut Rules, category: Category) -> &mut RuleTable {
    match category {
        Category::Method => &mut rules.method,
        Category::Path => &mut rules.path,
        Category::Query => &mut rules.query,
        Category::Header => &mut rules.header,
        Category::Status => &mut rules.status,
        Category::Body => &mut rules.body,
        Category::Metadata => &mut rules.metadata,
    }
}

/// Whether a node is a set of rules, not an object of sets by path.
fn is_set(node: Node<'_>) -> bool {
    let is_list = |node: Node<'_>| node.node_type() == NodeType::List;
    is_list(node) || node.get(key::MATCHERS).is_some_and(is_list) || node.string_at(key::MATCH).is_some()
}

impl RuleTable {
    fn add(&mut self, path: &PathExpression, node: Node<'_>, notes: &mut Notes<'_>) {
        if let Some(set) = self.set(node, notes) {
            self.paths.insert(path, set);
        }
    }

    /// Gives a number to each name in its paths.
    fn number_names(&mut self) {
        let mut names: Vec<&str> = self.paths.names().collect();
        names.sort_unstable();
        names.dedup();
        self.names = names.into_iter().map(Into::into).zip(0..).collect();
    }

    /// Reads a set of rules; none if there is no rule in it.
    fn set(&mut self, node: Node<'_>, notes: &mut Notes<'_>) -> Option<u32> {
        let list = if node.node_type() == NodeType::List {
            Some(node)
        } else {
            node.get(key::MATCHERS)
        };
        let combine = match node.string_at(key::COMBINE) {
            Some(word) if word.eq_ignore_ascii_case("or") => Combine::Or,
            Some(word) if !word.eq_ignore_ascii_case("and") => {
                notes.problems.push(Problem {
                    at: node.address(),
                    message: format!("`combine` is `AND` or `OR`, not `{word}`"),
                });
                Combine::And
            }
            _ => Combine::And,
        };
        let rules = match list {
            Some(list) => list.children().map(|rule| self.rule(rule, notes)).collect(),
            None => vec![self.rule(node, notes)],
        };
        self.push(rules, combine)
    }

    fn push(&mut self, rules: Vec<Rule>, combine: Combine) -> Option<u32> {
        if rules.is_empty() {
            return None;
        }
        self.sets.push(RuleSet { rules, combine });
        Some(self.sets.len() as u32 - 1)
    }

    fn rule(&mut self, node: Node<'_>, notes: &mut Notes<'_>) -> Rule {
        let matcher = self.matcher(node, notes).unwrap_or_else(Matcher::Unsupported);
        let at = node.address();
        if let Matcher::Unsupported(message) = &matcher {
            notes.problems.push(Problem {
                at,
                message: message.clone(),
            });
        }
        Rule { matcher, at }
    }

    fn matcher(&mut self, node: Node<'_>, notes: &mut Notes<'_>) -> Result<Matcher, String> {
        let text = |name: &str| node.find(name).and_then(Node::string);
        let lacking = |name: &str| format!("the rule lacks `{name}`");
        let mut regex = || {
            let pattern = text("regex").ok_or_else(|| lacking("regex"))?;
            notes.patterns.get(pattern).map(Matcher::Regex)
        };
        let moment = |kind| {
            // Older files call the format as they call the rule.
            let names = ["format", "date", "time", "timestamp", "datetime"];
            let format = names.into_iter().find_map(text);
            Format::new(kind, format).map(Matcher::DateTime)
        };
        let limits = limits(node)?;
        let Some(name) = node.string_at(key::MATCH) else {
            return match node.get(key::MATCH) {
                Some(_) => Err("`match` is no name of a matcher".into()),
                None if limits != Limits::default() => Ok(Matcher::Type(limits)),
                None if text("regex").is_some() => regex(),
                None => Err(lacking("match")),
            };
        };
        Ok(match name {
            "equality" => Matcher::Equality,
            "type" | "min" | "max" | "minmax" | "min-type" | "max-type" | "min-max-type" => Matcher::Type(limits),
            "regex" => regex()?,
            "include" => Matcher::Include(text("value").ok_or_else(|| lacking("value"))?.to_owned()),
            "integer" => Matcher::Integer,
            "decimal" | "real" => Matcher::Decimal,
            "number" => Matcher::Number,
            "null" => Matcher::Null,
            "boolean" => Matcher::Boolean,
            "date" => moment(FormatKind::Date)?,
            "time" => moment(FormatKind::Time)?,
            "timestamp" | "datetime" => moment(FormatKind::DateTime)?,
            "contentType" | "content-type" => {
                Matcher::ContentType(text("value").ok_or_else(|| lacking("value"))?.to_owned())
            }
            "values" => Matcher::Values,
            "arrayContains" | "array-contains" => self.variants(node, notes)?,
            "statusCode" | "status-code" => Matcher::StatusCode(status_class(node)?),
            "notEmpty" | "not-empty" => Matcher::NotEmpty,
            "semver" => Matcher::Semver,
            "eachKey" | "each-key" => Matcher::EachKey(self.inner_rules(node, notes)?),
            "eachValue" | "each-value" => {
                let rules = self.inner_rules(node, notes)?;
                let set = self.push(rules, Combine::And).ok_or_else(|| lacking("rules"))?;
                Matcher::EachValue(set)
            }
            unknown => return Err(format!("the matcher `{unknown}` is not known; it may need a plugin")),
        })
    }

    fn inner_rules(&mut self, node: Node<'_>, notes: &mut Notes<'_>) -> Result<Vec<Rule>, String> {
        let rules = node.find("rules").filter(|rules| rules.node_type() == NodeType::List);
        let rules = rules.ok_or("the rule lacks its list of `rules`")?;
        Ok(rules.children().map(|rule| self.rule(rule, notes)).collect())
    }

    fn variants(&mut self, node: Node<'_>, notes: &mut Notes<'_>) -> Result<Matcher, String> {
        let variants = node
            .find("variants")
            .filter(|variants| variants.node_type() == NodeType::List);
        let variants = variants.ok_or("the rule lacks its list of `variants`")?;
        let read = variants.children().enumerate().map(|(position, variant)| {
            let mut rules = RuleTable::default();
            for entry in variant.find("rules").into_iter().flat_map(Node::children) {
                match PathExpression::parse(entry.key_text().unwrap_or_default()) {
                    Ok(path) => rules.add(&path, entry, notes),
                    Err(error) => notes.problems.push(Problem {
                        at: entry.address(),
                        message: error.to_string(),
                    }),
                }
            }
            rules.number_names();
            let index = variant.find("index").and_then(count);
            Variant {
                index: index.unwrap_or(position),
                rules,
            }
        });
        Ok(Matcher::ArrayContains(read.collect()))
    }
}

/// A number of elements; some tools write it as a text.
fn count(node: Node<'_>) -> Option<usize> {
    node.text().parse().ok()
}

fn limits(node: Node<'_>) -> Result<Limits, String> {
    let limit = |name: &str| match node.find(name) {
        None => Ok(None),
        Some(limit) => count(limit)
            .map(Some)
            .ok_or_else(|| format!("`{name}` should be a whole number that is not negative")),
    };
    Ok(Limits {
        min: limit("min")?,
        max: limit("max")?,
    })
}

fn status_class(node: Node<'_>) -> Result<StatusClass, String> {
    let status = node.get(key::STATUS).ok_or("the rule lacks `status`")?;
    if let Some(name) = status.string() {
        return StatusClass::named(name).ok_or_else(|| format!("`{name}` is no class of status codes"));
    }
    let codes: Option<Vec<u16>> = status.children().map(|code| code.text().parse().ok()).collect();
    match codes {
        Some(codes) if !codes.is_empty() => Ok(StatusClass::Codes(codes)),
        _ => Err("`status` should be the name of a class or a list of codes".into()),
    }
}
