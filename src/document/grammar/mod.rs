//! The table type in which a format writes down its specification: which kind has which fields, of which types,
//! in which versions.
//!
//! One table drives everything that needs to know the specification: labelling nodes, finding unknown keys and
//! wrong types, filling in defaults, aligning lists by identity.

mod text;
mod value;

pub use value::{Alone, Choice, Editions, List, Map, Names, Record, TextFormat, Told, Value, Written};

use super::{Dialect, FormatName, Kind};
use crate::syntax::Key;

/// A set of versions of one specification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Versions(pub u16);

impl Versions {
    /// No version.
    pub const NONE: Self = Self(0);
    /// Every version.
    pub const ALL: Self = Self(u16::MAX);

    /// Whether `version`, a set of one, belongs to this set.
    #[must_use]
    pub const fn has(self, version: Self) -> bool {
        self.0 & version.0 != 0
    }

    /// Both sets together.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// A field of an object.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Its key.
    pub key: Key,
    /// What may stand under it.
    pub value: Value,
    /// The versions that have the field.
    pub versions: Versions,
    /// The versions in which it must be there.
    pub required: Versions,
    /// What its absence means, as JSON; `None` where it means nothing in particular.
    pub default: Option<&'static str>,
    /// What it decides, where it says how messages are delivered. What is said of a field holds for all within it.
    pub bearing: Option<Bearing>,
}

/// What a field of a binding decides for those on the other side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bearing {
    /// How messages are delivered: how often, in which order, for how long.
    Delivery,
    /// What both sides have to know: the name of a queue, a method, how a message is packed.
    Terms,
    /// The same; where nothing is said, it is the address of the channel.
    Address,
    /// By what messages are divided, and kept in order.
    Key,
    /// Values that travel with a message.
    Sent,
    /// Values that whoever connects presents.
    Connecting,
    /// Values that whoever consumes presents.
    Consuming,
    /// Nothing that the other side sees.
    Internal,
}

impl Field {
    /// A field that every version has and none requires.
    #[must_use]
    pub const fn new(key: Key, value: Value) -> Self {
        Self {
            key,
            value,
            versions: Versions::ALL,
            required: Versions::NONE,
            default: None,
            bearing: None,
        }
    }

    /// Only these versions have it.
    #[must_use]
    pub const fn only(mut self, versions: Versions) -> Self {
        self.versions = versions;
        self
    }

    /// These versions require it.
    #[must_use]
    pub const fn required(mut self, versions: Versions) -> Self {
        self.required = versions;
        self
    }

    /// What its absence means.
    #[must_use]
    pub const fn default(mut self, json: &'static str) -> Self {
        self.default = Some(json);
        self
    }

    /// What it decides.
    #[must_use]
    pub const fn bears(mut self, bearing: Bearing) -> Self {
        self.bearing = Some(bearing);
        self
    }
}

/// What the fields of an object owe each other.
#[derive(Debug, Clone, Copy)]
pub struct Constraint {
    /// The versions in which it holds.
    pub versions: Versions,
    /// What holds.
    pub holds: Holds,
}

