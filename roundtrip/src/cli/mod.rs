//! The command line: one file per command, and what they share.
//!
//! To add a command: its file, its variant in [`Command`], its arm in [`run`]. It must not know
//! what a command does.

mod backup;
mod check;
mod completions;
mod copy;
mod dev;
mod doctor;
mod export;
mod failure;
mod r#gen;
mod import;
mod init;
mod migrate;
mod progress;
mod pull;
mod restore;
mod seed;
mod serve;
mod target;

use std::io::IsTerminal;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use roundtrip_schema::diagnostic::Colour;
use roundtrip_settings::Environment;

/// A folder of resource files, or a database you already have, as an API backend that shows the
/// whole journey of every call.
#[derive(Debug, Parser)]
#[command(
    name = "roundtrip",
    version,
    propagate_version = true,
    max_term_width = 100,
    disable_help_subcommand = true,
    after_help = "Begin with:\n  roundtrip init shop         make a project\n  roundtrip dev shop          serve it while you change it\n  roundtrip serve music.db    serve a database you have, read-only\n\nroundtrip COMMAND --help shows examples."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Serve(serve::Serve),
    Dev(dev::Dev),
    Init(init::Init),
    Check(check::Check),
    Pull(pull::Pull),
    Migrate(migrate::Migrate),
    Gen(r#gen::Gen),
    Doctor(doctor::Doctor),
    Seed(seed::SeedData),
    Import(import::Import),
    Export(export::Export),
    Copy(copy::Copy),
    Backup(backup::Backup),
    Restore(restore::Restore),
    Completions(completions::Completions),
}

/// What a command comes to: an exit code, or an error that is still to be printed.
type Outcome = anyhow::Result<ExitCode>;

/// What every command may need of the process.
struct Process {
    environment: Environment,
    /// Whether standard error shows colours.
    colour: Colour,
}

/// Runs the program with the arguments of the process.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are "errors" of this kind too, with the code 0.
            let _printed = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(failure::USAGE));
        }
    };
    let environment = Environment::process();
    // https://no-color.org
    let plain = environment.get("NO_COLOR").is_some() || !std::io::stderr().is_terminal();
    let process = Process { environment, colour: if plain { Colour::No } else { Colour::Yes } };
    let outcome = run(cli.command, &process);
    crate::logging::flush();
    outcome.unwrap_or_else(|error| failure::report(&error, process.colour))
}

fn run(command: Command, process: &Process) -> Outcome {
    match command {
        Command::Serve(command) => on_runtime(command.run(process)),
        Command::Dev(command) => on_runtime(command.run(process)),
        Command::Init(command) => command.run(process),
        Command::Check(command) => command.run(process),
        Command::Pull(command) => on_runtime(command.run(process)),
        Command::Migrate(command) => on_runtime(command.run(process)),
        Command::Gen(command) => on_runtime(command.run(process)),
        Command::Doctor(command) => on_runtime(command.run(process)),
        Command::Seed(command) => on_runtime(command.run(process)),
        Command::Import(command) => on_runtime(command.run(process)),
        Command::Export(command) => on_runtime(command.run(process)),
        Command::Copy(command) => on_runtime(command.run(process)),
        Command::Backup(command) => on_runtime(command.run(process)),
        Command::Restore(command) => on_runtime(command.run(process)),
        Command::Completions(command) => Ok(command.run()),
    }
}

fn on_runtime(command: impl Future<Output = Outcome>) -> Outcome {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(command)
}

/// The command line as data, for completions.
fn definition() -> clap::Command {
    <Cli as clap::CommandFactory>::command()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_definition_is_sound() {
        super::definition().debug_assert();
    }
}
