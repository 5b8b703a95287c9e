//! `stipula breaking` and `stipula changelog`

use super::args::CompareArgs;
use super::bases::{self, Asked, Base, Comparison, Named};
use super::consumers;
use super::discover::STDIN;
use super::output::Console;
use super::run::{Found, Run, in_pool};
use super::texts::Texts;
use super::{Failure, Outcome};
use crate::breaking::{self, Choices, Promises, Settings, Versions};
use crate::document::{DocumentId, FormatName, Workspace};
use crate::finding::{Finding, Severity, Verdict};
use crate::formats::{self, LoadedSide, Refused, Side};
use crate::policy::config::{BreakingSettings, UndeclaredMembers};
use crate::policy::{Judged, Report};
use crate::report::counted;
use crate::rules::changes::AnyPromise;
use crate::source::{Files, ReadError, Revision, Source};
use crate::syntax::ProblemKind;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::io;
use std::path::Path;
use std::sync::Arc;

/// The two commands that compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Telling {
    /// What breaks clients, or may.
    Breaking,
    /// Every change.
    Changelog,
}

impl Telling {
    const fn name(self) -> &'static str {
        match self {
            Self::Breaking => "breaking",
            Self::Changelog => "changelog",
        }
    }
}

/// Runs the command.
pub(super) fn run(args: &CompareArgs, telling: Telling, console: &mut Console) -> Result<Outcome, Failure> {
    in_pool(&args.common, console, |console| compare_all(args, telling, console))
}

fn compare_all(args: &CompareArgs, telling: Telling, console: &Console) -> Result<Outcome, Failure> {
    let run = Run::new(&args.common, console)?;
    let comparison = bases::comparison(args, telling.name(), &run)?;
    let (contracts, all_contracts) = consumers::contracts(args, &run)?;
    let mut texts = Texts::default();
    let read = Read::all(&comparison, &mut texts, console);
    let old = read.old();
    let new = Side {
        sources: texts.sources.clone(),
        files: &comparison.files,
    };
    let count = new.sources.len() + old.iter().map(|side| side.sources.len()).sum::<usize>();
    let bar = console.progress(count);
    let loaded = formats::load_versions_with(&old, &new, contracts, &run.load_options(), &|| bar.inc(1));
    bar.finish_and_clear();
    let found = read.versions(&texts, &loaded.workspace, &loaded.old, &loaded.new, console);
    let rules = breaking::Rules::new(&run.catalog);
    let (versions, complete) = found?;
    let complete = complete & all_contracts & consumers::tell_refused(&loaded.contracts, &run);
    let mut findings = findings(args, &loaded.workspace, &versions, &rules, &run);
    let of_consumers = consumers::attribute(&mut findings, &loaded.workspace, &versions, &loaded.contracts.ids());
    let outcome = run.report(Found {
        command: telling.name(),
        workspace: &loaded.workspace,
        versions: &versions,
        rules: rules.pages(),
        findings,
        interactions: Vec::new(),
        complete,
        explain: args.explain,
        times: &[],
        trim: &|report| {
            // What is wrong with the suppressions of other rules, `lint` tells.
            report.findings.retain(|finding| {
                let rule = finding.fact("rule").and_then(|rule| run.catalog.get(rule));
                finding.breaking.is_some() || rule.is_some_and(|rule| !rule.changes.is_empty())
            });
            let left_out = match telling {
                Telling::Breaking => leave_out_safe(report, args),
                Telling::Changelog => None,
            };
            let lines: Vec<String> = of_consumers.iter().cloned().chain(left_out).collect();
            (!lines.is_empty()).then(|| lines.join("\n"))
        },
    })?;
    // A changelog tells what is; nobody is to be stopped by it.
    Ok(match (telling, outcome) {
        (Telling::Changelog, Outcome::Found) => Outcome::Clean,
        _ => outcome,
    })
}

/// What the comparison of all pairs finds.
pub(super) fn findings(
    args: &CompareArgs,
    workspace: &Workspace,
    versions: &[Versions],
    rules: &breaking::Rules,
    run: &Run<'_>,
) -> Vec<Finding> {
    let config = &run.settings.config.breaking;
    let policies = if args.policy.is_empty() {
        &config.policy.0
    } else {
        &args.policy
    };
    let choices = Choices {
        policies,
        unknown: args.unknown.or(config.unknown),
    };
    let settings = Settings {
        as_of: run.as_of,
        undeclared_members: config.undeclared_members == UndeclaredMembers::ReliedOn,
        names: policies.iter().any(|policy| policy.names),
        promises: promises(args, config),
    };
    breaking::run(workspace, versions, &settings, rules, &choices)
}

