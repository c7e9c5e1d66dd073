//! Where a read runs: on the caller's own thread, or on a reader thread.
//!
//! A point read takes a few microseconds, and the hop to another thread and back costs as much. So
//! reads that are cheap by their shape run where they are asked for, on a connection from a small
//! pool, under a short limit; whatever is not surely cheap, finds no free connection, meets a lock or
//! the short limit goes to a reader thread. A long read never holds an async thread.
//!
//! Must not know: SQL.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use roundtrip_query::Shape;
use roundtrip_query::plan::{Compare, Count, Layout, OrderBy, Output, Predicate, ReadShape};
use roundtrip_schema::{Cardinality, FieldId, ResourceId, Schema};

use crate::connect::{Place, Session};

/// Where a read runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lane {
    /// On the caller's thread, if a connection is free.
    Inline,
    /// On a reader thread.
    Reader,
}

impl Lane {
    /// Inline for one row by its full key, with nothing inside it but the one row it refers to.
    pub(crate) fn of(schema: &Schema, shape: &Shape) -> Self {
        match shape {
            Shape::Read(read) if is_point(schema, read) => Self::Inline,
            _ => Self::Reader,
        }
    }
}

fn is_point(schema: &Schema, read: &ReadShape) -> bool {
    let scope = &read.scope;
    read.layout == Layout::Object
        && read.count == Count::None
        && !read.explain
        && names_one_row(schema, scope.resource, &scope.filter)
        && walks_nowhere(&scope.filter)
        && walks_nowhere(&scope.access)
        && scope.order.iter().all(|order| matches!(order.by, OrderBy::Own(_)))
        && scope.outputs.iter().all(is_cheap)
}

/// Whether each field of the primary key has to equal a value.
fn names_one_row(schema: &Schema, id: ResourceId, filter: &Predicate) -> bool {
    let conditions = match filter {
        Predicate::All(conditions) => &conditions[..],
        one => std::slice::from_ref(one),
    };
    let key = &schema.resource(id).primary_key;
    let fixed = |wanted: &FieldId| {
        conditions.iter().any(|condition| {
            matches!(condition, Predicate::Compare { value, operator: Compare::Eq, .. }
                if value.as_field() == Some(*wanted))
        })
    };
    !key.is_empty() && key.iter().all(fixed)
}

/// Whether a condition asks about no other rows, however many there are, and reads no document: one may
/// be as long as an answer, and patterns and queries have to be read first.
fn walks_nowhere(predicate: &Predicate) -> bool {
    match predicate {
        Predicate::Always | Predicate::Never => true,
        Predicate::Compare { value, operator, .. } => value.path.is_empty() && is_plain(*operator),
        Predicate::Is { value, .. } => value.path.is_empty(),
        Predicate::All(list) | Predicate::Any(list) => list.iter().all(walks_nowhere),
        Predicate::Not(one) => walks_nowhere(one),
        Predicate::In { .. } | Predicate::Exists(_) => false,
    }
}

fn is_plain(operator: Compare) -> bool {
    match operator {
        Compare::Eq
        | Compare::Neq
        | Compare::Gt
        | Compare::Gte
        | Compare::Lt
        | Compare::Lte
        | Compare::Distinct
        | Compare::Like
        | Compare::Ilike => true,
        Compare::Match
        | Compare::Imatch
        | Compare::Contains
        | Compare::ContainedBy
        | Compare::Overlaps
        | Compare::Range(_)
        | Compare::Search(_) => false,
    }
}

fn is_cheap(output: &Output) -> bool {
    match output {
        Output::Field { value, .. } => value.path.is_empty(),
        Output::Aggregate { .. } => false,
        Output::Embed(embed) => {
            let scope = &embed.scope;
            embed.cardinality == Cardinality::One
                && walks_nowhere(&scope.filter)
                && walks_nowhere(&scope.access)
                && scope.outputs.iter().all(is_cheap)
        }
    }
}

/// Connections for callers' threads.
pub(crate) struct Pool {
    place: Arc<Place>,
    /// One place per connection. Each thread looks into its own first: a connection that wanders
    /// between cores drags its pages and statements after it.
    /// Mutexes and not lock-free stacks: each is held for a push or a pop, some 20 ns.
    free: Box<[Mutex<Vec<Session>>]>,
    /// How many were opened, free or taken.
    opened: AtomicUsize,
    closed: AtomicBool,
}

/// A connection that goes back to its pool by itself.
pub(crate) struct Taken<'a> {
    pool: &'a Pool,
    place: usize,
    session: Option<Session>,
}

/// The number of the next thread that takes a connection.
static NEXT: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    /// This thread's number.
    static NUMBER: usize = NEXT.fetch_add(1, Ordering::Relaxed);
}

impl Pool {
    /// A pool that opens its connections when they are first wanted.
    pub(crate) fn new(place: Arc<Place>) -> Self {
        let free = (0..place.options.inline_readers.max(1)).map(|_| Mutex::default()).collect();
        Self { place, free, opened: AtomicUsize::new(0), closed: AtomicBool::new(false) }
    }

