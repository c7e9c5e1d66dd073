//! Reading days, clock times and offsets: what dates, times and datetimes share.
//!
//! The forms are ISO 8601 in its extended notation, read by position; jiff knows the calendar. Its
//! own parser is not used because it takes more than we document (`20261121`, `2026-W47`, `[zones]`).

use std::fmt::Write as _;

use jiff::civil::{Date, Time};

/// What is wrong with a clock time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ClockError {
    /// It does not look like one.
    Form,
    /// Its second is 60.
    LeapSecond,
}

/// A day `YYYY-MM-DD` of the years 0001 to 9999.
pub(super) fn read_date(text: &str) -> Option<Date> {
    let [year, month, day] = fields(text, [4, 2, 2], b'-')?;
    let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    (year >= 1).then_some(date)
}

/// A clock time `HH:MM`, `HH:MM:SS` or `HH:MM:SS.f...`. Digits after the sixth, which no database
/// here keeps, are dropped: many languages send nanoseconds.
pub(super) fn read_time(text: &str) -> Result<Time, ClockError> {
    let (clock, fraction) = match text.split_once(['.', ',']) {
        Some((clock, fraction)) if clock.len() == 8 => {
            (clock, read_fraction(fraction).ok_or(ClockError::Form)?)
        }
        Some(_) => return Err(ClockError::Form),
        None => (text, 0),
    };
    let [hour, minute, second] = match clock.len() {
        5 => fields(clock, [2, 2], b':').map(|[hour, minute]| [hour, minute, 0]),
        _ => fields(clock, [2, 2, 2], b':'),
    }
    .ok_or(ClockError::Form)?;
    if second == 60 {
        return Err(ClockError::LeapSecond);
    }
    let part = |number: i16| i8::try_from(number).map_err(|_| ClockError::Form);
    let nanosecond = i32::try_from(fraction * 1000).map_err(|_| ClockError::Form)?;
    Time::new(part(hour)?, part(minute)?, part(second)?, nanosecond).map_err(|_| ClockError::Form)
}

/// An offset from UTC in seconds: `Z`, `+01:00`, `+0100`, `+01`.
pub(super) fn read_offset(text: &str) -> Option<i32> {
    if matches!(text, "Z" | "z") {
        return Some(0);
    }
    let (sign, digits) = match text.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let [hours, minutes] = match digits.len() {
        2 => fields(digits, [2], b':').map(|[hours]| [hours, 0]),
        4 => {
            let (hours, minutes) = digits.split_at_checked(2)?;
            Some([digits_only(hours)?, digits_only(minutes)?])
        }
        _ => fields(digits, [2, 2], b':'),
    }?;
    (hours <= 23 && minutes <= 59).then(|| sign * (i32::from(hours) * 3600 + i32::from(minutes) * 60))
}

/// Microseconds from the digits after a decimal point; further digits are dropped.
pub(super) fn read_fraction(digits: &str) -> Option<u32> {
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let kept = digits.bytes().chain(std::iter::repeat(b'0')).take(6);
    Some(kept.fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0')))
}

/// `YYYY-MM-DD`.
pub(super) fn write_date(text: &mut String, date: Date) {
    // A `String` never fails to take more text.
    let _ = write!(text, "{:04}-{:02}-{:02}", date.year(), date.month(), date.day());
}

/// `HH:MM:SS`, then a point and microseconds if there are any, without zeros at the end.
pub(super) fn write_time(text: &mut String, time: Time) {
    let _ = write!(text, "{:02}:{:02}:{:02}", time.hour(), time.minute(), time.second());
    write_fraction(text, time.subsec_nanosecond().unsigned_abs() / 1000);
}

/// A point and microseconds without zeros at the end; nothing for none.
pub(super) fn write_fraction(text: &mut String, microseconds: u32) {
    if microseconds > 0 {
        let digits = format!(".{microseconds:06}");
        text.push_str(digits.trim_end_matches('0'));
    }
}

/// Numbers of fixed width with a separator between them, and nothing else.
fn fields<const N: usize>(text: &str, widths: [usize; N], separator: u8) -> Option<[i16; N]> {
    let mut numbers = [0; N];
    let mut rest = text;
    for (index, width) in widths.into_iter().enumerate() {
        if index > 0 {
            rest = rest.strip_prefix(char::from(separator))?;
        }
        let (digits, after) = rest.split_at_checked(width)?;
        numbers[index] = digits_only(digits)?;
        rest = after;
    }
    rest.is_empty().then_some(numbers)
}

fn digits_only(text: &str) -> Option<i16> {
    // `parse` alone would take a sign.
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets() {
        for (text, expected) in [
            ("Z", Some(0)),
            ("+01:30", Some(5400)),
            ("-0800", Some(-28800)),
            ("+00", Some(0)),
            ("+24:00", None),
            ("+1:00", None),
            ("+é0", None),
            ("01:00", None),
            ("", None),
        ] {
            assert_eq!(read_offset(text), expected, "{text}");
        }
    }

    #[test]
    fn fractions_lose_what_nobody_keeps() {
        for (text, expected) in
            [("5", Some(500_000)), ("1234567", Some(123_456)), ("000001", Some(1)), ("", None), ("1x", None)]
        {
            assert_eq!(read_fraction(text), expected, "{text}");
        }
    }
}
