//! Laws that hold of every comparison, whatever is compared: tried on every edit that the specifications know, and on
//! random edits of descriptions that chance writes.

use crate::described::table;
use crate::descriptions::{Description, any_description};
use crate::edits::{Edit, Possible, Space, place};
use crate::mirror::Mirror;
use crate::property;
use crate::schema_sets::{component, edited};
use crate::schema_validator::{self, Dialect};
use crate::versions::{Pair, rule};
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{TestCaseError, TestRunner};
use serde_json::{Value, json};
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::sync::LazyLock;
use stipula::document::{Direction, Kind};
use stipula::finding::{Effect, Finding, Location, Severity, Verdict};
use stipula::formats::openapi::{V2, V30, V31, V32, grammar};
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

/// The edits that may be made of a description that chance wrote.
fn space(description: &Value) -> &'static Space {
    static SPACES: LazyLock<Vec<Space>> = LazyLock::new(|| {
        let versions = [V2, V30, V31, V32].map(grammar);
        versions
            .map(|grammar| Space::new(grammar).referring_to(["Alpha", "Beta"]))
            .into()
    });
    let version = table(description).version_name();
    SPACES.iter().find(|space| space.version_name() == version).unwrap()
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
    for version in [V2, V30, V31, V32] {
        let space = Space::new(grammar(version));
        for (kind, seats) in space.seats() {
            for edit in seats.iter().flat_map(|seat| space.edits(*kind, seat)) {
                visit(&space, &edit);
            }
        }
    }
}

pub(crate) fn named(space: &Space, edit: &Edit) -> String {
    let (kind, field) = (edit.hop.holder.name(), edit.hop.field);
    format!(
        "{} {kind} {field} {} {}",
        space.version_name(),
        edit.action,
        place(&edit.seat)
    )
}

/// Runs a property as often as is asked for, and fails with what is wrong.
pub(crate) fn run<S: Strategy>(cases: u32, strategy: S, test: impl Fn(S::Value) -> Result<(), TestCaseError>) {
    let mut runner = TestRunner::new(property::config(cases));
    if let Err(error) = runner.run(&strategy, test) {
        panic!("{error}");
    }
}

/// Tells how often a law was put to the test, and fails if it was hardly.
fn put_to_the_test(count: usize, least: usize) {
    println!("put to the test {count} times");
    assert!(count >= least, "{count} times are too few");
}

#[test]
fn laws_every_edit_is_mirrored_when_it_is_taken_back() {
    let mut mirror = Mirror::default();
    every_edit(|space, edit| {
        let (forward, backward) = (pair(&edit.old, &edit.new), pair(&edit.new, &edit.old));
        mirror.add(&named(space, edit), &forward.changes(), &backward.changes());
    });
    mirror.holds(12_000, 50);
}

#[test]
fn laws_random_edits_are_mirrored_when_they_are_taken_back() {
    let mirror = RefCell::new(Mirror::default());
    run(500, (any_description(), choice()), |(Description(old), choice)| {
        let Some((edit, new)) = choice.made(&old, anywhere) else {
            return Ok(());
        };
        let (forward, backward) = (pair(&old, &new), pair(&new, &old));
        let mut mirror = mirror.borrow_mut();
        mirror.broken.clear();
        mirror.add("random", &forward.changes(), &backward.changes());
        let broken = mirror.broken.join("\n");
        prop_assert!(broken.is_empty(), "{edit:?}\n{old}\n{new}\n{broken}");
        Ok(())
    });
    mirror.into_inner().holds(200, 20);
}

/// What is told of an edit, but for words.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Told {
    rule: &'static str,
    old: String,
    new: String,
    direction: &'static str,
    reaches: Vec<String>,
    effect: Effect,
    verdict: Verdict,
    severity: Severity,
}

