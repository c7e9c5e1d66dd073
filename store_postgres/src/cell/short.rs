//! A short text that needs no allocation: days, times, uuids.
//!
//! Must not know: what is written.

use std::fmt;

/// Room for the longest text that is written here, which has 37 bytes.
const ROOM: usize = 48;

/// A text of at most [`ROOM`] bytes; more is cut off.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Short {
    room: [u8; ROOM],
    length: usize,
}

impl Default for Short {
    fn default() -> Self {
        Self { room: [0; ROOM], length: 0 }
    }
}

impl fmt::Debug for Short {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?}", String::from_utf8_lossy(self.bytes()))
    }
}

impl Short {
    pub(crate) fn bytes(&self) -> &[u8] {
        self.room.get(..self.length).unwrap_or_default()
    }

    pub(super) fn push(&mut self, byte: u8) {
        debug_assert!(self.length < ROOM, "a text that is not short");
        if let Some(place) = self.room.get_mut(self.length) {
            *place = byte;
            self.length += 1;
        }
    }

    pub(super) fn push_all(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.push(*byte);
        }
    }

    /// A number with at least so many digits.
    pub(super) fn push_number(&mut self, number: u64, digits: u32) {
        let mut power = 10_u64.saturating_pow(digits.saturating_sub(1)).max(1);
        while number / power >= 10 {
            power *= 10;
        }
        while power > 0 {
            // A remainder of ten is a digit.
            self.push(b'0' + u8::try_from(number / power % 10).unwrap_or_default());
            power /= 10;
        }
    }

    /// Microseconds as a fraction, without the zeros at its end; nothing for none.
    pub(super) fn push_fraction(&mut self, microseconds: u64) {
        if microseconds == 0 {
            return;
        }
        self.push(b'.');
        self.push_number(microseconds, 6);
        while self.bytes().last() == Some(&b'0') {
            self.length -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_fractions() {
        for (number, digits, expected) in
            [(0, 1, "0"), (7, 2, "07"), (2026, 4, "2026"), (294_276, 4, "294276"), (10, 1, "10")]
        {
            let mut text = Short::default();
            text.push_number(number, digits);
            assert_eq!(text.bytes(), expected.as_bytes());
        }
        for (fraction, expected) in [(0, ""), (500_000, ".5"), (1, ".000001"), (120_000, ".12")] {
            let mut text = Short::default();
            text.push_fraction(fraction);
            assert_eq!(text.bytes(), expected.as_bytes());
        }
    }
}
