//! What a client shows of itself: bearer tokens, passwords, keys, and tokens that are asked for.

use super::client::{Client, Outgoing};
use super::failure::{Failure, FailureKind};
use super::secret::Secret;
use super::states::printed_by;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use std::time::{Duration, Instant};
use tokio::sync::Mutex;

/// Tokens are renewed so long before their end, as the request has to arrive.
const AHEAD: Duration = Duration::from_secs(10);
/// How long a token is good for whose answer says nothing of that.
const UNSAID: Duration = Duration::from_secs(60);

/// What a client shows of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credentials {
    /// A bearer token.
    Bearer(Secret),
    /// A user with a password.
    Basic {
        /// The user.
        user: String,
        /// The password.
        password: Secret,
    },
    /// A key.
    ApiKey {
        /// Where it stands.
        place: ApiKeyPlace,
        /// Under which name.
        name: String,
        /// The key.
        key: Secret,
    },
    /// A token of a client of its own (<https://www.rfc-editor.org/rfc/rfc6749#section-4.4>).
    ClientCredentials {
        /// Where tokens are given out.
        token_url: String,
        /// The client.
        id: String,
        /// Its secret.
        secret: Secret,
        /// The scopes to ask for.
        scope: Option<String>,
        /// Whom the token is for.
        audience: Option<String>,
    },
    /// A command that prints a bearer token, or headers: `Name: value`, a line each.
    Command(String),
}

/// Where a key stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ApiKeyPlace {
    /// In a header.
    Header,
    /// In the query.
    Query,
    /// In a cookie.
    Cookie,
}

/// Credentials, with what has been made of them.
#[derive(Debug)]
pub(super) struct Authenticator {
    credentials: Credentials,
    /// The headers that were asked for last, and until when they are good.
    cached: Mutex<Option<(Headers, Option<Instant>)>>,
}

type Headers = Vec<(String, String)>;

impl Authenticator {
    pub(super) fn new(credentials: Credentials) -> Self {
        Self {
            credentials,
            cached: Mutex::new(None),
        }
    }

    /// Whether other credentials may be had where these were refused.
    pub(super) const fn is_renewable(&self) -> bool {
        matches!(
            self.credentials,
            Credentials::ClientCredentials { .. } | Credentials::Command(_)
        )
    }

    /// Forgets what was made of the credentials, as this request was refused that showed it. Where others have renewed
    /// it in the meantime, what they have made stays.
    pub(super) async fn forget(&self, refused: &Outgoing) {
        let mut cached = self.cached.lock().await;
        let was_shown = |headers: &Headers| headers.iter().all(|header| refused.headers.contains(header));
        if cached.as_ref().is_some_and(|(headers, _)| was_shown(headers)) {
            *cached = None;
        }
    }

    /// Puts the credentials into a request, in the place of what it says of its own.
    pub(super) async fn apply(&self, client: &Client, outgoing: &mut Outgoing) -> Result<(), Failure> {
        match &self.credentials {
            Credentials::Bearer(token) => set(outgoing, "Authorization", &format!("Bearer {}", token.reveal())),
            Credentials::Basic { user, password } => {
                let pair = STANDARD.encode(format!("{user}:{}", password.reveal()));
                set(outgoing, "Authorization", &format!("Basic {pair}"));
            }
            Credentials::ApiKey { place, name, key } => match place {
                ApiKeyPlace::Header => set(outgoing, name, key.reveal()),
                ApiKeyPlace::Cookie => set(outgoing, "Cookie", &format!("{name}={}", key.reveal())),
                ApiKeyPlace::Query => {
                    let sign = if outgoing.url.contains('?') { '&' } else { '?' };
                    let [name, key] = [name, key.reveal()].map(|text| utf8_percent_encode(text, NON_ALPHANUMERIC));
                    outgoing.url.push_str(&format!("{sign}{name}={key}"));
                }
            },
            Credentials::ClientCredentials { .. } | Credentials::Command(_) => {
                for (name, value) in self.made(client).await? {
                    set(outgoing, &name, &value);
                }
            }
        }
        Ok(())
    }

