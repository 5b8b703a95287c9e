//! What nobody uses.

use super::{Function, Hit, Options, Refusal, function};
use crate::document::{Address, Kind, LinkClass, Node, Workspace};
use crate::syntax::{Key, key};
use rustc_hash::FxHashSet;

/// The maps of components, and what they hold.
const HOLDERS: &[Key] = &[
    key::SCHEMAS,
    key::RESPONSES,
    key::PARAMETERS,
    key::EXAMPLES,
    key::REQUEST_BODIES,
    key::HEADERS,
    key::SECURITY_SCHEMES,
    key::LINKS,
    key::CALLBACKS,
    key::PATH_ITEMS,
    key::MEDIA_TYPES,
    key::SERVERS,
    key::SERVER_VARIABLES,
    key::CHANNELS,
    key::OPERATIONS,
    key::MESSAGES,
    key::CORRELATION_IDS,
    key::OPERATION_TRAITS,
    key::MESSAGE_TRAITS,
    key::REPLIES,
    key::REPLY_ADDRESSES,
    key::SERVER_BINDINGS,
    key::CHANNEL_BINDINGS,
    key::OPERATION_BINDINGS,
    key::MESSAGE_BINDINGS,
    key::TAGS,
    key::EXTERNAL_DOCS,
];

/// `components-used`: every component is used by something that is used itself.
///
/// A document without operations is a library for others: what it offers need not be used in this run.
pub(super) fn components_used(_: &Options) -> Result<Function, Refusal> {
    function(|subject, hits| {
        let workspace = subject.workspace();
        if workspace.documents().iter().any(|document| document.tree().has_holes()) {
            return;
        }
        let reached = reached(workspace);
        for id in workspace.ids() {
            let root = workspace.root(id);
            let is_library = match (root.document().api(), root.document().events()) {
                (Some(api), _) => api.operations.is_empty(),
                (_, Some(events)) => events.operations.is_empty(),
                (None, None) => true,
            };
            if is_library {
                continue;
            }
            for component in components(root) {
                if !reached.contains(&component.address()) {
                    let holder = component.parent().and_then(Node::key_text).unwrap_or_default();
                    hits.push(Hit::key(component).with("holder", singular(holder)));
                }
            }
        }
    })
}

/// What one component of a map is called.
fn singular(holder: &str) -> &str {
    match holder {
        "schemas" | "definitions" => "schema",
        "responses" => "response",
        "parameters" => "parameter",
        "examples" => "example",
        "requestBodies" => "request body",
        "headers" => "header",
        "securitySchemes" | "securityDefinitions" => "security scheme",
        "links" => "link",
        "callbacks" => "callback",
        "pathItems" => "path item",
        "servers" => "server",
        "serverVariables" => "server variable",
        "channels" => "channel",
        "operations" => "operation",
        "messages" => "message",
        "correlationIds" => "correlation id",
        "operationTraits" => "operation trait",
        "messageTraits" => "message trait",
        "replies" => "reply",
        "replyAddresses" => "reply address",
        "serverBindings" => "server binding",
        "channelBindings" => "channel binding",
        "operationBindings" => "operation binding",
        "messageBindings" => "message binding",
        "tags" => "tag",
        _ => "component",
    }
}

/// All components of a description.
fn components<'w>(root: Node<'w>) -> impl Iterator<Item = Node<'w>> {
    let modern = root
        .get(key::COMPONENTS)
        .into_iter()
        .flat_map(|components| HOLDERS.iter().filter_map(move |holder| components.get(*holder)));
    let is_modern = root.get(key::COMPONENTS).is_some() || root.get(key::SWAGGER).is_none();
    let swagger = [
        key::DEFINITIONS,
        key::RESPONSES,
        key::PARAMETERS,
        key::SECURITY_DEFINITIONS,
    ];
    let swagger = swagger
        .into_iter()
        .filter(move |_| !is_modern)
        .filter_map(move |holder| root.get(holder));
    modern
        .chain(swagger)
        .flat_map(Node::children)
        .filter(|component| component.key_text().is_some_and(|name| !name.starts_with("x-")))
}

/// Everything that links lead to, from what is no component itself.
fn reached(workspace: &Workspace) -> FxHashSet<Address> {
    let mut component_of: rustc_hash::FxHashMap<Address, Address> = rustc_hash::FxHashMap::default();
    let mut all: FxHashSet<Address> = FxHashSet::default();
    for id in workspace.ids() {
        all.extend(components(workspace.root(id)).map(Node::address));
    }
    // Which component a node stands in, if any.
    let mut holder = |node: Node<'_>| -> Option<Address> {
        if let Some(found) = component_of.get(&node.address()) {
            return Some(*found);
        }
        let found = std::iter::once(node)
            .chain(node.ancestors())
            .map(Node::address)
            .find(|address| all.contains(address))?;
        component_of.insert(node.address(), found);
        Some(found)
    };
    // From which component (or from none) each link leads to which.
    let mut from_outside: Vec<Address> = Vec::new();
    let mut from_component: rustc_hash::FxHashMap<Address, Vec<Address>> = rustc_hash::FxHashMap::default();
    for id in workspace.ids() {
        for link in workspace.document(id).links() {
            // A tag or an operation is no component; a schema that only a mapping names is used.
            let Ok(target) = link.target else { continue };
            if matches!(
                link.class,
                LinkClass::Tag | LinkClass::OperationId | LinkClass::OperationRef
            ) {
                continue;
            }
            let Some(target) = holder(workspace.node(target)) else {
                continue;
            };
            let at = Address {
                document: id,
                node: link.at,
            };
            match holder(workspace.node(at)) {
                Some(from) if from != target => from_component.entry(from).or_default().push(target),
                Some(_) => {}
                None => from_outside.push(target),
            }
        }
    }
    let mut reached: FxHashSet<Address> = FxHashSet::default();
    while let Some(next) = from_outside.pop() {
        if reached.insert(next) {
            from_outside.extend(from_component.remove(&next).unwrap_or_default());
            from_outside.extend(variants(workspace.node(next), &all));
        }
    }
    reached
}

/// The schemas that extend one with a discriminator: they are used where it is, though nothing refers to them.
fn variants(base: Node<'_>, all: &FxHashSet<Address>) -> Vec<Address> {
    if base.kind() != Kind::Schema || base.get(key::DISCRIMINATOR).is_none() {
        return Vec::new();
    }
    let workspace = base.workspace();
    all.iter()
        .filter(|address| {
            let schema = workspace.node(**address);
            schema.kind() == Kind::Schema
                && schema
                    .get(key::ALL_OF)
                    .into_iter()
                    .flat_map(Node::children)
                    .any(|branch| branch.follow() == base)
        })
        .copied()
        .collect()
}
