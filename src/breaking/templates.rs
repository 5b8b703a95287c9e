//! Templates of paths: which path of the old version is which of the new one.

use crate::document::http::{Api, Caller, Path, Segment, segments};
use rustc_hash::{FxHashMap, FxHashSet};

/// The paths of both versions that are the same, and those that only one has, by position.
#[derive(Debug, Default)]
pub(crate) struct Paired {
    pub(crate) both: Vec<(usize, usize)>,
    pub(crate) old: Vec<usize>,
    pub(crate) new: Vec<usize>,
    /// Whether paths were found to be the same only without what the servers put before them.
    pub(crate) moved: bool,
}

/// Templates that are looked at for all new paths together, so that many paths of both do not cost their product.
pub(crate) const TEMPLATES_LOOKED_AT: usize = 2_000_000;

/// The shape of a template: what is between the slashes, whatever the variables are called.
pub(crate) fn shape(template: &str) -> String {
    let mut shape = String::with_capacity(template.len());
    for segment in segments(template) {
        shape.push('/');
        match segment {
            Segment::Literal(text) => shape.push_str(text),
            Segment::Variable(_) => shape.push_str("{}"),
            Segment::Mixed(text) => shape.push_str(&nameless(text)),
        }
    }
    if template.ends_with('/') && template.len() > 1 {
        shape.push('/');
    }
    shape
}

/// A text without the names in its braces.
pub(crate) fn nameless(text: &str) -> String {
    let mut nameless = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        nameless.push_str(before);
        nameless.push_str("{}");
        rest = after.split_once('}').map_or("", |(_, rest)| rest);
    }
    nameless.push_str(rest);
    nameless
}

/// Pairs what is left of both versions by what `name` calls it; the first of one name with the first.
fn pair_by(paired: &mut Paired, old: &Api, new: &Api, name: impl Fn(bool, &Path) -> String) -> bool {
    let mut waiting: FxHashMap<(Caller, String), Vec<usize>> = FxHashMap::default();
    for position in paired.new.iter().rev() {
        let path = &new.paths[*position];
        waiting
            .entry((path.caller, name(false, path)))
            .or_default()
            .push(*position);
    }
    let before = paired.both.len();
    let mut left = Vec::new();
    for position in std::mem::take(&mut paired.old) {
        let path = &old.paths[position];
        match waiting.get_mut(&(path.caller, name(true, path))).and_then(Vec::pop) {
            Some(partner) => paired.both.push((position, partner)),
            None => left.push(position),
        }
    }
    paired.old = left;
    let taken: FxHashSet<usize> = paired.both[before..].iter().map(|(_, new)| *new).collect();
    paired.new.retain(|position| !taken.contains(position));
    paired.both.len() > before
}

/// The base path of the first server, which stands before every path.
pub(crate) fn base(api: &Api) -> &str {
    api.base_paths.first().map_or("", |base| &base.path)
}

/// Pairs the paths and webhooks of two versions.
pub(crate) fn pair(old: &Api, new: &Api) -> Paired {
    let compared = |api: &Api| -> Vec<usize> {
        let positions = (0..api.paths.len()).filter(|position| api.paths[*position].caller != Caller::Callback);
        positions.collect()
    };
    let mut paired = Paired {
        old: compared(old),
        new: compared(new),
        ..Paired::default()
    };
    let (old_base, new_base) = (base(old), base(new));
    // A webhook has a name and no path.
    let full = |is_old: bool, path: &Path, template: String| match path.caller {
        Caller::Consumer => format!("{}{template}", if is_old { old_base } else { new_base }),
        Caller::Webhook | Caller::Callback => template,
    };
    let same_base = old_base == new_base;
    pair_by(&mut paired, old, new, |is_old, path| {
        full(is_old, path, path.template.clone())
    });
    pair_by(&mut paired, old, new, |is_old, path| {
        full(is_old, path, shape(&path.template))
    });
    if !same_base {
        paired.moved = pair_by(&mut paired, old, new, |_, path| shape(&path.template));
    }
    paired.both.sort_unstable_by_key(|(_, new)| *new);
    paired
}

/// Whether a concrete path is one that a template stood for.
pub(crate) fn is_covered(concrete: &str, template: &str) -> bool {
    let (mut left, mut right) = (segments(concrete), segments(template));
    let mut has_variable = false;
    loop {
        match (left.next(), right.next()) {
            (None, None) => return has_variable,
            (Some(Segment::Literal(_)), Some(Segment::Variable(_))) => has_variable = true,
            (Some(left), Some(right)) if left == right => {}
            (Some(Segment::Variable(_)), Some(Segment::Variable(_))) => {}
            _ => return false,
        }
    }
}
