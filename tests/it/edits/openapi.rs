//! What is known of the descriptions of OpenAPI.

use super::ENTRY;
use super::known::{ANY, Known};
use stipula::document::Kind;

pub(super) static ALL: Known = Known {
    essence: ESSENCE,
    beside: BESIDE,
    samples: SAMPLES,
    targets: &[],
    names: &[
        ("content", ["application/json", "text/plain"]),
        ("callbacks", ["one", "two"]),
    ],
    uses: USES,
    at_hand: &[(
        "#/paths/",
        r#"{"paths": {
            "/first": {"get": {"responses": {"200": {"description": "one"}}}},
            "/second": {
                "get": {"responses": {"200": {"description": "one"}}},
                "put": {"responses": {"200": {"description": "one"}}}
            }
        }}"#,
    )],
};

const ESSENCE: &[(Kind, &[&str])] = &[
    (Kind::Schema, &["type"]),
    (Kind::Parameter, &["schema", "type"]),
    (Kind::Header, &["schema", "type"]),
    (Kind::Items, &["type"]),
    (Kind::MediaType, &["schema"]),
    (Kind::Example, &["value"]),
    (Kind::Link, &["operationId"]),
    (Kind::Encoding, &["contentType"]),
    (Kind::Xml, &["name"]),
    (Kind::Contact, &["name"]),
    (Kind::OAuthFlows, &["implicit"]),
    (Kind::Operation, &["responses"]),
    (Kind::PathItem, &["get"]),
    (Kind::Responses, &[ENTRY]),
    (Kind::Response, &["description"]),
    (Kind::Callback, &[ENTRY]),
    (Kind::Paths, &[ENTRY]),
    (Kind::SecurityRequirement, &[ENTRY]),
    (Kind::Components, &["schemas"]),
    (Kind::Root, &["paths"]),
];

const BESIDE: &[(&[Kind], &[&str], &str)] = &[
    (
        &[Kind::Parameter],
        &["style", "explode", "allowReserved"],
        r#"{"schema": {"type": "array", "items": {"type": "string"}}}"#,
    ),
    (
        &[Kind::Header],
        &["style", "explode"],
        r#"{"schema": {"type": "array", "items": {"type": "string"}}}"#,
    ),
    (
        &[Kind::MediaType],
        &["encoding"],
        r#"{"schema": {"type": "object", "properties": {"one": {"type": "string"}, "two": {"type": "string"}}}}"#,
    ),
    (
        &[Kind::Operation],
        &["requestBody"],
        r#"{"responses": {"200": {"description": "one"}}}"#,
    ),
    (
        &[Kind::SecurityScheme],
        &["bearerFormat"],
        r#"{"type": "http", "scheme": "bearer"}"#,
    ),
    (&[Kind::PathItem], &["$ref"], r#"{"get": null}"#),
    (
        &[Kind::Operation],
        &["consumes"],
        r#"{"parameters": [{"name": "one", "in": "body", "schema": {"type": "string"}}]}"#,
    ),
    (
        &[Kind::Operation],
        &["produces"],
        r#"{"responses": {"200": {"description": "one", "schema": {"type": "string"}}}}"#,
    ),
    (
        &[Kind::Root],
        &["consumes", "produces"],
        r#"{"paths": {"/one": {"put": {
            "parameters": [{"name": "one", "in": "body", "schema": {"type": "string"}}],
            "responses": {"200": {"description": "one", "schema": {"type": "string"}}}
        }}}}"#,
    ),
];

const SAMPLES: &[(&[Kind], &str, &str, &str)] = &[
    (
        &[Kind::PathItem],
        "$ref",
        r##""#/paths/~1first""##,
        r##""#/paths/~1second""##,
    ),
    (&[Kind::Parameter], "in", r#""query""#, r#""header""#),
    (ANY, "style", r#""spaceDelimited""#, r#""pipeDelimited""#),
    (&[Kind::Header], "explode", "true", "false"),
    (ANY, "explode", "false", "true"),
];

const USES: &[(Kind, &str, &str)] = &[
    (
        Kind::Components,
        "schemas",
        r##"{"paths": {"/used": {"get": {"responses": {"200": {"description": "one", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/one"}}}}}}}}}"##,
    ),
    (
        Kind::Components,
        "responses",
        r##"{"paths": {"/used": {"get": {"responses": {"200": {"$ref": "#/components/responses/one"}}}}}}"##,
    ),
    (
        Kind::Components,
        "parameters",
        r##"{"paths": {"/used": {"parameters": [{"$ref": "#/components/parameters/one"}], "get": {"responses": {"200": {"description": "one"}}}}}}"##,
    ),
    (
        Kind::Components,
        "examples",
        r##"{"paths": {"/used": {"get": {"responses": {"200": {"description": "one", "content": {"text/plain": {"examples": {"one": {"$ref": "#/components/examples/one"}}}}}}}}}}"##,
    ),
    (
        Kind::Components,
        "requestBodies",
        r##"{"paths": {"/used": {"put": {"requestBody": {"$ref": "#/components/requestBodies/one"}, "responses": {"200": {"description": "one"}}}}}}"##,
    ),
    (
        Kind::Components,
        "headers",
        r##"{"paths": {"/used": {"get": {"responses": {"200": {"description": "one", "headers": {"one": {"$ref": "#/components/headers/one"}}}}}}}}"##,
    ),
    (
        Kind::Components,
        "links",
        r##"{"paths": {"/used": {"get": {"responses": {"200": {"description": "one", "links": {"one": {"$ref": "#/components/links/one"}}}}}}}}"##,
    ),
    (
        Kind::Components,
        "callbacks",
        r##"{"paths": {"/used": {"put": {"callbacks": {"one": {"$ref": "#/components/callbacks/one"}}, "responses": {"200": {"description": "one"}}}}}}"##,
    ),
    (
        Kind::Components,
        "pathItems",
        r##"{"paths": {"/used": {"$ref": "#/components/pathItems/one"}}}"##,
    ),
    (
        Kind::Components,
        "mediaTypes",
        r##"{"paths": {"/used": {"get": {"responses": {"200": {"description": "one", "content": {"text/plain": {"$ref": "#/components/mediaTypes/one"}}}}}}}}"##,
    ),
    (
        Kind::Root,
        "components",
        r##"{"paths": {"/used": {"get": {"responses": {"200": {"description": "one", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/one"}}}}}}}}}"##,
    ),
    (
        Kind::Root,
        "definitions",
        r##"{"paths": {"/used": {"get": {"responses": {"200": {"description": "one", "schema": {"$ref": "#/definitions/one"}}}}}}}"##,
    ),
    (
        Kind::Root,
        "parameters",
        r##"{"paths": {"/used": {"parameters": [{"$ref": "#/parameters/one"}], "get": {"responses": {"200": {"description": "one"}}}}}}"##,
    ),
    (
        Kind::Root,
        "responses",
        r##"{"paths": {"/used": {"get": {"responses": {"200": {"$ref": "#/responses/one"}}}}}}"##,
    ),
];
