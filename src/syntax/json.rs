//! JSON (<https://www.rfc-editor.org/rfc/rfc8259>) in one pass, without recursion.
//!
//! What breaks the grammar is reported where it stands and read past: a trailing comma, a comment or a bad escape
//! costs one problem, not the document. What cannot be guessed is [`NodeType::Lost`].

use super::builder::Builder;
use super::problem::ProblemKind;
use super::tree::{NodeType, Style, Tree};
use crate::source::{Limits, Source, Span};
use std::sync::Arc;

/// Reads the whole source.
pub(super) fn read(source: &Arc<Source>, limits: &Limits) -> Tree {
    let text = source.text();
    let mut reader = Reader {
        text,
        bytes: text.as_bytes(),
        at: 0,
        builder: Builder::new(source, limits),
        recovering: false,
    };
    reader.document();
    reader.builder.finish()
}

/// What the reader waits for.
enum Expect {
    Value,
    Key,
    /// A comma or the end of the container.
    Next,
    /// Nothing: the document is read, or given up.
    Nothing,
}

struct Reader<'s> {
    text: &'s str,
    bytes: &'s [u8],
    at: usize,
    builder: Builder,
    /// The last thing read was guessed, so what follows may be odd only because of that.
    recovering: bool,
}

impl Reader<'_> {
    fn document(&mut self) {
        self.skip_space();
        if self.at == self.bytes.len() {
            self.syntax(0, 0, "the document is empty");
            return;
        }
        let mut expect = Expect::Value;
        loop {
            expect = match expect {
                Expect::Value => self.value(),
                Expect::Key => self.key(),
                Expect::Next => self.next(),
                Expect::Nothing => break,
            };
            if self.builder.problem_count() >= self.builder.limits().syntax_errors as usize {
                self.give_up();
                return;
            }
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
    }

    /// White space, and comments: JSON has none, so each is a problem, but what they surround is read.
    fn skip_space_and_comments(&mut self) {
        loop {
            self.skip_space();
            let start = self.at;
            match self.bytes.get(start..start + 2) {
                Some(b"//") => {
                    self.at =
                        memchr::memchr(b'\n', &self.bytes[start..]).map_or(self.bytes.len(), |length| start + length);
                }
                Some(b"/*") => {
                    self.at = memchr::memmem::find(&self.bytes[start..], b"*/")
                        .map_or(self.bytes.len(), |length| start + length + 2);
                }
                _ => return,
            }
            self.syntax(start, start + 2, "JSON has no comments");
        }
    }

    fn syntax(&mut self, start: usize, mut end: usize, message: impl Into<String>) {
        // Whoever says "this byte" means the character that it begins.
        while self.bytes.get(end).is_some_and(|byte| byte & 0xC0 == 0x80) {
            end += 1;
        }
        let span = Span::new(start as u32, end as u32);
        self.builder.problem(ProblemKind::Syntax, span, message);
        self.recovering = true;
    }

    fn span(&self, start: usize) -> Span {
        Span::new(start as u32, self.at as u32)
    }

    fn value(&mut self) -> Expect {
        self.skip_space_and_comments();
        let start = self.at;
        let Some(byte) = self.peek() else {
            return self.truncated();
        };
        match byte {
            b'"' => {
                self.at += 1;
                let text = self.string_body();
                let span = self.span(start);
                match text {
                    None => self.builder.scalar(NodeType::String, Style::DoubleQuoted, span),
                    Some(text) => self.builder.cooked(NodeType::String, Style::DoubleQuoted, span, &text),
                };
            }
            b'{' | b'[' => return self.open(byte),
            b'-' | b'0'..=b'9' => self.number(),
            b't' if self.word(b"true") => self.literal(NodeType::Boolean, 4),
            b'f' if self.word(b"false") => self.literal(NodeType::Boolean, 5),
            b'n' if self.word(b"null") => self.literal(NodeType::Null, 4),
            _ => return self.odd_value(byte),
        }
        Expect::Next
    }

    fn open(&mut self, bracket: u8) -> Expect {
        let start = self.at as u32;
        if self.builder.depth() >= self.builder.limits().depth as usize {
            return self.too_deep();
        }
        self.at += 1;
        let (node_type, expect) = match bracket {
            b'{' => (NodeType::Map, Expect::Key),
            _ => (NodeType::List, Expect::Value),
        };
        self.builder.begin(node_type, Style::Flow, start);
        self.skip_space();
        if self.peek() == Some(closing(node_type)) {
            self.at += 1;
            self.builder.end(Some(self.at as u32));
            return Expect::Next;
        }
        expect
    }

    /// Passes over a value that lies too deep, counting brackets.
    fn too_deep(&mut self) -> Expect {
        let start = self.at;
        let mut open = 0_usize;
        while let Some(byte) = self.peek() {
            self.at += 1;
            match byte {
                b'{' | b'[' => open += 1,
                b'}' | b']' => {
                    open -= 1;
                    if open == 0 {
                        break;
                    }
                }
                b'"' => {
                    while let Some(byte) = self.peek() {
                        self.at += if byte == b'\\' { 2 } else { 1 };
                        if byte == b'"' {
                            break;
                        }
                    }
                    self.at = self.at.min(self.bytes.len());
                }
                _ => {}
            }
        }
        let message = format!(
            "nested deeper than {} levels; what lies deeper is not read",
            self.builder.depth()
        );
        self.builder
            .problem(ProblemKind::Limit, Span::new(start as u32, start as u32 + 1), message);
        let span = self.span(start);
        self.builder.scalar(NodeType::Lost, Style::Flow, span);
        self.builder.hole();
        Expect::Next
    }

    fn word(&self, word: &[u8]) -> bool {
        let after = self.at + word.len();
        self.bytes[self.at..].starts_with(word) && !self.bytes.get(after).is_some_and(|byte| is_word(*byte))
    }

    fn literal(&mut self, node_type: NodeType, length: usize) {
        let start = self.at;
        self.at += length;
        let span = self.span(start);
        self.builder.scalar(node_type, Style::Plain, span);
    }

    fn number(&mut self) {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        let whole = self.digits();
        let leading_zero = self.bytes[self.at - whole..].starts_with(b"0") && whole > 1;
        let mut good = whole > 0 && !leading_zero;
        if self.peek() == Some(b'.') {
            self.at += 1;
            good &= self.digits() > 0;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            good &= self.digits() > 0;
        }
        if self.peek().is_some_and(is_word) {
            good = false;
            while self.peek().is_some_and(is_word) {
                self.at += 1;
            }
        }
        let span = self.span(start);
        if good {
            self.builder.scalar(NodeType::Number, Style::Plain, span);
        } else {
            let hint = if leading_zero {
                ": a number has no leading zeros"
            } else {
                ""
            };
            let message = format!("`{}` is no JSON number{hint}", span.of(self.text));
            self.syntax(start, self.at, message);
            self.builder.scalar(NodeType::Lost, Style::Plain, span);
        }
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        self.at - start
    }

    /// What starts no JSON value.
    fn odd_value(&mut self, byte: u8) -> Expect {
        let start = self.at;
        match byte {
            b'}' | b']' | b',' => {
                match self.builder.innermost() {
                    Some((NodeType::List, _)) if byte == b']' => self.trailing_comma(),
                    _ => {
                        self.syntax(
                            start,
                            start + 1,
                            format!("a value is missing before `{}`", byte as char),
                        );
                        self.builder
                            .scalar(NodeType::Lost, Style::Plain, Span::at(start as u32));
                        self.builder.hole();
                    }
                }
                return Expect::Next;
            }
            b'\'' => {
                let span = self.single_quoted("string");
                let text = span.of(self.text).trim_matches('\'');
                self.builder.cooked(NodeType::String, Style::SingleQuoted, span, text);
            }
            _ => {
                self.at += self.character_length();
                while self
                    .peek()
                    .is_some_and(|byte| is_word(byte) || byte == b'.' || byte >= 0x80)
                {
                    self.at += 1;
                }
                let span = self.span(start);
                let word = span.of(self.text);
                let message = match word {
                    "True" | "False" => format!("`{word}` is no JSON value; write `{}`", word.to_ascii_lowercase()),
                    "None" | "undefined" | "nil" => format!("`{word}` is no JSON value; write `null`"),
                    _ => format!("`{}` is no JSON value; a string stands in double quotes", shorten(word)),
                };
                self.syntax(start, self.at, message);
                self.builder.scalar(NodeType::Lost, Style::Plain, span);
            }
        }
        Expect::Next
    }

    fn character_length(&self) -> usize {
        self.text[self.at..].chars().next().map_or(1, char::len_utf8)
    }

    fn key(&mut self) -> Expect {
        self.skip_space_and_comments();
        let start = self.at;
        let Some(byte) = self.peek() else {
            return self.truncated();
        };
        match byte {
            b'"' => {
                self.at += 1;
                let text = self.string_body();
                let span = self.span(start);
                match text {
                    None => self.builder.key(&self.text[start + 1..self.at - 1], span),
                    Some(text) => self.builder.key(&text, span),
                }
            }
            b'}' => {
                self.trailing_comma();
                return Expect::Next;
            }
            b'\'' => {
                let span = self.single_quoted("key");
                self.builder.key(span.of(self.text).trim_matches('\''), span);
            }
            _ if is_word(byte) => {
                while self.peek().is_some_and(is_word) {
                    self.at += 1;
                }
                self.syntax(start, self.at, "a JSON key stands in double quotes");
                let span = self.span(start);
                self.builder.key(span.of(self.text), span);
            }
            _ => {
                let length = self.character_length();
                let found = shorten(&self.text[start..start + length]).to_owned();
                self.syntax(start, start + length, format!("`{found}` stands where a key should"));
                self.at += length;
                self.builder.hole();
                return self.resynchronise();
            }
        }
        self.skip_space_and_comments();
        match self.peek() {
            Some(b':') => self.at += 1,
            Some(b',' | b'}') => {
                self.syntax(start, self.at, "a key without a value");
                self.builder
                    .scalar(NodeType::Lost, Style::Plain, Span::at(self.at as u32));
                return Expect::Next;
            }
            Some(_) if !self.recovering => self.syntax(self.at, self.at + 1, "`:` is missing after the key"),
            Some(_) => {}
            None => {
                self.builder
                    .scalar(NodeType::Lost, Style::Plain, Span::at(self.at as u32));
                return self.truncated();
            }
        }
        Expect::Value
    }

    fn next(&mut self) -> Expect {
        self.skip_space_and_comments();
        let start = self.at;
        let Some((node_type, opened)) = self.builder.innermost() else {
            if start < self.bytes.len() {
                self.syntax(
                    start,
                    start + self.character_length(),
                    "text after the end of the document",
                );
            }
            return Expect::Nothing;
        };
        let Some(byte) = self.peek() else {
            return self.truncated();
        };
        let another = if node_type == NodeType::Map {
            Expect::Key
        } else {
            Expect::Value
        };
        match byte {
            b',' => {
                self.at += 1;
                self.recovering = false;
                another
            }
            b'}' | b']' => {
                if byte != closing(node_type) {
                    let message = format!(
                        "`{}` where `{}` should close what line {} opened",
                        byte as char,
                        closing(node_type) as char,
                        self.line_of(opened),
                    );
                    self.syntax(start, start + 1, message);
                    self.builder.holes_to_the_root();
                    if self.builder.depth() == 1 {
                        self.at += 1;
                        return Expect::Next;
                    }
                    // Most likely the closing bracket of this container was forgotten: the one found closes the next.
                    self.builder.end(Some(start as u32));
                    return Expect::Next;
                }
                self.at += 1;
                self.recovering = false;
                self.builder.end(Some(self.at as u32));
                Expect::Next
            }
            _ => {
                if !self.recovering {
                    self.syntax(start, start + 1, "`,` is missing before this");
                }
                self.recovering = false;
                if matches!(byte, b'"' | b'{' | b'[' | b'\'') || is_word(byte) {
                    return another;
                }
                self.builder.hole();
                self.at += self.character_length();
                self.resynchronise()
            }
        }
    }

    /// The line of an offset, for messages.
    fn line_of(&self, offset: u32) -> usize {
        memchr::memchr_iter(b'\n', &self.bytes[..offset as usize]).count() + 1
    }

    fn trailing_comma(&mut self) {
        let comma = memchr::memrchr(b',', &self.bytes[..self.at]).unwrap_or(self.at);
        self.syntax(comma, comma + 1, "JSON has no comma after the last element");
        self.recovering = false;
    }

    /// Passes over what cannot be read, to the next comma or bracket.
    fn resynchronise(&mut self) -> Expect {
        while let Some(byte) = self.peek() {
            match byte {
                b',' | b'}' | b']' => return Expect::Next,
                b'\n' => {
                    self.recovering = true;
                    return Expect::Next;
                }
                _ => self.at += 1,
            }
        }
        self.truncated()
    }

    fn truncated(&mut self) -> Expect {
        let end = self.bytes.len();
        let message = match self.builder.innermost() {
            Some((node_type, start)) => format!(
                "the document ends before `{}` closes what line {} opened",
                closing(node_type) as char,
                self.line_of(start)
            ),
            None => "the document ends where a value should stand".to_owned(),
        };
        self.syntax(end, end, message);
        self.builder.holes_to_the_root();
        Expect::Nothing
    }

    fn give_up(&mut self) {
        let span = Span::at(self.at as u32);
        self.builder.problem(
            ProblemKind::Limit,
            span,
            "too many syntax errors; the rest of the document is not read",
        );
        self.builder.holes_to_the_root();
    }

    /// Reads to the closing quote. `None` if the text is the slice between the quotes, else the text.
    fn string_body(&mut self) -> Option<String> {
        let start = self.at;
        self.at = skip_ordinary(self.bytes, start);
        if self.peek() == Some(b'"') {
            self.at += 1;
            return None;
        }
        Some(self.cooked_string(start))
    }

    /// The rest of a string that holds an escape or something that does not belong into it.
    fn cooked_string(&mut self, start: usize) -> String {
        let mut text = self.text[start..self.at].to_owned();
        loop {
            let plain = self.at;
            self.at = skip_ordinary(self.bytes, plain);
            text.push_str(&self.text[plain..self.at]);
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return text;
                }
                Some(b'\\') => self.escape(&mut text),
                Some(b'\n' | b'\r') | None => {
                    self.syntax(start - 1, start, "this quote is not closed on its line");
                    return text;
                }
                Some(byte) => {
                    let message = match byte {
                        b'\t' => "a tab stands in a string; write `\\t`",
                        _ => "a control character stands in a string; write it as `\\u00XX`",
                    };
                    self.syntax(self.at, self.at + 1, message);
                    text.push(byte as char);
                    self.at += 1;
                }
            }
        }
    }

    /// A string in single quotes, which JSON does not know: read to the closing one, or to the end of the line.
    fn single_quoted(&mut self, what: &str) -> Span {
        let start = self.at;
        let rest = &self.bytes[start + 1..];
        let length = memchr::memchr3(b'\'', b'\n', b'\r', rest).unwrap_or(rest.len());
        let closed = rest.get(length) == Some(&b'\'');
        self.at = start + 1 + length + usize::from(closed);
        self.syntax(start, self.at, format!("a JSON {what} stands in double quotes"));
        self.span(start)
    }

    fn escape(&mut self, text: &mut String) {
        let start = self.at;
        self.at += 2;
        let plain = match self.bytes.get(start + 1) {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => match unicode_escape(self.bytes, start) {
                Ok((character, end)) => {
                    self.at = end;
                    character
                }
                Err(end) => {
                    self.at = end;
                    self.syntax(
                        start,
                        end,
                        "`\\u` takes four hexadecimal digits of a character, or of a surrogate pair",
                    );
                    '\u{FFFD}'
                }
            },
            None => {
                self.at = start + 1;
                return;
            }
            Some(_) => {
                self.at = start + 1;
                let length = self.character_length();
                let found = self.text[self.at..self.at + length].to_owned();
                self.syntax(
                    start,
                    self.at + length,
                    format!("`\\{found}` is no escape; a backslash is written `\\\\`"),
                );
                text.push('\\');
                // A line break after the backslash is left for the caller, who knows that the quote is open.
                if !matches!(self.peek(), Some(b'\n' | b'\r')) {
                    text.push_str(&found);
                    self.at += length;
                }
                return;
            }
        };
        text.push(plain);
    }
}

