//! Contracts that stand at URLs.

use super::client::{Client, Outgoing};
use super::identity::{Identity, Sender};
use reqwest::Url;

/// Redirects that may follow each other.
const REDIRECTS: usize = 5;

/// Fetches what stands at a URL. Redirects are followed as long as they stay at the same scheme, host and port: what
/// the sender shows is for nobody else.
///
/// # Errors
///
/// With a clause that says why there is nothing, and holds neither credentials nor queries.
pub async fn fetch(client: &Client, url: &str, sender: &Sender) -> Result<Vec<u8>, String> {
    let mut url = parsed(url)?;
    let identity = Identity::new(sender.clone());
    for _ in 0..=REDIRECTS {
        let outgoing = Outgoing {
            method: "GET".to_owned(),
            url: url.to_string(),
            headers: vec![("Accept".to_owned(), "application/json, */*;q=0.5".to_owned())],
            body: None,
            timeout: None,
            expects_refusal: false,
        };
        let answer = identity.send(client, &outgoing, &[]).await;
        let answer = answer.map_err(|failure| failure.to_string())?;
        match answer.status {
            200..=299 => return Ok(answer.body),
            301 | 302 | 303 | 307 | 308 => {
                let location = answer.header("location").unwrap_or_default();
                let next = url
                    .join(location)
                    .map_err(|_| format!("it redirects ({}), and does not say where", answer.status))?;
                if next.origin() != url.origin() {
                    let elsewhere = next.origin().ascii_serialization();
                    return Err(format!(
                        "it redirects to {elsewhere}, which is another origin; name the URL there"
                    ));
                }
                url = next;
            }
            status => return Err(format!("the answer was {status}")),
        }
    }
    Err(format!("it redirects more than {REDIRECTS} times"))
}

/// The scheme, the host and the port of a URL.
///
/// # Errors
///
/// With a clause, if it is no URL that can be fetched.
pub fn origin_of(url: &str) -> Result<String, String> {
    parsed(url).map(|url| url.origin().ascii_serialization())
}

fn parsed(url: &str) -> Result<Url, String> {
    let url = Url::parse(url).map_err(|error| format!("it is no URL: {error}"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err("only http and https are fetched".to_owned());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("credentials do not belong in a URL: name them as secrets".to_owned());
    }
    Ok(url)
}
