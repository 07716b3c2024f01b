//! The program's own folder `.review/`, which may have come with a project from somebody else.
//!
//! Every command that opens a project looks here first, so that nothing below it leads out of the project: a lock, a note or a
//! rebuilt state would else be written over whatever a link names.

use crate::problem::Problem;
use std::fs;
use std::io;
use std::path::Path;

/// Looks for what this program never makes: in `.review/`, and in the folders that stand in it, are files and folders alone.
///
/// # Errors
///
/// When `.review/` or something in it is a link, a named pipe or a device.
pub fn own_folder(root: &Path) -> Result<(), Problem> {
    look(&root.join(".review")).map_err(|error| {
        Problem::error("engine::foreign-cache", error.to_string())
            .help("`.review/` is only a cache and safe to delete; whoever made this one meant something else by it")
    })
}

fn look(own: &Path) -> io::Result<()> {
    match fs::symlink_metadata(own) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
        Ok(data) if !data.is_dir() => return Err(foreign(own)),
        Ok(_) => {}
    }
    for entry in fs::read_dir(own)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            look_in(&entry.path())?;
        } else if !kind.is_file() {
            return Err(foreign(&entry.path()));
        }
    }
    Ok(())
}

fn look_in(folder: &Path) -> io::Result<()> {
    let entries = match fs::read_dir(folder) {
        // Another run may have taken the folder away.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let kind = entry.file_type()?;
        if !kind.is_dir() && !kind.is_file() {
            return Err(foreign(&entry.path()));
        }
    }
    Ok(())
}

fn foreign(path: &Path) -> io::Error {
    let said = format!(
        "{} is a link or no plain file, which this program never makes; delete the folder .review",
        path.display()
    );
    io::Error::new(io::ErrorKind::InvalidInput, said)
}
