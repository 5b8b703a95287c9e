//! `.pre-commit-hooks.yaml`, tried with pre-commit itself. Without it (`pip install pre-commit`) the tests skip, saying
//! so.

use crate::git_revisions::{Git, with_git};
use crate::shop::{BEFORE, after, shop};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

const HOOKS: &str = include_str!("../../.pre-commit-hooks.yaml");

/// The repository with hooks in it; nothing, said aloud, without pre-commit.
fn hooked(hooks: &str) -> Option<(Git, Git)> {
    let is_there = Command::new("pre-commit").arg("--version").output();
    if !is_there.is_ok_and(|output| output.status.success()) {
        println!("skipped: pre-commit is not there");
        return None;
    }
    let git = shop()?;
    // Where the hooks come from. The tool is built already: pre-commit would do it with cargo, for an hour of all tests.
    let home = Git::new()?;
    home.write(
        ".pre-commit-hooks.yaml",
        HOOKS.replace("language: rust", "language: system"),
    );
    home.commit("Hooks");
    let (url, revision) = (home.path("").display().to_string(), home.git(&["rev-parse", "HEAD"]));
    git.write(
        ".pre-commit-config.yaml",
        format!("repos:\n  - repo: '{url}'\n    rev: {revision}\n    hooks:\n{hooks}"),
    );
    git.commit("Hooks");
    Some((git, home))
}

/// Runs all hooks over the files that are staged, or over all.
fn run(git: &Git, arguments: &[&str]) -> (bool, String) {
    let binary = Path::new(env!("CARGO_BIN_EXE_stipula")).parent().unwrap();
    let path = format!("{}:{}", binary.display(), std::env::var("PATH").unwrap());
    let cache = git.path(".git/pre-commit");
    let mut command = Command::new("pre-commit");
    command
        .arg("run")
        .args(arguments)
        .args(["--color", "never", "--verbose"])
        .current_dir(git.path(""))
        .env("PRE_COMMIT_HOME", cache)
        .env("PATH", path)
        .stdin(Stdio::null());
    let output = with_git(&mut command).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    (output.status.success(), said)
}

#[test]
fn lint_gets_all_files_in_one_call() {
    let Some((git, _home)) = hooked("      - id: stipula-lint\n") else {
        return;
    };
    for number in 0..20 {
        git.write(&format!("services/{number}/openapi.yaml"), BEFORE);
    }
    git.write("services/0/notes.yaml", "no: description\n");
    git.git(&["add", "-A"]);
    let (passed, said) = run(&git, &["--all-files"]);
    assert!(!passed, "{said}");
    assert_eq!(said.matches("in 21 documents").count(), 1, "{said}");
}

#[test]
fn breaking_stops_a_commit_and_lets_others_pass() {
    let Some((git, _home)) = hooked("      - id: stipula-breaking\n") else {
        return;
    };
    git.write(
        "api/openapi.yaml",
        after().replace("required: [sku, quantity]", "required: [sku, quantity, note]"),
    );
    git.git(&["add", "-A"]);
    let (passed, said) = run(&git, &[]);
    assert!(!passed && said.contains("property-"), "{said}");
    git.write("api/openapi.yaml", after().replace("title: Orders", "title: Orders!"));
    git.git(&["add", "-A"]);
    let (passed, said) = run(&git, &[]);
    assert!(passed, "{said}");
    // Another base, said as pre-commit has it.
    let config = fs::read_to_string(git.path(".pre-commit-config.yaml")).unwrap();
    git.write(
        ".pre-commit-config.yaml",
        format!("{config}        args: [--against, main]\n"),
    );
    git.git(&["add", "-A"]);
    let (passed, said) = run(&git, &[]);
    assert!(!passed && said.contains("property-required-added"), "{said}");
}

#[test]
fn verify_holds_contracts_against_the_description() {
    let Some((git, _home)) = hooked("      - id: stipula-verify\n") else {
        return;
    };
    let (passed, said) = run(&git, &["--all-files"]);
    assert!(!passed && said.contains("described-request"), "{said}");
    git.write("api/openapi.yaml", BEFORE);
    git.git(&["add", "-A"]);
    let (passed, said) = run(&git, &["--all-files"]);
    assert!(passed, "{said}");
}
