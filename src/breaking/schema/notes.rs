//! What a schema says of values beside what they are: defaults, formats, direction, words.

use super::Compared;
use super::facets::Site;
use crate::breaking::Change;
use crate::breaking::comparison::{
    Comparison, Sides, field_name, is_default, key_of, notes_the_same, says_nothing, says_the_same,
};
use crate::breaking::units::{Carrier, Proved, Step, UnitId};
use crate::document::{Direction, Kind, Node};
use crate::finding::{Action, Effect};
use crate::schema::Containment;
use crate::syntax::{Key, key};

/// Keywords that say how the text of a value is to be read.
const NOTES: &[(&str, Key)] = &[
    ("contentEncoding", key::CONTENT_ENCODING),
    ("contentMediaType", key::CONTENT_MEDIA_TYPE),
];

/// Formats of which one holds all values of the other.
const FORMATS_WITHIN: &[(&str, &str)] = &[
    ("int32", "int64"),
    ("int8", "int16"),
    ("int16", "int32"),
    ("uint8", "uint16"),
    ("uint16", "uint32"),
    ("uint32", "uint64"),
    ("float", "double"),
    ("email", "idn-email"),
    ("hostname", "idn-hostname"),
    ("uri", "iri"),
    ("uri", "uri-reference"),
    ("iri", "iri-reference"),
    ("uri-reference", "iri-reference"),
];

/// What a format does to the values that are taken, by those who look at it.
fn format_effect(old: Option<&str>, new: Option<&str>) -> Effect {
    let within = |a: &str, b: &str| FORMATS_WITHIN.iter().any(|(inner, outer)| *inner == a && *outer == b);
    match (old, new) {
        (None, Some(_)) => Effect::Narrows,
        (Some(_), None) => Effect::Widens,
        (Some(old), Some(new)) if within(old, new) => Effect::Widens,
        (Some(old), Some(new)) if within(new, old) => Effect::Narrows,
        _ => Effect::Incomparable,
    }
}

impl<'w> Compared<'w> {
    /// What the versions say under a keyword, one that the other does not say each; nothing where both say the same.
    /// Of several parts that say something, which one stands first tells nothing.
    fn differing(&self, keyword: Key, same: fn(Node<'_>, Node<'_>) -> bool) -> Option<Sides<'w>> {
        let lacking = |site: &Site<'w>, other: &Site<'w>| {
            let mut said = other.keyword(keyword).map(|(_, value)| value);
            said.find(|value| !site.keyword(keyword).any(|(_, known)| same(known, *value)))
        };
        let (gone, added) = (lacking(&self.new, &self.old), lacking(&self.old, &self.new));
        (gone.is_some() || added.is_some()).then_some(Sides {
            old: gone,
            new: added,
            around: self.around,
        })
    }
}

