//! `stipula lint`

use super::args::{CommonArgs, LintArgs};
use super::discover::{self, Inputs};
use super::output::{Console, check_outputs, write_all, write_file};
use super::setup::{self, Settings, shown};
use super::{Failure, Outcome};
use crate::formats::{self, LoadOptions, Loaded, Refused};
use crate::lint::{Rules, lint};
use crate::policy::{Baseline, ConfigError, FailOn, Level, Levels, Policy, unknown_rule};
use crate::report::{Format, Rendering, Style, counted, summary_line};
use crate::rules::functions::Run;
use crate::rules::{Catalog, Rule};
use crate::source::{Files, Source, display_path};
use std::collections::{HashMap, HashSet};
use std::io;
use std::path::Path;
use std::sync::Arc;
use time::{Date, OffsetDateTime};

/// Stack of a thread: nesting is bounded, but by a limit that the user can raise.
const STACK_BYTES: usize = 16 << 20;

/// Runs the command.
pub(super) fn run(args: LintArgs, console: &mut Console) -> Result<Outcome, Failure> {
    console.set_quiet(args.common.quiet);
    let mut pool = rayon::ThreadPoolBuilder::new().stack_size(STACK_BYTES);
    if let Some(jobs) = args.common.jobs {
        pool = pool.num_threads(usize::from(jobs));
    }
    let pool = pool
        .build()
        .map_err(|error| Failure::new(format!("no thread can be started: {error}")))?;
    let console = &*console;
    pool.install(|| lint_all(&args, console))
}

fn lint_all(args: &LintArgs, console: &Console) -> Result<Outcome, Failure> {
    let common = &args.common;
    check_outputs(&common.format)?;
    let settings = setup::settings(common.config.as_deref(), common.color)?;
    let catalog = setup::catalog(&settings, common.color)?;
    let levels = levels(common, &settings, &catalog)?;
    let rules = rules(&levels, &settings, &catalog, common)?;
    let working_directory = setup::working_directory()?;
    let found = discover::inputs(&args.paths, &settings, &working_directory)?;
    note_unused(&settings, console);
    let files = Files::new(settings.config.limits.limits(), working_directory);
    let (loaded, mut complete) = read(&found, &files, &settings, console)?;

    let run = Run {
        as_of: common.as_of.unwrap_or_else(today),
        dictionary: settings.config.dictionary.clone().into(),
    };
    let rules = Rules::new(rules);
    let bar = console.progress(loaded.workspace.documents().len());
    let findings = lint(&loaded.workspace, &rules, &run, &|| bar.inc(1));
    bar.finish_and_clear();

    let baseline_path = common.baseline.clone().or_else(|| {
        let named = settings.config.baseline.as_ref()?;
        Some(settings.folder.join(named))
    });
    let baseline = match &baseline_path {
        Some(path) => read_baseline(path, &files, common.update_baseline)?,
        None if common.update_baseline => {
            return Err(Failure::new(
                "--update-baseline needs to know the file: add `--baseline FILE`",
            ));
        }
        None => None,
    };
    let policy = Policy {
        levels: &levels,
        catalog: &catalog,
        baseline: baseline.as_ref().filter(|_| !common.update_baseline),
        as_of: run.as_of,
    };
    let report = policy.judge("lint", &loaded.workspace, &rules.pages(), findings);
    let style = Style {
        color: Console::color(common.color),
        verbose: common.verbose,
        quiet: common.quiet,
        explain: false,
    };
    write_all(&common.format, style, &|style| {
        Rendering::new(&report, &loaded.workspace, style)
    })?;
    let summary_shown = common.format.is_empty()
        || common
            .format
            .iter()
            .any(|output| output.file.is_none() && matches!(output.format, Format::Text | Format::Github));
    if !summary_shown {
        console.note(&summary_line(&report));
    }
    if let Some(path) = &baseline_path {
        let shown = display_path(path, files.working_directory());
        if common.update_baseline {
            let baseline = report.to_baseline(&loaded.workspace, baseline.as_ref());
            let text = baseline.text();
            write_file(path, &|out| out.write_all(text.as_bytes()))?;
            console.note(&format!("{shown} now lists {}", counted(baseline.len(), "finding")));
            return Ok(if complete { Outcome::Clean } else { Outcome::Incomplete });
        }
        if let Some(smaller) = baseline
            .as_ref()
            .and_then(|known| report.shrink(known, &loaded.workspace, &rules.pages()))
        {
            let gone = baseline.as_ref().map_or(0, Baseline::len) - smaller.len();
            let text = smaller.text();
            let gone = counted(gone, "known finding");
            console.note(&match write_file(path, &|out| out.write_all(text.as_bytes())) {
                Ok(()) => format!("{shown}: {gone} mended and no longer listed"),
                Err(_) => format!("{shown}: {gone} mended, but the file cannot be written"),
            });
        }
    }
    complete &= loaded
        .workspace
        .documents()
        .iter()
        .any(|document| document.is_description());
    let fail_on = common
        .fail_on
        .map(FailOn::from)
        .or(settings.config.fail_on)
        .unwrap_or(FailOn::Error);
    Ok(match (complete, report.fails(fail_on)) {
        (false, _) => Outcome::Incomplete,
        (true, true) => Outcome::Found,
        (true, false) => Outcome::Clean,
    })
}

