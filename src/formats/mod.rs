//! The formats that stipula reads, each behind one trait.
//!
//! In come trees; out goes a [`Workspace`] whose documents have kinds and links. A format knows its specification,
//! and no rule.

pub mod asyncapi;
mod avro;
mod follow;
pub mod jsonschema;
mod link;
mod load;
pub mod openapi;
pub mod pact;
pub mod proto;
mod table;

pub use load::{
    LoadOptions, Loaded, LoadedSide, LoadedTogether, Refused, Side, load, load_contracts, load_schemas, load_together,
    load_versions, load_versions_with,
};

use crate::document::events::Events;
use crate::document::grammar::Grammar;
use crate::document::http::Api;
use crate::document::{Document, DocumentId, FormatName, Link, Violation, Workspace};
use crate::syntax::Tree;

/// What a format makes of the first keys of a document.
#[derive(Debug)]
pub enum Detection {
    /// It is one of its documents, in the version of this table.
    Known(&'static Grammar),
    /// It is one of its documents, in a version that is not read; the reason as a clause.
    Unsupported(String),
}

/// What a document refers to by name.
#[derive(Debug)]
pub struct Linked {
    /// The document.
    pub document: DocumentId,
    /// The names, with what they stand for.
    pub links: Vec<Link>,
    /// Where the document departs from what they stand for.
    pub violations: Vec<Violation>,
}

/// A format of API descriptions.
pub trait Format: Sync {
    /// The name that rule pages use.
    fn name(&self) -> FormatName;

    /// Whether a document is one of this format's; `None` where it is not.
    fn detect(&self, tree: &Tree) -> Option<Detection>;

    /// The links that are no `$ref`s, but names that stand for other nodes: those of a description, which comes first,
    /// and of the files that are its parts.
    fn links(&self, workspace: &Workspace, documents: &[DocumentId]) -> Vec<Linked>;

    /// Where a document departs from its specification in ways that no table can say.
    fn violations(&self, document: &Document) -> Vec<Violation> {
        let _ = document;
        Vec::new()
    }

    /// Whether files name each other's parts, so that all of a side are linked at once.
    fn is_linked_as_a_whole(&self) -> bool {
        false
    }

    /// What the document offers over HTTP.
    fn api(&self, workspace: &Workspace, document: DocumentId) -> Option<Api>;

    /// What the document sends and receives, with the files that are its parts.
    fn events(&self, workspace: &Workspace, documents: &[DocumentId]) -> Option<Events> {
        let _ = (workspace, documents);
        None
    }

    /// A minimal document that examples in rule pages are completed with.
    fn minimal(&self) -> &'static str;
}

/// All formats.
pub const FORMATS: &[&dyn Format] = &[&openapi::OpenApi, &asyncapi::AsyncApi, &proto::Protobuf];

/// The format of a document, by its first keys.
#[must_use]
pub fn detect(tree: &Tree) -> Option<(&'static dyn Format, Detection)> {
    FORMATS
        .iter()
        .find_map(|format| format.detect(tree).map(|detection| (*format, detection)))
}
