//! What could not be read: what seems to be missing there may be there.
//!
//! A brace too much ends a message, and what follows stands in the file then. So a file that could be read only in part is
//! in doubt as a whole: of what it lacks, nobody knows; what stands in it, does.

use super::Comparison;
use crate::breaking::Change;
use crate::document::proto;
use crate::document::{Kind, Node};
use crate::syntax::key;

/// The file that a node stands in.
fn file(node: Node<'_>) -> Node<'_> {
    node.workspace().root(node.address().document)
}

fn is_damaged(file: Node<'_>) -> bool {
    file.document().tree().has_holes()
}

/// Whether what a file says of its package or of its language may be what could not be read.
fn lacks_head(file: Node<'_>) -> bool {
    file.get(key::PACKAGE).is_none() || file.get(key::SYNTAX).or_else(|| file.get(key::EDITION)).is_none()
}

impl<'w> Comparison<'w, '_> {
    /// Why it may be that nothing changed.
    pub(super) fn doubt(&self, change: &Change<'w>) -> Option<String> {
        let lacking = match (change.old, change.new) {
            (Some(old), Some(new)) => falls_back(new, old).or_else(|| falls_back(old, new)),
            (Some(old), None) => {
                let holder = old.workspace().node(change.place.node);
                let is_member = !DECLARED.contains(&change.kind);
                let is_here = |file: &Node<'w>| !is_member || file.address() == self::file(holder).address();
                self.new
                    .files
                    .iter()
                    .copied()
                    .filter(is_here)
                    .find(|file| may_hold(*file, old))
            }
            (None, Some(new)) => self.old.files.iter().copied().find(|file| may_hold(*file, new)),
            (None, None) => None,
        }?;
        let name = lacking.document().source().name();
        Some(format!("`{name}` could be read only in part"))
    }
}

/// What any file of its package can declare.
const DECLARED: &[Kind] = &[Kind::File, Kind::Message, Kind::Enum, Kind::Service, Kind::Extend];

/// Whether a file may declare, where it could not be read, what stands in the other version.
fn may_hold(file: Node<'_>, other: Node<'_>) -> bool {
    is_damaged(file)
        && (other.kind() == Kind::Field || lacks_head(file) || proto::package(file) == proto::package(other))
}

/// The file of a node that stands for something that the other version says, and that may have been said here, too.
fn falls_back<'w>(node: Node<'w>, other: Node<'w>) -> Option<Node<'w>> {
    let file = file(node);
    let is_other = node.kind() != other.kind() || node.kind() == Kind::File;
    (is_damaged(file) && (is_other || lacks_head(file))).then_some(file)
}
