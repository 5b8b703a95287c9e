//! Bytes that show a change are decoded by `prost-reflect` with both versions, and have to come out as the witness says.

use crate::outside;
use crate::versions::{Folders, protobuf_files};
use protox::Compiler;
use protox::file::{ChainFileResolver, GoogleFileResolver, IncludeFileResolver};
use protox::prost_reflect::{DescriptorPool, DynamicMessage, MapKey, ReflectMessage, Value};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use stipula::document::Direction;
use stipula::finding::Witness;
use stipula::rules::changes::Promise;

/// What protox makes of the files below a folder; of those that it cannot link, nothing.
fn pool(folder: &Path) -> DescriptorPool {
    let mut chain = ChainFileResolver::new();
    chain.add(IncludeFileResolver::new(folder.to_path_buf()));
    chain.add(GoogleFileResolver::new());
    let mut compiler = Compiler::with_file_resolver(chain);
    compiler.include_imports(true);
    for path in protobuf_files(folder) {
        let name = path.strip_prefix(folder).expect("it lies in the folder");
        drop(compiler.open_file(name));
    }
    compiler.descriptor_pool()
}

/// A value in the words of a witness.
fn shown(value: &Value) -> String {
    match value {
        Value::Bool(is) => is.to_string(),
        Value::I32(number) | Value::EnumNumber(number) => number.to_string(),
        Value::I64(number) => number.to_string(),
        Value::U32(number) => number.to_string(),
        Value::U64(number) => number.to_string(),
        Value::F32(number) => f64::from(*number).to_string(),
        Value::F64(number) => number.to_string(),
        Value::String(text) => format!("\"{text}\""),
        Value::Bytes(bytes) => {
            let pairs: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            format!("the bytes {}", pairs.join(" "))
        }
        Value::Message(message) => {
            let fields: BTreeMap<String, String> = message
                .fields()
                .map(|(field, value)| (field.number().to_string(), shown(value)))
                .collect();
            let fields: Vec<String> = fields
                .iter()
                .map(|(number, value)| format!("{number}: {value}"))
                .collect();
            format!("{{{}}}", fields.join(", "))
        }
        Value::List(values) => match values.as_slice() {
            [] => "nothing".to_owned(),
            [one] => shown(one),
            several => format!("[{}]", several.iter().map(shown).collect::<Vec<_>>().join(", ")),
        },
        Value::Map(entries) => {
            let mut all = String::new();
            for (key, value) in entries {
                let key = match key {
                    MapKey::Bool(is) => is.to_string(),
                    MapKey::I32(number) => number.to_string(),
                    MapKey::I64(number) => number.to_string(),
                    MapKey::U32(number) => number.to_string(),
                    MapKey::U64(number) => number.to_string(),
                    MapKey::String(text) => format!("\"{text}\""),
                };
                write!(all, "{key}: {}", shown(value)).expect("memory");
            }
            format!("{{{all}}}")
        }
    }
}

/// What a version may say of the bytes; nothing if it does not have the message, or cannot say it.
fn said(pool: &DescriptorPool, message: &str, number: u32, bytes: &[u8]) -> Option<Vec<String>> {
    let descriptor = pool.get_message_by_name(message)?;
    let is_map = descriptor.get_field(number).is_some_and(|field| field.is_map());
    let decoded = match DynamicMessage::decode(descriptor.clone(), bytes) {
        Ok(decoded) => decoded,
        // prost refuses records of another wire type than the field's; readers should pass them over as unknown
        // (<https://protobuf.dev/programming-guides/proto3/#updating>).
        Err(error) if error.to_string().contains("invalid wire type") => return None,
        Err(_) if is_map && bytes.first().is_some_and(|tag| tag & 7 != 2) => return None,
        Err(_) => return Some(vec!["is refused".to_owned()]),
    };
    let field = descriptor.get_field(number);
    let Some(field) = field.filter(|_| decoded.has_field_by_number(number)) else {
        let is_default = decoded
            .descriptor()
            .get_field(number)
            .is_some_and(|field| !field.supports_presence());
        let mut words = vec!["reads nothing".to_owned()];
        words.extend(is_default.then(|| "reads 0".to_owned()));
        return Some(words);
    };
    let value = shown(&decoded.get_field(&field));
    let name = field.name();
    Some(vec![
        format!("`{name}` is {value}"),
        format!("reads {value}"),
        format!("reads `{name}` is {value}"),
    ])
}

