//! Schemas: which demands changed, what that does to the values that are allowed, and a value that shows it.
//!
//! A schema is the conjunction of its demands. The old version is within the new one if it keeps every demand of the
//! new one, so each demand is judged for itself: what it refuses of what was allowed is what it breaks. Parts that
//! are demands on parts (members, elements, alternatives) are compared in turn.

mod alternatives;
mod demands;
pub(crate) mod facets;
mod members;
mod notes;
mod witness;

use self::facets::{Site, Wrapped};
use crate::breaking::Change;
use crate::breaking::comparison::{Comparison, Sides, key_of};
use crate::breaking::units::{Carrier, Proved, Step, UnitId, UnitKey, addresses};
use crate::document::{Direction, Kind, Node};
use crate::finding::{Action, Effect, Witness};
use crate::schema::{Containment, SchemaId};
use crate::syntax::{Key, key};
use serde_json::Value;

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

/// A schema in both versions, as its demands are compared.
pub(crate) struct Compared<'w> {
    pub(crate) unit: UnitId,
    pub(crate) kind: Kind,
    pub(crate) direction: Direction,
    pub(crate) carrier: Carrier,
    pub(crate) proved: Proved,
    pub(crate) old: Site<'w>,
    pub(crate) new: Site<'w>,
    pub(crate) old_id: SchemaId,
    pub(crate) new_id: SchemaId,
    /// Where what is gone would stand.
    pub(crate) around: Node<'w>,
    pub(crate) name: String,
}

/// Whether one set of values is within another.
pub(crate) enum Within {
    Proved,
    /// This value is not.
    Refuted(Value),
    Undecided(&'static str),
}

/// What is known when a schema and everything below it have been compared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Explained {
    /// A change was told that is not proved to be safe.
    pub(crate) told: bool,
    /// Members that nobody declared were left out of account.
    pub(crate) undeclared: bool,
}

impl Explained {
    pub(crate) fn or(self, other: Self) -> Self {
        Self {
            told: self.told || other.told,
            undeclared: self.undeclared || other.undeclared,
        }
    }
}

impl<'w> Comparison<'w, '_> {
    /// Compares what a body, parameter or header may hold.
    pub(crate) fn compare_schema(
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

    /// What had no schema has one, or the other way round: without one it may hold anything, which as text is any
    /// string.
    pub(crate) fn tell_lone_schema(
        &mut self,
        unit: UnitId,
        direction: Direction,
        carrier: Carrier,
        change: Change<'w>,
    ) {
        let (effect, schema) = match (change.old, change.new) {
            (_, Some(new)) => (Effect::Narrows, new),
            (Some(old), None) => (Effect::Widens, old),
            (None, None) => return,
        };
        let everything = match carrier {
            Carrier::Text => self.schemas.types(&["string"]),
            Carrier::Json | Carrier::Xml => self.schemas.anything(),
        };
        let id = self.schemas.read(&[schema], Some(direction));
        let mut change = change.effect(direction, effect);
        match self.schemas.contains(everything, id) {
            Containment::Contained => change.effect = Effect::Equal,
            Containment::Undecided(reason) => {
                change.effect = Effect::Unknown;
                change.reason = Some(reason.clause().to_owned());
            }
            Containment::Refuted(value) => {
                let breaks = (direction == Direction::Request) == (effect == Effect::Narrows);
                let refused = self.replay.check(&[schema], Some(direction), &value);
                if let Ok(Some(reason)) = refused
                    && breaks
                {
                    let valid = "valid".to_owned();
                    let (old, new) = match effect {
                        Effect::Narrows => (valid, reason),
                        _ => (reason, valid),
                    };
                    let at = self.units.place(unit);
                    change.witness = Some(Witness { at, value, old, new });
                }
            }
        }
        self.tell(unit, change);
    }

    pub(crate) fn compare_nodes(
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
        if old.is_empty() || new.is_empty() {
            return Explained::default();
        }
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
            // What is being compared further up tells what there is to tell.
            return self.explained.get(&unit).copied().unwrap_or(Explained {
                told: true,
                undeclared: true,
            });
        }
        let explained = self.compare_unit(unit, direction, carrier, proved, (old, new));
        self.explained.insert(unit, explained);
        explained
    }

    /// Compares what has not been compared before.
    fn compare_unit(
        &mut self,
        unit: UnitId,
        direction: Direction,
        carrier: Carrier,
        proved: Proved,
        (old, new): (&[Node<'w>], &[Node<'w>]),
    ) -> Explained {
        self.sites.insert(unit, (old.to_vec(), new.to_vec()));
        if let ([was], [is]) = (old, new)
            && let (Some(before), Some(now)) = (Wrapped::of(*was), Wrapped::of(*is))
            && before.is_like(&now)
        {
            // What many places refer to is compared once.
            let inner: (&[Node<'w>], &[Node<'w>]) = (&[before.inner], &[now.inner]);
            return self.compare_nodes(unit, Step::Branch, direction, carrier, proved, inner);
        }
        let (old_site, new_site) = (Site::of(old), Site::of(new));
        let (Some(face), Some(was), Some(is)) = (new_site.face(), old.first(), new.first()) else {
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
                told: self.tells_danger(told_before, compared.direction),
                undeclared: false,
            };
        }
        let as_text = self.compare_types(&compared);
        self.compare_values(&compared);
        for (field, keywords) in DEMANDS {
            self.compare_demand(&compared, field, keywords);
        }
        self.compare_discriminators(&compared);
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
            let told_of_parts = self.told();
            self.tell_the_rest(&compared, whole);
            explained.told = self.told() > told_of_parts;
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
                let change = change
                    .effect(compared.direction, effect)
                    .fact("name", compared.name.clone());
                self.tell_shown(compared.unit, change, Some(value));
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

    pub(crate) fn pair(&self, compared: &Compared<'w>) -> Sides<'w> {
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
        // What is said to be of no type is text where everything is, and has its demands like any text.
        let is_extreme = |id: SchemaId| id == nothing || id == anything && compared.carrier != Carrier::Text;
        let extreme = is_extreme(compared.old_id) || is_extreme(compared.new_id);
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

    /// Whether it is proved that a schema takes no value. As text, much is taken for what it is not.
    pub(crate) fn takes_nothing(&mut self, schema: SchemaId, carrier: Carrier) -> bool {
        let nothing = self.schemas.nothing();
        carrier != Carrier::Text && self.schemas.contains(schema, nothing) == Containment::Contained
    }

    /// Whether one set of values is within another, unless that has been proved of something around it.
    pub(crate) fn within(&mut self, inner: SchemaId, outer: Option<SchemaId>, is_proved: bool) -> Within {
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
    pub(crate) fn judge(
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
    pub(crate) fn judge_or_note(
        &mut self,
        compared: &Compared<'w>,
        change: Change<'w>,
        new_demand: Option<SchemaId>,
        old_demand: Option<SchemaId>,
    ) {
        let (old, new) = (compared.old_id, compared.new_id);
        self.judge_between_or_note(compared, change, (old, new_demand), (new, old_demand));
    }

    /// [`Self::judge_between`] for what is told in any case.
    pub(crate) fn judge_between_or_note(
        &mut self,
        compared: &Compared<'w>,
        change: Change<'w>,
        old: (SchemaId, Option<SchemaId>),
        new: (SchemaId, Option<SchemaId>),
    ) {
        if !self.judge_between(compared, change.clone(), old, new) {
            self.tell(compared.unit, change.effect(compared.direction, Effect::Equal));
        }
    }

    /// [`Self::judge`] for values that are not all of the schema's.
    pub(crate) fn judge_between(
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
