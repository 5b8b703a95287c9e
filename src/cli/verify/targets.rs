//! What is verified where: contracts and the provider that is to keep them, from the command line or `stipula.yaml`.

use super::args::{ConnectionArgs, LatencyArgs, SenderArgs, StateArgs};
use crate::cli::Failure;
use crate::cli::args::VerifyArgs;
use crate::cli::run::Run;
use crate::cli::setup::shown;
use crate::policy::config::{Api, Between, OneOrMany};
use crate::policy::verify::{
    Auth, BasicAuth, ContractSource, LatencySettings, RetrySettings, SecretReference, SenderSettings,
    StateHandlerSettings, StateSettings, Time, TimeoutSettings, VerifySettings,
};
use crate::policy::{ConfigError, Spanned};
use crate::source::Span;
use std::env;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Contracts, and the provider that is to keep them.
#[derive(Debug)]
pub(super) struct Target {
    /// The contracts.
    pub(super) contracts: Vec<ContractSource>,
    /// The descriptions of the provider.
    pub(super) specs: Places,
    /// The folder that their paths start from.
    pub(super) folder: PathBuf,
    /// Where the provider is, without a slash at the end; nothing where nobody is asked.
    pub(super) provider: Option<String>,
    /// How it is talked to.
    pub(super) settings: VerifySettings,
    /// What all requests show and say, whoever they are sent for.
    pub(super) forced: SenderSettings,
}

/// Files, folders and globs, and the folder that they start from.
#[derive(Debug)]
pub(super) struct Places {
    pub(super) names: Vec<String>,
    pub(super) folder: PathBuf,
}

/// What it means that a variable of the environment is not set in which a provider stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli) enum Unset {
    /// A mistake.
    Mistake,
    /// Nobody is to be asked here.
    Nobody,
}

/// What is to be verified, in the order of the configuration.
pub(super) fn targets(args: &VerifyArgs, run: &Run<'_>, unset: Unset) -> Result<Vec<Target>, Failure> {
    let config = &run.settings.config;
    let working_directory = run.files.working_directory();
    let flags = flags(args, working_directory);
    let forced = forced(&args.sender, working_directory);
    let target = |api: Option<&Api>, contracts, folder: &Path, provider: Option<String>| -> Result<Target, Failure> {
        let of_api = api.map(|api| api.verify.clone()).unwrap_or_default();
        let configured = api.into_iter().flat_map(|api| &api.spec.0);
        let specs = if args.spec.is_empty() {
            Places {
                names: configured.map(|spec| spec.value.clone()).collect(),
                folder: run.settings.folder.clone(),
            }
        } else {
            Places {
                names: args.spec.clone(),
                folder: working_directory.to_path_buf(),
            }
        };
        Ok(Target {
            contracts,
            specs,
            folder: folder.to_path_buf(),
            provider: provider.as_deref().map(provider_url).transpose()?,
            settings: flags.clone().over(of_api).over(config.verify.clone()),
            forced: forced.clone(),
        })
    };
    // Who holds contracts against a description means nobody to be asked, unless they say so.
    let is_offline = args.described || args.provider.is_none() && !args.spec.is_empty();
    let provider_of = |api: Option<&Api>| -> Result<Option<String>, Failure> {
        let configured = api.and_then(|api| api.provider.as_ref()).filter(|_| !is_offline);
        match (&args.provider, configured) {
            (Some(url), _) => Ok(Some(url.clone())),
            (None, Some(provider)) => match with_variables(&provider.value) {
                Ok(url) if url.is_empty() && unset == Unset::Nobody => Ok(None),
                Ok(url) => Ok(Some(url)),
                Err(message) if unset == Unset::Nobody => {
                    run.console.note(&format!("the provider is not asked: {message}"));
                    Ok(None)
                }
                Err(message) => Err(in_configuration(run, provider.span, &message)),
            },
            (None, None) => Ok(None),
        }
    };
    if !args.contracts.is_empty() {
        let mut with_provider = config.apis.iter().filter(|api| api.provider.is_some());
        let api = with_provider.next().filter(|_| with_provider.next().is_none());
        let provider = provider_of(api)?;
        if provider.is_none() && !is_offline {
            return Err(nobody());
        }
        let contracts = args.contracts.iter().map(|place| ContractSource {
            place: place.clone(),
            sender: SenderSettings::default(),
        });
        return Ok(vec![target(api, contracts.collect(), working_directory, provider)?]);
    }
    let apis: Vec<&Api> = config.apis.iter().filter(|api| !api.contracts.0.is_empty()).collect();
    if apis.is_empty() {
        return Err(Failure::new(
            "nothing to verify: name contracts, or give an API of stipula.yaml `contracts` and a `provider` or `spec`",
        ));
    }
    if args.provider.is_some() && apis.len() > 1 {
        return Err(Failure::new(
            "--provider: stipula.yaml has several APIs with contracts; name the contracts that are meant, too",
        ));
    }
    let mut targets = Vec::new();
    for api in apis {
        let contracts = api.contracts.0.iter().map(|source| source.value.clone());
        let provider = provider_of(Some(api))?;
        if provider.is_none() && args.spec.is_empty() && api.spec.0.is_empty() {
            let name = api.name.as_deref().unwrap_or("an API");
            // What a variable names may be there elsewhere.
            let lacks = match &api.provider {
                Some(_) => "no spec to hold them against",
                None => "neither a provider nor a spec",
            };
            run.console
                .note(&format!("stipula.yaml: {name} has contracts, and {lacks}"));
            continue;
        }
        targets.push(target(Some(api), contracts.collect(), &run.settings.folder, provider)?);
    }
    if targets.is_empty() && unset == Unset::Mistake {
        return Err(nobody());
    }
    Ok(targets)
}

