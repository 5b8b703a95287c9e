//! Markdown for pull requests, release notes and changelogs (<https://github.github.com/gfm/>).
//!
//! Names come from documents that may be hostile: whatever they hold, they stay text.

use super::outline::{Chapter, Entry, Piece, chapters};
use super::{Rendering, summary_line};
use std::io::{self, Write};

/// Writes the report.
pub(super) fn write(rendering: &Rendering<'_>, out: &mut dyn Write) -> io::Result<()> {
    for Chapter { title, lead, groups } in chapters(rendering) {
        writeln!(out, "## {}\n\n{}\n", line(&title), line(&lead))?;
        for group in groups {
            if !group.heading.is_empty() {
                writeln!(out, "### {}\n", line(&group.heading))?;
            }
            for entry in &group.entries {
                write_entry(entry, out)?;
            }
            writeln!(out)?;
        }
    }
    writeln!(out, "{}", text(&summary_line(rendering.report)))
}

fn write_entry(entry: &Entry, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "- **{}**: {} ({})",
        entry.badge.word(),
        line(&entry.message),
        code(&entry.place)
    )?;
    for (label, note) in &entry.notes {
        writeln!(out, "  - {label}: {}", line(note))?;
    }
    Ok(())
}

fn line(pieces: &[Piece]) -> String {
    let written = |piece: &Piece| match piece {
        Piece::Text(words) => text(words),
        Piece::Code(name) => code(name),
    };
    pieces.iter().map(written).collect()
}

/// Words, with a backslash before every mark that could mean something
/// (<https://github.github.com/gfm/#backslash-escapes>).
fn text(words: &str) -> String {
    let mut escaped = String::with_capacity(words.len() + 8);
    let mut rest = words.chars().peekable();
    while let Some(letter) = rest.next() {
        // `://` makes a link without any mark around it.
        let means = matches!(
            letter,
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '&' | '#' | '$' | '!' | '@'
        ) || letter == ':' && rest.peek() == Some(&'/');
        if means {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}

/// A name between as many backticks as it needs (<https://github.github.com/gfm/#code-spans>).
fn code(name: &str) -> String {
    // Between backticks there is no way to write nothing.
    if name.trim().is_empty() {
        return text(&format!("`{name}`"));
    }
    let mut longest = 0;
    let mut run = 0;
    for letter in name.chars() {
        run = if letter == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    let fence = "`".repeat(longest + 1);
    if name.starts_with(['`', ' ']) || name.ends_with(['`', ' ']) {
        format!("{fence} {name} {fence}")
    } else {
        format!("{fence}{name}{fence}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_names() {
        assert_eq!(code("POST /orders"), "`POST /orders`");
        assert_eq!(code("a`b"), "``a`b``");
        assert_eq!(code("`"), "`` ` ``");
        assert_eq!(code("<script>|"), "`<script>|`");
        assert_eq!(code(""), "\\`\\`");
    }

    #[test]
    fn words_stay_words() {
        assert_eq!(text("1.4.0 → 2.0.0: done"), "1.4.0 → 2.0.0: done");
        assert_eq!(text("<b>*x*</b> | [a](b)"), "\\<b\\>\\*x\\*\\</b\\> \\| \\[a\\](b)");
        assert_eq!(text("see https://x.y & `z`"), "see https\\://x.y \\& \\`z\\`");
    }
}
