//! For people at a terminal: each finding with the place in the document, the summary at the end.

use super::comparison::{Answer, Line, Proof, difference, doubt, shown_at, some_of, users};
use super::{Place, Rendering, counted, interactions, summary_line, visible};
use crate::finding::{Breaking, Contracted, Severity, Timing, milliseconds};
use crate::policy::{Judged, Status};
use crate::source::{Source, Span};
use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode,
    SourceSpan, SpanContents, ThemeCharacters, ThemeStyles,
};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io::{self, Write};

/// Findings of one rule that are shown unless all are wanted.
const SHOWN_PER_RULE: usize = 5;
/// A line longer than this, in characters, is shown in part.
const LONG_LINE: usize = 160;

/// Writes the report.
pub(super) fn write(rendering: &Rendering<'_>, out: &mut dyn Write) -> io::Result<()> {
    let handler = handler(rendering.style.color);
    let mut answered: BTreeSet<&str> = BTreeSet::new();
    let mut shown: BTreeMap<(Severity, &str), usize> = BTreeMap::new();
    let mut hidden = 0;
    interactions::write(rendering, out)?;
    let is_alone = |finding: &&Judged| rendering.interaction_of(finding).is_none();
    for finding in rendering.report.new_findings().filter(is_alone) {
        // What is grave is not hidden behind what is mild: the severity of one rule's findings can differ.
        let count = shown.entry((finding.severity, &finding.rule.id)).or_default();
        *count += 1;
        if *count > SHOWN_PER_RULE && !rendering.style.verbose {
            hidden += 1;
            continue;
        }
        // How to answer a finding is worth a line once a rule, and of what is no reason to act not even that.
        let answer =
            finding.severity > Severity::Info && (answered.insert(&finding.rule.id) || rendering.style.verbose);
        write_finding(rendering, &handler, finding, answer, out)?;
    }
    if shown.values().sum::<usize>() > 10 && shown.len() > 1 {
        write_table(&shown, out)?;
    }
    if hidden > 0 {
        writeln!(
            out,
            "{} not shown: more than {SHOWN_PER_RULE} of a rule; --verbose shows all\n",
            counted(hidden, "finding")
        )?;
    }
    if rendering.style.verbose {
        write_answered(rendering, out)?;
    }
    write_times(rendering.times, out)?;
    if !rendering.style.quiet {
        writeln!(out, "{}", summary_line(rendering.report))?;
    }
    Ok(())
}

fn handler(color: bool) -> GraphicalReportHandler {
    let theme = GraphicalTheme {
        characters: ThemeCharacters::unicode(),
        styles: if color {
            ThemeStyles::ansi()
        } else {
            ThemeStyles::none()
        },
    };
    GraphicalReportHandler::new_themed(theme)
        // A terminal wraps by itself, and what is cut by us can neither be searched for nor copied.
        .with_wrap_lines(false)
        .with_links(false)
        .with_context_lines(1)
        .without_syntax_highlighting()
}

