//! Regular languages: they accept what the regex crate matches, and obey the laws of sets.

use crate::property;
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};
use stipula::schema::{Language, Undecided};

/// Strings over few characters, so that patterns meet them.
fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(
        prop::sample::select(&['a', 'b', 'c', '0', '-', '_', '\n', ' '][..]),
        0..7,
    )
    .prop_map(String::from_iter)
}

/// Patterns, of parts that mean the same in ECMA 262 and in Rust for such strings.
fn pattern() -> impl Strategy<Value = String> {
    let atoms = &[
        "a",
        "b",
        "c",
        "0",
        "-",
        "_",
        "é",
        ".",
        "^",
        "$",
        "\\d",
        "\\w",
        "\\W",
        "\\s",
        "\\S",
        "[a-c]",
        "[^a]",
        "\\b",
        "\\B",
        "[0-9_]",
        "",
        "\\n",
        "\\p{L}",
        "(?:)",
        "\\u{1F980}",
    ][..];
    let atom = prop::sample::select(atoms).prop_map(str::to_owned);
    atom.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            3 => prop::collection::vec(inner.clone(), 1..4).prop_map(|parts| parts.concat()),
            2 => prop::collection::vec(inner.clone(), 1..4).prop_map(|parts| format!("(?:{})", parts.join("|"))),
            2 => (inner, prop::sample::select(&["*", "+", "?", "{2}", "{1,3}", "{2,}", "*?", "{0}"][..]))
                .prop_map(|(inner, times)| format!("(?:{inner}){times}")),
        ]
    })
}

/// A language of any sort, and what tells whether a string is in it.
fn language() -> impl Strategy<Value = Language> {
    let leaf = prop_oneof![
        4 => pattern().prop_filter_map("regular", |pattern| Language::of_pattern(&pattern).ok()),
        2 => (0_u64..4, prop::option::of(0_u64..6)).prop_map(|(min, max)| Language::of_length(min, max)),
        2 => prop::collection::vec(text(), 0..5).prop_map(|words| Language::of_words(words).unwrap()),
    ];
    leaf.prop_recursive(3, 8, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(one, other)| one.and(&other).unwrap()),
            (inner.clone(), inner.clone()).prop_map(|(one, other)| one.or(&other).unwrap()),
            inner.prop_map(|one| one.complement()),
        ]
    })
}

