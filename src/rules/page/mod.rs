//! From a page to its declaration and examples.
//!
//! In comes the text of a Markdown file; out goes what it declares, or what is wrong with it, each with its line.

mod body;
mod changes;
mod examples;

pub use examples::{Example, ExampleFile, LEVELS, Mark, PROTO, Pair, Section, examples, marks, pairs};

use super::changes::find_fact;
use super::declaration::{Breaks, ChangePattern, Check, Declaration, Given, Items, Text, Then, Value};
use super::presets::{PRESETS, find_preset};
use super::vocabulary::{self, COMMON_FACTS, OptionSpec};
use crate::document::{FormatName, Kind, suggest};
use crate::finding::Severity;
use crate::source::{Limits, Source};
use crate::syntax::{self, NodeId, NodeType, Tree};
use std::borrow::Cow;
use std::sync::Arc;

/// Something wrong with a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong, as a clause.
    pub message: String,
}

/// The key of what a page does in documents of any format.
const ANY: &str = "any";

/// The keys under which a page says what it does, and for which format.
fn format_keys() -> impl Iterator<Item = (&'static str, Option<FormatName>)> {
    let named = FormatName::ALL.iter().map(|format| (format.name(), Some(*format)));
    std::iter::once((ANY, None)).chain(named)
}

/// The events that a page can stand for.
pub const EVENTS: &[&str] = &[
    "unused-suppression",
    "expired-suppression",
    "unexplained-suppression",
    "unknown-suppression",
    "contract-status",
    "contract-header",
    "contract-body",
    "contract-message",
    "contract-pending",
    "contract-slow",
    "contract-not-verified",
    "contract-state-not-ended",
    "contract-value-not-made",
    "contract-unreadable",
    "described-operation",
    "described-request",
    "described-response",
    "described-value",
    "described-optional",
    "described-empty",
    "described-undeclared",
    "described-deprecated",
    "described-undecided",
    "described-answer",
];

const KEYS: &[&str] = &[
    "severity",
    "since",
    "message",
    "same-as",
    "clause",
    "opt-in",
    "presets",
    "no-witness",
    "event",
];

/// What a page does, which decides what its examples look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Job {
    /// It looks at documents.
    Checks,
    /// It judges what differs between two versions of one.
    Changes,
    /// It judges what no other page does, so that no example can show it.
    OtherChanges,
    /// It stands for an event.
    Event,
}

/// Reads a page. `id` is the name of its file, `topic` that of its folder, `file` the path that messages show.
///
/// # Errors
/// Everything that is wrong with the page.
pub fn read(id: &str, topic: &str, file: &str, text: &str) -> Result<Declaration, Vec<PageError>> {
    let (front, body, body_line) = split(text)?;
    let mut reader = Reader {
        tree: syntax::read(
            &Arc::new(Source::from_text("front-matter.yaml", front)),
            &Limits::default(),
        ),
        errors: Vec::new(),
    };
    let declaration = reader.declaration(id, topic, file, body);
    let asks_for_nothing = |declaration: &Declaration| {
        let mut changes = declaration.changes.iter();
        changes.len() > 0 && changes.all(|change| change.conditions() == 0)
    };
    let job = match &declaration {
        Some(declaration) if asks_for_nothing(declaration) => Job::OtherChanges,
        _ => reader.job(),
    };
    let formats = declaration.as_ref().map(Declaration::formats).unwrap_or_default();
    reader.check_body(id, job, &formats, body, body_line);
    match declaration {
        Some(declaration) if reader.errors.is_empty() => Ok(declaration),
        _ => {
            reader.errors.sort_by_key(|error| error.line);
            Err(reader.errors)
        }
    }
}

/// Front matter, body, and the line on which the body starts.
fn split(text: &str) -> Result<(&str, &str, usize), Vec<PageError>> {
    let error = |message: &str| {
        vec![PageError {
            line: 1,
            message: message.to_owned(),
        }]
    };
    let rest = text
        .strip_prefix("---\n")
        .ok_or_else(|| error("a page starts with front matter between two lines of `---`"))?;
    let end = rest
        .find("\n---\n")
        .ok_or_else(|| error("the front matter is not closed by a line of `---`"))?;
    let front = &rest[..=end];
    let body = &rest[end + 5..];
    Ok((front, body, front.lines().count() + 3))
}

struct Reader {
    tree: Tree,
    errors: Vec<PageError>,
}

