//! `unevaluatedProperties` and `unevaluatedItems`, in terms of other keywords
//! (<https://json-schema.org/draft/2020-12/json-schema-core#section-11>).
//!
//! What other keywords have looked at depends on which alternatives a value is of. But it only grows with them: so a
//! member that one alternative looks at is of the schema for the rest *or* the value is of that alternative, and this
//! is said of every member, or class of members, on its own.

use super::Schemas;
use super::canonical::{Class, Form, SchemaId};
use super::direction::View;
use super::instance::TextId;
use super::read::counts;
use super::reason::Reason;
use crate::document::{Dialect, Node};
use crate::syntax::{Key, NodeType, key};
use std::sync::Arc;

/// Schemas that are looked through for what they look at.
const SCHEMAS: usize = 300;
/// Schemas within schemas that apply to one value.
const DEPTH: usize = 32;
/// Patterns that part names into classes.
const PATTERNS: usize = 6;
/// Alternatives that look at elements of one sort.
const CONTAINS: usize = 6;

/// What is looked at if a condition holds.
#[derive(Debug, Clone)]
struct Looked<T> {
    condition: SchemaId,
    at: T,
}

/// Members that are looked at.
#[derive(Debug, Clone, Default)]
struct Members {
    names: Vec<TextId>,
    patterns: Vec<TextId>,
    all: bool,
}

/// Elements that are looked at.
#[derive(Debug, Clone, Default)]
struct Elements {
    /// As many as this, from the first one on.
    prefix: u32,
    all: bool,
    /// Those that are of this schema.
    contained: Option<SchemaId>,
}

/// Tells what a schema looks at itself, without those that apply with it.
type Own<'w, T> = fn(&mut Schemas<'w>, Node<'w>, &Around<'w>) -> T;

/// A walk through the schemas that apply to one value.
struct Walk<'w, T> {
    own: Own<'w, T>,
    found: Vec<Looked<T>>,
    around: Around<'w>,
    left: usize,
}

/// Where a walk is.
struct Around<'w> {
    /// How the present schema is seen.
    view: View,
    /// The schemas that led here, the present one last.
    schemas: Vec<Node<'w>>,
}

impl Around<'_> {
    /// Whether the present schema looks at all that is left, because a keyword of its own says so. That of the schema
    /// where the walk began is what is asked about.
    fn looks_at_rest(&self, keyword: Key) -> bool {
        let inner = self.schemas.get(1..).unwrap_or_default();
        inner.last().is_some_and(|schema| schema.get(keyword).is_some())
    }
}

impl<'w> Schemas<'w> {
    /// What `unevaluatedProperties: rest` demands in a schema.
    pub(super) fn unevaluated_properties(&mut self, schema: Node<'w>, rest: SchemaId, view: View) -> SchemaId {
        let looked = self.looked(schema, view, Schemas::own_members);
        let demand = looked.and_then(|looked| self.members_of_the_rest(&looked, rest));
        demand.unwrap_or_else(|| self.unevaluated(schema))
    }

    /// What `unevaluatedItems: rest` demands in a schema.
    pub(super) fn unevaluated_items(&mut self, schema: Node<'w>, rest: SchemaId, view: View) -> SchemaId {
        let looked = self.looked(schema, view, Schemas::own_elements);
        let demand = looked.and_then(|looked| self.elements_of_the_rest(&looked, rest));
        demand.unwrap_or_else(|| self.unevaluated(schema))
    }

    fn unevaluated(&mut self, schema: Node<'w>) -> SchemaId {
        let address = schema.address();
        let what = format!("{}:{}", address.document.index(), address.node.index());
        self.store.opaque(Reason::Unevaluated, what)
    }

    /// What the keywords beside an `unevaluated…` look at.
    fn looked<T>(&mut self, schema: Node<'w>, view: View, own: Own<'w, T>) -> Option<Vec<Looked<T>>> {
        let mut walk = Walk {
            own,
            found: Vec::new(),
            around: Around {
                view,
                schemas: Vec::new(),
            },
            left: SCHEMAS,
        };
        self.look(&mut walk, schema, view, SchemaId::ANYTHING)?;
        Some(walk.found)
    }

