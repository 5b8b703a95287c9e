//! The schemas of each version: a subset of JSON Schema draft 4 in Swagger 2.0, a changed one in OpenAPI 3.0, the
//! whole of draft 2020-12 since 3.1.

use super::values::{
    ALL, SINCE_31, TEXT, UNIQUE_TEXTS, URI_REFERENCE, V2, V3, V30, V32, field, fields, holds, list, map,
};
use crate::document::grammar::{
    Demand, Field, Holds, List, Map, Names, Object, OtherKeys, TextFormat, Value, Versions,
};
use crate::document::{Kind, LinkClass};
use crate::syntax::{Key, key};

const UNTIL_30: Versions = V2.and(V30);
const SCHEMA_VALUE: Value = Value::Object(Kind::Schema);
const NUMBER: Value = Value::Number { positive: false };
/// <https://json-schema.org/draft/2020-12/json-schema-core#section-8.2.2>
const ANCHOR: Value = Value::Text(TextFormat::Name(Names::Anchor));

static SCHEMAS: List = list(SCHEMA_VALUE);
static FILLED_SCHEMAS: List = List {
    min: 1,
    ..list(SCHEMA_VALUE)
};
static SCHEMA_MAP: Map = map(Names::Any, SCHEMA_VALUE);
static REQUIRED_TEXTS: List = List {
    min: 1,
    unique: true,
    ..list(TEXT)
};
static DATA_LIST: List = list(Value::Data);
static FILLED_DATA: List = List {
    min: 1,
    ..list(Value::Data)
};
/// The values of an `enum` of draft 4, which may not repeat.
pub(super) static UNIQUE_ENUM: List = List {
    min: 1,
    unique: true,
    ..list(Value::Data)
};
static TEXT_LIST_MAP: Map = map(Names::Any, Value::List(&UNIQUE_TEXTS));
static DEPENDENCIES: Map = map(
    Names::Any,
    Value::Either(&[SCHEMA_VALUE, Value::Boolean, Value::List(&UNIQUE_TEXTS)]),
);
static BOOLEAN_MAP: Map = map(Names::Any, Value::Boolean);
static MAPPING: Map = map(Names::Any, MAPPED);
const MAPPED: Value = Value::Link(LinkClass::Mapping, Kind::Schema);

const SIMPLE_TYPES: &[&str] = &["array", "boolean", "integer", "null", "number", "object", "string"];
static TYPE_LIST: List = List {
    min: 1,
    unique: true,
    ..list(Value::Word(SIMPLE_TYPES))
};
const DRAFT_4_TYPES: &[&str] = &[
    "array", "boolean", "integer", "null", "number", "object", "string", "file",
];
/// What says nothing about a file.
const NOT_OF_FILES: &[Key] = &[
    key::ENUM,
    key::MULTIPLE_OF,
    key::MAXIMUM,
    key::EXCLUSIVE_MAXIMUM,
    key::MINIMUM,
    key::EXCLUSIVE_MINIMUM,
    key::MAX_LENGTH,
    key::MIN_LENGTH,
    key::PATTERN,
    key::ITEMS,
    key::MAX_ITEMS,
    key::MIN_ITEMS,
    key::UNIQUE_ITEMS,
    key::PROPERTIES,
    key::ADDITIONAL_PROPERTIES,
    key::MAX_PROPERTIES,
    key::MIN_PROPERTIES,
    key::ALL_OF,
    key::DISCRIMINATOR,
    key::XML,
];
static DRAFT_4_TYPE_LIST: List = List {
    min: 1,
    unique: true,
    ..list(Value::Word(SIMPLE_TYPES))
};

const DRAFT_4_TYPE: Value = Value::Either(&DRAFT_4_TYPE_CHOICE);
static DRAFT_4_TYPE_CHOICE: [Value; 2] = [Value::Word(DRAFT_4_TYPES), Value::List(&DRAFT_4_TYPE_LIST)];
const TYPE: Value = Value::Either(&TYPE_CHOICE);
static TYPE_CHOICE: [Value; 2] = [Value::Word(SIMPLE_TYPES), Value::List(&TYPE_LIST)];
const DRAFT_4_ITEMS: Value = Value::Either(&DRAFT_4_ITEMS_CHOICE);
static DRAFT_4_ITEMS_CHOICE: [Value; 2] = [SCHEMA_VALUE, Value::List(&FILLED_SCHEMAS)];

