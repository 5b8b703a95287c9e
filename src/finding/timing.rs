//! How long the answers of an operation took.

use std::time::Duration;

/// How long the answers of an operation took, from sending to the last byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timing {
    /// The operation: `GET /orders/{id}`.
    pub operation: String,
    /// How many answers were timed.
    pub samples: usize,
    /// Half of them took no longer.
    pub median: Duration,
    /// A percentile, and how long the answers took up to it; nothing where the samples are too few to speak of it.
    pub percentile: Option<(u32, Duration)>,
    /// The longest that one took.
    pub longest: Duration,
    /// How long they may take.
    pub budget: Option<Duration>,
}

impl Timing {
    /// The timing of an operation. A percentile is told if there are samples on both sides of it: P95, from 20 on.
    #[must_use]
    pub fn new(operation: String, mut times: Vec<Duration>, percentile: u32, budget: Option<Duration>) -> Self {
        times.sort_unstable();
        let up_to = |percent: usize| {
            let rank = (times.len() * percent).div_ceil(100);
            times.get(rank.saturating_sub(1)).copied().unwrap_or_default()
        };
        let is_told = times.len() * 100usize.saturating_sub(percentile as usize) >= 100;
        Self {
            operation,
            samples: times.len(),
            median: up_to(50),
            percentile: is_told.then(|| (percentile, up_to(percentile as usize))),
            longest: times.last().copied().unwrap_or_default(),
            budget,
        }
    }

    /// What is held against the budget: the percentile, or the longest where there is none.
    #[must_use]
    pub fn measured(&self) -> Duration {
        self.percentile.map_or(self.longest, |(_, time)| time)
    }

    /// [`Self::measured`], with how it is known.
    #[must_use]
    pub fn told(&self) -> String {
        let time = milliseconds(self.measured());
        match self.percentile {
            Some((percentile, _)) => format!("{time} (P{percentile} of {})", self.samples),
            None if self.samples == 1 => time,
            None => format!("{time} (max of {})", self.samples),
        }
    }

    /// Whether the budget is kept.
    #[must_use]
    pub fn is_in_time(&self) -> bool {
        self.budget.is_none_or(|budget| self.measured() <= budget)
    }
}

/// A time in milliseconds, as people read it.
#[must_use]
pub fn milliseconds(time: Duration) -> String {
    let milliseconds = time.as_secs_f64() * 1000.0;
    if milliseconds.fract() == 0.0 || milliseconds >= 100.0 {
        format!("{milliseconds:.0} ms")
    } else {
        format!("{milliseconds:.1} ms")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timing(milliseconds: impl Iterator<Item = u64>) -> Timing {
        let times = milliseconds.map(Duration::from_millis).collect();
        Timing::new("GET /".to_owned(), times, 95, Some(Duration::from_millis(19)))
    }

    #[test]
    fn percentiles_need_samples() {
        let few = timing(1..=19);
        assert_eq!(few.percentile, None);
        assert_eq!(few.told(), "19 ms (max of 19)");
        assert!(few.is_in_time());
        let enough = timing((1..=20).rev());
        assert_eq!(enough.percentile, Some((95, Duration::from_millis(19))));
        assert_eq!(enough.median, Duration::from_millis(10));
        assert_eq!(enough.longest, Duration::from_millis(20));
        assert_eq!(enough.told(), "19 ms (P95 of 20)");
        assert!(enough.is_in_time());
        assert!(!timing(20..=39).is_in_time());
    }

    #[test]
    fn times_are_short() {
        assert_eq!(milliseconds(Duration::from_micros(1250)), "1.2 ms");
        assert_eq!(milliseconds(Duration::from_micros(312_400)), "312 ms");
        assert_eq!(milliseconds(Duration::from_secs(2)), "2000 ms");
    }
}
