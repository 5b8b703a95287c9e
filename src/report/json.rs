//! For programs. The shape is a contract with them: `docs/report.schema.json`, version 1.

use super::comparison::verdict;
use super::{Place, Rendering, Stream};
use crate::finding;
use crate::policy::Judged;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::time::Duration;

#[derive(Serialize)]
struct Report<'r, F, I> {
    version: u32,
    tool: Tool,
    command: &'r str,
    summary: Summary,
    /// Told one by one: a report can be larger than its documents.
    findings: F,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    times: Vec<Times<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    interactions: Option<I>,
}

/// How long an operation took, in milliseconds.
#[derive(Serialize)]
struct Times<'r> {
    operation: &'r str,
    samples: usize,
    p50: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    percentile: Option<Percentile>,
    max: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    budget: Option<f64>,
}

#[derive(Serialize)]
struct Percentile {
    percent: u32,
    time: f64,
}

impl<'r> From<&'r finding::Timing> for Times<'r> {
    fn from(timing: &'r finding::Timing) -> Self {
        // Microseconds are as far as anybody reads.
        let milliseconds = |time: Duration| (time.as_secs_f64() * 1e6).round() / 1e3;
        Self {
            operation: &timing.operation,
            samples: timing.samples,
            p50: milliseconds(timing.median),
            percentile: timing.percentile.map(|(percent, time)| Percentile {
                percent,
                time: milliseconds(time),
            }),
            max: milliseconds(timing.longest),
            budget: timing.budget.map(milliseconds),
        }
    }
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Summary {
    documents: usize,
    rules: usize,
    errors: usize,
    warnings: usize,
    infos: usize,
    suppressed: usize,
    baseline: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    interactions: Option<BTreeMap<&'static str, usize>>,
}

#[derive(Serialize)]
struct Finding<'r> {
    rule: &'r str,
    severity: &'static str,
    message: &'r str,
    status: &'static str,
    location: Location<'r>,
    related: Vec<Related<'r>>,
    fingerprint: String,
    help: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    breaking: Option<Breaking<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contract: Option<Contract<'r>>,
}

#[derive(Serialize)]
struct Contract<'r> {
    consumer: &'r str,
    provider: &'r str,
    interaction: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    mismatch: Option<Mismatch<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    diagnosis: Option<&'static str>,
}

#[derive(Serialize)]
struct Mismatch<'r> {
    at: &'r str,
    expected: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<&'r str>,
    actual: &'r str,
}

#[derive(Serialize)]
struct Interaction<'r> {
    location: Location<'r>,
    consumer: &'r str,
    provider: &'r str,
    description: &'r str,
    states: &'r [String],
    also: &'r [String],
    verdict: &'static str,
    attempts: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    milliseconds: Option<Vec<f64>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    diagnoses: Vec<&'static str>,
    findings: Vec<String>,
}

#[derive(Serialize)]
struct Breaking<'r> {
    direction: &'static str,
    effect: &'static str,
    verdict: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    breaks: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    old: Option<Spot<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    new: Option<Spot<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    witness: Option<Witness<'r>>,
    reaches: &'r [String],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    consumers: Vec<Affected<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'r str>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    derivation: &'r [String],
}

#[derive(Serialize)]
struct Affected<'r> {
    name: &'r str,
    interactions: &'r [String],
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    broken: &'r [String],
}

#[derive(Serialize)]
struct Witness<'r> {
    at: &'r str,
    value: &'r serde_json::Value,
    old: &'r str,
    new: &'r str,
}

/// A location without its end.
#[derive(Serialize)]
struct Spot<'r> {
    path: &'r str,
    line: u32,
    column: u32,
    pointer: String,
}

#[derive(Serialize)]
struct Related<'r> {
    message: String,
    location: Location<'r>,
}

#[derive(Serialize)]
struct Location<'r> {
    path: &'r str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    pointer: String,
}

impl<'r> From<Place<'r>> for Location<'r> {
    fn from(place: Place<'r>) -> Self {
        Self {
            path: place.path,
            line: place.start.line,
            column: place.start.column,
            end_line: place.end.line,
            end_column: place.end.column,
            pointer: place.pointer,
        }
    }
}

impl<'r> From<Place<'r>> for Spot<'r> {
    fn from(place: Place<'r>) -> Self {
        Self {
            path: place.path,
            line: place.start.line,
            column: place.start.column,
            pointer: place.pointer,
        }
    }
}

/// Operations told of a finding that is behind references.
const REACHED: usize = 5;

