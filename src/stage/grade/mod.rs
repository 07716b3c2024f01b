//! `grade`: a named policy proposes the certainty of each body of evidence, people confirm or override it.

mod body;
mod difference;
mod limits;
mod meaningless;
mod specifications;
mod start;
mod tables;
#[cfg(test)]
mod tests;
mod unknown;

use super::risk_of_bias::OverallRow;
use super::{
    Context, Files, InFile, InPort, Incoming, OutPort, Output, PortType, Stage, StageInputs,
    StageOutputs, csv_tables, read_optional_table, read_protocol, read_table, structural,
};
use crate::artefact::{Address, PlaceRow, Sheet, write_rows};
use crate::grade::confirmation::{Rated, confirm};
use crate::grade::indirectness::{self, Row as Indirectness, in_force, is_indirectness};
use crate::grade::judgements::{self, Row as Judgement};
use crate::grade::summary_of_findings::summarise;
use crate::grade::{Policy, Proposal};
use crate::nearest::suggestion;
use crate::problem::{Problem, Problems};
use crate::protocol::Protocol;
use crate::synthesis::{AnalysisRow, EffectRow, PooledRow, SmallStudyRow, SpecificationRow};
use body::Body;
pub(super) use limits::Threshold;
use meaningless::{about_nothing, names_that_mean_nothing};
use serde::{Deserialize, Deserializer, de::Error};
use specifications::{MultiverseCertaintyRow, SpecificationCertaintyRow};
use std::collections::{BTreeMap, BTreeSet};
use tables::IndirectnessRow;
pub(super) use tables::{CertaintyRow, SummaryRow};

/// The stage.
pub(super) struct Grade;

/// Settings of the stage.
#[derive(Debug, Default, serde::Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Settings {
    /// Name of the policy: `core-grade-2025` or `default-1`.
    #[schemars(with = "String")]
    pub policy: Policy,
    /// The intervention as statements name it, in the singular; empty takes the protocol's words.
    pub intervention: String,
    /// Differences that matter, by analysis, outcome or measure.
    pub thresholds: BTreeMap<String, Threshold>,
    /// The p value of the test of small-study effects below which asymmetry counts as strong with `core-grade-2025`, whose source gives
    /// none; without it only people call asymmetry strong.
    #[serde(deserialize_with = "probability")]
    pub asymmetry_p: Option<f64>,
    /// Analyses to rate; empty takes the main ones, and supplementary ones that were pooled.
    pub rate: Vec<String>,
}

/// A p value that somebody declared: above 0 and below 1, held where settings are read, so that the line is told.
fn probability<'de, D: Deserializer<'de>>(from: D) -> Result<Option<f64>, D::Error> {
    let given = Option::<f64>::deserialize(from)?;
    match given {
        Some(p) if !(p > 0.0 && p < 1.0) => Err(D::Error::custom(format!(
            "{p} cannot be: a p value lies above 0 and below 1"
        ))),
        _ => Ok(given),
    }
}

/// Stage and artefact behind a port, for origins.
pub(super) struct Name {
    stage: String,
    artefact: String,
}

impl Name {
    fn of(incoming: &Incoming, port: &str) -> Self {
        let found = incoming.artefact(port);
        Self {
            stage: found.map(|it| it.stage.clone()).unwrap_or_default(),
            artefact: found.map(|it| it.artefact.clone()).unwrap_or_default(),
        }
    }

    fn cell(&self, row: &str, column: &str) -> Address {
        Address::cell(&self.stage, &self.artefact, row, column)
    }
}

struct Names {
    analyses: Name,
    pooled: Name,
    effects: Name,
    small_study: Name,
    specifications: Name,
    bias: Name,
    characteristics: Name,
}

/// Results, how they were judged, and what people decided.
pub(super) struct Inputs {
    analyses: Vec<AnalysisRow>,
    pooled: Vec<PooledRow>,
    effects: Vec<EffectRow>,
    small_study: Vec<SmallStudyRow>,
    /// Every combination of defensible choices, where the analyses declare some.
    specifications: Vec<SpecificationRow>,
    /// Their effects; the key of the specification stands for the analysis.
    specification_effects: Vec<EffectRow>,
    bias: Vec<OverallRow>,
    characteristics: Option<Sheet>,
    judgements: Files,
    /// How directly studies answer the question, as people judged it.
    indirectness: Vec<Indirectness>,
    protocol: Option<Protocol>,
    names: Names,
}

