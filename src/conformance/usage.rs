//! What of a description an interaction uses: its operation, and the parameters, responses and schemas of what it sends
//! and reads.
//!
//! What is not used cannot break the consumer, as far as it has recorded what it does.

use super::declared::Declared;
use super::media::best_media;
use super::response::described_response;
use super::{Described, Descriptions};
use crate::contract::matching::expected;
use crate::contract::{Body, Content, Exchange, Header, Interaction, Request, Response, stated_type};
use crate::document::http::{Media, ParameterLocation};
use crate::document::{Address, Kind, Node, Workspace};
use crate::schema::{Schemas, Step};
use crate::syntax::key;
use rustc_hash::FxHashSet;
use serde_json::Value;

/// Values of one body that are looked at.
const VALUES: usize = 5_000;

/// The kinds whose nodes are told apart; who uses an operation uses all else that it has.
const TOLD_APART: [Kind; 5] = [
    Kind::Schema,
    Kind::Parameter,
    Kind::Header,
    Kind::Response,
    Kind::MediaType,
];

/// What an interaction uses of a description.
#[derive(Debug, Clone)]
pub struct Usage {
    /// The operation, as people call it: `GET /orders/{orderId}`.
    pub operation: String,
    nodes: FxHashSet<Address>,
}

impl Usage {
    /// Whether a part of the operation is used: a node, or what holds it.
    #[must_use]
    pub fn has(&self, node: Node<'_>) -> bool {
        let mut around = std::iter::once(node).chain(node.ancestors());
        let is_reference = |node: &Node<'_>| node.kind() == Kind::Reference;
        match around.find(|node| is_reference(node) || TOLD_APART.contains(&node.kind())) {
            Some(holder) => self.nodes.contains(&holder.address()) || self.nodes.contains(&holder.follow().address()),
            None => true,
        }
    }
}

impl<'w> Descriptions<'w> {
    /// What an interaction uses; nothing where there is no operation for it.
    pub fn usage(&mut self, interaction: &Interaction<'w>) -> Option<Usage> {
        let Exchange::Http { request, response } = &interaction.exchange else {
            return None;
        };
        let target = self.find(request)?;
        let mut used = Used {
            workspace: self.workspace,
            schemas: &mut self.schemas,
            nodes: FxHashSet::default(),
            values: 0,
        };
        used.request(&target, request);
        used.response(&target, response);
        Some(Usage {
            operation: target.label(),
            nodes: used.nodes,
        })
    }
}

struct Used<'s, 'w> {
    workspace: &'w Workspace,
    schemas: &'s mut Schemas<'w>,
    nodes: FxHashSet<Address>,
    /// How many values have been looked at.
    values: usize,
}

impl<'w> Used<'_, 'w> {
    fn request(&mut self, target: &Described<'w>, request: &Request<'w>) {
        let query = request.query.iter().flat_map(|query| query.parameters());
        let query: Vec<String> = query.map(|parameter| parameter.name).collect();
        let is_sent = |name: &str| {
            let mut headers = request.headers.iter();
            headers.any(|header| header.name.eq_ignore_ascii_case(name))
        };
        for parameter in target.operation.parameters.iter() {
            let is_used = parameter.required
                || match parameter.location {
                    ParameterLocation::Query => query.iter().any(|name| name.starts_with(&parameter.name)),
                    ParameterLocation::Header => is_sent(&parameter.name),
                    ParameterLocation::Cookie => is_sent("cookie"),
                    _ => true,
                };
            if is_used {
                self.nodes.extend([parameter.node, parameter.site]);
                let schema = parameter.schema.map(|schema| self.workspace.node(schema));
                self.declared(&schema.map(Declared::of), None, true);
            }
        }
        self.body(&target.operation.request, &request.body, &request.headers, true, None);
    }

    fn response(&mut self, target: &Described<'w>, response: &Response<'w>) {
        let status = response.status.map(|(status, _)| status);
        let Some(described) = status.and_then(|status| described_response(target.operation, status)) else {
            return;
        };
        self.nodes.insert(described.node);
        for header in &described.headers {
            let mut recorded = response.headers.iter();
            if recorded.any(|recorded| recorded.name.eq_ignore_ascii_case(&header.name)) {
                let node = self.workspace.node(header.node).follow();
                self.nodes.extend([header.node, node.address()]);
                self.declared(&node.get(key::SCHEMA).map(Declared::of), None, false);
            }
        }
        let read = expected(response).map(|expected| expected.example);
        self.body(&described.media, &response.body, &response.headers, false, read);
    }

    /// The body of one media type, and what of it is sent or read.
    fn body(&mut self, media: &[Media], body: &Body<'w>, headers: &[Header<'w>], sends: bool, read: Option<Value>) {
        let Body::Content(content) = body else { return };
        let Some(media) = best_media(media, &content.media_type(stated_type(headers))) else {
            return;
        };
        self.nodes.insert(media.node);
        let schema = media.schema.map(|schema| self.workspace.node(schema));
        let value = read.or_else(|| json_of(content));
        self.declared(&schema.map(Declared::of), value.as_ref(), sends);
    }

    /// What speaks of a value, and of all that stands in it. Of what is sent, what has to be is used, too.
    fn declared(&mut self, declared: &Option<Declared<'w>>, value: Option<&Value>, sends: bool) {
        let Some(declared) = declared.as_ref().filter(|declared| declared.is_something()) else {
            return;
        };
        self.values += 1;
        if self.values > VALUES {
            return;
        }
        self.nodes.extend(declared.addresses());
        match value {
            Some(Value::Object(members)) => {
                for (name, member) in members {
                    let next = declared.step(&Step::Property(name.clone()), self.schemas);
                    self.declared(&Some(next), Some(member), sends);
                }
                for name in declared.required().filter(|name| sends && !members.contains_key(*name)) {
                    let next = declared.step(&Step::Property(name.to_owned()), self.schemas);
                    self.declared(&Some(next), None, sends);
                }
            }
            Some(Value::Array(elements)) => {
                for (position, element) in (0..).zip(elements) {
                    let next = declared.step(&Step::Item(position), self.schemas);
                    self.declared(&Some(next), Some(element), sends);
                }
            }
            _ => {}
        }
    }
}

/// A body as JSON, if it is.
fn json_of(content: &Content<'_>) -> Option<Value> {
    serde_json::from_slice(&content.bytes()?).ok()
}
