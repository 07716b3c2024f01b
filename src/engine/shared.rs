//! Results shared with other projects, machines and people through a [depot](super::depot).
//!
//! A depot holds what the cache of a project holds, under `v1/`: `blobs/ab/cd…` bytes by digest, `results/ab/cd….json` what each key
//! gave, under a name made of both the key of the stage and that of the team, so that no team is in the way of another.
//!
//! Nothing in it is believed for standing there. Bytes must have the digest that they are named by; a result must bear a seal, made with
//! a key that never stands in the depot, over the stage's key and all that it gave; and it must name the very outputs that the stage
//! declares. So whoever can write to the depot can take results away, and never put one in.
//!
//! A result goes out without its ingredients, which may hold the values of variables: whoever asks has made the same key of them.

mod entry;

use super::depot::{self, Depot};
use super::ingredients::Ingredients;
use super::project::{Project, Slot};
use super::state;
use super::store::{Store, StoredOutput, StoredResult};
use crate::digest::Digest;
use crate::problem::Problem;
use entry::{Entry, Secret, blob_name};
use std::collections::BTreeSet;
use std::fmt;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard};

/// A depot and the key that seals what goes there.
pub struct Shared {
    depot: Box<dyn Depot>,
    place: String,
    secret: Secret,
    /// Bytes that were found damaged, to be written again.
    damaged: Mutex<BTreeSet<Digest>>,
    /// Whether a person was told what the depot lacks; once a run is enough.
    told: AtomicBool,
    /// Whether it could not be read, or not be written; then it is not asked again.
    unread: AtomicBool,
    refuses: AtomicBool,
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Shared({})", self.place)
    }
}

/// What a depot had to say of a key.
#[derive(Debug)]
pub(super) enum Found {
    /// A result, whose bytes now stand in the project's own cache.
    Result(Box<StoredResult>),
    /// One that no run left there for this key: it was changed, or bears no seal of this team.
    Foreign,
    /// Its bytes of this output are not those of its digest.
    Damaged(String),
    /// Nothing, or something of which a part is not there.
    Nothing,
}

/// What kept a depot and the cache of a project from exchanging a result.
#[derive(Debug)]
pub(super) enum Trouble {
    /// The depot cannot be read or written.
    Depot(io::Error),
    /// The project's own cache cannot be read or written.
    Own(io::Error),
}

impl Shared {
    /// Opens the depot at `place`, a folder or an address, for the project at `root`.
    ///
    /// The key is that of `REVIEW_CACHE_KEY`; where none is set, it is the user's own, so that what this user's projects keep there
    /// is believed by this user's projects alone.
    ///
    /// # Errors
    ///
    /// When the place or the key cannot be used.
    pub fn open(place: &str, root: &Path) -> Result<Self, Problem> {
        Ok(Self::of(
            state::sharing_key(root)?,
            depot::open(place)?,
            place,
        ))
    }

    /// The same for who only takes from it: a folder that is not there is not made.
    ///
    /// # Errors
    ///
    /// When the place or the key cannot be used.
    pub fn open_to_take(place: &str, root: &Path) -> Result<Self, Problem> {
        Ok(Self::of(
            state::sharing_key(root)?,
            depot::find(place)?,
            place,
        ))
    }

    fn of(secret: [u8; 32], depot: Box<dyn Depot>, place: &str) -> Self {
        Self {
            depot,
            place: place.to_owned(),
            secret: Secret(secret),
            damaged: Mutex::default(),
            told: AtomicBool::new(false),
            unread: AtomicBool::new(false),
            refuses: AtomicBool::new(false),
        }
    }

    /// The folder or address, as it was named.
    pub fn place(&self) -> &str {
        &self.place
    }

    /// Whether something could not be left there.
    pub(super) fn refuses(&self) -> bool {
        self.refuses.load(Ordering::SeqCst)
    }