/// A sort of note under an excerpt, and its lines.
type Note = (&'static str, Vec<String>);

/// Operations that are told of a finding.
const REACHED: usize = 3;

fn write_finding(
    rendering: &Rendering<'_>,
    handler: &GraphicalReportHandler,
    finding: &Judged,
    answer: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    let location = shown_at(finding);
    let mut notes: Vec<Note> = Vec::new();
    let mut help = Vec::new();
    if let Some(breaking) = &finding.breaking {
        notes.extend(notes_of_change(rendering, finding, breaking));
    }
    if let Some(contract) = &finding.contract {
        notes.extend(notes_of_interaction(contract));
    }
    for related in &finding.related {
        let place = rendering.place(&related.location);
        help.push(format!("{}: {}", visible(&related.message), at(&place)));
    }
    let (reached, more) = rendering.reached_from(finding, REACHED);
    if !reached.is_empty() {
        let names = reached.iter().map(|(name, _)| name.as_str());
        help.push(format!("reached from {}", some_of(names, reached.len() + more)));
    }
    help.push(format!("stipula explain {}", finding.rule.id));
    notes.push(("help", help));
    if let Some(answer) = answer.then(|| Answer::of(rendering.workspace, finding)).flatten() {
        notes.push(("ignore", vec![answer.text, answer.place]));
    }
    let diagnostic = Shown {
        message: visible(&finding.message),
        code: Some(finding.rule.id.to_string()),
        severity: finding.severity,
        source: Excerpts(rendering.workspace.document(location.node.document).source()),
        span: location.span(rendering.workspace),
    };
    let mut text = String::new();
    handler
        .render_report(&mut text, &diagnostic)
        .map_err(|_| io::Error::other("a finding cannot be rendered"))?;
    write!(out, "{}", text.trim_start_matches('\n'))?;
    for (label, lines) in &notes {
        write_note(rendering.style.color, label, lines, out)?;
    }
    writeln!(out)
}

/// Who expects what, and how to ask for it again.
fn notes_of_interaction(contract: &Contracted) -> Vec<Note> {
    let mut who = vec![format!(
        "{} → {}: {}",
        visible(&contract.consumer),
        visible(&contract.provider),
        visible(&contract.interaction)
    )];
    who.extend(contract.states.iter().map(|state| format!("given {}", visible(state))));
    who.extend((!contract.also.is_empty()).then(|| format!("recorded by {}, too", visible(&contract.also.join(", ")))));
    let again = contract.request.iter().map(|request| visible(request)).collect();
    let wrong = contract.diagnosis.iter().map(|diagnosed| diagnosed.sentence.to_owned());
    vec![("who", who), ("wrong", wrong.collect()), ("again", again)]
}

/// What a comparison knows of a finding, beyond what its message says.
fn notes_of_change(rendering: &Rendering<'_>, finding: &Judged, breaking: &Breaking) -> Vec<Note> {
    let mut notes: Vec<Note> = Vec::new();
    if let Some(proof) = Proof::of(breaking) {
        notes.push(("proof", vec![format!("{} {}", proof.at, proof.value), proof.clause]));
    }
    let steps = breaking.derivation.iter().filter(|_| rendering.style.explain);
    let why = steps.map(|step| visible(step)).chain(doubt(breaking));
    notes.push(("why", why.collect()));
    if !breaking.reaches.is_empty() {
        let names = breaking.reaches.iter().map(String::as_str);
        notes.push(("in", vec![some_of(names.take(REACHED), breaking.reaches.len())]));
    }
    notes.push(("who", breaking.consumers.iter().map(users).collect()));
    // Of what is gone, the excerpt shows what was; of everything else, what is.
    let other = if breaking.new.is_none() && breaking.old.is_some() {
        ("now", Some(finding.location))
    } else {
        ("was", breaking.old)
    };
    if let (label, Some(location)) = other
        && location != shown_at(finding)
    {
        let mut lines = vec![at(&rendering.place(&location))];
        let differs = difference(rendering.workspace, breaking);
        lines.extend(differs.iter().map(|line| painted(line, rendering.style.color)));
        notes.push((label, lines));
    }
    notes.retain(|(_, lines)| !lines.is_empty());
    notes
}

pub(super) fn painted(Line { sign, text }: &Line, color: bool) -> String {
    let line = format!("{sign} {text}");
    match sign {
        '-' if color => format!("\u{1b}[31m{line}\u{1b}[0m"),
        '+' if color => format!("\u{1b}[32m{line}\u{1b}[0m"),
        _ => line,
    }
}

/// Columns of the label, its colon and a space.
const LABEL: usize = 8;

fn write_note(color: bool, label: &str, lines: &[String], out: &mut dyn Write) -> io::Result<()> {
    for (position, line) in lines.iter().enumerate() {
        let label = match position {
            0 => format!("{label:>width$}: ", width = LABEL - 2),
            _ => " ".repeat(LABEL),
        };
        if color && position == 0 {
            writeln!(out, "\u{1b}[36m{label}\u{1b}[0m{line}")?;
        } else {
            writeln!(out, "{label}{line}")?;
        }
    }
    Ok(())
}

fn at(place: &Place<'_>) -> String {
    format!("{}:{}:{}", place.path, place.start.line, place.start.column)
}

/// How many findings each rule has, the gravest and most frequent first.
fn write_table(counts: &BTreeMap<(Severity, &str), usize>, out: &mut dyn Write) -> io::Result<()> {
    let mut rows: Vec<(Severity, usize, &str)> = counts
        .iter()
        .map(|((severity, rule), count)| (*severity, *count, *rule))
        .collect();
    rows.sort_by_key(|(severity, count, rule)| (Reverse((*severity, *count)), *rule));
    for (severity, count, rule) in rows {
        writeln!(out, "{count:>7}  {:<8} {rule}", severity.name())?;
    }
    writeln!(out)
}

/// How long operations took, a line each.
fn write_times(times: &[Timing], out: &mut dyn Write) -> io::Result<()> {
    let Some(width) = times.iter().map(|timing| timing.operation.chars().count()).max() else {
        return Ok(());
    };
    let rows: Vec<[String; 6]> = times.iter().map(columns_of).collect();
    let heading = ["samples", "p50", "percentile", "max", "budget", ""].map(str::to_owned);
    let names = std::iter::once("").chain(times.iter().map(|timing| timing.operation.as_str()));
    for (name, columns) in names.zip(std::iter::once(&heading).chain(&rows)) {
        let [samples, median, percentile, longest, budget, note] = columns;
        let line = format!(
            "{:<width$}  {samples:>7}  {median:>9}  {percentile:>15}  {longest:>9}  {budget:>9}  {note}",
            visible(name)
        );
        writeln!(out, "{}", line.trim_end())?;
    }
    writeln!(out)
}

fn columns_of(timing: &Timing) -> [String; 6] {
    let percentile = timing.percentile;
    [
        timing.samples.to_string(),
        milliseconds(timing.median),
        percentile.map_or_else(
            || "-".to_owned(),
            |(percent, time)| format!("P{percent} {}", milliseconds(time)),
        ),
        milliseconds(timing.longest),
        timing.budget.map_or_else(|| "-".to_owned(), milliseconds),
        if timing.is_in_time() { "" } else { "too slow" }.to_owned(),
    ]
}

/// What is answered or known, a line each.
fn write_answered(rendering: &Rendering<'_>, out: &mut dyn Write) -> io::Result<()> {
    for finding in rendering
        .report
        .findings
        .iter()
        .filter(|finding| finding.status != Status::New)
    {
        let place = rendering.place(&finding.location);
        let reason = finding
            .reason
            .as_ref()
            .map_or(String::new(), |reason| format!(" ({reason})"));
        writeln!(
            out,
            "{}: {} {}: {}{reason}",
            at(&place),
            finding.status.name(),
            finding.rule.id,
            finding.message
        )?;
    }
    Ok(())
}

/// A mistake in a file that is no API description, such as the configuration, as a report of its own.
#[must_use]
pub fn diagnostic(source: &Source, span: Span, message: &str, color: bool) -> String {
    let shown = Shown {
        message: message.to_owned(),
        code: None,
        severity: Severity::Error,
        source: Excerpts(source),
        span,
    };
    let mut text = String::new();
    match handler(color).render_report(&mut text, &shown) {
        Ok(()) => text,
        Err(_) => message.to_owned(),
    }
}

/// A finding as the renderer wants it.
#[derive(Debug)]
struct Shown<'s> {
    message: String,
    code: Option<String>,
    severity: Severity,
    source: Excerpts<'s>,
    span: Span,
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Shown<'_> {}

impl Diagnostic for Shown<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let code = self.code.as_ref()?;
        Some(Box::new(format!("{} {code}", self.severity)))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Info => miette::Severity::Advice,
        })
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let span = self.source.one_line(self.span);
        let label = LabeledSpan::new(None, span.start as usize, span.len() as usize);
        Some(Box::new(std::iter::once(label)))
    }
}

