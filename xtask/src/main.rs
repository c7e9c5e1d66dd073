//! The project's own chores, as `cargo xtask COMMAND`; here only the command line and who answers it.
//! It must not know any other crate of the workspace: the chores have to run while those do not compile.

mod bench;
mod child;
mod test;
mod tidy;
mod tool;
mod tree;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Chores of the Roundtrip workspace.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Check the house rules that no compiler knows: layers, file sizes, names, reasons
    Tidy,
    /// Everything that has to pass before a change is taken, in one command
    Test(test::Options),
    /// Measure the release binary against a hand-written server, side by side
    Bench(bench::Options),
}

fn main() -> ExitCode {
    // Not `-> anyhow::Result`: it would print a backtrace of the chore under a problem of the tree.
    match run(CommandLine::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Tidy => tidy::run(),
        Command::Test(options) => test::run(&options),
        Command::Bench(options) => bench::run(&options),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_sound() {
        CommandLine::command().debug_assert();
    }
}
