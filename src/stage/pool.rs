//! `pool`: declared analyses over extracted numbers.

use super::screen::IncludedRow;
use super::{
    Context, InPort, Incoming, OutPort, Output, PortType, Stage, StageInputs, StageOutputs,
    read_optional_table, read_protocol, read_table,
};
use crate::artefact::{Sheet, rows, write_rows};
use crate::extraction::{OutcomeRow, ScaleRow};
use crate::problem::Problems;
use crate::protocol::Protocol;
use crate::synthesis::{self, Evidence, Given, Names, Scales, Settings, Synthesis};
use std::collections::BTreeMap;

/// The stage.
pub(super) struct Pool;

rows! {
    /// What of an overall judgement the analyses read.
    pub(crate) BiasRow: "overall-bias" {
        /// The study.
        study: String,
        /// The outcome judged; empty for tools that judge a study.
        result: String,
        /// The judgement.
        judgement: String,
    }
}

/// Studies, their numbers, and how their results were judged.
pub(super) struct Inputs {
    studies: Vec<IncludedRow>,
    outcomes: Vec<OutcomeRow>,
    extract: String,
    characteristics: Option<Sheet>,
    scales: Vec<ScaleRow>,
    characteristics_at: (String, String),
    scales_at: (String, String),
    bias: Vec<BiasRow>,
    protocol: Option<Protocol>,
}

impl StageInputs for Inputs {
    const PORTS: &'static [InPort] = &[
        InPort {
            name: "studies",
            takes: PortType::Artefact("included"),
            required: true,
            about: "studies, and by what they were admitted",
        },
        InPort {
            name: "outcomes",
            takes: PortType::Artefact("outcomes"),
            required: true,
            about: "numbers of the arms",
        },
        InPort {
            name: "characteristics",
            takes: PortType::Artefact("characteristics"),
            required: false,
            about: "designs, and characteristics for subgroups and meta-regression",
        },
        InPort {
            name: "scales",
            takes: PortType::Artefact("scales"),
            required: false,
            about: "which end of each scale is better, to align effects",
        },
        InPort {
            name: "bias",
            takes: PortType::Artefact("overall-bias"),
            required: false,
            about: "overall judgements, for analyses without some of them",
        },
        InPort {
            name: "protocol",
            takes: PortType::Files,
            required: false,
            about: "outcomes, preferred scales, and whom amendments admit",
        },
    ];

    fn receive(incoming: &mut Incoming) -> Result<Self, Problems> {
        let sheet = |port| {
            let file = incoming.files(port).first()?;
            Sheet::read(&file.path, &file.bytes)
        };
        let at = |port: &str| {
            let received = incoming.artefact(port);
            received.map_or_else(Default::default, |received| {
                (received.stage.clone(), received.artefact.clone())
            })
        };
        Ok(Self {
            characteristics_at: at("characteristics"),
            scales_at: at("scales"),
            scales: read_optional_table(incoming, "scales")?,
            studies: read_table(incoming, "studies")?,
            outcomes: read_table(incoming, "outcomes")?,
            extract: incoming
                .artefact("outcomes")
                .map(|received| received.stage.clone())
                .unwrap_or_default(),
            characteristics: sheet("characteristics"),
            bias: read_optional_table(incoming, "bias")?,
            protocol: read_protocol(incoming, "protocol")?.0,
        })
    }
}

/// What `pool` gives.
pub(super) struct Outputs(Synthesis);

