//! What operations take and answer.

use super::bodies::returns_collection;
use super::protobuf::messages::answer_of;
use super::protobuf::services::lists;
use super::{Function, Hit, Options, Refusal, Subject, function, ids_unique, is_among, of_operation};
use crate::document::http::{ParameterLocation, Segment, segments};
use crate::document::{Kind, Node};
use crate::finding::Location;
use crate::rules::dictionary::Number;
use crate::rules::words::{same_words, words};
use crate::syntax::key;
use rustc_hash::FxHashMap;

/// The node that stands for a list of responses: where something is missing from it.
fn responses_location(subject: &Subject<'_, '_>) -> Location {
    subject
        .node
        .get(key::RESPONSES)
        .map_or(Location::key(subject.node.address()), |responses| {
            Location::key(responses.address())
        })
}

/// Whether the responses of an operation can be judged: all of them were read.
fn is_readable(subject: &Subject<'_, '_>) -> bool {
    !subject.node.has_hole()
        && subject
            .node
            .get(key::RESPONSES)
            .is_some_and(|responses| !responses.has_hole())
}

/// What kind of thing the URL of an operation names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::rules) enum Target {
    Collection,
    Item,
    Other,
}

/// A path that ends in a variable names an item, one that ends in a plural noun a collection.
pub(in crate::rules) fn target_of(subject: &Subject<'_, '_>, template: &str) -> Target {
    match segments(template).last() {
        Some(Segment::Variable(_)) => Target::Item,
        Some(Segment::Literal(last)) => {
            let words = words(last);
            let is_plural = words
                .last()
                .is_some_and(|word| word.ends_with('s') && subject.run.dictionary.number(word) == Number::Plural);
            if is_plural && subject.run.dictionary.verb(&words).is_none() && !last.contains(':') {
                Target::Collection
            } else {
                Target::Other
            }
        }
        _ => Target::Other,
    }
}

/// `request-body`: these methods take no body, those need one.
pub(super) fn request_body(options: &Options) -> Result<Function, Refusal> {
    let forbidden = options.texts("forbidden");
    let required = options.texts("required");
    of_operation(move |subject, api, operation, hits| {
        let method = operation.method.to_ascii_uppercase();
        let form = operation
            .parameters
            .iter()
            .any(|parameter| parameter.location == ParameterLocation::Form);
        let has_body = operation.request_node.is_some() || form;
        if is_among(&method, &forbidden) && has_body {
            let place = operation.request_node.map_or(Location::key(operation.node), |body| {
                let inline = subject.node.get(key::REQUEST_BODY);
                Location::key(inline.map_or(body, Node::address))
            });
            hits.push(Hit::new(place).with("problem", format!("{method} takes no request body")));
        }
        let creates = method != "POST" || target_of(subject, &api.path(operation).template) == Target::Collection;
        if is_among(&method, &required) && creates && !has_body && !subject.node.has_hole() {
            hits.push(Hit::key(subject.node).with("problem", format!("{method} needs a request body")));
        }
    })
}

/// `has-response`: one of these statuses is among the responses.
pub(super) fn has_response(options: &Options) -> Result<Function, Refusal> {
    let any_of = options.texts("any-of");
    of_operation(move |subject, _, operation, hits| {
        if is_readable(subject)
            && !operation
                .responses
                .iter()
                .any(|response| is_among(&response.status, &any_of))
        {
            // A class of statuses is accepted, and no advice.
            let plain = any_of
                .iter()
                .filter(|status| !status.contains('X') && *status != "default");
            let wanted: Vec<&str> = plain.map(String::as_str).take(2).collect();
            let found: Vec<&str> = operation
                .responses
                .iter()
                .map(|response| response.status.as_str())
                .collect();
            hits.push(
                Hit::new(responses_location(subject))
                    .with("wanted", wanted.join(" or "))
                    .with("found", found.join(", ")),
            );
        }
    })
}

/// `success-statuses`: no other success status than these is among the responses.
pub(super) fn success_statuses(options: &Options) -> Result<Function, Refusal> {
    let allowed = options.texts("allowed");
    of_operation(move |_, _, operation, hits| {
        for response in operation
            .successes()
            .filter(|response| !is_among(&response.status, &allowed))
        {
            hits.push(
                Hit::new(Location::key(response.site))
                    .with("status", response.status.clone())
                    .with("allowed", allowed.join(", ")),
            );
        }
    })
}

/// `empty-responses`: these statuses carry no body.
pub(super) fn empty_responses(options: &Options) -> Result<Function, Refusal> {
    let statuses = options.texts("statuses");
    of_operation(move |_, _, operation, hits| {
        for response in operation
            .responses
            .iter()
            .filter(|response| is_among(&response.status, &statuses))
        {
            if response.media.iter().any(|media| media.schema.is_some()) {
                hits.push(
                    Hit::new(Location::key(response.site))
                        .with("status", response.status.clone())
                        .with("allowed", "no body"),
                );
            }
        }
    })
}

