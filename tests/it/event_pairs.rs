//! Versions of AsyncAPI descriptions: a document of 2.x and its 3.x conversion are the same API, and what changes is
//! judged by who sends.

use crate::conversion::converted;
use crate::versions::{self, Pair};
use crate::{described, outside};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use stipula::document::Direction;
use stipula::finding::{Finding, Severity, Verdict};

const OLD: &str = include_str!("../../fixtures/breaking/grammars/before.yaml");
const NEW: &str = include_str!("../../fixtures/breaking/grammars/after.yaml");

fn told(findings: &[Finding]) -> Vec<(&'static str, Severity)> {
    let told = findings.iter().map(|finding| {
        let breaking = finding.breaking.as_ref().unwrap();
        (versions::rule(finding), breaking.severity)
    });
    told.collect()
}

#[test]
fn a_conversion_is_the_same_api() {
    let findings = Pair::of_texts(OLD, NEW).findings();
    assert_eq!(told(&findings), [("spec-dialect-changed", Severity::Info)]);
}

#[test]
fn who_sends_decides_what_breaks() {
    for (from, to, rule, severity) in [
        (
            "sku: { type: string, maxLength: 20",
            "sku: { type: string, maxLength: 10",
            "bound-tightened",
            Severity::Error,
        ),
        (
            "sku: { type: string, maxLength: 20",
            "sku: { type: string, maxLength: 30",
            "bound-relaxed",
            Severity::Info,
        ),
        (
            "state: { type: string, maxLength: 20",
            "state: { type: string, maxLength: 10",
            "bound-tightened",
            Severity::Info,
        ),
        (
            "state: { type: string, maxLength: 20",
            "state: { type: string, maxLength: 30",
            "bound-relaxed",
            Severity::Error,
        ),
    ] {
        for old in [OLD, NEW] {
            let edited = NEW.replace(from, to);
            assert_ne!(edited, NEW);
            let findings = Pair::of_texts(old, &edited).findings();
            assert!(
                told(&findings).contains(&(rule, severity)),
                "{to}: {:?}",
                told(&findings)
            );
        }
    }
}

#[test]
fn payloads_that_are_not_compared_are_told() {
    let raml = |name: &str| {
        let payload =
            format!("payload: {{ schemaFormat: 'application/raml+yaml;version=1.0', schema: {{ type: {name} }} }}");
        NEW.replace(
            "payload: { type: object, required: [sku], properties: { sku: { type: string, maxLength: 20 } } }",
            &payload,
        )
    };
    let findings = Pair::of_texts(&raml("A"), &raml("B")).findings();
    let told = findings
        .iter()
        .find(|finding| versions::rule(finding) == "event-schema-changed");
    let breaking = told.unwrap().breaking.as_ref().unwrap();
    assert_eq!(breaking.verdict, Verdict::Unknown);
    assert!(Pair::of_texts(&raml("A"), &raml("A")).findings().is_empty());
}

#[test]
fn another_language_of_schemas_is_told() {
    let payload = "payload: { type: object, required: [sku], properties: { sku: { type: string, maxLength: 20 } } }";
    let avro = "payload: { schemaFormat: 'application/vnd.apache.avro;version=1.12.0', schema: { type: record, name: R, fields: [] } }";
    let other = NEW.replace(payload, avro);
    let found = |old: &str, new: &str| {
        let findings = Pair::of_texts(old, new).findings();
        let format = findings
            .iter()
            .find(|finding| versions::rule(finding) == "event-schema-format-changed");
        format.unwrap().breaking.as_ref().unwrap().verdict
    };
    // JSON is JSON, whatever describes it.
    assert_eq!(found(NEW, &other), Verdict::Unknown);
    let unsaid = |text: &str| text.replace("defaultContentType: application/json\n", "");
    assert_eq!(found(&unsaid(NEW), &unsaid(&other)), Verdict::Breaking);
    assert_eq!(found(&unsaid(&other), &unsaid(NEW)), Verdict::Breaking);
}

