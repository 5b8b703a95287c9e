//! Functions that look at Protobuf: packages, messages, enums, services and their options.

use super::{CASES, EXCEPT, FunctionSpec, OptionSpec, OptionType, function, needed, option};

const WHICH_MESSAGE: OptionSpec = option(
    "of",
    OptionType::Text,
    "which message: the `request` or `response` of a method, or the type of the field with this name (default: the message itself)",
);
const EXCEPT_REQUESTS: OptionSpec = option(
    "except-requests",
    OptionType::Texts,
    "full names of messages that any method may take",
);
const EXCEPT_RESPONSES: OptionSpec = option(
    "except-responses",
    OptionType::Texts,
    "full names of messages that any method may answer with",
);

pub(super) const FUNCTIONS: &[FunctionSpec] = &[
    function(
        "crud-complete",
        "of what a service creates, or lists and changes, it gets one as well",
        &["Service"],
        &[],
        &["done", "wanted"],
    ),
    function(
        "enum-starts-at-zero",
        "the first value of an enum of Protobuf has the number 0",
        &["Enum"],
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
        "folder-one-package",
        "all Protobuf files of a folder are of one package",
        &["Workspace"],
        &[],
        &["package", "others"],
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
        "method-message-names",
        "the messages of a method are called like it, with `Request` and `Response` behind, and perhaps the service before",
        &["Rpc"],
        &[
            option(
                "responses",
                OptionType::Word(&["named", "resource"]),
                "whether answers are so `named`, too, or may be any message that is not called like an answer (default `resource`)",
            ),
            EXCEPT_REQUESTS,
            EXCEPT_RESPONSES,
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
            EXCEPT_REQUESTS,
            EXCEPT_RESPONSES,
        ],
        &["text", "what", "other"],
    ),
    function(
        "not-required",
        "a field of Protobuf is not required",
        &["Field"],
        &[],
        &[],
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
        "some-package",
        "if any file declares a service, one of the files, or of those that they import, has such a package",
        &["Workspace"],
        &[needed("match", OptionType::Regex, "what the package matches")],
        &[],
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
];
