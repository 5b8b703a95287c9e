//! All names that the files of a run declare, and which files see which.

use super::imports::{children_of, import_nodes};
use crate::document::{Address, Document, DocumentId, Workspace};
use crate::syntax::{Key, NodeId, Tree, key};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    Message,
    Enum,
    /// A field that extends a message.
    Extension,
    Service,
}

/// Something with a full name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Symbol {
    pub(super) sort: Sort,
    pub(super) address: Address,
}

/// What names mean in the files of a run.
#[derive(Debug)]
pub(super) struct Index {
    /// By full name: in files that do not see each other, a name may stand for several things.
    symbols: FxHashMap<String, Vec<Symbol>>,
    /// For each document, what it sees; nothing for documents of other formats.
    views: FxHashMap<DocumentId, View>,
}

/// What a file sees: itself, what it imports, and what that makes public.
#[derive(Debug, Default)]
pub(super) struct View {
    files: FxHashSet<DocumentId>,
    /// The packages of these files, and all that they lie in.
    packages: FxHashSet<String>,
    /// Something of it is missing, so that nothing can be said of a name that is not found.
    pub(super) has_gaps: bool,
}

impl Index {
    pub(super) fn new(workspace: &Workspace, documents: &[DocumentId]) -> Self {
        let declared: Vec<Vec<(String, Symbol)>> = documents
            .par_iter()
            .map(|document| declared(*document, workspace.document(*document).tree()))
            .collect();
        let mut symbols: FxHashMap<String, Vec<Symbol>> = FxHashMap::default();
        symbols.reserve(declared.iter().map(Vec::len).sum());
        for (name, symbol) in declared.into_iter().flatten() {
            symbols.entry(name).or_default().push(symbol);
        }
        let views = documents
            .par_iter()
            .map(|document| (*document, View::new(workspace, *document)))
            .collect();
        Self { symbols, views }
    }

    /// What a file sees.
    pub(super) fn view(&self, document: DocumentId) -> Option<&View> {
        self.views.get(&document)
    }

    /// What a full name stands for in a view.
    pub(super) fn symbol(&self, view: &View, name: &str) -> Option<Symbol> {
        let symbols = self.symbols.get(name)?;
        symbols
            .iter()
            .find(|symbol| view.files.contains(&symbol.address.document))
            .copied()
    }

    /// What `name` means where `scope` is the full name of what it stands in: the innermost scope counts that has
    /// something called like the first part of the name. `fits` tells what is looked for.
    pub(super) fn resolve(&self, view: &View, scope: &str, name: &str, fits: fn(Sort) -> bool) -> Option<Symbol> {
        let fitting = |name: &str| self.symbol(view, name).filter(|symbol| fits(symbol.sort));
        if let Some(name) = name.strip_prefix('.') {
            return fitting(name);
        }
        let first = name.split('.').next().unwrap_or(name);
        let is_compound = first.len() < name.len();
        let mut full = String::with_capacity(scope.len() + 1 + name.len());
        let mut scope = scope;
        loop {
            full.clear();
            full.push_str(scope);
            if !scope.is_empty() {
                full.push('.');
            }
            let length = full.len();
            full.push_str(first);
            let holds_names = || {
                view.packages.contains(&full)
                    || self
                        .symbol(view, &full)
                        .is_some_and(|symbol| matches!(symbol.sort, Sort::Message | Sort::Enum))
            };
            if !is_compound {
                if let Some(symbol) = fitting(&full) {
                    return Some(symbol);
                }
            } else if holds_names() {
                full.truncate(length);
                full.push_str(name);
                return fitting(&full);
            }
            if scope.is_empty() {
                return None;
            }
            scope = scope.rsplit_once('.').map_or("", |(outer, _)| outer);
        }
    }

    /// The names of what fits in a view whose last part is like that of another one.
    pub(super) fn names<'i>(&'i self, view: &'i View, fits: fn(Sort) -> bool) -> impl Iterator<Item = &'i str> {
        let seen = move |symbols: &[Symbol]| {
            let mut symbols = symbols.iter();
            symbols.any(|symbol| fits(symbol.sort) && view.files.contains(&symbol.address.document))
        };
        self.symbols
            .iter()
            .filter(move |(_, symbols)| seen(symbols))
            .map(|(name, _)| name.as_str())
    }
}

