//! What references in schemas lead to, and what stands for those that lead nowhere.

use super::Schemas;
use super::canonical::SchemaId;
use super::direction::View;
use super::reason::Reason;
use crate::document::{Address, Kind, Node};
use crate::syntax::key;
use rustc_hash::FxHashMap;

impl<'w> Schemas<'w> {
    /// A part that could not be read: nobody knows whether two of them are the same.
    pub(super) fn unknown(&mut self, node: Node<'w>) -> SchemaId {
        self.store.opaque(Reason::UnknownSchema, place(node.address()))
    }

    /// A reference that leads nowhere: two that name the same resource are the same.
    pub(super) fn dead(&mut self, holder: Node<'w>, reference: Option<Node<'w>>) -> SchemaId {
        let Some(text) = reference.and_then(Node::string) else {
            return self.unknown(holder);
        };
        if crate::document::has_scheme(text) {
            return self
                .store
                .opaque(Reason::UnknownSchema, text.trim_end_matches('#').to_owned());
        }
        let names_base = |node: &Node<'_>| node.get(key::DOLLAR_ID).or_else(|| node.get(key::ID)).is_some();
        let base = std::iter::once(holder).chain(holder.ancestors()).find(names_base);
        let base = base.unwrap_or_else(|| holder.workspace().root(holder.address().document));
        self.store
            .opaque(Reason::UnknownSchema, format!("{} {text}", place(base.address())))
    }

    /// What a reference that depends on where the schema is used refers to, if it is the same everywhere.
    pub(super) fn static_target(&mut self, reference: Node<'w>) -> Option<Node<'w>> {
        let target = reference.target()?.follow();
        if reference.key() == Some(key::DOLLAR_RECURSIVE_REF) {
            return (!target.is_true(key::DOLLAR_RECURSIVE_ANCHOR)).then_some(target);
        }
        let anchor = reference.text().split_once('#').map_or("", |(_, anchor)| anchor);
        if target.string_at(key::DOLLAR_DYNAMIC_ANCHOR) != Some(anchor) {
            return Some(target);
        }
        (self.dynamic_anchors(reference, anchor) == 1).then_some(target)
    }

    /// How many schemas have a dynamic name, in the document of a reference and in those that are parts of others.
    fn dynamic_anchors(&mut self, reference: Node<'w>, name: &str) -> u32 {
        let own = reference.address().document;
        let workspace = reference.workspace();
        let mut count = 0;
        for id in workspace
            .ids()
            .filter(|id| *id == own || !workspace.document(*id).is_description())
        {
            let anchors = self.anchors.entry(id).or_insert_with(|| {
                let tree = workspace.document(id).tree();
                let mut anchors: FxHashMap<String, u32> = FxHashMap::default();
                let keys = tree
                    .ids()
                    .filter(|node| tree.key(*node) == Some(key::DOLLAR_DYNAMIC_ANCHOR));
                for text in keys.filter_map(|node| tree.string(node)) {
                    *anchors.entry(text.to_owned()).or_default() += 1;
                }
                anchors
            });
            count += anchors.get(name).copied().unwrap_or(0);
        }
        count
    }

    pub(super) fn target(
        &mut self,
        schema: Node<'w>,
        reference: Node<'w>,
        target: Option<Node<'w>>,
        view: View,
    ) -> SchemaId {
        match target {
            Some(target) => self.node(target, view),
            None => self.dead(schema, Some(reference)),
        }
    }
}

/// The schema that a branch refers to.
pub(super) fn branch_target(branch: Node<'_>) -> Node<'_> {
    if branch.kind() == Kind::Reference {
        branch.follow()
    } else {
        branch.target().map_or(branch, Node::follow)
    }
}

/// A place in the workspace, as a text.
pub(super) fn place(address: Address) -> String {
    format!("{}:{}", address.document.index(), address.node.index())
}
