//! What all readers write a tree with, so that each of them says only what it found.

use super::keys::{Key, Keys};
use super::problem::{Problem, ProblemKind};
use super::tree::{Node, NodeId, NodeType, Style, Tree, WIDE, scalar_text};
use crate::source::{Limits, Source, Span};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

pub(super) struct Builder {
    source: Arc<Source>,
    limits: Limits,
    nodes: Vec<Node>,
    keys: Keys,
    cooked: Vec<(u32, u32)>,
    cooked_text: String,
    problems: Vec<Problem>,
    holes: bool,
    wide: FxHashMap<(u32, u32), u32>,
    open: Vec<u32>,
    /// For each open container, how many children it has so far.
    counts: Vec<u32>,
    pending: (Key, Span),
    /// For each key, the last map in which it was seen, plus one.
    seen: Vec<u32>,
    /// What merging moved since [`Builder::take_moves`] was last asked.
    moves: Vec<Move>,
}

/// Nodes that now stand elsewhere in the arena.
pub(super) struct Move {
    nodes: std::ops::Range<u32>,
    shift: u32,
}

impl Move {
    /// Where the node stands now, if it is one of those that moved.
    pub(super) fn apply(&self, id: NodeId) -> Option<NodeId> {
        self.nodes
            .contains(&id.0)
            .then(|| NodeId(id.0.wrapping_add(self.shift)))
    }
}

impl Builder {
    pub(super) fn new(source: &Arc<Source>, limits: &Limits) -> Self {
        Self {
            source: Arc::clone(source),
            limits: limits.clone(),
            // Real documents hold a node per 30 bytes or so; growing once is cheaper than starting too large.
            nodes: Vec::with_capacity(source.text().len() / 36 + 16),
            keys: Keys::new(),
            cooked: Vec::new(),
            cooked_text: String::new(),
            problems: Vec::new(),
            holes: false,
            wide: FxHashMap::default(),
            open: Vec::new(),
            counts: Vec::new(),
            pending: (Key::NONE, Span::at(0)),
            seen: Vec::new(),
            moves: Vec::new(),
        }
    }

    pub(super) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Number of containers that are open.
    pub(super) fn depth(&self) -> usize {
        self.open.len()
    }

    /// What the innermost open container is, and where it starts.
    pub(super) fn innermost(&self) -> Option<(NodeType, u32)> {
        self.open.last().map(|&id| {
            let node = &self.nodes[id as usize];
            (node.node_type, node.start)
        })
    }

    /// Whether a container is still open.
    pub(super) fn is_open(&self, id: NodeId) -> bool {
        self.open.contains(&id.0)
    }

    /// Where the open container at a depth, counted from 0, starts.
    pub(super) fn start_of_open(&self, depth: usize) -> Option<u32> {
        self.open.get(depth).map(|&id| self.nodes[id as usize].start)
    }

    /// The text of a scalar that was read before.
    pub(super) fn text_of(&self, id: NodeId) -> String {
        let node = &self.nodes[id.index()];
        scalar_text(node, self.source.text(), &self.cooked, &self.cooked_text).to_owned()
    }

    pub(super) fn problem(&mut self, kind: ProblemKind, span: Span, message: impl Into<String>) {
        self.problems.push(Problem {
            kind,
            span,
            message: message.into(),
        });
    }

    pub(super) fn problem_count(&self) -> usize {
        self.problems.len()
    }

    /// The next node stands under this key.
    pub(super) fn key(&mut self, text: &str, span: Span) {
        let mut text = text;
        if text.len() > self.limits.key_bytes as usize {
            let end = (0..=self.limits.key_bytes as usize)
                .rev()
                .find(|end| text.is_char_boundary(*end));
            text = &text[..end.unwrap_or(0)];
            // Once is enough: whoever writes one such key writes many.
            if !self.problems.iter().any(|problem| problem.kind == ProblemKind::Limit) {
                let most = self.limits.key_bytes;
                self.problem(
                    ProblemKind::Limit,
                    span,
                    format!("the key is longer than {most} bytes; the rest is left out"),
                );
            }
        }
        self.pending = (self.keys.intern(text), span);
    }

