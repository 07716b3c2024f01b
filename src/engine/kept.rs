//! Outputs of a stage put into the store: the files of all of them at once, then the manifests of folders.

use super::project::Slot;
use super::store::{FOLDER, Store, StoredOutput};
use crate::digest::Digest;
use crate::stage::Output;
use std::collections::BTreeMap;
use std::io;

/// Puts what a stage gave into the store, in the order of its slots.
///
/// # Errors
///
/// An output that is missing, and as the system says.
pub(super) fn keep(
    store: &Store,
    slots: &[Slot],
    given: Vec<(String, Output)>,
) -> io::Result<Vec<StoredOutput>> {
    let given: BTreeMap<String, Output> = given.into_iter().collect();
    let outputs: Vec<&Output> = slots
        .iter()
        .map(|slot| {
            let missing = || io::Error::other(format!("the stage gave no `{}`", slot.port));
            given.get(&slot.port).ok_or_else(missing)
        })
        .collect::<io::Result<_>>()?;
    let files: Vec<&[u8]> = outputs.iter().flat_map(|output| files(output)).collect();
    let mut digests = store.put_all(&files)?.into_iter();
    let stored = slots.iter().zip(&outputs);
    let mut stored: Vec<StoredOutput> = stored
        .map(|(slot, output)| named(slot, output, &mut digests))
        .collect();
    let folders = stored.iter().filter(|one| one.artefact_type == FOLDER);
    let manifests: Vec<String> = folders.map(manifest).collect();
    let manifests: Vec<&[u8]> = manifests.iter().map(String::as_bytes).collect();
    let digests = store.put_all(&manifests)?;
    let folders = stored.iter_mut().filter(|one| one.artefact_type == FOLDER);
    for (folder, digest) in folders.zip(digests) {
        folder.digest = digest;
    }
    Ok(stored)
}

/// The bytes of the files of an output.
fn files(output: &Output) -> Vec<&[u8]> {
    match output {
        Output::File(bytes) => vec![bytes],
        Output::Folder(held) => held.values().map(Vec::as_slice).collect(),
    }
}

/// An output with the digests of its files; a folder has no digest of its own yet.
fn named(slot: &Slot, output: &Output, digests: &mut impl Iterator<Item = Digest>) -> StoredOutput {
    let mut next = || digests.next().expect("each file has a digest");
    let mut stored = StoredOutput {
        port: slot.port.clone(),
        artefact_type: slot.artefact_type.clone(),
        path: slot.path.clone(),
        digest: Digest::of(b""),
        files: BTreeMap::new(),
    };
    match output {
        Output::File(_) => stored.digest = next(),
        Output::Folder(held) => {
            FOLDER.clone_into(&mut stored.artefact_type);
            stored.files = held.keys().map(|name| (name.clone(), next())).collect();
        }
    }
    stored
}

/// What the digest of a folder is made of.
fn manifest(folder: &StoredOutput) -> String {
    let lines = folder.files.iter();
    let lines: Vec<String> = lines
        .map(|(name, digest)| format!("{digest} {name}"))
        .collect();
    lines.join("\n")
}
