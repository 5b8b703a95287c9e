//! JSON bodies: the recorded value and the one that came, walked side by side.

use super::mismatch::{BrokenRule, Comparison, Mismatch, MismatchKind, Part};
use super::rule::{Matcher, Rule, RuleTable, Variant};
use super::selector::{Chosen, Selector, State};
use super::value::{Value, broken, check, equal};
use crate::contract::path::Step;
use crate::contract::text;
use crate::contract::within::Within;
use crate::document::{Address, DocumentId};
use crate::finding::Location;
use crate::syntax::{NodeId, NodeType, Tree};

/// How many pairs of values are compared for one body. Only lists that must contain variants compare a value more
/// than once.
const STEPS: u64 = 50_000_000;

/// How many elements are looked at for the one that comes closest to a variant.
const NEAR: usize = 50;

/// A recorded JSON value.
#[derive(Debug, Clone, Copy)]
pub(super) struct Recorded<'a> {
    pub(super) tree: &'a Tree,
    pub(super) node: NodeId,
    pub(super) place: Place<'a>,
}

/// Where in the contract recorded values stand.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place<'a> {
    /// In the document itself.
    Document(DocumentId),
    /// Within a string of the document, from an offset of its text on.
    Within(&'a Within<'a>, usize),
}

impl Place<'_> {
    /// The place of a value.
    pub(super) fn value(self, tree: &Tree, node: NodeId) -> Location {
        match self {
            Self::Document(document) => Location::value(Address { document, node }),
            Self::Within(within, offset) => {
                let span = tree.span(node);
                within.part(span.start as usize + offset..span.end as usize + offset)
            }
        }
    }

    /// The place of a key; of the value where it has none.
    fn key(self, tree: &Tree, node: NodeId) -> Location {
        match (self, tree.key_span(node)) {
            (Self::Document(document), _) => Location::key(Address { document, node }),
            (Self::Within(within, offset), Some(span)) => {
                within.part(span.start as usize + offset..span.end as usize + offset)
            }
            (Self::Within(..), None) => self.value(tree, node),
        }
    }
}

/// What is compared, and how.
#[derive(Debug, Clone, Copy)]
pub(super) struct Setting<'a> {
    pub(super) part: Part,
    pub(super) recorded: Recorded<'a>,
    pub(super) actual: &'a Tree,
    /// Whether keys may be there that were not recorded: in what a consumer reads, but not in what it sends.
    pub(super) allows_more: bool,
}

/// Compares two JSON values.
pub(super) fn compare(setting: Setting<'_>, rules: &RuleTable, out: &mut Comparison) {
    let mut walk = Walk::new(setting, rules, std::mem::take(out), STEPS);
    walk.value(setting.recorded.node, NodeId::ROOT, Selector::root());
    *out = walk.out;
}

/// Compares one value below the root, which stands at a step.
pub(super) fn compare_at(
    setting: Setting<'_>,
    step: Step<'_>,
    actual: NodeId,
    rules: &RuleTable,
    out: &mut Comparison,
) {
    let mut walk = Walk::new(setting, rules, std::mem::take(out), STEPS);
    let state = walk.selector.step(Selector::root(), step);
    walk.path.push(step);
    walk.value(setting.recorded.node, actual, state);
    *out = walk.out;
}

struct Walk<'a> {
    setting: Setting<'a>,
    expected: &'a Tree,
    actual: &'a Tree,
    selector: Selector<'a>,
    path: Vec<Step<'a>>,
    out: Comparison,
    /// Whether the first mismatch is enough.
    is_trial: bool,
    steps: u64,
}

impl<'a> Walk<'a> {
    fn new(setting: Setting<'a>, rules: &'a RuleTable, out: Comparison, steps: u64) -> Self {
        Self {
            expected: setting.recorded.tree,
            actual: setting.actual,
            setting,
            selector: Selector::new(rules),
            path: Vec::new(),
            out,
            is_trial: false,
            steps,
        }
    }

