//! Fields, which are known by their numbers.

use super::Comparison;
use super::impact::{Impact, Readings};
use super::messages::is_covered;
use super::reading::{Encoding, Misread};
use super::value::{Field, hex};
use super::version::may_mean;
use crate::breaking::comparison::Sides;
use crate::document::proto::{self, Cardinality, Feature, Scalar, ValueType, declarations};
use crate::document::{Kind, Node};
use crate::syntax::{Key, key};
use rustc_hash::FxHashSet;
use serde_json::json;

impl<'w> Comparison<'w, '_> {
    pub(super) fn compare_fields(&mut self, old: Node<'w>, new: Node<'w>) {
        let (before, now) = (self.readings.messages.fields(old), self.readings.messages.fields(new));
        let same_number = |fields: &'_ [Field<'w>], number: i64| fields.iter().position(|field| field.number == number);
        let same_name = |fields: &'_ [Field<'w>], name: &str| fields.iter().position(|field| field.name == name);
        let mut met = FxHashSet::default();
        for was in before.iter() {
            let by_number = same_number(&now, was.number).map(|at| &now[at]);
            let by_name = same_name(&now, was.name).map(|at| &now[at]);
            match (by_number, by_name) {
                // A field that kept its name and has another number is the same field.
                (other, Some(is)) if other.is_none_or(|other| other.name != was.name) => {
                    met.insert(is.number);
                    let change = self.change(Kind::Field, "number", at(was, is, key::NUMBER), is.node);
                    let change = change.texts(was.number.to_string(), is.number.to_string());
                    let mut impact = self.impact_of(Some(was), Some(is), &before, &now);
                    impact.json = Readings::default();
                    self.tell(change, impact);
                }
                (Some(is), _) => {
                    met.insert(is.number);
                    self.compare_field(was, is, &before, &now);
                }
                (None, _) => self.tell_removed(new, was, &before, &now),
            }
        }
        for is in now.iter().filter(|is| !met.contains(&is.number)) {
            let is_required = is.cardinality == Cardinality::Required;
            let change = self.change(Kind::Field, "", Sides::added(is.node), is.node);
            let change = change.texts("", is.number.to_string()).yes("required", is_required);
            let impact = if is_required {
                missing(is, true)
            } else {
                Impact::default()
            };
            self.tell(change, impact);
        }
    }

    fn tell_removed(&mut self, message: Node<'w>, was: &Field<'w>, before: &[Field<'w>], now: &[Field<'w>]) {
        let reserved: Vec<(i64, i64)> = declarations(message, key::RESERVED).filter_map(proto::range).collect();
        let is_named = declarations(message, key::RESERVED).any(|name| !name.is_map() && name.text() == was.name);
        let free = match (is_covered((was.number, was.number), &reserved), is_named) {
            (true, true) => "none",
            (true, false) => "name",
            (false, true) => "number",
            (false, false) => "both",
        };
        let is_required = was.cardinality == Cardinality::Required;
        let change = self.change(Kind::Field, "", Sides::removed(was.node, message), was.node);
        let change = change
            .texts(was.number.to_string(), "")
            .fact("unreserved", free)
            .yes("required", is_required);
        let impact = if is_required {
            missing(was, false)
        } else {
            self.impact_of(Some(was), None, before, now)
        };
        self.tell(change, impact);
    }

    /// Tells in what a field differs that is the same by its number.
    pub(super) fn compare_field(&mut self, was: &Field<'w>, is: &Field<'w>, before: &[Field<'w>], now: &[Field<'w>]) {
        let (old, new) = (was.node, is.node);
        let kind = Kind::Field;
        let is_renamed = was.name != is.name;
        if is_renamed {
            let mut impact = self.named_only(was, is, before, now);
            impact.code = true;
            let change = self
                .change(kind, "name", Sides::both(old, new), new)
                .texts(was.name, is.name);
            let change = change.yes("json", was.json_name != is.json_name);
            self.tell(change.fact("number", is.number.to_string()), impact);
        } else if was.json_name != is.json_name {
            let impact = self.named_only(was, is, before, now);
            let sides = Sides::both(
                proto::option(old, "json_name").unwrap_or(old),
                proto::option(new, "json_name").unwrap_or(new),
            );
            let change = self.change(kind, "json_name", sides, new);
            self.tell(change.texts(was.json_name.clone(), is.json_name.clone()), impact);
        }
        let is_retyped = self.compare_type(was, is);
        if !is_retyped {
            self.compare_cardinality(was, is);
        }
        if !is_retyped {
            self.compare_default(was, is);
        }
        self.compare_oneof(was, is, before, now);
        self.compare_notes(was, is);
        self.compare_other_options(kind, old, new, &[]);
        self.compare_rules(old, new);
    }

    /// What the names alone do: everything else is taken to be as it was.
    fn named_only(&self, was: &Field<'w>, is: &Field<'w>, before: &[Field<'w>], now: &[Field<'w>]) -> Impact {
        let as_if = |field: &Field<'w>, of: &Field<'w>| Field {
            name: field.name,
            json_name: field.json_name.clone(),
            ..of.clone()
        };
        let around = |fields: &[Field<'w>], own: &Field<'w>, of: &Field<'w>| -> Vec<Field<'w>> {
            let others = fields.iter().filter(|field| field.number != own.number);
            others.cloned().chain([as_if(own, of)]).collect()
        };
        let json = Readings {
            old_by_new: self
                .readings
                .misread(was, Some(&as_if(is, was)), &around(now, is, was), Encoding::Json),
            new_by_old: self
                .readings
                .misread(is, Some(&as_if(was, is)), &around(before, was, is), Encoding::Json),
        };
        Impact {
            json,
            ..Impact::default()
        }
    }

    /// Whether two fields hold the same type, by name or by what became of it.
    fn is_same_type(&self, was: &Field<'w>, is: &Field<'w>) -> bool {
        let is_same = |old: Node<'w>, new: Node<'w>| match self.partners.get(&old.address()) {
            Some(partner) => partner.address() == new.address() && proto::full_name(old) == proto::full_name(new),
            None => proto::full_name(old) == proto::full_name(new),
        };
        was.key == is.key
            && was.is_delimited == is.is_delimited
            && match (was.value, is.value) {
                (ValueType::Scalar(old), ValueType::Scalar(new)) => old == new,
                (ValueType::Message(old), ValueType::Message(new)) | (ValueType::Enum(old), ValueType::Enum(new)) => {
                    is_same(old, new)
                }
                // What is not at hand is known by its name.
                (ValueType::Unknown, _) => may_mean(written_type(was), &value_name(is)),
                (_, ValueType::Unknown) => may_mean(written_type(is), &value_name(was)),
                _ => false,
            }
    }

    /// Whether a type became another one of another name that holds the same.
    fn is_same_by_another_name(&self, was: &Field<'w>, is: &Field<'w>) -> bool {
        match (was.value, is.value) {
            (ValueType::Message(old), ValueType::Message(new)) | (ValueType::Enum(old), ValueType::Enum(new)) => {
                was.is_delimited == is.is_delimited
                    && was.key == is.key
                    && self
                        .partners
                        .get(&old.address())
                        .is_some_and(|partner| partner.address() == new.address())
            }
            _ => false,
        }
    }

    /// Tells the type of a field, if it is another one. Whether it is.
    fn compare_type(&mut self, was: &Field<'w>, is: &Field<'w>) -> bool {
        if self.is_same_type(was, is) {
            return false;
        }
        // The type itself was renamed, and that is told there.
        let is_respelt = self.is_same_by_another_name(was, is);
        let bare = |field: &Field<'w>| Field {
            // How often there is a value is told for itself, unless that is what makes the type another one.
            cardinality: if was.key.is_none() && is.key.is_none() {
                Cardinality::Explicit
            } else {
                field.cardinality
            },
            is_packed: false,
            json_name: is.json_name.clone(),
            ..field.clone()
        };
        let (old, new) = (bare(was), bare(is));
        let mut impact = if is_respelt {
            Impact::of_code()
        } else {
            self.impact_of(
                Some(&old),
                Some(&new),
                std::slice::from_ref(&old),
                std::slice::from_ref(&new),
            )
        };
        if !is_respelt {
            // Where there may be several numbers, they are read from one record, too.
            let read = |writer: &Field<'w>, reader: &Field<'w>| {
                let around = std::slice::from_ref(reader);
                self.readings.misread(writer, Some(reader), around, Encoding::Bytes)
            };
            impact.bytes = Readings {
                old_by_new: read(&old, is),
                new_by_old: read(&new, was),
            };
        }
        if matches!((was.value, is.value), (ValueType::Unknown, _) | (_, ValueType::Unknown)) {
            impact = Impact::of_code();
        }
        let change = self.change(Kind::Field, "type", at(was, is, key::TYPE), is.node);
        let change = change
            .texts(type_name(was), type_name(is))
            .fact("wire", impact.bytes.word())
            .fact("in-json", impact.json.word());
        self.tell(change, impact);
        self.compare_cardinality_of_other_types(was, is);
        true
    }

    fn compare_cardinality_of_other_types(&mut self, was: &Field<'w>, is: &Field<'w>) {
        if was.key.is_none() && is.key.is_none() && was.is_many() != is.is_many() {
            self.compare_cardinality(was, is);
        }
    }

    fn compare_cardinality(&mut self, was: &Field<'w>, is: &Field<'w>) {
        use Cardinality::{Explicit, Implicit, Required};
        let kind = Kind::Field;
        let (before, now) = (was.cardinality, is.cardinality);
        let sides = at(was, is, key::LABEL);
        let words = (word(before), word(now));
        match (before, now) {
            _ if before == now => {
                if was.is_packed != is.is_packed {
                    let says = |packed: bool| if packed { "packed" } else { "expanded" };
                    let change = self.change(kind, "packed", Sides::both(was.node, is.node), is.node);
                    self.tell(change.texts(says(was.is_packed), says(is.is_packed)), Impact::default());
                }
            }
            (Explicit | Implicit, Required) | (Required, Explicit | Implicit) => {
                let is_required = now == Required;
                let impact = if is_required {
                    missing(is, true)
                } else {
                    missing(was, false)
                };
                let change = self.change(kind, "required", sides, is.node).texts(words.0, words.1);
                self.tell(change.yes("required", is_required), impact);
            }
            (Explicit, Implicit) | (Implicit, Explicit) => {
                let in_oneof = proto::oneof(was.node).is_some() || proto::oneof(is.node).is_some();
                // What a oneof does to its fields is told of the oneof.
                if !in_oneof {
                    let change = self.change(kind, "presence", sides, is.node).texts(words.0, words.1);
                    self.tell(change, Impact::of_code());
                }
            }
            _ => {
                let retyped = |field: &Field<'w>| Field {
                    value: is.value,
                    json_name: is.json_name.clone(),
                    ..field.clone()
                };
                let old = if self.is_same_type(was, is) {
                    retyped(was)
                } else {
                    was.clone()
                };
                let impact = self.impact_of(
                    Some(&old),
                    Some(is),
                    std::slice::from_ref(&old),
                    std::slice::from_ref(is),
                );
                let change = self.change(kind, "cardinality", sides, is.node).texts(words.0, words.1);
                self.tell(change, impact);
            }
        }
    }

    fn compare_default(&mut self, was: &Field<'w>, is: &Field<'w>) {
        let is_said = |field: &Field<'w>| proto::option(field.node, "default").is_some();
        let (before, now) = (default_of(was), default_of(is));
        if !is_said(was) && !is_said(is) || before == now || was.is_many() || is.is_many() {
            return;
        }
        let at = |field: &Field<'w>| proto::option(field.node, "default").unwrap_or(field.node);
        let change = self.change(Kind::Field, "default", Sides::both(at(was), at(is)), is.node);
        let empty = |written: &str, read: &str| {
            Misread::stated(
                json!({ "bytes": hex(&[]) }),
                format!("`{}` is {written}", is.name),
                format!("reads {read}"),
            )
        };
        let bytes = Readings {
            old_by_new: Some(empty(&before, &now)),
            new_by_old: Some(empty(&now, &before)),
        };
        let impact = Impact {
            bytes,
            code: true,
            ..Impact::default()
        };
        self.tell(change.texts(before, now), impact);
    }

    fn compare_oneof(&mut self, was: &Field<'w>, is: &Field<'w>, before: &[Field<'w>], now: &[Field<'w>]) {
        let name = |field: &Field<'w>| proto::oneof(field.node).map_or("", proto::name);
        let (old, new) = (name(was), name(is));
        if old == new {
            return;
        }
        // Fields that could be set together, of which a reader keeps the last one.
        let clash = |one: &Field<'w>, written: &[Field<'w>], read: &[Field<'w>], oneof: &str, own: &str| {
            if oneof.is_empty() {
                return None;
            }
            let others = written.iter().filter(|other| other.number != one.number);
            let mut free = others.filter(|other| own.is_empty() || name(other) != own);
            let other = free.find(|other| {
                read.iter()
                    .any(|reader| reader.number == other.number && name(reader) == oneof)
            })?;
            self.readings.clash(one, other, oneof)
        };
        let bytes = Readings {
            old_by_new: clash(was, before, now, new, old),
            new_by_old: clash(is, now, before, old, new),
        };
        let change = self
            .change(Kind::Field, "oneof", Sides::both(was.node, is.node), is.node)
            .texts(old, new);
        let impact = Impact {
            bytes,
            code: true,
            ..Impact::default()
        };
        self.tell(change, impact);
    }

    /// What only some languages, or some checks, make of a field.
    fn compare_notes(&mut self, was: &Field<'w>, is: &Field<'w>) {
        let (old, new) = (was.node, is.node);
        let kind = Kind::Field;
        let of_code = Impact::of_code;
        self.compare_option(kind, "jstype", old, new, "jstype", "JS_NORMAL", of_code());
        let string = |field: &Field<'w>| matches!(field.value, ValueType::Scalar(Scalar::String | Scalar::Bytes));
        if string(was) && string(is) && was.key.is_none() && is.key.is_none() {
            let (before, now) = (cpp_string(old), cpp_string(new));
            if before != now {
                let change = self
                    .change(kind, "string_type", Sides::both(old, new), new)
                    .texts(before, now);
                self.tell(change, of_code());
            }
        }
        let has_text = |field: &Field<'w>| {
            matches!(field.value, ValueType::Scalar(Scalar::String)) || field.key == Some(Scalar::String)
        };
        if has_text(was) && has_text(is) {
            let (before, now) = (java_utf8(old), java_utf8(new));
            if before.1 != now.1 {
                let change = self
                    .change(kind, "java_utf8", Sides::both(before.0, now.0), new)
                    .texts(before.1, now.1);
                self.tell(change, of_code());
            }
        }
        if matches!(
            (was.value, is.value),
            (ValueType::Scalar(Scalar::String), ValueType::Scalar(Scalar::String))
        ) {
            self.compare_feature(kind, "utf8_validation", old, new, Feature::Utf8Validation);
        }
    }
}

