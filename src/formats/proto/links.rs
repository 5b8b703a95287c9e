//! What the names in Protobuf files stand for: types of fields and methods, messages that are extended, and options.

use super::super::Linked;
use super::declared::{Declared, Identity, Names};
use super::imports::children_of;
use super::index::{Index, Sort, View, full_name, package};
use crate::document::proto::Scalar;
use crate::document::suggest::Hints;
use crate::document::{Address, DocumentId, Link, LinkClass, LinkFailure, Node, Violation, Workspace};
use crate::syntax::{NodeId, NodeType, Tree, key};
use rayon::prelude::*;
use rustc_hash::FxHashMap;

/// All such links of the files of a run, whose imports have been followed, and what is wrong with the options that
/// they lead to.
pub(super) fn links(workspace: &Workspace, documents: &[DocumentId]) -> Vec<Linked> {
    let index = Index::new(workspace, documents);
    documents
        .par_iter()
        // Nobody asks what an imported file refers to.
        .filter(|document| !workspace.document(**document).is_import())
        .filter_map(|document| Some(Linker::new(workspace, &index, *document)?.run()))
        .collect()
}

pub(super) struct Linker<'w> {
    pub(super) workspace: &'w Workspace,
    pub(super) document: DocumentId,
    pub(super) tree: &'w Tree,
    pub(super) index: &'w Index,
    pub(super) view: &'w View,
    pub(super) hints: Hints,
    pub(super) links: Vec<Link>,
    pub(super) violations: Vec<Violation>,
    /// What is called how in the messages and enums that options have been held against.
    pub(super) names: FxHashMap<Identity, Names<'w>>,
}

impl<'w> Linker<'w> {
    fn new(workspace: &'w Workspace, index: &'w Index, document: DocumentId) -> Option<Self> {
        Some(Self {
            workspace,
            document,
            tree: workspace.document(document).tree(),
            index,
            view: index.view(document)?,
            hints: Hints::default(),
            links: Vec::new(),
            violations: Vec::new(),
            names: FxHashMap::default(),
        })
    }

    fn run(mut self) -> Linked {
        let tree = self.tree;
        let package = package(tree);
        self.options(NodeId::ROOT, package);
        self.scope(NodeId::ROOT, package);
        for service in children_of(tree, NodeId::ROOT, key::SERVICES) {
            let scope = full_name(package, tree.key_text(service).unwrap_or_default());
            self.options(service, &scope);
            for method in children_of(tree, service, key::METHODS) {
                self.options(method, &scope);
                for part in [key::REQUEST, key::RESPONSE] {
                    let message = tree.get(method, part).and_then(|part| tree.get(part, key::TYPE));
                    self.name(message, &scope, "message", is_message);
                }
            }
        }
        Linked {
            document: self.document,
            links: self.links,
            violations: self.violations,
        }
    }

    /// Where a node of this file stands.
    pub(super) fn address(&self, node: NodeId) -> Address {
        Address {
            document: self.document,
            node,
        }
    }

    /// A declaration of the files of the run.
    pub(super) fn declared(&self, address: Address) -> Declared<'w> {
        Declared {
            node: Node::new(self.workspace, address),
            index: self.index,
            is_built_in: false,
        }
    }

    /// What stands in a file or a message.
    fn scope(&mut self, holder: NodeId, scope: &str) {
        let tree = self.tree;
        self.fields(holder, scope);
        for oneof in children_of(tree, holder, key::ONEOFS) {
            self.options(oneof, scope);
            self.fields(oneof, scope);
        }
        for range in children_of(tree, holder, key::EXTENSION_RANGES) {
            self.options(range, scope);
        }
        for extend in children_of(tree, holder, key::EXTENDS) {
            self.name(tree.get(extend, key::EXTENDEE), scope, "message", is_message);
            self.fields(extend, scope);
        }
        for enumeration in children_of(tree, holder, key::ENUMS) {
            let scope = full_name(scope, tree.key_text(enumeration).unwrap_or_default());
            self.options(enumeration, &scope);
            for value in children_of(tree, enumeration, key::VALUES) {
                self.options(value, &scope);
            }
        }
        for message in children_of(tree, holder, key::MESSAGES) {
            self.message(message, scope, tree.key_text(message).unwrap_or_default());
        }
    }

    fn message(&mut self, node: NodeId, scope: &str, name: &str) {
        let scope = full_name(scope, name);
        self.options(node, &scope);
        self.scope(node, &scope);
    }

    fn fields(&mut self, holder: NodeId, scope: &str) {
        let tree = self.tree;
        for field in children_of(tree, holder, key::FIELDS) {
            self.options(field, scope);
            let Some(of) = tree.get(field, key::TYPE) else { continue };
            let of = match tree.node_type(of) {
                NodeType::Map => tree.get(of, key::VALUE),
                _ => Some(of),
            };
            self.name(of, scope, "message or enum", is_type);
            if let (Some(group), Some(of)) = (tree.get(field, key::GROUP), of) {
                self.message(group, scope, tree.text(of));
            }
        }
    }

    /// Links the name of a type.
    fn name(&mut self, node: Option<NodeId>, scope: &str, what: &'static str, fits: fn(Sort) -> bool) {
        let Some(at) = node else { return };
        let name = self.tree.text(at);
        if Scalar::from_name(name).is_some() {
            return;
        }
        if let Some(target) = self.resolve(scope, name, what, fits) {
            self.links.push(Link {
                class: LinkClass::Type,
                at,
                on_key: false,
                target,
            });
        }
    }

    /// What an extension that a key names is; it is linked, or only told to be none.
    pub(super) fn extension(&mut self, at: NodeId, name: &str, scope: &str, is_linked: bool) -> Option<Address> {
        let target = self.resolve(scope, name, "option", is_extension)?;
        let found = target.as_ref().ok().copied();
        if is_linked || found.is_none() {
            self.links.push(Link {
                class: LinkClass::Option,
                at,
                on_key: true,
                target,
            });
        }
        found
    }

    /// What a name stands for; nothing where that cannot be told.
    fn resolve(
        &mut self,
        scope: &str,
        name: &str,
        what: &'static str,
        fits: fn(Sort) -> bool,
    ) -> Option<Result<Address, LinkFailure>> {
        if let Some(symbol) = self.index.resolve(self.view, scope, name, fits) {
            return Some(Ok(symbol.address));
        }
        if self.view.has_gaps {
            return None;
        }
        let (index, view) = (self.index, self.view);
        let similar = self.hints.closest(name, || index.names(view, fits));
        Some(Err(LinkFailure::NoSuchName {
            what,
            name: name.to_owned(),
            similar: similar.map(str::to_owned),
        }))
    }
}

fn is_type(sort: Sort) -> bool {
    matches!(sort, Sort::Message | Sort::Enum)
}

fn is_message(sort: Sort) -> bool {
    sort == Sort::Message
}

pub(super) fn is_extension(sort: Sort) -> bool {
    sort == Sort::Extension
}
