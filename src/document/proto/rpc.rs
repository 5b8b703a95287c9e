//! Methods: what goes which way, and the HTTP requests that stand for them
//! (<https://github.com/googleapis/googleapis/blob/master/google/api/http.proto>).

use super::options::{options, within};
use crate::document::{Direction, Node};
use crate::syntax::{Key, key};

const fn part(direction: Direction) -> Key {
    match direction {
        Direction::Request => key::REQUEST,
        Direction::Response => key::RESPONSE,
    }
}

/// The message that a method takes or answers, if it is known.
#[must_use]
pub fn message_of(rpc: Node<'_>, direction: Direction) -> Option<Node<'_>> {
    rpc.get(part(direction))?.get(key::TYPE)?.target()
}

/// Whether a method takes or answers a stream of messages.
#[must_use]
pub fn is_streaming(rpc: Node<'_>, direction: Direction) -> bool {
    rpc.get(part(direction)).is_some_and(|part| part.is_true(key::STREAM))
}

/// An HTTP request that stands for a method.
#[derive(Debug, Clone, Copy)]
pub struct Binding<'w> {
    /// The method of HTTP, in capitals where it is a standard one.
    pub method: &'w str,
    /// The template of the path.
    pub template: Node<'w>,
    /// The field that is the body of the request, or `*`.
    pub body: Option<Node<'w>>,
    /// The field of the answer that is the body of the response.
    pub response_body: Option<Node<'w>>,
}

/// The HTTP requests that stand for a method, that of the option itself first.
#[must_use]
pub fn bindings(rpc: Node<'_>) -> Vec<Binding<'_>> {
    const OPTION: &str = "(google.api.http)";
    let more = options(rpc, "(google.api.http).additional_bindings");
    let first = binding(&|field| options(rpc, &format!("{OPTION}.{field}")).pop());
    let more = more
        .into_iter()
        .filter_map(|rule| binding(&|field| within(rule, field).pop()));
    first.into_iter().chain(more).collect()
}

fn binding<'w>(field: &dyn Fn(&str) -> Option<Node<'w>>) -> Option<Binding<'w>> {
    const STANDARD: [(&str, &str); 5] = [
        ("get", "GET"),
        ("put", "PUT"),
        ("post", "POST"),
        ("delete", "DELETE"),
        ("patch", "PATCH"),
    ];
    let standard = STANDARD.iter().find_map(|(name, method)| Some((*method, field(name)?)));
    let custom = || Some((field("custom.kind")?.text(), field("custom.path")?));
    let (method, template) = standard.or_else(custom)?;
    Some(Binding {
        method,
        template,
        body: field("body"),
        response_body: field("response_body"),
    })
}