impl Reader {
    /// The front matter starts on the second line of the page.
    fn error(&mut self, node: NodeId, message: impl Into<String>) {
        let start = self
            .tree
            .key_span(node)
            .map_or(self.tree.span(node).start, |span| span.start);
        let line = self.tree.source().position(start).line as usize + 1;
        let message = message.into();
        self.errors.push(PageError { line, message });
    }

    fn text(&self, node: NodeId) -> Text {
        Cow::Owned(self.tree.text(node).to_owned())
    }

    fn declaration(&mut self, id: &str, topic: &str, file: &str, body: &str) -> Option<Declaration> {
        for problem in self.tree.problems().to_vec() {
            let line = self.tree.source().position(problem.span.start).line as usize + 1;
            self.errors.push(PageError {
                line,
                message: problem.message,
            });
        }
        if !is_kebab(id) {
            self.error(
                NodeId::ROOT,
                format!("`{id}` is no rule name: small letters, digits and single dashes"),
            );
        }
        let root = NodeId::ROOT;
        let children: Vec<NodeId> = self.tree.children(root).collect();
        for child in children {
            let name = self.tree.key_text(child).unwrap_or_default().to_owned();
            let known = || KEYS.iter().copied().chain(format_keys().map(|(key, _)| key));
            if !known().any(|key| key == name) {
                let hint = spelled(&name, known());
                self.error(child, format!("unknown key `{name}` in front matter{hint}"));
            }
        }
        let severity = self.required(root, "severity")?;
        let severity = self.severity(severity);
        let since = self.required(root, "since").map(|node| self.text(node))?;
        let message_node = self.required(root, "message")?;
        let message = self.text(message_node);
        let same_as = self.same_as(root);
        let clause = self.tree.find(root, "clause").map(|node| self.text(node));
        let opt_in = self.tree.find(root, "opt-in").and_then(|node| self.tree.boolean(node)) == Some(true);
        let presets = self.presets(root);
        let event = self.tree.find(root, "event").map(|node| (node, self.text(node)));
        if let Some((node, event)) = &event
            && !EVENTS.contains(&&**event)
        {
            self.error(*node, format!("an event is one of {}", EVENTS.join(", ")));
        }
        let no_witness = self.tree.find(root, "no-witness").map(|node| (node, self.text(node)));
        let (checks, changes) = self.entries(root);
        match self.job() {
            Job::Event => {}
            Job::Checks => self.check_message(message_node, &message, &checks),
            Job::Changes | Job::OtherChanges => self.check_change_message(message_node, &message),
        }
        if checks.is_empty() && changes.is_empty() && event.is_none() && self.errors.is_empty() {
            let keys = suggest::list(format_keys().map(|(key, _)| key).chain(["event"]), "or");
            self.error(root, format!("the page checks nothing: it needs {keys}"));
        }
        if !checks.is_empty() && !changes.is_empty() {
            self.error(root, "a page looks at documents or judges changes, not both");
        }
        self.check_witness(root, no_witness.as_ref().map(|(node, _)| *node), &changes);
        let title = body
            .lines()
            .find_map(|line| line.strip_prefix("# "))
            .unwrap_or_default()
            .trim()
            .to_owned();
        Some(Declaration {
            id: Cow::Owned(id.to_owned()),
            file: Cow::Owned(file.to_owned()),
            topic: Cow::Owned(topic.to_owned()),
            title: Cow::Owned(title),
            severity,
            since,
            message,
            same_as: Cow::Owned(same_as),
            clause,
            opt_in,
            presets: Cow::Owned(presets),
            checks: Cow::Owned(checks),
            changes: Cow::Owned(changes),
            no_witness: no_witness.map(|(_, reason)| reason),
            event: event.map(|(_, event)| event),
            page: Cow::Owned(body.trim_start().to_owned()),
        })
    }

    fn required(&mut self, holder: NodeId, name: &str) -> Option<NodeId> {
        let found = self.tree.find(holder, name);
        if found.is_none() {
            self.error(holder, format!("`{name}` is missing"));
        }
        found
    }

    fn same_as(&mut self, root: NodeId) -> Vec<(Text, Text)> {
        let Some(node) = self.tree.find(root, "same-as") else {
            return Vec::new();
        };
        let mut same = Vec::new();
        let tools: Vec<NodeId> = self.tree.children(node).collect();
        for tool in tools {
            let name = Cow::Owned(self.tree.key_text(tool).unwrap_or_default().to_owned());
            match self.tree.node_type(tool) {
                NodeType::List => {
                    for id in self.tree.children(tool) {
                        same.push((Cow::clone(&name), self.text(id)));
                    }
                }
                NodeType::Map => self.error(tool, "the equal rule of a tool is a name or a list of names"),
                _ => same.push((name, self.text(tool))),
            }
        }
        same
    }

