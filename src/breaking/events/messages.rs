//! Messages: which of the old version is which of the new one, and what they carry.

use super::bindings::Bound;
use super::pairing::Paired;
use super::{Version, knows, said};
use crate::breaking::Change;
use crate::breaking::comparison::{Comparison, LIFECYCLE_KEYS, Sides};
use crate::breaking::media::{Range, Relation};
use crate::breaking::units::{Carrier, Proved, Step, UnitId};
use crate::document::avro::{Schema, split};
use crate::document::events::{Message, SchemaFormat};
use crate::document::{Direction, Kind, Node, content};
use crate::finding::Effect;
use crate::syntax::{Key, key};

const MESSAGE_KEYS: &[Key] = &[
    key::PAYLOAD,
    key::HEADERS,
    key::SCHEMA_FORMAT,
    key::CONTENT_TYPE,
    key::CORRELATION_ID,
    key::BINDINGS,
    key::TRAITS,
    // By these a message is known again.
    key::NAME,
    key::MESSAGE_ID,
    key::REF,
    LIFECYCLE_KEYS[0],
    LIFECYCLE_KEYS[1],
    LIFECYCLE_KEYS[2],
];

/// The messages of an operation or a reply in one version.
pub(super) struct Carried<'w> {
    version: Version<'w>,
    messages: Vec<&'w Message>,
    around: Node<'w>,
}

impl<'w> Carried<'w> {
    pub(super) fn of(version: Version<'w>, positions: Vec<usize>, around: Node<'w>) -> Self {
        let messages = positions.iter().map(|position| &version.events.messages[*position]);
        Self {
            version,
            messages: messages.collect(),
            around,
        }
    }

    /// Whether a message is not just called by its channel.
    fn is_named(&self, at: usize) -> bool {
        let message = self.messages[at];
        let mut channels = message.channels.iter();
        channels.all(|channel| self.version.events.channels[*channel].label() != message.name)
    }

    /// The schema of the payload of a message.
    fn payload(&self, at: usize) -> Option<Node<'w>> {
        let (payload, _) = self.messages[at].payload?;
        Some(self.version.node(payload).follow())
    }
}

fn hash(node: Node<'_>) -> u64 {
    content::hash(node.document().tree(), node.id())
}

/// What a schema is called among the components.
fn component(schema: Node<'_>) -> Option<&str> {
    let map = schema.parent()?;
    (map.parent()?.kind() == Kind::Components).then(|| schema.key_text())?
}

