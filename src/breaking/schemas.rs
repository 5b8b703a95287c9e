//! Schemas: which demands changed, what that does to the values that are allowed, and a value that shows it.
//!
//! A schema is the conjunction of its demands. The old version is within the new one if it keeps every demand of the
//! new one, so each demand is judged for itself: what it refuses of what was allowed is what it breaks. Parts that
//! are demands on parts (members, elements, alternatives) are compared in turn.

use super::Change;
use super::comparison::{Comparison, Sides, key_of, says_the_same, shown};
use super::facets::{Others, PLACE_KEYS, SCHEMA_KEYS, Site, Wrapped};
use super::units::{Proved, Step, UnitId, UnitKey, addresses};
use crate::document::{Direction, Kind, Node};
use crate::finding::{Action, Effect, Witness};
use crate::schema::{self, Containment, SchemaId};
use crate::syntax::{Key, key};
use rustc_hash::FxHashSet;
use serde_json::Value;

/// What carries the values of a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) enum Carrier {
    /// JSON, in which types can be told apart.
    #[default]
    Json,
    /// XML, in which names and attributes count, too.
    Xml,
    /// Text, in which every scalar looks like a string: parameters and headers.
    Text,
}

impl Carrier {
    pub(super) fn of(is_json: bool, is_xml: bool) -> Self {
        match (is_json, is_xml) {
            (_, true) => Self::Xml,
            (true, _) => Self::Json,
            // Forms and other bodies carry members with values that are text.
            (false, false) => Self::Json,
        }
    }
}

/// Keywords that make one demand together, by the field that a change of it names.
const DEMANDS: &[(&str, &[Key])] = &[
    ("minimum", &[key::MINIMUM, key::EXCLUSIVE_MINIMUM]),
    ("maximum", &[key::MAXIMUM, key::EXCLUSIVE_MAXIMUM]),
    ("multipleOf", &[key::MULTIPLE_OF]),
    ("minLength", &[key::MIN_LENGTH]),
    ("maxLength", &[key::MAX_LENGTH]),
    ("pattern", &[key::PATTERN]),
    ("minItems", &[key::MIN_ITEMS]),
    ("maxItems", &[key::MAX_ITEMS]),
    ("uniqueItems", &[key::UNIQUE_ITEMS]),
    ("minProperties", &[key::MIN_PROPERTIES]),
    ("maxProperties", &[key::MAX_PROPERTIES]),
    ("patternProperties", &[key::PATTERN_PROPERTIES]),
    ("propertyNames", &[key::PROPERTY_NAMES]),
    ("contains", &[key::CONTAINS, key::MIN_CONTAINS, key::MAX_CONTAINS]),
    ("additionalItems", &[key::ADDITIONAL_ITEMS]),
    ("dependentRequired", &[key::DEPENDENT_REQUIRED]),
    ("dependentSchemas", &[key::DEPENDENT_SCHEMAS]),
    ("dependencies", &[key::DEPENDENCIES]),
    ("unevaluatedItems", &[key::UNEVALUATED_ITEMS]),
    ("if", &[key::IF, key::THEN, key::ELSE]),
    ("not", &[key::NOT]),
    ("$dynamicRef", &[key::DOLLAR_DYNAMIC_REF, key::DOLLAR_RECURSIVE_REF]),
];

/// Keywords that say something about values without restricting them.
const NOTES: &[(&str, Key)] = &[
    ("contentEncoding", key::CONTENT_ENCODING),
    ("contentMediaType", key::CONTENT_MEDIA_TYPE),
    ("contentSchema", key::CONTENT_SCHEMA),
];

/// A schema in both versions, as its demands are compared.
struct Compared<'w> {
    unit: UnitId,
    kind: Kind,
    direction: Direction,
    carrier: Carrier,
    proved: Proved,
    old: Site<'w>,
    new: Site<'w>,
    old_id: SchemaId,
    new_id: SchemaId,
    /// Where what is gone would stand.
    around: Node<'w>,
    name: String,
}

/// Whether one set of values is within another.
enum Within {
    Proved,
    /// This value is not.
    Refuted(Value),
    Undecided(&'static str),
}

/// What is known when a schema and everything below it have been compared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Explained {
    /// A change was told that is not proved to be safe.
    told: bool,
    /// Members that nobody declared were left out of account.
    undeclared: bool,
}

impl Explained {
    fn or(self, other: Self) -> Self {
        Self {
            told: self.told || other.told,
            undeclared: self.undeclared || other.undeclared,
        }
    }
}

