//! What an HTTP API offers, whatever version describes it: operations with their effective parameters, bodies,
//! responses and security.
//!
//! A format fills this in once a document; rules, comparisons and contract checks read it.

pub use super::Direction;
use super::{Address, Node, Workspace};
use crate::syntax::NodeId;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// The operations of one description.
#[derive(Debug, Default)]
pub struct Api {
    /// Every path, webhook and callback URL, in the order of the document.
    pub paths: Vec<Path>,
    /// Every operation, in the order of the document.
    pub operations: Vec<Operation>,
    /// The paths of the servers (or the base path), which stand before every path.
    pub base_paths: Vec<BasePath>,
    /// The security schemes, by name.
    pub security_schemes: FxHashMap<String, Address>,
    operation_of: FxHashMap<Address, usize>,
    path_of: FxHashMap<Address, Vec<usize>>,
    /// The positions of the operations of each path.
    of_path: Vec<Vec<usize>>,
}

/// The path part of a server's URL.
#[derive(Debug)]
pub struct BasePath {
    /// The path, without a `/` at its end and with the defaults of its variables; empty where the server has none.
    pub path: String,
    /// The same with variables as `{name}`.
    pub template: String,
    /// The node that says it.
    pub node: Address,
}

/// Who calls whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Caller {
    /// The consumer calls the provider: an ordinary path.
    Consumer,
    /// The provider calls the consumer at a URL that it was given when it was set up.
    Webhook,
    /// The provider calls the consumer at a URL that a request gave it.
    Callback,
}

/// A path item and the URL it stands for.
#[derive(Debug)]
pub struct Path {
    /// The URL template, webhook name or callback expression.
    pub template: String,
    /// The node under the template, before a reference is followed: where the template itself stands.
    pub site: Address,
    /// The path item.
    pub node: Address,
    /// Who calls.
    pub caller: Caller,
    /// The paths of servers of its own, or of its operations, with variables as `{name}`.
    pub base_templates: Vec<String>,
}

/// One operation. Where several paths refer to one path item, each has the item's operations, and they share what is
/// the same.
#[derive(Debug, Clone)]
pub struct Operation {
    /// The operation.
    pub node: Address,
    /// The position of its path in [`Api::paths`].
    pub path: usize,
    /// The method, in small letters.
    pub method: String,
    /// Its parameters, those of its path included.
    pub parameters: Arc<[Parameter]>,
    /// What its requests carry; empty where they carry nothing.
    pub request: Arc<[Media]>,
    /// The node that says so.
    pub request_node: Option<Address>,
    /// Whether a request must carry a body.
    pub request_required: bool,
    /// Its responses.
    pub responses: Arc<[Response]>,
    /// The list of alternatives that a caller has to satisfy, from the operation or else the whole API; `None` where
    /// neither says anything.
    pub security: Option<Address>,
}

/// Where a parameter travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ParameterLocation {
    /// In the path.
    Path,
    /// In the query.
    Query,
    /// As the whole query.
    QueryString,
    /// As a header.
    Header,
    /// As a cookie.
    Cookie,
    /// As a field of a form, in Swagger 2.0.
    Form,
}

impl ParameterLocation {
    /// The location with the name that specifications use.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "path" => Self::Path,
            "query" => Self::Query,
            "querystring" => Self::QueryString,
            "header" => Self::Header,
            "cookie" => Self::Cookie,
            "formData" => Self::Form,
            _ => return None,
        })
    }
}

/// A parameter that an operation takes.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Where it travels.
    pub location: ParameterLocation,
    /// The parameter object.
    pub node: Address,
    /// What stands in the list of parameters: the object, or a reference to it.
    pub site: Address,
    /// What values it takes: its schema, or the object itself where that says so.
    pub schema: Option<Address>,
    /// Whether a request must carry it.
    pub required: bool,
}

/// A body in one media type.
#[derive(Debug, Clone)]
pub struct Media {
    /// The media type or range, such as `application/json`.
    pub range: String,
    /// The node that stands for it.
    pub node: Address,
    /// Where the range is written: in 2.0 an entry of `produces` or `consumes`, which many operations share.
    pub site: Address,
    /// What the body holds.
    pub schema: Option<Address>,
}

impl Media {
    /// Whether the body is JSON, by its own name or by a `+json` suffix.
    #[must_use]
    pub fn is_json(&self) -> bool {
        is_json_range(&self.range)
    }
}

/// Whether a media type or range is JSON, by its own name, by a `+json` suffix, or because it is all there is.
#[must_use]
pub fn is_json_range(range: &str) -> bool {
    let essence = range.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    matches!(essence.as_str(), "application/json" | "*/*" | "application/*") || essence.ends_with("+json")
}

/// A response that an operation gives.
#[derive(Debug)]
pub struct Response {
    /// The status code, class or `default`, as it is written.
    pub status: String,
    /// What stands under the status: the response, or a reference to it.
    pub site: Address,
    /// The response object.
    pub node: Address,
    /// Its bodies; empty where it has none.
    pub media: Vec<Media>,
    /// Its headers.
    pub headers: Vec<Header>,
}

/// The classes of status codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatusClass {
    /// 1xx.
    Informational,
    /// 2xx.
    Success,
    /// 3xx.
    Redirection,
    /// 4xx.
    ClientError,
    /// 5xx.
    ServerError,
    /// Whatever has no response of its own.
    Default,
}

impl Response {
    /// The class of the status; `None` for what is no status.
    #[must_use]
    pub fn class(&self) -> Option<StatusClass> {
        Some(match self.status.as_bytes() {
            b"default" => StatusClass::Default,
            [b'1', _, _] => StatusClass::Informational,
            [b'2', _, _] => StatusClass::Success,
            [b'3', _, _] => StatusClass::Redirection,
            [b'4', _, _] => StatusClass::ClientError,
            [b'5', _, _] => StatusClass::ServerError,
            _ => return None,
        })
    }

