//! Payloads in Avro: what one version of a schema writes is read with the other one, or a value shows that it is not.

use crate::outside;
use crate::versions::{self, Pair};
use std::collections::BTreeSet;
use stipula::breaking::Promises;
use stipula::document::Direction;
use stipula::finding::{Effect, Severity, Verdict};
use stipula::rules::changes::Compatibility;

/// A description with a message that is sent or received, or both, and a schema in JSON.
pub(crate) fn description(actions: &[&str], schema: &str) -> String {
    let operations: Vec<String> = actions
        .iter()
        .map(|action| format!("  {action}It: {{ action: {action}, channel: {{ $ref: '#/channels/orders' }} }}\n"))
        .collect();
    format!(
        "asyncapi: 3.0.0
info: {{ title: Orders, version: 1.0.0 }}
channels:
  orders:
    address: orders
    messages:
      Order:
        payload:
          schemaFormat: application/vnd.apache.avro;version=1.12.0
          schema: {schema}
operations:
{}",
        operations.concat()
    )
}

/// What is told of two schemas, where the application does this with them: the rule, how grave it is, and whether a value
/// shows it.
fn told(action: &str, old: &str, new: &str) -> BTreeSet<(&'static str, Severity, bool)> {
    let pair = Pair::of_texts(&description(&[action], old), &description(&[action], new));
    let findings = pair.findings();
    let of_avro = findings
        .iter()
        .filter(|finding| versions::rule(finding) != "version-not-bumped");
    let told = of_avro.map(|finding| {
        let breaking = finding.breaking.as_ref().unwrap();
        assert_ne!(breaking.verdict, Verdict::Unknown, "{action} {old} {new}");
        (versions::rule(finding), breaking.severity, breaking.witness.is_some())
    });
    told.collect()
}

