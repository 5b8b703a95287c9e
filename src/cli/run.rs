//! What every command that reports findings does before and after its own work: settings and rules in front; policy,
//! reports, baseline and exit code behind.

use super::args::CommonArgs;
use super::output::{Console, check_outputs, write_all, write_file};
use super::setup::{self, Settings, shown};
use super::{Failure, Outcome};
use crate::document::{Versions, Workspace};
use crate::finding::{Finding, Timing, Verification};
use crate::formats::LoadOptions;
use crate::policy::{Baseline, FailOn, Level, Levels, Policy, Report, unknown_rule};
use crate::report::{Format, Rendering, Style, counted, summary_line};
use crate::rules::Catalog;
use crate::rules::declaration::Declaration;
use crate::source::{Files, display_path};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use time::{Date, OffsetDateTime};

/// Stack of a thread: nesting is bounded, but by a limit that the user can raise.
const STACK_BYTES: usize = 16 << 20;

/// Does the work of a command on as many threads as it may have.
pub(super) fn in_pool(
    common: &CommonArgs,
    console: &mut Console,
    work: impl FnOnce(&Console) -> Result<Outcome, Failure> + Send,
) -> Result<Outcome, Failure> {
    console.set_quiet(common.quiet);
    let mut pool = rayon::ThreadPoolBuilder::new().stack_size(STACK_BYTES);
    if let Some(jobs) = common.jobs {
        pool = pool.num_threads(usize::from(jobs));
    }
    let pool = pool
        .build()
        .map_err(|error| Failure::new(format!("no thread can be started: {error}")))?;
    let console = &*console;
    pool.install(|| work(console))
}

/// What a run goes by.
#[derive(Debug)]
pub(super) struct Run<'a> {
    pub(super) common: &'a CommonArgs,
    pub(super) console: &'a Console,
    pub(super) settings: Settings,
    pub(super) catalog: Catalog,
    pub(super) levels: Levels,
    pub(super) as_of: Date,
    /// The files on disk.
    pub(super) files: Arc<Files>,
}

/// What a command found, and how it is told.
pub(super) struct Found<'f> {
    pub(super) command: &'static str,
    pub(super) workspace: &'f Workspace,
    /// The versions that were compared, if any were.
    pub(super) versions: &'f [Versions],
    /// The rules that ran, in the order in which the findings count them.
    pub(super) rules: &'f [Arc<Declaration>],
    pub(super) findings: Vec<Finding>,
    /// The interactions that were verified, if any were.
    pub(super) interactions: Vec<Verification>,
    /// Whether everything that was named could be read.
    pub(super) complete: bool,
    /// With the steps that led to a verdict.
    pub(super) explain: bool,
    /// How long operations took, if that is to be told.
    pub(super) times: &'f [Timing],
    /// Takes out of the report what the command does not tell, and gives the sentence that says so, if one is needed.
    pub(super) trim: &'f dyn Fn(&mut Report) -> Option<String>,
}

impl<'a> Run<'a> {
    /// Reads the settings and the rules.
    pub(super) fn new(common: &'a CommonArgs, console: &'a Console) -> Result<Self, Failure> {
        check_outputs(&common.format)?;
        let settings = setup::settings(common.config.as_deref(), common.color)?;
        let catalog = setup::catalog(&settings, common.color)?;
        let levels = levels(common, &settings, &catalog)?;
        let files = Arc::new(Files::new(settings.config.limits.limits(), setup::working_directory()?));
        Ok(Self {
            common,
            console,
            as_of: common.as_of.unwrap_or_else(|| OffsetDateTime::now_utc().date()),
            settings,
            catalog,
            levels,
            files,
        })
    }

    /// What references may do.
    pub(super) fn load_options(&self) -> LoadOptions {
        let roots = self.settings.config.apis.iter().flat_map(|api| &api.proto.root.0);
        LoadOptions {
            outside_project: self.settings.config.references.outside_project,
            network: self.settings.config.references.network,
            project: None,
            proto_roots: roots
                .map(|root| self.files.canonical(&self.settings.folder.join(&root.value)))
                .collect(),
        }
    }

