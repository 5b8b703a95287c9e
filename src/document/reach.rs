//! From where a node is reached: the operations that refer to the component it stands in.

use super::{Address, Kind, LinkClass, Node, Workspace};
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::RefCell;
use std::rc::Rc;

/// Components that a search goes through at most; what lies behind more is not told one by one anyway.
const SEARCH: usize = 10_000;

/// The links of a workspace, seen from their targets.
#[derive(Debug)]
pub struct Reach<'w> {
    workspace: &'w Workspace,
    incoming: FxHashMap<Address, Vec<Address>>,
    known: RefCell<FxHashMap<Address, Rc<[Address]>>>,
}

impl<'w> Reach<'w> {
    /// Turns the links of a workspace around.
    #[must_use]
    pub fn new(workspace: &'w Workspace) -> Self {
        let mut incoming: FxHashMap<Address, Vec<Address>> = FxHashMap::default();
        for document in workspace.judged() {
            for link in workspace.document(document).links() {
                if link.class != LinkClass::Reference && link.class != LinkClass::Mapping {
                    continue;
                }
                if let Ok(target) = link.target {
                    let node = link.at;
                    incoming.entry(target).or_default().push(Address { document, node });
                }
            }
        }
        Self {
            workspace,
            incoming,
            known: RefCell::default(),
        }
    }

    /// The operations (or else path items) from which a node is reached through references, in the order of the
    /// documents. Empty for a node that stands in an operation itself.
    #[must_use]
    pub fn operations(&self, node: Address) -> Rc<[Address]> {
        let node = self.workspace.node(node);
        if home_of(node).is_some() {
            return Rc::from([]);
        }
        let Some(component) = self.component_of(node) else {
            return Rc::from([]);
        };
        if let Some(known) = self.known.borrow().get(&component) {
            return Rc::clone(known);
        }
        let mut found = Vec::new();
        let mut seen = FxHashSet::default();
        let mut open = vec![component];
        while let Some(target) = open.pop() {
            if seen.len() >= SEARCH || !seen.insert(target) {
                continue;
            }
            // A reference to something around the component reaches it, too.
            let around = std::iter::once(self.workspace.node(target)).chain(self.workspace.node(target).ancestors());
            for source in around.filter_map(|node| self.incoming.get(&node.address())).flatten() {
                let source = self.workspace.node(*source);
                match home_of(source) {
                    Some(operation) => found.push(operation.address()),
                    None => open.extend(self.component_of(source)),
                }
            }
        }
        found.sort_unstable();
        found.dedup();
        let found: Rc<[Address]> = Rc::from(found);
        self.known.borrow_mut().insert(component, Rc::clone(&found));
        found
    }

    /// The nearest node around a node that something refers to.
    fn component_of(&self, node: Node<'w>) -> Option<Address> {
        std::iter::once(node)
            .chain(node.ancestors())
            .map(Node::address)
            .find(|address| self.incoming.contains_key(address))
    }
}

/// The operation or path item in which a node stands.
fn home_of(node: Node<'_>) -> Option<Node<'_>> {
    let mut path_item = None;
    for holder in std::iter::once(node).chain(node.ancestors()) {
        match holder.kind() {
            Kind::Operation => return Some(holder),
            Kind::PathItem => path_item = Some(holder),
            // What stands in components is reached, whatever it is.
            Kind::Components => return None,
            _ => {}
        }
    }
    path_item
}
