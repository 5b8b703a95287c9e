//! The files that every Protobuf compiler brings along, in case the project holds no copy of them.

use super::imports::children_of;
use crate::document::Kind;
use crate::source::{Limits, Source};
use crate::syntax::{self, NodeId, key};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::{Arc, OnceLock};

macro_rules! built_in {
    ($($name:literal,)*) => {
        &[$((
            concat!("google/protobuf/", $name, ".proto"),
            include_str!(concat!("well_known/", $name, ".proto")),
        ),)*]
    };
}

const FILES: &[(&str, &str)] = built_in![
    "any",
    "api",
    "compiler/plugin",
    "cpp_features",
    "descriptor",
    "duration",
    "empty",
    "field_mask",
    "go_features",
    "java_features",
    "source_context",
    "struct",
    "timestamp",
    "type",
    "wrappers",
];

/// The file that imports call by this path.
pub(in super::super) fn source(path: &str) -> Option<Arc<Source>> {
    let (name, text) = FILES.iter().find(|(name, _)| *name == path)?;
    Some(Arc::new(Source::from_text(*name, *text)))
}

/// The messages of `descriptor.proto` whose fields are the options of each kind.
const OPTIONS: &[(Kind, &str)] = &[
    (Kind::File, "FileOptions"),
    (Kind::Message, "MessageOptions"),
    (Kind::Field, "FieldOptions"),
    (Kind::Oneof, "OneofOptions"),
    (Kind::Enum, "EnumOptions"),
    (Kind::EnumValue, "EnumValueOptions"),
    (Kind::Service, "ServiceOptions"),
    (Kind::Rpc, "MethodOptions"),
    (Kind::Range, "ExtensionRangeOptions"),
];

/// Whether an option that needs no import has this name, and can stand in a declaration of this kind.
pub(super) fn is_option(kind: Kind, name: &str) -> bool {
    static NAMES: OnceLock<FxHashMap<Kind, FxHashSet<String>>> = OnceLock::new();
    let names = NAMES.get_or_init(|| {
        let Some(source) = source("google/protobuf/descriptor.proto") else {
            return FxHashMap::default();
        };
        let tree = syntax::read(&source, &Limits::default());
        let messages = tree.get(NodeId::ROOT, key::MESSAGES);
        let fields = |message: &str| {
            let message = messages.and_then(|messages| tree.find(messages, message));
            let fields = message
                .into_iter()
                .flat_map(|message| children_of(&tree, message, key::FIELDS));
            let names = fields.filter_map(|field| tree.key_text(field).map(str::to_owned));
            names.collect()
        };
        OPTIONS.iter().map(|(kind, message)| (*kind, fields(message))).collect()
    });
    // These are options in the text, and fields of the descriptor itself.
    let is_written_so = kind == Kind::Field && matches!(name, "default" | "json_name");
    is_written_so || names.get(&kind).is_some_and(|names| names.contains(name))
}
