//! The client that all requests of a run go through.

use super::answer::{Answer, too_large};
use super::failure::{Failure, FailureKind};
use super::pace::Pace;
use super::retry::{Retry, asked_to_wait};
use crate::contract::generators::{Random, Seeded};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Certificate, Identity, Method, Url};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Connections to one host that wait for the next request, at most.
const IDLE: usize = 64;
/// Times that a provider can ask to come back later, for one request.
const WAITS: u32 = 5;

/// How a provider is talked to.
#[derive(Debug, Clone)]
pub struct ClientSettings {
    /// Certificates of authorities that are trusted besides those of the system, as PEM.
    pub authorities: Vec<Vec<u8>>,
    /// The certificate and the key to show, as PEM.
    pub identity: Option<Vec<u8>>,
    /// Whether whoever answers is believed to be the provider.
    pub insecure: bool,
    /// Whether HTTP/2 is spoken without asking, as providers do that speak nothing else without TLS.
    pub http2: bool,
    /// The longest that making a connection may take.
    pub connect: Duration,
    /// The longest that a request may take, from sending it to the last byte of the answer.
    pub request: Duration,
    /// The bytes that a body may have.
    pub body_bytes: usize,
    /// When to try again.
    pub retry: Retry,
    /// The requests that are sent in a second, at most.
    pub per_second: Option<f64>,
}

impl Default for ClientSettings {
    fn default() -> Self {
        Self {
            authorities: Vec::new(),
            identity: None,
            insecure: false,
            http2: false,
            connect: Duration::from_secs(3),
            request: Duration::from_secs(10),
            body_bytes: 50 << 20,
            retry: Retry::default(),
            per_second: None,
        }
    }
}

/// A request to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// The method.
    pub method: String,
    /// The absolute URL.
    pub url: String,
    /// The headers, a name for each value.
    pub headers: Vec<(String, String)>,
    /// The body; nothing where there is none.
    pub body: Option<Vec<u8>>,
    /// The longest that it may take, where it is not that of the settings.
    pub timeout: Option<Duration>,
    /// Whether the answer to come is that it asks too often, which else is obeyed.
    pub expects_refusal: bool,
}

