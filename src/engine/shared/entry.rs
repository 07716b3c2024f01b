//! A result as it stands in a depot: its name, its form and its seal.

use crate::digest::Digest;
use crate::engine::ingredients::Ingredients;
use crate::engine::project::Slot;
use crate::engine::store::{FOLDER, StoredOutput, StoredResult};
use crate::path::RelPath;
use crate::problem::Problems;
use crate::stage::OpenWork;

/// The version of the names and of [`Entry`].
const FORM: &str = "v1";

/// More than any result; a depot may hold anything.
const LONGEST: usize = 64 << 20;

/// What a key gave, as it stands in a depot.
#[derive(Debug, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    version: u32,
    pub(super) outputs: Vec<StoredOutput>,
    problems: Problems,
    open_work: Vec<OpenWork>,
    milliseconds: u64,
    #[serde(default)]
    seal: String,
}

impl Entry {
    /// A kept result without what it was made from.
    pub(super) fn of(result: &StoredResult) -> Self {
        Self {
            version: result.version,
            outputs: result.outputs.clone(),
            problems: result.problems.clone(),
            open_work: result.open_work.clone(),
            milliseconds: result.milliseconds,
            seal: String::new(),
        }
    }

    /// The result, with what whoever asked for it made the same key of.
    pub(super) fn result(self, ingredients: &Ingredients) -> StoredResult {
        StoredResult {
            version: self.version,
            ingredients: ingredients.clone(),
            outputs: self.outputs,
            problems: self.problems,
            open_work: self.open_work,
            milliseconds: self.milliseconds,
            seal: String::new(),
        }
    }

    /// Whether these are the outputs that a stage declares, and nothing of them leaves its place.
    pub(super) fn names(&self, slots: &[Slot]) -> bool {
        let fits = |(output, slot): (&StoredOutput, &Slot)| {
            let inside =
                |name: &String| RelPath::parse(name).is_ok_and(|path| path.as_str() == *name);
            let one = output.artefact_type == slot.artefact_type && output.files.is_empty();
            output.port == slot.port
                && output.path == slot.path
                && (one || output.artefact_type == FOLDER)
                && output.files.keys().all(inside)
        };
        self.outputs.len() == slots.len() && self.outputs.iter().zip(slots).all(fits)
    }
}

/// The key of a team, which never stands in a depot.
pub(super) struct Secret(pub(super) [u8; 32]);

impl Secret {
    /// Where the entry of a key stands: another team's stands elsewhere.
    pub(super) fn entry_name(&self, key: Digest) -> String {
        let mut hasher = blake3::Hasher::new_keyed(&self.0);
        hasher.update(b"name ").update(key.hex().as_bytes());
        let hex = hasher.finalize().to_hex();
        format!("{FORM}/results/{}/{}.json", &hex[..2], &hex[2..])
    }

    /// The bytes of an entry with its seal.
    pub(super) fn seal(&self, key: Digest, mut entry: Entry) -> Vec<u8> {
        entry.seal = self.proof(key, &entry);
        serde_json::to_vec_pretty(&entry).expect("a result is plain data")
    }

    /// The entry of a key in these bytes, if it bears the seal, which is taken off.
    pub(super) fn unseal(&self, key: Digest, bytes: &[u8]) -> Option<Entry> {
        let bytes = Some(bytes).filter(|bytes| bytes.len() <= LONGEST);
        let mut entry: Entry = serde_json::from_slice(bytes?).ok()?;
        let seal = std::mem::take(&mut entry.seal);
        (seal == self.proof(key, &entry)).then_some(entry)
    }

    /// What proves that whoever has the key found this for this stage's key.
    fn proof(&self, key: Digest, entry: &Entry) -> String {
        let text = serde_json::to_vec(entry).expect("a result is plain data");
        let mut hasher = blake3::Hasher::new_keyed(&self.0);
        hasher.update(key.hex().as_bytes()).update(&text);
        hasher.finalize().to_hex().to_string()
    }
}

/// Where bytes stand.
pub(super) fn blob_name(digest: Digest) -> String {
    let hex = digest.hex();
    format!("{FORM}/blobs/{}/{}", &hex[..2], &hex[2..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn outputs_that_leave_their_folder_are_refused() {
        let slots = [Slot {
            port: "out".into(),
            artefact_type: "file".into(),
            path: "reports/a.txt".into(),
        }];
        for (name, fits) in [
            ("a/b.svg", true),
            ("../b", false),
            ("/b", false),
            ("", false),
        ] {
            let output = StoredOutput {
                port: "out".into(),
                artefact_type: FOLDER.to_owned(),
                path: "reports/a.txt".into(),
                digest: Digest::of(b"bytes"),
                files: BTreeMap::from([(name.to_owned(), Digest::of(b"x"))]),
            };
            let entry = Entry {
                version: 1,
                outputs: vec![output],
                problems: Problems::new(),
                open_work: Vec::new(),
                milliseconds: 3,
                seal: String::new(),
            };
            assert_eq!(entry.names(&slots), fits, "{name}");
        }
    }
}
