//! What is known of the descriptions of AsyncAPI. Until 2.6 messages stand in the operations of channels; since 3.0
//! operations name channels, and messages stand in those.

use super::ENTRY;
use super::known::Known;
use stipula::document::Kind;

/// The versions until 2.6.
pub(super) static TWO: Known = Known {
    essence: &[
        (Kind::Root, &["channels"]),
        (Kind::Channel, &["publish"]),
        (Kind::Operation, &["message"]),
        (Kind::Parameter, &["schema"]),
        SCHEMA,
        MESSAGE,
        OPERATION_TRAIT,
        VARIABLE,
        CONTACT,
        MESSAGE_TRAIT,
        EXAMPLE,
        COMPONENTS,
        FLOWS,
        (Kind::SecurityRequirement, &[ENTRY]),
        BINDINGS[0],
        BINDINGS[1],
        BINDINGS[2],
        BINDINGS[3],
    ],
    beside: &[ONE_OF, BEARER, (&[Kind::Channel], &["$ref"], r#"{"publish": null}"#)],
    samples: &[
        (
            &[Kind::Channel],
            "$ref",
            r##""#/components/channels/one""##,
            r##""#/components/channels/two""##,
        ),
        (
            &[Kind::Message],
            "oneOf",
            r#"[{"name": "one", "payload": {"type": "string"}}]"#,
            r#"[{"name": "two", "payload": {"type": "string"}}]"#,
        ),
        UNREAD,
        NAME,
        (
            &[Kind::MessageTrait, Kind::Message],
            "schemaFormat",
            r#""application/schema+json;version=draft-07""#,
            r#""application/schema+json;version=2020-12""#,
        ),
    ],
    targets: &[],
    names: &[("channels", ["one/{one}/{two}", "two/{one}/{two}"])],
    uses: &[
        (
            Kind::Components,
            "schemas",
            r##"{"channels": {"used": {"publish": {"message": {"payload": {"$ref": "#/components/schemas/one"}}}}}}"##,
        ),
        (
            Kind::Components,
            "messages",
            r##"{"channels": {"used": {"publish": {"message": {"$ref": "#/components/messages/one"}}}}}"##,
        ),
        (
            Kind::Components,
            "channels",
            r##"{"channels": {"used": {"$ref": "#/components/channels/one"}}}"##,
        ),
        (
            Kind::Components,
            "parameters",
            r##"{"channels": {"used/{one}": {"parameters": {"one": {"$ref": "#/components/parameters/one"}}}}}"##,
        ),
        (
            Kind::Components,
            "correlationIds",
            r##"{"channels": {"used": {"publish": {"message": {"correlationId": {"$ref": "#/components/correlationIds/one"}}}}}}"##,
        ),
        (
            Kind::Components,
            "operationTraits",
            r##"{"channels": {"used": {"publish": {"traits": [{"$ref": "#/components/operationTraits/one"}]}}}}"##,
        ),
        (
            Kind::Components,
            "messageTraits",
            r##"{"channels": {"used": {"publish": {"message": {"traits": [{"$ref": "#/components/messageTraits/one"}]}}}}}"##,
        ),
        (
            Kind::Components,
            "channelBindings",
            r##"{"channels": {"used": {"bindings": {"$ref": "#/components/channelBindings/one"}}}}"##,
        ),
        (
            Kind::Components,
            "operationBindings",
            r##"{"channels": {"used": {"publish": {"bindings": {"$ref": "#/components/operationBindings/one"}}}}}"##,
        ),
        (
            Kind::Components,
            "messageBindings",
            r##"{"channels": {"used": {"publish": {"message": {"bindings": {"$ref": "#/components/messageBindings/one"}}}}}}"##,
        ),
        (
            Kind::Components,
            "servers",
            r##"{"servers": {"used": {"$ref": "#/components/servers/one"}}}"##,
        ),
        (
            Kind::Components,
            "serverVariables",
            r##"{"servers": {"used": {"url": "{one}", "protocol": "kafka", "variables": {"one": {"$ref": "#/components/serverVariables/one"}}}}}"##,
        ),
        (
            Kind::Components,
            "serverBindings",
            r##"{"servers": {"used": {"url": "used", "protocol": "kafka", "bindings": {"$ref": "#/components/serverBindings/one"}}}}"##,
        ),
        (
            Kind::Components,
            "securitySchemes",
            r##"{"servers": {"used": {"url": "used", "protocol": "kafka", "security": [{"one": []}]}}}"##,
        ),
    ],
    at_hand: &[
        (
            "#/components/channels/",
            r#"{"components": {"channels": {
                "one": {"publish": {"message": {"payload": {"type": "string"}}}},
                "two": {"publish": {"message": {"payload": {"type": "integer"}}}}
            }}}"#,
        ),
        (
            r#""servers":["#,
            r#"{"servers": {
                "one": {"url": "one.example.com", "protocol": "kafka"},
                "two": {"url": "two.example.com", "protocol": "kafka"}
            }}"#,
        ),
        (
            r#""security":["#,
            r#"{"components": {"securitySchemes": {"one": {"type": "userPassword"}, "two": {"type": "X509"}}}}"#,
        ),
    ],
};

