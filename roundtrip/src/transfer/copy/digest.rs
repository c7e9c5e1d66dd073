//! A checksum of rows that does not ask for an order: the sum of the SHA-256 of each of them.
//!
//! Not one hash over the rows in the order of their key: databases that somebody else made order text as
//! they like, and tables without a key have no order at all. Like one hash it differs as soon as one row
//! differs, is missing, or is there twice.
//!
//! It must not know what a row looks like.

use std::fmt;

use sha2::{Digest as _, Sha256};

/// How many rows, and the sum of their hashes modulo 2²⁵⁶.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Digest {
    /// How many rows.
    pub rows: u64,
    sum: [u64; 4],
}

impl Digest {
    /// Adds a row.
    pub(super) fn add(&mut self, row: &[u8]) {
        let hash = Sha256::digest(row);
        let mut carry = false;
        for (word, bytes) in self.sum.iter_mut().zip(hash.chunks_exact(8)) {
            let part = u64::from_le_bytes(bytes.try_into().unwrap_or_default());
            let (sum, over) = word.overflowing_add(part);
            let (sum, again) = sum.overflowing_add(u64::from(carry));
            *word = sum;
            carry = over || again;
        }
        self.rows += 1;
    }
}

/// The first sixteen digits, which are enough to compare by eye.
impl fmt::Display for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [.., last] = self.sum;
        write!(formatter, "{last:016x}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(rows: &[&str]) -> Digest {
        let mut digest = Digest::default();
        for row in rows {
            digest.add(row.as_bytes());
        }
        digest
    }

    #[test]
    fn the_rows_count_and_their_order_does_not() {
        assert_eq!(of(&["a", "b", "c"]), of(&["c", "a", "b"]));
        for other in [&["a", "b"][..], &["a", "b", "d"], &["a", "b", "c", "c"], &["a", "bc", ""]] {
            assert_ne!(of(&["a", "b", "c"]), of(other), "{other:?}");
        }
        assert_ne!(of(&["a", "a"]).sum, of(&["b", "b"]).sum, "equal rows do not cancel each other");
    }

    #[test]
    fn the_sum_carries_over() {
        let mut digest = Digest { rows: 0, sum: [u64::MAX; 4] };
        let before = digest;
        digest.add(b"x");
        let mut alone = Digest::default();
        alone.add(b"x");
        // All ones is minus one: adding the hash to it gives the hash less one.
        assert_eq!(digest.sum[0], alone.sum[0].wrapping_sub(1));
        assert_ne!(digest.sum, before.sum);
    }
}
