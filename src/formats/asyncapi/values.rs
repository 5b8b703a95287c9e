//! What the tables are put together from: versions, and what all formats write tables with.

pub(super) use crate::formats::table::{
    TEXT, TEXT_MAP, TEXTS, UNIQUE_TEXTS, URI_REFERENCE, field, fields, holds, list, map, unique,
};

use crate::document::Kind;
use crate::document::grammar::{Choice, List, Map, Names, TextFormat, Value, Versions};
use crate::syntax::key;

/// AsyncAPI 2.0.
pub const V20: Versions = Versions(1);
/// AsyncAPI 2.1.
pub const V21: Versions = Versions(1 << 1);
/// AsyncAPI 2.2.
pub const V22: Versions = Versions(1 << 2);
/// AsyncAPI 2.3.
pub const V23: Versions = Versions(1 << 3);
/// AsyncAPI 2.4.
pub const V24: Versions = Versions(1 << 4);
/// AsyncAPI 2.5.
pub const V25: Versions = Versions(1 << 5);
/// AsyncAPI 2.6.
pub const V26: Versions = Versions(1 << 6);
/// AsyncAPI 3.0.
pub const V30: Versions = Versions(1 << 7);
/// AsyncAPI 3.1.
pub const V31: Versions = Versions(1 << 8);

pub(super) const ALL: Versions = Versions::ALL;
/// All of 3.x.
pub(super) const V3: Versions = V30.and(V31);
/// The rest of 2.x, from one of its versions on.
pub(super) const V25_TO_26: Versions = V25.and(V26);
pub(super) const V24_TO_26: Versions = V24.and(V25_TO_26);
pub(super) const V23_TO_26: Versions = V23.and(V24_TO_26);
pub(super) const V22_TO_26: Versions = V22.and(V23_TO_26);
pub(super) const V21_TO_26: Versions = V21.and(V22_TO_26);
/// All of 2.x.
pub(super) const V2: Versions = V20.and(V21_TO_26);
/// Everything from one version on.
pub(super) const SINCE_25: Versions = V25_TO_26.and(V3);
pub(super) const SINCE_24: Versions = V24_TO_26.and(V3);
pub(super) const SINCE_23: Versions = V23_TO_26.and(V3);
pub(super) const SINCE_21: Versions = V21_TO_26.and(V3);

pub(super) const URI: Value = Value::Text(TextFormat::Uri);
pub(super) const SCHEMA: Value = Value::Object(Kind::Schema);
/// A place in the headers or the payload of a message.
pub(super) const PLACE: Value = Value::Text(TextFormat::PlaceInMessage);

/// <https://www.asyncapi.com/docs/reference/specification/v3.0.0#multiFormatSchemaObject>: a schema says its format by
/// standing in an object that does.
pub(super) const ANY_SCHEMA: Value = Value::Choice(&Choice {
    key: key::SCHEMA,
    with: Kind::MultiFormatSchema,
    without: Kind::Schema,
});

pub(super) static DATA_MAP: Map = map(Names::Any, Value::Data);
pub(super) static TAGS: List = List {
    identity: &[key::NAME],
    ..unique(list(Value::Object(Kind::Tag)))
};
