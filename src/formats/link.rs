//! Links between documents: follows every reference, reads what it leads to, and breaks those that lead nowhere.
//!
//! In come documents of one side; out go the same and all that they refer to, with links that have their targets.

use super::proto::Protobuf;
use super::{Detection, FORMATS, Format, Linked, LoadOptions, avro};
use crate::document::grammar::{Grammar, Value};
use crate::document::suggest::Hints;
use crate::document::{
    Address, Dialect, Document, DocumentId, Kind, Link, LinkClass, LinkFailure, RawReference, Workspace, pointer,
    resolve_uri,
};
use crate::source::{Files, ReadErrorKind};
use crate::syntax::{self, Key, NodeId, NodeType, Tree, key};
use rustc_hash::{FxHashMap, FxHashSet};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// Links the documents of one side: those from the first on, whose ids follow each other.
pub(super) struct Loader<'a> {
    pub(super) files: &'a Files,
    pub(super) options: &'a LoadOptions,
    /// Labels a file that is referred to, if it is one of the format's own documents.
    describe: fn(&mut Document) -> Option<&'static dyn Format>,
    /// The documents before this one are of another side.
    first: usize,
    /// Whether the side is the old version of what is compared.
    pub(super) is_base: bool,
    pub(super) workspace: &'a mut Workspace,
    formats: Vec<Option<&'static dyn Format>>,
    pub(super) by_path: FxHashMap<PathBuf, Result<DocumentId, LinkFailure>>,
    /// How many files were read because others import them.
    pub(super) imported: usize,
    projects: FxHashMap<PathBuf, PathBuf>,
    resources: Vec<Resources>,
    hints: Hints,
}

/// The schemas of a document that have a name of their own: an `$id` or an anchor.
#[derive(Default)]
struct Resources {
    /// Nodes by absolute `$id`.
    by_id: FxHashMap<String, NodeId>,
    /// For each schema with an `$id`, that id resolved.
    ids: FxHashMap<NodeId, String>,
    /// Anchors, with the resource that they belong to.
    anchors: FxHashMap<(NodeId, String), NodeId>,
    /// The revision of the document that this was made from, if it was.
    revision: Option<u32>,
}

impl<'a> Loader<'a> {
    pub(super) fn new(
        workspace: &'a mut Workspace,
        files: &'a Files,
        options: &'a LoadOptions,
        describe: fn(&mut Document) -> Option<&'static dyn Format>,
    ) -> Self {
        let first = workspace.documents().len();
        Self {
            files,
            options,
            describe,
            first,
            is_base: false,
            workspace,
            formats: vec![None; first],
            by_path: FxHashMap::default(),
            imported: 0,
            projects: FxHashMap::default(),
            resources: std::iter::repeat_with(Resources::default).take(first).collect(),
            hints: Hints::default(),
        }
    }

    /// Whether a reference has led to the file.
    pub(super) fn has_met(&self, path: &Path) -> bool {
        self.by_path.contains_key(path)
    }

    /// The documents of this side.
    pub(super) fn ids(&self) -> impl Iterator<Item = DocumentId> + use<> {
        self.workspace.ids().skip(self.first)
    }

    /// Adds a document; those that others refer to are added as they are met.
    pub(super) fn add(&mut self, mut document: Document, format: Option<&'static dyn Format>) -> DocumentId {
        if self.is_base {
            document.mark_base();
        }
        let path = document.path().map(Path::to_path_buf);
        let id = self.workspace.add(document);
        self.formats.push(format);
        self.resources.push(Resources::default());
        if let Some(path) = path {
            self.by_path.insert(path, Ok(id));
        }
        id
    }

