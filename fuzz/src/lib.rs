//! What each fuzz target does with a text. Nothing here depends on the fuzzer: tests call the same functions.

use rayon::{ThreadPool, ThreadPoolBuilder};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use stipula::breaking::{self, Choices, Promises, Settings, Versions};
use stipula::cli::page_test;
use stipula::conformance::Descriptions;
use stipula::contract::generators::{self, Context, Seeded};
use stipula::contract::matching::{ActualMessage, ActualResponse, match_message, match_request, match_response};
use stipula::contract::{self, Exchange};
use stipula::document::{Workspace, content};
use stipula::finding::{Severity, Verdict};
use stipula::formats::{self, LoadOptions, Side, pact};
use stipula::lint::Rules;
use stipula::policy::{Baseline, Config, Levels, Policy};
use stipula::report::{self, Format, Rendering, Style, summary_line};
use stipula::rules::dictionary::Dictionary;
use stipula::rules::functions::Run;
use stipula::rules::{Catalog, Rule, page as pages};
use stipula::source::{Files, Limits, Source};
use stipula::syntax::{self, NodeId, Tree};
use time::Date;
use time::macros::{date, datetime};

#[path = "../../tests/it/same_tree.rs"]
pub(crate) mod same_tree;

const TODAY: Date = date!(2026 - 01 - 01);
/// Reading each value again takes time that grows with the square of a text.
const READ_AGAIN: usize = 4_000;
/// What the command line gives its threads.
const STACK_BYTES: usize = 16 << 20;

fn read(name: &str, text: &str) -> Tree {
    syntax::read(&Arc::new(Source::from_text(name, text)), &Limits::default())
}

/// The JSON reader never panics, and what a span covers is the value.
pub fn json(text: &str) {
    let tree = read("in.json", text);
    spans_hold(&tree);
    if !tree.problems().is_empty() || text.len() > READ_AGAIN {
        return;
    }
    for id in tree.ids() {
        let again = read("in.json", tree.span(id).of(text));
        assert!(again.problems().is_empty(), "{id:?}: {:?}", again.problems());
        assert!(content::same(&tree, id, &again, NodeId::ROOT), "{id:?}");
        if let (Some(key), Some(span)) = (tree.key_text(id), tree.key_span(id)) {
            let again = read("in.json", span.of(text));
            assert_eq!(again.string(NodeId::ROOT), Some(key));
        }
    }
}

/// The YAML readers never panic, and agree.
pub fn yaml(text: &str) {
    spans_hold(&read("in.yaml", text));
    if let Err(difference) = same_tree::compare(text) {
        panic!("{difference}");
    }
}

/// The reader of Protobuf never panics, spans hold, and what it read can be linted.
pub fn proto(text: &str) {
    spans_hold(&read("in.proto", text));
    lint_as("in.proto", text);
}

/// Spans lie in the text and between characters, and the tree is a tree.
fn spans_hold(tree: &Tree) {
    let text = tree.source().text();
    let mut spans = vec![];
    for id in tree.ids() {
        spans.push(tree.span(id));
        spans.extend(tree.key_span(id));
        for child in tree.children(id) {
            assert_eq!(tree.parent(child), Some(id));
            assert!(child > id && child < tree.subtree_end(id));
        }
    }
    spans.extend(tree.problems().iter().map(|problem| problem.span));
    for span in spans {
        assert!(text.get(span.start as usize..span.end as usize).is_some(), "{span:?}");
    }
}

/// Every rule, at the level of its page.
fn everything() -> &'static (Catalog, Levels, Rules) {
    static EVERYTHING: OnceLock<(Catalog, Levels, Rules)> = OnceLock::new();
    EVERYTHING.get_or_init(|| {
        let catalog = Catalog::default();
        let source = Arc::new(Source::from_text("stipula.yaml", "rules: { extends: all }"));
        let config = Config::read(&source).expect("a preset is no mistake");
        let levels = Levels::new(&config, Some(&source), &catalog, HashMap::new()).expect("no rule is named");
        let rules: Vec<Rule> = levels.compile(&catalog).expect("the pages are sound");
        (catalog, levels, Rules::new(rules))
    })
}

fn with_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    static POOL: OnceLock<ThreadPool> = OnceLock::new();
    let pool = POOL.get_or_init(|| {
        let builder = ThreadPoolBuilder::new().stack_size(STACK_BYTES).num_threads(2);
        builder.build().expect("threads can be started")
    });
    pool.install(work)
}

/// Any text goes from reading to every report.
pub fn lint(text: &str) {
    lint_as(if text.starts_with('{') { "in.json" } else { "in.yaml" }, text);
}

