//! The table of Protobuf, over the shape that [`crate::syntax`] gives its declarations.

use super::super::table::{TEXT, TEXTS, field, fields, list, map};
use crate::document::grammar::{
    Field, Grammar, List, Map, Names, Object, Siblings, Specification, Value, Version, Versions,
};
use crate::document::{FormatName, Kind};
use crate::syntax::key;
use std::sync::OnceLock;

/// `syntax = "proto2"`, or nothing said.
pub const PROTO2: Versions = Versions(1);
/// `syntax = "proto3"`.
pub const PROTO3: Versions = Versions(1 << 1);
/// `edition = "2023"`.
pub const EDITION_2023: Versions = Versions(1 << 2);
/// `edition = "2024"`.
pub const EDITION_2024: Versions = Versions(1 << 3);

/// The table of one version.
pub fn grammar(version: Versions) -> &'static Grammar {
    static GRAMMARS: [OnceLock<Grammar>; 4] = [const { OnceLock::new() }; 4];
    let known = VERSIONS.iter().position(|known| known.version == version);
    let slot = known.unwrap_or(0);
    GRAMMARS[slot].get_or_init(|| Grammar::new(&PROTOBUF, &VERSIONS[slot]))
}

static VERSIONS: [Version; 4] = [
    version(PROTO2, "proto2"),
    version(PROTO3, "proto3"),
    version(EDITION_2023, "edition 2023"),
    version(EDITION_2024, "edition 2024"),
];

const fn version(version: Versions, name: &'static str) -> Version {
    Version {
        version,
        name,
        dialect: None,
        siblings: Siblings::Ignored,
    }
}

static PROTOBUF: Specification = Specification {
    name: FormatName::Protobuf.title(),
    format: Some(FormatName::Protobuf),
    versions: &VERSIONS,
    root: Kind::File,
    objects: &[
        FILE,
        IMPORT,
        MESSAGE,
        FIELD,
        MAP_TYPE,
        ONEOF,
        ENUM,
        ENUM_VALUE,
        SERVICE,
        RPC,
        RPC_MESSAGE,
        EXTEND,
        RANGE,
    ],
};

const fn object(kind: Kind, fields: &'static [Field]) -> Object {
    Object::new(kind, fields).extensions(Versions::NONE)
}

static OPTIONS: Map = map(Names::Any, Value::Data);
static IMPORTS: List = list(Value::Inline(Kind::Import));
static MESSAGES: Map = map(Names::Any, Value::Inline(Kind::Message));
static FIELDS: Map = map(Names::Any, Value::Inline(Kind::Field));
static ONEOFS: Map = map(Names::Any, Value::Inline(Kind::Oneof));
static ENUMS: Map = map(Names::Any, Value::Inline(Kind::Enum));
static VALUES: Map = map(Names::Any, Value::Inline(Kind::EnumValue));
static SERVICES: Map = map(Names::Any, Value::Inline(Kind::Service));
static METHODS: Map = map(Names::Any, Value::Inline(Kind::Rpc));
static EXTENDS: List = list(Value::Inline(Kind::Extend));
static RANGES: List = list(Value::Inline(Kind::Range));
/// Numbers, or names.
static RESERVED: List = list(Value::Either(&[Value::Inline(Kind::Range), TEXT]));
static TYPE: [Value; 2] = [Value::Inline(Kind::MapType), TEXT];
const NUMBER: Value = Value::Number { positive: false };
/// A number, or `max`.
static LIMIT: [Value; 2] = [NUMBER, TEXT];
static MODIFIERS: &[&str] = &["public", "weak", "option"];
static LABELS: &[&str] = &["optional", "required", "repeated"];
static VISIBILITIES: &[&str] = &["export", "local"];

/// The fields of a declaration, with the comments and options that all of them may have.
macro_rules! declaration {
    ($($field:expr),* $(,)?) => {
        fields![
            $($field,)*
            field(key::OPTIONS, Value::Map(&OPTIONS)),
            field(key::LEADING_COMMENTS, TEXT),
            field(key::TRAILING_COMMENTS, TEXT),
            field(key::DETACHED_COMMENTS, Value::List(&TEXTS)),
        ]
    };
}

const FILE: Object = object(
    Kind::File,
    fields![
        field(key::SYNTAX, TEXT),
        field(key::EDITION, TEXT),
        field(key::PACKAGE, TEXT),
        field(key::IMPORTS, Value::List(&IMPORTS)),
        field(key::OPTIONS, Value::Map(&OPTIONS)),
        field(key::MESSAGES, Value::Map(&MESSAGES)),
        field(key::ENUMS, Value::Map(&ENUMS)),
        field(key::SERVICES, Value::Map(&SERVICES)),
        field(key::EXTENDS, Value::List(&EXTENDS)),
    ],
);

const IMPORT: Object = object(
    Kind::Import,
    declaration![field(key::PATH, TEXT), field(key::MODIFIER, Value::Word(MODIFIERS))],
);

const MESSAGE: Object = object(
    Kind::Message,
    declaration![
        field(key::VISIBILITY, Value::Word(VISIBILITIES)),
        field(key::FIELDS, Value::Map(&FIELDS)),
        field(key::ONEOFS, Value::Map(&ONEOFS)),
        field(key::MESSAGES, Value::Map(&MESSAGES)),
        field(key::ENUMS, Value::Map(&ENUMS)),
        field(key::EXTENDS, Value::List(&EXTENDS)),
        field(key::EXTENSION_RANGES, Value::List(&RANGES)),
        field(key::RESERVED, Value::List(&RESERVED)),
    ],
);

const FIELD: Object = object(
    Kind::Field,
    declaration![
        field(key::LABEL, Value::Word(LABELS)),
        field(key::TYPE, Value::Either(&TYPE)),
        field(key::NUMBER, NUMBER),
        field(key::GROUP, Value::Inline(Kind::Message)),
    ],
);

const MAP_TYPE: Object = object(Kind::MapType, fields![field(key::KEY, TEXT), field(key::VALUE, TEXT)]);

const ONEOF: Object = object(Kind::Oneof, declaration![field(key::FIELDS, Value::Map(&FIELDS))]);

const ENUM: Object = object(
    Kind::Enum,
    declaration![
        field(key::VISIBILITY, Value::Word(VISIBILITIES)),
        field(key::VALUES, Value::Map(&VALUES)),
        field(key::RESERVED, Value::List(&RESERVED)),
    ],
);

const ENUM_VALUE: Object = object(Kind::EnumValue, declaration![field(key::NUMBER, NUMBER)]);

const SERVICE: Object = object(Kind::Service, declaration![field(key::METHODS, Value::Map(&METHODS))]);

const RPC: Object = object(
    Kind::Rpc,
    declaration![
        field(key::REQUEST, Value::Inline(Kind::RpcMessage)),
        field(key::RESPONSE, Value::Inline(Kind::RpcMessage)),
    ],
);

const RPC_MESSAGE: Object = object(
    Kind::RpcMessage,
    fields![field(key::STREAM, Value::Boolean), field(key::TYPE, TEXT)],
);

const EXTEND: Object = object(
    Kind::Extend,
    declaration![field(key::EXTENDEE, TEXT), field(key::FIELDS, Value::Map(&FIELDS))],
);

const RANGE: Object = object(
    Kind::Range,
    declaration![field(key::START, NUMBER), field(key::END, Value::Either(&LIMIT))],
);
