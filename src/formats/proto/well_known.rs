//! The files that every Protobuf compiler brings along, in case the project holds no copy of them.

use super::declared::Declared;
use super::grammar::{PROTO2, grammar};
use super::index::Index;
use crate::document::{Document, DocumentId, Kind, Workspace};
use crate::source::{Limits, Source};
use crate::syntax::{self, key};
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

/// `descriptor.proto`, with what its names mean.
struct Descriptor {
    workspace: Workspace,
    index: Index,
    file: DocumentId,
}

/// The message whose fields are the options of declarations of a kind.
pub(super) fn options(kind: Kind) -> Option<Declared<'static>> {
    static DESCRIPTOR: OnceLock<Option<Descriptor>> = OnceLock::new();
    let descriptor = DESCRIPTOR.get_or_init(|| {
        let limits = Limits::default();
        let mut document = Document::new(syntax::read(&source("google/protobuf/descriptor.proto")?, &limits));
        document.describe(grammar(PROTO2));
        let mut workspace = Workspace::new(limits.reference_chain);
        let file = workspace.add(document);
        let index = Index::new(&workspace, &[file]);
        Some(Descriptor { workspace, index, file })
    });
    let descriptor = descriptor.as_ref()?;
    let (_, name) = OPTIONS.iter().find(|(known, _)| *known == kind)?;
    let message = descriptor
        .workspace
        .root(descriptor.file)
        .get(key::MESSAGES)?
        .find(name)?;
    Some(Declared {
        node: message,
        index: &descriptor.index,
        is_built_in: true,
    })
}
