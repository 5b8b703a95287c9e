//! The YAML that descriptions are written in, read in one pass: block and flow collections, plain, quoted and block
//! scalars, comments.
//!
//! Whatever else stands in a document (anchors, aliases, tags, directives, complex keys, a second document) and
//! whatever looks wrong ends the reading with [`HandOver`]: the library then reads the whole document, and it alone
//! decides what is an error. So this reader may be narrow, but it must never differ; a property test and a fuzz
//! target hold the two against each other.

use crate::source::{Limits, Source, Span};
use crate::syntax::builder::Builder;
use crate::syntax::json::unicode_escape;
use crate::syntax::scalar::core_type;
use crate::syntax::tree::{NodeType, Style};
use std::sync::Arc;

/// The document needs the library.
#[derive(Debug)]
pub(super) struct HandOver;

type Read<T> = Result<T, HandOver>;

/// A key may be this long: YAML's limit is 1024 characters on one line.
const KEY_BYTES: usize = 1000;

/// Reads `text`, which is the text of `source` or a copy of it with parts blanked out.
pub(super) fn read(source: &Arc<Source>, text: &str, limits: &Limits) -> Read<Builder> {
    let bytes = text.as_bytes();
    if bytes
        .iter()
        .any(|&byte| (byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r')) || byte == 0x7F)
    {
        return Err(HandOver);
    }
    // The characters after ASCII that YAML does not take for printable: U+0080 to U+009F but for the line break
    // U+0085, and U+FFFE and U+FFFF.
    let is_control =
        |at: usize| matches!(bytes.get(at + 1), Some(second) if (0x80..0xA0).contains(second) && *second != 0x85);
    let is_no_character = |at: usize| matches!(bytes.get(at + 2), Some(0xBE | 0xBF));
    if memchr::memchr_iter(0xC2, bytes).any(is_control)
        || memchr::memmem::find_iter(bytes, &[0xEF, 0xBF]).any(is_no_character)
    {
        return Err(HandOver);
    }
    // Where a byte order mark may stand, and what a lone carriage return means, is the library's to know.
    if memchr::memmem::find(bytes, "\u{feff}".as_bytes()).is_some() {
        return Err(HandOver);
    }
    if memchr::memchr_iter(b'\r', bytes).any(|at| bytes.get(at + 1) != Some(&b'\n')) {
        return Err(HandOver);
    }
    let mut reader = Reader {
        text,
        bytes,
        at: 0,
        line_start: 0,
        builder: Builder::new(source, limits),
        scratch: String::new(),
    };
    reader.document()?;
    Ok(reader.builder)
}

/// How far the surroundings of a node are indented; -1 around the root.
type Indent = isize;

/// What ends the stretch of a plain scalar on one line.
#[derive(PartialEq)]
enum Stop {
    /// The line ends, or a comment begins.
    Line,
    /// A comment begins.
    Comment,
    /// `:` that makes what stands before it a key.
    Colon,
    /// In a flow collection: one of `,[]{}`.
    Flow,
}

struct Reader<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    /// Where the line that `at` stands on starts.
    line_start: usize,
    builder: Builder,
    scratch: String,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.byte(self.at)
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }

    fn column(&self) -> Indent {
        (self.at - self.line_start) as Indent
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(start as u32, end as u32)
    }

    /// Whether white space or the end of the text stands at `at`.
    fn is_blank(&self, at: usize) -> bool {
        matches!(self.byte(at), None | Some(b' ' | b'\t' | b'\n' | b'\r'))
    }

    fn skip_spaces(&mut self) {
        while self.peek() == Some(b' ') {
            self.at += 1;
        }
    }

    /// Past the line break at `at`, if there is one.
    fn next_line(&mut self) -> bool {
        match memchr::memchr(b'\n', &self.bytes[self.at..]) {
            Some(length) => {
                self.at += length + 1;
                self.line_start = self.at;
                true
            }
            None => {
                self.at = self.bytes.len();
                false
            }
        }
    }

    /// After a node: only spaces and a comment may follow on its line. Goes on to the next line.
    fn end_of_line(&mut self) -> Read<()> {
        let start = self.at;
        self.skip_spaces();
        match self.peek() {
            None => Ok(()),
            Some(b'\n' | b'\r') => {
                self.next_line();
                Ok(())
            }
            Some(b'#') if self.at > start || self.at == self.line_start => {
                self.next_line();
                Ok(())
            }
            Some(_) => Err(HandOver),
        }
    }

    /// From the start of a line to the first byte that is neither white space nor a comment; false at the end.
    fn next_content(&mut self) -> Read<bool> {
        loop {
            self.skip_spaces();
            match self.peek() {
                None => return Ok(false),
                Some(b'\n' | b'\r' | b'#') => {
                    if !self.next_line() {
                        return Ok(false);
                    }
                }
                // A tab before the content is an error, or none, by rules that are not worth repeating.
                Some(b'\t') => return Err(HandOver),
                Some(b'-' | b'.') if self.is_document_marker() => return Err(HandOver),
                Some(_) => return Ok(true),
            }
        }
    }

    /// `---` or `...` at the start of a line.
    fn is_document_marker(&self) -> bool {
        self.at == self.line_start
            && matches!(self.bytes.get(self.at..self.at + 3), Some(b"---" | b"..."))
            && self.is_blank(self.at + 3)
    }

    fn document(&mut self) -> Read<()> {
        loop {
            self.skip_spaces();
            match self.peek() {
                Some(b'\n' | b'\r' | b'#') if self.next_line() => {}
                _ => break,
            }
        }
        if self.is_document_marker() && self.peek() == Some(b'-') {
            self.at += 3;
            self.end_of_line()?;
        }
        if !self.next_content()? || self.peek() == Some(b'%') {
            return Err(HandOver);
        }
        self.block_node(-1)?;
        if self.next_content()? { Err(HandOver) } else { Ok(()) }
    }

    /// A node whose first byte is here, at the start of its line or right after a dash; the reader ends at the
    /// start of the line after it.
    fn block_node(&mut self, parent: Indent) -> Read<()> {
        let start = self.at;
        match self.peek() {
            Some(b'-') if self.is_blank(start + 1) => return self.block_list(),
            Some(b'"' | b'\'') => {
                if let Some(key_end) = self.quoted_key() {
                    return self.block_map(key_end);
                }
            }
            Some(b'[' | b'{') => {
                if self.flow_then_colon() {
                    return Err(HandOver);
                }
            }
            Some(b'|' | b'>') => {}
            Some(byte) if self.starts_plain(byte, false) => {
                let (end, stop) = self.plain_on_line(start, false);
                if stop == Stop::Colon {
                    return self.block_map(end);
                }
            }
            _ => return Err(HandOver),
        }
        self.scalar_or_flow(parent)
    }

    /// A node that is no block collection, and the rest of its last line.
    fn scalar_or_flow(&mut self, parent: Indent) -> Read<()> {
        match self.peek() {
            Some(b'|' | b'>') => self.block_scalar(parent),
            Some(b'[' | b'{') => {
                self.flow_collection(parent)?;
                self.end_of_line()
            }
            Some(quote @ (b'"' | b'\'')) => {
                self.quoted(quote, parent)?;
                self.end_of_line()
            }
            Some(byte) if self.starts_plain(byte, false) => self.plain(parent),
            _ => Err(HandOver),
        }
    }

    fn begin(&mut self, node_type: NodeType, style: Style) -> Read<()> {
        if self.builder.depth() >= self.builder.limits().depth as usize {
            return Err(HandOver);
        }
        self.builder.begin(node_type, style, self.at as u32);
        Ok(())
    }

    fn block_list(&mut self) -> Read<()> {
        let indent = self.column();
        self.begin(NodeType::List, Style::Block)?;
        loop {
            let after_dash = self.at + 1;
            self.at = after_dash;
            self.skip_spaces();
            match self.peek() {
                None | Some(b'\n' | b'\r' | b'#') => {
                    self.end_of_line()?;
                    if self.next_content()? && self.column() > indent {
                        self.block_node(indent)?;
                    } else {
                        self.nothing(after_dash);
                    }
                }
                Some(_) => self.block_node(indent)?,
            }
            if !self.next_content()? || self.column() < indent {
                break;
            }
            let another = self.peek() == Some(b'-') && self.is_blank(self.at + 1);
            if self.column() > indent {
                return Err(HandOver);
            }
            if !another {
                break;
            }
        }
        self.builder.end(None);
        Ok(())
    }

    /// A value that is not written.
    fn nothing(&mut self, at: usize) {
        self.builder.scalar(NodeType::Null, Style::Plain, Span::at(at as u32));
    }

    /// A map whose first key starts here and ends at `key_end`.
    fn block_map(&mut self, mut key_end: usize) -> Read<()> {
        let indent = self.column();
        self.begin(NodeType::Map, Style::Block)?;
        loop {
            self.key(key_end)?;
            self.block_value(indent)?;
            if !self.next_content()? || self.column() < indent {
                break;
            }
            if self.column() > indent {
                return Err(HandOver);
            }
            key_end = match self.peek() {
                Some(b'-') if self.is_blank(self.at + 1) => return Err(HandOver),
                Some(b'"' | b'\'') => self.quoted_key().ok_or(HandOver)?,
                Some(byte) if self.starts_plain(byte, false) => match self.plain_on_line(self.at, false) {
                    (end, Stop::Colon) => end,
                    _ => return Err(HandOver),
                },
                _ => return Err(HandOver),
            };
        }
        self.builder.end(None);
        Ok(())
    }

    /// Takes the key from here to `end` and goes past its colon.
    fn key(&mut self, end: usize) -> Read<()> {
        let start = self.at;
        if end - start > KEY_BYTES {
            return Err(HandOver);
        }
        let span = self.span(start, end);
        match self.peek() {
            Some(quote @ (b'"' | b'\'')) => {
                self.at += 1;
                if self.quoted_body(quote, Indent::MAX)? {
                    let text = std::mem::take(&mut self.scratch);
                    self.builder.key(&text, span);
                    self.scratch = text;
                } else {
                    self.builder.key(&self.text[start + 1..end - 1], span);
                }
            }
            _ => self.builder.key(&self.text[start..end], span),
        }
        self.at = end;
        while self.peek() != Some(b':') {
            self.at += 1;
        }
        self.at += 1;
        Ok(())
    }

    /// The value of a key of a map indented by `indent`, from after the colon.
    fn block_value(&mut self, indent: Indent) -> Read<()> {
        let after_colon = self.at;
        self.skip_spaces();
        match self.peek() {
            None | Some(b'\n' | b'\r' | b'#') => {
                self.end_of_line()?;
                if !self.next_content()? {
                    self.nothing(after_colon);
                    return Ok(());
                }
                let column = self.column();
                let dash = self.peek() == Some(b'-') && self.is_blank(self.at + 1);
                if column > indent {
                    self.block_node(indent)
                } else if column == indent && dash {
                    // A list may stand as far left as the key it belongs to.
                    self.block_list()
                } else {
                    self.nothing(after_colon);
                    Ok(())
                }
            }
            Some(_) => self.scalar_or_flow(indent),
        }
    }

    /// Whether a plain scalar may start with `byte`, which stands here
    /// (<https://yaml.org/spec/1.2.2/#733-plain-style>).
    fn starts_plain(&self, byte: u8, in_flow: bool) -> bool {
        match byte {
            b'-' | b'?' | b':' => {
                let next = self.at + 1;
                let ends =
                    self.is_blank(next) || in_flow && matches!(self.byte(next), Some(b',' | b'[' | b']' | b'{' | b'}'));
                !ends
            }
            b',' | b'[' | b']' | b'{' | b'}' | b'#' | b'&' | b'*' | b'!' | b'|' | b'>' | b'\'' | b'"' | b'%' | b'@'
            | b'`' | b'\t' | b'\n' | b'\r' => false,
            _ => true,
        }
    }

    /// Where the plain scalar that starts at `start` ends on its line, without trailing white space, and why.
    fn plain_on_line(&self, start: usize, in_flow: bool) -> (usize, Stop) {
        let mut at = start;
        let stop = loop {
            if in_flow {
                while self
                    .byte(at)
                    .is_some_and(|byte| !matches!(byte, b':' | b'#' | b'\n' | b',' | b'[' | b']' | b'{' | b'}'))
                {
                    at += 1;
                }
            } else {
                at = memchr::memchr3(b':', b'#', b'\n', &self.bytes[at..])
                    .map_or(self.bytes.len(), |length| at + length);
            }
            match self.byte(at) {
                None | Some(b'\n') => break Stop::Line,
                Some(b':') => {
                    let next = self.byte(at + 1);
                    if self.is_blank(at + 1) || (in_flow && matches!(next, Some(b',' | b'[' | b']' | b'{' | b'}'))) {
                        break Stop::Colon;
                    }
                }
                Some(b'#') => {
                    if at > start && matches!(self.bytes[at - 1], b' ' | b'\t') {
                        break Stop::Comment;
                    }
                }
                Some(_) => break Stop::Flow,
            }
            at += 1;
        };
        let mut end = at;
        while end > start && matches!(self.bytes[end - 1], b' ' | b'\t' | b'\r') {
            end -= 1;
        }
        (end, stop)
    }

    /// A plain scalar in block context, with the lines that continue it.
    fn plain(&mut self, parent: Indent) -> Read<()> {
        let start = self.at;
        let (mut end, stop) = self.plain_on_line(start, false);
        if stop == Stop::Colon {
            return Err(HandOver);
        }
        let first_end = end;
        self.at = end;
        let mut folded = false;
        if stop == Stop::Line {
            while let Some((line_start, breaks)) = self.continuation(parent)? {
                let (line_end, stop) = self.plain_on_line(line_start, false);
                if stop == Stop::Colon {
                    return Err(HandOver);
                }
                if !folded {
                    folded = true;
                    self.scratch.clear();
                    self.scratch.push_str(&self.text[start..first_end]);
                }
                fold(&mut self.scratch, breaks);
                self.scratch.push_str(&self.text[line_start..line_end]);
                end = line_end;
                self.at = end;
                if stop == Stop::Comment {
                    break;
                }
            }
        }
        let span = self.span(start, end);
        if folded {
            let node_type = core_type(&self.scratch);
            self.builder.cooked(node_type, Style::Plain, span, &self.scratch);
        } else {
            let node_type = core_type(&self.text[start..end]);
            self.builder.scalar(node_type, Style::Plain, span);
        }
        // A deeper line after the comment that ends a scalar would be an error: whoever reads on notices.
        self.end_of_line()
    }

    /// Whether the next line that is not empty continues a plain scalar: where it starts, and how many line breaks
    /// stand before it. The reader stays where it is otherwise.
    fn continuation(&mut self, parent: Indent) -> Read<Option<(usize, usize)>> {
        let (at, line_start) = (self.at, self.line_start);
        let mut breaks = 0;
        loop {
            // Here the rest of the line is white space.
            if !self.next_line() {
                break;
            }
            breaks += 1;
            self.skip_spaces();
            match self.peek() {
                None => break,
                Some(b'\n' | b'\r') => {}
                Some(b'\t') => return Err(HandOver),
                Some(b'#') => break,
                Some(_) if self.column() <= parent || self.is_document_marker() => break,
                Some(_) => return Ok(Some((self.at, breaks))),
            }
        }
        (self.at, self.line_start) = (at, line_start);
        Ok(None)
    }

    /// Where the quoted scalar that starts here ends, if it is a key: on one line, and a colon follows.
    fn quoted_key(&self) -> Option<usize> {
        let quote = self.peek()?;
        let mut at = self.at + 1;
        loop {
            let byte = self.byte(at)?;
            match byte {
                b'\n' | b'\r' => return None,
                b'\\' if quote == b'"' => at += 2,
                _ if byte == quote => {
                    if quote == b'\'' && self.byte(at + 1) == Some(quote) {
                        at += 2;
                        continue;
                    }
                    break;
                }
                _ => at += 1,
            }
        }
        let end = at + 1;
        let mut colon = end;
        while matches!(self.byte(colon), Some(b' ')) {
            colon += 1;
        }
        (self.byte(colon) == Some(b':') && self.is_blank(colon + 1)).then_some(end)
    }

    /// A quoted scalar as a value.
    fn quoted(&mut self, quote: u8, parent: Indent) -> Read<()> {
        let start = self.at;
        self.at += 1;
        let style = if quote == b'"' {
            Style::DoubleQuoted
        } else {
            Style::SingleQuoted
        };
        let cooked = self.quoted_body(quote, parent)?;
        let span = self.span(start, self.at);
        if cooked {
            self.builder.cooked(NodeType::String, style, span, &self.scratch);
        } else {
            self.builder.scalar(NodeType::String, style, span);
        }
        Ok(())
    }

    /// From after the opening quote to after the closing one. True if `scratch` holds the text, false if it is the
    /// slice between the quotes.
    fn quoted_body(&mut self, quote: u8, parent: Indent) -> Read<bool> {
        let start = self.at;
        let special = if quote == b'"' { b'\\' } else { b'\'' };
        let mut cooked = false;
        // Up to where the text was copied.
        let mut copied = start;
        loop {
            let length = memchr::memchr3(quote, special, b'\n', &self.bytes[self.at..]).ok_or(HandOver)?;
            self.at += length;
            if !cooked && (self.bytes[self.at] != quote || (quote == b'\'' && self.byte(self.at + 1) == Some(quote))) {
                cooked = true;
                self.scratch.clear();
            }
            match self.bytes[self.at] {
                b'\n' => {
                    let line = self.text[copied..self.at].trim_end_matches([' ', '\t', '\r']);
                    self.scratch.push_str(line);
                    let breaks = self.quoted_line_break(parent)?;
                    fold(&mut self.scratch, breaks);
                    copied = self.at;
                }
                b'\\' => {
                    self.scratch.push_str(&self.text[copied..self.at]);
                    self.escape(parent)?;
                    copied = self.at;
                }
                _ if quote == b'\'' && self.byte(self.at + 1) == Some(quote) => {
                    self.scratch.push_str(&self.text[copied..=self.at]);
                    self.at += 2;
                    copied = self.at;
                }
                _ => {
                    if cooked {
                        self.scratch.push_str(&self.text[copied..self.at]);
                    }
                    self.at += 1;
                    return Ok(cooked);
                }
            }
        }
    }

    /// Past the line breaks of a quoted scalar and the indentation after them; gives their number.
    fn quoted_line_break(&mut self, parent: Indent) -> Read<usize> {
        let mut breaks = 0;
        loop {
            if !self.next_line() {
                return Err(HandOver);
            }
            breaks += 1;
            self.skip_spaces();
            match self.peek() {
                Some(b'\n') => {}
                Some(b'\r') => self.at += 1,
                Some(b'\t') | None => return Err(HandOver),
                Some(_) if self.column() <= parent || self.is_document_marker() => return Err(HandOver),
                Some(_) => return Ok(breaks),
            }
        }
    }

    /// One escape (<https://yaml.org/spec/1.2.2/#57-escaped-characters>), appended to `scratch`.
    fn escape(&mut self, parent: Indent) -> Read<()> {
        let start = self.at;
        let code = self.byte(start + 1).ok_or(HandOver)?;
        self.at += 2;
        let character = match code {
            b'0' => '\0',
            b'a' => '\u{7}',
            b'b' => '\u{8}',
            b't' | b'\t' => '\t',
            b'n' => '\n',
            b'v' => '\u{b}',
            b'f' => '\u{c}',
            b'r' => '\r',
            b'e' => '\u{1b}',
            b' ' => ' ',
            b'"' => '"',
            b'/' => '/',
            b'\\' => '\\',
            b'N' => '\u{85}',
            b'_' => '\u{a0}',
            b'L' => '\u{2028}',
            b'P' => '\u{2029}',
            b'x' => self.hexadecimal(2)?,
            b'U' => self.hexadecimal(8)?,
            b'u' => {
                let (character, end) = unicode_escape(self.bytes, start).map_err(|_| HandOver)?;
                self.at = end;
                character
            }
            b'\n' | b'\r' => {
                // An escaped line break joins the lines; the empty lines after it still count.
                self.at = start + 1;
                let breaks = self.quoted_line_break(parent)?;
                for _ in 1..breaks {
                    self.scratch.push('\n');
                }
                return Ok(());
            }
            _ => return Err(HandOver),
        };
        self.scratch.push(character);
        Ok(())
    }

    fn hexadecimal(&mut self, digits: usize) -> Read<char> {
        let text = self.text.get(self.at..self.at + digits).ok_or(HandOver)?;
        if !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(HandOver);
        }
        let code = u32::from_str_radix(text, 16).map_err(|_| HandOver)?;
        self.at += digits;
        char::from_u32(code).ok_or(HandOver)
    }

    /// A literal or folded scalar (<https://yaml.org/spec/1.2.2/#81-block-scalar-styles>).
    fn block_scalar(&mut self, parent: Indent) -> Read<()> {
        let start = self.at;
        let style = if self.peek() == Some(b'|') {
            Style::Literal
        } else {
            Style::Folded
        };
        self.at += 1;
        let (mut chomp, mut explicit) = (None, None);
        loop {
            match self.peek() {
                Some(sign @ (b'+' | b'-')) if chomp.is_none() => chomp = Some(sign),
                Some(digit @ b'1'..=b'9') if explicit.is_none() => explicit = Some(Indent::from(digit - b'0')),
                _ => break,
            }
            self.at += 1;
        }
        let header_end = self.at;
        self.end_of_line()?;
        if parent < 0 || explicit.is_some() && self.line_start == 0 {
            return Err(HandOver);
        }
        let indent = match explicit {
            Some(digit) => parent + digit,
            None => self.detect_indent(parent)?,
        };
        self.scratch.clear();
        let mut end = header_end;
        // The line breaks since the last line with text: the one that ends it, and those of empty lines.
        let (mut ends_line, mut empty_lines) = (false, 0);
        let mut previous_indented = false;
        while let Some((line_start, line_end)) = self.block_line(indent, parent)? {
            if line_start == line_end {
                empty_lines += 1;
                continue;
            }
            let line = &self.text[line_start..line_end];
            let indented = line.starts_with([' ', '\t']);
            if ends_line {
                if style == Style::Folded && !previous_indented && !indented {
                    if empty_lines == 0 {
                        self.scratch.push(' ');
                    }
                } else {
                    self.scratch.push('\n');
                }
            }
            self.scratch.extend(std::iter::repeat_n('\n', empty_lines));
            self.scratch.push_str(line);
            empty_lines = 0;
            ends_line = true;
            previous_indented = indented;
            let visible = line.trim_end_matches([' ', '\t']).len();
            if visible > 0 {
                end = line_start + visible;
            }
        }
        if chomp != Some(b'-') && ends_line {
            self.scratch.push('\n');
        }
        if chomp == Some(b'+') {
            self.scratch.extend(std::iter::repeat_n('\n', empty_lines));
        }
        let span = self.span(start, end);
        self.builder.cooked(NodeType::String, style, span, &self.scratch);
        Ok(())
    }

    /// How far the first line with text is indented; more than the surroundings, or the scalar is empty.
    fn detect_indent(&mut self, parent: Indent) -> Read<Indent> {
        let (at, line_start) = (self.at, self.line_start);
        let mut deepest_empty = 0;
        let indent = loop {
            self.skip_spaces();
            match self.peek() {
                None => break deepest_empty.max(self.column()).max(parent + 1),
                Some(b'\n' | b'\r') => {
                    deepest_empty = deepest_empty.max(self.column());
                    self.next_line();
                }
                Some(b'\t') => return Err(HandOver),
                Some(_) => {
                    let column = self.column();
                    if deepest_empty > column.max(parent) {
                        return Err(HandOver);
                    }
                    break column.max(parent + 1);
                }
            }
        };
        (self.at, self.line_start) = (at, line_start);
        Ok(indent)
    }

    /// The next line of a block scalar indented by `indent`, without the indentation; `None` where the scalar ends.
    fn block_line(&mut self, indent: Indent, parent: Indent) -> Read<Option<(usize, usize)>> {
        let line_start = self.line_start;
        if self.at >= self.bytes.len() {
            return Ok(None);
        }
        while self.column() < indent && self.peek() == Some(b' ') {
            self.at += 1;
        }
        let column = self.column();
        let break_at =
            memchr::memchr(b'\n', &self.bytes[self.at..]).map_or(self.bytes.len(), |length| self.at + length);
        let line_end = if break_at > self.at && self.bytes[break_at - 1] == b'\r' {
            break_at - 1
        } else {
            break_at
        };
        if column < indent && self.at < line_end {
            // Less than the text and more than its surroundings: an error, or a comment.
            if self.peek() == Some(b'\t') || column > parent {
                return Err(HandOver);
            }
            self.at = line_start;
            return Ok(None);
        }
        let content = (self.at, line_end);
        if break_at == self.bytes.len() && content.0 == content.1 {
            // Whether white space before the end of the text is a line is a question with several answers.
            return if self.at == line_start { Ok(None) } else { Err(HandOver) };
        }
        self.next_line();
        Ok(Some(content))
    }

    /// Whether a flow collection that starts here is a key. That is rare: only its line is looked at.
    fn flow_then_colon(&self) -> bool {
        let line = &self.bytes[self.at..];
        let length = memchr::memchr(b'\n', line).unwrap_or(line.len());
        let line = line[..length].trim_ascii_end();
        let closes = |byte: &u8| matches!(byte, b']' | b'}');
        line.windows(2).any(|pair| closes(&pair[0]) && pair[1] == b':')
            || line
                .windows(3)
                .any(|three| closes(&three[0]) && three[1] == b' ' && three[2] == b':')
    }

    fn flow_collection(&mut self, parent: Indent) -> Read<()> {
        let is_map = self.peek() == Some(b'{');
        let close = if is_map { b'}' } else { b']' };
        self.begin(if is_map { NodeType::Map } else { NodeType::List }, Style::Flow)?;
        self.at += 1;
        loop {
            self.flow_space(parent)?;
            if self.peek() == Some(close) {
                break;
            }
            if is_map {
                self.flow_pair(parent)?;
            } else {
                self.flow_node(parent)?;
            }
            self.flow_space(parent)?;
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(byte) if byte == close => break,
                _ => return Err(HandOver),
            }
        }
        self.at += 1;
        self.builder.end(Some(self.at as u32));
        // `{…}: value` would make this a key.
        if self.peek() == Some(b':') {
            Err(HandOver)
        } else {
            Ok(())
        }
    }

    /// White space, line breaks and comments inside a flow collection.
    fn flow_space(&mut self, parent: Indent) -> Read<()> {
        let start = self.at;
        loop {
            self.skip_spaces();
            match self.peek() {
                Some(b'\n' | b'\r') => {
                    self.next_line();
                }
                Some(b'#') if self.at > start => {
                    self.next_line();
                }
                Some(b'\t' | b'#') | None => return Err(HandOver),
                Some(_) => break,
            }
        }
        if start < self.line_start && (self.column() <= parent || self.is_document_marker()) {
            return Err(HandOver);
        }
        Ok(())
    }

    fn flow_pair(&mut self, parent: Indent) -> Read<()> {
        let start = self.at;
        let quoted = match self.peek() {
            Some(quote @ (b'"' | b'\'')) => {
                self.at += 1;
                let line = self.line_start;
                let cooked = self.quoted_body(quote, parent)?;
                if line != self.line_start || self.at - start > KEY_BYTES {
                    return Err(HandOver);
                }
                let span = self.span(start, self.at);
                let text = if cooked {
                    &self.scratch
                } else {
                    &self.text[start + 1..self.at - 1]
                };
                self.builder.key(text, span);
                true
            }
            Some(byte) if self.starts_plain(byte, true) => {
                let (end, stop) = self.plain_on_line(start, true);
                if end - start > KEY_BYTES || matches!(stop, Stop::Line | Stop::Comment) {
                    return Err(HandOver);
                }
                self.builder.key(&self.text[start..end], self.span(start, end));
                self.at = end;
                false
            }
            _ => return Err(HandOver),
        };
        let key_end = self.at;
        self.skip_spaces();
        if self.peek() != Some(b':') {
            // `{a, b}`: keys without values.
            self.at = key_end;
            self.nothing(key_end);
            return Ok(());
        }
        self.at += 1;
        let after_colon = self.at;
        let adjacent = !self.is_blank(after_colon) && !matches!(self.peek(), Some(b',' | b']' | b'}'));
        if adjacent && !quoted {
            return Err(HandOver);
        }
        self.flow_space(parent)?;
        if matches!(self.peek(), Some(b',' | b'}')) {
            self.at = after_colon;
            self.nothing(after_colon);
            return Ok(());
        }
        self.flow_node(parent)
    }

    fn flow_node(&mut self, parent: Indent) -> Read<()> {
        match self.peek() {
            Some(b'[' | b'{') => self.flow_collection(parent),
            Some(quote @ (b'"' | b'\'')) => {
                self.quoted(quote, parent)?;
                let after = self.at;
                self.skip_spaces();
                // In a list, `"a": b` would be a pair.
                let pair = self.peek() == Some(b':');
                self.at = after;
                if pair { Err(HandOver) } else { Ok(()) }
            }
            Some(byte) if self.starts_plain(byte, true) => {
                let start = self.at;
                let (end, stop) = self.plain_on_line(start, true);
                if stop == Stop::Colon {
                    return Err(HandOver);
                }
                self.at = end;
                if stop == Stop::Line {
                    // Whether the next line goes on with the scalar is seen by what stands there.
                    let (at, line_start) = (self.at, self.line_start);
                    self.flow_space(parent)?;
                    if !matches!(self.peek(), Some(b',' | b']' | b'}')) {
                        return Err(HandOver);
                    }
                    (self.at, self.line_start) = (at, line_start);
                }
                let node_type = core_type(&self.text[start..end]);
                let span = self.span(start, end);
                self.builder.scalar(node_type, Style::Plain, span);
                Ok(())
            }
            _ => Err(HandOver),
        }
    }
}

/// One line break between two lines of text is a space; of more, all but the first stay.
fn fold(text: &mut String, breaks: usize) {
    if breaks == 1 {
        text.push(' ');
    } else {
        text.extend(std::iter::repeat_n('\n', breaks - 1));
    }
}
