//! NATS, Pulsar, Solace, Google Pub/Sub and ROS 2.

use super::*;
use crate::document::grammar::{Demand, Holds, List};

static NATS: Editions = editions(&[("0.1.0", E1)]);

/// <https://github.com/asyncapi/bindings/blob/master/nats/README.md>
pub(super) static NATS_OPERATION: Record = binding(
    Kind::OperationBinding,
    "the NATS binding of an operation",
    &NATS,
    fields![field(key::QUEUE, TEXT).bears(Consuming), BINDING_VERSION],
);

static PULSAR: Editions = editions(&[("0.1.0", E1)]);

/// <https://github.com/asyncapi/bindings/blob/master/pulsar/README.md>
pub(super) static PULSAR_SERVER: Record = binding(
    Kind::ServerBinding,
    "the Pulsar binding of a server",
    &PULSAR,
    fields![
        field(key::TENANT, TEXT).default("\"public\"").bears(Terms),
        BINDING_VERSION
    ],
);
pub(super) static PULSAR_CHANNEL: Record = binding(
    Kind::ChannelBinding,
    "the Pulsar binding of a channel",
    &PULSAR,
    fields![
        field(key::NAMESPACE, TEXT).bears(Terms).required(ALL),
        field(key::PERSISTENCE, Value::Word(&["persistent", "non-persistent"]))
            .bears(Terms)
            .required(ALL),
        field(key::COMPACTION, Value::Count),
        field(key::GEO_REPLICATION, Value::List(&TEXTS)),
        field(key::RETENTION, Value::Record(&RETENTION)),
        field(key::TTL, Value::Count),
        field(key::DEDUPLICATION, Value::Boolean),
        BINDING_VERSION,
    ],
);
static RETENTION: Record = closed(part(
    "a retention",
    fields![
        field(key::TIME, Value::Count).default("0"),
        field(key::SIZE, Value::Count).default("0")
    ],
));

static SOLACE: Editions = editions(&[("0.1.0", E1), ("0.2.0", E2), ("0.3.0", E3), ("0.4.0", E4)]);

/// <https://github.com/asyncapi/bindings/blob/master/solace/README.md>
pub(super) static SOLACE_SERVER: Record = binding(
    Kind::ServerBinding,
    "the Solace binding of a server",
    &SOLACE,
    fields![
        field(key::MSG_VPN, TEXT).bears(Terms),
        // The meta-schema of 0.2.0 has this word misspelt.
        field(key::MSV_VPN, TEXT).bears(Terms).only(E2),
        field(key::CLIENT_NAME, TEXT).bears(Internal).only(E4),
        BINDING_VERSION,
    ],
);
static DESTINATIONS: List = list(Value::Record(&DESTINATION));
pub(super) static SOLACE_OPERATION: Record = binding(
    Kind::OperationBinding,
    "the Solace binding of an operation",
    &SOLACE,
    fields![
        field(key::DESTINATIONS, Value::List(&DESTINATIONS)),
        field(key::TIME_TO_LIVE, Value::Count).only(E4),
        field(key::PRIORITY, Value::Whole(0, 255)).only(E4),
        field(key::DMQ_ELIGIBLE, Value::Boolean).only(E4),
        BINDING_VERSION,
    ],
);
static DESTINATION: Record = constrained(
    part(
        "a Solace destination",
        fields![
            field(key::DESTINATION_TYPE, Value::Word(&["queue", "topic"])).bears(Terms),
            field(key::DELIVERY_MODE, Value::Word(&["direct", "persistent"])).default("\"persistent\""),
            field(key::QUEUE, Value::Record(&SOLACE_QUEUE)),
            field(key::TOPIC, Value::Data),
            field(key::TOPIC_SUBSCRIPTIONS, Value::List(&TEXTS)),
        ],
    ),
    const {
        &[holds(
            ALL,
            Holds::When(key::DESTINATION_TYPE, &["topic"], Demand::Forbid(&[key::QUEUE])),
        )]
    },
);
static SOLACE_QUEUE: Record = part(
    "a Solace queue",
    fields![
        field(key::NAME, TEXT).bears(Terms),
        field(key::TOPIC_SUBSCRIPTIONS, Value::List(&TEXTS)),
        field(key::ACCESS_TYPE, Value::Word(&["exclusive", "nonexclusive"])),
        field(key::MAX_TTL, TEXT),
        field(key::MAX_MSG_SPOOL_USAGE, TEXT),
    ],
);

