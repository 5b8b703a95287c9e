//! YAML through `granit-parser`: all of the language, at the library's speed.
//!
//! In come its events; out goes the same tree that the [plain reader](super::plain) builds, spans included.

use super::{Failure, SUPPORTED_TAG_PREFIX};
use crate::source::{Limits, Source, Span};
use crate::syntax::builder::Builder;
use crate::syntax::problem::ProblemKind;
use crate::syntax::scalar::core_type;
use crate::syntax::tree::{NodeId, NodeType, Style};
use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, ScanError, StructureStyle, Tag};
use std::collections::HashMap;
use std::sync::Arc;

/// Reads `text`, which is the text of `source` or a copy of it with parts blanked out.
///
/// Returns what was read, and the failure that ended it.
pub(super) fn read(source: &Arc<Source>, text: &str, limits: &Limits) -> (Builder, Option<Failure>) {
    let options = granit_parser::options! {
        emit_unresolved_aliases: true,
        block_nesting_limit: limits.depth as usize,
        flow_nesting_limit: limits.depth as usize,
    };
    let mut reader = Reader {
        text,
        builder: Builder::new(source, limits),
        open: Vec::new(),
        anchors: HashMap::new(),
        alias_budget: limits.alias_nodes,
        skipping: 0,
        documents: 0,
        last: 0,
    };
    let mut parser = Parser::new_from_str_with_options(text, options);
    while let Some(event) = parser.next_event() {
        match event {
            Ok((event, span)) => {
                let span = reader.bytes(&span);
                if !reader.event(event, span) {
                    break;
                }
            }
            Err(error) => {
                let failure = reader.failure(&error);
                return (reader.builder, Some(failure));
            }
        }
    }
    (reader.builder, None)
}

/// A container that is open.
struct Open {
    is_map: bool,
    flow: bool,
    /// In a map: the next node is a key.
    at_key: bool,
    /// Where the key or the dash before the next node ends.
    after: u32,
}

/// What an anchor names.
enum Anchored {
    Node(NodeId),
    Key(String),
}

struct Reader<'t> {
    text: &'t str,
    builder: Builder,
    open: Vec<Open>,
    anchors: HashMap<usize, Anchored>,
    alias_budget: u32,
    /// Containers open below a key that is no scalar, which are passed over.
    skipping: usize,
    documents: usize,
    /// Where the last event ended.
    last: u32,
}

