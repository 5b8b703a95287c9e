//! Real descriptions in two versions, where this machine has them: what is told of them, and what must hold of it
//! whatever it is. Whether it is right is a question for people, who find it in the table.

use crate::outside;
use crate::versions::{self, Pair};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use stipula::breaking::Change;
use stipula::document::{Kind, Node};
use stipula::finding::{Action, Effect, Finding, Severity, Verdict};

/// The longest that a comparison may take, in a build that is hardly optimised and on a machine that does much else.
const LONGEST: Duration = Duration::from_secs(120);

/// The pairs of the corpus: the format, a name, the old file and the new one.
fn pairs() -> Vec<(String, String, PathBuf, PathBuf)> {
    let Some(folder) = outside::corpus("") else {
        return Vec::new();
    };
    let index = fs::read_to_string(folder.join("INDEX.tsv")).unwrap();
    let rows: Vec<Vec<&str>> = index.lines().skip(1).map(|row| row.split('\t').collect()).collect();
    let mut pairs = Vec::new();
    for row in rows.iter().filter(|row| row.len() > 5 && row[5] == "pair-new") {
        let name = Path::new(row[0]).parent().unwrap().to_str().unwrap();
        if !name.starts_with("openapi-") {
            continue;
        }
        let is_old = |other: &&Vec<&str>| {
            other.len() > 5 && other[5] == "pair-old" && Path::new(other[0]).parent() == Some(Path::new(name))
        };
        let old = rows.iter().find(is_old).unwrap()[0];
        pairs.push((
            row[1].to_owned(),
            name.to_owned(),
            folder.join(old),
            folder.join(row[0]),
        ));
    }
    assert!(pairs.len() > 20, "{} pairs", pairs.len());
    pairs
}

/// What was told, by how grave it is and by what is known.
#[derive(Default)]
struct Counts {
    pairs: usize,
    changes: usize,
    by_severity: BTreeMap<Severity, usize>,
    by_verdict: BTreeMap<Verdict, usize>,
    time: Duration,
}

#[test]
fn corpus_pairs_are_compared() {
    let mut by_format: BTreeMap<String, Counts> = BTreeMap::new();
    let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
    for (format, name, old, new) in pairs() {
        let pair = Pair::of_files(&old, &new);
        let start = Instant::now();
        let findings = pair.findings();
        let took = start.elapsed();
        assert!(took < LONGEST, "{name} takes {took:?}");
        let counts = by_format.entry(format).or_default();
        counts.pairs += 1;
        counts.changes += findings.len();
        counts.time += took;
        for finding in &findings {
            let breaking = finding.breaking.as_ref().unwrap();
            *counts.by_severity.entry(breaking.severity).or_default() += 1;
            *counts.by_verdict.entry(breaking.verdict).or_default() += 1;
            assert_eq!(
                breaking.reason.is_some(),
                breaking.verdict == Verdict::Unknown,
                "{name}"
            );
            if let Some(reason) = &breaking.reason {
                *reasons.entry(reason.clone()).or_default() += 1;
            }
            is_shown(&name, finding);
        }
        println!("{name}: {} changes in {} ms", findings.len(), took.as_millis());
        for same in [&old, &new] {
            let told = Pair::of_files(same, same).changes().len();
            assert_eq!(told, 0, "{} differs from itself", same.display());
        }
    }
    println!("format: pairs, changes; errors, warnings, infos; breaking, unknown, safe; milliseconds");
    for (format, counts) in by_format {
        let severity = |severity| counts.by_severity.get(&severity).copied().unwrap_or_default();
        let verdict = |verdict| counts.by_verdict.get(&verdict).copied().unwrap_or_default();
        println!(
            "{format}: {}, {}; {}, {}, {}; {}, {}, {}; {}",
            counts.pairs,
            counts.changes,
            severity(Severity::Error),
            severity(Severity::Warning),
            severity(Severity::Info),
            verdict(Verdict::Breaking),
            verdict(Verdict::Unknown),
            verdict(Verdict::Safe),
            counts.time.as_millis()
        );
    }
    println!("reasons of what is unknown: {reasons:#?}");
}

/// An error is shown by a value, or its page says why none is needed; and a value that is shown shows it.
fn is_shown(name: &str, finding: &Finding) {
    let breaking = finding.breaking.as_ref().unwrap();
    let page = &versions::rules().pages()[finding.rule];
    if breaking.severity == Severity::Error {
        assert_eq!(breaking.verdict, Verdict::Breaking, "{name} {}", page.id);
        assert!(
            breaking.witness.is_some() || page.no_witness.is_some(),
            "{name} {}: {:?}",
            page.id,
            breaking.derivation
        );
    }
    if let Some(witness) = &breaking.witness {
        use stipula::document::Direction::{Request, Response};
        let (taking, refusing) = match breaking.direction {
            Request => (&witness.old, &witness.new),
            Response => (&witness.new, &witness.old),
        };
        assert!(
            taking == "valid" && refusing != "valid",
            "{name} {}: {witness:?}",
            page.id
        );
    }
}

