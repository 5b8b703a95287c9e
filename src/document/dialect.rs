//! The dialects of JSON Schema: what the keywords of a schema mean.

use super::{Kind, Node};
use crate::syntax::{Key, NodeId, key};

/// A dialect of JSON Schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// Draft 4 (<https://json-schema.org/draft-04/schema>).
    Draft4,
    /// The subset of draft 4 in Swagger 2.0 (<https://spec.openapis.org/oas/v2.0.html#schema-object>).
    Swagger20,
    /// Draft 6 (<https://json-schema.org/draft-06/schema>).
    Draft6,
    /// The changed draft 4 in OpenAPI 3.0, with `nullable` (<https://spec.openapis.org/oas/v3.0.4.html#schema-object>).
    OpenApi30,
    /// Draft 7 (<https://json-schema.org/draft-07/schema>).
    Draft7,
    /// Draft 2019-09 (<https://json-schema.org/draft/2019-09/schema>).
    Draft201909,
    /// Draft 2020-12 (<https://json-schema.org/draft/2020-12/schema>), that of OpenAPI since 3.1.
    Draft202012,
}

impl Dialect {
    /// The dialect that a `$schema` names; `None` for those of others, which may change what any keyword means.
    #[must_use]
    pub fn from_uri(uri: &str) -> Option<Self> {
        let uri = uri.trim_end_matches('#');
        let uri = uri.strip_prefix("https://").or_else(|| uri.strip_prefix("http://"))?;
        match uri {
            "json-schema.org/draft-04/schema" => Some(Self::Draft4),
            "json-schema.org/draft-06/schema" => Some(Self::Draft6),
            "json-schema.org/draft-07/schema" => Some(Self::Draft7),
            "json-schema.org/draft/2019-09/schema" => Some(Self::Draft201909),
            "json-schema.org/draft/2020-12/schema" => Some(Self::Draft202012),
            // https://spec.openapis.org/oas/v3.1.1.html#fixed-fields-0: that of OpenAPI adds notes alone.
            _ if uri.starts_with("spec.openapis.org/oas/3.") && uri.contains("/dialect/") => Some(Self::Draft202012),
            _ => None,
        }
    }

    /// Whether it came with OpenAPI, or is changed for it: schemas there have no names of their own.
    const fn is_of_openapi(self) -> bool {
        matches!(self, Self::Swagger20 | Self::OpenApi30)
    }

    /// Whether a `$ref` stands for the whole schema, so that nothing beside it counts. That ended with 2019-09.
    #[must_use]
    pub const fn reference_stands_alone(self) -> bool {
        !matches!(self, Self::Draft201909 | Self::Draft202012)
    }

    /// Whether `exclusiveMinimum` and `exclusiveMaximum` are booleans that belong to `minimum` and `maximum`, and a
    /// number with a fraction of zero is no integer. That ended with draft 6.
    #[must_use]
    pub const fn is_of_draft_4(self) -> bool {
        matches!(self, Self::Draft4 | Self::Swagger20 | Self::OpenApi30)
    }

    /// The keyword that names a schema.
    #[must_use]
    pub const fn identifier(self) -> Key {
        match self {
            Self::Draft4 => key::ID,
            _ => key::DOLLAR_ID,
        }
    }

    /// Whether an identifier that is a fragment names a place, as `$anchor` does since 2019-09.
    #[must_use]
    pub const fn identifiers_are_anchors(self) -> bool {
        matches!(self, Self::Draft4 | Self::Draft6 | Self::Draft7)
    }
}

impl Node<'_> {
    /// The dialect of a schema: what the nearest `$schema` around it names, else that of its document. `None` if
    /// that is one that nobody here knows, or the node belongs to no schema.
    #[must_use]
    pub fn dialect(self) -> Option<Dialect> {
        let own = self.grammar()?.dialect()?;
        if own.is_of_openapi() {
            return Some(own);
        }
        let schemas = std::iter::once(self)
            .chain(self.ancestors())
            .filter(|node| node.kind() == Kind::Schema || node.id() == NodeId::ROOT);
        let mut named = schemas.filter_map(|schema| {
            let keyword = match schema.kind() {
                Kind::Root => key::JSON_SCHEMA_DIALECT,
                _ => key::DOLLAR_SCHEMA,
            };
            schema.string_at(keyword)
        });
        named.next().map_or(Some(own), Dialect::from_uri)
    }
}
