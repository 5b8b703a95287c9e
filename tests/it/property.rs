//! What property tests share: how often they run and have to be put to the test, and how they damage texts.

use proptest::prelude::*;
use proptest::test_runner::{RngSeed, TestCaseError, TestRunner};
use std::cell::Cell;
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

/// How often a law is tried where nothing else is asked for, and how many of these cases have to put it to the test.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Quota {
    pub(crate) cases: u32,
    pub(crate) least: usize,
}

impl Quota {
    /// What has to put the law to the test of the cases that are asked for: as large a part, and something in any case.
    pub(crate) fn least(self) -> usize {
        let asked = config(self.cases).cases;
        (self.least.saturating_mul(asked as usize) / self.cases.max(1) as usize).max(1)
    }

    /// A proportion that holds of as many cases as usual; of fewer, it says nothing.
    pub(crate) fn one_in(self, count: usize) -> Option<usize> {
        (config(self.cases).cases >= self.cases).then_some(count)
    }

    /// Tells how often the law was put to the test, and fails if it was hardly.
    pub(crate) fn check(self, tried: usize) {
        let (asked, least) = (config(self.cases).cases, self.least());
        println!("{asked} cases asked for, put to the test {tried} times");
        assert!(
            tried >= least,
            "the law is hardly put to the test: of {asked} cases that were asked for, {least} have to, and {tried} did"
        );
    }

    /// Tries a law as often as is asked for, and fails with what is wrong, or if it was hardly put to the test. Each
    /// case tells how often it did that. Where few cases are asked for, chance may write none that does; then it goes
    /// on, but not for longer than usual.
    pub(crate) fn run<S: Strategy>(self, strategy: S, law: impl Fn(S::Value) -> Result<usize, TestCaseError>) {
        let tried = Cell::new(0);
        let mut config = config(self.cases);
        config.cases = config.cases.max(1);
        let mut left = self.cases.max(config.cases);
        while left > 0 && tried.get() < self.least() {
            config.cases = config.cases.min(left);
            left -= config.cases;
            let mut runner = TestRunner::new(config.clone());
            let outcome = runner.run(&strategy, |case| {
                tried.set(tried.get() + law(case)?);
                Ok(())
            });
            if let Err(error) = outcome {
                panic!("{error}");
            }
            if let RngSeed::Fixed(seed) = &mut config.rng_seed {
                *seed = seed.wrapping_add(1);
            }
        }
        self.check(tried.get());
    }
}

#[test]
fn a_law_that_nothing_puts_to_the_test_fails_in_words() {
    let quota = Quota { cases: 8, least: 8 };
    let failure = std::panic::catch_unwind(|| quota.run(any::<u8>(), |_| Ok(0))).unwrap_err();
    let words = failure.downcast_ref::<String>().unwrap();
    assert!(words.contains("hardly put to the test"), "{words}");
    assert!(words.ends_with("and 0 did"), "{words}");
}

#[test]
fn a_law_goes_on_until_it_is_put_to_the_test() {
    let count = Cell::new(0);
    let quota = Quota {
        cases: 100_000,
        least: 1,
    };
    quota.run(any::<u8>(), |case| {
        count.set(count.get() + 1);
        Ok(usize::from(case == 7))
    });
    assert!(count.get() > 0);
}

#[test]
fn what_has_to_be_tried_follows_what_is_asked_for() {
    let asked = config(100).cases as usize;
    assert_eq!(Quota { cases: 100, least: 100 }.least(), asked.max(1));
    assert_eq!(Quota { cases: 100, least: 0 }.least(), 1, "something in any case");
    assert_eq!(Quota { cases: 0, least: 0 }.least(), 1, "whatever was asked for");
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
