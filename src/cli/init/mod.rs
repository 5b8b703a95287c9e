//! `stipula init`: settings, a workflow and a hook for what a repository holds.
//!
//! What exists is left as it is, and told; every file is written as a whole, or not at all.

mod found;
mod texts;

use super::args::{CheckArgs, ColorArg, InitArgs, without_flags};
use super::output::{Console, write_file};
use super::setup::{self, working_directory};
use super::{Failure, Outcome, check};
use crate::policy::config::FILE_NAME;
use crate::report::counted;
use crate::source::{Files, Limits, Repository, display_path};
use found::Found;
use std::fs;
use std::io::{self, Write};
use std::path::Path;
use texts::Planned;

/// The file that lists findings that are known.
const BASELINE: &str = ".stipula-baseline.json";

/// What `stipula.yaml` may say, made of the types that it is read into.
const SCHEMA: &str = include_str!("../../../docs/stipula.schema.json");

/// Runs the command.
pub(super) fn run(args: &InitArgs, console: &mut Console) -> Result<Outcome, Failure> {
    if args.schema {
        io::stdout().lock().write_all(SCHEMA.as_bytes())?;
        return Ok(Outcome::Clean);
    }
    let here = working_directory()?;
    let repository = Repository::around(&here)
        .ok()
        .filter(|repository| !repository.is_bare());
    let root = repository
        .as_ref()
        .map_or(here.as_path(), Repository::root)
        .to_path_buf();
    let files = Files::new(Limits::default(), root.clone());
    let found = Found::below(&root, &files, repository.as_ref())?;
    if found.is_empty() {
        let contracts = match found.others.len() {
            0 => String::new(),
            count => format!(
                "; {}, which `stipula verify CONTRACT --spec FILE` holds against one",
                counted(count, "contract")
            ),
        };
        return Err(Failure::new(format!(
            "nothing to set up: no API description was found below `{}`{contracts}",
            display_path(&root, &here)
        )));
    }
    for (name, reason) in &found.refused {
        console.note(&format!("passed over {name}: {reason}"));
    }
    let settings = root.join(FILE_NAME);
    let shown = |path: &Path| display_path(path, &here);
    let mut notes = Vec::new();
    for Planned { path, text, if_there } in texts::planned(&found, args, &root) {
        let path = root.join(path);
        if fs::symlink_metadata(&path).is_ok() {
            notes.push(format!("left {} as it is{if_there}", shown(&path)));
        } else if args.dry_run {
            let mut out = io::stdout().lock();
            writeln!(out, "# {}\n{text}", shown(&path))?;
        } else {
            let folder = path.parent().unwrap_or(&root);
            fs::create_dir_all(folder)
                .map_err(|error| Failure::new(format!("`{}` cannot be made: {error}", shown(folder))))?;
            write_file(&path, &|out| out.write_all(text.as_bytes()))?;
            notes.push(format!("wrote {}", shown(&path)));
        }
    }
    for note in notes.into_iter().chain(texts::advice(&found, args)) {
        console.note(&note);
    }
    if !args.baseline {
        return Ok(Outcome::Clean);
    }
    let baseline = root.join(BASELINE);
    if fs::symlink_metadata(&baseline).is_ok() {
        console.note(&format!(
            "left {} as it is; `stipula check --baseline {BASELINE} --update-baseline` adds what is found now",
            shown(&baseline)
        ));
        return Ok(Outcome::Clean);
    }
    if args.dry_run {
        console.note(&format!("{} would list what `stipula check` finds", shown(&baseline)));
        return Ok(Outcome::Clean);
    }
    if setup::settings(Some(&settings), ColorArg::Auto)?
        .config
        .baseline
        .is_none()
    {
        console.note(&format!("add `baseline: {BASELINE}` to {}", shown(&settings)));
    }
    let mut all: CheckArgs = without_flags()?;
    all.common.config = Some(settings);
    all.common.baseline = Some(baseline);
    all.common.update_baseline = true;
    all.common.quiet = true;
    check::baseline(&all, console)
}
