//! Who may call: what the operations of an API ask for, and the schemes that they name.

use super::paths::{Side, Version, direction_of};
use crate::breaking::comparison::{Comparison, Sides};
use crate::breaking::security::Schemes;
use crate::breaking::units::{Step, UnitId};

impl<'w> Comparison<'w, '_> {
    /// Compares what callers of an operation have to present.
    pub(crate) fn compare_requirements(&mut self, unit: UnitId, (old, before): Side<'w>, (new, now): Side<'w>) {
        let pair = Sides {
            old: before.security.map(|node| old.node(node)),
            new: now.security.map(|node| new.node(node)),
            around: new.node(now.node),
        };
        let direction = direction_of(new.api.path(now).caller);
        let Some(change) = self.requirement_change(direction, pair) else {
            return;
        };
        // What stands for the whole API is edited once, however many operations it serves.
        let unit = match (pair.old, pair.new) {
            (Some(was), Some(is)) => {
                match self.first_visit(unit, Step::Part("security".to_owned()), was, is, direction) {
                    Some(unit) => unit,
                    None => return,
                }
            }
            _ => unit,
        };
        self.tell(unit, change);
    }

    /// Compares the security schemes of two versions.
    pub(crate) fn compare_schemes(&mut self, top: UnitId, old: Version<'w>, new: Version<'w>) {
        let sorted = |version: Version<'w>| -> Schemes<'w> {
            let schemes = version.api.security_schemes.iter();
            schemes
                .map(|(name, node)| (name.as_str(), version.node(*node)))
                .collect()
        };
        let askers = |name: &str| -> Vec<String> {
            let asks = |list| {
                let mut requirements = new.node(list).children();
                requirements.any(|requirement| requirement.find(name).is_some())
            };
            let operations = new.api.operations.iter();
            let asking = operations.filter(|operation| operation.security.is_some_and(asks));
            asking.map(|operation| operation.label(new.api)).collect()
        };
        self.compare_named_schemes(top, (&sorted(old), &sorted(new)), new.root, askers);
    }
}
