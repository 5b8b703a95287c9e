//! What schemas speak of, whether or not they demand it: a consumer that reads what no schema speaks of reads what
//! nobody promised.

use crate::document::{Address, Node, Shape};
use crate::schema::{Schemas, Step};
use crate::syntax::{Key, NodeType, key};
use serde_json::Value;

/// Schemas that may hold at one place, at most; where there are more, everything counts as declared.
const SHAPES: usize = 300;

/// The schemas that speak of one place in a value.
#[derive(Clone)]
pub(super) struct Declared<'w> {
    shapes: Vec<Shape<'w>>,
    /// Whether a part of them is not known.
    is_unknown: bool,
}

impl<'w> Declared<'w> {
    pub(super) fn of(schema: Node<'w>) -> Self {
        Self::all(vec![Shape::of(schema)], false)
    }

    /// Some schemas, with all alternatives and conditions in them.
    fn all(shapes: Vec<Shape<'w>>, is_unknown: bool) -> Self {
        const CONDITIONAL: [Key; 2] = [key::THEN, key::ELSE];
        let mut declared = Self {
            shapes: Vec::new(),
            is_unknown,
        };
        let mut open = shapes;
        while let Some(shape) = open.pop() {
            if declared.shapes.iter().any(|known| known.node() == shape.node()) {
                continue;
            }
            if declared.shapes.len() >= SHAPES {
                declared.is_unknown = true;
                break;
            }
            declared.is_unknown |= shape.is_unknown();
            open.extend(shape.alternatives());
            for keyword in CONDITIONAL {
                open.extend(shape.keyword(keyword).map(Shape::of));
            }
            let dependent = shape.keyword(key::DEPENDENT_SCHEMAS).flat_map(Node::children);
            open.extend(dependent.map(Shape::of));
            declared.shapes.push(shape);
        }
        declared
    }

    /// Whether something is said of the place, or may be.
    pub(super) fn is_something(&self) -> bool {
        self.is_unknown || self.shapes.iter().any(|shape| !shape.is_empty())
    }

    /// Everything that speaks of the place.
    pub(super) fn addresses(&self) -> impl Iterator<Item = Address> {
        let holders = self.shapes.iter().map(|shape| shape.node().address());
        holders.chain(self.shapes.iter().flat_map(Shape::addresses))
    }

    /// The members that an object there has to have, or may have to.
    pub(super) fn required(&self) -> impl Iterator<Item = &'w str> {
        let lists = self.shapes.iter().flat_map(|shape| shape.keyword(key::REQUIRED));
        lists.flat_map(Node::children).filter_map(Node::string)
    }

    /// A schema of the place.
    pub(super) fn node(&self) -> Option<Node<'w>> {
        self.shapes.first().map(Shape::node)
    }

    /// A schema that says that the place will go.
    pub(super) fn deprecated(&self) -> Option<Node<'w>> {
        // One of several alternatives is not all of them.
        let mut marks = self.shapes.iter().map(|shape| shape.keyword(key::DEPRECATED).next());
        let first = marks.next()??;
        (first.boolean() == Some(true)).then_some(first)
    }

    /// What is said one step away.
    pub(super) fn step(&self, step: &Step, schemas: &mut Schemas<'w>) -> Self {
        let mut next = Vec::new();
        for shape in &self.shapes {
            match step {
                Step::Property(name) => member(shape, name, schemas, &mut next),
                _ => {
                    next.extend(shape.items());
                    let lists = shape.keyword(key::PREFIX_ITEMS).chain(shape.keyword(key::ITEMS));
                    let lists = lists.filter(|list| list.node_type() == NodeType::List);
                    next.extend(lists.flat_map(Node::children).map(Shape::of));
                    next.extend(shape.keyword(key::CONTAINS).map(Shape::of));
                }
            }
        }
        next.reverse();
        Self::all(next, self.is_unknown)
    }
}

/// The schemas of a member: by its name, by a pattern, or those of all other members.
fn member<'w>(shape: &Shape<'w>, name: &str, schemas: &mut Schemas<'w>, next: &mut Vec<Shape<'w>>) {
    let before = next.len();
    let named = shape
        .keyword(key::PROPERTIES)
        .filter_map(|properties| properties.find(name));
    next.extend(named.map(Shape::of));
    for pattern in shape.keyword(key::PATTERN_PROPERTIES).flat_map(Node::children) {
        let takes = schemas.matching(pattern.key_text().unwrap_or_default());
        if schemas.accepts(takes, &Value::from(name)) != Some(false) {
            next.push(Shape::of(pattern));
        }
    }
    if next.len() == before {
        let others = [key::ADDITIONAL_PROPERTIES, key::UNEVALUATED_PROPERTIES].into_iter();
        let others = others.flat_map(|keyword| shape.keyword(keyword));
        next.extend(others.filter(|others| others.is_map()).map(Shape::of));
    }
}