/// The same edit, seen from the other side.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Edit {
    kind: Kind,
    field: String,
    direction: &'static str,
    old: String,
    new: String,
}

fn address(node: Option<Node<'_>>) -> String {
    node.map_or_else(String::new, Node::pointer)
}

impl Edit {
    fn of(change: &Change<'_>) -> Self {
        Self {
            kind: change.kind,
            field: change.field.clone().into_owned(),
            direction: change.direction.name(),
            old: address(change.old),
            new: address(change.new),
        }
    }

    fn mirrored(&self) -> Self {
        let mut edit = self.clone();
        std::mem::swap(&mut edit.old, &mut edit.new);
        edit
    }
}

const fn mirrored_action(action: Action) -> Action {
    match action {
        Action::Added => Action::Removed,
        Action::Removed => Action::Added,
        Action::Changed => Action::Changed,
    }
}

const fn mirrored_effect(effect: Effect) -> Effect {
    match effect {
        Effect::Widens => Effect::Narrows,
        Effect::Narrows => Effect::Widens,
        other => other,
    }
}

/// What is told one way round only, or does not do the contrary the other way round, and why.
const ASYMMETRIC: &[(Kind, &str, &str)] = &[
    (
        Kind::PathItem,
        "ambiguity",
        "a path takes requests away where it comes, and gives them back unseen",
    ),
    (
        Kind::Operation,
        "sunset",
        "who deprecates has to set a date, who takes that back has not",
    ),
    (Kind::RequestBody, "", "what is no longer asked for may be sent still"),
    (
        Kind::Response,
        "",
        "`default` covers what comes, and nothing covers what goes",
    ),
    (
        Kind::Response,
        "range",
        "`default` covers what comes, and nothing covers what goes",
    ),
];

/// Whether a change is one whose mirror image says something else.
fn is_asymmetric(edit: &Edit) -> bool {
    ASYMMETRIC
        .iter()
        .any(|(kind, field, _)| *kind == edit.kind && *field == edit.field)
}

/// What widens one way round narrows the other way round, what is added is removed: for each change, there is one of
/// the same kind and field between the same nodes in the same direction. Left out are those that are asymmetric, those
/// of which one side knows nothing, and those of which one side knows more by what is around them.
#[test]
fn corpus_pairs_mirror_each_other() {
    // By kind and field: how many are mirrored, and how many are left out.
    let mut table: BTreeMap<(Kind, String), (usize, usize)> = BTreeMap::new();
    let mut broken: Vec<String> = Vec::new();
    for (_, name, old, new) in pairs() {
        let (forward, backward) = (Pair::of_files(&old, &new), Pair::of_files(&new, &old));
        let mut there: BTreeMap<Edit, BTreeSet<(Action, Effect)>> = BTreeMap::new();
        for change in backward.changes() {
            let told = there.entry(Edit::of(&change).mirrored()).or_default();
            told.insert((mirrored_action(change.action), mirrored_effect(change.effect)));
        }
        for change in forward.changes() {
            let edit = Edit::of(&change);
            let row = table.entry((edit.kind, edit.field.clone())).or_default();
            let told = there.get(&edit);
            let among = |effect: Effect| told.is_some_and(|told| told.iter().any(|(_, other)| *other == effect));
            let is_one_sided = |effect: Effect| matches!(effect, Effect::Widens | Effect::Narrows);
            // What is proved of the whole around a part is asked for in one direction only.
            let is_proved_around = is_one_sided(change.effect) && among(Effect::Incomparable)
                || change.effect == Effect::Incomparable && (among(Effect::Widens) || among(Effect::Narrows));
            if told.is_some_and(|told| told.contains(&(change.action, change.effect))) {
                row.0 += 1;
            } else if is_asymmetric(&edit)
                || change.effect == Effect::Unknown
                || among(Effect::Unknown)
                || is_proved_around
            {
                row.1 += 1;
            } else {
                broken.push(format!(
                    "{name}: {:?} {:?} {edit:?}, and not {told:?}",
                    change.action, change.effect
                ));
            }
        }
    }
    println!("kind and field: mirrored, left out");
    for ((kind, field), (mirrored, left_out)) in &table {
        println!("{kind:?} {field:?}: {mirrored}, {left_out}");
    }
    let (mirrored, left_out) = table.values().fold((0, 0), |sum, row| (sum.0 + row.0, sum.1 + row.1));
    println!("{mirrored} mirrored, {left_out} left out, {} broken", broken.len());
    assert!(broken.is_empty(), "{}", broken.join("\n"));
    assert!(left_out * 50 <= mirrored, "too much is left out");
}
