//! Whether what consumers recorded, and what a provider answers, is what the provider's description promises.
//!
//! In come the documents of descriptions, the interactions of contracts and the answers to them; out come [`Remark`]s,
//! each with its place in the contract and in the description. Contract, provider and description are three; who of
//! them is wrong when two of them disagree, the [`Diagnosis`] says.

mod accepted;
mod answer;
mod body;
mod declared;
mod diagnosis;
mod media;
mod operation;
mod parameters;
mod request;
mod response;
mod usage;

pub use diagnosis::{Agreement, Diagnoses, Diagnosis, Disagreements};
pub use usage::Usage;

use crate::contract::matching::ActualResponse;
use crate::contract::{Exchange, Interaction, Request, Response};
use crate::document::http::{Api, Operation};
use crate::document::{Address, DocumentId, Node, Workspace};
use crate::finding::Location;
use crate::schema::{Bounds, Schemas, Validator};
use operation::Lookup;

/// What one question about schemas may cost; an interaction asks some for each value that it reads.
const BOUNDS: Bounds = Bounds {
    steps: 1_000_000,
    depth: 60,
};

/// Something in which a contract or an answer departs from a description, or a reason why that is not known.
#[derive(Debug, Clone, PartialEq)]
pub struct Remark {
    /// What sort of departure it is.
    pub kind: RemarkKind,
    /// Where it is seen in the contract.
    pub location: Location,
    /// Where in the request or response: `$.body.items[0].sku`.
    pub at: String,
    /// What is wrong, as a clause.
    pub problem: String,
    /// What the consumer needs or sends.
    pub expected: String,
    /// What the description says instead, as a value where there is one.
    pub described: String,
    /// Where the description says so.
    pub place: Option<Location>,
}

/// The sorts of departures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RemarkKind {
    /// The description has no such operation.
    Operation,
    /// The request is none that the description allows.
    Request,
    /// The description has no answer with this status or media type.
    Response,
    /// No answer that the description allows has what is expected.
    Value,
    /// What is expected may be absent, or something else.
    Optional,
    /// A list may be empty that the consumer needs an element of.
    Empty,
    /// The description does not speak of it, and does not forbid it.
    Undeclared,
    /// The description says that it will go.
    Deprecated,
    /// Nothing is known: why.
    Undecided,
    /// The provider's answer is none that the description allows.
    Answer,
}

impl Remark {
    /// That nothing is known of a place, and why.
    fn undecided(location: Location, at: String, reason: &str) -> Self {
        Self {
            kind: RemarkKind::Undecided,
            location,
            at,
            problem: reason.to_owned(),
            expected: String::new(),
            described: String::new(),
            place: None,
        }
    }

    /// The place in the interaction that it concerns: what is wrong with the request concerns all of it.
    #[must_use]
    pub fn place(&self) -> &str {
        match self.kind {
            RemarkKind::Operation | RemarkKind::Request => "$",
            _ => &self.at,
        }
    }
}

impl RemarkKind {
    /// Whether it means that two of the three do not agree.
    #[must_use]
    pub const fn is_disagreement(self) -> bool {
        !matches!(self, Self::Empty | Self::Deprecated | Self::Undecided)
    }
}

/// An operation of a description, to which an interaction belongs.
#[derive(Debug, Clone)]
pub struct Described<'w> {
    api: &'w Api,
    operation: &'w Operation,
    /// The values of the variables of its path, decoded.
    variables: Vec<(String, String)>,
}

impl<'w> Described<'w> {
    /// The template of its path: `/orders/{orderId}`.
    #[must_use]
    pub fn template(&self) -> &'w str {
        &self.api.path(self.operation).template
    }

    /// The operation as people call it: `GET /orders/{orderId}`.
    #[must_use]
    pub fn label(&self) -> String {
        self.operation.label(self.api)
    }
}

/// What became of holding an interaction against descriptions.
#[derive(Debug, Clone, Default)]
pub struct Held<'w> {
    /// The operation that it belongs to.
    pub operation: Option<Described<'w>>,
    /// What departs, in the order of request and response.
    pub remarks: Vec<Remark>,
}

/// Some descriptions of one provider, and what is known of their schemas.
#[derive(Debug)]
pub struct Descriptions<'w> {
    workspace: &'w Workspace,
    apis: Vec<&'w Api>,
    schemas: Schemas<'w>,
    validator: Validator,
}

impl<'w> Descriptions<'w> {
    /// The descriptions that these documents are.
    #[must_use]
    pub fn new(workspace: &'w Workspace, documents: &[DocumentId]) -> Self {
        let apis = documents.iter().filter_map(|id| workspace.document(*id).api());
        Self {
            workspace,
            apis: apis.collect(),
            schemas: Schemas::new(BOUNDS),
            validator: Validator::default(),
        }
    }

    /// Holds an interaction against the descriptions, as it was recorded.
    pub fn hold(&mut self, interaction: &Interaction<'w>) -> Held<'w> {
        let Exchange::Http { request, response } = &interaction.exchange else {
            let mut held = Held::default();
            held.remarks.push(Remark::undecided(
                Location::value(interaction.node.address()),
                "$".into(),
                "it is a message, and an OpenAPI description speaks of none",
            ));
            return held;
        };
        self.hold_exchange(request, response)
    }

    fn hold_exchange(&mut self, request: &Request<'w>, response: &Response<'w>) -> Held<'w> {
        let mut held = Held::default();
        let status = response.status.map(|(status, _)| status);
        let target = match operation::find(&self.apis, request.method.text, request.path.text) {
            Lookup::Found(target) => target,
            // Who expects that there is no such thing is right.
            _ if matches!(status, Some(404 | 405 | 410 | 501)) => return held,
            missing => {
                held.remarks.push(operation::missing(missing, request));
                return held;
            }
        };
        let node = self.node(target.operation.node);
        if node.is_true(crate::syntax::key::DEPRECATED) {
            held.remarks.push(Remark {
                kind: RemarkKind::Deprecated,
                location: Location::value(request.path.node.address()),
                at: "$.path".into(),
                problem: format!("the operation `{}` is deprecated", target.label()),
                expected: String::new(),
                described: String::new(),
                place: Some(Location::key(node.address())),
            });
        }
        // Who expects to be refused may send what is wrong.
        if !status.is_some_and(|status| (400..500).contains(&status)) {
            self.request(&target, request, &mut held.remarks);
        }
        self.response(&target, response, &mut held.remarks);
        held.operation = Some(target);
        held
    }

    /// Holds the answer to an interaction against the description of its operation: all of it, not only what the
    /// consumer reads.
    pub fn hold_answer(
        &self,
        operation: &Described<'w>,
        interaction: &Interaction<'w>,
        answer: &ActualResponse<'_>,
    ) -> Vec<Remark> {
        answer::remarks(self, operation, interaction, answer)
    }

    fn node(&self, address: Address) -> Node<'w> {
        self.workspace.node(address)
    }

    /// The operation that a request is for.
    fn find(&self, request: &Request<'w>) -> Option<Described<'w>> {
        match operation::find(&self.apis, request.method.text, request.path.text) {
            Lookup::Found(target) => Some(target),
            Lookup::OtherMethods(..) | Lookup::Missing(_) => None,
        }
    }
}