/// A part of both declarations of a field, or these themselves where one does not have it.
fn at<'w>(was: &Field<'w>, is: &Field<'w>, part: Key) -> Sides<'w> {
    match (was.node.get(part), is.node.get(part)) {
        (Some(old), Some(new)) => Sides::both(old, new),
        _ => Sides::both(was.node, is.node),
    }
}

/// A message without a field: refused where that is required.
fn missing(field: &Field<'_>, now: bool) -> Impact {
    let refused = Misread::stated(
        json!({ "bytes": hex(&[]) }),
        format!("`{}` is missing", field.name),
        format!("is refused: `{}` is required", field.name),
    );
    let bytes = if now {
        Readings {
            old_by_new: Some(refused),
            new_by_old: None,
        }
    } else {
        Readings {
            old_by_new: None,
            new_by_old: Some(refused),
        }
    };
    Impact {
        bytes,
        code: true,
        ..Impact::default()
    }
}

/// How often there is a value, in a word.
const fn word(cardinality: Cardinality) -> &'static str {
    match cardinality {
        Cardinality::Implicit => "implicit presence",
        Cardinality::Explicit => "optional",
        Cardinality::Required => "required",
        Cardinality::Repeated => "repeated",
        Cardinality::Map => "map",
    }
}

/// The type of the values as it is written.
fn written_type<'w>(field: &Field<'w>) -> &'w str {
    let written = field.node.get(key::TYPE);
    let of = written.map(|written| written.get(key::VALUE).unwrap_or(written));
    of.map_or("", Node::text)
}

