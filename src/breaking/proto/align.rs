//! Which declaration of one version is which of the other one.

use super::Comparison;
use super::reading::Encoding;
use super::version::Named;
use crate::document::proto;
use crate::document::{Address, Kind, Node};
use rustc_hash::{FxHashMap, FxHashSet};

/// Messages that are tried for one that is gone.
const CANDIDATES: usize = 64;

/// A declaration with what it was, or is now.
#[derive(Debug, Clone, Copy)]
pub(super) struct Aligned<'w> {
    pub(super) old: Option<Node<'w>>,
    pub(super) new: Option<Node<'w>>,
    /// Whether it was called otherwise.
    pub(super) is_renamed: bool,
}

impl<'w> Comparison<'w, '_> {
    /// What a file is now.
    fn file_now(&self, node: Node<'w>) -> Option<Node<'w>> {
        let root = node.workspace().root(node.address().document);
        self.file_of.get(&root.address()).copied()
    }

    /// Whether a declaration stands where it stood.
    pub(super) fn is_in_place(&self, old: Node<'w>, new: Node<'w>) -> bool {
        self.file_now(old)
            .is_some_and(|file| file.address().document == new.address().document)
    }

    /// Aligns what two versions declare of one kind: by full name, the nearest first; then what has the same shape.
    pub(super) fn align(&self, old: &Named<'w>, new: &Named<'w>) -> Vec<Aligned<'w>> {
        let mut aligned = Vec::new();
        let (mut gone, mut came) = (Vec::new(), Vec::new());
        for (name, nodes) in old {
            let mut left: Vec<Node<'w>> = new.get(name).cloned().unwrap_or_default();
            let mut open: Vec<Node<'w>> = Vec::new();
            let mut pair = |old: Node<'w>, left: &mut Vec<Node<'w>>, at: usize| {
                let new = Some(left.swap_remove(at));
                aligned.push(Aligned {
                    old: Some(old),
                    new,
                    is_renamed: false,
                });
            };
            for node in nodes {
                match left.iter().position(|other| self.is_in_place(*node, *other)) {
                    Some(at) => pair(*node, &mut left, at),
                    None => open.push(*node),
                }
            }
            for node in open {
                if left.is_empty() {
                    gone.push(node)
                } else {
                    pair(node, &mut left, 0)
                }
            }
            came.extend(left);
        }
        let is_new = |(name, _): &(&String, &Vec<Node<'w>>)| !old.contains_key(*name);
        came.extend(new.iter().filter(is_new).flat_map(|(_, nodes)| nodes));
        // Maps have no order.
        let in_order = |nodes: &mut Vec<Node<'w>>| nodes.sort_unstable_by_key(|node| node.address());
        in_order(&mut gone);
        in_order(&mut came);
        let renamed = self.renamed(&gone, &came);
        let taken: FxHashSet<Address> = renamed.values().map(|node| node.address()).collect();
        aligned.extend(gone.into_iter().map(|old| Aligned {
            old: Some(old),
            new: renamed.get(&old.address()).copied(),
            is_renamed: renamed.contains_key(&old.address()),
        }));
        let added = came.into_iter().filter(|new| !taken.contains(&new.address()));
        aligned.extend(added.map(|new| Aligned {
            old: None,
            new: Some(new),
            is_renamed: false,
        }));
        aligned.sort_by_key(|aligned| aligned.old.or(aligned.new).map(|node| node.address()));
        aligned
    }

    /// For what is gone, what came and has the same shape; rather in the same file, under the same name.
    fn renamed(&self, gone: &[Node<'w>], came: &[Node<'w>]) -> FxHashMap<Address, Node<'w>> {
        let mut renamed = FxHashMap::default();
        let mut by_size: FxHashMap<usize, Vec<Node<'w>>> = FxHashMap::default();
        for node in came {
            by_size.entry(self.size(*node)).or_default().push(*node);
        }
        for old in gone {
            let size = self.size(*old);
            let Some(candidates) = by_size.get_mut(&size).filter(|_| size > 0) else {
                continue;
            };
            let rank = |new: &Node<'w>| (proto::name(*old) != proto::name(*new), !self.is_in_place(*old, *new));
            let best = (0..candidates.len().min(CANDIDATES))
                .filter(|at| self.is_same_shape(*old, candidates[*at]))
                .min_by_key(|at| rank(&candidates[*at]));
            if let Some(at) = best {
                renamed.insert(old.address(), candidates.remove(at));
            }
        }
        renamed
    }

    /// The number of members of a type.
    fn size(&self, node: Node<'w>) -> usize {
        match node.kind() {
            Kind::Message => self.readings.messages.fields(node).len(),
            Kind::Enum => super::value::values_of(node).len(),
            _ => proto::declarations(node, crate::syntax::key::METHODS).count(),
        }
    }

    /// Whether two types of different names hold the same, as far as bytes and names tell.
    fn is_same_shape(&self, old: Node<'w>, new: Node<'w>) -> bool {
        match old.kind() {
            Kind::Message => {
                let (before, now) = (self.readings.messages.fields(old), self.readings.messages.fields(new));
                before.len() == now.len()
                    && before.iter().all(|field| {
                        now.iter()
                            .any(|other| other.number == field.number && other.name == field.name)
                    })
                    && [Encoding::Bytes, Encoding::Json].into_iter().all(|encoding| {
                        !self.readings.differs(old, new, encoding) && !self.readings.differs(new, old, encoding)
                    })
            }
            Kind::Enum => super::value::values_of(old) == super::value::values_of(new),
            _ => {
                let methods = |service| {
                    let methods = proto::declarations(service, crate::syntax::key::METHODS);
                    methods.map(proto::name).collect::<Vec<_>>()
                };
                methods(old) == methods(new)
            }
        }
    }
}
