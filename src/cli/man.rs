//! `review man`.

use super::{Exit, Terminal, definition};

/// Prints the manual page of the program, or of one command.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  review man > review.1
  review man run | man -l -")]
pub(super) struct Args {
    /// A command (default: the program)
    command: Option<String>,
}

/// Runs the command.
pub(super) fn run(args: &Args, terminal: &mut Terminal) -> Exit {
    let mut whole = definition();
    whole.build();
    let page = match &args.command {
        None => whole,
        Some(name) => {
            if let Some(command) = whole.find_subcommand(name) {
                command.clone()
            } else {
                let names: Vec<&str> = whole
                    .get_subcommands()
                    .map(clap::Command::get_name)
                    .collect();
                let near = crate::nearest::suggestion("commands", name, names.iter().copied());
                terminal.say(format!("there is no command `{name}`: {near}"));
                return Exit::Wrong;
            }
        }
    };
    let mut text = Vec::new();
    if clap_mangen::Man::new(page).render(&mut text).is_err() {
        return Exit::StageFailed;
    }
    terminal.line(String::from_utf8_lossy(&text).trim_end());
    Exit::Done
}
