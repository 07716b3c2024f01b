//! A review in a temporary folder, run by the built program, and what each run did.

#![allow(dead_code, reason = "each test crate uses a part")]
#![expect(
    clippy::disallowed_methods,
    reason = "the tests are the person who keeps the files"
)]

pub(crate) mod hazards;
pub(crate) mod mini;
pub(crate) mod served;

use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// A project in a folder that goes with it.
pub(crate) struct Review {
    folder: tempfile::TempDir,
    /// Where the user keeps approvals.
    state: tempfile::TempDir,
    below: &'static str,
}

impl Review {
    /// A project of these files: path below it, text.
    pub(crate) fn of<T: AsRef<str>>(files: &[(&str, T)]) -> Self {
        Self::below("", files)
    }

    /// The same in a folder below the temporary one.
    pub(crate) fn below<T: AsRef<str>>(below: &'static str, files: &[(&str, T)]) -> Self {
        let review = Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
            state: tempfile::tempdir().expect("a temporary folder"),
            below,
        };
        for (path, text) in files {
            review.write(path, text.as_ref());
        }
        review
    }

    /// A project of these stages (the lines below `stages:`) and files.
    pub(crate) fn pipeline(stages: &str, files: &[(&str, &str)]) -> Self {
        let review = Self::of(files);
        review.write("pipeline.yaml", &pipeline(stages));
        review
    }

    /// The review that ships with the program, without its reports and without the stage `word`, which calls a program of the machine.
    pub(crate) fn shipped() -> Self {
        let review = Self::shipped_whole();
        let pipeline = review.text("pipeline.yaml");
        let (without, _) = pipeline
            .split_once("  # The report for a word processor")
            .expect("the last stage of the shipped pipeline");
        review.write("pipeline.yaml", without);
        review
    }

    /// The review that ships with the program, without its reports.
    pub(crate) fn shipped_whole() -> Self {
        let review = Self::of::<&str>(&[]);
        let source = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        let mut waiting: Vec<PathBuf> = ["pipeline.yaml", "data", "stages"]
            .iter()
            .map(|name| source.join(name))
            .collect();
        while let Some(path) = waiting.pop() {
            if path.is_dir() {
                let entries = fs::read_dir(&path).expect("a folder");
                waiting.extend(entries.map(|entry| entry.expect("an entry").path()));
            } else {
                let copy = review
                    .root()
                    .join(path.strip_prefix(&source).expect("below"));
                fs::create_dir_all(copy.parent().expect("a folder")).expect("folders");
                fs::copy(&path, copy).expect("copied");
            }
        }
        review
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.folder.path().join(self.below)
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.root().join(path)
    }

    /// Writes a file, with the folders above it.
    pub(crate) fn write(&self, path: &str, text: &str) {
        self.write_bytes(path, text.as_bytes());
    }

    pub(crate) fn write_bytes(&self, path: &str, bytes: &[u8]) {
        let path = self.path(path);
        let parent = path.parent().expect("the file is below the project");
        fs::create_dir_all(parent).expect("folders");
        fs::write(path, bytes).expect("written");
    }

    pub(crate) fn bytes(&self, path: &str) -> Vec<u8> {
        fs::read(self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    pub(crate) fn text(&self, path: &str) -> String {
        String::from_utf8(self.bytes(path)).expect("text")
    }

    pub(crate) fn exists(&self, path: &str) -> bool {
        self.path(path).exists()
    }

    pub(crate) fn delete(&self, path: &str) {
        fs::remove_file(self.path(path)).expect("deleted");
    }

    /// Replaces the one place where `old` stands.
    pub(crate) fn replace(&self, path: &str, old: &str, new: &str) {
        let text = self.text(path);
        assert_eq!(
            text.matches(old).count(),
            1,
            "`{old}` stands once in {path}"
        );
        self.write(path, &text.replace(old, new));
    }

    /// Gives a file another time and leaves its bytes.
    pub(crate) fn touch(&self, path: &str) {
        let file = fs::File::options().append(true).open(self.path(path));
        let later = fs::metadata(self.path(path))
            .and_then(|data| data.modified())
            .expect("a time")
            + Duration::from_secs(3);
        file.and_then(|file| file.set_modified(later))
            .expect("touched");
    }

    /// Every file below a folder of the project with its bytes.
    pub(crate) fn tree(&self, folder: &str) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::new();
        let mut folders = vec![self.path(folder)];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).into_iter().flatten() {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let name = path.strip_prefix(self.root()).expect("below the root");
                    let bytes = fs::read(&path).expect("read");
                    files.insert(name.to_string_lossy().into_owned(), bytes);
                }
            }
        }
        files
    }

    /// The program, to be run on this project; `REVIEW_BIN` names another build of it.
    pub(crate) fn review(&self, arguments: &[&str]) -> Command {
        let other = std::env::var_os("REVIEW_BIN");
        let built = || env!("CARGO_BIN_EXE_review").into();
        let mut command = Command::new(other.unwrap_or_else(built));
        command.arg("-C").arg(self.root()).args(arguments);
        command.env_remove("CI").stdin(Stdio::null());
        command.env("XDG_STATE_HOME", self.state.path());
        command
    }

    /// Runs any command of the program.
    pub(crate) fn call(&self, arguments: &[&str]) -> Called {
        Called::of(self.review(arguments).output().expect("the program starts"))
    }

    /// `review run --json --trust`.
    pub(crate) fn run(&self) -> Run {
        self.run_with(&[])
    }

    /// `review run --json --trust` with more.
    pub(crate) fn run_with(&self, more: &[&str]) -> Run {
        Run::of(self.start(more).wait_with_output().expect("it ends"))
    }

    /// Starts `review run --json --trust` and does not wait for it.
    pub(crate) fn start(&self, more: &[&str]) -> Child {
        let mut command = self.review(&["run", "--json", "--trust"]);
        command
            .args(more)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command.spawn().expect("the program starts")
    }

    /// Runs a project that has to come out well.
    pub(crate) fn built(self) -> Self {
        let run = self.run();
        assert_eq!(run.exit, 0, "{run:#?}");
        self
    }

    /// The blob of the cache that holds these bytes.
    pub(crate) fn blob(bytes: &[u8]) -> String {
        let hex = blake3::hash(bytes).to_hex().to_string();
        format!(".review/blobs/{}/{}", &hex[..2], &hex[2..])
    }

    /// Flips one bit of a file.
    pub(crate) fn flip(&self, path: &str) {
        let mut bytes = self.bytes(path);
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(self.path(path), bytes).expect("written");
    }
}

