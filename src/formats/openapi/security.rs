//! The objects that say who may call.

use super::values::*;
use crate::document::Kind;
use crate::document::grammar::{Demand, Holds, Map, Names, Object, OtherKeys, TextFormat, Value, Versions};
use crate::syntax::key;

static SCOPES: Map = Map {
    extensions: true,
    ..map(Names::Any, TEXT)
};

pub(super) const SECURITY_SCHEME: Object = Object::new(
    Kind::SecurityScheme,
    fields![
        field(key::TYPE, Value::Word(&["basic", "apiKey", "oauth2"]))
            .only(V2)
            .required(V2),
        field(key::TYPE, Value::Word(&["apiKey", "http", "oauth2", "openIdConnect"]))
            .only(V30)
            .required(V30),
        field(
            key::TYPE,
            Value::Word(&["apiKey", "http", "mutualTLS", "oauth2", "openIdConnect"])
        )
        .only(SINCE_31)
        .required(SINCE_31),
        field(key::DESCRIPTION, TEXT),
        field(key::DEPRECATED, Value::Boolean).only(V32).default("false"),
        field(key::NAME, TEXT),
        field(key::IN, Value::Word(&["header", "query"])).only(V2),
        field(key::IN, Value::Word(&["header", "query", "cookie"])).only(V3),
        field(key::SCHEME, TEXT).only(V3),
        field(key::BEARER_FORMAT, TEXT).only(V3),
        field(key::FLOWS, Value::Object(Kind::OAuthFlows)).only(V3),
        field(key::OPEN_ID_CONNECT_URL, URI_REFERENCE).only(V3),
        field(key::OAUTH2_METADATA_URL, URI_REFERENCE).only(V32),
        field(
            key::FLOW,
            Value::Word(&["implicit", "password", "application", "accessCode"])
        )
        .only(V2),
        field(key::AUTHORIZATION_URL, Value::Text(TextFormat::Uri)).only(V2),
        field(key::TOKEN_URL, Value::Text(TextFormat::Uri)).only(V2),
        field(key::SCOPES, Value::Map(&SCOPES)).only(V2),
    ],
)
.reference(V3)
.constraints(
    const {
        &[
            holds(ALL, Holds::When(key::TYPE, &["apiKey"], Demand::Require(key::NAME))),
            holds(ALL, Holds::When(key::TYPE, &["apiKey"], Demand::Require(key::IN))),
            holds(
                ALL,
                Holds::Unless(key::TYPE, &["apiKey"], Demand::Forbid(&[key::NAME, key::IN])),
            ),
            holds(V3, Holds::When(key::TYPE, &["http"], Demand::Require(key::SCHEME))),
            holds(
                V3,
                Holds::Unless(key::TYPE, &["http"], Demand::Forbid(&[key::SCHEME, key::BEARER_FORMAT])),
            ),
            holds(
                V3,
                // https://www.rfc-editor.org/rfc/rfc9110#section-11.1: the case of a scheme's name does not count.
                Holds::UnlessInAnyCase(key::SCHEME, &["bearer"], Demand::Forbid(&[key::BEARER_FORMAT])),
            ),
            holds(V3, Holds::When(key::TYPE, &["oauth2"], Demand::Require(key::FLOWS))),
            holds(
                V3,
                Holds::Unless(
                    key::TYPE,
                    &["oauth2"],
                    Demand::Forbid(&[key::FLOWS, key::OAUTH2_METADATA_URL]),
                ),
            ),
            holds(
                V3,
                Holds::When(key::TYPE, &["openIdConnect"], Demand::Require(key::OPEN_ID_CONNECT_URL)),
            ),
            holds(
                V3,
                Holds::Unless(
                    key::TYPE,
                    &["openIdConnect"],
                    Demand::Forbid(&[key::OPEN_ID_CONNECT_URL]),
                ),
            ),
            holds(V2, Holds::When(key::TYPE, &["oauth2"], Demand::Require(key::FLOW))),
            holds(
                V2,
                Holds::Unless(
                    key::TYPE,
                    &["oauth2"],
                    Demand::Forbid(&[key::FLOW, key::AUTHORIZATION_URL, key::TOKEN_URL, key::SCOPES]),
                ),
            ),
            holds(
                V2,
                Holds::When(
                    key::FLOW,
                    &["implicit", "accessCode"],
                    Demand::Require(key::AUTHORIZATION_URL),
                ),
            ),
            holds(
                V2,
                Holds::When(
                    key::FLOW,
                    &["password", "application", "accessCode"],
                    Demand::Require(key::TOKEN_URL),
                ),
            ),
            holds(
                V2,
                Holds::When(key::FLOW, &["implicit"], Demand::Forbid(&[key::TOKEN_URL])),
            ),
            holds(
                V2,
                Holds::When(
                    key::FLOW,
                    &["password", "application"],
                    Demand::Forbid(&[key::AUTHORIZATION_URL]),
                ),
            ),
        ]
    },
);