    /// Resolves every reference, and those of every document that this pulls in.
    pub(super) fn follow_references(&mut self) {
        // How many references of each document have been resolved: labelling targets adds more.
        let mut resolved: Vec<usize> = vec![0; self.workspace.documents().len()];
        loop {
            resolved.resize(self.workspace.documents().len(), 0);
            let Some(id) = self
                .ids()
                .find(|id| resolved[id.index()] < self.workspace.document(*id).references().len())
            else {
                return;
            };
            let reference = self.workspace.document(id).references()[resolved[id.index()]];
            resolved[id.index()] += 1;
            let target = self.resolve(id, reference);
            if self.options.network && matches!(target, Err(LinkFailure::Network)) {
                continue;
            }
            let link = Link {
                class: reference.class,
                at: reference.value,
                on_key: false,
                target,
            };
            self.workspace.add_link(id, link, reference.holder);
        }
    }

    /// Reads the texts in Protobuf that stand within other documents: each becomes a document, to which the string refers.
    pub(super) fn read_texts(&mut self) {
        for id in self.ids() {
            let document = self.workspace.document(id);
            let texts = document.texts().iter().copied();
            let texts: Vec<NodeId> = texts.filter(|text| document.target(*text).is_none()).collect();
            for text in texts {
                self.read_text(id, text);
            }
        }
    }

    fn read_text(&mut self, within: DocumentId, text: NodeId) {
        let tree = self.workspace.document(within).tree();
        let Some(extent) = tree
            .verbatim(text)
            .filter(|_| self.workspace.document(within).target(text).is_none())
        else {
            return;
        };
        let tree = syntax::read_protobuf_within(tree.source(), extent, self.files.limits());
        let target = match Protobuf.detect(&tree) {
            Some(Detection::Known(grammar)) => {
                let mut document = Document::new(tree);
                document.label(grammar, NodeId::ROOT, &Value::Object(grammar.root()));
                let violations = Protobuf.violations(&document);
                document.add_violations(violations);
                Ok(Address {
                    document: self.add(document, Some(&Protobuf)),
                    node: NodeId::ROOT,
                })
            }
            Some(Detection::Unsupported(reason)) => Err(LinkFailure::Unreadable(reason)),
            None => return,
        };
        let link = Link {
            class: LinkClass::Reference,
            at: text,
            on_key: false,
            target,
        };
        self.workspace.add_link(within, link, text);
    }

    fn resolve(&mut self, from: DocumentId, reference: RawReference) -> Result<Address, LinkFailure> {
        let document = self.workspace.document(from);
        let text = document.tree().text(reference.value).to_owned();
        let grammar = document.grammar_of(reference.holder);
        let (file, fragment) = text.split_once('#').unwrap_or((&text, ""));
        let target = match self.resource(from, reference.holder, file, fragment) {
            Some(target) => target?,
            None => {
                let document = self.document_at(from, file)?;
                self.find_in(document, NodeId::ROOT, fragment)?
            }
        };
        match grammar {
            Some(grammar) => self.expect(target, reference.expects, grammar),
            None => Ok(target),
        }
    }

    /// The target of a reference that a schema's `$id` has a part in; `None` for all others.
    fn resource(
        &mut self,
        from: DocumentId,
        holder: NodeId,
        file: &str,
        fragment: &str,
    ) -> Option<Result<Address, LinkFailure>> {
        self.index_resources(from);
        let tree = self.workspace.document(from).tree();
        let resources = &self.resources[from.index()];
        if resources.by_id.is_empty() {
            return None;
        }
        let base = resource_of(tree, resources, holder);
        let node = match base {
            // A reference without a file stays within the nearest schema that has an `$id`.
            Some(node) if file.is_empty() => node,
            _ => {
                let base = base
                    .and_then(|node| resources.ids.get(&node))
                    .map_or("", String::as_str);
                *resources.by_id.get(resolve_uri(base, file).trim_end_matches('#'))?
            }
        };
        Some(self.find_in(from, node, fragment))
    }

