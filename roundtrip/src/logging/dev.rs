//! The line of `dev`: one short coloured line per call, for the person who makes it.
//!
//! It must not know where lines go.

use std::fmt::{self, Write as _};

use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

/// `  200  GET    /rest/v1/products/42   1.2 ms   1 row`
pub(super) struct DevLine;

/// The fields of a line that stands for a call.
#[derive(Default)]
struct Call {
    message: String,
    method: Option<String>,
    path: Option<String>,
    status: Option<u64>,
    total_us: Option<u64>,
    rows: Option<u64>,
    rest: String,
}

impl<S, N> FormatEvent<S, N> for DevLine
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
        let mut call = Call::default();
        event.record(&mut call);
        let colours = writer.has_ansi_escapes();
        writeln!(writer, "{}", call.line(*event.metadata().level(), colours))
    }
}

impl Call {
    fn line(&self, level: Level, colours: bool) -> String {
        let paint = |code: &str, text: &str| {
            if colours { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
        };
        let (Some(method), Some(status)) = (&self.method, self.status) else {
            let code = match level {
                Level::ERROR => "31",
                Level::WARN => "33",
                _ => "2",
            };
            return format!("  {}{}", paint(code, &self.message), self.rest);
        };
        let code = match status {
            0..=299 => "32",
            300..=399 => "36",
            400..=499 => "33",
            _ => "31",
        };
        let mut line = format!("  {}  {method:<6} ", paint(code, &status.to_string()));
        line.push_str(self.path.as_deref().unwrap_or("?"));
        if let Some(total_us) = self.total_us {
            // A `String` never fails to take more text.
            let _never_fails = write!(line, "   {}", paint("2", &milliseconds(total_us)));
        }
        if let Some(rows) = self.rows.filter(|rows| *rows > 0) {
            let noun = if rows == 1 { "row" } else { "rows" };
            let _never_fails = write!(line, "   {}", paint("2", &format!("{rows} {noun}")));
        }
        line
    }
}

/// `1.2 ms`, with one digit after the point.
fn milliseconds(microseconds: u64) -> String {
    format!("{}.{} ms", microseconds / 1_000, microseconds % 1_000 / 100)
}

impl Visit for Call {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let text = format!("{value:?}");
        self.text(field.name(), &text);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.text(field.name(), value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        match field.name() {
            "status" => self.status = Some(value),
            "rows" => self.rows = Some(value),
            "total_us" => self.total_us = Some(value),
            name => self.text(name, &value.to_string()),
        }
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        match u64::try_from(value) {
            Ok(value) => self.record_u64(field, value),
            Err(_) => self.text(field.name(), &value.to_string()),
        }
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.text(field.name(), &value.to_string());
    }
}

impl Call {
    fn text(&mut self, name: &str, value: &str) {
        let value = value.trim_matches('"');
        match name {
            "message" => value.clone_into(&mut self.message),
            "method" => self.method = Some(value.to_owned()),
            "path" => self.path = Some(value.to_owned()),
            // The template, where the path itself is not logged.
            "route" => self.path = self.path.take().or_else(|| Some(value.to_owned())),
            _ => {
                let _never_fails = write!(self.rest, "  {name}={value}");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_one_short_line() {
        let mut call = Call { status: Some(200), total_us: Some(1_234), rows: Some(1), ..Call::default() };
        call.text("method", "GET");
        call.text("route", "/rest/v1/{resource}");
        assert_eq!(call.line(Level::INFO, false), "  200  GET    /rest/v1/{resource}   1.2 ms   1 row");
        call.text("path", "/rest/v1/products");
        assert!(call.line(Level::INFO, true).contains("\u{1b}[32m200\u{1b}[0m"));
    }

    #[test]
    fn anything_else_is_its_message() {
        let mut call = Call::default();
        call.text("message", "the database is open");
        call.text("resources", "8");
        assert_eq!(call.line(Level::INFO, false), "  the database is open  resources=8");
    }
}
