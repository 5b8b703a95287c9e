//! The provider of `examples/orders`, started within the test, and a client that shows every byte of an answer.

#[path = "../../examples/orders/service/mod.rs"]
mod service;

use clap::Parser;
use serde_json::Value;
use service::{Options, Service};
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// Nothing that is waited for takes longer than this, however busy the machine is.
pub(crate) const LONGEST: Duration = Duration::from_secs(60);

/// A running provider; it ends when this is dropped.
pub(crate) struct Provider {
    service: Service,
}

#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    options: Options,
}

impl Provider {
    /// Starts it with arguments as `cargo run --example orders --` takes them.
    pub(crate) fn start(arguments: &[&str]) -> Provider {
        Provider::try_start(arguments).unwrap()
    }

    /// The same, where it may refuse the arguments.
    pub(crate) fn try_start(arguments: &[&str]) -> Result<Provider, String> {
        let arguments = [&["orders"], arguments].concat();
        let arguments = Arguments::try_parse_from(arguments).map_err(|error| error.to_string())?;
        let service = Service::start(arguments.options).map_err(|error| error.to_string())?;
        Ok(Provider { service })
    }

    /// Where it is to be found.
    pub(crate) fn url(&self) -> String {
        self.service.url()
    }

    /// Host and port.
    pub(crate) fn address(&self) -> String {
        address_of(&self.url()).to_owned()
    }

    /// Everything that was asked so far, as `METHOD /path?query`; changes of states with their bodies.
    pub(crate) fn requests(&self) -> Vec<String> {
        let asked = self.send("GET", "/_requests", &[], "").unwrap().json();
        serde_json::from_value(asked).unwrap()
    }

    /// Sends a request and reads until the connection ends.
    pub(crate) fn send(&self, method: &str, path: &str, headers: &[&str], body: &str) -> io::Result<Reply> {
        exchange(self.connect()?, method, path, headers, body)
    }

    /// A connection of its own.
    pub(crate) fn connect(&self) -> io::Result<TcpStream> {
        connect(&self.address())
    }
}

/// Host and port of an address with a scheme.
pub(crate) fn address_of(url: &str) -> &str {
    url.split_once("://").map_or(url, |(_, address)| address)
}

/// A connection that is never waited for too long.
pub(crate) fn connect(address: &str) -> io::Result<TcpStream> {
    let stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(LONGEST))?;
    stream.set_write_timeout(Some(LONGEST))?;
    Ok(stream)
}

/// One request over a connection, and all that comes back. HTTP/1.0 has no chunks: the body is what was sent.
pub(crate) fn exchange(
    mut stream: impl Read + Write,
    method: &str,
    path: &str,
    headers: &[&str],
    body: &str,
) -> io::Result<Reply> {
    write_request(&mut stream, method, path, headers, body)?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    Reply::read(bytes).ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
}

/// The request alone.
pub(crate) fn write_request(
    stream: &mut impl Write,
    method: &str,
    path: &str,
    headers: &[&str],
    body: &str,
) -> io::Result<()> {
    let mut request = format!("{method} {path} HTTP/1.0\r\nContent-Length: {}\r\n", body.len());
    for header in headers {
        request += header;
        request += "\r\n";
    }
    request += "\r\n";
    request += body;
    stream.write_all(request.as_bytes())
}

/// What a provider has answered.
pub(crate) struct Reply {
    pub(crate) status: u16,
    /// Every line of the head but the first.
    pub(crate) headers: Vec<String>,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    fn read(mut bytes: Vec<u8>) -> Option<Reply> {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
        let body = bytes.split_off(end + 4);
        let head = String::from_utf8(bytes).ok()?;
        let mut lines = head.trim_end().split("\r\n");
        let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
        Some(Reply {
            status,
            headers: lines.map(str::to_owned).collect(),
            body,
        })
    }

    /// The value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .filter_map(|line| line.split_once(": "))
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    /// The body, which must be JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}
