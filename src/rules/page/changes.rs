//! What front matter says of the changes that a page judges.

use super::{Reader, spelled};
use crate::document::{Direction, FormatName, Kind, suggest};
use crate::finding::{Action, Effect, Severity};
use crate::rules::changes::{CHANGE_FACTS, CHANGE_FIELDS, POLICIES, Promise, find_fact, find_policy};
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

    pub(super) fn change(&mut self, format: Option<FormatName>, node: NodeId) -> Option<ChangePattern> {
        self.known_keys(node, &["change", "breaks", "severity", "policies", "promises"])?;
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
            format,
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
            promises: self.promises(node),
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

    fn promises(&mut self, node: NodeId) -> Items<(Promise, Severity)> {
        let Some(holder) = self.tree.find(node, "promises") else {
            return Cow::Borrowed(&[]);
        };
        let children: Vec<NodeId> = self.tree.children(holder).collect();
        let mut promises = Vec::new();
        for child in children {
            let name = self.tree.key_text(child).unwrap_or_default().to_owned();
            let severity = self.severity(child);
            match Promise::from_name(&name) {
                Some(promise) => promises.push((promise, severity)),
                None => {
                    let hint = spelled(&name, Promise::ALL.iter().map(|promise| promise.name()));
                    self.error(child, format!("there is no promise `{name}`{hint}"));
                }
            }
        }
        Cow::Owned(promises)
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

#[cfg(test)]
mod tests {
    use crate::rules::declaration::Breaks;
    use crate::rules::page::read;

    fn page(entry: &str, rest: &str, body: &str) -> String {
        format!(
            "---\nseverity: error\nsince: 0.1.0\nmessage: \"{{place}} was {{from}}\"\n{rest}openapi:\n  {entry}\n---\n# Title\n\nWhy.\n\n{body}"
        )
    }

    const PAIR: &str = "## Before\n```yaml\na: 1\n```\n## After\n```yaml\na: 2 #! some-rule=error\n```\n";

    fn told(text: &str) -> Vec<String> {
        let errors = read("some-rule", "tests", "x.md", text).expect_err("something is wrong with the page");
        errors
            .iter()
            .map(|error| format!("{}: {}", error.line, error.message))
            .collect()
    }

    #[test]
    fn patterns_are_read() {
        let entry = "change: { of: [Schema, Items], field: [enum, const], action: added, to: 'x', direction: request, effect: [narrows, incomparable], when: { hidden: false, lifecycle: [none, deprecated] } }\n  severity: warning\n  policies: { strict: error }";
        let declaration = read("some-rule", "tests", "x.md", &page(entry, "", PAIR)).expect("the page is right");
        let change = &declaration.changes[0];
        assert_eq!((change.of.len(), change.field.len(), change.effect.len()), (2, 2, 2));
        assert_eq!(change.conditions(), 8);
        assert_eq!((change.breaks, change.policies.len()), (Breaks::ByLaw, 1));
        let whole = "change: { of: Operation, action: removed }\n  breaks: never";
        let declaration = read("some-rule", "tests", "x.md", &page(whole, "", PAIR)).expect("the page is right");
        assert_eq!(*declaration.changes[0].field, [""], "the node itself");
        let any = "change: { of: Operation, field: '*' }";
        let declaration = read("some-rule", "tests", "x.md", &page(any, "", PAIR)).expect("the page is right");
        assert!(declaration.changes[0].field.is_empty());
    }

    #[test]
    fn mistakes_are_told() {
        for (entry, expected) in [
            (
                "change: { of: Operatoin }",
                "6: there is no kind `Operatoin`; did you mean `Operation`?",
            ),
            ("change: { action: add }", "6: there is no action `add`"),
            (
                "change: { effect: [widen] }",
                "6: there is no effect `widen`; did you mean `widens`?",
            ),
            (
                "change: { field: proprety }",
                "6: no change is told of a field `proprety`; did you mean `property`?",
            ),
            (
                "change: { field: ['*', type] }",
                "6: `*` stands for every field and needs no others",
            ),
            (
                "change: { when: { lifecycel: none } }",
                "6: there is no fact `lifecycel` to ask changes about; did you mean `lifecycle`?",
            ),
            (
                "change: { when: { name: sku } }",
                "6: there is no fact `name` to ask changes about",
            ),
            (
                "change: { when: { required: maybe } }",
                "6: `required` is `true` or `false`",
            ),
            (
                "change: { direction: [request, response] }",
                "6: a page that judges both directions names none",
            ),
            ("change: { off: Schema }", "6: unknown key `off`; did you mean `of`?"),
            (
                "change: {}\n  breaks: sometimes",
                "7: a change breaks clients `by-law`, `always` or `never`",
            ),
            (
                "change: {}\n  breaks: always",
                "2: what always breaks has no witness: say why in `no-witness`",
            ),
            (
                "change: {}\n  policies: { strickt: error }",
                "7: there is no policy `strickt`; did you mean `strict`?",
            ),
            (
                "change: {}\n  severity: fatal",
                "7: severity is `error`, `warning` or `info`",
            ),
        ] {
            let told = told(&page(entry, "", PAIR));
            assert!(told.iter().any(|told| told == expected), "{entry}: {told:#?}");
        }
        let never = page("change: {}\n  breaks: never", "no-witness: a reason\n", PAIR);
        assert_eq!(
            told(&never),
            ["5: only pages whose changes can break say why no witness is needed"]
        );
        let fact = page("change: { of: Schema }", "", PAIR).replace("{place}", "{plaec}");
        assert_eq!(
            told(&fact),
            ["4: changes give no fact `plaec` for the message; did you mean `place`?"]
        );
    }

    #[test]
    fn mistakes_in_pairs_are_told() {
        let with = |body: &str| told(&page("change: { of: Schema }", "", body));
        let mark = |mark: &str| PAIR.replace("some-rule=error", mark);
        assert!(
            with("## Bad\n```yaml\na: 1\n```\n")
                .iter()
                .any(|told| told.contains("judges changes: it has"))
        );
        assert_eq!(
            with(&mark("some-rule")),
            ["18: a mark says how grave the change is: `#! some-rule=error`"]
        );
        assert!(with(&mark("some-rule=fatal"))[0].contains("not `fatal`"));
        assert_eq!(
            with(&mark("other=error")),
            ["8: no line is marked with `#! some-rule=…` as the change"]
        );
        assert_eq!(with("## Before\n```yaml\na: 1 #! some-rule=error\n```\n").len(), 2);
    }

    #[test]
    fn what_asks_for_nothing_needs_no_example() {
        let text = page("change: { field: '*' }", "", "");
        let declaration = read("some-rule", "tests", "x.md", &text).expect("no example could show it");
        assert_eq!(declaration.changes[0].conditions(), 0);
    }
}
