//! What a consumer accepts in the place of a recorded JSON body: the body and its rules as one tree, to be compared
//! with what a description promises.
//!
//! What is said to be accepted may be more than is, never less: whatever it leaves out is refused.

use super::json::Place;
use super::mismatch::BrokenRule;
use super::pattern::without_quoting;
use super::rule::{Combine, Limits, Matcher, Rule, RuleTable};
use super::selector::{Chosen, Selector, State};
use crate::contract::body::{Body, Content};
use crate::contract::model::Response;
use crate::contract::path::Step;
use crate::contract::text;
use crate::finding::Location;
use crate::syntax::{NodeId, NodeType, Tree};
use serde_json::Value;

/// Values of one body that are looked at; a consumer that reads more of an answer has not written it by hand.
const VALUES: usize = 5_000;

/// A recorded value, and what may come in its place.
#[derive(Debug, Clone)]
pub struct Expected {
    /// Where it stands in the contract.
    pub at: Location,
    /// Where it stands in the body: `$.items[0].sku`.
    pub path: String,
    /// The recorded value; of an object or list, it is what its parts say.
    pub example: Value,
    /// The rules that hold for it; none where the recorded value itself is expected.
    pub rules: Vec<BrokenRule>,
    /// What may come, apart from what stands in it.
    pub accepted: Accepted,
    /// What stands in it.
    pub parts: Parts,
}

/// A set of values.
#[derive(Debug, Clone, PartialEq)]
pub enum Accepted {
    /// Any value.
    Anything,
    /// This value.
    Value(Value),
    /// Values of these types, by the names that JSON Schema gives them.
    Types(&'static [&'static str]),
    /// Scalars whose text matches this as a whole.
    Pattern(String),
    /// Scalars in whose text this stands.
    Containing(String),
    /// Lists of so many elements.
    Count {
        /// As many or more.
        min: Option<usize>,
        /// As many or fewer.
        max: Option<usize>,
    },
    /// What all of these have.
    All(Vec<Self>),
    /// What one of these has.
    Any(Vec<Self>),
}

/// What stands in a recorded value.
#[derive(Debug, Clone)]
pub enum Parts {
    /// Nothing that is looked at.
    None,
    /// An object has to have these members.
    Members(Vec<(String, Expected)>),
    /// Every member of an object is like this one, whatever its name.
    EachMember(String, Box<Expected>),
    /// A list has exactly these elements.
    Elements(Vec<Expected>),
    /// The first element of a list is like this one, and so are all others if that is said.
    EachElement(Box<Expected>, bool),
    /// Somewhere in a list stands something like each of these.
    Somewhere(Vec<Expected>),
}

impl Accepted {
    /// Whether it asks for a form of texts.
    #[must_use]
    pub fn has_form(&self) -> bool {
        match self {
            Self::Pattern(_) | Self::Containing(_) => true,
            Self::All(parts) | Self::Any(parts) => parts.iter().any(Self::has_form),
            Self::Anything | Self::Value(_) | Self::Types(_) | Self::Count { .. } => false,
        }
    }
}

impl Parts {
    /// Whether there is nothing to look at.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        matches!(self, Self::None)
    }
}

/// What a consumer accepts in the place of the body of a response; nothing where the body is no JSON, or where there
/// is none. The tree is what the body's text was read into, if it is no part of the contract's own tree.
#[must_use]
pub fn expected(response: &Response<'_>) -> Option<Expected> {
    let Body::Content(content) = &response.body else {
        return None;
    };
    let stated = super::stated_type(&response.headers);
    if content.node.string().is_some() && !content.media_type(stated).is_json() {
        return None;
    }
    Some(of_content(content, &response.rules.body))
}

fn of_content(content: &Content<'_>, rules: &RuleTable) -> Expected {
    let (inner, within) = (content.json(), content.within());
    let (tree, node, place) = match &inner {
        Some(tree) => (tree, NodeId::ROOT, Place::Within(&within, 0)),
        None => (
            content.node.document().tree(),
            content.node.id(),
            Place::Document(content.node.address().document),
        ),
    };
    let mut walk = Walk {
        tree,
        place,
        selector: Selector::new(rules),
        path: Vec::new(),
        left: VALUES,
    };
    walk.value(node, Selector::root())
}

