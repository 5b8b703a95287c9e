//! Requests, responses and messages with what their generators made.

use super::Context;
use super::make::plain;
use super::read::{Generators, Placed};
use super::xml;
use crate::contract::body::{BASE64, Body, Content, read_json};
use crate::contract::matching::{BodyPart, parts_of};
use crate::contract::media::MediaType;
use crate::contract::model::{
    Header, Message, Problem, Query, QueryParameter, Request, Response, stated_type, type_in_metadata,
};
use crate::contract::path::{PathExpression, PathTable, Reached, Step, Token};
use crate::contract::text::{quote, write_scalar};
use crate::document::Node;
use crate::syntax::{NodeId, NodeType, Tree};
use base64::Engine;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use std::borrow::Cow;

/// What was prepared, and what of it could not be.
#[derive(Debug, Clone)]
pub struct Prepared<T> {
    /// What to send.
    pub value: T,
    /// The generators that made nothing: the recorded values stand in their place.
    pub problems: Vec<Problem>,
}

/// A request to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreparedRequest {
    /// The method.
    pub method: String,
    /// The path.
    pub path: String,
    /// The query, encoded, without `?`; empty where there is none.
    pub query: String,
    /// The headers, a name for each value; the media type of the body is among them.
    pub headers: Vec<(String, String)>,
    /// The body; nothing where the contract speaks of none.
    pub body: Option<Vec<u8>>,
}

/// A response to give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreparedResponse {
    /// The status.
    pub status: u16,
    /// The headers, a name for each value; the media type of the body is among them.
    pub headers: Vec<(String, String)>,
    /// The body; nothing where the contract speaks of none.
    pub body: Option<Vec<u8>>,
}

/// A message to send.
#[derive(Debug, Clone, PartialEq)]
pub struct PreparedMessage {
    /// The media type of the contents.
    pub content_type: Option<String>,
    /// What goes with it.
    pub metadata: Vec<(String, Value)>,
    /// What it carries; nothing where the contract speaks of nothing.
    pub contents: Option<Vec<u8>>,
}

/// What need not be encoded in a query.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

pub(super) fn request(request: &Request<'_>, context: &mut Context<'_>) -> Prepared<PreparedRequest> {
    let mut maker = Maker::new(context);
    let generators = &request.generators;
    let method = maker.text(generators.method.as_ref(), request.method.text);
    let path = maker.text(generators.path.as_ref(), request.path.text);
    let query = maker.query(request.query.as_ref(), generators);
    let mut headers = maker.headers(&request.headers, generators);
    let stated = stated_type(&request.headers);
    let body = maker.body(&request.body, stated, generators);
    add_type(&mut headers, &request.body, stated);
    maker.done(PreparedRequest {
        method,
        path,
        query,
        headers,
        body,
    })
}

pub(super) fn response(response: &Response<'_>, context: &mut Context<'_>) -> Prepared<PreparedResponse> {
    let mut maker = Maker::new(context);
    let generators = &response.generators;
    let recorded = response.status.map_or(200, |(status, _)| status);
    let status = maker.text(generators.status.as_ref(), &recorded.to_string());
    let mut headers = maker.headers(&response.headers, generators);
    let stated = stated_type(&response.headers);
    let body = maker.body(&response.body, stated, generators);
    add_type(&mut headers, &response.body, stated);
    maker.done(PreparedResponse {
        status: status.parse().unwrap_or(recorded),
        headers,
        body,
    })
}

pub(super) fn message(message: &Message<'_>, context: &mut Context<'_>) -> Prepared<PreparedMessage> {
    let mut maker = Maker::new(context);
    let generators = &message.generators;
    let stated = message.metadata.and_then(type_in_metadata);
    let mut metadata: Vec<(String, Value)> = message
        .metadata
        .into_iter()
        .flat_map(Node::children)
        .map(|entry| {
            let value = crate::contract::text::value(entry);
            (entry.key_text().unwrap_or_default().to_owned(), value)
        })
        .collect();
    for (path, placed) in &generators.metadata {
        if let Some(value) = maker.make(placed) {
            let name = first_name(path);
            match metadata.iter_mut().find(|(known, _)| known == name) {
                Some((_, recorded)) => *recorded = value,
                None => metadata.push((name.to_owned(), value)),
            }
        }
    }
    let contents = maker.body(&message.contents, stated, generators);
    let content_type = match &message.contents {
        Body::Content(content) => Some(content.media_type(stated).to_string()),
        _ => stated.map(str::to_owned),
    };
    maker.done(PreparedMessage {
        content_type,
        metadata,
        contents,
    })
}

/// A body needs a media type, even if nobody recorded it.
fn add_type(headers: &mut Vec<(String, String)>, body: &Body<'_>, stated: Option<&str>) {
    let has_type = headers
        .iter()
        .any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    if let (Body::Content(content), false) = (body, has_type) {
        headers.push(("Content-Type".into(), content.media_type(stated).to_string()));
    }
}

