//! One pass over the grammar table: every node gets its kind, every departure from the table is noted, every
//! reference is collected.

use super::grammar::{
    Alone, Demand, Field, Grammar, Holds, List, Map, Names, OtherKeys, Record, Siblings, TextFormat, Value, Versions,
    Written,
};
use super::parts::Parts;
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
    /// What must stand where it points.
    pub expects: Value,
}

/// What labelling a part of a tree found.
#[derive(Debug, Default)]
pub(super) struct Labels {
    pub(super) kinds: Vec<Kind>,
    pub(super) violations: Vec<Violation>,
    pub(super) references: Vec<RawReference>,
    pub(super) parts: Parts,
    /// Texts in Protobuf.
    pub(super) texts: Vec<NodeId>,
}

/// Labels the subtree of `node` as `value`.
pub(super) fn label(tree: &Tree, grammar: &'static Grammar, node: NodeId, value: &Value, labels: &mut Labels) {
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

const ESCAPED: &str = "is read where it stands as it is, in a block after `|` or in a `.proto` file that is referred to, and not in a text \
                       with escapes or folded lines";

const UNKNOWN_EDITION: &str = "is no version that is known, so that what stands beside it is not checked";

struct Labeller<'a> {
    tree: &'a Tree,
    grammar: &'static Grammar,
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
            Value::Choice(choice) if node_type == NodeType::Map => {
                if self.tree.get(node, choice.key).is_some() {
                    return self.object(node, choice.with);
                }
                return self.object_or(node, choice.without, *value);
            }
            Value::Choice(choice) if node_type == NodeType::Boolean && self.grammar.may_be_boolean(choice.without) => {
                return self.set(node, choice.without);
            }
            Value::Refer(kind) if node_type == NodeType::Map => {
                return match self.tree.get(node, key::REF) {
                    Some(reference) => self.reference(node, reference, *value),
                    None => self.report_key(node, ViolationKind::NotAReference(kind)),
                };
            }
            Value::Record(record) if node_type == NodeType::Map => return self.record(node, record),
            Value::Told(told) => {
                let holder = self.tree.parent(node);
                let said = holder.and_then(|holder| self.tree.get(holder, told.field));
                let text = said.and_then(|said| self.tree.string(said));
                return match (told.read)(text, node_type, self.grammar) {
                    Written::Here(value) => self.visit(node, &value),
                    Written::In(grammar, value) => self.part(node, grammar, &value),
                    Written::Protobuf if self.tree.verbatim(node).is_some() => {
                        self.set(node, Kind::Reference);
                        self.labels.texts.push(node);
                    }
                    Written::Protobuf => self.report(said.unwrap_or(node), ViolationKind::Unread(ESCAPED)),
                    Written::Unread(clause) => self.report(said.unwrap_or(node), ViolationKind::Unread(clause)),
                };
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
                if !format.takes(self.tree.text(node), self.grammar) {
                    self.report(node, ViolationKind::WrongFormat(format));
                }
            }
            Value::Link(class, kind) => {
                if class != LinkClass::Mapping || looks_like_reference(self.tree.text(node)) {
                    self.labels.references.push(RawReference {
                        class,
                        holder: node,
                        value: node,
                        expects: Value::Object(kind),
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
            Value::Whole(least, most) => {
                let fits = |number: f64| number.fract() == 0.0 && (least as f64..=most as f64).contains(&number);
                if content::number(self.tree.text(node)).is_some_and(|number| !fits(number)) {
                    self.report(node, ViolationKind::OutOfRange(least, most));
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
            Value::Null
            | Value::Boolean
            | Value::Number { .. }
            | Value::Object(_)
            | Value::Inline(_)
            | Value::Refer(_)
            | Value::Choice(_)
            | Value::Record(_)
            | Value::Told(_)
            | Value::Data => {}
        }
    }

    /// What is written in another specification.
    fn part(&mut self, node: NodeId, grammar: &'static Grammar, value: &Value) {
        self.labels.parts.add(self.tree, node, grammar);
        let around = std::mem::replace(&mut self.grammar, grammar);
        self.visit(node, value);
        self.grammar = around;
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
        self.object_or(node, kind, Value::Object(kind));
    }

    /// An object of a kind, or a reference to what is expected.
    fn object_or(&mut self, node: NodeId, kind: Kind, expects: Value) {
        if self.grammar.may_refer(kind)
            && let Some(value) = self.tree.get(node, key::REF)
        {
            return self.reference(node, value, expects);
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
        self.constraints(node, self.grammar.constraints(kind).iter().copied(), start);
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
                            expects,
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

    /// An object that is described by its place.
    fn record(&mut self, node: NodeId, record: &'static Record) {
        self.set(node, record.kind);
        let versions = match record.editions {
            None => Versions::ALL,
            Some(editions) => {
                let named = self.tree.get(node, editions.field);
                match named.and_then(|named| Some((named, self.tree.string(named)?))) {
                    None => Versions::ALL,
                    Some((named, name)) => match editions.find(name) {
                        Some(version) => version,
                        None => return self.report(named, ViolationKind::Unread(UNKNOWN_EDITION)),
                    },
                }
            }
        };
        // Who does not say which version is meant owes what the latest one asks for, and may say what any allows.
        let owed = record
            .editions
            .map_or(versions, |editions| match versions == Versions::ALL {
                true => editions.latest(),
                false => versions,
            });
        let start = self.present.len();
        for child in self.tree.children(node) {
            if let Some(key) = self.tree.key(child) {
                self.present.push((key, child));
            }
        }
        if !self.tree.has_hole(node) {
            for field in record.fields.iter().filter(|field| field.required.has(owed)) {
                if self.present(start, field.key).is_none() {
                    self.report(node, ViolationKind::MissingFrom(record, field.key));
                }
            }
        }
        let constraints = record.constraints.iter();
        let constraints = constraints.filter(|constraint| constraint.versions.has(owed));
        self.constraints(node, constraints.map(|constraint| &constraint.holds), start);
        let end = self.present.len();
        // Where the holder may hold anything, so may what stands in it.
        let holder = self.tree.parent(node).map(|holder| self.labels.kinds[holder.index()]);
        let is_open =
            record.open || holder.is_some_and(|kind| matches!(self.grammar.other_keys(kind), OtherKeys::Anything));
        for index in start..end {
            let (key, child) = self.present[index];
            let named = |field: &&Field| field.key == key && field.versions.has(versions);
            match record.fields.iter().find(named) {
                Some(field) => self.visit(child, &field.value),
                None => {
                    let name = self.tree.key_text(child).unwrap_or_default();
                    let is_of_another_version = record.fields.iter().any(|field| field.key == key);
                    if (is_of_another_version || !is_open) && !name.starts_with("x-") {
                        self.report_key(child, ViolationKind::UnknownKeyOf(record));
                    }
                }
            }
        }
        self.present.truncate(start);
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

    fn constraints(&mut self, node: NodeId, constraints: impl Iterator<Item = &'static Holds>, start: usize) {
        for holds in constraints {
            match *holds {
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
        let lacks_all = keys.iter().all(|&key| self.present(start, key).is_none());
        if lacks_all && !self.tree.has_hole(node) && !self.has_unknown_key(node, start) {
            self.report(node, ViolationKind::MissingOneOf(keys));
        }
    }

    /// Whether a key of the object is told as unknown: it may be what is missing, called otherwise.
    fn has_unknown_key(&self, node: NodeId, start: usize) -> bool {
        let kind = self.labels.kinds[node.index()];
        let is_unknown = |(key, child): &(Key, NodeId)| {
            let is_extension = self.tree.key_text(*child).is_some_and(|name| name.starts_with("x-"));
            self.grammar.field(kind, *key).is_none() && !(is_extension && self.grammar.has_extensions(kind))
        };
        matches!(self.grammar.other_keys(kind), OtherKeys::Unknown) && self.present[start..].iter().any(is_unknown)
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
                        .is_some_and(|text| !format.takes(text, self.grammar))
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

    fn reference(&mut self, node: NodeId, value: NodeId, expects: Value) {
        self.set(node, Kind::Reference);
        self.set(value, Kind::Plain);
        if self.tree.node_type(value) == NodeType::String {
            self.labels.references.push(RawReference {
                class: LinkClass::Reference,
                holder: node,
                value,
                expects,
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