/// What packages and events promise: what is typed goes before what the configuration says.
fn promises(args: &CompareArgs, config: &BreakingSettings) -> Promises {
    let of_all = config.promise.0.iter().map(|promise| (None, *promise));
    let of_some = config.packages.iter().flat_map(|(name, words)| {
        let words = words.0.iter();
        words.map(move |promise| (Some(name.clone()), *promise))
    });
    let (mut packages, mut namespaces) = (BTreeMap::new(), BTreeMap::new());
    let mut promises = Promises::default();
    for (name, promise) in of_all.chain(of_some).chain(args.promise.iter().cloned()) {
        match (name, promise) {
            (None, AnyPromise::Package(promise)) => promises.default = Some(promise),
            (None, AnyPromise::Data(promise)) => promises.data = Some(promise),
            (Some(name), AnyPromise::Package(promise)) => drop(packages.insert(name, promise)),
            (Some(name), AnyPromise::Data(promise)) => drop(namespaces.insert(name, promise)),
        }
    }
    promises.packages = packages.into_iter().collect();
    promises.namespaces = namespaces.into_iter().collect();
    promises
}

/// Tells which documents could be read only in part: what seems to be gone may stand in the rest. Whether all of them
/// could be read.
fn tell_damaged(workspace: &Workspace, console: &Console) -> bool {
    let mut complete = true;
    for document in workspace
        .documents()
        .iter()
        .filter(|document| document.tree().has_holes())
    {
        complete = false;
        let source = document.source();
        let problems = document.tree().problems();
        let problem = problems
            .iter()
            .find(|problem| problem.kind == ProblemKind::Syntax)
            .map(|problem| {
                let line = source.position(problem.span.start).line;
                format!(" (line {line}: {})", problem.message)
            });
        console.complain(&format!(
            "`{}` could be read only in part{}: what seems to be gone from it may be there",
            source.name(),
            problem.unwrap_or_default()
        ));
    }
    complete
}

/// Takes safe changes out, but for those that the user or a policy calls grave, and says how many they were.
pub(super) fn leave_out_safe(report: &mut Report, args: &CompareArgs) -> Option<String> {
    let is_safe = |finding: &Judged| {
        let verdict = finding.breaking.as_ref().map(|breaking| breaking.verdict);
        verdict == Some(Verdict::Safe) && finding.severity == Severity::Info
    };
    let safe = report.new_findings().filter(|finding| is_safe(finding)).count();
    report.findings.retain(|finding| !is_safe(finding));
    let mut words: Vec<&str> = Vec::new();
    if let Some(against) = &args.against {
        words.extend(["--against", against]);
        words.extend(args.exact.then_some("--exact"));
    }
    words.extend(args.paths.iter().map(String::as_str));
    let words: String = words.iter().map(|word| format!(" {word}")).collect();
    (safe > 0).then(|| {
        format!(
            "{}; `stipula changelog{words}` lists them",
            counted(safe, "safe change")
        )
    })
}

/// What is compared, once it has been read.
pub(super) struct Read<'c> {
    comparison: &'c Comparison,
    bases: Vec<ReadBase<'c>>,
    complete: bool,
    /// Why files could not be read, of those of which nothing is left to say.
    told: HashSet<String>,
}

