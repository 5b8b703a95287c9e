//! What each fault makes of an answer that was right.

use super::answer::{Answer, Content};
use super::options::{Fault, Options};
use super::payload::{End, Payload};
use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};
use hyper::body::Bytes;
use hyper::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::{Response, StatusCode};
use serde_json::Value;
use std::error::Error;
use std::fmt;
use std::io::{self, Write};
use std::iter;

/// What happens to a connection in place of an answer.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Interruption {
    /// It is reset before a byte is sent.
    Reset,
    /// These bytes are sent, and then it ends.
    Raw(&'static [u8]),
}

impl fmt::Display for Interruption {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("the connection ends here, on purpose")
    }
}

impl Error for Interruption {}

/// An answer whose second chunk has no length.
pub(crate) const CHUNKED_GARBAGE: &[u8] =
    b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n\
      8\r\n{\"data\":\r\nnot a length\r\n[]}\r\n0\r\n\r\n";

const MEGABYTE: usize = 1_000_000;
const HUGE_IN_MEGABYTES: usize = 200;
const BOMB_IN_MEGABYTES: usize = 1000;
const FLOOD_LINES: usize = 20_000;

/// What a service says that has failed in a way nobody thought of.
pub(crate) fn broken() -> Answer {
    let status = StatusCode::INTERNAL_SERVER_ERROR;
    Answer::problem(status, "INTERNAL_ERROR", "This should not have happened.")
}

/// Changes what is said, before it is written down.
pub(crate) fn change_content(mut answer: Answer, options: &Options) -> Answer {
    if let Content::Json(value) = &mut answer.content {
        visit(value, &mut |value| match value {
            Value::Object(object) if options.has(Fault::MissingField) => {
                object.remove("total");
            }
            Value::Object(object) if options.has(Fault::WrongType) => {
                if let Some(total) = object.get_mut("total") {
                    *total = total.to_string().into();
                }
            }
            Value::Array(items) if options.has(Fault::ExtraItem) => {
                items.push(items.last().cloned().unwrap_or_default());
            }
            _ => {}
        });
    }
    if options.has(Fault::WrongStatus) {
        answer.status = if answer.status.is_success() {
            StatusCode::INTERNAL_SERVER_ERROR
        } else {
            StatusCode::OK
        };
    }
    answer
}

/// Calls `change` on a value and everything within it, the inner ones first.
fn visit(value: &mut Value, change: &mut impl FnMut(&mut Value)) {
    match value {
        Value::Object(object) => object.values_mut().for_each(|member| visit(member, change)),
        Value::Array(items) => items.iter_mut().for_each(|item| visit(item, change)),
        _ => {}
    }
    change(value);
}

/// Changes how it is sent.
pub(crate) fn change_sending(answer: Answer, options: &Options) -> io::Result<Response<Payload>> {
    let (response, mut bytes) = answer.into_parts();
    if options.has(Fault::InvalidUtf8) && !is_binary(&response) {
        bytes = [&bytes, &b"\xC3\x28\xFF"[..]].concat().into();
    }
    let length = bytes.len() as u64;
    let payload = if options.has(Fault::ResetMidBody) {
        let half = bytes.slice(..bytes.len() / 2);
        Payload::pieces(iter::once(half), Some(length), End::Break)
    } else if options.has(Fault::Stalled) {
        Payload::pieces(iter::empty(), Some(length.max(1)), End::Stall)
    } else if options.has(Fault::EndlessBody) {
        let pieces = iter::once(bytes).chain(iter::repeat(spaces()));
        Payload::pieces(pieces, None, End::Complete)
    } else if options.has(Fault::Huge) {
        let pieces = iter::repeat_n(spaces(), HUGE_IN_MEGABYTES).chain(iter::once(bytes));
        let length = length + (HUGE_IN_MEGABYTES * MEGABYTE) as u64;
        Payload::pieces(pieces, Some(length), End::Complete)
    } else if options.has(Fault::GzipBomb) {
        gzip_bomb()?
    } else {
        Payload::whole(bytes)
    };
    let mut response = response.map(|()| payload);
    change_headers(&mut response, options);
    Ok(response)
}

fn change_headers(response: &mut Response<Payload>, options: &Options) {
    // Only an answer that may have a body can have a bad one.
    let spoils_body = [
        Fault::ResetMidBody,
        Fault::Stalled,
        Fault::EndlessBody,
        Fault::Huge,
        Fault::GzipBomb,
    ];
    if response.status() == StatusCode::NO_CONTENT && spoils_body.iter().any(|fault| options.has(*fault)) {
        *response.status_mut() = StatusCode::OK;
    }
    let headers = response.headers_mut();
    if options.has(Fault::WrongContentType) {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html"));
    }
    if options.has(Fault::GzipBomb) {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        headers.remove(CONTENT_LENGTH);
    }
    if options.has(Fault::HeaderFlood) {
        let name = HeaderName::from_static("x-flood");
        for number in 0..FLOOD_LINES {
            if let Ok(value) = HeaderValue::from_str(&format!("{number:089}")) {
                headers.append(name.clone(), value);
            }
        }
    }
}

fn is_binary(response: &Response<()>) -> bool {
    let media_type = response.headers().get(CONTENT_TYPE);
    media_type.is_some_and(|media_type| media_type.as_bytes().starts_with(b"image/"))
}

fn spaces() -> Bytes {
    vec![b' '; MEGABYTE].into()
}

/// A gzip stream of spaces. One megabyte is compressed, and sent many times over: its last byte of output is the
/// end of a byte, and what it refers back to is spaces whichever megabyte it is.
fn gzip_bomb() -> io::Result<Payload> {
    const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    const LAST_BLOCK: [u8; 2] = [3, 0];
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&spaces())?;
    encoder.flush()?;
    let megabyte = Bytes::from(encoder.get_ref().clone());

    let mut one = Crc::new();
    one.update(&spaces());
    let mut all = Crc::new();
    for _ in 0..BOMB_IN_MEGABYTES {
        all.combine(&one);
    }
    let mut end = LAST_BLOCK.to_vec();
    end.extend(all.sum().to_le_bytes());
    end.extend(all.amount().to_le_bytes());

    let pieces = iter::once(Bytes::from_static(&HEADER))
        .chain(iter::repeat_n(megabyte, BOMB_IN_MEGABYTES))
        .chain(iter::once(end.into()));
    Ok(Payload::pieces(pieces, None, End::Complete))
}
