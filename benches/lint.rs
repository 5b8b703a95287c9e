//! Linting with all recommended rules, phase by phase, and the tool as a whole.

#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs)]

#[allow(dead_code)]
mod harness;

use harness::{generated, inputs, measure, peak_megabytes, row};
use std::collections::HashMap;
use std::fs;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Instant;
use stipula::formats::{LoadOptions, load};
use stipula::lint::{Rules, lint};
use stipula::policy::{Config, Levels, Policy};
use stipula::rules::Catalog;
use stipula::rules::dictionary::Dictionary;
use stipula::rules::functions::Run;
use stipula::source::{Files, Limits, Source};
use stipula::syntax;
use time::macros::date;

fn main() {
    // One thread: what is measured is processor time.
    rayon::ThreadPoolBuilder::new().num_threads(1).build_global().unwrap();
    let (inputs, smoke) = inputs();
    let catalog = Catalog::default();
    let levels = Levels::new(&Config::default(), None, &catalog, HashMap::new()).unwrap();
    let rules = Rules::new(levels.compile(&catalog).unwrap());
    let run = Run {
        as_of: date!(2026 - 01 - 01),
        dictionary: Dictionary::default(),
    };
    let policy = Policy {
        levels: &levels,
        catalog: &catalog,
        baseline: None,
        as_of: run.as_of,
    };
    let files = Files::new(Limits::default(), std::env::temp_dir());
    for input in inputs {
        let bytes = input.text.len();
        println!(
            "{}: {:.2} MB                           least   median",
            input.name,
            bytes as f64 / 1e6
        );
        let is_json = input.text.trim_start().starts_with('{');
        let source = Arc::new(Source::from_text(
            if is_json { "in.json" } else { "in.yaml" },
            input.text,
        ));
        let load = || load(vec![Arc::clone(&source)], &files, &LoadOptions::default(), &|| {});
        let read = measure(smoke, || syntax::read(&source, &Limits::default()));
        row("read", read, bytes);
        let loaded = measure(smoke, &load);
        row("read, label, link", loaded, bytes);
        let workspace = load().workspace;
        let linted = measure(smoke, || lint(&workspace, &rules, &run, &|| {}));
        row("lint", linted, bytes);
        let judged = measure(smoke, || {
            policy.judge(
                "lint",
                &workspace,
                &rules.pages(),
                lint(&workspace, &rules, &run, &|| {}),
            )
        });
        row("lint and judge", judged, bytes);
        println!(
            "  {} rules, {} findings; all together {:.1} ms, {:.1} times the reading",
            rules.rules().len(),
            lint(&workspace, &rules, &run, &|| {}).len(),
            loaded.0 + judged.0,
            (loaded.0 + judged.0) / read.0,
        );
    }
    if let Some(peak) = peak_megabytes() {
        println!("peak memory of this process, several runs of the largest document: {peak:.0} MB");
    }
    start_up(smoke);
}

/// The whole tool on a document of thirty lines: wall time, as a user feels it.
fn start_up(smoke: bool) {
    let document = std::env::temp_dir().join(format!("stipula-bench-{}.json", std::process::id()));
    fs::write(&document, generated(1)).unwrap();
    let times = (0..if smoke { 1 } else { 21 }).map(|_| {
        let start = Instant::now();
        let mut tool = Command::new(env!("CARGO_BIN_EXE_stipula"));
        let status = tool
            .arg("lint")
            .arg(&document)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .unwrap();
        assert!(matches!(status.code(), Some(0 | 1)));
        start.elapsed().as_secs_f64() * 1e3
    });
    let mut times: Vec<f64> = times.collect();
    times.sort_by(f64::total_cmp);
    println!(
        "start-up, 30 lines: {:.1} ms at least, {:.1} ms median, wall",
        times[0],
        times[times.len() / 2]
    );
    let _ = fs::remove_file(document);
}
