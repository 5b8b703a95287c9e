//! What a consumer accepts in the body of a response, against what the schema of the description allows.
//!
//! Both are sets of values, so each question is whether there is an answer that the description allows and that has,
//! or has not, what the consumer needs at one place. Having none is the proof that it never comes; an answer that has
//! everything else that was recorded is the witness that it may fail to come, and is held against the contract by the
//! same matching that provider answers are before it is told.

use super::accepted::Sets;
use super::declared::Declared;
use super::{Remark, RemarkKind};
use crate::contract::Response;
use crate::contract::matching::{Accepted, Expected, Parts, match_body};
use crate::document::http::Direction;
use crate::document::{Node, suggest};
use crate::finding::Location;
use crate::schema::{Reason, SchemaId, Schemas, Step};
use serde_json::Value;
use std::fmt::Write;

/// How much of one body is looked at: each value counts with all that stand beside it, since the questions about it are
/// about those, too. Of what is left it is said that it was not looked at.
const WORK: usize = 200_000;
/// What a value counts at least.
const LEAST_WORK: usize = 200;
/// Members of one object that may be absent and are told one by one.
const ONE_BY_ONE: usize = 3;
/// How many characters of a value a message shows.
const SHOWN: usize = 120;

/// Holds what a consumer accepts against a schema.
pub(super) fn remarks<'w>(
    schemas: &mut Schemas<'w>,
    schema: Node<'w>,
    expected: &Expected,
    response: &Response<'w>,
    remarks: &mut Vec<Remark>,
) {
    let promised = schemas.read(&[schema], Some(Direction::Response));
    let mut walk = Walk {
        schemas,
        promised,
        response,
        frames: Vec::new(),
        remarks: Vec::new(),
        is_undecided: false,
        left: WORK,
    };
    let sets = Sets::of(walk.schemas, expected);
    walk.value(expected, &sets, &Declared::of(schema));
    let departs = walk.remarks.iter().any(|remark| remark.kind == RemarkKind::Value);
    if !departs && !walk.is_undecided {
        walk.together(expected, &sets, schema);
    }
    remarks.append(&mut walk.remarks);
}

/// The way from a holder to the value that is asked about.
struct Frame {
    step: Step,
    /// What else the consumer accepts of the holder.
    rest: SchemaId,
    /// How many values stand beside it.
    beside: usize,
}

struct Walk<'s, 'w, 'r> {
    schemas: &'s mut Schemas<'w>,
    promised: SchemaId,
    response: &'r Response<'w>,
    frames: Vec<Frame>,
    remarks: Vec<Remark>,
    is_undecided: bool,
    left: usize,
}

impl<'w> Walk<'_, 'w, '_> {
    /// The values that hold one of a set at the end of one step.
    fn holder(&mut self, step: &Step, inner: SchemaId) -> SchemaId {
        let demands = match step {
            Step::Property(name) => [
                self.schemas.types(&["object"]),
                self.schemas.requires(name),
                self.schemas.property(name, inner),
            ],
            Step::Item(position) => [
                self.schemas.types(&["array"]),
                self.schemas.elements(u64::from(*position) + 1, None),
                self.schemas.element(*position, inner),
            ],
            Step::Items | Step::AdditionalProperty => {
                let anything = self.schemas.anything();
                [
                    self.schemas.types(&["array"]),
                    self.schemas.some_element(inner),
                    anything,
                ]
            }
        };
        self.schemas.all_of(&demands)
    }

    /// The bodies that hold a value of a set at the present place, whatever else they hold.
    fn with(&mut self, inner: SchemaId) -> SchemaId {
        let frames = std::mem::take(&mut self.frames);
        let set = frames
            .iter()
            .rev()
            .fold(inner, |inner, frame| self.holder(&frame.step, inner));
        self.frames = frames;
        set
    }

    /// The same, where everything else is what the consumer accepts.
    fn with_all_else(&mut self, inner: SchemaId) -> SchemaId {
        let frames = std::mem::take(&mut self.frames);
        let set = frames.iter().rev().fold(inner, |inner, frame| {
            let holder = self.holder(&frame.step, inner);
            self.schemas.all_of(&[frame.rest, holder])
        });
        self.frames = frames;
        set
    }

    /// A body that the description allows and that is of a set.
    fn promised(&mut self, set: SchemaId) -> Result<Option<Value>, Reason> {
        self.schemas.common(&[self.promised, set])
    }

