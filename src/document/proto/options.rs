//! Options by name, however they are written: `option (a.b) = { c: 1 };` says what `option (.a.b).c = 1;` says.

use super::full_name;
use crate::document::{Kind, Node};
use crate::syntax::{NodeType, key};
use std::borrow::Cow;

/// The values that a declaration gives to an option, in the order of the text; several where the option is a list.
///
/// The name is that of an option, followed by the fields in it that are meant: `deprecated`, `features.enum_type`,
/// `(google.api.http).get`. What stands in brackets is the full name of an extension.
#[must_use]
pub fn options<'w>(declaration: Node<'w>, name: &str) -> Vec<Node<'w>> {
    let mut found = Vec::new();
    if matches!(declaration.kind(), Kind::Plain | Kind::Data) {
        return found;
    }
    for option in declaration.get(key::OPTIONS).into_iter().flat_map(Node::children) {
        if let Some(rest) = rest_of(name, &option_name(option)) {
            collect(option, rest, &mut found);
        }
    }
    found
}

/// The value of an option; of several, the first one.
#[must_use]
pub fn option<'w>(declaration: Node<'w>, name: &str) -> Option<Node<'w>> {
    options(declaration, name).into_iter().next()
}

/// What a path of fields leads to in the value of an option.
#[must_use]
pub fn within<'w>(value: Node<'w>, path: &str) -> Vec<Node<'w>> {
    let mut found = Vec::new();
    collect(value, path, &mut found);
    found
}

/// Whether a declaration says that it should no longer be used.
#[must_use]
pub fn is_deprecated(declaration: Node<'_>) -> bool {
    option(declaration, "deprecated").and_then(Node::boolean) == Some(true)
}

/// The name of an option, or of a field in the value of one, with the full name of the extension that it is.
#[must_use]
pub fn option_name(option: Node<'_>) -> Cow<'_, str> {
    let written = option.key_text().unwrap_or_default();
    // In the text format, names of extensions stand in brackets of the other kind.
    let opening = |c: char| matches!(c, '(' | '[');
    let Some((first, rest)) = written
        .strip_prefix(opening)
        .and_then(|inner| inner.split_once([')', ']']))
    else {
        return Cow::Borrowed(written);
    };
    match option.target() {
        Some(extension) => Cow::Owned(format!("({}){rest}", full_name(extension))),
        None if first.starts_with('.') || written.starts_with('[') => {
            Cow::Owned(format!("({}){rest}", first.trim_start_matches('.')))
        }
        None => Cow::Borrowed(written),
    }
}

/// What is left of a name behind another one that it begins with.
fn rest_of<'n>(name: &'n str, start: &str) -> Option<&'n str> {
    let rest = name.strip_prefix(start)?;
    if rest.is_empty() {
        Some(rest)
    } else {
        rest.strip_prefix('.')
    }
}

fn collect<'w>(value: Node<'w>, path: &str, found: &mut Vec<Node<'w>>) {
    match value.node_type() {
        NodeType::List => {
            for element in value.children() {
                collect(element, path, found);
            }
        }
        _ if path.is_empty() => found.push(value),
        _ => {
            for field in value.children() {
                if let Some(rest) = rest_of(path, &option_name(field)) {
                    collect(field, rest, found);
                }
            }
        }
    }
}
