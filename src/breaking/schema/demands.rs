//! What a schema demands of a value itself: types, enumerated values, bounds, and keywords that are judged as one.

use super::facets::{Site, Types};
use super::{Compared, Within};
use crate::breaking::Change;
use crate::breaking::comparison::{Comparison, Sides, shown, values_missing_in};
use crate::breaking::units::Carrier;
use crate::document::{Direction, Node};
use crate::finding::{Action, Effect};
use crate::schema::{Containment, SchemaId};
use crate::syntax::{Key, key};
use serde_json::Value;

impl<'w> Comparison<'w, '_> {
    /// What keywords demand together, in all parts of a site that have one of them.
    pub(crate) fn demand(&mut self, site: &Site<'w>, keywords: &[Key], direction: Direction) -> Option<SchemaId> {
        let has = |part: &Node<'w>, keyword: &Key| part.get(*keyword).is_some();
        let of_part = |part: Node<'w>| {
            keywords
                .iter()
                .filter(move |keyword| has(&part, keyword))
                .map(move |keyword| (part, *keyword))
        };
        let said: Vec<(Node<'w>, Key)> = site.parts.iter().flat_map(|part| of_part(*part)).collect();
        (!said.is_empty()).then(|| self.demand_of(site, &said, direction))
    }

    /// What keywords of parts of a site demand together.
    pub(crate) fn demand_of(&mut self, site: &Site<'w>, said: &[(Node<'w>, Key)], direction: Direction) -> SchemaId {
        let demands: Vec<SchemaId> = said
            .iter()
            .map(|(part, keyword)| self.schemas.read_keyword(*part, *keyword, Some(direction)))
            .collect();
        let all = self.schemas.all_of(&demands);
        if !site.or_null {
            return all;
        }
        let null = self.schemas.types(&["null"]);
        self.schemas.any_of(&[all, null])
    }

    pub(crate) fn compare_demand(&mut self, compared: &Compared<'w>, field: &'static str, keywords: &[Key]) {
        let place = |site: &Site<'w>| keywords.iter().find_map(|keyword| site.first(*keyword));
        let (was, is) = (place(&compared.old), place(&compared.new));
        if was.is_none() && is.is_none() {
            return;
        }
        let old = self.demand(&compared.old, keywords, compared.direction);
        let new = self.demand(&compared.new, keywords, compared.direction);
        if old == new {
            return;
        }
        // Saying what holds anyway is saying nothing.
        let anything = self.schemas.anything();
        let mut says = |demand: SchemaId| !matches!(self.within(anything, Some(demand), false), Within::Proved);
        let (old, new) = (old.filter(|old| says(*old)), new.filter(|new| says(*new)));
        let action = match (old, new) {
            (None, None) => return,
            (None, Some(_)) => Action::Added,
            (Some(_), None) => Action::Removed,
            (Some(_), Some(_)) => Action::Changed,
        };
        let pair = Sides {
            old: was,
            new: is,
            around: compared.around,
        };
        let change = Change::of(compared.kind, field, pair).action(action);
        self.judge(compared, change, new, old);
    }

    /// Compares the types; tells whether they differ only as JSON, in what travels as text.
    pub(crate) fn compare_types(&mut self, compared: &Compared<'w>) -> bool {
        let (mut was, mut is) = (compared.old.types(), compared.new.types());
        let place = |site: &Site<'w>, keyword: Key| site.first(keyword).or_else(|| site.first(key::TYPE));
        let pair = |keyword: Key| Sides {
            old: place(&compared.old, keyword),
            new: place(&compared.new, keyword),
            around: compared.around,
        };
        if was.has_null() != is.has_null() && compared.old.is_typed() && compared.new.is_typed() {
            let null = self.schemas.types(&["null"]);
            let not_null = self.schemas.not(null);
            let (action, new, old) = if is.has_null() {
                (Action::Added, None, Some(not_null))
            } else {
                (Action::Removed, Some(not_null), None)
            };
            let change = Change::of(compared.kind, "nullable", pair(key::NULLABLE))
                .action(action)
                .texts(was.has_null().to_string(), is.has_null().to_string());
            self.judge(compared, change, new, old);
            (was, is) = (was.without_null(), is.without_null());
        }
        let both_null = was.has_null() || is.has_null();
        let (left, right) = (was.without_null(), is.without_null());
        if left == right {
            return false;
        }
        let change = Change::of(compared.kind, "type", pair(key::TYPE))
            .action(Action::Changed)
            .texts(left.shown(), right.shown());
        if compared.carrier == Carrier::Text {
            let (left, right) = (left.as_text(), right.as_text());
            if left == right {
                return true;
            }
            // An integer is a string as well in text; what JSON says of types does not count.
            if left.is_within(right) || right.is_within(left) {
                let effect = if left.is_within(right) {
                    Effect::Widens
                } else {
                    Effect::Narrows
                };
                self.tell_types_of_text(compared, change.effect(compared.direction, effect));
                return true;
            }
        }
        let mut id = |types: Types| {
            let mut words = types.words();
            if both_null {
                words.push("null");
            }
            self.schemas.types(&words)
        };
        let (old, new) = (id(left), id(right));
        self.judge(compared, change, Some(new), Some(old));
        false
    }

    /// Tells that text can be of more types now, or of fewer.
    fn tell_types_of_text(&mut self, compared: &Compared<'w>, change: Change<'w>) {
        let change = change.fact("name", compared.name.clone());
        let (inner, outer, safe) = match compared.direction {
            Direction::Request => (compared.old_id, compared.new_id, Effect::Widens),
            Direction::Response => (compared.new_id, compared.old_id, Effect::Narrows),
        };
        if change.effect == safe {
            let proof = match compared.direction {
                Direction::Request => "as text, every value that was taken is taken still",
                Direction::Response => "as text, every value that is given now was allowed before",
            };
            self.tell(compared.unit, change.because(proof));
        } else {
            // A string that looks like a number is one as text, and shows nothing.
            let is_plain = |value: &Value| {
                let text = value.as_str();
                text.is_none_or(|text| serde_json::from_str::<Value>(text).is_err())
            };
            let shown_by = self.refuting(inner, outer).filter(is_plain);
            self.tell_shown(compared.unit, change, shown_by);
        }
    }

    pub(crate) fn refuting(&mut self, inner: SchemaId, outer: SchemaId) -> Option<Value> {
        match self.schemas.contains(inner, outer) {
            Containment::Refuted(value) => Some(value),
            Containment::Contained | Containment::Undecided(_) => None,
        }
    }

    pub(crate) fn compare_values(&mut self, compared: &Compared<'w>) {
        self.compare_extensible(compared);
        let (was, is) = (compared.old.values(), compared.new.values());
        let keywords = [key::ENUM, key::CONST];
        let place = |site: &Site<'w>| site.first(key::ENUM).or_else(|| site.first(key::CONST));
        let pair = Sides {
            old: place(&compared.old),
            new: place(&compared.new),
            around: compared.around,
        };
        let (old, new) = (
            self.demand(&compared.old, &keywords, compared.direction),
            self.demand(&compared.new, &keywords, compared.direction),
        );
        if old == new {
            return;
        }
        let texts = |values: &[Node<'w>]| values.iter().map(|value| shown(*value)).collect::<Vec<_>>().join(", ");
        let (Some(before), Some(now)) = (was, is) else {
            let field = match (pair.old, pair.new) {
                (None, Some(node)) | (Some(node), None) if node.key() == Some(key::CONST) => "const",
                _ => "enum",
            };
            let listed = pair.new.or(pair.old).map(shown).unwrap_or_default();
            let change = Change::of(compared.kind, field, pair).fact("values", listed);
            self.judge(compared, change, new, old);
            return;
        };
        let is_constant = |node: Option<Node<'w>>| node.is_some_and(|node| node.key() == Some(key::CONST));
        if is_constant(pair.old) && is_constant(pair.new) {
            let change = Change::of(compared.kind, "const", pair).action(Action::Changed);
            self.judge(compared, change, new, old);
            return;
        }
        let removed = values_missing_in(&now, &before);
        let added = values_missing_in(&before, &now);
        if let Some(first) = removed.first() {
            let pair = Sides::removed(*first, pair.new.unwrap_or(compared.around));
            let change = Change::of(compared.kind, "enum-value", pair)
                .texts(texts(&removed), "")
                .fact("values", texts(&removed));
            self.judge(compared, change, new, None);
        }
        if let Some(first) = added.first() {
            let change = Change::of(compared.kind, "enum-value", Sides::added(*first))
                .texts("", texts(&added))
                .fact("values", texts(&added));
            self.judge(compared, change, None, old);
        }
    }

    /// Values that are examples of what may come, and not all.
    pub(crate) fn compare_extensible(&mut self, compared: &Compared<'w>) {
        let list = |site: &Site<'w>| -> Vec<Node<'w>> {
            site.first(key::X_EXTENSIBLE_ENUM)
                .map(|list| list.children().collect())
                .unwrap_or_default()
        };
        let (before, now) = (list(&compared.old), list(&compared.new));
        for value in &values_missing_in(&now, &before) {
            let around = compared.new.first(key::X_EXTENSIBLE_ENUM).unwrap_or(compared.around);
            let change = Change::of(compared.kind, "x-extensible-enum", Sides::removed(*value, around))
                .effect(compared.direction, Effect::Narrows)
                .fact("name", compared.name.clone())
                .fact("values", shown(*value));
            self.tell(compared.unit, change);
        }
        for value in &values_missing_in(&before, &now) {
            let change = Change::of(compared.kind, "x-extensible-enum", Sides::added(*value))
                .effect(compared.direction, Effect::Equal)
                .fact("name", compared.name.clone())
                .fact("values", shown(*value));
            self.tell(compared.unit, change);
        }
    }
}
