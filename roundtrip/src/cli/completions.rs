//! `roundtrip completions`: what a shell needs to complete our commands.

use std::process::ExitCode;

use clap::Args;
use clap_complete::Shell;

/// Print completions for a shell
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  roundtrip completions bash > ~/.local/share/bash-completion/completions/roundtrip\n  roundtrip completions zsh > \"${fpath[1]}/_roundtrip\"\n  roundtrip completions fish > ~/.config/fish/completions/roundtrip.fish"
)]
pub(super) struct Completions {
    /// For which shell
    shell: Shell,
}

impl Completions {
    pub(super) fn run(self) -> ExitCode {
        // Into memory first: the generator panics when its output is closed early, as `head` does.
        let mut text = Vec::new();
        clap_complete::generate(self.shell, &mut super::definition(), "roundtrip", &mut text);
        match std::io::Write::write_all(&mut std::io::stdout(), &text) {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::from(super::failure::FAILED),
        }
    }
}
