//! A node with everything around it: how functions walk from one to the next.

use super::grammar::Grammar;
use super::{Address, Document, Kind, Workspace, pointer};
use crate::syntax::{Children, Key, NodeId, NodeType};
use std::fmt;

/// A node of a [`Workspace`]. Copying it costs nothing; no method fails.
#[derive(Clone, Copy)]
pub struct Node<'w> {
    workspace: &'w Workspace,
    document: &'w Document,
    address: Address,
}

impl<'w> Node<'w> {
    /// The node at `address`.
    #[must_use]
    pub fn new(workspace: &'w Workspace, address: Address) -> Self {
        Self {
            workspace,
            document: workspace.document(address.document),
            address,
        }
    }

    fn at(self, node: NodeId) -> Self {
        Self {
            address: Address { node, ..self.address },
            ..self
        }
    }

    /// Where the node stands in the workspace.
    #[must_use]
    pub fn address(self) -> Address {
        self.address
    }

    /// Its number in its document's tree.
    #[must_use]
    pub fn id(self) -> NodeId {
        self.address.node
    }

    /// Its document.
    #[must_use]
    pub fn document(self) -> &'w Document {
        self.document
    }

    /// Its workspace.
    #[must_use]
    pub fn workspace(self) -> &'w Workspace {
        self.workspace
    }

    /// The table that it was labelled with.
    #[must_use]
    pub fn grammar(self) -> Option<&'static Grammar> {
        self.document.grammar_of(self.address.node)
    }

    /// What its specification calls it.
    #[must_use]
    pub fn kind(self) -> Kind {
        self.document.kind(self.address.node)
    }

    /// What it holds.
    #[must_use]
    pub fn node_type(self) -> NodeType {
        self.document.tree().node_type(self.address.node)
    }

    /// Whether it holds keys.
    #[must_use]
    pub fn is_map(self) -> bool {
        self.node_type() == NodeType::Map
    }

    /// Its text, if it is a scalar; see [`Tree::text`](crate::syntax::Tree::text).
    #[must_use]
    pub fn text(self) -> &'w str {
        self.document.tree().text(self.address.node)
    }

    /// Its text, if it is a string.
    #[must_use]
    pub fn string(self) -> Option<&'w str> {
        self.document.tree().string(self.address.node)
    }

    /// Its value, if it is a boolean.
    #[must_use]
    pub fn boolean(self) -> Option<bool> {
        self.document.tree().boolean(self.address.node)
    }

    /// Its value, if it is a number.
    #[must_use]
    pub fn number(self) -> Option<f64> {
        (self.node_type() == NodeType::Number)
            .then(|| super::content::number(self.text()))
            .flatten()
    }

    /// The key it stands under.
    #[must_use]
    pub fn key(self) -> Option<Key> {
        self.document.tree().key(self.address.node)
    }

    /// The text of that key.
    #[must_use]
    pub fn key_text(self) -> Option<&'w str> {
        self.document.tree().key_text(self.address.node)
    }

    /// The node that holds it.
    #[must_use]
    pub fn parent(self) -> Option<Self> {
        self.document
            .tree()
            .parent(self.address.node)
            .map(|parent| self.at(parent))
    }

    /// The nodes that hold it, the nearest first.
    pub fn ancestors(self) -> impl Iterator<Item = Self> {
        std::iter::successors(self.parent(), |node| node.parent())
    }

    /// What stands in it, references not followed.
    #[must_use]
    pub fn children(self) -> NodeChildren<'w> {
        NodeChildren {
            holder: self,
            children: self.document.tree().children(self.address.node),
        }
    }

    /// What stands under a key, a reference not followed.
    #[must_use]
    pub fn get(self, key: Key) -> Option<Self> {
        self.document
            .tree()
            .get(self.address.node, key)
            .map(|child| self.at(child))
    }

    /// [`Node::get`] by the key's text.
    #[must_use]
    pub fn find(self, key: &str) -> Option<Self> {
        self.document
            .tree()
            .find(self.address.node, key)
            .map(|child| self.at(child))
    }

    /// What stands under a key, or what that refers to.
    #[must_use]
    pub fn field(self, key: Key) -> Option<Self> {
        self.get(key).map(Self::follow)
    }

    /// The text of the string under a key.
    #[must_use]
    pub fn string_at(self, key: Key) -> Option<&'w str> {
        self.get(key)?.string()
    }

    /// Whether the boolean under a key is true.
    #[must_use]
    pub fn is_true(self, key: Key) -> bool {
        self.get(key).and_then(Self::boolean) == Some(true)
    }

    /// What the node refers to, if it is a reference that leads somewhere; else the node itself.
    ///
    /// References that form an endless chain have been taken out of the workspace when it was loaded.
    #[must_use]
    pub fn follow(self) -> Self {
        let mut node = self;
        for _ in 0..=self.workspace.reference_chain() {
            if node.kind() != Kind::Reference {
                break;
            }
            match node.document.target(node.address.node) {
                Some(target) => node = Self::new(self.workspace, target),
                None => break,
            }
        }
        node
    }

    /// What the `$ref` in this node refers to, one step, whatever else stands beside it.
    #[must_use]
    pub fn target(self) -> Option<Self> {
        self.document
            .target(self.address.node)
            .map(|target| Self::new(self.workspace, target))
    }

    /// Whether the node is a reference that leads nowhere, or could not be read: nothing can be said of it.
    #[must_use]
    pub fn is_unknown(self) -> bool {
        self.kind() == Kind::Reference || self.node_type() == NodeType::Lost
    }

    /// Whether something that stood in it could not be read.
    #[must_use]
    pub fn has_hole(self) -> bool {
        self.document.tree().has_hole(self.address.node)
    }

    /// Its JSON pointer.
    #[must_use]
    pub fn pointer(self) -> String {
        pointer::of(self.document.tree(), self.address.node)
    }
}

impl PartialEq for Node<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.address == other.address
    }
}

impl fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{}", self.document.source().name(), self.pointer())
    }
}

/// Iterator over what stands in a node.
#[derive(Clone)]
pub struct NodeChildren<'w> {
    holder: Node<'w>,
    children: Children<'w>,
}

impl<'w> Iterator for NodeChildren<'w> {
    type Item = Node<'w>;

    fn next(&mut self) -> Option<Self::Item> {
        self.children.next().map(|child| self.holder.at(child))
    }
}
