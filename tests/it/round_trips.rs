//! What is written one way and read back is what it was.

use crate::property;
use proptest::prelude::*;
use serde_json::Value;
use std::sync::Arc;
use stipula::document::{pointer, resolve_uri};
use stipula::rules::dictionary::{Dictionary, Number};
use stipula::rules::words::{Case, same_words};
use stipula::source::{Limits, Source};
use stipula::syntax::{self, NodeId};

/// Keys that pointers have to escape, and some that look as if they were escaped; none of which is another one escaped.
const KEYS: &[&str] = &[
    "", "a", "/", "~", "~1", "~01", "a/b~c", "0", "01", "-1", "%", "%zz", "%2B", "50%25", "%7EX", "é", "🦀", " ", "#",
    "\"", "\\", "\n",
];

fn tree_of_keys() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<i32>().prop_map(Value::from),
        any::<String>().prop_map(Value::from)
    ];
    leaf.prop_recursive(4, 64, 30, |inner| {
        let key = prop_oneof![4 => prop::sample::select(KEYS).prop_map(str::to_owned), 1 => "[a-z~/0-9]{0,6}"];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..30).prop_map(Value::from),
            prop::collection::btree_map(key, inner, 0..30).prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(property::config(256))]

    #[test]
    fn pointers_lead_back(value in tree_of_keys()) {
        let source = Arc::new(Source::from_text("in.json", value.to_string()));
        let tree = syntax::read(&source, &Limits::default());
        prop_assert!(tree.problems().is_empty());
        for node in tree.ids() {
            let pointer = pointer::of(&tree, node);
            prop_assert_eq!(pointer::find(&tree, NodeId::ROOT, &pointer), Ok(node), "{}", pointer);
            prop_assert!(value.pointer(&pointer).is_some(), "{}", pointer);
            // As a part of a URL.
            let escaped = pointer.replace('%', "%25").replace(' ', "%20").replace('#', "%23").replace('é', "%C3%A9");
            prop_assert_eq!(pointer::find(&tree, NodeId::ROOT, &escaped), Ok(node), "{}", escaped);
        }
    }

    #[test]
    fn no_pointer_panics(value in tree_of_keys(), pointer: String) {
        let source = Arc::new(Source::from_text("in.json", value.to_string()));
        let tree = syntax::read(&source, &Limits::default());
        drop(pointer::find(&tree, NodeId::ROOT, &pointer));
        drop(pointer::percent_decode(&pointer));
    }

    #[test]
    fn no_reference_panics(base: String, reference: String) {
        drop(resolve_uri(&base, &reference));
    }

    #[test]
    fn names_are_written_in_their_case(words in prop::collection::vec("[a-z]{2,5}[0-9]{0,2}", 1..5), style in 0_usize..7) {
        // How the words come along is one more case.
        let name = CASES[style].write(&words.join(" "));
        for case in CASES {
            let written = case.write(&name);
            prop_assert!(case.fits(&written), "{} in {:?}", written, case);
            prop_assert_eq!(&case.write(&written), &written);
            // In one word, nobody sees where another begins.
            if !matches!(case, Case::Flat) && !matches!(CASES[style], Case::Flat) {
                prop_assert!(same_words(&name, &written), "{} {}", name, written);
            }
        }
    }

    #[test]
    fn no_name_panics(name: String) {
        for case in CASES {
            let written = case.write(&name);
            prop_assert!(case.fits(&name) || !written.is_empty() || !name.contains(char::is_alphanumeric));
        }
        let dictionary = Dictionary::default();
        drop((dictionary.plural(&name), dictionary.number(&name)));
    }
}

const CASES: &[Case] = &[
    Case::Snake,
    Case::Camel,
    Case::Pascal,
    Case::Kebab,
    Case::UpperSnake,
    Case::Header,
    Case::Flat,
];

