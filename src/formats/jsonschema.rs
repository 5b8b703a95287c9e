//! Documents that are a JSON Schema, of draft 4, 6, 7, 2019-09 or 2020-12 (<https://json-schema.org/specification>).
//!
//! They are no descriptions of APIs: nobody lints them, but payloads may be described by them.

use super::table::{TEXT, UNIQUE_TEXTS, URI_REFERENCE, field, fields, list, map};
use crate::document::grammar::{
    Field, Grammar, List, Map, Names, Object, OtherKeys, Siblings, Specification, TextFormat, Value, Version, Versions,
};
use crate::document::{Dialect, Kind, LinkClass};
use crate::syntax::{Key, NodeId, Tree, key};
use std::sync::OnceLock;

/// The table of a dialect; `None` for those that belong to OpenAPI.
#[must_use]
pub fn grammar(dialect: Dialect) -> Option<&'static Grammar> {
    static GRAMMARS: [OnceLock<Grammar>; 5] = [const { OnceLock::new() }; 5];
    let slot = VERSIONS.iter().position(|version| version.dialect == Some(dialect))?;
    Some(GRAMMARS[slot].get_or_init(|| Grammar::new(&JSON_SCHEMA, &VERSIONS[slot])))
}

/// The table that the document's `$schema` names, or that of a dialect where there is none; `None` if it names one
/// that is not known.
pub(super) fn grammar_of(tree: &Tree, without: Option<Dialect>) -> Option<&'static Grammar> {
    let named = tree.get(NodeId::ROOT, key::DOLLAR_SCHEMA);
    let dialect = match named.and_then(|uri| tree.string(uri)) {
        Some(uri) => Dialect::from_uri(uri),
        None => without,
    };
    grammar(dialect?)
}

const D4: Versions = Versions(1);
const D6: Versions = Versions(2);
const D7: Versions = Versions(4);
const D2019: Versions = Versions(8);
const D2020: Versions = Versions(16);
const SINCE_2019: Versions = D2019.and(D2020);
const SINCE_7: Versions = D7.and(SINCE_2019);
const SINCE_6: Versions = D6.and(SINCE_7);
const UNTIL_7: Versions = D4.and(D6).and(D7);

static VERSIONS: [Version; 5] = [
    version(D4, "draft 4", Dialect::Draft4),
    version(D6, "draft 6", Dialect::Draft6),
    version(D7, "draft 7", Dialect::Draft7),
    version(D2019, "2019-09", Dialect::Draft201909),
    version(D2020, "2020-12", Dialect::Draft202012),
];

const fn version(version: Versions, name: &'static str, dialect: Dialect) -> Version {
    Version {
        version,
        name,
        dialect: Some(dialect),
        siblings: Siblings::Ignored,
    }
}

static JSON_SCHEMA: Specification = Specification {
    name: "JSON Schema",
    format: None,
    versions: &VERSIONS,
    root: Kind::Schema,
    objects: &[SCHEMA],
};

const NUMBER: Value = Value::Number { positive: false };
const SCHEMA_VALUE: Value = Value::Object(Kind::Schema);
const SCHEMA_OR_BOOLEAN: Value = Value::Either(&[SCHEMA_VALUE, Value::Boolean]);
const ANCHOR: Value = Value::Text(TextFormat::Name(Names::Anchor));
const LINK: Value = Value::Link(LinkClass::Reference, Kind::Schema);
const TYPES: &[&str] = &["array", "boolean", "integer", "null", "number", "object", "string"];

static SCHEMAS: List = List {
    min: 1,
    ..list(SCHEMA_VALUE)
};
static SCHEMA_MAP: Map = map(Names::Any, SCHEMA_VALUE);
static TYPE_LIST: List = List {
    min: 1,
    unique: true,
    ..list(Value::Word(TYPES))
};
static TYPE: [Value; 2] = [Value::Word(TYPES), Value::List(&TYPE_LIST)];
static ITEMS_OF_4: [Value; 2] = [SCHEMA_VALUE, Value::List(&SCHEMAS)];
static ITEMS: [Value; 3] = [SCHEMA_VALUE, Value::Boolean, Value::List(&SCHEMAS)];
static DATA_LIST: List = list(Value::Data);
static TEXT_LISTS: Map = map(Names::Any, Value::List(&UNIQUE_TEXTS));
static DEPENDENCIES_OF_4: Map = map(Names::Any, Value::Either(&[SCHEMA_VALUE, Value::List(&UNIQUE_TEXTS)]));
static DEPENDENCIES: Map = map(
    Names::Any,
    Value::Either(&[SCHEMA_VALUE, Value::Boolean, Value::List(&UNIQUE_TEXTS)]),
);
static BOOLEANS: Map = map(Names::Any, Value::Boolean);

const fn only(versions: Versions, key: Key, value: Value) -> Field {
    field(key, value).only(versions)
}

