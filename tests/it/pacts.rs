//! What tests of contracts share: contracts from text, and the files on outside suites.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use stipula::document::{DocumentId, Workspace};
use stipula::formats::pact;
use stipula::source::{Limits, Source};
use stipula::syntax;

/// A workspace with one contract, and its document.
pub(crate) fn workspace(name: &str, text: &str) -> Result<(Workspace, DocumentId), String> {
    let source = Arc::new(Source::from_text(name, text));
    let document = pact::document(syntax::read(&source, &Limits::default()))?;
    let mut workspace = Workspace::new(100);
    let id = workspace.add(document);
    Ok((workspace, id))
}

/// All files below a folder whose name ends so, in order.
pub(crate) fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Cases that we and a suite see differently, each with its reason, and whether the case was met.
pub(crate) struct Disputed {
    reasons: BTreeMap<String, String>,
}

impl Disputed {
    /// Reads a table of cases and reasons.
    pub(crate) fn read(name: &str) -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pact").join(name);
        let text = fs::read_to_string(path).unwrap();
        let rows = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
        let reasons = rows.map(|row| {
            let (case, reason) = row.split_once('\t').expect("a case and a reason");
            (case.to_owned(), reason.to_owned())
        });
        Self {
            reasons: reasons.collect(),
        }
    }

    pub(crate) fn reason(&self, case: &str) -> Option<&str> {
        self.reasons.get(case).map(String::as_str)
    }
}

/// Right, disputed, waiting and wrong cases by part of a suite.
#[derive(Default)]
pub(crate) struct Counts {
    rows: BTreeMap<String, [usize; 4]>,
    wrong: Vec<String>,
}

impl Counts {
    pub(crate) fn right(&mut self, part: &str) {
        self.row(part)[0] += 1;
    }

    pub(crate) fn disputed(&mut self, part: &str) {
        self.row(part)[1] += 1;
    }

    pub(crate) fn waiting(&mut self, part: &str) {
        self.row(part)[2] += 1;
    }

    pub(crate) fn wrong(&mut self, part: &str, what: String) {
        self.row(part)[3] += 1;
        self.wrong.push(what);
    }

    fn row(&mut self, part: &str) -> &mut [usize; 4] {
        self.rows.entry(part.to_owned()).or_default()
    }

    /// Prints the table, and fails if anything is wrong.
    pub(crate) fn finish(self) {
        println!(
            "{:<44} {:>6} {:>9} {:>8} {:>6}",
            "part", "right", "disputed", "waiting", "wrong"
        );
        let mut sum = [0; 4];
        for (part, counts) in &self.rows {
            println!(
                "{part:<44} {:>6} {:>9} {:>8} {:>6}",
                counts[0], counts[1], counts[2], counts[3]
            );
            for (sum, count) in sum.iter_mut().zip(counts) {
                *sum += count;
            }
        }
        println!("{:<44} {:>6} {:>9} {:>8} {:>6}", "all", sum[0], sum[1], sum[2], sum[3]);
        assert!(
            self.wrong.is_empty(),
            "{} wrong:\n{}",
            self.wrong.len(),
            self.wrong.join("\n")
        );
    }
}