/// The versions since 3.0.
pub(super) static THREE: Known = Known {
    essence: &[
        (Kind::Root, &["channels", "operations"]),
        (Kind::Channel, &["address", "messages"]),
        (Kind::Parameter, &["enum"]),
        (Kind::Reply, &["channel"]),
        SCHEMA,
        MESSAGE,
        OPERATION_TRAIT,
        VARIABLE,
        CONTACT,
        MESSAGE_TRAIT,
        EXAMPLE,
        COMPONENTS,
        FLOWS,
        BINDINGS[0],
        BINDINGS[1],
        BINDINGS[2],
        BINDINGS[3],
    ],
    beside: &[
        ONE_OF,
        BEARER,
        (&[Kind::Channel], &["parameters"], r#"{"address": "one/{one}/{two}"}"#),
        (
            &[Kind::SecurityScheme],
            &["scopes"],
            r#"{"type": "openIdConnect", "openIdConnectUrl": "https://example.com/one"}"#,
        ),
    ],
    samples: &[
        UNREAD,
        NAME,
        (&[Kind::Channel], "address", r#""one.event""#, r#""two.event""#),
        (
            &[Kind::MultiFormatSchema],
            "schemaFormat",
            r#""application/schema+json;version=draft-07""#,
            r#""application/schema+json;version=2020-12""#,
        ),
    ],
    targets: &[
        (Kind::Channel, ["#/channels/one", "#/channels/two"]),
        (
            Kind::Message,
            ["#/channels/one/messages/one", "#/channels/one/messages/two"],
        ),
        (Kind::Server, ["#/servers/one", "#/servers/two"]),
    ],
    names: &[],
    uses: &[
        (
            Kind::Components,
            "schemas",
            r##"{"channels": {"one": {"messages": {"used": {"payload": {"$ref": "#/components/schemas/one"}}}}}}"##,
        ),
        (
            Kind::Components,
            "messages",
            r##"{"channels": {"one": {"messages": {"used": {"$ref": "#/components/messages/one"}}}}}"##,
        ),
        (
            Kind::Components,
            "channels",
            r##"{"channels": {"used": {"$ref": "#/components/channels/one"}}}"##,
        ),
        (
            Kind::Components,
            "parameters",
            r##"{"channels": {"used": {"address": "{one}", "parameters": {"one": {"$ref": "#/components/parameters/one"}}}}}"##,
        ),
        (
            Kind::Components,
            "correlationIds",
            r##"{"channels": {"one": {"messages": {"used": {"correlationId": {"$ref": "#/components/correlationIds/one"}}}}}}"##,
        ),
        (
            Kind::Components,
            "operations",
            r##"{"operations": {"used": {"$ref": "#/components/operations/one"}}}"##,
        ),
        (
            Kind::Components,
            "operationTraits",
            r##"{"operations": {"used": {"action": "receive", "channel": {"$ref": "#/channels/one"}, "traits": [{"$ref": "#/components/operationTraits/one"}]}}}"##,
        ),
        (
            Kind::Components,
            "replies",
            r##"{"operations": {"used": {"action": "receive", "channel": {"$ref": "#/channels/one"}, "reply": {"$ref": "#/components/replies/one"}}}}"##,
        ),
        (
            Kind::Components,
            "replyAddresses",
            r##"{"operations": {"used": {"action": "receive", "channel": {"$ref": "#/channels/one"}, "reply": {"address": {"$ref": "#/components/replyAddresses/one"}}}}}"##,
        ),
        (
            Kind::Components,
            "messageTraits",
            r##"{"channels": {"one": {"messages": {"used": {"traits": [{"$ref": "#/components/messageTraits/one"}]}}}}}"##,
        ),
        (
            Kind::Components,
            "channelBindings",
            r##"{"channels": {"used": {"bindings": {"$ref": "#/components/channelBindings/one"}}}}"##,
        ),
        (
            Kind::Components,
            "operationBindings",
            r##"{"operations": {"used": {"action": "receive", "channel": {"$ref": "#/channels/one"}, "bindings": {"$ref": "#/components/operationBindings/one"}}}}"##,
        ),
        (
            Kind::Components,
            "messageBindings",
            r##"{"channels": {"one": {"messages": {"used": {"bindings": {"$ref": "#/components/messageBindings/one"}}}}}}"##,
        ),
        (
            Kind::Components,
            "servers",
            r##"{"servers": {"used": {"$ref": "#/components/servers/one"}}}"##,
        ),
        (
            Kind::Components,
            "serverVariables",
            r##"{"servers": {"used": {"host": "{one}", "protocol": "kafka", "variables": {"one": {"$ref": "#/components/serverVariables/one"}}}}}"##,
        ),
        (
            Kind::Components,
            "serverBindings",
            r##"{"servers": {"used": {"host": "used", "protocol": "kafka", "bindings": {"$ref": "#/components/serverBindings/one"}}}}"##,
        ),
        (
            Kind::Components,
            "securitySchemes",
            r##"{"servers": {"used": {"host": "used", "protocol": "kafka", "security": [{"$ref": "#/components/securitySchemes/one"}]}}}"##,
        ),
        (
            Kind::Components,
            "tags",
            r##"{"info": {"tags": [{"$ref": "#/components/tags/one"}]}}"##,
        ),
        (
            Kind::Components,
            "externalDocs",
            r##"{"info": {"externalDocs": {"$ref": "#/components/externalDocs/one"}}}"##,
        ),
    ],
    at_hand: &[
        (
            "#/channels/",
            r#"{"channels": {
                "one": {"address": "one", "messages": {
                    "one": {"payload": {"type": "string"}},
                    "two": {"payload": {"type": "integer"}}
                }},
                "two": {"address": "two", "messages": {"three": {"payload": {"type": "string"}}}}
            }}"#,
        ),
        (
            "#/servers/",
            r#"{"servers": {
                "one": {"host": "one.example.com", "protocol": "kafka"},
                "two": {"host": "two.example.com", "protocol": "kafka"}
            }}"#,
        ),
    ],
};

