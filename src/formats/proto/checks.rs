//! What the specification asks of a file beyond what its table can say: names and numbers that are unique and free, and
//! what each version allows.

use super::grammar::{EDITION_2023, EDITION_2024, PROTO2, PROTO3};
use super::imports::children_of;
use crate::document::grammar::Versions;
use crate::document::proto::{LARGEST_FIELD, integer};
use crate::document::{Violation, ViolationKind};
use crate::syntax::{Key, NodeId, NodeType, Tree, key};
use rustc_hash::FxHashSet;

const EDITIONS: Versions = EDITION_2023.and(EDITION_2024);
/// The numbers that Protobuf keeps for itself.
const KEPT: std::ops::RangeInclusive<i64> = 19_000..=19_999;
/// What the keys of a map may be.
const KEYS: &[&str] = &[
    "int32", "int64", "uint32", "uint64", "sint32", "sint64", "fixed32", "fixed64", "sfixed32", "sfixed64", "bool",
    "string",
];

/// All departures of a file.
pub(super) fn violations(tree: &Tree, version: Versions) -> Vec<Violation> {
    let mut checker = Checker {
        tree,
        version,
        found: Vec::new(),
    };
    checker.scope(NodeId::ROOT);
    for service in children_of(tree, NodeId::ROOT, key::SERVICES) {
        checker.names(children_of(tree, service, key::METHODS).collect());
    }
    checker.found
}

struct Checker<'t> {
    tree: &'t Tree,
    version: Versions,
    found: Vec<Violation>,
}

/// Numbers from one to another, and names, that cannot be used.
#[derive(Default)]
struct Taken<'t> {
    /// In order, and apart from each other.
    numbers: Vec<(i64, i64)>,
    names: FxHashSet<&'t str>,
}

impl Taken<'_> {
    fn has(&self, number: i64) -> bool {
        let after = self.numbers.partition_point(|(start, _)| *start <= number);
        after.checked_sub(1).is_some_and(|at| number <= self.numbers[at].1)
    }

    /// Puts the ranges in order, those that overlap together.
    fn settle(&mut self) {
        self.numbers.sort_unstable();
        self.numbers.dedup_by(|later, earlier| {
            let overlaps = later.0 <= earlier.1;
            if overlaps {
                earlier.1 = earlier.1.max(later.1);
            }
            overlaps
        });
    }
}

impl<'t> Checker<'t> {
    fn report(&mut self, node: NodeId, on_key: bool, clause: &'static str) {
        self.found.push(Violation {
            node,
            on_key,
            kind: ViolationKind::Stated(clause),
        });
    }

    /// A file or a message, and all that it holds.
    fn scope(&mut self, holder: NodeId) {
        let tree = self.tree;
        let mut names: Vec<NodeId> = Vec::new();
        for sort in [key::FIELDS, key::ONEOFS, key::MESSAGES, key::ENUMS, key::SERVICES] {
            names.extend(children_of(tree, holder, sort));
        }
        for oneof in children_of(tree, holder, key::ONEOFS) {
            names.extend(children_of(tree, oneof, key::FIELDS));
            self.oneof(oneof);
        }
        for extend in children_of(tree, holder, key::EXTENDS) {
            names.extend(children_of(tree, extend, key::FIELDS));
            for field in children_of(tree, extend, key::FIELDS) {
                self.field(field, false);
            }
        }
        for enumeration in children_of(tree, holder, key::ENUMS) {
            // The values of an enum are named beside it, not in it.
            names.extend(children_of(tree, enumeration, key::VALUES));
            self.enumeration(enumeration);
        }
        self.names(names);
        if holder != NodeId::ROOT {
            self.message(holder);
        }
        for message in children_of(tree, holder, key::MESSAGES) {
            self.scope(message);
        }
    }

    /// No two of these have the same name.
    fn names(&mut self, mut nodes: Vec<NodeId>) {
        nodes.sort_unstable_by_key(|node| self.tree.begin(*node));
        let mut seen = FxHashSet::default();
        for node in nodes {
            if !seen.insert(self.tree.key(node)) {
                self.report(node, true, "is declared in this scope already");
            }
        }
    }

    fn number(&self, node: NodeId, part: Key) -> Option<i64> {
        integer(self.tree.text(self.tree.get(node, part)?))
    }