/// The status codes that IANA has registered (<https://www.iana.org/assignments/http-status-codes/>).
const REGISTERED: &[u16] = &[
    100, 101, 102, 103, 104, 200, 201, 202, 203, 204, 205, 206, 207, 208, 226, 300, 301, 302, 303, 304, 305, 307, 308,
    400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417, 418, 421, 422, 423, 424,
    425, 426, 428, 429, 431, 451, 500, 501, 502, 503, 504, 505, 506, 507, 508, 510, 511,
];

/// `registered-statuses`: every status code is a registered one and fits its method.
pub(super) fn registered_statuses(options: &Options) -> Result<Function, Refusal> {
    let except = options.texts("except");
    of_operation(move |_, _, operation, hits| {
        for response in operation.responses.iter() {
            let Ok(code) = response.status.parse::<u16>() else {
                continue;
            };
            if is_among(&response.status, &except) {
                continue;
            }
            let method = operation.method.as_str();
            let problem = if !REGISTERED.contains(&code) {
                "is no registered status code"
            } else if code == 201 && matches!(method, "get" | "head" | "delete" | "options" | "trace") {
                "means that something was created, which this method does not do"
            } else if code == 304 && !matches!(method, "get" | "head") {
                "answers a conditional GET or HEAD only"
            } else {
                continue;
            };
            hits.push(
                Hit::new(Location::key(response.site))
                    .with("status", response.status.clone())
                    .with("problem", problem),
            );
        }
    })
}

/// `has-success`: some response tells of success.
pub(super) fn has_success(_: &Options) -> Result<Function, Refusal> {
    of_operation(|subject, _, operation, hits| {
        let succeeds = |status: &str| status.starts_with(['1', '2', '3']);
        let default_only = operation.responses.iter().all(|response| response.status == "default");
        if is_readable(subject)
            && !default_only
            && !operation.responses.iter().any(|response| succeeds(&response.status))
        {
            hits.push(Hit::new(responses_location(subject)));
        }
    })
}

/// `client-errors`: the operation documents the client errors that it can run into.
pub(super) fn client_errors(options: &Options) -> Result<Function, Refusal> {
    let ignore = options.texts("ignore");
    of_operation(move |subject, api, operation, hits| {
        let has = |statuses: &[&str]| {
            operation
                .responses
                .iter()
                .any(|response| statuses.contains(&response.status.as_str()))
        };
        if !is_readable(subject) || has(&["default", "4XX"]) {
            return;
        }
        let secured = operation.security.is_some_and(|list| is_demanding(subject.at(list)));
        let body_or_query = operation.request_node.is_some()
            || operation
                .parameters
                .iter()
                .any(|parameter| matches!(parameter.location, ParameterLocation::Query | ParameterLocation::Form));
        let item = segments(&api.path(operation).template).any(|segment| matches!(segment, Segment::Variable(_)));
        let mut missing: Vec<&str> = Vec::new();
        if body_or_query && !has(&["400", "422"]) {
            missing.push("400");
        }
        if secured && !has(&["401"]) {
            missing.push("401");
        }
        if item && !has(&["404", "410"]) {
            missing.push("404");
        }
        missing.retain(|status| !is_among(status, &ignore));
        if !missing.is_empty() {
            hits.push(Hit::new(responses_location(subject)).with("missing", missing.join(", ")));
        }
    })
}

/// Whether a list of security requirements lets nobody through who shows nothing.
pub(super) fn is_demanding(list: Node<'_>) -> bool {
    let mut alternatives = list.children().peekable();
    alternatives.peek().is_some() && alternatives.all(|alternative| alternative.children().next().is_some())
}

/// `response-headers`: responses of these statuses have one of these headers.
pub(super) fn response_headers(options: &Options) -> Result<Function, Refusal> {
    let statuses = options.texts("statuses");
    let any_of = options.texts("any-of");
    of_operation(move |subject, _, operation, hits| {
        for response in operation
            .responses
            .iter()
            .filter(|response| is_among(&response.status, &statuses))
        {
            let node = subject.at(response.node);
            if node.is_unknown()
                || node.has_hole()
                || response.headers.iter().any(|header| is_among(&header.name, &any_of))
            {
                continue;
            }
            hits.push(
                Hit::new(Location::key(response.node))
                    .with("status", response.status.clone())
                    .with("headers", any_of.join(" or ")),
            );
        }
    })
}

/// `takes-parameters`: the operation takes all query parameters of one of these lists.
pub(super) fn takes_parameters(options: &Options) -> Result<Function, Refusal> {
    let any_of = options.text_lists("any-of");
    let except = options.texts("except");
    of_operation(move |subject, api, operation, hits| {
        let template = &api.path(operation).template;
        if is_among(template, &except) || has_unknown_parameter(subject) {
            return;
        }
        let takes = |name: &String| {
            operation
                .parameters
                .iter()
                .any(|parameter| parameter.location == ParameterLocation::Query && same_words(&parameter.name, name))
        };
        if !any_of.iter().any(|names| names.iter().all(takes)) {
            let wanted: Vec<String> = any_of
                .iter()
                .take(1)
                .flatten()
                .map(|name| format!("`{name}`"))
                .collect();
            hits.push(Hit::key(subject.node).with("wanted", wanted.join(" and ")));
        }
    })
}

