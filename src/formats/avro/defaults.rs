//! Whether defaults fit their types
//! (<https://avro.apache.org/docs/1.12.0/specification/#schema-record>).

use super::names::Reading;
use crate::document::{Violation, ViolationKind, content};
use crate::syntax::{NodeId, NodeType, key};

/// Types within types that a default is looked up in.
const DEPTH: u32 = 32;

/// Finds defaults of fields and enums that their types do not take.
pub(super) fn check(reading: &Reading<'_>, violations: &mut Vec<Violation>) {
    let tree = reading.tree;
    for (holder, space) in &reading.with_default {
        let Some(default) = tree.get(*holder, key::DEFAULT) else {
            continue;
        };
        let fits = match tree.get(*holder, key::SYMBOLS) {
            Some(symbols) => tree
                .children(symbols)
                .any(|symbol| tree.text(symbol) == tree.text(default)),
            None => tree
                .get(*holder, key::TYPE)
                .is_none_or(|of| takes(reading, of, default, space, DEPTH)),
        };
        if !fits {
            violations.push(Violation {
                node: default,
                on_key: true,
                kind: ViolationKind::Stated("is no value of its type"),
            });
        }
    }
}

/// Whether a schema takes a value as defaults are written in JSON. What cannot be told counts as taken.
fn takes(reading: &Reading<'_>, schema: NodeId, value: NodeId, space: &str, depth: u32) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return true };
    let tree = reading.tree;
    let schema = reading.resolve(schema, space);
    let value_type = tree.node_type(value);
    let word = match tree.node_type(schema) {
        NodeType::String => tree.text(schema),
        NodeType::List => {
            let mut branches = tree.children(schema);
            return branches.any(|branch| takes(reading, branch, value, space, depth));
        }
        NodeType::Map => match tree.get(schema, key::TYPE) {
            Some(of) => match tree.string(of) {
                Some(word) => word,
                None => return takes(reading, of, value, space, depth),
            },
            None => return true,
        },
        _ => return true,
    };
    let is_whole = || content::is_integer(tree.text(value));
    match word {
        "null" => value_type == NodeType::Null,
        "boolean" => value_type == NodeType::Boolean,
        "int" | "long" => value_type == NodeType::Number && is_whole(),
        "float" | "double" => value_type == NodeType::Number,
        "bytes" | "string" | "fixed" => value_type == NodeType::String,
        "enum" => tree.get(schema, key::SYMBOLS).is_none_or(|symbols| {
            tree.children(symbols)
                .any(|symbol| tree.text(symbol) == tree.text(value))
        }),
        "array" => value_type == NodeType::List,
        "map" | "record" | "error" => value_type == NodeType::Map,
        _ => true,
    }
}
