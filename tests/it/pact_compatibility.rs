//! The scenarios of the Pact compatibility suite, as far as they speak of reading, matching and generating.
//!
//! Providers are verified by the program, over the network: a request that matches the recorded one gets the recorded
//! response, any other one the status 500. What a consumer's test would do is played by the engine itself. A scenario
//! with a step that nothing here can carry out waits: it is counted, and a table says of each by name why it lies
//! outside of what the program does.

use crate::gherkin::{Scenario, Step, scenarios};
use crate::outside;
use crate::pact_stub::Verified;
use crate::pact_wording::says;
use crate::pact_world::{Row, World, metadata_value};
use crate::pacts::{Counts, Disputed, files};
use regex::Regex;
use serde_json::{Map, Value, json};
use std::fs;
use stipula::contract::generators::{PreparedRequest, Side};
use stipula::contract::matching::{Comparison, Part};

#[test]
fn pact_compatibility() {
    let Some(folder) = outside::conformance("pact-compatibility-suite") else {
        return;
    };
    let disputed = Disputed::read("compatibility.tsv");
    let mut counts = Counts::default();
    let outside_of = Disputed::read("compatibility-outside.tsv");
    for path in files(&folder.join("features"), "feature") {
        let below = path.strip_prefix(folder.join("features")).unwrap().with_extension("");
        let part = below.to_string_lossy().replace('\\', "/");
        for scenario in scenarios(&fs::read_to_string(&path).unwrap()) {
            let case = format!("{part}: {}", scenario.name);
            let version = part.split('/').next().unwrap_or_default();
            match World::new(version, folder.join("fixtures")).run(&scenario) {
                Outcome::Right => counts.right(&part),
                Outcome::Wrong(_) if disputed.reason(&case).is_some() => counts.disputed(&part),
                Outcome::Wrong(why) => counts.wrong(&part, format!("{case}\n    {why}")),
                Outcome::Waits(step) => match outside_of.reason(&case) {
                    Some(_) => counts.waiting(&part),
                    None => counts.wrong(&part, format!("{case}\n    nothing carries out: {step}")),
                },
            }
        }
    }
    counts.finish();
}

enum Outcome {
    Right,
    Wrong(String),
    /// The step that nothing here can carry out.
    Waits(String),
}

enum Failed {
    Wrong(String),
    Unknown,
}

type Done = Result<(), Failed>;

fn check(holds: bool, why: impl FnOnce() -> String) -> Done {
    if holds { Ok(()) } else { Err(Failed::Wrong(why())) }
}

impl World {
    fn run(mut self, scenario: &Scenario) -> Outcome {
        for step in &scenario.steps {
            match self.step(step) {
                Ok(()) => {}
                Err(Failed::Wrong(why)) => return Outcome::Wrong(format!("{}: {why}", step.text)),
                Err(Failed::Unknown) => return Outcome::Waits(step.text.clone()),
            }
        }
        Outcome::Right
    }

