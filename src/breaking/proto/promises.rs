//! What the users of a package can rely on, as the settings say it, or else as the files show it.

use super::Comparison;
use super::version::is_unstable;
use crate::breaking::{Promises, Settings, nearest};
use crate::document::Node;
use crate::document::proto::{self, declarations};
use crate::rules::changes::Promise;
use crate::syntax::key;

/// What a package promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) struct Promised {
    pub(in super::super) promise: Promise,
    /// Whether it may be broken all the same, since the package says of itself that it may still change.
    pub(in super::super) may_change: bool,
}

/// What the settings promise for a package; `travels_as_json` tells whether its messages do, as far as the files show.
pub(in super::super) fn promised(promises: &Promises, package: &str, travels_as_json: bool) -> Promised {
    let nearest = nearest(&promises.packages, package);
    let evident = if travels_as_json { Promise::Json } else { Promise::Wire };
    Promised {
        promise: nearest
            .map(|(_, promise)| promise)
            .or(promises.default)
            .unwrap_or(evident),
        may_change: is_unstable(package) && nearest.is_none_or(|(name, _)| name != package),
    }
}

impl<'w> Comparison<'w, '_> {
    /// What the users of the package of a node were promised.
    pub(super) fn promised_of(&mut self, node: Node<'w>) -> Promised {
        let package = proto::package(node);
        if let Some(known) = self.promised.get(package) {
            return *known;
        }
        let Settings { promises, .. } = self.settings;
        let is_told = promises.default.is_some();
        let of_package = |file: &&Node<'w>| proto::package(**file) == package;
        let files = self.old.files.iter().chain(&self.new.files).filter(of_package);
        let mut methods = files
            .flat_map(|file| declarations(*file, key::SERVICES))
            .flat_map(|service| declarations(service, key::METHODS));
        let promised = promised(
            promises,
            package,
            !is_told && methods.any(|method| !proto::bindings(method).is_empty()),
        );
        self.promised.insert(package, promised);
        promised
    }
}
