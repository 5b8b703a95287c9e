//! HTTP APIs: which path, operation, parameter, body and response of the old version is which of the new one, and who
//! may call.
//!
//! In come the operations of both versions; changes are told to the comparison, and schemas handed on.

mod bodies;
mod callbacks;
mod parameters;
pub(super) mod paths;
mod responses;
mod security;
mod servers;
