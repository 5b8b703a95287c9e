//! JUnit's XML for build servers (<https://github.com/testmoapp/junitxml>).
//!
//! Of `verify`, a contract is a suite and an interaction a case. Of other commands, a document is a suite and a rule
//! that found something a case: rules without findings would be the same hundred cases in each document. A document
//! without findings has one case, which passes, because many servers take a suite without cases for a mistake.

use super::interactions::title;
use super::{Rendering, counted};
use crate::document::DocumentId;
use crate::finding::{InteractionVerdict as Verdict, Location, Severity, Verification};
use crate::policy::{Judged, Status};
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::io::{self, Write};

/// What became of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Result {
    Passed,
    Failed,
    /// Nothing is known.
    Error,
    Skipped,
}

struct Case<'r> {
    name: String,
    /// What its name is unique in.
    class: &'r str,
    location: Option<Location>,
    result: Result,
    /// What kind of failure it is.
    sort: &'r str,
    message: String,
    /// What there is to tell of it, a line each.
    details: Vec<String>,
    seconds: Option<f64>,
}

#[derive(Default)]
struct Suite<'r> {
    properties: Vec<(&'static str, &'r str)>,
    cases: Vec<Case<'r>>,
}

impl Suite<'_> {
    fn count(&self, result: Result) -> usize {
        self.cases.iter().filter(|case| case.result == result).count()
    }

    fn seconds(&self) -> Option<f64> {
        let times = self.cases.iter().filter_map(|case| case.seconds);
        times.reduce(|sum, time| sum + time)
    }
}

/// Writes the report.
pub(super) fn write(rendering: &Rendering<'_>, out: &mut dyn Write) -> io::Result<()> {
    let suites = suites(rendering);
    let count = |result: Result| -> usize { suites.iter().map(|(_, suite)| suite.count(result)).sum() };
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(
        out,
        "<testsuites name=\"stipula {}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\">",
        rendering.report.command,
        suites.iter().map(|(_, suite)| suite.cases.len()).sum::<usize>(),
        count(Result::Failed),
        count(Result::Error),
        count(Result::Skipped),
    )?;
    for (name, suite) in &suites {
        write!(
            out,
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\"",
            Escaped(name),
            suite.cases.len(),
            suite.count(Result::Failed),
            suite.count(Result::Error),
            suite.count(Result::Skipped),
        )?;
        write_time(suite.seconds(), out)?;
        writeln!(out, ">")?;
        if !suite.properties.is_empty() {
            writeln!(out, "    <properties>")?;
            for (name, value) in &suite.properties {
                writeln!(out, "      <property name=\"{name}\" value=\"{}\"/>", Escaped(value))?;
            }
            writeln!(out, "    </properties>")?;
        }
        for case in &suite.cases {
            write_case(rendering, case, out)?;
        }
        writeln!(out, "  </testsuite>")?;
    }
    writeln!(out, "</testsuites>")
}

fn write_time(seconds: Option<f64>, out: &mut dyn Write) -> io::Result<()> {
    match seconds {
        Some(seconds) => write!(out, " time=\"{seconds:.3}\""),
        None => Ok(()),
    }
}

fn write_case(rendering: &Rendering<'_>, case: &Case<'_>, out: &mut dyn Write) -> io::Result<()> {
    write!(
        out,
        "    <testcase name=\"{}\" classname=\"{}\"",
        Escaped(&case.name),
        Escaped(case.class)
    )?;
    if let Some(location) = &case.location {
        let place = rendering.place(location);
        write!(out, " file=\"{}\" line=\"{}\"", Escaped(place.path), place.start.line)?;
    }
    write_time(case.seconds, out)?;
    let details = case.details.join("\n");
    let (sort, message, details) = (Escaped(case.sort), Escaped(&case.message), Escaped(&details));
    match case.result {
        Result::Passed if case.details.is_empty() => return writeln!(out, "/>"),
        Result::Passed => writeln!(out, ">\n      <system-out>{details}</system-out>")?,
        Result::Failed => writeln!(
            out,
            ">\n      <failure type=\"{sort}\" message=\"{message}\">{details}</failure>"
        )?,
        Result::Error => writeln!(
            out,
            ">\n      <error type=\"{sort}\" message=\"{message}\">{details}</error>"
        )?,
        Result::Skipped => writeln!(out, ">\n      <skipped message=\"{message}\"/>")?,
    }
    writeln!(out, "    </testcase>")
}

/// All suites with their names, in the order of the documents.
fn suites<'r>(rendering: &Rendering<'r>) -> Vec<(&'r str, Suite<'r>)> {
    let workspace = rendering.workspace;
    let mut suites: BTreeMap<DocumentId, Suite<'r>> = workspace.judged().map(|id| (id, Suite::default())).collect();
    let findings = rendering.by_interaction(|_| true);
    for (interaction, findings) in rendering.report.interactions.iter().zip(&findings) {
        let suite = suites.entry(interaction.location.node.document).or_default();
        if suite.cases.is_empty() {
            suite.properties = vec![
                ("consumer", interaction.consumer.as_str()),
                ("provider", interaction.provider.as_str()),
            ];
        }
        suite.cases.push(case_of_interaction(rendering, interaction, findings));
    }
    let mut by_rule: BTreeMap<(DocumentId, &str), Vec<&'r Judged>> = BTreeMap::new();
    let others = rendering.report.new_findings();
    let others = others.filter(|finding| rendering.interaction_of(finding).is_none());
    for finding in others {
        let of_rule = by_rule.entry((finding.location.node.document, &finding.rule.id));
        of_rule.or_default().push(finding);
    }
    for ((document, rule), findings) in by_rule {
        let name = workspace.document(document).source().name();
        let suite = suites.entry(document).or_default();
        suite.cases.push(case_of_rule(rendering, name, rule, &findings));
    }
    let suites = suites.into_iter().map(|(document, mut suite)| {
        let name = workspace.document(document).source().name();
        if suite.cases.is_empty() {
            suite.cases.push(Case {
                name: "no findings".to_owned(),
                class: name,
                location: None,
                result: Result::Passed,
                sort: "",
                message: String::new(),
                details: Vec::new(),
                seconds: None,
            });
        }
        make_names_unique(&mut suite);
        (name, suite)
    });
    suites.collect()
}

