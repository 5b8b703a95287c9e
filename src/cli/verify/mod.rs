//! `stipula verify`

pub(super) mod args;
mod contracts;
mod described;
mod findings;
mod interactions;
mod latency;
mod senders;
mod settings;
mod targets;
mod wanted;

use super::args::VerifyArgs;
use super::output::Console;
use super::run::{Found, Run, in_pool};
use super::texts::Texts;
use super::{Failure, Outcome};
use crate::contract::{self, Contract, Planned};
use crate::document::{Workspace, suggest};
use crate::finding::{Finding, Timing, Verification};
use crate::formats::{self, LoadedSide, Side};
use crate::provider::{self, Task, Verdict};
use crate::report::{counted, visible};
use crate::rules::declaration::Declaration;
use crate::source::Source;
use contracts::Gathered;
use described::Described;
use findings::{PAGES, about, findings_of, page, unreadable};
use senders::{Secrets, Senders};
use settings::{client, note_assumed_states, run_settings, wait_for};
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;
use std::time::Instant;
use targets::{Target, Unset, targets};
use tokio::runtime::Runtime;
use wanted::Wanted;

/// Runs the command.
pub(super) fn run(args: &VerifyArgs, console: &mut Console) -> Result<Outcome, Failure> {
    in_pool(&args.common, console, |console| verify(args, console))
}

fn verify(args: &VerifyArgs, console: &Console) -> Result<Outcome, Failure> {
    let run = Run::new(&args.common, console)?;
    let targets = targets(args, &run, Unset::Mistake)?;
    if args.connections.insecure {
        console.complain("--insecure: whoever answers is believed to be the provider");
    }
    let mut texts = Texts::default();
    let subjects = Subjects::gather(args, targets, &run, &mut texts)?;
    let side = Side {
        sources: texts.sources,
        files: &run.files,
    };
    let loaded = formats::load_contracts(subjects.sources(), &side, &run.load_options(), &|| {});
    let workspace = &loaded.workspace;
    let verified = subjects.verify(args, workspace, &loaded.contracts, &loaded.new, &run)?;
    run.report(Found {
        command: "verify",
        workspace,
        versions: &[],
        rules: &pages(&run),
        findings: verified.findings,
        interactions: verified.interactions,
        complete: verified.complete,
        explain: false,
        times: &verified.times,
        trim: &|_| Some(verified.lines.join("\n")),
    })
}

/// The pages of what is found, in the order in which findings count them.
pub(super) fn pages(run: &Run<'_>) -> Vec<Arc<Declaration>> {
    let pages = PAGES.iter().filter_map(|page| run.catalog.event(page).cloned());
    pages.collect()
}

/// What is verified, once it has been read.
pub(super) struct Subjects {
    targets: Vec<Target>,
    gathered: Gathered,
    runtime: Runtime,
}

/// What became of it.
pub(super) struct Verified {
    pub(super) findings: Vec<Finding>,
    pub(super) interactions: Vec<Verification>,
    pub(super) times: Vec<Timing>,
    /// What there is to say at the end.
    pub(super) lines: Vec<String>,
    /// Whether everything could be verified.
    pub(super) complete: bool,
}

impl Subjects {
    /// What `stipula.yaml` says, if there is anything to verify; the descriptions are added to `texts`.
    pub(super) fn configured(args: &VerifyArgs, run: &Run<'_>, texts: &mut Texts) -> Result<Option<Self>, Failure> {
        let targets = targets(args, run, Unset::Nobody)?;
        if targets.is_empty() {
            return Ok(None);
        }
        Self::gather(args, targets, run, texts).map(Some)
    }

    fn gather(args: &VerifyArgs, targets: Vec<Target>, run: &Run<'_>, texts: &mut Texts) -> Result<Self, Failure> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Failure::new(format!("no requests can be sent: {error}")))?;
        Ok(Self {
            gathered: Gathered::of(args, &targets, run, &runtime, texts)?,
            targets,
            runtime,
        })
    }

    /// The texts of the contracts.
    pub(super) fn sources(&self) -> Vec<Arc<Source>> {
        self.gathered.sources()
    }

