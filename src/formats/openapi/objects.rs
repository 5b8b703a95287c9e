//! The objects of the specification, but for schemas and security.

use super::schema;
use super::values::*;
use crate::document::grammar::{Alone, Demand, Holds, List, Map, Names, Object, OtherKeys, TextFormat, Value};
use crate::document::{Kind, LinkClass};
use crate::syntax::key;

static DATA_MAP: Map = map(Names::Any, Value::Data);
static SCHEMES: List = List {
    unique: true,
    ..list(Value::Word(&["http", "https", "ws", "wss"]))
};
static TAGS: List = List {
    identity: &[key::NAME],
    ..list(Value::Object(Kind::Tag))
};
static UNIQUE_TAGS: List = List {
    unique: true,
    identity: &[key::NAME],
    ..list(Value::Object(Kind::Tag))
};
static SERVERS: List = List {
    identity: &[key::URL],
    ..list(Value::Object(Kind::Server))
};
static SECURITY: List = list(Value::Object(Kind::SecurityRequirement));
static UNIQUE_SECURITY: List = unique(list(Value::Object(Kind::SecurityRequirement)));
static PARAMETERS: List = List {
    identity: &[key::NAME, key::IN],
    ..list(Value::Object(Kind::Parameter))
};
// https://spec.openapis.org/oas/v3.2.0.html#parameter-locations
static PARAMETERS_OR_QUERYSTRING: List = List {
    identity: &[key::NAME, key::IN],
    alone: Some(&Alone {
        field: key::IN,
        word: "querystring",
        apart: &["query"],
        because: "it describes the whole query string",
    }),
    ..list(Value::Object(Kind::Parameter))
};
static UNIQUE_PARAMETERS: List = List {
    unique: true,
    identity: &[key::NAME, key::IN],
    ..list(Value::Object(Kind::Parameter))
};
static CONTENT: Map = map(Names::Any, Value::Object(Kind::MediaType));
static SINGLE_CONTENT: Map = Map {
    count: (1, 1),
    ..map(Names::Any, Value::Object(Kind::MediaType))
};
static EXAMPLES: Map = map(Names::Any, Value::Object(Kind::Example));
static HEADERS: Map = map(Names::Any, Value::Object(Kind::Header));
static TOKEN_HEADERS: Map = map(Names::Token, Value::Object(Kind::Header));
static ENCODINGS: Map = map(Names::Any, Value::Object(Kind::Encoding));
static LINKS: Map = map(Names::Any, Value::Object(Kind::Link));
static CALLBACKS: Map = map(Names::Any, Value::Object(Kind::Callback));
static WEBHOOKS: Map = map(Names::Any, Value::Object(Kind::PathItem));
static SERVER_VARIABLES: Map = map(Names::Any, Value::Object(Kind::ServerVariable));
static DEFINITIONS: Map = map(Names::Any, Value::Object(Kind::Schema));
// https://spec.openapis.org/oas/v2.0.html#parameters-definitions-object: these hold the objects that others refer to.
static PARAMETER_DEFINITIONS: Map = map(Names::Any, Value::Inline(Kind::Parameter));
static RESPONSE_DEFINITIONS: Map = map(Names::Any, Value::Inline(Kind::Response));
static SECURITY_DEFINITIONS: Map = map(Names::Any, Value::Object(Kind::SecurityScheme));
pub(super) const ROOT: Object = Object::new(
    Kind::Root,
    fields![
        field(key::SWAGGER, Value::Word(&["2.0"])).only(V2).required(V2),
        field(key::OPENAPI, Value::Text(TextFormat::SpecificationVersion))
            .only(V3)
            .required(V3),
        field(key::DOLLAR_SELF, Value::Text(TextFormat::UriReferenceWithoutFragment)).only(V32),
        field(key::INFO, Value::Object(Kind::Info)).required(ALL),
        field(key::JSON_SCHEMA_DIALECT, URI_REFERENCE).only(SINCE_31),
        field(key::HOST, Value::Text(TextFormat::Host)).only(V2),
        field(key::BASE_PATH, Value::Text(TextFormat::AbsolutePath))
            .only(V2)
            .default("\"/\""),
        field(key::SCHEMES, Value::List(&SCHEMES)).only(V2),
        field(key::CONSUMES, Value::List(&UNIQUE_TEXTS)).only(V2),
        field(key::PRODUCES, Value::List(&UNIQUE_TEXTS)).only(V2),
        field(key::SERVERS, Value::List(&SERVERS))
            .only(V3)
            .default("[{\"url\":\"/\"}]"),
        field(key::PATHS, Value::Object(Kind::Paths)).required(UNTIL_30),
        field(key::WEBHOOKS, Value::Map(&WEBHOOKS)).only(SINCE_31),
        field(key::COMPONENTS, Value::Object(Kind::Components)).only(V3),
        field(key::DEFINITIONS, Value::Map(&DEFINITIONS)).only(V2),
        field(key::PARAMETERS, Value::Map(&PARAMETER_DEFINITIONS)).only(V2),
        field(key::RESPONSES, Value::Map(&RESPONSE_DEFINITIONS)).only(V2),
        field(key::SECURITY_DEFINITIONS, Value::Map(&SECURITY_DEFINITIONS)).only(V2),
        field(key::SECURITY, Value::List(&UNIQUE_SECURITY)).only(V2),
        field(key::SECURITY, Value::List(&SECURITY)).only(V3),
        field(key::TAGS, Value::List(&UNIQUE_TAGS)).only(UNTIL_30),
        field(key::TAGS, Value::List(&TAGS)).only(SINCE_31),
        field(key::EXTERNAL_DOCS, Value::Object(Kind::ExternalDocs)),
    ],
)
.constraints(
    const {
        &[holds(
            SINCE_31,
            Holds::AtLeastOne(&[key::PATHS, key::COMPONENTS, key::WEBHOOKS]),
        )]
    },
);

