//! What an operation takes and gives: parameters, bodies, responses, headers, links.

use super::Change;
use super::comparison::{Comparison, LIFECYCLE_KEYS, Sides, flag, key_of};
use super::media::{Range, Relation};
use super::paths::Version;
use super::schemas::Carrier;
use super::units::{Proved, Step, UnitId, UnitKey};
use crate::document::http::{Header, Media, Operation, Parameter, ParameterLocation, Response, StatusClass, variables};
use crate::document::{Direction, Kind, Node, Shape};
use crate::finding::{Action, Effect};
use crate::syntax::{Key, NodeType, key};

/// The fields of parameters and headers that are compared for themselves.
const PARAMETER_KEYS: &[Key] = &[
    key::NAME,
    key::IN,
    key::REQUIRED,
    key::STYLE,
    key::EXPLODE,
    key::ALLOW_RESERVED,
    key::ALLOW_EMPTY_VALUE,
    key::SCHEMA,
    key::CONTENT,
    key::COLLECTION_FORMAT,
    LIFECYCLE_KEYS[0],
    LIFECYCLE_KEYS[1],
    LIFECYCLE_KEYS[2],
];
const BODY_KEYS: &[Key] = &[key::CONTENT, key::REQUIRED, key::SCHEMA, key::NAME, key::IN, key::REF];
const RESPONSE_KEYS: &[Key] = &[key::CONTENT, key::HEADERS, key::LINKS, key::SCHEMA, key::REF];
const MEDIA_KEYS: &[Key] = &[key::SCHEMA, key::ITEM_SCHEMA, key::ENCODING, key::REF];

/// An operation in one version.
pub(super) type Side<'w> = (Version<'w>, &'w Operation);

/// What a parameter is called in messages.
fn parameter_title(parameter: &Parameter) -> String {
    let location = match parameter.location {
        ParameterLocation::Path => "path",
        ParameterLocation::Query => "query",
        ParameterLocation::QueryString => "query string",
        ParameterLocation::Header => "header",
        ParameterLocation::Cookie => "cookie",
        ParameterLocation::Form => "form",
    };
    format!("{location} parameter `{}`", parameter.name)
}

fn is_same_name(location: ParameterLocation, a: &str, b: &str) -> bool {
    match location {
        ParameterLocation::Header => a.eq_ignore_ascii_case(b),
        _ => a == b,
    }
}

