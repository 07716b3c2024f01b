//! Parses the command line, runs one command, maps its outcome to an exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    review::cli::main()
}