    /// Verifies everything. `contracts` and `descriptions` say what became of the texts.
    pub(super) fn verify(
        &self,
        args: &VerifyArgs,
        workspace: &Workspace,
        contracts: &LoadedSide,
        descriptions: &LoadedSide,
        run: &Run<'_>,
    ) -> Result<Verified, Failure> {
        let read = self
            .gathered
            .read(args, workspace, contracts, descriptions, run.console)?;
        let contracts: Vec<Contract<'_>> = read.contracts.iter().map(|id| contract::read(workspace, *id)).collect();
        let (parts, planned) = plan(args, &self.targets, &read.of_targets, &contracts)?;
        let asked = ask(args, run, &parts, &planned, &self.runtime)?;
        let mut described = Described::new(&read, &parts, &planned);
        described.hold_answers(&asked.outcomes);
        let mut findings = unreadable(&read, &contracts);
        let mut interactions = Vec::new();
        for (position, planned) in planned.iter().enumerate() {
            let outcome = asked.outcomes[position].as_ref();
            let about = about(planned, outcome, position);
            if let Some(outcome) = outcome {
                findings.extend(findings_of(
                    planned,
                    outcome,
                    asked.stopped.is_some(),
                    &about,
                    described.diagnoses(position),
                ));
            }
            findings.extend(described.findings(position, planned, &about));
            let as_described = described.verdict(position, planned);
            interactions.push(interactions::record(
                planned,
                outcome,
                as_described,
                &about,
                described.diagnoses(position),
            ));
        }
        let mut lines = Vec::new();
        let mut times = Vec::new();
        for part in &parts {
            let Some(provider) = &part.target.provider else {
                continue;
            };
            let planned = &planned[part.planned.clone()];
            let outcomes: Vec<&provider::Outcome> = asked.outcomes[part.planned.clone()].iter().flatten().collect();
            lines.push(format!(
                "{} with {}: {}",
                counted(planned.len(), "interaction"),
                provider::without_password(provider),
                Counts::of(&outcomes).told()
            ));
            lines.extend(slow_attempts(planned, &outcomes));
            let latency = &part.target.settings.latency;
            let templates = |position| described.template(part.planned.start + position);
            if latency::are_wanted(latency, run.common.verbose) {
                for (timing, first) in latency::timings(latency, planned, &outcomes, &templates) {
                    findings.extend(latency::too_slow(page("contract-slow"), &timing, first));
                    times.push(timing);
                }
                for position in part.planned.clone() {
                    let outcome = asked.outcomes[position].as_ref();
                    let measured = outcome.map(|outcome| outcome.times.clone());
                    interactions[position].times = measured.filter(|times| !times.is_empty());
                }
            }
        }
        lines.extend(described.told());
        let outcomes: Vec<&provider::Outcome> = asked.outcomes.iter().flatten().collect();
        let counts = Counts::of(&outcomes);
        Ok(Verified {
            findings,
            interactions,
            times,
            lines,
            // A broken contract is worth more than what nobody knows.
            complete: read.complete && counts.unknown() == 0 || counts.of_verdict(Verdict::Fail) > 0,
        })
    }
}

/// What is carried out at one provider.
struct Part<'t> {
    target: &'t Target,
    /// The position of the target.
    position: usize,
    senders: Senders<'t>,
    /// The positions of what is carried out there.
    planned: Range<usize>,
}

/// What is carried out, and where.
fn plan<'t, 'c, 'w>(
    args: &VerifyArgs,
    targets: &'t [Target],
    of_targets: &[Range<usize>],
    contracts: &'c [Contract<'w>],
) -> Result<(Vec<Part<'t>>, Vec<Planned<'c, 'w>>), Failure> {
    let wanted = Wanted::new(&args.which)?;
    let mut parts = Vec::new();
    let mut planned = Vec::new();
    for (position, (target, contracts_of)) in targets.iter().zip(of_targets).enumerate() {
        let senders = Senders::new(target);
        let start = planned.len();
        planned.extend(contract::plan(
            &contracts[contracts_of.clone()],
            &|contract, interaction| wanted.has(contract, interaction),
            &|contract, interaction| senders.of(contract, interaction),
            args.which.shard,
        ));
        if planned.len() > start {
            parts.push(Part {
                target,
                position,
                senders,
                planned: start..planned.len(),
            });
        }
    }
    if planned.is_empty() {
        return Err(nothing(args, contracts));
    }
    Ok((parts, planned))
}

