//! Bodies made of parts (<https://www.rfc-editor.org/rfc/rfc2046#section-5.1>).

use super::contents::{compare_bytes, shown_bytes, whole};
use super::json::{Place, Recorded, Setting, compare_at};
use super::mismatch::{Comparison, Mismatch, MismatchKind, Part};
use super::rule::RuleTable;
use super::selector::Selector;
use super::{header, missing, shown_path};
use crate::contract::body::{BASE64, read_json};
use crate::contract::media::MediaType;
use crate::contract::path::Step;
use crate::contract::within::Within;
use crate::syntax::NodeId;
use base64::Engine;
use memchr::memmem;
use std::borrow::Cow;
use std::ops::Range;

/// How many parts of a body are looked at.
const MOST_PARTS: usize = 10_000;

/// A part of a body.
pub(in crate::contract) struct BodyPart<'a> {
    headers: Vec<(String, String)>,
    /// Its name in a form.
    pub(in crate::contract) name: Option<String>,
    /// What it holds.
    pub(in crate::contract) bytes: Cow<'a, [u8]>,
    /// Where that stands in the body, perhaps encoded.
    pub(in crate::contract) range: Range<usize>,
}

impl BodyPart<'_> {
    /// Its media type, if it states one.
    pub(in crate::contract) fn media_type(&self) -> Option<MediaType> {
        header(&self.headers, "content-type").and_then(MediaType::parse)
    }
}

/// Compares the parts of two bodies: by name, those without one by position.
pub(super) fn compare(
    (expected_type, actual_type): (&MediaType, Option<&MediaType>),
    (expected, actual): (&[u8], &[u8]),
    rules: &RuleTable,
    within: &Within<'_>,
    out: &mut Comparison,
) {
    let expected_parts = parts(expected, expected_type.parameter("boundary"));
    let stated_boundary = actual_type.and_then(|media| media.parameter("boundary"));
    let (Some(expected_parts), Some(actual_parts)) = (expected_parts, parts(actual, stated_boundary)) else {
        return out.push(Mismatch {
            expected: "parts between boundaries".into(),
            ..whole(MismatchKind::Unreadable, "", actual, within.whole())
        });
    };
    let mut selector = Selector::new(rules);
    for (position, recorded) in expected_parts.iter().enumerate() {
        let (step, found) = match &recorded.name {
            Some(name) => {
                let mut named = actual_parts.iter();
                (Step::Name(name), named.find(|part| part.name.as_ref() == Some(name)))
            }
            None => (Step::Index(position), actual_parts.get(position)),
        };
        match found {
            Some(part) => compare_part(step, (recorded, part), &mut selector, rules, within, out),
            None => {
                let place = within.part(recorded.range.clone());
                out.push(missing(Part::Body, &[step], &shown_bytes(&recorded.bytes), place));
            }
        }
    }
}

fn compare_part(
    step: Step<'_>,
    (recorded, actual): (&BodyPart<'_>, &BodyPart<'_>),
    selector: &mut Selector<'_>,
    rules: &RuleTable,
    within: &Within<'_>,
    out: &mut Comparison,
) {
    let state = selector.step(Selector::root(), step);
    let (recorded_type, actual_type) = (recorded.media_type(), actual.media_type());
    let place = within.part(recorded.range.clone());
    if selector.chosen(state).is_none() {
        if let (Some(expected), Some(came)) = (&recorded_type, &actual_type)
            && !expected.is_met_by(came)
        {
            return out.push(Mismatch {
                path: shown_path(&[step]),
                expected: expected.to_string(),
                actual: came.to_string(),
                ..whole(MismatchKind::MediaType, "", &[], place)
            });
        }
        if recorded_type.is_some_and(|media| media.is_json()) {
            let read = |bytes: &[u8]| read_json(String::from_utf8_lossy(bytes).into_owned());
            let (expected, came) = (read(&recorded.bytes), read(&actual.bytes));
            // What is encoded stands nowhere as it is.
            let is_plain = matches!(recorded.bytes, Cow::Borrowed(_));
            let unknown = Within::encoded(within);
            let (inner, offset) = match is_plain {
                true => (within, recorded.range.start),
                false => (&unknown, 0),
            };
            if expected.problems().is_empty() && came.problems().is_empty() {
                let setting = Setting {
                    part: Part::Body,
                    recorded: Recorded {
                        tree: &expected,
                        node: NodeId::ROOT,
                        place: Place::Within(inner, offset),
                    },
                    actual: &came,
                    allows_more: true,
                };
                return compare_at(setting, step, NodeId::ROOT, rules, out);
            }
        }
    }
    compare_bytes(selector, &[step], state, (&recorded.bytes, &actual.bytes), place, out);
}