fn lint_as(name: &str, text: &str) {
    with_stack(|| {
        let (catalog, levels, rules) = everything();
        let files = Files::new(Limits::default(), PathBuf::from("/example"));
        let options = LoadOptions {
            project: Some(PathBuf::from("/example")),
            ..LoadOptions::default()
        };
        let loaded = formats::load(vec![Arc::new(Source::from_text(name, text))], &files, &options, &|| {});
        let run = Run {
            as_of: TODAY,
            dictionary: Dictionary::default(),
        };
        let findings = stipula::lint::lint(&loaded.workspace, rules, &run, &|| {});
        let mut policy = Policy {
            levels,
            catalog,
            baseline: None,
            as_of: TODAY,
        };
        let report = policy.judge("lint", &loaded.workspace, &rules.pages(), findings.clone());
        for format in Format::ALL {
            for style in [
                Style::default(),
                Style {
                    color: true,
                    verbose: true,
                    quiet: false,
                    explain: true,
                },
            ] {
                let mut out = Vec::new();
                Rendering::new(&report, &loaded.workspace, style)
                    .write(*format, &mut out)
                    .expect("memory can be written");
                assert!(String::from_utf8(out).is_ok());
            }
        }
        assert!(!summary_line(&report).is_empty());

        // What is written down as known is known.
        let written = Arc::new(Source::from_text(
            "baseline.json",
            report.to_baseline(&loaded.workspace, None).text(),
        ));
        let baseline = Baseline::read(&written).expect("what is written can be read");
        policy.baseline = Some(&baseline);
        let known = policy.judge("lint", &loaded.workspace, &rules.pages(), findings);
        assert_eq!(known.new_findings().count(), 0);
        assert!(known.shrink(&baseline, &loaded.workspace, &rules.pages()).is_none());
    });
}

/// What stands between the two versions in a text of the fuzzer.
const BETWEEN_VERSIONS: char = '\u{c}';

/// Any text, taken apart, makes two versions.
pub fn versions_in(text: &str) {
    let (old, new) = text.split_once(BETWEEN_VERSIONS).unwrap_or((text, text));
    versions(old, new);
}

/// Any two texts can be compared, in every report; a version does not differ from itself; what is called an error is
/// shown, or its page says why it need not be.
pub fn versions(old: &str, new: &str) {
    with_stack(|| {
        let (catalog, levels, _) = everything();
        let rules = breaking::Rules::new(catalog);
        let files = Files::new(Limits::default(), PathBuf::from("/example"));
        let options = LoadOptions {
            project: Some(PathBuf::from("/example")),
            ..LoadOptions::default()
        };
        let side = |text: &str| {
            let name = if text.starts_with('{') { "in.json" } else { "in.yaml" };
            Side {
                sources: vec![Arc::new(Source::from_text(name, text))],
                files: &files,
            }
        };
        let settings = Settings {
            as_of: TODAY,
            undeclared_members: old.len().is_multiple_of(2),
            names: new.len().is_multiple_of(2),
            promises: Promises::default(),
        };
        let compare = |old: &str, new: &str| {
            let loaded = formats::load_versions(&[side(old)], &side(new), &options, &|| {});
            let workspace = &loaded.workspace;
            let description = |is_base: bool| {
                workspace
                    .ids()
                    .find(|id| workspace.document(*id).is_description() && workspace.document(*id).is_base() == is_base)
            };
            let pairs = [Versions {
                old: description(true),
                new: description(false),
                moved: false,
            }];
            let findings = breaking::run(workspace, &pairs, &settings, &rules, &Choices::default());
            (loaded, pairs, findings)
        };
        let (loaded, pairs, findings) = compare(old, new);
        for finding in &findings {
            let page = &rules.pages()[finding.rule];
            let told = finding.breaking.as_ref().expect("a comparison tells changes");
            let is_error = told.verdict == Verdict::Breaking && told.severity == Severity::Error;
            assert!(
                !is_error || told.witness.is_some() || page.no_witness.is_some(),
                "{}",
                page.id
            );
        }
        let policy = Policy {
            levels,
            catalog,
            baseline: None,
            as_of: TODAY,
        };
        for command in ["breaking", "changelog"] {
            let report = policy.judge(command, &loaded.workspace, rules.pages(), findings.clone());
            for format in Format::ALL {
                let style = Style {
                    explain: true,
                    ..Style::default()
                };
                let mut out = Vec::new();
                Rendering::new(&report, &loaded.workspace, style)
                    .comparing(&pairs)
                    .write(*format, &mut out)
                    .expect("memory can be written");
                assert!(String::from_utf8(out).is_ok());
            }
        }
        // Of what could not be read, nobody knows whether it is the same.
        let (loaded, _, same) = compare(new, new);
        let documents = loaded.workspace.documents();
        let is_read = documents.iter().all(|document| document.tree().problems().is_empty());
        assert!(!is_read || same.is_empty(), "{same:?}");
    });
}

