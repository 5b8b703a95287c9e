//! The same edit of a schema in requests and in responses: it does the same to the values, so what is safe in the ones
//! by what the values can be breaks in the others.

use crate::described::table;
use crate::descriptions::{Description, any_description};
use crate::laws::{at, choice, every_edit, named, schema_pointer};
use crate::mirror::parts;
use crate::property::Quota;
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
pub(crate) fn holding(description: &Value, schema: &Value, direction: Direction) -> Value {
    let mut whole = description.clone();
    let is_swagger = whole.get("swagger").is_some();
    if whole.get("asyncapi").is_some() {
        hold_message(&mut whole, schema, direction);
        return in_direction(whole, direction);
    }
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
    in_direction(whole, direction)
}

fn in_direction(whole: Value, direction: Direction) -> Value {
    match direction {
        Direction::Request => whole,
        Direction::Response => renamed(whole, turned),
    }
}

/// Lets the only operation of a description receive messages with a payload, or send them.
fn hold_message(whole: &mut Value, payload: &Value, direction: Direction) {
    let message = json!({ "name": "thing", "payload": payload });
    let is_2 = table(whole).version_name().starts_with('2');
    let (channel, operations) = match (is_2, direction) {
        (true, Direction::Request) => (json!({ "publish": { "message": message } }), None),
        (true, Direction::Response) => (json!({ "subscribe": { "message": message } }), None),
        (false, _) => {
            let action = if direction == Direction::Request {
                "receive"
            } else {
                "send"
            };
            let operation = json!({ "action": action, "channel": { "$ref": "#/channels/things" } });
            let channel = json!({ "address": "things", "messages": { "thing": message } });
            (channel, Some(json!({ "only": operation })))
        }
    };
    whole["channels"] = json!({ "things": channel });
    if let Some(operations) = operations {
        whole["operations"] = operations;
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

/// A value with other names for some of its keys.
pub(crate) fn renamed(value: Value, name_of: fn(&str) -> &str) -> Value {
    match value {
        Value::Object(entries) => {
            let entries = entries.into_iter();
            entries
                .map(|(name, entry)| (name_of(&name).to_owned(), renamed(entry, name_of)))
                .collect()
        }
        Value::Array(elements) => elements.into_iter().map(|element| renamed(element, name_of)).collect(),
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
            let within = ["/schema", "/payload"].iter().find_map(|name| pointer.split_once(name));
            let within = within.filter(|_| pointer.starts_with("/paths/") || pointer.starts_with("/channels/"));
            let address = within.map_or(pointer.as_str(), |(_, within)| within);
            address
                .split('/')
                .map(|name| in_requests(name, direction))
                .collect::<Vec<_>>()
                .join("/")
        };
        // One list tells of several properties.
        let is_list = |fact: &str| fact == "name" && change.field == "required";
        let name = change.facts.iter().find(|(fact, _)| is_list(fact));
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

impl Judged {
    /// Whether it is told to break clients where it does something that breaks them.
    fn is_by_law(&self, breaks: bool) -> bool {
        self.verdict == Verdict::Unknown || breaks == (self.verdict == Verdict::Breaking)
    }
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
fn judged(old: Body<'_>, new: Body<'_>, direction: Direction) -> BTreeMap<Edit, Vec<Judged>> {
    let [old, new] = [old, new].map(|(whole, schema)| holding(whole, schema, direction).to_string());
    let pair = Pair::of_texts(&old, &new);
    let mut told: BTreeMap<Edit, Vec<Judged>> = BTreeMap::new();
    for change in pair
        .changes()
        .into_iter()
        .filter(|change| change.kind != Kind::Components)
    {
        let (edit, effect) = (Edit::of(&change, direction), change.effect);
        let findings = judge(vec![change], rules(), &Choices::default());
        let verdict = findings[0].breaking.as_ref().unwrap().verdict;
        let page = rule(&findings[0]);
        told.entry(edit).or_default().push(Judged { effect, page, verdict });
    }
    told
}

/// Whether the same is done in both directions; nothing where one of them does not know. What breaks is asked for in
/// each, so that it may know of less: of a part, it is proved not to where it does not break the whole.
fn agree(request: Option<&Judged>, response: Option<&Judged>) -> Option<bool> {
    let effect = |side: Option<&Judged>| parts(side.map_or(Effect::Equal, |judged| judged.effect));
    let ([lost, gained], [also_lost, also_gained]) = (effect(request)?, effect(response)?);
    // What breaks nobody need not be told where such a proof says so.
    let is_told = request.is_some() && response.is_some() || lost || gained || also_lost || also_gained;
    Some(is_told && lost <= also_lost && also_gained <= gained)
}

impl Directions {
    fn add(&mut self, name: &str, old: Body<'_>, new: Body<'_>) {
        let [asked, given] = [Direction::Request, Direction::Response].map(|direction| judged(old, new, direction));
        let edits: BTreeSet<&Edit> = asked.keys().chain(given.keys()).collect();
        let none = Vec::new();
        for edit in edits {
            let [requests, responses] = [&asked, &given].map(|told| told.get(edit).unwrap_or(&none));
            let partner = |request: &Judged| {
                let mut agreeing = responses
                    .iter()
                    .filter(|response| agree(Some(request), Some(response)) == Some(true));
                agreeing.next().or(responses.first())
            };
            for request in requests {
                self.compare(name, edit, Some(request), partner(request));
            }
            for response in responses.iter().filter(|_| requests.is_empty()) {
                self.compare(name, edit, None, Some(response));
            }
        }
    }

    fn compare(&mut self, name: &str, edit: &Edit, request: Option<&Judged>, response: Option<&Judged>) {
        match agree(request, response) {
            None => {
                self.unknown += 1;
                return;
            }
            // The whole is told of only where no part shows what breaks, and of that alone.
            Some(agree) if !agree && edit.field != "schema" => {
                self.broken
                    .push(format!("{name}: {edit:?}: {request:?} and {response:?}"));
            }
            Some(_) => {}
        }
        let does = |side: Option<&Judged>| side.and_then(|judged| parts(judged.effect)).unwrap_or_default();
        let ([lost, _], [_, gained]) = (does(request), does(response));
        let sides = [(request, lost), (response, gained)];
        let judged = sides.into_iter().filter_map(|(side, breaks)| Some((side?, breaks)));
        let otherwise: Vec<&str> = judged
            .filter(|(judged, breaks)| !judged.is_by_law(*breaks))
            .map(|(judged, _)| judged.page)
            .collect();
        if !otherwise.is_empty() {
            self.exceptional.extend(otherwise);
            return;
        }
        if lost == gained {
            self.alike += 1;
        } else {
            self.opposite += 1;
        }
    }

    /// Says what came out, and fails where the law does not hold, or was hardly put to the test: so many edits have to
    /// break in one direction at least, and no more than one in so many may be unknown.
    fn holds(&self, least: usize, one_in: Option<usize>) {
        let Self {
            opposite,
            alike,
            unknown,
            ..
        } = self;
        println!("{opposite} break in one direction, {alike} in both or none, {unknown} unknown");
        assert!(self.broken.is_empty(), "{}", self.broken.join("\n"));
        assert!(
            *opposite >= least.max(1),
            "the law is hardly put to the test: {least} edits have to break in one direction, and {opposite} do"
        );
        if let Some(one_in) = one_in {
            assert!(
                unknown * one_in <= *opposite,
                "{unknown} edits are unknown, more than one in {one_in} of the {opposite} that break in one direction"
            );
        }
        let listed = |page: &&str| EXCEPTIONS.iter().any(|(exception, _)| exception == page);
        let unlisted: Vec<_> = self.exceptional.iter().filter(|page| !listed(page)).collect();
        assert!(unlisted.is_empty(), "{unlisted:?} judge otherwise than by the values");
    }
}

/// Where the operations of a description, or what they carry, stand.
const BODIES: &[&str] = &["paths", "webhooks", "channels"];

/// The first schema in a description, which stands in the body of a request or of an answer.
fn schema_of(description: &Value) -> Option<&Value> {
    match description {
        Value::Object(entries) => {
            let own = entries.get("schema").or_else(|| entries.get("payload"));
            own.or_else(|| entries.values().find_map(schema_of))
        }
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
            .any(|hop| hop.holder.is(&[Kind::Parameter, Kind::Header]));
        let schema = |whole: &Value| BODIES.iter().find_map(|key| schema_of(&whole[key])).cloned();
        if edit.hop.holder.is(&[Kind::Schema])
            && !in_text
            && let (Some(old), Some(new)) = (schema(&edit.old), schema(&edit.new))
        {
            directions.add(&named(space, edit), (&edit.old, &old), (&edit.new, &new));
        }
    });
    directions.holds(4_000, Some(20));
    let needed = |page: &str| directions.exceptional.contains(page);
    let superfluous: Vec<_> = EXCEPTIONS.iter().filter(|(page, _)| !needed(page)).collect();
    assert!(superfluous.is_empty(), "{superfluous:?} judge by the values");
}

#[test]
fn laws_random_edits_of_schemas_break_requests_or_responses() {
    let directions = RefCell::new(Directions::default());
    let quota = Quota {
        cases: 1_200,
        least: 100,
    };
    quota.run((any_description(), choice()), |(Description(old), choice)| {
        let asked = at(&old, schema_pointer(&old, Direction::Request));
        let old = holding(&old, asked, Direction::Request);
        let Some((edit, new)) = choice.made(&old, |kind, _| kind == Kind::Schema) else {
            return Ok(0);
        };
        let [before, now] = [&old, &new].map(|whole| {
            let schema = BODIES.iter().find_map(|key| schema_of(&whole[key]));
            (whole, schema.unwrap_or_else(|| panic!("no schema in {whole}")))
        });
        let mut directions = directions.borrow_mut();
        let known = directions.opposite;
        directions.broken.clear();
        directions.add("random", before, now);
        prop_assert!(
            directions.broken.is_empty(),
            "{edit:?}\n{old}\n{new}\n{}",
            directions.broken.join("\n")
        );
        Ok(directions.opposite - known)
    });
    directions.into_inner().holds(quota.least(), quota.one_in(20));
}
