//! The project that a command works on, and its problems with the lines they are about.

use super::{Exit, Terminal, problems};
use crate::engine::{Project, files};
use crate::problem::Problems;
use crate::stage::Registry;
use serde_json::json;
use std::path::{Path, PathBuf};

/// The folder that `-C` names, or the working folder.
#[derive(Debug)]
pub(super) struct Here(pub(super) PathBuf);

impl Here {
    /// Opens the project.
    pub(super) fn open<'r>(&self, registry: &'r Registry) -> Result<Project<'r>, Problems> {
        Project::open(&self.0, registry)
    }

    /// Opens the project and works on it; what stops the work, before it or in it, is printed.
    pub(super) fn work(
        &self,
        as_json: bool,
        terminal: &mut Terminal,
        work: impl FnOnce(&Project<'_>, &mut Terminal) -> Result<Exit, Problems>,
    ) -> Exit {
        let registry = Registry::built_in();
        let done = self.open(&registry).and_then(|project| {
            let done = work(&project, terminal);
            // The process ends here, and its memory with it, without a look at every stage.
            std::mem::forget(project);
            done
        });
        done.unwrap_or_else(|found| stopped(&found, as_json, self, terminal))
    }

    /// The text of a file of the project, for excerpts.
    fn text(&self, file: &str) -> Option<String> {
        let path = self.0.join(file);
        let small = std::fs::metadata(&path).is_ok_and(|data| data.len() < 4 << 20);
        let bytes = small.then(|| files::read(&path).ok()).flatten()?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    }
}

impl AsRef<Path> for Here {
    fn as_ref(&self) -> &Path {
        &self.0
    }
}

/// Says why nothing was done.
fn stopped(found: &Problems, as_json: bool, here: &Here, terminal: &mut Terminal) -> Exit {
    if as_json {
        let all = problems::json(found);
        terminal.line(json!({"stages": [], "open_work": [], "problems": all}));
    } else {
        print_problems(found, here, terminal);
    }
    let busy = found.iter().any(|problem| problem.code == "engine::busy");
    if busy { Exit::StageFailed } else { Exit::Wrong }
}

/// Prints problems with the lines of the files they are about, and a line that counts them.
pub(super) fn print_problems(found: &Problems, here: &Here, terminal: &mut Terminal) {
    if found.is_empty() {
        return;
    }
    let text = problems::render(found, &|file| here.text(file), terminal.colour);
    terminal.say(text.trim_end());
    terminal.say(problems::summary(found));
}
