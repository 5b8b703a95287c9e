//! What a schema says of a value, with everything that it refers to or is composed of.

use super::{Address, Kind, Node};
use crate::syntax::{Key, NodeType, key};

/// Schemas that one shape is put together from, at most: compositions of real documents stay far below.
const PARTS: usize = 64;

/// A schema together with the schemas that it refers to or that `allOf` adds to it; so does an alternative without
/// others.
#[derive(Clone)]
pub struct Shape<'w> {
    node: Node<'w>,
    parts: Vec<Node<'w>>,
    unknown: bool,
}

/// Schemas that a path of properties leads through: alternatives of alternatives grow without end.
const ALTERNATIVES: u32 = 500;

impl<'w> Shape<'w> {
    /// The shape of what a schema (or a reference to one) describes.
    #[must_use]
    pub fn of(schema: Node<'w>) -> Self {
        let mut shape = Self {
            node: schema.follow(),
            parts: Vec::new(),
            unknown: false,
        };
        shape.collect(schema);
        shape
    }

    fn collect(&mut self, schema: Node<'w>) {
        let node = schema.follow();
        if node.is_unknown() || node.has_hole() {
            self.unknown = true;
            return;
        }
        if self.parts.contains(&node) {
            return;
        }
        if self.parts.len() >= PARTS {
            self.unknown = true;
            return;
        }
        self.parts.push(node);
        // Since 3.1, `$ref` stands beside other keywords.
        if node.get(key::REF).is_some() {
            match node.target() {
                Some(target) => self.collect(target),
                None => self.unknown = true,
            }
        }
        let alone = [key::ONE_OF, key::ANY_OF]
            .into_iter()
            .filter_map(|keyword| sole_alternative(node, keyword));
        for branch in node.get(key::ALL_OF).into_iter().flat_map(Node::children).chain(alone) {
            if self.parts.len() >= PARTS {
                self.unknown = true;
                break;
            }
            self.collect(branch);
        }
    }