/// The message, the number of the field, and the bytes of a witness that has all three.
fn bytes_of(witness: &Witness) -> Option<(&str, u32, Vec<u8>)> {
    let message = witness.at.strip_prefix("bytes of `")?.strip_suffix('`')?;
    let number = u32::try_from(witness.value["field"].as_u64()?).ok()?;
    let bytes = witness.value["bytes"].as_str()?;
    let bytes = bytes.split_whitespace().map(|pair| u8::from_str_radix(pair, 16));
    Some((message, number, bytes.collect::<Result<_, _>>().ok()?))
}

/// Decodes all witnesses of two folders. How many were, and how many could not be.
fn compare(old: &Path, new: &Path) -> [usize; 2] {
    let folders = [old, new].map(stipula::source::canonical);
    let pools = [pool(&folders[0]), pool(&folders[1])];
    let pair = Folders::load(&folders[0], &folders[1]);
    let (mut wrong, mut count) = (Vec::new(), [0, 0]);
    for finding in pair.findings_for(Promise::Wire) {
        let breaking = finding.breaking.as_ref().expect("it is a change");
        let Some(witness) = &breaking.witness else { continue };
        let Some((message, number, bytes)) = bytes_of(witness) else {
            count[1] += 1;
            continue;
        };
        for (pool, text) in pools.iter().zip([&witness.old, &witness.new]) {
            let Some(words) = said(pool, message, number, &bytes) else {
                count[1] += 1;
                continue;
            };
            count[0] += 1;
            let is_said = words
                .iter()
                .any(|words| text == words || words == "is refused" && text.starts_with(words));
            if !is_said {
                let direction: Direction = breaking.direction;
                wrong.push(format!(
                    "{message} {} {}: `{text}`, not {words:?}",
                    direction.name(),
                    witness.value
                ));
            }
        }
    }
    println!("{}: {} decoded, {} not", new.display(), count[0], count[1]);
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        new.display(),
        wrong.join("\n")
    );
    count
}

/// Types of fields, each of which becomes each other one.
const TYPES: &[&str] = &[
    "double",
    "float",
    "int32",
    "int64",
    "uint32",
    "uint64",
    "sint32",
    "sint64",
    "fixed32",
    "fixed64",
    "sfixed32",
    "sfixed64",
    "bool",
    "string",
    "bytes",
    "Part",
    "Kind",
    "Other",
    "repeated int32",
    "repeated string",
    "repeated Part",
    "map<string, int32>",
    "map<int64, Part>",
    "map<bool, string>",
];

#[test]
fn what_shows_that_types_differ_is_decoded_so() {
    let text = |is_old: bool| {
        let mut text = "syntax = \"proto3\"; package a.v1;\nmessage Part { string name = 1; int64 count = 2; }\n\
            message Other { int32 name = 1; Part part = 2; }\nenum Kind { NONE = 0; ONE = 1; }\n"
            .to_owned();
        for (from, old) in TYPES.iter().enumerate() {
            for (to, new) in TYPES.iter().enumerate() {
                let kind = if is_old { old } else { new };
                writeln!(text, "message From{from}To{to} {{ {kind} value = 1; }}").expect("memory");
            }
        }
        text
    };
    let folders = [true, false].map(|is_old| {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("a.proto"), text(is_old)).expect("it is written");
        folder
    });
    let [decoded, not] = compare(folders[0].path(), folders[1].path());
    assert!(decoded > 800, "{decoded} decoded, {not} not");
}

#[test]
fn what_shows_changes_of_public_files_is_decoded_so() {
    let Some(corpus) = outside::corpus("proto") else { return };
    for tree in std::fs::read_dir(corpus).expect("a folder").flatten() {
        let [old, new] = ["old", "new"].map(|version| tree.path().join(version));
        if old.is_dir() && new.is_dir() {
            compare(&old, &new);
        }
    }
}
