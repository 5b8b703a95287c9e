//! How data that were written with one schema are read with another one
//! (<https://avro.apache.org/docs/1.12.0/specification/#schema-resolution>).
//!
//! What the specification leaves to its implementations is taken as follows. Types match by their names without the
//! namespace, as it says, or by an alias that is the writer's full name. Of several branches of a union that match, the
//! one that is called the same counts, else the one of the same type, else the first that a value is promoted to. A field
//! of the reader is the writer's of its name, and only where there is none, that of an alias.

use crate::document::avro::{Field, Primitive, Schema, Type, split};
use crate::document::Node;
use serde_json::Value;

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

/// How well a reader's type, no union, matches a writer's, what they hold left out of account: the less, the better.
fn rank(reader: Schema<'_>, writer: Schema<'_>) -> Option<u32> {
    match (reader.of, writer.of) {
        (Type::Primitive(own), Type::Primitive(written)) if own == written => Some(0),
        (Type::Primitive(own), Type::Primitive(written)) => promotes(written, own).then_some(2),
        (own, written) if own != written => None,
        (own, _) if !own.is_named() => Some(0),
        _ if reader.full_name() == writer.full_name() => Some(0),
        _ => names_match(reader, writer).then_some(1),
    }
}

/// The branch of a reader's union by which what was written is read.
pub(super) fn choose(branches: &[Schema<'_>], writer: Schema<'_>) -> Option<usize> {
    let ranked = branches.iter().enumerate();
    let ranked = ranked.filter_map(|(at, branch)| Some((rank(*branch, writer)?, at)));
    ranked.min().map(|(_, at)| at)
}

/// The writer's field that a field of the reader takes its values from.
pub(super) fn source<'w>(field: Field<'w>, reader: &[Field<'w>], writer: &[Field<'w>]) -> Option<Field<'w>> {
    let named = |name: &str| writer.iter().find(|written| written.name == name).copied();
    named(field.name).or_else(|| {
        let is_taken = |written: &Field<'w>| reader.iter().any(|other| other.name == written.name);
        let mut known = writer.iter().filter(|written| field.has_alias(written.name));
        known.find(|written| !is_taken(written)).copied()
    })
}

/// Reads data, in the JSON encoding, that were written with one schema with another one; why that fails, as a clause.
pub(super) fn read(reader: Node<'_>, writer: Node<'_>, datum: &Value) -> Result<(), String> {
    let (reader, writer) = (Schema::of(reader), Schema::of(writer));
    if writer.of == Type::Union {
        let (name, datum) = match datum {
            Value::Object(branch) => branch.iter().next().ok_or("no branch is written")?,
            _ => (&"null".to_owned(), datum),
        };
        let mut branches = writer.node.children();
        let branch = branches.find(|branch| Schema::of(*branch).branch_name() == *name);
        return read(reader.node, branch.ok_or("the writer has no such branch")?, datum);
    }
    if reader.of == Type::Union {
        let branches: Vec<Schema<'_>> = reader.node.children().map(Schema::of).collect();
        let branch = choose(&branches, writer).ok_or_else(|| format!("no branch reads {}", described(writer)))?;
        return read(branches[branch].node, writer.node, datum);
    }
    if rank(reader, writer).is_none() {
        return Err(format!("{} is not read as {}", described(writer), described(reader)));
    }
    match (writer.of, datum) {
        (Type::Record, Value::Object(values)) => {
            let (own, written) = (reader.fields(), writer.fields());
            for field in &own {
                match source(*field, &own, &written) {
                    Some(from) => read(field.schema, from.schema, values.get(from.name).unwrap_or(&Value::Null))?,
                    None if field.has_default() => {}
                    None => return Err(format!("the field `{}` is missing and has no default", field.name)),
                }
            }
            Ok(())
        }
        (Type::Enum, Value::String(symbol)) if !reader.has_symbol(symbol) && reader.other_symbol().is_none() => {
            Err(format!("`{symbol}` is none of the symbols, and no default stands for it"))
        }
        (Type::Fixed, _) if reader.size() != writer.size() => {
            let bytes = |schema: Schema<'_>| schema.size().unwrap_or_default();
            Err(format!("{} bytes are expected, not {}", bytes(reader), bytes(writer)))
        }
        (Type::Array, Value::Array(items)) => each(reader, writer, items.iter()),
        (Type::Map, Value::Object(values)) => each(reader, writer, values.values()),
        _ => Ok(()),
    }
}

fn each<'v>(reader: Schema<'_>, writer: Schema<'_>, values: impl Iterator<Item = &'v Value>) -> Result<(), String> {
    let (Some(own), Some(written)) = (reader.part(), writer.part()) else {
        return Ok(());
    };
    for value in values {
        read(own, written, value)?;
    }
    Ok(())
}

/// A type as messages name it.
pub(super) fn described(schema: Schema<'_>) -> String {
    if schema.of.is_named() {
        format!("{} {}", schema.of.name(), schema.full_name())
    } else {
        schema.of.name().to_owned()
    }
}
