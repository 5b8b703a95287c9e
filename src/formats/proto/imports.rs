//! Where imports lead: the files of the run, files of the same module, and those that every compiler brings along.
//!
//! An import names a file from a root. Which folders are roots is said by `stipula.yaml`, `buf.yaml` or `buf.work.yaml`; else each file
//! says it by its package, as `acme/order/v1/order.proto` of the package `acme.order.v1` lies in a root; else the
//! folders above it are tried, the nearest first, then the roots of other files of the run, and their packages.

use super::index::package;
use crate::source::{Files, Limits, Source};
use crate::syntax::{self, Key, NodeId, NodeType, Tree, key};
use rustc_hash::FxHashMap;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// Where a file that is imported may be.
#[derive(Debug, Clone)]
pub(in super::super) enum Place {
    /// A file.
    File(PathBuf),
    /// One that is built in.
    BuiltIn,
    /// Nowhere.
    Nowhere,
}

/// Finds the files that imports name.
#[derive(Debug)]
pub(in super::super) struct Roots<'f> {
    files: &'f Files,
    /// The roots that the user names.
    named: Vec<PathBuf>,
    /// The roots that the configuration of a folder names, if one says something of it.
    configured: FxHashMap<PathBuf, Option<Vec<PathBuf>>>,
    /// The folders that files of the run have been found to lie in by their packages.
    known: Vec<PathBuf>,
    /// The files of the run by package and name, wherever they lie.
    packaged: FxHashMap<String, Vec<PathBuf>>,
    /// What lies in a root under a path.
    found: FxHashMap<(PathBuf, String), Option<PathBuf>>,
}

impl<'f> Roots<'f> {
    pub(in super::super) fn new(files: &'f Files, named: Vec<PathBuf>) -> Self {
        Self {
            files,
            named,
            configured: FxHashMap::default(),
            known: Vec::new(),
            packaged: FxHashMap::default(),
            found: FxHashMap::default(),
        }
    }

    /// Learns from the package of a file of the run where others may look for what they import.
    pub(in super::super) fn learn(&mut self, tree: &Tree) {
        let file = tree.source().path();
        if let Some((file, name)) = file.and_then(|file| Some((file, file.file_name()?.to_str()?))) {
            let packaged = self.packaged.entry(format!("{}/{name}", package(tree))).or_default();
            packaged.push(file.to_path_buf());
        }
        if let Some(root) = root_by_package(tree)
            && !self.known.contains(&root)
        {
            self.known.push(root);
        }
    }

    /// Where the file is that `tree` imports by `path`. `is_loaded` tells which files are at hand, wherever they lie; others
    /// have to lie in a root of the file, or in `project`.
    pub(in super::super) fn find(
        &mut self,
        tree: &Tree,
        path: &str,
        project: Option<&Path>,
        is_loaded: &dyn Fn(&Path) -> bool,
    ) -> Place {
        let is_plain = Path::new(path)
            .components()
            .all(|part| matches!(part, Component::Normal(_)));
        if !is_plain || path.is_empty() {
            return Place::Nowhere;
        }
        let folder = tree.source().path().and_then(Path::parent).map(Path::to_path_buf);
        let mut roots = self.named.clone();
        roots.extend(folder.as_deref().into_iter().flat_map(|folder| self.configured(folder)));
        roots.extend(root_by_package(tree));
        if let (Some(folder), Some(project)) = (&folder, project) {
            let within = folder.ancestors().take_while(|folder| folder.starts_with(project));
            roots.extend(within.map(Path::to_path_buf));
        }
        for root in roots {
            if let Some(file) = self.file_in(root, path, is_loaded, true) {
                return Place::File(file);
            }
        }
        for at in 0..self.known.len() {
            let root = self.known[at].clone();
            if let Some(file) = self.file_in(root, path, is_loaded, false) {
                return Place::File(file);
            }
        }
        if let Some(file) = self.by_package(path, folder.as_deref()) {
            return Place::File(file);
        }
        if super::well_known::source(path).is_some() {
            return Place::BuiltIn;
        }
        Place::Nowhere
    }

    /// The file of the run whose package and name are those of the path; of several, the one that is nearest. So files find
    /// each other where folders above the roots of packages are called otherwise, or are missing.
    fn by_package(&self, path: &str, from: Option<&Path>) -> Option<PathBuf> {
        let (folder, name) = path.rsplit_once('/')?;
        let files = self.packaged.get(&format!("{}/{name}", folder.replace('/', ".")))?;
        let shared = |file: &&PathBuf| {
            let parts = from.into_iter().flat_map(Path::components);
            parts.zip(file.components()).take_while(|(a, b)| a == b).count()
        };
        // The first of those that are as near.
        files.iter().rev().max_by_key(shared).cloned()
    }

