//! What requests and responses carry, in each of their media types.

use super::paths::{Side, Version};
use crate::breaking::Change;
use crate::breaking::comparison::{Comparison, Sides, by_name, field_name};
use crate::breaking::media::{Range, Relation};
use crate::breaking::units::Carrier;
use crate::breaking::units::{Step, UnitId};
use crate::document::http::{Media, Operation};
use crate::document::{Direction, Kind, Node, Shape};
use crate::finding::Effect;
use crate::syntax::{Key, key};

const BODY_KEYS: &[Key] = &[key::CONTENT, key::REQUIRED, key::SCHEMA, key::NAME, key::IN, key::REF];
const MEDIA_KEYS: &[Key] = &[key::SCHEMA, key::ITEM_SCHEMA, key::ENCODING, key::REF];

impl<'w> Comparison<'w, '_> {
    /// Compares what requests carry.
    pub(crate) fn compare_request(
        &mut self,
        unit: UnitId,
        direction: Direction,
        (old, before): Side<'w>,
        (new, now): Side<'w>,
    ) {
        let node = |version: Version<'w>, operation: &Operation| operation.request_node.map(|node| version.node(node));
        let kind = Kind::RequestBody;
        let step = Step::Part("request body".to_owned());
        let operation = new.node(now.node);
        match (node(old, before), node(new, now)) {
            (None, None) => {}
            (None, Some(is)) => {
                let effect = if now.request_required {
                    Effect::Narrows
                } else {
                    Effect::Widens
                };
                let unit = self.units.below(unit, step);
                let change = Change::of(kind, "", Sides::added(is))
                    .effect(direction, effect)
                    .fact("name", "request body")
                    .yes("required", now.request_required);
                self.tell(unit, change);
            }
            (Some(was), None) => {
                let unit = self.units.below(unit, step);
                let change = Change::of(kind, "", Sides::removed(was, operation))
                    .effect(direction, Effect::Equal)
                    .fact("name", "request body")
                    .yes("required", before.request_required);
                self.tell(unit, change);
            }
            (Some(was), Some(is)) => {
                let (media, partners) = ((&*before.request, was), (&*now.request, is));
                let Some(unit) = self.enter_message(unit, step, direction, media, partners) else {
                    return;
                };
                if before.request_required != now.request_required {
                    self.tell_required(unit, kind, direction, "request body", was, is);
                }
                self.fields(unit, kind, was, is, BODY_KEYS);
                self.compare_media(unit, direction, (old, &before.request), (new, &now.request), is);
            }
        }
    }

    /// The unit of a request body or a response, if there is something in it to compare that has not been compared
    /// before. In Swagger 2.0 the media types stand elsewhere: what is shared may differ from operation to operation.
    pub(crate) fn enter_message(
        &mut self,
        unit: UnitId,
        step: Step,
        direction: Direction,
        (before, was): (&'w [Media], Node<'w>),
        (now, is): (&'w [Media], Node<'w>),
    ) -> Option<UnitId> {
        let ranges = |media: &'w [Media]| media.iter().map(|media| &media.range);
        if !ranges(before).eq(ranges(now)) {
            return Some(self.units.below(unit, step));
        }
        if self.unchanged.is(was, is) {
            return None;
        }
        self.first_visit(unit, step, was, is, direction)
    }

    /// Compares the media types that a body can have.
    pub(crate) fn compare_media(
        &mut self,
        unit: UnitId,
        direction: Direction,
        (old, before): (Version<'w>, &'w [Media]),
        (new, now): (Version<'w>, &'w [Media]),
        around: Node<'w>,
    ) {
        let mut left: Vec<(Range, &Media)> = now.iter().map(|media| (Range::read(&media.range), media)).collect();
        let mut gone: Vec<(Range, &Media)> = before.iter().map(|media| (Range::read(&media.range), media)).collect();
        for wanted in [
            Relation::Same,
            Relation::OtherParameters,
            Relation::Wider,
            Relation::Narrower,
        ] {
            let mut unpaired = Vec::new();
            for (range, media) in std::mem::take(&mut gone) {
                let found = left.iter().position(|(other, _)| range.relation(other) == wanted);
                match found {
                    Some(position) => {
                        let (_, partner) = left.remove(position);
                        self.compare_medium(unit, direction, wanted, (old, media), (new, partner));
                    }
                    None => unpaired.push((range, media)),
                }
            }
            gone = unpaired;
        }
        for (_, media) in gone {
            let change = Change::of(Kind::MediaType, "", Sides::removed(old.node(media.site), around))
                .effect(direction, Effect::Narrows)
                .fact("name", &*media.range);
            self.tell(unit, change);
        }
        for (_, media) in left {
            let change = Change::of(Kind::MediaType, "", Sides::added(new.node(media.site)))
                .effect(direction, Effect::Widens)
                .fact("name", &*media.range);
            self.tell(unit, change);
        }
    }

    fn compare_medium(
        &mut self,
        unit: UnitId,
        direction: Direction,
        relation: Relation,
        (old, before): (Version<'w>, &'w Media),
        (new, now): (Version<'w>, &'w Media),
    ) {
        let (was, is) = (old.node(before.node), new.node(now.node));
        let kind = Kind::MediaType;
        let (field, effect) = match relation {
            Relation::Same | Relation::Other => (None, Effect::Equal),
            Relation::OtherParameters => (Some("parameters"), Effect::Equal),
            Relation::Wider => (Some("range"), Effect::Narrows),
            Relation::Narrower => (Some("range"), Effect::Widens),
        };
        if let Some(field) = field {
            let change = Change::of(kind, field, Sides::both(old.node(before.site), new.node(now.site)))
                .effect(direction, effect)
                .texts(&*before.range, &*now.range)
                .fact("name", &*now.range);
            self.tell(unit, change);
        }
        let unit = if now.is_json() {
            unit
        } else {
            self.units.below(unit, Step::Part(now.range.clone()))
        };
        if was.kind() == kind && is.kind() == kind {
            if self.unchanged.is(was, is) {
                return;
            }
            self.compare_media_object(unit, direction, &now.range, was, is);
        }
        let schemas = (
            before.schema.map(|schema| old.node(schema)),
            now.schema.map(|schema| new.node(schema)),
        );
        self.compare_body_schema(unit, direction, is, schemas, &now.range);
    }

    /// Compares what a media type object says beside its schema.
    pub(crate) fn compare_media_object(
        &mut self,
        unit: UnitId,
        direction: Direction,
        range: &str,
        was: Node<'w>,
        is: Node<'w>,
    ) {
        self.fields(unit, Kind::MediaType, was, is, MEDIA_KEYS);
        let properties = was.field(key::SCHEMA).map(Shape::of);
        self.compare_encodings(unit, direction, was, is, properties.as_ref());
        let items = (was.field(key::ITEM_SCHEMA), is.field(key::ITEM_SCHEMA));
        self.compare_body_schema(unit, direction, is, items, range);
    }

    fn compare_body_schema(
        &mut self,
        unit: UnitId,
        direction: Direction,
        is: Node<'w>,
        schemas: (Option<Node<'w>>, Option<Node<'w>>),
        range: &str,
    ) {
        let told = |pair: Sides<'w>| Change::of(Kind::MediaType, "schema", pair).fact("name", range);
        match schemas {
            (None, None) => {}
            (None, Some(schema)) => {
                let pair = Sides {
                    old: None,
                    new: Some(schema),
                    around: is,
                };
                self.tell_lone_schema(unit, direction, Carrier::Json, told(pair));
            }
            (Some(schema), None) => {
                let pair = Sides::removed(schema, is);
                self.tell_lone_schema(unit, direction, Carrier::Json, told(pair));
            }
            (Some(before), Some(now)) => {
                self.compare_schema(unit, direction, before, now, Carrier::of_range(range));
            }
        }
    }

    fn compare_encodings(
        &mut self,
        unit: UnitId,
        direction: Direction,
        was: Node<'w>,
        is: Node<'w>,
        properties: Option<&Shape<'w>>,
    ) {
        for (name, parts) in by_name(was.get(key::ENCODING), is.get(key::ENCODING), is) {
            // How a new part is written is nobody's loss.
            if parts.old.is_none() && properties.is_some_and(|shape| !shape.has_property(name)) {
                continue;
            }
            let parts = parts.follow();
            for (field, pair) in by_name(parts.old, parts.new, parts.around) {
                let is_same = match (pair.old, pair.new) {
                    (Some(old), Some(new)) if new.key() == Some(key::HEADERS) => {
                        self.compare_part_headers(unit, direction, old, new)
                    }
                    _ => pair.says_the_same(),
                };
                if !is_same {
                    let change = Change::of(Kind::Encoding, field_name(field), pair)
                        .effect(direction, Effect::Incomparable)
                        .fact("name", name);
                    self.tell(unit, change);
                }
            }
        }
    }

    /// Compares the headers that a part of a body has in both versions; tells whether these are the same ones.
    fn compare_part_headers(&mut self, unit: UnitId, direction: Direction, old: Node<'w>, new: Node<'w>) -> bool {
        let mut is_same = true;
        for (name, pair) in by_name(Some(old), Some(new), new) {
            let pair = pair.follow();
            let (Some(was), Some(is)) = (pair.old, pair.new) else {
                is_same = false;
                continue;
            };
            if !self.unchanged.is(was, is) {
                is_same &= was.is_true(key::REQUIRED) == is.is_true(key::REQUIRED);
                let unit = self.units.below(unit, Step::Part(format!("header `{name}`")));
                self.compare_header_value(unit, direction, name, was, is);
            }
        }
        is_same
    }
}
