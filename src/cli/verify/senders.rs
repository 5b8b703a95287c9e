//! In whose name requests are sent: what is said for all, for a consumer, for a state, and on the command line.

use super::targets::{Target, from, with_variables};
use crate::cli::Failure;
use crate::contract::{Contract, Interaction};
use crate::policy::verify::{Auth, KeyPlace, SecretReference, SenderSettings, is_secret_reference};
use crate::provider::{ApiKeyPlace, Credentials, Secret, Sender};
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

/// The senders of a run, each once; the first one is who sends what no interaction asks for.
pub(super) struct Senders<'t> {
    target: &'t Target,
    known: RefCell<Vec<SenderSettings>>,
}

impl<'t> Senders<'t> {
    pub(super) fn new(target: &'t Target) -> Self {
        let senders = Self {
            target,
            known: RefCell::default(),
        };
        senders.position(SenderSettings::default());
        senders
    }

    /// The one for an interaction. What the command line says comes first; then what is said for a state, for the
    /// consumer, and for all.
    pub(super) fn of(&self, contract: &Contract<'_>, interaction: &Interaction<'_>) -> usize {
        let settings = &self.target.settings;
        let states = interaction.states.iter();
        let mut sender = SenderSettings::default();
        for state in states.filter_map(|state| settings.states.named.get(state.name)) {
            sender = sender.over(state.clone());
        }
        let consumer = settings.consumers.get(contract.consumer.name).cloned();
        self.position(sender.over(consumer.unwrap_or_default()))
    }

    fn position(&self, special: SenderSettings) -> usize {
        let Target { settings, forced, .. } = self.target;
        let general = SenderSettings {
            auth: settings.auth.clone(),
            headers: settings.headers.clone(),
        };
        let sender = forced.clone().over(special).over(general);
        let mut known = self.known.borrow_mut();
        let position = known.iter().position(|other| *other == sender);
        position.unwrap_or_else(|| {
            known.push(sender);
            known.len() - 1
        })
    }

    /// All of them, with their secrets.
    pub(super) fn found(&self, secrets: &mut Secrets<'_>) -> Result<Vec<Sender>, Failure> {
        let known = self.known.borrow();
        known.iter().map(|settings| secrets.sender(settings)).collect()
    }
}

/// Secrets that were looked up, each once.
pub(super) struct Secrets<'f> {
    /// The folder that files of secrets are looked for from.
    folder: &'f Path,
    known: HashMap<String, Secret>,
}

impl<'f> Secrets<'f> {
    pub(super) fn new(folder: &'f Path) -> Self {
        Self {
            folder,
            known: HashMap::new(),
        }
    }

    fn find(&mut self, reference: &str) -> Result<Secret, Failure> {
        if let Some(secret) = self.known.get(reference) {
            return Ok(secret.clone());
        }
        let secret = Secret::find(&from(reference, self.folder)).map_err(Failure::new)?;
        self.known.insert(reference.to_owned(), secret.clone());
        Ok(secret)
    }

    /// A value, or the secret that it names.
    pub(super) fn value(&mut self, text: &str) -> Result<Secret, Failure> {
        if is_secret_reference(text) {
            self.find(text)
        } else {
            Ok(Secret::known(text.to_owned()))
        }
    }

    /// Headers with their values.
    pub(super) fn headers(&mut self, headers: &BTreeMap<String, String>) -> Result<Vec<(String, Secret)>, Failure> {
        headers
            .iter()
            .map(|(name, value)| Ok((name.clone(), self.value(value)?)))
            .collect()
    }

    /// A sender with its secrets.
    pub(super) fn sender(&mut self, settings: &SenderSettings) -> Result<Sender, Failure> {
        Ok(Sender {
            credentials: settings.auth.as_ref().map(|auth| self.credentials(auth)).transpose()?,
            headers: self.headers(&settings.headers)?,
        })
    }

    fn credentials(&mut self, auth: &Auth) -> Result<Credentials, Failure> {
        let mut secret = |SecretReference(reference): &SecretReference| self.find(reference);
        Ok(match auth {
            Auth::Bearer(token) => Credentials::Bearer(secret(token)?),
            Auth::Basic(basic) => Credentials::Basic {
                user: basic.user.clone(),
                password: secret(&basic.password)?,
            },
            Auth::ApiKey(key) => Credentials::ApiKey {
                place: match key.place {
                    KeyPlace::Header => ApiKeyPlace::Header,
                    KeyPlace::Query => ApiKeyPlace::Query,
                    KeyPlace::Cookie => ApiKeyPlace::Cookie,
                },
                name: key.name.clone(),
                key: secret(&key.value)?,
            },
            Auth::OAuth2(client) => Credentials::ClientCredentials {
                token_url: with_variables(&client.token_url).map_err(Failure::new)?,
                secret: secret(&client.client_secret)?,
                id: self.value(&client.client_id)?.reveal().to_owned(),
                scope: client.scope.clone(),
                audience: client.audience.clone(),
            },
            Auth::Command(line) => Credentials::Command(line.clone()),
        })
    }
}
