//! Files and packages: where declarations lie, and what generators are told of them.

use super::Comparison;
use super::impact::Impact;
use crate::breaking::Change;
use crate::breaking::comparison::Sides;
use crate::document::proto::{self, declarations};
use crate::document::{Kind, Node};
use crate::finding::Action;
use crate::syntax::key;
use rustc_hash::FxHashSet;

/// The options of files that change what is generated, with what holds where nothing is said.
const GENERATED: &[(&str, &str)] = &[
    ("cc_enable_arenas", "true"),
    ("cc_generic_services", "false"),
    ("csharp_namespace", ""),
    ("go_package", ""),
    ("java_generic_services", "false"),
    ("java_multiple_files", "false"),
    ("java_outer_classname", ""),
    ("java_package", ""),
    ("java_string_check_utf8", "false"),
    ("objc_class_prefix", ""),
    ("optimize_for", "SPEED"),
    ("php_class_prefix", ""),
    ("php_generic_services", "false"),
    ("php_metadata_namespace", ""),
    ("php_namespace", ""),
    ("py_generic_services", "false"),
    ("ruby_package", ""),
    ("swift_prefix", ""),
];

/// What a file is called below the folder that is compared, as people know it.
fn path(file: Node<'_>) -> &str {
    file.document().source().name()
}

impl<'w> Comparison<'w, '_> {
    pub(super) fn compare_files(&mut self, old: Option<Node<'w>>, new: Option<Node<'w>>, is_moved: bool) {
        match (old, new) {
            (Some(old), Some(new)) => self.compare_file(old, new, is_moved),
            (Some(old), None) => {
                let change = Change::of(Kind::File, "", Sides::removed(old, old));
                self.tell(change.fact("name", path(old)), Impact::of_code());
            }
            (None, Some(new)) => {
                let change = Change::of(Kind::File, "", Sides::added(new));
                self.tell(change.fact("name", path(new)), Impact::default());
            }
            (None, None) => {}
        }
    }

    fn compare_file(&mut self, old: Node<'w>, new: Node<'w>, is_moved: bool) {
        if is_moved {
            let change = Change::of(Kind::File, "path", Sides::both(old, new)).texts(path(old), path(new));
            self.tell(change.fact("name", path(old)), Impact::of_code());
        }
        if proto::package(old) != proto::package(new) {
            let is_called = declarations(old, key::SERVICES).next().is_some();
            let change = Change::of(Kind::File, "package", Sides::at(old, new, key::PACKAGE)).action(Action::Changed);
            let change = change
                .texts(proto::package(old), proto::package(new))
                .fact("name", path(new));
            self.tell(change.yes("called", is_called), Impact::of_code());
        }
        let (was, is) = (proto::syntax(old), proto::syntax(new));
        if was != is {
            let says = |file: Node<'w>| file.get(key::SYNTAX).or_else(|| file.get(key::EDITION));
            let sides = Sides::both(says(old).unwrap_or(old), says(new).unwrap_or(new));
            let change = Change::of(Kind::File, "syntax", sides);
            self.tell(
                change.texts(was.name(), is.name()).fact("name", path(new)),
                Impact::of_code(),
            );
        }
        for (option, default) in GENERATED {
            self.compare_option(
                Kind::File,
                "generated-code",
                old,
                new,
                option,
                default,
                Impact::of_code(),
            );
        }
        self.compare_public_imports(old, new);
        let handled: Vec<&str> = GENERATED.iter().map(|(option, _)| *option).collect();
        self.compare_other_options(Kind::File, old, new, &handled);
    }

    /// Whoever imports a file sees what it imports publicly.
    fn compare_public_imports(&mut self, old: Node<'w>, new: Node<'w>) {
        let public = |file: Node<'w>| -> Vec<Node<'w>> {
            declarations(file, key::IMPORTS)
                .filter(|import| import.string_at(key::MODIFIER) == Some("public"))
                .collect()
        };
        let paths = |imports: &[Node<'w>]| -> FxHashSet<&'w str> {
            imports
                .iter()
                .filter_map(|import| import.string_at(key::PATH))
                .collect()
        };
        let (before, now) = (public(old), public(new));
        let known = paths(&now);
        for import in before {
            let path = import.string_at(key::PATH).unwrap_or_default();
            if !known.contains(path) {
                let change = Change::of(Kind::Import, "modifier", Sides::removed(import, new));
                self.tell(change.texts("public", "").fact("name", path), Impact::of_code());
            }
        }
    }

    /// Packages of which nothing is left.
    pub(super) fn compare_packages(&mut self) {
        let mut gone: Vec<Node<'w>> = Vec::new();
        let mut told = FxHashSet::default();
        for file in &self.old.files {
            let package = proto::package(*file);
            let is_kept = self.new.packages.contains(package) || self.file_of.contains_key(&file.address());
            if !is_kept && told.insert(package) {
                gone.push(*file);
            }
        }
        for file in gone {
            let package = proto::package(file);
            let at = file.get(key::PACKAGE).unwrap_or(file);
            let change = Change::of(Kind::File, "package", Sides::removed(at, at)).texts(package, "");
            let name = if package.is_empty() {
                "the files without a package"
            } else {
                package
            };
            self.tell(change.fact("name", name), Impact::of_code());
        }
    }

    /// Whether a package went as a whole: then that is told, and not what was in it.
    pub(super) fn went_with_package(&self, old: Node<'w>) -> bool {
        let root = old.workspace().root(old.address().document);
        !self.new.packages.contains(proto::package(old)) && !self.file_of.contains_key(&root.address())
    }

    /// The nearest thing around a declaration that is still there: what it stood in, or its file.
    pub(super) fn around(&self, old: Node<'w>, holder: Option<Node<'w>>) -> Node<'w> {
        let root = old.workspace().root(old.address().document);
        holder
            .or_else(|| self.file_of.get(&root.address()).copied())
            .unwrap_or(old)
    }
}
