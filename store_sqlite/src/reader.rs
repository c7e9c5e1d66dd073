//! The reader threads: each has a connection that cannot write, all take from one queue.
//!
//! Own threads and not `spawn_blocking`: the hop to a thread that waits on a queue costs a tenth of
//! the hop through the runtime's pool.
//!
//! Must not know: which reads are cheap.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Instant;

use crossbeam_channel::Receiver;
use roundtrip_policy::Authorized;
use roundtrip_query::Plan;
use roundtrip_store::{Rows, StoreError, StoreErrorKind, Timing};

use crate::connect::{Place, Session};
use crate::deadline::nanoseconds;
use crate::error;
use crate::group::{Answer, rollback};
use crate::options::Limits;
use crate::run;
use crate::statement::Prepared;

/// What a reader is asked to do.
pub(crate) enum ReadWork {
    /// Run a plan. Boxed: a queue has room for thousands from the start.
    Read(Box<ReadJob>),
    /// Look at the database in some other way; gets no connection where none can be opened.
    Task(Box<ReadTask>),
    /// End the thread.
    Close,
}

/// What a reader does beside plans.
pub(crate) type ReadTask = dyn FnOnce(Result<&Session, StoreError>) + Send;

/// A read that waits.
pub(crate) struct ReadJob {
    pub(crate) plan: Authorized<Plan>,
    pub(crate) prepared: Arc<Prepared>,
    pub(crate) answer: Answer,
    pub(crate) queued: Instant,
}

/// Starts one reader thread.
pub(crate) fn start(
    place: Arc<Place>,
    queue: Receiver<ReadWork>,
    number: usize,
) -> std::io::Result<JoinHandle<()>> {
    let run = move || Reader { place, session: None }.run(&queue);
    std::thread::Builder::new().name(format!("sqlite-read-{number}")).spawn(run)
}

struct Reader {
    place: Arc<Place>,
    /// Opened with the first read, so that a store that only writes opens none.
    session: Option<Session>,
}

impl Reader {
    fn run(mut self, queue: &Receiver<ReadWork>) {
        while let Ok(work) = queue.recv() {
            match work {
                ReadWork::Read(job) => self.read(*job),
                ReadWork::Task(task) => {
                    let caught = catch_unwind(AssertUnwindSafe(|| match self.session() {
                        Ok(session) => {
                            task(Ok(session));
                            rollback(session);
                        }
                        Err(error) => task(Err(error)),
                    }));
                    self.forget_after_panic(caught.is_err());
                }
                ReadWork::Close => return,
            }
        }
    }

    fn read(&mut self, job: ReadJob) {
        // Nobody waits any more: the caller hung up while the read was queued.
        if job.answer.is_closed() {
            return;
        }
        let place = Arc::clone(&self.place);
        let caught = catch_unwind(AssertUnwindSafe(|| {
            let session = self.session()?;
            let limits = place.options.limits();
            timed(&place, session, limits, job.queued, |session| {
                run::read(&session.connection, job.plan.get(), &job.prepared, limits.bytes)
                    .map_err(|failure| error::sort(&failure, job.plan.get(), limits))
            })
        }));
        self.forget_after_panic(caught.is_err());
        let outcome = caught.unwrap_or_else(|_panic| Err(StoreError::internal("a panic while a read ran")));
        if let Err(StoreError { kind: StoreErrorKind::Internal | StoreErrorKind::Unavailable, .. }) = &outcome
        {
            // The file may have been damaged, replaced or taken away: the next read looks anew.
            self.session = None;
        }
        drop(job.answer.send(outcome));
    }

    fn session(&mut self) -> Result<&Session, StoreError> {
        let session = match self.session.take() {
            Some(session) => session,
            None => self.place.reader()?,
        };
        Ok(self.session.insert(session))
    }

    fn forget_after_panic(&mut self, panicked: bool) {
        if panicked {
            tracing::error!("a panic in a reader of the database; the reader goes on");
            self.session = None;
        }
    }
}

/// Runs a read within its time and says where the time went.
pub(crate) fn timed<E>(
    place: &Place,
    session: &Session,
    limits: Limits,
    queued: Instant,
    read: impl FnOnce(&Session) -> Result<Rows, E>,
) -> Result<Rows, E> {
    let begun = place.clock.instant();
    session.deadline.start(limits.time);
    let outcome = read(session);
    session.deadline.clear();
    outcome.map(|mut rows| {
        rows.timing = Timing {
            wait_ns: nanoseconds(begun.saturating_duration_since(queued)),
            run_ns: nanoseconds(place.clock.instant().saturating_duration_since(begun)),
        };
        rows
    })
}
