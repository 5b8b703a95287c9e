//! Interned keys: a map key is a number, so that finding one is comparing numbers.

use rustc_hash::FxHasher;
use std::hash::Hasher;
use std::sync::OnceLock;

/// An interned map key.
///
/// The constants of [`well_known`] mean the same key in every tree; any other key is known only to the tree that
/// read it, and is compared across trees by its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key(pub(super) u32);

impl Key {
    /// What stands where a node has no key.
    pub(super) const NONE: Self = Self(u32::MAX);

    /// The position of the key in its table; that of a well-known key is the same in every tree.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }

    /// The text of a well-known key; `None` for any other.
    #[must_use]
    pub fn well_known_text(self) -> Option<&'static str> {
        well_known::TEXTS.get(self.0 as usize).copied()
    }

    /// The texts of all well-known keys.
    #[must_use]
    pub const fn well_known_texts() -> &'static [&'static str] {
        well_known::TEXTS
    }

    /// The well-known key with this text.
    #[must_use]
    pub fn well_known(text: &str) -> Option<Self> {
        Keys::base().find(text, hash(text)).map(Self)
    }
}

macro_rules! well_known_keys {
    ($($name:ident = $text:literal,)*) => {
        /// Every key that a specification or the vocabulary names, as a constant.
        pub mod well_known {
            #![allow(missing_docs)]
            use super::Key;
            #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
            #[repr(u32)]
            enum Index { $($name,)* }
            $(pub const $name: Key = Key(Index::$name as u32);)*
            pub(super) const TEXTS: &[&str] = &[$($text,)*];
        }
    };
}

