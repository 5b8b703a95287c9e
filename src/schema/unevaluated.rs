//! `unevaluatedProperties` and `unevaluatedItems`, in terms of other keywords.

use super::Schemas;
use super::canonical::SchemaId;
use super::reason::Reason;
use crate::document::Node;
use crate::document::http::Direction;

pub(super) fn has_dependencies(_: Node<'_>) -> bool {
    true
}

pub(super) fn is_dynamic(_: Node<'_>) -> bool {
    true
}

impl<'w> Schemas<'w> {
    pub(super) fn unevaluated_properties(&mut self, schema: Node<'w>, _: SchemaId, _: Option<Direction>) -> SchemaId {
        self.store
            .opaque(Reason::Unevaluated, format!("{:?}", schema.address()))
    }

    pub(super) fn unevaluated_items(&mut self, schema: Node<'w>, _: SchemaId, _: Option<Direction>) -> SchemaId {
        self.store
            .opaque(Reason::Unevaluated, format!("{:?}", schema.address()))
    }
}
