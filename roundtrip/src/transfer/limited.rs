//! A reader that stops when one row takes too much, and counts what was read.
//!
//! It must not know what a row is: whoever reads rows says when one has ended.

use std::io::{Error, ErrorKind, Read, Result};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::row::MOST_ROW_BYTES;

/// Bytes read in all, and bytes read when the last row had ended.
#[derive(Debug, Default)]
pub(super) struct Meter {
    read: AtomicU64,
    row_began: AtomicU64,
}

impl Meter {
    /// Bytes read so far.
    pub(super) fn read(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }

    /// The row has ended, the next may take as much again.
    pub(super) fn row_ended(&self) {
        self.row_began.store(self.read(), Ordering::Relaxed);
    }
}

/// A reader whose rows have a limit.
pub(super) struct Limited<R> {
    pub(super) inner: R,
    pub(super) meter: Arc<Meter>,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let row = self.meter.read() - self.meter.row_began.load(Ordering::Relaxed);
        if row > MOST_ROW_BYTES as u64 {
            let most = MOST_ROW_BYTES >> 20;
            let reason = format!("a row is longer than {most} MiB; is a quote or a bracket not closed?");
            return Err(Error::new(ErrorKind::InvalidData, reason));
        }
        let read = self.inner.read(buffer)?;
        self.meter.read.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}
