//! Two versions of descriptions: loaded side by side, paired, and told apart.

use crate::tool::Project;
use std::path::PathBuf;
use std::sync::Arc;
use stipula::breaking::{Candidate, pair};
use stipula::document::{Document, DocumentId, Workspace};
use stipula::formats::{self, LoadOptions, LoadedTogether, Side};
use stipula::source::{Files, Limits, Source};

const ORDERS: &str = "\
openapi: 3.1.0
info: { title: Orders, version: 1.0.0 }
paths:
  /orders:
    get:
      responses: { '200': { $ref: 'parts.yaml#/ok' } }
";
const PARTS: &str = "ok: { description: fine, content: { application/json: { schema: { $ref: '#/order' } } } }\norder: { type: object }\n";

fn files(folder: PathBuf) -> Files {
    Files::new(Limits::default(), folder)
}

fn read(files: &Files, path: &str) -> Vec<Arc<Source>> {
    vec![files.read(&files.working_directory().join(path)).unwrap()]
}

/// What the linked documents of one side look like, but for their ids.
fn shape<'w>(workspace: &'w Workspace, is_side: impl Fn(&Document) -> bool) -> Vec<String> {
    let shape = |document: &'w Document| {
        let targets: Vec<String> = document
            .links()
            .iter()
            .map(|link| match &link.target {
                Ok(target) => {
                    let target_document = workspace.document(target.document);
                    assert!(is_side(target_document), "a link leads to the other side");
                    format!("{}:{:?}", target_document.source().name(), target.node)
                }
                Err(failure) => format!("{failure:?}"),
            })
            .collect();
        let name = document.source().name();
        format!("{name} {:?} {targets:?}", document.kinds())
    };
    workspace
        .documents()
        .iter()
        .filter(|document| is_side(document))
        .map(shape)
        .collect()
}

fn load(old: &Files, new: &Files) -> LoadedTogether {
    let side = |files| Side {
        sources: read(files, "openapi.yaml"),
        files,
    };
    formats::load_versions(&[side(old)], &side(new), &LoadOptions::default(), &|| {})
}

#[test]
fn each_version_is_linked_as_if_it_were_alone() {
    let (old, new) = (
        Project::with("openapi.yaml", ORDERS),
        Project::with("openapi.yaml", ORDERS),
    );
    old.write("parts.yaml", PARTS);
    new.write("parts.yaml", PARTS.replace("object", "string"));
    let (old_files, new_files) = (files(old.path("")), files(new.path("")));
    let loaded = load(&old_files, &new_files);
    for (files, is_base) in [(&old_files, true), (&new_files, false)] {
        let alone = formats::load(read(files, "openapi.yaml"), files, &LoadOptions::default(), &|| {});
        let expected = shape(&alone.workspace, |_| true);
        assert_eq!(expected.len(), 2, "the description and its part");
        assert_eq!(
            shape(&loaded.workspace, |document| document.is_base() == is_base),
            expected
        );
    }
    let old_id = loaded.old.descriptions[0].unwrap();
    let new_id = loaded.new.descriptions[0].unwrap();
    assert!(loaded.workspace.document(old_id).is_base());
    assert!(!loaded.workspace.document(new_id).is_base());
    assert_eq!(loaded.workspace.judged().count(), 2);
}

#[test]
fn sides_of_the_old_version_stay_apart() {
    let (one, other) = (
        Project::with("openapi.yaml", ORDERS),
        Project::with("openapi.yaml", ORDERS),
    );
    one.write("parts.yaml", PARTS);
    let (one, other) = (files(one.path("")), files(other.path("")));
    let side = |files| Side {
        sources: read(files, "openapi.yaml"),
        files,
    };
    let loaded = formats::load_versions(
        &[side(&one), side(&other)],
        &side(&one),
        &LoadOptions::default(),
        &|| {},
    );
    let links = |id: Option<DocumentId>| loaded.workspace.document(id.unwrap()).links();
    assert!(links(loaded.old.descriptions[0])[0].target.is_ok());
    assert!(
        links(loaded.old.descriptions[1])[0].target.is_err(),
        "the file of the other side is none of its own"
    );
}

#[test]
fn a_file_can_be_both_versions() {
    let project = Project::with("openapi.yaml", ORDERS);
    project.write("parts.yaml", PARTS);
    let files = files(project.path(""));
    let loaded = load(&files, &files);
    let old = shape(&loaded.workspace, Document::is_base);
    let new = shape(&loaded.workspace, |document| !document.is_base());
    assert_eq!(old, new);
}

