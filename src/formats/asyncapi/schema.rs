//! The schemas of AsyncAPI: JSON Schema draft 7 and three keywords more
//! (<https://www.asyncapi.com/docs/reference/specification/v3.0.0#schemaObject>).

use super::values::*;
use crate::document::Kind;
use crate::document::grammar::{List, Map, Names, Object, OtherKeys, TextFormat, Value};
use crate::syntax::key;

const NUMBER: Value = Value::Number { positive: false };
const TYPES: &[&str] = &["array", "boolean", "integer", "null", "number", "object", "string"];

static SCHEMAS: List = List { min: 1, ..list(SCHEMA) };
static SCHEMA_MAP: Map = map(Names::Any, SCHEMA);
static TYPE_LIST: List = List {
    min: 1,
    unique: true,
    ..list(Value::Word(TYPES))
};
static TYPE: [Value; 2] = [Value::Word(TYPES), Value::List(&TYPE_LIST)];
static ITEMS: [Value; 3] = [SCHEMA, Value::Boolean, Value::List(&SCHEMAS)];
static DATA_LIST: List = list(Value::Data);
static DEPENDENCIES: Map = map(
    Names::Any,
    Value::Either(&[SCHEMA, Value::Boolean, Value::List(&UNIQUE_TEXTS)]),
);

pub(super) const OBJECT: Object = Object::new(
    Kind::Schema,
    fields![
        // What a value is.
        field(key::TYPE, Value::Either(&TYPE)),
        field(key::ENUM, Value::List(&DATA_LIST)),
        field(key::CONST, Value::Data),
        field(key::FORMAT, TEXT),
        // Numbers.
        field(key::MULTIPLE_OF, Value::Number { positive: true }),
        field(key::MAXIMUM, NUMBER),
        field(key::MINIMUM, NUMBER),
        field(key::EXCLUSIVE_MAXIMUM, NUMBER),
        field(key::EXCLUSIVE_MINIMUM, NUMBER),
        // Strings.
        field(key::MAX_LENGTH, Value::Count),
        field(key::MIN_LENGTH, Value::Count).default("0"),
        field(key::PATTERN, Value::Text(TextFormat::Regex)),
        field(key::CONTENT_ENCODING, TEXT),
        field(key::CONTENT_MEDIA_TYPE, TEXT),
        // Lists.
        field(key::ITEMS, Value::Either(&ITEMS)),
        field(key::ADDITIONAL_ITEMS, SCHEMA),
        field(key::MAX_ITEMS, Value::Count),
        field(key::MIN_ITEMS, Value::Count).default("0"),
        field(key::UNIQUE_ITEMS, Value::Boolean).default("false"),
        field(key::CONTAINS, SCHEMA),
        // Objects.
        field(key::PROPERTIES, Value::Map(&SCHEMA_MAP)),
        field(key::PATTERN_PROPERTIES, Value::Map(&SCHEMA_MAP)),
        field(key::ADDITIONAL_PROPERTIES, SCHEMA),
        field(key::PROPERTY_NAMES, SCHEMA),
        field(key::REQUIRED, Value::List(&UNIQUE_TEXTS)).default("[]"),
        field(key::MAX_PROPERTIES, Value::Count),
        field(key::MIN_PROPERTIES, Value::Count).default("0"),
        field(key::DEPENDENCIES, Value::Map(&DEPENDENCIES)),
        // Combinations.
        field(key::ALL_OF, Value::List(&SCHEMAS)),
        field(key::ANY_OF, Value::List(&SCHEMAS)),
        field(key::ONE_OF, Value::List(&SCHEMAS)),
        field(key::NOT, SCHEMA),
        field(key::IF, SCHEMA),
        field(key::THEN, SCHEMA),
        field(key::ELSE, SCHEMA),
        field(key::DISCRIMINATOR, TEXT),
        // Where a schema stands and what it refers to.
        field(key::DOLLAR_ID, URI_REFERENCE),
        field(key::DOLLAR_SCHEMA, URI),
        field(key::DEFINITIONS, Value::Map(&SCHEMA_MAP)),
        field(key::DOLLAR_COMMENT, TEXT),
        // What people should know.
        field(key::TITLE, TEXT),
        field(key::DESCRIPTION, TEXT),
        field(key::DEFAULT, Value::Data),
        field(key::READ_ONLY, Value::Boolean).default("false"),
        field(key::WRITE_ONLY, Value::Boolean).default("false"),
        field(key::DEPRECATED, Value::Boolean).default("false"),
        field(key::EXAMPLES, Value::List(&DATA_LIST)),
        field(key::EXTERNAL_DOCS, Value::Object(Kind::ExternalDocs)),
    ],
)
.reference(ALL)
.boolean(ALL)
.other_keys(const { &[(ALL, OtherKeys::Anything)] });