const SCHEMA: (Kind, &[&str]) = (Kind::Schema, &["type"]);
const MESSAGE: (Kind, &[&str]) = (Kind::Message, &["payload"]);
const MESSAGE_TRAIT: (Kind, &[&str]) = (Kind::MessageTrait, &["contentType"]);
const EXAMPLE: (Kind, &[&str]) = (Kind::MessageExample, &["payload"]);
const VARIABLE: (Kind, &[&str]) = (Kind::ServerVariable, &["default"]);
const CONTACT: (Kind, &[&str]) = (Kind::Contact, &["name"]);
const OPERATION_TRAIT: (Kind, &[&str]) = (Kind::OperationTrait, &["summary"]);
const COMPONENTS: (Kind, &[&str]) = (Kind::Components, &["schemas"]);
const FLOWS: (Kind, &[&str]) = (Kind::OAuthFlows, &["implicit"]);
const BINDINGS: [(Kind, &[&str]); 4] = [
    (Kind::ServerBindings, &["kafka"]),
    (Kind::ChannelBindings, &["kafka"]),
    (Kind::OperationBindings, &["kafka"]),
    (Kind::MessageBindings, &["kafka"]),
];

const ONE_OF: (&[Kind], &[&str], &str) = (&[Kind::Message], &["oneOf"], r#"{"payload": null}"#);
const BEARER: (&[Kind], &[&str], &str) = (
    &[Kind::SecurityScheme],
    &["bearerFormat"],
    r#"{"type": "http", "scheme": "bearer"}"#,
);

/// What a protocol that has no binding says is anything.
const UNREAD: (&[Kind], &str, &str, &str) = (
    &[
        Kind::ServerBindings,
        Kind::ChannelBindings,
        Kind::OperationBindings,
        Kind::MessageBindings,
    ],
    "",
    r#"{"one": "one"}"#,
    r#"{"one": "two"}"#,
);

/// Another name than the key under which a message stands.
const NAME: (&[Kind], &str, &str, &str) = (&[Kind::Message, Kind::MessageTrait], "name", r#""three""#, r#""four""#);
