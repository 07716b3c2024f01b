//! `pipeline.lock`: what the committed reports were made from, as sorted text that merges.
//!
//! A line is `stage kind-of-line digest name`; digests only, no time and no host, so branches that touch different inputs
//! merge by themselves. Files that people keep and that no stage reads as an input (the pipeline, settings, notes beside the
//! data) have lines of no stage: `- kept digest name`. Conflict markers are skipped: both sides' lines are known until the next run settles them.

use crate::digest::Digest;
use crate::path::RelPath;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// The name of the file, in the project's root.
pub(super) const FILE: &str = "pipeline.lock";

const HEAD: &str = "# What reports/ was made from; written by `review run`. Merge conflicts here are settled by the next run.\n";

/// Stands for the stage in lines of files that no stage reads as an input.
const NO_STAGE: &str = "-";

/// One line without its digest: stage, `key`, `input`, `kept` or `output`, and the path.
type Name = (String, &'static str, String);

/// The lock, in memory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct LockFile(BTreeMap<Name, BTreeSet<Digest>>);

impl LockFile {
    /// Reads a lock; lines that are none (conflict markers, comments) are skipped, and so are those whose path leaves the
    /// project: what the lock names may be removed, and a lock may come from somebody else.
    pub(super) fn parse(text: &str) -> Self {
        let mut lock = Self::default();
        for line in text.lines() {
            let mut parts = line.splitn(4, ' ');
            let (Some(stage), Some(what), Some(digest), path) =
                (parts.next(), parts.next(), parts.next(), parts.next())
            else {
                continue;
            };
            let what = match what {
                "key" => "key",
                "input" => "input",
                "kept" => "kept",
                "output" => "output",
                _ => continue,
            };
            let path = path.unwrap_or_default();
            let inside = RelPath::parse(path).is_ok_and(|read| read.as_str() == path);
            if let Some(digest) = Digest::parse(digest)
                && (inside || what == "key")
            {
                let name = (stage.to_owned(), what, path.to_owned());
                lock.0.entry(name).or_default().insert(digest);
            }
        }
        lock
    }

    /// The text of the lock.
    pub(super) fn to_text(&self) -> String {
        let mut text = HEAD.to_owned();
        for ((stage, what, path), digests) in &self.0 {
            for digest in digests {
                let line = format!("{stage} {what} {digest} {path}");
                writeln!(text, "{}", line.trim_end()).expect("writing to a string cannot fail");
            }
        }
        text
    }

    /// Replaces everything known of a stage.
    pub(super) fn set_stage(
        &mut self,
        stage: &str,
        key: Digest,
        inputs: &[(String, Digest)],
        outputs: &[(String, Digest)],
    ) {
        self.forget(stage);
        let mut add = |what, path: &str, digest| {
            self.0.insert(
                (stage.to_owned(), what, path.to_owned()),
                BTreeSet::from([digest]),
            );
        };
        add("key", "", key);
        inputs
            .iter()
            .for_each(|(path, digest)| add("input", path, *digest));
        outputs
            .iter()
            .for_each(|(path, digest)| add("output", path, *digest));
    }

    /// Drops everything known of a stage.
    pub(super) fn forget(&mut self, stage: &str) {
        self.0.retain(|(name, _, _), _| name != stage);
    }

    /// The names of all stages.
    pub(super) fn stages(&self) -> BTreeSet<&str> {
        let names = self.0.keys().map(|(name, _, _)| name.as_str());
        names.filter(|name| *name != NO_STAGE).collect()
    }

    /// Drops the stages that are not in `stages`.
    pub(super) fn keep_only(&mut self, stages: &BTreeSet<&str>) {
        self.0
            .retain(|(name, _, _), _| name == NO_STAGE || stages.contains(name.as_str()));
    }

    /// Replaces everything known of files that no stage reads as an input.
    pub(super) fn set_kept(&mut self, files: impl IntoIterator<Item = (String, Digest)>) {
        self.forget(NO_STAGE);
        for (path, digest) in files {
            self.0.insert(
                (NO_STAGE.to_owned(), "kept", path),
                BTreeSet::from([digest]),
            );
        }
    }

    /// The files on lines of these kinds, with the digests they may have; several after a merge.
    pub(super) fn files(&self, kinds: &[&str]) -> BTreeMap<String, BTreeSet<Digest>> {
        let mut files: BTreeMap<String, BTreeSet<Digest>> = BTreeMap::new();
        for ((_, what, path), digests) in &self.0 {
            if kinds.contains(what) {
                files.entry(path.clone()).or_default().extend(digests);
            }
        }
        files
    }

    /// The digests a file may have, whatever line tells it.
    pub(super) fn digests(&self, path: &str) -> BTreeSet<Digest> {
        let lines = self.0.iter();
        let lines = lines.filter(|((_, what, name), _)| *what != "key" && name == path);
        lines
            .flat_map(|(_, digests)| digests.iter().copied())
            .collect()
    }

    /// The digests an output may have, by the lock; several after a merge.
    pub(super) fn output(&self, path: &str) -> BTreeSet<Digest> {
        let outputs = self
            .0
            .iter()
            .filter(|((_, what, name), _)| *what == "output" && name == path);
        outputs
            .flat_map(|(_, digests)| digests.iter().copied())
            .collect()
    }

    /// The outputs of a stage that the lock names: path, digest.
    pub(super) fn outputs_of(&self, stage: &str) -> Vec<(&str, Digest)> {
        let lines = self
            .0
            .iter()
            .filter(|((name, what, _), _)| name == stage && *what == "output");
        lines
            .flat_map(|((_, _, path), digests)| {
                digests.iter().map(move |digest| (path.as_str(), *digest))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_no_stage_stay_when_stages_go() {
        let mut lock = LockFile::default();
        lock.set_kept([("data/README.md".to_owned(), Digest::of(b"r"))]);
        lock.set_stage("pool", Digest::of(b"k"), &[], &[]);
        lock.keep_only(&BTreeSet::new());
        assert!(lock.stages().is_empty());
        assert_eq!(LockFile::parse(&lock.to_text()), lock);
        assert_eq!(
            lock.files(&["kept"]).into_keys().collect::<Vec<_>>(),
            ["data/README.md"]
        );
    }

    #[test]
    fn a_lock_names_no_file_outside_the_project() {
        let digest = Digest::of(b"x");
        for path in [
            "../outside.txt",
            "/etc/hosts",
            "a/../../b",
            "C:/x",
            "~/x",
            "",
        ] {
            let text = format!("gone output {digest} {path}\n");
            assert_eq!(LockFile::parse(&text), LockFile::default(), "{path}");
        }
    }

    #[test]
    fn a_lock_reads_back_and_conflict_markers_are_skipped() {
        let mut lock = LockFile::default();
        lock.set_stage(
            "pool",
            Digest::of(b"k"),
            &[("data/a b.csv".into(), Digest::of(b"i"))],
            &[("reports/x.csv".into(), Digest::of(b"o"))],
        );
        let text = lock.to_text();
        assert_eq!(LockFile::parse(&text), lock);
        let other = text.replace(&Digest::of(b"o").hex(), &Digest::of(b"p").hex());
        let merged = format!("<<<<<<< ours\n{text}=======\n{other}>>>>>>> theirs\n");
        assert_eq!(
            LockFile::parse(&merged).output("reports/x.csv"),
            BTreeSet::from([Digest::of(b"o"), Digest::of(b"p")])
        );
    }
}
