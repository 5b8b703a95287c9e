//! Reports for programs: each keeps its format's contract, all of them say the same, and the same every time.

use crate::tool::{Project, openapi};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// A project whose report has something of everything: two files, new, known and answered findings, places on one
/// line and on several, and text beyond ASCII.
fn varied() -> Project {
    let project = Project::new();
    project.write(
        "stipula.yaml",
        "rules: { extends: recommended, properties-described: info }\n",
    );
    project.write(
        "api/größe & mehr.yaml",
        openapi(
            "paths:
  /order/{orderId}:
    get:
      summary: \"📦 for you\"
      responses:
        '200': { description: \"📦📦\", content: { application/json: { schema: { $ref: 'parts.yaml#/Order' } } } }
        '404': { $ref: '#/components/responses/Gone' }
  # stipula-ignore resource-plural: the old shop calls it so
  /basket/{basketId}:
    delete: { responses: { '204': { description: Gone. } } }
  /parcels/{id}/:
    get: {}
    post: {
      responses: {}, tags: [parcels, 'over
        two lines'] }
",
        ),
    );
    project.write(
        "api/parts.yaml",
        "Order:\n  type: object\n  required: [id]\n  properties: { id: { type: string } }\n  propertis: { größe: { type: strng } }\n",
    );
    project.write(
        "api/old.json",
        "{ \"swagger\": \"2.0\", \"info\": {}, \"paths\": { \"/a b\": 3 } }",
    );
    project.write("api/cut.yaml", "openapi: 3.0.3\ninfo: { title: \"Orders\n");
    project
}

pub(crate) fn schema() -> jsonschema::Validator {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/report.schema.json");
    let schema: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    jsonschema::draft202012::meta::validate(&schema).unwrap_or_else(|error| panic!("{error}"));
    jsonschema::draft202012::new(&schema).unwrap_or_else(|error| panic!("{error}"))
}

#[track_caller]
pub(crate) fn keeps(schema: &jsonschema::Validator, report: &Value) {
    let errors: Vec<String> = schema
        .iter_errors(report)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}\n{report:#}");
}

#[test]
fn the_json_report_keeps_its_schema() {
    let schema = schema();
    let project = varied();
    let (report, ended) = project.report(&["api"]);
    ended.says(1, &[]);
    keeps(&schema, &report);
    // The case is worth something only if it holds everything.
    let findings = report["findings"].as_array().unwrap();
    let values =
        |key: &str| -> BTreeSet<&str> { findings.iter().map(|finding| finding[key].as_str().unwrap()).collect() };
    assert_eq!(
        values("severity"),
        BTreeSet::from(["error", "info", "warning"]),
        "{report:#}"
    );
    assert_eq!(values("status"), BTreeSet::from(["new", "suppressed"]));
    assert!(findings.iter().any(|finding| finding["related"][0].is_object()));
    assert!(
        findings
            .iter()
            .any(|finding| finding["location"]["line"] != finding["location"]["end_line"])
    );

    project
        .run(&[
            "lint",
            "--baseline",
            "known.json",
            "--update-baseline",
            "api/parts.yaml",
            "api",
        ])
        .says(0, &["known.json now lists"]);
    let (known, _) = project.report(&["--baseline", "known.json", "api"]);
    keeps(&schema, &known);
    assert_eq!(known["summary"]["errors"], 0);
    assert_ne!(known["summary"]["baseline"], 0);

    let (clean, _) = Project::with("a.yaml", openapi("paths: {}\n")).report(&["a.yaml"]);
    keeps(&schema, &clean);
    assert_eq!(clean["findings"], json!([]));

    for fixture in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/openapi")).unwrap() {
        let path = fixture.unwrap().path().join("openapi.yaml");
        let (report, _) = Project::new().report(&[path.to_str().unwrap()]);
        keeps(&schema, &report);
    }
}

#[test]
fn the_schema_knows_what_later_commands_add_and_nothing_else() {
    let schema = schema();
    let place = json!({ "path": "openapi.yaml", "line": 12, "column": 5, "end_line": 12, "end_column": 8, "pointer": "/paths/~1orders/post" });
    let report = json!({
        "version": 1,
        "tool": { "name": "stipula", "version": "1.2.3" },
        "command": "breaking",
        "summary": { "documents": 2, "rules": 90, "errors": 2, "warnings": 0, "infos": 0, "suppressed": 0, "baseline": 0 },
        "findings": [{
            "rule": "request-property-required", "severity": "error", "message": "`sku` is required now", "status": "new",
            "location": place, "related": [{ "message": "the schema", "location": place }],
            "fingerprint": "0123456789abcdef", "help": "rules/breaking/schema/request-property-required.md",
            "breaking": {
                "direction": "request", "effect": "narrows", "verdict": "proved",
                "old": { "path": "old.yaml", "line": 10, "column": 5, "pointer": "/paths/~1orders/post" },
                "witness": { "at": "request body", "value": {}, "old": "valid", "new": "required property `sku` is missing" },
                "reaches": ["POST /orders"], "breaks": true, "new": { "path": "openapi.yaml", "line": 12, "column": 5, "pointer": "/paths/~1orders/post" },
                "reason": "nobody knows", "derivation": ["the new schema narrows"],
                "consumers": [{ "name": "web-checkout", "interactions": ["an order is placed"] }]
            }
        }, {
            "rule": "body-mismatch", "severity": "error", "message": "`sku` is missing", "status": "new",
            "location": place, "related": [], "fingerprint": "fedcba9876543210", "help": "rules/contract/body-mismatch.md",
            "contract": {
                "consumer": "web-checkout", "provider": "orders", "interaction": "an order is placed",
                "mismatch": { "at": "$.body.items[0].sku", "expected": "a string", "actual": "nothing" }
            }
        }]
    });
    keeps(&schema, &report);
    for (pointer, wrong) in [
        ("/version", json!(2)),
        ("/command", json!("lnt")),
        ("/tool/name", json!("other")),
        ("/summary/errors", json!(-1)),
        ("/findings/0/severity", json!("fatal")),
        ("/findings/0/status", json!("old")),
        ("/findings/0/fingerprint", json!("0123")),
        ("/findings/0/location/line", json!(0)),
        ("/findings/0/location/pointer", json!("paths")),
        ("/findings/0/location/pointer", json!("/a~2")),
        ("/findings/0/breaking/effect", json!("breaks")),
        ("/findings/0/breaking/witness", json!({ "at": "request body" })),
        ("/findings/1/contract/mismatch", json!("something")),
    ] {
        let mut report = report.clone();
        *report.pointer_mut(pointer).unwrap() = wrong;
        assert!(!schema.is_valid(&report), "{pointer}");
    }
    for pointer in [
        "",
        "/tool",
        "/summary",
        "/findings/0",
        "/findings/0/location",
        "/findings/0/breaking",
        "/findings/1/contract",
    ] {
        let mut more = report.clone();
        more.pointer_mut(pointer).unwrap()["surprise"] = json!(1);
        assert!(!schema.is_valid(&more), "{pointer}: a key that is not described");
    }
}

#[test]
fn the_summary_counts_the_findings() {
    let (report, ended) = varied().report(&["api"]);
    let findings = report["findings"].as_array().unwrap();
    let count = |status: &str, severity: Option<&str>| {
        findings
            .iter()
            .filter(|finding| finding["status"] == status)
            .filter(|finding| severity.is_none_or(|severity| finding["severity"] == severity))
            .count()
    };
    let summary = &report["summary"];
    assert_eq!(summary["errors"], count("new", Some("error")));
    assert_eq!(summary["warnings"], count("new", Some("warning")));
    assert_eq!(summary["infos"], count("new", Some("info")));
    assert_eq!(summary["suppressed"], count("suppressed", None));
    assert_eq!(summary["documents"], 4);
    ended.says(1, &[&format!("{} suppressed", count("suppressed", None))]);
}

/// A finding's rule, file, and first and last place.
type Told = (String, String, [u64; 4]);

#[test]
fn places_hold_what_they_speak_of() {
    let project = varied();
    let (report, _) = project.report(&["api"]);
    for finding in report["findings"].as_array().unwrap() {
        let location = &finding["location"];
        let text = fs::read_to_string(project.path(location["path"].as_str().unwrap())).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        let number = |key: &str| location[key].as_u64().unwrap() as usize;
        let (from, to) = (
            (number("line"), number("column")),
            (number("end_line"), number("end_column")),
        );
        assert!(from <= to, "{finding:#}");
        for (line, column) in [from, to] {
            // The end of a text may stand on the line after its last one.
            let length = lines.get(line - 1).map_or(0, |line| line.chars().count());
            assert!(line <= lines.len() + 1 && column <= length + 1, "{finding:#}");
        }
        if finding["rule"] == "unlikely-key" && from.0 == to.0 {
            let part: String = lines[from.0 - 1].chars().skip(from.1 - 1).take(to.1 - from.1).collect();
            assert!(["propertis"].contains(&&*part), "{part}: {finding:#}");
        }
    }
    // Columns count characters, however many bytes or cells each has.
    let gone = crate::tool::only(&report, "ref-resolves");
    assert_eq!(gone["location"]["column"], 24);
    project.write(
        "wide.yaml",
        openapi("paths: { \"/größe📦\": { x-note: \"📦\", gett: {} } }\n"),
    );
    let (report, _) = project.report(&["wide.yaml"]);
    let unknown = crate::tool::only(&report, "unknown-key");
    assert_eq!(
        (&unknown["location"]["column"], &unknown["location"]["end_column"]),
        (&json!(36), &json!(40))
    );
}

#[test]
fn sarif_is_what_code_scanning_asks_for() {
    let project = varied();
    let ended = project.run(&["lint", "--format", "sarif", "api"]);
    let log: Value = serde_json::from_str(&ended.stdout).unwrap();
    is_for_code_scanning(&log, "lint");
    let results = log["runs"][0]["results"].as_array().unwrap();
    let suppressed = results.iter().find(|result| result["suppressions"].is_array()).unwrap();
    assert_eq!(
        suppressed["suppressions"],
        json!([{ "kind": "inSource", "status": "accepted", "justification": "the old shop calls it so" }])
    );
}

/// Checks a SARIF log of a command against what code scanning asks for.
#[track_caller]
pub(crate) fn is_for_code_scanning(log: &Value, command: &str) {
    assert_eq!(log["version"], "2.1.0");
    assert!(log["$schema"].as_str().unwrap().ends_with("sarif-2.1.0.json"));
    assert_eq!(log["runs"].as_array().unwrap().len(), 1);
    let run = &log["runs"][0];
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    // Two tools, or two commands, of one workflow must not take each other's results away.
    assert_eq!(run["automationDetails"]["id"], format!("stipula/{command}"));
    let driver = &run["tool"]["driver"];
    assert_eq!(driver["name"], "stipula");
    assert_eq!(driver["semanticVersion"], env!("CARGO_PKG_VERSION"));

    let levels = ["error", "warning", "note"];
    let filled = |value: &Value| value.as_str().is_some_and(|text| !text.trim().is_empty());
    let rules = driver["rules"].as_array().unwrap();
    let mut ids = BTreeSet::new();
    for rule in rules {
        assert!(ids.insert(rule["id"].as_str().unwrap()), "{rule:#}");
        for text in [
            "/shortDescription/text",
            "/fullDescription/text",
            "/help/text",
            "/help/markdown",
        ] {
            assert!(rule.pointer(text).is_some_and(filled), "{text}: {rule:#}");
        }
        assert!(levels.contains(&rule["defaultConfiguration"]["level"].as_str().unwrap()));
        assert!(
            rule["properties"]["tags"]
                .as_array()
                .is_some_and(|tags| !tags.is_empty())
        );
        assert!(["very-high", "high", "medium", "low"].contains(&rule["properties"]["precision"].as_str().unwrap()));
        let severity = &rule["properties"]["problem.severity"];
        assert!(["error", "warning", "recommendation"].contains(&severity.as_str().unwrap()));
    }

    let results = run["results"].as_array().unwrap();
    assert!(!results.is_empty());
    for result in results {
        let index = result["ruleIndex"].as_u64().unwrap() as usize;
        assert_eq!(result["ruleId"], rules[index]["id"]);
        assert!(levels.contains(&result["level"].as_str().unwrap()));
        assert!(filled(&result["message"]["text"]));
        assert_eq!(result["locations"].as_array().unwrap().len(), 1);
        let fingerprints = result["partialFingerprints"].as_object().unwrap();
        assert!(fingerprints.values().all(filled) && !fingerprints.is_empty());
        let related = result["relatedLocations"].as_array();
        let related: Vec<&Value> = related.into_iter().flatten().collect();
        let ids: BTreeSet<u64> = related.iter().map(|place| place["id"].as_u64().unwrap()).collect();
        assert_eq!(ids.len(), related.len());
        assert!(related.iter().all(|place| filled(&place["message"]["text"])));
        for place in related.into_iter().chain([&result["locations"][0]]) {
            let uri = place["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap();
            // A relative reference, so that it is found in any checkout.
            assert!(!uri.starts_with('/') && !uri.contains(':'), "{uri}");
            assert!(uri.bytes().all(|byte| byte.is_ascii_graphic()), "{uri}");
            let region = &place["physicalLocation"]["region"];
            let at = |key: &str| region[key].as_u64().unwrap();
            assert!(at("startLine") >= 1 && at("startColumn") >= 1 && at("endColumn") >= 1);
            assert!((at("startLine"), at("startColumn")) <= (at("endLine"), at("endColumn")));
        }
    }
}

#[test]
fn all_formats_tell_the_same() {
    let project = varied();
    let (report, _) = project.report(&["api"]);
    let log: Value = serde_json::from_str(&project.run(&["lint", "--format", "sarif", "api"]).stdout).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let numbers = |value: &Value, keys: [&str; 4]| keys.map(|key| value[key].as_u64().unwrap());
    let json: Vec<Told> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| {
            let place = &finding["location"];
            (
                text(&finding["rule"]),
                text(&place["path"]).replace("größe & mehr", "gr%C3%B6%C3%9Fe%20&%20mehr"),
                numbers(place, ["line", "column", "end_line", "end_column"]),
            )
        })
        .collect();
    let sarif: Vec<Told> = log["runs"][0]["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|result| {
            let place = &result["locations"][0]["physicalLocation"];
            (
                text(&result["ruleId"]),
                text(&place["artifactLocation"]["uri"]),
                numbers(&place["region"], ["startLine", "startColumn", "endLine", "endColumn"]),
            )
        })
        .collect();
    assert_eq!(json, sarif);
    let new = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| finding["status"] == "new");
    let github = project.run(&["lint", "--format", "github", "api"]);
    // A line each, and two more: how many have no annotation, and the summary.
    assert!(github.stdout.contains(" without annotations"), "{github}");
    assert_eq!(github.stdout.lines().count() - 2, new.count());
    let verbose = project.run(&["lint", "--verbose", "api"]).stdout;
    for (rule, ..) in &json {
        assert!(verbose.contains(rule.as_str()), "{rule}");
    }
}

