//! What changed between two versions of a description, and which clients that breaks.
//!
//! In come a workspace that holds both versions and the pairs of documents to compare; out come [`Change`]s, each
//! with its effect, its direction and the operations it reaches, and, judged by the rule pages, findings.

mod avro;
mod comparison;
mod events;
mod http;
mod judge;
mod lifecycle;
mod media;
mod pairing;
mod proto;
mod schema;
mod security;
mod templates;
mod unchanged;
mod units;
mod version;

pub use crate::document::Versions;
pub use judge::{Choices, Rules, judge};
pub use pairing::{Candidate, pair};

use crate::document::{Address, Direction, DocumentId, FormatName, Kind, Node, Workspace};
use crate::finding::{ABOUT, Action, Effect, Facts, Finding, Location, Witness};
use crate::rules::changes::{Compatibility, Promise};
use crate::syntax::{Key, key};
use comparison::{Comparison, Sides};
use http::paths::Version;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use std::borrow::Cow;
use time::Date;
use units::UnitId;
use version::Subject;

/// What a comparison needs to know besides the documents.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The day that counts as today.
    pub as_of: Date,
    /// Whether a member that a schema does not declare, and does not forbid, may matter to somebody: then declaring it
    /// narrows what is allowed.
    pub undeclared_members: bool,
    /// Whether the names of components count, as they do in generated code: then every component that comes or goes is
    /// told. Otherwise only those that nothing refers to are: what the others say is compared where they are used, and
    /// may as well stand there.
    pub names: bool,
    /// What the users of Protobuf packages, and those who read the data of events, can rely on.
    pub promises: Promises,
}

/// What the users of Protobuf packages, and those who read the data of events, can rely on.
#[derive(Debug, Clone, Default)]
pub struct Promises {
    /// What holds for packages that are not named; by default the bytes, and JSON for packages with methods that HTTP
    /// requests stand for.
    pub default: Option<Promise>,
    /// What holds for packages, and for those in them that are not named themselves.
    pub packages: Vec<(String, Promise)>,
    /// What holds for the data of events whose namespace is not named; by default, what is received has to be understood
    /// by the new version, and what is sent by the old one.
    pub data: Option<Compatibility>,
    /// What holds for the data in namespaces of Avro, and for those in them that are not named themselves.
    pub namespaces: Vec<(String, Compatibility)>,
}

impl Promises {
    /// Which ways the data of an event travel that have to be understood, where they would travel one way by themselves.
    fn ways(&self, namespace: &str, direction: Direction) -> &'static [Direction] {
        let named = nearest(&self.namespaces, namespace).map(|(_, promise)| promise);
        let own = match direction {
            Direction::Request => Compatibility::Backward,
            Direction::Response => Compatibility::Forward,
        };
        named.or(self.data).unwrap_or(own).ways()
    }
}

/// What is said of a package or namespace, or else of the nearest one around it.
fn nearest<'n, T: Copy>(named: &'n [(String, T)], package: &str) -> Option<(&'n str, T)> {
    let holds = |name: &str| {
        package
            .strip_prefix(name)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    let around = named.iter().filter(|(name, _)| holds(name));
    around
        .max_by_key(|(name, _)| name.len())
        .map(|(name, said)| (&**name, *said))
}

/// One thing that differs between two versions: one edited node, however many operations it reaches.
#[derive(Debug, Clone)]
pub struct Change<'w> {
    /// What kind of node was changed, or holds what was changed.
    pub kind: Kind,
    /// The field of it that changed; empty where the node itself was added or removed.
    pub field: Cow<'static, str>,
    /// What was done.
    pub action: Action,
    /// Who produces what changed.
    pub direction: Direction,
    /// What the change does to the set of values, requests or answers.
    pub effect: Effect,
    /// Why the effect is unknown, if it is, as a clause.
    pub reason: Option<String>,
    /// Why nothing may have changed at all, as a clause: what seems to be missing may stand where nothing could be read.
    pub doubt: Option<String>,
    /// What stood there before.
    pub old: Option<Node<'w>>,
    /// What stands there now.
    pub new: Option<Node<'w>>,
    /// Where a finding about it stands: in the new version, or, of what is gone with its document, in the old one.
    pub place: Location,
    /// What it said before, for messages and pages; empty where nothing stood.
    pub from: String,
    /// What it says now.
    pub to: String,
    /// What else messages and pages may ask about.
    pub facts: Facts,
    /// A value that one version takes and the other refuses.
    pub witness: Option<Witness>,
    /// The operations that the change reaches, as people call them.
    pub reaches: Vec<String>,
    /// The steps that led to the effect, a clause each.
    pub derivation: Vec<String>,
    /// What the users of the Protobuf package were promised.
    pub promise: Option<Promise>,
    /// Whether the package may change all the same, since it says of itself that it is not stable.
    pub may_change: bool,
}

