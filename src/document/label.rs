//! One pass over the grammar table: every node gets its kind, every departure from the table is noted, every
//! reference is collected.

use super::grammar::{Alone, Demand, Grammar, Holds, List, Map, Names, OtherKeys, Siblings, TextFormat, Value};
use super::violation::{Violation, ViolationKind};
use super::{Kind, LinkClass, content, suggest};
use crate::syntax::{Key, NodeId, NodeType, Tree, key};

/// A reference as it stands in the text.
#[derive(Debug, Clone, Copy)]
pub struct RawReference {
    /// Its sort.
    pub class: LinkClass,
    /// The node under which the target is remembered: the object that holds a `$ref`, else the string itself.
    pub holder: NodeId,
    /// The string.
    pub value: NodeId,
    /// The kind that must stand where it points.
    pub expects: Kind,
}

/// What labelling a part of a tree found.
#[derive(Debug, Default)]
pub(super) struct Labels {
    pub(super) kinds: Vec<Kind>,
    pub(super) violations: Vec<Violation>,
    pub(super) references: Vec<RawReference>,
}

/// Labels the subtree of `node` as `value`.
pub(super) fn label(tree: &Tree, grammar: &Grammar, node: NodeId, value: &Value, labels: &mut Labels) {
    if labels.kinds.is_empty() {
        // What no table speaks of is data.
        labels.kinds = vec![Kind::Data; tree.len()];
    }
    let mut labeller = Labeller {
        tree,
        grammar,
        labels,
        present: Vec::new(),
    };
    labeller.visit(node, value);
}

struct Labeller<'a> {
    tree: &'a Tree,
    grammar: &'a Grammar,
    labels: &'a mut Labels,
    /// The keys of the objects that are being visited, the innermost last.
    present: Vec<(Key, NodeId)>,
}

