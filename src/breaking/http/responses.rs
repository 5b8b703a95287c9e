//! What an operation answers: statuses, headers and links.

use super::parameters::schema_of;
use super::paths::{Side, Version};
use crate::breaking::Change;
use crate::breaking::comparison::{Comparison, Sides, by_name};
use crate::breaking::units::{Step, UnitId};
use crate::document::http::{Header, Response, StatusClass};
use crate::document::{Direction, Kind, Node};
use crate::finding::Effect;
use crate::syntax::{Key, key};

const RESPONSE_KEYS: &[Key] = &[key::CONTENT, key::HEADERS, key::LINKS, key::SCHEMA, key::REF];

impl<'w> Comparison<'w, '_> {
    /// Compares the responses of an operation.
    pub(crate) fn compare_responses(
        &mut self,
        unit: UnitId,
        direction: Direction,
        (old, before): Side<'w>,
        (new, now): Side<'w>,
    ) {
        let mut left: Vec<&Response> = now.responses.iter().collect();
        let mut gone: Vec<&Response> = Vec::new();
        for response in before.responses.iter() {
            let same = |other: &&Response| other.status.eq_ignore_ascii_case(&response.status);
            match left.iter().position(same) {
                Some(position) => {
                    let partner = left.remove(position);
                    self.compare_response(unit, direction, (old, response), (new, partner));
                }
                None => gone.push(response),
            }
        }
        let operation = new.node(now.node);
        let responses = |node: Node<'w>| node.field(key::RESPONSES);
        if let (Some(was), Some(is)) = (responses(old.node(before.node)), responses(operation)) {
            self.extensions(unit, Kind::Responses, was, is);
        }
        let around = operation.field(key::RESPONSES).unwrap_or(operation);
        let default = before.response("default");
        let succeeded = before.responses.iter().any(Response::is_success);
        let mut unpaired = Vec::new();
        for response in gone {
            let related = |other: &&Response| {
                covers_status(&response.status, &other.status) || covers_status(&other.status, &response.status)
            };
            match left.iter().position(related) {
                Some(position) => {
                    let partner = left.remove(position);
                    self.tell_range(unit, direction, (old, response), (new, partner));
                }
                None => unpaired.push(response),
            }
        }
        for response in unpaired {
            let unit = self.units.below(unit, Step::Part(response_title(response)));
            let change = Change::of(Kind::Response, "", Sides::removed(old.node(response.site), around))
                .effect(direction, Effect::Narrows)
                .fact("name", &*response.status)
                .fact("class", class_name(response));
            let change = self.out_of_life(change, &[old.node(response.node)]);
            self.tell(unit, change);
        }
        for response in left {
            // What `default` spoke of is told more precisely now. Beside a success it speaks of no other one.
            let is_spoken_of = response.status != "default" && !(succeeded && response.is_success());
            if let Some(default) = default.filter(|_| is_spoken_of) {
                self.tell_range(unit, direction, (old, default), (new, response));
                continue;
            }
            let unit = self.units.below(unit, Step::Part(response_title(response)));
            let change = Change::of(Kind::Response, "", Sides::added(new.node(response.site)))
                .effect(direction, Effect::Widens)
                .fact("name", &*response.status)
                .fact("class", class_name(response));
            self.tell(unit, change);
        }
    }

    fn tell_range(
        &mut self,
        unit: UnitId,
        direction: Direction,
        (old, before): (Version<'w>, &'w Response),
        (new, now): (Version<'w>, &'w Response),
    ) {
        let effect = if covers_status(&now.status, &before.status) {
            Effect::Widens
        } else {
            Effect::Narrows
        };
        let pair = Sides::both(old.node(before.site), new.node(now.site));
        let change = Change::of(Kind::Response, "range", pair)
            .effect(direction, effect)
            .texts(&*before.status, &*now.status)
            .fact("name", &*now.status)
            .fact("class", class_name(now));
        let below = self.units.below(unit, Step::Part(response_title(now)));
        self.tell(below, change);
        self.compare_response(unit, direction, (old, before), (new, now));
    }

    fn compare_response(
        &mut self,
        unit: UnitId,
        direction: Direction,
        (old, before): (Version<'w>, &'w Response),
        (new, now): (Version<'w>, &'w Response),
    ) {
        let (was, is) = (old.node(before.node), new.node(now.node));
        let step = Step::Part(response_title(now));
        let (media, partners) = ((&*before.media, was), (&*now.media, is));
        let Some(unit) = self.enter_message(unit, step, direction, media, partners) else {
            return;
        };
        self.fields(unit, Kind::Response, was, is, RESPONSE_KEYS);
        self.compare_headers(unit, direction, (old, &before.headers), (new, &now.headers), is);
        self.compare_media(unit, direction, (old, &before.media), (new, &now.media), is);
        self.compare_links(unit, direction, was, is);
    }

    fn compare_headers(
        &mut self,
        unit: UnitId,
        direction: Direction,
        (old, before): (Version<'w>, &'w [Header]),
        (new, now): (Version<'w>, &'w [Header]),
        around: Node<'w>,
    ) {
        let kind = Kind::Header;
        let find = |headers: &'w [Header], name: &str| -> Option<&'w Header> {
            headers.iter().find(|other| other.name.eq_ignore_ascii_case(name))
        };
        for header in before {
            let was = old.node(header.node);
            let name = header.name.as_str();
            let step = Step::Part(format!("header `{name}`"));
            let Some(partner) = find(now, name) else {
                let required = was.is_true(key::REQUIRED);
                let around = around.get(key::HEADERS).unwrap_or(around);
                let effect = if required { Effect::Widens } else { Effect::Equal };
                let change = Change::of(kind, "", Sides::removed(was, around))
                    .effect(direction, effect)
                    .fact("name", name)
                    .yes("required", required);
                let change = self.out_of_life(change, &[was]);
                let unit = self.units.below(unit, step);
                self.tell(unit, change);
                continue;
            };
            let is = new.node(partner.node);
            if self.unchanged.is(was, is) {
                continue;
            }
            let Some(unit) = self.first_visit(unit, step, was, is, direction) else {
                continue;
            };
            if was.is_true(key::REQUIRED) != is.is_true(key::REQUIRED) {
                self.tell_required(unit, kind, direction, name, was, is);
            }
            self.compare_header_value(unit, direction, name, was, is);
        }
        for header in now.iter().filter(|header| find(before, &header.name).is_none()) {
            let is = new.node(header.node);
            let required = is.is_true(key::REQUIRED);
            let effect = if required { Effect::Narrows } else { Effect::Equal };
            let change = Change::of(kind, "", Sides::added(is))
                .effect(direction, effect)
                .fact("name", &*header.name)
                .yes("required", required);
            let unit = self.units.below(unit, Step::Part(format!("header `{}`", header.name)));
            self.tell(unit, change);
        }
    }

    /// Compares what a header may hold, and how that is written.
    pub(crate) fn compare_header_value(
        &mut self,
        unit: UnitId,
        direction: Direction,
        name: &str,
        was: Node<'w>,
        is: Node<'w>,
    ) {
        self.compare_carrying(unit, Kind::Header, direction, name, None, (was, is));
        self.compare_text_schema(unit, direction, (was, is), (schema_of(was), schema_of(is)));
    }

    fn compare_links(&mut self, unit: UnitId, direction: Direction, was: Node<'w>, is: Node<'w>) {
        for (name, pair) in by_name(was.get(key::LINKS), is.get(key::LINKS), is) {
            let (Some(before), Some(now)) = (pair.old, pair.new) else {
                let change = Change::of(Kind::Link, "", pair).effect(direction, Effect::Equal);
                self.tell(unit, change.fact("name", name));
                continue;
            };
            let (before, now) = (before.follow(), now.follow());
            if !self.unchanged.is(before, now)
                && let Some(unit) = self.first_visit(unit, Step::Part(format!("link `{name}`")), before, now, direction)
            {
                self.fields(unit, Kind::Link, before, now, &[key::REF]);
            }
        }
    }
}

fn response_title(response: &Response) -> String {
    format!("response {}", response.status)
}

/// Whether every status of the second is one of the first: `2XX` covers `201`, `default` covers all.
fn covers_status(wide: &str, narrow: &str) -> bool {
    let (wide, narrow) = (wide.as_bytes(), narrow.as_bytes());
    match (wide, narrow) {
        ([class, b'X' | b'x', b'X' | b'x'], [other, a, b]) => {
            class == other && a.is_ascii_digit() && b.is_ascii_digit()
        }
        _ => false,
    }
}

fn class_name(response: &Response) -> &'static str {
    match response.class() {
        Some(StatusClass::Informational) => "informational",
        Some(StatusClass::Success) => "success",
        Some(StatusClass::Redirection) => "redirection",
        Some(StatusClass::ClientError | StatusClass::ServerError) => "error",
        Some(StatusClass::Default) | None => "default",
    }
}
