//! Provider states: what must be so at the provider before an interaction, and how it is brought about.

use super::client::{Client, Outgoing};
use crate::contract::State;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

/// How states are brought about.
#[derive(Debug, Clone, Default)]
pub enum StateHandler {
    /// Nothing does: states are taken to be so.
    #[default]
    None,
    /// A URL of the provider that understands Pact's protocol.
    Url(String),
    /// A command: it reads what the URL would be sent, and prints what the URL would answer.
    Command(String),
    /// Requests to the provider, by the name of the state.
    Table(BTreeMap<String, Vec<StateCall>>),
}

/// A request that brings a state about, or ends it. `{name}` stands for a parameter of the state.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StateCall {
    /// Whether it ends the state.
    pub teardown: bool,
    /// The method.
    pub method: String,
    /// The path at the provider, or a URL.
    pub path: String,
    /// The headers.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Option<String>,
}

/// What is done with a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    /// It is brought about.
    Setup,
    /// It is ended.
    Teardown,
}

impl Action {
    const fn name(self) -> &'static str {
        match self {
            Self::Setup => "setup",
            Self::Teardown => "teardown",
        }
    }
}

/// What states are changed with.
#[derive(Clone, Copy)]
pub(super) struct States<'a> {
    pub(super) handler: &'a StateHandler,
    pub(super) client: &'a Client,
    pub(super) provider: &'a str,
    pub(super) timeout: Duration,
}

impl States<'_> {
    /// Changes one state; the values that the provider says belong to it, or why it could not be done.
    pub(super) async fn change(&self, state: &State<'_>, action: Action) -> Result<Map<String, Value>, String> {
        let what = || json!({ "state": state.name, "params": state.parameters(), "action": action.name() });
        let told = match self.handler {
            StateHandler::None => return Ok(Map::new()),
            StateHandler::Url(url) => self.post(url, what().to_string()).await?,
            StateHandler::Command(line) => {
                let printed = tokio::time::timeout(self.timeout, printed_by(line, Some(what().to_string())));
                let printed = printed.await.map_err(|_| "the command took too long".to_owned())?;
                printed.map_err(|message| format!("the command {message}"))?
            }
            StateHandler::Table(table) => return self.call(table, state, action).await,
        };
        if told.trim().is_empty() {
            return Ok(Map::new());
        }
        match serde_json::from_str(&told) {
            Ok(Value::Object(values)) => Ok(values),
            // Many handlers answer with a word, which says no values.
            _ => Ok(Map::new()),
        }
    }

    async fn post(&self, url: &str, body: String) -> Result<String, String> {
        let outgoing = Outgoing {
            method: "POST".to_owned(),
            url: url.to_owned(),
            headers: vec![("Content-Type".to_owned(), "application/json".to_owned())],
            body: Some(body.into_bytes()),
            timeout: Some(self.timeout),
            expects_refusal: false,
        };
        self.send(outgoing).await
    }

    async fn send(&self, outgoing: Outgoing) -> Result<String, String> {
        let answer = self
            .client
            .send(&outgoing)
            .await
            .map_err(|failure| failure.to_string())?;
        let body = String::from_utf8_lossy(&answer.body).into_owned();
        if (200..300).contains(&answer.status) {
            return Ok(body);
        }
        let line = body.lines().next().unwrap_or_default();
        let shown: String = line.chars().take(200).collect();
        let colon = if shown.is_empty() { "" } else { ": " };
        Err(format!("the answer was {}{colon}{shown}", answer.status))
    }

    async fn call(
        &self,
        table: &BTreeMap<String, Vec<StateCall>>,
        state: &State<'_>,
        action: Action,
    ) -> Result<Map<String, Value>, String> {
        let Some(calls) = table.get(state.name) else {
            return Err(format!("the table of states has nothing for `{}`", state.name));
        };
        let parameters = state.parameters();
        let mut values = Map::new();
        for call in calls
            .iter()
            .filter(|call| call.teardown == (action == Action::Teardown))
        {
            let path = filled(&call.path, &parameters);
            let url = if path.contains("://") {
                path
            } else {
                format!("{}{path}", self.provider)
            };
            let outgoing = Outgoing {
                method: call.method.clone(),
                url,
                headers: call.headers.clone(),
                body: call.body.as_ref().map(|body| filled(body, &parameters).into_bytes()),
                timeout: Some(self.timeout),
                expects_refusal: false,
            };
            let answer = self
                .send(outgoing)
                .await
                .map_err(|message| format!("{} {}: {message}", call.method, call.path))?;
            if let Ok(Value::Object(answered)) = serde_json::from_str(&answer) {
                values.extend(answered);
            }
        }
        Ok(values)
    }
}

/// A text with its parameters filled in.
fn filled(text: &str, parameters: &Map<String, Value>) -> String {
    parameters.iter().fold(text.to_owned(), |text, (name, value)| {
        let value = match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        text.replace(&format!("{{{name}}}"), &value)
    })
}

/// What a shell command prints when it is given a text; why it failed, without a word of what it printed.
pub(super) async fn printed_by(line: &str, given: Option<String>) -> Result<String, String> {
    let (shell, flag) = if cfg!(windows) { ("cmd", "/C") } else { ("sh", "-c") };
    let mut child = Command::new(shell)
        .args([flag, line])
        .stdin(if given.is_some() { Stdio::piped() } else { Stdio::null() })
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| format!("could not be run: {error}"))?;
    if let (Some(mut stdin), Some(given)) = (child.stdin.take(), given) {
        // A command need not read what it is given.
        let _ = stdin.write_all(given.as_bytes()).await;
    }
    let output = child
        .wait_with_output()
        .await
        .map_err(|error| format!("failed: {error}"))?;
    if !output.status.success() {
        return Err(format!("failed: {}", output.status));
    }
    String::from_utf8(output.stdout).map_err(|_| "printed no text".to_owned())
}
