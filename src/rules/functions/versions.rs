//! Where an API says which version it is.

use super::paths::is_version;
use super::protobuf::services::lists;
use super::{Function, Hit, Options, Refusal, function, is_among};
use crate::document::http::{Api, Operation, ParameterLocation, Path, Segment, segments};
use crate::document::{Address, Direction, DocumentId, Workspace, proto};
use crate::finding::Location;
use crate::rules::words::same_words;
use crate::syntax::key;
use rustc_hash::{FxHashMap, FxHashSet};

/// Paths that stand beside the API and are not versioned with it.
const UNVERSIONED: &[&str] = &[
    "health",
    "healthz",
    "livez",
    "readyz",
    "liveness",
    "readiness",
    "ping",
    "status",
    "metrics",
    "version",
    "info",
    ".well-known",
    "openapi.json",
    "openapi.yaml",
    "swagger.json",
    "docs",
];

/// The ways to say a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Strategy {
    Path,
    Header,
    Query,
    MediaType,
}

impl Strategy {
    const fn name(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Header => "header",
            Self::Query => "query",
            Self::MediaType => "media-type",
        }
    }
}

const VERSION_PARAMETERS: &[&str] = &["api-version", "version", "x-api-version", "accept-version", "v"];

fn version_segment(template: &str) -> Option<(usize, &str)> {
    segments(template).enumerate().find_map(|(at, segment)| match segment {
        Segment::Literal(text) if is_version(text) => Some((at, text)),
        _ => None,
    })
}

/// How an operation says its version, its path left aside.
fn other_strategy(operation: &Operation) -> Option<Strategy> {
    let named = |location: ParameterLocation| {
        operation.parameters.iter().any(|parameter| {
            parameter.location == location && VERSION_PARAMETERS.iter().any(|name| same_words(&parameter.name, name))
        })
    };
    let versioned_media = || {
        operation
            .responses
            .iter()
            .flat_map(|response| &response.media)
            .any(|media| media.range.contains("version=") || media.range.split(['.', '+']).any(is_version))
    };
    if named(ParameterLocation::Header) {
        Some(Strategy::Header)
    } else if named(ParameterLocation::Query) {
        Some(Strategy::Query)
    } else if versioned_media() {
        Some(Strategy::MediaType)
    } else {
        None
    }
}

/// The version in the base path that every server has.
fn base_version(api: &Api) -> Option<&str> {
    let mut versions = api
        .base_paths
        .iter()
        .map(|base| version_segment(&base.path).map(|(_, version)| version));
    let first = versions.next()??;
    versions.all(|version| version.is_some()).then_some(first)
}

/// The paths that count, with how each says its version.
fn strategies<'a>(api: &'a Api, except: &[String]) -> Vec<(&'a Path, Option<Strategy>)> {
    let base = base_version(api).is_some();
    let mut others: FxHashMap<usize, Strategy> = FxHashMap::default();
    // An operation that several paths refer to is looked at once.
    let mut known: FxHashMap<Address, Option<Strategy>> = FxHashMap::default();
    for operation in api.operations.iter().filter(|_| !base) {
        let strategy = *known.entry(operation.node).or_insert_with(|| other_strategy(operation));
        if let Some(strategy) = strategy {
            others.entry(operation.path).or_insert(strategy);
        }
    }
    api.paths
        .iter()
        .enumerate()
        .filter(|(_, path)| {
            path.caller == crate::document::http::Caller::Consumer && !is_unversioned(&path.template, except)
        })
        .map(|(position, path)| {
            let strategy = if base || version_segment(&path.template).is_some() {
                Some(Strategy::Path)
            } else {
                others.get(&position).copied()
            };
            (path, strategy)
        })
        .collect()
}

fn is_unversioned(template: &str, except: &[String]) -> bool {
    let last = segments(template).last();
    let beside = |segment: Segment<'_>| matches!(segment, Segment::Literal(text) if UNVERSIONED.contains(&text));
    is_among(template, except) || last.is_some_and(beside) || template.starts_with("/.well-known/")
}

