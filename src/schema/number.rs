//! Exact decimal numbers, and what sets of them bounds and multiples make.
//!
//! In come numbers as they are written; nothing is rounded. What has more digits than are counted with is no number
//! here, and an operation whose result has too many gives nothing.

use crate::document::decimal;
use serde_json::Value;
use std::cmp::Ordering;

/// Digits of the longest number that is counted with.
const DIGITS: u32 = 37;

/// A decimal number: a whole number times a power of ten.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Decimal {
    /// Without zeros at its end, unless it is zero.
    mantissa: i128,
    exponent: i32,
}

impl Decimal {
    pub(super) const ZERO: Self = Self {
        mantissa: 0,
        exponent: 0,
    };
    pub(super) const ONE: Self = Self {
        mantissa: 1,
        exponent: 0,
    };

    /// A whole number times a power of ten; `None` if it has too many digits.
    pub(super) fn new(mut mantissa: i128, mut exponent: i32) -> Option<Self> {
        if mantissa == 0 {
            return Some(Self::ZERO);
        }
        while mantissa % 10 == 0 {
            mantissa /= 10;
            exponent = exponent.checked_add(1)?;
        }
        (mantissa.unsigned_abs().ilog10() < DIGITS).then_some(Self { mantissa, exponent })
    }

    /// The number that a text writes; `None` for infinities, for what is no number, and for too many digits.
    pub(super) fn read(text: &str) -> Option<Self> {
        let written = decimal::Decimal::read(text)?;
        let digits = written.digits();
        if digits.is_empty() {
            return Some(Self::ZERO);
        }
        if digits.len() > DIGITS as usize {
            return None;
        }
        let magnitude: i128 = digits.parse().ok()?;
        Some(Self {
            mantissa: if written.is_negative() { -magnitude } else { magnitude },
            exponent: i32::try_from(written.exponent()).ok()?,
        })
    }

    pub(super) fn is_zero(self) -> bool {
        self.mantissa == 0
    }

    pub(super) fn is_positive(self) -> bool {
        self.mantissa > 0
    }

    /// The number as JSON; `None` if `serde_json` would round it.
    pub(super) fn value(self) -> Option<Value> {
        if let Ok(shift) = u32::try_from(self.exponent)
            && let Some(power) = 10_i128.checked_pow(shift)
            && let Some(whole) = self.mantissa.checked_mul(power)
        {
            if let Ok(whole) = i64::try_from(whole) {
                return Some(whole.into());
            }
            if let Ok(whole) = u64::try_from(whole) {
                return Some(whole.into());
            }
        }
        let number: f64 = format!("{}e{}", self.mantissa, self.exponent).parse().ok()?;
        let value = serde_json::Number::from_f64(number)?;
        (Self::read(&value.to_string()) == Some(self)).then_some(Value::Number(value))
    }

    /// The whole numbers that both are of the same power of ten.
    fn aligned(self, other: Self) -> Option<(i128, i128, i32)> {
        let exponent = self.exponent.min(other.exponent);
        let scaled = |number: Self| {
            let shift = u32::try_from(i64::from(number.exponent) - i64::from(exponent)).ok()?;
            number.mantissa.checked_mul(10_i128.checked_pow(shift)?)
        };
        if self.is_zero() || other.is_zero() {
            // Zero is a multiple of every power.
            let exponent = if self.is_zero() { other.exponent } else { self.exponent };
            return Some((self.mantissa, other.mantissa, exponent));
        }
        Some((scaled(self)?, scaled(other)?, exponent))
    }

    pub(super) fn plus(self, other: Self) -> Option<Self> {
        let (a, b, exponent) = self.aligned(other)?;
        Self::new(a.checked_add(b)?, exponent)
    }

    pub(super) fn times(self, factor: i128) -> Option<Self> {
        Self::new(self.mantissa.checked_mul(factor)?, self.exponent)
    }

    /// The number that lies between two others, exactly in the middle.
    pub(super) fn middle(self, other: Self) -> Option<Self> {
        let sum = self.plus(other)?;
        Self::new(sum.mantissa.checked_mul(5)?, sum.exponent.checked_sub(1)?)
    }