fn first_name(path: &PathExpression) -> &str {
    match path.tokens().first() {
        Some(Token::Exact(name)) => name,
        _ => "",
    }
}

/// The position that a path ends with, if it names one.
fn position(path: &PathExpression) -> Option<usize> {
    match path.tokens().get(1) {
        Some(Token::Exact(position)) => position.parse().ok(),
        _ => None,
    }
}

pub(super) struct Maker<'c, 'a> {
    context: &'c mut Context<'a>,
    problems: Vec<Problem>,
}

impl<'c, 'a> Maker<'c, 'a> {
    fn new(context: &'c mut Context<'a>) -> Self {
        Self {
            context,
            problems: Vec::new(),
        }
    }

    fn done<T>(self, value: T) -> Prepared<T> {
        Prepared {
            value,
            problems: self.problems,
        }
    }

    /// The value of a generator; nothing where it does not act here, or fails, which is noted.
    pub(super) fn make(&mut self, placed: &Placed) -> Option<Value> {
        if !placed.generator.acts_on(self.context.side) {
            return None;
        }
        match placed.generator.make(self.context) {
            Ok(value) => Some(value),
            Err(message) => {
                self.problems.push(Problem { at: placed.at, message });
                None
            }
        }
    }

    /// Notes why a generator makes nothing.
    pub(super) fn problem(&mut self, placed: &Placed, message: &str) {
        if placed.generator.acts_on(self.context.side) {
            self.problems.push(Problem {
                at: placed.at,
                message: message.to_owned(),
            });
        }
    }

    fn text(&mut self, placed: Option<&Placed>, recorded: &str) -> String {
        let made = placed.and_then(|placed| self.make(placed));
        made.map_or_else(|| recorded.to_owned(), |value| plain(&value))
    }

    fn query(&mut self, query: Option<&Query<'_>>, generators: &Generators) -> String {
        let parameters: &[QueryParameter<'_>] = match query {
            Some(Query::Text(text)) => return text.text.to_owned(),
            Some(Query::Parameters(parameters)) => parameters,
            None => &[],
        };
        let recorded = parameters
            .iter()
            .map(|parameter| (parameter.name.clone(), parameter.values.clone()));
        let values = self.named(recorded.collect(), &generators.query, |a, b| a == b);
        let encode = |text: &str| utf8_percent_encode(text, ENCODED).to_string();
        let pairs: Vec<String> = values
            .iter()
            .flat_map(|(name, values)| {
                values
                    .iter()
                    .map(move |value| format!("{}={}", encode(name), encode(value)))
            })
            .collect();
        pairs.join("&")
    }

