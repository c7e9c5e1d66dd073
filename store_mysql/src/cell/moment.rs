//! Dates and times in the canonical form of the field types, and back.
//!
//! Must not know: time zones. Sessions are in UTC, and so is every value that comes or goes.

/// A day and a time of day as the binary protocol has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moment {
    pub(crate) year: u16,
    pub(crate) month: u8,
    pub(crate) day: u8,
    pub(crate) hour: u8,
    pub(crate) minute: u8,
    pub(crate) second: u8,
    pub(crate) microsecond: u32,
}

impl Moment {
    /// `2026-11-21`.
    pub(crate) fn date(self) -> String {
        format!("{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }

    /// `2026-11-21T17:30:00.5+00:00`.
    pub(crate) fn datetime(self) -> String {
        let Self { hour, minute, second, microsecond, .. } = self;
        let mut text = format!("{}T{hour:02}:{minute:02}:{second:02}", self.date());
        fraction(&mut text, microsecond);
        text.push_str("+00:00");
        text
    }
}

/// `17:30:00`; a time of MySQL may be longer than a day, and negative.
pub(crate) fn time(negative: bool, hours: u32, minute: u8, second: u8, microsecond: u32) -> String {
    let sign = if negative { "-" } else { "" };
    let mut text = format!("{sign}{hours:02}:{minute:02}:{second:02}");
    fraction(&mut text, microsecond);
    text
}

/// The same as a length, in microseconds.
pub(crate) fn length(negative: bool, hours: u32, minute: u8, second: u8, microsecond: u32) -> i64 {
    let seconds = (i64::from(hours) * 60 + i64::from(minute)) * 60 + i64::from(second);
    // No server sends so long a time; what is no server might.
    let length = seconds.saturating_mul(1_000_000).saturating_add(i64::from(microsecond));
    if negative { -length } else { length }
}

fn fraction(text: &mut String, microsecond: u32) {
    if microsecond > 0 {
        let digits = format!(".{microsecond:06}");
        text.push_str(digits.trim_end_matches('0'));
    }
}

/// The text of a `DATETIME` (`2026-11-21 17:30:00.500000`, with a space or a `T`) in canonical form;
/// `None` for what is none.
pub(crate) fn canonical(text: &[u8]) -> Option<Vec<u8>> {
    let (seconds, fraction) = text.split_at_checked(19)?;
    let is_digit_or = |(at, byte): (usize, &u8)| match at {
        4 | 7 => *byte == b'-',
        10 => matches!(byte, b'T' | b' '),
        13 | 16 => *byte == b':',
        _ => byte.is_ascii_digit(),
    };
    let sound = seconds.iter().enumerate().all(is_digit_or) && is_fraction(fraction);
    if !sound {
        return None;
    }
    let mut moment = seconds.to_vec();
    if let Some(separator) = moment.get_mut(10) {
        *separator = b'T';
    }
    moment.extend_from_slice(trimmed(fraction));
    moment.extend_from_slice(b"+00:00");
    Some(moment)
}

/// Nothing, or a point and digits.
fn is_fraction(text: &[u8]) -> bool {
    match text.split_first() {
        None => true,
        Some((point, digits)) => {
            *point == b'.' && !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)
        }
    }
}

/// A fraction without the zeros that say nothing.
fn trimmed(fraction: &[u8]) -> &[u8] {
    let end = fraction.iter().rposition(|byte| !matches!(byte, b'0' | b'.'));
    end.and_then(|end| fraction.get(..=end)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn moments_have_one_form() {
        let moment =
            Moment { year: 2026, month: 1, day: 2, hour: 3, minute: 4, second: 5, microsecond: 500_000 };
        assert_eq!(
            (moment.date().as_str(), moment.datetime().as_str()),
            ("2026-01-02", "2026-01-02T03:04:05.5+00:00")
        );
        let whole = Moment { microsecond: 0, year: 1, ..moment };
        assert_eq!(whole.datetime(), "0001-01-02T03:04:05+00:00");
        assert_eq!(time(false, 7, 8, 9, 10), "07:08:09.00001");
        assert_eq!(time(true, 838, 59, 59, 0), "-838:59:59");
        assert_eq!(length(true, 1, 30, 0, 1), -5_400_000_001);
        assert_eq!(length(false, u32::MAX, 0, 0, 0), i64::MAX);
    }

    #[test]
    fn texts_become_canonical() {
        for (text, expected) in [
            ("2026-11-21T17:30:00.000000", Some("2026-11-21T17:30:00+00:00")),
            ("2026-11-21 17:30:00", Some("2026-11-21T17:30:00+00:00")),
            ("2026-11-21 17:30:00.120000", Some("2026-11-21T17:30:00.12+00:00")),
            ("2026-11-21 17:30:00.100200", Some("2026-11-21T17:30:00.1002+00:00")),
            ("2026-11-21", None),
            ("2026-11-21x17:30:00", None),
            ("2026-11-21 17:30:00.", None),
            ("2026-11-21 17:30:00 x", None),
            ("soon", None),
            ("", None),
        ] {
            let found = canonical(text.as_bytes()).map(|text| String::from_utf8(text).unwrap());
            assert_eq!(found.as_deref(), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn whatever_comes_is_a_moment_or_none(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            if let Some(text) = canonical(&bytes) {
                prop_assert!(text.ends_with(b"+00:00"));
            }
        }
    }
}