impl<'w> Comparison<'w, '_> {
    /// Compares messages: those of one name, then those of one payload, and at last those that stand alone on both sides.
    pub(super) fn compare_messages(&mut self, unit: UnitId, direction: Direction, old: Carried<'w>, new: Carried<'w>) {
        let (was, is) = (|at: usize| old.messages[at], |at: usize| new.messages[at]);
        let mut paired = Paired::new(old.messages.len(), new.messages.len());
        // Messages without a name may be called by their channel, several by the same.
        paired.by(
            |at| old.payload(at).map(|payload| (&*was(at).name, hash(payload))),
            |at| new.payload(at).map(|payload| (&*is(at).name, hash(payload))),
        );
        paired.by(|at| Some(&*was(at).name), |at| Some(&*is(at).name));
        let named = paired.both.len();
        paired.by(|at| old.payload(at).map(hash), |at| new.payload(at).map(hash));
        paired.by(
            |at| old.payload(at).and_then(component),
            |at| new.payload(at).and_then(component),
        );
        paired.last();
        for (before, now) in &paired.both[named..] {
            let (is_named, is_named_now) = (old.is_named(*before), new.is_named(*now));
            let (was, is) = (was(*before), is(*now));
            let nodes = Sides::both(old.version.node(was.node), new.version.node(is.node));
            // Since 3.0 every message has a name.
            let need_names = |node| knows(node, Kind::Channel, key::MESSAGES);
            let is_converted = need_names(old.version.root) != need_names(new.version.root);
            if !is_named && !is_named_now || is_converted && is_named != is_named_now {
                continue;
            }
            let change = Change::of(Kind::Message, "name", nodes).texts(&*was.name, &*is.name);
            self.tell(unit, change.fact("name", &*is.name));
        }
        for (before, now) in paired.in_order() {
            self.compare_message(unit, direction, (old.version, was(before)), (new.version, is(now)));
        }
        for before in &paired.old {
            let was = was(*before);
            let node = old.version.node(was.node);
            let change = Change::of(Kind::Message, "", Sides::removed(node, new.around))
                .effect(direction, Effect::Narrows)
                .fact("name", &*was.name);
            let change = self.out_of_life(change, &[node]);
            self.tell(unit, change);
        }
        for now in &paired.new {
            let is = is(*now);
            let change = Change::of(Kind::Message, "", Sides::added(new.version.node(is.node)))
                .effect(direction, Effect::Widens)
                .fact("name", &*is.name);
            self.tell(unit, change);
        }
    }

    fn compare_message(
        &mut self,
        unit: UnitId,
        direction: Direction,
        (old, before): (Version<'w>, &'w Message),
        (new, now): (Version<'w>, &'w Message),
    ) {
        let (was, is) = (old.node(before.node), new.node(now.node));
        let step = Step::Part(format!("message `{}`", now.name));
        // The same message may travel on many channels.
        let Some(unit) = self.first_visit(unit, step, was, is, direction) else {
            return;
        };
        let sides = ((old, &*before.layers), (new, &*now.layers));
        let bound = Bound {
            direction,
            ..Bound::both_ways(Kind::MessageBinding)
        };
        self.compare_layered(unit, (Kind::Message, MESSAGE_KEYS), &now.name, (was, is), sides, bound);
        self.compare_content_type(unit, direction, (before, was), (now, is));
        self.compare_correlation(unit, direction, &now.name, said(sides, key::CORRELATION_ID, is));
        for field in [key::HEADERS, key::PAYLOAD] {
            self.compare_around_schema(unit, said(sides, field, is));
        }
        self.compare_headers_of_message(unit, direction, (old, before), (new, now));
        self.compare_payload(unit, direction, (old, before), (new, now));
    }

    /// Compares what is said beside a schema that stands in an object which names its format
    /// (<https://www.asyncapi.com/docs/reference/specification/v3.0.0#multiFormatSchemaObject>).
    fn compare_around_schema(&mut self, unit: UnitId, schemas: Sides<'w>) {
        let kind = Kind::MultiFormatSchema;
        let schemas = schemas.follow();
        if let (Some(was), Some(is)) = (schemas.old, schemas.new)
            && (was.kind(), is.kind()) == (kind, kind)
        {
            let handled = [key::SCHEMA, key::SCHEMA_FORMAT, key::REF];
            self.fields(unit, kind, was, is, &handled);
        }
    }

    fn compare_content_type(
        &mut self,
        unit: UnitId,
        direction: Direction,
        (before, was): (&Message, Node<'w>),
        (now, is): (&Message, Node<'w>),
    ) {
        let text = |message: &Message| message.content_type.clone().unwrap_or_default();
        let (from, to) = (text(before), text(now));
        let is_known = !from.is_empty() && !to.is_empty();
        let relation = Range::read(&from).relation(&Range::read(&to));
        if from == to || is_known && matches!(relation, Relation::Same | Relation::OtherParameters) {
            return;
        }
        let mut change = Change::of(Kind::Message, "contentType", Sides::at(was, is, key::CONTENT_TYPE))
            .texts(from, to)
            .fact("name", &*now.name);
        change = change.effect(
            direction,
            if is_known {
                Effect::Incomparable
            } else {
                Effect::Unknown
            },
        );
        if !is_known {
            change.reason = Some("one version does not say in what messages are written".to_owned());
        }
        self.tell(unit, change);
    }

    fn compare_correlation(&mut self, unit: UnitId, direction: Direction, name: &str, pair: Sides<'w>) {
        let location = |node: Option<Node<'w>>| node.and_then(|node| node.string_at(key::LOCATION)).unwrap_or_default();
        let (from, to) = (location(pair.old), location(pair.new));
        if from != to {
            let effect = if from.is_empty() {
                Effect::Equal
            } else {
                Effect::Incomparable
            };
            let change = Change::of(Kind::Message, "correlationId", pair)
                .effect(direction, effect)
                .texts(from, to)
                .fact("name", name);
            self.tell(unit, change);
        }
        if let (Some(was), Some(is)) = (pair.old, pair.new) {
            self.fields(unit, Kind::CorrelationId, was, is, &[key::LOCATION, key::REF]);
        }
    }

    fn compare_headers_of_message(
        &mut self,
        unit: UnitId,
        direction: Direction,
        (old, before): (Version<'w>, &Message),
        (new, now): (Version<'w>, &Message),
    ) {
        let nodes = |version: Version<'w>, message: &Message| -> Vec<Node<'w>> {
            message.headers.iter().map(|headers| version.node(*headers)).collect()
        };
        let (were, are) = (nodes(old, before), nodes(new, now));
        let is_read = |nodes: &[Node<'w>]| nodes.iter().all(|node| node.kind() == Kind::Schema);
        let pair = Sides {
            old: were.first().copied(),
            new: are.first().copied(),
            around: new.node(now.node),
        };
        let unit = self.units.below(unit, Step::Part("headers".to_owned()));
        let change = || Change::of(Kind::Message, "headers", pair).fact("name", &*now.name);
        match (were.is_empty(), are.is_empty()) {
            (true, true) => {}
            _ if !is_read(&were) || !is_read(&are) => self.tell_unread(unit, direction, change(), pair),
            (false, false) => {
                let step = Step::Same;
                let proved = Proved::default();
                self.compare_nodes(unit, step, direction, Carrier::Json, proved, (&were, &are));
            }
            _ => self.tell_lone_schema(unit, direction, Carrier::Json, change()),
        }
    }

    fn compare_payload(
        &mut self,
        unit: UnitId,
        direction: Direction,
        (old, before): (Version<'w>, &Message),
        (new, now): (Version<'w>, &Message),
    ) {
        let pair = Sides {
            old: before.payload.map(|(payload, _)| old.node(payload)),
            new: now.payload.map(|(payload, _)| new.node(payload)),
            around: new.node(now.node),
        };
        let change = Change::of(Kind::Message, "payload", pair).fact("name", &*now.name);
        match (before.payload, now.payload) {
            (None, None) => {}
            (Some((was, SchemaFormat::JsonSchema)), Some((is, SchemaFormat::JsonSchema))) => {
                let range = now.content_type.as_deref().unwrap_or_default();
                for way in self.settings.promises.ways("", direction) {
                    self.compare_schema(unit, *way, old.node(was), new.node(is), Carrier::of_range(range));
                }
            }
            (Some((was, SchemaFormat::Avro)), Some((is, SchemaFormat::Avro))) => {
                let (was, is) = (old.node(was), new.node(is));
                let name = Schema::of(is).full_name();
                for way in self.settings.promises.ways(split(&name).0, direction) {
                    if !self.compare_avro(unit, *way, was, is) {
                        let mut change = change.clone().effect(*way, Effect::Unknown);
                        change.reason = Some("the schemas are too large to be compared as a whole".to_owned());
                        self.tell(unit, change);
                    }
                }
            }
            (Some((was, SchemaFormat::Protobuf)), Some((is, SchemaFormat::Protobuf))) => {
                let (was, is) = (old.node(was), new.node(is));
                if was.kind() != Kind::File || is.kind() != Kind::File {
                    return self.tell_unread(unit, direction, change, pair);
                }
                for way in self.settings.promises.ways("", direction) {
                    self.compare_protobuf(unit, *way, was, is);
                }
            }
            (Some((_, from)), Some((_, to))) if from.is_read() && to.is_read() && from != to => {
                self.tell_other_format(unit, direction, (before, from), (now, to), pair);
            }
            (Some((_, SchemaFormat::JsonSchema)), None) | (None, Some((_, SchemaFormat::JsonSchema))) => {
                self.tell_lone_schema(unit, direction, Carrier::Json, change);
            }
            _ => self.tell_unread(unit, direction, change, pair),
        }
    }

    /// Tells that a schema is written in another language. Where the messages themselves say that they are written as
    /// before, that need not mean anything to them.
    fn tell_other_format(
        &mut self,
        unit: UnitId,
        direction: Direction,
        (before, from): (&Message, SchemaFormat),
        (now, to): (&Message, SchemaFormat),
        pair: Sides<'w>,
    ) {
        let mut change = Change::of(Kind::Message, "schemaFormat", pair)
            .effect(direction, Effect::Incomparable)
            .texts(from.name(), to.name())
            .fact("name", &*now.name);
        if let (Some(was), Some(is)) = (&before.content_type, &now.content_type)
            && Range::read(was).relation(&Range::read(is)) == Relation::Same
        {
            change.effect = Effect::Unknown;
            change.reason = Some(format!("messages are written as `{is}` in both versions"));
        }
        self.tell(unit, change);
    }

    /// Tells that schemas differ that are written in nothing that is compared, or that one side lacks.
    fn tell_unread(&mut self, unit: UnitId, direction: Direction, mut change: Change<'w>, pair: Sides<'w>) {
        if let (Some(was), Some(is)) = (pair.old, pair.new)
            && self.unchanged.is(was, is)
        {
            return;
        }
        change.reason = Some("what is written so, or not described at all, is not compared".to_owned());
        self.tell(unit, change.effect(direction, Effect::Unknown));
    }
}
