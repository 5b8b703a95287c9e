//! Path templates as a tree of segments, to find those that match the same URLs without comparing every two.

use crate::document::http::{Path, Segment, segments};
use rustc_hash::FxHashMap;

/// Branches that one search follows at most. Only templates with a variable where hundreds of others have words come
/// near it.
const FUEL: usize = 10_000;
/// Branches that all searches together follow at most.
const ALL_FUEL: usize = 2_000_000;
/// Segments that a template has at most. Longer ones are no API's, and are not looked at.
const LONGEST: usize = 100;

/// The templates that were added, by their segments.
pub(super) struct Templates<'a> {
    root: Branch<'a>,
    fuel: usize,
}

impl Default for Templates<'_> {
    fn default() -> Self {
        Self {
            root: Branch::default(),
            fuel: ALL_FUEL,
        }
    }
}

#[derive(Default)]
struct Branch<'a> {
    literals: FxHashMap<&'a str, Branch<'a>>,
    /// Segments that are words and variables together, without the names of the variables.
    mixed: Vec<(Vec<&'a str>, Branch<'a>)>,
    variable: Option<Box<Branch<'a>>>,
    /// The template that ends here.
    path: Option<&'a Path>,
}

/// Which of two templates has been the more specific one in some segment.
#[derive(Clone, Copy, Default)]
struct Specific {
    added: bool,
    searched: bool,
}

impl<'a> Templates<'a> {
    /// Adds a template; gives one that was added earlier and matches the same URLs, if neither is the more specific
    /// one: `/a/{x}` and `/a/me` are told apart, because literal segments win
    /// (<https://spec.openapis.org/oas/v3.1.1.html#path-templating-matching>).
    pub(super) fn add(&mut self, path: &'a Path) -> Option<&'a Path> {
        let parts: Vec<Segment<'a>> = segments(&path.template).take(LONGEST + 1).collect();
        if parts.len() > LONGEST {
            return None;
        }
        let granted = FUEL.min(self.fuel);
        let mut left = granted;
        let clash = self.root.search(&parts, Specific::default(), &mut left);
        self.fuel -= granted - left;
        let mut branch = &mut self.root;
        for part in parts {
            branch = match part {
                Segment::Literal(text) => branch.literals.entry(text).or_default(),
                Segment::Variable(_) => branch.variable.get_or_insert_default(),
                Segment::Mixed(text) => {
                    let frame = frame(text);
                    let at = branch.mixed.iter().position(|(known, _)| *known == frame);
                    let at = at.unwrap_or_else(|| {
                        branch.mixed.push((frame, Branch::default()));
                        branch.mixed.len() - 1
                    });
                    &mut branch.mixed[at].1
                }
            };
        }
        branch.path.get_or_insert(path);
        clash
    }
}

impl<'a> Branch<'a> {
    fn search(&self, parts: &[Segment<'_>], specific: Specific, fuel: &mut usize) -> Option<&'a Path> {
        if *fuel == 0 {
            return None;
        }
        *fuel -= 1;
        let [part, rest @ ..] = parts else {
            // Equal up to the names of variables, or each more specific in another place.
            return self.path.filter(|_| specific.added == specific.searched);
        };
        let added = Specific {
            added: true,
            ..specific
        };
        let searched = Specific {
            searched: true,
            ..specific
        };
        let variable = self.variable.as_deref();
        match part {
            Segment::Literal(text) => self
                .literals
                .get(text)
                .and_then(|branch| branch.search(rest, specific, fuel))
                .or_else(|| {
                    let mixed = self.mixed.iter().filter(|(frame, _)| matches(frame, text));
                    mixed
                        .into_iter()
                        .find_map(|(_, branch)| branch.search(rest, searched, fuel))
                })
                .or_else(|| variable?.search(rest, searched, fuel)),
            Segment::Mixed(text) => {
                let own = frame(text);
                let same = self.mixed.iter().filter(|(frame, _)| *frame == own);
                let literals = self.literals.iter().filter(|(text, _)| matches(&own, text));
                same.into_iter()
                    .find_map(|(_, branch)| branch.search(rest, specific, fuel))
                    .or_else(|| first(literals.filter_map(|(_, branch)| branch.search(rest, added, fuel))))
                    .or_else(|| variable?.search(rest, searched, fuel))
            }
            Segment::Variable(_) => variable
                .and_then(|branch| branch.search(rest, specific, fuel))
                .or_else(|| {
                    let literals = self.literals.values();
                    let mixed = self.mixed.iter().map(|(_, branch)| branch);
                    first(
                        literals
                            .chain(mixed)
                            .filter_map(|branch| branch.search(rest, added, fuel)),
                    )
                }),
        }
    }
}

/// The path that stands first in the document, whatever order a map gives them in.
fn first<'a>(found: impl Iterator<Item = &'a Path>) -> Option<&'a Path> {
    found.min_by_key(|path| path.site)
}

/// What stands between the variables of a segment.
fn frame(segment: &str) -> Vec<&str> {
    let mut parts = segment.split('{');
    let before = parts.next().unwrap_or_default();
    std::iter::once(before)
        .chain(parts.map(|part| part.split_once('}').map_or(part, |(_, after)| after)))
        .collect()
}

/// Whether words can stand for a segment with variables.
fn matches(frame: &[&str], text: &str) -> bool {
    let [before, between @ .., after] = frame else {
        return false;
    };
    let inner = text.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
    let Some(mut rest) = inner else { return false };
    for part in between {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_for_variables_where_the_frame_fits() {
        assert_eq!(frame("{id}.json"), ["", ".json"]);
        assert_eq!(frame("{a}..{b}"), ["", "..", ""]);
        assert!(matches(&["", ".json"], "me.json"));
        assert!(!matches(&["", ".json"], "me"));
        assert!(matches(&["v", "-", ""], "v1-2"));
    }
}
