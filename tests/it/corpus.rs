//! Real descriptions, where this machine has them: each is read to its end and judged, and the table says what was
//! found. What is right about them is a question for people.

use crate::outside;
use crate::tool::Project;
use std::collections::BTreeMap;
use std::fs;
use std::time::Instant;

#[test]
fn every_real_description_is_judged() {
    let Some(folder) = outside::corpus("") else {
        return;
    };
    let index = fs::read_to_string(folder.join("INDEX.tsv")).unwrap();
    let rows = index
        .lines()
        .skip(1)
        .map(|line| line.split('\t').collect::<Vec<&str>>());
    let documents: Vec<(String, String)> = rows
        .filter(|row| row.len() > 1 && row[1].starts_with("openapi"))
        .map(|row| (row[0].to_owned(), row[1].to_owned()))
        .collect();
    // A folder of its own keeps settings above it away.
    let project = Project::new();
    project.write("stipula.yaml", "rules: { extends: recommended }\n");
    let mut by_rule: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let mut by_version: BTreeMap<String, (usize, usize, u128)> = BTreeMap::new();
    for (path, version) in &documents {
        let start = Instant::now();
        let (report, ended) = project.report(&[folder.join(path).to_str().unwrap()]);
        assert!(matches!(ended.code, 0 | 1), "{path}: {}", ended.stderr);
        let mut rules: BTreeMap<&str, usize> = BTreeMap::new();
        for finding in report["findings"].as_array().unwrap() {
            *rules.entry(finding["rule"].as_str().unwrap()).or_default() += 1;
        }
        let row = by_version.entry(version.clone()).or_default();
        row.0 += 1;
        row.1 += rules.values().sum::<usize>();
        row.2 += start.elapsed().as_millis();
        for (rule, count) in rules {
            let row = by_rule.entry(rule.to_owned()).or_default();
            row.0 += count;
            row.1 += 1;
        }
    }
    println!("version: documents, findings, milliseconds");
    for (version, (documents, findings, time)) in by_version {
        println!("{version}: {documents}, {findings}, {time}");
    }
    println!("rule: findings, documents");
    for (rule, (findings, documents)) in by_rule {
        println!("{rule}: {findings}, {documents}");
    }
}
