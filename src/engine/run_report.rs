//! What a run may be asked, and what it tells while it goes and at its end.

use super::cancel::Cancel;
use super::guard::Wait;
use super::shared::Shared;
use super::store::StoredOutput;
use super::trust::Trust;
use crate::digest::Digest;
use crate::problem::Problems;
use crate::stage::OpenWork;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What a run may be asked; by default all stages, only where something changed, without waiting for another run.
#[derive(Clone, Debug, Default)]
pub struct RunOptions {
    /// Stages to bring up to date, with all they need; empty means all.
    pub only: Vec<String>,
    /// Run these even when nothing changed.
    pub force: bool,
    /// Say what would run, and touch nothing; with `shared`, take from there what is to be had.
    pub dry: bool,
    /// Whether to wait for another run.
    pub wait: Wait,
    /// Digest every file again.
    pub rehash: bool,
    /// Whose word counts for command stages.
    pub trust: Trust,
    /// Stops the run.
    pub cancel: Cancel,
    /// Where results are taken from that others keep, and offered to them.
    pub shared: Option<Arc<Shared>>,
}

impl RunOptions {
    /// Says what would run, and touches nothing.
    pub fn look() -> Self {
        Self {
            dry: true,
            ..Self::default()
        }
    }

    /// Runs in a folder that nothing is known of yet, so that every file is digested; it is a copy of the project at `root`, and
    /// what is approved there may run here.
    pub fn anew(root: &std::path::Path) -> Self {
        Self {
            rehash: true,
            trust: Trust::CopyOf(root.to_owned()),
            ..Self::default()
        }
    }
}

/// How a stage ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// It ran.
    Ran,
    /// Nothing it reads changed.
    Fresh,
    /// It failed.
    Failed,
    /// Something above it failed.
    Blocked,
    /// Its program is not approved on this machine, or it is optional and not installed.
    Skipped,
    /// A dry run: it would run.
    WouldRun,
    /// A dry run: it may run, depending on what those above give.
    MayRun,
}

/// What happened to one stage.
#[derive(Clone, Debug)]
pub struct StageRun {
    /// Its name.
    pub id: String,
    /// How it ended.
    pub status: Status,
    /// Why it ran, in words.
    pub reasons: Vec<String>,
    /// How long it took.
    pub seconds: f64,
    /// What it had to say, now or when it ran.
    pub problems: Problems,
    /// What people owe.
    pub open_work: Vec<OpenWork>,
    /// What it gave.
    pub outputs: Vec<StoredOutput>,
    /// Files written into the project.
    pub written: Vec<String>,
    /// What its program printed, as far as the journal keeps it.
    pub printed: String,
    pub(super) key: Option<Digest>,
    pub(super) files: Vec<(String, Digest)>,
}

/// What happened in a run.
#[derive(Clone, Debug, Default)]
pub struct RunReport {
    /// The stages, in the order of the graph.
    pub stages: Vec<StageRun>,
}

impl RunReport {
    /// All problems, in the order of the stages, each said once.
    pub fn problems(&self) -> Problems {
        let mut seen = BTreeSet::new();
        let all = self.stages.iter().flat_map(|stage| stage.problems.iter());
        Problems(
            all.filter(|problem| seen.insert(*problem))
                .cloned()
                .collect(),
        )
    }

    /// All open work.
    pub fn open_work(&self) -> Vec<&OpenWork> {
        self.stages
            .iter()
            .flat_map(|stage| &stage.open_work)
            .collect()
    }

    /// Whether any stage failed.
    pub fn failed(&self) -> bool {
        self.stages
            .iter()
            .any(|stage| matches!(stage.status, Status::Failed | Status::Blocked))
    }
}

/// Hears how a run goes, from several threads.
pub trait Listener: Sync {
    /// Another run holds the project; this one waits.
    fn waiting(&self, _holder: &str) {}
    /// A stage begins to work.
    fn started(&self, _id: &str) {}
    /// A stage is done, in whatever way.
    fn finished(&self, _stage: &StageRun) {}
}

/// Nobody listens.
impl Listener for () {}
