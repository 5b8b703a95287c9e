//! Reading contracts, and the descriptions of their provider: files, folders and globs.

use crate::cli::Failure;
use crate::cli::args::VerifyArgs;
use crate::cli::discover::{CONTRACTS, DESCRIPTIONS, Inputs, Sought};
use crate::cli::run::Run;
use crate::document::{DocumentId, Workspace};
use crate::formats::{self, Side};
use crate::source::Source;
use std::sync::Arc;

/// What a run is about.
pub(super) struct Read {
    pub(super) workspace: Workspace,
    pub(super) contracts: Vec<DocumentId>,
    pub(super) descriptions: Vec<DocumentId>,
    /// Whether all that was named could be read.
    pub(super) complete: bool,
}

/// Reads the contracts, and the descriptions that they are held against.
pub(super) fn read(args: &VerifyArgs, run: &Run<'_>) -> Result<Read, Failure> {
    let Run { console, files, .. } = run;
    for argument in &args.contracts {
        if argument.contains("://") {
            return Err(Failure::new(format!(
                "`{argument}`: contracts are not fetched from URLs by this version; save it, and name the file"
            )));
        }
    }
    let (contracts, mut complete) = sources(&args.contracts, CONTRACTS, run)?;
    let (sources, are_complete) = sources(&args.spec, DESCRIPTIONS, run)?;
    complete &= are_complete;
    let loaded = formats::load_contracts(contracts, &Side { sources, files }, &run.load_options(), &|| {});
    for refused in loaded.refused.iter().chain(&loaded.descriptions.refused) {
        complete = false;
        console.complain(&format!(
            "`{}` cannot be verified: {}",
            refused.source.name(),
            refused.reason
        ));
    }
    if loaded.contracts.is_empty() {
        return Err(Failure::new("nothing to verify: no contract was found"));
    }
    let descriptions: Vec<DocumentId> = loaded.descriptions.descriptions.into_iter().flatten().collect();
    if descriptions.is_empty() && !args.spec.is_empty() {
        return Err(Failure::new(
            "nothing to verify with: --spec names no description that can be read",
        ));
    }
    Ok(Read {
        workspace: loaded.workspace,
        contracts: loaded.contracts,
        descriptions,
        complete,
    })
}

/// The texts that arguments name; whether all of them could be read.
fn sources(arguments: &[String], sought: Sought, run: &Run<'_>) -> Result<(Vec<Arc<Source>>, bool), Failure> {
    let Run { console, files, .. } = run;
    let mut inputs = Inputs::of(sought);
    for argument in arguments {
        inputs.add(argument, files.working_directory(), files)?;
    }
    inputs.settle();
    let mut complete = inputs.missing.is_empty();
    for sentence in &inputs.missing {
        console.complain(sentence);
    }
    let mut sources = Vec::new();
    for input in &inputs.inputs {
        match files.read(&input.path) {
            Ok(source) => sources.push(source),
            Err(error) => {
                complete = false;
                console.complain(&error.to_string());
            }
        }
    }
    Ok((sources, complete))
}
