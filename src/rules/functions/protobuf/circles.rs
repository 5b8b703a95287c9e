//! What imports itself by way of others: files, and packages.

use super::super::{Function, Hit, Options, Refusal, function};
use super::{files, imports};
use crate::document::{DocumentId, Kind, Node, proto};
use rustc_hash::FxHashMap;
use std::collections::VecDeque;

/// Circles that are shown with every step; behind these, only their ends are.
const SHOWN: usize = 100;

/// `imports-acyclic`: no file imports itself by way of others.
pub(in super::super) fn imports_acyclic(_: &Options) -> Result<Function, Refusal> {
    function(|subject, hits| {
        let workspace = subject.workspace();
        let name = |document: DocumentId| workspace.document(document).source().name();
        let mut graph = Graph::default();
        for document in workspace.ids() {
            for (_, other) in of_file(workspace.root(document)) {
                graph.connect(document, other);
            }
        }
        let components = graph.components();
        let mut shown = 0;
        for file in files(subject) {
            let own = file.address().document;
            for (import, other) in imports(file) {
                if graph.is_within(&components, own, other) {
                    let circle = graph.circle(&components, own, other, &mut shown, name);
                    hits.push(Hit::key(import).with("circle", circle));
                }
            }
        }
    })
}

/// `packages-acyclic`: no package imports itself by way of others.
pub(in super::super) fn packages_acyclic(_: &Options) -> Result<Function, Refusal> {
    function(|subject, hits| {
        let workspace = subject.workspace();
        let package = |document: DocumentId| proto::package(workspace.root(document));
        let mut graph = Graph::default();
        for document in workspace.ids() {
            for (_, other) in of_file(workspace.root(document)) {
                let (own, other) = (package(document), package(other));
                if own != other && !own.is_empty() && !other.is_empty() {
                    graph.connect(own, other);
                }
            }
        }
        let components = graph.components();
        let mut shown = 0;
        for file in files(subject) {
            let own = proto::package(file);
            for (import, other) in imports(file) {
                let other = package(other);
                if own != other && graph.is_within(&components, own, other) {
                    let circle = graph.circle(&components, own, other, &mut shown, |name| name);
                    hits.push(Hit::key(import).with("circle", circle));
                }
            }
        }
    })
}

/// The imports of what is a Protobuf file.
fn of_file<'w>(root: Node<'w>) -> impl Iterator<Item = (Node<'w>, DocumentId)> {
    Some(root)
        .filter(|root| root.kind() == Kind::File)
        .into_iter()
        .flat_map(imports)
}

/// Things that lead to others.
struct Graph<T> {
    numbers: FxHashMap<T, usize>,
    things: Vec<T>,
    next: Vec<Vec<usize>>,
}

impl<T> Default for Graph<T> {
    fn default() -> Self {
        Self {
            numbers: FxHashMap::default(),
            things: Vec::new(),
            next: Vec::new(),
        }
    }
}

impl<T: Copy + Eq + std::hash::Hash> Graph<T> {
    fn number(&mut self, thing: T) -> usize {
        *self.numbers.entry(thing).or_insert_with(|| {
            self.things.push(thing);
            self.next.push(Vec::new());
            self.things.len() - 1
        })
    }

    fn connect(&mut self, from: T, to: T) {
        let (from, to) = (self.number(from), self.number(to));
        if !self.next[from].contains(&to) {
            self.next[from].push(to);
        }
    }

