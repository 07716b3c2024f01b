//! The stage `extract`: forms of the included studies in, typed numbers and what is wrong with them out.

use super::screen::IncludedRow;
use super::structure::read_protocol;
use super::{
    Context, Files, InPort, Incoming, OutPort, Output, PortType, Stage, StageInputs, StageOutputs,
    read_table,
};
use crate::artefact::write_rows;
use crate::config::yaml;
use crate::extraction::integrity::Limits;
use crate::extraction::{
    Allowed, AskedOutcome, Extraction, Forms, IncludedStudy, Kind, Names, Options, ScaleFile,
    ScaleRow, Scales, extract,
};
use crate::place::Place;
use crate::problem::{Problem, Problems};
use crate::protocol::{Protocol, ProtocolOutcome};
use serde::de::DeserializeOwned;
use std::collections::BTreeSet;

/// Extracts outcomes, statistics and characteristics from the forms that people fill in.
pub(crate) struct Extract;

/// What the author of a pipeline may set.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Settings {
    /// Tables whose rows two people have to have read.
    pub read_twice: Vec<Table>,
    /// Conversions that may be done.
    pub conversions: Conversions,
    /// Limits beyond which an integrity check speaks.
    pub integrity: IntegrityLimits,
}

/// A table of the forms.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Table {
    /// Arms.
    Outcomes,
    /// Reported statistics.
    Statistics,
    /// Reported effects with their errors.
    Effects,
    /// Characteristics.
    Studies,
}

/// Conversions that may be done; a number that is reported is never replaced.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Conversions {
    /// Means and standard deviations from medians with quartiles or range.
    pub medians: bool,
    /// Standard deviations from tests, p values and limits of differences.
    pub tests: bool,
    /// Correlations of before and after from the standard deviations of both and of the change.
    pub correlations: bool,
}

/// Limits beyond which an integrity check speaks.
#[derive(
    Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct IntegrityLimits {
    /// Ratio of two standard deviations of one study.
    pub sd_ratio: f64,
    /// Ratio of a standard deviation to the median of its scale.
    pub sd_to_median: f64,
    /// p value below which two standard deviations differ beyond chance.
    pub sd_p: f64,
    /// Standardised difference at baseline.
    pub baseline: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            read_twice: vec![Table::Outcomes, Table::Statistics, Table::Effects],
            conversions: Conversions::default(),
            integrity: IntegrityLimits::default(),
        }
    }
}

impl Default for Conversions {
    fn default() -> Self {
        Self {
            medians: true,
            tests: true,
            correlations: true,
        }
    }
}

impl Default for IntegrityLimits {
    fn default() -> Self {
        let limits = Limits::default();
        Self {
            sd_ratio: limits.sd_ratio,
            sd_to_median: limits.sd_to_median,
            sd_p: limits.sd_p,
            baseline: limits.baseline,
        }
    }
}

impl Settings {
    fn options(&self) -> Options {
        let (conversions, limits) = (self.conversions, self.integrity);
        Options {
            allowed: Allowed {
                medians: conversions.medians,
                tests: conversions.tests,
                correlations: conversions.correlations,
            },
            limits: Limits {
                sd_ratio: limits.sd_ratio,
                sd_to_median: limits.sd_to_median,
                sd_p: limits.sd_p,
                baseline: limits.baseline,
            },
        }
    }
}

/// What the stage reads.
pub(crate) struct Inputs {
    included: Vec<IncludedStudy>,
    included_stage: String,
    included_artefact: String,
    folder: String,
    forms: Files,
    outcomes: Vec<AskedOutcome>,
}