/// The character of a `\uXXXX` escape (or of a pair of them) at `start` and where it ends; where it breaks off.
pub(crate) fn unicode_escape(bytes: &[u8], start: usize) -> Result<(char, usize), usize> {
    let unit = |at: usize| -> Option<u32> {
        let digits = bytes.get(at..at + 6)?;
        if !digits.starts_with(b"\\u") {
            return None;
        }
        digits[2..]
            .iter()
            .try_fold(0, |value, digit| Some(value * 16 + (*digit as char).to_digit(16)?))
    };
    let digits = bytes[(start + 2).min(bytes.len())..]
        .iter()
        .take(4)
        .take_while(|byte| byte.is_ascii_hexdigit())
        .count();
    let first = unit(start).ok_or(start + 2 + digits)?;
    if let Some(character) = char::from_u32(first) {
        return Ok((character, start + 6));
    }
    match unit(start + 6) {
        Some(second) if (0xD800..0xDC00).contains(&first) && (0xDC00..0xE000).contains(&second) => {
            let code = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
            char::from_u32(code)
                .map(|character| (character, start + 12))
                .ok_or(start + 6)
        }
        _ => Err(start + 6),
    }
}

/// The first byte from `at` on that ends a plain stretch of a string: a quote, a backslash, a control character.
fn skip_ordinary(bytes: &[u8], mut at: usize) -> usize {
    const ONES: u64 = u64::MAX / 255;
    const HIGH: u64 = ONES * 128;
    // Eight bytes at a time: in `found`, the high bit of the first wanted byte is set.
    while let Some(chunk) = bytes.get(at..at + 8).and_then(|chunk| <[u8; 8]>::try_from(chunk).ok()) {
        let word = u64::from_le_bytes(chunk);
        let equal = |byte: u8| {
            let difference = word ^ (ONES * u64::from(byte));
            difference.wrapping_sub(ONES) & !difference
        };
        let control = word.wrapping_sub(ONES * 0x20) & !word;
        let found = (equal(b'"') | equal(b'\\') | control) & HIGH;
        if found != 0 {
            return at + found.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    while bytes
        .get(at)
        .is_some_and(|&byte| byte >= 0x20 && byte != b'"' && byte != b'\\')
    {
        at += 1;
    }
    at
}

fn closing(node_type: NodeType) -> u8 {
    if node_type == NodeType::Map { b'}' } else { b']' }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'-' | b'+')
}

fn shorten(text: &str) -> &str {
    text.char_indices().nth(30).map_or(text, |(at, _)| &text[..at])
}
