//! The names by which OpenAPI's objects refer to each other: security schemes, tags, operation ids, and the
//! references that are no `$ref`.

use super::super::Linked;
use super::api::named;
use super::values::V2;
use crate::document::suggest::Hints;
use crate::document::{Address, DocumentId, Kind, Link, LinkClass, LinkFailure, Node, Workspace};
use crate::syntax::{NodeId, key};
use rustc_hash::{FxHashMap, FxHashSet};

/// All such links of a description, which comes first, and of its parts: what has a name stands in the description,
/// operations anywhere.
pub(super) fn links(workspace: &Workspace, documents: &[DocumentId]) -> Vec<Linked> {
    let Some(description) = documents.first() else {
        return Vec::new();
    };
    let root = workspace.root(*description);
    let is_swagger = root.document().grammar().is_some_and(|grammar| grammar.version() == V2);
    let references = documents.iter().flat_map(|document| {
        let references = workspace.document(*document).references().iter();
        references.map(|reference| Address {
            document: *document,
            node: reference.value,
        })
    });
    let mut finder = Finder {
        references: references.collect(),
        hints: Hints::default(),
        schemes: if is_swagger {
            root.get(key::SECURITY_DEFINITIONS)
        } else {
            component_map(root, key::SECURITY_SCHEMES)
        },
        schemas: if is_swagger {
            root.get(key::DEFINITIONS)
        } else {
            component_map(root, key::SCHEMAS)
        },
        tags: named_children(root.get(key::TAGS), key::NAME),
        operation_ids: operation_ids(workspace, documents),
    };
    let mut linked = Vec::new();
    for document in documents {
        let mut found = Vec::new();
        for (index, kind) in workspace.document(*document).kinds().iter().enumerate() {
            let node = workspace.node(Address {
                document: *document,
                node: NodeId::from_index(index),
            });
            match kind {
                Kind::SecurityRequirement => finder.requirement(node, &mut found),
                Kind::Operation => finder.tags_of(node, &mut found),
                Kind::Tag => finder.parent_of(node, &mut found),
                Kind::Link => finder.link(node, &mut found),
                Kind::Discriminator => finder.mapping(node, &mut found),
                _ => {}
            }
        }
        linked.push(Linked {
            document: *document,
            links: found,
            violations: Vec::new(),
        });
    }
    linked
}

fn component_map(root: Node<'_>, map: crate::syntax::Key) -> Option<Node<'_>> {
    root.field(key::COMPONENTS)?.get(map)
}

fn named_children(list: Option<Node<'_>>, name: crate::syntax::Key) -> FxHashMap<&str, Address> {
    let children = list.into_iter().flat_map(Node::children);
    children
        .filter_map(|child| Some((child.string_at(name)?, child.address())))
        .collect()
}

fn operation_ids<'w>(workspace: &'w Workspace, documents: &[DocumentId]) -> FxHashMap<&'w str, Address> {
    let mut ids = FxHashMap::default();
    for document in documents {
        for (index, kind) in workspace.document(*document).kinds().iter().enumerate() {
            if *kind == Kind::Operation {
                let node = workspace.node(Address {
                    document: *document,
                    node: NodeId::from_index(index),
                });
                if let Some(id) = node.string_at(key::OPERATION_ID) {
                    ids.entry(id).or_insert(node.address());
                }
            }
        }
    }
    ids
}

struct Finder<'w> {
    schemes: Option<Node<'w>>,
    schemas: Option<Node<'w>>,
    tags: FxHashMap<&'w str, Address>,
    operation_ids: FxHashMap<&'w str, Address>,
    /// The values of mappings that were read as references.
    references: FxHashSet<Address>,
    hints: Hints,
}

impl<'w> Finder<'w> {
    fn requirement(&mut self, requirement: Node<'w>, links: &mut Vec<Link>) {
        for scheme in requirement.children() {
            let name = scheme.key_text().unwrap_or_default();
            let target = named(self.schemes, name)
                // https://spec.openapis.org/oas/v3.2.0.html#security-requirement-object: a URI is allowed, too.
                .or_else(|| name.contains(['#', '/']).then_some(requirement.address()));
            let what = "security scheme";
            links.push(Link {
                class: LinkClass::SecurityScheme,
                at: scheme.id(),
                on_key: true,
                target: target.ok_or_else(|| no_such_name(&mut self.hints, what, name, names(self.schemes))),
            });
        }
    }

    fn tags_of(&mut self, operation: Node<'w>, links: &mut Vec<Link>) {
        for tag in operation.get(key::TAGS).into_iter().flat_map(Node::children) {
            links.push(self.tag(tag));
        }
    }

    fn parent_of(&mut self, tag: Node<'w>, links: &mut Vec<Link>) {
        links.extend(tag.get(key::PARENT).map(|parent| self.tag(parent)));
    }

    fn tag(&mut self, node: Node<'w>) -> Link {
        named_by(LinkClass::Tag, "tag", node, &self.tags, &mut self.hints)
    }

    fn link(&mut self, link: Node<'w>, links: &mut Vec<Link>) {
        if let Some(id) = link.get(key::OPERATION_ID) {
            let class = LinkClass::OperationId;
            links.push(named_by(class, "operation", id, &self.operation_ids, &mut self.hints));
        }
    }

    /// A mapping's value is the name of a schema, unless it was read as a reference.
    fn mapping(&mut self, discriminator: Node<'w>, links: &mut Vec<Link>) {
        let mapping = discriminator.get(key::MAPPING).into_iter().flat_map(Node::children);
        for value in mapping.chain(discriminator.get(key::DEFAULT_MAPPING)) {
            if self.references.contains(&value.address()) {
                continue;
            }
            let name = value.text();
            links.push(Link {
                class: LinkClass::Mapping,
                at: value.id(),
                on_key: false,
                target: named(self.schemas, name)
                    .ok_or_else(|| no_such_name(&mut self.hints, "schema", name, names(self.schemas))),
            });
        }
    }
}

/// A link from a text to what has it as its name.
fn named_by(
    class: LinkClass,
    what: &'static str,
    node: Node<'_>,
    known: &FxHashMap<&str, Address>,
    hints: &mut Hints,
) -> Link {
    let target = known.get(node.text()).copied();
    Link {
        class,
        at: node.id(),
        on_key: false,
        target: target.ok_or_else(|| no_such_name(hints, what, node.text(), known.keys().copied())),
    }
}

fn names<'w>(holder: Option<Node<'w>>) -> impl Iterator<Item = &'w str> {
    holder.into_iter().flat_map(Node::children).filter_map(Node::key_text)
}

fn no_such_name<'n>(
    hints: &mut Hints,
    what: &'static str,
    name: &str,
    names: impl Iterator<Item = &'n str>,
) -> LinkFailure {
    LinkFailure::NoSuchName {
        what,
        name: name.to_owned(),
        similar: hints.closest(name, || names).map(str::to_owned),
    }
}