    fn value(&mut self, expected: &Expected, sets: &Sets, declared: &Declared<'w>) {
        if self.is_undecided {
            return;
        }
        let beside = self.frames.last().map_or(0, |frame| frame.beside);
        let Some(left) = self.left.checked_sub(beside.max(LEAST_WORK)) else {
            return self.undecided(expected, "the body has more values than are looked at");
        };
        self.left = left;
        let set = self.with(sets.shallow);
        match self.promised(set) {
            Ok(Some(_)) => {}
            Ok(None) => return self.never(expected, declared),
            Err(reason) => return self.undecided(expected, reason.clause()),
        }
        if !declared.is_something() {
            return self.remarks.push(Remark {
                kind: RemarkKind::Undeclared,
                problem: format!("the description does not say what {} is", named(expected)),
                expected: accepted_text(expected),
                ..self.remark(expected, declared)
            });
        }
        if let Some(mark) = declared.deprecated().filter(|_| !self.frames.is_empty()) {
            self.remarks.push(Remark {
                kind: RemarkKind::Deprecated,
                problem: format!("{} is deprecated", named(expected)),
                place: Some(Location::value(mark.address())),
                ..self.remark(expected, declared)
            });
        }
        // A value without a rule is as it was at the time, and so is one that is to be absent.
        let is_as_recorded =
            expected.rules.is_empty() && matches!(expected.accepted, Accepted::Value(_)) || expected.example.is_null();
        if !is_as_recorded {
            self.something_else(expected, sets, declared);
        }
        if expected.parts.is_empty() && !expected.rules.is_empty() {
            self.recorded(expected, sets, declared);
        }
        self.parts(expected, sets, declared);
    }

    /// No answer has it here.
    fn never(&mut self, expected: &Expected, declared: &Declared<'w>) {
        let anything = self.schemas.anything();
        let set = self.with(anything);
        let instead = self.promised(set).ok().flatten();
        let described = instead.and_then(|body| self.at_place(&body)).map(|value| shown(&value));
        let problem = match &described {
            Some(value) => format!(
                "no answer that the description allows has this; {} is such as `{value}`",
                named(expected)
            ),
            None => format!("no answer that the description allows has {}", named(expected)),
        };
        self.remarks.push(Remark {
            kind: RemarkKind::Value,
            problem,
            expected: accepted_text(expected),
            described: described.unwrap_or_else(|| "nothing".to_owned()),
            ..self.remark(expected, declared)
        });
    }

    /// What was recorded is none of the values that the rules and the description share.
    fn recorded(&mut self, expected: &Expected, sets: &Sets, declared: &Declared<'w>) {
        let set = self.with(sets.recorded);
        if self.promised(set) == Ok(None) {
            let shared = self.with(sets.shallow);
            let shared = self.promised(shared).ok().flatten();
            let shared = shared.and_then(|body| self.at_place(&body)).map(|value| shown(&value));
            self.remarks.push(Remark {
                kind: RemarkKind::Value,
                problem: format!(
                    "the recorded value `{}` is not allowed by the description, though others that the rule takes are",
                    expected.example
                ),
                expected: expected.example.to_string(),
                described: shared.unwrap_or_default(),
                ..self.remark(expected, declared)
            });
        }
    }

    /// Whether an answer may have something here that the consumer refuses.
    fn something_else(&mut self, expected: &Expected, sets: &Sets, declared: &Declared<'w>) {
        if self.is_in_variant() {
            return;
        }
        let accepted = match &expected.example {
            // How many elements a list has without a rule is as it was at the time, as values are.
            Value::Object(_) if expected.rules.is_empty() => self.schemas.types(&["object"]),
            Value::Array(_) if expected.rules.is_empty() => self.schemas.types(&["array"]),
            // Where the description says nothing of the form of a text, that it says nothing is no news.
            Value::String(_) if expected.accepted.has_form() && self.takes_any_text() => {
                self.schemas.types(&["string", "number", "boolean"])
            }
            _ => sets.shallow,
        };
        let refused = self.schemas.not(accepted);
        let set = self.with_all_else(refused);
        match self.promised(set) {
            Ok(Some(body)) if self.is_refused(&body, expected) => {
                let value = self.at_place(&body).unwrap_or_default();
                let is_empty_list = value.as_array().is_some_and(Vec::is_empty);
                self.remarks.push(Remark {
                    kind: if is_empty_list {
                        RemarkKind::Empty
                    } else {
                        RemarkKind::Optional
                    },
                    problem: format!(
                        "the description also allows `{}` for {}",
                        shown(&value),
                        named(expected)
                    ),
                    expected: accepted_text(expected),
                    described: shown(&value),
                    ..self.remark(expected, declared)
                });
            }
            Ok(_) => {}
            Err(reason) => self.undecided(expected, reason.clause()),
        }
    }

