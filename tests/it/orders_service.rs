//! The provider of `examples/orders` is right where it should be, and wrong exactly as its switches say.

use crate::provider::{LONGEST, Provider, Reply, address_of, connect, exchange, write_request};
use flate2::read::GzDecoder;
use serde_json::{Value, json};
use std::env;
use std::fs;
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

const ORDER: &str = "/api/v1/orders/o-1001";
const ORDERS: &str = "/api/v1/orders";
const METHODS: &str = "/api/v1/shipping-methods";

/// A provider with one fault.
fn with(fault: &str) -> Provider {
    Provider::start(&["--fault", fault])
}

fn get(provider: &Provider, path: &str) -> io::Result<Reply> {
    provider.send("GET", path, &[], "")
}

/// Asks for something and reads what comes until the connection fails; the bytes, and how it failed.
fn read_until_it_breaks(provider: &Provider) -> (Vec<u8>, Option<ErrorKind>) {
    let mut stream = provider.connect().unwrap();
    write_request(&mut stream, "GET", METHODS, &[], "").unwrap();
    let mut bytes = Vec::new();
    let ended = stream.read_to_end(&mut bytes);
    (bytes, ended.err().map(|error| error.kind()))
}

/// Asks for something and reads so many bytes of the answer.
fn read_some(provider: &Provider, size: usize) -> (TcpStream, Vec<u8>) {
    let mut stream = provider.connect().unwrap();
    write_request(&mut stream, "GET", METHODS, &[], "").unwrap();
    let mut bytes = vec![0; size];
    stream.read_exact(&mut bytes).unwrap();
    (stream, bytes)
}

#[test]
fn pages_follow_one_another() {
    let provider = Provider::start(&[]);
    let first = get(&provider, "/api/v1/orders?page_size=2").unwrap().json();
    let token = first["meta"]["next_page_token"].as_str().unwrap();
    let second = get(&provider, &format!("/api/v1/orders?page_size=2&page_token={token}"));
    let second = second.unwrap().json();
    let ids = [&first, &second].map(|page| page["data"].as_array().unwrap().len());
    assert_eq!(ids, [2, 1]);
    assert_eq!(second["data"][0]["id"], "o-1003");
    assert_eq!(second["meta"].get("next_page_token"), None);
    assert_eq!(get(&provider, "/api/v1/orders?page_size=0").unwrap().status, 400);
}

#[test]
fn an_order_is_made_read_and_cancelled() {
    let provider = Provider::start(&[]);
    let body = json!({ "customer_id": "customer-7", "items": [{ "sku": "tea-250g", "quantity": 2 }] }).to_string();
    let make = || provider.send("POST", ORDERS, &["Idempotency-Key: a"], &body).unwrap();
    let made = make();
    assert_eq!(made.status, 201);
    assert_eq!(made.json(), make().json(), "the same key makes the same order");
    let place = made.header("location").unwrap();
    let read = get(&provider, place).unwrap();
    assert_eq!(read.json()["data"], made.json()["data"]);
    let changed = provider.send("DELETE", place, &["If-Match: \"1-paid\""], "").unwrap();
    assert_eq!(changed.status, 412);
    let etag = format!("If-Match: {}", read.header("etag").unwrap());
    assert_eq!(provider.send("DELETE", place, &[&etag], "").unwrap().status, 204);
    assert_eq!(get(&provider, place).unwrap().status, 404);
}

#[test]
fn states_are_set_up_and_torn_down() {
    let provider = Provider::start(&[]);
    let change = |action: &str, state: &str| {
        let body = json!({ "state": state, "params": { "status": "sent" }, "action": action }).to_string();
        provider.send("POST", "/_states", &[], &body).unwrap()
    };
    let values = change("setup", "an order exists").json();
    let place = format!("/api/v1/orders/{}", values["orderId"].as_str().unwrap());
    assert_eq!(get(&provider, &place).unwrap().json()["data"]["status"], "sent");
    assert_eq!(change("teardown", "an order exists").status, 200);
    assert_eq!(get(&provider, &place).unwrap().status, 404);
    change("setup", "no orders exist");
    assert_eq!(get(&provider, ORDERS).unwrap().json()["data"], json!([]));
    change("teardown", "no orders exist");
    assert_ne!(get(&provider, ORDERS).unwrap().json()["data"], json!([]));
    assert_eq!(change("setup", "the moon is full").status, 400);
    let requests = provider.requests();
    assert!(
        requests[0].starts_with("POST /_states {\"action\":\"setup\""),
        "{requests:?}"
    );
}

