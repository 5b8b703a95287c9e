//! A run: every interaction is carried out at the provider, and what comes back is judged.

use super::Verdict;
use super::answer::Answer;
use super::client::{Client, Outgoing};
use super::command::HIDDEN;
use super::credentials::set;
use super::failure::{Failure, FailureKind};
use super::identity::{Identity, Sender};
use super::lanes::{Isolation, Lane, lanes};
use super::retry::is_safe;
use super::states::{Action, StateHandler, States};
use crate::contract::generators::{Context, PreparedRequest, Seeded, Side, prepare_request};
use crate::contract::matching::{ActualMessage, ActualResponse, Comparison, match_message, match_response};
use crate::contract::{Exchange, Interaction, Message, Request, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures_util::future::{Either, select};
use futures_util::stream::{self, StreamExt};
use serde_json::{Map, Value, json};
use std::cell::{Cell, RefCell};
use std::pin::pin;
use std::time::Duration;
use time::OffsetDateTime;
use tokio::sync::watch;

/// Connections refused in a row after which nothing more is tried.
const REFUSED: u32 = 3;
/// Why a run ends after that.
const NOBODY_THERE: &str = "the provider refused every connection";
/// The header in which a provider says what goes with a message.
const METADATA: &str = "pact-message-metadata";

/// How interactions are carried out.
#[derive(Debug, Clone)]
pub struct RunSettings {
    /// Where the provider is; paths of contracts are put behind it.
    pub provider: String,
    /// Where the provider gives out messages, if it does.
    pub messages: Option<String>,
    /// How its states are brought about.
    pub states: StateHandler,
    /// The longest that bringing about a state may take.
    pub state_timeout: Duration,
    /// In whose names requests are sent: the first one is who sends what no interaction asks for.
    pub senders: Vec<Sender>,
    /// Interactions that are carried out at the same time, at most.
    pub jobs: usize,
    /// Which of their states leave each other alone.
    pub isolation: Isolation,
    /// How often requests are sent that change nothing, so that their times can be compared.
    pub samples: u32,
    /// The longest that all may take together.
    pub total: Option<Duration>,
    /// Where chance comes from.
    pub seed: u64,
    /// The time that generators go by.
    pub now: OffsetDateTime,
}

/// What became of an interaction, and how it is known.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// What became of it.
    pub verdict: Verdict,
    /// In what the answer departs from the recorded one.
    pub comparison: Comparison,
    /// Why nothing is known, where nothing is.
    pub reason: Option<String>,
    /// The technical failure behind it.
    pub failure: Option<FailureKind>,
    /// The states that could not be ended after it, a sentence each.
    pub left_behind: Vec<String>,
    /// The values that could not be made for its request, a sentence each.
    pub not_made: Vec<String>,
    /// The request, without credentials; of the headers that all requests are given, the values are left out.
    pub sent: Option<Outgoing>,
    /// The answer.
    pub answer: Option<Answer>,
    /// How often the request was sent; 0 where it was not.
    pub attempts: u32,
    /// The times to the last byte, one a sample.
    pub times: Vec<Duration>,
}

impl Outcome {
    fn new(verdict: Verdict) -> Self {
        Self {
            verdict,
            comparison: Comparison::default(),
            reason: None,
            failure: None,
            left_behind: Vec::new(),
            not_made: Vec::new(),
            sent: None,
            answer: None,
            attempts: 0,
            times: Vec::new(),
        }
    }

    fn because(verdict: Verdict, reason: impl Into<String>) -> Self {
        Self {
            reason: Some(reason.into()),
            ..Self::new(verdict)
        }
    }

    fn of_failure(failure: &Failure) -> Self {
        Self {
            failure: Some(failure.kind),
            attempts: failure.attempts,
            ..Self::because(Verdict::Error, failure.to_string())
        }
    }
}

/// An interaction to carry out.
#[derive(Debug, Clone, Copy)]
pub struct Task<'t, 'w> {
    /// The interaction.
    pub interaction: &'t Interaction<'w>,
    /// In whose name its requests are sent: a position among the senders of the settings.
    pub sender: usize,
}

/// What became of all interactions.
#[derive(Debug)]
pub struct Run {
    /// What became of each, in their order.
    pub outcomes: Vec<Outcome>,
    /// Why the run ended before its end.
    pub stopped: Option<String>,
}

