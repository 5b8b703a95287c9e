//! Generators: values of a request that are made anew each time it is sent.
//!
//! In come the recorded part and a [`Context`]: the values that provider states returned, a source of chance and the
//! time, which whoever runs the contract gives. Out comes what to send, and what could not be made.

mod apply;
mod expression;
mod make;
mod random;
mod read;
mod xml;

pub use apply::{Prepared, PreparedMessage, PreparedRequest, PreparedResponse};
pub use random::{Random, Seeded};
pub use read::Generators;

pub(super) use read::read;

use super::model::{Message, Request, Response};
use serde_json::{Map, Value};
use time::OffsetDateTime;

/// Which side a request is prepared for: some generators act on one only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// A provider that is verified.
    Provider,
    /// A consumer that is tested against a server that plays the provider.
    Consumer,
}

/// What generators make values from.
pub struct Context<'a> {
    /// Which side is served.
    pub side: Side,
    /// The values that provider states returned, and their parameters.
    pub values: &'a Map<String, Value>,
    /// The URL of the server that plays the provider, if there is one.
    pub server: Option<&'a str>,
    /// The time.
    pub now: OffsetDateTime,
    /// Where chance comes from.
    pub random: &'a mut dyn Random,
}

/// The request to send, instead of the recorded one.
#[must_use]
pub fn prepare_request(request: &Request<'_>, context: &mut Context<'_>) -> Prepared<PreparedRequest> {
    apply::request(request, context)
}

/// The response to give, instead of the recorded one.
#[must_use]
pub fn prepare_response(response: &Response<'_>, context: &mut Context<'_>) -> Prepared<PreparedResponse> {
    apply::response(response, context)
}

/// The message to send, instead of the recorded one.
#[must_use]
pub fn prepare_message(message: &Message<'_>, context: &mut Context<'_>) -> Prepared<PreparedMessage> {
    apply::message(message, context)
}