    /// The headers that are asked for: once for all requests, until they are no longer good.
    async fn made(&self, client: &Client) -> Result<Headers, Failure> {
        let mut cached = self.cached.lock().await;
        if let Some((headers, until)) = &*cached
            && until.is_none_or(|until| Instant::now() < until)
        {
            return Ok(headers.clone());
        }
        let (headers, until) = match &self.credentials {
            Credentials::Command(line) => {
                let printed = printed_by(line, None).await;
                let printed = printed.map_err(|message| {
                    Failure::new(
                        FailureKind::Credentials,
                        format!("the command for credentials {message}"),
                    )
                })?;
                (headers_of(&printed)?, None)
            }
            _ => self.token(client).await?,
        };
        *cached = Some((headers.clone(), until));
        Ok(headers)
    }

    async fn token(&self, client: &Client) -> Result<(Headers, Option<Instant>), Failure> {
        let Credentials::ClientCredentials {
            token_url,
            id,
            secret,
            scope,
            audience,
        } = &self.credentials
        else {
            return Ok((Vec::new(), None));
        };
        let mut form = "grant_type=client_credentials".to_owned();
        for (name, value) in [("scope", scope), ("audience", audience)] {
            if let Some(value) = value {
                form.push_str(&format!("&{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC)));
            }
        }
        // https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1: both are encoded as forms are.
        let [id, secret] = [id.as_str(), secret.reveal()].map(|text| utf8_percent_encode(text, NON_ALPHANUMERIC));
        let pair = STANDARD.encode(format!("{id}:{secret}"));
        let outgoing = Outgoing {
            method: "POST".to_owned(),
            url: token_url.clone(),
            headers: vec![
                ("Authorization".to_owned(), format!("Basic {pair}")),
                (
                    "Content-Type".to_owned(),
                    "application/x-www-form-urlencoded".to_owned(),
                ),
                ("Accept".to_owned(), "application/json".to_owned()),
            ],
            body: Some(form.into_bytes()),
            timeout: None,
            expects_refusal: false,
        };
        let refused =
            |message: String| Failure::new(FailureKind::Credentials, format!("no token was given: {message}"));
        let answer = client
            .send(&outgoing)
            .await
            .map_err(|failure| refused(failure.to_string()))?;
        if answer.status != 200 {
            return Err(refused(format!("the answer was {}", answer.status)));
        }
        let token: Token = serde_json::from_slice(&answer.body)
            .map_err(|_| refused("the answer is not what RFC 6749 says of tokens".to_owned()))?;
        let good_for = token
            .expires_in
            .map_or(UNSAID, Duration::from_secs)
            .saturating_sub(AHEAD);
        let header = ("Authorization".to_owned(), format!("Bearer {}", token.access_token));
        Ok((vec![header], Some(Instant::now() + good_for)))
    }
}

/// What is read of <https://www.rfc-editor.org/rfc/rfc6749#section-5.1>.
#[derive(Deserialize)]
struct Token {
    access_token: String,
    expires_in: Option<u64>,
}

/// What a command for credentials printed.
fn headers_of(printed: &str) -> Result<Headers, Failure> {
    let lines: Vec<&str> = printed.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    match lines.as_slice() {
        [] => Err(Failure::new(
            FailureKind::Credentials,
            "the command for credentials printed nothing",
        )),
        [token] if !token.contains(": ") => Ok(vec![("Authorization".to_owned(), format!("Bearer {token}"))]),
        lines => lines
            .iter()
            .map(|line| {
                let header = line
                    .split_once(": ")
                    .map(|(name, value)| (name.to_owned(), value.to_owned()));
                header.ok_or_else(|| {
                    let message = "the command for credentials printed a line that is no header (`Name: value`)";
                    Failure::new(FailureKind::Credentials, message)
                })
            })
            .collect(),
    }
}

/// Puts a header in the place of those of its name.
pub(super) fn set(outgoing: &mut Outgoing, name: &str, value: &str) {
    outgoing.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
    outgoing.headers.push((name.to_owned(), value.to_owned()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_print_tokens_or_headers() {
        let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(headers_of("abc\n"), Ok(vec![header("Authorization", "Bearer abc")]));
        assert_eq!(
            headers_of("X-Key: a\nX-Signature: b: c\n"),
            Ok(vec![header("X-Key", "a"), header("X-Signature", "b: c")])
        );
        assert!(headers_of("\n").is_err());
        assert!(headers_of("one\ntwo").is_err());
    }
}
