//! The same facts as of descriptors, from a tree and its links.

use stipula::document::proto::{self, declarations};
use stipula::document::{Direction, DocumentId, Node, Workspace};
use stipula::syntax::{Key, key};

/// How the types of fields and methods are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Names {
    /// By the full names that their links lead to.
    Linked,
    /// As they are written.
    Written,
}

pub(crate) fn facts(workspace: &Workspace, document: DocumentId, names: Names) -> Vec<String> {
    let root = workspace.root(document);
    let mut facts = vec![
        format!("package {}", proto::package(root)),
        format!("syntax {}", root.string_at(key::SYNTAX).unwrap_or("proto2")),
    ];
    for import in declarations(root, key::IMPORTS) {
        let path = import.string_at(key::PATH).unwrap_or_default();
        facts.push(format!("import {path}"));
        if import.string_at(key::MODIFIER) == Some("public") {
            facts.push(format!("public {path}"));
        }
    }
    for name in ["go_package", "java_package"] {
        facts.extend(proto::option(root, name).map(|value| format!("{name} {}", value.text())));
    }
    for message in proto::messages(root) {
        let name = full_name(message);
        for field in proto::fields(message) {
            facts.push(of_field(field, names));
        }
        ranges(message, key::RESERVED, "reserved", &mut facts);
        ranges(message, key::EXTENSION_RANGES, "extensions", &mut facts);
        facts.push(format!("message {name}"));
    }
    for field in proto::extensions(root) {
        facts.push(of_field(field, names));
    }
    for enumeration in proto::enums(root) {
        let name = full_name(enumeration);
        for value in declarations(enumeration, key::VALUES) {
            facts.push(format!(
                "value {name}.{} {}{}",
                proto::name(value),
                proto::number(value).expect("a number"),
                deprecated(value)
            ));
        }
        ranges(enumeration, key::RESERVED, "reserved", &mut facts);
        facts.push(format!("enum {name}"));
    }
    for service in declarations(root, key::SERVICES) {
        for method in declarations(service, key::METHODS) {
            let part = |direction: Direction, part: Key| {
                let stream = if proto::is_streaming(method, direction) {
                    "stream "
                } else {
                    ""
                };
                let written = method.get(part).and_then(|part| part.get(key::TYPE));
                format!("{stream}{}", target(written.expect("it is there"), names))
            };
            facts.push(format!(
                "rpc {} {} {}{}",
                full_name(method),
                part(Direction::Request, key::REQUEST),
                part(Direction::Response, key::RESPONSE),
                deprecated(method)
            ));
        }
        facts.push(format!("service {}", full_name(service)));
    }
    facts.sort();
    facts
}

fn deprecated(node: Node<'_>) -> &'static str {
    if proto::is_deprecated(node) { " deprecated" } else { "" }
}

/// A full name, with a dot before it.
fn full_name(node: Node<'_>) -> String {
    format!(".{}", proto::full_name(node))
}

/// What a type stands for: a scalar, or the full name of what its link leads to.
fn target(node: Node<'_>, names: Names) -> String {
    match node.target().filter(|_| names == Names::Linked) {
        Some(target) => full_name(target),
        None => node.text().to_owned(),
    }
}

fn ranges(holder: Node<'_>, sort: Key, word: &str, facts: &mut Vec<String>) {
    let name = full_name(holder);
    for range in declarations(holder, sort) {
        facts.push(match proto::range(range) {
            Some((start, end)) => format!("{word} {name} {start}..{}", end + 1),
            None => format!("{word} {name} {}", range.text()),
        });
    }
}

fn of_field(field: Node<'_>, names: Names) -> String {
    let of = field.get(key::TYPE).expect("it is there");
    let label = field.string_at(key::LABEL);
    let kind = match (proto::map_key(field), of.get(key::VALUE)) {
        (Some(key), Some(value)) => format!("map {} {}", key.name(), target(value, names)),
        _ => format!("{} {}", label.unwrap_or("optional"), target(of, names)),
    };
    let explicit = proto::syntax(field) == proto::Syntax::Proto3 && label == Some("optional");
    let extendee = proto::extend(field).and_then(|extend| extend.get(key::EXTENDEE));
    format!(
        "field {} {} {kind}{}{}{}{}{}",
        full_name(field),
        proto::number(field).expect("a number"),
        proto::oneof(field)
            .map(|oneof| format!(" in {}", proto::name(oneof)))
            .unwrap_or_default(),
        if explicit { " explicit" } else { "" },
        extendee
            .map(|name| format!(" of {}", target(name, names)))
            .unwrap_or_default(),
        deprecated(field),
        proto::option(field, "packed")
            .map(|packed| format!(" packed {}", packed.text()))
            .unwrap_or_default(),
    )
}

/// What follows from what is written: a line for each field and enum, as [`super::theirs::resolved`] tells it.
pub(crate) fn resolved(workspace: &Workspace, document: DocumentId) -> Vec<String> {
    use proto::{Cardinality, ValueType};
    let root = workspace.root(document);
    let mut facts = Vec::new();
    for field in proto::messages(root).into_iter().flat_map(proto::fields) {
        let of = match proto::value_type(field) {
            ValueType::Scalar(scalar) => scalar.name().to_owned(),
            ValueType::Message(node) | ValueType::Enum(node) => full_name(node),
            ValueType::Unknown => panic!("{} has no type", full_name(field)),
        };
        let how = match proto::cardinality(field) {
            Cardinality::Implicit => "implicit".to_owned(),
            Cardinality::Explicit => "explicit".to_owned(),
            Cardinality::Required => "required".to_owned(),
            Cardinality::Repeated if proto::is_packed(field) => "packed".to_owned(),
            Cardinality::Repeated => "expanded".to_owned(),
            Cardinality::Map => format!("by {}", proto::map_key(field).expect("it is a map").name()),
        };
        facts.push(format!(
            "{} {how} {of} {}{}",
            full_name(field),
            proto::json_name(field),
            if proto::is_delimited(field) { " delimited" } else { "" },
        ));
    }
    facts.sort();
    facts
}