    /// Takes what a key gave into the project's own cache, if it is to be believed.
    ///
    /// # Errors
    ///
    /// When the depot cannot be read, or the project's cache cannot be written.
    pub(super) fn take(
        &self,
        key: Digest,
        slots: &[Slot],
        ingredients: &Ingredients,
        store: &Store,
    ) -> Result<Found, Trouble> {
        if self.unread.load(Ordering::SeqCst) {
            return Ok(Found::Nothing);
        }
        let bytes = self.depot.get(&self.secret.entry_name(key));
        let Some(bytes) = bytes.map_err(Trouble::Depot)? else {
            return Ok(Found::Nothing);
        };
        let entry = self.secret.unseal(key, &bytes);
        let Some(entry) = entry.filter(|entry| entry.names(slots)) else {
            return Ok(Found::Foreign);
        };
        for output in &entry.outputs {
            for digest in output.blobs() {
                if store.get(digest).is_some() {
                    continue;
                }
                let bytes = self.depot.get(&blob_name(digest));
                match bytes.map_err(Trouble::Depot)? {
                    None => return Ok(Found::Nothing),
                    Some(bytes) if Digest::of(&bytes) != digest => {
                        self.damaged().insert(digest);
                        return Ok(Found::Damaged(output.port.clone()));
                    }
                    Some(bytes) => store.put(&bytes).map_err(Trouble::Own)?,
                };
            }
        }
        let result = entry.result(ingredients);
        store.put_result(key, &result).map_err(Trouble::Own)?;
        Ok(Found::Result(Box::new(result)))
    }

    /// Offers a kept result to others: the bytes first, the result last; how many files the depot did not have.
    ///
    /// # Errors
    ///
    /// When the depot cannot be read or written, or the project's cache lost bytes.
    pub(super) fn offer(
        &self,
        key: Digest,
        result: &StoredResult,
        store: &Store,
    ) -> Result<u64, Trouble> {
        let mut sent = 0;
        for digest in result.outputs.iter().flat_map(StoredOutput::blobs) {
            let name = blob_name(digest);
            let bytes = store.get(digest);
            let bytes = bytes.ok_or_else(|| {
                Trouble::Own(io::Error::other(
                    "bytes of the project's own cache are lost",
                ))
            })?;
            // Whoever takes bytes looks at every one; whoever offers them, at their number.
            let length = self.depot.length(&name).map_err(Trouble::Depot)?;
            let there = length == Some(bytes.len() as u64);
            if !there || self.damaged().contains(&digest) {
                self.depot.put(&name, &bytes).map_err(Trouble::Depot)?;
                self.damaged().remove(&digest);
                sent += 1;
            }
        }
        let entry = Entry::of(result);
        let name = self.secret.entry_name(key);
        let there = self.depot.get(&name).map_err(Trouble::Depot)?;
        // Another machine took another time for the same: what it left may stay.
        let same = there.and_then(|bytes| self.secret.unseal(key, &bytes));
        if !same.is_some_and(|there| there.outputs == entry.outputs) {
            let bytes = self.secret.seal(key, entry);
            self.depot.put(&name, &bytes).map_err(Trouble::Depot)?;
            sent += 1;
        }
        Ok(sent)
    }

    /// The same within a run, which goes on whatever the depot does: after the first refusal it is left alone.
    pub(super) fn offer_quietly(
        &self,
        key: Digest,
        result: &StoredResult,
        store: &Store,
    ) -> Option<Problem> {
        if self.refuses.load(Ordering::SeqCst) {
            return None;
        }
        let trouble = self.offer(key, result, store).err()?;
        self.refuses.store(true, Ordering::SeqCst);
        let title = match trouble {
            Trouble::Depot(error) => format!(
                "the shared cache {} cannot be written: {error}; what this run makes stays in the project",
                self.place
            ),
            Trouble::Own(error) => format!(
                "a result could not be left in the shared cache {}: {error}",
                self.place
            ),
        };
        self.once(Problem::note("engine::shared-cache", title))
    }

