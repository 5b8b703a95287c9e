//! One binary for all integration tests: linking it once is cheaper than linking many.

#![allow(clippy::print_stdout, clippy::unwrap_used)]

mod architecture;
mod bad_input;
mod bad_text;
mod bases;
mod change_reports;
mod contracts;
mod corpus;
mod described;
mod described_contracts;
mod descriptions;
mod directions;
mod edit_space;
mod edits;
mod emptiness;
mod fixtures;
// What is public there is so for the fuzzer.
#[allow(unreachable_pub)]
#[path = "../../fuzz/src/lib.rs"]
mod fuzz;
mod gherkin;
mod git_revisions;
mod json_schema_containment;
mod json_schema_suite;
mod judging;
mod junit;
mod languages;
mod law_of_directions;
mod laws;
mod lint_engine;
mod mirror;
mod never_panics;
mod oasdiff;
mod orders_service;
mod outside;
mod pact_bodies;
mod pact_compatibility;
mod pact_corpus;
mod pact_properties;
mod pact_specification;
mod pact_stub;
mod pact_wording;
mod pact_world;
mod pacts;
mod property;
mod provider;
mod readme;
mod real_pairs;
mod references;
mod replay;
mod reports;
mod rewrites;
mod round_trips;
mod schema_sets;
mod schema_validator;
mod schemas;
mod tool;
mod tree_value;
mod verdicts;
mod verify;
mod versions;
mod yaml_readers;
mod yaml_suite;
