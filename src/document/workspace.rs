//! All documents of a run and how they refer to each other.

use super::events::Events;
use super::grammar::{Grammar, Value};
use super::http::Api;
use super::label::{self, Labels};
use super::{FormatName, Kind, Link, LinkFailure, Node, RawReference, Violation};
use crate::source::Source;
use crate::syntax::{NodeId, Tree};
use rustc_hash::{FxHashMap, FxHashSet};
use std::path::Path;
use std::sync::Arc;

/// A document of one [`Workspace`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DocumentId(u32);

impl DocumentId {
    /// The position of the document in its workspace.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// Two versions of one description. Where one is missing, the description was added or removed as a whole.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Versions {
    /// The version before.
    pub old: Option<DocumentId>,
    /// The version now.
    pub new: Option<DocumentId>,
    /// Whether the new version stands under another name than the old one did.
    pub moved: bool,
}

/// A node of one [`Workspace`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Address {
    /// The document.
    pub document: DocumentId,
    /// The node in it.
    pub node: NodeId,
}

/// One file (or other source) of a run: its tree, its kinds and its links.
#[derive(Debug)]
pub struct Document {
    tree: Tree,
    grammar: Option<&'static Grammar>,
    is_description: bool,
    is_base: bool,
    is_import: bool,
    is_contract: bool,
    labels: Labels,
    links: Vec<Link>,
    targets: FxHashMap<NodeId, Address>,
    api: Option<Arc<Api>>,
    events: Option<Arc<Events>>,
    revision: u32,
}

impl Document {
    /// A document that no grammar has been applied to yet.
    #[must_use]
    pub fn new(tree: Tree) -> Self {
        let labels = Labels {
            kinds: vec![Kind::Data; tree.len()],
            ..Labels::default()
        };
        Self {
            tree,
            grammar: None,
            is_description: false,
            is_base: false,
            is_import: false,
            is_contract: false,
            labels,
            links: Vec::new(),
            targets: FxHashMap::default(),
            api: None,
            events: None,
            revision: 0,
        }
    }

    /// Labels the whole document as a description of its own.
    pub fn describe(&mut self, grammar: &'static Grammar) {
        self.is_description = true;
        self.label(grammar, NodeId::ROOT, &Value::Object(grammar.root()));
    }

    /// Marks it as one that others are held against, and that is not judged itself.
    pub fn mark_base(&mut self) {
        self.is_base = true;
    }

    /// Marks it as a contract, which describes no API.
    pub fn mark_contract(&mut self) {
        self.is_contract = true;
    }

    /// Labels the whole document as one that is only read because others import it, and is not judged itself.
    pub fn import(&mut self, grammar: &'static Grammar) {
        self.is_import = true;
        self.label(grammar, NodeId::ROOT, &Value::Object(grammar.root()));
    }

    /// Labels the subtree of a node that another one refers to. Of the versions of a specification, the first that a
    /// document is read with stays; what is written in another specification is a part of its own.
    pub fn label(&mut self, grammar: &'static Grammar, node: NodeId, value: &Value) {
        let own = *self.grammar.get_or_insert(grammar);
        let grammar = if own.specification() == grammar.specification() {
            own
        } else {
            self.labels.parts.add(&self.tree, node, grammar);
            grammar
        };
        self.revision += 1;
        label::label(&self.tree, grammar, node, value, &mut self.labels);
    }

    /// The source it was read from.
    #[must_use]
    pub fn source(&self) -> &Arc<Source> {
        self.tree.source()
    }

