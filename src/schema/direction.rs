//! What does not travel in a direction: properties that are `readOnly` or `writeOnly`.

use crate::document::http::Direction;
use crate::document::{Kind, Node, Shape, sole_alternative};
use crate::syntax::{Key, key};
use std::iter;

/// The keyword that takes a property out of what travels this way.
const fn mark(direction: Direction) -> Key {
    match direction {
        Direction::Request => key::READ_ONLY,
        Direction::Response => key::WRITE_ONLY,
    }
}

/// Whether the schema of a property says that it does not travel this way.
pub(super) fn is_marked(property: Node<'_>, direction: Direction) -> bool {
    is_marked_in(&Shape::of(property), direction)
}

/// Schemas that only lead to another one, one around the other.
const WRAPPED: u32 = 8;

fn is_marked_in(property: &Shape<'_>, direction: Direction) -> bool {
    is_marked_within(property, direction, WRAPPED)
}

fn is_marked_within(property: &Shape<'_>, direction: Direction, depth: u32) -> bool {
    let is_marked = property
        .keyword(mark(direction))
        .any(|mark| mark.boolean() == Some(true));
    // The only alternative holds in any case.
    is_marked
        || depth > 0
            && match property.alternatives().as_slice() {
                [only] => is_marked_within(only, direction, depth - 1),
                _ => false,
            }
}

/// Whether a property that a schema requires does not travel this way.
pub(super) fn is_left_out(schema: Node<'_>, name: &str, direction: Direction) -> bool {
    is_left_out_of(&declaring(schema), name, direction)
}

/// The names under a schema's `required` that do not travel this way.
pub(super) fn left_out<'w>(schema: Node<'w>, required: Node<'w>, direction: Direction) -> Vec<&'w str> {
    let declaring = declaring(schema);
    let names = required.children().map(Node::text);
    names
        .filter(|name| is_left_out_of(&declaring, name, direction))
        .collect()
}

/// Where the properties that a schema requires may be declared: in itself, or in another branch of the `allOf` that it
/// is a branch of, however deep.
fn declaring(schema: Node<'_>) -> Vec<Shape<'_>> {
    // The outermost holds all that the ones between hold.
    let outermost = iter::successors(Some(schema), holder).last();
    let around = outermost.filter(|outermost| *outermost != schema);
    [Some(schema), around].into_iter().flatten().map(Shape::of).collect()
}

/// The schema that another one is a part of, as a branch of its `allOf` or its only alternative.
fn holder<'w>(schema: &Node<'w>) -> Option<Node<'w>> {
    let list = schema.parent()?;
    let holder = list.parent().filter(|holder| holder.kind() == Kind::Schema)?;
    let is_part = match list.key()? {
        key::ALL_OF => true,
        key @ (key::ONE_OF | key::ANY_OF) => sole_alternative(holder, key).is_some(),
        _ => false,
    };
    is_part.then_some(holder)
}

fn is_left_out_of(declaring: &[Shape<'_>], name: &str, direction: Direction) -> bool {
    declaring
        .iter()
        // Wherever it is declared: the order of the parts tells nothing.
        .flat_map(|shape| shape.keyword(key::PROPERTIES))
        .filter_map(|properties| properties.find(name))
        .any(|property| is_marked_in(&Shape::of(property), direction))
}
