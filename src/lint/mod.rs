//! The lint engine: one walk over each document, with the rules bucketed by the kinds that they look at.
//!
//! In come a workspace and rules; out come findings, each place once per rule and message. Pure and synchronous:
//! documents are walked side by side, and the result does not depend on how many at a time.

use crate::document::{Address, DocumentId, FormatName, Kind, Workspace};
use crate::finding::Finding;
use crate::rules::declaration::Declaration;
use crate::rules::functions::{Hit, Run};
use crate::rules::{Rule, Target, walk_paths};
use crate::syntax::NodeId;
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use std::sync::Arc;

/// The rules of a run, sorted by what they look at.
#[derive(Debug)]
pub struct Rules {
    rules: Vec<Rule>,
    /// For each format, the checks that look at its documents; behind them, those that look at documents of none.
    by_format: Vec<Checks>,
    of_workspace: Vec<Position>,
}

/// The positions of a rule and of one of its checks.
type Position = (usize, usize);

/// The checks that look at documents of one format.
#[derive(Debug)]
struct Checks {
    /// For each kind, those that look at it.
    by_kind: Vec<Vec<Position>>,
    of_documents: Vec<Position>,
    of_paths: Vec<Position>,
}

impl Checks {
    fn new(rules: &[Rule], format: Option<FormatName>) -> Self {
        let mut sorted = Self {
            by_kind: Kind::ALL.iter().map(|_| Vec::new()).collect(),
            of_documents: Vec::new(),
            of_paths: Vec::new(),
        };
        for (rule, declared) in rules.iter().enumerate() {
            for (position, check) in declared.checks().iter().enumerate() {
                let at = (rule, position);
                if !check.is_about(format) {
                    continue;
                }
                match &check.given {
                    Target::Kinds(kinds) => kinds.iter().for_each(|kind| sorted.by_kind[*kind as usize].push(at)),
                    Target::Document => sorted.of_documents.push(at),
                    Target::Path(_) => sorted.of_paths.push(at),
                    Target::Workspace => {}
                }
            }
        }
        sorted
    }
}

impl Rules {
    /// Sorts rules by what they look at.
    #[must_use]
    pub fn new(rules: Vec<Rule>) -> Self {
        let formats = FormatName::ALL.iter().copied().map(Some).chain([None]);
        let mut of_workspace = Vec::new();
        for (rule, declared) in rules.iter().enumerate() {
            let checks = declared.checks().iter().enumerate();
            let whole = checks.filter(|(_, check)| matches!(check.given, Target::Workspace));
            of_workspace.extend(whole.map(|(position, _)| (rule, position)));
        }
        Self {
            by_format: formats.map(|format| Checks::new(&rules, format)).collect(),
            of_workspace,
            rules,
        }
    }

    /// The checks that look at documents of a format.
    fn checks(&self, format: Option<FormatName>) -> &Checks {
        &self.by_format[format.map_or(FormatName::ALL.len(), |format| format as usize)]
    }

    /// The first document that a check of the whole workspace is about.
    fn first(&self, (rule, check): Position, workspace: &Workspace) -> Option<DocumentId> {
        let check = &self.rules[rule].checks()[check];
        workspace
            .described()
            .find(|id| check.is_about(workspace.document(*id).format()))
    }

    /// The rules, in the order in which findings count them.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The pages of the rules, in the same order.
    #[must_use]
    pub fn pages(&self) -> Vec<Arc<Declaration>> {
        self.rules.iter().map(|rule| Arc::clone(&rule.declaration)).collect()
    }
}

/// Runs all rules over all documents. `done` is called after each document, from any thread.
#[must_use]
pub fn lint(workspace: &Workspace, rules: &Rules, run: &Run, done: &(dyn Fn() + Sync)) -> Vec<Finding> {
    let ids: Vec<DocumentId> = workspace.described().collect();
    let mut findings: Vec<Finding> = ids
        .par_iter()
        .flat_map_iter(|id| {
            let mut engine = Engine::new(workspace, rules, run);
            engine.document(*id);
            done();
            engine.findings
        })
        .collect();
    let mut engine = Engine::new(workspace, rules, run);
    for at in &rules.of_workspace {
        if let Some(first) = rules.first(*at, workspace) {
            engine.check(*at, workspace.root(first).address(), false);
        }
    }
    findings.append(&mut engine.findings);
    // What several operations share is found once for each of them: it is one finding.
    let mut seen = FxHashSet::default();
    findings.retain(|finding| seen.insert((finding.rule, finding.location, finding.facts.clone())));
    findings
}