    /// The node that a fragment names in a document: a pointer, an anchor, or nothing for the whole.
    fn find_in(&mut self, document: DocumentId, root: NodeId, fragment: &str) -> Result<Address, LinkFailure> {
        let tree = self.workspace.document(document).tree();
        let node = if fragment.is_empty() {
            root
        } else if fragment.starts_with('/') {
            let hints = &mut self.hints;
            pointer::find(tree, root, fragment).map_err(|(holder, step)| {
                let keys = || tree.children(holder).filter_map(|child| tree.key_text(child));
                LinkFailure::NoSuchPointer {
                    similar: hints.closest(&step, keys).map(str::to_owned),
                    step,
                }
            })?
        } else {
            self.index_resources(document);
            let anchors = &self.resources[document.index()].anchors;
            let name = pointer::percent_decode(fragment).into_owned();
            *anchors
                .get(&(root, name))
                .ok_or_else(|| LinkFailure::NoSuchAnchor(fragment.to_owned()))?
        };
        Ok(Address { document, node })
    }

    /// Makes sure that what is expected stands at the target, labelling it if nothing has.
    fn expect(
        &mut self,
        mut target: Address,
        expected: Value,
        grammar: &'static Grammar,
    ) -> Result<Address, LinkFailure> {
        let document = self.workspace.document_mut(target.document);
        // Who refers to a schema means the schema, whether or not it stands there together with its format.
        if document.kind(target.node) == Kind::MultiFormatSchema
            && !expected.is_of(Kind::MultiFormatSchema)
            && let Some(schema) = document.tree().get(target.node, key::SCHEMA)
        {
            target.node = schema;
        }
        let found = document.kind(target.node);
        if found != Kind::Data && expected.is_of(found) || found == Kind::Reference {
            return Ok(target);
        }
        let node_type = document.tree().node_type(target.node);
        let is_boolean = node_type == NodeType::Boolean;
        let may_be_boolean = expected.kind().is_some_and(|kind| grammar.may_be_boolean(kind));
        let may_be = if is_boolean {
            may_be_boolean
        } else {
            expected.takes(node_type)
        };
        if found == Kind::Data && may_be {
            document.label(grammar, target.node, &expected);
            return Ok(target);
        }
        if node_type == NodeType::Lost || document.tree().has_hole(target.node) {
            return Ok(target);
        }
        Err(LinkFailure::WrongKind {
            expected: expected.kind().unwrap_or(Kind::Plain),
            found,
        })
    }

    /// The document that a reference names, read if it has not been.
    fn document_at(&mut self, from: DocumentId, file: &str) -> Result<DocumentId, LinkFailure> {
        if file.is_empty() {
            return Ok(from);
        }
        let local = local_path(file);
        if local.is_none() && is_url(file) {
            return Err(LinkFailure::Network);
        }
        let from_path = self.workspace.document(from).source().path().map(Path::to_path_buf);
        let base = self.files.working_directory();
        let folder = from_path
            .as_deref()
            .and_then(Path::parent)
            .unwrap_or(base)
            .to_path_buf();
        let path = normalise(&folder.join(&*pointer::percent_decode(local.unwrap_or(file))));
        let canonical = self.files.canonical(&path);
        if !self.options.outside_project {
            let project = self.project_of(&folder);
            // Both the path and what it is a link to have to stay inside.
            if !path.starts_with(&project) || !canonical.starts_with(&project) {
                return Err(LinkFailure::OutsideProject(file.to_owned()));
            }
        }
        if let Some(known) = self.by_path.get(&canonical) {
            return known.clone();
        }
        let limit = self.files.limits().referenced_files;
        if self.by_path.len() as u32 >= limit {
            return Err(LinkFailure::TooManyFiles(limit));
        }
        let loaded = self.files.read(&canonical).map_err(|error| match error.kind {
            ReadErrorKind::Directory => LinkFailure::Directory(file.to_owned()),
            _ => LinkFailure::Unreadable(error.to_string()),
        });
        let result = loaded.map(|source| {
            let mut document = Document::new(syntax::read(&source, self.files.limits()));
            let format = (self.describe)(&mut document);
            self.add(document, format)
        });
        self.by_path.insert(canonical, result.clone());
        result
    }