fn case_of_interaction<'r>(rendering: &Rendering<'r>, interaction: &'r Verification, findings: &[&Judged]) -> Case<'r> {
    let new = findings.iter().filter(|finding| finding.status == Status::New);
    let grave = new
        .clone()
        .filter(|finding| finding.severity == Severity::Error)
        .count();
    let (result, message) = match interaction.verdict {
        Verdict::Error | Verdict::StateError | Verdict::Unsupported => {
            let reason = interaction.reason.clone();
            let first = || findings.first().map(|finding| finding.message.clone());
            (Result::Error, reason.or_else(first).unwrap_or_default())
        }
        Verdict::Skipped => (Result::Skipped, interaction.reason.clone().unwrap_or_default()),
        Verdict::PendingFail => (
            Result::Skipped,
            "it fails, and is pending: the provider is not yet asked to keep it".to_owned(),
        ),
        Verdict::Pass | Verdict::Fail if grave > 0 => (Result::Failed, counted(grave, "error")),
        Verdict::Fail => (
            Result::Skipped,
            "it fails, and that is known or no error here".to_owned(),
        ),
        Verdict::Pass => (Result::Passed, String::new()),
    };
    let mut details: Vec<String> = new.map(|finding| line(rendering, finding)).collect();
    if !details.is_empty() {
        details.extend(interaction.request.clone());
    }
    let times = interaction.times.as_ref();
    Case {
        name: title(interaction),
        class: &interaction.consumer,
        location: Some(interaction.location),
        result,
        sort: interaction.verdict.name(),
        message,
        details,
        seconds: times.map(|times| times.iter().map(std::time::Duration::as_secs_f64).sum()),
    }
}

fn case_of_rule<'r>(rendering: &Rendering<'r>, class: &'r str, rule: &'r str, findings: &[&Judged]) -> Case<'r> {
    let gravest = findings.iter().map(|finding| finding.severity).max();
    let severity = gravest.unwrap_or(Severity::Info);
    Case {
        name: rule.to_owned(),
        class,
        location: findings.first().map(|finding| finding.location),
        result: match severity {
            Severity::Error => Result::Failed,
            Severity::Warning | Severity::Info => Result::Passed,
        },
        sort: severity.name(),
        message: match findings {
            [only] => only.message.clone(),
            several => counted(several.len(), "finding"),
        },
        details: findings.iter().map(|finding| line(rendering, finding)).collect(),
        seconds: None,
    }
}

/// A finding on a line: `orders.yaml:12:5: error list-paginated: …`.
fn line(rendering: &Rendering<'_>, finding: &Judged) -> String {
    let place = rendering.place(&finding.location);
    let message = super::comparison::message_with_proof(finding).replace('\n', "; ");
    format!(
        "{}:{}:{}: {} {}: {message}",
        place.path, place.start.line, place.start.column, finding.severity, finding.rule.id
    )
}

/// Servers know cases by their names: of several with the same one, they keep one.
fn make_names_unique(suite: &mut Suite<'_>) {
    let mut known: HashMap<String, usize> = HashMap::new();
    for case in &mut suite.cases {
        let count = known.entry(case.name.clone()).or_default();
        *count += 1;
        if *count > 1 {
            case.name.push_str(&format!(" #{count}"));
        }
    }
}

/// Text for XML, between tags as in attributes (<https://www.w3.org/TR/xml/#charsets>): what no document may hold, not
/// even escaped, becomes a replacement character.
struct Escaped<'t>(&'t str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use fmt::Write;
        for letter in self.0.chars() {
            match letter {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                // In attributes they would become spaces.
                '\n' | '\r' | '\t' => write!(f, "&#{};", letter as u32)?,
                '\u{FFFE}' | '\u{FFFF}' => f.write_char(char::REPLACEMENT_CHARACTER)?,
                other if other.is_control() => f.write_char(char::REPLACEMENT_CHARACTER)?,
                other => f.write_char(other)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_made_fit_for_xml() {
        let hostile = "<a b=\"c\">&\u{0}\u{1b}\u{FFFF}\n]]>é📦";
        let text = Escaped(hostile).to_string();
        assert_eq!(
            text,
            "&lt;a b=&quot;c&quot;&gt;&amp;\u{FFFD}\u{FFFD}\u{FFFD}&#10;]]&gt;é📦"
        );
        let document = format!("<a b=\"{text}\">{text}</a>");
        let read = roxmltree::Document::parse(&document).expect("it is XML");
        assert_eq!(read.root_element().text(), read.root_element().attribute("b"));
    }
}
