//! What the tables are put together from: versions, and what all formats write tables with.

pub(super) use crate::formats::table::{
    TEXT, TEXT_MAP, TEXTS, UNIQUE_TEXTS, URI_REFERENCE, field, fields, holds, list, map, unique,
};

use crate::document::grammar::{TextFormat, Value, Versions};

/// Swagger 2.0.
pub const V2: Versions = Versions(1);
/// OpenAPI 3.0.
pub const V30: Versions = Versions(2);
/// OpenAPI 3.1.
pub const V31: Versions = Versions(4);
/// OpenAPI 3.2.
pub const V32: Versions = Versions(8);
/// OpenAPI 3.1 and what came after it.
pub(super) const SINCE_31: Versions = V31.and(V32);
/// OpenAPI 3.0 and what came after it.
pub(super) const V3: Versions = V30.and(SINCE_31);
pub(super) const ALL: Versions = Versions::ALL;
pub(super) const UNTIL_30: Versions = V2.and(V30);

pub(super) const EMAIL: Value = Value::Text(TextFormat::Email);
