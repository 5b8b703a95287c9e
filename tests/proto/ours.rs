//! The same facts as of descriptors, from a tree and its links.

/// How the types of fields and methods are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Names {
    /// By the full names that their links lead to.
    Linked,
    /// As they are written.
    Written,
}

use stipula::document::{Address, DocumentId, Kind, Node, Workspace};
use stipula::syntax::{Key, key};

pub(crate) fn facts(workspace: &Workspace, document: DocumentId, names: Names) -> Vec<String> {
    let root = workspace.root(document);
    let package = root.string_at(key::PACKAGE).unwrap_or_default();
    let mut facts = vec![
        format!("package {package}"),
        format!("syntax {}", root.string_at(key::SYNTAX).unwrap_or("proto2")),
    ];
    for import in children(root, key::IMPORTS) {
        let path = import.string_at(key::PATH).unwrap_or_default();
        facts.push(format!("import {path}"));
        if import.string_at(key::MODIFIER) == Some("public") {
            facts.push(format!("public {path}"));
        }
    }
    for name in ["go_package", "java_package"] {
        let value = root.get(key::OPTIONS).and_then(|options| options.find(name));
        facts.extend(value.map(|value| format!("{name} {}", value.text())));
    }
    of_scope(root, &scope_of(root), names, &mut facts);
    for service in children(root, key::SERVICES) {
        let name = full_name(service);
        for method in children(service, key::METHODS) {
            let part = |part: Key| {
                let message = method.get(part).expect("it is there");
                let stream = if message.is_true(key::STREAM) { "stream " } else { "" };
                format!(
                    "{stream}{}",
                    target(message.get(key::TYPE).expect("it is there"), names)
                )
            };
            facts.push(format!(
                "rpc {name}.{} {} {}{}",
                method.key_text().unwrap_or_default(),
                part(key::REQUEST),
                part(key::RESPONSE),
                deprecated(method)
            ));
        }
        facts.push(format!("service {name}"));
    }
    facts.sort();
    facts
}

fn children(node: Node<'_>, sort: Key) -> impl Iterator<Item = Node<'_>> {
    node.get(sort).into_iter().flat_map(Node::children)
}

fn deprecated(node: Node<'_>) -> &'static str {
    let is = node
        .get(key::OPTIONS)
        .is_some_and(|options| options.is_true(key::DEPRECATED));
    if is { " deprecated" } else { "" }
}

fn number(text: &str) -> i64 {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |digits| (-1, digits));
    let value = match digits.strip_prefix("0x") {
        Some(digits) => i64::from_str_radix(digits, 16),
        None if digits.len() > 1 && digits.starts_with('0') => i64::from_str_radix(digits, 8),
        None => digits.parse(),
    };
    sign * value.expect("a number")
}

/// The full name of the scope that a file or a message opens, with a dot before it.
fn scope_of(node: Node<'_>) -> String {
    match node.kind() {
        Kind::File => match node.string_at(key::PACKAGE) {
            Some(package) => format!(".{package}"),
            None => String::new(),
        },
        _ => full_name(node),
    }
}

fn full_name(node: Node<'_>) -> String {
    let name = match node.key() {
        Some(key::GROUP) => node.parent().and_then(|field| field.string_at(key::TYPE)),
        _ => node.key_text(),
    };
    let holds = |node: &Node<'_>| matches!(node.kind(), Kind::File | Kind::Message | Kind::Service);
    let holder = node.ancestors().find(holds).expect("a file holds everything");
    format!("{}.{}", scope_of(holder), name.unwrap_or_default())
}

/// What a type stands for: a scalar, or the full name of what its link leads to.
fn target(node: Node<'_>, names: Names) -> String {
    let linked = |_: &Address| names == Names::Linked;
    let target = node.document().target(node.id()).filter(linked);
    match target {
        Some(address) => full_name(node.workspace().node(address)),
        None => node.text().to_owned(),
    }
}

fn of_scope(holder: Node<'_>, scope: &str, names: Names, facts: &mut Vec<String>) {
    fields(holder, scope, None, names, facts);
    for oneof in children(holder, key::ONEOFS) {
        fields(oneof, scope, oneof.key_text(), names, facts);
    }
    for extend in children(holder, key::EXTENDS) {
        fields(extend, scope, None, names, facts);
    }
    for message in children(holder, key::MESSAGES) {
        of_message(message, names, facts);
    }
    for enumeration in children(holder, key::ENUMS) {
        let name = full_name(enumeration);
        for value in children(enumeration, key::VALUES) {
            let number = number(value.string_or_number(key::NUMBER));
            let value_name = value.key_text().unwrap_or_default();
            facts.push(format!("value {name}.{value_name} {number}{}", deprecated(value)));
        }
        ranges(enumeration, key::RESERVED, "reserved", i64::from(i32::MAX), facts);
        facts.push(format!("enum {name}"));
    }
}

fn of_message(message: Node<'_>, names: Names, facts: &mut Vec<String>) {
    let name = full_name(message);
    of_scope(message, &name, names, facts);
    ranges(message, key::RESERVED, "reserved", (1 << 29) - 1, facts);
    ranges(message, key::EXTENSION_RANGES, "extensions", (1 << 29) - 1, facts);
    facts.push(format!("message {name}"));
}

fn ranges(holder: Node<'_>, sort: Key, word: &str, most: i64, facts: &mut Vec<String>) {
    let name = full_name(holder);
    for range in children(holder, sort) {
        if !range.is_map() {
            facts.push(format!("{word} {name} {}", range.text()));
            continue;
        }
        let end = match range.string_or_number(key::END) {
            "max" => most,
            end => number(end),
        };
        facts.push(format!(
            "{word} {name} {}..{}",
            number(range.string_or_number(key::START)),
            end + 1
        ));
    }
}

fn fields(holder: Node<'_>, scope: &str, oneof: Option<&str>, names: Names, facts: &mut Vec<String>) {
    let is_proto3 = holder
        .workspace()
        .root(holder.address().document)
        .string_at(key::SYNTAX)
        == Some("proto3");
    for field in children(holder, key::FIELDS) {
        let of = field.get(key::TYPE).expect("it is there");
        let label = field.string_at(key::LABEL);
        let kind = match (of.get(key::KEY), of.get(key::VALUE)) {
            (Some(key), Some(value)) => format!("map {} {}", key.text(), target(value, names)),
            _ => format!("{} {}", label.unwrap_or("optional"), target(of, names)),
        };
        let explicit = is_proto3 && label == Some("optional");
        let packed = field.get(key::OPTIONS).and_then(|options| options.find("packed"));
        facts.push(format!(
            "field {scope}.{} {} {kind}{}{}{}{}{}",
            field.key_text().unwrap_or_default(),
            number(field.string_or_number(key::NUMBER)),
            oneof.map(|name| format!(" in {name}")).unwrap_or_default(),
            if explicit { " explicit" } else { "" },
            holder
                .get(key::EXTENDEE)
                .map(|name| format!(" of {}", target(name, names)))
                .unwrap_or_default(),
            deprecated(field),
            packed
                .map(|packed| format!(" packed {}", packed.text()))
                .unwrap_or_default(),
        ));
        if let Some(group) = field.get(key::GROUP) {
            of_message(group, names, facts);
        }
    }
}

/// The text of a part.
trait Part<'w> {
    fn string_or_number(self, part: Key) -> &'w str;
}

impl<'w> Part<'w> for Node<'w> {
    fn string_or_number(self, part: Key) -> &'w str {
        self.get(part).map_or("", Node::text)
    }
}
