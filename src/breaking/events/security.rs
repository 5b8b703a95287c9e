//! Who may connect, send and receive: what servers and operations ask for, and the schemes that they name.

use super::Version;
use crate::breaking::comparison::{Comparison, Sides, key_of};
use crate::breaking::security::Schemes;
use crate::breaking::units::UnitId;
use crate::document::{Direction, Kind, Node};
use crate::syntax::key;

impl<'w> Comparison<'w, '_> {
    /// Compares what has to be presented for something, which is called by this title.
    pub(super) fn compare_event_security(&mut self, unit: UnitId, title: &str, pair: Sides<'w>) {
        if let Some(change) = self.requirement_change(Direction::Request, pair) {
            self.tell(unit, change.fact("operation", title));
        }
        self.compare_inline_schemes(unit, pair);
    }

    /// Compares the security schemes among the components of two versions.
    pub(super) fn compare_event_schemes(&mut self, top: UnitId, old: Version<'w>, new: Version<'w>) {
        let named = |version: Version<'w>| -> Schemes<'w> {
            let map = version.root.field(key::COMPONENTS);
            let map = map.and_then(|components| components.get(key::SECURITY_SCHEMES));
            let schemes = map.into_iter().flat_map(Node::children);
            schemes.map(|scheme| (key_of(scheme), scheme.follow())).collect()
        };
        let (before, now) = (named(old), named(new));
        let askers = |name: &str| -> Vec<String> {
            let scheme = now.get(name).map(|scheme| scheme.address());
            let is_it = |requirement: Node<'w>| match requirement.follow() {
                scheme_of_3 if scheme_of_3.kind() == Kind::SecurityScheme => Some(scheme_of_3.address()) == scheme,
                requirement => requirement.find(name).is_some(),
            };
            let operations = new.events.operations.iter().filter(|operation| {
                let list = new.merged(&operation.layers, key::SECURITY);
                list.is_some_and(|list| list.children().any(is_it))
            });
            operations.map(|operation| new.events.label(operation)).collect()
        };
        self.compare_named_schemes(top, (&before, &now), new.root, askers);
    }
}
