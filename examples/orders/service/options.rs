//! How the service is to behave, as told on the command line.

use clap::{Args, ValueEnum};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// What can be told on the command line.
#[derive(Args, Clone, Debug)]
pub(crate) struct Options {
    /// Where to listen; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    pub(crate) listen: SocketAddr,

    /// Misbehave; can be given several times. Unless it says otherwise, a fault shows in answers below `/api` alone.
    #[arg(long = "fault", value_name = "NAME", value_enum)]
    pub(crate) faults: Vec<Fault>,

    /// How long `--fault slow` waits before it answers: `300ms`, `2s`.
    #[arg(long, value_name = "DURATION", default_value = "300ms", value_parser = duration)]
    pub(crate) delay: Duration,

    /// The bearer token that `--fault unauthorized` asks for, and that `POST /_token` gives.
    #[arg(long, value_name = "TOKEN", default_value = "orders-token")]
    pub(crate) token: String,

    /// Serve over TLS, with a certificate for 127.0.0.1 and localhost made at the start. HTTP/2 is offered, too.
    #[arg(long)]
    pub(crate) tls: bool,

    /// Where to write the certificate (PEM) that clients are to trust.
    #[arg(long, value_name = "FILE", requires = "tls")]
    pub(crate) certificate: Option<PathBuf>,

    /// Ask clients for a certificate (mTLS), and write one with its key to this folder: client.pem and client.key.
    #[arg(long, value_name = "FOLDER", requires = "tls")]
    pub(crate) client_certificates: Option<PathBuf>,

    /// Speak HTTP/2 alone: by ALPN with `--tls`, by prior knowledge without.
    #[arg(long)]
    pub(crate) http2_only: bool,
}

impl Options {
    /// Whether this fault was asked for.
    pub(crate) fn has(&self, fault: Fault) -> bool {
        self.faults.contains(&fault)
    }

    /// What cannot go together, beyond what the types say.
    pub(crate) fn contradiction(&self) -> Option<&'static str> {
        let about_certificates = self.has(Fault::WrongCertificate) || self.has(Fault::ExpiredCertificate);
        if about_certificates && !self.tls {
            Some("a fault of the certificate needs --tls")
        } else if self.has(Fault::ChunkedGarbage) && self.http2_only {
            Some("HTTP/2 knows no chunks: --fault chunked-garbage and --http2-only do not go together")
        } else {
            None
        }
    }
}

/// A way to misbehave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Fault {
    /// 500 where a success belongs, 200 where an error does.
    WrongStatus,
    /// Orders lack their `total`.
    MissingField,
    /// The `total` of orders is a text.
    WrongType,
    /// Every list has one more item than it should.
    ExtraItem,
    /// Everything is said to be text/html.
    WrongContentType,
    /// JSON and text end in bytes that are no UTF-8.
    InvalidUtf8,
    /// Every answer takes `--delay`.
    Slow,
    /// The connection is reset at every first request; the same request is answered the next time.
    Flaky,
    /// Every connection is refused.
    Refuse,
    /// The connection is reset in the middle of every body.
    ResetMidBody,
    /// The body never ends.
    EndlessBody,
    /// The headers come, and then nothing.
    Stalled,
    /// Every address redirects to itself.
    RedirectLoop,
    /// The answer is right, after 200 MB of spaces.
    Huge,
    /// 1 MB of gzip holds 1 GB of spaces.
    GzipBomb,
    /// The length of a chunk is no number.
    ChunkedGarbage,
    /// 20,000 header lines of 100 bytes come along.
    HeaderFlood,
    /// 401 unless the request bears the token.
    Unauthorized,
    /// 429 with Retry-After, every third time.
    RateLimited,
    /// Setting up a provider state ends in 500.
    StateFails,
    /// Tearing down a provider state ends in 500.
    TeardownFails,
    /// The certificate is for another host. Needs --tls.
    WrongCertificate,
    /// The certificate ended years ago. Needs --tls.
    ExpiredCertificate,
}

fn duration(text: &str) -> Result<Duration, String> {
    let number_of = |digits: &str| digits.parse().map_err(|_| format!("`{digits}` is no whole number"));
    if let Some(digits) = text.strip_suffix("ms") {
        Ok(Duration::from_millis(number_of(digits)?))
    } else if let Some(digits) = text.strip_suffix('s') {
        Ok(Duration::from_secs(number_of(digits)?))
    } else {
        Err("write it as `300ms` or `2s`".to_owned())
    }
}
