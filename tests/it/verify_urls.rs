//! Contracts that stand at URLs: who is shown what, and what becomes of servers that do not answer as they should.

use crate::answering::{Answer, Asked, Server, json};
use crate::provider::LONGEST;
use crate::tool::{Project, only};
use crate::verify_settings::{contract, interaction, json_report};
use serde_json::json as value;

/// A server of contracts: `answer` says what stands where.
fn contracts_at(answer: impl Fn(&Asked, &str) -> Answer + Send + Sync + 'static) -> Server {
    let text = contract("web", value!([interaction("GET", "/a", value!([]), 418)]));
    Server::start(move |asked| answer(asked, &text))
}

#[test]
fn contracts_come_from_urls() {
    let provider = Server::start(|_| json(200, "{}"));
    let elsewhere = contracts_at(|_, text| json(200, text));
    let target = format!("Location: {}/stolen", elsewhere.url);
    let shelf = contracts_at(move |asked, text| match asked.line.as_str() {
        _ if asked.header("authorization") != "Bearer hunter2" => json(401, "{}"),
        "GET /web.json" => json(200, text),
        "GET /moved.json" => Answer(302, vec!["Location: /web.json".to_owned()], String::new()),
        "GET /away.json" => Answer(302, vec![target.clone()], String::new()),
        "GET /loop.json" => Answer(302, vec!["Location: /loop.json".to_owned()], String::new()),
        "GET /page.json" => json(200, "<!doctype html><p>Say who you are"),
        _ => json(404, "{}"),
    });
    let project = Project::with("token", "hunter2\n");
    let verify = |path: &str, more: &[&str]| {
        let url = format!("{}{path}", shelf.url);
        project.run(&[&["verify", &url, "--provider", &provider.url], more].concat())
    };
    let bearer = ["--contracts-bearer", "file:token"];
    // The finding points into the document at the URL.
    let ended = verify("/web.json", &[&bearer[..], &["--format", "json"]].concat());
    ended.says(1, &["1 fail"]).does_not_say("hunter2");
    let report = json_report(&ended);
    let location = &only(&report, "contract-status")["location"];
    assert_eq!(location["path"], format!("{}/web.json", shelf.url));
    assert_eq!(location["line"], 1);
    assert_eq!(provider.asked()[0].header("authorization"), "");
    verify("/moved.json", &bearer).says(1, &["1 fail"]);
    let header = [
        "--contracts-header",
        "Authorization: command:printf 'Bearer %s' $(cat token)",
    ];
    verify("/web.json", &header).says(1, &["1 fail"]);
    for (path, more, said) in [
        ("/web.json", &[][..], "the answer was 401"),
        ("/away.json", &bearer, "which is another origin"),
        ("/loop.json", &bearer, "it redirects more than 5 times"),
        ("/missing.json", &bearer, "the answer was 404"),
        ("/page.json", &bearer, "cannot be verified"),
    ] {
        verify(path, more).says(2, &[said, path]).does_not_say("hunter2");
    }
    assert_eq!(elsewhere.asked().len(), 0, "what redirects elsewhere is not followed");
    // Credentials are for one origin.
    let other = format!("{}/b.json", elsewhere.url);
    verify("/web.json", &[&bearer[..], &[&other]].concat()).says(2, &["for one origin"]);
    let open = ["--contracts-bearer", "hunter2"];
    verify("/web.json", &open)
        .says(2, &["a secret is not written down"])
        .does_not_say("hunter2");
    let with_password = shelf.url.replace("http://", "http://ci:hunter2@");
    let ended = project.run(&["verify", &with_password, "--provider", &provider.url]);
    ended
        .says(2, &["credentials do not belong in a URL"])
        .does_not_say("hunter2");
    // One that cannot be had keeps the others from nothing but a clean end.
    project.write(
        "good.json",
        contract("web", value!([interaction("GET", "/a", value!([]), 200)])),
    );
    verify("/missing.json", &[&bearer[..], &["good.json"]].concat()).says(2, &["1 pass", "the answer was 404"]);
    project.write(
        "stipula.yaml",
        format!(
            "apis: [{{ contracts: [{{ url: '{}/web.json', bearer: file:token }}, '{other}'], provider: {} }}]\n",
            shelf.url, provider.url
        ),
    );
    project.run(&["verify"]).says(1, &["1 fail", "2 documents"]);
    assert_eq!(elsewhere.asked()[0].header("authorization"), "");
}

#[test]
fn servers_of_contracts_may_hang_or_flood() {
    use std::io::Write;
    let provider = Server::start(|_| json(200, "{}"));
    let shelf = Server::raw(|asked, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\nConnection: close\r\n\r\n");
        if asked.line == "GET /flood.json" {
            let spaces = [b' '; 65_536];
            while stream.write_all(&spaces).is_ok() {}
        } else {
            std::thread::sleep(LONGEST * 2);
        }
    });
    let project = Project::with("stipula.yaml", "limits: { document-megabytes: 5 }\n");
    let verify = |path: &str| {
        let url = format!("{}{path}", shelf.url);
        project.run(&[
            "verify",
            &url,
            "--provider",
            &provider.url,
            "--timeout",
            "500ms",
            "--attempts",
            "1",
        ])
    };
    verify("/hang.json").says(2, &["no complete answer came in time"]);
    project.write(
        "stipula.yaml",
        "limits: { document-megabytes: 5 }\nverify: { timeouts: { request: 30s } }\n",
    );
    let url = format!("{}/flood.json", shelf.url);
    let ended = project.run(&["verify", &url, "--provider", &provider.url]);
    ended.says(2, &["the answer is larger than 5 MB"]);
    assert_eq!(provider.asked().len(), 0);
}
