//! What can be typed.

use super::Failure;
use super::verify::args::{ConnectionArgs, ContractArgs, LatencyArgs, SenderArgs, StateArgs};
use crate::contract::Shard;
use crate::finding::Severity;
use crate::policy::config::{policy_named, promise_named, severity_named};
use crate::policy::{FailOn, Level};
use crate::report::Format;
use crate::rules::changes::{AnyPromise, PolicySpec};
use clap::builder::styling::{AnsiColor, Styles};
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use std::path::PathBuf;
use time::Date;
use time::macros::format_description;

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

/// Holds API descriptions against standards and older versions, and providers against contracts.
#[derive(Debug, Parser)]
#[command(
    name = "stipula",
    version,
    styles = STYLES,
    propagate_version = true,
    after_help = "Exit codes: 0 nothing found at or above --fail-on, 1 something found, 2 could not run."
)]
pub struct Cli {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Does everything hold that stipula.yaml says: standards, clients, contracts?
    #[command(after_help = CHECK_EXAMPLES)]
    Check(CheckArgs),
    /// Does this API description keep the standards?
    #[command(after_help = LINT_EXAMPLES)]
    Lint(LintArgs),
    /// Which clients does the new version of a description break, and what proves it?
    #[command(after_help = BREAKING_EXAMPLES, override_usage = BREAKING_USAGE)]
    Breaking(CompareArgs),
    /// What changed between two versions of a description, safe changes included?
    #[command(after_help = CHANGELOG_EXAMPLES, override_usage = CHANGELOG_USAGE)]
    Changelog(CompareArgs),
    /// Does the running provider keep the contracts that its consumers recorded?
    #[command(after_help = VERIFY_EXAMPLES, mut_arg("jobs", |jobs| jobs.help(VERIFY_JOBS)))]
    Verify(Box<VerifyArgs>),
    /// Which rules are there?
    #[command(after_help = RULES_EXAMPLES, args_conflicts_with_subcommands = true)]
    Rules(RulesArgs),
    /// What does a rule want, and why?
    #[command(
        after_help = "Examples:\n  stipula explain list-paginated\n  stipula explain operation-operationId   (another tool's name for a rule)"
    )]
    Explain(ExplainArgs),
    /// Write a stipula.yaml, a workflow and a hook for what is found here
    #[command(after_help = INIT_EXAMPLES)]
    Init(InitArgs),
    /// Print what a shell needs to complete commands and flags
    #[command(after_help = COMPLETIONS_EXAMPLES)]
    Completions(CompletionsArgs),
    /// Write the manual pages into a folder
    #[command(hide = true)]
    Man(ManArgs),
}

const INIT_EXAMPLES: &str = "\
What exists is left as it is.

Examples:
  stipula init --dry-run             what would be written?
  stipula init
  stipula init --baseline            with what is found now as known, so that only new findings fail";

const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  stipula completions bash > ~/.local/share/bash-completion/completions/stipula
  stipula completions zsh > \"${fpath[1]}/_stipula\"
  stipula completions fish > ~/.config/fish/completions/stipula.fish
  stipula completions powershell >> $PROFILE";

const CHECK_EXAMPLES: &str = "\
Of each API in stipula.yaml, its descriptions are linted, compared with `against`, and held against `contracts`, as is
the provider that runs at `provider`, if the variables in that are set.

Examples:
  stipula check
  stipula check --against origin/release --format github --format sarif=stipula.sarif
  stipula check --baseline .stipula-baseline.json --update-baseline";

const LINT_EXAMPLES: &str = "\
Examples:
  stipula lint                                   what stipula.yaml names, else what is found here
  stipula lint api/openapi.yaml                  one description
  stipula lint 'services/**/openapi.yaml'        many
  cat openapi.json | stipula lint -              from standard input
  stipula lint --format github --format sarif=lint.sarif
  stipula lint --rule list-paginated=off --fail-on warning
  stipula lint --baseline .stipula-baseline.json --update-baseline";

const BREAKING_USAGE: &str = "stipula breaking [OPTIONS] <OLD> <NEW>
       stipula breaking [OPTIONS] --against <REV> [PATH]...
       stipula breaking [OPTIONS]";

const BREAKING_EXAMPLES: &str = "\
OLD and NEW are files, folders, or REV:PATH, a path at a git revision; one of them can be `-`, standard input.
Without any, what stipula.yaml names is compared: `apis: [{ spec: …, against: origin/main }]`.