    /// Whether the description allows texts here that no pattern and no list of words is made for.
    fn takes_any_text(&mut self) -> bool {
        let odd: Vec<Value> = [1, 8, 36].map(|length| Value::from("~".repeat(length))).into();
        let odd = self.schemas.one_of_values(&odd);
        let set = self.with(odd);
        matches!(self.promised(set), Ok(Some(_)))
    }

    /// Whether it is about an element that a list must have somewhere: of that, no description says anything.
    fn is_in_variant(&self) -> bool {
        self.frames.iter().any(|frame| frame.step == Step::Items)
    }

    /// Whether an answer may have everything else and lack a member.
    fn may_be_absent(
        &mut self,
        name: &str,
        member: &Expected,
        rest: SchemaId,
        declared: &Declared<'w>,
    ) -> Option<Remark> {
        if self.is_in_variant() {
            return None;
        }
        let object = self.schemas.types(&["object"]);
        let present = self.schemas.requires(name);
        let absent = self.schemas.not(present);
        let lacking = self.schemas.all_of(&[object, rest, absent]);
        let set = self.with_all_else(lacking);
        match self.promised(set) {
            Ok(Some(body)) if self.is_refused(&body, member) => Some(Remark {
                kind: RemarkKind::Optional,
                problem: format!("the description does not require {}", named(member)),
                expected: accepted_text(member),
                described: "nothing".into(),
                ..self.remark(member, declared)
            }),
            Ok(_) => None,
            Err(reason) => {
                self.undecided(member, reason.clause());
                None
            }
        }
    }

    /// Tells what members may be absent: one by one, or together where hardly any is promised.
    fn tell_absent(&mut self, holder: &Expected, declared: &Declared<'w>, absent: Vec<(&str, Remark)>) {
        if absent.len() <= ONE_BY_ONE {
            return self.remarks.extend(absent.into_iter().map(|(_, remark)| remark));
        }
        let names = suggest::list(absent.iter().map(|(name, _)| *name), "and");
        self.remarks.push(Remark {
            kind: RemarkKind::Optional,
            problem: format!("of {}, the description does not require {names}", named(holder)),
            expected: "all of them".into(),
            described: "nothing".into(),
            ..self.remark(holder, declared)
        });
    }

    fn parts(&mut self, expected: &Expected, sets: &Sets, declared: &Declared<'w>) {
        match &expected.parts {
            Parts::None => {}
            Parts::Members(members) => {
                let mut absent = Vec::new();
                for (position, (name, member)) in members.iter().enumerate() {
                    if self.is_undecided {
                        break;
                    }
                    let mut rest = vec![sets.shallow];
                    for (other, (name, _)) in members.iter().enumerate().filter(|(other, _)| *other != position) {
                        let whole = sets.parts[other].whole;
                        rest.extend([self.schemas.requires(name), self.schemas.property(name, whole)]);
                    }
                    let rest = self.schemas.all_of(&rest);
                    let step = Step::Property(name.clone());
                    let next = declared.step(&step, self.schemas);
                    let before = self.remarks.len();
                    self.enter((step, rest, members.len()), member, &sets.parts[position], &next);
                    // What never comes, or is not spoken of, need not be told to be optional, too.
                    let is_told = self.remarks[before..].iter().any(|remark| {
                        remark.location == member.at
                            && matches!(
                                remark.kind,
                                RemarkKind::Value | RemarkKind::Undeclared | RemarkKind::Undecided
                            )
                    });
                    if !is_told {
                        let remark = self.may_be_absent(name, member, rest, &next);
                        absent.extend(remark.map(|remark| (name.as_str(), remark)));
                    }
                }
                self.tell_absent(expected, declared, absent);
            }
            Parts::EachMember(name, like) => {
                let step = Step::Property(name.clone());
                let next = declared.step(&step, self.schemas);
                self.enter((step, sets.shallow, 1), like, &sets.parts[0], &next);
            }
            Parts::EachElement(like, are_alike) => {
                let rest = if *are_alike {
                    let others = self.schemas.elements_from(1, sets.parts[0].whole);
                    self.schemas.all_of(&[sets.shallow, others])
                } else {
                    sets.shallow
                };
                let next = declared.step(&Step::Item(0), self.schemas);
                self.enter((Step::Item(0), rest, 1), like, &sets.parts[0], &next);
            }
            Parts::Elements(elements) => {
                for (position, element) in elements.iter().enumerate() {
                    if self.is_undecided {
                        return;
                    }
                    let mut rest = vec![sets.shallow];
                    for (other, sets) in sets.parts.iter().enumerate().filter(|(other, _)| *other != position) {
                        rest.push(self.schemas.element(other as u32, sets.whole));
                    }
                    let rest = self.schemas.all_of(&rest);
                    let step = Step::Item(position as u32);
                    let next = declared.step(&step, self.schemas);
                    self.enter((step, rest, elements.len()), element, &sets.parts[position], &next);
                }
            }
            Parts::Somewhere(variants) => {
                for (position, variant) in variants.iter().enumerate() {
                    let next = declared.step(&Step::Items, self.schemas);
                    self.enter(
                        (Step::Items, sets.shallow, variants.len()),
                        variant,
                        &sets.parts[position],
                        &next,
                    );
                }
            }
        }
    }