/// What a state handler has told, put where the generators of a request want it.
fn generated(text: &str, values: &Value) -> String {
    let mut text = text.to_owned();
    for (name, value) in values.as_object().unwrap() {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        text = text.replace(&format!("${{{name}}}"), &value);
    }
    text
}

/// A member that is a text, or a list of one.
fn text_of(value: &Value) -> &str {
    value.as_str().or_else(|| value[0].as_str()).unwrap()
}

/// Sends the request of an interaction as it stands, but for the values of its state.
fn replay(provider: &Provider, interaction: &Value) -> Reply {
    let state = &interaction["providerStates"][0];
    let name = interaction["providerState"].as_str().or(state["name"].as_str());
    let change = json!({ "state": name.unwrap_or_default(), "params": state["params"], "action": "setup" });
    let values = provider.send("POST", "/_states", &[], &change.to_string()).unwrap();
    assert_eq!(values.status, 200, "{change}");
    let values = values.json();

    let request = &interaction["request"];
    let expression = |category: &Value| category["expression"].as_str().map(|text| generated(text, &values));
    let mut path = expression(&request["generators"]["path"]).unwrap_or_else(|| text_of(&request["path"]).to_owned());
    match &request["query"] {
        Value::String(query) => path += &format!("?{query}"),
        Value::Object(query) => {
            for (index, (name, recorded)) in query.iter().enumerate() {
                let value = expression(&request["generators"]["query"][name]);
                let value = value.unwrap_or_else(|| text_of(recorded).to_owned());
                path += &format!("{}{name}={value}", if index == 0 { "?" } else { "&" });
            }
        }
        _ => {}
    }
    let headers = request["headers"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, value)| {
            let value = expression(&request["generators"]["header"][name]).unwrap_or_else(|| text_of(value).to_owned());
            format!("{name}: {value}")
        });
    let headers: Vec<String> = headers.collect();
    let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
    let body = match &request["body"] {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        version_4 if version_4.get("content").is_some() => version_4["content"].to_string(),
        json => json.to_string(),
    };
    let method = request["method"].as_str().unwrap().to_uppercase();
    let reply = provider.send(&method, &path, &headers, &body).unwrap();
    let change = json!({ "state": name.unwrap_or_default(), "params": state["params"], "action": "teardown" });
    assert_eq!(
        provider
            .send("POST", "/_states", &[], &change.to_string())
            .unwrap()
            .status,
        200
    );
    reply
}

/// That matching finds the same is for the tests of `verify`; here the fixtures and the service are held together
/// by what needs no rules.
#[test]
fn contracts_are_answered_with_the_status_and_the_type_that_they_record() {
    let provider = Provider::start(&[]);
    let mut interactions = 0;
    for contract in ["legacy", "web-checkout", "mobile"] {
        let file =
            Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("fixtures/contract/orders/contracts/{contract}.json"));
        let contract: Value = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
        for interaction in contract["interactions"].as_array().unwrap() {
            let reply = replay(&provider, interaction);
            let description = &interaction["description"];
            let response = &interaction["response"];
            assert_eq!(response["status"], reply.status, "{description}");
            if let Some(media_type) = response["headers"].get("Content-Type") {
                assert_eq!(Some(text_of(media_type)), reply.header("content-type"), "{description}");
            }
            interactions += 1;
        }
    }
    assert_eq!(interactions, 16);
}

