//! When to try again, and after how long.

use super::failure::{Failure, FailureKind};
use crate::contract::generators::Random;
use std::time::Duration;

/// The longest that a provider may make a client wait by `Retry-After`.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// When to try again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retry {
    /// How often a request is tried, at most.
    pub attempts: u32,
    /// The longest wait before the second attempt; it doubles from attempt to attempt.
    pub base: Duration,
    /// The longest wait before any attempt.
    pub cap: Duration,
    /// Statuses that are tried again.
    pub statuses: Vec<u16>,
    /// Whether a request is sent again that may have been carried out, whatever its method.
    pub unsafe_methods: bool,
}

impl Default for Retry {
    fn default() -> Self {
        Self {
            attempts: 3,
            base: Duration::from_millis(200),
            cap: Duration::from_secs(5),
            statuses: Vec::new(),
            unsafe_methods: false,
        }
    }
}

impl Retry {
    /// Whether a request that failed may be sent again: if it cannot have arrived, or if sending it twice does no more
    /// than sending it once (<https://www.rfc-editor.org/rfc/rfc9110#section-9.2.2>). What has begun to answer is not
    /// asked again.
    pub(super) fn applies(&self, method: &str, failure: &Failure, answered: bool) -> bool {
        let is_transient = matches!(
            failure.kind,
            FailureKind::Refused | FailureKind::Unreachable | FailureKind::Timeout | FailureKind::Interrupted
        );
        is_transient && !answered && (failure.kind.is_before_sending() || self.unsafe_methods || is_idempotent(method))
    }

    /// How long to wait after so many attempts: anything up to a bound that doubles, so that many clients do not come
    /// back at once.
    pub(super) fn wait(&self, attempts: u32, random: &mut dyn Random) -> Duration {
        let doubled = self.base.saturating_mul(1 << attempts.saturating_sub(1).min(16));
        let longest = doubled.min(self.cap).as_millis().min(u128::from(u64::MAX)) as u64;
        Duration::from_millis(random.next() % (longest + 1))
    }
}

/// How long `Retry-After` asks to wait: seconds. A date would depend on two clocks, and is not understood.
pub(super) fn asked_to_wait(header: Option<&str>) -> Option<Duration> {
    let seconds: u64 = header?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds)).filter(|wait| *wait <= LONGEST_WAIT)
}

fn is_idempotent(method: &str) -> bool {
    ["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE"]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(method))
}

/// Whether a request asks for nothing to be changed (<https://www.rfc-editor.org/rfc/rfc9110#section-9.2.1>).
pub(super) fn is_safe(method: &str) -> bool {
    ["GET", "HEAD", "OPTIONS", "TRACE"]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(method))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::generators::Seeded;

    #[test]
    fn waits_double_and_have_a_bound() {
        let retry = Retry::default();
        let mut random = Seeded::new(7);
        for attempts in 1..80 {
            let longest = Duration::from_millis(200 << (attempts - 1).min(20)).min(Duration::from_secs(5));
            assert!(retry.wait(attempts, &mut random) <= longest);
        }
    }

    #[test]
    fn only_what_does_no_harm_is_sent_again() {
        let retry = Retry::default();
        let failed = |kind| Failure::new(kind, "");
        assert!(retry.applies("POST", &failed(FailureKind::Refused), false));
        assert!(!retry.applies("POST", &failed(FailureKind::Interrupted), false));
        assert!(retry.applies("put", &failed(FailureKind::Interrupted), false));
        assert!(!retry.applies("GET", &failed(FailureKind::Interrupted), true));
        assert!(!retry.applies("GET", &failed(FailureKind::Tls), false));
        assert!(!retry.applies("GET", &failed(FailureKind::TooLarge), false));
    }

    #[test]
    fn providers_may_ask_for_a_minute() {
        assert_eq!(asked_to_wait(Some(" 3 ")), Some(Duration::from_secs(3)));
        assert_eq!(asked_to_wait(Some("3600")), None);
        assert_eq!(asked_to_wait(Some("Fri, 31 Dec 1999 23:59:59 GMT")), None);
        assert_eq!(asked_to_wait(None), None);
    }
}