impl Change<'_> {
    /// The format of the document that changed.
    #[must_use]
    pub fn format(&self) -> Option<FormatName> {
        self.new.or(self.old)?.document().format()
    }
}

/// Everything that differs between the versions of a description, in a stable order; but for the version that it
/// gives itself, which depends on how the rest is judged.
#[must_use]
pub fn compare<'w>(workspace: &'w Workspace, versions: Versions, settings: &Settings) -> Vec<Change<'w>> {
    let root = |id: Option<DocumentId>| id.map(|id| workspace.root(id));
    let mut comparison = Comparison::new(settings);
    let top = comparison.units.top();
    match (root(versions.old), root(versions.new)) {
        (Some(old), Some(new)) => comparison.compare_documents(top, old, new),
        (Some(old), None) => {
            let change =
                Change::of(Kind::Root, "", Sides::removed(old, old)).effect(Direction::Request, Effect::Narrows);
            comparison.tell(top, change.fact("name", title_of(old)));
        }
        (None, Some(new)) => {
            let change = Change::of(Kind::Root, "", Sides::added(new)).effect(Direction::Request, Effect::Widens);
            comparison.tell(top, change.fact("name", title_of(new)));
        }
        (None, None) => {}
    }
    comparison.finish()
}

/// Compares all pairs and judges what differs. Protobuf files are compared together, since what one of them declares may
/// lie in another one by now.
#[must_use]
pub fn run(
    workspace: &Workspace,
    pairs: &[Versions],
    settings: &Settings,
    rules: &Rules,
    choices: &Choices<'_>,
) -> Vec<Finding> {
    let (files, pairs): (Vec<Versions>, Vec<Versions>) = pairs
        .iter()
        .copied()
        .partition(|versions| proto::is_own(workspace, versions));
    let own: FxHashSet<DocumentId> = files
        .iter()
        .flat_map(|pair| pair.old.into_iter().chain(pair.new))
        .collect();
    let mut findings: Vec<Finding> = pairs
        .par_iter()
        .flat_map_iter(|versions| {
            let mut changes = compare(workspace, *versions, settings);
            // What is told of a file by itself holds for the events that it describes.
            changes.retain(|change| !own.contains(&change.place.node.document));
            let subjects: Vec<Subject> = changes.iter().map(Subject::of).collect();
            let findings = judge(changes, rules, choices);
            let version = match (versions.old, versions.new) {
                (Some(old), Some(new)) => {
                    let weighed = findings.iter().zip(subjects);
                    version::change(workspace.root(old), workspace.root(new), weighed)
                }
                _ => None,
            };
            let mut findings = one_per_node(findings);
            findings.extend(judge(version.into_iter().collect(), rules, choices));
            findings
        })
        .collect();
    for group in apart(&files) {
        let changes = compare_files(workspace, &group, settings);
        findings.extend(one_per_node(judge(changes, rules, choices)));
    }
    findings
}

/// All that differs between two versions of a set of Protobuf files, in the order of their places.
#[must_use]
pub fn compare_files<'w>(workspace: &'w Workspace, pairs: &[Versions], settings: &Settings) -> Vec<Change<'w>> {
    proto::compare(workspace, pairs, settings)
}

/// Pairs in groups in which no file stands twice, as it does where it is compared with several bases.
fn apart(pairs: &[Versions]) -> Vec<Vec<Versions>> {
    let mut groups: Vec<Vec<Versions>> = Vec::new();
    let mut met = FxHashSet::default();
    for pair in pairs {
        let is_met = pair.new.is_some_and(|new| !met.insert(new));
        if groups.is_empty() || is_met {
            groups.push(Vec::new());
            met.clear();
            met.extend(pair.new);
        }
        if let Some(group) = groups.last_mut() {
            group.push(*pair);
        }
    }
    groups
}