/// What holds between fields.
#[derive(Debug, Clone, Copy)]
pub enum Holds {
    /// Not two of them.
    AtMostOne(&'static [Key]),
    /// One of them, and no other.
    ExactlyOne(&'static [Key]),
    /// One of them or more.
    AtLeastOne(&'static [Key]),
    /// If the field is there, none of these.
    Excludes(Key, &'static [Key]),
    /// If the object stands under one of these keys: a demand.
    Under(&'static [Key], Demand),
    /// If the field has one of these values: a demand.
    When(Key, &'static [&'static str], Demand),
    /// If the field has another value than these: a demand. An absent field demands nothing.
    Unless(Key, &'static [&'static str], Demand),
    /// The same, where capitals and small letters do not differ.
    UnlessInAnyCase(Key, &'static [&'static str], Demand),
}

/// What a field's value demands of other fields.
#[derive(Debug, Clone, Copy)]
pub enum Demand {
    /// This field must be there.
    Require(Key),
    /// These fields must not be there.
    Forbid(&'static [Key]),
    /// This field, if there, has one of these values.
    Word(Key, &'static [&'static str]),
    /// This field, if it is a string, looks like this.
    Text(Key, TextFormat),
    /// This field must be there and be true.
    True(Key),
    /// The object must stand directly under this key of an object of this kind.
    StandIn(Kind, Key),
}

/// What an object does with keys that are none of its fields.
#[derive(Debug, Clone, Copy)]
pub enum OtherKeys {
    /// They are unknown.
    Unknown,
    /// They may hold anything.
    Anything,
    /// They are names of this sort, and hold this.
    Named(Names, Value),
}

/// An object of a specification.
#[derive(Debug, Clone, Copy)]
pub struct Object {
    /// What kind it is.
    pub kind: Kind,
    /// Its fields; a key may come twice with versions that do not overlap.
    pub fields: &'static [Field],
    /// What other keys mean, by version: the first entry that has the version counts.
    pub other_keys: &'static [(Versions, OtherKeys)],
    /// The versions in which keys that start with `x-` may hold anything.
    pub extensions: Versions,
    /// The versions in which an object with `$ref` may stand in its place.
    pub reference: Versions,
    /// The versions in which a boolean may stand in its place.
    pub boolean: Versions,
    /// What its fields owe each other.
    pub constraints: &'static [Constraint],
    /// The versions in which it must have a key that is no extension.
    pub min_keys: Versions,
}

impl Object {
    /// An object with these fields, extensions, and no unknown keys.
    #[must_use]
    pub const fn new(kind: Kind, fields: &'static [Field]) -> Self {
        Self {
            kind,
            fields,
            other_keys: &[],
            extensions: Versions::ALL,
            reference: Versions::NONE,
            boolean: Versions::NONE,
            constraints: &[],
            min_keys: Versions::NONE,
        }
    }

    /// A `$ref` may stand in its place in these versions.
    #[must_use]
    pub const fn reference(mut self, versions: Versions) -> Self {
        self.reference = versions;
        self
    }

    /// A boolean may stand in its place in these versions.
    #[must_use]
    pub const fn boolean(mut self, versions: Versions) -> Self {
        self.boolean = versions;
        self
    }

    /// Extensions are allowed in these versions only.
    #[must_use]
    pub const fn extensions(mut self, versions: Versions) -> Self {
        self.extensions = versions;
        self
    }

    /// What other keys mean.
    #[must_use]
    pub const fn other_keys(mut self, other_keys: &'static [(Versions, OtherKeys)]) -> Self {
        self.other_keys = other_keys;
        self
    }

    /// What its fields owe each other.
    #[must_use]
    pub const fn constraints(mut self, constraints: &'static [Constraint]) -> Self {
        self.constraints = constraints;
        self
    }

    /// In these versions it may not be empty.
    #[must_use]
    pub const fn not_empty(mut self, versions: Versions) -> Self {
        self.min_keys = versions;
        self
    }
}

/// How an object that refers to another one is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Siblings {
    /// Whatever stands beside `$ref` is ignored.
    Ignored,
    /// These keys count and hold text, others are ignored.
    Only(&'static [Key]),
}

/// A version of a specification.
#[derive(Debug)]
pub struct Version {
    /// The version, as a set of one.
    pub version: Versions,
    /// Its name, such as `3.1`.
    pub name: &'static str,
    /// The dialect of its schemas.
    pub dialect: Option<Dialect>,
    /// What stands beside a `$ref`.
    pub siblings: Siblings,
}

/// A specification, in all its versions.
#[derive(Debug)]
pub struct Specification {
    /// Its name, as messages use it.
    pub name: &'static str,
    /// The format of its documents, if rules are made for it.
    pub format: Option<FormatName>,
    /// Its versions, each alone.
    pub versions: &'static [Version],
    /// What a whole document is.
    pub root: Kind,
    /// Its objects, each kind once.
    pub objects: &'static [Object],
}

/// The table of one version, ready for looking things up.
#[derive(Debug)]
pub struct Grammar {
    specification: &'static Specification,
    version: &'static Version,
    objects: Vec<Option<ObjectEntry>>,
}

#[derive(Debug)]
struct ObjectEntry {
    object: &'static Object,
    /// For each well-known key, its field's position plus one.
    by_key: Vec<u8>,
    required: Vec<Key>,
    other_keys: OtherKeys,
    constraints: Vec<&'static Holds>,
}

impl Grammar {
    /// The table of one version of a specification.
    #[must_use]
    pub fn new(specification: &'static Specification, version: &'static Version) -> Self {
        let mut objects: Vec<Option<ObjectEntry>> = Kind::ALL.iter().map(|_| None).collect();
        for object in specification.objects {
            let mut entry = ObjectEntry {
                object,
                by_key: Vec::new(),
                required: Vec::new(),
                other_keys: object
                    .other_keys
                    .iter()
                    .find(|(versions, _)| versions.has(version.version))
                    .map_or(OtherKeys::Unknown, |(_, other_keys)| *other_keys),
                constraints: object
                    .constraints
                    .iter()
                    .filter(|constraint| constraint.versions.has(version.version))
                    .map(|constraint| &constraint.holds)
                    .collect(),
            };
            for (position, field) in object.fields.iter().enumerate() {
                if !field.versions.has(version.version) {
                    continue;
                }
                if entry.by_key.len() <= field.key.index() {
                    entry.by_key.resize(field.key.index() + 1, 0);
                }
                entry.by_key[field.key.index()] = position as u8 + 1;
                if field.required.has(version.version) {
                    entry.required.push(field.key);
                }
            }
            objects[object.kind as usize] = Some(entry);
        }
        Self {
            specification,
            version,
            objects,
        }
    }

    /// The specification's name, as messages use it.
    #[must_use]
    pub fn specification(&self) -> &'static str {
        self.specification.name
    }

    /// The format of its documents, if rules are made for it.
    #[must_use]
    pub fn format(&self) -> Option<FormatName> {
        self.specification.format
    }

    /// The version, as a set of one.
    #[must_use]
    pub fn version(&self) -> Versions {
        self.version.version
    }

    /// The version's name, such as `3.1`.
    #[must_use]
    pub fn version_name(&self) -> &'static str {
        self.version.name
    }