    /// Whether it is a whole number of steps; `None` if that takes too many digits.
    pub(super) fn is_multiple_of(self, step: Self) -> Option<bool> {
        let modulus = step.mantissa.unsigned_abs();
        if self.is_zero() {
            return Some(true);
        }
        if modulus == 0 {
            return None;
        }
        // What ends after the last digit of the step has one that the step cannot reach.
        let Ok(shift) = u64::try_from(i64::from(self.exponent) - i64::from(step.exponent)) else {
            return Some(false);
        };
        let modulus = u64::try_from(modulus).ok()?;
        Some(decimal::is_multiple(self.mantissa.unsigned_abs(), shift, modulus))
    }

    /// The smallest number that is a multiple of both.
    fn common_multiple(self, other: Self) -> Option<Self> {
        let (a, b, exponent) = self.aligned(other)?;
        let (a, b) = (a.checked_abs()?, b.checked_abs()?);
        Self::new((a / greatest_divisor(a, b)).checked_mul(b)?, exponent)
    }

    /// The largest whole number of steps that does not go beyond it.
    fn steps(self, step: Self) -> Option<i128> {
        match self.aligned(step) {
            Some((number, step, _)) => Some(number.div_euclid(step)),
            // A number that is far below one step, or a count that is far too long.
            None if self.exponent < step.exponent => Some(if self.mantissa < 0 { -1 } else { 0 }),
            None => None,
        }
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let magnitude = |number: &Self| i64::from(number.mantissa.unsigned_abs().ilog10()) + i64::from(number.exponent);
        self.mantissa.signum().cmp(&other.mantissa.signum()).then_with(|| {
            if self.is_zero() {
                return Ordering::Equal;
            }
            let order = magnitude(self).cmp(&magnitude(other));
            let order = if self.mantissa < 0 { order.reverse() } else { order };
            // Of one magnitude, their exponents differ by less than their digits.
            order.then_with(|| match self.aligned(*other) {
                Some((a, b, _)) => a.cmp(&b),
                None => Ordering::Equal,
            })
        })
    }
}

fn greatest_divisor(mut a: i128, mut b: i128) -> i128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// A set of numbers: an interval, the steps that they are multiples of, and what is taken out.
#[derive(Debug, Clone, Default)]
pub(super) struct Numbers {
    lower: Option<(Decimal, bool)>,
    upper: Option<(Decimal, bool)>,
    step: Option<Decimal>,
    not_multiples: Vec<Decimal>,
    excluded: Vec<Decimal>,
}

/// What looking for a number in a set came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pick {
    Number(Decimal),
    Empty,
    Undecided,
}

/// Candidates that are tried one by one.
const TRIES: i128 = 10_000;

impl Numbers {
    /// All numbers from one on, without itself if that is excluded.
    pub(super) fn at_least(&mut self, bound: Decimal, exclusive: bool) {
        let new = (bound, exclusive);
        if self.lower.is_none_or(|old| old < new) {
            self.lower = Some(new);
        }
    }

    /// All numbers up to one, without itself if that is excluded.
    pub(super) fn at_most(&mut self, bound: Decimal, exclusive: bool) {
        let new = (bound, exclusive);
        if self.upper.is_none_or(|(old, was)| new.0 < old || new.0 == old && !was) {
            self.upper = Some(new);
        }
    }

    /// Only multiples. False if that takes too many digits.
    pub(super) fn multiples_of(&mut self, step: Decimal) -> bool {
        let common = match self.step {
            Some(old) => old.common_multiple(step),
            None => Some(step),
        };
        if common.is_some() {
            self.step = common;
        }
        common.is_some()
    }

    /// No multiples.
    pub(super) fn no_multiples_of(&mut self, step: Decimal) {
        self.not_multiples.push(step);
    }

    /// Not this one.
    pub(super) fn exclude(&mut self, number: Decimal) {
        self.excluded.push(number);
    }

    fn is_within(&self, number: Decimal) -> bool {
        let above = self
            .lower
            .is_none_or(|(bound, exclusive)| number > bound || number == bound && !exclusive);
        let below = self
            .upper
            .is_none_or(|(bound, exclusive)| number < bound || number == bound && !exclusive);
        above && below
    }

