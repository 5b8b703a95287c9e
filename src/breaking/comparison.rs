//! The state of a comparison: what has been compared, what was found, and how changes are told.

use super::lifecycle::{self, Lifecycle};
use super::schema::Explained;
use super::security::SchemeNames;
use super::unchanged::Unchanged;
use super::units::{Carrier, Proved, Step, UnitId, UnitKey, Units};
use super::{Change, Settings};
use crate::document::{Direction, Kind, Node, content, grammar};
use crate::finding::{Action, Effect, Location};
use crate::schema::{Replay, Schemas};
use crate::syntax::{Key, NodeType, key};
use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::Value;
use std::borrow::Cow;

/// Characters of a value that messages show.
const SHOWN: usize = 60;

/// Compares the two versions of one description.
pub(super) struct Comparison<'w, 's> {
    pub(super) settings: &'s Settings,
    pub(super) units: Units,
    pub(super) unchanged: Unchanged,
    pub(super) schemas: Schemas<'w>,
    pub(super) replay: Replay,
    /// The schemas that units compare.
    pub(super) sites: FxHashMap<UnitId, (Vec<Node<'w>>, Vec<Node<'w>>)>,
    /// What is known of the units that have been compared to their end.
    pub(super) explained: FxHashMap<UnitId, Explained>,
    /// What security schemes are called.
    pub(super) scheme_names: SchemeNames,
    changes: Vec<Told<'w>>,
}

/// A change with the part that it was found in.
struct Told<'w> {
    unit: UnitId,
    change: Change<'w>,
    /// A value of this part that one version takes and the other refuses. It becomes a witness when all ways to the
    /// part are known, and the shortest can be taken.
    shown_by: Option<Value>,
}

/// A part of a description in both versions, or in one of them, and the nearest part around it that the new version
/// still has.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sides<'w> {
    pub(super) old: Option<Node<'w>>,
    pub(super) new: Option<Node<'w>>,
    pub(super) around: Node<'w>,
}

impl<'w> Sides<'w> {
    pub(super) fn both(old: Node<'w>, new: Node<'w>) -> Self {
        Self {
            old: Some(old),
            new: Some(new),
            around: new,
        }
    }

    pub(super) fn removed(old: Node<'w>, around: Node<'w>) -> Self {
        Self {
            old: Some(old),
            new: None,
            around,
        }
    }

    pub(super) fn added(new: Node<'w>) -> Self {
        Self {
            old: None,
            new: Some(new),
            around: new,
        }
    }

    /// What stands under a key on both sides; where it stands on neither, the pair itself.
    pub(super) fn at(old: Node<'w>, new: Node<'w>, key: Key) -> Self {
        match (old.get(key), new.get(key)) {
            (None, None) => Self::both(old, new),
            (old, now) => Self {
                old,
                new: now,
                around: new,
            },
        }
    }

    pub(super) fn action(&self) -> Action {
        match (self.old, self.new) {
            (Some(_), None) => Action::Removed,
            (None, _) => Action::Added,
            (Some(_), Some(_)) => Action::Changed,
        }
    }

    /// Whether nothing changed: what stands on one side only says what holds anyway.
    pub(super) fn says_the_same(&self) -> bool {
        match (self.old, self.new) {
            (Some(old), Some(new)) => notes_the_same(old, new),
            (Some(only), None) | (None, Some(only)) => says_nothing(only),
            (None, None) => true,
        }
    }

    /// The nodes that references on either side lead to.
    pub(super) fn follow(self) -> Self {
        Self {
            old: self.old.map(Node::follow),
            new: self.new.map(Node::follow),
            around: self.new.unwrap_or(self.around),
        }
    }
}

