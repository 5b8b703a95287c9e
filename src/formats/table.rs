//! What the tables of all formats are put together from: values that many fields have, and short ways to write fields.

use crate::document::grammar::{Constraint, Field, Holds, List, Map, Names, TextFormat, Value, Versions};

pub(super) const TEXT: Value = Value::Text(TextFormat::Any);
pub(super) const URI_REFERENCE: Value = Value::Text(TextFormat::UriReference);

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
