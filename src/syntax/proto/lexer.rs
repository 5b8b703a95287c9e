//! The tokens of Protobuf, in source files and in the text format of option values.

use super::super::problem::{Problem, ProblemKind};
use crate::source::Span;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// A word: a keyword, a name, or a part of one.
    Word,
    /// A whole number in one of its three notations.
    Integer,
    /// A number with a fraction or an exponent.
    Float,
    /// A string in either sort of quotes.
    Text,
    /// Any other character.
    Symbol(u8),
    /// The end of the text.
    End,
}

/// A token and where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) span: Span,
}

impl Token {
    /// Whether it is this character.
    pub(super) fn is(self, symbol: u8) -> bool {
        self.kind == TokenKind::Symbol(symbol)
    }
}

/// Gives the tokens of a text one after another. What is no token is a problem, and passed over.
pub(super) struct Lexer<'t> {
    text: &'t str,
    at: usize,
    problems: Vec<Problem>,
    /// How many problems are told of at most.
    most: usize,
}

impl<'t> Lexer<'t> {
    pub(super) fn new(text: &'t str, start: u32, most: u32) -> Self {
        Self {
            text,
            at: start as usize,
            problems: Vec::new(),
            most: most as usize,
        }
    }

    /// What was wrong with the tokens so far.
    pub(super) fn take_problems(&mut self) -> Vec<Problem> {
        std::mem::take(&mut self.problems)
    }

    fn problem(&mut self, start: usize, end: usize, message: &str) {
        if self.problems.len() >= self.most {
            return;
        }
        self.problems.push(Problem {
            kind: ProblemKind::Syntax,
            span: Span::new(start as u32, end as u32),
            message: message.to_owned(),
        });
    }

    fn byte(&self, at: usize) -> u8 {
        self.text.as_bytes().get(at).copied().unwrap_or(0)
    }

    /// The next token that is no comment.
    pub(super) fn token(&mut self) -> Token {
        loop {
            self.skip_blanks();
            let start = self.at;
            let Some(&byte) = self.text.as_bytes().get(start) else {
                return self.made(TokenKind::End, start);
            };
            match byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'_' => {
                    self.skip_while(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
                    return self.made(TokenKind::Word, start);
                }
                b'0'..=b'9' => return self.number(start),
                b'.' if self.byte(start + 1).is_ascii_digit() => return self.number(start),
                b'"' | b'\'' => return self.string(start, byte),
                b'{' | b'}' | b'[' | b']' | b'(' | b')' | b'<' | b'>' | b'=' | b';' | b',' | b'.' | b':' | b'-'
                | b'+' | b'/' => {
                    self.at += 1;
                    return self.made(TokenKind::Symbol(byte), start);
                }
                _ => {
                    // Neighbours of the same sort are one problem, not one each.
                    self.skip_while(|byte| !byte.is_ascii() || byte.is_ascii_control() && !is_blank(byte));
                    if self.at == start {
                        self.at += 1;
                    }
                    self.problem(start, self.at, "this character means nothing in Protobuf");
                }
            }
        }
    }

    fn made(&self, kind: TokenKind, start: usize) -> Token {
        Token {
            kind,
            span: Span::new(start as u32, self.at as u32),
        }
    }

    fn skip_while(&mut self, goes_on: impl Fn(u8) -> bool) {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        self.at += rest.iter().position(|&byte| !goes_on(byte)).unwrap_or(rest.len());
    }

    fn skip_blanks(&mut self) {
        loop {
            self.skip_while(is_blank);
            match (self.byte(self.at), self.byte(self.at + 1)) {
                (b'/', b'/') => self.at = line_end(self.text, self.at),
                (b'/', b'*') => match block_end(self.text, self.at) {
                    Some(end) => self.at = end,
                    None => {
                        self.problem(self.at, self.at + 2, "this comment is never closed");
                        self.at = self.text.len();
                    }
                },
                _ => return,
            }
        }
    }

    fn number(&mut self, start: usize) -> Token {
        let digits = |lexer: &mut Self| lexer.skip_while(|byte| byte.is_ascii_digit());
        let mut kind = TokenKind::Integer;
        if self.byte(start) == b'0' && self.byte(start + 1) | 0x20 == b'x' {
            self.at += 2;
            self.skip_while(|byte| byte.is_ascii_hexdigit());
            if self.at == start + 2 {
                self.problem(start, self.at, "digits are missing after `0x`");
            }
        } else {
            digits(self);
            if self.byte(self.at) == b'.' {
                kind = TokenKind::Float;
                self.at += 1;
                digits(self);
            }
            if self.byte(self.at) | 0x20 == b'e' {
                let sign = usize::from(matches!(self.byte(self.at + 1), b'+' | b'-'));
                if self.byte(self.at + 1 + sign).is_ascii_digit() {
                    kind = TokenKind::Float;
                    self.at += 1 + sign;
                    digits(self);
                }
            }
            // The text format writes floats as C does.
            if self.byte(self.at) | 0x20 == b'f' && !self.byte(self.at + 1).is_ascii_alphanumeric() {
                kind = TokenKind::Float;
                self.at += 1;
            }
        }
        let number = self.text.get(start..self.at).unwrap_or_default();
        let is_octal = kind == TokenKind::Integer && number.len() > 1 && number.starts_with('0');
        let wrong_octal =
            is_octal && number.bytes().any(|byte| matches!(byte, b'8' | b'9')) && self.byte(start + 1) | 0x20 != b'x';
        let after = self.at;
        self.skip_while(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if self.at > after {
            self.problem(start, self.at, "this is neither a number nor a name");
        } else if wrong_octal {
            self.problem(
                start,
                self.at,
                "a number that starts with 0 is octal, and has no digit above 7",
            );
        }
        self.made(kind, start)
    }

    fn string(&mut self, start: usize, quote: u8) -> Token {
        let bytes = self.text.as_bytes();
        self.at += 1;
        loop {
            let rest = bytes.get(self.at..).unwrap_or_default();
            let stop = memchr::memchr3(quote, b'\\', b'\n', rest).map_or(bytes.len(), |found| self.at + found);
            match bytes.get(stop) {
                Some(&byte) if byte == quote => {
                    self.at = stop + 1;
                    break;
                }
                // A line break ends the string even behind a backslash.
                Some(b'\\') if self.byte(stop + 1) != b'\n' => {
                    self.at = (stop + 2).min(bytes.len());
                    while !self.text.is_char_boundary(self.at) {
                        self.at += 1;
                    }
                }
                _ => {
                    let end = stop - usize::from(stop > start + 1 && bytes[stop - 1] == b'\r');
                    self.at = stop;
                    self.problem(start, end, "this string is not closed on its line");
                    break;
                }
            }
        }
        self.made(TokenKind::Text, start)
    }
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0B | 0x0C)
}

