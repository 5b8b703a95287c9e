//! Verification as a scenario of the compatibility suite wants it: by the program, against a provider on the loopback
//! that answers what the scenario says.

use crate::pact_world::{World, received};
use crate::tool::{Ended, Project};
use base64::Engine;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use stipula::contract::Exchange;
use stipula::contract::generators::{PreparedRequest, PreparedResponse};

/// No scenario takes longer than this.
const LONGEST: Duration = Duration::from_secs(60);
const STATES: &str = "/_states";
const MESSAGES: &str = "/_messages";

/// How the program verified, and what the provider was asked for, in the order in which it came.
pub(crate) struct Verified {
    pub(crate) ended: Ended,
    pub(crate) report: Value,
    pub(crate) asked: Vec<PreparedRequest>,
}

impl Verified {
    /// What the callback for states was told, and whether each came before the interactions.
    pub(crate) fn states(&self) -> Vec<(Value, bool)> {
        let first = self.asked.iter().position(|request| request.path != STATES);
        let calls = self
            .asked
            .iter()
            .enumerate()
            .filter(|(_, request)| request.path == STATES);
        let told = |request: &PreparedRequest| serde_json::from_slice(request.body.as_deref().unwrap_or_default());
        calls
            .map(|(position, request)| (told(request).unwrap(), first.is_none_or(|first| position < first)))
            .collect()
    }

    /// The requests that were no preparations.
    pub(crate) fn requests(&self) -> impl Iterator<Item = &PreparedRequest> {
        self.asked.iter().filter(|request| request.path != STATES)
    }
}

impl World {
    /// Runs the program on the contracts of the scenario.
    pub(crate) fn run_program(&self) -> Verified {
        let project = Project::new();
        for (position, contract) in self.contracts.iter().enumerate() {
            project.write(&format!("pacts/{position:02}.json"), contract.to_string());
        }
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (states, messages) = (format!("{url}{STATES}"), format!("{url}{MESSAGES}"));
        let mut arguments = vec![
            "verify",
            "pacts",
            "--provider",
            &url,
            "--format",
            "json",
            "--attempts",
            "1",
        ];
        if self.callback.is_some() {
            arguments.extend(["--states", &states]);
        }
        if !self.messages.is_empty() {
            arguments.extend(["--messages", &messages]);
        }
        for header in &self.filter {
            arguments.extend(["--header", header]);
        }
        let is_over = AtomicBool::new(false);
        thread::scope(|scope| {
            let provider = scope.spawn(|| self.provide(&listener, &is_over));
            let ended = project.run(&arguments);
            is_over.store(true, Ordering::Relaxed);
            let report = serde_json::from_str(&ended.stdout).unwrap_or_else(|error| panic!("{error}: {ended}"));
            let asked = provider.join().unwrap();
            Verified { ended, report, asked }
        })
    }

    fn provide(&self, listener: &TcpListener, is_over: &AtomicBool) -> Vec<PreparedRequest> {
        let start = Instant::now();
        let mut asked = Vec::new();
        while !is_over.load(Ordering::Relaxed) && start.elapsed() < LONGEST {
            match listener.accept() {
                // A connection that ends early is the caller's business.
                Ok((stream, _)) => asked.extend(self.serve(stream).ok()),
                Err(_) => thread::sleep(Duration::from_millis(1)),
            }
        }
        asked
    }

    fn serve(&self, mut stream: TcpStream) -> io::Result<PreparedRequest> {
        stream.set_nonblocking(false)?;
        stream.set_read_timeout(Some(LONGEST))?;
        let request = read(&mut stream)?;
        let PreparedResponse { status, headers, body } = self.answer(&request);
        let body = body.unwrap_or_default();
        write!(
            stream,
            "HTTP/1.1 {status} Told\r\nContent-Length: {}\r\nConnection: close\r\n",
            body.len()
        )?;
        for (name, value) in headers {
            write!(stream, "{name}: {value}\r\n")?;
        }
        stream.write_all(b"\r\n")?;
        stream.write_all(&body)?;
        Ok(request)
    }

    fn answer(&self, request: &PreparedRequest) -> PreparedResponse {
        match request.path.as_str() {
            STATES if self.callback == Some(false) => plain(500, "it is broken"),
            STATES => plain(200, "{}"),
            MESSAGES => self
                .message_for(request)
                .unwrap_or_else(|| plain(404, "there is no such message")),
            _ => {
                let served = self.served.iter().find(|row| {
                    let known = self.part(row, "", "request");
                    let known = json!({ "description": "", "request": known, "response": {} });
                    self.with_exchange(&self.contract("interactions", known), |exchange, _| match exchange {
                        Exchange::Http { request: known, .. } => received(known, request).is_match(),
                        _ => false,
                    })
                });
                let Some(row) = served else {
                    return plain(500, "nobody expects this");
                };
                self.response(&self.part(row, "response ", "response"))
            }
        }
    }

    fn message_for(&self, request: &PreparedRequest) -> Option<PreparedResponse> {
        let asked: Value = serde_json::from_slice(request.body.as_deref()?).ok()?;
        let mut messages = self.messages.iter();
        let (_, message, contents) = messages.find(|(name, ..)| asked["description"] == json!(name))?;
        let key = if self.is_v4() { "interactions" } else { "messages" };
        let mut message = message.clone();
        message["type"] = json!("Asynchronous/Messages");
        let made = self.prepared_message(&self.contract(key, message));
        let metadata = Value::Object(made.metadata.into_iter().collect::<Map<String, Value>>()).to_string();
        let metadata = base64::engine::general_purpose::STANDARD.encode(metadata);
        let mut headers = vec![("pact-message-metadata".to_owned(), metadata)];
        headers.extend(made.content_type.map(|media| ("Content-Type".to_owned(), media)));
        Some(PreparedResponse {
            status: 200,
            headers,
            body: Some(contents.clone()),
        })
    }
}

fn plain(status: u16, text: &str) -> PreparedResponse {
    PreparedResponse {
        status,
        headers: Vec::new(),
        body: Some(text.into()),
    }
}

/// A request, as it was sent.
fn read(stream: &mut TcpStream) -> io::Result<PreparedRequest> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let mut lines = head.trim_end().split("\r\n");
    let mut first = lines.next().unwrap_or_default().split(' ');
    let (method, target) = (first.next().unwrap_or_default(), first.next().unwrap_or_default());
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let lengths: BTreeMap<String, &str> = headers
        .iter()
        .map(|(name, value)| (name.to_ascii_lowercase(), value.as_str()))
        .collect();
    let length = lengths
        .get("content-length")
        .map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body)?;
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    Ok(PreparedRequest {
        method: method.to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        headers,
        body: (length > 0).then_some(body),
    })
}
