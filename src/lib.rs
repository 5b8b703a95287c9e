//! Contract testing and API linting: reads API descriptions with positions and judges them.

pub mod document;
pub mod formats;
pub mod source;
pub mod syntax;
