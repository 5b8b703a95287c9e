//! Text to tree: JSON, YAML and Protobuf become one arena of nodes with byte spans.
//!
//! In comes a [`Source`]; out goes a [`Tree`], always: what is wrong with the text is listed in
//! [`Tree::problems`], and what could be read stands in the tree.

mod builder;
mod json;
mod keys;
mod outline;
mod problem;
mod proto;
mod scalar;
mod tree;
#[doc(hidden)]
pub mod yaml;

pub(crate) use json::unicode_escape;
pub use keys::{Key, well_known as key};
pub use outline::Outline;
pub use problem::{Problem, ProblemKind};
pub use proto::comment_text;
pub use scalar::yaml_1_1_meaning;
pub use tree::{Children, NodeId, NodeType, Style, Tree};

use crate::source::{Limits, Source, Span};
use std::sync::Arc;

/// The text formats that a tree is read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// JSON.
    Json,
    /// YAML, of which JSON is nearly a part.
    Yaml,
    /// Protobuf.
    Proto,
}

impl Language {
    /// The language that a file name or, where that says nothing, a text speaks.
    #[must_use]
    pub fn detect(source: &Source) -> Self {
        let extension = source.name().rsplit_once('.').map_or("", |(_, extension)| extension);
        match extension.to_ascii_lowercase().as_str() {
            "json" => Self::Json,
            "yaml" | "yml" => Self::Yaml,
            "proto" => Self::Proto,
            _ if source.text().trim_start().starts_with(['{', '[']) => Self::Json,
            _ if proto::is_likely(source.text()) => Self::Proto,
            _ => Self::Yaml,
        }
    }
}

/// Reads a part of a source in Protobuf: a text within a document in another language. Spans are those of the source.
#[must_use]
pub fn read_protobuf_within(source: &Arc<Source>, extent: Span, limits: &Limits) -> Tree {
    proto::read(source, extent, limits)
}

/// Reads a source in its [`Language`].
#[must_use]
pub fn read(source: &Arc<Source>, limits: &Limits) -> Tree {
    let language = Language::detect(source);
    if language == Language::Proto {
        return proto::read(source, Span::new(0, source.text().len() as u32), limits);
    }
    let json = source
        .text()
        .trim_start()
        .starts_with('{')
        .then(|| json::read(source, limits));
    match (language, json) {
        // YAML in braces is JSON more often than not, and then read faster.
        (Language::Yaml, Some(tree)) if tree.problems().is_empty() => tree,
        (Language::Yaml | Language::Proto, _) => yaml::read(source, limits),
        (Language::Json, Some(tree)) => tree,
        (Language::Json, None) => json::read(source, limits),
    }
}
