//! Reading contracts, and the descriptions of their provider: files, folders, globs and URLs.

use super::senders::Secrets;
use super::settings::client_for;
use super::targets::{Target, for_contracts, with_variables};
use crate::cli::Failure;
use crate::cli::args::VerifyArgs;
use crate::cli::discover::{CONTRACTS, DESCRIPTIONS, from_files};
use crate::cli::output::Console;
use crate::cli::run::Run;
use crate::cli::texts::Texts;
use crate::document::{DocumentId, FormatName, Workspace};
use crate::formats::LoadedSide;
use crate::policy::verify::{ContractSource, SenderSettings};
use crate::provider::{fetch, origin_of};
use crate::source::Source;
use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;
use tokio::runtime::Runtime;

/// The texts of contracts, and where those of the descriptions stand.
pub(super) struct Gathered {
    /// The contracts, each with the position of its target.
    contracts: Vec<(usize, Arc<Source>)>,
    /// The places of each target's descriptions among the texts.
    specs: Vec<Vec<usize>>,
    /// Those of the descriptions that were named, and not found by a glob.
    named: HashSet<String>,
    /// Whether all that was named could be read.
    complete: bool,
}

/// What a run is about.
pub(super) struct Read<'w> {
    pub(super) workspace: &'w Workspace,
    pub(super) contracts: Vec<DocumentId>,
    /// The positions of each target's contracts.
    pub(super) of_targets: Vec<Range<usize>>,
    /// The descriptions of each target's provider.
    pub(super) descriptions: Vec<Vec<DocumentId>>,
    /// Whether all that was named could be read.
    pub(super) complete: bool,
}

impl Gathered {
    /// Reads the contracts of all targets, and the descriptions that they are held against, which are added to `texts`.
    pub(super) fn of(
        args: &VerifyArgs,
        targets: &[Target],
        run: &Run<'_>,
        runtime: &Runtime,
        texts: &mut Texts,
    ) -> Result<Self, Failure> {
        let mut complete = true;
        let mut contracts: Vec<(usize, Arc<Source>)> = Vec::new();
        for (position, target) in targets.iter().enumerate() {
            let (urls, paths): (Vec<_>, Vec<_>) = target
                .contracts
                .iter()
                .partition(|contract| contract.place.contains("://"));
            let paths = paths.iter().map(|contract| contract.place.as_str());
            let found = from_files(paths, &target.folder, CONTRACTS, run, &mut complete)?;
            let mut found: Vec<Arc<Source>> = found.into_iter().map(|(source, _)| source).collect();
            if !urls.is_empty() {
                for fetched in from_network(args, target, &urls, run, runtime)? {
                    match fetched {
                        Ok(source) => found.push(source),
                        Err(sentence) => {
                            complete = false;
                            run.console.complain(&sentence);
                        }
                    }
                }
            }
            contracts.extend(found.into_iter().map(|source| (position, source)));
        }
        let mut specs = Vec::new();
        let mut named = HashSet::new();
        for target in targets {
            let names = target.specs.names.iter().map(String::as_str);
            let found = from_files(names, &target.specs.folder, DESCRIPTIONS, run, &mut complete)?;
            let by_name = found.iter().filter(|(_, is_named)| *is_named);
            named.extend(by_name.map(|(source, _)| source.name().to_owned()));
            specs.push(found.into_iter().map(|(source, _)| texts.add(source)).collect());
        }
        Ok(Self {
            contracts,
            specs,
            named,
            complete,
        })
    }

    /// The texts of the contracts.
    pub(super) fn sources(&self) -> Vec<Arc<Source>> {
        self.contracts.iter().map(|(_, source)| Arc::clone(source)).collect()
    }