/// `versioned`: every path says its version, in an allowed way.
pub(super) fn versioned(options: &Options) -> Result<Function, Refusal> {
    let allowed = options.texts_or("in", &["path", "header", "query", "media-type"]);
    let except = options.texts("except");
    function(move |subject, hits| {
        let Some(api) = subject.node.document().api() else {
            return;
        };
        if subject.node.document().tree().has_holes() {
            return;
        }
        let found = strategies(api, &except);
        let good = |strategy: &Option<Strategy>| strategy.is_some_and(|strategy| is_among(strategy.name(), &allowed));
        if found.is_empty() || found.iter().all(|(_, strategy)| good(strategy)) {
            return;
        }
        let wanted = match allowed.split_last() {
            Some((last, [])) => last.clone(),
            Some((last, others)) => format!("{} or {last}", others.join(", ")),
            None => return,
        };
        if found.iter().any(|(_, strategy)| good(strategy)) {
            for (path, _) in found.iter().filter(|(_, strategy)| !good(strategy)) {
                hits.push(
                    Hit::key(subject.at(path.site))
                        .with("what", format!("`{}`", path.template))
                        .with("wanted", wanted.clone()),
                );
            }
        } else {
            let place = subject
                .node
                .get(key::SERVERS)
                .or_else(|| subject.node.get(key::PATHS))
                .unwrap_or(subject.node);
            hits.push(Hit::key(place).with("what", "the API").with("wanted", wanted));
        }
    })
}

/// `one-version`: all paths of a document belong to one major version.
pub(super) fn one_version(_: &Options) -> Result<Function, Refusal> {
    function(|subject, hits| {
        let Some(api) = subject.node.document().api() else {
            return;
        };
        let mut first: Option<(&str, &Path)> = None;
        let mut reported: Vec<&str> = Vec::new();
        for path in api.consumer_paths() {
            let Some((_, version)) = version_segment(&path.template) else {
                continue;
            };
            match first {
                None => first = Some((version, path)),
                Some((known, earlier)) if known != version && !reported.contains(&version) => {
                    reported.push(version);
                    hits.push(
                        Hit::key(subject.at(path.site))
                            .with("version", version)
                            .with("other", known)
                            .related("the other version", Location::key(earlier.site)),
                    );
                }
                Some(_) => {}
            }
        }
    })
}

/// `version-strategy-consistent`: all paths of all documents say their version the same way, at the same position.
pub(super) fn version_strategy_consistent(options: &Options) -> Result<Function, Refusal> {
    let except = options.texts("except");
    function(move |subject, hits| {
        let uses = uses_of(subject.workspace(), &except);
        let mut count: FxHashMap<&str, usize> = FxHashMap::default();
        for used in &uses {
            *count.entry(&used.how).or_default() += used.paths;
        }
        // What most paths do is what the others should; of two that are equal, the one that comes first.
        let Some(usual) = uses
            .iter()
            .max_by_key(|used| (count[used.how.as_str()], std::cmp::Reverse(used.document.index())))
        else {
            return;
        };
        for used in uses.iter().filter(|used| used.how != usual.how) {
            hits.push(
                Hit::new(used.place)
                    .with("how", used.how.clone())
                    .with("usual", usual.how.clone())
                    .related("the usual way", usual.place),
            );
        }
    })
}

/// One way in which a document says its version.
struct Use {
    document: DocumentId,
    how: String,
    place: Location,
    paths: usize,
}

fn uses_of(workspace: &Workspace, except: &[String]) -> Vec<Use> {
    let mut uses: Vec<Use> = Vec::new();
    for document in workspace.ids() {
        let Some(api) = workspace.document(document).api() else {
            continue;
        };
        let base = base_version(api).is_some();
        for (path, strategy) in strategies(api, except) {
            let Some(strategy) = strategy else { continue };
            let in_path = version_segment(&path.template);
            let (how, place) = match (strategy, in_path) {
                // `/api/v1` as base path and `/api/v1` in front of every path come to the same URL.
                (Strategy::Path, Some((at, _))) if base => (
                    format!("in the server's path and again as segment {} of a path", at + 1),
                    Location::key(path.site),
                ),
                (Strategy::Path, _) => ("in the path".to_owned(), Location::key(path.site)),
                (other, _) => (
                    format!("in a {}", other.name().replace('-', " ")),
                    Location::key(path.site),
                ),
            };
            match uses
                .iter_mut()
                .find(|used| used.document == document && used.how == how)
            {
                Some(used) => used.paths += 1,
                None => uses.push(Use {
                    document,
                    how,
                    place,
                    paths: 1,
                }),
            }
        }
    }
    uses
}