impl<'w> Comparison<'w, '_> {
    /// Compares what a body, parameter or header may hold.
    pub(super) fn compare_schema(
        &mut self,
        unit: UnitId,
        direction: Direction,
        old: Node<'w>,
        new: Node<'w>,
        carrier: Carrier,
    ) {
        self.compare_nodes(
            unit,
            Step::Same,
            direction,
            carrier,
            Proved::default(),
            (&[old], &[new]),
        );
    }

    /// A body that had no schema has one: what it refuses was allowed.
    pub(super) fn tell_schema_added(&mut self, unit: UnitId, direction: Direction, change: Change<'w>, new: Node<'w>) {
        let (anything, schema) = (self.schemas.anything(), self.schemas.read(&[new], Some(direction)));
        if let Containment::Refuted(value) = self.schemas.contains(anything, schema) {
            let refused = self.replay.check(&[new], Some(direction), &value);
            if let Ok(Some(reason)) = refused {
                let place = self.units.place(unit);
                let witness = Witness {
                    at: place,
                    value,
                    old: "valid".to_owned(),
                    new: reason,
                };
                let change = Change {
                    witness: (direction == Direction::Request).then_some(witness),
                    ..change
                };
                self.tell(unit, change);
            }
        }
    }

    /// A body that had a schema has none: it may hold anything.
    pub(super) fn tell_schema_removed(
        &mut self,
        unit: UnitId,
        direction: Direction,
        change: Change<'w>,
        old: Node<'w>,
    ) {
        let (anything, schema) = (self.schemas.anything(), self.schemas.read(&[old], Some(direction)));
        if let Containment::Refuted(value) = self.schemas.contains(anything, schema) {
            let refused = self.replay.check(&[old], Some(direction), &value);
            if let Ok(Some(reason)) = refused {
                let place = self.units.place(unit);
                let witness = Witness {
                    at: place,
                    value,
                    old: reason,
                    new: "valid".to_owned(),
                };
                let change = Change {
                    witness: (direction == Direction::Response).then_some(witness),
                    ..change
                };
                self.tell(unit, change);
            }
        }
    }

    fn compare_nodes(
        &mut self,
        parent: UnitId,
        step: Step,
        direction: Direction,
        carrier: Carrier,
        proved: Proved,
        (old, new): (&[Node<'w>], &[Node<'w>]),
    ) -> Explained {
        let follow = |nodes: &[Node<'w>]| -> Vec<Node<'w>> { nodes.iter().map(|node| node.follow()).collect() };
        let (old, new) = (&*follow(old), &*follow(new));
        let (Some(was), Some(is)) = (old.first(), new.first()) else {
            return Explained::default();
        };
        if old.len() == new.len() && old.iter().zip(new).all(|(was, is)| self.unchanged.is(*was, *is)) {
            return Explained::default();
        }
        let key = UnitKey {
            old: addresses(old),
            new: addresses(new),
            direction,
            carrier,
            proved,
        };
        let (unit, is_first) = self.units.enter(parent, step, key);
        if !is_first {
            // What is being compared further up, or has been compared, has told what there is to tell.
            return Explained {
                told: true,
                undeclared: true,
            };
        }
        self.sites.insert(unit, (old.to_vec(), new.to_vec()));
        if let ([was], [is]) = (old, new)
            && let (Some(before), Some(now)) = (Wrapped::of(*was), Wrapped::of(*is))
            && before.or_null == now.or_null
        {
            // What many places refer to is compared once, whatever each of them writes around the reference.
            let wrapped = (Site::alone(*was), Site::alone(*is));
            self.compare_annotations(unit, direction, Kind::Schema, *is, &wrapped.0, &wrapped.1);
            let inner: (&[Node<'w>], &[Node<'w>]) = (&[before.inner], &[now.inner]);
            return self.compare_nodes(unit, Step::Branch, direction, carrier, proved, inner);
        }
        let (old_site, new_site) = (Site::of(old), Site::of(new));
        let (Some(face), Some(_)) = (new_site.face(), old_site.face()) else {
            return Explained::default();
        };
        let view = Some(direction);
        let compared = Compared {
            unit,
            kind: match face.kind() {
                Kind::Parameter | Kind::Header | Kind::Items => face.kind(),
                _ => Kind::Schema,
            },
            direction,
            carrier,
            proved,
            old_id: self.schemas.read(old, view),
            new_id: self.schemas.read(new, view),
            old: old_site,
            new: new_site,
            around: face,
            name: name_of(*was, *is),
        };
        self.compare_demands(compared)
    }

    fn compare_demands(&mut self, mut compared: Compared<'w>) -> Explained {
        let told_before = self.told();
        self.compare_notes(&compared);
        if compared.old_id == compared.new_id {
            compared.proved = Proved {
                old_in_new: true,
                new_in_old: true,
            };
        }
        let mut whole = Within::Proved;
        let is_proved = match compared.direction {
            Direction::Request => &mut compared.proved.old_in_new,
            Direction::Response => &mut compared.proved.new_in_old,
        };
        if !*is_proved {
            let (inner, outer) = match compared.direction {
                Direction::Request => (compared.old_id, compared.new_id),
                Direction::Response => (compared.new_id, compared.old_id),
            };
            whole = match self.schemas.contains(inner, outer) {
                Containment::Contained => {
                    *is_proved = true;
                    Within::Proved
                }
                Containment::Refuted(value) => Within::Refuted(value),
                Containment::Undecided(reason) => Within::Undecided(reason.clause()),
            };
        }
        if self.compare_as_a_whole(&compared) {
            return Explained {
                told: self.told() > told_before,
                undeclared: false,
            };
        }
        let as_text = self.compare_types(&compared);
        self.compare_values(&compared);
        for (field, keywords) in DEMANDS {
            self.compare_demand(&compared, field, keywords);
        }
        let mut explained = self.compare_members(&compared);
        // What differs as JSON and not as text is explained by that.
        explained.undeclared |= as_text;
        explained = explained.or(self.compare_elements(&compared));
        for (keyword, field) in [(key::ONE_OF, "one-of-branch"), (key::ANY_OF, "any-of-branch")] {
            explained = explained.or(self.compare_alternatives(&compared, keyword, field));
        }
        let unsafe_told = self.tells_danger(told_before, compared.direction);
        explained.told |= unsafe_told;
        if !explained.told && !explained.undeclared {
            self.tell_the_rest(&compared, whole);
            explained.told = self.told() > told_before;
        }
        explained
    }

    /// Whether a change was noted since then that may break clients.
    fn tells_danger(&self, since: usize, direction: Direction) -> bool {
        self.changes_since(since).any(|change| {
            change.direction == direction
                && match change.effect {
                    Effect::Equal => false,
                    Effect::Narrows => direction == Direction::Request,
                    Effect::Widens => direction == Direction::Response,
                    Effect::Incomparable | Effect::Unknown => true,
                }
        })
    }

    /// The schemas differ, and no demand of them shows it alone.
    fn tell_the_rest(&mut self, compared: &Compared<'w>, whole: Within) {
        let pair = self.pair(compared);
        let change = Change::of(Kind::Schema, "schema", pair)
            .action(Action::Changed)
            .texts("", "");
        match whole {
            Within::Proved => {}
            Within::Refuted(value) => {
                let effect = match compared.direction {
                    Direction::Request => Effect::Narrows,
                    Direction::Response => Effect::Widens,
                };
                if let Some(witness) = self.witness(compared.unit, compared.direction, &value) {
                    let change = change.effect(compared.direction, effect);
                    let change = Change {
                        witness: Some(witness),
                        ..change
                    };
                    self.tell(compared.unit, change.fact("name", compared.name.clone()));
                }
            }
            Within::Undecided(reason) => {
                // Every demand was decided, unless something is outside what demands can say.
                if compared.old.unknown || compared.new.unknown {
                    let change = change.effect(compared.direction, Effect::Unknown);
                    let change = Change {
                        reason: Some(reason.to_owned()),
                        ..change
                    };
                    self.tell(compared.unit, change.fact("name", compared.name.clone()));
                }
            }
        }
    }

    fn pair(&self, compared: &Compared<'w>) -> Sides<'w> {
        let site = self.sites.get(&compared.unit);
        Sides {
            old: site.and_then(|(old, _)| old.first().copied()),
            new: site.and_then(|(_, new)| new.first().copied()),
            around: compared.around,
        }
    }

    /// Schemas that share too little to be compared demand by demand.
    fn compare_as_a_whole(&mut self, compared: &Compared<'w>) -> bool {
        let (anything, nothing) = (self.schemas.anything(), self.schemas.nothing());
        let has = |site: &Site<'w>, keyword: Key| !site.compositions(keyword).is_empty();
        let sorts = |site: &Site<'w>| (has(site, key::ONE_OF), has(site, key::ANY_OF));
        let extreme = [compared.old_id, compared.new_id]
            .iter()
            .any(|id| *id == anything || *id == nothing);
        let field = if extreme && compared.old_id != compared.new_id {
            "schema"
        } else if sorts(&compared.old) != sorts(&compared.new) {
            "composition"
        } else {
            return false;
        };
        let word = |id: SchemaId, site: &Site<'w>| {
            if id == anything {
                "true".to_owned()
            } else if id == nothing {
                "false".to_owned()
            } else {
                match sorts(site) {
                    (true, true) => "oneOf and anyOf".to_owned(),
                    (true, false) => "oneOf".to_owned(),
                    (false, true) => "anyOf".to_owned(),
                    (false, false) => site.types().shown(),
                }
            }
        };
        let pair = self.pair(compared);
        let change = Change::of(Kind::Schema, field, pair).action(Action::Changed).texts(
            word(compared.old_id, &compared.old),
            word(compared.new_id, &compared.new),
        );
        self.judge(compared, change, Some(compared.new_id), Some(compared.old_id));
        true
    }

    /// Whether one set of values is within another, unless that has been proved of something around it.
    fn within(&mut self, inner: SchemaId, outer: Option<SchemaId>, is_proved: bool) -> Within {
        let Some(outer) = outer.filter(|_| !is_proved) else {
            return Within::Proved;
        };
        match self.schemas.contains(inner, outer) {
            Containment::Contained => Within::Proved,
            Containment::Refuted(value) => Within::Refuted(value),
            Containment::Undecided(reason) => Within::Undecided(reason.clause()),
        }
    }

    /// Tells a change of a demand with its effect: what the new demand refuses of the old values, and the old one of
    /// the new. A demand that refuses nothing on either side is said in other words only, and not told.
    fn judge(
        &mut self,
        compared: &Compared<'w>,
        change: Change<'w>,
        new_demand: Option<SchemaId>,
        old_demand: Option<SchemaId>,
    ) -> bool {
        self.judge_between(
            compared,
            change,
            (compared.old_id, new_demand),
            (compared.new_id, old_demand),
        )
    }

    /// [`Self::judge`] for what is told in any case.
    fn judge_or_note(
        &mut self,
        compared: &Compared<'w>,
        change: Change<'w>,
        new_demand: Option<SchemaId>,
        old_demand: Option<SchemaId>,
    ) {
        if !self.judge(compared, change.clone(), new_demand, old_demand) {
            self.tell(compared.unit, change.effect(compared.direction, Effect::Equal));
        }
    }

    /// [`Self::judge`] for values that are not all of the schema's.
    fn judge_between(
        &mut self,
        compared: &Compared<'w>,
        change: Change<'w>,
        (old_values, new_demand): (SchemaId, Option<SchemaId>),
        (new_values, old_demand): (SchemaId, Option<SchemaId>),
    ) -> bool {
        let lost = self.within(old_values, new_demand, compared.proved.old_in_new);
        let gained = self.within(new_values, old_demand, compared.proved.new_in_old);
        let (relevant, proof) = match compared.direction {
            Direction::Request => (&lost, "proved: every value that was taken is taken still"),
            Direction::Response => (&gained, "proved: every value that is given now was allowed before"),
        };
        let is_open = |within: &Within| !matches!(within, Within::Proved);
        let effect = match (is_open(&lost), is_open(&gained)) {
            _ if matches!(relevant, Within::Undecided(_)) => Effect::Unknown,
            (false, false) => return false,
            (true, false) => Effect::Narrows,
            (false, true) => Effect::Widens,
            (true, true) => Effect::Incomparable,
        };
        let mut change = change.effect(compared.direction, effect);
        if !change.facts.iter().any(|(name, _)| *name == "name") {
            change = change.fact("name", compared.name.clone());
        }
        let mut shown_by = None;
        match relevant {
            Within::Proved => change = change.because(proof),
            Within::Refuted(value) => shown_by = Some(value.clone()),
            Within::Undecided(clause) => change.reason = Some((*clause).to_owned()),
        }
        self.tell_shown(compared.unit, change, shown_by);
        true
    }

    /// The value in the request or response that holds it, refused by an ordinary validator on one side and taken on
    /// the other.
    pub(super) fn witness(&mut self, unit: UnitId, direction: Direction, value: &Value) -> Option<Witness> {
        let way: Vec<(UnitId, Step)> = self
            .units
            .way(unit)
            .into_iter()
            .map(|(id, step)| (id, step.clone()))
            .collect();
        let root = way.iter().position(|(id, _)| self.sites.contains_key(id))?;
        let steps: Vec<schema::Step> = way[root + 1..]
            .iter()
            .filter_map(|(_, step)| match step {
                Step::Property(name) => Some(schema::Step::Property(name.clone())),
                Step::OtherProperties => Some(schema::Step::AdditionalProperty),
                Step::Item(index) => Some(schema::Step::Item(*index)),
                Step::Items => Some(schema::Step::Items),
                Step::Operation(_) | Step::Part(_) | Step::Branch | Step::Same => None,
            })
            .collect();
        let root = way[root].0;
        let sides = |comparison: &Self, unit: UnitId| {
            let (old, new) = comparison.sites.get(&unit)?.clone();
            Some(match direction {
                Direction::Request => (old, new),
                Direction::Response => (new, old),
            })
        };
        let (taking, refusing) = sides(self, root)?;
        let whole = if steps.is_empty() {
            Some(value.clone())
        } else {
            let outer = self.schemas.read(&taking, Some(direction));
            self.schemas.around(outer, &steps, value)
        };
        let place = self.units.place(root);
        if let Some(whole) = whole
            && let Some(witness) = self.replayed(direction, place, whole, &taking, &refusing)
        {
            return Some(witness);
        }
        // What is around it may be out of reach; the part alone still shows what it takes and refuses.
        let (taking, refusing) = sides(self, unit)?;
        let place = self.units.place(unit);
        self.replayed(direction, place, value.clone(), &taking, &refusing)
    }

    fn replayed(
        &mut self,
        direction: Direction,
        at: String,
        value: Value,
        taking: &[Node<'w>],
        refusing: &[Node<'w>],
    ) -> Option<Witness> {
        let taken = self.replay.check(taking, Some(direction), &value).ok()?;
        let refused = self.replay.check(refusing, Some(direction), &value).ok()?;
        let (None, Some(reason)) = (taken, refused) else {
            return None;
        };
        let valid = "valid".to_owned();
        let (old, new) = match direction {
            Direction::Request => (valid, reason),
            Direction::Response => (reason, valid),
        };
        Some(Witness { at, value, old, new })
    }

    /// What keywords demand together, in all parts of a site that have one of them.
    fn demand(&mut self, site: &Site<'w>, keywords: &[Key], direction: Direction) -> Option<SchemaId> {
        let mut demands = Vec::new();
        for part in &site.parts {
            for keyword in keywords.iter().filter(|keyword| part.get(**keyword).is_some()) {
                demands.push(self.schemas.read_keyword(*part, *keyword, Some(direction)));
            }
        }
        if demands.is_empty() {
            return None;
        }
        let mut all = self.schemas.all_of(&demands);
        if site.or_null {
            let null = self.schemas.types(&["null"]);
            all = self.schemas.any_of(&[all, null]);
        }
        Some(all)
    }

    fn compare_demand(&mut self, compared: &Compared<'w>, field: &'static str, keywords: &[Key]) {
        let says = |site: &Site<'w>| keywords.iter().find_map(|keyword| site.first(*keyword));
        let (was, is) = (says(&compared.old), says(&compared.new));
        if was.is_none() && is.is_none() {
            return;
        }
        let old = self.demand(&compared.old, keywords, compared.direction);
        let new = self.demand(&compared.new, keywords, compared.direction);
        if old == new {
            return;
        }
        // Saying what holds anyway is saying nothing.
        let anything = Some(self.schemas.anything());
        let (old, new) = (
            old.filter(|old| Some(*old) != anything),
            new.filter(|new| Some(*new) != anything),
        );
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
    fn compare_types(&mut self, compared: &Compared<'w>) -> bool {
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
            // Text that was an integer is a string as well; what JSON says of types does not count.
            if left.is_within(right) {
                let change = change
                    .effect(compared.direction, Effect::Widens)
                    .because("as text, every value that was taken is taken still")
                    .fact("name", compared.name.clone());
                let shown_by = match compared.direction {
                    Direction::Request => None,
                    Direction::Response => self.refuting(compared.new_id, compared.old_id),
                };
                self.tell_shown(compared.unit, change, shown_by);
                return true;
            }
        }
        let mut id = |types: super::facets::Types| {
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

    fn refuting(&mut self, inner: SchemaId, outer: SchemaId) -> Option<Value> {
        match self.schemas.contains(inner, outer) {
            Containment::Refuted(value) => Some(value),
            Containment::Contained | Containment::Undecided(_) => None,
        }
    }

    fn compare_values(&mut self, compared: &Compared<'w>) {
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
        let lacks = |values: &[Node<'w>], value: Node<'w>| !values.iter().any(|other| says_the_same(*other, value));
        let removed: Vec<Node<'w>> = before.iter().copied().filter(|value| lacks(&now, *value)).collect();
        let added: Vec<Node<'w>> = now.iter().copied().filter(|value| lacks(&before, *value)).collect();
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
    fn compare_extensible(&mut self, compared: &Compared<'w>) {
        let list = |site: &Site<'w>| -> Vec<Node<'w>> {
            site.first(key::X_EXTENSIBLE_ENUM)
                .map(|list| list.children().collect())
                .unwrap_or_default()
        };
        let (before, now) = (list(&compared.old), list(&compared.new));
        let lacks = |values: &[Node<'w>], value: Node<'w>| !values.iter().any(|other| says_the_same(*other, value));
        for value in before.iter().filter(|value| lacks(&now, **value)) {
            let around = compared.new.first(key::X_EXTENSIBLE_ENUM).unwrap_or(compared.around);
            let change = Change::of(compared.kind, "x-extensible-enum", Sides::removed(*value, around))
                .effect(compared.direction, Effect::Narrows)
                .fact("name", compared.name.clone())
                .fact("values", shown(*value));
            self.tell(compared.unit, change);
        }
        for value in now.iter().filter(|value| lacks(&before, **value)) {
            let change = Change::of(compared.kind, "x-extensible-enum", Sides::added(*value))
                .effect(compared.direction, Effect::Equal)
                .fact("name", compared.name.clone())
                .fact("values", shown(*value));
            self.tell(compared.unit, change);
        }
    }

    /// What is said of values beside what they are.
    fn compare_notes(&mut self, compared: &Compared<'w>) {
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
        let told = |field: &'static str, keyword: Key| {
            let pair = Sides {
                old: old.first(keyword),
                new: new.first(keyword),
                around: compared.around,
            };
            Change::of(compared.kind, field, pair)
                .effect(direction, Effect::Equal)
                .fact("name", name)
        };
        for (field, keyword) in [("readOnly", key::READ_ONLY), ("writeOnly", key::WRITE_ONLY)] {
            let (was, is) = (old.flag(keyword), new.flag(keyword));
            if was != is {
                let action = if is { Action::Added } else { Action::Removed };
                self.tell(compared.unit, told(field, keyword).action(action));
            }
        }
        let differs = |keyword: Key| match (old.first(keyword), new.first(keyword)) {
            (None, None) => false,
            (Some(was), Some(is)) => !says_the_same(was, is),
            _ => true,
        };
        if differs(key::DEFAULT) {
            self.tell(compared.unit, told("default", key::DEFAULT));
        }
        if differs(key::FORMAT) {
            let text = |site: &Site<'w>| site.first(key::FORMAT).map(|format| format.text());
            let effect = format_effect(text(old), text(new));
            self.tell(compared.unit, told("format", key::FORMAT).effect(direction, effect));
        }
        for (field, keyword) in NOTES {
            if differs(*keyword) {
                let change = told(field, *keyword).effect(direction, Effect::Incomparable);
                self.tell(compared.unit, change);
            }
        }
        if differs(key::XML) {
            let pair = Sides {
                old: old.first(key::XML),
                new: new.first(key::XML),
                around: compared.around,
            };
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
        let is_annotation = |node: &Node<'w>| {
            let known = |key: Key| SCHEMA_KEYS.contains(&key) || PLACE_KEYS.contains(&key);
            !node.key().is_some_and(known)
        };
        // What a part that is put together says counts where nothing stands before it.
        let notes = |site: &Site<'w>| -> Vec<(&'w str, Node<'w>)> {
            let mut seen = FxHashSet::default();
            let all = site.parts.iter().flat_map(|part| part.children().filter(is_annotation));
            all.filter(|note| seen.insert(key_of(*note)))
                .map(|note| (key_of(note), note))
                .collect()
        };
        let (before, now) = (notes(old), notes(new));
        let find = |notes: &[(&str, Node<'w>)], name: &str| {
            notes.iter().find(|(other, _)| *other == name).map(|(_, note)| *note)
        };
        let names = before
            .iter()
            .chain(now.iter().filter(|(name, _)| find(&before, name).is_none()));
        for (name, _) in names {
            let (was, is) = (find(&before, name), find(&now, name));
            let same = match (was, is) {
                (Some(was), Some(is)) => says_the_same(was, is),
                _ => false,
            };
            if same {
                continue;
            }
            let pair = Sides {
                old: was,
                new: is,
                around,
            };
            let field = match Key::well_known(name).and_then(Key::well_known_text) {
                Some(name) if !name.starts_with("x-") => name,
                // Keywords that nobody knows are annotations:
                // https://json-schema.org/draft/2020-12/json-schema-core#section-4.3.1
                _ => "extension",
            };
            let change = Change::of(kind, field, pair)
                .effect(direction, Effect::Equal)
                .fact("name", (*name).to_owned());
            self.tell(unit, change);
        }
    }

    fn compare_members(&mut self, compared: &Compared<'w>) -> Explained {
        let direction = compared.direction;
        let mark = match direction {
            Direction::Request => key::READ_ONLY,
            Direction::Response => key::WRITE_ONLY,
        };
        let is_hidden = |schemas: &[Node<'w>]| Site::of(schemas).flag(mark);
        let mut explained = Explained::default();
        let (before, now) = (compared.old.properties(), compared.new.properties());
        let (needed, needs) = (compared.old.required(), compared.new.required());
        let find = |properties: &[(&'w str, Vec<Node<'w>>)], positions: &Positions<'w>, name: &str| {
            positions.get(name).map(|position| properties[*position].1.clone())
        };
        let (old_positions, new_positions) = (positions(&before), positions(&now));
        let requires = |required: &[(&'w str, Node<'w>)], name: &str| {
            required.iter().find(|(other, _)| *other == name).map(|(_, node)| *node)
        };
        for (name, is) in &now {
            let Some(was) = find(&before, &old_positions, name) else {
                continue;
            };
            let mut proved = compared.proved;
            if is_hidden(&was) || is_hidden(is) {
                proved = Proved {
                    old_in_new: true,
                    new_in_old: true,
                };
            }
            let step = Step::Property((*name).to_owned());
            let carrier = compared.carrier;
            explained = explained.or(self.compare_nodes(compared.unit, step, direction, carrier, proved, (&was, is)));
        }
        let added = now.iter().filter(|(name, _)| !old_positions.contains_key(name));
        let mut removed: Vec<&(&str, Vec<Node<'w>>)> = before
            .iter()
            .filter(|(name, _)| !new_positions.contains_key(name))
            .collect();
        for (name, schemas) in added {
            let renamed = removed.iter().position(|(other, _)| is_respelt(other, name));
            if let Some(position) = renamed {
                let (other, was) = removed.remove(position);
                self.tell_renamed_member(compared, (other, was), (name, schemas));
                explained.undeclared = true;
                continue;
            }
            let required = requires(&needs, name).is_some() && !is_hidden(schemas);
            explained = explained.or(self.tell_added_member(compared, name, schemas, required));
        }
        for (name, schemas) in removed {
            let required = requires(&needed, name).is_some() && !is_hidden(schemas);
            explained = explained.or(self.tell_removed_member(compared, name, schemas, required));
        }
        let hidden = |properties: &[(&'w str, Vec<Node<'w>>)], positions: &Positions<'w>, name: &str| {
            find(properties, positions, name).is_some_and(|schemas| is_hidden(&schemas))
        };
        for (name, node) in &needs {
            let known = requires(&needed, name).is_some() && !hidden(&before, &old_positions, name);
            let told_with_it = new_positions.contains_key(name) && !old_positions.contains_key(name);
            if !known && !told_with_it && !hidden(&now, &new_positions, name) {
                let default =
                    find(&now, &new_positions, name).is_some_and(|s| Site::of(&s).first(key::DEFAULT).is_some());
                let old = find(&before, &old_positions, name).and_then(|schemas| schemas.first().copied());
                let pair = Sides {
                    old,
                    new: Some(*node),
                    around: compared.around,
                };
                let change = Change::of(Kind::Schema, "required", pair)
                    .action(Action::Added)
                    .texts("false", "true")
                    .fact("name", *name)
                    .yes("default", default);
                let demand = self.schemas.requires(name);
                self.judge(compared, change, Some(demand), None);
            }
        }
        for (name, node) in &needed {
            let known = requires(&needs, name).is_some() && !hidden(&now, &new_positions, name);
            let told_with_it = old_positions.contains_key(name) && !new_positions.contains_key(name);
            if !known && !told_with_it && !hidden(&before, &old_positions, name) {
                let new = find(&now, &new_positions, name).and_then(|schemas| schemas.first().copied());
                let pair = Sides {
                    old: Some(*node),
                    new,
                    around: compared.around,
                };
                let change = Change::of(Kind::Schema, "required", pair)
                    .action(Action::Removed)
                    .texts("true", "false")
                    .fact("name", *name);
                let demand = self.schemas.requires(name);
                self.judge(compared, change, None, Some(demand));
            }
        }
        explained.or(self.compare_others(compared))
    }

    fn tell_renamed_member(
        &mut self,
        compared: &Compared<'w>,
        (old_name, was): (&str, &[Node<'w>]),
        (name, is): (&str, &[Node<'w>]),
    ) {
        let pair = Sides {
            old: was.first().copied(),
            new: is.first().copied(),
            around: compared.around,
        };
        let change = Change::of(Kind::Schema, "property", pair)
            .effect(compared.direction, Effect::Incomparable)
            .texts(old_name, name)
            .fact("name", old_name);
        self.tell(compared.unit, change);
    }

    fn tell_added_member(
        &mut self,
        compared: &Compared<'w>,
        name: &str,
        schemas: &[Node<'w>],
        required: bool,
    ) -> Explained {
        let others = compared.old.others();
        let Some(node) = schemas.first() else {
            return Explained::default();
        };
        let site = Site::of(schemas);
        let change = Change::of(Kind::Schema, "property", Sides::added(*node))
            .texts("", name)
            .fact("name", name)
            .yes("required", required)
            .yes("default", site.first(key::DEFAULT).is_some())
            .yes("open", others == Others::Open);
        let demand = self.schemas.requires(name);
        if required {
            self.judge(compared, change, Some(demand), None);
        } else {
            let change = change.effect(compared.direction, Effect::Equal);
            match &others {
                Others::Closed(_) => {
                    let old = self.others_demand(&compared.old, compared.direction);
                    let with = self.schemas.all_of(&[compared.new_id, demand]);
                    let told = self.judge_between(compared, change.clone(), (compared.old_id, None), (with, old));
                    if !told {
                        self.tell(compared.unit, change);
                    }
                }
                Others::Open if self.settings.undeclared_members => {
                    let schema = self.schemas.read(schemas, Some(compared.direction));
                    let schema = self.schemas.property(name, schema);
                    if !self.judge(compared, change.clone(), Some(schema), None) {
                        self.tell(compared.unit, change);
                    }
                }
                Others::Open | Others::Schemas(_) => {
                    self.tell(compared.unit, change);
                }
            }
        }
        self.compare_declared(compared, name, &others, schemas, true)
    }

    fn tell_removed_member(
        &mut self,
        compared: &Compared<'w>,
        name: &str,
        schemas: &[Node<'w>],
        required: bool,
    ) -> Explained {
        let others = compared.new.others();
        let Some(node) = schemas.first() else {
            return Explained::default();
        };
        let site = Site::of(schemas);
        // Any part may say that the member goes.
        let said_by = site.parts.iter().copied().max_by_key(|part| self.lifecycle(*part));
        let around = compared.new.first(key::PROPERTIES).unwrap_or(compared.around);
        let change = Change::of(Kind::Schema, "property", Sides::removed(*node, around))
            .texts(name, "")
            .fact("name", name)
            .yes("required", required)
            .yes("open", others == Others::Open);
        let change = self.out_of_life(change, said_by.as_slice());
        let demand = self.schemas.requires(name);
        let new = match &others {
            Others::Closed(_) => self.others_demand(&compared.new, compared.direction),
            Others::Open | Others::Schemas(_) => None,
        };
        let with = self.schemas.all_of(&[compared.old_id, demand]);
        let old = required.then_some(demand);
        if !self.judge_between(compared, change.clone(), (with, new), (compared.new_id, old)) {
            self.tell(compared.unit, change.effect(compared.direction, Effect::Equal));
        }
        self.compare_declared(compared, name, &others, schemas, false)
    }

    /// A member that only one version declares is one of those that the other one speaks of together.
    fn compare_declared(
        &mut self,
        compared: &Compared<'w>,
        name: &str,
        others: &Others<'w>,
        schemas: &[Node<'w>],
        is_new: bool,
    ) -> Explained {
        match others {
            Others::Schemas(general) => {
                let step = Step::Property(name.to_owned());
                let pair: (&[Node<'w>], &[Node<'w>]) = if is_new { (general, schemas) } else { (schemas, general) };
                self.compare_nodes(
                    compared.unit,
                    step,
                    compared.direction,
                    compared.carrier,
                    compared.proved,
                    pair,
                )
            }
            Others::Open => Explained {
                told: false,
                undeclared: true,
            },
            Others::Closed(_) => Explained::default(),
        }
    }

    fn others_demand(&mut self, site: &Site<'w>, direction: Direction) -> Option<SchemaId> {
        self.demand(
            site,
            &[key::ADDITIONAL_PROPERTIES, key::UNEVALUATED_PROPERTIES],
            direction,
        )
    }

    /// The members that a schema does not name.
    fn compare_others(&mut self, compared: &Compared<'w>) -> Explained {
        let (before, now) = (compared.old.others(), compared.new.others());
        let node = |others: &Others<'w>| match others {
            Others::Open => None,
            Others::Closed(node) => Some(*node),
            Others::Schemas(nodes) => nodes.first().copied(),
        };
        match (&before, &now) {
            (Others::Open, Others::Open) | (Others::Closed(_), Others::Closed(_)) => Explained::default(),
            (Others::Schemas(was), Others::Schemas(is)) => self.compare_nodes(
                compared.unit,
                Step::OtherProperties,
                compared.direction,
                compared.carrier,
                compared.proved,
                (was, is),
            ),
            _ => {
                let pair = Sides {
                    old: node(&before).or_else(|| compared.old.first(key::ADDITIONAL_PROPERTIES)),
                    new: node(&now).or_else(|| compared.new.first(key::ADDITIONAL_PROPERTIES)),
                    around: compared.around,
                };
                let word = |others: &Others<'w>| match others {
                    Others::Open => "true",
                    Others::Closed(_) => "false",
                    Others::Schemas(_) => "a schema",
                };
                let is_unevaluated =
                    |node: Option<Node<'w>>| node.is_some_and(|node| node.key() == Some(key::UNEVALUATED_PROPERTIES));
                let field = if is_unevaluated(pair.new.or(pair.old)) {
                    "unevaluatedProperties"
                } else {
                    "additionalProperties"
                };
                let change = Change::of(compared.kind, field, pair).texts(word(&before), word(&now));
                let new = self.others_demand(&compared.new, compared.direction);
                let old = self.others_demand(&compared.old, compared.direction);
                self.judge(compared, change, new, old);
                Explained::default()
            }
        }
    }

    fn compare_elements(&mut self, compared: &Compared<'w>) -> Explained {
        let mut explained = Explained::default();
        let below = |comparison: &mut Self, step: Step, was: &[Node<'w>], is: &[Node<'w>]| {
            let (unit, direction) = (compared.unit, compared.direction);
            comparison.compare_nodes(unit, step, direction, compared.carrier, compared.proved, (was, is))
        };
        let prefix = |site: &Site<'w>| -> Vec<Node<'w>> {
            let list = site.first(key::PREFIX_ITEMS);
            list.map(|list| list.children().collect()).unwrap_or_default()
        };
        let (before, now) = (prefix(&compared.old), prefix(&compared.new));
        if before.len() == now.len() {
            for (position, (was, is)) in before.iter().zip(&now).enumerate() {
                let step = Step::Item(u32::try_from(position).unwrap_or(u32::MAX));
                explained = explained.or(below(self, step, &[*was], &[*is]));
            }
        } else {
            self.compare_demand(compared, "prefixItems", &[key::PREFIX_ITEMS]);
        }
        let (was, is) = (compared.old.items(), compared.new.items());
        if !was.is_empty() && !is.is_empty() {
            explained = explained.or(below(self, Step::Items, &was, &is));
        } else {
            self.compare_demand(compared, "items", &[key::ITEMS]);
        }
        explained
    }

    fn compare_alternatives(&mut self, compared: &Compared<'w>, keyword: Key, field: &'static str) -> Explained {
        let lists = (compared.old.compositions(keyword), compared.new.compositions(keyword));
        let ([was, ..], [is, ..]) = (lists.0.as_slice(), lists.1.as_slice()) else {
            return Explained::default();
        };
        let old = self.demand(&compared.old, &[keyword], compared.direction);
        let new = self.demand(&compared.new, &[keyword], compared.direction);
        let mut inner = compared.proved;
        match compared.direction {
            Direction::Request if !inner.old_in_new => {
                inner.old_in_new = matches!(self.within(compared.old_id, new, false), Within::Proved);
            }
            Direction::Response if !inner.new_in_old => {
                inner.new_in_old = matches!(self.within(compared.new_id, old, false), Within::Proved);
            }
            _ => {}
        }
        let mut explained = Explained::default();
        self.compare_discriminators(compared, (*was, old), (*is, new));
        let view = Some(compared.direction);
        let read = |comparison: &mut Self, node: Node<'w>| (node, comparison.schemas.read(&[node], view));
        let mut gone: Vec<(Node<'w>, SchemaId)> = was.children().map(|branch| read(self, branch)).collect();
        let mut left: Vec<(Node<'w>, SchemaId)> = is.children().map(|branch| read(self, branch)).collect();
        let mut pairs = Vec::new();
        let same_id = |a: &(Node<'w>, SchemaId), b: &(Node<'w>, SchemaId)| a.1 == b.1;
        let same_name = |a: &(Node<'w>, SchemaId), b: &(Node<'w>, SchemaId)| {
            branch_name(a.0).is_some_and(|name| Some(name) == branch_name(b.0))
        };
        let same_sort = |a: &(Node<'w>, SchemaId), b: &(Node<'w>, SchemaId)| {
            let unnamed = branch_name(a.0).is_none() && branch_name(b.0).is_none();
            unnamed && Site::of(&[a.0]).types() == Site::of(&[b.0]).types()
        };
        let rules: [&dyn Fn(&(Node<'w>, SchemaId), &(Node<'w>, SchemaId)) -> bool; 3] =
            [&same_id, &same_name, &same_sort];
        for rule in rules {
            let mut unpaired = Vec::new();
            for branch in gone {
                match left.iter().position(|other| rule(&branch, other)) {
                    Some(position) => pairs.push((branch, left.remove(position))),
                    None => unpaired.push(branch),
                }
            }
            gone = unpaired;
        }
        for ((was, _), (is, _)) in pairs {
            let carrier = compared.carrier;
            let direction = compared.direction;
            explained = explained.or(self.compare_nodes(
                compared.unit,
                Step::Branch,
                direction,
                carrier,
                inner,
                (&[was], &[is]),
            ));
        }
        let nothing_gone = gone.is_empty();
        for (branch, id) in gone {
            let change = Change::of(Kind::Schema, field, Sides::removed(branch, *is)).fact("name", alternative(branch));
            let values = self.schemas.all_of(&[compared.old_id, id]);
            let told = self.judge_between(compared, change.clone(), (values, new), (compared.new_id, None));
            if !told {
                self.tell(compared.unit, change.effect(compared.direction, Effect::Equal));
            }
        }
        for (branch, id) in left {
            let change = Change::of(Kind::Schema, field, Sides::added(branch)).fact("name", alternative(branch));
            let values = self.schemas.all_of(&[compared.new_id, id]);
            // A further alternative of `oneOf` refuses what now is of two.
            let refused = new.filter(|_| nothing_gone && keyword == key::ONE_OF);
            let told = self.judge_between(compared, change.clone(), (compared.old_id, refused), (values, old));
            if !told {
                self.tell(compared.unit, change.effect(compared.direction, Effect::Equal));
            }
        }
        explained
    }

    fn compare_discriminators(
        &mut self,
        compared: &Compared<'w>,
        (was, old): (Node<'w>, Option<SchemaId>),
        (is, new): (Node<'w>, Option<SchemaId>),
    ) {
        let of = |list: Node<'w>| list.parent().and_then(|schema| schema.get(key::DISCRIMINATOR));
        let (before, now) = (of(was), of(is));
        let property = |node: Option<Node<'w>>| node.and_then(|node| node.string_at(key::PROPERTY_NAME));
        if property(before) != property(now) {
            let pair = Sides {
                old: before,
                new: now,
                around: compared.around,
            };
            let change = Change::of(Kind::Schema, "discriminator", pair)
                .effect(compared.direction, Effect::Incomparable)
                .texts(property(before).unwrap_or_default(), property(now).unwrap_or_default())
                .fact("name", compared.name.clone());
            self.tell(compared.unit, change);
            return;
        }
        let (Some(before), Some(now)) = (before, now) else {
            return;
        };
        let within = |node: Node<'w>| node.get(key::MAPPING).into_iter().flat_map(Node::children);
        let find = |node: Node<'w>, name: &str| node.get(key::MAPPING)?.find(name);
        for value in within(before) {
            let name = key_of(value);
            let (action, pair) = match find(now, name) {
                None => {
                    let around = now.get(key::MAPPING).unwrap_or(now);
                    (Action::Removed, Sides::removed(value, around))
                }
                Some(other) if !self.same_target(value, other) => (Action::Changed, Sides::both(value, other)),
                Some(_) => continue,
            };
            let change = Change::of(Kind::Schema, "mapping", pair)
                .action(action)
                .fact("name", name)
                .fact("values", name);
            self.judge_or_note(compared, change, new, old);
        }
        for value in within(now).filter(|value| find(before, key_of(*value)).is_none()) {
            let change = Change::of(Kind::Schema, "mapping", Sides::added(value))
                .fact("name", key_of(value))
                .fact("values", key_of(value));
            self.judge_or_note(compared, change, new, old);
        }
        self.fields(
            compared.unit,
            Kind::Discriminator,
            before,
            now,
            &[key::MAPPING, key::PROPERTY_NAME],
        );
    }

    /// Whether two mapped names lead to the same schema; where it stands, and what it is called, does not count.
    fn same_target(&mut self, was: Node<'w>, is: Node<'w>) -> bool {
        match (was.target(), is.target()) {
            (Some(before), Some(now)) => {
                branch_of(was.text()) == branch_of(is.text())
                    || self.schemas.read(&[before], None) == self.schemas.read(&[now], None)
            }
            _ => was.text() == is.text(),
        }
    }
}

type Positions<'w> = rustc_hash::FxHashMap<&'w str, usize>;

fn positions<'w>(properties: &[(&'w str, Vec<Node<'w>>)]) -> Positions<'w> {
    properties
        .iter()
        .enumerate()
        .map(|(position, (name, _))| (*name, position))
        .collect()
}

/// Whether two names differ in capitals and separators only.
fn is_respelt(old: &str, new: &str) -> bool {
    let plain = |name: &str| -> String {
        name.chars()
            .filter(|letter| letter.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect()
    };
    plain(old) == plain(new) && old != new
}

/// What an alternative is called: the component that it refers to, or its title.
fn branch_name(branch: Node<'_>) -> Option<&str> {
    match branch.string_at(key::REF) {
        Some(reference) => Some(branch_of(reference)),
        None => branch.string_at(key::TITLE),
    }
}

/// What a message calls an alternative.
fn alternative(branch: Node<'_>) -> String {
    branch_name(branch).map_or_else(|| Site::of(&[branch]).types().shown(), str::to_owned)
}

fn branch_of(reference: &str) -> &str {
    reference.rsplit(['/', '#']).next().unwrap_or(reference)
}

/// What people call a schema: the member or component that it stands for.
fn name_of(was: Node<'_>, is: Node<'_>) -> String {
    let holder = |node: Node<'_>| node.parent().and_then(|parent| parent.key());
    for node in [is, is.follow(), was] {
        if matches!(
            holder(node),
            Some(key::PROPERTIES | key::SCHEMAS | key::DEFINITIONS | key::DOLLAR_DEFS)
        ) {
            return key_of(node).to_owned();
        }
    }
    match is.kind() {
        Kind::Parameter => is.string_at(key::NAME).unwrap_or_default().to_owned(),
        _ => String::new(),
    }
}

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
