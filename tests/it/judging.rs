//! What becomes of changes: the law, the exceptions of pages, the choices of users.

use proptest::prelude::*;
use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use stipula::breaking::{Change, Choices, Rules, judge};
use stipula::document::{Direction, Kind, Workspace};
use stipula::finding::{ABOUT, Action, Breaking, Effect, Facts, Location, Severity, Verdict, Witness, fill};
use stipula::formats::{self, LoadOptions};
use stipula::policy::{Config, Level, Levels, Policy};
use stipula::rules::changes::{PolicySpec, find_policy};
use stipula::rules::declaration::{Breaks, Declaration};
use stipula::rules::{Catalog, page};
use stipula::source::{Files, Limits, Source};
use time::macros::date;

/// A page with one pattern; what is judged is told by the fields that only this page has.
fn page_text(id: &str, severity: &str, no_witness: bool, entry: &str) -> String {
    let no_witness = if no_witness {
        "no-witness: it is plain to see\n"
    } else {
        ""
    };
    format!(
        "---\nseverity: {severity}\nsince: 0.1.0\nmessage: \"`{{name}}` of {{place}} was {{from}}, is {{to}}, and reaches {{reached}}\"\n{no_witness}openapi:\n  {entry}\n---\n# Title\nWhy: a test\n\n## Before\n```yaml\na: 1\n```\n\n## After\n```yaml\nb: 1 #! {id}=error\n```\n"
    )
}

fn rules() -> &'static Rules {
    static RULES: OnceLock<Rules> = OnceLock::new();
    RULES.get_or_init(|| Rules::new(catalog()))
}

fn catalog() -> &'static Catalog {
    static CATALOG: OnceLock<Catalog> = OnceLock::new();
    CATALOG.get_or_init(|| {
        let mut catalog = Catalog::default();
        for (id, severity, no_witness, entry) in [
            ("test-law", "error", false, "change: { field: x-law }"),
            ("test-law-told", "error", true, "change: { field: x-law-told }"),
            ("test-law-warning", "warning", false, "change: { field: x-law-warning }"),
            (
                "test-always",
                "warning",
                true,
                "change: { field: x-always }\n  breaks: always\n  policies: { strict: error, tolerant: info }",
            ),
            (
                "test-never",
                "info",
                false,
                "change: { field: x-never }\n  breaks: never\n  policies: { sdk: error }",
            ),
            (
                "zz-own-page",
                "warning",
                true,
                "change: { of: Operation, field: operationId }\n  breaks: always",
            ),
            (
                "test-narrow",
                "error",
                true,
                "change: { of: Tag, field: x-law, action: added, when: { open: true } }\n  breaks: always",
            ),
        ] {
            let text = page_text(id, severity, no_witness, entry);
            let declaration = page::read(id, "tests", "tests/page.md", &text);
            catalog
                .add(declaration.unwrap_or_else(|errors| panic!("{errors:?}")))
                .unwrap();
        }
        catalog
    })
}

fn workspace() -> &'static Workspace {
    static WORKSPACE: OnceLock<Workspace> = OnceLock::new();
    WORKSPACE.get_or_init(|| {
        let files = Files::new(Limits::default(), PathBuf::from("/example"));
        let text = "openapi: 3.0.3\ninfo: { title: Example, version: 1.0.0 }\npaths: {}\n";
        let source = Arc::new(Source::from_text("openapi.yaml", text));
        formats::load(vec![source], &files, &LoadOptions::default(), &|| {}).workspace
    })
}

