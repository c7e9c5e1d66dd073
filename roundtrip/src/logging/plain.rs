//! The line of `serve`: time, level, message, fields.
//!
//! Our own and not the subscriber's: every call writes one, and through the formatting machinery it
//! took a fifth of all instructions of a small read.
//!
//! It must not know where lines go.

use std::cell::RefCell;
use std::fmt::{self, Write as _};

use jiff::Timestamp;
use roundtrip_journey::{Clock as _, SystemClock};
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

/// `2026-11-21T13:02:23.084702Z INFO roundtrip::call: call method=GET status=200 …`
pub(super) struct PlainLine;

thread_local! {
    /// The line being made; kept, so that lines need no memory of their own.
    static LINE: RefCell<String> = const { RefCell::new(String::new()) };

    /// The second of the last line, and its text: date and time are worked out once a second.
    static SECOND: RefCell<(i64, String)> = const { RefCell::new((i64::MIN, String::new())) };
}

impl<S, N> FormatEvent<S, N> for PlainLine
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        _context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let colours = writer.has_ansi_escapes();
        LINE.with_borrow_mut(|line| {
            line.clear();
            make(line, event, colours)?;
            writer.write_str(line)
        })
    }
}

fn make(line: &mut String, event: &Event<'_>, colours: bool) -> fmt::Result {
    let metadata = event.metadata();
    moment(line, SystemClock.now());
    let (name, code) = match *metadata.level() {
        Level::ERROR => (" ERROR ", "31"),
        Level::WARN => (" WARN ", "33"),
        Level::INFO => (" INFO ", "32"),
        Level::DEBUG => (" DEBUG ", "34"),
        Level::TRACE => (" TRACE ", "35"),
    };
    if colours {
        write!(line, "\u{1b}[{code}m{name}\u{1b}[0m")?;
    } else {
        line.push_str(name);
    }
    line.push_str(metadata.target());
    line.push(':');
    event.record(&mut Fields(line));
    line.push('\n');
    Ok(())
}

/// `2026-11-21T13:02:23.084702Z`
fn moment(line: &mut String, now: Timestamp) {
    SECOND.with_borrow_mut(|(second, text)| {
        if *second != now.as_second() {
            *second = now.as_second();
            // To the second, without the `Z` behind it.
            format!("{now:.0}").trim_end_matches('Z').clone_into(text);
        }
        line.push_str(text);
    });
    line.push('.');
    // The leading 1 keeps the zeros of the fraction.
    let fraction = 1_000_000 + now.subsec_microsecond().max(0);
    line.push_str(itoa::Buffer::new().format(fraction).get(1..).unwrap_or_default());
    line.push('Z');
}

/// Writes fields as they come; the message without its name.
struct Fields<'a>(&'a mut String);

impl Fields<'_> {
    fn name(&mut self, field: &Field) -> &mut String {
        self.0.push(' ');
        if field.name() != "message" {
            self.0.push_str(field.name());
            self.0.push('=');
        }
        self.0
    }
}

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        // A `String` never fails to take more text.
        let _never_fails = write!(self.name(field), "{value:?}");
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        // What would break the line, or look like another field, is quoted and escaped.
        let plain = value.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"' && byte != b'=');
        let line = self.name(field);
        if plain {
            line.push_str(value);
        } else {
            let _never_fails = write!(line, "{value:?}");
        }
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.name(field).push_str(itoa::Buffer::new().format(value));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.name(field).push_str(itoa::Buffer::new().format(value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_to_the_microsecond() {
        for text in [
            "2026-11-21T13:02:23.084702Z",
            "2026-11-21T13:02:23.999999Z",
            "2026-11-21T13:02:24.000000Z",
            "1970-01-01T00:00:00.000001Z",
        ] {
            let mut line = String::new();
            moment(&mut line, text.parse().unwrap());
            assert_eq!(line, text);
        }
    }
}
