//! What is read of Protobuf files is held against `protox`, which compiles them: names, numbers, types, labels, ranges,
//! methods and the options that say something of the wire or of JSON.

#![allow(clippy::print_stdout)]

mod loading;
mod options;
mod ours;
#[path = "../it/outside.rs"]
#[expect(dead_code, reason = "conformance cases are another test's")]
mod outside;
mod theirs;
#[path = "../it/versions.rs"]
#[expect(dead_code, clippy::unwrap_used, reason = "it belongs to other tests, too")]
mod versions;
mod view;
mod witnesses;

use ours::Names;
use protox::Compiler;
use protox::file::{ChainFileResolver, File, GoogleFileResolver, IncludeFileResolver};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use stipula::document::{DocumentId, Workspace};
use stipula::formats::{LoadOptions, load};
use stipula::source::{Files, Limits};
use versions::protobuf_files;

fn workspace(paths: &[PathBuf], folder: &Path) -> Workspace {
    let files = Files::new(Limits::default(), folder.to_path_buf());
    let sources = paths.iter().map(|path| files.read(path).expect("it is read")).collect();
    let options = LoadOptions {
        project: Some(folder.to_path_buf()),
        ..LoadOptions::default()
    };
    let loaded = load(sources, &files, &options, &|| ());
    assert!(loaded.refused.is_empty(), "{:?}", loaded.refused);
    loaded.workspace
}

/// What is wrong with the files of a workspace, but for imports.
fn mistakes(workspace: &Workspace) -> Vec<String> {
    let mut mistakes = Vec::new();
    for document in workspace.documents().iter().filter(|document| !document.is_import()) {
        let tree = document.tree();
        let mut tell = |offset: u32, message: String| {
            let at = document.source().position(offset);
            mistakes.push(format!(
                "{}:{}:{} {message}",
                document.source().name(),
                at.line,
                at.column
            ));
        };
        for problem in tree.problems() {
            tell(problem.span.start, problem.message.clone());
        }
        for violation in document.violations() {
            let grammar = document.grammar().expect("it is labelled");
            tell(tree.begin(violation.node), violation.message(tree, grammar));
        }
        for link in document.links() {
            if let Err(failure) = &link.target
                && link.class.name() != "import"
            {
                tell(tree.begin(link.at), failure.message());
            }
        }
    }
    mistakes
}

/// Compares all files below a folder, which is the root of their imports; tells how many there are that protox reads.
fn compare(folder: &Path) -> usize {
    // Documents are called by paths without `..`.
    let folder = &folder.canonicalize().expect("it is there");
    let paths = protobuf_files(folder);
    let workspace = workspace(&paths, folder);
    let mistakes = mistakes(&workspace);
    assert!(mistakes.is_empty(), "{}", mistakes.join("\n"));
    let mut chain = ChainFileResolver::new();
    chain.add(IncludeFileResolver::new(folder.to_path_buf()));
    chain.add(GoogleFileResolver::new());
    let mut compiler = Compiler::with_file_resolver(chain);
    compiler.include_imports(true).include_source_info(false);
    let by_path: HashMap<&Path, DocumentId> = workspace
        .ids()
        .filter_map(|id| Some((workspace.document(id).source().path()?, id)))
        .collect();
    let (mut linked, mut written) = (0, 0);
    for path in &paths {
        let name = path.strip_prefix(folder).expect("it lies in the folder");
        if compiler.open_file(name).is_ok() {
            continue;
        }
        // An import is missing: what the file itself says can be compared all the same.
        let text = std::fs::read_to_string(path).expect("it is read");
        if let Ok(file) = File::from_source(&name.to_string_lossy(), &text) {
            let ours = ours::facts(&workspace, by_path[path.as_path()], Names::Written);
            assert_eq!(ours, theirs::facts(file.file_descriptor_proto()), "{}", path.display());
            written += 1;
        }
    }
    let pool = compiler.descriptor_pool();
    for file in &compiler.file_descriptor_set().file {
        // Others are built in.
        if let Some(id) = by_path.get(folder.join(file.name()).as_path()) {
            let ours = ours::facts(&workspace, *id, Names::Linked);
            assert_eq!(ours, theirs::facts(file), "{}", file.name());
            let file = pool.get_file_by_name(file.name()).expect("it is there");
            assert_eq!(
                ours::resolved(&workspace, *id),
                theirs::resolved(&file),
                "{}",
                file.name()
            );
            linked += 1;
        }
    }
    println!(
        "{}: {linked} files compared with links, {written} without",
        folder.display()
    );
    linked + written
}

#[test]
fn own_files_are_read_as_protox_reads_them() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/proto/valid");
    assert!(compare(&folder) > 2);
}

#[test]
fn built_in_files_are_sound() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/formats/proto/well_known");
    let sources = protobuf_files(&folder)
        .iter()
        .map(|path| {
            let name = path.strip_prefix(&folder).expect("it lies in the folder");
            let text = std::fs::read_to_string(path).expect("it is read");
            Arc::new(stipula::source::Source::from_text(
                format!("google/protobuf/{}", name.display()),
                text,
            ))
        })
        .collect();
    let files = Files::new(Limits::default(), folder.clone());
    let loaded = load(sources, &files, &LoadOptions::default(), &|| ());
    assert_eq!(mistakes(&loaded.workspace), Vec::<String>::new());
}

#[test]
fn public_files_are_read_as_protox_reads_them() {
    let Some(corpus) = outside::corpus("proto") else { return };
    let mut compared = 0;
    for tree in std::fs::read_dir(corpus).expect("a folder").flatten() {
        for version in ["old", "new"] {
            let folder = tree.path().join(version);
            if folder.is_dir() {
                compared += compare(&folder);
            }
        }
        if tree.path().join("google").is_dir() {
            compared += compare(&tree.path());
        }
    }
    println!("{compared} files compared");
}
