//! Amazon's queues and topics: SQS and SNS.

use super::*;
use crate::document::grammar::{Holds, List};

static SQS: Editions = editions(&[("0.1.0", E1), ("0.2.0", E2), ("0.3.0", E3)]);
static SNS: Editions = editions(&[("0.1.0", E1), ("0.2.0", E2), ("1.0.0", E3)]);

/// <https://github.com/asyncapi/bindings/blob/master/sqs/README.md>
pub(super) static SQS_CHANNEL: Record = binding(
    Kind::ChannelBinding,
    "the SQS binding of a channel",
    &SQS,
    fields![
        field(key::QUEUE, Value::Record(&CHANNEL_QUEUE)).required(ALL),
        field(key::DEAD_LETTER_QUEUE, Value::Record(&CHANNEL_QUEUE)).bears(Delivery),
        BINDING_VERSION,
    ],
);
pub(super) static SQS_OPERATION: Record = binding(
    Kind::OperationBinding,
    "the SQS binding of an operation",
    &SQS,
    fields![field(key::QUEUES, Value::List(&QUEUES)).required(ALL), BINDING_VERSION,],
);
static QUEUES: List = list(Value::Record(&OPERATION_QUEUE));

macro_rules! queue_fields {
    ($($more:expr,)*) => {
        fields![
            $($more,)*
            field(key::NAME, TEXT).bears(Terms).required(ALL),
            field(key::DEDUPLICATION_SCOPE, Value::Word(&["queue", "messageGroup"])),
            field(key::FIFO_THROUGHPUT_LIMIT, Value::Word(&["perQueue", "perMessageGroupId"])),
            field(key::DELIVERY_DELAY, Value::Whole(0, 900)).default("0"),
            field(key::VISIBILITY_TIMEOUT, Value::Whole(0, 43_200)).default("30"),
            field(key::RECEIVE_MESSAGE_WAIT_TIME, Value::Count).default("0"),
            field(key::MESSAGE_RETENTION_PERIOD, Value::Whole(60, 1_209_600)).default("345600"),
            field(key::REDRIVE_POLICY, Value::Record(&REDRIVE_POLICY_OF_QUEUE)),
            field(key::POLICY, Value::Record(&POLICY)),
            field(key::TAGS, Value::Map(&DATA_MAP)).bears(Internal),
        ]
    };
}
static CHANNEL_QUEUE: Record = part(
    "an SQS queue",
    queue_fields![
        field(key::FIFO_QUEUE, Value::Boolean)
            .default("false")
            .bears(Terms)
            .required(ALL),
    ],
);
static OPERATION_QUEUE: Record = part(
    "an SQS queue",
    queue_fields![
        field(key::REF, URI_REFERENCE),
        field(key::FIFO_QUEUE, Value::Boolean).default("false").bears(Terms),
    ],
);
const fn redrive_policy(fields: &'static [Field]) -> Record {
    part("a redrive policy", fields)
}
static REDRIVE_POLICY_OF_QUEUE: Record = redrive_policy(fields![
    field(key::DEAD_LETTER_QUEUE, Value::Record(&QUEUE_IDENTIFIER)).required(ALL),
    field(key::MAX_RECEIVE_COUNT, Value::Count),
]);
static REDRIVE_POLICY: Record = redrive_policy(fields![
    field(key::DEAD_LETTER_QUEUE, Value::Record(&IDENTIFIER)).required(ALL),
    field(key::MAX_RECEIVE_COUNT, Value::Count).default("10"),
]);
static QUEUE_IDENTIFIER: Record = part(
    "an identifier of a queue",
    fields![field(key::ARN, TEXT), field(key::NAME, TEXT)],
);
static IDENTIFIER: Record = part(
    "an identifier",
    fields![
        field(key::ARN, TEXT),
        field(key::NAME, TEXT),
        field(key::URL, TEXT),
        field(key::EMAIL, TEXT),
        field(key::PHONE, TEXT),
    ],
);
static STATEMENTS: List = list(Value::Record(&STATEMENT));
static POLICY: Record = part(
    "a policy",
    fields![field(key::STATEMENTS, Value::List(&STATEMENTS)).required(ALL)],
);
const ONE_OR_MORE: Value = Value::Either(&[TEXT, Value::List(&TEXTS)]);
/// Since 0.2.0 of SNS and 0.3.0 of SQS, principals can be accounts and services, and statements have resources and
/// conditions.
static PRINCIPALS: [Value; 3] = [TEXT, Value::List(&TEXTS), Value::Record(&PRINCIPAL)];
static PRINCIPAL: Record = constrained(
    closed(part(
        "a principal",
        fields![field(key::AWS, ONE_OR_MORE), field(key::SERVICE_OF_AWS, ONE_OR_MORE)],
    )),
    const { &[holds(ALL, Holds::ExactlyOne(&[key::AWS, key::SERVICE_OF_AWS]))] },
);
static STATEMENT: Record = part(
    "a statement of a policy",
    fields![
        field(key::EFFECT, Value::Word(&["Allow", "Deny"])).required(ALL),
        field(key::PRINCIPAL, Value::Either(&PRINCIPALS)).required(ALL),
        field(key::ACTION, ONE_OR_MORE).required(ALL),
        field(key::RESOURCE, ONE_OR_MORE),
        field(key::CONDITION, Value::Map(&DATA_MAP)),
    ],
);