pub(super) const INFO: Object = Object::new(
    Kind::Info,
    fields![
        field(key::TITLE, TEXT).required(ALL),
        field(key::SUMMARY, TEXT).only(SINCE_31),
        field(key::DESCRIPTION, TEXT),
        field(key::TERMS_OF_SERVICE, TEXT).only(V2),
        field(key::TERMS_OF_SERVICE, URI_REFERENCE).only(V3),
        field(key::CONTACT, Value::Object(Kind::Contact)),
        field(key::LICENSE, Value::Object(Kind::License)),
        field(key::VERSION, TEXT).required(ALL),
    ],
);

pub(super) const CONTACT: Object = Object::new(
    Kind::Contact,
    fields![
        field(key::NAME, TEXT),
        field(key::URL, URI_REFERENCE),
        field(key::EMAIL, EMAIL),
    ],
);

pub(super) const LICENSE: Object = Object::new(
    Kind::License,
    fields![
        field(key::NAME, TEXT).required(ALL),
        field(key::IDENTIFIER, TEXT).only(SINCE_31),
        field(key::URL, URI_REFERENCE),
    ],
)
.constraints(const { &[holds(SINCE_31, Holds::AtMostOne(&[key::IDENTIFIER, key::URL]))] });

pub(super) const SERVER: Object = Object::new(
    Kind::Server,
    fields![
        field(key::URL, TEXT).required(ALL),
        field(key::DESCRIPTION, TEXT),
        field(key::NAME, TEXT).only(V32),
        field(key::VARIABLES, Value::Map(&SERVER_VARIABLES)),
    ],
);

static FILLED_TEXTS: List = List { min: 1, ..list(TEXT) };

pub(super) const SERVER_VARIABLE: Object = Object::new(
    Kind::ServerVariable,
    fields![
        field(key::ENUM, Value::List(&TEXTS)).only(V30),
        field(key::ENUM, Value::List(&FILLED_TEXTS)).only(SINCE_31),
        field(key::DEFAULT, TEXT).required(ALL),
        field(key::DESCRIPTION, TEXT),
    ],
);

pub(super) const PATHS: Object = Object::new(Kind::Paths, fields![])
    .other_keys(const { &[(ALL, OtherKeys::Named(Names::Path, Value::Object(Kind::PathItem)))] });

static ADDITIONAL_OPERATIONS: Map = map(Names::Method, Value::Object(Kind::Operation));

const OPERATION_VALUE: Value = Value::Object(Kind::Operation);

