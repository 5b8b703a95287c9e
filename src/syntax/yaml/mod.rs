//! YAML 1.2 (<https://yaml.org/spec/1.2.2/>), in two readers that build the same tree.
//!
//! The plain reader takes the block and flow YAML that descriptions are written in, many times faster than
//! a library can; as soon as it meets anything else, the library reads the whole document. What is wrong
//! is blanked out and the rest read again, so that one bad line does not hide the others.

mod library;
mod plain;

use super::builder::Builder;
use super::problem::ProblemKind;
use super::tree::Tree;
use crate::source::{Limits, Source, Span};
use std::sync::Arc;

const SUPPORTED_TAG_PREFIX: &str = "!!";

/// Why reading ended before the end of the text.
#[derive(Debug)]
struct Failure {
    kind: ProblemKind,
    /// Where the mistake is shown.
    at: u32,
    /// What must be left out, to the end of its last line, for the rest to be read.
    lost: Span,
    message: String,
}

/// Text that was blanked out, and how far it was indented.
struct Blanked {
    span: Span,
    indent: u32,
}

/// Bytes that reading again after mistakes may cost in all.
const RECOVERY_BUDGET: usize = 64 << 20;

/// Reads the whole source.
pub(super) fn read(source: &Arc<Source>, limits: &Limits) -> Tree {
    let (builder, failure) = read_once(source, source.text(), limits);
    match failure {
        None => builder.finish(),
        Some(failure) => recover(source, limits, builder, failure),
    }
}

fn read_once(source: &Arc<Source>, text: &str, limits: &Limits) -> (Builder, Option<Failure>) {
    match plain::read(source, text, limits) {
        Ok(builder) => (builder, None),
        Err(plain::HandOver) => library::read(source, text, limits),
    }
}

/// Reads a whole source with the library alone, as the oracle of the plain reader.
#[doc(hidden)]
pub fn read_with_library(source: &Arc<Source>, limits: &Limits) -> Option<Tree> {
    match library::read(source, source.text(), limits) {
        (builder, None) => Some(builder.finish()),
        _ => None,
    }
}

/// Reads a whole source with the plain reader alone; `None` where it hands over.
#[doc(hidden)]
pub fn read_plain(source: &Arc<Source>, limits: &Limits) -> Option<Tree> {
    plain::read(source, source.text(), limits).ok().map(Builder::finish)
}

/// Blanks out the line of each mistake, and what is indented under it, until the rest can be read.
fn recover(source: &Arc<Source>, limits: &Limits, builder: Builder, failure: Failure) -> Tree {
    let mut text = source.text().to_owned().into_bytes();
    let mut blanked = Vec::new();
    let mut failures = vec![failure];
    let mut best = builder;
    let attempts = (RECOVERY_BUDGET / text.len().max(1)).clamp(1, limits.syntax_errors as usize);
    let mut recovered = false;
    for _ in 0..attempts {
        let Some(failure) = failures.last() else { break };
        match blank(&mut text, failure, source) {
            Some(region) => blanked.push(region),
            None => break,
        }
        let Ok(copy) = std::str::from_utf8(&text) else { break };
        let (builder, next) = read_once(source, copy, limits);
        best = builder;
        match next {
            None => {
                recovered = true;
                break;
            }
            Some(failure) => failures.push(failure),
        }
    }
    for failure in failures {
        best.problem(failure.kind, Span::at(failure.at), failure.message);
    }
    if !recovered {
        best.holes_to_the_root();
    }
    let mut tree = best.finish();
    for region in &blanked {
        tree.mark_hole(region.span.start, region.indent);
    }
    tree
}

/// Blanks out the lines of `failure.lost`, and all after them that are indented deeper than the first. `None` if nothing was left to blank.
fn blank(text: &mut [u8], failure: &Failure, source: &Source) -> Option<Blanked> {
    let lines = source.lines();
    let whole = source.text();
    let line_range = |line: usize| {
        let start = lines.start_of(line, whole) as usize;
        let end = lines.start_of(line + 1, whole) as usize;
        (start, end.max(start))
    };
    let indent_of = |text: &[u8], line: usize| {
        let (start, end) = line_range(line);
        text[start..end]
            .iter()
            .position(|byte| !matches!(byte, b' ' | b'\t' | b'\r' | b'\n'))
    };
    let mut first = lines.line_of(failure.lost.start);
    // The mistake may be shown at an empty line: what it belongs to stands above.
    while indent_of(text, first).is_none() {
        first = first.checked_sub(1)?;
    }
    let indent = indent_of(text, first)?;
    let mut last = lines.line_of(failure.lost.end).max(first);
    while last + 1 < lines.len() {
        match indent_of(text, last + 1) {
            Some(next) if next <= indent => break,
            _ => last += 1,
        }
    }
    let (start, end) = (line_range(first).0, line_range(last).1);
    for byte in &mut text[start..end] {
        if !matches!(byte, b'\n' | b'\r') {
            *byte = b' ';
        }
    }
    Some(Blanked {
        span: Span::new(start as u32, end as u32),
        indent: indent as u32,
    })
}
