//! The names by which AsyncAPI's objects refer to each other where that is no `$ref`: in 2.x those of servers and
//! security schemes, and the names of types in Avro.

use crate::document::suggest::Hints;
use crate::document::{Address, DocumentId, Kind, Link, LinkClass, LinkFailure, Node, Workspace};
use crate::formats::{Linked, avro};
use crate::syntax::{NodeId, key};

/// All such links of a description, which comes first, and of its parts.
pub(super) fn links(workspace: &Workspace, documents: &[DocumentId]) -> Vec<Linked> {
    let Some(description) = documents.first() else {
        return Vec::new();
    };
    let root = workspace.root(*description);
    let servers = root.get(key::SERVERS);
    let schemes = root
        .field(key::COMPONENTS)
        .and_then(|components| components.get(key::SECURITY_SCHEMES));
    let mut hints = Hints::default();
    let mut linked = Vec::new();
    for document in documents {
        let mut links = Vec::new();
        for (index, kind) in workspace.document(*document).kinds().iter().enumerate() {
            let node = workspace.node(Address {
                document: *document,
                node: NodeId::from_index(index),
            });
            match kind {
                Kind::Channel => {
                    let names = node.get(key::SERVERS).into_iter().flat_map(Node::children);
                    for name in names.filter(|name| name.string().is_some()) {
                        let target = named(servers, name.text(), "server", &mut hints);
                        links.push(link(LinkClass::Server, name.id(), false, target));
                    }
                }
                Kind::SecurityRequirement => {
                    for scheme in node.children() {
                        let name = scheme.key_text().unwrap_or_default();
                        let target = named(schemes, name, "security scheme", &mut hints);
                        links.push(link(LinkClass::SecurityScheme, scheme.id(), true, target));
                    }
                }
                _ => {}
            }
        }
        links.extend(avro::links(workspace, *document));
        linked.push(Linked {
            document: *document,
            links,
            violations: Vec::new(),
        });
    }
    linked
}

fn link(class: LinkClass, at: NodeId, on_key: bool, target: Result<Address, LinkFailure>) -> Link {
    Link {
        class,
        at,
        on_key,
        target,
    }
}

fn named(holder: Option<Node<'_>>, name: &str, what: &'static str, hints: &mut Hints) -> Result<Address, LinkFailure> {
    let found = holder.and_then(|holder| holder.find(name));
    found.map(|node| node.follow().address()).ok_or_else(|| {
        let names = || holder.into_iter().flat_map(Node::children).filter_map(Node::key_text);
        LinkFailure::NoSuchName {
            what,
            name: name.to_owned(),
            similar: hints.closest(name, names).map(str::to_owned),
        }
    })
}