    /// Whether it is of class 2xx.
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.class() == Some(StatusClass::Success)
    }

    /// Whether it is of class 4xx or 5xx.
    #[must_use]
    pub fn is_error(&self) -> bool {
        matches!(self.class(), Some(StatusClass::ClientError | StatusClass::ServerError))
    }
}

/// A header of a response.
#[derive(Debug)]
pub struct Header {
    /// Its name.
    pub name: String,
    /// The header object.
    pub node: Address,
}

impl Api {
    /// Adds a path; gives its position.
    pub fn add_path(&mut self, path: Path) -> usize {
        let position = self.paths.len();
        self.path_of.entry(path.node).or_default().push(position);
        if path.site != path.node {
            self.path_of.entry(path.site).or_default().push(position);
        }
        self.paths.push(path);
        self.of_path.push(Vec::new());
        position
    }

    /// Adds an operation.
    pub fn add_operation(&mut self, operation: Operation) {
        self.operation_of.entry(operation.node).or_insert(self.operations.len());
        if let Some(operations) = self.of_path.get_mut(operation.path) {
            operations.push(self.operations.len());
        }
        self.operations.push(operation);
    }

    /// The operation that a node is.
    #[must_use]
    pub fn operation(&self, node: Address) -> Option<&Operation> {
        self.operation_of.get(&node).map(|position| &self.operations[*position])
    }

    /// The paths that a path item stands for: several, where several refer to it.
    pub fn paths_of(&self, node: Address) -> impl Iterator<Item = &Path> {
        self.path_of
            .get(&node)
            .into_iter()
            .flatten()
            .map(|position| &self.paths[*position])
    }

    /// The operations of the path at a position, in the order of the document.
    pub fn operations_of(&self, path: usize) -> impl Iterator<Item = &Operation> {
        self.of_path
            .get(path)
            .into_iter()
            .flatten()
            .map(|position| &self.operations[*position])
    }

    /// The path of an operation.
    #[must_use]
    pub fn path(&self, operation: &Operation) -> &Path {
        &self.paths[operation.path]
    }

    /// The paths that consumers call.
    pub fn consumer_paths(&self) -> impl Iterator<Item = &Path> {
        self.paths.iter().filter(|path| path.caller == Caller::Consumer)
    }
}

impl Operation {
    /// The operation as people call it: `GET /orders`.
    #[must_use]
    pub fn label(&self, api: &Api) -> String {
        format!("{} {}", self.method.to_ascii_uppercase(), api.path(self).template)
    }

    /// Its success responses.
    pub fn successes(&self) -> impl Iterator<Item = &Response> {
        self.responses.iter().filter(|response| response.is_success())
    }

    /// Its response with this status, written the same way.
    #[must_use]
    pub fn response(&self, status: &str) -> Option<&Response> {
        self.responses.iter().find(|response| response.status == status)
    }

    /// Its parameter with this name, in any spelling of capitals, at this place.
    #[must_use]
    pub fn parameter(&self, location: ParameterLocation, name: &str) -> Option<&Parameter> {
        self.parameters
            .iter()
            .find(|parameter| parameter.location == location && parameter.name.eq_ignore_ascii_case(name))
    }
}

/// One part between the slashes of a path template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Segment<'t> {
    /// Words.
    Literal(&'t str),
    /// `{name}`, nothing beside it.
    Variable(&'t str),
    /// Words and variables together, as in `{id}.json` or `{id}:cancel`.
    Mixed(&'t str),
}

impl<'t> Segment<'t> {
    fn new(text: &'t str) -> Self {
        match text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            Some(name) if !name.contains(['{', '}']) => Self::Variable(name),
            _ if text.contains('{') => Self::Mixed(text),
            _ => Self::Literal(text),
        }
    }

    /// The text between the slashes.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Literal(text) | Self::Mixed(text) => (*text).to_owned(),
            Self::Variable(name) => format!("{{{name}}}"),
        }
    }
}

/// The segments of a path template; an empty one at the end, which a trailing slash makes, is left out.
pub fn segments(template: &str) -> impl Iterator<Item = Segment<'_>> {
    let path = template.split(['?', '#']).next().unwrap_or_default();
    path.trim_matches('/')
        .split('/')
        .filter(|part| !part.is_empty())
        .map(Segment::new)
}

/// The names of the variables of a template, in its order.
pub fn variables(template: &str) -> impl Iterator<Item = &str> {
    template
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
}

/// The operation that holds a node, or is it, with its description.
#[must_use]
pub fn operation_of<'w>(workspace: &'w Workspace, node: Node<'w>) -> Option<(&'w Api, &'w Operation)> {
    let api = workspace.document(node.address().document).api_around()?;
    std::iter::once(node)
        .chain(node.ancestors())
        .find_map(|holder| api.operation(holder.address()))
        .map(|operation| (api, operation))
}

/// The address of a node of the same document.
#[must_use]
pub fn beside(address: Address, node: NodeId) -> Address {
    Address { node, ..address }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_have_segments() {
        let parts: Vec<Segment<'_>> = segments("/orders/{orderId}/items/{id}.json/{a}{b}/").collect();
        assert_eq!(
            parts,
            [
                Segment::Literal("orders"),
                Segment::Variable("orderId"),
                Segment::Literal("items"),
                Segment::Mixed("{id}.json"),
                Segment::Mixed("{a}{b}"),
            ]
        );
        assert_eq!(
            variables("/a/{b}/{c}.{d}?x={e}").collect::<Vec<_>>(),
            ["b", "c", "d", "e"]
        );
    }
}
