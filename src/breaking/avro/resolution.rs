//! How data that were written with one schema are read with another one
//! (<https://avro.apache.org/docs/1.12.0/specification/#schema-resolution>).
//!
//! What the specification leaves to its implementations is taken as follows. Types match by their names without the
//! namespace, as it says, or by an alias that is the writer's full name. Of several branches of a union that match, the
//! one that is called the same counts, else the one of the same type, else the first that a value is promoted to. A field
//! of the reader is the writer's of its name, and only where there is none, that of an alias.

use super::Fuel;
use crate::document::avro::{Field, Primitive, Schema, Type, split};
use crate::document::{Address, Node};
use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::{Map, Value};

/// Whether what was written as one type can be read as another one.
pub(super) fn promotes(writer: Primitive, reader: Primitive) -> bool {
    use Primitive::{Bytes, Double, Float, Int, Long, String};
    writer == reader
        || matches!(
            (writer, reader),
            (Int, Long | Float | Double) | (Long, Float | Double) | (Float, Double) | (String, Bytes) | (Bytes, String)
        )
}

/// Whether the name of a reader's type matches that of the writer's.
pub(super) fn names_match(reader: Schema<'_>, writer: Schema<'_>) -> bool {
    let (own, written) = (reader.full_name(), writer.full_name());
    split(&own).1 == split(&written).1 || reader.aliases().contains(&written)
}

/// The branches of a reader's union, or a type that stands for a union of itself.
pub(super) struct Branches {
    by_full_name: FxHashMap<(Type, String), usize>,
    by_name: FxHashMap<(Type, String), usize>,
    by_alias: FxHashMap<(Type, String), usize>,
    /// The first of each type without a name.
    others: Vec<(Type, usize)>,
}

impl Branches {
    pub(super) fn new(branches: &[Schema<'_>]) -> Self {
        let mut all = Self {
            by_full_name: FxHashMap::default(),
            by_name: FxHashMap::default(),
            by_alias: FxHashMap::default(),
            others: Vec::new(),
        };
        for (at, branch) in branches.iter().enumerate() {
            if branch.of.is_named() {
                let full_name = branch.full_name();
                let name = split(&full_name).1.to_owned();
                all.by_name.entry((branch.of, name)).or_insert(at);
                all.by_full_name.entry((branch.of, full_name)).or_insert(at);
                for alias in branch.aliases() {
                    all.by_alias.entry((branch.of, alias)).or_insert(at);
                }
            } else if !all.others.iter().any(|(of, _)| *of == branch.of) {
                all.others.push((branch.of, at));
            }
        }
        all
    }

    /// The branch by which what was written is read.
    pub(super) fn choose(&self, writer: Schema<'_>) -> Option<usize> {
        if writer.of.is_named() {
            let full_name = (writer.of, writer.full_name());
            let name = (writer.of, split(&full_name.1).1.to_owned());
            let same = self.by_full_name.get(&full_name);
            let other = [self.by_name.get(&name), self.by_alias.get(&full_name)];
            return same.or_else(|| other.into_iter().flatten().min()).copied();
        }
        let same = self.others.iter().find(|(of, _)| *of == writer.of);
        let promoted = || {
            self.others.iter().find(|(of, _)| match (writer.of, *of) {
                (Type::Primitive(written), Type::Primitive(own)) => promotes(written, own),
                _ => false,
            })
        };
        same.or_else(promoted).map(|(_, at)| *at)
    }
}

/// For each field of the reader, the writer's field that it takes its values from.
pub(super) fn sources(reader: &[Field<'_>], writer: &[Field<'_>]) -> Vec<Option<usize>> {
    let mut written: FxHashMap<&str, usize> = FxHashMap::default();
    for (at, field) in writer.iter().enumerate() {
        written.entry(field.name).or_insert(at);
    }
    let own: FxHashSet<&str> = reader.iter().map(|field| field.name).collect();
    let source = |field: &Field<'_>| {
        let mut aliases = field.aliases().filter(|alias| !own.contains(alias));
        let by_name = written.get(field.name);
        by_name
            .or_else(|| aliases.find_map(|alias| written.get(alias)))
            .copied()
    };
    reader.iter().map(source).collect()
}