    /// Why a result could not be left there, to whoever asked for nothing else.
    fn unshared(&self, trouble: Trouble) -> Problem {
        match trouble {
            Trouble::Depot(error) => {
                let title = format!("the shared cache {} cannot be written: {error}", self.place);
                Problem::error("engine::shared-cache", title)
                    .help("check the folder or the address, and your right to write there")
            }
            Trouble::Own(error) => {
                let title = format!("a result cannot be left: {error}");
                Problem::error("engine::system", title).help("`review run` makes it again")
            }
        }
    }

    /// Tells that the depot cannot be read, and leaves it alone from now on.
    pub(super) fn unread(&self, error: &io::Error) -> Option<Problem> {
        self.unread.store(true, Ordering::SeqCst);
        self.refuses.store(true, Ordering::SeqCst);
        let title = format!(
            "the shared cache {} cannot be read: {error}; the run goes on without it",
            self.place
        );
        let help = "check the folder or the address, or leave `--cache-dir` out";
        self.once(Problem::warning("engine::shared-cache", title).help(help))
    }

    fn once(&self, problem: Problem) -> Option<Problem> {
        (!self.told.swap(true, Ordering::SeqCst)).then_some(problem)
    }

    fn damaged(&self) -> MutexGuard<'_, BTreeSet<Digest>> {
        self.damaged.lock().expect("no thread panicked")
    }
}

