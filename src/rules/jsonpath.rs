//! JSONPath for users' own rules: names, `*`, `..`, unions, list positions, `~` for the key, `^` for the parent, and
//! filters with `==`, `!=`, `&&`, `||`, `!`, `@property` and `.match(/…/)`.
//!
//! A path is a row of steps; all paths of a run are walked together, in one pass over the document. What a path may
//! not hold is refused when the rule is read, never skipped.

use crate::document::Node;
use crate::syntax::NodeType;
use regex::Regex;

/// A path that has been read.
#[derive(Debug)]
pub(crate) struct JsonPath {
    steps: Vec<Step>,
    /// Whether the key of what it finds is meant.
    pub(crate) on_key: bool,
    /// How many parents to go up from what it finds.
    pub(crate) parents: usize,
}

#[derive(Debug)]
struct Step {
    /// Whether any number of levels may lie before it.
    descends: bool,
    test: Test,
}

#[derive(Debug)]
enum Test {
    Any,
    Names(Vec<String>),
    Position(usize),
    Filter(Expression),
}

#[derive(Debug)]
enum Expression {
    Or(Box<Expression>, Box<Expression>),
    And(Box<Expression>, Box<Expression>),
    Not(Box<Expression>),
    Exists(Operand),
    Equals(Operand, Operand),
    Matches(Operand, Regex),
}

#[derive(Debug)]
enum Operand {
    /// `@.a.b`
    Path(Vec<String>),
    /// `@property`
    Property,
    Text(String),
    Null,
}

impl JsonPath {
    /// Reads a path.
    ///
    /// # Errors
    /// What in it cannot be understood, as a clause.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let mut reader = Reader {
            text,
            rest: text.strip_prefix('$').ok_or("a JSONPath starts with `$`")?,
            terms: 0,
        };
        let mut path = Self {
            steps: Vec::new(),
            on_key: false,
            parents: 0,
        };
        while !reader.rest.is_empty() {
            if reader.take("^") {
                path.parents += 1;
            } else if reader.take("~") {
                path.on_key = true;
            } else if path.on_key || path.parents > 0 {
                return Err(format!("nothing may follow `~` or `^` in `{text}`"));
            } else {
                path.steps.push(reader.step()?);
            }
        }
        Ok(path)
    }
}

/// Terms of the filters of one path: more than these only serve to exhaust the stack.
const TERMS: u32 = 200;

struct Reader<'t> {
    text: &'t str,
    rest: &'t str,
    terms: u32,
}