proptest! {
    #![proptest_config(property::config(400))]

    #[test]
    fn patterns_match_what_the_crate_matches(pattern in pattern(), texts in prop::collection::vec(text(), 1..20)) {
        let language = Language::of_pattern(&pattern).unwrap();
        let regex = regex::Regex::new(&jsonschema_regex::to_rust_regex(&pattern).unwrap()).unwrap();
        for text in texts {
            prop_assert_eq!(language.accepts(&text), regex.is_match(&text), "{} on {:?}", pattern, text);
        }
    }

    #[test]
    fn languages_obey_the_laws_of_sets(
        a in language(),
        b in language(),
        texts in prop::collection::vec(text(), 1..20),
    ) {
        let (and, or, not) = (a.and(&b).unwrap(), a.or(&b).unwrap(), a.complement());
        for text in &texts {
            let (in_a, in_b) = (a.accepts(text), b.accepts(text));
            prop_assert_eq!(and.accepts(text), in_a && in_b);
            prop_assert_eq!(or.accepts(text), in_a || in_b);
            prop_assert_eq!(not.accepts(text), !in_a);
        }
        prop_assert!(a.and(&not).unwrap().is_empty());
        prop_assert!(a.or(&not).unwrap().is_everything());
        prop_assert_eq!(&not.complement(), &a);
        prop_assert_eq!(&and, &b.and(&a).unwrap());
        prop_assert_eq!(&a.and(&a).unwrap(), &a);
        // What differs only in its parts is no different set.
        let other = not.or(&b.complement()).unwrap().complement();
        prop_assert!(and.and(&other.complement()).unwrap().is_empty());
        prop_assert!(other.and(&and.complement()).unwrap().is_empty());
        if a.is_empty() {
            prop_assert!(!texts.iter().any(|text| a.accepts(text)));
        }
    }

    #[test]
    fn words_are_those_of_the_language(language in language(), text in text()) {
        let words = language.words(40);
        prop_assert_eq!(&language.words(40), &words);
        prop_assert_eq!(words.is_empty(), language.is_empty());
        prop_assert_eq!(language.shortest(), words.first().cloned());
        prop_assert_eq!(words.iter().collect::<BTreeSet<_>>().len(), words.len());
        prop_assert!(words.iter().all(|word| language.accepts(word)));
        let lengths: Vec<usize> = words.iter().map(|word| word.chars().count()).collect();
        prop_assert!(lengths.is_sorted());
        for count in 0..40 {
            prop_assert_eq!(language.has_more_words_than(count), words.len() as u64 > count);
        }
        // All words that are shorter than the last one are there.
        let shorter = lengths.last().is_some_and(|last| text.chars().count() < *last);
        if language.accepts(&text) && (shorter || words.len() < 40) {
            prop_assert!(words.contains(&text));
        }
    }

    #[test]
    fn hostile_patterns_take_no_time(pattern in "[ab.^$|()\\[\\]{}*+?,0-9\\\\dwbps-]{0,40}") {
        let start = Instant::now();
        let _ = Language::of_pattern(&pattern);
        prop_assert!(start.elapsed() < Duration::from_secs(2), "{}", pattern);
    }
}

#[test]
fn patterns_mean_what_ecma_says() {
    for (pattern, takes, refuses) in [
        ("^a|b$", &["a", "ax", "b", "xb"][..], &["xa", "bx", ""][..]),
        ("a$", &["a", "ba"], &["a\n", "ab"]),
        (
            "^.$",
            &["a", "🦀", "\u{85}"],
            &["\n", "\r", "\u{2028}", "\u{2029}", "", "ab"],
        ),
        ("^\\w$", &["a", "_"], &["é"]),
        ("\\bé", &["aé"], &["é", " é"]),
        ("^\\s$", &["\u{feff}", "\u{a0}"], &["\u{85}", "a"]),
        ("^(?i:ab)$", &["aB", "AB"], &["b"]),
        ("^[^\\n]$", &["\r"], &["\n"]),
        ("x*", &["", "y"], &[]),
        ("(^|,)a(,|$)", &["a", "b,a", "a,b", "b,a,c"], &["ba", "ab"]),
        ("$^", &[""], &["a"]),
        ("a^b", &[], &["a^b", "ab", "b"]),
        ("^[\\w.-]+@[\\w-]+\\.[a-z]{2,}$", &["a@b.cd"], &["a@b.c", "a@b"]),
        ("^\\cI$", &["\t"], &["I"]),
        ("^[\\-+]\\/$", &["-/", "+/"], &["\\/"]),
    ] {
        let language = Language::of_pattern(pattern).unwrap();
        for text in takes {
            assert!(language.accepts(text), "{pattern} {text:?}");
        }
        for text in refuses {
            assert!(!language.accepts(text), "{pattern} {text:?}");
        }
    }
}

#[test]
fn what_no_automaton_says_is_undecided() {
    for (pattern, reason) in [
        ("(?=a)b", Undecided::NotRegular),
        ("^(?!a)", Undecided::NotRegular),
        ("(a)\\1", Undecided::NotRegular),
        ("[]", Undecided::NotRegular),
        ("[^]", Undecided::NotRegular),
        ("(?s:.)", Undecided::NotRegular),
        ("(?m:^)", Undecided::NotRegular),
        ("\\<", Undecided::NotRegular),
        ("(", Undecided::NoPattern),
        ("(?i)a", Undecided::NoPattern),
        ("a{,5}", Undecided::NoPattern),
        ("(?:a|b)*a(?:a|b){30}", Undecided::TooLarge),
        ("(?:(?:(?:a{99}){99}){99}){99}", Undecided::TooLarge),
        ("a{1000000}", Undecided::TooLarge),
    ] {
        assert_eq!(Language::of_pattern(pattern), Err(reason), "{pattern}");
    }
}

