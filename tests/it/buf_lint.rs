//! The cases of another linter of Protobuf, run through ours, each with the configuration that it has there. Where the two
//! differ, a table says who is right and why; a difference that is not in the table is a mistake of ours until somebody
//! has judged it.

use crate::outside;
use crate::tool::Project;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::Arc;
use stipula::rules::catalog::builtin;
use stipula::rules::presets::find_preset;
use stipula::source::{Limits, Source};
use stipula::syntax::{self, NodeId, Tree};

/// Their rule in a file, on a line; 0 where they name no line.
type Place = (String, usize, String);
/// How often something is found at a place.
type Counts = BTreeMap<Place, usize>;

/// What `buf.yaml` says of a module.
struct Config {
    /// The folder of the module in that of the case.
    module: String,
    rules: BTreeSet<String>,
    /// Paths whose findings are left out.
    ignore: Vec<String>,
    /// The same for single rules.
    ignore_only: Vec<(BTreeSet<String>, Vec<String>)>,
    /// Whether comments count that answer findings.
    comments: bool,
    /// Options of ours that say the same as theirs.
    options: String,
}

fn read(path: &Path) -> Tree {
    let text = fs::read_to_string(path).unwrap();
    syntax::read(&Arc::new(Source::from_text("buf.yaml", text)), &Limits::default())
}

/// Where a path of keys leads.
fn at(tree: &Tree, from: NodeId, keys: &str) -> Option<NodeId> {
    keys.split('.').try_fold(from, |node, key| tree.find(node, key))
}

fn texts(tree: &Tree, list: Option<NodeId>) -> Vec<String> {
    let children = list.into_iter().flat_map(|list| tree.children(list));
    children.map(|child| tree.text(child).to_owned()).collect()
}

/// The rules that the name of one or of a category stands for.
fn rules_of(name: &str) -> BTreeSet<String> {
    let Some(preset) = find_preset(&format!("buf:{}", name.to_lowercase().replace('_', "-"))) else {
        return BTreeSet::from([name.to_owned()]);
    };
    let pages = builtin()
        .iter()
        .filter(|page| page.presets.iter().any(|(name, _)| preset.holds(name)));
    let same = pages.flat_map(|page| page.same_as.iter());
    same.filter(|(tool, _)| tool == "buf")
        .map(|(_, id)| id.to_string())
        .collect()
}

/// What a configuration says of its modules: a policy stands for what it holds.
fn configs(case: &Path) -> Vec<Config> {
    let tree = read(&case.join("buf.yaml"));
    let root = NodeId::ROOT;
    let modules: Vec<NodeId> =
        at(&tree, root, "modules").map_or(vec![root], |modules| tree.children(modules).collect());
    let policies = at(&tree, root, "policies");
    modules
        .into_iter()
        .map(|module| {
            let policy = policies.and_then(|policies| tree.children(policies).next());
            let lint = at(&tree, module, "lint");
            let mut used = texts(&tree, lint.and_then(|lint| tree.find(lint, "use")));
            let place = policy.or(lint).unwrap_or(root);
            if let Some(policy) = policy {
                let policy = read(&case.join(tree.text(at(&tree, policy, "policy").unwrap())));
                used = texts(&policy, at(&policy, root, "lint.use"));
            }
            if used.is_empty() {
                used.push("STANDARD".to_owned());
            }
            let only = at(&tree, place, "ignore_only").into_iter().flat_map(|only| tree.children(only));
            let is_true = |key: &str| lint.and_then(|lint| tree.find(lint, key)).and_then(|node| tree.boolean(node)) == Some(true);
            let except = |key: &str| if is_true(key) { "[google.protobuf.Empty]" } else { "[]" };
            let empty = format!(
                "except-requests: {}, except-responses: {}",
                except("rpc_allow_google_protobuf_empty_requests"),
                except("rpc_allow_google_protobuf_empty_responses")
            );
            let same = is_true("rpc_allow_same_request_response");
            Config {
                module: at(&tree, module, "path").map_or(String::new(), |path| tree.text(path).to_owned()),
                rules: used.iter().flat_map(|name| rules_of(name)).collect(),
                ignore: texts(&tree, at(&tree, place, "ignore")),
                ignore_only: only
                    .map(|entry| (rules_of(tree.key_text(entry).unwrap()), texts(&tree, Some(entry))))
                    .collect(),
                comments: tree.text(at(&tree, root, "version").unwrap()) == "v2" || is_true("allow_comment_ignores"),
                options: format!(
                    "  rpc-separate-messages: {{ options: {{ allow-same: {same}, {empty} }} }}\n  rpc-request-name: {{ options: {{ {empty} }} }}\n"
                ),
            }
        })
        .collect()
}

