//! Schemas of a workspace as one JSON Schema: every target of a reference becomes a definition, once.
//!
//! Only what a value can meet is written down. A schema under `properties` applies to members of its name alone, so
//! where no object of the value has such a member, whatever stands there says nothing of it. Descriptions with
//! thousands of schemas that all reach each other become a handful.

use super::Unreplayable;
use crate::document::http::Direction;
use crate::document::{Address, Dialect, Kind, Node, content};
use crate::schema::direction::{Marks, View};
use crate::syntax::{Key, NodeType, key};
use rustc_hash::FxHashMap;
use serde_json::{Map, Number, Value, json};
use std::collections::BTreeSet;

/// Nodes that are written down for one validator.
const NODES: usize = 200_000;

/// What a value has in it, as far as that tells which schemas can apply to a part of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct Names {
    members: BTreeSet<String>,
    elements: bool,
}

impl Names {
    pub(super) fn of(value: &Value) -> Self {
        let mut names = Self::default();
        let mut open = vec![value];
        while let Some(value) = open.pop() {
            match value {
                Value::Array(elements) => {
                    names.elements |= !elements.is_empty();
                    open.extend(elements);
                }
                Value::Object(members) => {
                    names.members.extend(members.keys().cloned());
                    open.extend(members.values());
                }
                _ => {}
            }
        }
        names
    }
}

