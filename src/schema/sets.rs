//! Schemas as sets of values: what callers ask of them.

use super::canonical::{Class, Form, SchemaId, Store};
use super::direction::{Marks, View};
use super::instance::TextId;
use super::language::Language;
use super::read::{Progress, Waiting};
use super::reason::Reason;
use super::satisfy::{Found, Memo, Search};
use crate::document::{Address, DocumentId};
use rustc_hash::FxHashMap;
use serde_json::Value;
use std::sync::Arc;

/// What one question may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Steps of the search: parts of schemas that are looked at.
    pub steps: u64,
    /// Values within values that are searched for.
    pub depth: u32,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            steps: 500_000,
            depth: 100,
        }
    }
}

/// Whether all values of one schema are values of another.
#[derive(Debug, Clone, PartialEq)]
pub enum Containment {
    /// They are; this has been proved.
    Contained,
    /// They are not: this value is of the one and not of the other.
    Refuted(Value),
    /// It was neither proved nor refuted.
    Undecided(Reason),
}

/// All schemas that have been read, and what is known of them.
///
/// Both versions of a description live in one workspace and are read into one store: what they have in common has one
/// id, so that comparing it costs nothing.
#[derive(Debug)]
pub struct Schemas<'w> {
    pub(super) store: Store,
    pub(super) marks: Marks<'w>,
    pub(super) progress: FxHashMap<(Address, View), Progress>,
    pub(super) waiting: Vec<Waiting<'w>>,
    pub(super) depth: u32,
    /// How often each document gives a `$dynamicAnchor` its name.
    pub(super) anchors: FxHashMap<DocumentId, FxHashMap<String, u32>>,
    bounds: Bounds,
    memo: Memo,
}

impl Schemas<'_> {
    /// No schemas yet; what each question may cost.
    #[must_use]
    pub fn new(bounds: Bounds) -> Self {
        Self {
            store: Store::new(),
            marks: Marks::new(),
            progress: FxHashMap::default(),
            waiting: Vec::new(),
            depth: 0,
            anchors: FxHashMap::default(),
            bounds,
            memo: Memo::default(),
        }
    }

    /// The schema of all values.
    #[must_use]
    pub fn anything(&self) -> SchemaId {
        SchemaId::ANYTHING
    }

    /// The schema of no value.
    #[must_use]
    pub fn nothing(&self) -> SchemaId {
        SchemaId::NOTHING
    }

    /// The values that all of these take.
    pub fn all_of(&mut self, schemas: &[SchemaId]) -> SchemaId {
        self.store.all(schemas.to_vec())
    }

    /// The values that one of these takes, or several.
    pub fn any_of(&mut self, schemas: &[SchemaId]) -> SchemaId {
        self.store.any(schemas.to_vec())
    }

    /// The values that this one does not take.
    pub fn not(&mut self, schema: SchemaId) -> SchemaId {
        self.store.not(schema)
    }

    /// The values of these types, by the names that the keyword `type` gives them; a name that is none adds nothing.
    pub fn types(&mut self, names: &[&str]) -> SchemaId {
        let each = names.iter().filter_map(|name| self.type_words(&[name])).collect();
        self.store.any(each)
    }

    /// The objects that have a member of this name, and whatever is no object.
    pub fn requires(&mut self, name: &str) -> SchemaId {
        let name = self.store.instances.text_id(name);
        self.store.demand(Form::Required(name))
    }

    /// The objects whose member of this name, if there is one, is of a schema, and whatever is no object.
    pub fn property(&mut self, name: &str, schema: SchemaId) -> SchemaId {
        let name = self.store.instances.text_id(name);
        self.store.demand(Form::Property(name, schema))
    }

    /// The objects all of whose members are of a schema, and whatever is no object.
    pub fn members(&mut self, schema: SchemaId) -> SchemaId {
        self.store.demand(Form::Members(Arc::new(Class::default()), schema))
    }

    /// The lists whose element at this position, if there is one, is of a schema, and whatever is no list.
    pub fn element(&mut self, position: u32, schema: SchemaId) -> SchemaId {
        self.store.demand(Form::Item(position, schema))
    }

    /// The lists whose elements from this position on are of a schema, and whatever is no list.
    pub fn elements_from(&mut self, position: u32, schema: SchemaId) -> SchemaId {
        self.store.demand(Form::Rest(position, schema))
    }

    /// The lists in which an element of a schema stands, and whatever is no list.
    pub fn some_element(&mut self, schema: SchemaId) -> SchemaId {
        self.store.demand(Form::AtLeast(1, schema))
    }

    /// The lists of at least `min` and at most `max` elements, and whatever is no list.
    pub fn elements(&mut self, min: u64, max: Option<u64>) -> SchemaId {
        let at_least = self.store.demand(Form::MinItems(min));
        let at_most = max.map(|max| self.store.demand(Form::MaxItems(max)));
        let both: Vec<SchemaId> = std::iter::once(at_least).chain(at_most).collect();
        self.store.all(both)
    }

    /// The strings in which a pattern matches somewhere, as the keyword `pattern` has it, and whatever is no string.
    pub fn matching(&mut self, pattern: &str) -> SchemaId {
        let pattern = self.store.instances.text_id(pattern);
        self.store.demand(Form::Pattern(pattern))
    }

    /// Exactly these values. One that holds a number of too many digits is left out.
    pub fn one_of_values(&mut self, values: &[Value]) -> SchemaId {
        let values = values.iter().filter_map(|value| self.store.instances.of_value(value));
        let values = values.collect();
        self.store.values(values)
    }

    /// Whether all values of `inner` are values of `outer`.
    pub fn contains(&mut self, inner: SchemaId, outer: SchemaId) -> Containment {
        if inner == outer {
            return Containment::Contained;
        }
        let others = self.store.not(outer);
        match self.find(vec![inner, others]) {
            Ok(Some(witness)) => Containment::Refuted(witness),
            Ok(None) => Containment::Contained,
            Err(reason) => Containment::Undecided(reason),
        }
    }

    /// A small value that all of these take; nothing if it is proved that there is none.
    ///
    /// # Errors
    /// Why neither is known.
    pub fn common(&mut self, schemas: &[SchemaId]) -> Result<Option<Value>, Reason> {
        self.find(schemas.to_vec())
    }

    /// A small value of a schema, if one is found.
    pub fn instance(&mut self, schema: SchemaId) -> Option<Value> {
        self.find(vec![schema]).ok().flatten()
    }

    /// Whether a schema takes a value; `None` if that cannot be told.
    pub fn accepts(&mut self, schema: SchemaId, value: &Value) -> Option<bool> {
        let value = self.store.instances.of_value(value)?;
        Search::new(&mut self.store, &mut self.memo, self.bounds).accepts(schema, value)
    }

    /// The strings that a pattern matches; `None` if they are no regular language, or too large a one.
    pub(super) fn pattern(&mut self, pattern: TextId) -> Option<Language> {
        Search::new(&mut self.store, &mut self.memo, self.bounds)
            .pattern(pattern)
            .ok()
    }

    pub(super) fn find(&mut self, schemas: Vec<SchemaId>) -> Result<Option<Value>, Reason> {
        let mut search = Search::new(&mut self.store, &mut self.memo, self.bounds);
        match search.find_checked(schemas) {
            Found::Value(value) => match self.store.instances.value(value) {
                Some(value) => Ok(Some(value)),
                None => Err(Reason::NumberTooLong),
            },
            Found::Nothing => Ok(None),
            Found::Undecided(reason) => Err(reason),
        }
    }
}
