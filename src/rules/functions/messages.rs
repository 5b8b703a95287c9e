//! What messages carry: payload, headers, and what their traits add.

use super::{Function, Hit, Options, Refusal, Subject, function};
use crate::document::events::{Events, Message, SchemaFormat, merged};
use crate::document::{Kind, Node, Shape};
use crate::finding::Location;
use crate::rules::words::same_words;
use crate::schema::Validator;
use crate::syntax::{Key, NodeType, key};

/// The message that the given node is, with its description.
fn message_at<'w>(subject: &Subject<'_, 'w>) -> Option<(&'w Events, &'w Message)> {
    let events = subject.node.document().events_around()?;
    let at = events.message(subject.node.address())?;
    Some((events, &events.messages[at]))
}

/// Properties that hold what is said of a message beside what it is about.
const ENVELOPES: &[&str] = &["metadata", "meta", "header", "headers", "envelope", "context"];

/// The names of what a message carries: its headers, and the properties of its payload and of an envelope in it.
/// Nothing where that cannot be known.
fn names_in<'w>(subject: &Subject<'_, 'w>, message: &Message) -> Option<Vec<&'w str>> {
    let mut names = Vec::new();
    for headers in &message.headers {
        let shape = Shape::of(subject.at(*headers));
        if shape.is_unknown() {
            return None;
        }
        names.extend(shape.properties().map(|(name, _)| name));
    }
    match message.payload {
        None => {}
        Some((payload, SchemaFormat::JsonSchema)) => {
            let shape = Shape::of(subject.at(payload));
            if !collect(&shape, &mut names, true) {
                return None;
            }
        }
        Some((payload, SchemaFormat::Avro)) => {
            let record = subject.at(payload).follow();
            if record.kind() != Kind::AvroSchema {
                return None;
            }
            let fields = record.get(key::FIELDS).into_iter().flat_map(Node::children);
            names.extend(fields.filter_map(|field| field.string_at(key::NAME)));
        }
        // What is not read may carry anything.
        Some((_, SchemaFormat::Protobuf | SchemaFormat::Unknown)) => return None,
    }
    Some(names)
}

/// Adds the properties of a shape and of all its alternatives; whether they are all known.
fn collect<'w>(shape: &Shape<'w>, names: &mut Vec<&'w str>, look_deeper: bool) -> bool {
    if shape.is_unknown() {
        return false;
    }
    for (name, schema) in shape.properties() {
        names.push(name);
        let is_envelope = ENVELOPES.iter().any(|envelope| same_words(envelope, name));
        if look_deeper && is_envelope && !collect(&Shape::of(schema), names, false) {
            return false;
        }
    }
    let alternatives = shape.alternatives();
    !look_deeper
        || alternatives
            .iter()
            .all(|alternative| collect(alternative, names, false))
}

/// `message-has`: the headers of a message or its payload have one property of each of these lists, or its name says it.
pub(super) fn message_has(options: &Options) -> Result<Function, Refusal> {
    let lists = options.text_lists("all-of");
    let fields: Vec<Key> = options
        .texts("or-fields")
        .iter()
        .filter_map(|name| Key::well_known(name))
        .collect();
    let named = options.regex("or-named")?;
    function(move |subject, hits| {
        let Some((events, message)) = message_at(subject) else {
            return;
        };
        let says = |field: &Key| merged(subject.workspace(), &message.layers, *field).is_some();
        if fields.iter().any(says) || subject.node.has_hole() {
            return;
        }
        let is_named = |text: &str| named.as_ref().is_some_and(|pattern| pattern.is_match(text));
        let of_payload = message.payload.map(|(payload, _)| subject.at(payload).follow());
        let in_schema = [key::NAME, key::NAMESPACE, key::TITLE, key::DOLLAR_ID]
            .into_iter()
            .filter_map(|field| of_payload?.string_at(field));
        let channels = message.channels.iter().map(|channel| &events.channels[*channel]);
        let mut texts = std::iter::once(message.name.as_str())
            .chain(subject.node.key_text())
            .chain(in_schema)
            .chain(channels.clone().filter_map(|channel| channel.address.as_deref()));
        if texts.any(is_named) {
            return;
        }
        let Some(names) = names_in(subject, message) else {
            return;
        };
        let has = |list: &&Vec<String>| {
            list.iter()
                .any(|wanted| names.iter().any(|name| same_words(wanted, name)))
        };
        let missing: Vec<&str> = lists
            .iter()
            .filter(|list| !has(list))
            .filter_map(|list| list.first().map(String::as_str))
            .collect();
        if !missing.is_empty() {
            let missing: Vec<String> = missing.iter().map(|name| format!("`{name}`")).collect();
            hits.push(
                Hit::key(subject.node)
                    .with("message", message.name.clone())
                    .with("missing", missing.join(", ")),
            );
        }
    })
}

