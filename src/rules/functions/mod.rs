//! What the words of the vocabulary do: one function a word, grouped by what they look at.
//!
//! A function gets a node and says where something is wrong; it knows nodes, kinds and what an API offers, but no
//! rule. What it may be told stands in the [vocabulary](super::vocabulary).

mod bodies;
mod components;
mod consistency;
mod deprecation;
mod descriptions;
pub(super) mod events;
mod examples;
mod messages;
pub(super) mod operations;
mod parameters;
mod paths;
pub(super) mod protobuf;
mod schemas;
mod secrets;
mod security;
mod structure;
mod templates;
mod text;
mod versions;

use super::declaration::{Text, Value};
use super::dictionary::Dictionary;
use super::words::Case;
use crate::document::http::{self, Api, Operation};
use crate::document::{Address, Kind, Node, Workspace, proto};
use crate::finding::{Facts, Location, Related};
use crate::syntax::Key;
use regex::Regex;
use rustc_hash::FxHashMap;
use time::Date;

/// What a run tells every function.
#[derive(Debug, Clone)]
pub struct Run {
    /// The day that counts as today.
    pub as_of: Date,
    /// The team's own words.
    pub dictionary: Dictionary,
}

/// What a function is asked about.
#[derive(Clone, Copy)]
pub struct Subject<'a, 'w> {
    /// The given node; for the whole workspace, the root of its first document.
    pub node: Node<'w>,
    /// The node under the page's field; the given node where it asks for none; nothing where the field is absent.
    pub target: Option<Node<'w>>,
    /// Whether the key of the target is meant.
    pub on_key: bool,
    /// The run.
    pub run: &'a Run,
}

impl<'w> Subject<'_, 'w> {
    /// All documents of the run.
    #[must_use]
    pub fn workspace(&self) -> &'w Workspace {
        self.node.workspace()
    }

    /// The operation that the given node is, with its description.
    #[must_use]
    pub fn operation(&self) -> Option<(&'w Api, &'w Operation)> {
        let api = self.node.document().api_around()?;
        Some((api, api.operation(self.node.address())?))
    }

    /// The text that is asked about: the key or the string.
    #[must_use]
    pub fn text(&self) -> Option<&'w str> {
        let target = self.target?;
        if self.on_key {
            target.key_text()
        } else {
            target.string()
        }
    }

    /// Where a finding about the target stands: at the given node's key if the target is absent.
    #[must_use]
    pub fn location(&self) -> Location {
        match self.target {
            Some(target) if self.on_key => Location::key(target.address()),
            Some(target) if target != self.node => Location::value(target.address()),
            _ => Location::key(self.node.address()),
        }
    }

    /// The node at an address.
    #[must_use]
    pub fn at(&self, address: crate::document::Address) -> Node<'w> {
        self.workspace().node(address)
    }
}

/// Something that a function found.
#[derive(Debug)]
pub struct Hit {
    /// Where.
    pub location: Location,
    /// What the message may say of it.
    pub facts: Facts,
    /// Other places.
    pub related: Vec<Related>,
}

/// Characters of a fact.
const LONGEST_FACT: usize = 400;

impl Hit {
    /// Something is wrong at a place.
    #[must_use]
    pub fn new(location: Location) -> Self {
        Self {
            location,
            facts: Facts::new(),
            related: Vec::new(),
        }
    }

    /// Something is wrong with the key of a node, or with a node that has none.
    #[must_use]
    pub fn key(node: Node<'_>) -> Self {
        Self::new(Location::key(node.address()))
    }

    /// Something is wrong with the value of a node.
    #[must_use]
    pub fn value(node: Node<'_>) -> Self {
        Self::new(Location::value(node.address()))
    }

    /// Adds a fact; one that is longer than a message can be is cut.
    #[must_use]
    pub fn with(mut self, name: &'static str, fact: impl Into<String>) -> Self {
        let mut fact = fact.into();
        if let Some((end, _)) = fact.char_indices().nth(LONGEST_FACT) {
            fact.truncate(end);
            fact.push('…');
        }
        self.facts.push((name, fact));
        self
    }

