//! Who may call, and what travels where it can be read.

use super::operations::is_demanding;
use super::{Function, Hit, Options, Refusal, function, is_among, of_operation};
use crate::document::Node;
use crate::finding::Location;
use crate::rules::words::words;
use crate::syntax::key;

/// `secured`: the operation demands that its caller shows who it is, or says itself that it does not.
pub(super) fn secured(options: &Options) -> Result<Function, Refusal> {
    let public = options.texts("public");
    of_operation(move |subject, api, operation, hits| {
        let template = &api.path(operation).template;
        let is_public = public
            .iter()
            .any(|path| template == path || template.ends_with(path.as_str()));
        if is_public || subject.node.has_hole() || subject.node.get(key::SECURITY).is_some() {
            return;
        }
        if !operation.security.is_some_and(|list| is_demanding(subject.at(list))) {
            hits.push(Hit::key(subject.node));
        }
    })
}

/// What a security scheme is, in one word: its type, or the HTTP scheme.
fn scheme_word(scheme: Node<'_>) -> Option<String> {
    let scheme_type = scheme.string_at(key::TYPE)?;
    Some(match scheme_type {
        "http" => scheme.string_at(key::SCHEME)?.to_ascii_lowercase(),
        other => other.to_owned(),
    })
}

/// `scheme-is`: a security scheme is one of these.
pub(super) fn scheme_is(options: &Options) -> Result<Function, Refusal> {
    let allowed = options.texts("allowed");
    function(move |subject, hits| {
        let Some(word) = scheme_word(subject.node) else { return };
        if !is_among(&word, &allowed) {
            hits.push(
                Hit::key(subject.node)
                    .with("scheme", word)
                    .with("allowed", allowed.join(", ")),
            );
        }
    })
}

/// `flows-are`: an OAuth scheme uses only these flows.
pub(super) fn flows_are(options: &Options) -> Result<Function, Refusal> {
    let allowed = options.texts("allowed");
    function(move |subject, hits| {
        let flows = subject.node.get(key::FLOWS).into_iter().flat_map(Node::children);
        for flow in flows.filter(|flow| flow.key_text().is_some_and(|name| !name.starts_with("x-"))) {
            let name = flow.key_text().unwrap_or_default();
            if !is_among(name, &allowed) {
                hits.push(Hit::key(flow).with("flow", name).with("allowed", allowed.join(", ")));
            }
        }
        // Swagger 2.0 has one flow to a scheme, and other names for two of them.
        if let Some(flow) = subject.node.get(key::FLOW) {
            let name = match flow.text() {
                "application" => "clientCredentials",
                "accessCode" => "authorizationCode",
                other => other,
            };
            if !is_among(name, &allowed) {
                hits.push(
                    Hit::value(flow)
                        .with("flow", flow.text())
                        .with("allowed", allowed.join(", ")),
                );
            }
        }
    })
}

/// Words that only credentials are called by, and pairs of words.
const CREDENTIALS: &[&str] = &[
    "password",
    "passwd",
    "pwd",
    "passphrase",
    "secret",
    "jwt",
    "apikey",
    "credential",
    "credentials",
    "bearer",
    "sig",
    "signature",
];
const CREDENTIAL_PAIRS: &[(&str, &str)] = &[
    ("api", "key"),
    ("access", "key"),
    ("secret", "key"),
    ("private", "key"),
    ("access", "token"),
    ("auth", "token"),
    ("refresh", "token"),
    ("id", "token"),
    ("session", "token"),
    ("bearer", "token"),
    ("csrf", "token"),
    ("api", "token"),
    ("client", "secret"),
    ("session", "id"),
    ("auth", "key"),
];

