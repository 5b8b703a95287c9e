//! What a change does to messages that travel, in each direction, and how that becomes a change that pages judge.

use super::Comparison;
use super::reading::{Encoding, Misread};
use super::value::Field;
use super::version::{label, type_around};
use crate::breaking::Change;
use crate::breaking::comparison::Sides;
use crate::document::proto;
use crate::document::{Direction, Kind, Node};
use crate::finding::{Effect, Witness};
use crate::rules::changes::Promise;

/// What both sides misread of each other, in one encoding.
#[derive(Debug, Default, Clone)]
pub(super) struct Readings {
    /// What the new version makes of what the old one writes.
    pub(super) old_by_new: Option<Misread>,
    /// What the old version makes of what the new one writes.
    pub(super) new_by_old: Option<Misread>,
}

impl Readings {
    fn is_fine(&self) -> bool {
        self.old_by_new.is_none() && self.new_by_old.is_none()
    }

    fn misread(&self, direction: Direction) -> Option<&Misread> {
        match direction {
            Direction::Request => self.old_by_new.as_ref(),
            Direction::Response => self.new_by_old.as_ref(),
        }
    }

    /// The word for how much of what is written is still understood.
    pub(super) fn word(&self) -> &'static str {
        let both = [&self.old_by_new, &self.new_by_old];
        if self.is_fine() {
            "same"
        } else if both.into_iter().flatten().any(|misread| misread.is_ordinary) {
            "incompatible"
        } else {
            "lossy"
        }
    }
}

/// What a change does.
#[derive(Debug, Default, Clone)]
pub(super) struct Impact {
    pub(super) bytes: Readings,
    pub(super) json: Readings,
    /// Whether generated code looks different.
    pub(super) code: bool,
    /// What became of the values that pass, where these are checked beside their encoding.
    pub(super) checked: Option<Effect>,
}

impl Impact {
    /// A change that only generated code shows.
    pub(super) fn of_code() -> Self {
        Self {
            code: true,
            ..Self::default()
        }
    }

    /// What it does to those who were promised something.
    fn effect(&self, promise: Promise) -> Effect {
        if let Some(effect) = self.checked {
            return effect;
        }
        if self.code && promise >= Promise::Package {
            return Effect::Incomparable;
        }
        let misread = |direction| {
            self.bytes.misread(direction).is_some()
                || promise >= Promise::Json && self.json.misread(direction).is_some()
        };
        match (misread(Direction::Request), misread(Direction::Response)) {
            (false, false) => Effect::Equal,
            (false, true) => Effect::Widens,
            (true, false) => Effect::Narrows,
            (true, true) => Effect::Incomparable,
        }
    }
}

/// A change, before it is known which way its values travel.
pub(super) struct Told<'w> {
    change: Change<'w>,
    impact: Impact,
}

