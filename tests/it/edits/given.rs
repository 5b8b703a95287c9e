//! Edits of a description that is given: any field of any object in it, wherever it stands.

use super::{ENTRY, EXTENSION, Holder, Space};
use crate::described::{violations, walk};
use serde_json::{Map, Value, json};
use std::rc::Rc;
use stipula::document::{Kind, pointer};

/// What can be done to one field of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Action {
    Added,
    Removed,
    Changed,
    /// A list or map has one entry more.
    Grown,
    /// A list or map lacks one of its entries, by position.
    Shrunk(usize),
}

/// An edit that may be made of a description.
#[derive(Debug, Clone)]
pub(crate) struct Possible {
    /// The kind of the object.
    pub(crate) kind: Kind,
    /// The keys that lead to the object.
    pub(crate) path: Rc<[String]>,
    key: String,
    action: Action,
}

impl Possible {
    /// Whether it is one of a field of objects of a kind.
    pub(crate) fn is_of(&self, kind: Kind, key: &str) -> bool {
        self.kind == kind && self.key == key
    }

    /// Whether it puts something in where nothing stood.
    pub(crate) fn is_addition(&self) -> bool {
        self.action == Action::Added
    }
}

fn pointer_of(path: &[String]) -> String {
    let mut pointer = String::new();
    for key in path {
        pointer.push('/');
        pointer.push_str(&pointer::escape(key));
    }
    pointer
}

/// The value that keys lead to.
fn at<'v>(description: &'v mut Value, path: &[String]) -> Option<&'v mut Value> {
    path.iter().try_fold(description, |value, key| match value {
        Value::Array(elements) => elements.get_mut(key.parse::<usize>().ok()?),
        _ => value.get_mut(key),
    })
}

/// Where the references within a description lead.
pub(crate) fn references(description: &Value) -> Vec<&str> {
    match description {
        Value::Object(entries) => {
            let own = entries.get("$ref").and_then(Value::as_str);
            own.into_iter().chain(entries.values().flat_map(references)).collect()
        }
        Value::Array(elements) => elements.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

/// Whether every reference within a description leads to something.
pub(crate) fn is_whole(description: &Value) -> bool {
    references(description).iter().all(|reference| {
        let local = reference.strip_prefix('#');
        local.is_none_or(|local| description.pointer(&pointer::percent_decode(local)).is_some())
    })
}

/// A list of properties that objects must have, with one more that they need not have yet.
fn with_one_more_required(object: &Map<String, Value>) -> Option<Value> {
    let mut required = object.get("required").cloned().unwrap_or_else(|| json!([]));
    let names = required.as_array_mut()?;
    let mut declared = object.get("properties")?.as_object()?.keys();
    names.push(json!(declared.find(|name| !names.contains(&json!(name)))?));
    Some(required)
}

impl Space {
    /// Every edit that may be made of a description, whether or not it leaves it valid, where the kind and the pointer
    /// of an object are wanted.
    pub(crate) fn possible(&self, description: &Value, is_wanted: impl Fn(Kind, &str) -> bool) -> Vec<Possible> {
        let mut possible = Vec::new();
        walk(&mut description.clone(), &mut |kind, path, json| {
            let Value::Object(entries) = json else { return };
            let is_reference = entries.contains_key("$ref") && self.grammar.may_refer(kind);
            if is_reference || !is_wanted(kind, &pointer_of(path)) {
                return;
            }
            let path: Rc<[String]> = path.into();
            let mut add = |key: &str, action| {
                possible.push(Possible {
                    kind,
                    path: Rc::clone(&path),
                    key: key.to_owned(),
                    action,
                });
            };
            for (key, value) in entries.iter() {
                add(key, Action::Removed);
                add(key, Action::Changed);
                let count = match value {
                    Value::Object(entries) => entries.len(),
                    Value::Array(elements) => elements.len(),
                    _ => continue,
                };
                add(key, Action::Grown);
                (0..count).for_each(|at| add(key, Action::Shrunk(at)));
            }
            for slot in self.slots(Holder::Of(kind)) {
                let key = self.key(&slot);
                if !entries.contains_key(&key) {
                    add(&key, Action::Added);
                }
            }
        });
        possible
    }

    /// The description after an edit; nothing if that is not valid, or the same.
    pub(crate) fn edited(&self, description: &Value, edit: &Possible) -> Option<Value> {
        let slots = self.slots(Holder::Of(edit.kind));
        let of_any = if edit.key.starts_with("x-") { EXTENSION } else { ENTRY };
        let slot_of = |field: &str| slots.iter().find(|slot| slot.hop.field == field);
        let slot = slot_of(&edit.key).or_else(|| slot_of(of_any))?;
        let mut copy = description.clone();
        let object = at(&mut copy, &edit.path)?.as_object_mut()?;
        match edit.action {
            Action::Removed => drop(object.remove(&edit.key)),
            Action::Added | Action::Grown if edit.kind == Kind::Schema && edit.key == "required" => {
                let required = with_one_more_required(object)?;
                object.insert(edit.key.clone(), required);
            }
            Action::Added => drop(object.insert(edit.key.clone(), self.sample(slot, false))),
            Action::Changed => {
                let one = self.sample(slot, false);
                let is_same = *object.get(&edit.key)? == one;
                let value = if is_same { self.sample(slot, true) } else { one };
                object.insert(edit.key.clone(), value);
            }
            Action::Grown => {
                let grown = self.grown(slot, object.get(&edit.key)?)?;
                object.insert(edit.key.clone(), grown);
            }
            Action::Shrunk(position) => match object.get_mut(&edit.key)? {
                Value::Array(elements) if position < elements.len() => drop(elements.remove(position)),
                Value::Object(entries) => {
                    let name = entries.keys().nth(position)?.clone();
                    entries.remove(&name);
                }
                _ => return None,
            },
        }
        (copy != *description && violations(&copy.to_string()).is_empty() && is_whole(&copy)).then_some(copy)
    }
}
