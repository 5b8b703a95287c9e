//! The texts that a run reads.

use crate::source::Source;
use std::collections::HashMap;
use std::sync::Arc;

/// Texts, each once, whatever ways lead to it.
#[derive(Debug, Default)]
pub(super) struct Texts {
    pub(super) sources: Vec<Arc<Source>>,
    places: HashMap<*const Source, usize>,
}

impl Texts {
    /// The place of a text among all.
    pub(super) fn add(&mut self, source: Arc<Source>) -> usize {
        let next = self.sources.len();
        let place = *self.places.entry(Arc::as_ptr(&source)).or_insert(next);
        if place == next {
            self.sources.push(source);
        }
        place
    }
}
