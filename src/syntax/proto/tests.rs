//! What the reader makes of files, whole and broken.

use super::super::{NodeId, NodeType, Tree, read};
use crate::source::{Limits, Source};
use proptest::prelude::*;
use std::sync::Arc;

fn tree(text: &str) -> Tree {
    read(&Arc::new(Source::from_text("in.proto", text)), &Limits::default())
}

/// The tree in one line, as JSON without quotes; comments and spans left out.
fn shown(tree: &Tree, node: NodeId) -> String {
    let children = tree.children(node).map(|child| match tree.key_text(child) {
        Some(key) => format!("{key}: {}", shown(tree, child)),
        None => shown(tree, child),
    });
    match tree.node_type(node) {
        NodeType::Map => format!("{{{}}}", children.collect::<Vec<_>>().join(", ")),
        NodeType::List => format!("[{}]", children.collect::<Vec<_>>().join(", ")),
        _ => tree.text(node).to_owned(),
    }
}

fn shape(text: &str) -> String {
    let tree = tree(text);
    assert_eq!(tree.problems(), [], "{text}");
    shown(&tree, NodeId::ROOT)
}

fn problems(text: &str) -> (String, Vec<String>) {
    let tree = tree(text);
    let problems = tree.problems().iter().map(|problem| {
        let at = tree.source().position(problem.span.start);
        format!("{}:{} {}", at.line, at.column, problem.message)
    });
    (shown(&tree, NodeId::ROOT), problems.collect())
}

fn find(tree: &Tree, path: &str) -> NodeId {
    let steps = path.split('/');
    steps.fold(NodeId::ROOT, |node, step| {
        let element = || tree.element(node, step.parse().ok()?);
        tree.find(node, step)
            .or_else(element)
            .unwrap_or_else(|| panic!("{step} of {path}"))
    })
}

#[test]
fn files_have_their_heads() {
    assert_eq!(
        shape("syntax = \"proto3\"; package a . b; import public 'c.proto'; import \"d\" \".proto\";"),
        "{syntax: proto3, package: a.b, imports: [{modifier: public, path: c.proto}, {path: d.proto}]}"
    );
    assert_eq!(shape("edition = \"2023\";;"), "{edition: 2023}");
    assert_eq!(shape(""), "{}");
}

#[test]
fn messages_have_members_by_sort() {
    assert_eq!(
        shape(
            "message A { optional string b = 1 [deprecated = true, (c.d).e = -1]; message F {} \
             map<string, .x.Y> g = 0x2; oneof h { int32 i = 3; } extensions 100 to max, 5; reserved 6, 7 to 9; \
             reserved \"j\", 'k'; repeated group L = 4 { required bool m = 1; } extend N.O { int32 p = 100; } \
             enum Q { R = -1; } option (s) = { t: 1 u { v: [w, \"x\"] } [y.z/A] <> }; }"
        ),
        "{messages: {A: {options: {(s): {t: 1, u: {v: [w, x]}, [y.z/A]: {}}}, fields: {b: {label: optional, type: string, \
         number: 1, options: {deprecated: true, (c.d).e: -1}}, g: {type: {key: string, value: .x.Y}, number: 0x2}, \
         l: {label: repeated, type: L, number: 4, group: {fields: {m: {label: required, type: bool, number: 1}}}}}, \
         oneofs: {h: {fields: {i: {type: int32, number: 3}}}}, messages: {F: {}}, enums: {Q: {values: {R: {number: -1}}}}, \
         extends: [{extendee: N.O, fields: {p: {type: int32, number: 100}}}], extension_ranges: [{start: 100, end: max}, \
         {start: 5, end: 5}], reserved: [{start: 6, end: 6}, {start: 7, end: 9}, j, k]}}}"
    );
}

#[test]
fn services_have_methods() {
    assert_eq!(
        shape(
            "service A { rpc B (stream C) returns (.d.E); rpc F(stream) returns (stream G) { option deprecated = true; } }"
        ),
        "{services: {A: {methods: {B: {request: {stream: true, type: C}, response: {type: .d.E}}, \
         F: {request: {type: stream}, response: {stream: true, type: G}, options: {deprecated: true}}}}}}"
    );
}

#[test]
fn editions_say_who_sees_what() {
    assert_eq!(
        shape(
            "edition = \"2024\"; import option \"a.proto\"; export message B { local enum C { D = 0; } reserved e, f; }"
        ),
        "{edition: 2024, imports: [{modifier: option, path: a.proto}], messages: {B: {visibility: export, \
         enums: {C: {visibility: local, values: {D: {number: 0}}}}, reserved: [e, f]}}}"
    );
}

#[test]
fn spans_are_exact() {
    let text = "message A {\n  // b\n  repeated  x.B  c = 1  [ deprecated = true ];\n}\n";
    let tree = tree(text);
    let span = |path: &str| tree.span(find(&tree, path)).of(text);
    let key = |path: &str| tree.key_span(find(&tree, path)).map(|span| span.of(text));
    let field = "messages/A/fields/c";
    assert_eq!(span(field), "repeated  x.B  c = 1  [ deprecated = true ];");
    assert_eq!(key(field), Some("c"));
    assert_eq!(span(&format!("{field}/type")), "x.B");
    assert_eq!(span(&format!("{field}/options")), "[ deprecated = true ]");
    assert_eq!(key(&format!("{field}/options/deprecated")), Some("deprecated"));
    assert_eq!(span("messages/A"), text.trim_end());
    assert_eq!(span(&format!("{field}/leading_comments")), "// b");
}