struct Walk<'a> {
    tree: &'a Tree,
    place: Place<'a>,
    selector: Selector<'a>,
    path: Vec<Step<'a>>,
    left: usize,
}

impl<'a> Walk<'a> {
    fn value(&mut self, node: NodeId, state: State) -> Expected {
        self.left = self.left.saturating_sub(1);
        let chosen = self.selector.chosen(state);
        let example = text::value_at(self.tree, node);
        let (accepted, parts) = if self.left == 0 {
            (Accepted::Anything, Parts::None)
        } else {
            match self.tree.node_type(node) {
                NodeType::Map => (whole(&example, chosen), self.map(node, state, chosen)),
                NodeType::List => (self.whole_list(node, &example, chosen), self.list(node, state, chosen)),
                _ => (scalar(&example, chosen), Parts::None),
            }
        };
        let rules = chosen.map_or(&[][..], |chosen| &chosen.set.rules);
        let rules = rules.iter().filter(|rule| !matches!(rule.matcher, Matcher::Equality));
        Expected {
            at: self.place.value(self.tree, node),
            path: super::shown_path(&self.path),
            example,
            rules: rules.map(BrokenRule::from).collect(),
            accepted,
            parts,
        }
    }

    fn map(&mut self, node: NodeId, state: State, chosen: Option<Chosen<'a>>) -> Parts {
        if let Some(chosen) = chosen.filter(|chosen| !chosen.is_cascaded && super::json::has_free_keys(*chosen)) {
            let mut each_value = None;
            let mut compares_all = false;
            for rule in &chosen.set.rules {
                match &rule.matcher {
                    Matcher::EachValue(set) => each_value = Some(*set),
                    Matcher::Values => compares_all = true,
                    _ => {}
                }
            }
            let first = self.tree.children(node).next();
            let Some(first) = first.filter(|_| compares_all || each_value.is_some()) else {
                return Parts::None;
            };
            let key = self.tree.key_text(first).unwrap_or_default();
            let like = self.at(Step::Name(key), first, state, each_value);
            return Parts::EachMember(key.to_owned(), Box::new(like));
        }
        let mut members = Vec::new();
        for member in self.tree.children(node) {
            let key = self.tree.key_text(member).unwrap_or_default();
            members.push((key.to_owned(), self.at(Step::Name(key), member, state, None)));
        }
        Parts::Members(members)
    }

    fn at(&mut self, step: Step<'a>, node: NodeId, state: State, each_value: Option<u32>) -> Expected {
        self.path.push(step);
        let state = self.selector.step(state, step);
        let state = each_value.map_or(state, |set| self.selector.with(state, set));
        let expected = self.value(node, state);
        self.path.pop();
        expected
    }

    fn list(&mut self, node: NodeId, state: State, chosen: Option<Chosen<'a>>) -> Parts {
        let Some(chosen) = chosen.filter(|chosen| !super::json::is_equality(*chosen)) else {
            let elements = self.tree.children(node).enumerate();
            let elements: Vec<(usize, NodeId)> = elements.collect();
            let elements = elements.into_iter();
            return Parts::Elements(
                elements
                    .map(|(position, element)| self.at(Step::Index(position), element, state, None))
                    .collect(),
            );
        };
        let mut each_value = None;
        for rule in chosen.set.rules.iter().filter(|_| !chosen.is_cascaded) {
            match &rule.matcher {
                Matcher::ArrayContains(variants) => {
                    let mut found = Vec::new();
                    for variant in variants {
                        let Some(example) = self.tree.element(node, variant.index) else {
                            continue;
                        };
                        let selector = std::mem::replace(&mut self.selector, Selector::new(&variant.rules));
                        self.path.push(Step::Index(variant.index));
                        found.push(self.value(example, Selector::root()));
                        self.path.pop();
                        self.selector = selector;
                    }
                    return Parts::Somewhere(found);
                }
                Matcher::EachValue(set) => each_value = Some(*set),
                _ => {}
            }
        }
        let mut children = self.tree.children(node);
        let Some(first) = children.next() else {
            return Parts::None;
        };
        // Further elements are held against further examples, and against rules for their own positions.
        let [one, other] = [0, 1].map(|position| self.selector.step(state, Step::Index(position)));
        let are_alike = children.next().is_none() && one == other;
        let like = self.at(Step::Index(0), first, state, each_value);
        Parts::EachElement(Box::new(like), are_alike)
    }

