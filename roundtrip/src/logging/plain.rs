//! The line of `serve`: time, level, message, fields.
//!
//! Our own and not the subscriber's: every call writes one, and through the formatting machinery it
//! took a fifth of all instructions of a small read.
//!
//! It must not know where lines go.

use std::fmt;

use roundtrip_journey::{Clock as _, SystemClock};
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

/// `2026-11-21T13:02:23.084702Z INFO roundtrip::call: call method=GET status=200 …`
pub(super) struct PlainLine;

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
        let metadata = event.metadata();
        write!(writer, "{:.6}", SystemClock.now())?;
        let (name, code) = match *metadata.level() {
            Level::ERROR => (" ERROR ", "31"),
            Level::WARN => (" WARN ", "33"),
            Level::INFO => (" INFO ", "32"),
            Level::DEBUG => (" DEBUG ", "34"),
            Level::TRACE => (" TRACE ", "35"),
        };
        if writer.has_ansi_escapes() {
            write!(writer, "\u{1b}[{code}m{name}\u{1b}[0m")?;
        } else {
            writer.write_str(name)?;
        }
        writer.write_str(metadata.target())?;
        writer.write_char(':')?;
        let mut fields = Fields { writer: &mut writer, outcome: Ok(()) };
        event.record(&mut fields);
        fields.outcome?;
        writer.write_char('\n')
    }
}

/// Writes fields as they come; the message without its name.
struct Fields<'a, 'writer> {
    writer: &'a mut Writer<'writer>,
    outcome: fmt::Result,
}

impl Fields<'_, '_> {
    fn put(&mut self, field: &Field, value: impl FnOnce(&mut Writer<'_>) -> fmt::Result) {
        let name = |writer: &mut Writer<'_>| {
            writer.write_char(' ')?;
            if field.name() == "message" {
                return Ok(());
            }
            writer.write_str(field.name())?;
            writer.write_char('=')
        };
        let writer = &mut *self.writer;
        self.outcome = self.outcome.and_then(|()| name(writer)).and_then(|()| value(writer));
    }
}

impl Visit for Fields<'_, '_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.put(field, |writer| write!(writer, "{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        // What would break the line, or look like another field, is quoted and escaped.
        let plain = value.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"' && byte != b'=');
        self.put(field, |writer| if plain { writer.write_str(value) } else { write!(writer, "{value:?}") });
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, |writer| writer.write_str(itoa::Buffer::new().format(value)));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, |writer| writer.write_str(itoa::Buffer::new().format(value)));
    }
}