impl StageOutputs for Outputs {
    const PORTS: &'static [OutPort] = &[
        OutPort {
            name: "analyses",
            gives: "analyses",
            extension: "csv",
            about: "every declared analysis and what came of it",
        },
        OutPort {
            name: "effects",
            gives: "effects",
            extension: "csv",
            about: "one effect a study and analysis",
        },
        OutPort {
            name: "pooled",
            gives: "pooled",
            extension: "csv",
            about: "pooled effects with heterogeneity and prediction",
        },
        OutPort {
            name: "subgroup-tests",
            gives: "subgroup-tests",
            extension: "csv",
            about: "differences between subgroups",
        },
        OutPort {
            name: "leave-one-out",
            gives: "leave-one-out",
            extension: "csv",
            about: "pooled effects without one study",
        },
        OutPort {
            name: "cumulative",
            gives: "cumulative",
            extension: "csv",
            about: "pooled effects as studies are added by year",
        },
        OutPort {
            name: "influence",
            gives: "influence",
            extension: "csv",
            about: "how much each study moves the result",
        },
        OutPort {
            name: "filled",
            gives: "filled",
            extension: "csv",
            about: "studies that a symmetric funnel would need",
        },
        OutPort {
            name: "regressions",
            gives: "regressions",
            extension: "csv",
            about: "meta-regressions",
        },
        OutPort {
            name: "coefficients",
            gives: "coefficients",
            extension: "csv",
            about: "coefficients of meta-regressions",
        },
        OutPort {
            name: "regression-line",
            gives: "regression-line",
            extension: "csv",
            about: "fitted effects along one moderator",
        },
        OutPort {
            name: "small-study",
            gives: "small-study",
            extension: "csv",
            about: "whether small studies differ from large ones",
        },
        OutPort {
            name: "specifications",
            gives: "specifications",
            extension: "csv",
            about: "every combination of the declared choices",
        },
        OutPort {
            name: "multiverse",
            gives: "multiverse",
            extension: "csv",
            about: "how many combinations keep the answer",
        },
        OutPort {
            name: "sensitivity",
            gives: "sensitivity",
            extension: "csv",
            about: "repetitions with one thing changed",
        },
        OutPort {
            name: "rejected",
            gives: "rejected",
            extension: "csv",
            about: "candidates that were not taken, and why",
        },
    ];

    fn give(self) -> Vec<(&'static str, Output)> {
        let Synthesis {
            analyses,
            effects,
            pooled,
            subgroup_tests,
            leave_one_out,
            cumulative,
            influence,
            filled,
            regressions,
            coefficients,
            regression_line,
            small_study,
            sensitivity,
            specifications,
            multiverse,
            rejected,
        } = self.0;
        vec![
            ("analyses", Output::File(write_rows(&analyses))),
            ("effects", Output::File(write_rows(&effects))),
            ("pooled", Output::File(write_rows(&pooled))),
            ("subgroup-tests", Output::File(write_rows(&subgroup_tests))),
            ("leave-one-out", Output::File(write_rows(&leave_one_out))),
            ("cumulative", Output::File(write_rows(&cumulative))),
            ("influence", Output::File(write_rows(&influence))),
            ("filled", Output::File(write_rows(&filled))),
            ("regressions", Output::File(write_rows(&regressions))),
            ("coefficients", Output::File(write_rows(&coefficients))),
            (
                "regression-line",
                Output::File(write_rows(&regression_line)),
            ),
            ("small-study", Output::File(write_rows(&small_study))),
            ("specifications", Output::File(write_rows(&specifications))),
            ("multiverse", Output::File(write_rows(&multiverse))),
            ("sensitivity", Output::File(write_rows(&sensitivity))),
            ("rejected", Output::File(write_rows(&rejected))),
        ]
    }
}

impl Stage for Pool {
    const KIND: &'static str = "pool";
    const REVISION: u32 = 6;
    type Settings = Settings;
    type Inputs = Inputs;
    type Outputs = Outputs;

    fn run(
        &self,
        settings: &Settings,
        inputs: Inputs,
        cx: &mut Context,
    ) -> Result<Outputs, Problems> {
        let studies = inputs.given();
        let evidence = Evidence {
            settings,
            studies: &studies,
            outcomes: &inputs.outcomes,
            scales: Scales::new(&inputs.scales, (&inputs.scales_at.0, &inputs.scales_at.1)),
            protocol: inputs.protocol.as_ref(),
            names: Names {
                stage: cx.stage(),
                extract: &inputs.extract,
                characteristics: (&inputs.characteristics_at.0, &inputs.characteristics_at.1),
            },
        };
        let (synthesis, problems) = synthesis::run(settings, &evidence);
        cx.report_all(problems);
        Ok(Outputs(synthesis))
    }
}

impl Inputs {
    /// The studies as the analyses see them, sorted by label.
    fn given(&self) -> Vec<Given> {
        let mut studies: Vec<Given> = self
            .studies
            .iter()
            .map(|row| {
                let characteristics = self.characteristics_of(&row.study);
                let mine = self.bias.iter().filter(|bias| bias.study == row.study);
                let bias = mine.map(|bias| {
                    let result = if bias.result.is_empty() {
                        "*"
                    } else {
                        &bias.result
                    };
                    (result.to_owned(), bias.judgement.clone())
                });
                Given {
                    study: row.study.clone(),
                    label: row.label.clone(),
                    admission: row.admission.clone(),
                    design: characteristics.get("design").cloned().unwrap_or_default(),
                    bias: bias.collect(),
                    characteristics,
                }
            })
            .collect();
        studies.sort_by(|a, b| (&a.label, &a.study).cmp(&(&b.label, &b.study)));
        studies
    }

    fn characteristics_of(&self, study: &str) -> BTreeMap<String, String> {
        let Some(sheet) = &self.characteristics else {
            return BTreeMap::new();
        };
        let Some(cells) = sheet.rows.get(study) else {
            return BTreeMap::new();
        };
        sheet
            .columns
            .iter()
            .cloned()
            .zip(cells.iter().cloned())
            .collect()
    }
}
