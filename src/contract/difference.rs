//! A recorded body and the one that came, side by side: what is no mismatch is the same in both.

use super::body::{Body, Content, read_json};
use super::matching::{Comparison, MismatchKind, Part};
use super::path::Step;
use super::text::{cut, quote, write_scalar};
use crate::finding::Bodies;
use crate::syntax::{NodeId, NodeType, Tree};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Bytes of a body that is laid out line by line.
const LONGEST: usize = 256 * 1024;

/// Both bodies in lines, as far as they were compared. Nothing where they do not differ, or where lines would not
/// show how.
#[must_use]
pub fn difference(body: &Body<'_>, actual: &[u8], comparison: &Comparison) -> Option<Bodies> {
    let Body::Content(content) = body else { return None };
    let mismatches = comparison.mismatches.iter();
    let mismatches: BTreeMap<&str, MismatchKind> = mismatches
        .filter(|mismatch| mismatch.part == Part::Body && mismatch.kind != MismatchKind::MediaType)
        .map(|mismatch| (mismatch.path.as_str(), mismatch.kind))
        .collect();
    if mismatches.is_empty() || comparison.omitted > 0 || actual.len() > LONGEST {
        return None;
    }
    let text = std::str::from_utf8(actual).ok()?;
    let bodies = match in_json(content, text, &mismatches) {
        Some(bodies) => bodies,
        None => in_lines(content, text, comparison)?,
    };
    (bodies.expected != bodies.actual).then_some(bodies)
}

/// Texts that are compared as they are.
fn in_lines(content: &Content<'_>, actual: &str, comparison: &Comparison) -> Option<Bodies> {
    let is_whole = |mismatch: &super::matching::Mismatch| mismatch.path == "$" && mismatch.kind == MismatchKind::Value;
    let expected = String::from_utf8(content.bytes()?).ok()?;
    let has_lines = expected.trim_end().contains('\n') || actual.trim_end().contains('\n');
    let is_compared = has_lines && comparison.mismatches.iter().any(is_whole);
    is_compared.then(|| Bodies {
        expected,
        actual: actual.to_owned(),
    })
}

fn in_json(content: &Content<'_>, actual: &str, mismatches: &BTreeMap<&str, MismatchKind>) -> Option<Bodies> {
    let within = content.json();
    let (expected, root) = match &within {
        Some(tree) => (tree, NodeId::ROOT),
        None if content.node.string().is_some() => return None,
        None => (content.node.document().tree(), content.node.id()),
    };
    let actual = read_json(actual.to_owned());
    if !actual.problems().is_empty() {
        return None;
    }
    let mut layout = Layout {
        expected,
        actual: &actual,
        mismatches,
        path: "$".to_owned(),
        bodies: Bodies {
            expected: String::new(),
            actual: String::new(),
        },
    };
    layout.pair(root, NodeId::ROOT, 0, "");
    Some(layout.bodies)
}

/// Which of the two bodies a line belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Expected,
    Actual,
    Both,
}

struct Layout<'a> {
    expected: &'a Tree,
    actual: &'a Tree,
    mismatches: &'a BTreeMap<&'a str, MismatchKind>,
    path: String,
    bodies: Bodies,
}

