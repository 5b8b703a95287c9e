//! The section `verify` of `stipula.yaml`: how providers are talked to.
//!
//! In comes what the section says, at the top of the file or under an API; out come typed settings, which can be put
//! over each other. Nothing is looked up here: secrets, variables and files are names until a run needs them.

mod values;

pub use values::{Isolation, OperationName, Rate, SecretReference, Time, duration_named, is_secret_reference};

use super::config::{Between, OneOrMany};
use super::lists::one_or_many;
use super::read::Spanned;
use serde::Deserialize;
use serde::de::{self, Deserializer, Error as _, MapAccess, Visitor};
use std::collections::BTreeMap;
use std::fmt;

/// Everything that the section can say. What it leaves open, the section below it or a default decides.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct VerifySettings {
    /// What requests show of who sends them.
    pub auth: Option<Auth>,
    /// Headers of every request: values, or where secrets stand.
    pub headers: BTreeMap<String, String>,
    /// What else is shown and said in the name of a consumer.
    pub consumers: BTreeMap<String, SenderSettings>,
    /// How provider states are brought about.
    pub states: StateSettings,
    /// A URL that gives out messages by their description.
    pub messages: Option<String>,
    /// How long things may take.
    pub timeouts: TimeoutSettings,
    /// When to try again.
    pub retry: RetrySettings,
    /// The requests that are sent in a second, at most.
    pub rate: Option<Rate>,
    /// Certificates of authorities to trust besides those of the system.
    pub ca: OneOrMany,
    /// The file with the certificate to show, and its key.
    pub certificate: Option<String>,
    /// How long answers may take.
    pub latency: LatencySettings,
}

impl VerifySettings {
    /// These settings, and those below for what these leave open. Of names with settings, each is taken for itself.
    #[must_use]
    pub fn over(self, below: Self) -> Self {
        let over = |above: BTreeMap<String, SenderSettings>, mut below: BTreeMap<String, SenderSettings>| {
            for (name, sender) in above {
                let known = below.remove(&name).unwrap_or_default();
                below.insert(name, sender.over(known));
            }
            below
        };
        Self {
            auth: self.auth.or(below.auth),
            headers: headers_over(self.headers, below.headers),
            consumers: over(self.consumers, below.consumers),
            states: StateSettings {
                handler: self.states.handler.or(below.states.handler),
                timeout: self.states.timeout.or(below.states.timeout),
                isolation: self.states.isolation.or(below.states.isolation),
                named: over(self.states.named, below.states.named),
            },
            messages: self.messages.or(below.messages),
            timeouts: TimeoutSettings {
                connect: self.timeouts.connect.or(below.timeouts.connect),
                request: self.timeouts.request.or(below.timeouts.request),
                total: self.timeouts.total.or(below.timeouts.total),
            },
            retry: RetrySettings {
                attempts: self.retry.attempts.or(below.retry.attempts),
                statuses: self.retry.statuses.or(below.retry.statuses),
                unsafe_methods: self.retry.unsafe_methods.or(below.retry.unsafe_methods),
            },
            rate: self.rate.or(below.rate),
            ca: if self.ca.0.is_empty() { below.ca } else { self.ca },
            certificate: self.certificate.or(below.certificate),
            latency: self.latency.over(below.latency),
        }
    }
}

/// Names of headers know no case.
fn headers_over(above: BTreeMap<String, String>, mut below: BTreeMap<String, String>) -> BTreeMap<String, String> {
    below.retain(|name, _| !above.keys().any(|known| known.eq_ignore_ascii_case(name)));
    below.extend(above);
    below
}

/// What requests show and say of who sends them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct SenderSettings {
    /// What they show.
    pub auth: Option<Auth>,
    /// Their headers.
    pub headers: BTreeMap<String, String>,
}

impl SenderSettings {
    /// These settings, and those below for what these leave open.
    #[must_use]
    pub fn over(self, below: Self) -> Self {
        Self {
            auth: self.auth.or(below.auth),
            headers: headers_over(self.headers, below.headers),
        }
    }
}

/// What requests show of who sends them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "AuthFields")]
pub enum Auth {
    /// A bearer token.
    Bearer(SecretReference),
    /// A user with a password.
    Basic(BasicAuth),
    /// A key.
    ApiKey(ApiKeyAuth),
    /// A token that is asked for with the credentials of a client.
    OAuth2(Box<OAuth2Auth>),
    /// A command that prints a bearer token, or headers.
    Command(String),
}