/// Whether words name a credential. The last one says what a name is the name of: `secret_type` is a type.
fn is_credential(words: &[String], also: &[String]) -> bool {
    let is_one = |word: &String| CREDENTIALS.contains(&word.as_str()) || is_among(word, also);
    match words {
        // `token` alone is a credential; `page_token` is a place in a list.
        [only] => only == "token" || is_one(only),
        [.., before, last] => {
            let pair = (before.as_str(), last.as_str());
            let carries = ["token", "key", "value", "hash"].contains(&pair.1);
            is_one(last) || CREDENTIAL_PAIRS.contains(&pair) || carries && is_one(before)
        }
        [] => false,
    }
}

/// `no-credential-name`: what stands in a URL is not called as credentials are.
pub(super) fn no_credential_name(options: &Options) -> Result<Function, Refusal> {
    let except = options.texts("except");
    let also = options.texts("also");
    let any_name = options.flag("any-name");
    function(move |subject, hits| {
        let Some(name) = subject.text() else { return };
        if is_among(name, &except) {
            return;
        }
        if any_name || is_credential(&words(name), &also) {
            hits.push(Hit::new(subject.location()).with("credential", name));
        }
    })
}

/// Whether a URL or host is on this machine: what never leaves it needs no protection.
pub(super) fn is_local(url: &str) -> bool {
    let lower = url.trim().to_ascii_lowercase();
    let rest = lower.split_once("://").map_or(lower.as_str(), |(_, rest)| rest);
    let host = rest.split(['/', ':', '?']).next().unwrap_or_default();
    matches!(host, "localhost" | "127.0.0.1" | "0.0.0.0" | "[") || host.ends_with(".localhost")
}

/// Protocols that have a name of their own where they are encrypted.
const PLAIN: &[&str] = &[
    "http", "ws", "ftp", "amqp", "amqp1", "mqtt", "mqtt5", "kafka", "stomp", "redis",
];

/// `uses-tls`: a URL, or each scheme of a list, is encrypted on its way.
pub(super) fn uses_tls(_: &Options) -> Result<Function, Refusal> {
    function(|subject, hits| {
        let Some(target) = subject.target else { return };
        // A scheme alone is that of a server, which says where it is beside it.
        let place = [key::HOST, key::URL]
            .into_iter()
            .find_map(|field| subject.node.string_at(field));
        let plain = |text: &str| {
            let lower = text.trim().to_ascii_lowercase();
            let (scheme, is_local) = match lower.split_once("://") {
                Some((scheme, _)) => (scheme, is_local(&lower)),
                None => (lower.as_str(), place.is_some_and(is_local)),
            };
            !is_local && PLAIN.contains(&scheme)
        };
        let mut check = |node: Node<'_>| {
            if node.string().is_some_and(plain) {
                hits.push(Hit::value(node).with("url", node.text()));
            }
        };
        if target.children().next().is_some() {
            target.children().for_each(&mut check);
        } else {
            check(target);
        }
    })
}

/// `scopes-defined`: the scopes of a requirement are scopes of its scheme.
pub(super) fn scopes_defined(_: &Options) -> Result<Function, Refusal> {
    function(|subject, hits| {
        let Some(api) = subject.node.document().api_around() else {
            return;
        };
        for requirement in subject.node.children() {
            let name = requirement.key_text().unwrap_or_default();
            let Some(scheme) = api.security_schemes.get(name) else {
                continue;
            };
            let scheme = subject.at(*scheme);
            if scheme.string_at(key::TYPE) != Some("oauth2") {
                continue;
            }
            let flows = scheme.get(key::FLOWS).into_iter().flat_map(Node::children);
            let lists: Vec<Node<'_>> = flows.chain([scheme]).filter_map(|flow| flow.get(key::SCOPES)).collect();
            if lists.iter().any(|list| list.has_hole()) {
                continue;
            }
            for scope in requirement.children() {
                if !lists.iter().any(|list| list.find(scope.text()).is_some()) {
                    hits.push(
                        Hit::value(scope)
                            .with("scope", scope.text())
                            .with("scheme", name)
                            .related("the scheme", Location::key(scheme.address())),
                    );
                }
            }
        }
    })
}
