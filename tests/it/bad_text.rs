//! Texts with mistakes: each mistake is told where it stands, and what could be read is there.

use crate::tree_value::value;
use std::fmt::Write;
use std::sync::Arc;
use stipula::source::{Limits, Source};
use stipula::syntax::{self, NodeId, NodeType, Tree};

fn read(name: &str, text: &str) -> Tree {
    syntax::read(&Arc::new(Source::from_text(name, text)), &Limits::default())
}

/// Each problem on a line, then what was read.
fn told(name: &str, text: &str) -> String {
    let tree = read(name, text);
    let mut told = String::new();
    for problem in tree.problems() {
        let at = tree.source().position(problem.span.start);
        writeln!(
            told,
            "{}:{} {} {}",
            at.line,
            at.column,
            problem.kind.name(),
            problem.message
        )
        .unwrap();
    }
    write!(told, "{}", value(&tree, NodeId::ROOT)).unwrap();
    told
}

/// Reads each text and puts what is told of it under it.
fn report(name: &str, texts: &[&str]) -> String {
    texts
        .iter()
        .map(|text| format!("{}\n=>\n{}\n\n", text.trim_end_matches('\n'), told(name, text)))
        .collect()
}

#[test]
fn bad_json() {
    let texts = [
        "",
        "   ",
        r#"{"a": 1,}"#,
        r#"{"a": 1 "b": 2}"#,
        r#"{"a" 1}"#,
        r#"{'a': 'x'}"#,
        r#"{a: 1}"#,
        "[1,2,]",
        "{\"a\": \"x\n, \"b\": 1}",
        r#"{"a": "\q", "b": "\ud800", "c": "\u12"}"#,
        r#"{"a": [1, 2"#,
        r#"{"a": [1}, "b": 2}"#,
        r#"{"a": 012, "b": .5, "c": NaN, "d": None, "e": -, "f": 1.e5, "g": 0x1F}"#,
        "// note\n{\"a\": 1 /* note */} more",
        r#"{"a": 1, "b": {"a": 2}, "a": 3}"#,
        "{\"a\": \"tab\there\"}",
        r#"{"a": , "b": 1}"#,
        r#"{"a": }"#,
        r#"{"a"}"#,
        r#"{"a": 1, ; "b": 2}"#,
        "[1 2 3]",
        r#"{"a": "unfinished"#,
        r#"{"é": "🦀", "\u0061\ud83e\udd80": 12345678901234567890}"#,
    ];
    insta::assert_snapshot!(report("in.json", &texts));
}

#[test]
fn bad_yaml() {
    let texts = [
        "a: 1\na: 2\n",
        "a:\n\tb: 1\nc: 2\n",
        "a: \"open\nb: 1\nc: 2\n",
        "a: 'open\n  more\nb: 1\n",
        "- a\n- b: \"x\n  c: 1\n- d\n",
        "a: b: c\nd: 1\n",
        "a:\n  b: 1\n c: 2\nd: 3\n",
        "a: [1, 2\nb: 3\n",
        "a: {x: 1\nb: 3\n",
        "a: {x: 1",
        "a: {x: [1, 2}, y: 1}\nb: 2\n",
        "a: \"bad \\q escape\"\nb: 1\n",
        "a: 1\n---\nb: 2\n",
        "a: *nope\nb: 1\n",
        "a: &x {b: *x}\nc: 1\n",
        "a: !include x.yaml\nb: !!str 1\nc: ! 2\nd: !!int \"3\"\n",
        "base: &b {x: 1, y: {z: &z 2}}\nderived:\n  <<: *b\n  y: 3\nlist:\n  <<: [{p: 1, q: 2}, {p: 3}]\n  q: 4\nz: *z\n",
        "? [a]\n: 1\nb: 2\n",
        "\u{feff}a: 1\r\nb: \"x\r\n  y\"\r\n",
        "a: @x\nb: 1\n",
        "a: - b\nc: 1\n",
        "foo\nbar: 1\n",
        "a: 1\n b: 2\nc: 3\n",
        "a: b: c\nd: e: f\ng:\n  - h: i: j\n    k: 1\n  - l\n",
        "paths:\n  /a:\n    get:\n      summary: x: y\n      responses:\n        '200': {description: ok}\n  /b: 1\n",
        "no: on\nold: 012\nday: 2024-01-31\nbig: 12345678901234567890\n",
    ];
    insta::assert_snapshot!(report("in.yaml", &texts));
}

