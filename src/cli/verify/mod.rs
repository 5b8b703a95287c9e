//! `stipula verify`

pub(super) mod args;
mod contracts;
mod findings;
mod latency;
mod senders;
mod settings;
mod targets;
mod wanted;

use super::args::VerifyArgs;
use super::output::Console;
use super::run::{Found, Run, in_pool};
use super::{Failure, Outcome};
use crate::contract::{self, Contract, Planned};
use crate::provider::{self, Task, Verdict};
use crate::report::counted;
use crate::rules::declaration::Declaration;
use findings::{PAGES, findings_of, page, unreadable};
use senders::{Secrets, Senders};
use settings::{client, run_settings, wait_for};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;
use targets::{Target, targets};
use tokio::runtime::Runtime;
use wanted::Wanted;

/// Runs the command.
pub(super) fn run(args: &VerifyArgs, console: &mut Console) -> Result<Outcome, Failure> {
    in_pool(&args.common, console, |console| verify(args, console))
}

fn verify(args: &VerifyArgs, console: &Console) -> Result<Outcome, Failure> {
    let run = Run::new(&args.common, console)?;
    let targets = targets(args, &run)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::new(format!("no requests can be sent: {error}")))?;
    if args.connections.insecure {
        console.complain("--insecure: whoever answers is believed to be the provider");
    }
    let read = contracts::read(args, &targets, &run, &runtime)?;
    let workspace = &read.workspace;
    let contracts: Vec<Contract<'_>> = workspace.ids().map(|id| contract::read(workspace, id)).collect();
    let wanted = Wanted::new(&args.which)?;
    let parts: Vec<Part<'_, '_>> = targets
        .iter()
        .zip(&read.of_targets)
        .map(|(target, positions)| Part::new(target, &contracts[positions.clone()], &wanted, args))
        .collect();
    let planned: usize = parts.iter().map(|part| part.planned.len()).sum();
    if planned == 0 {
        return Err(Failure::new(
            if contracts.iter().all(|contract| contract.interactions.is_empty()) {
                "nothing to verify: the contracts hold no interaction"
            } else {
                "nothing to verify: no interaction is left by the filters"
            },
        ));
    }
    let pages: Vec<Arc<Declaration>> = PAGES
        .iter()
        .filter_map(|page| run.catalog.event(page).cloned())
        .collect();
    let mut findings = unreadable(workspace, &contracts);
    let mut counts: BTreeMap<Verdict, usize> = BTreeMap::new();
    let mut lines = Vec::new();
    let mut times = Vec::new();
    let progress = Progress {
        bar: console.progress_of(planned, "interactions"),
        start: Instant::now(),
        interrupted: Cell::new(false),
    };
    for part in parts.into_iter().filter(|part| !part.planned.is_empty()) {
        let (target, planned) = (part.target, part.planned.clone());
        let outcomes = carry_out(args, &run, part, &runtime, &progress)?;
        if let Some(reason) = &outcomes.stopped {
            console.complain(&format!("the run ended early: {reason}"));
        }
        let mut told: BTreeMap<Verdict, usize> = BTreeMap::new();
        for (planned, outcome) in planned.iter().zip(&outcomes.outcomes) {
            *told.entry(outcome.verdict).or_default() += 1;
            findings.extend(findings_of(planned, outcome, outcomes.stopped.is_some()));
        }
        lines.push(format!(
            "{} with {}: {}",
            counted(planned.len(), "interaction"),
            target.provider,
            told.iter()
                .map(|(verdict, count)| format!("{count} {}", verdict.name()))
                .collect::<Vec<_>>()
                .join(", ")
        ));
        lines.extend(slow_attempts(&planned, &outcomes.outcomes));
        let latency = &target.settings.latency;
        if latency::are_wanted(latency, args.common.verbose) {
            for (timing, first) in latency::timings(latency, &planned, &outcomes.outcomes) {
                findings.extend(latency::too_slow(page("contract-slow"), &timing, first));
                times.push(timing);
            }
        }
        for (verdict, count) in told {
            *counts.entry(verdict).or_default() += count;
        }
    }
    progress.bar.finish_and_clear();
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
    run.report(Found {
        command: "verify",
        workspace,
        versions: &[],
        rules: &pages,
        findings,
        // A broken contract is worth more than what nobody knows.
        complete: (read.complete && unknown == 0) || count(Verdict::Fail) > 0,
        explain: false,
        times: &times,
        trim: &|_| Some(lines.join("\n")),
    })
}

/// What is carried out at one provider.
struct Part<'p, 'w> {
    target: &'p Target,
    planned: Vec<Planned<'p, 'w>>,
    senders: Senders<'p>,
}

impl<'p, 'w> Part<'p, 'w> {
    fn new(target: &'p Target, contracts: &'p [Contract<'w>], wanted: &Wanted, args: &VerifyArgs) -> Self {
        let senders = Senders::new(target);
        let planned = contract::plan(
            contracts,
            &|contract, interaction| wanted.has(contract, interaction),
            &|contract, interaction| senders.of(contract, interaction),
            args.which.shard,
        );
        Self {
            target,
            planned,
            senders,
        }
    }
}

/// How far a run has come.
struct Progress {
    bar: indicatif::ProgressBar,
    start: Instant,
    /// Whether the user has had enough.
    interrupted: Cell<bool>,
}

/// Carries out what is planned for one provider.
fn carry_out(
    args: &VerifyArgs,
    run: &Run<'_>,
    part: Part<'_, '_>,
    runtime: &Runtime,
    progress: &Progress,
) -> Result<provider::Run, Failure> {
    let folder = &run.settings.folder;
    let mut secrets = Secrets::new(folder);
    let senders = part.senders.found(&mut secrets)?;
    let mut settings = run_settings(args, part.target, senders, &mut secrets)?;
    // The time is for everything: what others took is gone.
    settings.total = settings
        .total
        .map(|total| total.saturating_sub(progress.start.elapsed()));
    let client = client(args, part.target, folder)?;
    let tasks = part.planned.iter().map(|planned| Task {
        interaction: planned.interaction,
        sender: planned.sender,
    });
    let tasks: Vec<Task<'_, '_>> = tasks.collect();
    runtime.block_on(async {
        wait_for(&args.connections, &client).await?;
        let interrupt = async {
            if !progress.interrupted.get() && tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
            progress.interrupted.set(true);
        };
        Ok(provider::run(&tasks, &client, &settings, interrupt, &|| progress.bar.inc(1)).await)
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
