//! Runs a tool of a database to its end. Passwords go by its environment: a command line can be read by
//! everybody on the machine.
//!
//! It must not know which tool.

use std::fs::File;
use std::io::ErrorKind;
use std::path::Path;
use std::process::{Command, Stdio};

use super::BackupError;

/// The most of a tool's words that are told.
const MOST_SAID: usize = 4_000;

/// A tool, by the names it has, and where it comes from.
pub(super) struct Tool {
    /// Its name; the first of `names` in messages.
    pub(super) names: &'static [&'static str],
    /// Which packages have it.
    pub(super) packages: &'static str,
}

impl Tool {
    /// Its usual name.
    pub(super) fn name(&self) -> &'static str {
        self.names.first().copied().unwrap_or("the tool")
    }

    /// Runs it; gives its standard output. Blocks.
    pub(super) fn run(
        &self,
        arguments: &[String],
        secret: Option<(&str, &str)>,
        input: Option<&Path>,
    ) -> Result<String, BackupError> {
        for name in self.names {
            let mut command = Command::new(name);
            command.args(arguments).stdin(match input {
                Some(path) => {
                    let opened = File::open(path);
                    opened.map_err(|source| BackupError::File { path: path.to_owned(), source })?.into()
                }
                None => Stdio::null(),
            });
            if let Some((variable, value)) = secret {
                command.env(variable, value);
            }
            match command.output() {
                Ok(output) if output.status.success() => {
                    return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
                }
                Ok(output) => {
                    let said = String::from_utf8_lossy(&output.stderr);
                    let said: String = said.trim().chars().take(MOST_SAID).collect();
                    return Err(BackupError::Tool { tool: self.name(), said });
                }
                // An older release may have it under its older name.
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(source) => {
                    return Err(BackupError::Tool { tool: self.name(), said: source.to_string() });
                }
            }
        }
        Err(BackupError::NoTool { tool: self.name(), packages: self.packages })
    }
}
