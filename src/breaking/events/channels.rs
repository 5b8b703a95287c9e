//! Channels: what messages travel on, known by their addresses.

use super::Version;
use crate::breaking::Change;
use crate::breaking::comparison::{Comparison, LIFECYCLE_KEYS, Sides};
use crate::breaking::units::{Step, UnitId};
use crate::document::events::Channel;
use crate::document::{Direction, Kind, Node};
use crate::finding::{Action, Effect};
use crate::syntax::{Key, key};
use std::collections::BTreeSet;

/// The fields of a channel that are compared for themselves, and those that say how it is called.
const CHANNEL_KEYS: &[Key] = &[
    key::ADDRESS,
    key::SERVERS,
    key::PARAMETERS,
    key::PUBLISH,
    key::SUBSCRIBE,
    key::MESSAGES,
    key::BINDINGS,
    key::REF,
    LIFECYCLE_KEYS[0],
    LIFECYCLE_KEYS[1],
    LIFECYCLE_KEYS[2],
];

impl<'w> Comparison<'w, '_> {
    /// Compares the channels of two versions, and what happens on them.
    pub(super) fn compare_channels(&mut self, top: UnitId, old: Version<'w>, new: Version<'w>) {
        let mut left: Vec<usize> = (0..new.events.channels.len()).collect();
        for before in &old.events.channels {
            let identity = Identity::of(before);
            let channels = &new.events.channels;
            let found = left.iter().position(|now| Identity::of(&channels[*now]) == identity);
            let found = found.or_else(|| left.iter().position(|now| is_named_alike(before, &channels[*now])));
            let position = old.events.channel(before.site);
            match (found, position) {
                (Some(found), Some(position)) => {
                    let now = left.remove(found);
                    self.compare_channel(top, (old, position), (new, now));
                }
                _ => {
                    let node = old.node(before.node);
                    let around = new.root.get(key::CHANNELS).unwrap_or(new.root);
                    let unit = self.units.below(top, Step::Operation(before.label().to_owned()));
                    let change = Change::of(Kind::Channel, "", Sides::removed(old.node(before.site), around))
                        .effect(Direction::Request, Effect::Narrows)
                        .fact("name", before.label());
                    let change = self.out_of_life(change, &[node]);
                    self.tell(unit, change);
                }
            }
        }
        for now in left {
            let now = &new.events.channels[now];
            let unit = self.units.below(top, Step::Operation(now.label().to_owned()));
            let change = Change::of(Kind::Channel, "", Sides::added(new.node(now.site)))
                .effect(Direction::Request, Effect::Widens)
                .fact("name", now.label());
            self.tell(unit, change);
        }
    }

    fn compare_channel(&mut self, top: UnitId, old: (Version<'w>, usize), new: (Version<'w>, usize)) {
        let (before, now) = (&old.0.events.channels[old.1], &new.0.events.channels[new.1]);
        let (was, is) = (old.0.node(before.node), new.0.node(now.node));
        let unit = self.units.below(top, Step::Operation(now.label().to_owned()));
        self.compare_lifecycle(unit, Kind::Channel, now.label(), was, is);
        self.fields(unit, Kind::Channel, was, is, CHANNEL_KEYS);
        self.compare_channel_parameters(unit, (before, was), (now, is));
        let bindings = (was.field(key::BINDINGS), is.field(key::BINDINGS));
        self.compare_bindings(unit, Kind::ChannelBinding, bindings, is);
        self.compare_operations(top, old, new);
    }

    /// Compares the parameters that two addresses have at the same places, whatever they are called.
    fn compare_channel_parameters(
        &mut self,
        unit: UnitId,
        (before, was): (&Channel, Node<'w>),
        (now, is): (&Channel, Node<'w>),
    ) {
        let parameter = |channel: Node<'w>, name: &str| channel.get(key::PARAMETERS)?.find(name).map(Node::follow);
        for (name_before, name) in parameters(before.label()).zip(parameters(now.label())) {
            let (Some(old), Some(new)) = (parameter(was, name_before), parameter(is, name)) else {
                continue;
            };
            let (before, now) = (values(old), values(new));
            // Without a list, every value is taken. What else a schema of 2.x says has no counterpart in 3.x.
            let lacks = |values: &Option<BTreeSet<&str>>, others: &Option<BTreeSet<&str>>| match (values, others) {
                (None, _) => false,
                (Some(_), None) => true,
                (Some(values), Some(others)) => !others.is_subset(values),
            };
            let effects = [
                (lacks(&now, &before), Action::Removed, Effect::Narrows),
                (lacks(&before, &now), Action::Added, Effect::Widens),
            ];
            for (_, action, effect) in effects.into_iter().filter(|(happened, ..)| *happened) {
                let change = Change::of(Kind::Parameter, "address-value", Sides::both(old, new))
                    .action(action)
                    .effect(Direction::Request, effect)
                    .texts(told(&before), told(&now))
                    .fact("name", name);
                self.tell(unit, change);
            }
            let pair = Sides::at(old, new, key::LOCATION);
            if old.string_at(key::LOCATION) != new.string_at(key::LOCATION) {
                let change = Change::of(Kind::Parameter, "location", pair);
                self.tell(unit, change.fact("name", name));
            }
            let handled = [key::ENUM, key::SCHEMA, key::LOCATION, key::REF];
            self.fields(unit, Kind::Parameter, old, new, &handled);
        }
    }
}

/// By what a channel is known again.
#[derive(Debug, PartialEq, Eq)]
enum Identity<'w> {
    /// By its address, in which the names of parameters do not count.
    Address(String),
    /// By its name, where the address is known only when the application runs.
    Name(&'w str),
}

impl<'w> Identity<'w> {
    fn of(channel: &'w Channel) -> Self {
        let Some(address) = &channel.address else {
            return Self::Name(&channel.name);
        };
        let mut shape = String::with_capacity(address.len());
        let mut rest = address.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            let Some((_, after)) = after.split_once('}') else {
                break;
            };
            shape.push_str(before);
            shape.push_str("{}");
            rest = after;
        }
        shape.push_str(rest);
        Self::Address(shape)
    }
}

/// Whether two channels are called the same, of which one says no address: nobody knows that it has another one.
fn is_named_alike(before: &Channel, now: &Channel) -> bool {
    before.address.is_some() != now.address.is_some() && before.label() == now.label()
}

/// The names of the parameters in an address, in their order.
fn parameters(address: &str) -> impl Iterator<Item = &str> {
    let parts = address.split('{').skip(1);
    parts.filter_map(|part| part.split_once('}').map(|(name, _)| name))
}

/// The values that a parameter can have, if they are listed: in a schema until 2.6, and without one since.
fn values(parameter: Node<'_>) -> Option<BTreeSet<&str>> {
    let list = parameter
        .get(key::ENUM)
        .or_else(|| parameter.field(key::SCHEMA)?.get(key::ENUM))?;
    Some(list.children().map(Node::text).collect())
}

fn told(values: &Option<BTreeSet<&str>>) -> String {
    let values = values.iter().flatten().copied();
    values.collect::<Vec<_>>().join(", ")
}
