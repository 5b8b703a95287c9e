//! Where conformance cases and real documents are found, if this machine has them.

use std::env;
use std::path::PathBuf;

/// The folder of conformance cases, from `STIPULA_CONFORMANCE` or beside the project; `None`, said aloud, without it.
pub(crate) fn conformance(suite: &str) -> Option<PathBuf> {
    folder("STIPULA_CONFORMANCE", "../shared/conformance", suite)
}

/// The folder of real documents, from `STIPULA_CORPUS` or beside the project; `None`, said aloud, without it.
pub(crate) fn corpus(part: &str) -> Option<PathBuf> {
    folder("STIPULA_CORPUS", "../shared/corpus", part)
}

fn folder(variable: &str, beside: &str, part: &str) -> Option<PathBuf> {
    let base =
        env::var_os(variable).map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(beside), PathBuf::from);
    let folder = base.join(part);
    if folder.is_dir() {
        return Some(folder);
    }
    println!(
        "skipped: {} is not there; set {variable} to run this test",
        folder.display()
    );
    None
}
