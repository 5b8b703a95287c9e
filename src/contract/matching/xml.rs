//! XML bodies: elements by name, attributes as `@name`, text as `#text`.
//!
//! Names are compared with their namespaces, whatever the prefixes; paths of rules speak of them as the recorded body
//! writes them. The order of elements with different names does not count.

use super::contents::{Expectation, whole};
use super::mismatch::{BrokenRule, Comparison, Mismatch, MismatchKind, Part};
use super::missing;
use super::rule::{Matcher, Rule};
use super::selector::{Selector, State};
use super::value::{Value, broken, check};
use crate::contract::path::Step;
use crate::contract::text::cut;
use crate::contract::within::Within;
use crate::finding::Location;
use roxmltree::{Document, Node};
use rustc_hash::FxHashMap;
use std::ops::Range;

/// How deep elements are compared.
const DEPTH: usize = 200;

pub(super) fn compare(
    expected: &[u8],
    actual: &[u8],
    expectation: &Expectation<'_, '_>,
    within: &Within<'_>,
    out: &mut Comparison,
) {
    let place = within.whole();
    let unreadable = |reason: String| Mismatch {
        expected: reason,
        ..whole(MismatchKind::Unreadable, "", actual, place)
    };
    let texts = (std::str::from_utf8(expected), std::str::from_utf8(actual));
    let (Ok(expected), Ok(actual)) = texts else {
        return out.push(unreadable("XML; a byte is no UTF-8".into()));
    };
    let blank = expected.len() - expected.trim_start().len();
    let expected = match Document::parse(expected.trim_start()) {
        Ok(document) => document,
        Err(error) => return out.push(unreadable(format!("the recorded body is no XML: {error}"))),
    };
    let actual = match Document::parse(actual.trim_start()) {
        Ok(document) => document,
        Err(error) => return out.push(unreadable(format!("XML; {error}"))),
    };
    let mut walk = Walk {
        selector: Selector::new(expectation.rules),
        allows_more: expectation.allows_more,
        within,
        blank,
        out,
    };
    walk.root(expected.root_element(), actual.root_element());
}

struct Walk<'a, 'o> {
    selector: Selector<'a>,
    allows_more: bool,
    within: &'a Within<'a>,
    /// Bytes before the document in its text.
    blank: usize,
    out: &'o mut Comparison,
}

/// What tells elements apart.
type Name<'a> = (Option<&'a str>, &'a str);

fn name<'a>(node: Node<'a, '_>) -> Name<'a> {
    (node.tag_name().namespace(), node.tag_name().name())
}

/// The name as it is written, with its prefix.
fn written_name<'a>(node: Node<'a, '_>) -> &'a str {
    let input = node.document().input_text();
    let text = input.get(node.range().start + 1..).unwrap_or_default();
    let end = text.find(|character: char| character.is_whitespace() || "/>".contains(character));
    end.and_then(|end| text.get(..end)).unwrap_or_default()
}

fn elements<'a, 'i>(node: Node<'a, 'i>) -> impl Iterator<Item = Node<'a, 'i>> {
    node.children().filter(Node::is_element)
}

/// The text directly in an element.
fn text(node: Node<'_, '_>) -> String {
    let texts: String = node
        .children()
        .filter(Node::is_text)
        .filter_map(|text| text.text())
        .collect();
    texts.trim().to_owned()
}

/// An element as messages show it.
fn shown(node: Node<'_, '_>) -> String {
    cut(node.document().input_text().get(node.range()).unwrap_or_default())
}

