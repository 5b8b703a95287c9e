//! From OpenAPI's objects to what the API offers.

use super::values::V2;
use crate::document::http::{
    Api, BasePath, Caller, Header, Media, Operation, Parameter, ParameterLocation, Path, Response,
};
use crate::document::{Address, DocumentId, Kind, Node, Workspace};
use crate::syntax::{Key, NodeType, key};
use rustc_hash::FxHashSet;

/// The methods that have a field of their own.
const METHODS: &[Key] = &[
    key::GET,
    key::PUT,
    key::POST,
    key::DELETE,
    key::OPTIONS,
    key::HEAD,
    key::PATCH,
    key::TRACE,
    key::QUERY,
];

/// Reads the operations of a document.
pub(super) fn api(workspace: &Workspace, document: DocumentId) -> Api {
    let root = workspace.root(document);
    let swagger = root.document().grammar().is_some_and(|grammar| grammar.version() == V2);
    let mut reader = Reader {
        api: Api::default(),
        root,
        swagger,
    };
    reader.base_paths();
    reader.security_schemes();
    for (holder, caller) in [(key::PATHS, Caller::Consumer), (key::WEBHOOKS, Caller::Webhook)] {
        let Some(paths) = root.get(holder) else { continue };
        for site in paths.children() {
            if caller == Caller::Webhook || site.key_text().is_some_and(|key| key.starts_with('/')) {
                reader.path(site, caller);
            }
        }
    }
    reader.api
}

/// What requests carry, and the node that says so.
struct Request<'w> {
    node: Node<'w>,
    media: Vec<Media>,
}

struct Reader<'w> {
    api: Api,
    root: Node<'w>,
    swagger: bool,
}

impl<'w> Reader<'w> {
    fn base_paths(&mut self) {
        if self.swagger {
            if let Some(node) = self.root.get(key::BASE_PATH) {
                self.api.base_paths.push(BasePath {
                    path: node.text().trim_end_matches('/').to_owned(),
                    template: node.text().trim_end_matches('/').to_owned(),
                    node: node.address(),
                });
            }
            return;
        }
        for server in self.root.get(key::SERVERS).into_iter().flat_map(Node::children) {
            if let Some(url) = server.get(key::URL) {
                self.api.base_paths.push(BasePath {
                    path: server_path(&with_defaults(url.text(), server)),
                    template: server_path(url.text()),
                    node: url.address(),
                });
            }
        }
    }

    fn security_schemes(&mut self) {
        let holder = if self.swagger {
            self.root.get(key::SECURITY_DEFINITIONS)
        } else {
            self.root
                .field(key::COMPONENTS)
                .and_then(|components| components.get(key::SECURITY_SCHEMES))
        };
        for scheme in holder.into_iter().flat_map(Node::children) {
            if let Some(name) = scheme.key_text() {
                self.api
                    .security_schemes
                    .insert(name.to_owned(), scheme.follow().address());
            }
        }
    }

    fn path(&mut self, site: Node<'w>, caller: Caller) {
        let item = path_item(site);
        if item.kind() != Kind::PathItem {
            return;
        }
        let servers = std::iter::once(item).chain(item.children());
        let servers = servers
            .filter_map(|holder| holder.get(key::SERVERS))
            .flat_map(Node::children);
        let urls = servers.filter_map(|server| server.string_at(key::URL));
        let base_templates = urls.map(server_path).collect();
        let path = self.api.add_path(Path {
            template: site.key_text().unwrap_or_default().to_owned(),
            site: site.address(),
            node: item.address(),
            caller,
            base_templates,
        });
        let shared = item.get(key::PARAMETERS);
        for child in item.children() {
            if child.key().is_some_and(|key| METHODS.contains(&key)) {
                self.operation(child, path, shared);
            }
        }
        for child in item
            .get(key::ADDITIONAL_OPERATIONS)
            .into_iter()
            .flat_map(Node::children)
        {
            self.operation(child, path, shared);
        }
    }

