//! The objects of the specification, but for schemas, security and bindings.

use super::payload::PAYLOAD;
use super::values::*;
use crate::document::Kind;
use crate::document::grammar::{Holds, List, Map, Names, Object, OtherKeys, TextFormat, Value};
use crate::syntax::{Key, key};

static SERVERS: Map = map(Names::Any, Value::Object(Kind::Server));
static SERVER_VARIABLES: Map = map(Names::Any, Value::Object(Kind::ServerVariable));
static CHANNELS_BY_ADDRESS: Map = map(Names::Address, Value::Object(Kind::Channel));
static CHANNELS: Map = map(Names::Any, Value::Object(Kind::Channel));
static OPERATIONS: Map = map(Names::Any, Value::Object(Kind::Operation));
static MESSAGES: Map = map(Names::Any, Value::Object(Kind::Message));
static PARAMETERS: Map = map(Names::Any, Value::Object(Kind::Parameter));
static SECURITY_REQUIREMENTS: List = list(Value::Object(Kind::SecurityRequirement));
static SECURITY_SCHEMES: List = list(Value::Object(Kind::SecurityScheme));
static SERVER_REFERENCES: List = unique(list(Value::Refer(Kind::Server)));
static MESSAGE_REFERENCES: List = list(Value::Refer(Kind::Message));
static MESSAGE_LIST: List = list(Value::Object(Kind::Message));
static MESSAGE_EXAMPLES: List = list(Value::Object(Kind::MessageExample));
static OPERATION_TRAITS: List = list(Value::Object(Kind::OperationTrait));
static MESSAGE_TRAITS: List = list(Value::Object(Kind::MessageTrait));
static ADDRESS: [Value; 2] = [TEXT, Value::Null];

pub(super) const ROOT: Object = Object::new(
    Kind::Root,
    fields![
        field(key::ASYNCAPI, Value::Text(TextFormat::SpecificationVersion)).required(ALL),
        field(key::ID, URI),
        field(key::INFO, Value::Object(Kind::Info)).required(ALL),
        field(key::SERVERS, Value::Map(&SERVERS)),
        field(key::DEFAULT_CONTENT_TYPE, TEXT),
        field(key::CHANNELS, Value::Map(&CHANNELS_BY_ADDRESS))
            .only(V2)
            .required(V2),
        field(key::CHANNELS, Value::Map(&CHANNELS)).only(V3),
        field(key::OPERATIONS, Value::Map(&OPERATIONS)).only(V3),
        field(key::COMPONENTS, Value::Object(Kind::Components)),
        field(key::TAGS, Value::List(&TAGS)).only(V2),
        field(key::EXTERNAL_DOCS, Value::Object(Kind::ExternalDocs)).only(V2),
    ],
);

pub(super) const INFO: Object = Object::new(
    Kind::Info,
    fields![
        field(key::TITLE, TEXT).required(ALL),
        field(key::VERSION, TEXT).required(ALL),
        field(key::DESCRIPTION, TEXT),
        field(key::TERMS_OF_SERVICE, URI),
        field(key::CONTACT, Value::Object(Kind::Contact)),
        field(key::LICENSE, Value::Object(Kind::License)),
        field(key::TAGS, Value::List(&TAGS)).only(V3),
        field(key::EXTERNAL_DOCS, Value::Object(Kind::ExternalDocs)).only(V3),
    ],
);

pub(super) const CONTACT: Object = Object::new(
    Kind::Contact,
    fields![
        field(key::NAME, TEXT),
        field(key::URL, URI),
        field(key::EMAIL, Value::Text(TextFormat::Email)),
    ],
);

pub(super) const LICENSE: Object = Object::new(
    Kind::License,
    fields![field(key::NAME, TEXT).required(ALL), field(key::URL, URI)],
);

pub(super) const TAG: Object = Object::new(
    Kind::Tag,
    fields![
        field(key::NAME, TEXT).required(ALL),
        field(key::DESCRIPTION, TEXT),
        field(key::EXTERNAL_DOCS, Value::Object(Kind::ExternalDocs)),
    ],
)
.reference(V3);

pub(super) const EXTERNAL_DOCS: Object = Object::new(
    Kind::ExternalDocs,
    fields![field(key::DESCRIPTION, TEXT), field(key::URL, URI).required(ALL)],
)
.reference(V3);

