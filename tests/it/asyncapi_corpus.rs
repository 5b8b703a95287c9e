//! Real descriptions in AsyncAPI, where this machine has them: each is read to its end, or refused with a reason, and the
//! examples of the specification are valid, but for those that are not.

use crate::outside;
use crate::tool::Project;
use std::collections::BTreeMap;
use std::fs;

/// Examples of the specification that are not what it says, each with the rule that tells it and the reason.
const NOT_VALID: &[(&str, &str, &str)] = &[(
    "asyncapi-2/asyncapi-spec-v2.0.0-streetlights/",
    "spec-valid",
    "`clientId` of the Kafka binding is a schema, and a text there",
)];

#[test]
fn every_real_description_is_read() {
    let Some(folder) = outside::corpus("") else {
        return;
    };
    let index = fs::read_to_string(folder.join("INDEX.tsv")).unwrap();
    let paths = index
        .lines()
        .map(|line| line.split('\t').collect::<Vec<&str>>())
        .filter(|row| row.len() > 1 && row[1].starts_with("asyncapi-"))
        .map(|row| (row[0], row[1]));
    // A folder of its own keeps settings above it away.
    let project = Project::new();
    project.write("stipula.yaml", "rules: { extends: recommended }\n");
    let mut by_rule: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let mut read = 0;
    let mut refused = 0;
    let mut wrong = Vec::new();
    for (path, version) in paths {
        let ended = project.run(&["lint", "--format", "json", folder.join(path).to_str().unwrap()]);
        if version == "asyncapi-1" {
            assert_eq!(ended.code, 2, "{path}");
            assert!(ended.stderr.contains("AsyncAPI 1."), "{path}: {}", ended.stderr);
            refused += 1;
            continue;
        }
        assert!(matches!(ended.code, 0 | 1), "{path}: {}", ended.stderr);
        let report: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
        read += 1;
        let mut rules: BTreeMap<&str, usize> = BTreeMap::new();
        for finding in report["findings"].as_array().unwrap() {
            let rule = finding["rule"].as_str().unwrap();
            *rules.entry(rule).or_default() += 1;
            let known = NOT_VALID
                .iter()
                .any(|(document, known, _)| path.starts_with(document) && *known == rule);
            if path.contains("/asyncapi-spec-") && matches!(rule, "spec-valid" | "unknown-key") && !known {
                wrong.push(format!("{path}: {rule}: {}", finding["message"]));
            }
        }
        for (rule, count) in rules {
            let row = by_rule.entry(rule.to_owned()).or_default();
            row.0 += count;
            row.1 += 1;
        }
    }
    println!("{read} read, {refused} refused");
    println!("rule: findings, documents");
    for (rule, (findings, documents)) in by_rule {
        println!("{rule}: {findings}, {documents}");
    }
    assert!(read > 0);
    assert!(wrong.is_empty(), "{wrong:#?}");
}
