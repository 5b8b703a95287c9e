//! Reports of comparisons: what each format says of a change, with text that means harm, and of many changes.

use crate::reports::{is_for_code_scanning, keeps, schema};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use stipula::document::{Address, Direction, DocumentId, Versions, Workspace, pointer};
use stipula::finding::{Breaking, Effect, Finding, Location, Severity, Verdict, Witness};
use stipula::formats::{LoadOptions, Side, load_versions};
use stipula::policy::{Config, Judged, Levels, Policy, Report, Status};
use stipula::report::{Format, Rendering, Style};
use stipula::rules::Catalog;
use stipula::rules::catalog::builtin;
use stipula::rules::declaration::Declaration;
use stipula::source::{Files, Limits, Source};
use stipula::syntax::NodeId;
use time::macros::date;

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
                moved: false,
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
            interactions: Vec::new(),
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
    fn page(&self) -> Declaration {
        let mut page = builtin()[0].clone();
        page.id = self.rule.to_owned().into();
        page.file = format!("rules/breaking/{}.md", self.rule).into();
        page.message = self.message.to_owned().into();
        page
    }

    fn finding(&self) -> Finding {
        Finding {
            rule: 0,
            location: self.place,
            facts: self.facts.clone(),
            related: Vec::new(),
            breaking: Some(Box::new(self.breaking.clone())),
            contract: None,
        }
    }

    fn judged(&self) -> Judged {
        Judged::new(Arc::new(self.page()), self.breaking.severity, self.finding())
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
        consumers: Vec::new(),
        reason: None,
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
            rule: "pattern-exchanged",
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
                reason: Some("patterns that look ahead cannot be compared".to_owned()),
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

#[test]
fn json_keeps_its_schema() {
    let pair = Pair::orders();
    let schema = schema();
    for command in ["breaking", "changelog"] {
        let report = pair.report(command, &changes(&pair));
        let told: Value = serde_json::from_str(&pair.write(&report, Format::Json, Style::default())).unwrap();
        keeps(&schema, &told);
        let of = |rule: &str| {
            let findings = told["findings"].as_array().unwrap();
            findings.iter().find(|finding| finding["rule"] == rule).unwrap()["breaking"].clone()
        };
        assert_eq!(
            of("property-demanded"),
            json!({
                "direction": "request", "effect": "narrows", "verdict": "proved", "breaks": true,
                "new": { "path": "api/openapi.yaml", "line": 35, "column": 9, "pointer": "/components/schemas/NewOrder/properties/qty" },
                "witness": { "at": "request body", "value": { "sku": "A" }, "old": "valid", "new": "required property `qty` is missing" },
                "reaches": ["POST /orders"],
                "derivation": [
                    "the new schema refuses what the old one takes: it narrows",
                    "consumers send it: what they send today is refused"
                ]
            })
        );
        assert_eq!(
            of("path-gone")["old"],
            json!({ "path": "main:api/openapi.yaml", "line": 30, "column": 3, "pointer": "/paths/~1orders~1{orderId}~1label" })
        );
        assert!(of("path-gone").get("new").is_none());
        assert_eq!(
            (&of("property-offered")["verdict"], &of("property-offered")["breaks"]),
            (&json!("proved"), &json!(false))
        );
        let unknown = of("pattern-exchanged");
        assert_eq!((&unknown["verdict"], unknown.get("breaks")), (&json!("unknown"), None));
        assert_eq!(unknown["reason"], "patterns that look ahead cannot be compared");
    }
}

#[test]
fn sarif_tells_the_change() {
    let pair = Pair::orders();
    let report = pair.report("breaking", &changes(&pair));
    let log: Value = serde_json::from_str(&pair.write(&report, Format::Sarif, Style::default())).unwrap();
    is_for_code_scanning(&log, "breaking");
    let results = log["runs"][0]["results"].as_array().unwrap();
    let of = |rule: &str| results.iter().find(|result| result["ruleId"] == rule).unwrap();
    let gone = of("path-gone");
    let old = &gone["relatedLocations"][0];
    assert_eq!(old["message"]["text"], "where it stood");
    assert_eq!(old["physicalLocation"]["region"]["startLine"], 30);
    assert_eq!(
        old["physicalLocation"]["artifactLocation"]["uri"],
        "main%3Aapi/openapi.yaml"
    );
    let demanded = of("property-demanded");
    assert_eq!(
        demanded["message"]["text"],
        "property `qty` was added and is required\nrequest body {\"sku\":\"A\"} was valid and is refused now: required property `qty` is missing"
    );
    assert_eq!(
        demanded["properties"],
        json!({ "direction": "request", "effect": "narrows", "verdict": "proved", "breaks": true, "reaches": ["POST /orders"] })
    );
}

#[test]
fn annotations_tell_the_proof() {
    let pair = Pair::orders();
    let report = pair.report("breaking", &changes(&pair));
    insta::assert_snapshot!(pair.write(&report, Format::Github, Style::default()));
}

#[test]
fn what_was_answered_is_told_in_a_changelog_alone() {
    let pair = Pair::orders();
    let mut report = pair.report("changelog", &changes(&pair));
    report.findings[1].status = Status::Suppressed;
    report.findings[1].reason = Some("nobody prints labels".to_owned());
    report.findings[2].status = Status::Baseline;
    for (command, count) in [("changelog", 6), ("breaking", 4)] {
        report.command = command;
        let told = pair.write(&report, Format::Markdown, Style::default());
        assert_eq!(told.matches("\n- **").count(), count, "{told}");
        assert_eq!(
            told.contains("suppressed: nobody prints labels"),
            command == "changelog",
            "{told}"
        );
        assert!(told.ends_with("; 1 suppressed; 1 in the baseline\n"), "{told}");
    }
}

#[test]
fn no_changes_are_no_changes() {
    let pair = Pair::orders();
    for (command, said) in [
        ("breaking", "no breaking changes in 1 document"),
        ("changelog", "no changes in 1 document"),
    ] {
        let report = pair.report(command, &[]);
        for format in [Format::Text, Format::Markdown, Format::Html, Format::Github] {
            let told = pair.write(&report, format, Style::default());
            assert!(told.contains(said), "{told}");
        }
    }
}

#[test]
fn what_is_grave_is_not_hidden_behind_what_is_mild() {
    let pair = Pair::orders();
    let told = |severity: Severity, name: &str| Told {
        rule: "property-gone",
        message: "`{name}` is gone",
        facts: vec![("name", name.to_owned())],
        place: pair.new_place("/info"),
        breaking: Breaking {
            severity,
            ..safe(Some(pair.old("/info")), None, &[])
        },
    };
    let mut changes: Vec<Told<'_>> = (0..10).map(|_| told(Severity::Warning, "note")).collect();
    changes.push(told(Severity::Error, "total"));
    changes.push(Told {
        rule: "path-gone",
        ..told(Severity::Error, "/orders")
    });
    let text = pair.write(&pair.report("breaking", &changes), Format::Text, Style::default());
    assert!(text.contains("`total` is gone"), "{text}");
    for line in [
        "1  error    property-gone",
        "10  warning  property-gone",
        "5 findings not shown",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
}

#[test]
fn what_has_no_versions_is_told_by_document() {
    let pair = Pair::orders();
    let mut findings = changes(&pair);
    for told in &mut findings {
        told.place = pair.new_place("/info");
    }
    let mut report = pair.report("lint", &findings);
    for finding in &mut report.findings {
        finding.breaking = None;
    }
    let mut out = Vec::new();
    let rendering = Rendering::new(&report, &pair.workspace, Style::default());
    rendering.write(Format::Markdown, &mut out).unwrap();
    insta::assert_snapshot!(String::from_utf8(out).unwrap());
}

/// The line that a text report offers to answer a finding, and the line of the document that it names.
fn offered(text: &str) -> (String, usize) {
    let (_, rest) = text
        .split_once("ignore: ")
        .unwrap_or_else(|| panic!("no answer in\n{text}"));
    let mut lines = rest.lines();
    let answer = lines.next().unwrap();
    let place = lines.next().unwrap();
    let line = place.split(':').nth(1).unwrap().parse().unwrap();
    let answer = answer
        .replace("YYYY-MM-DD", "2030-01-01")
        .replace("REASON", "agreed with the shop");
    (answer, line)
}

#[track_caller]
fn is_suppressed(pair: &Pair, told: &Told<'_>) {
    let mut catalog = Catalog::default();
    catalog.add(told.page()).unwrap();
    let policy = Policy {
        levels: &Levels::new(&Config::default(), None, &catalog, HashMap::new()).unwrap(),
        catalog: &catalog,
        baseline: None,
        as_of: date!(2026 - 01 - 01),
    };
    let pages = [Arc::new(told.page())];
    let report = policy.judge("breaking", &pair.workspace, &pages, vec![told.finding()]);
    let statuses: Vec<Status> = report.findings.iter().map(|finding| finding.status).collect();
    assert_eq!(statuses, [Status::Suppressed], "{}", told.rule);
}

#[test]
fn the_offered_line_answers_the_finding() {
    let read = |version: &str| {
        let path = format!("fixtures/breaking/orders/{version}.yaml");
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
    };
    let (before, after) = (read("before"), read("after"));
    let pair = Pair::orders();
    for (position, told) in changes(&pair).iter().enumerate() {
        if told.breaking.severity == Severity::Info {
            continue;
        }
        let report = pair.report("breaking", std::slice::from_ref(told));
        let (answer, line) = offered(&pair.write(&report, Format::Text, Style::default()));
        let mut lines: Vec<&str> = after.lines().collect();
        lines.insert(line - 1, &answer);
        let answered = Pair::new(("old", &before), ("new", &lines.join("\n")));
        is_suppressed(&answered, &changes(&answered)[position]);
    }
}

#[test]
fn the_offered_extension_answers_the_finding() {
    let text = |sku: &str| {
        format!(
            "{{\n \"openapi\": \"3.1.0\",\n \"info\": {{ \"title\": \"Orders\", \"version\": \"1\" }},\n \"components\": {{ \"schemas\": {{\n  \"Order\": {{\n   \"properties\": {{\n    \"sku\": {{\n     \"minLength\": {sku}\n    }}\n   }}\n  }}\n }} }}\n}}\n"
        )
    };
    let place = "/components/schemas/Order/properties";
    for place in [
        format!("{place}/sku"),
        format!("{place}/sku/minLength"),
        place.to_owned(),
    ] {
        let told = |pair: &Pair| Told {
            rule: "bound-drawn-closer",
            message: "a bound is tighter",
            facts: Vec::new(),
            place: pair.new_place(&place),
            breaking: Breaking {
                verdict: Verdict::Breaking,
                severity: Severity::Error,
                ..safe(Some(pair.old(&place)), Some(pair.new_place(&place)), &[])
            },
        };
        let pair = Pair::new(("old.json", &text("1")), ("new.json", &text("2")));
        let report = pair.report("breaking", &[told(&pair)]);
        let shown = pair.write(&report, Format::Text, Style::default());
        let (answer, line) = offered(&shown);
        let new = text("2");
        let mut lines: Vec<String> = new.lines().map(str::to_owned).collect();
        let opened = lines[line - 1].rfind('{').unwrap() + 1;
        lines[line - 1].insert_str(opened, &format!(" {answer},"));
        let answered = Pair::new(("old.json", &text("1")), ("new.json", &lines.join("\n")));
        is_suppressed(&answered, &told(&answered));
        // The difference stands in the report, however the file is written.
        assert!(shown.contains("- ") && shown.contains("+ "), "{shown}");
    }
}

/// What names and values can be made of to do harm.
fn hostile() -> impl Strategy<Value = String> {
    let parts = prop::sample::select(vec![
        "`",
        "``",
        "<",
        ">",
        "</code>",
        "<script>",
        "<img src=x onerror=alert(1)>",
        "&",
        "&lt;",
        "\"",
        "'",
        "|",
        "*",
        "**",
        "_",
        "[a](javascript:b)",
        "![",
        "]",
        "(",
        ")",
        "\n",
        "\n\n# x\n",
        "\n- ",
        "\r",
        "\t",
        "\\",
        "\\`",
        "\u{1b}[31m",
        "\u{202E}",
        "~",
        "#",
        "https://example.com",
        "\u{7f}",
        "\u{85}",
        "<!--",
        "-->",
        "{{",
        "$",
        "é",
        " ",
        "word",
        "::error::",
        "%0A",
    ]);
    prop::collection::vec(parts, 0..8).prop_map(|parts| parts.concat())
}

/// Two versions and a change whose every text is hostile.
fn with_text(text: &str) -> (Pair, Report) {
    let quoted = serde_json::to_string(text).unwrap();
    let description = |version: &str| {
        format!(
            "{{ \"openapi\": \"3.1.0\", \"info\": {{ \"title\": {quoted}, \"version\": {version} }}, \"paths\": {{}} }}"
        )
    };
    let pair = Pair::new((text, &description("\"1\"")), (text, &description(&quoted)));
    let told = |reaches: Vec<String>| Told {
        rule: "title-changed",
        message: "the title `{name}` is {name} and `{next}`",
        facts: vec![("name", text.to_owned()), ("next", text.to_owned())],
        place: pair.new_place("/info/version"),
        breaking: Breaking {
            verdict: Verdict::Unknown,
            severity: Severity::Warning,
            witness: Some(Witness {
                at: format!("query parameter `{text}`"),
                value: json!({ text: text }),
                old: text.to_owned(),
                new: format!("`{text}` is wrong"),
            }),
            reaches,
            reason: Some(text.to_owned()),
            derivation: vec![text.to_owned()],
            ..safe(
                Some(pair.old("/info/version")),
                Some(pair.new_place("/info/version")),
                &[],
            )
        },
    };
    let changes = [
        told(vec![]),
        told(vec![text.to_owned()]),
        told(vec![text.to_owned(), format!("GET {text}")]),
    ];
    let mut report = pair.report("changelog", &changes);
    report.findings[0].status = Status::Suppressed;
    report.findings[0].reason = Some(text.to_owned());
    (pair, report)
}

/// A line of Markdown without its code spans and escaped marks, as <https://github.github.com/gfm/#code-spans> reads
/// it.
fn outside_code(line: &str) -> String {
    let letters: Vec<char> = line.chars().collect();
    let run = |from: usize| letters[from..].iter().take_while(|letter| **letter == '`').count();
    let mut outside = String::new();
    let mut at = 0;
    while at < letters.len() {
        match letters[at] {
            '\\' if letters.get(at + 1).is_some_and(char::is_ascii_punctuation) => at += 2,
            '`' => {
                let fence = run(at);
                let mut close = at + fence;
                while close < letters.len() && run(close) != fence {
                    close += run(close).max(1);
                }
                assert!(close < letters.len(), "a fence is never closed in {line}");
                at = close + fence;
            }
            letter => {
                outside.push(letter);
                at += 1;
            }
        }
    }
    outside
}

/// The tags of a page, and the text between them.
fn tags(page: &str) -> Vec<String> {
    let mut tags = Vec::new();
    for part in page.split('<').skip(1) {
        let (tag, text) = part
            .split_once('>')
            .unwrap_or_else(|| panic!("a tag is never closed: {part}"));
        tags.push(tag.to_owned());
        // The style sheet is ours.
        assert!(!text.contains(['"', '\'']) || tag == "style", "{text}");
        for entity in text.split('&').skip(1) {
            let known = ["amp;", "lt;", "gt;", "quot;", "#39;"];
            assert!(known.iter().any(|known| entity.starts_with(known)), "{entity}");
        }
    }
    tags
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn hostile_names_stay_text(text in hostile()) {
        let (pair, report) = with_text(&text);
        let style = Style { explain: true, ..Style::default() };
        let (tame, tame_report) = with_text("name");

        let markdown = pair.write(&report, Format::Markdown, style);
        let lines = |markdown: &str| -> Vec<String> { markdown.lines().map(|line| line.chars().take(2).collect()).collect() };
        prop_assert_eq!(lines(&markdown), lines(&tame.write(&tame_report, Format::Markdown, style)), "{}", markdown);
        for line in markdown.lines() {
            let outside = outside_code(line);
            let ours = outside.trim_start_matches(['#', '-', ' ']);
            let ours = ["**unknown**"].iter().fold(ours, |rest, badge| rest.strip_prefix(badge).unwrap_or(rest));
            prop_assert!(!ours.contains(['<', '>', '[', ']', '*', '|', '_', '&', '#', '~', '$', '!']), "{}", line);
            prop_assert!(!ours.contains("://"), "{}", line);
        }

        let page = pair.write(&report, Format::Html, style);
        let kinds = |page: &str| -> Vec<String> { tags(page).into_iter().filter(|tag| !tag.ends_with("code")).collect() };
        prop_assert_eq!(kinds(&page), kinds(&tame.write(&tame_report, Format::Html, style)), "{}", page);

        for format in [Format::Text, Format::Markdown, Format::Html] {
            let told = pair.write(&report, format, style);
            prop_assert!(!told.chars().any(|letter| letter.is_control() && letter != '\n'), "{told:?}");
            prop_assert!(!told.contains('\u{202E}'), "{told:?}");
        }
        let github = pair.write(&report, Format::Github, style);
        let lines: Vec<&str> = github.lines().collect();
        let are_commands = lines[..2].iter().all(|line| line.starts_with("::warning file="));
        prop_assert!(lines.len() == 3 && are_commands, "{}", github);
    }

    /// The same input makes the same bytes.
    #[test]
    fn reports_are_the_same_from_run_to_run(text in hostile()) {
        let (one, report) = with_text(&text);
        let (other, again) = with_text(&text);
        for format in Format::ALL {
            prop_assert_eq!(one.write(&report, *format, Style::default()), other.write(&again, *format, Style::default()));
        }
    }
}