/// The lines around a place, found by the source's own line index: reading the file from its start for each of a
/// thousand findings, as a plain string would, takes seconds.
#[derive(Debug)]
struct Excerpts<'s>(&'s Source);

impl Excerpts<'_> {
    /// The part of a span on its first line, short enough to be shown.
    fn one_line(&self, span: Span) -> Span {
        let text = span.of(self.0.text());
        let first = text.find(['\n', '\r']).unwrap_or(text.len());
        let short = text
            .char_indices()
            .nth(LONG_LINE / 2)
            .map_or(first, |(at, _)| first.min(at));
        Span::new(span.start, span.start + short as u32)
    }
}

impl SourceCode for Excerpts<'_> {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let text = self.0.text();
        let lines = self.0.lines();
        let (from, to) = (
            span.offset().min(text.len()),
            (span.offset() + span.len()).min(text.len()),
        );
        let (first, last) = (lines.line_of(from as u32), lines.line_of(to as u32));
        let start_of = |line: usize| lines.start_of(line, text) as usize;
        let is_long = |line: usize| start_of(line + 1) - start_of(line) > LONG_LINE * 2;
        // Without context the slice must start at the span: the renderer takes its line and column for the place.
        let slice_from = if before == 0 && after == 0 {
            from
        } else if is_long(first) {
            back(text, from, LONG_LINE / 2).max(start_of(first))
        } else {
            (0..=before.min(first))
                .map(|lines| first - lines)
                .take_while(|line| !is_long(*line))
                .last()
                .map_or(from, start_of)
        };
        let slice_to = if is_long(last) {
            forward(text, to, LONG_LINE / 2).min(start_of(last + 1))
        } else {
            let end = (1..=after)
                .map(|lines| last + lines)
                .take_while(|line| !is_long(*line))
                .last()
                .unwrap_or(last);
            start_of(end + 1)
        };
        let slice = &text[slice_from..slice_to.max(slice_from)];
        let at = self.0.position(slice_from as u32);
        Ok(Box::new(MietteSpanContents::new_named(
            self.0.name().to_owned(),
            slice.trim_end_matches(['\n', '\r']).as_bytes(),
            (slice_from, slice.len()).into(),
            at.line as usize - 1,
            at.column as usize - 1,
            last + 1 - first,
        )))
    }
}

/// So many characters before an offset.
fn back(text: &str, offset: usize, characters: usize) -> usize {
    text[..offset]
        .char_indices()
        .rev()
        .take(characters)
        .last()
        .map_or(offset, |(at, _)| at)
}

/// So many characters after an offset.
fn forward(text: &str, offset: usize, characters: usize) -> usize {
    text[offset..]
        .char_indices()
        .nth(characters)
        .map_or(text.len(), |(at, _)| offset + at)
}
