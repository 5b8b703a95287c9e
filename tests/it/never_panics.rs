//! No text makes a reader panic, whatever it is offered as.

use crate::{fuzz, property};
use proptest::prelude::*;
use stipula::rules::Catalog;

/// What the texts are made of that people write for stipula.
const PIECES: &[&str] = &[
    "",
    "\n",
    "\n  ",
    "\n    ",
    " ",
    "\t",
    ":",
    ": ",
    "- ",
    "\n- ",
    "{",
    "}",
    "[",
    "]",
    ",",
    "\"",
    "'",
    "#",
    "|",
    ">",
    "&a ",
    "*a",
    "<<: ",
    "!!str ",
    "---\n",
    "...",
    "null",
    "true",
    "~",
    "-1",
    "1e999",
    "0x1F",
    "é",
    "🦀",
    "\u{feff}",
    "\u{85}",
    "\r\n",
    "\\",
    "\\u00e9",
    "\\ud800",
    "%2F",
    "~1",
    "$ref",
    "$ref: '#'",
    "$ref: '#/components/schemas/Order'",
    "# stipula-ignore all: why\n",
    "# stipula-ignore operation-described until 2027-01-01: soon\n",
    "# stipula-ignore until :",
    "#stipula-ignore a,b until x",
    "x-stipula-ignore: [path-kebab-case]\n",
    "openapi: 3.1.0\n",
    "swagger: '2.0'\n",
    "openapi: 3.0.3\n",
    "asyncapi: 2.6.0\n",
    "asyncapi: 3.0.0\n",
    "channels:\n",
    "operations:\n",
    "action: send\n",
    "publish:\n",
    "message: ",
    "traits: ",
    "$ref: '#/channels/orders'",
    "schemaFormat: application/vnd.apache.avro",
    "paths:\n",
    "allOf: ",
    "items: ",
    "schema: ",
    "/a/{b}",
    "{",
    "given: $..[?(@.a == 'b')]",
    "given: Operation",
    "then: ",
    "function: ",
    "options: ",
    "```yaml\n",
    "```\n",
    "## Bad\n",
    "## Good\n",
    "#! any-rule",
    "severity: error\n",
    "message: \"{name}\"\n",
    "rules:\n",
    "extends: all\n",
    "paths: { \"**\": ",
    "off",
    "level: ",
    "limits: ",
    "depth: ",
    "dictionary: ",
    "version: 1",
    "findings: []",
    "fingerprint",
];

fn text_of_pieces() -> impl Strategy<Value = String> {
    prop::collection::vec(
        prop_oneof![9 => prop::sample::select(PIECES).prop_map(str::to_owned), 1 => any::<String>()],
        0..30,
    )
    .prop_map(|pieces| pieces.concat())
}

fn pages() -> Vec<String> {
    let pages = property::own_texts("rules", &["md"]);
    assert!(pages.len() >= Catalog::default().declarations().len());
    pages
}

/// Configurations that say something of everything.
fn configurations() -> Vec<String> {
    [
        "apis:\n  - name: orders\n    spec: api/*.yaml\n    against: origin/main\nrules:\n  extends: [recommended, all]\n  \
         operation-described: off\n  path-kebab-case: { level: warning, options: { except: [status] } }\n  paths:\n    \
         \"legacy/**\": { path-kebab-case: off }\nrule-folders: [api-rules]\nfail-on: warning\nbaseline: b.json\n",
        "limits:\n  document-megabytes: 4\n  depth: 20\n  syntax-errors: 3\nreferences: { network: true, outside-project: \
         false }\ndictionary:\n  plurals: { sku: skus }\n  uncountable: [status]\n  nouns: [update]\n  verbs: [ping]\n",
        "{\"version\": 1, \"findings\": [{\"path\": \"a.yaml\", \"rule\": \"r\", \"fingerprint\": \"0f\", \"message\": \"m\"}]}",
    ]
    .map(str::to_owned)
    .to_vec()
}

fn documents() -> Vec<String> {
    let mut documents = property::own_texts("fixtures", &["yaml", "json"]);
    documents.push(
        "# stipula-ignore info-contact until 2027-03-31: later\nopenapi: 3.1.0\ninfo: {title: t, version: 1.0.0} # \
         stipula-ignore info-described, info-license: none\nx-stipula-ignore: ['server-https: local', 'nope']\npaths: {}\n"
            .to_owned(),
    );
    documents.push(
        "asyncapi: 2.6.0\ninfo: {title: t, version: 1.0.0}\nservers: {b: {url: '{h}:1', protocol: amqp, variables: {h: {default: \
         a}}}}\nchannels:\n  order/{id}:\n    parameters: {id: {schema: {type: string}}}\n    publish:\n      operationId: o\n      traits: \
         [{$ref: '#/components/operationTraits/t'}]\n      message: {oneOf: [{$ref: '#/components/messages/m'}, {payload: {type: \
         object}}]}\ncomponents:\n  operationTraits: {t: {bindings: {amqp: {replyTo: q}}}}\n  messages:\n    m: {schemaFormat: \
         application/vnd.apache.avro, payload: {type: record, name: M, fields: [{name: a, type: [\"null\", M], default: \
         null}]}, examples: [{payload: {a: null}}]}\n"
            .to_owned(),
    );
    documents.push(
        "asyncapi: 3.0.0\ninfo: {title: t, version: 1.0.0}\ncomponents:\n  messages:\n    m:\n      bindings: {sqs: {queue: {name: q, \
         policy: {statements: [{effect: Allow, principal: {AWS: a}, action: b}]}}}}\n      payload:\n        schemaFormat: \
         application/vnd.google.protobuf\n        schema: |\n          syntax = \"proto3\";\n          import \"a.proto\";\n          message A { B b \
         = 1; } // b\n"
            .to_owned(),
    );
    documents
}