pub(super) const PATH_ITEM: Object = Object::new(
    Kind::PathItem,
    fields![
        field(key::REF, URI_REFERENCE),
        field(key::SUMMARY, TEXT).only(V3),
        field(key::DESCRIPTION, TEXT).only(V3),
        field(key::GET, OPERATION_VALUE),
        field(key::PUT, OPERATION_VALUE),
        field(key::POST, OPERATION_VALUE),
        field(key::DELETE, OPERATION_VALUE),
        field(key::OPTIONS, OPERATION_VALUE),
        field(key::HEAD, OPERATION_VALUE),
        field(key::PATCH, OPERATION_VALUE),
        field(key::TRACE, OPERATION_VALUE).only(V3),
        field(key::QUERY, OPERATION_VALUE).only(V32),
        field(key::ADDITIONAL_OPERATIONS, Value::Map(&ADDITIONAL_OPERATIONS)).only(V32),
        field(key::SERVERS, Value::List(&SERVERS)).only(V3),
        field(key::PARAMETERS, Value::List(&UNIQUE_PARAMETERS)).only(UNTIL_30),
        field(key::PARAMETERS, Value::List(&PARAMETERS)).only(V31),
        field(key::PARAMETERS, Value::List(&PARAMETERS_OR_QUERYSTRING)).only(V32),
    ],
);

pub(super) const OPERATION: Object = Object::new(
    Kind::Operation,
    fields![
        field(key::TAGS, Value::List(&UNIQUE_TEXTS)).only(V2),
        field(key::TAGS, Value::List(&TEXTS)).only(V3),
        field(key::SUMMARY, TEXT),
        field(key::DESCRIPTION, TEXT),
        field(key::EXTERNAL_DOCS, Value::Object(Kind::ExternalDocs)),
        field(key::OPERATION_ID, TEXT),
        field(key::CONSUMES, Value::List(&UNIQUE_TEXTS)).only(V2),
        field(key::PRODUCES, Value::List(&UNIQUE_TEXTS)).only(V2),
        field(key::PARAMETERS, Value::List(&UNIQUE_PARAMETERS)).only(UNTIL_30),
        field(key::PARAMETERS, Value::List(&PARAMETERS)).only(V31),
        field(key::PARAMETERS, Value::List(&PARAMETERS_OR_QUERYSTRING)).only(V32),
        field(key::REQUEST_BODY, Value::Object(Kind::RequestBody)).only(V3),
        field(key::RESPONSES, Value::Object(Kind::Responses)).required(UNTIL_30),
        field(key::CALLBACKS, Value::Map(&CALLBACKS)).only(V3),
        field(key::SCHEMES, Value::List(&SCHEMES)).only(V2),
        field(key::DEPRECATED, Value::Boolean).default("false"),
        field(key::SECURITY, Value::List(&UNIQUE_SECURITY)).only(V2),
        field(key::SECURITY, Value::List(&SECURITY)).only(V3),
        field(key::SERVERS, Value::List(&SERVERS)).only(V3),
    ],
);

pub(super) const EXTERNAL_DOCS: Object = Object::new(
    Kind::ExternalDocs,
    fields![
        field(key::DESCRIPTION, TEXT),
        field(key::URL, URI_REFERENCE).required(ALL)
    ],
);

/// The fields that say of a Swagger 2.0 parameter, header or list element what values it takes.
macro_rules! simple_type_fields {
    ($types:expr, $formats:expr; $($more:expr,)*) => {
        fields![
            $($more,)*
            field(key::TYPE, Value::Word($types)).only(V2),
            field(key::FORMAT, TEXT).only(V2),
            field(key::ITEMS, Value::Object(Kind::Items)).only(V2),
            field(key::COLLECTION_FORMAT, Value::Word($formats)).only(V2).default("\"csv\""),
            field(key::DEFAULT, Value::Data).only(V2),
            field(key::MAXIMUM, Value::Number { positive: false }).only(V2),
            field(key::EXCLUSIVE_MAXIMUM, Value::Boolean).only(V2).default("false"),
            field(key::MINIMUM, Value::Number { positive: false }).only(V2),
            field(key::EXCLUSIVE_MINIMUM, Value::Boolean).only(V2).default("false"),
            field(key::MAX_LENGTH, Value::Count).only(V2),
            field(key::MIN_LENGTH, Value::Count).only(V2).default("0"),
            field(key::PATTERN, Value::Text(TextFormat::Regex)).only(V2),
            field(key::MAX_ITEMS, Value::Count).only(V2),
            field(key::MIN_ITEMS, Value::Count).only(V2).default("0"),
            field(key::UNIQUE_ITEMS, Value::Boolean).only(V2).default("false"),
            field(key::ENUM, Value::List(&schema::UNIQUE_ENUM)).only(V2),
            field(key::MULTIPLE_OF, Value::Number { positive: true }).only(V2),
        ]
    };
}