#[test]
fn what_is_no_description_is_told_for_each_side() {
    let project = Project::with("openapi.yaml", ORDERS);
    project.write("parts.yaml", PARTS);
    project.write("notes.yaml", "a: 1\n");
    let files = files(project.path(""));
    let sources = |paths: &[&str]| paths.iter().flat_map(|path| read(&files, path)).collect();
    let loaded = formats::load_versions(
        &[Side {
            sources: sources(&["notes.yaml", "openapi.yaml", "parts.yaml"]),
            files: &files,
        }],
        &Side {
            sources: sources(&["openapi.yaml"]),
            files: &files,
        },
        &LoadOptions::default(),
        &|| {},
    );
    let is_description: Vec<bool> = loaded.old.descriptions.iter().map(Option::is_some).collect();
    assert_eq!(is_description, [false, true, false]);
    let refused: Vec<&str> = loaded.old.refused.iter().map(|refused| refused.source.name()).collect();
    assert_eq!(refused, ["notes.yaml"], "parts are no descriptions, and belong to one");
    assert!(loaded.new.refused.is_empty());
}

fn description(title: &str, paths: &[&str]) -> String {
    let paths: String = paths
        .iter()
        .map(|path| format!("  {path}: {{ get: {{ responses: {{ '200': {{ description: fine }} }} }} }}\n"))
        .collect();
    format!("openapi: 3.1.0\ninfo: {{ title: {title}, version: 1.0.0 }}\npaths:\n{paths}")
}

/// Pairs descriptions by their names and texts; `?` before an old name asks for it only if it has moved. Tells the
/// pairs as `old -> new`, with `=` where they moved.
fn paired(old: &[(&str, String)], new: &[(&str, String)]) -> Vec<String> {
    let project = Project::new();
    let files = files(project.path(""));
    let sources = |side: &[(&str, String)], folder: &str| {
        let source = |(name, text): &(&str, String)| {
            let path = format!("{folder}/{}", name.trim_start_matches('?'));
            project.write(&path, text);
            files.read(&project.path(&path)).unwrap()
        };
        Side {
            sources: side.iter().map(source).collect(),
            files: &files,
        }
    };
    let loaded = formats::load_versions(
        &[sources(old, "old")],
        &sources(new, "new"),
        &LoadOptions::default(),
        &|| {},
    );
    let candidates = |side: &[(&str, String)], ids: &[Option<DocumentId>]| -> Vec<Candidate> {
        let candidate = |((name, _), id): (&(&str, String), &Option<DocumentId>)| Candidate {
            name: name.trim_start_matches('?').to_owned(),
            description: id.unwrap(),
            only_if_moved: name.starts_with('?'),
        };
        side.iter().zip(ids).map(candidate).collect()
    };
    let name = |id: Option<DocumentId>| {
        let name = id.map(|id| loaded.workspace.document(id).source().name());
        name.and_then(|name| name.rsplit('/').next()).unwrap_or("nothing")
    };
    let old = candidates(old, &loaded.old.descriptions);
    let new = candidates(new, &loaded.new.descriptions);
    pair(&loaded.workspace, &old, &new)
        .iter()
        .map(|pair| {
            let arrow = if pair.moved { "=>" } else { "->" };
            format!("{} {arrow} {}", name(pair.old), name(pair.new))
        })
        .collect()
}