well_known_keys! {
    REF = "$ref",
    MERGE = "<<",
    // The names that each specification gives to its objects' fields, in alphabetical order.
    DOLLAR_ANCHOR = "$anchor",
    DOLLAR_COMMENT = "$comment",
    DOLLAR_DEFS = "$defs",
    DOLLAR_DYNAMIC_ANCHOR = "$dynamicAnchor",
    DOLLAR_DYNAMIC_REF = "$dynamicRef",
    DOLLAR_ID = "$id",
    DOLLAR_RECURSIVE_ANCHOR = "$recursiveAnchor",
    DOLLAR_RECURSIVE_REF = "$recursiveRef",
    DOLLAR_SCHEMA = "$schema",
    DOLLAR_SELF = "$self",
    DOLLAR_VOCABULARY = "$vocabulary",
    ADDITIONAL_ITEMS = "additionalItems",
    ADDITIONAL_OPERATIONS = "additionalOperations",
    ADDITIONAL_PROPERTIES = "additionalProperties",
    ALLOW_EMPTY_VALUE = "allowEmptyValue",
    ALLOW_RESERVED = "allowReserved",
    ALL_OF = "allOf",
    ANY_OF = "anyOf",
    ATTRIBUTE = "attribute",
    AUTHORIZATION_CODE = "authorizationCode",
    AUTHORIZATION_URL = "authorizationUrl",
    BASE_PATH = "basePath",
    BEARER_FORMAT = "bearerFormat",
    CALLBACKS = "callbacks",
    CLIENT_CREDENTIALS = "clientCredentials",
    COLLECTION_FORMAT = "collectionFormat",
    COMPONENTS = "components",
    CONST = "const",
    CONSUMES = "consumes",
    CONTACT = "contact",
    CONTAINS = "contains",
    CONTENT = "content",
    CONTENT_ENCODING = "contentEncoding",
    CONTENT_MEDIA_TYPE = "contentMediaType",
    CONTENT_SCHEMA = "contentSchema",
    CONTENT_TYPE = "contentType",
    DATA_VALUE = "dataValue",
    DEFAULT = "default",
    DEFAULT_MAPPING = "defaultMapping",
    DEFINITIONS = "definitions",
    DELETE = "delete",
    DEPENDENCIES = "dependencies",
    DEPENDENT_REQUIRED = "dependentRequired",
    DEPENDENT_SCHEMAS = "dependentSchemas",
    DEPRECATED = "deprecated",
    DESCRIPTION = "description",
    DEVICE_AUTHORIZATION = "deviceAuthorization",
    DEVICE_AUTHORIZATION_URL = "deviceAuthorizationUrl",
    DISCRIMINATOR = "discriminator",
    ELSE = "else",
    EMAIL = "email",
    ENCODING = "encoding",
    ENUM = "enum",
    EXAMPLE = "example",
    EXAMPLES = "examples",
    EXCLUSIVE_MAXIMUM = "exclusiveMaximum",
    EXCLUSIVE_MINIMUM = "exclusiveMinimum",
    EXPLODE = "explode",
    EXTERNAL_DOCS = "externalDocs",
    EXTERNAL_VALUE = "externalValue",
    FLOW = "flow",
    FLOWS = "flows",
    FORMAT = "format",
    GET = "get",
    HEAD = "head",
    HEADERS = "headers",
    HOST = "host",
    ID = "id",
    IDENTIFIER = "identifier",
    IF = "if",
    IMPLICIT = "implicit",
    IN = "in",
    INFO = "info",
    ITEMS = "items",
    ITEM_ENCODING = "itemEncoding",
    ITEM_SCHEMA = "itemSchema",
    JSON_SCHEMA_DIALECT = "jsonSchemaDialect",
    KIND = "kind",
    LICENSE = "license",
    LINKS = "links",
    MAPPING = "mapping",
    MAXIMUM = "maximum",
    MAX_CONTAINS = "maxContains",
    MAX_ITEMS = "maxItems",
    MAX_LENGTH = "maxLength",
    MAX_PROPERTIES = "maxProperties",
    MEDIA_TYPES = "mediaTypes",
    MINIMUM = "minimum",
    MIN_CONTAINS = "minContains",
    MIN_ITEMS = "minItems",
    MIN_LENGTH = "minLength",
    MIN_PROPERTIES = "minProperties",
    MULTIPLE_OF = "multipleOf",
    NAME = "name",
    NAMESPACE = "namespace",
    NODE_TYPE = "nodeType",
    NOT = "not",
    NULLABLE = "nullable",
    OAUTH2_METADATA_URL = "oauth2MetadataUrl",
    ONE_OF = "oneOf",
    OPENAPI = "openapi",
    OPEN_ID_CONNECT_URL = "openIdConnectUrl",
    OPERATION_ID = "operationId",
    OPERATION_REF = "operationRef",
    OPTIONS = "options",
    PARAMETERS = "parameters",
    PARENT = "parent",
    PASSWORD = "password",
    PATCH = "patch",
    PATHS = "paths",
    PATH_ITEMS = "pathItems",
    PATTERN = "pattern",
    PATTERN_PROPERTIES = "patternProperties",
    POST = "post",
    PREFIX = "prefix",
    PREFIX_ENCODING = "prefixEncoding",
    PREFIX_ITEMS = "prefixItems",
    PRODUCES = "produces",
    PROPERTIES = "properties",
    PROPERTY_NAME = "propertyName",
    PROPERTY_NAMES = "propertyNames",
    PUT = "put",
    QUERY = "query",
    READ_ONLY = "readOnly",
    REFRESH_URL = "refreshUrl",
    REQUEST_BODIES = "requestBodies",
    REQUEST_BODY = "requestBody",
    REQUIRED = "required",
    RESPONSES = "responses",
    SCHEMA = "schema",
    SCHEMAS = "schemas",
    SCHEME = "scheme",
    SCHEMES = "schemes",
    SCOPES = "scopes",
    SECURITY = "security",
    SECURITY_DEFINITIONS = "securityDefinitions",
    SECURITY_SCHEMES = "securitySchemes",
    SERIALIZED_VALUE = "serializedValue",
    SERVER = "server",
    SERVERS = "servers",
    STYLE = "style",
    SUMMARY = "summary",
    SWAGGER = "swagger",
    TAGS = "tags",
    TERMS_OF_SERVICE = "termsOfService",
    THEN = "then",
    TITLE = "title",
    TOKEN_URL = "tokenUrl",
    TRACE = "trace",
    TYPE = "type",
    UNEVALUATED_ITEMS = "unevaluatedItems",
    UNEVALUATED_PROPERTIES = "unevaluatedProperties",
    UNIQUE_ITEMS = "uniqueItems",
    URL = "url",
    VALUE = "value",
    VARIABLES = "variables",
    VERSION = "version",
    WEBHOOKS = "webhooks",
    WRAPPED = "wrapped",
    WRITE_ONLY = "writeOnly",
    XML = "xml",
    // The fields of Pact files that no description has.
    UNDERSCORE_ID = "_id",
    UNDERSCORE_LINKS = "_links",
    BODY = "body",
    COMBINE = "combine",
    COMMENTS = "comments",
    CONSUMER = "consumer",
    CONTENTS = "contents",
    CREATED_AT = "createdAt",
    ENCODED = "encoded",
    GENERATORS = "generators",
    INTERACTION_MARKUP = "interactionMarkup",
    INTERACTIONS = "interactions",
    KEY = "key",
    MATCH = "match",
    MATCHERS = "matchers",
    MATCHING_RULES = "matchingRules",
    MESSAGES = "messages",
    METADATA = "metadata",
    METADATA_IN_CAMEL_CASE = "metaData",
    METHOD = "method",
    PARAMS = "params",
    PATH = "path",
    PENDING = "pending",
    PLUGIN_CONFIGURATION = "pluginConfiguration",
    PROVIDER = "provider",
    PROVIDER_STATE_IN_RUBY = "provider_state",
    PROVIDER_STATE = "providerState",
    PROVIDER_STATES = "providerStates",
    REQUEST = "request",
    RESPONSE = "response",
    STATUS = "status",
    TRANSPORT = "transport",
    // The parts of Protobuf declarations that no other format has.
    DETACHED_COMMENTS = "detached_comments",
    EDITION = "edition",
    END = "end",
    ENUMS = "enums",
    EXTENDEE = "extendee",
    EXTENDS = "extends",
    EXTENSION_RANGES = "extension_ranges",
    FIELDS = "fields",
    GROUP = "group",
    IMPORTS = "imports",
    LABEL = "label",
    LEADING_COMMENTS = "leading_comments",
    METHODS = "methods",
    MODIFIER = "modifier",
    NUMBER = "number",
    ONEOFS = "oneofs",
    PACKAGE = "package",
    RESERVED = "reserved",
    SERVICES = "services",
    START = "start",
    STREAM = "stream",
    SYNTAX = "syntax",
    TRAILING_COMMENTS = "trailing_comments",
    VALUES = "values",
    VISIBILITY = "visibility",
    // Extensions that the standards speak of.
    X_STIPULA_IGNORE = "x-stipula-ignore",
    X_SUNSET = "x-sunset",
    X_STABILITY_LEVEL = "x-stability-level",
    X_EXTENSIBLE_ENUM = "x-extensible-enum",
}