impl Reader<'_> {
    fn take(&mut self, token: &str) -> bool {
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn skip_space(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn unknown(&self) -> String {
        let at = self.text.len() - self.rest.len();
        let shown: String = self.rest.chars().take(20).collect();
        if shown.is_empty() {
            return format!("the JSONPath `{}` ends before it is complete", self.text);
        }
        format!(
            "`{shown}` is not understood in the JSONPath `{}`, at character {}",
            self.text,
            at + 1
        )
    }

    fn step(&mut self) -> Result<Step, String> {
        let descends = self.take("..");
        if !descends && !self.take(".") && !self.rest.starts_with('[') {
            return Err(self.unknown());
        }
        let test = if self.take("[") {
            self.bracket()?
        } else if self.take("*") {
            Test::Any
        } else {
            Test::Names(vec![self.name()?])
        };
        Ok(Step { descends, test })
    }

    fn name(&mut self) -> Result<String, String> {
        let end = self
            .rest
            .find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '$')))
            .unwrap_or(self.rest.len());
        if end == 0 {
            return Err(self.unknown());
        }
        let name = self.rest[..end].to_owned();
        self.rest = &self.rest[end..];
        Ok(name)
    }

    fn bracket(&mut self) -> Result<Test, String> {
        self.skip_space();
        let test = if self.take("*") {
            Test::Any
        } else if self.take("?(") {
            let filter = self.or()?;
            self.skip_space();
            if !self.take(")") {
                return Err(self.unknown());
            }
            Test::Filter(filter)
        } else if self.rest.starts_with(|c: char| c.is_ascii_digit()) {
            let number = self.name()?;
            Test::Position(number.parse().map_err(|_| self.unknown())?)
        } else {
            let mut names = Vec::new();
            loop {
                self.skip_space();
                names.push(match self.quoted()? {
                    Some(name) => name,
                    // Nimma's unions: `[get,put]`.
                    None => self.name()?,
                });
                self.skip_space();
                if !self.take(",") {
                    break;
                }
            }
            Test::Names(names)
        };
        self.skip_space();
        if self.take("]") { Ok(test) } else { Err(self.unknown()) }
    }

    fn quoted(&mut self) -> Result<Option<String>, String> {
        let Some(quote) = self.rest.chars().next().filter(|c| matches!(c, '\'' | '"')) else {
            return Ok(None);
        };
        let end = self.rest[1..].find(quote).ok_or_else(|| self.unknown())? + 1;
        let text = self.rest[1..end].to_owned();
        self.rest = &self.rest[end + 1..];
        Ok(Some(text))
    }

    fn or(&mut self) -> Result<Expression, String> {
        let mut left = self.and()?;
        loop {
            self.skip_space();
            if !self.take("||") {
                return Ok(left);
            }
            left = Expression::Or(Box::new(left), Box::new(self.and()?));
        }
    }

    fn and(&mut self) -> Result<Expression, String> {
        let mut left = self.unary()?;
        loop {
            self.skip_space();
            if !self.take("&&") {
                return Ok(left);
            }
            left = Expression::And(Box::new(left), Box::new(self.unary()?));
        }
    }

    fn unary(&mut self) -> Result<Expression, String> {
        self.terms += 1;
        if self.terms > TERMS {
            return Err(format!("the filters of a JSONPath have at most {TERMS} terms"));
        }
        self.skip_space();
        if self.rest.starts_with('!') && !self.rest.starts_with("!=") {
            self.rest = &self.rest[1..];
            return Ok(Expression::Not(Box::new(self.unary()?)));
        }
        if self.take("(") {
            let inner = self.or()?;
            self.skip_space();
            return if self.take(")") { Ok(inner) } else { Err(self.unknown()) };
        }
        let left = self.operand()?;
        if self.take(".match(/") {
            let end = self.rest.find("/)").ok_or_else(|| self.unknown())?;
            let regex = Regex::new(&self.rest[..end]).map_err(|error| error.to_string())?;
            self.rest = &self.rest[end + 2..];
            return Ok(Expression::Matches(left, regex));
        }
        self.skip_space();
        if self.take("===") || self.take("==") {
            return Ok(Expression::Equals(left, self.operand()?));
        }
        if self.take("!==") || self.take("!=") {
            return Ok(Expression::Not(Box::new(Expression::Equals(left, self.operand()?))));
        }
        Ok(Expression::Exists(left))
    }

    fn operand(&mut self) -> Result<Operand, String> {
        self.skip_space();
        if let Some(text) = self.quoted()? {
            return Ok(Operand::Text(text));
        }
        if self.take("@property") {
            return Ok(Operand::Property);
        }
        if self.take("@") {
            let mut names = Vec::new();
            loop {
                if self.rest.starts_with(".match(") {
                    return Ok(Operand::Path(names));
                }
                if self.take(".") {
                    names.push(self.name()?);
                } else if self.rest.starts_with("['") || self.rest.starts_with("[\"") {
                    self.take("[");
                    names.extend(self.quoted()?);
                    if !self.take("]") {
                        return Err(self.unknown());
                    }
                } else {
                    return Ok(Operand::Path(names));
                }
            }
        }
        let word = self.name().map_err(|_| self.unknown())?;
        match word.as_str() {
            "null" => Ok(Operand::Null),
            "true" | "false" => Ok(Operand::Text(word)),
            _ if word.parse::<f64>().is_ok() => Ok(Operand::Text(word)),
            _ => Err(format!("`{word}` is not understood in the JSONPath `{}`", self.text)),
        }
    }
}

impl Expression {
    fn holds(&self, node: Node<'_>) -> bool {
        match self {
            Self::Or(left, right) => left.holds(node) || right.holds(node),
            Self::And(left, right) => left.holds(node) && right.holds(node),
            Self::Not(inner) => !inner.holds(node),
            Self::Exists(operand) => match operand {
                Operand::Path(names) => descend(node, names).is_some_and(is_truthy),
                _ => true,
            },
            Self::Equals(left, right) => match (left, right) {
                (Operand::Null, other) | (other, Operand::Null) => match other {
                    Operand::Path(names) => {
                        descend(node, names).is_none_or(|found| found.node_type() == NodeType::Null)
                    }
                    _ => false,
                },
                _ => matches!((left.text(node), right.text(node)), (Some(left), Some(right)) if left == right),
            },
            Self::Matches(operand, regex) => operand.text(node).is_some_and(|text| regex.is_match(text)),
        }
    }
}

/// What JavaScript, in which such filters are thought, takes for true.
fn is_truthy(node: Node<'_>) -> bool {
    match node.node_type() {
        NodeType::Null => false,
        NodeType::Boolean => node.boolean() == Some(true),
        NodeType::String => !node.text().is_empty(),
        NodeType::Number => node.number() != Some(0.0),
        _ => true,
    }
}

