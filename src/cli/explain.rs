//! `stipula explain`

use super::args::ExplainArgs;
use super::output::Console;
use super::rules::formats;
use super::setup;
use super::{Failure, Outcome};
use crate::document::suggest;
use crate::finding::Severity;
use crate::policy::unknown_rule;
use crate::rules::declaration::{Breaks, ChangePattern, Declaration, Text};
use std::env;
use std::io::{self, IsTerminal, Write};
use std::process::{Command, Stdio};

/// Runs the command.
pub(super) fn run(args: ExplainArgs, console: &mut Console) -> Result<Outcome, Failure> {
    let settings = setup::settings(args.config.as_deref(), args.color)?;
    let catalog = setup::catalog(&settings, args.color)?;
    let declaration = match catalog.get(&args.id) {
        Some(declaration) => declaration,
        None => {
            // Who comes from another tool knows a rule by that tool's name.
            let same = catalog
                .declarations()
                .iter()
                .find(|declaration| declaration.same_as.iter().any(|(_, id)| *id == args.id));
            let declaration = same.ok_or_else(|| Failure::new(unknown_rule(&catalog, &args.id)))?;
            console.note(&format!("`{}` is called `{}` here", args.id, declaration.id));
            declaration
        }
    };
    let mut page = page(declaration);
    if Console::color(args.color) {
        page = colored(&page);
    }
    if args.no_pager || !io::stdout().is_terminal() || !in_pager(&page) {
        let mut out = io::stdout().lock();
        out.write_all(page.as_bytes())?;
        out.flush()?;
    }
    Ok(Outcome::Clean)
}

/// Shows a text in the program that `PAGER` names; whether there is one.
fn in_pager(text: &str) -> bool {
    let pager = env::var("PAGER").unwrap_or_else(|_| "less".to_owned());
    let mut words = pager.split_whitespace();
    let Some(program) = words.next() else { return false };
    let mut command = Command::new(program);
    command.args(words).stdin(Stdio::piped());
    // As git has it: what fits on the screen is printed, and colours are shown.
    if env::var_os("LESS").is_none() {
        command.env("LESS", "FRX");
    }
    let Ok(mut child) = command.spawn() else { return false };
    if let Some(mut stdin) = child.stdin.take() {
        // Who closes the pager early has seen enough.
        let _ = stdin.write_all(text.as_bytes());
    }
    child.wait().is_ok()
}

/// Markdown with colours: headings bold, code in cyan, examples dimmed but for the lines that a rule finds.
fn colored(page: &str) -> String {
    const BOLD: &str = "\x1b[1m";
    const CODE: &str = "\x1b[36m";
    const FAINT: &str = "\x1b[2m";
    const FOUND: &str = "\x1b[31m";
    const PLAIN: &str = "\x1b[0m";
    let mut in_example = false;
    let mut text = String::with_capacity(page.len() + page.len() / 8);
    for line in page.lines() {
        let is_fence = line.trim_start().starts_with("```");
        in_example ^= is_fence;
        if is_fence || in_example {
            let color = if line.contains("#!") || line.contains("//!") {
                FOUND
            } else {
                FAINT
            };
            text.push_str(&format!("{color}{line}{PLAIN}\n"));
        } else if line.starts_with('#') {
            text.push_str(&format!("{BOLD}{line}{PLAIN}\n"));
        } else {
            for (position, piece) in line.split('`').enumerate() {
                match position % 2 {
                    0 => text.push_str(piece),
                    _ => text.push_str(&format!("{CODE}{piece}{PLAIN}")),
                }
            }
            text.push('\n');
        }
    }
    text
}

