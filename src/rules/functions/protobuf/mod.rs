//! What Protobuf files must look like: packages, imports, names, the messages of methods and what stands in them.

pub(super) mod circles;
pub(super) mod enums;
pub(super) mod fields;
pub(super) mod imports;
pub(super) mod languages;
pub(in crate::rules) mod messages;
pub(super) mod methods;
pub(super) mod packages;
pub(super) mod said;
pub(super) mod services;
pub(super) mod validation;

use super::Subject;
use crate::document::{DocumentId, Kind, Node};
use crate::finding::Location;
use crate::syntax::key;
use std::path::Path;

/// The Protobuf files of a run that are judged.
fn files<'w>(subject: &Subject<'_, 'w>) -> impl Iterator<Item = Node<'w>> {
    let workspace = subject.workspace();
    let roots = workspace.judged().map(|document| workspace.root(document));
    roots.filter(|root| root.kind() == Kind::File)
}

/// Where a finding about the package of a file stands: at its name, or at the file.
fn at_package(file: Node<'_>) -> Location {
    match file.get(key::PACKAGE) {
        Some(package) => Location::value(package.address()),
        None => Location::key(file.address()),
    }
}

/// The imports of a file with the documents that they lead to.
fn imports<'w>(file: Node<'w>) -> impl Iterator<Item = (Node<'w>, DocumentId)> {
    let imports = file.get(key::IMPORTS).into_iter().flat_map(Node::children);
    imports.filter_map(|import| {
        let path = import.get(key::PATH)?;
        Some((import, path.target()?.address().document))
    })
}

/// The folder that a file lies in, if it is one.
fn folder(file: Node<'_>) -> Option<&Path> {
    file.document().path()?.parent()
}

/// Whether a folder is called as a package says: `acme.order.v1` lies in `acme/order/v1`, below whatever root.
fn fits_package(folder: &Path, package: &str) -> bool {
    let mut folders = folder.components().rev();
    package.rsplit('.').all(|part| {
        let folder = folders.next();
        folder.is_some_and(|folder| folder.as_os_str() == part)
    })
}
