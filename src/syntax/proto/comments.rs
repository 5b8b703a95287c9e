//! Which comments speak of which declaration, by the rules of `SourceCodeInfo` in `descriptor.proto`.

use super::lexer::{block_end, line_end};
use crate::source::Span;

/// The comments between the end of a declaration's head (its `;`, `{` or `}`) and the next token.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Gap {
    /// What speaks of the declaration before.
    pub(super) trailing: Option<Span>,
    /// What speaks of nothing in particular, block by block.
    pub(super) detached: Vec<Span>,
    /// What speaks of the declaration that follows.
    pub(super) leading: Option<Span>,
}

/// Reads the comments between two tokens.
pub(super) struct Reader<'t> {
    text: &'t str,
    at: usize,
    to: usize,
    gap: Gap,
    /// The block of comments that is being read.
    block: Option<Span>,
    /// Whether a block that ends here speaks of what is before.
    may_trail: bool,
}

impl<'t> Reader<'t> {
    /// The gap between the tokens that end at `from` and start at `to`. `is_start`: there is no token before.
    /// `closes`: the token after ends what the comments stand in.
    pub(super) fn read(text: &'t str, from: u32, to: u32, is_start: bool, closes: bool) -> Gap {
        let (from, to) = (from as usize, to as usize);
        // Most gaps are a line break and an indentation.
        let between = text.as_bytes().get(from..to).unwrap_or_default();
        if memchr::memchr(b'/', between).is_none() {
            return Gap::default();
        }
        let mut reader = Reader {
            text,
            at: from,
            to,
            gap: Gap::default(),
            block: None,
            may_trail: !is_start,
        };
        if is_start || reader.first_line() {
            reader.lines();
            if closes {
                reader.flush();
            }
            reader.gap.leading = reader.block;
        }
        reader.gap
    }

    fn skip_spaces(&mut self) {
        let rest = &self.text.as_bytes()[self.at..self.to];
        let blanks = rest
            .iter()
            .take_while(|byte| byte.is_ascii_whitespace() && **byte != b'\n');
        self.at += blanks.count();
    }

    fn take_line_break(&mut self) -> bool {
        let is_break = self.at < self.to && self.text.as_bytes()[self.at] == b'\n';
        self.at += usize::from(is_break);
        is_break
    }

    /// Adds the comment that starts here to the block, if one does; tells whether it ended with its line.
    fn take_comment(&mut self) -> Option<bool> {
        let start = self.at;
        let rest = &self.text[start..self.to];
        let is_line = rest.starts_with("//");
        let end = if is_line {
            line_end(self.text, start).min(self.to)
        } else if rest.starts_with("/*") {
            block_end(self.text, start).unwrap_or(self.to).min(self.to)
        } else {
            return None;
        };
        self.at = end;
        if is_line {
            self.take_line_break();
            // Lines without a break between them are one block; a comment in `/* */` is one by itself.
            let goes_on = self
                .block
                .filter(|block| self.text[block.start as usize..].starts_with("//"));
            if self.block.is_some() && goes_on.is_none() {
                self.flush();
            }
            let from = goes_on.map_or(start as u32, |block| block.start);
            self.block = Some(Span::new(from, end as u32));
        } else {
            if self.block.is_some() {
                self.flush();
            }
            self.block = Some(Span::new(start as u32, end as u32));
        }
        Some(is_line)
    }

    /// Ends the block.
    fn flush(&mut self) {
        let Some(block) = self.block.take() else {
            return;
        };
        if std::mem::take(&mut self.may_trail) {
            self.gap.trailing = Some(block);
        } else {
            self.gap.detached.push(block);
        }
    }

    /// Reads what stands on the line of the token before; tells whether that line ends before the next token.
    fn first_line(&mut self) -> bool {
        self.skip_spaces();
        match self.take_comment() {
            Some(true) => self.flush(),
            Some(false) => {
                self.skip_spaces();
                if !self.take_line_break() {
                    // Between two tokens on one line, it may speak of either.
                    return false;
                }
                self.flush();
            }
            None => return self.take_line_break(),
        }
        true
    }

    fn lines(&mut self) {
        loop {
            self.skip_spaces();
            match self.take_comment() {
                Some(true) => {}
                Some(false) => {
                    self.skip_spaces();
                    self.take_line_break();
                }
                None if self.take_line_break() => {
                    self.flush();
                    self.may_trail = false;
                }
                None => return,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gap(between: &str, closes: bool) -> (Option<&str>, Vec<&str>, Option<&str>) {
        let text = format!(";{between}x").leak();
        let gap = Reader::read(text, 1, text.len() as u32 - 1, false, closes);
        let of = |span: Span| span.of(text);
        (
            gap.trailing.map(of),
            gap.detached.into_iter().map(of).collect(),
            gap.leading.map(of),
        )
    }

    #[test]
    fn comments_speak_of_what_is_next_to_them() {
        assert_eq!(gap(" // a\n// b\n", false), (Some("// a"), vec![], Some("// b")));
        assert_eq!(
            gap("\n// a\n\n// b\n// c\n", false),
            (Some("// a"), vec![], Some("// b\n// c"))
        );
        assert_eq!(
            gap("\n\n// a\n\n/* b */\n", false),
            (None, vec!["// a"], Some("/* b */"))
        );
        assert_eq!(gap(" /* a */ ", false), (None, vec![], None));
        assert_eq!(gap(" /* a */\n", false), (Some("/* a */"), vec![], None));
        assert_eq!(gap("\n// a\n", false), (None, vec![], Some("// a")));
    }

    #[test]
    fn nothing_leads_to_a_closing_bracket() {
        assert_eq!(gap("\n\n// a\n", true), (None, vec!["// a"], None));
        assert_eq!(gap("\n// a\n", true), (Some("// a"), vec![], None));
    }

    #[test]
    fn a_text_starts_with_nothing_to_trail() {
        let text = "// a\n\n// b\nx";
        let gap = Reader::read(text, 0, text.len() as u32 - 1, true, false);
        assert_eq!(gap.detached, [Span::new(0, 4)]);
        assert_eq!(gap.leading, Some(Span::new(6, 10)));
    }
}
