//! What texts look like.

use super::{Grammar, TextFormat};

impl TextFormat {
    /// Whether a text looks like this, in a document that a table describes.
    #[must_use]
    pub fn takes(self, text: &str, grammar: &Grammar) -> bool {
        // Braces are no part of a URL, but templates in URLs are common and harmless.
        let is_reference = |text: &str| {
            !text
                .chars()
                .any(|c| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"' | '\\' | '^' | '`'))
        };
        match self {
            TextFormat::Any => true,
            TextFormat::UriReference => is_reference(text),
            TextFormat::UriReferenceWithoutFragment => is_reference(text) && !text.contains('#'),
            TextFormat::UriReferenceOfWhole => {
                is_reference(text) && !text.strip_suffix('#').unwrap_or(text).contains('#')
            }
            TextFormat::Name(names) => names.takes(text),
            TextFormat::Uri => {
                let scheme = text.split_once(':').map_or("", |(scheme, _)| scheme);
                let named = scheme.starts_with(|c: char| c.is_ascii_alphabetic());
                named && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c)) && is_reference(text)
            }
            TextFormat::Email => text.rsplit_once('@').is_some_and(|(name, host)| {
                !name.is_empty() && !host.is_empty() && !text.contains(char::is_whitespace)
            }),
            TextFormat::Regex => jsonschema_regex::is_valid_ecma_regex(text),
            TextFormat::Host => {
                let (name, port) = text.split_once(':').unwrap_or((text, "0"));
                let is_port = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
                is_port && !name.is_empty() && !name.contains(['{', '}', '/', ' ', '\\'])
            }
            // https://www.asyncapi.com/docs/reference/specification/v3.0.0#runtimeExpression
            TextFormat::PlaceInMessage => {
                let place = ["$message.header#", "$message.payload#"]
                    .iter()
                    .find_map(|start| text.strip_prefix(start));
                place.is_some_and(|pointer| pointer.is_empty() || pointer.starts_with('/'))
            }
            TextFormat::AbsolutePath => text.starts_with('/'),
            TextFormat::SpecificationVersion => {
                let rest = text.strip_prefix(grammar.version_name()).unwrap_or("?");
                let patch = rest.strip_prefix('.').unwrap_or_default();
                let digits = patch.bytes().take_while(u8::is_ascii_digit).count();
                let label = &patch[digits..];
                digits > 0 && (label.is_empty() || label.starts_with('-') && label.len() > 1)
            }
        }
    }
}