Examples:
  stipula breaking old.yaml new.yaml
  stipula breaking --against origin/main                     what this branch changes, wherever it is
  stipula breaking --against origin/main api/openapi.yaml
  stipula breaking v1.2.0:api/openapi.yaml api/openapi.yaml
  stipula breaking v1.2.0:api v1.3.0:api                     all descriptions of two folders
  stipula breaking old.yaml new.yaml --contracts pacts/      and whom it breaks
  stipula breaking --against origin/main --format github --fail-on warning";

const CHANGELOG_USAGE: &str = "stipula changelog [OPTIONS] <OLD> <NEW>
       stipula changelog [OPTIONS] --against <REV> [PATH]...
       stipula changelog [OPTIONS]";

const CHANGELOG_EXAMPLES: &str = "\
OLD and NEW are files, folders, or REV:PATH, a path at a git revision, as in `stipula breaking`.

Examples:
  stipula changelog v1.2.0:api/openapi.yaml api/openapi.yaml
  stipula changelog --against v1.2.0 --exact";

const VERIFY_JOBS: &str = "How many requests may be under way at the same time [default: 8]";

const VERIFY_EXAMPLES: &str = "\
Contracts are Pact files of specification 1 to 4.
Secrets are named where they stand: env:NAME, file:PATH or command:LINE.
Flags come before what stipula.yaml says (docs/verify.md).
Exit code 1: a contract is broken. Exit code 2: none is, and something could not be verified.

Examples:
  stipula verify                     every API of stipula.yaml that has contracts and a provider
  stipula verify --described         the same, against the descriptions alone
  stipula verify pacts/ --provider http://localhost:8080
  stipula verify 'pacts/**/*.json' --provider https://staging.example --bearer env:TOKEN
  stipula verify https://pacts.example/web.json --contracts-bearer env:PACTS
  stipula verify pacts/ --provider http://localhost:8080 --states http://localhost:8080/_states
  stipula verify pacts/ --provider http://localhost:8080 --consumer web-checkout --format github
  stipula verify pacts/ --provider http://localhost:8080 --samples 20 --budget 100ms
  stipula verify pacts/ --provider http://localhost:8080 --only-failed report.json";