    /// The next node stands under this key, which stands at `span` or is only understood there.
    pub(super) fn known_key(&mut self, key: Key, span: Span) {
        self.pending = (key, span);
    }

    /// A scalar whose text is the slice at its span, without quotes.
    pub(super) fn scalar(&mut self, node_type: NodeType, style: Style, span: Span) -> NodeId {
        self.push(node_type, style, span)
    }

    /// A scalar whose text differs from the source.
    pub(super) fn cooked(&mut self, node_type: NodeType, style: Style, span: Span, text: &str) -> NodeId {
        let start = self.cooked_text.len() as u32;
        self.cooked_text.push_str(text);
        self.cooked.push((start, self.cooked_text.len() as u32));
        let id = self.push(node_type, style, span);
        self.nodes[id.index()].link = self.cooked.len() as u32;
        id
    }

    pub(super) fn begin(&mut self, node_type: NodeType, style: Style, start: u32) -> NodeId {
        let id = self.push(node_type, style, Span::at(start));
        self.open.push(id.0);
        self.counts.push(0);
        id
    }

    /// Closes the innermost container. A block collection has no closing bracket: it ends with its last child.
    pub(super) fn end(&mut self, end: Option<u32>) {
        self.close(end, true);
    }

    /// Closes the innermost container, in which keys may stand several times.
    pub(super) fn end_with_repetitions(&mut self, end: u32) {
        self.close(Some(end), false);
    }

    fn close(&mut self, end: Option<u32>, keys_are_unique: bool) {
        let (Some(id), Some(count)) = (self.open.pop(), self.counts.pop()) else {
            return;
        };
        let after = self.nodes.len() as u32;
        let last_child_end = || {
            let mut child = id + 1;
            let mut last = self.nodes[id as usize].start;
            while child < after {
                let node = &self.nodes[child as usize];
                last = node.end;
                child = if node.node_type.is_container() {
                    node.link
                } else {
                    child + 1
                };
            }
            last
        };
        let end = end.unwrap_or_else(last_child_end);
        let node = &mut self.nodes[id as usize];
        node.end = end;
        node.link = after;
        match node.node_type {
            NodeType::Map if keys_are_unique => self.check_map(id),
            _ if count as usize > WIDE => self.index(id),
            _ => {}
        }
    }

    /// Marks the innermost open container as not wholly read.
    pub(super) fn hole(&mut self) {
        self.holes = true;
        if let Some(&id) = self.open.last() {
            self.nodes[id as usize].hole = true;
        }
    }

    /// Marks every open container as not wholly read.
    pub(super) fn holes_to_the_root(&mut self) {
        self.holes = true;
        for &id in &self.open {
            self.nodes[id as usize].hole = true;
        }
    }

    pub(super) fn finish(mut self) -> Tree {
        while !self.open.is_empty() {
            self.end(None);
        }
        if self.nodes.is_empty() {
            self.push(NodeType::Null, Style::Plain, Span::at(0));
        }
        self.problems
            .sort_by_key(|problem| (problem.span.start, problem.span.end));
        self.nodes.shrink_to_fit();
        self.keys.settle();
        Tree {
            source: self.source,
            nodes: self.nodes,
            keys: self.keys,
            cooked: self.cooked,
            cooked_text: self.cooked_text,
            problems: self.problems,
            holes: self.holes,
            wide: self.wide,
        }
    }

