//! What must hold for a rule to look at a node: the words that may stand under `when`.

use super::declaration::{Text, Value};
use super::functions::events;
use super::functions::operations::{Target, returns, target_of};
use super::functions::{Refusal, Subject, name_of};
use super::words::same_words;
use crate::document::http::{Caller, Path, is_json_range};
use crate::document::{Kind, Node};
use crate::syntax::key;

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
        "action" => Box::new(move |subject| {
            events::action(subject).is_some_and(|action| texts.iter().any(|text| text == action))
        }),
        "caller" => Box::new(move |subject| caller(subject).is_some_and(|name| texts.iter().any(|text| text == name))),
        "deprecated" => {
            let wanted = *value == Value::Boolean(true);
            Box::new(move |subject| subject.node.is_true(key::DEPRECATED) == wanted)
        }
        "event" => {
            let wanted = *value == Value::Boolean(true);
            Box::new(move |subject| events::is_event(subject) == wanted)
        }
        "fields" => {
            let Value::Map(fields) = value else {
                return Err("condition `fields` takes fields with their values".into());
            };
            let fields: Vec<(String, Vec<String>)> = fields
                .iter()
                .map(|(field, value)| (field.to_string(), scalars(value)))
                .collect();
            Box::new(move |subject| {
                fields.iter().all(|(field, values)| {
                    let found = subject.node.find(field).map(Node::text);
                    found.is_some_and(|found| values.iter().any(|value| value == found))
                })
            })
        }
        "has" => Box::new(move |subject| texts.iter().all(|field| subject.node.find(field).is_some())),
        "headers" => {
            let wanted = *value == Value::Boolean(true);
            Box::new(move |subject| in_headers(subject.node) == wanted)
        }
        "lacks" => Box::new(move |subject| texts.iter().all(|field| subject.node.find(field).is_none())),
        "json" => {
            let wanted = *value == Value::Boolean(true);
            Box::new(move |subject| in_json(subject.node) == wanted)
        }
        "method" => Box::new(move |subject| {
            subject
                .operation()
                .is_some_and(|(_, operation)| texts.iter().any(|text| text.eq_ignore_ascii_case(&operation.method)))
        }),
        "named" => Box::new(move |subject| {
            let name = name_of(subject.node);
            texts.iter().any(|text| same_words(text, name))
        }),
        "returns" => Box::new(move |subject| texts.iter().any(|what| returns(subject, what))),
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
        "under" => Box::new(move |subject| {
            let holder = subject.node.parent().and_then(Node::key_text);
            holder.is_some_and(|holder| texts.iter().any(|text| text == holder))
        }),
        "version" => Box::new(move |subject| {
            let version = subject.node.document().grammar().map(|grammar| grammar.version_name());
            version.is_some_and(|version| texts.iter().any(|text| text == version))
        }),
        _ => return Err(format!("there is no condition `{name}`")),
    })
}

/// The names of all conditions, for the test that holds them against the vocabulary.
pub const NAMES: &[&str] = &[
    "action",
    "caller",
    "deprecated",
    "event",
    "fields",
    "has",
    "headers",
    "json",
    "lacks",
    "method",
    "named",
    "returns",
    "target",
    "under",
    "version",
];

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

/// Whether a schema stands where the headers of a message are described.
fn in_headers(node: Node<'_>) -> bool {
    std::iter::once(node)
        .chain(node.ancestors())
        .take_while(|holder| !matches!(holder.kind(), Kind::Message | Kind::MessageTrait))
        .any(|holder| holder.key() == Some(key::HEADERS))
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
