//! What becomes of findings: how grave each is, which are answered or known, and in which order they are told.
//!
//! In come findings and settings; out comes a [`Report`]. Nothing is dropped here, only marked.

mod baseline;
pub mod config;
mod fingerprint;
mod level;
mod levels;
mod lists;
mod read;
#[cfg(test)]
mod schema;
mod suppressions;
pub mod verify;

pub use baseline::{Baseline, BaselineError, Entry};
pub use config::{Config, ConfigError, FailOn};
pub use level::{Level, Preset};
pub use levels::{Levels, unknown_rule};
pub use read::Spanned;

use crate::document::{DocumentId, Workspace};
use crate::finding::{
    ABOUT, Breaking, Contracted, Facts, Finding, Location, PASSING_FACTS, Related, Severity, Verdict, Verification,
    fill,
};
use crate::rules::Catalog;
use crate::rules::declaration::Declaration;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, OnceLock};
use suppressions::Suppression;
use time::Date;

/// Whether a finding is new, known, or answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It counts.
    New,
    /// The baseline lists it.
    Baseline,
    /// A suppression answers it.
    Suppressed,
}

impl Status {
    /// The word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Baseline => "baseline",
            Self::Suppressed => "suppressed",
        }
    }
}

/// A finding that has been judged.
#[derive(Debug)]
pub struct Judged {
    /// The rule.
    pub rule: Arc<Declaration>,
    /// How grave it is.
    pub severity: Severity,
    /// Whether it counts.
    pub status: Status,
    /// What it says, as a clause.
    pub message: String,
    /// Where it stands.
    pub location: Location,
    /// Other places that it speaks of.
    pub related: Vec<Related>,
    /// Why it is suppressed, if it is.
    pub reason: Option<String>,
    /// The change behind it, if two versions were compared.
    pub breaking: Option<Box<Breaking>>,
    /// The interaction behind it, if a provider was held against contracts.
    pub contract: Option<Box<Contracted>>,
    facts: Facts,
    fingerprint: OnceLock<u64>,
}

impl Judged {
    /// A finding that counts, with its message filled in.
    #[must_use]
    pub fn new(rule: Arc<Declaration>, severity: Severity, finding: Finding) -> Self {
        Self {
            message: fill(&rule.message, &finding.facts),
            rule,
            severity,
            status: Status::New,
            location: finding.location,
            related: finding.related,
            reason: None,
            breaking: finding.breaking,
            contract: finding.contract,
            facts: finding.facts,
            fingerprint: OnceLock::new(),
        }
    }

    /// One of the facts that its message may speak of.
    #[must_use]
    pub fn fact(&self, name: &str) -> Option<&str> {
        let fact = self.facts.iter().find(|(known, _)| *known == name);
        fact.map(|(_, text)| text.as_str())
    }

    /// What it is called, wherever it moves.
    #[must_use]
    pub fn fingerprint(&self, workspace: &Workspace) -> String {
        let hash = self.fingerprint.get_or_init(|| {
            // Which operations a change reaches, and how, does not make it another one.
            let is_passing = |name: &str| self.breaking.is_some() && name != ABOUT || PASSING_FACTS.contains(&name);
            let facts = self.facts.iter().filter(|(name, _)| !is_passing(name));
            fingerprint::fingerprint(workspace, &self.rule.id, &self.location, facts)
        });
        format!("{hash:016x}")
    }

    /// The document it stands in.
    #[must_use]
    pub fn path<'w>(&self, workspace: &'w Workspace) -> &'w str {
        workspace.document(self.location.node.document).source().name()
    }
}

/// What a run found, judged and in order.
#[derive(Debug)]
pub struct Report {
    /// The command that made it.
    pub command: &'static str,
    /// Number of documents that were checked.
    pub documents: usize,
    /// Number of rules that ran.
    pub rules: usize,
    /// The findings, by document and place.
    pub findings: Vec<Judged>,
    /// The interactions that were verified, if any were, in the order of the contracts.
    pub interactions: Vec<Verification>,
}

/// How many findings of each sort there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// New errors.
    pub errors: usize,
    /// New warnings.
    pub warnings: usize,
    /// New infos.
    pub infos: usize,
    /// Findings that a suppression answers.
    pub suppressed: usize,
    /// Findings that the baseline lists.
    pub baseline: usize,
}

impl Report {
    /// Counts the findings.
    #[must_use]
    pub fn summary(&self) -> Summary {
        let mut summary = Summary::default();
        for finding in &self.findings {
            let count = match (finding.status, finding.severity) {
                (Status::Suppressed, _) => &mut summary.suppressed,
                (Status::Baseline, _) => &mut summary.baseline,
                (Status::New, Severity::Error) => &mut summary.errors,
                (Status::New, Severity::Warning) => &mut summary.warnings,
                (Status::New, Severity::Info) => &mut summary.infos,
            };
            *count += 1;
        }
        summary
    }