/// What stands under each name in one of two maps or in both: the names of the old one first, in their order. What is
/// gone would stand in the new map, or in what is around it.
pub(super) fn by_name<'w>(
    old: Option<Node<'w>>,
    new: Option<Node<'w>>,
    around: Node<'w>,
) -> impl Iterator<Item = (&'w str, Sides<'w>)> {
    let around = new.unwrap_or(around);
    let before = old.into_iter().flat_map(Node::children).map(move |was| {
        let name = key_of(was);
        let sides = Sides {
            old: Some(was),
            new: new.and_then(|map| map.find(name)),
            around,
        };
        (name, sides)
    });
    let added = new.into_iter().flat_map(Node::children).filter_map(move |is| {
        let name = key_of(is);
        let was = old.and_then(|map| map.find(name));
        was.is_none().then(|| (name, Sides::added(is)))
    });
    before.chain(added)
}

/// What a change of a field is called: every extension is one.
pub(super) fn field_name(name: &str) -> Cow<'static, str> {
    match Key::well_known(name).and_then(Key::well_known_text) {
        _ if name.starts_with("x-") => "extension".into(),
        Some(name) => name.into(),
        None => name.to_owned().into(),
    }
}

impl<'w> Change<'w> {
    /// A change of a kind of node; its field is empty where the node as a whole is meant.
    pub(super) fn of(kind: Kind, field: impl Into<Cow<'static, str>>, pair: Sides<'w>) -> Self {
        let node = pair.new.unwrap_or(pair.around).address();
        Self {
            kind,
            field: field.into(),
            action: pair.action(),
            direction: Direction::Request,
            effect: Effect::Equal,
            reason: None,
            doubt: None,
            old: pair.old,
            new: pair.new,
            place: Location::key(node),
            from: pair.old.map(shown).unwrap_or_default(),
            to: pair.new.map(shown).unwrap_or_default(),
            facts: Vec::new(),
            witness: None,
            reaches: Vec::new(),
            derivation: Vec::new(),
            promise: None,
            may_change: false,
        }
    }

    pub(super) fn action(mut self, action: Action) -> Self {
        self.action = action;
        self
    }

    pub(super) fn effect(mut self, direction: Direction, effect: Effect) -> Self {
        self.direction = direction;
        self.effect = effect;
        self
    }

    pub(super) fn fact(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.facts.push((name, value.into()));
        self
    }

    pub(super) fn yes(self, name: &'static str, holds: bool) -> Self {
        self.fact(name, if holds { "true" } else { "false" })
    }

    pub(super) fn texts(mut self, from: impl Into<String>, to: impl Into<String>) -> Self {
        self.from = from.into();
        self.to = to.into();
        self
    }

    pub(super) fn because(mut self, clause: impl Into<String>) -> Self {
        self.derivation.push(clause.into());
        self
    }
}

impl<'w, 's> Comparison<'w, 's> {
    pub(super) fn new(settings: &'s Settings) -> Self {
        Self {
            settings,
            units: Units::default(),
            unchanged: Unchanged::default(),
            schemas: Schemas::new(crate::schema::Bounds::default()),
            replay: Replay::new(),
            sites: FxHashMap::default(),
            explained: FxHashMap::default(),
            scheme_names: SchemeNames::default(),
            changes: Vec::new(),
        }
    }

    /// Notes a change of a unit.
    pub(super) fn tell(&mut self, unit: UnitId, change: Change<'w>) {
        self.tell_shown(unit, change, None);
    }

    /// Notes a change of a unit that a value shows.
    pub(super) fn tell_shown(&mut self, unit: UnitId, change: Change<'w>, shown_by: Option<Value>) {
        self.changes.push(Told { unit, change, shown_by });
    }

    /// Number of changes noted so far.
    pub(super) fn told(&self) -> usize {
        self.changes.len()
    }