/// The parts between boundaries; `None` where there is no boundary.
pub(in crate::contract) fn parts<'a>(body: &'a [u8], boundary: Option<&str>) -> Option<Vec<BodyPart<'a>>> {
    let delimiter = match boundary {
        Some(boundary) => format!("--{boundary}").into_bytes(),
        // Nobody says what it is: the first line does.
        None => {
            let body = body.trim_ascii_start();
            let line = body.split(|byte| *byte == b'\n').next()?.trim_ascii_end();
            line.starts_with(b"--").then(|| line.to_vec())?
        }
    };
    let mut parts = Vec::new();
    let mut starts = memmem::find_iter(body, &delimiter)
        .filter(|at| *at == 0 || body[at - 1] == b'\n')
        .peekable();
    starts.peek()?;
    while let Some(start) = starts.next() {
        let from = start + delimiter.len();
        if body[from..].starts_with(b"--") || parts.len() == MOST_PARTS {
            break;
        }
        let to = starts.peek().copied().unwrap_or(body.len());
        parts.push(part(body, from..to));
    }
    Some(parts)
}

/// A part, from after its boundary to before the next one.
fn part(whole: &[u8], range: Range<usize>) -> BodyPart<'_> {
    let after_boundary = line_after(&whole[range.clone()]);
    let bytes = without_line_end(after_boundary);
    let (head, body) = split_head(bytes);
    // The part ends where its range does, but for the line end that belongs to the next boundary.
    let end = range.end - (after_boundary.len() - bytes.len());
    let headers: Vec<(String, String)> = String::from_utf8_lossy(head)
        .replace("\r\n ", " ")
        .replace("\r\n\t", " ")
        .lines()
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
        .collect();
    // What `form-data; name="file"` says is read like a media type.
    let name = header(&headers, "content-disposition")
        .and_then(|value| MediaType::parse(&format!("multipart/{value}")))
        .and_then(|disposition| disposition.parameter("name").map(str::to_owned));
    let is_base64 =
        header(&headers, "content-transfer-encoding").is_some_and(|name| name.eq_ignore_ascii_case("base64"));
    let decoded = is_base64.then(|| {
        let compact: Vec<u8> = body
            .iter()
            .copied()
            .filter(|byte| !byte.is_ascii_whitespace())
            .collect();
        BASE64.decode(compact).ok()
    });
    BodyPart {
        headers,
        name,
        bytes: decoded.flatten().map_or(Cow::Borrowed(body), Cow::Owned),
        range: end - body.len()..end,
    }
}

/// What follows the line that a text begins in.
fn line_after(bytes: &[u8]) -> &[u8] {
    memchr::memchr(b'\n', bytes).map_or(&[], |end| &bytes[end + 1..])
}

fn without_line_end(bytes: &[u8]) -> &[u8] {
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    bytes.strip_suffix(b"\r").unwrap_or(bytes)
}

/// The headers of a part, and what follows the empty line after them.
fn split_head(bytes: &[u8]) -> (&[u8], &[u8]) {
    if let Some(body) = bytes.strip_prefix(b"\r\n").or_else(|| bytes.strip_prefix(b"\n")) {
        return (&[], body);
    }
    for blank in [&b"\r\n\r\n"[..], b"\n\n"] {
        if let Some(at) = memmem::find(bytes, blank) {
            return (&bytes[..at], &bytes[at + blank.len()..]);
        }
    }
    (bytes, &[])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_found() {
        let body =
            b"preamble\r\n--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--b\r\n\r\n2\n--b--\r\nend";
        let parts = parts(body, Some("b")).expect("it is read");
        let found: Vec<(Option<&str>, &[u8])> = parts.iter().map(|part| (part.name.as_deref(), &*part.bytes)).collect();
        assert_eq!(found, [(Some("a"), &b"1"[..]), (None, b"2")]);
        for part in &parts {
            assert_eq!(&body[part.range.clone()], &*part.bytes);
        }
    }

    #[test]
    fn a_boundary_that_nobody_states_is_in_the_first_line() {
        assert_eq!(parts(b"\n--x\n\na\n--x--", None).expect("it is read").len(), 1);
        assert!(parts(b"text", None).is_none());
        assert!(parts(b"text", Some("x")).is_none());
    }
}
