//! The keywords that look at one value alone: its type, its size, its text.

use super::formats;
use crate::document::content;
use crate::document::{Node, suggest};
use crate::syntax::{Key, NodeType, key};

pub(super) fn same(a: Node<'_>, b: Node<'_>) -> bool {
    content::same(a.document().tree(), a.id(), b.document().tree(), b.id())
}

pub(super) fn not_among(values: Node<'_>, value: Node<'_>) -> Option<String> {
    if values.children().any(|one| same(one, value)) {
        return None;
    }
    let texts: Vec<&str> = values
        .children()
        .map(Node::text)
        .filter(|text| !text.is_empty())
        .collect();
    let hint = match suggest::closest(value.text(), texts.iter().copied()) {
        Some(meant) => format!("; did you mean `{meant}`?"),
        None if texts.len() <= 8 => format!(": {}", suggest::list(texts, "or")),
        None => String::new(),
    };
    let misread = values.children().find(|one| {
        one.node_type() == NodeType::String && one.text() == value.text() && value.node_type() != NodeType::String
    });
    if let Some(string) = misread {
        let found = value.node_type().noun();
        return Some(format!(
            "`{}` is {found} here, and the allowed value is the string `\"{}\"`",
            value.text(),
            string.text()
        ));
    }
    let what = if value.node_type().is_container() {
        place(value)
    } else {
        format!("`{}`", value.text())
    };
    Some(format!("{what} is none of the allowed values{hint}"))
}

pub(super) fn of_number(schema: Node<'_>, name: Key, keyword: Node<'_>, value: Node<'_>) -> Option<String> {
    if value.node_type() != NodeType::Number || keyword.node_type() != NodeType::Number {
        return None;
    }
    let exclusive = |flag: Key| schema.get(flag).and_then(Node::boolean) == Some(true);
    let said = || format!("{} is {}", place(value), value.text());
    let order = content::compare(value.text(), keyword.text())?;
    match name {
        key::MAXIMUM if order.is_gt() || order.is_eq() && exclusive(key::EXCLUSIVE_MAXIMUM) => {
            Some(format!("{}, above the maximum {}", said(), keyword.text()))
        }
        key::EXCLUSIVE_MAXIMUM if order.is_ge() => Some(format!("{}, not below {}", said(), keyword.text())),
        key::MINIMUM if order.is_lt() || order.is_eq() && exclusive(key::EXCLUSIVE_MINIMUM) => {
            Some(format!("{}, below the minimum {}", said(), keyword.text()))
        }
        key::EXCLUSIVE_MINIMUM if order.is_le() => Some(format!("{}, not above {}", said(), keyword.text())),
        key::MULTIPLE_OF if content::is_multiple(value.text(), keyword.text()) == Some(false) => {
            Some(format!("{}, no multiple of {}", said(), keyword.text()))
        }
        _ => None,
    }
}

pub(super) fn of_format(schema: Node<'_>, keyword: Node<'_>, value: Node<'_>) -> Option<String> {
    let format = keyword.string()?;
    match value.node_type() {
        NodeType::String => {
            // `format: int64` on a string is a note about what stands in it.
            let is_string = schema
                .get(key::TYPE)
                .is_none_or(|types| types.text() == "string" || types.node_type() == NodeType::List);
            let noun = formats::lacking(format, value.text()).filter(|_| is_string)?;
            Some(format!("{} should be {noun}", place(value)))
        }
        NodeType::Number => {
            let (min, max) = formats::range(format)?;
            let below = content::compare(value.text(), min)?.is_lt();
            let above = content::compare(value.text(), max)?.is_gt();
            (below || above).then(|| format!("{} is no {format}: {}", place(value), value.text()))
        }
        _ => None,
    }
}

pub(super) fn of_list(name: Key, keyword: Node<'_>, value: Node<'_>) -> Option<String> {
    if value.node_type() != NodeType::List {
        return None;
    }
    if name == key::UNIQUE_ITEMS {
        let repeats =
            keyword.boolean() == Some(true) && !content::repeated(value.document().tree(), value.id()).is_empty();
        return repeats.then(|| format!("{} holds an element twice", place(value)));
    }
    let (count, limit) = (value.children().count() as f64, keyword.number()?);
    match name {
        key::MAX_ITEMS if count > limit => {
            Some(format!("{} holds more than {} elements", place(value), keyword.text()))
        }
        key::MIN_ITEMS if count < limit => {
            Some(format!("{} holds fewer than {} elements", place(value), keyword.text()))
        }
        _ => None,
    }
}

pub(super) fn of_count(name: Key, keyword: Node<'_>, value: Node<'_>) -> Option<String> {
    if value.node_type() != NodeType::Map {
        return None;
    }
    let (count, limit) = (value.children().count() as f64, keyword.number()?);
    match name {
        key::MAX_PROPERTIES if count > limit => {
            Some(format!("{} has more than {} properties", place(value), keyword.text()))
        }
        key::MIN_PROPERTIES if count < limit => {
            Some(format!("{} has fewer than {} properties", place(value), keyword.text()))
        }
        _ => None,
    }
}

/// How messages name a part of a value.
pub(super) fn place(value: Node<'_>) -> String {
    match value.key_text() {
        Some(name) if !name.is_empty() => format!("`{name}`"),
        _ if value
            .parent()
            .is_some_and(|parent| parent.node_type() == NodeType::List) =>
        {
            "the element".into()
        }
        _ => "the value".into(),
    }
}

pub(super) fn shown(node: Node<'_>) -> String {
    if node.node_type().is_container() {
        "the constant".into()
    } else {
        format!("`{}`", node.text())
    }
}

pub(super) fn article(type_name: &str) -> String {
    match type_name {
        "null" => "null".into(),
        "array" => "a list".into(),
        "integer" | "object" => format!("an {type_name}"),
        _ => format!("a {type_name}"),
    }
}
