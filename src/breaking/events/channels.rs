//! Channels: what messages travel on, known by their addresses.

use super::bindings::Bound;
use super::pairing::{Paired, Partners, renamed};
use super::{Pairs, Version, knows};
use crate::breaking::Change;
use crate::breaking::comparison::{Comparison, LIFECYCLE_KEYS, Sides};
use crate::breaking::templates::nameless;
use crate::breaking::units::{Carrier, Step, UnitId};
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

/// A channel in one version.
type Side<'w> = (Version<'w>, usize);

/// Which channel of the new version each of the old one is: by the address, in which the names of parameters do not
/// count, then by the name in the description. Where one version says no address, its name may be the address.
fn pair(old: &[Channel], new: &[Channel]) -> Paired {
    let shape = |channel: &Channel| channel.address.as_deref().map(nameless);
    let mut paired = Paired::new(old.len(), new.len());
    let both = |channel: &Channel| Some((shape(channel)?, channel.name.clone()));
    paired.by(|was| both(&old[was]), |is| both(&new[is]));
    paired.by(|was| shape(&old[was]), |is| shape(&new[is]));
    paired.by(|was| Some(&old[was].name), |is| Some(&new[is].name));
    paired.by(|was| Some(old[was].label()), |is| Some(new[is].label()));
    paired
}