/// The keys of one tree: the well-known ones, which all trees share, and its own.
#[derive(Debug, Clone)]
pub(super) struct Keys {
    own: Table,
    /// For each key, the one that followed it last time. Objects of one kind name their fields in one order, so
    /// this guess is right more often than not and saves the hashing.
    followers: Vec<u32>,
    previous: u32,
}

/// Texts by number, and the way back.
#[derive(Debug, Clone, Default)]
struct Table {
    texts: String,
    spans: Vec<(u32, u32)>,
    /// Open addressing, nothing or a power of two long: 0 is free, anything else a text's number plus one.
    slots: Vec<u32>,
}

impl Table {
    fn text(&self, number: usize) -> &str {
        self.spans
            .get(number)
            .and_then(|&(start, end)| self.texts.get(start as usize..end as usize))
            .unwrap_or_default()
    }

    /// The number of a text with this hash.
    fn find(&self, text: &str, hash: usize) -> Option<u32> {
        if self.slots.is_empty() {
            return None;
        }
        self.slots[self.slot(text, hash)].checked_sub(1)
    }

    /// Where `text` stands, or the free slot where it would.
    fn slot(&self, text: &str, hash: usize) -> usize {
        let mask = self.slots.len() - 1;
        let mut slot = hash & mask;
        while self.slots[slot] != 0 && self.text(self.slots[slot] as usize - 1) != text {
            slot = (slot + 1) & mask;
        }
        slot
    }