    /// What stands beside a `$ref`.
    #[must_use]
    pub fn siblings(&self) -> Siblings {
        self.version.siblings
    }

    /// The dialect of its schemas.
    #[must_use]
    pub fn dialect(&self) -> Option<Dialect> {
        self.version.dialect
    }

    /// What a whole document is.
    #[must_use]
    pub fn root(&self) -> Kind {
        self.specification.root
    }

    fn entry(&self, kind: Kind) -> Option<&ObjectEntry> {
        self.objects.get(kind as usize)?.as_ref()
    }

    /// The object of a kind, if this version has it.
    #[must_use]
    pub fn object(&self, kind: Kind) -> Option<&'static Object> {
        self.entry(kind).map(|entry| entry.object)
    }

    /// The field that a key means in an object of a kind.
    #[must_use]
    pub fn field(&self, kind: Kind, key: Key) -> Option<&'static Field> {
        let entry = self.entry(kind)?;
        let position = *entry.by_key.get(key.index())?;
        entry.object.fields.get((position as usize).checked_sub(1)?)
    }

    /// All fields that objects of a kind have in this version.
    pub fn fields(&self, kind: Kind) -> impl Iterator<Item = &'static Field> + use<'_> {
        let fields = self.object(kind).map_or(&[][..], |object| object.fields);
        fields.iter().filter(|field| field.versions.has(self.version.version))
    }

    /// The names of the versions in which an object of a kind has the key, if this one does not.
    #[must_use]
    pub fn versions_with(&self, kind: Kind, key: Key) -> Vec<&'static str> {
        let fields = self.object(kind).map_or(&[][..], |object| object.fields);
        self.specification
            .versions
            .iter()
            .filter(|version| {
                fields
                    .iter()
                    .any(|field| field.key == key && field.versions.has(version.version))
            })
            .map(|version| version.name)
            .collect()
    }

    /// The keys that an object of a kind must have.
    #[must_use]
    pub fn required(&self, kind: Kind) -> &[Key] {
        self.entry(kind).map_or(&[], |entry| &entry.required)
    }

    /// What keys that are no fields mean in an object of a kind.
    #[must_use]
    pub fn other_keys(&self, kind: Kind) -> OtherKeys {
        self.entry(kind).map_or(OtherKeys::Anything, |entry| entry.other_keys)
    }

    /// What the fields of an object of a kind owe each other.
    #[must_use]
    pub fn constraints(&self, kind: Kind) -> &[&'static Holds] {
        self.entry(kind).map_or(&[], |entry| &entry.constraints)
    }

    /// Whether objects of a kind may have extensions.
    #[must_use]
    pub fn has_extensions(&self, kind: Kind) -> bool {
        self.object(kind)
            .is_some_and(|object| object.extensions.has(self.version.version))
    }

    /// Whether a `$ref` may stand in place of an object of a kind.
    #[must_use]
    pub fn may_refer(&self, kind: Kind) -> bool {
        self.object(kind)
            .is_some_and(|object| object.reference.has(self.version.version))
    }

    /// Whether a boolean may stand in place of an object of a kind.
    #[must_use]
    pub fn may_be_boolean(&self, kind: Kind) -> bool {
        self.object(kind)
            .is_some_and(|object| object.boolean.has(self.version.version))
    }

    /// Whether an object of a kind needs at least one key that is no extension.
    #[must_use]
    pub fn needs_a_key(&self, kind: Kind) -> bool {
        self.object(kind)
            .is_some_and(|object| object.min_keys.has(self.version.version))
    }
}