    fn value(&mut self, expected: NodeId, actual: NodeId, state: State) {
        if self.is_trial && !self.out.is_match() {
            return;
        }
        if self.steps == 0 {
            return;
        }
        self.steps -= 1;
        let chosen = self.selector.chosen(state);
        match (self.expected.node_type(expected), self.actual.node_type(actual)) {
            (NodeType::Map, NodeType::Map) => self.map(expected, actual, state, chosen),
            (NodeType::List, NodeType::List) => self.list(expected, actual, state, chosen),
            _ => self.scalar(expected, actual, state, chosen),
        }
        if self.steps == 0 {
            self.report(MismatchKind::Unsupported, None, Some(expected), Some(actual));
        }
    }

    /// Two values that are not both objects or both lists.
    fn scalar(&mut self, expected: NodeId, actual: NodeId, state: State, chosen: Option<Chosen<'a>>) {
        let example = Value::of(self.expected, expected);
        let value = Value::of(self.actual, actual);
        let Some(chosen) = chosen else {
            if let Err(kind) = equal(example, value) {
                self.report(kind, None, Some(expected), Some(actual));
            }
            return;
        };
        // What holds for the keys or elements of whatever came.
        let is_container = matches!(value, Value::List(_) | Value::Map(_));
        if is_container && !chosen.is_cascaded && looks_inside(chosen) {
            return match value {
                Value::Map(_) => self.map(expected, actual, state, Some(chosen)),
                _ => self.list(expected, actual, state, Some(chosen)),
            };
        }
        for (rule, kind) in broken(chosen, |rule| check(&rule.matcher, chosen.is_cascaded, example, value)) {
            self.report(kind, Some(rule), Some(expected), Some(actual));
        }
    }

    /// What rules demand of an object or list as a whole; whether its parts are worth a look.
    fn whole(&mut self, expected: NodeId, actual: NodeId, chosen: Chosen<'a>) -> bool {
        let example = Value::of(self.expected, expected);
        let value = Value::of(self.actual, actual);
        let broken = broken(chosen, |rule| match &rule.matcher {
            // The parts decide.
            Matcher::Equality => Ok(()),
            matcher if matcher.is_about_scalars() => Ok(()),
            matcher => check(matcher, chosen.is_cascaded, example, value),
        });
        let mut goes_on = true;
        for (rule, kind) in broken {
            goes_on &= kind == MismatchKind::Count;
            self.report(kind, Some(rule), Some(expected), Some(actual));
        }
        goes_on
    }

    fn map(&mut self, expected: NodeId, actual: NodeId, state: State, chosen: Option<Chosen<'a>>) {
        if let Some(chosen) = chosen {
            if !self.whole(expected, actual, chosen) {
                return;
            }
            if !chosen.is_cascaded && has_free_keys(chosen) {
                return self.free_map(expected, actual, state, chosen);
            }
        }
        for example in self.expected.children(expected) {
            let key = self.expected.key_text(example).unwrap_or_default();
            self.path.push(Step::Name(key));
            match self.actual.find(actual, key) {
                Some(value) => {
                    let state = self.selector.step(state, Step::Name(key));
                    self.value(example, value, state);
                }
                None => self.report(MismatchKind::Missing, None, Some(example), None),
            }
            self.path.pop();
        }
        if self.setting.allows_more {
            return;
        }
        for value in self.actual.children(actual) {
            let key = self.actual.key_text(value).unwrap_or_default();
            if self.expected.find(expected, key).is_none() {
                self.path.push(Step::Name(key));
                self.report_unexpected(expected, value);
                self.path.pop();
            }
        }
    }

    /// An object whose keys need not be the recorded ones: rules speak of each key, or of each value.
    fn free_map(&mut self, expected: NodeId, actual: NodeId, state: State, chosen: Chosen<'a>) {
        let rules = &chosen.set.rules;
        let each_value = rules.iter().find_map(|rule| match rule.matcher {
            Matcher::EachValue(set) => Some(set),
            _ => None,
        });
        let compares_all = each_value.is_some() || rules.iter().any(|rule| matches!(rule.matcher, Matcher::Values));
        let first = self.expected.children(expected).next();
        for value in self.actual.children(actual) {
            let key = self.actual.key_text(value).unwrap_or_default();
            self.path.push(Step::Name(key));
            for rule in rules {
                if let Matcher::EachKey(of_keys) = &rule.matcher {
                    self.key(expected, value, key, of_keys);
                }
            }
            let example = self.expected.find(expected, key).or(first.filter(|_| compares_all));
            let state = self.selector.step(state, Step::Name(key));
            self.one_of(example, value, state, each_value);
            self.path.pop();
        }
    }

