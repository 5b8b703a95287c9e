//! Functions that look at events: channels, messages and their bindings.

use super::{FunctionSpec, OptionType, function, needed, option};

pub(super) const FUNCTIONS: &[FunctionSpec] = &[
    function(
        "address-parameters",
        "the parameters in the address of a channel are declared, and no others are",
        &["Channel"],
        &[],
        &["problem"],
    ),
    function(
        "address-sound",
        "the address of a channel has no empty parameter, no query and no fragment",
        &["Channel"],
        &[],
        &["problem", "template"],
    ),
    function(
        "binding-has",
        "where messages travel over one of these protocols, its binding says one of these fields",
        &["Channel", "Message"],
        &[
            needed("protocols", OptionType::Texts, "the protocols, as bindings call them"),
            needed(
                "fields",
                OptionType::Texts,
                "the fields, one of which must be there; `a/b` is a field of a field",
            ),
            option("about", OptionType::Text, "what the fields say, for the message"),
        ],
        &["protocol", "about", "wanted"],
    ),
    function(
        "content-types-said",
        "every message with a payload says in which media type it travels, or the description does for all",
        &["Root"],
        &[],
        &["messages", "count", "total"],
    ),
    function(
        "dead-lettered",
        "a channel that is received from says where messages go that cannot be processed, and that place exists",
        &["Operation"],
        &[],
        &["problem"],
    ),
    function(
        "event-ids-unique",
        "no two operations, or messages, of an event-driven API have the same id",
        &["Root"],
        &[needed("of", OptionType::Word(&["operation", "message"]), "whose ids")],
        &["id"],
    ),
    function(
        "event-named",
        "the address of a channel, or the names of all messages on it, match a regular expression",
        &["Channel"],
        &[needed("match", OptionType::Regex, "the regular expression")],
        &["address"],
    ),
    function(
        "headers-are-objects",
        "the headers of a message are described as an object",
        &["Message", "MessageTrait"],
        &[],
        &[],
    ),
    function(
        "message-examples-valid",
        "the examples of a message fit the schemas of its payload and its headers",
        &["Message"],
        &[],
        &["problem"],
    ),
    function(
        "message-has",
        "a message has a header, or a property of its payload or of an envelope in it, of each of these lists",
        &["Message"],
        &[
            option(
                "all-of",
                OptionType::TextLists,
                "the lists, each of which names one thing",
            ),
            option(
                "or-fields",
                OptionType::Texts,
                "or one of these fields, traits included",
            ),
            option(
                "or-named",
                OptionType::Regex,
                "or the name of the message, of its schema, or the address of its channel matches",
            ),
        ],
        &["message", "missing"],
    ),
    function(
        "messages-of-channel",
        "the messages that an operation or a reply names are those of its channel",
        &["Operation", "Reply"],
        &[],
        &["target"],
    ),
    function(
        "past-tense",
        "the address of a channel, or the name of a message, does not say what is to be done",
        &["Channel", "Message"],
        &[],
        &["text", "verb", "suggestion"],
    ),
    function(
        "payload-typed",
        "a message says of what type its payload is",
        &["Message"],
        &[],
        &["message", "problem"],
    ),
    function(
        "said-around",
        "one of these fields is there, at the node, at something around it, or under `info`",
        &[],
        &[needed("fields", OptionType::Texts, "the fields")],
        &["wanted"],
    ),
    function(
        "server-secured",
        "a server asks who connects, or all operations on it do; local ones are left alone",
        &["Server"],
        &[],
        &[],
    ),
];