fn descend<'w>(node: Node<'w>, names: &[String]) -> Option<Node<'w>> {
    names.iter().try_fold(node, |node, name| node.find(name))
}

impl Operand {
    fn text<'a>(&'a self, node: Node<'a>) -> Option<&'a str> {
        match self {
            Self::Path(names) => {
                let found = descend(node, names)?;
                (!found.node_type().is_container()).then(|| found.text())
            }
            Self::Property => node.key_text(),
            Self::Text(text) => Some(text),
            Self::Null => None,
        }
    }
}

/// Walks several paths over one document at once; calls `found` with the path's position and the node.
pub(crate) fn walk<'w>(paths: &[&JsonPath], root: Node<'w>, found: &mut impl FnMut(usize, Node<'w>)) {
    let start: Vec<State> = (0..paths.len()).map(|path| State { path, step: 0 }).collect();
    for state in &start {
        if paths[state.path].steps.is_empty() {
            found(state.path, root);
        }
    }
    descend_with(paths, root, &start, found);
}

/// How far a path has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct State {
    path: usize,
    step: usize,
}

fn descend_with<'w>(paths: &[&JsonPath], node: Node<'w>, states: &[State], found: &mut impl FnMut(usize, Node<'w>)) {
    if states.is_empty() {
        return;
    }
    for (position, child) in node.children().enumerate() {
        let mut next: Vec<State> = Vec::new();
        for state in states {
            let Some(step) = paths[state.path].steps.get(state.step) else {
                continue;
            };
            // Several ways may lead to a state: on from there, they are one.
            if step.descends && !next.contains(state) {
                next.push(*state);
            }
            let passes = match &step.test {
                Test::Any => true,
                Test::Names(names) => child.key_text().is_some_and(|key| names.iter().any(|name| name == key)),
                Test::Position(wanted) => node.node_type() == NodeType::List && position == *wanted,
                Test::Filter(expression) => expression.holds(child),
            };
            if passes {
                let advanced = State {
                    step: state.step + 1,
                    ..*state
                };
                if advanced.step == paths[state.path].steps.len() {
                    found(state.path, child);
                } else if !next.contains(&advanced) {
                    next.push(advanced);
                }
            }
        }
        descend_with(paths, child, &next, found);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Document, Workspace};
    use crate::source::{Limits, Source};
    use proptest::prelude::*;
    use std::sync::Arc;

    fn find(path: &str) -> Vec<String> {
        let text = "paths:\n  /a:\n    get: {tags: [x, y], deprecated: true}\n    put: {tags: [], summary: ''}\n  /b:\n    get: {summary: hello}\n";
        let source = Arc::new(Source::from_text("in.yaml", text));
        let mut workspace = Workspace::new(10);
        let id = workspace.add(Document::new(crate::syntax::read(&source, &Limits::default())));
        let path = JsonPath::read(path).expect("the path is understood");
        let mut found = Vec::new();
        walk(&[&path], workspace.root(id), &mut |_, node| found.push(node.pointer()));
        found
    }

    #[test]
    fn paths_find_nodes() {
        assert_eq!(find("$"), [""]);
        assert_eq!(find("$.paths[*]"), ["/paths/~1a", "/paths/~1b"]);
        assert_eq!(
            find("$.paths[*][get,put].tags"),
            ["/paths/~1a/get/tags", "/paths/~1a/put/tags"]
        );
        assert_eq!(find("$..tags[1]"), ["/paths/~1a/get/tags/1"]);
        assert_eq!(find("$.paths['/b'].get.summary~"), ["/paths/~1b/get/summary"]);
        assert_eq!(find("$.paths.*[?(@.deprecated == true)]"), ["/paths/~1a/get"]);
        assert_eq!(find("$.paths[*][?(@property === 'put')]"), ["/paths/~1a/put"]);
        assert_eq!(find("$.paths[?(@property.match(/^\\/b/))]"), ["/paths/~1b"]);
        assert_eq!(find("$..[?(@.summary && !@.tags)]"), ["/paths/~1b/get"]);
        assert_eq!(
            find("$.paths.*[?(@.summary != null)]"),
            ["/paths/~1a/put", "/paths/~1b/get"]
        );
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for path in [
            "paths",
            "$.paths[",
            "$.paths[?(@.a > 1)]",
            "$.a~.b",
            "$.paths[(@.length-1)]",
            "$.a[1:2]",
            "$$",
        ] {
            assert!(JsonPath::read(path).is_err(), "{path}");
        }
    }

    #[test]
    fn hostile_paths_are_bounded() {
        for part in ["(", "!", "@.a && ", "!@.a || "] {
            let path = format!("$[?({}@.a)]", part.repeat(100_000));
            assert!(JsonPath::read(&path).is_err(), "{part}");
        }
        // Ways to the same node multiply with each step.
        let value = (0..150).fold(serde_json::Value::Null, |inner, _| serde_json::json!([inner]));
        let workspace = load(&value);
        let root = workspace.root(workspace.ids().next().expect("there is a document"));
        let path = JsonPath::read(&format!("${}", "..*".repeat(20))).expect("the path is understood");
        let mut found = 0;
        walk(&[&path], root, &mut |_, _| found += 1);
        assert_eq!(found, 150 - 19);
    }

    /// The nodes that names, `*` and positions lead to, step by step.
    fn naive<'w>(steps: &[(bool, String)], node: Node<'w>, out: &mut Vec<String>) {
        let Some(((descends, name), rest)) = steps.split_first() else {
            return out.push(node.pointer());
        };
        let mut holders = vec![node];
        if *descends {
            let mut at = 0;
            while let Some(holder) = holders.get(at).copied() {
                holders.extend(holder.children());
                at += 1;
            }
        }
        for holder in holders {
            for (position, child) in holder.children().enumerate() {
                let passes = match name.strip_prefix('#') {
                    Some(wanted) => holder.node_type() == NodeType::List && position.to_string() == wanted,
                    None => name == "*" || child.key_text() == Some(name),
                };
                if passes {
                    naive(rest, child, out);
                }
            }
        }
    }

    fn load(value: &serde_json::Value) -> Workspace {
        let source = Arc::new(Source::from_text("in.json", value.to_string()));
        let mut workspace = Workspace::new(10);
        workspace.add(Document::new(crate::syntax::read(&source, &Limits::default())));
        workspace
    }

    fn config() -> ProptestConfig {
        ProptestConfig {
            failure_persistence: None,
            rng_seed: proptest::test_runner::RngSeed::Fixed(1),
            ..ProptestConfig::default()
        }
    }

    fn value() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![Just(serde_json::Value::Null), (0..3).prop_map(serde_json::Value::from)];
        leaf.prop_recursive(4, 40, 3, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..3).prop_map(serde_json::Value::from),
                prop::collection::btree_map("[a-c]", inner, 0..3).prop_map(|map| serde_json::json!(map)),
            ]
        })
    }

    proptest! {
        #![proptest_config(config())]

        #[test]
        fn simple_paths_find_what_a_naive_walk_finds(
            paths in prop::collection::vec(
                prop::collection::vec((any::<bool>(), "[a-c]|[*]|#[0-2]"), 0..4), 1..4),
            value in value(),
        ) {
            let workspace = load(&value);
            let root = workspace.root(workspace.ids().next().expect("there is a document"));
            let texts: Vec<String> = paths.iter().map(|steps| {
                let written = steps.iter().map(|(descends, name)| match (descends, name.strip_prefix('#')) {
                    (true, None) => format!("..{name}"),
                    (false, None) => format!(".{name}"),
                    (true, Some(position)) => format!("..[{position}]"),
                    (false, Some(position)) => format!("[{position}]"),
                });
                format!("${}", written.collect::<String>())
            }).collect();
            let read: Vec<JsonPath> = texts.iter().map(|text| JsonPath::read(text).expect("the path is simple")).collect();
            let mut found = vec![Vec::new(); paths.len()];
            walk(&read.iter().collect::<Vec<_>>(), root, &mut |path, node| found[path].push(node.pointer()));
            for (position, steps) in paths.iter().enumerate() {
                let mut expected = Vec::new();
                naive(steps, root, &mut expected);
                // Several ways may lead to a node: it is found once.
                expected.sort();
                expected.dedup();
                found[position].sort();
                prop_assert_eq!(&expected, &found[position], "{}", texts[position]);
            }
        }

        #[test]
        fn no_path_panics(
            pieces in prop::collection::vec(prop_oneof![
                8 => prop::sample::select(&[
                    "$", ".", "..", "*", "a", "b", "[", "]", "'", "\"", "[0]", "[?(", ")]", "@", "@.a", "@property", "==", "!=",
                    "===", "!", "&&", "||", "(", ")", ".match(/", "/)", "^", "~", ",", " ", "null", "1", "é", "99999999999999999999",
                ][..]).prop_map(str::to_owned),
                1 => any::<String>(),
            ], 0..16),
            value in value(),
        ) {
            let workspace = load(&value);
            let root = workspace.root(workspace.ids().next().expect("there is a document"));
            if let Ok(path) = JsonPath::read(&format!("${}", pieces.concat())) {
                walk(&[&path], root, &mut |_, node| drop(node.pointer()));
            }
            drop(JsonPath::read(&pieces.concat()));
        }
    }
}
