//! Bindings: what a description says of delivery by one protocol.

use crate::breaking::Change;
use crate::breaking::comparison::{Comparison, Sides, by_name, field_name};
use crate::breaking::units::UnitId;
use crate::document::{Direction, Kind};
use crate::finding::Effect;
use crate::syntax::key;

impl<'w> Comparison<'w, '_> {
    /// Tells every field in which the bindings of one protocol differ. How they are delivered is part of no message, so
    /// no set of values shows what that does.
    pub(super) fn compare_binding(&mut self, unit: UnitId, kind: Kind, protocol: &str, pair: Sides<'w>) {
        for (name, field) in by_name(pair.old, pair.new, pair.around) {
            let field = field.follow();
            let is_version = field
                .new
                .or(field.old)
                .is_some_and(|node| node.key() == Some(key::BINDING_VERSION));
            let is_same = match (field.old, field.new) {
                (Some(old), Some(new)) => self.unchanged.is(old, new),
                _ => false,
            };
            if is_version || is_same || field.says_the_same() {
                continue;
            }
            let change = Change::of(kind, field_name(name), field)
                .effect(Direction::Request, Effect::Incomparable)
                .fact("name", format!("{protocol}.{name}"));
            self.tell(unit, change);
        }
    }
}