/// Carries out interactions. `done` is told of each that is; `interrupt` ends the run early: states that were brought
/// about are ended, and what is left is skipped.
pub async fn run(
    tasks: &[Task<'_, '_>],
    client: &Client,
    settings: &RunSettings,
    interrupt: impl Future<Output = ()>,
    done: &dyn Fn(),
) -> Run {
    let (stop, stopping) = watch::channel(None);
    let mut identities: Vec<Identity> = settings.senders.iter().cloned().map(Identity::new).collect();
    if identities.is_empty() {
        identities.push(Identity::new(Sender::default()));
    }
    let runner = Runner {
        client,
        settings,
        identities,
        refused: Cell::new(0),
        stop,
        stopping,
    };
    let outcomes: RefCell<Vec<Option<Outcome>>> = RefCell::new(vec![None; tasks.len()]);
    let carry_out = async {
        let carry_out = |lane: Lane| {
            let (runner, outcomes) = (&runner, &outcomes);
            async move {
                for position in lane {
                    let outcome = runner.interaction(tasks[position], position as u64).await;
                    outcomes.borrow_mut()[position] = Some(outcome);
                    done();
                }
            }
        };
        let interactions: Vec<&Interaction<'_>> = tasks.iter().map(|task| task.interaction).collect();
        for lanes in lanes(&interactions, &settings.isolation) {
            stream::iter(lanes)
                .for_each_concurrent(settings.jobs.max(1), carry_out)
                .await;
        }
    };
    let watch_clock = async {
        let clock = async {
            match settings.total {
                Some(total) => tokio::time::sleep(total).await,
                None => std::future::pending().await,
            }
        };
        let reason = match select(pin!(interrupt), pin!(clock)).await {
            Either::Left(_) => "it was interrupted",
            Either::Right(_) => "its time was up",
        };
        runner.stop(reason);
        std::future::pending::<()>().await;
    };
    // The clock is looked at first: a run whose time is up before it begins does nothing.
    select(pin!(watch_clock), pin!(carry_out)).await;
    let stopped = runner.stopping.borrow().clone();
    let skipped = || Outcome::because(Verdict::Skipped, stopped.clone().unwrap_or_default());
    // Which of them were refused before the run ended is chance, and says no more than that it ended.
    let is_told =
        |outcome: &Outcome| stopped.as_deref() != Some(NOBODY_THERE) || outcome.failure != Some(FailureKind::Refused);
    let outcomes = outcomes.into_inner().into_iter();
    let outcomes = outcomes.map(|outcome| outcome.filter(is_told).unwrap_or_else(skipped));
    Run {
        outcomes: outcomes.collect(),
        stopped: stopped.clone(),
    }
}

struct Runner<'a> {
    client: &'a Client,
    settings: &'a RunSettings,
    identities: Vec<Identity>,
    /// Connections that were refused in a row.
    refused: Cell<u32>,
    /// Why the run has to end.
    stop: watch::Sender<Option<String>>,
    stopping: watch::Receiver<Option<String>>,
}