fn record(fields: &str) -> String {
    format!(r#"{{"type": "record", "name": "R", "fields": [{fields}]}}"#)
}

/// Old schema, new schema, the rule, and whether it breaks those who send what the application receives, and those who
/// receive what it sends.
fn changes() -> Vec<(String, String, &'static str, bool, bool)> {
    let field = |of: &str| record(&format!(r#"{{"name": "a", "type": {of}}}"#));
    let a = r#"{"name": "a", "type": "int"}"#;
    let with_default = r#"{"name": "a", "type": "int", "default": 1}"#;
    let enumeration = |symbols: &str| format!(r#"{{"type": "enum", "name": "E", {symbols}}}"#);
    let both = |of: &str| format!(r#"["null", {of}]"#);
    let fixed = |size: u32| format!(r#"{{"type": "fixed", "name": "F", "size": {size}}}"#);
    let named = |name: &str| format!(r#"{{"type": "record", "name": "{name}", "fields": []}}"#);
    let aliased = r#"{"type": "record", "name": "S", "aliases": ["R"], "fields": []}"#.to_owned();
    // A record that holds itself, deeper down, and refers to a type of a namespace.
    let list = |of: &str| {
        format!(
            r#"{{"type": "record", "name": "a.R", "fields": [
                {{"name": "value", "type": {{"type": "record", "name": "V", "fields": [{{"name": "v", "type": {of}}}]}}}},
                {{"name": "others", "type": {{"type": "map", "values": {{"type": "array", "items": ["null", "R", "a.V"]}}}}}}
            ]}}"#
        )
    };
    vec![
        (record(""), record(a), "avro-field-added-without-default", true, false),
        (record(""), record(with_default), "avro-field-added", false, false),
        (record(a), record(""), "avro-field-removed-without-default", false, true),
        (record(with_default), record(""), "avro-field-removed", false, false),
        (
            record(a),
            record(r#"{"name": "b", "aliases": ["a"], "type": "int"}"#),
            "avro-field-renamed",
            false,
            true,
        ),
        (field(r#""int""#), field(r#""long""#), "avro-type-changed", false, true),
        (field(r#""long""#), field(r#""int""#), "avro-type-changed", true, false),
        (
            field(r#""string""#),
            field(r#""bytes""#),
            "avro-type-changed",
            false,
            false,
        ),
        (field(r#""int""#), field(r#""string""#), "avro-type-changed", true, true),
        (field(r#""int""#), field(&fixed(4)), "avro-type-changed", true, true),
        (
            r#""float""#.into(),
            r#""double""#.into(),
            "avro-type-changed",
            false,
            true,
        ),
        (fixed(4), fixed(8), "avro-fixed-size-changed", true, true),
        (
            field(&both(&fixed(4))),
            field(&both(&fixed(8))),
            "avro-fixed-size-changed",
            true,
            true,
        ),
        (
            enumeration(r#""symbols": ["A", "B"]"#),
            enumeration(r#""symbols": ["A"]"#),
            "avro-symbol-removed",
            true,
            false,
        ),
        (
            enumeration(r#""symbols": ["A"]"#),
            enumeration(r#""symbols": ["B", "A"]"#),
            "avro-symbol-added",
            false,
            true,
        ),
        (
            enumeration(r#""symbols": ["A"], "default": "A""#),
            enumeration(r#""symbols": ["A", "B"], "default": "A""#),
            "avro-symbol-added",
            false,
            false,
        ),
        (
            field(r#""int""#),
            field(&both(r#""int""#)),
            "avro-branch-added",
            false,
            true,
        ),
        (
            field(&both(r#""int""#)),
            field(r#""int""#),
            "avro-branch-removed",
            true,
            false,
        ),
        // Every `int` is read as a `long`, but no `long` as an `int`.
        (
            field(r#"["int", "long"]"#),
            field(r#"["long"]"#),
            "avro-branch-removed",
            false,
            false,
        ),
        (
            field(&both(r#""int""#)),
            field(&both(r#""long""#)),
            "avro-type-changed",
            false,
            true,
        ),
        (named("R"), named("S"), "avro-name-changed", true, true),
        (named("R"), aliased.clone(), "avro-name-changed", false, true),
        (aliased, named("R"), "avro-name-changed", true, false),
        (list(r#""int""#), list(r#""long""#), "avro-type-changed", false, true),
    ]
}

#[test]
fn avro_is_read_by_whom_it_is_written_for() {
    for (old, new, rule, breaks_producers, breaks_consumers) in changes() {
        for (action, breaks) in [("receive", breaks_producers), ("send", breaks_consumers)] {
            let severity = if breaks { Severity::Error } else { Severity::Info };
            let expected = BTreeSet::from([(rule, severity, breaks)]);
            assert_eq!(told(action, &old, &new), expected, "{action} {old}\n{new}");
            // Going back, what was read is written.
            let back = told(action, &new, &old);
            let back_breaks = if action == "receive" {
                breaks_consumers
            } else {
                breaks_producers
            };
            assert_eq!(back.len(), 1, "{action} {new}\n{old}");
            assert!(
                back.iter()
                    .all(|(_, severity, _)| (*severity == Severity::Error) == back_breaks),
                "{action} {new}\n{old}: {back:?}"
            );
        }
    }
}

#[test]
fn what_nobody_reads_by_breaks_nobody() {
    // The new field takes the values of the old one, by its alias; whoever has the old schema takes its own default.
    let old = record(r#"{"name": "a", "type": "int", "default": 1}"#);
    let new = record(r#"{"name": "b", "aliases": ["a"], "type": "long", "default": 1}"#);
    assert!(
        told("send", &old, &new)
            .iter()
            .all(|(_, severity, _)| *severity == Severity::Info)
    );
    let breaks = |told: BTreeSet<(_, Severity, _)>| told.iter().any(|(_, severity, _)| *severity == Severity::Error);
    let narrowed = record(r#"{"name": "b", "aliases": ["a"], "type": "string", "default": ""}"#);
    assert!(!breaks(told("send", &old, &narrowed)));
    assert!(breaks(told("receive", &old, &narrowed)));
}

#[test]
fn data_show_the_change_where_it_is() {
    let of = |count: &str, more: &str| {
        format!(
            r#"{{"type": "record", "name": "acme.Order", "fields": [
                {{"name": "parent", "type": ["null", "Order"]}},
                {{"name": "lines", "type": {{"type": "array", "items": ["string", {{"type": "record", "name": "Line", "fields": [
                    {{"name": "sku", "type": {{"type": "map", "values": {count}}}}}{more}]}}]}}}}]}}"#
        )
    };
    let (old, new) = (
        of(r#"["int", "string"]"#, ""),
        of(r#"["string"]"#, r#", {"name": "price", "type": "double"}"#),
    );
    let pair = Pair::of_texts(&description(&["receive"], &old), &description(&["receive"], &new));
    let findings = pair.findings();
    let witness = |rule: &str| {
        let found = findings.iter().find(|finding| versions::rule(finding) == rule).unwrap();
        let witness = found.breaking.as_ref().unwrap().witness.as_ref().unwrap();
        (witness.value.to_string(), witness.new.clone())
    };
    assert_eq!(
        witness("avro-branch-removed"),
        (
            r#"{"lines":[{"acme.Line":{"sku":{"key":{"int":0}}}}],"parent":null}"#.to_owned(),
            "no branch reads int".to_owned()
        )
    );
    assert_eq!(
        witness("avro-field-added-without-default"),
        (
            r#"{"lines":[{"acme.Line":{"sku":{}}}],"parent":null}"#.to_owned(),
            "the field `price` is missing and has no default".to_owned()
        )
    );
}

#[test]
fn schemas_that_are_hostile_are_compared_in_bounds() {
    // Rings of records that are called the same in so many namespaces, of which each meets each.
    let ring = |length: usize| {
        let records: Vec<String> = (0..length)
            .map(|at| {
                let next = (at + 1) % length;
                format!(r#"{{"type": "record", "name": "n{at}.R", "fields": [{{"name": "next", "type": ["null", "n{next}.R"]}}]}}"#)
            })
            .collect();
        format!(
            r#"{{"type": "record", "name": "Top", "fields": [{{"name": "first", "type": "n0.R"}}, {{"name": "all", "type": [{}]}}]}}"#,
            records.join(", ")
        )
    };
    let pair = Pair::of_texts(
        &description(&["receive"], &ring(211)),
        &description(&["receive"], &ring(223)),
    );
    assert!(
        pair.findings()
            .iter()
            .any(|finding| versions::rule(finding) == "event-schema-changed")
    );
    // A chain that no stack could follow, and data that would fill no memory.
    let chain = |of: &str| {
        let records: Vec<String> = (0..5_000)
            .map(|at| {
                let fields = if at == 0 {
                    format!(r#"{{"name": "end", "type": {of}}}"#)
                } else {
                    let next = at - 1;
                    format!(r#"{{"name": "a", "type": "R{next}"}}, {{"name": "b", "type": "R{next}"}}"#)
                };
                format!(r#"{{"type": "record", "name": "R{at}", "fields": [{fields}]}}"#)
            })
            .collect();
        format!("[{}]", records.join(", "))
    };
    let (old, new) = (chain(r#""int""#), chain(r#""string""#));
    let pair = Pair::of_texts(&description(&["receive"], &old), &description(&["receive"], &new));
    let changes = pair.changes();
    let told = changes.iter().filter(|change| change.field == "type");
    let effects: Vec<(Direction, Effect)> = told.map(|change| (change.direction, change.effect)).collect();
    assert_eq!(effects, [(Direction::Request, Effect::Incomparable)]);
}

#[test]
fn schemas_in_avro_of_the_corpus_are_compared() {
    let Some(folder) = outside::corpus("avro") else { return };
    let mut schemas: Vec<(String, String)> = Vec::new();
    for entry in ignore::WalkBuilder::new(&folder).build().flatten() {
        let path = entry.path();
        if path.extension().is_some_and(|extension| extension == "avsc")
            && let Ok(text) = std::fs::read_to_string(path)
            && let Ok(value) = serde_json::from_str::<serde_json::Value>(&text)
        {
            schemas.push((path.display().to_string(), value.to_string()));
        }
    }
    assert!(!schemas.is_empty());
    for (name, schema) in &schemas {
        let pair = Pair::of_texts(
            &description(&["receive", "send"], schema),
            &description(&["receive", "send"], schema),
        );
        assert!(pair.findings().is_empty(), "{name} differs from itself");
    }
    let mut counts = [0_usize; 4];
    for (position, (_, old)) in schemas.iter().enumerate() {
        for (_, new) in schemas[position + 1..].iter().take(3) {
            let pair = Pair::of_texts(&description(&["receive"], old), &description(&["receive"], new));
            for finding in pair.findings() {
                let breaking = finding.breaking.unwrap();
                counts[match (breaking.verdict, breaking.witness) {
                    (Verdict::Breaking, Some(_)) => 0,
                    (Verdict::Breaking, None) => 1,
                    (Verdict::Unknown, _) => 2,
                    (Verdict::Safe, _) => 3,
                }] += 1;
            }
        }
    }
    let [shown, told, unknown, safe] = counts;
    println!(
        "{} schemas: {shown} breaking with a witness, {told} by their pages, {unknown} unknown, {safe} safe",
        schemas.len()
    );
}

#[test]
fn a_registry_may_keep_more() {
    let schema = |fields: &str| format!(r#"{{"type": "record", "name": "acme.orders.R", "fields": [{fields}]}}"#);
    let (less, more) = (schema(""), schema(r#"{"name": "a", "type": "int"}"#));
    let breaks = |action: &str, (old, new): (&str, &str), promises: &Promises| {
        let pair = Pair::of_texts(&description(&[action], old), &description(&[action], new));
        let findings = pair.findings_for(promises.clone());
        findings.iter().any(|finding| {
            finding.breaking.as_ref().unwrap().verdict == Verdict::Breaking
                && versions::rule(finding).starts_with("avro")
        })
    };
    // What is new has no default, and what is gone had none.
    for (promise, added, removed) in [
        (Compatibility::Backward, true, false),
        (Compatibility::Forward, false, true),
        (Compatibility::Full, true, true),
    ] {
        let of_all = Promises {
            data: Some(promise),
            ..Promises::default()
        };
        let of_some = Promises {
            namespaces: vec![("acme".to_owned(), promise)],
            ..Promises::default()
        };
        for action in ["send", "receive"] {
            for promises in [&of_all, &of_some] {
                assert_eq!(breaks(action, (&less, &more), promises), added, "{action} {promises:?}");
                assert_eq!(
                    breaks(action, (&more, &less), promises),
                    removed,
                    "{action} {promises:?}"
                );
            }
        }
    }
    let elsewhere = Promises {
        namespaces: vec![("acme.order".to_owned(), Compatibility::Full)],
        ..Promises::default()
    };
    assert!(!breaks("send", (&less, &more), &elsewhere));
}
