//! Services: their methods, what goes which way in them, and the HTTP requests that stand for them.

use super::Comparison;
use super::impact::{Impact, Readings};
use super::reading::Encoding;
use super::version::may_mean;
use crate::breaking::Change;
use crate::breaking::comparison::Sides;
use crate::document::proto::{self, Binding, declarations};
use crate::document::{Direction, Kind, Node};
use crate::finding::Action;
use crate::syntax::{Key, key};

impl<'w> Comparison<'w, '_> {
    pub(super) fn compare_service(&mut self, old: Node<'w>, new: Node<'w>) {
        self.compare_other_options(Kind::Service, old, new, &[]);
        self.compare_methods(old, new);
    }

    fn compare_methods(&mut self, old: Node<'w>, new: Node<'w>) {
        let find = |service: Node<'w>, name: &str| {
            declarations(service, key::METHODS).find(|method| proto::name(*method) == name)
        };
        for was in declarations(old, key::METHODS) {
            match find(new, proto::name(was)) {
                Some(is) => self.compare_method(was, is),
                None => {
                    let change = self.change(Kind::Rpc, "", Sides::removed(was, new), was);
                    self.tell(change, Impact::of_code());
                }
            }
        }
        for is in declarations(new, key::METHODS) {
            if find(old, proto::name(is)).is_none() {
                let change = self.change(Kind::Rpc, "", Sides::added(is), is);
                self.tell(change, Impact::default());
            }
        }
    }

    fn compare_method(&mut self, old: Node<'w>, new: Node<'w>) {
        for (direction, part, field) in [
            (Direction::Request, key::REQUEST, "request"),
            (Direction::Response, key::RESPONSE, "response"),
        ] {
            self.compare_part(old, new, direction, part, field);
        }
        self.compare_option(
            Kind::Rpc,
            "idempotency_level",
            old,
            new,
            "idempotency_level",
            "IDEMPOTENCY_UNKNOWN",
            Impact::of_code(),
        );
        self.compare_bindings(old, new);
        self.compare_other_options(Kind::Rpc, old, new, &[]);
    }

    fn compare_part(&mut self, old: Node<'w>, new: Node<'w>, direction: Direction, part: Key, field: &'static str) {
        let sides = Sides::at(old, new, part);
        let (was, is) = (proto::is_streaming(old, direction), proto::is_streaming(new, direction));
        if was != is {
            let says = |is: bool| if is { "a stream" } else { "one message" };
            let change = self.change(Kind::Rpc, "stream", sides, new).texts(says(was), says(is));
            self.tell(change.fact("part", field), Impact::of_code());
        }
        let written = |method: Node<'w>| {
            method
                .get(part)
                .and_then(|part| part.string_at(key::TYPE))
                .unwrap_or_default()
        };
        let name = |method: Node<'w>| match proto::message_of(method, direction) {
            Some(message) => proto::full_name(message),
            None => written(method).trim_start_matches('.').to_owned(),
        };
        let (before, now) = (name(old), name(new));
        let is_same = match (proto::message_of(old, direction), proto::message_of(new, direction)) {
            (Some(_), Some(_)) => before == now,
            (Some(_), None) => may_mean(written(new), &before),
            (None, _) => may_mean(written(old), &now),
        };
        if is_same {
            return;
        }
        let messages = proto::message_of(old, direction).zip(proto::message_of(new, direction));
        let respelt = messages.is_some_and(|(was, is)| {
            self.partners
                .get(&was.address())
                .is_some_and(|partner| partner.address() == is.address())
        });
        let of = |encoding| match messages {
            Some((was, is)) if !respelt => Readings {
                old_by_new: self.readings.misread_message(was, is, encoding),
                new_by_old: self.readings.misread_message(is, was, encoding),
            },
            _ => Readings::default(),
        };
        let impact = Impact {
            bytes: of(Encoding::Bytes),
            json: of(Encoding::Json),
            code: true,
            checked: None,
        };
        let change = self.change(Kind::Rpc, field, sides, new).texts(before, now);
        self.tell(change, impact);
    }

    fn compare_bindings(&mut self, old: Node<'w>, new: Node<'w>) {
        let (before, now) = (proto::bindings(old), proto::bindings(new));
        let is_met = |binding: &Binding<'w>, others: &[Binding<'w>]| {
            others.iter().any(|other| request_line(other) == request_line(binding))
        };
        for was in before.iter().filter(|was| !is_met(was, &now)) {
            let change = Change::of(Kind::Rpc, "http", Sides::removed(was.template, new));
            let change = change
                .texts(shown(was), "")
                .fact("name", shown(was))
                .fact("place", proto::full_name(new));
            self.tell(change, Impact::default());
        }
        for is in now.iter() {
            let Some(was) = before.iter().find(|was| request_line(was) == request_line(is)) else {
                let change = Change::of(Kind::Rpc, "http", Sides::added(is.template));
                let change = change
                    .texts("", shown(is))
                    .fact("name", shown(is))
                    .fact("place", proto::full_name(new));
                self.tell(change, Impact::default());
                continue;
            };
            let bodies =
                |binding: &Binding<'w>| [binding.body, binding.response_body].map(|body| body.map_or("", Node::text));
            let (was_bodies, is_bodies) = (bodies(was), bodies(is));
            if was_bodies != is_bodies {
                let said = |bodies: [&str; 2]| format!("body `{}`, response body `{}`", bodies[0], bodies[1]);
                let change =
                    Change::of(Kind::Rpc, "http", Sides::both(was.template, is.template)).action(Action::Changed);
                let change = change.texts(said(was_bodies), said(is_bodies));
                self.tell(
                    change.fact("name", shown(is)).fact("place", proto::full_name(new)),
                    Impact::default(),
                );
            }
        }
    }
}

fn shown(binding: &Binding<'_>) -> String {
    format!("{} {}", binding.method, binding.template.text())
}

/// What requests look like that a binding takes: the names of variables do not show.
fn request_line(binding: &Binding<'_>) -> (String, String) {
    let mut pattern = String::new();
    let mut rest = binding.template.text();
    while let Some((before, after)) = rest.split_once('{') {
        let (variable, behind) = after.split_once('}').unwrap_or((after, ""));
        pattern.push_str(before);
        // A variable without a pattern is one segment.
        pattern.push_str(variable.split_once('=').map_or("*", |(_, pattern)| pattern));
        rest = behind;
    }
    pattern.push_str(rest);
    (binding.method.to_owned(), pattern)
}
