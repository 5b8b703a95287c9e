//! What does not travel in a direction: properties that are `readOnly` or `writeOnly`.

use crate::document::http::Direction;
use crate::document::{Kind, Node, Shape};
use crate::syntax::{Key, key};

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

fn is_marked_in(property: &Shape<'_>, direction: Direction) -> bool {
    property
        .keyword(mark(direction))
        .any(|mark| mark.boolean() == Some(true))
}

/// Whether a property that a schema requires does not travel this way.
pub(super) fn is_left_out(schema: Node<'_>, name: &str, direction: Direction) -> bool {
    // The property may be declared beside the schema that requires it, in another branch of an `allOf`.
    let around = schema.ancestors().take(2).find(|holder| holder.kind() == Kind::Schema);
    [Some(schema), around]
        .into_iter()
        .flatten()
        .filter_map(|schema| Shape::of(schema).property(name))
        .any(|property| is_marked_in(&property, direction))
}
