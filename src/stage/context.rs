//! What a running stage may say: problems, open work, progress.

use crate::problem::{Problem, Problems};
use std::sync::Arc;

/// Work that people still owe: never an error, never hidden.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct OpenWork {
    /// Stable code, `<module>::<what>`, such as `screening::conflict`.
    pub code: String,
    /// What is to be done, in one line.
    pub what: String,
    /// How many pieces.
    pub count: u64,
    /// The command or file that settles it.
    pub how: String,
}

/// A stage's only way to the outside.
#[derive(Default)]
pub struct Context {
    problems: Problems,
    open_work: Vec<OpenWork>,
    progress: Option<Arc<dyn Fn(u64, u64) + Send + Sync>>,
}

impl Context {
    /// A context that forgets progress.
    pub fn new() -> Self {
        Self::default()
    }

    /// A context that passes `(done, total)` on to `progress`.
    pub fn with_progress(progress: Arc<dyn Fn(u64, u64) + Send + Sync>) -> Self {
        Self {
            progress: Some(progress),
            ..Self::default()
        }
    }

    /// Reports a problem; the stage goes on.
    pub fn report(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    /// Reports several problems.
    pub fn report_all(&mut self, problems: Problems) {
        self.problems.append(problems);
    }

    /// Names work that people still owe; nothing is said for a count of zero.
    pub fn open_work(
        &mut self,
        code: &str,
        count: usize,
        what: impl Into<String>,
        how: impl Into<String>,
    ) {
        if count > 0 {
            let count = count as u64;
            self.open_work.push(OpenWork {
                code: code.into(),
                what: what.into(),
                count,
                how: how.into(),
            });
        }
    }

    /// Says how far the work is.
    pub fn progress(&self, done: u64, total: u64) {
        if let Some(progress) = &self.progress {
            progress(done, total);
        }
    }

    /// What was said.
    pub fn into_parts(self) -> (Problems, Vec<OpenWork>) {
        (self.problems, self.open_work)
    }
}
