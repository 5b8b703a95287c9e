//! Numbers as they are written, exactly: neither the last digits of a long identifier nor 0.1 are rounded.
//!
//! In come texts; out go their digits, however many, and what can be told from them without counting further. Who
//! calculates with numbers takes the digits from here.

use super::content;
use std::borrow::Cow;
use std::cmp::Ordering;

/// A number: its digits, without zeros at either end, times a power of ten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Decimal<'t> {
    negative: bool,
    /// Empty for zero.
    digits: Cow<'t, str>,
    exponent: i64,
}

impl<'t> Decimal<'t> {
    /// The number that a text writes in the decimal system, or as YAML's hexadecimal or octal integer; `None` for
    /// infinities, for what is no number, and for an exponent beyond all measure.
    pub(crate) fn read(text: &'t str) -> Option<Self> {
        let (negative, unsigned) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        if let Some(number) = content::hexadecimal_or_octal(unsigned) {
            return (!negative).then(|| Self::trimmed(false, Cow::Owned(number.to_string()), 0));
        }
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let is_number = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number(whole) || !is_number(fraction) || whole.is_empty() && fraction.is_empty() {
            return None;
        }
        let digits = if fraction.is_empty() {
            Cow::Borrowed(whole)
        } else {
            Cow::Owned(format!("{whole}{fraction}"))
        };
        Some(Self::trimmed(
            negative,
            digits,
            i64::from(exponent) - fraction.len() as i64,
        ))
    }

    fn trimmed(negative: bool, digits: Cow<'t, str>, exponent: i64) -> Self {
        let without_end = digits.trim_end_matches('0').len();
        let zeros = digits.len() - without_end;
        let start = digits.len() - digits.trim_start_matches('0').len();
        if start >= without_end {
            return Self {
                negative: false,
                digits: Cow::Borrowed(""),
                exponent: 0,
            };
        }
        let digits = match digits {
            Cow::Borrowed(digits) => Cow::Borrowed(&digits[start..without_end]),
            Cow::Owned(mut digits) => {
                digits.truncate(without_end);
                digits.drain(..start);
                Cow::Owned(digits)
            }
        };
        Self {
            negative,
            digits,
            exponent: exponent + zeros as i64,
        }
    }

    fn is_zero(&self) -> bool {
        self.digits.is_empty()
    }

    /// Whether it is below zero.
    pub(crate) fn is_negative(&self) -> bool {
        self.negative
    }

    /// Its digits, without zeros at either end: none for zero.
    pub(crate) fn digits(&self) -> &str {
        &self.digits
    }

    /// The power of ten of its last digit.
    pub(crate) fn exponent(&self) -> i64 {
        self.exponent
    }

    /// Whether it has no fraction.
    pub(super) fn is_integer(&self) -> bool {
        self.exponent >= 0
    }

    /// The number in the one spelling that all texts that mean it share.
    pub(super) fn spelling(&self) -> String {
        let sign = if self.negative { "-" } else { "" };
        if self.is_zero() {
            return "0".into();
        }
        // Integers as people write them; but nobody wants a billion zeros.
        if (0..=40).contains(&self.exponent) {
            return format!("{sign}{}{}", self.digits, "0".repeat(self.exponent as usize));
        }
        let (first, rest) = self.digits.split_at(1);
        let point = if rest.is_empty() { "" } else { "." };
        format!("{sign}{first}{point}{rest}e{}", self.exponent + rest.len() as i64)
    }

    /// Whether it is a whole number of steps; `None` if the step is none, or has more digits than are counted with.
    pub(super) fn is_multiple_of(&self, step: &Self) -> Option<bool> {
        let modulus = step.digits.parse::<u64>().ok()?;
        if self.is_zero() {
            return Some(true);
        }
        // What ends before the last digit of the step has one that the step cannot reach.
        let Ok(shift) = u64::try_from(self.exponent - step.exponent) else {
            return Some(false);
        };
        let rest = self.digits.bytes().fold(0, |rest, digit| {
            (rest * 10 + u128::from(digit - b'0')) % u128::from(modulus)
        });
        Some(is_multiple(rest, shift, modulus))
    }

