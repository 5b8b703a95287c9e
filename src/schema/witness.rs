//! From a value that a part of a schema takes to one that the whole takes, with the former in it.

use super::Schemas;
use super::canonical::{Class, Form, SchemaId, Types};
use rustc_hash::FxHashSet;
use serde_json::Value;
use std::sync::Arc;

/// A step from a value to a value in it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Step {
    /// To the member of this name.
    Property(String),
    /// To a member of any name that the schema does not declare.
    AdditionalProperty,
    /// To the element at this position.
    Item(u32),
    /// To any element.
    Items,
}

impl Schemas<'_> {
    /// A small value of `outer` that holds exactly `inner` at the end of a path, if one is found.
    pub fn around(&mut self, outer: SchemaId, path: &[Step], inner: &Value) -> Option<Value> {
        let inner = self.store.instances.of_value(inner)?;
        // What stands at each step, to know which names are declared there.
        let mut levels = vec![vec![outer]];
        for step in path {
            let next = self.inside(levels.last()?, step);
            levels.push(next);
        }
        let mut demanded = self.store.values(vec![inner]);
        for (step, schemas) in path.iter().zip(&levels).rev() {
            demanded = self.holder(step, schemas, demanded);
        }
        self.find(vec![outer, demanded]).ok().flatten()
    }

    /// The values that hold a value of a schema one step away, where `schemas` say what is declared.
    fn holder(&mut self, step: &Step, schemas: &[SchemaId], inner: SchemaId) -> SchemaId {
        let others = self.store.not(inner);
        let (without, types) = match step {
            Step::Property(name) => {
                let name = self.store.instances.text_id(name);
                (Form::Property(name, others), Types::OBJECT)
            }
            Step::AdditionalProperty => {
                let class = self.undeclared(schemas);
                (Form::Members(Arc::new(class), others), Types::OBJECT)
            }
            Step::Item(position) => (Form::Item(*position, others), Types::ARRAY),
            Step::Items => (Form::Rest(0, others), Types::ARRAY),
        };
        let without = self.store.demand(without);
        let with = self.store.not(without);
        let types = self.store.types(types);
        self.store.all(vec![types, with])
    }

    /// The schemas that make up a schema, whatever boolean structure joins them.
    fn parts(&self, schemas: &[SchemaId]) -> Vec<SchemaId> {
        let mut open = schemas.to_vec();
        let mut seen = FxHashSet::default();
        let mut parts = Vec::new();
        while let Some(id) = open.pop() {
            if !seen.insert(id) {
                continue;
            }
            match &**self.store.form(id) {
                Form::All(inner) | Form::Any(inner) | Form::ExactlyOne(inner) => open.extend(inner.iter()),
                Form::Not(inner) => open.push(*inner),
                Form::Named(number) => open.extend(self.store.definition(*number)),
                _ => parts.push(id),
            }
        }
        parts
    }

    /// The names that no part of some schemas speaks of.
    fn undeclared(&self, schemas: &[SchemaId]) -> Class {
        let mut class = Class::default();
        for part in self.parts(schemas) {
            match &**self.store.form(part) {
                Form::Property(name, _) | Form::Required(name) => class.except.push(*name),
                Form::Members(members, _) => {
                    class.except.extend(&members.except);
                    class.outside.extend(members.within.iter().chain(&members.outside));
                }
                _ => {}
            }
        }
        for list in [&mut class.except, &mut class.outside] {
            list.sort_unstable();
            list.dedup();
        }
        class
    }

    /// What some schemas say of the value one step away.
    fn inside(&self, schemas: &[SchemaId], step: &Step) -> Vec<SchemaId> {
        let speaks_of = |part: SchemaId| match (&**self.store.form(part), step) {
            (Form::Property(name, schema), Step::Property(wanted)) => {
                (**self.store.instances.text(*name) == **wanted).then_some(*schema)
            }
            (Form::Members(_, schema), Step::Property(_) | Step::AdditionalProperty) => Some(*schema),
            (Form::Item(position, schema), Step::Item(wanted)) => (position == wanted).then_some(*schema),
            (Form::Item(_, schema), Step::Items) | (Form::Rest(_, schema), Step::Item(_) | Step::Items) => {
                Some(*schema)
            }
            _ => None,
        };
        self.parts(schemas).into_iter().filter_map(speaks_of).collect()
    }
}