    /// The folder that references from a document in a folder may not leave.
    pub(super) fn project_of(&mut self, folder: &Path) -> PathBuf {
        if let Some(project) = &self.options.project {
            return project.clone();
        }
        let files = self.files;
        self.projects
            .entry(folder.to_path_buf())
            .or_insert_with(|| files.project_root(folder))
            .clone()
    }

    /// Finds the schemas of a document that have names of their own, if more of it has been labelled since.
    fn index_resources(&mut self, id: DocumentId) {
        let document = self.workspace.document(id);
        let revision = document.revision();
        let resources = &mut self.resources[id.index()];
        if resources.revision == Some(revision) {
            return;
        }
        *resources = Resources {
            revision: Some(revision),
            ..Resources::default()
        };
        let tree = document.tree();
        let dialect = document.grammar().and_then(Grammar::dialect);
        let identifier = dialect.map_or(key::DOLLAR_ID, Dialect::identifier);
        let identifiers_are_anchors = dialect.is_some_and(Dialect::identifiers_are_anchors);
        let naming = [identifier, key::DOLLAR_ANCHOR, key::DOLLAR_DYNAMIC_ANCHOR];
        if !tree
            .ids()
            .any(|node| tree.key(node).is_some_and(|key| naming.contains(&key)))
        {
            return;
        }
        // What a file of parts holds is known only when something refers to it, and that may be by such a name. But
        // `id` is a word that anybody uses.
        let is_schema = |node: &NodeId| {
            document.kind(*node) == Kind::Schema || !document.is_description() && identifier == key::DOLLAR_ID
        };
        let schemas = tree.ids().filter(is_schema);
        for node in schemas {
            let text_under = |name: Key| tree.get(node, name).and_then(|text| tree.string(text));
            let (id, mut anchors) = match text_under(identifier) {
                Some(id) if identifiers_are_anchors => match id.split_once('#') {
                    Some((id, anchor)) => (Some(id).filter(|id| !id.is_empty()), vec![anchor]),
                    None => (Some(id), Vec::new()),
                },
                id => (id, Vec::new()),
            };
            if let Some(own) = id {
                let outer = tree
                    .parent(node)
                    .and_then(|parent| resource_of(tree, resources, parent));
                let base = outer
                    .and_then(|outer| resources.ids.get(&outer))
                    .map_or("", String::as_str);
                let resolved = resolve_uri(base, own).trim_end_matches('#').to_owned();
                resources.by_id.entry(resolved.clone()).or_insert(node);
                resources.ids.insert(node, resolved);
            }
            anchors.extend(
                [key::DOLLAR_ANCHOR, key::DOLLAR_DYNAMIC_ANCHOR]
                    .into_iter()
                    .filter_map(text_under),
            );
            for anchor in anchors.into_iter().filter(|anchor| !anchor.is_empty()) {
                let resource = resource_of(tree, resources, node).unwrap_or(NodeId::ROOT);
                resources.anchors.entry((resource, anchor.to_owned())).or_insert(node);
            }
        }
    }

    /// References that lead back into themselves arrive nowhere: they are taken out, so that nobody who follows
    /// references needs to fear them. What stands beside a `$ref` does not help: it leads on all the same.
    pub(super) fn break_endless_chains(&mut self) {
        let mut endless: Vec<(DocumentId, Vec<RawReference>)> = Vec::new();
        // How many steps it is from a node to where its references arrive; nothing if they never do.
        let mut steps: FxHashMap<Address, Option<u32>> = FxHashMap::default();
        let limit = self.workspace.reference_chain();
        for id in self.ids() {
            let mut broken = Vec::new();
            for reference in self.workspace.document(id).references() {
                if reference.class != LinkClass::Reference {
                    continue;
                }
                let mut at = Address {
                    document: id,
                    node: reference.holder,
                };
                let mut passed = Vec::new();
                let mut left = loop {
                    if let Some(known) = steps.get(&at) {
                        break *known;
                    }
                    let Some(target) = self.workspace.document(at.document).target(at.node) else {
                        break Some(0);
                    };
                    // Whoever comes here again before it is known goes round in a circle.
                    steps.insert(at, None);
                    passed.push(at);
                    at = target;
                };
                for node in passed.into_iter().rev() {
                    left = left.map(|left| left + 1);
                    steps.insert(node, left);
                }
                if left.is_none_or(|left| left > limit) {
                    broken.push(*reference);
                }
            }
            endless.push((id, broken));
        }
        for (document, broken) in endless {
            self.workspace.break_links(document, &broken, &LinkFailure::Endless);
        }
    }

