//! What is known of a format beside its tables: values that mean something, and what has to stand around them.

use super::{asyncapi, openapi};
use stipula::document::grammar::Grammar;
use stipula::document::{FormatName, Kind};

/// What is known of the descriptions of a format. What stands in no table of the specification stands here, as JSON.
pub(super) struct Known {
    /// What an object of a kind holds, beside what it has to, so that it says something.
    pub(super) essence: &'static [(Kind, &'static [&'static str])],
    /// What has to stand beside some fields so that they mean something; null takes a field away.
    pub(super) beside: &'static [(&'static [Kind], &'static [&'static str], &'static str)],
    /// Two values of a field of some kinds, or of any, where what its table says does not tell of any that mean
    /// something.
    pub(super) samples: &'static [(&'static [Kind], &'static str, &'static str, &'static str)],
    /// Two objects of a kind that others refer to.
    pub(super) targets: &'static [(Kind, [&'static str; 2])],
    /// The names of entries in maps under a field.
    pub(super) names: &'static [(&'static str, [&'static str; 2])],
    /// What a description holds that uses the component `one`, by the field that it stands under.
    pub(super) uses: &'static [(Kind, &'static str, &'static str)],
    /// What a description holds that says something, by a part of its text.
    pub(super) at_hand: &'static [(&'static str, &'static str)],
}

impl Known {
    pub(super) fn of(grammar: &Grammar) -> &'static Self {
        match grammar.format() {
            Some(FormatName::AsyncApi) if grammar.version_name().starts_with('2') => &asyncapi::TWO,
            Some(FormatName::AsyncApi) => &asyncapi::THREE,
            _ => &openapi::ALL,
        }
    }
}

const VALUES: &[Kind] = &[Kind::Schema, Kind::Parameter, Kind::Header, Kind::Items];
const SCHEMA: &[Kind] = &[Kind::Schema];
pub(super) const ANY: &[Kind] = &[];

/// What has to stand beside the keywords of schemas, in all formats.
pub(super) const BESIDE: &[(&[Kind], &[&str], &str)] = &[
    (VALUES, &["minimum", "maximum", "multipleOf"], r#"{"type": "number"}"#),
    (VALUES, &["exclusiveMinimum"], r#"{"type": "number", "minimum": 1}"#),
    (VALUES, &["exclusiveMaximum"], r#"{"type": "number", "maximum": 9}"#),
    (SCHEMA, &["if"], r#"{"type": null, "then": {"enum": ["three"]}}"#),
    (SCHEMA, &["then"], r#"{"type": null, "if": {}}"#),
    (SCHEMA, &["else"], r#"{"type": null, "if": {"not": {}}}"#),
    (
        VALUES,
        &["items", "minItems", "maxItems", "uniqueItems", "collectionFormat"],
        r#"{"type": "array"}"#,
    ),
    (
        SCHEMA,
        &["prefixItems", "contains", "unevaluatedItems"],
        r#"{"type": "array"}"#,
    ),
    (
        SCHEMA,
        &["minContains", "maxContains"],
        r#"{"type": "array", "contains": {"type": "string"}}"#,
    ),
    (
        SCHEMA,
        &[
            "properties",
            "additionalProperties",
            "patternProperties",
            "propertyNames",
            "required",
            "minProperties",
            "maxProperties",
            "dependentRequired",
            "dependentSchemas",
            "dependencies",
            "unevaluatedProperties",
        ],
        r#"{"type": "object"}"#,
    ),
    (
        SCHEMA,
        &["additionalItems"],
        r#"{"type": "array", "items": [{"type": "string"}]}"#,
    ),
    (
        SCHEMA,
        &["contentSchema"],
        r#"{"contentMediaType": "application/json"}"#,
    ),
    (
        SCHEMA,
        &["$ref", "$dynamicRef", "allOf", "anyOf", "oneOf", "not"],
        r#"{"type": null}"#,
    ),
];

/// Values of what schemas and others say in all formats.
pub(super) const SAMPLES: &[(&[Kind], &str, &str, &str)] = &[
    (VALUES, "type", r#""string""#, r#""integer""#),
    (ANY, "format", r#""date""#, r#""uuid""#),
    (ANY, "version", r#""1.0.0""#, r#""1.1.0""#),
    (
        ANY,
        "url",
        r#""https://one.example.com""#,
        r#""https://two.example.com""#,
    ),
    (ANY, "propertyNames", r#"{"maxLength": 2}"#, r#"{"maxLength": 3}"#),
    (
        SCHEMA,
        "dependencies",
        r#"{"five": {"required": ["one"]}}"#,
        r#"{"five": {"required": ["two"]}}"#,
    ),
    (
        SCHEMA,
        "dependentSchemas",
        r#"{"five": {"required": ["one"]}}"#,
        r#"{"five": {"required": ["two"]}}"#,
    ),
    (ANY, "contentEncoding", r#""base64""#, r#""base16""#),
    (ANY, "contentMediaType", r#""application/json""#, r#""application/xml""#),
    (ANY, "$recursiveRef", r##""#""##, r##""#/$defs/One""##),
    (
        ANY,
        "oneOf",
        r#"[{"type": "string"}, {"type": "integer"}]"#,
        r#"[{"type": "string"}, {"type": "boolean"}]"#,
    ),
    (
        ANY,
        "anyOf",
        r#"[{"type": "string"}, {"type": "boolean"}]"#,
        r#"[{"type": "integer"}, {"type": "boolean"}]"#,
    ),
];

/// The names of entries in maps of schemas.
pub(super) const NAMES: &[(&str, [&str; 2])] = &[
    ("patternProperties", ["^one", "^two"]),
    ("dependentRequired", ["three", "four"]),
    ("dependentSchemas", ["five", "six"]),
    ("dependencies", ["five", "six"]),
];