/// All examples of RFC 3986, section 5.4 (<https://www.rfc-editor.org/rfc/rfc3986#section-5.4>), but for `g:h`: a
/// scheme of one letter is a drive here.
#[test]
fn references_are_resolved_as_rfc_3986_says() {
    let base = "http://a/b/c/d;p?q";
    let wrong: Vec<String> = [
        ("g", "http://a/b/c/g"),
        ("./g", "http://a/b/c/g"),
        ("g/", "http://a/b/c/g/"),
        ("/g", "http://a/g"),
        ("//g", "http://g"),
        ("?y", "http://a/b/c/d;p?y"),
        ("g?y", "http://a/b/c/g?y"),
        ("#s", "http://a/b/c/d;p?q#s"),
        ("g#s", "http://a/b/c/g#s"),
        ("g?y#s", "http://a/b/c/g?y#s"),
        (";x", "http://a/b/c/;x"),
        ("g;x", "http://a/b/c/g;x"),
        ("g;x?y#s", "http://a/b/c/g;x?y#s"),
        ("", "http://a/b/c/d;p?q"),
        (".", "http://a/b/c/"),
        ("./", "http://a/b/c/"),
        ("..", "http://a/b/"),
        ("../", "http://a/b/"),
        ("../g", "http://a/b/g"),
        ("../..", "http://a/"),
        ("../../", "http://a/"),
        ("../../g", "http://a/g"),
        ("../../../g", "http://a/g"),
        ("../../../../g", "http://a/g"),
        ("/./g", "http://a/g"),
        ("/../g", "http://a/g"),
        ("g.", "http://a/b/c/g."),
        (".g", "http://a/b/c/.g"),
        ("g..", "http://a/b/c/g.."),
        ("..g", "http://a/b/c/..g"),
        ("./../g", "http://a/b/g"),
        ("./g/.", "http://a/b/c/g/"),
        ("g/./h", "http://a/b/c/g/h"),
        ("g/../h", "http://a/b/c/h"),
        ("g;x=1/./y", "http://a/b/c/g;x=1/y"),
        ("g;x=1/../y", "http://a/b/c/y"),
        ("g?y/./x", "http://a/b/c/g?y/./x"),
        ("g?y/../x", "http://a/b/c/g?y/../x"),
        ("g#s/./x", "http://a/b/c/g#s/./x"),
        ("g#s/../x", "http://a/b/c/g#s/../x"),
        ("http:g", "http:g"),
    ]
    .iter()
    .filter(|(reference, expected)| resolve_uri(base, reference) != *expected)
    .map(|(reference, expected)| format!("{reference}: {} instead of {expected}", resolve_uri(base, reference)))
    .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Nouns that APIs are full of.
const NOUNS: &[&str] = &[
    "account",
    "address",
    "alias",
    "analysis",
    "api",
    "app",
    "article",
    "batch",
    "box",
    "branch",
    "bus",
    "business",
    "cache",
    "campus",
    "card",
    "case",
    "category",
    "child",
    "city",
    "class",
    "clause",
    "client",
    "cluster",
    "company",
    "country",
    "course",
    "crisis",
    "currency",
    "customer",
    "database",
    "day",
    "device",
    "discount",
    "dish",
    "entry",
    "event",
    "expense",
    "exchange",
    "field",
    "file",
    "flag",
    "foot",
    "group",
    "half",
    "hero",
    "house",
    "image",
    "index",
    "invoice",
    "item",
    "job",
    "key",
    "knife",
    "leaf",
    "lens",
    "license",
    "life",
    "location",
    "match",
    "matrix",
    "menu",
    "message",
    "metric",
    "namespace",
    "note",
    "order",
    "page",
    "party",
    "patch",
    "payment",
    "person",
    "photo",
    "policy",
    "price",
    "process",
    "product",
    "proxy",
    "purchase",
    "quiz",
    "quota",
    "race",
    "radius",
    "reply",
    "response",
    "role",
    "route",
    "schema",
    "server",
    "service",
    "shelf",
    "sku",
    "status",
    "story",
    "strategy",
    "subscription",
    "survey",
    "switch",
    "tag",
    "task",
    "tax",
    "team",
    "template",
    "thesis",
    "ticket",
    "toy",
    "user",
    "version",
    "virus",
    "wish",
    "witness",
    "woman",
    "zone",
];

#[test]
fn plurals_are_told_from_singulars() {
    let dictionary = Dictionary::default();
    for noun in NOUNS {
        let plural = dictionary.plural(noun);
        assert_ne!(plural, *noun);
        assert_eq!(dictionary.number(noun), Number::Singular(plural.clone()), "{noun}");
        assert_eq!(dictionary.number(&plural), Number::Plural, "{plural}");
    }
}