    /// The findings that count.
    pub fn new_findings(&self) -> impl Iterator<Item = &Judged> {
        self.findings.iter().filter(|finding| finding.status == Status::New)
    }

    /// Whether a finding is grave enough to fail the run.
    #[must_use]
    pub fn fails(&self, fail_on: FailOn) -> bool {
        let threshold = match fail_on {
            FailOn::Error => Severity::Error,
            FailOn::Warning => Severity::Warning,
            FailOn::Info => Severity::Info,
            FailOn::Never => return false,
        };
        self.new_findings().any(|finding| finding.severity >= threshold)
    }

    /// The baseline that lists every finding that counts or is listed. What `old` knows of documents that were not
    /// checked stays: a run over some documents says nothing of the others.
    #[must_use]
    pub fn to_baseline(&self, workspace: &Workspace, old: Option<&Baseline>) -> Baseline {
        let checked: HashSet<&str> = workspace
            .judged()
            .map(|id| workspace.document(id).source().name())
            .collect();
        let elsewhere = old
            .into_iter()
            .flat_map(Baseline::entries)
            .filter(|entry| !checked.contains(entry.path.as_str()));
        let known = self
            .findings
            .iter()
            .filter(|finding| finding.status != Status::Suppressed);
        let known = known.map(|finding| Entry {
            path: finding.path(workspace).to_owned(),
            rule: finding.rule.id.to_string(),
            fingerprint: finding.fingerprint(workspace),
            message: finding.message.clone(),
        });
        Baseline::of(known.chain(elsewhere.cloned()))
    }

    /// The baseline without what is no longer found, if there is any such thing. Entries of documents that were not
    /// checked or have mistakes in their text, or of rules that did not run, stay.
    #[must_use]
    pub fn shrink(&self, baseline: &Baseline, workspace: &Workspace, rules: &[Arc<Declaration>]) -> Option<Baseline> {
        let found: HashSet<String> = self
            .findings
            .iter()
            .filter(|finding| finding.status == Status::Baseline)
            .map(|finding| finding.fingerprint(workspace))
            .collect();
        // Of a document that could be read only in part, nobody knows what is mended.
        let checked: HashSet<&str> = workspace
            .judged()
            .map(|id| workspace.document(id))
            .filter(|document| document.tree().problems().is_empty())
            .map(|document| document.source().name())
            .collect();
        let ran: HashSet<&str> = rules.iter().map(|rule| &*rule.id).collect();
        let stays = |entry: &&Entry| {
            found.contains(&entry.fingerprint)
                || !checked.contains(entry.path.as_str())
                || !ran.contains(entry.rule.as_str())
        };
        let kept = Baseline::of(baseline.entries().filter(stays).cloned());
        (kept.len() < baseline.len()).then_some(kept)
    }
}

/// What judging findings needs to know.
#[derive(Debug)]
pub struct Policy<'p> {
    /// The levels of all rules.
    pub levels: &'p Levels,
    /// All rules that exist.
    pub catalog: &'p Catalog,
    /// What is known.
    pub baseline: Option<&'p Baseline>,
    /// The day that counts as today.
    pub as_of: Date,
}

