//! `review completions`.

use super::{Exit, Terminal, definition};

/// Prints completions for a shell.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  review completions bash > /etc/bash_completion.d/review
  review completions zsh  > ~/.zfunc/_review
  review completions fish > ~/.config/fish/completions/review.fish")]
pub(super) struct Args {
    /// The shell
    #[arg(value_enum)]
    shell: clap_complete::Shell,
}

/// Runs the command.
pub(super) fn run(args: &Args, terminal: &mut Terminal) -> Exit {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut definition(), "review", &mut text);
    terminal.line(String::from_utf8_lossy(&text).trim_end());
    Exit::Done
}
