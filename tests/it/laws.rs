//! Laws that hold of every comparison, whatever is compared: tried on every edit that the specifications know, and on
//! random edits of descriptions that chance writes.

use crate::described::{openapi_tables, table};
use crate::descriptions::{Description, any_description};
use crate::edits::{Edit, Possible, Space, place, references};
use crate::law_of_directions::{holding, renamed};
use crate::mirror::Mirror;
use crate::property::Quota;
use crate::schema_sets::{component, edited};
use crate::schema_validator::{self, Dialect};
use crate::versions::{Pair, rule};
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::LazyLock;
use stipula::document::grammar::Grammar;
use stipula::document::{Direction, Kind};
use stipula::finding::{Effect, Finding, Location, Severity, Verdict};
use stipula::formats::asyncapi;
use stipula::schema::{Bounds, Containment, SchemaId, Schemas};

/// Edits that are tried until one leaves a description valid.
const TRIED: usize = 40;

/// Which edit chance makes: of what stands there already, or something new, and which of those.
#[derive(Debug, Clone)]
pub(crate) struct Choice {
    is_addition: bool,
    index: Index,
}

pub(crate) fn choice() -> impl Strategy<Value = Choice> {
    (prop::bool::weighted(0.4), any::<Index>()).prop_map(|(is_addition, index)| Choice { is_addition, index })
}

/// The tables of which every edit is tried: all versions of OpenAPI, and of AsyncAPI the last of each grammar, which
/// have all that those before them have.
pub(crate) fn tried_tables() -> impl Iterator<Item = &'static Grammar> {
    let events = [asyncapi::V26, asyncapi::V31].map(asyncapi::grammar);
    openapi_tables().into_iter().chain(events)
}

/// The edits that may be made of a description that chance wrote.
fn space(description: &Value) -> &'static Space {
    static SPACES: LazyLock<Vec<Space>> = LazyLock::new(|| {
        let tables = tried_tables();
        let spaces = tables.map(|table| Space::new(table).referring_to(["Alpha", "Beta"]));
        spaces.collect()
    });
    let table = table(description);
    let found = SPACES.iter().find(|space| std::ptr::eq(space.table(), table));
    found.unwrap_or_else(|| {
        panic!(
            "no edits are known of {} {}",
            table.specification(),
            table.version_name()
        )
    })
}

impl Choice {
    /// The edit that chance chose of those of wanted objects, or the next one that leaves the description valid, and
    /// what comes out.
    pub(crate) fn made(
        &self,
        description: &Value,
        is_wanted: impl Fn(Kind, &str) -> bool,
    ) -> Option<(Possible, Value)> {
        let space = space(description);
        let mut possible = space.possible(description, is_wanted);
        possible.retain(|edit| edit.is_addition() == self.is_addition);
        if possible.is_empty() {
            return None;
        }
        let first = self.index.index(possible.len());
        possible.rotate_left(first);
        let mut tried = possible.into_iter().take(TRIED);
        tried.find_map(|edit| space.edited(description, &edit).map(|new| (edit, new)))
    }
}

fn anywhere(_: Kind, _: &str) -> bool {
    true
}

fn pair(old: &Value, new: &Value) -> Pair {
    Pair::of_texts(&old.to_string(), &new.to_string())
}

/// Every edit of every version.
pub(crate) fn every_edit(mut visit: impl FnMut(&Space, &Edit)) {
    for space in tried_tables().map(Space::new) {
        for (holder, seats) in space.seats() {
            for edit in seats.iter().flat_map(|seat| space.edits(*holder, seat)) {
                visit(&space, &edit);
            }
        }
    }
}

pub(crate) fn named(space: &Space, edit: &Edit) -> String {
    let (holder, field) = (edit.hop.holder.name(), edit.hop.field);
    format!(
        "{} {holder} {field} {} {}",
        space.name(),
        edit.action,
        place(&edit.seat)
    )
}

/// What stands in a description that chance wrote.
pub(crate) fn at<'v>(description: &'v Value, pointer: &str) -> &'v Value {
    let found = description.pointer(pointer);
    found.unwrap_or_else(|| panic!("nothing stands at {pointer} of {description}"))
}

