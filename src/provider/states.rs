//! Provider states: what must be so at the provider before an interaction, and how it is brought about.

use super::answer::Answer;
use super::client::{Client, Outgoing};
use super::failure::Failure;
use super::identity::{Identity, apply_headers};
use super::secret::Secret;
use crate::contract::State;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
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
    Table(BTreeMap<String, StateCalls>),
}

/// The requests that bring a state about, and those that end it.
#[derive(Debug, Clone, Default)]
pub struct StateCalls {
    /// What brings it about, in this order.
    pub setup: Vec<StateCall>,
    /// What ends it.
    pub teardown: Vec<StateCall>,
}

/// A request to the provider. `${name}` stands for a parameter of the state, or for what an earlier request kept.
#[derive(Debug, Clone, Default)]
pub struct StateCall {
    /// The method.
    pub method: String,
    /// The path at the provider, or a URL.
    pub path: String,
    /// The headers.
    pub headers: Vec<(String, Secret)>,
    /// The body: a text as it is, anything else as JSON.
    pub body: Option<Value>,
    /// What is kept of the answer: names, and JSON pointers to their values.
    pub keep: Vec<(String, String)>,
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
    /// In whose name the provider itself is asked to change them.
    pub(super) identity: &'a Identity,
    pub(super) timeout: Duration,
}

impl States<'_> {
    /// Changes one state. `known` are the values that its set-up gave, when it is ended. Out come the values that the
    /// provider says belong to it, or why it could not be done.
    pub(super) async fn change(
        &self,
        state: &State<'_>,
        action: Action,
        known: &Map<String, Value>,
    ) -> Result<Map<String, Value>, String> {
        let what = || json!({ "state": state.name, "params": state.parameters(), "action": action.name() });
        let told = match self.handler {
            StateHandler::None => return Ok(Map::new()),
            StateHandler::Url(url) => self.post(url, what().to_string()).await?,
            StateHandler::Command(line) => {
                let printed = tokio::time::timeout(self.timeout, printed_by(line, Some(what().to_string())));
                let printed = printed.await.map_err(|_| "the command took too long".to_owned())?;
                printed.map_err(|message| format!("the command {message}"))?
            }
            StateHandler::Table(table) => return self.calls(table, state, action, known).await,
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
        body_of(self.client.send(&outgoing).await)
    }

    async fn calls(
        &self,
        table: &BTreeMap<String, StateCalls>,
        state: &State<'_>,
        action: Action,
        known: &Map<String, Value>,
    ) -> Result<Map<String, Value>, String> {
        let Some(calls) = table.get(state.name) else {
            return Err(format!("the table of states has nothing for `{}`", state.name));
        };
        let calls = match action {
            Action::Setup => &calls.setup,
            Action::Teardown => &calls.teardown,
        };
        let mut values = state.parameters();
        values.extend(known.clone());
        let mut kept = Map::new();
        for call in calls {
            let answered = self.call(call, &values).await;
            let found = answered.map_err(|message| format!("{} {}: {message}", call.method, call.path))?;
            values.extend(found.clone());
            kept.extend(found);
        }
        Ok(kept)
    }

    /// Makes one call; the values that are kept of its answer.
    async fn call(&self, call: &StateCall, values: &Map<String, Value>) -> Result<Map<String, Value>, String> {
        let path = filled(&call.path, values, &|value| {
            utf8_percent_encode(&plain(value), SEGMENT).to_string()
        })?;
        let is_elsewhere = path.contains("://");
        let mut headers: Vec<(String, String)> = Vec::new();
        let body = match &call.body {
            None => None,
            Some(Value::String(text)) => Some(filled(text, values, &plain)?),
            Some(json) => {
                headers.push(("Content-Type".to_owned(), "application/json".to_owned()));
                Some(filled_value(json, values)?.to_string())
            }
        };
        let mut outgoing = Outgoing {
            method: call.method.clone(),
            url: if is_elsewhere {
                path
            } else {
                format!("{}{path}", self.provider)
            },
            headers,
            body: body.map(String::into_bytes),
            timeout: Some(self.timeout),
            expects_refusal: false,
        };
        let answer = if is_elsewhere {
            // What the provider is shown is no business of others.
            apply_headers(&mut outgoing, &call.headers);
            self.send(outgoing).await?
        } else {
            body_of(self.identity.send(self.client, &outgoing, &call.headers).await)?
        };
        if call.keep.is_empty() {
            return Ok(Map::new());
        }
        let answer: Value = serde_json::from_str(&answer).map_err(|_| "the answer is no JSON".to_owned())?;
        let kept = call.keep.iter().map(|(name, pointer)| {
            let value = answer.pointer(pointer).cloned();
            let value = value.ok_or_else(|| format!("the answer has nothing at `{pointer}`"))?;
            Ok((name.clone(), value))
        });
        kept.collect()
    }
}

