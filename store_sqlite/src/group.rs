//! Group commit: many waiting writes, one transaction, one wait for the disk.
//!
//! Every member of a group is atomic by itself. One that runs a single statement is so by SQLite's own
//! statement journal, and gets no savepoint; one that runs several, or whose statement may succeed and
//! still have to be undone, gets one. After the one COMMIT everybody is answered, never before.
//!
//! Three things make one member spoil the others, and then each runs again in a transaction of its own:
//! * a time limit that strikes inside a write rolls back the whole transaction, and so do a constraint
//!   declared `ON CONFLICT ROLLBACK` and some failures of the disk;
//! * a deferred reference passes its own statement and fails the COMMIT of all;
//! * a panic leaves nobody knows what.
//!
//! After a COMMIT that failed for another reason (the disk) nobody is answered with success.
//!
//! Must not know: how members are waited for, or how they got here.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Instant;

use roundtrip_policy::Authorized;
use roundtrip_query::Plan;
use roundtrip_store::{Rows, StoreError, StoreErrorKind, Timing};
use tokio::sync::oneshot;

use crate::connect::{Place, Session};
use crate::deadline::nanoseconds;
use crate::error;
use crate::options::Limits;
use crate::reference;
use crate::run::{self, FailedAt, Failure};
use crate::statement::Prepared;

/// Where an outcome goes.
pub(crate) type Answer = oneshot::Sender<Result<Rows, StoreError>>;

/// A write that waits.
pub(crate) struct WriteJob {
    pub(crate) plan: Authorized<Plan>,
    pub(crate) prepared: Arc<Prepared>,
    pub(crate) answer: Answer,
    pub(crate) queued: Instant,
}

/// What came of running all members in one transaction.
enum Together {
    /// It is on the disk.
    Committed(Vec<Result<Rows, StoreError>>),
    /// One member spoiled it: each again alone, but those whose fate is settled.
    Apart(Vec<Option<StoreError>>),
    /// Nothing was saved, for a reason that holds for all.
    Failed(StoreError),
}

/// Runs the jobs and answers each of them.
pub(crate) fn commit(session: &Session, place: &Place, jobs: &mut Vec<WriteJob>) {
    let run = Run { session, limits: place.options.limits() };
    let begun = place.clock.instant();
    let answer = |job: WriteJob, mut outcome: Result<Rows, StoreError>| {
        if let Ok(rows) = &mut outcome {
            rows.timing = Timing {
                wait_ns: nanoseconds(begun.saturating_duration_since(job.queued)),
                run_ns: nanoseconds(place.clock.instant().saturating_duration_since(begun)),
            };
        }
        // A caller who hung up does not undo what is on the disk.
        drop(job.answer.send(outcome));
    };
    let together = match &jobs[..] {
        [one] => Together::Committed(vec![run.alone(one)]),
        many => run.together(many),
    };
    match together {
        Together::Committed(outcomes) => {
            jobs.drain(..).zip(outcomes).for_each(|(job, outcome)| answer(job, outcome));
        }
        Together::Apart(settled) => {
            for (job, settled) in jobs.drain(..).zip(settled) {
                let outcome = settled.map_or_else(|| run.alone(&job), Err);
                answer(job, outcome);
            }
        }
        Together::Failed(error) => jobs.drain(..).for_each(|job| answer(job, Err(error.clone()))),
    }
}

/// A group on its way.
struct Run<'a> {
    session: &'a Session,
    limits: Limits,
}

