//! JSON pointers (<https://www.rfc-editor.org/rfc/rfc6901>): how a node is named from the root of its document.

use crate::syntax::{NodeId, NodeType, Tree};
use std::borrow::Cow;

/// The pointer to a node.
#[must_use]
pub fn of(tree: &Tree, node: NodeId) -> String {
    let mut steps: Vec<String> = Vec::new();
    let mut at = node;
    while let Some(parent) = tree.parent(at) {
        steps.push(match tree.key_text(at) {
            Some(key) => escape(key).into_owned(),
            None => tree.position(at).to_string(),
        });
        at = parent;
    }
    let mut pointer = String::new();
    for step in steps.iter().rev() {
        pointer.push('/');
        pointer.push_str(step);
    }
    pointer
}

/// The node that a pointer names, starting from `from`; else the last node on the way, and the step that leads
/// nowhere.
///
/// # Errors
/// When a step leads nowhere.
pub fn find(tree: &Tree, from: NodeId, pointer: &str) -> Result<NodeId, (NodeId, String)> {
    let mut at = from;
    for step in pointer.split('/').skip(1) {
        let decoded = unescape(&percent_decode(step)).into_owned();
        let next = child(tree, at, &decoded).or_else(|| {
            // A key may hold a percent sign itself, and whoever copies it rarely escapes that.
            step.contains('%').then(|| child(tree, at, &unescape(step))).flatten()
        });
        at = next.ok_or((at, decoded))?;
    }
    Ok(at)
}

fn child(tree: &Tree, holder: NodeId, step: &str) -> Option<NodeId> {
    match tree.node_type(holder) {
        NodeType::Map => tree.find(holder, step),
        NodeType::List => {
            let is_position = step == "0" || !step.starts_with(['0', '+']);
            step.parse()
                .ok()
                .filter(|_| is_position)
                .and_then(|position| tree.element(holder, position))
        }
        _ => None,
    }
}

/// One step of a pointer, from a key.
#[must_use]
pub fn escape(key: &str) -> Cow<'_, str> {
    if key.contains(['~', '/']) {
        Cow::Owned(key.replace('~', "~0").replace('/', "~1"))
    } else {
        Cow::Borrowed(key)
    }
}

fn unescape(step: &str) -> Cow<'_, str> {
    if step.contains('~') {
        Cow::Owned(step.replace("~1", "/").replace("~0", "~"))
    } else {
        Cow::Borrowed(step)
    }
}

/// A part of a URL without its percent escapes; as it is where they are no UTF-8.
#[must_use]
pub fn percent_decode(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let escape = bytes.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        let byte = escape
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        decoded.push(byte.unwrap_or(bytes[at]));
        at += if byte.is_some() { 3 } else { 1 };
    }
    String::from_utf8(decoded).map_or(Cow::Borrowed(text), Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Limits, Source};
    use std::sync::Arc;

    #[test]
    fn pointers_lead_back_to_their_node() {
        let source = Source::from_text("in.yaml", "paths:\n  /a~b/{x}: {tags: [p, q: 1]}\n  'ä ö': 1\n");
        let tree = crate::syntax::read(&Arc::new(source), &Limits::default());
        for node in tree.ids() {
            assert_eq!(find(&tree, NodeId::ROOT, &of(&tree, node)), Ok(node));
        }
        let tag = find(&tree, NodeId::ROOT, "/paths/~1a~0b~1%7Bx%7D/tags/0");
        assert_eq!(tag.map(|node| tree.text(node)), Ok("p"));
        assert!(find(&tree, NodeId::ROOT, "/paths/%C3%A4%20ö").is_ok());
        // Positions have one spelling.
        for step in ["00", "+0", "-1", "2", ""] {
            let pointer = format!("/paths/~1a~0b~1{{x}}/tags/{step}");
            assert!(find(&tree, NodeId::ROOT, &pointer).is_err(), "{step}");
        }
        let missing = find(&tree, NodeId::ROOT, "/paths/nope/x").map_err(|(_, step)| step);
        assert_eq!(missing, Err("nope".to_owned()));
    }
}
