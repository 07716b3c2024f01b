//! Exit codes: a contract that scripts rely on.

use std::process::ExitCode;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// 0: done.
    Done,
    /// 1: a stage failed.
    StageFailed,
    /// 2: the command line, the pipeline or a data file is wrong.
    Wrong,
    /// 3: only with `--require-complete`: people's work is still open; with `--max-age`: a search is due.
    Incomplete,
    /// 4: a verification found a difference; `review diff` says so only with `--exit-code`.
    Difference,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::StageFailed => 1,
            Exit::Wrong => 2,
            Exit::Incomplete => 3,
            Exit::Difference => 4,
        })
    }
}
