//! A schema as a list of demands, each with the node that makes it, whatever references and `allOf` it is put
//! together from.

use crate::breaking::comparison::{is_default, says_the_same};
use crate::document::{Kind, Node, sole_alternative};
use crate::syntax::{Key, NodeType, key};
use rustc_hash::FxHashSet;

/// Schemas that one site is put together from, at most.
const PARTS: usize = 200;

/// The keywords of schemas that say which values there are.
pub(crate) const DEMAND_KEYS: &[Key] = &[
    key::REF,
    key::TYPE,
    key::NULLABLE,
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
    key::CONTENT_SCHEMA,
    key::ITEMS,
    key::ADDITIONAL_ITEMS,
    key::PREFIX_ITEMS,
    key::MAX_ITEMS,
    key::MIN_ITEMS,
    key::UNIQUE_ITEMS,
    key::CONTAINS,
    key::MAX_CONTAINS,
    key::MIN_CONTAINS,
    key::UNEVALUATED_ITEMS,
    key::PROPERTIES,
    key::ADDITIONAL_PROPERTIES,
    key::PATTERN_PROPERTIES,
    key::PROPERTY_NAMES,
    key::REQUIRED,
    key::MAX_PROPERTIES,
    key::MIN_PROPERTIES,
    key::DEPENDENT_REQUIRED,
    key::DEPENDENT_SCHEMAS,
    key::DEPENDENCIES,
    key::UNEVALUATED_PROPERTIES,
    key::ALL_OF,
    key::ANY_OF,
    key::ONE_OF,
    key::NOT,
    key::IF,
    key::THEN,
    key::ELSE,
    key::DISCRIMINATOR,
    key::DOLLAR_DYNAMIC_REF,
    key::DOLLAR_RECURSIVE_REF,
];

/// Those that say something of the values, and are compared for themselves.
pub(crate) const ANNOTATION_KEYS: &[Key] = &[
    key::FORMAT,
    key::CONTENT_ENCODING,
    key::CONTENT_MEDIA_TYPE,
    key::DEFAULT,
    key::READ_ONLY,
    key::WRITE_ONLY,
    key::DEPRECATED,
    key::X_SUNSET,
    key::X_STABILITY_LEVEL,
    key::X_EXTENSIBLE_ENUM,
    key::XML,
];

/// Keywords that name parts of a schema or say where it stands: what they say is compared where it is used.
const PLACE_KEYS: &[Key] = &[
    key::DOLLAR_ID,
    key::DOLLAR_ANCHOR,
    key::DOLLAR_DYNAMIC_ANCHOR,
    key::DOLLAR_RECURSIVE_ANCHOR,
    key::DOLLAR_DEFS,
    key::DEFINITIONS,
    key::DOLLAR_SCHEMA,
    key::DOLLAR_VOCABULARY,
];

/// The JSON types, a bit each; an integer is a number, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Types(u8);

impl Types {
    const NULL: u8 = 1;
    const BOOLEAN: u8 = 2;
    const INTEGER: u8 = 4;
    const FRACTION: u8 = 8;
    const STRING: u8 = 16;
    const LIST: u8 = 32;
    const OBJECT: u8 = 64;
    pub(crate) const ALL: Self = Self(127);
    const NONE: Self = Self(0);

    fn of_word(word: &str) -> u8 {
        match word {
            "null" => Self::NULL,
            "boolean" => Self::BOOLEAN,
            "integer" => Self::INTEGER,
            "number" => Self::INTEGER | Self::FRACTION,
            "string" => Self::STRING,
            "array" => Self::LIST,
            "object" => Self::OBJECT,
            // A file is bytes, which no type of JSON is; whatever stands for them is taken.
            _ => Self::ALL.0,
        }
    }

    pub(crate) fn has_null(self) -> bool {
        self.0 & Self::NULL != 0
    }

    pub(crate) fn without_null(self) -> Self {
        Self(self.0 & !Self::NULL)
    }