const SIMPLE_TYPES: &[&str] = &["string", "number", "integer", "boolean", "array"];
const COLLECTION_FORMATS: &[&str] = &["csv", "ssv", "tsv", "pipes"];

pub(super) const ITEMS: Object = Object::new(Kind::Items, simple_type_fields!(SIMPLE_TYPES, COLLECTION_FORMATS;));

const NOT_WITH_CONTENT: &[crate::syntax::Key] = &[
    key::STYLE,
    key::EXPLODE,
    key::ALLOW_RESERVED,
    key::EXAMPLE,
    key::EXAMPLES,
];

const NOT_IN_BODY: &[crate::syntax::Key] = &[
    key::TYPE,
    key::FORMAT,
    key::ITEMS,
    key::COLLECTION_FORMAT,
    key::DEFAULT,
    key::MAXIMUM,
    key::EXCLUSIVE_MAXIMUM,
    key::MINIMUM,
    key::EXCLUSIVE_MINIMUM,
    key::MAX_LENGTH,
    key::MIN_LENGTH,
    key::PATTERN,
    key::MAX_ITEMS,
    key::MIN_ITEMS,
    key::UNIQUE_ITEMS,
    key::ENUM,
    key::MULTIPLE_OF,
    key::ALLOW_EMPTY_VALUE,
];

pub(super) const PARAMETER: Object = Object::new(
    Kind::Parameter,
    simple_type_fields!(
        &["string", "number", "boolean", "integer", "array", "file"],
        &["csv", "ssv", "tsv", "pipes", "multi"];
        field(key::NAME, TEXT).required(ALL),
        field(key::IN, Value::Word(&["query", "header", "path", "formData", "body"])).only(V2).required(V2),
        field(key::IN, Value::Word(&["query", "header", "path", "cookie"])).only(V30.and(V31)).required(V30.and(V31)),
        field(key::IN, Value::Word(&["query", "querystring", "header", "path", "cookie"])).only(V32).required(V32),
        field(key::DESCRIPTION, TEXT),
        field(key::REQUIRED, Value::Boolean).default("false"),
        field(key::DEPRECATED, Value::Boolean).only(V3).default("false"),
        field(key::ALLOW_EMPTY_VALUE, Value::Boolean).default("false"),
        field(key::STYLE, TEXT).only(V3),
        field(key::EXPLODE, Value::Boolean).only(V3),
        field(key::ALLOW_RESERVED, Value::Boolean).only(V3).default("false"),
        field(key::SCHEMA, Value::Object(Kind::Schema)),
        field(key::CONTENT, Value::Map(&SINGLE_CONTENT)).only(V3),
        field(key::EXAMPLE, Value::Data).only(V3),
        field(key::EXAMPLES, Value::Map(&EXAMPLES)).only(V3),
    ),
)
.reference(ALL)
.constraints(
    const {
        &[
            holds(ALL, Holds::When(key::IN, &["path"], Demand::True(key::REQUIRED))),
            holds(V2, Holds::When(key::IN, &["body"], Demand::Require(key::SCHEMA))),
            holds(V2, Holds::When(key::IN, &["body"], Demand::Forbid(NOT_IN_BODY))),
            holds(V2, Holds::Unless(key::IN, &["body"], Demand::Require(key::TYPE))),
            holds(V2, Holds::Unless(key::IN, &["body"], Demand::Forbid(&[key::SCHEMA]))),
            holds(
                V2,
                Holds::When(key::IN, &["path", "header"], Demand::Forbid(&[key::ALLOW_EMPTY_VALUE])),
            ),
            holds(
                V2,
                Holds::When(
                    key::IN,
                    &["path", "header"],
                    Demand::Word(key::COLLECTION_FORMAT, COLLECTION_FORMATS),
                ),
            ),
            holds(
                V2,
                Holds::Unless(key::IN, &["formData"], Demand::Word(key::TYPE, SIMPLE_TYPES)),
            ),
            holds(V30.and(V31), Holds::ExactlyOne(&[key::SCHEMA, key::CONTENT])),
            holds(V32, Holds::ExactlyOne(&[key::SCHEMA, key::CONTENT])),
            holds(V30.and(V31), Holds::Excludes(key::CONTENT, NOT_WITH_CONTENT)),
            holds(
                V32,
                Holds::Excludes(key::CONTENT, &[key::STYLE, key::EXPLODE, key::ALLOW_RESERVED]),
            ),
            holds(V3, Holds::AtMostOne(&[key::EXAMPLE, key::EXAMPLES])),
            holds(
                V3,
                Holds::When(
                    key::IN,
                    &["path"],
                    Demand::Word(key::STYLE, &["matrix", "label", "simple"]),
                ),
            ),
            holds(
                V3,
                Holds::When(
                    key::IN,
                    &["query"],
                    Demand::Word(key::STYLE, &["form", "spaceDelimited", "pipeDelimited", "deepObject"]),
                ),
            ),
            holds(
                V3,
                Holds::When(key::IN, &["header"], Demand::Word(key::STYLE, &["simple"])),
            ),
            holds(
                V30.and(V31),
                Holds::When(key::IN, &["cookie"], Demand::Word(key::STYLE, &["form"])),
            ),
            holds(
                V32,
                Holds::When(key::IN, &["cookie"], Demand::Word(key::STYLE, &["form", "cookie"])),
            ),
            holds(
                V32,
                Holds::When(key::IN, &["querystring"], Demand::Require(key::CONTENT)),
            ),
            holds(
                SINCE_31,
                Holds::Unless(key::IN, &["query"], Demand::Forbid(&[key::ALLOW_EMPTY_VALUE])),
            ),
            // https://spec.openapis.org/oas/v3.1.2.html#parameter-allow-reserved
            holds(
                V31,
                Holds::Unless(key::IN, &["query"], Demand::Forbid(&[key::ALLOW_RESERVED])),
            ),
            // https://spec.openapis.org/oas/v3.2.0.html#parameter-allow-reserved: where values are percent-encoded.
            holds(
                V32,
                Holds::When(key::IN, &["header"], Demand::Forbid(&[key::ALLOW_RESERVED])),
            ),
            holds(
                V32,
                Holds::When(key::STYLE, &["cookie"], Demand::Forbid(&[key::ALLOW_RESERVED])),
            ),
            // https://spec.openapis.org/oas/v3.1.2.html#path-templating: a name stands between braces.
            holds(
                SINCE_31,
                Holds::When(
                    key::IN,
                    &["path"],
                    Demand::Text(key::NAME, TextFormat::Name(Names::Template)),
                ),
            ),
            // https://www.rfc-editor.org/rfc/rfc9110#section-5.1
            holds(
                V32,
                Holds::When(
                    key::IN,
                    &["header"],
                    Demand::Text(key::NAME, TextFormat::Name(Names::Token)),
                ),
            ),
        ]
    },
);

