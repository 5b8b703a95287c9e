//! The parts of a document that are written in another specification than the rest.

use super::grammar::Grammar;
use crate::syntax::{NodeId, Tree};

/// Which parts those are, and with which table each is read.
#[derive(Debug, Default)]
pub(super) struct Parts {
    grammars: Vec<&'static Grammar>,
    /// For each node, the position of its table plus one; nothing at all where there are no such parts.
    of: Vec<u8>,
}

impl Parts {
    /// The table of the part that a node stands in; `None` where that is the document's.
    pub(super) fn grammar_of(&self, node: NodeId) -> Option<&'static Grammar> {
        let position = *self.of.get(node.index())?;
        self.grammars.get((position as usize).checked_sub(1)?).copied()
    }

    /// Whether a part is read with a table.
    pub(super) fn has(&self, grammar: &'static Grammar) -> bool {
        self.grammars.iter().any(|known| std::ptr::eq(*known, grammar))
    }

    /// Notes that a subtree is read with a table.
    pub(super) fn add(&mut self, tree: &Tree, node: NodeId, grammar: &'static Grammar) {
        let known = self.grammars.iter().position(|known| std::ptr::eq(*known, grammar));
        let position = known.unwrap_or_else(|| {
            self.grammars.push(grammar);
            self.grammars.len() - 1
        });
        self.of.resize(tree.len(), 0);
        self.of[node.index()..tree.subtree_end(node).index()].fill(position as u8 + 1);
    }
}
