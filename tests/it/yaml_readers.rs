//! The two YAML readers build the same tree, spans included, wherever the plain one does not hand over.

use crate::fuzz::same_tree::compare;
use crate::{outside, property};
use proptest::prelude::*;
use std::fs;
use std::path::{Path, PathBuf};

fn check(text: &str) -> Result<(), TestCaseError> {
    match compare(text) {
        Ok(_) => Ok(()),
        Err(difference) => Err(TestCaseError::fail(format!("{difference}\nin {text:?}"))),
    }
}

/// What YAML is made of, so that random texts are nearly right.
const PIECES: &[&str] = &[
    "a",
    "b",
    "key",
    "a: ",
    "b:",
    "b: c",
    "\"q\": ",
    "'s': ",
    "- ",
    "-",
    "\n",
    "\n",
    "\n",
    "\n  ",
    "\n  ",
    "\n    ",
    "\n ",
    "\r\n",
    " ",
    "  ",
    "\t",
    "\"",
    "'",
    "''",
    "\\",
    "\\n",
    "\\\"",
    "\\\n",
    "\\u00e9",
    "#",
    " # c",
    ":",
    "[",
    "]",
    "{",
    "}",
    ", ",
    ",",
    "|",
    ">",
    "|-",
    ">+",
    "|2",
    "|\n",
    ">\n",
    "+",
    "é",
    "🦀",
    "---",
    "...",
    "null",
    "~",
    "1",
    "1.5",
    "true",
    "no",
    "0x1F",
    "?",
    "? ",
    "&x ",
    "*x",
    "!t ",
    "%",
    "@",
    "<<: ",
    "\u{a0}",
    "\u{85}",
    "\u{feff}",
    "text of more words",
];

fn text_of_pieces() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PIECES), 0..24).prop_map(|pieces| pieces.concat())
}

/// Some lines of a document of our own, with a few bytes' worth of damage.
fn damaged_document() -> impl Strategy<Value = String> {
    let documents = own_documents();
    let edits = prop::collection::vec(
        (
            any::<prop::sample::Index>(),
            prop::sample::select(PIECES),
            any::<bool>(),
        ),
        0..4,
    );
    (
        prop::sample::select(documents),
        any::<prop::sample::Index>(),
        1_usize..14,
        edits,
    )
        .prop_map(|(document, from, count, edits)| {
            let lines: Vec<&str> = document.split_inclusive('\n').collect();
            let from = from.index(lines.len());
            let mut text = lines[from..(from + count).min(lines.len())].concat();
            for (at, piece, replace) in edits {
                let mut start = at.index(text.len() + 1);
                while !text.is_char_boundary(start) {
                    start -= 1;
                }
                let end = match text[start..].chars().next() {
                    Some(character) if replace => start + character.len_utf8(),
                    _ => start,
                };
                text.replace_range(start..end, piece);
            }
            text
        })
}

fn own_documents() -> Vec<String> {
    let mut files = Vec::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures"), &mut files);
    files.sort();
    let documents: Vec<String> = files.iter().filter_map(|file| fs::read_to_string(file).ok()).collect();
    assert!(!documents.is_empty(), "the project has YAML fixtures");
    documents
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else if path
            .extension()
            .is_some_and(|extension| extension == "yaml" || extension == "yml")
        {
            files.push(path);
        }
    }
}

/// Texts on which the readers once differed.
#[test]
fn readers_agree_on_what_they_once_did_not() {
    for text in [
        "a: |2\n #",
        "keep: |+\n  # text\n\n  ",
        "- |+\n   ",
        "{\n a: [\n  b, c, {\n   d::[e, f]\n  }\n ]\n}\n",
        "\n\u{feff}  paths: {}\n",
        "a:\n- b\n- c\n",
        "a: # comment\n  |\n  text\n",
        "a:\n- # comment\nb:\n",
        "?\u{89}",
        "a: \u{80}",
        "a: \"\u{9f}\"",
        "a: \u{fffe}",
        "- é\u{85}\u{a0}\u{fffd}\u{ff0c}",
    ] {
        compare(text).unwrap_or_else(|difference| panic!("{text:?}: {difference}"));
    }
}

proptest! {
    #![proptest_config(property::config(256))]

    #[test]
    fn readers_agree_on_pieces(text in text_of_pieces()) {
        check(&text)?;
    }

    #[test]
    fn readers_agree_on_damaged_documents(text in damaged_document()) {
        check(&text)?;
    }
}

#[test]
fn readers_agree_on_own_documents() {
    for document in own_documents() {
        compare(&document).unwrap_or_else(|difference| panic!("{difference}"));
    }
}

#[test]
fn yaml_suite_readers_agree() {
    let Some(folder) = outside::conformance("yaml-test-suite") else {
        return;
    };
    let mut files = Vec::new();
    collect(&folder, &mut files);
    let mut plain = 0;
    for file in &files {
        let Ok(text) = fs::read_to_string(file) else { continue };
        match compare(&text) {
            Ok(taken) => plain += usize::from(taken),
            Err(difference) => panic!("{}: {difference}", file.display()),
        }
    }
    println!(
        "yaml-test-suite: {} files, {plain} taken by the plain reader",
        files.len()
    );
}

#[test]
fn corpus_readers_agree() {
    let Some(folder) = outside::corpus("") else { return };
    let mut files = Vec::new();
    collect(&folder, &mut files);
    let mut plain = 0;
    for file in &files {
        let Ok(text) = fs::read_to_string(file) else { continue };
        match compare(&text) {
            Ok(taken) => plain += usize::from(taken),
            Err(difference) => panic!("{}: {difference}", file.display()),
        }
        if !compare(&text).unwrap_or(false) {
            println!("  handed over: {}", file.display());
        }
    }
    println!("corpus: {} YAML files, {plain} taken by the plain reader", files.len());
}
