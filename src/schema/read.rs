//! From nodes of any dialect to canonical schemas.
//!
//! Every keyword is read on its own, with the siblings that it needs to have its meaning; a schema is all of its
//! keywords. Annotations demand nothing, and neither do `format` and `default`.

use super::canonical::{Class, Form, SchemaId, Types};
use super::direction::View;
use super::number::Decimal;
use super::reason::Reason;
use super::references::{branch_target, place};
use super::{Schemas, instance::TextId};
use crate::document::grammar::Grammar;
use crate::document::http::Direction;
use crate::document::{Dialect, Kind, Node};
use crate::syntax::{Key, NodeType, key};
use std::sync::Arc;

/// Schemas within schemas that are read at once; those further down are read afterwards, as if they referred to
/// themselves.
const DEPTH: u32 = 100;

/// How far a schema has been read.
#[derive(Debug, Clone, Copy)]
pub(super) enum Progress {
    /// Its keywords are being read.
    Open,
    /// They are being read, and it has been referred to meanwhile.
    Referred(u32, SchemaId),
    /// It is known.
    Known(SchemaId),
}

/// A schema that is still to be read.
pub(super) type Waiting<'w> = (Node<'w>, View, u32);

impl<'w> Schemas<'w> {
    /// What all of these nodes demand together, seen from one direction: a request's consumer need not send what is
    /// `readOnly`, a response's provider what is `writeOnly`, and what it is does not matter.
    pub fn read(&mut self, nodes: &[Node<'w>], direction: Option<Direction>) -> SchemaId {
        let view = View::of(direction);
        let view = nodes.iter().fold(view, |view, node| self.marks.within(view, *node));
        let parts = nodes.iter().map(|node| self.node(*node, view)).collect();
        self.read_waiting();
        self.store.all(parts)
    }

    /// What one keyword of a node demands alone, with the siblings that it needs to have its meaning: `if` belongs to
    /// `then` and `else`, `properties` to `additionalProperties`. Anything for what is no keyword, or is not there.
    pub fn read_keyword(&mut self, node: Node<'w>, keyword: Key, direction: Option<Direction>) -> SchemaId {
        let node = node.follow();
        let view = self.marks.within(View::of(direction), node);
        let is = match node.get(keyword) {
            Some(value) if counts(node, keyword) => self.keyword(node, keyword, value, view),
            _ => SchemaId::ANYTHING,
        };
        self.read_waiting();
        is
    }

    fn read_waiting(&mut self) {
        while let Some((node, view, number)) = self.waiting.pop() {
            let is = self.keywords(node, view);
            self.store.define(number, is);
        }
    }

    /// One schema, or what a reference to one refers to, beside those that the view is of.
    pub(super) fn node(&mut self, node: Node<'w>, view: View) -> SchemaId {
        let node = node.follow();
        let view = self.marks.within(view, node);
        let place = (node.address(), view);
        match self.progress.get(&place) {
            Some(Progress::Known(id) | Progress::Referred(_, id)) => return *id,
            Some(Progress::Open) => {
                let (number, id) = self.store.name();
                self.progress.insert(place, Progress::Referred(number, id));
                return id;
            }
            None => {}
        }
        if self.depth >= DEPTH {
            let (number, id) = self.store.name();
            self.progress.insert(place, Progress::Known(id));
            self.waiting.push((node, view, number));
            return id;
        }
        self.progress.insert(place, Progress::Open);
        self.depth += 1;
        let mut is = self.keywords(node, view);
        self.depth -= 1;
        if let Some(Progress::Referred(number, id)) = self.progress.get(&place).copied() {
            self.store.define(number, is);
            is = id;
        }
        self.progress.insert(place, Progress::Known(is));
        is
    }

    /// A schema below another one; `None` where the dialect has no schema at that place.
    fn below(&mut self, node: Node<'w>, view: View) -> Option<SchemaId> {
        match (node.kind(), node.node_type()) {
            (_, NodeType::Boolean) => Some(match node.boolean() {
                Some(false) => SchemaId::NOTHING,
                _ => SchemaId::ANYTHING,
            }),
            (Kind::Schema | Kind::Reference | Kind::Items, _) | (_, NodeType::Lost) => Some(self.node(node, view)),
            (_, NodeType::Map) => None,
            _ => Some(self.malformed(node)),
        }
    }

    fn list(&mut self, list: Node<'w>, view: View) -> Option<Vec<SchemaId>> {
        list.children().map(|branch| self.below(branch, view)).collect()
    }

    fn keywords(&mut self, node: Node<'w>, view: View) -> SchemaId {
        if node.node_type() == NodeType::Boolean {
            return match node.boolean() {
                Some(false) => SchemaId::NOTHING,
                _ => SchemaId::ANYTHING,
            };
        }
        if node.kind() == Kind::Reference {
            return self.dead(node, node.get(key::REF));
        }
        // What no table speaks of is in a dialect that is not known.
        if node.node_type() != NodeType::Map || node.has_hole() || node.kind() == Kind::Data {
            return self.unknown(node);
        }
        let mut parts = Vec::new();
        for keyword in node.children() {
            if let Some(name) = keyword.key().filter(|name| counts(node, *name)) {
                match self.keyword(node, name, keyword, view) {
                    SchemaId::ANYTHING => {}
                    part => parts.push(part),
                }
            }
        }
        self.store.all(parts)
    }

    fn malformed(&mut self, node: Node<'w>) -> SchemaId {
        let what = if node.node_type().is_container() {
            place(node.address())
        } else {
            format!("{} {}", node.key_text().unwrap_or_default(), node.text())
        };
        self.store.opaque(Reason::Malformed, what)
    }

    /// One keyword of a schema, whose value is `value`.
    fn keyword(&mut self, schema: Node<'w>, name: Key, value: Node<'w>, view: View) -> SchemaId {
        match name {
            key::TYPE | key::NULLABLE => self.of_type(schema),
            key::ENUM | key::CONST => self.of_values(name, value),
            key::MINIMUM | key::MAXIMUM | key::EXCLUSIVE_MINIMUM | key::EXCLUSIVE_MAXIMUM | key::MULTIPLE_OF => {
                self.of_number(schema, name, value)
            }
            key::MIN_LENGTH | key::MAX_LENGTH => self.of_count(name, value),
            key::MIN_ITEMS | key::MAX_ITEMS => self.of_count(name, value),
            key::MIN_PROPERTIES | key::MAX_PROPERTIES => self.of_count(name, value),
            key::PATTERN => match value.string() {
                Some(pattern) => {
                    let pattern = self.store.instances.text_id(pattern);
                    self.store.demand(Form::Pattern(pattern))
                }
                None => self.malformed(value),
            },
            key::UNIQUE_ITEMS if value.boolean() == Some(true) => self.store.demand(Form::Unique),
            key::PREFIX_ITEMS => self.prefix(value, view),
            key::ITEMS if value.node_type() == NodeType::List => self.prefix(value, view),
            key::ITEMS => {
                let prefix = schema.get(key::PREFIX_ITEMS);
                self.rest(prefix, value, view)
            }
            key::ADDITIONAL_ITEMS => match schema.get(key::ITEMS) {
                Some(items) if items.node_type() == NodeType::List => self.rest(Some(items), value, view),
                _ => SchemaId::ANYTHING,
            },
            key::CONTAINS | key::MIN_CONTAINS | key::MAX_CONTAINS => self.contains_keyword(schema, name, view),
            key::PROPERTIES | key::PATTERN_PROPERTIES => self.properties(name, value, view),
            key::ADDITIONAL_PROPERTIES => self.additional(schema, value, view),
            key::PROPERTY_NAMES => match self.below(value, view.apart()) {
                Some(names) => self.store.demand(Form::Names(names)),
                None => SchemaId::ANYTHING,
            },
            key::REQUIRED => self.required(value, view),
            key::DEPENDENT_REQUIRED | key::DEPENDENT_SCHEMAS => self.dependent(value, view),
            key::DEPENDENCIES => self.dependent(value, view),
            key::ALL_OF => match self.list(value, view) {
                Some(branches) => self.store.all(branches),
                None => SchemaId::ANYTHING,
            },
            key::ANY_OF | key::ONE_OF => self.alternatives(schema, name, value, view),
            key::NOT => match self.below(value, view.apart()) {
                Some(inner) => self.store.not(inner),
                None => SchemaId::ANYTHING,
            },
            key::THEN | key::ELSE => self.conditional(schema, name, value, view),
            key::REF => self.target(schema, value, schema.target(), view),
            key::DOLLAR_DYNAMIC_REF | key::DOLLAR_RECURSIVE_REF => match self.static_target(value) {
                Some(target) => self.node(target, view),
                None => {
                    let what = format!("{} {}", place(schema.address()), value.text());
                    self.store.opaque(Reason::DynamicReference, what)
                }
            },
            key::UNEVALUATED_PROPERTIES => match self.below(value, view.apart()) {
                Some(rest) => self.unevaluated_properties(schema, rest, view),
                None => SchemaId::ANYTHING,
            },
            key::UNEVALUATED_ITEMS => match self.below(value, view.apart()) {
                Some(rest) => self.unevaluated_items(schema, rest, view),
                None => SchemaId::ANYTHING,
            },
            _ => SchemaId::ANYTHING,
        }
    }

    fn of_type(&mut self, schema: Node<'w>) -> SchemaId {
        let Some(value) = schema.get(key::TYPE) else {
            return SchemaId::ANYTHING;
        };
        let words: Vec<Node<'w>> = match value.node_type() {
            NodeType::List => value.children().collect(),
            _ => vec![value],
        };
        let mut texts: Vec<&str> = words.iter().map(|word| word.text()).collect();
        if counts(schema, key::NULLABLE) && schema.is_true(key::NULLABLE) {
            texts.push("null");
        }
        match self.type_words(&texts) {
            Some(types) => types,
            None if texts.contains(&"file") => self.store.opaque(Reason::NotJson, "file".into()),
            None => self.malformed(value),
        }
    }