/// What was edited once is told once: of the same change in requests and in responses, the graver one stays.
fn one_per_node(findings: Vec<Finding>) -> Vec<Finding> {
    let mut kept: Vec<Finding> = Vec::with_capacity(findings.len());
    let mut positions: FxHashMap<(usize, Location, Option<Location>, Facts), usize> = FxHashMap::default();
    for finding in findings {
        let Some(breaking) = &finding.breaking else {
            continue;
        };
        let mut facts = finding.facts.clone();
        // Where it was met first, and which way it travels, does not tell one edit from another.
        facts.retain(|(name, _)| !matches!(*name, "place" | "operation" | "reached" | "direction"));
        for (_, about) in facts.iter_mut().filter(|(name, _)| *name == ABOUT) {
            *about = about
                .split_once('\n')
                .map_or_else(String::new, |(_, rest)| rest.to_owned());
        }
        let key = (finding.rule, finding.location, breaking.old, facts);
        match positions.get(&key) {
            Some(position) => merge(&mut kept[*position], finding),
            None => {
                positions.insert(key, kept.len());
                kept.push(finding);
            }
        }
    }
    kept
}

fn merge(kept: &mut Finding, other: Finding) {
    let rank = |finding: &Finding| {
        let breaking = finding.breaking.as_ref();
        breaking.map(|breaking| (breaking.severity, breaking.verdict))
    };
    let (mut graver, lighter) = if rank(&other) > rank(kept) {
        (other, std::mem::replace(kept, placeholder(kept)))
    } else {
        (std::mem::replace(kept, placeholder(kept)), other)
    };
    if let (Some(graver), Some(lighter)) = (graver.breaking.as_mut(), lighter.breaking) {
        let same = graver.verdict == lighter.verdict;
        if graver.direction != lighter.direction && !same {
            let reached = match lighter.reaches.len() {
                1 => "one operation".to_owned(),
                count => format!("{count} operations"),
            };
            graver.derivation.push(format!(
                "the same edit reaches the {}s of {reached}, too, and is {} there",
                lighter.direction.name(),
                lighter.severity
            ));
        }
        if same {
            for operation in lighter.reaches {
                if !graver.reaches.contains(&operation) {
                    graver.reaches.push(operation);
                }
            }
        }
    }
    *kept = graver;
}

/// What stands in the list while its place is decided.
fn placeholder(finding: &Finding) -> Finding {
    Finding {
        rule: finding.rule,
        location: finding.location,
        facts: Vec::new(),
        related: Vec::new(),
        breaking: None,
        contract: None,
    }
}

fn title_of(root: Node<'_>) -> String {
    let title = root.field(key::INFO).and_then(|info| info.string_at(key::TITLE));
    title.unwrap_or(root.document().source().name()).to_owned()
}

/// The fields of a description that are compared for themselves.
const ROOT_KEYS: &[Key] = &[
    key::OPENAPI,
    key::SWAGGER,
    key::ASYNCAPI,
    key::INFO,
    key::PATHS,
    key::CHANNELS,
    key::OPERATIONS,
    key::DEFAULT_CONTENT_TYPE,
    key::WEBHOOKS,
    key::COMPONENTS,
    key::SERVERS,
    key::SECURITY,
    key::HOST,
    key::BASE_PATH,
    key::SCHEMES,
    key::CONSUMES,
    key::PRODUCES,
    key::PARAMETERS,
    key::RESPONSES,
    key::DEFINITIONS,
    key::SECURITY_DEFINITIONS,
];
/// What is said of an event-driven API at the root until AsyncAPI 2.6, and in `info` since 3.0.
const EVENT_NOTES: &[Key] = &[key::TAGS, key::EXTERNAL_DOCS];
/// The maps of components, by the keys of both generations.
const COMPONENTS: &[(&str, Key)] = &[
    ("schemas", key::SCHEMAS),
    ("schemas", key::DEFINITIONS),
    ("responses", key::RESPONSES),
    ("parameters", key::PARAMETERS),
    ("examples", key::EXAMPLES),
    ("requestBodies", key::REQUEST_BODIES),
    ("headers", key::HEADERS),
    ("links", key::LINKS),
    ("callbacks", key::CALLBACKS),
    ("pathItems", key::PATH_ITEMS),
    ("mediaTypes", key::MEDIA_TYPES),
];