impl Labeller<'_> {
    fn report(&mut self, node: NodeId, kind: ViolationKind) {
        let on_key = false;
        self.labels.violations.push(Violation { node, on_key, kind });
    }

    fn report_key(&mut self, node: NodeId, kind: ViolationKind) {
        let on_key = true;
        self.labels.violations.push(Violation { node, on_key, kind });
    }

    fn set(&mut self, node: NodeId, kind: Kind) {
        self.labels.kinds[node.index()] = kind;
    }

    fn visit(&mut self, node: NodeId, value: &Value) {
        let node_type = self.tree.node_type(node);
        if node_type == NodeType::Lost {
            return;
        }
        match *value {
            Value::Object(kind) if node_type == NodeType::Map => return self.object(node, kind),
            Value::Object(kind) if node_type == NodeType::Boolean && self.grammar.may_be_boolean(kind) => {
                return self.set(node, kind);
            }
            Value::Inline(kind) if node_type == NodeType::Map => {
                if self.grammar.may_refer(kind)
                    && let Some(reference) = self.tree.get(node, key::REF)
                {
                    self.report_key(reference, ViolationKind::NoReference(kind));
                }
                return self.object(node, kind);
            }
            // What the document carries stays data, which every node is to begin with.
            Value::Data => return,
            _ => {}
        }
        self.set(node, Kind::Plain);
        if !value.takes(node_type) {
            return self.report(node, ViolationKind::WrongType(*value));
        }
        match *value {
            Value::Text(format) => {
                if !fits(self.tree.text(node), format, self.grammar) {
                    self.report(node, ViolationKind::WrongFormat(format));
                }
            }
            Value::Link(class, expects) => {
                if class != LinkClass::Mapping || looks_like_reference(self.tree.text(node)) {
                    self.labels.references.push(RawReference {
                        class,
                        holder: node,
                        value: node,
                        expects,
                    });
                }
            }
            Value::Word(words) => {
                if !words.contains(&self.tree.text(node)) {
                    self.report(node, ViolationKind::WrongWord(words));
                }
            }
            Value::Number { positive: true } => {
                if content::number(self.tree.text(node)).is_some_and(|number| number <= 0.0) {
                    self.report(node, ViolationKind::NotPositive);
                }
            }
            Value::Count => {
                if content::number(self.tree.text(node)).is_some_and(|number| number < 0.0 || number.fract() != 0.0) {
                    self.report(node, ViolationKind::NotACount);
                }
            }
            Value::Map(map) => self.map(node, map),
            Value::List(list) => self.list(node, list),
            Value::Either(values) => {
                let fits = |value: &&Value| match value {
                    Value::Object(kind) if node_type == NodeType::Boolean => self.grammar.may_be_boolean(*kind),
                    value => value.takes(node_type),
                };
                if let Some(value) = values.iter().find(fits) {
                    self.visit(node, value);
                }
            }
            Value::Null | Value::Boolean | Value::Number { .. } | Value::Object(_) | Value::Inline(_) | Value::Data => {
            }
        }
    }

    fn map(&mut self, node: NodeId, map: &Map) {
        let mut count = 0;
        for child in self.tree.children(node) {
            let name = self.tree.key_text(child).unwrap_or_default();
            if map.extensions && name.starts_with("x-") {
                continue;
            }
            count += 1;
            if map.names != Names::Any && !map.names.takes(name) {
                self.report_key(child, ViolationKind::WrongName(map.names));
            }
            self.visit(child, &map.value);
        }
        self.count(node, count, map.count);
    }

    fn list(&mut self, node: NodeId, list: &List) {
        let mut count = 0;
        for child in self.tree.children(node) {
            count += 1;
            self.visit(child, &list.item);
        }
        self.count(node, count, (list.min, usize::MAX));
        if list.unique && count > 1 {
            for repeated in content::repeated(self.tree, node) {
                self.report(repeated, ViolationKind::Repeated);
            }
        }
        if let Some(alone) = list.alone
            && count > 1
        {
            self.alone(node, alone);
        }
    }

    fn alone(&mut self, node: NodeId, alone: &'static Alone) {
        let tree = self.tree;
        let says = |word: &'static str| {
            let fields = tree.children(node).filter_map(|child| tree.get(child, alone.field));
            fields.filter(move |said| tree.string(*said) == Some(word))
        };
        // One such element is one too many if there are elements that it cannot stand beside.
        let allowed = usize::from(alone.apart.iter().all(|word| says(word).next().is_none()));
        for said in says(alone.word).skip(allowed) {
            self.report(said, ViolationKind::NotAlone(alone));
        }
    }

    fn count(&mut self, node: NodeId, count: usize, (min, max): (usize, usize)) {
        if count < min && !self.tree.has_hole(node) {
            self.report(node, ViolationKind::TooFew(min));
        } else if count > max {
            self.report(node, ViolationKind::TooMany(max));
        }
    }

    fn object(&mut self, node: NodeId, kind: Kind) {
        if self.grammar.may_refer(kind)
            && let Some(value) = self.tree.get(node, key::REF)
        {
            return self.reference(node, value, kind);
        }
        self.set(node, kind);
        let start = self.present.len();
        let mut others = false;
        for child in self.tree.children(node) {
            if let Some(key) = self.tree.key(child) {
                self.present.push((key, child));
                others |= self.grammar.field(kind, key).is_none();
            }
        }
        if !self.tree.has_hole(node) {
            self.demand_keys(node, kind, start);
        }
        self.constraints(node, kind, start);
        let end = self.present.len();
        for index in start..end {
            let (key, child) = self.present[index];
            match self.grammar.field(kind, key) {
                Some(field) => {
                    if key == key::REF && self.tree.node_type(child) == NodeType::String {
                        self.labels.references.push(RawReference {
                            class: LinkClass::Reference,
                            holder: node,
                            value: child,
                            expects: kind,
                        });
                    }
                    self.visit(child, &field.value);
                }
                None => self.other_key(child, kind),
            }
        }
        self.present.truncate(start);
        if others && self.grammar.needs_a_key(kind) || self.tree.children(node).next().is_none() {
            self.demand_a_key(node, kind);
        }
    }

    fn demand_keys(&mut self, node: NodeId, kind: Kind, start: usize) {
        for &key in self.grammar.required(kind) {
            if self.present(start, key).is_none() {
                self.report(node, ViolationKind::Missing(kind, key));
            }
        }
    }

    fn demand_a_key(&mut self, node: NodeId, kind: Kind) {
        let only_extensions = self
            .tree
            .children(node)
            .all(|child| self.tree.key_text(child).is_some_and(|key| key.starts_with("x-")));
        if only_extensions && self.grammar.needs_a_key(kind) && !self.tree.has_hole(node) {
            self.report(node, ViolationKind::TooFew(1));
        }
    }

    /// The child of the object whose keys start at `start` in `present`.
    fn present(&self, start: usize, key: Key) -> Option<NodeId> {
        self.present[start..]
            .iter()
            .find(|(present, _)| *present == key)
            .map(|(_, child)| *child)
    }

    fn constraints(&mut self, node: NodeId, kind: Kind, start: usize) {
        for holds in self.grammar.constraints(kind) {
            match **holds {
                Holds::AtMostOne(keys) => self.at_most_one(keys, start),
                Holds::ExactlyOne(keys) => {
                    self.at_most_one(keys, start);
                    self.at_least_one(node, keys, start);
                }
                Holds::AtLeastOne(keys) => self.at_least_one(node, keys, start),
                Holds::Excludes(key, excluded) => {
                    if self.present(start, key).is_some() {
                        for &other in excluded {
                            if let Some(child) = self.present(start, other) {
                                self.report_key(child, ViolationKind::Beside(key));
                            }
                        }
                    }
                }
                Holds::Under(keys, demand) => {
                    if let Some(own) = self.tree.key(node)
                        && keys.contains(&own)
                    {
                        self.demand(node, own, demand, start, true);
                    }
                }
                Holds::When(field, words, demand) => {
                    if self.says(start, field).is_some_and(|said| words.contains(&said)) {
                        self.demand(node, field, demand, start, false);
                    }
                }
                Holds::Unless(field, words, demand) => {
                    if self.says(start, field).is_some_and(|said| !words.contains(&said)) {
                        self.demand(node, field, demand, start, false);
                    }
                }
                Holds::UnlessInAnyCase(field, words, demand) => {
                    let is = |said: &str| words.iter().any(|word| word.eq_ignore_ascii_case(said));
                    if self.says(start, field).is_some_and(|said| !is(said)) {
                        self.demand(node, field, demand, start, false);
                    }
                }
            }
        }
    }

    fn says(&self, start: usize, field: Key) -> Option<&str> {
        self.tree.string(self.present(start, field)?)
    }

    fn at_most_one(&mut self, keys: &[Key], start: usize) {
        let mut found = keys.iter().filter_map(|&key| Some((key, self.present(start, key)?)));
        if let (Some((first, _)), Some((_, second))) = (found.next(), found.next()) {
            self.report_key(second, ViolationKind::Beside(first));
        }
    }

    fn at_least_one(&mut self, node: NodeId, keys: &'static [Key], start: usize) {
        if !self.tree.has_hole(node) && keys.iter().all(|&key| self.present(start, key).is_none()) {
            self.report(node, ViolationKind::MissingOneOf(keys));
        }
    }

    fn demand(&mut self, node: NodeId, field: Key, demand: Demand, start: usize, under: bool) {
        match demand {
            Demand::Require(key) => {
                if self.present(start, key).is_none() && !self.tree.has_hole(node) {
                    let because = if under {
                        ViolationKind::MissingUnder(key, field)
                    } else {
                        ViolationKind::MissingBecause(key, field)
                    };
                    self.report(node, because);
                }
            }
            Demand::Forbid(keys) => {
                for &key in keys {
                    if let Some(child) = self.present(start, key) {
                        let because = if under {
                            ViolationKind::ForbiddenUnder(field)
                        } else {
                            ViolationKind::ForbiddenBecause(field)
                        };
                        self.report_key(child, because);
                    }
                }
            }
            Demand::Word(key, words) => {
                if let Some(child) = self.present(start, key)
                    && self.tree.string(child).is_some_and(|said| !words.contains(&said))
                {
                    self.report(child, ViolationKind::WrongWordBecause(words, field));
                }
            }
            Demand::Text(key, format) => {
                if let Some(child) = self.present(start, key)
                    && self
                        .tree
                        .string(child)
                        .is_some_and(|text| !fits(text, format, self.grammar))
                {
                    self.report(child, ViolationKind::WrongFormat(format));
                }
            }
            Demand::True(key) => {
                let said = self.present(start, key).map(|child| (child, self.tree.boolean(child)));
                match said {
                    None if !self.tree.has_hole(node) => self.report(node, ViolationKind::NotTrue(key, field)),
                    Some((child, Some(false))) => self.report(child, ViolationKind::NotTrue(key, field)),
                    _ => {}
                }
            }
            Demand::StandIn(kind, key) => {
                let holder = self.tree.parent(node).map(|parent| self.labels.kinds[parent.index()]);
                if (holder, self.tree.key(node)) != (Some(kind), Some(key))
                    && let Some(child) = self.present(start, field)
                {
                    self.report(child, ViolationKind::OnlyIn(kind, key, field));
                }
            }
        }
    }

    fn reference(&mut self, node: NodeId, value: NodeId, kind: Kind) {
        self.set(node, Kind::Reference);
        self.set(value, Kind::Plain);
        if self.tree.node_type(value) == NodeType::String {
            self.labels.references.push(RawReference {
                class: LinkClass::Reference,
                holder: node,
                value,
                expects: kind,
            });
        } else {
            self.report(value, ViolationKind::WrongType(Value::Text(TextFormat::UriReference)));
        }
        for child in self.tree.children(node).filter(|child| *child != value) {
            let counts = match self.grammar.siblings() {
                Siblings::Ignored => false,
                Siblings::Only(keys) => self.tree.key(child).is_some_and(|key| keys.contains(&key)),
            };
            if counts {
                self.visit(child, &Value::Text(TextFormat::Any));
            } else {
                self.report_key(child, ViolationKind::IgnoredSibling);
            }
        }
    }

    fn other_key(&mut self, child: NodeId, kind: Kind) {
        let name = self.tree.key_text(child).unwrap_or_default();
        if name.starts_with("x-") && self.grammar.has_extensions(kind) {
            return;
        }
        match self.grammar.other_keys(kind) {
            OtherKeys::Anything => {
                let known = self
                    .grammar
                    .fields(kind)
                    .filter_map(|field| field.key.well_known_text());
                if let Some(meant) = suggest::closest(name, known) {
                    self.report_key(child, ViolationKind::UnlikelyKey(kind, meant));
                }
            }
            OtherKeys::Unknown => self.report_key(child, ViolationKind::UnknownKey(kind)),
            OtherKeys::Named(names, value) => {
                let named = names.takes(name);
                if !named {
                    self.report_key(child, ViolationKind::WrongName(names));
                }
                // What is misnamed is still what it looks like: `4xx` is a response, and text is none.
                if named || value.takes(self.tree.node_type(child)) {
                    self.visit(child, &value);
                }
            }
        }
    }
}

