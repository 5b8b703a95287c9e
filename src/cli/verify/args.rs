//! What can be typed after `stipula verify`, of how its requests are sent.

use crate::policy::verify::{Rate, duration_named};
use clap::Args;
use std::path::PathBuf;
use std::time::Duration;

/// Contracts that stand on the network.
#[derive(Debug, Args)]
#[command(next_help_heading = "Contracts from URLs")]
pub(crate) struct ContractArgs {
    /// A bearer token for the URLs of contracts
    #[arg(long, value_name = "SECRET", conflicts_with = "contracts_basic")]
    pub(super) contracts_bearer: Option<String>,
    /// A user and the password for them
    #[arg(long, value_name = "USER:SECRET", value_parser = user)]
    pub(super) contracts_basic: Option<(String, String)>,
    /// A header for them; its value can be named as secrets are
    #[arg(long, value_name = "NAME: VALUE", value_parser = header)]
    pub(super) contracts_header: Vec<(String, String)>,
}

/// How states are brought about, and where messages come from.
#[derive(Debug, Args)]
#[command(next_help_heading = "Provider states and messages")]
pub(crate) struct StateArgs {
    /// A URL that understands Pact's protocol for provider states
    #[arg(long, value_name = "URL", conflicts_with = "states_command")]
    pub(super) states: Option<String>,
    /// A command that does the same: it reads {state, params, action} and prints the values that belong to the state
    #[arg(long, value_name = "LINE")]
    pub(super) states_command: Option<String>,
    /// The longest that bringing a provider state about may take [default: 30s]
    #[arg(long, value_name = "DURATION", value_parser = duration_named)]
    pub(super) state_timeout: Option<Duration>,
    /// A URL that gives out messages by their description
    #[arg(long, value_name = "URL")]
    pub(super) messages: Option<String>,
}

/// In whose name requests are sent.
#[derive(Debug, Args)]
#[command(next_help_heading = "Credentials and headers")]
pub(crate) struct SenderArgs {
    /// A header of every request, in the place of the recorded one; its value can be named as secrets are
    #[arg(long, value_name = "NAME: VALUE", value_parser = header)]
    pub(super) header: Vec<(String, String)>,
    /// A bearer token
    #[arg(long, value_name = "SECRET", conflicts_with_all = ["basic", "credentials_command"])]
    pub(super) bearer: Option<String>,
    /// A user and the password
    #[arg(long, value_name = "USER:SECRET", value_parser = user, conflicts_with = "credentials_command")]
    pub(super) basic: Option<(String, String)>,
    /// A command that prints a bearer token, or headers
    #[arg(long, value_name = "LINE")]
    pub(super) credentials_command: Option<String>,
}

/// How connections are made, and what happens when they fail.
#[derive(Debug, Args)]
#[command(next_help_heading = "Connections, retries and limits")]
pub(crate) struct ConnectionArgs {
    /// The certificate of an authority to trust besides those of the system, as PEM
    #[arg(long, value_name = "FILE")]
    pub(super) ca: Vec<PathBuf>,
    /// A certificate to show, with its key, as PEM
    #[arg(long, value_name = "FILE")]
    pub(super) certificate: Option<PathBuf>,
    /// Believe whoever answers to be the provider
    #[arg(long)]
    pub(super) insecure: bool,
    /// Speak HTTP/2 without asking, as a provider may need it that has no TLS
    #[arg(long)]
    pub(super) http2: bool,
    /// The longest that a request may take [default: 10s]
    #[arg(long, value_name = "DURATION", value_parser = duration_named)]
    pub(super) timeout: Option<Duration>,
    /// The longest that making a connection may take [default: 3s]
    #[arg(long, value_name = "DURATION", value_parser = duration_named)]
    pub(super) connect_timeout: Option<Duration>,
    /// The longest that everything may take
    #[arg(long, value_name = "DURATION", value_parser = duration_named)]
    pub(super) total_timeout: Option<Duration>,
    /// How often a request is tried that fails for technical reasons [default: 3]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10))]
    pub(super) attempts: Option<u32>,
    /// A status after which a request is sent again
    #[arg(long, value_name = "STATUS", value_delimiter = ',', value_parser = clap::value_parser!(u32).range(400..600))]
    pub(super) retry_status: Vec<u32>,
    /// The requests that are sent in a second, at most
    #[arg(long, value_name = "N", value_parser = rate)]
    pub(super) rate: Option<Rate>,
    /// The megabytes that an answer may have
    #[arg(long, value_name = "MB", default_value = "50", value_parser = clap::value_parser!(u16).range(1..=4000))]
    pub(super) body_megabytes: u16,
    /// Make the same generated values in every run
    #[arg(long, value_name = "N")]
    pub(super) seed: Option<u64>,
    /// Wait until this URL answers with a success
    #[arg(long, value_name = "URL")]
    pub(super) wait_for: Option<String>,
    /// How long to wait for it
    #[arg(long, value_name = "DURATION", value_parser = duration_named, default_value = "60s")]
    pub(super) wait_timeout: Duration,
}

/// How long answers may take.
#[derive(Debug, Args)]
#[command(next_help_heading = "Latency")]
pub(crate) struct LatencyArgs {
    /// The time to the last byte that an operation may take: its P95, from 20 samples on; its maximum, of fewer
    #[arg(long, value_name = "DURATION", value_parser = duration_named)]
    pub(super) budget: Option<Duration>,
    /// How often requests are sent that change nothing, so that their times can be compared [default: 1]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(super) samples: Option<u32>,
}

fn header(text: &str) -> Result<(String, String), String> {
    let parts = text.split_once(':').map(|(name, value)| (name.trim(), value.trim()));
    match parts {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("a header is expected, such as `X-Tenant: blue`".to_owned()),
    }
}

fn user(text: &str) -> Result<(String, String), String> {
    match text.split_once(':') {
        Some((user, secret)) if !user.is_empty() => Ok((user.to_owned(), secret.to_owned())),
        _ => Err("a user and a secret are expected, such as `ci:env:PASSWORD`".to_owned()),
    }
}

fn rate(text: &str) -> Result<Rate, String> {
    let number = text.strip_suffix("/s").unwrap_or(text).parse::<f64>();
    Rate::of(number.unwrap_or(f64::NAN))
}
