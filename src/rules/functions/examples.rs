//! Examples and defaults against the schemas that they stand beside.

use super::{Function, Hit, Hits, Options, Refusal, function};
use crate::document::http::is_json_range;
use crate::document::{Direction, Kind, Node};
use crate::finding::Location;
use crate::schema::Validator;
use crate::syntax::{NodeType, key};

/// `examples-valid`: examples fit their schema, seen from the side that they travel to.
pub(super) fn examples_valid(_: &Options) -> Result<Function, Refusal> {
    let validator = Validator::default();
    function(move |subject, hits| {
        let node = subject.node;
        let check = |value: Node<'_>, schema: Option<Node<'_>>, hits: &mut Hits| {
            if let Some(schema) = schema {
                report(&validator, schema, value, direction(node), hits);
            }
        };
        match node.kind() {
            Kind::Schema => {
                for value in node.get(key::EXAMPLE).into_iter().chain(listed(node)) {
                    check(value, Some(node), hits);
                }
            }
            Kind::MediaType if is_json(node) => {
                for value in node.get(key::EXAMPLE).into_iter().chain(named(node)) {
                    check(value, node.field(key::SCHEMA), hits);
                }
            }
            Kind::Parameter | Kind::Header => {
                for value in node.get(key::EXAMPLE).into_iter().chain(named(node)) {
                    check(value, node.field(key::SCHEMA), hits);
                }
            }
            // Swagger 2.0 keeps examples of a response by media type.
            Kind::Response if node.get(key::SCHEMA).is_some() => {
                let examples = node.get(key::EXAMPLES).into_iter().flat_map(Node::children);
                for value in examples.filter(|value| value.key_text().is_some_and(is_json_range)) {
                    check(value, node.field(key::SCHEMA), hits);
                }
            }
            _ => {}
        }
    })
}

/// `defaults-valid`: a default fits the schema that gives it.
pub(super) fn defaults_valid(_: &Options) -> Result<Function, Refusal> {
    let validator = Validator::default();
    function(move |subject, hits| {
        if let Some(default) = subject.node.get(key::DEFAULT) {
            report(&validator, subject.node, default, None, hits);
        }
    })
}

/// The elements of `examples`, a list of values since 3.1.
fn listed(schema: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    let list = schema
        .get(key::EXAMPLES)
        .filter(|list| list.node_type() == NodeType::List);
    list.into_iter().flat_map(Node::children)
}

/// The values of the named examples.
fn named(holder: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    let examples = holder.get(key::EXAMPLES).into_iter().flat_map(Node::children);
    examples.filter_map(|example| {
        let example = example.follow();
        example.get(key::VALUE).or_else(|| example.get(key::DATA_VALUE))
    })
}

fn is_json(media: Node<'_>) -> bool {
    media.key_text().is_some_and(is_json_range)
}

/// Which way the examples of a node travel.
fn direction(node: Node<'_>) -> Option<Direction> {
    for holder in std::iter::once(node).chain(node.ancestors()) {
        match holder.kind() {
            Kind::RequestBody | Kind::Parameter => return Some(Direction::Request),
            Kind::Response | Kind::Responses | Kind::Header => return Some(Direction::Response),
            _ => {}
        }
    }
    None
}

pub(super) fn report(
    validator: &Validator,
    schema: Node<'_>,
    value: Node<'_>,
    direction: Option<Direction>,
    hits: &mut Hits,
) {
    // A reference in an example is none, but what it was meant to be cannot be told.
    if value.get(key::REF).is_some() {
        return;
    }
    for mismatch in validator.validate(schema, value, direction) {
        // What stands in a list is found by its value; what has a name, too: the value is what is wrong.
        let mut hit = Hit::new(Location::value(mismatch.value.address())).with("problem", mismatch.message);
        if mismatch.value.node_type().is_container() && mismatch.value.key().is_some() {
            hit.location = Location::key(mismatch.value.address());
        }
        hits.push(hit.related("the schema says so here", Location::key(mismatch.schema.address())));
    }
}
