//! How long the answers of each operation took, and which took longer than they may.

use crate::contract::{Exchange, Planned};
use crate::finding::{Finding, Location, Timing};
use crate::policy::verify::{LatencySettings, OperationName, Time};
use crate::provider::Outcome;
use std::collections::BTreeMap;
use std::time::Duration;

/// Which share of the answers has to keep a budget, unless said, in percent.
const PERCENTILE: u32 = 95;

/// The timings of a run by operation, in the order of the contracts; each with the first of its interactions. Where a
/// description has the operation of an interaction, `templates` knows the path.
pub(super) fn timings<'p, 'c, 'w>(
    settings: &LatencySettings,
    planned: &'p [Planned<'c, 'w>],
    outcomes: &[&Outcome],
    templates: &dyn Fn(usize) -> Option<&'p str>,
) -> Vec<(Timing, &'p Planned<'c, 'w>)> {
    let percentile = settings.percentile.map_or(PERCENTILE, |percentile| percentile.0);
    let mut found: Vec<Operation<'p, 'c, 'w>> = Vec::new();
    let mut known: BTreeMap<OperationName, usize> = BTreeMap::new();
    for (position, (planned, outcome)) in planned.iter().zip(outcomes).enumerate() {
        let Exchange::Http { request, .. } = &planned.interaction.exchange else {
            continue;
        };
        if outcome.times.is_empty() {
            continue;
        }
        let (name, budget) = operation(settings, request.method.text, request.path.text, templates(position));
        let at = *known.entry(name.clone()).or_insert_with(|| {
            found.push(Operation {
                name,
                budget,
                first: planned,
                times: Vec::new(),
            });
            found.len() - 1
        });
        found[at].times.extend(&outcome.times);
    }
    let told = found.into_iter().map(|operation| {
        let name = operation.name.to_string();
        (
            Timing::new(name, operation.times, percentile, operation.budget),
            operation.first,
        )
    });
    told.collect()
}

struct Operation<'p, 'c, 'w> {
    name: OperationName,
    budget: Option<Duration>,
    first: &'p Planned<'c, 'w>,
    times: Vec<Duration>,
}

/// The operation that a request belongs to, and its budget. Of those that the settings name, the one with the fewest
/// open segments; else the one that is described. A path that nobody knows is one of its own.
fn operation(
    settings: &LatencySettings,
    method: &str,
    path: &str,
    template: Option<&str>,
) -> (OperationName, Option<Duration>) {
    let named = settings.operations.iter().filter(|(name, _)| name.fits(method, path));
    match named.min_by_key(|(name, _)| name.path.matches('{').count()) {
        Some((name, Time(budget))) => (name.clone(), Some(*budget)),
        None => {
            let name = OperationName {
                method: method.to_ascii_uppercase(),
                path: template.unwrap_or(path).to_owned(),
            };
            (name, settings.budget.map(|Time(budget)| budget))
        }
    }
}

/// Whether anybody wants to know the times: without that they are told nowhere, as no two runs have the same.
pub(super) fn are_wanted(settings: &LatencySettings, verbose: bool) -> bool {
    let is_sampled = settings.samples.is_some_and(|samples| samples.0 > 1);
    verbose || is_sampled || settings.budget.is_some() || !settings.operations.is_empty()
}

/// The finding that an operation took longer than it may, if it did.
pub(super) fn too_slow(rule: usize, timing: &Timing, first: &Planned<'_, '_>) -> Option<Finding> {
    let budget = timing.budget.filter(|_| !timing.is_in_time())?;
    Some(Finding {
        rule,
        location: Location::value(first.interaction.node.address()),
        facts: vec![
            ("operation", timing.operation.clone()),
            ("found", timing.told()),
            ("allowed", crate::finding::milliseconds(budget)),
        ],
        related: Vec::new(),
        breaking: None,
        contract: None,
    })
}
