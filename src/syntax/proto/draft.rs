//! What the parser finds, in the order of the text, and its way into the tree, where declarations of one sort stand
//! together.

use super::super::builder::Builder;
use super::super::keys::{Key, well_known as key};
use super::super::tree::{NodeType, Style};
use crate::source::Span;
use std::ops::Range;

/// The sorts of declarations, each of which has a map or a list of its own in what holds them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Section {
    Imports,
    Options,
    Fields,
    Oneofs,
    Values,
    Messages,
    Enums,
    Services,
    Methods,
    Extends,
    Extensions,
    Reserved,
}

impl Section {
    /// In the order in which they stand in the tree.
    const ALL: [Self; 12] = [
        Self::Imports,
        Self::Options,
        Self::Fields,
        Self::Oneofs,
        Self::Values,
        Self::Messages,
        Self::Enums,
        Self::Services,
        Self::Methods,
        Self::Extends,
        Self::Extensions,
        Self::Reserved,
    ];

    const fn key(self) -> Key {
        match self {
            Self::Imports => key::IMPORTS,
            Self::Options => key::OPTIONS,
            Self::Fields => key::FIELDS,
            Self::Oneofs => key::ONEOFS,
            Self::Values => key::VALUES,
            Self::Messages => key::MESSAGES,
            Self::Enums => key::ENUMS,
            Self::Services => key::SERVICES,
            Self::Methods => key::METHODS,
            Self::Extends => key::EXTENDS,
            Self::Extensions => key::EXTENSION_RANGES,
            Self::Reserved => key::RESERVED,
        }
    }

    /// What its declarations stand in: a list where they have no names.
    const fn node_type(self) -> NodeType {
        match self {
            Self::Imports | Self::Extends | Self::Extensions | Self::Reserved => NodeType::List,
            _ => NodeType::Map,
        }
    }

    const fn bit(self) -> u16 {
        1 << self as u16
    }
}

/// A text that the tree holds: a part of the source, or one that was put together.
#[derive(Debug, Clone)]
pub(super) enum Text {
    /// As it stands in the source.
    Source,
    /// A part of [`Drafts::texts`].
    Made(Range<usize>),
}

/// The key of a node.
#[derive(Debug, Clone)]
pub(super) enum DraftKey {
    /// An element of a list, or the root.
    None,
    /// A part of a declaration.
    Part(Key, Span),
    /// A name, where it stands.
    Name(Span, Text),
}

#[derive(Debug)]
struct Draft {
    key: DraftKey,
    span: Span,
    node_type: NodeType,
    style: Style,
    text: Text,
    section: Option<Section>,
    /// Where its descendants end.
    end: usize,
    /// The sections that it has, as bits.
    sections: u16,
    /// Where its sections stand.
    body: Span,
    hole: bool,
}

/// A place to go back to.
#[derive(Debug)]
pub(super) struct Mark {
    nodes: usize,
    open: usize,
}

/// Nodes in the order of the text.
#[derive(Debug, Default)]
pub(super) struct Drafts {
    nodes: Vec<Draft>,
    open: Vec<usize>,
    texts: String,
    /// The section that the next node belongs to.
    section: Option<Section>,
}

impl Drafts {
    /// Number of levels that the open nodes have in the tree.
    pub(super) fn depth(&self) -> usize {
        self.open
            .iter()
            .map(|&at| 1 + usize::from(self.nodes[at].section.is_some()))
            .sum()
    }

    /// Keeps a text that does not stand in the source as it is.
    pub(super) fn make(&mut self, text: &str) -> Text {
        let start = self.texts.len();
        self.texts.push_str(text);
        Text::Made(start..self.texts.len())
    }

    /// The next node is a declaration of this sort.
    pub(super) fn section(&mut self, section: Section) {
        self.section = Some(section);
    }

    fn push(&mut self, key: DraftKey, node_type: NodeType, style: Style, span: Span, text: Text) {
        let section = self.section.take();
        self.nodes.push(Draft {
            key,
            span,
            node_type,
            style,
            text,
            section,
            end: self.nodes.len() + 1,
            sections: 0,
            body: span,
            hole: false,
        });
    }

    pub(super) fn scalar(&mut self, key: DraftKey, node_type: NodeType, style: Style, span: Span, text: Text) {
        self.push(key, node_type, style, span, text);
        self.belongs(self.nodes.len() - 1);
    }

