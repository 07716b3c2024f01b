//! Which programs of a project may run on this machine.
//!
//! A project may come from anybody, and its command stages run with the rights of whoever types `review run`. So none runs
//! before somebody here looked at it: the approval stands in the [user's own folder](super::state), names the place of the
//! project, and holds every line below; a stage of which a line changed asks again.
//!
//! | line of a stage | why |
//! | --- | --- |
//! | the words, and what stands around them: variables, time limit, network | what is run |
//! | where its inputs come from and its outputs go | what the words stand for |
//! | the digest of each file of the project that a word names, or that flows in from outside of `data/` | the programs |
//! | the digest of what the first two words that are no options stand for, wherever it lies | an interpreter's script |
//!
//! Other files below `data/` are what a program works on, and change without asking again.

use super::copy;
use super::files;
use super::project::{Project, ReadyStage, Work};
use super::stat_cache::StatCache;
use super::state;
use crate::config::{Argument, Command, Slot};
use crate::digest::Digest;
use crate::path::RelPath;
use crate::problem::{Problem, Problems};
use crate::stage::OpenWork;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::PathBuf;

/// Whose word counts for the command stages of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Trust {
    /// What was approved for the project on this machine.
    #[default]
    Approved,
    /// What was approved for the project at this place, of which this one is a copy.
    CopyOf(PathBuf),
    /// All may run: somebody said `--trust`.
    Given,
}

/// What a stage would run, a line each: name, value.
type Lines = BTreeMap<String, String>;

/// What was approved: of each stage its lines.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Approval {
    version: u32,
    place: String,
    stages: BTreeMap<String, Lines>,
}

/// A command stage as somebody who approves it has to see it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Asked {
    /// The stage.
    pub id: String,
    /// Program and arguments.
    pub run: Vec<String>,
    /// Whether it may use the network.
    pub network: bool,
    /// The programs of the project that it runs, with their digests.
    pub programs: BTreeMap<String, Digest>,
    /// Whether it is approved as it stands.
    pub approved: bool,
    /// What changed since it was approved, in words; empty where it never was.
    pub changed: Vec<String>,
}

/// The command stages of a project and what is approved of them.
///
/// # Errors
///
/// A file that cannot be read.
pub fn asked(project: &Project<'_>) -> Result<Vec<Asked>, Problems> {
    let mut stat = StatCache::open(&project.root, true);
    let approved = Approvals::of(project, &Trust::Approved);
    let mut all = Vec::new();
    for (stage, command) in commands(project) {
        let programs = programs(project, stage, command, &mut stat)?;
        let lines = lines(stage, command, &programs);
        all.push(Asked {
            id: stage.decl.id.to_string(),
            run: command.run.iter().map(|word| word.text.clone()).collect(),
            network: command.network,
            approved: approved.holds(stage, &lines),
            changed: approved.changes(stage, &lines),
            programs,
        });
    }
    Ok(all)
}

/// Approves every command stage of a project as it stands.
///
/// # Errors
///
/// When a file cannot be read, or the user's folder cannot be written.
pub fn approve(project: &Project<'_>) -> Result<(), Problems> {
    let mut stat = StatCache::open(&project.root, true);
    let mut stages = BTreeMap::new();
    for (stage, command) in commands(project) {
        let programs = programs(project, stage, command, &mut stat)?;
        stages.insert(stage.decl.id.to_string(), lines(stage, command, &programs));
    }
    let approval = Approval {
        version: 1,
        place: state::place(&project.root).to_string_lossy().into_owned(),
        stages,
    };
    let text = serde_json::to_vec_pretty(&approval).expect("an approval is plain data");
    let path = path_for(&project.root).ok_or_else(|| homeless(project))?;
    files::write(&path, &text, true).map_err(|error| {
        Problem::error(
            "trust::system",
            format!("{} cannot be written: {error}", path.display()),
        )
        .help("`review run --trust` runs the command stages once, without an approval")
    })?;
    Ok(())
}