impl Layout<'_> {
    /// An expected value and the one that came in its place. `key` stands before them.
    fn pair(&mut self, expected: NodeId, actual: NodeId, depth: usize, key: &str) {
        let types = (self.expected.node_type(expected), self.actual.node_type(actual));
        match types {
            (NodeType::Map, NodeType::Map) => {
                self.line(Side::Both, depth, &format!("{key}{{"));
                self.members(expected, actual, depth + 1);
                self.line(Side::Both, depth, "}");
            }
            (NodeType::List, NodeType::List) => {
                self.line(Side::Both, depth, &format!("{key}["));
                self.elements(expected, actual, depth + 1);
                self.line(Side::Both, depth, "]");
            }
            _ if self.mismatches.contains_key(self.path.as_str()) => {
                self.alone(Side::Expected, expected, depth, key);
                self.alone(Side::Actual, actual, depth, key);
            }
            // Another value than the recorded one, and as good.
            _ => self.alone(Side::Both, actual, depth, key),
        }
    }

    fn members(&mut self, expected: NodeId, actual: NodeId, depth: usize) {
        let (expected_tree, actual_tree) = (self.expected, self.actual);
        for example in expected_tree.children(expected) {
            let name = expected_tree.key_text(example).unwrap_or_default();
            let (key, back) = self.enter(Step::Name(name));
            match actual_tree.find(actual, name) {
                Some(value) => self.pair(example, value, depth, &key),
                None if self.is_concerned() => self.alone(Side::Expected, example, depth, &key),
                None => {}
            }
            self.path.truncate(back);
        }
        let first = expected_tree.children(expected).next();
        for value in actual_tree.children(actual) {
            let name = actual_tree.key_text(value).unwrap_or_default();
            if expected_tree.find(expected, name).is_some() {
                continue;
            }
            let (key, back) = self.enter(Step::Name(name));
            self.added(first, value, depth, &key);
            self.path.truncate(back);
        }
    }

    fn elements(&mut self, expected: NodeId, actual: NodeId, depth: usize) {
        let (expected_tree, actual_tree) = (self.expected, self.actual);
        let first = expected_tree.children(expected).next();
        let mut examples = expected_tree.children(expected);
        let mut count = 0;
        for (position, value) in actual_tree.children(actual).enumerate() {
            count += 1;
            let (_, back) = self.enter(Step::Index(position));
            match examples.next() {
                Some(example) => self.pair(example, value, depth, ""),
                None => self.added(first, value, depth, ""),
            }
            self.path.truncate(back);
        }
        for (position, example) in examples.enumerate() {
            let (_, back) = self.enter(Step::Index(count + position));
            if self.is_concerned() {
                self.alone(Side::Expected, example, depth, "");
            }
            self.path.truncate(back);
        }
    }

    /// What came where nothing was recorded: it is shown where something is wrong with it.
    fn added(&mut self, example: Option<NodeId>, value: NodeId, depth: usize, key: &str) {
        match (self.mismatches.get(self.path.as_str()), example) {
            (Some(MismatchKind::Unexpected), _) => self.alone(Side::Actual, value, depth, key),
            (_, Some(example)) if self.is_concerned() => self.pair(example, value, depth, key),
            _ => {}
        }
    }

    /// Whether there is a mismatch here or below.
    fn is_concerned(&self) -> bool {
        let below = |separator: char| {
            let start = format!("{}{separator}", self.path);
            let mut after = self.mismatches.range(start.as_str()..);
            after.next().is_some_and(|(path, _)| path.starts_with(&start))
        };
        self.mismatches.contains_key(self.path.as_str()) || below('.') || below('[')
    }

    /// Goes one step down; what stands before the value there, and the length of the path to come back to.
    fn enter(&mut self, step: Step<'_>) -> (String, usize) {
        let back = self.path.len();
        let _ = write!(self.path, "{step}");
        let mut key = String::new();
        if let Step::Name(name) = step {
            quote(name, &mut key);
            key.push_str(": ");
        }
        (key, back)
    }

    /// A value with all that is in it.
    fn alone(&mut self, side: Side, node: NodeId, depth: usize, key: &str) {
        let tree = match side {
            Side::Expected => self.expected,
            Side::Actual | Side::Both => self.actual,
        };
        let (open, close) = match tree.node_type(node) {
            NodeType::Map => ("{", "}"),
            NodeType::List => ("[", "]"),
            _ => {
                let mut value = String::new();
                write_scalar(tree, node, &mut value);
                return self.line(side, depth, &format!("{key}{}", cut(&value)));
            }
        };
        self.line(side, depth, &format!("{key}{open}"));
        for child in tree.children(node) {
            let mut key = String::new();
            if let Some(name) = tree.key_text(child) {
                quote(name, &mut key);
                key.push_str(": ");
            }
            self.alone(side, child, depth + 1, &key);
        }
        self.line(side, depth, close);
    }

    fn line(&mut self, side: Side, depth: usize, text: &str) {
        let bodies = [
            (Side::Expected, &mut self.bodies.expected),
            (Side::Actual, &mut self.bodies.actual),
        ];
        for (of, out) in bodies {
            if side == of || side == Side::Both {
                // No commas: the last line of a list would differ for having none.
                let _ = writeln!(out, "{:width$}{text}", "", width = depth * 2);
            }
        }
    }
}