pub(super) const REQUEST_BODY: Object = Object::new(
    Kind::RequestBody,
    fields![
        field(key::DESCRIPTION, TEXT),
        field(key::CONTENT, Value::Map(&CONTENT)).required(ALL),
        field(key::REQUIRED, Value::Boolean).default("false"),
    ],
)
.reference(V3);

static PREFIX_ENCODINGS: List = list(Value::Object(Kind::Encoding));

pub(super) const MEDIA_TYPE: Object = Object::new(
    Kind::MediaType,
    fields![
        field(key::DESCRIPTION, TEXT).only(V32),
        field(key::SCHEMA, Value::Object(Kind::Schema)),
        field(key::ITEM_SCHEMA, Value::Object(Kind::Schema)).only(V32),
        field(key::EXAMPLE, Value::Data),
        field(key::EXAMPLES, Value::Map(&EXAMPLES)),
        field(key::ENCODING, Value::Map(&ENCODINGS)),
        field(key::PREFIX_ENCODING, Value::List(&PREFIX_ENCODINGS)).only(V32),
        field(key::ITEM_ENCODING, Value::Object(Kind::Encoding)).only(V32),
    ],
)
.reference(V32)
.constraints(
    const {
        &[
            holds(V3, Holds::AtMostOne(&[key::EXAMPLE, key::EXAMPLES])),
            holds(
                V32,
                Holds::Excludes(key::ENCODING, &[key::PREFIX_ENCODING, key::ITEM_ENCODING]),
            ),
        ]
    },
);

