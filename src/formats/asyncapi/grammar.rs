//! The table of AsyncAPI 2.0 to 2.6, 3.0 and 3.1 (<https://www.asyncapi.com/docs/reference/specification/v3.0.0>).
//!
//! It says all that the official meta-schema of each version says, and of bindings more than those of 2.x do.

use super::values::*;
use super::{bindings, objects, schema, security};
use crate::document::grammar::{Grammar, Siblings, Specification, Version, Versions};
use crate::document::{Dialect, FormatName, Kind};
use std::sync::OnceLock;

/// The table of one version.
pub fn grammar(version: Versions) -> &'static Grammar {
    static GRAMMARS: [OnceLock<Grammar>; 9] = [const { OnceLock::new() }; 9];
    let known = VERSIONS.iter().position(|known| known.version == version);
    let slot = known.unwrap_or(VERSIONS.len() - 1);
    GRAMMARS[slot].get_or_init(|| Grammar::new(&ASYNCAPI, &VERSIONS[slot]))
}

/// The table of the version with a name such as `2.6`.
pub(super) fn named(name: &str) -> Option<&'static Grammar> {
    let version = VERSIONS.iter().find(|version| version.name == name)?;
    Some(grammar(version.version))
}

static VERSIONS: [Version; 9] = [
    version(V20, "2.0"),
    version(V21, "2.1"),
    version(V22, "2.2"),
    version(V23, "2.3"),
    version(V24, "2.4"),
    version(V25, "2.5"),
    version(V26, "2.6"),
    version(V30, "3.0"),
    version(V31, "3.1"),
];

const fn version(version: Versions, name: &'static str) -> Version {
    Version {
        version,
        name,
        dialect: Some(Dialect::Draft7),
        siblings: Siblings::Ignored,
    }
}

static ASYNCAPI: Specification = Specification {
    name: FormatName::AsyncApi.title(),
    format: Some(FormatName::AsyncApi),
    versions: &VERSIONS,
    root: Kind::Root,
    objects: &[
        objects::ROOT,
        objects::INFO,
        objects::CONTACT,
        objects::LICENSE,
        objects::TAG,
        objects::EXTERNAL_DOCS,
        objects::SERVER,
        objects::SERVER_VARIABLE,
        objects::CHANNEL,
        objects::PARAMETER,
        objects::OPERATION,
        objects::OPERATION_TRAIT,
        objects::REPLY,
        objects::REPLY_ADDRESS,
        objects::CORRELATION_ID,
        objects::MESSAGE,
        objects::MESSAGE_TRAIT,
        objects::MESSAGE_EXAMPLE,
        objects::MULTI_FORMAT_SCHEMA,
        objects::COMPONENTS,
        objects::SECURITY_REQUIREMENT,
        security::SECURITY_SCHEME,
        security::OAUTH_FLOWS,
        security::OAUTH_FLOW,
        schema::OBJECT,
        bindings::OF_SERVERS,
        bindings::OF_CHANNELS,
        bindings::OF_OPERATIONS,
        bindings::OF_MESSAGES,
    ],
};
