//! What is wrong with a text and with its structure.

use super::{Function, Hit, Options, Refusal, Subject, function};
use crate::document::http::beside;
use crate::document::{Kind, Link, LinkClass, LinkFailure, Node};
use crate::finding::{ABOUT, Location, Part};
use crate::source::Span;
use crate::syntax::{Key, NodeId, NodeType, Outline, Style, key, yaml_1_1_meaning};
use rustc_hash::FxHashMap;

/// `text-problems`: the text has no problem of these kinds.
pub(super) fn text_problems(options: &Options) -> Result<Function, Refusal> {
    let kinds = options.texts("kinds");
    function(move |subject, hits| {
        let tree = subject.node.document().tree();
        let mut outline = None;
        for problem in tree
            .problems()
            .iter()
            .filter(|problem| kinds.iter().any(|kind| kind == problem.kind.name()))
        {
            let outline = outline.get_or_insert_with(|| Outline::new(tree));
            let node = beside(subject.node.address(), outline.node_at(problem.span.start));
            let location = Location {
                node,
                part: Part::Text(problem.span),
            };
            hits.push(Hit::new(location).with("problem", problem.message.clone()));
        }
    })
}

/// `grammar-violations`: the document does not depart from its specification in this way.
pub(super) fn grammar_violations(options: &Options) -> Result<Function, Refusal> {
    let class = options.text("class").unwrap_or_default();
    function(move |subject, hits| {
        let document = subject.node.document();
        for violation in document
            .violations()
            .iter()
            .filter(|violation| violation.class().name() == class)
        {
            let Some(grammar) = document.grammar_of(violation.node) else {
                continue;
            };
            let node = beside(subject.node.address(), violation.node);
            let location = if violation.on_key {
                Location::key(node)
            } else {
                Location::value(node)
            };
            hits.push(
                Hit::new(shown(location, subject.node))
                    .with("problem", violation.message(document.tree(), grammar))
                    .with(ABOUT, violation.about()),
            );
        }
    })
}

/// A whole object is too much to show for what it lacks: its key, or its first line, is enough.
fn shown(location: Location, root: Node<'_>) -> Location {
    let tree = root.document().tree();
    let node = location.node.node;
    if location.part == Part::Value && tree.node_type(node).is_container() {
        if tree.key(node).is_some() {
            return Location::key(location.node);
        }
        let span = tree.span(node);
        let first = span.of(tree.source().text());
        let length = first.find('\n').unwrap_or(first.len()) as u32;
        return Location {
            part: Part::Text(Span::new(span.start, span.start + length)),
            ..location
        };
    }
    location
}

/// `unambiguous-scalars`: no text without quotes is a string in YAML 1.2 and something else in YAML 1.1.
pub(super) fn unambiguous_scalars(_: &Options) -> Result<Function, Refusal> {
    function(|subject, hits| {
        let document = subject.node.document();
        let tree = document.tree();
        if tree.style(NodeId::ROOT) == Style::Declaration {
            return;
        }
        for id in tree.ids() {
            let node = subject.at(beside(subject.node.address(), id));
            if let Some(span) = tree.key_span(id)
                && let Some(meaning) = tree.key_text(id).and_then(yaml_1_1_meaning)
                && span
                    .of(tree.source().text())
                    .starts_with(|c: char| c.is_ascii_alphabetic())
                && is_name(node)
            {
                hits.push(
                    Hit::key(node)
                        .with("text", node.key_text().unwrap_or_default())
                        .with("meaning", meaning)
                        .with("place", "key"),
                );
            }
            if tree.style(id) != Style::Plain || !matches!(tree.node_type(id), NodeType::String | NodeType::Number) {
                continue;
            }
            let Some(meaning) = yaml_1_1_meaning(tree.text(id)) else {
                continue;
            };
            if tree.node_type(id) == NodeType::Number || wants_string(node) {
                hits.push(
                    Hit::value(node)
                        .with("text", node.text())
                        .with("meaning", meaning)
                        .with("place", "value"),
                );
            }
        }
    })
}

