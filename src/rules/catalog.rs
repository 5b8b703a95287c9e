//! All rules that a run can choose from: those that are built in, and those of the user's folders.

use super::declaration::Declaration;
use crate::document::suggest;
use std::sync::Arc;

mod builtin {
    #![allow(clippy::all, clippy::pedantic)]
    #![allow(unused_imports)]
    use crate::document::{Direction, FormatName, Kind};
    use crate::finding::{Action, Effect, Severity};
    use crate::rules::changes::Promise;
    use crate::rules::declaration::{Breaks, ChangePattern, Check, Declaration, Given, Then, Value};
    use std::borrow::Cow;
    include!(concat!(env!("OUT_DIR"), "/pages.rs"));
}

/// The declarations of all built-in pages, in the order of their ids.
#[must_use]
pub fn builtin() -> &'static [Declaration] {
    builtin::PAGES
}

/// Whether a built-in page has this id.
#[must_use]
pub fn is_builtin(id: &str) -> bool {
    builtin()
        .binary_search_by(|declaration| (*declaration.id).cmp(id))
        .is_ok()
}

/// All rules that a run can choose from.
#[derive(Debug, Clone)]
pub struct Catalog {
    declarations: Vec<Arc<Declaration>>,
}

impl Default for Catalog {
    fn default() -> Self {
        Self {
            declarations: builtin().iter().cloned().map(Arc::new).collect(),
        }
    }
}

impl Catalog {
    /// Adds a user's rule.
    ///
    /// # Errors
    /// When a rule of this name exists: whoever wants another behaviour switches that one off and takes a name of
    /// their own.
    pub fn add(&mut self, declaration: Declaration) -> Result<(), String> {
        if let Some(existing) = self.get(&declaration.id) {
            return Err(format!(
                "a rule `{}` exists already ({})",
                declaration.id, existing.file
            ));
        }
        let at = self.declarations.partition_point(|other| other.id < declaration.id);
        self.declarations.insert(at, Arc::new(declaration));
        Ok(())
    }

    /// All declarations, in the order of their ids.
    #[must_use]
    pub fn declarations(&self) -> &[Arc<Declaration>] {
        &self.declarations
    }

    /// The declaration with an id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Arc<Declaration>> {
        self.declarations
            .binary_search_by(|declaration| (*declaration.id).cmp(id))
            .ok()
            .map(|at| &self.declarations[at])
    }

    /// The declaration of the page that stands for an event of applying suppressions and baselines.
    #[must_use]
    pub fn event(&self, event: &str) -> Option<&Arc<Declaration>> {
        self.declarations
            .iter()
            .find(|declaration| declaration.event.as_deref() == Some(event))
    }

    /// The id that a mistyped one was most likely meant to be, also by the names of other tools.
    #[must_use]
    pub fn similar(&self, id: &str) -> Option<&str> {
        let same = self
            .declarations
            .iter()
            .find(|declaration| declaration.same_as.iter().any(|(_, other)| other == id));
        same.map(|declaration| &*declaration.id)
            .or_else(|| suggest::closest(id, self.declarations.iter().map(|declaration| &*declaration.id)))
    }
}