/// What stands in the way of reading data: a part of the reader's or the writer's schema, and why, as a clause.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) at: Address,
    pub(super) why: String,
}

/// Reads data, in the JSON encoding, that were written with one schema with another one; finds all that stands in the
/// way of that, as far as there are steps for it.
pub(super) fn read(reader: Node<'_>, writer: Node<'_>, datum: &Value, fuel: &mut Fuel) -> Vec<Refusal> {
    let mut reading = Reading {
        fuel,
        refusals: Vec::new(),
    };
    // Without steps, what has been found is still right.
    let _ = reading.read(Schema::of(reader), Schema::of(writer), datum);
    reading.refusals
}

struct Reading<'f> {
    fuel: &'f mut Fuel,
    refusals: Vec<Refusal>,
}

impl Reading<'_> {
    fn refuse(&mut self, at: Node<'_>, why: String) {
        self.refusals.push(Refusal { at: at.address(), why });
    }

    /// Reads a part; nothing when the steps are used up.
    fn read(&mut self, reader: Schema<'_>, writer: Schema<'_>, datum: &Value) -> Option<()> {
        self.fuel.burn(1)?;
        if writer.of == Type::Union {
            let (name, datum) = match datum {
                Value::Object(branch) => branch.iter().next()?,
                _ => (&Type::Primitive(Primitive::Null).name().to_owned(), datum),
            };
            let mut branches = writer.node.children().map(Schema::of);
            let branch = branches.find(|branch| branch.branch_name() == *name)?;
            return self.read(reader, branch, datum);
        }
        let branches: Vec<Schema<'_>> = reader.branches().into_iter().map(Schema::of).collect();
        self.fuel.burn(branches.len())?;
        let Some(branch) = Branches::new(&branches).choose(writer) else {
            let written = described(writer);
            let why = match reader.of {
                Type::Union => format!("no branch reads {written}"),
                _ => format!("{written} is not read as {}", described(reader)),
            };
            self.refuse(writer.node, why);
            return Some(());
        };
        self.read_type(branches[branch], writer, datum)
    }

    /// Reads a value of a type that matches.
    fn read_type(&mut self, reader: Schema<'_>, writer: Schema<'_>, datum: &Value) -> Option<()> {
        match (writer.of, datum) {
            (Type::Record, Value::Object(values)) => {
                let (own, written) = (reader.fields(), writer.fields());
                for (field, from) in own.iter().zip(sources(&own, &written)) {
                    match from.map(|from| written[from]) {
                        Some(from) => {
                            let value = values.get(from.name).unwrap_or(&Value::Null);
                            self.read(Schema::of(field.schema), Schema::of(from.schema), value)?;
                        }
                        None if field.has_default() => {}
                        None => {
                            let why = format!("the field `{}` is missing and has no default", field.name);
                            self.refuse(field.node, why);
                        }
                    }
                }
            }
            (Type::Enum, Value::String(text)) => {
                let is_known = reader.symbols().any(|symbol| symbol.text() == text);
                if !is_known && !reader.has_other_symbol() {
                    let symbol = writer.symbols().find(|symbol| symbol.text() == text);
                    let why = format!("`{text}` is none of the symbols, and no default stands for it");
                    self.refuse(symbol?, why);
                }
            }
            (Type::Fixed, _) if reader.size() != writer.size() => {
                let bytes = |schema: Schema<'_>| schema.size().unwrap_or_default();
                let why = format!("{} bytes are expected, not {}", bytes(reader), bytes(writer));
                self.refuse(writer.node, why);
            }
            (Type::Array | Type::Map, _) => {
                let (own, written) = (Schema::of(reader.part()?), Schema::of(writer.part()?));
                let items = datum.as_array().into_iter().flatten();
                for value in items.chain(datum.as_object().into_iter().flat_map(Map::values)) {
                    self.read(own, written, value)?;
                }
            }
            _ => {}
        }
        Some(())
    }
}

/// A type as messages name it.
pub(super) fn described(schema: Schema<'_>) -> String {
    if schema.of.is_named() {
        format!("{} {}", schema.of.name(), schema.full_name())
    } else {
        schema.of.name().to_owned()
    }
}