/// What may stand in a segment of a path as it is (<https://www.rfc-editor.org/rfc/rfc3986#section-2.3>).
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The body of an answer that says that all went well.
fn body_of(answer: Result<Answer, Failure>) -> Result<String, String> {
    let answer = answer.map_err(|failure| failure.to_string())?;
    let body = String::from_utf8_lossy(&answer.body).into_owned();
    if (200..300).contains(&answer.status) {
        return Ok(body);
    }
    let line = body.lines().next().unwrap_or_default();
    let shown: String = line.chars().take(200).collect();
    let colon = if shown.is_empty() { "" } else { ": " };
    Err(format!("the answer was {}{colon}{shown}", answer.status))
}

/// A value as a part of a text.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A text with values in the places of `${name}`.
fn filled(text: &str, values: &Map<String, Value>, written: &dyn Fn(&Value) -> String) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let Some((name, after)) = after.split_once('}') else {
            break;
        };
        out.push_str(before);
        out.push_str(&written(value_of(name, values)?));
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}

/// A value with others in the places of `${name}`; what stands alone keeps its type.
fn filled_value(value: &Value, values: &Map<String, Value>) -> Result<Value, String> {
    Ok(match value {
        Value::String(text) => {
            let alone = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
            match alone.filter(|name| !name.contains('}')) {
                Some(name) => value_of(name, values)?.clone(),
                None => Value::String(filled(text, values, &plain)?),
            }
        }
        Value::Array(elements) => {
            let elements = elements.iter().map(|element| filled_value(element, values));
            Value::Array(elements.collect::<Result<_, _>>()?)
        }
        Value::Object(members) => {
            let members = members
                .iter()
                .map(|(name, member)| Ok((name.clone(), filled_value(member, values)?)));
            Value::Object(members.collect::<Result<_, String>>()?)
        }
        other => other.clone(),
    })
}

fn value_of<'v>(name: &str, values: &'v Map<String, Value>) -> Result<&'v Value, String> {
    let missing = || format!("`{name}` is no parameter of the state, and no earlier request kept it");
    values.get(name).ok_or_else(missing)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_filled_in() {
        let Value::Object(values) = json!({ "id": "a/b", "count": 3 }) else {
            panic!("it is an object");
        };
        let encoded = |value: &Value| utf8_percent_encode(&plain(value), SEGMENT).to_string();
        assert_eq!(
            filled("/orders/${id}?n=${count}", &values, &encoded),
            Ok("/orders/a%2Fb?n=3".to_owned())
        );
        assert_eq!(filled("costs $5 ${", &values, &plain), Ok("costs $5 ${".to_owned()));
        assert!(filled("${other}", &values, &plain).is_err());
        assert_eq!(
            filled_value(
                &json!({ "n": "${count}", "text": "${count} of ${id}", "on": true }),
                &values
            ),
            Ok(json!({ "n": 3, "text": "3 of a/b", "on": true }))
        );
    }
}
