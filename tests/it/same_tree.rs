//! Two YAML readers, one tree.

use std::sync::Arc;
use stipula::source::{Limits, Source, Span};
use stipula::syntax::{NodeId, NodeType, Style, Tree, yaml};

/// All that a tree says of a node.
#[derive(Debug, PartialEq)]
struct Seen<'t> {
    node_type: NodeType,
    style: Style,
    span: Span,
    key: Option<(&'t str, Span)>,
    text: &'t str,
    parent: Option<NodeId>,
}

fn see(tree: &Tree, id: NodeId) -> Seen<'_> {
    Seen {
        node_type: tree.node_type(id),
        style: tree.style(id),
        span: tree.span(id),
        key: tree.key_text(id).zip(tree.key_span(id)),
        text: tree.text(id),
        parent: tree.parent(id),
    }
}

/// What the readers make of a text differently; `Ok(false)` if the plain one hands over.
pub(crate) fn compare(text: &str) -> Result<bool, String> {
    let source = Arc::new(Source::from_text("in.yaml", text));
    let limits = Limits::default();
    let Some(plain) = yaml::read_plain(&source, &limits) else {
        return Ok(false);
    };
    let Some(library) = yaml::read_with_library(&source, &limits) else {
        return Err("the plain reader accepts what the library refuses".into());
    };
    for (a, b) in plain.ids().zip(library.ids()) {
        let (a, b) = (see(&plain, a), see(&library, b));
        if a != b {
            return Err(format!("plain reads {a:?}, the library {b:?}"));
        }
    }
    if plain.len() != library.len() {
        return Err(format!("{} nodes against {}", plain.len(), library.len()));
    }
    if plain.problems() != library.problems() {
        return Err(format!(
            "problems {:?} against {:?}",
            plain.problems(),
            library.problems()
        ));
    }
    Ok(true)
}
