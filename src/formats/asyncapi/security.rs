//! The objects that say who may send and receive
//! (<https://www.asyncapi.com/docs/reference/specification/v3.0.0#securitySchemeObject>).

use super::values::*;
use crate::document::Kind;
use crate::document::grammar::{Demand, Holds, Object, Value};
use crate::syntax::key;

const TYPES_OF_20: &[&str] = &[
    "userPassword",
    "apiKey",
    "X509",
    "symmetricEncryption",
    "asymmetricEncryption",
    "httpApiKey",
    "http",
    "oauth2",
    "openIdConnect",
];
const TYPES: &[&str] = &[
    "userPassword",
    "apiKey",
    "X509",
    "symmetricEncryption",
    "asymmetricEncryption",
    "httpApiKey",
    "http",
    "oauth2",
    "openIdConnect",
    "plain",
    "scramSha256",
    "scramSha512",
    "gssapi",
];

pub(super) const SECURITY_SCHEME: Object = Object::new(
    Kind::SecurityScheme,
    fields![
        field(key::TYPE, Value::Word(TYPES_OF_20)).only(V20).required(V20),
        field(key::TYPE, Value::Word(TYPES)).only(SINCE_21).required(SINCE_21),
        field(key::DESCRIPTION, TEXT),
        field(key::NAME, TEXT),
        field(key::IN, Value::Word(&["user", "password", "query", "header", "cookie"])),
        field(key::SCHEME, TEXT),
        field(key::BEARER_FORMAT, TEXT),
        field(key::FLOWS, Value::Object(Kind::OAuthFlows)),
        field(key::OPEN_ID_CONNECT_URL, URI),
        field(key::SCOPES, Value::List(&TEXTS)).only(V3),
    ],
)
.reference(ALL)
.constraints(
    const {
        &[
            holds(ALL, Holds::When(key::TYPE, &["httpApiKey"], Demand::Require(key::NAME))),
            holds(
                ALL,
                Holds::Unless(key::TYPE, &["httpApiKey"], Demand::Forbid(&[key::NAME])),
            ),
            holds(
                ALL,
                Holds::When(key::TYPE, &["apiKey", "httpApiKey"], Demand::Require(key::IN)),
            ),
            holds(
                ALL,
                Holds::Unless(key::TYPE, &["apiKey", "httpApiKey"], Demand::Forbid(&[key::IN])),
            ),
            holds(
                ALL,
                Holds::When(key::TYPE, &["apiKey"], Demand::Word(key::IN, &["user", "password"])),
            ),
            holds(
                ALL,
                Holds::When(
                    key::TYPE,
                    &["httpApiKey"],
                    Demand::Word(key::IN, &["query", "header", "cookie"]),
                ),
            ),
            holds(ALL, Holds::When(key::TYPE, &["http"], Demand::Require(key::SCHEME))),
            holds(
                ALL,
                Holds::Unless(key::TYPE, &["http"], Demand::Forbid(&[key::SCHEME, key::BEARER_FORMAT])),
            ),
            holds(
                ALL,
                Holds::UnlessInAnyCase(key::SCHEME, &["bearer"], Demand::Forbid(&[key::BEARER_FORMAT])),
            ),
            holds(ALL, Holds::When(key::TYPE, &["oauth2"], Demand::Require(key::FLOWS))),
            holds(
                ALL,
                Holds::Unless(key::TYPE, &["oauth2"], Demand::Forbid(&[key::FLOWS])),
            ),
            holds(
                ALL,
                Holds::When(key::TYPE, &["openIdConnect"], Demand::Require(key::OPEN_ID_CONNECT_URL)),
            ),
            holds(
                ALL,
                Holds::Unless(
                    key::TYPE,
                    &["openIdConnect"],
                    Demand::Forbid(&[key::OPEN_ID_CONNECT_URL]),
                ),
            ),
            holds(
                V3,
                Holds::Unless(key::TYPE, &["oauth2", "openIdConnect"], Demand::Forbid(&[key::SCOPES])),
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
    ],
);

pub(super) const OAUTH_FLOW: Object = Object::new(
    Kind::OAuthFlow,
    fields![
        field(key::AUTHORIZATION_URL, URI),
        field(key::TOKEN_URL, URI),
        field(key::REFRESH_URL, URI),
        field(key::SCOPES, Value::Map(&TEXT_MAP)).only(V2).required(V2),
        field(key::AVAILABLE_SCOPES, Value::Map(&TEXT_MAP))
            .only(V3)
            .required(V3),
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
                    &[key::PASSWORD, key::CLIENT_CREDENTIALS, key::AUTHORIZATION_CODE],
                    Demand::Require(key::TOKEN_URL),
                ),
            ),
            holds(
                ALL,
                Holds::Under(
                    &[key::PASSWORD, key::CLIENT_CREDENTIALS],
                    Demand::Forbid(&[key::AUTHORIZATION_URL]),
                ),
            ),
            holds(ALL, Holds::Under(&[key::IMPLICIT], Demand::Forbid(&[key::TOKEN_URL]))),
        ]
    },
);
