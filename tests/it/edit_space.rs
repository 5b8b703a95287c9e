//! Every edit of a description is told, and has a page.
//!
//! What clients cannot see stands in `tests/edit_space/waivers.tsv`, with the reason.

use crate::described::{asyncapi_tables, changes, openapi_tables, told};
use crate::edits::{Holder, Hop, Space, place};
use crate::laws::tried_tables;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use stipula::document::Kind;
use stipula::document::grammar::Grammar;

/// The page of what no other page judges.
const LAST_RESORT: &str = "unclassified-change";

/// The first line of the waivers.
const HEADER: &str = "versions\tkind\tfield\taction\tplace\treason";

/// Why some edits are not told.
#[derive(Debug)]
struct Waiver {
    /// Versions, kinds, fields, actions and places: words, or `*` for any.
    columns: [String; 5],
    reason: String,
    /// The words of the columns that have been needed.
    used: BTreeSet<(usize, String)>,
    count: usize,
}

impl Waiver {
    fn all() -> Vec<Self> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/edit_space/waivers.tsv");
        let text = fs::read_to_string(path).unwrap();
        Self::read(&text).unwrap_or_else(|wrong| panic!("tests/edit_space/waivers.tsv: {wrong}"))
    }

    /// What a table of waivers says, or what is wrong with it.
    fn read(text: &str) -> Result<Vec<Self>, String> {
        let mut lines = text.lines();
        if lines.next() != Some(HEADER) {
            return Err(format!("the first line is not `{HEADER}`"));
        }
        let waiver = |(position, line): (usize, &str)| {
            let wrong = |what: &str| Err(format!("line {}: {what}", position + 2));
            let [versions, kinds, fields, actions, places, reason] = line.split('\t').collect::<Vec<_>>()[..] else {
                return wrong("a waiver has six columns");
            };
            let columns = [versions, kinds, fields, actions, places];
            // What has not been tried stands nowhere, and what has no seat has no field.
            if [versions, kinds, actions, reason]
                .iter()
                .any(|column| column.trim().is_empty())
            {
                return wrong("a waiver has a version, a kind, an action and a reason");
            }
            if columns
                .iter()
                .any(|column| column.split(' ').count() > 1 && column.split(' ').any(str::is_empty))
            {
                return wrong("one space stands between the words of a column");
            }
            Ok(Self {
                columns: columns.map(str::to_owned),
                reason: reason.to_owned(),
                used: BTreeSet::new(),
                count: 0,
            })
        };
        lines.enumerate().map(waiver).collect()
    }

    /// Whether it is about an edit, of which it then notes the words.
    fn takes(&mut self, edit: &[String; 5]) -> bool {
        let among = |(list, word): (&String, &String)| list == "*" || list.split(' ').any(|one| one == word);
        let takes = self.columns.iter().zip(edit).all(among);
        if takes {
            self.count += 1;
            self.used.extend(edit.iter().cloned().enumerate());
        }
        takes
    }

    /// The words that no edit needs.
    fn superfluous(&self) -> Vec<&str> {
        let words = self.columns.iter().enumerate();
        words
            .flat_map(|(column, list)| list.split(' ').map(move |word| (column, word)))
            .filter(|(column, word)| {
                let is_used = self.used.contains(&(*column, (*word).to_owned()));
                !is_used && (*word != "*" || self.count == 0)
            })
            .map(|(_, word)| word)
            .collect()
    }
}

