//! `stipula verify`

mod contracts;
mod described;
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
use described::Described;
use findings::{PAGES, about, findings_of, unreadable};
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
    let read = contracts::read(args, &run)?;
    let workspace = &read.workspace;
    let contracts: Vec<Contract<'_>> = read.contracts.iter().map(|id| contract::read(workspace, *id)).collect();
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
    let outcomes = match &args.provider {
        Some(provider) => Some(ask(args, provider, &planned, console)?),
        None => None,
    };
    let mut described = Described::new(&read, &planned);
    if let Some(outcomes) = &outcomes {
        described.hold_answers(outcomes);
    }
    let mut findings = unreadable(&read, &contracts);
    let mut interactions = Vec::new();
    for (position, planned) in planned.iter().enumerate() {
        let about = about(planned, &described, outcomes.as_ref(), position);
        if let Some(outcomes) = &outcomes {
            let outcome = &outcomes.outcomes[position];
            findings.extend(findings_of(planned, outcome, outcomes.stopped.is_some(), &about));
            interactions.push(interactions::record(planned, outcome, &about));
        }
        findings.extend(described.findings(position, planned, &about));
    }
    let counts = outcomes.as_ref().map(Counts::of);
    let complete = read.complete && counts.as_ref().is_none_or(|counts| counts.unknown() == 0);
    // A broken contract is worth more than what nobody knows.
    let complete = complete
        || counts
            .as_ref()
            .is_some_and(|counts| counts.of_verdict(Verdict::Fail) > 0);
    let pages: Vec<Arc<Declaration>> = PAGES
        .iter()
        .filter_map(|page| run.catalog.event(page).cloned())
        .collect();
    run.report(Found {
        command: "verify",
        workspace,
        versions: &[],
        rules: &pages,
        findings,
        interactions,
        complete,
        explain: false,
        trim: &|_| {
            let mut lines = Vec::new();
            let interactions = counted(planned.len(), "interaction");
            if let (Some(provider), Some(counts), Some(outcomes)) = (&args.provider, &counts, &outcomes) {
                lines.push(format!(
                    "{interactions} with {}: {}",
                    provider::without_password(provider),
                    counts.told()
                ));
                lines.extend(slow_attempts(&planned, &outcomes.outcomes));
            }
            lines.extend(described.told(&interactions));
            Some(lines.join("\n"))
        },
    })
}

/// Carries the interactions out.
fn ask(
    args: &VerifyArgs,
    provider: &str,
    planned: &[Planned<'_, '_>],
    console: &Console,
) -> Result<provider::Run, Failure> {
    let settings = run_settings(args, provider)?;
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
    Ok(outcomes)
}

/// How many interactions came to which verdict.
struct Counts(BTreeMap<Verdict, usize>);

impl Counts {
    fn of(run: &provider::Run) -> Self {
        let mut counts = BTreeMap::new();
        for outcome in &run.outcomes {
            *counts.entry(outcome.verdict).or_default() += 1;
        }
        Self(counts)
    }

    fn of_verdict(&self, verdict: Verdict) -> usize {
        self.0.get(&verdict).copied().unwrap_or_default()
    }

    /// The interactions of which nothing is known.
    fn unknown(&self) -> usize {
        let unknown = [
            Verdict::Error,
            Verdict::StateError,
            Verdict::Unsupported,
            Verdict::Skipped,
        ];
        unknown.map(|verdict| self.of_verdict(verdict)).iter().sum()
    }

    fn told(&self) -> String {
        let told = self
            .0
            .iter()
            .map(|(verdict, count)| format!("{count} {}", verdict.name()));
        told.collect::<Vec<_>>().join(", ")
    }
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
