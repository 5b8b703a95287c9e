//! What a finding is called, wherever it moves: rule, semantic place and content, but no line.

use crate::document::content::{self, StableHash};
use crate::document::grammar::Value;
use crate::document::{Kind, Workspace, pointer};
use crate::finding::Location;
use crate::syntax::{NodeId, NodeType, Tree};

/// The fingerprint of a finding: 16 hexadecimal digits.
///
/// It stays the same when the document is reformatted, when keys and list elements change their order, when lines
/// move, and when the finding is only worded differently; it changes when the text that is found changes.
#[must_use]
pub(super) fn fingerprint<'f>(
    workspace: &Workspace,
    rule: &str,
    location: &Location,
    facts: impl Iterator<Item = &'f (&'static str, String)>,
) -> u64 {
    let document = workspace.document(location.node.document);
    let mut hash = StableHash::default();
    hash.add(rule);
    hash.add(document.source().name());
    hash.add(&semantic_place(workspace, location));
    hash.add(document.tree().text(location.node.node));
    for (name, fact) in facts {
        hash.add(name);
        hash.add(fact);
    }
    hash.finish()
}

/// A pointer in which list elements are named by what identifies them, or by what they hold.
fn semantic_place(workspace: &Workspace, location: &Location) -> String {
    let document = workspace.document(location.node.document);
    let tree = document.tree();
    let mut steps = Vec::new();
    let mut at = location.node.node;
    while let Some(parent) = tree.parent(at) {
        steps.push(match tree.key_text(at) {
            Some(key) => pointer::escape(key).into_owned(),
            None => element_name(workspace, location, parent, at),
        });
        at = parent;
    }
    steps.reverse();
    steps.join("/")
}

fn element_name(workspace: &Workspace, location: &Location, list: NodeId, element: NodeId) -> String {
    let document = workspace.document(location.node.document);
    let tree = document.tree();
    let identity = document
        .grammar()
        .zip(tree.key(list).zip(tree.parent(list)))
        .and_then(|(grammar, (key, holder))| grammar.field(document.kind(holder), key))
        .and_then(|field| match field.value {
            Value::List(list) => Some(list.identity),
            _ => None,
        })
        .unwrap_or_default();
    let named = |node: NodeId| -> Option<String> {
        let parts: Option<Vec<&str>> = identity
            .iter()
            .map(|key| tree.get(node, *key).map(|value| tree.text(value)))
            .collect();
        parts.filter(|parts| !parts.is_empty()).map(|parts| parts.join(","))
    };
    named(element).unwrap_or_else(|| format!("={}", content_name(tree, element, document.kind(element))))
}

/// What an element without a name of its own is called: its text, its target, or a hash of what it holds.
fn content_name(tree: &Tree, element: NodeId, kind: Kind) -> String {
    match tree.node_type(element) {
        NodeType::Map if kind == Kind::Reference => tree
            .children(element)
            .next()
            .map(|reference| tree.text(reference).to_owned())
            .unwrap_or_default(),
        NodeType::Map | NodeType::List => format!("{:016x}", content::hash(tree, element)),
        _ => tree.text(element).to_owned(),
    }
}
