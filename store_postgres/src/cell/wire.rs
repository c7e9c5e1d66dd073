//! Bytes from the server, taken from the front; no length in them is believed before it was compared
//! with what is there.
//!
//! Must not know: what the bytes mean.

use super::Malformed;

/// What is left to be read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wire<'a>(pub(super) &'a [u8]);

const SHORT: Malformed = Malformed::Bytes("a value that is shorter than its type");
const LONG: Malformed = Malformed::Bytes("a value that is longer than its type");

/// A value of a fixed size.
pub(super) fn array<const SIZE: usize>(bytes: &[u8]) -> Result<[u8; SIZE], Malformed> {
    bytes.try_into().map_err(|_| if bytes.len() < SIZE { SHORT } else { LONG })
}

impl<'a> Wire<'a> {
    pub(super) fn take(&mut self, size: usize) -> Result<&'a [u8], Malformed> {
        let (taken, rest) = self.0.split_at_checked(size).ok_or(SHORT)?;
        self.0 = rest;
        Ok(taken)
    }

    pub(super) fn u16(&mut self) -> Result<u16, Malformed> {
        self.take(2).and_then(array).map(u16::from_be_bytes)
    }

    pub(super) fn i32(&mut self) -> Result<i32, Malformed> {
        self.take(4).and_then(array).map(i32::from_be_bytes)
    }

    pub(super) fn u32(&mut self) -> Result<u32, Malformed> {
        self.take(4).and_then(array).map(u32::from_be_bytes)
    }

    pub(super) fn i64(&mut self) -> Result<i64, Malformed> {
        self.take(8).and_then(array).map(i64::from_be_bytes)
    }

    /// A value behind its length, which is -1 for null.
    pub(super) fn value(&mut self) -> Result<Option<&'a [u8]>, Malformed> {
        match self.i32()? {
            -1 => Ok(None),
            size => {
                let size = usize::try_from(size).map_err(|_| Malformed::Bytes("a length below nothing"))?;
                self.take(size).map(Some)
            }
        }
    }

    pub(super) fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn end(self) -> Result<(), Malformed> {
        if self.0.is_empty() { Ok(()) } else { Err(LONG) }
    }
}
