//! The formats of strings and numbers that are checked. All others are notes for people, as the specifications say
//! (<https://spec.openapis.org/oas/v3.1.1.html#data-type-format>).

use std::net::{Ipv4Addr, Ipv6Addr};
use time::Date;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;

/// What a string lacks to be of a format, as a noun; `None` if it is, or if the format is not checked.
pub(super) fn lacking(format: &str, text: &str) -> Option<&'static str> {
    let (fits, noun) = match format {
        "date-time" => (is_date_time(text), "a date and time as in `2024-01-31T10:00:00Z`"),
        "date" => (is_date(text), "a date as in `2024-01-31`"),
        "uuid" => (is_uuid(text), "a UUID"),
        "ipv4" => (text.parse::<Ipv4Addr>().is_ok(), "an IPv4 address"),
        "ipv6" => (text.parse::<Ipv6Addr>().is_ok(), "an IPv6 address"),
        "email" => (
            text.split_once('@')
                .is_some_and(|(name, host)| !name.is_empty() && !host.is_empty()),
            "an e-mail address",
        ),
        "uri" => (crate::document::has_scheme(text), "a URI with its scheme"),
        _ => return None,
    };
    (!fits).then_some(noun)
}

/// The smallest and largest number of a format, if it bounds them.
pub(super) fn range(format: &str) -> Option<(&'static str, &'static str)> {
    match format {
        "int32" => Some(("-2147483648", "2147483647")),
        "int64" => Some(("-9223372036854775808", "9223372036854775807")),
        _ => None,
    }
}

fn is_date_time(text: &str) -> bool {
    // RFC 3339 allows a space and small letters; the library asks for `T` and `Z`.
    let mut upper = text.to_ascii_uppercase();
    if upper.as_bytes().get(10) == Some(&b' ') {
        upper.replace_range(10..11, "T");
    }
    time::OffsetDateTime::parse(&upper, &Rfc3339).is_ok() || is_leap_second(&upper)
}

/// `23:59:60` exists at the end of some days.
fn is_leap_second(text: &str) -> bool {
    text.get(17..19) == Some("60") && {
        let mut other = text.to_owned();
        other.replace_range(17..19, "59");
        time::OffsetDateTime::parse(&other, &Rfc3339).is_ok()
    }
}

fn is_date(text: &str) -> bool {
    text.len() == 10 && Date::parse(text, format_description!("[year]-[month]-[day]")).is_ok()
}

fn is_uuid(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    parts.iter().map(|part| part.len()).eq([8, 4, 4, 4, 12])
        && parts
            .iter()
            .all(|part| part.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_told() {
        for (format, text) in [
            ("date-time", "2024-01-31T10:00:00Z"),
            ("date-time", "2024-01-31t10:00:00.123+02:00"),
            ("date-time", "2016-12-31T23:59:60Z"),
            ("date", "2024-02-29"),
            ("uuid", "123e4567-e89b-12d3-a456-426614174000"),
            ("ipv4", "127.0.0.1"),
            ("ipv6", "::1"),
            ("email", "a@b"),
            ("uri", "https://example.com"),
            ("anything", "x"),
        ] {
            assert_eq!(lacking(format, text), None, "{format} {text}");
        }
        for (format, text) in [
            ("date-time", "2024-01-31"),
            ("date-time", "ü"),
            ("date", "2023-02-29"),
            ("date", "2024-1-1"),
            ("uuid", "123e4567e89b12d3a456426614174000"),
            ("ipv4", "256.0.0.1"),
            ("email", "nobody"),
            ("uri", "example.com"),
        ] {
            assert!(lacking(format, text).is_some(), "{format} {text}");
        }
    }
}