impl Inputs {
    fn design(&self, study: &str) -> Option<String> {
        let found = self.characteristics.as_ref()?.cell(study, "design")?;
        Some(found.to_owned()).filter(|design| !design.is_empty())
    }
}

impl StageInputs for Inputs {
    const PORTS: &'static [InPort] = &[
        InPort {
            name: "analyses",
            takes: PortType::Artefact("analyses"),
            required: true,
            about: "declared analyses and what came of them",
        },
        InPort {
            name: "pooled",
            takes: PortType::Artefact("pooled"),
            required: true,
            about: "pooled effects",
        },
        InPort {
            name: "effects",
            takes: PortType::Artefact("effects"),
            required: true,
            about: "effects of the studies, with their weights",
        },
        InPort {
            name: "small-study",
            takes: PortType::Artefact("small-study"),
            required: false,
            about: "tests of small-study effects, for the proposal on publication bias",
        },
        InPort {
            name: "specifications",
            takes: PortType::Artefact("specifications"),
            required: false,
            about: "every combination of defensible choices, to say how many are as certain as the main result",
        },
        InPort {
            name: "specification-effects",
            takes: PortType::Artefact("effects"),
            required: false,
            about: "the effects in each combination, with their weights",
        },
        InPort {
            name: "bias",
            takes: PortType::Artefact("overall-bias"),
            required: false,
            about: "overall judgements of the results",
        },
        InPort {
            name: "characteristics",
            takes: PortType::Artefact("characteristics"),
            required: false,
            about: "designs of the studies, by which a body starts high or low",
        },
        InPort {
            name: "judgements",
            takes: PortType::Files,
            required: false,
            about: "a folder or a file: what people decided about each proposal; indirectness.csv, how directly studies answer the question",
        },
        InPort {
            name: "protocol",
            takes: PortType::Files,
            required: false,
            about: "the intervention in words",
        },
    ];

    fn receive(incoming: &mut Incoming) -> Result<Self, Problems> {
        let characteristics = incoming
            .files("characteristics")
            .first()
            .and_then(|file| Sheet::read(&file.path, &file.bytes));
        Ok(Self {
            analyses: read_table(incoming, "analyses")?,
            pooled: read_table(incoming, "pooled")?,
            effects: read_table(incoming, "effects")?,
            small_study: read_optional_table(incoming, "small-study")?,
            specifications: read_optional_table(incoming, "specifications")?,
            specification_effects: read_optional_table(incoming, "specification-effects")?,
            bias: read_optional_table(incoming, "bias")?,
            characteristics,
            judgements: incoming.files("judgements").to_vec(),
            indirectness: Vec::new(),
            protocol: read_protocol(incoming, "protocol")?.0,
            names: Names {
                analyses: Name::of(incoming, "analyses"),
                pooled: Name::of(incoming, "pooled"),
                effects: Name::of(incoming, "effects"),
                small_study: Name::of(incoming, "small-study"),
                specifications: Name::of(incoming, "specifications"),
                bias: Name::of(incoming, "bias"),
                characteristics: Name::of(incoming, "characteristics"),
            },
        })
    }
}

/// What `grade` gives.
#[derive(Default)]
pub(super) struct Outputs {
    certainty: Vec<CertaintyRow>,
    summary: Vec<SummaryRow>,
    indirectness: Vec<IndirectnessRow>,
    specifications: Vec<SpecificationCertaintyRow>,
    multiverse: Vec<MultiverseCertaintyRow>,
    places: Vec<PlaceRow>,
}

