//! Moments, kept in UTC as `2026-11-21T17:30:00.5+00:00`, to the microsecond, years 0001 to 9999.
//!
//! The canonical form sorts bytewise in the order of time, because `+` comes before `.` and both
//! come before digits: `...:00+00:00` < `...:00.5+00:00` < `...:00.51+00:00`.
//!
//! Read are also a space instead of `T`, `Z` and other offsets, no seconds, and a day alone (its
//! midnight). Without an offset it is UTC. Digits beyond the microsecond are dropped.

use jiff::civil::{DateTime, Time};
use jiff::{Span, ToSpan as _};
use serde_json::json;

use crate::field::{Facts, Measure, Refusal, Storage, calendar, literal, time};
use crate::form::Form;
use crate::value::Value;

const WANTED: &str = "a date and time such as 2026-11-21T17:30:00Z";

pub(super) static FACTS: Facts = Facts {
    name: "datetime",
    summary: "a moment, kept in UTC",
    storage: Storage::Datetime,
    measure: Measure::Value,
    listable: true,
    form: |_| Form::Datetime,
    from_json: |_, json| read(&literal::string(WANTED, json)?),
    from_text: |_, text| read(text),
    json_schema: |_| json!({ "type": "string", "format": "date-time" }),
    example: |_| json!("2026-11-21T17:30:00+00:00"),
};

fn read(text: &str) -> Result<Value, Refusal> {
    read_moment(text).map(|moment| Value::text(write(moment)))
}

/// The moment, in UTC, that a stored text names; `None` for what is none.
pub(super) fn moment(text: &str) -> Option<DateTime> {
    read_moment(text).ok()
}

fn read_moment(text: &str) -> Result<DateTime, Refusal> {
    let refused = || literal::wrong_format(WANTED);
    let (day, rest) = text.trim().split_at_checked(10).ok_or_else(refused)?;
    let date = calendar::read_date(day).ok_or_else(refused)?;
    let (time, offset) = read_clock(rest)?;
    in_utc(date.to_datetime(time), offset)
        .ok_or_else(|| Refusal::new("range", "must be in the years 0001 to 9999 in UTC"))
}

/// What follows the day: a time, and an offset in seconds.
fn read_clock(text: &str) -> Result<(Time, i32), Refusal> {
    let refused = || literal::wrong_format(WANTED);
    if text.is_empty() {
        return Ok((Time::midnight(), 0));
    }
    let clock = text.strip_prefix(['T', 't', ' ']).ok_or_else(refused)?;
    let (clock, offset) = match clock.find(['Z', 'z', '+', '-']) {
        Some(at) => {
            let (clock, offset) = clock.split_at(at);
            (clock.trim_end(), calendar::read_offset(offset).ok_or_else(refused)?)
        }
        None if clock.contains(' ') => return Err(plus_became_space()),
        None => (clock, 0),
    };
    let time = calendar::read_time(clock).map_err(|error| time::refusal(error, WANTED))?;
    Ok((time, offset))
}

/// In a query string a bare `+` means a space: the mistake is common, and hard to see.
fn plus_became_space() -> Refusal {
    Refusal::new("format", format!("must be {WANTED}; in a query string, write + as %2B"))
}

fn in_utc(local: DateTime, offset_seconds: i32) -> Option<DateTime> {
    let offset: Span = offset_seconds.seconds();
    let moment = local.checked_sub(offset).ok()?;
    (1..=9999).contains(&moment.year()).then_some(moment)
}

fn write(moment: DateTime) -> String {
    let mut text = String::with_capacity(32);
    calendar::write_date(&mut text, moment.date());
    text.push('T');
    calendar::write_time(&mut text, moment.time());
    text.push_str("+00:00");
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::field::Kind;
    use crate::field::table::{check_json, check_text};

    const REFUSED: &str = "format: must be a date and time such as 2026-11-21T17:30:00Z";

    #[test]
    fn json() {
        check_json(
            &Kind::Datetime,
            &[
                (r#""2026-11-21T17:30:00Z""#, r#""2026-11-21T17:30:00+00:00""#),
                (r#""2026-11-21T17:30:00.120Z""#, r#""2026-11-21T17:30:00.12+00:00""#),
                (r#""2026-11-21T00:30:00+02:00""#, r#""2026-11-20T22:30:00+00:00""#),
                (r#""2026-12-31 23:30:00-0100""#, r#""2027-01-01T00:30:00+00:00""#),
                (r#""2026-11-21T17:30""#, r#""2026-11-21T17:30:00+00:00""#),
                (r#""2026-11-21""#, r#""2026-11-21T00:00:00+00:00""#),
                (r#""1969-12-31T23:59:59.9999999Z""#, r#""1969-12-31T23:59:59.999999+00:00""#),
                (r#""2016-12-31T23:59:60Z""#, "format: must not be a leap second: seconds go from 00 to 59"),
                (r#""0001-01-01T00:00:00+01:00""#, "range: must be in the years 0001 to 9999 in UTC"),
                (r#""9999-12-31T23:59:59-01:00""#, "range: must be in the years 0001 to 9999 in UTC"),
                (r#""2026-02-30T00:00:00Z""#, REFUSED),
                (r#""2026-11-21T25:00:00Z""#, REFUSED),
                (r#""2026-11-21T17:30:00Zulu""#, REFUSED),
                (r#""2026-11-21x17:30:00""#, REFUSED),
                ("1763746200", "type: must be a date and time such as 2026-11-21T17:30:00Z, not a number"),
            ],
        );
    }

    #[test]
    fn text() {
        let space = format!("{REFUSED}; in a query string, write + as %2B");
        check_text(
            &Kind::Datetime,
            &[
                ("2026-11-21 17:30:00 +00", r#""2026-11-21T17:30:00+00:00""#),
                ("2026-11-21T17:30:00 00:00", &space),
                ("now", REFUSED),
                ("ééééééééé", REFUSED),
            ],
        );
    }

    fn moment() -> impl Strategy<Value = DateTime> {
        let microsecond = prop_oneof![Just(0), 0..1_000_000_i32, (0..100_i32).prop_map(|n| n * 10_000)];
        // Few distinct days and seconds, so that pairs often differ in the fraction alone.
        (prop_oneof![Just(2026_i16), 1..10_000_i16], 1..3_i8, 0..2_i8, microsecond).prop_map(
            |(year, day, second, microsecond)| {
                DateTime::new(year, 1, day, 0, 0, second, microsecond * 1000).unwrap()
            },
        )
    }

    proptest! {
        #[test]
        fn canonical_forms_sort_like_time(one in moment(), other in moment()) {
            prop_assert_eq!(write(one).as_bytes().cmp(write(other).as_bytes()), one.cmp(&other));
        }

        #[test]
        fn an_offset_does_not_change_the_moment(one in moment(), offset in -1439..1440_i32) {
            let local = one.checked_add(offset.minutes()).unwrap();
            prop_assume!((1..=9999).contains(&local.year()));
            let sign = if offset < 0 { '-' } else { '+' };
            let text = format!("{local}{sign}{:02}:{:02}", offset.abs() / 60, offset.abs() % 60);
            prop_assert_eq!(read(&text), Ok(Value::text(write(one))));
        }
    }
}
