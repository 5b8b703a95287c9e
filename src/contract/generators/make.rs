//! One value from one generator.

use super::random::{Random, between, letter};
use super::read::{Generator, UuidFormat};
use super::{Context, Side, expression};
use crate::contract::matching::without_quoting;
use regex_syntax::hir::{Class, Hir, HirKind};
use serde_json::{Number, Value};

const DIGITS: &str = "0123456789";
const ALPHANUMERIC: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
/// How often something that may be repeated without end is repeated beyond what it must be.
const REPEATED: u32 = 8;
/// How long a text from a pattern becomes.
const LONGEST: usize = 10_000;

impl Generator {
    /// Whether it acts on a side.
    pub(super) fn acts_on(&self, side: Side) -> bool {
        match self {
            Self::ProviderState { .. } => side == Side::Provider,
            Self::ServerUrl { .. } => side == Side::Consumer,
            _ => true,
        }
    }

    /// The value, or why there is none, as a clause.
    pub(super) fn make(&self, context: &mut Context<'_>) -> Result<Value, String> {
        let random = &mut *context.random;
        Ok(match self {
            Self::Integer { min, max } => Value::from(between(random, *min, *max)),
            Self::Decimal { digits } => decimal(random, *digits),
            Self::Hexadecimal { digits } => Value::String(text(random, "0123456789ABCDEF", *digits)),
            Self::Text { size } => Value::String(text(random, ALPHANUMERIC, *size)),
            Self::Regex(pattern) => Value::String(from_pattern(random, pattern)?),
            Self::Uuid(format) => Value::String(uuid(random, *format)),
            Self::Moment { format, expression } => {
                let moment = match expression {
                    Some(expression) => expression::evaluate(expression, context.now)?,
                    None => context.now,
                };
                Value::String(format.write(moment))
            }
            Self::Boolean => Value::Bool(random.next().is_multiple_of(2)),
            Self::ProviderState { expression, data_type } => {
                let value = from_state(expression, context)?;
                typed(value, data_type.as_deref())?
            }
            Self::ServerUrl { regex, example } => Value::String(server_url(regex, example, context)?),
        })
    }
}

fn text(random: &mut dyn Random, letters: &str, count: usize) -> String {
    (0..count).map(|_| letter(random, letters)).collect()
}

/// A decimal of so many digits, with a point among them.
fn decimal(random: &mut dyn Random, digits: usize) -> Value {
    // More digits than these are lost in any case.
    let digits = digits.clamp(2, 15);
    let point = between(random, 1, digits as i64 - 1) as usize;
    let whole = letter(random, "123456789").to_string() + &text(random, DIGITS, point - 1);
    let fraction = text(random, DIGITS, digits - point - 1) + &letter(random, "123456789").to_string();
    let number: f64 = format!("{whole}.{fraction}").parse().unwrap_or(1.5);
    Number::from_f64(number).map_or(Value::Null, Value::Number)
}

fn uuid(random: &mut dyn Random, format: UuidFormat) -> String {
    let mut bits = u128::from(random.next()) << 64 | u128::from(random.next());
    // Version 4 of RFC 9562, in its variant.
    bits = bits & !(0xF << 76) | 4 << 76;
    bits = bits & !(0b11 << 62) | 0b10 << 62;
    let hex = format!("{bits:032x}");
    let hyphenated = format!(
        "{}-{}-{}-{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..]
    );
    match format {
        UuidFormat::Simple => hex,
        UuidFormat::LowerCase => hyphenated,
        UuidFormat::UpperCase => hyphenated.to_uppercase(),
        UuidFormat::Urn => format!("urn:uuid:{hyphenated}"),
    }
}

/// A text that a pattern matches.
fn from_pattern(random: &mut dyn Random, pattern: &str) -> Result<String, String> {
    let hir = regex_syntax::parse(&without_quoting(pattern))
        .map_err(|_| format!("no text can be made from the pattern `{pattern}`"))?;
    let mut out = String::new();
    write_pattern(random, &hir, &mut out);
    Ok(out)
}

fn write_pattern(random: &mut dyn Random, hir: &Hir, out: &mut String) {
    if out.len() >= LONGEST {
        return;
    }
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => out.push_str(&String::from_utf8_lossy(&literal.0)),
        HirKind::Class(class) => out.push(from_class(random, class)),
        HirKind::Repetition(repetition) => {
            let most = repetition.max.unwrap_or(repetition.min.saturating_add(REPEATED));
            let count = between(random, i64::from(repetition.min), i64::from(most));
            for _ in 0..count.min(LONGEST as i64) {
                write_pattern(random, &repetition.sub, out);
            }
        }
        HirKind::Capture(capture) => write_pattern(random, &capture.sub, out),
        HirKind::Concat(parts) => parts.iter().for_each(|part| write_pattern(random, part, out)),
        HirKind::Alternation(parts) => {
            let chosen = between(random, 0, parts.len() as i64 - 1) as usize;
            if let Some(part) = parts.get(chosen) {
                write_pattern(random, part, out);
            }
        }
    }
}

