//! JSON Schema: what values a schema takes.
//!
//! In come nodes of kind `Schema` in the dialect of their specification, and nodes that hold values; out comes
//! whether they fit. Nothing here knows of paths, operations or rules.

mod direction;
mod formats;
mod keywords;
mod language;
mod replay;
mod validate;

pub use language::{Language, Undecided};
pub use replay::{Replay, Unreplayable};
pub use validate::{Mismatch, Validator, is_of_type};
