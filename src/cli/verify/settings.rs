//! How interactions are carried out, from what the command line says.

use crate::cli::Failure;
use crate::cli::args::{RequestArgs, VerifyArgs};
use crate::cli::output::Console;
use crate::contract::Interaction;
use crate::provider::{Client, ClientSettings, Credentials, Outgoing, Retry, RunSettings, Secret, StateHandler};
use crate::report::visible;
use std::collections::BTreeSet;
use std::fs;
use std::hash::{BuildHasher, RandomState};
use std::path::Path;
use std::time::{Duration, Instant};
use time::OffsetDateTime;

/// Interactions that are carried out at the same time, unless said.
const JOBS: u16 = 8;
/// States that are told by name when nothing brings them about.
const SHOWN_STATES: usize = 5;
/// The time between two questions whether the provider is ready.
const READY_EVERY: Duration = Duration::from_millis(500);

pub(super) fn run_settings(args: &VerifyArgs, provider: &str) -> Result<RunSettings, Failure> {
    let requests = &args.requests;
    let provider = provider.trim_end_matches('/');
    if !(provider.starts_with("http://") || provider.starts_with("https://")) {
        return Err(Failure::new(format!(
            "--provider: `{}` is no URL, such as http://localhost:8080",
            provider
        )));
    }
    let secret = |reference: &str| Secret::find(reference).map_err(Failure::new);
    let credentials = if let Some(token) = &requests.bearer {
        Some(Credentials::Bearer(secret(token)?))
    } else if let Some((user, password)) = &requests.basic {
        Some(Credentials::Basic {
            user: user.clone(),
            password: secret(password)?,
        })
    } else {
        requests.credentials_command.clone().map(Credentials::Command)
    };
    let mut headers = Vec::new();
    for (name, value) in &requests.header {
        let is_reference = ["env:", "file:", "command:"]
            .iter()
            .any(|start| value.starts_with(start));
        let value = if is_reference {
            secret(value)?
        } else {
            Secret::known(value.clone())
        };
        headers.push((name.clone(), value));
    }
    Ok(RunSettings {
        provider: provider.to_owned(),
        messages: requests.messages.clone(),
        states: match (&requests.states, &requests.states_command) {
            (Some(url), _) => StateHandler::Url(url.clone()),
            (None, Some(line)) => StateHandler::Command(line.clone()),
            (None, None) => StateHandler::None,
        },
        state_timeout: requests.state_timeout,
        credentials,
        headers,
        jobs: usize::from(args.common.jobs.unwrap_or(JOBS)),
        isolated: false,
        samples: 1,
        total: requests.total_timeout,
        seed: requests.seed.unwrap_or_else(chance),
        now: OffsetDateTime::now_utc(),
    })
}

/// Tells which states nobody brings about. A provider may be in them all the time; if it is not, answers differ for a
/// reason that no mismatch shows.
pub(super) fn note_assumed_states(interactions: &[&Interaction<'_>], settings: &RunSettings, console: &Console) {
    if !matches!(settings.states, StateHandler::None) {
        return;
    }
    let states = interactions.iter().flat_map(|interaction| &interaction.states);
    let names: BTreeSet<&str> = states.map(|state| state.name).collect();
    if names.is_empty() {
        return;
    }
    let shown: Vec<String> = names
        .iter()
        .take(SHOWN_STATES)
        .map(|name| format!("`{name}`"))
        .collect();
    let more = match names.len() - shown.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    console.note(&format!(
        "no state is brought about, because neither --states nor --states-command says how; taken to be so: {}{more}",
        visible(&shown.join(", "))
    ));
}

pub(super) fn client(args: &VerifyArgs, console: &Console) -> Result<Client, Failure> {
    let requests = &args.requests;
    let read = |path: &Path| {
        fs::read(path).map_err(|error| Failure::new(format!("`{}` cannot be read: {error}", path.display())))
    };
    if requests.insecure {
        console.complain("--insecure: whoever answers is believed to be the provider");
    }
    let settings = ClientSettings {
        authorities: requests.ca.iter().map(|path| read(path)).collect::<Result<_, _>>()?,
        identity: requests.certificate.as_deref().map(read).transpose()?,
        insecure: requests.insecure,
        http2: requests.http2,
        connect: requests.connect_timeout,
        request: requests.timeout,
        body_bytes: usize::from(requests.body_megabytes) << 20,
        retry: Retry {
            attempts: requests.attempts,
            statuses: requests.retry_status.clone(),
            ..Retry::default()
        },
        per_second: requests.rate,
    };
    Client::new(settings, chance()).map_err(Failure::new)
}

/// A number that nobody can foresee.
fn chance() -> u64 {
    RandomState::new().hash_one(0)
}

/// Waits until the provider says that it is ready.
pub(super) async fn wait_for(args: &RequestArgs, client: &Client) -> Result<(), Failure> {
    let Some(url) = &args.wait_for else { return Ok(()) };
    let question = Outgoing {
        method: "GET".to_owned(),
        url: url.clone(),
        headers: Vec::new(),
        body: None,
        timeout: Some(args.timeout),
        expects_refusal: false,
    };
    let start = Instant::now();
    loop {
        let told = match client.send(&question).await {
            Ok(answer) if (200..300).contains(&answer.status) => return Ok(()),
            Ok(answer) => format!("the answer was {}", answer.status),
            Err(failure) => failure.to_string(),
        };
        if start.elapsed() >= args.wait_timeout {
            return Err(Failure::new(format!(
                "`{url}` was not ready after {} s: {told}",
                args.wait_timeout.as_secs_f64()
            )));
        }
        tokio::time::sleep(READY_EVERY).await;
    }
}
