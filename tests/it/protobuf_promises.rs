//! What is told of Protobuf: for what was promised, of packages that may change, and of files that could be read in part.

use crate::versions::{self, Folders, rule};
use stipula::breaking::{self, Choices, Promises, Settings};
use stipula::finding::{Finding, Severity, Verdict};
use stipula::rules::changes::Promise;

/// What the tool tells of two versions of a file, by rule, with how grave it is.
fn told(pair: &Folders, promises: Promises) -> Vec<(&'static str, Severity)> {
    let settings = Settings {
        promises,
        ..Folders::settings(Promise::Wire)
    };
    let findings = breaking::run(
        &pair.workspace,
        &pair.pairs,
        &settings,
        versions::rules(),
        &Choices::default(),
    );
    findings
        .iter()
        .map(|finding| (rule(finding), severity(finding)))
        .collect()
}

fn severity(finding: &Finding) -> Severity {
    finding.breaking.as_ref().unwrap().severity
}

fn verdicts(pair: &Folders) -> Vec<(&'static str, Verdict)> {
    let findings = pair.findings();
    let verdict = |finding: &Finding| finding.breaking.as_ref().unwrap().verdict;
    findings
        .iter()
        .map(|finding| (rule(finding), verdict(finding)))
        .collect()
}

fn promise(promise: Promise) -> Promises {
    Promises {
        default: Some(promise),
        ..Promises::default()
    }
}

fn of_package(package: &str, name: Promise) -> Promises {
    Promises {
        packages: vec![(package.to_owned(), name)],
        ..Promises::default()
    }
}

/// Two versions of a file in which a field is called otherwise: JSON and code see it, bytes do not.
fn renamed(package: &str, service: &str) -> Folders {
    let text = |name: &str| {
        format!(
            "syntax = \"proto3\"; package {package}; import \"google/api/annotations.proto\";\n\
             message Order {{ string {name} = 1; }}\n{service}"
        )
    };
    let annotations = "syntax = \"proto3\"; package google.api; import \"google/protobuf/descriptor.proto\";\n\
        message HttpRule { string get = 2; }\n\
        extend google.protobuf.MethodOptions { HttpRule http = 72295728; }";
    let (old, new) = (text("id"), text("number"));
    let files = |text| [("a.proto", text), ("google/api/annotations.proto", annotations)];
    Folders::of_texts(&files(&old), &files(&new))
}

const HTTP: &str =
    "service Orders { rpc Get(Order) returns (Order) { option (google.api.http) = { get: \"/orders\" }; } }";
const PLAIN: &str = "service Orders { rpc Get(Order) returns (Order); }";

#[test]
fn each_promise_holds_those_before_it() {
    let pair = renamed("a.v1", PLAIN);
    let graveness = Promise::ALL.iter().map(|name| told(&pair, promise(*name))[0].1);
    let graveness: Vec<Severity> = graveness.collect();
    assert_eq!(graveness[0], Severity::Info, "bytes know no names");
    assert!(
        graveness[1..].iter().all(|severity| *severity == Severity::Error),
        "{graveness:?}"
    );
}

#[test]
fn json_is_promised_where_http_requests_stand_for_methods() {
    let severity = |service| told(&renamed("a.v1", service), Promises::default())[0];
    assert_eq!(severity(PLAIN), ("field-renamed", Severity::Info));
    assert_eq!(severity(HTTP), ("field-renamed", Severity::Error));
}

#[test]
fn the_nearest_package_decides() {
    let pair = renamed("acme.order.v1", PLAIN);
    let severity = |promises| told(&pair, promises)[0].1;
    assert_eq!(severity(of_package("acme", Promise::Json)), Severity::Error);
    assert_eq!(
        severity(of_package("acme.ord", Promise::Json)),
        Severity::Info,
        "no part of a name"
    );
    let mut both = of_package("acme", Promise::File);
    both.packages.push(("acme.order".to_owned(), Promise::Wire));
    assert_eq!(severity(both), Severity::Info);
}

#[test]
fn unstable_packages_may_change_unless_they_are_named() {
    let pair = renamed("acme.v1beta1", PLAIN);
    let severity = |promises| told(&pair, promises)[0].1;
    assert_eq!(severity(promise(Promise::File)), Severity::Info);
    assert_eq!(severity(of_package("acme", Promise::File)), Severity::Info);
    assert_eq!(severity(of_package("acme.v1beta1", Promise::File)), Severity::Error);
}

const WHOLE: &str = "syntax = \"proto3\";\npackage a.v1;\noption java_package = \"a\";\n\
    message Order { string id = 1; int32 count = 2; Kind kind = 3; reserved 9; }\n\
    message Gone {}\nenum Kind { NONE = 0; ONE = 1; }\n\
    service Orders { rpc Get(Order) returns (Gone); rpc List(Order) returns (Gone); }\n";

/// The same with a mistake in every line.
const BROKEN: &str = "syntax = \"proto3\";\npackage a.v1;\noption java_package \"a\";\n\
    message Order { string id 1; string count = 2; Kind kind = 3; reserved; }\n\
    mesage Gone {}\nenum Kind { NONE = 0; ONE 1; }\n\
    service Orders { rpc Get(Order) returns (Gone); rpc List(Order) returns; }\n";

#[test]
fn what_could_not_be_read_is_not_gone() {
    for (old, new) in [(WHOLE, BROKEN), (BROKEN, WHOLE)] {
        let told = verdicts(&Folders::of_texts(&[("a.proto", old)], &[("a.proto", new)]));
        let breaking = told.iter().filter(|(_, verdict)| *verdict == Verdict::Breaking);
        let breaking: Vec<&str> = breaking.map(|(rule, _)| *rule).collect();
        assert_eq!(
            breaking,
            ["field-type-wire-incompatible"],
            "it stands in both: {told:?}"
        );
        assert!(told.iter().any(|(_, verdict)| *verdict == Verdict::Unknown), "{told:?}");
    }
}

#[test]
fn what_is_gone_from_a_whole_file_is_gone() {
    let other = "syntax = \"proto3\"; package b.v1; message Other { string id = 1; string name = 2; }";
    let less = "syntax = \"proto3\"; package b.v1; message Other { string id = 1; }";
    let pair = Folders::of_texts(
        &[("a.proto", WHOLE), ("b.proto", other)],
        &[("a.proto", BROKEN), ("b.proto", less)],
    );
    let told = verdicts(&pair);
    let wanted = ("field-removed-number-not-reserved", Verdict::Breaking);
    assert!(told.contains(&wanted), "{told:?}");
}

#[test]
fn what_is_told_of_a_type_is_not_told_of_what_holds_it() {
    let text = |holder: &str, part: &str| {
        format!(
            "syntax = \"proto3\"; package a.v1;\nmessage Order {{ {holder} lines = 1; }}\n\
             message {holder} {{ Part part = 1; int32 count = 2; }}\nmessage Part {{ string id = 1; {part} }}\n"
        )
    };
    let (old, new) = (
        text("Lines", "string name = 2;"),
        text("Rows", "reserved 2; reserved \"name\";"),
    );
    let pair = Folders::of_texts(&[("a.proto", &*old)], &[("a.proto", &*new)]);
    let told: Vec<&str> = pair.findings().iter().map(rule).collect();
    assert_eq!(told, ["field-type-renamed-same-shape", "type-renamed", "field-removed"]);
}
