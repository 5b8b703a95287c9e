//! The line that ends every run.

use super::comparison::{counted_changes, is_comparison};
use super::counted;
use crate::policy::Report;

/// How many findings of each sort there are, in how many documents, and how many are answered or known.
#[must_use]
pub fn summary_line(report: &Report) -> String {
    let summary = report.summary();
    let mut parts = vec![
        counted(summary.errors, "error"),
        counted(summary.warnings, "warning"),
        counted(summary.infos, "info"),
    ];
    if summary.errors + summary.warnings + summary.infos == 0 {
        parts = vec!["no findings".to_owned()];
    }
    let mut told = parts.join(", ");
    // Where all is checked, changes are a part of what there is to tell.
    if is_comparison(report) && report.command != "check" {
        told = match (counted_changes(report.new_findings()), report.command) {
            (Some(changes), _) => format!("{changes} ({told})"),
            (None, "breaking") => "no breaking changes".to_owned(),
            (None, _) => "no changes".to_owned(),
        };
    }
    let mut line = format!(
        "{told} in {}, {} checked",
        counted(report.documents, "document"),
        counted(report.rules, "rule"),
    );
    if summary.suppressed > 0 {
        line.push_str(&format!("; {} suppressed", summary.suppressed));
    }
    if summary.baseline > 0 {
        line.push_str(&format!("; {} in the baseline", summary.baseline));
    }
    line
}