/// Why nothing is planned.
fn nothing(args: &VerifyArgs, contracts: &[Contract<'_>]) -> Failure {
    if contracts.iter().all(|contract| contract.interactions.is_empty()) {
        return Failure::new("nothing to verify: the contracts hold no interaction");
    }
    let consumers: BTreeSet<&str> = contracts.iter().map(|contract| contract.consumer.name).collect();
    let hint = match args.which.consumer.is_empty() {
        true => String::new(),
        false => format!("; the contracts are those of {}", suggest::list(consumers, "and")),
    };
    Failure::new(format!(
        "nothing to verify: no interaction is left by the filters{}",
        visible(&hint)
    ))
}

/// What became of everything that is planned.
struct Asked {
    /// For each interaction; nothing where no provider is to be asked.
    outcomes: Vec<Option<provider::Outcome>>,
    /// Why the run ended before its end.
    stopped: Option<String>,
}

/// Carries out what is planned, one provider after the other.
fn ask(
    args: &VerifyArgs,
    run: &Run<'_>,
    parts: &[Part<'_>],
    planned: &[Planned<'_, '_>],
    runtime: &Runtime,
) -> Result<Asked, Failure> {
    let folder = &run.settings.folder;
    let bar = run.console.progress_of(planned.len(), "interactions");
    let start = Instant::now();
    // Who has had enough has had enough of all providers.
    let interrupted = Cell::new(false);
    let mut asked = Asked {
        outcomes: Vec::with_capacity(planned.len()),
        stopped: None,
    };
    for part in parts {
        let Some(provider) = &part.target.provider else {
            asked.outcomes.extend(part.planned.clone().map(|_| None));
            bar.inc(part.planned.len() as u64);
            continue;
        };
        let mut secrets = Secrets::new(folder);
        let senders = part.senders.found(&mut secrets)?;
        let mut settings = run_settings(args, part.target, provider, senders, &mut secrets)?;
        // The time is for everything: what others took is gone.
        settings.total = settings.total.map(|total| total.saturating_sub(start.elapsed()));
        let client = client(args, part.target, folder)?;
        let tasks: Vec<Task<'_, '_>> = planned[part.planned.clone()]
            .iter()
            .map(|planned| Task {
                interaction: planned.interaction,
                sender: planned.sender,
            })
            .collect();
        note_assumed_states(&tasks, &settings, run.console);
        let done = runtime.block_on(async {
            wait_for(&args.connections, &client).await?;
            let interrupt = async {
                if !interrupted.get() && tokio::signal::ctrl_c().await.is_err() {
                    std::future::pending::<()>().await;
                }
                interrupted.set(true);
            };
            Ok::<_, Failure>(provider::run(&tasks, &client, &settings, interrupt, &|| bar.inc(1)).await)
        })?;
        if let Some(reason) = &done.stopped {
            run.console.complain(&format!("the run ended early: {reason}"));
        }
        asked.outcomes.extend(done.outcomes.into_iter().map(Some));
        asked.stopped = asked.stopped.or(done.stopped);
    }
    bar.finish_and_clear();
    Ok(asked)
}

/// How many interactions came to which verdict.
struct Counts(BTreeMap<Verdict, usize>);

impl Counts {
    fn of(outcomes: &[&provider::Outcome]) -> Self {
        let mut counts = BTreeMap::new();
        for outcome in outcomes {
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
fn slow_attempts(planned: &[Planned<'_, '_>], outcomes: &[&provider::Outcome]) -> Vec<String> {
    let tried = planned.iter().zip(outcomes).filter_map(|(planned, outcome)| {
        let attempts = outcome.answer.as_ref()?.attempts;
        let passed = outcome.verdict == Verdict::Pass && attempts > 1;
        passed.then(|| format!("passed on attempt {attempts}: {}", planned.interaction.description))
    });
    tried.collect()
}