    /// Its tree.
    #[must_use]
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// The table it was labelled with.
    #[must_use]
    pub fn grammar(&self) -> Option<&'static Grammar> {
        self.grammar
    }

    /// The table that a node was labelled with: parts may be written in another specification than the rest.
    #[must_use]
    pub fn grammar_of(&self, node: NodeId) -> Option<&'static Grammar> {
        self.labels.parts.grammar_of(node).or(self.grammar)
    }

    /// The format whose rules hold for it: that of its table.
    #[must_use]
    pub fn format(&self) -> Option<FormatName> {
        self.grammar.and_then(Grammar::format)
    }

    /// Whether the document, or a part of it, was labelled with a table.
    #[must_use]
    pub fn is_written_in(&self, grammar: &'static Grammar) -> bool {
        self.grammar.is_some_and(|own| std::ptr::eq(own, grammar)) || self.labels.parts.has(grammar)
    }

    /// How often a part of it has been labelled.
    #[must_use]
    pub fn revision(&self) -> u32 {
        self.revision
    }

    /// Whether it is a description of its own, not a part that others refer to.
    #[must_use]
    pub fn is_description(&self) -> bool {
        self.is_description
    }

    /// Whether it belongs to the old version, where two are compared: it is not judged itself.
    #[must_use]
    pub fn is_base(&self) -> bool {
        self.is_base
    }

    /// Whether it is only read because others import it.
    #[must_use]
    pub fn is_import(&self) -> bool {
        self.is_import
    }

    /// The kind of a node.
    #[must_use]
    pub fn kind(&self, node: NodeId) -> Kind {
        self.labels.kinds[node.index()]
    }

    /// The kinds of all nodes, in the order of the tree.
    #[must_use]
    pub fn kinds(&self) -> &[Kind] {
        &self.labels.kinds
    }

    /// The strings that hold a text in Protobuf, as it stands in the source.
    #[must_use]
    pub fn texts(&self) -> &[NodeId] {
        &self.labels.texts
    }

    /// The file that it is; nothing for what is no file, or only a text within one.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.source().path().filter(|_| !self.tree.is_part())
    }

    /// Where the document departs from its grammar.
    #[must_use]
    pub fn violations(&self) -> &[Violation] {
        &self.labels.violations
    }

    /// Notes departures that its format found.
    pub fn add_violations(&mut self, violations: Vec<Violation>) {
        self.labels.violations.extend(violations);
    }

    /// All `$ref`s, as they stand in the text.
    #[must_use]
    pub fn references(&self) -> &[RawReference] {
        &self.labels.references
    }

    /// All links, in the order in which they were found.
    #[must_use]
    pub fn links(&self) -> &[Link] {
        &self.links
    }

    /// What an object with a `$ref`, or a string that refers to a node, refers to, if that exists.
    #[must_use]
    pub fn target(&self, holder: NodeId) -> Option<Address> {
        self.targets.get(&holder).copied()
    }

    /// The operations of the document, if it describes an HTTP API.
    #[must_use]
    pub fn api(&self) -> Option<&Api> {
        self.api_around().filter(|_| self.is_description)
    }

    /// The operations of the description that the document is, or is a part of: path items may stand in files of
    /// their own.
    #[must_use]
    pub fn api_around(&self) -> Option<&Api> {
        self.api.as_deref()
    }

    /// What is sent and received, if the document describes an event-driven API.
    #[must_use]
    pub fn events(&self) -> Option<&Events> {
        self.events_around().filter(|_| self.is_description)
    }

    /// The same of the description that the document is, or is a part of.
    #[must_use]
    pub fn events_around(&self) -> Option<&Events> {
        self.events.as_deref()
    }
}

/// All documents of a run.
#[derive(Debug, Default)]
pub struct Workspace {
    documents: Vec<Document>,
    reference_chain: u32,
}

impl Workspace {
    /// An empty workspace, in which chains of references may take as many steps.
    #[must_use]
    pub fn new(reference_chain: u32) -> Self {
        Self {
            documents: Vec::new(),
            reference_chain,
        }
    }

    /// Adds a document.
    pub fn add(&mut self, document: Document) -> DocumentId {
        let id = DocumentId(self.documents.len() as u32);
        self.documents.push(document);
        id
    }

    /// All documents.
    #[must_use]
    pub fn documents(&self) -> &[Document] {
        &self.documents
    }

    /// The ids of all documents.
    pub fn ids(&self) -> impl Iterator<Item = DocumentId> + use<> {
        (0..self.documents.len() as u32).map(DocumentId)
    }

    /// The ids of the documents that are judged: all but imported ones, and those of the old version, where two are
    /// compared.
    pub fn judged(&self) -> impl Iterator<Item = DocumentId> + '_ {
        self.ids().filter(|id| {
            let document = self.document(*id);
            !document.is_base() && !document.is_import()
        })
    }

    /// The ids of the documents that are judged and describe APIs, or parts of them.
    pub fn described(&self) -> impl Iterator<Item = DocumentId> + '_ {
        self.judged().filter(|id| !self.document(*id).is_contract)
    }

    /// One document.
    #[must_use]
    pub fn document(&self, id: DocumentId) -> &Document {
        &self.documents[id.index()]
    }

    /// One document, to label more of it.
    pub fn document_mut(&mut self, id: DocumentId) -> &mut Document {
        &mut self.documents[id.index()]
    }

    /// The node at an address.
    #[must_use]
    pub fn node(&self, address: Address) -> Node<'_> {
        Node::new(self, address)
    }

    /// The root node of a document.
    #[must_use]
    pub fn root(&self, document: DocumentId) -> Node<'_> {
        self.node(Address {
            document,
            node: NodeId::ROOT,
        })
    }

    /// How many references may follow each other.
    #[must_use]
    pub fn reference_chain(&self) -> u32 {
        self.reference_chain
    }

    /// Notes a link of a document, and under which node its target is remembered.
    pub fn add_link(&mut self, document: DocumentId, link: Link, holder: NodeId) {
        let document = &mut self.documents[document.index()];
        if let Ok(target) = &link.target {
            document.targets.insert(holder, *target);
        }
        document.links.push(link);
    }

    /// Takes back the targets of references, which turned out to lead nowhere.
    pub fn break_links(&mut self, document: DocumentId, broken: &[RawReference], failure: &LinkFailure) {
        let document = &mut self.documents[document.index()];
        let at: FxHashSet<NodeId> = broken.iter().map(|reference| reference.value).collect();
        for reference in broken {
            document.targets.remove(&reference.holder);
        }
        for link in document.links.iter_mut().filter(|link| at.contains(&link.at)) {
            link.target = Err(failure.clone());
        }
    }

    /// Notes the operations of a document.
    pub fn set_api(&mut self, document: DocumentId, api: Arc<Api>) {
        self.documents[document.index()].api = Some(api);
    }

    /// Notes what is sent and received.
    pub fn set_events(&mut self, document: DocumentId, events: Arc<Events>) {
        self.documents[document.index()].events = Some(events);
    }
}