#[test]
fn contents_are_wrong_as_asked_for() {
    let order = |fault: &str| get(&with(fault), ORDER).unwrap();
    assert_eq!(order("wrong-status").status, 500);
    assert_eq!(get(&with("wrong-status"), "/api/v1/orders/o-1").unwrap().status, 200);
    assert_eq!(order("missing-field").json()["data"].get("total"), None);
    assert_eq!(order("wrong-type").json()["data"]["total"], "14.85");
    assert_eq!(order("extra-item").json()["data"]["items"].as_array().unwrap().len(), 3);
    assert_eq!(order("wrong-content-type").header("content-type"), Some("text/html"));
    assert!(String::from_utf8(order("invalid-utf8").body).is_err());
}

#[test]
fn faults_come_together() {
    let provider = Provider::start(&["--fault", "missing-field", "--fault", "wrong-content-type"]);
    let reply = get(&provider, ORDER).unwrap();
    assert_eq!(reply.header("content-type"), Some("text/html"));
    assert_eq!(reply.json()["data"].get("total"), None);
    assert_eq!(
        get(&provider, "/_ready").unwrap().header("content-type"),
        Some("application/json")
    );
}

#[test]
fn a_slow_provider_takes_its_time() {
    let provider = Provider::start(&["--fault", "slow", "--delay", "200ms"]);
    let start = Instant::now();
    assert_eq!(get(&provider, ORDER).unwrap().status, 200);
    assert!(start.elapsed() >= Duration::from_millis(200));
}

#[test]
fn a_flaky_provider_answers_the_second_time() {
    let provider = with("flaky");
    for _ in 0..2 {
        assert_eq!(get(&provider, ORDER).err().unwrap().kind(), ErrorKind::ConnectionReset);
        assert_eq!(get(&provider, ORDER).unwrap().status, 200);
    }
    assert_eq!(get(&provider, "/_ready").unwrap().status, 200);
}

#[test]
fn connections_are_refused() {
    let provider = with("refuse");
    assert_eq!(provider.connect().err().unwrap().kind(), ErrorKind::ConnectionRefused);
}

#[test]
fn bodies_break_off() {
    let whole = get(&Provider::start(&[]), METHODS).unwrap();
    let (bytes, failure) = read_until_it_breaks(&with("reset-mid-body"));
    assert_eq!(failure, Some(ErrorKind::ConnectionReset));
    let half = &whole.body[..whole.body.len() / 2];
    assert!(bytes.ends_with(half), "{}", String::from_utf8_lossy(&bytes));
}

#[test]
fn bodies_do_not_end() {
    let provider = with("endless-body");
    let (client, bytes) = read_some(&provider, 50_000_000);
    assert!(bytes.ends_with(b"    "));
    drop(client);
    assert_eq!(get(&provider, "/_ready").unwrap().status, 200);
}

#[test]
fn headers_come_and_nothing_else() {
    let provider = with("stalled");
    let mut stream = provider.connect().unwrap();
    write_request(&mut stream, "GET", METHODS, &[], "").unwrap();
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
    assert!(lines.next().unwrap().unwrap().ends_with("200 OK"));
    assert!(lines.any(|line| line.unwrap().is_empty()));
    stream.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
    let waited = stream.read(&mut [0]).err().unwrap().kind();
    assert!(
        matches!(waited, ErrorKind::WouldBlock | ErrorKind::TimedOut),
        "{waited}"
    );
}

#[test]
fn an_answer_is_huge() {
    let (_, bytes) = read_some(&with("huge"), 1000);
    let head = String::from_utf8(bytes).unwrap();
    let length = head.split("content-length: ").nth(1).unwrap();
    let length: u64 = length.split("\r\n").next().unwrap().parse().unwrap();
    assert!(length > 200_000_000);
}

#[test]
fn a_megabyte_unpacks_to_a_thousand() {
    let reply = get(&with("gzip-bomb"), METHODS).unwrap();
    assert_eq!(reply.header("content-encoding"), Some("gzip"));
    assert!(reply.body.len() < 2_000_000, "{}", reply.body.len());
    let unpacked = io::copy(&mut GzDecoder::new(&*reply.body), &mut io::sink());
    assert_eq!(unpacked.unwrap(), 1_000_000_000);
}

