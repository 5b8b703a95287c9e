//! The cases of yaml-test-suite: the right JSON for a right document, a problem for a wrong one.

use crate::outside;
use crate::tree_value::value;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use stipula::source::{Limits, Source};
use stipula::syntax::{self, Language, NodeId, ProblemKind};

/// Cases in which we differ from the suite, with the reason.
const DISPUTED: &[(&str, &str)] = &[(
    "9C9N",
    "a flow list that is indented too little is read all the same, as PyYAML and ruamel do: it is unambiguous, and \
     refusing it would cost the user the whole document",
)];

#[test]
fn yaml_suite() {
    let Some(folder) = outside::conformance("yaml-test-suite") else {
        return;
    };
    let mut cases: Vec<PathBuf> = Vec::new();
    collect(&folder, &mut cases);
    cases.sort();
    let (mut right, mut wrong, mut disputed, mut beyond) = (0, Vec::new(), Vec::new(), 0);
    for case in &cases {
        let name = case.strip_prefix(&folder).unwrap_or(case).display().to_string();
        match judge(case) {
            Verdict::Right => right += 1,
            Verdict::Beyond => beyond += 1,
            Verdict::Wrong(why) => match DISPUTED.iter().find(|(id, _)| *id == name) {
                Some((_, reason)) => disputed.push(format!("{name}: {reason}")),
                None => wrong.push(format!("{name}: {why}")),
            },
        }
    }
    println!(
        "yaml-test-suite: {} cases, {right} right, {} wrong, {} disputed, {beyond} that no JSON-like tree can express",
        cases.len(),
        wrong.len(),
        disputed.len(),
    );
    for line in wrong.iter().chain(&disputed) {
        println!("  {line}");
    }
    assert!(wrong.is_empty(), "{} cases are wrong", wrong.len());
}

fn collect(folder: &Path, cases: &mut Vec<PathBuf>) {
    if folder.join("in.yaml").is_file() {
        cases.push(folder.to_path_buf());
    }
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.path().is_dir() {
            collect(&entry.path(), cases);
        }
    }
}

enum Verdict {
    Right,
    Wrong(String),
    /// The case has no JSON and is no error: its keys are lists or objects.
    Beyond,
}

fn judge(case: &Path) -> Verdict {
    let Ok(text) = fs::read_to_string(case.join("in.yaml")) else {
        return Verdict::Beyond;
    };
    let source = Arc::new(Source::from_text("in.yaml", text));
    let tree = syntax::read(&source, &Limits::default());
    let syntax_problem = tree
        .problems()
        .iter()
        .find(|problem| problem.kind == ProblemKind::Syntax || problem.kind == ProblemKind::Limit);
    if case.join("error").exists() {
        // Where the mistake stands after the first document, that one is all that is read.
        let refused =
            syntax_problem.is_some() || tree.problems().iter().any(|p| p.kind == ProblemKind::SeveralDocuments);
        return if refused {
            Verdict::Right
        } else {
            Verdict::Wrong("an error that is not seen".into())
        };
    }
    let Ok(expected) = fs::read_to_string(case.join("in.json")) else {
        return Verdict::Beyond;
    };
    if let Some(problem) = syntax_problem {
        return Verdict::Wrong(format!("refused: {}", problem.message));
    }
    let Some(Ok(expected)) = serde_json::Deserializer::from_str(&expected)
        .into_iter::<Value>()
        .next()
    else {
        return Verdict::Beyond;
    };
    let actual = value(&tree, NodeId::ROOT);
    if same(&expected, &actual) {
        Verdict::Right
    } else {
        Verdict::Wrong(format!("expected {expected}, read {actual}"))
    }
}

/// Numbers are compared by value: the suite writes 685230.15 for 6.8523015e+5.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| same(a, b)))
        }
        _ => a == b,
    }
}

#[test]
fn languages_are_told_apart() {
    let detect = |name: &str, text: &str| Language::detect(&Source::from_text(name, text));
    assert_eq!(detect("a.json", "a: 1"), Language::Json);
    assert_eq!(detect("a.YML", "{}"), Language::Yaml);
    assert_eq!(detect("-", " {}"), Language::Json);
    assert_eq!(detect("-", "a: 1"), Language::Yaml);
}