impl Reader<'_> {
    fn bytes(&self, span: &granit_parser::Span) -> Span {
        let range = span.byte_range().unwrap_or_default();
        Span::new(range.start as u32, range.end as u32)
    }

    /// The character at an offset; nothing at the end of the text.
    fn first_character(&self, at: u32) -> Span {
        let character = self.text.get(at as usize..).and_then(|rest| rest.chars().next());
        Span::new(at, at + character.map_or(0, char::len_utf8) as u32)
    }

    /// Takes one event; false once everything that is wanted has been read.
    fn event(&mut self, event: Event<'_>, span: Span) -> bool {
        if self.skipping > 0 {
            match event {
                Event::MappingStart(..) | Event::SequenceStart(..) => self.skipping += 1,
                Event::MappingEnd | Event::SequenceEnd => {
                    self.skipping -= 1;
                    if self.skipping == 0 {
                        self.odd_key_ends(span.end);
                    }
                }
                _ => {}
            }
            return true;
        }
        match event {
            Event::DocumentStart(..) => {
                self.documents += 1;
                if self.documents > 1 {
                    self.builder.problem(
                        ProblemKind::SeveralDocuments,
                        span,
                        "the file holds several documents; only the first is used",
                    );
                    return false;
                }
            }
            Event::Scalar(text, style, anchor, tag) => self.scalar(&text, style, anchor, tag.as_deref(), span),
            Event::MappingStart(style, anchor, tag) => self.begin(NodeType::Map, style, anchor, tag.as_deref(), span),
            Event::SequenceStart(style, anchor, tag) => self.begin(NodeType::List, style, anchor, tag.as_deref(), span),
            Event::MappingEnd | Event::SequenceEnd => self.end(span),
            Event::Alias(anchor) => self.alias(anchor, span),
            Event::UnresolvedAlias(name) => {
                self.builder.problem(
                    ProblemKind::Syntax,
                    span,
                    format!("no anchor `&{name}` stands before this alias"),
                );
                if self.at_key() {
                    self.take_key(&name, span);
                } else {
                    self.builder.scalar(NodeType::Lost, Style::Plain, span);
                    self.value_done(span.end);
                }
            }
            _ => {}
        }
        self.last = self.last.max(span.end);
        true
    }

    fn at_key(&self) -> bool {
        self.open.last().is_some_and(|open| open.is_map && open.at_key)
    }

    fn take_key(&mut self, text: &str, span: Span) {
        self.builder.key(text, span);
        if let Some(open) = self.open.last_mut() {
            open.at_key = false;
            open.after = span.end;
        }
    }

    /// A value of the innermost container was read, up to `end`.
    fn value_done(&mut self, end: u32) {
        if let Some(open) = self.open.last_mut() {
            open.at_key = true;
            open.after = end;
        }
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, anchor: usize, tag: Option<&Tag>, span: Span) {
        let style = match style {
            ScalarStyle::Plain => Style::Plain,
            ScalarStyle::SingleQuoted => Style::SingleQuoted,
            ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
            ScalarStyle::Literal => Style::Literal,
            ScalarStyle::Folded => Style::Folded,
        };
        let empty = style == Style::Plain && span.is_empty();
        let text = if empty { "" } else { text };
        if self.at_key() {
            self.remember(anchor, Anchored::Key(text.to_owned()));
            self.take_key(text, span);
            return;
        }
        let span = match style {
            Style::Plain if empty => Span::at(self.place_of_nothing()),
            Style::Literal | Style::Folded => self.block_scalar_span(span, text),
            _ => span,
        };
        let node_type = self.tagged_type(tag, text, style, span);
        let quotes = u32::from(matches!(style, Style::SingleQuoted | Style::DoubleQuoted));
        let raw = Span::new(span.start + quotes, span.end.saturating_sub(quotes)).of(self.text);
        let id = if raw == text {
            self.builder.scalar(node_type, style, span)
        } else {
            self.builder.cooked(node_type, style, span, text)
        };
        self.remember(anchor, Anchored::Node(id));
        self.value_done(span.end);
    }

    fn tagged_type(&mut self, tag: Option<&Tag>, text: &str, style: Style, span: Span) -> NodeType {
        let resolved = if style == Style::Plain {
            core_type(text)
        } else {
            NodeType::String
        };
        let Some(tag) = tag else { return resolved };
        match tag.core_suffix() {
            Some("str" | "binary") => NodeType::String,
            Some("null") => NodeType::Null,
            Some("int" | "float") if core_type(text) == NodeType::Number => NodeType::Number,
            Some("bool") if core_type(text) == NodeType::Boolean => NodeType::Boolean,
            Some(_) => resolved,
            // The non-specific tag `!` asks for a string.
            None if tag.original() == "!" => NodeType::String,
            None => {
                self.unknown_tag(tag, span);
                resolved
            }
        }
    }

    fn unknown_tag(&mut self, tag: &Tag, span: Span) {
        let message = format!(
            "the tag `{}` says nothing here; the value is read as if it were not there",
            tag.original()
        );
        self.builder.problem(ProblemKind::UnknownTag, span, message);
    }

    fn begin(&mut self, node_type: NodeType, style: StructureStyle, anchor: usize, tag: Option<&Tag>, span: Span) {
        if self.at_key() {
            self.builder.problem(
                ProblemKind::Syntax,
                self.first_character(span.start),
                "a key is a list or an object; only a scalar can be one here",
            );
            self.skipping = 1;
            return;
        }
        if let Some(tag) = tag
            && !tag.original().starts_with(SUPPORTED_TAG_PREFIX)
            && tag.original() != "!"
            && tag.core_suffix().is_none()
        {
            self.unknown_tag(tag, self.first_character(span.start));
        }
        let flow = style == StructureStyle::Flow;
        let under_key = self.open.last().is_some_and(|open| open.is_map);
        // A list that is indented no deeper than its key is said to start with its first element.
        let start = match node_type {
            NodeType::List if !flow && under_key => self.dash_before(span.start),
            _ => span.start,
        };
        let id = self
            .builder
            .begin(node_type, if flow { Style::Flow } else { Style::Block }, start);
        self.remember(anchor, Anchored::Node(id));
        self.open.push(Open {
            is_map: node_type == NodeType::Map,
            flow,
            at_key: true,
            after: if flow { span.end } else { start },
        });
    }

    fn end(&mut self, span: Span) {
        self.open.pop();
        // An empty span closes what no bracket closes: a block collection, or the single pair in `[a: b]`.
        let end = (!span.is_empty()).then_some(span.end);
        self.builder.end(end);
        for moved in self.builder.take_moves() {
            for anchored in self.anchors.values_mut() {
                if let Anchored::Node(id) = anchored
                    && let Some(now) = moved.apply(*id)
                {
                    *id = now;
                }
            }
        }
        self.value_done(span.end);
    }

    /// A key that is no scalar ended: its value is read, but stands under no name that anything could ask for.
    fn odd_key_ends(&mut self, end: u32) {
        self.builder.hole();
        self.take_key("", Span::at(end));
    }

    fn alias(&mut self, anchor: usize, span: Span) {
        let node = match self.anchors.get(&anchor) {
            Some(Anchored::Node(id)) => Some(*id),
            Some(Anchored::Key(text)) => {
                let text = text.clone();
                if self.at_key() {
                    self.take_key(&text, span);
                } else {
                    self.builder.cooked(core_type(&text), Style::Plain, span, &text);
                    self.value_done(span.end);
                }
                return;
            }
            None => None,
        };
        if self.at_key() {
            let text = node.map(|id| self.builder.text_of(id)).unwrap_or_default();
            self.take_key(&text, span);
            return;
        }
        let lost = match node {
            Some(id) if self.builder.is_open(id) => {
                Some((ProblemKind::Syntax, "the alias stands inside what it repeats"))
            }
            Some(id) if !self.builder.copy(id, span, &mut self.alias_budget) => {
                // Once is enough: a document that goes over the limit does so at hundreds of places.
                let first = std::mem::take(&mut self.alias_budget) > 0;
                first.then_some((
                    ProblemKind::Limit,
                    "aliases repeat more than the limit allows; they are left out from here on",
                ))
            }
            Some(_) => None,
            None => Some((ProblemKind::Syntax, "the alias names nothing that was read")),
        };
        if let Some((kind, message)) = lost {
            self.builder.problem(kind, span, message);
            if kind == ProblemKind::Syntax {
                self.builder.scalar(NodeType::Lost, Style::Plain, span);
            }
        }
        self.value_done(span.end);
    }

    fn remember(&mut self, anchor: usize, anchored: Anchored) {
        if anchor != 0 {
            self.anchors.insert(anchor, anchored);
        }
    }

    /// Where a value that is not written stands: right after the `:` or `-` that announces it.
    fn place_of_nothing(&self) -> u32 {
        let Some(open) = self.open.last() else { return 0 };
        let indicator = if open.is_map { b':' } else { b'-' };
        let at = skip_blank(self.text, open.after);
        if self.text.as_bytes().get(at as usize) == Some(&indicator) {
            at + 1
        } else {
            open.after
        }
    }

    /// The dash of a block list that is the value of a key, if it stands before `end`.
    fn dash_before(&self, end: u32) -> u32 {
        self.indicator_of_value(end, |bytes| {
            bytes[0] == b'-' && bytes.get(1).is_none_or(u8::is_ascii_whitespace)
        })
    }

    /// The first byte of the next value that `is_indicator` knows, before `end`; past the colon or dash that
    /// announces the value, its anchor and its tag. `end` where there is none.
    fn indicator_of_value(&self, end: u32, is_indicator: impl Fn(&[u8]) -> bool) -> u32 {
        let bytes = self.text.as_bytes();
        let mut at = skip_blank(self.text, self.open.last().map_or(0, |open| open.after));
        let mut announced = self.open.is_empty();
        while at < end {
            let rest = &bytes[at as usize..];
            if announced && is_indicator(rest) {
                return at;
            }
            if !announced && matches!(rest[0], b':' | b'-' | b'?') {
                announced = true;
                at = skip_blank(self.text, at + 1);
                continue;
            }
            let property = rest.iter().take_while(|byte| !byte.is_ascii_whitespace()).count() as u32;
            at = skip_blank(self.text, at + property.max(1));
        }
        end
    }

    /// From the `|` or `>` to the last line with text; the library gives the text with its final line breaks.
    fn block_scalar_span(&self, span: Span, text: &str) -> Span {
        let at = self.indicator_of_value(span.start, |bytes| matches!(bytes[0], b'|' | b'>'));
        let content = Span::new(at, span.end.max(at + 1)).of(self.text);
        let visible = content.trim_end_matches([' ', '\t', '\r', '\n']);
        let header = content
            .bytes()
            .take_while(|byte| matches!(byte, b'|' | b'>' | b'+' | b'-' | b'0'..=b'9'))
            .count();
        // Without text, the scalar is its header; a comment after that is not part of it.
        let length = if text.trim_matches([' ', '\t', '\n']).is_empty() {
            header
        } else {
            visible.len()
        };
        Span::new(at, at + length as u32)
    }

    fn failure(&self, error: &ScanError) -> Failure {
        let at = error
            .marker()
            .byte_offset()
            .unwrap_or(self.text.len())
            .min(self.text.len()) as u32;
        let open_quote = || {
            let rest = &self.text.as_bytes()[self.last as usize..];
            rest.iter()
                .position(|byte| matches!(byte, b'"' | b'\''))
                .map_or(at, |offset| self.last + offset as u32)
        };
        // Inside a flow collection, the whole of it is lost: what stands in it cannot be told apart.
        let outermost_flow = self
            .open
            .iter()
            .position(|open| open.flow)
            .and_then(|depth| self.builder.start_of_open(depth));
        if let Some(start) = outermost_flow
            && let Some(failure) = self.unclosed_flow(start, at)
        {
            return failure;
        }
        let (kind, at, message) = match error.kind() {
            ErrorKind::UnclosedQuotedScalar
            | ErrorKind::DocumentIndicatorInQuotedScalar
            | ErrorKind::InvalidQuotedScalarIndent => (
                ProblemKind::Syntax,
                open_quote(),
                "this quote is never closed".to_owned(),
            ),
            ErrorKind::TabNotAllowed
            | ErrorKind::TabInBlockIndentation
            | ErrorKind::TabInIndentation
            | ErrorKind::TabAtBlockScalarStart => (
                ProblemKind::Syntax,
                at,
                "a tab is used for indentation; YAML indents with spaces".to_owned(),
            ),
            ErrorKind::MappingValueNotAllowed => (
                ProblemKind::Syntax,
                at,
                "a `: ` stands where no key can be; quote the text, or check the indentation".to_owned(),
            ),
            ErrorKind::InvalidIndentation | ErrorKind::ExpectedBlockMappingKey | ErrorKind::SimpleKeyExpected => (
                ProblemKind::Syntax,
                at,
                "this line fits no indentation above it, or lacks the `:` after its key".to_owned(),
            ),
            ErrorKind::UnclosedFlowCollection { open } => {
                (ProblemKind::Syntax, at, format!("this `{open}` is never closed"))
            }
            ErrorKind::MismatchedFlowCollectionEnd { open, close } => {
                (ProblemKind::Syntax, at, format!("this `{open}` is closed by `{close}`"))
            }
            ErrorKind::UnexpectedCharacter { character } => (
                ProblemKind::Syntax,
                at,
                format!("`{character}` starts no plain value; put the value in quotes"),
            ),
            ErrorKind::BlockSequenceEntryNotAllowed => (
                ProblemKind::Syntax,
                at,
                "a list cannot start on the line of its key; put `- ` on the next line".to_owned(),
            ),
            ErrorKind::RecursionLimitExceeded => (
                ProblemKind::Limit,
                at,
                format!(
                    "nested deeper than {} levels; what lies deeper is not read",
                    self.builder.limits().depth
                ),
            ),
            ErrorKind::UnknownQuotedScalarEscape => (
                ProblemKind::Syntax,
                at,
                "this is no escape; a backslash in double quotes is written `\\\\`".to_owned(),
            ),
            _ => (ProblemKind::Syntax, at, error.info()),
        };
        let start = outermost_flow.map_or(at, |start| start.min(at));
        Failure {
            kind,
            at,
            lost: Span::new(start, at),
            message,
        }
    }

    /// The mistake at `at`, if it comes from a flow collection that starts at `start` and was never closed: the line of
    /// `at` belongs to what surrounds the collection.
    fn unclosed_flow(&self, start: u32, at: u32) -> Option<Failure> {
        let line_of = |offset: u32| {
            let before = &self.text[..offset as usize];
            before.rfind('\n').map_or(0, |at| at + 1)
        };
        let indent = |line: usize| self.text[line..].bytes().take_while(|&byte| byte == b' ').count();
        let (opened, broken) = (line_of(start), line_of(at));
        let ends = at as usize == self.text.len();
        if !ends && (opened == broken || indent(broken) > indent(opened)) {
            return None;
        }
        let bracket = &self.text[start as usize..=start as usize];
        Some(Failure {
            kind: ProblemKind::Syntax,
            at: start,
            lost: Span::new(start, if ends { at } else { broken as u32 - 1 }),
            message: format!("this `{bracket}` is never closed"),
        })
    }
}

/// The first byte from `at` on that is neither white space nor part of a comment.
fn skip_blank(text: &str, at: u32) -> u32 {
    let bytes = text.as_bytes();
    let mut at = at as usize;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' => at += 1,
            b'#' => {
                at = memchr::memchr2(b'\n', b'\r', &bytes[at..]).map_or(bytes.len(), |length| at + length);
            }
            _ => break,
        }
    }
    at as u32
}