/// A field that came with JSON Schema 2020-12.
const fn new(key: Key, value: Value) -> Field {
    field(key, value).only(SINCE_31)
}

pub(super) const SCHEMA: Object = Object::new(
    Kind::Schema,
    fields![
        // What a value is.
        field(key::TYPE, DRAFT_4_TYPE).only(V2),
        field(
            key::TYPE,
            Value::Word(&["array", "boolean", "integer", "number", "object", "string"])
        )
        .only(V30),
        new(key::TYPE, TYPE),
        field(key::ENUM, Value::List(&UNIQUE_ENUM)).only(V2),
        field(key::ENUM, Value::List(&FILLED_DATA)).only(V30),
        new(key::ENUM, Value::List(&DATA_LIST)),
        new(key::CONST, Value::Data),
        field(key::FORMAT, TEXT),
        field(key::NULLABLE, Value::Boolean).only(V30).default("false"),
        // Numbers.
        field(key::MULTIPLE_OF, Value::Number { positive: true }),
        field(key::MAXIMUM, NUMBER),
        field(key::EXCLUSIVE_MAXIMUM, Value::Boolean)
            .only(UNTIL_30)
            .default("false"),
        new(key::EXCLUSIVE_MAXIMUM, NUMBER),
        field(key::MINIMUM, NUMBER),
        field(key::EXCLUSIVE_MINIMUM, Value::Boolean)
            .only(UNTIL_30)
            .default("false"),
        new(key::EXCLUSIVE_MINIMUM, NUMBER),
        // Strings.
        field(key::MAX_LENGTH, Value::Count),
        field(key::MIN_LENGTH, Value::Count).default("0"),
        field(key::PATTERN, Value::Text(TextFormat::Regex)),
        new(key::CONTENT_ENCODING, TEXT),
        new(key::CONTENT_MEDIA_TYPE, TEXT),
        new(key::CONTENT_SCHEMA, SCHEMA_VALUE),
        // Lists.
        field(key::ITEMS, DRAFT_4_ITEMS).only(V2),
        field(key::ITEMS, SCHEMA_VALUE).only(V3),
        new(key::PREFIX_ITEMS, Value::List(&FILLED_SCHEMAS)),
        field(key::MAX_ITEMS, Value::Count),
        field(key::MIN_ITEMS, Value::Count).default("0"),
        field(key::UNIQUE_ITEMS, Value::Boolean).default("false"),
        new(key::CONTAINS, SCHEMA_VALUE),
        new(key::MAX_CONTAINS, Value::Count),
        new(key::MIN_CONTAINS, Value::Count).default("1"),
        new(key::UNEVALUATED_ITEMS, SCHEMA_VALUE),
        // Objects.
        field(key::PROPERTIES, Value::Map(&SCHEMA_MAP)),
        field(
            key::ADDITIONAL_PROPERTIES,
            Value::Either(&[SCHEMA_VALUE, Value::Boolean])
        )
        .only(UNTIL_30)
        .default("true"),
        new(key::ADDITIONAL_PROPERTIES, SCHEMA_VALUE),
        new(key::PATTERN_PROPERTIES, Value::Map(&SCHEMA_MAP)),
        new(key::PROPERTY_NAMES, SCHEMA_VALUE),
        field(key::REQUIRED, Value::List(&REQUIRED_TEXTS))
            .only(UNTIL_30)
            .default("[]"),
        new(key::REQUIRED, Value::List(&UNIQUE_TEXTS)).default("[]"),
        field(key::MAX_PROPERTIES, Value::Count),
        field(key::MIN_PROPERTIES, Value::Count).default("0"),
        new(key::DEPENDENT_REQUIRED, Value::Map(&TEXT_LIST_MAP)),
        new(key::DEPENDENT_SCHEMAS, Value::Map(&SCHEMA_MAP)),
        // What `dependentRequired` and `dependentSchemas` were before they parted.
        new(key::DEPENDENCIES, Value::Map(&DEPENDENCIES)),
        new(key::UNEVALUATED_PROPERTIES, SCHEMA_VALUE),
        // Combinations.
        field(key::ALL_OF, Value::List(&FILLED_SCHEMAS)).only(V2.and(SINCE_31)),
        field(key::ALL_OF, Value::List(&SCHEMAS)).only(V30),
        field(key::ANY_OF, Value::List(&SCHEMAS)).only(V30),
        new(key::ANY_OF, Value::List(&FILLED_SCHEMAS)),
        field(key::ONE_OF, Value::List(&SCHEMAS)).only(V30),
        new(key::ONE_OF, Value::List(&FILLED_SCHEMAS)),
        field(key::NOT, SCHEMA_VALUE).only(V3),
        new(key::IF, SCHEMA_VALUE),
        new(key::THEN, SCHEMA_VALUE),
        new(key::ELSE, SCHEMA_VALUE),
        field(key::DISCRIMINATOR, TEXT).only(V2),
        field(key::DISCRIMINATOR, Value::Object(Kind::Discriminator)).only(V3),
        // Where a schema stands and what it refers to.
        field(key::REF, URI_REFERENCE),
        // https://json-schema.org/draft/2020-12/json-schema-core#section-8.2.1: an identifier has no fragment; an empty
        // one is left over from earlier drafts.
        new(key::DOLLAR_ID, Value::Text(TextFormat::UriReferenceOfWhole)),
        new(key::DOLLAR_SCHEMA, Value::Text(TextFormat::Uri)),
        new(key::DOLLAR_ANCHOR, ANCHOR),
        new(key::DOLLAR_DYNAMIC_ANCHOR, ANCHOR),
        new(key::DOLLAR_DYNAMIC_REF, Value::Link(LinkClass::Reference, Kind::Schema)),
        // What draft 2019-09 had in place of these; the meta-schema still looks at both.
        new(key::DOLLAR_RECURSIVE_ANCHOR, ANCHOR),
        new(key::DOLLAR_RECURSIVE_REF, URI_REFERENCE),
        new(key::DOLLAR_DEFS, Value::Map(&SCHEMA_MAP)),
        new(key::DEFINITIONS, Value::Map(&SCHEMA_MAP)),
        new(key::DOLLAR_COMMENT, TEXT),
        new(key::DOLLAR_VOCABULARY, Value::Map(&BOOLEAN_MAP)),
        // What people should know.
        field(key::TITLE, TEXT),
        field(key::DESCRIPTION, TEXT),
        field(key::DEFAULT, Value::Data),
        field(key::READ_ONLY, Value::Boolean).default("false"),
        field(key::WRITE_ONLY, Value::Boolean).only(V3).default("false"),
        field(key::DEPRECATED, Value::Boolean).only(V3).default("false"),
        field(key::EXAMPLE, Value::Data),
        new(key::EXAMPLES, Value::List(&DATA_LIST)),
        field(key::XML, Value::Object(Kind::Xml)),
        field(key::EXTERNAL_DOCS, Value::Object(Kind::ExternalDocs)),
    ],
)
.reference(UNTIL_30)
.boolean(SINCE_31)
// https://spec.openapis.org/oas/v2.0.html#response-object: a response may be a file, a value within it may not.
.constraints(
    const {
        &[
            holds(
                V2,
                Holds::When(key::TYPE, &["file"], Demand::StandIn(Kind::Response, key::SCHEMA)),
            ),
            holds(V2, Holds::When(key::TYPE, &["file"], Demand::Forbid(NOT_OF_FILES))),
        ]
    },
)
// A schema of JSON Schema 2020-12 may hold keywords that nobody knows.
.other_keys(const { &[(SINCE_31, OtherKeys::Anything)] });

