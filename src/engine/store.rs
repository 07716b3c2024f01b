//! The cache: `.review/blobs` holds bytes by digest, `.review/results` what each key gave.
//!
//! Blobs are written first, the result last, each whole or not at all, so a killed run leaves at worst blobs that nothing
//! names. A digest is checked on read: a damaged blob is a miss and a warning. A result bears a seal that only runs of this
//! user can make, so a cache that came along with somebody else's project is passed over.

use super::files;
use super::ingredients::Ingredients;
use super::pieces::{KeptBytes, Lost};
use super::stat_cache::StatCache;
use super::state;
use crate::artefact::Pieces;
use crate::digest::Digest;
use crate::problem::Problems;
use crate::stage::OpenWork;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};

/// One output of a result.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct StoredOutput {
    /// Port of the stage.
    pub port: String,
    /// Artefact type.
    pub artefact_type: String,
    /// Path below the project that the output is shown at; a folder for an output of many files.
    pub path: String,
    /// Digest of the bytes; for a folder, of its manifest.
    pub digest: Digest,
    /// The files of a folder: name below it, digest. Empty for a single file.
    pub files: BTreeMap<String, Digest>,
}

impl StoredOutput {
    /// Every file of the output: path below the project, digest.
    pub fn each_file(&self) -> Vec<(String, Digest)> {
        if self.artefact_type == FOLDER {
            self.files
                .iter()
                .map(|(name, digest)| (format!("{}/{name}", self.path), *digest))
                .collect()
        } else {
            vec![(self.path.clone(), self.digest)]
        }
    }

    /// Every digest whose bytes are kept for it; for a folder, its manifest first.
    pub(super) fn blobs(&self) -> impl Iterator<Item = Digest> {
        std::iter::once(self.digest).chain(self.files.values().copied())
    }
}

/// The artefact type of an output of many files.
pub(super) const FOLDER: &str = "folder";

/// What a key gave.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(super) struct StoredResult {
    /// Version of this file's form.
    pub version: u32,
    /// What it was made from.
    pub ingredients: Ingredients,
    /// What it gave.
    pub outputs: Vec<StoredOutput>,
    /// What it said; said again on every hit.
    pub problems: Problems,
    /// What people owe; said again on every hit.
    pub open_work: Vec<OpenWork>,
    /// How long it took, in milliseconds.
    pub milliseconds: u64,
    /// Proof that a run of this user kept it; empty in memory.
    #[serde(default)]
    pub seal: String,
}

/// Whether a key is known, and whether its result can be believed.
#[derive(Debug)]
pub(super) enum Kept {
    /// This user's runs kept it.
    Own(Box<StoredResult>),
    /// It says that a key gave this, but no run of this user says so.
    Foreign,
    /// There is none, or none that can be read.
    Nothing,
}

/// The cache of one project.
pub(super) struct Store {
    root: PathBuf,
    seal: OnceLock<[u8; 32]>,
    /// Results whose bytes may still be on their way to the disk.
    under_way: Mutex<Vec<PathBuf>>,
}