    /// Gathers what a schema looks at if a condition holds; `None` if that is too much, or not known.
    fn look<T>(&mut self, walk: &mut Walk<'w, T>, schema: Node<'w>, view: View, condition: SchemaId) -> Option<()> {
        let schema = schema.follow();
        if schema.node_type() == NodeType::Boolean {
            return Some(());
        }
        walk.left = walk.left.checked_sub(1)?;
        let around = &walk.around.schemas;
        if around.len() >= DEPTH || around.contains(&schema) || schema.is_unknown() || schema.has_hole() {
            return None;
        }
        walk.around.schemas.push(schema);
        let view = self.marks.within(view, schema);
        let outer = std::mem::replace(&mut walk.around.view, view);
        let at = (walk.own)(self, schema, &walk.around);
        walk.found.push(Looked { condition, at });
        for keyword in schema.children() {
            let Some(name) = keyword.key().filter(|name| counts(schema, *name)) else {
                continue;
            };
            self.look_behind(walk, schema, name, keyword, condition)?;
        }
        walk.around.view = outer;
        walk.around.schemas.pop();
        Some(())
    }

    fn look_behind<T>(
        &mut self,
        walk: &mut Walk<'w, T>,
        schema: Node<'w>,
        name: Key,
        keyword: Node<'w>,
        condition: SchemaId,
    ) -> Option<()> {
        let view = walk.around.view;
        match name {
            key::REF => self.look(walk, schema.target()?, view, condition),
            key::DOLLAR_DYNAMIC_REF | key::DOLLAR_RECURSIVE_REF => {
                let target = self.static_target(keyword)?;
                self.look(walk, target, view, condition)
            }
            key::ALL_OF => keyword
                .children()
                .try_for_each(|branch| self.look(walk, branch, view, condition)),
            key::ANY_OF | key::ONE_OF => {
                let view = view.of_branch(schema, name);
                keyword.children().try_for_each(|branch| {
                    let holds = self.branch(schema, branch, view)?;
                    self.look_if(walk, branch, view, condition, holds)
                })
            }
            key::IF => {
                let holds = self.node(keyword, view.apart());
                self.look_if(walk, keyword, view.apart(), condition, holds)
            }
            key::THEN | key::ELSE => {
                let Some(condition_node) = schema.get(key::IF) else {
                    return Some(());
                };
                let holds = self.node(condition_node, view.apart());
                let holds = if name == key::THEN {
                    holds
                } else {
                    self.store.not(holds)
                };
                self.look_if(walk, keyword, view.apart(), condition, holds)
            }
            key::DEPENDENT_SCHEMAS | key::DEPENDENCIES => keyword.children().try_for_each(|dependent| {
                if dependent.node_type() == NodeType::List {
                    return Some(());
                }
                let trigger = self.name_of(dependent);
                // An object, and one that has the member.
                let absent = self.store.demand(Form::Property(trigger, SchemaId::NOTHING));
                let holds = self.store.not(absent);
                self.look_if(walk, dependent, view.apart(), condition, holds)
            }),
            _ => Some(()),
        }
    }

    fn look_if<T>(
        &mut self,
        walk: &mut Walk<'w, T>,
        schema: Node<'w>,
        view: View,
        condition: SchemaId,
        holds: SchemaId,
    ) -> Option<()> {
        let both = self.store.all(vec![condition, holds]);
        self.look(walk, schema, view, both)
    }

    fn own_members(&mut self, schema: Node<'w>, around: &Around<'w>) -> Members {
        let mut names_of = |keyword: Key| -> Vec<TextId> {
            let holder = schema.get(keyword).filter(|_| counts(schema, keyword));
            let children = holder.into_iter().flat_map(Node::children);
            children
                .map(|child| self.store.instances.text_id(child.key_text().unwrap_or_default()))
                .collect()
        };
        Members {
            names: names_of(key::PROPERTIES),
            patterns: names_of(key::PATTERN_PROPERTIES),
            all: schema.get(key::ADDITIONAL_PROPERTIES).is_some() || around.looks_at_rest(key::UNEVALUATED_PROPERTIES),
        }
    }

