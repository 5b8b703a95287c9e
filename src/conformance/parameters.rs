//! Values that travel as text: in paths, queries, headers, cookies and forms.
//!
//! A text may stand for several values: `7` is a number and a string. It fits a schema if one of them does.

use crate::schema::{Reason, SchemaId, Schemas};
use serde_json::Value;

/// What stands between the elements of a list that is written as one text, in any of the styles that there are
/// (<https://spec.openapis.org/oas/v3.1.1.html#style-values>,
/// <https://spec.openapis.org/oas/v2.0.html#parameter-object>).
const DELIMITERS: [char; 5] = [',', ' ', '|', '\t', ';'];

/// The scalars that a text may stand for.
pub(super) fn scalars(text: &str) -> Vec<Value> {
    let mut values = vec![Value::from(text)];
    match serde_json::from_str::<Value>(text) {
        Ok(value @ (Value::Number(_) | Value::Bool(_) | Value::Null)) => values.push(value),
        _ if text.is_empty() => values.push(Value::Null),
        _ => {}
    }
    values
}

/// The schema of what some texts under one name may stand for.
pub(super) fn of_texts(schemas: &mut Schemas<'_>, texts: &[&str]) -> SchemaId {
    let mut alternatives = vec![list(schemas, texts)];
    if let [text] = texts {
        alternatives.push(schemas.one_of_values(&scalars(text)));
        for delimiter in DELIMITERS.into_iter().filter(|delimiter| text.contains(*delimiter)) {
            let parts: Vec<&str> = text.split(delimiter).collect();
            alternatives.push(list(schemas, &parts));
        }
        // An object may be written as a list of names and values, or as `name=value` pairs.
        if text.contains(',') {
            alternatives.push(schemas.types(&["object"]));
        }
        if text.is_empty() {
            alternatives.push(list(schemas, &[]));
        }
    }
    schemas.any_of(&alternatives)
}

fn list(schemas: &mut Schemas<'_>, texts: &[&str]) -> SchemaId {
    let count = texts.len() as u64;
    let mut demands = vec![schemas.types(&["array"]), schemas.elements(count, Some(count))];
    for (position, text) in texts.iter().enumerate() {
        let one = schemas.one_of_values(&scalars(text));
        demands.push(schemas.element(position as u32, one));
    }
    schemas.all_of(&demands)
}

/// Whether one of the values that some texts may stand for is of a schema.
///
/// # Errors
/// Why that is not known.
pub(super) fn fit(schemas: &mut Schemas<'_>, schema: SchemaId, texts: &[&str]) -> Result<bool, Reason> {
    let values = of_texts(schemas, texts);
    Ok(schemas.common(&[schema, values])?.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Bounds;

    #[test]
    fn texts_stand_for_values() {
        let mut schemas = Schemas::new(Bounds::default());
        let integer = schemas.types(&["integer"]);
        let integers = schemas.elements_from(0, integer);
        let array = schemas.types(&["array"]);
        let integers = schemas.all_of(&[array, integers]);
        let string = schemas.types(&["string"]);
        for (schema, texts, expected) in [
            (integer, &["7"][..], true),
            (integer, &["7.5"], false),
            (integer, &["seven"], false),
            (string, &["7"], true),
            (integers, &["1", "2"], true),
            (integers, &["1,2"], true),
            (integers, &["1|2"], true),
            (integers, &["1", "two"], false),
            (integers, &[""], true),
        ] {
            assert_eq!(fit(&mut schemas, schema, texts), Ok(expected), "{texts:?}");
        }
    }
}
