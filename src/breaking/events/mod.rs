//! Event-driven APIs: which channel, operation and message of the old version is which of the new one.
//!
//! In come the events of both versions, told from the side of the application; changes are told to the comparison, and
//! schemas handed on. What the application receives is a request of those who depend on it, what it sends a response.

mod bindings;
mod channels;
mod messages;
mod operations;
mod pairing;
mod protobuf;
mod security;
mod servers;

use super::comparison::{Comparison, LIFECYCLE_KEYS, Sides, field_name};
use super::units::UnitId;
use super::{Change, EVENT_NOTES};
use crate::document::events::{Events, merged};
use crate::document::{Address, Kind, Node};
use crate::syntax::{Key, key};
use bindings::Bound;
use pairing::Partners;
use rustc_hash::FxHashSet;

/// One version of an API, with its nodes at hand.
#[derive(Clone, Copy)]
pub(crate) struct Version<'w> {
    pub(crate) root: Node<'w>,
    pub(crate) events: &'w Events,
}

impl<'w> Version<'w> {
    fn node(&self, address: Address) -> Node<'w> {
        self.root.workspace().node(address)
    }

    /// What an operation or a message says of something, itself or by a trait.
    fn merged(&self, layers: &[Address], key: Key) -> Option<Node<'w>> {
        merged(self.root.workspace(), layers, key)
    }

    /// The layer of an operation or a message that says that it is deprecated, or of which stability it is.
    fn living(&self, layers: &[Address]) -> Option<Node<'w>> {
        let mut layers = layers.iter().map(|layer| self.node(*layer));
        layers.find(|layer| LIFECYCLE_KEYS.iter().any(|key| layer.get(*key).is_some()))
    }

    /// The names of the fields that an operation or a message has, itself or by a trait.
    fn names(&self, layers: &[Address]) -> Vec<&'w str> {
        let mut met = FxHashSet::default();
        let all = layers.iter().flat_map(|layer| self.node(*layer).children());
        let names = all.filter_map(Node::key_text);
        names.filter(|name| met.insert(*name)).collect()
    }
}

/// What of the old version is what of the new one.
#[derive(Clone, Copy)]
struct Pairs<'p> {
    servers: &'p Partners,
    channels: &'p Partners,
}

/// Whether the version of the specification that a node is written in has a field.
fn knows(node: Node<'_>, kind: Kind, field: Key) -> bool {
    let grammar = node.grammar();
    grammar.is_some_and(|grammar| grammar.field(kind, field).is_some())
}

/// What a version says with its traits: of what, and in which layers.
type Layered<'w, 'l> = (Version<'w>, &'l [Address]);

/// What both versions say with their traits.
type BothLayered<'w, 'l> = (Layered<'w, 'l>, Layered<'w, 'l>);

/// What both versions say under a key, themselves or by a trait.
fn said<'w>((old, new): BothLayered<'w, '_>, key: Key, around: Node<'w>) -> Sides<'w> {
    let merged = |(version, layers): Layered<'w, '_>| version.merged(layers, key);
    Sides {
        old: merged(old),
        new: merged(new),
        around,
    }
}

impl<'w> Comparison<'w, '_> {
    /// Compares two versions of an event-driven API.
    pub(crate) fn compare_events(&mut self, top: UnitId, old: Version<'w>, new: Version<'w>) {
        self.compare_notes_of_all(top, old.root, new.root);
        self.compare_event_schemes(top, old, new);
        let servers = self.compare_event_servers(top, old, new);
        self.compare_channels(top, (old, new), &servers);
    }

    /// Tags and further documentation stand at the root until 2.6, in `info` since 3.0.
    fn compare_notes_of_all(&mut self, top: UnitId, old: Node<'w>, new: Node<'w>) {
        for name in EVENT_NOTES {
            let at = |root: Node<'w>| root.get(*name).or_else(|| root.field(key::INFO)?.get(*name));
            let pair = Sides {
                old: at(old),
                new: at(new),
                around: new,
            };
            if !pair.says_the_same() {
                let field = name.well_known_text().unwrap_or_default();
                self.tell(top, Change::of(Kind::Root, field, pair).fact("name", field));
            }
        }
    }

    /// Compares what operations and messages have alike, with their traits: how long they live, every field that nobody
    /// else looks at, and bindings.
    fn compare_layered(
        &mut self,
        unit: UnitId,
        (kind, handled): (Kind, &[Key]),
        label: &str,
        (was, is): (Node<'w>, Node<'w>),
        sides: BothLayered<'w, '_>,
        bound: Bound<'w>,
    ) {
        let living = |(version, layers): Layered<'w, '_>, node| version.living(layers).unwrap_or(node);
        let lives = (living(sides.0, was), living(sides.1, is));
        self.compare_lifecycle(unit, kind, label, lives.0, lives.1);
        self.layered_fields(unit, kind, sides.0, sides.1, handled);
        let bindings = said(sides, key::BINDINGS, is);
        self.compare_bindings(unit, bound, (bindings.old, bindings.new), is);
    }

    /// Tells every field in which two operations or messages differ, with their traits, and that nobody else looks at.
    fn layered_fields(
        &mut self,
        unit: UnitId,
        kind: Kind,
        (old, before): Layered<'w, '_>,
        (new, now): Layered<'w, '_>,
        handled: &[Key],
    ) {
        let mut names = old.names(before);
        let known: FxHashSet<&str> = names.iter().copied().collect();
        names.extend(new.names(now).into_iter().filter(|name| !known.contains(name)));
        let around = now.first().map_or(new.root, |layer| new.node(*layer));
        for name in names {
            let known = Key::well_known(name);
            if known.is_some_and(|key| handled.contains(&key)) {
                continue;
            }
            let find = |version: Version<'w>, layers: &[Address]| {
                let mut layers = layers.iter().map(|layer| version.node(*layer));
                layers.find_map(|layer| layer.find(name)).map(Node::follow)
            };
            let pair = Sides {
                old: find(old, before),
                new: find(new, now),
                around,
            };
            if !pair.says_the_same() {
                let change = Change::of(kind, field_name(name), pair);
                self.tell(unit, change.fact("name", name));
            }
        }
    }
}