    #[allow(clippy::too_many_lines)]
    fn step(&mut self, step: &Step) -> Done {
        let text = step.text.as_str();
        let rows = rows(&step.table);
        let first = || rows.first().cloned().unwrap_or_default();
        if text == "the following HTTP interactions have been defined:" {
            self.interactions = rows.iter().map(|row| (row["No"].clone(), row.clone())).collect();
            return Ok(());
        }
        // Matching.
        if let Some([kind]) = captures("an expected (request|response) configured with the following:", text) {
            self.expected = Some((self.part(&first(), "", &kind), kind == "request"));
            return Ok(());
        }
        if let Some([_, _]) = captures(
            "(a|the following) (?:request|response)s? (is|are) received with the following:",
            text,
        )
        .or_else(|| captures("(the following) (?:request|response)s (are) received:", text))
        {
            let kind = if text.contains("request") {
                "request"
            } else {
                "response"
            };
            self.actual = rows.iter().map(|row| self.part(row, "", kind)).collect();
            return Ok(());
        }
        if let Some([code]) = captures("a status (\\d+) response is received", text) {
            self.actual = vec![json!({ "status": code.parse::<u16>().unwrap() })];
            return Ok(());
        }
        if let Some([kind, name, value]) = captures(
            "an expected (request|response) with an? \"([^\"]+)\" header of \"([^\"]+)\"",
            text,
        ) {
            self.expected = Some((json!({ "headers": { name: value } }), kind == "request"));
            return Ok(());
        }
        if let Some([name, value]) = captures(
            "a (?:request|response) is received with an? \"([^\"]+)\" header of \"([^\"]+)\"",
            text,
        ) {
            self.actual = vec![json!({ "headers": { name: value } })];
            return Ok(());
        }
        if captures::<0>(
            "the (?:request|response)s? (?:is|are) compared to the expected one",
            text,
        )
        .is_some()
        {
            let (expected, is_request) = self.expected.clone().ok_or(Failed::Unknown)?;
            let compare = |actual| self.compare(&expected, actual, is_request);
            self.comparisons = self.actual.iter().map(compare).collect();
            return Ok(());
        }
        if ["the comparison should be OK", "the response comparison should be OK"].contains(&text) {
            return check(self.comparisons.iter().all(Comparison::is_match), || self.shown());
        }
        if [
            "the comparison should NOT be OK",
            "the response comparison should NOT be OK",
        ]
        .contains(&text)
        {
            return check(!self.comparisons.iter().any(Comparison::is_match), || self.shown());
        }
        if let Some([path, sentence]) = captures(
            "the (?:response )?mismatches will contain a mismatch with error \"([^\"]+)\" -> \"(.*)\"",
            text,
        ) {
            return self.has_mismatch(None, Some(&path), &sentence.replace("\\\"", "\""));
        }
        if let Some([part, path, sentence]) = captures(
            "the (?:response )?mismatches will contain an? \"([^\"]+)\" mismatch with path \"([^\"]+)\" with error \"(.*)\"",
            text,
        ) {
            return self.has_mismatch(Some(&part), Some(&path), &sentence);
        }
        if let Some([part, sentence]) = captures(
            "the (?:response )?mismatches will contain an? \"([^\"]+)\" mismatch with error \"(.*)\"",
            text,
        ) {
            return self.has_mismatch(Some(&part), None, &sentence);
        }
        // A server that plays the provider.
        if let Some([numbers, changes]) = captures(
            "the mock server is started with interactions? \"?([\\d, ]+?)\"?( but with the following changes:)?",
            text,
        ) {
            let changes = (!changes.is_empty()).then(first);
            self.served = self.numbered(&numbers, changes.as_ref());
            return Ok(());
        }
        if let Some([number, changes]) = captures(
            "request (\\d+) is made to the mock server( with the following changes:)?",
            text,
        ) {
            let changes = (!changes.is_empty()).then(first);
            let row = self.numbered(&number, changes.as_ref()).remove(0);
            let actual = self.part(&row, "", "request");
            let known = self.served.iter().map(|row| self.part(row, "", "request"));
            self.comparisons = known.map(|known| self.compare(&known, &actual, true)).collect();
            let is_known = self.comparisons.iter().any(Comparison::is_match);
            self.status = if is_known { 200 } else { 500 };
            return Ok(());
        }
        if let Some([status]) = captures("a (\\d+) (?:success|error) response is returned", text) {
            return check(self.status.to_string() == status, || self.shown());
        }
        // A provider that is verified.
        if let Some([numbers, changes]) = captures(
            "a provider is started that returns the responses? from interactions? \"?([\\d, ]+?)\"?(, with the following changes:)?",
            text,
        ) {
            let changes = (!changes.is_empty()).then(first);
            self.served = self.numbered(&numbers, changes.as_ref());
            return Ok(());
        }
        if let Some([number, pending]) = captures(
            "a Pact file for interaction (\\d+) is to be verified(, but is marked pending)?",
            text,
        ) {
            self.pending = !pending.is_empty();
            self.add_interaction(&number, json!([]));
            return Ok(());
        }
        if let Some([number, state]) = captures(
            "a Pact file for interaction (\\d+) is to be verified with a provider state \"([^\"]+)\" defined",
            text,
        ) {
            self.add_interaction(&number, json!([{ "name": state }]));
            return Ok(());
        }
        if let Some([number]) = captures(
            "a Pact file for interaction (\\d+) is to be verified with the following provider states defined:",
            text,
        ) {
            let states = rows.iter().map(|row| {
                let parameters = row.get("Parameters").map_or("{}", String::as_str);
                json!({ "name": row["State Name"], "params": serde_json::from_str::<Value>(parameters).unwrap() })
            });
            self.add_interaction(&number, states.collect());
            return Ok(());
        }
        if let Some([name, contents, state]) = captures(
            "a Pact file for \"([^\"]+)\":\"(.*?)\" is to be verified with provider state \"([^\"]+)\"",
            text,
        ) {
            let mut message = self.message(&contents);
            message["providerStates"] = json!([{ "name": state }]);
            self.add_message(&name, message);
            return Ok(());
        }
        if let Some([fails]) = captures(
            "a provider state callback is configured(, but will return a failure)?",
            text,
        ) {
            self.callback = Some(fails.is_empty());
            return Ok(());
        }
        if text == "a request filter is configured to make the following changes:" {
            let headers = first()["headers"].clone();
            self.filter = headers.trim_matches('\'').split("', '").map(str::to_owned).collect();
            return Ok(());
        }
        if let Some([name, contents, metadata]) = captures(
            "a provider is started that can generate the \"([^\"]+)\" message with \"(.*?)\"( and the following metadata:)?",
            text,
        ) {
            let mut message = self.message(&contents);
            if !metadata.is_empty() {
                self.add_metadata(&mut message, &rows);
            }
            let (_, bytes) = self.body(&contents.replace("\\\"", "\""));
            self.messages.push((name, message, bytes));
            return Ok(());
        }
        if let Some([name, contents, more]) = captures(
            "a Pact file for \"([^\"]+)\":\"(.*?)\" is to be verified(, but is marked pending| with the following metadata:)?",
            text,
        ) {
            let mut message = self.message(&contents);
            if more.contains("metadata") {
                self.add_metadata(&mut message, &rows);
            }
            self.pending = more.contains("pending");
            self.add_message(&name, message);
            return Ok(());
        }
        if let Some([name]) = captures(
            "a Pact file for \"([^\"]+)\" is to be verified with the following:",
            text,
        ) {
            let fields: Row = step.table.iter().map(|row| (row[0].clone(), row[1].clone())).collect();
            let mut message = self.message(fields.get("body").map_or("", String::as_str));
            if let Some(rules) = fields.get("matching rules") {
                message["matchingRules"] = self.fragment(rules);
            }
            for entry in fields.get("metadata").map_or("", String::as_str).split("; ") {
                if let Some((key, value)) = entry.split_once('=') {
                    message[self.metadata_key()][key] = metadata_value(value);
                }
            }
            self.add_message(&name, message);
            return Ok(());
        }
        if text == "the verification is run" {
            self.verified = Some(self.run_program());
            return Ok(());
        }
        match &self.verified {
            Some(verified) => verified.step(text, &rows),
            None => self.generator_step(text, &rows, step),
        }
    }

