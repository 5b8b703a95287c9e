//! Which page each change belongs to, whether it breaks clients, and how grave that is.
//!
//! In come changes and the pages of the rules; out comes a finding for each change.

use super::Change;
use crate::document::{Direction, Kind};
use crate::finding::{ABOUT, Breaking, Effect, Facts, Finding, Location, Severity, Verdict};
use crate::rules::catalog::{self, Catalog};
use crate::rules::changes::{PolicySpec, Promise, UNKNOWN, find_fact};
use crate::rules::declaration::{Breaks, ChangePattern, Declaration, Text};
use crate::rules::page::placeholders;
use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;

/// The pages that judge changes, sorted by what they look at.
#[derive(Debug)]
pub struct Rules {
    pages: Vec<Arc<Declaration>>,
    /// For each page, whether it comes with the tool.
    builtin: Vec<bool>,
    /// The patterns by kind and field, as positions of page and pattern; under nothing, those that restrict neither.
    by_what: HashMap<What, Vec<Position>>,
}

/// A kind and a field; nothing stands for any.
type What = (Option<Kind>, Option<Text>);
/// The positions of a page and of one of its patterns.
type Position = (usize, usize);

/// What a user chooses for a comparison.
#[derive(Debug, Clone, Copy, Default)]
pub struct Choices<'c> {
    /// The policies that judge some changes otherwise than their pages. Where several do, the gravest word holds.
    pub policies: &'c [&'static PolicySpec],
    /// How grave it is if there is neither a proof nor a witness; by default what the policies say, else a warning.
    pub unknown: Option<Severity>,
}

impl Choices<'_> {
    fn unknown(&self) -> Severity {
        let by_policies = || self.policies.iter().filter_map(|policy| policy.unknown).max();
        self.unknown.or_else(by_policies).unwrap_or(UNKNOWN)
    }

    /// The gravest word of the chosen policies on what a pattern judges, and whose it is.
    fn by_policy(&self, pattern: &ChangePattern) -> Option<(Severity, &'static str)> {
        let chosen = |name: &str| self.policies.iter().find(|policy| policy.name == name);
        pattern
            .policies
            .iter()
            .filter_map(|(name, severity)| chosen(name).map(|policy| (*severity, policy.name)))
            .max_by_key(|(severity, _)| *severity)
    }
}

impl Rules {
    /// All pages of a catalog that judge changes. Those that are switched off belong to it: what they judge is no
    /// other page's.
    #[must_use]
    pub fn new(catalog: &Catalog) -> Self {
        let judges = |declaration: &&Arc<Declaration>| !declaration.changes.is_empty();
        let pages: Vec<Arc<Declaration>> = catalog.declarations().iter().filter(judges).cloned().collect();
        let mut by_what: HashMap<What, Vec<Position>> = HashMap::new();
        for (page, declaration) in pages.iter().enumerate() {
            for (position, pattern) in declaration.changes.iter().enumerate() {
                for kind in each(&pattern.of) {
                    for field in each(&pattern.field) {
                        by_what.entry((kind, field.clone())).or_default().push((page, position));
                    }
                }
            }
        }
        let builtin = pages.iter().map(|page| catalog::is_builtin(&page.id)).collect();
        Self {
            pages,
            builtin,
            by_what,
        }
    }

    /// The pages, in the order in which findings count them.
    #[must_use]
    pub fn pages(&self) -> &[Arc<Declaration>] {
        &self.pages
    }

    /// The page that judges a change, and the pattern by which it does: of those that fit, the one that asks for
    /// most, and of those the user's own. Nothing only where the catalog lacks the page that takes what no other one does.
    fn judging(&self, change: &Change<'_>) -> Option<(usize, &ChangePattern)> {
        let field: Text = change.field.clone();
        let places = [
            (Some(change.kind), Some(field.clone())),
            (Some(change.kind), None),
            (None, Some(field)),
            (None, None),
        ];
        places
            .iter()
            .filter_map(|place| self.by_what.get(place))
            .flatten()
            .map(|(page, position)| (*page, &self.pages[*page].changes[*position]))
            .filter(|(_, pattern)| fits(pattern, change))
            .min_by_key(|(page, pattern)| (Reverse(pattern.conditions()), self.builtin[*page], *page))
    }
}