    /// Adds another place.
    #[must_use]
    pub fn related(mut self, message: impl Into<String>, location: Location) -> Self {
        self.related.push(Related {
            message: message.into(),
            location,
        });
        self
    }
}

/// What functions report to.
pub type Hits = Vec<Hit>;

/// A function that has been told its options.
pub type Function = Box<dyn Fn(&Subject<'_, '_>, &mut Hits) + Send + Sync>;

/// Why a function cannot work with its options, as a clause.
pub type Refusal = String;

type Maker = fn(&Options) -> Result<Function, Refusal>;

/// Every function, by name.
const MAKERS: &[(&str, Maker)] = &[
    ("absent", text::absent),
    ("address-parameters", events::address_parameters),
    ("address-sound", events::address_sound),
    ("array-has-items", schemas::array_has_items),
    ("binding-has", events::binding_has),
    ("body-has", bodies::body_has),
    ("body-has-any", bodies::body_has_any),
    ("body-is-object", bodies::body_is_object),
    ("body-lacks", bodies::body_lacks),
    ("body-property", bodies::body_property),
    ("carries-header", operations::carries_header),
    ("casing", text::casing),
    ("client-errors", operations::client_errors),
    ("components-used", components::components_used),
    ("content-types-said", messages::content_types_said),
    ("crud-complete", protobuf::services::crud_complete),
    ("dead-lettered", events::dead_lettered),
    ("defaults-valid", examples::defaults_valid),
    ("deprecation-notice", deprecation::deprecation_notice),
    ("described", descriptions::described),
    ("discriminator-sound", schemas::discriminator_sound),
    ("empty-responses", operations::empty_responses),
    ("ends-with", text::ends_with),
    ("enum-starts-at-zero", protobuf::enums::enum_starts_at_zero),
    ("enum-typed", schemas::enum_typed),
    ("enum-unique", schemas::enum_unique),
    ("enum-values-prefixed", protobuf::enums::enum_values_prefixed),
    ("enum-zero-value", protobuf::enums::enum_zero_value),
    ("event-ids-unique", events::event_ids_unique),
    ("event-named", events::event_named),
    ("examples-valid", examples::examples_valid),
    ("field-type", protobuf::messages::field_type),
    ("file-name-case", protobuf::packages::file_name_case),
    ("first-field-repeated", protobuf::messages::first_field_repeated),
    ("flows-are", security::flows_are),
    ("folder-one-package", protobuf::packages::folder_one_package),
    ("grammar-violations", structure::grammar_violations),
    ("has-fields", protobuf::messages::has_fields),
    ("has-response", operations::has_response),
    ("has-success", operations::has_success),
    ("headers-are-objects", messages::headers_are_objects),
    ("http-binding", protobuf::services::http_binding),
    ("imports-acyclic", protobuf::circles::imports_acyclic),
    ("imports-stable", protobuf::packages::imports_stable),
    ("imports-used", protobuf::imports::imports_used),
    ("lacks-fields", protobuf::messages::lacks_fields),
    ("length", text::length),
    ("links-local", structure::links_local),
    ("links-resolve", structure::links_resolve),
    ("major-matches-path", versions::major_matches_path),
    ("message-examples-valid", messages::message_examples_valid),
    ("message-has", messages::message_has),
    ("messages-of-channel", events::messages_of_channel),
    ("method-message-names", protobuf::methods::method_message_names),
    ("method-messages-own", protobuf::methods::method_messages_own),
    ("no-adjacent-variables", paths::no_adjacent_variables),
    ("no-credential-name", security::no_credential_name),
    ("no-secrets", secrets::no_secrets),
    ("no-verb-segments", paths::no_verb_segments),
    ("not-required", protobuf::fields::not_required),
    ("one-of", text::one_of),
    ("one-version", versions::one_version),
    ("operation-ids-unique", operations::operation_ids_unique),
    ("package-in-folder", protobuf::packages::package_in_folder),
    ("package-one-folder", protobuf::packages::package_one_folder),
    ("package-options-agree", protobuf::packages::package_options_agree),
    ("package-versioned", protobuf::packages::package_versioned),
    ("package-versions-agree", protobuf::languages::package_versions_agree),
    ("packages-acyclic", protobuf::circles::packages_acyclic),
    ("pagination-consistent", versions::pagination_consistent),
    ("parameters-unique", operations::parameters_unique),
    ("past-tense", events::past_tense),
    ("path-depth", paths::path_depth),
    ("path-variables-declared", paths::path_variables_declared),
    ("pattern", text::pattern),
    ("payload-typed", messages::payload_typed),
    ("plural-name", protobuf::services::plural_name),
    ("plural-segments", paths::plural_segments),
    ("present", text::present),
    ("properties-described", descriptions::properties_described),
    ("registered-statuses", operations::registered_statuses),
    ("request-body", operations::request_body),
    ("required-defined", schemas::required_defined),
    ("response-headers", operations::response_headers),
    ("response-is", protobuf::messages::response_is),
    ("said-around", messages::said_around),
    ("says", protobuf::said::says),
    ("schema-has", bodies::schema_has),
    ("scheme-is", security::scheme_is),
    ("scopes-defined", security::scopes_defined),
    ("secured", security::secured),
    ("segment-case", paths::segment_case),
    ("server-secured", events::server_secured),
    ("server-variables", parameters::server_variables),
    ("some-key", text::some_key),
    ("some-package", protobuf::languages::some_package),
    ("sorted-by", text::sorted_by),
    ("success-statuses", operations::success_statuses),
    ("sunset-ahead", deprecation::sunset_ahead),
    ("takes-header", operations::takes_header),
    ("takes-parameters", operations::takes_parameters),
    ("template-sound", paths::template_sound),
    ("text-problems", structure::text_problems),
    ("types-consistent", consistency::types_consistent),
    ("unambiguous-paths", paths::unambiguous_paths),
    ("unambiguous-scalars", structure::unambiguous_scalars),
    ("unique-by", text::unique_by),
    ("uses-tls", security::uses_tls),
    ("validation-sound", protobuf::validation::validation_sound),
    ("verb-noun", protobuf::services::verb_noun),
    ("version-strategy-consistent", versions::version_strategy_consistent),
    ("versioned", versions::versioned),
];

