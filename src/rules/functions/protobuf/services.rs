//! Methods of services: how they are called, which belong together, and the HTTP requests that stand for them.

use super::super::{Function, Hit, Options, Refusal, function, is_among};
use super::messages::answer_of;
use crate::document::proto::{self, Cardinality};
use crate::document::{Direction, Kind, Node};
use crate::rules::dictionary::{Dictionary, Number};
use crate::rules::words::{Case, words};
use crate::syntax::key;
use rustc_hash::{FxHashMap, FxHashSet};

/// Words behind which no further thing is named, but what it belongs to or is chosen by.
const PREPOSITIONS: &[&str] = &[
    "about", "across", "after", "against", "as", "at", "before", "between", "by", "during", "for", "from", "in",
    "into", "of", "on", "per", "since", "to", "under", "until", "via", "when", "where", "with", "within", "without",
];
/// Verbs that stand at the end of a name only where it has been turned around: `OrderCreate`. Those that are nouns as
/// well, such as `update`, may stand there.
const NEVER_LAST: &[&str] = &[
    "add", "create", "delete", "destroy", "fetch", "get", "insert", "remove", "retrieve",
];

/// Words for several things together.
const COLLECTIVES: &[&str] = &[
    "chain", "list", "path", "queue", "sequence", "set", "stack", "timeline", "vector",
];

/// What is said of things, or done with them, at the end of their name.
const SAID_OF: &[&str] = &[
    "all", "allow", "any", "deny", "exclude", "found", "include", "missing", "none", "not", "one", "only", "spoken",
];

/// How something is done, before the verb.
const MANNERS: &[&str] = &["auto", "batch", "bulk", "force", "hard", "multi", "partial", "soft"];

/// What a name speaks of: its words up to the first preposition, without what is said of the thing behind it, as in
/// `languages_spoken`.
fn noun(words: &[String]) -> &[String] {
    let end = words
        .iter()
        .skip(1)
        .position(|word| PREPOSITIONS.contains(&word.as_str()));
    let noun = &words[..end.map_or(words.len(), |end| end + 1)];
    let says_of = |word: &String| {
        let ends = |ending: &&str| word.ends_with(*ending);
        ["able", "ible", "ed"].iter().any(ends) || SAID_OF.contains(&word.as_str())
    };
    let end = noun.iter().rposition(|word| !says_of(word));
    &noun[..end.map_or(0, |end| end + 1)]
}

/// Whether a method lists things: it is called so, and answers with some.
pub(in crate::rules) fn lists(rpc: Node<'_>) -> bool {
    if words(proto::name(rpc)).first().is_none_or(|verb| verb != "list")
        || proto::is_streaming(rpc, Direction::Response)
    {
        return false;
    }
    // Of a body that is not described, nobody knows whether it is a list.
    let answered = proto::message_of(rpc, Direction::Response).filter(|_| answer_of(rpc) != "google.api.HttpBody");
    let answered = answered.map(proto::fields).unwrap_or_default();
    answered
        .into_iter()
        .any(|field| matches!(proto::cardinality(field), Cardinality::Repeated | Cardinality::Map))
}

/// `verb-noun`: a name says what is done, then to what.
pub(in super::super) fn verb_noun(options: &Options) -> Result<Function, Refusal> {
    let except = options.texts("except");
    function(move |subject, hits| {
        let Some(name) = subject.text().filter(|name| !is_among(name, &except)) else {
            return;
        };
        let words = words(name);
        let dictionary = &subject.run.dictionary;
        let hit = |problem: String| Hit::new(subject.location()).with("text", name).with("problem", problem);
        match words.as_slice() {
            [verb]
                if (NEVER_LAST.contains(&verb.as_str()) || matches!(verb.as_str(), "list" | "update"))
                    && !names_things(subject.node, dictionary) =>
            {
                hits.push(hit("does not say to what".to_owned()));
            }
            [first, .., last]
                if NEVER_LAST.contains(&last.as_str())
                    && !dictionary.may_be_verb(first)
                    && !dictionary.nouns.contains(last)
                    && !MANNERS.contains(&first.as_str()) =>
            {
                let turned = std::iter::once(last).chain(&words[..words.len() - 1]);
                let turned = turned.map(String::as_str).collect::<Vec<_>>().join("_");
                hits.push(hit(format!(
                    "names the thing before the verb; use `{}`",
                    Case::Pascal.write(&turned)
                )));
            }
            _ => {}
        }
    })
}

/// Whether a method stands in something that is called by several things: in `Addresses`, `Get` gets an address.
fn names_things(rpc: Node<'_>, dictionary: &Dictionary) -> bool {
    let holder = rpc.ancestors().find(|holder| holder.kind() == Kind::Service);
    let mut words = words(holder.map(proto::name).unwrap_or_default());
    words.pop_if(|last| last == "service");
    words
        .last()
        .is_some_and(|last| dictionary.number(last) == Number::Plural)
}

