//! Data that a schema can write, in Avro's JSON encoding
//! (<https://avro.apache.org/docs/1.12.0/specification/#json-encoding>): as little as can be, and with a certain part.

use super::Fuel;
use crate::document::Node;
use crate::document::avro::{Primitive, Schema, Type};
use serde_json::{Map, Value, json};
use std::rc::Rc;

/// How deep data are made where a schema does not end before.
const DEPTH: u32 = 16;
/// Parts within parts that are put around a value.
const STEPS: usize = 64;
/// Bytes of a fixed that are written down.
const BYTES: u64 = 1024;

/// A part of data, seen from what is around it.
#[derive(Debug, Clone)]
pub(super) enum Step<'w> {
    /// The value of a field of this record.
    Field(Schema<'w>, &'w str),
    /// An element of an array.
    Item,
    /// A value of a map.
    Value,
    /// One branch of a union.
    Branch(Schema<'w>),
}

/// The way from the whole to one of its parts, the last step first.
#[derive(Debug, Clone, Default)]
pub(super) struct Way<'w>(Option<Rc<(Step<'w>, Way<'w>)>>);

impl<'w> Way<'w> {
    pub(super) fn then(&self, step: Step<'w>) -> Self {
        Self(Some(Rc::new((step, self.clone()))))
    }

    /// A value within the least whole that can hold it.
    pub(super) fn around(&self, mut value: Value, fuel: &mut Fuel) -> Option<Value> {
        let mut way = self;
        for _ in 0..STEPS {
            let Some(rest) = &way.0 else {
                return Some(value);
            };
            value = match &rest.0 {
                Step::Field(holder, name) => record(*holder, Some((name, value)), |field| least(field, fuel))?,
                Step::Item => json!([value]),
                Step::Value => json!({ "key": value }),
                Step::Branch(branch) => as_branch(*branch, value),
            };
            way = &rest.1;
        }
        None
    }
}

impl Drop for Way<'_> {
    // A way is as long as a schema makes it; dropped step by step, it needs no stack.
    fn drop(&mut self) {
        let mut rest = self.0.take();
        while let Some(step) = rest {
            rest = Rc::into_inner(step).and_then(|(_, mut way)| way.0.take());
        }
    }
}

/// The least value that a schema can write, if it has one that is not too large.
pub(super) fn least(site: Node<'_>, fuel: &mut Fuel) -> Option<Value> {
    (1..=DEPTH).find_map(|depth| least_within(site, depth, fuel))
}

fn least_within(site: Node<'_>, depth: u32, fuel: &mut Fuel) -> Option<Value> {
    let depth = depth.checked_sub(1)?;
    fuel.burn(1)?;
    let schema = Schema::of(site);
    Some(match schema.of {
        Type::Primitive(primitive) => match primitive {
            Primitive::Null => Value::Null,
            Primitive::Boolean => json!(false),
            Primitive::Int | Primitive::Long => json!(0),
            Primitive::Float | Primitive::Double => json!(0.0),
            Primitive::Bytes | Primitive::String => json!(""),
        },
        Type::Record => record(schema, None, |field| least_within(field, depth, fuel))?,
        Type::Enum => json!(schema.symbols().next()?.text()),
        Type::Fixed => json!("\0".repeat(schema.size().filter(|size| *size <= BYTES)? as usize)),
        Type::Array => json!([]),
        Type::Map => json!({}),
        Type::Union => {
            let mut branches = schema.node.children();
            let value = branches.find_map(|branch| Some((branch, least_within(branch, depth, fuel)?)));
            let (branch, value) = value?;
            as_branch(Schema::of(branch), value)
        }
        Type::Unknown => return None,
    })
}

fn record<'w>(
    record: Schema<'w>,
    mut given: Option<(&str, Value)>,
    mut fill: impl FnMut(Node<'w>) -> Option<Value>,
) -> Option<Value> {
    let mut values = Map::new();
    for field in record.fields() {
        let value = match given.take_if(|(name, _)| *name == field.name) {
            Some((_, value)) => value,
            None => fill(field.schema)?,
        };
        values.insert(field.name.to_owned(), value);
    }
    Some(Value::Object(values))
}

/// A value of a branch, within its union.
pub(super) fn as_branch(branch: Schema<'_>, value: Value) -> Value {
    match branch.of {
        Type::Primitive(Primitive::Null) => Value::Null,
        _ => json!({ branch.branch_name(): value }),
    }
}
