//! `pool`: declared analyses over extracted numbers.

use super::import::SourceRow;
use super::screen::IncludedRow;
use super::{
    Context, InPort, Incoming, OutPort, Output, PortType, Stage, StageInputs, StageOutputs,
    read_optional_table, read_protocol, read_table,
};
use crate::artefact::{Address, Sheet, rows, write_rows};
use crate::extraction::{OutcomeRow, ReportedRow, ScaleRow};
use crate::problem::Problems;
use crate::protocol::Protocol;
use crate::synthesis::{
    self, DifferenceRow, DirectionRow, Done, Evidence, Given, Judged, Names, Scales, Searched,
    Settings, Synthesis,
};
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
        /// The tool.
        tool: String,
        /// The judgement.
        judgement: String,
    }
}

/// Studies, their numbers, and how their results were judged.
#[derive(Clone, Debug)]
pub(super) struct Inputs {
    pub(super) studies: Vec<IncludedRow>,
    pub(super) outcomes: Vec<OutcomeRow>,
    pub(super) reported: Vec<ReportedRow>,
    reported_at: (String, String),
    extract: String,
    pub(super) characteristics: Option<Sheet>,
    pub(super) scales: Vec<ScaleRow>,
    characteristics_at: (String, String),
    scales_at: (String, String),
    pub(super) bias: Vec<BiasRow>,
    pub(super) protocol: Option<Protocol>,
    protocol_path: String,
    searches: Option<Vec<Searched>>,
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
            name: "reported",
            takes: PortType::Artefact("reported-effects"),
            required: false,
            about: "effects that papers report with their error alone, such as hazard ratios",
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
        InPort {
            name: "sources",
            takes: PortType::Artefact("sources"),
            required: false,
            about: "the searches, to hold them against the protocol",
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
        let (protocol, protocol_path) = read_protocol(incoming, "protocol")?;
        Ok(Self {
            characteristics_at: at("characteristics"),
            scales_at: at("scales"),
            scales: read_optional_table(incoming, "scales")?,
            studies: read_table(incoming, "studies")?,
            outcomes: read_table(incoming, "outcomes")?,
            reported: read_optional_table(incoming, "reported")?,
            reported_at: at("reported"),
            extract: incoming
                .artefact("outcomes")
                .map(|received| received.stage.clone())
                .unwrap_or_default(),
            characteristics: sheet("characteristics"),
            bias: read_optional_table(incoming, "bias")?,
            protocol,
            protocol_path,
            searches: searched(incoming)?,
        })
    }
}

/// What was searched, where the pipeline says it.
fn searched(incoming: &Incoming) -> Result<Option<Vec<Searched>>, Problems> {
    let Some(received) = incoming.artefact("sources") else {
        return Ok(None);
    };
    let rows: Vec<SourceRow> = read_optional_table(incoming, "sources")?;
    let searches = rows.into_iter().map(|row| Searched {
        address: Some(Address::row(&received.stage, &received.artefact, &row.key)),
        database: row.database,
        platform: row.platform,
        kind: row.kind,
        date: row.date,
        limits: row.limits,
        note: row.note,
    });
    Ok(Some(searches.collect()))
}

/// What `pool` gives.
pub(super) struct Outputs(Synthesis, Vec<DifferenceRow>, Vec<DirectionRow>);

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
            about: "the effects of the studies in each analysis",
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
            name: "specification-effects",
            gives: "effects",
            extension: "csv",
            about: "the effects of the studies in each combination",
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
        OutPort {
            name: "effect-directions",
            gives: "effect-directions",
            extension: "csv",
            about: "which way effects point where nothing was pooled",
        },
        OutPort {
            name: "differences",
            gives: "protocol-differences",
            extension: "csv",
            about: "the protocol field by field, and what was done",
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
            specification_effects,
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
            (
                "specification-effects",
                Output::File(write_rows(&specification_effects)),
            ),
            ("multiverse", Output::File(write_rows(&multiverse))),
            ("sensitivity", Output::File(write_rows(&sensitivity))),
            ("rejected", Output::File(write_rows(&rejected))),
            ("effect-directions", Output::File(write_rows(&self.2))),
            ("differences", Output::File(write_rows(&self.1))),
        ]
    }
}

impl Stage for Pool {
    const KIND: &'static str = "pool";
    const REVISION: u32 = 17;
    type Settings = Settings;
    type Inputs = Inputs;
    type Outputs = Outputs;

    fn run(
        &self,
        settings: &Settings,
        inputs: Inputs,
        cx: &mut Context,
    ) -> Result<Outputs, Problems> {
        let (synthesis, problems) = synthesise(settings, &inputs, cx.stage());
        cx.report_all(problems);
        let judged = inputs.judged();
        let differences = inputs.protocol.as_ref().map(|protocol| {
            let done = Done {
                analyses: &synthesis.analyses,
                subgroups: &synthesis.subgroup_tests,
                regressions: &synthesis.regressions,
                judged: &judged,
                searches: inputs.searches.as_deref(),
                stage: cx.stage(),
            };
            synthesis::differences(protocol, &inputs.protocol_path, done)
        });
        let directions = synthesis::directions(
            &synthesis.analyses,
            &synthesis.effects,
            cx.stage(),
            |study, result| inputs.judgement(study, result),
        );
        Ok(Outputs(
            synthesis,
            differences.unwrap_or_default(),
            directions,
        ))
    }
}

/// Runs the declared analyses, as the stage of the name `stage`.
pub(super) fn synthesise(
    settings: &Settings,
    inputs: &Inputs,
    stage: &str,
) -> (Synthesis, Problems) {
    let studies = inputs.given();
    let evidence = Evidence {
        settings,
        studies: &studies,
        outcomes: &inputs.outcomes,
        reported: &inputs.reported,
        scales: Scales::new(&inputs.scales, (&inputs.scales_at.0, &inputs.scales_at.1)),
        protocol: inputs.protocol.as_ref(),
        names: Names {
            stage,
            extract: &inputs.extract,
            characteristics: (&inputs.characteristics_at.0, &inputs.characteristics_at.1),
            reported: (&inputs.reported_at.0, &inputs.reported_at.1),
        },
    };
    synthesis::run(settings, &evidence)
}

impl Inputs {
    /// The included studies with the tools they were judged with; those that an amendment admits are beside the protocol.
    fn judged(&self) -> Vec<Judged> {
        let included = self
            .studies
            .iter()
            .filter(|row| !row.admission.starts_with("amendment"));
        let judged = included.map(|row| {
            let mine = self.bias.iter().filter(|bias| bias.study == row.study);
            let sound = mine.filter(|bias| !bias.judgement.is_empty());
            Judged {
                study: row.study.clone(),
                design: self
                    .characteristics_of(&row.study)
                    .remove("design")
                    .unwrap_or_default(),
                tools: sound.map(|bias| bias.tool.clone()).collect(),
            }
        });
        judged.collect()
    }

    /// How a study's result was judged, or for want of that the study; empty where nobody did.
    fn judgement(&self, study: &str, result: &str) -> String {
        let of = |wanted: &str| {
            let mut rows = self.bias.iter();
            rows.find(|row| row.study == study && row.result == wanted && !row.judgement.is_empty())
        };
        let found = of(result).or_else(|| of(""));
        found.map(|row| row.judgement.clone()).unwrap_or_default()
    }

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
            .zip(cells.iter().map(str::to_owned))
            .collect()
    }
}
