//! Operations: what the application sends and receives on a channel, and what answers that.

use super::bindings::Bound;
use super::messages::Carried;
use super::pairing::{Paired, Partners};
use super::{Version, knows, said};
use crate::breaking::Change;
use crate::breaking::comparison::{Comparison, LIFECYCLE_KEYS, Sides};
use crate::breaking::units::{Step, UnitId};
use crate::document::events::{Action as Does, Operation};
use crate::document::{Kind, Node};
use crate::finding::Effect;
use crate::syntax::{Key, key};
use rustc_hash::FxHashMap;
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
    key::OPERATION_ID,
    key::REF,
    LIFECYCLE_KEYS[0],
    LIFECYCLE_KEYS[1],
    LIFECYCLE_KEYS[2],
];

/// The operations on a channel in one version.
type Done<'w> = (Version<'w>, Vec<&'w Operation>);

impl<'w> Comparison<'w, '_> {
    /// Compares what is done on a channel. What is sent there is compared as a whole, and so is what is received: to the
    /// other side, it does not matter how many operations do it.
    pub(super) fn compare_operations(
        &mut self,
        top: UnitId,
        (old, before): (Version<'w>, usize),
        (new, now): (Version<'w>, usize),
        channels: &Partners,
    ) {
        let on = |version: Version<'w>, channel: usize| version.events.operations_on(channel).collect();
        let (mut were, mut are): (Vec<&Operation>, Vec<&Operation>) = (on(old, before), on(new, now));
        let flipped = flipped(old, &were, new, &are);
        were.retain(|was| flipped.iter().all(|(other, _)| other.node != was.node));
        are.retain(|is| flipped.iter().all(|(_, other)| other.node != is.node));
        for (was, is) in flipped {
            let unit = self.units.below(top, Step::Operation(is.label_in(new)));
            let pair = Sides::at(old.node(was.node), new.node(is.node), key::ACTION);
            let change = Change::of(Kind::Operation, "action", pair)
                .effect(was.action.direction(), Effect::Incomparable)
                .texts(was.action.name(), is.action.name())
                .fact("name", new.events.channels[now].label());
            self.tell(unit, change);
        }
        for does in [Does::Receive, Does::Send] {
            let doing = |operations: &[&'w Operation]| -> Vec<&'w Operation> {
                let all = operations.iter().copied();
                all.filter(|operation| operation.action == does).collect()
            };
            let label = format!("{} {}", does.name(), new.events.channels[now].label());
            let unit = self.units.below(top, Step::Operation(label));
            let around = new.node(new.events.channels[now].node);
            self.compare_doing(unit, around, (old, doing(&were)), (new, doing(&are)), channels);
        }
    }

    /// Compares all operations that send on a channel, or all that receive.
    fn compare_doing(
        &mut self,
        unit: UnitId,
        around: Node<'w>,
        (old, were): Done<'w>,
        (new, are): Done<'w>,
        channels: &Partners,
    ) {
        let paired = pair(old, &were, new, &are);
        for (was, is) in paired.in_order() {
            self.compare_event_operation(unit, (old, were[was]), (new, are[is]), channels);
        }
        // One that was taken apart, or became part of another one, is found by what it sends or receives.
        let (by_message, by_message_now) = (by_message(old, &were), by_message(new, &are));
        let akin = |messages: Vec<&str>, others: &FxHashMap<&str, usize>| {
            messages.into_iter().find_map(|message| others.get(message).copied())
        };
        let mut kept: Vec<usize> = paired.both.iter().map(|(was, _)| *was).collect();
        for was in &paired.old {
            match akin(names(old, were[*was]), &by_message_now) {
                Some(is) => {
                    kept.push(*was);
                    self.compare_event_operation(unit, (old, were[*was]), (new, are[is]), channels);
                }
                None => {
                    let node = old.node(were[*was].node);
                    let change = Change::of(Kind::Operation, "", Sides::removed(node, around))
                        .effect(were[*was].action.direction(), Effect::Narrows)
                        .fact("name", title(old, were[*was], were.len()));
                    let change = self.out_of_life(change, &[node]);
                    self.tell(unit, change);
                }
            }
        }
        for is in &paired.new {
            match akin(names(new, are[*is]), &by_message) {
                Some(was) => self.compare_event_operation(unit, (old, were[was]), (new, are[*is]), channels),
                None => {
                    let change = Change::of(Kind::Operation, "", Sides::added(new.node(are[*is].node)))
                        .effect(are[*is].action.direction(), Effect::Widens)
                        .fact("name", title(new, are[*is], are.len()));
                    self.tell(unit, change);
                }
            }
        }
        // Of an operation that is gone, its messages need not be told, too.
        kept.sort_unstable();
        let kept: Vec<&Operation> = kept.into_iter().map(|was| were[was]).collect();
        if let (Some(was), Some(is)) = (kept.first(), are.first()) {
            let messages = |operations: &[&Operation]| -> Vec<usize> {
                let all = operations
                    .iter()
                    .flat_map(|operation| operation.messages.iter())
                    .copied();
                all.collect::<BTreeSet<usize>>().into_iter().collect()
            };
            self.compare_messages(
                unit,
                is.action.direction(),
                Carried::of(old, messages(&kept), old.node(was.node)),
                Carried::of(new, messages(&are), new.node(is.node)),
            );
        }
        for (was, is) in paired.in_order() {
            self.compare_ids(unit, (old, were[was]), (new, are[is]));
        }
    }

    /// Tells that an operation has another id. Until 2.6 it need not have any.
    fn compare_ids(
        &mut self,
        unit: UnitId,
        (old, before): (Version<'w>, &'w Operation),
        (new, now): (Version<'w>, &'w Operation),
    ) {
        let (was, is) = (old.node(before.node), new.node(now.node));
        let is_optional = [was, is]
            .into_iter()
            .all(|operation| knows(operation, Kind::Operation, key::OPERATION_ID));
        if before.id == now.id || !is_optional && (before.id.is_none() || now.id.is_none()) {
            return;
        }
        let pair = if is_optional {
            Sides::at(was, is, key::OPERATION_ID)
        } else {
            Sides::both(was, is)
        };
        let text = |id: &Option<String>| id.clone().unwrap_or_default();
        let change = Change::of(Kind::Operation, "operationId", pair).texts(text(&before.id), text(&now.id));
        self.tell(unit, change.fact("name", now.label_in(new)));
    }

    fn compare_event_operation(
        &mut self,
        unit: UnitId,
        (old, before): (Version<'w>, &'w Operation),
        (new, now): (Version<'w>, &'w Operation),
        channels: &Partners,
    ) {
        let (was, is) = (old.node(before.node), new.node(now.node));
        let sides = ((old, &*before.layers), (new, &*now.layers));
        let label = now.label_in(new);
        let bound = Bound {
            direction: now.action.direction(),
            ..Bound::both_ways(Kind::OperationBinding)
        };
        let what = (Kind::Operation, OPERATION_KEYS);
        self.compare_layered(unit, what, &label, (was, is), sides, bound);
        let pair = said(sides, key::SECURITY, is);
        self.compare_event_security(unit, &label, pair);
        self.compare_reply(unit, (old, before), (new, now), channels);
    }

    fn compare_reply(
        &mut self,
        unit: UnitId,
        (old, before): (Version<'w>, &'w Operation),
        (new, now): (Version<'w>, &'w Operation),
        channels: &Partners,
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
                let (node_before, node) = (old.node(was.node), new.node(is.node));
                let channel = was.channel.and_then(|channel| channels.get(channel).copied().flatten());
                let location = (location_of(node_before), location_of(node));
                if location.0 != location.1 || channel != is.channel || was.channel.is_some() != is.channel.is_some() {
                    let label = |version: Version<'w>, channel: Option<usize>| {
                        channel.map(|channel| version.events.channels[channel].label())
                    };
                    let (from, to) = match location {
                        (Some(from), Some(to)) if from != to => (Some(from), Some(to)),
                        (from, to) => (label(old, was.channel).or(from), label(new, is.channel).or(to)),
                    };
                    let change = Change::of(Kind::Reply, "address", Sides::both(node_before, node))
                        .effect(direction, Effect::Incomparable)
                        .texts(from.unwrap_or_default(), to.unwrap_or_default());
                    self.tell(unit, told(change));
                }
                if let (Some(was), Some(is)) = (node_before.field(key::ADDRESS), node.field(key::ADDRESS)) {
                    self.fields(unit, Kind::ReplyAddress, was, is, &[key::LOCATION, key::REF]);
                }
                let handled = [key::ADDRESS, key::CHANNEL, key::MESSAGES, key::REF];
                self.fields(unit, Kind::Reply, node_before, node, &handled);
                self.compare_messages(
                    unit,
                    direction,
                    Carried::of(old, was.messages.to_vec(), node_before),
                    Carried::of(new, is.messages.to_vec(), node),
                );
            }
        }
    }
}

