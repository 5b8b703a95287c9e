//! Packages: their names, versions and folders, and what all files of one say alike.

use super::super::{Function, Hit, Options, Refusal, function};
use super::{at_package, files, fits_package, folder, imports};
use crate::document::{Node, proto, suggest};
use crate::finding::Location;
use crate::syntax::key;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What the last part of a package says of how far its API can be relied on
/// (<https://cloud.google.com/apis/design/versioning>).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Version {
    /// `v1`
    Stable,
    /// `v1alpha1`, `v1beta1`, `v1p1beta1`, `v1test`
    Unstable,
}

impl Version {
    /// The version of a package; none where it has none, or is nothing but one.
    pub(super) fn of(package: &str) -> Option<Self> {
        let (_, last) = package.rsplit_once('.')?;
        let rest = after_number(last.strip_prefix('v')?)?;
        if rest.is_empty() {
            return Some(Self::Stable);
        }
        if rest.starts_with("test") {
            return Some(Self::Unstable);
        }
        let rest = match rest.strip_prefix('p') {
            Some(patch) => after_number(patch)?,
            None => rest,
        };
        let number = rest.strip_prefix("alpha").or_else(|| rest.strip_prefix("beta"))?;
        (number.is_empty() || after_number(number) == Some("")).then_some(Self::Unstable)
    }
}

/// What stands behind a number that does not start with 0.
fn after_number(text: &str) -> Option<&str> {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    (rest.len() < text.len() && !text.starts_with('0')).then_some(rest)
}

/// `package-versioned`: a part of a package is its major version.
pub(in super::super) fn package_versioned(options: &Options) -> Result<Function, Refusal> {
    let except = options.texts("except");
    let last_part = options.flag("last-part");
    function(move |subject, hits| {
        let package = proto::package(subject.node);
        let mut outer = std::iter::successors(Some(package), |package| Some(package.rsplit_once('.')?.0));
        let is_versioned = match last_part {
            true => Version::of(package).is_some(),
            false => outer.any(|outer| Version::of(outer).is_some() || outer.ends_with(".v0")),
        };
        if package.is_empty() || except.iter().any(|name| name == package) || is_versioned {
            return;
        }
        hits.push(
            Hit::new(at_package(subject.node))
                .with("what", format!("the package `{package}`"))
                .with("wanted", format!("last part of its name, as in `{package}.v1`")),
        );
    })
}

/// `imports-stable`: what is stable depends on nothing that is not.
pub(in super::super) fn imports_stable(_: &Options) -> Result<Function, Refusal> {
    function(|subject, hits| {
        let package = proto::package(subject.node);
        if Version::of(package) != Some(Version::Stable) {
            return;
        }
        for (import, document) in imports(subject.node) {
            let other = proto::package(subject.workspace().root(document));
            if Version::of(other) == Some(Version::Unstable) {
                hits.push(Hit::key(import).with("package", package).with("other", other));
            }
        }
    })
}

/// `package-in-folder`: a file lies in the folders that its package names.
pub(in super::super) fn package_in_folder(_: &Options) -> Result<Function, Refusal> {
    function(|subject, hits| {
        let package = proto::package(subject.node);
        let Some(folder) = folder(subject.node).filter(|_| !package.is_empty()) else {
            return;
        };
        if !fits_package(folder, package) {
            hits.push(
                Hit::new(at_package(subject.node))
                    .with("package", package)
                    .with("folder", package.replace('.', "/")),
            );
        }
    })
}

/// `folder-one-package`: all files of a folder are of one package.
pub(in super::super) fn folder_one_package(_: &Options) -> Result<Function, Refusal> {
    function(|subject, hits| {
        let mut folders: BTreeMap<&Path, Vec<Node<'_>>> = BTreeMap::new();
        for file in files(subject) {
            if let Some(folder) = folder(file) {
                folders.entry(folder).or_default().push(file);
            }
        }
        for files in folders.into_values() {
            let packages: BTreeSet<&str> = files.iter().map(|file| proto::package(*file)).collect();
            if packages.len() < 2 {
                continue;
            }
            for file in files {
                let own = proto::package(file);
                let others = packages.iter().copied().filter(|package| *package != own);
                hits.push(
                    Hit::new(at_package(file))
                        .with("package", own)
                        .with("others", listed(others)),
                );
            }
        }
    })
}

