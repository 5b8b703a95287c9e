//! Where a run writes to: standard output, standard error, files.

use super::Failure;
use super::args::{ColorArg, Output};
use crate::report::{Format, Rendering, Style};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::env;
use std::fs;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::Path;

/// Documents from which on a progress bar is worth its flicker.
const MANY: usize = 10;

/// The terminal, or what stands in its place.
#[derive(Debug, Default)]
pub(super) struct Console {
    quiet: bool,
}

impl Console {
    pub(super) fn set_quiet(&mut self, quiet: bool) {
        self.quiet = quiet;
    }

    /// A note on standard error; not if the run is to be quiet.
    pub(super) fn note(&self, text: &str) {
        if !self.quiet {
            self.say(text);
        }
    }

    /// A line on standard error. Nothing can be done if that is closed.
    pub(super) fn say(&self, text: &str) {
        let _ = writeln!(io::stderr(), "{}", text.trim_end());
    }

    /// What keeps the run from being complete, on standard error.
    pub(super) fn complain(&self, message: &str) {
        self.say(&format!("stipula: {message}"));
    }

    /// Whether to colour what goes to standard output.
    pub(super) fn color(choice: ColorArg) -> bool {
        choose_color(choice, io::stdout().is_terminal())
    }

    /// Whether to colour what goes to standard error.
    pub(super) fn error_color(choice: ColorArg) -> bool {
        choose_color(choice, io::stderr().is_terminal())
    }

    /// A bar that shows how many of so many documents are done: on a terminal, and if there are many.
    pub(super) fn progress(&self, count: usize) -> ProgressBar {
        if self.quiet || count < MANY || !io::stderr().is_terminal() {
            return ProgressBar::hidden();
        }
        let bar = ProgressBar::with_draw_target(Some(count as u64), ProgressDrawTarget::stderr());
        match ProgressStyle::with_template("{bar:30} {pos}/{len} documents") {
            Ok(style) => bar.with_style(style),
            Err(_) => bar,
        }
    }
}

/// `NO_COLOR` (<https://no-color.org>) and `TERM=dumb` are respected unless colours are demanded.
fn choose_color(choice: ColorArg, is_terminal: bool) -> bool {
    let is_set = |variable| env::var_os(variable).is_some_and(|value| !value.is_empty());
    match choice {
        ColorArg::Always => true,
        ColorArg::Never => false,
        ColorArg::Auto => is_terminal && !is_set("NO_COLOR") && env::var_os("TERM").is_none_or(|term| term != "dumb"),
    }
}

/// Refuses formats that would end up in one stream.
pub(super) fn check_outputs(outputs: &[Output]) -> Result<(), Failure> {
    let on_stdout = outputs.iter().filter(|output| output.file.is_none()).count();
    if on_stdout > 1 {
        return Err(Failure::new(
            "two formats would both be written to standard output; give one a file, as in `--format sarif=report.sarif`",
        ));
    }
    for (position, output) in outputs.iter().enumerate() {
        let again = outputs[..position]
            .iter()
            .any(|other| other.file == output.file && other.file.is_some());
        if again {
            let file = output.file.as_deref().unwrap_or(Path::new("")).display();
            return Err(Failure::new(format!("two formats would both be written to `{file}`")));
        }
    }
    Ok(())
}

/// Writes a report wherever it was asked for; to standard output as text where nothing was said.
pub(super) fn write_all<'r>(
    outputs: &[Output],
    style: Style,
    render: &dyn Fn(Style) -> Rendering<'r>,
) -> Result<(), Failure> {
    let default = [Output {
        format: Format::Text,
        file: None,
    }];
    let outputs = if outputs.is_empty() { &default } else { outputs };
    for output in outputs {
        match &output.file {
            Some(path) => {
                let plain = Style {
                    color: false,
                    verbose: true,
                    ..style
                };
                let mut text = Vec::new();
                render(plain).write(output.format, &mut text)?;
                write_file(path, &text)?;
            }
            None => {
                let mut out = BufWriter::new(io::stdout().lock());
                render(style).write(output.format, &mut out)?;
                out.flush()?;
            }
        }
    }
    Ok(())
}

/// Replaces a file as a whole: whoever reads it sees the old text or the new one, never a part.
pub(super) fn write_file(path: &Path, text: &[u8]) -> Result<(), Failure> {
    let fail = |error: io::Error| Failure::new(format!("`{}` cannot be written: {error}", path.display()));
    let name = path
        .file_name()
        .ok_or_else(|| Failure::new(format!("`{}` names no file", path.display())))?;
    let mut temporary = name.to_owned();
    temporary.push(format!(".{}.tmp", std::process::id()));
    let temporary = path.with_file_name(temporary);
    fs::write(&temporary, text).map_err(&fail)?;
    fs::rename(&temporary, path).map_err(|error| {
        let _ = fs::remove_file(&temporary);
        fail(error)
    })
}