/// What one rule finds at one node, however slowly: what the walk is held against.
#[doc(hidden)]
#[must_use]
pub fn lint_node(workspace: &Workspace, rules: &Rules, rule: usize, address: Address, run: &Run) -> Vec<Finding> {
    let mut engine = Engine::new(workspace, rules, run);
    let node = workspace.node(address);
    let is_root = address.node == NodeId::ROOT;
    for (position, check) in rules.rules[rule].checks().iter().enumerate() {
        if !check.is_about(node.document().format()) {
            continue;
        }
        let (is_given, on_key) = match &check.given {
            Target::Kinds(kinds) => (kinds.contains(&node.kind()), false),
            Target::Document => (is_root, false),
            Target::Workspace => {
                let first = rules.first((rule, position), workspace);
                (is_root && first == Some(address.document), false)
            }
            Target::Path(path) => {
                let mut is_given = false;
                walk_paths(&[path], workspace.root(address.document), &mut |_, found| {
                    let mut holders = std::iter::once(found).chain(found.ancestors());
                    is_given |= holders.nth(path.parents) == Some(node);
                });
                (is_given, path.on_key)
            }
        };
        if is_given {
            engine.check((rule, position), address, on_key);
        }
    }
    engine.findings
}

struct Engine<'a> {
    workspace: &'a Workspace,
    rules: &'a Rules,
    run: &'a Run,
    findings: Vec<Finding>,
}

impl<'a> Engine<'a> {
    fn new(workspace: &'a Workspace, rules: &'a Rules, run: &'a Run) -> Self {
        Self {
            workspace,
            rules,
            run,
            findings: Vec::new(),
        }
    }

    fn document(&mut self, id: DocumentId) {
        let document = self.workspace.document(id);
        let checks = self.rules.checks(document.format());
        let root = self.workspace.root(id).address();
        for at in &checks.of_documents {
            self.check(*at, root, false);
        }
        for (index, kind) in document.kinds().iter().enumerate() {
            for at in &checks.by_kind[*kind as usize] {
                let node = NodeId::from_index(index);
                self.check(*at, Address { node, ..root }, false);
            }
        }
        self.paths(id, &checks.of_paths);
    }

    /// The rules whose nodes a JSONPath names, in one walk for all of them.
    fn paths(&mut self, id: DocumentId, of_paths: &[Position]) {
        let mut paths = Vec::new();
        for (rule, check) in of_paths {
            if let Target::Path(path) = &self.rules.rules[*rule].checks()[*check].given {
                paths.push(path);
            }
        }
        if paths.is_empty() {
            return;
        }
        let mut found = Vec::new();
        walk_paths(&paths, self.workspace.root(id), &mut |path, node| {
            let parents = paths[path].parents;
            let node = if parents == 0 {
                Some(node)
            } else {
                node.ancestors().nth(parents - 1)
            };
            found.extend(node.map(|node| (path, node.address())));
        });
        found.sort_unstable();
        found.dedup();
        for (path, address) in found {
            self.check(of_paths[path], address, paths[path].on_key);
        }
    }

    fn check(&mut self, (rule, check): Position, address: Address, on_key: bool) {
        let declared = &self.rules.rules[rule];
        let findings = &mut self.findings;
        let node = self.workspace.node(address);
        declared.checks()[check].run(declared, node, self.run, on_key, &mut |hit: Hit| {
            findings.push(Finding {
                rule,
                location: hit.location,
                facts: hit.facts,
                related: hit.related,
                breaking: None,
                contract: None,
            });
        });
    }
}
