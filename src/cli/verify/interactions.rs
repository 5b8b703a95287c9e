//! What reports tell of each interaction.

use super::findings::diagnosed;
use crate::conformance::Diagnoses;
use crate::contract::{Exchange, Planned, difference};
use crate::finding::{Contracted, Location, Verification};
use crate::provider::{Outcome, Verdict};

/// What became of an interaction, of which findings say what is known `about` it: at the provider, or else as the
/// provider is described.
pub(super) fn record(
    planned: &Planned<'_, '_>,
    outcome: Option<&Outcome>,
    as_described: Verdict,
    about: &Contracted,
    diagnoses: &Diagnoses,
) -> Verification {
    let interaction = planned.interaction;
    let verdict = outcome.map_or(as_described, |outcome| outcome.verdict);
    let expected = match &interaction.exchange {
        Exchange::Http { response, .. } => Some(&response.body),
        Exchange::Message(message) => Some(&message.contents),
        Exchange::Call { .. } => None,
    };
    let is_broken = matches!(verdict, Verdict::Fail | Verdict::PendingFail);
    let bodies = outcome.filter(|_| is_broken).zip(expected);
    let bodies = bodies
        .and_then(|(outcome, expected)| difference(expected, &outcome.answer.as_ref()?.body, &outcome.comparison));
    Verification {
        location: Location::value(interaction.node.address()),
        consumer: about.consumer.clone(),
        provider: about.provider.clone(),
        description: about.interaction.clone(),
        states: about.states.clone(),
        also: about.also.clone(),
        verdict,
        attempts: outcome.map_or(0, |outcome| outcome.attempts),
        reason: outcome.and_then(|outcome| outcome.reason.clone()),
        request: about.request.clone(),
        diagnoses: diagnoses.all().into_iter().map(diagnosed).collect(),
        bodies,
        times: None,
    }
}
