//! A page for a browser: one file, no scripts, nothing loaded from elsewhere.
//!
//! Names come from documents that may be hostile: whatever they hold, they stay text.

use super::outline::{Chapter, Entry, Piece, chapters, words};
use super::{Rendering, summary_line};
use std::io::{self, Write};

/// Light or dark, as the reader has it.
const STYLE: &str = "\
:root { color-scheme: light dark; --dim: #59636e; --line: #d1d9e0; --code: #eff2f5;
  --breaking: #b3261e; --warning: #8a5700; --safe: #1a6b37; --info: #0b57a4; }
@media (prefers-color-scheme: dark) { :root { --dim: #9aa4af; --line: #3d444d; --code: #22272e;
  --breaking: #ff8a80; --warning: #e3b341; --safe: #6fdd8b; --info: #79b8ff; } }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.3rem; margin-top: 2.5rem; }
h3 { font-size: 1.05rem; margin: 1.8rem 0 .3rem; padding-bottom: .3rem; border-bottom: 1px solid var(--line); }
ul { list-style: none; margin: 0; padding: 0; } li { margin: .6rem 0; padding-left: 6.5rem; }
code { background: var(--code); border-radius: 4px; padding: .1em .3em; font-size: .9em; overflow-wrap: anywhere; }
.badge { float: left; margin-left: -6.5rem; width: 5.7rem; text-align: center; font-size: .85rem; font-weight: 600;
  border: 1px solid currentcolor; border-radius: 1rem; }
.breaking, .error { color: var(--breaking); } .warning, .unknown { color: var(--warning); }
.safe { color: var(--safe); } .info { color: var(--info); }
.place, .note, footer { color: var(--dim); font-size: .9rem; } .note { margin: .15rem 0; }
footer { margin-top: 3rem; border-top: 1px solid var(--line); padding-top: .5rem; }
";

/// Writes the report.
pub(super) fn write(rendering: &Rendering<'_>, out: &mut dyn Write) -> io::Result<()> {
    let chapters = chapters(rendering);
    let heading = match (rendering.report.command, chapters.as_slice()) {
        ("changelog", [only]) => format!("Changes of {}", words(&only.title)),
        ("changelog", _) => "Changes".to_owned(),
        ("breaking", [only]) => format!("Breaking changes of {}", words(&only.title)),
        ("breaking", _) => "Breaking changes".to_owned(),
        _ => "Findings".to_owned(),
    };
    let heading = escaped(&heading);
    writeln!(
        out,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>{heading}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<h1>{heading}</h1>"
    )?;
    let single = chapters.len() == 1 && matches!(rendering.report.command, "breaking" | "changelog");
    for Chapter { title, lead, groups } in chapters {
        // The heading of the page has said it.
        if !single {
            writeln!(out, "<h2>{}</h2>", line(&title))?;
        }
        writeln!(out, "<p>{}</p>", line(&lead))?;
        for group in groups {
            if !group.heading.is_empty() {
                writeln!(out, "<h3>{}</h3>", line(&group.heading))?;
            }
            writeln!(out, "<ul>")?;
            for entry in &group.entries {
                write_entry(entry, out)?;
            }
            writeln!(out, "</ul>")?;
        }
    }
    let summary = escaped(&summary_line(rendering.report));
    writeln!(out, "<footer>{summary}</footer>\n</body>\n</html>")
}

fn write_entry(entry: &Entry, out: &mut dyn Write) -> io::Result<()> {
    let word = entry.badge.word();
    writeln!(
        out,
        "<li><span class=\"badge {word}\">{word}</span> {} <span class=\"place\">{}</span>",
        line(&entry.message),
        escaped(&entry.place)
    )?;
    for (label, note) in &entry.notes {
        writeln!(out, "<p class=\"note\">{label}: {}</p>", line(note))?;
    }
    writeln!(out, "</li>")
}

fn line(pieces: &[Piece]) -> String {
    let written = |piece: &Piece| match piece {
        Piece::Text(words) => escaped(words),
        Piece::Code(name) => format!("<code>{}</code>", escaped(name)),
    };
    pieces.iter().map(written).collect()
}

/// Text without what ends text (<https://html.spec.whatwg.org/multipage/syntax.html#text>), in attributes, too.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_escaped() {
        assert_eq!(
            escaped("</style><script a='b' c=\"d\">&"),
            "&lt;/style&gt;&lt;script a=&#39;b&#39; c=&quot;d&quot;&gt;&amp;"
        );
    }
}
