//! Options of declarations: those that something is known of, and all others.

use super::Comparison;
use super::impact::Impact;
use crate::breaking::Change;
use crate::breaking::comparison::Sides;
use crate::document::proto;
use crate::document::{Kind, Node};
use crate::finding::{Action, Effect};
use crate::syntax::key;
use std::collections::BTreeMap;

/// The option that protovalidate's rules for fields stand under.
const RULES: &str = "(buf.validate.field)";
/// Options that are compared by what they do.
const HANDLED: &[&str] = &[
    "(buf.validate.field)",
    "(google.api.http)",
    "allow_alias",
    "ctype",
    "default",
    "deprecated",
    "features.enum_type",
    "features.field_presence",
    "features.json_format",
    "features.message_encoding",
    "features.repeated_field_encoding",
    "features.utf8_validation",
    "features.(pb.cpp).string_type",
    "features.(pb.java).utf8_validation",
    "idempotency_level",
    "json_name",
    "jstype",
    "message_set_wire_format",
    "no_standard_descriptor_accessor",
    "packed",
];

impl<'w> Comparison<'w, '_> {
    /// Tells an option that says something else.
    #[expect(clippy::too_many_arguments, reason = "all of them differ from option to option")]
    pub(super) fn compare_option(
        &mut self,
        kind: Kind,
        field: &'static str,
        old: Node<'w>,
        new: Node<'w>,
        option: &str,
        default: &str,
        impact: Impact,
    ) {
        let (was, is) = (proto::option(old, option), proto::option(new, option));
        let text = |option: Option<Node<'w>>| option.map_or(default, Node::text);
        if text(was) == text(is) {
            return;
        }
        let sides = Sides {
            old: was.or(Some(old)),
            new: is.or(Some(new)),
            around: new,
        };
        let holder = if kind == Kind::File {
            new.document().source().name()
        } else {
            proto::name(new)
        };
        let change = Change::of(kind, field, sides).texts(text(was), text(is));
        let change = change.fact("name", option.to_owned()).fact("place", holder);
        self.tell(change, impact);
    }

    /// Tells the options that nobody else looks at, and whether a declaration should still be used.
    pub(super) fn compare_other_options(&mut self, kind: Kind, old: Node<'w>, new: Node<'w>, handled: &[&str]) {
        let (was, is) = (proto::is_deprecated(old), proto::is_deprecated(new));
        if was != is {
            let at = |node| proto::option(node, "deprecated").unwrap_or(node);
            let action = if is { Action::Added } else { Action::Removed };
            let change = self
                .change(kind, "deprecated", Sides::both(at(old), at(new)), new)
                .action(action);
            self.tell(change, Impact::default());
        }
        let (before, now) = (said(old, handled), said(new, handled));
        let names: std::collections::BTreeSet<&String> = before.keys().chain(now.keys()).collect();
        for name in names {
            let (was, is) = (before.get(name), now.get(name));
            let same = match (was, is) {
                (Some(was), Some(is)) => {
                    was.len() == is.len() && was.iter().zip(is).all(|(was, is)| is_same_value(*was, *is))
                }
                _ => false,
            };
            if !same {
                let first = |values: Option<&Vec<Node<'w>>>| values.and_then(|values| values.first().copied());
                let sides = Sides {
                    old: first(was),
                    new: first(is),
                    around: new,
                };
                let change = self.change(kind, "option", sides, new);
                self.tell(change.fact("option", name.clone()), Impact::default());
            }
        }
    }

    /// Tells what protovalidate checks of a field now (<https://protovalidate.com/reference/rules/>).
    pub(super) fn compare_rules(&mut self, old: Node<'w>, new: Node<'w>) {
        let (before, now) = (rules(old), rules(new));
        let names: std::collections::BTreeSet<&String> = before.keys().chain(now.keys()).collect();
        for name in names {
            let (was, is) = (before.get(name).copied(), now.get(name).copied());
            let text = |rule: Option<Node<'w>>| rule.map(Node::text);
            if text(was) == text(is) {
                continue;
            }
            let sides = Sides {
                old: was,
                new: is,
                around: new,
            };
            let change = self.change(Kind::Field, "validation", sides, new);
            let change = change.texts(text(was).unwrap_or_default(), text(is).unwrap_or_default());
            let impact = Impact {
                checked: Some(effect_of(name, was, is)),
                ..Impact::default()
            };
            self.tell(change.fact("rule", name.clone()), impact);
        }
    }
}

/// Whether two values of options are the same. A field may stand several times in a message.
fn is_same_value(old: Node<'_>, new: Node<'_>) -> bool {
    old.node_type() == new.node_type()
        && (old.node_type().is_container() || old.text() == new.text())
        && old.children().count() == new.children().count()
        && old
            .children()
            .zip(new.children())
            .all(|(old, new)| old.key_text() == new.key_text() && is_same_value(old, new))
}

/// What a rule does to the values that are taken.
fn effect_of(name: &str, was: Option<Node<'_>>, is: Option<Node<'_>>) -> Effect {
    let rule = name.rsplit('.').next().unwrap_or_default();
    let number = |node: Option<Node<'_>>| node.and_then(|node| node.text().parse::<f64>().ok());
    let is_least = rule.starts_with("min_") || matches!(rule, "gt" | "gte");
    let is_most = rule.starts_with("max_") || matches!(rule, "lt" | "lte");
    let is_off = |node: Option<Node<'_>>| node.is_none_or(|node| node.text() == "false");
    match (number(was), number(is)) {
        (Some(was), Some(is)) if is_least || is_most => {
            if (is > was) == is_least {
                Effect::Narrows
            } else {
                Effect::Widens
            }
        }
        _ if is_off(was) => Effect::Narrows,
        _ if is_off(is) => Effect::Widens,
        _ => Effect::Incomparable,
    }
}

/// What is said of the options that nobody else looks at, by name.
fn said<'w>(declaration: Node<'w>, handled: &[&str]) -> BTreeMap<String, Vec<Node<'w>>> {
    let mut said: BTreeMap<String, Vec<Node<'w>>> = BTreeMap::new();
    for option in proto::declarations(declaration, key::OPTIONS) {
        let name = proto::option_name(option);
        let is = |known: &&str| name == **known || name.strip_prefix(*known).is_some_and(|rest| rest.starts_with('.'));
        if !HANDLED.iter().any(&is) && !handled.iter().any(is) {
            said.entry(name.into_owned()).or_default().push(option);
        }
    }
    said
}

/// The rules for a field, each by its path.
fn rules(field: Node<'_>) -> BTreeMap<String, Node<'_>> {
    let mut found = BTreeMap::new();
    for option in proto::declarations(field, key::OPTIONS) {
        let name = proto::option_name(option);
        if let Some(rest) = name.strip_prefix(RULES) {
            collect(option, rest.trim_start_matches('.'), &mut found);
        }
    }
    found
}

fn collect<'w>(node: Node<'w>, path: &str, found: &mut BTreeMap<String, Node<'w>>) {
    let step = |path: &str, name: &str| {
        if path.is_empty() {
            name.to_owned()
        } else {
            format!("{path}.{name}")
        }
    };
    match node.node_type() {
        crate::syntax::NodeType::Map => {
            for child in node.children() {
                collect(child, &step(path, &proto::option_name(child)), found);
            }
        }
        crate::syntax::NodeType::List => {
            for (position, child) in node.children().enumerate() {
                collect(child, &step(path, &position.to_string()), found);
            }
        }
        _ => drop(found.insert(path.to_owned(), node)),
    }
}