impl<'w> Comparison<'w, '_> {
    fn compare_documents(&mut self, top: UnitId, old: Node<'w>, new: Node<'w>) {
        self.compare_dialects(top, old, new);
        if let (Some(before), Some(now)) = (old.document().events(), new.document().events()) {
            self.compare_heads(top, old, new, EVENT_NOTES);
            let version = |root, events| events::Version { root, events };
            self.compare_events(top, version(old, before), version(new, now));
            return;
        }
        self.compare_heads(top, old, new, &[]);
        self.compare_servers(top, old, new);
        self.compare_hosts(top, old, new);
        self.compare_components(top, old, new);
        if let (Some(before), Some(now)) = (old.document().api(), new.document().api()) {
            let (before, now) = (Version { root: old, api: before }, Version { root: new, api: now });
            self.compare_schemes(top, before, now);
            self.compare_paths(top, before, now);
        }
    }

    /// Compares what stands at the root and in `info`, but for what is compared elsewhere.
    fn compare_heads(&mut self, top: UnitId, old: Node<'w>, new: Node<'w>, elsewhere: &[Key]) {
        if let (Some(was), Some(is)) = (old.field(key::INFO), new.field(key::INFO)) {
            self.fields(top, Kind::Info, was, is, &[elsewhere, &[key::VERSION]].concat());
        }
        self.fields(top, Kind::Root, old, new, &[elsewhere, ROOT_KEYS].concat());
    }

    fn compare_dialects(&mut self, top: UnitId, old: Node<'w>, new: Node<'w>) {
        let keys = [key::OPENAPI, key::SWAGGER, key::ASYNCAPI];
        let says = |root: Node<'w>| keys.iter().find_map(|key| root.get(*key));
        let (Some(was), Some(is)) = (says(old), says(new)) else {
            return;
        };
        if was.text() != is.text() {
            let field = is.key().and_then(Key::well_known_text).unwrap_or_default();
            self.tell(top, Change::of(Kind::Root, field, Sides::both(was, is)));
        }
    }

    /// What is there to be used by name, and is there no more, or is there now.
    fn compare_components(&mut self, top: UnitId, old: Node<'w>, new: Node<'w>) {
        let holders = |root: Node<'w>, key: Key| {
            let within = match root.get(key::OPENAPI) {
                Some(_) => root.field(key::COMPONENTS).and_then(|components| components.get(key)),
                None => root.get(key),
            };
            within.into_iter()
        };
        let named = |root: Node<'w>, name: &str| -> Vec<Node<'w>> {
            let keys = COMPONENTS.iter().filter(|(known, _)| *known == name);
            keys.flat_map(|(_, key)| holders(root, *key)).collect()
        };
        let (used_before, used_now) = (targets(old), targets(new));
        let mut told = Vec::new();
        for (name, _) in COMPONENTS {
            if told.contains(name) {
                continue;
            }
            told.push(name);
            let (before, now) = (named(old, name), named(new, name));
            let has = |maps: &[Node<'w>], component: &str| maps.iter().any(|map| map.find(component).is_some());
            let is_told = |used: &FxHashSet<Address>, component: Node<'w>| {
                self.settings.names || !used.contains(&component.address())
            };
            let around = now.first().copied().unwrap_or(new);
            for component in before.iter().flat_map(|map| map.children()) {
                let title = component.key_text().unwrap_or_default();
                if !has(&now, title) && is_told(&used_before, component) {
                    let change = Change::of(Kind::Components, *name, Sides::removed(component, around));
                    self.tell(top, change.texts(title, "").fact("name", title));
                }
            }
            for component in now.iter().flat_map(|map| map.children()) {
                let title = component.key_text().unwrap_or_default();
                if !has(&before, title) && is_told(&used_now, component) {
                    let change = Change::of(Kind::Components, *name, Sides::added(component));
                    self.tell(top, change.texts("", title).fact("name", title));
                }
            }
        }
        if let (Some(was), Some(is)) = (old.field(key::COMPONENTS), new.field(key::COMPONENTS)) {
            let handled: Vec<Key> = COMPONENTS
                .iter()
                .map(|(_, key)| *key)
                .chain([key::SECURITY_SCHEMES])
                .collect();
            self.fields(top, Kind::Components, was, is, &handled);
        }
    }
}

/// Everything that something in the documents of a version refers to.
fn targets(root: Node<'_>) -> FxHashSet<Address> {
    let is_base = root.document().is_base();
    let documents = root.workspace().documents().iter();
    documents
        .filter(|document| document.is_base() == is_base)
        .flat_map(|document| document.links())
        .filter_map(|link| link.target.as_ref().ok().copied())
        .collect()
}
