//! The cases of another comparer, run through ours. They are a help and no verdict: where the two differ, a table says
//! who is right and why, and a difference that is not in the table is a mistake of ours until somebody has judged it.

use crate::outside;
use crate::versions::{self, Pair};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use stipula::document::Direction;
use stipula::finding::{Finding, Severity};

/// What the case is about as a whole, where it names no rule.
const WHOLE: &str = "-";
/// Rules of what the other tool does not compare, or does not call a change.
const OURS_ALONE: &[&str] = &["annotation-changed", "component-added", "component-removed"];

/// A rule of theirs.
struct Theirs {
    level: Severity,
    /// The rule of ours that says the same; nothing where ours says what the change does instead.
    ours: Option<String>,
}

/// A difference that has been judged.
struct Judged {
    right: String,
    reason: String,
}

fn table(path: &Path) -> Vec<Vec<String>> {
    let text = fs::read_to_string(path).unwrap();
    let rows = text.lines().skip(1);
    rows.map(|row| row.split('\t').map(str::to_owned).collect()).collect()
}

fn own(name: &str) -> Vec<Vec<String>> {
    table(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oasdiff").join(name))
}

fn ids() -> BTreeMap<String, Theirs> {
    let mut ids = BTreeMap::new();
    for row in own("ids.tsv") {
        let theirs = Theirs {
            level: Severity::from_name(&row[1]).unwrap(),
            ours: (row[2] != "-").then(|| row[2].clone()),
        };
        assert!(
            ids.insert(row[0].clone(), theirs).is_none(),
            "{} is there twice",
            row[0]
        );
    }
    ids
}

/// Each judged difference by its test and their id.
fn disputed() -> BTreeMap<(String, String), Judged> {
    let mut disputed = BTreeMap::new();
    for row in own("disputed.tsv") {
        assert!(matches!(row[2].as_str(), "ours" | "theirs" | "both"), "{row:?}");
        for id in row[1].split(',') {
            let judged = Judged {
                right: row[2].clone(),
                reason: row[3].clone(),
            };
            let twice = disputed.insert((row[0].clone(), id.to_owned()), judged);
            assert!(twice.is_none(), "{} {id} is judged twice", row[0]);
        }
    }
    disputed
}

/// The pages say which rule of theirs is which of ours, and the table says the same.
#[test]
fn oasdiff_ids_are_those_of_the_pages() {
    let pages = versions::rules().pages();
    for (theirs, Theirs { ours, .. }) in ids() {
        let same = pages
            .iter()
            .filter(|page| page.same_as.iter().any(|(tool, id)| tool == "oasdiff" && *id == theirs));
        let same: Vec<&str> = same.map(|page| &*page.id).collect();
        match &ours {
            None => assert!(same.is_empty(), "{theirs} is {same:?}"),
            Some(ours) => assert!(same.contains(&ours.as_str()), "{theirs} is {same:?}, not {ours}"),
        }
    }
}

/// What our findings say where a case speaks of an id of theirs; nothing where both say the same.
fn difference(findings: &[Finding], id: &str, theirs: &Theirs) -> Option<String> {
    let direction = if id.starts_with("response-") {
        Direction::Response
    } else {
        Direction::Request
    };
    let is_meant = |finding: &&Finding| {
        let rule = versions::rule(finding);
        let breaking = finding.breaking.as_ref().unwrap();
        match &theirs.ours {
            Some(ours) => rule == ours && (breaking.direction == direction || OURS_ALONE.contains(&rule)),
            None => breaking.direction == direction && !OURS_ALONE.contains(&rule),
        }
    };
    let severities: Vec<Severity> = findings.iter().filter(is_meant).map(severity).collect();
    let gravest = severities.iter().max().copied();
    let (theirs, ours) = (
        theirs.level > Severity::Info,
        gravest.is_some_and(|level| level > Severity::Info),
    );
    match gravest {
        None => Some("nothing".to_owned()),
        Some(level) if theirs != ours => Some(level.to_string()),
        Some(_) => None,
    }
}

/// How many errors and warnings they expect, where a case names no rule.
fn difference_of_all(findings: &[Finding], asserted: &str) -> Option<String> {
    let grave = findings
        .iter()
        .filter(|finding| severity(finding) > Severity::Info)
        .count();
    let told = findings
        .iter()
        .any(|finding| !OURS_ALONE.contains(&versions::rule(finding)));
    match asserted {
        "errs=0" if grave > 0 => Some(format!("{grave} errors and warnings")),
        "errs=1" if !told => Some("nothing".to_owned()),
        "" | "errs=0" | "errs=1" => None,
        other => panic!("{other}"),
    }
}

fn severity(finding: &Finding) -> Severity {
    finding.breaking.as_ref().unwrap().severity
}

#[test]
fn oasdiff_cases_are_judged_alike_or_disputed() {
    let Some(folder) = outside::conformance("oasdiff") else {
        return;
    };
    let (ids, disputed) = (ids(), disputed());
    let mut used: BTreeSet<(String, String)> = BTreeSet::new();
    let mut by_right: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut rows, mut agreed, mut texts) = (0, 0, BTreeSet::new());
    let mut wrong: Vec<String> = Vec::new();
    for row in table(&folder.join("expected.tsv")) {
        let [test, base, revision, mentioned, _levels, asserted] = row.as_slice() else {
            panic!("{row:?}");
        };
        rows += 1;
        let findings = Pair::of_files(&folder.join(base), &folder.join(revision)).judged();
        let mut looked_at: Vec<(String, Option<String>)> = Vec::new();
        if mentioned.is_empty() {
            looked_at.push((WHOLE.to_owned(), difference_of_all(&findings, asserted)));
        }
        let mentioned: BTreeSet<&str> = mentioned.split(',').filter(|id| !id.is_empty()).collect();
        for id in mentioned {
            match ids.get(id) {
                Some(theirs) => looked_at.push((id.to_owned(), difference(&findings, id, theirs))),
                // Comments are mentioned like rules.
                None => drop(texts.insert(id.to_owned())),
            }
        }
        for (id, difference) in looked_at {
            let Some(ours) = difference else {
                agreed += 1;
                continue;
            };
            let place = (test.clone(), id);
            match disputed.get(&place) {
                Some(judged) => {
                    *by_right.entry(&judged.right).or_default() += 1;
                    println!(
                        "disputed: {test} {}: we tell {ours}; {}: {}",
                        place.1, judged.right, judged.reason
                    );
                    used.insert(place);
                }
                None => {
                    let told: Vec<String> = findings.iter().map(line).collect();
                    wrong.push(format!(
                        "{test} {}: we tell {ours}\n    {}",
                        place.1,
                        told.join("\n    ")
                    ));
                }
            }
        }
    }
    println!(
        "{rows} cases; {agreed} agreed, disputed {by_right:?}, wrong {}",
        wrong.len()
    );
    println!("no rules, but texts: {texts:?}");
    let settled: Vec<_> = disputed.keys().filter(|place| !used.contains(*place)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(settled.is_empty(), "nothing is disputed any more of {settled:?}");
}

fn line(finding: &Finding) -> String {
    let breaking = finding.breaking.as_ref().unwrap();
    let page = &versions::rules().pages()[finding.rule];
    format!(
        "{} {} {} {}: {}",
        breaking.severity,
        page.id,
        breaking.direction.name(),
        breaking.effect.name(),
        stipula::finding::fill(&page.message, &finding.facts)
    )
}
