//! Services and their methods.

use super::super::keys::{Key, well_known as key};
use super::super::tree::{NodeType, Style};
use super::draft::{DraftKey, Section};
use super::lexer::TokenKind;
use super::parser::{Parsed, Parser};
use crate::source::Span;

impl Parser<'_> {
    pub(super) fn service(&mut self) -> Parsed {
        self.begin(Section::Services);
        self.advance();
        self.name()?;
        self.block(Self::in_service)
    }

    fn in_service(&mut self) -> Parsed {
        match self.word() {
            ";" => self.semicolon(),
            "option" => self.option_statement(),
            "rpc" => self.method(),
            _ => Err(self.unexpected("`rpc` or `option`")),
        }
    }

    fn in_method(&mut self) -> Parsed {
        match self.word() {
            ";" => self.semicolon(),
            "option" => self.option_statement(),
            _ => Err(self.unexpected("`option`")),
        }
    }

    fn method(&mut self) -> Parsed {
        self.begin(Section::Methods);
        self.advance();
        self.name()?;
        self.message_of_method(key::REQUEST)?;
        if !self.is_word("returns") {
            return Err(self.unexpected("`returns`"));
        }
        self.advance();
        self.message_of_method(key::RESPONSE)?;
        if self.token.is(b'{') {
            self.block(Self::in_method)?;
            return Ok(());
        }
        self.end_statement()
    }

    /// What goes one way: a message, or a stream of them, in brackets.
    fn message_of_method(&mut self, part: Key) -> Parsed {
        let start = self.token.span.start;
        self.expect(b'(')?;
        let part = DraftKey::Part(part, Span::at(start));
        self.drafts.begin(part, NodeType::Map, Style::Flow, start);
        if self.is_word("stream") && matches!(self.next.kind, TokenKind::Word | TokenKind::Symbol(b'.')) {
            // A type may have that name: then no other name follows it.
            let is_type = self.next.is(b'.') && self.next.span.start == self.token.span.end;
            if !is_type {
                self.flag(key::STREAM);
            }
        }
        self.path_part(key::TYPE)?;
        self.expect(b')')?;
        self.drafts.end(self.last_end);
        Ok(())
    }
}
