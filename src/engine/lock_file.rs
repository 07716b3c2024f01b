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

/// The lines of one stage without its name: `key`, `input`, `kept` or `output`; the path; the digest.
type Lines = BTreeSet<(&'static str, String, Digest)>;

/// The lock, in memory: the lines of each stage.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct LockFile(BTreeMap<String, Lines>);

impl LockFile {
    /// Reads a lock; lines that are none (conflict markers, comments) are skipped, and so are those whose path leaves the
    /// project: what the lock names may be removed, and a lock may come from somebody else.
    pub(super) fn parse(text: &str) -> Self {
        let mut stages: BTreeMap<&str, Vec<_>> = BTreeMap::new();
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
                let line = (what, path.to_owned(), digest);
                stages.entry(stage).or_default().push(line);
            }
        }
        let stages = stages.into_iter();
        // Lines are sorted as they come, so that each set is built at once.
        Self(
            stages
                .map(|(stage, lines)| (stage.to_owned(), Lines::from_iter(lines)))
                .collect(),
        )
    }

    /// The text of the lock.
    pub(super) fn to_text(&self) -> String {
        let mut text = HEAD.to_owned();
        for (stage, lines) in &self.0 {
            for (what, path, digest) in lines {
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
        let inputs = inputs.iter().map(|line| ("input", line));
        let outputs = outputs.iter().map(|line| ("output", line));
        let files = inputs.chain(outputs);
        let files = files.map(|(what, (path, digest))| (what, path.clone(), *digest));
        let lines = files.chain([("key", String::new(), key)]).collect();
        self.0.insert(stage.to_owned(), lines);
    }

    /// Drops everything known of a stage.
    pub(super) fn forget(&mut self, stage: &str) {
        self.0.remove(stage);
    }

    /// The names of all stages.
    pub(super) fn stages(&self) -> BTreeSet<&str> {
        let names = self.0.keys().map(String::as_str);
        names.filter(|name| *name != NO_STAGE).collect()
    }

    /// Drops the stages that are not in `stages`.
    pub(super) fn keep_only(&mut self, stages: &BTreeSet<&str>) {
        self.0
            .retain(|name, _| name == NO_STAGE || stages.contains(name.as_str()));
    }

    /// Replaces everything known of files that no stage reads as an input.
    pub(super) fn set_kept(&mut self, files: impl IntoIterator<Item = (String, Digest)>) {
        let lines = files.into_iter();
        let lines: Lines = lines.map(|(path, digest)| ("kept", path, digest)).collect();
        self.forget(NO_STAGE);
        if !lines.is_empty() {
            self.0.insert(NO_STAGE.to_owned(), lines);
        }
    }

    /// The files on lines of these kinds, with the digests they may have; several after a merge.
    pub(super) fn files(&self, kinds: &[&str]) -> BTreeMap<String, BTreeSet<Digest>> {
        let mut files: BTreeMap<String, BTreeSet<Digest>> = BTreeMap::new();
        for (what, path, digest) in self.0.values().flatten() {
            if kinds.contains(what) {
                files.entry(path.clone()).or_default().insert(*digest);
            }
        }
        files
    }

    /// The digests a file may have, whatever line tells it.
    pub(super) fn digests(&self, path: &str) -> BTreeSet<Digest> {
        let lines = self.0.values().flatten();
        let lines = lines.filter(|(what, name, _)| *what != "key" && name == path);
        lines.map(|(_, _, digest)| *digest).collect()
    }

    /// The digests an output may have, by the lock; several after a merge.
    pub(super) fn output(&self, path: &str) -> BTreeSet<Digest> {
        let lines = self.0.values().flatten();
        let outputs = lines.filter(|(what, name, _)| *what == "output" && name == path);
        outputs.map(|(_, _, digest)| *digest).collect()
    }

    /// The outputs of a stage that the lock names: path, digest.
    pub(super) fn outputs_of(&self, stage: &str) -> Vec<(&str, Digest)> {
        let lines = self.0.get(stage).into_iter().flatten();
        let outputs = lines.filter(|(what, _, _)| *what == "output");
        outputs
            .map(|(_, path, digest)| (path.as_str(), *digest))
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