static PUBSUB: Editions = editions(&[("0.1.0", E1), ("0.2.0", E2)]);

/// <https://github.com/asyncapi/bindings/blob/master/googlepubsub/README.md>
pub(super) static PUBSUB_CHANNEL: Record = binding(
    Kind::ChannelBinding,
    "the Google Pub/Sub binding of a channel",
    &PUBSUB,
    fields![
        field(key::TOPIC, TEXT).bears(Terms).only(E1).required(E1),
        field(key::LABELS, Value::Map(&DATA_MAP)).bears(Internal),
        field(key::MESSAGE_RETENTION_DURATION, TEXT),
        field(key::MESSAGE_STORAGE_POLICY, Value::Record(&STORAGE_POLICY)),
        field(key::SCHEMA_SETTINGS, Value::Record(&SCHEMA_SETTINGS)),
        BINDING_VERSION,
    ],
);
static STORAGE_POLICY: Record = closed(part(
    "a storage policy",
    fields![field(key::ALLOWED_PERSISTENCE_REGIONS, Value::List(&TEXTS))],
));
static SCHEMA_SETTINGS: Record = part(
    "schema settings",
    fields![
        field(key::ENCODING, TEXT).bears(Terms).required(ALL),
        field(key::FIRST_REVISION_ID, TEXT),
        field(key::LAST_REVISION_ID, TEXT),
        field(key::NAME, TEXT).bears(Terms).required(ALL),
    ],
);
pub(super) static PUBSUB_MESSAGE: Record = binding(
    Kind::MessageBinding,
    "the Google Pub/Sub binding of a message",
    &PUBSUB,
    fields![
        field(key::ATTRIBUTES, Value::Map(&DATA_MAP)),
        field(key::ORDERING_KEY, TEXT).bears(Key),
        field(key::SCHEMA, Value::Record(&SCHEMA_DEFINITION)).bears(Terms),
        BINDING_VERSION,
    ],
);
static SCHEMA_DEFINITION: Record = part(
    "a schema definition",
    fields![field(key::NAME, TEXT).required(ALL), field(key::TYPE, TEXT)],
);

static ROS2: Editions = editions(&[("0.1.0", E1)]);

/// <https://github.com/asyncapi/bindings/blob/master/ros2/README.md>
pub(super) static ROS2_SERVER: Record = binding(
    Kind::ServerBinding,
    "the ROS 2 binding of a server",
    &ROS2,
    fields![
        field(key::RMW_IMPLEMENTATION, TEXT),
        field(key::DOMAIN_ID, Value::Whole(0, 231)).bears(Terms),
        BINDING_VERSION,
    ],
);
pub(super) static ROS2_OPERATION: Record = binding(
    Kind::OperationBinding,
    "the ROS 2 binding of an operation",
    &ROS2,
    fields![
        field(
            key::ROLE,
            Value::Word(&[
                "publisher",
                "action_client",
                "service_client",
                "subscriber",
                "action_server",
                "service_server",
            ])
        )
        .bears(Terms)
        .required(ALL),
        field(key::NODE, TEXT).bears(Internal).required(ALL),
        field(key::QOS_POLICIES, Value::Record(&QOS_POLICIES)),
        BINDING_VERSION,
    ],
);
static QOS_POLICIES: Record = part(
    "quality-of-service policies",
    fields![
        // The meta-schema has this word misspelt.
        field(key::RELIABILITY, Value::Word(&["best_effort", "reliable", "realiable"])),
        field(key::HISTORY, Value::Word(&["keep_last", "keep_all", "unknown"])),
        field(key::DURABILITY, Value::Word(&["transient_local", "volatile"])),
        field(key::LIFESPAN, LIMIT),
        field(key::DEADLINE, LIMIT),
        field(key::LIVELINESS, Value::Word(&["automatic", "manual"])),
        field(key::LEASE_DURATION, LIMIT),
    ],
);
/// A time; `-1` is none.
const LIMIT: Value = Value::Whole(-1, i64::MAX);