    /// Whether the set has the number; `None` if that takes too many digits.
    fn has(&self, number: Decimal) -> Option<bool> {
        if !self.is_within(number) || self.excluded.contains(&number) {
            return Some(false);
        }
        if let Some(step) = self.step
            && !number.is_multiple_of(step)?
        {
            return Some(false);
        }
        for step in &self.not_multiples {
            if number.is_multiple_of(*step)? {
                return Some(false);
            }
        }
        Some(true)
    }

    /// A number of the set, a small one if there is.
    pub(super) fn pick(&self) -> Pick {
        if let (Some((lower, lower_out)), Some((upper, upper_out))) = (self.lower, self.upper) {
            if lower > upper || lower == upper && (lower_out || upper_out) {
                return Pick::Empty;
            }
            if lower == upper {
                return match self.has(lower) {
                    Some(true) => Pick::Number(lower),
                    Some(false) => Pick::Empty,
                    None => Pick::Undecided,
                };
            }
        }
        match self.step {
            Some(step) => self.pick_multiple(step),
            None => self.pick_dense(),
        }
    }

    /// Multiples of a step, the smallest number of steps first.
    fn pick_multiple(&self, step: Decimal) -> Pick {
        let first = match self.lower {
            None => None,
            Some((bound, exclusive)) => {
                let Some(steps) = bound.steps(step) else {
                    return Pick::Undecided;
                };
                match step.times(steps) {
                    Some(number) if number == bound && !exclusive => Some(steps),
                    Some(_) => steps.checked_add(1),
                    None => return Pick::Undecided,
                }
            }
        };
        let last = match self.upper {
            None => None,
            Some((bound, exclusive)) => {
                let Some(steps) = bound.steps(step) else {
                    return Pick::Undecided;
                };
                match step.times(steps) {
                    Some(number) if number == bound && exclusive => Some(steps - 1),
                    Some(_) => Some(steps),
                    None => return Pick::Undecided,
                }
            }
        };
        if let (Some(first), Some(last)) = (first, last)
            && first > last
        {
            return Pick::Empty;
        }
        // A count of steps is a multiple of something else if it is one of these.
        let mut divisors = Vec::new();
        for other in &self.not_multiples {
            let Some((step, other, _)) = step.aligned(*other) else {
                return Pick::Undecided;
            };
            match other / greatest_divisor(step, other) {
                1 => return Pick::Empty,
                divisor => divisors.push(divisor),
            }
        }
        let within = |count: &i128| first.is_none_or(|first| *count >= first) && last.is_none_or(|last| *count <= last);
        let start = match (first, last) {
            (Some(first), _) if first > 0 => first,
            (_, Some(last)) if last < 0 => last,
            _ => 0,
        };
        let candidates = (0..TRIES).flat_map(|away| [start.checked_add(away), start.checked_sub(away)]);
        for count in candidates.flatten().filter(within) {
            if divisors.iter().any(|divisor| count % divisor == 0) {
                continue;
            }
            match step.times(count) {
                Some(number) if !self.excluded.contains(&number) => return Pick::Number(number),
                Some(_) => {}
                None => return Pick::Undecided,
            }
        }
        // All were tried only if the interval ends before the tries do.
        match (first, last) {
            (Some(first), Some(last)) if last - start < TRIES && start - first < TRIES => Pick::Empty,
            _ => Pick::Undecided,
        }
    }

    /// An interval of more than one point has numbers that end later than any step or exclusion.
    fn pick_dense(&self) -> Pick {
        let (low, high) = match (self.lower, self.upper) {
            (None, None) => (Some(Decimal::ZERO), Some(Decimal::ONE)),
            (Some((low, _)), None) => (Some(low), low.plus(wide(low))),
            (None, Some((high, _))) => (wide(high).times(-1).and_then(|wide| high.plus(wide)), Some(high)),
            (Some((low, _)), Some((high, _))) => (Some(low), Some(high)),
        };
        let (Some(low), Some(high)) = (low, high) else {
            return Pick::Undecided;
        };
        let mut candidates = vec![Decimal::ZERO, Decimal::ONE, low, high];
        candidates.extend(
            [
                low.plus(Decimal::ONE),
                Decimal::ONE.times(-1).and_then(|minus| high.plus(minus)),
            ]
            .into_iter()
            .flatten(),
        );
        // Halves of halves: each ends one digit later than the one before.
        let (mut left, mut count) = (low, 0);
        let mut right = high;
        while count < 40 + self.excluded.len() {
            count += 1;
            let Some(middle) = left.middle(right) else { break };
            candidates.push(middle);
            if count % 2 == 0 {
                left = middle;
            } else {
                right = middle;
            }
        }
        for candidate in candidates {
            if self.has(candidate) == Some(true) {
                return Pick::Number(candidate);
            }
        }
        Pick::Undecided
    }
}

