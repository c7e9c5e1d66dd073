//! Errors as they are printed, and the exit codes: 0 done, 1 failed, 2 typed wrongly.
//!
//! It must not know what failed.

use std::process::ExitCode;

use roundtrip_schema::diagnostic::Colour;
use thiserror::Error;

/// The command could not do what it should.
pub(super) const FAILED: u8 = 1;

/// The command was typed wrongly.
pub(super) const USAGE: u8 = 2;

/// Something on the command line that cannot be.
#[derive(Debug, Error)]
#[error("{0}")]
pub(super) struct Usage(pub(super) String);

/// Prints an error; gives the exit code that belongs to it.
pub(super) fn report(error: &anyhow::Error, colour: Colour) -> ExitCode {
    if let Some(error) = error.downcast_ref::<crate::Error>() {
        eprintln!("{}", error.render(colour));
        return ExitCode::from(if error.is_usage() { USAGE } else { FAILED });
    }
    eprintln!("error: {error:#}");
    ExitCode::from(if error.is::<Usage>() { USAGE } else { FAILED })
}