impl Policy<'_> {
    /// Judges the findings of a run. `rules` are those that ran, in the order in which the findings count them; what
    /// is found by one that is off is left out.
    #[must_use]
    pub fn judge(
        &self,
        command: &'static str,
        workspace: &Workspace,
        rules: &[Arc<Declaration>],
        findings: Vec<Finding>,
    ) -> Report {
        let mut judged: Vec<Judged> = findings
            .into_iter()
            .filter_map(|finding| {
                let declaration = rules.get(finding.rule)?;
                self.judged(workspace, declaration, finding)
            })
            .collect();
        let mut suppressions = suppressions::collect(workspace, self.catalog);
        self.suppress(workspace, &mut judged, &mut suppressions);
        let told = self.about_suppressions(workspace, rules, &suppressions);
        judged.extend(told);
        if let Some(baseline) = self.baseline {
            mark_known(workspace, &mut judged, baseline);
        }
        judged.sort_by_cached_key(|finding| {
            let span = finding.location.span(workspace);
            (
                finding.path(workspace).to_owned(),
                span.start,
                span.end,
                finding.rule.id.to_string(),
                finding.message.clone(),
            )
        });
        Report {
            command,
            documents: workspace
                .judged()
                .filter(|id| !workspace.document(*id).tree().is_part())
                .count(),
            rules: rules.iter().filter(|rule| self.levels.is_on(&rule.id)).count(),
            findings: judged,
            interactions: Vec::new(),
        }
    }

    fn judged(&self, workspace: &Workspace, rule: &Arc<Declaration>, finding: Finding) -> Option<Judged> {
        let path = workspace.document(finding.location.node.document).source().name();
        let severity = self.severity(rule, path, finding.breaking.as_deref())?;
        Some(Judged::new(Arc::clone(rule), severity, finding))
    }

    /// How grave a finding is. What a change does decides over its page, and the user over both; but a level that the
    /// user gave a page speaks of what it calls grave, not of the changes that it proves to be safe.
    fn severity(&self, rule: &Declaration, path: &str, breaking: Option<&Breaking>) -> Option<Severity> {
        let by_levels = self.levels.severity(&rule.id, path)?;
        let Some(breaking) = breaking else {
            return Some(by_levels);
        };
        let told = self.levels.told(&rule.id, path).is_some();
        let speaks_of_it =
            breaking.verdict != Verdict::Safe || breaking.severity > Severity::Info || rule.severity == Severity::Info;
        Some(if told && speaks_of_it {
            by_levels
        } else {
            breaking.severity
        })
    }

    fn suppress(&self, workspace: &Workspace, judged: &mut [Judged], suppressions: &mut [Suppression]) {
        if suppressions.is_empty() {
            return;
        }
        let mut by_rule: HashMap<DocumentId, HashMap<String, Vec<usize>>> = HashMap::new();
        for (position, suppression) in suppressions.iter().enumerate() {
            let here = by_rule.entry(suppression.document).or_default();
            here.entry(suppression.rule.clone()).or_default().push(position);
        }
        for finding in judged {
            let span = finding.location.span(workspace);
            let here = by_rule.get(&finding.location.node.document);
            for position in here.and_then(|here| here.get(&*finding.rule.id)).into_iter().flatten() {
                let suppression = &mut suppressions[*position];
                let here = suppression.scope.start <= span.start
                    && span.start < suppression.scope.end.max(suppression.scope.start + 1);
                if !here {
                    continue;
                }
                suppression.used = true;
                let holds = suppression.mistake.is_none()
                    && !suppression.reason.is_empty()
                    && suppression.until.is_none_or(|until| until >= self.as_of);
                if holds {
                    finding.status = Status::Suppressed;
                    finding.reason = Some(suppression.reason.clone());
                }
            }
        }
    }

    /// What is wrong with the suppressions themselves.
    fn about_suppressions(
        &self,
        workspace: &Workspace,
        rules: &[Arc<Declaration>],
        suppressions: &[Suppression],
    ) -> Vec<Judged> {
        let is_on = |rule: &&Arc<Declaration>| self.levels.is_on(&rule.id);
        let ran: HashSet<&str> = rules.iter().filter(is_on).map(|rule| &*rule.id).collect();
        // What was said to another tool is for that one to look after.
        let own = suppressions.iter().filter(|suppression| !suppression.is_foreign);
        own.filter_map(|suppression| {
            let known = self.catalog.get(&suppression.rule).is_some();
            let (event, problem) = if let Some(mistake) = &suppression.mistake {
                ("unknown-suppression", mistake.clone())
            } else if !known {
                ("unknown-suppression", unknown_rule(self.catalog, &suppression.rule))
            } else if suppression.reason.is_empty() {
                ("unexplained-suppression", String::new())
            } else if let Some(until) = suppression.until.filter(|until| *until < self.as_of) {
                ("expired-suppression", until.to_string())
            } else if !suppression.used && ran.contains(suppression.rule.as_str()) {
                ("unused-suppression", String::new())
            } else {
                return None;
            };
            let page = self.catalog.event(event)?;
            let facts = vec![("rule", suppression.rule.clone()), ("problem", problem)];
            let finding = Finding {
                rule: 0,
                location: suppression.location,
                facts,
                related: Vec::new(),
                breaking: None,
                contract: None,
            };
            self.judged(workspace, page, finding)
        })
        .collect()
    }
}

/// Marks what the baseline lists.
fn mark_known(workspace: &Workspace, judged: &mut [Judged], baseline: &Baseline) {
    let known: HashSet<&str> = baseline.entries().map(|entry| entry.fingerprint.as_str()).collect();
    for finding in judged.iter_mut().filter(|finding| finding.status == Status::New) {
        if known.contains(finding.fingerprint(workspace).as_str()) {
            finding.status = Status::Baseline;
        }
    }
}