#[test]
fn comments_stand_with_what_they_speak_of() {
    let text =
        "// head\n\n// of A\nmessage A { // in A\n  // detached\n\n  /* of b */\n  int32 b = 1; // behind b\n}\n";
    let tree = tree(text);
    let text = |path: &str| tree.text(find(&tree, path));
    assert_eq!(text("messages/A/detached_comments/0"), "// head");
    assert_eq!(text("messages/A/leading_comments"), "// of A");
    assert_eq!(text("messages/A/trailing_comments"), "// in A");
    assert_eq!(text("messages/A/fields/b/detached_comments/0"), "// detached");
    assert_eq!(text("messages/A/fields/b/leading_comments"), "/* of b */");
    assert_eq!(text("messages/A/fields/b/trailing_comments"), "// behind b");
    assert_eq!(super::comment_text("// a\n//  b\n//"), "a\n  b");
    assert_eq!(super::comment_text("/**\n * a\n * b\n */"), "a\n b");
}

#[test]
fn what_is_broken_is_left_out_and_the_rest_is_read() {
    assert_eq!(
        problems("message A { int32 a = ; int32 b = 2; }"),
        (
            "{messages: {A: {fields: {b: {type: int32, number: 2}}}}}".into(),
            vec!["1:23 a whole number should stand here, not `;`".into()]
        )
    );
    assert_eq!(
        problems("message A {\n  int32 a = 1\n  int32 b = 2;\n}"),
        (
            "{messages: {A: {fields: {a: {type: int32, number: 1}, b: {type: int32, number: 2}}}}}".into(),
            vec!["2:14 a `;` is missing".into()]
        )
    );
    let (rest, told) = problems("mesage A { int32 a = 1; }\nmessage B {}\n}\nmessage C {");
    assert_eq!(rest, "{messages: {B: {}, C: {}}}");
    assert_eq!(
        told,
        [
            "1:1 a declaration such as `message`, `enum`, `service` or `import` should stand here, not `mesage`",
            "3:1 this `}` closes nothing",
            "4:11 this `{` is never closed"
        ]
    );
    assert!(tree("message A { int32 a = ; }").has_holes());
}

#[test]
fn bounds_hold() {
    let deep = format!("{}{}", "message A {".repeat(5000), "}".repeat(5000));
    assert!(tree(&deep).problems()[0].message.contains("levels deep"));
    let deep = format!("option (a) = {}{};", "{b:".repeat(5000), "}".repeat(5000));
    assert!(tree(&deep).problems()[0].message.contains("levels deep"));
    let wrong = tree(&"x;\n".repeat(5000));
    assert_eq!(wrong.problems().len(), 21);
}

#[test]
fn files_without_a_name_are_recognised() {
    for text in [
        "syntax = \"proto3\";",
        "// a\nedition='2023';",
        "package a.b;",
        "import \"a\";",
    ] {
        assert!(super::is_likely(text), "{text}");
    }
    for text in ["openapi: 3.1.0", "package: a", "syntax: a", "import: a", ""] {
        assert!(!super::is_likely(text), "{text}");
    }
}

/// Pieces that files are made of, in any order.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "message",
        "enum",
        "service",
        "rpc",
        "oneof",
        "option",
        "extend",
        "extensions",
        "reserved",
        "group",
        "map",
        "returns",
        "stream",
        "import",
        "package",
        "syntax",
        "export",
        "repeated",
        "optional",
        "to",
        "max",
        "A",
        "b",
        "1",
        "-",
        "0x",
        "09",
        "1.5",
        "\"s\"",
        "'",
        "\"",
        "{",
        "}",
        "[",
        "]",
        "(",
        ")",
        "<",
        ">",
        "=",
        ";",
        ",",
        ".",
        ":",
        "/",
        "//c\n",
        "/*d*/",
        "/*",
        "\n",
        "\\",
        "\u{e9}",
        "#",
    ]);
    prop::collection::vec((piece, prop::bool::ANY), 0..60).prop_map(|pieces| {
        let spaced = pieces
            .into_iter()
            .map(|(piece, space)| if space { format!("{piece} ") } else { piece.to_owned() });
        spaced.collect()
    })
}

proptest! {
    #[test]
    fn no_text_is_too_much(text in "\\PC*") {
        let _ = tree(&text);
    }

    #[test]
    fn no_order_of_pieces_is_too_much(text in pieces()) {
        let tree = tree(&text);
        for node in tree.ids() {
            let (span, parent) = (tree.span(node), tree.parent(node));
            prop_assert!(span.start <= span.end && span.end as usize <= text.len());
            prop_assert!(text.get(span.start as usize..span.end as usize).is_some());
            prop_assert!(parent.is_none_or(|parent| parent < node));
        }
    }
}
