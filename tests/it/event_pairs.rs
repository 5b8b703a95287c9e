//! Versions of AsyncAPI descriptions: a document of 2.x and its 3.x conversion are the same API, what changes is judged
//! by who sends, and public pairs hold what must hold of all.

use crate::outside;
use crate::versions::{self, Pair};
use std::path::{Path, PathBuf};
use stipula::document::Direction;
use stipula::finding::{Finding, Severity, Verdict};

const OLD: &str = "asyncapi: 2.6.0
info: { title: Orders, version: 1.0.0 }
tags: [{ name: orders }]
defaultContentType: application/json
servers:
  main: { url: 'broker.example.com/vhost', protocol: amqp }
channels:
  'orders/{region}':
    parameters:
      region: { schema: { type: string, enum: [eu, us] } }
    bindings: { amqp: { is: queue, queue: { durable: true } } }
    publish:
      message:
        name: PlaceOrder
        payload: { type: object, required: [sku], properties: { sku: { type: string, maxLength: 20 } } }
    subscribe:
      message:
        name: OrderPlaced
        correlationId: { location: '$message.header#/trace' }
        payload: { type: object, properties: { state: { type: string, maxLength: 20 } } }
";

const NEW: &str = "asyncapi: 3.0.0
info: { title: Orders, version: 1.0.0, tags: [{ name: orders }] }
defaultContentType: application/json
servers:
  main: { host: broker.example.com, pathname: /vhost, protocol: amqp }
channels:
  orders:
    address: 'orders/{where}'
    parameters:
      where: { enum: [eu, us] }
    bindings: { amqp: { is: queue, queue: { durable: true } } }
    messages:
      PlaceOrder:
        payload: { type: object, required: [sku], properties: { sku: { type: string, maxLength: 20 } } }
      OrderPlaced:
        correlationId: { location: '$message.header#/trace' }
        payload: { type: object, properties: { state: { type: string, maxLength: 20 } } }
operations:
  placeOrder:
    action: receive
    channel: { $ref: '#/channels/orders' }
    messages: [{ $ref: '#/channels/orders/messages/PlaceOrder' }]
  orderPlaced:
    action: send
    channel: { $ref: '#/channels/orders' }
    messages: [{ $ref: '#/channels/orders/messages/OrderPlaced' }]
";

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

/// The folders of public pairs.
fn pairs() -> Vec<PathBuf> {
    let folders = ["asyncapi-2", "asyncapi-3"].into_iter().filter_map(outside::corpus);
    let entries = folders.flat_map(|folder| std::fs::read_dir(folder).unwrap());
    let mut found: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    found.retain(|folder| version(folder, "old").is_some());
    found.sort();
    found
}

fn version(folder: &Path, name: &str) -> Option<PathBuf> {
    let files = ["yaml", "yml", "json"].map(|extension| folder.join(name).with_extension(extension));
    files.into_iter().find(|file| file.is_file())
}

#[test]
fn public_pairs_are_compared() {
    for folder in pairs() {
        let (old, new) = (version(&folder, "old").unwrap(), version(&folder, "new").unwrap());
        let same = Pair::of_files(&new, &new).findings();
        assert!(told(&same).is_empty(), "{}: {:?}", folder.display(), told(&same));
        let findings = Pair::of_files(&old, &new).findings();
        println!("{}: {:?}", folder.display(), told(&findings));
        let is_conversion = folder.to_string_lossy().contains("-2.6-3-");
        for finding in &findings {
            let breaking = finding.breaking.as_ref().unwrap();
            let is_error = breaking.severity == Severity::Error && breaking.verdict == Verdict::Breaking;
            let page = &versions::rules().pages()[finding.rule];
            let is_shown = breaking.witness.is_some() || page.no_witness.is_some();
            assert!(
                !is_error || is_shown && !is_conversion,
                "{}: {}",
                folder.display(),
                page.id
            );
        }
    }
}