pub(super) const ENCODING: Object = Object::new(
    Kind::Encoding,
    fields![
        field(key::CONTENT_TYPE, TEXT),
        field(key::HEADERS, Value::Map(&HEADERS)).only(V30.and(V31)),
        field(key::HEADERS, Value::Map(&TOKEN_HEADERS)).only(V32),
        field(
            key::STYLE,
            Value::Word(&["form", "spaceDelimited", "pipeDelimited", "deepObject"])
        ),
        field(key::EXPLODE, Value::Boolean),
        field(key::ALLOW_RESERVED, Value::Boolean).default("false"),
        field(key::ENCODING, Value::Map(&ENCODINGS)).only(V32),
        field(key::PREFIX_ENCODING, Value::List(&PREFIX_ENCODINGS)).only(V32),
        field(key::ITEM_ENCODING, Value::Object(Kind::Encoding)).only(V32),
    ],
)
.constraints(
    const {
        &[holds(
            V32,
            Holds::Excludes(key::ENCODING, &[key::PREFIX_ENCODING, key::ITEM_ENCODING]),
        )]
    },
);

const RESPONSE_VALUE: Value = Value::Object(Kind::Response);

pub(super) const RESPONSES: Object = Object::new(Kind::Responses, fields![field(key::DEFAULT, RESPONSE_VALUE)])
    .other_keys(
        const {
            &[
                (V2, OtherKeys::Named(Names::StatusCode, RESPONSE_VALUE)),
                (V3, OtherKeys::Named(Names::StatusCodeOrClass, RESPONSE_VALUE)),
            ]
        },
    )
    .not_empty(ALL);

static RESPONSE_EXAMPLES: Map = map(Names::Any, Value::Data);

pub(super) const RESPONSE: Object = Object::new(
    Kind::Response,
    fields![
        field(key::SUMMARY, TEXT).only(V32),
        field(key::DESCRIPTION, TEXT).required(V2.and(V30).and(V31)),
        field(key::SCHEMA, Value::Object(Kind::Schema)).only(V2),
        field(key::EXAMPLES, Value::Map(&RESPONSE_EXAMPLES)).only(V2),
        field(key::HEADERS, Value::Map(&HEADERS)).only(V2.and(V30).and(V31)),
        field(key::HEADERS, Value::Map(&TOKEN_HEADERS)).only(V32),
        field(key::CONTENT, Value::Map(&CONTENT)).only(V3),
        field(key::LINKS, Value::Map(&LINKS)).only(V3),
    ],
)
.reference(ALL);

pub(super) const CALLBACK: Object = Object::new(Kind::Callback, fields![])
    .other_keys(const { &[(ALL, OtherKeys::Named(Names::Any, Value::Object(Kind::PathItem)))] })
    .reference(V3);

pub(super) const EXAMPLE: Object = Object::new(
    Kind::Example,
    fields![
        field(key::SUMMARY, TEXT),
        field(key::DESCRIPTION, TEXT),
        field(key::VALUE, Value::Data),
        field(key::EXTERNAL_VALUE, URI_REFERENCE),
        field(key::DATA_VALUE, Value::Data).only(V32),
        field(key::SERIALIZED_VALUE, TEXT).only(V32),
    ],
)
.reference(V3)
.constraints(
    const {
        &[
            holds(V3, Holds::AtMostOne(&[key::VALUE, key::EXTERNAL_VALUE])),
            holds(
                V32,
                Holds::Excludes(key::VALUE, &[key::DATA_VALUE, key::SERIALIZED_VALUE]),
            ),
            holds(V32, Holds::AtMostOne(&[key::SERIALIZED_VALUE, key::EXTERNAL_VALUE])),
        ]
    },
);

pub(super) const LINK: Object = Object::new(
    Kind::Link,
    fields![
        field(
            key::OPERATION_REF,
            Value::Link(LinkClass::OperationRef, Kind::Operation)
        ),
        field(key::OPERATION_ID, TEXT),
        field(key::PARAMETERS, Value::Map(&DATA_MAP)),
        field(key::REQUEST_BODY, Value::Data),
        field(key::DESCRIPTION, TEXT),
        field(key::SERVER, Value::Object(Kind::Server)),
    ],
)
.reference(V3)
.constraints(
    const {
        &[
            holds(V30, Holds::AtMostOne(&[key::OPERATION_REF, key::OPERATION_ID])),
            holds(SINCE_31, Holds::ExactlyOne(&[key::OPERATION_REF, key::OPERATION_ID])),
        ]
    },
);

