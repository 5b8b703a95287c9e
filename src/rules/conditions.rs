//! What must hold for a rule to look at a node: the words that may stand under `when`.

use super::declaration::{Text, Value};
use super::functions::events;
use super::functions::operations::{Target, returns, target_of};
use super::functions::protobuf::messages::{answer_of, is_of};
use super::functions::{Refusal, Subject, name_of};
use super::words::{same_words, words};
use crate::document::http::{Caller, Path, is_json_range};
use crate::document::{Direction, Kind, Node, proto};
use crate::syntax::key;
use regex::Regex;

/// A condition that has been told what it is compared with.
pub(super) type Condition = Box<dyn Fn(&Subject<'_, '_>) -> bool + Send + Sync>;

/// The condition with a name, which the vocabulary has checked.
pub(super) fn make(name: &str, value: &Value) -> Result<Condition, Refusal> {
    let texts: Vec<String> = value
        .elements()
        .iter()
        .filter_map(|text| text.text().map(str::to_owned))
        .collect();
    Ok(match name {
        "action" => Box::new(move |subject| texts.iter().any(|action| events::does(subject, action))),
        "answers" => Box::new(move |subject| {
            let answer = answer_of(subject.node);
            texts.iter().any(|text| *text == answer)
        }),
        "caller" => Box::new(move |subject| caller(subject).is_some_and(|name| texts.iter().any(|text| text == name))),
        "deprecated" => {
            let wanted = *value == Value::Boolean(true);
            Box::new(move |subject| {
                let node = subject.node;
                (node.is_true(key::DEPRECATED) || proto::is_deprecated(node)) == wanted
            })
        }
        "event" => {
            let wanted = *value == Value::Boolean(true);
            Box::new(move |subject| events::is_event(subject) == wanted)
        }
        "fields" => {
            let fields = fields(name, value)?;
            Box::new(move |subject| fields.iter().all(|field| field.is_in(subject.node)))
        }
        "first-word" => Box::new(move |subject| {
            let words = words(name_of(subject.node));
            words.first().is_some_and(|word| texts.contains(word))
        }),
        "has" => Box::new(move |subject| texts.iter().all(|field| subject.node.find(field).is_some())),
        "holder" => {
            let regex = regex(name, value)?;
            Box::new(move |subject| holder(subject.node).is_some_and(|holder| regex.is_match(name_of(holder))))
        }
        "lacks" => Box::new(move |subject| texts.iter().all(|field| subject.node.find(field).is_none())),
        "json" => {
            let wanted = *value == Value::Boolean(true);
            Box::new(move |subject| in_json(subject.node) == wanted)
        }
        "last-word" => Box::new(move |subject| {
            let words = words(name_of(subject.node));
            words.last().is_some_and(|word| texts.contains(word))
        }),
        "method" => Box::new(move |subject| {
            subject
                .operation()
                .is_some_and(|(_, operation)| texts.iter().any(|text| text.eq_ignore_ascii_case(&operation.method)))
        }),
        "name" => {
            let regex = regex(name, value)?;
            Box::new(move |subject| regex.is_match(name_of(subject.node)))
        }
        "named" => Box::new(move |subject| {
            let name = name_of(subject.node);
            texts.iter().any(|text| same_words(text, name))
        }),
        "package" => {
            let regex = regex(name, value)?;
            Box::new(move |subject| regex.is_match(proto::package(subject.node)))
        }
        "payload" => {
            let wanted = *value == Value::Boolean(true);
            Box::new(move |subject| is_of_payload(subject.node) == wanted)
        }
        "returns" => Box::new(move |subject| texts.iter().any(|what| returns(subject, what))),
        "streams" => {
            let wanted = *value == Value::Boolean(true);
            Box::new(move |subject| {
                let streams = |direction| proto::is_streaming(subject.node, direction);
                (streams(Direction::Request) || streams(Direction::Response)) == wanted
            })
        }
        "target" => Box::new(move |subject| {
            let template = match subject.operation() {
                Some((api, operation)) => Some(&api.path(operation).template),
                None => path_of(subject).map(|path| &path.template),
            };
            template.is_some_and(|template| {
                let name = match target_of(subject, template) {
                    Target::Collection => "collection",
                    Target::Item => "item",
                    Target::Other => "other",
                };
                texts.iter().any(|text| text == name)
            })
        }),
        "type" => Box::new(move |subject| is_of(subject.node, &texts)),
        "under" => Box::new(move |subject| {
            let holder = subject.node.parent().and_then(Node::key_text);
            holder.is_some_and(|holder| texts.iter().any(|text| text == holder))
        }),
        "unless" => {
            let fields = fields(name, value)?;
            Box::new(move |subject| !fields.iter().any(|field| field.is_in(subject.node)))
        }
        "version" => Box::new(move |subject| {
            let version = subject.node.document().grammar().map(|grammar| grammar.version_name());
            version.is_some_and(|version| texts.iter().any(|text| text == version))
        }),
        "words" => Box::new(move |subject| {
            let name = words(name_of(subject.node)).join(" ");
            texts.iter().any(|text| contains_words(&name, text))
        }),
        _ => return Err(format!("there is no condition `{name}`")),
    })
}

