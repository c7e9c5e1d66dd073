//! Lines on their way to standard error: gathered, so that a busy server does not make a system call
//! for each of them.
//!
//! A thread of its own writes them, at the latest 20 ms after the first has come; at once where a
//! person is reading. Whoever has more to say than that thread can write waits for it. A kill can
//! thus cost the last 20 ms of log lines, never of data.
//!
//! It must not know what is in a line.

use std::io::{self, IsTerminal as _, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, SyncSender};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use tracing_subscriber::fmt::MakeWriter;

/// So many bytes are gathered at most; then whoever comes next has to write.
const ROOM: usize = 1 << 20;

/// No line waits longer.
const LONGEST: Duration = Duration::from_millis(20);

static GATHERED: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// What is being written. A second place, so that nobody waits for a system call to gather a line.
static LEAVING: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// Wakes the thread that writes what was gathered.
static WAKE: OnceLock<SyncSender<()>> = OnceLock::new();

/// Whether that thread is awake, counting down to its next writing.
static AWAKE: AtomicBool = AtomicBool::new(false);

/// Where the subscriber writes its lines.
#[derive(Debug, Clone, Copy)]
pub(super) enum Lines {
    /// Written at once.
    AtOnce,
    /// Gathered.
    Gathered,
}

impl Lines {
    /// Lines to standard error, gathered unless a person is reading.
    pub(super) fn to_stderr() -> Self {
        if io::stderr().is_terminal() || !starts_thread() { Self::AtOnce } else { Self::Gathered }
    }
}

/// Starts the thread that writes what was gathered; false when there can be none.
fn starts_thread() -> bool {
    if WAKE.get().is_some() {
        return true;
    }
    let (wake, woken) = mpsc::sync_channel(1);
    let write = move || {
        while woken.recv().is_ok() {
            // Nobody wakes a thread that is awake, so this waits its time.
            let _over = woken.recv_timeout(LONGEST);
            AWAKE.store(false, Ordering::Release);
            flush();
        }
    };
    let started = std::thread::Builder::new().name("log".to_owned()).spawn(write).is_ok();
    started && WAKE.set(wake).is_ok()
}

/// Writes what was gathered. For the end of the process, whatever ends it.
pub fn flush() {
    let mut leaving = lock(&LEAVING);
    std::mem::swap(&mut *leaving, &mut *lock(&GATHERED));
    // Standard error is the last place to complain; when it is gone, so are the lines.
    let _nowhere_to_say = io::stderr().lock().write_all(&leaving);
    leaving.clear();
}

fn lock(place: &Mutex<Vec<u8>>) -> MutexGuard<'_, Vec<u8>> {
    place.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        *self
    }
}

impl Write for Lines {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        match self {
            Self::AtOnce => io::stderr().lock().write(line),
            Self::Gathered => {
                let mut gathered = lock(&GATHERED);
                gathered.extend_from_slice(line);
                let full = gathered.len() >= ROOM;
                drop(gathered);
                if full {
                    flush();
                } else if !AWAKE.swap(true, Ordering::AcqRel)
                    && let Some(wake) = WAKE.get()
                {
                    let _awake = wake.try_send(());
                }
                Ok(line.len())
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
