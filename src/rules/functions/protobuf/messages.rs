//! What messages of Protobuf hold: the fields that they need, and the types of these.

use super::super::{Function, Hit, Options, Refusal, Subject, function};
use crate::document::proto::{self, Cardinality, ValueType};
use crate::document::{Direction, Kind, Node, suggest};
use crate::finding::Location;
use crate::rules::words::{same_words, words};
use crate::syntax::key;
use std::borrow::Cow;

/// A field that a message should have, written as in a file: `int32 page_size`, `repeated string tags`. `a|b` stands for
/// one of two, `*` for any, `{noun}` for what the method does something to.
struct Wanted {
    text: String,
    is_repeated: bool,
    types: Vec<String>,
    names: Vec<String>,
}

impl Wanted {
    fn read(text: &str) -> Result<Self, Refusal> {
        let mut parts: Vec<&str> = text.split_whitespace().collect();
        let each = |part: &str| -> Vec<String> { part.split('|').map(str::to_owned).collect() };
        let is_repeated = parts.first() == Some(&"repeated") && parts.len() > 1;
        if is_repeated {
            parts.remove(0);
        }
        let (types, name) = match parts.as_slice() {
            [name] => (Vec::new(), *name),
            [types, name] => (each(types), *name),
            _ => {
                return Err(format!(
                    "`{text}` is no field: write a type, which may be missing, and a name"
                ));
            }
        };
        let names = each(name);
        // What a message says is wanted is the first of what will do.
        let first = |of: &[String]| of.first().cloned().unwrap_or_default();
        let label = if is_repeated { "repeated " } else { "" };
        let text = match types.as_slice() {
            [] => first(&names),
            types => format!("{label}{} {}", first(types), first(&names)),
        };
        Ok(Self {
            text: text.trim_end_matches(" *").to_owned(),
            is_repeated,
            types: types.into_iter().filter(|name| name != "*").collect(),
            names,
        })
    }

    fn is_called(&self, field: Node<'_>, noun: &str) -> bool {
        let called = proto::name(field);
        self.names.iter().any(|name| match name.contains("{noun}") {
            true => same_words(&name.replace("{noun}", noun), called),
            false => name == "*" || same_words(name, called),
        })
    }

    fn fits(&self, field: Node<'_>) -> bool {
        let is_list = matches!(proto::cardinality(field), Cardinality::Repeated | Cardinality::Map);
        is_list == self.is_repeated && is_of(field, &self.types)
    }
}

fn wanted(options: &Options) -> Result<Vec<Wanted>, Refusal> {
    options.texts("fields").iter().map(|text| Wanted::read(text)).collect()
}