impl StageInputs for Inputs {
    const PORTS: &'static [InPort] = &[
        InPort {
            name: "studies",
            takes: PortType::Artefact("included"),
            required: true,
            about: "studies let in by screening",
        },
        InPort {
            name: "forms",
            takes: PortType::Files,
            required: true,
            about: "folder of outcomes, statistics, effects, studies, adjudication, accepted (.csv, or sheets of .xlsx) and scales.yaml",
        },
        InPort {
            name: "protocol",
            takes: PortType::Files,
            required: false,
            about: "the protocol, for its outcomes",
        },
    ];

    fn receive(incoming: &mut Incoming) -> Result<Self, Problems> {
        let included: Vec<IncludedRow> = read_table(incoming, "studies")?;
        let (protocol, _) = read_protocol(incoming, "protocol")?;
        let received = incoming.artefact("studies");
        Ok(Self {
            included: included.into_iter().map(included_study).collect(),
            included_stage: received
                .map(|received| received.stage.clone())
                .unwrap_or_default(),
            included_artefact: received
                .map(|received| received.artefact.clone())
                .unwrap_or_default(),
            folder: incoming
                .artefact("forms")
                .map(|received| received.path.clone())
                .unwrap_or_default(),
            forms: incoming.files("forms").to_vec(),
            outcomes: protocol
                .map(|protocol| asked_for(&protocol))
                .unwrap_or_default(),
        })
    }
}

/// What the stage gives.
pub(crate) struct Outputs {
    extraction: Extraction,
    scales: Vec<ScaleRow>,
}

const fn table(name: &'static str, gives: &'static str, about: &'static str) -> OutPort {
    OutPort {
        name,
        gives,
        extension: "csv",
        about,
    }
}

impl StageOutputs for Outputs {
    const PORTS: &'static [OutPort] = &[
        table("studies", "characteristics", "what each study is"),
        table(
            "outcomes",
            "outcomes",
            "arms, a row a study, outcome, scale, time, kind and arm",
        ),
        table(
            "statistics",
            "statistics",
            "reported tests, p values, intervals and effect sizes",
        ),
        table(
            "effects",
            "reported-effects",
            "effects reported with their errors, on the scale they are pooled on",
        ),
        table("conversions", "conversions", "numbers computed from others"),
        table(
            "integrity",
            "integrity",
            "what does not follow from a study's other numbers",
        ),
        table(
            "missing",
            "missing-outcomes",
            "which outcome of the protocol each study reports",
        ),
        table("scales", "scales", "direction and range of each scale"),
        table("places", "places", "where each row and cell stood"),
    ];

    fn give(self) -> Vec<(&'static str, Output)> {
        let out = self.extraction;
        vec![
            ("studies", Output::File(out.studies.write())),
            ("outcomes", Output::File(write_rows(&out.outcomes))),
            ("statistics", Output::File(write_rows(&out.statistics))),
            ("effects", Output::File(write_rows(&out.effects))),
            ("conversions", Output::File(write_rows(&out.conversions))),
            ("integrity", Output::File(write_rows(&out.integrity))),
            ("missing", Output::File(write_rows(&out.missing))),
            ("scales", Output::File(write_rows(&self.scales))),
            ("places", Output::File(write_rows(&out.places))),
        ]
    }
}

impl Stage for Extract {
    const KIND: &'static str = "extract";
    const REVISION: u32 = 13;
    type Settings = Settings;
    type Inputs = Inputs;
    type Outputs = Outputs;

    fn check(&self, _settings: &Settings, incoming: &Incoming) -> Problems {
        let folder = incoming
            .artefact("forms")
            .map_or("", |received| received.path.as_str());
        let mut problems = match read_forms(folder, incoming.files("forms")) {
            Ok(_) => Problems::new(),
            Err(problems) => problems,
        };
        problems.extend(
            read_scales(folder, incoming.files("forms"))
                .err()
                .into_iter()
                .flatten(),
        );
        problems.extend(
            read_protocol(incoming, "protocol")
                .err()
                .into_iter()
                .flatten(),
        );
        problems
    }