    /// One preset or a list of them, or an object with what the rule is told in each.
    fn presets(&mut self, root: NodeId) -> Vec<(Text, Items<(Text, Value)>)> {
        let Some(node) = self.tree.find(root, "presets") else {
            return Vec::new();
        };
        let (entries, is_map): (Vec<NodeId>, bool) = match self.tree.node_type(node) {
            NodeType::Map => (self.tree.children(node).collect(), true),
            NodeType::List => (self.tree.children(node).collect(), false),
            _ => (vec![node], false),
        };
        let mut presets = Vec::new();
        for entry in entries {
            let name = if is_map {
                self.tree.key_text(entry).unwrap_or_default()
            } else {
                self.tree.text(entry)
            };
            let name = name.to_owned();
            if find_preset(&name).is_none() {
                let hint = spelled(&name, PRESETS.iter().map(|preset| preset.name));
                self.error(entry, format!("there is no preset `{name}`{hint}"));
            }
            let options = match value_of(&self.tree, entry) {
                Value::Map(options) => options,
                _ => Cow::Borrowed(&[][..]),
            };
            presets.push((Cow::Owned(name), options));
        }
        presets
    }

    fn severity(&mut self, node: NodeId) -> Severity {
        Severity::from_name(self.tree.text(node)).unwrap_or_else(|| {
            self.error(node, "severity is `error`, `warning` or `info`");
            Severity::Error
        })
    }

    /// What stands under a format: one entry or a list of them.
    fn entries_of(&self, root: NodeId, format: &str) -> Vec<NodeId> {
        match self.tree.find(root, format) {
            Some(node) if self.tree.node_type(node) == NodeType::List => self.tree.children(node).collect(),
            Some(node) => vec![node],
            None => Vec::new(),
        }
    }

    fn entries(&mut self, root: NodeId) -> (Vec<Check>, Vec<ChangePattern>) {
        let (mut checks, mut changes) = (Vec::new(), Vec::new());
        for (key, format) in format_keys() {
            for node in self.entries_of(root, key) {
                if self.is_change(node) {
                    changes.extend(self.change(format, node));
                } else {
                    checks.extend(self.check(format, node));
                }
            }
        }
        (checks, changes)
    }

    fn job(&self) -> Job {
        let root = NodeId::ROOT;
        let mut entries = format_keys().flat_map(|(key, _)| self.entries_of(root, key));
        if self.tree.find(root, "event").is_some() {
            Job::Event
        } else if entries.any(|entry| self.is_change(entry)) {
            Job::Changes
        } else {
            Job::Checks
        }
    }

    fn check(&mut self, format: Option<FormatName>, node: NodeId) -> Option<Check> {
        self.known_keys(node, &["given", "when", "then", "change"])?;
        let given_node = self.required(node, "given")?;
        let given = self.given(given_node)?;
        let mut when = Vec::new();
        if let Some(conditions) = self.tree.find(node, "when") {
            let conditions: Vec<NodeId> = self.tree.children(conditions).collect();
            for condition in conditions {
                when.extend(self.condition(condition));
            }
        }
        let then_node = self.required(node, "then")?;
        let thens: Vec<NodeId> = match self.tree.node_type(then_node) {
            NodeType::List => self.tree.children(then_node).collect(),
            _ => vec![then_node],
        };
        let then: Vec<Then> = thens.into_iter().filter_map(|then| self.then(then, &given)).collect();
        Some(Check {
            format,
            given,
            when: Cow::Owned(when),
            then: Cow::Owned(then),
        })
    }

    fn known_keys(&mut self, node: NodeId, known: &[&str]) -> Option<()> {
        if self.tree.node_type(node) != NodeType::Map {
            self.error(node, format!("an object with {} is expected", known.join(", ")));
            return None;
        }
        let children: Vec<NodeId> = self.tree.children(node).collect();
        for child in children {
            let name = self.tree.key_text(child).unwrap_or_default().to_owned();
            if !known.contains(&name.as_str()) {
                let hint = spelled(&name, known.iter().copied());
                self.error(child, format!("unknown key `{name}`{hint}"));
            }
        }
        Some(())
    }

