//! Bindings: what a description says of delivery by one protocol, and what that decides for the other side.
//!
//! What each field decides is data, and stands in the tables of the bindings (`Bearing`).

use crate::breaking::Change;
use crate::breaking::comparison::{Comparison, Sides, by_name, field_name, shown};
use crate::breaking::templates::nameless;
use crate::breaking::units::{Carrier, Step, UnitId};
use crate::document::grammar::{Bearing, Field, Value};
use crate::document::{Direction, Kind, Node};
use crate::finding::Effect;
use crate::syntax::{Key, NodeType, key};
use std::borrow::Cow;

/// What has bindings.
#[derive(Clone, Copy)]
pub(super) struct Bound<'w> {
    /// What a binding of it is.
    pub(super) kind: Kind,
    /// Which way the messages travel.
    pub(super) direction: Direction,
    /// What the channel is called in both versions, which a binding may call it otherwise.
    pub(super) addresses: Option<(&'w str, &'w str)>,
}

impl<'w> Bound<'w> {
    /// A server or a channel, which is there for all directions.
    pub(super) fn both_ways(kind: Kind) -> Self {
        Self {
            kind,
            direction: Direction::Request,
            addresses: None,
        }
    }
}

/// A part of a binding.
#[derive(Clone, Copy)]
struct Part<'p, 'w> {
    unit: UnitId,
    bound: Bound<'w>,
    /// The way to it, with the protocol.
    path: &'p str,
    /// What is said of its fields.
    fields: &'static [Field],
    /// What is said of the part as a whole.
    bearing: Option<Bearing>,
}