const RULES_EXAMPLES: &str = "\
Examples:
  stipula rules                      a table of all rules
  stipula rules --format json        the same for programs
  stipula rules test api-rules/*.md  does a page of one's own find what its examples say?";

#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    /// Compare with this git revision, instead of what stipula.yaml says
    #[arg(long, value_name = "REV")]
    pub(super) against: Option<String>,
    #[command(flatten)]
    pub(super) common: CommonArgs,
}

#[derive(Debug, Args)]
pub(super) struct LintArgs {
    /// Descriptions: files, folders, globs, or `-` for standard input
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<String>,
    #[command(flatten)]
    pub(super) common: CommonArgs,
}

#[derive(Debug, Args)]
pub(super) struct CompareArgs {
    /// The old version and the new one; with `--against`, what is compared in the working tree
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<String>,
    /// Compare the working tree with a git revision: with the commit where HEAD left it
    #[arg(long, value_name = "REV")]
    pub(super) against: Option<String>,
    /// Compare with the revision itself, whatever was committed to it since
    #[arg(long)]
    pub(super) exact: bool,
    /// Judge some changes otherwise than their pages: strict, tolerant, sdk, error-contract or accept-default. Can be
    /// given several times
    #[arg(long, value_name = "NAME", value_parser = policy_named)]
    pub(super) policy: Vec<&'static PolicySpec>,
    /// What the users of Protobuf packages can rely on: wire, json, package or file, for all packages, or for one of them, as
    /// in `acme.order.v1=file`; and those who read the data of events: backward, forward or full, for all, or for a
    /// namespace of Avro. Can be given several times
    #[arg(long, value_name = "[PACKAGE=]PROMISE", value_parser = promise_named)]
    pub(super) promise: Vec<(Option<String>, AnyPromise)>,
    /// How grave a change is of which nobody knows whether it breaks clients: error, warning or info
    #[arg(long, value_name = "SEVERITY", value_parser = severity_named)]
    pub(super) unknown: Option<Severity>,
    /// Contracts of consumers: each change tells whose interactions use it, and which of them break. Files, folders or
    /// globs; can be given several times
    #[arg(long, value_name = "PATH")]
    pub(super) contracts: Vec<String>,
    /// Show the steps that led to each verdict
    #[arg(long)]
    pub(super) explain: bool,
    #[command(flatten)]
    pub(super) common: CommonArgs,
}

#[derive(Debug, Args)]
pub(super) struct VerifyArgs {
    /// Contracts: files, folders, globs or URLs; without any, those of stipula.yaml
    #[arg(value_name = "CONTRACT")]
    pub(super) contracts: Vec<String>,
    /// Where the provider is; the paths of the contracts are put behind it
    #[arg(long, value_name = "URL")]
    pub(super) provider: Option<String>,
    /// The provider's OpenAPI description: the contracts are held against it, and with `--provider` the answers, too. A
    /// file, folder or glob; can be given several times
    #[arg(long, value_name = "FILE")]
    pub(super) spec: Vec<String>,
    /// Ask no provider: hold the contracts of stipula.yaml against the descriptions there
    #[arg(long, conflicts_with = "provider")]
    pub(super) described: bool,
    #[command(flatten)]
    pub(super) common: CommonArgs,
    #[command(flatten)]
    pub(super) which: WhichArgs,
    #[command(flatten)]
    pub(super) from_urls: ContractArgs,
    #[command(flatten)]
    pub(super) states: StateArgs,
    #[command(flatten)]
    pub(super) sender: SenderArgs,
    #[command(flatten)]
    pub(super) connections: ConnectionArgs,
    #[command(flatten)]
    pub(super) latency: LatencyArgs,
}

/// Which interactions are verified.
#[derive(Debug, Args)]
#[command(next_help_heading = "Which interactions")]
pub(super) struct WhichArgs {
    /// Only those of these consumers; `*` stands for any text, here and below
    #[arg(long, value_name = "NAME")]
    pub(super) consumer: Vec<String>,
    /// Only those with these descriptions
    #[arg(long, value_name = "TEXT")]
    pub(super) description: Vec<String>,
    /// Only those that need one of these provider states
    #[arg(long, value_name = "NAME")]
    pub(super) state: Vec<String>,
    /// Only those with these methods
    #[arg(long, value_name = "METHOD")]
    pub(super) method: Vec<String>,
    /// Only those with these paths
    #[arg(long, value_name = "PATH")]
    pub(super) path: Vec<String>,
    /// Only those that a JSON report of an earlier run tells of
    #[arg(long, value_name = "REPORT")]
    pub(super) only_failed: Option<PathBuf>,
    /// Only one part of them, so that several machines can share them: 1/4 is the first of four
    #[arg(long, value_name = "N/M", value_parser = shard)]
    pub(super) shard: Option<Shard>,
}

/// What every command that reports findings understands.
#[derive(Debug, Args)]
pub(super) struct CommonArgs {
    /// How to report: text, json, sarif, github, gitlab, markdown, html or junit; with `=FILE`, into a file. Can be given several times
    #[arg(long, value_name = "FORMAT[=FILE]", value_parser = output)]
    pub(super) format: Vec<Output>,
    /// From which severity on findings fail the run
    #[arg(long, value_name = "SEVERITY")]
    pub(super) fail_on: Option<FailOnArg>,
    /// Set the level of a rule: off, error, warning or info
    #[arg(long, value_name = "ID=LEVEL", value_parser = rule_level)]
    pub(super) rule: Vec<(String, Level)>,
    /// A file that lists known findings, which do not fail the run; it shrinks when they are mended
    #[arg(long, value_name = "FILE")]
    pub(super) baseline: Option<PathBuf>,
    /// Write all findings of this run into the baseline
    #[arg(long)]
    pub(super) update_baseline: bool,
    /// The configuration, instead of the nearest stipula.yaml
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// Whether to use colours
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub(super) color: ColorArg,
    /// Say nothing but what was found
    #[arg(long, short, conflicts_with = "verbose")]
    pub(super) quiet: bool,
    /// Show every finding, also those that are suppressed or known
    #[arg(long, short)]
    pub(super) verbose: bool,
    /// How many threads to use; as many as the machine has, unless said
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(super) jobs: Option<u16>,
    /// The day that counts as today, for everything that has a date
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(super) as_of: Option<Date>,
}

#[derive(Debug, Args)]
pub(super) struct RulesArgs {
    #[command(subcommand)]
    pub(super) command: Option<RulesCommand>,
    /// How to list them
    #[arg(long, value_name = "FORMAT", default_value = "markdown")]
    pub(super) format: RulesFormat,
    /// The configuration, instead of the nearest stipula.yaml: its rules are listed, too
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(super) enum RulesCommand {
    /// Run the examples of rule pages: bad ones must be found, good ones must not
    Test(RulesTestArgs),
}

#[derive(Debug, Args)]
pub(super) struct RulesTestArgs {
    /// Pages: Markdown files, or folders of them
    #[arg(value_name = "PAGE", required = true)]
    pub(super) pages: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    /// The rule's name
    #[arg(value_name = "ID")]
    pub(super) id: String,
    /// The configuration, instead of the nearest stipula.yaml: its rules can be explained, too
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// Whether to use colours
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub(super) color: ColorArg,
    /// Print the page at once, on a terminal, too, where PAGER shows it otherwise
    #[arg(long)]
    pub(super) no_pager: bool,
}

#[derive(Debug, Args)]
pub(super) struct InitArgs {
    /// Write down what is found now, so that only what is new fails a run
    #[arg(long)]
    pub(super) baseline: bool,
    /// Show what would be written
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Where the workflow finds the action: a repository and a revision of it
    #[arg(long, value_name = "OWNER/REPOSITORY@REV", default_value = concat!("OWNER/stipula@v", env!("CARGO_PKG_VERSION")))]
    pub(super) action: String,
    /// Print the JSON Schema of stipula.yaml, for editors, and write nothing
    #[arg(long, conflicts_with_all = ["baseline", "dry_run", "action"])]
    pub(super) schema: bool,
}

#[derive(Debug, Args)]
pub(super) struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub(super) shell: Shell,
}

#[derive(Debug, Args)]
pub(super) struct ManArgs {
    /// The folder
    #[arg(value_name = "FOLDER")]
    pub(super) folder: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ColorArg {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// In any case
    Always,
    /// In no case
    Never,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum RulesFormat {
    /// A table for people
    Markdown,
    /// For programs
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum FailOnArg {
    /// Errors fail it
    Error,
    /// Warnings, too
    Warning,
    /// Everything does
    Info,
    /// Nothing does
    Never,
}

impl From<FailOnArg> for FailOn {
    fn from(arg: FailOnArg) -> Self {
        match arg {
            FailOnArg::Error => Self::Error,
            FailOnArg::Warning => Self::Warning,
            FailOnArg::Info => Self::Info,
            FailOnArg::Never => Self::Never,
        }
    }
}

/// A format and where it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Output {
    pub(super) format: Format,
    /// The file; standard output where there is none.
    pub(super) file: Option<PathBuf>,
}

/// The arguments of a command that is given none.
pub(super) fn without_flags<A: Args>() -> Result<A, Failure> {
    let none = A::augment_args(clap::Command::new("stipula")).no_binary_name(true);
    let matches = none.try_get_matches_from(std::iter::empty::<&str>());
    matches
        .and_then(|matches| A::from_arg_matches(&matches))
        .map_err(Failure::new)
}

fn shard(text: &str) -> Result<Shard, String> {
    let parts = text.split_once('/');
    let parts = parts.and_then(|(number, count)| Some((number.parse().ok()?, count.parse().ok()?)));
    match parts {
        Some((number, count)) if (1..=count).contains(&number) => Ok(Shard { number, count }),
        _ => Err("a part of a whole is expected, such as 1/4".to_owned()),
    }
}

fn output(text: &str) -> Result<Output, String> {
    let (name, file) = match text.split_once('=') {
        Some((_, "")) => return Err("a file name is missing after `=`".into()),
        Some((name, file)) => (name, Some(PathBuf::from(file))),
        None => (text, None),
    };
    let names: Vec<&str> = Format::ALL.iter().map(|format| format.name()).collect();
    match Format::from_name(name) {
        Some(format) => Ok(Output { format, file }),
        None => Err(match crate::document::suggest::closest(name, names.iter().copied()) {
            Some(meant) => format!("there is no format `{name}`; did you mean `{meant}`?"),
            None => format!("there is no format `{name}`; there are {}", names.join(", ")),
        }),
    }
}

fn rule_level(text: &str) -> Result<(String, Level), String> {
    let (rule, level) = text
        .split_once('=')
        .ok_or_else(|| format!("write the rule and its level, as in `{text}=off`"))?;
    let level = Level::from_name(level)
        .ok_or_else(|| format!("`{level}` is no level; there are off, error, warning and info"))?;
    Ok((rule.to_owned(), level))
}

fn date(text: &str) -> Result<Date, String> {
    Date::parse(text, format_description!("[year]-[month]-[day]"))
        .map_err(|_| format!("`{text}` is no date; write it as 2027-03-31"))
}
