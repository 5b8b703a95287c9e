//! What is carried out side by side, and what one after the other.

use super::retry::is_safe;
use crate::contract::{Exchange, Interaction};
use std::collections::BTreeMap;

/// Which provider states leave each other alone, so that their interactions can be carried out side by side.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Isolation {
    /// None does.
    #[default]
    Serial,
    /// Those with other names.
    ByName,
    /// Those in which this parameter has another value.
    ByParameter(String),
    /// All do.
    None,
}

/// A lane: positions of interactions that are carried out one after the other.
pub(super) type Lane = Vec<usize>;

/// The lanes of a run: first those of interactions that leave others alone, then the others. What brings states about
/// may change what everybody sees: it comes when the first are through.
pub(super) fn lanes(interactions: &[&Interaction<'_>], isolation: &Isolation) -> [Vec<Lane>; 2] {
    let positions = 0..interactions.len();
    if *isolation == Isolation::None {
        return [positions.map(|position| vec![position]).collect(), Vec::new()];
    }
    let (free, others): (Vec<usize>, Vec<usize>) =
        positions.partition(|position| leaves_others_alone(interactions[*position]));
    let mut lanes: Vec<Lane> = Vec::new();
    let mut known: BTreeMap<Vec<String>, usize> = BTreeMap::new();
    for position in others {
        let lane = *known.entry(key(interactions[position], isolation)).or_insert_with(|| {
            lanes.push(Vec::new());
            lanes.len() - 1
        });
        lanes[lane].push(position);
    }
    [free.into_iter().map(|position| vec![position]).collect(), lanes]
}

/// What interactions of one lane have in common.
fn key(interaction: &Interaction<'_>, isolation: &Isolation) -> Vec<String> {
    let states = interaction.states.iter();
    let mut key: Vec<String> = match isolation {
        Isolation::Serial | Isolation::None => Vec::new(),
        Isolation::ByName => states.map(|state| state.name.to_owned()).collect(),
        Isolation::ByParameter(name) => states
            .filter_map(|state| state.parameters().get(name).map(ToString::to_string))
            .collect(),
    };
    key.sort_unstable();
    key.dedup();
    key
}

/// Whether an interaction can be carried out beside others.
fn leaves_others_alone(interaction: &Interaction<'_>) -> bool {
    let is_safe = match &interaction.exchange {
        Exchange::Http { request, .. } => is_safe(request.method.text),
        Exchange::Message(_) | Exchange::Call { .. } => false,
    };
    is_safe && interaction.states.is_empty()
}