/// The texts of one base.
struct ReadBase<'c> {
    base: &'c Base,
    texts: Texts,
    /// The places of the files' texts, of those that can be read.
    old: Vec<(&'c Named, Option<usize>)>,
    /// The same of the new version.
    new: Vec<(&'c Named, Option<usize>)>,
}

impl<'c> Read<'c> {
    /// Reads both versions. The texts of the new one are added to `new`, whatever bases they are held against.
    pub(super) fn all(comparison: &'c Comparison, new: &mut Texts, console: &Console) -> Self {
        let mut read = Self {
            comparison,
            bases: Vec::new(),
            complete: comparison.missing.is_empty(),
            told: HashSet::new(),
        };
        for sentence in &comparison.missing {
            console.complain(sentence);
        }
        for base in &comparison.bases {
            let mut texts = Texts::default();
            let (complete, told) = (&mut read.complete, &mut read.told);
            let mut place = |named: &'c Named, files: &Files, texts: &mut Texts| {
                let source = one(named, files).map_err(|error| {
                    if named.asked != Asked::IfMoved {
                        *complete = false;
                        console.complain(&error.to_string());
                    }
                    told.insert(error.to_string());
                });
                (named, source.ok().map(|source| texts.add(source)))
            };
            let old = base
                .old
                .iter()
                .map(|named| place(named, &base.files, &mut texts))
                .collect();
            let new = base
                .new
                .iter()
                .map(|named| place(named, &comparison.files, new))
                .collect();
            read.bases.push(ReadBase { base, texts, old, new });
        }
        read
    }

    /// The sides of the old version.
    pub(super) fn old(&self) -> Vec<Side<'c>> {
        let sides = self.bases.iter().map(|read| Side {
            sources: read.texts.sources.clone(),
            files: &read.base.files,
        });
        sides.collect()
    }

    /// Which description is which, and whether all that was named can be compared. `texts` are those of the new
    /// version; `old` and `new` say what became of both.
    pub(super) fn versions(
        &self,
        texts: &Texts,
        workspace: &Workspace,
        old: &LoadedSide,
        new: &LoadedSide,
        console: &Console,
    ) -> Result<(Vec<Versions>, bool), Failure> {
        let mut complete = self.complete & self.tell_out_of_reach(console);
        let mut versions: Vec<Versions> = Vec::new();
        for base in self.bases(texts, old, new) {
            complete &= base.tell_refused(console);
            let pairs = base.pairs(workspace, console).into_iter();
            let (pairs, unlike): (Vec<_>, Vec<_>) = pairs.partition(|pair| is_of_one_format(workspace, *pair, console));
            complete &= unlike.is_empty();
            versions.extend(pairs);
        }
        // Two ways to one file, such as a link and what it leads to, are one description.
        let mut seen = HashSet::new();
        versions.retain(|versions| seen.insert((versions.old, versions.new)));
        if versions.is_empty() {
            return Err(Failure::new(if complete {
                "nothing to compare: neither version holds an API description"
            } else {
                "nothing to compare"
            }));
        }
        complete &= tell_damaged(workspace, console);
        Ok((versions, complete))
    }

    /// Tells what the revisions have and this clone cannot read; whether there is nothing of the sort.
    fn tell_out_of_reach(&self, console: &Console) -> bool {
        let old = self.comparison.bases.iter().map(|base| &base.files);
        let files = old.chain([&*self.comparison.files]);
        let errors = files.flat_map(Files::out_of_reach).map(|error| error.to_string());
        let errors: BTreeSet<String> = errors.filter(|error| !self.told.contains(error)).collect();
        for error in &errors {
            console.complain(error);
        }
        errors.is_empty()
    }

    /// What became of the files of each base.
    fn bases<'l>(&'l self, texts: &Texts, old: &'l LoadedSide, new: &'l LoadedSide) -> Vec<LoadedBase<'l>> {
        let mut first = 0;
        self.bases
            .iter()
            .map(|read| {
                let descriptions = &old.descriptions[first..first + read.texts.sources.len()];
                first += descriptions.len();
                LoadedBase {
                    name: read.base.files.revision().map_or("the old version", Revision::name),
                    old: became(&read.old, &read.texts, descriptions, &old.refused),
                    new: became(&read.new, texts, &new.descriptions, &new.refused),
                }
            })
            .collect()
    }
}

/// Whether both versions are written in one format, AsyncAPI for example; tells it if not.
fn is_of_one_format(workspace: &Workspace, pair: Versions, console: &Console) -> bool {
    let (Some(old), Some(new)) = (pair.old, pair.new) else {
        return true;
    };
    let [(was, before), (is, now)] = [old, new].map(|id| {
        let document = workspace.document(id);
        (document.source().name(), document.format())
    });
    if before == now {
        return true;
    }
    let title = |format: Option<FormatName>| format.map_or("in no known format", FormatName::title);
    let (before, now) = (title(before), title(now));
    console.complain(&format!(
        "`{was}` is {before} and `{is}` is {now}: they cannot be versions of one description"
    ));
    false
}

