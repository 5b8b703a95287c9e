//! What descriptions of the provider say of interactions and of answers to them, and who is wrong where they disagree.

use super::Part;
use super::contracts::Read;
use super::findings::{diagnosed_at, finding};
use crate::conformance::{Descriptions, Diagnoses, Diagnosis, Disagreements, Held, Remark, RemarkKind};
use crate::contract::matching::{ActualResponse, Mismatch};
use crate::contract::{Exchange, Planned};
use crate::finding::{ABOUT, Contracted, Departure, Finding, Related};
use crate::provider::{Outcome, Verdict};
use crate::report::counted;
use std::collections::BTreeMap;

/// What was found by holding interactions against descriptions.
pub(super) struct Described<'c, 'w> {
    planned: &'c [Planned<'c, 'w>],
    /// What became of each interaction; nothing where there is no description.
    held: Vec<Option<Held<'w>>>,
    /// The descriptions of the provider of each interaction, by their position.
    of: Vec<usize>,
    descriptions: Vec<Descriptions<'w>>,
    /// What departs of each answer.
    answers: Vec<Vec<Remark>>,
    /// Who is wrong about each interaction, where an answer came.
    diagnoses: Vec<Diagnoses>,
}

impl<'c, 'w> Described<'c, 'w> {
    /// Holds interactions against the descriptions of their providers, where there are any.
    pub(super) fn new(read: &'w Read<'w>, parts: &[Part<'_>], planned: &'c [Planned<'c, 'w>]) -> Self {
        let mut described = Self {
            planned,
            held: Vec::with_capacity(planned.len()),
            of: Vec::with_capacity(planned.len()),
            descriptions: Vec::new(),
            answers: vec![Vec::new(); planned.len()],
            diagnoses: vec![Diagnoses::default(); planned.len()],
        };
        for part in parts {
            let documents = &read.descriptions[part.position];
            let mut descriptions = Descriptions::new(read.workspace, documents);
            for planned in &planned[part.planned.clone()] {
                let is_described = !documents.is_empty();
                described
                    .held
                    .push(is_described.then(|| descriptions.hold(planned.interaction)));
                described.of.push(described.descriptions.len());
            }
            described.descriptions.push(descriptions);
        }
        described
    }

    /// Holds the answers of providers against their descriptions, and finds out who is wrong.
    pub(super) fn hold_answers(&mut self, outcomes: &[Option<Outcome>]) {
        for (position, held) in self.held.iter().enumerate() {
            let Some((held, outcome)) = held.as_ref().zip(outcomes[position].as_ref()) else {
                continue;
            };
            let Some(answer) = &outcome.answer else { continue };
            let actual = ActualResponse {
                status: answer.status,
                headers: &answer.headers,
                body: &answer.body,
            };
            let interaction = self.planned[position].interaction;
            let descriptions = &self.descriptions[self.of[position]];
            let remarks = match &held.operation {
                Some(operation) => descriptions.hold_answer(operation, interaction, &actual),
                None => Vec::new(),
            };
            // Where nothing is known of the provider, nobody is to blame; and of messages, OpenAPI does not speak.
            let is_judged = matches!(outcome.verdict, Verdict::Pass | Verdict::Fail | Verdict::PendingFail);
            if is_judged && matches!(interaction.exchange, Exchange::Http { .. }) {
                self.diagnoses[position] = diagnoses(outcome, answer.status, held, &remarks);
            }
            // What could not be compared in the contract need not be told of the answer, too.
            let is_told = |remark: &Remark| {
                let same = |other: &Remark| other.kind == RemarkKind::Undecided && other.at == remark.at;
                remark.kind == RemarkKind::Undecided && held.remarks.iter().any(same)
            };
            self.answers[position] = remarks.into_iter().filter(|remark| !is_told(remark)).collect();
        }
    }

    /// What becomes of an interaction if the provider is as it is described; it is skipped where no description could be
    /// read.
    pub(super) fn verdict(&self, position: usize, planned: &Planned<'_, '_>) -> Verdict {
        let Some(held) = &self.held[position] else {
            return Verdict::Skipped;
        };
        let has = |kinds: &[RemarkKind]| held.remarks.iter().any(|remark| kinds.contains(&remark.kind));
        let is_broken = has(&[
            RemarkKind::Operation,
            RemarkKind::Request,
            RemarkKind::Response,
            RemarkKind::Value,
        ]);
        match (is_broken, planned.interaction.pending) {
            (true, true) => Verdict::PendingFail,
            (true, false) => Verdict::Fail,
            (false, _) if has(&[RemarkKind::Undecided]) => Verdict::Unsupported,
            (false, _) => Verdict::Pass,
        }
    }

    /// The path of the operation that an interaction belongs to, if it is described.
    pub(super) fn template(&self, position: usize) -> Option<&'w str> {
        let operation = self.held[position].as_ref()?.operation.as_ref()?;
        Some(operation.template())
    }

