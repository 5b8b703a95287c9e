//! What schemas owe themselves.

use super::{Function, Hit, Options, Refusal, function};
use crate::document::content;
use crate::document::{Kind, Node, Shape, suggest};
use crate::finding::Location;
use crate::schema::is_of_type;
use crate::syntax::{NodeType, key};

/// `enum-typed`: every value of an `enum` is of the declared type.
pub(super) fn enum_typed(_: &Options) -> Result<Function, Refusal> {
    function(|subject, hits| {
        let node = subject.node;
        let (Some(values), Some(types)) = (node.get(key::ENUM), node.get(key::TYPE)) else {
            return;
        };
        for value in values.children() {
            // `null` belongs to a nullable enumeration, and saying so is required by some tools.
            if value.node_type() == NodeType::Null && node.is_true(key::NULLABLE) {
                continue;
            }
            if !is_of_type(types, value) {
                let wanted = match types.node_type() {
                    NodeType::List => types.children().map(Node::text).collect::<Vec<_>>().join(" or "),
                    _ => types.text().to_owned(),
                };
                hits.push(Hit::value(value).with("text", value.text()).with("type", wanted));
            }
        }
    })
}

/// `enum-unique`: no value stands twice in an `enum`.
pub(super) fn enum_unique(_: &Options) -> Result<Function, Refusal> {
    function(|subject, hits| {
        let Some(values) = subject.node.get(key::ENUM) else {
            return;
        };
        let document = values.document();
        for repeated in content::repeated(document.tree(), values.id()) {
            let value = subject.at(crate::document::http::beside(values.address(), repeated));
            hits.push(Hit::value(value).with("text", value.text()));
        }
    })
}

/// `required-defined`: what a schema requires is among its properties, its branches, or what it lets in.
pub(super) fn required_defined(_: &Options) -> Result<Function, Refusal> {
    function(|subject, hits| {
        let node = subject.node;
        let Some(required) = node.get(key::REQUIRED) else {
            return;
        };
        // A schema without properties of its own adds a demand to others: the branch of an `anyOf`, for one.
        if required.node_type() != NodeType::List || node.get(key::PROPERTIES).is_none() || node.has_hole() {
            return;
        }
        let shape = Shape::of(node);
        // What stands around a branch counts for it, too.
        let around = |name: &str| {
            let holders = node.ancestors().take(2).filter(|holder| holder.kind() == Kind::Schema);
            holders
                .map(Shape::of)
                .any(|shape| shape.is_unknown() || shape.has_property(name))
        };
        let open = [key::PATTERN_PROPERTIES, key::ONE_OF, key::ANY_OF, key::IF]
            .into_iter()
            .any(|keyword| shape.keyword(keyword).next().is_some());
        let typed_rest = shape
            .keyword(key::ADDITIONAL_PROPERTIES)
            .any(|rest| rest.node_type() == NodeType::Map);
        if shape.is_unknown() || open || typed_rest {
            return;
        }
        let mut hints = suggest::Hints::default();
        for name in required.children().filter(|name| name.node_type() == NodeType::String) {
            if !shape.has_property(name.text()) && !around(name.text()) {
                let hint = hints.closest(name.text(), || shape.properties().map(|(name, _)| name));
                let hint = suggest::hint(hint);
                hits.push(Hit::value(name).with("property", name.text()).with("hint", hint));
            }
        }
    })
}

/// `array-has-items`: a list says what its elements are.
pub(super) fn array_has_items(_: &Options) -> Result<Function, Refusal> {
    function(|subject, hits| {
        let node = subject.node;
        let is_list = node.get(key::TYPE).is_some_and(|types| types.text() == "array");
        if is_list && node.get(key::ITEMS).is_none() && !node.has_hole() {
            hits.push(Hit::key(node));
        }
    })
}

/// `discriminator-sound`: the property that a discriminator names is a required property of every branch.
pub(super) fn discriminator_sound(_: &Options) -> Result<Function, Refusal> {
    function(|subject, hits| {
        let node = subject.node;
        let Some(discriminator) = node.get(key::DISCRIMINATOR) else {
            return;
        };
        let Some(property) = discriminator
            .string_at(key::PROPERTY_NAME)
            .or_else(|| discriminator.string())
        else {
            return;
        };
        let name_node = discriminator.get(key::PROPERTY_NAME).unwrap_or(discriminator);
        let shape = Shape::of(node);
        let branches = shape.alternatives();
        let lacking = |shape: &Shape<'_>| {
            if shape.is_unknown() || !shape.alternatives().is_empty() && !shape.has_property(property) {
                None
            } else if !shape.has_property(property) {
                Some("is no property")
            } else if !requires(shape, property) {
                Some("is not required")
            } else {
                None
            }
        };
        let problem = if branches.is_empty() {
            lacking(&shape).map(|problem| (problem, String::new(), node))
        } else if shape.has_property(property) && requires(&shape, property) {
            None
        } else {
            branches.iter().find_map(|branch| {
                let problem = lacking(branch)?;
                let of = match branch.node().key_text() {
                    Some(name) => format!(" of `{name}`"),
                    None => " of one of the branches".to_owned(),
                };
                Some((problem, of, branch.node()))
            })
        };
        if let Some((problem, of, at)) = problem {
            let hit = Hit::value(name_node)
                .with("property", property)
                .with("problem", format!("{problem}{of}"));
            hits.push(if at == node {
                hit
            } else {
                hit.related("the branch", Location::key(at.address()))
            });
        }
    })
}

fn requires(shape: &Shape<'_>, property: &str) -> bool {
    shape
        .keyword(key::REQUIRED)
        .any(|required| required.children().any(|name| name.text() == property))
}
