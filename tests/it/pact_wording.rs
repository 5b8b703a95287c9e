//! What the compatibility suite says of mismatches: its sentences, made of ours.
//!
//! Where its sentence shows what ours does not hold (all keys of an object, parameters as patterns), the place and the
//! kind are compared instead.

use serde_json::Value;
use stipula::contract::matching::{Mismatch, MismatchKind, Part};

/// Whether a mismatch is the one that a sentence of the suite speaks of.
pub(crate) fn says(mismatch: &Mismatch, sentence: &str) -> bool {
    if sentence.starts_with("Expected header '") {
        return mismatch.part == Part::Header && mismatch.kind == MismatchKind::Value;
    }
    if sentence.starts_with("Expected a Map with keys") {
        return mismatch.part == Part::Body && mismatch.kind == MismatchKind::Missing;
    }
    if sentence.starts_with("Actual body [application/octet-stream") {
        return mismatch.part == Part::Body && mismatch.kind == MismatchKind::Value;
    }
    if sentence.starts_with("Variant at index") {
        return mismatch.rule.as_ref().is_some_and(|rule| rule.name == "arrayContains");
    }
    if sentence == "Expected [] (0 bytes) to not be empty" {
        return mismatch.part == Part::Body && mismatch.kind == MismatchKind::Missing;
    }
    // The suite calls types by another word in some sentences.
    let sentence = sentence.strip_prefix("Type mismatch: ").unwrap_or(sentence);
    sentences(mismatch).iter().any(|known| known == sentence)
}

fn sentences(mismatch: &Mismatch) -> Vec<String> {
    let (expected, actual) = (&mismatch.expected, &mismatch.actual);
    let (e, a) = (described(expected), described(actual));
    let name = mismatch.path.trim_start_matches("$.").trim_start_matches("@");
    let rule = mismatch.rule.as_ref();
    let argument = rule.map(|rule| rule.argument.as_str()).unwrap_or_default();
    let quoted = format!("'{}'", plain(actual));
    let mut out = vec![
        format!("Expected {a} to be equal to {e}"),
        format!("Expected body '{expected}' to match '{actual}' using equality but did not match"),
        format!("Actual body [{actual}] is not equal to the expected body [{expected}]"),
        format!("Expected form post parameter '{name}' with value '{expected}' but was '{actual}'"),
    ];
    match mismatch.kind {
        MismatchKind::Missing => {
            let last = name.rsplit('.').next().unwrap_or_default();
            out.push(format!("Expected query parameter '{name}' but was missing"));
            out.push(format!("Expected a header '{name}' but was missing"));
            out.push(format!("Expected child <{last}/> but was missing"));
        }
        MismatchKind::Unexpected => out.push(format!("Unexpected query parameter '{name}' received")),
        MismatchKind::MediaType => {
            out.push(format!(
                "Expected a body of '{expected}' but the actual content type was '{actual}'"
            ));
            out.push(format!(
                "Expected binary contents to have content type '{expected}' but detected contents was '{actual}'"
            ));
        }
        _ => {}
    }
    match rule.map(|rule| rule.name) {
        Some("type") if mismatch.kind == MismatchKind::Count => {
            let list: Vec<Value> = serde_json::from_str(actual).unwrap_or_default();
            let shown: Vec<String> = list.iter().map(Value::to_string).collect();
            let size = format!("Expected [{}] (size {})", shown.join(", "), list.len());
            let limits: Vec<&str> = argument
                .split(' ')
                .filter(|word| word.parse::<usize>().is_ok())
                .collect();
            out.extend(
                limits
                    .iter()
                    .map(|limit| format!("{size} to have minimum size of {limit}")),
            );
            out.extend(
                limits
                    .iter()
                    .map(|limit| format!("{size} to have maximum size of {limit}")),
            );
        }
        Some("type") => out.push(format!("Expected {a} to be the same type as {e}")),
        Some("include") => out.push(format!("Expected {quoted} to include '{argument}'")),
        Some("regex") => out.push(format!("Expected {quoted} to match '{argument}'")),
        Some("number") => out.push(format!("Expected {a} to be a number")),
        Some("integer") => out.push(format!("Expected {a} to be an integer")),
        Some("decimal") => out.push(format!("Expected {a} to be a decimal number")),
        Some("null") => out.push(format!("Expected {a} to be a null value")),
        Some("boolean") => out.push(format!("Expected {a} to match a boolean")),
        Some("date") => out.push(format!("Expected {quoted} to match a date pattern of '{argument}'")),
        Some("notEmpty") => {
            out.push(format!("Expected {a} to not be empty"));
            out.push(format!("Expected {a} to be the same type as {e}"));
        }
        Some("semver") => out.push(format!("{quoted} is not a valid semantic version")),
        Some("statusCode") => {
            out.push(format!(
                "Expected status code {actual} to be a Successful response (200–299)"
            ));
        }
        _ => {}
    }
    out
}

/// A JSON text without the quotes of a string.
fn plain(text: &str) -> String {
    match serde_json::from_str(text) {
        Ok(Value::String(text)) => text,
        _ => text.to_owned(),
    }
}

/// A value with its type, as the suite shows it.
fn described(text: &str) -> String {
    match serde_json::from_str(text) {
        Ok(Value::String(text)) => format!("'{text}' (String)"),
        Ok(Value::Number(number)) if number.is_f64() => format!("{text} (Decimal)"),
        Ok(Value::Number(_)) => format!("{text} (Integer)"),
        Ok(Value::Bool(_)) => format!("{text} (Boolean)"),
        Ok(Value::Null) => "null (Null)".into(),
        Ok(Value::Array(_)) => format!("{text} (Array)"),
        Ok(Value::Object(_)) => format!("{text} (Object)"),
        Err(_) => format!("'{text}' (String)"),
    }
}
