//! AMQP 0-9-1, IBM MQ, JMS and Anypoint MQ.

use super::*;
use crate::document::grammar::{Demand, Holds, List};

static AMQP: Editions = editions(&[("0.1.0", E1), ("0.2.0", E1), ("0.3.0", E2)]);

/// <https://github.com/asyncapi/bindings/blob/master/amqp/README.md>
pub(super) static AMQP_CHANNEL: Record = constrained(
    binding(
        Kind::ChannelBinding,
        "the AMQP binding of a channel",
        &AMQP,
        fields![
            field(key::IS, Value::Word(&["queue", "routingKey"]))
                .default("\"routingKey\"")
                .bears(Terms),
            field(key::EXCHANGE, Value::Record(&EXCHANGE)),
            field(key::QUEUE, Value::Record(&QUEUE)),
            BINDING_VERSION,
        ],
    ),
    const {
        &[
            holds(ALL, Holds::When(key::IS, &["queue"], Demand::Forbid(&[key::EXCHANGE]))),
            holds(
                ALL,
                Holds::When(key::IS, &["routingKey"], Demand::Forbid(&[key::QUEUE])),
            ),
        ]
    },
);
static EXCHANGE: Record = part(
    "an AMQP exchange",
    fields![
        field(key::NAME, TEXT).bears(Terms),
        field(
            key::TYPE,
            Value::Word(&["topic", "direct", "fanout", "default", "headers"])
        )
        .bears(Terms),
        field(key::DURABLE, Value::Boolean),
        field(key::AUTO_DELETE, Value::Boolean),
        field(key::VHOST, TEXT).default("\"/\"").bears(Terms),
    ],
);
static QUEUE: Record = part(
    "an AMQP queue",
    fields![
        field(key::NAME, TEXT).bears(Terms),
        field(key::DURABLE, Value::Boolean),
        field(key::EXCLUSIVE, Value::Boolean),
        field(key::AUTO_DELETE, Value::Boolean),
        field(key::VHOST, TEXT).default("\"/\"").bears(Terms),
    ],
);
pub(super) static AMQP_OPERATION: Record = binding(
    Kind::OperationBinding,
    "the AMQP binding of an operation",
    &AMQP,
    fields![
        field(key::EXPIRATION, Value::Count),
        field(key::USER_ID, TEXT),
        field(key::CC, Value::List(&TEXTS)).bears(Terms),
        field(key::PRIORITY, Value::Count),
        field(key::DELIVERY_MODE, Value::Whole(1, 2)),
        field(key::MANDATORY, Value::Boolean),
        field(key::BCC, Value::List(&TEXTS)).bears(Terms),
        field(key::REPLY_TO, TEXT).bears(Terms).only(E1),
        field(key::TIMESTAMP, Value::Boolean),
        field(key::ACK, Value::Boolean),
        BINDING_VERSION,
    ],
);
pub(super) static AMQP_MESSAGE: Record = binding(
    Kind::MessageBinding,
    "the AMQP binding of a message",
    &AMQP,
    fields![
        field(key::CONTENT_ENCODING, TEXT).bears(Terms),
        field(key::MESSAGE_TYPE, TEXT).bears(Terms),
        BINDING_VERSION,
    ],
);

static IBMMQ: Editions = editions(&[("0.1.0", E1)]);

