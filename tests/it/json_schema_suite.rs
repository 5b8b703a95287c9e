//! The cases of the JSON Schema Test Suite, in the form that the containment suite gives them: one value as a `const` or
//! an `enum`, a schema, and whether the schema takes the value.

use crate::outside;
use crate::property::files_below;
use crate::schema_validator::{Dialect, complaints};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use stipula::document;

/// Cases in which we differ from the suite, with the reason.
const DISPUTED: &[(&str, &str)] = &[];

/// Cases of draft 2020-12 in which the suite forgot to turn the schema into its negation, which it names the file after.
pub(crate) const NOT_NEGATED: &[&str] = &["nonvalid/dynamicRef.json#1", "nonvalid/dynamicRef.json#2"];

#[test]
fn json_schema_suite_2020_12() {
    run("draft2020-12", Dialect::V31);
}

#[test]
fn json_schema_suite_draft4() {
    run("draft4", Dialect::V30);
}

fn run(draft: &str, dialect: Dialect) {
    let Some(folder) = outside::conformance("json-schema-containment") else {
        return;
    };
    let folder = folder.join("tests").join(draft);
    let mut files = files_below(&folder, &["json"]);
    files.sort();
    let (mut right, mut beyond, mut wrong, mut disputed) = (0, 0, Vec::new(), Vec::new());
    for file in files {
        let name = file.strip_prefix(&folder).unwrap_or(&file).display().to_string();
        // Formats are asserted here, and what is optional in the specification is not promised.
        if name.contains("optional/") {
            continue;
        }
        for case in cases(&file) {
            let Some((schema, values, expected)) = validation(&case) else {
                continue;
            };
            let Some(schema) = embedded(schema, dialect) else {
                beyond += 1;
                continue;
            };
            let schemas = json!({ "S": schema });
            let against: Vec<String> = values
                .iter()
                .flat_map(|value| complaints(dialect, &schemas, value))
                .collect();
            if against.is_empty() == expected {
                right += 1;
                continue;
            }
            let id = format!("{name}#{}", case["id"]);
            match DISPUTED.iter().find(|(disputed, _)| *disputed == id) {
                Some((_, reason)) => disputed.push(format!("{id}: {reason}")),
                None => wrong.push(format!(
                    "{id}: {} against {schema} should {}fit: {against:?}",
                    json!(values),
                    if expected { "" } else { "not " }
                )),
            }
        }
    }
    println!(
        "json-schema-suite {draft}: {right} right, {} wrong, {} disputed, {beyond} that a description cannot express",
        wrong.len(),
        disputed.len(),
    );
    for line in wrong.iter().chain(&disputed) {
        println!("  {line}");
    }
    assert!(right > 0, "the suite has cases");
    assert!(wrong.is_empty(), "{} cases are wrong", wrong.len());
}

/// The validator that witnesses are tried with says what the suite says, in every draft; it may not know.
#[test]
fn json_schema_suite_replay() {
    let Some(folder) = outside::conformance("json-schema-containment") else {
        return;
    };
    let drafts = [
        ("draft4", document::Dialect::Draft4),
        ("draft6", document::Dialect::Draft6),
        ("draft7", document::Dialect::Draft7),
        ("draft2019-09", document::Dialect::Draft201909),
        ("draft2020-12", document::Dialect::Draft202012),
    ];
    let mut wrong = Vec::new();
    for (draft, dialect) in drafts {
        let folder = folder.join("tests").join(draft);
        let mut files = files_below(&folder, &["json"]);
        files.sort();
        let (mut right, mut disputed, mut unknown) = (0, 0, std::collections::BTreeMap::<&str, usize>::new());
        for file in files
            .iter()
            .filter(|file| !file.to_string_lossy().contains("optional/"))
        {
            for case in cases(file) {
                let Some((schema, values, expected)) = validation(&case) else {
                    continue;
                };
                let workspace = crate::schemas::load(&[schema.to_string()], dialect);
                let root = workspace.root(workspace.ids().next().unwrap());
                let mut replay = stipula::schema::Replay::new();
                let refusals: Result<Vec<_>, _> =
                    values.iter().map(|value| replay.check(&[root], None, value)).collect();
                let id = format!(
                    "{}#{}",
                    file.strip_prefix(&folder).unwrap_or(file).display(),
                    case["id"]
                );
                match refusals {
                    Err(reason) => *unknown.entry(reason.reason()).or_default() += 1,
                    Ok(refusals) if refusals.iter().all(Option::is_none) == expected => right += 1,
                    Ok(_) if draft == "draft2020-12" && NOT_NEGATED.contains(&&*id) => disputed += 1,
                    Ok(refusals) => wrong.push(format!(
                        "{draft} {id}: {} against {schema} should {}fit: {refusals:?}",
                        json!(values),
                        if expected { "" } else { "not " }
                    )),
                }
            }
        }
        println!("replay {draft}: {right} right, {disputed} disputed, unknown: {unknown:?}");
        assert!(right > 100, "{draft} has cases");
    }
    for line in &wrong {
        println!("  {line}");
    }
    assert!(wrong.is_empty(), "{} cases are wrong", wrong.len());
}

