//! `docs/standards.md` and the pages agree: every clause says who enforces it, what it waits for, or why it cannot be
//! seen in files; and every page that names a clause is named by it.

use crate::{Outcome, all_fine};
use std::collections::{BTreeMap, BTreeSet};
use stipula::finding::Severity;
use stipula::rules::catalog::builtin;

const LEVELS: &[&str] = &["foundation", "consistent", "connected", "adaptive"];
const FORMATS: &[&str] = &["OpenAPI", "protobuf", "AsyncAPI", "GraphQL", "contracts", "breaking"];

pub(crate) fn hold() -> Outcome {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/standards.md"))?;
    let mut complaints = Vec::new();
    let mut enforced: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut lines = text.lines().enumerate().map(|(line, text)| (line + 1, text)).peekable();
    while let Some((line, heading)) = lines.next() {
        let Some(clause) = heading.strip_prefix("### `").and_then(|rest| rest.strip_suffix('`')) else {
            continue;
        };
        let status = lines.peek().map_or("", |(_, text)| text);
        match rules_of(clause, status) {
            Ok(rules) => {
                if enforced.insert(clause, rules).is_some() {
                    complaints.push(format!("docs/standards.md:{line}: `{clause}` stands there twice"));
                }
            }
            Err(problem) => complaints.push(format!("docs/standards.md:{}: {problem}: {status}", line + 1)),
        }
    }
    assert!(enforced.len() > 100, "the clauses are read");
    let mut pages: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for declaration in builtin() {
        match &declaration.clause {
            Some(clause) => {
                pages.entry(clause).or_default().insert(&declaration.id);
            }
            // What only tells of what is safe enforces nothing.
            None if !declaration.changes.is_empty() && declaration.severity == Severity::Info => {}
            None if declaration.event.is_none() => {
                complaints.push(format!("{}: it names no clause", declaration.file));
            }
            None => {}
        }
    }
    for (clause, rules) in &enforced {
        let named = pages.remove(clause).unwrap_or_default();
        if named != *rules {
            complaints.push(format!(
                "`{clause}` is said to be enforced by {rules:?}, and pages name it: {named:?}"
            ));
        }
    }
    for (clause, rules) in pages {
        complaints.push(format!(
            "`{clause}`, which {rules:?} name, is no clause of docs/standards.md"
        ));
    }
    all_fine(complaints)
}

/// The rules that a status line names: `Level: connected · Enforced by: a, b · Later: protobuf`.
fn rules_of<'t>(clause: &str, status: &'t str) -> Result<BTreeSet<&'t str>, String> {
    let mut rules = BTreeSet::new();
    let mut parts = status.split(" · ");
    let level = parts.next().and_then(|part| part.strip_prefix("Level: "));
    if !level.is_some_and(|level| LEVELS.contains(&level)) {
        return Err("no level".into());
    }
    let mut told = false;
    for part in parts {
        told = true;
        match part.split_once(": ") {
            Some(("Enforced by", names)) => {
                for name in names.split(", ") {
                    match name.contains('/') {
                        true => rules.extend(pages_in(name, clause)?),
                        false => rules.extend([name]),
                    }
                }
            }
            Some(("Later", names)) => {
                if let Some(unknown) = names.split(", ").find(|name| !FORMATS.contains(name)) {
                    return Err(format!("`{unknown}` is nothing that a clause can wait for"));
                }
            }
            Some(("Not static", reason)) if reason.len() > 10 => {}
            _ => return Err("neither enforced, nor later, nor not static with a reason".into()),
        }
    }
    if told { Ok(rules) } else { Err("no status".into()) }
}

/// The pages of a folder that name a clause.
fn pages_in(folder: &str, clause: &str) -> Result<Vec<&'static str>, String> {
    let named: Vec<&str> = builtin()
        .iter()
        .filter(|declaration| declaration.file.starts_with(&format!("rules/{folder}/")))
        .filter(|declaration| declaration.clause.as_deref() == Some(clause))
        .map(|declaration| &*declaration.id)
        .collect();
    match named.is_empty() {
        true => Err(format!("no page in `{folder}` names the clause")),
        false => Ok(named),
    }
}