/// Offers the last result of every stage; how many files the depot did not have.
///
/// # Errors
///
/// When the depot cannot be written, or the project's cache lost bytes.
pub fn push(project: &Project<'_>, shared: &Shared) -> Result<u64, Problem> {
    let store = Store::open(&project.root);
    let mut sent = 0;
    for stage in &project.stages {
        if let Some((key, result)) = store.last_with_key(stage.decl.id.as_str()) {
            let offered = shared.offer(key, &result, &store);
            sent += offered.map_err(|trouble| shared.unshared(trouble))?;
        }
    }
    Ok(sent)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Problems;
    use std::collections::BTreeMap;

    /// A depot with one result of the stage `a`, and what asks for it.
    struct Case {
        depot: tempfile::TempDir,
        project: tempfile::TempDir,
        key: Digest,
        slots: Vec<Slot>,
        result: StoredResult,
    }

    impl Case {
        fn new() -> Self {
            let folder = || tempfile::tempdir().expect("a folder");
            let case = Self {
                depot: folder(),
                project: folder(),
                key: Digest::of(b"key"),
                slots: vec![Slot {
                    port: "out".into(),
                    artefact_type: "file".into(),
                    path: "reports/a.txt".into(),
                }],
                result: StoredResult {
                    version: 1,
                    ingredients: Ingredients::default(),
                    outputs: vec![StoredOutput {
                        port: "out".into(),
                        artefact_type: "file".into(),
                        path: "reports/a.txt".into(),
                        digest: Digest::of(b"bytes"),
                        files: BTreeMap::new(),
                    }],
                    problems: Problems::new(),
                    open_work: Vec::new(),
                    milliseconds: 3,
                    seal: String::new(),
                },
            };
            let other = folder();
            let store = Store::open(other.path());
            store.put(b"bytes").expect("kept");
            let shared = case.shared([7; 32]);
            let sent = shared.offer(case.key, &case.result, &store);
            assert_eq!(sent.expect("offered"), 2);
            assert_eq!(shared.offer(case.key, &case.result, &store).ok(), Some(0));
            case
        }

        fn shared(&self, secret: [u8; 32]) -> Shared {
            let place = self.depot.path().to_string_lossy().into_owned();
            Shared::of(secret, depot::open(&place).expect("there"), &place)
        }

        fn taken(&self, secret: [u8; 32], key: Digest) -> Found {
            let store = Store::open(self.project.path());
            let shared = self.shared(secret);
            let found = shared.take(key, &self.slots, &Ingredients::default(), &store);
            found.expect("read")
        }

        fn file(&self, name: &str) -> std::path::PathBuf {
            self.depot.path().join(name)
        }
    }

    #[test]
    fn what_was_offered_is_taken_and_stands_in_the_own_cache() {
        let case = Case::new();
        let Found::Result(result) = case.taken([7; 32], case.key) else {
            panic!("taken");
        };
        assert_eq!(*result, case.result);
        let store = Store::open(case.project.path());
        assert_eq!(
            store.get(Digest::of(b"bytes")).as_deref(),
            Some(&b"bytes"[..])
        );
    }

    #[test]
    fn another_key_another_stage_or_other_outputs_are_foreign() {
        let mut case = Case::new();
        let name = |secret, key| case.file(&Secret(secret).entry_name(key));
        let bytes = files_read(&name([7; 32], case.key));
        let other = Digest::of(b"other");
        for (secret, key) in [([8; 32], case.key), ([7; 32], other)] {
            assert!(matches!(case.taken(secret, key), Found::Nothing));
            super::super::files::write(&name(secret, key), &bytes, false).expect("written");
            assert!(matches!(case.taken(secret, key), Found::Foreign));
        }
        case.slots[0].path = "reports/b.txt".into();
        assert!(matches!(case.taken([7; 32], case.key), Found::Foreign));
    }

    #[test]
    fn what_another_machine_left_of_the_same_outputs_stays_and_so_does_what_another_team_left() {
        let case = Case::new();
        let own = tempfile::tempdir().expect("a folder");
        let store = Store::open(own.path());
        store.put(b"bytes").expect("kept");
        let slower = StoredResult {
            milliseconds: 9,
            ..case.result.clone()
        };
        let sent = case.shared([7; 32]).offer(case.key, &slower, &store);
        assert_eq!(sent.ok(), Some(0));
        let sent = case.shared([8; 32]).offer(case.key, &slower, &store);
        assert_eq!(sent.ok(), Some(1), "its bytes are there");
        for (secret, milliseconds) in [([7; 32], 3), ([8; 32], 9)] {
            let Found::Result(result) = case.taken(secret, case.key) else {
                panic!("taken");
            };
            assert_eq!(result.milliseconds, milliseconds);
        }
    }

    #[test]
    fn what_the_own_cache_cannot_keep_or_lost_is_no_fault_of_the_depot() {
        let case = Case::new();
        let shared = case.shared([7; 32]);
        let empty = Store::open(case.project.path());
        let lost = shared.offer(case.key, &case.result, &empty);
        assert!(matches!(lost, Err(Trouble::Own(_))));
        super::super::files::write(&case.project.path().join(".review"), b"", false)
            .expect("in the way");
        let found = shared.take(case.key, &case.slots, &Ingredients::default(), &empty);
        assert!(matches!(found, Err(Trouble::Own(_))));
    }

    #[test]
    fn other_bytes_under_a_digest_are_damage_and_missing_ones_nothing() {
        let case = Case::new();
        let blob = case.file(&blob_name(Digest::of(b"bytes")));
        super::super::files::write(&blob, b"bites", false).expect("written");
        assert!(matches!(case.taken([7; 32], case.key), Found::Damaged(port) if port == "out"));
        super::super::files::remove(&blob).expect("removed");
        assert!(matches!(case.taken([7; 32], case.key), Found::Nothing));
    }

    #[test]
    fn a_result_of_which_any_byte_changed_is_foreign() {
        let case = Case::new();
        let path = case.file(&Secret([7; 32]).entry_name(case.key));
        let whole = files_read(&path);
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[at] ^= 1;
            super::super::files::write(&path, &bytes, false).expect("written");
            let found = case.taken([7; 32], case.key);
            let same = matches!(&found, Found::Result(result) if **result == case.result);
            assert!(
                same || matches!(found, Found::Foreign),
                "byte {at}: {found:?}"
            );
        }
    }

    fn files_read(path: &Path) -> Vec<u8> {
        super::super::files::read(path).expect("read")
    }
}
