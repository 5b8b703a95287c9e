//! Ways to say the same of an event-driven API in other words, in both grammars of AsyncAPI.

use super::{at, component, edited, reference};
use crate::described::table;
use serde_json::{Map, Value, json};
use stipula::document::Kind;

/// A JSON object.
type Object = Map<String, Value>;

fn is_of_2(description: &Value) -> Option<bool> {
    let version = description.get("asyncapi")?.as_str()?;
    Some(version.starts_with('2'))
}

/// What a reference leads to, or what stands there itself.
fn resolved<'v>(description: &'v Value, value: &'v Value) -> Option<&'v Value> {
    match reference(value) {
        Some(text) => at(description, &component(text)?),
        None => Some(value),
    }
}

/// What traits say stands in what has them: later ones count more, and more than what has them until 2.6, less since
/// 3.0. Headers hold together.
pub(super) fn write_traits_out(description: &Value) -> Option<Value> {
    let is_2 = is_of_2(description)?;
    edited(description, |kind, _, json| {
        let Some(object) = json.as_object_mut() else {
            return false;
        };
        if !matches!(kind, Kind::Message | Kind::Operation) || object.contains_key("$ref") {
            return false;
        }
        let layers: Option<Vec<Object>> = object.get("traits").and_then(Value::as_array).and_then(|traits| {
            let layer = |layer| resolved(description, layer)?.as_object().cloned();
            traits.iter().map(layer).collect()
        });
        let Some(layers) = layers else {
            return false;
        };
        let mut own = std::mem::take(object);
        own.remove("traits");
        let mut headers: Vec<Value> = own.remove("headers").into_iter().collect();
        let mut merged = Object::new();
        let mut layers: Vec<Object> = layers;
        layers.insert(if is_2 { 0 } else { layers.len() }, own);
        for mut layer in layers {
            headers.extend(layer.remove("headers"));
            merged.extend(layer);
        }
        match headers.len() {
            0 => {}
            1 => drop(merged.insert("headers".to_owned(), headers.remove(0))),
            _ => drop(merged.insert("headers".to_owned(), json!({ "allOf": headers }))),
        }
        *object = merged;
        true
    })
}

/// A message that stands alone becomes a list of one, which 2.x knows.
pub(super) fn list_lone_messages(description: &Value) -> Option<Value> {
    if !is_of_2(description)? {
        return None;
    }
    edited(description, |kind, _, json| {
        let message = json.get_mut("message").filter(|_| kind == Kind::Operation);
        match message {
            Some(message) if message.get("oneOf").is_none() => {
                *message = json!({ "oneOf": [message.take()] });
                true
            }
            _ => false,
        }
    })
}

/// Messages with names become components of these names.
pub(super) fn extract_messages(description: &Value) -> Option<Value> {
    is_of_2(description)?;
    let known = description.pointer("/components/messages").and_then(Value::as_object);
    let mut extracted = known.cloned().unwrap_or_default();
    let mut copy = edited(description, |kind, path, json| {
        let name = json.get("name").and_then(Value::as_str).map(str::to_owned);
        let is_component = path.first().is_some_and(|first| first == "components");
        let (Some(name), Kind::Message, false) = (name, kind, is_component) else {
            return false;
        };
        let is_taken = extracted.get(&name).is_some_and(|other| other != json);
        if is_taken || !name.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return false;
        }
        let refer = json!({ "$ref": format!("#/components/messages/{name}") });
        extracted.insert(name, std::mem::replace(json, refer));
        true
    })?;
    let components = copy.as_object_mut()?.entry("components").or_insert_with(|| json!({}));
    components["messages"] = Value::Object(extracted);
    Some(copy)
}

/// Since 3.0 what channels are called is nobody's but the description's.
pub(super) fn rename_channels(description: &Value) -> Option<Value> {
    if is_of_2(description)? {
        return None;
    }
    // A channel without an address is known by its name.
    let channels = description.get("channels")?.as_object()?;
    let is_known = |channel: &Value| {
        resolved(description, channel).is_some_and(|channel| channel.get("address").is_some_and(Value::is_string))
    };
    if channels.is_empty() || !channels.values().all(is_known) {
        return None;
    }
    let mut copy = respelt(description.clone(), &|text| {
        let rest = text.strip_prefix("#/channels/")?;
        let (name, rest) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        Some(format!("#/channels/{name}Renamed{rest}"))
    });
    rename(copy["channels"].as_object_mut()?, |name| format!("{name}Renamed"));
    Some(copy)
}

