//! MQTT (<https://github.com/asyncapi/bindings/blob/master/mqtt/README.md>), and MQTT 5 where it has bindings of its own.

use super::*;

static EDITIONS: Editions = editions(&[("0.1.0", E1), ("0.2.0", E2)]);
/// A number of seconds or bytes, or the schema of one.
const NUMBER_OR_SCHEMA: Value = Value::Either(&NUMBER_OR_SCHEMA_CHOICE);
static NUMBER_OR_SCHEMA_CHOICE: [Value; 2] = [Value::Whole(0, u32::MAX as i64), SCHEMA];
static TEXT_OR_SCHEMA: [Value; 2] = [TEXT, SCHEMA];
const QUALITY: Value = Value::Whole(0, 2);

pub(super) static SERVER: Record = binding(
    Kind::ServerBinding,
    "the MQTT binding of a server",
    &EDITIONS,
    fields![
        field(key::CLIENT_ID, TEXT).bears(Internal),
        field(key::CLEAN_SESSION, Value::Boolean).bears(Internal),
        field(key::LAST_WILL, Value::Record(&LAST_WILL)),
        field(key::KEEP_ALIVE, Value::Count).bears(Internal),
        field(key::SESSION_EXPIRY_INTERVAL, NUMBER_OR_SCHEMA)
            .bears(Internal)
            .only(E2),
        field(key::MAXIMUM_PACKET_SIZE, NUMBER_OR_SCHEMA).only(E2),
        BINDING_VERSION,
    ],
);
static LAST_WILL: Record = part(
    "a last will",
    fields![
        field(key::TOPIC, TEXT).bears(Terms),
        field(key::QOS, QUALITY),
        field(key::MESSAGE, TEXT),
        field(key::RETAIN, Value::Boolean),
    ],
);

pub(super) static OPERATION: Record = binding(
    Kind::OperationBinding,
    "the MQTT binding of an operation",
    &EDITIONS,
    fields![
        field(key::QOS, QUALITY),
        field(key::RETAIN, Value::Boolean),
        field(key::MESSAGE_EXPIRY_INTERVAL, NUMBER_OR_SCHEMA).only(E2),
        BINDING_VERSION,
    ],
);

pub(super) static MESSAGE: Record = binding(
    Kind::MessageBinding,
    "the MQTT binding of a message",
    &EDITIONS,
    fields![
        field(key::PAYLOAD_FORMAT_INDICATOR, Value::Whole(0, 1))
            .default("0")
            .only(E2),
        field(key::CORRELATION_DATA, SCHEMA).bears(Sent).only(E2),
        field(key::CONTENT_TYPE, TEXT).bears(Terms).only(E2),
        field(key::RESPONSE_TOPIC, Value::Either(&TEXT_OR_SCHEMA))
            .bears(Sent)
            .only(E2),
        BINDING_VERSION,
    ],
);