pub(super) const SERVER: Object = Object::new(
    Kind::Server,
    fields![
        field(key::URL, TEXT).only(V2).required(V2),
        field(key::HOST, TEXT).only(V3).required(V3),
        field(key::PATHNAME, TEXT).only(V3),
        field(key::PROTOCOL, TEXT).required(ALL),
        field(key::PROTOCOL_VERSION, TEXT),
        field(key::TITLE, TEXT).only(V3),
        field(key::SUMMARY, TEXT).only(V3),
        field(key::DESCRIPTION, TEXT),
        field(key::VARIABLES, Value::Map(&SERVER_VARIABLES)),
        field(key::SECURITY, Value::List(&SECURITY_REQUIREMENTS)).only(V2),
        field(key::SECURITY, Value::List(&SECURITY_SCHEMES)).only(V3),
        field(key::TAGS, Value::List(&TAGS)).only(SINCE_25),
        field(key::EXTERNAL_DOCS, Value::Object(Kind::ExternalDocs)).only(V3),
        field(key::BINDINGS, Value::Object(Kind::ServerBindings)),
    ],
)
.reference(SINCE_23);

pub(super) const SERVER_VARIABLE: Object = Object::new(
    Kind::ServerVariable,
    fields![
        field(key::ENUM, Value::List(&UNIQUE_TEXTS)),
        field(key::DEFAULT, TEXT),
        field(key::DESCRIPTION, TEXT),
        field(key::EXAMPLES, Value::List(&TEXTS)),
    ],
)
.reference(SINCE_25);

pub(super) const CHANNEL: Object = Object::new(
    Kind::Channel,
    fields![
        field(key::REF, URI_REFERENCE).only(V2),
        field(key::ADDRESS, Value::Either(&ADDRESS)).only(V3),
        field(key::TITLE, TEXT).only(V3),
        field(key::SUMMARY, TEXT).only(V3),
        field(key::DESCRIPTION, TEXT),
        field(key::SERVERS, Value::List(&UNIQUE_TEXTS)).only(V22_TO_26),
        field(key::SERVERS, Value::List(&SERVER_REFERENCES)).only(V3),
        field(key::PARAMETERS, Value::Map(&PARAMETERS)),
        field(key::PUBLISH, Value::Object(Kind::Operation)).only(V2),
        field(key::SUBSCRIBE, Value::Object(Kind::Operation)).only(V2),
        field(key::MESSAGES, Value::Map(&MESSAGES)).only(V3),
        field(key::DEPRECATED, Value::Boolean).only(V2).default("false"),
        field(key::TAGS, Value::List(&TAGS)).only(V3),
        field(key::EXTERNAL_DOCS, Value::Object(Kind::ExternalDocs)).only(V3),
        field(key::BINDINGS, Value::Object(Kind::ChannelBindings)),
    ],
)
.reference(V3);

pub(super) const PARAMETER: Object = Object::new(
    Kind::Parameter,
    fields![
        field(key::DESCRIPTION, TEXT),
        field(key::SCHEMA, SCHEMA).only(V2),
        field(key::ENUM, Value::List(&TEXTS)).only(V3),
        field(key::DEFAULT, TEXT).only(V3),
        field(key::EXAMPLES, Value::List(&TEXTS)).only(V3),
        field(key::LOCATION, PLACE),
    ],
)
.reference(ALL);

pub(super) const OPERATION: Object = Object::new(
    Kind::Operation,
    fields![
        field(key::ACTION, Value::Word(&["send", "receive"]))
            .only(V3)
            .required(V3),
        field(key::CHANNEL, Value::Refer(Kind::Channel)).only(V3).required(V3),
        field(key::MESSAGES, Value::List(&MESSAGE_REFERENCES)).only(V3),
        field(key::REPLY, Value::Object(Kind::Reply)).only(V3),
        field(key::MESSAGE, Value::Object(Kind::Message)).only(V2),
        field(key::OPERATION_ID, TEXT).only(V2),
        field(key::TITLE, TEXT).only(V3),
        field(key::SUMMARY, TEXT),
        field(key::DESCRIPTION, TEXT),
        field(key::SECURITY, Value::List(&SECURITY_REQUIREMENTS)).only(V24_TO_26),
        field(key::SECURITY, Value::List(&SECURITY_SCHEMES)).only(V3),
        field(key::TAGS, Value::List(&TAGS)),
        field(key::EXTERNAL_DOCS, Value::Object(Kind::ExternalDocs)),
        field(key::BINDINGS, Value::Object(Kind::OperationBindings)),
        field(key::TRAITS, Value::List(&OPERATION_TRAITS)),
    ],
)
.reference(V3);

pub(super) const OPERATION_TRAIT: Object = Object::new(
    Kind::OperationTrait,
    fields![
        field(key::OPERATION_ID, TEXT).only(V2),
        field(key::TITLE, TEXT).only(V3),
        field(key::SUMMARY, TEXT),
        field(key::DESCRIPTION, TEXT),
        field(key::SECURITY, Value::List(&SECURITY_REQUIREMENTS)).only(V24_TO_26),
        field(key::SECURITY, Value::List(&SECURITY_SCHEMES)).only(V3),
        field(key::TAGS, Value::List(&TAGS)),
        field(key::EXTERNAL_DOCS, Value::Object(Kind::ExternalDocs)),
        field(key::BINDINGS, Value::Object(Kind::OperationBindings)),
    ],
)
.reference(ALL);

