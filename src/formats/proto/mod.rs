//! Protobuf: proto2, proto3 and the editions 2023 and 2024 (<https://protobuf.dev/reference/protobuf/>).
//!
//! The shape of a tree is described where it is read, in [`crate::syntax`]. Files are linked all at once: what a name
//! stands for depends on what a file imports, and on what that makes public.

mod checks;
mod declared;
mod grammar;
pub(super) mod imports;
mod index;
mod links;
mod options;
pub(super) mod well_known;

pub use grammar::{EDITION_2023, EDITION_2024, PROTO2, PROTO3, grammar};
pub use imports::root_by_package;

use super::{Detection, Format, Linked};
use crate::document::grammar::Grammar;
use crate::document::http::Api;
use crate::document::{Document, DocumentId, FormatName, Violation, Workspace};
use crate::syntax::{NodeId, Style, Tree, key};

/// The format.
#[derive(Debug)]
pub struct Protobuf;

impl Format for Protobuf {
    fn name(&self) -> FormatName {
        FormatName::Protobuf
    }

    fn detect(&self, tree: &Tree) -> Option<Detection> {
        let root = NodeId::ROOT;
        if tree.style(root) != Style::Declaration {
            return None;
        }
        let said = |part| tree.get(root, part).map(|version| tree.text(version));
        Some(match (said(key::SYNTAX), said(key::EDITION)) {
            (None | Some("proto2"), None) => Detection::Known(grammar(PROTO2)),
            (Some("proto3"), None) => Detection::Known(grammar(PROTO3)),
            (_, Some("2023")) => Detection::Known(grammar(EDITION_2023)),
            (_, Some("2024")) => Detection::Known(grammar(EDITION_2024)),
            (_, Some(edition)) => Detection::Unsupported(format!(
                "edition `{edition}` of Protobuf is not read; 2023 and 2024 are"
            )),
            (Some(syntax), None) => Detection::Unsupported(format!(
                "the syntax `{syntax}` of Protobuf is not read; proto2 and proto3 are"
            )),
        })
    }

    fn links(&self, workspace: &Workspace, documents: &[DocumentId]) -> Vec<Linked> {
        links::links(workspace, documents)
    }

    fn violations(&self, document: &Document) -> Vec<Violation> {
        let version = document.grammar().map_or(PROTO2, Grammar::version);
        checks::violations(document.tree(), version)
    }

    fn is_linked_as_a_whole(&self) -> bool {
        true
    }

    fn api(&self, _: &Workspace, _: DocumentId) -> Option<Api> {
        None
    }

    fn minimal(&self) -> &'static str {
        "syntax = \"proto3\";\npackage example.v1;\n"
    }
}
