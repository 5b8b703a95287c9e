//! Fields of messages.

use super::super::{Function, Hit, Options, Refusal, function};
use crate::document::proto::{self, Cardinality};

/// `not-required`: a message without the field can be read.
pub(in super::super) fn not_required(_: &Options) -> Result<Function, Refusal> {
    function(|subject, hits| {
        if proto::cardinality(subject.node) == Cardinality::Required {
            hits.push(Hit::key(subject.node));
        }
    })
}
