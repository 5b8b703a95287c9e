//! `stipula verify`

mod contracts;
mod findings;
mod interactions;
mod settings;
mod wanted;

use super::args::VerifyArgs;
use super::output::Console;
use super::run::{Found, Run, in_pool};
use super::{Failure, Outcome};
use crate::contract::{self, Contract, Interaction, Planned};
use crate::provider::{self, Verdict};
use crate::report::counted;
use crate::rules::declaration::Declaration;
use findings::{PAGES, findings_of, unreadable};
use settings::{client, note_assumed_states, run_settings, wait_for};
use std::collections::BTreeMap;
use std::sync::Arc;
use wanted::Wanted;

/// Runs the command.
pub(super) fn run(args: &VerifyArgs, console: &mut Console) -> Result<Outcome, Failure> {
    in_pool(&args.common, console, |console| verify(args, console))
}

fn verify(args: &VerifyArgs, console: &Console) -> Result<Outcome, Failure> {
    let run = Run::new(&args.common, console)?;
    let (workspace, mut complete) = contracts::read(args, &run)?;
    let contracts: Vec<Contract<'_>> = workspace.ids().map(|id| contract::read(&workspace, id)).collect();
    let wanted = Wanted::new(&args.which)?;
    let planned = contract::plan(
        &contracts,
        &|contract, interaction| wanted.has(contract, interaction),
        args.which.shard,
    );
    if planned.is_empty() {
        return Err(Failure::new(
            if contracts.iter().all(|contract| contract.interactions.is_empty()) {
                "nothing to verify: the contracts hold no interaction"
            } else {
                "nothing to verify: no interaction is left by the filters"
            },
        ));
    }
    let settings = run_settings(args)?;
    let client = client(args, console)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::new(format!("no requests can be sent: {error}")))?;
    let wanted: Vec<&Interaction<'_>> = planned.iter().map(|planned| planned.interaction).collect();
    note_assumed_states(&wanted, &settings, console);
    let bar = console.progress_of(planned.len(), "interactions");
    let outcomes = runtime.block_on(async {
        wait_for(&args.requests, &client).await?;
        let interrupt = async {
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        Ok::<_, Failure>(provider::run(&wanted, &client, &settings, interrupt, &|| bar.inc(1)).await)
    })?;
    bar.finish_and_clear();
    if let Some(reason) = &outcomes.stopped {
        console.complain(&format!("the run ended early: {reason}"));
    }
    let pages: Vec<Arc<Declaration>> = PAGES
        .iter()
        .filter_map(|page| run.catalog.event(page).cloned())
        .collect();
    let mut findings = unreadable(&workspace, &contracts);
    let mut counts: BTreeMap<Verdict, usize> = BTreeMap::new();
    let mut interactions = Vec::with_capacity(planned.len());
    for (planned, outcome) in planned.iter().zip(&outcomes.outcomes) {
        *counts.entry(outcome.verdict).or_default() += 1;
        let number = interactions.len();
        findings.extend(findings_of(planned, outcome, number, outcomes.stopped.is_some()));
        interactions.push(interactions::record(planned, outcome));
    }
    let count = |verdict: Verdict| counts.get(&verdict).copied().unwrap_or_default();
    let unknown: usize = [
        Verdict::Error,
        Verdict::StateError,
        Verdict::Unsupported,
        Verdict::Skipped,
    ]
    .map(count)
    .iter()
    .sum();
    // A broken contract is worth more than what nobody knows.
    complete = (complete && unknown == 0) || count(Verdict::Fail) > 0;
    let slowest = slow_attempts(&planned, &outcomes.outcomes);
    run.report(Found {
        command: "verify",
        workspace: &workspace,
        versions: &[],
        rules: &pages,
        findings,
        interactions,
        complete,
        explain: false,
        trim: &|_| {
            let told: Vec<String> = counts
                .iter()
                .map(|(verdict, count)| format!("{count} {}", verdict.name()))
                .collect();
            let interactions = counted(planned.len(), "interaction");
            let mut sentence = format!(
                "{interactions} with {}: {}",
                provider::without_password(&args.provider),
                told.join(", ")
            );
            sentence.extend(slowest.iter().map(|line| format!("\n{line}")));
            Some(sentence)
        },
    })
}

/// What passed only when it was tried again.
fn slow_attempts(planned: &[Planned<'_, '_>], outcomes: &[provider::Outcome]) -> Vec<String> {
    let tried = planned.iter().zip(outcomes).filter_map(|(planned, outcome)| {
        let attempts = outcome.answer.as_ref()?.attempts;
        let passed = outcome.verdict == Verdict::Pass && attempts > 1;
        passed.then(|| format!("passed on attempt {attempts}: {}", planned.interaction.description))
    });
    tried.collect()
}