    fn key(&mut self, expected: NodeId, value: NodeId, key: &str, rules: &'a [Rule]) {
        for rule in rules {
            let checked = check(&rule.matcher, false, Value::String(key), Value::String(key));
            if let Err(kind) = checked {
                let mismatch = Mismatch {
                    kind,
                    part: self.setting.part,
                    path: self.path(),
                    rule: Some(BrokenRule::from(rule)),
                    expected: text::shown(self.expected, expected),
                    actual: text::cut(self.actual.key_text(value).unwrap_or_default()),
                    expectation: self.setting.recorded.place.value(self.expected, expected),
                };
                self.out.push(mismatch);
            }
        }
    }

    fn list(&mut self, expected: NodeId, actual: NodeId, state: State, chosen: Option<Chosen<'a>>) {
        let Some(chosen) = chosen.filter(|chosen| !is_equality(*chosen)) else {
            return self.same_list(expected, actual, state);
        };
        if !self.whole(expected, actual, chosen) {
            return;
        }
        let mut each_value = None;
        for rule in chosen.set.rules.iter().filter(|_| !chosen.is_cascaded) {
            match &rule.matcher {
                Matcher::ArrayContains(variants) => return self.contains(expected, actual, rule, variants),
                Matcher::EachValue(set) => each_value = Some(*set),
                _ => {}
            }
        }
        let first = self.expected.children(expected).next();
        let mut examples = self.expected.children(expected);
        for (position, value) in self.actual.children(actual).enumerate() {
            // Each element is like the recorded one at its position, and further ones are like the first.
            let example = examples.next().or(first);
            self.path.push(Step::Index(position));
            let state = self.selector.step(state, Step::Index(position));
            self.one_of(example, value, state, each_value);
            self.path.pop();
        }
    }

    /// One of the values of an object or list, for each of which the rules of a set may hold.
    fn one_of(&mut self, example: Option<NodeId>, value: NodeId, state: State, each_value: Option<u32>) {
        let state = each_value.map_or(state, |set| self.selector.with(state, set));
        if let Some(example) = example {
            return self.value(example, value, state);
        }
        // Nothing was recorded that it could be like: only what rules say of it by themselves counts.
        if let (Some(_), Some(chosen)) = (each_value, self.selector.chosen(state)) {
            let itself = Value::of(self.actual, value);
            for (rule, kind) in broken(chosen, |rule| check(&rule.matcher, false, itself, itself)) {
                self.report(kind, Some(rule), None, Some(value));
            }
        }
    }

    /// A list that must have the recorded elements, one by one.
    fn same_list(&mut self, expected: NodeId, actual: NodeId, state: State) {
        let mut values = self.actual.children(actual);
        let mut count = 0;
        for (position, example) in self.expected.children(expected).enumerate() {
            count += 1;
            self.path.push(Step::Index(position));
            match values.next() {
                Some(value) => {
                    let state = self.selector.step(state, Step::Index(position));
                    self.value(example, value, state);
                }
                None => self.report(MismatchKind::Missing, None, Some(example), None),
            }
            self.path.pop();
        }
        if let Some(value) = values.next() {
            self.path.push(Step::Index(count));
            self.report_unexpected(expected, value);
            self.path.pop();
        }
    }

    /// A list in which something like each variant must be found.
    fn contains(&mut self, expected: NodeId, actual: NodeId, rule: &'a Rule, variants: &'a [Variant]) {
        for variant in variants {
            let Some(example) = self.expected.element(expected, variant.index) else {
                self.report(MismatchKind::Unsupported, Some(rule), Some(expected), Some(actual));
                continue;
            };
            let mut trial = Walk::new(self.setting, &variant.rules, Comparison::default(), self.steps);
            trial.is_trial = true;
            let is_found = self.actual.children(actual).any(|value| {
                trial.out = Comparison::default();
                trial.value(example, value, Selector::root());
                trial.steps > 0 && trial.out.is_match()
            });
            self.steps = trial.steps;
            if !is_found && self.steps > 0 {
                self.report_lacking(example, actual, rule, &variant.rules);
            }
        }
    }

