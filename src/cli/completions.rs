//! `stipula completions` and `stipula man`: what is known of the command line, for shells and for `man`.

use super::args::{Cli, CompletionsArgs, ManArgs};
use super::{Failure, Outcome};
use clap::CommandFactory;
use std::fs;
use std::io::{self, Write};

/// Prints what a shell needs.
pub(super) fn completions(args: &CompletionsArgs) -> Result<Outcome, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "stipula", &mut script);
    io::stdout().lock().write_all(&script)?;
    Ok(Outcome::Clean)
}

/// Writes a page for the tool, and one for each command.
pub(super) fn manual(args: &ManArgs) -> Result<Outcome, Failure> {
    let folder = &args.folder;
    let written = fs::create_dir_all(folder).and_then(|()| clap_mangen::generate_to(Cli::command(), folder));
    written.map_err(|error| Failure::new(format!("`{}` cannot be written: {error}", folder.display())))?;
    Ok(Outcome::Clean)
}