/// The function with a name, told its options, which the vocabulary has checked.
///
/// # Errors
/// When there is no such function, or an option is none that it can work with, such as a broken regular expression.
pub fn make(name: &str, options: &[(Text, Value)]) -> Result<Function, Refusal> {
    let (_, maker) = MAKERS
        .iter()
        .find(|(maker, _)| *maker == name)
        .ok_or_else(|| format!("there is no function `{name}`"))?;
    maker(&Options(options))
}

/// The names of all functions, for the test that holds them against the vocabulary.
pub fn names() -> impl Iterator<Item = &'static str> {
    MAKERS.iter().map(|(name, _)| *name)
}

/// What a function is told.
pub struct Options<'o>(&'o [(Text, Value)]);

impl Options<'_> {
    fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(option, _)| option == name).map(|(_, value)| value)
    }

    /// A string.
    fn text(&self, name: &str) -> Option<String> {
        self.get(name)?.text().map(str::to_owned)
    }

    /// A list of strings; empty where the option is not given.
    fn texts(&self, name: &str) -> Vec<String> {
        self.get(name)
            .map(|value| {
                value
                    .elements()
                    .iter()
                    .filter_map(|text| text.text().map(str::to_owned))
                    .collect()
            })
            .unwrap_or_default()
    }

    /// A list of strings, or what counts where the option is not given.
    fn texts_or(&self, name: &str, default: &[&str]) -> Vec<String> {
        match self.get(name) {
            Some(_) => self.texts(name),
            None => default.iter().map(|text| (*text).to_owned()).collect(),
        }
    }

    /// A list of lists of strings.
    fn text_lists(&self, name: &str) -> Vec<Vec<String>> {
        let Some(Value::List(lists)) = self.get(name) else {
            return Vec::new();
        };
        lists
            .iter()
            .map(|list| {
                list.elements()
                    .iter()
                    .filter_map(|text| text.text().map(str::to_owned))
                    .collect()
            })
            .collect()
    }

    fn count(&self, name: &str) -> Option<usize> {
        match self.get(name)? {
            Value::Number(text) => text.parse().ok(),
            _ => None,
        }
    }

    fn flag(&self, name: &str) -> bool {
        self.get(name) == Some(&Value::Boolean(true))
    }

    fn regex(&self, name: &str) -> Result<Option<Regex>, Refusal> {
        self.text(name)
            .map(|pattern| {
                Regex::new(&pattern).map_err(|error| format!("option `{name}` is no regular expression: {error}"))
            })
            .transpose()
    }

    fn case(&self, name: &str) -> Result<Case, Refusal> {
        self.text(name)
            .and_then(|case| Case::from_name(&case))
            .ok_or_else(|| format!("option `{name}` names no case"))
    }
}

