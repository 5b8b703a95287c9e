//! What texts and values must look like, whatever they stand for.

use super::{Function, Hit, Options, Refusal, function, is_among};
use crate::document::Node;
use crate::finding::Location;
use crate::syntax::NodeType;
use rustc_hash::FxHashMap;

/// `present`: the field is there, and not empty.
pub(super) fn present(_: &Options) -> Result<Function, Refusal> {
    function(|subject, hits| {
        let is_empty = match subject.target {
            None => !subject.node.has_hole(),
            Some(target) => match target.node_type() {
                NodeType::Null => true,
                NodeType::String => target.text().trim().is_empty(),
                NodeType::List | NodeType::Map => target.children().next().is_none() && !target.has_hole(),
                _ => false,
            },
        };
        if is_empty {
            hits.push(Hit::new(subject.location()));
        }
    })
}

/// `absent`: the field is not there.
pub(super) fn absent(_: &Options) -> Result<Function, Refusal> {
    function(|subject, hits| {
        if let Some(target) = subject.target {
            hits.push(Hit::key(target));
        }
    })
}

/// `pattern`: the text matches one regular expression and not another.
pub(super) fn pattern(options: &Options) -> Result<Function, Refusal> {
    let (matches, not_matches) = (options.regex("match")?, options.regex("not-match")?);
    function(move |subject, hits| {
        let Some(text) = subject.text() else { return };
        let fits = matches.as_ref().is_none_or(|regex| regex.is_match(text))
            && !not_matches.as_ref().is_some_and(|regex| regex.is_match(text));
        if !fits {
            hits.push(Hit::new(subject.location()).with("text", text));
        }
    })
}

/// `ends-with`: the text ends with another one.
pub(super) fn ends_with(options: &Options) -> Result<Function, Refusal> {
    let suffix = options.text("suffix").unwrap_or_default();
    function(move |subject, hits| {
        let Some(text) = subject.text() else { return };
        if !text.ends_with(&suffix) {
            hits.push(
                Hit::new(subject.location())
                    .with("text", text)
                    .with("suffix", suffix.as_str())
                    .with("suggestion", format!("{text}{suffix}")),
            );
        }
    })
}

/// `one-of`: the value is one of these.
pub(super) fn one_of(options: &Options) -> Result<Function, Refusal> {
    let values = options.texts("values");
    function(move |subject, hits| {
        let Some(target) = subject.target else { return };
        let text = if subject.on_key {
            target.key_text().unwrap_or_default()
        } else {
            target.text()
        };
        if !values.iter().any(|value| value == text) {
            hits.push(Hit::new(subject.location()).with("values", values.join(", ")));
        }
    })
}

/// `some-key`: one of the keys matches.
pub(super) fn some_key(options: &Options) -> Result<Function, Refusal> {
    let matching = options.regex("match")?;
    function(move |subject, hits| {
        let Some(target) = subject.target.filter(|target| !target.has_hole()) else {
            return;
        };
        let mut keys = target.children().filter_map(Node::key_text);
        if !keys.any(|key| matching.as_ref().is_none_or(|regex| regex.is_match(key))) {
            hits.push(Hit::new(subject.location()));
        }
    })
}

/// `length`: a text has so many characters, a list or object so many elements.
pub(super) fn length(options: &Options) -> Result<Function, Refusal> {
    let (min, max) = (
        options.count("min").unwrap_or(0),
        options.count("max").unwrap_or(usize::MAX),
    );
    function(move |subject, hits| {
        let Some(target) = subject.target else { return };
        let length = match target.node_type() {
            NodeType::List | NodeType::Map if !subject.on_key => target.children().count(),
            _ => subject.text().unwrap_or_default().chars().count(),
        };
        if !(min..=max).contains(&length) {
            hits.push(Hit::new(subject.location()).with("length", length.to_string()));
        }
    })
}

/// `casing`: the name is written in a case. Where a name has several parts, as `filter[created_at]` or
/// `io.example.Order` have, each part (or only the last one) is.
pub(super) fn casing(options: &Options) -> Result<Function, Refusal> {
    let case = options.case("case")?;
    let except = options.texts("except");
    let last_part = options.flag("last-part");
    function(move |subject, hits| {
        let Some(name) = subject.text() else { return };
        if is_among(name, &except) || !name.contains(char::is_alphanumeric) {
            return;
        }
        // `_id`, `@type` and `$filter` are what such names are called elsewhere, too.
        let bare = name.trim_start_matches(['_', '$', '@']);
        let mut parts = bare.split(['.', '[', ']', ':', '/']).filter(|part| !part.is_empty());
        let fits = if last_part {
            parts.next_back().is_none_or(|part| case.fits(part))
        } else {
            parts.all(|part| case.fits(part))
        };
        if !fits {
            let separators = ['.', '[', ']', ':', '/'];
            let written = match bare.rfind(separators) {
                Some(at) if last_part => format!("{}{}", &bare[..=at], case.write(&bare[at + 1..])),
                Some(_) => rewrite_parts(bare, &separators, |part| case.write(part)),
                None => case.write(bare),
            };
            let prefix = &name[..name.len() - bare.len()];
            hits.push(
                Hit::new(subject.location())
                    .with("text", name)
                    .with("case", case.title())
                    .with("suggestion", format!("{prefix}{written}")),
            );
        }
    })
}

fn rewrite_parts(name: &str, separators: &[char], write: impl Fn(&str) -> String) -> String {
    let mut written = String::new();
    let mut rest = name;
    while let Some(at) = rest.find(separators) {
        if at > 0 {
            written.push_str(&write(&rest[..at]));
        }
        let after = at + rest[at..].chars().next().map_or(1, char::len_utf8);
        written.push_str(&rest[at..after]);
        rest = &rest[after..];
    }
    if !rest.is_empty() {
        written.push_str(&write(rest));
    }
    written
}

/// `unique-by`: no two elements of a list have the same value in a field.
pub(super) fn unique_by(options: &Options) -> Result<Function, Refusal> {
    let field = options.text("field").unwrap_or_default();
    function(move |subject, hits| {
        let Some(list) = subject.target else { return };
        let mut seen = FxHashMap::default();
        for element in list.children() {
            let Some(value) = element.follow().find(&field) else {
                continue;
            };
            let first = *seen.entry(value.text()).or_insert(value);
            if first != value {
                hits.push(
                    Hit::value(value)
                        .with("text", value.text())
                        .related("first here", Location::value(first.address())),
                );
            }
        }
    })
}