    fn operation(&mut self, node: Node<'w>, path: usize, shared: Option<Node<'w>>) {
        if node.kind() != Kind::Operation {
            return;
        }
        // Another path refers to the same path item: what it holds has been read.
        if let Some(known) = self.api.operation(node.address()) {
            let operation = Operation { path, ..known.clone() };
            self.api.add_operation(operation);
            return;
        }
        let (parameters, mut request) = self.parameters(node, shared);
        if let Some(body) = node.field(key::REQUEST_BODY) {
            request = Some(Request {
                node: body,
                media: media(body),
            });
        }
        let responses = node.field(key::RESPONSES).into_iter().flat_map(Node::children);
        let operation = Operation {
            node: node.address(),
            path,
            method: node.key_text().unwrap_or_default().to_ascii_lowercase(),
            parameters: parameters.into(),
            request_node: request.as_ref().map(|request| request.node.address()),
            request_required: request
                .as_ref()
                .is_some_and(|request| request.node.is_true(key::REQUIRED)),
            request: request.map(|request| request.media).unwrap_or_default().into(),
            responses: responses
                .filter(|site| site.key_text().is_some_and(|status| !status.starts_with("x-")))
                .map(|site| self.response(site, node))
                .collect(),
            security: node
                .get(key::SECURITY)
                .or_else(|| self.root.get(key::SECURITY))
                .map(Node::address),
        };
        self.callbacks(node);
        self.api.add_operation(operation);
    }

    /// The parameters of an operation and its path, and the body that Swagger 2.0 keeps among them.
    fn parameters(&self, operation: Node<'w>, shared: Option<Node<'w>>) -> (Vec<Parameter>, Option<Request<'w>>) {
        let own = operation.get(key::PARAMETERS).into_iter().flat_map(Node::children);
        let shared = shared.into_iter().flat_map(Node::children);
        let mut parameters: Vec<Parameter> = Vec::new();
        let mut named = FxHashSet::default();
        let mut body = None;
        for (site, is_own) in own.map(|site| (site, true)).chain(shared.map(|site| (site, false))) {
            let node = site.follow();
            let (Some(name), Some(place)) = (node.string_at(key::NAME), node.string_at(key::IN)) else {
                continue;
            };
            // What the operation says of a parameter replaces what its path says.
            if place == "body" {
                if is_own || body.is_none() {
                    body = Some(self.body_parameter(node, operation));
                }
            } else if let Some(location) = ParameterLocation::from_name(place)
                && (is_own || !named.contains(&(name, location)))
            {
                if is_own {
                    named.insert((name, location));
                }
                parameters.push(self.parameter(site, node, name, location));
            }
        }
        (parameters, body)
    }