/// A pipeline of these stages.
pub(crate) fn pipeline(stages: &str) -> String {
    format!("version: 1\nreview: {{ title: A small review }}\nstages:\n{stages}")
}

/// Waits until something holds; a minute is far beyond what it takes.
pub(crate) fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(
            start.elapsed() < Duration::from_mins(1),
            "waited for {what}"
        );
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// What a command did.
#[derive(Debug)]
pub(crate) struct Called {
    pub(crate) exit: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Called {
    pub(crate) fn of(output: Output) -> Self {
        Self {
            exit: output.status.code().expect("it was not killed"),
            out: String::from_utf8(output.stdout).expect("text"),
            err: String::from_utf8(output.stderr).expect("text"),
        }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:#?}"))
    }
}

/// What a run did.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) exit: i32,
    pub(crate) json: Value,
    pub(crate) err: String,
}

impl Run {
    pub(crate) fn of(output: Output) -> Self {
        let called = Called::of(output);
        Self {
            exit: called.exit,
            json: called.json(),
            err: called.err,
        }
    }

    /// The stages that ended so, in the order of the graph, with a space between.
    pub(crate) fn with(&self, status: &str) -> String {
        let stages = self.json["stages"].as_array().expect("stages");
        let ids: Vec<&str> = stages
            .iter()
            .filter(|stage| stage["status"] == status)
            .filter_map(|stage| stage["id"].as_str())
            .collect();
        ids.join(" ")
    }

    pub(crate) fn ran(&self) -> String {
        self.with("ran")
    }

    fn stage(&self, id: &str) -> &Value {
        let stages = self.json["stages"].as_array().expect("stages");
        stages
            .iter()
            .find(|stage| stage["id"] == id)
            .unwrap_or_else(|| panic!("no stage `{id}`: {self:#?}"))
    }

    /// Why a stage ran, joined by `; `.
    pub(crate) fn reasons(&self, id: &str) -> String {
        words(&self.stage(id)["reasons"]).join("; ")
    }

    /// The files written into the project.
    pub(crate) fn written(&self) -> Vec<String> {
        let stages = self.json["stages"].as_array().expect("stages");
        stages
            .iter()
            .flat_map(|stage| words(&stage["written"]))
            .collect()
    }

    /// The codes of all problems, in order.
    pub(crate) fn codes(&self) -> Vec<&str> {
        let problems = self.json["problems"].as_array().expect("problems");
        problems
            .iter()
            .map(|problem| problem["code"].as_str().expect("a code"))
            .collect()
    }

    /// The problem of a code.
    pub(crate) fn problem(&self, code: &str) -> &Value {
        let problems = self.json["problems"].as_array().expect("problems");
        problems
            .iter()
            .find(|problem| problem["code"] == code)
            .unwrap_or_else(|| panic!("no `{code}`: {self:#?}"))
    }

    /// Checks that nothing ran, nothing was written, and the engine had nothing to say.
    #[track_caller]
    pub(crate) fn assert_nothing_happened(&self) {
        let stages = self.json["stages"].as_array().expect("stages").len();
        let fresh = self.with("fresh");
        assert_eq!(fresh.split_whitespace().count(), stages, "{self:#?}");
        assert!(self.written().is_empty(), "{self:#?}");
        assert_eq!(self.engine_codes(), [""; 0], "{self:#?}");
        assert_eq!(self.exit, 0, "{self:#?}");
    }

    /// The codes of the engine's own problems, in order.
    pub(crate) fn engine_codes(&self) -> Vec<&str> {
        let mut codes = self.codes();
        codes.retain(|code| code.starts_with("engine::"));
        codes
    }
}

fn words(list: &Value) -> Vec<String> {
    let items = list.as_array().into_iter().flatten();
    items
        .filter_map(|item| item.as_str().map(str::to_owned))
        .collect()
}