/// What recorded requests say of their own connection, or of themselves: the client says it of its own.
const OF_CONNECTION: &[&str] = &[
    "connection",
    "content-length",
    "host",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// A client with its connections.
#[derive(Debug)]
pub struct Client {
    http: reqwest::Client,
    settings: ClientSettings,
    pace: Pace,
    random: Mutex<Seeded>,
}

impl Client {
    /// A client without connections yet. `seed` is where chance comes from.
    ///
    /// # Errors
    ///
    /// If a certificate or a key cannot be read.
    pub fn new(settings: ClientSettings, seed: u64) -> Result<Self, Failure> {
        // Another one may have been chosen before: then that one serves.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let unusable = |error: &reqwest::Error, what: &str| {
            let failure = Failure::of(error);
            Failure::new(FailureKind::Tls, format!("{what} cannot be used: {}", failure.message))
        };
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("stipula/", env!("CARGO_PKG_VERSION")))
            .redirect(Policy::none())
            .connect_timeout(settings.connect)
            .timeout(settings.request)
            .pool_max_idle_per_host(IDLE)
            .danger_accept_invalid_certs(settings.insecure);
        for pem in &settings.authorities {
            let certificates = Certificate::from_pem_bundle(pem);
            for certificate in certificates.map_err(|error| unusable(&error, "the certificate of the authority"))? {
                builder = builder.add_root_certificate(certificate);
            }
        }
        if let Some(pem) = &settings.identity {
            let identity = Identity::from_pem(pem);
            builder = builder.identity(identity.map_err(|error| unusable(&error, "the certificate or its key"))?);
        }
        if settings.http2 {
            builder = builder.http2_prior_knowledge();
        }
        Ok(Self {
            http: builder.build().map_err(|error| unusable(&error, "a certificate"))?,
            pace: Pace::new(settings.per_second),
            settings,
            random: Mutex::new(Seeded::new(seed)),
        })
    }

    /// Sends a request, again if need be, and waits for all of the answer.
    ///
    /// # Errors
    ///
    /// If no complete answer comes, for technical reasons.
    pub async fn send(&self, outgoing: &Outgoing) -> Result<Answer, Failure> {
        let retry = &self.settings.retry;
        let (mut attempts, mut waits) = (0, 0);
        loop {
            attempts += 1;
            self.pace.turn().await;
            let mut answered = false;
            let wait = match self.attempt(outgoing, &mut answered).await {
                Ok(answer) => {
                    let asked = asked_to_wait(answer.header(RETRY_AFTER.as_str()))
                        .filter(|_| answer.status == 429 && !outgoing.expects_refusal && waits < WAITS);
                    if let Some(asked) = asked {
                        // Who waits as it is told to has not failed.
                        waits += 1;
                        attempts -= 1;
                        asked
                    } else if retry.statuses.contains(&answer.status) && attempts < retry.attempts {
                        self.wait(attempts)
                    } else {
                        return Ok(Answer { attempts, ..answer });
                    }
                }
                Err(failure) if attempts < retry.attempts && retry.applies(&outgoing.method, &failure, answered) => {
                    self.wait(attempts)
                }
                Err(failure) => return Err(Failure { attempts, ..failure }),
            };
            tokio::time::sleep(wait).await;
        }
    }

    fn wait(&self, attempts: u32) -> Duration {
        let mut random = self.random.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let random: &mut dyn Random = &mut *random;
        self.settings.retry.wait(attempts, random)
    }

    async fn attempt(&self, outgoing: &Outgoing, answered: &mut bool) -> Result<Answer, Failure> {
        let request = self.request(outgoing)?;
        let start = Instant::now();
        let limit = self.settings.body_bytes;
        let mut response = self.http.execute(request).await.map_err(|error| Failure::of(&error))?;
        *answered = true;
        let headers = response.headers().iter();
        let headers = headers.map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            (name.as_str().to_owned(), value)
        });
        let mut answer = Answer {
            status: response.status().as_u16(),
            headers: headers.collect(),
            body: Vec::new(),
            elapsed: Duration::ZERO,
            attempts: 1,
        };
        while let Some(chunk) = response.chunk().await.map_err(|error| Failure::of(&error))? {
            if answer.body.len() + chunk.len() > limit {
                return Err(too_large(limit));
            }
            answer.body.extend_from_slice(&chunk);
        }
        answer.elapsed = start.elapsed();
        answer.decode(limit)?;
        Ok(answer)
    }

    fn request(&self, outgoing: &Outgoing) -> Result<reqwest::Request, Failure> {
        let unsendable = |message: String| Failure::new(FailureKind::Unsendable, message);
        let url = Url::parse(&outgoing.url).map_err(|error| unsendable(format!("the URL cannot be used: {error}")))?;
        let method = Method::from_bytes(outgoing.method.to_ascii_uppercase().as_bytes())
            .map_err(|_| unsendable(format!("`{}` is no method", outgoing.method)))?;
        let mut headers = HeaderMap::new();
        for (name, value) in &outgoing.headers {
            if OF_CONNECTION.iter().any(|known| known.eq_ignore_ascii_case(name)) {
                continue;
            }
            let name_read = HeaderName::from_bytes(name.as_bytes());
            let name = name_read.map_err(|_| unsendable(format!("`{name}` is no name of a header")))?;
            let value = HeaderValue::from_str(value)
                .map_err(|_| unsendable(format!("what the header `{name}` should say is no value of a header")))?;
            headers.append(name, value);
        }
        let mut builder = self.http.request(method, url).headers(headers);
        if let Some(body) = &outgoing.body {
            builder = builder.body(body.clone());
        }
        if let Some(timeout) = outgoing.timeout {
            builder = builder.timeout(timeout);
        }
        builder.build().map_err(|error| Failure::of(&error))
    }
}
