//! Connections: each request goes to what answers it, and each fault to the layer that it belongs to.

use super::answer::{Answer, CORRELATION_ID};
use super::faults::{self, Interruption};
use super::form;
use super::options::{Fault, Options};
use super::orders::{BASE, Orders};
use super::payload::Payload;
use super::states::States;
use http_body_util::{BodyExt, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{AUTHORIZATION, LOCATION, RETRY_AFTER, WWW_AUTHENTICATE};
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde_json::json;
use std::collections::BTreeSet;
use std::error::Error;
use std::future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::server::TlsStream;

/// The largest request that is read.
const MAX_REQUEST: usize = 1_000_000;

/// What all connections share.
pub(crate) struct Provider {
    options: Options,
    memory: Mutex<Memory>,
}

struct Memory {
    orders: Orders,
    states: States,
    /// Every request that came in, but for those for this list.
    requests: Vec<String>,
    /// Requests whose connection was reset, and which are to be answered the next time.
    reset: BTreeSet<String>,
    /// Requests for the interface so far.
    asked: usize,
}

/// Takes connections for as long as the runtime lives.
pub(crate) async fn accept(listener: TcpListener, tls: Option<ServerConfig>, provider: Arc<Provider>) {
    let tls = tls.map(|tls| TlsAcceptor::from(Arc::new(tls)));
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            continue;
        };
        let (tls, provider) = (tls.clone(), provider.clone());
        tokio::spawn(async move {
            let Some(tls) = tls else {
                let is_http2 = provider.options.http2_only;
                return serve(stream, is_http2, provider).await;
            };
            if let Ok(stream) = tls.accept(stream).await {
                let is_http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
                if is_http2 || !provider.options.http2_only {
                    serve(stream, is_http2, provider).await;
                }
            }
        });
    }
}

/// A connection of either kind.
trait Connection: AsyncRead + AsyncWrite + Unpin + Send + 'static {
    fn tcp(&self) -> &TcpStream;
}

impl Connection for TcpStream {
    fn tcp(&self) -> &TcpStream {
        self
    }
}

impl Connection for TlsStream<TcpStream> {
    fn tcp(&self) -> &TcpStream {
        self.get_ref().0
    }
}

async fn serve(stream: impl Connection, is_http2: bool, provider: Arc<Provider>) {
    let service = service_fn(|request| {
        let provider = provider.clone();
        Box::pin(async move { provider.answer(request).await })
    });
    let stream = TokioIo::new(stream);
    if is_http2 {
        // Faults reset streams here; an error of the connection is the client's business.
        let _ = http2::Builder::new(TokioExecutor::new())
            .auto_date_header(false)
            .serve_connection(stream, service)
            .await;
        return;
    }
    let mut connection = http1::Builder::new()
        .auto_date_header(false)
        .serve_connection(stream, service);
    let served = future::poll_fn(|context| Pin::new(&mut connection).poll_without_shutdown(context)).await;
    let mut stream = connection.into_parts().io.into_inner();
    match served.as_ref().err().map(interruption) {
        None => {}
        Some(Interruption::Raw(bytes)) => {
            let _ = stream.write_all(bytes).await;
        }
        Some(Interruption::Reset) => {
            let _ = stream.tcp().set_zero_linger();
            return;
        }
    }
    let _ = stream.shutdown().await;
}

/// What a fault said that ended a connection. Everything else that ends one is a reset, too.
fn interruption(error: &hyper::Error) -> Interruption {
    let told = error.source().and_then(|source| source.downcast_ref::<Interruption>());
    told.copied().unwrap_or(Interruption::Reset)
}

impl Provider {
    pub(crate) fn new(options: Options) -> Provider {
        let memory = Memory {
            orders: Orders::new(),
            states: States::default(),
            requests: Vec::new(),
            reset: BTreeSet::new(),
            asked: 0,
        };
        Provider {
            options,
            memory: Mutex::new(memory),
        }
    }

