//! What an unquoted YAML scalar means: the core schema (<https://yaml.org/spec/1.2.2/#103-core-schema>), and what
//! the older YAML 1.1 would have made of it.

use super::tree::NodeType;

/// The type of a plain scalar in the core schema of YAML 1.2.
#[must_use]
pub(super) fn core_type(text: &str) -> NodeType {
    match text.as_bytes() {
        [] | b"~" | b"null" | b"Null" | b"NULL" => NodeType::Null,
        b"true" | b"True" | b"TRUE" | b"false" | b"False" | b"FALSE" => NodeType::Boolean,
        [b'0'..=b'9' | b'-' | b'+' | b'.', ..] if is_number(text) => NodeType::Number,
        _ => NodeType::String,
    }
}

fn is_number(text: &str) -> bool {
    if let Some(octal) = text.strip_prefix("0o") {
        return !octal.is_empty() && octal.bytes().all(|byte| (b'0'..=b'7').contains(&byte));
    }
    if let Some(hex) = text.strip_prefix("0x") {
        return !hex.is_empty() && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole)
        && digits(fraction)
        && !(whole.is_empty() && fraction.is_empty())
        && exponent.is_none_or(|exponent| {
            let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
            !exponent.is_empty() && digits(exponent)
        })
}

/// What a YAML 1.1 reader makes of a plain scalar that YAML 1.2 reads as something else, as a noun; `None` where
/// both agree (<https://yaml.org/type/>).
#[must_use]
pub fn yaml_1_1_meaning(text: &str) -> Option<&'static str> {
    const BOOLEANS: &[&str] = &[
        "y", "Y", "yes", "Yes", "YES", "n", "N", "no", "No", "NO", "on", "On", "ON", "off", "Off", "OFF",
    ];
    if BOOLEANS.contains(&text) {
        return Some("a boolean");
    }
    let bytes = text.as_bytes();
    if !bytes
        .first()
        .is_some_and(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'+'))
    {
        return None;
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if unsigned.len() > 1 && unsigned.starts_with('0') && unsigned.bytes().all(|byte| (b'0'..=b'7').contains(&byte)) {
        return Some("an octal number");
    }
    if unsigned.contains('_') && digits(&unsigned.replace('_', "")) && !unsigned.starts_with('_') {
        return Some("a number");
    }
    let mut parts = unsigned.split(':');
    let first = parts.next().unwrap_or_default();
    let rest: Vec<&str> = parts.collect();
    if !rest.is_empty()
        && digits(first)
        && rest
            .iter()
            .all(|part| digits(part) && part.len() <= 2 && part.parse::<u8>().is_ok_and(|n| n < 60))
    {
        return Some("a number in base 60");
    }
    is_timestamp(text).then_some("a date")
}

/// `2024-01-31`, alone or followed by a time.
fn is_timestamp(text: &str) -> bool {
    let date: Vec<&str> = text
        .get(..text.find(['T', 't', ' ']).unwrap_or(text.len()))
        .unwrap_or_default()
        .split('-')
        .collect();
    let digits =
        |text: &str, lengths: &[usize]| lengths.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    match date.as_slice() {
        [year, month, day] => digits(year, &[4]) && digits(month, &[1, 2]) && digits(day, &[1, 2]),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_core_schema() {
        for number in [
            "0",
            "-1",
            "+1",
            "012",
            "0o17",
            "0x1F",
            "1.5",
            ".5",
            "1.",
            "1e3",
            "-.inf",
            ".nan",
            "12345678901234567890",
        ] {
            assert_eq!(core_type(number), NodeType::Number, "{number}");
        }
        for string in [
            "no",
            "on",
            "1_000",
            "12:30",
            "2024-01-01",
            "1.2.3",
            "-",
            "+",
            ".",
            "0o8",
            "0x",
            "1e",
            "e1",
            "-.nan",
            "nUll",
            "--1",
        ] {
            assert_eq!(core_type(string), NodeType::String, "{string}");
        }
        assert_eq!(core_type(""), NodeType::Null);
        assert_eq!(core_type("True"), NodeType::Boolean);
    }

    #[test]
    fn what_yaml_1_1_reads_differently() {
        for (text, meaning) in [
            ("no", "a boolean"),
            ("On", "a boolean"),
            ("012", "an octal number"),
            ("1_000", "a number"),
            ("12:30:45", "a number in base 60"),
            ("2024-01-31", "a date"),
            ("2024-01-31T10:00:00Z", "a date"),
        ] {
            assert_eq!(yaml_1_1_meaning(text), Some(meaning), "{text}");
        }
        for same in ["true", "12", "1.5", "abc", "0", "none", "1:99", "v1", "-", "2024-01"] {
            assert_eq!(yaml_1_1_meaning(same), None, "{same}");
        }
    }
}