    fn headers(&mut self, headers: &[Header<'_>], generators: &Generators) -> Vec<(String, String)> {
        let recorded = headers.iter().map(|header| {
            let values = header.values.iter().map(|value| value.text.to_owned());
            (header.name.to_owned(), values.collect())
        });
        let values = self.named(recorded.collect(), &generators.header, str::eq_ignore_ascii_case);
        let each = values
            .into_iter()
            .flat_map(|(name, values)| values.into_iter().map(move |value| (name.clone(), value)));
        each.collect()
    }

    /// Named values, some of them made anew.
    fn named(
        &mut self,
        mut values: Vec<(String, Vec<String>)>,
        generators: &[(PathExpression, Placed)],
        is_same: impl Fn(&str, &str) -> bool,
    ) -> Vec<(String, Vec<String>)> {
        for (path, placed) in generators {
            let Some(value) = self.make(placed).map(|value| plain(&value)) else {
                continue;
            };
            let name = first_name(path);
            match values.iter_mut().find(|(known, _)| is_same(known, name)) {
                None => values.push((name.to_owned(), vec![value])),
                Some((_, values)) => match position(path) {
                    Some(position) => {
                        if let Some(recorded) = values.get_mut(position) {
                            *recorded = value;
                        }
                    }
                    None => values.iter_mut().for_each(|recorded| recorded.clone_from(&value)),
                },
            }
        }
        values
    }

    fn body(&mut self, body: &Body<'_>, stated: Option<&str>, generators: &Generators) -> Option<Vec<u8>> {
        let content = match body {
            Body::Absent => return None,
            Body::Empty(_) => return Some(Vec::new()),
            Body::Null(_) => {
                let is_json = stated.and_then(MediaType::parse).is_some_and(|media| media.is_json());
                return Some(if is_json { b"null".to_vec() } else { Vec::new() });
            }
            Body::Content(content) => content,
        };
        let media = content.media_type(stated);
        if content.node.string().is_none() || media.is_json() {
            return Some(self.json(content, generators));
        }
        let bytes = content.bytes().unwrap_or_default();
        if generators.of_body.is_empty() {
            return Some(bytes);
        }
        if media.is_form() {
            return Some(self.form(&bytes, generators));
        }
        let whole = generators.body.entry(PathTable::root());
        if let Some(placed) = whole.and_then(|entry| generators.of_body.get(entry as usize)) {
            return Some(self.make(placed).map_or(bytes, |value| plain(&value).into_bytes()));
        }
        let made = if media.is_multipart() {
            self.multipart(&bytes, media.parameter("boundary"), generators)
        } else if media.is_xml() {
            let text = std::str::from_utf8(&bytes).ok();
            let made = text.and_then(|text| xml::write(self, text, &[PathTable::root()], generators));
            made.map(String::into_bytes)
        } else {
            None
        };
        Some(made.unwrap_or_else(|| {
            for placed in &generators.of_body {
                let message = format!("values within a body of the type {} cannot be made", media.essence());
                self.problem(placed, &message);
            }
            bytes
        }))
    }

    /// A body of parts, some of them made anew as a whole or within.
    fn multipart(&mut self, bytes: &[u8], boundary: Option<&str>, generators: &Generators) -> Option<Vec<u8>> {
        let mut out = Vec::with_capacity(bytes.len());
        let mut at = 0;
        for (position, part) in parts_of(bytes, boundary)?.into_iter().enumerate() {
            let step = match &part.name {
                Some(name) => Step::Name(name),
                None => Step::Index(position),
            };
            let reached: Vec<Reached> = generators.body.follow(PathTable::root(), step).collect();
            let Some(made) = self.part(&part, &reached, generators) else {
                continue;
            };
            out.extend_from_slice(&bytes[at..part.range.start]);
            match part.bytes {
                Cow::Borrowed(_) => out.extend(made),
                Cow::Owned(_) => out.extend(BASE64.encode(made).into_bytes()),
            }
            at = part.range.end;
        }
        out.extend_from_slice(&bytes[at..]);
        Some(out)
    }

    /// A part with what was made; nothing where no generator speaks of it.
    fn part(&mut self, part: &BodyPart<'_>, reached: &[Reached], generators: &Generators) -> Option<Vec<u8>> {
        if reached.is_empty() {
            return None;
        }
        if let Some(placed) = generators.best(reached) {
            return self.make(placed).map(|value| plain(&value).into_bytes());
        }
        let text = String::from_utf8(part.bytes.to_vec()).ok()?;
        let media = part.media_type();
        if media.as_ref().is_some_and(MediaType::is_xml) {
            return xml::write(self, &text, reached, generators).map(String::into_bytes);
        }
        let tree = read_json(text);
        if !tree.problems().is_empty() {
            return None;
        }
        let mut out = String::new();
        self.write(&tree, NodeId::ROOT, reached, generators, &mut out);
        Some(out.into_bytes())
    }

    fn form(&mut self, bytes: &[u8], generators: &Generators) -> Vec<u8> {
        let mut pairs = Vec::new();
        for (name, values) in crate::contract::matching::parse_form(&String::from_utf8_lossy(bytes)) {
            let named: Vec<Reached> = generators.body.follow(PathTable::root(), Step::Name(&name)).collect();
            for (position, value) in values.into_iter().enumerate() {
                let placed = named
                    .iter()
                    .flat_map(|reached| generators.body.follow(*reached, Step::Index(position)))
                    .chain(named.iter().copied())
                    .find_map(|reached| generators.of_body.get(generators.body.entry(reached)? as usize));
                let value = self.text(placed, &value);
                let encode = |text: &str| utf8_percent_encode(text, ENCODED).to_string();
                pairs.push(format!("{}={}", encode(&name), encode(&value)));
            }
        }
        pairs.join("&").into_bytes()
    }

    fn json(&mut self, content: &Content<'_>, generators: &Generators) -> Vec<u8> {
        let within = content.json();
        if generators.of_body.is_empty() && within.is_some() {
            return content.bytes().unwrap_or_default();
        }
        let (tree, node) = match &within {
            Some(tree) => (tree, NodeId::ROOT),
            None => (content.node.document().tree(), content.node.id()),
        };
        let mut out = String::new();
        self.write(tree, node, &[PathTable::root()], generators, &mut out);
        out.into_bytes()
    }

    /// Writes a JSON value, with what was made in place of what was recorded.
    fn write(&mut self, tree: &Tree, node: NodeId, reached: &[Reached], generators: &Generators, out: &mut String) {
        let table = &generators.body;
        if let Some(value) = generators.best(reached).and_then(|placed| self.make(placed)) {
            out.push_str(&value.to_string());
            return;
        }
        let (open, close) = match tree.node_type(node) {
            NodeType::Map => ('{', '}'),
            NodeType::List => ('[', ']'),
            _ => return write_scalar(tree, node, out),
        };
        out.push(open);
        for (position, child) in tree.children(node).enumerate() {
            if position > 0 {
                out.push(',');
            }
            let step = match tree.key_text(child) {
                Some(key) => {
                    quote(key, out);
                    out.push(':');
                    Step::Name(key)
                }
                None => Step::Index(position),
            };
            let below: Vec<Reached> = reached
                .iter()
                .flat_map(|reached| table.follow(*reached, step))
                .collect();
            self.write(tree, child, &below, generators, out);
        }
        out.push(close);
    }
}
