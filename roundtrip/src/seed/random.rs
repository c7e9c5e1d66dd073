//! The seed's own randomness: the same number gives the same sequence, on every machine, for ever.
//!
//! SplitMix64 (Steele, Lea, Flood: "Fast Splittable Pseudorandom Number Generators", 2014). Not a
//! crate's generator: a crate may change its sequence, and then every example's data would change
//! with it. It must not be used for anything that has to be hard to guess.

/// A sequence of numbers.
#[derive(Debug, Clone)]
pub(super) struct Random(u64);

impl Random {
    /// The sequence that belongs to a number and a name, so that each resource has its own: a row
    /// more in one recipe changes no other resource's rows.
    pub(super) fn new(number: u64, name: &str) -> Self {
        // FNV-1a, 64 bits.
        let hash = name.bytes().fold(0xCBF2_9CE4_8422_2325, |hash: u64, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
        });
        Self(number ^ hash)
    }

    /// The next number.
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to and without `end`; 0 when `end` is 0.
    pub(super) fn below(&mut self, end: u64) -> u64 {
        // The upper half of a 128-bit product (Lemire, 2019). Its bias is under 2^-40 for any list
        // that a person writes, so no number is drawn twice.
        let product = u128::from(self.next()) * u128::from(end);
        u64::try_from(product >> 64).unwrap_or(0)
    }

    /// A position in a list of that length.
    pub(super) fn position(&mut self, length: usize) -> usize {
        usize::try_from(self.below(length as u64)).unwrap_or(0)
    }

    /// A whole number between both ends, ends included.
    pub(super) fn between(&mut self, least: i64, most: i64) -> i64 {
        let width = u64::try_from(i128::from(most) - i128::from(least)).unwrap_or(0).saturating_add(1);
        least.saturating_add_unsigned(self.below(width))
    }

    /// Whether something happens that happens so many times in a million.
    pub(super) fn happens(&mut self, per_million: u32) -> bool {
        self.below(1_000_000) < u64::from(per_million)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sequence_is_the_published_one() {
        // The reference implementation's first numbers for the state 1234567.
        let mut random = Random(1_234_567);
        let first = [random.next(), random.next(), random.next()];
        assert_eq!(first, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }

    #[test]
    fn draws_stay_between_their_ends_and_reach_them() {
        let mut random = Random::new(1, "products");
        let draws: Vec<i64> = (0..1_000).map(|_| random.between(-2, 2)).collect();
        assert!((-2..=2).all(|wanted| draws.contains(&wanted)));
        assert!(draws.iter().all(|draw| (-2..=2).contains(draw)));
        assert_eq!(random.between(7, 7), 7);
        random.between(i64::MIN, i64::MAX);
    }

    #[test]
    fn each_name_has_its_own_sequence() {
        assert_ne!(Random::new(1, "users").next(), Random::new(1, "orders").next());
    }
}
