//! The arena tree that every text format is read into.
//!
//! A [`Tree`] is a flat vector of nodes in pre-order: a node's descendants follow it immediately, and each node
//! knows where they end. Nodes hold byte ranges, not text; the text of a scalar is a slice of the source unless
//! escapes or folding made it differ.

use super::keys::{Key, Keys};
use super::problem::Problem;
use crate::source::{Source, Span};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// A node of one [`Tree`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub(super) u32);

impl NodeId {
    /// The root of every tree.
    pub const ROOT: Self = Self(0);

    /// The position of the node in the arena, for tables that run beside it.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }

    /// The node at a position that [`NodeId::index`] gave.
    #[must_use]
    pub const fn from_index(index: usize) -> Self {
        Self(index as u32)
    }
}

/// What a node holds, in the words of JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum NodeType {
    /// `null`, or nothing at all.
    Null,
    /// `true` or `false`.
    Boolean,
    /// A number. Its text is kept: a 20-digit identifier is not rounded.
    Number,
    /// A string.
    String,
    /// A sequence of nodes.
    List,
    /// Keys with a node each.
    Map,
    /// A value that could not be read. Nothing may be concluded from it.
    Lost,
}

impl NodeType {
    /// The name with its article, as messages use it.
    #[must_use]
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean => "a boolean",
            Self::Number => "a number",
            Self::String => "a string",
            Self::List => "a list",
            Self::Map => "an object",
            Self::Lost => "something unreadable",
        }
    }

    /// Whether the node has children.
    #[must_use]
    pub const fn is_container(self) -> bool {
        matches!(self, Self::List | Self::Map)
    }
}

/// How a node is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Style {
    /// Without quotes; also JSON's `true`, `false`, `null` and numbers.
    Plain,
    /// In `'`.
    SingleQuoted,
    /// In `"`.
    DoubleQuoted,
    /// A YAML block scalar after `|`.
    Literal,
    /// A YAML block scalar after `>`.
    Folded,
    /// In `{}` or `[]`.
    Flow,
    /// By indentation.
    Block,
    /// As a declaration of Protobuf, or a part of one that has no quotes or brackets.
    Declaration,
    /// As a comment, its marks included.
    Comment,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Node {
    pub(super) start: u32,
    pub(super) end: u32,
    /// A container: where its descendants end. A scalar: 0 if its text is a slice of the source, else the
    /// position in `cooked` plus one.
    pub(super) link: u32,
    pub(super) parent: u32,
    pub(super) key: Key,
    /// Where the key starts; the position of an element of a list.
    pub(super) key_start: u32,
    pub(super) key_end: u32,
    pub(super) node_type: NodeType,
    pub(super) style: Style,
    /// Something that stood in this container could not be read.
    pub(super) hole: bool,
    /// The container has so many children that they are in [`Tree::wide`].
    pub(super) wide: bool,
}

/// Children of containers with more than this are looked up by hashing.
pub(super) const WIDE: usize = 24;

/// A document's text as a tree of nodes with byte spans, and what was wrong with the text.
#[derive(Debug)]
pub struct Tree {
    pub(super) source: Arc<Source>,
    pub(super) nodes: Vec<Node>,
    pub(super) keys: Keys,
    pub(super) cooked: Vec<(u32, u32)>,
    pub(super) cooked_text: String,
    pub(super) problems: Vec<Problem>,
    pub(super) holes: bool,
    /// The children of wide maps by map and key, and of wide lists by list and position.
    pub(super) wide: FxHashMap<(u32, u32), u32>,
}

impl Tree {
    /// The source that was read.
    #[must_use]
    pub fn source(&self) -> &Arc<Source> {
        &self.source
    }