/// What is written down so far.
pub(super) struct Bundle<'w, 'n> {
    dialect: Dialect,
    direction: Option<Direction>,
    names: &'n Names,
    marks: Marks<'w>,
    /// The targets of references in the order in which they were met; each has the number of its definition.
    targets: Vec<(Node<'w>, View)>,
    numbers: FxHashMap<(Address, View), usize>,
    /// The targets of dynamic references, with the keyword that makes them so.
    dynamic: Vec<(Node<'w>, Key)>,
    left: usize,
}

impl<'w, 'n> Bundle<'w, 'n> {
    pub(super) fn new(dialect: Dialect, direction: Option<Direction>, names: &'n Names) -> Self {
        Self {
            dialect,
            direction,
            names,
            marks: Marks::new(),
            targets: Vec::new(),
            numbers: FxHashMap::default(),
            dynamic: Vec::new(),
            left: NODES,
        }
    }

    /// The schema that accepts what all of these do.
    pub(super) fn all_of(&mut self, nodes: &[Node<'w>]) -> Result<Value, Unreplayable> {
        let view = View::of(self.direction);
        let view = nodes.iter().fold(view, |view, node| self.marks.within(view, *node));
        let branches: Vec<Value> = nodes
            .iter()
            .map(|node| json!({ "$ref": self.pointer(*node, view) }))
            .collect();
        let mut definitions = Map::new();
        let mut next = 0;
        while let Some((target, view)) = self.targets.get(next).copied() {
            if target.dialect() != Some(self.dialect) {
                return Err(Unreplayable::Dialect);
            }
            definitions.insert(next.to_string(), self.schema(target, view)?);
            next += 1;
        }
        if self.leads_elsewhere() {
            return Err(Unreplayable::Dynamic);
        }
        Ok(json!({ "allOf": branches, "definitions": definitions }))
    }

    /// The reference to the definition of a node as it is seen beside those that the view is of.
    fn pointer(&mut self, node: Node<'w>, view: View) -> String {
        let view = self.marks.within(view, node);
        let targets = &mut self.targets;
        let number = *self.numbers.entry((node.address(), view)).or_insert_with(|| {
            targets.push((node, view));
            targets.len() - 1
        });
        format!("#/definitions/{number}")
    }

    /// The reference to what a node refers to.
    fn reference(&mut self, target: Option<Node<'w>>, view: View) -> Result<Value, Unreplayable> {
        Ok(Value::String(self.pointer(target.ok_or(Unreplayable::Unknown)?, view)))
    }

    fn spend(&mut self) -> Result<(), Unreplayable> {
        self.left = self.left.checked_sub(1).ok_or(Unreplayable::TooLarge)?;
        Ok(())
    }

    fn schema(&mut self, node: Node<'w>, view: View) -> Result<Value, Unreplayable> {
        self.spend()?;
        let view = self.marks.within(view, node);
        match node.kind() {
            Kind::Reference => {
                let pointer = self.reference(node.target(), view)?;
                return Ok(json!({ "$ref": pointer }));
            }
            Kind::Schema => {}
            _ if node.node_type() == NodeType::Lost => return Err(Unreplayable::Unknown),
            _ => return Err(Unreplayable::Malformed),
        }
        if node.has_hole() {
            return Err(Unreplayable::Unknown);
        }
        if let Some(boolean) = node.boolean() {
            return Ok(Value::Bool(boolean));
        }
        if node.get(key::DOLLAR_SCHEMA).is_some() && node.dialect() != Some(self.dialect) {
            return Err(Unreplayable::Dialect);
        }
        let mut schema = Map::new();
        let mut all_of = Vec::new();
        for keyword in node.children() {
            let Some(name) = keyword.key().filter(|name| counts(node, *name, keyword)) else {
                continue;
            };
            let value = match name {
                key::REF => self.reference(node.target(), view)?,
                key::DOLLAR_DYNAMIC_REF | key::DOLLAR_RECURSIVE_REF => {
                    all_of.push(json!({ "$ref": self.dynamic(keyword, view)? }));
                    continue;
                }
                key::TYPE => match self.types(node, keyword)? {
                    Some(types) => types,
                    None => continue,
                },
                key::REQUIRED => match self.required(keyword, view)? {
                    Some(names) => names,
                    None => continue,
                },
                key::PROPERTIES | key::PATTERN_PROPERTIES => self.properties(name, keyword, view)?,
                key::ALL_OF | key::ANY_OF | key::ONE_OF if keyword.children().next().is_none() => continue,
                key::ALL_OF => {
                    for branch in keyword.children() {
                        all_of.push(self.schema(branch, view)?);
                    }
                    continue;
                }
                key::ANY_OF | key::ONE_OF => self.alternatives(node, keyword, view.of_branch(node, name))?,
                _ if DEEPER.contains(&name) => self.deeper(name, keyword)?,
                _ if FOR_THE_SAME.contains(&name) => self.parts(keyword)?,
                key::ENUM if self.dialect.is_of_draft_4() => distinct(self.data(keyword)?),
                _ => self.data(keyword)?,
            };
            schema.insert(name.well_known_text().unwrap_or_default().to_owned(), value);
        }
        if !all_of.is_empty() {
            schema.insert("allOf".into(), all_of.into());
        }
        Ok(schema.into())
    }

    /// Schemas under a keyword, however they are arranged, each apart from the one that has it.
    fn parts(&mut self, value: Node<'w>) -> Result<Value, Unreplayable> {
        if value.has_hole() {
            return Err(Unreplayable::Unknown);
        }
        match (value.kind(), value.node_type()) {
            (Kind::Plain, NodeType::Map) => value
                .children()
                .map(|part| Ok((part.key_text().unwrap_or_default().to_owned(), self.parts(part)?)))
                .collect(),
            (Kind::Plain, NodeType::List) => value.children().map(|part| self.parts(part)).collect(),
            (Kind::Plain, _) => self.data(value),
            _ => self.schema(value, View::of(self.direction)),
        }
    }

    /// Schemas for parts of the value, if it has such parts.
    fn deeper(&mut self, name: Key, keyword: Node<'w>) -> Result<Value, Unreplayable> {
        let applies = if matches!(name, key::CONTAINS) {
            true
        } else if OF_ELEMENTS.contains(&name) {
            self.names.elements
        } else {
            !self.names.members.is_empty()
        };
        if applies {
            return self.parts(keyword);
        }
        Ok(match (keyword.kind(), keyword.node_type()) {
            (Kind::Plain, NodeType::List) => json!([{}]),
            _ => json!({}),
        })
    }

    fn properties(&mut self, name: Key, keyword: Node<'w>, view: View) -> Result<Value, Unreplayable> {
        if keyword.has_hole() {
            return Err(Unreplayable::Unknown);
        }
        let mut properties = Map::new();
        for property in keyword.children() {
            let member = property.key_text().unwrap_or_default();
            let applies = match name {
                key::PROPERTIES => self.names.members.contains(member),
                _ => !self.names.members.is_empty(),
            };
            // What no member is called needs no schema, and what does not travel this way may be anything.
            if applies {
                let schema = if self.marks.hides(view, name, member) {
                    json!({})
                } else {
                    self.schema(property, view.apart())?
                };
                properties.insert(member.to_owned(), schema);
            }
        }
        Ok(properties.into())
    }

    fn required(&mut self, keyword: Node<'w>, view: View) -> Result<Option<Value>, Unreplayable> {
        let Value::Array(names) = self.data(keyword)? else {
            return Ok(None);
        };
        let is_left_out = |name: &str| self.marks.hides(view, key::PROPERTIES, name);
        let stays = |name: &Value| !name.as_str().is_some_and(is_left_out);
        let names: Vec<Value> = names.into_iter().filter(stays).collect();
        Ok((!names.is_empty()).then(|| distinct(names.into())))
    }

    /// The types, with null where OpenAPI 3.0 adds it
    /// (<https://spec.openapis.org/oas/v3.0.4.html#fixed-fields-20>).
    fn types(&mut self, node: Node<'w>, keyword: Node<'w>) -> Result<Option<Value>, Unreplayable> {
        Ok(match keyword.string() {
            // A file is bytes, of which nothing is known.
            Some("file") if self.dialect == Dialect::Swagger20 => None,
            Some(word) if self.dialect == Dialect::OpenApi30 && node.is_true(key::NULLABLE) => {
                Some(json!([word, "null"]))
            }
            _ => Some(self.data(keyword)?),
        })
    }

    /// Alternatives; where a discriminator tells them apart, each demands the names that are mapped to it
    /// (<https://spec.openapis.org/oas/v3.1.1.html#discriminator-object>).
    fn alternatives(&mut self, node: Node<'w>, keyword: Node<'w>, view: View) -> Result<Value, Unreplayable> {
        let discriminator = node
            .get(key::DISCRIMINATOR)
            .filter(|discriminator| discriminator.kind() == Kind::Discriminator);
        let property = discriminator.and_then(|discriminator| discriminator.string_at(key::PROPERTY_NAME));
        let mut branches = Vec::new();
        for branch in keyword.children() {
            let schema = self.schema(branch, view)?;
            let names = discriminator.and_then(|discriminator| discriminated_by(discriminator, branch));
            branches.push(match (property, names) {
                (Some(property), Some(names)) => json!({
                    "allOf": [schema, { "required": [property], "properties": { property: { "enum": names } } }]
                }),
                _ => schema,
            });
        }
        Ok(branches.into())
    }

    /// What a dynamic reference leads to where it stands. Whether that is the same on every way is seen in the end.
    fn dynamic(&mut self, keyword: Node<'w>, view: View) -> Result<Value, Unreplayable> {
        let target = keyword.target().ok_or(Unreplayable::Unknown)?;
        let anchor = match keyword.key() {
            Some(key::DOLLAR_RECURSIVE_REF) => key::DOLLAR_RECURSIVE_ANCHOR,
            _ => key::DOLLAR_DYNAMIC_ANCHOR,
        };
        // Without such an anchor it is a reference like any other.
        if target.get(anchor).is_some_and(|own| own.boolean() != Some(false)) {
            self.dynamic.push((target, anchor));
        }
        self.reference(Some(target), view)
    }

    /// Whether a dynamic reference may lead elsewhere: to a schema with the same anchor in a document that is on the way
    /// (<https://json-schema.org/draft/2020-12/json-schema-core#section-8.2.3.2>).
    fn leads_elsewhere(&self) -> bool {
        let mut documents: Vec<_> = self
            .targets
            .iter()
            .map(|(target, _)| target.address().document)
            .collect();
        documents.sort_unstable();
        documents.dedup();
        self.dynamic.iter().any(|(target, anchor)| {
            let workspace = target.workspace();
            let own = target.get(*anchor).map_or("", Node::text);
            documents.iter().any(|document| {
                let nodes = workspace.document(*document).tree().ids();
                nodes
                    .map(|node| {
                        workspace.node(Address {
                            document: *document,
                            node,
                        })
                    })
                    .filter(|node| node != target)
                    .any(|node| node.get(*anchor).is_some_and(|other| other.text() == own))
            })
        })
    }

    fn data(&mut self, node: Node<'w>) -> Result<Value, Unreplayable> {
        self.spend()?;
        if node.has_hole() {
            return Err(Unreplayable::Unknown);
        }
        Ok(match node.node_type() {
            NodeType::Lost => return Err(Unreplayable::Unknown),
            NodeType::Null => Value::Null,
            NodeType::Boolean => Value::Bool(node.boolean().ok_or(Unreplayable::Unknown)?),
            NodeType::Number => Value::Number(number(node.text())?),
            NodeType::String => Value::String(node.text().to_owned()),
            NodeType::List => node
                .children()
                .map(|element| self.data(element))
                .collect::<Result<Vec<Value>, _>>()?
                .into(),
            NodeType::Map => node
                .children()
                .map(|member| Ok((member.key_text().unwrap_or_default().to_owned(), self.data(member)?)))
                .collect::<Result<Map<String, Value>, _>>()?
                .into(),
        })
    }
}

/// Keywords whose schemas apply to the elements or members of a value.
const DEEPER: &[Key] = &[
    key::ITEMS,
    key::PREFIX_ITEMS,
    key::ADDITIONAL_ITEMS,
    key::UNEVALUATED_ITEMS,
    key::CONTAINS,
    key::ADDITIONAL_PROPERTIES,
    key::UNEVALUATED_PROPERTIES,
    key::PROPERTY_NAMES,
];
/// Those of them that say nothing of a list without elements.
const OF_ELEMENTS: &[Key] = &[
    key::ITEMS,
    key::PREFIX_ITEMS,
    key::ADDITIONAL_ITEMS,
    key::UNEVALUATED_ITEMS,
];
/// Keywords whose schemas apply to the same value.
const FOR_THE_SAME: &[Key] = &[
    key::NOT,
    key::IF,
    key::THEN,
    key::ELSE,
    key::DEPENDENCIES,
    key::DEPENDENT_SCHEMAS,
];
/// The other keywords that refuse values.
const ASSERTIONS: &[Key] = &[
    key::REF,
    key::DOLLAR_DYNAMIC_REF,
    key::DOLLAR_RECURSIVE_REF,
    key::TYPE,
    key::ENUM,
    key::CONST,
    key::MULTIPLE_OF,
    key::MAXIMUM,
    key::EXCLUSIVE_MAXIMUM,
    key::MINIMUM,
    key::EXCLUSIVE_MINIMUM,
    key::MAX_LENGTH,
    key::MIN_LENGTH,
    key::PATTERN,
    key::MAX_ITEMS,
    key::MIN_ITEMS,
    key::UNIQUE_ITEMS,
    key::MAX_CONTAINS,
    key::MIN_CONTAINS,
    key::MAX_PROPERTIES,
    key::MIN_PROPERTIES,
    key::REQUIRED,
    key::PROPERTIES,
    key::PATTERN_PROPERTIES,
    key::DEPENDENT_REQUIRED,
    key::ALL_OF,
    key::ANY_OF,
    key::ONE_OF,
];

/// Whether a keyword says something of values in the schema's dialect: the table has it, and what stands there is of a
/// type that it takes.
fn counts(schema: Node<'_>, name: Key, keyword: Node<'_>) -> bool {
    let known = [ASSERTIONS, DEEPER, FOR_THE_SAME]
        .iter()
        .any(|list| list.contains(&name));
    let field = schema.grammar().and_then(|grammar| grammar.field(Kind::Schema, name));
    let takes = || {
        let typed = field.is_some_and(|field| field.value.takes(keyword.node_type()));
        typed || field.is_some() && matches!(keyword.kind(), Kind::Schema | Kind::Reference)
    };
    known
        && takes()
        && match name {
            // https://json-schema.org/draft/2019-09/release-notes#semi-incompatible-changes
            key::DEPENDENCIES => schema.dialect().is_some_and(Dialect::reference_stands_alone),
            // As a flag it belongs to its limit.
            key::EXCLUSIVE_MAXIMUM if keyword.boolean().is_some() => schema.get(key::MAXIMUM).is_some(),
            key::EXCLUSIVE_MINIMUM if keyword.boolean().is_some() => schema.get(key::MINIMUM).is_some(),
            _ => true,
        }
}

/// The names that a discriminator maps to a branch; `None` if the branch has none.
fn discriminated_by<'w>(discriminator: Node<'w>, branch: Node<'w>) -> Option<Vec<&'w str>> {
    let component = branch.target()?;
    let mapped: Vec<&str> = discriminator
        .get(key::MAPPING)
        .into_iter()
        .flat_map(Node::children)
        .filter(|entry| {
            entry
                .target()
                .is_some_and(|target| target.follow() == component.follow())
        })
        .filter_map(Node::key_text)
        .collect();
    if mapped.is_empty() {
        Some(vec![component.key_text()?])
    } else {
        Some(mapped)
    }
}

/// The meta-schema of draft 4 refuses lists that hold something twice.
fn distinct(list: Value) -> Value {
    let Value::Array(values) = list else { return list };
    let mut seen = BTreeSet::new();
    values
        .into_iter()
        .filter(|value| seen.insert(value.to_string()))
        .collect()
}

/// A number, if nothing of it is lost.
fn number(text: &str) -> Result<Number, Unreplayable> {
    let read = serde_json::from_str::<Number>(text)
        .ok()
        .or_else(|| Number::from_f64(content::number(text)?))
        .ok_or(Unreplayable::Number)?;
    match content::compare(text, &read.to_string()) {
        Some(order) if order.is_eq() => Ok(read),
        _ => Err(Unreplayable::Number),
    }
}
