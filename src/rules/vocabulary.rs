//! The words that rule pages may use: functions, conditions, and what each can be told.
//!
//! This is the table; what each word does stands in [`functions`](super::functions) and
//! [`conditions`](super::conditions). The build script checks the built-in pages against it, the loader those of
//! users, and `docs/rule-authors.md` is generated from it.

use super::declaration::Value;

/// What an option of a function may be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum OptionType {
    /// A string.
    Text,
    /// A regular expression.
    Regex,
    /// One of these strings.
    Word(&'static [&'static str]),
    /// A whole number.
    Count,
    /// A boolean.
    Boolean,
    /// A list of strings; a single string counts as a list of one.
    Texts,
    /// A list of lists of strings.
    TextLists,
    /// Anything.
    Any,
}

/// An option of a function.
#[derive(Debug, Clone, Copy)]
pub struct OptionSpec {
    /// Its name.
    pub name: &'static str,
    /// What it may be.
    pub option_type: OptionType,
    /// What it does; says the default, too.
    pub about: &'static str,
    /// Whether a page must give it.
    pub required: bool,
}

/// A function.
#[derive(Debug, Clone, Copy)]
pub struct FunctionSpec {
    /// Its name.
    pub name: &'static str,
    /// What it demands of the node.
    pub about: &'static str,
    /// The kinds it can be asked about; any where this is empty.
    pub kinds: &'static [&'static str],
    /// Its options.
    pub options: &'static [OptionSpec],
    /// The facts it gives to messages, beside those that every message may use.
    pub facts: &'static [&'static str],
}

/// A condition.
#[derive(Debug, Clone, Copy)]
pub struct ConditionSpec {
    /// Its name.
    pub name: &'static str,
    /// What holds if it holds.
    pub about: &'static str,
    /// What it is compared with.
    pub option_type: OptionType,
}

/// The facts that every message may use.
pub const COMMON_FACTS: &[(&str, &str)] = &[
    ("operation", "the operation that holds the node, as in `GET /orders`"),
    ("path", "the path template that the node stands for or in"),
    (
        "name",
        "what the node that was looked at is called: an operation as above, an API by its title, others by `name` or key",
    ),
    ("key", "the key of the node at which the finding stands"),
    ("value", "the text of that node"),
    ("kind", "the kind of the node that was looked at"),
    ("field", "the field that the page asks about"),
];

const fn option(name: &'static str, option_type: OptionType, about: &'static str) -> OptionSpec {
    OptionSpec {
        name,
        option_type,
        about,
        required: false,
    }
}

const fn needed(name: &'static str, option_type: OptionType, about: &'static str) -> OptionSpec {
    OptionSpec {
        required: true,
        ..option(name, option_type, about)
    }
}

const fn function(
    name: &'static str,
    about: &'static str,
    kinds: &'static [&'static str],
    options: &'static [OptionSpec],
    facts: &'static [&'static str],
) -> FunctionSpec {
    FunctionSpec {
        name,
        about,
        kinds,
        options,
        facts,
    }
}

const CASES: OptionType = OptionType::Word(&["snake", "camel", "pascal", "kebab", "upper-snake", "header", "flat"]);
const OF: OptionSpec = option(
    "of",
    OptionType::Word(&["success", "error", "request"]),
    "which bodies: of `success` responses (the default), of `error` responses, of the `request`",
);
const EXCEPT_MEDIA: OptionSpec = option("except-media", OptionType::Texts, "media types that are left alone");
const WHICH_MESSAGE: OptionSpec = option(
    "of",
    OptionType::Text,
    "which message: the `request` or `response` of a method, or the type of the field with this name (default: the message itself)",
);
const EXCEPT: OptionSpec = option("except", OptionType::Texts, "names that are left alone");

