//! How values stand in messages, and JSON as text.

use crate::document::Node;
use crate::syntax::{NodeId, NodeType, Tree};
use serde_json::Value;
use std::fmt::Write;

/// How many characters of a value a mismatch shows.
const SHOWN: usize = 200;

/// A text with its end cut off if it is long.
#[must_use]
pub(super) fn cut(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// A node as JSON, its end cut off if it is long.
#[must_use]
pub(super) fn shown(tree: &Tree, node: NodeId) -> String {
    let mut out = String::new();
    // Four bytes a character are enough to cut at the right place.
    write_bounded(tree, node, &mut out, SHOWN * 4 + 4);
    cut(&out)
}

/// A node as JSON without white space.
#[must_use]
pub(super) fn json(tree: &Tree, node: NodeId) -> String {
    let mut out = String::new();
    write_bounded(tree, node, &mut out, usize::MAX);
    out
}

/// A node as a value.
#[must_use]
pub(super) fn value(node: Node<'_>) -> Value {
    value_at(node.document().tree(), node.id())
}

/// A node of a tree as a value.
#[must_use]
pub(super) fn value_at(tree: &Tree, node: NodeId) -> Value {
    serde_json::from_str(&json(tree, node)).unwrap_or(Value::Null)
}

/// A JSON string.
pub(super) fn quote(text: &str, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            control if control < ' ' => {
                let _ = write!(out, "\\u{:04x}", control as u32);
            }
            character => out.push(character),
        }
    }
    out.push('"');
}

/// Writes a scalar; nothing for containers.
pub(super) fn write_scalar(tree: &Tree, node: NodeId, out: &mut String) {
    match tree.node_type(node) {
        NodeType::String => quote(tree.text(node), out),
        NodeType::Number | NodeType::Boolean => out.push_str(tree.text(node)),
        NodeType::Null | NodeType::Lost => out.push_str("null"),
        NodeType::List | NodeType::Map => {}
    }
}

fn write_bounded(tree: &Tree, node: NodeId, out: &mut String, bound: usize) {
    let (open, close) = match tree.node_type(node) {
        NodeType::Map => ('{', '}'),
        NodeType::List => ('[', ']'),
        _ => return write_scalar(tree, node, out),
    };
    out.push(open);
    for (position, child) in tree.children(node).enumerate() {
        if out.len() > bound {
            return;
        }
        if position > 0 {
            out.push(',');
        }
        if let Some(key) = tree.key_text(child) {
            quote(key, out);
            out.push(':');
        }
        write_bounded(tree, child, out, bound);
    }
    out.push(close);
}