/// Whether a parameter of the operation could not be found, so that nothing can be said to be missing.
fn has_unknown_parameter(subject: &Subject<'_, '_>) -> bool {
    [Some(subject.node), subject.node.parent()]
        .into_iter()
        .flatten()
        .filter_map(|holder| holder.get(key::PARAMETERS))
        .any(|list| list.has_hole() || list.children().any(|parameter| parameter.follow().is_unknown()))
}

/// `takes-header`: the operation takes one of these headers, or one whose name matches.
pub(super) fn takes_header(options: &Options) -> Result<Function, Refusal> {
    let any_of = options.texts("any-of");
    let matching = options.regex("matching")?;
    let required = options.flag("required");
    of_operation(move |subject, _, operation, hits| {
        if has_unknown_parameter(subject) {
            return;
        }
        let header = operation.parameters.iter().find(|parameter| {
            parameter.location == ParameterLocation::Header
                && (is_among(&parameter.name, &any_of)
                    || matching.as_ref().is_some_and(|regex| regex.is_match(&parameter.name)))
        });
        let (hit, problem, which) = match header {
            None => (Hit::key(subject.node), "takes no", ""),
            Some(header) if required && !header.required => (
                Hit::new(Location::value(header.site)),
                "does not require the",
                "required ",
            ),
            Some(_) => return,
        };
        let name = any_of.first().map_or("such", String::as_str);
        hits.push(
            hit.with("problem", problem)
                .with("missing", format!("{which}`{name}` header")),
        );
    })
}

/// `carries-header`: the operation takes one of these headers, and its responses give one back.
pub(super) fn carries_header(options: &Options) -> Result<Function, Refusal> {
    let any_of = options.texts("any-of");
    of_operation(move |subject, _, operation, hits| {
        if has_unknown_parameter(subject)
            || operation
                .responses
                .iter()
                .any(|response| subject.at(response.node).is_unknown())
        {
            return;
        }
        let takes = operation
            .parameters
            .iter()
            .any(|parameter| parameter.location == ParameterLocation::Header && is_among(&parameter.name, &any_of));
        let mut successes = operation.successes().peekable();
        let gives = successes.peek().is_none()
            || successes.any(|response| response.headers.iter().any(|header| is_among(&header.name, &any_of)));
        let missing = match (takes, gives) {
            (true, true) => return,
            (false, true) => "in its request",
            (true, false) => "in its responses",
            (false, false) => "in request and responses",
        };
        hits.push(Hit::key(subject.node).with("missing", missing));
    })
}

/// `operation-ids-unique`: no two operations of an API have the same id, whatever files they stand in.
pub(super) fn operation_ids_unique(_: &Options) -> Result<Function, Refusal> {
    function(|subject, hits| {
        let Some(api) = subject.node.document().api() else {
            return;
        };
        let operations = api.operations.iter().map(|operation| operation.node);
        ids_unique(subject, operations, key::OPERATION_ID, hits);
    })
}

/// `parameters-unique`: no list of parameters names the same one twice.
pub(super) fn parameters_unique(_: &Options) -> Result<Function, Refusal> {
    function(|subject, hits| {
        let Some(list) = subject.node.get(key::PARAMETERS) else {
            return;
        };
        let mut seen = FxHashMap::default();
        for site in list.children() {
            let parameter = site.follow();
            let (Some(name), Some(place)) = (parameter.string_at(key::NAME), parameter.string_at(key::IN)) else {
                continue;
            };
            let first = *seen.entry((name, place)).or_insert(site);
            if first != site {
                hits.push(
                    Hit::value(site)
                        .with("parameter", name)
                        .with("place", place)
                        .related("first here", Location::value(first.address())),
                );
            }
        }
    })
}

/// Whether an operation does what a word of the condition `returns` says.
pub(in crate::rules) fn returns(subject: &Subject<'_, '_>, what: &str) -> bool {
    let Some((api, operation)) = subject.operation() else {
        return subject.node.kind() == Kind::Rpc && answers(subject.node, what);
    };
    match what {
        "nothing" => operation.successes().all(|response| response.media.is_empty()),
        "collection" => returns_collection(subject.workspace(), api, operation),
        _ => {
            operation.successes().any(|response| !response.media.is_empty())
                && !returns_collection(subject.workspace(), api, operation)
        }
    }
}

/// The same of a method of Protobuf.
fn answers(rpc: Node<'_>, what: &str) -> bool {
    let is_empty = answer_of(rpc) == "google.protobuf.Empty";
    match what {
        "nothing" => is_empty,
        "collection" => lists(rpc),
        _ => !is_empty && !lists(rpc),
    }
}
