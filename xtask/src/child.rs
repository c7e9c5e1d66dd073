//! Programs that are started and print where they listen: how their first line is read, and how they are stopped.
//! It must not know what they serve.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, ChildStdout, Command};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use anyhow::Context as _;

/// How long a program may take to print its first line.
pub(crate) const START_TIMEOUT: Duration = Duration::from_mins(1);

/// How long a program may take to end after it was asked to.
const STOP_TIMEOUT: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(20);

/// Stops a program.
pub(crate) fn stop(child: &mut Child) {
    // Both fail only when the process has ended by itself, which is what is wanted.
    drop(child.kill());
    drop(child.wait());
}

/// Asks a program to end in its own way, and ends it when it takes too long.
#[expect(clippy::disallowed_methods, reason = "without unsafe code nothing tells that a program has ended")]
pub(crate) fn stop_by_signal(child: &mut Child, signal: &str) {
    if !matches!(child.try_wait(), Ok(None)) {
        // It has ended by itself: its number may be somebody else's by now.
        return;
    }
    // The shell's own `kill`: the program of that name is not on every machine.
    let asked = Command::new("sh").args(["-c", &format!("kill -s {signal} {}", child.id())]).status();
    if asked.is_ok_and(|status| status.success()) {
        let tries = STOP_TIMEOUT.as_millis() / PAUSE.as_millis();
        for _ in 0..tries {
            if !matches!(child.try_wait(), Ok(None)) {
                return;
            }
            thread::sleep(PAUSE);
        }
    }
    stop(child);
}

/// The first line, read on another thread so that a silent program does not hold us for ever.
pub(crate) fn first_line(output: ChildStdout) -> anyhow::Result<(String, ChildStdout)> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut reader = BufReader::new(output);
        let mut line = String::new();
        let read = reader.read_line(&mut line).map(|_| (line, reader.into_inner()));
        // Nobody waits any more when the time is over.
        drop(sender.send(read));
    });
    let read = receiver.recv_timeout(START_TIMEOUT);
    Ok(read.with_context(|| format!("it printed no address within {} s", START_TIMEOUT.as_secs()))??)
}