impl Runner<'_> {
    fn stop(&self, reason: &str) {
        self.stop.send_if_modified(|known| {
            let is_first = known.is_none();
            known.get_or_insert_with(|| reason.to_owned());
            is_first
        });
    }

    /// In whose name a task is carried out.
    fn identity(&self, task: Task<'_, '_>) -> &Identity {
        &self.identities[task.sender.min(self.identities.len() - 1)]
    }

    async fn interaction(&self, task: Task<'_, '_>, position: u64) -> Outcome {
        let interaction = task.interaction;
        let stopped = self.stopping.borrow().clone();
        if let Some(reason) = stopped {
            return Outcome::because(Verdict::Skipped, reason);
        }
        let unsupported = interaction.unsupported();
        if !unsupported.is_empty() {
            let reasons: Vec<String> = unsupported.into_iter().map(|problem| problem.message).collect();
            return Outcome::because(Verdict::Unsupported, reasons.join("; "));
        }
        if let Some(reason) = self.out_of_reach(interaction) {
            return Outcome::because(Verdict::Unsupported, reason);
        }
        let states = States {
            handler: &self.settings.states,
            client: self.client,
            provider: &self.settings.provider,
            identity: &self.identities[0],
            timeout: self.settings.state_timeout,
        };
        let mut values = Map::new();
        let mut changed = Vec::new();
        let mut failed = None;
        for state in &interaction.states {
            values.extend(state.parameters());
            match states.change(state, Action::Setup, &Map::new()).await {
                Ok(returned) => {
                    values.extend(returned.clone());
                    changed.push((state, returned));
                }
                Err(message) => {
                    let reason = format!("the state `{}` could not be brought about: {message}", state.name);
                    failed = Some(Outcome::because(Verdict::StateError, reason));
                    break;
                }
            }
        }
        let mut outcome = match failed {
            Some(failed) => failed,
            None => {
                let mut stopping = self.stopping.clone();
                let stopped = pin!(stopping.wait_for(Option::is_some));
                match select(pin!(self.exchange(task, &values, position)), stopped).await {
                    Either::Left((outcome, _)) => outcome,
                    Either::Right((reason, _)) => {
                        let reason = reason.ok().and_then(|reason| reason.clone());
                        Outcome::because(Verdict::Skipped, reason.unwrap_or_default())
                    }
                }
            }
        };
        for (state, returned) in changed.into_iter().rev() {
            if let Err(message) = states.change(state, Action::Teardown, &returned).await {
                let note = format!("the state `{}` could not be ended: {message}", state.name);
                outcome.left_behind.push(note);
            }
        }
        self.count_refused(&outcome);
        outcome
    }

    /// What an interaction needs that there is not.
    fn out_of_reach(&self, interaction: &Interaction<'_>) -> Option<String> {
        match (&interaction.exchange, interaction.transport) {
            (_, Some(transport))
                if !transport.eq_ignore_ascii_case("http") && !transport.eq_ignore_ascii_case("https") =>
            {
                Some(format!("the transport `{transport}` is not spoken here"))
            }
            (Exchange::Message(_), _) if self.settings.messages.is_none() => {
                Some("it is a message, and nothing says where the provider gives messages out".to_owned())
            }
            (Exchange::Call { .. }, _) => Some("calls by messages are not made here".to_owned()),
            _ => None,
        }
    }

    /// Where nobody listens, nobody need be asked a hundred times.
    fn count_refused(&self, outcome: &Outcome) {
        match outcome.failure {
            Some(FailureKind::Refused) => self.refused.set(self.refused.get() + 1),
            None if outcome.answer.is_some() => self.refused.set(0),
            _ => {}
        }
        if self.refused.get() >= REFUSED {
            self.stop(NOBODY_THERE);
        }
    }

    async fn exchange(&self, task: Task<'_, '_>, values: &Map<String, Value>, position: u64) -> Outcome {
        let Task { interaction, .. } = task;
        let identity = self.identity(task);
        let outcome = match &interaction.exchange {
            Exchange::Http { request, response } => self.http(request, response, identity, values, position).await,
            Exchange::Message(message) => self.message(interaction, message, identity).await,
            Exchange::Call { .. } => Ok(Outcome::new(Verdict::Unsupported)),
        };
        let mut outcome = outcome.unwrap_or_else(|failure| Outcome::of_failure(&failure));
        if outcome.verdict == Verdict::Fail && interaction.pending {
            outcome.verdict = Verdict::PendingFail;
        }
        outcome
    }

    async fn http(
        &self,
        request: &Request<'_>,
        response: &Response<'_>,
        identity: &Identity,
        values: &Map<String, Value>,
        position: u64,
    ) -> Result<Outcome, Failure> {
        let mut random = Seeded::new(self.settings.seed ^ position.rotate_left(32));
        let mut context = Context {
            side: Side::Provider,
            values,
            server: None,
            now: self.settings.now,
            random: &mut random,
        };
        let prepared = prepare_request(request, &mut context);
        let expected = response.status.map(|(status, _)| status);
        let mut outgoing = self.outgoing(prepared.value, identity);
        outgoing.expects_refusal = expected == Some(429);
        let mut outcome = Outcome::new(Verdict::Pass);
        outcome.not_made = prepared.problems.into_iter().map(|problem| problem.message).collect();
        outcome.sent = Some(outgoing.clone());
        let expects_denial = matches!(expected, Some(401 | 403));
        let send = || async {
            if expects_denial {
                identity.send_as_nobody(self.client, &outgoing).await
            } else {
                identity.send(self.client, &outgoing, &[]).await
            }
        };
        let answer = match send().await {
            Ok(answer) => answer,
            Err(failure) => {
                return Ok(Outcome {
                    not_made: outcome.not_made,
                    sent: outcome.sent,
                    ..Outcome::of_failure(&failure)
                });
            }
        };
        outcome.attempts = answer.attempts;
        outcome.times.push(answer.elapsed);
        let actual = ActualResponse {
            status: answer.status,
            headers: &answer.headers,
            body: &answer.body,
        };
        outcome.comparison = match_response(response, &actual);
        outcome.verdict = verdict_of(&outcome.comparison);
        let is_denied = matches!(answer.status, 401 | 403) && !expects_denial;
        if is_denied && outcome.verdict == Verdict::Fail {
            outcome.verdict = Verdict::Error;
            outcome.reason = Some(if identity.has_credentials() {
                format!("the provider refused the credentials: {}", answer.status)
            } else {
                format!(
                    "the provider asks for credentials, and none are given: {}",
                    answer.status
                )
            });
        }
        if outcome.verdict == Verdict::Pass && is_safe(&outgoing.method) {
            for _ in 1..self.settings.samples {
                // It passed: what fails now leaves fewer samples, and says nothing else.
                let Ok(answer) = send().await else { break };
                outcome.times.push(answer.elapsed);
            }
        }
        outcome.answer = Some(answer);
        Ok(outcome)
    }

    fn outgoing(&self, prepared: PreparedRequest, identity: &Identity) -> Outgoing {
        // A path that does not begin so would become a part of the host's name, or make another one of it.
        let slash = if prepared.path.starts_with('/') { "" } else { "/" };
        let mut url = format!("{}{slash}{}", self.settings.provider, prepared.path);
        if !prepared.query.is_empty() {
            url.push('?');
            url.push_str(&prepared.query);
        }
        let mut outgoing = Outgoing {
            method: prepared.method,
            url,
            headers: prepared.headers,
            body: prepared.body,
            timeout: None,
            expects_refusal: false,
        };
        for name in identity.header_names() {
            set(&mut outgoing, name, HIDDEN);
        }
        outgoing
    }

    /// Asks the provider for a message, as Pact's verifiers do.
    async fn message(
        &self,
        interaction: &Interaction<'_>,
        message: &Message<'_>,
        identity: &Identity,
    ) -> Result<Outcome, Failure> {
        let states: Vec<Value> = interaction
            .states
            .iter()
            .map(|state| json!({ "name": state.name, "params": state.parameters() }))
            .collect();
        let asked = json!({ "description": interaction.description, "providerStates": states });
        let outgoing = Outgoing {
            method: "POST".to_owned(),
            url: self.settings.messages.clone().unwrap_or_default(),
            headers: vec![("Content-Type".to_owned(), "application/json".to_owned())],
            body: Some(asked.to_string().into_bytes()),
            timeout: None,
            expects_refusal: false,
        };
        let answer = match identity.send(self.client, &outgoing, &[]).await {
            Ok(answer) => answer,
            Err(failure) => {
                return Ok(Outcome {
                    sent: Some(outgoing),
                    ..Outcome::of_failure(&failure)
                });
            }
        };
        let mut outcome = Outcome::new(Verdict::Pass);
        outcome.attempts = answer.attempts;
        outcome.times.push(answer.elapsed);
        outcome.sent = Some(outgoing);
        if !(200..300).contains(&answer.status) {
            outcome.verdict = Verdict::Error;
            outcome.reason = Some(format!("the provider gave no message out: {}", answer.status));
        } else {
            let metadata = answer.header(METADATA).and_then(|text| STANDARD.decode(text).ok());
            let metadata = metadata.and_then(|bytes| String::from_utf8(bytes).ok());
            let actual = ActualMessage {
                content_type: answer.header("content-type"),
                metadata: metadata.as_deref(),
                contents: &answer.body,
            };
            outcome.comparison = match_message(message, &actual);
            outcome.verdict = verdict_of(&outcome.comparison);
        }
        outcome.answer = Some(answer);
        Ok(outcome)
    }
}

fn verdict_of(comparison: &Comparison) -> Verdict {
    if comparison.is_match() {
        Verdict::Pass
    } else if comparison.is_unsupported() {
        Verdict::Unsupported
    } else {
        Verdict::Fail
    }
}
