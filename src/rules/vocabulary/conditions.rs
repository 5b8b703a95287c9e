//! Conditions: what can be demanded of a node before it is looked at.

use super::{ConditionSpec, OptionType};

/// Every condition, in alphabetical order.
pub const CONDITIONS: &[ConditionSpec] = &[
    ConditionSpec {
        name: "action",
        about: "what the application does in the operation, on the channel or with the message: `send` or `receive`",
        option_type: OptionType::Texts,
    },
    ConditionSpec {
        name: "answers",
        about: "the method answers one of these messages, by their full names",
        option_type: OptionType::Texts,
    },
    ConditionSpec {
        name: "caller",
        about: "who calls the operation or path: `consumer`, `webhook` or `callback`",
        option_type: OptionType::Texts,
    },
    ConditionSpec {
        name: "deprecated",
        about: "the node says that it is deprecated, or does not",
        option_type: OptionType::Boolean,
    },
    ConditionSpec {
        name: "event",
        about: "the channel, operation or message is one of events that travel over a broker: no request, no answer, and no command, which says `x-kind: command`",
        option_type: OptionType::Boolean,
    },
    ConditionSpec {
        name: "fields",
        about: "each of these fields has this value, or one of these; `a.b` is a field of a field",
        option_type: OptionType::Any,
    },
    ConditionSpec {
        name: "first-word",
        about: "the first word of the node's name is one of these",
        option_type: OptionType::Texts,
    },
    ConditionSpec {
        name: "has",
        about: "each of these fields is there",
        option_type: OptionType::Texts,
    },
    ConditionSpec {
        name: "holder",
        about: "the name of the declaration that holds the node matches",
        option_type: OptionType::Regex,
    },
    ConditionSpec {
        name: "json",
        about: "what the node describes travels as JSON: it stands in no media type, or in one that is JSON",
        option_type: OptionType::Boolean,
    },
    ConditionSpec {
        name: "lacks",
        about: "none of these fields is there",
        option_type: OptionType::Texts,
    },
    ConditionSpec {
        name: "last-word",
        about: "the last word of the node's name is one of these",
        option_type: OptionType::Texts,
    },
    ConditionSpec {
        name: "method",
        about: "the method of the operation is one of these",
        option_type: OptionType::Texts,
    },
    ConditionSpec {
        name: "name",
        about: "the node's name matches",
        option_type: OptionType::Regex,
    },
    ConditionSpec {
        name: "named",
        about: "the node's name is one of these, in any case",
        option_type: OptionType::Texts,
    },
    ConditionSpec {
        name: "package",
        about: "the package of the file matches",
        option_type: OptionType::Regex,
    },
    ConditionSpec {
        name: "payload",
        about: "the schema describes what messages carry, and not their headers or what a binding says of a protocol",
        option_type: OptionType::Boolean,
    },
    ConditionSpec {
        name: "returns",
        about: "the operation or method returns a `collection`, an `item` or `nothing`",
        option_type: OptionType::Word(&["collection", "item", "nothing"]),
    },
    ConditionSpec {
        name: "streams",
        about: "the method streams its request or response, or neither",
        option_type: OptionType::Boolean,
    },
    ConditionSpec {
        name: "target",
        about: "the path ends in a `collection`, an `item` or `other`",
        option_type: OptionType::Word(&["collection", "item", "other"]),
    },
    ConditionSpec {
        name: "type",
        about: "the field is of one of these types, by their full names; `message`, `enum` and `scalar` stand for all of them",
        option_type: OptionType::Texts,
    },
    ConditionSpec {
        name: "under",
        about: "the key of the object that holds the node is one of these",
        option_type: OptionType::Texts,
    },
    ConditionSpec {
        name: "unless",
        about: "none of these fields has this value, or one of these",
        option_type: OptionType::Any,
    },
    ConditionSpec {
        name: "version",
        about: "the document's version of its specification is one of these, as in `3.1`",
        option_type: OptionType::Texts,
    },
    ConditionSpec {
        name: "words",
        about: "the node's name has one of these words, in small letters: `phone`, `birth date`",
        option_type: OptionType::Texts,
    },
];
