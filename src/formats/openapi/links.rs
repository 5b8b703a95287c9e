//! The names by which OpenAPI's objects refer to each other: security schemes, tags, operation ids, and the
//! references that are no `$ref`.

use super::api::named;
use super::grammar::V2;
use crate::document::{Address, DocumentId, Kind, Link, LinkClass, LinkFailure, Node, Workspace};
use crate::syntax::{NodeId, key};
use rustc_hash::FxHashMap;

/// All such links of a document.
pub(super) fn links(workspace: &Workspace, document: DocumentId) -> Vec<Link> {
    let root = workspace.root(document);
    let is_swagger = root.document().grammar().is_some_and(|grammar| grammar.version() == V2);
    let finder = Finder {
        root,
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
        operation_ids: operation_ids(root),
    };
    let mut links = Vec::new();
    for (index, kind) in root.document().kinds().iter().enumerate() {
        let node = workspace.node(Address {
            document,
            node: NodeId::from_index(index),
        });
        match kind {
            Kind::SecurityRequirement => finder.requirement(node, &mut links),
            Kind::Operation => finder.tags_of(node, &mut links),
            Kind::Tag => finder.parent_of(node, &mut links),
            Kind::Link => finder.link(node, &mut links),
            Kind::Discriminator => finder.mapping(node, &mut links),
            _ => {}
        }
    }
    links
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

fn operation_ids(root: Node<'_>) -> FxHashMap<&str, Address> {
    let document = root.document();
    let mut ids = FxHashMap::default();
    for (index, kind) in document.kinds().iter().enumerate() {
        if *kind == Kind::Operation {
            let node = root.workspace().node(Address {
                node: NodeId::from_index(index),
                ..root.address()
            });
            if let Some(id) = node.string_at(key::OPERATION_ID) {
                ids.entry(id).or_insert(node.address());
            }
        }
    }
    ids
}

struct Finder<'w> {
    root: Node<'w>,
    schemes: Option<Node<'w>>,
    schemas: Option<Node<'w>>,
    tags: FxHashMap<&'w str, Address>,
    operation_ids: FxHashMap<&'w str, Address>,
}

impl<'w> Finder<'w> {
    fn requirement(&self, requirement: Node<'w>, links: &mut Vec<Link>) {
        for scheme in requirement.children() {
            let name = scheme.key_text().unwrap_or_default();
            let names = self
                .schemes
                .into_iter()
                .flat_map(Node::children)
                .filter_map(Node::key_text);
            let target = named(self.schemes, name)
                // https://spec.openapis.org/oas/v3.2.0.html#security-requirement-object: a URI is allowed, too.
                .or_else(|| name.contains(['#', '/']).then_some(requirement.address()))
                .ok_or_else(|| LinkFailure::no_such_name("security scheme", name, names));
            links.push(Link {
                class: LinkClass::SecurityScheme,
                at: scheme.id(),
                on_key: true,
                target,
            });
        }
    }

    fn tags_of(&self, operation: Node<'w>, links: &mut Vec<Link>) {
        for tag in operation.get(key::TAGS).into_iter().flat_map(Node::children) {
            links.push(self.tag(tag));
        }
    }

    fn parent_of(&self, tag: Node<'w>, links: &mut Vec<Link>) {
        links.extend(tag.get(key::PARENT).map(|parent| self.tag(parent)));
    }

    fn tag(&self, node: Node<'w>) -> Link {
        let name = node.text();
        let target = self.tags.get(name).copied();
        Link {
            class: LinkClass::Tag,
            at: node.id(),
            on_key: false,
            target: target.ok_or_else(|| LinkFailure::no_such_name("tag", name, self.tags.keys().copied())),
        }
    }

    fn link(&self, link: Node<'w>, links: &mut Vec<Link>) {
        if let Some(id) = link.get(key::OPERATION_ID) {
            let target = self.operation_ids.get(id.text()).copied();
            links.push(Link {
                class: LinkClass::OperationId,
                at: id.id(),
                on_key: false,
                target: target.ok_or_else(|| {
                    LinkFailure::no_such_name("operation", id.text(), self.operation_ids.keys().copied())
                }),
            });
        }
    }

    /// A mapping's value is the name of a schema, unless it was read as a reference.
    fn mapping(&self, discriminator: Node<'w>, links: &mut Vec<Link>) {
        let mapping = discriminator.get(key::MAPPING).into_iter().flat_map(Node::children);
        let references = self.root.document().references();
        for value in mapping.chain(discriminator.get(key::DEFAULT_MAPPING)) {
            if references.iter().any(|reference| reference.value == value.id()) {
                continue;
            }
            let names = self
                .schemas
                .into_iter()
                .flat_map(Node::children)
                .filter_map(Node::key_text);
            links.push(Link {
                class: LinkClass::Mapping,
                at: value.id(),
                on_key: false,
                target: named(self.schemas, value.text())
                    .ok_or_else(|| LinkFailure::no_such_name("schema", value.text(), names)),
            });
        }
    }
}
