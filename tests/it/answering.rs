//! A server whose answers a test decides: one request a connection, each on a thread of its own.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// A request.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    /// `METHOD /path?query`.
    pub(crate) line: String,
    /// Every line of the head but the first.
    pub(crate) headers: Vec<String>,
    pub(crate) body: String,
}

impl Asked {
    /// The value of a header; empty if there is none.
    pub(crate) fn header(&self, name: &str) -> &str {
        let mut headers = self.headers.iter().filter_map(|line| line.split_once(": "));
        let found = headers.find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map_or("", |(_, value)| value)
    }
}

/// An answer: a status, headers as lines, and a body.
pub(crate) struct Answer(pub(crate) u16, pub(crate) Vec<String>, pub(crate) String);

/// An answer of JSON.
pub(crate) fn json(status: u16, body: impl ToString) -> Answer {
    let headers = vec!["Content-Type: application/json".to_owned()];
    Answer(status, headers, body.to_string())
}

/// A server that runs as long as the process.
pub(crate) struct Server {
    pub(crate) url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Server {
    /// A server that answers each request as it is told.
    pub(crate) fn start(answer: impl Fn(&Asked) -> Answer + Send + Sync + 'static) -> Self {
        Self::raw(move |asked, stream| {
            let Answer(status, headers, body) = answer(asked);
            let mut head = format!("HTTP/1.1 {status} Told\r\nConnection: close\r\n");
            for header in headers {
                head += &format!("{header}\r\n");
            }
            let _ = write!(stream, "{head}Content-Length: {}\r\n\r\n{body}", body.len());
        })
    }

    /// A server that writes whatever it likes.
    pub(crate) fn raw(answer: impl Fn(&Asked, &mut TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (known, answer) = (Arc::clone(&asked), Arc::new(answer));
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let (known, answer) = (Arc::clone(&known), Arc::clone(&answer));
                thread::spawn(move || {
                    if let Some(request) = read(&stream) {
                        known.lock().unwrap().push(request.clone());
                        answer(&request, &mut stream);
                    }
                });
            }
        });
        Self { url, asked }
    }

    /// Everything that was asked so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// The first lines of what was asked so far.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.asked().into_iter().map(|asked| asked.line).collect()
    }
}

fn read(stream: &TcpStream) -> Option<Asked> {
    let mut reader = BufReader::new(stream);
    let mut line = || {
        let mut text = String::new();
        reader.read_line(&mut text).ok().filter(|count| *count > 0)?;
        Some(text.trim_end().to_owned())
    };
    let first = line()?;
    let mut headers = Vec::new();
    loop {
        match line()?.as_str() {
            "" => break,
            header => headers.push(header.to_owned()),
        }
    }
    let first = first.rsplit_once(' ').map(|(asked, _)| asked.to_owned())?;
    let mut asked = Asked {
        line: first,
        headers,
        body: String::new(),
    };
    let length: u64 = asked.header("content-length").parse().unwrap_or_default();
    reader.take(length).read_to_string(&mut asked.body).ok()?;
    Some(asked)
}
