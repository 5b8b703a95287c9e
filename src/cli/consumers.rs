//! Whose contracts use what a new version changes, and which of their interactions it no longer keeps.
//!
//! In come the findings of a comparison and the contracts; the findings go out with their consumers. An interaction is
//! held against both versions: what the old one keeps and the new one does not, is broken.

use super::Failure;
use super::args::CompareArgs;
use super::discover::{CONTRACTS, from_files};
use super::run::Run;
use crate::breaking::Versions;
use crate::conformance::{Descriptions, Held, Remark, Usage};
use crate::contract::{self, Contract};
use crate::document::{DocumentId, Workspace};
use crate::finding::{Affected, Breaking, Finding, Location, Severity, Verdict};
use crate::formats::LoadedSide;
use crate::report::counted;
use crate::source::Source;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// The texts of the contracts that the user names, or else of those that stipula.yaml does, and whether all of them could
/// be read. Nothing is fetched: a comparison asks nobody.
pub(super) fn contracts(args: &CompareArgs, run: &Run<'_>) -> Result<(Vec<Arc<Source>>, bool), Failure> {
    let is_url = |place: &str| place.contains("://");
    if let Some(url) = args.contracts.iter().find(|place| is_url(place)) {
        return Err(Failure::new(format!(
            "--contracts: `{url}` is not fetched, a comparison reads files alone; download it, or ask `stipula verify`"
        )));
    }
    let mut complete = true;
    let found = if args.contracts.is_empty() && args.paths.is_empty() {
        let configured = run.settings.config.apis.iter().flat_map(|api| &api.contracts.0);
        let places = configured.map(|contract| contract.value.place.as_str());
        let places = places.filter(|place| !is_url(place));
        from_files(places, &run.settings.folder, CONTRACTS, run, &mut complete)?
    } else {
        let places = args.contracts.iter().map(String::as_str);
        from_files(places, run.files.working_directory(), CONTRACTS, run, &mut complete)?
    };
    Ok((found.into_iter().map(|(source, _)| source).collect(), complete))
}

/// Tells which texts are no contracts; whether there are none of these.
pub(super) fn tell_refused(contracts: &LoadedSide, run: &Run<'_>) -> bool {
    for refused in &contracts.refused {
        let name = refused.source.name();
        let sentence = format!("`{name}` is no contract: {}", refused.reason);
        run.console.complain_of(name, &sentence);
    }
    contracts.refused.is_empty()
}

/// An interaction, and what it has to do with both versions.
struct Used<'c> {
    consumer: &'c str,
    description: &'c str,
    before: Usage,
    now: Option<Usage>,
    /// Whether the old version keeps it and the new one does not.
    is_broken: bool,
}

/// Adds to each finding the consumers that use what changed. What breaks an interaction that somebody recorded is an
/// error. Gives a line that says what came of it, where there are contracts.
pub(super) fn attribute(
    findings: &mut [Finding],
    workspace: &Workspace,
    versions: &[Versions],
    contracts: &[DocumentId],
) -> Option<String> {
    let contracts: Vec<Contract<'_>> = contracts.iter().map(|id| contract::read(workspace, *id)).collect();
    let all = contracts.iter().map(|contract| contract.interactions.len()).sum();
    if contracts.is_empty() {
        return None;
    }
    let used = used(workspace, versions, &contracts);
    let mut by_operation: HashMap<&str, Vec<usize>> = HashMap::new();
    for (position, used) in used.iter().enumerate() {
        by_operation.entry(&used.before.operation).or_default().push(position);
    }
    let mut explained = BTreeSet::new();
    for finding in findings {
        let Some(breaking) = finding.breaking.as_deref_mut() else {
            continue;
        };
        let reached = breaking
            .reaches
            .iter()
            .filter_map(|label| by_operation.get(label.as_str()));
        let positions: BTreeSet<usize> = reached.flatten().copied().collect();
        for position in positions {
            let used = &used[position];
            if !uses(used, breaking, workspace) {
                continue;
            }
            if breaking.verdict != Verdict::Safe {
                explained.insert(position);
            }
            add(breaking, used);
        }
        let is_felt = breaking.consumers.iter().any(|consumer| !consumer.broken.is_empty());
        if is_felt && breaking.verdict == Verdict::Breaking && breaking.severity < Severity::Error {
            breaking.severity = Severity::Error;
            let clause = "a consumer has recorded that it relies on what changed, so it is an error";
            breaking.derivation.push(clause.to_owned());
        }
    }
    Some(told(&used, all, &explained))
}