const SCHEMA: Object = Object::new(
    Kind::Schema,
    fields![
        // What a value is.
        field(key::TYPE, Value::Either(&TYPE)),
        field(key::ENUM, Value::List(&DATA_LIST)),
        only(SINCE_6, key::CONST, Value::Data),
        field(key::FORMAT, TEXT),
        // Numbers.
        field(key::MULTIPLE_OF, Value::Number { positive: true }),
        field(key::MAXIMUM, NUMBER),
        field(key::MINIMUM, NUMBER),
        only(D4, key::EXCLUSIVE_MAXIMUM, Value::Boolean),
        only(D4, key::EXCLUSIVE_MINIMUM, Value::Boolean),
        only(SINCE_6, key::EXCLUSIVE_MAXIMUM, NUMBER),
        only(SINCE_6, key::EXCLUSIVE_MINIMUM, NUMBER),
        // Strings.
        field(key::MAX_LENGTH, Value::Count),
        field(key::MIN_LENGTH, Value::Count),
        field(key::PATTERN, Value::Text(TextFormat::Regex)),
        only(SINCE_7, key::CONTENT_ENCODING, TEXT),
        only(SINCE_7, key::CONTENT_MEDIA_TYPE, TEXT),
        only(SINCE_2019, key::CONTENT_SCHEMA, SCHEMA_VALUE),
        // Lists.
        only(D4, key::ITEMS, Value::Either(&ITEMS_OF_4)),
        only(D6.and(D7).and(D2019), key::ITEMS, Value::Either(&ITEMS)),
        only(D4, key::ADDITIONAL_ITEMS, SCHEMA_OR_BOOLEAN),
        only(D6.and(D7).and(D2019), key::ADDITIONAL_ITEMS, SCHEMA_VALUE),
        only(D2020, key::ITEMS, SCHEMA_VALUE),
        only(D2020, key::PREFIX_ITEMS, Value::List(&SCHEMAS)),
        field(key::MAX_ITEMS, Value::Count),
        field(key::MIN_ITEMS, Value::Count),
        field(key::UNIQUE_ITEMS, Value::Boolean),
        only(SINCE_6, key::CONTAINS, SCHEMA_VALUE),
        only(SINCE_2019, key::MAX_CONTAINS, Value::Count),
        only(SINCE_2019, key::MIN_CONTAINS, Value::Count),
        only(SINCE_2019, key::UNEVALUATED_ITEMS, SCHEMA_VALUE),
        // Objects.
        field(key::PROPERTIES, Value::Map(&SCHEMA_MAP)),
        field(key::PATTERN_PROPERTIES, Value::Map(&SCHEMA_MAP)),
        only(D4, key::ADDITIONAL_PROPERTIES, SCHEMA_OR_BOOLEAN),
        only(SINCE_6, key::ADDITIONAL_PROPERTIES, SCHEMA_VALUE),
        only(SINCE_6, key::PROPERTY_NAMES, SCHEMA_VALUE),
        field(key::REQUIRED, Value::List(&UNIQUE_TEXTS)),
        field(key::MAX_PROPERTIES, Value::Count),
        field(key::MIN_PROPERTIES, Value::Count),
        only(D4, key::DEPENDENCIES, Value::Map(&DEPENDENCIES_OF_4)),
        only(D6.and(D7), key::DEPENDENCIES, Value::Map(&DEPENDENCIES)),
        only(SINCE_2019, key::DEPENDENT_REQUIRED, Value::Map(&TEXT_LISTS)),
        only(SINCE_2019, key::DEPENDENT_SCHEMAS, Value::Map(&SCHEMA_MAP)),
        only(SINCE_2019, key::UNEVALUATED_PROPERTIES, SCHEMA_VALUE),
        // Combinations.
        field(key::ALL_OF, Value::List(&SCHEMAS)),
        field(key::ANY_OF, Value::List(&SCHEMAS)),
        field(key::ONE_OF, Value::List(&SCHEMAS)),
        field(key::NOT, SCHEMA_VALUE),
        only(SINCE_7, key::IF, SCHEMA_VALUE),
        only(SINCE_7, key::THEN, SCHEMA_VALUE),
        only(SINCE_7, key::ELSE, SCHEMA_VALUE),
        // Where a schema stands and what it refers to.
        field(key::REF, URI_REFERENCE),
        field(key::DOLLAR_SCHEMA, Value::Text(TextFormat::Uri)),
        only(D4, key::ID, URI_REFERENCE),
        only(SINCE_6, key::DOLLAR_ID, URI_REFERENCE),
        only(SINCE_2019, key::DOLLAR_ANCHOR, ANCHOR),
        only(D2019, key::DOLLAR_RECURSIVE_ANCHOR, Value::Boolean),
        only(D2019, key::DOLLAR_RECURSIVE_REF, LINK),
        only(D2020, key::DOLLAR_DYNAMIC_ANCHOR, ANCHOR),
        only(D2020, key::DOLLAR_DYNAMIC_REF, LINK),
        only(SINCE_2019, key::DOLLAR_DEFS, Value::Map(&SCHEMA_MAP)),
        field(key::DEFINITIONS, Value::Map(&SCHEMA_MAP)),
        only(SINCE_7, key::DOLLAR_COMMENT, TEXT),
        only(SINCE_2019, key::DOLLAR_VOCABULARY, Value::Map(&BOOLEANS)),
        // What people should know.
        field(key::TITLE, TEXT),
        field(key::DESCRIPTION, TEXT),
        field(key::DEFAULT, Value::Data),
        only(SINCE_7, key::READ_ONLY, Value::Boolean),
        only(SINCE_7, key::WRITE_ONLY, Value::Boolean),
        only(SINCE_2019, key::DEPRECATED, Value::Boolean),
        only(SINCE_6, key::EXAMPLES, Value::List(&DATA_LIST)),
    ],
)
.reference(UNTIL_7)
.boolean(SINCE_6)
.other_keys(const { &[(Versions::ALL, OtherKeys::Anything)] });
