//! Which operation of a description a request is for.

use super::{Described, Remark, RemarkKind};
use crate::contract::Request;
use crate::document::http::{Api, Caller, Path, Segment, segments};
use crate::document::{pointer, suggest};
use crate::finding::Location;

/// What became of looking for an operation.
pub(super) enum Lookup<'w> {
    /// There it is.
    Found(Described<'w>),
    /// There is the path, and it has other methods.
    OtherMethods(&'w Api, &'w Path),
    /// There is no such path; perhaps another one was meant.
    Missing(Option<&'w Path>),
}

/// How well a template fits: for each segment, 2 for a word, 1 for words and variables together, 0 for a variable. Of
/// several that fit, the one with a word first is meant
/// (<https://spec.openapis.org/oas/v3.1.1.html#path-templating-matching>).
type Fit = Vec<u8>;

struct Candidate<'w> {
    api: &'w Api,
    position: usize,
    /// Whether the path of a server stands before it, as it should.
    has_base: bool,
    fit: Fit,
    variables: Vec<(String, String)>,
}

/// Looks for the operation of a method and path: below the paths of the servers, or without them, as a contract is
/// written whose provider URL has that path.
pub(super) fn find<'w>(apis: &[&'w Api], method: &str, path: &str) -> Lookup<'w> {
    let parts: Vec<&str> = parts(path).collect();
    let mut candidates: Vec<Candidate<'w>> = Vec::new();
    for api in apis {
        let bases = api.base_paths.iter().map(|base| base.template.as_str());
        let mut bases: Vec<&str> = bases.filter(|base| !base.is_empty()).collect();
        bases.sort_unstable();
        bases.dedup();
        bases.push("");
        for (position, path) in api.paths.iter().enumerate() {
            if path.caller != Caller::Consumer {
                continue;
            }
            for base in path
                .base_templates
                .iter()
                .map(String::as_str)
                .chain(bases.iter().copied())
            {
                let template: Vec<Segment<'_>> = segments(base).chain(segments(&path.template)).collect();
                if let Some((fit, variables)) = fits(&template, &parts) {
                    candidates.push(Candidate {
                        api,
                        position,
                        has_base: !base.is_empty(),
                        fit,
                        variables,
                    });
                }
            }
        }
    }
    // The first of those that fit equally well stays first.
    candidates.sort_by(|a, b| (&b.fit, b.has_base).cmp(&(&a.fit, a.has_base)));
    for candidate in &candidates {
        let mut operations = candidate.api.operations_of(candidate.position);
        if let Some(operation) = operations.find(|operation| operation.method.eq_ignore_ascii_case(method)) {
            return Lookup::Found(Described {
                api: candidate.api,
                operation,
                variables: candidate.variables.clone(),
            });
        }
    }
    if let Some(best) = candidates.first() {
        return Lookup::OtherMethods(best.api, &best.api.paths[best.position]);
    }
    let known: Vec<&Path> = apis.iter().flat_map(|api| api.consumer_paths()).collect();
    let closest = suggest::closest(path, known.iter().map(|path| path.template.as_str()));
    Lookup::Missing(closest.and_then(|template| known.into_iter().find(|path| path.template == template)))
}

fn parts(path: &str) -> impl Iterator<Item = &str> {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    path.trim_matches('/').split('/').filter(|part| !part.is_empty())
}

