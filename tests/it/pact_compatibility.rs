//! The scenarios of the Pact compatibility suite, as far as they speak of reading, matching and generating.
//!
//! A provider or consumer is played by the engine itself: a request that matches the recorded one gets the recorded
//! response, any other one the status 500. A scenario with a step that nothing here can carry out (brokers, callbacks,
//! servers, the writing of contracts) waits: it is counted, and needs the program or lies outside of what it does.

use crate::gherkin::{Scenario, Step, scenarios};
use crate::outside;
use crate::pact_wording::says;
use crate::pacts::{Counts, Disputed, files, workspace};
use base64::Engine;
use regex::Regex;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use stipula::contract::generators::{
    Context, PreparedMessage, PreparedRequest, PreparedResponse, Seeded, Side, prepare_message, prepare_request,
    prepare_response,
};
use stipula::contract::matching::{
    ActualMessage, ActualRequest, ActualResponse, Comparison, Part, match_message, match_request, match_response,
};
use stipula::contract::{self, Exchange};
use time::macros::datetime;

#[test]
fn pact_compatibility() {
    let Some(folder) = outside::conformance("pact-compatibility-suite") else {
        return;
    };
    let disputed = Disputed::read("compatibility.tsv");
    let mut counts = Counts::default();
    let mut waiting: BTreeMap<String, usize> = BTreeMap::new();
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
                Outcome::Waits(step) => {
                    counts.waiting(&part);
                    *waiting.entry(step).or_default() += 1;
                }
            }
        }
    }
    for (step, count) in waiting {
        println!("waits ({count}): {step}");
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
type Row = BTreeMap<String, String>;

fn check(holds: bool, why: impl FnOnce() -> String) -> Done {
    if holds { Ok(()) } else { Err(Failed::Wrong(why())) }
}

/// What a scenario has said so far.
struct World {
    version: &'static str,
    fixtures: PathBuf,
    /// Interactions that the background defines, by number.
    interactions: BTreeMap<String, Row>,
    /// What is expected, as part of a contract, and whether it is a request.
    expected: Option<(Value, bool)>,
    actual: Vec<Value>,
    /// What a mock server or provider knows, and what it answers.
    served: Vec<Row>,
    /// Messages that a provider can send: name, contract of their metadata, contents.
    messages: Vec<(String, Value, Vec<u8>)>,
    /// Contracts to verify.
    contracts: Vec<Value>,
    pending: bool,
    status: u16,
    comparisons: Vec<Comparison>,
    values: Map<String, Value>,
    side: Side,
    server: Option<String>,
    prepared: Option<Value>,
}

impl World {
    fn new(version: &str, fixtures: PathBuf) -> Self {
        Self {
            // The suite compares queries as parameters from the beginning, which version 1 did not.
            version: match version {
                "V1" => "1.1",
                "V2" => "2.0.0",
                "V3" => "3.0.0",
                _ => "4.0",
            },
            fixtures,
            interactions: BTreeMap::new(),
            expected: None,
            actual: Vec::new(),
            served: Vec::new(),
            messages: Vec::new(),
            contracts: Vec::new(),
            pending: false,
            status: 0,
            comparisons: Vec::new(),
            values: Map::new(),
            side: Side::Provider,
            server: None,
            prepared: None,
        }
    }

    fn is_v4(&self) -> bool {
        self.version == "4.0"
    }

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
        if text == "the comparison should be OK" {
            return check(self.comparisons.iter().all(Comparison::is_match), || self.shown());
        }
        if text == "the comparison should NOT be OK" {
            return check(!self.comparisons.iter().any(Comparison::is_match), || self.shown());
        }
        if let Some([path, sentence]) = captures(
            "the mismatches will contain a mismatch with error \"([^\"]+)\" -> \"(.*)\"",
            text,
        ) {
            return self.has_mismatch(None, Some(&path), &sentence.replace("\\\"", "\""));
        }
        if let Some([part, path, sentence]) = captures(
            "the mismatches will contain an? \"([^\"]+)\" mismatch with path \"([^\"]+)\" with error \"(.*)\"",
            text,
        ) {
            return self.has_mismatch(Some(&part), Some(&path), &sentence);
        }
        if let Some([part, sentence]) = captures(
            "the mismatches will contain an? \"([^\"]+)\" mismatch with error \"(.*)\"",
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
            let row = self.numbered(&number, None).remove(0);
            let request = self.part(&row, "", "request");
            let mut interaction = json!({ "description": "interaction", "request": request });
            interaction["response"] = self.part(&row, "response ", "response");
            self.pending = !pending.is_empty();
            let contract = self.contract("interactions", interaction);
            self.contracts.push(contract);
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
            return self.add_message(name, message);
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
            return self.add_message(name, message);
        }
        if text == "the verification is run" {
            self.comparisons = self.contracts.iter().map(|contract| self.verify(contract)).collect();
            return Ok(());
        }
        if text == "the verification will be successful" {
            let is_successful = self.pending || self.comparisons.iter().all(Comparison::is_match);
            return check(is_successful, || self.shown());
        }
        if text == "the verification will NOT be successful" {
            return check(!self.comparisons.iter().all(Comparison::is_match), || self.shown());
        }
        if let Some([sentence]) = captures("the verification results will contain a \"(.*)\" error", text)
            .or_else(|| captures("there will be a pending \"(.*)\" error", text))
        {
            let part = match sentence.as_str() {
                "Response status did not match" => Part::Status,
                "Headers had differences" => Part::Header,
                "Body had differences" => Part::Body,
                "Metadata had differences" => Part::Metadata,
                _ => return Err(Failed::Unknown),
            };
            let mut mismatches = self.comparisons.iter().flat_map(|comparison| &comparison.mismatches);
            return check(mismatches.any(|mismatch| mismatch.part == part), || self.shown());
        }
        self.generator_step(text, &rows, step)
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
            return self.add_message("message".into(), message);
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
                && path.is_none_or(|path| mismatch.path == path || mismatch.path == format!("$.{path}"))
                && says(mismatch, sentence)
        };
        let mut mismatches = self.comparisons.iter().flat_map(|comparison| &comparison.mismatches);
        check(mismatches.any(|mismatch| is_meant(&mismatch)), || self.shown())
    }

    /// Interactions of the background, perhaps changed.
    fn numbered(&self, numbers: &str, changes: Option<&Row>) -> Vec<Row> {
        let numbers = numbers.split(',').map(str::trim);
        numbers
            .map(|number| {
                let mut row = self.interactions[number].clone();
                for (column, cell) in changes.into_iter().flatten() {
                    let before = row.insert(column.clone(), cell.clone());
                    // A body that is a mere text has the media type of the one that it replaces.
                    let is_mere_text = ["JSON:", "XML:", "file:"].iter().all(|start| !cell.starts_with(start));
                    if let (true, Some(before), Some(prefix)) = (is_mere_text, before, column.strip_suffix("body")) {
                        row.insert(format!("{prefix}content"), self.body(&before).0);
                    }
                }
                row
            })
            .collect()
    }

    /// A request or response of a contract, from the columns of a table that begin so.
    fn part(&self, row: &Row, prefix: &str, kind: &str) -> Value {
        let cell = |name: &str| row.get(&format!("{prefix}{name}")).filter(|cell| !cell.is_empty());
        let mut part = json!({});
        for name in ["method", "path", "query"] {
            if let (Some(value), "request") = (cell(name), kind) {
                part[name] = json!(value);
            }
        }
        // Since version 3, a query is a list of values for each name.
        if let (Some(query), true) = (cell("query"), self.version >= "3") {
            let mut parameters: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
            for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
                parameters.entry(name).or_default().push(value);
            }
            part["query"] = json!(parameters);
        }
        if let (Some(status), "response") = (
            row.get("response").filter(|_| !prefix.is_empty()).or(cell("status")),
            kind,
        ) {
            part["status"] = json!(status.parse::<u16>().unwrap());
        }
        let mut headers: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for cell in [cell("headers"), cell("raw headers")].into_iter().flatten() {
            for header in cell.trim_matches('\'').split("', '") {
                let (name, value) = header.split_once(": ").unwrap();
                headers.entry(name.to_owned()).or_default().push(value.to_owned());
            }
        }
        let mut media = cell("content").or(cell("content type")).cloned();
        if let Some(body) = cell("body") {
            let (detected, bytes) = self.body(body);
            let media = media.get_or_insert(detected);
            part["body"] = self.written(&bytes, media);
        }
        if let Some(media) = media {
            headers.entry("Content-Type".into()).or_insert_with(|| vec![media]);
        }
        part["headers"] = headers
            .into_iter()
            .map(|(name, values)| {
                let value = if values.len() == 1 {
                    json!(values[0])
                } else {
                    json!(values)
                };
                (name, value)
            })
            .collect::<Map<String, Value>>()
            .into();
        for (column, key) in [("matching rules", "matchingRules"), ("generators", "generators")] {
            if let Some(fragment) = cell(column) {
                part[key] = self.fragment(fragment);
            }
        }
        part
    }

    /// The media type and the bytes of what a cell says.
    fn body(&self, cell: &str) -> (String, Vec<u8>) {
        if let Some(text) = cell.strip_prefix("JSON:") {
            return ("application/json".into(), text.trim().into());
        }
        if let Some(text) = cell.strip_prefix("XML:") {
            return ("application/xml".into(), text.trim().into());
        }
        let Some(name) = cell.strip_prefix("file:").map(str::trim) else {
            return ("text/plain".into(), cell.into());
        };
        let path = self.fixtures.join(name);
        if name.ends_with("-body.xml") {
            return described_body(&fs::read_to_string(path).unwrap());
        }
        let media = match Path::new(name).extension().and_then(|extension| extension.to_str()) {
            Some("json") => "application/json",
            Some("xml") => "application/xml",
            Some("jpg") => "image/jpeg",
            Some("pdf") => "application/pdf",
            _ => "application/octet-stream",
        };
        (media.into(), fs::read(path).unwrap())
    }

    /// A body as contracts of the version write it.
    fn written(&self, bytes: &[u8], media: &str) -> Value {
        let text = std::str::from_utf8(bytes).ok();
        let is_json = media.contains("json");
        let json = text
            .filter(|_| is_json)
            .and_then(|text| serde_json::from_str(text).ok());
        let in_base64 = || json!(base64::engine::general_purpose::STANDARD.encode(bytes));
        let plain = json.or_else(|| text.map(|text| json!(text)));
        match (self.is_v4(), plain) {
            (true, Some(content)) => json!({ "content": content, "contentType": media, "encoded": false }),
            (true, None) => json!({ "content": in_base64(), "contentType": media, "encoded": "base64" }),
            (false, plain) => plain.unwrap_or_else(in_base64),
        }
    }

    /// Rules or generators: a fixture, or JSON.
    fn fragment(&self, cell: &str) -> Value {
        match cell.strip_prefix("JSON:") {
            Some(text) => serde_json::from_str(text).unwrap(),
            None => serde_json::from_str(&fs::read_to_string(self.fixtures.join(cell)).unwrap()).unwrap(),
        }
    }

    const fn metadata_key(&self) -> &'static str {
        if self.version.len() == 3 {
            "metadata"
        } else {
            "metaData"
        }
    }

    fn message(&self, contents: &str) -> Value {
        let contents = contents.replace("\\\"", "\"");
        let mut message = json!({ "description": "message" });
        message[self.metadata_key()] = json!({});
        if !contents.is_empty() {
            let (media, bytes) = self.body(&contents);
            message["contents"] = self.written(&bytes, &media);
            message[self.metadata_key()]["contentType"] = json!(media);
        }
        message
    }

    fn add_metadata(&self, message: &mut Value, rows: &[Row]) {
        for row in rows {
            message[self.metadata_key()][&row["key"]] = metadata_value(&row["value"]);
        }
    }

    fn add_message(&mut self, name: String, mut message: Value) -> Done {
        message["description"] = json!(name);
        let key = if self.is_v4() {
            message["type"] = json!("Asynchronous/Messages");
            "interactions"
        } else {
            "messages"
        };
        let contract = self.contract(key, message);
        self.contracts.push(contract);
        Ok(())
    }

    fn contract(&self, key: &str, interaction: Value) -> Value {
        let mut contract = json!({
            "consumer": { "name": "consumer" },
            "provider": { "name": "provider" },
            "metadata": { "pactSpecification": { "version": self.version } },
        });
        contract[key] = json!([interaction]);
        contract
    }

    fn with_exchange<T>(&self, contract: &Value, use_it: impl FnOnce(&Exchange<'_>, &mut Context<'_>) -> T) -> T {
        let (workspace, id) = workspace("contract.json", &contract.to_string()).unwrap();
        let contract = contract::read(&workspace, id);
        assert!(contract.problems.is_empty(), "{:?}", contract.problems);
        let mut context = Context {
            side: self.side,
            values: &self.values,
            server: self.server.as_deref(),
            now: datetime!(2024-03-01 10:30 UTC),
            random: &mut Seeded::new(1),
        };
        use_it(&contract.interactions[0].exchange, &mut context)
    }

    fn request(&self, part: &Value) -> PreparedRequest {
        let contract = self.contract(
            "interactions",
            json!({ "description": "", "request": part, "response": {} }),
        );
        self.with_exchange(&contract, |exchange, context| match exchange {
            Exchange::Http { request, .. } => prepare_request(request, context).value,
            _ => unreachable!("it is a request"),
        })
    }

    fn response(&self, part: &Value) -> PreparedResponse {
        let contract = self.contract(
            "interactions",
            json!({ "description": "", "request": {}, "response": part }),
        );
        self.with_exchange(&contract, |exchange, context| match exchange {
            Exchange::Http { response, .. } => prepare_response(response, context).value,
            _ => unreachable!("it is a response"),
        })
    }

    fn prepared_message(&self, contract: &Value) -> PreparedMessage {
        self.with_exchange(contract, |exchange, context| match exchange {
            Exchange::Message(message) => prepare_message(message, context).value,
            _ => unreachable!("it is a message"),
        })
    }

    fn compare(&self, expected: &Value, actual: &Value, is_request: bool) -> Comparison {
        let interaction = if is_request {
            json!({ "description": "", "request": expected, "response": {} })
        } else {
            json!({ "description": "", "request": {}, "response": expected })
        };
        let contract = self.contract("interactions", interaction);
        self.with_exchange(&contract, |exchange, _| match exchange {
            Exchange::Http { request, .. } if is_request => received(request, &self.request(actual)),
            Exchange::Http { response, .. } => {
                let actual = self.response(actual);
                match_response(response, &answered(&actual))
            }
            _ => unreachable!("it is no message"),
        })
    }

    /// What a provider that serves the interactions answers to a contract.
    fn verify(&self, contract: &Value) -> Comparison {
        self.with_exchange(contract, |exchange, context| match exchange {
            Exchange::Http { request, response } => {
                let sent = prepare_request(request, context).value;
                let answer = self.served.iter().find_map(|row| {
                    let known = self.part(row, "", "request");
                    let known = self.contract(
                        "interactions",
                        json!({ "description": "", "request": known, "response": {} }),
                    );
                    let is_known = self.with_exchange(&known, |exchange, _| match exchange {
                        Exchange::Http { request, .. } => received(request, &sent).is_match(),
                        _ => false,
                    });
                    is_known.then(|| self.response(&self.part(row, "response ", "response")))
                });
                let nothing = PreparedResponse {
                    status: 500,
                    headers: Vec::new(),
                    body: None,
                };
                match_response(response, &answered(&answer.unwrap_or(nothing)))
            }
            Exchange::Message(message) => {
                let name = contract
                    .pointer("/messages/0/description")
                    .or(contract.pointer("/interactions/0/description"));
                let (_, made, contents) = self
                    .messages
                    .iter()
                    .find(|(known, ..)| name == Some(&json!(known)))
                    .unwrap();
                let key = if self.is_v4() { "interactions" } else { "messages" };
                let mut made = made.clone();
                made["type"] = json!("Asynchronous/Messages");
                let made = self.prepared_message(&self.contract(key, made));
                let metadata: Map<String, Value> = made.metadata.into_iter().collect();
                let actual = ActualMessage {
                    content_type: made.content_type.as_deref(),
                    metadata: Some(&Value::Object(metadata).to_string()),
                    contents,
                };
                match_message(message, &actual)
            }
            Exchange::Call { .. } => unreachable!("no scenario speaks of one"),
        })
    }
}

