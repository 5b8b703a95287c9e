//! Comparing two versions, phase by phase, beside reading both into `serde_json` values; and whether the cost stays
//! linear when the description doubles.
//!
//! `STIPULA_BENCH` names pairs of documents, old and new in turn, separated by `:`.

#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs)]

#[allow(dead_code)]
mod harness;

use harness::{Input, generated, inputs, measure, peak_megabytes, row};
use std::sync::Arc;
use stipula::breaking::{self, Choices, Promises, Settings, Versions};
use stipula::formats::{LoadOptions, LoadedTogether, Side, load_versions};
use stipula::rules::Catalog;
use stipula::source::{Files, Limits, Source};
use time::macros::date;

fn main() {
    // One thread: what is measured is processor time.
    rayon::ThreadPoolBuilder::new().num_threads(1).build_global().unwrap();
    let (inputs, smoke) = inputs();
    let mut pairs: Vec<(Input, Input)> = Vec::new();
    let mut named = inputs.into_iter();
    while let (Some(old), Some(new)) = (named.next(), named.next()) {
        pairs.push((old, new));
    }
    let sizes: &[usize] = if smoke { &[10] } else { &[1000, 2000, 4000] };
    for paths in sizes.iter().filter(|_| pairs.is_empty()).copied().collect::<Vec<_>>() {
        pairs.push(edited(paths));
    }
    for (old, new) in pairs {
        compare(&old, &new, smoke);
    }
    if let Some(peak) = peak_megabytes() {
        println!("peak memory of this process, several runs of each pair: {peak:.0} MB");
    }
}

/// A description, and the same with one schema in ten edited.
fn edited(paths: usize) -> (Input, Input) {
    let old = generated(paths);
    let mut new = String::with_capacity(old.len());
    for (position, line) in old.lines().enumerate() {
        if position % 10 == 0 && line.contains("\"maximum\": 100") {
            new.push_str(&line.replace("\"maximum\": 100", "\"maximum\": 50"));
        } else {
            new.push_str(line);
        }
        new.push('\n');
    }
    let name = |side: &str| format!("generated, {paths} paths, {side}");
    let input = |side: &str, text: String| Input { name: name(side), text };
    (input("old", old), input("new", new))
}

fn compare(old: &Input, new: &Input, smoke: bool) {
    let bytes = old.text.len() + new.text.len();
    println!("{} → {}: {:.2} MB together", old.name, new.name, bytes as f64 / 1e6);
    if let (true, true) = (old.text.starts_with('{'), new.text.starts_with('{')) {
        let peer = measure(smoke, || {
            let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
            (read(&old.text), read(&new.text))
        });
        row("peer: serde_json, both as values", peer, bytes);
    }
    let source = |input: &Input| {
        let is_json = input.text.trim_start().starts_with('{');
        let name = if is_json { "in.json" } else { "in.yaml" };
        Arc::new(Source::from_text(name, input.text.clone()))
    };
    let (before, now) = (source(old), source(new));
    let files = Files::new(Limits::default(), std::env::temp_dir());
    let load = || -> LoadedTogether {
        let side = |source: &Arc<Source>| Side {
            sources: vec![Arc::clone(source)],
            files: &files,
        };
        load_versions(&[side(&before)], &side(&now), &LoadOptions::default(), &|| {})
    };
    let loaded = measure(smoke, load);
    row("read, label, link both", loaded, bytes);
    let versions = load();
    let workspace = &versions.workspace;
    let description = |is_base: bool| {
        workspace
            .ids()
            .find(|id| workspace.document(*id).is_base() == is_base && workspace.document(*id).is_description())
    };
    let pairs = [Versions {
        old: description(true),
        new: description(false),
        moved: false,
    }];
    let rules = breaking::Rules::new(&Catalog::default());
    let settings = Settings {
        as_of: date!(2026 - 01 - 01),
        undeclared_members: false,
        names: false,
        promises: Promises::default(),
    };
    let run = || breaking::run(workspace, &pairs, &settings, &rules, &Choices::default());
    let compared = measure(smoke, run);
    row("compare and judge", compared, bytes);
    println!(
        "  {} changes; all together {:.1} ms",
        run().len(),
        loaded.0 + compared.0
    );
}