#[test]
fn descriptions_are_paired_by_name_then_by_what_they_hold() {
    let orders = || description("Orders", &["/orders", "/orders/{id}"]);
    let parcels = || description("Parcels", &["/parcels"]);
    assert_eq!(
        paired(
            &[("b", parcels()), ("a", orders())],
            &[("a", parcels()), ("b", orders())]
        ),
        ["a -> a", "b -> b"],
        "the name comes before what is in it"
    );
    assert_eq!(
        paired(
            &[("a", orders()), ("b", parcels())],
            &[("c", parcels()), ("a", orders())]
        ),
        ["a -> a", "b => c"]
    );
    let changed = description("Orders", &["/orders", "/orders/search"]);
    assert_eq!(paired(&[("a", orders())], &[("c", changed)]), ["a => c"]);
    let events = |version: &str| {
        let address = "orders.placed";
        format!(
            "asyncapi: 3.0.0\ninfo: {{ title: Orders, version: {version} }}\nchannels: {{ placed: {{ address: {address} }} }}\n\
             operations: {{ place: {{ action: send, channel: {{ $ref: '#/channels/placed' }} }} }}\n"
        )
    };
    assert_eq!(
        paired(&[("a", orders()), ("b", events("1.0.0"))], &[("c", events("1.1.0"))]),
        ["b => c", "a -> nothing"],
        "of one title, what has operations in common"
    );
    let other = description("Orders", &["/invoices", "/orders/search"]);
    assert_eq!(
        paired(&[("a", orders())], &[("c", other)]),
        ["nothing -> c", "a -> nothing"]
    );
    assert_eq!(
        paired(&[("a", orders())], &[("c", parcels())]),
        ["nothing -> c", "a -> nothing"]
    );
    assert_eq!(
        paired(&[("?a", orders())], &[("c", parcels())]),
        ["nothing -> c"],
        "nobody asked what became of it"
    );
    assert_eq!(paired(&[("?a", orders())], &[("c", orders())]), ["a => c"]);
    assert_eq!(
        paired(&[("a", orders())], &[("c", orders()), ("d", orders())]),
        ["a => c", "nothing -> d"],
        "one becomes one"
    );
    assert_eq!(
        paired(
            &[("a", description("Orders", &["/orders", "/x"])), ("b", orders())],
            &[("c", description("Orders", &["/orders", "/orders/{id}", "/new"]))]
        ),
        ["b => c", "a -> nothing"],
        "the one with most in common"
    );
}

#[test]
fn suppressions_of_the_old_version_are_nobody_s_business() {
    let project = Project::new();
    let ignoring = |rule: &str| {
        ORDERS.replace(
            "  /orders:",
            &format!("  # stipula-ignore {rule}: for a reason\n  /orders:"),
        )
    };
    for (name, text) in [
        ("old.yaml", ignoring("path-removed")),
        ("new.yaml", ORDERS.to_owned()),
        ("ignoring.yaml", ignoring("path-removed")),
        ("linting.yaml", ignoring("path-no-verbs until 2020-01-01")),
    ] {
        project.write(name, text);
    }
    project.write("parts.yaml", PARTS);
    project
        .run(&["breaking", "old.yaml", "new.yaml"])
        .says(0, &[])
        .does_not_say("suppression");
    project
        .run(&[
            "breaking",
            "new.yaml",
            "ignoring.yaml",
            "--rule",
            "unused-suppression=warning",
        ])
        .says(0, &["unused-suppression", "ignoring.yaml"]);
    // Those of lint are told by lint.
    project
        .run(&["breaking", "new.yaml", "linting.yaml"])
        .says(0, &[])
        .does_not_say("suppression");
}

#[test]
fn one_version_can_come_from_standard_input() {
    let project = Project::with("openapi.yaml", ORDERS);
    project.write("parts.yaml", PARTS);
    for arguments in [["breaking", "-", "openapi.yaml"], ["breaking", "openapi.yaml", "-"]] {
        project
            .run_with_input(&arguments, ORDERS.as_bytes())
            .says(0, &["no breaking changes"]);
        project
            .run_with_input(&arguments, b"title: none\n")
            .says(2, &["`<stdin>` cannot be compared: it is no API description"]);
    }
    project.run(&["breaking", "-", "-"]).says(2, &["not both"]);
}

#[test]
fn policies_are_chosen_in_the_file_and_by_flags() {
    let project = Project::new();
    let status = |values: &str| {
        format!(
            "{}        content: {{ application/json: {{ schema: {{ type: string, enum: [{values}] }} }} }}\n",
            "openapi: 3.1.0\ninfo: { title: Orders, version: 1.0.0 }\npaths:\n  /orders:\n    get:\n      responses:\n       '200':\n        description: fine\n"
        )
    };
    project.write("old.yaml", status("a"));
    project.write("new.yaml", status("a, b").replace("1.0.0", "2.0.0"));
    let run = |extra: &[&str]| {
        let mut arguments = vec!["breaking", "old.yaml", "new.yaml", "--format", "github"];
        arguments.extend(extra);
        project.run(&arguments)
    };
    run(&[]).says(0, &["::warning", "enum-value-added"]);
    run(&["--policy", "strict"]).says(1, &["::error", "enum-value-added"]);
    project.write("stipula.yaml", "breaking: { policy: [strict] }\n");
    run(&[]).says(1, &["::error", "enum-value-added"]);
    run(&["--policy", "tolerant"]).does_not_say("::error");
}
