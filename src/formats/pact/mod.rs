//! Contracts that consumers recorded: Pact files of specification 1, 1.1, 2, 3 and 4
//! (<https://github.com/pact-foundation/pact-specification>).
//!
//! In comes a tree; out goes a [`Document`] whose nodes have kinds, and which knows where it departs from its
//! specification. They are no descriptions of APIs: nobody lints them, but providers are held against them.

mod objects;

use super::Detection;
use crate::document::grammar::{Grammar, Siblings, Specification, Version, Versions};
use crate::document::{Document, Kind};
use crate::syntax::{NodeId, NodeType, Tree, key};
use std::sync::OnceLock;

/// Specification 1.
pub const V1: Versions = Versions(1);
/// Specification 1.1.
pub const V1_1: Versions = Versions(2);
/// Specification 2.
pub const V2: Versions = Versions(4);
/// Specification 3.
pub const V3: Versions = Versions(8);
/// Specification 4.
pub const V4: Versions = Versions(16);

/// The table of one version.
#[must_use]
pub fn grammar(version: Versions) -> &'static Grammar {
    static GRAMMARS: [OnceLock<Grammar>; 5] = [const { OnceLock::new() }; 5];
    let known = VERSIONS.iter().position(|known| known.version == version);
    let slot = known.unwrap_or(VERSIONS.len() - 1);
    GRAMMARS[slot].get_or_init(|| Grammar::new(&PACT, &VERSIONS[slot]))
}

/// Whether a document is a Pact file, and of which version; `None` where it is not.
#[must_use]
pub fn detect(tree: &Tree) -> Option<Detection> {
    let root = NodeId::ROOT;
    let has = |key| tree.get(root, key).is_some();
    if !(has(key::INTERACTIONS) || has(key::MESSAGES)) || !(has(key::CONSUMER) || has(key::PROVIDER)) {
        return None;
    }
    let Some(version) = stated_version(tree) else {
        return Some(Detection::Known(grammar(guessed_version(tree))));
    };
    let version = tree.text(version);
    let mut parts = version.split('.');
    Some(match (parts.next(), parts.next()) {
        (Some("1"), Some("1")) => Detection::Known(grammar(V1_1)),
        (Some("1"), _) => Detection::Known(grammar(V1)),
        (Some("2"), _) => Detection::Known(grammar(V2)),
        (Some("3"), _) => Detection::Known(grammar(V3)),
        (Some("4"), _) => Detection::Known(grammar(V4)),
        _ => Detection::Unsupported(format!(
            "Pact specification `{version}` is not read; 1, 1.1, 2, 3 and 4 are"
        )),
    })
}

/// A tree as a contract: labelled if it is one, of a version that is read.
///
/// # Errors
///
/// Why it is none, as a clause.
pub fn document(tree: Tree) -> Result<Document, String> {
    match detect(&tree) {
        Some(Detection::Known(grammar)) => {
            let mut document = Document::new(tree);
            document.describe(grammar);
            document.mark_contract();
            Ok(document)
        }
        Some(Detection::Unsupported(reason)) => Err(reason),
        None => Err(match tree.problems().first() {
            Some(problem) => {
                let at = tree.source().position(problem.span.start);
                format!("line {}, column {}: {}", at.line, at.column, problem.message)
            }
            None => "it is no contract: an object with `consumer`, `provider` and `interactions` is expected".into(),
        }),
    }
}

/// Where the file says its version: in one of three places that tools have used.
fn stated_version(tree: &Tree) -> Option<NodeId> {
    let metadata = tree.get(NodeId::ROOT, key::METADATA)?;
    let objects = ["pactSpecification", "pact-specification"];
    let in_object = objects.iter().find_map(|name| {
        let version = tree.get(tree.find(metadata, name)?, key::VERSION)?;
        Some(version)
    });
    in_object
        .or_else(|| tree.find(metadata, "pactSpecificationVersion"))
        .filter(|version| !tree.text(*version).is_empty())
}

/// The oldest version that has the keys of the file; files without a version are older than 3 as a rule.
fn guessed_version(tree: &Tree) -> Versions {
    let any = |holder, keys: &[_]| {
        let mut interactions = tree
            .get(NodeId::ROOT, holder)
            .into_iter()
            .flat_map(|list| tree.children(list));
        interactions.any(|interaction| keys.iter().any(|key| tree.get(interaction, *key).is_some()))
    };
    if any(key::INTERACTIONS, &[key::TYPE, key::PENDING, key::TRANSPORT]) {
        V4
    } else if tree.get(NodeId::ROOT, key::MESSAGES).is_some()
        || any(key::INTERACTIONS, &[key::PROVIDER_STATES])
        || has_rules_by_category(tree)
    {
        V3
    } else {
        V2
    }
}