/// Which operation of the new version is which of the old one: by their ids, then by the messages that they have in
/// common, and at last where one is left on each side.
fn pair(old: Version<'_>, were: &[&Operation], new: Version<'_>, are: &[&Operation]) -> Paired {
    let mut paired = Paired::new(were.len(), are.len());
    paired.by(|was| were[was].id.as_deref(), |is| are[is].id.as_deref());
    paired.by(|was| names(old, were[was]), |is| names(new, are[is]));
    paired.last();
    paired
}

/// Operations of which one sends what the other one received, or the other way round: those of one id, and those that
/// are alone on a channel and have a message in common.
fn flipped<'w>(
    old: Version<'_>,
    were: &[&'w Operation],
    new: Version<'_>,
    are: &[&'w Operation],
) -> Vec<(&'w Operation, &'w Operation)> {
    let flips = |was: &Operation, is: &Operation| was.action != is.action;
    if let ([was], [is]) = (were, are)
        && flips(was, is)
        && names(old, was).iter().any(|name| names(new, is).contains(name))
    {
        return vec![(*was, *is)];
    }
    let of_one_id = were.iter().filter_map(|was| {
        let mut same = are.iter().filter(|is| was.id.is_some() && is.id == was.id);
        let is = same.clone().find(|is| flips(was, is))?;
        let is_kept = same.any(|is| !flips(was, is));
        (!is_kept).then_some((*was, *is))
    });
    of_one_id.collect()
}

/// The names of the messages that an operation sends or receives.
fn names<'w>(version: Version<'w>, operation: &Operation) -> Vec<&'w str> {
    let all = operation.messages.iter();
    all.map(|message| &*version.events.messages[*message].name).collect()
}

/// The first operation that has a message, by the name of that.
fn by_message<'w>(version: Version<'w>, operations: &[&Operation]) -> FxHashMap<&'w str, usize> {
    let mut found = FxHashMap::default();
    for (position, operation) in operations.iter().enumerate() {
        for name in names(version, operation) {
            found.entry(name).or_insert(position);
        }
    }
    found
}

/// What an operation is called, where it may be one of several that do the same on a channel.
fn title(version: Version<'_>, operation: &Operation, of: usize) -> String {
    let label = operation.label_in(version);
    match &operation.id {
        Some(id) if of > 1 => format!("{label} ({id})"),
        _ => label,
    }
}

/// Where in a message the address of its answer is.
fn location_of(reply: Node<'_>) -> Option<&str> {
    reply.field(key::ADDRESS)?.string_at(key::LOCATION)
}

impl Operation {
    fn label_in(&self, version: Version<'_>) -> String {
        version.events.label(self)
    }
}
