//! What an operation takes beside its body: parameters, and how they and headers are written.

use super::paths::{Side, Version};
use crate::breaking::Change;
use crate::breaking::comparison::{Comparison, LIFECYCLE_KEYS, Sides, flag, is_respelt, key_of};
use crate::breaking::schema::facets::{ANNOTATION_KEYS, DEMAND_KEYS};
use crate::breaking::units::Carrier;
use crate::breaking::units::{Step, UnitId};
use crate::document::http::{Parameter, ParameterLocation, variables};
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

impl<'w> Comparison<'w, '_> {
    /// Compares the parameters of an operation, those of its path included.
    pub(crate) fn compare_parameters(
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
            let respelt = left
                .iter()
                .position(|other| other.location == parameter.location && is_respelt(&other.name, &parameter.name));
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
                    let effect = if parameter.required {
                        Effect::Widens
                    } else {
                        Effect::Equal
                    };
                    let change = Change::of(Kind::Parameter, "", Sides::removed(node, around))
                        .effect(direction, effect)
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

    /// How a parameter or header is written into the request or response.
    pub(crate) fn compare_carrying(
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
                .chain(DEMAND_KEYS)
                .chain(ANNOTATION_KEYS)
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
        let carrier = |node: Node<'w>| node.get(key::CONTENT).and_then(|content| content.children().next());
        let (carried, carries) = (carrier(was), carrier(is));
        let named = |carrier: Option<Node<'w>>| carrier.map_or("schema", key_of).to_owned();
        differs(self, "content", key::CONTENT, named(carried), named(carries));
        if let (Some(carried), Some(carries)) = (carried, carries) {
            self.compare_media_object(unit, direction, key_of(carries), carried.follow(), carries.follow());
        }
        let scalar = is_scalar(was) && is_scalar(is);
        if is_of_swagger(was) && is_of_swagger(is) {
            let collection = |node: Node<'w>| node.string_at(key::COLLECTION_FORMAT).unwrap_or("csv").to_owned();
            if !scalar {
                let (from, to) = (collection(was), collection(is));
                differs(self, "collectionFormat", key::COLLECTION_FORMAT, from, to);
            }
        } else {
            let ((style_was, explode_was), (style_is, explode_is)) = (writing(was, location), writing(is, location));
            // A scalar is written in the same way in every style but for those that put something before it.
            let prefixed = [style_was, style_is]
                .iter()
                .any(|style| matches!(*style, "label" | "matrix"));
            if !scalar || prefixed {
                differs(self, "style", key::STYLE, style_was.to_owned(), style_is.to_owned());
            }
            if !scalar {
                let (from, to) = (explode_was.to_string(), explode_is.to_string());
                differs(self, "explode", key::EXPLODE, from, to);
            }
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

    /// Something that had to be there may be left out, or the other way round.
    pub(crate) fn tell_required(
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

    /// Compares the schemas of something that is written as text: a parameter or a header.
    pub(crate) fn compare_text_schema(
        &mut self,
        unit: UnitId,
        direction: Direction,
        (was, is): (Node<'w>, Node<'w>),
        schemas: (Option<Node<'w>>, Option<Node<'w>>),
    ) {
        // In `content`, the text is JSON or whatever it says.
        let in_content = was.get(key::CONTENT).is_some() || is.get(key::CONTENT).is_some();
        let carrier = if in_content { Carrier::Json } else { Carrier::Text };
        let sides = match schemas {
            (None, None) => return,
            (Some(before), Some(now)) => return self.compare_schema(unit, direction, before, now, carrier),
            (None, Some(schema)) => Sides::added(schema),
            (Some(schema), None) => Sides::removed(schema, is),
        };
        self.tell_lone_schema(unit, direction, carrier, Change::of(Kind::MediaType, "schema", sides));
    }
}

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

/// What a header's values are: its schema, or the header itself in Swagger 2.0.
pub(crate) fn schema_of(node: Node<'_>) -> Option<Node<'_>> {
    let content = || node.get(key::CONTENT)?.children().next()?.follow().field(key::SCHEMA);
    node.field(key::SCHEMA)
        .or_else(content)
        .or_else(|| node.get(key::TYPE).map(|_| node))
}

fn has_default(version: Version<'_>, parameter: &Parameter) -> bool {
    default_of(version.node(parameter.node)).is_some()
}

fn location_of(node: Node<'_>) -> String {
    node.string_at(key::IN).unwrap_or_default().to_owned()
}

/// Whether a parameter or header is described as Swagger 2.0 does: without a schema of its own.
fn is_of_swagger(node: Node<'_>) -> bool {
    node.get(key::SCHEMA).is_none() && node.get(key::CONTENT).is_none() && node.get(key::TYPE).is_some()
}

/// The style of a parameter or header and whether it is exploded, with what holds where nothing is said
/// (<https://spec.openapis.org/oas/v3.1.1.html#parameter-object>).
fn writing(node: Node<'_>, location: Option<ParameterLocation>) -> (&str, bool) {
    let default = match location {
        Some(ParameterLocation::Query | ParameterLocation::Cookie | ParameterLocation::Form) => "form",
        _ => "simple",
    };
    if is_of_swagger(node) {
        // https://spec.openapis.org/oas/v2.0.html#parameter-object
        return match node.string_at(key::COLLECTION_FORMAT).unwrap_or("csv") {
            "csv" => (default, false),
            "multi" => (default, true),
            "ssv" => ("spaceDelimited", false),
            "pipes" => ("pipeDelimited", false),
            other => (other, false),
        };
    }
    let style = node.string_at(key::STYLE).unwrap_or(default);
    let explode = node.get(key::EXPLODE).and_then(Node::boolean);
    (style, explode.unwrap_or(style == "form"))
}

/// Whether what a parameter or header carries is neither a list nor an object.
fn is_scalar(node: Node<'_>) -> bool {
    schema_of(node).is_none_or(|schema| {
        let shape = Shape::of(schema);
        !shape.is_list() && !shape.is_object() && shape.node().node_type() == NodeType::Map
    })
}

fn default_of(node: Node<'_>) -> Option<Node<'_>> {
    node.get(key::DEFAULT)
        .or_else(|| Shape::of(node.field(key::SCHEMA)?).keyword(key::DEFAULT).next())
}
