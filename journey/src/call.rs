//! The journey of one call: when each stage began and how long it took.
//!
//! Must not know: which door the call came through, or what the stages do.

use std::time::Instant;

use crate::{Clock, Stage};

/// Marks a stage that was never entered.
const ABSENT: u64 = u64::MAX;

/// How the time of one call was spent: a fixed value, no allocation, no lock.
///
/// A call is in exactly one stage at any moment, so the durations of all stages add up to
/// [`Journey::total_ns`]. Entering a stage again adds to its duration and keeps the moment at
/// which it first began: a waterfall shows one bar per stage, in the place where a reader
/// expects it, and no time is counted twice or lost.
#[derive(Debug, Clone)]
pub struct Journey {
    started: Instant,
    begins_ns: [u64; Stage::COUNT],
    durations_ns: [u64; Stage::COUNT],
    current: Stage,
    /// Everything before this offset has been attributed to a stage.
    attributed_ns: u64,
    /// What the database took; a part of [`Stage::Database`].
    pub database: DatabaseTime,
    /// Rows read or written.
    pub rows: u64,
    /// Bytes of the answer's body.
    pub bytes: u64,
    /// Status of the answer, in the numbers of HTTP; 0 while there is none.
    pub status: u16,
}

/// The two halves of a database stage.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DatabaseTime {
    /// Time in the queue before a connection took the statement, nanoseconds.
    pub wait_ns: u64,
    /// Time in which the statement ran, nanoseconds.
    pub run_ns: u64,
}

/// One stage of a finished or running journey.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The stage.
    pub stage: Stage,
    /// When it first began, nanoseconds after the start of the call.
    pub begin_ns: u64,
    /// How long the call was in it, all visits together, nanoseconds.
    pub duration_ns: u64,
}

impl Journey {
    /// Starts the journey of a call, in [`Stage::Accept`].
    pub fn start(clock: &dyn Clock) -> Self {
        let mut begins_ns = [ABSENT; Stage::COUNT];
        begins_ns[Stage::Accept.index()] = 0;
        Self {
            started: clock.instant(),
            begins_ns,
            durations_ns: [0; Stage::COUNT],
            current: Stage::Accept,
            attributed_ns: 0,
            database: DatabaseTime::default(),
            rows: 0,
            bytes: 0,
            status: 0,
        }
    }

    /// Leaves the current stage and enters `stage`.
    pub fn enter(&mut self, stage: Stage, clock: &dyn Clock) {
        self.attribute(clock);
        self.current = stage;
        let begin = &mut self.begins_ns[stage.index()];
        if *begin == ABSENT {
            *begin = self.attributed_ns;
        }
    }

    /// Attributes the time until now. Called when the answer's head is written; when it is called
    /// again after the body, the time between goes to the stage that was current.
    pub fn finish(&mut self, clock: &dyn Clock) {
        self.attribute(clock);
    }

    /// Adds to the time that the database took; a call may run several statements.
    pub fn add_database(&mut self, time: DatabaseTime) {
        self.database.wait_ns = self.database.wait_ns.saturating_add(time.wait_ns);
        self.database.run_ns = self.database.run_ns.saturating_add(time.run_ns);
    }

    /// The stage in which the call is, or, when it has ended, was last.
    pub fn current(&self) -> Stage {
        self.current
    }

