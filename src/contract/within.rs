//! A text that a string of the contract holds, such as XML, and where its parts stand in the contract.

use crate::document::Node;
use crate::finding::{Location, Part};
use crate::source::Span;
use crate::syntax::unicode_escape;
use std::cell::OnceCell;
use std::ops::Range;

/// A string of the contract.
#[derive(Debug)]
pub(super) struct Within<'w> {
    node: Node<'w>,
    /// Whether the text is that of the string; not where the string encodes it.
    is_plain: bool,
    /// Offsets within the text after which it goes on elsewhere in the document, and where; made when they are needed.
    marks: OnceCell<Option<Vec<(usize, usize)>>>,
}

impl<'w> Within<'w> {
    pub(super) const fn new(node: Node<'w>, is_plain: bool) -> Self {
        Self {
            node,
            is_plain,
            marks: OnceCell::new(),
        }
    }

    /// The same string, for a text that it holds only in an encoded form.
    pub(super) const fn encoded(other: &Self) -> Self {
        Self::new(other.node, false)
    }

    /// The string as a whole.
    pub(super) fn whole(&self) -> Location {
        Location::value(self.node.address())
    }

    /// A part of the text, by its bytes; the whole string where it cannot be told apart.
    pub(super) fn part(&self, bytes: Range<usize>) -> Location {
        let marks = self
            .marks
            .get_or_init(|| self.is_plain.then(|| marks(self.node)).flatten());
        let Some(marks) = marks else { return self.whole() };
        let at = |offset: usize| {
            let after = marks.partition_point(|(text, _)| *text <= offset);
            let (text, document) = marks[after.saturating_sub(1)];
            (document + offset - text) as u32
        };
        Location {
            part: Part::Text(Span::new(at(bytes.start), at(bytes.end))),
            ..self.whole()
        }
    }
}

/// Where the text of a JSON string begins, and where it goes on after each escape. Nothing where it is written
/// otherwise.
fn marks(node: Node<'_>) -> Option<Vec<(usize, usize)>> {
    let document = node.document();
    let span = document.tree().span(node.id());
    let written = span.of(document.source().text());
    let inner = written.strip_prefix('"')?.strip_suffix('"')?;
    let start = span.start as usize + 1;
    let bytes = inner.as_bytes();
    let mut marks = vec![(0, start)];
    // How much shorter the text is than what is written.
    let mut saved = 0;
    let mut from = 0;
    while let Some(found) = memchr::memchr(b'\\', &bytes[from..]) {
        let escape = from + found;
        let (length, end) = match bytes.get(escape + 1)? {
            b'u' => {
                let (character, end) = unicode_escape(bytes, escape).ok()?;
                (character.len_utf8(), end)
            }
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => (1, escape + 2),
            _ => return None,
        };
        saved += end - escape - length;
        marks.push((end - saved, start + end));
        from = end;
    }
    (inner.len() - saved == node.text().len()).then_some(marks)
}
