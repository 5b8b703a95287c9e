//! `stipula check`: all that `stipula.yaml` configures, in one report.
//!
//! All texts are read into one workspace, and the three jobs work on it side by side. What one of them cannot do is
//! told, and does not keep the others from their work.

use super::args::{CheckArgs, CompareArgs, VerifyArgs, without_flags};
use super::bases::{self, Comparison};
use super::compare::{self, leave_out_safe};
use super::lint;
use super::output::Console;
use super::run::{Found, Run, in_pool};
use super::texts::Texts;
use super::verify::{self, Verified};
use super::{Failure, Outcome, consumers, discover};
use crate::breaking;
use crate::finding::Finding;
use crate::formats::{self, Side};
use crate::policy::config::FILE_NAME;
use crate::rules::declaration::Declaration;
use std::sync::Arc;

/// Runs the command.
pub(super) fn run(args: &CheckArgs, console: &mut Console) -> Result<Outcome, Failure> {
    in_pool(&args.common, console, |console| {
        check(args, console, |run, found| run.report(found))
    })
}

/// Lists everything that is found in the baseline, and shows nothing of it.
pub(super) fn baseline(args: &CheckArgs, console: &mut Console) -> Result<Outcome, Failure> {
    in_pool(&args.common, console, |console| {
        check(args, console, |run, found| run.write_baseline(found))
    })
}

/// What becomes of all that was found.
type Telling = fn(&Run<'_>, Found<'_>) -> Result<Outcome, Failure>;

fn check(args: &CheckArgs, console: &Console, tell: Telling) -> Result<Outcome, Failure> {
    let run = Run::new(&args.common, console)?;
    if run.settings.source.is_none() {
        return Err(Failure::new(format!(
            "nothing to check: there is no {FILE_NAME} here; `stipula init` writes one, and `stipula lint` needs none"
        )));
    }
    let rules = lint::rules(&run)?;
    let judging = breaking::Rules::new(&run.catalog);
    let to_compare = CompareArgs {
        against: args.against.clone(),
        ..without_flags()?
    };
    let to_verify: VerifyArgs = without_flags()?;
    let mut failures = Failures::default();

    let inputs = discover::inputs(&[], &run.settings, &run.files)?;
    let mut texts = Texts::default();
    let linted = lint::Subjects::read(&inputs, &run, &mut texts);
    let comparison = failures.keep(comparison(&to_compare, &run)).flatten();
    let compared = comparison
        .as_ref()
        .map(|comparison| compare::Read::all(comparison, &mut texts, console));
    let has_contracts = run.settings.config.apis.iter().any(|api| !api.contracts.0.is_empty());
    let verified = has_contracts.then(|| verify::Subjects::configured(&to_verify, &run, &mut texts));
    let verified = verified.and_then(|subjects| failures.keep(subjects).flatten());

    let old = compared.as_ref().map(compare::Read::old).unwrap_or_default();
    let contracts = verified.as_ref().map(verify::Subjects::sources).unwrap_or_default();
    let new = Side {
        sources: texts.sources.clone(),
        files: &run.files,
    };
    let bases = old.iter().map(|side| side.sources.len()).sum::<usize>();
    let bar = console.progress(new.sources.len() + contracts.len() + bases);
    let loaded = formats::load_together(&new, &old, contracts, &run.load_options(), &|| bar.inc(1));
    bar.finish_and_clear();
    let workspace = &loaded.workspace;

    let all_read = failures.keep(linted.tell(workspace, &loaded.new.refused, console));
    let versions = compared.map(|read| read.versions(&texts, workspace, &loaded.old, &loaded.new, console));
    let versions = versions.and_then(|versions| failures.keep(versions));
    let (versions, all_compared) = versions.unwrap_or((Vec::new(), true));
    let (found_by_lint, (found_by_comparison, verified)) = rayon::join(
        || lint::findings(workspace, &rules, &run),
        || {
            rayon::join(
                || compare::findings(&to_compare, workspace, &versions, &judging, &run),
                || {
                    let verify = |subjects: verify::Subjects| {
                        subjects.verify(&to_verify, workspace, &loaded.contracts, &loaded.new, &run)
                    };
                    verified.map(verify)
                },
            )
        },
    );
    let verified = verified.and_then(|verified| failures.keep(verified));

    let mut findings = Findings::default();
    findings.add(&rules.pages(), found_by_lint);
    let mut lines = Vec::new();
    if comparison.is_some() {
        let mut found = found_by_comparison;
        lines.extend(consumers::attribute(
            &mut found,
            workspace,
            &versions,
            &loaded.contracts.ids(),
        ));
        findings.add(judging.pages(), found);
    }
    let mut complete = all_read.unwrap_or(false) & all_compared;
    let (mut interactions, mut times) = (Vec::new(), Vec::new());
    if let Some(verified) = verified {
        findings.add(&verify::pages(&run), verified.findings);
        complete &= verified.complete;
        Verified {
            interactions,
            times,
            ..
        } = verified;
        lines.extend(verified.lines);
    }
    complete &= failures.tell(console);
    let found = Found {
        command: "check",
        workspace,
        versions: &versions,
        rules: &findings.rules,
        findings: findings.found,
        interactions,
        complete,
        explain: false,
        times: &times,
        trim: &|report| {
            let mut lines = lines.clone();
            lines.extend(leave_out_safe(report, &to_compare));
            (!lines.is_empty()).then(|| lines.join("\n"))
        },
    };
    tell(&run, found)
}

/// What is compared with what, if an API says what it is held against.
fn comparison(args: &CompareArgs, run: &Run<'_>) -> Result<Option<Comparison>, Failure> {
    let is_wanted = args.against.is_some() || run.settings.config.apis.iter().any(|api| api.against.is_some());
    is_wanted.then(|| bases::comparison(args, "breaking", run)).transpose()
}

/// What kept jobs from being done.
#[derive(Default)]
struct Failures(Vec<Failure>);

impl Failures {
    /// What was made of a job; nothing if it could not be done.
    fn keep<T>(&mut self, result: Result<T, Failure>) -> Option<T> {
        result.map_err(|failure| self.0.push(failure)).ok()
    }

    /// Tells all; whether there is nothing to tell.
    fn tell(&self, console: &Console) -> bool {
        for failure in &self.0 {
            failure.tell(console);
        }
        self.0.is_empty()
    }
}

/// The findings of several jobs, as if one had found them.
#[derive(Default)]
struct Findings {
    rules: Vec<Arc<Declaration>>,
    found: Vec<Finding>,
}

impl Findings {
    /// Adds what was found by some rules, which the findings count from the first of these.
    fn add(&mut self, rules: &[Arc<Declaration>], found: Vec<Finding>) {
        let first = self.rules.len();
        self.rules.extend_from_slice(rules);
        self.found.extend(found.into_iter().map(|finding| Finding {
            rule: first + finding.rule,
            ..finding
        }));
    }
}
