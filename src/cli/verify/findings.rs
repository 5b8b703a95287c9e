//! What there is to tell of contracts, and of what became of their interactions.

use super::contracts::Read;
use crate::conformance::{Diagnoses, Diagnosis};
use crate::contract::matching::{Mismatch, MismatchKind, Part};
use crate::contract::{Contract, Planned};
use crate::document::Address;
use crate::finding::{Contracted, Departure, Diagnosed, Facts, Finding, Location, Related};
use crate::provider::{Outcome, Outgoing, Verdict};

/// The pages of the findings, in the order in which findings count them.
pub(super) const PAGES: [&str; 20] = [
    "contract-status",
    "contract-header",
    "contract-body",
    "contract-message",
    "contract-pending",
    "contract-not-verified",
    "contract-state-not-ended",
    "contract-value-not-made",
    "contract-unreadable",
    "contract-slow",
    "described-operation",
    "described-request",
    "described-response",
    "described-value",
    "described-optional",
    "described-empty",
    "described-undeclared",
    "described-deprecated",
    "described-undecided",
    "described-answer",
];

pub(super) fn page(name: &str) -> usize {
    PAGES.iter().position(|page| *page == name).unwrap_or_default()
}

pub(super) fn finding(name: &'static str, location: Location, facts: Facts, contract: Option<Contracted>) -> Finding {
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
pub(super) fn unreadable(read: &Read<'_>, contracts: &[Contract<'_>]) -> Vec<Finding> {
    let told = |at: Address, problem: String| {
        let facts = vec![("problem", problem)];
        finding("contract-unreadable", Location::value(at), facts, None)
    };
    let mut found = Vec::new();
    for (id, contract) in read.contracts.iter().zip(contracts) {
        let document = read.workspace.document(*id);
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
pub(super) fn findings_of(
    planned: &Planned<'_, '_>,
    outcome: &Outcome,
    stopped: bool,
    contract: &Contracted,
    diagnoses: &Diagnoses,
) -> Vec<Finding> {
    let place = planned.interaction.node.address();
    let mut found = Vec::new();
    match outcome.verdict {
        Verdict::Pass => {}
        Verdict::Fail | Verdict::PendingFail => {
            let is_pending = outcome.verdict == Verdict::PendingFail;
            let mismatches = outcome.comparison.mismatches.iter();
            found.extend(mismatches.map(|mismatch| departure(mismatch, is_pending, contract, diagnoses)));
        }
        // What was skipped when the run ended early is told once, for all.
        Verdict::Skipped if stopped => {}
        Verdict::Error | Verdict::StateError | Verdict::Unsupported | Verdict::Skipped => {
            let unsupported = outcome.comparison.mismatches.first().map(not_compared);
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

fn departure(mismatch: &Mismatch, is_pending: bool, contract: &Contracted, diagnoses: &Diagnoses) -> Finding {
    let name = match mismatch.part {
        _ if mismatch.kind == MismatchKind::Unsupported => "contract-not-verified",
        _ if is_pending => "contract-pending",
        Part::Status => "contract-status",
        Part::Header => "contract-header",
        Part::Metadata => "contract-message",
        Part::Method | Part::Path | Part::Query | Part::Body => "contract-body",
    };
    let rule = mismatch.rule.as_ref();
    let named = rule.map(|rule| {
        let space = if rule.argument.is_empty() { "" } else { " " };
        format!("{}{space}{}", rule.name, rule.argument)
    });
    let expected = or(&mismatch.expected, "nothing");
    let actual = match mismatch.kind {
        MismatchKind::Missing => "missing".to_owned(),
        _ => or(&mismatch.actual, "empty"),
    };
    let by_rule = named.as_ref().map(|rule| format!(" (rule `{rule}`)"));
    let facts = vec![
        ("at", mismatch.at()),
        ("expected", format!("{expected}{}", by_rule.unwrap_or_default())),
        ("actual", actual.clone()),
        ("consumer", contract.consumer.clone()),
        ("problem", not_compared(mismatch)),
        (crate::finding::ABOUT, contract.interaction.clone()),
    ];
    let contract = Contracted {
        mismatch: Some(Departure {
            at: mismatch.at(),
            expected,
            rule: named.clone(),
            actual,
            is_described: false,
        }),
        diagnosis: diagnosed_at(diagnoses, &mismatch.at()),
        ..contract.clone()
    };
    let mut found = finding(name, mismatch.expectation, facts, Some(contract));
    found.related.extend(rule.zip(named).map(|(rule, named)| Related {
        message: format!("rule `{named}`"),
        location: Location::value(rule.at),
    }));
    found
}

/// What could not be looked at, of a mismatch that is none.
fn not_compared(mismatch: &Mismatch) -> String {
    let at = mismatch.at();
    match &mismatch.rule {
        Some(rule) => format!(
            "the rule `{}` for `{at}` could not be carried out on {}",
            rule.name, mismatch.actual
        ),
        None => format!("`{at}` is nested too deep, or takes too many steps to compare"),
    }
}

/// A text, or a word for an empty one.
fn or(text: &str, word: &str) -> String {
    if text.is_empty() { word } else { text }.to_owned()
}

/// The interaction that findings are about.
pub(super) fn about(planned: &Planned<'_, '_>, outcome: Option<&Outcome>, position: usize) -> Contracted {
    let contract = planned.contract;
    let mut also: Vec<String> = planned
        .also
        .iter()
        .map(|other| other.consumer.name.to_owned())
        .collect();
    also.retain(|name| name != contract.consumer.name);
    Contracted {
        number: position,
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
        request: outcome
            .and_then(|outcome| outcome.sent.as_ref())
            .map(Outgoing::as_command),
        diagnosis: None,
    }
}

/// Who is wrong at a place of an interaction.
pub(super) fn diagnosed_at(diagnoses: &Diagnoses, place: &str) -> Option<Diagnosed> {
    diagnoses.at(place).map(diagnosed)
}

/// A diagnosis, as findings hold it.
pub(super) fn diagnosed(diagnosis: Diagnosis) -> Diagnosed {
    Diagnosed {
        name: diagnosis.name(),
        sentence: diagnosis.sentence(),
    }
}
