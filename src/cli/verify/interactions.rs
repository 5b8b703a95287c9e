//! What reports tell of each interaction.

use crate::contract::{Exchange, Planned, difference};
use crate::finding::{Location, Verification};
use crate::provider::{Outcome, Outgoing, Verdict};

/// What became of an interaction.
pub(super) fn record(planned: &Planned<'_, '_>, outcome: &Outcome) -> Verification {
    let (contract, interaction) = (planned.contract, planned.interaction);
    let mut also: Vec<String> = planned
        .also
        .iter()
        .map(|other| other.consumer.name.to_owned())
        .collect();
    also.retain(|name| name != contract.consumer.name);
    let expected = match &interaction.exchange {
        Exchange::Http { response, .. } => Some(&response.body),
        Exchange::Message(message) => Some(&message.contents),
        Exchange::Call { .. } => None,
    };
    let is_broken = matches!(outcome.verdict, Verdict::Fail | Verdict::PendingFail);
    let bodies = expected.zip(outcome.answer.as_ref()).filter(|_| is_broken);
    Verification {
        location: Location::value(interaction.node.address()),
        consumer: contract.consumer.name.to_owned(),
        provider: contract.provider.name.to_owned(),
        description: interaction.description.to_owned(),
        states: interaction.states.iter().map(|state| state.name.to_owned()).collect(),
        also,
        verdict: outcome.verdict,
        attempts: outcome.attempts,
        reason: outcome.reason.clone(),
        request: outcome.sent.as_ref().map(Outgoing::as_command),
        bodies: bodies.and_then(|(expected, answer)| difference(expected, &answer.body, &outcome.comparison)),
        times: None,
    }
}