#[test]
fn laws_every_edit_is_mirrored_when_it_is_taken_back() {
    let mut mirror = Mirror::default();
    every_edit(|space, edit| {
        let (forward, backward) = (pair(&edit.old, &edit.new), pair(&edit.new, &edit.old));
        mirror.add(&named(space, edit), &forward.changes(), &backward.changes());
    });
    mirror.holds(12_000, Some(50));
}

#[test]
fn laws_random_edits_are_mirrored_when_they_are_taken_back() {
    let mirror = RefCell::new(Mirror::default());
    let quota = Quota { cases: 500, least: 200 };
    quota.run((any_description(), choice()), |(Description(old), choice)| {
        let Some((edit, new)) = choice.made(&old, anywhere) else {
            return Ok(0);
        };
        let (there, back) = (pair(&old, &new), pair(&new, &old));
        let (forward, backward) = (there.changes(), back.changes());
        let mut mirror = mirror.borrow_mut();
        mirror.broken.clear();
        let [known, ..] = mirror.sum();
        // What is told in one direction alone has no mirror image, whichever that is.
        mirror.add("random", &forward, &backward);
        mirror.add("random, taken back", &backward, &forward);
        let broken = mirror.broken.join("\n");
        prop_assert!(broken.is_empty(), "{edit:?}\n{old}\n{new}\n{broken}");
        Ok(mirror.sum()[0] - known)
    });
    mirror.into_inner().holds(quota.least(), quota.one_in(20));
}

/// What is told of an edit for an operation, but for words.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Told {
    rule: &'static str,
    old: String,
    new: String,
    direction: &'static str,
    /// The operation; empty where it is none.
    reached: String,
    effect: Effect,
    verdict: Verdict,
    severity: Severity,
}

impl Told {
    /// Whether it tells the same as something else, and is no lighter.
    fn is_as_grave_as(&self, other: &Self) -> bool {
        let what = |told: &Self| (told.rule, told.old.clone(), told.new.clone());
        what(self) == what(other) && self.severity >= other.severity
    }
}

fn told(pair: &Pair) -> BTreeSet<Told> {
    let pointer = |location: Option<Location>| {
        location.map_or_else(String::new, |location| pair.workspace.node(location.node).pointer())
    };
    let mut told = BTreeSet::new();
    for finding in pair.judged() {
        let rule = rule(&finding);
        let breaking = finding.breaking.unwrap();
        let mut reaches = breaking.reaches;
        if reaches.is_empty() {
            reaches.push(String::new());
        }
        told.extend(reaches.into_iter().map(|reached| Told {
            rule,
            old: pointer(breaking.old),
            new: pointer(breaking.new),
            direction: breaking.direction.name(),
            reached,
            effect: breaking.effect,
            verdict: breaking.verdict,
            severity: breaking.severity,
        }));
    }
    told
}

/// The paths of the operations that an edit is told for.
fn reached(told: &BTreeSet<Told>) -> BTreeSet<&str> {
    told.iter()
        .filter_map(|told| told.reached.split(' ').next_back())
        .collect()
}

/// Whether a description refers to nothing that another one does not refer to as often.
fn refers_to_no_more(new: &Value, old: &Value) -> bool {
    let mut known = references(old);
    references(new).into_iter().all(|reference| {
        let position = known.iter().position(|other| *other == reference);
        position.map(|position| known.swap_remove(position)).is_some()
    })
}

/// Two edits that reach different paths are told together as each of them is alone, and as grave. There may be more: where nothing fitted before, and nothing fits with one of them, something may with both.
#[test]
fn laws_edits_of_different_paths_are_told_together_as_alone() {
    let quota = Quota {
        cases: 1_500,
        least: 80,
    };
    quota.run(
        (any_description(), choice(), choice()),
        |(Description(old), one, other)| {
            let Some((first, with_first)) = one.made(&old, anywhere) else {
                return Ok(0);
            };
            let Some((second, with_second)) = other.made(&old, anywhere) else {
                return Ok(0);
            };
            // By its address a channel is known.
            if first.is_of(Kind::Channel, "address") || second.is_of(Kind::Channel, "address") {
                return Ok(0);
            }
            let are_nested = first.path.starts_with(&second.path) || second.path.starts_with(&first.path);
            let Some(with_both) = space(&old).edited(&with_first, &second).filter(|_| !are_nested) else {
                return Ok(0);
            };
            let (first_told, second_told) = (told(&pair(&old, &with_first)), told(&pair(&old, &with_second)));
            let are_told = !first_told.is_empty() && !second_told.is_empty();
            let are_apart = reached(&first_told).is_disjoint(&reached(&second_told));
            // What one edit refers to, the other may change.
            let refer_to_no_more = refers_to_no_more(&with_first, &old) && refers_to_no_more(&with_second, &old);
            if !(are_told && are_apart && refer_to_no_more) {
                return Ok(0);
            }
            let apart: BTreeSet<Told> = first_told.into_iter().chain(second_told).collect();
            let together = told(&pair(&old, &with_both));
            let missing: Vec<&Told> = apart.difference(&together).collect();
            prop_assert!(
                missing.is_empty(),
                "{first:?}\n{second:?}\n{old}\n{missing:#?} is not among {together:#?}"
            );
            Ok(1)
        },
    );
}

