//! From sources to a workspace: reads the texts of one version, or of two, and tells which of them are descriptions.

use super::link::Loader;
use super::{Detection, Format, detect, jsonschema, pact};
use crate::document::{Dialect, Document, DocumentId, Workspace, suggest};
use crate::source::{Files, Limits, Source};
use crate::syntax::{self, NodeId, Tree};
use rayon::prelude::*;
use std::path::PathBuf;
use std::sync::Arc;

/// What references may do that is not allowed by default.
#[derive(Debug, Clone, Default)]
pub struct LoadOptions {
    /// Name files outside the project.
    pub outside_project: bool,
    /// Name what is on the network: it is not read, and not reported either.
    pub network: bool,
    /// The folder that counts as the project; found for each document where it is not given.
    pub project: Option<PathBuf>,
    /// The folders where imports of Protobuf files start, before those that are found.
    pub proto_roots: Vec<PathBuf>,
}

/// What became of the sources.
#[derive(Debug)]
pub struct Loaded {
    /// The documents that are descriptions, or parts of them.
    pub workspace: Workspace,
    /// The sources that are no description.
    pub refused: Vec<Refused>,
}

/// A source that is no description.
#[derive(Debug)]
pub struct Refused {
    /// The source.
    pub source: Arc<Source>,
    /// Why, as a clause.
    pub reason: String,
    /// Whether it is a description that this version does not read.
    pub unsupported: bool,
}

/// The sources of one version of some descriptions.
#[derive(Debug)]
pub struct Side<'f> {
    /// The sources.
    pub sources: Vec<Arc<Source>>,
    /// Where the files are read that they refer to.
    pub files: &'f Files,
}

/// What became of everything that a run is about.
#[derive(Debug)]
pub struct LoadedTogether {
    /// The documents of all, those of old versions marked as their base.
    pub workspace: Workspace,
    /// What became of the contracts.
    pub contracts: LoadedSide,
    /// What became of the old versions, the sources of all their sides in their order.
    pub old: LoadedSide,
    /// What became of the descriptions as they are now.
    pub new: LoadedSide,
}

/// What became of the sources of one version.
#[derive(Debug, Default)]
pub struct LoadedSide {
    /// For each source, in their order, the description that it is; nothing where it is none.
    pub descriptions: Vec<Option<DocumentId>>,
    /// The sources that are no description.
    pub refused: Vec<Refused>,
}

impl LoadedSide {
    /// The descriptions.
    #[must_use]
    pub fn ids(&self) -> Vec<DocumentId> {
        self.descriptions.iter().flatten().copied().collect()
    }
}