/// `payload-typed`: a message says what its payload is.
pub(super) fn payload_typed(_: &Options) -> Result<Function, Refusal> {
    function(|subject, hits| {
        let Some((_, message)) = message_at(subject) else {
            return;
        };
        if subject.node.has_hole() {
            return;
        }
        let problem = match message.payload {
            None => "has no payload",
            Some((payload, SchemaFormat::JsonSchema)) => {
                let shape = Shape::of(subject.at(payload));
                let composed = [key::ONE_OF, key::ANY_OF, key::ENUM, key::CONST, key::NOT, key::IF]
                    .into_iter()
                    .any(|keyword| shape.keyword(keyword).next().is_some());
                // `false` describes that there is no payload at all.
                let is_none = shape.node().boolean() == Some(false);
                let is_said = composed || is_none || shape.is_typed() || shape.is_object() || shape.is_list();
                if is_said || shape.is_unknown() {
                    ""
                } else {
                    "has a payload of any type"
                }
            }
            Some(_) => "",
        };
        if problem.is_empty() {
            return;
        }
        hits.push(
            Hit::key(subject.node)
                .with("message", message.name.clone())
                .with("problem", problem),
        );
    })
}

/// `content-types-said`: every message with a payload says in which media type that travels, or the description does.
pub(super) fn content_types_said(_: &Options) -> Result<Function, Refusal> {
    function(|subject, hits| {
        let Some(events) = subject.node.document().events() else {
            return;
        };
        let with_payload = events.messages.iter().filter(|message| message.payload.is_some());
        let (total, silent) = with_payload.fold((0, 0), |(total, silent), message| {
            (total + 1, silent + usize::from(message.content_type.is_none()))
        });
        if silent > 0 {
            let messages = match total {
                1 => "the message".to_owned(),
                _ if silent == total => format!("any of the {total} messages"),
                _ => format!("{silent} of the {total} messages"),
            };
            hits.push(
                Hit::new(subject.location())
                    .with("messages", messages)
                    .with("count", silent.to_string())
                    .with("total", total.to_string()),
            );
        }
    })
}

/// `headers-are-objects`: the headers of a message are described as an object.
pub(super) fn headers_are_objects(_: &Options) -> Result<Function, Refusal> {
    function(|subject, hits| {
        let Some(headers) = subject.node.get(key::HEADERS) else {
            return;
        };
        let schema = match headers.kind() {
            Kind::MultiFormatSchema => headers.get(key::SCHEMA).unwrap_or(headers),
            _ => headers,
        };
        let shape = Shape::of(schema);
        if schema.follow().kind() == Kind::Schema && !shape.is_unknown() && !shape.has_type("object") {
            hits.push(Hit::key(headers));
        }
    })
}

/// `message-examples-valid`: the examples of a message fit the schemas of its payload and its headers.
pub(super) fn message_examples_valid(_: &Options) -> Result<Function, Refusal> {
    let validator = Validator::default();
    function(move |subject, hits| {
        let Some((_, message)) = message_at(subject) else {
            return;
        };
        let examples = subject.node.get(key::EXAMPLES).into_iter().flat_map(Node::children);
        for example in examples {
            if let (Some((schema, SchemaFormat::JsonSchema)), Some(value)) =
                (message.payload, example.get(key::PAYLOAD))
                && is_json(message)
                && !is_encoded(subject.at(schema), value)
            {
                super::examples::report(&validator, subject.at(schema), value, None, hits);
            }
            let headers = example.get(key::HEADERS).filter(|headers| headers.is_map());
            for (schema, value) in message
                .headers
                .iter()
                .flat_map(|schema| headers.map(|value| (schema, value)))
            {
                super::examples::report(&validator, subject.at(*schema), value, None, hits);
            }
        }
    })
}

fn is_json(message: &Message) -> bool {
    message
        .content_type
        .as_deref()
        .is_none_or(crate::document::http::is_json_range)
}

/// A text where the schema wants none is JSON that was written down as such.
fn is_encoded(schema: Node<'_>, value: Node<'_>) -> bool {
    value.node_type() == NodeType::String
        && value.text().trim_start().starts_with(['{', '['])
        && !Shape::of(schema).has_type("string")
}

/// `owned`: the node, or something around it, says who answers for it.
pub(super) fn said_around(options: &Options) -> Result<Function, Refusal> {
    let fields = options.texts("fields");
    function(move |subject, hits| {
        let node = subject.node;
        let around = std::iter::once(node).chain(node.ancestors());
        let info = node.workspace().root(node.address().document).get(key::INFO);
        let said = around
            .chain(info)
            .any(|holder| fields.iter().any(|field| holder.find(field).is_some()));
        if !said && !node.has_hole() {
            let fields: Vec<String> = fields.iter().map(|field| format!("`{field}`")).collect();
            hits.push(Hit::new(Location::key(node.address())).with("wanted", fields.join(" or ")));
        }
    })
}