fn told(pair: &Pair) -> Vec<Told> {
    let pointer = |location: Option<Location>| {
        location.map_or_else(String::new, |location| pair.workspace.node(location.node).pointer())
    };
    let told = |finding: Finding| {
        let rule = rule(&finding);
        let breaking = finding.breaking.unwrap();
        Told {
            rule,
            old: pointer(breaking.old),
            new: pointer(breaking.new),
            direction: breaking.direction.name(),
            reaches: breaking.reaches,
            effect: breaking.effect,
            verdict: breaking.verdict,
            severity: breaking.severity,
        }
    };
    let mut told: Vec<Told> = pair.judged().into_iter().map(told).collect();
    told.sort();
    told
}

/// Whether two edits are told of, and of nothing that both reach: of other operations, or, where both edit schemas, of
/// what travels the other way.
fn are_told_apart((one, one_told): (&Possible, &[Told]), (other, other_told): (&Possible, &[Told])) -> bool {
    let edit_values = one.kind == Kind::Schema && other.kind == Kind::Schema;
    let reached = |told: &[Told]| -> BTreeSet<(String, &str)> {
        let each = told.iter().flat_map(|told| {
            let direction = if edit_values { told.direction } else { "" };
            told.reaches.iter().map(move |operation| (operation.clone(), direction))
        });
        each.collect()
    };
    // What is told of nowhere may come into play with the other.
    !one_told.is_empty() && !other_told.is_empty() && reached(one_told).is_disjoint(&reached(other_told))
}

/// Two edits that reach nothing in common are told together as each of them is alone: no more, no less, and as grave.
#[test]
fn laws_edits_that_reach_nothing_in_common_are_told_together_as_alone() {
    let count = Cell::new(0);
    run(
        1_500,
        (any_description(), choice(), choice()),
        |(Description(old), one, other)| {
            let (Some((first, with_first)), Some((second, with_second))) =
                (one.made(&old, anywhere), other.made(&old, anywhere))
            else {
                return Ok(());
            };
            let are_nested = first.path.starts_with(&second.path) || second.path.starts_with(&first.path);
            let Some(with_both) = space(&old).edited(&with_first, &second).filter(|_| !are_nested) else {
                return Ok(());
            };
            let (first_told, second_told) = (told(&pair(&old, &with_first)), told(&pair(&old, &with_second)));
            if !are_told_apart((&first, &first_told), (&second, &second_told)) {
                return Ok(());
            }
            count.set(count.get() + 1);
            let mut apart = [first_told, second_told].concat();
            apart.sort();
            let together = told(&pair(&old, &with_both));
            prop_assert!(
                together == apart,
                "{first:?}\n{second:?}\n{old}\n{together:#?} is not {apart:#?}"
            );
            Ok(())
        },
    );
    put_to_the_test(count.get(), 80);
}

