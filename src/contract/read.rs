//! From a labelled document to a [`Contract`].

use super::body::Body;
use super::generators;
use super::matching::{Compiled, Rules, compile, decode};
use super::model::{
    Contract, Exchange, Header, Interaction, Message, Participant, Problem, Query, QueryParameter, Request, Response,
    SpecificationVersion, State, Text, stated_type, type_in_metadata,
};
use crate::document::{DocumentId, Node, Workspace};
use crate::syntax::{Key, NodeType, key};

/// Reads the contract that a document of a workspace is. What cannot be read of it is listed in
/// [`Contract::problems`]; the rest of it is there.
#[must_use]
pub fn read(workspace: &Workspace, document: DocumentId) -> Contract<'_> {
    let node = workspace.root(document);
    let version = match node.document().grammar().map(|grammar| grammar.version_name()) {
        Some("1") => SpecificationVersion::V1,
        Some("1.1") => SpecificationVersion::V1_1,
        Some("3") => SpecificationVersion::V3,
        Some("4") => SpecificationVersion::V4,
        _ => SpecificationVersion::V2,
    };
    let mut reader = Reader {
        version,
        problems: Vec::new(),
    };
    let mut interactions = Vec::new();
    for interaction in list(node, key::INTERACTIONS) {
        interactions.extend(reader.interaction(interaction));
    }
    for message in list(node, key::MESSAGES) {
        let exchange = Exchange::Message(reader.message(message));
        interactions.push(reader.described(message, exchange));
    }
    Contract {
        node,
        version,
        consumer: participant(node, key::CONSUMER),
        provider: participant(node, key::PROVIDER),
        interactions,
        problems: reader.problems,
    }
}

fn list<'w>(node: Node<'w>, key: Key) -> impl Iterator<Item = Node<'w>> {
    node.get(key)
        .filter(|list| list.node_type() == NodeType::List)
        .into_iter()
        .flat_map(Node::children)
        .filter(|element| element.is_map())
}