impl View {
    fn new(workspace: &Workspace, from: DocumentId) -> Self {
        let mut view = Self::default();
        let mut open = vec![(from, true)];
        while let Some((id, is_own)) = open.pop() {
            if !view.files.insert(id) {
                continue;
            }
            let document = workspace.document(id);
            let tree = document.tree();
            view.has_gaps |= tree.has_holes();
            let mut package = package(tree);
            while !package.is_empty() && view.packages.insert(package.to_owned()) {
                package = package.rsplit_once('.').map_or("", |(outer, _)| outer);
            }
            for import in import_nodes(tree) {
                let is_public = tree
                    .get(import, key::MODIFIER)
                    .is_some_and(|said| tree.text(said) == "public");
                if is_own || is_public {
                    match imported(document, tree, import) {
                        Some(target) => open.push((target, false)),
                        None => view.has_gaps = true,
                    }
                }
            }
        }
        view
    }
}

/// The file that an import leads to.
fn imported(document: &Document, tree: &Tree, import: NodeId) -> Option<DocumentId> {
    Some(document.target(tree.get(import, key::PATH)?)?.document)
}

/// The package of a file; empty where it has none.
pub(super) fn package(tree: &Tree) -> &str {
    tree.get(NodeId::ROOT, key::PACKAGE)
        .map_or("", |package| tree.text(package))
}

/// The full name of what is called `name` in a scope.
pub(super) fn full_name(scope: &str, name: &str) -> String {
    if scope.is_empty() {
        name.to_owned()
    } else {
        format!("{scope}.{name}")
    }
}

fn declared(document: DocumentId, tree: &Tree) -> Vec<(String, Symbol)> {
    let mut collector = Collector {
        document,
        tree,
        found: Vec::new(),
    };
    collector.scope(NodeId::ROOT, package(tree));
    collector.named(NodeId::ROOT, key::SERVICES, package(tree), Sort::Service);
    collector.found
}

struct Collector<'t> {
    document: DocumentId,
    tree: &'t Tree,
    found: Vec<(String, Symbol)>,
}

impl Collector<'_> {
    fn add(&mut self, name: String, sort: Sort, node: NodeId) {
        let address = Address {
            document: self.document,
            node,
        };
        self.found.push((name, Symbol { sort, address }));
    }

    fn named(&mut self, holder: NodeId, sort: Key, scope: &str, is: Sort) {
        let tree = self.tree;
        for node in children_of(tree, holder, sort) {
            self.add(full_name(scope, tree.key_text(node).unwrap_or_default()), is, node);
        }
    }

    /// What a file or a message declares.
    fn scope(&mut self, holder: NodeId, scope: &str) {
        let tree = self.tree;
        self.named(holder, key::ENUMS, scope, Sort::Enum);
        for message in children_of(tree, holder, key::MESSAGES) {
            self.message(message, scope, tree.key_text(message).unwrap_or_default());
        }
        for extend in children_of(tree, holder, key::EXTENDS) {
            self.named(extend, key::FIELDS, scope, Sort::Extension);
            self.groups(extend, scope);
        }
        self.groups(holder, scope);
        for oneof in children_of(tree, holder, key::ONEOFS) {
            self.groups(oneof, scope);
        }
    }

    fn message(&mut self, node: NodeId, scope: &str, name: &str) {
        let name = full_name(scope, name);
        self.scope(node, &name);
        self.add(name, Sort::Message, node);
    }

    /// The messages that fields declare as their types.
    fn groups(&mut self, holder: NodeId, scope: &str) {
        let tree = self.tree;
        for field in children_of(tree, holder, key::FIELDS) {
            if let (Some(group), Some(name)) = (tree.get(field, key::GROUP), tree.get(field, key::TYPE)) {
                self.message(group, scope, tree.text(name));
            }
        }
    }
}
