//! What stands in messages, enums, oneofs and blocks that extend a message.

use super::super::keys::well_known as key;
use super::super::tree::{NodeType, Style};
use super::draft::{DraftKey, Section, Text};
use super::lexer::TokenKind;
use super::parser::{Parsed, Parser};
use crate::source::Span;

impl Parser<'_> {
    pub(super) fn in_message(&mut self) -> Parsed {
        let is_named = self.next.kind == TokenKind::Word;
        match self.word() {
            ";" => self.semicolon(),
            "message" if is_named => self.message(),
            "enum" if is_named => self.enumeration(),
            "export" | "local" if is_named && matches!(self.next.span.of(self.text), "message" | "enum") => {
                self.visible()
            }
            "extend" if is_named || self.next.is(b'.') => self.extend(),
            "oneof" if is_named => self.oneof(),
            "option" if is_named || self.next.is(b'(') => self.option_statement(),
            "reserved" if !self.next.is(b'.') => self.reserved(),
            "extensions" if matches!(self.next.kind, TokenKind::Integer | TokenKind::Symbol(b'-')) => {
                self.extension_ranges()
            }
            _ => self.field(),
        }
    }

    fn in_oneof(&mut self) -> Parsed {
        match self.word() {
            ";" => self.semicolon(),
            "option" if self.next.kind == TokenKind::Word || self.next.is(b'(') => self.option_statement(),
            _ => self.field(),
        }
    }

    fn in_extend(&mut self) -> Parsed {
        match self.word() {
            ";" => self.semicolon(),
            _ => self.field(),
        }
    }

    pub(super) fn in_enumeration(&mut self) -> Parsed {
        match self.word() {
            ";" => return self.semicolon(),
            "option" if !self.next.is(b'=') => return self.option_statement(),
            "reserved" if !self.next.is(b'=') => return self.reserved(),
            _ => {}
        }
        self.begin(Section::Values);
        self.name()?;
        self.expect(b'=')?;
        self.integer(key::NUMBER)?;
        self.compact_options()?;
        self.end_statement()
    }

    fn oneof(&mut self) -> Parsed {
        self.begin(Section::Oneofs);
        self.advance();
        self.name()?;
        self.block(Self::in_oneof)
    }

    pub(super) fn extend(&mut self) -> Parsed {
        self.begin(Section::Extends);
        self.advance();
        self.path_part(key::EXTENDEE)?;
        self.block(Self::in_extend)
    }

    fn field(&mut self) -> Parsed {
        if self.token.kind != TokenKind::Word && !self.token.is(b'.') {
            return Err(self.unexpected("a field"));
        }
        self.begin(Section::Fields);
        let has_type_behind = matches!(self.next.kind, TokenKind::Word | TokenKind::Symbol(b'.'));
        if matches!(self.word(), "optional" | "required" | "repeated") && has_type_behind {
            self.part(key::LABEL, NodeType::String);
        }
        match self.word() {
            "group" if self.next.kind == TokenKind::Word => return self.group(),
            "map" if self.next.is(b'<') => self.map_type()?,
            _ => self.path_part(key::TYPE)?,
        }
        self.name()?;
        self.expect(b'=')?;
        self.integer(key::NUMBER)?;
        self.compact_options()?;
        self.end_statement()
    }

    fn map_type(&mut self) -> Parsed {
        let start = self.token.span.start;
        let part = DraftKey::Part(key::TYPE, Span::at(start));
        self.drafts.begin(part, NodeType::Map, Style::Flow, start);
        self.advance();
        self.expect(b'<')?;
        self.path_part(key::KEY)?;
        self.expect(b',')?;
        self.path_part(key::VALUE)?;
        self.expect(b'>')?;
        self.drafts.end(self.last_end);
        Ok(())
    }

    /// A field with the message that is its type: the field has the name of the message in small letters.
    fn group(&mut self) -> Parsed {
        self.advance();
        let name = self.token.span;
        let lower = self.word().to_ascii_lowercase();
        let text = self.drafts.make(&lower);
        self.drafts.name(DraftKey::Name(name, text));
        self.part(key::TYPE, NodeType::String);
        self.expect(b'=')?;
        self.integer(key::NUMBER)?;
        self.compact_options()?;
        let start = self.token.span.start;
        let part = DraftKey::Part(key::GROUP, Span::at(start));
        self.drafts.begin(part, NodeType::Map, Style::Declaration, start);
        self.block(Self::in_message)?;
        self.drafts.end(self.last_end);
        Ok(())
    }

    fn extension_ranges(&mut self) -> Parsed {
        self.advance();
        loop {
            self.begin(Section::Extensions);
            self.range()?;
            if self.token.is(b',') {
                self.drafts.end(self.last_end);
                self.advance();
                continue;
            }
            // Options in the end belong to all ranges of the statement, and stand in the last one.
            self.compact_options()?;
            return self.end_statement();
        }
    }

    /// Reads numbers from one to another, or one alone, which is both.
    fn range(&mut self) -> Parsed {
        let first = self.token.span;
        self.integer(key::START)?;
        if !self.is_word("to") {
            let last = Span::new(first.start, self.last_end);
            let part = DraftKey::Part(key::END, Span::at(last.start));
            self.drafts
                .scalar(part, NodeType::Number, Style::Declaration, last, Text::Source);
            return Ok(());
        }
        self.advance();
        if self.is_word("max") {
            self.part(key::END, NodeType::String);
            return Ok(());
        }
        self.integer(key::END)
    }

    fn reserved(&mut self) -> Parsed {
        self.advance();
        loop {
            match self.token.kind {
                TokenKind::Text => {
                    self.drafts.section(Section::Reserved);
                    self.string(DraftKey::None);
                }
                TokenKind::Word => {
                    self.drafts.section(Section::Reserved);
                    let span = self.token.span;
                    self.drafts
                        .scalar(DraftKey::None, NodeType::String, Style::Declaration, span, Text::Source);
                    self.advance();
                }
                TokenKind::Integer | TokenKind::Symbol(b'-') => {
                    self.begin(Section::Reserved);
                    self.range()?;
                    self.drafts.end(self.last_end);
                }
                _ => return Err(self.unexpected("a number, a range or a name")),
            }
            if !self.take(b',') {
                return self.semicolon();
            }
        }
    }
}
