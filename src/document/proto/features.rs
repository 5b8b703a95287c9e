//! Features: what the editions let each file decide, and what proto2 and proto3 decided for all
//! (<https://protobuf.dev/editions/features/>).

use super::options::option;
use crate::document::Node;
use crate::syntax::key;

/// The language that a file is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Syntax {
    /// `syntax = "proto2"`, or nothing said.
    Proto2,
    /// `syntax = "proto3"`.
    Proto3,
    /// `edition = "2023"`.
    Edition2023,
    /// `edition = "2024"`.
    Edition2024,
}

impl Syntax {
    /// What a file says to be in it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Proto2 => "proto2",
            Self::Proto3 => "proto3",
            Self::Edition2023 => "edition 2023",
            Self::Edition2024 => "edition 2024",
        }
    }
}

/// The language of the file that a node stands in.
#[must_use]
pub fn syntax(node: Node<'_>) -> Syntax {
    let root = node.workspace().root(node.address().document);
    match (root.string_at(key::SYNTAX), root.string_at(key::EDITION)) {
        (_, Some("2023")) => Syntax::Edition2023,
        (_, Some(_)) => Syntax::Edition2024,
        (Some("proto3"), None) => Syntax::Proto3,
        _ => Syntax::Proto2,
    }
}

/// What can be decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Feature {
    /// Whether a field without a value is told from one with the default value.
    FieldPresence,
    /// Whether an enum takes numbers that it does not name.
    EnumType,
    /// Whether numbers of a repeated field follow each other without tags.
    RepeatedFieldEncoding,
    /// Whether strings have to be UTF-8.
    Utf8Validation,
    /// Whether messages stand behind their length or between two tags.
    MessageEncoding,
    /// Whether JSON is promised.
    JsonFormat,
    /// Which names are allowed.
    EnforceNamingStyle,
    /// Which declarations other files see.
    DefaultSymbolVisibility,
}

/// The option that sets a feature, and what it is where nothing is said, by language.
type Row = (&'static str, [&'static str; 4]);

impl Feature {
    const fn row(self) -> Row {
        match self {
            Self::FieldPresence => (
                "features.field_presence",
                ["EXPLICIT", "IMPLICIT", "EXPLICIT", "EXPLICIT"],
            ),
            Self::EnumType => ("features.enum_type", ["CLOSED", "OPEN", "OPEN", "OPEN"]),
            Self::RepeatedFieldEncoding => (
                "features.repeated_field_encoding",
                ["EXPANDED", "PACKED", "PACKED", "PACKED"],
            ),
            Self::Utf8Validation => ("features.utf8_validation", ["NONE", "VERIFY", "VERIFY", "VERIFY"]),
            Self::MessageEncoding => ("features.message_encoding", ["LENGTH_PREFIXED"; 4]),
            Self::JsonFormat => (
                "features.json_format",
                ["LEGACY_BEST_EFFORT", "ALLOW", "ALLOW", "ALLOW"],
            ),
            Self::EnforceNamingStyle => (
                "features.enforce_naming_style",
                ["STYLE_LEGACY", "STYLE_LEGACY", "STYLE_LEGACY", "STYLE2024"],
            ),
            Self::DefaultSymbolVisibility => (
                "features.default_symbol_visibility",
                ["EXPORT_ALL", "EXPORT_ALL", "EXPORT_ALL", "EXPORT_TOP_LEVEL"],
            ),
        }
    }
}

/// What has been decided of a feature for a declaration: by itself, by what it stands in, or by the language.
#[must_use]
pub fn feature(node: Node<'_>, feature: Feature) -> &str {
    let (name, defaults) = feature.row();
    let syntax = syntax(node);
    let said = || {
        std::iter::once(node)
            .chain(node.ancestors())
            .find_map(|node| option(node, name))
    };
    let said = (syntax >= Syntax::Edition2023).then(said).flatten();
    said.map_or(defaults[syntax as usize], Node::text)
}

/// The option by which a declaration decides of a feature itself.
#[must_use]
pub fn feature_option(declaration: Node<'_>, feature: Feature) -> Option<Node<'_>> {
    option(declaration, feature.row().0)
}