impl StageOutputs for Outputs {
    const PORTS: &'static [OutPort] = &[
        OutPort {
            name: "certainty",
            gives: "certainty",
            extension: "csv",
            about: "each domain of each body of evidence: proposed, confirmed or overridden",
        },
        OutPort {
            name: "summary",
            gives: "summary-of-findings",
            extension: "csv",
            about: "one row an outcome, with certainty and a standard statement",
        },
        OutPort {
            name: "indirectness",
            gives: "indirectness",
            extension: "csv",
            about: "how directly each study answers the question, as people judged it",
        },
        OutPort {
            name: "specifications",
            gives: "specification-certainty",
            extension: "csv",
            about: "how certain each combination of defensible choices is",
        },
        OutPort {
            name: "multiverse",
            gives: "multiverse-certainty",
            extension: "csv",
            about: "how many combinations are as certain as the main result",
        },
        OutPort {
            name: "places",
            gives: "places",
            extension: "csv",
            about: "the file and line of every decision",
        },
    ];

    fn give(self) -> Vec<(&'static str, Output)> {
        vec![
            ("certainty", Output::File(write_rows(&self.certainty))),
            ("summary", Output::File(write_rows(&self.summary))),
            ("indirectness", Output::File(write_rows(&self.indirectness))),
            (
                "specifications",
                Output::File(write_rows(&self.specifications)),
            ),
            ("multiverse", Output::File(write_rows(&self.multiverse))),
            ("places", Output::File(write_rows(&self.places))),
        ]
    }
}

/// What people decided about proposals, and how directly they find that studies answer the question.
fn read(files: &[InFile]) -> (Vec<Judgement>, Vec<Indirectness>, Problems) {
    let (mut decided, mut indirect) = (Vec::new(), Vec::new());
    let (tables, mut problems) = csv_tables(files);
    for file in tables {
        let told = if is_indirectness(&file.path) {
            let (found, told) = indirectness::read(&file.path, &file.bytes);
            indirect.extend(found);
            told
        } else {
            let (found, told) = judgements::read(&file.path, &file.bytes);
            decided.extend(found);
            told
        };
        problems.append(told);
    }
    (decided, in_force(indirect), problems)
}

impl Stage for Grade {
    const KIND: &'static str = "grade";
    const REVISION: u32 = 11;
    type Settings = Settings;
    type Inputs = Inputs;
    type Outputs = Outputs;

    fn check(&self, _settings: &Settings, incoming: &Incoming) -> Problems {
        structural(read(incoming.files("judgements")).2)
    }

    fn run(
        &self,
        settings: &Settings,
        mut inputs: Inputs,
        cx: &mut Context,
    ) -> Result<Outputs, Problems> {
        let (decided, indirect, problems) = read(&inputs.judgements);
        inputs.indirectness = indirect;
        cx.report_all(problems);
        cx.report_all(about_nothing(&inputs));
        cx.report_all(names_that_mean_nothing(settings, &inputs));
        let stage = cx.stage().to_owned();
        let analyses = to_rate(settings, &inputs.analyses);
        let bodies: Vec<(&AnalysisRow, Option<Rating<'_>>)> = analyses
            .into_iter()
            .map(|analysis| {
                let body = Body::of(analysis, &inputs, settings, &stage);
                let rating = body.map(|body| Rating::of(body, settings.policy, &decided, cx));
                (analysis, rating)
            })
            .collect();
        tell(&bodies, &decided, cx);
        Ok(outputs(&bodies, &decided, &inputs, settings, &stage))
    }
}

/// A body of evidence, what the policy says of it, and what people say of that.
struct Rating<'a> {
    body: Body<'a>,
    proposal: Proposal,
    rated: Rated,
}

impl<'a> Rating<'a> {
    fn of(body: Body<'a>, policy: Policy, decided: &[Judgement], cx: &mut Context) -> Self {
        let mut proposal = policy.propose(&body.evidence());
        proposal.by_interval_of(body.analysis.level);
        let (rated, problems) = confirm(&body.analysis.analysis, &proposal, decided);
        cx.report_all(problems);
        cx.report_all(body.unknown());
        Self {
            body,
            proposal,
            rated,
        }
    }

    /// Proposals that move something, or could, and that nobody stands behind.
    fn open(&self) -> usize {
        let open = self.rated.domains.iter().filter(|domain| {
            let matters = !domain.domain.rates_up()
                || domain.proposed > 0
                || domain.levels + domain.held_back > 0;
            matters && !domain.state.is_confirmed()
        });
        open.count()
    }
}

/// The analyses of the summary, in the order of the report.
fn to_rate<'a>(settings: &Settings, analyses: &'a [AnalysisRow]) -> Vec<&'a AnalysisRow> {
    let mut taken: Vec<&AnalysisRow> = analyses
        .iter()
        .filter(|row| {
            if settings.rate.is_empty() {
                row.role == "main" || row.status == "pooled"
            } else {
                settings.rate.contains(&row.analysis)
            }
        })
        .collect();
    taken.sort_by(|a, b| (a.order, &a.analysis).cmp(&(b.order, &b.analysis)));
    taken
}

