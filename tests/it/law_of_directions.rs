//! The same edit of a schema in requests and in responses: it does the same to the values, so what is safe in the ones
//! by what the values can be breaks in the others.

use crate::descriptions::{Description, any_description};
use crate::laws::{choice, every_edit, named, run, schema_pointer};
use crate::mirror::parts;
use crate::versions::{Pair, rule, rules};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use stipula::breaking::{Change, Choices, judge};
use stipula::document::{Direction, Kind, Node};
use stipula::finding::{Action, Effect, Verdict};

/// Pages that do not judge by what the change does to the values, and why.
const EXCEPTIONS: &[(&str, &str)] = &[
    (
        "became-read-only",
        "what clients still send is refused or ignored, though the schema says no more of it",
    ),
    (
        "became-write-only",
        "what clients read no longer comes, though every answer without it was possible before",
    ),
    (
        "default-changed",
        "the same request means something else, and all values are as before",
    ),
    (
        "property-optional-removed",
        "what clients read no longer comes, though every answer without it was possible before",
    ),
    (
        "schema-became-false",
        "no answer comes that clients could read, and none that they did not expect",
    ),
    (
        "sunset-missing",
        "whoever deprecates has to say until when, whatever the values are",
    ),
];

/// A description, and the schema of the body in it.
type Body<'v> = (&'v Value, &'v Value);

/// A description whose only operation takes a schema, or gives it. What is marked to travel one way only is marked the
/// other way in answers, so that the same is left out.
fn holding(description: &Value, schema: &Value, direction: Direction) -> Value {
    let mut whole = description.clone();
    let is_swagger = whole.get("swagger").is_some();
    let content = json!({ "application/json": { "schema": schema } });
    let operation = match (is_swagger, direction) {
        (true, Direction::Request) => {
            json!({ "parameters": [{ "name": "body", "in": "body", "schema": schema }], "responses": { "200": { "description": "one" } } })
        }
        (true, Direction::Response) => json!({ "responses": { "200": { "description": "one", "schema": schema } } }),
        (false, Direction::Request) => {
            json!({ "requestBody": { "content": content }, "responses": { "200": { "description": "one" } } })
        }
        (false, Direction::Response) => {
            json!({ "responses": { "200": { "description": "one", "content": content } } })
        }
    };
    whole["paths"] = json!({ "/things": { "put": operation } });
    if let Some(entries) = whole.as_object_mut() {
        entries.remove("webhooks");
    }
    match direction {
        Direction::Request => whole,
        Direction::Response => with_marks_turned(whole),
    }
}

/// What a mark is called in requests.
fn in_requests(name: &str, direction: Direction) -> &str {
    match direction {
        Direction::Request => name,
        Direction::Response => turned(name),
    }
}

fn turned(name: &str) -> &str {
    match name {
        "readOnly" => "writeOnly",
        "writeOnly" => "readOnly",
        other => other,
    }
}

fn with_marks_turned(value: Value) -> Value {
    match value {
        Value::Object(entries) => {
            let turned = entries
                .into_iter()
                .map(|(name, entry)| (turned(&name).to_owned(), with_marks_turned(entry)));
            turned.collect()
        }
        Value::Array(elements) => elements.into_iter().map(with_marks_turned).collect(),
        other => other,
    }
}

/// What was edited, wherever the schema stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Edit {
    kind: Kind,
    field: String,
    action: Action,
    name: String,
    old: String,
    new: String,
}

impl Edit {
    fn of(change: &Change<'_>, direction: Direction) -> Self {
        let address = |node: Option<Node<'_>>| {
            let pointer = node.map_or_else(String::new, Node::pointer);
            let within = pointer.split_once("/schema").filter(|_| pointer.starts_with("/paths/"));
            let address = within.map_or(pointer.as_str(), |(_, within)| within);
            address
                .split('/')
                .map(|name| in_requests(name, direction))
                .collect::<Vec<_>>()
                .join("/")
        };
        let name = change.facts.iter().find(|(fact, _)| *fact == "name");
        Self {
            kind: change.kind,
            field: in_requests(&change.field, direction).to_owned(),
            action: change.action,
            name: name.map(|(_, name)| name.clone()).unwrap_or_default(),
            old: address(change.old),
            new: address(change.new),
        }
    }
}

/// What becomes of an edit in one direction.
#[derive(Debug, Clone, Copy)]
struct Judged {
    effect: Effect,
    page: &'static str,
    verdict: Verdict,
}

/// How the same edits are judged in requests and in responses.
#[derive(Default)]
struct Directions {
    /// Edits that break in one direction, in both, and in none; and those of which one direction knows nothing.
    opposite: usize,
    alike: usize,
    unknown: usize,
    /// The pages that judge otherwise than by the values.
    exceptional: BTreeSet<&'static str>,
    broken: Vec<String>,
}

/// Everything that differs between two schemas in one direction, judged.
fn judged(old: Body<'_>, new: Body<'_>, direction: Direction) -> BTreeMap<Edit, Judged> {
    let [old, new] = [old, new].map(|(whole, schema)| holding(whole, schema, direction).to_string());
    let pair = Pair::of_texts(&old, &new);
    let of_schemas = pair
        .changes()
        .into_iter()
        .filter(|change| change.kind != Kind::Components);
    of_schemas
        .map(|change| {
            let (edit, effect) = (Edit::of(&change, direction), change.effect);
            let findings = judge(vec![change], rules(), &Choices::default());
            let verdict = findings[0].breaking.as_ref().unwrap().verdict;
            let page = rule(&findings[0]);
            (edit, Judged { effect, page, verdict })
        })
        .collect()
}