    fn add_interaction(&mut self, number: &str, states: Value) {
        let row = self.numbered(number, None).remove(0);
        let request = self.part(&row, "", "request");
        let mut interaction = json!({ "description": format!("interaction {number}"), "request": request });
        interaction["response"] = self.part(&row, "response ", "response");
        match states[0]["name"].as_str() {
            // Until version 3, there was one state, and it had no parameters.
            Some(name) if self.version < "3" => interaction["providerState"] = json!(name),
            Some(_) => interaction["providerStates"] = states,
            None => {}
        }
        if self.is_v4() {
            interaction["type"] = json!("Synchronous/HTTP");
            interaction["pending"] = json!(self.pending);
        }
        let contract = self.contract("interactions", interaction);
        self.contracts.push(contract);
    }

    fn generator_step(&mut self, text: &str, rows: &[Row], step: &Step) -> Done {
        let first = || rows.first().cloned().unwrap_or_default();
        if let Some([kind]) = captures("a (request|response) configured with the following generators:", text) {
            self.expected = Some((self.part(&first(), "", &kind), kind == "request"));
            return Ok(());
        }
        if text == "a message integration is being defined for a consumer test" {
            return Ok(());
        }
        if text == "the message is configured with the following:" {
            let row = first();
            let mut message = self.message(row.get("body").map_or("", String::as_str));
            if let Some(generators) = row.get("generators") {
                message["generators"] = self.fragment(generators);
            }
            if let Some(metadata) = row.get("metadata") {
                let metadata: Map<String, Value> = serde_json::from_str(metadata).unwrap();
                for (name, value) in metadata {
                    message[self.metadata_key()][name] = value;
                }
            }
            self.add_message("message", message);
            return Ok(());
        }
        if text == "the message is successfully processed" && !self.contracts.is_empty() {
            let message = self.prepared_message(&self.contracts[0]);
            let metadata: Map<String, Value> = message.metadata.into_iter().collect();
            let body = parse(&message.contents.unwrap_or_default());
            self.prepared = Some(json!({ "body": body, "metadata": metadata }));
            return Ok(());
        }
        if let Some([side]) = captures("the generator test mode is set as \"(\\w+)\"", text) {
            self.side = if side == "Provider" {
                Side::Provider
            } else {
                Side::Consumer
            };
            return Ok(());
        }
        if let Some([context]) = captures(
            "the (?:request|response) is prepared for use(?: with an? \"(\\w+)\" context:)?",
            text,
        ) {
            let given = step.table.first().and_then(|row| serde_json::from_str(&row[0]).ok());
            let given: Map<String, Value> = given.unwrap_or_default();
            if context == "providerState" {
                self.values = given;
            } else if let Some(url) = given.get("href").and_then(Value::as_str) {
                self.server = Some(url.to_owned());
            }
            let (part, is_request) = self.expected.clone().ok_or(Failed::Unknown)?;
            self.prepared = Some(if is_request {
                let made = self.request(&part);
                let parameter = |pair: &str| pair.split_once('=').map(|(name, value)| (name.into(), json!(value)));
                let query: Map<String, Value> = made.query.split('&').filter_map(parameter).collect();
                json!({ "path": made.path, "queryParameter": query, "header": headers(&made.headers),
                        "body": parse(&made.body.unwrap_or_default()) })
            } else {
                let made = self.response(&part);
                json!({ "status": made.status.to_string(), "header": headers(&made.headers),
                        "body": parse(&made.body.unwrap_or_default()) })
            });
            return Ok(());
        }
        let prepared = self.prepared.clone().unwrap_or_default();
        if let Some([path, kind]) = captures(
            "the (?:body value|message contents) for \"\\$\\.(\\w+)\" will have been replaced with an? \"([^\"]+)\"",
            text,
        ) {
            return is_of_kind(&prepared["body"][path], &kind);
        }
        if let Some([path, value]) = captures(
            "the body value for \"\\$\\.(\\w+)\" will have been replaced with \"([^\"]+)\"",
            text,
        ) {
            let made = &prepared["body"][path];
            return check(plain(made) == value, || made.to_string());
        }
        if let Some([name, kind]) = captures(
            "the received message metadata will contain \"(\\w+)\" replaced with an? \"([^\"]+)\"",
            text,
        ) {
            return is_of_kind(&prepared["metadata"][name], &kind);
        }
        if let Some([name, value]) = captures(
            "the received message metadata will contain \"(\\w+)\" == \"(.*)\"",
            text,
        ) {
            let made = prepared.get("metadata").ok_or(Failed::Unknown)?;
            return check(made[name.as_str()] == metadata_value(&value), || made.to_string());
        }
        if let Some([part, name, verb, value]) = captures(
            "the (?:request|response) \"(\\w+)(?:\\[([^\\]]+)\\])?\" will (be set as|not be|match) \"(.*)\"",
            text,
        ) {
            let made = if name.is_empty() {
                &prepared[part]
            } else {
                &prepared[part][name]
            };
            let made = plain(made);
            let holds = match verb.as_str() {
                "be set as" => made == value,
                "not be" => made != value,
                _ => Regex::new(&format!("^(?:{value})$")).unwrap().is_match(&made),
            };
            return check(holds, || made);
        }
        Err(Failed::Unknown)
    }

