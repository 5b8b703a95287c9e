//! Where generators get chance from.

/// A source of numbers that nobody can foresee, or that a test can.
pub trait Random {
    /// The next number, any of 64 bits.
    fn next(&mut self) -> u64;
}

/// Numbers that follow from the first one (SplitMix64): the same request in every run.
#[derive(Debug, Clone)]
pub struct Seeded(u64);

impl Seeded {
    /// Numbers that follow from this one.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }
}

impl Random for Seeded {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
}

/// A number from the first to the last one.
pub(super) fn between(random: &mut dyn Random, first: i64, last: i64) -> i64 {
    let count = (i128::from(last) - i128::from(first) + 1).max(1);
    let step = i128::from(random.next()) % count;
    (i128::from(first) + step).clamp(i128::from(i64::MIN), i128::from(i64::MAX)) as i64
}

/// One of these letters.
pub(super) fn letter(random: &mut dyn Random, letters: &str) -> char {
    let count = letters.chars().count().max(1) as i64;
    let position = between(random, 0, count - 1);
    letters.chars().nth(position as usize).unwrap_or('0')
}
