//! Byte offsets to lines and columns.

/// A place as people count it: line and column from 1, columns in Unicode characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1, in Unicode characters.
    pub column: u32,
}

/// Where each line of a text starts, and how many characters stand before places that are far into it: a minified
/// document is one line of megabytes, and thousands of findings stand in it.
#[derive(Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
    /// For every [`STEP`]th byte, the bytes before it that begin no character; empty where each byte is a character.
    continuations: Vec<u32>,
}

/// Bytes between the places at which characters are counted beforehand.
const STEP: usize = 1024;

/// The bytes that begin no character: a character is as many bytes as it likes, but only its first is none of these.
fn count_continuations(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&byte| byte & 0xC0 == 0x80).count()
}

impl LineIndex {
    /// Indexes `text`. `\n`, `\r\n` and a lone `\r` end a line, as in YAML
    /// (<https://yaml.org/spec/1.2.2/#54-line-break-characters>).
    #[must_use]
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        for at in memchr::memchr2_iter(b'\n', b'\r', bytes) {
            if bytes[at] == b'\r' && bytes.get(at + 1) == Some(&b'\n') {
                continue;
            }
            starts.push(at as u32 + 1);
        }
        let mut continuations = Vec::new();
        if !text.is_ascii() {
            let mut count = 0;
            for block in bytes.chunks(STEP) {
                continuations.push(count as u32);
                count += count_continuations(block);
            }
        }
        Self { starts, continuations }
    }

    /// Number of lines; a final line break starts one more, empty line.
    #[must_use]
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// Never: every text has at least one line.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        false
    }

    /// The line, counted from 0, that holds `offset`.
    #[must_use]
    pub fn line_of(&self, offset: u32) -> usize {
        self.starts.partition_point(|&start| start <= offset) - 1
    }

    /// Offset of the first byte of the line counted from 0; the end of the text for a line after the last.
    #[must_use]
    pub fn start_of(&self, line: usize, text: &str) -> u32 {
        self.starts.get(line).copied().unwrap_or(text.len() as u32)
    }

    /// Line and column of `offset` in `text`, the text that was indexed.
    #[must_use]
    pub fn position(&self, text: &str, offset: u32) -> Position {
        let line = self.line_of(offset);
        let start = self.starts[line] as usize;
        let offset = (offset as usize).min(text.len());
        let inside = self.continuations_before(text, offset) - self.continuations_before(text, start);
        Position {
            line: line as u32 + 1,
            column: (offset - start - inside) as u32 + 1,
        }
    }

    fn continuations_before(&self, text: &str, offset: usize) -> usize {
        match self.continuations.get(offset / STEP) {
            Some(before) => *before as usize + count_continuations(&text.as_bytes()[offset / STEP * STEP..offset]),
            None => self.continuations.last().map_or(0, |before| {
                let from = (self.continuations.len() - 1) * STEP;
                *before as usize + count_continuations(&text.as_bytes()[from..offset])
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters() {
        let text = "a: é\nb: 🦀x\r\nc";
        let index = LineIndex::new(text);
        let at = |needle: &str| {
            let offset = text.find(needle).expect("needle stands in the text");
            let position = index.position(text, offset as u32);
            (position.line, position.column)
        };
        assert_eq!(at("é"), (1, 4));
        assert_eq!(at("x"), (2, 5));
        assert_eq!(at("c"), (3, 1));
    }

    #[test]
    fn long_lines_are_counted_the_same() {
        let text = format!("a\n{}b", "é🦀x".repeat(2000));
        let index = LineIndex::new(&text);
        for (at, _) in text.char_indices().chain([(text.len(), ' ')]) {
            let column = text[..at].rfind('\n').map_or(0, |line| line + 1);
            let expected = text[column..at].chars().count() as u32 + 1;
            assert_eq!(index.position(&text, at as u32).column, expected, "at byte {at}");
        }
    }

    #[test]
    fn every_line_break_counts_once() {
        assert_eq!(LineIndex::new("a\nb\r\nc\rd").len(), 4);
        assert_eq!(LineIndex::new("").len(), 1);
    }

    #[test]
    fn an_offset_after_the_end_is_on_the_last_line() {
        let position = LineIndex::new("ab\ncd").position("ab\ncd", 99);
        assert_eq!((position.line, position.column), (2, 3));
    }
}
