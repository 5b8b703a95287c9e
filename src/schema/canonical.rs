//! Schemas as nodes of one arena, each once: rewritings of a schema have one id.
//!
//! In come the demands that keywords make; out go ids. Every node but those of boolean structure demands something of
//! the values of one type and takes all others, as keywords do
//! (<https://json-schema.org/draft/2020-12/json-schema-core#section-7.6.1>).

use super::instance::{Instance, InstanceId, Instances, TextId};
use super::number::Decimal;
use super::reason::Reason;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// A schema, as a set of values. Equal ids are equal sets; the converse has to be proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SchemaId(u32);

impl SchemaId {
    pub(super) const ANYTHING: Self = Self(0);
    pub(super) const NOTHING: Self = Self(1);

    fn index(self) -> usize {
        self.0 as usize
    }
}

/// A set of the types of JSON values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Types(u8);

impl Types {
    pub(super) const NONE: Self = Self(0);
    pub(super) const NULL: Self = Self(1);
    pub(super) const BOOLEAN: Self = Self(2);
    pub(super) const NUMBER: Self = Self(4);
    pub(super) const STRING: Self = Self(8);
    pub(super) const ARRAY: Self = Self(16);
    pub(super) const OBJECT: Self = Self(32);
    pub(super) const ALL: Self = Self(63);
    /// Every type, simple ones first: witnesses are small.
    pub(super) const EACH: [Self; 6] = [
        Self::NULL,
        Self::BOOLEAN,
        Self::NUMBER,
        Self::STRING,
        Self::ARRAY,
        Self::OBJECT,
    ];

    pub(super) const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(super) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) const fn others(self) -> Self {
        Self(!self.0 & Self::ALL.0)
    }

    pub(super) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(super) const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(super) fn of(instance: &Instance) -> Self {
        match instance {
            Instance::Null => Self::NULL,
            Instance::Boolean(_) => Self::BOOLEAN,
            Instance::Number(_) => Self::NUMBER,
            Instance::Text(_) => Self::STRING,
            Instance::List(_) => Self::ARRAY,
            Instance::Map(_) => Self::OBJECT,
        }
    }
}

/// A class of names: all but some, that match all of some patterns and none of others.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(super) struct Class {
    /// In the order of their ids.
    pub(super) except: Vec<TextId>,
    pub(super) within: Vec<TextId>,
    pub(super) outside: Vec<TextId>,
}

/// What a node demands.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Form {
    All(Box<[SchemaId]>),
    Any(Box<[SchemaId]>),
    Not(SchemaId),
    ExactlyOne(Box<[SchemaId]>),
    Types(Types),
    /// One of these values.
    Values(Box<[InstanceId]>),
    /// A bound, and whether it is excluded itself.
    Minimum(Decimal, bool),
    Maximum(Decimal, bool),
    MultipleOf(Decimal),
    MinLength(u64),
    MaxLength(u64),
    Pattern(TextId),
    MinItems(u64),
    MaxItems(u64),
    Unique,
    /// The element at a position, if there is one.
    Item(u32, SchemaId),
    /// Every element from a position on.
    Rest(u32, SchemaId),
    /// As many elements or more that are of a schema.
    AtLeast(u64, SchemaId),
    /// As many elements or fewer that are of a schema.
    AtMost(u64, SchemaId),
    MinProperties(u64),
    MaxProperties(u64),
    Required(TextId),
    /// The member of a name, if there is one.
    Property(TextId, SchemaId),
    /// Every member whose name is of a class.
    Members(Arc<Class>, SchemaId),
    /// Every name, as a string.
    Names(SchemaId),
    /// A schema that refers to itself, by its number.
    Named(u32),
    /// A schema of which nothing is known but that it is itself.
    Opaque(u32),
}

#[derive(Debug)]
struct Entry {
    form: Arc<Form>,
    /// The types of which it may take a value.
    may_hold: Types,
    /// The types of which it may refuse a value.
    may_fail: Types,
}

/// Conjunctions of no more parts dissolve in those that they are part of.
const DISSOLVED: usize = 256;

/// Alternatives of which every two are compared at a glance.
const BRANCHES: usize = 500;

/// Members that a schema requires, with the values that they may have.
type Tags<'s> = Vec<(TextId, &'s [InstanceId])>;

/// All nodes.
#[derive(Debug)]
pub(super) struct Store {
    entries: Vec<Entry>,
    ids: FxHashMap<Arc<Form>, SchemaId>,
    negations: FxHashMap<SchemaId, SchemaId>,
    pub(super) instances: Instances,
    /// What schemas that refer to themselves are; nothing while they are read.
    definitions: Vec<Option<SchemaId>>,
    opaque: Vec<Reason>,
    opaque_ids: FxHashMap<(Reason, String), SchemaId>,
}

