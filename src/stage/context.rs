//! What a running stage may say: problems and open work.

use crate::problem::{Problem, Problems};

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
#[derive(Debug, Default)]
pub struct Context {
    stage: String,
    problems: Problems,
    open_work: Vec<OpenWork>,
}

impl Context {
    /// The context of the stage of that id.
    pub fn of(stage: &str) -> Self {
        Self {
            stage: stage.to_owned(),
            ..Self::default()
        }
    }

    /// The id of the stage, for origins that point at its own artefacts.
    pub fn stage(&self) -> &str {
        &self.stage
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

    /// What was said.
    pub fn into_parts(self) -> (Problems, Vec<OpenWork>) {
        (self.problems, self.open_work)
    }
}
