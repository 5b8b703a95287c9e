//! What the names in Protobuf files stand for: types of fields and methods, messages that are extended, and options.

use super::imports::children_of;
use super::index::{Index, Sort, View, full_name, package};
use crate::document::proto::Scalar;
use crate::document::suggest::Hints;
use crate::document::{Address, DocumentId, Link, LinkClass, LinkFailure, Workspace};
use crate::syntax::{NodeId, NodeType, Tree, key};
use rayon::prelude::*;

/// All such links of the files of a run, whose imports have been followed.
pub(super) fn links(workspace: &Workspace, documents: &[DocumentId]) -> Vec<(DocumentId, Link)> {
    let index = Index::new(workspace, documents);
    documents
        .par_iter()
        .flat_map_iter(|document| {
            // Nobody asks what an imported file refers to.
            let is_asked = !workspace.document(*document).is_import();
            let linker = is_asked.then(|| Linker::new(workspace, &index, *document)).flatten();
            let links = linker.map(Linker::run).unwrap_or_default();
            links.into_iter().map(|link| (*document, link))
        })
        .collect()
}

struct Linker<'w> {
    tree: &'w Tree,
    index: &'w Index,
    view: &'w View,
    hints: Hints,
    links: Vec<Link>,
}

impl<'w> Linker<'w> {
    fn new(workspace: &'w Workspace, index: &'w Index, document: DocumentId) -> Option<Self> {
        Some(Self {
            tree: workspace.document(document).tree(),
            index,
            view: index.view(document)?,
            hints: Hints::default(),
            links: Vec::new(),
        })
    }

    fn run(mut self) -> Vec<Link> {
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
        self.links
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

    /// Links the extensions that options are named by, and those that stand in their values.
    fn options(&mut self, holder: NodeId, scope: &str) {
        let tree = self.tree;
        for option in children_of(tree, holder, key::OPTIONS) {
            let name = tree.key_text(option).unwrap_or_default();
            // What stands in brackets is an extension; of several, the first one is what the option is about.
            let extensions = name.split('(').skip(1).filter_map(|part| part.split(')').next());
            for (position, extension) in extensions.enumerate() {
                self.extension(option, extension, scope, position == 0);
            }
            let end = tree.subtree_end(option).index();
            for at in (option.index() + 1..end).map(NodeId::from_index) {
                let name = tree
                    .key_text(at)
                    .and_then(|name| name.strip_prefix('[')?.strip_suffix(']'));
                // A name with a slash is that of a type that is packed in an `Any`.
                if let Some(name) = name.filter(|name| !name.contains('/')) {
                    self.extension(at, name, scope, true);
                }
            }
        }
    }

    /// Links an extension that a key names, or only tells whether there is one.
    fn extension(&mut self, at: NodeId, name: &str, scope: &str, is_linked: bool) {
        let target = self.resolve(scope, name, "option", is_extension);
        if let Some(target) = target.filter(|target| is_linked || target.is_err()) {
            self.links.push(Link {
                class: LinkClass::Option,
                at,
                on_key: true,
                target,
            });
        }
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

fn is_extension(sort: Sort) -> bool {
    sort == Sort::Extension
}
