//! Imports: follows them, and reads the files that they lead to, as many at a time as there are threads.

use super::link::Loader;
use super::proto::imports::{Place, Roots, imports};
use super::proto::{Protobuf, well_known};
use super::{Detection, Format};
use crate::document::{Address, Document, DocumentId, Link, LinkClass, LinkFailure};
use crate::source::Source;
use crate::syntax::{self, NodeId, Style};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const NOWHERE: &str = "none of the folders holds it where imports are looked for: the roots that buf.yaml names, the one \
    that the package of this file names, and the folders above it, as far as the project reaches";

/// A file that is imported: by its path, or by its name where it is built in.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Wanted {
    File(PathBuf),
    BuiltIn(String),
}

impl Loader<'_> {
    /// Links all imports of Protobuf files, and adds the files that they lead to.
    pub(super) fn follow_imports(&mut self) {
        let mut next: Vec<DocumentId> = self.ids().filter(|id| self.is_protobuf(*id)).collect();
        let mut roots = Roots::new(self.files, self.options.proto_roots.clone());
        for id in &next {
            roots.learn(self.workspace.document(*id).tree());
        }
        let mut loaded: FxHashMap<Wanted, Result<DocumentId, LinkFailure>> = FxHashMap::default();
        while !next.is_empty() {
            let mut found: Vec<(DocumentId, NodeId, Option<Wanted>)> = Vec::new();
            for id in &next {
                self.find_imports(*id, &mut roots, &mut found);
            }
            next = self.load_imports(&found, &mut loaded);
            for (document, at, wanted) in found {
                let target = match wanted {
                    Some(wanted) => loaded[&wanted].clone(),
                    None => Err(LinkFailure::Unreadable(NOWHERE.into())),
                };
                let link = Link {
                    class: LinkClass::Import,
                    at,
                    on_key: false,
                    target: target.map(|document| Address {
                        document,
                        node: NodeId::ROOT,
                    }),
                };
                self.workspace.add_link(document, link, at);
            }
        }
    }

    fn is_protobuf(&self, id: DocumentId) -> bool {
        self.workspace.document(id).tree().style(NodeId::ROOT) == Style::Declaration
    }

    fn find_imports(
        &mut self,
        id: DocumentId,
        roots: &mut Roots<'_>,
        found: &mut Vec<(DocumentId, NodeId, Option<Wanted>)>,
    ) {
        let path = self.workspace.document(id).source().path();
        let folder = path.and_then(Path::parent).map(Path::to_path_buf);
        let project = folder.map(|folder| self.project_of(&folder));
        let by_path = &self.by_path;
        let is_loaded = |path: &Path| matches!(by_path.get(path), Some(Ok(_)));
        let tree = self.workspace.document(id).tree();
        for (at, path) in imports(tree) {
            let wanted = match roots.find(tree, path, project.as_deref(), &is_loaded) {
                Place::File(file) => Some(Wanted::File(file)),
                Place::BuiltIn => Some(Wanted::BuiltIn(path.to_owned())),
                Place::Nowhere => None,
            };
            found.push((id, at, wanted));
        }
    }

    /// Reads what is not at hand yet; gives the documents that are new.
    fn load_imports(
        &mut self,
        found: &[(DocumentId, NodeId, Option<Wanted>)],
        loaded: &mut FxHashMap<Wanted, Result<DocumentId, LinkFailure>>,
    ) -> Vec<DocumentId> {
        let limit = self.files.limits().referenced_files;
        let mut missing = Vec::new();
        for wanted in found.iter().filter_map(|(_, _, wanted)| wanted.as_ref()) {
            if loaded.contains_key(wanted) {
                continue;
            }
            let known = match wanted {
                Wanted::File(path) => self.by_path.get(path).cloned(),
                Wanted::BuiltIn(_) => None,
            };
            if known.is_none() {
                missing.push(wanted.clone());
            }
            // What is missing is put in below.
            loaded.insert(wanted.clone(), known.unwrap_or(Err(LinkFailure::TooManyFiles(limit))));
        }
        missing.truncate((limit as usize).saturating_sub(self.imported));
        self.imported += missing.len();
        let files = self.files;
        let read: Vec<(Wanted, Result<Document, LinkFailure>)> = missing
            .into_par_iter()
            .map(|wanted| {
                let source = match &wanted {
                    Wanted::File(path) => files.read(path).map_err(|error| error.to_string()),
                    Wanted::BuiltIn(name) => {
                        well_known::source(name).ok_or_else(|| format!("`{name}` is not built in"))
                    }
                };
                let limits = files.limits();
                let document = source.and_then(|source: Arc<Source>| {
                    let tree = syntax::read(&source, limits);
                    match Protobuf.detect(&tree) {
                        Some(Detection::Known(grammar)) => {
                            let mut document = Document::new(tree);
                            document.import(grammar);
                            Ok(document)
                        }
                        Some(Detection::Unsupported(reason)) => Err(reason),
                        None => Err(format!("`{}` is no Protobuf file", source.name())),
                    }
                });
                (wanted, document.map_err(LinkFailure::Unreadable))
            })
            .collect();
        let mut added = Vec::new();
        for (wanted, document) in read {
            let result = document.map(|document| self.add(document, Some(&Protobuf)));
            added.extend(result.as_ref().ok());
            loaded.insert(wanted, result);
        }
        added
    }
}