    fn shown(&self) -> String {
        format!("{:#?}", self.comparisons)
    }

    fn has_mismatch(&self, part: Option<&str>, path: Option<&str>, sentence: &str) -> Done {
        let is_meant = |mismatch: &&stipula::contract::matching::Mismatch| {
            part.is_none_or(|part| part.starts_with(mismatch.part.name()))
                && path.is_none_or(|path| names(&mismatch.path).eq(names(path)))
                && says(mismatch, sentence)
        };
        let mut mismatches = self.comparisons.iter().flat_map(|comparison| &comparison.mismatches);
        check(mismatches.any(|mismatch| is_meant(&mismatch)), || self.shown())
    }
}

impl Verified {
    /// What the program is to have said, and to have asked the provider for.
    fn step(&self, text: &str, rows: &[Row]) -> Done {
        let shown = || format!("{}", self.ended);
        if text == "the verification will be successful" {
            return check(self.ended.code == 0, shown);
        }
        if text == "the verification will NOT be successful" {
            return check(self.ended.code != 0, shown);
        }
        if let Some([pending, sentence]) = captures(
            "(?:the verification results will contain|there will be)( a pending)?(?: a)? \"(.*)\" error",
            text,
        ) {
            if sentence == "State change request failed" {
                let interactions = self.report["interactions"].as_array().unwrap();
                let failed = interactions.iter().any(|one| one["verdict"] == "state-error");
                return check(failed, shown);
            }
            let part = match sentence.as_str() {
                "Response status did not match" => Part::Status,
                "Headers had differences" => Part::Header,
                "Body had differences" => Part::Body,
                "Metadata had differences" => Part::Metadata,
                _ => return Err(Failed::Unknown),
            };
            let start = format!("$.{}", part.name());
            let mut findings = self.report["findings"].as_array().unwrap().iter();
            let is_told = findings.any(|finding| {
                let at = finding["contract"]["mismatch"]["at"].as_str();
                at.is_some_and(|at| at.starts_with(&start))
                    && (finding["rule"] == "contract-pending") != pending.is_empty()
            });
            return check(is_told, shown);
        }
        if let Some([when]) = captures(
            "the provider state callback will be called (before|after) the verification is run",
            text,
        ) {
            let called = self
                .states()
                .iter()
                .any(|(_, is_before)| *is_before == (when == "before"));
            return check(called, || format!("{:?}", self.states()));
        }
        if text == "the provider state callback will NOT receive a teardown call" {
            let ended = self.states().iter().any(|(told, _)| told["action"] == "teardown");
            return check(!ended, || format!("{:?}", self.states()));
        }
        if let Some([action, state, more]) = captures(
            "the provider state callback will receive a (setup|teardown) call (?:with )?\"(.*)\" (as the provider state parameter|and the following parameters:)",
            text,
        ) {
            let mut parameters = Map::new();
            for (name, value) in rows.first().filter(|_| more.starts_with("and")).into_iter().flatten() {
                parameters.insert(name.clone(), serde_json::from_str(value).unwrap());
            }
            let expected = json!({ "state": state, "params": parameters, "action": action });
            let called = self.states().iter().any(|(told, _)| *told == expected);
            return check(called, || format!("{:?}", self.states()));
        }
        if let Some([state]) = captures(
            "a warning will be displayed that there was no provider state callback configured for provider state \"(.*)\"",
            text,
        ) {
            let said = &self.ended.stderr;
            return check(
                said.contains("taken to be so") && said.contains(&format!("`{state}`")),
                shown,
            );
        }
        if let Some([header]) = captures("the request to the provider will contain the header \"(.*)\"", text) {
            let (name, value) = header.split_once(": ").unwrap();
            let has = |request: &PreparedRequest| {
                let mut headers = request.headers.iter();
                headers.any(|(known, told)| known.eq_ignore_ascii_case(name) && told == value)
            };
            return check(self.requests().all(has), || format!("{:?}", self.asked));
        }
        Err(Failed::Unknown)
    }
}