impl Run<'_> {
    fn together(&self, jobs: &[WriteJob]) -> Together {
        if let Err(error) = begin(self.session) {
            return Together::Failed(error::plain(&error));
        }
        let mut outcomes = Vec::with_capacity(jobs.len());
        for job in jobs {
            let outcome = self.member(job);
            // Whatever the reason: the transaction is gone, and with it what the others did.
            let vanished = self.session.connection.is_autocommit();
            if vanished || is_panic(&outcome) {
                rollback(self.session);
                let mut settled: Vec<_> = jobs.iter().map(|_| None).collect();
                settled[outcomes.len()] = outcome.err().filter(is_final);
                return Together::Apart(settled);
            }
            outcomes.push(outcome);
        }
        match execute(self.session, "COMMIT") {
            Ok(()) => Together::Committed(outcomes),
            Err(error) => {
                rollback(self.session);
                if error::is_constraint(&error) {
                    Together::Apart(jobs.iter().map(|_| None).collect())
                } else {
                    Together::Failed(error::plain(&error))
                }
            }
        }
    }

    fn alone(&self, job: &WriteJob) -> Result<Rows, StoreError> {
        begin(self.session).map_err(|error| error::plain(&error))?;
        let outcome = self.member(job);
        if outcome.is_err() || self.session.connection.is_autocommit() {
            rollback(self.session);
            // Success in a transaction that is gone saved nothing.
            return Err(outcome.err().unwrap_or_else(|| StoreError::internal("the transaction vanished")));
        }
        match execute(self.session, "COMMIT") {
            Ok(()) => outcome,
            Err(error) => Err(self.not_committed(job, error)),
        }
    }

    /// Why a transaction of one member could not be committed; it is rolled back here.
    fn not_committed(&self, job: &WriteJob, error: rusqlite::Error) -> StoreError {
        let plan = job.plan.get();
        let is_reference = error::is_reference(&error);
        let mut sorted = error::sort(&Failure::Database(error), plan, self.limits);
        let find = || {
            let mut rows = 0..plan.params.rows.len();
            rows.find_map(|row| self.broken(plan, row))
        };
        // With what was written in sight, or else with what was deleted back in its place.
        let found = if is_reference { find() } else { None };
        rollback(self.session);
        if let Some(kind) = found.or_else(|| if is_reference { find() } else { None }) {
            sorted.detail = kind.detail();
            sorted.kind = kind;
        }
        sorted
    }

    fn member(&self, job: &WriteJob) -> Result<Rows, StoreError> {
        let guarded = job.prepared.is_guarded(job.plan.get());
        atomic(self.session, self.limits, job.plan.get(), &job.prepared, guarded)
    }

    fn broken(&self, plan: &Plan, row: usize) -> Option<StoreErrorKind> {
        broken(self.session, self.limits, plan, row)
    }
}

/// Runs one plan inside the open transaction, whole or not at all, within its time.
pub(crate) fn atomic(
    session: &Session,
    limits: Limits,
    plan: &Plan,
    prepared: &Prepared,
    guarded: bool,
) -> Result<Rows, StoreError> {
    if guarded {
        execute(session, "SAVEPOINT member").map_err(|error| error::plain(&error))?;
    }
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        session.deadline.start(limits.time);
        run::write(&session.connection, plan, prepared, limits.bytes)
    }));
    session.deadline.clear();
    let outcome = match outcome {
        Ok(Ok(rows)) => Ok(rows),
        Ok(Err(failed)) => {
            if failed.wrote && !guarded {
                // It was answered wrongly and not written wrongly, which is rare: the whole transaction
                // goes, and its other members run again, rather than a savepoint for each of them.
                rollback(session);
            }
            Err(sorted(session, limits, plan, &failed))
        }
        Err(_panic) => Err(StoreError::internal(PANIC)),
    };
    if guarded && !session.connection.is_autocommit() {
        let undo = outcome.is_err() || plan.terms.rollback;
        let undone = if undo { execute(session, "ROLLBACK TO member") } else { Ok(()) };
        undone.and_then(|()| execute(session, "RELEASE member")).map_err(|error| error::plain(&error))?;
    }
    outcome
}

