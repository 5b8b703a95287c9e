//! What declarations of Protobuf say of themselves: by options, or to people, in comments.

use super::super::{Function, Hit, Options, Refusal, function};
use crate::document::proto::{self, ValueType};
use crate::document::{Direction, Kind, Node};
use crate::syntax::{comment_text, key};
use regex::Regex;

/// The comments that speak of a declaration, without their marks, on one line.
fn comments(node: Node<'_>) -> String {
    let said = [key::LEADING_COMMENTS, key::TRAILING_COMMENTS];
    let texts: Vec<String> = said
        .into_iter()
        .filter_map(|part| node.string_at(part))
        .map(comment_text)
        .collect();
    // A sentence goes on in the next line.
    texts.join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What may speak for a method besides itself: the message that it takes or answers, with the fields of that.
fn spokesmen<'w>(node: Node<'w>, with: &[String]) -> Vec<Node<'w>> {
    let mut found = vec![node];
    if node.kind() == Kind::Rpc {
        for (part, direction) in [("request", Direction::Request), ("response", Direction::Response)] {
            if with.iter().any(|name| name == part) {
                let message = proto::message_of(node, direction);
                found.extend(message);
                found.extend(message.map(proto::fields).unwrap_or_default());
            }
        }
    }
    if node.kind() == Kind::Field && with.iter().any(|name| name == "type") {
        found.extend(match proto::value_type(node) {
            ValueType::Message(declared) | ValueType::Enum(declared) => Some(declared),
            ValueType::Scalar(_) | ValueType::Unknown => None,
        });
    }
    found
}

/// Whether an option of a declaration is called like this.
fn has_option(node: Node<'_>, regex: &Regex) -> bool {
    let mut options = proto::declarations(node, key::OPTIONS);
    options.any(|option| regex.is_match(&proto::option_name(option)))
}

/// `says`: a declaration says something by one of these options, or in a comment.
pub(in super::super) fn says(options: &Options) -> Result<Function, Refusal> {
    let names = options.texts("options");
    let comment = options.regex("comment")?;
    let any_option = options.regex("any-option")?;
    let with = options.texts("with");
    let what = options.text("what").unwrap_or_default();
    function(move |subject, hits| {
        let node = subject.node;
        if node.has_hole() {
            return;
        }
        let is_said = |node: &Node<'_>| {
            names.iter().any(|name| proto::option(*node, name).is_some())
                || any_option.as_ref().is_some_and(|regex| has_option(*node, regex))
                || comment.as_ref().is_some_and(|regex| regex.is_match(&comments(*node)))
        };
        if !spokesmen(node, &with).iter().any(is_said) {
            hits.push(
                Hit::key(node)
                    .with("missing", what.clone())
                    .with("property", proto::name(node)),
            );
        }
    })
}
