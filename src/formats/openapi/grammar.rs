//! The table of Swagger 2.0 and OpenAPI 3.0, 3.1 and 3.2.
//!
//! It says all that the official meta-schema of each version says, and links each kind to its section of
//! <https://spec.openapis.org/oas/>.

use super::values::{V2, V30, V31, V32};
use super::{objects, schema, security};
use crate::document::grammar::{Grammar, Siblings, Specification, Version, Versions};
use crate::document::{Dialect, FormatName, Kind};
use crate::syntax::key;
use std::sync::OnceLock;

/// The table of one version.
pub fn grammar(version: Versions) -> &'static Grammar {
    static GRAMMARS: [OnceLock<Grammar>; 4] = [const { OnceLock::new() }; 4];
    let known = VERSIONS.iter().position(|known| known.version == version);
    let slot = known.unwrap_or(VERSIONS.len() - 1);
    GRAMMARS[slot].get_or_init(|| Grammar::new(&OPENAPI, &VERSIONS[slot]))
}

/// <https://spec.openapis.org/oas/v3.1.1.html#reference-object>
const TEXTS_COUNT: Siblings = Siblings::Only(&[key::SUMMARY, key::DESCRIPTION]);

static VERSIONS: [Version; 4] = [
    version(V2, "2.0", Dialect::Swagger20, Siblings::Ignored),
    version(V30, "3.0", Dialect::OpenApi30, Siblings::Ignored),
    version(V31, "3.1", Dialect::Draft202012, TEXTS_COUNT),
    version(V32, "3.2", Dialect::Draft202012, TEXTS_COUNT),
];

const fn version(version: Versions, name: &'static str, dialect: Dialect, siblings: Siblings) -> Version {
    Version {
        version,
        name,
        dialect: Some(dialect),
        siblings,
    }
}