    /// The schema, references followed.
    #[must_use]
    pub fn node(&self) -> Node<'w> {
        self.node
    }

    /// Whether a part of it could not be read or found: what seems missing may be there.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        self.unknown
    }

    /// What stands under a keyword, in any of its parts.
    pub fn keyword(&self, keyword: Key) -> impl Iterator<Item = Node<'w>> {
        self.parts.iter().filter_map(move |part| part.get(keyword))
    }

    /// Whether a type is among those that it names.
    #[must_use]
    pub fn has_type(&self, name: &str) -> bool {
        self.keyword(key::TYPE).any(|types| match types.node_type() {
            NodeType::List => types.children().any(|word| word.text() == name),
            _ => types.text() == name,
        })
    }

    /// Whether it names a type at all.
    #[must_use]
    pub fn is_typed(&self) -> bool {
        self.keyword(key::TYPE).next().is_some()
    }

    /// Whether it describes lists.
    #[must_use]
    pub fn is_list(&self) -> bool {
        self.has_type("array") || !self.is_typed() && self.keyword(key::ITEMS).next().is_some()
    }

    /// Whether it describes objects.
    #[must_use]
    pub fn is_object(&self) -> bool {
        self.has_type("object") || !self.is_typed() && self.keyword(key::PROPERTIES).next().is_some()
    }

    /// What the elements of the list are.
    #[must_use]
    pub fn items(&self) -> Option<Shape<'w>> {
        self.keyword(key::ITEMS)
            .find(|items| items.node_type() != NodeType::List)
            .map(Shape::of)
    }

    /// The schema of a property.
    #[must_use]
    pub fn property(&self, name: &str) -> Option<Shape<'w>> {
        self.keyword(key::PROPERTIES)
            .find_map(|properties| properties.find(name))
            .map(Shape::of)
    }

    /// Whether it describes a property.
    #[must_use]
    pub fn has_property(&self, name: &str) -> bool {
        self.keyword(key::PROPERTIES)
            .any(|properties| properties.find(name).is_some())
    }

    /// All properties, with their schemas as they are written.
    pub fn properties(&self) -> impl Iterator<Item = (&'w str, Node<'w>)> {
        self.keyword(key::PROPERTIES)
            .flat_map(Node::children)
            .filter_map(|property| Some((property.key_text()?, property)))
    }

    /// The alternatives of `oneOf` and `anyOf`; `null` is none.
    #[must_use]
    pub fn alternatives(&self) -> Vec<Shape<'w>> {
        self.choices().flatten().collect()
    }

    /// The alternatives of each `oneOf` and `anyOf`, of each of which one holds; `null` is none.
    pub fn choices(&self) -> impl Iterator<Item = Vec<Shape<'w>>> {
        let is_null = |shape: &Shape<'w>| shape.has_type("null") && shape.parts.len() == 1;
        [key::ONE_OF, key::ANY_OF]
            .into_iter()
            .flat_map(|keyword| {
                let parts = self.parts.iter();
                let several = parts.filter(move |part| sole_alternative(**part, keyword).is_none());
                several.filter_map(move |part| part.get(keyword))
            })
            .map(move |choice| {
                choice
                    .children()
                    .map(Shape::of)
                    .filter(|shape| !is_null(shape))
                    .collect()
            })
    }

    /// Whether a path of properties leads somewhere. `[]` after a name stands for the elements of a list. `None` if
    /// that cannot be told.
    #[must_use]
    pub fn has_path(&self, path: &str) -> Option<bool> {
        self.at_path(path).map(|found| !found.is_empty())
    }

    /// What stands at a path of properties: one schema, or one of each alternative; empty where one of them has
    /// nothing there. `None` if that cannot be told.
    #[must_use]
    pub fn at_path(&self, path: &str) -> Option<Vec<Shape<'w>>> {
        let mut fuel = ALTERNATIVES;
        self.walk(path, &mut fuel)
    }

    fn walk(&self, path: &str, fuel: &mut u32) -> Option<Vec<Shape<'w>>> {
        if path.is_empty() {
            return Some(vec![self.clone()]);
        }
        *fuel = fuel.checked_sub(1)?;
        let (step, rest) = path.split_once('.').unwrap_or((path, ""));
        let (name, into_list) = match step.strip_suffix("[]") {
            Some(name) => (name, true),
            None => (step, false),
        };
        let next = if name.is_empty() {
            Some(self.clone())
        } else {
            self.property(name)
        };
        let next = if into_list {
            next.and_then(|list| list.items())
        } else {
            next
        };
        if let Some(next) = next {
            return next.walk(rest, fuel);
        }
        let alternatives = self.alternatives();
        if !alternatives.is_empty() {
            let mut found = Vec::new();
            for alternative in alternatives {
                match alternative.walk(path, fuel)? {
                    none if none.is_empty() => return Some(Vec::new()),
                    some => found.extend(some),
                }
            }
            return Some(found);
        }
        if self.unknown { None } else { Some(Vec::new()) }
    }

    /// The addresses of its parts: equal shapes have equal parts.
    #[must_use]
    pub fn addresses(&self) -> Vec<Address> {
        self.parts.iter().map(|part| part.address()).collect()
    }

    /// Whether it describes files or other raw bytes.
    #[must_use]
    pub fn is_binary(&self) -> bool {
        self.has_type("file")
            || self
                .keyword(key::FORMAT)
                .any(|format| matches!(format.text(), "binary" | "byte"))
            || self.keyword(key::CONTENT_ENCODING).next().is_some()
    }

    /// Whether the schema is a boolean, or says nothing of the value.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        !self.unknown
            && self.parts.iter().all(|part| {
                part.kind() == Kind::Schema
                    && (part.node_type() == NodeType::Boolean || part.children().next().is_none())
            })
    }
}

/// The only alternative of a schema's `oneOf` or `anyOf`: it holds as if it stood under `allOf`.
#[must_use]
pub fn sole_alternative(schema: Node<'_>, composition: Key) -> Option<Node<'_>> {
    let mut branches = schema.get(composition)?.children();
    let only = branches.next()?;
    (branches.next().is_none() && schema.get(key::DISCRIMINATOR).is_none()).then_some(only)
}
