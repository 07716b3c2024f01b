//! `update`: what is new since the version that a baseline holds, what it changed, and what caused it.

mod attribution;
mod cumulative;
mod frozen;
mod methods;
mod news;
mod report;
mod surveillance;
mod tables;

use super::deduplicate::ClusterRow;
use super::import::SourceRow;
use super::screen::IncludedRow;
use super::{
    Context, InPort, Incoming, OutPort, Output, PortType, Received, Stage, StageInputs,
    StageOutputs, read_origins, read_table,
};
use crate::artefact::{Sheet, write_rows};
use crate::config::yaml;
use crate::path::RelPath;
use crate::problem::{Problem, Problems};
use crate::synthesis::{AnalysisRow, EffectRow, PooledRow};
use crate::update::State;
pub use attribution::{Attributed, Cause, Found, ORDER, Part};
use attribution::{PoolCase, attribute, attribute_all, receive, results};
pub use frozen::Frozen;
use std::collections::BTreeMap;
use tables::{CauseRow, ChangeRow, NewsRow, RoundRow, SurveillanceRow, VersionRow};

/// The stage.
pub(super) struct Update;

/// What the author of a pipeline may set: how a living review is kept up to date.
#[derive(
    Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Settings {
    /// How often every source is searched again, such as `90d` or `12w`.
    every: Option<String>,
    /// Sources with another schedule, by the name of the database.
    sources: BTreeMap<String, String>,
    /// What makes a new version due beside the schedule, in words.
    triggers: Vec<String>,
}

/// Splits the changes of the pooled estimates between two frozen states into their causes.
///
/// # Errors
///
/// Which state has no stage `pool`, or one whose tables this version of the program cannot read.
pub fn why(old: &Frozen<'_>, new: &Frozen<'_>) -> Result<Vec<Attributed>, &'static str> {
    let cases = |state: &Frozen<'_>| {
        let stages = state.stages("pool").into_iter();
        let cases: Option<Vec<PoolCase>> = stages.map(PoolCase::frozen).collect();
        cases.filter(|cases| !cases.is_empty())
    };
    let old =
        cases(old).ok_or("the earlier state has no pooled results that can be computed again")?;
    let new =
        cases(new).ok_or("the later state has no pooled results that can be computed again")?;
    Ok(attribute_all(&old, &new))
}

/// The version before and the tables of today.
pub(super) struct Inputs {
    previous: Received,
    /// The pool of today; its settings where they are wired.
    case: PoolCase,
    sources: Vec<SourceRow>,
    clusters: Vec<ClusterRow>,
    /// The export of each record.
    exports: BTreeMap<String, String>,
    analyses: Vec<AnalysisRow>,
    effects: Vec<EffectRow>,
    pooled: Vec<PooledRow>,
    waiting: Option<usize>,
    /// The tables that conclusions are read from.
    state: State,
    /// The stage and artefact on each port.
    at: BTreeMap<&'static str, (String, String)>,
}

const fn table(
    name: &'static str,
    kind: &'static str,
    required: bool,
    about: &'static str,
) -> InPort {
    InPort {
        name,
        takes: PortType::Artefact(kind),
        required,
        about,
    }
}

const fn files(name: &'static str, required: bool, about: &'static str) -> InPort {
    InPort {
        name,
        takes: PortType::Files,
        required,
        about,
    }
}

