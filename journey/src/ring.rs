//! The most recent calls, in memory, so that a person can look one up by its request id.
//!
//! Must not know: who may look.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::{Record, RequestId};

/// A fixed number of recent calls; the oldest gives way to the newest.
///
/// A call takes one atomic increment and one uncontended lock, both after its answer is ready.
/// Not a queue behind one lock: under load every call would meet every other there.
#[derive(Debug)]
pub struct Ring {
    slots: Box<[Mutex<Option<Kept>>]>,
    next: AtomicU64,
}

/// A record and its number in the order of arrival.
#[derive(Debug)]
struct Kept {
    number: u64,
    record: Record,
}

impl Ring {
    /// A ring that keeps the last `capacity` calls; 0 keeps none.
    pub fn new(capacity: usize) -> Self {
        let slots = (0..capacity).map(|_| Mutex::new(None)).collect();
        Self { slots, next: AtomicU64::new(0) }
    }

    /// How many calls it keeps at most.
    pub fn capacity(&self) -> usize {
        self.slots.len()
    }

    /// Keeps a call that ended.
    pub fn record(&self, record: Record) {
        if self.slots.is_empty() {
            return;
        }
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let mut slot = self.slot(number);
        // A thread that slept here for a whole round must not replace a newer call.
        if slot.as_ref().is_none_or(|kept| kept.number < number) {
            let replaced = slot.replace(Kept { number, record });
            drop(slot);
            // Freed after the lock: nobody waits for the allocator.
            drop(replaced);
        }
    }

    /// The most recent calls, newest first, at most `limit`.
    pub fn recent(&self, limit: usize) -> Vec<Record> {
        self.numbers().filter_map(|number| self.kept(number, |_| true)).take(limit).collect()
    }

    /// The most recent call of that name, if it is still kept.
    pub fn find(&self, request_id: &RequestId) -> Option<Record> {
        self.numbers().find_map(|number| self.kept(number, |record| record.request_id == *request_id))
    }

    /// The numbers that may still be kept, newest first.
    fn numbers(&self) -> impl Iterator<Item = u64> {
        let next = self.next.load(Ordering::Relaxed);
        (next.saturating_sub(self.slots.len() as u64)..next).rev()
    }

    /// The record of that number, if it is still there and wanted.
    fn kept(&self, number: u64, wanted: impl Fn(&Record) -> bool) -> Option<Record> {
        let slot = self.slot(number);
        let kept = slot.as_ref().filter(|kept| kept.number == number && wanted(&kept.record));
        kept.map(|kept| kept.record.clone())
    }

    /// Only called when there are slots.
    fn slot(&self, number: u64) -> MutexGuard<'_, Option<Kept>> {
        let index = usize::try_from(number % self.slots.len() as u64).unwrap_or(0);
        // A panic elsewhere cannot leave a slot half-written, so a poisoned lock is still good.
        self.slots[index].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;
    use crate::{Journey, TraceParent, World};

    fn record(world: &World, name: &str) -> Record {
        Record {
            request_id: RequestId::parse(name.as_bytes()).expect("a proper name"),
            trace_id: TraceParent::start(&*world.entropy).trace_id,
            started_at: world.clock.now(),
            method: Cow::Borrowed("GET"),
            route: "/rest/v1/{resource}",
            caller: "anonymous",
            journey: Journey::start(&*world.clock),
            sql: None,
        }
    }

    fn names(records: &[Record]) -> Vec<&str> {
        records.iter().map(|record| record.request_id.as_str()).collect()
    }

    #[track_caller]
    fn check(capacity: usize, recorded: &[&str], limit: usize, expected: &[&str]) {
        let (world, _) = World::fixed(0);
        let ring = Ring::new(capacity);
        for name in recorded {
            ring.record(record(&world, name));
        }
        assert_eq!(names(&ring.recent(limit)), expected);
        for name in recorded {
            let id = RequestId::parse(name.as_bytes()).expect("a proper name");
            let kept = recorded.iter().rev().take(capacity).any(|kept| kept == name);
            assert_eq!(ring.find(&id).is_some(), kept, "{name}");
        }
    }

    #[test]
    fn the_newest_calls_come_first_and_the_oldest_give_way() {
        check(0, &["a", "b"], 10, &[]);
        check(1, &["a", "b"], 10, &["b"]);
        check(3, &[], 10, &[]);
        check(3, &["a", "b"], 10, &["b", "a"]);
        check(3, &["a", "b", "c", "d", "e"], 10, &["e", "d", "c"]);
        check(3, &["a", "b", "c", "d", "e"], 2, &["e", "d"]);
        check(3, &["a", "b"], 0, &[]);
        check(3, &["a", "b", "a"], 3, &["a", "b", "a"]);
    }

    #[test]
    fn a_name_used_twice_finds_the_newer_call() {
        let (world, clock) = World::fixed(0);
        let ring = Ring::new(5);
        ring.record(record(&world, "same"));
        clock.advance(std::time::Duration::from_secs(1));
        ring.record(record(&world, "same"));
        let found = ring.find(&RequestId::parse(b"same").expect("a proper name")).expect("kept");
        assert_eq!(found.started_at, world.clock.now());
        assert_eq!(ring.capacity(), 5);
    }

    #[test]
    fn a_late_writer_does_not_replace_a_newer_call() {
        let (world, _) = World::fixed(0);
        let ring = Ring::new(2);
        for name in ["a", "b", "c"] {
            ring.record(record(&world, name));
        }
        // As if the writer of call 0 had slept since before "c" took its slot.
        ring.next.store(0, Ordering::Relaxed);
        ring.record(record(&world, "late"));
        ring.next.store(3, Ordering::Relaxed);
        assert_eq!(names(&ring.recent(2)), ["c", "b"]);
    }

    #[test]
    fn many_threads_lose_nothing_that_fits() {
        let (world, _) = World::fixed(0);
        let ring = Ring::new(400);
        std::thread::scope(|scope| {
            for thread in 0..4 {
                let (ring, world) = (&ring, &world);
                scope.spawn(move || {
                    for call in 0..100 {
                        ring.record(record(world, &format!("{thread}-{call}")));
                        assert!(ring.recent(3).len() <= 3);
                    }
                });
            }
        });
        let all = ring.recent(usize::MAX);
        let distinct: std::collections::HashSet<_> = names(&all).into_iter().collect();
        assert_eq!(distinct.len(), 400);
    }
}
