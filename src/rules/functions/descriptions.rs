//! Texts for people.

use super::{Function, Hit, Options, Refusal, function, name_of};
use crate::document::{Node, Shape};
use crate::rules::words::words;
use crate::syntax::{Key, comment_text, key};
use std::borrow::Cow;

/// Words that add nothing to a name.
const FILLERS: &[&str] = &[
    "a",
    "an",
    "the",
    "of",
    "for",
    "this",
    "is",
    "to",
    "object",
    "value",
    "field",
    "property",
    "parameter",
];

/// Whether a text says more than the name of what it describes.
fn says_something(text: &str, name: &str) -> bool {
    let name = words(name);
    // Most descriptions are sentences, whose first words tell.
    text.split_whitespace()
        .flat_map(words)
        .any(|word| !FILLERS.contains(&word.as_str()) && !name.contains(&word))
}

/// What a text says to people. Comments of Protobuf stand in the tree as they are written, and some speak to tools.
fn words_of(text: Node<'_>) -> Cow<'_, str> {
    if !matches!(text.key(), Some(key::LEADING_COMMENTS | key::TRAILING_COMMENTS)) {
        return Cow::Borrowed(text.text());
    }
    let words = comment_text(text.text());
    let is_for_people = |line: &&str| !FOR_TOOLS.iter().any(|start| line.trim_start().starts_with(start));
    Cow::Owned(words.lines().filter(is_for_people).collect::<Vec<_>>().join("\n"))
}

/// How comments start that speak to tools.
const FOR_TOOLS: &[&str] = &["stipula-ignore", "buf:lint:ignore", "(-- api-linter:", "@exclude"];

/// `described`: one of these fields holds a text that is not the name repeated.
pub(super) fn described(options: &Options) -> Result<Function, Refusal> {
    let fields: Vec<Vec<Key>> = options
        .texts_or("fields", &["description"])
        .iter()
        .filter_map(|field| field.split('.').map(Key::well_known).collect())
        .collect();
    let may_repeat = options.flag("may-repeat");
    function(move |subject, hits| {
        let node = subject.node;
        if node.has_hole() {
            return;
        }
        let text = |path: &Vec<Key>| path.iter().try_fold(node, |node, field| node.field(*field));
        let texts = fields.iter().filter_map(text).map(words_of);
        let name = node.string_at(key::OPERATION_ID).unwrap_or_else(|| name_of(node));
        let filled: Vec<Cow<'_, str>> = texts.filter(|text| !text.trim().is_empty()).collect();
        let problem = match filled.as_slice() {
            [] => "has no description",
            some if !may_repeat && some.iter().all(|text| !says_something(text, name)) => {
                "is described by its name only"
            }
            _ => return,
        };
        hits.push(Hit::key(node).with("problem", problem));
    })
}

/// `properties-described`: every property of a schema is described.
pub(super) fn properties_described(_: &Options) -> Result<Function, Refusal> {
    function(|subject, hits| {
        let Some(properties) = subject.node.get(key::PROPERTIES) else {
            return;
        };
        if properties.has_hole() {
            return;
        }
        let all = properties.children().count();
        let missing: Vec<&str> = properties
            .children()
            .filter(|property| !is_described(*property))
            .filter_map(Node::key_text)
            .collect();
        if missing.is_empty() {
            return;
        }
        let shown: Vec<String> = missing.iter().take(5).map(|name| format!("`{name}`")).collect();
        let more = if missing.len() > shown.len() {
            format!(" and {} more", missing.len() - shown.len())
        } else {
            String::new()
        };
        let (count, shown) = (missing.len(), shown.join(", "));
        let problem = format!("does not describe {count} of its {all} properties: {shown}{more}");
        hits.push(Hit::key(subject.node).with("problem", problem));
    })
}

/// A property is described where it stands, or by the schema that it refers to.
fn is_described(property: Node<'_>) -> bool {
    let has_text = |node: Node<'_>| {
        [key::DESCRIPTION, key::TITLE]
            .into_iter()
            .filter_map(|field| node.get(field))
            .any(|text| !text.text().trim().is_empty())
    };
    if has_text(property) {
        return true;
    }
    let shape = Shape::of(property);
    shape.is_unknown()
        || shape
            .keyword(key::DESCRIPTION)
            .chain(shape.keyword(key::TITLE))
            .any(|text| !text.text().trim().is_empty())
        || shape.items().is_some_and(|items| has_text(items.node()))
}
