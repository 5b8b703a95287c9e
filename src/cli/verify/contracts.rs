//! Reading contracts: files, folders and globs.

use crate::cli::Failure;
use crate::cli::args::VerifyArgs;
use crate::cli::discover::{CONTRACTS, Inputs};
use crate::cli::run::Run;
use crate::document::Workspace;
use crate::formats;

/// Reads the contracts; whether all that were named could be read.
pub(super) fn read(args: &VerifyArgs, run: &Run<'_>) -> Result<(Workspace, bool), Failure> {
    let Run { console, files, .. } = run;
    let mut inputs = Inputs::of(CONTRACTS);
    for argument in &args.contracts {
        if argument.contains("://") {
            return Err(Failure::new(format!(
                "`{argument}`: contracts are not fetched from URLs by this version; save it, and name the file"
            )));
        }
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
    let loaded = formats::load_contracts(sources, files.limits(), &|| {});
    for refused in &loaded.refused {
        complete = false;
        console.complain(&format!(
            "`{}` cannot be verified: {}",
            refused.source.name(),
            refused.reason
        ));
    }
    if loaded.workspace.ids().next().is_none() {
        return Err(Failure::new("nothing to verify: no contract was found"));
    }
    Ok((loaded.workspace, complete))
}
