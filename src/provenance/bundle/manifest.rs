//! The manifest of a bundle: a line a member, and the digest that stands for all of them.

use super::archive::{self, Flaw};
use crate::digest::Digest;
use crate::place::Place;
use crate::problem::{Problem, Problems};
use std::collections::BTreeMap;
use std::fmt::Write;

/// The member that lists the BLAKE3 of all others, in the form of `b3sum`.
pub const MANIFEST: &str = "MANIFEST.blake3";

/// A bundle as written.
#[derive(Clone, Debug)]
pub struct Sealed {
    /// The archive.
    pub bytes: Vec<u8>,
    /// The digest of its manifest, to be quoted.
    pub digest: Digest,
    /// How many members it has, the manifest among them.
    pub members: usize,
}

/// A bundle as read: every byte of it is accounted for.
#[derive(Clone, Debug)]
pub struct Opened<'a> {
    /// The members by name.
    pub members: BTreeMap<&'a str, &'a [u8]>,
    /// The digest of the manifest.
    pub digest: Digest,
}

/// Makes the bundle of these files. The same files give the same bytes.
///
/// # Errors
///
/// When a file's name or the size cannot be in a bundle.
pub fn seal_bundle(mut members: BTreeMap<String, Vec<u8>>) -> Result<Sealed, Problems> {
    members.remove(MANIFEST);
    let mut manifest = String::new();
    for (name, bytes) in &members {
        writeln!(manifest, "{}  {name}", Digest::of(bytes))
            .expect("writing to a string cannot fail");
    }
    let digest = Digest::of(manifest.as_bytes());
    members.insert(MANIFEST.to_owned(), manifest.into_bytes());
    let bytes = archive::write(&members, &archive::comment(&digest.hex()));
    Ok(Sealed {
        bytes: bytes.map_err(|flaws| problems(None, flaws))?,
        digest,
        members: members.len(),
    })
}

/// Reads a bundle; `file` is only used for places.
///
/// # Errors
///
/// Everything that `review bundle` would not have written: a changed header, name, content, comment or manifest, each named, and
/// names that lead out of the folder, links, packed members and duplicates.
pub fn open_bundle<'a>(file: &str, bytes: &'a [u8]) -> Result<Opened<'a>, Problems> {
    let archive = archive::read(bytes).map_err(|flaws| problems(Some(file), flaws))?;
    let mut flaws = archive.flaws;
    let members: BTreeMap<&str, &[u8]> = archive
        .members
        .iter()
        .map(|member| (member.name, member.bytes))
        .collect();
    let unsound = archive.members.iter().filter(|member| !member.sound);
    let unsound: Vec<&str> = unsound.map(|member| member.name).collect();
    let manifest = members.get(MANIFEST).copied().unwrap_or_default();
    let digest = Digest::of(manifest);
    if unsound.contains(&MANIFEST) || !members.contains_key(MANIFEST) {
        flaws.extend(unsound.iter().map(|name| changed(name)));
        if !members.contains_key(MANIFEST) {
            let title = format!("the bundle has no {MANIFEST}");
            flaws.push(Flaw::new("bundle::manifest", title));
        }
    } else {
        flaws.extend(against(manifest, &members, &unsound));
        if archive.comment != archive::comment(&digest.hex()).as_bytes() {
            let title =
                format!("the comment of the archive does not name the digest of {MANIFEST}");
            flaws.push(Flaw::new("bundle::structure", title));
        }
    }
    if flaws.is_empty() {
        Ok(Opened { members, digest })
    } else {
        Err(problems(Some(file), flaws))
    }
}

fn changed(name: &str) -> Flaw {
    let title = format!("{name} is not what was bundled");
    Flaw::new("bundle::changed-member", title)
}

/// Compares the members with the lines of the manifest, which has to list each of them once and in order.
fn against(manifest: &[u8], members: &BTreeMap<&str, &[u8]>, unsound: &[&str]) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    let text = String::from_utf8_lossy(manifest);
    let mut listed: BTreeMap<&str, &str> = BTreeMap::new();
    for (number, line) in text.lines().enumerate() {
        match line.split_once("  ") {
            Some((digest, name)) if listed.keys().next_back().is_none_or(|last| *last < name) => {
                listed.insert(name, digest);
            }
            _ => {
                let title = format!("line {} of {MANIFEST} is none that was bundled", number + 1);
                flaws.push(Flaw::new("bundle::manifest", title));
            }
        }
    }
    for (name, bytes) in members.iter().filter(|(name, _)| **name != MANIFEST) {
        match listed.remove(name) {
            None => {
                let title = format!("{name} is in the archive and not in {MANIFEST}");
                flaws.push(Flaw::new("bundle::added-member", title));
            }
            Some(digest) if unsound.contains(name) || Digest::of(bytes).hex() != digest => {
                flaws.push(changed(name));
            }
            Some(_) => {}
        }
    }
    for name in listed.into_keys() {
        let title = format!("{name} is in {MANIFEST} and not in the archive");
        flaws.push(Flaw::new("bundle::missing-member", title));
    }
    flaws
}

fn problems(file: Option<&str>, flaws: Vec<Flaw>) -> Problems {
    let told = flaws.into_iter().map(|Flaw { code, title }| {
        let problem = Problem::error(code, title);
        match file {
            Some(file) => problem
                .at(Place::file(file))
                .help("ask whoever made the bundle for it again, with the digest of its manifest"),
            None => problem,
        }
    });
    Problems(told.collect())
}