impl Store {
    pub(super) fn new() -> Self {
        let mut store = Self {
            entries: Vec::new(),
            ids: FxHashMap::default(),
            negations: FxHashMap::default(),
            instances: Instances::default(),
            definitions: Vec::new(),
            opaque: Vec::new(),
            opaque_ids: FxHashMap::default(),
        };
        let anything = store.intern(Form::Types(Types::ALL));
        let nothing = store.intern(Form::Types(Types::NONE));
        debug_assert_eq!((anything, nothing), (SchemaId::ANYTHING, SchemaId::NOTHING));
        store
    }

    pub(super) fn form(&self, id: SchemaId) -> &Arc<Form> {
        &self.entries[id.index()].form
    }

    pub(super) fn may_hold(&self, id: SchemaId) -> Types {
        self.entries[id.index()].may_hold
    }

    pub(super) fn may_fail(&self, id: SchemaId) -> Types {
        self.entries[id.index()].may_fail
    }

    fn intern(&mut self, form: Form) -> SchemaId {
        if let Some(id) = self.ids.get(&form) {
            return *id;
        }
        let (may_hold, may_fail) = self.span(&form);
        let id = SchemaId(self.entries.len() as u32);
        let form = Arc::new(form);
        self.ids.insert(Arc::clone(&form), id);
        self.entries.push(Entry {
            form,
            may_hold,
            may_fail,
        });
        id
    }

    fn span(&self, form: &Form) -> (Types, Types) {
        let all = |parts: &[SchemaId]| {
            parts.iter().fold((Types::ALL, Types::NONE), |(hold, fail), part| {
                (hold.and(self.may_hold(*part)), fail.or(self.may_fail(*part)))
            })
        };
        let any = |parts: &[SchemaId]| {
            parts.iter().fold((Types::NONE, Types::ALL), |(hold, fail), part| {
                (hold.or(self.may_hold(*part)), fail.and(self.may_fail(*part)))
            })
        };
        match form {
            Form::All(parts) => all(parts),
            Form::Any(parts) => any(parts),
            Form::Not(inner) => (self.may_fail(*inner), self.may_hold(*inner)),
            Form::ExactlyOne(parts) => (any(parts).0, Types::ALL),
            Form::Types(types) => (*types, types.others()),
            Form::Values(values) => {
                let types = values.iter().map(|value| Types::of(self.instances.get(*value)));
                (types.fold(Types::NONE, Types::or), Types::ALL)
            }
            Form::Minimum(..) | Form::Maximum(..) | Form::MultipleOf(_) => (Types::ALL, Types::NUMBER),
            Form::MinLength(_) | Form::MaxLength(_) | Form::Pattern(_) => (Types::ALL, Types::STRING),
            Form::MinItems(_)
            | Form::MaxItems(_)
            | Form::Unique
            | Form::Item(..)
            | Form::Rest(..)
            | Form::AtLeast(..)
            | Form::AtMost(..) => (Types::ALL, Types::ARRAY),
            Form::MinProperties(_)
            | Form::MaxProperties(_)
            | Form::Required(_)
            | Form::Property(..)
            | Form::Members(..)
            | Form::Names(_) => (Types::ALL, Types::OBJECT),
            Form::Named(_) | Form::Opaque(_) => (Types::ALL, Types::ALL),
        }
    }

    pub(super) fn types(&mut self, types: Types) -> SchemaId {
        self.intern(Form::Types(types))
    }

    /// A demand on values of one type, in the one form that all of its spellings share.
    pub(super) fn demand(&mut self, form: Form) -> SchemaId {
        const ANYTHING: SchemaId = SchemaId::ANYTHING;
        const NOTHING: SchemaId = SchemaId::NOTHING;
        let form = match form {
            Form::MinLength(0)
            | Form::MinItems(0)
            | Form::MinProperties(0)
            | Form::Item(_, ANYTHING)
            | Form::Rest(_, ANYTHING)
            | Form::AtLeast(0, _)
            | Form::AtMost(_, NOTHING)
            | Form::Property(_, ANYTHING)
            | Form::Members(_, ANYTHING)
            | Form::Names(ANYTHING) => return ANYTHING,
            Form::Item(position, NOTHING) | Form::Rest(position, NOTHING) => Form::MaxItems(u64::from(position)),
            Form::AtLeast(_, NOTHING) => Form::Types(Types::ARRAY.others()),
            Form::AtLeast(count, ANYTHING) => Form::MinItems(count),
            Form::AtMost(count, ANYTHING) => Form::MaxItems(count),
            Form::Names(NOTHING) => Form::MaxProperties(0),
            Form::Names(names) if !self.may_fail(names).meets(Types::STRING) => return ANYTHING,
            Form::Names(names) if !self.may_hold(names).meets(Types::STRING) => Form::MaxProperties(0),
            other => other,
        };
        self.intern(form)
    }

