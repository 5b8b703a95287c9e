//! Options: their names, and their values in the text format
//! (<https://protobuf.dev/reference/protobuf/textformat-spec/>).

use super::super::problem::ProblemKind;
use super::super::tree::{NodeType, Style};
use super::draft::{DraftKey, Section, Text};
use super::lexer::{TokenKind, unescape};
use super::parser::{Broken, Parsed, Parser};
use crate::source::Span;

impl Parser<'_> {
    pub(super) fn option_statement(&mut self) -> Parsed {
        self.advance();
        self.option()?;
        self.semicolon()
    }

    /// Reads options in brackets behind a field, a value or a range, if there are any.
    pub(super) fn compact_options(&mut self) -> Parsed {
        let start = self.token.span.start;
        if !self.take(b'[') {
            return Ok(());
        }
        loop {
            self.option()?;
            if !self.take(b',') {
                break;
            }
        }
        self.expect(b']')?;
        self.drafts.body(Span::new(start, self.last_end));
        Ok(())
    }

    fn option(&mut self) -> Parsed {
        let key = self.option_name()?;
        self.expect(b'=')?;
        self.drafts.section(Section::Options);
        self.value(key)
    }

    /// A name with parts such as `deprecated`, `(google.api.http)` or `(a.b).c`.
    fn option_name(&mut self) -> Parsed<DraftKey> {
        let start = self.token.span.start;
        let mut name = String::new();
        loop {
            if self.take(b'(') {
                let (span, text) = self.path()?;
                self.expect(b')')?;
                name.push('(');
                name.push_str(self.drafts.text(&text, span, self.text));
                name.push(')');
            } else if self.token.kind == TokenKind::Word {
                name.push_str(self.word());
                self.advance();
            } else {
                return Err(self.unexpected("the name of an option"));
            }
            if !self.take(b'.') {
                break;
            }
            name.push('.');
        }
        Ok(self.named(Span::new(start, self.last_end), &name))
    }

    /// The key of a name that was put together, where it stands.
    fn named(&mut self, span: Span, name: &str) -> DraftKey {
        let text = if span.of(self.text) == name {
            Text::Source
        } else {
            self.drafts.make(name)
        };
        DraftKey::Name(span, text)
    }

    /// Reads a value: a word, a number, strings, a list, or a message in braces.
    fn value(&mut self, key: DraftKey) -> Parsed {
        match self.token.kind {
            TokenKind::Text => self.string(key),
            TokenKind::Symbol(b'{') => return self.message_value(key, b'}'),
            TokenKind::Symbol(b'<') => return self.message_value(key, b'>'),
            TokenKind::Symbol(b'[') => return self.list_value(key),
            TokenKind::Word | TokenKind::Integer | TokenKind::Float | TokenKind::Symbol(b'-') => {
                let start = self.token.span.start;
                let sign = self.take(b'-');
                let node_type = match self.token.kind {
                    TokenKind::Integer | TokenKind::Float => NodeType::Number,
                    TokenKind::Word if !sign && matches!(self.word(), "true" | "false") => NodeType::Boolean,
                    TokenKind::Word => NodeType::String,
                    _ => return Err(self.unexpected("a value")),
                };
                let span = Span::new(start, self.token.span.end);
                let text = self.signed(sign, span);
                self.drafts.scalar(key, node_type, Style::Declaration, span, text);
                self.advance();
            }
            _ => return Err(self.unexpected("a value")),
        }
        Ok(())
    }

    /// Reads strings that stand one behind the other, and are one.
    pub(super) fn string(&mut self, key: DraftKey) {
        let start = self.token.span.start;
        let style = if self.word().starts_with('\'') {
            Style::SingleQuoted
        } else {
            Style::DoubleQuoted
        };
        let is_alone = self.next.kind != TokenKind::Text;
        let is_plain = !self.word().contains('\\') && self.word().len() > 1;
        if is_alone && is_plain && self.word().ends_with(&self.word()[..1]) {
            let span = self.token.span;
            self.advance();
            self.drafts.scalar(key, NodeType::String, style, span, Text::Source);
            return;
        }
        let mut text = String::new();
        while self.token.kind == TokenKind::Text {
            unescape(self.word(), &mut text);
            self.advance();
        }
        let made = self.drafts.make(&text);
        let span = Span::new(start, self.last_end);
        self.drafts.scalar(key, NodeType::String, style, span, made);
    }

    fn deeper(&mut self) -> Parsed {
        if self.drafts.depth() < self.limits().depth as usize {
            return Ok(());
        }
        let message = format!(
            "nested more than {} levels deep; what is in here is not read",
            self.limits().depth
        );
        self.note(ProblemKind::Limit, self.token.span, message);
        Err(Broken)
    }

    fn list_value(&mut self, key: DraftKey) -> Parsed {
        self.deeper()?;
        let start = self.token.span.start;
        self.drafts.begin(key, NodeType::List, Style::Flow, start);
        self.advance();
        while !self.take(b']') {
            self.value(DraftKey::None)?;
            if !self.take(b',') && !self.token.is(b']') {
                return Err(self.unexpected("`,` or `]`"));
            }
        }
        self.drafts.end(self.last_end);
        Ok(())
    }

    fn message_value(&mut self, key: DraftKey, close: u8) -> Parsed {
        self.deeper()?;
        let start = self.token.span.start;
        self.drafts.begin(key, NodeType::Map, Style::Flow, start);
        self.advance();
        while !self.take(close) {
            let key = self.entry_name()?;
            if !self.take(b':') && !matches!(self.token.kind, TokenKind::Symbol(b'{' | b'<')) {
                return Err(self.unexpected("`:`"));
            }
            self.value(key)?;
            if !self.take(b',') {
                self.take(b';');
            }
        }
        self.drafts.end(self.last_end);
        Ok(())
    }

    /// The name of a field in the text format; that of an extension, or of the type in an `Any`, stands in brackets.
    fn entry_name(&mut self) -> Parsed<DraftKey> {
        let start = self.token.span.start;
        if self.token.kind == TokenKind::Word {
            let span = self.token.span;
            self.advance();
            return Ok(DraftKey::Name(span, Text::Source));
        }
        if !self.token.is(b'[') {
            return Err(self.unexpected("the name of a field"));
        }
        let mut name = String::new();
        loop {
            match self.token.kind {
                TokenKind::Word | TokenKind::Integer | TokenKind::Symbol(b'[' | b']' | b'.' | b'/' | b'-') => {
                    name.push_str(self.word());
                }
                _ => return Err(self.unexpected("`]`")),
            }
            let is_end = self.token.is(b']');
            self.advance();
            if is_end {
                break;
            }
        }
        Ok(self.named(Span::new(start, self.last_end), &name))
    }
}
