//! One side of a comparison: a folder, a baseline, or a git revision of the project.

use super::super::project::Here;
use crate::artefact::Sheet;
use crate::engine::{self, BASELINES, PIPELINE, files};
use crate::path::RelPath;
use crate::place::Place;
use crate::problem::{Problem, Problems};
use crate::stage::Registry;
use crate::update::State;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Where a state is read from.
#[derive(Debug)]
pub(in crate::cli) struct Side {
    /// As it is called in the output.
    pub(in crate::cli) name: String,
    from: From,
}

#[derive(Debug)]
enum From {
    Folder(PathBuf),
    Revision { project: PathBuf, revision: String },
}

/// The baseline whose name comes last.
pub(in crate::cli) fn latest_baseline(here: &Here) -> Result<Side, String> {
    match engine::baselines(&here.0).last() {
        Some(name) => Ok(Side::baseline(name, here)),
        None => Err(format!(
            "there is no baseline in {BASELINES}/; name the earlier state, such as `review diff HEAD~1`, or freeze one with `review update start`"
        )),
    }
}

impl Side {
    fn baseline(name: &str, here: &Here) -> Self {
        Self {
            name: format!("{BASELINES}/{name}"),
            from: From::Folder(here.0.join(BASELINES).join(name)),
        }
    }

    /// The state that a text means: a folder of a review, a baseline by its name, a git revision.
    pub(in crate::cli) fn find(text: &str, here: &Here) -> Result<Self, String> {
        let folder = here.0.join(text);
        if folder.join(PIPELINE).is_file() {
            return Ok(Self {
                name: text.to_owned(),
                from: From::Folder(folder),
            });
        }
        let plain = !text.contains(['/', '\\']) && !text.starts_with('.');
        if plain && here.0.join(BASELINES).join(text).join(PIPELINE).is_file() {
            return Ok(Self::baseline(text, here));
        }
        if folder.is_dir() {
            return Err(format!(
                "{text} holds no {PIPELINE}: it is not a state of a review"
            ));
        }
        if !text.starts_with('-') && show(&here.0, text, PIPELINE).is_some() {
            return Ok(Self {
                name: text.to_owned(),
                from: From::Revision {
                    project: here.0.clone(),
                    revision: text.to_owned(),
                },
            });
        }
        Err(format!(
            "`{text}` is no folder of a review, no baseline in {BASELINES}/ and no git revision that holds {PIPELINE}"
        ))
    }

    /// What of a baseline is not as it was frozen; nothing for other states.
    pub(super) fn altered(&self, here: &Here) -> Problems {
        let name = self.name.strip_prefix(BASELINES);
        let name = name.and_then(|name| name.strip_prefix('/'));
        match (name, &self.from) {
            (Some(name), From::Folder(_)) => engine::altered(&here.0, name.trim_end_matches('/')),
            _ => Problems::new(),
        }
    }

    /// A file of the state.
    pub(super) fn read(&self, path: &str) -> Option<Vec<u8>> {
        match &self.from {
            From::Folder(folder) => files::read(&folder.join(path)).ok(),
            From::Revision { project, revision } => show(project, revision, path),
        }
    }

    /// What stands in a folder of the state, sorted.
    pub(super) fn names(&self, folder: &RelPath) -> Vec<String> {
        match &self.from {
            From::Folder(root) => files::names(&root.join(folder.as_str())),
            From::Revision { project, revision } => {
                let tree = format!("{revision}:./{folder}");
                let listed = git(project, &["ls-tree", "--name-only", "-z", &tree]);
                let listed = String::from_utf8_lossy(&listed.unwrap_or_default()).into_owned();
                let names = listed.split('\0').filter(|name| !name.is_empty());
                names.map(str::to_owned).collect()
            }
        }
    }

    /// The tables of the state.
    ///
    /// A table that is not there was not made yet; a state without any table is an error.
    pub(in crate::cli) fn state(&self, registry: &Registry) -> Result<State, Problems> {
        let text = self.read(PIPELINE).unwrap_or_default();
        let names = |folder: &RelPath| Some(self.names(folder));
        let shown = engine::shown(&String::from_utf8_lossy(&text), &names, registry)?;
        let mut state = State::default();
        let mut problems = Problems::new();
        for slot in shown {
            // Records of single exports stand in the merged ones.
            if slot.artefact_type == "records" && slot.kind != "deduplicate" {
                continue;
            }
            if !slot.path.ends_with(".csv") && !slot.path.ends_with(".jsonl") {
                continue;
            }
            let Some(bytes) = self.read(&slot.path) else {
                continue;
            };
            match Sheet::read(&slot.path, &bytes) {
                Some(sheet) => state.add(&slot.artefact_type, sheet),
                None => problems.push(
                    Problem::error(
                        "update::no-table",
                        format!("{} of {} is no table", slot.path, self.name),
                    )
                    .at(Place::file(&slot.path))
                    .help("delete it and `review run`, which makes it again"),
                ),
            }
        }
        if state.is_empty() {
            problems.push(
                Problem::error(
                    "update::empty-state",
                    format!("{} shows no tables", self.name),
                )
                .help("`review run` there first; a git revision must hold reports/ too"),
            );
        }
        if problems.has_errors() {
            Err(problems)
        } else {
            Ok(state)
        }
    }
}

/// A file of the project at a git revision; `None` where git, the revision or the file is not there.
fn show(project: &Path, revision: &str, path: &str) -> Option<Vec<u8>> {
    git(project, &["show", &format!("{revision}:./{path}")])
}

/// What git says of the project; `None` where it is not there, or has nothing of the kind.
fn git(project: &Path, arguments: &[&str]) -> Option<Vec<u8>> {
    let made = Command::new("git")
        .arg("-C")
        .arg(project)
        .args(arguments)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    made.status.success().then_some(made.stdout)
}
