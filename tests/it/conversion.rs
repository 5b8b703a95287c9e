//! The same API in the two grammars of AsyncAPI: what a description of 2.6 says, as 3.0 says it
//! (<https://www.asyncapi.com/docs/migration/migrating-to-v3>).
//!
//! In comes a description of 2.6, out comes one of 3.0; nothing where that has no words for what is said.

use serde_json::{Map, Value, json};
use stipula::document::pointer;

/// A JSON object.
type Object = Map<String, Value>;

/// A description of 2.6 in the words of 3.0.
pub(crate) fn converted(description: &Value) -> Option<Value> {
    if !description["asyncapi"].as_str()?.starts_with("2.") {
        return None;
    }
    let mut whole = description.as_object()?.clone();
    let mut info = whole.remove("info")?;
    for name in ["tags", "externalDocs"] {
        if let Some(value) = whole.remove(name) {
            info[name] = value;
        }
    }
    let mut converter = Converter {
        channels: Object::new(),
        operations: Object::new(),
    };
    for (address, channel) in whole.remove("channels")?.as_object()? {
        converter.channel(address, channel)?;
    }
    if let Some(Value::Object(servers)) = whole.get_mut("servers") {
        for server in servers.values_mut() {
            convert_server(server)?;
        }
    }
    if let Some(Value::Object(components)) = whole.get_mut("components") {
        convert_components(components)?;
    }
    whole.insert("asyncapi".to_owned(), json!("3.0.0"));
    whole.insert("info".to_owned(), info);
    whole.insert("channels".to_owned(), Value::Object(converter.channels));
    whole.insert("operations".to_owned(), Value::Object(converter.operations));
    Some(Value::Object(whole))
}

/// What has been converted: the channels and what is done on them stand apart.
struct Converter {
    channels: Object,
    operations: Object,
}

impl Converter {
    fn channel(&mut self, address: &str, channel: &Value) -> Option<()> {
        let key = format!("channel{}", self.channels.len());
        let mut channel = channel.as_object()?.clone();
        // Neither has a place in 3.0.
        if channel.contains_key("$ref") || channel.contains_key("deprecated") {
            return None;
        }
        let mut messages = Object::new();
        for (word, action) in [("publish", "receive"), ("subscribe", "send")] {
            if let Some(operation) = channel.remove(word) {
                self.operation((&key, address), action, operation, &mut messages)?;
            }
        }
        if let Some(Value::Object(parameters)) = channel.get_mut("parameters") {
            parameters.values_mut().try_for_each(convert_parameter)?;
        }
        if let Some(Value::Array(servers)) = channel.get_mut("servers") {
            for server in servers {
                *server = json!({ "$ref": format!("#/servers/{}", server.as_str()?) });
            }
        }
        channel.insert("address".to_owned(), json!(address));
        channel.insert("messages".to_owned(), Value::Object(messages));
        self.channels.insert(key, Value::Object(channel));
        Some(())
    }

    fn operation(
        &mut self,
        (channel, address): (&str, &str),
        action: &str,
        operation: Value,
        messages: &mut Object,
    ) -> Option<()> {
        let mut operation = match operation {
            Value::Object(operation) => operation,
            _ => return None,
        };
        let mut named = Vec::new();
        for message in alternatives(operation.remove("message"))? {
            let key = key_of(&message).unwrap_or_else(|| address.to_owned());
            let message = converted_message(message)?;
            // Another message has the name.
            if messages.get(&key).is_some_and(|known| *known != message) {
                return None;
            }
            let name = pointer::escape(&key);
            named.push(json!({ "$ref": format!("#/channels/{channel}/messages/{name}") }));
            messages.insert(key, message);
        }
        let id = operation.remove("operationId");
        let id = id.and_then(|id| id.as_str().map(str::to_owned));
        convert_operation(&mut operation)?;
        operation.insert("action".to_owned(), json!(action));
        operation.insert("channel".to_owned(), json!({ "$ref": format!("#/channels/{channel}") }));
        operation.insert("messages".to_owned(), Value::Array(named));
        let id = id.unwrap_or_else(|| format!("{action}-{channel}"));
        self.operations.insert(id, Value::Object(operation));
        Some(())
    }
}

/// The messages that one stands for.
fn alternatives(message: Option<Value>) -> Option<Vec<Value>> {
    match message {
        None => Some(Vec::new()),
        Some(Value::Object(mut message)) => match message.remove("oneOf") {
            Some(Value::Array(messages)) => {
                let nested = messages.iter().any(|message| message.get("oneOf").is_some());
                (!nested).then_some(messages)
            }
            Some(_) => None,
            None => Some(vec![Value::Object(message)]),
        },
        Some(_) => None,
    }
}

