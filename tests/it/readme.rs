//! What the README and the documents show is what happens.

use crate::git_revisions::{Git, git_in, with_git};
use crate::provider::Provider;
use crate::shop::{BEFORE, CONTRACT, after};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

const README: &str = include_str!("../../README.md");

/// The fenced blocks of a language.
fn blocks(language: &str) -> Vec<&'static str> {
    let opening = format!("```{language}\n");
    let blocks: Vec<&str> = README
        .split(opening.as_str())
        .skip(1)
        .filter_map(|rest| rest.split_once("\n```").map(|(block, _)| block))
        .collect();
    assert!(!blocks.is_empty(), "the README shows {language}");
    blocks
}

fn stipula(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_stipula"))
        .args(arguments)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn the_findings_on_screen_are_found() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/openapi/singular-collection");
    let (code, linted, _) = stipula(&folder, &["lint", "openapi.yaml"]);
    assert_eq!(code, Some(1));
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/breaking/orders");
    let (code, compared, _) = stipula(&folder, &["breaking", "before.yaml", "after.yaml"]);
    assert_eq!(code, Some(1));
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/contract/orders");
    let (code, verified, _) = stipula(&folder, &["verify", "contracts", "--spec", "openapi.yaml"]);
    assert_eq!(code, Some(0));
    let shown = format!("{linted}\n{compared}\n{verified}");
    for block in blocks("text") {
        assert!(
            shown.contains(block),
            "the README shows\n{block}\nand this is shown\n{shown}"
        );
    }
}

#[test]
fn the_settings_are_understood() {
    let settings = blocks("yaml")
        .into_iter()
        .find(|block| block.starts_with("apis:"))
        .unwrap();
    let project = tempfile::tempdir().unwrap();
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/openapi/orders/openapi.yaml");
    fs::create_dir_all(project.path().join("api")).unwrap();
    fs::create_dir_all(project.path().join("api-rules")).unwrap();
    fs::copy(fixture, project.path().join("api/openapi.yaml")).unwrap();
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules/pages/no-external-docs.md");
    fs::copy(page, project.path().join("api-rules/no-external-docs.md")).unwrap();
    fs::write(project.path().join("stipula.yaml"), settings).unwrap();
    fs::write(
        project.path().join(".stipula-baseline.json"),
        "{\"version\": 1, \"findings\": []}",
    )
    .unwrap();
    let (code, shown, told) = stipula(project.path(), &["lint"]);
    assert_eq!((code, told.contains("stipula:")), (Some(0), false), "{shown}\n{told}");
}

#[test]
fn the_suppression_suppresses() {
    let suppression = blocks("yaml")
        .into_iter()
        .find(|block| block.contains("stipula-ignore"))
        .unwrap();
    let line = suppression
        .lines()
        .find(|line| line.contains("stipula-ignore"))
        .unwrap();
    let comment = &line[line.find('#').unwrap()..];
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/openapi/singular-collection/openapi.yaml");
    let text = fs::read_to_string(fixture).unwrap();
    let text = text.replace("/order/{orderId}:", &format!("/order/{{orderId}}:   {comment}"));
    let project = tempfile::tempdir().unwrap();
    fs::write(project.path().join("openapi.yaml"), text).unwrap();
    let (code, shown, _) = stipula(project.path(), &["lint", "openapi.yaml", "--as-of", "2026-12-01"]);
    assert_eq!(code, Some(0), "{shown}");
    assert!(shown.contains("1 suppressed"), "{shown}");
    let (code, ..) = stipula(project.path(), &["lint", "openapi.yaml", "--as-of", "2027-12-01"]);
    assert_eq!(code, Some(1), "after its date, it suppresses nothing");
}

/// All that documents tell readers to type that begins with `stipula`, and is no part of another line.
fn commands() -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let documents = fs::read_dir(root.join("docs"))
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut found = BTreeSet::new();
    for path in documents.chain([root.join("README.md")]) {
        if path.extension().is_none_or(|extension| extension != "md") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let blocks = text.split("```sh\n").skip(1);
        let lines = blocks.flat_map(|rest| rest.split("```").next().unwrap().lines());
        for line in lines {
            let line = line.split(" #").next().unwrap().trim();
            let command = line.rsplit_once("| ").map_or(line, |(_, last)| last);
            if command.starts_with("stipula ") {
                found.insert(command.to_owned());
            }
        }
    }
    assert!(found.len() > 20, "{found:#?}");
    found
}

