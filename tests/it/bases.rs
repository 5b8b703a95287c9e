//! Two versions of descriptions: loaded side by side, from files and from git revisions.

use std::path::PathBuf;
use std::sync::Arc;
use stipula::document::{Document, DocumentId, Workspace};
use stipula::formats::{self, LoadOptions, LoadedVersions, Side};
use stipula::source::{Files, Limits, Source};

use crate::tool::Project;

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

fn load(old: &Files, new: &Files) -> LoadedVersions {
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