/// `major-matches-path`: the major version of `info.version` is that of the paths.
pub(super) fn major_matches_path(_: &Options) -> Result<Function, Refusal> {
    function(|subject, hits| {
        let Some(target) = subject.target else { return };
        let Some(api) = subject.node.document().api() else {
            return;
        };
        let digits = |text: &str| -> Option<u32> {
            // A day is no major version.
            if text.contains('-') && !text.starts_with(['v', 'V']) && text.len() == "2010-04-01".len() {
                return None;
            }
            let digits: String = text
                .trim_start_matches(['v', 'V'])
                .chars()
                .take_while(char::is_ascii_digit)
                .collect();
            digits.parse().ok()
        };
        let Some(version) = digits(target.text()) else {
            return;
        };
        let in_paths: Vec<&str> = match base_version(api) {
            Some(version) => vec![version],
            None => api
                .consumer_paths()
                .filter_map(|path| version_segment(&path.template))
                .map(|(_, version)| version)
                .collect(),
        };
        // Before 1.0.0, the path may say v1 already: it is what it will be.
        let fits = |major: u32| major == version || version == 0 && major == 1;
        // Where paths of several versions stand together, one of them is the document's.
        let majors_fit = |in_path: &&str| digits(in_path).is_none_or(fits);
        if let Some(first) = in_paths.first()
            && !in_paths.iter().any(majors_fit)
        {
            hits.push(
                Hit::value(target)
                    .with("version", target.text())
                    .with("in-path", *first),
            );
        }
    })
}

/// The families of pagination.
const FAMILIES: &[(&str, &[&str])] = &[
    (
        "token",
        &[
            "page_token",
            "next_token",
            "continuation_token",
            "continuation",
            "page_size",
        ],
    ),
    (
        "cursor",
        &["cursor", "after", "before", "starting_after", "ending_before"],
    ),
    ("page", &["page", "per_page", "page_number"]),
    ("offset", &["offset", "skip", "start"]),
];

/// `pagination-consistent`: all lists of all documents are paged with parameters, or fields of requests, of one family.
pub(super) fn pagination_consistent(_: &Options) -> Result<Function, Refusal> {
    function(|subject, hits| {
        let workspace = subject.workspace();
        let mut uses: Vec<(&str, Location)> = Vec::new();
        for id in workspace.judged() {
            let document = workspace.document(id);
            if let Some(api) = document.api() {
                // An operation that several paths refer to counts once.
                let mut seen = FxHashSet::default();
                let reading = api.operations.iter().filter(|operation| operation.method == "get");
                for operation in reading.filter(|operation| seen.insert(operation.node)) {
                    let in_query = operation
                        .parameters
                        .iter()
                        .filter(|parameter| parameter.location == ParameterLocation::Query);
                    let names: Vec<&str> = in_query.map(|parameter| parameter.name.as_str()).collect();
                    uses.extend(family_of(&names).map(|family| (family, Location::key(operation.node))));
                }
            }
            let services = proto::declarations(workspace.root(id), key::SERVICES);
            for rpc in services.flat_map(|service| proto::declarations(service, key::METHODS)) {
                if lists(rpc) {
                    let request = proto::message_of(rpc, Direction::Request);
                    let fields = request.map(proto::fields).unwrap_or_default();
                    let names: Vec<&str> = fields.into_iter().map(proto::name).collect();
                    uses.extend(family_of(&names).map(|family| (family, Location::key(rpc.address()))));
                }
            }
        }
        let count = |family: &str| uses.iter().filter(|(used, _)| *used == family).count();
        let Some(usual) = FAMILIES
            .iter()
            .map(|(family, _)| *family)
            .max_by_key(|family| count(family))
        else {
            return;
        };
        let Some((_, place)) = uses.iter().find(|(family, _)| *family == usual) else {
            return;
        };
        let others = count(usual).to_string();
        for (family, location) in uses.iter().filter(|(family, _)| *family != usual) {
            hits.push(
                Hit::new(*location)
                    .with("family", *family)
                    .with("usual", usual)
                    .with("others", others.clone())
                    .related("paged the usual way", *place),
            );
        }
    })
}

/// The family of the names of what pages a list; none where two are offered or none is.
fn family_of(names: &[&str]) -> Option<&'static str> {
    let has = |wanted: &[&str]| {
        names
            .iter()
            .any(|name| wanted.iter().any(|wanted| same_words(name, wanted)))
    };
    // A size alone says nothing of how to go on.
    let mut families = FAMILIES
        .iter()
        .filter(|(family, names)| has(if *family == "token" { &names[..4] } else { names }))
        .map(|(family, _)| *family);
    let first = families.next()?;
    families.next().is_none().then_some(first)
}