/// Before version 3, the keys of `matchingRules` are paths.
fn has_rules_by_category(tree: &Tree) -> bool {
    let interactions = tree
        .get(NodeId::ROOT, key::INTERACTIONS)
        .into_iter()
        .flat_map(|list| tree.children(list));
    interactions
        .flat_map(|interaction| [key::REQUEST, key::RESPONSE].map(|part| tree.get(interaction, part)))
        .flatten()
        .filter_map(|part| tree.get(part, key::MATCHING_RULES))
        .filter(|rules| tree.node_type(*rules) == NodeType::Map)
        .flat_map(|rules| tree.children(rules))
        .any(|rule| tree.key_text(rule).is_some_and(|path| !path.starts_with('$')))
}

static VERSIONS: [Version; 5] = [
    version(V1, "1"),
    version(V1_1, "1.1"),
    version(V2, "2"),
    version(V3, "3"),
    version(V4, "4"),
];

const fn version(version: Versions, name: &'static str) -> Version {
    Version {
        version,
        name,
        dialect: None,
        siblings: Siblings::Ignored,
    }
}

static PACT: Specification = Specification {
    name: "Pact",
    format: None,
    versions: &VERSIONS,
    root: Kind::Contract,
    objects: &[
        objects::CONTRACT,
        objects::PARTICIPANT,
        objects::INTERACTION,
        objects::PROVIDER_STATE,
        objects::RECORDED_REQUEST,
        objects::RECORDED_RESPONSE,
        objects::RECORDED_MESSAGE,
    ],
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Limits, Source};
    use std::sync::Arc;

    fn read(text: &str) -> Result<Document, String> {
        let source = Arc::new(Source::from_text("pact.json", text));
        document(crate::syntax::read(&source, &Limits::default()))
    }

    fn version(text: &str) -> String {
        let read = read(text);
        read.map_or_else(
            |reason| reason,
            |document| document.grammar().expect("it is read").version_name().into(),
        )
    }

    fn with(metadata: &str, interaction: &str) -> String {
        format!(
            "{{\"consumer\": {{\"name\": \"c\"}}, \"provider\": {{\"name\": \"p\"}}, \"interactions\": [{interaction}], \
             \"metadata\": {metadata}}}"
        )
    }

    #[test]
    fn versions_are_found_where_tools_write_them() {
        for (metadata, expected) in [
            ("{\"pactSpecification\": {\"version\": \"1.1.0\"}}", "1.1"),
            ("{\"pact-specification\": {\"version\": \"2.0.0\"}}", "2"),
            ("{\"pactSpecificationVersion\": \"1.0.0\"}", "1"),
            ("{\"pactSpecification\": {\"version\": \"4.0\"}}", "4"),
            (
                "{\"pactSpecification\": {\"version\": \"5.0\"}}",
                "Pact specification `5.0` is not read; 1, 1.1, 2, 3 and 4 are",
            ),
        ] {
            assert_eq!(version(&with(metadata, "")), expected);
        }
    }

    #[test]
    fn files_without_a_version_have_the_oldest_that_fits() {
        assert_eq!(version(&with("{}", "{\"providerState\": \"s\"}")), "2");
        assert_eq!(version(&with("{}", "{\"providerStates\": []}")), "3");
        assert_eq!(
            version(&with("{}", "{\"response\": {\"matchingRules\": {\"body\": {}}}}")),
            "3"
        );
        assert_eq!(version(&with("{}", "{\"type\": \"Synchronous/HTTP\"}")), "4");
    }

    #[test]
    fn what_is_no_contract_is_refused_with_its_reason() {
        assert!(version("{\"openapi\": \"3.1.0\"}").starts_with("it is no contract"));
        assert!(version("{\"a\" 1}").starts_with("line 1, column"));
        assert!(version("").starts_with("line 1, column 1"));
    }

    #[test]
    fn departures_from_the_specification_have_a_place() {
        let text = with(
            "{\"pactSpecification\": {\"version\": \"3.0.0\"}}",
            "{\"description\": 7, \"providerState\": \"s\", \"request\": {\"metod\": \"GET\"}, \"response\": {}}",
        );
        let document = read(&text).expect("it is read");
        let grammar = document.grammar().expect("it is read");
        let messages: Vec<String> = document
            .violations()
            .iter()
            .map(|violation| violation.message(document.tree(), grammar))
            .collect();
        assert_eq!(
            messages,
            [
                "`description` should be a string, not a number",
                "unknown key `metod` in RecordedRequest; did you mean `method`?",
            ]
        );
    }
}
