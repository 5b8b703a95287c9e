//! The table of Avro.

use crate::document::grammar::{
    Demand, Field, Grammar, Holds, List, Names, Object, OtherKeys, Siblings, Specification, TextFormat, Value, Version,
    Versions,
};
use crate::document::{FormatName, Kind};
use crate::formats::table::{TEXT, field, fields, holds, list};
use crate::syntax::{Key, key};
use std::sync::OnceLock;

/// The table.
pub(in crate::formats) fn grammar() -> &'static Grammar {
    static GRAMMAR: OnceLock<Grammar> = OnceLock::new();
    GRAMMAR.get_or_init(|| Grammar::new(&AVRO, &VERSION[0]))
}

/// A schema: the name of a type, a list of alternatives, or an object.
pub(in crate::formats) const SCHEMA: Value = Value::Either(&SCHEMA_CHOICE);
static SCHEMA_CHOICE: [Value; 3] = [
    Value::Object(Kind::AvroSchema),
    Value::Text(TextFormat::Name(Names::AvroSpace)),
    Value::List(&UNION),
];

const ALL: Versions = Versions::ALL;
static VERSION: [Version; 1] = [Version {
    version: Versions(1),
    name: "1",
    dialect: None,
    siblings: Siblings::Ignored,
}];

static AVRO: Specification = Specification {
    name: "Avro",
    // Whoever describes a payload with it does so for AsyncAPI.
    format: Some(FormatName::AsyncApi),
    versions: &VERSION,
    root: Kind::AvroSchema,
    objects: &[OBJECT, FIELD],
};

const NAME: Value = Value::Text(TextFormat::Name(Names::Avro));
/// A name may bring its namespace along.
const FULL_NAME: Value = Value::Text(TextFormat::Name(Names::AvroSpace));
static UNION: List = List {
    min: 1,
    ..list(Value::Either(&SCHEMA_CHOICE))
};
static FULL_NAMES: List = list(FULL_NAME);
static NAMES: List = list(NAME);
static SYMBOLS: List = List {
    unique: true,
    ..list(NAME)
};
static FIELDS: List = List {
    identity: &[key::NAME],
    ..list(Value::Inline(Kind::Field))
};

/// What schemas of one type need.
const fn needs(types: &'static [&'static str], required: Key) -> crate::document::grammar::Constraint {
    holds(ALL, Holds::When(key::TYPE, types, Demand::Require(required)))
}

const OBJECT: Object = Object::new(
    Kind::AvroSchema,
    fields![
        field(key::TYPE, SCHEMA).required(ALL),
        field(key::NAME, FULL_NAME),
        field(key::NAMESPACE, Value::Text(TextFormat::Any)),
        field(key::DOC, TEXT),
        field(key::ALIASES, Value::List(&FULL_NAMES)),
        field(key::FIELDS, Value::List(&FIELDS)),
        field(key::SYMBOLS, Value::List(&SYMBOLS)),
        field(key::DEFAULT, Value::Data),
        field(key::ITEMS, SCHEMA),
        field(key::VALUES, SCHEMA),
        field(key::SIZE, Value::Count),
        field(key::LOGICAL_TYPE, TEXT),
        field(key::PRECISION, Value::Whole(1, i64::MAX)),
        field(key::SCALE, Value::Count),
    ],
)
.reference(ALL)
.constraints(
    const {
        &[
            needs(&["record", "error", "enum", "fixed"], key::NAME),
            needs(&["record", "error"], key::FIELDS),
            needs(&["enum"], key::SYMBOLS),
            needs(&["array"], key::ITEMS),
            needs(&["map"], key::VALUES),
            needs(&["fixed"], key::SIZE),
        ]
    },
)
// https://avro.apache.org/docs/1.12.0/specification/#schema-declaration: other attributes are metadata.
.other_keys(const { &[(ALL, OtherKeys::Anything)] });

const FIELD: Object = Object::new(Kind::Field, FIELD_FIELDS).other_keys(const { &[(ALL, OtherKeys::Anything)] });

const FIELD_FIELDS: &[Field] = fields![
    field(key::NAME, NAME).required(ALL),
    field(key::TYPE, SCHEMA).required(ALL),
    field(key::DOC, TEXT),
    field(key::DEFAULT, Value::Data),
    field(key::ORDER, Value::Word(&["ascending", "descending", "ignore"])),
    field(key::ALIASES, Value::List(&NAMES)),
];