    /// One of these values.
    pub(super) fn values(&mut self, mut values: Vec<InstanceId>) -> SchemaId {
        values.sort_unstable();
        values.dedup();
        let mut types = Types::NONE;
        let has = |wanted: &Instance| values.iter().any(|value| **self.instances.get(*value) == *wanted);
        if has(&Instance::Null) {
            types = types.or(Types::NULL);
        }
        if has(&Instance::Boolean(true)) && has(&Instance::Boolean(false)) {
            types = types.or(Types::BOOLEAN);
        }
        values.retain(|value| !Types::of(self.instances.get(*value)).meets(types));
        let types = self.types(types);
        if values.is_empty() {
            return types;
        }
        let values = self.intern(Form::Values(values.into()));
        self.any(vec![types, values])
    }

    pub(super) fn not(&mut self, id: SchemaId) -> SchemaId {
        if let Some(negation) = self.negations.get(&id) {
            return *negation;
        }
        let negation = match **self.form(id) {
            Form::Types(types) => self.types(types.others()),
            Form::Not(inner) => inner,
            _ => self.intern(Form::Not(id)),
        };
        self.negations.insert(id, negation);
        self.negations.insert(negation, id);
        negation
    }

    /// The negation, if it has been spoken of.
    pub(super) fn negation(&self, id: SchemaId) -> Option<SchemaId> {
        self.negations.get(&id).copied()
    }

    /// What all of these demand.
    pub(super) fn all(&mut self, parts: Vec<SchemaId>) -> SchemaId {
        let mut types = Types::ALL;
        let mut values: Option<Vec<InstanceId>> = None;
        let mut kept = Vec::with_capacity(parts.len());
        let mut open = parts;
        open.reverse();
        while let Some(part) = open.pop() {
            match &**self.form(part) {
                Form::All(inner) if inner.len() <= DISSOLVED => open.extend(inner.iter().rev()),
                Form::Types(some) => types = types.and(*some),
                Form::Values(some) => {
                    values = Some(match values {
                        Some(old) => old.into_iter().filter(|value| some.contains(value)).collect(),
                        None => some.to_vec(),
                    });
                }
                _ => kept.push(part),
            }
        }
        kept.retain(|part| self.may_fail(*part).meets(types));
        kept.sort_unstable();
        kept.dedup();
        for part in &kept {
            types = types.and(self.may_hold(*part));
        }
        if let Some(mut values) = values {
            values.retain(|value| Types::of(self.instances.get(*value)).meets(types));
            let values = self.values(values);
            types = types.and(self.may_hold(values));
            // One of the values says of which types they are.
            if kept.is_empty() {
                return values;
            }
            kept.push(values);
        } else if types != Types::ALL {
            kept.push(self.types(types));
        }
        let contradicts = |part: &SchemaId| self.negation(*part).is_some_and(|negation| kept.contains(&negation));
        if types.is_empty() || kept.len() <= 64 && kept.iter().any(contradicts) {
            return SchemaId::NOTHING;
        }
        kept.sort_unstable();
        kept.dedup();
        match kept.as_slice() {
            [] => SchemaId::ANYTHING,
            [one] => *one,
            _ => self.intern(Form::All(kept.into())),
        }
    }

    /// What one of these demands.
    pub(super) fn any(&mut self, parts: Vec<SchemaId>) -> SchemaId {
        let mut types = Types::NONE;
        let mut values: Vec<InstanceId> = Vec::new();
        let mut kept = Vec::with_capacity(parts.len());
        let mut open = parts;
        open.reverse();
        while let Some(part) = open.pop() {
            match &**self.form(part) {
                Form::Any(inner) if inner.len() <= DISSOLVED => open.extend(inner.iter().rev()),
                Form::Types(some) => types = types.or(*some),
                Form::Values(some) => values.extend(some.iter()),
                _ => kept.push(part),
            }
        }
        values.retain(|value| !Types::of(self.instances.get(*value)).meets(types));
        if !values.is_empty() {
            values.sort_unstable();
            values.dedup();
            let both = [true, false].map(|is| self.instances.add(Instance::Boolean(is)));
            if both.iter().all(|value| values.contains(value)) {
                types = types.or(Types::BOOLEAN);
                values.retain(|value| !both.contains(value));
            }
        }
        kept.retain(|part| self.may_hold(*part).meets(types.others()));
        if !values.is_empty() {
            kept.push(self.intern(Form::Values(values.into())));
        }
        if let ([one], false) = (kept.as_slice(), types.is_empty())
            && let Some(wider) = self.widened(*one, types)
        {
            return wider;
        }
        if !types.is_empty() {
            kept.push(self.types(types));
        }
        kept.sort_unstable();
        kept.dedup();
        let completes = |part: &SchemaId| self.negation(*part).is_some_and(|negation| kept.contains(&negation));
        if types == Types::ALL || kept.len() <= 64 && kept.iter().any(completes) {
            return SchemaId::ANYTHING;
        }
        match kept.as_slice() {
            [] => SchemaId::NOTHING,
            [one] => *one,
            _ => self.intern(Form::Any(kept.into())),
        }
    }