    fn own_elements(&mut self, schema: Node<'w>, around: &Around<'w>) -> Elements {
        let items = schema.get(key::ITEMS);
        let list = items.filter(|items| items.node_type() == NodeType::List);
        let prefix = list.or_else(|| schema.get(key::PREFIX_ITEMS));
        let rest = if list.is_some() {
            key::ADDITIONAL_ITEMS
        } else {
            key::ITEMS
        };
        let all = schema.get(rest).is_some() || around.looks_at_rest(key::UNEVALUATED_ITEMS);
        // Since 2020-12, `contains` looks at what it finds.
        let contains = schema
            .get(key::CONTAINS)
            .filter(|_| schema.dialect() == Some(Dialect::Draft202012));
        Elements {
            prefix: prefix.map_or(0, |prefix| prefix.children().count() as u32),
            all,
            contained: contains.map(|contains| self.node(contains, around.view.apart())),
        }
    }

    /// Every member that nothing looks at is of the rest.
    fn members_of_the_rest(&mut self, looked: &[Looked<Members>], rest: SchemaId) -> Option<SchemaId> {
        let gather = |of: fn(&Members) -> &Vec<TextId>| {
            let mut all: Vec<TextId> = looked.iter().flat_map(|looked| of(&looked.at)).copied().collect();
            all.sort_unstable();
            all.dedup();
            all
        };
        let names = gather(|members| &members.names);
        let patterns = gather(|members| &members.patterns);
        if patterns.len() > PATTERNS {
            return None;
        }
        let mut parts = Vec::new();
        for name in &names {
            let text = Arc::clone(self.store.instances.text(*name));
            let mut alternatives = Vec::new();
            for Looked { condition, at } in looked {
                let mut looks = at.all || at.names.contains(name);
                for pattern in at.patterns.iter().filter(|_| !looks).copied().collect::<Vec<_>>() {
                    looks |= self.pattern(pattern)?.accepts(&text);
                }
                if looks {
                    alternatives.push(*condition);
                }
            }
            alternatives.push(self.store.demand(Form::Property(*name, rest)));
            parts.push(self.store.any(alternatives));
        }
        // All other names, in the classes that patterns make.
        for holding in 0..1_usize << patterns.len() {
            let holds = |index: usize| holding >> index & 1 == 1;
            let chosen = |wanted: bool| {
                let indexed = patterns.iter().enumerate().filter(|(index, _)| holds(*index) == wanted);
                indexed.map(|(_, pattern)| *pattern).collect::<Vec<_>>()
            };
            let class = Class {
                except: names.clone(),
                within: chosen(true),
                outside: chosen(false),
            };
            let looks = |at: &Members| at.all || at.patterns.iter().any(|pattern| class.within.contains(pattern));
            let looking = looked.iter().filter(|looked| looks(&looked.at));
            let mut alternatives: Vec<SchemaId> = looking.map(|looked| looked.condition).collect();
            alternatives.push(self.store.demand(Form::Members(Arc::new(class), rest)));
            parts.push(self.store.any(alternatives));
        }
        Some(self.store.all(parts))
    }

    /// Every element that nothing looks at is of the rest.
    fn elements_of_the_rest(&mut self, looked: &[Looked<Elements>], rest: SchemaId) -> Option<SchemaId> {
        let prefix = looked.iter().map(|looked| looked.at.prefix).max().unwrap_or(0);
        let contained: Vec<(SchemaId, SchemaId)> = looked
            .iter()
            .filter_map(|looked| Some((looked.condition, looked.at.contained?)))
            .collect();
        if contained.len() > CONTAINS {
            return None;
        }
        let mut parts = Vec::new();
        for position in 0..=prefix {
            let looks = |at: &Elements| at.all || position < at.prefix;
            let looking = looked.iter().filter(|looked| looks(&looked.at));
            let mut alternatives: Vec<SchemaId> = looking.map(|looked| looked.condition).collect();
            // Which of the elements are looked at by `contains` differs between them, so each choice of alternatives
            // that apply is one of its own.
            for holding in 0..1_usize << contained.len() {
                let chosen = contained
                    .iter()
                    .enumerate()
                    .filter(|(index, _)| holding >> index & 1 == 1);
                let (mut conditions, mut element) = (Vec::new(), vec![rest]);
                for (_, (condition, schema)) in chosen {
                    conditions.push(*condition);
                    element.push(*schema);
                }
                let element = self.store.any(element);
                conditions.push(self.store.demand(if position == prefix {
                    Form::Rest(position, element)
                } else {
                    Form::Item(position, element)
                }));
                alternatives.push(self.store.all(conditions));
            }
            parts.push(self.store.any(alternatives));
        }
        Some(self.store.all(parts))
    }
}