/// The same with other references.
fn respelt(value: Value, other: &dyn Fn(&str) -> Option<String>) -> Value {
    match value {
        Value::Object(entries) => {
            let entries = entries.into_iter().map(|(name, entry)| {
                let reference = entry.as_str().filter(|_| name == "$ref").and_then(other);
                let entry = reference.map_or_else(|| respelt(entry, other), Value::from);
                (name, entry)
            });
            entries.collect()
        }
        Value::Array(elements) => elements.into_iter().map(|element| respelt(element, other)).collect(),
        other => other,
    }
}

/// The parameters in the addresses of channels have other names.
pub(super) fn rename_parameters(description: &Value) -> Option<Value> {
    let is_2 = is_of_2(description)?;
    let renamed = |address: &str| address.replace('}', "Renamed}");
    let mut count = 0;
    let mut copy = edited(description, |kind, _, json| {
        let Some(channel) = json.as_object_mut().filter(|_| kind == Kind::Channel) else {
            return false;
        };
        if let Some(Value::Object(parameters)) = channel.get_mut("parameters") {
            count += parameters.len();
            rename(parameters, |name| format!("{name}Renamed"));
        }
        if let Some(Value::String(address)) = channel.get_mut("address") {
            *address = renamed(address);
        }
        true
    })?;
    // Until 2.6 the address is the key.
    if let Some(Value::Object(channels)) = copy.get_mut("channels").filter(|_| is_2) {
        rename(channels, renamed);
    }
    (count > 0).then_some(copy)
}

/// Gives the entries of a map other names.
fn rename(entries: &mut Object, name_of: impl Fn(&str) -> String) {
    let all = std::mem::take(entries).into_iter();
    *entries = all.map(|(name, entry)| (name_of(&name), entry)).collect();
}

/// An operation names the messages of its channel, which it means all of where it names none.
pub(super) fn name_all_messages(description: &Value) -> Option<Value> {
    if is_of_2(description)? {
        return None;
    }
    edited(description, |kind, _, json| {
        let is_silent = kind == Kind::Operation && json.get("messages").is_none();
        let Some(text) = json
            .get("channel")
            .filter(|_| is_silent)
            .and_then(reference)
            .map(str::to_owned)
        else {
            return false;
        };
        let channel = component(&text).and_then(|path| at(description, &path));
        let Some(Value::Object(messages)) = channel.and_then(|channel| channel.get("messages")) else {
            return false;
        };
        let named = messages
            .keys()
            .map(|name| json!({ "$ref": format!("{text}/messages/{name}") }));
        json["messages"] = named.collect();
        true
    })
}

/// A payload says its format, which it has anyway.
pub(super) fn name_formats(description: &Value) -> Option<Value> {
    let is_2 = is_of_2(description)?;
    let version = table(description).version_name();
    let format = format!("application/vnd.aai.asyncapi+json;version={version}.0");
    edited(description, |kind, _, json| {
        let Some(message) = json.as_object_mut().filter(|_| kind == Kind::Message) else {
            return false;
        };
        if message.contains_key("schemaFormat") {
            return false;
        }
        let Some(payload) = message
            .get_mut("payload")
            .filter(|payload| payload.get("schema").is_none())
        else {
            return false;
        };
        if is_2 {
            message.insert("schemaFormat".to_owned(), json!(format));
        } else {
            *payload = json!({ "schemaFormat": format, "schema": payload.take() });
        }
        true
    })
}

/// The last version of the same grammar.
pub(super) fn upgrade(description: &Value) -> Option<Value> {
    let last = if is_of_2(description)? { "2.6.0" } else { "3.1.0" };
    let mut copy = description.clone();
    copy["asyncapi"] = json!(last);
    (copy != *description).then_some(copy)
}
