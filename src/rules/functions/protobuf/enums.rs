//! Enums: the value that stands for nothing said, and the names of all.

use super::super::{Function, Hit, Options, Refusal, function};
use crate::document::{Node, proto};
use crate::rules::words::Case;
use crate::syntax::key;

/// What the names of an enum's values begin with.
fn prefix(enumeration: Node<'_>) -> String {
    format!("{}_", Case::UpperSnake.write(proto::name(enumeration)))
}

fn values(enumeration: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    proto::declarations(enumeration, key::VALUES)
}

/// `enum-starts-at-zero`: the first value of an enum has the number 0.
pub(in super::super) fn enum_starts_at_zero(_: &Options) -> Result<Function, Refusal> {
    function(|subject, hits| {
        let Some(first) = values(subject.node).next().filter(|_| !subject.node.has_hole()) else {
            return;
        };
        if let Some(number) = first.get(key::NUMBER)
            && proto::number(first).is_some_and(|number| number != 0)
        {
            hits.push(Hit::value(number).with("text", number.text()));
        }
    })
}

/// `enum-zero-value`: the value 0 of an enum says by its name that nothing is said.
pub(in super::super) fn enum_zero_value(options: &Options) -> Result<Function, Refusal> {
    let suffix = options.text("suffix").unwrap_or_else(|| "UNSPECIFIED".to_owned());
    function(move |subject, hits| {
        let zero = values(subject.node).filter(|value| proto::number(*value) == Some(0));
        for value in zero.filter(|value| !proto::name(*value).ends_with(&suffix)) {
            let suggestion = format!("{}{}", prefix(subject.node), suffix.trim_start_matches('_'));
            hits.push(
                Hit::key(value)
                    .with("text", proto::name(value))
                    .with("suggestion", suggestion),
            );
        }
    })
}

/// `enum-values-prefixed`: the names of an enum's values begin with its own.
pub(in super::super) fn enum_values_prefixed(_: &Options) -> Result<Function, Refusal> {
    function(|subject, hits| {
        let prefix = prefix(subject.node);
        for value in values(subject.node).filter(|value| !proto::name(*value).starts_with(&prefix)) {
            let name = proto::name(value);
            hits.push(
                Hit::key(value)
                    .with("text", name)
                    .with("suggestion", format!("{prefix}{}", Case::UpperSnake.write(name))),
            );
        }
    })
}
