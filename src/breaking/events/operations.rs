//! Operations: what the application sends and receives on a channel, and what answers that.

use super::Version;
use super::messages::Carried;
use crate::breaking::Change;
use crate::breaking::comparison::{Comparison, LIFECYCLE_KEYS, Sides};
use crate::breaking::units::{Step, UnitId};
use crate::document::events::{Action as Does, Operation, Reply};
use crate::document::{Direction, Kind, Node};
use crate::finding::Effect;
use crate::syntax::{Key, key};
use std::collections::BTreeSet;

const OPERATION_KEYS: &[Key] = &[
    key::ACTION,
    key::CHANNEL,
    key::MESSAGE,
    key::MESSAGES,
    key::REPLY,
    key::TRAITS,
    key::BINDINGS,
    key::SECURITY,
    // What an operation is called in the description is nobody's but the description's.
    key::OPERATION_ID,
    key::REF,
    LIFECYCLE_KEYS[0],
    LIFECYCLE_KEYS[1],
    LIFECYCLE_KEYS[2],
];

impl<'w> Comparison<'w, '_> {
    /// Compares what is done on a channel. All operations that send are one to those who receive, and the other way
    /// round: since 3.0 a channel can have several.
    pub(super) fn compare_operations(
        &mut self,
        top: UnitId,
        (old, before): (Version<'w>, usize),
        (new, now): (Version<'w>, usize),
    ) {
        for does in [Does::Receive, Does::Send] {
            let on = |version: Version<'w>, channel: usize| -> Vec<&'w Operation> {
                let all = version.events.operations_on(channel);
                all.filter(|operation| operation.action == does).collect()
            };
            let (were, are) = (on(old, before), on(new, now));
            let label = format!("{} {}", does.name(), new.events.channels[now].label());
            let unit = self.units.below(top, Step::Operation(label.clone()));
            match (were.first(), are.first()) {
                (None, None) => {}
                (Some(was), None) => {
                    let around = new.node(new.events.channels[now].node);
                    let node = old.node(was.node);
                    let change = Change::of(Kind::Operation, "", Sides::removed(node, around))
                        .effect(does.direction(), Effect::Narrows)
                        .fact("name", label);
                    let change = self.out_of_life(change, &[node]);
                    self.tell(unit, change);
                }
                (None, Some(is)) => {
                    let change = Change::of(Kind::Operation, "", Sides::added(new.node(is.node)))
                        .effect(does.direction(), Effect::Widens)
                        .fact("name", label);
                    self.tell(unit, change);
                }
                (Some(was), Some(is)) => {
                    self.compare_operation_pairs(unit, (old, &were), (new, &are));
                    let messages = |operations: &[&Operation]| -> Vec<usize> {
                        let all = operations.iter().flat_map(|operation| &operation.messages).copied();
                        all.collect::<BTreeSet<usize>>().into_iter().collect()
                    };
                    self.compare_messages(
                        unit,
                        does.direction(),
                        Carried::of(old, messages(&were), old.node(was.node)),
                        Carried::of(new, messages(&are), new.node(is.node)),
                    );
                }
            }
        }
    }

    /// Compares operations one by one, by their ids where there are several.
    fn compare_operation_pairs(
        &mut self,
        unit: UnitId,
        (old, were): (Version<'w>, &[&'w Operation]),
        (new, are): (Version<'w>, &[&'w Operation]),
    ) {
        let mut left: Vec<&Operation> = are.to_vec();
        for was in were {
            let found = match left.iter().position(|is| is.id == was.id) {
                None if were.len() == 1 && are.len() == 1 => Some(0),
                found => found,
            };
            if let Some(found) = found {
                let is = left.remove(found);
                self.compare_event_operation(unit, (old, was), (new, is));
            }
        }
    }

    fn compare_event_operation(
        &mut self,
        unit: UnitId,
        (old, before): (Version<'w>, &'w Operation),
        (new, now): (Version<'w>, &'w Operation),
    ) {
        let (was, is) = (old.node(before.node), new.node(now.node));
        let sides = ((old, &*before.layers), (new, &*now.layers));
        let label = now.label_in(new);
        self.compare_lifecycle(unit, Kind::Operation, &label, was, is);
        self.layered_fields(unit, Kind::Operation, sides.0, sides.1, OPERATION_KEYS);
        let bindings = |(version, layers): (Version<'w>, &[_])| version.merged(layers, key::BINDINGS);
        let pair = (bindings(sides.0), bindings(sides.1));
        self.compare_bindings(unit, Kind::OperationBinding, pair, is);
        let pair = Sides {
            old: old.merged(&before.layers, key::SECURITY),
            new: new.merged(&now.layers, key::SECURITY),
            around: is,
        };
        self.compare_event_security(unit, Kind::Operation, &label, pair);
        self.compare_reply(unit, (old, before), (new, now));
    }

    fn compare_reply(
        &mut self,
        unit: UnitId,
        (old, before): (Version<'w>, &'w Operation),
        (new, now): (Version<'w>, &'w Operation),
    ) {
        let direction = now.action.direction().reversed();
        let told = |change: Change<'w>| change.fact("name", now.label_in(new));
        let unit = self.units.below(unit, Step::Part("reply".to_owned()));
        match (&before.reply, &now.reply) {
            (None, None) => {}
            (Some(was), None) => {
                let pair = Sides::removed(old.node(was.node), new.node(now.node));
                let change = Change::of(Kind::Reply, "", pair).effect(direction, Effect::Incomparable);
                self.tell(unit, told(change));
            }
            (None, Some(is)) => {
                let change = Change::of(Kind::Reply, "", Sides::added(new.node(is.node)));
                self.tell(unit, told(change.effect(direction, Effect::Widens)));
            }
            (Some(was), Some(is)) => {
                let (from, to) = (place_of(old, was), place_of(new, is));
                let (node_before, node) = (old.node(was.node), new.node(is.node));
                if from != to {
                    let change = Change::of(Kind::Reply, "address", Sides::both(node_before, node))
                        .effect(direction, Effect::Incomparable)
                        .texts(from, to);
                    self.tell(unit, told(change));
                }
                let handled = [key::ADDRESS, key::CHANNEL, key::MESSAGES, key::REF];
                self.fields(unit, Kind::Reply, node_before, node, &handled);
                self.compare_messages(
                    unit,
                    direction,
                    Carried::of(old, was.messages.clone(), node_before),
                    Carried::of(new, is.messages.clone(), node),
                );
            }
        }
    }

    /// Compares who may do something, by the names of the schemes that are asked for.
    pub(super) fn compare_event_security(&mut self, unit: UnitId, kind: Kind, name: &str, pair: Sides<'w>) {
        let (before, now) = (schemes(pair.old), schemes(pair.new));
        // Each scheme is one of several that will do; where none is named, nothing is asked for.
        let refuses = |from: &BTreeSet<String>, to: &BTreeSet<String>| match (from.is_empty(), to.is_empty()) {
            (_, true) => false,
            (true, false) => true,
            (false, false) => !from.is_subset(to),
        };
        let effect = match (refuses(&before, &now), refuses(&now, &before)) {
            (false, false) => return,
            (true, false) => Effect::Narrows,
            (false, true) => Effect::Widens,
            (true, true) => Effect::Incomparable,
        };
        let text = |schemes: &BTreeSet<String>| schemes.iter().cloned().collect::<Vec<_>>().join(" or ");
        let change = Change::of(kind, "security", pair)
            .effect(Direction::Request, effect)
            .texts(text(&before), text(&now))
            .fact("name", name);
        self.tell(unit, change);
    }
}

