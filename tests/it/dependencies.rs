//! What the program is made of, and what its package holds. Where cargo cannot say so without network, the tests skip,
//! saying so.

use serde_json::Value;
use std::collections::BTreeSet;
use std::process::Command;

const DENY: &str = include_str!("../../deny.toml");

/// What cargo says, if it can.
fn cargo(arguments: &[&str]) -> Option<String> {
    let mut command = Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()));
    let output = command
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        println!("skipped: cargo {arguments:?} cannot run without network: {said}");
        return None;
    }
    Some(String::from_utf8(output.stdout).unwrap())
}

/// The licences that deny.toml allows.
fn allowed() -> BTreeSet<&'static str> {
    let (_, list) = DENY.split_once("allow = [").unwrap();
    let (list, _) = list.split_once(']').unwrap();
    list.split('"').skip(1).step_by(2).collect()
}

/// Whether an SPDX expression (<https://spdx.github.io/spdx-spec/v2.3/SPDX-license-expressions/>) leaves a choice that is
/// allowed. The slash is how it was written once.
fn is_allowed(expression: &str, allowed: &BTreeSet<&str>) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut at = 0;
    let allows = any(&words, &mut at, allowed);
    assert_eq!(at, words.len(), "`{expression}` is no expression");
    allows
}

fn any(words: &[&str], at: &mut usize, allowed: &BTreeSet<&str>) -> bool {
    let mut allows = all(words, at, allowed);
    while words.get(*at) == Some(&"OR") {
        *at += 1;
        allows |= all(words, at, allowed);
    }
    allows
}

fn all(words: &[&str], at: &mut usize, allowed: &BTreeSet<&str>) -> bool {
    let mut allows = one(words, at, allowed);
    while words.get(*at) == Some(&"AND") {
        *at += 1;
        allows &= one(words, at, allowed);
    }
    allows
}

fn one(words: &[&str], at: &mut usize, allowed: &BTreeSet<&str>) -> bool {
    if words[*at] == "(" {
        *at += 1;
        let allows = any(words, at, allowed);
        assert_eq!(words[*at], ")");
        *at += 1;
        return allows;
    }
    let mut name = words[*at].to_owned();
    *at += 1;
    if words.get(*at) == Some(&"WITH") {
        name = format!("{name} WITH {}", words[*at + 1]);
        *at += 2;
    }
    allowed.contains(name.as_str())
}

#[test]
fn expressions_of_licences_are_understood() {
    let allowed = BTreeSet::from(["MIT", "ISC", "Apache-2.0 WITH LLVM-exception"]);
    for (expression, expected) in [
        ("MIT", true),
        ("GPL-3.0", false),
        ("GPL-3.0 OR MIT", true),
        ("GPL-3.0 AND MIT", false),
        ("(GPL-3.0 OR MIT) AND ISC", true),
        ("GPL-3.0 OR MIT AND ISC", true),
        ("Apache-2.0/MIT", true),
        ("Apache-2.0", false),
        ("Apache-2.0 WITH LLVM-exception", true),
    ] {
        assert_eq!(is_allowed(expression, &allowed), expected, "{expression}");
    }
}

#[test]
fn licences_of_dependencies_are_allowed() {
    let Some(said) = cargo(&["metadata", "--format-version", "1", "--offline", "--locked"]) else {
        return;
    };
    let metadata: Value = serde_json::from_str(&said).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    assert!(packages.len() > 100, "these are not all");
    let allowed = allowed();
    for package in packages {
        let name = &package["name"];
        let licence = package["license"]
            .as_str()
            .unwrap_or_else(|| panic!("{name} names no licence"));
        assert!(is_allowed(licence, &allowed), "{name} is under {licence}");
        let source = package["source"].as_str();
        assert!(
            source.is_none_or(|source| source.starts_with("registry+")),
            "{name} comes from {source:?}"
        );
    }
}

#[test]
fn the_package_holds_what_is_needed_and_no_more() {
    let Some(said) = cargo(&["package", "--list", "--offline", "--allow-dirty"]) else {
        return;
    };
    let files: Vec<&str> = said.lines().collect();
    for needed in [
        "Cargo.toml",
        "Cargo.lock",
        "build.rs",
        "src/main.rs",
        "README.md",
        "LICENSE",
        "docs/stipula.schema.json",
    ] {
        assert!(files.contains(&needed), "{needed} is missing");
    }
    assert!(files.iter().any(|file| file.starts_with("rules/lint/")));
    for folder in [
        "tests/",
        "fixtures/",
        "benches/",
        "fuzz/",
        "examples/",
        "target/",
        ".github/",
        "action/",
    ] {
        assert!(
            !files.iter().any(|file| file.starts_with(folder)),
            "{folder} is not needed"
        );
    }
}
