//! Byte offsets to lines and columns.

/// A place as people count it: line and column from 1, columns in Unicode characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1, in Unicode characters.
    pub column: u32,
}

/// Where each line of a text starts.
#[derive(Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
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
        Self { starts }
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
        let before = &text.as_bytes()[self.starts[line] as usize..(offset as usize).min(text.len())];
        // A character is as many bytes as it likes, but only one of them is not a continuation byte.
        let characters = before.iter().filter(|&&byte| byte & 0xC0 != 0x80).count();
        Position {
            line: line as u32 + 1,
            column: characters as u32 + 1,
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