    /// For each thing, the number of the component that it is in: all of those lead to each other. By Tarjan's algorithm,
    /// without recursion.
    fn components(&self) -> Vec<usize> {
        const UNSEEN: usize = usize::MAX;
        let count = self.things.len();
        let (mut order, mut low) = (vec![UNSEEN; count], vec![UNSEEN; count]);
        let mut component = vec![UNSEEN; count];
        let (mut seen, mut done) = (0, 0);
        let mut open: Vec<usize> = Vec::new();
        for start in 0..count {
            let mut path: Vec<(usize, usize)> = Vec::new();
            if order[start] == UNSEEN {
                path.push((start, 0));
            }
            while let Some((at, edge)) = path.pop() {
                if edge == 0 {
                    (order[at], low[at]) = (seen, seen);
                    seen += 1;
                    open.push(at);
                }
                match self.next[at].get(edge) {
                    Some(&next) => {
                        path.push((at, edge + 1));
                        if order[next] == UNSEEN {
                            path.push((next, 0));
                        } else if component[next] == UNSEEN {
                            low[at] = low[at].min(order[next]);
                        }
                    }
                    None => {
                        if low[at] == order[at] {
                            while let Some(member) = open.pop() {
                                component[member] = done;
                                if member == at {
                                    break;
                                }
                            }
                            done += 1;
                        }
                        if let Some((before, _)) = path.last() {
                            low[*before] = low[*before].min(low[at]);
                        }
                    }
                }
            }
        }
        component
    }

    /// Whether the way from one thing to the next is a part of a circle.
    fn is_within(&self, components: &[usize], from: T, to: T) -> bool {
        match (self.numbers.get(&from), self.numbers.get(&to)) {
            (Some(from), Some(to)) => components[*from] == components[*to],
            _ => false,
        }
    }

    /// The shortest circle that begins with the way from one thing to the next, in words.
    fn circle<'n>(
        &self,
        components: &[usize],
        from: T,
        to: T,
        shown: &mut usize,
        name: impl Fn(T) -> &'n str,
    ) -> String {
        let (start, end) = (self.numbers[&to], self.numbers[&from]);
        *shown += 1;
        let mut steps = vec![end];
        if *shown <= SHOWN {
            steps = self.way(components, start, end);
        } else if start != end {
            steps.insert(0, start);
        }
        let names = std::iter::once(end)
            .chain(steps)
            .map(|thing| format!("`{}`", name(self.things[thing])));
        names.collect::<Vec<_>>().join(" → ")
    }

    /// The shortest way from one thing to another one of its component, with both of them.
    fn way(&self, components: &[usize], start: usize, end: usize) -> Vec<usize> {
        let mut before: FxHashMap<usize, usize> = FxHashMap::default();
        let mut open = VecDeque::from([start]);
        while let Some(at) = open.pop_front().filter(|at| *at != end) {
            for &next in &self.next[at] {
                if components[next] == components[start] && next != start && !before.contains_key(&next) {
                    before.insert(next, at);
                    open.push_back(next);
                }
            }
        }
        let mut way: Vec<usize> = std::iter::successors(Some(end), |at| before.get(at).copied()).collect();
        way.reverse();
        way
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn circles_are_found_with_their_shortest_way() {
        let mut graph: Graph<&str> = Graph::default();
        for (from, to) in [
            ("a", "b"),
            ("b", "c"),
            ("c", "a"),
            ("b", "a"),
            ("c", "d"),
            ("e", "a"),
            ("f", "f"),
        ] {
            graph.connect(from, to);
        }
        let components = graph.components();
        let mut shown = 0;
        let mut circle = |from, to| {
            graph
                .is_within(&components, from, to)
                .then(|| graph.circle(&components, from, to, &mut shown, |name| name))
        };
        assert_eq!(circle("a", "b").as_deref(), Some("`a` → `b` → `a`"));
        assert_eq!(circle("b", "c").as_deref(), Some("`b` → `c` → `a` → `b`"));
        assert_eq!(circle("f", "f").as_deref(), Some("`f` → `f`"));
        assert_eq!(circle("c", "d"), None);
        assert_eq!(circle("e", "a"), None);
        assert_eq!(circle("e", "unknown"), None);
    }

    #[test]
    fn long_chains_need_no_stack() {
        let mut graph: Graph<usize> = Graph::default();
        for at in 0..100_000 {
            graph.connect(at, (at + 1) % 100_000);
        }
        let components = graph.components();
        assert!(components.iter().all(|component| *component == components[0]));
    }
}
