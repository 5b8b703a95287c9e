//! `stipula lint`

use super::args::LintArgs;
use super::discover::{self, Inputs};
use super::output::Console;
use super::run::{Found, Run, in_pool};
use super::setup::shown;
use super::texts::Texts;
use super::{Failure, Outcome};
use crate::document::Workspace;
use crate::finding::Finding;
use crate::formats::{self, Refused};
use crate::lint::{Rules, lint};
use crate::policy::ConfigError;
use crate::rules::functions;
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
    let mut texts = Texts::default();
    let subjects = Subjects::read(&inputs, &run, &mut texts);
    let bar = console.progress(texts.sources.len());
    let loaded = formats::load(texts.sources, &run.files, &run.load_options(), &|| bar.inc(1));
    bar.finish_and_clear();
    let complete = subjects.tell(&loaded.workspace, &loaded.refused, console)?;
    let findings = findings(&loaded.workspace, &rules, &run);
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

/// The rules that run.
pub(super) fn rules(run: &Run<'_>) -> Result<Rules, Failure> {
    let rules = run.levels.compile(&run.catalog);
    let rules = rules.map_err(|(error, span)| match (&run.settings.source, span) {
        (Some(source), Some(span)) => shown(
            &ConfigError {
                source: Arc::clone(source),
                span,
                message: error.to_string(),
            },
            run.common.color,
        ),
        _ => Failure::new(error),
    })?;
    Ok(Rules::new(rules))
}

/// What the rules find.
pub(super) fn findings(workspace: &Workspace, rules: &Rules, run: &Run<'_>) -> Vec<Finding> {
    let surroundings = functions::Run {
        as_of: run.as_of,
        dictionary: run.settings.config.dictionary.clone().into(),
    };
    let bar = run.console.progress(workspace.documents().len());
    let findings = lint(workspace, rules, &surroundings, &|| bar.inc(1));
    bar.finish_and_clear();
    findings
}

/// What is linted.
pub(super) struct Subjects {
    /// The texts that the user named.
    named: HashSet<*const Source>,
    /// Whether nobody said where to look.
    searched: bool,
    /// Whether everything that was named could be read.
    complete: bool,
}

impl Subjects {
    /// Reads all inputs.
    pub(super) fn read(found: &Inputs, run: &Run<'_>, texts: &mut Texts) -> Self {
        let Run { console, files, .. } = run;
        let mut subjects = Self {
            named: HashSet::new(),
            searched: found.searched,
            complete: found.missing.is_empty(),
        };
        for sentence in &found.missing {
            console.complain(sentence);
        }
        for input in &found.inputs {
            let source = if input.is_stdin() {
                files.read_stream("<stdin>", io::stdin().lock())
            } else {
                files.read(&input.path)
            };
            match source {
                Ok(source) => {
                    if input.named {
                        subjects.named.insert(Arc::as_ptr(&source));
                    }
                    // Two ways to one file, such as a link and what it leads to, are one document.
                    texts.add(source);
                }
                Err(error) => {
                    subjects.complete = false;
                    console.complain(&error.to_string());
                }
            }
        }
        subjects
    }

    /// Tells what became of them, and whether all that was named can be checked.
    pub(super) fn tell(&self, workspace: &Workspace, refused: &[Refused], console: &Console) -> Result<bool, Failure> {
        let taken: Vec<&str> = workspace
            .described()
            .map(|id| workspace.document(id))
            .filter(|document| document.is_description())
            .map(|document| document.source().name())
            .collect();
        let all_are_refused = taken.is_empty() && !self.searched;
        let complete = self.complete & tell_refused(refused, &self.named, all_are_refused, console);
        if taken.is_empty() {
            if self.searched {
                return Err(Failure::new(
                    "nothing to check: no API description was found below this folder; name one, as in `stipula lint path/to/openapi.yaml`",
                ));
            }
            return Err(Failure::new("nothing to check"));
        }
        if self.searched {
            console.note(&format!("found {}", listed(&taken)));
        }
        Ok(complete)
    }
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
                let name = source.name();
                console.complain_of(name, &format!("`{name}` cannot be checked: {reason}"));
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