/// A number that makes a difference to this one.
fn wide(number: Decimal) -> Decimal {
    let one = Decimal {
        mantissa: 1,
        exponent: number.exponent.max(0),
    };
    one.max(Decimal::ONE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::content;
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    fn decimal(text: &str) -> Decimal {
        Decimal::read(text).unwrap_or_else(|| panic!("{text} is a number"))
    }

    fn text() -> impl Strategy<Value = String> {
        let plain = (-2_000_i64..2_000, -4_i32..4).prop_map(|(mantissa, exponent)| format!("{mantissa}e{exponent}"));
        let wild = ("-?[0-9]{1,12}", "[0-9]{0,12}", -300_i32..300)
            .prop_map(|(whole, fraction, exponent)| format!("{whole}.{fraction}e{exponent}"));
        prop_oneof![4 => plain, 1 => wild]
    }

    #[test]
    fn numbers_are_read_and_written() {
        for (number, written) in [
            ("1.50", "1.5"),
            ("100", "100"),
            ("1e2", "100"),
            ("-0", "0"),
            ("0.0", "0"),
            ("+5", "5"),
            ("0x1F", "31"),
            ("18446744073709551615", "18446744073709551615"),
            ("1e300", "1e300"),
            ("-2.5e-7", "-2.5e-7"),
        ] {
            let value = decimal(number).value().map(|value| value.to_string());
            assert_eq!(
                value.as_deref().and_then(Decimal::read),
                Some(decimal(written)),
                "{number}"
            );
        }
        for refused in ["", ".", "x", ".inf", ".nan", "1e99999999999", &"123456789".repeat(5)] {
            assert_eq!(Decimal::read(refused), None, "{refused}");
        }
        // More digits than a binary fraction keeps.
        assert_eq!(decimal("0.1234567890123456789").value(), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            rng_seed: RngSeed::Fixed(20_260_101),
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        #[test]
        fn decimals_agree_with_what_documents_say(a in text(), b in text()) {
            prop_assert_eq!(Some(decimal(&a).cmp(&decimal(&b))), content::compare(&a, &b));
            if !decimal(&b).is_zero() {
                let known = content::is_multiple(&a, &b);
                prop_assert!(known.is_none() || decimal(&a).is_multiple_of(decimal(&b)) == known);
            }
        }

        /// Whatever is picked fits, and where nothing is picked nothing of a grid fits.
        #[test]
        fn picks_fit(
            lower in prop::option::of((-20_i128..20, any::<bool>())),
            upper in prop::option::of((-20_i128..20, any::<bool>())),
            steps in prop::collection::vec(prop::sample::select(vec!["0.5", "1", "1.5", "2", "3", "0.1"]), 0..3),
            others in prop::collection::vec(prop::sample::select(vec!["0.5", "1", "2", "3", "5"]), 0..3),
            excluded in prop::collection::vec(-20_i128..20, 0..4),
        ) {
            let halves = |count: i128| Decimal::new(count * 5, -1).unwrap_or(Decimal::ZERO);
            let mut numbers = Numbers::default();
            if let Some((bound, exclusive)) = lower {
                numbers.at_least(halves(bound), exclusive);
            }
            if let Some((bound, exclusive)) = upper {
                numbers.at_most(halves(bound), exclusive);
            }
            for step in &steps {
                prop_assert!(numbers.multiples_of(decimal(step)));
            }
            for step in others {
                numbers.no_multiples_of(decimal(step));
            }
            for number in excluded {
                numbers.exclude(halves(number));
            }
            match numbers.pick() {
                Pick::Number(number) => prop_assert_eq!(numbers.has(number), Some(true)),
                Pick::Empty => {
                    let grid = (-2000..2000).filter_map(|count| Decimal::new(count, -2));
                    for number in grid {
                        prop_assert_eq!(numbers.has(number), Some(false), "{:?}", number);
                    }
                }
                Pick::Undecided => {}
            }
        }
    }
}
