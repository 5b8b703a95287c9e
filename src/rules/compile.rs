//! From declarations to rules that can be run: options are read, fields parsed, conditions and functions made, once.

use super::conditions::{self, Condition};
use super::declaration::{self, Declaration, Given, Text, Value};
use super::functions::{self, Function, Hit, Hits, Run, Subject, name_of, operation_label, path_label};
use super::jsonpath::JsonPath;
use super::page::placeholders;
use crate::document::{FormatName, Kind, Node, suggest};
use crate::finding::{ABOUT, Facts};
use crate::syntax::{Key, key};
use std::fmt;
use std::sync::Arc;

/// A rule that can be run.
pub struct Rule {
    /// What its page declares.
    pub declaration: Arc<Declaration>,
    /// The facts that its message speaks of.
    wanted: Vec<&'static str>,
    checks: Vec<Check>,
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rule")
            .field("id", &self.declaration.id)
            .finish_non_exhaustive()
    }
}

/// What a rule looks at, and what it demands.
pub(crate) struct Check {
    /// The format whose documents it looks at; those of any where there is none.
    pub(crate) format: Option<FormatName>,
    pub(crate) given: Target,
    conditions: Vec<Condition>,
    thens: Vec<Then>,
}

/// What a check looks at.
pub(crate) enum Target {
    Kinds(Vec<Kind>),
    Document,
    Workspace,
    Path(JsonPath),
}

struct Then {
    field: Field,
    name: Text,
    function: Function,
}

/// The field that a function is asked about.
enum Field {
    /// The given node.
    Own,
    /// What stands at these steps; the key of it, if that is wanted.
    Steps { steps: Vec<FieldStep>, on_key: bool },
}

enum FieldStep {
    Name(Option<Key>, String),
    Every,
}

/// Why a declaration makes no rule: the id, and what is wrong, as a clause.
#[derive(Debug, Clone)]
pub struct CompileError {
    /// The rule.
    pub rule: String,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "rule `{}`: {}", self.rule, self.message)
    }
}

impl std::error::Error for CompileError {}

impl Rule {
    /// Makes a rule of a declaration; `options` replace what the page tells its functions.
    ///
    /// # Errors
    /// When an option is unknown or none that its function can work with.
    pub fn compile(declaration: Arc<Declaration>, options: &[(Text, Value)]) -> Result<Self, CompileError> {
        let refuse = |message: String| CompileError {
            rule: declaration.id.to_string(),
            message,
        };
        let mut checks = Vec::new();
        for check in declaration.checks.iter() {
            let given = match &check.given {
                Given::Kinds(kinds) => Target::Kinds(kinds.to_vec()),
                Given::Document => Target::Document,
                Given::Workspace => Target::Workspace,
                Given::Path(path) => Target::Path(JsonPath::read(path).map_err(refuse)?),
            };
            let mut thens = Vec::new();
            for then in check.then.iter() {
                let told: Vec<(Text, Value)> = options_for(options, check.format).collect();
                let merged = merge(&then.options, &told, &then.function).map_err(refuse)?;
                thens.push(Then {
                    field: Field::read(&then.field),
                    name: then.field.clone(),
                    function: functions::make(&then.function, &merged).map_err(refuse)?,
                });
            }
            checks.push(Check {
                format: check.format,
                given,
                conditions: conditions::make_all(&check.when).map_err(refuse)?,
                thens,
            });
        }
        check_overrides(&declaration, options).map_err(refuse)?;
        let wanted = placeholders(&declaration.message)
            .filter_map(|name| {
                let common = super::vocabulary::COMMON_FACTS.iter().map(|(fact, _)| *fact);
                let given = super::vocabulary::functions().flat_map(|function| function.facts.iter().copied());
                common.chain(given).find(|fact| *fact == name)
            })
            .collect();
        Ok(Self {
            declaration,
            wanted,
            checks,
        })
    }

    pub(crate) fn checks(&self) -> &[Check] {
        &self.checks
    }
}

/// The options that count for a format: those of all, and behind them those under its name.
fn options_for(options: &[(Text, Value)], format: Option<FormatName>) -> impl Iterator<Item = (Text, Value)> {
    let general = options.iter().filter(|option| of_format(option).is_none());
    let own = options
        .iter()
        .filter_map(of_format)
        .filter(move |(own, _)| Some(*own) == format);
    general.chain(own.flat_map(|(_, options)| options)).cloned()
}

/// The format that an option is the name of, with what stands under it.
fn of_format(option: &(Text, Value)) -> Option<(FormatName, &[(Text, Value)])> {
    let format = FormatName::ALL.iter().find(|format| format.name() == option.0)?;
    match &option.1 {
        Value::Map(options) => Some((*format, options)),
        _ => None,
    }
}

/// The options of a page with those of the user in their place.
fn merge(page: &[(Text, Value)], user: &[(Text, Value)], function: &str) -> Result<Vec<(Text, Value)>, String> {
    let known = super::vocabulary::find_function(function).map_or(&[][..], |spec| spec.options);
    let mut merged: Vec<(Text, Value)> = page.to_vec();
    for (name, value) in user {
        let Some(spec) = known.iter().find(|option| option.name == name) else {
            continue;
        };
        if let Some(complaint) = spec.option_type.complaint(value) {
            return Err(format!("option `{name}` {complaint}"));
        }
        match merged.iter_mut().find(|(option, _)| option == name) {
            Some((_, old)) => *old = value.clone(),
            None => merged.push((name.clone(), value.clone())),
        }
    }
    Ok(merged)
}

