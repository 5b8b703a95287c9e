//! How runs go: what is carried out beside what, what is sent again, and what happens when the user has had enough.

use crate::answering::{Server, json};
use crate::provider::LONGEST;
use crate::verify_settings::{interaction, project};
use serde_json::{Value, json as value};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};

/// How many requests of a sort are under way, now and at most; and how many have come together.
#[derive(Default)]
struct Crowd {
    now: Mutex<BTreeMap<String, usize>>,
    most: Mutex<BTreeMap<String, usize>>,
    changed: Condvar,
}

impl Crowd {
    /// Counts a request of these sorts while it waits for so many to be under way, if it is to wait.
    fn enter(&self, sorts: &[String], wait_for: usize) {
        let mut now = self.now.lock().unwrap();
        for sort in sorts {
            let count = now.entry(sort.clone()).or_default();
            *count += 1;
            let mut most = self.most.lock().unwrap();
            let known = most.entry(sort.clone()).or_default();
            *known = (*known).max(*count);
        }
        self.changed.notify_all();
        // Who has once been together need not wait for others that come later.
        let few = |_: &mut BTreeMap<String, usize>| {
            self.most.lock().unwrap().get("all").copied().unwrap_or_default() < wait_for
        };
        let (mut now, waited) = self.changed.wait_timeout_while(now, LONGEST / 4, few).unwrap();
        assert!(!waited.timed_out(), "they never come together");
        for sort in sorts {
            *now.entry(sort.clone()).or_default() -= 1;
        }
    }
}

/// The most requests that were under way at the same time, by state and together, when so many are waited for.
fn crowd_of(isolation: &str, wait_for: usize) -> BTreeMap<String, usize> {
    static EMPTY: &str = "{}";
    let crowd = Arc::new(Crowd::default());
    let seen = Arc::clone(&crowd);
    let server = Server::start(move |asked| {
        if !asked.line.starts_with("POST /states") {
            let of_state = asked.line.split('/').nth(1).unwrap_or_default().to_owned();
            crowd.enter(&[of_state, "all".to_owned()], wait_for);
        }
        json(200, EMPTY)
    });
    let interactions: Vec<Value> = ["a", "b"]
        .iter()
        .flat_map(|state| {
            (0..4).map(move |number| {
                let states = value!([{ "name": state, "params": { "tenant": format!("{state}-{}", number % 2) } }]);
                interaction("POST", &format!("/{state}/{number}"), states, 200)
            })
        })
        .collect();
    let settings = format!(
        "    verify: {{ states: {{ url: '{}/states', isolation: {isolation} }} }}",
        server.url
    );
    let project = project(&server, "web", Value::Array(interactions), &settings);
    project.run(&["verify", "--jobs", "8"]).says(0, &["8 pass"]);
    seen.most.lock().unwrap().clone()
}

#[test]
fn states_run_beside_each_other_as_far_as_they_are_isolated() {
    let counts = |crowd: BTreeMap<String, usize>| ["all", "a", "b"].map(|sort| crowd[sort]);
    assert_eq!(counts(crowd_of("serial", 1)), [1, 1, 1]);
    assert_eq!(counts(crowd_of("by-name", 2)), [2, 1, 1]);
    assert_eq!(counts(crowd_of("by-param:tenant", 4)), [4, 2, 2]);
    assert_eq!(counts(crowd_of("none", 8)), [8, 4, 4]);
}

/// Who has had enough is told what was done, and leaves no state behind.
#[cfg(unix)]
#[test]
fn an_interrupted_run_ends_its_states() {
    use crate::tool::wait;
    use std::sync::mpsc;
    use std::time::Duration;

    let (hangs, waiting) = mpsc::channel();
    let server = Server::start(move |asked| {
        if asked.line == "GET /hangs" {
            hangs.send(()).unwrap();
            std::thread::sleep(LONGEST * 2);
        }
        json(200, "{}")
    });
    let state = |name: &str| value!([{ "name": name }]);
    let interactions = value!([
        interaction("GET", "/passes", value!([]), 200),
        interaction("GET", "/hangs", state("one"), 200),
        interaction("GET", "/later", state("two"), 200),
    ]);
    let settings = format!(
        "    verify: {{ states: {{ url: '{}/states' }}, timeouts: {{ request: 10m }} }}",
        server.url
    );
    let project = project(&server, "web", interactions, &settings);
    let child = project.command(&["verify"]).spawn().unwrap();
    waiting.recv_timeout(LONGEST).unwrap();
    let kill = |id: u32| {
        std::process::Command::new("kill")
            .args(["-INT", &id.to_string()])
            .status()
    };
    assert!(kill(child.id()).unwrap().success());
    let start = std::time::Instant::now();
    let ended = wait(child);
    ended.says(2, &["the run ended early: it was interrupted", "1 pass", "2 skipped"]);
    assert!(start.elapsed() < Duration::from_secs(50));
    let changes: Vec<Value> = server
        .asked()
        .iter()
        .filter(|asked| asked.line == "POST /states")
        .map(|asked| serde_json::from_str(&asked.body).unwrap())
        .collect();
    let told: Vec<String> = changes
        .iter()
        .map(|change| format!("{} {}", change["action"], change["state"]))
        .collect();
    assert_eq!(told, ["\"setup\" \"one\"", "\"teardown\" \"one\""]);
}

/// A request that may have arrived is sent again only if that does no harm, or if the settings say so.
#[test]
fn what_may_have_been_done_is_not_done_again() {
    let flaky = || {
        let first = AtomicUsize::new(0);
        Server::raw(move |_, stream| {
            use std::io::Write;
            if first.fetch_add(1, Ordering::SeqCst) > 0 {
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            }
        })
    };
    let interactions = value!([interaction("POST", "/orders", value!([]), 200)]);
    let server = flaky();
    let careful = project(&server, "web", interactions.clone(), "");
    careful.run(&["verify"]).says(2, &["1 error"]);
    assert_eq!(server.asked().len(), 1);
    let server = flaky();
    let told = project(
        &server,
        "web",
        interactions,
        "    verify: { retry: { unsafe-methods: true } }",
    );
    told.run(&["verify"]).says(0, &["passed on attempt 2"]);
    assert_eq!(server.asked().len(), 2);
}
