//! SARIF 2.1.0 (<https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>), with what GitHub code scanning
//! asks for (<https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning>).

use super::comparison::verdict;
use super::{Place, Rendering, Stream};
use crate::finding::{Breaking, Severity};
use crate::policy::{Judged, Status};
use crate::rules::declaration::Declaration;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Log<'r, R> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'r, R>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'r, R> {
    tool: Tool<'r>,
    automation_details: AutomationDetails<'r>,
    column_kind: &'static str,
    results: R,
}

#[derive(Serialize)]
struct AutomationDetails<'r> {
    id: &'r str,
}

#[derive(Serialize)]
struct Tool<'r> {
    driver: Driver<'r>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver<'r> {
    name: &'static str,
    version: &'static str,
    semantic_version: &'static str,
    information_uri: &'static str,
    rules: Vec<Rule<'r>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule<'r> {
    id: &'r str,
    name: &'r str,
    short_description: Text<'r>,
    full_description: Text<'r>,
    help: Help<'r>,
    default_configuration: Configuration,
    properties: Properties<'r>,
}

#[derive(Serialize)]
struct Text<'r> {
    text: &'r str,
}

#[derive(Serialize)]
struct Help<'r> {
    text: &'r str,
    markdown: &'r str,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Properties<'r> {
    tags: Vec<&'r str>,
    precision: &'static str,
    #[serde(rename = "problem.severity")]
    problem_severity: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RunResult<'r> {
    rule_id: &'r str,
    rule_index: usize,
    level: &'static str,
    message: OwnedText,
    locations: [Location; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location>,
    partial_fingerprints: BTreeMap<&'static str, String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suppressions: Vec<Suppression<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    properties: Option<Change<'r>>,
}

/// What a comparison knows of a result (SARIF 3.8: a property bag may hold anything).
#[derive(Serialize)]
struct Change<'r> {
    direction: &'static str,
    effect: &'static str,
    verdict: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    breaks: Option<bool>,
    reaches: &'r [String],
}

#[derive(Serialize)]
struct Suppression<'r> {
    kind: &'static str,
    status: &'static str,
    justification: &'r str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    logical_locations: Vec<LogicalLocation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<OwnedText>,
}

#[derive(Serialize)]
struct OwnedText {
    text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    region: Region,
}

#[derive(Serialize)]
struct ArtifactLocation {
    uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LogicalLocation {
    fully_qualified_name: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
    start_column: u32,
    end_line: u32,
    end_column: u32,
}

/// Operations told of a finding that is behind references.
const REACHED: usize = 5;

/// Writes the report.
pub(super) fn write(rendering: &Rendering<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut positions: HashMap<&str, usize> = HashMap::new();
    let mut rules: Vec<&Declaration> = Vec::new();
    for finding in &rendering.report.findings {
        positions.entry(&finding.rule.id).or_insert_with(|| {
            rules.push(&finding.rule);
            rules.len() - 1
        });
    }
    let automation = format!("stipula/{}", rendering.report.command);
    let log = Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: "stipula",
                    version: env!("CARGO_PKG_VERSION"),
                    semantic_version: env!("CARGO_PKG_VERSION"),
                    information_uri: "https://crates.io/crates/stipula",
                    rules: rules.iter().map(|rule| declared(rule)).collect(),
                },
            },
            automation_details: AutomationDetails { id: &automation },
            column_kind: "unicodeCodePoints",
            results: Stream(|| {
                let findings = rendering.report.findings.iter();
                findings.map(|finding| result(rendering, finding, positions[&*finding.rule.id]))
            }),
        }],
    };
    serde_json::to_writer_pretty(&mut *out, &log)?;
    writeln!(out)
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn declared(rule: &Declaration) -> Rule<'_> {
    Rule {
        id: &rule.id,
        name: &rule.id,
        short_description: Text { text: &rule.title },
        full_description: Text { text: paragraph(rule) },
        help: Help {
            text: &rule.page,
            markdown: &rule.page,
        },
        default_configuration: Configuration {
            level: level(rule.severity),
        },
        properties: Properties {
            tags: vec![&rule.topic],
            precision: "very-high",
            problem_severity: match rule.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Info => "recommendation",
            },
        },
    }
}

/// The first paragraph of a page.
fn paragraph(rule: &Declaration) -> &str {
    let after_title = rule.page.split_once('\n').map_or("", |(_, rest)| rest).trim_start();
    let first = after_title
        .split("\n\n")
        .next()
        .unwrap_or_default()
        .split("\n## ")
        .next()
        .unwrap_or_default();
    if first.trim().is_empty() {
        &rule.title
    } else {
        first.trim()
    }
}

fn result<'r>(rendering: &Rendering<'r>, finding: &'r Judged, rule_index: usize) -> RunResult<'r> {
    let (reached, _) = rendering.reached_from(finding, REACHED);
    let related = finding
        .related
        .iter()
        .map(|related| (related.message.clone(), rendering.place(&related.location)))
        .chain(
            reached
                .into_iter()
                .map(|(name, place)| (format!("reached from {name}"), place)),
        )
        .chain(
            finding
                .breaking
                .as_ref()
                .and_then(|breaking| breaking.old)
                .map(|old| ("where it stood".to_owned(), rendering.place(&old))),
        )
        .enumerate()
        .map(|(id, (message, place))| location(&place, Some((id, message))))
        .collect();
    let mut fingerprints = BTreeMap::new();
    fingerprints.insert("stipula/v1", finding.fingerprint(rendering.workspace));
    let suppressions = match finding.status {
        Status::New => Vec::new(),
        Status::Baseline => vec![Suppression {
            kind: "external",
            status: "accepted",
            justification: "listed in the baseline",
        }],
        Status::Suppressed => vec![Suppression {
            kind: "inSource",
            status: "accepted",
            justification: finding.reason.as_deref().unwrap_or_default(),
        }],
    };
    RunResult {
        rule_id: &finding.rule.id,
        rule_index,
        level: level(finding.severity),
        message: OwnedText {
            text: rendering.complete_message(finding),
        },
        locations: [location(&rendering.place(&finding.location), None)],
        related_locations: related,
        partial_fingerprints: fingerprints,
        suppressions,
        properties: finding.breaking.as_deref().map(change),
    }
}

fn change(breaking: &Breaking) -> Change<'_> {
    let (verdict, breaks) = verdict(breaking);
    Change {
        direction: breaking.direction.name(),
        effect: breaking.effect.name(),
        verdict,
        breaks,
        reaches: &breaking.reaches,
    }
}

fn location(place: &Place<'_>, note: Option<(usize, String)>) -> Location {
    let (id, message) = note.map_or((None, None), |(id, message)| {
        (Some(id), Some(OwnedText { text: message }))
    });
    Location {
        id,
        physical_location: PhysicalLocation {
            artifact_location: ArtifactLocation { uri: uri(place.path) },
            region: Region {
                start_line: place.start.line,
                start_column: place.start.column,
                end_line: place.end.line,
                end_column: place.end.column,
            },
        },
        logical_locations: vec![LogicalLocation {
            fully_qualified_name: place.pointer.clone(),
        }],
        message,
    }
}

/// A path as a URI reference. A `:`, as in `main:openapi.yaml`, would make its start a scheme
/// (<https://www.rfc-editor.org/rfc/rfc3986#section-4.2>).
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/@!$&'()*+,;=".contains(&byte) {
            uri.push(byte as char);
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    if path.starts_with('/') {
        format!("file://{uri}")
    } else {
        uri
    }
}
