//! JSON Schema: what values a schema takes, and whether all values of one schema are values of another.
//!
//! In come nodes of kind `Schema` in the dialect of their specification, and nodes that hold values; out comes whether
//! they fit, and for two schemas a proof that one contains the other or a value that shows the contrary. Nothing here
//! knows of paths, operations or rules.
//!
//! Containment is a question about emptiness: `A` is contained in `B` if nothing is of `A` and not of `B`. So there is
//! one search for a value of a set of canonical schemas and of negated ones. Finding none in every case
//! that there is proves containment; what is found is the witness against it.

mod canonical;
mod direction;
mod instance;
mod language;
mod number;
mod read;
mod reason;
mod references;
mod replay;
mod satisfy;
mod sets;
mod unevaluated;
mod validate;
mod witness;

pub use canonical::SchemaId;
pub use direction::is_left_out;
pub use language::{Language, Undecided};
pub use reason::Reason;
pub use replay::{Near, Replay, Unreplayable};
pub use sets::{Bounds, Containment, Schemas};
pub use validate::{Mismatch, Validator, is_of_type};
pub use witness::Step;