/// The names in a path, however they are quoted.
fn names(path: &str) -> impl Iterator<Item = &str> {
    path.split(['$', '.', '[', ']', '\'']).filter(|name| !name.is_empty())
}

/// The groups of a pattern that matches the whole text; an absent group is empty.
fn captures<const N: usize>(pattern: &str, text: &str) -> Option<[String; N]> {
    let regex = Regex::new(&format!("^(?:{pattern})$")).unwrap();
    let found = regex.captures(text)?;
    assert_eq!(found.len(), N + 1, "{pattern}");
    Some(std::array::from_fn(|group| {
        found
            .get(group + 1)
            .map_or(String::new(), |group| group.as_str().to_owned())
    }))
}

fn rows(table: &[Vec<String>]) -> Vec<Row> {
    let Some((names, rows)) = table.split_first() else {
        return Vec::new();
    };
    rows.iter()
        .map(|row| names.iter().cloned().zip(row.iter().cloned()).collect())
        .collect()
}

fn headers(headers: &[(String, String)]) -> Value {
    headers
        .iter()
        .map(|(name, value)| (name.clone(), json!(value)))
        .collect::<Map<String, Value>>()
        .into()
}

fn parse(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap_or_default()
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn is_of_kind(value: &Value, kind: &str) -> Done {
    let hex = |count: usize| format!("[0-9a-f]{{{count}}}");
    let uuid = [8, 4, 4, 4, 12].map(hex).join("-");
    let pattern = match kind {
        "integer" => "\\d+".to_owned(),
        "decimal number" => "\\d+\\.\\d+".to_owned(),
        "hexadecimal number" => "[0-9A-F]+".to_owned(),
        "random string" => "\\w{6}".to_owned(),
        "string from the regex" => "\\d{1,8}".to_owned(),
        "date" => "\\d{4}-\\d{2}-\\d{2}".to_owned(),
        "time" => "\\d{2}:\\d{2}:\\d{2}".to_owned(),
        "date-time" => "\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}.*".to_owned(),
        "UUID" | "lower-case-hyphenated UUID" => uuid,
        "simple UUID" => hex(32),
        "upper-case-hyphenated UUID" => uuid.replace("a-f", "A-F"),
        "URN UUID" => format!("urn:uuid:{uuid}"),
        "boolean" => "true|false".to_owned(),
        _ => return Err(Failed::Unknown),
    };
    let regex = Regex::new(&format!("^(?:{pattern})$")).unwrap();
    let is_typed = match kind {
        "integer" => value.is_i64(),
        "decimal number" => value.is_f64(),
        "boolean" => value.is_boolean(),
        _ => value.is_string(),
    };
    check(is_typed && regex.is_match(&plain(value)), || value.to_string())
}