/// How well a path fits a template, and what stands for its variables.
fn fits(template: &[Segment<'_>], parts: &[&str]) -> Option<(Fit, Vec<(String, String)>)> {
    if template.len() != parts.len() {
        return None;
    }
    let mut fit = Vec::with_capacity(parts.len());
    let mut variables = Vec::new();
    for (segment, part) in template.iter().zip(parts) {
        let part = pointer::percent_decode(part);
        match segment {
            Segment::Literal(text) => {
                if pointer::percent_decode(text) != part {
                    return None;
                }
                fit.push(2);
            }
            Segment::Variable(name) => {
                variables.push(((*name).to_owned(), part.into_owned()));
                fit.push(0);
            }
            Segment::Mixed(text) => {
                variables.extend(mixed(text, &part)?);
                fit.push(1);
            }
        }
    }
    Some((fit, variables))
}

/// What stands for the variables of a segment such as `{id}.json`: as little as fits for each but the last one.
fn mixed(template: &str, text: &str) -> Option<Vec<(String, String)>> {
    let mut variables = Vec::new();
    let (first, mut open) = template.split_once('{')?;
    let mut rest = text.strip_prefix(first)?;
    loop {
        let (name, after) = open.split_once('}')?;
        let (literal, next) = match after.split_once('{') {
            Some((literal, next)) => (literal, Some(next)),
            None => (after, None),
        };
        let end = match next {
            None => rest.strip_suffix(literal)?.len(),
            Some(_) if literal.is_empty() => rest.chars().next()?.len_utf8(),
            Some(_) => rest.find(literal)?,
        };
        let value = &rest[..end];
        if value.is_empty() {
            return None;
        }
        variables.push((name.to_owned(), value.to_owned()));
        match next {
            None => return Some(variables),
            Some(next) => {
                rest = &rest[end + literal.len()..];
                open = next;
            }
        }
    }
}

/// What is to be said where there is no operation.
pub(super) fn missing(lookup: Lookup<'_>, request: &Request<'_>) -> Remark {
    let asked = format!("{} {}", request.method.text.to_ascii_uppercase(), request.path.text);
    let (node, at, problem, described, place) = match lookup {
        Lookup::OtherMethods(api, path) => {
            let position = api.paths.iter().position(|other| std::ptr::eq(other, path));
            let methods: Vec<String> = position
                .into_iter()
                .flat_map(|position| api.operations_of(position))
                .map(|operation| operation.method.to_ascii_uppercase())
                .collect();
            let methods = methods.join(", ");
            (
                request.method.node,
                "$.method",
                format!(
                    "the description has no operation `{asked}`; `{}` has {methods}",
                    path.template
                ),
                methods,
                Some(Location::key(path.site)),
            )
        }
        Lookup::Missing(closest) => (
            request.path.node,
            "$.path",
            match closest {
                Some(path) => {
                    format!(
                        "the description has no operation `{asked}`; the closest path is `{}`",
                        path.template
                    )
                }
                None => format!("the description has no operation `{asked}`"),
            },
            String::new(),
            closest.map(|path| Location::key(path.site)),
        ),
        Lookup::Found(found) => (request.path.node, "$.path", String::new(), found.label(), None),
    };
    Remark {
        kind: RemarkKind::Operation,
        location: Location::value(node.address()),
        at: at.into(),
        problem,
        expected: asked,
        described,
        place,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fit(template: &str, path: &str) -> Option<String> {
        let template: Vec<Segment<'_>> = segments(template).collect();
        let parts: Vec<&str> = parts(path).collect();
        let (fit, variables) = fits(&template, &parts)?;
        let variables: Vec<String> = variables
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        Some(format!("{fit:?} {}", variables.join(" ")))
    }

    #[test]
    fn paths_fit_templates() {
        assert_eq!(fit("/orders", "/orders"), Some("[2] ".into()));
        assert_eq!(fit("/orders/{id}", "/orders/o%2F1"), Some("[2, 0] id=o/1".into()));
        assert_eq!(fit("/orders/{id}", "/orders"), None);
        assert_eq!(fit("/orders/{id}", "/orders/1/items"), None);
        assert_eq!(
            fit("/files/{name}.{ext}", "/files/a.b.c"),
            Some("[2, 1] name=a ext=b.c".into())
        );
        assert_eq!(
            fit("/orders/{id}:cancel", "/orders/7:cancel"),
            Some("[2, 1] id=7".into())
        );
        assert_eq!(fit("/orders/{id}:cancel", "/orders/:cancel"), None);
        assert_eq!(fit("/orders/{id}:cancel", "/orders/7:ship"), None);
    }
}