    pub(crate) fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(crate) fn is_within(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// What can be written as text, as parameters and headers are: every scalar looks like a string, and so does what
    /// is said to be of no type.
    pub(crate) fn as_text(self) -> Self {
        let scalars = Self::BOOLEAN | Self::INTEGER | Self::FRACTION | Self::STRING;
        if self.without_null() == Self::ALL.without_null() {
            Self(scalars)
        } else if self.0 & Self::STRING != 0 {
            Self(self.0 | scalars)
        } else {
            self
        }
    }

    /// The words of JSON Schema for it.
    pub(crate) fn words(self) -> Vec<&'static str> {
        let number = Self::INTEGER | Self::FRACTION;
        [
            (Self::NULL, "null"),
            (Self::BOOLEAN, "boolean"),
            (number, "number"),
            (Self::INTEGER, "integer"),
            (Self::STRING, "string"),
            (Self::LIST, "array"),
            (Self::OBJECT, "object"),
        ]
        .into_iter()
        .filter(|(bits, word)| self.0 & bits == *bits && !(*word == "integer" && self.0 & number == number))
        .map(|(_, word)| word)
        .collect()
    }

    pub(crate) fn shown(self) -> String {
        if self.without_null() == Self::ALL.without_null() {
            return "anything".to_owned();
        }
        match self.words().as_slice() {
            [] => "nothing".to_owned(),
            words => words.join(" or "),
        }
    }
}

/// What additional members an object may have.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Others<'w> {
    /// Any.
    Open,
    /// None.
    Closed(Node<'w>),
    /// Those that fit these schemas.
    Schemas(Vec<Node<'w>>),
}

/// A schema with everything that holds together with it.
#[derive(Debug, Clone)]
pub(crate) struct Site<'w> {
    /// The schemas as they are reached: what stands in the place first, then what it refers to.
    pub(crate) parts: Vec<Node<'w>>,
    /// What stands around the parts and makes no demand but that null is allowed beside them.
    layers: Vec<Node<'w>>,
    /// Whether null is allowed beside all of it.
    pub(crate) or_null: bool,
    /// Whether a part of it cannot be read or found.
    pub(crate) unknown: bool,
}

impl<'w> Site<'w> {
    pub(crate) fn of(nodes: &[Node<'w>]) -> Self {
        let mut site = Self {
            parts: Vec::new(),
            layers: Vec::new(),
            or_null: false,
            unknown: false,
        };
        if let [only] = nodes
            && let Some(wrapped) = Wrapped::of(*only).filter(|wrapped| wrapped.or_null)
        {
            let within = Self::of(&[wrapped.inner]);
            if !within.types().has_null() || !within.is_typed() {
                return Self {
                    or_null: true,
                    layers: wrapped.layers,
                    ..within
                };
            }
        }
        for node in nodes {
            site.collect(*node);
        }
        site
    }

    fn collect(&mut self, node: Node<'w>) {
        let node = node.follow();
        if node.is_unknown() || node.has_hole() || self.parts.len() >= PARTS {
            self.unknown = true;
            return;
        }
        if self.parts.contains(&node) {
            return;
        }
        self.parts.push(node);
        if node.kind() == Kind::Data {
            self.unknown = true;
            return;
        }
        if node.get(key::REF).is_some() {
            match node.target() {
                Some(target) => self.collect(target),
                None => self.unknown = true,
            }
        }
        for branch in node.get(key::ALL_OF).into_iter().flat_map(Node::children) {
            self.collect(branch);
        }
        for composition in [key::ONE_OF, key::ANY_OF] {
            if let Some(only) = sole_alternative(node, composition) {
                self.collect(only);
            }
        }
    }

    /// What it says in words, of each sort what stands first.
    pub(crate) fn words(&self) -> Vec<Node<'w>> {
        words(self.layers.iter().chain(&self.parts))
    }

    /// What stands under a keyword, with the part that says it.
    pub(crate) fn keyword(&self, keyword: Key) -> impl Iterator<Item = (Node<'w>, Node<'w>)> {
        self.parts
            .iter()
            .filter_map(move |part| Some((*part, part.get(keyword)?)))
    }