/// A user with a password.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct BasicAuth {
    /// The user.
    pub user: String,
    /// The password.
    pub password: SecretReference,
}

/// A key.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ApiKeyAuth {
    /// Under which name it stands.
    pub name: String,
    /// Where.
    #[serde(rename = "in")]
    pub place: KeyPlace,
    /// The key.
    pub value: SecretReference,
}

/// Where a key stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum KeyPlace {
    /// In a header.
    Header,
    /// In the query.
    Query,
    /// In a cookie.
    Cookie,
}

/// The credentials of a client, and where they are good for a token.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct OAuth2Auth {
    /// Where tokens are given out.
    pub token_url: String,
    /// The client: an id, or where it stands.
    pub client_id: String,
    /// Its secret.
    pub client_secret: SecretReference,
    /// The scopes to ask for.
    pub scope: Option<String>,
    /// Whom the token is for.
    pub audience: Option<String>,
}

#[derive(Deserialize, Default)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(extend("minProperties" = 1, "maxProperties" = 1)))]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(in crate::policy) struct AuthFields {
    bearer: Option<SecretReference>,
    basic: Option<BasicAuth>,
    api_key: Option<ApiKeyAuth>,
    oauth2: Option<OAuth2Auth>,
    command: Option<String>,
}

impl TryFrom<AuthFields> for Auth {
    type Error = &'static str;

    fn try_from(fields: AuthFields) -> Result<Self, Self::Error> {
        let ways = [
            fields.bearer.map(Self::Bearer),
            fields.basic.map(Self::Basic),
            fields.api_key.map(Self::ApiKey),
            fields.oauth2.map(|auth| Self::OAuth2(Box::new(auth))),
            fields.command.map(Self::Command),
        ];
        only(ways).ok_or("one of `bearer`, `basic`, `api-key`, `oauth2` and `command` is expected here")
    }
}

/// What is there, if it is the only one.
fn only<T>(ways: impl IntoIterator<Item = Option<T>>) -> Option<T> {
    let mut found = ways.into_iter().flatten();
    found.next().filter(|_| found.next().is_none())
}

/// How provider states are brought about.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(try_from = "StateFields")]
pub struct StateSettings {
    /// What brings them about.
    pub handler: Option<StateHandlerSettings>,
    /// The longest that bringing about one may take.
    pub timeout: Option<Time>,
    /// Which of them leave each other alone.
    pub isolation: Option<Isolation>,
    /// What else is shown and said by requests in a state, by its name.
    pub named: BTreeMap<String, SenderSettings>,
}

/// What brings provider states about.
#[derive(Debug, Clone)]
pub enum StateHandlerSettings {
    /// A URL that understands Pact's protocol.
    Url(String),
    /// A command that does the same.
    Command(String),
    /// Requests to the provider, by the name of the state.
    Table(BTreeMap<String, StateSteps>),
}

/// The requests that bring a state about, and those that end it.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct StateSteps {
    /// What brings it about.
    pub setup: Vec<StateStep>,
    /// What ends it.
    pub teardown: Vec<StateStep>,
}

/// A request to the provider. `${name}` stands for a parameter of the state, or for what an earlier request kept.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct StateStep {
    /// The method.
    pub method: String,
    /// The path at the provider, or a URL.
    pub path: String,
    /// Its headers: values, or where secrets stand.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The body: a text as it is, anything else as JSON.
    pub body: Option<serde_json::Value>,
    /// What is kept of the answer: names, and JSON pointers to their values.
    #[serde(default)]
    pub keep: BTreeMap<String, String>,
}

#[derive(Deserialize, Default)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(in crate::policy) struct StateFields {
    url: Option<String>,
    command: Option<String>,
    table: Option<BTreeMap<String, StateSteps>>,
    timeout: Option<Time>,
    isolation: Option<Isolation>,
    named: BTreeMap<String, SenderSettings>,
}

impl TryFrom<StateFields> for StateSettings {
    type Error = &'static str;

