//! `stipula verify`

use super::args::{RequestArgs, VerifyArgs, WhichArgs};
use super::discover::{CONTRACTS, Inputs};
use super::output::Console;
use super::run::{Found, Run, in_pool};
use super::{Failure, Outcome};
use crate::contract::matching::{Mismatch, MismatchKind, Part};
use crate::contract::{self, Contract, Exchange, Interaction, Planned};
use crate::document::{Address, Workspace};
use crate::finding::{Contracted, Departure, Facts, Finding, Location};
use crate::formats;
use crate::provider::{
    Client, ClientSettings, Credentials, Outgoing, Retry, RunSettings, Secret, StateHandler, Verdict, run as run_all,
};
use crate::report::counted;
use crate::rules::declaration::Declaration;
use globset::{GlobBuilder, GlobMatcher};
use serde::Deserialize;
use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::hash::{BuildHasher, RandomState};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use time::OffsetDateTime;

/// Interactions that are carried out at the same time, unless said.
const JOBS: u16 = 8;
/// The time between two questions whether the provider is ready.
const READY_EVERY: Duration = Duration::from_millis(500);
/// The pages of the findings, in the order in which findings count them.
const PAGES: [&str; 9] = [
    "contract-status",
    "contract-header",
    "contract-body",
    "contract-message",
    "contract-pending",
    "contract-not-verified",
    "contract-state-not-ended",
    "contract-value-not-made",
    "contract-unreadable",
];

/// Runs the command.
pub(super) fn run(args: &VerifyArgs, console: &mut Console) -> Result<Outcome, Failure> {
    in_pool(&args.common, console, |console| verify(args, console))
}