/// The fingerprints of a document's findings, each with its rule, as often as they are there.
fn fingerprints(text: &str) -> BTreeMap<(String, String), usize> {
    let project = Project::with("openapi.yaml", text);
    project.write("stipula.yaml", "rules: { extends: recommended }\n");
    let (report, _) = project.report(&["openapi.yaml"]);
    let mut counts = BTreeMap::new();
    for finding in report["findings"].as_array().unwrap() {
        let text = |key: &str| finding[key].as_str().unwrap().to_owned();
        *counts.entry((text("rule"), text("fingerprint"))).or_default() += 1;
    }
    counts
}

#[test]
fn fingerprints_survive_what_means_the_same() {
    let written = "openapi: 3.0.3
info:
  title: Orders
  version: 1.0.0
tags:
  - name: orders
  - name: parcels
paths:
  /order/{orderId}:
    get:
      tags: [orders, ordrs]
      parameters:
        - name: orderId
          in: path
          required: true
          schema: { type: string, example: 3 }
        - name: withLines
          in: query
          schema: { type: strng }
        - name: Trace_Id
          in: header
          schema: { type: string }
      responses:
        '200': { $ref: '#/components/responses/Gone' }
  /parcel/{parcelId}:
    post: {}
components:
  schemas:
    Unused: { type: object, required: [a, b], properties: { a: { type: string } } }
";
    let before = fingerprints(written);
    assert!(before.len() > 15, "{before:#?}");

    let moved = format!(
        "# Written anew\n\n{}",
        written.replace("paths:\n", "\n# All paths\n\n\npaths:\n")
    );
    assert_eq!(fingerprints(&moved), before, "lines moved");

    let spread = written
        .replace(
            "{ type: string, example: 3 }",
            "\n            example: 3\n            type: \"string\"",
        )
        .replace("tags: [orders, ordrs]", "tags:\n        - ordrs\n        - 'orders'")
        .replace(
            "  title: Orders\n  version: 1.0.0\n",
            "    version: '1.0.0'\n    title: >-\n      Orders\n",
        );
    assert_eq!(fingerprints(&spread), before, "reformatted and reordered");

    let trace = "        - name: Trace_Id
          in: header
          schema: { type: string }
";
    let first = "      parameters:\n";
    let parcel = "  /parcel/{parcelId}:\n    post: {}\n";
    let reordered = written
        .replace(trace, "")
        .replace(first, &format!("{first}{trace}"))
        .replace(parcel, "")
        .replace("paths:\n", &format!("paths:\n{parcel}"))
        .replace(
            "  - name: orders\n  - name: parcels\n",
            "  - name: parcels\n  - name: orders\n",
        );
    assert_eq!(fingerprints(&reordered), before, "paths, parameters and tags reordered");

    // What is mended is gone, what is new is new, and nothing else changes its name.
    let mended = fingerprints(&written.replace("[orders, ordrs]", "[orders]"));
    let gone: Vec<_> = before.keys().filter(|known| !mended.contains_key(*known)).collect();
    assert_eq!(
        gone.iter().map(|(rule, _)| rule.as_str()).collect::<Vec<_>>(),
        ["tag-defined"]
    );
    assert!(mended.keys().all(|known| before.contains_key(known)));
}