impl<'w> Comparison<'w, '_> {
    /// Compares what is said of a thing for each protocol.
    pub(super) fn compare_bindings(
        &mut self,
        unit: UnitId,
        bound: Bound<'w>,
        (old, new): (Option<Node<'w>>, Option<Node<'w>>),
        around: Node<'w>,
    ) {
        let table = |protocol: &str| {
            let map = new.or(old)?;
            map.grammar()?.field(map.kind(), Key::well_known(protocol)?)
        };
        for (protocol, pair) in by_name(old, new, around) {
            let part = Part {
                unit,
                bound,
                path: protocol,
                fields: match table(protocol).map(|field| field.value) {
                    Some(Value::Record(record)) => record.fields,
                    _ => &[],
                },
                bearing: None,
            };
            self.compare_part(part, pair.follow());
        }
    }

    fn compare_part(&mut self, part: Part<'_, 'w>, pair: Sides<'w>) {
        for (name, pair) in by_name(pair.old, pair.new, pair.around) {
            let pair = pair.follow();
            let key = Key::well_known(name);
            if key == Some(key::BINDING_VERSION) {
                continue;
            }
            if name.starts_with("x-") {
                self.field(part.unit, part.bound.kind, name, pair);
                continue;
            }
            let field = part.fields.iter().find(|field| Some(field.key) == key);
            let within = Part {
                path: &format!("{}.{name}", part.path),
                bearing: part.bearing.or(field.and_then(|field| field.bearing)),
                ..part
            };
            let is = |kind: NodeType| {
                [pair.old, pair.new]
                    .iter()
                    .flatten()
                    .all(|node| node.node_type() == kind)
            };
            match field.map(|field| field.value) {
                Some(Value::Record(record)) if is(NodeType::Map) => {
                    let fields = record.fields;
                    self.compare_part(Part { fields, ..within }, pair);
                }
                Some(Value::List(list)) if is(NodeType::List) => self.compare_list(within, name, list.item, pair),
                _ => self.compare_value(within, name, field, pair),
            }
        }
    }

    /// Compares a list: its elements one by one, if they are objects and no fewer or more.
    fn compare_list(&mut self, part: Part<'_, 'w>, name: &str, item: Value, pair: Sides<'w>) {
        if let (Value::Record(record), Some(old), Some(new)) = (item, pair.old, pair.new)
            && old.children().count() == new.children().count()
        {
            let fields = record.fields;
            for (was, is) in old.children().zip(new.children()) {
                self.compare_part(Part { fields, ..part }, Sides::both(was, is).follow());
            }
            return;
        }
        self.compare_value(part, name, None, pair);
    }

    fn compare_value(&mut self, part: Part<'_, 'w>, name: &str, field: Option<&Field>, pair: Sides<'w>) {
        let bearing = part.bearing.unwrap_or(Bearing::Delivery);
        let is_schema = |node: &Node<'w>| node.kind() == Kind::Schema;
        let has_schemas = [pair.old, pair.new].iter().flatten().all(is_schema);
        let means_the_same = || meaning(part, field, pair.old, true) == meaning(part, field, pair.new, false);
        let is_same = match (pair.old, pair.new) {
            (Some(old), Some(new)) if has_schemas => self.unchanged.is(old, new),
            (Some(old), Some(new)) => {
                let are_texts = old.string().is_some() && new.string().is_some();
                pair.says_the_same() || are_texts && means_the_same()
            }
            _ => means_the_same(),
        };
        if is_same {
            return;
        }
        let told = |field: Cow<'static, str>, words: &'static str| {
            let change = Change::of(part.bound.kind, field, pair).texts(text(pair.old), text(pair.new));
            change.fact("name", part.path).fact("bearing", words)
        };
        let direction = match bearing {
            Bearing::Connecting => Direction::Request,
            // Who consumes is the application itself, where it receives.
            Bearing::Consuming => part.bound.direction.reversed(),
            _ => part.bound.direction,
        };
        let is_own = bearing == Bearing::Consuming && direction == Direction::Response;
        let words = match bearing {
            Bearing::Internal => "internal",
            Bearing::Consuming if is_own => "internal",
            Bearing::Delivery => "delivery",
            Bearing::Key => "key",
            _ => "terms",
        };
        let is_described = matches!(
            bearing,
            Bearing::Key | Bearing::Sent | Bearing::Connecting | Bearing::Consuming
        );
        if is_described && !is_own && has_schemas {
            let unit = self.units.below(part.unit, Step::Part(format!("`{}`", part.path)));
            match (pair.old, pair.new) {
                (Some(old), Some(new)) => return self.compare_schema(unit, direction, old, new, Carrier::Json),
                // Without a key, messages are divided otherwise, whatever it may be.
                _ if bearing == Bearing::Key => {}
                _ => {
                    let change = told(field_name(name), "values");
                    return self.tell_lone_schema(unit, direction, Carrier::Json, change);
                }
            }
        }
        let effect = match words {
            "internal" => Effect::Equal,
            _ => Effect::Incomparable,
        };
        let change = told(field_name(name), words).effect(direction, effect);
        self.tell(part.unit, change);
    }
}

/// What a field says, for messages: of what is too large for them, that it is there.
fn text(said: Option<Node<'_>>) -> String {
    let shown = said.map(shown).unwrap_or_default();
    match said.map(Node::node_type) {
        Some(NodeType::Map) => "{…}".to_owned(),
        Some(NodeType::List) if shown.is_empty() => "[…]".to_owned(),
        _ => shown,
    }
}

/// What a field says, or what holds where it says nothing; nothing where that is not known. How the parameters in an
/// address are called does not count.
fn meaning<'m>(
    part: Part<'_, 'm>,
    field: Option<&Field>,
    said: Option<Node<'m>>,
    is_old: bool,
) -> Option<Cow<'m, str>> {
    let default = || field?.default.map(|default| default.trim_matches('"'));
    let text = said.map(Node::text).or_else(default);
    match (part.bearing, part.bound.addresses) {
        (Some(Bearing::Address), Some((before, now))) => {
            let address = if is_old { before } else { now };
            Some(nameless(text.unwrap_or(address)).into())
        }
        _ => text.map(Cow::Borrowed),
    }
}
