//! Real descriptions in two versions, where this machine has them: what is told of them, and what must hold of it
//! whatever it is. Whether it is right is a question for people, who find it in the table.

use crate::mirror::Mirror;
use crate::outside;
use crate::versions::{self, Pair};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use stipula::finding::{Finding, Severity, Verdict};

/// The longest that a comparison may take, in a build that is hardly optimised and on a machine that does much else.
const LONGEST: Duration = Duration::from_secs(120);

/// The pairs of the corpus: the format, a name, the old file and the new one.
fn pairs() -> Vec<(String, String, PathBuf, PathBuf)> {
    let Some(folder) = outside::corpus("") else {
        return Vec::new();
    };
    let index = fs::read_to_string(folder.join("INDEX.tsv")).unwrap();
    let rows: Vec<Vec<&str>> = index.lines().skip(1).map(|row| row.split('\t').collect()).collect();
    let mut pairs = Vec::new();
    for row in rows.iter().filter(|row| row.len() > 5 && row[5] == "pair-new") {
        let name = Path::new(row[0]).parent().unwrap().to_str().unwrap();
        if !(name.starts_with("openapi-") || name.starts_with("asyncapi-")) {
            continue;
        }
        let is_old = |other: &&Vec<&str>| {
            other.len() > 5 && other[5] == "pair-old" && Path::new(other[0]).parent() == Some(Path::new(name))
        };
        let old = rows.iter().find(is_old).unwrap()[0];
        pairs.push((
            row[1].to_owned(),
            name.to_owned(),
            folder.join(old),
            folder.join(row[0]),
        ));
    }
    assert!(pairs.len() > 20, "{} pairs", pairs.len());
    pairs
}

/// What was told, by how grave it is and by what is known.
#[derive(Default)]
struct Counts {
    pairs: usize,
    changes: usize,
    by_severity: BTreeMap<Severity, usize>,
    by_verdict: BTreeMap<Verdict, usize>,
    time: Duration,
}

#[test]
fn corpus_pairs_are_compared() {
    let mut by_format: BTreeMap<String, Counts> = BTreeMap::new();
    let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
    for (format, name, old, new) in pairs() {
        let pair = Pair::of_files(&old, &new);
        let start = Instant::now();
        let findings = pair.findings();
        let took = start.elapsed();
        assert!(took < LONGEST, "{name} takes {took:?}");
        let counts = by_format.entry(format).or_default();
        counts.pairs += 1;
        counts.changes += findings.len();
        counts.time += took;
        for finding in &findings {
            let breaking = finding.breaking.as_ref().unwrap();
            *counts.by_severity.entry(breaking.severity).or_default() += 1;
            *counts.by_verdict.entry(breaking.verdict).or_default() += 1;
            assert_eq!(
                breaking.reason.is_some(),
                breaking.verdict == Verdict::Unknown,
                "{name}"
            );
            if let Some(reason) = &breaking.reason {
                *reasons.entry(reason.clone()).or_default() += 1;
            }
            is_shown(&name, finding);
        }
        println!("{name}: {} changes in {} ms", findings.len(), took.as_millis());
        for same in [&old, &new] {
            let told = Pair::of_files(same, same).changes().len();
            assert_eq!(told, 0, "{} differs from itself", same.display());
        }
    }
    println!("format: pairs, changes; errors, warnings, infos; breaking, unknown, safe; milliseconds");
    for (format, counts) in by_format {
        let severity = |severity| counts.by_severity.get(&severity).copied().unwrap_or_default();
        let verdict = |verdict| counts.by_verdict.get(&verdict).copied().unwrap_or_default();
        println!(
            "{format}: {}, {}; {}, {}, {}; {}, {}, {}; {}",
            counts.pairs,
            counts.changes,
            severity(Severity::Error),
            severity(Severity::Warning),
            severity(Severity::Info),
            verdict(Verdict::Breaking),
            verdict(Verdict::Unknown),
            verdict(Verdict::Safe),
            counts.time.as_millis()
        );
    }
    println!("reasons of what is unknown: {reasons:#?}");
}

/// An error is shown by a value, or its page says why none is needed; and a value that is shown shows it.
fn is_shown(name: &str, finding: &Finding) {
    let breaking = finding.breaking.as_ref().unwrap();
    let page = &versions::rules().pages()[finding.rule];
    if breaking.severity == Severity::Error {
        assert_eq!(breaking.verdict, Verdict::Breaking, "{name} {}", page.id);
        assert!(
            breaking.witness.is_some() || page.no_witness.is_some(),
            "{name} {}: {:?}",
            page.id,
            breaking.derivation
        );
    }
    if let Some(witness) = &breaking.witness {
        use stipula::document::Direction::{Request, Response};
        let (taking, refusing) = match breaking.direction {
            Request => (&witness.old, &witness.new),
            Response => (&witness.new, &witness.old),
        };
        assert!(
            taking == "valid" && refusing != "valid",
            "{name} {}: {witness:?}",
            page.id
        );
    }
}

#[test]
fn corpus_pairs_mirror_each_other() {
    let pairs = pairs();
    if pairs.is_empty() {
        return;
    }
    let mut mirror = Mirror::default();
    for (_, name, old, new) in pairs {
        let (forward, backward) = (Pair::of_files(&old, &new), Pair::of_files(&new, &old));
        mirror.add(&name, &forward.changes(), &backward.changes());
    }
    mirror.holds(1, Some(50));
}
