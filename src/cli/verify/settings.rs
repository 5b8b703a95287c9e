//! How interactions are carried out, from what the command line and `stipula.yaml` say.

use super::args::ConnectionArgs;
use super::senders::Secrets;
use super::targets::{Target, with_variables};
use crate::cli::Failure;
use crate::cli::args::VerifyArgs;
use crate::cli::output::Console;
use crate::policy::verify::{self, StateHandlerSettings, StateStep, Time};
use crate::provider::{
    Client, ClientSettings, Isolation, Outgoing, Retry, RunSettings, Sender, StateCall, StateCalls, StateHandler, Task,
};
use crate::report::visible;
use std::collections::BTreeSet;
use std::fs;
use std::hash::{BuildHasher, RandomState};
use std::path::Path;
use std::time::{Duration, Instant};
use time::OffsetDateTime;

/// Requests that are under way at the same time, unless said.
const JOBS: u16 = 8;
/// The time that bringing a state about may take, unless said.
const STATE: Duration = Duration::from_secs(30);
/// States that are told by name when nothing brings them about.
const SHOWN_STATES: usize = 5;
/// The time between two questions whether the provider is ready.
const READY_EVERY: Duration = Duration::from_millis(500);

/// How the interactions of a target are carried out, in the name of these senders.
pub(super) fn run_settings(
    args: &VerifyArgs,
    target: &Target,
    provider: &str,
    senders: Vec<Sender>,
    secrets: &mut Secrets<'_>,
) -> Result<RunSettings, Failure> {
    let settings = &target.settings;
    let url = |text: &String| with_variables(text).map_err(Failure::new);
    Ok(RunSettings {
        provider: provider.to_owned(),
        messages: settings.messages.as_ref().map(url).transpose()?,
        states: match &settings.states.handler {
            Some(StateHandlerSettings::Url(text)) => StateHandler::Url(url(text)?),
            Some(StateHandlerSettings::Command(line)) => StateHandler::Command(line.clone()),
            Some(StateHandlerSettings::Table(table)) => {
                let calls = table.iter().map(|(name, steps)| {
                    let calls = StateCalls {
                        setup: calls(&steps.setup, secrets)?,
                        teardown: calls(&steps.teardown, secrets)?,
                    };
                    Ok((name.clone(), calls))
                });
                StateHandler::Table(calls.collect::<Result<_, Failure>>()?)
            }
            None => StateHandler::None,
        },
        state_timeout: settings.states.timeout.map_or(STATE, |Time(timeout)| timeout),
        senders,
        jobs: usize::from(args.common.jobs.unwrap_or(JOBS)),
        isolation: match settings.states.isolation.clone().unwrap_or_default() {
            verify::Isolation::Serial => Isolation::Serial,
            verify::Isolation::ByName => Isolation::ByName,
            verify::Isolation::ByParameter(name) => Isolation::ByParameter(name),
            verify::Isolation::None => Isolation::None,
        },
        samples: settings.latency.samples.map_or(1, |samples| samples.0),
        total: settings.timeouts.total.map(|Time(total)| total),
        seed: args.connections.seed.unwrap_or_else(chance),
        now: OffsetDateTime::now_utc(),
    })
}

fn calls(steps: &[StateStep], secrets: &mut Secrets<'_>) -> Result<Vec<StateCall>, Failure> {
    let call = |step: &StateStep| {
        Ok(StateCall {
            method: step.method.clone(),
            path: step.path.clone(),
            headers: secrets.headers(&step.headers)?,
            body: step.body.clone(),
            keep: step.keep.clone().into_iter().collect(),
        })
    };
    steps.iter().map(call).collect()
}

/// Tells which states nobody brings about. A provider may be in them all the time; if it is not, answers differ for a
/// reason that no mismatch shows.
pub(super) fn note_assumed_states(tasks: &[Task<'_, '_>], settings: &RunSettings, console: &Console) {
    if !matches!(settings.states, StateHandler::None) {
        return;
    }
    let states = tasks.iter().flat_map(|task| &task.interaction.states);
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
        "no state is brought about, because neither --states, --states-command nor stipula.yaml says how; taken to be so: \
         {}{more}",
        visible(&shown.join(", "))
    ));
}

/// A client for the provider of a target.
pub(super) fn client(args: &VerifyArgs, target: &Target, folder: &Path) -> Result<Client, Failure> {
    client_for(args, target, folder, usize::from(args.connections.body_megabytes) << 20)
}

/// A client that takes answers of so many bytes.
pub(super) fn client_for(
    args: &VerifyArgs,
    target: &Target,
    folder: &Path,
    body_bytes: usize,
) -> Result<Client, Failure> {
    let settings = &target.settings;
    let default = ClientSettings::default();
    let read = |path: &str| {
        let path = folder.join(path);
        fs::read(&path).map_err(|error| Failure::new(format!("`{}` cannot be read: {error}", path.display())))
    };
    let retry = &settings.retry;
    let statuses = retry.statuses.iter().flatten();
    let settings = ClientSettings {
        authorities: settings
            .ca
            .0
            .iter()
            .map(|path| read(&path.value))
            .collect::<Result<_, _>>()?,
        identity: settings.certificate.as_deref().map(read).transpose()?,
        insecure: args.connections.insecure,
        http2: args.connections.http2,
        connect: settings.timeouts.connect.map_or(default.connect, |Time(time)| time),
        request: settings.timeouts.request.map_or(default.request, |Time(time)| time),
        body_bytes,
        retry: Retry {
            attempts: retry.attempts.map_or(default.retry.attempts, |attempts| attempts.0),
            statuses: statuses.filter_map(|status| u16::try_from(status.0).ok()).collect(),
            unsafe_methods: retry.unsafe_methods.unwrap_or_default(),
            ..default.retry
        },
        per_second: settings.rate.map(|rate| rate.0),
    };
    Client::new(settings, chance()).map_err(Failure::new)
}

/// A number that nobody can foresee.
fn chance() -> u64 {
    RandomState::new().hash_one(0)
}

/// Waits until the provider says that it is ready.
pub(super) async fn wait_for(args: &ConnectionArgs, client: &Client) -> Result<(), Failure> {
    let Some(url) = &args.wait_for else { return Ok(()) };
    let question = Outgoing {
        method: "GET".to_owned(),
        url: url.clone(),
        headers: Vec::new(),
        body: None,
        timeout: None,
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