/// The page with what its front matter says in words.
fn page(declaration: &Declaration) -> String {
    let mut page = declaration.page.trim_end().to_owned();
    page.push_str("\n\n## In short\n\n");
    page.push_str(&format!("- rule: `{}`, {}", declaration.id, declaration.severity));
    page.push_str(if declaration.opt_in {
        ", runs only if asked for\n"
    } else {
        "\n"
    });
    let about = formats(declaration);
    if !about.is_empty() {
        page.push_str(&format!("- formats: {about}\n"));
    }
    for pattern in declaration.changes.iter() {
        page.push_str(&format!("- judges {}\n", judged(pattern, declaration.severity)));
    }
    if let Some(reason) = &declaration.no_witness {
        page.push_str(&format!("- needs no witness: {reason}\n"));
    }
    if let Some(clause) = &declaration.clause {
        page.push_str(&format!("- clause of the standards: `{clause}`\n"));
    }
    if !declaration.same_as.is_empty() {
        let same: Vec<String> = declaration
            .same_as
            .iter()
            .map(|(tool, id)| format!("{tool} `{id}`"))
            .collect();
        page.push_str(&format!("- the same elsewhere: {}\n", same.join(", ")));
    }
    page.push_str(&format!(
        "- to silence one finding: `# stipula-ignore {}: the reason`\n- to switch it off: `rules: {{ {}: off }}` in stipula.yaml\n",
        declaration.id, declaration.id
    ));
    page
}

/// The changes of a pattern, and what becomes of them, in words.
fn judged(pattern: &ChangePattern, of_page: Severity) -> String {
    let mut words = match (&*pattern.field, &*pattern.of) {
        ([], []) => "what no other rule judges".to_owned(),
        ([], kinds) => format!("any part of {}", either(kinds.iter().map(|kind| kind.name()))),
        ([own], kinds) if own.is_empty() => either(kinds.iter().map(|kind| kind.name())),
        (fields, []) => either(texts(fields)),
        (fields, kinds) => {
            let fields = either(texts(fields));
            format!("{fields} of {}", either(kinds.iter().map(|kind| kind.name())))
        }
    };
    let mut add = |before: &str, text: String| {
        if !text.is_empty() {
            words.push_str(&format!("{before}{text}"));
        }
    };
    let plain = |names: Vec<&str>| names.join(" or ");
    add(", ", plain(pattern.action.iter().map(|action| action.name()).collect()));
    add(" from ", either(texts(&pattern.from)));
    add(" to ", either(texts(&pattern.to)));
    add(
        " in a ",
        pattern.direction.map_or("", |direction| direction.name()).to_owned(),
    );
    add(
        ", if the effect is ",
        plain(pattern.effect.iter().map(|effect| effect.name()).collect()),
    );
    for (name, values) in pattern.when.iter() {
        add(&format!(", if {name} is "), either(texts(values)));
    }
    let severity = pattern.severity.unwrap_or(of_page);
    words.push_str(&match pattern.breaks {
        Breaks::ByLaw => format!(": {severity} if it breaks clients by what it does to the values"),
        Breaks::Always => format!(": {severity}, as it breaks clients"),
        Breaks::Never => ": it breaks no client".to_owned(),
    });
    for (policy, severity) in pattern.policies.iter() {
        words.push_str(&format!("; {severity} by the policy `{policy}`"));
    }
    words
}

fn texts(texts: &[Text]) -> impl Iterator<Item = &str> {
    texts.iter().map(|text| &**text)
}

fn either<'w>(words: impl Iterator<Item = &'w str>) -> String {
    suggest::list(words, "or")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_change_no_word() {
        let page = "# A rule\n\nSay `this`, not `that`.\n\n```yaml\nget: x   #! found\n# no heading\n```\nEnd\n";
        let shown = colored(page);
        assert!(shown.contains("\x1b[1m# A rule\x1b[0m") && shown.contains("\x1b[2m# no heading\x1b[0m"));
        assert!(shown.contains("Say \x1b[36mthis\x1b[0m, not"));
        assert!(shown.contains("\x1b[31mget: x"));
        let mut plain = shown;
        for code in ["\x1b[0m", "\x1b[1m", "\x1b[2m", "\x1b[31m", "\x1b[36m"] {
            plain = plain.replace(code, "");
        }
        assert_eq!(plain, page.replace("`this`", "this").replace("`that`", "that"));
    }
}
