//! Functions that look at schemas, and at values that they have to take.

use super::{FunctionSpec, function};

pub(super) const FUNCTIONS: &[FunctionSpec] = &[
    function(
        "array-has-items",
        "a list says what its elements are",
        &["Schema", "Items", "Parameter", "Header"],
        &[],
        &[],
    ),
    function(
        "defaults-valid",
        "a default fits the schema that gives it",
        &["Schema", "Parameter", "Items", "Header"],
        &[],
        &["problem"],
    ),
    function(
        "discriminator-sound",
        "the property that a discriminator names is a required property of every branch",
        &["Schema"],
        &[],
        &["property", "problem"],
    ),
    function(
        "enum-typed",
        "every value of an `enum` is of the declared type",
        &["Schema", "Parameter", "Items", "Header"],
        &[],
        &["text", "type"],
    ),
    function(
        "enum-unique",
        "no value stands twice in an `enum`",
        &["Schema", "Parameter", "Items", "Header"],
        &[],
        &["text"],
    ),
    function(
        "examples-valid",
        "examples fit their schema, seen from the side that they travel to",
        &["Schema", "MediaType", "Parameter", "Header", "Response"],
        &[],
        &["problem"],
    ),
    function(
        "required-defined",
        "what a schema requires is among its properties",
        &["Schema"],
        &[],
        &["property", "hint"],
    ),
];
