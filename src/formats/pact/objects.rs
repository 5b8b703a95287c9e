//! The objects of Pact files.
//!
//! Bodies, rules and generators are data here: what they mean is the engine's business, which reads them with their
//! places.

use super::{V1, V1_1, V2, V3, V4};
use crate::document::Kind;
use crate::document::grammar::{Field, List, Map, Names, Object, Value, Versions};
use crate::formats::table::{TEXT, field, fields, list, map};
use crate::syntax::{Key, key};

const BEFORE_3: Versions = V1.and(V1_1).and(V2);
const SINCE_2: Versions = V2.and(V3).and(V4);
const SINCE_3: Versions = V3.and(V4);

static INTERACTIONS: List = list(Value::Inline(Kind::Interaction));
static MESSAGES: List = list(Value::Inline(Kind::RecordedMessage));
static STATES: List = list(Value::Inline(Kind::ProviderState));
static PARAMS: [Value; 2] = [Value::Map(&ANYTHING), Value::Null];
static STATES_OR_NAME: [Value; 2] = [Value::List(&STATES), TEXT];
static TEXTS: List = list(TEXT);
/// Headers may have several values since version 4, and tools wrote them so before.
static TEXT_OR_TEXTS: [Value; 2] = [TEXT, Value::List(&TEXTS)];
static VALUES: Map = map(Names::Any, Value::Either(&TEXT_OR_TEXTS));
static VALUE_MAP_OR_TEXT: [Value; 2] = [Value::Map(&VALUES), TEXT];
static ANYTHING: Map = map(Names::Any, Value::Data);
/// A request of an interaction is one over HTTP or a message, and so are its responses.
static REQUEST: [Value; 1] = [Value::Inline(Kind::RecordedRequest)];
static RESPONSES: List = list(Value::Inline(Kind::RecordedResponse));
static RESPONSE: [Value; 2] = [Value::Inline(Kind::RecordedResponse), Value::List(&RESPONSES)];

const fn only(versions: Versions, key: Key, value: Value) -> Field {
    field(key, value).only(versions)
}

/// The file.
pub(super) const CONTRACT: Object = Object::new(
    Kind::Contract,
    fields![
        field(key::CONSUMER, Value::Inline(Kind::Participant)).required(Versions::ALL),
        field(key::PROVIDER, Value::Inline(Kind::Participant)).required(Versions::ALL),
        field(key::INTERACTIONS, Value::List(&INTERACTIONS)),
        only(V3, key::MESSAGES, Value::List(&MESSAGES)),
        field(key::METADATA, Value::Map(&ANYTHING)),
        // What a broker adds.
        field(key::CREATED_AT, TEXT),
        field(key::UNDERSCORE_LINKS, Value::Data),
    ],
);

/// A consumer or a provider.
pub(super) const PARTICIPANT: Object = Object::new(
    Kind::Participant,
    fields![field(key::NAME, TEXT).required(Versions::ALL)],
);

/// One exchange that the consumer relies on.
pub(super) const INTERACTION: Object = Object::new(
    Kind::Interaction,
    fields![
        field(key::DESCRIPTION, TEXT).required(Versions::ALL),
        // Older tools write it so, and newer ones in files of older versions.
        field(key::PROVIDER_STATE, TEXT),
        only(
            BEFORE_3,
            key::PROVIDER_STATE_IN_RUBY,
            Value::Either(&[TEXT, Value::Data])
        ),
        field(key::PROVIDER_STATES, Value::Either(&STATES_OR_NAME)),
        field(key::REQUEST, Value::Either(&REQUEST)),
        field(key::RESPONSE, Value::Either(&RESPONSE)),
        only(
            V4,
            key::TYPE,
            Value::Word(&["Synchronous/HTTP", "Asynchronous/Messages", "Synchronous/Messages"])
        ),
        only(V4, key::KEY, TEXT),
        only(V4, key::PENDING, Value::Boolean),
        only(V4, key::COMMENTS, Value::Map(&ANYTHING)),
        only(V4, key::PLUGIN_CONFIGURATION, Value::Map(&ANYTHING)),
        only(V4, key::INTERACTION_MARKUP, Value::Map(&ANYTHING)),
        only(V4, key::TRANSPORT, TEXT),
        // An asynchronous message stands in the interaction itself.
        only(V4, key::CONTENTS, Value::Data),
        only(V4, key::METADATA, Value::Map(&ANYTHING)),
        only(V4, key::MATCHING_RULES, Value::Map(&ANYTHING)),
        only(V4, key::GENERATORS, Value::Map(&ANYTHING)),
        // What a broker adds.
        field(key::UNDERSCORE_ID, TEXT),
    ],
);

/// What must be so before an interaction takes place.
pub(super) const PROVIDER_STATE: Object = Object::new(
    Kind::ProviderState,
    fields![
        field(key::NAME, TEXT).required(Versions::ALL),
        // Some tools write `null` for none.
        field(key::PARAMS, Value::Either(&PARAMS)),
    ],
);

/// What a consumer sends.
pub(super) const RECORDED_REQUEST: Object = Object::new(
    Kind::RecordedRequest,
    fields![
        field(key::METHOD, TEXT),
        field(key::PATH, TEXT),
        field(key::QUERY, Value::Either(&VALUE_MAP_OR_TEXT)),
        field(key::HEADERS, Value::Map(&VALUES)),
        field(key::BODY, Value::Data),
        only(SINCE_2, key::MATCHING_RULES, Value::Map(&ANYTHING)),
        only(SINCE_3, key::GENERATORS, Value::Map(&ANYTHING)),
        only(V4, key::CONTENTS, Value::Data),
        only(V4, key::METADATA, Value::Map(&ANYTHING)),
    ],
);

/// What it needs to get back.
pub(super) const RECORDED_RESPONSE: Object = Object::new(
    Kind::RecordedResponse,
    fields![
        field(key::STATUS, Value::Count),
        field(key::HEADERS, Value::Map(&VALUES)),
        field(key::BODY, Value::Data),
        only(SINCE_2, key::MATCHING_RULES, Value::Map(&ANYTHING)),
        only(SINCE_3, key::GENERATORS, Value::Map(&ANYTHING)),
        only(V4, key::CONTENTS, Value::Data),
        only(V4, key::METADATA, Value::Map(&ANYTHING)),
    ],
);

/// A message of a file of version 3.
pub(super) const RECORDED_MESSAGE: Object = Object::new(
    Kind::RecordedMessage,
    fields![
        field(key::DESCRIPTION, TEXT).required(Versions::ALL),
        field(key::PROVIDER_STATE, TEXT),
        field(key::PROVIDER_STATES, Value::Either(&STATES_OR_NAME)),
        field(key::CONTENTS, Value::Data),
        field(key::METADATA_IN_CAMEL_CASE, Value::Map(&ANYTHING)),
        field(key::METADATA, Value::Map(&ANYTHING)),
        field(key::MATCHING_RULES, Value::Map(&ANYTHING)),
        field(key::GENERATORS, Value::Map(&ANYTHING)),
        field(key::UNDERSCORE_ID, TEXT),
    ],
);
