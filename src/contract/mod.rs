//! Contracts: what consumers recorded of their exchanges with a provider, and whether a provider keeps it.
//!
//! In comes a labelled document; out goes a [`Contract`], which is the same whatever version of the Pact specification
//! the file is written in. [`generators`] turn the recorded request of an [`Interaction`] into the one to send, and
//! [`matching`] holds an answer against what was recorded: mismatches come out, each with the place of the expectation
//! and of the rule that it breaks. All of it is a function of what it is given: no network, no clock, no chance.

mod body;
mod difference;
pub mod generators;
pub mod matching;
mod media;
mod model;
mod path;
mod plan;
mod read;
mod text;
mod within;

pub use body::{Body, Content, Encoding, read_json};
pub use difference::difference;
pub use media::MediaType;
pub use model::{
    Contract, Exchange, Header, Interaction, Message, Participant, Problem, Query, QueryParameter, Request, Response,
    SpecificationVersion, State, Text, stated_type,
};
pub use path::{PathError, PathExpression, Step, Token};
pub use plan::{Planned, Shard, plan};
pub use read::read;
