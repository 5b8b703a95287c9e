//! Where a run writes to: standard output, standard error, files.

use super::Failure;
use super::args::{ColorArg, Output};
use crate::report::{Format, Rendering, Style};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::collections::HashSet;
use std::env;
use std::fs;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// Documents from which on a progress bar is worth its flicker.
const MANY: usize = 10;

/// The terminal, or what stands in its place.
#[derive(Debug, Default)]
pub(super) struct Console {
    quiet: bool,
    /// Of what has been complained: each thing stands in the way of a run once, however many of its jobs meet it.
    told: Mutex<HashSet<String>>,
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
        self.complain_of(message, message);
    }

    /// What keeps the run from being complete because of one thing, of which nothing is said twice.
    pub(super) fn complain_of(&self, thing: &str, message: &str) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.insert(thing.to_owned()) {
            self.say(&format!("stipula: {message}"));
        }
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
        self.progress_of(count, "documents")
    }

    /// [`Self::progress`] of something else.
    pub(super) fn progress_of(&self, count: usize, noun: &str) -> ProgressBar {
        if self.quiet || count < MANY || !io::stderr().is_terminal() {
            return ProgressBar::hidden();
        }
        let bar = ProgressBar::with_draw_target(Some(count as u64), ProgressDrawTarget::stderr());
        match ProgressStyle::with_template(&format!("{{bar:30}} {{pos}}/{{len}} {noun}")) {
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
                write_file(path, &|out| render(plain).write(output.format, out))?;
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

/// Replaces a file as a whole: whoever reads it sees the old text or the new one, never a part. What is no file but a
/// device or a pipe is written to as it is.
pub(super) fn write_file(path: &Path, write: &dyn Fn(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    replace(path, write).map_err(|error| Failure::new(format!("`{}` cannot be written: {error}", path.display())))
}

fn replace(path: &Path, write: &dyn Fn(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    // A link stays a link: what it leads to is replaced.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let old = fs::metadata(&path).ok();
    if let Some(old) = &old {
        if old.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        if old.permissions().readonly() {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        if !old.is_file() {
            return write_into(fs::OpenOptions::new().write(true).open(&path)?, write);
        }
    }
    let mut name = path.file_name().ok_or(io::ErrorKind::InvalidFilename)?.to_owned();
    name.push(format!(".{}.tmp", std::process::id()));
    let temporary = path.with_file_name(name);
    let written = fs::File::create_new(&temporary)
        .and_then(|file| write_into(file, write))
        .and_then(|()| match old {
            Some(old) => fs::set_permissions(&temporary, old.permissions()),
            None => Ok(()),
        })
        .and_then(|()| fs::rename(&temporary, &path));
    if written.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    written
}

fn write_into(file: fs::File, write: &dyn Fn(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut out = BufWriter::new(file);
    write(&mut out)?;
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(path: &Path, text: &str) -> bool {
        write_file(path, &|out| out.write_all(text.as_bytes())).is_ok()
    }

    #[test]
    fn files_are_replaced_as_a_whole() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("report.json");
        assert!(written(&path, "one"));
        assert!(written(&path, "two"));
        assert_eq!(fs::read_to_string(&path).expect("it is there"), "two");
        let fails = |out: &mut dyn Write| {
            out.write_all(b"half of it")?;
            Err(io::ErrorKind::StorageFull.into())
        };
        assert!(write_file(&path, &fails).is_err());
        assert_eq!(fs::read_to_string(&path).expect("it is there"), "two");
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1);
        assert!(!written(folder.path(), "a folder is no file"));
    }

    #[cfg(unix)]
    #[test]
    fn links_and_devices_stay_what_they_are() {
        let folder = tempfile::tempdir().expect("a folder");
        let (path, link) = (folder.path().join("real"), folder.path().join("link"));
        assert!(written(&path, "one"));
        std::os::unix::fs::symlink(&path, &link).expect("a link");
        assert!(written(&link, "two"));
        assert!(fs::symlink_metadata(&link).expect("it is there").is_symlink());
        assert_eq!(fs::read_to_string(&path).expect("it is there"), "two");
        let device = folder.path().join("null");
        std::os::unix::fs::symlink("/dev/null", &device).expect("a link");
        assert!(written(&device, "into nothing"));
        assert!(!fs::metadata(&device).expect("it is there").is_file());
    }
}
