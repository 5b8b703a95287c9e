//! Reports of comparisons: what each format says of a change, with text that means harm, and of many changes.

use serde_json::{Value, json};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use stipula::document::{Address, Direction, DocumentId, Versions, Workspace, pointer};
use stipula::finding::{Breaking, Effect, Finding, Location, Severity, Verdict, Witness};
use stipula::formats::{LoadOptions, Side, load_versions};
use stipula::policy::{Judged, Report};
use stipula::report::{Format, Rendering, Style};
use stipula::rules::catalog::builtin;
use stipula::rules::declaration::Declaration;
use stipula::source::{Files, Limits, Source};
use stipula::syntax::NodeId;

/// Two versions of a description.
struct Pair {
    workspace: Workspace,
    versions: [Versions; 1],
}

impl Pair {
    fn new(old: (&str, &str), new: (&str, &str)) -> Self {
        let files = Files::new(Limits::default(), PathBuf::from("."));
        let side = |(name, text): (&str, &str)| Side {
            sources: vec![Arc::new(Source::from_text(name, text))],
            files: &files,
        };
        let loaded = load_versions(&[side(old)], &side(new), &LoadOptions::default(), &|| {});
        let id = |descriptions: &[Option<DocumentId>]| descriptions[0].unwrap();
        Self {
            versions: [Versions {
                old: Some(id(&loaded.old.descriptions)),
                new: Some(id(&loaded.new.descriptions)),
            }],
            workspace: loaded.workspace,
        }
    }

    /// The orders API of the fixtures, as a git revision and a file.
    fn orders() -> Self {
        let read = |version: &str| {
            let path = format!("fixtures/breaking/orders/{version}.yaml");
            fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
        };
        Self::new(
            ("main:api/openapi.yaml", &read("before")),
            ("api/openapi.yaml", &read("after")),
        )
    }

    fn at(&self, document: Option<DocumentId>, path: &str) -> Location {
        let document = document.unwrap();
        let tree = self.workspace.document(document).tree();
        let node = pointer::find(tree, NodeId::ROOT, path).unwrap();
        Location::key(Address { document, node })
    }

    fn old(&self, path: &str) -> Location {
        self.at(self.versions[0].old, path)
    }

    fn new_place(&self, path: &str) -> Location {
        self.at(self.versions[0].new, path)
    }

    fn report(&self, command: &'static str, changes: &[Told<'_>]) -> Report {
        let findings = changes.iter().map(|told| told.judged()).collect();
        Report {
            command,
            documents: 1,
            rules: 3,
            findings,
        }
    }

    fn write(&self, report: &Report, format: Format, style: Style) -> String {
        let mut out = Vec::new();
        let rendering = Rendering::new(report, &self.workspace, style).comparing(&self.versions);
        rendering.write(format, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }
}

/// A change as a comparison would have judged it.
struct Told<'m> {
    rule: &'m str,
    message: &'m str,
    facts: Vec<(&'static str, String)>,
    place: Location,
    breaking: Breaking,
}

impl Told<'_> {
    fn judged(&self) -> Judged {
        let mut rule: Declaration = builtin()[0].clone();
        rule.id = self.rule.to_owned().into();
        rule.file = format!("rules/breaking/{}.md", self.rule).into();
        rule.message = self.message.to_owned().into();
        let finding = Finding {
            rule: 0,
            location: self.place,
            facts: self.facts.clone(),
            related: Vec::new(),
            breaking: Some(Box::new(self.breaking.clone())),
        };
        Judged::new(Arc::new(rule), self.breaking.severity, finding)
    }
}

/// A change that is safe.
fn safe(old: Option<Location>, new: Option<Location>, reaches: &[&str]) -> Breaking {
    Breaking {
        direction: Direction::Request,
        effect: Effect::Equal,
        verdict: Verdict::Safe,
        severity: Severity::Info,
        old,
        new,
        witness: None,
        reaches: reaches.iter().map(|name| (*name).to_owned()).collect(),
        derivation: vec!["nothing that was valid is refused".to_owned()],
    }
}