/// Any text can be offered as a rule page; what is taken can be run.
pub fn page(text: &str) {
    with_stack(|| {
        drop(pages::examples(text, 1));
        match pages::read("any-rule", "tests", "any-rule.md", text) {
            Ok(declaration) => drop(page_test::check(&declaration)),
            Err(errors) => assert!(!errors.is_empty() && errors.iter().all(|error| error.line > 0)),
        }
    });
}

/// Any text can be offered as a configuration, or as a baseline.
pub fn config(text: &str) {
    let source = Arc::new(Source::from_text("stipula.yaml", text));
    drop(Baseline::read(&source));
    let (catalog, ..) = everything();
    let complaint = match Config::read(&source) {
        Ok(config) => match Levels::new(&config, Some(&source), catalog, HashMap::new()) {
            Ok(levels) => levels
                .compile(catalog)
                .err()
                .and_then(|(error, span)| Some((span?, error.to_string()))),
            Err(error) => Some((error.span, error.message)),
        },
        Err(error) => Some((error.span, error.message)),
    };
    if let Some((span, message)) = complaint {
        assert!(text.get(span.start as usize..span.end as usize).is_some(), "{span:?}");
        assert!(!report::diagnostic(&source, span, &message, false).is_empty());
    }
}

/// Reading a contract and holding an answer against it never panics, and says the same each time. What stands before
/// the first zero byte is the contract, what follows it is the answer.
pub fn contract(bytes: &[u8]) {
    let (file, body) = match bytes.iter().position(|byte| *byte == 0) {
        Some(at) => (&bytes[..at], &bytes[at + 1..]),
        None => (bytes, &b"{\"a\": [1, null, \"x\"]}"[..]),
    };
    let Ok(document) = pact::document(read("contract.json", &String::from_utf8_lossy(file))) else {
        return;
    };
    let mut workspace = Workspace::new(100);
    let id = workspace.add(document);
    let contract = contract::read(&workspace, id);
    for interaction in &contract.interactions {
        let _ = interaction.unsupported();
        let values = serde_json::Map::new();
        let mut context = Context {
            side: generators::Side::Provider,
            values: &values,
            server: None,
            now: datetime!(2024-02-29 12:00 UTC),
            random: &mut Seeded::new(1),
        };
        match &interaction.exchange {
            Exchange::Http { request, response } => {
                let made = generators::prepare_request(request, &mut context).value;
                let actual = contract::matching::ActualRequest {
                    method: &made.method,
                    path: &made.path,
                    query: Some(&made.query),
                    headers: &made.headers,
                    body,
                };
                let _ = match_request(request, &actual);
                let actual = ActualResponse {
                    status: 200,
                    headers: &made.headers,
                    body,
                };
                assert_eq!(match_response(response, &actual), match_response(response, &actual));
            }
            Exchange::Message(message) => {
                let _ = generators::prepare_message(message, &mut context);
                let actual = ActualMessage {
                    content_type: None,
                    metadata: None,
                    contents: body,
                };
                assert_eq!(match_message(message, &actual), match_message(message, &actual));
            }
            Exchange::Call { request, .. } => {
                let _ = generators::prepare_message(request, &mut context);
            }
        }
    }
}

/// Holding a contract, and an answer, against a description never panics, and says the same each time. What stands before
/// the first zero byte is the contract, what follows it is the description.
pub fn described(bytes: &[u8]) {
    let (contract, description) = match bytes.iter().position(|byte| *byte == 0) {
        Some(at) => (&bytes[..at], &bytes[at + 1..]),
        None => (bytes, bytes),
    };
    let source = |name: &str, text: &[u8]| Arc::new(Source::from_text(name, String::from_utf8_lossy(text)));
    let files = Files::new(Limits::default(), PathBuf::from("/nowhere"));
    let side = Side {
        sources: vec![source("openapi.yaml", description)],
        files: &files,
    };
    let contracts = vec![source("contract.json", contract)];
    let loaded = formats::load_contracts(contracts, &side, &LoadOptions::default(), &|| {});
    let documents = loaded.new.ids();
    let hold = || {
        let mut descriptions = Descriptions::new(&loaded.workspace, &documents);
        let mut told = Vec::new();
        for id in &loaded.contracts.ids() {
            let contract = contract::read(&loaded.workspace, *id);
            for interaction in &contract.interactions {
                let held = descriptions.hold(interaction);
                if let Some(operation) = &held.operation {
                    let headers = [("Content-Type".to_owned(), "application/json".to_owned())];
                    let answer = ActualResponse {
                        status: 200,
                        headers: &headers,
                        body: br#"{"data": {"id": 1, "items": [null, {"sku": "tea"}]}}"#,
                    };
                    told.extend(descriptions.hold_answer(operation, interaction, &answer));
                }
                told.extend(held.remarks);
            }
        }
        told
    };
    assert_eq!(hold(), hold());
}