impl<'a> Walk<'a, '_> {
    fn root<'i>(&mut self, expected: Node<'i, 'i>, actual: Node<'_, '_>) {
        if name(expected) != name(actual) {
            let tag = |node: Node<'_, '_>| match node.tag_name().namespace() {
                Some(namespace) => format!("<{}> of {namespace}", node.tag_name().name()),
                None => format!("<{}>", node.tag_name().name()),
            };
            return self.out.push(Mismatch {
                expected: tag(expected),
                actual: tag(actual),
                ..whole(MismatchKind::Value, "", &[], self.place(start_tag(expected)))
            });
        }
        let mut paths = Vec::new();
        let state = self.selector.element(Selector::root(), written_name(expected), 0);
        paths.push(written_name(expected).to_owned());
        // A root stands alone, so limits for it are those of its children.
        let count = elements(actual).count();
        self.limits(state, count, &paths, (expected, actual));
        self.element((expected, actual), state, &mut paths);
    }

    /// What rules demand of the number of elements.
    fn limits(
        &mut self,
        state: State,
        count: usize,
        paths: &[String],
        (expected, actual): (Node<'_, '_>, Node<'_, '_>),
    ) {
        let Some(chosen) = self.selector.chosen(state).filter(|chosen| !chosen.is_cascaded) else {
            return;
        };
        let broken = broken(chosen, |rule| match &rule.matcher {
            Matcher::Type(limits) => limits.check(count),
            Matcher::Unsupported(_) => Err(MismatchKind::Unsupported),
            _ => Ok(()),
        });
        for (rule, kind) in broken {
            self.report(
                kind,
                Some(rule),
                paths,
                (shown(expected), shown(actual)),
                start_tag(expected),
            );
        }
    }

    fn element(&mut self, (expected, actual): (Node<'_, '_>, Node<'_, '_>), state: State, paths: &mut Vec<String>) {
        if self.out.is_full() {
            return self.out.count_omitted();
        }
        if paths.len() > DEPTH {
            return self.report(
                MismatchKind::Unsupported,
                None,
                paths,
                (String::new(), String::new()),
                start_tag(expected),
            );
        }
        self.attributes((expected, actual), state, paths);
        self.children((expected, actual), state, paths);
        let texts = (text(expected), text(actual));
        if texts.0.is_empty() && texts.1.is_empty() {
            return;
        }
        let state = self.selector.step(state, Step::Name("#text"));
        paths.push("#text".into());
        let mut written = expected.children().filter(|child| child.is_text() && !is_blank(child));
        let place = written.next().map_or_else(|| start_tag(expected), |text| text.range());
        self.value(state, (&texts.0, &texts.1), paths, place);
        paths.pop();
    }

    fn attributes(&mut self, (expected, actual): (Node<'_, '_>, Node<'_, '_>), state: State, paths: &mut Vec<String>) {
        let input = expected.document().input_text();
        for attribute in expected.attributes() {
            let written = input.get(attribute.range_qname()).unwrap_or(attribute.name());
            let step = format!("@{written}");
            let came = match attribute.namespace() {
                Some(namespace) => actual.attribute((namespace, attribute.name())),
                None => actual.attribute(attribute.name()),
            };
            let state = self.selector.step(state, Step::Name(&step));
            paths.push(step);
            match came {
                Some(value) => self.value(state, (attribute.value(), value), paths, attribute.range_value()),
                None => self.missing(paths, attribute.value(), attribute.range()),
            }
            paths.pop();
        }
        if self.allows_more {
            return;
        }
        for attribute in actual.attributes() {
            let is_expected = expected
                .attributes()
                .any(|other| (other.namespace(), other.name()) == (attribute.namespace(), attribute.name()));
            if !is_expected {
                paths.push(format!("@{}", attribute.name()));
                let kind = MismatchKind::Unexpected;
                let came = (String::new(), cut(attribute.value()));
                self.report(kind, None, paths, came, start_tag(expected));
                paths.pop();
            }
        }
    }

    fn children(&mut self, (expected, actual): (Node<'_, '_>, Node<'_, '_>), state: State, paths: &mut Vec<String>) {
        let mut came: FxHashMap<Name<'_>, Vec<Node<'_, '_>>> = FxHashMap::default();
        for child in elements(actual) {
            came.entry(name(child)).or_default().push(child);
        }
        let mut order: Vec<Name<'_>> = Vec::new();
        let mut groups: FxHashMap<Name<'_>, Vec<Node<'_, '_>>> = FxHashMap::default();
        for child in elements(expected) {
            let group = groups.entry(name(child)).or_default();
            if group.is_empty() {
                order.push(name(child));
            }
            group.push(child);
        }
        for name in &order {
            let found = came.get(name).map_or(&[][..], Vec::as_slice);
            if let Some(group) = groups.get(name) {
                self.group(group, found, state, paths);
            }
        }
        // Where a rule says what the children are like, those of other names are like none of them.
        if self.allows_more && (order.is_empty() || self.selector.chosen(state).is_none()) {
            return;
        }
        for child in elements(actual).filter(|child| !groups.contains_key(&name(*child))) {
            paths.push(written_name(child).to_owned());
            let kind = MismatchKind::Unexpected;
            self.report(kind, None, paths, (String::new(), shown(child)), start_tag(expected));
            paths.pop();
        }
    }

    /// The elements of one name.
    fn group(&mut self, expected: &[Node<'_, '_>], actual: &[Node<'_, '_>], state: State, paths: &mut Vec<String>) {
        let Some(first) = expected.first() else {
            return;
        };
        let written = written_name(*first);
        let has_several = expected.len() > 1 || actual.len() > 1;
        let step = |position: usize| match has_several {
            true => format!("{written}[{position}]"),
            false => written.to_owned(),
        };
        let whole = self.selector.element(state, written, 0);
        let chosen = self.selector.chosen(whole);
        let is_like = chosen.is_some_and(|chosen| {
            let mut rules = chosen.set.rules.iter();
            rules.any(|rule| !matches!(rule.matcher, Matcher::Equality | Matcher::Unsupported(_)))
        });
        if let (Some(found), true) = (actual.first(), chosen.is_some()) {
            paths.push(written.to_owned());
            self.limits(whole, actual.len(), paths, (*first, *found));
            paths.pop();
        }
        for (position, child) in actual.iter().enumerate() {
            let example = expected.get(position).or(Some(first).filter(|_| is_like));
            paths.push(step(position));
            match example {
                Some(example) => {
                    let state = self.selector.element(state, written, position);
                    self.element((*example, *child), state, paths);
                }
                None if self.allows_more => {}
                None => {
                    let came = (String::new(), shown(*child));
                    self.report(MismatchKind::Unexpected, None, paths, came, start_tag(*first));
                }
            }
            paths.pop();
        }
        let lacking = if is_like && !actual.is_empty() {
            &[]
        } else {
            expected.get(actual.len()..).unwrap_or_default()
        };
        for (position, example) in lacking.iter().enumerate() {
            paths.push(step(actual.len() + position));
            self.missing(paths, &shown(*example), start_tag(*example));
            paths.pop();
        }
    }

    fn value(&mut self, state: State, (expected, actual): (&str, &str), paths: &[String], place: Range<usize>) {
        let shown = || (cut(expected), cut(actual));
        let Some(chosen) = self.selector.chosen(state) else {
            if expected != actual {
                self.report(MismatchKind::Value, None, paths, shown(), place);
            }
            return;
        };
        let pair = (Value::Plain(expected), Value::Plain(actual));
        for (rule, kind) in broken(chosen, |rule| check(&rule.matcher, chosen.is_cascaded, pair.0, pair.1)) {
            self.report(kind, Some(rule), paths, shown(), place.clone());
        }
    }

    fn missing(&mut self, paths: &[String], expected: &str, place: Range<usize>) {
        let mismatch = missing(Part::Body, &[], expected, self.place(place));
        self.out.push(Mismatch {
            path: path(paths),
            ..mismatch
        });
    }

    fn report(
        &mut self,
        kind: MismatchKind,
        rule: Option<&Rule>,
        paths: &[String],
        (expected, actual): (String, String),
        place: Range<usize>,
    ) {
        self.out.push(Mismatch {
            path: path(paths),
            rule: rule.map(BrokenRule::from),
            expected,
            actual,
            ..whole(kind, "", &[], self.place(place))
        });
    }

    /// Where a part of the recorded document stands in the contract.
    fn place(&self, bytes: Range<usize>) -> Location {
        self.within.part(bytes.start + self.blank..bytes.end + self.blank)
    }
}

/// The bytes of the tag with which an element begins, without its attributes.
fn start_tag(node: Node<'_, '_>) -> Range<usize> {
    let start = node.range().start;
    start..start + 1 + written_name(node).len()
}

fn is_blank(text: &Node<'_, '_>) -> bool {
    text.text().is_none_or(|text| text.trim().is_empty())
}

/// Names of XML need no quotes.
fn path(paths: &[String]) -> String {
    format!("$.{}", paths.join("."))
}
