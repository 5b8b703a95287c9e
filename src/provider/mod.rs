//! A running provider: what is sent to it, how its states are set up, and what became of each interaction.
//!
//! In come the interactions of contracts and the settings of a run; out comes an [`Outcome`] for each, in their order.
//! All network traffic and all commands of a verification are here; what an answer is worth, `contract` says.

mod answer;
mod client;
mod command;
mod credentials;
mod failure;
mod fetch;
mod identity;
mod lanes;
mod pace;
mod retry;
mod run;
mod secret;
mod states;

pub use crate::finding::InteractionVerdict as Verdict;
pub use answer::Answer;
pub use client::{Client, ClientSettings, Outgoing};
pub use command::without_password;
pub use credentials::{ApiKeyPlace, Credentials};
pub use failure::{Failure, FailureKind};
pub use fetch::{fetch, origin_of};
pub use identity::Sender;
pub use lanes::Isolation;
pub use retry::Retry;
pub use run::{Outcome, Run, RunSettings, Task, run};
pub use secret::{Secret, SecretError};
pub use states::{StateCall, StateCalls, StateHandler};