/// <https://github.com/asyncapi/bindings/blob/master/ibmmq/README.md>
pub(super) static IBMMQ_SERVER: Record = binding(
    Kind::ServerBinding,
    "the IBM MQ binding of a server",
    &IBMMQ,
    fields![
        field(key::GROUP_ID, TEXT).bears(Internal),
        field(key::CCDT_QUEUE_MANAGER_NAME, TEXT).default("\"*\"").bears(Terms),
        field(key::CIPHER_SPEC, TEXT).default("\"ANY\""),
        field(key::MULTI_ENDPOINT_SERVER, Value::Boolean).default("false"),
        field(key::HEART_BEAT_INTERVAL, Value::Whole(0, 999_999))
            .default("300")
            .bears(Internal),
        BINDING_VERSION,
    ],
);
pub(super) static IBMMQ_CHANNEL: Record = constrained(
    binding(
        Kind::ChannelBinding,
        "the IBM MQ binding of a channel",
        &IBMMQ,
        fields![
            field(key::DESTINATION_TYPE, Value::Word(&["topic", "queue"]))
                .default("\"topic\"")
                .bears(Terms),
            field(key::QUEUE, Value::Record(&IBMMQ_QUEUE)),
            field(key::TOPIC, Value::Record(&IBMMQ_TOPIC)),
            field(key::MAX_MSG_LENGTH, Value::Whole(0, 104_857_600)),
            BINDING_VERSION,
        ],
    ),
    const {
        &[
            holds(
                ALL,
                Holds::When(key::DESTINATION_TYPE, &["topic"], Demand::Forbid(&[key::QUEUE])),
            ),
            holds(
                ALL,
                Holds::When(key::DESTINATION_TYPE, &["queue"], Demand::Require(key::QUEUE)),
            ),
            holds(
                ALL,
                Holds::When(key::DESTINATION_TYPE, &["queue"], Demand::Forbid(&[key::TOPIC])),
            ),
        ]
    },
);
static IBMMQ_QUEUE: Record = part(
    "an IBM MQ queue",
    fields![
        field(key::OBJECT_NAME, TEXT).bears(Terms).required(ALL),
        field(key::IS_PARTITIONED, Value::Boolean).default("false"),
        field(key::EXCLUSIVE, Value::Boolean).default("false"),
    ],
);
static IBMMQ_TOPIC: Record = part(
    "an IBM MQ topic",
    fields![
        field(key::STRING, TEXT).bears(Address),
        field(key::OBJECT_NAME, TEXT).bears(Terms),
        field(key::DURABLE_PERMITTED, Value::Boolean).default("true"),
        field(key::LAST_MSG_RETAINED, Value::Boolean).default("false"),
    ],
);
pub(super) static IBMMQ_MESSAGE: Record = constrained(
    binding(
        Kind::MessageBinding,
        "the IBM MQ binding of a message",
        &IBMMQ,
        fields![
            field(key::TYPE, Value::Word(&["string", "jms", "binary"]))
                .default("\"string\"")
                .bears(Terms),
            field(key::HEADERS, TEXT).bears(Terms),
            field(key::DESCRIPTION, TEXT).bears(Internal),
            field(key::EXPIRY, Value::Count).default("0"),
            BINDING_VERSION,
        ],
    ),
    const {
        &[holds(
            ALL,
            Holds::When(key::TYPE, &["string", "jms"], Demand::Forbid(&[key::HEADERS])),
        )]
    },
);

static JMS: Editions = editions(&[("0.0.1", E1)]);
static JMS_PROPERTIES: List = list(Value::Record(&JMS_PROPERTY));
static JMS_PROPERTY: Record = part(
    "a property of a JMS connection factory",
    fields![
        field(key::NAME, TEXT).required(ALL),
        field(key::VALUE, Value::Data).required(ALL),
    ],
);

/// <https://github.com/asyncapi/bindings/blob/master/jms/README.md>
pub(super) static JMS_SERVER: Record = binding(
    Kind::ServerBinding,
    "the JMS binding of a server",
    &JMS,
    fields![
        field(key::JMS_CONNECTION_FACTORY, TEXT).required(ALL),
        field(key::PROPERTIES, Value::List(&JMS_PROPERTIES)),
        field(key::CLIENT_ID_IN_CAPITALS, TEXT).bears(Internal),
        BINDING_VERSION,
    ],
);
pub(super) static JMS_CHANNEL: Record = binding(
    Kind::ChannelBinding,
    "the JMS binding of a channel",
    &JMS,
    fields![
        field(key::DESTINATION, TEXT).bears(Address),
        field(key::DESTINATION_TYPE, Value::Word(&["queue", "fifo-queue"]))
            .default("\"queue\"")
            .bears(Terms),
        BINDING_VERSION,
    ],
);
pub(super) static JMS_MESSAGE: Record = binding(
    Kind::MessageBinding,
    "the JMS binding of a message",
    &JMS,
    fields![field(key::HEADERS, SCHEMA).bears(Sent), BINDING_VERSION],
);

static ANYPOINT: Editions = editions(&[("0.0.1", E1)]);

/// <https://github.com/asyncapi/bindings/blob/master/anypointmq/README.md>
pub(super) static ANYPOINT_CHANNEL: Record = binding(
    Kind::ChannelBinding,
    "the Anypoint MQ binding of a channel",
    &ANYPOINT,
    fields![
        field(key::DESTINATION, TEXT).bears(Address),
        field(key::DESTINATION_TYPE, Value::Word(&["exchange", "queue", "fifo-queue"]))
            .default("\"queue\"")
            .bears(Terms),
        BINDING_VERSION,
    ],
);
pub(super) static ANYPOINT_MESSAGE: Record = binding(
    Kind::MessageBinding,
    "the Anypoint MQ binding of a message",
    &ANYPOINT,
    fields![field(key::HEADERS, SCHEMA).bears(Sent), BINDING_VERSION],
);