/// The function, in the box that rules keep it in.
fn function(check: impl Fn(&Subject<'_, '_>, &mut Hits) + Send + Sync + 'static) -> Result<Function, Refusal> {
    Ok(Box::new(check))
}

/// The function that asks about operations; of other nodes it says nothing.
fn of_operation(
    check: impl for<'w> Fn(&Subject<'_, 'w>, &'w Api, &'w Operation, &mut Hits) + Send + Sync + 'static,
) -> Result<Function, Refusal> {
    function(move |subject, hits| {
        if let Some((api, operation)) = subject.operation() {
            check(subject, api, operation, hits);
        }
    })
}

/// Tells each node whose id, under `field`, an earlier one has.
fn ids_unique(subject: &Subject<'_, '_>, nodes: impl IntoIterator<Item = Address>, field: Key, hits: &mut Hits) {
    let mut seen: FxHashMap<&str, Location> = FxHashMap::default();
    for node in nodes {
        let Some(id) = subject.at(node).get(field) else {
            continue;
        };
        let location = Location::value(id.address());
        match seen.get(id.text()) {
            Some(first) if *first != location => {
                hits.push(Hit::new(location).with("id", id.text()).related("first here", *first));
            }
            _ => {
                seen.insert(id.text(), location);
            }
        }
    }
}

/// Whether a name is among `names`, whatever its capitals.
fn is_among(name: &str, names: &[String]) -> bool {
    names.iter().any(|other| other.eq_ignore_ascii_case(name))
}

/// The text of the `name` of a node, or the key it stands under.
#[must_use]
pub fn name_of<'w>(node: Node<'w>) -> &'w str {
    node.string_at(crate::syntax::key::NAME)
        .or_else(|| node.key_text())
        .unwrap_or_default()
}

/// The operation that holds a node, as people call it: `GET /orders`, `OrderService.ListOrders`.
#[must_use]
pub fn operation_label(node: Node<'_>) -> Option<String> {
    if let Some((service, rpc)) = method_of(node) {
        return Some(format!("{}.{}", proto::name(service), proto::name(rpc)));
    }
    http::operation_of(node.workspace(), node)
        .map(|(api, operation)| operation.label(api))
        .or_else(|| events::operation_label(node))
}

/// The path that a node stands for or in, or the address of its channel.
#[must_use]
pub fn path_label(node: Node<'_>) -> Option<String> {
    if let Some((service, rpc)) = method_of(node) {
        return Some(format!("/{}/{}", proto::full_name(service), proto::name(rpc)));
    }
    let Some(api) = node.document().api_around() else {
        return events::channel_label(node);
    };
    std::iter::once(node)
        .chain(node.ancestors())
        .find_map(|holder| api.paths_of(holder.address()).next())
        .map(|path| path.template.clone())
}

/// The method of a service that holds a node.
fn method_of(node: Node<'_>) -> Option<(Node<'_>, Node<'_>)> {
    let mut holders = std::iter::once(node).chain(node.ancestors());
    let rpc = holders.find(|holder| holder.kind() == Kind::Rpc)?;
    Some((holders.find(|holder| holder.kind() == Kind::Service)?, rpc))
}