    /// Notes in the innermost open node that it has the section of a node that is complete.
    fn belongs(&mut self, at: usize) {
        if let (Some(section), Some(&holder)) = (self.nodes[at].section, self.open.last()) {
            self.nodes[holder].sections |= section.bit();
        }
    }

    pub(super) fn begin(&mut self, key: DraftKey, node_type: NodeType, style: Style, start: u32) {
        self.open.push(self.nodes.len());
        self.push(key, node_type, style, Span::at(start), Text::Source);
    }

    /// Gives the innermost open node the key that was read after its first parts.
    pub(super) fn name(&mut self, key: DraftKey) {
        if let Some(&at) = self.open.last() {
            self.nodes[at].key = key;
        }
    }

    /// The sections of the innermost open node stand here.
    pub(super) fn body(&mut self, body: Span) {
        if let Some(&at) = self.open.last() {
            self.nodes[at].body = body;
        }
    }

    /// Something that stood in the innermost open node could not be read.
    pub(super) fn hole(&mut self) {
        if let Some(&at) = self.open.last() {
            self.nodes[at].hole = true;
        }
    }

    pub(super) fn hole_everywhere(&mut self) {
        for &at in &self.open {
            self.nodes[at].hole = true;
        }
    }

    /// Closes the innermost open node.
    pub(super) fn end(&mut self, end: u32) {
        if let Some(at) = self.open.pop() {
            let after = self.nodes.len();
            let node = &mut self.nodes[at];
            node.end = after;
            node.span.end = end;
            if node.body.is_empty() {
                node.body = node.span;
            }
            self.belongs(at);
        }
    }

    /// What is read and what is open by now.
    pub(super) fn mark(&self) -> Mark {
        Mark {
            nodes: self.nodes.len(),
            open: self.open.len(),
        }
    }

    /// Leaves out what was read since, which leaves a hole.
    pub(super) fn abandon(&mut self, mark: &Mark) {
        self.nodes.truncate(mark.nodes);
        self.open.truncate(mark.open);
        self.section = None;
        self.hole();
    }

    /// Writes the tree. Everything is closed.
    pub(super) fn write(&self, source: &str, builder: &mut Builder) {
        if !self.nodes.is_empty() {
            self.write_node(0, source, builder);
        }
    }

    /// A text, wherever it is kept.
    pub(super) fn text<'t>(&'t self, text: &Text, span: Span, source: &'t str) -> &'t str {
        match text {
            Text::Source => span.of(source),
            Text::Made(range) => self.texts.get(range.clone()).unwrap_or_default(),
        }
    }

    fn write_node(&self, at: usize, source: &str, builder: &mut Builder) {
        let node = &self.nodes[at];
        match &node.key {
            DraftKey::None => {}
            DraftKey::Part(key, span) => builder.known_key(*key, *span),
            DraftKey::Name(span, text) => builder.key(self.text(text, *span, source), *span),
        }
        if !node.node_type.is_container() {
            match &node.text {
                Text::Source => builder.scalar(node.node_type, node.style, node.span),
                made @ Text::Made(_) => builder.cooked(
                    node.node_type,
                    node.style,
                    node.span,
                    self.text(made, node.span, source),
                ),
            };
            return;
        }
        builder.begin(node.node_type, node.style, node.span.start);
        if node.hole {
            builder.hole();
        }
        for child in self.children(at).filter(|child| self.nodes[*child].section.is_none()) {
            self.write_node(child, source, builder);
        }
        for section in Section::ALL
            .into_iter()
            .filter(|section| node.sections & section.bit() != 0)
        {
            builder.known_key(section.key(), Span::at(node.body.start));
            builder.begin(section.node_type(), Style::Declaration, node.body.start);
            if node.hole {
                builder.hole();
            }
            for child in self
                .children(at)
                .filter(|child| self.nodes[*child].section == Some(section))
            {
                self.write_node(child, source, builder);
            }
            builder.end_with_repetitions(node.body.end);
        }
        builder.end_with_repetitions(node.span.end);
    }

    fn children(&self, at: usize) -> impl Iterator<Item = usize> + '_ {
        let end = self.nodes[at].end;
        let first = Some(at + 1).filter(|first| *first < end);
        std::iter::successors(first, move |child| {
            Some(self.nodes[*child].end).filter(|next| *next < end)
        })
    }
}