    fn add_linked(&mut self, linked: Vec<Linked>) {
        for of in linked {
            for link in of.links {
                let at = link.at;
                self.workspace.add_link(of.document, link, at);
            }
            self.workspace.document_mut(of.document).add_violations(of.violations);
        }
    }

    /// Finds what no table can say of schemas in formats of their own, wherever they stand.
    pub(super) fn check_parts(&mut self) {
        for id in self.ids() {
            let violations = avro::violations(self.workspace.document(id));
            if !violations.is_empty() {
                self.workspace.document_mut(id).add_violations(violations);
            }
        }
    }

    pub(super) fn link_names(&mut self) {
        for format in FORMATS.iter().filter(|format| format.is_linked_as_a_whole()) {
            let is_own = |id: &DocumentId| self.formats[id.index()].is_some_and(|own| own.name() == format.name());
            let documents: Vec<DocumentId> = self.ids().filter(is_own).collect();
            self.add_linked(format.links(self.workspace, &documents));
        }
        let mut taken = FxHashSet::default();
        for id in self.ids() {
            let format = self.formats[id.index()].filter(|format| !format.is_linked_as_a_whole());
            let Some(format) = format else {
                continue;
            };
            let documents = self.with_parts(id, &mut taken);
            self.add_linked(format.links(self.workspace, &documents));
            if let Some(api) = format.api(self.workspace, id).map(Arc::new) {
                for document in &documents {
                    self.workspace.set_api(*document, Arc::clone(&api));
                }
            }
            if let Some(events) = format.events(self.workspace, &documents).map(Arc::new) {
                for document in &documents {
                    self.workspace.set_events(*document, Arc::clone(&events));
                }
            }
        }
    }

    /// A description and the files that it refers to, which are no descriptions themselves. One that several refer to
    /// is a part of the first: what is said of it is the same for all, or should be.
    fn with_parts(&self, description: DocumentId, taken: &mut FxHashSet<DocumentId>) -> Vec<DocumentId> {
        let mut documents = vec![description];
        let mut next = 0;
        while let Some(document) = documents.get(next) {
            next += 1;
            let links = self.workspace.document(*document).links().iter();
            let targets: Vec<DocumentId> = links
                .filter_map(|link| link.target.as_ref().ok())
                .map(|target| target.document)
                .filter(|target| self.formats[target.index()].is_none() && taken.insert(*target))
                .collect();
            documents.extend(targets);
        }
        documents
    }
}

/// The nearest schema with an `$id` that holds a node, or is it.
fn resource_of(tree: &Tree, resources: &Resources, node: NodeId) -> Option<NodeId> {
    std::iter::successors(Some(node), |node| tree.parent(*node)).find(|node| resources.ids.contains_key(node))
}

/// The path in a `file:` URL: it is on no network, and may be read like any other.
fn local_path(file: &str) -> Option<&str> {
    let rest = file.strip_prefix("file://")?;
    let path = rest.strip_prefix("localhost").unwrap_or(rest);
    path.starts_with('/').then_some(path)
}

fn is_url(file: &str) -> bool {
    file.starts_with("//")
        || file
            .find(':')
            .is_some_and(|colon| colon > 1 && !file[..colon].contains('/'))
}

/// The path without `.` and `..`, as text: the file need not exist.
fn normalise(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                normal.pop();
            }
            _ => normal.push(part),
        }
    }
    normal
}