/// Takes the approval of a project back; whether there was one.
///
/// # Errors
///
/// As the system says.
pub fn revoke(project: &Project<'_>) -> io::Result<bool> {
    let Some(path) = path_for(&project.root) else {
        return Ok(false);
    };
    match std::fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

fn homeless(project: &Project<'_>) -> Problem {
    let title = format!(
        "there is no folder of yours outside of {} to keep the approval in",
        project.root.display()
    );
    Problem::error("trust::no-folder", title)
        .help("set XDG_STATE_HOME, or use `review run --trust`, which keeps nothing")
}

/// Where the approval of a project is kept.
fn path_for(root: &std::path::Path) -> Option<PathBuf> {
    let place = state::place(root);
    let name = Digest::of(place.to_string_lossy().as_bytes());
    Some(state::folder(root)?.join(format!("trust/{name}.json")))
}

fn commands<'p, 'r>(
    project: &'p Project<'r>,
) -> impl Iterator<Item = (&'p ReadyStage<'r>, &'p Command)> {
    project.stages.iter().filter_map(|stage| match &stage.work {
        Work::Command(command) => Some((stage, command)),
        Work::BuiltIn(_) => None,
    })
}

/// The approvals that count for a run.
pub(super) enum Approvals {
    /// Everything is.
    All,
    /// What was approved of each stage.
    Kept(BTreeMap<String, Lines>),
}

impl Approvals {
    /// What counts for a project.
    pub(super) fn of(project: &Project<'_>, trust: &Trust) -> Self {
        let root = match trust {
            Trust::Given => return Self::All,
            Trust::Approved => &project.root,
            Trust::CopyOf(root) => root,
        };
        let place = state::place(root);
        let read = path_for(root).and_then(|path| files::read(&path).ok());
        let read = read.and_then(|text| serde_json::from_slice::<Approval>(&text).ok());
        let fits = |kept: &Approval| kept.version == 1 && kept.place == place.to_string_lossy();
        Self::Kept(
            read.filter(fits)
                .map(|kept| kept.stages)
                .unwrap_or_default(),
        )
    }

    /// Why a stage may not run; `None` when it may.
    ///
    /// # Errors
    ///
    /// When a program of the stage cannot be read.
    pub(super) fn refuse(
        &self,
        project: &Project<'_>,
        stage: &ReadyStage<'_>,
        stat: &mut StatCache,
    ) -> Result<Option<Refusal>, Problem> {
        let Work::Command(command) = &stage.work else {
            return Ok(None);
        };
        if matches!(self, Self::All) {
            return Ok(None);
        }
        let programs = programs(project, stage, command, stat)?;
        let lines = lines(stage, command, &programs);
        Ok((!self.holds(stage, &lines)).then(|| Refusal {
            id: stage.decl.id.to_string(),
            changed: self.changes(stage, &lines),
            command: command.clone(),
        }))
    }

    fn kept(&self, stage: &ReadyStage<'_>) -> Option<&Lines> {
        match self {
            Self::All => None,
            Self::Kept(stages) => stages.get(stage.decl.id.as_str()),
        }
    }

    fn holds(&self, stage: &ReadyStage<'_>, lines: &Lines) -> bool {
        matches!(self, Self::All) || self.kept(stage) == Some(lines)
    }

    /// The lines that are other than approved, in words.
    fn changes(&self, stage: &ReadyStage<'_>, lines: &Lines) -> Vec<String> {
        let Some(kept) = self.kept(stage) else {
            return Vec::new();
        };
        let names: BTreeSet<&String> = kept.keys().chain(lines.keys()).collect();
        let differ = names
            .into_iter()
            .filter(|name| kept.get(*name) != lines.get(*name));
        differ.map(|name| format!("{name} changed")).collect()
    }
}

/// A stage that nobody approved as it stands.
pub(super) struct Refusal {
    id: String,
    changed: Vec<String>,
    command: Command,
}

impl Refusal {
    /// Why the stage did not run.
    pub(super) fn reason(&self) -> String {
        if self.changed.is_empty() {
            "not approved on this machine".to_owned()
        } else {
            format!("changed since it was approved: {}", self.changed.join(", "))
        }
    }

    /// The same as a problem.
    pub(super) fn problem(&self) -> Problem {
        let words: Vec<&str> = self.command.run.iter().map(|word| &*word.text).collect();
        let title = format!(
            "the stage `{}` runs a program that is {}, so it was left out: {}",
            self.id,
            self.reason(),
            words.join(" ")
        );
        Problem::warning("engine::not-approved", title)
            .at(self.command.place.clone())
            .help("`review trust` shows what would run and approves it; `review run --trust` runs it this once")
    }

    /// The same as work that somebody owes.
    pub(super) fn open_work(&self) -> OpenWork {
        OpenWork {
            code: "engine::not-approved".to_owned(),
            what: format!(
                "the program of the stage `{}` is {}",
                self.id,
                self.reason()
            ),
            count: 1,
            how: "review trust".to_owned(),
        }
    }
}

/// Everything that tells what a stage would run.
fn lines(stage: &ReadyStage<'_>, command: &Command, programs: &BTreeMap<String, Digest>) -> Lines {
    let words: Vec<&str> = command.run.iter().map(|word| &*word.text).collect();
    let mut lines = Lines::new();
    let mut add = |name: String, value: String| lines.insert(name, value);
    add("the command".to_owned(), format!("{words:?}"));
    add("the network".to_owned(), command.network.to_string());
    add("the variables".to_owned(), format!("{:?}", command.env));
    add(
        "the time limit".to_owned(),
        format!("{:?}", command.timeout),
    );
    for (port, edges) in &stage.decl.inputs {
        let from: Vec<String> = edges.iter().map(|edge| edge.from.to_string()).collect();
        add(format!("the input `{port}`"), from.join(", "));
    }
    for slot in &stage.outputs {
        add(format!("the output `{}`", slot.port), slot.path.clone());
    }
    for (path, digest) in programs {
        add(path.clone(), digest.hex());
    }
    lines
}

/// The files of the project that a stage runs, with their digests.
fn programs(
    project: &Project<'_>,
    stage: &ReadyStage<'_>,
    command: &Command,
    stat: &mut StatCache,
) -> Result<BTreeMap<String, Digest>, Problem> {
    let unreadable = |error: io::Error| super::inputs::system("a program cannot be read", &error);
    let mut paths = BTreeSet::new();
    let words = command
        .run
        .iter()
        .filter(|word| !word.text.starts_with('-'));
    let first: Vec<&Argument> = words.take(2).collect();
    for word in &command.run {
        let parts = word
            .text
            .split(|c: char| c.is_whitespace() || "'\"`<>|&:;,()[]{}=".contains(c));
        for part in parts.filter_map(|part| RelPath::parse(part).ok()) {
            let named = project.root.join(part.as_str());
            let program = !copy::is_at_or_below(part.as_str(), copy::DATA)
                || first.iter().any(|first| first.text == word.text);
            if named.is_file() && program {
                paths.insert(part.as_str().to_owned());
            }
        }
    }
    let slots = first.iter().flat_map(|word| word.slots());
    let first: Vec<&str> = slots
        .filter_map(|slot| match slot {
            Slot::In(port) => Some(port.as_str()),
            Slot::Out(_) => None,
        })
        .collect();
    for (port, path) in stage.paths() {
        if first.contains(&port) || !copy::is_at_or_below(path.as_str(), copy::DATA) {
            paths.extend(copy::files_at(project, path.as_str()).map_err(unreadable)?);
        }
    }
    let mut programs = BTreeMap::new();
    for path in paths {
        let digest = stat.digest(&path).map_err(unreadable)?;
        programs.insert(path, digest);
    }
    Ok(programs)
}
