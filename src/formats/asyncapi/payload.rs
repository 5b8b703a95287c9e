//! In what format a payload is described: what `schemaFormat` says
//! (<https://www.asyncapi.com/docs/reference/specification/v3.0.0#multiFormatSchemaObject>).

use super::values::SCHEMA;
use crate::document::events::SchemaFormat;
use crate::document::grammar::{Grammar, Told, Value, Versions, Written};
use crate::document::{Dialect, Kind, Node};
use crate::formats::{avro, jsonschema, openapi};
use crate::syntax::{NodeType, key};

/// A schema in the format that `schemaFormat` names beside it.
pub(super) const PAYLOAD: Value = Value::Told(&Told {
    field: key::SCHEMA_FORMAT,
    read,
});

fn read(format: Option<&str>, node_type: NodeType, around: &'static Grammar) -> Written {
    let here = Written::Here(SCHEMA);
    let Some(format) = format.map(Format::read) else {
        return here;
    };
    match format {
        Format::AsyncApi => here,
        // What AsyncAPI adds to it may stand there, too.
        Format::JsonSchema(dialect) if around.dialect() == Some(dialect) => here,
        Format::JsonSchema(dialect) => {
            jsonschema::grammar(dialect).map_or(here, |grammar| Written::In(grammar, SCHEMA))
        }
        Format::OpenApi(version) => Written::In(openapi::grammar(version), SCHEMA),
        Format::Avro => Written::In(avro::grammar(), avro::SCHEMA),
        Format::Protobuf if node_type == NodeType::String => Written::Protobuf,
        Format::Protobuf => Written::Here(Value::Refer(Kind::File)),
        Format::Unknown => {
            Written::Unread("is a format of schemas that is not read: nothing is said of what it describes")
        }
    }
}

/// The schema that describes a payload or headers, and what it is written in: in 3.x it may stand in an object that
/// says so, in 2.x the message does.
pub(super) fn schema(site: Node<'_>) -> (Node<'_>, SchemaFormat) {
    let (holder, schema) = match site.kind() {
        Kind::MultiFormatSchema => (Some(site), site.field(key::SCHEMA).unwrap_or(site)),
        _ => (site.parent().filter(|holder| holder.kind() == Kind::Message), site),
    };
    // What is written in Avro may be a mere name, or a list.
    let said = holder.and_then(|holder| holder.string_at(key::SCHEMA_FORMAT));
    let format = match said.map(Format::read) {
        _ if schema.kind() == Kind::Schema => SchemaFormat::JsonSchema,
        Some(Format::Avro) => SchemaFormat::Avro,
        _ if schema.kind() == Kind::AvroSchema => SchemaFormat::Avro,
        _ if schema.kind() == Kind::File => SchemaFormat::Protobuf,
        Some(Format::Protobuf) => SchemaFormat::Protobuf,
        _ => SchemaFormat::Unknown,
    };
    (schema, format)
}

/// The formats of schemas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    /// That of AsyncAPI itself.
    AsyncApi,
    /// JSON Schema.
    JsonSchema(Dialect),
    /// That of a version of OpenAPI.
    OpenApi(Versions),
    /// Avro.
    Avro,
    /// Protobuf.
    Protobuf,
    /// Any other one.
    Unknown,
}

impl Format {
    /// The format that a media type names: what it is written in, `+json` or `+yaml`, does not matter.
    fn read(media_type: &str) -> Self {
        let mut parts = media_type.split(';').map(str::trim);
        let essence = parts.next().unwrap_or_default().to_ascii_lowercase();
        let version = parts
            .find_map(|part| part.strip_prefix("version="))
            .unwrap_or_default()
            .trim_matches('"');
        let bare = essence.split('+').next().unwrap_or_default();
        match bare {
            "application/vnd.aai.asyncapi" => Self::AsyncApi,
            "application/schema" => match version {
                "draft-04" => Self::JsonSchema(Dialect::Draft4),
                "draft-06" => Self::JsonSchema(Dialect::Draft6),
                "draft-07" | "" => Self::JsonSchema(Dialect::Draft7),
                "draft-2019-09" | "2019-09" => Self::JsonSchema(Dialect::Draft201909),
                "draft-2020-12" | "2020-12" => Self::JsonSchema(Dialect::Draft202012),
                _ => Self::Unknown,
            },
            "application/vnd.oai.openapi" => match version.get(..3).unwrap_or_default() {
                "3.0" | "" => Self::OpenApi(openapi::V30),
                "3.1" => Self::OpenApi(openapi::V31),
                "3.2" => Self::OpenApi(openapi::V32),
                _ => Self::Unknown,
            },
            "application/vnd.apache.avro" => Self::Avro,
            "application/vnd.google.protobuf" | "application/x-protobuf" => Self::Protobuf,
            _ => Self::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_named_by_media_types() {
        for (media_type, format) in [
            ("application/vnd.aai.asyncapi+yaml;version=2.6.0", Format::AsyncApi),
            (
                "application/schema+json; version=draft-07",
                Format::JsonSchema(Dialect::Draft7),
            ),
            (
                "application/vnd.oai.openapi;version=3.0.0",
                Format::OpenApi(openapi::V30),
            ),
            (
                "application/vnd.oai.openapi+json;version=3.1.0",
                Format::OpenApi(openapi::V31),
            ),
            ("application/vnd.oai.openapi;version=4.0.0", Format::Unknown),
            ("application/vnd.apache.avro+json;version=1.9.0", Format::Avro),
            ("application/vnd.google.protobuf;version=3", Format::Protobuf),
            ("application/raml+yaml;version=1.0", Format::Unknown),
            ("", Format::Unknown),
        ] {
            assert_eq!(Format::read(media_type), format, "{media_type}");
        }
    }
}