    fn body_parameter(&self, node: Node<'w>, operation: Node<'w>) -> Request<'w> {
        let schema = node.field(key::SCHEMA).map(Node::address);
        let media = self.media_types(operation, key::CONSUMES, node, schema);
        Request { node, media }
    }

    fn parameter(&self, site: Node<'w>, node: Node<'w>, name: &str, location: ParameterLocation) -> Parameter {
        let schema = if self.swagger {
            Some(node.address())
        } else {
            node.field(key::SCHEMA)
                .or_else(|| node.get(key::CONTENT)?.children().next()?.follow().field(key::SCHEMA))
                .map(Node::address)
        };
        Parameter {
            name: name.to_owned(),
            location,
            node: node.address(),
            site: site.address(),
            schema,
            required: node.is_true(key::REQUIRED),
        }
    }

    fn response(&self, site: Node<'w>, operation: Node<'w>) -> Response {
        let node = site.follow();
        let media = if self.swagger {
            match node.field(key::SCHEMA) {
                Some(schema) => self.media_types(operation, key::PRODUCES, node, Some(schema.address())),
                None => Vec::new(),
            }
        } else {
            media(node)
        };
        let headers = node
            .get(key::HEADERS)
            .into_iter()
            .flat_map(Node::children)
            .map(|header| Header {
                name: header.key_text().unwrap_or_default().to_owned(),
                node: header.follow().address(),
            })
            .collect();
        Response {
            status: site.key_text().unwrap_or_default().to_owned(),
            site: site.address(),
            node: node.address(),
            media,
            headers,
        }
    }

    /// What Swagger 2.0 says of media types: the operation before the whole API, JSON where neither says anything.
    fn media_types(&self, operation: Node<'w>, field: Key, node: Node<'w>, schema: Option<Address>) -> Vec<Media> {
        let media = |range: &str, site: Node<'w>| Media {
            range: range.to_owned(),
            node: node.address(),
            site: site.address(),
            schema,
        };
        let list = operation.get(field).or_else(|| self.root.get(field));
        let named: Vec<Media> = list
            .into_iter()
            .flat_map(Node::children)
            .map(|range| media(range.text(), range))
            .collect();
        if named.is_empty() {
            vec![media("application/json", node)]
        } else {
            named
        }
    }

    fn callbacks(&mut self, operation: Node<'w>) {
        for callback in operation.get(key::CALLBACKS).into_iter().flat_map(Node::children) {
            let callback = callback.follow();
            if callback.kind() != Kind::Callback || self.is_known(callback) {
                continue;
            }
            for site in callback.children() {
                if site.key_text().is_some_and(|expression| !expression.starts_with("x-")) {
                    self.path(site, Caller::Callback);
                }
            }
        }
    }

    /// Whether a callback that several operations share has been read.
    fn is_known(&self, callback: Node<'w>) -> bool {
        callback
            .children()
            .any(|site| self.api.paths_of(site.address()).next().is_some())
    }
}

/// The path item that a site refers to. Beside its `$ref`, a path item may have operations of its own; which of the
/// two count then is undefined, and the ones that are there are taken.
fn path_item(site: Node<'_>) -> Node<'_> {
    let own = site.children().any(|child| child.kind() == Kind::Operation);
    match site.target() {
        Some(target) if !own => target.target().unwrap_or(target),
        _ => site,
    }
}

fn media(holder: Node<'_>) -> Vec<Media> {
    holder
        .get(key::CONTENT)
        .into_iter()
        .flat_map(Node::children)
        .map(|site| {
            let node = site.follow();
            Media {
                range: site.key_text().unwrap_or_default().to_owned(),
                node: node.address(),
                site: site.address(),
                schema: node.field(key::SCHEMA).map(Node::address),
            }
        })
        .collect()
}

/// A server's URL with the defaults of its variables.
fn with_defaults(url: &str, server: Node<'_>) -> String {
    let mut filled = url.to_owned();
    for variable in server.get(key::VARIABLES).into_iter().flat_map(Node::children) {
        let name = variable.key_text().unwrap_or_default();
        if let Some(default) = variable
            .get(key::DEFAULT)
            .filter(|node| node.node_type() != NodeType::Map)
        {
            filled = filled.replace(&format!("{{{name}}}"), default.text());
        }
    }
    filled
}

/// What stands after the host of a URL, without a `/` at its end.
fn server_path(url: &str) -> String {
    let path = match url.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("", |at| &rest[at..]),
        None if url.starts_with("//") => url[2..].find('/').map_or("", |at| &url[2 + at..]),
        None => url,
    };
    path.split(['?', '#'])
        .next()
        .unwrap_or_default()
        .trim_end_matches('/')
        .to_owned()
}

/// The address of what stands under a name in a component map, for links by name.
pub(super) fn named<'w>(holder: Option<Node<'w>>, name: &str) -> Option<Address> {
    holder?.find(name).map(|node| node.follow().address())
}

#[cfg(test)]
mod tests {
    use super::server_path;

    #[test]
    fn servers_have_paths() {
        for (url, path) in [
            ("https://api.example.com/v1/", "/v1"),
            ("https://api.example.com", ""),
            ("/api/v1", "/api/v1"),
            ("//host/base", "/base"),
            ("https://{tenant}.example.com:443/a/b?x", "/a/b"),
            ("/", ""),
        ] {
            assert_eq!(server_path(url), path, "{url}");
        }
    }
}
