//! `[log]`: what is written to standard error.
//!
//! Must not know: the logging library.

use crate::choice::choice;
use crate::key::one_of;
use crate::section::section;

section! {
    /// What is written to standard error.
    "log" => Log {
        /// Lines for a person, or one JSON object per line for a machine.
        "format" format: LogFormat = one_of(LogFormat::NAMES, "human");
        /// The least important messages that are written.
        "level" level: LogLevel = one_of(LogLevel::NAMES, "info");
    }
}

choice! {
    /// The form of a log line.
    pub enum LogFormat {
        /// For a person.
        Human = "human",
        /// One JSON object per line.
        Json = "json",
    }
}

choice! {
    /// How important a message must be to be written.
    pub enum LogLevel {
        /// Something failed.
        Error = "error",
        /// Something is not as it should be.
        Warn = "warn",
        /// What an operator wants to know.
        Info = "info",
        /// What a developer of the project wants to know.
        Debug = "debug",
        /// Everything.
        Trace = "trace",
    }
}