    /// What was wrong with the text, in the order of its place.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Number of nodes; never 0: an empty text is a null.
    #[must_use]
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Never.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        false
    }

    /// All nodes, parents before children, in the order of the text.
    pub fn ids(&self) -> impl ExactSizeIterator<Item = NodeId> + use<> {
        (0..self.nodes.len() as u32).map(NodeId)
    }

    fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.index()]
    }

    /// What the node holds.
    #[must_use]
    pub fn node_type(&self, id: NodeId) -> NodeType {
        self.node(id).node_type
    }

    /// How the node is written.
    #[must_use]
    pub fn style(&self, id: NodeId) -> Style {
        self.node(id).style
    }

    /// Where the value stands, quotes and brackets included. A block collection starts at its first key or dash
    /// and ends with its last child; an empty value is empty, right after the `:` or `-`.
    #[must_use]
    pub fn span(&self, id: NodeId) -> Span {
        let node = self.node(id);
        Span::new(node.start, node.end)
    }

    /// The key under which the node stands in its map.
    #[must_use]
    pub fn key(&self, id: NodeId) -> Option<Key> {
        let key = self.node(id).key;
        (key != Key::NONE).then_some(key)
    }

    /// Where that key stands, quotes included.
    #[must_use]
    pub fn key_span(&self, id: NodeId) -> Option<Span> {
        let node = self.node(id);
        (node.key != Key::NONE).then(|| Span::new(node.key_start, node.key_end))
    }

    /// The text of that key.
    #[must_use]
    pub fn key_text(&self, id: NodeId) -> Option<&str> {
        self.key(id).map(|key| self.keys.text(key))
    }

    /// The key with this text, if any node of the tree (or a specification) uses it.
    #[must_use]
    pub fn find_key(&self, text: &str) -> Option<Key> {
        self.keys.find(text)
    }

    /// Number of distinct keys; every [`Key::index`] of the tree is below it.
    #[must_use]
    pub fn key_count(&self) -> usize {
        self.keys.len()
    }

    /// The text of a scalar: of a string without quotes and escapes, of a number or word as it is written; empty
    /// for containers.
    #[must_use]
    pub fn text(&self, id: NodeId) -> &str {
        scalar_text(self.node(id), self.source.text(), &self.cooked, &self.cooked_text)
    }

    /// Where the text of a scalar stands in the source as it is, but for indentation: not where it has escapes, or lines
    /// that are folded.
    #[must_use]
    pub fn verbatim(&self, id: NodeId) -> Option<Span> {
        let (node, span) = (self.node(id), self.span(id));
        if node.node_type.is_container() {
            return None;
        }
        match node.style {
            Style::Literal => {
                let text = span.of(self.source.text());
                let header = text.find('\n')? as u32 + 1;
                Some(Span::new(span.start + header, span.end))
            }
            _ if node.link != 0 => None,
            Style::SingleQuoted | Style::DoubleQuoted => Some(Span::new(span.start + 1, span.end.saturating_sub(1))),
            _ => Some(span),
        }
    }

    /// The part of the source that was read: all of it, but for a text in Protobuf that stands within something else.
    #[must_use]
    pub fn extent(&self) -> Span {
        match self.style(NodeId::ROOT) {
            Style::Declaration => self.span(NodeId::ROOT),
            _ => Span::new(0, self.source.text().len() as u32),
        }
    }

    /// Whether only a part of the source was read.
    #[must_use]
    pub fn is_part(&self) -> bool {
        self.extent().len() as usize != self.source.text().len()
    }

    /// The text of the node if it is a string.
    #[must_use]
    pub fn string(&self, id: NodeId) -> Option<&str> {
        (self.node_type(id) == NodeType::String).then(|| self.text(id))
    }

    /// The value of the node if it is a boolean.
    #[must_use]
    pub fn boolean(&self, id: NodeId) -> Option<bool> {
        (self.node_type(id) == NodeType::Boolean).then(|| self.text(id).eq_ignore_ascii_case("true"))
    }

    /// The node that holds this one.
    #[must_use]
    pub fn parent(&self, id: NodeId) -> Option<NodeId> {
        (id != NodeId::ROOT).then(|| NodeId(self.node(id).parent))
    }

    /// The node after all descendants of this one: where a walk goes on that passes them over.
    #[must_use]
    pub fn subtree_end(&self, id: NodeId) -> NodeId {
        let node = self.node(id);
        NodeId(if node.node_type.is_container() {
            node.link
        } else {
            id.0 + 1
        })
    }

    /// The children of a container, in the order of the text; none for a scalar.
    #[must_use]
    pub fn children(&self, id: NodeId) -> Children<'_> {
        Children {
            tree: self,
            next: id.0 + 1,
            end: self.subtree_end(id).0,
        }
    }

    /// The child of a map under a key; the first where a key stands twice.
    #[must_use]
    pub fn get(&self, id: NodeId, key: Key) -> Option<NodeId> {
        let node = self.node(id);
        if node.node_type != NodeType::Map {
            return None;
        }
        if node.wide {
            return self.wide.get(&(id.0, key.0)).copied().map(NodeId);
        }
        self.children(id).find(|&child| self.node(child).key == key)
    }

    /// The element of a list at a position, counted from 0.
    #[must_use]
    pub fn element(&self, id: NodeId, position: usize) -> Option<NodeId> {
        let node = self.node(id);
        if node.node_type != NodeType::List {
            return None;
        }
        if node.wide {
            let position = u32::try_from(position).ok()?;
            return self.wide.get(&(id.0, position)).copied().map(NodeId);
        }
        self.children(id).nth(position)
    }

    /// The position of an element in its list, counted from 0.
    #[must_use]
    pub fn position(&self, id: NodeId) -> usize {
        let node = self.node(id);
        if node.key == Key::NONE {
            node.key_start as usize
        } else {
            0
        }
    }

    /// [`Tree::get`] by the key's text.
    #[must_use]
    pub fn find(&self, id: NodeId, key: &str) -> Option<NodeId> {
        self.get(id, self.keys.find(key)?)
    }

    /// Whether something that stood in this container could not be read, so that what seems missing may not be.
    #[must_use]
    pub fn has_hole(&self, id: NodeId) -> bool {
        self.node(id).hole
    }

    /// Whether any container of the tree has a hole.
    #[must_use]
    pub fn has_holes(&self) -> bool {
        self.holes
    }

    /// Notes that text was left out at `offset`, which was indented by `indent` bytes: the container that would have
    /// held it has a hole; a value that would have been it is lost.
    pub(super) fn mark_hole(&mut self, offset: u32, indent: u32) {
        self.holes = true;
        let begins = |node: &Node| {
            if node.key == Key::NONE {
                node.start
            } else {
                node.key_start
            }
        };
        let column = |at: u32| self.source.position(at).column - 1;
        let mut holder = NodeId::ROOT;
        for id in self.ids() {
            let node = self.node(id);
            if begins(node) >= offset {
                break;
            }
            let after = self.nodes.get(self.subtree_end(id).index());
            if after.is_some_and(|after| begins(after) < offset) {
                continue;
            }
            let holds = match node.node_type {
                NodeType::Null => node.start == node.end && node.key != Key::NONE && column(node.key_start) < indent,
                node_type => node_type.is_container() && column(node.start) <= indent,
            };
            if holds {
                holder = id;
            }
        }
        let node = &mut self.nodes[holder.index()];
        node.hole = true;
        if node.node_type == NodeType::Null {
            node.node_type = NodeType::Lost;
        }
    }

    /// Where a node begins: at its key, if it has one in front of it.
    #[must_use]
    pub fn begin(&self, id: NodeId) -> u32 {
        let start = self.span(id).start;
        self.key_span(id).map_or(start, |key| key.start.min(start))
    }
}

/// The text of a scalar node; empty for containers.
pub(super) fn scalar_text<'t>(node: &Node, source: &'t str, cooked: &[(u32, u32)], cooked_text: &'t str) -> &'t str {
    if node.node_type.is_container() {
        return "";
    }
    if node.link != 0 {
        return cooked
            .get(node.link as usize - 1)
            .and_then(|&(start, end)| cooked_text.get(start as usize..end as usize))
            .unwrap_or_default();
    }
    let quotes = u32::from(matches!(node.style, Style::SingleQuoted | Style::DoubleQuoted));
    Span::new(node.start + quotes, node.end.saturating_sub(quotes)).of(source)
}

/// Iterator over the children of a node.
#[derive(Debug, Clone)]
pub struct Children<'t> {
    tree: &'t Tree,
    next: u32,
    end: u32,
}

impl Iterator for Children<'_> {
    type Item = NodeId;

    fn next(&mut self) -> Option<NodeId> {
        if self.next >= self.end {
            return None;
        }
        let child = NodeId(self.next);
        self.next = self.tree.subtree_end(child).0;
        Some(child)
    }
}
