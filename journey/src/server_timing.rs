//! A journey as the value of the `Server-Timing` header (W3C Server Timing).
//!
//! Must not know: who may see it. The door decides that, and asks only then.

use std::sync::LazyLock;

use crate::{Journey, Stage};

impl Journey {
    /// Appends `parse;dur=0.012, database;dur=0.210, …, total;dur=0.400` to `out`: one metric per
    /// entered stage, in milliseconds, after the database stage its halves `database-wait` and
    /// `database-run`, and the total last. Call [`Journey::finish`] first.
    pub fn server_timing(&self, out: &mut String) {
        for span in self.spans() {
            metric(out, span.stage.name(), span.duration_ns);
            if span.stage == Stage::Database {
                metric(out, "database-wait", self.database.wait_ns);
                metric(out, "database-run", self.database.run_ns);
            }
        }
        out.push_str("total;dur=");
        milliseconds(out, self.total_ns());
    }
}

fn metric(out: &mut String, name: &str, duration_ns: u64) {
    out.push_str(name);
    out.push_str(";dur=");
    milliseconds(out, duration_ns);
    out.push_str(", ");
}

/// Milliseconds with three decimals, rounded to the nearest. Not `write!`: with a dozen numbers per
/// call the formatting machinery took a seventh of all instructions of a small read.
fn milliseconds(out: &mut String, duration_ns: u64) {
    let microseconds = duration_ns.saturating_add(500) / 1_000;
    let (whole, fraction) = (microseconds / 1_000, microseconds % 1_000);
    match u8::try_from(whole) {
        // Most stages take less than ten milliseconds: one digit.
        Ok(digit @ 0..=9) => out.push(char::from(b'0' + digit)),
        _ => out.push_str(itoa::Buffer::new().format(whole)),
    }
    // The point and three digits, from a table of all there are.
    let at = usize::try_from(fraction).unwrap_or(0) * 4;
    out.push_str(FRACTIONS.get(at..at + 4).unwrap_or(".000"));
}

/// `.000.001.002…`
static FRACTIONS: LazyLock<String> = LazyLock::new(|| {
    let digit = |number: u32| char::from_digit(number % 10, 10).unwrap_or('0');
    (0..1_000).flat_map(|number| ['.', digit(number / 100), digit(number / 10), digit(number)]).collect()
});

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{DatabaseTime, World};

    #[track_caller]
    fn check(steps: &[(Stage, u64)], database: DatabaseTime, expected: &str) {
        let (world, clock) = World::fixed(0);
        let mut journey = Journey::start(&*world.clock);
        journey.database = database;
        for (stage, spent_ns) in steps {
            journey.enter(*stage, &*world.clock);
            clock.advance(Duration::from_nanos(*spent_ns));
        }
        journey.finish(&*world.clock);
        let mut header = String::new();
        journey.server_timing(&mut header);
        assert_eq!(header, expected);
    }

    #[test]
    fn one_metric_per_stage_and_the_total() {
        let none = DatabaseTime::default();
        check(&[], none, "accept;dur=0.000, total;dur=0.000");
        check(
            &[(Stage::Accept, 1_499), (Stage::Parse, 12_500), (Stage::ValidateAgain, 2_001_000_000)],
            none,
            "accept;dur=0.001, parse;dur=0.013, validate-again;dur=2001.000, total;dur=2001.014",
        );
        check(
            &[(Stage::Database, 210_000)],
            DatabaseTime { wait_ns: 10_000, run_ns: 199_600 },
            "accept;dur=0.000, database;dur=0.210, database-wait;dur=0.010, database-run;dur=0.200, total;dur=0.210",
        );
    }
}