    /// Values of one of these types; `None` if one is no type.
    pub(super) fn type_words(&mut self, words: &[&str]) -> Option<SchemaId> {
        let mut types = Types::NONE;
        for word in words {
            types = types.or(match *word {
                "null" => Types::NULL,
                "boolean" => Types::BOOLEAN,
                "number" | "integer" => Types::NUMBER,
                "string" => Types::STRING,
                "array" => Types::ARRAY,
                "object" => Types::OBJECT,
                _ => return None,
            });
        }
        let types = self.store.types(types);
        if !words.contains(&"integer") || words.contains(&"number") {
            return Some(types);
        }
        // What `integer` means: https://json-schema.org/draft/2020-12/json-schema-core#section-4.2.3
        let whole = self.store.demand(Form::MultipleOf(Decimal::ONE));
        Some(self.store.all(vec![types, whole]))
    }

    fn of_values(&mut self, name: Key, value: Node<'w>) -> SchemaId {
        let values: Option<Vec<_>> = match (name, value.node_type()) {
            (key::CONST, _) => self.store.instances.read(value).map(|value| vec![value]),
            (_, NodeType::List) if !value.has_hole() => {
                value.children().map(|one| self.store.instances.read(one)).collect()
            }
            _ => return self.malformed(value),
        };
        match values {
            Some(values) => self.store.values(values),
            None => self.store.opaque(Reason::NumberTooLong, place(value.address())),
        }
    }

