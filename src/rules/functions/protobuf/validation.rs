//! The rules that fields state for their values, in the words of protovalidate (<https://protovalidate.com>).

use super::super::{Function, Hit, Options, Refusal, function};
use crate::document::Node;
use crate::document::proto::{self, Cardinality, Scalar, ValueType};
use crate::syntax::{NodeType, key};
use regex::Regex;

/// The option that holds the rules of a field.
const OPTION: &str = "(buf.validate.field)";

/// The groups of rules that are about one type of values, beside those that are called as the scalar types are.
const GROUPS: &[&str] = &["enum", "repeated", "map", "any", "duration", "field_mask", "timestamp"];

/// What may not be more than what.
const BOUNDS: &[(&str, &str)] = &[
    ("min_len", "max_len"),
    ("min_bytes", "max_bytes"),
    ("min_items", "max_items"),
    ("min_pairs", "max_pairs"),
];

/// `validation-sound`: the rules of a field are about its type, and some value keeps them.
pub(in super::super) fn validation_sound(_: &Options) -> Result<Function, Refusal> {
    function(|subject, hits| {
        let field = subject.node;
        let rules = rules_of(field);
        let mut told = Vec::new();
        for (path, value) in &rules {
            let Some((at, wanted)) = wrong_group(field, path).filter(|(at, _)| !told.contains(at)) else {
                continue;
            };
            told.push(at);
            let group = path.split('.').nth(at).unwrap_or_default();
            let problem = match wanted {
                Some(wanted) => format!("`{group}` stands where the rules are those of `{wanted}`"),
                None => format!("`{group}` stands where a message is"),
            };
            hits.push(Hit::value(*value).with("problem", problem));
        }
        for (path, value) in &rules {
            let (holder, name) = path.rsplit_once('.').unwrap_or(("", path));
            if name == "pattern"
                && let Err(error) = Regex::new(value.text())
            {
                let reason = error.to_string();
                let reason = reason.lines().last().unwrap_or_default().trim_start_matches("error: ");
                hits.push(Hit::value(*value).with("problem", format!("the pattern is none: {reason}")));
            }
            let Some((_, most)) = BOUNDS.iter().find(|(least, _)| *least == name) else {
                continue;
            };
            let most = rules
                .iter()
                .find(|(other, _)| other.rsplit_once('.') == Some((holder, most)));
            if let Some((_, most)) = most
                && let (Some(from), Some(to)) = (proto::integer(value.text()), proto::integer(most.text()))
                && from > to
            {
                let problem = format!("no value is at least {from} and at most {to} long");
                hits.push(Hit::value(*value).with("problem", problem));
            }
        }
    })
}

/// The rules of a field, each with the path of its name; a list stands as it is.
fn rules_of(field: Node<'_>) -> Vec<(String, Node<'_>)> {
    let mut found = Vec::new();
    let options = field.get(key::OPTIONS).into_iter().flat_map(Node::children);
    for option in options {
        let name = proto::option_name(option);
        if let Some(path) = name.strip_prefix(OPTION) {
            collect(path.trim_start_matches('.').to_owned(), option, &mut found);
        }
    }
    found
}

fn collect<'w>(path: String, value: Node<'w>, found: &mut Vec<(String, Node<'w>)>) {
    if value.node_type() != NodeType::Map {
        found.push((path, value));
        return;
    }
    for child in value.children() {
        let name = child.key_text().unwrap_or_default();
        let path = if path.is_empty() {
            name.to_owned()
        } else {
            format!("{path}.{name}")
        };
        collect(path, child, found);
    }
}

/// Which step of a path names a group of rules for another type, and the group that would be right, if there is one.
fn wrong_group(field: Node<'_>, path: &str) -> Option<(usize, Option<&'static str>)> {
    let of_values = || group_of(proto::value_type(field));
    let cardinality = proto::cardinality(field);
    let own = match cardinality {
        Cardinality::Repeated => Some("repeated"),
        Cardinality::Map => Some("map"),
        _ => of_values()?,
    };
    let steps: Vec<&str> = path.split('.').collect();
    let first = steps.first().filter(|step| is_group(step))?;
    if Some(*first) != own {
        return Some((0, own));
    }
    let inner = match (cardinality, steps.get(1)) {
        (Cardinality::Repeated, Some(&"items")) | (Cardinality::Map, Some(&"values")) => of_values()?,
        (Cardinality::Map, Some(&"keys")) => Some(proto::map_key(field)?.name()),
        _ => return None,
    };
    let group = steps.get(2).filter(|step| is_group(step))?;
    (Some(*group) != inner).then_some((2, inner))
}

fn is_group(name: &str) -> bool {
    GROUPS.contains(&name) || Scalar::from_name(name).is_some()
}

/// The group of rules for a type, if there is one; nothing where the type is not known.
fn group_of(value: ValueType<'_>) -> Option<Option<&'static str>> {
    Some(match value {
        ValueType::Unknown => return None,
        ValueType::Scalar(scalar) => Some(scalar.name()),
        ValueType::Enum(_) => Some("enum"),
        ValueType::Message(message) => match proto::full_name(message).strip_prefix("google.protobuf.") {
            Some("Any") => Some("any"),
            Some("Duration") => Some("duration"),
            Some("FieldMask") => Some("field_mask"),
            Some("Timestamp") => Some("timestamp"),
            Some("BoolValue") => Some("bool"),
            Some("BytesValue") => Some("bytes"),
            Some("DoubleValue") => Some("double"),
            Some("FloatValue") => Some("float"),
            Some("Int32Value") => Some("int32"),
            Some("Int64Value") => Some("int64"),
            Some("StringValue") => Some("string"),
            Some("UInt32Value") => Some("uint32"),
            Some("UInt64Value") => Some("uint64"),
            _ => None,
        },
    })
}