    /// A schema of some types, with all values of other types added: what says nothing of those stays as it is.
    fn widened(&mut self, id: SchemaId, types: Types) -> Option<SchemaId> {
        let Form::All(parts) = &**self.form(id) else {
            return None;
        };
        let mut own = None;
        let mut rest = Vec::with_capacity(parts.len());
        for part in parts {
            match **self.form(*part) {
                Form::Types(some) => own = Some(some),
                _ if self.may_fail(*part).meets(types) => return None,
                _ => rest.push(*part),
            }
        }
        rest.push(self.types(own?.or(types)));
        Some(self.all(rest))
    }

    /// What exactly one of these demands: the same as any of them if no two can hold of one value.
    pub(super) fn exactly_one(&mut self, mut parts: Vec<SchemaId>) -> SchemaId {
        parts.retain(|part| *part != SchemaId::NOTHING);
        parts.sort_unstable();
        if let [one] = parts.as_slice() {
            return *one;
        }
        let sorts: Vec<_> = parts.iter().map(|part| (*part, self.tags(*part))).collect();
        let mut pairs = (0..sorts.len()).flat_map(|second| (0..second).map(move |first| (first, second)));
        if sorts.len() <= BRANCHES && pairs.all(|(first, second)| self.are_apart(&sorts[first], &sorts[second])) {
            return self.any(parts);
        }
        self.intern(Form::ExactlyOne(parts.into()))
    }

    /// Whether no value can be of both, as far as a glance shows: by their types, or by the values of a member that
    /// both require.
    fn are_apart(&self, (first, tags): &(SchemaId, Tags<'_>), (second, others): &(SchemaId, Tags<'_>)) -> bool {
        let common = self.may_hold(*first).and(self.may_hold(*second));
        if common.is_empty() || self.negation(*first) == Some(*second) {
            return true;
        }
        if let (Form::Values(first), Form::Values(second)) = (&**self.form(*first), &**self.form(*second)) {
            return !first.iter().any(|value| second.binary_search(value).is_ok());
        }
        let differs = |(name, values): &(TextId, &[InstanceId])| {
            let same_name = tags.iter().filter(|(other, _)| other == name);
            let mut apart = same_name.map(|(_, tags)| !values.iter().any(|value| tags.binary_search(value).is_ok()));
            apart.any(|apart| apart)
        };
        common == Types::OBJECT && others.iter().any(differs)
    }

    /// The members that a schema requires to have one of some values.
    fn tags(&self, id: SchemaId) -> Tags<'_> {
        let Form::All(parts) = &**self.form(id) else {
            return Vec::new();
        };
        let required = |name: TextId| {
            let is = |part: &SchemaId| matches!(**self.form(*part), Form::Required(other) if other == name);
            parts.iter().any(is)
        };
        let tag = |part: &SchemaId| match &**self.form(*part) {
            Form::Property(name, value) => match &**self.form(*value) {
                Form::Values(values) if required(*name) => Some((*name, &**values)),
                _ => None,
            },
            _ => None,
        };
        parts.iter().filter_map(tag).collect()
    }

    /// A schema of which nothing is known; `what` tells whether two are the same.
    pub(super) fn opaque(&mut self, reason: Reason, what: String) -> SchemaId {
        let number = self.opaque.len() as u32;
        match self.opaque_ids.get(&(reason, what.clone())) {
            Some(id) => *id,
            None => {
                self.opaque.push(reason);
                let id = self.intern(Form::Opaque(number));
                self.opaque_ids.insert((reason, what), id);
                id
            }
        }
    }

    pub(super) fn reason(&self, opaque: u32) -> Reason {
        self.opaque[opaque as usize]
    }

    /// A schema that is not known yet.
    pub(super) fn name(&mut self) -> (u32, SchemaId) {
        let number = self.definitions.len() as u32;
        self.definitions.push(None);
        (number, self.intern(Form::Named(number)))
    }

    /// The schema of that number.
    pub(super) fn named(&mut self, number: u32) -> SchemaId {
        self.intern(Form::Named(number))
    }

    pub(super) fn define(&mut self, number: u32, is: SchemaId) {
        self.definitions[number as usize] = Some(is);
    }

    pub(super) fn definition(&self, number: u32) -> Option<SchemaId> {
        self.definitions[number as usize]
    }
}