pub(super) const DISCRIMINATOR: Object = Object::new(
    Kind::Discriminator,
    fields![
        field(key::PROPERTY_NAME, TEXT).required(ALL),
        field(key::MAPPING, Value::Map(&MAPPING)),
        field(key::DEFAULT_MAPPING, MAPPED).only(V32),
    ],
)
.extensions(SINCE_31)
// The meta-schema of 3.0 leaves the object open.
.other_keys(const { &[(V30, OtherKeys::Anything)] });

pub(super) const XML: Object = Object::new(
    Kind::Xml,
    fields![
        field(
            key::NODE_TYPE,
            Value::Word(&["element", "attribute", "text", "cdata", "none"])
        )
        .only(V32),
        field(key::NAME, TEXT),
        field(key::NAMESPACE, TEXT),
        field(key::PREFIX, TEXT),
        field(key::ATTRIBUTE, Value::Boolean).default("false"),
        field(key::WRAPPED, Value::Boolean).default("false"),
    ],
)
// https://spec.openapis.org/oas/v3.2.0.html#xml-object: the node type says what both of them said.
.constraints(
    const {
        &[holds(
            V32,
            Holds::Excludes(key::NODE_TYPE, &[key::ATTRIBUTE, key::WRAPPED]),
        )]
    },
);
