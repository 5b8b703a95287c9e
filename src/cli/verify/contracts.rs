//! Reading contracts: files, folders, globs and URLs.

use super::senders::Secrets;
use super::settings::client_for;
use super::targets::{Target, for_contracts, with_variables};
use crate::cli::Failure;
use crate::cli::args::VerifyArgs;
use crate::cli::discover::{CONTRACTS, Inputs};
use crate::cli::run::Run;
use crate::document::Workspace;
use crate::formats;
use crate::policy::verify::{ContractSource, SenderSettings};
use crate::provider::{fetch, origin_of};
use crate::source::Source;
use std::ops::Range;
use std::sync::Arc;
use tokio::runtime::Runtime;

/// Contracts that were read.
pub(super) struct Read {
    pub(super) workspace: Workspace,
    /// The positions of each target's documents.
    pub(super) of_targets: Vec<Range<usize>>,
    /// Whether all that were named could be read.
    pub(super) complete: bool,
}

/// Reads the contracts of all targets.
pub(super) fn read(args: &VerifyArgs, targets: &[Target], run: &Run<'_>, runtime: &Runtime) -> Result<Read, Failure> {
    let Run { console, files, .. } = run;
    let mut complete = true;
    let mut complain = |sentence: &str| {
        complete = false;
        console.complain(sentence);
    };
    let mut sources: Vec<(usize, Arc<Source>)> = Vec::new();
    for (position, target) in targets.iter().enumerate() {
        let mut inputs = Inputs::of(CONTRACTS);
        let (urls, paths): (Vec<_>, Vec<_>) = target
            .contracts
            .iter()
            .partition(|contract| contract.place.contains("://"));
        for contract in paths {
            inputs.add(&contract.place, &target.folder, files)?;
        }
        inputs.settle();
        inputs.missing.iter().for_each(|sentence| complain(sentence));
        for input in &inputs.inputs {
            match files.read(&input.path) {
                Ok(source) => sources.push((position, source)),
                Err(error) => complain(&error.to_string()),
            }
        }
        if !urls.is_empty() {
            for fetched in from_network(args, target, &urls, run, runtime)? {
                match fetched {
                    Ok(source) => sources.push((position, source)),
                    Err(sentence) => complain(&sentence),
                }
            }
        }
    }
    let named = sources.iter().map(|(_, source)| Arc::clone(source)).collect();
    let loaded = formats::load_contracts(named, files.limits(), &|| {});
    for refused in &loaded.refused {
        complain(&format!(
            "`{}` cannot be verified: {}",
            refused.source.name(),
            refused.reason
        ));
    }
    if loaded.workspace.ids().next().is_none() {
        return Err(Failure::new("nothing to verify: no contract was found"));
    }
    let is_refused = |source: &Arc<Source>| {
        loaded
            .refused
            .iter()
            .any(|refused| Arc::ptr_eq(&refused.source, source))
    };
    let mut of_targets = Vec::new();
    let mut start = 0;
    for position in 0..targets.len() {
        let count = sources
            .iter()
            .filter(|(target, source)| *target == position && !is_refused(source))
            .count();
        of_targets.push(start..start + count);
        start += count;
    }
    Ok(Read {
        workspace: loaded.workspace,
        of_targets,
        complete,
    })
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
