//! One binary for all integration tests: linking it once is cheaper than linking many.

#![allow(clippy::print_stdout, clippy::unwrap_used)]

mod architecture;
mod bad_input;
mod bad_text;
mod bases;
mod change_reports;
mod corpus;
mod described;
mod descriptions;
mod edit_space;
mod fixtures;
// What is public there is so for the fuzzer.
#[allow(unreachable_pub)]
#[path = "../../fuzz/src/lib.rs"]
mod fuzz;
mod git_revisions;
mod json_schema_containment;
mod json_schema_suite;
mod judging;
mod languages;
mod lint_engine;
mod never_panics;
mod oasdiff;
mod orders_service;
mod outside;
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
mod versions;
mod yaml_readers;
mod yaml_suite;