#[test]
fn fingerprints_survive_what_happens_elsewhere() {
    let written = openapi(
        "paths:\n  /v1/orders:\n    get:\n      responses:\n        '200': { description: All, content: { application/json: { schema: { $ref: '#/components/schemas/Ordr' } } } }\ncomponents:\n  schemas:\n    Other: { type: string }\n",
    );
    let before = fingerprints(&written);
    let advised = fingerprints(&written.replace("Other:", "Order:"));
    let of = |fingerprints: &BTreeMap<(String, String), usize>, rule: &str| -> Vec<String> {
        let of_rule = fingerprints.keys().filter(|(name, _)| name == rule);
        of_rule.map(|(_, fingerprint)| fingerprint.clone()).collect()
    };
    assert_eq!(of(&before, "ref-resolves").len(), 1);
    assert_eq!(
        of(&before, "ref-resolves"),
        of(&advised, "ref-resolves"),
        "there is something to suggest now"
    );
    let other = fingerprints(&written.replace("Ordr", "Odrer"));
    assert_ne!(
        of(&before, "ref-resolves"),
        of(&other, "ref-resolves"),
        "another reference is broken"
    );
    let lacking = "openapi: 3.1.0\ninfo: {}\npaths: {}\n";
    let lacking_both = of(&fingerprints(lacking), "spec-valid");
    let lacking_one = of(
        &fingerprints(&lacking.replace("{}\npaths", "{ title: Orders }\npaths")),
        "spec-valid",
    );
    assert_eq!((lacking_both.len(), lacking_one.len()), (2, 1));
    assert!(lacking_both.contains(&lacking_one[0]), "what is left was known");
}