pub(super) const OAUTH_FLOWS: Object = Object::new(
    Kind::OAuthFlows,
    fields![
        field(key::IMPLICIT, Value::Object(Kind::OAuthFlow)),
        field(key::PASSWORD, Value::Object(Kind::OAuthFlow)),
        field(key::CLIENT_CREDENTIALS, Value::Object(Kind::OAuthFlow)),
        field(key::AUTHORIZATION_CODE, Value::Object(Kind::OAuthFlow)),
        field(key::DEVICE_AUTHORIZATION, Value::Object(Kind::OAuthFlow)).only(V32),
    ],
);

pub(super) const OAUTH_FLOW: Object = Object::new(
    Kind::OAuthFlow,
    fields![
        field(key::AUTHORIZATION_URL, URI_REFERENCE),
        field(key::DEVICE_AUTHORIZATION_URL, URI_REFERENCE).only(V32),
        field(key::TOKEN_URL, URI_REFERENCE),
        field(key::REFRESH_URL, URI_REFERENCE),
        field(key::SCOPES, Value::Map(&TEXT_MAP)).required(ALL),
    ],
)
.constraints(
    const {
        &[
            holds(
                ALL,
                Holds::Under(
                    &[key::IMPLICIT, key::AUTHORIZATION_CODE],
                    Demand::Require(key::AUTHORIZATION_URL),
                ),
            ),
            holds(
                ALL,
                Holds::Under(
                    &[
                        key::PASSWORD,
                        key::CLIENT_CREDENTIALS,
                        key::AUTHORIZATION_CODE,
                        key::DEVICE_AUTHORIZATION,
                    ],
                    Demand::Require(key::TOKEN_URL),
                ),
            ),
            holds(
                ALL,
                Holds::Under(
                    &[key::PASSWORD, key::CLIENT_CREDENTIALS, key::DEVICE_AUTHORIZATION],
                    Demand::Forbid(&[key::AUTHORIZATION_URL]),
                ),
            ),
            holds(ALL, Holds::Under(&[key::IMPLICIT], Demand::Forbid(&[key::TOKEN_URL]))),
            holds(
                ALL,
                Holds::Under(
                    &[key::DEVICE_AUTHORIZATION],
                    Demand::Require(key::DEVICE_AUTHORIZATION_URL),
                ),
            ),
            holds(
                ALL,
                Holds::Under(
                    &[
                        key::IMPLICIT,
                        key::PASSWORD,
                        key::CLIENT_CREDENTIALS,
                        key::AUTHORIZATION_CODE,
                    ],
                    Demand::Forbid(&[key::DEVICE_AUTHORIZATION_URL]),
                ),
            ),
        ]
    },
);

pub(super) const SECURITY_REQUIREMENT: Object = Object::new(Kind::SecurityRequirement, fields![])
    .other_keys(
        const {
            &[
                (V2, OtherKeys::Named(Names::Any, Value::List(&UNIQUE_TEXTS))),
                (V3, OtherKeys::Named(Names::Any, Value::List(&TEXTS))),
            ]
        },
    )
    .extensions(Versions::NONE);