    fn try_from(fields: StateFields) -> Result<Self, Self::Error> {
        let ways = [
            fields.url.map(StateHandlerSettings::Url),
            fields.command.map(StateHandlerSettings::Command),
            fields.table.map(StateHandlerSettings::Table),
        ];
        let is_open = ways.iter().all(Option::is_none);
        let handler = only(ways);
        if handler.is_none() && !is_open {
            return Err("`url`, `command` and `table` do not go together");
        }
        Ok(Self {
            handler,
            timeout: fields.timeout,
            isolation: fields.isolation,
            named: fields.named,
        })
    }
}

/// How long things may take.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct TimeoutSettings {
    /// Making a connection.
    pub connect: Option<Time>,
    /// A request, from sending it to the last byte of the answer.
    pub request: Option<Time>,
    /// Everything.
    pub total: Option<Time>,
}

/// When to try again.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct RetrySettings {
    /// How often a request is tried that fails for technical reasons.
    pub attempts: Option<Between<1, 10>>,
    /// Statuses after which a request is sent again.
    pub statuses: Option<Vec<Between<400, 599>>>,
    /// Whether a request is sent again that may have been carried out, whatever its method.
    pub unsafe_methods: Option<bool>,
}

/// How long answers may take.
#[derive(Debug, Clone, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct LatencySettings {
    /// What an operation may take that has no budget of its own.
    pub budget: Option<Time>,
    /// How often requests are sent that change nothing.
    pub samples: Option<Between<1, 10_000>>,
    /// Which share of the samples has to keep the budget, in percent.
    pub percentile: Option<Between<50, 99>>,
    /// What single operations may take: `GET /orders/{id}`.
    pub operations: BTreeMap<OperationName, Time>,
}

impl LatencySettings {
    /// These settings, and those below for what these leave open.
    #[must_use]
    fn over(self, below: Self) -> Self {
        let mut operations = below.operations;
        operations.extend(self.operations);
        Self {
            budget: self.budget.or(below.budget),
            samples: self.samples.or(below.samples),
            percentile: self.percentile.or(below.percentile),
            operations,
        }
    }
}

/// The contracts of an API: paths, globs and URLs.
#[derive(Debug, Clone, Default)]
pub struct Contracts(pub Vec<Spanned<ContractSource>>);

impl<'de> Deserialize<'de> for Contracts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        one_or_many(deserializer).map(Self)
    }
}

/// Where contracts stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContractSource {
    /// A file, a folder, a glob, or a URL.
    pub place: String,
    /// What requests to the URL show and say.
    pub sender: SenderSettings,
}

/// A URL with what requests to it show and say.
#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(in crate::policy) struct ContractFields {
    /// The URL.
    url: String,
    /// The bearer token that they show.
    bearer: Option<SecretReference>,
    /// The user and the password that they show.
    basic: Option<BasicAuth>,
    /// Their headers.
    #[serde(default)]
    headers: BTreeMap<String, String>,
}

impl<'de> Deserialize<'de> for ContractSource {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Source;
        impl<'de> Visitor<'de> for Source {
            type Value = ContractSource;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a path, or an object with a `url`")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<ContractSource, E> {
                Ok(ContractSource {
                    place: text.to_owned(),
                    sender: SenderSettings::default(),
                })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<ContractSource, A::Error> {
                let fields = ContractFields::deserialize(de::value::MapAccessDeserializer::new(map))?;
                if fields.bearer.is_some() && fields.basic.is_some() {
                    return Err(A::Error::custom("`bearer` and `basic` do not go together"));
                }
                Ok(ContractSource {
                    place: fields.url,
                    sender: SenderSettings {
                        auth: fields.bearer.map(Auth::Bearer).or(fields.basic.map(Auth::Basic)),
                        headers: fields.headers,
                    },
                })
            }
        }
        deserializer.deserialize_any(Source)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_above_wins_name_by_name() {
        let read = |pairs: &[(&str, &str)]| VerifySettings {
            headers: pairs
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            ..VerifySettings::default()
        };
        let both = read(&[("x-tenant", "blue")]).over(read(&[("X-Tenant", "red"), ("X-Other", "1")]));
        let headers: Vec<(&str, &str)> = both.headers.iter().map(|(name, value)| (&**name, &**value)).collect();
        assert_eq!(headers, [("X-Other", "1"), ("x-tenant", "blue")]);
    }
}
