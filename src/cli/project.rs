//! The project that a command works on, and its problems with the lines they are about.

use super::{Terminal, problems};
use crate::engine::{Project, files};
use crate::problem::Problems;
use crate::stage::Registry;
use std::path::{Path, PathBuf};

/// The folder that `-C` names, or the working folder.
#[derive(Debug)]
pub(super) struct Here(pub(super) PathBuf);

impl Here {
    /// Opens the project.
    pub(super) fn open<'r>(&self, registry: &'r Registry) -> Result<Project<'r>, Problems> {
        Project::open(&self.0, registry)
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

/// Prints problems with the lines of the files they are about, and a line that counts them.
pub(super) fn print_problems(found: &Problems, here: &Here, terminal: &mut Terminal) {
    if found.is_empty() {
        return;
    }
    let text = problems::render(found, &|file| here.text(file), terminal.colour);
    terminal.say(text.trim_end());
    terminal.say(problems::summary(found));
}