    fn whole_list(&self, node: NodeId, example: &Value, chosen: Option<Chosen<'a>>) -> Accepted {
        match chosen {
            Some(chosen) if !super::json::is_equality(chosen) => whole(example, Some(chosen)),
            _ => {
                let count = self.tree.children(node).count();
                let exactly = Accepted::Count {
                    min: Some(count),
                    max: Some(count),
                };
                Accepted::All(vec![Accepted::Types(&["array"]), exactly])
            }
        }
    }
}

/// What a set of rules accepts, by what each does.
fn together(chosen: Chosen<'_>, accepted: impl Fn(&Rule) -> Accepted) -> Accepted {
    let rules = chosen.set.rules.iter();
    let rules = rules.filter(|rule| !chosen.is_cascaded || rule.matcher.cascades());
    let each: Vec<Accepted> = rules.map(accepted).collect();
    match chosen.set.combine {
        _ if each.is_empty() => Accepted::Anything,
        Combine::And => Accepted::All(each),
        Combine::Or => Accepted::Any(each),
    }
}

/// What may come in the place of a scalar.
fn scalar(example: &Value, chosen: Option<Chosen<'_>>) -> Accepted {
    match chosen {
        None => Accepted::Value(example.clone()),
        Some(chosen) => together(chosen, |rule| by_rule(&rule.matcher, chosen.is_cascaded, example)),
    }
}

/// What may come in the place of an object or list, apart from what stands in it.
fn whole(example: &Value, chosen: Option<Chosen<'_>>) -> Accepted {
    let own = type_of(example);
    let Some(chosen) = chosen else { return own };
    together(chosen, |rule| match &rule.matcher {
        // The parts decide.
        Matcher::Equality => own.clone(),
        matcher if matcher.is_about_scalars() => own.clone(),
        matcher => by_rule(matcher, chosen.is_cascaded, example),
    })
}

fn type_of(example: &Value) -> Accepted {
    Accepted::Types(match example {
        Value::Null => &["null"],
        Value::Bool(_) => &["boolean"],
        Value::Number(_) => &["number"],
        Value::String(_) => &["string"],
        Value::Array(_) => &["array"],
        Value::Object(_) => &["object"],
    })
}

fn by_rule(matcher: &Matcher, is_cascaded: bool, example: &Value) -> Accepted {
    match matcher {
        Matcher::Equality if example.is_array() || example.is_object() => type_of(example),
        Matcher::Equality => Accepted::Value(example.clone()),
        Matcher::Type(Limits { min, max }) => match (min, max) {
            (None, None) => type_of(example),
            _ if is_cascaded || !example.is_array() => type_of(example),
            (min, max) => {
                let (min, max) = (*min, *max);
                Accepted::All(vec![type_of(example), Accepted::Count { min, max }])
            }
        },
        Matcher::Regex(pattern) => Accepted::Pattern(without_quoting(pattern.as_str()).into_owned()),
        Matcher::Include(text) => Accepted::Containing(text.clone()),
        Matcher::Integer => Accepted::Types(&["integer"]),
        Matcher::Decimal | Matcher::Number => Accepted::Types(&["number"]),
        Matcher::Null => Accepted::Types(&["null"]),
        Matcher::Boolean => Accepted::Any(vec![
            Accepted::Types(&["boolean"]),
            Accepted::Value(Value::from("true")),
            Accepted::Value(Value::from("false")),
        ]),
        // Which texts a format takes is not written down as a language; numbers are read as texts, too.
        Matcher::DateTime(_) | Matcher::Semver => Accepted::Types(&["string", "number"]),
        Matcher::NotEmpty => type_of(example),
        Matcher::Values | Matcher::EachValue(_) => Accepted::Types(&["object", "array"]),
        Matcher::EachKey(_) => Accepted::Types(&["object"]),
        Matcher::ArrayContains(_) => Accepted::Types(&["array"]),
        Matcher::ContentType(_) | Matcher::StatusCode(_) | Matcher::Unsupported(_) => Accepted::Anything,
    }
}