/// Every function, in alphabetical order.
pub const FUNCTIONS: &[FunctionSpec] = &[
    function("absent", "the field is not there", &[], &[], &[]),
    function(
        "address-parameters",
        "the parameters in the address of a channel are declared, and no others are",
        &["Channel"],
        &[],
        &["problem"],
    ),
    function(
        "address-sound",
        "the address of a channel has no empty parameter, no query and no fragment",
        &["Channel"],
        &[],
        &["problem", "template"],
    ),
    function(
        "array-has-items",
        "a list says what its elements are",
        &["Schema", "Items", "Parameter", "Header"],
        &[],
        &[],
    ),
    function(
        "binding-has",
        "where messages travel over one of these protocols, its binding says one of these fields",
        &["Channel", "Message"],
        &[
            needed("protocols", OptionType::Texts, "the protocols, as bindings call them"),
            needed(
                "fields",
                OptionType::Texts,
                "the fields, one of which must be there; `a/b` is a field of a field",
            ),
            option("about", OptionType::Text, "what the fields say, for the message"),
        ],
        &["protocol", "about", "wanted"],
    ),
    function(
        "body-has",
        "JSON bodies have these properties; `a.b` is a property of a property, `a[]` stands for the elements of a list",
        &["Operation"],
        &[
            OF,
            needed("properties", OptionType::Texts, "the properties"),
            option(
                "only-with",
                OptionType::Text,
                "only bodies that have this property are looked at",
            ),
            EXCEPT_MEDIA,
        ],
        &["missing", "status", "media"],
    ),
    function(
        "body-has-any",
        "JSON bodies have one of these properties, in any case, or the response has one of these headers; bare lists are left alone",
        &["Operation"],
        &[
            OF,
            needed("properties", OptionType::Texts, "the properties"),
            option("headers", OptionType::Texts, "the headers"),
        ],
        &["status", "media"],
    ),
    function(
        "body-is-object",
        "JSON bodies are objects, not lists",
        &["Operation"],
        &[OF],
        &["status", "media"],
    ),
    function(
        "body-lacks",
        "JSON bodies have none of these properties, in any case, nor have the objects in them",
        &["Operation"],
        &[
            OF,
            needed("properties", OptionType::Texts, "the properties"),
            EXCEPT_MEDIA,
        ],
        &["text"],
    ),
    function(
        "body-property",
        "where JSON bodies have a property, its schema is of a type and has one of these keywords",
        &["Operation"],
        &[
            OF,
            needed("property", OptionType::Text, "the property"),
            option("type", OptionType::Text, "the type"),
            option(
                "keywords",
                OptionType::Texts,
                "the keywords, one of which must be there",
            ),
            EXCEPT_MEDIA,
        ],
        &["property"],
    ),
    function(
        "carries-header",
        "the operation takes one of these headers, and its success responses give one back",
        &["Operation"],
        &[needed("any-of", OptionType::Texts, "the headers")],
        &["missing"],
    ),
    function(
        "casing",
        "a name is written in a case",
        &[],
        &[
            needed("case", CASES, "the case"),
            EXCEPT,
            option(
                "last-part",
                OptionType::Boolean,
                "only what stands after the last dot counts (default: every part)",
            ),
        ],
        &["text", "case", "suggestion"],
    ),
    function(
        "client-errors",
        "the operation documents the client errors that it can run into: 400 with input, 401 with security, 404 with a variable in its path",
        &["Operation"],
        &[option(
            "ignore",
            OptionType::Texts,
            "statuses that need not be documented",
        )],
        &["missing"],
    ),
    function(
        "components-used",
        "every component is used by something that is used itself",
        &["Workspace"],
        &[],
        &["holder"],
    ),
    function(
        "content-types-said",
        "every message with a payload says in which media type it travels, or the description does for all",
        &["Root"],
        &[],
        &["messages", "count", "total"],
    ),
    function(
        "crud-complete",
        "of what a service creates, or lists and changes, it gets one as well",
        &["Service"],
        &[],
        &["done", "wanted"],
    ),
    function(
        "dead-lettered",
        "a channel that is received from says where messages go that cannot be processed, and that place exists",
        &["Operation"],
        &[],
        &["problem"],
    ),
    function(
        "defaults-valid",
        "a default fits the schema that gives it",
        &["Schema", "Parameter", "Items", "Header"],
        &[],
        &["problem"],
    ),
    function(
        "deprecation-notice",
        "what is deprecated is described, and has a date on which it goes away",
        &[],
        &[option(
            "sunset",
            OptionType::Text,
            "the key that holds the date (default `x-sunset`)",
        )],
        &["missing"],
    ),
    function(
        "described",
        "one of these fields holds a text that is not the name repeated",
        &[],
        &[
            option(
                "fields",
                OptionType::Texts,
                "the fields (default `description`); `a.b` is a field of a field",
            ),
            option(
                "may-repeat",
                OptionType::Boolean,
                "whether the name repeated will do (default: no)",
            ),
        ],
        &["problem"],
    ),
    function(
        "discriminator-sound",
        "the property that a discriminator names is a required property of every branch",
        &["Schema"],
        &[],
        &["property", "problem"],
    ),
    function(
        "empty-responses",
        "responses of these statuses carry no body",
        &["Operation"],
        &[needed("statuses", OptionType::Texts, "the statuses")],
        &["status", "allowed"],
    ),
    function(
        "ends-with",
        "a text ends with another one",
        &[],
        &[needed("suffix", OptionType::Text, "what it ends with")],
        &["text", "suffix", "suggestion"],
    ),
    function(
        "enum-starts-at-zero",
        "the first value of an enum of Protobuf has the number 0",
        &["Enum"],
        &[],
        &["text"],
    ),
    function(
        "enum-typed",
        "every value of an `enum` is of the declared type",
        &["Schema", "Parameter", "Items", "Header"],
        &[],
        &["text", "type"],
    ),
    function(
        "enum-unique",
        "no value stands twice in an `enum`",
        &["Schema", "Parameter", "Items", "Header"],
        &[],
        &["text"],
    ),
    function(
        "enum-values-prefixed",
        "the values of an enum of Protobuf begin with its name",
        &["Enum"],
        &[],
        &["text", "suggestion"],
    ),
    function(
        "enum-zero-value",
        "the value 0 of an enum of Protobuf says by its name that nothing is said",
        &["Enum"],
        &[option(
            "suffix",
            OptionType::Text,
            "what it ends with (default `UNSPECIFIED`)",
        )],
        &["text", "suggestion"],
    ),
    function(
        "event-ids-unique",
        "no two operations, or messages, of an event-driven API have the same id",
        &["Root"],
        &[needed("of", OptionType::Word(&["operation", "message"]), "whose ids")],
        &["id"],
    ),
    function(
        "event-named",
        "the address of a channel, or the names of all messages on it, match a regular expression",
        &["Channel"],
        &[needed("match", OptionType::Regex, "the regular expression")],
        &["address"],
    ),
    function(
        "examples-valid",
        "examples fit their schema, seen from the side that they travel to",
        &["Schema", "MediaType", "Parameter", "Header", "Response"],
        &[],
        &["problem"],
    ),
    function(
        "field-type",
        "a field is of a type; `message`, `enum` and `scalar` stand for all of them",
        &["Field"],
        &[
            option("types", OptionType::Texts, "it is one of these, by their full names"),
            option("except", OptionType::Texts, "it is none of these"),
        ],
        &["type", "wanted"],
    ),
    function(
        "file-name-case",
        "the name of the file is written in a case",
        &["File"],
        &[needed("case", CASES, "the case")],
        &["text", "case", "suggestion"],
    ),
    function(
        "first-field-repeated",
        "the field of a message with the lowest number is a list",
        &["Message", "Rpc"],
        &[WHICH_MESSAGE],
        &["text", "message"],
    ),
    function(
        "flows-are",
        "an OAuth scheme uses only these flows",
        &["SecurityScheme"],
        &[needed(
            "allowed",
            OptionType::Texts,
            "the flows, as OpenAPI 3 calls them",
        )],
        &["flow", "allowed"],
    ),
    function(
        "folder-one-package",
        "all Protobuf files of a folder are of one package",
        &["Workspace"],
        &[],
        &["package", "others"],
    ),
    function(
        "grammar-violations",
        "the document does not depart from its specification in this way",
        &["Document"],
        &[needed(
            "class",
            OptionType::Word(&["structure", "unknown-key", "unlikely-key", "ignored-sibling", "unread"]),
            "the way",
        )],
        &["problem"],
    ),
    function(
        "has-fields",
        "a message has these fields, written as in a file: `int32 page_size`; `a|b` is one of two, `*` any type or name, `{noun}` what the method does something to; names are compared word by word",
        &["Message", "Rpc"],
        &[
            WHICH_MESSAGE,
            needed("fields", OptionType::Texts, "the fields"),
            option(
                "only-with",
                OptionType::Text,
                "only messages that have this field are looked at",
            ),
            option(
                "except",
                OptionType::Texts,
                "messages that are left alone, by their full names",
            ),
            option(
                "if-there",
                OptionType::Boolean,
                "a field may be missing, but if it is there it has the type (default: no)",
            ),
        ],
        &["missing", "wanted", "problem", "message"],
    ),
    function(
        "has-response",
        "one of these statuses is among the responses",
        &["Operation"],
        &[needed("any-of", OptionType::Texts, "the statuses")],
        &["wanted", "found"],
    ),
    function(
        "has-success",
        "some response tells of success: 1xx, 2xx or 3xx",
        &["Operation"],
        &[],
        &[],
    ),
    function(
        "headers-are-objects",
        "the headers of a message are described as an object",
        &["Message", "MessageTrait"],
        &[],
        &[],
    ),
    function(
        "http-binding",
        "the HTTP requests that `google.api.http` binds to a method are these",
        &["Rpc"],
        &[
            option(
                "of",
                OptionType::Texts,
                "only requests with these HTTP methods are looked at",
            ),
            option(
                "except-custom",
                OptionType::Boolean,
                "custom methods, whose templates have a colon, are left alone (default: no)",
            ),
            option("methods", OptionType::Texts, "their HTTP method is one of these"),
            option(
                "body",
                OptionType::Word(&["none", "needed"]),
                "they have a body, or none",
            ),
        ],
        &["problem"],
    ),
    function(
        "imports-acyclic",
        "no Protobuf file imports itself by way of others",
        &["Workspace"],
        &[],
        &["circle"],
    ),
    function(
        "imports-stable",
        "a Protobuf file of a stable package imports none of an unstable one",
        &["File"],
        &[],
        &["package", "other"],
    ),
    function(
        "imports-used",
        "a Protobuf file uses something of each file that it imports, or of what that makes public",
        &["File"],
        &[],
        &["import"],
    ),
    function(
        "lacks-fields",
        "a message has none of these fields, written as for `has-fields`",
        &["Message", "Rpc"],
        &[WHICH_MESSAGE, needed("fields", OptionType::Texts, "the fields")],
        &["text", "message", "problem"],
    ),
    function(
        "length",
        "a text has so many characters, a list or object so many elements",
        &[],
        &[
            option("min", OptionType::Count, "at least (default 0)"),
            option("max", OptionType::Count, "at most (default: any number)"),
        ],
        &["length"],
    ),
    function(
        "links-local",
        "no link leads to the network, where nothing is read",
        &["Document"],
        &[],
        &["target"],
    ),
    function(
        "links-resolve",
        "every link of these classes leads somewhere",
        &["Document"],
        &[needed(
            "classes",
            OptionType::Texts,
            "`reference`, `mapping`, `operation-ref`, `operation-id`, `security-scheme`, `tag`",
        )],
        &["problem", "target"],
    ),
    function(
        "major-matches-path",
        "the major version of the text is that of the paths",
        &["Info"],
        &[],
        &["version", "in-path"],
    ),
    function(
        "message-examples-valid",
        "the examples of a message fit the schemas of its payload and its headers",
        &["Message"],
        &[],
        &["problem"],
    ),
    function(
        "message-has",
        "a message has a header, or a property of its payload or of an envelope in it, of each of these lists",
        &["Message"],
        &[
            option(
                "all-of",
                OptionType::TextLists,
                "the lists, each of which names one thing",
            ),
            option(
                "or-fields",
                OptionType::Texts,
                "or one of these fields, traits included",
            ),
            option(
                "or-named",
                OptionType::Regex,
                "or the name of the message, of its schema, or the address of its channel matches",
            ),
        ],
        &["message", "missing"],
    ),
    function(
        "messages-of-channel",
        "the messages that an operation or a reply names are those of its channel",
        &["Operation", "Reply"],
        &[],
        &["target"],
    ),
    function(
        "method-message-names",
        "the messages of a method are called like it, with `Request` and `Response` behind, and perhaps the service before",
        &["Rpc"],
        &[
            option(
                "responses",
                OptionType::Word(&["named", "resource"]),
                "whether answers are so `named`, too, or may be any message that is not called like an answer (default `resource`)",
            ),
            option(
                "except-requests",
                OptionType::Texts,
                "full names of messages that any method may take",
            ),
            option(
                "except-responses",
                OptionType::Texts,
                "full names of messages that any method may answer with",
            ),
        ],
        &["what", "text", "suggestion"],
    ),
    function(
        "method-messages-own",
        "no two methods of all files take the same request, and no request is an answer",
        &["Workspace"],
        &[
            option(
                "responses",
                OptionType::Word(&["own", "shared"]),
                "whether each method has an answer of its `own`, too (default `shared`)",
            ),
            option(
                "allow-same",
                OptionType::Boolean,
                "whether a method may answer with what it takes (default: no)",
            ),
            option(
                "except-requests",
                OptionType::Texts,
                "full names of messages that any method may take",
            ),
            option(
                "except-responses",
                OptionType::Texts,
                "full names of messages that any method may answer with",
            ),
        ],
        &["text", "what", "other"],
    ),
    function(
        "no-adjacent-variables",
        "a resource stands between two variables of a path",
        &["PathItem"],
        &[],
        &["first", "second", "template"],
    ),
    function(
        "no-credential-name",
        "the text is not called as credentials are",
        &[],
        &[
            EXCEPT,
            option(
                "also",
                OptionType::Texts,
                "further words that credentials are called by",
            ),
            option(
                "any-name",
                OptionType::Boolean,
                "what stands here is a credential, whatever it is called",
            ),
        ],
        &["credential"],
    ),
    function(
        "no-secrets",
        "nothing in the text of the document looks like a key or token that works",
        &["Document"],
        &[],
        &["what"],
    ),
    function(
        "no-verb-segments",
        "no segment of a path says what is done",
        &["PathItem"],
        &[EXCEPT],
        &["segment", "verb", "suggestion", "template"],
    ),
    function(
        "not-required",
        "a field of Protobuf is not required",
        &["Field"],
        &[],
        &[],
    ),
    function(
        "one-of",
        "the value is one of these",
        &[],
        &[needed("values", OptionType::Texts, "the values")],
        &["values"],
    ),
    function(
        "one-version",
        "all paths of a document belong to one major version",
        &["Root"],
        &[],
        &["version", "other"],
    ),
    function(
        "operation-ids-unique",
        "no two operations of an API have the same id",
        &["Root"],
        &[],
        &["id"],
    ),
    function(
        "package-in-folder",
        "a Protobuf file lies in the folders that its package names",
        &["File"],
        &[],
        &["package", "folder"],
    ),
    function(
        "package-one-folder",
        "all Protobuf files of a package lie in one folder",
        &["Workspace"],
        &[],
        &["package", "other"],
    ),
    function(
        "package-options-agree",
        "all Protobuf files of a package say the same in these options, or nothing",
        &["Workspace"],
        &[needed("options", OptionType::Texts, "the options")],
        &["option", "package", "text", "others"],
    ),
    function(
        "package-versioned",
        "a part of a package is its major version, such as `v1` or `v1beta1`",
        &["File"],
        &[
            option("except", OptionType::Texts, "packages that are left alone"),
            option(
                "last-part",
                OptionType::Boolean,
                "only the last part of a package can be its version (default: any part)",
            ),
        ],
        &["what", "wanted"],
    ),
    function(
        "package-versions-agree",
        "what the code of a file is called in a language, as by `go_package`, names the version of its package, or none",
        &["File"],
        &[],
        &["version", "in-path"],
    ),
    function(
        "packages-acyclic",
        "no package of Protobuf imports itself by way of others",
        &["Workspace"],
        &[],
        &["circle"],
    ),
    function(
        "pagination-consistent",
        "all lists of all documents are paged with parameters of one family: page token, cursor, page number or offset",
        &["Workspace"],
        &[],
        &["family", "usual", "others"],
    ),
    function(
        "parameters-unique",
        "no list of parameters names the same one twice",
        &["Operation", "PathItem"],
        &[],
        &["parameter", "place"],
    ),
    function(
        "past-tense",
        "the address of a channel, or the name of a message, does not say what is to be done",
        &["Channel", "Message"],
        &[],
        &["text", "verb", "suggestion"],
    ),
    function(
        "path-depth",
        "a path goes no deeper than so many resources",
        &["PathItem"],
        &[option("max", OptionType::Count, "how many (default 3)")],
        &["depth", "max", "template"],
    ),
    function(
        "path-variables-declared",
        "the variables of a path are its operations' path parameters, and no others are",
        &["Operation"],
        &[],
        &["problem"],
    ),
    function(
        "pattern",
        "the text matches one regular expression and not another",
        &[],
        &[
            option("match", OptionType::Regex, "it must match this"),
            option("not-match", OptionType::Regex, "it must not match this"),
        ],
        &["text"],
    ),
    function(
        "payload-typed",
        "a message says of what type its payload is",
        &["Message"],
        &[],
        &["message", "problem"],
    ),
    function(
        "plural-name",
        "a name speaks of several things: its last word, or that before the first preposition, is plural",
        &[],
        &[
            EXCEPT,
            option("verb", OptionType::Text, "a verb that may stand before the things"),
        ],
        &["segment", "template", "suggestion"],
    ),
    function(
        "plural-segments",
        "every segment of a path that names a collection is plural",
        &["PathItem"],
        &[EXCEPT],
        &["segment", "suggestion", "template"],
    ),
    function("present", "the field is there, and not empty", &[], &[], &[]),
    function(
        "properties-described",
        "every property of a schema is described",
        &["Schema"],
        &[],
        &["problem"],
    ),
    function(
        "registered-statuses",
        "every status code is a registered one and fits its method",
        &["Operation"],
        &[EXCEPT],
        &["status", "problem"],
    ),
    function(
        "request-body",
        "these methods take no body, those need one; a POST only needs one where it creates",
        &["Operation"],
        &[
            option("forbidden", OptionType::Texts, "methods that take no body"),
            option("required", OptionType::Texts, "methods that need one"),
        ],
        &["problem"],
    ),
    function(
        "required-defined",
        "what a schema requires is among its properties",
        &["Schema"],
        &[],
        &["property", "hint"],
    ),
    function(
        "response-headers",
        "responses of these statuses have one of these headers",
        &["Operation"],
        &[
            needed("statuses", OptionType::Texts, "the statuses"),
            needed("any-of", OptionType::Texts, "the headers"),
        ],
        &["status", "headers"],
    ),
    function(
        "response-is",
        "a method answers one of these messages",
        &["Rpc"],
        &[
            needed(
                "allowed",
                OptionType::Texts,
                "the messages, by their full names, or those of any package by their names; `own` is one that is called like the method",
            ),
            option(
                "or-with",
                OptionType::Texts,
                "or any message that has one of these fields",
            ),
        ],
        &["status", "allowed"],
    ),
    function(
        "said-around",
        "one of these fields is there, at the node, at something around it, or under `info`",
        &[],
        &[needed("fields", OptionType::Texts, "the fields")],
        &["wanted"],
    ),
    function(
        "says",
        "a declaration of Protobuf says something by one of these options, or in a comment",
        &["Message", "Field", "Oneof", "Enum", "EnumValue", "Service", "Rpc"],
        &[
            option(
                "options",
                OptionType::Texts,
                "the options, and the fields in them: `deprecated`, `(google.api.http).get`",
            ),
            option("any-option", OptionType::Regex, "or an option whose name matches"),
            option("comment", OptionType::Regex, "or a comment that matches"),
            option("what", OptionType::Text, "what it should say, for messages"),
            option(
                "with",
                OptionType::Texts,
                "what may say it as well: `request` or `response` of a method and the fields of these, `type` of a field",
            ),
        ],
        &["missing", "property"],
    ),
    function(
        "schema-has",
        "the schema of a parameter, or a schema, has these keywords; `a|b` asks for one of two",
        &[],
        &[needed("keywords", OptionType::Texts, "the keywords")],
        &["missing"],
    ),
    function(
        "scheme-is",
        "a security scheme is one of these: a type, or for `http` its scheme",
        &["SecurityScheme"],
        &[needed("allowed", OptionType::Texts, "the types")],
        &["scheme", "allowed"],
    ),
    function(
        "scopes-defined",
        "the scopes of a security requirement are scopes of its scheme",
        &["SecurityRequirement"],
        &[],
        &["scope", "scheme"],
    ),
    function(
        "secured",
        "the operation demands that its caller shows who it is, or says itself that it does not",
        &["Operation"],
        &[option(
            "public",
            OptionType::Texts,
            "paths, or their ends, that anyone may call",
        )],
        &[],
    ),
    function(
        "segment-case",
        "the segments of a path are written in a case",
        &["PathItem"],
        &[needed("case", CASES, "the case"), EXCEPT],
        &["segment", "case", "suggestion", "template"],
    ),
    function(
        "server-secured",
        "a server asks who connects, or all operations on it do; local ones are left alone",
        &["Server"],
        &[],
        &[],
    ),
    function(
        "server-variables",
        "the variables of a server's URL are defined and used, and their defaults are among their values",
        &["Server"],
        &[],
        &["problem"],
    ),
    function(
        "some-key",
        "one of the keys matches",
        &[],
        &[needed("match", OptionType::Regex, "what it matches")],
        &[],
    ),
    function(
        "some-package",
        "if any file declares a service, one of the files, or of those that they import, has such a package",
        &["Workspace"],
        &[needed("match", OptionType::Regex, "what the package matches")],
        &[],
    ),
    function(
        "sorted-by",
        "the elements of a list are in alphabetical order by a field, whatever their case; the first that is not is told",
        &[],
        &[needed("field", OptionType::Text, "the field")],
        &["text", "before"],
    ),
    function(
        "success-statuses",
        "no other success status than these is among the responses",
        &["Operation"],
        &[needed("allowed", OptionType::Texts, "the statuses")],
        &["status", "allowed"],
    ),
    function(
        "sunset-ahead",
        "the date has not passed",
        &[],
        &[
            option(
                "days-ahead",
                OptionType::Count,
                "it is also told so many days before (default 0)",
            ),
            option(
                "match",
                OptionType::Regex,
                "the date is what this captures in the text (default: the text starts with it)",
            ),
        ],
        &["when", "what"],
    ),
    function(
        "takes-header",
        "the operation takes one of these headers",
        &["Operation"],
        &[
            option("any-of", OptionType::Texts, "the headers"),
            option("matching", OptionType::Regex, "or one whose name matches"),
            option(
                "required",
                OptionType::Boolean,
                "whether a request must carry it (default: no)",
            ),
        ],
        &["problem", "missing"],
    ),
    function(
        "takes-parameters",
        "the operation takes all query parameters of one of these lists, in any case",
        &["Operation"],
        &[
            needed("any-of", OptionType::TextLists, "the lists"),
            option("except", OptionType::Texts, "paths that are left alone"),
        ],
        &["wanted"],
    ),
    function(
        "template-sound",
        "a path names each variable once, and has no query",
        &["PathItem"],
        &[],
        &["problem", "template"],
    ),
    function(
        "text-problems",
        "the text of the document has no problem of these kinds",
        &["Document"],
        &[needed(
            "kinds",
            OptionType::Texts,
            "`syntax`, `duplicate-key`, `several-documents`, `unknown-tag`, `limit`",
        )],
        &["problem"],
    ),
    function(
        "types-consistent",
        "fields of one name have one type, in all documents of the format",
        &["Workspace"],
        &[
            EXCEPT,
            option(
                "percent",
                OptionType::Count,
                "so many of a hundred fields of the name have a type that is the usual one (default 75)",
            ),
            option("least", OptionType::Count, "and at least so many have it (default 3)"),
        ],
        &["text", "type", "usual", "others"],
    ),
    function(
        "unambiguous-paths",
        "no two paths match the same URL",
        &["Root"],
        &[],
        &["template", "other"],
    ),
    function(
        "unambiguous-scalars",
        "no text without quotes is a string in YAML 1.2 and something else in YAML 1.1",
        &["Document"],
        &[],
        &["text", "meaning", "place"],
    ),
    function(
        "unique-by",
        "no two elements of a list have the same value in a field",
        &[],
        &[needed("field", OptionType::Text, "the field")],
        &["text"],
    ),
    function(
        "uses-tls",
        "a URL, or each scheme of a list, is encrypted on its way",
        &[],
        &[],
        &["url"],
    ),
    function(
        "validation-sound",
        "what protovalidate asks of a field is about its type, and some value keeps it",
        &["Field"],
        &[],
        &["problem"],
    ),
    function(
        "verb-noun",
        "a name says what is done, then to what",
        &[],
        &[EXCEPT],
        &["text", "problem"],
    ),
    function(
        "version-strategy-consistent",
        "all paths of all documents say their version the same way",
        &["Workspace"],
        &[option("except", OptionType::Texts, "paths that are left alone")],
        &["how", "usual"],
    ),
    function(
        "versioned",
        "every path says its version",
        &["Root"],
        &[
            option(
                "in",
                OptionType::Texts,
                "where it may: `path` (or the server's path), `header`, `query`, `media-type` (default: any)",
            ),
            option("except", OptionType::Texts, "paths that are left alone"),
        ],
        &["what", "wanted"],
    ),
];

