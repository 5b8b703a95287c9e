//! Rules: declarations that pages make, the vocabulary they are made of, and what each word does.
//!
//! In come pages (built in, or from a user's folder) and options; out come [`Rule`]s that the engines run.

pub mod catalog;
pub mod changes;
mod compile;
pub mod conditions;
pub mod declaration;
pub mod dictionary;
pub mod functions;
mod jsonpath;
pub mod page;
pub mod presets;
pub mod vocabulary;
pub mod words;

pub use catalog::Catalog;
pub(crate) use compile::Target;
pub use compile::{CompileError, Rule};
pub(crate) use jsonpath::walk as walk_paths;