fn change(field: &'static str, direction: Direction, effect: Effect) -> Change<'static> {
    let root = workspace().root(workspace().ids().next().unwrap());
    Change {
        kind: Kind::Operation,
        field: Cow::Borrowed(field),
        action: Action::Changed,
        direction,
        effect,
        reason: None,
        doubt: None,
        old: None,
        new: Some(root),
        place: Location::value(root.address()),
        from: String::new(),
        to: "after".into(),
        facts: vec![("name", "sku".into()), ("place", "request body".into())],
        witness: None,
        reaches: vec!["POST /orders".into(), "GET /orders".into()],
        derivation: vec!["a step".into()],
        promise: None,
        may_change: false,
    }
}

fn witness() -> Witness {
    Witness {
        at: "request body".into(),
        value: serde_json::json!({}),
        old: "valid".into(),
        new: "`sku` is missing".into(),
    }
}

/// The page and what it says, with the facts.
fn judged(change: Change<'static>, choices: &Choices<'_>) -> (&'static Declaration, Breaking, Facts) {
    let finding = judge(vec![change], rules(), choices)
        .pop()
        .expect("every change is judged");
    let breaking = *finding.breaking.expect("a finding of a change tells of it");
    (&rules().pages()[finding.rule], breaking, finding.facts)
}

fn breaks(direction: Direction, effect: Effect) -> bool {
    match direction {
        Direction::Request => matches!(effect, Effect::Narrows | Effect::Incomparable),
        Direction::Response => matches!(effect, Effect::Widens | Effect::Incomparable),
    }
}

#[test]
fn the_law_holds_and_asks_for_a_witness() {
    for direction in Direction::ALL {
        for effect in Effect::ALL {
            for shown in [false, true] {
                let mut one = change("x-law", *direction, *effect);
                one.witness = shown.then(witness);
                let (page, breaking, _) = judged(one, &Choices::default());
                assert_eq!(page.id, "test-law");
                let expected = match (effect, breaks(*direction, *effect), shown) {
                    (Effect::Unknown, _, _) | (_, true, false) => (Verdict::Unknown, Severity::Warning),
                    (_, true, true) => (Verdict::Breaking, Severity::Error),
                    (_, false, _) => (Verdict::Safe, Severity::Info),
                };
                assert_eq!(
                    (breaking.verdict, breaking.severity),
                    expected,
                    "{direction:?} {effect:?} {shown}"
                );
                assert!(breaking.derivation.len() >= 3, "{:?}", breaking.derivation);
            }
            let (_, told, _) = judged(change("x-law-told", *direction, *effect), &Choices::default());
            assert_eq!(told.verdict == Verdict::Breaking, breaks(*direction, *effect));
            // A warning needs no witness.
            let (_, warning, _) = judged(change("x-law-warning", *direction, *effect), &Choices::default());
            assert_eq!(warning.verdict, told.verdict);
            assert!(warning.severity < Severity::Error);
        }
    }
}

#[test]
fn pages_and_policies_have_the_last_word() {
    let strict: [&'static PolicySpec; 1] = [find_policy("strict").unwrap()];
    let both = [find_policy("tolerant").unwrap(), find_policy("strict").unwrap()];
    let sdk = [find_policy("sdk").unwrap()];
    let choose = |policies| Choices {
        policies,
        unknown: None,
    };
    let level = |field, effect, choices: &Choices<'_>| {
        let (_, breaking, _) = judged(change(field, Direction::Request, effect), choices);
        (breaking.verdict, breaking.severity)
    };
    for effect in Effect::ALL {
        let none = Choices::default();
        assert_eq!(
            level("x-always", *effect, &none),
            (Verdict::Breaking, Severity::Warning)
        );
        assert_eq!(
            level("x-always", *effect, &choose(&strict)),
            (Verdict::Breaking, Severity::Error)
        );
        assert_eq!(
            level("x-always", *effect, &choose(&both)),
            (Verdict::Breaking, Severity::Error)
        );
        assert_eq!(level("x-never", *effect, &none), (Verdict::Safe, Severity::Info));
        assert_eq!(
            level("x-never", *effect, &choose(&sdk)),
            (Verdict::Safe, Severity::Error)
        );
    }
    let unknown = Choices {
        policies: &strict,
        unknown: Some(Severity::Info),
    };
    assert_eq!(
        level("x-law", Effect::Unknown, &choose(&strict)),
        (Verdict::Unknown, Severity::Error)
    );
    assert_eq!(
        level("x-law", Effect::Unknown, &unknown),
        (Verdict::Unknown, Severity::Info)
    );
}

#[test]
fn the_page_that_asks_for_most_judges() {
    let mut one = change("x-law", Direction::Request, Effect::Narrows);
    one.kind = Kind::Tag;
    one.action = Action::Added;
    assert_eq!(
        judged(one.clone(), &Choices::default()).0.id,
        "test-law",
        "a fact is missing"
    );
    one.facts.push(("open", "true".into()));
    assert_eq!(judged(one, &Choices::default()).0.id, "test-narrow");
    let own = change("operationId", Direction::Request, Effect::Equal);
    assert_eq!(
        judged(own, &Choices::default()).0.id,
        "zz-own-page",
        "between equals, the user's own"
    );
    // What no page knows is never passed over.
    let (page, breaking, _) = judged(
        change("x-nobody", Direction::Request, Effect::Narrows),
        &Choices::default(),
    );
    assert!(page.changes.iter().all(|change| change.conditions() == 0));
    assert_eq!(breaking.severity, Severity::Warning);
}

#[test]
fn messages_are_filled_and_changes_told_apart() {
    let (page, _, facts) = judged(change("x-law", Direction::Request, Effect::Equal), &Choices::default());
    assert_eq!(
        fill(&page.message, &facts),
        "`sku` of request body was none, is `after`, and reaches POST /orders and 1 more"
    );
    let about = |change| {
        let (_, _, facts) = judged(change, &Choices::default());
        facts.into_iter().find(|(name, _)| *name == ABOUT).unwrap().1
    };
    let one = change("x-law", Direction::Request, Effect::Equal);
    let mut reaching = one.clone();
    reaching.reaches.insert(0, "DELETE /orders".into());
    assert_eq!(
        about(one.clone()),
        about(reaching),
        "whom it reaches makes no other change of it"
    );
    let mut other = one.clone();
    other.from = "before".into();
    assert_ne!(about(one.clone()), about(other));
    assert_ne!(about(one), about(change("x-law", Direction::Response, Effect::Equal)));
}

/// The severity of the only finding after the user's levels, if it is not off.
fn by_levels(change: Change<'static>, flag: Option<(&str, Level)>) -> Option<Severity> {
    let catalog = catalog();
    let flags = flag.map(|(rule, level)| (rule.to_owned(), level)).into_iter().collect();
    let levels = Levels::new(&Config::default(), None, catalog, flags).unwrap();
    let policy = Policy {
        levels: &levels,
        catalog,
        baseline: None,
        as_of: date!(2026 - 01 - 01),
    };
    let findings = judge(vec![change], rules(), &Choices::default());
    let report = policy.judge("breaking", workspace(), rules().pages(), findings);
    assert_eq!(
        report.rules,
        rules().pages().len() - usize::from(flag.is_some_and(|(_, level)| level == Level::Off))
    );
    report.findings.first().map(|judged| judged.severity)
}

#[test]
fn levels_of_the_user_speak_of_what_is_grave() {
    let change = |field, effect| change(field, Direction::Request, effect);
    let law = |level| Some(("test-law-told", level));
    for (field, effect, flag, expected) in [
        ("x-law-told", Effect::Narrows, None, Some(Severity::Error)),
        ("x-law-told", Effect::Narrows, law(Level::Info), Some(Severity::Info)),
        ("x-law-told", Effect::Unknown, law(Level::Error), Some(Severity::Error)),
        // What is proved to be safe stays information, whatever the page says of breaks.
        ("x-law-told", Effect::Widens, law(Level::Error), Some(Severity::Info)),
        ("x-law-told", Effect::Widens, law(Level::Off), None),
        ("x-never", Effect::Narrows, None, Some(Severity::Info)),
        (
            "x-never",
            Effect::Narrows,
            Some(("test-never", Level::Warning)),
            Some(Severity::Warning),
        ),
    ] {
        assert_eq!(
            by_levels(change(field, effect), flag),
            expected,
            "{field} {effect:?} {flag:?}"
        );
    }
}

fn any_of<T: Copy + std::fmt::Debug + 'static>(all: &'static [T]) -> impl Strategy<Value = T> {
    prop::sample::select(all)
}