    fn given(&mut self, node: NodeId) -> Option<Given> {
        let text = self.tree.text(node).to_owned();
        match text.as_str() {
            "Document" => return Some(Given::Document),
            "Workspace" => return Some(Given::Workspace),
            _ if text.starts_with('$') => return Some(Given::Path(Cow::Owned(text))),
            _ => {}
        }
        let names: Vec<NodeId> = match self.tree.node_type(node) {
            NodeType::List => self.tree.children(node).collect(),
            _ => vec![node],
        };
        let mut kinds = Vec::new();
        for name in names {
            let text = self.tree.text(name).to_owned();
            match Kind::from_name(&text) {
                Some(kind) => kinds.push(kind),
                None => {
                    let known = Kind::ALL
                        .iter()
                        .map(|kind| kind.name())
                        .chain(["Document", "Workspace"]);
                    let hint = suggest::hint(suggest::closest(&text, known));
                    self.error(name, format!("there is no kind `{text}`{hint}"));
                }
            }
        }
        (!kinds.is_empty()).then_some(Given::Kinds(Cow::Owned(kinds)))
    }

    fn condition(&mut self, node: NodeId) -> Option<(Text, Value)> {
        let name = self.tree.key_text(node).unwrap_or_default().to_owned();
        let Some(spec) = vocabulary::find_condition(&name) else {
            let known = vocabulary::CONDITIONS.iter().map(|condition| condition.name);
            let hint = suggest::hint(suggest::closest(&name, known));
            self.error(node, format!("there is no condition `{name}`{hint}"));
            return None;
        };
        let value = value_of(&self.tree, node);
        if let Some(complaint) = spec.option_type.complaint(&value) {
            self.error(node, format!("`{name}` {complaint}"));
        }
        Some((Cow::Owned(name), value))
    }

    fn then(&mut self, node: NodeId, given: &Given) -> Option<Then> {
        self.known_keys(node, &["field", "function", "options"])?;
        let field = self
            .tree
            .find(node, "field")
            .map_or(Cow::Borrowed(""), |field| self.text(field));
        let function_node = self.required(node, "function")?;
        let name = self.tree.text(function_node).to_owned();
        let Some(spec) = vocabulary::find_function(&name) else {
            let known = vocabulary::functions().map(|function| function.name);
            let hint = suggest::hint(suggest::closest(&name, known));
            self.error(function_node, format!("there is no function `{name}`{hint}"));
            return None;
        };
        if let Some(wrong) = wrong_kind(spec.kinds, given) {
            self.error(
                function_node,
                format!(
                    "`{name}` cannot be asked about {wrong}, only about {}",
                    spec.kinds.join(", ")
                ),
            );
        }
        let mut options = Vec::new();
        let given: Vec<NodeId> = match self.tree.find(node, "options") {
            Some(holder) => self.tree.children(holder).collect(),
            None => Vec::new(),
        };
        for child in given {
            let option = self.tree.key_text(child).unwrap_or_default().to_owned();
            let value = value_of(&self.tree, child);
            if let Some(complaint) = option_complaint(spec.options, &option, &value) {
                self.error(child, complaint);
            }
            options.push((Cow::Owned(option), value));
        }
        for option in spec.options.iter().filter(|option| option.required) {
            if !options.iter().any(|(name, _)| name == option.name) {
                self.error(function_node, format!("`{name}` needs the option `{}`", option.name));
            }
        }
        Some(Then {
            field,
            function: Cow::Owned(name),
            options: Cow::Owned(options),
        })
    }

    /// Every placeholder of a message has to be a fact of every function that the page calls.
    fn check_message(&mut self, node: NodeId, message: &str, checks: &[Check]) {
        for name in placeholders(message) {
            let common = COMMON_FACTS.iter().any(|(fact, _)| *fact == name);
            let missing = checks.iter().flat_map(|check| check.then.iter()).find(|then| {
                vocabulary::find_function(&then.function).is_none_or(|function| !function.facts.contains(&name))
            });
            if let Some(then) = missing.filter(|_| !common) {
                self.error(
                    node,
                    format!("`{}` gives no fact `{name}` for the message", then.function),
                );
            }
        }
        self.check_clause(node, message);
    }

    /// Every placeholder of a message has to be a fact that changes can have.
    fn check_change_message(&mut self, node: NodeId, message: &str) {
        for name in placeholders(message) {
            if find_fact(name).is_none() {
                let known = super::changes::CHANGE_FACTS.iter().map(|fact| fact.name);
                let hint = spelled(name, known);
                self.error(node, format!("changes give no fact `{name}` for the message{hint}"));
            }
        }
        self.check_clause(node, message);
    }