/// The address on which a reply travels, or the place in a message that tells it.
fn place_of(version: Version<'_>, reply: &Reply) -> String {
    let address = version.node(reply.node).field(key::ADDRESS);
    let location = address.and_then(|address| address.string_at(key::LOCATION));
    let channel = || reply.channel.map(|channel| version.events.channels[channel].label());
    location.or_else(channel).unwrap_or_default().to_owned()
}

/// The names of the schemes in a list: of requirements until 2.6, of schemes and references to them since. Scopes belong
/// to the name.
fn schemes(list: Option<Node<'_>>) -> BTreeSet<String> {
    let one = |entry: Node<'_>| -> String {
        let scheme = entry.follow();
        let (name, scopes) = match scheme.kind() {
            Kind::SecurityScheme => (scheme.key_text(), scheme.get(key::SCOPES)),
            _ => {
                let scheme = entry.children().next();
                (scheme.and_then(Node::key_text), scheme)
            }
        };
        let mut scopes: Vec<&str> = scopes.into_iter().flat_map(Node::children).map(Node::text).collect();
        scopes.sort_unstable();
        let name = name.unwrap_or_else(|| scheme.string_at(key::TYPE).unwrap_or_default());
        if scopes.is_empty() {
            name.to_owned()
        } else {
            format!("{name} ({})", scopes.join(", "))
        }
    };
    list.into_iter().flat_map(Node::children).map(one).collect()
}

impl Operation {
    fn label_in(&self, version: Version<'_>) -> String {
        version.events.label(self)
    }
}