fn today() -> Date {
    OffsetDateTime::now_utc().date()
}

fn levels(common: &CommonArgs, settings: &Settings, catalog: &Catalog) -> Result<Levels, Failure> {
    let mut flags: HashMap<String, Level> = HashMap::new();
    for (rule, level) in &common.rule {
        if catalog.get(rule).is_none() {
            return Err(Failure::new(format!("--rule: {}", unknown_rule(catalog, rule))));
        }
        flags.insert(rule.clone(), *level);
    }
    Levels::new(&settings.config, settings.source.as_ref(), catalog, flags).map_err(|error| shown(&error, common.color))
}

fn rules(levels: &Levels, settings: &Settings, catalog: &Catalog, common: &CommonArgs) -> Result<Vec<Rule>, Failure> {
    levels
        .compile(catalog)
        .map_err(|(error, span)| match (&settings.source, span) {
            (Some(source), Some(span)) => shown(
                &ConfigError {
                    source: Arc::clone(source),
                    span,
                    message: error.to_string(),
                },
                common.color,
            ),
            _ => Failure::new(error),
        })
}

/// Settings that this version reads and does not use must not look as if they did something.
fn note_unused(settings: &Settings, console: &Console) {
    let Some(source) = &settings.source else { return };
    for (name, span) in settings.config.unused() {
        let at = source.position(span.start);
        console.note(&format!(
            "{}:{}: `{name}` is not used by this version",
            source.name(),
            at.line
        ));
    }
}

/// Reads all inputs and what they refer to; tells whether everything that was named could be read.
fn read(found: &Inputs, files: &Files, settings: &Settings, console: &Console) -> Result<(Loaded, bool), Failure> {
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
    let options = LoadOptions {
        outside_project: settings.config.references.outside_project,
        network: settings.config.references.network,
        project: None,
    };
    let bar = console.progress(sources.len());
    let loaded = formats::load(sources, files, &options, &|| bar.inc(1));
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

fn read_baseline(path: &Path, files: &Files, may_be_missing: bool) -> Result<Option<Baseline>, Failure> {
    if may_be_missing && !path.exists() {
        return Ok(None);
    }
    let source = files
        .read(path)
        .map_err(|error| Failure::new(format!("{error}; `--update-baseline` writes a new baseline")))?;
    match Baseline::read(&source) {
        Ok(baseline) => Ok(Some(baseline)),
        // A broken baseline can be written anew.
        Err(_) if may_be_missing => Ok(None),
        Err(error) => Err(Failure::new(error)),
    }
}
