//! The command line: one file a command.
//!
//! In come arguments; out go what a command prints, and its exit code: 0 nothing found, 1 something found, 2 could
//! not run.

mod args;
mod bases;
mod check;
mod compare;
mod completions;
mod consumers;
mod discover;
mod explain;
mod init;
mod lint;
mod output;
pub mod page_test;
mod rules;
mod run;
mod setup;
mod texts;
mod verify;

pub use args::Cli;

use args::Command;
use clap::Parser;
use compare::Telling;
use output::Console;
use std::ffi::OsString;
use std::fmt;
use std::io;
use std::process::ExitCode;

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// Nothing was found that matters.
    Clean,
    /// Something was found.
    Found,
    /// Something kept the run from checking everything.
    Incomplete,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        Self::from(match outcome {
            Outcome::Clean => 0,
            Outcome::Found => 1,
            Outcome::Incomplete => 2,
        })
    }
}

/// What stops a run, as a sentence for the user.
#[derive(Debug)]
enum Failure {
    /// A message of one line or more.
    Message(String),
    /// A report with an excerpt, complete as it is.
    Shown(String),
    /// The reader of the output has gone: nothing is left to say.
    BrokenPipe,
}

impl Failure {
    fn new(message: impl fmt::Display) -> Self {
        Self::Message(message.to_string())
    }

    /// Says what there is to say, on standard error.
    fn tell(&self, console: &Console) {
        match self {
            Self::Message(message) => console.complain(message),
            Self::Shown(text) => console.say(text),
            Self::BrokenPipe => {}
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::BrokenPipe,
            _ => Self::Message(format!("the output cannot be written: {error}")),
        }
    }
}

/// Runs the tool with the arguments of its process.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are no errors, and go where they can be piped.
            let printed = error.print();
            let code = if printed.is_ok() { error.exit_code() } else { 2 };
            return ExitCode::from(u8::try_from(code).unwrap_or(2));
        }
    };
    let mut console = Console::default();
    let outcome = match cli.command {
        Command::Check(args) => check::run(&args, &mut console),
        Command::Lint(args) => lint::run(&args, &mut console),
        Command::Breaking(args) => compare::run(&args, Telling::Breaking, &mut console),
        Command::Changelog(args) => compare::run(&args, Telling::Changelog, &mut console),
        Command::Verify(args) => verify::run(&args, &mut console),
        Command::Rules(args) => rules::run(args, &mut console),
        Command::Explain(args) => explain::run(args, &mut console),
        Command::Init(args) => init::run(&args, &mut console),
        Command::Completions(args) => completions::completions(&args),
        Command::Man(args) => completions::manual(&args),
    };
    match outcome {
        Ok(outcome) => outcome.into(),
        // Whoever closed the pipe has seen enough.
        Err(Failure::BrokenPipe) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.tell(&console);
            Outcome::Incomplete.into()
        }
    }
}