/// A repository in which everything is that the documents speak of.
fn everything() -> Option<Git> {
    let git = Git::new()?;
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    git.write(
        "stipula.yaml",
        "apis: [{ name: orders, spec: api/openapi.yaml, against: origin/main }]\n",
    );
    git.write("api/openapi.yaml", BEFORE);
    git.write("services/orders/openapi.yaml", BEFORE);
    git.write("old.yaml", BEFORE);
    git.write("new.yaml", after());
    let copied = [
        ("contract/orders/openapi.yaml", "openapi.yaml"),
        (
            "contract/orders/contracts/web-checkout.json",
            "contracts/web-checkout.json",
        ),
        ("contract/orders/contracts/web-checkout.json", "pacts/web-checkout.json"),
        (
            "contract/orders/contracts/web-checkout.json",
            "fixtures/contract/orders/contracts/web-checkout.json",
        ),
    ];
    for (from, to) in copied {
        git.write(to, fs::read(fixtures.join(from)).unwrap());
    }
    git.write(
        "api-rules/no-external-docs.md",
        include_str!("../rules/pages/no-external-docs.md"),
    );
    git.commit("Orders");
    git.git(&["tag", "v1.2.0"]);
    git.git(&["update-ref", "refs/remotes/origin/main", "HEAD"]);
    git.write("api/openapi.yaml", after());
    git.commit("Quantities");
    git.git(&["tag", "v1.3.0"]);
    Some(git)
}

#[test]
fn every_command_runs() {
    let Some(git) = everything() else { return };
    let provider = Provider::start(&[]);
    let url = provider.url();
    for command in commands() {
        let mut line = command.clone();
        for named in [
            "http://localhost:8080",
            "http://127.0.0.1:8080",
            "https://orders.staging.example",
        ] {
            line = line.replace(named, url.trim_end_matches('/'));
        }
        // As a shell takes a line apart.
        let words: Vec<String> = line
            .split_whitespace()
            .map(|word| word.trim_matches('\'').to_owned())
            .collect();
        if words[1] == "init" {
            git.remove("stipula.yaml");
        }
        let mut run = Command::new(env!("CARGO_BIN_EXE_stipula"));
        run.args(&words[1..])
            .current_dir(git.path(""))
            .env("NO_COLOR", "1")
            .env("STAGING_TOKEN", "secret")
            .stdin(Stdio::from(fs::File::open(git.path("old.yaml")).unwrap()));
        let output = with_git(&mut run).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(matches!(output.status.code(), Some(0 | 1)), "{command}\n{said}");
        git_in(&git.path(""), &["checkout", "-q", "--", "."]);
        git.git(&["clean", "-qfd"]);
    }
}

#[test]
fn the_workflows_name_what_there_is() {
    let page = include_str!("../../docs/ci.md");
    let action = include_str!("../../action.yml");
    for line in page.lines().filter(|line| line.starts_with("| `")) {
        let inputs = line.split('|').nth(1).unwrap();
        for input in inputs.split('`').skip(1).step_by(2) {
            assert!(
                action.contains(&format!("\n  {input}:\n")),
                "the action has no input `{input}`"
            );
        }
    }
    let hooks = include_str!("../../.pre-commit-hooks.yaml");
    for line in page
        .lines()
        .filter_map(|line| line.trim().strip_prefix("- id: stipula-"))
    {
        let id = line.split_whitespace().next().unwrap();
        assert!(
            id == "check" || hooks.contains(&format!("- id: stipula-{id}\n")),
            "there is no hook `{id}`"
        );
    }
    // What stands in other languages than the shell's is run as it stands, but for the variables of the system.
    let lines = page.lines().filter_map(|line| {
        let command = line.trim().strip_prefix("- stipula ").or_else(|| {
            let line = line.trim().strip_prefix("sh 'stipula ")?;
            line.strip_suffix('\'')
        });
        command.map(|command| {
            command.replace(
                "\"origin/${CI_MERGE_REQUEST_TARGET_BRANCH_NAME:-$CI_DEFAULT_BRANCH}\"",
                "origin/main",
            )
        })
    });
    let lines: Vec<String> = lines.collect();
    assert_eq!(lines.len(), 2, "{lines:?}");
    let Some(git) = everything() else { return };
    git.write("pacts/web.json", CONTRACT);
    for line in lines {
        let words: Vec<&str> = line.split_whitespace().collect();
        let ended = git.run(&words);
        assert_eq!(ended.code, 1, "{line}\n{ended}");
    }
}
