//! What each protocol adds to servers, channels, operations and messages (<https://github.com/asyncapi/bindings>).
//!
//! Bindings have versions of their own, which they name under `bindingVersion`. What is not named is the latest one; a
//! document that is older may still say what that has no more.
//!
//! Beside what a field may hold, the tables say what it means where nothing is said, as far as the bindings give defaults,
//! and what it decides for the other side; a field of which they say nothing decides how messages are delivered.

mod aws;
mod brokers;
mod kafka;
mod mqtt;
mod queues;
mod web;

use super::values::*;
use crate::document::Kind;
use crate::document::grammar::Bearing::*;
use crate::document::grammar::{Constraint, Editions, Field, Object, OtherKeys, Record, Value, Versions};
use crate::syntax::key;

/// The first, second … version of a binding.
const E1: Versions = Versions(1);
const E2: Versions = Versions(1 << 1);
const E3: Versions = Versions(1 << 2);
const E4: Versions = Versions(1 << 3);

const BINDING_VERSION: Field = field(key::BINDING_VERSION, TEXT);

const fn editions(names: &'static [(&'static str, Versions)]) -> Editions {
    Editions {
        field: key::BINDING_VERSION,
        names,
    }
}

/// A binding, which names its version.
const fn binding(kind: Kind, name: &'static str, editions: &'static Editions, fields: &'static [Field]) -> Record {
    Record {
        name,
        kind,
        fields,
        editions: Some(editions),
        open: false,
        constraints: &[],
    }
}

/// An object in a binding.
const fn part(name: &'static str, fields: &'static [Field]) -> Record {
    Record {
        name,
        kind: Kind::Plain,
        fields,
        editions: None,
        open: true,
        constraints: &[],
    }
}

const fn closed(part: Record) -> Record {
    Record { open: false, ..part }
}

const fn constrained(record: Record, constraints: &'static [Constraint]) -> Record {
    Record { constraints, ..record }
}

/// What a protocol has no binding for may hold anything.
const ANY: Value = Value::Data;

pub(super) const OF_SERVERS: Object = Object::new(
    Kind::ServerBindings,
    fields![
        field(key::AMQP, ANY),
        field(key::AMQP1, ANY),
        field(key::ANYPOINTMQ, ANY),
        field(key::GOOGLEPUBSUB, ANY),
        field(key::HTTP, ANY),
        field(key::IBMMQ, Value::Record(&queues::IBMMQ_SERVER)),
        field(key::JMS, Value::Record(&queues::JMS_SERVER)),
        field(key::KAFKA, Value::Record(&kafka::SERVER)),
        field(key::MERCURE, ANY),
        field(key::MQTT, Value::Record(&mqtt::SERVER)),
        field(key::MQTT5, Value::Record(&mqtt::SERVER)),
        field(key::NATS, ANY),
        field(key::PULSAR, Value::Record(&brokers::PULSAR_SERVER)),
        field(key::REDIS, ANY),
        field(key::ROS2, Value::Record(&brokers::ROS2_SERVER)),
        field(key::SNS, ANY),
        field(key::SOLACE, Value::Record(&brokers::SOLACE_SERVER)),
        field(key::SQS, ANY),
        field(key::STOMP, ANY),
        field(key::WS, ANY),
    ],
)
.reference(ALL)
.other_keys(OTHERS);

