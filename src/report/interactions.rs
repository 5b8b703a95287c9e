//! What became of interactions, for people at a terminal: those that failed first, each with what differs and how to
//! ask for it again.

use super::comparison::{Line, differing, shorten};
use super::text::painted;
use super::{Place, Rendering, counted, visible};
use crate::finding::{Bodies, Departure, InteractionVerdict as Verdict, Verification};
use crate::policy::{Judged, Status};
use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::io::{self, Write};

/// Interactions that are shown unless all are wanted.
const SHOWN: usize = 20;
/// Lines of an interaction that are shown unless all are wanted.
const LINES: usize = 12;
/// Lines of a difference that are shown even beside many mismatches, if there is room for them at all.
const FEW: usize = 5;
/// Columns of a terminal that every one has.
const COLUMNS: usize = 80;
/// Lines of bodies that are compared: finding out in what longer ones differ can take long.
const MANY_LINES: usize = 5_000;

/// Who expects what of whom, and when: `web-checkout → orders: a request for an order (given an order exists)`.
pub(super) fn title(interaction: &Verification) -> String {
    let given = match interaction.states.as_slice() {
        [] => String::new(),
        states => format!(" (given {})", states.join(", ")),
    };
    visible(&format!("{}{given}", name(interaction)))
}

fn name(interaction: &Verification) -> String {
    let Verification {
        consumer,
        provider,
        description,
        ..
    } = interaction;
    format!("{consumer} → {provider}: {description}")
}

/// Writes the interactions of which there is something to tell.
pub(super) fn write(rendering: &Rendering<'_>, out: &mut dyn Write) -> io::Result<()> {
    let style = rendering.style;
    let mut findings = rendering.by_interaction(|finding| finding.status == Status::New);
    for of_one in &mut findings {
        of_one.sort_by_key(|finding| Reverse(finding.severity));
    }
    let mut told: Vec<(&Verification, &[&Judged])> = rendering
        .report
        .interactions
        .iter()
        .zip(findings.iter().map(Vec::as_slice))
        .filter(|(_, findings)| !findings.is_empty())
        .collect();
    told.sort_by_key(|(interaction, _)| urgency(interaction.verdict));
    let shown = if style.verbose { told.len() } else { SHOWN };
    for (interaction, findings) in told.iter().take(shown) {
        let block = Block {
            rendering,
            interaction,
            findings,
        };
        for line in block.lines() {
            writeln!(out, "{line}")?;
        }
        writeln!(out)?;
    }
    let rules: BTreeSet<&str> = told
        .iter()
        .flat_map(|(_, findings)| findings.iter())
        .map(|finding| &*finding.rule.id)
        .collect();
    if !rules.is_empty() {
        let pages: Vec<String> = rules.iter().map(|rule| format!("stipula explain {rule}")).collect();
        writeln!(out, "help: {}\n", pages.join(", "))?;
    }
    if told.len() > shown {
        let more = counted(told.len() - shown, "interaction");
        writeln!(out, "{more} not shown; --verbose shows all\n")?;
    }
    let skipped = rendering.report.interactions.iter().zip(&findings);
    let skipped =
        skipped.filter(|(interaction, findings)| interaction.verdict == Verdict::Skipped && findings.is_empty());
    match skipped.count() {
        0 => {}
        count => writeln!(out, "{} skipped\n", counted(count, "interaction"))?,
    }
    if style.verbose {
        let rest = rendering.report.interactions.iter().zip(&findings);
        let mut any = false;
        for (interaction, _) in rest.filter(|(_, findings)| findings.is_empty()) {
            writeln!(out, "{}", heading(interaction, style.color))?;
            any = true;
        }
        if any {
            writeln!(out)?;
        }
    }
    Ok(())
}

/// In which order interactions are told.
const fn urgency(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Fail => 0,
        Verdict::Error => 1,
        Verdict::StateError => 2,
        Verdict::Unsupported => 3,
        Verdict::Skipped => 4,
        Verdict::PendingFail => 5,
        Verdict::Pass => 6,
    }
}

/// The verdict and the name, on a line.
fn heading(interaction: &Verification, color: bool) -> String {
    // The colours of findings (<https://en.wikipedia.org/wiki/ANSI_escape_code#SGR>).
    let code = match interaction.verdict {
        Verdict::Pass => 32,
        Verdict::Fail | Verdict::Error | Verdict::StateError => 31,
        Verdict::PendingFail | Verdict::Unsupported | Verdict::Skipped => 33,
    };
    let again = match (interaction.verdict, interaction.attempts) {
        (Verdict::Pass, attempts @ 2..) => format!(", on attempt {attempts}"),
        _ => String::new(),
    };
    let (verdict, name) = (interaction.verdict.name(), visible(&name(interaction)));
    if color {
        format!("\u{1b}[{code}m{verdict}\u{1b}[0m{again}  \u{1b}[1m{name}\u{1b}[0m")
    } else {
        format!("{verdict}{again}  {name}")
    }
}

/// All that is told of an interaction.
struct Block<'b, 'r> {
    rendering: &'b Rendering<'r>,
    interaction: &'b Verification,
    findings: &'b [&'b Judged],
}

