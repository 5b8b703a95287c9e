//! What the README shows is what happens.

use std::fs;
use std::path::Path;
use std::process::Command;

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
