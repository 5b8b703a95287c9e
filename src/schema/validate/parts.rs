//! The parts of a value: elements, members and their names, those that have to be there, and what no keyword looks at.

use super::keywords::place;
use super::{DEPTH, ENOUGH, Evaluated, Mismatch, Walk, formats, mismatch, note};
use crate::document::http::Direction;
use crate::document::{Node, suggest};
use crate::schema::direction;
use crate::syntax::{NodeType, key};

impl<'w> Walk<'_, 'w> {
    pub(super) fn elements(
        &mut self,
        schema: Node<'w>,
        value: Node<'w>,
        out: &mut Vec<Mismatch<'w>>,
        evaluated: &mut Evaluated<'_, 'w>,
    ) {
        let items = schema.get(key::ITEMS);
        // Before 2020-12, a list of schemas under `items` did what `prefixItems` does now.
        let (prefix, rest) = match items {
            Some(list) if list.node_type() == NodeType::List => (Some(list), schema.get(key::ADDITIONAL_ITEMS)),
            _ => (schema.get(key::PREFIX_ITEMS), items),
        };
        let mut prefix = prefix.into_iter().flat_map(Node::children);
        for element in value.children() {
            if out.len() >= ENOUGH {
                return;
            }
            match prefix.next().or(rest) {
                Some(element_schema) => {
                    self.check(element_schema, element, out, None);
                    note(evaluated, element);
                }
                None => break,
            }
        }
        if let Some(contains) = schema.get(key::CONTAINS) {
            let mut count = 0.0;
            for element in value.children() {
                if self.fits(contains, element, None) {
                    count += 1.0;
                    note(evaluated, element);
                }
            }
            let min = schema.get(key::MIN_CONTAINS).and_then(Node::number).unwrap_or(1.0);
            let max = schema
                .get(key::MAX_CONTAINS)
                .and_then(Node::number)
                .unwrap_or(f64::INFINITY);
            if count < min || count > max {
                out.push(mismatch(
                    value,
                    contains,
                    format!(
                        "{} holds {count} elements of the sort that `contains` asks for, which is too few or too many",
                        place(value)
                    ),
                ));
            }
        }
    }

    pub(super) fn properties(
        &mut self,
        schema: Node<'w>,
        value: Node<'w>,
        out: &mut Vec<Mismatch<'w>>,
        evaluated: &mut Evaluated<'_, 'w>,
    ) {
        let properties = schema.get(key::PROPERTIES);
        let patterns = schema.get(key::PATTERN_PROPERTIES);
        let additional = schema.get(key::ADDITIONAL_PROPERTIES);
        for child in value.children() {
            if out.len() >= ENOUGH {
                return;
            }
            let name = child.key_text().unwrap_or_default();
            let mut named = false;
            if let Some(property) = properties.and_then(|properties| properties.find(name)) {
                named = true;
                self.check(property, child, out, None);
            }
            for pattern in patterns.into_iter().flat_map(Node::children) {
                let regex = self.validator.pattern(pattern.key_text().unwrap_or_default());
                // A pattern that cannot be decided may match: the property is not additional then.
                named |= regex.is_none();
                if regex.is_some_and(|regex| regex.is_match(name)) {
                    named = true;
                    self.check(pattern, child, out, None);
                }
            }
            if !named && let Some(additional) = additional {
                named = true;
                if additional.boolean() == Some(false) {
                    let known = properties
                        .into_iter()
                        .flat_map(Node::children)
                        .filter_map(Node::key_text);
                    let hint = suggest::hint(suggest::closest(name, known));
                    out.push(mismatch(
                        child,
                        additional,
                        format!("the schema has no property `{name}`{hint}"),
                    ));
                } else {
                    self.check(additional, child, out, None);
                }
            }
            if named {
                note(evaluated, child);
            }
            if let Some(names) = schema.get(key::PROPERTY_NAMES)
                && !self.name_fits(names, name)
            {
                out.push(mismatch(
                    child,
                    names,
                    format!("`{name}` is no name that a property may have here"),
                ));
            }
        }
        self.required(schema, value, out);
        for dependent in schema.get(key::DEPENDENT_SCHEMAS).into_iter().flat_map(Node::children) {
            if value.find(dependent.key_text().unwrap_or_default()).is_some() {
                self.check(dependent, value, out, evaluated.as_deref_mut());
            }
        }
    }

    fn required(&mut self, schema: Node<'w>, value: Node<'w>, out: &mut Vec<Mismatch<'w>>) {
        let lacks = |name: &str| value.find(name).is_none() && !value.has_hole();
        for required in schema.get(key::REQUIRED).into_iter().flat_map(Node::children) {
            let name = required.text();
            if out.len() < ENOUGH && lacks(name) && !self.is_left_out(schema, name) {
                out.push(mismatch(
                    value,
                    required,
                    format!("required property `{name}` is missing"),
                ));
            }
        }
        for dependent in schema.get(key::DEPENDENT_REQUIRED).into_iter().flat_map(Node::children) {
            let trigger = dependent.key_text().unwrap_or_default();
            if value.find(trigger).is_none() {
                continue;
            }
            for required in dependent.children().filter(|required| lacks(required.text())) {
                let message = format!("property `{}` is missing, which `{trigger}` requires", required.text());
                out.push(mismatch(value, required, message));
            }
        }
    }

    /// Whether a required property does not travel this way; where the way is not known, whether there is one that it
    /// does not travel.
    fn is_left_out(&self, schema: Node<'w>, name: &str) -> bool {
        let either = [Direction::Request, Direction::Response];
        let ways = self.direction.as_ref().map_or(&either[..], std::slice::from_ref);
        let schemas = [self.whole, schema];
        ways.iter().any(|way| direction::leaves_out(&schemas, name, *way))
    }

    /// Whether the name of a property fits: a string that has no node of its own.
    fn name_fits(&mut self, schema: Node<'w>, name: &str) -> bool {
        let schema = schema.follow();
        if schema.is_unknown() || schema.has_hole() || self.fuel == 0 || self.depth >= DEPTH {
            return true;
        }
        self.fuel -= 1;
        if schema.node_type() == NodeType::Boolean {
            return schema.boolean() == Some(true);
        }
        self.depth += 1;
        let fits = schema
            .children()
            .all(|keyword| self.name_fits_keyword(schema, keyword, name));
        self.depth -= 1;
        fits
    }

    fn name_fits_keyword(&mut self, schema: Node<'w>, keyword: Node<'w>, name: &str) -> bool {
        let is_name = |value: Node<'w>| value.string() == Some(name);
        let length = || name.chars().count() as f64;
        match keyword.key() {
            Some(key::TYPE) => match keyword.node_type() {
                NodeType::List => keyword.children().any(|word| word.text() == "string"),
                NodeType::String => keyword.text() == "string",
                _ => true,
            },
            Some(key::ENUM) => keyword.children().any(is_name),
            Some(key::CONST) => is_name(keyword),
            Some(key::FORMAT) => formats::lacking(keyword.text(), name).is_none(),
            Some(key::PATTERN) => self
                .validator
                .pattern(keyword.text())
                .is_none_or(|regex| regex.is_match(name)),
            Some(key::MAX_LENGTH) => keyword.number().is_none_or(|max| length() <= max),
            Some(key::MIN_LENGTH) => keyword.number().is_none_or(|min| length() >= min),
            Some(key::ALL_OF) => keyword.children().all(|branch| self.name_fits(branch, name)),
            Some(key::ANY_OF) => {
                let mut branches = keyword.children();
                branches.clone().next().is_none() || branches.any(|branch| self.name_fits(branch, name))
            }
            Some(key::ONE_OF) => {
                let branches = keyword.children();
                branches.clone().next().is_none()
                    || branches.filter(|branch| self.name_fits(*branch, name)).count() == 1
            }
            Some(key::NOT) => !self.name_fits(keyword, name),
            Some(key::IF) => {
                let branch = if self.name_fits(keyword, name) {
                    key::THEN
                } else {
                    key::ELSE
                };
                schema.get(branch).is_none_or(|branch| self.name_fits(branch, name))
            }
            Some(key::REF) => schema.target().is_none_or(|target| self.name_fits(target, name)),
            Some(key::DOLLAR_DYNAMIC_REF) => keyword.target().is_none_or(|target| self.name_fits(target, name)),
            _ => true,
        }
    }

    pub(super) fn unevaluated(
        &mut self,
        schema: Node<'w>,
        value: Node<'w>,
        out: &mut Vec<Mismatch<'w>>,
        seen: &[Node<'w>],
    ) {
        let keyword = match value.node_type() {
            NodeType::Map => key::UNEVALUATED_PROPERTIES,
            NodeType::List => key::UNEVALUATED_ITEMS,
            _ => return,
        };
        let Some(rest) = schema.get(keyword) else { return };
        for child in value.children().filter(|child| !seen.contains(child)) {
            if rest.boolean() == Some(false) {
                let what = child
                    .key_text()
                    .map_or("this element".to_owned(), |name| format!("property `{name}`"));
                out.push(mismatch(child, rest, format!("the schema has no place for {what}")));
            } else {
                self.check(rest, child, out, None);
            }
        }
    }
}
