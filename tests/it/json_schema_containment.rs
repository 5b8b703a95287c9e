//! The public suite of containment: pairs of schemas, and whether each holds all values of the other.
//!
//! An answer that differs from the suite is wrong; so is a witness that an ordinary validator does not confirm. To know
//! no answer is allowed, and counted.

use crate::property::files_below;
use crate::{outside, schemas};
use rayon::prelude::*;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};
use stipula::document::{Dialect, Node};
use stipula::schema::{Bounds, Containment, Replay, Schemas};

/// Cases in which the suite is wrong, as the validator confirms: draft and file, number, direction, and why.
const DISPUTED: &[(&str, u64, &str, &str)] = &[
    ("draft4/universal/id.json", 1, BACKWARD, OTHER_NAME),
    ("draft4/universal/items.json", 3, BACKWARD, NEGATED_IN_PART),
    ("draft4/unsatisfiable/id.json", 1, FORWARD, OTHER_NAME),
    ("draft7/universal/items.json", 6, BACKWARD, NEGATED_IN_PART),
    ("draft2019-09/universal/anchor.json", 4, BACKWARD, OTHER_NAME),
    ("draft2019-09/unsatisfiable/id.json", 2, FORWARD, OTHER_NAME),
    ("draft2020-12/nonvalid/dynamicRef.json", 1, FORWARD, NOT_NEGATED),
    ("draft2020-12/nonvalid/dynamicRef.json", 2, FORWARD, NOT_NEGATED),
    ("draft2020-12/universal/anchor.json", 4, BACKWARD, OTHER_NAME),
    ("draft2020-12/universal/dynamicRef.json", 1, BACKWARD, NOT_NEGATED),
    ("draft2020-12/universal/dynamicRef.json", 2, BACKWARD, NOT_NEGATED),
    ("draft2020-12/universal/dynamicRef.json", 3, BACKWARD, NEGATED_IN_PART),
    ("draft2020-12/universal/dynamicRef.json", 9, BACKWARD, NEGATED_IN_PART),
    ("draft2020-12/universal/dynamicRef.json", 10, BACKWARD, NEGATED_IN_PART),
    ("draft2020-12/universal/items.json", 4, BACKWARD, NEGATED_IN_PART),
    ("draft2020-12/unsatisfiable/id.json", 2, FORWARD, OTHER_NAME),
];
const NOT_NEGATED: &str = "the schema that should be negated stands there as it was";
const NEGATED_IN_PART: &str = "only a part of the schema is negated: `type` stands beside `not`";
const OTHER_NAME: &str = "the negated schema has another identifier in its `enum`, so it is another schema";

const FORWARD: &str = "s1SubsetEqOfs2";
const BACKWARD: &str = "s2SubsetEqOfs1";

const DRAFTS: [(&str, Dialect); 5] = [
    ("draft4", Dialect::Draft4),
    ("draft6", Dialect::Draft6),
    ("draft7", Dialect::Draft7),
    ("draft2019-09", Dialect::Draft201909),
    ("draft2020-12", Dialect::Draft202012),
];

/// What a question came to.
enum Outcome {
    Correct,
    Undecided(&'static str),
    Disputed(String),
    Wrong(String),
}

/// The answers to one file's cases.
#[derive(Default)]
struct Tally {
    correct: usize,
    undecided: BTreeMap<&'static str, usize>,
    disputed: Vec<String>,
    wrong: Vec<String>,
    /// Witnesses that the validator could not be asked about.
    untried: usize,
    slowest: Duration,
    slowest_case: String,
}

impl Tally {
    fn add(mut self, other: Self) -> Self {
        self.correct += other.correct;
        for (reason, count) in other.undecided {
            *self.undecided.entry(reason).or_default() += count;
        }
        self.disputed.extend(other.disputed);
        self.wrong.extend(other.wrong);
        self.untried += other.untried;
        if other.slowest > self.slowest {
            (self.slowest, self.slowest_case) = (other.slowest, other.slowest_case);
        }
        self
    }

    fn count(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Correct => self.correct += 1,
            Outcome::Undecided(reason) => *self.undecided.entry(reason).or_default() += 1,
            Outcome::Disputed(line) => self.disputed.push(line),
            Outcome::Wrong(line) => self.wrong.push(line),
        }
    }

    fn print(&self, title: &str) {
        let undecided: usize = self.undecided.values().sum();
        let all = self.correct + undecided + self.wrong.len() + self.disputed.len();
        println!(
            "{title:<24} {all:>6} {:>8} {undecided:>9} {:>6.1}% {:>5} {:>8} {:>7}   {:?} {}",
            self.correct,
            100.0 * undecided as f64 / all.max(1) as f64,
            self.wrong.len(),
            self.disputed.len(),
            self.untried,
            self.slowest,
            self.slowest_case,
        );
        for (reason, count) in &self.undecided {
            println!("{:<24} {count:>24} {reason}", "");
        }
    }
}

