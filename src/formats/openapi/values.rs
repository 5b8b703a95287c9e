//! What the tables are put together from: versions, values that many fields have, and short ways to write fields.

use crate::document::grammar::{Constraint, Field, Holds, List, Map, Names, TextFormat, Value, Versions};

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

pub(super) const TEXT: Value = Value::Text(TextFormat::Any);
pub(super) const URI_REFERENCE: Value = Value::Text(TextFormat::UriReference);
pub(super) const EMAIL: Value = Value::Text(TextFormat::Email);

/// The fields of an object. A list of calls is no constant by itself.
macro_rules! fields {
    ($($field:expr),* $(,)?) => { const { &[$($field,)*] } };
}
pub(super) use fields;

pub(super) const fn field(key: crate::syntax::Key, value: Value) -> Field {
    Field::new(key, value)
}

pub(super) const fn map(names: Names, value: Value) -> Map {
    Map {
        names,
        value,
        count: (0, usize::MAX),
        extensions: false,
    }
}

pub(super) const fn list(item: Value) -> List {
    List {
        item,
        min: 0,
        unique: false,
        identity: &[],
        alone: None,
    }
}

pub(super) const fn holds(versions: Versions, holds: Holds) -> Constraint {
    Constraint { versions, holds }
}

/// The same without repetitions.
pub(super) const fn unique(list: List) -> List {
    List { unique: true, ..list }
}

pub(super) static TEXTS: List = list(TEXT);
pub(super) static UNIQUE_TEXTS: List = unique(list(TEXT));
pub(super) static TEXT_MAP: Map = map(Names::Any, TEXT);