impl<'w> Comparison<'w, '_> {
    /// What is said of values beside what they are.
    pub(crate) fn compare_notes(&mut self, compared: &Compared<'w>) {
        let (old, new) = (&compared.old, &compared.new);
        let direction = compared.direction;
        let name = compared.name.as_str();
        if let (Some(was), Some(is)) = (old.face(), new.face()) {
            // Parameters and headers say this of themselves.
            if compared.kind == Kind::Schema {
                let holder = |site: &Site<'w>, face: Node<'w>| {
                    let mut parts = site.parts.iter().copied();
                    parts.find(|part| part.get(key::DEPRECATED).is_some()).unwrap_or(face)
                };
                self.compare_lifecycle(compared.unit, Kind::Schema, name, holder(old, was), holder(new, is));
            }
        }
        let told = |field: &'static str, pair: Sides<'w>| {
            Change::of(compared.kind, field, pair)
                .effect(direction, Effect::Equal)
                .fact("name", name)
        };
        for (field, keyword) in [("readOnly", key::READ_ONLY), ("writeOnly", key::WRITE_ONLY)] {
            let (was, is) = (old.flag(keyword), new.flag(keyword));
            if was != is {
                let action = if is { Action::Added } else { Action::Removed };
                let pair = Sides {
                    old: old.first(keyword),
                    new: new.first(keyword),
                    around: compared.around,
                };
                self.tell(compared.unit, told(field, pair).action(action));
            }
        }
        if let Some(pair) = compared.differing(key::DEFAULT, says_the_same) {
            self.tell(compared.unit, told("default", pair));
        }
        if let Some(pair) = compared.differing(key::FORMAT, says_the_same) {
            let effect = format_effect(pair.old.map(Node::text), pair.new.map(Node::text));
            self.tell(compared.unit, told("format", pair).effect(direction, effect));
        }
        for (field, keyword) in NOTES {
            if let Some(pair) = compared.differing(*keyword, says_the_same) {
                let change = told(field, pair).effect(direction, Effect::Incomparable);
                self.tell(compared.unit, change);
            }
        }
        if let Some(pair) = compared.differing(key::CONTENT_SCHEMA, says_the_same) {
            let schemas = |site: &Site<'w>| -> Vec<Node<'w>> {
                let schemas = site.keyword(key::CONTENT_SCHEMA);
                schemas.map(|(_, schema)| schema).collect()
            };
            let (was, is) = (schemas(old), schemas(new));
            let effect = self.content_effect(direction, &was, &is);
            if effect == Effect::Equal && !was.is_empty() && !is.is_empty() {
                // It may still say something else in words.
                let step = Step::Part("content".to_owned());
                let same = Proved {
                    old_in_new: true,
                    new_in_old: true,
                };
                self.compare_nodes(compared.unit, step, direction, Carrier::Json, same, (&was, &is));
            } else {
                let change = told("contentSchema", pair).effect(direction, effect);
                self.tell(compared.unit, change);
            }
        }
        let says = |pair: &Sides<'w>| match (pair.old, pair.new) {
            (Some(_), Some(_)) | (None, None) => true,
            (Some(only), None) | (None, Some(only)) => only.children().any(|child| !is_default(child)),
        };
        if let Some(pair) = compared.differing(key::XML, notes_the_same).filter(says) {
            let is_xml = compared.carrier == Carrier::Xml;
            let effect = if is_xml { Effect::Incomparable } else { Effect::Equal };
            let change = Change::of(Kind::Schema, "xml", pair)
                .effect(direction, effect)
                .fact("name", name)
                .yes("xml", is_xml);
            self.tell(compared.unit, change);
        }
        let Compared { unit, kind, around, .. } = *compared;
        self.compare_annotations(unit, direction, kind, around, old, new);
    }

    /// What a schema does to the documents that a text may hold, whatever says so that there is one.
    fn content_effect(&mut self, direction: Direction, was: &[Node<'w>], is: &[Node<'w>]) -> Effect {
        let old = self.schemas.read(was, Some(direction));
        let new = self.schemas.read(is, Some(direction));
        match (self.schemas.contains(old, new), self.schemas.contains(new, old)) {
            (Containment::Undecided(_), _) | (_, Containment::Undecided(_)) => Effect::Unknown,
            (Containment::Contained, Containment::Contained) => Effect::Equal,
            (Containment::Contained, Containment::Refuted(_)) => Effect::Widens,
            (Containment::Refuted(_), Containment::Contained) => Effect::Narrows,
            (Containment::Refuted(_), Containment::Refuted(_)) => Effect::Incomparable,
        }
    }

    /// Titles, descriptions, examples and extensions.
    fn compare_annotations(
        &mut self,
        unit: UnitId,
        direction: Direction,
        kind: Kind,
        around: Node<'w>,
        old: &Site<'w>,
        new: &Site<'w>,
    ) {
        if kind != Kind::Schema && kind != Kind::Items {
            return;
        }
        let (before, now) = (old.words(), new.words());
        let find = |words: &[Node<'w>], word: Node<'w>| {
            words.iter().copied().find(|other| other.key_text() == word.key_text())
        };
        let both = before.iter().map(|was| (Some(*was), find(&now, *was)));
        let came = now.iter().filter(|is| find(&before, **is).is_none());
        for (was, is) in both.chain(came.map(|is| (None, Some(*is)))) {
            if let (Some(was), Some(is)) = (was, is)
                && notes_the_same(was, is)
            {
                continue;
            }
            let name = is.or(was).map_or("", key_of);
            // Of several parts that say something, which one stands first tells nothing.
            let says = |site: &Site<'w>, word: Node<'w>| {
                let words = site.parts.iter().filter_map(|part| part.find(name));
                words.into_iter().any(|other| notes_the_same(other, word))
            };
            let is_same = match (was, is) {
                (Some(was), Some(is)) => says(old, is) && says(new, was),
                (Some(only), None) | (None, Some(only)) => says_nothing(only),
                (None, None) => true,
            };
            if is_same {
                continue;
            }
            let pair = Sides {
                old: was,
                new: is,
                around,
            };
            // Keywords that nobody knows are annotations:
            // https://json-schema.org/draft/2020-12/json-schema-core#section-4.3.1
            let field = match Key::well_known(name) {
                Some(_) => field_name(name),
                None => "extension".into(),
            };
            let change = Change::of(kind, field, pair)
                .effect(direction, Effect::Equal)
                .fact("name", name);
            self.tell(unit, change);
        }
    }
}