    /// The changes noted after the first so many.
    pub(super) fn changes_since(&self, told: usize) -> impl Iterator<Item = &Change<'w>> {
        self.changes[told..].iter().map(|told| &told.change)
    }

    /// How far something is on its way out.
    pub(super) fn lifecycle(&self, node: Node<'_>) -> Lifecycle {
        lifecycle::of(node, self.settings.as_of)
    }

    /// How far what is gone was on its way out, and until when it was to stay.
    pub(super) fn out_of_life(&self, change: Change<'w>, nodes: &[Node<'w>]) -> Change<'w> {
        let least = nodes
            .iter()
            .map(|node| (self.lifecycle(*node), *node))
            .min_by_key(|(lifecycle, _)| *lifecycle);
        let Some((lifecycle, node)) = least else {
            return change;
        };
        let date = node.get(key::X_SUNSET).map_or("", |sunset| sunset.text());
        change.fact("lifecycle", lifecycle.name()).fact("date", date)
    }

    /// The unit of two nodes, if they have not been compared before.
    pub(super) fn first_visit(
        &mut self,
        unit: UnitId,
        step: Step,
        old: Node<'w>,
        new: Node<'w>,
        direction: Direction,
    ) -> Option<UnitId> {
        let key = UnitKey {
            old: vec![old.address()],
            new: vec![new.address()],
            direction,
            carrier: Carrier::default(),
            proved: Proved::default(),
        };
        let (unit, is_first) = self.units.enter(unit, step, key);
        is_first.then_some(unit)
    }

    /// Tells every field in which two nodes of a kind differ and that nobody else looks at.
    pub(super) fn fields(&mut self, unit: UnitId, kind: Kind, old: Node<'w>, new: Node<'w>, handled: &[Key]) {
        for (name, pair) in by_name(Some(old), Some(new), new) {
            let key = Key::well_known(name);
            if !key.is_some_and(|key| handled.contains(&key)) {
                self.field(unit, kind, name, pair);
            }
        }
    }

    /// Tells the extensions in which two maps of things with names differ.
    pub(super) fn extensions(&mut self, unit: UnitId, kind: Kind, old: Node<'w>, new: Node<'w>) {
        for (name, pair) in by_name(Some(old), Some(new), new) {
            if name.starts_with("x-") {
                self.field(unit, kind, name, pair);
            }
        }
    }

    /// Tells a field in which two nodes of a kind differ.
    pub(super) fn field(&mut self, unit: UnitId, kind: Kind, name: &str, pair: Sides<'w>) {
        if !pair.says_the_same() {
            let change = Change::of(kind, field_name(name), pair);
            self.tell(unit, change.fact("name", name));
        }
    }

    /// All changes that were noted, with the operations that they reach and the values that show them.
    pub(super) fn finish(mut self) -> Vec<Change<'w>> {
        let told = std::mem::take(&mut self.changes);
        told.into_iter().map(|told| self.complete(told)).collect()
    }

    fn complete(&mut self, told: Told<'w>) -> Change<'w> {
        let Told {
            unit,
            mut change,
            shown_by,
        } = told;
        if let Some(value) = shown_by {
            let name = change.facts.iter().find(|(fact, _)| *fact == "name");
            let name = name.map(|(_, name)| name.clone()).unwrap_or_default();
            change.witness = self.witness(unit, change.direction, &name, &value);
            match &change.witness {
                Some(witness) => change.derivation.push(format!("this {} shows it", witness.at)),
                None => {
                    change.reason = Some("no value could be shown that an ordinary validator refuses".to_owned());
                }
            }
        }
        change.reaches = self.units.operations(unit);
        if !change.facts.iter().any(|(fact, _)| *fact == "place") {
            let place = match self.units.place(unit) {
                place if place.is_empty() => change.reaches.first().cloned().unwrap_or_default(),
                place => place,
            };
            change.facts.push(("place", place));
        }
        change
    }
}

/// Whether two nodes say the same; what references lead to is compared elsewhere.
pub(super) fn says_the_same(old: Node<'_>, new: Node<'_>) -> bool {
    content::same(old.document().tree(), old.id(), new.document().tree(), new.id())
}