    /// What stands under a keyword first.
    pub(crate) fn first(&self, keyword: Key) -> Option<Node<'w>> {
        self.keyword(keyword).next().map(|(_, value)| value)
    }

    pub(crate) fn flag(&self, keyword: Key) -> bool {
        self.keyword(keyword).any(|(_, value)| value.boolean() == Some(true))
    }

    /// The place that stands for the whole: the first part.
    pub(crate) fn face(&self) -> Option<Node<'w>> {
        self.parts.first().copied()
    }

    pub(crate) fn is_typed(&self) -> bool {
        self.first(key::TYPE).is_some() || self.parts.iter().any(|part| part.boolean().is_some())
    }

    /// The types that it allows.
    pub(crate) fn types(&self) -> Types {
        let allowed = self
            .parts
            .iter()
            .fold(Types::ALL, |types, part| types.and(types_of(*part)));
        if self.or_null {
            Types(allowed.0 | Types::NULL)
        } else {
            allowed
        }
    }

    /// The values that it enumerates, if it does.
    pub(crate) fn values(&self) -> Option<Vec<Node<'w>>> {
        let lists = self.keyword(key::ENUM).map(|(_, list)| list.children().collect());
        let constants = self.keyword(key::CONST).map(|(_, value)| vec![value]);
        let mut lists = lists.chain(constants);
        let mut values: Vec<Node<'w>> = lists.next()?;
        for other in lists {
            values.retain(|value| other.iter().any(|wanted| says_the_same(*value, *wanted)));
        }
        Some(values)
    }

    /// The members that have to be there, with the nodes that say so.
    pub(crate) fn required(&self) -> Vec<(&'w str, Node<'w>)> {
        let mut names: Vec<(&str, Node<'w>)> = Vec::new();
        for (_, list) in self.keyword(key::REQUIRED) {
            for name in list.children() {
                if let Some(text) = name.string()
                    && !names.iter().any(|(known, _)| *known == text)
                {
                    names.push((text, name));
                }
            }
        }
        names
    }

    /// The members that it describes, each with all schemas that hold for it, in the order of the document.
    pub(crate) fn properties(&self) -> Vec<(&'w str, Vec<Node<'w>>)> {
        let mut properties: Vec<(&str, Vec<Node<'w>>)> = Vec::new();
        let mut positions: rustc_hash::FxHashMap<&str, usize> = rustc_hash::FxHashMap::default();
        for (_, map) in self.keyword(key::PROPERTIES) {
            for property in map.children() {
                let Some(name) = property.key_text() else { continue };
                match positions.get(name) {
                    Some(position) => properties[*position].1.push(property),
                    None => {
                        positions.insert(name, properties.len());
                        properties.push((name, vec![property]));
                    }
                }
            }
        }
        properties
    }

    /// The members that it does not describe.
    pub(crate) fn others(&self) -> Others<'w> {
        let mut schemas = Vec::new();
        for keyword in [key::ADDITIONAL_PROPERTIES, key::UNEVALUATED_PROPERTIES] {
            for (_, value) in self.keyword(keyword) {
                match value.boolean() {
                    Some(false) => return Others::Closed(value),
                    Some(true) => {}
                    None if value.is_map() && value.follow().children().next().is_some() => schemas.push(value),
                    None => {}
                }
            }
        }
        if schemas.is_empty() {
            Others::Open
        } else {
            Others::Schemas(schemas)
        }
    }

    /// The schemas of each of the first elements of a list, all of which hold.
    pub(crate) fn first_items(&self) -> Vec<Vec<Node<'w>>> {
        let mut elements: Vec<Vec<Node<'w>>> = Vec::new();
        for (_, list) in self.keyword(key::PREFIX_ITEMS) {
            for (position, schema) in list.children().enumerate() {
                match elements.get_mut(position) {
                    Some(schemas) => schemas.push(schema),
                    None => elements.push(vec![schema]),
                }
            }
        }
        elements
    }

    /// The schemas of the other elements of a list, all of which hold.
    pub(crate) fn items(&self) -> Vec<Node<'w>> {
        self.keyword(key::ITEMS)
            .map(|(_, items)| items)
            .filter(|items| items.node_type() != NodeType::List)
            .collect()
    }

    /// The compositions of a sort that have alternatives, each after the part that says it.
    pub(crate) fn compositions(&self, keyword: Key) -> Vec<(Node<'w>, Node<'w>)> {
        self.keyword(keyword)
            .filter(|(part, _)| sole_alternative(*part, keyword).is_none())
            .collect()
    }
}

/// The types that one schema object allows by itself.
fn types_of(part: Node<'_>) -> Types {
    if part.boolean() == Some(false) {
        return Types::NONE;
    }
    let Some(types) = part.get(key::TYPE) else {
        return Types::ALL;
    };
    let bits = match types.node_type() {
        NodeType::List => types
            .children()
            .fold(0, |bits, word| bits | Types::of_word(word.text())),
        _ => Types::of_word(types.text()),
    };
    // https://spec.openapis.org/oas/v3.0.4.html#fixed-fields-20: `nullable` counts where `type` stands beside it.
    let nullable = part.is_true(key::NULLABLE);
    Types(bits | if nullable { Types::NULL } else { 0 })
}