/// What is found in a module. Our rules stand for theirs, one of ours for several: `expected` tells which one is meant.
fn found(case: &Path, config: &Config, expected: &Counts) -> Counts {
    let project = Project::new();
    let mut settings = String::from("rules:\n  extends: [\"buf:standard\", \"buf:comments\"]\n");
    settings.push_str(&config.options);
    for page in builtin().iter().filter(|page| page.presets.is_empty()) {
        let mut same = page.same_as.iter();
        if page.changes.is_empty() && same.any(|(tool, id)| tool == "buf" && config.rules.contains(&**id)) {
            settings.push_str(&format!("  {}: error\n", page.id));
        }
    }
    project.write("stipula.yaml", &settings);
    let folder = case.join(&config.module);
    let (report, ended) = project.report(&[folder.to_str().unwrap()]);
    assert!(matches!(ended.code, 0 | 1), "{}: {}", folder.display(), ended.stderr);
    let mut left = expected.clone();
    let mut counts = Counts::new();
    for finding in report["findings"].as_array().unwrap() {
        if config.comments && finding["status"] == "suppressed" {
            continue;
        }
        let place = &finding["location"];
        let path = place["path"].as_str().unwrap();
        let at = path.find(&*folder.file_name().unwrap().to_string_lossy()).unwrap();
        let file = path[at..].split_once('/').unwrap().1.to_owned();
        let line = place["line"].as_u64().unwrap() as usize;
        let page = builtin()
            .iter()
            .find(|page| page.id == finding["rule"].as_str().unwrap())
            .unwrap();
        let same = page.same_as.iter().filter(|(tool, _)| tool == "buf");
        let ids: Vec<&str> = same
            .map(|(_, id)| &**id)
            .filter(|id| config.rules.contains(*id))
            .collect();
        let place = |id: &str, line: usize| (file.clone(), line, id.to_owned());
        let meant = ids
            .iter()
            .flat_map(|id| [place(id, line), place(id, 0)])
            .find(|place| left.get(place).is_some_and(|count| *count > 0));
        let Some(place) = meant.clone().or_else(|| ids.first().map(|id| place(id, line))) else {
            continue;
        };
        let path = Path::new(&config.module).join(&file);
        let is_below = |paths: &Vec<String>| paths.iter().any(|below| path.starts_with(below));
        let is_ignored = config
            .ignore_only
            .iter()
            .any(|(rules, paths)| rules.contains(&place.2) && is_below(paths));
        if is_below(&config.ignore) || is_ignored {
            continue;
        }
        if let Some(count) = meant.and_then(|place| left.get_mut(&place)) {
            *count -= 1;
        }
        *counts.entry(place).or_default() += 1;
    }
    counts
}

#[test]
fn buf_lint() {
    let Some(folder) = outside::conformance("buf") else {
        return;
    };
    let rows = fs::read_to_string(folder.join("expected.tsv")).unwrap();
    let mut cases: BTreeMap<&str, Counts> = BTreeMap::new();
    for row in rows.lines().skip(1).map(|row| row.split('\t').collect::<Vec<&str>>()) {
        if let ["lint_test.go", _, _, case, file, line, .., rule] = row[..] {
            let expected = cases.entry(case).or_default();
            if rule != "NONE" {
                *expected
                    .entry((file.to_owned(), line.parse().unwrap_or(0), rule.to_owned()))
                    .or_default() += 1;
            }
        }
    }
    let judged = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/buf/lint.tsv")).unwrap();
    let judged: BTreeMap<(&str, &str), &str> = judged
        .lines()
        .skip(1)
        .map(|row| {
            let [case, rule, reason] = row.split('\t').collect::<Vec<&str>>()[..] else {
                panic!("{row}: case, rule and reason are expected");
            };
            ((case, rule), reason)
        })
        .collect();
    let mut told: BTreeSet<(String, String)> = BTreeSet::new();
    let mut by_rule: BTreeMap<String, [usize; 3]> = BTreeMap::new();
    let mut unjudged = Vec::new();
    for (case, expected) in &cases {
        let configs = configs(&folder.join("lint").join(case));
        let mut all = Counts::new();
        for config in &configs {
            for (place, count) in found(&folder.join("lint").join(case), config, expected) {
                *all.entry(place).or_default() += count;
            }
        }
        let places: BTreeSet<&Place> = expected.keys().chain(all.keys()).collect();
        for place in places {
            let (theirs, ours) = (
                expected.get(place).copied().unwrap_or(0),
                all.get(place).copied().unwrap_or(0),
            );
            let row = by_rule.entry(place.2.clone()).or_default();
            row[0] += theirs.min(ours);
            row[1] += theirs.saturating_sub(ours);
            row[2] += ours.saturating_sub(theirs);
            if theirs == ours {
                continue;
            }
            told.insert(((*case).to_owned(), place.2.clone()));
            if !judged.contains_key(&(*case, &*place.2)) {
                unjudged.push(format!("{case}: {place:?}: {theirs} there, {ours} here"));
            }
        }
    }
    println!("rule: right, missing, extra");
    for (rule, [right, missing, extra]) in &by_rule {
        println!("{rule}: {right}, {missing}, {extra}");
    }
    assert!(
        unjudged.is_empty(),
        "differences that nobody has judged:\n{}",
        unjudged.join("\n")
    );
    for ((case, rule), reason) in judged {
        let is_told = told.contains(&(case.to_owned(), rule.to_owned()));
        assert!(is_told, "no difference any more: {case} {rule}: {reason}");
    }
}