/// Where the schemas of the body and of the answer of an operation that chance wrote stand.
pub(crate) fn schema_pointer(description: &Value, direction: Direction) -> &'static str {
    let [asked, given] = if description.get("swagger").is_some() {
        [
            "/paths/~1things~1{id}/put/parameters/1/schema",
            "/paths/~1things~1{id}/put/responses/200/schema",
        ]
    } else if description.get("openapi").is_some() {
        [
            "/paths/~1things~1{id}/put/requestBody/content/application~1json/schema",
            "/paths/~1things~1{id}/put/responses/200/content/application~1json/schema",
        ]
    } else if description.get("operations").is_none() {
        [
            "/channels/things/publish/message/payload",
            "/channels/things/subscribe/message/payload",
        ]
    } else {
        [
            "/channels/things/messages/asked/payload",
            "/channels/things/messages/given/payload",
        ]
    };
    match direction {
        Direction::Request => asked,
        Direction::Response => given,
    }
}

/// What breaks clients in one property goes on doing so whatever comes of another one: a request that was refused for
/// the one is refused whatever holds for the other, and an answer that is new for the one is new whatever holds for
/// the other, unless the other can be nothing any more.
///
/// More does not hold. What goes as a whole is not graver than what goes of it: clients of an optional property that is
/// gone are warned, since every answer without it was possible before, and those of a property within it that is no
/// longer required may be given an answer that was not. Of alternatives, of conditions and of what must not be, one
/// edit may give back what another takes. And an object that closes takes more than one of its properties, and is told
/// of instead.
#[test]
fn laws_what_breaks_in_one_property_breaks_whatever_comes_of_another() {
    let directions = prop::sample::select(vec![Direction::Request, Direction::Response]);
    let strategy = (any_description(), directions, choice(), choice());
    let quota = Quota {
        cases: 1_000,
        least: 100,
    };
    quota.run(strategy, |(Description(mut old), direction, one, other)| {
        let mut count = 0;
        let pointers = [Direction::Request, Direction::Response].map(|direction| schema_pointer(&old, direction));
        let [asked, given] = pointers.map(|pointer| at(&old, pointer).clone());
        let pointer = schema_pointer(&old, direction);
        *old.pointer_mut(pointer).unwrap() = json!({ "type": "object", "properties": { "a": asked, "b": given } });
        let made = |choice: &Choice, name: &str| {
            let property = format!("{pointer}/properties/{name}");
            choice.made(&old, |_, pointer| pointer.starts_with(&property))
        };
        let (Some((first, with_first)), Some((second, with_second))) = (made(&one, "a"), made(&other, "b")) else {
            return Ok(0);
        };
        let Some(with_both) = space(&old).edited(&with_first, &second) else {
            return Ok(0);
        };
        let each = [told(&pair(&old, &with_first)), told(&pair(&old, &with_second))];
        let together = told(&pair(&old, &with_both));
        for (alone, beside) in [(&each[0], &each[1]), (&each[1], &each[0])] {
            let keeps_all = |told: &Told| matches!(told.effect, Effect::Equal | Effect::Widens);
            if direction == Direction::Response && !beside.iter().all(keeps_all) {
                continue;
            }
            for change in alone.iter().filter(|change| change.verdict == Verdict::Breaking) {
                count += usize::from(!beside.is_empty());
                prop_assert!(
                    together.iter().any(|other| other.is_as_grave_as(change)),
                    "{first:?}\n{second:?}\n{old}\n{change:?}\nis not among {together:#?}"
                );
            }
        }
        Ok(count)
    });
}