    fn of_number(&mut self, schema: Node<'w>, name: Key, value: Node<'w>) -> SchemaId {
        // Until draft 4, the exclusive bounds were marks of the bounds beside them.
        let marked = |mark: Key| schema.is_true(mark);
        if value.node_type() == NodeType::Boolean {
            let bound = match name {
                key::EXCLUSIVE_MINIMUM => key::MINIMUM,
                key::EXCLUSIVE_MAXIMUM => key::MAXIMUM,
                _ => return self.malformed(value),
            };
            return match schema.get(bound) {
                Some(value) if value.node_type() != NodeType::Boolean => self.of_number(schema, bound, value),
                _ => SchemaId::ANYTHING,
            };
        }
        if value.node_type() != NodeType::Number {
            return self.malformed(value);
        }
        let Some(number) = Decimal::read(value.text()) else {
            let what = format!("{} {}", value.key_text().unwrap_or_default(), value.text());
            return self.store.opaque(Reason::NumberTooLong, what);
        };
        let form = match name {
            key::MINIMUM => Form::Minimum(number, marked(key::EXCLUSIVE_MINIMUM)),
            key::MAXIMUM => Form::Maximum(number, marked(key::EXCLUSIVE_MAXIMUM)),
            key::EXCLUSIVE_MINIMUM => Form::Minimum(number, true),
            key::EXCLUSIVE_MAXIMUM => Form::Maximum(number, true),
            _ if number.is_positive() => Form::MultipleOf(number),
            _ => return self.malformed(value),
        };
        self.store.demand(form)
    }

    fn of_count(&mut self, name: Key, value: Node<'w>) -> SchemaId {
        let Some(count) = count(value) else {
            return self.malformed(value);
        };
        self.store.demand(match name {
            key::MIN_LENGTH => Form::MinLength(count),
            key::MAX_LENGTH => Form::MaxLength(count),
            key::MIN_ITEMS => Form::MinItems(count),
            key::MAX_ITEMS => Form::MaxItems(count),
            key::MIN_PROPERTIES => Form::MinProperties(count),
            _ => Form::MaxProperties(count),
        })
    }