impl Block<'_, '_> {
    fn lines(&self) -> Vec<String> {
        let style = self.rendering.style;
        let mut lines = vec![heading(self.interaction, style.color)];
        lines.extend(self.about());
        let mut last = Vec::new();
        if let Some(request) = &self.interaction.request {
            last.push(format!("  {}{}", self.dim("again  "), visible(request)));
        }
        let mut rows = self.rows();
        let bodies = self.interaction.bodies.as_ref();
        let mut difference = bodies.map_or_else(Vec::new, difference);
        let room = if style.verbose {
            usize::MAX
        } else {
            LINES.saturating_sub(lines.len() + last.len())
        };
        let kept = FEW.min(difference.len());
        let mut used = 0;
        let fitting = rows
            .iter()
            .take_while(|row| {
                used += row.len();
                used + kept < room
            })
            .count();
        let shown = if style.verbose { rows.len() } else { fitting.max(1) };
        let more = rows.len().saturating_sub(shown);
        rows.truncate(shown);
        lines.extend(rows.into_iter().flatten());
        if more > 0 {
            lines.push(format!("  … {more} more; --verbose shows all"));
        }
        let left = if style.verbose {
            usize::MAX
        } else {
            LINES.saturating_sub(lines.len() + last.len() + 1)
        };
        if left >= FEW.min(difference.len()) {
            shorten(&mut difference, left);
            lines.extend(
                difference
                    .iter()
                    .map(|line| format!("    {}", painted(line, style.color))),
            );
        }
        lines.extend(last);
        lines
    }

    /// What must be so before it, who else relies on it, and why nothing is known.
    fn about(&self) -> Vec<String> {
        let Verification {
            states,
            also,
            diagnoses,
            ..
        } = self.interaction;
        let mut about = Vec::new();
        if !states.is_empty() {
            about.push(format!("  {}{}", self.dim("given  "), visible(&states.join(", "))));
        }
        if !also.is_empty() {
            about.push(format!("  recorded by {}, too", visible(&also.join(", "))));
        }
        for diagnosed in diagnoses {
            about.push(format!("  {}{}", self.dim("wrong  "), diagnosed.sentence));
        }
        about
    }

    /// The lines of each finding: where it is, and what was expected and came, in columns.
    fn rows(&self) -> Vec<Vec<String>> {
        let departures = self.findings.iter().filter_map(|finding| departure(finding));
        let pairs = departures.map(|departure| (visible(&departure.expected), visible(&departure.actual)));
        let fits =
            |expected: &str, actual: &str| width(expected) + width(actual) + "    expected   actual ".len() <= COLUMNS;
        let column = pairs
            .filter(|(expected, actual)| fits(expected, actual) && width(expected) <= COLUMNS / 2)
            .map(|(expected, _)| width(&expected))
            .max()
            .unwrap_or(0);
        let rows = self.findings.iter().map(|finding| {
            let place = self.rendering.place(&finding.location);
            let Some(departure) = departure(finding) else {
                let mut row = vec![format!("  {}", visible(&finding.message))];
                row.push(format!(
                    "    {}",
                    self.dim(&format!("{}, {}", at(&place), finding.rule.id))
                ));
                row.extend(finding.related.iter().map(|related| {
                    let place = self.rendering.place(&related.location);
                    format!(
                        "    {}",
                        self.dim(&format!("{}: {}", visible(&related.message), at(&place)))
                    )
                }));
                return row;
            };
            let rule = departure.rule.as_ref().map(|rule| {
                let line = finding.related.first().map(|related| {
                    let rule = self.rendering.place(&related.location);
                    format!(" in line {}", rule.start.line)
                });
                format!(", rule `{}`{}", visible(rule), line.unwrap_or_default())
            });
            let place = self.dim(&format!("{}{}", at(&place), rule.unwrap_or_default()));
            let mut row = vec![format!("  {}  {place}", self.bold(&visible(&departure.at)))];
            let (expected, actual) = (visible(&departure.expected), visible(&departure.actual));
            let space = column.saturating_sub(width(&expected));
            if width(&expected) + space + width(&actual) + "    expected   actual ".len() <= COLUMNS {
                row.push(format!(
                    "    expected {expected}{}   actual {actual}",
                    " ".repeat(space)
                ));
            } else {
                row.push(format!("    expected {expected}"));
                row.push(format!("    actual   {actual}"));
            }
            row
        });
        rows.collect()
    }

    fn dim(&self, text: &str) -> String {
        self.painted("2", text)
    }

    fn bold(&self, text: &str) -> String {
        self.painted("1", text)
    }

    fn painted(&self, code: &str, text: &str) -> String {
        if self.rendering.style.color {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }
}

/// In what an answer departs from what was recorded.
fn departure(finding: &Judged) -> Option<&Departure> {
    let departure = finding.contract.as_ref()?.mismatch.as_ref()?;
    (!departure.is_described).then_some(departure)
}

fn at(place: &Place<'_>) -> String {
    format!("{}:{}", visible(place.path), place.start.line)
}

fn width(text: &str) -> usize {
    text.chars().count()
}

fn difference(bodies: &Bodies) -> Vec<Line> {
    let lines = |text: &'_ str| text.lines().count();
    if lines(&bodies.expected) + lines(&bodies.actual) > MANY_LINES {
        return Vec::new();
    }
    let (expected, actual): (Vec<&str>, Vec<&str>) =
        (bodies.expected.lines().collect(), bodies.actual.lines().collect());
    let mut lines = differing(&expected, &actual);
    // What all of them are indented by says nothing.
    let indent = |line: &Line| line.text.len() - line.text.trim_start_matches(' ').len();
    let shown = lines.iter().filter(|line| !line.text.starts_with('…'));
    let least = shown.map(indent).min().unwrap_or(0);
    for line in lines.iter_mut().filter(|line| !line.text.starts_with('…')) {
        line.text.drain(..least);
    }
    lines
}
