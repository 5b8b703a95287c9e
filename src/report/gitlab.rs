//! GitLab's code quality report, which a merge request shows
//! (<https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>).

use super::{Rendering, Stream};
use crate::finding::Severity;
use crate::policy::Judged;
use serde::Serialize;
use std::cell::RefCell;
use std::collections::HashMap;
use std::io::{self, Write};

#[derive(Serialize)]
struct Problem<'r> {
    description: String,
    check_name: &'r str,
    fingerprint: String,
    severity: &'static str,
    location: Location<'r>,
}

#[derive(Serialize)]
struct Location<'r> {
    path: &'r str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
}

/// Writes the report. It holds what counts: what is suppressed or in the baseline is no problem of the merge request.
pub(super) fn write(rendering: &Rendering<'_>, out: &mut dyn Write) -> io::Result<()> {
    let known: RefCell<HashMap<String, usize>> = RefCell::default();
    let problems = Stream(|| {
        known.borrow_mut().clear();
        let problem = |finding| problem(rendering, finding, &mut known.borrow_mut());
        rendering.report.new_findings().map(problem)
    });
    serde_json::to_writer_pretty(&mut *out, &problems)?;
    writeln!(out)
}

fn problem<'r>(rendering: &Rendering<'r>, finding: &'r Judged, known: &mut HashMap<String, usize>) -> Problem<'r> {
    let place = rendering.place(&finding.location);
    let mut fingerprint = finding.fingerprint(rendering.workspace);
    // Of problems with one fingerprint, GitLab shows only one.
    let count = known.entry(fingerprint.clone()).or_default();
    *count += 1;
    if *count > 1 {
        fingerprint = format!("{fingerprint}-{count}");
    }
    Problem {
        description: rendering.complete_message(finding).replace('\n', "; "),
        check_name: &finding.rule.id,
        fingerprint,
        severity: match finding.severity {
            Severity::Error => "major",
            Severity::Warning => "minor",
            Severity::Info => "info",
        },
        location: Location {
            path: place.path,
            lines: Lines {
                begin: place.start.line,
            },
        },
    }
}