    /// What became of it all: of the contracts, and of the texts among which the descriptions are.
    pub(super) fn read<'w>(
        &self,
        args: &VerifyArgs,
        workspace: &'w Workspace,
        contracts: &LoadedSide,
        descriptions: &LoadedSide,
        console: &Console,
    ) -> Result<Read<'w>, Failure> {
        let mut complete = self.complete;
        let others = descriptions.refused.iter();
        let others = others.filter(|refused| self.named.contains(refused.source.name()));
        for refused in contracts.refused.iter().chain(others) {
            complete = false;
            let name = refused.source.name();
            console.complain_of(name, &format!("`{name}` cannot be verified: {}", refused.reason));
        }
        let found = contracts.ids();
        if found.is_empty() {
            return Err(Failure::new("nothing to verify: no contract was found"));
        }
        let format_of = |id: &DocumentId| workspace.document(*id).format();
        let is_of_http = |id: &DocumentId| format_of(id) == Some(FormatName::OpenApi);
        for id in descriptions.ids().iter().filter(|id| !is_of_http(id)) {
            let name = workspace.document(*id).source().name();
            if self.named.contains(name) {
                complete = false;
                let format = format_of(id).map_or("no format of its own", FormatName::title);
                let sentence = format!(
                    "no contract is held against `{name}`: it is in {format}, and only OpenAPI is compared with contracts"
                );
                console.complain_of(name, &sentence);
            }
        }
        let known = |place: &usize| descriptions.descriptions[*place].filter(is_of_http);
        let of_target = |places: &Vec<usize>| places.iter().filter_map(known).collect();
        let of_targets: Vec<Vec<DocumentId>> = self.specs.iter().map(of_target).collect();
        if of_targets.iter().all(Vec::is_empty) && !args.spec.is_empty() {
            return Err(Failure::new(
                "nothing to verify with: --spec names no description that can be read",
            ));
        }
        let read = self.contracts.iter().zip(&contracts.descriptions);
        let targets: Vec<usize> = read
            .filter(|(_, id)| id.is_some())
            .map(|((target, _), _)| *target)
            .collect();
        let mut start = 0;
        let ranges = (0..self.specs.len()).map(|position| {
            let count = targets.iter().filter(|target| **target == position).count();
            start += count;
            start - count..start
        });
        Ok(Read {
            of_targets: ranges.collect(),
            workspace,
            contracts: found,
            descriptions: of_targets,
            complete,
        })
    }
}

/// Fetches contracts, each as a source that is called as its URL, or a sentence that says why there is none.
fn from_network(
    args: &VerifyArgs,
    target: &Target,
    contracts: &[&ContractSource],
    run: &Run<'_>,
    runtime: &Runtime,
) -> Result<Vec<Result<Arc<Source>, String>>, Failure> {
    let folder = &run.settings.folder;
    let by_flags = for_contracts(args, run.files.working_directory());
    let mut places = Vec::new();
    for contract in contracts {
        let url = with_variables(&contract.place).map_err(Failure::new)?;
        let origin = origin_of(&url).map_err(|clause| Failure::new(cannot_be_fetched(&url, &clause)))?;
        places.push((url, origin, contract));
    }
    let has_several = places.iter().any(|(_, origin, _)| *origin != places[0].1);
    if by_flags != SenderSettings::default() && has_several {
        return Err(Failure::new(
            "--contracts-bearer, --contracts-basic and --contracts-header are for one origin, and URLs of several are \
             named; say in stipula.yaml what each is shown",
        ));
    }
    let body_bytes = usize::try_from(run.files.limits().document_bytes).unwrap_or(usize::MAX);
    let client = client_for(args, target, folder, body_bytes)?;
    let mut secrets = Secrets::new(folder);
    let mut sources = Vec::new();
    for (url, _, contract) in places {
        let sender = secrets.sender(&by_flags.clone().over(contract.sender.clone()))?;
        let body = runtime.block_on(fetch(&client, &url, &sender));
        let source = body
            .map_err(|clause| cannot_be_fetched(&url, &clause))
            .and_then(|body| {
                let source = run.files.read_stream(&url, body.as_slice());
                source.map_err(|error| error.to_string())
            });
        sources.push(source);
    }
    Ok(sources)
}

fn cannot_be_fetched(url: &str, clause: &str) -> String {
    // What stands before an `@` may be a password.
    let shown = match url.split_once("://") {
        Some((scheme, rest)) if rest.split('/').next().unwrap_or_default().contains('@') => {
            let host = rest.split_once('@').map_or("", |(_, host)| host);
            format!("{scheme}://***@{host}")
        }
        _ => url.to_owned(),
    };
    format!("`{shown}` cannot be fetched: {clause}")
}
