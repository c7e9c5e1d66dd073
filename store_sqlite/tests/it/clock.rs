//! A clock that tests use to stop, hurry or break the threads of a store at a known place: whatever
//! a store does, it asks the time before and after.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender};
use roundtrip_journey::{Clock, SystemClock};

/// Time that passes by the question, and not otherwise.
#[derive(Debug)]
pub(crate) struct TestClock {
    base: Instant,
    step_ns: u64,
    asked: AtomicU64,
    stops: Mutex<Vec<Stop>>,
    /// Questions of the writer until one of them makes it panic; negative for never.
    panic_in: AtomicI64,
}

/// Where a thread will be stopped.
#[derive(Debug)]
struct Stop {
    thread: &'static str,
    /// Questions that are still answered.
    after: usize,
    arrived: Sender<()>,
    go_on: Receiver<()>,
}

/// A stopped thread, or one that will be.
pub(crate) struct Stopped {
    arrived: Receiver<()>,
    go_on: Sender<()>,
}

/// Longer than anything takes; a test that fails does not hang.
const PATIENCE: Duration = Duration::from_secs(20);

impl TestClock {
    /// A clock that moves by `step` with every question.
    pub(crate) fn new(step: Duration) -> Arc<Self> {
        Arc::new(Self {
            base: SystemClock.instant(),
            step_ns: u64::try_from(step.as_nanos()).unwrap(),
            asked: AtomicU64::new(0),
            stops: Mutex::default(),
            panic_in: AtomicI64::new(-1),
        })
    }

    /// Stops the next thread whose name begins with `thread`, after so many more questions.
    pub(crate) fn stop(&self, thread: &'static str, after: usize) -> Stopped {
        let (arrived, has_arrived) = crossbeam_channel::bounded(1);
        let (go, go_on) = crossbeam_channel::bounded(1);
        self.stops.lock().unwrap().push(Stop { thread, after, arrived, go_on });
        Stopped { arrived: has_arrived, go_on: go }
    }

    /// Makes the writer panic at its next question but so many.
    pub(crate) fn panic_in(&self, questions: i64) {
        self.panic_in.store(questions, Ordering::SeqCst);
    }

    fn reach_stop(&self, thread: &str) {
        let reached = {
            let mut stops = self.stops.lock().unwrap();
            let Some(index) = stops.iter().position(|stop| thread.starts_with(stop.thread)) else { return };
            if stops[index].after > 0 {
                stops[index].after -= 1;
                return;
            }
            stops.remove(index)
        };
        // A test that has failed already listens to neither.
        let _ = reached.arrived.send(());
        let _ = reached.go_on.recv_timeout(PATIENCE);
    }
}

impl Stopped {
    /// Waits until the thread is there.
    pub(crate) fn wait(&self) {
        self.arrived.recv_timeout(PATIENCE).expect("the thread comes to its stop");
    }

    /// Lets it go on.
    pub(crate) fn release(self) {
        let _ = self.go_on.send(());
    }
}

impl Clock for TestClock {
    fn instant(&self) -> Instant {
        let current = std::thread::current();
        let thread = current.name().unwrap_or_default();
        self.reach_stop(thread);
        if thread == "sqlite-write" && self.panic_in.load(Ordering::SeqCst) >= 0 {
            assert!(self.panic_in.fetch_sub(1, Ordering::SeqCst) > 0, "the clock was told to break");
        }
        let asked = self.asked.fetch_add(1, Ordering::SeqCst);
        self.base + Duration::from_nanos(asked * self.step_ns)
    }

    fn now(&self) -> jiff::Timestamp {
        jiff::Timestamp::UNIX_EPOCH
    }
}
