//! Days, times of day and moments, which the server counts from the first day of 2000.
//!
//! Must not know: time zones; the server sends moments in UTC.

use super::Malformed;
use super::short::Short;
use super::wire::{self, Wire};

const DAY_MICROSECONDS: i64 = 86_400_000_000;
/// Days from 0000-03-01 to 2000-01-01 in the calendar without a beginning.
const TO_MARCH_OF_YEAR_0: i64 = 730_425;
/// Days of 400 years, after which the calendar repeats itself.
const ERA_DAYS: i64 = 146_097;

/// Writes what the server counts.
pub(super) struct Moment;

impl Moment {
    /// `2026-11-21`, as the server would write it: `infinity`, and ` BC` behind years before 1.
    pub(super) fn date(bytes: &[u8]) -> Result<Short, Malformed> {
        let mut text = Short::default();
        match i32::from_be_bytes(wire::array(bytes)?) {
            i32::MAX => text.push_all(b"infinity"),
            i32::MIN => text.push_all(b"-infinity"),
            days => {
                let era = push_date(&mut text, days.into());
                text.push_all(era);
            }
        }
        Ok(text)
    }

    /// `17:30:00.5`.
    pub(super) fn time(bytes: &[u8]) -> Result<Short, Malformed> {
        let mut text = Short::default();
        push_time(&mut text, i64::from_be_bytes(wire::array(bytes)?))?;
        Ok(text)
    }

    /// `17:30:00+02:00`.
    pub(super) fn time_with_zone(bytes: &[u8]) -> Result<Short, Malformed> {
        let mut wire = Wire(bytes);
        let mut text = Short::default();
        push_time(&mut text, wire.i64()?)?;
        // The server counts seconds to the west.
        let zone = i64::from(wire.i32()?);
        wire.end()?;
        text.push(if zone > 0 { b'-' } else { b'+' });
        let seconds = zone.unsigned_abs();
        if seconds >= 86_400 {
            return Err(Malformed::Bytes("a zone that is days away"));
        }
        text.push_number(seconds / 3_600, 2);
        text.push(b':');
        text.push_number(seconds / 60 % 60, 2);
        if seconds % 60 > 0 {
            text.push(b':');
            text.push_number(seconds % 60, 2);
        }
        Ok(text)
    }

    /// `2026-11-21T17:30:00.5+00:00`, the stored form of moments.
    pub(super) fn timestamp(bytes: &[u8]) -> Result<Short, Malformed> {
        let mut text = Short::default();
        match i64::from_be_bytes(wire::array(bytes)?) {
            i64::MAX => text.push_all(b"infinity"),
            i64::MIN => text.push_all(b"-infinity"),
            microseconds => {
                let era = push_date(&mut text, microseconds.div_euclid(DAY_MICROSECONDS));
                text.push(b'T');
                push_time(&mut text, microseconds.rem_euclid(DAY_MICROSECONDS))?;
                text.push_all(b"+00:00");
                text.push_all(era);
            }
        }
        Ok(text)
    }
}

/// The day so many days after 2000-01-01, and what has to follow it.
///
/// The year is taken to begin in March, so that the day that leap years add is its last, and months
/// are then so long in turn that a straight line counts their days.
fn push_date(text: &mut Short, days: i64) -> &'static [u8] {
    let days = days + TO_MARCH_OF_YEAR_0;
    let era = days.div_euclid(ERA_DAYS);
    let day_of_era = days.rem_euclid(ERA_DAYS);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / (ERA_DAYS - 1)) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let months_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * months_from_march + 2) / 5 + 1;
    let month = if months_from_march < 10 { months_from_march + 3 } else { months_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    // There is no year 0: the one before 1 is 1 BC.
    let (year, suffix): (i64, &[u8]) = if year > 0 { (year, b"") } else { (1 - year, b" BC") };
    text.push_number(year.unsigned_abs(), 4);
    text.push(b'-');
    text.push_number(month.unsigned_abs(), 2);
    text.push(b'-');
    text.push_number(day.unsigned_abs(), 2);
    suffix
}