/// An option that no function of the rule knows is a mistake.
fn check_overrides(declaration: &Declaration, options: &[(Text, Value)]) -> Result<(), String> {
    for option in options {
        match of_format(option) {
            Some((format, own)) => {
                let known = known_options(declaration, |check| check.format == Some(format));
                own.iter().try_for_each(|(name, _)| is_known(name, &known))?;
            }
            None => is_known(&option.0, &known_options(declaration, |_| true))?,
        }
    }
    Ok(())
}

/// The options of the functions that some checks of a rule call.
fn known_options(declaration: &Declaration, is_meant: impl Fn(&declaration::Check) -> bool) -> Vec<&'static str> {
    let checks = declaration.checks.iter().filter(|check| is_meant(check));
    checks
        .flat_map(|check| check.then.iter())
        .filter_map(|then| super::vocabulary::find_function(&then.function))
        .flat_map(|function| function.options.iter().map(|option| option.name))
        .collect()
}

fn is_known(name: &str, known: &[&str]) -> Result<(), String> {
    if known.contains(&name) {
        return Ok(());
    }
    let hint = match suggest::closest(name, known.iter().copied()) {
        Some(meant) => format!("; did you mean `{meant}`?"),
        None if known.is_empty() => "; it has none".to_owned(),
        None => format!("; it has {}", suggest::list(known.iter().copied(), "and")),
    };
    Err(format!("it has no option `{name}`{hint}"))
}

impl Field {
    fn read(text: &str) -> Self {
        if text.is_empty() {
            return Self::Own;
        }
        let (path, on_key) = match text.strip_suffix("@key") {
            Some(path) => (path.trim_end_matches('.'), true),
            None => (text, false),
        };
        let steps = path
            .split('.')
            .filter(|step| !step.is_empty())
            .map(|step| match step {
                "*" => FieldStep::Every,
                name => FieldStep::Name(Key::well_known(name), name.to_owned()),
            })
            .collect();
        Self::Steps { steps, on_key }
    }

    /// Calls `ask` with each node that the field names, or once with nothing if it is not there.
    fn ask<'w>(&self, node: Node<'w>, ask: &mut impl FnMut(Option<Node<'w>>, bool)) {
        match self {
            Self::Own => ask(Some(node), false),
            Self::Steps { steps, on_key } => descend(node, steps, *on_key, ask),
        }
    }
}

fn descend<'w>(node: Node<'w>, steps: &[FieldStep], on_key: bool, ask: &mut impl FnMut(Option<Node<'w>>, bool)) {
    match steps {
        [] => ask(Some(node), on_key),
        [FieldStep::Every, rest @ ..] => {
            for child in node.children() {
                // Extensions are no names of the author's choice.
                if !child.key_text().is_some_and(|key| key.starts_with("x-")) {
                    descend(child, rest, on_key, ask);
                }
            }
        }
        [FieldStep::Name(key, name), rest @ ..] => {
            let child = match key {
                Some(key) => node.get(*key),
                None => node.find(name),
            };
            match child {
                Some(child) => descend(child, rest, on_key, ask),
                None => ask(None, on_key),
            }
        }
    }
}

impl Check {
    /// Whether it looks at documents of this format.
    pub(crate) fn is_about(&self, format: Option<FormatName>) -> bool {
        self.format.is_none() || self.format == format
    }

    /// Runs the check on a node; `found` gets what it finds, with the facts that the rule's message wants.
    pub(crate) fn run<'w>(&self, rule: &Rule, node: Node<'w>, run: &Run, on_key: bool, found: &mut impl FnMut(Hit)) {
        let subject = Subject {
            node,
            target: Some(node),
            on_key,
            run,
        };
        if !self.conditions.iter().all(|holds| holds(&subject)) {
            return;
        }
        let mut hits = Hits::new();
        for then in &self.thens {
            then.field.ask(node, &mut |target, key| {
                let subject = Subject {
                    target,
                    on_key: key || on_key,
                    ..subject
                };
                (then.function)(&subject, &mut hits);
            });
            for mut hit in hits.drain(..) {
                hit.facts = facts(rule, then, node, &hit);
                found(hit);
            }
        }
    }
}

/// What messages call a node.
fn title_of(node: Node<'_>) -> String {
    match node.kind() {
        Kind::Operation | Kind::Rpc => operation_label(node).unwrap_or_else(|| name_of(node).to_owned()),
        Kind::Info => node.string_at(key::TITLE).unwrap_or_else(|| name_of(node)).to_owned(),
        _ => name_of(node).to_owned(),
    }
}

/// The facts that the message speaks of: from the function, or those that every message may use. What tells the
/// finding from others at its place is kept, too.
fn facts(rule: &Rule, then: &Then, node: Node<'_>, hit: &Hit) -> Facts {
    let at = node.workspace().node(hit.location.node);
    rule.wanted
        .iter()
        .map(|name| {
            let given = hit
                .facts
                .iter()
                .find(|(fact, _)| fact == name)
                .map(|(_, text)| text.clone());
            let fact = given.unwrap_or_else(|| match *name {
                "operation" => operation_label(at)
                    .or_else(|| operation_label(node))
                    .unwrap_or_default(),
                "path" => path_label(at).or_else(|| path_label(node)).unwrap_or_default(),
                "name" => title_of(node),
                "key" => at.key_text().unwrap_or_default().to_owned(),
                "value" => at.text().to_owned(),
                "kind" => node.kind().name().to_owned(),
                "field" => then.name.to_string(),
                _ => String::new(),
            });
            (*name, fact)
        })
        .chain(hit.facts.iter().filter(|(name, _)| *name == ABOUT).cloned())
        .collect()
}