/// `package-one-folder`: all files of a package lie in one folder.
pub(in super::super) fn package_one_folder(_: &Options) -> Result<Function, Refusal> {
    function(|subject, hits| {
        for (package, files) in by_package(files(subject)) {
            // Copies of one package lie in one folder each, below roots of their own.
            let mut folders: BTreeMap<Option<&Path>, Node<'_>> = BTreeMap::new();
            for file in &files {
                folders.entry(own_folder(*file, package)).or_insert(*file);
            }
            for file in files.iter().filter(|_| folders.len() > 1) {
                let own = own_folder(*file, package);
                let other = folders.iter().find(|(folder, _)| **folder != own);
                let name = other.map_or("", |(_, other)| other.document().source().name());
                hits.push(Hit::new(at_package(*file)).with("package", package).with("other", name));
            }
        }
    })
}

/// The folder of a file, unless it is that of its package.
fn own_folder<'w>(file: Node<'w>, package: &str) -> Option<&'w Path> {
    folder(file).filter(|folder| !fits_package(folder, package))
}

/// `package-options-agree`: all files of a package say the same in these options.
pub(in super::super) fn package_options_agree(options: &Options) -> Result<Function, Refusal> {
    let names = options.texts("options");
    function(move |subject, hits| {
        for (package, files) in by_package(files(subject)) {
            for name in &names {
                let values = files.iter().map(|file| proto::option(*file, name).map(Node::text));
                let values: BTreeSet<Option<&str>> = values.collect();
                if values.len() < 2 {
                    continue;
                }
                for file in &files {
                    let own = proto::option(*file, name);
                    let value = |value: Option<&str>| value.map_or("nothing".into(), |value| format!("`{value}`"));
                    let others = values.iter().copied().filter(|other| *other != own.map(Node::text));
                    let place = own.map_or(at_package(*file), |own| Location::key(own.address()));
                    let others: Vec<String> = others.take(SHOWN).map(value).collect();
                    hits.push(
                        Hit::new(place)
                            .with("option", name.as_str())
                            .with("package", package)
                            .with("text", value(own.map(Node::text)))
                            .with("others", others.join(", ")),
                    );
                }
            }
        }
    })
}

/// `file-name-case`: the name of a file is written in a case.
pub(in super::super) fn file_name_case(options: &Options) -> Result<Function, Refusal> {
    let case = options.case("case")?;
    function(move |subject, hits| {
        let path = subject.node.document().path();
        let Some(stem) = path.and_then(Path::file_stem).and_then(|stem| stem.to_str()) else {
            return;
        };
        if !case.fits(stem) {
            hits.push(
                Hit::key(subject.node)
                    .with("text", stem)
                    .with("case", case.title())
                    .with("suggestion", case.write(stem)),
            );
        }
    })
}

/// Others that a message lists.
const SHOWN: usize = 3;

fn listed<'p>(packages: impl Iterator<Item = &'p str>) -> String {
    let named = packages
        .take(SHOWN)
        .map(|package| if package.is_empty() { "none" } else { package });
    suggest::list(named, "and")
}

/// Files by their packages; those without one are left out.
fn by_package<'w>(files: impl Iterator<Item = Node<'w>>) -> BTreeMap<&'w str, Vec<Node<'w>>> {
    let mut packages: BTreeMap<&str, Vec<Node<'_>>> = BTreeMap::new();
    for file in files.filter(|file| file.get(key::PACKAGE).is_some()) {
        packages.entry(proto::package(file)).or_default().push(file);
    }
    packages
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_packages_are_told() {
        for stable in ["acme.v1", "acme.order.v12"] {
            assert_eq!(Version::of(stable), Some(Version::Stable), "{stable}");
        }
        for unstable in [
            "acme.v1alpha",
            "acme.v1alpha2",
            "acme.v1beta1",
            "acme.v1p1beta1",
            "acme.v1p1alpha",
            "acme.v1test",
            "acme.v2testing",
        ] {
            assert_eq!(Version::of(unstable), Some(Version::Unstable), "{unstable}");
        }
        for none in [
            "v1",
            "acme",
            "acme.v0",
            "acme.v01",
            "acme.v",
            "acme.v1gamma",
            "acme.v1alpha0",
            "acme.v1p",
            "acme.v1pbeta1",
            "acme.v1x",
            "acme.1",
        ] {
            assert_eq!(Version::of(none), None, "{none}");
        }
    }
}
