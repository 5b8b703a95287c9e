//! The lint engine: one walk over each document, with the rules bucketed by the kinds that they look at.
//!
//! In come a workspace and rules; out come findings, each place once per rule and message. Pure and synchronous:
//! documents are walked side by side, and the result does not depend on how many at a time.

use crate::document::{Address, DocumentId, Kind, Workspace};
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
    /// For each kind, the checks that look at it, as positions of rule and check.
    by_kind: Vec<Vec<(usize, usize)>>,
    of_documents: Vec<(usize, usize)>,
    of_workspace: Vec<(usize, usize)>,
    of_paths: Vec<(usize, usize)>,
}

impl Rules {
    /// Sorts rules by what they look at.
    #[must_use]
    pub fn new(rules: Vec<Rule>) -> Self {
        let mut sorted = Self {
            by_kind: Kind::ALL.iter().map(|_| Vec::new()).collect(),
            of_documents: Vec::new(),
            of_workspace: Vec::new(),
            of_paths: Vec::new(),
            rules: Vec::new(),
        };
        for (rule, declared) in rules.iter().enumerate() {
            for (position, check) in declared.checks().iter().enumerate() {
                let at = (rule, position);
                match &check.given {
                    Target::Kinds(kinds) => kinds.iter().for_each(|kind| sorted.by_kind[*kind as usize].push(at)),
                    Target::Document => sorted.of_documents.push(at),
                    Target::Workspace => sorted.of_workspace.push(at),
                    Target::Path(_) => sorted.of_paths.push(at),
                }
            }
        }
        sorted.rules = rules;
        sorted
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
    if let Some(first) = ids.first() {
        for at in &rules.of_workspace {
            engine.check(*at, workspace.root(*first).address(), false);
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
        let (is_given, on_key) = match &check.given {
            Target::Kinds(kinds) => (kinds.contains(&node.kind()), false),
            Target::Document => (is_root, false),
            Target::Workspace => (is_root && workspace.described().next() == Some(address.document), false),
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
        let root = self.workspace.root(id).address();
        for at in &self.rules.of_documents {
            self.check(*at, root, false);
        }
        for (index, kind) in self.workspace.document(id).kinds().iter().enumerate() {
            for at in &self.rules.by_kind[*kind as usize] {
                let node = NodeId::from_index(index);
                self.check(*at, Address { node, ..root }, false);
            }
        }
        self.paths(id);
    }

    /// The rules whose nodes a JSONPath names, in one walk for all of them.
    fn paths(&mut self, id: DocumentId) {
        let mut paths = Vec::new();
        for (rule, check) in &self.rules.of_paths {
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
            self.check(self.rules.of_paths[path], address, paths[path].on_key);
        }
    }

    fn check(&mut self, (rule, check): (usize, usize), address: Address, on_key: bool) {
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