    /// Which of two numbers is the larger one.
    pub(super) fn compare(&self, other: &Self) -> Ordering {
        let side = |number: &Self| match (number.is_zero(), number.negative) {
            (true, _) => 0,
            (false, negative) => 1 - 2 * i8::from(negative),
        };
        let larger = || {
            let magnitude = |number: &Self| number.exponent + number.digits.len() as i64;
            magnitude(self)
                .cmp(&magnitude(other))
                .then_with(|| self.digits.as_bytes().cmp(other.digits.as_bytes()))
        };
        side(self).cmp(&side(other)).then_with(|| match side(self) {
            0 => Ordering::Equal,
            1 => larger(),
            _ => larger().reverse(),
        })
    }
}

/// Whether a number times 10 to the power of `exponent` is a multiple of `modulus`, which is not zero. Of the number, what
/// dividing it by `modulus` leaves is enough.
pub(crate) fn is_multiple(number: u128, mut exponent: u64, modulus: u64) -> bool {
    let modulus = u128::from(modulus);
    let (mut product, mut power) = (number % modulus, 10 % modulus);
    while exponent > 0 && product > 0 {
        if exponent % 2 == 1 {
            product = product * power % modulus;
        }
        power = power * power % modulus;
        exponent /= 2;
    }
    product == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spelling(text: &str) -> Option<String> {
        Decimal::read(text).map(|number| number.spelling())
    }

    #[test]
    fn spellings_of_one_number_are_one() {
        for (spellings, one) in [
            (&["0", "-0", "0.0", "0e7", "00", "0x0"][..], "0"),
            (&["100", "1e2", "100.00", "+1E+2", "0x64", "0o144", "1000e-1"], "100"),
            (&["1e15", "1000000000000000", "1000000000000000.0"], "1000000000000000"),
            (&["-0.5", "-.5", "-5e-1"], "-5e-1"),
            (&["0.0125", "125e-4"], "1.25e-2"),
            (&["1e400", "10e399"], "1e400"),
            (&["0xFFFFFFFFFFFFFFFF", "18446744073709551615"], "18446744073709551615"),
        ] {
            for text in spellings {
                assert_eq!(spelling(text).as_deref(), Some(one), "{text}");
            }
        }
        for text in [
            "",
            ".",
            "-",
            "e5",
            "1e",
            ".inf",
            "1_000",
            "1e99999999999",
            "--1",
            "0xg",
            "-0x1",
        ] {
            assert_eq!(spelling(text), None, "{text}");
        }
    }

    #[test]
    fn multiples_are_exact() {
        let is_multiple = |number: &str, step: &str| Decimal::read(number)?.is_multiple_of(&Decimal::read(step)?);
        for (number, step, expected) in [
            ("19.99", "0.01", Some(true)),
            ("0.3", "0.1", Some(true)),
            ("-7.5", "2.5", Some(true)),
            ("0", "3", Some(true)),
            ("1e308", "0.5", Some(true)),
            ("1e308", "3", Some(false)),
            ("1e-10", "1", Some(false)),
            ("12345678901", "100", Some(false)),
            ("12345678901234567890123", "3", Some(true)),
            ("35", "1.5", Some(false)),
            ("4.5", "1.5", Some(true)),
            ("1", "0", None),
            ("1", "12345678901234567890123", None),
        ] {
            assert_eq!(is_multiple(number, step), expected, "{number} {step}");
        }
    }

    #[test]
    fn numbers_are_ordered() {
        let ordered = [
            "-1e400",
            "-10",
            "-9.5",
            "-9",
            "-0.5",
            "0",
            "1e-400",
            "0.5",
            "0.51",
            "1",
            "1.5",
            "2",
            "10",
            "9007199254740992",
            "9007199254740993",
            "1e400",
        ];
        for (at, text) in ordered.iter().enumerate() {
            for (other_at, other) in ordered.iter().enumerate() {
                let compared = Decimal::read(text)
                    .zip(Decimal::read(other))
                    .map(|(a, b)| a.compare(&b));
                assert_eq!(compared, Some(at.cmp(&other_at)), "{text} {other}");
            }
        }
    }
}
