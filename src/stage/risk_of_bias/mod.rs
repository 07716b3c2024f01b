//! `risk-of-bias`: answers become judgements by each tool's own path, people's overrides with their reasons.

mod tables;

use super::screen::IncludedRow;
use super::structure::read_protocol;
use super::{
    Context, Files, InFile, InPort, Incoming, OutPort, Output, PortType, Stage, StageInputs,
    StageOutputs, csv_tables, read_table, structural,
};
use crate::artefact::{PlaceRow, Sheet, write_rows};
use crate::ids::StudyId;
use crate::place::Place;
use crate::problem::{Problem, Problems};
use crate::rob::answers;
use crate::rob::assessed::Input;
use crate::rob::assessment;
use crate::rob::decisions::{is_decisions, read_adjudications, read_overrides};
use crate::rob::{AssessmentFile, Tool, imported, shipped};
use crate::table::is_workbook;
use std::collections::{BTreeMap, BTreeSet};
pub(super) use tables::{BiasAgreementRow, BiasAnswerRow, JudgementRow, OverallRow};
use tables::{Entered, Maker};

/// The stage.
pub(super) struct RiskOfBias;

/// Settings of the stage.
#[derive(Debug, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Settings {
    /// People who must assess each result.
    pub assessors: usize,
    /// Declared choices of each tool, by tool.
    pub options: BTreeMap<String, BTreeMap<String, String>>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            assessors: 2,
            options: BTreeMap::new(),
        }
    }
}

/// Studies and what people answered.
pub(super) struct Inputs {
    studies: Vec<IncludedRow>,
    assessments: Files,
    outcomes: Vec<imported::Judgeable>,
    /// Study and outcome of what was extracted; none where that is not wired.
    extracted: Option<BTreeSet<(String, String)>>,
}

impl StageInputs for Inputs {
    const PORTS: &'static [InPort] = &[
        InPort {
            name: "studies",
            takes: PortType::Artefact("included"),
            required: true,
            about: "studies that may be assessed",
        },
        InPort {
            name: "assessments",
            takes: PortType::Files,
            required: true,
            about: "a folder: <assessor>.csv or .xlsx each, adjudication.csv, overrides.csv, and a team's own tools as .yaml",
        },
        InPort {
            name: "outcomes",
            takes: PortType::Artefact("outcomes"),
            required: false,
            about: "the extracted arms, so that a judgement of a result that nobody extracted is told",
        },
        InPort {
            name: "statistics",
            takes: PortType::Artefact("statistics"),
            required: false,
            about: "the extracted statistics, for the same",
        },
        InPort {
            name: "reported",
            takes: PortType::Artefact("reported-effects"),
            required: false,
            about: "the effects as reported, for the same",
        },
        InPort {
            name: "protocol",
            takes: PortType::Files,
            required: false,
            about: "the protocol, for the outcomes that judgements made elsewhere may name",
        },
    ];

    fn receive(incoming: &mut Incoming) -> Result<Self, Problems> {
        let (protocol, _) = read_protocol(incoming, "protocol")?;
        let outcomes = protocol.map(|protocol| protocol.outcomes);
        let outcomes = outcomes.unwrap_or_default().into_iter();
        Ok(Self {
            extracted: extracted(incoming),
            outcomes: outcomes.map(|outcome| (outcome.id, outcome.name)).collect(),
            studies: read_table(incoming, "studies")?,
            assessments: incoming.files("assessments").to_vec(),
        })
    }
}

/// The results that the tables of `extract` hold; none where neither is wired.
fn extracted(incoming: &Incoming) -> Option<BTreeSet<(String, String)>> {
    let tables = ["outcomes", "statistics", "reported"]
        .into_iter()
        .flat_map(|port| incoming.files(port))
        .filter_map(|file| Sheet::read(&file.path, &file.bytes));
    let mut results = None;
    for table in tables {
        let results = results.get_or_insert_with(BTreeSet::new);
        let cell = |key: &str, column: &str| table.cell(key, column).map(str::to_owned);
        let keys = table.rows.keys();
        results.extend(keys.filter_map(|key| Some((cell(key, "study")?, cell(key, "outcome")?))));
    }
    results
}