#[test]
fn long_strings_cost_little() {
    let start = Instant::now();
    let short = Language::of_length(0, Some(1_000_000));
    let long = Language::of_length(1_000_001, None);
    assert_eq!(short.complement(), long);
    let lower = Language::of_pattern("^[a-z]+$").unwrap();
    let both = lower.and(&short).unwrap();
    assert!(both.and(&long).unwrap().is_empty());
    assert!(both.and(&lower.complement()).unwrap().is_empty());
    assert!(!lower.and(&short.complement()).unwrap().is_empty());
    assert_eq!(both.or(&lower.and(&long).unwrap()), Ok(lower.clone()));
    assert_eq!(lower.and(&long).unwrap().shortest(), None);
    assert_eq!(
        lower
            .and(&Language::of_length(1000, None))
            .unwrap()
            .shortest()
            .unwrap()
            .len(),
        1000
    );
    // Lengths that leave no string of a pattern are known to do so, however large they are.
    let even = Language::of_pattern("^(?:..)*$").unwrap();
    let odd = 1_000_000_000_001;
    assert!(even.and(&Language::of_length(odd, Some(odd))).unwrap().is_empty());
    assert!(!even.and(&Language::of_length(odd, Some(odd + 1))).unwrap().is_empty());
    assert!(Language::of_length(u64::MAX, None).has_more_words_than(u64::MAX - 1));
    assert_eq!(Language::of_length(0, Some(u64::MAX)), Language::everything());
    assert_eq!(Language::of_length(3, Some(2)), Language::nothing());
    assert!(start.elapsed() < Duration::from_secs(5));
}

#[test]
fn patterns_of_real_descriptions_are_decided() {
    for pattern in [
        "^.{0,2048}$",
        "^[a-z]{1,63}(\\.[a-z]{1,63}){0,8}$",
        "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
        "^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$",
        "^([a-zA-Z0-9][\\-a-zA-Z0-9]*\\.)+[\\-a-zA-Z0-9]{2,20}$",
        "^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])T([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d+)?(Z|[+-]\\d{2}:\\d{2})$",
        "[a-z]+_token_[0-9]+",
        "^\\p{L}[\\p{L}\\p{N} ]{0,99}$",
        "^(([0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])\\.){3}([0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])$",
    ] {
        let start = Instant::now();
        let language = Language::of_pattern(pattern).unwrap();
        let made = start.elapsed();
        let limited = language.and(&Language::of_length(1, Some(255))).unwrap();
        let shortest = limited.shortest().unwrap();
        assert!(language.accepts(&shortest));
        println!(
            "{made:?}, then {:?}: {pattern} takes {shortest}",
            start.elapsed() - made
        );
    }
}

#[test]
fn words_are_pleasant_to_read() {
    let words = |pattern: &str| Language::of_pattern(pattern).unwrap().words(3);
    assert_eq!(words(""), ["", "a", "b"]);
    assert_eq!(words("^[^a]$"), ["b", "c", "d"]);
    assert_eq!(words("^[^a-z]{2}$"), ["00", "01", "02"]);
    assert_eq!(words("^v\\d+$"), ["v0", "v1", "v2"]);
    assert_eq!(words("^(?:yes|no)$"), ["no", "yes"]);
    let many = Language::of_words((0..3000).map(|number| format!("word-{number}"))).unwrap();
    assert!(many.has_more_words_than(2999) && !many.has_more_words_than(3000));
    assert_eq!(many.words(2), ["word-0", "word-1"]);
}