/// The type of the values in full.
fn value_name(field: &Field<'_>) -> String {
    match field.value {
        ValueType::Scalar(scalar) => scalar.name().to_owned(),
        ValueType::Message(node) | ValueType::Enum(node) => proto::full_name(node),
        ValueType::Unknown => written_type(field).trim_start_matches('.').to_owned(),
    }
}

/// A type as it is written in full.
fn type_name(field: &Field<'_>) -> String {
    let value = value_name(field);
    match field.key {
        Some(key) => format!("map<{}, {value}>", key.name()),
        None if field.is_delimited && field.node.get(key::GROUP).is_none() => format!("delimited {value}"),
        None => value,
    }
}

/// The value that a field has where a message says none.
fn default_of(field: &Field<'_>) -> String {
    if let Some(said) = proto::option(field.node, "default") {
        return match field.value {
            ValueType::Scalar(Scalar::String | Scalar::Bytes) => format!("\"{}\"", said.text()),
            ValueType::Scalar(_) => {
                let text = said.text();
                let number = proto::integer(text).map(|number| number.to_string());
                number
                    .or_else(|| text.parse::<f64>().ok().map(|number| number.to_string()))
                    .unwrap_or(text.to_owned())
            }
            _ => said.text().to_owned(),
        };
    }
    match field.value {
        ValueType::Scalar(Scalar::String | Scalar::Bytes) => "\"\"".to_owned(),
        ValueType::Scalar(Scalar::Bool) => "false".to_owned(),
        ValueType::Scalar(_) => "0".to_owned(),
        ValueType::Enum(of) => {
            let first = declarations(of, key::VALUES).next();
            first.map_or_else(String::new, |value| proto::name(value).to_owned())
        }
        ValueType::Message(_) | ValueType::Unknown => String::new(),
    }
}