fn sorted(session: &Session, limits: Limits, plan: &Plan, failed: &FailedAt) -> StoreError {
    let mut sorted = error::sort(&failed.failure, plan, limits);
    if let Failure::Database(error) = &failed.failure
        && error::is_reference(error)
        && let Some(kind) = broken(session, limits, plan, failed.row)
    {
        sorted.detail = kind.detail();
        sorted.kind = kind;
    }
    let is_about_all = matches!(failed.failure, Failure::Breach(breach) if breach.is_about_all());
    sorted.row = (plan.params.rows.len() > 1 && !is_about_all).then_some(failed.row);
    sorted
}

fn broken(session: &Session, limits: Limits, plan: &Plan, row: usize) -> Option<StoreErrorKind> {
    session.deadline.start(limits.time);
    let found = reference::broken(&session.connection, plan, row);
    session.deadline.clear();
    found
}

const PANIC: &str = "a panic while a write ran";

fn is_panic(outcome: &Result<Rows, StoreError>) -> bool {
    matches!(outcome, Err(error) if error.kind == StoreErrorKind::Internal && error.private == PANIC)
}

/// Whether running alone could not end better. A broken constraint could: what it collided with may
/// have been another member that is rolled back now.
fn is_final(error: &StoreError) -> bool {
    matches!(
        error.kind,
        StoreErrorKind::Timeout { .. }
            | StoreErrorKind::Internal
            | StoreErrorKind::Full
            | StoreErrorKind::TooLarge { .. }
    )
}

/// Begins to write: waits for other programs now, not in the middle.
pub(crate) fn begin(session: &Session) -> rusqlite::Result<()> {
    execute(session, "BEGIN IMMEDIATE")
}

/// Ends the transaction if it still is there.
pub(crate) fn rollback(session: &Session) {
    if session.connection.is_autocommit() {
        return;
    }
    if let Err(error) = execute(session, "ROLLBACK") {
        tracing::error!(%error, "a transaction could not be rolled back");
    }
}

