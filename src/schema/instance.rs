//! JSON values that schemas and proofs speak of, each once: equal values have equal ids.

use super::number::Decimal;
use crate::document::Node;
use crate::syntax::NodeType;
use rustc_hash::FxHashMap;
use serde_json::{Map, Value};
use std::sync::Arc;

/// A text that is kept once: a name, a string, a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct TextId(u32);

/// A value that is kept once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct InstanceId(u32);

/// A JSON value.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Instance {
    Null,
    Boolean(bool),
    Number(Decimal),
    Text(TextId),
    List(Box<[InstanceId]>),
    /// Members in the order of the ids of their names.
    Map(Box<[(TextId, InstanceId)]>),
}

/// All texts and values.
#[derive(Debug, Default)]
pub(super) struct Instances {
    texts: Vec<Arc<str>>,
    text_ids: FxHashMap<Arc<str>, TextId>,
    instances: Vec<Arc<Instance>>,
    ids: FxHashMap<Arc<Instance>, InstanceId>,
}

impl Instances {
    pub(super) fn text_id(&mut self, text: &str) -> TextId {
        if let Some(id) = self.text_ids.get(text) {
            return *id;
        }
        let id = TextId(self.texts.len() as u32);
        let text: Arc<str> = text.into();
        self.texts.push(Arc::clone(&text));
        self.text_ids.insert(text, id);
        id
    }

    pub(super) fn text(&self, id: TextId) -> &Arc<str> {
        &self.texts[id.0 as usize]
    }

    /// The text's id, if any schema or value has it.
    pub(super) fn find_text(&self, text: &str) -> Option<TextId> {
        self.text_ids.get(text).copied()
    }

    pub(super) fn add(&mut self, instance: Instance) -> InstanceId {
        if let Some(id) = self.ids.get(&instance) {
            return *id;
        }
        let id = InstanceId(self.instances.len() as u32);
        let instance = Arc::new(instance);
        self.instances.push(Arc::clone(&instance));
        self.ids.insert(instance, id);
        id
    }

    pub(super) fn get(&self, id: InstanceId) -> &Arc<Instance> {
        &self.instances[id.0 as usize]
    }

    pub(super) fn add_text(&mut self, text: &str) -> InstanceId {
        let text = self.text_id(text);
        self.add(Instance::Text(text))
    }

    pub(super) fn add_list(&mut self, elements: Vec<InstanceId>) -> InstanceId {
        self.add(Instance::List(elements.into()))
    }

    /// An object; the first of members of one name counts.
    pub(super) fn add_map(&mut self, mut members: Vec<(TextId, InstanceId)>) -> InstanceId {
        members.sort_by_key(|(name, _)| *name);
        members.dedup_by_key(|(name, _)| *name);
        self.add(Instance::Map(members.into()))
    }

    /// What a node holds; `None` if it holds a number that cannot be counted with, or could not be read.
    pub(super) fn read(&mut self, node: Node<'_>) -> Option<InstanceId> {
        let instance = match node.node_type() {
            NodeType::Null => Instance::Null,
            NodeType::Boolean => Instance::Boolean(node.boolean()?),
            NodeType::Number => Instance::Number(Decimal::read(node.text())?),
            NodeType::String => return Some(self.add_text(node.text())),
            NodeType::Lost => return None,
            NodeType::List | NodeType::Map if node.has_hole() => return None,
            NodeType::List => {
                let elements: Option<_> = node.children().map(|element| self.read(element)).collect();
                Instance::List(elements?)
            }
            NodeType::Map => {
                let members = node.children().map(|member| {
                    let name = self.text_id(member.key_text().unwrap_or_default());
                    Some((name, self.read(member)?))
                });
                let members = members.collect::<Option<_>>()?;
                return Some(self.add_map(members));
            }
        };
        Some(self.add(instance))
    }

    /// A value; `None` if it holds a number that cannot be counted with.
    pub(super) fn of_value(&mut self, value: &Value) -> Option<InstanceId> {
        let instance = match value {
            Value::Null => Instance::Null,
            Value::Bool(is) => Instance::Boolean(*is),
            Value::Number(number) => Instance::Number(Decimal::read(&number.to_string())?),
            Value::String(text) => return Some(self.add_text(text)),
            Value::Array(list) => {
                let elements: Option<_> = list.iter().map(|element| self.of_value(element)).collect();
                Instance::List(elements?)
            }
            Value::Object(map) => {
                let members = map
                    .iter()
                    .map(|(name, value)| Some((self.text_id(name), self.of_value(value)?)));
                let members = members.collect::<Option<_>>()?;
                return Some(self.add_map(members));
            }
        };
        Some(self.add(instance))
    }

    /// The value of an id; `None` if it holds a number that `serde_json` would round.
    pub(super) fn value(&self, id: InstanceId) -> Option<Value> {
        Some(match &**self.get(id) {
            Instance::Null => Value::Null,
            Instance::Boolean(is) => Value::Bool(*is),
            Instance::Number(number) => number.value()?,
            Instance::Text(text) => Value::String(self.text(*text).to_string()),
            Instance::List(elements) => elements
                .iter()
                .map(|element| self.value(*element))
                .collect::<Option<_>>()?,
            Instance::Map(members) => {
                // By name, whatever the order in which names were met.
                let mut members: Vec<_> = members.iter().map(|(name, value)| (self.text(*name), *value)).collect();
                members.sort();
                let members = members
                    .into_iter()
                    .map(|(name, value)| Some((name.to_string(), self.value(value)?)));
                Value::Object(members.collect::<Option<Map<_, _>>>()?)
            }
        })
    }
}