/// The values that are not among others, in their order.
pub(super) fn values_missing_in<'w>(others: &[Node<'w>], values: &[Node<'w>]) -> Vec<Node<'w>> {
    let hash = |value: &Node<'w>| content::hash(value.document().tree(), value.id());
    let known: FxHashSet<u64> = others.iter().map(hash).collect();
    values
        .iter()
        .copied()
        .filter(|value| !known.contains(&hash(value)))
        .collect()
}

/// Whether a field says what holds where nothing is said.
pub(super) fn is_default(node: Node<'_>) -> bool {
    let default = || {
        let grammar = node.grammar()?;
        grammar.field(node.parent()?.kind(), node.key()?)?.default
    };
    default().is_some_and(|default| match node.node_type() {
        NodeType::String => default.trim_matches('"') == node.text(),
        NodeType::List => default == "[]" && node.children().next().is_none(),
        NodeType::Map | NodeType::Lost => false,
        NodeType::Null | NodeType::Boolean | NodeType::Number => default == node.text(),
    })
}

/// Whether a note is as good as none: it says what holds anyway, or is a list or map with nothing in it.
pub(super) fn says_nothing(node: Node<'_>) -> bool {
    let is_collection = || {
        let grammar = node.grammar()?;
        let field = grammar.field(node.parent()?.kind(), node.key()?)?;
        Some(matches!(field.value, grammar::Value::List(_) | grammar::Value::Map(_)))
    };
    let is_empty = node.node_type().is_container() && node.children().next().is_none();
    is_default(node) || is_empty && is_collection() == Some(true)
}

/// Whether two notes say the same: the order of a list of tags or examples tells nothing.
pub(super) fn notes_the_same(old: Node<'_>, new: Node<'_>) -> bool {
    let hashes = |node: Node<'_>| {
        let tree = node.document().tree();
        let mut hashes: Vec<u64> = node.children().map(|child| content::hash(tree, child.id())).collect();
        hashes.sort_unstable();
        hashes
    };
    match (old.node_type(), new.node_type()) {
        (NodeType::List, NodeType::List) => hashes(old) == hashes(new),
        // What stands under a name may be referred to, and what holds anyway may be said.
        (NodeType::Map, NodeType::Map) => {
            let is_matched = |one: Node<'_>, other: Node<'_>| {
                one.children().all(|child| match other.find(key_of(child)) {
                    Some(partner) => says_the_same(child.follow(), partner.follow()),
                    None => says_nothing(child),
                })
            };
            is_matched(old, new) && is_matched(new, old)
        }
        _ => says_the_same(old, new),
    }
}

/// A value as messages show it: scalars in full, containers by their size.
pub(super) fn shown(node: Node<'_>) -> String {
    match node.node_type() {
        NodeType::Map | NodeType::Lost => String::new(),
        NodeType::List => {
            let scalars: Option<Vec<String>> = node
                .children()
                .map(|child| (!child.node_type().is_container()).then(|| shown(child)))
                .collect();
            scalars.map(|scalars| cut(&scalars.join(", "))).unwrap_or_default()
        }
        NodeType::Null => "null".to_owned(),
        // A string that looks like something else, or like nothing, is shown as one.
        NodeType::String if node.text().is_empty() || serde_json::from_str::<Value>(node.text()).is_ok() => {
            format!("\"{}\"", cut(node.text()))
        }
        _ => cut(node.text()),
    }
}

/// The start of a text that is too long for a message.
pub(super) fn cut(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    let mut shown: String = line.chars().take(SHOWN).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}

/// The title that people know a part by: its key, where a reference does not hide it.
pub(super) fn key_of<'w>(node: Node<'w>) -> &'w str {
    node.key_text().unwrap_or_default()
}

/// Whether a flag is set.
pub(super) fn flag(node: Option<Node<'_>>, name: Key) -> bool {
    node.is_some_and(|node| node.is_true(name))
}

/// What a reference, or what is written around it, says of deprecation.
pub(super) const LIFECYCLE_KEYS: &[Key] = &[key::DEPRECATED, key::X_SUNSET, key::X_STABILITY_LEVEL];

/// Whether two names differ in capitals and separators only.
pub(super) fn is_respelt(old: &str, new: &str) -> bool {
    let plain = |name: &str| -> String {
        name.chars()
            .filter(|letter| letter.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect()
    };
    plain(old) == plain(new) && old != new
}