    /// Who is wrong about an interaction.
    pub(super) fn diagnoses(&self, position: usize) -> &Diagnoses {
        &self.diagnoses[position]
    }

    /// What there is to tell of an interaction.
    pub(super) fn findings(&self, position: usize, planned: &Planned<'_, '_>, contract: &Contracted) -> Vec<Finding> {
        let held = self.held[position].iter().flat_map(|held| &held.remarks);
        let remarks = held.chain(&self.answers[position]);
        remarks
            .map(|remark| {
                let contract = Contracted {
                    diagnosis: diagnosed_at(self.diagnoses(position), remark.place()),
                    ..contract.clone()
                };
                told(remark, planned.interaction.pending, contract)
            })
            .collect()
    }

    /// What came of it all, a line each.
    pub(super) fn told(&self) -> Vec<String> {
        let held: Vec<&Held<'_>> = self.held.iter().flatten().collect();
        if held.is_empty() {
            return Vec::new();
        }
        let departing = held.iter().filter(|held| disagree(&held.remarks)).count();
        let is_undecided = |held: &&&Held<'_>| {
            let mut remarks = held.remarks.iter();
            !disagree(&held.remarks) && remarks.any(|remark| remark.kind == RemarkKind::Undecided)
        };
        let undecided = held.iter().filter(is_undecided).count();
        let agreeing = held.len() - departing - undecided;
        let interactions = counted(held.len(), "interaction");
        let mut line = format!("{interactions} with the description: {agreeing} agree, {departing} do not");
        if undecided > 0 {
            line.push_str(&format!(", {undecided} could not be compared in full"));
        }
        let mut lines = vec![line];
        let mut diagnoses: BTreeMap<Diagnosis, usize> = BTreeMap::new();
        for diagnosis in self.diagnoses.iter().flat_map(Diagnoses::all) {
            *diagnoses.entry(diagnosis).or_default() += 1;
        }
        lines.extend(
            diagnoses
                .into_iter()
                .map(|(diagnosis, count)| format!("{}: {}", counted(count, "interaction"), diagnosis.sentence())),
        );
        lines
    }
}

/// Whether something means that two of the three do not agree.
fn disagree(remarks: &[Remark]) -> bool {
    remarks.iter().any(|remark| remark.kind.is_disagreement())
}

/// Who is wrong about an interaction that was carried out.
fn diagnoses(outcome: &Outcome, status: u16, held: &Held<'_>, answer: &[Remark]) -> Diagnoses {
    fn places(remarks: &[Remark]) -> Vec<&str> {
        let remarks = remarks.iter().filter(|remark| remark.kind.is_disagreement());
        remarks.map(Remark::place).collect()
    }
    let mismatches: Vec<String> = outcome.comparison.mismatches.iter().map(Mismatch::at).collect();
    let mut disagreements = Disagreements {
        contract_and_provider: mismatches.iter().map(String::as_str).collect(),
        provider_and_description: places(answer),
        contract_and_description: places(&held.remarks),
    };
    // Where there is no operation, a provider that knows none either does what is described.
    if held.operation.is_none() && !matches!(status, 404 | 405 | 501) {
        disagreements.provider_and_description.push("$");
    }
    Diagnoses::of(&disagreements)
}

fn told(remark: &Remark, is_pending: bool, contract: Contracted) -> Finding {
    let name = match remark.kind {
        kind if is_pending && kind.is_disagreement() => "contract-pending",
        RemarkKind::Operation => "described-operation",
        RemarkKind::Request => "described-request",
        RemarkKind::Response => "described-response",
        RemarkKind::Value => "described-value",
        RemarkKind::Optional => "described-optional",
        RemarkKind::Empty => "described-empty",
        RemarkKind::Undeclared => "described-undeclared",
        RemarkKind::Deprecated => "described-deprecated",
        RemarkKind::Undecided => "described-undecided",
        RemarkKind::Answer => "described-answer",
    };
    let facts = vec![
        ("at", remark.at.clone()),
        ("problem", remark.problem.clone()),
        ("expected", remark.expected.clone()),
        ("actual", remark.described.clone()),
        ("consumer", contract.consumer.clone()),
        (ABOUT, format!("{} {}", contract.interaction, remark.at)),
    ];
    let has_values = !(remark.expected.is_empty() && remark.described.is_empty());
    let contract = Contracted {
        mismatch: has_values.then(|| Departure {
            at: remark.at.clone(),
            expected: remark.expected.clone(),
            rule: None,
            actual: remark.described.clone(),
            is_described: true,
        }),
        ..contract
    };
    let mut found = finding(name, remark.location, facts, Some(contract));
    found.related.extend(remark.place.map(|location| Related {
        message: "as it is described".into(),
        location,
    }));
    found
}
