//! Messages, enums and fields wherever they are declared: in the files of a run, imported ones, or `descriptor.proto`.

use super::index::{Index, Sort};
use crate::document::proto::{self, Scalar, declarations};
use crate::document::{Address, Kind, Node};
use crate::syntax::key;
use rustc_hash::FxHashMap;

/// A declaration, with what its names mean.
#[derive(Clone, Copy)]
pub(super) struct Declared<'w> {
    pub(super) node: Node<'w>,
    pub(super) index: &'w Index,
    pub(super) is_built_in: bool,
}

/// What tells one declaration from all others.
pub(super) type Identity = (bool, Address);

/// Fields by what they are called in values.
pub(super) type Names<'w> = FxHashMap<&'w str, Option<Declared<'w>>>;

/// What a field holds, if its elements are asked for where it has several.
#[derive(Clone, Copy)]
pub(super) enum Holds<'w> {
    Scalar(Scalar),
    Enum(Declared<'w>),
    Message(Declared<'w>),
    /// The entries of a map, which is this field.
    Entry(Declared<'w>),
    /// Something whose declaration is not at hand.
    Unknown,
}

impl<'w> Declared<'w> {
    pub(super) fn with(self, node: Node<'w>) -> Self {
        Self { node, ..self }
    }

    pub(super) fn identity(self) -> Identity {
        (self.is_built_in, self.node.address())
    }

    /// The groups of fields of a message.
    fn groups(self) -> impl Iterator<Item = Node<'w>> {
        let oneofs = declarations(self.node, key::ONEOFS);
        std::iter::once(self.node)
            .chain(oneofs)
            .filter_map(|holder| holder.get(key::FIELDS))
    }

    /// What names stand for in values of a message: its fields, and nothing for names that it keeps free. A group is
    /// called like its message, too.
    pub(super) fn names(self) -> Names<'w> {
        let reserved = declarations(self.node, key::RESERVED).filter(|reserved| !reserved.is_map());
        let mut names: Names<'w> = reserved.map(|name| (name.text(), None)).collect();
        for field in self.groups().flat_map(Node::children) {
            let group = field.get(key::GROUP).and_then(|_| field.string_at(key::TYPE));
            for name in field.key_text().into_iter().chain(group) {
                names.insert(name, Some(self.with(field)));
            }
        }
        names
    }

    /// The names of the fields of a message.
    pub(super) fn fields(self) -> impl Iterator<Item = &'w str> {
        self.groups().flat_map(Node::children).filter_map(Node::key_text)
    }

    /// Whether a field takes any number of values.
    pub(super) fn is_repeated(self) -> bool {
        self.node.string_at(key::LABEL) == Some("repeated") || self.node.get(key::TYPE).is_some_and(Node::is_map)
    }

    /// What a field holds.
    pub(super) fn holds(self) -> Holds<'w> {
        match self.node.get(key::TYPE) {
            Some(written) if written.is_map() => Holds::Entry(self),
            written => self.named(written),
        }
    }

    /// What the values of a map are.
    pub(super) fn map_value(self) -> Holds<'w> {
        self.named(self.node.get(key::TYPE).and_then(|of| of.get(key::VALUE)))
    }

    /// The message that an extension extends.
    pub(super) fn extendee(self) -> Option<Self> {
        self.resolve(proto::extend(self.node)?.string_at(key::EXTENDEE)?)
    }

    fn named(self, written: Option<Node<'w>>) -> Holds<'w> {
        if let Some(group) = self.node.get(key::GROUP) {
            return Holds::Message(self.with(group));
        }
        let Some(name) = written.map(Node::text) else {
            return Holds::Unknown;
        };
        if let Some(scalar) = Scalar::from_name(name) {
            return Holds::Scalar(scalar);
        }
        match self.resolve(name) {
            Some(target) if target.node.kind() == Kind::Enum => Holds::Enum(target),
            Some(target) => Holds::Message(target),
            None => Holds::Unknown,
        }
    }

    /// The type that a name stands for in the declaration of a field.
    fn resolve(self, name: &str) -> Option<Self> {
        let view = self.index.view(self.node.address().document)?;
        let full_name = proto::full_name(self.node);
        let scope = full_name.rsplit_once('.').map_or("", |(scope, _)| scope);
        let is_type = |sort| matches!(sort, Sort::Message | Sort::Enum);
        let symbol = self.index.resolve(view, scope, name, is_type)?;
        Some(self.with(Node::new(self.node.workspace(), symbol.address)))
    }
}
