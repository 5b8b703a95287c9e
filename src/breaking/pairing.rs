//! Which description of the new version is which of the old one.
//!
//! In come the descriptions of both versions, each under the name by which it is to be found again: its path below the
//! folder that is compared. Out come pairs. A description whose name is gone may have moved: it is looked for by what
//! it holds.

use crate::document::{DocumentId, Versions, Workspace, content, events::Events, http::Api};
use crate::syntax::{NodeId, NodeType};
use std::collections::{BTreeMap, HashMap, HashSet};

/// A description of one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The name by which it is paired.
    pub name: String,
    /// The description.
    pub description: DocumentId,
    /// Whether it counts only if it turns out to have moved, in the old version: nobody asked for it otherwise.
    pub only_if_moved: bool,
}

/// Pairs the descriptions of two versions: those of one name first, then those of one content, then those of one title
/// with most of their operations in common. What is left was added or removed. The pairs come in the order of the new
/// names, then of the old ones.
#[must_use]
pub fn pair(workspace: &Workspace, old: &[Candidate], new: &[Candidate]) -> Vec<Versions> {
    let by_name: BTreeMap<&str, &Candidate> = old.iter().rev().map(|side| (side.name.as_str(), side)).collect();
    let mut names: Vec<&Candidate> = new.iter().collect();
    names.sort_by(|a, b| a.name.cmp(&b.name));
    names.dedup_by(|a, b| a.name == b.name);
    let taken: HashSet<&str> = names.iter().map(|side| side.name.as_str()).collect();
    let gone: Vec<&Candidate> = by_name
        .values()
        .copied()
        .filter(|side| !taken.contains(side.name.as_str()))
        .collect();
    let came: Vec<DocumentId> = names
        .iter()
        .filter(|side| !by_name.contains_key(side.name.as_str()))
        .map(|side| side.description)
        .collect();
    let moved = moves(workspace, &gone, &came);
    let mut pairs: Vec<Versions> = names
        .iter()
        .map(|side| {
            let same = by_name.get(side.name.as_str()).map(|old| old.description);
            let old = same.or_else(|| moved.get(&side.description).copied());
            Versions {
                old,
                new: Some(side.description),
                moved: same.is_none() && old.is_some(),
            }
        })
        .collect();
    let found: HashSet<DocumentId> = moved.values().copied().collect();
    let removed = gone
        .iter()
        .filter(|side| !side.only_if_moved && !found.contains(&side.description));
    pairs.extend(removed.map(|side| Versions {
        old: Some(side.description),
        ..Versions::default()
    }));
    pairs
}

/// For each new description that was moved, the old one. Each is taken once.
fn moves(workspace: &Workspace, gone: &[&Candidate], came: &[DocumentId]) -> HashMap<DocumentId, DocumentId> {
    let mut moved = HashMap::new();
    if gone.is_empty() || came.is_empty() {
        return moved;
    }
    let mut left: Vec<(DocumentId, Trait<'_>)> = gone
        .iter()
        .map(|side| (side.description, Trait::of(workspace, side.description)))
        .collect();
    let mut open: Vec<(DocumentId, Trait<'_>)> = came.iter().map(|id| (*id, Trait::of(workspace, *id))).collect();
    open.retain(|(new, new_trait)| {
        let same = left.iter().position(|(old, old_trait)| {
            let trees = [*old, *new].map(|id| workspace.document(id).tree());
            old_trait.content == new_trait.content && content::same(trees[0], NodeId::ROOT, trees[1], NodeId::ROOT)
        });
        same.inspect(|position| {
            moved.insert(*new, left.remove(*position).0);
        })
        .is_none()
    });
    for (new, new_trait) in open {
        let best = left
            .iter()
            .enumerate()
            .filter(|(_, (_, old_trait))| old_trait.title.is_some() && old_trait.title == new_trait.title)
            .map(|(position, (_, old_trait))| (old_trait.shared(&new_trait), std::cmp::Reverse(position)))
            .max();
        if let Some((shared, std::cmp::Reverse(position))) = best
            && shared > 0
            && shared * 2 >= left[position].1.operations.len()
        {
            moved.insert(new, left.remove(position).0);
        }
    }
    moved
}

/// By what a description is known again.
struct Trait<'w> {
    content: u64,
    title: Option<&'w str>,
    operations: HashSet<String>,
}

impl<'w> Trait<'w> {
    fn of(workspace: &'w Workspace, id: DocumentId) -> Self {
        let document = workspace.document(id);
        let tree = document.tree();
        let title = tree
            .find(NodeId::ROOT, "info")
            .and_then(|info| tree.find(info, "title"))
            .filter(|title| tree.node_type(*title) == NodeType::String)
            .map(|title| tree.text(title).trim());
        let of_api = |api: &'w Api| api.operations.iter().map(|operation| operation.label(api));
        let of_events = |events: &'w Events| events.operations.iter().map(|operation| events.label(operation));
        let operations = document.api().into_iter().flat_map(of_api);
        Self {
            content: content::hash(tree, NodeId::ROOT),
            title,
            operations: operations
                .chain(document.events().into_iter().flat_map(of_events))
                .collect(),
        }
    }

    fn shared(&self, other: &Self) -> usize {
        self.operations.intersection(&other.operations).count()
    }
}