#[test]
fn a_chunk_has_no_length() {
    let (bytes, failure) = read_until_it_breaks(&with("chunked-garbage"));
    assert_eq!(failure, None);
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.contains("transfer-encoding: chunked"), "{text}");
    assert!(text.contains("\r\nnot a length\r\n"), "{text}");
}

#[test]
fn headers_flood() {
    let reply = get(&with("header-flood"), METHODS).unwrap();
    assert!(reply.headers.len() > 20_000);
}

#[test]
fn redirects_lead_nowhere() {
    let provider = with("redirect-loop");
    let path = "/api/v1/orders?page_size=1";
    let reply = get(&provider, path).unwrap();
    assert_eq!((reply.status, reply.header("location")), (302, Some(path)));
    assert_eq!(provider.send("POST", path, &[], "{}").unwrap().status, 308);
}

#[test]
fn a_token_opens_the_door() {
    let provider = Provider::start(&["--fault", "unauthorized", "--token", "secret-7"]);
    assert_eq!(get(&provider, ORDER).unwrap().status, 401);
    let token = provider.send("POST", "/_token", &[], "grant_type=client_credentials&client_id=a");
    let token = token.unwrap().json()["access_token"].as_str().unwrap().to_owned();
    let bearer = format!("Authorization: Bearer {token}");
    assert_eq!(provider.send("GET", ORDER, &[&bearer], "").unwrap().status, 200);
    assert_eq!(provider.send("POST", "/_token", &[], "").unwrap().status, 400);
}

#[test]
fn every_third_request_is_too_many() {
    let provider = with("rate-limited");
    let replies: Vec<Reply> = (0..6).map(|_| get(&provider, ORDER).unwrap()).collect();
    let statuses: Vec<u16> = replies.iter().map(|reply| reply.status).collect();
    assert_eq!(statuses, [200, 200, 429, 200, 200, 429]);
    assert_eq!(replies[2].header("retry-after"), Some("1"));
}

#[test]
fn states_fail() {
    let status = |provider: &Provider, action: &str| {
        let body = json!({ "state": "no orders exist", "action": action }).to_string();
        provider.send("POST", "/_states", &[], &body).unwrap().status
    };
    let provider = with("state-fails");
    assert_eq!((status(&provider, "setup"), status(&provider, "teardown")), (500, 200));
    let provider = with("teardown-fails");
    assert_eq!((status(&provider, "setup"), status(&provider, "teardown")), (200, 500));
}

/// Asks over TLS whether the provider is ready, as a client that trusts one certificate.
fn ready_over_tls(provider: &Provider, folder: &Path, shows_certificate: bool, alpn: &[u8]) -> io::Result<Reply> {
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_file(folder.join("authority.pem")).unwrap())
        .unwrap();
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots);
    let mut configuration = if shows_certificate {
        let certificate = CertificateDer::from_pem_file(folder.join("client.pem")).unwrap();
        let key = PrivateKeyDer::from_pem_file(folder.join("client.key")).unwrap();
        builder.with_client_auth_cert(vec![certificate], key).unwrap()
    } else {
        builder.with_no_client_auth()
    };
    configuration.alpn_protocols = vec![alpn.to_vec()];
    let host = ServerName::try_from("127.0.0.1").unwrap();
    let client = ClientConnection::new(Arc::new(configuration), host).unwrap();
    exchange(StreamOwned::new(client, provider.connect()?), "GET", "/_ready", &[], "")
}

/// A provider with TLS and these arguments, and the folder of its certificates.
fn tls(arguments: &[&str]) -> (Provider, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("authority.pem");
    let arguments = [&["--tls", "--certificate", file.to_str().unwrap()], arguments].concat();
    (Provider::start(&arguments), folder)
}