fn proto_files() -> Vec<String> {
    let mut files = property::own_texts("fixtures/proto", &["proto"]);
    files.push(
        "// (-- api-linter: core::0192=disabled --)\nsyntax = \"proto3\";\n// buf:lint:ignore PACKAGE_VERSION_SUFFIX\npackage \
         a.b;\nimport \"in.proto\";\nmessage A { // stipula-ignore described: none\n  int32 a = 1 \
         [(buf.validate.field).string = { min_len: 2, max_len: 1 }];\n}\nenum E { A_0 = 0; }\nservice S { rpc M(stream A) \
         returns (A); }\n"
            .to_owned(),
    );
    files
}

/// A contract of the fixtures and the description that it belongs to, one of them damaged.
fn contract_and_description() -> impl Strategy<Value = (String, String)> {
    let described = ["contract.json", "openapi.yaml"].map(|name| {
        let path = format!("{}/fixtures/contract/described/{name}", env!("CARGO_MANIFEST_DIR"));
        std::fs::read_to_string(path).unwrap()
    });
    let [contract, description] = described;
    let damaged_contract = property::damaged(vec![contract.clone()], PIECES);
    let damaged_description = property::damaged(vec![description.clone()], PIECES);
    prop_oneof![
        damaged_contract.prop_map(move |contract| (contract, description.clone())),
        damaged_description.prop_map(move |description| (contract.clone(), description)),
    ]
}

/// A contract with rules of every sort.
const CONTRACT: &str = include_str!("../pact/every_rule.json");

/// A document, and the same with some damage.
fn two_versions() -> impl Strategy<Value = (String, String)> {
    prop::sample::select(documents()).prop_flat_map(|text| (Just(text.clone()), property::damaged(vec![text], PIECES)))
}

/// A description of events, in either grammar, and the same or another one with some damage.
fn two_versions_of_events() -> impl Strategy<Value = (String, String)> {
    let mut descriptions = documents();
    descriptions.retain(|text| text.lines().any(|line| line.starts_with("asyncapi:")));
    assert!(descriptions.len() > 3, "{} descriptions of events", descriptions.len());
    (
        prop::sample::select(descriptions.clone()),
        property::damaged(descriptions, PIECES),
    )
}

fn documents_as_json() -> Vec<String> {
    documents()
        .iter()
        .map(|text| {
            let source = std::sync::Arc::new(stipula::source::Source::from_text("in.yaml", text.as_str()));
            let tree = stipula::syntax::read(&source, &stipula::source::Limits::default());
            crate::tree_value::value(&tree, stipula::syntax::NodeId::ROOT).to_string()
        })
        .collect()
}

proptest! {
    #![proptest_config(property::config(150))]

    #[test]
    fn json(text in text_of_pieces()) {
        fuzz::json(&text);
    }

    #[test]
    fn json_of_damaged_documents(text in property::damaged(documents_as_json(), PIECES)) {
        fuzz::json(&text);
    }

    #[test]
    fn yaml(text in text_of_pieces()) {
        fuzz::yaml(&text);
    }

    #[test]
    fn yaml_of_damaged_documents(text in property::damaged(documents(), PIECES)) {
        fuzz::yaml(&text);
    }

    #[test]
    fn lint(text in text_of_pieces()) {
        fuzz::lint(&format!("openapi: 3.1.0\n{text}"));
    }

    #[test]
    fn lint_of_damaged_documents(text in property::damaged(documents(), PIECES)) {
        fuzz::lint(&text);
    }

    #[test]
    fn lint_of_damaged_json_documents(text in property::damaged(documents_as_json(), PIECES)) {
        fuzz::lint(&text);
    }

    #[test]
    fn proto_of_damaged_files(text in property::damaged(proto_files(), PIECES)) {
        fuzz::proto(&text);
    }

    #[test]
    fn versions_of_damaged_documents(
        old in property::damaged(documents(), PIECES),
        new in property::damaged(documents(), PIECES),
    ) {
        fuzz::versions(&old, &new);
    }

    #[test]
    fn versions_of_one_document((old, new) in two_versions()) {
        fuzz::versions(&old, &new);
    }

    #[test]
    fn versions_of_events((old, new) in two_versions_of_events()) {
        fuzz::versions(&old, &new);
        fuzz::versions(&new, &old);
    }

    #[test]
    fn contract(text in property::damaged(vec![CONTRACT.to_owned()], PIECES), body in text_of_pieces()) {
        fuzz::contract(format!("{text}\0{body}").as_bytes());
    }

    #[test]
    fn described((contract, description) in contract_and_description()) {
        fuzz::described(format!("{contract}\0{description}").as_bytes());
    }

    #[test]
    fn page(text in text_of_pieces()) {
        fuzz::page(&format!("---\n{text}"));
    }

    #[test]
    fn damaged_pages(text in property::damaged(pages(), PIECES)) {
        fuzz::page(&text);
    }

    #[test]
    fn config(text in text_of_pieces()) {
        fuzz::config(&text);
    }

    #[test]
    fn damaged_configurations(text in property::damaged(configurations(), PIECES)) {
        fuzz::config(&text);
    }
}

/// What is sound to begin with, undamaged.
#[test]
fn own_texts_are_taken() {
    documents().iter().for_each(|text| fuzz::lint(text));
    proto_files().iter().for_each(|text| fuzz::proto(text));
    documents().iter().for_each(|text| fuzz::versions_in(text));
    pages().iter().for_each(|text| fuzz::page(text));
    configurations().iter().for_each(|text| fuzz::config(text));
}
