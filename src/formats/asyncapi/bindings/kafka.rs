//! Kafka (<https://github.com/asyncapi/bindings/blob/master/kafka/README.md>).

use super::*;
use crate::document::grammar::List;

static EDITIONS: Editions = editions(&[("0.1.0", E1), ("0.3.0", E2), ("0.4.0", E3), ("0.5.0", E4)]);
const SINCE_3: Versions = E2.and(E3).and(E4);
const SINCE_4: Versions = E3.and(E4);
const SIZE: Value = Value::Whole(0, i64::MAX);
/// A limit that `-1` takes away.
const LIMIT: Value = Value::Whole(-1, i64::MAX);

pub(super) static SERVER: Record = binding(
    Kind::ServerBinding,
    "the Kafka binding of a server",
    &EDITIONS,
    fields![
        field(key::SCHEMA_REGISTRY_URL, TEXT).only(SINCE_3),
        field(key::SCHEMA_REGISTRY_VENDOR, TEXT).only(SINCE_3),
        BINDING_VERSION,
    ],
);

pub(super) static CHANNEL: Record = binding(
    Kind::ChannelBinding,
    "the Kafka binding of a channel",
    &EDITIONS,
    fields![
        field(key::TOPIC, TEXT).bears(Address).only(SINCE_3),
        field(key::PARTITIONS, Value::Whole(1, i64::MAX)).only(SINCE_3),
        field(key::REPLICAS, Value::Whole(1, i64::MAX))
            .bears(Internal)
            .only(SINCE_3),
        field(key::TOPIC_CONFIGURATION, Value::Record(&TOPIC_CONFIGURATION)).only(SINCE_4),
        BINDING_VERSION,
    ],
);

static CLEANUP: List = list(Value::Word(&["compact", "delete"]));
static TOPIC_CONFIGURATION: Record = part(
    "the configuration of a topic",
    fields![
        field(key::CLEANUP_POLICY, Value::List(&CLEANUP)),
        field(key::RETENTION_MS, LIMIT),
        field(key::RETENTION_BYTES, LIMIT),
        field(key::DELETE_RETENTION_MS, SIZE),
        field(key::MAX_MESSAGE_BYTES, SIZE),
        field(key::CONFLUENT_KEY_SCHEMA_VALIDATION, Value::Boolean),
        field(key::CONFLUENT_KEY_SUBJECT_NAME_STRATEGY, TEXT),
        field(key::CONFLUENT_VALUE_SCHEMA_VALIDATION, Value::Boolean),
        field(key::CONFLUENT_VALUE_SUBJECT_NAME_STRATEGY, TEXT),
    ],
);

pub(super) static OPERATION: Record = binding(
    Kind::OperationBinding,
    "the Kafka binding of an operation",
    &EDITIONS,
    fields![
        field(key::GROUP_ID, SCHEMA).bears(Consuming),
        field(key::CLIENT_ID, SCHEMA).bears(Consuming),
        BINDING_VERSION,
    ],
);

pub(super) static MESSAGE: Record = binding(
    Kind::MessageBinding,
    "the Kafka binding of a message",
    &EDITIONS,
    fields![
        field(key::KEY, SCHEMA).bears(Key),
        field(key::SCHEMA_ID_LOCATION, Value::Word(&["header", "payload"]))
            .bears(Terms)
            .only(SINCE_3),
        field(key::SCHEMA_ID_PAYLOAD_ENCODING, TEXT).bears(Terms).only(SINCE_3),
        field(key::SCHEMA_LOOKUP_STRATEGY, TEXT).bears(Internal).only(SINCE_3),
        BINDING_VERSION,
    ],
);
