//! The cases of buf's breaking rules, run through ours: which of theirs are told at the same line, which are missing,
//! which are told beside. Where the two differ, a table says why; a difference that is not in it is a mistake of ours.

use crate::outside;
use crate::versions::{self, Folders};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use stipula::finding::{Finding, Severity};
use stipula::rules::declaration::Declaration;

/// A rule of theirs at a line of a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Told {
    file: String,
    line: u32,
    rule: String,
}

fn rows(path: &Path) -> Vec<Vec<String>> {
    let text = fs::read_to_string(path).unwrap();
    text.lines()
        .skip(1)
        .map(|row| row.split('\t').map(str::to_owned).collect())
        .collect()
}

/// What they expect, by case.
fn expected(folder: &Path) -> BTreeMap<String, Vec<Told>> {
    let mut expected: BTreeMap<String, Vec<Told>> = BTreeMap::new();
    for row in rows(&folder.join("expected.tsv")) {
        if row[0].starts_with("breaking") {
            let told = expected.entry(row[3].clone()).or_default();
            if row[9] != "NONE" {
                told.push(Told {
                    file: row[4].clone(),
                    // Without a line, the file is meant, which begins with its first.
                    line: row[5].parse().unwrap_or(1),
                    rule: row[9].clone(),
                });
            }
        }
    }
    expected
}

/// The pages that tell what each rule of theirs does: one of ours may say a part of it.
fn pages_of_rules() -> BTreeMap<String, Vec<String>> {
    let rows = rows(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/buf/ids.tsv"));
    let pages = |row: &[String]| row[1].split(',').map(str::to_owned).collect();
    rows.iter().map(|row| (row[0].clone(), pages(row))).collect()
}

/// Their rules that a finding stands for, among those that a case asks about.
fn rules_of<'a>(
    finding: &Finding,
    asked: &'a BTreeSet<String>,
    pages: &BTreeMap<String, Vec<String>>,
) -> Vec<&'a String> {
    let page = versions::rule(finding);
    let tells = |rule: &&String| {
        pages
            .get(*rule)
            .is_some_and(|pages| pages.iter().any(|known| known == page))
    };
    asked.iter().filter(tells).collect()
}

/// What we tell in the words of the rules that a case asks about.
fn told(pair: &Folders, asked: &BTreeSet<String>, expected: &BTreeSet<Told>) -> BTreeSet<Told> {
    // They call files by their paths below the roots of a module.
    let called = |name: String| {
        let same = expected.iter().find(|told| name.ends_with(&format!("/{}", told.file)));
        same.map_or(name, |told| told.file.clone())
    };
    let (mut found, pages) = (BTreeSet::new(), pages_of_rules());
    for finding in pair.findings() {
        let breaking = finding.breaking.as_ref().unwrap();
        if breaking.severity == Severity::Info {
            continue;
        }
        let document = pair.workspace.document(finding.location.node.document);
        let file = called(pair.name(finding.location.node.document));
        let line = document
            .source()
            .position(finding.location.span(&pair.workspace).start)
            .line;
        for rule in rules_of(&finding, asked, &pages) {
            found.insert(Told {
                file: file.clone(),
                line,
                rule: rule.clone(),
            });
        }
    }
    found
}

#[test]
fn buf_cases_are_told_alike_or_disputed() {
    let Some(folder) = outside::conformance("buf") else {
        return;
    };
    let disputed: BTreeMap<(String, String, String), String> =
        rows(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/buf/breaking.tsv"))
            .into_iter()
            .map(|row| ((row[0].clone(), row[1].clone(), row[2].clone()), row[3].clone()))
            .collect();
    let mut by_rule: BTreeMap<String, [usize; 3]> = BTreeMap::new();
    let (mut wrong, mut used) = (Vec::new(), BTreeSet::new());
    for (case, expected) in expected(&folder) {
        let pair = Folders::load(
            &folder.join("breaking/previous").join(&case),
            &folder.join("breaking/current").join(&case),
        );
        let asked: BTreeSet<String> = expected.iter().map(|told| told.rule.clone()).collect();
        let expected: BTreeSet<Told> = expected.into_iter().collect();
        let told = told(&pair, &asked, &expected);
        let mut count = |told: &Told, at: usize| by_rule.entry(told.rule.clone()).or_default()[at] += 1;
        for (one, at, what) in expected
            .iter()
            .map(|one| {
                if told.contains(one) {
                    (one, 0, "")
                } else {
                    (one, 1, "missing")
                }
            })
            .chain(told.difference(&expected).map(|one| (one, 2, "extra")))
        {
            count(one, at);
            let place = format!("{}:{}", one.file, one.line);
            let whole = (case.clone(), one.rule.clone(), what.to_owned());
            if at == 0 {
                continue;
            }
            match disputed.get(&whole) {
                Some(reason) => {
                    println!("{case} {place} {} {what}: {reason}", one.rule);
                    used.insert(whole);
                }
                None => wrong.push(format!("{case} {place} {} {what}", one.rule)),
            }
        }
    }
    println!("right\tmissing\textra\trule");
    for (rule, [right, missing, extra]) in &by_rule {
        println!("{right}\t{missing}\t{extra}\t{rule}");
    }
    let settled: Vec<_> = disputed.keys().filter(|place| !used.contains(*place)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(settled.is_empty(), "nothing is disputed any more of {settled:?}");
}

/// Every rule of theirs has a page that says so, among those that tell it.
#[test]
fn buf_rules_have_pages() {
    let pages = versions::rules().pages();
    let theirs = |page: &'static Declaration| {
        let same = page.same_as.iter().filter(|(tool, _)| tool == "buf");
        same.map(|(_, rule)| (rule.to_string(), page.id.to_string()))
    };
    let named: BTreeMap<String, String> = pages.iter().flat_map(|page| theirs(page)).collect();
    let told = pages_of_rules();
    assert!(named.keys().eq(told.keys()), "{named:?}");
    for (rule, page) in named {
        assert!(told[&rule].contains(&page), "{rule} is {page}");
    }
}