    /// A connection, unless all are taken or none can be opened.
    pub(crate) fn take(&self) -> Option<Taken<'_>> {
        let own = NUMBER.with(|number| number % self.free.len());
        let taken = |place: usize, session| Taken { pool: self, place, session: Some(session) };
        if let Some(session) = self.free(own).pop().or_else(|| self.open()) {
            return Some(taken(own, session));
        }
        let mut others = (1..self.free.len()).map(|step| (own + step) % self.free.len());
        others.find_map(|place| Some(taken(place, self.free(place).pop()?)))
    }

    fn open(&self) -> Option<Session> {
        let most = self.place.options.inline_readers;
        let place = |opened| (opened < most && !self.is_closed()).then_some(opened + 1);
        self.opened.fetch_update(Ordering::Relaxed, Ordering::Relaxed, place).ok()?;
        let session = self.place.inline_reader().ok();
        if session.is_none() {
            self.opened.fetch_sub(1, Ordering::Relaxed);
        }
        session
    }

    /// Closes the free connections, and the others when they come back.
    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::Release);
        for place in 0..self.free.len() {
            self.free(place).clear();
        }
    }

    fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    fn free(&self, place: usize) -> MutexGuard<'_, Vec<Session>> {
        self.free[place].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Taken<'_> {
    /// The connection.
    pub(crate) fn session(&self) -> Option<&Session> {
        self.session.as_ref()
    }

    /// Closes the connection: after a panic nobody knows what state it is in.
    pub(crate) fn discard(mut self) {
        self.session = None;
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        let mut free = self.pool.free(self.place);
        // Closed under the lock, so that none slips back in behind `close`.
        match self.session.take().filter(|_| !self.pool.is_closed()) {
            Some(session) => free.push(session),
            None => {
                self.pool.opened.fetch_sub(1, Ordering::Relaxed);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use roundtrip_query::plan::{
        Aggregate, Expr, Language, PathKey, Rendering, Scope, Search, SearchMode, Slot,
    };

    use super::*;
    use crate::introspect;

    const ID: usize = 0;
    const DOC: usize = 1;

    fn field(index: usize) -> Expr {
        Expr::field(FieldId::new(index))
    }

    fn inside(index: usize) -> Expr {
        Expr { path: vec![PathKey::Index(0)], ..field(index) }
    }

    fn shown(value: Expr) -> Output {
        Output::Field { value, key: "key".into() }
    }

    /// The row with a key, as a change makes of it.
    fn lane(change: impl FnOnce(&mut ReadShape)) -> Lane {
        let connection = rusqlite::Connection::open_in_memory().unwrap();
        connection.execute_batch("CREATE TABLE t (id INTEGER PRIMARY KEY, doc TEXT)").unwrap();
        let schema = introspect(&connection).unwrap();
        let filter = Predicate::compare(FieldId::new(ID), Compare::Eq, Slot(0));
        let outputs = vec![shown(field(ID)), shown(field(DOC))];
        let access = Predicate::Always;
        let mut read = ReadShape::rows(Scope { filter, outputs, access, ..Scope::of(ResourceId::new(0)) });
        read.layout = Layout::Object;
        change(&mut read);
        Lane::of(&schema, &Shape::Read(read))
    }

    fn also(read: &mut ReadShape, operator: Compare, value: Expr) {
        let more = Predicate::Compare { value, operator, slot: Slot(1) };
        let filter = std::mem::replace(&mut read.scope.filter, Predicate::Always);
        read.scope.filter = filter.and(more);
    }

    #[test]
    fn one_row_by_its_key_is_read_where_it_is_asked_for() {
        assert_eq!(lane(|_| ()), Lane::Inline);
        assert_eq!(lane(|read| also(read, Compare::Like, field(DOC))), Lane::Inline);
        let stripped = Rendering { strip_nulls: true, ..Rendering::default() };
        assert_eq!(lane(|read| read.scope.rendering = stripped), Lane::Inline);
    }

    #[test]
    fn what_may_take_longer_is_read_elsewhere() {
        let search = Compare::Search(Search { mode: SearchMode::All, language: Language::English });
        assert_eq!(lane(|read| read.layout = Layout::Array), Lane::Reader);
        assert_eq!(lane(|read| read.layout = Layout::Csv), Lane::Reader);
        assert_eq!(lane(|read| read.explain = true), Lane::Reader);
        assert_eq!(lane(|read| read.scope.outputs.push(shown(inside(DOC)))), Lane::Reader);
        for operator in [Compare::Match, Compare::Contains, search] {
            assert_eq!(lane(|read| also(read, operator, field(DOC))), Lane::Reader, "{operator:?}");
        }
        assert_eq!(lane(|read| also(read, Compare::Eq, inside(DOC))), Lane::Reader);
        let count =
            Output::Aggregate { function: Aggregate::Count, of: None, cast: None, key: "count".into() };
        assert_eq!(lane(|read| read.scope.outputs.push(count)), Lane::Reader);
    }
}
