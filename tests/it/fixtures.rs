//! The fixtures show what their first lines say: these rules and no others, at these lines.

use crate::tool::Project;
use std::fs;
use std::path::Path;

/// Lints a fixture with the recommended rules: line and rule of each finding, errors first.
fn found(fixture: &str) -> Vec<String> {
    found_by("recommended", fixture, &["openapi.yaml"])
}

/// Lints the first of the files of a fixture with the rules of a preset; the others are what it refers to.
fn found_by(preset: &str, fixture: &str, files: &[&str]) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(fixture);
    let project = Project::with("stipula.yaml", format!("rules: {{ extends: {preset} }}\n"));
    for file in files {
        project.write(file, fs::read(folder.join(file)).unwrap());
    }
    let (report, _) = project.report(&files[..1]);
    let mut found: Vec<String> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| {
            let text = |key: &str| finding[key].as_str().unwrap();
            format!("{} {} {}", text("severity"), finding["location"]["line"], text("rule"))
        })
        .collect();
    found.sort();
    found
}

#[test]
fn a_model_description_is_free_of_findings() {
    assert_eq!(found("openapi/orders"), Vec::<String>::new());
}

#[test]
fn a_model_description_of_events_is_free_of_findings() {
    let files = ["asyncapi.yaml", "parcel-delivered.avsc"];
    assert_eq!(
        found_by("recommended", "asyncapi/parcels", &files),
        Vec::<String>::new()
    );
}

#[test]
fn what_the_orders_service_says_of_itself_is_free_of_findings() {
    assert_eq!(found("contract/orders"), Vec::<String>::new());
}

#[test]
fn the_example_of_the_standard_has_no_error() {
    let errors: Vec<String> = found("openapi/create-order")
        .into_iter()
        .filter(|finding| finding.starts_with("error"))
        .collect();
    assert_eq!(errors, Vec::<String>::new());
}

#[test]
fn each_broken_clause_is_found_once() {
    assert_eq!(
        found("openapi/broken-clauses"),
        [
            "error 11 path-no-verbs",
            "error 11 resource-plural",
            "error 12 list-paginated",
            "error 12 security-required",
            "error 17 no-credentials-in-url",
            "error 22 no-array-body",
            "error 29 error-envelope",
            "warning 11 path-segment-case",
            "warning 12 correlation-id",
            "warning 18 rate-limit-429",
            "warning 18 response-4xx",
        ]
    );
}

const ORDERS: &str = "api/order/v1/order.proto";

#[test]
fn a_model_service_is_free_of_findings() {
    assert_eq!(found_by("recommended", "proto/orders", &[ORDERS]), Vec::<String>::new());
}

#[test]
fn each_broken_clause_of_a_service_is_found_once() {
    let recommended = found_by("recommended", "proto/broken-clauses", &[ORDERS]);
    assert_eq!(
        recommended,
        [
            "error 107 error-no-internals",
            "error 12 list-page-metadata",
            "error 30 list-paginated",
            "error 36 resource-plural",
            "error 87 deprecation-annotated",
            "info 85 money-not-float",
            "warning 101 error-code-enum",
            "warning 16 idempotency-key",
            "warning 20 operation-id-verb-noun",
            "warning 22 delete-status",
            "warning 28 page-size-bounded",
            "warning 38 list-total-size",
            "warning 7 info-version-matches-path",
            "warning 83 time-type",
            "warning 99 error-details-shape",
        ]
    );
    let all = found_by("all", "proto/broken-clauses", &[ORDERS]);
    for asked_for in ["warning 18 patch-partial", "info 12 list-filter-order"] {
        assert!(all.iter().any(|finding| finding == asked_for), "{asked_for}: {all:?}");
    }
}
