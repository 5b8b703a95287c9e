//! Protobuf to tree: proto2, proto3 and the editions, whole or broken.
//!
//! A file becomes a map, and so does every declaration in it. What has a name stands under it in a map of its sort,
//! as schemas do in the components of an OpenAPI document; what has none stands in a list:
//!
//! ```text
//! file       syntax | edition, package, imports[], options{}, messages{}, enums{}, services{}, extends[]
//! import     path, modifier (public, weak, option)
//! message    visibility, fields{}, oneofs{}, messages{}, enums{}, extends[], extension_ranges[], reserved[], options{}
//! field      label, type (a name, or a map: key, value), number, group (a message), options{}
//! oneof      fields{}, options{}
//! enum       visibility, values{}, reserved[], options{}
//! value      number, options{}
//! service    methods{}, options{}
//! method     request, response (both: stream, type), options{}
//! extend     extendee, fields{}
//! range      start, end (a number or `max`), of extensions with options{}; what is reserved is a range or a name
//! ```
//!
//! Every declaration also has `leading_comments`, `trailing_comments` and `detached_comments[]`, each with its comment
//! marks ([`comment_text`] takes them off). Options stand under their names as they are written, without blanks:
//! `deprecated`, `(google.api.http)`, `(a.b).c`; a value in the text format is a map, in which, as among options, a key
//! may stand several times. So may a name that is declared twice.
//!
//! The span of a declaration reaches from its first word to its `;` or `}`, its key's is that of the name. Maps and
//! lists of one sort have no text of their own: they span what stands between the brackets. Within each, the order is
//! that of the text. Declarations are of [`Style::Declaration`](super::Style::Declaration).

mod comments;
mod draft;
mod lexer;
mod members;
mod options;
mod parser;
mod services;

#[cfg(test)]
mod tests;

use super::builder::Builder;
use super::tree::Tree;
use crate::source::{Limits, Source, Span};
use std::sync::Arc;

/// Reads a Protobuf file, or a text that stands in another one.
pub(super) fn read(source: &Arc<Source>, extent: Span, limits: &Limits) -> Tree {
    let mut builder = Builder::new(source, limits);
    let text = &source.text()[..extent.end as usize];
    let (drafts, problems) = parser::Parser::new(text, extent.start, limits).file();
    for problem in problems {
        builder.problem(problem.kind, problem.span, problem.message);
    }
    drafts.write(source.text(), &mut builder);
    builder.finish()
}

/// Whether a text begins as Protobuf files do: with a declaration of its syntax, its package or an import.
pub(super) fn is_likely(text: &str) -> bool {
    use lexer::TokenKind;
    let mut lexer = lexer::Lexer::new(text, 0, 0);
    let (first, second) = (lexer.token(), lexer.token());
    match first.span.of(text) {
        "syntax" | "edition" => second.is(b'='),
        "package" => second.kind == TokenKind::Word && !text[first.span.end as usize..].starts_with(':'),
        "import" => second.kind == TokenKind::Text || matches!(second.span.of(text), "public" | "weak"),
        _ => false,
    }
}

/// What a comment says, without the marks of comments.
#[must_use]
pub fn comment_text(comment: &str) -> String {
    let line = |line: &str| line.trim_end().to_owned();
    let lines: Vec<String> = match comment.strip_prefix("/*") {
        Some(block) => {
            let block = block.strip_suffix("*/").unwrap_or(block);
            let starred = |text: &str| {
                let trimmed = text.trim_start();
                line(trimmed.strip_prefix('*').unwrap_or(trimmed))
            };
            block.trim_start_matches('*').lines().map(starred).collect()
        }
        None => comment
            .lines()
            .map(|text| line(text.trim_start().trim_start_matches('/')))
            .collect(),
    };
    lines.join("\n").trim().to_owned()
}
