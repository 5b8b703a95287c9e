//! Contract testing and API linting: reads API descriptions with positions and judges them.

pub mod breaking;
pub mod cli;
pub mod conformance;
pub mod contract;
pub mod document;
pub mod finding;
pub mod formats;
pub mod lint;
pub mod policy;
pub mod provider;
pub mod report;
pub mod rules;
pub mod schema;
pub mod source;
pub mod syntax;