    /// A breaking change is told with a witness, or with the reason why there is none.
    fn check_witness(&mut self, root: NodeId, reason: Option<NodeId>, changes: &[ChangePattern]) {
        let always = changes.iter().any(|change| change.breaks == Breaks::Always);
        let may_break = changes.iter().any(|change| change.breaks != Breaks::Never);
        match reason {
            None if always => self.error(root, "what always breaks has no witness: say why in `no-witness`"),
            Some(node) if !may_break => {
                self.error(node, "only pages whose changes can break say why no witness is needed")
            }
            _ => {}
        }
    }

    fn check_clause(&mut self, node: NodeId, message: &str) {
        // `DELETE` is no sentence's first word.
        let mut letters = message.chars();
        let sentence = letters.next().is_some_and(char::is_uppercase) && letters.next().is_some_and(char::is_lowercase);
        if sentence || message.ends_with('.') {
            self.error(
                node,
                "a message is a clause: no capital at the start, no full stop at the end",
            );
        }
    }
}

/// What to say after a word that is none, if it looks like one of these.
fn spelled<'w>(word: &str, known: impl IntoIterator<Item = &'w str>) -> String {
    suggest::hint(suggest::closest(word, known))
}

fn wrong_kind(kinds: &[&str], given: &Given) -> Option<String> {
    if kinds.is_empty() {
        return None;
    }
    match given {
        Given::Kinds(given) => given
            .iter()
            .find(|kind| !kinds.contains(&kind.name()))
            .map(|kind| kind.name().to_owned()),
        Given::Document => (!kinds.contains(&"Document")).then(|| "a whole document".to_owned()),
        Given::Workspace => (!kinds.contains(&"Workspace")).then(|| "the whole workspace".to_owned()),
        Given::Path(_) => None,
    }
}

/// What is wrong with an option of a function, as a clause.
#[must_use]
pub fn option_complaint(options: &[OptionSpec], name: &str, value: &Value) -> Option<String> {
    match options.iter().find(|option| option.name == name) {
        Some(option) => option
            .option_type
            .complaint(value)
            .map(|complaint| format!("option `{name}` {complaint}")),
        None => {
            let known = options.iter().map(|option| option.name);
            let hint = suggest::hint(suggest::closest(name, known));
            Some(format!("unknown option `{name}`{hint}"))
        }
    }
}

/// A node as plain data.
#[must_use]
pub fn value_of(tree: &Tree, node: NodeId) -> Value {
    let text = || Cow::Owned(tree.text(node).to_owned());
    match tree.node_type(node) {
        NodeType::Null | NodeType::Lost => Value::Null,
        NodeType::Boolean => Value::Boolean(tree.boolean(node) == Some(true)),
        NodeType::Number => Value::Number(text()),
        NodeType::String => Value::Text(text()),
        NodeType::List => Value::List(tree.children(node).map(|child| value_of(tree, child)).collect()),
        NodeType::Map => Value::Map(
            tree.children(node)
                .map(|child| {
                    let key = tree.key_text(child).unwrap_or_default().to_owned();
                    (Cow::Owned(key), value_of(tree, child))
                })
                .collect::<Items<_>>(),
        ),
    }
}

fn is_kebab(name: &str) -> bool {
    let part = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    name.split('-').all(part)
}

/// The names in braces of a message.
pub fn placeholders(message: &str) -> impl Iterator<Item = &str> {
    message
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_are_told_with_their_line() {
        let page = "---\nseverity: fatal\nsince: 0.1.0\nmesage: x\nopenapi: {given: Operatoin, then: {function: nothing}}\n---\nText\n";
        let errors = read("Bad_Name", "naming", "x.md", page).expect_err("everything is wrong with this page");
        let told: Vec<String> = errors
            .iter()
            .map(|error| format!("{}: {}", error.line, error.message))
            .collect();
        let expected = [
            "2: `Bad_Name` is no rule name: small letters, digits and single dashes",
            "2: severity is `error`, `warning` or `info`",
            "2: `message` is missing",
            "4: unknown key `mesage` in front matter; did you mean `message`?",
        ];
        assert!(
            expected.iter().all(|line| told.iter().any(|told| told == line)),
            "{told:#?}"
        );
    }
}
