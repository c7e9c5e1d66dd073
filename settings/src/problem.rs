//! What can be wrong with settings, as data, and as a person reads it.
//!
//! Must not know: the process; whoever composes the server decides to stop.

use std::fmt;
use std::path::PathBuf;

use roundtrip_schema::diagnostic::{Colour, Diagnostic};
use thiserror::Error;

use crate::Origin;

/// Why there are no settings.
#[derive(Debug, Error)]
pub enum SettingsError {
    /// The file is there and cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is longer than [`crate::SettingsFile::MAX_BYTES`].
    #[error("{} is too long: at most {max} bytes", path.display())]
    TooLong {
        /// The file.
        path: PathBuf,
        /// The most bytes.
        max: u64,
    },
    /// Something given is not allowed; all such places at once.
    #[error("{}", list(.0))]
    Invalid(Vec<Problem>),
}

/// One thing that was given and is not allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// A place in `roundtrip.toml`.
    File(Box<Diagnostic>),
    /// A variable or a flag.
    Given {
        /// The variable or the flag.
        origin: Origin,
        /// What is wrong, lower case, without a full stop.
        message: String,
        /// What to do, if there is something to say.
        help: Option<String>,
    },
}

impl Problem {
    /// The problem as a person reads it, coloured for a terminal if asked.
    pub fn render(&self, colour: Colour) -> String {
        match self {
            Self::File(diagnostic) => diagnostic.render(colour),
            Self::Given { origin, message, help } => {
                let help = help.as_ref().map_or(String::new(), |help| format!("\n  {help}"));
                format!("error: {origin}: {message}{help}")
            }
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.render(Colour::No))
    }
}

fn list(problems: &[Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