    fn push(&mut self, node_type: NodeType, style: Style, span: Span) -> NodeId {
        let id = self.nodes.len() as u32;
        let (key, mut key_span) = std::mem::replace(&mut self.pending, (Key::NONE, Span::at(0)));
        if let Some(count) = self.counts.last_mut() {
            if key == Key::NONE {
                key_span = Span::at(*count);
            }
            *count += 1;
        }
        self.nodes.push(Node {
            start: span.start,
            end: span.end,
            link: 0,
            parent: self.open.last().copied().unwrap_or(0),
            key,
            key_start: key_span.start,
            key_end: key_span.end,
            node_type,
            style,
            hole: false,
            wide: false,
        });
        NodeId(id)
    }

    /// Finds keys that stand twice in the map that was just closed.
    fn check_map(&mut self, map: u32) {
        if self.seen.len() < self.keys.len() {
            self.seen.resize(self.keys.len(), 0);
        }
        let mut child = map + 1;
        let mut merges = false;
        let mut count = 0;
        while (child as usize) < self.nodes.len() {
            let node = &self.nodes[child as usize];
            let (key, span) = (node.key, Span::new(node.key_start, node.key_end));
            count += 1;
            child = if node.node_type.is_container() {
                node.link
            } else {
                child + 1
            };
            merges |= key == super::keys::well_known::MERGE;
            let Some(seen) = self.seen.get_mut(key.index()) else {
                continue;
            };
            if std::mem::replace(seen, map + 1) == map + 1 && key != super::keys::well_known::MERGE {
                let message = format!("key `{}` stands twice in this object", self.keys.text(key));
                self.problem(ProblemKind::DuplicateKey, span, message);
            }
        }
        if merges {
            self.merge(map);
        }
        if count > WIDE {
            self.index(map);
        }
    }

    /// Notes the children of a wide container.
    fn index(&mut self, holder: u32) {
        let node = &mut self.nodes[holder as usize];
        node.wide = true;
        let (is_list, end) = (node.node_type == NodeType::List, node.link);
        let mut child = holder + 1;
        while child < end {
            let node = &self.nodes[child as usize];
            let name = if is_list { node.key_start } else { node.key.0 };
            self.wide.entry((holder, name)).or_insert(child);
            child = if node.node_type.is_container() {
                node.link
            } else {
                child + 1
            };
        }
    }
}

/// Aliases and merge keys: the anchored nodes are copied, so that nobody above needs to know of them.
impl Builder {
    /// Copies the subtree of `target` to where the next node stands, which is written as an alias at `span`.
    /// False if the copy would go over the limit; then the node is lost.
    pub(super) fn copy(&mut self, target: NodeId, span: Span, budget: &mut u32) -> bool {
        let first = target.index();
        let node = self.nodes[first];
        let end = if node.node_type.is_container() {
            node.link as usize
        } else {
            first + 1
        };
        let count = (end - first) as u32;
        if count > *budget {
            self.push(NodeType::Lost, Style::Plain, span);
            self.hole();
            return false;
        }
        *budget -= count;
        let root = self.push(node.node_type, node.style, span);
        let shift = root.0.wrapping_sub(target.0);
        let mut wide = Vec::new();
        for index in first..end {
            let mut copy = self.nodes[index];
            if std::mem::take(&mut copy.wide) {
                wide.push((index as u32).wrapping_add(shift));
            }
            if index == first {
                copy = Node {
                    link: copy.link,
                    hole: copy.hole,
                    ..self.nodes[root.index()]
                };
            } else {
                copy.parent = copy.parent.wrapping_add(shift);
            }
            if copy.node_type.is_container() {
                copy.link = copy.link.wrapping_add(shift);
            } else if index == first && copy.link == 0 {
                // The alias stands elsewhere than the text: keep the text.
                copy.link = self.keep_text(&node);
            }
            if index == first {
                self.nodes[root.index()] = copy;
            } else {
                self.nodes.push(copy);
            }
        }
        for holder in wide {
            self.index(holder);
        }
        true
    }