pub(super) const HEADER: Object = Object::new(
    Kind::Header,
    simple_type_fields!(
        SIMPLE_TYPES, COLLECTION_FORMATS;
        field(key::DESCRIPTION, TEXT),
        field(key::REQUIRED, Value::Boolean).only(V3).default("false"),
        field(key::DEPRECATED, Value::Boolean).only(V3).default("false"),
        field(key::ALLOW_EMPTY_VALUE, Value::Boolean).only(V30).default("false"),
        field(key::STYLE, Value::Word(&["simple"])).only(V3).default("\"simple\""),
        field(key::EXPLODE, Value::Boolean).only(V3).default("false"),
        field(key::ALLOW_RESERVED, Value::Boolean).only(V30).default("false"),
        field(key::SCHEMA, Value::Object(Kind::Schema)).only(V3),
        field(key::CONTENT, Value::Map(&SINGLE_CONTENT)).only(V3),
        field(key::EXAMPLE, Value::Data).only(V3),
        field(key::EXAMPLES, Value::Map(&EXAMPLES)).only(V3),
    ),
)
.reference(V3)
.constraints(
    const {
        &[
            holds(V2, Holds::ExactlyOne(&[key::TYPE])),
            holds(V3, Holds::ExactlyOne(&[key::SCHEMA, key::CONTENT])),
            holds(V3, Holds::AtMostOne(&[key::EXAMPLE, key::EXAMPLES])),
            holds(V30, Holds::Excludes(key::CONTENT, NOT_WITH_CONTENT)),
            holds(
                V31,
                Holds::Excludes(key::CONTENT, &[key::STYLE, key::EXPLODE, key::EXAMPLE, key::EXAMPLES]),
            ),
            holds(V32, Holds::Excludes(key::CONTENT, &[key::STYLE, key::EXPLODE])),
        ]
    },
);

pub(super) const TAG: Object = Object::new(
    Kind::Tag,
    fields![
        field(key::NAME, TEXT).required(ALL),
        field(key::SUMMARY, TEXT).only(V32),
        field(key::DESCRIPTION, TEXT),
        field(key::EXTERNAL_DOCS, Value::Object(Kind::ExternalDocs)),
        field(key::PARENT, TEXT).only(V32),
        field(key::KIND, TEXT).only(V32),
    ],
);

macro_rules! component_maps {
    ($($name:ident: $kind:ident,)*) => {
        $(static $name: Map = map(Names::Component, Value::Object(Kind::$kind));)*
    };
}

component_maps! {
    COMPONENT_SCHEMAS: Schema,
    COMPONENT_RESPONSES: Response,
    COMPONENT_PARAMETERS: Parameter,
    COMPONENT_EXAMPLES: Example,
    COMPONENT_REQUEST_BODIES: RequestBody,
    COMPONENT_HEADERS: Header,
    COMPONENT_SECURITY_SCHEMES: SecurityScheme,
    COMPONENT_LINKS: Link,
    COMPONENT_CALLBACKS: Callback,
    COMPONENT_PATH_ITEMS: PathItem,
    COMPONENT_MEDIA_TYPES: MediaType,
}

pub(super) const COMPONENTS: Object = Object::new(
    Kind::Components,
    fields![
        field(key::SCHEMAS, Value::Map(&COMPONENT_SCHEMAS)),
        field(key::RESPONSES, Value::Map(&COMPONENT_RESPONSES)),
        field(key::PARAMETERS, Value::Map(&COMPONENT_PARAMETERS)),
        field(key::EXAMPLES, Value::Map(&COMPONENT_EXAMPLES)),
        field(key::REQUEST_BODIES, Value::Map(&COMPONENT_REQUEST_BODIES)),
        field(key::HEADERS, Value::Map(&COMPONENT_HEADERS)),
        field(key::SECURITY_SCHEMES, Value::Map(&COMPONENT_SECURITY_SCHEMES)),
        field(key::LINKS, Value::Map(&COMPONENT_LINKS)),
        field(key::CALLBACKS, Value::Map(&COMPONENT_CALLBACKS)),
        field(key::PATH_ITEMS, Value::Map(&COMPONENT_PATH_ITEMS)).only(SINCE_31),
        field(key::MEDIA_TYPES, Value::Map(&COMPONENT_MEDIA_TYPES)).only(V32),
    ],
);