/// What `risk-of-bias` gives.
pub(super) struct Outputs {
    answers: Vec<BiasAnswerRow>,
    judgements: Vec<JudgementRow>,
    overall: Vec<OverallRow>,
    agreement: Vec<BiasAgreementRow>,
    places: Vec<PlaceRow>,
}

impl StageOutputs for Outputs {
    const PORTS: &'static [OutPort] = &[
        OutPort {
            name: "answers",
            gives: "bias-answers",
            extension: "csv",
            about: "what every assessor answered, settled or overrode",
        },
        OutPort {
            name: "judgements",
            gives: "judgements",
            extension: "csv",
            about: "judgements by domain, with the path taken",
        },
        OutPort {
            name: "overall",
            gives: "overall-bias",
            extension: "csv",
            about: "overall judgements",
        },
        OutPort {
            name: "agreement",
            gives: "bias-agreement",
            extension: "csv",
            about: "agreement of assessors by question and domain, with kappa and its weights",
        },
        OutPort {
            name: "places",
            gives: "places",
            extension: "csv",
            about: "the file and line of every answer, with the paper's words",
        },
    ];

    fn give(self) -> Vec<(&'static str, Output)> {
        vec![
            ("answers", Output::File(write_rows(&self.answers))),
            ("judgements", Output::File(write_rows(&self.judgements))),
            ("overall", Output::File(write_rows(&self.overall))),
            ("agreement", Output::File(write_rows(&self.agreement))),
            ("places", Output::File(write_rows(&self.places))),
        ]
    }
}

fn read(files: &[InFile]) -> (Entered, Problems) {
    let mut entered = Entered::default();
    let (workbooks, others): (Vec<&InFile>, Vec<&InFile>) =
        files.iter().partition(|file| is_workbook(&file.path));
    let (tables, mut problems) =
        csv_tables(others.into_iter().filter(|file| !file.ends_with(".yaml")));
    for file in tables.into_iter().chain(workbooks) {
        let file = AssessmentFile::of(&file.path, &file.bytes);
        match file.tables().unreadable() {
            Some(problem) => problems.push(problem.clone()),
            None => take(file, &mut entered, &mut problems),
        }
    }
    (entered, problems)
}

/// Takes what a file holds; its judgements are read once all tools are known.
fn take(file: AssessmentFile, entered: &mut Entered, problems: &mut Problems) {
    let workbook = file.tables().is_workbook();
    let named = answers::assessor_of(file.path());
    let judged = !is_decisions(named) && file.is_judgements();
    if judged {
        problems.append(file.faults());
    }
    if workbook {
        problems.append(unread_sheets(&file, judged));
    }
    if workbook || !judged {
        if named == "adjudication" || workbook {
            let (rows, found) = read_adjudications(file.tables());
            entered.adjudications.extend(rows);
            problems.append(found);
        }
        if named == "overrides" || workbook && named != "adjudication" {
            let (rows, found) = read_overrides(file.tables());
            entered.overrides.extend(rows);
            problems.append(found);
        }
        if !matches!(named, "adjudication" | "overrides") {
            let (rows, found) = answers::read(&file);
            entered.answers.extend(rows);
            problems.append(found);
        }
    }
    if judged {
        entered.judged.push(file);
    }
}

/// Warns of the sheets of a workbook that nothing reads: beside judgements those without questions, and all but the first of a
/// file of decisions.
fn unread_sheets(file: &AssessmentFile, judged: bool) -> Problems {
    let named = answers::assessor_of(file.path());
    let unread = if judged {
        file.strange_sheets()
    } else if is_decisions(named) {
        let sheets = file.tables().sheets().iter();
        let held = sheets.filter(|sheet| !sheet.rows.is_empty());
        let names = held.map(|sheet| sheet.name.as_str()).skip(1);
        names
            .filter(|sheet| named == "adjudication" || !is_decisions(sheet))
            .collect()
    } else {
        Vec::new()
    };
    let warning = |sheet: &str| {
        let title = format!("nothing reads the sheet `{sheet}`");
        Problem::warning("rob::unread-sheet", title)
            .at(Place::cell(file.path(), sheet, "A1"))
            .help("give it the columns of answers or of judgements, or take it out of the workbook")
    };
    Problems(unread.into_iter().map(warning).collect())
}

