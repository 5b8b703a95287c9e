//! The nodes of a tree in the order of the text, to find those at a place without going through all of them.

use super::{NodeId, NodeType, Style, Tree};
use crate::source::Span;

/// Where each node of a tree begins.
#[derive(Debug)]
pub struct Outline<'t> {
    tree: &'t Tree,
    /// What an alias repeats stands where it was written, and is left out; so is what has no place.
    nodes: Vec<(u32, NodeId)>,
}

impl<'t> Outline<'t> {
    /// Goes once through the tree.
    #[must_use]
    pub fn new(tree: &'t Tree) -> Self {
        let mut nodes: Vec<(u32, NodeId)> = Vec::new();
        // Declarations stand in the tree by sort, and in the text as their author wanted.
        let is_sorted = tree.style(NodeId::ROOT) != Style::Declaration;
        for id in tree.ids() {
            let at = tree.begin(id);
            let is_next = !is_sorted || nodes.last().is_none_or(|(last, _)| *last <= at);
            if is_next && has_place(tree, id) {
                nodes.push((at, id));
            }
        }
        if !is_sorted {
            nodes.sort_unstable();
        }
        Self { tree, nodes }
    }

    /// The node that begins last at or before an offset.
    fn last_before(&self, offset: u32) -> Option<NodeId> {
        let before = self.nodes.partition_point(|(at, _)| *at <= offset);
        before.checked_sub(1).map(|at| self.nodes[at].1)
    }

    /// The innermost node whose key or value covers an offset; the root where none does.
    #[must_use]
    pub fn node_at(&self, offset: u32) -> NodeId {
        let mut node = self.last_before(offset);
        while let Some(id) = node {
            if offset < self.tree.span(id).end {
                return id;
            }
            node = self.tree.parent(id);
        }
        NodeId::ROOT
    }

    /// Whether an offset lies within the text of a scalar, where `#` or `//` opens no comment.
    #[must_use]
    pub fn is_in_scalar(&self, offset: u32) -> bool {
        self.last_before(offset).is_some_and(|node| {
            let has_words = matches!(self.tree.style(node), Style::Plain | Style::Declaration);
            let is_text = !self.tree.node_type(node).is_container() && !has_words;
            is_text && offset < self.tree.span(node).end
        })
    }

    /// The node that a comment speaks of: the outermost one that begins on its line, or on the next line on which one
    /// does.
    #[must_use]
    pub fn subject_of(&self, comment: u32, own_line: bool) -> Option<NodeId> {
        let lines = self.tree.source().lines();
        let line = lines.line_of(comment) + usize::from(own_line);
        let from = self.nodes.partition_point(|(at, _)| lines.line_of(*at) < line);
        let is_entry = |id: NodeId| {
            // A list starts with the dash of its first element, which the comment is about.
            let is_list = self.tree.node_type(id) == NodeType::List && self.tree.style(id) == Style::Block;
            id != NodeId::ROOT && (self.tree.key(id).is_some() || !is_list)
        };
        self.nodes[from..]
            .iter()
            .take_while(|(at, _)| own_line || lines.line_of(*at) == line)
            .map(|(_, id)| *id)
            .find(|id| is_entry(*id))
    }
}

/// Whether a node stands where it begins: comments stand with what they speak of, and declarations of one sort wherever
/// their author put them.
fn has_place(tree: &Tree, id: NodeId) -> bool {
    let is_gathered = || tree.style(id) == Style::Declaration && tree.key_span(id).is_some_and(Span::is_empty);
    tree.style(id) != Style::Comment && !(tree.node_type(id).is_container() && is_gathered())
}