impl Directions {
    fn add(&mut self, name: &str, old: Body<'_>, new: Body<'_>) {
        let [asked, given] = [Direction::Request, Direction::Response].map(|direction| judged(old, new, direction));
        let edits: BTreeSet<&Edit> = asked.keys().chain(given.keys()).collect();
        for edit in edits {
            self.compare(name, edit, asked.get(edit), given.get(edit));
        }
    }

    fn compare(&mut self, name: &str, edit: &Edit, request: Option<&Judged>, response: Option<&Judged>) {
        let effect = |side: Option<&Judged>| parts(side.map_or(Effect::Equal, |judged| judged.effect));
        let (Some([lost, gained]), Some([also_lost, also_gained])) = (effect(request), effect(response)) else {
            self.unknown += 1;
            return;
        };
        // What breaks is asked for in each direction, so that it may know of less.
        let agree = lost <= also_lost && also_gained <= gained;
        // What breaks nobody need not be told where a proof of the whole says so. The whole is told of only where no
        // part shows what breaks.
        let is_told = request.is_some() && response.is_some() || lost || gained || also_lost || also_gained;
        let is_whole = edit.field == "schema" && (request.is_none() || response.is_none());
        if !(agree && is_told || is_whole) {
            self.broken
                .push(format!("{name}: {edit:?}: {request:?} and {response:?}"));
        }
        let is_exceptional = |side: Option<&Judged>, breaks: bool| {
            let verdict = |judged: &&Judged| judged.verdict != Verdict::Unknown;
            side.filter(verdict)
                .is_some_and(|judged| breaks != (judged.verdict == Verdict::Breaking))
        };
        let sides = [(request, lost), (response, also_gained)];
        let pages: Vec<&str> = sides
            .into_iter()
            .filter(|(side, breaks)| is_exceptional(*side, *breaks))
            .filter_map(|(side, _)| Some(side?.page))
            .collect();
        if !pages.is_empty() {
            self.exceptional.extend(pages);
            return;
        }
        if lost == also_gained {
            self.alike += 1;
        } else {
            self.opposite += 1;
        }
    }

    /// Says what came out, and fails where the law does not hold, or was hardly put to the test.
    fn holds(&self, least: usize) {
        let Self {
            opposite,
            alike,
            unknown,
            ..
        } = self;
        println!("{opposite} break in one direction, {alike} in both or none, {unknown} unknown");
        assert!(self.broken.is_empty(), "{}", self.broken.join("\n"));
        assert!(*opposite >= least, "the law is hardly put to the test");
        assert!(unknown * 20 <= *opposite, "too much is unknown");
        let listed = |page: &&str| EXCEPTIONS.iter().any(|(exception, _)| exception == page);
        let unlisted: Vec<_> = self.exceptional.iter().filter(|page| !listed(page)).collect();
        assert!(unlisted.is_empty(), "{unlisted:?} judge otherwise than by the values");
    }
}

/// The first schema in a description, which stands in the body of a request or of an answer.
fn schema_of(description: &Value) -> Option<&Value> {
    match description {
        Value::Object(entries) => entries.get("schema").or_else(|| entries.values().find_map(schema_of)),
        Value::Array(elements) => elements.iter().find_map(schema_of),
        _ => None,
    }
}

#[test]
fn laws_every_edit_of_a_schema_breaks_requests_or_responses() {
    let mut directions = Directions::default();
    every_edit(|space, edit| {
        // What parameters and headers hold is text, and has a schema of its own.
        let in_text = edit
            .seat
            .iter()
            .any(|hop| matches!(hop.holder, Kind::Parameter | Kind::Header));
        let schema = |whole: &Value| {
            ["paths", "webhooks"]
                .iter()
                .find_map(|key| schema_of(&whole[key]))
                .cloned()
        };
        if edit.hop.holder == Kind::Schema
            && !in_text
            && let (Some(old), Some(new)) = (schema(&edit.old), schema(&edit.new))
        {
            directions.add(&named(space, edit), (&edit.old, &old), (&edit.new, &new));
        }
    });
    directions.holds(4_000);
    let needed = |page: &str| directions.exceptional.contains(page);
    let superfluous: Vec<_> = EXCEPTIONS.iter().filter(|(page, _)| !needed(page)).collect();
    assert!(superfluous.is_empty(), "{superfluous:?} judge by the values");
}

#[test]
fn laws_random_edits_of_schemas_break_requests_or_responses() {
    let directions = RefCell::new(Directions::default());
    run(1_000, (any_description(), choice()), |(Description(old), choice)| {
        let asked = old.pointer(schema_pointer(&old, Direction::Request)).unwrap();
        let old = holding(&old, asked, Direction::Request);
        let Some((edit, new)) = choice.made(&old, |kind, _| kind == Kind::Schema) else {
            return Ok(());
        };
        let [before, now] = [&old, &new].map(|whole| (whole, schema_of(&whole["paths"]).unwrap()));
        let mut directions = directions.borrow_mut();
        directions.broken.clear();
        directions.add("random", before, now);
        prop_assert!(
            directions.broken.is_empty(),
            "{edit:?}\n{old}\n{new}\n{}",
            directions.broken.join("\n")
        );
        Ok(())
    });
    directions.into_inner().holds(100);
}