impl<'w> Comparison<'w, '_> {
    /// Notes a change.
    pub(super) fn tell(&mut self, change: Change<'w>, impact: Impact) {
        self.told.push(Told { change, impact });
    }

    /// A change of something that has a name.
    pub(super) fn change(&self, kind: Kind, field: &'static str, sides: Sides<'w>, named: Node<'w>) -> Change<'w> {
        let holder = named
            .ancestors()
            .find(|holder| matches!(holder.kind(), Kind::Message | Kind::Enum | Kind::Service));
        let place = holder.map_or_else(|| proto::package(named).to_owned(), proto::full_name);
        let name = if holder.is_none() && named.kind() != Kind::File {
            proto::full_name(named)
        } else {
            proto::name(named).to_owned()
        };
        Change::of(kind, field, sides).fact("name", name).fact("place", place)
    }

    /// What both sides make of the values of a field, where the other side has it, or has not.
    pub(super) fn impact_of(
        &self,
        old: Option<&Field<'w>>,
        new: Option<&Field<'w>>,
        old_fields: &[Field<'w>],
        new_fields: &[Field<'w>],
    ) -> Impact {
        let of = |encoding| Readings {
            old_by_new: old.and_then(|old| self.readings.misread(old, new, new_fields, encoding)),
            new_by_old: new.and_then(|new| self.readings.misread(new, old, old_fields, encoding)),
        };
        Impact {
            bytes: of(Encoding::Bytes),
            json: of(Encoding::Json),
            code: true,
            checked: None,
        }
    }

    /// All changes, each for every way that its values travel.
    pub(super) fn finish(mut self) -> Vec<Change<'w>> {
        let told = std::mem::take(&mut self.told);
        let mut changes: Vec<Change<'w>> = told.into_iter().flat_map(|told| self.complete(told)).collect();
        changes.sort_by_cached_key(|change| (change.place.node, change.direction));
        changes
    }

    fn complete(&mut self, told: Told<'w>) -> Vec<Change<'w>> {
        let Told { change, impact } = told;
        let Some(subject) = change.new.or(change.old) else {
            return Vec::new();
        };
        let promised = self.promised_of(subject);
        let effect = impact.effect(promised.promise);
        let doubt = self.doubt(&change);
        let mut of_direction: Vec<(Direction, Vec<String>)> =
            Direction::ALL.iter().map(|way| (*way, Vec::new())).collect();
        for (method, direction) in self.reaching(&change) {
            for (way, reaches) in &mut of_direction {
                if *way == direction {
                    reaches.push(label(method));
                }
            }
        }
        if let Some(only) = self.way {
            of_direction.retain(|(way, _)| *way == only);
        } else if of_direction.iter().any(|(_, reaches)| !reaches.is_empty()) {
            of_direction.retain(|(_, reaches)| !reaches.is_empty());
        }
        of_direction
            .into_iter()
            .map(|(direction, mut reaches)| {
                reaches.dedup();
                let mut change = change.clone().effect(direction, effect);
                change.promise = Some(promised.promise);
                change.may_change = promised.may_change;
                change.doubt.clone_from(&doubt);
                if doubt.is_none() {
                    change.witness = witness(&change, &impact, direction, promised.promise);
                }
                change.reaches = reaches;
                change
            })
            .collect()
    }

    /// The methods that a change reaches, with the way that its values travel in them.
    fn reaching(&self, change: &Change<'w>) -> Vec<(Node<'w>, Direction)> {
        let method = change.new.or(change.old).and_then(|node| {
            let mut around = std::iter::once(node).chain(node.ancestors());
            around.find(|node| node.kind() == Kind::Rpc)
        });
        if let Some(method) = method {
            let ways = match &*change.field {
                "request" => &Direction::ALL[..1],
                "response" => &Direction::ALL[1..],
                _ => &Direction::ALL[..1],
            };
            return ways.iter().map(|way| (method, *way)).collect();
        }
        let of = |node: Option<Node<'w>>| node.and_then(type_around);
        match (of(change.old), of(change.new)) {
            (_, Some(now)) => self.uses_now().reaching(now),
            (Some(before), None) => self.uses_before().reaching(before),
            (None, None) => Vec::new(),
        }
    }
}

/// The value that shows what a change does, if one does.
fn witness(change: &Change<'_>, impact: &Impact, direction: Direction, promise: Promise) -> Option<Witness> {
    let of_json = || impact.json.misread(direction).filter(|_| promise >= Promise::Json);
    let bytes = impact.bytes.misread(direction).map(|misread| ("bytes", misread));
    let (what, misread) = bytes.or_else(|| of_json().map(|misread| ("JSON", misread)))?;
    let message = change.new.or(change.old).and_then(type_around);
    let of = message
        .map(|message| format!(" of `{}`", proto::full_name(message)))
        .unwrap_or_default();
    let (old, new) = match direction {
        Direction::Request => (misread.written.clone(), misread.read.clone()),
        Direction::Response => (misread.read.clone(), misread.written.clone()),
    };
    Some(Witness {
        at: format!("{what}{of}"),
        value: misread.carried.clone(),
        old,
        new,
    })
}