/// Writes the report.
pub(super) fn write(rendering: &Rendering<'_>, out: &mut dyn Write) -> io::Result<()> {
    let summary = rendering.report.summary();
    let is_verification = !rendering.report.interactions.is_empty();
    let findings = rendering.by_interaction(|_| true);
    let report = Report {
        version: 1,
        tool: Tool {
            name: "stipula",
            version: env!("CARGO_PKG_VERSION"),
        },
        command: rendering.report.command,
        summary: Summary {
            documents: rendering.report.documents,
            rules: rendering.report.rules,
            errors: summary.errors,
            warnings: summary.warnings,
            infos: summary.infos,
            suppressed: summary.suppressed,
            baseline: summary.baseline,
            interactions: is_verification.then(|| counts(&rendering.report.interactions)),
        },
        findings: Stream(|| rendering.report.findings.iter().map(|finding| told(rendering, finding))),
        times: rendering.times.iter().map(Times::from).collect(),
        interactions: is_verification.then_some(Stream(|| {
            let interactions = rendering.report.interactions.iter().zip(&findings);
            interactions.map(|(interaction, findings)| verified(rendering, interaction, findings))
        })),
    };
    serde_json::to_writer_pretty(&mut *out, &report)?;
    writeln!(out)
}

fn told<'r>(rendering: &Rendering<'r>, finding: &'r Judged) -> Finding<'r> {
    let mut related: Vec<Related<'r>> = finding
        .related
        .iter()
        .map(|related| Related {
            message: related.message.clone(),
            location: rendering.place(&related.location).into(),
        })
        .collect();
    let (reached, _) = rendering.reached_from(finding, REACHED);
    related.extend(reached.into_iter().map(|(name, place)| Related {
        message: format!("reached from {name}"),
        location: place.into(),
    }));
    Finding {
        rule: &finding.rule.id,
        severity: finding.severity.name(),
        message: &finding.message,
        status: finding.status.name(),
        location: rendering.place(&finding.location).into(),
        related,
        fingerprint: finding.fingerprint(rendering.workspace),
        help: &finding.rule.file,
        breaking: finding.breaking.as_deref().map(|breaking| change(rendering, breaking)),
        contract: finding.contract.as_deref().map(|contract| Contract {
            consumer: &contract.consumer,
            provider: &contract.provider,
            interaction: &contract.interaction,
            mismatch: contract.mismatch.as_ref().map(|departure| Mismatch {
                at: &departure.at,
                expected: &departure.expected,
                rule: departure.rule.as_deref(),
                actual: &departure.actual,
            }),
            diagnosis: contract.diagnosis.map(|diagnosed| diagnosed.name),
        }),
    }
}

fn verified<'r>(
    rendering: &Rendering<'r>,
    interaction: &'r finding::Verification,
    findings: &[&Judged],
) -> Interaction<'r> {
    let in_milliseconds = |times: &Vec<Duration>| times.iter().map(|time| time.as_secs_f64() * 1000.0).collect();
    Interaction {
        location: rendering.place(&interaction.location).into(),
        consumer: &interaction.consumer,
        provider: &interaction.provider,
        description: &interaction.description,
        states: &interaction.states,
        also: &interaction.also,
        verdict: interaction.verdict.name(),
        attempts: interaction.attempts,
        reason: interaction.reason.as_deref(),
        request: interaction.request.as_deref(),
        milliseconds: interaction.times.as_ref().map(in_milliseconds),
        diagnoses: interaction.diagnoses.iter().map(|diagnosed| diagnosed.name).collect(),
        findings: findings
            .iter()
            .map(|finding| finding.fingerprint(rendering.workspace))
            .collect(),
    }
}

/// How many interactions there are of each verdict, of those that have none, too.
fn counts(interactions: &[finding::Verification]) -> BTreeMap<&'static str, usize> {
    let verdicts = finding::InteractionVerdict::ALL
        .iter()
        .map(|verdict| (verdict.name(), 0));
    let mut counts: BTreeMap<&'static str, usize> = verdicts.collect();
    for interaction in interactions {
        *counts.entry(interaction.verdict.name()).or_default() += 1;
    }
    counts
}

fn affected(consumer: &finding::Affected) -> Affected<'_> {
    Affected {
        name: &consumer.name,
        interactions: &consumer.interactions,
        broken: &consumer.broken,
    }
}

fn change<'r>(rendering: &Rendering<'r>, breaking: &'r finding::Breaking) -> Breaking<'r> {
    let spot = |location: &finding::Location| Spot::from(rendering.place(location));
    let (verdict, breaks) = verdict(breaking);
    Breaking {
        direction: breaking.direction.name(),
        effect: breaking.effect.name(),
        verdict,
        breaks,
        old: breaking.old.as_ref().map(spot),
        new: breaking.new.as_ref().map(spot),
        witness: breaking.witness.as_ref().map(|witness| Witness {
            at: &witness.at,
            value: &witness.value,
            old: &witness.old,
            new: &witness.new,
        }),
        reaches: &breaking.reaches,
        consumers: breaking.consumers.iter().map(affected).collect(),
        reason: breaking.reason.as_deref(),
        derivation: &breaking.derivation,
    }
}
