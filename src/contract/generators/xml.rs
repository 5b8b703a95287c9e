//! XML bodies with what their generators made: texts and attributes are replaced where they stand, the rest stays as it
//! was recorded.

use super::apply::Maker;
use super::make::plain;
use super::read::Generators;
use crate::contract::path::{Reached, Step};
use roxmltree::{Document, Node};
use std::collections::HashMap;
use std::ops::Range;

/// How deep elements are looked at.
const DEPTH: usize = 200;

/// Writes a recorded document; nothing where it is none. Paths begin where `reached` is.
pub(super) fn write(
    maker: &mut Maker<'_, '_>,
    recorded: &str,
    reached: &[Reached],
    generators: &Generators,
) -> Option<String> {
    let recorded = recorded.trim_start();
    let document = Document::parse(recorded).ok()?;
    let root = document.root_element();
    let mut walk = Walk {
        maker,
        generators,
        edits: Vec::new(),
    };
    let below = walk.element(reached, root, 0);
    walk.visit(root, &below, DEPTH);
    let mut out = String::with_capacity(recorded.len());
    let mut at = 0;
    walk.edits.sort_by_key(|(range, _)| range.start);
    for (range, text) in walk.edits {
        out.push_str(&recorded[at..range.start]);
        out.push_str(&text);
        at = range.end;
    }
    out.push_str(&recorded[at..]);
    Some(out)
}

struct Walk<'m, 'c, 'a> {
    maker: &'m mut Maker<'c, 'a>,
    generators: &'m Generators,
    /// What stands where, instead of what was recorded.
    edits: Vec<(Range<usize>, String)>,
}

impl Walk<'_, '_, '_> {
    /// Where paths lead that name an element, alone or with its position among those of its name.
    fn element(&self, reached: &[Reached], node: Node<'_, '_>, position: usize) -> Vec<Reached> {
        let named = self.step(reached, Step::Name(written_name(node)));
        let mut both = self.step(&named, Step::Index(position));
        both.extend(named);
        both
    }

    fn step(&self, reached: &[Reached], step: Step<'_>) -> Vec<Reached> {
        let table = &self.generators.body;
        reached
            .iter()
            .flat_map(|reached| table.follow(*reached, step))
            .collect()
    }

    fn visit(&mut self, node: Node<'_, '_>, reached: &[Reached], depth: usize) {
        if reached.is_empty() || depth == 0 {
            return;
        }
        for attribute in node.attributes() {
            let written = &node.document().input_text()[attribute.range_qname()];
            let there = self.step(reached, Step::Name(&format!("@{written}")));
            self.replace(&there, Some(attribute.range_value()));
        }
        let mut texts = node.children().filter(Node::is_text);
        let text = texts.find(|text| text.text().is_some_and(|text| !text.trim().is_empty()));
        let has_elements = node.children().any(|child| child.is_element());
        let mut there = self.step(reached, Step::Name("#text"));
        if !has_elements {
            there.extend(reached);
        }
        self.replace(&there, text.map(|text| text.range()));
        let mut positions: HashMap<&str, usize> = HashMap::new();
        for child in node.children().filter(Node::is_element) {
            let position = positions.entry(written_name(child)).or_default();
            let below = self.element(reached, child, *position);
            *position += 1;
            self.visit(child, &below, depth - 1);
        }
    }

    fn replace(&mut self, reached: &[Reached], place: Option<Range<usize>>) {
        let Some(placed) = self.generators.best(reached) else {
            return;
        };
        let Some(place) = place else {
            return self
                .maker
                .problem(placed, "there is no text that a value could take the place of");
        };
        if let Some(value) = self.maker.make(placed) {
            self.edits.push((place, escaped(&plain(&value))));
        }
    }
}

/// The name as it is written, with its prefix.
fn written_name<'a>(node: Node<'a, '_>) -> &'a str {
    let text = &node.document().input_text()[node.range()];
    let name = text.strip_prefix('<').unwrap_or(text);
    let end = name.find(|character: char| character.is_whitespace() || "/>".contains(character));
    &name[..end.unwrap_or(name.len())]
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            other => out.push(other),
        }
    }
    out
}
