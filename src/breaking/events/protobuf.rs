//! Payloads in Protobuf: the files that describe them are compared as files are that are compared by themselves, with
//! what they import.

use crate::breaking::comparison::Comparison;
use crate::breaking::proto;
use crate::breaking::units::{Step, UnitId};
use crate::document::proto::declarations;
use crate::document::{Direction, DocumentId, Node, Versions};
use crate::syntax::key;
use rustc_hash::{FxHashMap, FxHashSet};

impl<'w> Comparison<'w, '_> {
    /// Compares the files of a payload. A file may declare many messages, and nothing says which of them is sent: all of
    /// them are, one way.
    pub(super) fn compare_protobuf(&mut self, unit: UnitId, direction: Direction, old: Node<'w>, new: Node<'w>) {
        // The same file may describe many messages.
        let Some(unit) = self.first_visit(unit, Step::Same, old, new, direction) else {
            return;
        };
        for change in proto::compare_one_way(new.workspace(), &pairs(old, new), self.settings, direction) {
            self.tell(unit, change);
        }
    }
}

/// Two files, and the files that they import on either side, by the paths under which they do.
fn pairs(old: Node<'_>, new: Node<'_>) -> Vec<Versions> {
    let mut pairs = vec![Versions {
        old: Some(old.address().document),
        new: Some(new.address().document),
        moved: false,
    }];
    let mut by_path: FxHashMap<&str, usize> = FxHashMap::default();
    for (path, document) in imported(old) {
        by_path.insert(path, pairs.len());
        pairs.push(Versions {
            old: Some(document),
            new: None,
            moved: false,
        });
    }
    for (path, document) in imported(new) {
        let new = Some(document);
        match by_path.get(path) {
            Some(at) => pairs[*at].new = new,
            None => pairs.push(Versions {
                old: None,
                new,
                moved: false,
            }),
        }
    }
    pairs
}

/// The files that a file imports, and that these do, each under the first path that leads to it.
fn imported(file: Node<'_>) -> Vec<(&str, DocumentId)> {
    let mut met = FxHashSet::from_iter([file.address().document]);
    let mut found = Vec::new();
    let mut open = vec![file];
    while let Some(file) = open.pop() {
        for path in declarations(file, key::IMPORTS).filter_map(|import| import.get(key::PATH)) {
            let Some(target) = path.target() else { continue };
            let document = target.address().document;
            if met.insert(document) {
                found.push((path.text(), document));
                open.push(target.workspace().root(document));
            }
        }
    }
    found
}
