//! Protobuf as a text within a description in AsyncAPI: what is wrong is told where it stands.

use crate::tool::Project;
use serde_json::Value;

/// A description whose payload is a text.
fn carrying(lines: &[&str]) -> String {
    let lines: String = lines.iter().map(|line| format!("            {line}\n")).collect();
    format!(
        "asyncapi: 3.0.0
info: {{ title: Orders, version: 1.0.0 }}
channels:
  orders:
    address: order.created
    messages:
      OrderCreated:
        payload:
          schemaFormat: application/vnd.google.protobuf;version=3
          schema: |
{lines}"
    )
}

/// Where a finding stands: `line:column rule`.
fn place(finding: &Value) -> String {
    let location = &finding["location"];
    let rule = finding["rule"].as_str().unwrap();
    format!("{}:{} {rule}", location["line"], location["column"])
}

/// The findings of a project.
fn places(project: &Project) -> Vec<String> {
    let (report, _) = project.report(&["asyncapi.yaml"]);
    report["findings"].as_array().unwrap().iter().map(place).collect()
}

fn found(lines: &[&str]) -> Vec<String> {
    let project = Project::with("asyncapi.yaml", carrying(lines));
    project.write("stipula.yaml", "rules: { extends: minimal }\n");
    places(&project)
}

#[test]
fn what_is_wrong_in_a_text_is_told_where_it_stands() {
    let head = ["syntax = \"proto3\";", "package shop.v1;"];
    let with = |line: &'static str| found(&[head[0], head[1], line]);
    assert_eq!(with("message OrderCreated { string id = 1; }"), [""; 0]);
    assert_eq!(with("message OrderCreated { string id 1; }"), ["13:46 syntax"]);
    assert_eq!(
        with("message OrderCreated { string id = 1; string b = 1; }"),
        ["13:62 spec-valid"]
    );
    assert_eq!(with("message OrderCreated { Money a = 1; }"), ["13:36 ref-resolves"]);
    assert_eq!(with("import \"common.proto\";"), ["13:20 ref-resolves"]);
    assert_eq!(found(&["edition = \"2099\";", "message A {}"]), ["10:19 ref-resolves"]);
    assert_eq!(found(&["oneof message"]), ["11:13 syntax"]);
}

#[test]
fn a_text_imports_what_lies_beside_the_description() {
    let project = Project::with(
        "asyncapi.yaml",
        carrying(&[
            "syntax = \"proto3\";",
            "import \"money.proto\";",
            "message Paid { Money a = 1; Mony b = 2; }",
        ]),
    );
    project.write(
        "money.proto",
        "syntax = \"proto3\";\nmessage Money { int64 units = 1; }\n",
    );
    project.write("stipula.yaml", "rules: { extends: minimal }\n");
    assert_eq!(places(&project), ["13:41 ref-resolves"]);
}

#[test]
fn rules_for_files_look_at_no_text() {
    let text = carrying(&[
        "syntax = \"proto3\";",
        "package shop.v1;",
        "// Key: AKIAQ3EGXU7RJ2LNPD4Z.",
        "message OrderCreated {",
        "  string orderId = 1; // stipula-ignore json-property-case: as it always was",
        "}",
    ]);
    let project = Project::with("Asyncapi-Orders.yaml", text);
    project.write("stipula.yaml", "rules: { extends: all }\n");
    let (report, _) = project.report(&["Asyncapi-Orders.yaml"]);
    let findings = report["findings"].as_array().unwrap();
    let of = |rule: &str| findings.iter().filter(|finding| finding["rule"] == rule).count();
    assert_eq!((of("proto-file-case"), of("proto-package-directory")), (0, 0));
    assert_eq!(of("no-secret-in-example"), 1, "it stands once in the file");
    let case: Vec<&Value> = findings
        .iter()
        .filter(|finding| finding["rule"] == "json-property-case")
        .collect();
    assert_eq!(case.len(), 1);
    assert_eq!(case[0]["status"], "suppressed");
    assert_eq!(report["summary"]["documents"], 1);
}

#[test]
fn texts_of_the_same_names_do_not_meet() {
    let message = "        payload:
          schemaFormat: application/vnd.google.protobuf
          schema: 'syntax = \"proto3\"; package shop.v1; message Order { string id = 1; }'
";
    for version in ["2.6.0", "3.0.0"] {
        let text = if version == "2.6.0" {
            let message = "{ schemaFormat: application/vnd.google.protobuf, payload: 'syntax = \"proto3\"; message A { string a = 1; }' }";
            format!(
                "asyncapi: 2.6.0\ninfo: {{ title: Orders, version: 1.0.0 }}\nchannels:\n  orders:\n    publish:\n      \
                 message:\n        oneOf:\n          - {message}\n          - {message}\n"
            )
        } else {
            format!(
                "asyncapi: 3.0.0\ninfo: {{ title: Orders, version: 1.0.0 }}\ncomponents:\n  messages:\n      A:\n{message}      B:\n{message}"
            )
        };
        let project = Project::with("asyncapi.yaml", text);
        project.write("stipula.yaml", "rules: { extends: minimal, unused-component: off }\n");
        assert_eq!(places(&project), [""; 0], "{version}");
    }
}

#[test]
fn texts_are_compared_as_files_are() {
    let sending = |line: &str| {
        let text = carrying(&["syntax = \"proto3\";", "package shop.v1;", line]);
        format!("{text}operations:\n  tell: {{ action: send, channel: {{ $ref: '#/channels/orders' }} }}\n")
    };
    let project = Project::with("old.yaml", sending("message Paid { string amount = 1; }"));
    for (line, wanted) in [
        (
            "message Paid { int64 amount = 1; }",
            &["13:28 field-type-wire-incompatible"][..],
        ),
        ("message  Paid { string amount = 1; } // As before.", &[]),
    ] {
        project.write("new.yaml", sending(line));
        let compared = [
            "breaking",
            "old.yaml",
            "new.yaml",
            "--format",
            "json",
            "--rule",
            "version-not-bumped=off",
        ];
        let report: Value = serde_json::from_str(&project.run(&compared).stdout).unwrap();
        let findings = report["findings"].as_array().unwrap().iter();
        let places: Vec<String> = findings.map(place).collect();
        assert_eq!(places, wanted, "{line}");
    }
}
