//! What a scenario of the compatibility suite works on: parts of contracts made from its tables, and the engine that
//! plays consumer and provider.

use crate::pact_stub::Verified;
use crate::pacts::workspace;
use base64::Engine;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use stipula::contract::generators::{
    Context, PreparedMessage, PreparedRequest, PreparedResponse, Seeded, Side, prepare_message, prepare_request,
    prepare_response,
};
use stipula::contract::matching::{ActualRequest, ActualResponse, Comparison, match_request, match_response};
use stipula::contract::{self, Exchange};
use time::macros::datetime;

/// A row of a table, by the names of its columns.
pub(crate) type Row = BTreeMap<String, String>;

/// What a scenario has said so far.
pub(crate) struct World {
    pub(crate) version: &'static str,
    pub(crate) fixtures: PathBuf,
    /// Interactions that the background defines, by number.
    pub(crate) interactions: BTreeMap<String, Row>,
    /// What is expected, as part of a contract, and whether it is a request.
    pub(crate) expected: Option<(Value, bool)>,
    pub(crate) actual: Vec<Value>,
    /// What a mock server or provider knows, and what it answers.
    pub(crate) served: Vec<Row>,
    /// Messages that a provider can send: name, contract of their metadata, contents.
    pub(crate) messages: Vec<(String, Value, Vec<u8>)>,
    /// Contracts to verify.
    pub(crate) contracts: Vec<Value>,
    pub(crate) pending: bool,
    /// Whether what brings states about is there, and works.
    pub(crate) callback: Option<bool>,
    /// Headers that every request is given.
    pub(crate) filter: Vec<String>,
    /// What the program made of the contracts.
    pub(crate) verified: Option<Verified>,
    pub(crate) status: u16,
    pub(crate) comparisons: Vec<Comparison>,
    pub(crate) values: Map<String, Value>,
    pub(crate) side: Side,
    pub(crate) server: Option<String>,
    pub(crate) prepared: Option<Value>,
}

impl World {
    pub(crate) fn new(version: &str, fixtures: PathBuf) -> Self {
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
            callback: None,
            filter: Vec::new(),
            verified: None,
            status: 0,
            comparisons: Vec::new(),
            values: Map::new(),
            side: Side::Provider,
            server: None,
            prepared: None,
        }
    }

    pub(crate) fn is_v4(&self) -> bool {
        self.version == "4.0"
    }

    /// Interactions of the background, perhaps changed.
    pub(crate) fn numbered(&self, numbers: &str, changes: Option<&Row>) -> Vec<Row> {
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
    pub(crate) fn part(&self, row: &Row, prefix: &str, kind: &str) -> Value {
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
    pub(crate) fn body(&self, cell: &str) -> (String, Vec<u8>) {
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
    pub(crate) fn written(&self, bytes: &[u8], media: &str) -> Value {
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
    pub(crate) fn fragment(&self, cell: &str) -> Value {
        match cell.strip_prefix("JSON:") {
            Some(text) => serde_json::from_str(text).unwrap(),
            None => serde_json::from_str(&fs::read_to_string(self.fixtures.join(cell)).unwrap()).unwrap(),
        }
    }

    pub(crate) const fn metadata_key(&self) -> &'static str {
        if self.version.len() == 3 {
            "metadata"
        } else {
            "metaData"
        }
    }

    pub(crate) fn message(&self, contents: &str) -> Value {
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

    pub(crate) fn add_metadata(&self, message: &mut Value, rows: &[Row]) {
        for row in rows {
            message[self.metadata_key()][&row["key"]] = metadata_value(&row["value"]);
        }
    }

    /// Notes a contract of one message, which is to be verified.
    pub(crate) fn add_message(&mut self, name: &str, mut message: Value) {
        message["description"] = json!(name);
        let key = if self.is_v4() {
            message["type"] = json!("Asynchronous/Messages");
            "interactions"
        } else {
            "messages"
        };
        if self.pending && self.is_v4() {
            message["pending"] = json!(true);
        }
        let contract = self.contract(key, message);
        self.contracts.push(contract);
    }

    pub(crate) fn contract(&self, key: &str, interaction: Value) -> Value {
        let mut contract = json!({
            "consumer": { "name": "consumer" },
            "provider": { "name": "provider" },
            "metadata": { "pactSpecification": { "version": self.version } },
        });
        contract[key] = json!([interaction]);
        contract
    }

    pub(crate) fn with_exchange<T>(
        &self,
        contract: &Value,
        use_it: impl FnOnce(&Exchange<'_>, &mut Context<'_>) -> T,
    ) -> T {
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

    pub(crate) fn request(&self, part: &Value) -> PreparedRequest {
        let contract = self.contract(
            "interactions",
            json!({ "description": "", "request": part, "response": {} }),
        );
        self.with_exchange(&contract, |exchange, context| match exchange {
            Exchange::Http { request, .. } => prepare_request(request, context).value,
            _ => unreachable!("it is a request"),
        })
    }

    pub(crate) fn response(&self, part: &Value) -> PreparedResponse {
        let contract = self.contract(
            "interactions",
            json!({ "description": "", "request": {}, "response": part }),
        );
        self.with_exchange(&contract, |exchange, context| match exchange {
            Exchange::Http { response, .. } => prepare_response(response, context).value,
            _ => unreachable!("it is a response"),
        })
    }

    pub(crate) fn prepared_message(&self, contract: &Value) -> PreparedMessage {
        self.with_exchange(contract, |exchange, context| match exchange {
            Exchange::Message(message) => prepare_message(message, context).value,
            _ => unreachable!("it is a message"),
        })
    }

    pub(crate) fn compare(&self, expected: &Value, actual: &Value, is_request: bool) -> Comparison {
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
}

pub(crate) fn received(expected: &contract::Request<'_>, actual: &PreparedRequest) -> Comparison {
    let actual = ActualRequest {
        method: &actual.method,
        path: &actual.path,
        query: Some(&actual.query),
        headers: &actual.headers,
        body: actual.body.as_deref().unwrap_or_default(),
    };
    match_request(expected, &actual)
}

pub(crate) fn answered(response: &PreparedResponse) -> ActualResponse<'_> {
    ActualResponse {
        status: response.status,
        headers: &response.headers,
        body: response.body.as_deref().unwrap_or_default(),
    }
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
pub(crate) fn metadata_value(text: &str) -> Value {
    let text = text.replace("\\\"", "\"");
    match text.strip_prefix("JSON:") {
        Some(json) => serde_json::from_str(json).unwrap(),
        None => json!(text),
    }
}