    fn enter(
        &mut self,
        (step, rest, beside): (Step, SchemaId, usize),
        part: &Expected,
        sets: &Sets,
        declared: &Declared<'w>,
    ) {
        self.frames.push(Frame { step, rest, beside });
        self.value(part, sets, declared);
        self.frames.pop();
    }

    /// Whether an answer has all that was recorded at once, and not only each of it.
    fn together(&mut self, expected: &Expected, sets: &Sets, schema: Node<'w>) {
        if matches!(expected.parts, Parts::None) || self.promised(sets.recorded) != Ok(None) {
            return;
        }
        self.remarks.push(Remark {
            kind: RemarkKind::Value,
            problem: "the description allows each value of this body, and not all of them together".into(),
            expected: String::new(),
            described: String::new(),
            ..self.remark(expected, &Declared::of(schema))
        });
    }

    /// Whether the matching that answers are held against refuses a body at a place.
    fn is_refused(&self, body: &Value, expected: &Expected) -> bool {
        let comparison = match_body(self.response, body.to_string().as_bytes());
        let mut mismatches = comparison.mismatches.iter();
        mismatches.any(|mismatch| {
            let within = mismatch.path.strip_prefix(&expected.path);
            within.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        })
    }

    /// What a body has at the present place, where that is one place.
    fn at_place(&self, body: &Value) -> Option<Value> {
        let mut value = body;
        for frame in &self.frames {
            value = match &frame.step {
                Step::Property(name) => value.get(name)?,
                Step::Item(position) => value.get(*position as usize)?,
                Step::Items | Step::AdditionalProperty => return None,
            };
        }
        Some(value.clone())
    }

    /// One reason a body is enough: what one question cannot decide, the next ones hardly can.
    fn undecided(&mut self, expected: &Expected, reason: &str) {
        if !std::mem::replace(&mut self.is_undecided, true) {
            self.remarks.push(Remark::undecided(expected.at, at(expected), reason));
        }
    }

    fn remark(&self, expected: &Expected, declared: &Declared<'w>) -> Remark {
        Remark {
            kind: RemarkKind::Value,
            location: expected.at,
            at: at(expected),
            problem: String::new(),
            expected: String::new(),
            described: String::new(),
            place: declared.node().map(|node| Location::value(node.address())),
        }
    }
}

fn at(expected: &Expected) -> String {
    format!("$.body{}", &expected.path[1..])
}

/// A value as messages show it, its end cut off if it is long.
fn shown(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

fn named(expected: &Expected) -> String {
    match expected.path.as_str() {
        "$" => "the body".to_owned(),
        path => format!("`{}`", path.trim_start_matches("$.").trim_start_matches('$')),
    }
}

/// What a consumer accepts at a place, for people.
fn accepted_text(expected: &Expected) -> String {
    let mut text = String::new();
    for rule in &expected.rules {
        let separator = if text.is_empty() { "" } else { ", " };
        let space = if rule.argument.is_empty() { "" } else { " " };
        let _ = write!(text, "{separator}rule `{}{space}{}`", rule.name, rule.argument);
    }
    if text.is_empty() {
        match &expected.example {
            Value::Object(_) => "an object".into(),
            Value::Array(_) => "a list".into(),
            scalar => scalar.to_string(),
        }
    } else {
        text
    }
}