fn cases(file: &Path) -> Vec<Value> {
    let text = fs::read_to_string(file).unwrap_or_default();
    serde_json::from_str(&text).unwrap_or_default()
}

/// A schema, values, and whether it takes them all; `None` if the case compares sets that are no lists of values.
fn validation(case: &Value) -> Option<(&Value, Vec<Value>, bool)> {
    [
        ("schema1", "schema2", "s1SubsetEqOfs2"),
        ("schema2", "schema1", "s2SubsetEqOfs1"),
    ]
    .iter()
    .find_map(|(values, schema, test)| {
        let expected = case["tests"][test].as_bool()?;
        let values = case[values].as_object()?;
        let keyword = values.keys().find(|key| *key != "$schema")?;
        let only = values.keys().filter(|key| *key != "$schema").count() == 1;
        let values = match keyword.as_str() {
            "const" if only => vec![values[keyword].clone()],
            "enum" if only => values[keyword].as_array()?.clone(),
            _ => return None,
        };
        // Of several values that do not all fit, nobody says which ones do.
        Some((&case[schema], values, expected))
    })
}

/// Keywords that OpenAPI 3.0 takes from draft 4, and that hold no schema.
const PLAIN_30: &[&str] = &[
    "enum",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
    "required",
    "title",
    "description",
    "default",
];

/// The schema as it stands in a description; `None` if that cannot hold it.
fn embedded(schema: &Value, dialect: Dialect) -> Option<Value> {
    match dialect {
        Dialect::V30 => embedded_30(schema),
        Dialect::V31 => {
            let mut schema = schema.clone();
            if let Value::Object(schema) = &mut schema {
                schema.remove("$schema");
            }
            let text = schema.to_string();
            // Other files, meta-schemas, and what `format` asserts.
            let foreign = [
                "$dynamicRef",
                "$recursiveRef",
                "\"format\"",
                "localhost:1234",
                "json-schema.org/draft",
            ];
            if foreign.iter().any(|word| text.contains(word)) {
                return None;
            }
            if let Value::Object(schema) = &mut schema {
                // References count from the schema itself, not from the description.
                schema.entry("$id").or_insert_with(|| json!("https://example.com/case"));
            }
            Some(schema)
        }
    }
}

fn embedded_30(schema: &Value) -> Option<Value> {
    let entries = schema.as_object()?;
    let mut embedded = serde_json::Map::new();
    if let Some(reference) = entries.get("$ref") {
        // A reference to the schema itself is the only one that leads somewhere without `definitions`.
        let fragment = reference.as_str()?.strip_prefix('#')?;
        return Some(json!({ "$ref": format!("#/components/schemas/S{fragment}") }));
    }
    for (key, value) in entries {
        let value = match key.as_str() {
            "$schema" => continue,
            "type" if value.is_string() && value != "null" => value.clone(),
            "items" | "not" => embedded_30(value)?,
            "additionalProperties" if value.is_boolean() => value.clone(),
            "additionalProperties" => embedded_30(value)?,
            "allOf" | "anyOf" | "oneOf" => value.as_array()?.iter().map(embedded_30).collect::<Option<_>>()?,
            "properties" => {
                let properties = value.as_object()?.iter();
                let embedded = properties.map(|(name, schema)| Some((name.clone(), embedded_30(schema)?)));
                Value::Object(embedded.collect::<Option<_>>()?)
            }
            _ if PLAIN_30.contains(&key.as_str()) => value.clone(),
            _ => return None,
        };
        embedded.insert(key.clone(), value);
    }
    Some(Value::Object(embedded))
}