/// <https://github.com/asyncapi/bindings/blob/master/sns/README.md>
pub(super) static SNS_CHANNEL: Record = binding(
    Kind::ChannelBinding,
    "the SNS binding of a channel",
    &SNS,
    fields![
        field(key::NAME, TEXT).bears(Terms).required(ALL),
        field(key::ORDERING, Value::Record(&ORDERING)),
        field(key::POLICY, Value::Record(&POLICY)),
        field(key::TAGS, Value::Map(&DATA_MAP)).bears(Internal),
        BINDING_VERSION,
    ],
);
static ORDERING: Record = part(
    "an ordering",
    fields![
        field(key::TYPE, Value::Word(&["standard", "FIFO"]))
            .bears(Terms)
            .required(ALL),
        field(key::CONTENT_BASED_DEDUPLICATION, Value::Boolean).default("false"),
    ],
);
static CONSUMERS: List = List {
    min: 1,
    ..list(Value::Record(&CONSUMER))
};
pub(super) static SNS_OPERATION: Record = binding(
    Kind::OperationBinding,
    "the SNS binding of an operation",
    &SNS,
    fields![
        field(key::TOPIC, Value::Record(&IDENTIFIER)).bears(Terms),
        field(key::CONSUMERS, Value::List(&CONSUMERS)).required(ALL),
        field(key::DELIVERY_POLICY, Value::Record(&DELIVERY_POLICY)),
        BINDING_VERSION,
    ],
);
static CONSUMER: Record = part(
    "a consumer of SNS",
    fields![
        field(
            key::PROTOCOL,
            Value::Word(&[
                "http",
                "https",
                "email",
                "email-json",
                "sms",
                "sqs",
                "application",
                "lambda",
                "firehose",
            ])
        )
        .required(ALL),
        field(key::ENDPOINT, Value::Record(&IDENTIFIER)).required(ALL),
        field(key::FILTER_POLICY, Value::Map(&DATA_MAP)),
        field(
            key::FILTER_POLICY_SCOPE,
            Value::Word(&["MessageAttributes", "MessageBody"])
        )
        .default("\"MessageAttributes\""),
        field(key::RAW_MESSAGE_DELIVERY, Value::Boolean).required(ALL),
        field(key::REDRIVE_POLICY, Value::Record(&REDRIVE_POLICY)),
        field(key::DELIVERY_POLICY, Value::Record(&DELIVERY_POLICY)),
        field(key::DISPLAY_NAME, TEXT).bears(Internal),
    ],
);
static DELIVERY_POLICY: Record = part(
    "a delivery policy",
    fields![
        field(key::MIN_DELAY_TARGET, Value::Count),
        field(key::MAX_DELAY_TARGET, Value::Count),
        field(key::NUM_RETRIES, Value::Count),
        field(key::NUM_NO_DELAY_RETRIES, Value::Count),
        field(key::NUM_MIN_DELAY_RETRIES, Value::Count),
        field(key::NUM_MAX_DELAY_RETRIES, Value::Count),
        field(
            key::BACKOFF_FUNCTION,
            Value::Word(&["arithmetic", "exponential", "geometric", "linear"])
        ),
        field(key::MAX_RECEIVES_PER_SECOND, Value::Count),
    ],
);