/// Each of what a pattern asks for, or nothing once if it does not ask.
fn each<T: Clone>(items: &[T]) -> Vec<Option<T>> {
    match items {
        [] => vec![None],
        items => items.iter().cloned().map(Some).collect(),
    }
}

fn fits(pattern: &ChangePattern, change: &Change<'_>) -> bool {
    let among = |texts: &[Text], text: &str| texts.is_empty() || texts.iter().any(|one| one == text);
    pattern.format.is_none_or(|format| change.format() == Some(format))
        && (pattern.of.is_empty() || pattern.of.contains(&change.kind))
        && among(&pattern.field, &change.field)
        && (pattern.action.is_empty() || pattern.action.contains(&change.action))
        && (pattern.effect.is_empty() || pattern.effect.contains(&change.effect))
        && pattern.direction.is_none_or(|direction| direction == change.direction)
        && among(&pattern.from, &change.from)
        && among(&pattern.to, &change.to)
        && pattern.when.iter().all(|(name, words)| {
            let fact = given(change, name).unwrap_or_else(|| find_fact(name).map_or("", |fact| fact.otherwise));
            among(words, fact)
        })
}

/// A fact that came with the change.
fn given<'c>(change: &'c Change<'_>, name: &str) -> Option<&'c str> {
    let fact = change.facts.iter().find(|(fact, _)| *fact == name);
    fact.map(|(_, text)| text.as_str())
}

/// Judges changes by the pages.
#[must_use]
pub fn judge(changes: Vec<Change<'_>>, rules: &Rules, choices: &Choices<'_>) -> Vec<Finding> {
    changes
        .into_iter()
        .filter_map(|change| {
            let (rule, pattern) = rules.judging(&change)?;
            Some(finding(change, rule, &rules.pages[rule], pattern, choices))
        })
        .collect()
}

fn finding(
    change: Change<'_>,
    rule: usize,
    page: &Declaration,
    pattern: &ChangePattern,
    choices: &Choices<'_>,
) -> Finding {
    let facts = facts(&change, page);
    let mut derivation = change.derivation;
    let mut reason = change.reason.clone();
    derivation.push(effect_clause(change.effect, change.direction, change.reason.as_deref()));
    let promised = pattern.severity_for(change.promise, pattern.severity.unwrap_or(page.severity));
    let own = promised.unwrap_or(Severity::Info);
    let mut verdict = match pattern.breaks {
        _ if promised.is_none() => {
            derivation.push(too_little(change.promise, pattern));
            Verdict::Safe
        }
        Breaks::Never => {
            derivation.push(format!("by the page `{}`, this breaks no client", page.id));
            Verdict::Safe
        }
        Breaks::Always => {
            let why = page.no_witness.as_deref().unwrap_or_default();
            derivation.push(format!(
                "by the page `{}`, this breaks clients whatever the values are: {why}",
                page.id
            ));
            Verdict::Breaking
        }
        Breaks::ByLaw => {
            let (verdict, clause) = by_law(change.effect, change.direction);
            derivation.push(clause.to_owned());
            let is_shown = change.witness.is_some() || page.no_witness.is_some();
            if verdict == Verdict::Breaking && own == Severity::Error && !is_shown {
                let shortfall = "no value could be shown that one version takes and the other refuses";
                derivation.push(shortfall.to_owned());
                reason = Some(shortfall.to_owned());
                Verdict::Unknown
            } else {
                verdict
            }
        }
    };
    if let (Verdict::Breaking, Some(doubt)) = (verdict, &change.doubt) {
        derivation.push(format!("nothing may have changed: {doubt}"));
        reason = Some(doubt.clone());
        verdict = Verdict::Unknown;
    }
    let mut severity = match verdict {
        Verdict::Safe => Severity::Info,
        Verdict::Unknown => choices.unknown(),
        Verdict::Breaking => own,
    };
    if change.may_change && severity > Severity::Info {
        derivation.push("by its version, the package may still change".to_owned());
        severity = Severity::Info;
    }
    if let Some((chosen, policy)) = choices.by_policy(pattern) {
        derivation.push(format!("by the policy `{policy}`, it is of the level {chosen}"));
        severity = chosen;
    }
    Finding {
        rule,
        location: change.place,
        facts,
        related: Vec::new(),
        breaking: Some(Box::new(Breaking {
            direction: change.direction,
            effect: change.effect,
            verdict,
            severity,
            old: change.old.map(|node| Location::key(node.address())),
            new: change.new.map(|node| Location::key(node.address())),
            witness: change.witness,
            reaches: change.reaches,
            consumers: Vec::new(),
            reason: reason.filter(|_| verdict == Verdict::Unknown),
            derivation,
        })),
        contract: None,
    }
}

