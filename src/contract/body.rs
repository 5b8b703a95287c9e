//! Bodies of requests, responses and messages, as contracts of all versions write them.

use super::media::MediaType;
use super::text;
use super::within::Within;
use crate::document::Node;
use crate::source::{Limits, Source};
use crate::syntax::{self, NodeId, NodeType, Tree, key};
use base64::Engine;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use serde_json::Value;
use std::sync::Arc;

/// Base64, with or without the padding at its end.
pub(super) const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What a contract says of a body.
#[derive(Debug, Clone)]
pub enum Body<'w> {
    /// Nothing: it is not looked at.
    Absent,
    /// It is `null`, which means JSON's `null` or no bytes.
    Null(Node<'w>),
    /// It has no bytes.
    Empty(Node<'w>),
    /// It is this.
    Content(Content<'w>),
}

/// A body that is there.
#[derive(Debug, Clone)]
pub struct Content<'w> {
    /// Where it stands: a JSON value of the contract, or a string.
    pub node: Node<'w>,
    /// The media type that is stated beside it.
    pub stated_type: Option<&'w str>,
    /// What a string stands for.
    pub encoding: Encoding,
}

/// What the string stands for that a body is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// Itself.
    None,
    /// The bytes that it encodes in base64.
    Base64,
}

impl<'w> Body<'w> {
    /// Reads a body as versions before 4 write it: the value itself, or base64 where the media type that headers
    /// state is no text.
    pub(super) fn plain(node: Option<Node<'w>>, in_headers: Option<&str>) -> Self {
        let Some(node) = node else {
            return Self::Absent;
        };
        let is_binary = in_headers
            .and_then(MediaType::parse)
            .is_some_and(|media| media.is_binary());
        let is_base64 = is_binary && node.string().is_some_and(|text| BASE64.decode(text.trim()).is_ok());
        let encoding = if is_base64 { Encoding::Base64 } else { Encoding::None };
        Self::of(node, None, encoding)
    }

    /// Reads a body as version 4 writes it: an object with `content`.
    pub(super) fn enveloped(node: Option<Node<'w>>, in_headers: Option<&str>) -> Self {
        let Some(envelope) = node else {
            return Self::Absent;
        };
        if !envelope.is_map() {
            return Self::plain(node, in_headers);
        }
        let Some(content) = envelope.get(key::CONTENT) else {
            return Self::Absent;
        };
        let encoded = envelope.get(key::ENCODED);
        let is_base64 = encoded.is_some_and(|encoded| match encoded.string() {
            Some(name) => name.eq_ignore_ascii_case("base64"),
            None => encoded.boolean() == Some(true),
        });
        let encoding = if is_base64 { Encoding::Base64 } else { Encoding::None };
        Self::of(content, envelope.string_at(key::CONTENT_TYPE), encoding)
    }

    fn of(node: Node<'w>, stated_type: Option<&'w str>, encoding: Encoding) -> Self {
        match node.node_type() {
            NodeType::Null => Self::Null(node),
            NodeType::String if node.text().is_empty() => Self::Empty(node),
            _ => Self::Content(Content {
                node,
                stated_type,
                encoding,
            }),
        }
    }
}

impl<'w> Content<'w> {
    /// The bytes that it stands for; `None` where the base64 is none.
    #[must_use]
    pub fn bytes(&self) -> Option<Vec<u8>> {
        match (self.node.string(), self.encoding) {
            (Some(text), Encoding::Base64) => BASE64.decode(text.trim()).ok(),
            (Some(text), Encoding::None) => Some(text.as_bytes().to_vec()),
            (None, _) => Some(text::json(self.node.document().tree(), self.node.id()).into_bytes()),
        }
    }

    /// Its media type: the one that is stated beside it, or in headers, or that its bytes look like.
    #[must_use]
    pub fn media_type(&self, in_headers: Option<&str>) -> MediaType {
        self.known_type(in_headers).unwrap_or_else(|| {
            if self.node.string().is_none() {
                return MediaType::of_bytes(b"{}");
            }
            MediaType::of_bytes(&self.bytes().unwrap_or_default())
        })
    }

    /// The media type that is stated beside it, or in headers.
    pub(super) fn known_type(&self, in_headers: Option<&str>) -> Option<MediaType> {
        [in_headers, self.stated_type]
            .into_iter()
            .flatten()
            .find_map(MediaType::parse)
    }

    /// Where the parts of the text stand that its string holds.
    pub(super) const fn within(&self) -> Within<'w> {
        Within::new(self.node, matches!(self.encoding, Encoding::None))
    }

    /// The JSON value that its string holds, where it is a string that holds one.
    #[must_use]
    pub fn json_in_text(&self) -> Option<Value> {
        let tree = self.json()?;
        Some(text::value_at(&tree, NodeId::ROOT))
    }

    /// The JSON that its string holds; `None` where the JSON is the node itself: because it is no string, or because
    /// the string holds no JSON and therefore is the value.
    pub(super) fn json(&self) -> Option<Tree> {
        self.node.string()?;
        let text = String::from_utf8(self.bytes()?).ok()?;
        let tree = read_json(text);
        tree.problems().is_empty().then_some(tree)
    }
}

/// Reads a JSON text that did not come from a file of the user.
#[must_use]
pub fn read_json(text: String) -> Tree {
    let source = Arc::new(Source::from_text("body.json", text));
    let limits = Limits {
        document_bytes: u64::from(u32::MAX),
        ..Limits::default()
    };
    syntax::read(&source, &limits)
}