fn push_time(text: &mut Short, microseconds: i64) -> Result<(), Malformed> {
    let outside = Malformed::Bytes("a time outside of its day");
    let count = u64::try_from(microseconds).map_err(|_| outside)?;
    // The server knows 24:00:00 as the end of a day.
    if microseconds > DAY_MICROSECONDS {
        return Err(outside);
    }
    let seconds = count / 1_000_000;
    text.push_number(seconds / 3_600, 2);
    text.push(b':');
    text.push_number(seconds / 60 % 60, 2);
    text.push(b':');
    text.push_number(seconds % 60, 2);
    text.push_fraction(count % 1_000_000);
    Ok(())
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan as _;
    use jiff::civil::{Date, DateTime};
    use proptest::prelude::*;

    use super::*;

    fn text(text: Result<Short, Malformed>) -> String {
        String::from_utf8(text.unwrap().bytes().to_vec()).unwrap()
    }

    #[test]
    fn days_and_moments() {
        let date = |days: i32| text(Moment::date(&days.to_be_bytes()));
        for (days, expected) in [
            (0, "2000-01-01"),
            (59, "2000-02-29"),
            (9_821, "2026-11-21"),
            (-730_119, "0001-01-01"),
            (-730_120, "0001-12-31 BC"),
            (i32::MAX, "infinity"),
            (i32::MIN, "-infinity"),
            (2_145_031_948, "5874897-12-31"),
        ] {
            assert_eq!(date(days), expected);
        }
        let moment = |microseconds: i64| text(Moment::timestamp(&microseconds.to_be_bytes()));
        for (microseconds, expected) in [
            (0, "2000-01-01T00:00:00+00:00"),
            (-1, "1999-12-31T23:59:59.999999+00:00"),
            (848_597_400_500_000, "2026-11-21T17:30:00.5+00:00"),
            (i64::MAX, "infinity"),
            (i64::MIN, "-infinity"),
            (i64::MAX - 1, "294277-01-09T04:00:54.775806+00:00"),
            (-63_082_281_600_000_000, "0001-01-01T00:00:00+00:00"),
            (-63_082_281_600_000_001, "0001-12-31T23:59:59.999999+00:00 BC"),
        ] {
            assert_eq!(moment(microseconds), expected);
        }
    }

    #[test]
    fn times() {
        let time = |microseconds: i64| Moment::time(&microseconds.to_be_bytes());
        assert_eq!(text(time(63_000_000_000)), "17:30:00");
        assert_eq!(text(time(1)), "00:00:00.000001");
        assert_eq!(text(time(DAY_MICROSECONDS)), "24:00:00");
        assert!(time(-1).is_err() && time(DAY_MICROSECONDS + 1).is_err());
        let zoned = |zone: i32| {
            let bytes = [&63_000_000_000_i64.to_be_bytes()[..], &zone.to_be_bytes()].concat();
            Moment::time_with_zone(&bytes)
        };
        assert_eq!(text(zoned(0)), "17:30:00+00:00");
        assert_eq!(text(zoned(-7_200)), "17:30:00+02:00");
        assert_eq!(text(zoned(12_645)), "17:30:00-03:30:45");
        assert!(zoned(i32::MIN).is_err());
    }

    proptest! {
        #[test]
        fn every_day_is_as_another_calendar_has_it(days in -700_000_i32..2_900_000) {
            let expected = Date::constant(2000, 1, 1).checked_add(i64::from(days).days()).unwrap();
            prop_assert_eq!(text(Moment::date(&days.to_be_bytes())), expected.to_string());
        }

        #[test]
        fn every_moment_too(seconds in -60_000_000_000_i64..250_000_000_000) {
            let begin = DateTime::constant(2000, 1, 1, 0, 0, 0, 0);
            let expected = begin.checked_add(seconds.seconds()).unwrap();
            let microseconds = seconds * 1_000_000;
            let text = text(Moment::timestamp(&microseconds.to_be_bytes()));
            prop_assert_eq!(text, format!("{expected}+00:00"));
        }
    }
}