#[test]
fn output_is_the_same_from_run_to_run() {
    let project = varied();
    for service in 0..30 {
        project.write(
            &format!("api/services/s{service}.yaml"),
            openapi(&format!(
                "paths: {{ /order{service}/{{id}}: {{ get: {{ tags: [a{service}] }}, put: {{ $ref: '../parts.yaml#/Order' }} }} }}\ncomponents: {{ schemas: {{ A: {{ $ref: '../parts.yaml#/Order' }} }} }}\n"
            )),
        );
    }
    for format in ["text", "json", "sarif", "github", "markdown", "html", "junit"] {
        let run = |jobs: &str| {
            let ended = project.run(&["lint", "--format", format, "--jobs", jobs, "--verbose", "api"]);
            (ended.code, ended.stdout, ended.stderr)
        };
        let first = run("4");
        assert_eq!(first.0, 1);
        for jobs in ["4", "1", "2"] {
            assert!(run(jobs) == first, "--format {format} --jobs {jobs} differs");
        }
    }
    // Files may be named in any order, and twice.
    let one_way = project.lint(&["api/old.json", "api/cut.yaml"]);
    let other_way = project.lint(&["api/cut.yaml", "api/old.json", "api/cut.yaml"]);
    assert_eq!(one_way.stdout, other_way.stdout);
}
