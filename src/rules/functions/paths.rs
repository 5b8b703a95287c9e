//! What paths look like.

use super::templates::Templates;
use super::{Function, Hit, Options, Refusal, Subject, function, is_among, of_operation};
use crate::document::Node;
use crate::document::http::{Caller, ParameterLocation, Path, Segment, segments, variables};
use crate::finding::Location;
use crate::rules::dictionary::Number;
use crate::rules::words::words;
use crate::syntax::key;
use rustc_hash::FxHashSet;

/// Segments that every API has and that name no resource.
const COMMON: &[&str] = &[
    "api",
    "rest",
    "public",
    "internal",
    "admin",
    "me",
    "self",
    ".well-known",
];

/// The path that a path item stands for, if consumers call it.
fn consumer_path<'w>(subject: &Subject<'_, 'w>) -> Option<(&'w Path, Node<'w>)> {
    let api = subject.node.document().api_around()?;
    let path = api
        .paths_of(subject.node.address())
        .find(|path| path.caller == Caller::Consumer)?;
    Some((path, subject.at(path.site)))
}

/// Whether a segment is a version: `v1`, `v2beta1`, `1.0` or a day such as `2010-04-01`.
pub(super) fn is_version(segment: &str) -> bool {
    let numbers = |separator: char| {
        let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        segment.contains(separator) && segment.split(separator).all(is_number)
    };
    if numbers('.') || numbers('-') && segment.len() == "2010-04-01".len() {
        return true;
    }
    let mut words = words(segment).into_iter();
    words.next().as_deref() == Some("v")
        && words
            .next()
            .is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// `plural-segments`: every segment that is followed by a variable, or ends a path, is plural.
pub(super) fn plural_segments(options: &Options) -> Result<Function, Refusal> {
    let except = options.texts("except");
    function(move |subject, hits| {
        let Some((path, site)) = consumer_path(subject) else {
            return;
        };
        let dictionary = &subject.run.dictionary;
        let parts: Vec<Segment<'_>> = segments(&path.template).collect();
        for (at, part) in parts.iter().enumerate() {
            let Segment::Literal(text) = part else { continue };
            let next_is_variable = matches!(parts.get(at + 1), Some(Segment::Variable(_)));
            // Only what a variable follows is surely a collection: `/orders/{orderId}/status` names one thing.
            if !next_is_variable
                || is_among(text, &except)
                || COMMON.contains(text)
                || is_version(text)
                || text.contains('.')
            {
                continue;
            }
            let words = words(text);
            let Some(last) = words.last() else { continue };
            if dictionary.verb(&words).is_some() {
                continue;
            }
            if let Number::Singular(plural) = dictionary.number(last) {
                let stem = text
                    .to_lowercase()
                    .strip_suffix(last.as_str())
                    .map(|stem| text[..stem.len()].to_owned());
                let suggestion = stem.map_or_else(|| plural.clone(), |stem| format!("{stem}{plural}"));
                hits.push(
                    Hit::key(site)
                        .with("segment", *text)
                        .with("suggestion", suggestion)
                        .with("template", path.template.clone()),
                );
            }
        }
    })
}

/// `no-verb-segments`: no segment says what is done.
pub(super) fn no_verb_segments(options: &Options) -> Result<Function, Refusal> {
    let except = options.texts("except");
    function(move |subject, hits| {
        let Some((path, site)) = consumer_path(subject) else {
            return;
        };
        for part in segments(&path.template) {
            let Segment::Literal(text) = part else { continue };
            // What stands after a colon is a custom method, and meant to be a verb.
            let noun = text.split(':').next().unwrap_or_default();
            if is_among(noun, &except) {
                continue;
            }
            let words = words(noun);
            if let Some(verb) = subject.run.dictionary.verb(&words) {
                let hit = Hit::key(site)
                    .with("segment", text)
                    .with("verb", verb)
                    .with("template", path.template.clone());
                hits.push(hit.with("suggestion", without_verb(noun, verb, &words)));
            }
        }
    })
}

/// What is left of a segment without its verb, as advice.
fn without_verb(segment: &str, verb: &str, words: &[String]) -> String {
    let rest = segment[verb.len().min(segment.len())..].trim_start_matches(['-', '_']);
    let method = match verb {
        "get" | "fetch" | "list" | "find" | "read" | "retrieve" | "show" | "view" | "load" | "select" | "lookup" => {
            "GET"
        }
        "delete" | "remove" | "destroy" | "erase" | "purge" | "clear" => "DELETE",
        "update" | "edit" | "modify" | "patch" | "set" | "rename" => "PATCH",
        "put" | "replace" | "save" | "upsert" | "store" => "PUT",
        _ => "POST",
    };
    let is_particle = |word: &String| {
        matches!(
            word.as_str(),
            "with" | "by" | "for" | "from" | "to" | "in" | "of" | "and" | "or"
        )
    };
    if words.len() < 2 || rest.is_empty() || words.get(1).is_some_and(is_particle) {
        format!("let the method {method} say it")
    } else {
        let mut letters = rest.chars();
        let rest: String = letters
            .next()
            .into_iter()
            .flat_map(char::to_lowercase)
            .chain(letters)
            .collect();
        format!("use {method} on `{rest}`")
    }
}

/// `segment-case`: segments are written in a case.
pub(super) fn segment_case(options: &Options) -> Result<Function, Refusal> {
    let case = options.case("case")?;
    let except = options.texts("except");
    function(move |subject, hits| {
        let Some((path, site)) = consumer_path(subject) else {
            return;
        };
        for part in segments(&path.template) {
            let Segment::Literal(text) = part else { continue };
            if is_among(text, &except) || text.starts_with('.') {
                continue;
            }
            let mut names = text
                .split([':', '.', ',', ';', '=', '(', ')', '@', '+', '~', '$'])
                .filter(|name| !name.is_empty());
            if !names.clone().all(|name| case.fits(name)) {
                let wrong = names.find(|name| !case.fits(name)).unwrap_or(text);
                hits.push(
                    Hit::key(site)
                        .with("segment", wrong)
                        .with("case", case.title())
                        .with("suggestion", case.write(wrong))
                        .with("template", path.template.clone()),
                );
            }
        }
    })
}

/// `no-adjacent-variables`: a resource stands between two variables.
pub(super) fn no_adjacent_variables(_: &Options) -> Result<Function, Refusal> {
    function(|subject, hits| {
        let Some((path, site)) = consumer_path(subject) else {
            return;
        };
        let parts: Vec<Segment<'_>> = segments(&path.template).collect();
        for pair in parts.windows(2) {
            if let [Segment::Variable(first), Segment::Variable(second)] = pair {
                hits.push(
                    Hit::key(site)
                        .with("first", *first)
                        .with("second", *second)
                        .with("template", path.template.clone()),
                );
            }
        }
    })
}

/// `path-depth`: a path goes no deeper than so many resources.
pub(super) fn path_depth(options: &Options) -> Result<Function, Refusal> {
    let max = options.count("max").unwrap_or(3);
    function(move |subject, hits| {
        let Some((path, site)) = consumer_path(subject) else {
            return;
        };
        let parts: Vec<Segment<'_>> = segments(&path.template).collect();
        let depth = parts
            .windows(2)
            .filter(|pair| matches!(pair, [Segment::Literal(_), Segment::Variable(_)]))
            .count();
        if depth > max {
            hits.push(
                Hit::key(site)
                    .with("depth", depth.to_string())
                    .with("max", max.to_string())
                    .with("template", path.template.clone()),
            );
        }
    })
}

/// `unambiguous-paths`: no two templates match the same URL.
pub(super) fn unambiguous_paths(_: &Options) -> Result<Function, Refusal> {
    function(|subject, hits| {
        let Some(api) = subject.node.document().api() else {
            return;
        };
        let mut templates = Templates::default();
        for path in api
            .consumer_paths()
            .filter(|path| path.site.document == subject.node.address().document)
        {
            if let Some(earlier) = templates.add(path) {
                hits.push(
                    Hit::key(subject.at(path.site))
                        .with("template", path.template.clone())
                        .with("other", earlier.template.clone())
                        .related("the other path", Location::key(earlier.site)),
                );
            }
        }
    })
}

/// `path-variables-declared`: the variables of a path are its operations' path parameters, and no others are.
pub(super) fn path_variables_declared(_: &Options) -> Result<Function, Refusal> {
    of_operation(|subject, api, operation, hits| {
        let path = api.path(operation);
        if path.caller != Caller::Consumer || subject.node.has_hole() {
            return;
        }
        let declared = operation
            .parameters
            .iter()
            .filter(|parameter| parameter.location == ParameterLocation::Path);
        let names: FxHashSet<&str> = declared.clone().map(|parameter| &*parameter.name).collect();
        let wanted: FxHashSet<&str> = variables(&path.template).collect();
        let item = subject.node.parent();
        let holders = [Some(subject.node), item];
        let lists = holders
            .into_iter()
            .flatten()
            .filter_map(|holder| holder.get(key::PARAMETERS));
        // A parameter that could not be found may be the one that seems missing.
        if lists
            .flat_map(Node::children)
            .any(|parameter| parameter.follow().is_unknown())
        {
            return;
        }
        for variable in variables(&path.template) {
            if !variable.is_empty() && !names.contains(variable) {
                let hit = Hit::key(subject.node).with(
                    "problem",
                    format!(
                        "path variable `{{{variable}}}` of `{}` is not declared as a parameter",
                        path.template
                    ),
                );
                hits.push(hit.related("the path", Location::key(path.site)));
            }
        }
        for parameter in declared {
            if !wanted.contains(&*parameter.name) {
                hits.push(Hit::value(subject.at(parameter.site)).with(
                    "problem",
                    format!(
                        "path parameter `{}` is no variable of `{}`",
                        parameter.name, path.template
                    ),
                ));
            }
        }
    })
}

/// `template-sound`: the braces of a path template name each variable once, and it has no query.
pub(super) fn template_sound(_: &Options) -> Result<Function, Refusal> {
    function(|subject, hits| {
        let Some((path, site)) = consumer_path(subject) else {
            return;
        };
        let template = &path.template;
        let mut problems = Vec::new();
        let names: Vec<&str> = variables(template).collect();
        if names.iter().any(|name| name.trim().is_empty()) {
            problems.push("has a variable without a name".to_owned());
        }
        if template.matches('{').count() != template.matches('}').count() {
            problems.push("has a brace without its partner".to_owned());
        }
        let mut seen = FxHashSet::default();
        if let Some(twice) = names.iter().find(|name| !seen.insert(**name)) {
            problems.push(format!("names the variable `{twice}` twice"));
        }
        if template.contains(['?', '#']) {
            problems.push("holds a query or fragment; declare query parameters instead".to_owned());
        }
        if template.contains("//") {
            problems.push("has an empty segment".to_owned());
        }
        for problem in problems {
            hits.push(
                Hit::key(site)
                    .with("problem", problem)
                    .with("template", template.clone()),
            );
        }
    })
}
