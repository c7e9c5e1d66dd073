//! What a connection has read of texts that come again: layouts, patterns, queries.
//!
//! SQLite keeps what a function made of an argument only where the argument is the same for the whole
//! statement; a pattern out of a list is not, and a layout is asked for by a new aggregate each time.
//!
//! Must not know: what is kept.

use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

/// Things by the text that they were read from.
pub(super) struct Known<T> {
    by_text: Mutex<FxHashMap<Box<str>, Arc<T>>>,
    most: usize,
}

impl<T> Known<T> {
    /// Keeps at most so many; past that it forgets all and begins again, which is simple and happens to
    /// nobody but who asks for ever new ones.
    pub(super) fn new(most: usize) -> Self {
        Self { by_text: Mutex::default(), most }
    }

    /// What the text says, read if it is new.
    pub(super) fn of<E>(&self, text: &str, read: impl FnOnce(&str) -> Result<T, E>) -> Result<Arc<T>, E> {
        // The map is whole even where a thread panicked: entries are only added, or all removed.
        let mut known = self.by_text.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(one) = known.get(text) {
            return Ok(Arc::clone(one));
        }
        let one = Arc::new(read(text)?);
        if known.len() >= self.most {
            known.clear();
        }
        known.insert(text.into(), Arc::clone(&one));
        Ok(one)
    }
}
