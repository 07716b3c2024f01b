//! A table that people keep and that only grows: a row is on the disk before anybody hears that it is there.

use crate::table::{column_name, split};
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// A file of rows.
#[derive(Debug)]
pub(super) struct Ledger {
    path: PathBuf,
    /// Columns of a file that is not there yet.
    columns: &'static [&'static str],
    /// Columns that a row cannot do without.
    needed: &'static [&'static str],
}

/// Where a row stands in the file, in bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Written {
    before: u64,
    after: u64,
}

impl Ledger {
    /// The table at `path`; it is made with `columns` by the first row.
    pub(super) fn new(
        path: PathBuf,
        columns: &'static [&'static str],
        needed: &'static [&'static str],
    ) -> Self {
        Self {
            path,
            columns,
            needed,
        }
    }

    /// Whether rows fit the file as it is; a file that is not there, or has nothing in it, is made by the first row.
    ///
    /// # Errors
    ///
    /// As the system says, or when needed columns are missing.
    pub(super) fn fits(&self) -> Result<(), String> {
        let said = |error: io::Error| format!("{}: {error}", self.path.display());
        let mut file = match File::open(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            opened => opened.map_err(said)?,
        };
        if file.metadata().map_err(said)?.len() == 0 {
            return Ok(());
        }
        let (names, separator) = header(&mut file).map_err(said)?;
        self.has_needed(&names, separator)
            .map_err(|error| error.to_string())
    }

    fn has_needed(&self, names: &[String], separator: u8) -> io::Result<()> {
        let missing = self
            .needed
            .iter()
            .filter(|needed| !names.iter().any(|name| name == *needed));
        let missing: Vec<&str> = missing.copied().collect();
        if missing.is_empty() {
            return Ok(());
        }
        let separator = char::from(separator);
        let added: String = missing
            .iter()
            .flat_map(|name| [separator.to_string(), (*name).to_owned()])
            .collect();
        Err(io::Error::other(format!(
            "{} has no column `{}`; add `{added}` to the first line",
            self.path.display(),
            missing.join("`, `")
        )))
    }

    /// Adds a row in one write, and returns once the disk has it.
    ///
    /// The header is read anew each time, so that an editor which put another file in place loses nothing; a last line without an
    /// end is ended first. Fields whose column the file does not have are left out, unless needed.
    ///
    /// # Errors
    ///
    /// As the system says, or when a needed column is missing; the file is then as it was.
    pub(super) fn append(&self, fields: &[(&str, &str)]) -> io::Result<Written> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder)?;
        let mut file = File::options()
            .create(true)
            .append(true)
            .read(true)
            .open(&self.path)?;
        let before = file.metadata()?.len();
        let row = if before == 0 {
            let names: Vec<String> = self.columns.iter().map(|&name| name.into()).collect();
            let mut text = line(&names, b',')?;
            text.extend(self.row(&names, b',', fields)?);
            text
        } else {
            let (names, separator) = header(&mut file)?;
            let mut text = if ends_open(&mut file)? {
                vec![b'\n']
            } else {
                Vec::new()
            };
            text.extend(self.row(&names, separator, fields)?);
            text
        };
        if let Err(error) = file.write_all(&row).and_then(|()| file.sync_data()) {
            let _ = file.set_len(before);
            return Err(error);
        }
        if before == 0 {
            // The name of a new file is on the disk once its folder is.
            let _ = File::open(folder).and_then(|folder| folder.sync_all());
        }
        Ok(Written {
            before,
            after: before + row.len() as u64,
        })
    }

    /// Deletes the row written last, unless something was written behind it.
    pub(super) fn delete_last(&self, written: Written) -> io::Result<()> {
        let file = File::options().append(true).open(&self.path)?;
        if file.metadata()?.len() != written.after {
            return Err(io::Error::other(
                "the file was changed elsewhere; delete the line there",
            ));
        }
        file.set_len(written.before)?;
        file.sync_data()
    }

    fn row(&self, names: &[String], separator: u8, fields: &[(&str, &str)]) -> io::Result<Vec<u8>> {
        self.has_needed(names, separator)?;
        let cells = names.iter().map(|name| {
            let field = fields.iter().find(|(column, _)| column == name);
            field.map_or("", |(_, text)| text)
        });
        line(&cells.collect::<Vec<_>>(), separator)
    }
}

fn line<T: AsRef<[u8]>>(cells: &[T], separator: u8) -> io::Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new()
        .delimiter(separator)
        .from_writer(Vec::new());
    writer.write_record(cells)?;
    writer.into_inner().map_err(csv::IntoInnerError::into_error)
}

/// The columns of a file, and what stands between its cells.
fn header(file: &mut File) -> io::Result<(Vec<String>, u8)> {
    file.rewind()?;
    let mut head = Vec::new();
    Read::by_ref(file).take(4096).read_to_end(&mut head)?;
    let text = String::from_utf8_lossy(&head);
    let first = text.trim_start_matches('\u{feff}').lines().next();
    let first = first.unwrap_or_default();
    let names: Vec<String> = split(first)
        .rows
        .into_iter()
        .next()
        .unwrap_or_default()
        .iter()
        .map(|cell| column_name(&cell.text))
        .collect();
    let separator = [b',', b';', b'\t']
        .into_iter()
        .rev()
        .max_by_key(|&mark| first.bytes().filter(|&byte| byte == mark).count());
    Ok((names, separator.unwrap_or(b',')))
}

fn ends_open(file: &mut File) -> io::Result<bool> {
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last != [b'\n'])
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "the test is the other editor")]
mod tests {
    use super::*;

    const NAMES: &[&str] = &["record", "decision", "note"];

    #[test]
    fn rows_fit_the_header_that_is_there_and_a_torn_end_is_mended() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.csv");
        let ledger = Ledger::new(path.clone(), NAMES, &["decision"]);
        let row = [("record", "r1"), ("decision", "include"), ("note", "a;b")];
        ledger.append(&row).expect("written");
        assert_eq!(
            fs::read_to_string(&path).expect("text"),
            "record,decision,note\nr1,include,a;b\n"
        );
        fs::write(&path, "Note;Decision\nx;excl").expect("written");
        let written = ledger.append(&row).expect("written");
        assert_eq!(
            fs::read_to_string(&path).expect("text"),
            "Note;Decision\nx;excl\n\"a;b\";include\n"
        );
        ledger.delete_last(written).expect("deleted");
        assert_eq!(
            fs::read_to_string(&path).expect("text"),
            "Note;Decision\nx;excl"
        );
    }

    #[test]
    fn a_file_without_a_needed_column_is_left_as_it_is() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.csv");
        fs::write(&path, "record,note\n").expect("written");
        let ledger = Ledger::new(path.clone(), NAMES, &["decision"]);
        let refused = ledger.append(&[("record", "r1")]).expect_err("refused");
        assert!(refused.to_string().contains("no column `decision`"));
        let told = ledger.fits().expect_err("refused");
        assert!(told.contains("add `,decision` to the first line"), "{told}");
        assert_eq!(fs::read_to_string(&path).expect("text"), "record,note\n");
    }
}
