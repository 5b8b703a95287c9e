//! What a provider answered.

use super::failure::{Failure, FailureKind};
use flate2::read::{DeflateDecoder, GzDecoder, ZlibDecoder};
use std::io::Read;
use std::time::Duration;

/// An answer, with all of its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers as they came, a name for each value.
    pub headers: Vec<(String, String)>,
    /// The body, without its content coding.
    pub body: Vec<u8>,
    /// From sending to the last byte.
    pub elapsed: Duration,
    /// How often it was asked for.
    pub attempts: u32,
}

impl Answer {
    /// The first value of a header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// Takes the content codings off the body (<https://www.rfc-editor.org/rfc/rfc9110#section-8.4>). However little
    /// came, it does not grow beyond so many bytes.
    pub(super) fn decode(&mut self, limit: usize) -> Result<(), Failure> {
        let codings = self.header("content-encoding").unwrap_or_default().to_ascii_lowercase();
        let codings = codings.split(',').map(str::trim).rev();
        for coding in codings {
            let body = self.body.as_slice();
            self.body = match coding {
                "" | "identity" => continue,
                _ if body.is_empty() => continue,
                "gzip" | "x-gzip" => expand(GzDecoder::new(body), coding, limit)?,
                // It is meant to be zlib's form, and some send it without.
                "deflate" => expand(ZlibDecoder::new(body), coding, limit)
                    .or_else(|_| expand(DeflateDecoder::new(body), coding, limit))?,
                _ => {
                    let message = format!("the content coding `{coding}` is not understood; `gzip` and `deflate` are");
                    return Err(Failure::new(FailureKind::Malformed, message));
                }
            };
        }
        Ok(())
    }
}

fn expand(decoder: impl Read, coding: &str, limit: usize) -> Result<Vec<u8>, Failure> {
    let mut body = Vec::new();
    let most = u64::try_from(limit).unwrap_or(u64::MAX);
    match decoder.take(most.saturating_add(1)).read_to_end(&mut body) {
        Ok(_) if body.len() > limit => Err(too_large(limit)),
        Ok(_) => Ok(body),
        Err(error) => Err(Failure::new(
            FailureKind::Malformed,
            format!("the body is not `{coding}` as it says: {error}"),
        )),
    }
}

pub(super) fn too_large(limit: usize) -> Failure {
    let message = match limit >> 20 {
        0 => format!("the answer is larger than {limit} bytes"),
        megabytes => format!("the answer is larger than {megabytes} MB"),
    };
    Failure::new(FailureKind::TooLarge, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use std::io::Write;

    fn answer(coding: &str, body: Vec<u8>) -> Answer {
        Answer {
            status: 200,
            headers: vec![("Content-Encoding".to_owned(), coding.to_owned())],
            body,
            elapsed: Duration::ZERO,
            attempts: 1,
        }
    }

    fn zipped(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(text).expect("memory takes it");
        encoder.finish().expect("memory takes it")
    }

    #[test]
    fn codings_are_taken_off() {
        let mut one = answer("gzip", zipped(b"text"));
        assert_eq!(one.decode(100), Ok(()));
        assert_eq!(one.body, b"text");
        let mut plain = answer("identity", b"text".to_vec());
        assert_eq!(plain.decode(100), Ok(()));
        assert_eq!(plain.body, b"text");
    }

    #[test]
    fn what_grows_too_large_is_refused() {
        let bomb = zipped(&vec![0; 1 << 20]);
        assert!(bomb.len() < 3000);
        let failure = answer("gzip", bomb).decode(10_000).expect_err("it is too large");
        assert_eq!(failure.kind, FailureKind::TooLarge);
    }

    #[test]
    fn what_is_no_coding_is_said() {
        for (coding, body) in [("gzip", b"text".to_vec()), ("zstd", b"text".to_vec())] {
            let failure = answer(coding, body).decode(100).expect_err("it cannot be read");
            assert_eq!(failure.kind, FailureKind::Malformed);
        }
    }
}