    /// The stages that were entered, in the order of [`Stage::ALL`].
    pub fn spans(&self) -> impl Iterator<Item = Span> + '_ {
        Stage::ALL.into_iter().filter_map(|stage| self.span(stage))
    }

    /// One stage, if it was entered. A stage that still runs counts up to the last call of
    /// [`Journey::enter`] or [`Journey::finish`].
    pub fn span(&self, stage: Stage) -> Option<Span> {
        let begin_ns = self.begins_ns[stage.index()];
        let duration_ns = self.durations_ns[stage.index()];
        (begin_ns != ABSENT).then_some(Span { stage, begin_ns, duration_ns })
    }

    /// Time from the start up to the last call of [`Journey::enter`] or [`Journey::finish`],
    /// nanoseconds. Equal to the sum of all durations.
    pub fn total_ns(&self) -> u64 {
        self.attributed_ns
    }

    fn attribute(&mut self, clock: &dyn Clock) {
        let elapsed = clock.instant().saturating_duration_since(self.started);
        let now_ns = u64::try_from(elapsed.as_nanos()).unwrap_or(ABSENT - 1);
        self.durations_ns[self.current.index()] += now_ns.saturating_sub(self.attributed_ns);
        self.attributed_ns = self.attributed_ns.max(now_ns);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::World;

    /// Walks the stages, spending the given nanoseconds in each, and compares the spans.
    #[track_caller]
    fn check(steps: &[(Stage, u64)], expected: &[(Stage, u64, u64)]) {
        let (world, clock) = World::fixed(0);
        let mut journey = Journey::start(&*world.clock);
        for (stage, spent_ns) in steps {
            journey.enter(*stage, &*world.clock);
            clock.advance(Duration::from_nanos(*spent_ns));
        }
        journey.finish(&*world.clock);
        let spans: Vec<_> =
            journey.spans().map(|span| (span.stage, span.begin_ns, span.duration_ns)).collect();
        assert_eq!(spans, expected);
        let sum: u64 = spans.iter().map(|span| span.2).sum();
        assert_eq!(sum, journey.total_ns());
    }

    #[test]
    fn stages_follow_each_other_without_a_gap() {
        use Stage::{Accept, Database, Parse, Plan, Render};
        check(&[], &[(Accept, 0, 0)]);
        check(&[(Accept, 5)], &[(Accept, 0, 5)]);
        check(&[(Accept, 5), (Parse, 7)], &[(Accept, 0, 5), (Parse, 5, 7)]);
        // Entered again: the first begin, both durations.
        check(
            &[(Plan, 1), (Database, 10), (Plan, 2), (Database, 20), (Render, 3)],
            &[(Accept, 0, 0), (Plan, 0, 3), (Database, 1, 30), (Render, 33, 3)],
        );
        // Out of order: listed in the order of the stages all the same.
        check(&[(Render, 4), (Parse, 1)], &[(Accept, 0, 0), (Parse, 4, 1), (Render, 0, 4)]);
        // A stage without duration was entered, so it is there.
        check(&[(Parse, 0), (Plan, 9)], &[(Accept, 0, 0), (Parse, 0, 0), (Plan, 0, 9)]);
        // Far more than the 4.29 s that 32 bits of nanoseconds hold.
        check(&[(Database, 90_000_000_000)], &[(Accept, 0, 0), (Database, 0, 90_000_000_000)]);
    }

    #[test]
    fn finishing_twice_goes_on_with_the_last_stage() {
        let (world, clock) = World::fixed(0);
        let mut journey = Journey::start(&*world.clock);
        journey.enter(Stage::Render, &*world.clock);
        for total in [10, 20] {
            clock.advance(Duration::from_nanos(10));
            journey.finish(&*world.clock);
            assert_eq!(journey.total_ns(), total);
            assert_eq!(journey.span(Stage::Render).map(|span| span.duration_ns), Some(total));
        }
        assert_eq!(journey.span(Stage::Database), None);
    }

    #[test]
    fn database_times_add_up_and_saturate() {
        let (world, _) = World::fixed(0);
        let mut journey = Journey::start(&*world.clock);
        journey.add_database(DatabaseTime { wait_ns: 1, run_ns: 2 });
        journey.add_database(DatabaseTime { wait_ns: 3, run_ns: u64::MAX });
        assert_eq!(journey.database, DatabaseTime { wait_ns: 4, run_ns: u64::MAX });
    }

    #[test]
    fn a_journey_stays_small() {
        assert!(size_of::<Journey>() <= 320, "{}", size_of::<Journey>());
    }
}
