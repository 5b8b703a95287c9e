//! Documents that are a JSON Schema: what their references mean in each draft.

use std::path::PathBuf;
use std::sync::Arc;
use stipula::document::{Dialect, Kind, Node, Workspace};
use stipula::formats::{self, LoadOptions};
use stipula::source::{Files, Limits, Source};

/// Schemas as documents of one workspace, in their order.
pub(crate) fn load(texts: &[String], without: Dialect) -> Workspace {
    let files = Files::new(Limits::default(), PathBuf::from("/nowhere"));
    let sources: Vec<Arc<Source>> = texts
        .iter()
        .enumerate()
        .map(|(at, text)| Arc::new(Source::from_text(&*format!("schema{}.json", at + 1), text.clone())))
        .collect();
    formats::load_schemas(&sources, &files, &LoadOptions::default(), without)
}

fn one(text: &str, without: Dialect) -> Workspace {
    load(&[text.to_owned()], without)
}

fn root(workspace: &Workspace) -> Node<'_> {
    workspace.root(workspace.ids().next().expect("a document"))
}

/// Where the reference at a pointer of names leads.
fn target(workspace: &Workspace, path: &[&str]) -> Option<String> {
    let holder = path
        .iter()
        .fold(root(workspace), |node, key| node.find(key).expect("a node"));
    holder.target().map(Node::pointer)
}

#[test]
fn a_dialect_is_named_or_given() {
    for (text, without, dialect, kind) in [
        ("{}", Dialect::Draft7, Some(Dialect::Draft7), Kind::Schema),
        (
            r#"{"$schema":"http://json-schema.org/draft-04/schema#"}"#,
            Dialect::Draft7,
            Some(Dialect::Draft4),
            Kind::Schema,
        ),
        (
            r#"{"$schema":"https://json-schema.org/draft/2019-09/schema"}"#,
            Dialect::Draft7,
            Some(Dialect::Draft201909),
            Kind::Schema,
        ),
        (
            r#"{"$schema":"https://example.com/own"}"#,
            Dialect::Draft7,
            None,
            Kind::Data,
        ),
        ("true", Dialect::Draft6, Some(Dialect::Draft6), Kind::Schema),
        ("true", Dialect::Draft4, Some(Dialect::Draft4), Kind::Plain),
    ] {
        let workspace = one(text, without);
        let root = root(&workspace);
        assert_eq!((root.dialect(), root.kind()), (dialect, kind), "{text}");
    }
    // A schema within may have a dialect of its own.
    let workspace = one(
        r#"{"$defs":{"a":{"$id":"a","$schema":"http://json-schema.org/draft-07/schema#","not":{}}},"not":{}}"#,
        Dialect::Draft202012,
    );
    let at = |path: &[&str]| {
        path.iter()
            .fold(root(&workspace), |node, key| node.find(key).expect("a node"))
    };
    assert_eq!(at(&["$defs", "a", "not"]).dialect(), Some(Dialect::Draft7));
    assert_eq!(at(&["not"]).dialect(), Some(Dialect::Draft202012));
}

#[test]
fn names_of_schemas_resolve_in_their_draft() {
    let all = [
        Dialect::Draft4,
        Dialect::Draft6,
        Dialect::Draft7,
        Dialect::Draft201909,
        Dialect::Draft202012,
    ];
    let old = &all[..3];
    let with_dollar = &all[1..];
    let new = &all[3..];
    for (dialects, text, leads_to) in [
        (
            &all[..],
            r##"{"not":{"$ref":"#/definitions/a"},"definitions":{"a":{}}}"##,
            Some("/definitions/a"),
        ),
        (&all[..], r##"{"not":{"$ref":"#"}}"##, Some("")),
        (&all[..], r##"{"not":{"$ref":"#/no"}}"##, None),
        (
            &all[..1],
            r##"{"not":{"$ref":"#x"},"definitions":{"a":{"id":"#x"}}}"##,
            Some("/definitions/a"),
        ),
        (
            &all[1..3],
            r##"{"not":{"$ref":"#x"},"definitions":{"a":{"$id":"#x"}}}"##,
            Some("/definitions/a"),
        ),
        (
            new,
            r##"{"not":{"$ref":"#x"},"definitions":{"a":{"$anchor":"x"}}}"##,
            Some("/definitions/a"),
        ),
        (new, r##"{"not":{"$ref":"#x"},"definitions":{"a":{"$id":"#x"}}}"##, None),
        (
            &all[..1],
            r##"{"id":"http://e.x/r","not":{"$ref":"b"},"definitions":{"a":{"id":"b"}}}"##,
            Some("/definitions/a"),
        ),
        (
            with_dollar,
            r##"{"$id":"http://e.x/r","not":{"$ref":"b"},"definitions":{"a":{"$id":"b"}}}"##,
            Some("/definitions/a"),
        ),
        (
            with_dollar,
            r##"{"$id":"http://e.x/r","not":{"$ref":"http://e.x/b"},"definitions":{"a":{"$id":"b"}}}"##,
            Some("/definitions/a"),
        ),
        // A property that is called `id` names nothing.
        (
            &all[..1],
            r##"{"not":{"$ref":"x"},"properties":{"id":{"enum":[{"id":"x"}]}}}"##,
            None,
        ),
        // What stands beside a reference counts since 2019-09.
        (
            &all[1..3],
            r##"{"not":{"$ref":"b"},"definitions":{"a":{"$id":"b","$ref":"#/not"}}}"##,
            None,
        ),
        (
            old,
            r##"{"not":{"$ref":"#/definitions/a","definitions":{}},"definitions":{"a":{}}}"##,
            Some("/definitions/a"),
        ),
    ] {
        for dialect in dialects {
            let workspace = one(text, *dialect);
            assert_eq!(target(&workspace, &["not"]).as_deref(), leads_to, "{dialect:?} {text}");
        }
    }
}

#[test]
fn dynamic_references_have_the_target_that_stands_there() {
    let workspace = one(
        r##"{"$recursiveAnchor":true,"not":{"$recursiveRef":"#"}}"##,
        Dialect::Draft201909,
    );
    assert_eq!(target(&workspace, &["not", "$recursiveRef"]).as_deref(), Some(""));
    let workspace = one(
        r##"{"not":{"$dynamicRef":"#x"},"$defs":{"a":{"$dynamicAnchor":"x"}}}"##,
        Dialect::Draft202012,
    );
    assert_eq!(target(&workspace, &["not", "$dynamicRef"]).as_deref(), Some("/$defs/a"));
}

#[test]
fn each_document_keeps_its_own_names() {
    let text = |kind: &str| {
        format!(
            r##"{{"$id":"http://e.x/r","not":{{"$ref":"a"}},"definitions":{{"a":{{"$id":"a","type":"{kind}"}}}}}}"##
        )
    };
    let workspace = load(&[text("string"), text("null")], Dialect::Draft7);
    for document in workspace.ids() {
        let reference = workspace.root(document).find("not").expect("a node");
        assert_eq!(reference.follow().address().document, document);
    }
}