    fn run(
        &self,
        settings: &Settings,
        inputs: Inputs,
        cx: &mut Context,
    ) -> Result<Outputs, Problems> {
        let (forms, problems) = read_forms(&inputs.folder, &inputs.forms)?;
        cx.report_all(problems);
        let (scales, file) = read_scales(&inputs.folder, &inputs.forms)?;
        let names = Names {
            own: cx.stage().to_owned(),
            included_stage: inputs.included_stage,
            included_artefact: inputs.included_artefact,
        };
        let mut extraction = extract(
            &forms,
            &scales,
            &inputs.included,
            &inputs.outcomes,
            &names,
            settings.options(),
        );
        cx.report_all(std::mem::take(&mut extraction.problems));
        open_work(settings, &extraction, &inputs.folder, cx);
        let used: BTreeSet<&str> = extraction
            .outcomes
            .iter()
            .map(|row| row.scale.as_str())
            .collect();
        Ok(Outputs {
            scales: scales.rows(&file, &used),
            extraction,
        })
    }
}

fn open_work(settings: &Settings, extraction: &Extraction, folder: &str, cx: &mut Context) {
    let folder = folder.trim_end_matches('/');
    let settle = format!("settle it in {folder}/adjudication.csv; until then the row is left out");
    for disagreement in &extraction.disagreements {
        cx.open_work("extraction::disagreement", 1, disagreement, &settle);
    }
    for table in &settings.read_twice {
        let name = match table {
            Table::Outcomes => "outcomes",
            Table::Statistics => "statistics",
            Table::Effects => "effects",
            Table::Studies => "studies",
        };
        let count = extraction.read_once.get(name).copied().unwrap_or_default();
        cx.open_work(
            "extraction::second-reader",
            count,
            format!("rows of the {name} that one person alone read"),
            format!("add the second person's rows to {folder}/{name}.csv"),
        );
    }
    for study in &extraction.untouched {
        cx.open_work(
            "extraction::not-extracted",
            1,
            format!("{study} is included, and no form says anything of it"),
            format!("add its rows to {folder}/studies.csv and {folder}/outcomes.csv"),
        );
    }
    let waiting = extraction
        .integrity
        .iter()
        .filter(|row| row.accepted_by.is_empty() && row.severity != "note");
    cx.open_work(
        "extraction::finding",
        waiting.count(),
        "integrity findings that nobody accepted",
        format!("look at each, and accept it with a reason in {folder}/accepted.csv"),
    );
}

fn read_forms(folder: &str, files: &[super::InFile]) -> Result<(Forms, Problems), Problems> {
    let named: Vec<(&str, &[u8])> = files
        .iter()
        .map(|file| (file.path.as_str(), file.bytes.as_slice()))
        .collect();
    Forms::read(folder, &named)
}

/// The scales of the folder, and the path of their file.
fn read_scales(folder: &str, files: &[super::InFile]) -> Result<(Scales, String), Problems> {
    let Some(file) = files
        .iter()
        .find(|file| Kind::of(&file.path) == Some(Kind::Scales))
    else {
        return Ok((Scales::default(), folder.to_owned()));
    };
    let read: ScaleFile = typed(&file.path, &file.bytes)?;
    let (scales, problems) = Scales::of(&file.path, read.scales);
    if problems.has_errors() {
        Err(problems)
    } else {
        Ok((scales, file.path.clone()))
    }
}

fn included_study(row: IncludedRow) -> IncludedStudy {
    IncludedStudy {
        study: row.study,
        label: row.label,
        admission: row.admission,
    }
}

fn asked_for(protocol: &Protocol) -> Vec<AskedOutcome> {
    let asked = |outcome: &ProtocolOutcome| AskedOutcome {
        id: outcome.id.clone(),
        role: Some(outcome.role),
    };
    protocol.outcomes.iter().map(asked).collect()
}

fn typed<T: DeserializeOwned>(path: &str, bytes: &[u8]) -> Result<T, Problems> {
    match std::str::from_utf8(bytes) {
        Ok(text) => yaml::from_str(path, text),
        Err(_) => Err(
            Problem::error("extraction::encoding", "the file is not UTF-8")
                .at(Place::file(path))
                .help("save it as UTF-8")
                .into(),
        ),
    }
}

#[cfg(test)]
mod tests;
