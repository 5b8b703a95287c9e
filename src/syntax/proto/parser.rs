//! Declarations: a parser by recursive descent that goes on after mistakes.
//!
//! What is wrong with a declaration is a problem at its place. The declaration is left out, what holds it gets a hole,
//! and reading goes on behind its `;` or its block. Where only a `;` is missing, nothing is left out.

use super::super::keys::{Key, well_known as key};
use super::super::problem::{Problem, ProblemKind};
use super::super::tree::{NodeType, Style};
use super::comments;
use super::draft::{DraftKey, Drafts, Section, Text};
use super::lexer::{Lexer, Token, TokenKind};
use crate::source::{Limits, Span};

/// A declaration could not be read; the problem is noted.
pub(super) struct Broken;

pub(super) type Parsed<T = ()> = Result<T, Broken>;

pub(super) struct Parser<'t> {
    pub(super) text: &'t str,
    /// Where it begins.
    start: u32,
    lexer: Lexer<'t>,
    pub(super) token: Token,
    pub(super) next: Token,
    /// Where the token before ends.
    pub(super) last_end: u32,
    pub(super) drafts: Drafts,
    /// The comments in front of the next declaration.
    gap: comments::Gap,
    problems: Vec<Problem>,
    limits: &'t Limits,
}

impl<'t> Parser<'t> {
    /// Reads a text from a place on.
    pub(super) fn new(text: &'t str, start: u32, limits: &'t Limits) -> Self {
        let mut lexer = Lexer::new(text, start, limits.syntax_errors);
        let (token, next) = (lexer.token(), lexer.token());
        let closes = token.kind == TokenKind::End;
        Self {
            text,
            lexer,
            token,
            next,
            start,
            last_end: start,
            drafts: Drafts::default(),
            gap: comments::Reader::read(text, start, token.span.start, true, closes),
            problems: Vec::new(),
            limits,
        }
    }

    /// Reads the whole text.
    pub(super) fn file(mut self) -> (Drafts, Vec<Problem>) {
        self.drafts
            .begin(DraftKey::None, NodeType::Map, Style::Declaration, self.start);
        while self.token.kind != TokenKind::End {
            let before = self.token.span.start;
            self.declaration(Self::top_level);
            if self.token.is(b'}') {
                self.wrong(self.token.span, "this `}` closes nothing".into());
                self.advance();
            } else if self.token.span.start == before {
                self.advance();
            }
        }
        let problems = self.lexer.take_problems();
        if !problems.is_empty() {
            self.drafts.hole();
        }
        self.problems.extend(problems);
        self.drafts.end(self.text.len() as u32);
        (self.drafts, self.problems)
    }

    // Tokens

    pub(super) fn advance(&mut self) {
        self.last_end = self.token.span.end;
        self.token = self.next;
        self.next = self.lexer.token();
    }