    fn keep_text(&mut self, node: &Node) -> u32 {
        let start = self.cooked_text.len() as u32;
        let text = scalar_text(node, self.source.text(), &self.cooked, "");
        self.cooked_text.push_str(text);
        self.cooked.push((start, self.cooked_text.len() as u32));
        self.cooked.len() as u32
    }

    /// Replaces the `<<` entries of the map that was just closed by the entries that they stand for
    /// (<https://yaml.org/type/merge.html>): an entry of the map itself wins, then the earlier of several.
    fn merge(&mut self, map: u32) {
        let first = map as usize + 1;
        let old: Vec<Node> = self.nodes.split_off(first);
        let entries = top_level(&old, first);
        self.forget(&old, first);
        let mut taken: FxHashSet<Key> = entries
            .iter()
            .map(|&(start, _)| old[start].key)
            .filter(|&key| key != super::keys::well_known::MERGE)
            .collect();
        for &(start, end) in &entries {
            if old[start].key != super::keys::well_known::MERGE {
                self.move_entry(&old, start, end, first, map);
                continue;
            }
            let sources = match old[start].node_type {
                NodeType::Map => vec![(start, end)],
                NodeType::List => top_level_between(&old, start + 1, end, first),
                _ => Vec::new(),
            };
            for (source, source_end) in sources {
                if old[source].node_type != NodeType::Map {
                    continue;
                }
                for (entry, entry_end) in top_level_between(&old, source + 1, source_end, first) {
                    let key = old[entry].key;
                    if taken.insert(key) {
                        self.move_entry(&old, entry, entry_end, first, map);
                    }
                }
            }
        }
        self.nodes[map as usize].link = self.nodes.len() as u32;
    }

    /// Forgets the children of wide containers that stood at `old[0]`, which was node `first`, and after.
    fn forget(&mut self, old: &[Node], first: usize) {
        for (at, holder) in old.iter().enumerate().filter(|(_, holder)| holder.wide) {
            let is_list = holder.node_type == NodeType::List;
            for (child, _) in top_level_between(old, at + 1, holder.link as usize - first, first) {
                let name = if is_list {
                    old[child].key_start
                } else {
                    old[child].key.0
                };
                self.wide.remove(&((first + at) as u32, name));
            }
        }
    }

    /// What merging moved since the last call.
    pub(super) fn take_moves(&mut self) -> Vec<Move> {
        std::mem::take(&mut self.moves)
    }

    /// Appends `old[start..end]`, a subtree that stood at `first + start`, as a child of `map`.
    fn move_entry(&mut self, old: &[Node], start: usize, end: usize, first: usize, map: u32) {
        let from = (first + start) as u32;
        let shift = (self.nodes.len() as u32).wrapping_sub(from);
        self.moves.push(Move {
            nodes: from..(first + end) as u32,
            shift,
        });
        let mut wide = Vec::new();
        for (offset, node) in old[start..end].iter().enumerate() {
            let mut node = *node;
            if std::mem::take(&mut node.wide) {
                wide.push(self.nodes.len() as u32);
            }
            node.parent = if offset == 0 {
                map
            } else {
                node.parent.wrapping_add(shift)
            };
            if node.node_type.is_container() {
                node.link = node.link.wrapping_add(shift);
            }
            self.nodes.push(node);
        }
        for holder in wide {
            self.index(holder);
        }
    }
}

fn top_level(nodes: &[Node], base: usize) -> Vec<(usize, usize)> {
    top_level_between(nodes, 0, nodes.len(), base)
}

/// The subtrees that follow each other in `nodes[start..end]`, whose links count from `base`.
fn top_level_between(nodes: &[Node], start: usize, end: usize, base: usize) -> Vec<(usize, usize)> {
    let mut subtrees = Vec::new();
    let mut at = start;
    while at < end {
        let node = &nodes[at];
        let next = if node.node_type.is_container() {
            node.link as usize - base
        } else {
            at + 1
        };
        subtrees.push((at, next));
        at = next;
    }
    subtrees
}