/// Whether the key of a node is a name that the author chose, such as that of a property.
fn is_name(node: Node<'_>) -> bool {
    node.parent().is_some_and(|holder| {
        let named = [
            key::PROPERTIES,
            key::SCHEMAS,
            key::DEFINITIONS,
            key::PARAMETERS,
            key::MAPPING,
            key::SCOPES,
        ];
        holder.key().is_some_and(|key| named.contains(&key))
    })
}

/// Whether the specification, or the schema that the value belongs to, wants a string here.
fn wants_string(node: Node<'_>) -> bool {
    if node.kind() != Kind::Data {
        return true;
    }
    let about = [key::ENUM, key::DEFAULT, key::EXAMPLE, key::EXAMPLES, key::CONST];
    let under = |node: Node<'_>, keys: &[Key]| node.key().is_some_and(|key| keys.contains(&key));
    let value = if under(node, &about) {
        Some(node)
    } else {
        node.parent().filter(|holder| under(*holder, &about))
    };
    let schema = value
        .and_then(Node::parent)
        .filter(|holder| matches!(holder.kind(), Kind::Schema | Kind::Parameter | Kind::Items));
    schema.is_some_and(|schema| {
        schema.get(key::TYPE).is_some_and(|types| match types.node_type() {
            NodeType::List => types.children().any(|word| word.text() == "string"),
            _ => types.text() == "string",
        })
    })
}

/// Where a link stands, and what it says; of a text that is a document of its own, its first line.
fn named<'w>(subject: &Subject<'_, 'w>, link: &Link) -> (Location, &'w str) {
    let node = subject.at(beside(subject.node.address(), link.at));
    if link.on_key {
        (Location::key(node.address()), node.key_text().unwrap_or_default())
    } else {
        (
            Location::value(node.address()),
            node.text().lines().next().unwrap_or_default(),
        )
    }
}

/// `links-local`: no link leads to the network, where nothing is read.
pub(super) fn links_local(_: &Options) -> Result<Function, Refusal> {
    function(|subject, hits| {
        let links = subject.node.document().links();
        for link in links.iter().filter(|link| link.target == Err(LinkFailure::Network)) {
            let (location, text) = named(subject, link);
            hits.push(Hit::new(location).with("target", text));
        }
    })
}

/// `links-resolve`: every link of these classes leads somewhere, as far as that can be known. A name that leads nowhere is told once, however often
/// it is used.
pub(super) fn links_resolve(options: &Options) -> Result<Function, Refusal> {
    let classes = options.texts("classes");
    function(move |subject, hits| {
        let document = subject.node.document();
        // What seems missing may stand in the part that could not be read.
        let torn = document.tree().has_holes();
        let mut names: FxHashMap<(LinkClass, &str), (usize, usize)> = FxHashMap::default();
        for link in document.links() {
            let Err(failure) = &link.target else { continue };
            if !classes.iter().any(|class| class == link.class.name())
                || *failure == LinkFailure::Network
                || torn && failure.is_about_content()
            {
                continue;
            }
            let (location, text) = named(subject, link);
            if matches!(failure, LinkFailure::NoSuchName { .. }) {
                let next = (hits.len(), 0);
                let (_, uses) = names.entry((link.class, text)).or_insert(next);
                *uses += 1;
                if *uses > 1 {
                    continue;
                }
            }
            hits.push(
                Hit::new(location)
                    .with("problem", failure.message())
                    .with("target", text),
            );
        }
        for (at, uses) in names.into_values().filter(|(_, uses)| *uses > 1) {
            if let Some((_, problem)) = hits.get_mut(at).and_then(|hit| hit.facts.first_mut()) {
                problem.push_str(&format!(" (used {uses} times)"));
            }
        }
    })
}