/// The full name of a field's type; for a map, that of its values.
fn type_name(field: Node<'_>) -> Cow<'_, str> {
    match proto::value_type(field) {
        ValueType::Scalar(scalar) => Cow::Borrowed(scalar.name()),
        ValueType::Message(node) | ValueType::Enum(node) => Cow::Owned(proto::full_name(node)),
        ValueType::Unknown => {
            let written = field.get(key::TYPE);
            let written = written.and_then(|of| if of.is_map() { of.get(key::VALUE) } else { Some(of) });
            Cow::Borrowed(written.map_or("", Node::text).trim_start_matches('.'))
        }
    }
}

/// The full name of the message that a method answers; as it is written, where it is not at hand.
pub(in crate::rules) fn answer_of(rpc: Node<'_>) -> Cow<'_, str> {
    if let Some(message) = proto::message_of(rpc, Direction::Response) {
        return Cow::Owned(proto::full_name(message));
    }
    let written = rpc.get(key::RESPONSE).and_then(|part| part.get(key::TYPE));
    Cow::Borrowed(written.map_or("", Node::text).trim_start_matches('.'))
}

/// Whether a field is of one of these types, by their full names; `message`, `enum` and `scalar` stand for all of them.
/// No types stand for any, and a type that is not known may be one.
pub(in crate::rules) fn is_of(field: Node<'_>, types: &[String]) -> bool {
    let value = proto::value_type(field);
    let sort = match value {
        ValueType::Scalar(_) => "scalar",
        ValueType::Message(_) => "message",
        ValueType::Enum(_) => "enum",
        ValueType::Unknown => return true,
    };
    types.is_empty() || types.iter().any(|name| name == sort) || {
        let name = type_name(field);
        types.iter().any(|one| *one == name)
    }
}

/// The message that is meant: the given one, what a method takes or answers, or the type of a field.
fn message<'w>(subject: &Subject<'_, 'w>, of: Option<&str>) -> Option<Node<'w>> {
    let node = subject.node;
    match (of, node.kind()) {
        (Some("request"), Kind::Rpc) => proto::message_of(node, Direction::Request),
        (Some("response"), Kind::Rpc) => proto::message_of(node, Direction::Response),
        (None, Kind::Message) => Some(node),
        (Some(name), Kind::Message) => {
            let mut fields = proto::fields(node).into_iter();
            match proto::value_type(fields.find(|field| same_words(name, proto::name(*field)))?) {
                ValueType::Message(message) => Some(message),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Where something that a message lacks is told: at the given node, with the message as another place.
fn hit(subject: &Subject<'_, '_>, message: Node<'_>) -> Hit {
    let hit = Hit::key(subject.node);
    if message == subject.node || message.document().is_import() {
        return hit;
    }
    hit.related("the message", Location::key(message.address()))
}

/// What is told of fields that a message lacks.
fn lacking(hit: Hit, message: Node<'_>, fields: &[&str]) -> Hit {
    let missing = suggest::list(fields.iter().copied(), "and");
    let name = proto::name(message);
    hit.with("problem", format!("`{name}` lacks {missing}"))
        .with("message", name)
        .with("wanted", missing.clone())
        .with("missing", missing)
}

/// What a method does something to, as fields are called.
fn noun_of(rpc: Node<'_>) -> String {
    let words = words(proto::name(rpc));
    words.get(1..).unwrap_or_default().join("_")
}

/// `has-fields`: a message has these fields.
pub(in super::super) fn has_fields(options: &Options) -> Result<Function, Refusal> {
    let of = options.text("of");
    let wanted = wanted(options)?;
    let only_with = options.text("only-with").map(|text| Wanted::read(&text)).transpose()?;
    let except = options.texts("except");
    let if_there = options.flag("if-there");
    function(move |subject, hits| {
        let Some(message) = message(subject, of.as_deref()).filter(|message| !message.has_hole()) else {
            return;
        };
        if !except.is_empty() && except.contains(&proto::full_name(message)) {
            return;
        }
        let noun = noun_of(subject.node);
        let fields = proto::fields(message);
        if let Some(only_with) = &only_with
            && !fields
                .iter()
                .any(|field| only_with.is_called(*field, &noun) && only_with.fits(*field))
        {
            return;
        }
        let mut missing = Vec::new();
        for wanted in &wanted {
            let called = fields.iter().copied().filter(|field| wanted.is_called(*field, &noun));
            let called: Vec<Node<'_>> = called.collect();
            if called.iter().any(|field| wanted.fits(*field)) {
                continue;
            }
            // What is called right and typed wrong is mended at its type.
            match called.as_slice() {
                [field] if !field.document().is_import() && !wanted.names.iter().any(|name| name == "*") => {
                    let place = field.get(key::TYPE).unwrap_or(*field);
                    hits.push(lacking(Hit::value(place), message, &[&wanted.text]));
                }
                _ if if_there => {}
                _ => missing.push(wanted.text.as_str()),
            }
        }
        if !missing.is_empty() {
            hits.push(lacking(hit(subject, message), message, &missing));
        }
    })
}

/// `lacks-fields`: a message has none of these fields.
pub(in super::super) fn lacks_fields(options: &Options) -> Result<Function, Refusal> {
    let of = options.text("of");
    let unwanted = wanted(options)?;
    function(move |subject, hits| {
        let Some(message) = message(subject, of.as_deref()) else {
            return;
        };
        let noun = noun_of(subject.node);
        for field in proto::fields(message) {
            let is_unwanted = unwanted
                .iter()
                .any(|one| one.is_called(field, &noun) && one.fits(field));
            if is_unwanted && !matches!(proto::value_type(field), ValueType::Unknown) {
                let found = if message.document().is_import() {
                    Hit::key(subject.node)
                } else {
                    Hit::key(field)
                };
                hits.push(
                    found
                        .with("text", proto::name(field))
                        .with("message", proto::name(message))
                        .with(
                            "problem",
                            format!("`{}` has `{}`", proto::name(message), proto::name(field)),
                        ),
                );
            }
        }
    })
}

/// `first-field-repeated`: the field of a message with the lowest number is a list.
pub(in super::super) fn first_field_repeated(options: &Options) -> Result<Function, Refusal> {
    let of = options.text("of");
    function(move |subject, hits| {
        let Some(message) = message(subject, of.as_deref()) else {
            return;
        };
        let is_list = |field: &Node<'_>| matches!(proto::cardinality(*field), Cardinality::Repeated | Cardinality::Map);
        let fields = proto::fields(message);
        let numbered = fields.iter().filter_map(|field| Some((proto::number(*field)?, *field)));
        let Some((_, first)) = numbered.min_by_key(|(number, _)| *number) else {
            return;
        };
        if !is_list(&first) && !message.has_hole() && !message.document().is_import() {
            hits.push(
                Hit::key(first)
                    .with("text", proto::name(first))
                    .with("message", proto::name(message)),
            );
        }
    })
}

/// `field-type`: a field is of one of these types.
pub(in super::super) fn field_type(options: &Options) -> Result<Function, Refusal> {
    let types = options.texts("types");
    let except = options.texts("except");
    function(move |subject, hits| {
        let field = subject.node;
        let is_wrong = !is_of(field, &types) || !except.is_empty() && is_of(field, &except);
        if is_wrong && !matches!(proto::value_type(field), ValueType::Unknown) {
            let place = field.get(key::TYPE).unwrap_or(field);
            let shown = types.iter().map(String::as_str);
            hits.push(
                Hit::value(place)
                    .with("type", type_name(field))
                    .with("wanted", suggest::list(shown, "or")),
            );
        }
    })
}

/// `response-is`: a method answers one of these messages.
pub(in super::super) fn response_is(options: &Options) -> Result<Function, Refusal> {
    let allowed = options.texts("allowed");
    let or_with = options.texts("or-with");
    function(move |subject, hits| {
        let rpc = subject.node;
        let Some(response) = proto::message_of(rpc, Direction::Response) else {
            return;
        };
        let name = proto::full_name(response);
        let own = format!("{}Response", proto::name(rpc));
        let short = proto::name(response);
        let is_allowed = |allowed: &String| match allowed.as_str() {
            "own" => short == own,
            allowed => allowed == name || allowed == short,
        };
        let has = |wanted: &String| {
            let mut fields = proto::fields(response).into_iter();
            fields.any(|field| same_words(wanted, proto::name(field)))
        };
        if !allowed.iter().any(is_allowed) && !or_with.iter().any(has) {
            let place = rpc
                .get(key::RESPONSE)
                .and_then(|part| part.get(key::TYPE))
                .unwrap_or(rpc);
            let shown: Vec<&str> = allowed
                .iter()
                .map(|name| if name == "own" { own.as_str() } else { name.as_str() })
                .collect();
            hits.push(
                Hit::value(place)
                    .with("status", format!("`{}`", proto::name(response)))
                    .with("allowed", suggest::list(shown, "or")),
            );
        }
    })
}