/// Every condition, in alphabetical order.
pub const CONDITIONS: &[ConditionSpec] = &[
    ConditionSpec {
        name: "action",
        about: "what the application does in the operation, on the channel or with the message: `send` or `receive`",
        option_type: OptionType::Texts,
    },
    ConditionSpec {
        name: "answers",
        about: "the method answers one of these messages, by their full names",
        option_type: OptionType::Texts,
    },
    ConditionSpec {
        name: "caller",
        about: "who calls the operation or path: `consumer`, `webhook` or `callback`",
        option_type: OptionType::Texts,
    },
    ConditionSpec {
        name: "deprecated",
        about: "the node says that it is deprecated, or does not",
        option_type: OptionType::Boolean,
    },
    ConditionSpec {
        name: "event",
        about: "the channel, operation or message is one of events that travel over a broker: no request, no answer, and no command, which says `x-kind: command`",
        option_type: OptionType::Boolean,
    },
    ConditionSpec {
        name: "fields",
        about: "each of these fields has this value, or one of these; `a.b` is a field of a field",
        option_type: OptionType::Any,
    },
    ConditionSpec {
        name: "first-word",
        about: "the first word of the node's name is one of these",
        option_type: OptionType::Texts,
    },
    ConditionSpec {
        name: "has",
        about: "each of these fields is there",
        option_type: OptionType::Texts,
    },
    ConditionSpec {
        name: "holder",
        about: "the name of the declaration that holds the node matches",
        option_type: OptionType::Regex,
    },
    ConditionSpec {
        name: "json",
        about: "what the node describes travels as JSON: it stands in no media type, or in one that is JSON",
        option_type: OptionType::Boolean,
    },
    ConditionSpec {
        name: "lacks",
        about: "none of these fields is there",
        option_type: OptionType::Texts,
    },
    ConditionSpec {
        name: "last-word",
        about: "the last word of the node's name is one of these",
        option_type: OptionType::Texts,
    },
    ConditionSpec {
        name: "method",
        about: "the method of the operation is one of these",
        option_type: OptionType::Texts,
    },
    ConditionSpec {
        name: "name",
        about: "the node's name matches",
        option_type: OptionType::Regex,
    },
    ConditionSpec {
        name: "named",
        about: "the node's name is one of these, in any case",
        option_type: OptionType::Texts,
    },
    ConditionSpec {
        name: "package",
        about: "the package of the file matches",
        option_type: OptionType::Regex,
    },
    ConditionSpec {
        name: "payload",
        about: "the schema describes what messages carry, and not their headers or what a binding says of a protocol",
        option_type: OptionType::Boolean,
    },
    ConditionSpec {
        name: "returns",
        about: "the operation or method returns a `collection`, an `item` or `nothing`",
        option_type: OptionType::Word(&["collection", "item", "nothing"]),
    },
    ConditionSpec {
        name: "streams",
        about: "the method streams its request or response, or neither",
        option_type: OptionType::Boolean,
    },
    ConditionSpec {
        name: "target",
        about: "the path ends in a `collection`, an `item` or `other`",
        option_type: OptionType::Word(&["collection", "item", "other"]),
    },
    ConditionSpec {
        name: "type",
        about: "the field is of one of these types, by their full names; `message`, `enum` and `scalar` stand for all of them",
        option_type: OptionType::Texts,
    },
    ConditionSpec {
        name: "under",
        about: "the key of the object that holds the node is one of these",
        option_type: OptionType::Texts,
    },
    ConditionSpec {
        name: "unless",
        about: "none of these fields has this value, or one of these",
        option_type: OptionType::Any,
    },
    ConditionSpec {
        name: "version",
        about: "the document's version of its specification is one of these, as in `3.1`",
        option_type: OptionType::Texts,
    },
    ConditionSpec {
        name: "words",
        about: "the node's name has one of these words, in small letters: `phone`, `birth date`",
        option_type: OptionType::Texts,
    },
];