pub(super) const OF_CHANNELS: Object = Object::new(
    Kind::ChannelBindings,
    fields![
        field(key::AMQP, Value::Record(&queues::AMQP_CHANNEL)),
        field(key::AMQP1, ANY),
        field(key::ANYPOINTMQ, Value::Record(&queues::ANYPOINT_CHANNEL)),
        field(key::GOOGLEPUBSUB, Value::Record(&brokers::PUBSUB_CHANNEL)),
        field(key::HTTP, ANY),
        field(key::IBMMQ, Value::Record(&queues::IBMMQ_CHANNEL)),
        field(key::JMS, Value::Record(&queues::JMS_CHANNEL)),
        field(key::KAFKA, Value::Record(&kafka::CHANNEL)),
        field(key::MERCURE, ANY),
        field(key::MQTT, ANY),
        field(key::MQTT5, ANY),
        field(key::NATS, ANY),
        field(key::PULSAR, Value::Record(&brokers::PULSAR_CHANNEL)),
        field(key::REDIS, ANY),
        field(key::ROS2, ANY),
        field(key::SNS, Value::Record(&aws::SNS_CHANNEL)),
        field(key::SOLACE, ANY),
        field(key::SQS, Value::Record(&aws::SQS_CHANNEL)),
        field(key::STOMP, ANY),
        field(key::WS, Value::Record(&web::WEBSOCKET_CHANNEL)),
    ],
)
.reference(ALL)
.other_keys(OTHERS);

pub(super) const OF_OPERATIONS: Object = Object::new(
    Kind::OperationBindings,
    fields![
        field(key::AMQP, Value::Record(&queues::AMQP_OPERATION)),
        field(key::AMQP1, ANY),
        field(key::ANYPOINTMQ, ANY),
        field(key::GOOGLEPUBSUB, ANY),
        field(key::HTTP, Value::Record(&web::HTTP_OPERATION)),
        field(key::IBMMQ, ANY),
        field(key::JMS, ANY),
        field(key::KAFKA, Value::Record(&kafka::OPERATION)),
        field(key::MERCURE, ANY),
        field(key::MQTT, Value::Record(&mqtt::OPERATION)),
        field(key::MQTT5, Value::Record(&mqtt::OPERATION)),
        field(key::NATS, Value::Record(&brokers::NATS_OPERATION)),
        field(key::PULSAR, ANY),
        field(key::REDIS, ANY),
        field(key::ROS2, Value::Record(&brokers::ROS2_OPERATION)),
        field(key::SNS, Value::Record(&aws::SNS_OPERATION)),
        field(key::SOLACE, Value::Record(&brokers::SOLACE_OPERATION)),
        field(key::SQS, Value::Record(&aws::SQS_OPERATION)),
        field(key::STOMP, ANY),
        field(key::WS, ANY),
    ],
)
.reference(ALL)
.other_keys(OTHERS);

pub(super) const OF_MESSAGES: Object = Object::new(
    Kind::MessageBindings,
    fields![
        field(key::AMQP, Value::Record(&queues::AMQP_MESSAGE)),
        field(key::AMQP1, ANY),
        field(key::ANYPOINTMQ, Value::Record(&queues::ANYPOINT_MESSAGE)),
        field(key::GOOGLEPUBSUB, Value::Record(&brokers::PUBSUB_MESSAGE)),
        field(key::HTTP, Value::Record(&web::HTTP_MESSAGE)),
        field(key::IBMMQ, Value::Record(&queues::IBMMQ_MESSAGE)),
        field(key::JMS, Value::Record(&queues::JMS_MESSAGE)),
        field(key::KAFKA, Value::Record(&kafka::MESSAGE)),
        field(key::MERCURE, ANY),
        field(key::MQTT, Value::Record(&mqtt::MESSAGE)),
        field(key::MQTT5, Value::Record(&mqtt::MESSAGE)),
        field(key::NATS, ANY),
        field(key::PULSAR, ANY),
        field(key::REDIS, ANY),
        field(key::ROS2, ANY),
        field(key::SNS, ANY),
        field(key::SOLACE, ANY),
        field(key::SQS, ANY),
        field(key::STOMP, ANY),
        field(key::WS, ANY),
    ],
)
.reference(ALL)
.other_keys(OTHERS);

/// Before 3.0 any protocol could have bindings.
const OTHERS: &[(Versions, OtherKeys)] = &[(V2, OtherKeys::Anything)];