    fn prefix(&mut self, list: Node<'w>, view: View) -> SchemaId {
        let Some(elements) = self.list(list, view.apart()) else {
            return SchemaId::ANYTHING;
        };
        let elements = elements.into_iter().zip(0..);
        let parts = elements.map(|(element, position)| self.store.demand(Form::Item(position, element)));
        let parts = parts.collect();
        self.store.all(parts)
    }

    fn rest(&mut self, prefix: Option<Node<'w>>, value: Node<'w>, view: View) -> SchemaId {
        let start = prefix.map_or(0, |prefix| prefix.children().count() as u32);
        match self.below(value, view.apart()) {
            Some(rest) => self.store.demand(Form::Rest(start, rest)),
            None => SchemaId::ANYTHING,
        }
    }

    fn contains_keyword(&mut self, schema: Node<'w>, name: Key, view: View) -> SchemaId {
        let Some(inner) = schema.get(key::CONTAINS) else {
            return SchemaId::ANYTHING;
        };
        let bound = if name == key::MAX_CONTAINS {
            key::MAX_CONTAINS
        } else {
            key::MIN_CONTAINS
        };
        let bound = schema.get(bound);
        let count = match bound.map(count) {
            None => 1,
            Some(Some(count)) => count,
            Some(None) => return bound.map_or(SchemaId::ANYTHING, |bound| self.malformed(bound)),
        };
        match self.below(inner, view.apart()) {
            Some(inner) if name == key::MAX_CONTAINS => self.store.demand(Form::AtMost(count, inner)),
            Some(inner) => self.store.demand(Form::AtLeast(count, inner)),
            None => SchemaId::ANYTHING,
        }
    }

    fn properties(&mut self, name: Key, value: Node<'w>, view: View) -> SchemaId {
        if value.node_type() != NodeType::Map || value.has_hole() {
            return self.malformed(value);
        }
        let mut parts = Vec::new();
        for property in value.children() {
            if self.marks.hides(view, name, property.key_text().unwrap_or_default()) {
                continue;
            }
            let Some(schema) = self.below(property, view.apart()) else {
                continue;
            };
            let text = self.name_of(property);
            let form = if name == key::PROPERTIES {
                Form::Property(text, schema)
            } else {
                let class = Class {
                    within: vec![text],
                    ..Class::default()
                };
                Form::Members(Arc::new(class), schema)
            };
            parts.push(self.store.demand(form));
        }
        self.store.all(parts)
    }

    pub(super) fn name_of(&mut self, node: Node<'w>) -> TextId {
        self.store.instances.text_id(node.key_text().unwrap_or_default())
    }

    fn additional(&mut self, schema: Node<'w>, value: Node<'w>, view: View) -> SchemaId {
        let Some(rest) = self.below(value, view.apart()) else {
            return SchemaId::ANYTHING;
        };
        let mut named = |keyword: Key| -> Vec<TextId> {
            let holder = schema.get(keyword);
            let mut names: Vec<TextId> = holder
                .into_iter()
                .flat_map(Node::children)
                .map(|child| self.store.instances.text_id(child.key_text().unwrap_or_default()))
                .collect();
            names.sort_unstable();
            names.dedup();
            names
        };
        let class = Class {
            except: named(key::PROPERTIES),
            within: Vec::new(),
            outside: named(key::PATTERN_PROPERTIES),
        };
        self.store.demand(Form::Members(Arc::new(class), rest))
    }

    fn required(&mut self, value: Node<'w>, view: View) -> SchemaId {
        // A boolean stands there in the parameters of Swagger 2.0, and in schemas by mistake.
        if value.node_type() != NodeType::List {
            return SchemaId::ANYTHING;
        }
        let mut parts = Vec::new();
        for name in value.children().map(Node::text) {
            if self.marks.hides(view, key::PROPERTIES, name) {
                continue;
            }
            let name = self.store.instances.text_id(name);
            parts.push(self.store.demand(Form::Required(name)));
        }
        self.store.all(parts)
    }

