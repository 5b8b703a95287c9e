//! Reading text into the spanned tree, beside `serde_json` on the same JSON in the same run.

#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs)]

#[allow(dead_code)]
mod harness;

use harness::{inputs, measure, row};
use std::sync::Arc;
use stipula::source::{Limits, Source};
use stipula::syntax::{self, NodeId, NodeType, Tree, yaml};

fn main() {
    let (inputs, smoke) = inputs();
    let limits = Limits::default();
    for input in inputs {
        println!(
            "{}: {:.2} MB                           least   median",
            input.name,
            input.text.len() as f64 / 1e6
        );
        let is_json = input.text.trim_start().starts_with('{');
        let source = Arc::new(Source::from_text(
            if is_json { "in.json" } else { "in.yaml" },
            input.text.as_str(),
        ));
        let tree = syntax::read(&source, &limits);
        row(
            "into the spanned tree",
            measure(smoke, || syntax::read(&source, &limits)),
            input.text.len(),
        );
        if is_json {
            let value = || serde_json::from_slice::<serde_json::Value>(input.text.as_bytes()).unwrap();
            row(
                "serde_json::from_slice::<Value>",
                measure(smoke, value),
                input.text.len(),
            );
        }
        // The same document as YAML in blocks.
        let mut text = String::new();
        write_yaml(&tree, NodeId::ROOT, 0, &mut text);
        let source = Arc::new(Source::from_text("in.yaml", text.as_str()));
        assert!(
            yaml::read_plain(&source, &limits).is_some(),
            "the plain reader takes what was written for it"
        );
        row(
            "the same as YAML, into the spanned tree",
            measure(smoke, || syntax::read(&source, &limits)),
            text.len(),
        );
        let library = || yaml::read_with_library(&source, &limits);
        row(
            "the same as YAML, through granit-parser",
            measure(smoke, library),
            text.len(),
        );
    }
}

fn write_yaml(tree: &Tree, node: NodeId, depth: usize, out: &mut String) {
    let indent = "  ".repeat(depth);
    match tree.node_type(node) {
        NodeType::Map | NodeType::List if tree.children(node).next().is_none() => {
            out.push_str(if tree.node_type(node) == NodeType::Map {
                " {}\n"
            } else {
                " []\n"
            });
        }
        NodeType::Map | NodeType::List => {
            if depth > 0 {
                out.push('\n');
            }
            for child in tree.children(node) {
                match tree.key_text(child) {
                    Some(key) => out.push_str(&format!("{indent}{key:?}:")),
                    None => out.push_str(&format!("{indent}-")),
                }
                write_yaml(tree, child, depth + 1, out);
            }
        }
        NodeType::String => out.push_str(&format!(" {}\n", serde_json::to_string(tree.text(node)).unwrap())),
        _ => out.push_str(&format!(" {}\n", tree.text(node))),
    }
}