#[test]
fn json_schema_containment() {
    let Some(suite) = outside::conformance("json-schema-containment") else {
        return;
    };
    let start = Instant::now();
    println!(
        "{:<24} {:>6} {:>8} {:>9} {:>7} {:>5} {:>8} {:>7}   slowest",
        "json-schema-containment", "asked", "correct", "undecided", "", "wrong", "disputed", "untried",
    );
    let (mut required, mut optional) = (Tally::default(), Tally::default());
    for (draft, dialect) in DRAFTS {
        let folder = suite.join("tests").join(draft);
        let mut files = files_below(&folder, &["json"]);
        files.sort();
        let tallies: Vec<(bool, Tally)> = files
            .par_iter()
            .map(|file| {
                let name = file
                    .strip_prefix(&folder)
                    .unwrap_or(file)
                    .to_string_lossy()
                    .into_owned();
                (name.contains("optional/"), of_file(file, draft, &name, dialect))
            })
            .collect();
        let (mut here, mut beside) = (Tally::default(), Tally::default());
        for (is_optional, tally) in tallies {
            if is_optional {
                beside = beside.add(tally);
            } else {
                here = here.add(tally);
            }
        }
        here.print(draft);
        beside.print(&format!("{draft} optional"));
        assert!(here.correct > 0, "{draft} has cases");
        required = required.add(here);
        optional = optional.add(beside);
    }
    required.print("all");
    optional.print("all optional");
    println!("{:?}", start.elapsed());
    for line in &required.disputed {
        println!("  disputed: {line}");
    }
    // Formats are notes, which is why most of what is optional differs.
    let of_formats = |line: &&String| line.contains("optional/format/");
    let beside = optional.wrong.iter().filter(|line| !of_formats(line));
    for line in required.wrong.iter().chain(beside) {
        println!("  wrong: {line}");
    }
    let formats = optional.wrong.iter().filter(of_formats).count();
    println!("  and {formats} answers to questions about formats, which are notes here");
    assert!(required.wrong.is_empty(), "{} answers are wrong", required.wrong.len());
}

fn of_file(file: &Path, draft: &'static str, name: &str, dialect: Dialect) -> Tally {
    let text = fs::read_to_string(file).unwrap_or_default();
    let cases: Vec<Value> = serde_json::from_str(&text).unwrap_or_default();
    let mut tally = Tally::default();
    for case in &cases {
        let id = case["id"].as_u64().unwrap_or_default();
        let start = Instant::now();
        let texts = [case["schema1"].to_string(), case["schema2"].to_string()];
        let workspace = schemas::load(&texts, dialect);
        let roots: Vec<Node<'_>> = workspace.ids().take(2).map(|id| workspace.root(id)).collect();
        let mut store = Schemas::new(Bounds::default());
        let read = [store.read(&roots[..1], None), store.read(&roots[1..], None)];
        let mut replay = Replay::new();
        for (direction, inner, outer) in [(FORWARD, 0, 1), (BACKWARD, 1, 0)] {
            let Some(expected) = case["tests"][direction].as_bool() else {
                continue;
            };
            let answer = store.contains(read[inner], read[outer]);
            let mut difference = match &answer {
                Containment::Undecided(reason) => {
                    tally.count(Outcome::Undecided(reason.name()));
                    continue;
                }
                Containment::Contained => (!expected).then(|| "contained".to_owned()),
                Containment::Refuted(witness) => expected.then(|| format!("refuted by {witness}")),
            };
            if let Containment::Refuted(witness) = &answer {
                let tried = [inner, outer].map(|at| replay.check(&roots[at..=at], None, witness));
                match tried {
                    [Ok(None), Ok(Some(_))] => {}
                    [Ok(inner), Ok(outer)] => {
                        difference = Some(format!(
                            "witness {witness}: inner {}, outer {}",
                            inner.unwrap_or_else(|| "accepts".into()),
                            outer.unwrap_or_else(|| "accepts".into()),
                        ));
                    }
                    _ => tally.untried += 1,
                }
            }
            let disputed = DISPUTED.iter().find(|dispute| {
                dispute.0.strip_prefix(draft) == Some(&format!("/{name}")) && (dispute.1, dispute.2) == (id, direction)
            });
            tally.count(match (difference, disputed) {
                (None, _) => Outcome::Correct,
                (Some(_), Some((.., reason))) => {
                    Outcome::Disputed(format!("{draft}/{name}#{id} {direction}: {reason}"))
                }
                (Some(difference), None) => Outcome::Wrong(format!(
                    "{draft}/{name}#{id} {direction} should be {expected}: {difference}: {} and {}",
                    case["schema1"], case["schema2"]
                )),
            });
        }
        let elapsed = start.elapsed();
        if elapsed > tally.slowest {
            (tally.slowest, tally.slowest_case) = (elapsed, format!("{draft}/{name}#{id}"));
        }
    }
    tally
}
