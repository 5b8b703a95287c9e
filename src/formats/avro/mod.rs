//! Schemas in Avro (<https://avro.apache.org/docs/1.12.0/specification/>), by which payloads are described.
//!
//! They are no descriptions of APIs, but parts of them, or files that these refer to.

mod defaults;
mod grammar;
mod names;

pub(super) use grammar::{SCHEMA, grammar};
pub(super) use names::{links, violations};