fn verify(args: &VerifyArgs, console: &Console) -> Result<Outcome, Failure> {
    let run = Run::new(&args.common, console)?;
    let (workspace, mut complete) = read(args, &run)?;
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
    let bar = console.progress_of(planned.len(), "interactions");
    let interactions: Vec<&Interaction<'_>> = planned.iter().map(|planned| planned.interaction).collect();
    let outcomes = runtime.block_on(async {
        wait_for(&args.requests, &client).await?;
        let interrupt = async {
            if tokio::signal::ctrl_c().await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        Ok::<_, Failure>(run_all(&interactions, &client, &settings, interrupt, &|| bar.inc(1)).await)
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
    for (planned, outcome) in planned.iter().zip(&outcomes.outcomes) {
        *counts.entry(outcome.verdict).or_default() += 1;
        findings.extend(findings_of(planned, outcome, outcomes.stopped.is_some()));
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
        complete,
        explain: false,
        trim: &|_| {
            let told: Vec<String> = counts
                .iter()
                .map(|(verdict, count)| format!("{count} {}", verdict.name()))
                .collect();
            let interactions = counted(planned.len(), "interaction");
            let mut sentence = format!("{interactions} with {}: {}", args.provider, told.join(", "));
            sentence.extend(slowest.iter().map(|line| format!("\n{line}")));
            Some(sentence)
        },
    })
}

/// What passed only when it was tried again.
fn slow_attempts(planned: &[Planned<'_, '_>], outcomes: &[crate::provider::Outcome]) -> Vec<String> {
    let tried = planned.iter().zip(outcomes).filter_map(|(planned, outcome)| {
        let attempts = outcome.answer.as_ref()?.attempts;
        let passed = outcome.verdict == Verdict::Pass && attempts > 1;
        passed.then(|| format!("passed on attempt {attempts}: {}", planned.interaction.description))
    });
    tried.collect()
}

/// Reads the contracts; whether all that were named could be read.
fn read(args: &VerifyArgs, run: &Run<'_>) -> Result<(Workspace, bool), Failure> {
    let Run { console, files, .. } = run;
    let mut inputs = Inputs::of(CONTRACTS);
    for argument in &args.contracts {
        if argument.contains("://") {
            return Err(Failure::new(format!(
                "`{argument}`: contracts are not fetched from URLs by this version; save it, and name the file"
            )));
        }
        inputs.add(argument, files.working_directory(), files)?;
    }
    inputs.settle();
    let mut complete = inputs.missing.is_empty();
    for sentence in &inputs.missing {
        console.complain(sentence);
    }
    let mut sources = Vec::new();
    for input in &inputs.inputs {
        match files.read(&input.path) {
            Ok(source) => sources.push(source),
            Err(error) => {
                complete = false;
                console.complain(&error.to_string());
            }
        }
    }
    let loaded = formats::load_contracts(sources, files.limits(), &|| {});
    for refused in &loaded.refused {
        complete = false;
        console.complain(&format!(
            "`{}` cannot be verified: {}",
            refused.source.name(),
            refused.reason
        ));
    }
    if loaded.workspace.ids().next().is_none() {
        return Err(Failure::new("nothing to verify: no contract was found"));
    }
    Ok((loaded.workspace, complete))
}

/// Which interactions are wanted.
struct Wanted {
    consumers: Vec<GlobMatcher>,
    descriptions: Vec<GlobMatcher>,
    states: Vec<GlobMatcher>,
    methods: Vec<GlobMatcher>,
    paths: Vec<GlobMatcher>,
    failed: Option<HashSet<(String, String)>>,
}

impl Wanted {
    fn new(args: &WhichArgs) -> Result<Self, Failure> {
        let globs = |texts: &[String]| -> Result<Vec<GlobMatcher>, Failure> {
            let glob = |text: &String| {
                let glob = GlobBuilder::new(text).case_insensitive(true).build();
                glob.map(|glob| glob.compile_matcher())
                    .map_err(|error| Failure::new(format!("`{text}` cannot be looked for: {}", error.kind())))
            };
            texts.iter().map(glob).collect()
        };
        Ok(Self {
            consumers: globs(&args.consumer)?,
            descriptions: globs(&args.description)?,
            states: globs(&args.state)?,
            methods: globs(&args.method)?,
            paths: globs(&args.path)?,
            failed: args.only_failed.as_deref().map(failed_in).transpose()?,
        })
    }

    fn has(&self, contract: &Contract<'_>, interaction: &Interaction<'_>) -> bool {
        let among =
            |globs: &[GlobMatcher], text: &str| globs.is_empty() || globs.iter().any(|glob| glob.is_match(text));
        let (method, path) = match &interaction.exchange {
            Exchange::Http { request, .. } => (request.method.text, request.path.text),
            Exchange::Message(_) | Exchange::Call { .. } => ("", ""),
        };
        let failed_before = |failed: &HashSet<(String, String)>| {
            failed.contains(&(contract.consumer.name.to_owned(), interaction.description.to_owned()))
        };
        among(&self.consumers, contract.consumer.name)
            && among(&self.descriptions, interaction.description)
            && (self.states.is_empty() || interaction.states.iter().any(|state| among(&self.states, state.name)))
            && among(&self.methods, method)
            && among(&self.paths, path)
            && self.failed.as_ref().is_none_or(failed_before)
    }
}

/// The consumers and interactions that a report tells of.
fn failed_in(path: &Path) -> Result<HashSet<(String, String)>, Failure> {
    #[derive(Deserialize)]
    struct Report {
        findings: Vec<Told>,
    }
    #[derive(Deserialize)]
    struct Told {
        contract: Option<About>,
    }
    #[derive(Deserialize)]
    struct About {
        consumer: String,
        interaction: String,
    }
    let unreadable = |error: &dyn std::fmt::Display| {
        Failure::new(format!(
            "--only-failed: `{}` is no JSON report: {error}",
            path.display()
        ))
    };
    let text = fs::read(path).map_err(|error| unreadable(&error))?;
    let report: Report = serde_json::from_slice(&text).map_err(|error| unreadable(&error))?;
    let about = report.findings.into_iter().filter_map(|told| told.contract);
    Ok(about.map(|about| (about.consumer, about.interaction)).collect())
}

fn run_settings(args: &VerifyArgs) -> Result<RunSettings, Failure> {
    let requests = &args.requests;
    let provider = args.provider.trim_end_matches('/');
    if !(provider.starts_with("http://") || provider.starts_with("https://")) {
        return Err(Failure::new(format!(
            "--provider: `{}` is no URL, such as http://localhost:8080",
            args.provider
        )));
    }
    let secret = |reference: &str| Secret::find(reference).map_err(Failure::new);
    let credentials = if let Some(token) = &requests.bearer {
        Some(Credentials::Bearer(secret(token)?))
    } else if let Some((user, password)) = &requests.basic {
        Some(Credentials::Basic {
            user: user.clone(),
            password: secret(password)?,
        })
    } else {
        requests.credentials_command.clone().map(Credentials::Command)
    };
    let mut headers = Vec::new();
    for (name, value) in &requests.header {
        let is_reference = ["env:", "file:", "command:"]
            .iter()
            .any(|start| value.starts_with(start));
        let value = if is_reference {
            secret(value)?
        } else {
            Secret::known(value.clone())
        };
        headers.push((name.clone(), value));
    }
    Ok(RunSettings {
        provider: provider.to_owned(),
        messages: requests.messages.clone(),
        states: match (&requests.states, &requests.states_command) {
            (Some(url), _) => StateHandler::Url(url.clone()),
            (None, Some(line)) => StateHandler::Command(line.clone()),
            (None, None) => StateHandler::None,
        },
        state_timeout: requests.state_timeout,
        credentials,
        headers,
        jobs: usize::from(args.common.jobs.unwrap_or(JOBS)),
        isolated: false,
        samples: 1,
        total: requests.total_timeout,
        seed: requests.seed.unwrap_or_else(chance),
        now: OffsetDateTime::now_utc(),
    })
}

fn client(args: &VerifyArgs, console: &Console) -> Result<Client, Failure> {
    let requests = &args.requests;
    let read = |path: &Path| {
        fs::read(path).map_err(|error| Failure::new(format!("`{}` cannot be read: {error}", path.display())))
    };
    if requests.insecure {
        console.complain("--insecure: whoever answers is believed to be the provider");
    }
    let settings = ClientSettings {
        authorities: requests.ca.iter().map(|path| read(path)).collect::<Result<_, _>>()?,
        identity: requests.certificate.as_deref().map(read).transpose()?,
        insecure: requests.insecure,
        http2: requests.http2,
        connect: requests.connect_timeout,
        request: requests.timeout,
        body_bytes: usize::from(requests.body_megabytes) << 20,
        retry: Retry {
            attempts: requests.attempts,
            statuses: requests.retry_status.clone(),
            ..Retry::default()
        },
        per_second: requests.rate,
    };
    Client::new(settings, chance()).map_err(Failure::new)
}

/// A number that nobody can foresee.
fn chance() -> u64 {
    RandomState::new().hash_one(0)
}

/// Waits until the provider says that it is ready.
async fn wait_for(args: &RequestArgs, client: &Client) -> Result<(), Failure> {
    let Some(url) = &args.wait_for else { return Ok(()) };
    let question = Outgoing {
        method: "GET".to_owned(),
        url: url.clone(),
        headers: Vec::new(),
        body: None,
        timeout: Some(args.timeout),
        expects_refusal: false,
    };
    let start = Instant::now();
    loop {
        let told = match client.send(&question).await {
            Ok(answer) if (200..300).contains(&answer.status) => return Ok(()),
            Ok(answer) => format!("the answer was {}", answer.status),
            Err(failure) => failure.to_string(),
        };
        if start.elapsed() >= args.wait_timeout {
            return Err(Failure::new(format!(
                "`{url}` was not ready after {} s: {told}",
                args.wait_timeout.as_secs_f64()
            )));
        }
        tokio::time::sleep(READY_EVERY).await;
    }
}

fn page(name: &str) -> usize {
    PAGES.iter().position(|page| *page == name).unwrap_or_default()
}

fn finding(name: &'static str, location: Location, facts: Facts, contract: Option<Contracted>) -> Finding {
    Finding {
        rule: page(name),
        location,
        facts,
        related: Vec::new(),
        breaking: None,
        contract: contract.map(Box::new),
    }
}

/// What is wrong with the contracts themselves.
fn unreadable(workspace: &Workspace, contracts: &[Contract<'_>]) -> Vec<Finding> {
    let told = |at: Address, problem: String| {
        let facts = vec![("problem", problem)];
        finding("contract-unreadable", Location::value(at), facts, None)
    };
    let mut found = Vec::new();
    for (id, contract) in workspace.ids().zip(contracts) {
        let document = workspace.document(id);
        if let Some(problem) = document.tree().problems().first() {
            let at = document.source().position(problem.span.start);
            let problem = format!(
                "the file can be read only in part: line {}: {}",
                at.line, problem.message
            );
            found.push(told(contract.node.address(), problem));
        }
        found.extend(
            contract
                .problems
                .iter()
                .map(|problem| told(problem.at, problem.message.clone())),
        );
    }
    found
}

/// What there is to tell of an interaction.
fn findings_of(planned: &Planned<'_, '_>, outcome: &crate::provider::Outcome, stopped: bool) -> Vec<Finding> {
    let contract = about(planned, outcome);
    let place = planned.interaction.node.address();
    let mut found = Vec::new();
    match outcome.verdict {
        Verdict::Pass => {}
        Verdict::Fail | Verdict::PendingFail => {
            let is_pending = outcome.verdict == Verdict::PendingFail;
            let mismatches = outcome.comparison.mismatches.iter();
            found.extend(mismatches.map(|mismatch| departure(mismatch, is_pending, &contract)));
        }
        // What was skipped when the run ended early is told once, for all.
        Verdict::Skipped if stopped => {}
        Verdict::Error | Verdict::StateError | Verdict::Unsupported | Verdict::Skipped => {
            let unsupported = outcome
                .comparison
                .mismatches
                .first()
                .map(|mismatch| mismatch.actual.clone());
            let problem = outcome.reason.clone().or(unsupported).unwrap_or_default();
            let facts = vec![("problem", problem)];
            found.push(finding(
                "contract-not-verified",
                Location::value(place),
                facts,
                Some(contract.clone()),
            ));
        }
    }
    let beside = [
        ("contract-state-not-ended", &outcome.left_behind),
        ("contract-value-not-made", &outcome.not_made),
    ];
    for (name, problems) in beside {
        for problem in problems {
            let facts = vec![("problem", problem.clone())];
            found.push(finding(name, Location::value(place), facts, Some(contract.clone())));
        }
    }
    found
}

fn departure(mismatch: &Mismatch, is_pending: bool, contract: &Contracted) -> Finding {
    let name = match mismatch.part {
        _ if mismatch.kind == MismatchKind::Unsupported => "contract-not-verified",
        _ if is_pending => "contract-pending",
        Part::Status => "contract-status",
        Part::Header => "contract-header",
        Part::Metadata => "contract-message",
        Part::Method | Part::Path | Part::Query | Part::Body => "contract-body",
    };
    let by_rule = mismatch.rule.as_ref().map(|rule| {
        let space = if rule.argument.is_empty() { "" } else { " " };
        format!(" (rule `{}{space}{}`)", rule.name, rule.argument)
    });
    let expected = format!("{}{}", mismatch.expected, by_rule.unwrap_or_default());
    let facts = vec![
        ("at", mismatch.at()),
        ("expected", expected),
        ("actual", mismatch.actual.clone()),
        ("consumer", contract.consumer.clone()),
        ("problem", format!("{}: {}", mismatch.at(), mismatch.actual)),
        (crate::finding::ABOUT, contract.interaction.clone()),
    ];
    let contract = Contracted {
        mismatch: Some(Departure {
            at: mismatch.at(),
            expected: mismatch.expected.clone(),
            actual: mismatch.actual.clone(),
        }),
        ..contract.clone()
    };
    finding(name, mismatch.expectation, facts, Some(contract))
}

fn about(planned: &Planned<'_, '_>, outcome: &crate::provider::Outcome) -> Contracted {
    let contract = planned.contract;
    let mut also: Vec<String> = planned
        .also
        .iter()
        .map(|other| other.consumer.name.to_owned())
        .collect();
    also.retain(|name| name != contract.consumer.name);
    Contracted {
        consumer: contract.consumer.name.to_owned(),
        provider: contract.provider.name.to_owned(),
        interaction: planned.interaction.description.to_owned(),
        states: planned
            .interaction
            .states
            .iter()
            .map(|state| state.name.to_owned())
            .collect(),
        also,
        mismatch: None,
        request: outcome.sent.as_ref().map(Outgoing::as_command),
    }
}