/// Where the line ends that holds `at`, its break left out.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    let rest = text.as_bytes().get(at..).unwrap_or_default();
    memchr::memchr(b'\n', rest).map_or(text.len(), |found| at + found)
}

/// Where the comment ends that starts with `/*` at `at`.
pub(super) fn block_end(text: &str, at: usize) -> Option<usize> {
    let rest = text.as_bytes().get(at + 2..)?;
    memchr::memmem::find(rest, b"*/").map(|found| at + 2 + found + 2)
}

/// The text of a string token: quotes off, escapes replaced. Bytes that are no UTF-8 become replacement characters.
pub(super) fn unescape(token: &str, out: &mut String) {
    let inner = token.get(1..).unwrap_or_default();
    let inner = match token.as_bytes().first() {
        Some(quote) if inner.as_bytes().last() == Some(quote) => &inner[..inner.len() - 1],
        _ => inner,
    };
    if !inner.contains('\\') {
        out.push_str(inner);
        return;
    }
    let bytes = inner.as_bytes();
    let mut made: Vec<u8> = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if byte != b'\\' {
            made.push(byte);
            at += 1;
            continue;
        }
        let escape = bytes.get(at + 1).copied().unwrap_or(b'\\');
        at += 2;
        let digits = |at: usize, most: usize, radix: u32| {
            let run = bytes.iter().skip(at).take(most);
            let values = run.map_while(|byte| char::from(*byte).to_digit(radix));
            values.fold((0_u32, 0_usize), |(value, count), digit| {
                (value * radix + digit, count + 1)
            })
        };
        let (value, count) = match escape {
            b'x' | b'X' => digits(at, 2, 16),
            b'0'..=b'7' => {
                at -= 1;
                digits(at, 3, 8)
            }
            b'u' => digits(at, 4, 16),
            b'U' => digits(at, 8, 16),
            _ => (0, 0),
        };
        at += count;
        match escape {
            b'n' => made.push(b'\n'),
            b't' => made.push(b'\t'),
            b'r' => made.push(b'\r'),
            b'a' => made.push(7),
            b'b' => made.push(8),
            b'f' => made.push(12),
            b'v' => made.push(11),
            b'u' | b'U' => {
                let character = char::from_u32(value).unwrap_or(char::REPLACEMENT_CHARACTER);
                made.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
            }
            b'x' | b'X' | b'0'..=b'7' => made.push(value as u8),
            other => made.push(other),
        }
    }
    out.push_str(&String::from_utf8_lossy(&made));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> (Vec<TokenKind>, usize) {
        let mut lexer = Lexer::new(text, 0, 20);
        let mut kinds = Vec::new();
        loop {
            let token = lexer.token();
            if token.kind == TokenKind::End {
                return (kinds, lexer.take_problems().len());
            }
            kinds.push(token.kind);
        }
    }

    #[test]
    fn tokens_have_kinds() {
        use TokenKind::{Float, Integer, Symbol, Text, Word};
        let (kinds, problems) = kinds("a_1 = 0x1F 017 1.5e-3 .5 1f // b\n\"c\\\"\" 'd' /* e */ -;");
        assert_eq!(
            kinds,
            [
                Word,
                Symbol(b'='),
                Integer,
                Integer,
                Float,
                Float,
                Float,
                Text,
                Text,
                Symbol(b'-'),
                Symbol(b';')
            ]
        );
        assert_eq!(problems, 0);
    }

    #[test]
    fn what_is_no_token_is_a_problem() {
        for text in ["#", "\u{e9}\u{e9}", "\"a\nb", "'a", "/* a", "1a", "09", "0x", "\"\\"] {
            assert_eq!(kinds(text).1, 1, "{text:?}");
        }
    }

    #[test]
    fn escapes_are_replaced() {
        let mut out = String::new();
        unescape(r#""a\n\x41\101\u00e9\U0001F600\"\q""#, &mut out);
        assert_eq!(out, "a\nAA\u{e9}\u{1F600}\"q");
        out.clear();
        unescape(r"'\377'", &mut out);
        assert_eq!(out, "\u{FFFD}");
    }
}
