//! In whose name requests are sent: credentials that are kept and renewed, and headers.

use super::answer::Answer;
use super::client::{Client, Outgoing};
use super::credentials::{Authenticator, Credentials, set};
use super::failure::Failure;
use super::secret::Secret;

/// What requests show and say of who sends them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sender {
    /// What they show.
    pub credentials: Option<Credentials>,
    /// Headers that they are given, in the place of those recorded.
    pub headers: Vec<(String, Secret)>,
}

/// A sender with what has been made of its credentials.
#[derive(Debug)]
pub(super) struct Identity {
    authenticator: Option<Authenticator>,
    headers: Vec<(String, Secret)>,
}

impl Identity {
    pub(super) fn new(sender: Sender) -> Self {
        Self {
            authenticator: sender.credentials.map(Authenticator::new),
            headers: sender.headers,
        }
    }

    /// Whether it has credentials to show.
    pub(super) const fn has_credentials(&self) -> bool {
        self.authenticator.is_some()
    }

    /// The names of its headers.
    pub(super) fn header_names(&self) -> impl Iterator<Item = &str> {
        self.headers.iter().map(|(name, _)| name.as_str())
    }

    /// Sends a request with credentials; once more with new ones where they can be renewed. The headers that are given
    /// beside it say more than those of the identity.
    pub(super) async fn send(
        &self,
        client: &Client,
        outgoing: &Outgoing,
        headers: &[(String, Secret)],
    ) -> Result<Answer, Failure> {
        let mut renewed = false;
        loop {
            let mut shown = outgoing.clone();
            apply_headers(&mut shown, &self.headers);
            if let Some(authenticator) = &self.authenticator {
                authenticator.apply(client, &mut shown).await?;
            }
            apply_headers(&mut shown, headers);
            let answer = client.send(&shown).await?;
            let renewable = self.authenticator.as_ref().filter(|known| known.is_renewable());
            match renewable {
                Some(authenticator) if answer.status == 401 && !renewed => authenticator.forget(&shown).await,
                _ => return Ok(answer),
            }
            renewed = true;
        }
    }

    /// Sends a request without credentials, as one that is meant to be refused.
    pub(super) async fn send_as_nobody(&self, client: &Client, outgoing: &Outgoing) -> Result<Answer, Failure> {
        let mut outgoing = outgoing.clone();
        apply_headers(&mut outgoing, &self.headers);
        client.send(&outgoing).await
    }
}

/// Puts headers into a request, in the place of its own.
pub(super) fn apply_headers(outgoing: &mut Outgoing, headers: &[(String, Secret)]) {
    for (name, value) in headers {
        set(outgoing, name, value.reveal());
    }
}