#[test]
fn every_edit_is_told_and_has_a_page() {
    let mut waivers = Waiver::all();
    let mut wrong = Vec::new();
    let mut pages: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut count = 0;
    for space in tried_tables().map(Space::new) {
        let version = &*space.name();
        let mut check = |edit: [String; 5], told: &str| {
            if !waivers.iter_mut().any(|waiver| waiver.takes(&edit)) {
                wrong.push(format!("{}\t{told}", edit.join("\t")));
            }
        };
        let words = |hop: &Hop, action: &str, place: String| words_of(version, hop.holder, hop.field, action, place);
        let unseated = Kind::ALL
            .iter()
            .filter(|kind| space.knows(**kind) && !space.seats().contains_key(&Holder::Of(**kind)));
        for kind in unseated {
            check(
                words_of(version, Holder::Of(*kind), "", "unseated", String::new()),
                "stands nowhere",
            );
        }
        for (kind, seats) in space.seats() {
            for seat in seats.iter().filter(|seat| space.edits(*kind, seat).is_empty()) {
                check(
                    words_of(version, *kind, "", "unedited", place(seat)),
                    "no edit is valid there",
                );
            }
            for hop in space.alike(*kind) {
                check(
                    words_of(version, *kind, hop.field, "unchanged", String::new()),
                    "one value is known of it",
                );
            }
            let mut untried: BTreeSet<Hop> = space.slots(*kind).iter().map(|slot| slot.hop).collect();
            for edit in seats.iter().flat_map(|seat| space.edits(*kind, seat)) {
                count += 1;
                untried.remove(&edit.hop);
                assert_ne!(edit.old, edit.new, "an edit of {:?} edits nothing", edit.hop);
                let found = changes(&edit.old.to_string(), &edit.new.to_string());
                let is_told = !found.is_empty() && found.iter().all(|change| change.page.id != LAST_RESORT);
                let words = words(&edit.hop, edit.action, place(&edit.seat));
                pages
                    .entry(words[1..4].join(" "))
                    .or_default()
                    .extend(found.iter().map(|change| change.page.id.to_string()));
                if !is_told {
                    check(words, told(&found).trim());
                }
            }
            for hop in untried {
                check(words(&hop, "untried", String::new()), "");
            }
        }
    }
    let mut by_reason: BTreeMap<&str, usize> = BTreeMap::new();
    for waiver in &waivers {
        *by_reason.entry(&waiver.reason).or_default() += waiver.count;
    }
    let waived: usize = by_reason.values().sum();
    println!("{count} edits, {waived} waived, {} told of by no page", wrong.len());
    println!("{by_reason:#?}");
    for waiver in &waivers {
        for word in waiver.superfluous() {
            wrong.push(format!("superfluous in a waiver: {word}: {}", waiver.reason));
        }
    }
    if let Some(path) = std::env::var_os("EDIT_SPACE_PAGES") {
        let line = |(edit, pages): (&String, &BTreeSet<String>)| {
            format!("{edit}: {}\n", pages.iter().cloned().collect::<Vec<_>>().join(", "))
        };
        fs::write(path, pages.iter().map(line).collect::<String>()).unwrap();
    }
    assert!(count > 0, "no edit was tried");
    assert!(wrong.is_empty(), "{} edits:\n{}", wrong.len(), wrong.join("\n"));
}

/// The words that waivers are held against.
fn words_of(version: &str, holder: Holder, field: &str, action: &str, place: String) -> [String; 5] {
    [
        version.to_owned(),
        holder.name().into_owned(),
        field.to_owned(),
        action.to_owned(),
        place,
    ]
}

#[test]
fn waivers_that_say_nothing_are_told() {
    let header = format!("{HEADER}\n");
    let failures = [
        ("", "the first line"),
        ("\n", "the first line"),
        (&*format!("{header}\n"), "line 2: a waiver has six columns"),
        (
            &format!("{header}2.0\tRoot\ttags\tadded\t\n"),
            "line 2: a waiver has six columns",
        ),
        (
            &format!("{header}2.0\tRoot\ttags\tadded\t\t"),
            "line 2: a waiver has a version",
        ),
        (
            &format!("{header}2.0\t\ttags\tadded\t\tsaid"),
            "line 2: a waiver has a version",
        ),
        (
            &format!("{header}2.0\tRoot\ttags  host\tadded\t\tsaid"),
            "line 2: one space",
        ),
    ];
    for (text, words) in failures {
        let wrong = Waiver::read(text).unwrap_err();
        assert!(wrong.starts_with(words), "{text:?}: {wrong}");
    }
    assert!(
        Waiver::read(HEADER).unwrap().is_empty(),
        "nothing is waived, and everything is told"
    );
    let mut waiver = Waiver::read(&format!("{header}2.0\tRoot\t\tadded\t\tsaid"))
        .unwrap()
        .remove(0);
    let edit = ["2.0", "Root", "tags", "added", ""].map(str::to_owned);
    assert!(!waiver.takes(&edit), "an empty column takes no word");
}

/// What no version that is tried has, is not tried.
#[test]
fn every_field_of_every_version_is_tried() {
    let fields = |tables: &[&'static Grammar]| -> BTreeSet<(Kind, &str)> {
        let fields = tables
            .iter()
            .flat_map(|table| Kind::ALL.iter().map(move |kind| (*table, *kind)));
        let of_kind = |(table, kind): (&'static Grammar, Kind)| {
            let names = table.fields(kind).filter_map(|field| field.key.well_known_text());
            names.map(move |name| (kind, name)).collect::<Vec<_>>()
        };
        fields.flat_map(of_kind).collect()
    };
    let tried: Vec<&Grammar> = tried_tables().collect();
    let all: Vec<&Grammar> = openapi_tables().into_iter().chain(asyncapi_tables()).collect();
    let (tried, all) = (fields(&tried), fields(&all));
    let untried: Vec<_> = all.difference(&tried).collect();
    assert!(untried.is_empty(), "{untried:?}");
}