pub(super) const REPLY: Object = Object::new(
    Kind::Reply,
    fields![
        field(key::ADDRESS, Value::Object(Kind::ReplyAddress)),
        field(key::CHANNEL, Value::Refer(Kind::Channel)),
        field(key::MESSAGES, Value::List(&MESSAGE_REFERENCES)),
    ],
)
.reference(V3);

pub(super) const REPLY_ADDRESS: Object = Object::new(
    Kind::ReplyAddress,
    fields![field(key::DESCRIPTION, TEXT), field(key::LOCATION, PLACE).required(ALL),],
)
.reference(V3);

pub(super) const CORRELATION_ID: Object = Object::new(
    Kind::CorrelationId,
    fields![field(key::DESCRIPTION, TEXT), field(key::LOCATION, PLACE).required(ALL),],
)
.reference(ALL);

/// Of several messages, a list is all there is.
const NOT_WITH_ONE_OF: &[Key] = &[
    key::SCHEMA_FORMAT,
    key::PAYLOAD,
    key::HEADERS,
    key::MESSAGE_ID,
    key::CORRELATION_ID,
    key::CONTENT_TYPE,
    key::NAME,
    key::TITLE,
    key::SUMMARY,
    key::DESCRIPTION,
    key::TAGS,
    key::EXTERNAL_DOCS,
    key::BINDINGS,
    key::EXAMPLES,
    key::TRAITS,
];

pub(super) const MESSAGE: Object = Object::new(
    Kind::Message,
    fields![
        field(key::ONE_OF, Value::List(&MESSAGE_LIST)).only(V2),
        field(key::MESSAGE_ID, TEXT).only(V24_TO_26),
        field(key::HEADERS, SCHEMA).only(V2),
        field(key::HEADERS, ANY_SCHEMA).only(V3),
        field(key::SCHEMA_FORMAT, TEXT).only(V2),
        field(key::PAYLOAD, PAYLOAD).only(V2),
        field(key::PAYLOAD, ANY_SCHEMA).only(V3),
        field(key::CORRELATION_ID, Value::Object(Kind::CorrelationId)),
        field(key::CONTENT_TYPE, TEXT),
        field(key::NAME, TEXT),
        field(key::TITLE, TEXT),
        field(key::SUMMARY, TEXT),
        field(key::DESCRIPTION, TEXT),
        field(key::TAGS, Value::List(&TAGS)),
        field(key::EXTERNAL_DOCS, Value::Object(Kind::ExternalDocs)),
        field(key::DEPRECATED, Value::Boolean).default("false"),
        field(key::BINDINGS, Value::Object(Kind::MessageBindings)),
        field(key::EXAMPLES, Value::List(&MESSAGE_EXAMPLES)),
        field(key::TRAITS, Value::List(&MESSAGE_TRAITS)),
    ],
)
.reference(ALL)
.constraints(const { &[holds(V2, Holds::Excludes(key::ONE_OF, NOT_WITH_ONE_OF))] });

pub(super) const MESSAGE_TRAIT: Object = Object::new(
    Kind::MessageTrait,
    fields![
        field(key::MESSAGE_ID, TEXT).only(V24_TO_26),
        field(key::HEADERS, SCHEMA).only(V2),
        field(key::HEADERS, ANY_SCHEMA).only(V3),
        field(key::SCHEMA_FORMAT, TEXT).only(V2),
        field(key::CORRELATION_ID, Value::Object(Kind::CorrelationId)),
        field(key::CONTENT_TYPE, TEXT),
        field(key::NAME, TEXT),
        field(key::TITLE, TEXT),
        field(key::SUMMARY, TEXT),
        field(key::DESCRIPTION, TEXT),
        field(key::TAGS, Value::List(&TAGS)),
        field(key::EXTERNAL_DOCS, Value::Object(Kind::ExternalDocs)),
        field(key::DEPRECATED, Value::Boolean).default("false"),
        field(key::BINDINGS, Value::Object(Kind::MessageBindings)),
        field(key::EXAMPLES, Value::List(&MESSAGE_EXAMPLES)),
    ],
)
.reference(ALL);

pub(super) const MESSAGE_EXAMPLE: Object = Object::new(
    Kind::MessageExample,
    fields![
        field(key::NAME, TEXT).only(SINCE_21),
        field(key::SUMMARY, TEXT).only(SINCE_21),
        field(key::HEADERS, Value::Map(&DATA_MAP)),
        field(key::PAYLOAD, Value::Data),
    ],
)
.constraints(const { &[holds(SINCE_21, Holds::AtLeastOne(&[key::PAYLOAD, key::HEADERS]))] });