/// The type of strings in C++.
fn cpp_string(field: Node<'_>) -> String {
    let said = inherited(field, "features.(pb.cpp).string_type");
    let ctype = proto::option(field, "ctype").map(Node::text);
    match (ctype, said) {
        // Outside of Google, pieces are strings.
        (Some("STRING" | "STRING_PIECE"), _) => "STRING".to_owned(),
        (Some(ctype), _) => ctype.to_owned(),
        (None, Some(said)) => said.text().to_owned(),
        (None, None) if proto::syntax(field) == proto::Syntax::Edition2024 => "VIEW".to_owned(),
        (None, None) => "STRING".to_owned(),
    }
}

/// Whether Java checks that strings are UTF-8, and what says so.
fn java_utf8(field: Node<'_>) -> (Node<'_>, &'static str) {
    let file = field.workspace().root(field.address().document);
    let of_file = proto::option(file, "java_string_check_utf8").filter(|said| said.boolean() == Some(true));
    let said = inherited(field, "features.(pb.java).utf8_validation");
    match (said, of_file) {
        (Some(said), _) if said.text() == "VERIFY" => (field, "VERIFY"),
        (_, Some(of_file)) => (of_file, "VERIFY"),
        (_, None) if proto::feature(field, Feature::Utf8Validation) == "VERIFY" => (field, "VERIFY"),
        (_, None) => (field, "DEFAULT"),
    }
}

/// What the nearest declaration says of an option that goes down.
fn inherited<'w>(node: Node<'w>, name: &str) -> Option<Node<'w>> {
    std::iter::once(node)
        .chain(node.ancestors())
        .find_map(|node| proto::option(node, name))
}