    /// What is in memory. That somebody panicked over it does not make it wrong.
    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn answer(&self, request: Request<Incoming>) -> Result<Response<Payload>, Interruption> {
        let (head, body) = request.into_parts();
        let body = Limited::new(body, MAX_REQUEST).collect().await;
        let body = body.map_err(|_| Interruption::Reset)?.to_bytes();
        let request = Request::from_parts(head, body);
        let asked = format!(
            "{} {}",
            request.method(),
            request.uri().path_and_query().map_or("", |path| path.as_str())
        );
        if let Some(answer) = self.answer_beside(&request, &asked) {
            return Ok(answer.into_response());
        }
        if self.options.has(Fault::Slow) {
            tokio::time::sleep(self.options.delay).await;
        }
        if self.options.has(Fault::Flaky) && self.is_first(asked) {
            return Err(Interruption::Reset);
        }
        if self.options.has(Fault::ChunkedGarbage) {
            return Err(Interruption::Raw(faults::CHUNKED_GARBAGE));
        }
        let answer = self.refusal(&request).unwrap_or_else(|| {
            let answer = self.memory().orders.answer(&request);
            faults::change_content(answer, &self.options)
        });
        let answer = match request.headers().get(CORRELATION_ID) {
            Some(id) => answer.correlated(id),
            None => answer,
        };
        faults::change_sending(answer, &self.options).map_err(|_| Interruption::Reset)
    }

    /// Answers what is not part of the interface, and has no faults but its own.
    fn answer_beside(&self, request: &Request<Bytes>, asked: &str) -> Option<Answer> {
        let mut memory = self.memory();
        let memory = &mut *memory;
        if asked == "GET /_requests" {
            return Some(Answer::json(StatusCode::OK, memory.requests.clone().into()));
        }
        let mut line = asked.to_owned();
        if asked == "POST /_states" {
            line.push(' ');
            line.push_str(&String::from_utf8_lossy(request.body()));
        }
        memory.requests.push(line);
        match asked {
            "GET /_ready" => Some(Answer::json(StatusCode::OK, json!({ "status": "ready" }))),
            "POST /_states" => Some(memory.states.change(request.body(), &mut memory.orders, &self.options)),
            "POST /_token" => Some(self.token(request)),
            _ if request.uri().path().starts_with(BASE) => None,
            _ => Some(Answer::empty(StatusCode::NOT_FOUND)),
        }
    }

    /// An access token, by OAuth2's client credentials in a form. Whoever asks is trusted.
    fn token(&self, request: &Request<Bytes>) -> Answer {
        let form = form::pairs(&String::from_utf8_lossy(request.body()));
        if form::value(&form, "grant_type") != Some("client_credentials") {
            return Answer::json(StatusCode::BAD_REQUEST, json!({ "error": "unsupported_grant_type" }));
        }
        let token = json!({ "access_token": self.options.token, "token_type": "Bearer", "expires_in": 3600 });
        Answer::json(StatusCode::OK, token)
    }

    /// Whether this request is to be reset: the first time, and again when it was answered in between.
    fn is_first(&self, asked: String) -> bool {
        let mut memory = self.memory();
        let was_reset = memory.reset.remove(&asked);
        if !was_reset {
            memory.reset.insert(asked);
        }
        !was_reset
    }

    /// The answer to a request that the orders do not get to see.
    fn refusal(&self, request: &Request<Bytes>) -> Option<Answer> {
        let options = &self.options;
        let asked = {
            let mut memory = self.memory();
            memory.asked += 1;
            memory.asked
        };
        let bearer = format!("Bearer {}", options.token);
        let is_known = request
            .headers()
            .get(AUTHORIZATION)
            .is_some_and(|value| value.as_bytes() == bearer.as_bytes());
        if options.has(Fault::Unauthorized) && !is_known {
            let problem = Answer::problem(StatusCode::UNAUTHORIZED, "UNAUTHORIZED", "Say who you are.");
            Some(problem.header(WWW_AUTHENTICATE, "Bearer"))
        } else if options.has(Fault::RateLimited) && asked.is_multiple_of(3) {
            let problem = Answer::problem(StatusCode::TOO_MANY_REQUESTS, "TOO_MANY_REQUESTS", "Slow down.");
            Some(problem.header(RETRY_AFTER, "1"))
        } else if options.has(Fault::RedirectLoop) {
            let status = if request.method() == Method::GET {
                StatusCode::FOUND
            } else {
                StatusCode::PERMANENT_REDIRECT
            };
            let here = request.uri().path_and_query().map_or("/", |path| path.as_str());
            Some(Answer::empty(status).header(LOCATION, here))
        } else {
            None
        }
    }
}
