//! AsyncAPI 2.0 to 2.6, 3.0 and 3.1 (<https://www.asyncapi.com/docs/reference/specification/v3.0.0>).

mod bindings;
mod events;
mod grammar;
mod links;
mod objects;
mod payload;
mod schema;
mod security;
mod values;

pub use grammar::grammar;
pub use values::{V20, V21, V22, V23, V24, V25, V26, V30, V31};

use super::{Detection, Format, Linked};
use crate::document::events::Events;
use crate::document::http::Api;
use crate::document::{DocumentId, FormatName, Workspace};
use crate::syntax::{NodeId, Tree, key};

/// The format.
#[derive(Debug)]
pub struct AsyncApi;

impl Format for AsyncApi {
    fn name(&self) -> FormatName {
        FormatName::AsyncApi
    }

    fn detect(&self, tree: &Tree) -> Option<Detection> {
        let version = tree.text(tree.get(NodeId::ROOT, key::ASYNCAPI)?);
        let mut parts = version.split('.');
        let release = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let known = grammar::named(&format!("{}.{}", release.0, release.1));
        Some(match (known, release.0) {
            (Some(grammar), _) => Detection::Known(grammar),
            (None, "1") => Detection::Unsupported(format!(
                "AsyncAPI {version} is not read; 2.0 to 2.6, 3.0 and 3.1 are: \
                 `asyncapi convert` of the AsyncAPI CLI brings documents of 1.x up to date"
            )),
            (None, _) => {
                Detection::Unsupported(format!("AsyncAPI `{version}` is not read; 2.0 to 2.6, 3.0 and 3.1 are"))
            }
        })
    }

    fn links(&self, workspace: &Workspace, documents: &[DocumentId]) -> Vec<Linked> {
        links::links(workspace, documents)
    }

    fn api(&self, _: &Workspace, _: DocumentId) -> Option<Api> {
        None
    }

    fn events(&self, workspace: &Workspace, documents: &[DocumentId]) -> Option<Events> {
        Some(events::events(workspace, documents))
    }

    fn minimal(&self) -> &'static str {
        "asyncapi: 3.0.0\ninfo:\n  title: Example\n  version: 1.0.0\n"
    }
}