impl StageInputs for Inputs {
    const PORTS: &'static [InPort] = &[
        files(
            "previous",
            true,
            "the baseline of the version before: baselines/<date>/",
        ),
        files(
            "methods",
            false,
            "the settings of the analyses, so that each changed setting is told",
        ),
        files("protocol", false, "the protocol, as the analyses read it"),
        table("sources", "sources", true, "the searches"),
        table(
            "records",
            "records",
            true,
            "records as imported, for the round of each",
        ),
        table(
            "clusters",
            "clusters",
            true,
            "which publication each record belongs to",
        ),
        table("undecided", "undecided", false, "what waits for a decision"),
        table("studies", "included", true, "studies"),
        table(
            "outcomes",
            "outcomes",
            true,
            "numbers of the arms, as the analyses read them",
        ),
        table("reported", "reported-effects", false, "the same"),
        table("characteristics", "characteristics", false, "the same"),
        table("scales", "scales", false, "the same"),
        table("bias", "overall-bias", false, "the same"),
        table("analyses", "analyses", true, "analyses"),
        table("effects", "effects", true, "effects of studies"),
        table("pooled", "pooled", true, "pooled effects"),
        table(
            "summary",
            "summary-of-findings",
            false,
            "certainty and statements",
        ),
    ];

    fn receive(incoming: &mut Incoming) -> Result<Self, Problems> {
        let mut at = BTreeMap::new();
        for port in Self::PORTS {
            if let Some(received) = incoming.artefact(port.name) {
                at.insert(
                    port.name,
                    (received.stage.clone(), received.artefact.clone()),
                );
            }
        }
        let mut state = State::default();
        for (port, name) in [
            ("analyses", "analyses"),
            ("effects", "effects"),
            ("pooled", "pooled"),
            ("summary", "summary-of-findings"),
        ] {
            let file = incoming.files(port).first();
            if let Some(sheet) = file.and_then(|file| Sheet::read(&file.path, &file.bytes)) {
                state.add(name, sheet);
            }
        }
        let analyses: Vec<AnalysisRow> = read_table(incoming, "analyses")?;
        let effects: Vec<EffectRow> = read_table(incoming, "effects")?;
        let pooled: Vec<PooledRow> = read_table(incoming, "pooled")?;
        let previous = incoming.artefact("previous").cloned();
        let case = PoolCase {
            stage: at
                .get("pooled")
                .map(|(stage, _)| stage.clone())
                .unwrap_or_default(),
            settings: settings(incoming)?,
            inputs: receive(incoming.clone()).ok_or_else(not_read)?,
            shown: results(&pooled, &effects),
        };
        Ok(Self {
            previous: previous.ok_or_else(not_read)?,
            case,
            sources: read_table(incoming, "sources")?,
            clusters: read_table(incoming, "clusters")?,
            exports: exports(incoming),
            analyses,
            effects,
            pooled,
            waiting: incoming
                .files("undecided")
                .first()
                .and_then(|file| Some(Sheet::read(&file.path, &file.bytes)?.rows.len())),
            state,
            at,
        })
    }
}

fn not_read() -> Problems {
    Problem::error(
        "update::inputs",
        "what the update is made from cannot be read",
    )
    .into()
}

/// The settings of the analyses of today.
fn settings(incoming: &Incoming) -> Result<Option<crate::synthesis::Settings>, Problems> {
    let Some(file) = incoming.files("methods").first() else {
        return Ok(None);
    };
    let text = String::from_utf8_lossy(&file.bytes);
    yaml::from_str(&file.path, &text).map(Some)
}

/// The export of each record, by the address that its origin names.
fn exports(incoming: &Incoming) -> BTreeMap<String, String> {
    let origins = read_origins(incoming, "records");
    let named = origins.into_iter().filter_map(|(id, origin)| {
        let first = origin.0.first()?.from.first()?;
        match first {
            crate::artefact::Address::Row { key, .. } => Some((id, key.to_string())),
            _ => None,
        }
    });
    named.collect()
}

/// What `update` gives.
pub(super) struct Outputs {
    version: Vec<VersionRow>,
    surveillance: Vec<SurveillanceRow>,
    news: Vec<NewsRow>,
    changes: Vec<ChangeRow>,
    causes: Vec<CauseRow>,
    rounds: Vec<RoundRow>,
}

const fn out(name: &'static str, about: &'static str) -> OutPort {
    OutPort {
        name,
        gives: name,
        extension: "csv",
        about,
    }
}

