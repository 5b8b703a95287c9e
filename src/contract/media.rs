//! Media types, such as `application/json; charset=utf-8`.

use std::fmt;

/// A media type, as a header or a contract states it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaType {
    /// The type and subtype, in small letters.
    essence: String,
    /// The parameters, names in small letters, in their order.
    parameters: Vec<(String, String)>,
}

impl MediaType {
    /// Reads the value of a `Content-Type`; `None` where it names no type.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = split_outside_quotes(text, ';').into_iter();
        let essence = parts.next()?.trim().to_ascii_lowercase();
        let (kind, subtype) = essence.split_once('/')?;
        if kind.is_empty() || subtype.is_empty() || essence.contains(char::is_whitespace) {
            return None;
        }
        Some(Self {
            parameters: parts.filter_map(parameter).collect(),
            essence,
        })
    }

    /// The type and subtype.
    #[must_use]
    pub fn essence(&self) -> &str {
        &self.essence
    }

    /// The value of a parameter, whose name is in small letters.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters
            .iter()
            .find(|(parameter, _)| parameter == name)
            .map(|(_, value)| value.as_str())
    }

    fn has_suffix(&self, suffix: &str) -> bool {
        self.essence
            .rsplit_once('+')
            .is_some_and(|(_, last)| last.eq_ignore_ascii_case(suffix))
    }

    /// Whether it is JSON, or a type built on it.
    #[must_use]
    pub fn is_json(&self) -> bool {
        let subtype = self.essence.split_once('/').map_or("", |(_, subtype)| subtype);
        matches!(subtype, "json" | "graphql" | "x-json" | "json-rpc") || self.has_suffix("json")
    }

    /// Whether it is XML, or a type built on it.
    #[must_use]
    pub fn is_xml(&self) -> bool {
        matches!(self.essence.as_str(), "application/xml" | "text/xml") || self.has_suffix("xml")
    }

    /// Whether it is the form that browsers send.
    #[must_use]
    pub fn is_form(&self) -> bool {
        self.essence == "application/x-www-form-urlencoded"
    }

    /// Whether it is made of parts.
    #[must_use]
    pub fn is_multipart(&self) -> bool {
        self.essence.starts_with("multipart/")
    }

    /// Whether it is text of no other kind.
    #[must_use]
    pub fn is_text(&self) -> bool {
        self.essence.starts_with("text/") || matches!(self.essence.as_str(), "application/javascript")
    }

    /// Whether its bytes are no text, so that files before version 4 hold them in base64.
    #[must_use]
    pub fn is_binary(&self) -> bool {
        let (kind, subtype) = self.essence.split_once('/').unwrap_or_default();
        match kind {
            "image" | "audio" | "video" | "font" => !self.is_xml(),
            "application" => {
                let words = [
                    "octet-stream",
                    "pdf",
                    "zip",
                    "gzip",
                    "x-tar",
                    "protobuf",
                    "x-protobuf",
                    "grpc",
                    "msword",
                ];
                words.contains(&subtype) || ["protobuf", "zip", "gzip"].iter().any(|suffix| self.has_suffix(suffix))
            }
            _ => false,
        }
    }

    /// The type of a body, by its first bytes: what there is when nothing states it.
    #[must_use]
    pub fn of_bytes(bytes: &[u8]) -> Self {
        Self {
            essence: sniff(bytes).to_owned(),
            parameters: Vec::new(),
        }
    }
}

/// Text without a type of its own is JSON if it looks like that, for that is what most bodies are.
fn sniff(bytes: &[u8]) -> &'static str {
    if let Some(known) = infer::get(bytes) {
        let is_markup = matches!(known.matcher_type(), infer::MatcherType::Text);
        if !is_markup || !matches!(known.mime_type(), "text/xml") {
            return known.mime_type();
        }
    }
    let Ok(text) = std::str::from_utf8(bytes) else {
        return "application/octet-stream";
    };
    let text = text.trim_start();
    let begins = |tag: &str| {
        text.get(..tag.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(tag))
    };
    if begins("<!doctype html") || begins("<html") {
        "text/html"
    } else if text.starts_with('<') {
        "application/xml"
    } else if text.starts_with(['{', '[', '"']) || matches!(text.trim_end(), "true" | "false" | "null") {
        "application/json"
    } else {
        "text/plain"
    }
}

fn parameter(text: &str) -> Option<(String, String)> {
    let (name, value) = text.split_once('=')?;
    let value = value.trim();
    let value = value
        .strip_prefix('"')
        .and_then(|value| value.strip_suffix('"'))
        .map_or_else(
            || value.to_owned(),
            |quoted| quoted.replace("\\\"", "\"").replace("\\\\", "\\"),
        );
    Some((name.trim().to_ascii_lowercase(), value))
}

/// The parts of a header's value between separators that do not stand in quotes.
pub(super) fn split_outside_quotes(text: &str, separator: char) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut in_quotes, mut escaped) = (0, false, false);
    for (at, character) in text.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' if in_quotes => escaped = true,
            '"' => in_quotes = !in_quotes,
            _ if character == separator && !in_quotes => {
                parts.push(&text[start..at]);
                start = at + character.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

impl MediaType {
    /// Whether another type has all that this one says: the same type, and these parameters. A charset has no case.
    #[must_use]
    pub fn is_met_by(&self, other: &Self) -> bool {
        self.essence == other.essence
            && self.parameters.iter().all(|(name, value)| match other.parameter(name) {
                Some(actual) if name == "charset" => actual.eq_ignore_ascii_case(value),
                Some(actual) => actual == value,
                None => false,
            })
    }
}

impl fmt::Display for MediaType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.essence)?;
        for (name, value) in &self.parameters {
            write!(f, "; {name}={value}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn media(text: &str) -> MediaType {
        MediaType::parse(text).expect("it is read")
    }

    #[test]
    fn types_are_told() {
        assert!(media("application/hal+json").is_json());
        assert!(media("Application/JSON;charset=UTF-8").is_json());
        assert!(media("image/svg+xml").is_xml());
        assert!(media("multipart/form-data; boundary=\"a;b\"").is_multipart());
        assert_eq!(
            media("multipart/form-data; boundary=\"a;b\"").parameter("boundary"),
            Some("a;b")
        );
        assert_eq!(MediaType::parse("alligators"), None);
        assert!(media("image/jpeg").is_binary() && !media("image/svg+xml").is_binary());
        assert!(media("application/pdf").is_binary() && !media("application/json").is_binary());
    }

    #[test]
    fn parameters_must_be_met_in_any_order() {
        let expected = media("text/plain; charset=utf-8; format=flowed");
        assert!(expected.is_met_by(&media("text/plain;format=flowed;charset=UTF-8;x=1")));
        assert!(!expected.is_met_by(&media("text/plain;charset=UTF-8")));
        assert!(!expected.is_met_by(&media("text/plain;charset=UTF-8;format=Flowed")));
    }

    #[test]
    fn bytes_tell_their_type() {
        for (bytes, expected) in [
            (&b"{\"a\": 1}"[..], "application/json"),
            (b" <?xml version=\"1.0\"?><a/>", "application/xml"),
            (b"<a/>", "application/xml"),
            (b"<!DOCTYPE html><html></html>", "text/html"),
            (b"Hello", "text/plain"),
            (b"%PDF-1.7", "application/pdf"),
            (b"\xFF\xD8\xFF\xE0", "image/jpeg"),
            (b"\x00\xFF", "application/octet-stream"),
            (b"", "text/plain"),
        ] {
            assert_eq!(MediaType::of_bytes(bytes).essence(), expected);
        }
    }
}