    /// No element is like a variant: tells which one comes closest, and in what it differs.
    fn report_lacking(&mut self, example: NodeId, actual: NodeId, rule: &'a Rule, rules: &'a RuleTable) {
        let mut nearest: Option<(usize, usize, Mismatch)> = None;
        let mut trial = Walk::new(self.setting, rules, Comparison::default(), self.steps);
        for (position, value) in self.actual.children(actual).take(NEAR).enumerate() {
            trial.out = Comparison::default();
            trial.value(example, value, Selector::root());
            let differs = trial.out.mismatches.len() + trial.out.omitted;
            let is_nearer = nearest.as_ref().is_none_or(|(_, least, _)| differs < *least);
            let first = trial.out.mismatches.drain(..).next().filter(|_| is_nearer);
            if let Some(first) = first {
                nearest = Some((position, differs, first));
            }
        }
        self.steps = trial.steps;
        let came = nearest.map(|(position, differs, first)| {
            let more = match differs {
                1 => String::new(),
                several => format!(", and {} more", several - 1),
            };
            let path = format!("[{position}]{}", &first.path[1..]);
            let difference = match first.kind {
                MismatchKind::Missing => format!("{path} is missing"),
                _ => format!("{path} is {}, not {}", first.actual, first.expected),
            };
            format!("no such element; [{position}] comes closest: {difference}{more}")
        });
        self.report(MismatchKind::Rule, Some(rule), Some(example), Some(actual));
        if let (Some(came), Some(mismatch)) = (came, self.out.mismatches.last_mut())
            && self.out.omitted == 0
        {
            mismatch.actual = came;
        }
    }

    fn path(&self) -> String {
        super::shown_path(&self.path)
    }

    fn report(&mut self, kind: MismatchKind, rule: Option<&Rule>, expected: Option<NodeId>, actual: Option<NodeId>) {
        if self.out.is_full() {
            return self.out.count_omitted();
        }
        let recorded = self.setting.recorded;
        let node = expected.unwrap_or(self.setting.recorded.node);
        let mismatch = Mismatch {
            kind,
            part: self.setting.part,
            path: self.path(),
            rule: rule.map(BrokenRule::from),
            expected: text::shown(self.expected, node),
            actual: actual.map_or_else(String::new, |actual| text::shown(self.actual, actual)),
            expectation: if kind == MismatchKind::Missing {
                recorded.place.key(self.expected, node)
            } else {
                recorded.place.value(self.expected, node)
            },
        };
        self.out.push(mismatch);
    }

    fn report_unexpected(&mut self, holder: NodeId, value: NodeId) {
        if self.out.is_full() {
            return self.out.count_omitted();
        }
        let mismatch = Mismatch {
            kind: MismatchKind::Unexpected,
            part: self.setting.part,
            path: self.path(),
            rule: None,
            expected: String::new(),
            actual: text::shown(self.actual, value),
            expectation: self.setting.recorded.place.value(self.expected, holder),
        };
        self.out.push(mismatch);
    }
}

/// Whether the set has a rule that looks at keys and values, whatever was recorded.
fn looks_inside(chosen: Chosen<'_>) -> bool {
    let mut rules = chosen.set.rules.iter();
    rules.any(|rule| matches!(rule.matcher, Matcher::EachKey(_) | Matcher::EachValue(_)))
}

pub(super) fn has_free_keys(chosen: Chosen<'_>) -> bool {
    let mut rules = chosen.set.rules.iter();
    rules.any(|rule| {
        matches!(
            rule.matcher,
            Matcher::Values | Matcher::EachKey(_) | Matcher::EachValue(_)
        )
    })
}

/// Whether the rules ask for the recorded value itself.
pub(super) fn is_equality(chosen: Chosen<'_>) -> bool {
    let mut rules = chosen.set.rules.iter();
    rules.all(|rule| matches!(rule.matcher, Matcher::Equality))
}