/// What a message is called: by its name, or that of the component.
fn key_of(message: &Value) -> Option<String> {
    let name = message.get("name").and_then(Value::as_str);
    let component = || message.get("$ref")?.as_str()?.rsplit('/').next();
    name.or_else(component).map(str::to_owned)
}

fn converted_message(message: Value) -> Option<Value> {
    let Value::Object(mut message) = message else {
        return None;
    };
    if message.contains_key("$ref") {
        return Some(Value::Object(message));
    }
    if message.contains_key("oneOf") {
        return None;
    }
    message.remove("messageId");
    if let Some(format) = message.remove("schemaFormat") {
        let payload = message.remove("payload")?;
        message.insert(
            "payload".to_owned(),
            json!({ "schemaFormat": format, "schema": payload }),
        );
    }
    let says = |name: &str| message.contains_key(name);
    let traits: Vec<Value> = message
        .get("traits")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    for layer in &traits {
        // Until 2.6 a trait counts more than what has it, since 3.0 less; and what it refers to is not looked at.
        let layer = layer.as_object().filter(|layer| !layer.contains_key("$ref"))?;
        if layer
            .keys()
            .any(|name| name == "messageId" || name == "schemaFormat" || name != "headers" && says(name))
        {
            return None;
        }
    }
    Some(Value::Object(message))
}

fn convert_operation(operation: &mut Object) -> Option<()> {
    if let Some(security) = operation.get_mut("security") {
        convert_security(security)?;
    }
    let traits = operation
        .get("traits")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    let is_known = |layer: &Value| {
        let layer = layer.as_object();
        layer.is_some_and(|layer| {
            let is_new = |name: &String| !operation.contains_key(name) && name != "operationId" && name != "security";
            !layer.contains_key("$ref") && layer.keys().all(is_new)
        })
    };
    traits.iter().all(is_known).then_some(())
}

fn convert_parameter(parameter: &mut Value) -> Option<()> {
    let parameter = parameter.as_object_mut()?;
    if parameter.contains_key("$ref") {
        return Some(());
    }
    if let Some(schema) = parameter.remove("schema") {
        for (name, value) in schema.as_object()? {
            match &**name {
                "enum" | "default" => {
                    parameter.entry(name.clone()).or_insert_with(|| value.clone());
                }
                "type" if value == "string" => {}
                // Parameters are strings that can be listed, since 3.0, and no more.
                _ => return None,
            }
        }
    }
    Some(())
}

fn convert_server(server: &mut Value) -> Option<()> {
    let server = server.as_object_mut()?;
    if server.contains_key("$ref") {
        return Some(());
    }
    let url = server.remove("url")?;
    let url = url.as_str()?;
    let bare = url.split_once("://").map_or(url, |(_, rest)| rest);
    let (host, path) = bare.find('/').map_or((bare, ""), |at| bare.split_at(at));
    server.insert("host".to_owned(), json!(host));
    if !path.is_empty() {
        server.insert("pathname".to_owned(), json!(path));
    }
    server.get_mut("security").map_or(Some(()), convert_security)
}

/// A list of requirements becomes one of schemes; scopes would belong to those.
fn convert_security(security: &mut Value) -> Option<()> {
    for requirement in security.as_array_mut()? {
        let [(name, scopes)] = requirement.as_object()?.iter().collect::<Vec<_>>()[..] else {
            return None;
        };
        if !scopes.as_array()?.is_empty() {
            return None;
        }
        *requirement = json!({ "$ref": format!("#/components/securitySchemes/{name}") });
    }
    Some(())
}

fn convert_components(components: &mut Object) -> Option<()> {
    for (name, entries) in components.iter_mut() {
        let Some(entries) = entries.as_object_mut() else {
            continue;
        };
        for entry in entries.values_mut() {
            match &**name {
                "messages" => *entry = converted_message(entry.take())?,
                "parameters" => convert_parameter(entry)?,
                "servers" => convert_server(entry)?,
                "operationTraits" => convert_operation(entry.as_object_mut()?)?,
                "securitySchemes" => rename_scopes(entry),
                "channels" | "messageTraits" => return None,
                _ => {}
            }
        }
    }
    Some(())
}

fn rename_scopes(scheme: &mut Value) {
    if let Some(Value::Object(flows)) = scheme.get_mut("flows") {
        for flow in flows.values_mut().filter_map(Value::as_object_mut) {
            if let Some(scopes) = flow.remove("scopes") {
                flow.insert("availableScopes".to_owned(), scopes);
            }
        }
    }
}