impl StageOutputs for Outputs {
    const PORTS: &'static [OutPort] = &[
        out("version", "the version, and what it is an update of"),
        out(
            "surveillance",
            "each source with its last search, schedule and next day; triggers",
        ),
        out(
            "news",
            "searches, studies and reports that are new; studies that left",
        ),
        out(
            "changes",
            "every analysis before and now, with the proposal whether its conclusion changed",
        ),
        out("causes", "the parts of each change, one cause at a time"),
        out(
            "rounds",
            "every analysis with the studies found up to each round",
        ),
    ];

    fn give(self) -> Vec<(&'static str, Output)> {
        vec![
            ("version", Output::File(write_rows(&self.version))),
            ("surveillance", Output::File(write_rows(&self.surveillance))),
            ("news", Output::File(write_rows(&self.news))),
            ("changes", Output::File(write_rows(&self.changes))),
            ("causes", Output::File(write_rows(&self.causes))),
            ("rounds", Output::File(write_rows(&self.rounds))),
        ]
    }
}

impl Stage for Update {
    const KIND: &'static str = "update";
    const REVISION: u32 = 4;
    type Settings = Settings;
    type Inputs = Inputs;
    type Outputs = Outputs;

    fn run(
        &self,
        settings: &Settings,
        inputs: Inputs,
        cx: &mut Context,
    ) -> Result<Outputs, Problems> {
        let by_path = before(&inputs.previous);
        let read = |path: &str| by_path.get(path).map(|bytes| bytes.to_vec());
        let names = |folder: &RelPath| Some(names_in(folder, by_path.keys()));
        let Some(frozen) = Frozen::open(&read, &names) else {
            let title = format!(
                "{} is no baseline: it holds no pipeline.yaml",
                inputs.previous.path
            );
            return Err(Problem::error("update::previous", title)
                .help("wire a whole baseline: `previous: baselines/<date>/`")
                .into());
        };
        let Some(old) = pool_before(&frozen, &inputs.case.stage) else {
            let title = format!(
                "{} has no pooled results that can be computed again",
                inputs.previous.path
            );
            return Err(Problem::error("update::previous", title)
                .help("`review -C` that folder `run` makes them again with this version of the program")
                .into());
        };
        let work = report::Work {
            inputs: &inputs,
            frozen: &frozen,
            old: &old,
            stage: cx.stage(),
            parts: attribute(&old, &inputs.case),
        };
        let mut problems = Problems::new();
        let outputs = work.outputs(settings, &mut problems);
        cx.report_all(problems);
        Ok(outputs)
    }
}

/// The stage `pool` of the baseline that has the name of today's, else its first.
fn pool_before(frozen: &Frozen<'_>, name: &str) -> Option<PoolCase> {
    let mut stages = frozen.stages("pool");
    let at = stages
        .iter()
        .position(|stage| stage.id == name)
        .unwrap_or(0);
    (at < stages.len())
        .then(|| stages.swap_remove(at))
        .and_then(PoolCase::frozen)
}

/// The files of the baseline by their paths in it.
fn before(previous: &Received) -> BTreeMap<&str, &[u8]> {
    let folder = previous.path.trim_end_matches('/');
    let below = previous.files.iter().filter_map(|file| {
        let path = file.path.strip_prefix(folder)?.strip_prefix('/')?;
        Some((path, file.bytes.as_slice()))
    });
    below.collect()
}

/// What stands in a folder, by the sorted paths of all files.
fn names_in<'p>(folder: &RelPath, paths: impl Iterator<Item = &'p &'p str>) -> Vec<String> {
    let below = paths.filter_map(|path| path.strip_prefix(folder.as_str())?.strip_prefix('/'));
    let mut names: Vec<String> = below
        .map(|path| path.split('/').next().unwrap_or(path).to_owned())
        .collect();
    names.sort();
    names.dedup();
    names
}

/// The records of a study's reports.
fn reports_of(row: &IncludedRow) -> impl Iterator<Item = &str> {
    row.records.split("; ").filter(|id| !id.is_empty())
}