    /// What is reserved in a message or an enum, or left to extensions.
    fn taken(&self, holder: NodeId, sort: Key) -> Taken<'t> {
        let tree = self.tree;
        let mut taken = Taken::default();
        for range in children_of(tree, holder, sort) {
            match tree.node_type(range) {
                NodeType::Map => {
                    let start = self.number(range, key::START);
                    let end = self.number(range, key::END).unwrap_or(i64::MAX);
                    taken.numbers.extend(start.map(|start| (start, end)));
                }
                _ => {
                    taken.names.insert(tree.text(range));
                }
            }
        }
        taken.settle();
        taken
    }

    fn ranges(&mut self, holder: NodeId, sort: Key) {
        let tree = self.tree;
        for range in children_of(tree, holder, sort) {
            let ends = self.number(range, key::START).zip(self.number(range, key::END));
            if let (Some((start, end)), Some(at)) = (ends, tree.get(range, key::END))
                && end < start
            {
                self.report(at, false, "ends the range before its start");
            }
        }
    }

    fn message(&mut self, message: NodeId) {
        let tree = self.tree;
        let (reserved, extensions) = (
            self.taken(message, key::RESERVED),
            self.taken(message, key::EXTENSION_RANGES),
        );
        self.ranges(message, key::RESERVED);
        self.ranges(message, key::EXTENSION_RANGES);
        if self.version == PROTO3 {
            for range in children_of(tree, message, key::EXTENSION_RANGES).take(1) {
                let start = tree.get(range, key::START).unwrap_or(range);
                self.report(
                    start,
                    false,
                    "is left to extensions, which messages of proto3 do not have",
                );
            }
        }
        let mut fields: Vec<(NodeId, bool)> = children_of(tree, message, key::FIELDS)
            .map(|field| (field, false))
            .collect();
        for oneof in children_of(tree, message, key::ONEOFS) {
            fields.extend(children_of(tree, oneof, key::FIELDS).map(|field| (field, true)));
        }
        fields.sort_unstable_by_key(|(field, _)| tree.begin(*field));
        let mut numbers = FxHashSet::default();
        for (field, in_oneof) in fields {
            self.field(field, in_oneof);
            if reserved.names.contains(tree.key_text(field).unwrap_or_default()) {
                self.report(field, true, "is a name that is reserved in this message");
            }
            let (Some(at), Some(number)) = (tree.get(field, key::NUMBER), self.number(field, key::NUMBER)) else {
                continue;
            };
            if !numbers.insert(number) {
                self.report(at, false, "is the number of another field of this message");
            } else if reserved.has(number) {
                self.report(at, false, "is a number that is reserved in this message");
            } else if extensions.has(number) {
                self.report(at, false, "is a number that this message leaves to extensions");
            } else if number > LARGEST_FIELD {
                self.report(at, false, "is no number of a field: the largest one is 536870911");
            }
        }
    }

    fn oneof(&mut self, oneof: NodeId) {
        let tree = self.tree;
        if tree.get(oneof, key::FIELDS).is_none() && !tree.has_hole(oneof) {
            self.report(oneof, true, "has no field, and needs one");
        }
        for label in children_of(tree, oneof, key::FIELDS).filter_map(|field| tree.get(field, key::LABEL)) {
            self.report(label, false, "cannot stand in a oneof");
        }
    }

    fn field(&mut self, field: NodeId, in_oneof: bool) {
        let tree = self.tree;
        let of = tree.get(field, key::TYPE);
        let is_map = of.is_some_and(|of| tree.node_type(of) == NodeType::Map);
        match tree.get(field, key::LABEL) {
            Some(label) if is_map => self.report(label, false, "cannot stand before a map"),
            Some(label) => {
                let word = tree.text(label);
                if word == "required" && self.version == PROTO3 {
                    self.report(label, false, "does not exist in proto3");
                } else if word != "repeated" && EDITIONS.has(self.version) {
                    self.report(
                        label,
                        false,
                        "does not exist in editions; use `features.field_presence`",
                    );
                }
            }
            None if self.version == PROTO2 && !in_oneof && !is_map => {
                self.report(
                    field,
                    true,
                    "needs `optional`, `required` or `repeated` before its type in proto2",
                );
            }
            None => {}
        }
        if let Some(of) = of
            && tree.get(field, key::GROUP).is_some()
            && self.version != PROTO2
        {
            self.report(of, false, "is a group, which exist in proto2 only");
        }
        let key_type = of.filter(|_| is_map).and_then(|of| tree.get(of, key::KEY));
        if let Some(key_type) = key_type
            && !KEYS.contains(&tree.text(key_type))
        {
            self.report(
                key_type,
                false,
                "cannot be the key of a map; whole numbers, `bool` and `string` can",
            );
        }
        if self.version == PROTO3
            && let Some(default) = tree
                .get(field, key::OPTIONS)
                .and_then(|options| tree.get(options, key::DEFAULT))
        {
            self.report(default, true, "does not exist in proto3");
        }
        if let Some(group) = tree.get(field, key::GROUP) {
            self.scope(group);
        }
        if let Some(at) = tree.get(field, key::NUMBER) {
            // What cannot be read is too large, or has digits that its notation does not have.
            let Some(number) = self.number(field, key::NUMBER) else {
                return self.report(at, false, "is no number of a field: the largest one is 536870911");
            };
            if number < 1 {
                self.report(at, false, "is no number of a field: they start with 1");
            } else if KEPT.contains(&number) {
                self.report(
                    at,
                    false,
                    "is no number of a field: Protobuf keeps 19000 to 19999 for itself",
                );
            }
        }
    }

    fn enumeration(&mut self, enumeration: NodeId) {
        let tree = self.tree;
        let reserved = self.taken(enumeration, key::RESERVED);
        self.ranges(enumeration, key::RESERVED);
        let allows_alias = tree
            .get(enumeration, key::OPTIONS)
            .and_then(|options| tree.find(options, "allow_alias"))
            .is_some_and(|alias| tree.boolean(alias) == Some(true));
        let values: Vec<NodeId> = children_of(tree, enumeration, key::VALUES).collect();
        if values.is_empty() && !tree.has_hole(enumeration) {
            self.report(enumeration, true, "has no value, and needs one");
        }
        let mut numbers = FxHashSet::default();
        for (position, value) in values.into_iter().enumerate() {
            if reserved.names.contains(tree.key_text(value).unwrap_or_default()) {
                self.report(value, true, "is a name that is reserved in this enum");
            }
            let (Some(at), Some(number)) = (tree.get(value, key::NUMBER), self.number(value, key::NUMBER)) else {
                continue;
            };
            if position == 0 && number != 0 && self.version == PROTO3 && !tree.has_hole(enumeration) {
                self.report(at, false, "is the first number of this enum, which is 0 in proto3");
            }
            if !numbers.insert(number) && !allows_alias {
                self.report(
                    at,
                    false,
                    "is the number of another value; `option allow_alias = true;` allows that",
                );
            } else if reserved.has(number) {
                self.report(at, false, "is a number that is reserved in this enum");
            } else if i32::try_from(number).is_err() {
                self.report(at, false, "is no number of a value: it needs more than 32 bits");
            }
        }
    }
}