/// What a comparison of the fixtures finds.
fn changes(pair: &Pair) -> Vec<Told<'static>> {
    let schemas = "/components/schemas";
    let [status, number] = ["Order/properties/status/enum", "Parcel/properties/number/pattern"];
    vec![
        Told {
            rule: "version-kept",
            message: "the version is still {from}; what changed needs `{next}`",
            facts: vec![("from", "1.4.0".to_owned()), ("next", "2.0.0".to_owned())],
            place: pair.new_place("/info/version"),
            breaking: Breaking {
                verdict: Verdict::Breaking,
                severity: Severity::Warning,
                ..safe(
                    Some(pair.old("/info/version")),
                    Some(pair.new_place("/info/version")),
                    &[],
                )
            },
        },
        Told {
            rule: "path-gone",
            message: "path `{name}` was removed",
            facts: vec![("name", "/orders/{orderId}/label".to_owned())],
            place: pair.new_place("/paths"),
            breaking: Breaking {
                effect: Effect::Narrows,
                verdict: Verdict::Breaking,
                severity: Severity::Error,
                ..safe(
                    Some(pair.old("/paths/~1orders~1{orderId}~1label")),
                    None,
                    &["GET /orders/{orderId}/label"],
                )
            },
        },
        Told {
            rule: "property-demanded",
            message: "property `{name}` was added and is required",
            facts: vec![("name", "qty".to_owned())],
            place: pair.new_place(&format!("{schemas}/NewOrder/properties/qty")),
            breaking: Breaking {
                effect: Effect::Narrows,
                verdict: Verdict::Breaking,
                severity: Severity::Error,
                witness: Some(Witness {
                    at: "request body".to_owned(),
                    value: json!({ "sku": "A" }),
                    old: "valid".to_owned(),
                    new: "required property `qty` is missing".to_owned(),
                }),
                derivation: vec![
                    "the new schema refuses what the old one takes: it narrows".to_owned(),
                    "consumers send it: what they send today is refused".to_owned(),
                ],
                ..safe(
                    None,
                    Some(pair.new_place(&format!("{schemas}/NewOrder/properties/qty"))),
                    &["POST /orders"],
                )
            },
        },
        Told {
            rule: "property-offered",
            message: "optional property `{name}` was added",
            facts: vec![("name", "note".to_owned())],
            place: pair.new_place(&format!("{schemas}/NewOrder/properties/note")),
            breaking: safe(
                None,
                Some(pair.new_place(&format!("{schemas}/NewOrder/properties/note"))),
                &["POST /orders"],
            ),
        },
        Told {
            rule: "value-added",
            message: "`{name}` can be {values} now, too",
            facts: vec![("name", "status".to_owned()), ("values", "`returned`".to_owned())],
            place: pair.new_place(&format!("{schemas}/{status}")),
            breaking: Breaking {
                direction: Direction::Response,
                effect: Effect::Widens,
                verdict: Verdict::Breaking,
                severity: Severity::Warning,
                witness: Some(Witness {
                    at: "response 200".to_owned(),
                    value: json!([{ "sku": "A", "status": "returned" }]),
                    old: "`returned` is none of `new`, `paid`, `sent`".to_owned(),
                    new: "valid".to_owned(),
                }),
                ..safe(
                    Some(pair.old(&format!("{schemas}/{status}"))),
                    Some(pair.new_place(&format!("{schemas}/{status}"))),
                    &["GET /orders", "POST /orders"],
                )
            },
        },
        Told {
            rule: "pattern-changed",
            message: "the pattern of `{name}` changed",
            facts: vec![("name", "number".to_owned())],
            place: pair.new_place(&format!("{schemas}/{number}")),
            breaking: Breaking {
                effect: Effect::Unknown,
                verdict: Verdict::Unknown,
                severity: Severity::Warning,
                derivation: vec![
                    "both schemas have a pattern".to_owned(),
                    "patterns that look ahead cannot be compared".to_owned(),
                ],
                ..safe(
                    Some(pair.old(&format!("{schemas}/{number}"))),
                    Some(pair.new_place(&format!("{schemas}/{number}"))),
                    &[
                        "POST /parcels",
                        "PUT /parcels/{id}",
                        "PATCH /parcels/{id}",
                        "GET /parcels",
                        "GET /parcels/{id}",
                    ],
                )
            },
        },
    ]
}

/// Escape sequences as one can read them.
fn readable(text: &str) -> String {
    text.replace('\u{1b}', "␛")
}

#[test]
fn text() {
    let pair = Pair::orders();
    let report = pair.report("breaking", &changes(&pair));
    insta::assert_snapshot!(pair.write(&report, Format::Text, Style::default()));
}

#[test]
fn text_explained_in_colours() {
    let pair = Pair::orders();
    let report = pair.report("breaking", &changes(&pair)[2..5]);
    let style = Style {
        color: true,
        explain: true,
        ..Style::default()
    };
    insta::assert_snapshot!(readable(&pair.write(&report, Format::Text, style)));
}

#[test]
fn changelog_as_text() {
    let pair = Pair::orders();
    let report = pair.report("changelog", &changes(&pair));
    insta::assert_snapshot!(pair.write(&report, Format::Text, Style::default()));
}

#[test]
fn changelog_as_markdown() {
    let pair = Pair::orders();
    let report = pair.report("changelog", &changes(&pair));
    insta::assert_snapshot!(pair.write(&report, Format::Markdown, Style::default()));
}

#[test]
fn changelog_as_html() {
    let pair = Pair::orders();
    let report = pair.report("changelog", &changes(&pair));
    insta::assert_snapshot!(pair.write(&report, Format::Html, Style::default()));
}
