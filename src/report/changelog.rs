//! Every change between two versions, for people at a terminal: a line each, by operation.

use super::comparison::Badge;
use super::outline::{Chapter, Entry, Piece, chapters, plain, words};
use super::{Rendering, summary_line};
use std::io::{self, Write};

/// Writes the changelog.
pub(super) fn write(rendering: &Rendering<'_>, out: &mut dyn Write) -> io::Result<()> {
    let color = rendering.style.color;
    for Chapter { title, lead, groups } in chapters(rendering) {
        writeln!(out, "{}\n{}\n", bold(&title, color), plain(&lead))?;
        for group in groups {
            if !group.heading.is_empty() {
                writeln!(out, "{}", bold(&group.heading, color))?;
            }
            for entry in &group.entries {
                write_entry(entry, color, out)?;
            }
            writeln!(out)?;
        }
    }
    if !rendering.style.quiet {
        writeln!(out, "{}", summary_line(rendering.report))?;
    }
    Ok(())
}

/// Columns of the word for an entry, with the space around it.
const BADGE: usize = 12;

fn write_entry(entry: &Entry, color: bool, out: &mut dyn Write) -> io::Result<()> {
    let word = entry.badge.word();
    let painted = match code(entry.badge) {
        Some(code) if color => format!("\u{1b}[{code}m{word}\u{1b}[0m"),
        _ => word.to_owned(),
    };
    let space = " ".repeat(BADGE.saturating_sub(word.len() + 2));
    let place = if color {
        format!("\u{1b}[2m{}\u{1b}[0m", entry.place)
    } else {
        entry.place.clone()
    };
    writeln!(out, "  {painted}{space}{}  {place}", plain(&entry.message))?;
    for (label, note) in &entry.notes {
        writeln!(out, "{}{label}: {}", " ".repeat(BADGE), plain(note))?;
    }
    Ok(())
}

/// The colour of a badge (<https://en.wikipedia.org/wiki/ANSI_escape_code#SGR>): those of findings in other reports.
const fn code(badge: Badge) -> Option<u8> {
    match badge {
        Badge::Breaking | Badge::Error => Some(31),
        Badge::Warning | Badge::Unknown => Some(33),
        Badge::Info => Some(36),
        Badge::Safe => Some(32),
    }
}

fn bold(pieces: &[Piece], color: bool) -> String {
    let text = words(pieces);
    if color {
        format!("\u{1b}[1m{text}\u{1b}[0m")
    } else {
        text
    }
}
