//! Swagger 2.0 and OpenAPI 3.0, 3.1 and 3.2 (<https://spec.openapis.org/oas/>).

mod api;
mod grammar;
mod links;
mod objects;
mod schema;
mod security;
mod values;

pub use grammar::grammar;
pub use values::{V2, V30, V31, V32};

use super::{Detection, Format, Linked};
use crate::document::http::Api;
use crate::document::{DocumentId, FormatName, Workspace};
use crate::syntax::{NodeId, Tree, key};

/// The format.
#[derive(Debug)]
pub struct OpenApi;

impl Format for OpenApi {
    fn name(&self) -> FormatName {
        FormatName::OpenApi
    }

    fn detect(&self, tree: &Tree) -> Option<Detection> {
        let root = NodeId::ROOT;
        if let Some(version) = tree.get(root, key::SWAGGER) {
            let version = tree.text(version);
            return Some(match version {
                "2" | "2.0" => Detection::Known(grammar(V2)),
                _ => Detection::Unsupported(format!("Swagger {version} is not read; Swagger 2.0 is")),
            });
        }
        let version = tree.text(tree.get(root, key::OPENAPI)?);
        let table = |prefix: &str| version == prefix || version.starts_with(&format!("{prefix}."));
        Some(if table("3.0") || version == "3" {
            Detection::Known(grammar(V30))
        } else if table("3.1") {
            Detection::Known(grammar(V31))
        } else if table("3.2") {
            Detection::Known(grammar(V32))
        } else {
            Detection::Unsupported(format!("OpenAPI `{version}` is not read; 3.0, 3.1 and 3.2 are"))
        })
    }

    fn links(&self, workspace: &Workspace, documents: &[DocumentId]) -> Vec<Linked> {
        links::links(workspace, documents)
    }

    fn api(&self, workspace: &Workspace, document: DocumentId) -> Option<Api> {
        Some(api::api(workspace, document))
    }

    fn minimal(&self) -> &'static str {
        "openapi: 3.0.3\ninfo:\n  title: Example\n  version: 1.0.0\npaths: {}\n"
    }
}