    fn file_in(
        &mut self,
        root: PathBuf,
        path: &str,
        is_loaded: &dyn Fn(&Path) -> bool,
        reads: bool,
    ) -> Option<PathBuf> {
        let full = root.join(path);
        if is_loaded(&full) {
            return Some(full);
        }
        if !reads {
            return None;
        }
        let files = self.files;
        let found = self
            .found
            .entry((root, path.to_owned()))
            .or_insert_with_key(|(root, _)| {
                files.entry(&full)?;
                // A link may not lead out of the root.
                let canonical = files.canonical(&full);
                canonical.starts_with(files.canonical(root)).then_some(canonical)
            });
        found.clone()
    }

    /// The roots that `buf.yaml` or `buf.work.yaml` names, in the nearest folder upwards that has one.
    fn configured(&mut self, folder: &Path) -> Vec<PathBuf> {
        if let Some(known) = self.configured.get(folder) {
            return known.clone().unwrap_or_default();
        }
        let own = configuration(self.files, folder);
        let roots = match (own, folder.parent()) {
            (Some(roots), _) => Some(roots),
            (None, Some(parent)) => Some(self.configured(parent)).filter(|roots| !roots.is_empty()),
            (None, None) => None,
        };
        self.configured.insert(folder.to_path_buf(), roots.clone());
        roots.unwrap_or_default()
    }
}

/// The folder that a file lies in by its package, if its path ends as the package says.
#[must_use]
pub fn root_by_package(tree: &Tree) -> Option<PathBuf> {
    let package = package(tree);
    if package.is_empty() {
        return None;
    }
    let mut folder = tree.source().path()?.parent()?;
    for part in package.rsplit('.') {
        if folder.file_name()?.to_str()? != part {
            return None;
        }
        folder = folder.parent()?;
    }
    Some(folder.to_path_buf())
}

/// The roots that the configuration of buf in a folder names. A workspace (`buf.work.yaml`, or a `buf.yaml` with modules)
/// stands above modules, so that each sees the others: it is looked for first.
fn configuration(files: &Files, folder: &Path) -> Option<Vec<PathBuf>> {
    let read = |name: &str| {
        let path = folder.join(name);
        files.entry(&path)?;
        let bytes = files.bytes(&path).ok()?;
        let source = Source::from_text(name, String::from_utf8(bytes).ok()?);
        Some(syntax::read(&Arc::new(source), &Limits::default()))
    };
    let inside = |path: &str| {
        let path = Path::new(path);
        let is_plain = path
            .components()
            .all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
        is_plain.then(|| folder.join(path).components().collect::<PathBuf>())
    };
    if let Some(tree) = read("buf.work.yaml") {
        return Some(
            texts(&tree, tree.find(NodeId::ROOT, "directories"))
                .filter_map(inside)
                .collect(),
        );
    }
    let tree = read("buf.yaml")?;
    let Some(modules) = tree.find(NodeId::ROOT, "modules") else {
        // Above a module, a workspace may name it with others.
        return Some(vec![folder.to_path_buf()]);
    };
    let paths = tree.children(modules).filter_map(|module| tree.get(module, key::PATH));
    let mut roots: Vec<PathBuf> = paths.filter_map(|path| inside(tree.text(path))).collect();
    if roots.is_empty() {
        roots.push(folder.to_path_buf());
    }
    Some(roots)
}

fn texts(tree: &Tree, list: Option<NodeId>) -> impl Iterator<Item = &str> {
    let list = list.filter(|list| tree.node_type(*list) == NodeType::List);
    list.into_iter()
        .flat_map(|list| tree.children(list))
        .map(|child| tree.text(child))
}

/// The imports of a file: each with the node of its path.
pub(in super::super) fn imports(tree: &Tree) -> impl Iterator<Item = (NodeId, &str)> {
    import_nodes(tree).filter_map(|import| {
        let path = tree.get(import, key::PATH)?;
        Some((path, tree.text(path)))
    })
}

/// The nodes of a file's imports.
pub(super) fn import_nodes(tree: &Tree) -> impl Iterator<Item = NodeId> {
    children_of(tree, NodeId::ROOT, key::IMPORTS)
}

/// The declarations of one sort.
pub(super) fn children_of(tree: &Tree, holder: NodeId, sort: Key) -> impl Iterator<Item = NodeId> {
    tree.get(holder, sort).into_iter().flat_map(|list| tree.children(list))
}
