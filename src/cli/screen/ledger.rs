//! A table that people keep and that only grows: a row is in its file before anybody hears that it is there, and on the disk too,
//! unless the disk is slow.

use crate::table::{column_name, split};
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, TryRecvError, channel};
use std::time::Duration;

/// How long an answer waits for the disk. A row that is in its file outlives the program; only a machine that loses its power meanwhile
/// loses one that the disk has not taken yet.
const PATIENCE: Duration = Duration::from_millis(20);

/// What a disk says of a row that it was asked to keep.
type Kept = Receiver<io::Result<()>>;

/// A file of rows.
#[derive(Debug)]
pub(super) struct Ledger {
    path: PathBuf,
    /// Columns of a file that is not there yet.
    columns: &'static [&'static str],
    /// Columns that a row cannot do without.
    needed: &'static [&'static str],
    /// Rows that the disk was slow to take.
    slow: Vec<Kept>,
    /// What the disk said of a row that it did not keep.
    lost: Option<String>,
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
            slow: Vec::new(),
            lost: None,
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

    /// Adds a row in one write, and returns once the disk has it, or is slow to take it.
    ///
    /// The header is read anew each time, so that an editor which put another file in place loses nothing; a last line without an
    /// end is ended first. Fields whose column the file does not have are left out, unless needed.
    ///
    /// # Errors
    ///
    /// As the system says, or when a needed column is missing; the file is then as it was. What the disk says too late of a row before
    /// is told here too.
    pub(super) fn append(&mut self, fields: &[(&str, &str)]) -> io::Result<Written> {
        self.hear()?;
        let folder = self.path.parent().unwrap_or(Path::new(".")).to_owned();
        fs::create_dir_all(&folder)?;
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
        let file = Arc::new(file);
        let written = (&*file).write_all(&row).and_then(|()| {
            // The name of a new file is on the disk once its folder is.
            let folder = (before == 0).then_some(folder);
            self.keep(&file, folder)
        });
        if let Err(error) = written {
            let _ = file.set_len(before);
            return Err(error);
        }
        Ok(Written {
            before,
            after: before + row.len() as u64,
        })
    }

    /// Has the disk take what was written, and waits for it for a moment.
    fn keep(&mut self, file: &Arc<File>, folder: Option<PathBuf>) -> io::Result<()> {
        let (tell, kept) = channel();
        let written = Arc::clone(file);
        std::thread::Builder::new().spawn(move || {
            let synced = written.sync_data();
            if let Some(folder) = folder {
                let _ = File::open(folder).and_then(|folder| folder.sync_all());
            }
            // Nobody hears it where the program ended meanwhile.
            let _ = tell.send(synced);
        })?;
        match kept.recv_timeout(PATIENCE) {
            Ok(said) => said,
            Err(RecvTimeoutError::Timeout) => {
                self.slow.push(kept);
                Ok(())
            }
            Err(RecvTimeoutError::Disconnected) => Err(io::Error::other("the disk was not heard")),
        }
    }

    /// Hears what the disk has said of earlier rows by now.
    fn hear(&mut self) -> io::Result<()> {
        let mut failed = None;
        self.slow.retain(|kept| match kept.try_recv() {
            Err(TryRecvError::Empty) => true,
            Ok(Err(error)) => {
                failed = Some(error);
                false
            }
            _ => false,
        });
        failed.map_or(Ok(()), |error| Err(io::Error::other(self.lose(&error))))
    }

    /// Waits until the disk has all rows.
    ///
    /// # Errors
    ///
    /// When it could not take one, whether or not that was told before.
    pub(super) fn settle(&mut self) -> Result<(), String> {
        for kept in std::mem::take(&mut self.slow) {
            if let Ok(Err(error)) = kept.recv() {
                self.lose(&error);
            }
        }
        self.lost.clone().map_or(Ok(()), Err)
    }

    fn lose(&mut self, error: &io::Error) -> String {
        let said = format!(
            "the disk did not keep a row written before ({error}); look at the end of {}",
            self.path.display()
        );
        self.lost.insert(said).clone()
    }

    /// Deletes the row written last, unless something was written behind it.
    ///
    /// # Errors
    ///
    /// As the system says; what the disk says too late of a row before is told here too.
    pub(super) fn delete_last(&mut self, written: Written) -> io::Result<()> {
        self.hear()?;
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
        let mut ledger = Ledger::new(path.clone(), NAMES, &["decision"]);
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
        ledger.settle().expect("kept");
        ledger.delete_last(written).expect("deleted");
        assert_eq!(
            fs::read_to_string(&path).expect("text"),
            "Note;Decision\nx;excl"
        );
    }

    #[test]
    fn what_a_slow_disk_says_of_a_row_is_told_with_the_next_answer_or_at_the_end() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.csv");
        let mut ledger = Ledger::new(path, NAMES, &["decision"]);
        let mut late = || {
            let (tell, kept) = channel();
            ledger.slow.push(kept);
            tell
        };
        let (first, second) = (late(), late());
        let failed = || Err(io::Error::other("full"));
        first.send(failed()).expect("heard");
        let told = ledger.append(&[("decision", "include")]).expect_err("told");
        assert!(told.to_string().contains("did not keep a row"), "{told}");
        ledger
            .append(&[("decision", "include")])
            .expect("told once");
        second.send(failed()).expect("heard");
        assert!(ledger.settle().expect_err("told").contains("(full)"));
        let again = ledger.settle().expect_err("what is lost stays lost");
        assert!(again.contains("did not keep a row"), "{again}");
    }

    #[test]
    fn what_a_slow_disk_says_of_a_row_is_told_where_the_next_is_taken_back() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut ledger = Ledger::new(folder.path().join("a.csv"), NAMES, &["decision"]);
        let written = ledger.append(&[("decision", "include")]).expect("written");
        let (tell, kept) = channel();
        ledger.slow.push(kept);
        tell.send(Err(io::Error::other("full"))).expect("heard");
        assert!(ledger.delete_last(written).is_err());
        ledger.delete_last(written).expect("told once");
    }

    #[test]
    fn a_file_without_a_needed_column_is_left_as_it_is() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.csv");
        fs::write(&path, "record,note\n").expect("written");
        let mut ledger = Ledger::new(path.clone(), NAMES, &["decision"]);
        let refused = ledger.append(&[("record", "r1")]).expect_err("refused");
        assert!(refused.to_string().contains("no column `decision`"));
        let told = ledger.fits().expect_err("refused");
        assert!(told.contains("add `,decision` to the first line"), "{told}");
        assert_eq!(fs::read_to_string(&path).expect("text"), "record,note\n");
    }
}
