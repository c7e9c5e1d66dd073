//! The writer thread: the one connection that writes, fed from one queue.
//!
//! It takes whatever writes wait and commits them as one group, runs loads and changes of structure in
//! between, and looks for other programs' changes when it is time.
//!
//! Must not know: how a group is committed.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::JoinHandle;

use crossbeam_channel::{Receiver, RecvTimeoutError};

use crate::connect::{Mode, Place, Session};
use crate::group::{self, WriteJob};
use crate::load::{self, LoadJob};
use crate::watch::{Changes, Watch};

/// What the writer is asked to do.
pub(crate) enum Work {
    /// Run a plan, with others. Boxed: a queue has room for thousands from the start.
    Write(Box<WriteJob>),
    /// Run a load, which may take long.
    Load(LoadJob),
    /// Change the structure.
    Task(Box<dyn FnOnce(&Session) + Send>),
    /// End the thread.
    Close,
}

/// Starts the writer thread on its connection.
pub(crate) fn start(
    place: Arc<Place>,
    session: Session,
    changes: Arc<Changes>,
    queue: Receiver<Work>,
) -> std::io::Result<JoinHandle<()>> {
    let every = place.options.external_change_poll;
    let watch = Watch::new(&session.connection, changes, every, place.clock.instant());
    let writer = Writer { place, session, watch, jobs: Vec::new(), ending: false };
    std::thread::Builder::new().name("sqlite-write".to_owned()).spawn(move || writer.run(&queue))
}

struct Writer {
    place: Arc<Place>,
    session: Session,
    watch: Watch,
    /// The members of a group; kept, so that groups need no memory of their own.
    jobs: Vec<WriteJob>,
    /// The word to close has come.
    ending: bool,
}

impl Writer {
    fn run(mut self, queue: &Receiver<Work>) {
        let mut next = None;
        loop {
            let work = next.take();
            let turn = catch_unwind(AssertUnwindSafe(|| self.turn(work, queue)));
            next = match turn {
                Ok(rest) => rest,
                Err(_panic) => {
                    tracing::error!("a panic in the writer of the database; the writer goes on");
                    None
                }
            };
            // Nothing to do but after a panic. Those who were not answered learn it from their channel.
            self.session.deadline.clear();
            self.jobs.clear();
            group::rollback(&self.session);
            if self.ending {
                break;
            }
        }
        self.checkpoint();
    }

    /// Looks for other programs' changes if it is time, waits for work, and does it. What was taken
    /// from the queue and not done is handed back.
    fn turn(&mut self, work: Option<Work>, queue: &Receiver<Work>) -> Option<Work> {
        let now = self.place.clock.instant();
        self.watch.look(&self.session.connection, now);
        let pause = self.watch.pause(now);
        match work.map_or_else(|| queue.recv_timeout(pause), Ok) {
            Ok(work) => return self.handle(work, queue),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => self.ending = true,
        }
        None
    }

    /// Does one thing, or many that can share a commit.
    fn handle(&mut self, work: Work, queue: &Receiver<Work>) -> Option<Work> {
        match work {
            Work::Write(first) => {
                self.jobs.push(*first);
                let rest = self.gather(queue);
                group::commit(&self.session, &self.place, &mut self.jobs);
                rest
            }
            Work::Load(job) => {
                load::run(&self.session, &self.place, job);
                None
            }
            Work::Task(task) => {
                task(&self.session);
                self.watch.own_structure(&self.session.connection);
                None
            }
            Work::Close => {
                self.ending = true;
                None
            }
        }
    }

    /// Takes the writes that wait, up to something else.
    fn gather(&mut self, queue: &Receiver<Work>) -> Option<Work> {
        while self.jobs.len() < self.place.options.group_max {
            match queue.try_recv() {
                Ok(Work::Write(job)) => self.jobs.push(*job),
                Ok(Work::Close) => {
                    self.ending = true;
                    return None;
                }
                Ok(other) => return Some(other),
                Err(_empty) => return None,
            }
        }
        None
    }

    /// Leaves one file behind instead of two, where no other program is reading.
    fn checkpoint(&self) {
        if self.place.mode != Mode::Project {
            return;
        }
        let done = self.session.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        if let Err(error) = done {
            tracing::warn!(%error, "the write-ahead log was not folded back; the next start does it");
        }
    }
}
