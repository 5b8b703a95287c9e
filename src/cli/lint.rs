//! `stipula lint`

use super::args::LintArgs;
use super::discover::{self, Inputs};
use super::output::Console;
use super::run::{Found, Run, in_pool};
use super::setup::shown;
use super::{Failure, Outcome};
use crate::formats::{self, Loaded, Refused};
use crate::lint::{Rules, lint};
use crate::policy::ConfigError;
use crate::rules::{Rule, functions};
use crate::source::Source;
use std::collections::HashSet;
use std::io;
use std::sync::Arc;

/// Runs the command.
pub(super) fn run(args: &LintArgs, console: &mut Console) -> Result<Outcome, Failure> {
    in_pool(&args.common, console, |console| lint_all(args, console))
}

fn lint_all(args: &LintArgs, console: &Console) -> Result<Outcome, Failure> {
    let run = Run::new(&args.common, console)?;
    let rules = rules(&run)?;
    let inputs = discover::inputs(&args.paths, &run.settings, &run.files)?;
    run.note_unused_settings(true);
    let (loaded, complete) = read(&inputs, &run)?;
    let rules = Rules::new(rules);
    let surroundings = functions::Run {
        as_of: run.as_of,
        dictionary: run.settings.config.dictionary.clone().into(),
    };
    let bar = console.progress(loaded.workspace.documents().len());
    let findings = lint(&loaded.workspace, &rules, &surroundings, &|| bar.inc(1));
    bar.finish_and_clear();
    run.report(Found {
        command: "lint",
        workspace: &loaded.workspace,
        versions: &[],
        rules: &rules.pages(),
        findings,
        interactions: Vec::new(),
        complete,
        explain: false,
        times: &[],
        trim: &|_| None,
    })
}

fn rules(run: &Run<'_>) -> Result<Vec<Rule>, Failure> {
    run.levels
        .compile(&run.catalog)
        .map_err(|(error, span)| match (&run.settings.source, span) {
            (Some(source), Some(span)) => shown(
                &ConfigError {
                    source: Arc::clone(source),
                    span,
                    message: error.to_string(),
                },
                run.common.color,
            ),
            _ => Failure::new(error),
        })
}

/// Reads all inputs and what they refer to; tells whether everything that was named could be read.
fn read(found: &Inputs, run: &Run<'_>) -> Result<(Loaded, bool), Failure> {
    let Run { console, files, .. } = run;
    let mut complete = found.missing.is_empty();
    for sentence in &found.missing {
        console.complain(sentence);
    }
    let mut sources: Vec<Arc<Source>> = Vec::new();
    let mut named: HashSet<*const Source> = HashSet::new();
    let mut seen: HashSet<*const Source> = HashSet::new();
    for input in &found.inputs {
        let source = if input.is_stdin() {
            files.read_stream("<stdin>", io::stdin().lock())
        } else {
            files.read(&input.path)
        };
        match source {
            Ok(source) => {
                if input.named {
                    named.insert(Arc::as_ptr(&source));
                }
                // Two ways to one file, such as a link and what it leads to, are one document.
                if seen.insert(Arc::as_ptr(&source)) {
                    sources.push(source);
                }
            }
            Err(error) => {
                complete = false;
                console.complain(&error.to_string());
            }
        }
    }
    let bar = console.progress(sources.len());
    let loaded = formats::load(sources, files, &run.load_options(), &|| bar.inc(1));
    bar.finish_and_clear();
    let taken: Vec<&str> = loaded
        .workspace
        .documents()
        .iter()
        .filter(|document| document.is_description())
        .map(|document| document.source().name())
        .collect();
    let all_are_refused = taken.is_empty() && !found.searched;
    complete &= tell_refused(&loaded.refused, &named, all_are_refused, console);
    if taken.is_empty() {
        if found.searched {
            return Err(Failure::new(
                "nothing to check: no OpenAPI description was found below this folder; name one, as in `stipula lint path/to/openapi.yaml`",
            ));
        }
        return Err(Failure::new("nothing to check"));
    }
    if found.searched {
        console.note(&format!("found {}", listed(&taken)));
    }
    Ok((loaded, complete))
}

/// Inputs that are told one by one when none is a description.
const REFUSED_SHOWN: usize = 10;

/// Tells which inputs are no descriptions. One that was named alone has to be one; of several, those that are none
/// are passed over aloud, as hooks name every file that changed.
fn tell_refused(refused: &[Refused], named: &HashSet<*const Source>, nothing_else: bool, console: &Console) -> bool {
    let mut complete = true;
    let mut told = 0;
    for Refused {
        source,
        reason,
        unsupported,
    } in refused
    {
        let named = named.contains(&Arc::as_ptr(source));
        if *unsupported || nothing_else {
            complete = false;
            told += 1;
            if *unsupported || named || told <= REFUSED_SHOWN {
                console.complain(&format!("`{}` cannot be checked: {reason}", source.name()));
            }
        } else if named {
            console.note(&format!("passed over {}: {reason}", source.name()));
        }
    }
    complete
}

fn listed(names: &[&str]) -> String {
    match names {
        [only] => (*only).to_owned(),
        _ if names.len() <= 5 => format!("{} descriptions: {}", names.len(), names.join(", ")),
        [first, second, third, ..] => {
            format!(
                "{} descriptions: {first}, {second}, {third} and {} more",
                names.len(),
                names.len() - 3
            )
        }
        _ => String::new(),
    }
}