fn participant(root: Node<'_>, key: Key) -> Participant<'_> {
    let node = root.get(key);
    Participant {
        name: node.and_then(|node| node.string_at(key::NAME)).unwrap_or_default(),
        node: node.unwrap_or(root),
    }
}

struct Reader {
    version: SpecificationVersion,
    problems: Vec<Problem>,
}

impl Reader {
    fn problem(&mut self, node: Node<'_>, message: impl Into<String>) {
        self.problems.push(Problem {
            at: node.address(),
            message: message.into(),
        });
    }

    fn interaction<'w>(&mut self, node: Node<'w>) -> Option<Interaction<'w>> {
        let exchange = match node.string_at(key::TYPE) {
            None | Some("Synchronous/HTTP") => Exchange::Http {
                request: Box::new(self.request(node.get(key::REQUEST).unwrap_or(node))),
                response: Box::new(self.response(node.get(key::RESPONSE).unwrap_or(node))),
            },
            Some("Asynchronous/Messages") => Exchange::Message(self.message(node)),
            Some("Synchronous/Messages") => Exchange::Call {
                request: self.message(node.get(key::REQUEST).unwrap_or(node)),
                responses: list(node, key::RESPONSE)
                    .map(|response| self.message(response))
                    .collect(),
            },
            Some(other) => {
                self.problem(node, format!("interactions of the type `{other}` are not known"));
                return None;
            }
        };
        Some(self.described(node, exchange))
    }

    /// What interactions of all kinds have.
    fn described<'w>(&mut self, node: Node<'w>, exchange: Exchange<'w>) -> Interaction<'w> {
        let plugins = node.get(key::PLUGIN_CONFIGURATION).into_iter().flat_map(Node::children);
        Interaction {
            node,
            description: node.string_at(key::DESCRIPTION).unwrap_or_default(),
            states: states(node),
            key: node.string_at(key::KEY),
            pending: node.is_true(key::PENDING),
            comments: node.get(key::COMMENTS),
            transport: node.string_at(key::TRANSPORT),
            plugins: plugins.filter_map(Node::key_text).collect(),
            exchange,
        }
    }

    fn request<'w>(&mut self, node: Node<'w>) -> Request<'w> {
        let text = |key, otherwise| {
            let found = node.get(key);
            Text {
                text: found.and_then(Node::string).unwrap_or(otherwise),
                node: found.unwrap_or(node),
            }
        };
        let headers = headers(node);
        Request {
            node,
            version: self.version,
            method: text(key::METHOD, "GET"),
            path: text(key::PATH, "/"),
            query: self.query(node),
            body: self.body(node.get(key::BODY), stated_type(&headers)),
            headers,
            rules: self.rules(node),
            generators: self.generators(node),
        }
    }

    fn query<'w>(&mut self, request: Node<'w>) -> Option<Query<'w>> {
        let node = request.get(key::QUERY)?;
        match node.node_type() {
            NodeType::String if self.version == SpecificationVersion::V1 => Some(Query::Text(Text {
                text: node.text(),
                node,
            })),
            NodeType::String => {
                let mut parameters: Vec<QueryParameter<'w>> = Vec::new();
                for pair in node.text().split('&').filter(|pair| !pair.is_empty()) {
                    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                    let (name, value) = (decode(name), decode(value));
                    match parameters.iter_mut().find(|parameter| parameter.name == name) {
                        Some(parameter) => parameter.values.push(value),
                        None => parameters.push(QueryParameter {
                            name,
                            values: vec![value],
                            node,
                        }),
                    }
                }
                Some(Query::Parameters(parameters))
            }
            NodeType::Map => {
                let parameters = node.children().map(|parameter| QueryParameter {
                    name: parameter.key_text().unwrap_or_default().to_owned(),
                    values: texts(parameter).map(|value| value.text.to_owned()).collect(),
                    node: parameter,
                });
                Some(Query::Parameters(parameters.collect()))
            }
            _ => None,
        }
    }

    fn response<'w>(&mut self, node: Node<'w>) -> Response<'w> {
        let status = node.get(key::STATUS).and_then(|status| {
            let code = status.text().parse().ok();
            if code.is_none() {
                self.problem(status, format!("`{}` is no status code", status.text()));
            }
            Some((code?, status))
        });
        let headers = headers(node);
        Response {
            node,
            status,
            body: self.body(node.get(key::BODY), stated_type(&headers)),
            headers,
            rules: self.rules(node),
            generators: self.generators(node),
        }
    }

    fn message<'w>(&mut self, node: Node<'w>) -> Message<'w> {
        let metadata = [key::METADATA, key::METADATA_IN_CAMEL_CASE];
        let metadata = metadata
            .into_iter()
            .find_map(|key| node.get(key))
            .filter(|node| node.is_map());
        let contents = node.get(key::CONTENTS);
        Message {
            node,
            contents: self.body(contents, metadata.and_then(type_in_metadata)),
            metadata,
            rules: self.rules(node),
            generators: self.generators(node),
        }
    }

    fn body<'w>(&mut self, node: Option<Node<'w>>, stated_type: Option<&str>) -> Body<'w> {
        let body = if self.version == SpecificationVersion::V4 {
            Body::enveloped(node, stated_type)
        } else {
            Body::plain(node, stated_type)
        };
        if let Body::Content(content) = &body
            && content.bytes().is_none()
        {
            self.problem(content.node, "the body is no base64");
        }
        body
    }

    fn rules(&mut self, node: Node<'_>) -> Rules {
        let Compiled { rules, problems } = compile(node.get(key::MATCHING_RULES));
        self.problems.extend(problems);
        rules
    }

    fn generators(&mut self, node: Node<'_>) -> generators::Generators {
        let rules = node.get(key::MATCHING_RULES);
        generators::read(node.get(key::GENERATORS), rules, &mut self.problems)
    }
}

fn states(node: Node<'_>) -> Vec<State<'_>> {
    let named = |node: Node<'_>| {
        let name = node.string().filter(|name| !name.is_empty());
        name.is_some()
    };
    let state = |node| State {
        node,
        name: Node::text(node),
        params: Vec::new(),
    };
    if let Some(states) = node.get(key::PROVIDER_STATES) {
        if named(states) {
            return vec![state(states)];
        }
        let each = states.children().filter_map(|entry| {
            if named(entry) {
                return Some(state(entry));
            }
            let params = entry.get(key::PARAMS).into_iter().flat_map(Node::children);
            Some(State {
                node: entry,
                name: entry.string_at(key::NAME)?,
                params: params.filter_map(|param| Some((param.key_text()?, param))).collect(),
            })
        });
        return each.collect();
    }
    let older = [key::PROVIDER_STATE, key::PROVIDER_STATE_IN_RUBY];
    let found = older
        .into_iter()
        .find_map(|key| node.get(key).filter(|state| named(*state)));
    found.map(state).into_iter().collect()
}

fn headers(node: Node<'_>) -> Vec<Header<'_>> {
    let headers = node.get(key::HEADERS).into_iter().flat_map(Node::children);
    headers
        .map(|header| Header {
            name: header.key_text().unwrap_or_default(),
            node: header,
            values: texts(header).collect(),
        })
        .collect()
}

/// The values of a header or parameter: one, or a list.
fn texts(node: Node<'_>) -> impl Iterator<Item = Text<'_>> {
    let is_list = node.node_type() == NodeType::List;
    let listed = node.children().filter(move |_| is_list);
    let alone = (!node.node_type().is_container()).then_some(node);
    listed.chain(alone).map(|node| Text {
        text: node.text(),
        node,
    })
}
