//! Kept bytes that a stage reads in pieces, when it asks for them, instead of being handed all.

use super::inputs::system;
use crate::artefact::Pieces;
use crate::digest::Digest;
use crate::problem::{Problem, Problems};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, Mutex};

/// An artefact that a stage reads lost its bytes.
pub(super) fn gone(shown: &str) -> Problem {
    let lost = io::Error::other(format!("the cache lost the bytes of {shown}"));
    system("an input cannot be read", &lost).help("run again")
}

/// The artefacts of which a piece could not be read while a stage ran, by the paths at which they are shown.
#[derive(Clone, Debug, Default)]
pub(super) struct Lost(Arc<Mutex<Vec<String>>>);

impl Lost {
    /// That there is none.
    ///
    /// # Errors
    ///
    /// A problem for each.
    pub(super) fn none(&self) -> Result<(), Problems> {
        let lost = self.0.lock().expect("no thread panicked");
        if lost.is_empty() {
            return Ok(());
        }
        Err(Problems(lost.iter().map(|shown| gone(shown)).collect()))
    }
}

/// The bytes of an open file.
#[derive(Debug)]
pub(super) struct KeptBytes {
    file: Mutex<File>,
    length: u64,
    shown: String,
    lost: Lost,
}

impl KeptBytes {
    /// Those of a file whose digest this is; `None` for any other.
    pub(super) fn open(path: &Path, digest: Digest, shown: &str, lost: &Lost) -> Option<Self> {
        // A file that is replaced later stays as it is for whoever has it open.
        let mut file = File::open(path).ok()?;
        let found = Digest::of_all(&mut file).ok()?;
        (found == digest).then_some(())?;
        Some(Self {
            length: file.metadata().ok()?.len(),
            file: Mutex::new(file),
            shown: shown.to_owned(),
            lost: lost.clone(),
        })
    }

    fn read(&self, range: &Range<u64>) -> io::Result<Vec<u8>> {
        let mut file = self.file.lock().expect("no thread panicked");
        file.seek(SeekFrom::Start(range.start))?;
        let length = usize::try_from(range.end - range.start).map_err(io::Error::other)?;
        let mut bytes = vec![0; length];
        file.read_exact(&mut bytes)?;
        Ok(bytes)
    }
}

impl Pieces for KeptBytes {
    fn length(&self) -> u64 {
        self.length
    }

    fn piece(&self, range: Range<u64>) -> Option<Vec<u8>> {
        let read = self.read(&range).ok();
        if read.is_none() {
            let mut lost = self.lost.0.lock().expect("no thread panicked");
            if !lost.contains(&self.shown) {
                lost.push(self.shown.clone());
            }
        }
        read
    }
}

#[cfg(test)]
mod tests {
    use super::super::files;
    use super::*;

    #[test]
    fn a_piece_that_cannot_be_read_any_more_is_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("blob");
        files::write(&path, b"0123456789", false).expect("written");
        let lost = Lost::default();
        let digest = Digest::of(b"0123456789");
        assert!(KeptBytes::open(&path, Digest::of(b"x"), "a.csv", &lost).is_none());
        let bytes = KeptBytes::open(&path, digest, "a.csv", &lost).expect("its bytes");
        assert_eq!(bytes.piece(3..6), Some(b"345".to_vec()));
        assert_eq!(lost.none(), Ok(()));
        File::options()
            .write(true)
            .open(&path)
            .and_then(|file| file.set_len(5))
            .expect("cut");
        assert_eq!(bytes.piece(3..6), None);
        let told = lost.none().expect_err("told");
        assert!(told.0[0].title.contains("a.csv"), "{told:?}");
    }
}
