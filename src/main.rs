//! Parses the command line, runs one command, maps its outcome to an exit code.

use std::process::ExitCode;

/// Texts by the million come and go on all threads, and on those that write the sheets of a workbook.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    review::cli::main()
}