#[test]
fn tls_is_served_to_those_who_trust_it() {
    let (provider, folder) = tls(&[]);
    assert!(provider.url().starts_with("https://127.0.0.1:"));
    let reply = ready_over_tls(&provider, folder.path(), false, b"http/1.1");
    assert_eq!(reply.unwrap().status, 200);
    let (_, stranger) = tls(&[]);
    let refused = ready_over_tls(&provider, stranger.path(), false, b"http/1.1")
        .err()
        .unwrap();
    assert!(refused.to_string().contains("invalid peer certificate"), "{refused}");
}

#[test]
fn certificates_are_wrong_as_asked_for() {
    for (fault, what) in [
        ("wrong-certificate", "not valid for name"),
        ("expired-certificate", "expired"),
    ] {
        let (provider, folder) = tls(&["--fault", fault]);
        let refused = ready_over_tls(&provider, folder.path(), false, b"http/1.1")
            .err()
            .unwrap();
        assert!(refused.to_string().contains(what), "{refused}");
    }
}

#[test]
fn clients_show_certificates() {
    let clients = tempfile::tempdir().unwrap();
    let (provider, folder) = tls(&["--client-certificates", clients.path().to_str().unwrap()]);
    for file in ["client.pem", "client.key"] {
        fs::copy(clients.path().join(file), folder.path().join(file)).unwrap();
    }
    let reply = ready_over_tls(&provider, folder.path(), true, b"http/1.1");
    assert_eq!(reply.unwrap().status, 200);
    assert!(ready_over_tls(&provider, folder.path(), false, b"http/1.1").is_err());
}

#[test]
fn http_2_alone_is_spoken() {
    const PREFACE_AND_SETTINGS: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
    const SETTINGS: u8 = 4;
    let provider = Provider::start(&["--http2-only"]);
    let mut stream = provider.connect().unwrap();
    stream.write_all(PREFACE_AND_SETTINGS).unwrap();
    let mut frame = [0; 9];
    stream.read_exact(&mut frame).unwrap();
    assert_eq!(frame[3], SETTINGS);
    assert!(get(&provider, "/_ready").is_err(), "HTTP/1 gets no answer");

    let (provider, folder) = tls(&["--http2-only"]);
    let refused = ready_over_tls(&provider, folder.path(), false, b"http/1.1")
        .err()
        .unwrap();
    assert!(refused.to_string().contains("NoApplicationProtocol"), "{refused}");
}

#[test]
fn what_cannot_be_is_refused() {
    let refused = |arguments: &[&str]| Provider::try_start(arguments).err().unwrap();
    assert!(refused(&["--fault", "wrong-certificate"]).contains("needs --tls"));
    assert!(refused(&["--http2-only", "--fault", "chunked-garbage"]).contains("no chunks"));
    assert!(refused(&["--certificate", "a.pem"]).contains("--tls"));
    assert!(refused(&["--delay", "soon"]).contains("300ms"));
}

/// The program itself, where it was built: `cargo test` does, `cargo test --test it` does not.
#[test]
fn the_program_prints_its_address_and_ends_with_its_input() {
    let folder = env::current_exe().unwrap().with_file_name("../examples");
    let program = folder.join(format!("orders{}", env::consts::EXE_SUFFIX));
    if !program.exists() {
        println!("skipped: {} is not built", program.display());
        return;
    }
    let mut started = Command::new(program)
        .arg("--until-stdin-closes")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut address = String::new();
    let mut output = BufReader::new(started.stdout.take().unwrap());
    output.read_line(&mut address).unwrap();
    let stream = connect(address_of(address.trim_end())).unwrap();
    assert_eq!(exchange(stream, "GET", "/_ready", &[], "").unwrap().status, 200);
    drop(started.stdin.take());
    let start = Instant::now();
    while started.try_wait().unwrap().is_none() {
        assert!(start.elapsed() < LONGEST, "it ends");
        std::thread::sleep(Duration::from_millis(10));
    }
    assert!(started.wait().unwrap().success());
    let mut rest = String::new();
    output.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "", "it is quiet");
}