/// The function with this name.
#[must_use]
pub fn find_function(name: &str) -> Option<&'static FunctionSpec> {
    FUNCTIONS.iter().find(|function| function.name == name)
}

/// The condition with this name.
#[must_use]
pub fn find_condition(name: &str) -> Option<&'static ConditionSpec> {
    CONDITIONS.iter().find(|condition| condition.name == name)
}

impl OptionType {
    /// What is wrong with a value for an option of this type, as a clause; `None` if nothing is.
    #[must_use]
    pub fn complaint(self, value: &Value) -> Option<String> {
        let all_texts = |value: &Value| value.elements().iter().all(|element| element.text().is_some());
        match self {
            Self::Any => None,
            Self::Text if value.text().is_some() => None,
            Self::Text => Some("should be a string".into()),
            Self::Regex => match value.text() {
                Some(_) => None,
                None => Some("should be a regular expression".into()),
            },
            Self::Word(words) => match value.text() {
                Some(word) if words.contains(&word) => None,
                _ => Some(format!("should be one of {}", words.join(", "))),
            },
            Self::Count => match value {
                Value::Number(text) if text.parse::<u32>().is_ok() => None,
                _ => Some("should be a whole number".into()),
            },
            Self::Boolean => match value {
                Value::Boolean(_) => None,
                _ => Some("should be true or false".into()),
            },
            Self::Texts if all_texts(value) => None,
            Self::Texts => Some("should be a string or a list of strings".into()),
            Self::TextLists => match value {
                Value::List(lists) if lists.iter().all(all_texts) => None,
                _ => Some("should be a list of lists of strings".into()),
            },
        }
    }
}
