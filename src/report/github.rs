//! Workflow commands, which GitHub shows as annotations
//! (<https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands>).

use super::{Rendering, counted, summary_line};
use crate::finding::Severity;
use std::io::{self, Write};

/// Annotations of one sort that GitHub shows of one step.
const SHOWN: usize = 10;

/// Writes the report: as many annotations as GitHub shows, the gravest first, and everything else as lines.
pub(super) fn write(rendering: &Rendering<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut others = 0;
    for severity in Severity::ALL {
        let findings = rendering
            .report
            .new_findings()
            .filter(|finding| finding.severity == *severity);
        for (count, finding) in findings.enumerate() {
            let place = rendering.place(&finding.location);
            let message = rendering.complete_message(finding);
            if count >= SHOWN {
                others += 1;
                let at = format!("{}:{}:{}", place.path, place.start.line, place.start.column);
                let message = message.replace('\n', "; ");
                writeln!(out, "{at}: {severity} {}: {message}", finding.rule.id)?;
                continue;
            }
            let command = match severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Info => "notice",
            };
            write!(
                out,
                "::{command} file={},line={}",
                property(place.path),
                place.start.line
            )?;
            // GitHub takes columns only where the annotation stays on one line.
            if place.start.line == place.end.line {
                write!(out, ",col={},endColumn={}", place.start.column, place.end.column)?;
            } else {
                write!(out, ",endLine={}", place.end.line)?;
            }
            writeln!(out, ",title={}::{}", property(&finding.rule.id), data(&message))?;
        }
    }
    if others > 0 {
        writeln!(
            out,
            "{} without annotations: GitHub shows {SHOWN} of a sort",
            counted(others, "finding")
        )?;
    }
    writeln!(out, "{}", summary_line(rendering.report))
}

/// Text after the `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Text of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