/// The interactions that the old version has operations for.
fn used<'c, 'w>(workspace: &'w Workspace, versions: &[Versions], contracts: &'c [Contract<'w>]) -> Vec<Used<'c>> {
    let old: Vec<DocumentId> = versions.iter().filter_map(|versions| versions.old).collect();
    let new: Vec<DocumentId> = versions.iter().filter_map(|versions| versions.new).collect();
    let mut before = Descriptions::new(workspace, &old);
    let mut now = Descriptions::new(workspace, &new);
    let mut found = Vec::new();
    for contract in contracts {
        for interaction in &contract.interactions {
            let Some(usage) = before.usage(interaction) else {
                continue;
            };
            let is_broken = !interaction.pending && departs(&before.hold(interaction), &now.hold(interaction));
            found.push(Used {
                consumer: contract.consumer.name,
                description: interaction.description,
                before: usage,
                now: now.usage(interaction),
                is_broken,
            });
        }
    }
    found
}

/// Whether an interaction departs from the new version where it did not from the old one.
fn departs(before: &Held<'_>, now: &Held<'_>) -> bool {
    let is_known = |remark: &Remark| {
        let mut known = before.remarks.iter();
        known.any(|known| known.kind == remark.kind && known.at == remark.at)
    };
    let mut remarks = now.remarks.iter().filter(|remark| remark.kind.is_disagreement());
    remarks.any(|remark| !is_known(remark))
}

/// Whether an interaction uses what changed, of those whose operation the change reaches.
fn uses(used: &Used<'_>, breaking: &Breaking, workspace: &Workspace) -> bool {
    let has = |usage: Option<&Usage>, location: Option<Location>| match (usage, location) {
        (Some(usage), Some(location)) => usage.has(workspace.node(location.node)),
        _ => false,
    };
    let is_placed = breaking.old.is_some() || breaking.new.is_some();
    !is_placed || has(Some(&used.before), breaking.old) || has(used.now.as_ref(), breaking.new)
}

fn add(breaking: &mut Breaking, used: &Used<'_>) {
    let mut known = breaking.consumers.iter();
    let position = known.position(|consumer| consumer.name == used.consumer);
    let position = position.unwrap_or_else(|| {
        breaking.consumers.push(Affected {
            name: used.consumer.to_owned(),
            interactions: Vec::new(),
            broken: Vec::new(),
        });
        breaking.consumers.len() - 1
    });
    let consumer = &mut breaking.consumers[position];
    let note = |known: &mut Vec<String>| {
        if !known.iter().any(|known| known == used.description) {
            known.push(used.description.to_owned());
        }
    };
    note(&mut consumer.interactions);
    if used.is_broken {
        note(&mut consumer.broken);
    }
}

fn told(used: &[Used<'_>], all: usize, explained: &BTreeSet<usize>) -> String {
    let broken: Vec<usize> = (0..used.len()).filter(|position| used[*position].is_broken).collect();
    let consumers: BTreeSet<&str> = broken.iter().map(|position| used[*position].consumer).collect();
    let mut line = match broken.len() {
        0 => format!(
            "the new version keeps {} of contracts as the old one did",
            counted(all, "interaction")
        ),
        count => format!(
            "the new version no longer keeps {} of {}, of {all} in all",
            counted(count, "interaction"),
            counted(consumers.len(), "consumer")
        ),
    };
    if used.len() < all {
        let others = counted(all - used.len(), "interaction");
        line.push_str(&format!("; the old version has no operation for {others}"));
    }
    for position in broken.iter().filter(|position| !explained.contains(position)) {
        let Used {
            consumer, description, ..
        } = used[*position];
        line.push_str(&format!(
            "\nno change tells why `{consumer}: {description}` is no longer kept; `stipula verify --spec` does"
        ));
    }
    line
}
