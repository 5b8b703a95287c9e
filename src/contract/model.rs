//! What a contract says, in one form for all versions of the Pact specification.

use super::body::Body;
use super::generators::Generators;
use super::matching::Rules;
use super::text::value;
use crate::document::{Address, Node};
use serde_json::{Map, Value};
use std::fmt;

/// A version of the Pact specification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SpecificationVersion {
    /// 1: a query is a text, in which order counts.
    V1,
    /// 1.1: a query is a list of parameters.
    V1_1,
    /// 2: rules, one a path.
    V2,
    /// 3: rules by category, several a path; messages; generators.
    V3,
    /// 4: synchronous messages, bodies with a type of their own.
    V4,
}

impl fmt::Display for SpecificationVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::V1 => "1",
            Self::V1_1 => "1.1",
            Self::V2 => "2",
            Self::V3 => "3",
            Self::V4 => "4",
        })
    }
}

/// A text of a contract, with its place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Text<'w> {
    /// The text.
    pub text: &'w str,
    /// Where it stands.
    pub node: Node<'w>,
}

/// Something in a contract that cannot be read: the rest of it can.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where it stands.
    pub at: Address,
    /// What is wrong, as a clause.
    pub message: String,
}

/// What a consumer recorded of its exchanges with a provider.
#[derive(Debug, Clone)]
pub struct Contract<'w> {
    /// The root of its document.
    pub node: Node<'w>,
    /// The version of the specification that the file is written in.
    pub version: SpecificationVersion,
    /// Who relies on it.
    pub consumer: Participant<'w>,
    /// Who has to keep it.
    pub provider: Participant<'w>,
    /// The exchanges, in the order of the file.
    pub interactions: Vec<Interaction<'w>>,
    /// What could not be read, beside what departs from the grammar of the specification.
    pub problems: Vec<Problem>,
}

/// A consumer or provider.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Participant<'w> {
    /// Its name; empty where it has none.
    pub name: &'w str,
    /// Where it stands; the root where nothing speaks of it.
    pub node: Node<'w>,
}

/// One exchange that a consumer relies on.
#[derive(Debug, Clone)]
pub struct Interaction<'w> {
    /// Where it stands.
    pub node: Node<'w>,
    /// What it is, in the words of the consumer.
    pub description: &'w str,
    /// What must be so at the provider before it.
    pub states: Vec<State<'w>>,
    /// What tells it from others, where the file gives it a key.
    pub key: Option<&'w str>,
    /// Whether its failing is no failure yet.
    pub pending: bool,
    /// What people said of it.
    pub comments: Option<Node<'w>>,
    /// The transport that it needs, such as `grpc`; HTTP where nothing is said.
    pub transport: Option<&'w str>,
    /// The plugins without which it cannot be verified.
    pub plugins: Vec<&'w str>,
    /// What goes to and fro.
    pub exchange: Exchange<'w>,
}

impl Interaction<'_> {
    /// What keeps it from being verified: plugins, and rules that are not known, by name.
    #[must_use]
    pub fn unsupported(&self) -> Vec<Problem> {
        let mut found: Vec<Problem> = self
            .plugins
            .iter()
            .map(|plugin| Problem {
                at: self.node.address(),
                message: format!("it needs the plugin `{plugin}`"),
            })
            .collect();
        // Rules of a request are of no use to a provider.
        let answers: Vec<&Rules> = match &self.exchange {
            Exchange::Http { response, .. } => vec![&response.rules],
            Exchange::Message(message) => vec![&message.rules],
            Exchange::Call { responses, .. } => responses.iter().map(|response| &response.rules).collect(),
        };
        found.extend(answers.into_iter().flat_map(Rules::unsupported));
        found
    }
}

/// What goes to and fro.
#[derive(Debug, Clone)]
pub enum Exchange<'w> {
    /// A request over HTTP, and its response.
    Http {
        /// What the consumer sends.
        request: Box<Request<'w>>,
        /// What it needs to get back.
        response: Box<Response<'w>>,
    },
    /// A message that the provider sends.
    Message(Message<'w>),
    /// A message that the consumer sends, and those it gets back.
    Call {
        /// What the consumer sends.
        request: Message<'w>,
        /// What it needs to get back.
        responses: Vec<Message<'w>>,
    },
}