    /// Adds a text that is not there.
    fn insert(&mut self, text: &str, hash: usize) -> u32 {
        if (self.spans.len() + 1) * 2 > self.slots.len() {
            self.grow();
        }
        let number = self.spans.len() as u32;
        let start = self.texts.len() as u32;
        self.texts.push_str(text);
        self.spans.push((start, self.texts.len() as u32));
        let slot = self.slot(text, hash);
        self.slots[slot] = number + 1;
        number
    }

    fn grow(&mut self) {
        let mut slots = vec![0; (self.slots.len() * 2).max(32)];
        let mask = slots.len() - 1;
        for number in 0..self.spans.len() {
            let mut slot = hash(self.text(number)) & mask;
            while slots[slot] != 0 {
                slot = (slot + 1) & mask;
            }
            slots[slot] = number as u32 + 1;
        }
        self.slots = slots;
    }
}

fn hash(text: &str) -> usize {
    let mut hasher = FxHasher::default();
    hasher.write(text.as_bytes());
    // The high bits of a multiplicative hash are the mixed ones.
    let hash = hasher.finish();
    (hash ^ (hash >> 32)) as usize
}

impl Keys {
    fn base() -> &'static Table {
        static BASE: OnceLock<Table> = OnceLock::new();
        BASE.get_or_init(|| {
            let mut table = Table::default();
            for text in well_known::TEXTS {
                table.insert(text, hash(text));
            }
            table
        })
    }

    /// A table that holds the well-known keys.
    pub(super) fn new() -> Self {
        Self {
            own: Table::default(),
            followers: (0..well_known::TEXTS.len() as u32).collect(),
            previous: 0,
        }
    }

    pub(super) fn len(&self) -> usize {
        well_known::TEXTS.len() + self.own.spans.len()
    }

    pub(super) fn text(&self, key: Key) -> &str {
        match key.index().checked_sub(well_known::TEXTS.len()) {
            Some(number) => self.own.text(number),
            None => well_known::TEXTS[key.index()],
        }
    }

    pub(super) fn find(&self, text: &str) -> Option<Key> {
        self.find_hashed(text, hash(text))
    }

    fn find_hashed(&self, text: &str, hash: usize) -> Option<Key> {
        let own = || {
            let number = self.own.find(text, hash)?;
            Some(well_known::TEXTS.len() as u32 + number)
        };
        Self::base().find(text, hash).or_else(own).map(Key)
    }

    pub(super) fn intern(&mut self, text: &str) -> Key {
        if let Some(&guess) = self.followers.get(self.previous as usize)
            && self.text(Key(guess)) == text
        {
            self.previous = guess;
            return Key(guess);
        }
        let hash = hash(text);
        let key = self.find_hashed(text, hash).unwrap_or_else(|| {
            let index = well_known::TEXTS.len() as u32 + self.own.insert(text, hash);
            self.followers.push(index);
            Key(index)
        });
        if let Some(follower) = self.followers.get_mut(self.previous as usize) {
            *follower = key.0;
        }
        self.previous = key.0;
        key
    }

    /// Gives back what only interning needs.
    pub(super) fn settle(&mut self) {
        self.followers = Vec::new();
        self.own.texts.shrink_to_fit();
        self.own.spans.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn well_known_keys_are_distinct_and_found() {
        let keys = Keys::new();
        assert_eq!(keys.len(), well_known::TEXTS.len());
        assert_eq!(keys.find("paths"), Some(well_known::PATHS));
        assert_eq!(keys.text(well_known::READ_ONLY), "readOnly");
        assert_eq!(Key::well_known("nonsense"), None);
    }

    #[test]
    fn interning_is_stable_beyond_the_first_growth() {
        let mut keys = Keys::new();
        let names: Vec<String> = (0..5000).map(|n| format!("name-{n}")).collect();
        let first: Vec<Key> = names.iter().map(|name| keys.intern(name)).collect();
        let second: Vec<Key> = names.iter().rev().map(|name| keys.intern(name)).collect();
        assert!(first.iter().eq(second.iter().rev()));
        assert!(names.iter().zip(first).all(|(name, key)| keys.text(key) == name));
    }
}
