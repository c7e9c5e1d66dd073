//! The line of `serve`: time, level, message, fields.
//!
//! Our own and not the subscriber's: every call writes one, and through the formatting machinery it
//! took a fifth of all instructions of a small read.
//!
//! It must not know where lines go.

use std::cell::RefCell;
use std::fmt::{self, Write as _};

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
    write!(line, "{:.6}", SystemClock.now())?;
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