fn received(expected: &contract::Request<'_>, actual: &PreparedRequest) -> Comparison {
    let actual = ActualRequest {
        method: &actual.method,
        path: &actual.path,
        query: Some(&actual.query),
        headers: &actual.headers,
        body: actual.body.as_deref().unwrap_or_default(),
    };
    match_request(expected, &actual)
}

fn answered(response: &PreparedResponse) -> ActualResponse<'_> {
    ActualResponse {
        status: response.status,
        headers: &response.headers,
        body: response.body.as_deref().unwrap_or_default(),
    }
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

/// The media type and bytes that a file describes, whose name ends in `-body.xml`.
fn described_body(text: &str) -> (String, Vec<u8>) {
    let document = roxmltree::Document::parse(text).unwrap();
    let child = |name| {
        document
            .root_element()
            .children()
            .find(|child| child.has_tag_name(name))
    };
    let media = child("contentType")
        .and_then(|child| child.text())
        .unwrap_or("text/plain");
    let contents = child("contents").unwrap();
    let text: String = contents.children().filter_map(|child| child.text()).collect();
    let text = text.trim();
    let bytes = if contents.attribute("encoding") == Some("base64") {
        base64::engine::general_purpose::STANDARD.decode(text).unwrap()
    } else if contents.attribute("eol") == Some("CRLF") {
        text.replace('\n', "\r\n").into_bytes()
    } else {
        text.into()
    };
    (media.to_owned(), bytes)
}

fn metadata_value(text: &str) -> Value {
    let text = text.replace("\\\"", "\"");
    match text.strip_prefix("JSON:") {
        Some(json) => serde_json::from_str(json).unwrap(),
        None => json!(text),
    }
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