#[test]
fn what_is_lost_leaves_a_hole() {
    let tree = read("in.yaml", "a:\n  b: x: y\n  c: 1\nd:\n  e: 1\n");
    let root = NodeId::ROOT;
    let a = tree.find(root, "a").unwrap();
    assert!(tree.has_holes() && tree.has_hole(a));
    assert!(!tree.has_hole(root) && !tree.has_hole(tree.find(root, "d").unwrap()));

    // What stands under the key cannot be read: it is not null.
    let tree = read("in.yaml", "a:\n\tb: 1\nc: 2\n");
    assert_eq!(tree.node_type(tree.find(root, "a").unwrap()), NodeType::Lost);

    let truncated = read("in.json", r#"{"a": {"b": 1}, "c": {"d": 1"#);
    assert!(truncated.has_hole(root) && truncated.has_hole(truncated.find(root, "c").unwrap()));
    assert!(!truncated.has_hole(truncated.find(root, "a").unwrap()));
}

#[test]
fn mistakes_cover_whole_characters() {
    let json = [
        "{\"a\"é 1}",
        "[1 🦀]",
        "{🦀}",
        "{\"a\": 🦀}",
        "[1]🦀",
        "\"\\🦀\"",
        "\"\\u🦀000\"",
        "é",
        "[-é]",
        "[1.é]",
        "[nullé]",
    ];
    let yaml = [
        "---\n?\n- ",
        "? é: 1\n",
        "a: !t\n  é: 1\n",
        "é: é: 1\n",
        "é: [\n",
        "\"é",
        "*é",
    ];
    let texts = json.map(|text| ("in.json", text)).into_iter();
    for (name, text) in texts.chain(yaml.map(|text| ("in.yaml", text))) {
        let tree = read(name, text);
        assert!(!tree.problems().is_empty(), "{text}");
        for problem in tree.problems() {
            let (start, end) = (problem.span.start as usize, problem.span.end as usize);
            assert!(text.get(start..end).is_some(), "{text}: {start}..{end}");
        }
    }
}

#[test]
fn deep_nesting_is_cut() {
    for (name, text) in [
        ("in.json", "[".repeat(100_000)),
        ("in.json", "{\"a\":".repeat(100_000)),
        ("in.json", format!("{}{}", "[".repeat(100_000), "]".repeat(100_000))),
        ("in.yaml", "[".repeat(100_000)),
        ("in.yaml", "- ".repeat(100_000)),
        (
            "in.yaml",
            (0..2_000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect(),
        ),
    ] {
        let tree = read(name, &text);
        assert!(!tree.problems().is_empty(), "{name} {}", &text[..10]);
        assert!(tree.len() < 1_000);
    }
}

#[test]
fn an_alias_bomb_is_bounded() {
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..30 {
        let previous = format!("*a{}", level - 1);
        let list = vec![previous; 10].join(", ");
        writeln!(bomb, "a{level}: &a{level} [{list}]").unwrap();
    }
    let tree = read("in.yaml", &bomb);
    assert!(tree.len() < 1_200_000, "{} nodes", tree.len());
    let limits = tree
        .problems()
        .iter()
        .filter(|problem| problem.kind.name() == "limit")
        .count();
    assert_eq!(limits, 1);
}

#[test]
fn mistakes_without_end_are_cut() {
    let syntax_problems = |name: &str, text: &str| {
        let tree = read(name, text);
        tree.problems()
            .iter()
            .filter(|problem| problem.kind.name() == "syntax")
            .count()
    };
    assert!(syntax_problems("in.yaml", &"a: b: c\n".repeat(500)) <= 21);
    assert!(syntax_problems("in.json", &format!("{{{}}}", "\"a\": ; ,".repeat(500))) <= 21);
}