type Detected = Option<(&'static dyn Format, Detection)>;

/// Reads `sources` and everything they refer to. `done` is called after each source, from any thread.
#[must_use]
pub fn load(sources: Vec<Arc<Source>>, files: &Files, options: &LoadOptions, done: &(dyn Fn() + Sync)) -> Loaded {
    let mut workspace = Workspace::new(files.limits().reference_chain);
    let read = read_all(&[&Side { sources, files }], done);
    let side = link(&mut workspace, read, files, options, false);
    Loaded {
        workspace,
        refused: side.refused,
    }
}

/// Reads contracts, and the descriptions of their provider with everything they refer to, into one workspace. `done` is
/// called after each source, from any thread.
#[must_use]
pub fn load_contracts(
    contracts: Vec<Arc<Source>>,
    descriptions: &Side<'_>,
    options: &LoadOptions,
    done: &(dyn Fn() + Sync),
) -> LoadedTogether {
    load_together(descriptions, &[], contracts, options, done)
}

/// Reads both versions and everything they refer to, each side from its own files, into one workspace: an address
/// names a node of either. The old version may have several sides, where APIs are held against different bases.
/// `done` is called after each source, from any thread.
#[must_use]
pub fn load_versions(
    old: &[Side<'_>],
    new: &Side<'_>,
    options: &LoadOptions,
    done: &(dyn Fn() + Sync),
) -> LoadedTogether {
    load_versions_with(old, new, Vec::new(), options, done)
}

/// Reads both versions as [`load_versions`] does, and the contracts of consumers.
#[must_use]
pub fn load_versions_with(
    old: &[Side<'_>],
    new: &Side<'_>,
    contracts: Vec<Arc<Source>>,
    options: &LoadOptions,
    done: &(dyn Fn() + Sync),
) -> LoadedTogether {
    load_together(new, old, contracts, options, done)
}

/// Reads all that is linted, compared and held against contracts into one workspace, so that each text is read once.
/// `done` is called after each source, from any thread.
#[must_use]
pub fn load_together(
    new: &Side<'_>,
    old: &[Side<'_>],
    contracts: Vec<Arc<Source>>,
    options: &LoadOptions,
    done: &(dyn Fn() + Sync),
) -> LoadedTogether {
    let limits = new.files.limits();
    let mut workspace = Workspace::new(limits.reference_chain);
    let contracts = read_contracts(&mut workspace, contracts, limits, done);
    let sides: Vec<&Side<'_>> = std::iter::once(new).chain(old).collect();
    let mut read = read_all(&sides, done).into_iter();
    let mut link_next = |side: &Side<'_>, is_base| {
        let read = read.by_ref().take(side.sources.len()).collect();
        link(&mut workspace, read, side.files, options, is_base)
    };
    let new = link_next(new, false);
    let mut all_old = LoadedSide::default();
    for side in old {
        let side = link_next(side, true);
        all_old.descriptions.extend(side.descriptions);
        all_old.refused.extend(side.refused);
    }
    LoadedTogether {
        workspace,
        contracts,
        old: all_old,
        new,
    }
}

fn read_contracts(
    workspace: &mut Workspace,
    contracts: Vec<Arc<Source>>,
    limits: &Limits,
    done: &(dyn Fn() + Sync),
) -> LoadedSide {
    let read: Vec<(Arc<Source>, Result<Document, String>)> = contracts
        .into_par_iter()
        .map(|source| {
            let document = pact::document(syntax::read(&source, limits));
            done();
            (source, document)
        })
        .collect();
    let mut side = LoadedSide::default();
    for (source, document) in read {
        side.descriptions.push(match document {
            Ok(document) => Some(workspace.add(document)),
            Err(reason) => {
                side.refused.push(Refused {
                    source,
                    reason,
                    unsupported: false,
                });
                None
            }
        });
    }
    side
}

/// Reads the texts of all sides, as many at a time as there are threads.
fn read_all(sides: &[&Side<'_>], done: &(dyn Fn() + Sync)) -> Vec<(Document, Detected)> {
    let sources: Vec<(&Arc<Source>, &Limits)> = sides
        .iter()
        .flat_map(|side| side.sources.iter().map(|source| (source, side.files.limits())))
        .collect();
    sources
        .par_iter()
        .map(|(source, limits)| {
            let mut document = Document::new(syntax::read(source, limits));
            let detected = detect(document.tree());
            if let Some((format, Detection::Known(grammar))) = &detected {
                document.describe(grammar);
                let violations = format.violations(&document);
                document.add_violations(violations);
            }
            done();
            (document, detected)
        })
        .collect()
}

/// Adds the documents of one side to a workspace, with what they refer to, and links them with each other.
fn link(
    workspace: &mut Workspace,
    read: Vec<(Document, Detected)>,
    files: &Files,
    options: &LoadOptions,
    is_base: bool,
) -> LoadedSide {
    let mut loader = Loader::new(workspace, files, options, describe);
    loader.is_base = is_base;
    let mut descriptions = Vec::with_capacity(read.len());
    let mut parts = Vec::new();
    let mut refused = Vec::new();
    for (document, detected) in read {
        descriptions.push(match detected {
            Some((format, Detection::Known(_))) => Some(loader.add(document, Some(format))),
            Some((_, Detection::Unsupported(reason))) => {
                refused.push(Refused {
                    source: Arc::clone(document.source()),
                    reason,
                    unsupported: true,
                });
                None
            }
            None => {
                parts.push(document);
                None
            }
        });
    }
    loader.follow_references();
    loader.read_texts();
    loader.follow_imports();
    // A file that is no description of its own may be a part of another one.
    for document in parts {
        let taken = document.source().path().is_some_and(|path| loader.has_met(path));
        if !taken {
            refused.push(Refused {
                reason: no_description(document.tree()),
                source: Arc::clone(document.source()),
                unsupported: false,
            });
        }
    }
    loader.break_endless_chains();
    loader.check_parts();
    loader.link_names();
    LoadedSide { descriptions, refused }
}

/// Reads JSON Schemas and everything they refer to: each source becomes a document, in their order, and its root a
/// schema in the dialect that its `$schema` names, or in `without` where it names none. A document in a dialect that
/// is not known stays data.
#[must_use]
pub fn load_schemas(sources: &[Arc<Source>], files: &Files, options: &LoadOptions, without: Dialect) -> Workspace {
    let mut workspace = Workspace::new(files.limits().reference_chain);
    let mut loader = Loader::new(&mut workspace, files, options, describe_schema);
    for source in sources {
        let mut document = Document::new(syntax::read(source, files.limits()));
        if let Some(grammar) = jsonschema::grammar_of(document.tree(), Some(without)) {
            document.describe(grammar);
        }
        loader.add(document, None);
    }
    loader.follow_references();
    loader.break_endless_chains();
    workspace
}

/// What a file that is referred to is by itself, where descriptions are read.
fn describe(document: &mut Document) -> Option<&'static dyn Format> {
    match detect(document.tree()) {
        Some((format, Detection::Known(grammar))) => {
            document.describe(grammar);
            let violations = format.violations(document);
            document.add_violations(violations);
            Some(format)
        }
        _ => None,
    }
}

/// The same where schemas are read: one that names no dialect has that of whoever refers to it.
fn describe_schema(document: &mut Document) -> Option<&'static dyn Format> {
    if let Some(grammar) = jsonschema::grammar_of(document.tree(), None) {
        document.describe(grammar);
    }
    None
}

fn no_description(tree: &Tree) -> String {
    let root = NodeId::ROOT;
    if tree.source().text().trim().is_empty() {
        return "it is empty".into();
    }
    let keys: Vec<&str> = tree
        .children(root)
        .filter_map(|child| tree.key_text(child))
        .take(3)
        .collect();
    // What cannot be read may well be one.
    if let (true, Some(problem)) = (keys.is_empty(), tree.problems().first()) {
        let at = tree.source().position(problem.span.start);
        return format!("line {}, column {}: {}", at.line, at.column, problem.message);
    }
    if keys.is_empty() {
        return "it is no API description: an object with `openapi`, `swagger` or `asyncapi` is expected".into();
    }
    let known = ["openapi", "swagger", "asyncapi"];
    let hint = keys.iter().find_map(|key| suggest::closest(key, known));
    match hint {
        Some(meant) => format!("it is no API description; should its first key be `{meant}`?"),
        None => format!(
            "it is no API description: neither `openapi` nor `swagger` nor `asyncapi` stands in it, only {}{}",
            suggest::list(keys.iter().copied(), "and"),
            if tree.children(root).count() > keys.len() {
                " and more"
            } else {
                ""
            }
        ),
    }
}
