//! The messages of methods: what they are called, and that each method has its own.

use super::super::{Function, Hit, Options, Refusal, function};
use super::files;
use crate::document::{Address, Node, proto};
use crate::finding::Location;
use crate::rules::words::Case;
use crate::syntax::{Key, key};
use rustc_hash::FxHashMap;
use std::borrow::Cow;

/// The ways that messages take.
const WAYS: [Key; 2] = [key::REQUEST, key::RESPONSE];

/// The name of the type that goes one way in a method.
fn type_of(method: Node<'_>, way: Key) -> Option<Node<'_>> {
    method.get(way)?.get(key::TYPE)
}

/// The messages that each way may have beside those of its own method.
struct Except {
    requests: Vec<String>,
    responses: Vec<String>,
}

impl Except {
    fn read(options: &Options) -> Self {
        Self {
            requests: options.texts("except-requests"),
            responses: options.texts("except-responses"),
        }
    }

    /// Whether the message that a name stands for, or the name if it stands for none, is left alone.
    fn has(&self, name: Node<'_>, way: Key) -> bool {
        let names = if way == key::REQUEST {
            &self.requests
        } else {
            &self.responses
        };
        if names.is_empty() {
            return false;
        }
        let full = match name.target() {
            Some(message) => proto::full_name(message),
            None => name.text().trim_start_matches('.').to_owned(),
        };
        names.contains(&full)
    }
}

/// `method-message-names`: the messages of a method are called like it.
pub(in super::super) fn method_message_names(options: &Options) -> Result<Function, Refusal> {
    let except = Except::read(options);
    let is_strict = options.text("responses").as_deref() == Some("named");
    function(move |subject, hits| {
        let method = subject.node;
        let name = pascal(proto::name(method));
        let service = method.ancestors().nth(1).map(|service| pascal(proto::name(service)));
        for way in WAYS {
            let Some(at) = type_of(method, way).filter(|at| !except.has(*at, way)) else {
                continue;
            };
            let word = if way == key::REQUEST { "Request" } else { "Response" };
            let wanted = format!("{name}{word}");
            let found = at.text().rsplit('.').next().unwrap_or_default();
            // A resource is an answer, too, if it does not claim to be that of a method.
            let is_resource = || {
                !["Request", "Response", "Reply", "Resp"]
                    .iter()
                    .any(|end| found.ends_with(end))
            };
            let is_fine = found == wanted
                || service.as_ref().and_then(|service| found.strip_prefix(&**service)) == Some(&wanted)
                || way == key::RESPONSE && !is_strict && is_resource();
            if !is_fine {
                hits.push(
                    Hit::value(at)
                        .with("what", word.to_lowercase())
                        .with("text", found)
                        .with("suggestion", wanted),
                );
            }
        }
    })
}

/// A name in PascalCase; acronyms in one that is stay as they are.
fn pascal(name: &str) -> Cow<'_, str> {
    if Case::Pascal.fits(name) {
        Cow::Borrowed(name)
    } else {
        Cow::Owned(Case::Pascal.write(name))
    }
}

/// A place where a method names a message.
struct Use<'w> {
    method: Node<'w>,
    at: Node<'w>,
    way: Key,
}

/// Whether a request is named after its method.
fn is_own(one: &Use<'_>) -> bool {
    let name = one.at.text().rsplit('.').next().unwrap_or_default();
    name.strip_suffix("Request") == Some(&*pascal(proto::name(one.method)))
}

/// `method-messages-own`: no two methods share a request, and no request is an answer.
pub(in super::super) fn method_messages_own(options: &Options) -> Result<Function, Refusal> {
    let except = Except::read(options);
    let own_responses = options.text("responses").as_deref() == Some("own");
    let same_allowed = options.flag("allow-same");
    function(move |subject, hits| {
        let methods = files(subject)
            .flat_map(|file| proto::declarations(file, key::SERVICES))
            .flat_map(|service| proto::declarations(service, key::METHODS));
        let mut order: Vec<Address> = Vec::new();
        let mut uses: FxHashMap<Address, Vec<Use<'_>>> = FxHashMap::default();
        for (method, way) in methods.flat_map(|method| WAYS.map(|way| (method, way))) {
            let Some(at) = type_of(method, way).filter(|at| !except.has(*at, way)) else {
                continue;
            };
            let Some(message) = at.target() else { continue };
            let uses = uses.entry(message.address()).or_default();
            if uses.is_empty() {
                order.push(message.address());
            }
            uses.push(Use { method, at, way });
        }
        for uses in order.iter().map(|message| &uses[message]) {
            for (position, one) in uses.iter().enumerate() {
                let is_shared = |other: &&Use<'_>| {
                    let same = other.method == one.method;
                    // A method that several services offer, such as `GetIamPolicy`, is the same one in all of them.
                    let offered_again = || proto::name(other.method) == proto::name(one.method);
                    // Of several, those are told that took the message of another one.
                    let is_fine = || other.way == key::REQUEST && (offered_again() || is_own(one));
                    !(same && (same_allowed || other.way == one.way))
                        && (own_responses || one.way == key::REQUEST && !is_fine())
                };
                // A method that has a message both ways is told once.
                let before = position.checked_sub(1).map(|before| uses[before].method);
                let is_told = before == Some(one.method);
                let Some(other) = uses.iter().find(is_shared).filter(|_| !is_told) else {
                    continue;
                };
                let what = if other.way == key::REQUEST {
                    "request"
                } else {
                    "response"
                };
                hits.push(
                    Hit::value(one.at)
                        .with("text", one.at.text())
                        .with("what", what)
                        .with("other", proto::full_name(other.method))
                        .related("used here, too", Location::value(other.at.address())),
                );
            }
        }
    })
}
