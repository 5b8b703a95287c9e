//! What keeps an answer from coming: technical failures, which say nothing of a contract.

use rustls::CertificateError;
use std::error::Error;
use std::fmt;
use std::io;

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What sort of failure it is.
    pub kind: FailureKind,
    /// What happened, as a clause.
    pub message: String,
    /// How often it was tried.
    pub attempts: u32,
}

/// The sorts of technical failures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FailureKind {
    /// What should be sent is no request.
    Unsendable,
    /// Nobody listens.
    Refused,
    /// No connection could be made for another reason, such as a name that nobody knows.
    Unreachable,
    /// The other side could not show who it is, or was not satisfied by what was shown to it.
    Tls,
    /// It took too long.
    Timeout,
    /// The connection ended before the answer did.
    Interrupted,
    /// What came is no HTTP.
    Malformed,
    /// The answer is larger than it may be.
    TooLarge,
    /// Credentials could not be had.
    Credentials,
}

impl FailureKind {
    /// The name, as reports use it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unsendable => "unsendable",
            Self::Refused => "refused",
            Self::Unreachable => "unreachable",
            Self::Tls => "tls",
            Self::Timeout => "timeout",
            Self::Interrupted => "interrupted",
            Self::Malformed => "malformed",
            Self::TooLarge => "too-large",
            Self::Credentials => "credentials",
        }
    }

    /// Whether nothing of the request can have reached the provider.
    #[must_use]
    pub const fn is_before_sending(self) -> bool {
        matches!(self, Self::Refused | Self::Unreachable)
    }
}

impl Failure {
    /// A failure at the first attempt.
    pub(super) fn new(kind: FailureKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            attempts: 1,
        }
    }

    /// What an error of the HTTP client means. Its own words name the URL, which may hold a secret: only those of its
    /// causes are told.
    pub(super) fn of(error: &reqwest::Error) -> Self {
        let causes = causes(error);
        let message = causes
            .last()
            .map_or_else(|| "the request failed".to_owned(), ToString::to_string);
        let io_kind = causes
            .iter()
            .filter_map(|cause| cause.downcast_ref::<io::Error>())
            .map(io::Error::kind)
            .next_back();
        let of_tls = causes.iter().find_map(|cause| cause.downcast_ref::<rustls::Error>());
        let message = of_tls.and_then(of_another_time).map_or(message, str::to_owned);
        let kind = if error.is_timeout() {
            FailureKind::Timeout
        } else if of_tls.is_some() {
            FailureKind::Tls
        } else if io_kind == Some(io::ErrorKind::ConnectionRefused) {
            FailureKind::Refused
        } else if error.is_builder() {
            FailureKind::Unsendable
        } else if error.is_connect() {
            FailureKind::Unreachable
        } else if interrupts(io_kind)
            || message.contains("closed before message completed")
            || error.is_body()
            || error.is_decode()
        {
            FailureKind::Interrupted
        } else {
            FailureKind::Malformed
        };
        let message = match kind {
            FailureKind::Timeout if error.is_connect() => "no connection was made in time".to_owned(),
            FailureKind::Timeout => "no complete answer came in time".to_owned(),
            FailureKind::Refused => "the connection was refused".to_owned(),
            FailureKind::Tls => format!("the TLS handshake failed: {message}"),
            FailureKind::Interrupted => format!("the connection ended before the answer did: {message}"),
            FailureKind::Malformed => format!("what came is no HTTP answer: {message}"),
            _ => message,
        };
        Self::new(kind, message)
    }
}

/// What is wrong with a certificate, where the words of the library name the time of this very run.
fn of_another_time(error: &rustls::Error) -> Option<&'static str> {
    let rustls::Error::InvalidCertificate(error) = error else {
        return None;
    };
    match error {
        CertificateError::ExpiredContext { .. } => Some("the certificate has expired"),
        CertificateError::NotValidYetContext { .. } => Some("the certificate is not valid yet"),
        _ => None,
    }
}

fn interrupts(kind: Option<io::ErrorKind>) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    matches!(
        kind,
        Some(BrokenPipe | ConnectionAborted | ConnectionReset | UnexpectedEof)
    )
}

/// The causes of an error, the last one being where it began. What an input error wraps is looked into.
fn causes<'e>(error: &'e (dyn Error + 'static)) -> Vec<&'e (dyn Error + 'static)> {
    let mut found = Vec::new();
    let mut next = error.source();
    while let Some(cause) = next {
        found.push(cause);
        next = match cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(inner) => Some(inner),
            None => cause.source(),
        };
    }
    found
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if self.attempts > 1 {
            write!(f, " ({} attempts)", self.attempts)?;
        }
        Ok(())
    }
}
