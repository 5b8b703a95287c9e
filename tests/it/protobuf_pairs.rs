//! Versions of public Protobuf trees: what is compared with itself does not differ, and what an error says is shown, or its
//! page says why it needs no proof.

use crate::outside;
use crate::versions::{self, Folders};
use std::path::PathBuf;
use stipula::finding::{Severity, Verdict};
use stipula::rules::changes::Promise;

/// The folders of both versions of each tree.
fn pairs() -> Vec<[PathBuf; 2]> {
    let Some(corpus) = outside::corpus("proto") else {
        return Vec::new();
    };
    let mut trees: Vec<PathBuf> = std::fs::read_dir(corpus)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    trees.sort();
    let pairs = trees.into_iter().map(|tree| [tree.join("old"), tree.join("new")]);
    pairs.filter(|[old, new]| old.is_dir() && new.is_dir()).collect()
}

#[test]
fn protobuf_trees_do_not_differ_from_themselves() {
    for [_, new] in pairs() {
        let same = Folders::load(&new, &new);
        let told: Vec<&str> = same.findings().iter().map(versions::rule).collect();
        assert!(told.is_empty(), "{}: {told:?}", new.display());
    }
}

#[test]
fn errors_of_protobuf_trees_are_shown() {
    for [old, new] in pairs() {
        let pair = Folders::load(&old, &new);
        for promise in Promise::ALL {
            for finding in pair.findings_for(*promise) {
                let breaking = finding.breaking.as_ref().unwrap();
                let page = &versions::rules().pages()[finding.rule];
                let is_shown = breaking.witness.is_some() || page.no_witness.is_some();
                let is_error = breaking.severity == Severity::Error && breaking.verdict == Verdict::Breaking;
                assert!(
                    !is_error || is_shown,
                    "{} at {}: {}",
                    page.id,
                    promise.name(),
                    new.display()
                );
                assert!(
                    page.id != "unclassified-change",
                    "{}: {:?}",
                    new.display(),
                    finding.facts
                );
            }
        }
    }
}