/// The names of all conditions, for the test that holds them against the vocabulary.
pub const NAMES: &[&str] = &[
    "action",
    "answers",
    "caller",
    "deprecated",
    "event",
    "fields",
    "first-word",
    "has",
    "holder",
    "json",
    "lacks",
    "last-word",
    "method",
    "name",
    "named",
    "package",
    "payload",
    "returns",
    "streams",
    "target",
    "type",
    "under",
    "unless",
    "version",
    "words",
];

fn regex(name: &str, value: &Value) -> Result<Regex, Refusal> {
    let pattern = value.text().unwrap_or_default();
    Regex::new(pattern).map_err(|error| format!("condition `{name}` is no regular expression: {error}"))
}

/// The declaration that a node stands in.
fn holder(node: Node<'_>) -> Option<Node<'_>> {
    node.ancestors().find(|holder| holder.kind() != Kind::Plain)
}

/// Whether words, put together by blanks, hold others that follow each other: `home phone number` holds `phone number`.
fn contains_words(words: &str, wanted: &str) -> bool {
    let mut rest = words;
    while let Some(at) = rest.find(wanted) {
        let end = at + wanted.len();
        let begins = at == 0 || rest[..at].ends_with(' ');
        if begins && (end == rest.len() || rest[end..].starts_with(' ')) {
            return true;
        }
        rest = &rest[end..];
    }
    false
}

/// A field, or one of an object in a field, and the values that it may have.
struct FieldWith {
    path: Vec<String>,
    values: Vec<String>,
}

impl FieldWith {
    fn is_in(&self, node: Node<'_>) -> bool {
        let found = self.path.iter().try_fold(node, |node, step| node.follow().find(step));
        found.is_some_and(|found| self.values.iter().any(|value| value == found.text()))
    }
}

/// What a condition says of fields.
fn fields(name: &str, value: &Value) -> Result<Vec<FieldWith>, Refusal> {
    let Value::Map(fields) = value else {
        return Err(format!("condition `{name}` takes fields with their values"));
    };
    let field = |(path, value): &(Text, Value)| FieldWith {
        path: path.split('.').map(str::to_owned).collect(),
        values: scalars(value),
    };
    Ok(fields.iter().map(field).collect())
}

/// The texts that a field may have.
fn scalars(value: &Value) -> Vec<String> {
    let text = |value: &Value| match value {
        Value::Text(text) | Value::Number(text) => Some(text.to_string()),
        Value::Boolean(boolean) => Some(boolean.to_string()),
        _ => None,
    };
    value.elements().iter().filter_map(text).collect()
}

fn path_of<'w>(subject: &Subject<'_, 'w>) -> Option<&'w Path> {
    subject
        .node
        .document()
        .api_around()?
        .paths_of(subject.node.address())
        .next()
}

/// Whether what a node describes travels as JSON: it stands in no media type, or in one that is JSON.
fn in_json(node: Node<'_>) -> bool {
    node.ancestors()
        .find(|holder| holder.kind() == Kind::MediaType)
        .and_then(Node::key_text)
        .is_none_or(is_json_range)
}

/// Whether a schema describes what messages carry: not their headers, nor what a binding says of a protocol.
fn is_of_payload(node: Node<'_>) -> bool {
    let events = node.document().events_around();
    let is_beside = |holder: Node<'_>| match holder.kind() {
        Kind::ServerBinding | Kind::ChannelBinding | Kind::OperationBinding | Kind::MessageBinding => true,
        Kind::Message | Kind::MessageTrait => false,
        _ => {
            let of_message = |around: Node<'_>| matches!(around.kind(), Kind::Message | Kind::MessageTrait);
            holder.key() == Some(key::HEADERS) && holder.parent().is_some_and(of_message)
                || events.is_some_and(|events| events.describes_headers(holder.address()))
        }
    };
    !std::iter::once(node).chain(node.ancestors()).any(is_beside)
}

/// Who calls what the node is, or stands in.
fn caller(subject: &Subject<'_, '_>) -> Option<&'static str> {
    let api = subject.node.document().api_around()?;
    let caller = match crate::document::http::operation_of(subject.workspace(), subject.node) {
        Some((_, operation)) => api.path(operation).caller,
        None => path_of(subject)?.caller,
    };
    Some(match caller {
        Caller::Consumer => "consumer",
        Caller::Webhook => "webhook",
        Caller::Callback => "callback",
    })
}

/// What a list of conditions means: all of them hold.
pub(super) fn make_all(when: &[(Text, Value)]) -> Result<Vec<Condition>, Refusal> {
    when.iter().map(|(name, value)| make(name, value)).collect()
}