impl<'w> Comparison<'w, '_> {
    /// Compares the channels of two versions, and what happens on them.
    pub(super) fn compare_channels(&mut self, top: UnitId, (old, new): (Version<'w>, Version<'w>), servers: &Partners) {
        let paired = pair(&old.events.channels, &new.events.channels);
        let channels = &paired.partners();
        for (was, is) in paired.in_order() {
            self.compare_channel(top, (old, was), (new, is), Pairs { servers, channels });
        }
        for was in &paired.old {
            let was = &old.events.channels[*was];
            let around = new.root.get(key::CHANNELS).unwrap_or(new.root);
            let unit = self.units.below(top, Step::Operation(was.label().to_owned()));
            let change = Change::of(Kind::Channel, "", Sides::removed(old.node(was.site), around))
                .effect(Direction::Request, Effect::Narrows)
                .fact("name", was.label());
            let change = self.out_of_life(change, &[old.node(was.node)]);
            self.tell(unit, change);
        }
        for is in &paired.new {
            let is = &new.events.channels[*is];
            let unit = self.units.below(top, Step::Operation(is.label().to_owned()));
            let change = Change::of(Kind::Channel, "", Sides::added(new.node(is.site)))
                .effect(Direction::Request, Effect::Widens)
                .fact("name", is.label());
            self.tell(unit, change);
        }
    }

    fn compare_channel(&mut self, top: UnitId, old: Side<'w>, new: Side<'w>, pairs: Pairs<'_>) {
        let (before, now) = (&old.0.events.channels[old.1], &new.0.events.channels[new.1]);
        let (was, is) = (old.0.node(before.node), new.0.node(now.node));
        let unit = self.units.below(top, Step::Operation(now.label().to_owned()));
        self.compare_lifecycle(unit, Kind::Channel, now.label(), was, is);
        self.compare_address(unit, (before, was), (now, is));
        self.compare_channel_servers(unit, (old, was), (new, is), pairs.servers);
        self.fields(unit, Kind::Channel, was, is, CHANNEL_KEYS);
        self.compare_channel_parameters(unit, (before, was), (now, is));
        let bindings = (was.field(key::BINDINGS), is.field(key::BINDINGS));
        let bound = Bound {
            addresses: Some((before.label(), now.label())),
            ..Bound::both_ways(Kind::ChannelBinding)
        };
        self.compare_bindings(unit, bound, bindings, is);
        self.compare_operations(top, old, new, pairs.channels);
    }

    fn compare_address(&mut self, unit: UnitId, (before, was): (&Channel, Node<'w>), (now, is): (&Channel, Node<'w>)) {
        let effect = match (&before.address, &now.address) {
            (Some(from), Some(to)) if nameless(from) != nameless(to) => Effect::Incomparable,
            (Some(from), None) if *from != now.name => Effect::Unknown,
            (None, Some(to)) if *to != before.name => Effect::Unknown,
            _ => return,
        };
        let mut change = Change::of(Kind::Channel, "address", Sides::at(was, is, key::ADDRESS))
            .effect(Direction::Request, effect)
            .fact("name", &*now.name);
        if effect == Effect::Unknown {
            change.reason = Some("one version does not say the address".to_owned());
        }
        self.tell(unit, change);
    }

    /// Compares the servers that a channel is on, of those that both versions have.
    fn compare_channel_servers(
        &mut self,
        unit: UnitId,
        ((old, before), was): (Side<'w>, Node<'w>),
        ((new, now), is): (Side<'w>, Node<'w>),
        partners: &Partners,
    ) {
        let pair = Sides::at(was, is, key::SERVERS);
        if was.get(key::SERVERS).is_none() && is.get(key::SERVERS).is_none() {
            return;
        }
        let now = &new.events.channels[now];
        let before: BTreeSet<usize> = old.events.channels[before].servers.iter().copied().collect();
        let after: BTreeSet<usize> = now.servers.iter().copied().collect();
        let kept = partners.iter().enumerate().filter_map(|(was, is)| Some((was, (*is)?)));
        let (mut gone, mut came) = (Vec::new(), Vec::new());
        for (was, is) in kept {
            match (before.contains(&was), after.contains(&is)) {
                (true, false) => gone.push(&*old.events.servers[was].name),
                (false, true) => came.push(&*new.events.servers[is].name),
                _ => {}
            }
        }
        for (names, action, effect) in [
            (gone, Action::Removed, Effect::Narrows),
            (came, Action::Added, Effect::Widens),
        ] {
            if !names.is_empty() {
                let names = names.join(", ");
                let change = Change::of(Kind::Channel, "servers", pair)
                    .action(action)
                    .effect(Direction::Request, effect)
                    .texts(&*names, &*names)
                    .fact("name", now.label());
                self.tell(unit, change);
            }
        }
    }

    /// Compares the parameters that two addresses have at the same places, whatever they are called.
    fn compare_channel_parameters(
        &mut self,
        unit: UnitId,
        (before, was): (&Channel, Node<'w>),
        (now, is): (&Channel, Node<'w>),
    ) {
        let parameter = |channel: Node<'w>, name: &str| channel.get(key::PARAMETERS)?.find(name).map(Node::follow);
        for (name_before, name) in renamed(before.label(), now.label()) {
            let pair = Sides {
                old: parameter(was, name_before),
                new: parameter(is, name),
                around: is,
            };
            let unit = self.units.below(unit, Step::Part(format!("parameter `{name}`")));
            let schemas = Sides {
                old: pair.old.and_then(|parameter| parameter.field(key::SCHEMA)),
                new: pair.new.and_then(|parameter| parameter.field(key::SCHEMA)),
                around: pair.new.unwrap_or(is),
            };
            match (schemas.old, schemas.new) {
                (Some(before), Some(now)) => {
                    self.compare_schema(unit, Direction::Request, before, now, Carrier::Text);
                }
                // Without a schema, every text will do, where the version could have said one.
                (Some(_), None) | (None, Some(_)) if has_schemas(was) && has_schemas(is) => {
                    let change = Change::of(Kind::Parameter, "schema", schemas).fact("name", name);
                    self.tell_lone_schema(unit, Direction::Request, Carrier::Text, change);
                }
                _ => self.compare_listed_values(unit, name, pair),
            }
            let (Some(old), Some(new)) = (pair.old, pair.new) else {
                continue;
            };
            if old.string_at(key::LOCATION) != new.string_at(key::LOCATION) {
                let change = Change::of(Kind::Parameter, "location", Sides::at(old, new, key::LOCATION));
                self.tell(unit, change.fact("name", name));
            }
            let mut handled = vec![key::ENUM, key::SCHEMA, key::LOCATION, key::REF];
            if has_schemas(was) != has_schemas(is) {
                handled.extend(OF_PARAMETERS);
                for key in OF_PARAMETERS {
                    let pair = Sides {
                        old: said(old, key),
                        new: said(new, key),
                        around: new,
                    };
                    self.field(unit, Kind::Parameter, key.well_known_text().unwrap_or_default(), pair);
                }
            }
            self.fields(unit, Kind::Parameter, old, new, &handled);
        }
    }

    /// Compares the lists of values that parameters can have: what a parameter of 3.x says of them, and one of 2.x says
    /// in its schema, among other things.
    fn compare_listed_values(&mut self, unit: UnitId, name: &str, pair: Sides<'w>) {
        let (before, now) = (pair.old.and_then(values), pair.new.and_then(values));
        // Without a list, every value is taken.
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
            let change = Change::of(Kind::Parameter, "address-value", pair)
                .action(action)
                .effect(Direction::Request, effect)
                .texts(told(&before), told(&now))
                .fact("name", name);
            self.tell(unit, change);
        }
    }
}

/// What a parameter says since 3.0, and its schema before.
const OF_PARAMETERS: [Key; 3] = [key::DEFAULT, key::DESCRIPTION, key::EXAMPLES];

/// What a parameter says itself, or in its schema.
fn said(parameter: Node<'_>, key: Key) -> Option<Node<'_>> {
    let in_schema = || parameter.field(key::SCHEMA)?.get(key);
    parameter.get(key).or_else(in_schema)
}

/// Whether the version of a description gives schemas to the parameters of its channels, as those until 2.6 do.
fn has_schemas(channel: Node<'_>) -> bool {
    knows(channel, Kind::Parameter, key::SCHEMA)
}

/// The values that a parameter can have, if they are listed: in a schema until 2.6, and without one since.
fn values(parameter: Node<'_>) -> Option<BTreeSet<&str>> {
    let list = said(parameter, key::ENUM)?;
    Some(list.children().map(Node::text).collect())
}

fn told(values: &Option<BTreeSet<&str>>) -> String {
    let values = values.iter().flatten().copied();
    values.collect::<Vec<_>>().join(", ")
}
