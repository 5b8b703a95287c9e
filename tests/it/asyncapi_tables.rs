//! The tables of AsyncAPI against facts of its official JSON Schemas: which fields an object has in which versions, and
//! which it must have (`tests/asyncapi/`, taken from the npm package `@asyncapi/specs` 6.11.1).

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use stipula::document::Kind;
use stipula::document::grammar::{Grammar, Record, Value, Versions};
use stipula::formats::asyncapi::{self, V20, V21, V22, V23, V24, V25, V26, V30, V31};

const VERSIONS: [(&str, Versions); 9] = [
    ("2.0", V20),
    ("2.1", V21),
    ("2.2", V22),
    ("2.3", V23),
    ("2.4", V24),
    ("2.5", V25),
    ("2.6", V26),
    ("3.0", V30),
    ("3.1", V31),
];

/// Where the table departs from the official schemas on purpose, and why.
const APART: &[(&str, &str)] = &[
    (
        "googlepubsub channel schemaSettings:",
        "required by the schema, and not by its specification",
    ),
    (
        "googlepubsub message schema/type:",
        "gone in 0.2.0, but the object in which it stands names no version",
    ),
    (
        "http operation is:",
        "the schema of 0.1.0 calls `type` so where it says what else is required",
    ),
    (
        "solace operation destinations/topic:",
        "its specification has it, as `topic.topicSubscriptions`",
    ),
    ("solace server msgVpn:", "the schema of 0.2.0 has the word misspelt"),
    ("sqs operation queues/$ref:", "is no field in the facts"),
];

/// The versions that have a field, and those that ask for it.
type Facts = BTreeMap<String, (BTreeSet<String>, BTreeSet<String>)>;

fn rows(file: &str) -> Vec<Vec<String>> {
    let text = fs::read_to_string(format!("tests/asyncapi/{file}")).unwrap();
    let rows = text.lines().skip(1);
    rows.map(|row| row.split('\t').map(str::to_owned).collect()).collect()
}

/// `2.0-2.3 3.0` without its dashes.
fn versions(text: &str) -> BTreeSet<String> {
    let at = |name: &str| VERSIONS.iter().position(|(known, _)| *known == name).unwrap();
    let ranges = text.split(' ').filter(|range| *range != "-");
    ranges
        .flat_map(|range| {
            let (first, last) = range.split_once('-').unwrap_or((range, range));
            VERSIONS[at(first)..=at(last)]
                .iter()
                .map(|(name, _)| (*name).to_owned())
        })
        .collect()
}

fn differences(of: &str, official: &Facts, ours: &Facts) -> Vec<String> {
    let fields: BTreeSet<&String> = official.keys().chain(ours.keys()).collect();
    let different = fields
        .into_iter()
        .filter(|field| official.get(*field) != ours.get(*field));
    different
        .map(|field| {
            let (official, ours) = (official.get(field), ours.get(field));
            format!("{of}{field}: {official:?}, and the table says {ours:?}")
        })
        .filter(|line| !APART.iter().any(|(field, _)| line.starts_with(field)))
        .collect()
}

#[test]
fn objects_have_the_fields_of_their_versions() {
    let mut official = Facts::new();
    // Versions without such an object cannot reach its table.
    let mut kinds = BTreeSet::new();
    for row in rows("objects.tsv") {
        kinds.extend(versions(&row[2]).into_iter().map(|version| (row[0].clone(), version)));
        official.insert(format!("{} {}", row[0], row[1]), (versions(&row[2]), versions(&row[3])));
    }
    let mut ours = Facts::new();
    for (name, version) in VERSIONS {
        let grammar = asyncapi::grammar(version);
        for kind in Kind::ALL {
            if !kinds.contains(&(kind.name().to_owned(), name.to_owned())) {
                continue;
            }
            for field in grammar.fields(*kind) {
                let key = field.key.well_known_text().unwrap();
                if key == "$ref" {
                    continue;
                }
                let facts = ours.entry(format!("{} {key}", kind.name())).or_default();
                facts.0.insert(name.to_owned());
                if field.required.has(version) {
                    facts.1.insert(name.to_owned());
                }
            }
        }
    }
    let wrong = differences("", &official, &ours);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Adds the fields of a record, and of records within it. Those are written as in the latest version, whichever it is.
fn add(record: &'static Record, path: &str, editions: &[(&str, Versions)], facts: &mut Facts) {
    let is_within = path.contains('/');
    for field in record.fields {
        let path = format!("{path}{}", field.key.well_known_text().unwrap());
        let known = facts.entry(path.clone()).or_default();
        for (at, (name, edition)) in editions.iter().enumerate() {
            let is_latest = at + 1 == editions.len();
            if field.versions.has(*edition) && (is_latest || !is_within) {
                known.0.insert((*name).to_owned());
            }
            if field.required.has(*edition) && (is_latest || !is_within) {
                known.1.insert((*name).to_owned());
            }
        }
        add_within(field.value, &format!("{path}/"), editions, facts);
    }
}

fn add_within(value: Value, path: &str, editions: &[(&str, Versions)], facts: &mut Facts) {
    match value {
        Value::Record(record) => add(record, path, editions, facts),
        Value::List(list) => add_within(list.item, path, editions, facts),
        Value::Either(values) => {
            for value in values {
                add_within(*value, path, editions, facts);
            }
        }
        _ => {}
    }
}

/// What the official schemas say of the bindings of a protocol to a sort of objects, with the versions that they have.
fn official(protocol: &str, place: &str) -> (Facts, BTreeSet<String>) {
    let rows = rows("bindings.tsv");
    let rows: Vec<&Vec<String>> = rows
        .iter()
        .filter(|row| row[0] == protocol && row[1] == place)
        .collect();
    let names = |text: &str| -> BTreeSet<String> {
        let names = text.split(' ').filter(|name| *name != "-");
        names.map(str::to_owned).collect()
    };
    let editions: BTreeSet<String> = rows.iter().flat_map(|row| names(&row[3])).collect();
    let latest = editions.last().cloned().unwrap_or_default();
    let facts = rows.iter().map(|row| {
        let (mut versions, mut required) = (names(&row[3]), names(&row[4]));
        if row[2].contains('/') {
            versions.retain(|name| *name == latest);
            required.retain(|name| *name == latest);
        }
        (row[2].clone(), (versions, required))
    });
    (facts.collect(), editions)
}

#[test]
fn bindings_have_the_fields_of_their_versions() {
    let kinds = [
        ("server", Kind::ServerBindings),
        ("channel", Kind::ChannelBindings),
        ("operation", Kind::OperationBindings),
        ("message", Kind::MessageBindings),
    ];
    let grammar: &Grammar = asyncapi::grammar(V31);
    let mut wrong = Vec::new();
    for (place, kind) in kinds {
        for field in grammar.fields(kind) {
            let protocol = field.key.well_known_text().unwrap();
            let (official, published) = official(if protocol == "mqtt5" { "mqtt" } else { protocol }, place);
            let mut ours = Facts::new();
            if let Value::Record(record) = field.value {
                let editions = record.editions.map_or(&[][..], |editions| editions.names);
                let editions: Vec<(&str, Versions)> = editions
                    .iter()
                    .filter(|(name, _)| published.contains(*name))
                    .copied()
                    .collect();
                add(record, "", &editions, &mut ours);
            }
            wrong.extend(differences(&format!("{protocol} {place} "), &official, &ours));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