/// That a change is none for those who were promised as little.
fn too_little(promise: Option<Promise>, pattern: &ChangePattern) -> String {
    let least = pattern.promises.iter().map(|(least, _)| *least).min();
    let name = |promise: Option<Promise>| promise.map_or("", Promise::name);
    format!(
        "this breaks those who were promised `{}`, and `{}` was promised",
        name(least),
        name(promise)
    )
}

/// Requests may not narrow, responses may not widen.
fn by_law(effect: Effect, direction: Direction) -> (Verdict, &'static str) {
    match (direction, effect) {
        (_, Effect::Unknown) => (Verdict::Unknown, "so nobody knows whether it breaks clients"),
        (Direction::Request, Effect::Narrows | Effect::Incomparable) => {
            (Verdict::Breaking, "clients that still send it are refused")
        }
        (Direction::Response, Effect::Widens | Effect::Incomparable) => {
            (Verdict::Breaking, "clients may receive what they were never told of")
        }
        (Direction::Request, _) => (Verdict::Safe, "whatever clients send is still accepted"),
        (Direction::Response, _) => (Verdict::Safe, "whatever clients receive was possible before"),
    }
}

fn effect_clause(effect: Effect, direction: Direction, reason: Option<&str>) -> String {
    let what = match direction {
        Direction::Request => "requests",
        Direction::Response => "responses",
    };
    match (effect, reason) {
        (Effect::Equal, _) => format!("{what} can be what they could be before"),
        (Effect::Widens, _) => format!("{what} can be more than before"),
        (Effect::Narrows, _) => format!("{what} can no longer be all that they could be before"),
        (Effect::Incomparable, _) => {
            format!("{what} can no longer be all that they could be before, and can be something new")
        }
        (Effect::Unknown, Some(reason)) => {
            format!("what {what} can be cannot be compared with what they could be: {reason}")
        }
        (Effect::Unknown, None) => format!("what {what} can be cannot be compared with what they could be"),
    }
}

fn quoted(text: &str) -> String {
    match text {
        "" => "none".to_owned(),
        _ if text.contains('`') => text.to_owned(),
        _ => format!("`{text}`"),
    }
}

/// The facts that the message of the page speaks of, and what tells the change from others at its place.
fn facts(change: &Change<'_>, page: &Declaration) -> Facts {
    let mut facts: Facts = Vec::new();
    for name in placeholders(&page.message).filter_map(|name| find_fact(name).map(|fact| fact.name)) {
        let fact = given(change, name).map(str::to_owned).or_else(|| common(change, name));
        if let Some(fact) = fact
            && !facts.iter().any(|(known, _)| *known == name)
        {
            facts.push((name, fact));
        }
    }
    let name = given(change, "name").unwrap_or_default();
    let about = [
        change.direction.name(),
        &change.field,
        name,
        &change.from,
        &change.to,
        given(change, ABOUT).unwrap_or_default(),
    ];
    facts.push((ABOUT, about.join("\n")));
    facts
}

/// A fact that follows from what every change has.
fn common(change: &Change<'_>, name: &str) -> Option<String> {
    let first = || change.reaches.first().cloned().unwrap_or_default();
    Some(match name {
        "operation" => first(),
        "reached" => match change.reaches.len() {
            0 | 1 => first(),
            count => format!("{} and {} more", first(), count - 1),
        },
        "field" if change.field.is_empty() => change.kind.name().to_owned(),
        "field" => change.field.to_string(),
        "from" => quoted(&change.from),
        "to" => quoted(&change.to),
        "direction" => change.direction.name().to_owned(),
        _ => return None,
    })
}
