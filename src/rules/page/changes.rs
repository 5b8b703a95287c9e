//! What front matter says of the changes that a page judges.

use super::{Reader, spelled};
use crate::document::{Direction, Kind, suggest};
use crate::finding::{Action, Effect, Severity};
use crate::rules::changes::{CHANGE_FACTS, CHANGE_FIELDS, POLICIES, find_fact, find_policy};
use crate::rules::declaration::{Breaks, ChangePattern, Items, Text};
use crate::syntax::{Key, NodeId, NodeType};
use std::borrow::Cow;

/// What stands for every field of a node.
const ANY_FIELD: &str = "*";

impl Reader {
    /// Whether an entry under a format speaks of changes, not of nodes.
    pub(super) fn is_change(&self, entry: NodeId) -> bool {
        self.tree.find(entry, "change").is_some()
    }

    pub(super) fn change(&mut self, format: &str, node: NodeId) -> Option<ChangePattern> {
        self.known_keys(node, &["change", "breaks", "severity", "policies"])?;
        let change = self.required(node, "change")?;
        self.known_keys(
            change,
            &["of", "field", "action", "from", "to", "direction", "effect", "when"],
        )?;
        let kinds = || Kind::ALL.iter().map(|kind| kind.name());
        let of = self.words(change, "of", "kind", Kind::from_name, kinds);
        let actions = || Action::ALL.iter().map(|action| action.name());
        let action = self.words(change, "action", "action", Action::from_name, actions);
        let effects = || Effect::ALL.iter().map(|effect| effect.name());
        let effect = self.words(change, "effect", "effect", Effect::from_name, effects);
        let directions = || Direction::ALL.iter().map(|direction| direction.name());
        let direction = self.words(change, "direction", "direction", Direction::from_name, directions);
        if let Some(node) = self.tree.find(change, "direction")
            && direction.len() > 1
        {
            self.error(node, "a page that judges both directions names none");
        }
        Some(ChangePattern {
            format: Cow::Owned(format.to_owned()),
            of: Cow::Owned(of),
            field: self.fields(change),
            action: Cow::Owned(action),
            from: self.texts(change, "from"),
            to: self.texts(change, "to"),
            direction: direction.first().copied(),
            effect: Cow::Owned(effect),
            when: self.when(change),
            breaks: self.breaks(node),
            severity: self.tree.find(node, "severity").map(|node| self.severity(node)),
            policies: self.policies(node),
        })
    }

    /// One value, or the elements of a list.
    fn elements(&self, holder: NodeId, name: &str) -> Vec<NodeId> {
        match self.tree.find(holder, name) {
            Some(node) if self.tree.node_type(node) == NodeType::List => self.tree.children(node).collect(),
            Some(node) => vec![node],
            None => Vec::new(),
        }
    }

    fn texts(&self, holder: NodeId, name: &str) -> Items<Text> {
        let nodes = self.elements(holder, name);
        nodes.into_iter().map(|node| self.text(node)).collect()
    }

    /// The words under a key that each mean something.
    fn words<T, N: Iterator<Item = &'static str>>(
        &mut self,
        holder: NodeId,
        name: &str,
        what: &str,
        meaning: impl Fn(&str) -> Option<T>,
        known: impl Fn() -> N,
    ) -> Vec<T> {
        let mut found = Vec::new();
        for node in self.elements(holder, name) {
            let word = self.tree.text(node).to_owned();
            match meaning(&word) {
                Some(meant) => found.push(meant),
                None => self.error(node, format!("there is no {what} `{word}`{}", spelled(&word, known()))),
            }
        }
        found
    }

    /// Without a field, the node itself was added, removed or changed.
    fn fields(&mut self, change: NodeId) -> Items<Text> {
        let nodes = self.elements(change, "field");
        let mut fields = Vec::new();
        for node in &nodes {
            let field = self.tree.text(*node).to_owned();
            if field == ANY_FIELD {
                if nodes.len() > 1 {
                    self.error(
                        *node,
                        format!("`{ANY_FIELD}` stands for every field and needs no others"),
                    );
                }
                return Cow::Borrowed(&[]);
            }
            let own = CHANGE_FIELDS.iter().any(|(name, _)| *name == field);
            if !own && Key::well_known(&field).is_none() && !field.starts_with("x-") {
                let own = CHANGE_FIELDS.iter().map(|(name, _)| *name);
                let known = own.chain(Key::well_known_texts().iter().copied());
                let hint = spelled(&field, known);
                self.error(*node, format!("no change is told of a field `{field}`{hint}"));
            }
            fields.push(Cow::Owned(field));
        }
        if fields.is_empty() {
            return Cow::Borrowed(&[Cow::Borrowed("")]);
        }
        Cow::Owned(fields)
    }

    fn when(&mut self, change: NodeId) -> Items<(Text, Items<Text>)> {
        let Some(holder) = self.tree.find(change, "when") else {
            return Cow::Borrowed(&[]);
        };
        let conditions: Vec<NodeId> = self.tree.children(holder).collect();
        let mut when = Vec::new();
        for condition in conditions {
            let name = self.tree.key_text(condition).unwrap_or_default().to_owned();
            let Some(fact) = find_fact(&name).filter(|fact| !fact.words.is_empty()) else {
                let known = CHANGE_FACTS.iter().filter(|fact| !fact.words.is_empty());
                let hint = spelled(&name, known.map(|fact| fact.name));
                self.error(
                    condition,
                    format!("there is no fact `{name}` to ask changes about{hint}"),
                );
                continue;
            };
            let mut words = Vec::new();
            for node in self.elements(holder, &name) {
                let word = self.tree.text(node).to_owned();
                if !fact.words.contains(&word.as_str()) {
                    let known = suggest::list(fact.words.iter().copied(), "or");
                    self.error(node, format!("`{name}` is {known}"));
                }
                words.push(Cow::Owned(word));
            }
            when.push((Cow::Owned(name), Cow::Owned(words)));
        }
        Cow::Owned(when)
    }

    fn breaks(&mut self, node: NodeId) -> Breaks {
        let Some(node) = self.tree.find(node, "breaks") else {
            return Breaks::ByLaw;
        };
        match self.tree.text(node) {
            "by-law" => Breaks::ByLaw,
            "always" => Breaks::Always,
            "never" => Breaks::Never,
            _ => {
                self.error(node, "a change breaks clients `by-law`, `always` or `never`");
                Breaks::ByLaw
            }
        }
    }

    fn policies(&mut self, node: NodeId) -> Items<(Text, Severity)> {
        let Some(holder) = self.tree.find(node, "policies") else {
            return Cow::Borrowed(&[]);
        };
        let children: Vec<NodeId> = self.tree.children(holder).collect();
        let mut policies = Vec::new();
        for child in children {
            let name = self.tree.key_text(child).unwrap_or_default().to_owned();
            if find_policy(&name).is_none() {
                let hint = spelled(&name, POLICIES.iter().map(|policy| policy.name));
                self.error(child, format!("there is no policy `{name}`{hint}"));
            }
            let severity = self.severity(child);
            policies.push((Cow::Owned(name), severity));
        }
        Cow::Owned(policies)
    }
}
