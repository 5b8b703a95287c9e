//! Which interactions are wanted.

use crate::cli::Failure;
use crate::cli::args::WhichArgs;
use crate::contract::{Contract, Exchange, Interaction};
use crate::finding::InteractionVerdict;
use globset::{GlobBuilder, GlobMatcher};
use serde::Deserialize;
use std::collections::HashSet;
use std::fs;
use std::path::Path;

/// Which interactions are wanted.
pub(super) struct Wanted {
    consumers: Vec<GlobMatcher>,
    descriptions: Vec<GlobMatcher>,
    states: Vec<GlobMatcher>,
    methods: Vec<GlobMatcher>,
    paths: Vec<GlobMatcher>,
    failed: Option<HashSet<(String, String)>>,
}

impl Wanted {
    pub(super) fn new(args: &WhichArgs) -> Result<Self, Failure> {
        let globs = |texts: &[String]| -> Result<Vec<GlobMatcher>, Failure> {
            let glob = |text: &String| {
                let glob = GlobBuilder::new(text).case_insensitive(true).build();
                glob.map(|glob| glob.compile_matcher())
                    .map_err(|error| Failure::new(format!("`{text}` cannot be looked for: {}", error.kind())))
            };
            texts.iter().map(glob).collect()
        };
        Ok(Self {
            consumers: globs(&args.consumer)?,
            descriptions: globs(&args.description)?,
            states: globs(&args.state)?,
            methods: globs(&args.method)?,
            paths: globs(&args.path)?,
            failed: args.only_failed.as_deref().map(failed_in).transpose()?,
        })
    }

    pub(super) fn has(&self, contract: &Contract<'_>, interaction: &Interaction<'_>) -> bool {
        let among =
            |globs: &[GlobMatcher], text: &str| globs.is_empty() || globs.iter().any(|glob| glob.is_match(text));
        let (method, path) = match &interaction.exchange {
            Exchange::Http { request, .. } => (request.method.text, request.path.text),
            Exchange::Message(_) | Exchange::Call { .. } => ("", ""),
        };
        let failed_before = |failed: &HashSet<(String, String)>| {
            failed.contains(&(contract.consumer.name.to_owned(), interaction.description.to_owned()))
        };
        among(&self.consumers, contract.consumer.name)
            && among(&self.descriptions, interaction.description)
            && (self.states.is_empty() || interaction.states.iter().any(|state| among(&self.states, state.name)))
            && among(&self.methods, method)
            && among(&self.paths, path)
            && self.failed.as_ref().is_none_or(failed_before)
    }
}

/// The consumers and interactions that a report tells of, but for those that passed.
fn failed_in(path: &Path) -> Result<HashSet<(String, String)>, Failure> {
    #[derive(Deserialize)]
    struct Report {
        interactions: Vec<Told>,
    }
    #[derive(Deserialize)]
    struct Told {
        consumer: String,
        description: String,
        verdict: String,
    }
    let unreadable = |error: &dyn std::fmt::Display| {
        Failure::new(format!(
            "--only-failed: `{}` is no JSON report of `stipula verify`: {error}",
            path.display()
        ))
    };
    let text = fs::read(path).map_err(|error| unreadable(&error))?;
    let report: Report = serde_json::from_slice(&text).map_err(|error| unreadable(&error))?;
    let passed = InteractionVerdict::Pass.name();
    let failed = report.interactions.into_iter().filter(|told| told.verdict != passed);
    Ok(failed.map(|told| (told.consumer, told.description)).collect())
}