/// Tells what people still owe, and decisions on nothing.
fn tell(bodies: &[(&AnalysisRow, Option<Rating<'_>>)], decided: &[Judgement], cx: &mut Context) {
    let rated = |name: &str| {
        bodies
            .iter()
            .any(|(analysis, rating)| analysis.analysis == name && rating.is_some())
    };
    for row in decided.iter().filter(|row| !rated(&row.analysis)) {
        let names = bodies
            .iter()
            .filter(|(_, rating)| rating.is_some())
            .map(|(analysis, _)| analysis.analysis.as_str());
        let title = format!("`{}` is not rated", row.analysis);
        cx.report(
            Problem::warning("grade::unused-judgement", title)
                .at(row.place.clone())
                .help(suggestion("rated analyses", &row.analysis, names)),
        );
    }
    for (analysis, _) in bodies
        .iter()
        .filter(|(analysis, rating)| rating.is_none() && analysis.k > 0)
    {
        let title = format!("`{}` has studies and is not rated", analysis.analysis);
        cx.report(Problem::warning("grade::not-rated", title).help(
            "only pooled effects and single studies are rated, and only where a threshold is declared or can stand in",
        ));
    }
    let ratings = || bodies.iter().filter_map(|(_, rating)| rating.as_ref());
    cx.open_work(
        "grade::proposed",
        ratings().map(Rating::open).sum(),
        "proposals on the certainty of evidence that nobody has confirmed",
        "see reports/stages/grade/certainty.csv, and add rows to data/grade/judgements.csv",
    );
    cx.open_work(
        "grade::threshold",
        ratings()
            .filter(|rating| !rating.body.limits.declared)
            .count(),
        "analyses for which nobody declared which difference matters",
        "declare `thresholds` in the settings of the stage, with their basis",
    );
    let undesigned: BTreeSet<&str> = ratings()
        .flat_map(|rating| rating.body.of_unknown_design())
        .collect();
    cx.open_work(
        "grade::design",
        undesigned.len(),
        "rated studies of which nobody knows whether people were allotted at random",
        "write `design` in studies.csv, in a word that the forms list",
    );
}

fn outputs(
    bodies: &[(&AnalysisRow, Option<Rating<'_>>)],
    decided: &[Judgement],
    inputs: &Inputs,
    settings: &Settings,
    stage: &str,
) -> Outputs {
    let intervention = intervention(settings, inputs.protocol.as_ref());
    let findings = bodies.iter().map(|(analysis, rating)| {
        let body = rating.as_ref().map(|rating| &rating.body);
        let finding = tables::finding(analysis, body, &intervention);
        (finding, rating.as_ref().map(|rating| &rating.rated))
    });
    let summarised = summarise(findings.collect());
    let mut outputs = Outputs {
        indirectness: inputs
            .indirectness
            .iter()
            .map(tables::indirectness)
            .collect(),
        places: inputs
            .indirectness
            .iter()
            .map(tables::indirectness_place)
            .collect(),
        ..Outputs::default()
    };
    for ((analysis, rating), row) in bodies.iter().zip(&summarised.rows) {
        let pair = rating.as_ref().map(|rating| (&rating.body, &rating.rated));
        let names = (stage, &inputs.names.analyses);
        outputs
            .summary
            .push(tables::summary(analysis, pair, row, names));
        if let Some(rating) = rating {
            let rows = tables::certainty(&rating.body, &rating.proposal, &rating.rated);
            outputs.certainty.extend(rows);
            let (rows, summary) = specifications::rate(rating, inputs, settings, stage);
            outputs.specifications.extend(rows);
            outputs.multiverse.extend(summary);
            outputs
                .places
                .extend(tables::places(&rating.rated, decided));
        }
    }
    outputs
}

fn intervention(settings: &Settings, protocol: Option<&Protocol>) -> String {
    let stated = protocol.map(|protocol| protocol.question.intervention.text.clone());
    Some(settings.intervention.clone())
        .filter(|text| !text.is_empty())
        .or(stated)
        .filter(|text| !text.is_empty())
        .unwrap_or_else(|| "the intervention".to_owned())
}