    /// `dependentRequired`, `dependentSchemas`, and `dependencies` that were both.
    fn dependent(&mut self, value: Node<'w>, view: View) -> SchemaId {
        let mut parts = Vec::new();
        for dependent in value.children() {
            let trigger = self.name_of(dependent);
            let then = match dependent.node_type() {
                NodeType::List => {
                    let names = dependent.children();
                    let names = names.map(|name| self.store.instances.text_id(name.text()));
                    let names: Vec<TextId> = names.collect();
                    let required = names.into_iter().map(|name| self.store.demand(Form::Required(name)));
                    let required = required.collect();
                    Some(self.store.all(required))
                }
                // Of draft 3, one name alone.
                NodeType::String => {
                    let name = self.store.instances.text_id(dependent.text());
                    Some(self.store.demand(Form::Required(name)))
                }
                _ => self.below(dependent, view.apart()),
            };
            let Some(then) = then else { continue };
            // The absence of a member takes whatever is no object, too.
            let absent = self.store.demand(Form::Property(trigger, SchemaId::NOTHING));
            parts.push(self.store.any(vec![absent, then]));
        }
        self.store.all(parts)
    }

    fn conditional(&mut self, schema: Node<'w>, name: Key, value: Node<'w>, view: View) -> SchemaId {
        let condition = schema
            .get(key::IF)
            .and_then(|condition| self.below(condition, view.apart()));
        let branch = self.below(value, view.apart());
        let (Some(condition), Some(branch)) = (condition, branch) else {
            return SchemaId::ANYTHING;
        };
        let otherwise = if name == key::THEN {
            self.store.not(condition)
        } else {
            condition
        };
        self.store.any(vec![otherwise, branch])
    }

    fn alternatives(&mut self, schema: Node<'w>, name: Key, value: Node<'w>, view: View) -> SchemaId {
        if value.node_type() != NodeType::List || value.has_hole() {
            return self.malformed(value);
        }
        let inner = view.of_branch(schema, name);
        let mut branches = Vec::new();
        for branch in value.children() {
            let Some(is) = self.branch(schema, branch, inner) else {
                return SchemaId::ANYTHING;
            };
            branches.push(is);
        }
        // The specifications ask for one at least; an empty list is a mistake that says nothing.
        if branches.is_empty() {
            return SchemaId::ANYTHING;
        }
        if name == key::ANY_OF {
            self.store.any(branches)
        } else {
            self.store.exactly_one(branches)
        }
    }

    /// One branch of `oneOf` or `anyOf`, with what a discriminator beside them says of it
    /// (<https://spec.openapis.org/oas/v3.1.1.html#discriminator-object>).
    pub(super) fn branch(&mut self, schema: Node<'w>, branch: Node<'w>, view: View) -> Option<SchemaId> {
        let is = self.below(branch, view)?;
        let discriminator = schema.get(key::DISCRIMINATOR);
        let Some(property) = discriminator.and_then(|discriminator| discriminator.string_at(key::PROPERTY_NAME)) else {
            return Some(is);
        };
        let component = branch.target().map(|_| branch_target(branch));
        let Some(component) = component else { return Some(is) };
        let mapping = discriminator.and_then(|discriminator| discriminator.get(key::MAPPING));
        let mapped = mapping.into_iter().flat_map(Node::children).filter(|mapped| {
            let target = mapped.target().map(Node::follow);
            target == Some(component) || target.is_none() && component.key_text() == Some(mapped.text())
        });
        let mut names: Vec<&str> = mapped.filter_map(Node::key_text).collect();
        if names.is_empty() {
            names.extend(component.key_text());
        }
        let values = names.iter().map(|name| self.store.instances.add_text(name)).collect();
        let values = self.store.values(values);
        let name = self.store.instances.text_id(property);
        let tag = self.store.demand(Form::Property(name, values));
        let required = self.store.demand(Form::Required(name));
        Some(self.store.all(vec![is, tag, required]))
    }
}

/// Whether a keyword is one in the dialect of a schema. `const` says what it means in every draft.
pub(super) fn counts(schema: Node<'_>, name: Key) -> bool {
    let has = |grammar: &Grammar| match name {
        key::CONST => true,
        // It is still in the tables of later drafts, which say nothing of what it means.
        key::DEPENDENCIES => grammar.dialect().is_some_and(Dialect::reference_stands_alone),
        _ => grammar.field(schema.kind(), name).is_some(),
    };
    schema.grammar().is_some_and(has)
}

/// A count, as large as it is.
fn count(node: Node<'_>) -> Option<u64> {
    if node.node_type() != NodeType::Number {
        return None;
    }
    let number = Decimal::read(node.text())?;
    if number < Decimal::ZERO || number.is_multiple_of(Decimal::ONE) != Some(true) {
        return None;
    }
    Some(number.value().and_then(|value| value.as_u64()).unwrap_or(u64::MAX))
}