/// Reads the tables of judgements that were made elsewhere.
fn import(inputs: &Inputs, entered: &mut Entered) -> Problems {
    let files = &inputs.assessments;
    // What is wrong with a tool is told where answers look for it.
    let own: BTreeMap<String, Tool> = files
        .iter()
        .filter(|file| file.path.ends_with(".yaml"))
        .filter_map(|file| Tool::read(&file.path, &String::from_utf8_lossy(&file.bytes)).ok())
        .map(|tool| (tool.tool.clone(), tool))
        .collect();
    let studies: Vec<imported::Citable> = inputs
        .studies
        .iter()
        .map(|row| (row.study.clone(), row.label.clone()))
        .collect();
    let mut problems = Problems::new();
    for file in &entered.judged {
        let subjects = imported::Subjects {
            studies: &studies,
            outcomes: &inputs.outcomes,
        };
        let (rows, found) = imported::read(file, &own, subjects);
        entered.imported.extend(rows);
        problems.append(found);
    }
    problems
}

/// The program's tools, and the team's own beside the answers, which win by name.
fn tools(files: &[InFile], entered: &Entered, problems: &mut Problems) -> BTreeMap<String, Tool> {
    let mut tools = BTreeMap::new();
    let answered = entered.answers.iter().map(|row| &row.tool);
    for name in answered.chain(entered.imported.iter().map(|row| &row.tool)) {
        if let Some(tool) = (!tools.contains_key(name))
            .then(|| shipped::tool(name))
            .flatten()
        {
            tools.insert(name.clone(), tool);
        }
    }
    for file in files.iter().filter(|file| file.path.ends_with(".yaml")) {
        match Tool::read(&file.path, &String::from_utf8_lossy(&file.bytes)) {
            Ok(tool) => {
                tools.insert(tool.tool.clone(), tool);
            }
            Err(found) => problems.append(found),
        }
    }
    tools
}

impl Stage for RiskOfBias {
    const KIND: &'static str = "risk-of-bias";
    const REVISION: u32 = 9;
    type Settings = Settings;
    type Inputs = Inputs;
    type Outputs = Outputs;

    fn check(&self, _settings: &Settings, incoming: &Incoming) -> Problems {
        structural(read(incoming.files("assessments")).1)
    }

    fn run(
        &self,
        settings: &Settings,
        inputs: Inputs,
        cx: &mut Context,
    ) -> Result<Outputs, Problems> {
        let (mut entered, mut problems) = read(&inputs.assessments);
        problems.append(import(&inputs, &mut entered));
        let tools = tools(&inputs.assessments, &entered, &mut problems);
        let studies: Vec<StudyId> = inputs
            .studies
            .iter()
            .map(|row| StudyId::new(&row.study))
            .collect();
        let (assessed, found) = assessment::assess(Input {
            tools: &tools,
            options: &settings.options,
            answers: &entered.answers,
            adjudications: &entered.adjudications,
            overrides: &entered.overrides,
            imported: &entered.imported,
            studies: &studies,
            extracted: inputs.extracted.as_ref(),
            assessors: settings.assessors,
        });
        problems.append(found);
        cx.report_all(problems);
        let how =
            "see reports/stages/risk-of-bias/judgements.csv, and answer in data/risk-of-bias/";
        cx.open_work(
            "risk-of-bias::open",
            assessed.open.len(),
            "assessments that are not complete or not settled",
            how,
        );
        let (answers, places) = tables::answers(&entered);
        let maker = Maker {
            tools: &tools,
            answers: &answers,
            stage: cx.stage(),
        };
        Ok(Outputs {
            judgements: maker.judgements(&assessed),
            overall: maker.overall(&assessed),
            agreement: maker.agreement(&assessed.agreement),
            answers,
            places,
        })
    }
}
