//! What property tests share: how often they run, and how they damage texts.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use std::fs;
use std::path::{Path, PathBuf};

/// Runs the same cases each time, and writes nothing beside the tests. `PROPTEST_CASES` and `PROPTEST_RNG_SEED` ask for
/// more cases, or for others.
pub(crate) fn config(cases: u32) -> ProptestConfig {
    let asked = ProptestConfig::default();
    ProptestConfig {
        cases: if std::env::var_os("PROPTEST_CASES").is_some() {
            asked.cases
        } else {
            cases
        },
        rng_seed: match asked.rng_seed {
            RngSeed::Random => RngSeed::Fixed(20_260_101),
            fixed => fixed,
        },
        failure_persistence: None,
        ..asked
    }
}

/// The files below a folder of the project that have one of the extensions, in the order of their names.
pub(crate) fn own_files(folder: &str, extensions: &[&str]) -> Vec<PathBuf> {
    let mut files = files_below(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), extensions);
    files.sort();
    assert!(!files.is_empty(), "the project has files in {folder}");
    files
}

/// The files below a folder that have one of the extensions.
pub(crate) fn files_below(folder: &Path, extensions: &[&str]) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files.extend(files_below(&path, extensions));
        } else if path
            .extension()
            .is_some_and(|found| extensions.iter().any(|extension| found == *extension))
        {
            files.push(path);
        }
    }
    files
}

/// The texts of those files.
pub(crate) fn own_texts(folder: &str, extensions: &[&str]) -> Vec<String> {
    own_files(folder, extensions)
        .iter()
        .filter_map(|file| fs::read_to_string(file).ok())
        .collect()
}

/// One of the texts with some pieces put in, taken out, or in the place of a character.
pub(crate) fn damaged(texts: Vec<String>, pieces: &'static [&'static str]) -> impl Strategy<Value = String> {
    let edits = prop::collection::vec(
        (any::<prop::sample::Index>(), prop::sample::select(pieces), 0_usize..12),
        0..6,
    );
    (prop::sample::select(texts), edits).prop_map(|(mut text, edits)| {
        for (at, piece, taken) in edits {
            let mut start = at.index(text.len() + 1);
            while !text.is_char_boundary(start) {
                start -= 1;
            }
            let end = text[start..]
                .char_indices()
                .nth(taken)
                .map_or(text.len(), |(offset, _)| start + offset);
            text.replace_range(start..end, piece);
        }
        text
    })
}