fn one(named: &Named, files: &Files) -> Result<Arc<Source>, ReadError> {
    if named.path == Path::new(STDIN) {
        files.read_stream("<stdin>", io::stdin().lock())
    } else {
        files.read(&named.path)
    }
}

/// What became of a file.
#[derive(Debug, Clone, Copy)]
enum Became<'l> {
    /// It is a description.
    Description(DocumentId),
    /// It is a part of another file.
    Part,
    /// It is nothing that can be compared.
    Refused(&'l Refused),
    /// It could not be read, and that has been told.
    Unreadable,
}

fn became<'l>(
    side: &[(&'l Named, Option<usize>)],
    texts: &Texts,
    descriptions: &[Option<DocumentId>],
    refused: &'l [Refused],
) -> Vec<(&'l Named, Became<'l>)> {
    let refused: HashMap<*const Source, &Refused> = refused
        .iter()
        .map(|refused| (Arc::as_ptr(&refused.source), refused))
        .collect();
    side.iter()
        .map(|(named, place)| {
            let became = match place {
                None => Became::Unreadable,
                Some(place) => match (descriptions[*place], refused.get(&Arc::as_ptr(&texts.sources[*place]))) {
                    (Some(description), _) => Became::Description(description),
                    (None, Some(refused)) => Became::Refused(refused),
                    (None, None) => Became::Part,
                },
            };
            (*named, became)
        })
        .collect()
}

/// The files of one base and of what is held against it.
struct LoadedBase<'l> {
    /// What the user calls the old version.
    name: &'l str,
    old: Vec<(&'l Named, Became<'l>)>,
    new: Vec<(&'l Named, Became<'l>)>,
}

impl LoadedBase<'_> {
    /// Tells which files cannot be compared since they are no descriptions; whether all that had to be can be.
    fn tell_refused(&self, console: &Console) -> bool {
        let mut complete = true;
        for (side, other) in [(&self.old, &self.new), (&self.new, &self.old)] {
            let is_description = |(named, became): &(&Named, Became<'_>)| {
                matches!(became, Became::Description(_)).then(|| named.name.clone())
            };
            let others: HashSet<String> = other.iter().filter_map(is_description).collect();
            for (named, became) in side {
                let (Became::Refused(refused), true) = (became, named.asked != Asked::IfMoved) else {
                    continue;
                };
                let (name, reason) = (refused.source.name(), &refused.reason);
                if named.asked == Asked::Alone || refused.unsupported || others.contains(&named.name) {
                    complete = false;
                    console.complain_of(name, &format!("`{name}` cannot be compared: {reason}"));
                } else if named.asked == Asked::Named && std::ptr::eq(side, &self.new) {
                    console.note(&format!("passed over {name}: {reason}"));
                }
            }
        }
        complete
    }

    /// Which description is which; those that moved or are new are told.
    fn pairs(&self, workspace: &Workspace, console: &Console) -> Vec<Versions> {
        let name = |id: DocumentId| workspace.document(id).source().name();
        let found = breaking::pair(
            workspace,
            &descriptions(&self.old, &self.new),
            &descriptions(&self.new, &self.old),
        );
        for pair in &found {
            match (pair.old, pair.new) {
                (Some(old), Some(new)) if pair.moved => {
                    console.note(&format!("{} was {} before", name(new), name(old)));
                }
                (None, Some(new)) => console.note(&format!("{} is new: {} does not have it", name(new), self.name)),
                _ => {}
            }
        }
        found
    }
}

/// The descriptions of one version. Of a file that cannot be understood in the other one, nobody knows what became of
/// it.
fn descriptions(side: &[(&Named, Became<'_>)], other: &[(&Named, Became<'_>)]) -> Vec<breaking::Candidate> {
    let unknown: HashSet<&str> = other
        .iter()
        .filter(|(_, became)| matches!(became, Became::Refused(_) | Became::Unreadable))
        .map(|(named, _)| named.name.as_str())
        .collect();
    side.iter()
        .filter(|(named, _)| !unknown.contains(named.name.as_str()))
        .filter_map(|(named, became)| match became {
            Became::Description(description) => Some(breaking::Candidate {
                name: named.name.clone(),
                description: *description,
                only_if_moved: named.asked == Asked::IfMoved,
            }),
            _ => None,
        })
        .collect()
}
