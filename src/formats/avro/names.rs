//! The names of types: what each stands for, and what is wrong with those that define and use them
//! (<https://avro.apache.org/docs/1.12.0/specification/#names>).

use super::{defaults, grammar};
use crate::document::avro::{Primitive, Type, split, within};
use crate::document::suggest::Hints;
use crate::document::{
    Address, Document, DocumentId, Kind, Link, LinkClass, LinkFailure, Violation, ViolationKind, Workspace,
};
use crate::syntax::{NodeId, NodeType, Tree, key};
use rustc_hash::{FxHashMap, FxHashSet};

/// The names in a document that stand for types, with what they stand for.
pub(in crate::formats) fn links(workspace: &Workspace, id: DocumentId) -> Vec<Link> {
    let mut links = Vec::new();
    let mut hints = Hints::default();
    for reading in readings(workspace.document(id)) {
        for used in &reading.uses {
            let known = || reading.defined.keys().map(String::as_str);
            let target = reading.defined.get(&used.name).map(|node| Address {
                document: id,
                node: *node,
            });
            links.push(Link {
                class: LinkClass::Type,
                at: used.node,
                on_key: false,
                target: target.ok_or_else(|| LinkFailure::NoSuchName {
                    what: "type of this schema",
                    name: used.name.clone(),
                    similar: hints.closest(&used.name, known).map(str::to_owned),
                }),
            });
        }
    }
    links
}

/// Where schemas in a document break rules that no table can say.
pub(in crate::formats) fn violations(document: &Document) -> Vec<Violation> {
    let mut violations = Vec::new();
    for reading in readings(document) {
        defaults::check(&reading, &mut violations);
        violations.extend(reading.violations);
    }
    violations
}

/// What is known of one schema.
pub(super) struct Reading<'t> {
    pub(super) tree: &'t Tree,
    /// The types that it defines, by their full names.
    pub(super) defined: FxHashMap<String, NodeId>,
    /// The fields of its records and its enums, each with the namespace around it.
    pub(super) with_default: Vec<(NodeId, String)>,
    uses: Vec<Use>,
    violations: Vec<Violation>,
}

/// A name that stands for a type.
struct Use {
    node: NodeId,
    name: String,
}

/// The schemas of a document that stand in no other one.
fn readings(document: &Document) -> Vec<Reading<'_>> {
    let avro = grammar();
    if !document.is_written_in(avro) {
        return Vec::new();
    }
    let tree = document.tree();
    let is_one = |node: &NodeId| {
        let in_avro = |node: NodeId| {
            let is_avro = document.grammar_of(node).is_some_and(|own| std::ptr::eq(own, avro));
            is_avro && document.kind(node) != Kind::Data
        };
        in_avro(*node) && !tree.parent(*node).is_some_and(in_avro)
    };
    let roots = tree.ids().filter(is_one);
    roots.map(|root| Reading::of(tree, root)).collect()
}

impl<'t> Reading<'t> {
    fn of(tree: &'t Tree, root: NodeId) -> Self {
        let mut reading = Self {
            tree,
            defined: FxHashMap::default(),
            with_default: Vec::new(),
            uses: Vec::new(),
            violations: Vec::new(),
        };
        reading.schema(root, "");
        reading
    }

    fn wrong(&mut self, node: NodeId, clause: &'static str) {
        self.violations.push(Violation {
            node,
            on_key: false,
            kind: ViolationKind::Stated(clause),
        });
    }

    /// The depth is that of the text, which the reader of the text bounds.
    fn schema(&mut self, node: NodeId, space: &str) {
        match self.tree.node_type(node) {
            NodeType::String => self.name(node, space),
            NodeType::List => self.union(node, space),
            NodeType::Map => self.object(node, space),
            _ => {}
        }
    }

    fn name(&mut self, node: NodeId, space: &str) {
        let text = self.tree.text(node);
        let known = Type::from_word(text);
        if matches!(known, Some(Type::Primitive(_))) {
            return;
        }
        let name = within(space, text);
        if known.is_some() && !self.defined.contains_key(&name) {
            return self.wrong(node, "is no type by itself: write an object with it as its `type`");
        }
        self.uses.push(Use { node, name });
    }

    /// <https://avro.apache.org/docs/1.12.0/specification/#unions>
    fn union(&mut self, list: NodeId, space: &str) {
        let tree = self.tree;
        let mut seen = FxHashSet::default();
        for branch in tree.children(list) {
            let name = match tree.node_type(branch) {
                NodeType::String => Some(tree.text(branch)),
                NodeType::Map => tree.get(branch, key::TYPE).and_then(|of| tree.string(of)),
                NodeType::List => {
                    self.wrong(
                        branch,
                        "cannot hold a list of alternatives: put them into the one around it",
                    );
                    None
                }
                _ => None,
            };
            if let Some(name) = name.filter(|name| !is_named(name))
                && !seen.insert(name)
            {
                self.wrong(
                    branch,
                    "repeats a type: of each type but named ones a union may hold one",
                );
            }
            self.schema(branch, space);
        }
    }

    fn object(&mut self, node: NodeId, space: &str) {
        let tree = self.tree;
        let Some(of) = tree.get(node, key::TYPE) else { return };
        let word = tree.string(of).unwrap_or_default();
        let mut inner = space.to_owned();
        if is_named(word) {
            inner = self.define(node, space);
        }
        match word {
            "record" | "error" => {
                let mut seen = FxHashSet::default();
                let fields = tree
                    .get(node, key::FIELDS)
                    .into_iter()
                    .flat_map(|list| tree.children(list));
                for field in fields {
                    if let Some(name) = tree.get(field, key::NAME)
                        && !seen.insert(tree.text(name))
                    {
                        self.wrong(name, "is the name of an earlier field of the record");
                    }
                    if let Some(of) = tree.get(field, key::TYPE) {
                        self.schema(of, &inner);
                    }
                    self.with_default.push((field, inner.clone()));
                }
            }
            "enum" => self.with_default.push((node, inner)),
            "array" | "map" => {
                let part = if word == "array" { key::ITEMS } else { key::VALUES };
                if let Some(part) = tree.get(node, part) {
                    self.schema(part, &inner);
                }
            }
            "fixed" => {}
            _ => self.schema(of, &inner),
        }
    }

    /// Notes a type with a name; gives the namespace within it.
    fn define(&mut self, node: NodeId, space: &str) -> String {
        let tree = self.tree;
        let Some(at) = tree.get(node, key::NAME) else {
            return space.to_owned();
        };
        let own = tree.get(node, key::NAMESPACE).and_then(|own| tree.string(own));
        let name = within(own.unwrap_or(space), tree.text(at));
        let inner = split(&name).0.to_owned();
        if self.defined.contains_key(&name) {
            self.wrong(at, "is defined in this schema already; refer to it by its name");
        } else {
            if let Some(used) = self.uses.iter().find(|used| used.name == name) {
                self.wrong(used.node, "is used before it is defined");
            }
            self.defined.insert(name, node);
        }
        inner
    }

    /// What a schema is, names followed.
    pub(super) fn resolve(&self, node: NodeId, space: &str) -> NodeId {
        match self.tree.string(node) {
            Some(text) if Primitive::from_name(text).is_none() => {
                let name = within(space, text);
                self.defined.get(&name).copied().unwrap_or(node)
            }
            _ => node,
        }
    }
}

/// Whether a word says that a type with a name is defined.
fn is_named(word: &str) -> bool {
    Type::from_word(word).is_some_and(Type::is_named)
}