    /// Lists what was found in the baseline, and reports nothing. Changes are left out: they are what a branch does, not
    /// what an API begins with.
    pub(super) fn write_baseline(&self, found: Found<'_>) -> Result<Outcome, Failure> {
        let complete = found.complete;
        let workspace = found.workspace;
        let mut report = self.judge(found, None);
        report.findings.retain(|finding| finding.breaking.is_none());
        let path = self.baseline_path().unwrap_or_default();
        self.update_baseline(&path, &report, workspace, None)?;
        Ok(if complete { Outcome::Clean } else { Outcome::Incomplete })
    }

    /// The file that lists findings that are known.
    fn baseline_path(&self) -> Option<PathBuf> {
        let named = || Some(self.settings.folder.join(self.settings.config.baseline.as_ref()?));
        self.common.baseline.clone().or_else(named)
    }

    fn judge(&self, found: Found<'_>, baseline: Option<&Baseline>) -> Report {
        let policy = Policy {
            levels: &self.levels,
            catalog: &self.catalog,
            baseline,
            as_of: self.as_of,
        };
        let mut report = policy.judge(found.command, found.workspace, found.rules, found.findings);
        report.interactions = found.interactions;
        report
    }

    fn update_baseline(
        &self,
        path: &Path,
        report: &Report,
        workspace: &Workspace,
        old: Option<&Baseline>,
    ) -> Result<(), Failure> {
        let baseline = report.to_baseline(workspace, old);
        let text = baseline.text();
        write_file(path, &|out| out.write_all(text.as_bytes()))?;
        let shown = display_path(path, self.files.working_directory());
        // What was written is no small matter: also a quiet run says it.
        self.console
            .say(&format!("{shown} now lists {}", counted(baseline.len(), "finding")));
        Ok(())
    }

    /// Judges what was found, reports it, and keeps the baseline.
    pub(super) fn report(&self, found: Found<'_>) -> Result<Outcome, Failure> {
        let Self { common, console, .. } = self;
        let Found {
            workspace,
            rules,
            versions,
            times,
            trim,
            complete,
            explain,
            ..
        } = found;
        let baseline_path = self.baseline_path();
        let baseline = match &baseline_path {
            Some(path) => read_baseline(path, &self.files, common.update_baseline)?,
            None if common.update_baseline => {
                return Err(Failure::new(
                    "--update-baseline needs to know the file: add `--baseline FILE`",
                ));
            }
            None => None,
        };
        let mut report = self.judge(found, baseline.as_ref().filter(|_| !common.update_baseline));
        let left_out = trim(&mut report);
        let style = Style {
            color: Console::color(common.color),
            verbose: common.verbose,
            quiet: common.quiet,
            explain,
        };
        write_all(&common.format, style, &|style| {
            Rendering::new(&report, workspace, style)
                .comparing(versions)
                .timed(times)
        })?;
        let summary_shown = common.format.is_empty()
            || common
                .format
                .iter()
                .any(|output| output.file.is_none() && matches!(output.format, Format::Text | Format::Github));
        if !summary_shown {
            console.note(&summary_line(&report));
        }
        if let Some(sentence) = left_out {
            console.note(&sentence);
        }
        if let Some(path) = &baseline_path {
            if common.update_baseline {
                self.update_baseline(path, &report, workspace, baseline.as_ref())?;
                return Ok(if complete { Outcome::Clean } else { Outcome::Incomplete });
            }
            if let Some(smaller) = baseline
                .as_ref()
                .and_then(|known| report.shrink(known, workspace, rules))
            {
                let shown = display_path(path, self.files.working_directory());
                let gone = baseline.as_ref().map_or(0, Baseline::len) - smaller.len();
                let text = smaller.text();
                let gone = counted(gone, "known finding");
                console.note(&match write_file(path, &|out| out.write_all(text.as_bytes())) {
                    Ok(()) => format!("{shown}: {gone} mended and no longer listed"),
                    Err(_) => format!("{shown}: {gone} mended, but the file cannot be written"),
                });
            }
        }
        let fail_on = common
            .fail_on
            .map(FailOn::from)
            .or(self.settings.config.fail_on)
            .unwrap_or(FailOn::Error);
        Ok(match (complete, report.fails(fail_on)) {
            (false, _) => Outcome::Incomplete,
            (true, true) => Outcome::Found,
            (true, false) => Outcome::Clean,
        })
    }
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
