//! The pages that judge changes share all changes out among themselves, and say everything that can be said.

use crate::{Outcome, all_fine, pages};
use std::collections::{BTreeMap, BTreeSet};
use stipula::rules::catalog::builtin;
use stipula::rules::changes::{CHANGE_FACTS, CHANGE_FIELDS, POLICIES};
use stipula::rules::declaration::{Breaks, ChangePattern, Declaration};
use stipula::rules::page::{self, placeholders};

/// All patterns with the pages that declare them.
fn patterns() -> Vec<(&'static Declaration, &'static ChangePattern)> {
    builtin()
        .iter()
        .flat_map(|declaration| declaration.changes.iter().map(move |change| (declaration, change)))
        .collect()
}

/// Whether some change could fit both patterns.
fn overlap(a: &ChangePattern, b: &ChangePattern) -> bool {
    fn meet<T: PartialEq>(a: &[T], b: &[T]) -> bool {
        a.is_empty() || b.is_empty() || a.iter().any(|item| b.contains(item))
    }
    let facts_meet = a.when.iter().all(|(name, words)| {
        let other = b.when.iter().find(|(other, _)| other == name);
        other.is_none_or(|(_, others)| meet(words, others))
    });
    let formats_meet = a.format.is_none() || b.format.is_none() || a.format == b.format;
    formats_meet
        && meet(&a.of, &b.of)
        && meet(&a.field, &b.field)
        && meet(&a.action, &b.action)
        && meet(&a.from, &b.from)
        && meet(&a.to, &b.to)
        && meet(&a.effect, &b.effect)
        && (a.direction.is_none() || b.direction.is_none() || a.direction == b.direction)
        && facts_meet
}

/// Where two pages fit the same change, one of them asks for more than the other, and judges it.
pub(crate) fn are_judged_once() -> Outcome {
    let patterns = patterns();
    let mut complaints = Vec::new();
    for (position, (page, pattern)) in patterns.iter().enumerate() {
        for (other_page, other) in &patterns[position + 1..] {
            let tie = pattern.conditions() == other.conditions() && overlap(pattern, other);
            let same = page.id == other_page.id && pattern.breaks == other.breaks && pattern.severity == other.severity;
            if tie && !same {
                complaints.push(format!("{} and {} judge the same change", page.id, other_page.id));
            }
        }
    }
    all_fine(complaints)
}

pub(crate) fn words_are_used() -> Outcome {
    let pages = pages();
    let patterns = || pages.iter().flat_map(|declaration| declaration.changes.iter());
    let asked: BTreeSet<(&str, &str)> = patterns()
        .flat_map(|pattern| pattern.when.iter())
        .flat_map(|(name, words)| words.iter().map(move |word| (&**name, &**word)))
        .collect();
    let named: BTreeSet<&str> = pages
        .iter()
        .filter(|declaration| !declaration.changes.is_empty())
        .flat_map(|declaration| placeholders(&declaration.message))
        .collect();
    let fields: BTreeSet<&str> = patterns()
        .flat_map(|pattern| pattern.field.iter())
        .map(|field| &**field)
        .collect();
    let policies: BTreeSet<&str> = patterns()
        .flat_map(|pattern| pattern.policies.iter())
        .map(|(policy, _)| &**policy)
        .collect();
    let mut complaints = Vec::new();
    for fact in CHANGE_FACTS {
        let is_asked = asked.iter().any(|(name, _)| *name == fact.name);
        let is_for_users = ["direction", "reached", "needed", "open"].contains(&fact.name);
        if !is_asked && !named.contains(fact.name) && !is_for_users {
            complaints.push(format!("no page speaks of the fact `{}`", fact.name));
        }
        // Of two opposites, it is enough to ask for one.
        let unasked = fact.words.iter().filter(|word| !asked.contains(&(fact.name, word)));
        if fact.words.len() > 2 {
            complaints.extend(unasked.map(|word| format!("no page asks whether `{}` is `{word}`", fact.name)));
        }
    }
    for (field, _) in CHANGE_FIELDS.iter().filter(|(field, _)| !fields.contains(field)) {
        complaints.push(format!("no page judges the field `{field}`"));
    }
    for policy in POLICIES.iter().filter(|policy| policy.name != "contract") {
        if !policies.contains(policy.name) {
            complaints.push(format!("no page says what the policy `{}` does", policy.name));
        }
    }
    assert!(CHANGE_FIELDS.is_sorted_by_key(|(name, _)| *name), "fields are in order");
    assert!(POLICIES.is_sorted_by_key(|policy| policy.name), "policies are in order");
    all_fine(complaints)
}

/// A page whose changes follow the law in both directions shows both; one that says `never` shows no more than
/// information; and a mark never says more than the page can.
pub(crate) fn verdicts_are_shown() -> Outcome {
    let mut complaints = Vec::new();
    for declaration in builtin().iter().filter(|declaration| !declaration.changes.is_empty()) {
        let examples = page::examples(&declaration.page, 1).map_err(|error| error.message)?;
        let marked: BTreeSet<&str> = examples
            .iter()
            .flat_map(|example| example.marks_of(&declaration.id))
            .filter_map(|(_, mark)| mark.level)
            .collect();
        let can: BTreeSet<&str> = declaration
            .changes
            .iter()
            .flat_map(|change| {
                let grave = change.severity.unwrap_or(declaration.severity).name();
                // Who was promised too little is told that it breaks nobody, and who more may be told something graver.
                let promised = change.promises.iter().map(|(_, severity)| severity.name());
                let promised = promised.chain(change.promises.first().map(|_| "info"));
                let by_verdict = match change.breaks {
                    Breaks::Always => vec![grave],
                    Breaks::Never => vec!["info"],
                    Breaks::ByLaw => vec![grave, "info", "unknown"],
                };
                by_verdict.into_iter().chain(promised)
            })
            .collect();
        for level in marked.difference(&can) {
            complaints.push(format!("{}: it can never be {level}", declaration.file));
        }
        let always = declaration.changes.iter().any(|change| change.breaks == Breaks::Always);
        if always && !marked.iter().any(|level| *level != "info") && declaration.severity.name() != "info" {
            complaints.push(format!("{}: no example shows that it breaks anybody", declaration.file));
        }
    }
    all_fine(complaints)
}

/// Who comes from another tool finds one page for each of its rules.
pub(crate) fn same_as_once() -> Outcome {
    let mut found: BTreeMap<(&str, &str), &str> = BTreeMap::new();
    let mut complaints = Vec::new();
    for declaration in builtin().iter().filter(|declaration| !declaration.changes.is_empty()) {
        for (tool, rule) in declaration.same_as.iter() {
            if let Some(other) = found.insert((tool, rule), &declaration.id) {
                complaints.push(format!("{tool} `{rule}` is both {other} and {}", declaration.id));
            }
        }
    }
    assert!(found.len() > 500, "the rules of other tools are named");
    all_fine(complaints)
}