/// Two steps of a body that break nobody, whatever clients rely on, break nobody together.
///
/// They may where members that no schema declares are left out of account: one step declares no longer what the other
/// declares anew, as something else. They may where values travel as text, in which what has no type is a string and an
/// object, too. And what is safe for each alternative of `oneOf` may not be for all together, which is told only where
/// nothing within tells more; so all alternatives may fit here.
#[test]
fn laws_two_safe_steps_are_safe_together() {
    let directions = prop::sample::select(vec![Direction::Request, Direction::Response]);
    let strategy = (any_description(), directions, choice(), choice());
    let quota = Quota {
        cases: 1_000,
        least: 50,
    };
    quota.run(strategy, |(Description(any), direction, one, other)| {
        let any = renamed(any, |name| if name == "oneOf" { "anyOf" } else { name });
        let old = holding(&any, at(&any, schema_pointer(&any, direction)), direction);
        let Some((first, middle)) = one.made(&old, |kind, _| kind == Kind::Schema) else {
            return Ok(0);
        };
        let Some((second, new)) = other.made(&middle, |kind, _| kind == Kind::Schema) else {
            return Ok(0);
        };
        let is_safe = |old: &Value, new: &Value| {
            let findings = pair(old, new).judged_strictly();
            let mut verdicts = findings
                .iter()
                .map(|finding| finding.breaking.as_ref().unwrap().verdict);
            verdicts.all(|verdict| verdict == Verdict::Safe)
        };
        if !is_safe(&old, &middle) || !is_safe(&middle, &new) {
            return Ok(0);
        }
        let together = pair(&old, &new).judged_strictly();
        let is_shown = |finding: &&Finding| finding.breaking.as_ref().unwrap().witness.is_some();
        let shown: Vec<&str> = together.iter().filter(is_shown).map(rule).collect();
        prop_assert!(
            shown.is_empty(),
            "{first:?}\n{second:?}\n{old}\n{middle}\n{new}\n{shown:?}"
        );
        Ok(usize::from(!together.is_empty()))
    });
}

/// What is proved of two steps is not refuted of both together, and what is within something stays so beside anything
/// else: of three schemas, of which each is an edit of the one before, and of those that chance wrote beside them.
#[test]
fn laws_containment_is_an_order_that_all_and_any_and_not_keep() {
    let strategy = (schema_validator::schemas(Dialect::V31), any::<[Index; 2]>());
    let quota = Quota {
        cases: 1_000,
        least: 1_000,
    };
    quota.run(strategy, |(mut all, edits)| {
        let mut chains = 0;
        all["Middle"] = edited(&all["S"], edits[0].index(10_000));
        all["New"] = edited(&all["Middle"], edits[1].index(10_000));
        let workspace = schema_validator::description(Dialect::V31, &all, &Value::Null);
        let mut sets = Schemas::new(Bounds::default());
        let names = ["S", "Middle", "New", "A", "B"];
        let schemas = names.map(|name| sets.read(&[component(&workspace, name)], None));
        let mut within: BTreeSet<(SchemaId, SchemaId)> = BTreeSet::new();
        for inner in schemas {
            for outer in schemas.into_iter().filter(|outer| *outer != inner) {
                if sets.contains(inner, outer) == Containment::Contained {
                    within.insert((inner, outer));
                }
            }
        }
        for (inner, outer) in &within {
            let mut implied = vec![
                (sets.not(*outer), sets.not(*inner)),
                (sets.property("a", *inner), sets.property("a", *outer)),
            ];
            for beside in schemas {
                implied.push((sets.all_of(&[*inner, beside]), sets.all_of(&[*outer, beside])));
                implied.push((sets.any_of(&[*inner, beside]), sets.any_of(&[*outer, beside])));
            }
            let pairs = implied.len();
            let next = within.iter().filter(|(next, _)| next == outer);
            implied.extend(next.map(|(_, outermost)| (*inner, *outermost)));
            chains += implied.len() - pairs;
            for (inner, outer) in implied {
                let told = sets.contains(inner, outer);
                prop_assert!(
                    !matches!(told, Containment::Refuted(_)),
                    "{inner:?} in {outer:?}: {told:?}: {all}"
                );
            }
        }
        Ok(chains)
    });
}