/// A discriminator's mapping holds names of schemas as well as references
/// (<https://spec.openapis.org/oas/v3.1.1.html#discriminator-object>).
fn looks_like_reference(text: &str) -> bool {
    let extensions = [".yaml", ".yml", ".json"];
    text.contains(['#', '/']) || extensions.iter().any(|extension| text.ends_with(extension))
}

fn fits(text: &str, format: TextFormat, grammar: &Grammar) -> bool {
    // Braces are no part of a URL, but templates in URLs are common and harmless.
    let is_reference = |text: &str| {
        !text
            .chars()
            .any(|c| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"' | '\\' | '^' | '`'))
    };
    match format {
        TextFormat::Any => true,
        TextFormat::UriReference => is_reference(text),
        TextFormat::UriReferenceWithoutFragment => is_reference(text) && !text.contains('#'),
        TextFormat::UriReferenceOfWhole => is_reference(text) && !text.strip_suffix('#').unwrap_or(text).contains('#'),
        TextFormat::Name(names) => names.takes(text),
        TextFormat::Uri => {
            let scheme = text.split_once(':').map_or("", |(scheme, _)| scheme);
            let named = scheme.starts_with(|c: char| c.is_ascii_alphabetic());
            named && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c)) && is_reference(text)
        }
        TextFormat::Email => text
            .rsplit_once('@')
            .is_some_and(|(name, host)| !name.is_empty() && !host.is_empty() && !text.contains(char::is_whitespace)),
        TextFormat::Regex => jsonschema_regex::is_valid_ecma_regex(text),
        TextFormat::Host => {
            let (name, port) = text.split_once(':').unwrap_or((text, "0"));
            let is_port = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
            is_port && !name.is_empty() && !name.contains(['{', '}', '/', ' ', '\\'])
        }
        TextFormat::AbsolutePath => text.starts_with('/'),
        TextFormat::SpecificationVersion => {
            let rest = text.strip_prefix(grammar.version_name()).unwrap_or("?");
            let patch = rest.strip_prefix('.').unwrap_or_default();
            let digits = patch.bytes().take_while(u8::is_ascii_digit).count();
            let label = &patch[digits..];
            rest.is_empty() && grammar.version_name() == "2.0"
                || digits > 0
                    && grammar.version_name() != "2.0"
                    && (label.is_empty() || label.starts_with('-') && label.len() > 1)
        }
    }
}
