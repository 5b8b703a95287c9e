//! What nodes hold, whatever they are written like.

use super::decimal::Decimal;
use crate::syntax::{NodeId, NodeType, Tree};
use rustc_hash::{FxHashMap, FxHashSet};
use std::cmp::Ordering;

/// The value of a number as YAML's core schema and JSON write it; `None` for `.nan` and what is no number.
#[must_use]
pub fn number(text: &str) -> Option<f64> {
    let unsigned = text.strip_prefix('+').unwrap_or(text);
    match unsigned {
        ".inf" | ".Inf" | ".INF" => Some(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Some(f64::NEG_INFINITY),
        _ => hexadecimal_or_octal(unsigned)
            .map(|number| number as f64)
            .or_else(|| unsigned.parse().ok())
            .filter(|number| !number.is_nan()),
    }
}

/// The value of an integer as YAML's core schema writes it in another system than the decimal one.
pub(super) fn hexadecimal_or_octal(unsigned: &str) -> Option<u64> {
    let radix = |prefix: &str, radix: u32| {
        let digits = unsigned.strip_prefix(prefix)?;
        u64::from_str_radix(digits, radix).ok()
    };
    radix("0x", 16).or_else(|| radix("0o", 8))
}

/// Whether a number has no fraction.
#[must_use]
pub fn is_integer(text: &str) -> bool {
    Decimal::read(text).is_some_and(|number| number.is_integer())
}

/// Which of two numbers is the larger one; `None` if one of them is no number.
#[must_use]
pub fn compare(a: &str, b: &str) -> Option<Ordering> {
    match (Decimal::read(a), Decimal::read(b)) {
        (Some(a), Some(b)) => Some(a.compare(&b)),
        // Infinities.
        _ => number(a)?.partial_cmp(&number(b)?),
    }
}

/// Whether a number is a whole number of steps: 19.99 is of 0.01, though not in binary fractions. `None` if that
/// cannot be told.
#[must_use]
pub fn is_multiple(text: &str, step: &str) -> Option<bool> {
    Decimal::read(text)?.is_multiple_of(&Decimal::read(step)?)
}

/// A number in one spelling: `1.0` and `1` are the same, and no digit of a long integer is lost.
fn spelling(text: &str) -> String {
    match (Decimal::read(text), number(text)) {
        (Some(number), _) => number.spelling(),
        (None, Some(number)) => format!("{number:e}"),
        (None, None) => text.to_owned(),
    }
}

/// Whether two nodes hold the same: the order of keys, quotes and spellings of numbers do not count.
#[must_use]
pub fn same(a_tree: &Tree, a: NodeId, b_tree: &Tree, b: NodeId) -> bool {
    if a_tree.node_type(a) != b_tree.node_type(b) {
        return false;
    }
    match a_tree.node_type(a) {
        NodeType::Null => true,
        NodeType::Boolean => a_tree.boolean(a) == b_tree.boolean(b),
        NodeType::Number => {
            let (a, b) = (a_tree.text(a), b_tree.text(b));
            a == b || spelling(a) == spelling(b)
        }
        NodeType::String => a_tree.text(a) == b_tree.text(b),
        NodeType::Lost => false,
        NodeType::List => {
            let (mut left, mut right) = (a_tree.children(a), b_tree.children(b));
            loop {
                match (left.next(), right.next()) {
                    (None, None) => return true,
                    (Some(a), Some(b)) if same(a_tree, a, b_tree, b) => {}
                    _ => return false,
                }
            }
        }
        NodeType::Map => {
            a_tree.children(a).count() == b_tree.children(b).count()
                && a_tree.children(a).all(|child| {
                    let key = a_tree.key_text(child).unwrap_or_default();
                    b_tree
                        .find(b, key)
                        .is_some_and(|other| same(a_tree, child, b_tree, other))
                })
        }
    }
}

/// FNV-1a (<https://www.rfc-editor.org/rfc/rfc9923>): the same on every machine and in every release, which
/// fingerprints in users' baselines rely on.
#[derive(Debug, Clone, Copy)]
pub struct StableHash(u64);

impl Default for StableHash {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl StableHash {
    /// Adds one part; where it ends is part of it.
    pub fn add(&mut self, part: &str) {
        for byte in part.bytes().chain([0xFF]) {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }

    /// Adds a number.
    pub fn add_number(&mut self, number: u64) {
        self.add(&format!("{number:x}"));
    }

    /// The hash of what was added.
    #[must_use]
    pub const fn finish(self) -> u64 {
        self.0
    }
}

/// A number that is the same for nodes that hold the [`same`].
#[must_use]
pub fn hash(tree: &Tree, node: NodeId) -> u64 {
    let mut hasher = StableHash::default();
    match tree.node_type(node) {
        NodeType::Null => hasher.add("null"),
        NodeType::Lost => hasher.add("lost"),
        NodeType::Boolean => hasher.add(if tree.boolean(node) == Some(true) {
            "true"
        } else {
            "false"
        }),
        NodeType::Number => {
            hasher.add("number");
            hasher.add(&spelling(tree.text(node)));
        }
        NodeType::String => {
            hasher.add("string");
            hasher.add(tree.text(node));
        }
        NodeType::List => {
            hasher.add("list");
            tree.children(node)
                .for_each(|child| hasher.add_number(hash(tree, child)));
        }
        NodeType::Map => {
            hasher.add("map");
            // Adding up makes the order of keys irrelevant.
            let sum = tree.children(node).fold(0_u64, |sum, child| {
                let mut entry = StableHash::default();
                entry.add(tree.key_text(child).unwrap_or_default());
                entry.add_number(hash(tree, child));
                sum.wrapping_add(entry.finish())
            });
            hasher.add_number(sum);
        }
    }
    hasher.finish()
}

/// The elements of a list that stand in it before.
#[must_use]
pub fn repeated(tree: &Tree, list: NodeId) -> Vec<NodeId> {
    // Most lists are of strings, which need no comparing by what they mean.
    if tree
        .children(list)
        .all(|child| tree.node_type(child) == NodeType::String)
    {
        let mut seen: FxHashSet<&str> = FxHashSet::default();
        return tree
            .children(list)
            .filter(|child| !seen.insert(tree.text(*child)))
            .collect();
    }
    let mut seen: FxHashMap<u64, Vec<NodeId>> = FxHashMap::default();
    let mut repeated = Vec::new();
    for child in tree.children(list) {
        let alike = seen.entry(hash(tree, child)).or_default();
        if alike.iter().any(|earlier| same(tree, *earlier, tree, child)) {
            repeated.push(child);
        } else {
            alike.push(child);
        }
    }
    repeated
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Limits, Source};
    use std::sync::Arc;

    fn tree(text: &str) -> Tree {
        crate::syntax::read(&Arc::new(Source::from_text("in.yaml", text)), &Limits::default())
    }

    #[test]
    fn spelling_and_order_do_not_count() {
        let list = tree(
            "[{a: 1, b: [x, ~]}, {\"b\": ['x', null], \"a\": 1.0}, {a: 2}, 12345678901234567890, 12345678901234567891]",
        );
        let children: Vec<NodeId> = list.children(NodeId::ROOT).collect();
        assert!(same(&list, children[0], &list, children[1]));
        assert_eq!(hash(&list, children[0]), hash(&list, children[1]));
        assert!(!same(&list, children[0], &list, children[2]));
        assert!(!same(&list, children[3], &list, children[4]));
        assert_eq!(repeated(&list, NodeId::ROOT), vec![children[1]]);
    }

    #[test]
    fn numbers_have_values() {
        assert_eq!(number("0x1F"), Some(31.0));
        assert_eq!(number("0o17"), Some(15.0));
        assert_eq!(number("+1.5e3"), Some(1500.0));
        assert_eq!(number(".nan"), None);
        assert!(is_integer("1.0") && is_integer("12345678901234567890") && !is_integer("1.5"));
    }
}
