//! `review run --at`.

use super::super::project::{self, Here};
use super::super::{Exit, Terminal, problems};
use crate::engine::{self, BASELINES, PIPELINE, RebuiltState};
use crate::problem::{Problem, Problems};
use serde_json::json;
use std::path::{Path, PathBuf};

/// Where rebuilt states stand unless a folder is named; below the cache, so git ignores them and they can be deleted.
const REBUILT: &str = ".review/at";

/// A state that was gone back to.
pub(super) struct Gone {
    folder: PathBuf,
    rebuilt: RebuiltState,
}

/// Rebuilds the state `tag`, a baseline or a git revision, in a folder of its own.
pub(super) fn back_to(tag: &str, to: Option<&Path>, here: &Here) -> Result<Gone, Problems> {
    engine::own_folder(&here.0)?;
    let name = tag
        .strip_prefix(&format!("{BASELINES}/"))
        .unwrap_or(tag)
        .trim_end_matches('/');
    let plain = !name.is_empty() && !name.contains(['/', '\\']) && !name.starts_with('.');
    let frozen = here.0.join(BASELINES).join(name);
    if plain && frozen.join(PIPELINE).is_file() {
        let altered = engine::altered(&here.0, name);
        if altered.has_errors() {
            return Err(altered);
        }
        return rebuild(&frozen, name, to, here);
    }
    let folder = tempfile::tempdir().map_err(|error| system(&error))?;
    let found = engine::check_out(&here.0, tag, folder.path()).map_err(|error| system(&error))?;
    if found.is_some() {
        return rebuild(folder.path(), tag, to, here);
    }
    let names = engine::baselines(&here.0);
    let known = if names.is_empty() {
        format!("there is no baseline in {BASELINES}/ yet; `review update start` freezes one")
    } else {
        format!("there are the baselines {}", names.join(", "))
    };
    let title = format!("`{tag}` is no baseline and no git revision that holds {PIPELINE}");
    Err(Problem::error("update::no-state", title).help(known).into())
}

fn rebuild(frozen: &Path, name: &str, to: Option<&Path>, here: &Here) -> Result<Gone, Problems> {
    let folder = if let Some(folder) = to {
        let folder = here.0.join(folder);
        let mut entries = folder.read_dir().into_iter().flatten();
        if entries.next().is_some() {
            let title = format!(
                "{} is not empty, and nothing is written over",
                folder.display()
            );
            return Err(Problem::error("update::exists", title)
                .help("name a new folder after --to")
                .into());
        }
        folder
    } else {
        let plain = |c: char| {
            if c.is_alphanumeric() || "-_.".contains(c) {
                c
            } else {
                '_'
            }
        };
        let own: String = name.chars().map(plain).collect();
        let folder = here.0.join(REBUILT).join(own.trim_start_matches('.'));
        if folder.exists() {
            std::fs::remove_dir_all(&folder).map_err(|error| system(&error))?;
        }
        folder
    };
    std::fs::create_dir_all(&folder).map_err(|error| system(&error))?;
    let rebuilt = engine::rebuild_state(frozen, &folder, name, &here.0)?;
    Ok(Gone { folder, rebuilt })
}

fn system(error: &std::io::Error) -> Problems {
    Problem::error(
        "update::system",
        format!("the folder to rebuild in: {error}"),
    )
    .into()
}

/// Says what came of it.
pub(super) fn tell(
    tag: &str,
    gone: Result<Gone, Problems>,
    as_json: bool,
    here: &Here,
    terminal: &mut Terminal,
) -> Exit {
    let gone = match gone {
        Ok(gone) => gone,
        Err(found) => return stopped(tag, &found, as_json, here, terminal),
    };
    let RebuiltState {
        outputs,
        same,
        problems: found,
    } = &gone.rebuilt;
    let folder = gone.folder.strip_prefix(&here.0).unwrap_or(&gone.folder);
    if as_json {
        terminal.line(json!({
            "at": tag,
            "folder": folder,
            "outputs": outputs,
            "same": same,
            "problems": problems::json(found),
        }));
    } else {
        terminal.line(format!("rebuilt {tag} in {}/", folder.display()));
        terminal.line(format!(
            "{same} of {outputs} outputs came again, byte for byte"
        ));
        project::print_problems(found, here, terminal);
    }
    if found.has_errors() {
        Exit::Difference
    } else {
        Exit::Done
    }
}

fn stopped(
    tag: &str,
    found: &Problems,
    as_json: bool,
    here: &Here,
    terminal: &mut Terminal,
) -> Exit {
    if as_json {
        terminal.line(json!({"at": tag, "problems": problems::json(found)}));
    } else {
        project::print_problems(found, here, terminal);
    }
    if found
        .iter()
        .any(|problem| problem.code == "update::edited-baseline")
    {
        Exit::Difference
    } else {
        Exit::Wrong
    }
}
