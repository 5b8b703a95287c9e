//! How many requests a second may be sent.

use std::sync::Mutex;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// Lets requests go one after the other, at even distances.
#[derive(Debug)]
pub(super) struct Pace {
    distance: Duration,
    next: Mutex<Option<Instant>>,
}

impl Pace {
    /// So many requests a second; any number where nothing is said.
    pub(super) fn new(per_second: Option<f64>) -> Self {
        let distance = per_second.map_or(Duration::ZERO, |rate| Duration::from_secs_f64(1.0 / rate.max(0.001)));
        Self {
            distance,
            next: Mutex::new(None),
        }
    }

    /// Waits until the next request may go.
    pub(super) async fn turn(&self) {
        if self.distance.is_zero() {
            return;
        }
        let at = {
            let mut next = self.next.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            let at = next.unwrap_or_else(Instant::now).max(Instant::now());
            *next = Some(at + self.distance);
            at
        };
        sleep_until(at).await;
    }
}
