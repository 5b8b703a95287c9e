//! What reports tell of each interaction.

use crate::contract::{Exchange, Planned, difference};
use crate::finding::{Contracted, Location, Verification};
use crate::provider::{Outcome, Verdict};

/// What became of an interaction, of which findings say what is known `about` it.
pub(super) fn record(planned: &Planned<'_, '_>, outcome: &Outcome, about: &Contracted) -> Verification {
    let interaction = planned.interaction;
    let expected = match &interaction.exchange {
        Exchange::Http { response, .. } => Some(&response.body),
        Exchange::Message(message) => Some(&message.contents),
        Exchange::Call { .. } => None,
    };
    let is_broken = matches!(outcome.verdict, Verdict::Fail | Verdict::PendingFail);
    let bodies = expected.zip(outcome.answer.as_ref()).filter(|_| is_broken);
    Verification {
        location: Location::value(interaction.node.address()),
        consumer: about.consumer.clone(),
        provider: about.provider.clone(),
        description: about.interaction.clone(),
        states: about.states.clone(),
        also: about.also.clone(),
        verdict: outcome.verdict,
        attempts: outcome.attempts,
        reason: outcome.reason.clone(),
        request: about.request.clone(),
        diagnosis: about.diagnosis,
        bodies: bodies.and_then(|(expected, answer)| difference(expected, &answer.body, &outcome.comparison)),
        times: None,
    }
}