pub(super) const MULTI_FORMAT_SCHEMA: Object = Object::new(
    Kind::MultiFormatSchema,
    fields![
        field(key::SCHEMA_FORMAT, TEXT),
        field(key::SCHEMA, PAYLOAD).required(ALL)
    ],
);

macro_rules! component_maps {
    ($($name:ident: $kind:ident,)*) => {
        $(static $name: Map = map(Names::Component, Value::Object(Kind::$kind));)*
    };
}

component_maps! {
    COMPONENT_SCHEMAS_OF_2: Schema,
    COMPONENT_SERVERS: Server,
    COMPONENT_CHANNELS: Channel,
    COMPONENT_SERVER_VARIABLES: ServerVariable,
    COMPONENT_OPERATIONS: Operation,
    COMPONENT_MESSAGES: Message,
    COMPONENT_SECURITY_SCHEMES: SecurityScheme,
    COMPONENT_PARAMETERS: Parameter,
    COMPONENT_CORRELATION_IDS: CorrelationId,
    COMPONENT_OPERATION_TRAITS: OperationTrait,
    COMPONENT_MESSAGE_TRAITS: MessageTrait,
    COMPONENT_REPLIES: Reply,
    COMPONENT_REPLY_ADDRESSES: ReplyAddress,
    COMPONENT_SERVER_BINDINGS: ServerBindings,
    COMPONENT_CHANNEL_BINDINGS: ChannelBindings,
    COMPONENT_OPERATION_BINDINGS: OperationBindings,
    COMPONENT_MESSAGE_BINDINGS: MessageBindings,
    COMPONENT_TAGS: Tag,
    COMPONENT_EXTERNAL_DOCS: ExternalDocs,
}
static COMPONENT_SCHEMAS: Map = map(Names::Component, ANY_SCHEMA);

pub(super) const COMPONENTS: Object = Object::new(
    Kind::Components,
    fields![
        field(key::SCHEMAS, Value::Map(&COMPONENT_SCHEMAS_OF_2)).only(V2),
        field(key::SCHEMAS, Value::Map(&COMPONENT_SCHEMAS)).only(V3),
        field(key::SERVERS, Value::Map(&COMPONENT_SERVERS)).only(SINCE_23),
        field(key::SERVER_VARIABLES, Value::Map(&COMPONENT_SERVER_VARIABLES)).only(SINCE_24),
        field(key::CHANNELS, Value::Map(&COMPONENT_CHANNELS)).only(SINCE_23),
        field(key::OPERATIONS, Value::Map(&COMPONENT_OPERATIONS)).only(V3),
        field(key::MESSAGES, Value::Map(&COMPONENT_MESSAGES)),
        field(key::SECURITY_SCHEMES, Value::Map(&COMPONENT_SECURITY_SCHEMES)),
        field(key::PARAMETERS, Value::Map(&COMPONENT_PARAMETERS)),
        field(key::CORRELATION_IDS, Value::Map(&COMPONENT_CORRELATION_IDS)),
        field(key::OPERATION_TRAITS, Value::Map(&COMPONENT_OPERATION_TRAITS)),
        field(key::MESSAGE_TRAITS, Value::Map(&COMPONENT_MESSAGE_TRAITS)),
        field(key::REPLIES, Value::Map(&COMPONENT_REPLIES)).only(V3),
        field(key::REPLY_ADDRESSES, Value::Map(&COMPONENT_REPLY_ADDRESSES)).only(V3),
        field(key::SERVER_BINDINGS, Value::Map(&COMPONENT_SERVER_BINDINGS)),
        field(key::CHANNEL_BINDINGS, Value::Map(&COMPONENT_CHANNEL_BINDINGS)),
        field(key::OPERATION_BINDINGS, Value::Map(&COMPONENT_OPERATION_BINDINGS)),
        field(key::MESSAGE_BINDINGS, Value::Map(&COMPONENT_MESSAGE_BINDINGS)),
        field(key::TAGS, Value::Map(&COMPONENT_TAGS)).only(V3),
        field(key::EXTERNAL_DOCS, Value::Map(&COMPONENT_EXTERNAL_DOCS)).only(V3),
    ],
);

/// <https://www.asyncapi.com/docs/reference/specification/v2.6.0#securityRequirementObject>
pub(super) const SECURITY_REQUIREMENT: Object = Object::new(Kind::SecurityRequirement, fields![])
    .other_keys(const { &[(V2, OtherKeys::Named(Names::Any, Value::List(&UNIQUE_TEXTS)))] })
    .extensions(crate::document::grammar::Versions::NONE);
