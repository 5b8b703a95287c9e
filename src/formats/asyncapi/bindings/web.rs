//! HTTP and WebSocket.

use super::*;

static HTTP: Editions = editions(&[("0.1.0", E1), ("0.2.0", E2), ("0.3.0", E3)]);
const METHODS: Value = Value::Word(&[
    "GET", "PUT", "POST", "PATCH", "DELETE", "HEAD", "OPTIONS", "CONNECT", "TRACE",
]);

/// <https://github.com/asyncapi/bindings/blob/master/http/README.md>
pub(super) static HTTP_OPERATION: Record = binding(
    Kind::OperationBinding,
    "the HTTP binding of an operation",
    &HTTP,
    fields![
        field(key::TYPE, Value::Word(&["request", "response"]))
            .bears(Terms)
            .only(E1)
            .required(E1),
        field(key::METHOD, METHODS).bears(Terms),
        field(key::QUERY, SCHEMA).bears(Sent),
        BINDING_VERSION,
    ],
);
pub(super) static HTTP_MESSAGE: Record = binding(
    Kind::MessageBinding,
    "the HTTP binding of a message",
    &HTTP,
    fields![
        field(key::HEADERS, SCHEMA).bears(Sent),
        field(key::STATUS_CODE, Value::Count).bears(Terms).only(E3),
        BINDING_VERSION,
    ],
);

static WEBSOCKET: Editions = editions(&[("0.1.0", E1)]);

/// <https://github.com/asyncapi/bindings/blob/master/websockets/README.md>
pub(super) static WEBSOCKET_CHANNEL: Record = binding(
    Kind::ChannelBinding,
    "the WebSocket binding of a channel",
    &WEBSOCKET,
    fields![
        field(key::METHOD, Value::Word(&["GET", "POST"])).bears(Terms),
        field(key::QUERY, SCHEMA).bears(Connecting),
        field(key::HEADERS, SCHEMA).bears(Connecting),
        BINDING_VERSION,
    ],
);
