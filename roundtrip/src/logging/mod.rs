//! Log lines on standard error: for a person, for a machine, and one coloured line per call in `dev`.
//!
//! It must not know what is logged.

mod buffer;
mod dev;
mod plain;

use roundtrip_schema::diagnostic::Colour;
use roundtrip_settings::{LogFormat, LogLevel, Settings};
use tracing_subscriber::filter::LevelFilter;

use buffer::Lines;
use dev::DevLine;
use plain::PlainLine;

pub use buffer::flush;

/// How lines for a person look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Time, level, message, fields.
    Plain(Colour),
    /// A short line for each call, for the person who makes it.
    Dev(Colour),
}

impl Style {
    /// The usual style, with or without colours.
    pub fn of(colour: Colour) -> Self {
        Self::Plain(colour)
    }
}

/// Sends log lines to standard error as the settings say. The first call in a process counts.
pub fn start(settings: &Settings, style: Style) {
    let builder =
        tracing_subscriber::fmt().with_writer(Lines::to_stderr()).with_max_level(level(settings.log.level));
    // An embedding program may have a subscriber of its own, which then is the one that counts.
    let _set_already = match (settings.log.format, style) {
        (LogFormat::Json, _) => builder.json().flatten_event(true).with_current_span(false).try_init(),
        (LogFormat::Human, Style::Plain(colour)) => {
            builder.with_ansi(colour == Colour::Yes).event_format(PlainLine).try_init()
        }
        (LogFormat::Human, Style::Dev(colour)) => {
            builder.with_ansi(colour == Colour::Yes).event_format(DevLine).try_init()
        }
    };
}

fn level(level: LogLevel) -> LevelFilter {
    match level {
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
        LogLevel::Trace => LevelFilter::TRACE,
    }
}