proptest! {
    /// Every change has one finding, which never says less than the page where clients break, and never breaks where
    /// the page says that it cannot.
    #[test]
    fn every_change_is_judged_once(
        kind in any_of(Kind::ALL),
        field in prop::sample::select(vec![
            "", "property", "required", "type", "enum-value", "additionalProperties", "mapping", "deprecated", "sunset",
            "range", "schema", "name", "x-stability-level", "extension", "readOnly", "description", "nonsense",
        ]),
        action in any_of(Action::ALL),
        direction in any_of(Direction::ALL),
        effect in any_of(Effect::ALL),
        required in any::<bool>(),
        lifecycle in prop::sample::select(vec!["none", "deprecated", "before-sunset", "after-sunset"]),
        shown in any::<bool>(),
    ) {
        let mut one = change(field, direction, effect);
        one.kind = kind;
        one.action = action;
        one.facts.push(("required", required.to_string()));
        one.facts.push(("lifecycle", lifecycle.into()));
        one.witness = shown.then(witness);
        let (page, breaking, _) = judged(one, &Choices::default());
        let never = page.changes.iter().all(|change| change.breaks == Breaks::Never);
        prop_assert!(!never || breaking.verdict == Verdict::Safe);
        prop_assert!(breaking.verdict != Verdict::Safe || breaking.severity == Severity::Info);
        prop_assert!(breaking.verdict != Verdict::Breaking || breaking.severity != Severity::Error
            || shown || page.no_witness.is_some());
        prop_assert!(!breaking.derivation.is_empty());
    }
}