/// `plural-name`: a name speaks of several things.
pub(in super::super) fn plural_name(options: &Options) -> Result<Function, Refusal> {
    let except = options.texts("except");
    let verb = options.text("verb");
    function(move |subject, hits| {
        let Some(name) = subject.text() else { return };
        let all = words(name);
        let (verb, rest) = match &verb {
            Some(verb) if all.first() == Some(verb) => all.split_at(1),
            _ => all.split_at(0),
        };
        let noun = noun(rest);
        let Some(last) = noun.last().filter(|last| !PREPOSITIONS.contains(&last.as_str())) else {
            return;
        };
        let is_plural = |words: &[String]| {
            let last = words.last();
            last.is_some_and(|last| subject.run.dictionary.number(last) == Number::Plural)
        };
        if is_among(name, &except) || is_among(last, &except) || COLLECTIVES.contains(&last.as_str()) || is_plural(rest)
        {
            return;
        }
        if let Number::Singular(plural) = subject.run.dictionary.number(last) {
            let before = verb.iter().chain(&noun[..noun.len() - 1]);
            let written = before.chain(std::iter::once(&plural)).chain(&rest[noun.len()..]);
            let written = written.map(String::as_str).collect::<Vec<_>>().join("_");
            let case = if subject.node.kind() == Kind::Rpc {
                Case::Pascal
            } else {
                Case::Snake
            };
            let holder = subject.node.ancestors().find(|holder| holder.kind() != Kind::Plain);
            hits.push(
                Hit::new(subject.location())
                    .with("segment", name)
                    .with("template", holder.map(proto::name).unwrap_or_default())
                    .with("suggestion", case.write(&written)),
            );
        }
    })
}

/// `crud-complete`: what can be created can be read, and of what is listed and changed, one can be got.
pub(in super::super) fn crud_complete(_: &Options) -> Result<Function, Refusal> {
    function(|subject, hits| {
        if subject.node.has_hole() {
            return;
        }
        let dictionary = &subject.run.dictionary;
        let methods = proto::declarations(subject.node, key::METHODS);
        let methods: Vec<(Node<'_>, String)> = methods.map(|rpc| (rpc, words(proto::name(rpc)).join(" "))).collect();
        let names = || methods.iter().filter_map(|(_, name)| name.split_once(' '));
        let read: FxHashSet<&str> = names()
            .filter(|(verb, _)| READS.contains(verb))
            .map(|(_, things)| things)
            .collect();
        // Lists are called by the plural, and everything else by one of the things.
        let changed = names().filter(|(verb, _)| matches!(*verb, "create" | "update" | "delete"));
        let singular: FxHashMap<String, &str> = changed
            .map(|(_, thing)| (plural_of(thing, dictionary), thing))
            .collect();
        for (rpc, name) in &methods {
            let (done, thing) = match name.split_once(' ') {
                Some(("create", thing)) if !read.contains(plural_of(thing, dictionary).as_str()) => ("created", thing),
                Some(("list", things)) if lists(*rpc) => match singular.get(things) {
                    Some(thing) => ("listed", *thing),
                    None => continue,
                },
                _ => continue,
            };
            if !read.contains(thing) {
                let wanted = Case::Pascal.write(&format!("get {thing}"));
                hits.push(Hit::key(*rpc).with("done", done).with("wanted", wanted));
            }
        }
    })
}

/// What methods that read begin with.
const READS: &[&str] = &[
    "describe", "fetch", "get", "list", "lookup", "query", "read", "retrieve", "search",
];

/// Several of the things that words in small letters name.
fn plural_of(thing: &str, dictionary: &Dictionary) -> String {
    let start = thing.rfind(' ').map_or(0, |space| space + 1);
    match dictionary.number(&thing[start..]) {
        Number::Plural => thing.to_owned(),
        Number::Singular(plural) => format!("{}{plural}", &thing[..start]),
    }
}

/// `http-binding`: the HTTP requests that stand for a method have these methods, and a body or none.
pub(in super::super) fn http_binding(options: &Options) -> Result<Function, Refusal> {
    let methods = options.texts("methods");
    let body = options.text("body");
    let of = options.texts("of");
    let except_custom = options.flag("except-custom");
    function(move |subject, hits| {
        for binding in proto::bindings(subject.node) {
            let is_left_alone = except_custom && binding.template.text().contains(':');
            if is_left_alone || !of.is_empty() && !is_among(binding.method, &of) {
                continue;
            }
            let hit = |problem: String| Hit::key(binding.template).with("problem", problem);
            if !methods.is_empty() && !is_among(binding.method, &methods) {
                hits.push(hit(format!(
                    "is bound to {}, not {}",
                    binding.method,
                    methods.join(" or ")
                )));
            } else if body.as_deref() == Some("none") && binding.body.is_some() {
                hits.push(hit(format!("{} takes no request body", binding.method)));
            } else if body.as_deref() == Some("needed") && binding.body.is_none() {
                hits.push(hit(format!("{} needs a request body", binding.method)));
            }
        }
    })
}