/// A character of a class: one that people can read, if the class has any.
fn from_class(random: &mut dyn Random, class: &Class) -> char {
    let ranges: Vec<(u32, u32)> = match class {
        Class::Unicode(class) => class
            .iter()
            .map(|range| (range.start().into(), range.end().into()))
            .collect(),
        Class::Bytes(class) => class
            .iter()
            .map(|range| (range.start().into(), range.end().into()))
            .collect(),
    };
    let readable: Vec<(u32, u32)> = ranges
        .iter()
        .map(|(first, last)| ((*first).max(0x20), (*last).min(0x7E)))
        .filter(|(first, last)| first <= last)
        .collect();
    let ranges = if readable.is_empty() { ranges } else { readable };
    let count: i64 = ranges.iter().map(|(first, last)| i64::from(last - first) + 1).sum();
    let mut position = between(random, 0, count - 1);
    for (first, last) in ranges {
        let size = i64::from(last - first) + 1;
        if position < size {
            return char::from_u32(first + position as u32).unwrap_or('?');
        }
        position -= size;
    }
    '?'
}

/// The value of an expression such as `/users/${id}`, or of the name that it is.
fn from_state(expression: &str, context: &Context<'_>) -> Result<Value, String> {
    let value = |name: &str| {
        let value = context.values.get(name).cloned();
        value.ok_or_else(|| format!("no provider state returned a value for `{name}`"))
    };
    if !expression.contains("${") {
        return value(expression.trim());
    }
    let mut out = String::new();
    let mut rest = expression;
    while let Some((before, after)) = rest.split_once("${") {
        let Some((name, after)) = after.split_once('}') else {
            return Err(format!("a `${{` is not closed in `{expression}`"));
        };
        let value = value(name.trim())?;
        if before.is_empty() && after.is_empty() && out.is_empty() {
            return Ok(value);
        }
        out.push_str(before);
        out.push_str(&plain(&value));
        rest = after;
    }
    out.push_str(rest);
    Ok(Value::String(out))
}

/// A value as it stands in a text: a string without quotes.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The value as one of the type that the generator names.
fn typed(value: Value, data_type: Option<&str>) -> Result<Value, String> {
    let text = plain(&value);
    let no = |kind: &str| format!("the value `{text}` of a provider state is no {kind}");
    let number = |kind: &str| text.parse::<Number>().map(Value::Number).map_err(|_| no(kind));
    Ok(match data_type {
        Some("STRING") => Value::String(text),
        Some("INTEGER") => Value::from(text.parse::<i64>().map_err(|_| no("integer"))?),
        Some("DECIMAL" | "FLOAT") => number("number")?,
        Some("BOOLEAN") => Value::Bool(text.parse().map_err(|_| no("boolean"))?),
        _ => value,
    })
}

/// The URL of the server, with the path that the pattern finds in the example.
fn server_url(pattern: &str, example: &str, context: &Context<'_>) -> Result<String, String> {
    let server = context.server.ok_or("there is no server that plays the provider")?;
    let regex =
        regex::Regex::new(&without_quoting(pattern)).map_err(|_| format!("the pattern `{pattern}` cannot be read"))?;
    let path = regex.captures(example).and_then(|captures| captures.get(1));
    let path = path.ok_or_else(|| format!("the pattern `{pattern}` finds no path in `{example}`"))?;
    Ok(format!(
        "{}/{}",
        server.trim_end_matches('/'),
        path.as_str().trim_start_matches('/')
    ))
}

#[cfg(test)]
mod tests {
    use super::super::random::Seeded;
    use super::*;

    #[test]
    fn texts_match_their_patterns() {
        let mut random = Seeded::new(7);
        for pattern in [
            "\\d{1,8}",
            "[a-z]+@(foo|bar)\\.com",
            "\\Qa.b\\E[^x]",
            "^\\w{3}-\\d+$",
            "(?i)abc",
        ] {
            for _ in 0..50 {
                let text = from_pattern(&mut random, pattern).expect("it is read");
                let whole = crate::contract::matching::Pattern::new(pattern).expect("it is read");
                assert_eq!(whole.matches(&text), Some(true), "{pattern}: {text}");
            }
        }
        assert!(from_pattern(&mut random, "(?=a)").is_err());
    }

    #[test]
    fn uuids_have_version_and_variant() {
        let made = uuid(&mut Seeded::new(1), UuidFormat::Urn);
        let hex = made.strip_prefix("urn:uuid:").expect("it is read");
        assert_eq!((hex.len(), &hex[14..15]), (36, "4"));
        assert!("89ab".contains(&hex[19..20]));
    }

    #[test]
    fn decimals_keep_their_digits() {
        let mut random = Seeded::new(3);
        for _ in 0..100 {
            let made = decimal(&mut random, 6).to_string();
            assert_eq!(made.len(), 7, "{made}");
        }
    }
}