#[test]
fn payloads_in_protobuf_are_compared_with_what_they_import() {
    let folder = tempfile::tempdir().unwrap();
    let side = |name: &str, price: &str, action: &str| {
        let side = folder.path().join(name);
        std::fs::create_dir_all(&side).unwrap();
        let description = format!(
            "asyncapi: 3.0.0
info: {{ title: Orders, version: 1.0.0 }}
channels:
  orders:
    address: orders
    messages:
      Order:
        payload:
          schemaFormat: application/vnd.google.protobuf;version=3
          schema: {{ $ref: ./order.proto }}
operations:
  doIt: {{ action: {action}, channel: {{ $ref: '#/channels/orders' }} }}
"
        );
        // The method would say that values travel the other way.
        let order = "syntax = \"proto3\"; package acme; import \"price.proto\"; message Order { Price price = 1; }
            message Nothing {} service Orders { rpc Place(Order) returns (Nothing); }";
        let price = format!("syntax = \"proto3\"; package acme; message Price {{ {price} units = 1; }}");
        for (name, text) in [
            ("events.yaml", &*description),
            ("order.proto", order),
            ("price.proto", &price),
        ] {
            std::fs::write(side.join(name), text).unwrap();
        }
        side.join("events.yaml")
    };
    for (action, direction) in [("send", Direction::Response), ("receive", Direction::Request)] {
        let (old, new) = (side("old", "int64", action), side("new", "string", action));
        let findings = Pair::of_files(&old, &new).findings();
        let found = findings
            .iter()
            .find(|finding| versions::rule(finding) == "field-type-wire-incompatible");
        let breaking = found.unwrap().breaking.as_ref().unwrap();
        assert_eq!((breaking.verdict, breaking.direction), (Verdict::Breaking, direction));
        assert_eq!(breaking.reaches, [format!("{action} orders")]);
        assert!(breaking.witness.is_some());
        assert!(Pair::of_files(&old, &old).findings().is_empty());
    }
}

#[test]
fn what_is_converted_by_rule_is_what_is_converted_by_hand() {
    let old = described::read("before.yaml", OLD);
    let converted = converted(&old).unwrap().to_string();
    assert_eq!(described::violations(&converted), Vec::<String>::new());
    for (old, new) in [(OLD, &*converted), (&*converted, OLD)] {
        let findings = Pair::of_texts(old, new).findings();
        assert_eq!(told(&findings), [("spec-dialect-changed", Severity::Info)]);
    }
    let findings = Pair::of_texts(&converted, NEW).findings();
    assert_eq!(told(&findings), []);
}

/// What is told of conversions that others made, and why: the pair, the rule and the reason.
fn explained() -> Vec<(String, String, String)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/asyncapi/conversions.tsv");
    let table = fs::read_to_string(path).unwrap();
    let mut lines = table.lines();
    assert_eq!(lines.next(), Some("pair\trule\treason"));
    let row = |line: &str| {
        let columns: Vec<&str> = line.split('\t').collect();
        let [pair, rule, reason] = columns[..] else {
            panic!("not three columns: {line}");
        };
        (pair.to_owned(), rule.to_owned(), reason.to_owned())
    };
    lines.map(row).collect()
}

#[test]
fn public_conversions_break_nothing_that_is_not_explained() {
    let Some(folder) = outside::corpus("asyncapi-3") else {
        return;
    };
    let explained = explained();
    let mut used = BTreeSet::new();
    let mut wrong = Vec::new();
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut conversions: Vec<(PathBuf, PathBuf)> = entries
        .filter_map(|folder| Some((version(&folder, "old")?, version(&folder, "new")?)))
        .filter(|(old, new)| grammar(old) != grammar(new))
        .collect();
    conversions.sort();
    for (old, new) in &conversions {
        let name = old.parent().unwrap().file_name().unwrap().to_str().unwrap();
        let findings = Pair::of_files(old, new).findings();
        println!("{name}: {:?}", told(&findings));
        for (rule, severity) in told(&findings) {
            let row = explained.iter().position(|(pair, of, _)| pair == name && of == rule);
            used.extend(row);
            if row.is_none() && severity != Severity::Info {
                wrong.push(format!("{name}: {rule}"));
            }
        }
    }
    let superfluous = explained.iter().enumerate().filter(|(row, _)| !used.contains(row));
    wrong.extend(superfluous.map(|(_, (pair, rule, _))| format!("superfluous: {pair}: {rule}")));
    assert!(conversions.len() >= 4, "{} conversions", conversions.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The first digit of the version of AsyncAPI that a file is written in.
fn grammar(file: &Path) -> Option<char> {
    let name = file.file_name().unwrap().to_str().unwrap();
    let description = described::read(name, &fs::read_to_string(file).unwrap());
    description["asyncapi"].as_str()?.chars().next()
}

fn version(folder: &Path, name: &str) -> Option<PathBuf> {
    let files = ["yaml", "yml", "json"].map(|extension| folder.join(name).with_extension(extension));
    files.into_iter().find(|file| file.is_file())
}
