//! One version of a set of files: what it declares by full name, and what uses what.

use crate::document::proto::{self, ValueType, declarations};
use crate::document::{Address, Direction, Kind, Node};
use crate::syntax::key;
use rustc_hash::{FxHashMap, FxHashSet};

/// What a version declares of one kind, by full name: files that nothing holds together may declare a name twice.
pub(super) type Named<'w> = FxHashMap<String, Vec<Node<'w>>>;

/// A version of a set of files.
#[derive(Debug, Default)]
pub(super) struct Version<'w> {
    pub(super) files: Vec<Node<'w>>,
    pub(super) messages: Named<'w>,
    pub(super) enums: Named<'w>,
    pub(super) services: Named<'w>,
    /// Fields that extend messages, by the name of the message and their number.
    pub(super) extensions: FxHashMap<(String, i64), Vec<Node<'w>>>,
    pub(super) packages: FxHashSet<&'w str>,
}

impl<'w> Version<'w> {
    pub(super) fn new(files: Vec<Node<'w>>) -> Self {
        let mut version = Self::default();
        for file in &files {
            version.packages.insert(proto::package(*file));
            let messages = proto::messages(*file);
            for message in &messages {
                version
                    .messages
                    .entry(proto::full_name(*message))
                    .or_default()
                    .push(*message);
            }
            for enumeration in std::iter::once(*file)
                .chain(messages)
                .flat_map(|holder| declarations(holder, key::ENUMS))
            {
                version
                    .enums
                    .entry(proto::full_name(enumeration))
                    .or_default()
                    .push(enumeration);
            }
            for service in declarations(*file, key::SERVICES) {
                version
                    .services
                    .entry(proto::full_name(service))
                    .or_default()
                    .push(service);
            }
            for field in proto::extensions(*file) {
                if let (Some(extend), Some(number)) = (proto::extend(field), proto::number(field)) {
                    version
                        .extensions
                        .entry((extended(extend), number))
                        .or_default()
                        .push(field);
                }
            }
        }
        version.files = files;
        version
    }
}

/// The name of the message that a declaration extends.
pub(super) fn extended(extend: Node<'_>) -> String {
    match proto::extendee(extend) {
        Some(message) => proto::full_name(message),
        None => extend
            .string_at(key::EXTENDEE)
            .unwrap_or_default()
            .trim_start_matches('.')
            .to_owned(),
    }
}

/// Whether a name as it is written may stand for a full name: what it stands for is not at hand.
pub(super) fn may_mean(written: &str, full: &str) -> bool {
    match written.strip_prefix('.') {
        Some(written) => written == full,
        None => full
            .strip_suffix(written)
            .is_some_and(|scope| scope.is_empty() || scope.ends_with('.')),
    }
}

/// What leads to the messages and enums of a version.
#[derive(Debug, Default)]
pub(super) struct Uses<'w> {
    /// The messages with fields of a type.
    holders: FxHashMap<Address, Vec<Address>>,
    /// The methods that take or answer a message.
    methods: FxHashMap<Address, Vec<(Node<'w>, Direction)>>,
}

impl<'w> Uses<'w> {
    pub(super) fn of(version: &Version<'w>) -> Self {
        let mut uses = Self::default();
        let extensions = version.extensions.values().flatten().filter_map(|field| {
            let extendee = proto::extendee(proto::extend(*field)?)?;
            Some((extendee, *field))
        });
        let own = version.messages.values().flatten();
        let own = own.flat_map(|message| proto::fields(*message).into_iter().map(|field| (*message, field)));
        for (holder, field) in own.chain(extensions) {
            if let ValueType::Message(of) | ValueType::Enum(of) = proto::value_type(field) {
                uses.holders.entry(of.address()).or_default().push(holder.address());
            }
        }
        for service in version.services.values().flatten() {
            for method in declarations(*service, key::METHODS) {
                for direction in Direction::ALL {
                    if let Some(message) = proto::message_of(method, *direction) {
                        uses.methods
                            .entry(message.address())
                            .or_default()
                            .push((method, *direction));
                    }
                }
            }
        }
        uses
    }

    /// Whether something else than the type itself holds it.
    pub(super) fn is_used(&self, of: Node<'w>) -> bool {
        let holders = self.holders.get(&of.address());
        holders.is_some_and(|holders| holders.iter().any(|holder| *holder != of.address()))
            || self.methods.contains_key(&of.address())
    }

    /// The methods from which a type is reached, with the way that it travels in them, in the order of their names.
    pub(super) fn reaching(&self, of: Node<'w>) -> Vec<(Node<'w>, Direction)> {
        let mut seen = FxHashSet::default();
        let mut open = vec![of.address()];
        let mut found = Vec::new();
        while let Some(at) = open.pop() {
            if !seen.insert(at) {
                continue;
            }
            found.extend(self.methods.get(&at).into_iter().flatten().copied());
            open.extend(self.holders.get(&at).into_iter().flatten());
        }
        found.sort_by_cached_key(|(method, direction)| (label(*method), *direction));
        found.dedup();
        found
    }
}

/// What people call a method: the path by which it is called, without the slash before it.
pub(super) fn label(method: Node<'_>) -> String {
    let name = proto::full_name(method);
    match name.rsplit_once('.') {
        Some((service, method)) => format!("{service}/{method}"),
        None => name,
    }
}

/// The message or enum that a node is, or stands in.
pub(super) fn type_around(node: Node<'_>) -> Option<Node<'_>> {
    std::iter::once(node)
        .chain(node.ancestors())
        .find(|node| matches!(node.kind(), Kind::Message | Kind::Enum))
}

/// Whether the version in the name of a package says that it may still change: `v1alpha1`, `v1beta1`, `v1p1beta1`,
/// `v1test` (<https://buf.build/docs/breaking/rules/#ignore_unstable_packages>).
pub(super) fn is_unstable(package: &str) -> bool {
    fn digits(text: &str) -> &str {
        text.trim_start_matches(|c: char| c.is_ascii_digit())
    }
    let last = package.rsplit('.').next().unwrap_or_default();
    let Some(rest) = last.strip_prefix('v') else {
        return false;
    };
    let after = digits(rest);
    if after.len() == rest.len() {
        return false;
    }
    let after = match after.strip_prefix('p') {
        Some(patch) if digits(patch).len() < patch.len() => digits(patch),
        _ => after,
    };
    let word = ["alpha", "beta"].into_iter().find_map(|word| after.strip_prefix(word));
    word.is_some_and(|number| digits(number).is_empty()) || after.starts_with("test")
}

#[cfg(test)]
mod tests {
    use super::is_unstable;

    #[test]
    fn versions_say_what_may_change() {
        for package in ["a.v1alpha1", "a.v1beta", "a.v2p1beta3", "v1test", "a.v1testing"] {
            assert!(is_unstable(package), "{package}");
        }
        for package in ["a.v1", "a.beta", "a.valpha1", "a.v1p1", "a.v1beta1.b", "", "a.v1gamma"] {
            assert!(!is_unstable(package), "{package}");
        }
    }
}
