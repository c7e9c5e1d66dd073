//! Time zones in which moments are shown, named as PostgreSQL names them.
//!
//! Moments are kept in UTC; a zone only changes how one is written. The names are those of the IANA
//! database, which is built in, so that an answer does not depend on the machine.
//!
//! Must not know: who asked for the zone, or how an answer is laid out.

use std::fmt::Write as _;

use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};

use super::{calendar, datetime};

/// The longest name that is looked at; POSIX rules with both their days are about so long.
const LONGEST_NAME: usize = 100;

/// Seconds of a day: an offset is smaller.
const DAY: i32 = 86_400;

/// A time zone in which moments are shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone(TimeZone);

impl Zone {
    /// The zone of this name; `None` where there is none.
    ///
    /// Four kinds of names are known, in this order: hours east of UTC (`-7`, `5.5`), a name of the
    /// IANA database in any case (`Europe/Paris`), an offset as POSIX counts it, west of UTC (`+05:30`
    /// is five and a half hours behind), and a POSIX rule (`XYZ3`).
    pub fn named(name: &str) -> Option<Self> {
        let name = name.trim();
        if name.is_empty() || name.len() > LONGEST_NAME {
            return None;
        }
        if let Some(seconds) = hours_east(name) {
            return fixed(seconds);
        }
        if let Ok(zone) = TimeZone::get(name) {
            return Some(Self(zone));
        }
        match clock_west(name) {
            Some(seconds) => fixed(-seconds),
            None => TimeZone::posix(name).ok().map(Self),
        }
    }

    /// A stored moment as the zone's clocks show it, with their offset: `2023-10-18T07:07:59.611-05:30`.
    /// `None` for text that is no moment.
    pub fn local(&self, stored: &str) -> Option<String> {
        let moment = datetime::moment(stored)?;
        let offset = self.0.to_offset(Offset::UTC.to_timestamp(moment).ok()?);
        let local = moment.checked_add(jiff::SignedDuration::from_secs(offset.seconds().into())).ok()?;
        Some(write(local, offset))
    }
}

fn write(local: DateTime, offset: Offset) -> String {
    let mut text = String::with_capacity(32);
    calendar::write_date(&mut text, local.date());
    text.push('T');
    calendar::write_time(&mut text, local.time());
    let seconds = offset.seconds();
    let (hours, rest) = (seconds.abs() / 3600, seconds.abs() % 3600);
    // A `String` never fails to take more text.
    let _ = write!(text, "{}{hours:02}:{:02}", if seconds < 0 { '-' } else { '+' }, rest / 60);
    if rest % 60 != 0 {
        // Clocks ran on local time to the second before there were zones.
        let _ = write!(text, ":{:02}", rest % 60);
    }
    text
}

fn fixed(seconds: i32) -> Option<Zone> {
    let offset = Offset::from_seconds(seconds).ok().filter(|_| seconds.abs() < DAY)?;
    Some(Zone(TimeZone::fixed(offset)))
}

/// Seconds from hours alone, perhaps with a fraction; east is positive.
fn hours_east(name: &str) -> Option<i32> {
    let digits = name.strip_prefix(['+', '-']).unwrap_or(name);
    if !digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return None;
    }
    let hours: f64 = name.parse().ok()?;
    #[expect(clippy::cast_possible_truncation, reason = "at most a day of seconds, which an i32 holds")]
    (hours.abs() < 24.0).then(|| (hours * 3600.0).round() as i32)
}

/// Seconds from an offset with minutes, with its own sign.
fn clock_west(name: &str) -> Option<i32> {
    match name.split_at_checked(6) {
        Some((minutes, seconds)) if seconds.starts_with(':') => {
            let offset = calendar::read_offset(minutes)?;
            let seconds: i32 = seconds.get(1..).filter(|text| text.len() == 2)?.parse().ok()?;
            (0..60).contains(&seconds).then(|| offset + seconds * offset.signum())
        }
        _ => calendar::read_offset(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STORED: &str = "2023-10-18T12:37:59.611+00:00";

    #[test]
    fn moments_are_written_as_local_clocks_show_them() {
        for (name, expected) in [
            ("UTC", Some("2023-10-18T12:37:59.611+00:00")),
            ("America/Los_Angeles", Some("2023-10-18T05:37:59.611-07:00")),
            ("europe/paris", Some("2023-10-18T14:37:59.611+02:00")),
            ("Asia/Kathmandu", Some("2023-10-18T18:22:59.611+05:45")),
            // POSIX counts westwards, hours alone count eastwards, as in PostgreSQL.
            ("+05:30", Some("2023-10-18T07:07:59.611-05:30")),
            ("-05:30", Some("2023-10-18T18:07:59.611+05:30")),
            ("-7", Some("2023-10-18T05:37:59.611-07:00")),
            ("5.5", Some("2023-10-18T18:07:59.611+05:30")),
            ("XYZ3", Some("2023-10-18T09:37:59.611-03:00")),
            ("Mars/Olympus", None),
            ("+25:00", None),
            ("24", None),
            (".", None),
            ("+é5:30", None),
            ("../../etc/passwd", None),
            ("", None),
        ] {
            let local = Zone::named(name).and_then(|zone| zone.local(STORED));
            assert_eq!(local.as_deref(), expected, "{name}");
        }
    }

    #[test]
    fn what_is_no_moment_has_no_local_time() {
        let zone = Zone::named("Europe/Paris").unwrap();
        for (stored, expected) in [
            ("2023-10-18 12:00", Some("2023-10-18T14:00:00+02:00")),
            ("2023-01-18T12:00:00Z", Some("2023-01-18T13:00:00+01:00")),
            ("1900-01-01T00:00:00Z", Some("1900-01-01T00:09:21+00:09:21")),
            ("9999-12-31T23:59:59Z", None),
            ("soon", None),
            ("", None),
        ] {
            assert_eq!(zone.local(stored).as_deref(), expected, "{stored}");
        }
    }
}