/// Where the schemas of the body and of the answer of an operation that chance wrote stand.
pub(crate) fn schema_pointer(description: &Value, direction: Direction) -> &'static str {
    match (description.get("swagger").is_some(), direction) {
        (true, Direction::Request) => "/paths/~1things~1{id}/put/parameters/1/schema",
        (true, Direction::Response) => "/paths/~1things~1{id}/put/responses/200/schema",
        (false, Direction::Request) => "/paths/~1things~1{id}/put/requestBody/content/application~1json/schema",
        (false, Direction::Response) => "/paths/~1things~1{id}/put/responses/200/content/application~1json/schema",
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
    let count = Cell::new(0);
    let directions = prop::sample::select(vec![Direction::Request, Direction::Response]);
    let strategy = (any_description(), directions, choice(), choice());
    run(1_000, strategy, |(Description(mut old), direction, one, other)| {
        let pointers = [Direction::Request, Direction::Response].map(|direction| schema_pointer(&old, direction));
        let [asked, given] = pointers.map(|pointer| old.pointer(pointer).cloned().unwrap());
        let pointer = schema_pointer(&old, direction);
        *old.pointer_mut(pointer).unwrap() = json!({ "type": "object", "properties": { "a": asked, "b": given } });
        let made = |choice: &Choice, name: &str| {
            let property = format!("{pointer}/properties/{name}");
            choice.made(&old, |_, pointer| pointer.starts_with(&property))
        };
        let (Some((first, with_first)), Some((second, with_second))) = (made(&one, "a"), made(&other, "b")) else {
            return Ok(());
        };
        let Some(with_both) = space(&old).edited(&with_first, &second) else {
            return Ok(());
        };
        let beside = told(&pair(&old, &with_second));
        let takes_nothing = beside
            .iter()
            .all(|told| matches!(told.effect, Effect::Equal | Effect::Widens));
        if direction == Direction::Response && !takes_nothing {
            return Ok(());
        }
        let together = told(&pair(&old, &with_both));
        let alone = told(&pair(&old, &with_first));
        for change in alone.iter().filter(|change| change.verdict == Verdict::Breaking) {
            let is_same =
                |other: &&Told| (other.rule, &other.old, &other.new) == (change.rule, &change.old, &change.new);
            let is_kept = together
                .iter()
                .filter(is_same)
                .any(|other| other.severity >= change.severity);
            count.set(count.get() + usize::from(!beside.is_empty()));
            prop_assert!(
                is_kept,
                "{first:?}\n{second:?}\n{old}\n{change:?}\nis not among {together:#?}"
            );
        }
        Ok(())
    });
    put_to_the_test(count.get(), 100);
}

/// Two steps that break nobody, whatever clients rely on, break nobody together.
///
/// They may where members that no schema declares are left out of account: one step declares no longer what the other
/// declares anew, as something else.
#[test]
fn laws_two_safe_steps_are_safe_together() {
    let count = Cell::new(0);
    run(
        1_000,
        (any_description(), choice(), choice()),
        |(Description(old), one, other)| {
            let Some((first, middle)) = one.made(&old, anywhere) else {
                return Ok(());
            };
            let Some((second, new)) = other.made(&middle, anywhere) else {
                return Ok(());
            };
            let breaking = |old: &Value, new: &Value, is_counted: fn(Verdict) -> bool| {
                let findings = pair(old, new).judged_strictly();
                let verdict = |finding: &&Finding| is_counted(finding.breaking.as_ref().unwrap().verdict);
                findings.iter().filter(verdict).map(rule).collect::<Vec<_>>()
            };
            let is_safe = |old: &Value, new: &Value| breaking(old, new, |verdict| verdict != Verdict::Safe).is_empty();
            if !is_safe(&old, &middle) || !is_safe(&middle, &new) {
                return Ok(());
            }
            count.set(count.get() + 1);
            let broken = breaking(&old, &new, |verdict| verdict == Verdict::Breaking);
            prop_assert!(
                broken.is_empty(),
                "{first:?}\n{second:?}\n{old}\n{middle}\n{new}\n{broken:?}"
            );
            Ok(())
        },
    );
    put_to_the_test(count.get(), 300);
}

/// What is proved of two steps is not refuted of both together, and what is within something stays so beside anything
/// else: of three schemas, of which each is an edit of the one before, and of those that chance wrote beside them.
#[test]
fn laws_containment_is_an_order_that_all_and_any_and_not_keep() {
    let (chains, pairs) = (Cell::new(0), Cell::new(0));
    let strategy = (schema_validator::schemas(Dialect::V31), any::<[Index; 2]>());
    run(1_000, strategy, |(mut all, edits)| {
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
            pairs.set(pairs.get() + implied.len());
            let next = within.iter().filter(|(next, _)| next == outer);
            implied.extend(next.map(|(_, outermost)| (*inner, *outermost)));
            chains.set(chains.get() + implied.len());
            for (inner, outer) in implied {
                let told = sets.contains(inner, outer);
                prop_assert!(
                    !matches!(told, Containment::Refuted(_)),
                    "{inner:?} in {outer:?}: {told:?}: {all}"
                );
            }
        }
        Ok(())
    });
    put_to_the_test(chains.get() - pairs.get(), 1_000);
}