/// A name without capitals and separators: `pageSize` and `page_size` are one.
fn plain_name(name: &str) -> String {
    name.chars()
        .filter(|letter| letter.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

impl<'w> Comparison<'w, '_> {
    /// Compares the parameters of an operation, those of its path included.
    pub(super) fn compare_parameters(
        &mut self,
        unit: UnitId,
        direction: Direction,
        (old, before): Side<'w>,
        (new, now): Side<'w>,
    ) {
        let renamed: Vec<(&str, &str)> = variables(&old.api.path(before).template)
            .zip(variables(&new.api.path(now).template))
            .collect();
        let name_now = |parameter: &'w Parameter| match parameter.location {
            ParameterLocation::Path => renamed
                .iter()
                .find(|(was, _)| *was == parameter.name)
                .map_or(parameter.name.as_str(), |(_, is)| is),
            _ => parameter.name.as_str(),
        };
        let mut left: Vec<&Parameter> = now.parameters.iter().collect();
        let mut gone: Vec<&Parameter> = Vec::new();
        for parameter in before.parameters.iter() {
            let found = left.iter().position(|other| {
                other.location == parameter.location
                    && is_same_name(parameter.location, name_now(parameter), &other.name)
            });
            match found {
                Some(position) => {
                    let partner = left.remove(position);
                    self.compare_parameter(unit, direction, (old, parameter), (new, partner));
                }
                None => gone.push(parameter),
            }
        }
        let operation = new.node(now.node);
        let around = operation.get(key::PARAMETERS).unwrap_or(operation);
        for parameter in gone {
            let moved = left.iter().position(|other| other.name == parameter.name);
            let respelt = left.iter().position(|other| {
                other.location == parameter.location && plain_name(&other.name) == plain_name(&parameter.name)
            });
            match (moved, respelt) {
                (Some(position), _) => {
                    let partner = left.remove(position);
                    self.tell_parameter(unit, direction, "in", (old, parameter), (new, partner));
                }
                (None, Some(position)) => {
                    let partner = left.remove(position);
                    self.tell_parameter(unit, direction, "name", (old, parameter), (new, partner));
                }
                (None, None) => {
                    let node = old.node(parameter.site);
                    let unit = self.units.below(unit, Step::Part(parameter_title(parameter)));
                    let change = Change::of(Kind::Parameter, "", Sides::removed(node, around))
                        .effect(direction, Effect::Equal)
                        .fact("name", &*parameter.name)
                        .fact("in", location_of(node.follow()))
                        .yes("required", parameter.required);
                    let change = self.out_of_life(change, &[old.node(parameter.node)]);
                    self.tell(unit, change);
                }
            }
        }
        for parameter in left {
            let node = new.node(parameter.site);
            let unit = self.units.below(unit, Step::Part(parameter_title(parameter)));
            let effect = if parameter.required {
                Effect::Narrows
            } else {
                Effect::Equal
            };
            let change = Change::of(Kind::Parameter, "", Sides::added(node))
                .effect(direction, effect)
                .fact("name", &*parameter.name)
                .fact("in", location_of(node.follow()))
                .yes("required", parameter.required)
                .yes("default", has_default(new, parameter));
            self.tell(unit, change);
        }
    }

    fn tell_parameter(
        &mut self,
        unit: UnitId,
        direction: Direction,
        field: &'static str,
        (old, before): (Version<'w>, &'w Parameter),
        (new, now): (Version<'w>, &'w Parameter),
    ) {
        let key = if field == "in" { key::IN } else { key::NAME };
        let (was, is) = (old.node(before.node), new.node(now.node));
        let below = self.units.below(unit, Step::Part(parameter_title(now)));
        let change = Change::of(Kind::Parameter, field, Sides::at(was, is, key))
            .effect(direction, Effect::Incomparable)
            .fact("name", &*before.name);
        self.tell(below, change);
        self.compare_parameter(unit, direction, (old, before), (new, now));
    }

    fn compare_parameter(
        &mut self,
        unit: UnitId,
        direction: Direction,
        (old, before): (Version<'w>, &'w Parameter),
        (new, now): (Version<'w>, &'w Parameter),
    ) {
        let (was, is) = (old.node(before.node), new.node(now.node));
        if self.unchanged.is(was, is) {
            return;
        }
        let step = Step::Part(parameter_title(now));
        let Some(unit) = self.first_visit(unit, step, was, is, direction) else {
            return;
        };
        let kind = Kind::Parameter;
        let name = now.name.as_str();
        if before.required != now.required {
            self.tell_required(unit, kind, direction, name, was, is);
        }
        self.compare_carrying(unit, kind, direction, name, Some(now.location), (was, is));
        let schemas = (
            before.schema.map(|schema| old.node(schema)),
            now.schema.map(|schema| new.node(schema)),
        );
        self.compare_text_schema(unit, direction, (was, is), schemas);
    }

    /// The unit of two nodes, if they have not been compared before.
    fn first_visit(
        &mut self,
        unit: UnitId,
        step: Step,
        old: Node<'w>,
        new: Node<'w>,
        direction: Direction,
    ) -> Option<UnitId> {
        let key = UnitKey {
            old: vec![old.address()],
            new: vec![new.address()],
            direction,
            carrier: Carrier::default(),
            proved: Proved::default(),
        };
        let (unit, is_first) = self.units.enter(unit, step, key);
        is_first.then_some(unit)
    }

    /// Something that had to be there may be left out, or the other way round.
    fn tell_required(
        &mut self,
        unit: UnitId,
        kind: Kind,
        direction: Direction,
        name: &str,
        was: Node<'w>,
        is: Node<'w>,
    ) {
        let required = flag(Some(is), key::REQUIRED);
        let (action, effect) = if required {
            (Action::Added, Effect::Narrows)
        } else {
            (Action::Removed, Effect::Widens)
        };
        let change = Change::of(kind, "required", Sides::at(was, is, key::REQUIRED))
            .action(action)
            .effect(direction, effect)
            .texts((!required).to_string(), required.to_string())
            .fact("name", name)
            .yes("default", default_of(is).is_some());
        self.tell(unit, change);
    }

    /// How a parameter or header is written into the request or response.
    fn compare_carrying(
        &mut self,
        unit: UnitId,
        kind: Kind,
        direction: Direction,
        name: &str,
        location: Option<ParameterLocation>,
        (was, is): (Node<'w>, Node<'w>),
    ) {
        self.compare_lifecycle(unit, kind, name, was, is);
        let handled: Vec<Key> = if was.get(key::SCHEMA).is_none() && is.get(key::SCHEMA).is_none() {
            // In Swagger 2.0 the object is its own schema, which is compared as such.
            PARAMETER_KEYS
                .iter()
                .chain(super::facets::SCHEMA_KEYS)
                .copied()
                .collect()
        } else {
            PARAMETER_KEYS.to_vec()
        };
        self.fields(unit, kind, was, is, &handled);
        let differs = |comparison: &mut Self, field: &'static str, key: Key, from: String, to: String| {
            if from != to {
                let change = Change::of(kind, field, Sides::at(was, is, key))
                    .action(Action::Changed)
                    .effect(direction, Effect::Incomparable)
                    .texts(from, to)
                    .fact("name", name);
                comparison.tell(unit, change);
            }
        };
        let carriers = |node: Node<'w>| {
            let ranges = node.get(key::CONTENT).into_iter().flat_map(Node::children);
            ranges.map(key_of).next().unwrap_or("schema").to_owned()
        };
        differs(self, "content", key::CONTENT, carriers(was), carriers(is));
        // A scalar is written in the same way in every style but for those that put something before it.
        let default_style = match location {
            Some(ParameterLocation::Query | ParameterLocation::Cookie) => "form",
            _ => "simple",
        };
        let style = |node: Node<'w>| node.string_at(key::STYLE).unwrap_or(default_style).to_owned();
        let scalar = is_scalar(was) && is_scalar(is);
        let prefixed = |style: &str| matches!(style, "label" | "matrix");
        let (style_was, style_is) = (style(was), style(is));
        if !scalar || prefixed(&style_was) || prefixed(&style_is) {
            differs(self, "style", key::STYLE, style_was.clone(), style_is.clone());
        }
        if !scalar {
            let explode = |node: Node<'w>, style: &str| {
                let said = node.get(key::EXPLODE).and_then(Node::boolean);
                said.unwrap_or(style == "form").to_string()
            };
            let (from, to) = (explode(was, &style_was), explode(is, &style_is));
            differs(self, "explode", key::EXPLODE, from, to);
            let collection = |node: Node<'w>| node.string_at(key::COLLECTION_FORMAT).unwrap_or("csv").to_owned();
            differs(
                self,
                "collectionFormat",
                key::COLLECTION_FORMAT,
                collection(was),
                collection(is),
            );
        }
        let reserved = |node: Node<'w>| node.is_true(key::ALLOW_RESERVED).to_string();
        differs(self, "allowReserved", key::ALLOW_RESERVED, reserved(was), reserved(is));
        let (was_empty, is_empty) = (was.is_true(key::ALLOW_EMPTY_VALUE), is.is_true(key::ALLOW_EMPTY_VALUE));
        if was_empty != is_empty {
            let (action, effect) = if is_empty {
                (Action::Added, Effect::Widens)
            } else {
                (Action::Removed, Effect::Narrows)
            };
            let change = Change::of(kind, "allowEmptyValue", Sides::at(was, is, key::ALLOW_EMPTY_VALUE))
                .action(action)
                .effect(direction, effect)
                .fact("name", name);
            self.tell(unit, change);
        }
    }

    /// Compares what requests carry.
    pub(super) fn compare_request(
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
                let same_media = before.request.len() == now.request.len()
                    && before
                        .request
                        .iter()
                        .zip(now.request.iter())
                        .all(|(a, b)| a.range == b.range);
                if same_media && self.unchanged.is(was, is) {
                    return;
                }
                // In Swagger 2.0 the media types stand elsewhere: what is shared may differ from operation to operation.
                let unit = if same_media {
                    match self.first_visit(unit, step, was, is, direction) {
                        Some(unit) => unit,
                        None => return,
                    }
                } else {
                    self.units.below(unit, step)
                };
                if before.request_required != now.request_required {
                    self.tell_required(unit, kind, direction, "request body", was, is);
                }
                self.fields(unit, kind, was, is, BODY_KEYS);
                self.compare_media(unit, direction, (old, &before.request, was), (new, &now.request, is));
            }
        }
    }

    /// Compares the media types that a body can have.
    fn compare_media(
        &mut self,
        unit: UnitId,
        direction: Direction,
        (old, before, _): (Version<'w>, &'w [Media], Node<'w>),
        (new, now, around): (Version<'w>, &'w [Media], Node<'w>),
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
            let change = Change::of(Kind::MediaType, "", Sides::removed(old.node(media.node), around))
                .effect(direction, Effect::Narrows)
                .fact("name", &*media.range);
            self.tell(unit, change);
        }
        for (_, media) in left {
            let change = Change::of(Kind::MediaType, "", Sides::added(new.node(media.node)))
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
            let change = Change::of(kind, field, Sides::both(was, is))
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
            self.fields(unit, kind, was, is, MEDIA_KEYS);
            let properties = before.schema.map(|schema| Shape::of(old.node(schema)));
            self.compare_encodings(unit, direction, was, is, properties.as_ref());
            let items = (was.field(key::ITEM_SCHEMA), is.field(key::ITEM_SCHEMA));
            self.compare_body_schema(unit, direction, is, items, &now.range);
        }
        let schemas = (
            before.schema.map(|schema| old.node(schema)),
            now.schema.map(|schema| new.node(schema)),
        );
        self.compare_body_schema(unit, direction, is, schemas, &now.range);
    }

    fn compare_body_schema(
        &mut self,
        unit: UnitId,
        direction: Direction,
        is: Node<'w>,
        schemas: (Option<Node<'w>>, Option<Node<'w>>),
        range: &str,
    ) {
        let told = |field_pair: Sides<'w>, effect: Effect| {
            Change::of(Kind::MediaType, "schema", field_pair)
                .effect(direction, effect)
                .fact("name", range)
        };
        match schemas {
            (None, None) => {}
            (None, Some(schema)) => {
                let pair = Sides {
                    old: None,
                    new: Some(schema),
                    around: is,
                };
                self.tell_schema_added(unit, direction, told(pair, Effect::Narrows), schema);
            }
            (Some(schema), None) => {
                let pair = Sides::removed(schema, is);
                self.tell_schema_removed(unit, direction, told(pair, Effect::Widens), schema);
            }
            (Some(before), Some(now)) => {
                let is_xml = range.contains("xml");
                let is_json = crate::document::http::is_json_range(range) || range.contains("json");
                self.compare_schema(unit, direction, before, now, Carrier::of(is_json, is_xml));
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
        let within = |node: Node<'w>| node.get(key::ENCODING);
        let (before, now) = (within(was), within(is));
        let names = before.into_iter().chain(now).flat_map(Node::children).map(key_of);
        let mut seen: Vec<&str> = Vec::new();
        for name in names {
            if seen.contains(&name) {
                continue;
            }
            seen.push(name);
            let old = before.and_then(|holder| holder.find(name)).map(Node::follow);
            let new = now.and_then(|holder| holder.find(name)).map(Node::follow);
            // How a new part is written is nobody's loss.
            if old.is_none() && properties.is_some_and(|shape| !shape.has_property(name)) {
                continue;
            }
            let around = new.or(now).unwrap_or(is);
            let fields = old.into_iter().chain(new).flat_map(Node::children).map(key_of);
            let mut told: Vec<&str> = Vec::new();
            for field in fields {
                if told.contains(&field) {
                    continue;
                }
                told.push(field);
                let (old, new) = (
                    old.and_then(|node| node.find(field)),
                    new.and_then(|node| node.find(field)),
                );
                let same = match (old, new) {
                    (Some(old), Some(new)) => super::comparison::says_the_same(old, new),
                    _ => false,
                };
                if same {
                    continue;
                }
                let field = match Key::well_known(field).and_then(Key::well_known_text) {
                    _ if field.starts_with("x-") => "extension".into(),
                    Some(field) => std::borrow::Cow::Borrowed(field),
                    None => std::borrow::Cow::Owned(field.to_owned()),
                };
                let change = Change::of(Kind::Encoding, field, Sides { old, new, around })
                    .effect(direction, Effect::Incomparable)
                    .fact("name", name);
                self.tell(unit, change);
            }
        }
    }

    /// Compares the responses of an operation.
    pub(super) fn compare_responses(
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
        let around = operation.field(key::RESPONSES).unwrap_or(operation);
        let default = before.response("default");
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
            // What `default` spoke of is told more precisely now.
            if let Some(default) = default.filter(|_| response.status != "default") {
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
        let same_media = before.media.len() == now.media.len()
            && before.media.iter().zip(&now.media).all(|(a, b)| a.range == b.range);
        if same_media && self.unchanged.is(was, is) {
            return;
        }
        let step = Step::Part(response_title(now));
        let unit = if same_media {
            match self.first_visit(unit, step, was, is, direction) {
                Some(unit) => unit,
                None => return,
            }
        } else {
            self.units.below(unit, step)
        };
        self.fields(unit, Kind::Response, was, is, RESPONSE_KEYS);
        self.compare_headers(unit, direction, (old, &before.headers), (new, &now.headers), is);
        self.compare_media(unit, direction, (old, &before.media, was), (new, &now.media, is));
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
            self.compare_carrying(unit, kind, direction, name, None, (was, is));
            self.compare_text_schema(unit, direction, (was, is), (schema_of(was), schema_of(is)));
        }
        for header in now.iter().filter(|header| find(before, &header.name).is_none()) {
            let is = new.node(header.node);
            let change = Change::of(kind, "", Sides::added(is))
                .effect(direction, Effect::Narrows)
                .fact("name", &*header.name)
                .yes("required", is.is_true(key::REQUIRED));
            let unit = self.units.below(unit, Step::Part(format!("header `{}`", header.name)));
            self.tell(unit, change);
        }
    }

    fn compare_links(&mut self, unit: UnitId, direction: Direction, was: Node<'w>, is: Node<'w>) {
        let within = |node: Node<'w>| node.get(key::LINKS).into_iter().flat_map(Node::children);
        let find = |node: Node<'w>, name: &str| node.get(key::LINKS)?.find(name);
        for site in within(was) {
            let name = key_of(site);
            match find(is, name) {
                None => {
                    let around = is.get(key::LINKS).unwrap_or(is);
                    let change = Change::of(Kind::Link, "", Sides::removed(site, around))
                        .effect(direction, Effect::Equal)
                        .fact("name", name);
                    self.tell(unit, change);
                }
                Some(now) => {
                    let (before, now) = (site.follow(), now.follow());
                    if !self.unchanged.is(before, now)
                        && let Some(unit) =
                            self.first_visit(unit, Step::Part(format!("link `{name}`")), before, now, direction)
                    {
                        self.fields(unit, Kind::Link, before, now, &[key::REF]);
                    }
                }
            }
        }
        for site in within(is).filter(|site| find(was, key_of(*site)).is_none()) {
            let change = Change::of(Kind::Link, "", Sides::added(site))
                .effect(direction, Effect::Equal)
                .fact("name", key_of(site));
            self.tell(unit, change);
        }
    }

    /// Compares the schemas of something that is written as text: a parameter or a header.
    fn compare_text_schema(
        &mut self,
        unit: UnitId,
        direction: Direction,
        (was, is): (Node<'w>, Node<'w>),
        schemas: (Option<Node<'w>>, Option<Node<'w>>),
    ) {
        match schemas {
            (Some(before), Some(now)) => {
                // In `content`, the text is JSON or whatever it says.
                let in_content = was.get(key::CONTENT).is_some() || is.get(key::CONTENT).is_some();
                let carrier = if in_content { Carrier::Json } else { Carrier::Text };
                self.compare_schema(unit, direction, before, now, carrier);
            }
            (None, Some(schema)) => {
                let change =
                    Change::of(Kind::MediaType, "schema", Sides::added(schema)).effect(direction, Effect::Narrows);
                self.tell_schema_added(unit, direction, change, schema);
            }
            (Some(schema), None) => {
                let change =
                    Change::of(Kind::MediaType, "schema", Sides::removed(schema, is)).effect(direction, Effect::Widens);
                self.tell_schema_removed(unit, direction, change, schema);
            }
            (None, None) => {}
        }
    }
}

/// What a header's values are: its schema, or the header itself in Swagger 2.0.
fn schema_of(node: Node<'_>) -> Option<Node<'_>> {
    let content = || node.get(key::CONTENT)?.children().next()?.follow().field(key::SCHEMA);
    node.field(key::SCHEMA)
        .or_else(content)
        .or_else(|| node.get(key::TYPE).map(|_| node))
}

fn default_of(node: Node<'_>) -> Option<Node<'_>> {
    node.get(key::DEFAULT)
        .or_else(|| Shape::of(node.field(key::SCHEMA)?).keyword(key::DEFAULT).next())
}

fn has_default(version: Version<'_>, parameter: &Parameter) -> bool {
    default_of(version.node(parameter.node)).is_some()
}

fn location_of(node: Node<'_>) -> String {
    node.string_at(key::IN).unwrap_or_default().to_owned()
}

/// Whether what a parameter or header carries is neither a list nor an object.
fn is_scalar(node: Node<'_>) -> bool {
    schema_of(node).is_none_or(|schema| {
        let shape = Shape::of(schema);
        !shape.is_list() && !shape.is_object() && shape.node().node_type() == NodeType::Map
    })
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