impl Store {
    /// The cache of the project at `root`; nothing is made until something is written.
    pub(super) fn open(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
            seal: OnceLock::new(),
            under_way: Mutex::new(Vec::new()),
        }
    }

    /// The file of a digest, below the project.
    pub(super) fn blob_name(digest: Digest) -> String {
        let hex = digest.hex();
        format!(".review/blobs/{}/{}", &hex[..2], &hex[2..])
    }

    /// Keeps bytes; returns their digest.
    ///
    /// # Errors
    ///
    /// As the system says.
    pub(super) fn put(&self, bytes: &[u8]) -> io::Result<Digest> {
        let digest = Digest::of(bytes);
        self.put_as(digest, bytes)?;
        Ok(digest)
    }

    fn put_as(&self, digest: Digest, bytes: &[u8]) -> io::Result<()> {
        let path = self.root.join(Self::blob_name(digest));
        let kept = std::fs::metadata(&path).is_ok_and(|data| data.len() == bytes.len() as u64);
        if !kept || files::read(&path).map(|old| Digest::of(&old)).ok() != Some(digest) {
            files::write(&path, bytes, true)?;
        }
        Ok(())
    }

    /// Keeps the bytes of many files; returns their digests.
    ///
    /// # Errors
    ///
    /// As the system says.
    pub(super) fn put_all(&self, all: &[&[u8]]) -> io::Result<Vec<Digest>> {
        let digests: Vec<Digest> = all.par_iter().map(|bytes| Digest::of(bytes)).collect();
        let each: BTreeMap<Digest, &[u8]> =
            digests.iter().copied().zip(all.iter().copied()).collect();
        let each: Vec<(Digest, &[u8])> = each.into_iter().collect();
        side_by_side(&each, |(digest, bytes)| self.put_as(*digest, bytes))?;
        Ok(digests)
    }

    /// The bytes of a digest; `None` when they are missing or damaged.
    pub(super) fn get(&self, digest: Digest) -> Option<Vec<u8>> {
        let bytes = files::read(&self.root.join(Self::blob_name(digest))).ok()?;
        (Digest::of(&bytes) == digest).then_some(bytes)
    }

    /// The same; a damaged blob goes, so that the next run makes it again whatever was noted of it.
    pub(super) fn take(&self, digest: Digest) -> Option<Vec<u8>> {
        let bytes = self.get(digest);
        if bytes.is_none() {
            let _ = files::remove(&self.root.join(Self::blob_name(digest)));
        }
        bytes
    }

    /// The same without holding them.
    pub(super) fn take_pieces(
        &self,
        digest: Digest,
        shown: &str,
        lost: &Lost,
    ) -> Option<Arc<dyn Pieces>> {
        let path = self.root.join(Self::blob_name(digest));
        let open = KeptBytes::open(&path, digest, shown, lost);
        if open.is_none() {
            let _ = files::remove(&path);
        }
        Some(Arc::new(open?))
    }

    /// Whether a blob is there and undamaged, read only if it changed since it was last looked at.
    pub(super) fn holds(digest: Digest, stat: &mut StatCache) -> Held {
        match stat.digest(&Self::blob_name(digest)) {
            Ok(found) if found == digest => Held::Whole,
            Ok(_) => Held::Damaged,
            Err(_) => Held::Missing,
        }
    }

    /// Whether the store ever kept bytes with this digest.
    pub(super) fn knows(&self, digest: Digest) -> bool {
        self.root.join(Self::blob_name(digest)).exists()
    }

    /// Keeps what a key gave. It is the stage's [last](Self::set_last) once it is shown.
    ///
    /// What a power cut leaves of a result bears no seal, and costs a rerun; so nobody waits for the disk before [`settle`](Self::settle).
    ///
    /// # Errors
    ///
    /// As the system says.
    pub(super) fn put_result(&self, key: Digest, result: &StoredResult) -> io::Result<()> {
        let mut sealed = result.clone();
        sealed.seal = self.seal(key, result);
        let text = serde_json::to_vec_pretty(&sealed).expect("a result is plain data");
        let path = self.result_path(key);
        files::write(&path, &text, false)?;
        self.under_way
            .lock()
            .expect("no thread panicked")
            .push(path);
        Ok(())
    }

    /// Waits until all results are on the disk; failure costs at most a rerun.
    pub(super) fn settle(&self) {
        let paths = std::mem::take(&mut *self.under_way.lock().expect("no thread panicked"));
        let _ = side_by_side(&paths, |path| files::sync(path));
    }

    /// What a key gave.
    pub(super) fn kept(&self, key: Digest) -> Kept {
        let bytes = files::read(&self.result_path(key)).ok();
        let Some(mut result) =
            bytes.and_then(|bytes| serde_json::from_slice::<StoredResult>(&bytes).ok())
        else {
            return Kept::Nothing;
        };
        let seal = std::mem::take(&mut result.seal);
        if seal == self.seal(key, &result) {
            Kept::Own(Box::new(result))
        } else {
            Kept::Foreign
        }
    }

    /// What a key gave by a run of this user; `None` when unknown, unreadable or from somebody else.
    pub(super) fn result(&self, key: Digest) -> Option<StoredResult> {
        match self.kept(key) {
            Kept::Own(result) => Some(*result),
            Kept::Foreign | Kept::Nothing => None,
        }
    }

    /// What proves that a run of this user found this result for this key: a cache that came with a project from somebody else
    /// may hold anything, and its digests only say that the bytes are those it names.
    fn seal(&self, key: Digest, result: &StoredResult) -> String {
        let secret = self.seal.get_or_init(|| state::seal(&self.root));
        let text = serde_json::to_vec(result).expect("a result is plain data");
        let mut hasher = blake3::Hasher::new_keyed(secret);
        hasher.update(key.hex().as_bytes()).update(&text);
        hasher.finalize().to_hex().to_string()
    }

    /// Notes the key of which a stage showed the result last.
    ///
    /// # Errors
    ///
    /// As the system says.
    pub(super) fn set_last(&self, stage: &str, key: Digest) -> io::Result<()> {
        let path = self.last_path(stage);
        let text = format!("{key}\n");
        if files::read(&path).is_ok_and(|old| old == text.as_bytes()) {
            Ok(())
        } else {
            files::write(&path, text.as_bytes(), false)
        }
    }

    /// The result that a stage used last.
    pub(super) fn last(&self, stage: &str) -> Option<StoredResult> {
        self.last_with_key(stage).map(|(_, result)| result)
    }

    /// The same with its key.
    pub(super) fn last_with_key(&self, stage: &str) -> Option<(Digest, StoredResult)> {
        let text = files::read_text(&self.last_path(stage)).ok()?;
        let key = Digest::parse(text.trim())?;
        Some((key, self.result(key)?))
    }

    fn result_path(&self, key: Digest) -> PathBuf {
        self.root.join(format!(".review/results/{key}.json"))
    }

    fn last_path(&self, stage: &str) -> PathBuf {
        self.root.join(format!(".review/last/{stage}"))
    }
}

/// How many files wait for the disk at the same time; it takes them together.
const AT_ONCE: usize = 16;

/// Does work that waits for the disk on threads of its own.
fn side_by_side<T: Sync>(all: &[T], work: impl Fn(&T) -> io::Result<()> + Sync) -> io::Result<()> {
    let work = &|part: &[T]| part.iter().try_for_each(&work);
    let mut parts = all.chunks(all.len().div_ceil(AT_ONCE).max(1));
    let first = parts.next().unwrap_or_default();
    std::thread::scope(|scope| {
        let start = |part| {
            let thread = std::thread::Builder::new().spawn_scoped(scope, move || work(part));
            (part, thread.ok())
        };
        let others: Vec<_> = parts.map(start).collect();
        let done = work(first);
        others.into_iter().fold(done, |done, (part, thread)| {
            // Where the system gives no more threads, the work is done here.
            let other = thread.map_or_else(
                || work(part),
                |thread| thread.join().expect("work on files does not panic"),
            );
            done.and(other)
        })
    })
}

/// Whether a blob can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Held {
    /// There, and its bytes have their digest.
    Whole,
    /// There, with other bytes.
    Damaged,
    /// Not there.
    Missing,
}