/// What one schema object says of values beside what they are.
pub(crate) fn annotations(part: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    let is_annotation = |child: &Node<'_>| {
        let is_other = |key: Key| DEMAND_KEYS.contains(&key) || PLACE_KEYS.contains(&key);
        !child.key().is_some_and(is_other)
    };
    part.children().filter(is_annotation)
}

/// Titles, descriptions, examples, extensions: what schemas say beside their demands, of each sort what stands first.
fn words<'w: 's, 's>(schemas: impl Iterator<Item = &'s Node<'w>>) -> Vec<Node<'w>> {
    let is_word = |node: &Node<'w>| !node.key().is_some_and(|key| ANNOTATION_KEYS.contains(&key));
    let mut seen = FxHashSet::default();
    schemas
        .flat_map(|schema| annotations(*schema).filter(is_word))
        .filter(|word| seen.insert(word.key_text()))
        .collect()
}

/// A schema that only leads to another one, whatever it says about it in words: a reference, an `allOf` of one schema,
/// `oneOf: [{type: null}, X]`.
#[derive(Debug, Clone)]
pub(crate) struct Wrapped<'w> {
    pub(crate) inner: Node<'w>,
    /// Whether null is allowed beside the other one.
    pub(crate) or_null: bool,
    /// The schemas on the way to the other one, the outermost first.
    pub(crate) layers: Vec<Node<'w>>,
}

impl<'w> Wrapped<'w> {
    pub(crate) fn of(node: Node<'w>) -> Option<Self> {
        let mut wrapped = Self {
            inner: node.follow(),
            or_null: false,
            layers: Vec::new(),
        };
        while let Some((inner, or_null)) = leads_to(wrapped.inner) {
            if wrapped.layers.contains(&wrapped.inner) || wrapped.layers.len() >= PARTS {
                break;
            }
            wrapped.layers.push(wrapped.inner);
            wrapped.or_null |= or_null;
            wrapped.inner = inner.follow();
        }
        (!wrapped.layers.is_empty()).then_some(wrapped)
    }

    /// Whether both say the same around what they lead to.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        let (mine, others) = (words(self.layers.iter()), words(other.layers.iter()));
        let said = |word: &Node<'w>| others.iter().any(|other| is_same_word(*word, *other));
        self.or_null == other.or_null && mine.len() == others.len() && mine.iter().all(said)
    }
}

/// Whether two words are of one sort and say the same.
pub(crate) fn is_same_word(a: Node<'_>, b: Node<'_>) -> bool {
    a.key_text() == b.key_text() && says_the_same(a, b)
}

/// The schema that another one leads to, if it makes no demand itself, and whether it allows null beside it.
fn leads_to(node: Node<'_>) -> Option<(Node<'_>, bool)> {
    let demands = |child: &Node<'_>| {
        child
            .key()
            .is_some_and(|key| DEMAND_KEYS.contains(&key) || ANNOTATION_KEYS.contains(&key))
            && !is_default(*child)
    };
    let mut leading = node.children().filter(demands);
    let (only, None) = (leading.next()?, leading.next()) else {
        return None;
    };
    let branches: Vec<Node<'_>> = match only.key()? {
        key::REF => return node.target().map(|target| (target, false)),
        key::ALL_OF | key::ONE_OF | key::ANY_OF => only.children().take(3).collect(),
        _ => return None,
    };
    match branches.as_slice() {
        [inner] => Some((*inner, false)),
        [null, inner] | [inner, null] if is_null(*null) && only.key() != Some(key::ALL_OF) => Some((*inner, true)),
        _ => None,
    }
}

/// Whether a schema object says by itself that a value is null.
fn is_null(node: Node<'_>) -> bool {
    let null = |value: Node<'_>| value.node_type() == NodeType::Null;
    let listed = |list: Node<'_>| list.children().next().is_some() && list.children().all(null);
    types_of(node) == Types(Types::NULL)
        || node.get(key::CONST).is_some_and(null)
        || node.get(key::ENUM).is_some_and(listed)
}