/// What must be so at the provider before an interaction.
#[derive(Debug, Clone)]
pub struct State<'w> {
    /// Where it stands.
    pub node: Node<'w>,
    /// Its name.
    pub name: &'w str,
    /// Its parameters: names and values.
    pub params: Vec<(&'w str, Node<'w>)>,
}

impl State<'_> {
    /// Its parameters, by their names.
    #[must_use]
    pub fn parameters(&self) -> Map<String, Value> {
        let parameters = self.params.iter();
        parameters
            .map(|(name, node)| ((*name).to_owned(), value(*node)))
            .collect()
    }
}

/// A request over HTTP.
#[derive(Debug, Clone)]
pub struct Request<'w> {
    /// Where it stands.
    pub node: Node<'w>,
    /// The version of its file, on which the meaning of queries depends.
    pub version: SpecificationVersion,
    /// The method.
    pub method: Text<'w>,
    /// The path.
    pub path: Text<'w>,
    /// The query, if the contract speaks of one.
    pub query: Option<Query<'w>>,
    /// The headers.
    pub headers: Vec<Header<'w>>,
    /// The body.
    pub body: Body<'w>,
    /// What its parts may be instead.
    pub rules: Rules,
    /// What is made anew for each request.
    pub generators: Generators,
}

/// The query of a request.
#[derive(Debug, Clone)]
pub enum Query<'w> {
    /// A text, in which order counts.
    Text(Text<'w>),
    /// Parameters, in the order of the file.
    Parameters(Vec<QueryParameter<'w>>),
}

/// A parameter of a query.
#[derive(Debug, Clone, PartialEq)]
pub struct QueryParameter<'w> {
    /// Its name, not encoded.
    pub name: String,
    /// Its values, not encoded.
    pub values: Vec<String>,
    /// Where it stands.
    pub node: Node<'w>,
}

/// A response over HTTP.
#[derive(Debug, Clone)]
pub struct Response<'w> {
    /// Where it stands.
    pub node: Node<'w>,
    /// The status, if the contract speaks of one.
    pub status: Option<(u16, Node<'w>)>,
    /// The headers.
    pub headers: Vec<Header<'w>>,
    /// The body.
    pub body: Body<'w>,
    /// What its parts may be instead.
    pub rules: Rules,
    /// What is made anew.
    pub generators: Generators,
}

/// A header.
#[derive(Debug, Clone, PartialEq)]
pub struct Header<'w> {
    /// Its name.
    pub name: &'w str,
    /// Where it stands.
    pub node: Node<'w>,
    /// Its values, as they stand in the file.
    pub values: Vec<Text<'w>>,
}

/// A message.
#[derive(Debug, Clone)]
pub struct Message<'w> {
    /// Where it stands.
    pub node: Node<'w>,
    /// What it carries.
    pub contents: Body<'w>,
    /// What goes with it: an object.
    pub metadata: Option<Node<'w>>,
    /// What its parts may be instead.
    pub rules: Rules,
    /// What is made anew.
    pub generators: Generators,
}

/// The media type that headers state.
#[must_use]
pub fn stated_type<'w>(headers: &[Header<'w>]) -> Option<&'w str> {
    headers
        .iter()
        .find(|header| header.name.eq_ignore_ascii_case("content-type"))
        .and_then(|header| header.values.first())
        .map(|value| value.text)
}

/// The media type that the metadata of a message states, which is called by several names.
pub(super) fn type_in_metadata(metadata: Node<'_>) -> Option<&str> {
    let mut entries = metadata.children();
    entries
        .find(|entry| entry.key_text().is_some_and(is_content_type))?
        .string()
}

/// Whether an entry of metadata is the media type.
pub(super) fn is_content_type(name: &str) -> bool {
    ["contenttype", "content-type"]
        .iter()
        .any(|known| name.eq_ignore_ascii_case(known))
}