fn nobody() -> Failure {
    Failure::new(
        "nobody to verify: add `--provider URL`, give the API in stipula.yaml a `provider`, or add `--spec FILE`",
    )
}

fn in_configuration(run: &Run<'_>, span: Span, message: &str) -> Failure {
    match &run.settings.source {
        Some(source) => {
            let error = ConfigError {
                source: Arc::clone(source),
                span,
                message: message.to_owned(),
            };
            shown(&error, run.common.color)
        }
        None => Failure::new(message),
    }
}

fn provider_url(url: &str) -> Result<String, Failure> {
    if url.starts_with("http://") || url.starts_with("https://") {
        Ok(url.trim_end_matches('/').to_owned())
    } else {
        Err(Failure::new(format!(
            "the provider `{url}` is no URL, such as http://localhost:8080"
        )))
    }
}

/// A text with variables of the environment in the places of `${NAME}`.
pub(super) fn with_variables(text: &str) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let Some((name, after)) = after.split_once('}') else {
            return Err(format!("`{text}`: a `}}` is missing"));
        };
        let value = env::var(name).map_err(|_| format!("the environment variable `{name}` is not set"))?;
        out.push_str(before);
        out.push_str(&value);
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}

/// What the flags say, as the configuration would.
fn flags(args: &VerifyArgs, working_directory: &Path) -> VerifySettings {
    let path = |path: &PathBuf| working_directory.join(path).to_string_lossy().into_owned();
    let StateArgs {
        states,
        states_command,
        state_timeout,
        messages,
    } = &args.states;
    let ConnectionArgs {
        ca,
        certificate,
        timeout,
        connect_timeout,
        total_timeout,
        attempts,
        retry_status,
        rate,
        ..
    } = &args.connections;
    let LatencyArgs { budget, samples } = &args.latency;
    let by_url = states.clone().map(StateHandlerSettings::Url);
    let by_command = states_command.clone().map(StateHandlerSettings::Command);
    let authorities = ca.iter().map(|file| Spanned {
        value: path(file),
        span: Span::default(),
    });
    let statuses: Vec<Between<400, 599>> = retry_status.iter().copied().map(Between).collect();
    VerifySettings {
        states: StateSettings {
            handler: by_url.or(by_command),
            timeout: state_timeout.map(Time),
            ..StateSettings::default()
        },
        messages: messages.clone(),
        timeouts: TimeoutSettings {
            connect: connect_timeout.map(Time),
            request: timeout.map(Time),
            total: total_timeout.map(Time),
        },
        retry: RetrySettings {
            attempts: attempts.map(Between),
            statuses: Some(statuses).filter(|statuses| !statuses.is_empty()),
            unsafe_methods: None,
        },
        rate: *rate,
        ca: OneOrMany(authorities.collect()),
        certificate: certificate.as_ref().map(path),
        latency: LatencySettings {
            budget: budget.map(Time),
            samples: samples.map(Between),
            ..LatencySettings::default()
        },
        ..VerifySettings::default()
    }
}

/// What the flags have requests show and say.
fn forced(args: &SenderArgs, working_directory: &Path) -> SenderSettings {
    let secret = |reference: &str| SecretReference(from(reference, working_directory));
    let bearer = args.bearer.as_deref().map(|token| Auth::Bearer(secret(token)));
    let basic = args
        .basic
        .as_ref()
        .map(|(user, password)| basic(user, secret(password)));
    let command = args.credentials_command.clone().map(Auth::Command);
    SenderSettings {
        auth: bearer.or(basic).or(command),
        headers: headers(&args.header, working_directory),
    }
}

/// What the flags have requests for contracts show and say.
pub(super) fn for_contracts(args: &VerifyArgs, working_directory: &Path) -> SenderSettings {
    let args = &args.from_urls;
    let secret = |reference: &str| SecretReference(from(reference, working_directory));
    let bearer = args
        .contracts_bearer
        .as_deref()
        .map(|token| Auth::Bearer(secret(token)));
    let with_password = args.contracts_basic.as_ref();
    SenderSettings {
        auth: bearer.or(with_password.map(|(user, password)| basic(user, secret(password)))),
        headers: headers(&args.contracts_header, working_directory),
    }
}

fn basic(user: &str, password: SecretReference) -> Auth {
    Auth::Basic(BasicAuth {
        user: user.to_owned(),
        password,
    })
}

fn headers(pairs: &[(String, String)], folder: &Path) -> std::collections::BTreeMap<String, String> {
    pairs
        .iter()
        .map(|(name, value)| (name.clone(), from(value, folder)))
        .collect()
}

/// A reference to a secret, its file looked for from a folder.
pub(super) fn from(reference: &str, folder: &Path) -> String {
    match reference.strip_prefix("file:") {
        Some(path) => format!("file:{}", folder.join(path).display()),
        None => reference.to_owned(),
    }
}