    /// The text of the token that is read.
    pub(super) fn word(&self) -> &'t str {
        self.token.span.of(self.text)
    }

    pub(super) fn is_word(&self, word: &str) -> bool {
        self.token.kind == TokenKind::Word && self.word() == word
    }

    /// Takes a character if it is there.
    pub(super) fn take(&mut self, symbol: u8) -> bool {
        let is = self.token.is(symbol);
        if is {
            self.advance();
        }
        is
    }

    pub(super) fn expect(&mut self, symbol: u8) -> Parsed {
        if self.take(symbol) {
            return Ok(());
        }
        Err(self.unexpected(&format!("`{}`", char::from(symbol))))
    }

    /// Notes that something else should stand here.
    pub(super) fn unexpected(&mut self, expected: &str) -> Broken {
        let (span, found) = match self.token.kind {
            TokenKind::End => (Span::at(self.last_end), "the end of the file".to_owned()),
            _ => {
                let text: String = self.word().chars().take(40).collect();
                (self.token.span, format!("`{text}`"))
            }
        };
        self.wrong(span, format!("{expected} should stand here, not {found}"));
        Broken
    }

    fn most(&self) -> usize {
        self.limits.syntax_errors as usize
    }

    pub(super) fn wrong(&mut self, span: Span, message: String) {
        match self.problems.len().cmp(&self.most()) {
            std::cmp::Ordering::Less => self.note(ProblemKind::Syntax, span, message),
            std::cmp::Ordering::Equal => {
                let message = "too many syntax errors; the rest of the document is not read".into();
                self.note(ProblemKind::Limit, span, message);
                self.stop();
            }
            std::cmp::Ordering::Greater => {}
        }
    }

    pub(super) fn limits(&self) -> &Limits {
        self.limits
    }

    pub(super) fn note(&mut self, kind: ProblemKind, span: Span, message: String) {
        if self.problems.len() > self.most() {
            return;
        }
        self.problems.push(Problem { kind, span, message });
    }

    /// Reads no further.
    fn stop(&mut self) {
        self.drafts.hole_everywhere();
        let end = Token {
            kind: TokenKind::End,
            span: Span::at(self.text.len() as u32),
        };
        self.problems.extend(self.lexer.take_problems());
        self.lexer = Lexer::new("", 0, 0);
        (self.token, self.next) = (end, end);
    }

    // Declarations

    /// Reads a declaration, and leaves it out if it is broken.
    pub(super) fn declaration(&mut self, read: fn(&mut Self) -> Parsed) {
        let start = self.token.span.start;
        let mark = self.drafts.mark();
        if read(self).is_err() {
            self.drafts.abandon(&mark);
            self.recover(start);
        }
    }

    /// Goes on behind the `;` or the block of what is broken, or in front of the `}` of what holds it.
    fn recover(&mut self, start: u32) {
        let mut depth = 0_u32;
        loop {
            match self.token.kind {
                TokenKind::End => return,
                TokenKind::Symbol(b';') if depth == 0 => {
                    self.boundary();
                    return;
                }
                TokenKind::Symbol(b'{') => depth += 1,
                TokenKind::Symbol(b'}') if depth == 0 => return,
                TokenKind::Symbol(b'}') => {
                    depth -= 1;
                    if depth == 0 {
                        self.boundary();
                        self.take(b';');
                        return;
                    }
                }
                // A word that can only begin a declaration, at the start of a line.
                TokenKind::Word if depth == 0 && self.token.span.start > start && self.begins_declaration() => return,
                _ => {}
            }
            self.advance();
        }
    }

    fn begins_declaration(&self) -> bool {
        let from = self.last_end as usize;
        let starts_line = self.text.as_bytes().get(from..self.token.span.start as usize);
        starts_line.is_some_and(|between| between.contains(&b'\n'))
            && match self.word() {
                "message" | "enum" | "service" | "rpc" | "oneof" => self.next.kind == TokenKind::Word,
                "optional" | "repeated" | "required" => true,
                _ => false,
            }
    }

    /// Takes the `;`, `{` or `}` that ends the head of a declaration or its block, with the comments behind it.
    fn boundary(&mut self) {
        let end = self.token.span.end;
        self.advance();
        let closes = self.token.kind == TokenKind::End || self.token.is(b'}');
        self.gap = comments::Reader::read(self.text, end, self.token.span.start, false, closes);
    }

    /// Begins a declaration, with the comments in front of it.
    pub(super) fn begin(&mut self, section: Section) {
        self.drafts.section(section);
        let start = self.token.span.start;
        self.drafts
            .begin(DraftKey::None, NodeType::Map, Style::Declaration, start);
        let gap = std::mem::take(&mut self.gap);
        if let (Some(first), Some(last)) = (gap.detached.first(), gap.detached.last()) {
            let part = DraftKey::Part(key::DETACHED_COMMENTS, Span::at(first.start));
            self.drafts.begin(part, NodeType::List, Style::Comment, first.start);
            for comment in &gap.detached {
                self.drafts
                    .scalar(DraftKey::None, NodeType::String, Style::Comment, *comment, Text::Source);
            }
            self.drafts.end(last.end);
        }
        self.comment(key::LEADING_COMMENTS, gap.leading);
    }

    fn comment(&mut self, key: Key, comment: Option<Span>) {
        if let Some(span) = comment {
            let key = DraftKey::Part(key, Span::at(span.start));
            self.drafts
                .scalar(key, NodeType::String, Style::Comment, span, Text::Source);
        }
    }

    /// Ends a declaration at its `;`.
    pub(super) fn end_statement(&mut self) -> Parsed {
        self.semicolon()?;
        let end = self.last_end;
        let trailing = self.gap.trailing.take();
        self.comment(key::TRAILING_COMMENTS, trailing);
        self.drafts.end(end);
        Ok(())
    }

    /// Takes a `;`. One that is missing at the end of a line is only told of.
    pub(super) fn semicolon(&mut self) -> Parsed {
        if self.token.is(b';') {
            self.boundary();
            return Ok(());
        }
        let between = Span::new(self.last_end, self.token.span.start).of(self.text);
        let line_ends = between.contains('\n') || self.token.kind == TokenKind::End || self.token.is(b'}');
        if !line_ends || self.token.is(b'=') {
            return Err(self.unexpected("`;`"));
        }
        self.wrong(Span::at(self.last_end), "a `;` is missing".into());
        let closes = self.token.kind == TokenKind::End || self.token.is(b'}');
        self.gap = comments::Reader::read(self.text, self.last_end, self.token.span.start, false, closes);
        Ok(())
    }

    /// Reads a block of declarations and ends the declaration that it belongs to.
    pub(super) fn block(&mut self, read: fn(&mut Self) -> Parsed) -> Parsed {
        let open = self.token.span;
        if !self.token.is(b'{') {
            return Err(self.unexpected("`{`"));
        }
        if self.drafts.depth() + 2 > self.limits.depth as usize {
            let most = self.limits.depth;
            let message = format!("nested more than {most} levels deep; what is in here is not read");
            self.note(ProblemKind::Limit, open, message);
            return Err(Broken);
        }
        self.boundary();
        let trailing = self.gap.trailing.take();
        self.comment(key::TRAILING_COMMENTS, trailing);
        loop {
            if self.token.is(b'}') {
                let end = self.token.span.end;
                self.boundary();
                self.drafts.body(Span::new(open.start, end));
                self.drafts.end(end);
                return Ok(());
            }
            if self.token.kind == TokenKind::End {
                self.wrong(open, "this `{` is never closed".into());
                let end = self.text.len() as u32;
                self.drafts.hole();
                self.drafts.body(Span::new(open.start, end));
                self.drafts.end(end);
                return Ok(());
            }
            let before = self.token.span.start;
            self.declaration(read);
            if self.token.span.start == before && !self.token.is(b'}') {
                self.advance();
            }
        }
    }

    /// Reads a part of a declaration that is one token.
    pub(super) fn part(&mut self, key: Key, node_type: NodeType) {
        let span = self.token.span;
        self.drafts.scalar(
            DraftKey::Part(key, Span::at(span.start)),
            node_type,
            Style::Declaration,
            span,
            Text::Source,
        );
        self.advance();
    }

    /// Notes that a declaration has a keyword, which is read.
    pub(super) fn flag(&mut self, key: Key) {
        let span = self.token.span;
        let text = self.drafts.make("true");
        let key = DraftKey::Part(key, span);
        self.drafts
            .scalar(key, NodeType::Boolean, Style::Declaration, span, text);
        self.advance();
    }

    /// Reads the name of a declaration.
    pub(super) fn name(&mut self) -> Parsed {
        if self.token.kind != TokenKind::Word {
            return Err(self.unexpected("a name"));
        }
        self.drafts.name(DraftKey::Name(self.token.span, Text::Source));
        self.advance();
        Ok(())
    }

    /// Reads a name with dots, as a part or as it is needed: its span, and its text where blanks stand in it.
    pub(super) fn path(&mut self) -> Parsed<(Span, Text)> {
        let start = self.token.span.start;
        let mut letters = 0;
        if self.token.is(b'.') {
            letters += 1;
            self.advance();
        }
        loop {
            if self.token.kind != TokenKind::Word {
                return Err(self.unexpected("a name"));
            }
            letters += self.token.span.len();
            self.advance();
            if !self.token.is(b'.') {
                break;
            }
            letters += 1;
            self.advance();
        }
        let span = Span::new(start, self.last_end);
        if span.len() == letters {
            return Ok((span, Text::Source));
        }
        let mut joined = String::new();
        let mut lexer = Lexer::new(span.of(self.text), 0, 0);
        loop {
            let token = lexer.token();
            if token.kind == TokenKind::End {
                break;
            }
            joined.push_str(token.span.of(span.of(self.text)));
        }
        Ok((span, self.drafts.make(&joined)))
    }

    pub(super) fn path_part(&mut self, key: Key) -> Parsed {
        let (span, text) = self.path()?;
        let key = DraftKey::Part(key, Span::at(span.start));
        self.drafts
            .scalar(key, NodeType::String, Style::Declaration, span, text);
        Ok(())
    }

    /// Reads a whole number, perhaps with a sign.
    pub(super) fn integer(&mut self, key: Key) -> Parsed {
        let start = self.token.span.start;
        let negative = self.take(b'-');
        if self.token.kind != TokenKind::Integer {
            return Err(self.unexpected("a whole number"));
        }
        let span = Span::new(start, self.token.span.end);
        let text = self.signed(negative, span);
        let key = DraftKey::Part(key, Span::at(start));
        self.drafts
            .scalar(key, NodeType::Number, Style::Declaration, span, text);
        self.advance();
        Ok(())
    }

    /// The text of the token that is read, which has a sign before it: blanks may stand between them.
    pub(super) fn signed(&mut self, has_sign: bool, span: Span) -> Text {
        if !has_sign || span.len() == self.token.span.len() + 1 {
            return Text::Source;
        }
        let text = format!("-{}", self.word());
        self.drafts.make(&text)
    }

    // The file

    fn top_level(&mut self) -> Parsed {
        let is_named = self.next.kind == TokenKind::Word;
        match self.word() {
            ";" => {
                self.boundary();
                Ok(())
            }
            "}" => Ok(()),
            "syntax" => self.version(key::SYNTAX),
            "edition" => self.version(key::EDITION),
            "package" => {
                let keyword = DraftKey::Part(key::PACKAGE, self.token.span);
                self.advance();
                let (span, text) = self.path()?;
                self.drafts
                    .scalar(keyword, NodeType::String, Style::Declaration, span, text);
                self.semicolon()
            }
            "import" => self.import(),
            "option" => self.option_statement(),
            "message" => self.message(),
            "enum" => self.enumeration(),
            "service" => self.service(),
            "extend" => self.extend(),
            "export" | "local" if is_named => self.visible(),
            _ => Err(self.unexpected("a declaration such as `message`, `enum`, `service` or `import`")),
        }
    }

    fn version(&mut self, part: Key) -> Parsed {
        let keyword = DraftKey::Part(part, self.token.span);
        self.advance();
        self.expect(b'=')?;
        self.text_part(keyword)?;
        self.semicolon()
    }

    fn text_part(&mut self, key: DraftKey) -> Parsed {
        if self.token.kind != TokenKind::Text {
            return Err(self.unexpected("a string"));
        }
        self.string(key);
        Ok(())
    }

    fn import(&mut self) -> Parsed {
        self.begin(Section::Imports);
        self.advance();
        if matches!(self.word(), "public" | "weak" | "option") {
            self.part(key::MODIFIER, NodeType::String);
        }
        self.text_part(DraftKey::Part(key::PATH, Span::at(self.token.span.start)))?;
        self.end_statement()
    }

    /// A message or an enum behind `export` or `local`.
    pub(super) fn visible(&mut self) -> Parsed {
        match self.next.span.of(self.text) {
            "message" => self.message(),
            "enum" => self.enumeration(),
            _ => Err(self.unexpected("`message` or `enum` behind `export` or `local`")),
        }
    }

    fn visibility(&mut self) {
        if matches!(self.word(), "export" | "local") {
            self.part(key::VISIBILITY, NodeType::String);
        }
    }

    pub(super) fn message(&mut self) -> Parsed {
        self.begin(Section::Messages);
        self.visibility();
        self.advance();
        self.name()?;
        self.block(Self::in_message)
    }

    pub(super) fn enumeration(&mut self) -> Parsed {
        self.begin(Section::Enums);
        self.visibility();
        self.advance();
        self.name()?;
        self.block(Self::in_enumeration)
    }
}