static OPENAPI: Specification = Specification {
    name: FormatName::OpenApi.title(),
    format: Some(FormatName::OpenApi),
    versions: &VERSIONS,
    root: Kind::Root,
    objects: &[
        objects::ROOT,
        objects::INFO,
        objects::CONTACT,
        objects::LICENSE,
        objects::SERVER,
        objects::SERVER_VARIABLE,
        objects::PATHS,
        objects::PATH_ITEM,
        objects::OPERATION,
        objects::EXTERNAL_DOCS,
        objects::PARAMETER,
        objects::ITEMS,
        objects::REQUEST_BODY,
        objects::MEDIA_TYPE,
        objects::ENCODING,
        objects::RESPONSES,
        objects::RESPONSE,
        objects::CALLBACK,
        objects::EXAMPLE,
        objects::LINK,
        objects::HEADER,
        objects::TAG,
        security::SECURITY_SCHEME,
        security::OAUTH_FLOWS,
        security::OAUTH_FLOW,
        security::SECURITY_REQUIREMENT,
        objects::COMPONENTS,
        schema::SCHEMA,
        schema::DISCRIMINATOR,
        schema::XML,
    ],
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::source::{Limits, Source};
    use std::sync::Arc;

    /// What is wrong with the parts of a document of this version, which the required keys are added to.
    fn wrong(version: Versions, parts: &str) -> Vec<String> {
        let start = match version {
            V2 => "swagger: '2.0'\ninfo: { title: T, version: 1.0.0 }\npaths: {}\n",
            V30 => "openapi: 3.0.4\ninfo: { title: T, version: 1.0.0 }\npaths: {}\n",
            V31 => "openapi: 3.1.1\ninfo: { title: T, version: 1.0.0 }\n",
            _ => "openapi: 3.2.0\ninfo: { title: T, version: 1.0.0 }\n",
        };
        let source = Arc::new(Source::from_text("openapi.yaml", format!("{start}{parts}\n")));
        let mut document = Document::new(crate::syntax::read(&source, &Limits::default()));
        document.describe(grammar(version));
        document
            .violations()
            .iter()
            .map(|violation| violation.message(document.tree(), grammar(version)))
            .collect()
    }

    #[track_caller]
    fn check(cases: &[(&[Versions], &str, &[&str])]) {
        for (versions, parts, messages) in cases {
            for version in *versions {
                assert_eq!(&wrong(*version, parts), messages, "{version:?}: {parts}");
            }
        }
    }

    #[test]
    fn bearer_may_be_written_in_any_case() {
        let scheme = |name| {
            format!("components: {{ securitySchemes: {{ s: {{ type: http, scheme: {name}, bearerFormat: JWT }} }} }}")
        };
        check(&[
            (&[V30, V31, V32], &scheme("bEARer"), &[]),
            (
                &[V30, V31, V32],
                &scheme("Basic"),
                &["`bearerFormat` has no place here beside `scheme: Basic`"],
            ),
        ]);
    }

    #[test]
    fn keywords_of_schemas_have_their_forms() {
        let schema = |keywords: &str| format!("components: {{ schemas: {{ S: {{ {keywords} }} }} }}");
        let cases: &[(&str, &[&str])] = &[
            (
                "$anchor: a b",
                &[
                    "`a b` cannot stand here: an anchor starts with a letter or `_` and holds only letters, digits, \
                   `.`, `-` and `_`",
                ],
            ),
            (
                "$dynamicAnchor: ''",
                &[
                    "an empty name cannot stand here: an anchor starts with a letter or `_` and holds only letters, \
                   digits, `.`, `-` and `_`",
                ],
            ),
            ("$anchor: _a-1.b, $dynamicAnchor: b", &[]),
            (
                "$recursiveAnchor: true",
                &["`$recursiveAnchor` should be a string, not a boolean"],
            ),
            (
                "$recursiveRef: 1",
                &["`$recursiveRef` should be a string, not a number"],
            ),
            ("$recursiveRef: '#'", &[]),
            (
                "$id: 'https://example.com/a#b'",
                &["`https://example.com/a#b` is no URL without a fragment (`$anchor` names a part)"],
            ),
            ("$id: a b", &["`a b` is no URL"]),
            ("$id: 'https://example.com/a#'", &[]),
            ("dependencies: 1", &["`dependencies` should be an object, not a number"]),
            (
                "dependencies: { a: 1 }",
                &["`a` should be a Schema object or a boolean or a list, not a number"],
            ),
            ("dependencies: { a: [b, b] }", &["`b` stands in this list already"]),
            (
                "dependencies: { a: [1] }",
                &["an element of this list should be a string, not a number"],
            ),
            (
                "dependencies: { a: { type: text } }",
                &[
                    "`text` is no value that can stand here; use `array`, `boolean`, `integer`, `null`, `number`, \
                   `object` or `string`",
                ],
            ),
            ("dependencies: { a: [b, c], d: { type: string }, e: false }", &[]),
        ];
        for (keywords, messages) in cases {
            check(&[(&[V31, V32], &schema(keywords), messages)]);
        }
    }

    #[test]
    fn parameters_owe_their_place() {
        let parameter = |fields: &str| format!("components: {{ parameters: {{ P: {{ {fields} }} }} }}");
        let braces = "`a{b}` cannot stand here: a path parameter's name is not empty and holds neither `{` nor `}`";
        let cases: &[(&[Versions], &str, &[&str])] = &[
            (
                &[V31, V32],
                "name: 'a{b}', in: path, required: true, schema: {}",
                &[braces],
            ),
            (&[V30], "name: 'a{b}', in: path, required: true, schema: {}", &[]),
            (&[V31, V32], "name: 'a b', in: path, required: true, schema: {}", &[]),
            (
                &[V32],
                "name: a b, in: header, schema: {}",
                &["`a b` cannot stand here: a header's name has only letters, digits and the marks that HTTP allows"],
            ),
            (&[V30, V31], "name: a b, in: header, schema: {}", &[]),
            (&[V32], "name: X-A_b, in: header, schema: {}", &[]),
            (
                &[V31, V32],
                "name: a, in: header, schema: {}, allowReserved: true",
                &["`allowReserved` has no place here beside `in: header`"],
            ),
            (
                &[V31],
                "name: a, in: cookie, schema: {}, allowReserved: true",
                &["`allowReserved` has no place here beside `in: cookie`"],
            ),
            (
                &[V32],
                "name: a, in: cookie, style: cookie, schema: {}, allowReserved: true",
                &["`allowReserved` has no place here beside `style: cookie`"],
            ),
            (&[V32], "name: a, in: cookie, schema: {}, allowReserved: true", &[]),
            (
                &[V32],
                "name: a, in: path, required: true, schema: {}, allowReserved: true",
                &[],
            ),
            (&[V30], "name: a, in: header, schema: {}, allowReserved: true", &[]),
            (
                &[V30, V31, V32],
                "name: a, in: query, schema: {}, allowReserved: true",
                &[],
            ),
            (
                &[V30, V31],
                "name: a, in: query, content: { a/b: {} }, example: 1",
                &["`example` and `content` cannot stand together"],
            ),
            (&[V32], "name: a, in: query, content: { a/b: {} }, example: 1", &[]),
        ];
        for (versions, fields, messages) in cases {
            check(&[(versions, &parameter(fields), messages)]);
        }
        let header = "components: { headers: { H: { content: { a/b: {} }, examples: {} } } }";
        check(&[
            (&[V30, V31], header, &["`examples` and `content` cannot stand together"]),
            (&[V32], header, &[]),
        ]);
    }

    #[test]
    fn what_counts_beside_a_reference_is_text() {
        let reference = |siblings: &str| {
            format!(
                "components:\n  responses:\n    A: {{ description: d }}\n    B: {{ $ref: '#/components/responses/A', {siblings} }}"
            )
        };
        check(&[
            (&[V31, V32], &reference("summary: s, description: d"), &[]),
            (
                &[V31, V32],
                &reference("summary: [], description: 1"),
                &[
                    "`summary` should be a string, not a list",
                    "`description` should be a string, not a number",
                ],
            ),
            (
                &[V30],
                &reference("description: 1"),
                &["`description` is ignored: it stands beside a `$ref`"],
            ),
        ]);
    }

    #[test]
    fn a_node_type_of_xml_stands_for_what_it_replaced() {
        let xml = |fields: &str| format!("components: {{ schemas: {{ S: {{ xml: {{ {fields} }} }} }} }}");
        check(&[
            (
                &[V32],
                &xml("nodeType: attribute, attribute: true"),
                &["`attribute` and `nodeType` cannot stand together"],
            ),
            (
                &[V32],
                &xml("nodeType: element, wrapped: true"),
                &["`wrapped` and `nodeType` cannot stand together"],
            ),
            (&[V32], &xml("wrapped: true, attribute: false"), &[]),
        ]);
    }

    #[test]
    fn security_of_swagger_does_not_repeat() {
        check(&[
            (
                &[V2],
                "security: [{ a: [] }, { a: [] }]",
                &["the same stands in this list already"],
            ),
            (&[V2], "security: [{ a: [x, x] }]", &["`x` stands in this list already"]),
            (&[V2], "security: [{ a: [x, y] }, { b: [x] }, {}]", &[]),
            (&[V30], "security: [{ a: [x, x] }, { a: [x, x] }]", &[]),
        ]);
    }

    #[test]
    fn a_host_may_have_a_port() {
        for (host, is_one) in [
            ("api.example.com", true),
            ("localhost:8080", true),
            ("10.0.0.1", true),
            ("https://example.com", false),
            ("example.com/v1", false),
            ("a:x", false),
            ("a:", false),
            ("a:80:90", false),
            (":80", false),
            ("", false),
        ] {
            assert_eq!(wrong(V2, &format!("host: '{host}'")).is_empty(), is_one, "{host}");
        }
    }

    #[test]
    fn a_file_is_a_whole_response() {
        let response = |schema: &str| format!("responses: {{ R: {{ description: d, schema: {{ {schema} }} }} }}");
        let misplaced = "`type: file` can stand only in the `schema` of a Response itself";
        check(&[
            (
                &[V2],
                &response("type: file, title: t, description: d, example: e"),
                &[],
            ),
            (
                &[V2],
                &response("type: file, maxLength: 3"),
                &["`maxLength` has no place here beside `type: file`"],
            ),
            (&[V2], &response("type: array, items: { type: file }"), &[misplaced]),
            (
                &[V2],
                &response("type: object, properties: { schema: { type: file } }"),
                &[misplaced],
            ),
            (&[V2], "definitions: { F: { type: file } }", &[misplaced]),
            (
                &[V2],
                "parameters: { P: { name: b, in: body, schema: { type: file } } }",
                &[misplaced],
            ),
            (&[V2], "parameters: { P: { name: b, in: formData, type: file } }", &[]),
        ]);
    }

    #[test]
    fn definitions_of_swagger_are_no_references() {
        check(&[
            (
                &[V2],
                "parameters: { A: { name: a, in: query, type: string }, B: { $ref: '#/parameters/A' } }",
                &["`$ref` cannot stand in place of this Parameter; write it out, or refer to the other one directly"],
            ),
            (
                &[V2],
                "responses: { A: { description: d }, B: { $ref: '#/responses/A' } }",
                &["`$ref` cannot stand in place of this Response; write it out, or refer to the other one directly"],
            ),
            (&[V2], "definitions: { A: {}, B: { $ref: '#/definitions/A' } }", &[]),
        ]);
    }

    #[test]
    fn a_querystring_stands_alone() {
        let list = |elements: &[&str]| format!("paths: {{ /a: {{ parameters: [{}] }} }}", elements.join(", "));
        let whole = "{ name: w, in: querystring, content: { a/b: {} } }";
        let one = "{ name: q, in: query, schema: {} }";
        let header = "{ name: h, in: header, schema: {} }";
        let message = "`in: querystring` cannot stand beside another `in: querystring` or `in: query`: it describes the \
                       whole query string";
        check(&[
            (&[V32], &list(&[whole, header]), &[]),
            (&[V32], &list(&[one, header]), &[]),
            (&[V32], &list(&[one, whole]), &[message]),
            (&[V32], &list(&[whole, one]), &[message]),
            (&[V32], &list(&[whole, header, whole]), &[message]),
        ]);
    }
}
