//! A frozen state rebuilt in a folder of its own, and compared with what its lock says.

use super::copy;
use super::files;
use super::lock_file::{self, LockFile};
use super::project::{PIPELINE, Project};
use super::run::run;
use super::run_report::RunOptions;
use crate::place::Place;
use crate::problem::{Problem, Problems};
use crate::stage::Registry;
use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What rebuilding a state came to.
#[derive(Clone, Debug, Default)]
pub struct RebuiltState {
    /// Files that its lock names as outputs.
    pub outputs: usize,
    /// Those that came again, byte for byte.
    pub same: usize,
    /// Every difference, and what kept a stage from running.
    pub problems: Problems,
}

/// Rebuilds the state in `frozen` from copies of its inputs, with an empty cache, in the empty folder `folder`.
///
/// Compared are the digests of all outputs with those in the state's own lock; `name` is what the state is called, and `home` the project
/// whose approved programs may run. Neither the work tree nor the frozen state is touched.
///
/// # Errors
///
/// When the inputs cannot be copied, or a run of them stops before any stage.
pub fn rebuild_state(
    frozen: &Path,
    folder: &Path,
    name: &str,
    home: &Path,
) -> Result<RebuiltState, Problems> {
    let registry = Registry::built_in();
    let project = Project::open(frozen, &registry)?;
    copy::inputs(&project, folder)
        .map_err(|error| super::inputs::system("the inputs cannot be copied", &error))?;
    let again = Project::open(folder, &registry)?;
    let report = run(&again, &RunOptions::anew(home), &())?;
    let lock = |root: &Path| {
        LockFile::parse(&files::read_text(&root.join(lock_file::FILE)).unwrap_or_default())
    };
    let (was, is) = (lock(frozen), lock(folder));
    let (was, is) = (was.files(&["output"]), is.files(&["output"]));
    let mut rebuilt = RebuiltState {
        outputs: was.len(),
        ..RebuiltState::default()
    };
    if report.failed() {
        rebuilt.problems.append(report.problems());
    }
    if was.is_empty() {
        let title = format!(
            "{name} has no {} that names outputs, so nothing can be compared",
            lock_file::FILE
        );
        rebuilt.problems.push(
            Problem::error("update::no-lock", title).help("commit pipeline.lock with the reports"),
        );
    }
    let paths: BTreeSet<&String> = was.keys().chain(is.keys()).collect();
    for path in paths {
        match (was.get(path), is.get(path)) {
            (Some(was), Some(is)) if !was.is_disjoint(is) => rebuilt.same += 1,
            (was, is) => {
                let what = match (was, is) {
                    (Some(_), Some(_)) => "comes with other bytes",
                    (Some(_), None) => "does not come",
                    _ => "comes, and was not there",
                };
                let title = format!("rebuilt as it was at {name}, this file {what}: {path}");
                rebuilt.problems.push(
                    Problem::error("update::other-bytes", title)
                        .at(Place::file(path.as_str()))
                        .help("another version of the program made it: build the one of that day, or compare the two files"),
                );
            }
        }
    }
    Ok(rebuilt)
}

/// Writes the files of a git revision of the project into an empty folder; index and work tree of the repository stay as they are.
///
/// `None` where git, the revision or its pipeline is not there.
///
/// # Errors
///
/// As the system says.
pub fn check_out(project: &Path, revision: &str, folder: &Path) -> io::Result<Option<()>> {
    let git = |arguments: &[&str], root: &Path, index: Option<&Path>| {
        let mut command = Command::new("git");
        command.arg("-C").arg(root).args(arguments);
        if let Some(index) = index {
            command.env("GIT_INDEX_FILE", index);
        }
        let made = command
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .output()
            .ok()?;
        made.status.success().then_some(made.stdout)
    };
    if revision.starts_with('-') {
        return Ok(None);
    }
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).trim().to_owned();
    let has_pipeline = format!("{revision}:./{PIPELINE}");
    let tree = git(
        &["rev-parse", "--verify", "--quiet", &has_pipeline],
        project,
        None,
    )
    .and_then(|_| {
        git(
            &[
                "rev-parse",
                "--verify",
                "--quiet",
                &format!("{revision}:./"),
            ],
            project,
            None,
        )
    })
    .map(text);
    let top = git(&["rev-parse", "--show-toplevel"], project, None).map(text);
    let (Some(tree), Some(top)) = (tree, top) else {
        return Ok(None);
    };
    let own = tempfile::tempdir()?;
    let index = own.path().join("index");
    let top = PathBuf::from(top);
    let prefix = format!("--prefix={}/", folder.canonicalize()?.display());
    let made = git(&["read-tree", &tree], &top, Some(&index)).and_then(|_| {
        git(
            &["checkout-index", "--all", "--force", &prefix],
            &top,
            Some(&index),
        )
    });
    Ok(made.map(|_| ()))
}