/// Runs a statement without values or rows.
pub(crate) fn execute(session: &Session, sql: &str) -> rusqlite::Result<()> {
    session.connection.prepare_cached(sql)?.raw_execute().map(|_changes| ())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use roundtrip_journey::SystemClock;
    use roundtrip_query::plan::{
        Compare, Conflict, Expr, InsertShape, Layout, Output, Params, Predicate, Resolution, Scope, Shape,
        Slot, Terms, UpdateShape,
    };
    use roundtrip_schema::{FieldId, ResourceId, Value};

    use super::*;
    use crate::connect::Mode;
    use crate::options::Options;

    /// Where the field `n` stands.
    const N: usize = 1;

    /// `n` is less than the value of this slot.
    fn below(slot: u16) -> Predicate {
        Predicate::compare(FieldId::new(N), Compare::Lt, Slot(slot))
    }

    /// Rows of which those may be seen whose `n` is below the slot's value.
    fn seen_below(slot: u16) -> Scope {
        let outputs = vec![Output::Field { value: Expr::field(FieldId::new(N)), key: "n".into() }];
        Scope { outputs, access: below(slot), ..Scope::of(ResourceId::new(0)) }
    }

    fn run(session: &Session, shape: Shape, rows: &[i64], fixed: &[i64]) -> Result<Rows, StoreError> {
        let schema = Arc::new(crate::introspect(&session.connection).unwrap());
        let prepared = Prepared::new(&schema, &shape);
        let params = Params {
            rows: rows.iter().map(|n| vec![Value::Integer(*n)]).collect(),
            fixed: fixed.iter().copied().map(Value::Integer).collect(),
        };
        let limits = Limits { time: Duration::from_secs(5), bytes: 1_000 };
        begin(session).unwrap();
        let plan = Plan { schema, shape: Arc::new(shape), params, terms: Terms::default() };
        let outcome = atomic(session, limits, &plan, &prepared, prepared.is_guarded(&plan));
        execute(session, "COMMIT").unwrap();
        outcome
    }

    #[test]
    fn rules_hold_for_written_rows() {
        let folder = tempfile::tempdir().unwrap();
        let (path, clock) = (folder.path().join("t.db"), Arc::new(SystemClock));
        let place = Place { path, mode: Mode::Project, options: Options::default(), clock };
        let session = place.writer().unwrap();
        session.connection.execute_batch("CREATE TABLE t (id INTEGER PRIMARY KEY, n INT)").unwrap();
        let columns = vec![FieldId::new(N)];
        // Slot 0 is the written value, slot 1 what it must stay below, slot 2 up to where it is seen.
        let insert = |check| {
            let (columns, resource) = (columns.clone(), ResourceId::new(0));
            let (returning, location, layout) = (Some(seen_below(2)), true, Layout::Array);
            let conflict = None;
            Shape::Insert(InsertShape { resource, columns, check, conflict, returning, location, layout })
        };
        let rows = run(&session, insert(below(1)), &[1, 7], &[10, 5]).unwrap();
        assert_eq!((&rows.body[..], rows.count, rows.written), (&b"[{\"n\":1}]"[..], 1, 2));
        let one = run(&session, insert(Predicate::Always), &[8], &[10, 5]).unwrap();
        assert_eq!((&one.body[..], one.location), (&b"[]"[..], Some(vec!["3".to_owned()])));
        let refused = run(&session, insert(below(1)), &[2, 10, 3], &[10, 5]).unwrap_err();
        assert_eq!(refused.kind, StoreErrorKind::Refused { resource: "t".to_owned() });
        assert_eq!(refused.row, Some(1));
        let update = Shape::Update(UpdateShape {
            resource: ResourceId::new(0),
            columns: columns.clone(),
            filter: Predicate::Always,
            access: below(2),
            check: below(1),
            returning: None,
            layout: Layout::Array,
        });
        assert_eq!(run(&session, update.clone(), &[4], &[10, 8]).unwrap().written, 2);
        assert!(run(&session, update, &[11], &[10, 8]).is_err());
        let all = session.connection.query_row("SELECT group_concat(n) FROM t", [], |row| row.get(0));
        assert_eq!(all, Ok("4,4,8".to_owned()));
    }

    #[test]
    fn a_merge_changes_only_rows_that_the_caller_may_change() {
        let folder = tempfile::tempdir().unwrap();
        let (path, clock) = (folder.path().join("t.db"), Arc::new(SystemClock));
        let place = Place { path, mode: Mode::Project, options: Options::default(), clock };
        let session = place.writer().unwrap();
        let sql = "CREATE TABLE t (id INTEGER PRIMARY KEY, n INT UNIQUE, owner INT DEFAULT 1);
            INSERT INTO t (n, owner) VALUES (1, 1), (2, 9)";
        session.connection.execute_batch(sql).unwrap();
        // Slot 0 is the written value; slot 1 names the owner of the rows that may be changed.
        let access = Predicate::compare(FieldId::new(2), Compare::Eq, Slot(1));
        let merge = |access| {
            let (target, sets) = (vec![FieldId::new(N)], Vec::new());
            let conflict = Some(Conflict { target, sets, resolution: Resolution::Merge, access });
            Shape::Insert(InsertShape {
                resource: ResourceId::new(0),
                columns: vec![FieldId::new(N)],
                check: Predicate::Always,
                conflict,
                returning: None,
                location: true,
                layout: Layout::Array,
            })
        };
        let place = |id: &str| Some(vec![id.to_owned()]);
        let own = run(&session, merge(access.clone()), &[1], &[1]).unwrap();
        assert_eq!((own.written, own.created, own.location), (1, false, place("1")));
        let new = run(&session, merge(access.clone()), &[3], &[1]).unwrap();
        assert_eq!((new.written, new.created, new.location), (1, true, place("3")));
        let others = run(&session, merge(access), &[4, 2], &[1]).unwrap_err();
        assert_eq!(others.kind, StoreErrorKind::Refused { resource: "t".to_owned() });
        assert_eq!(others.row, Some(1));
        let all = run(&session, merge(Predicate::Always), &[2, 4], &[]).unwrap();
        assert_eq!((all.written, all.created, all.location), (2, true, None));
    }
}
