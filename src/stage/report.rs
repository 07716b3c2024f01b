//! The stage `report`: every table in, one report as Markdown and as a page out.

use super::{
    Context, Files, InPort, Incoming, OutPort, Output, PortType, Stage, StageInputs, StageOutputs,
};
use crate::artefact::Sheet;
use crate::config::yaml;
use crate::place::Place;
use crate::plot::ForestLayout;
use crate::problem::{Problem, Problems};
use crate::report::{self, ForestStyle, ProtocolText, ReportInput, Table, TextFile};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Writes the report.
pub(super) struct Report;

/// What the author of a pipeline may set.
#[derive(
    Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Settings {
    /// Where the pipeline places the Markdown report, as `review trace FILE:LINE` names it.
    pub path: String,
    /// Language of the report and its figures: `en`, `zh`, or one whose words stand in `words.<language>.txt` among the templates.
    pub language: String,
    /// What forest plots show.
    pub forest: Forest,
}

/// What forest plots show beside effects.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Forest {
    /// Order of the columns: `revman` (weight and effect before the plot) or `jama` (an arm in one column, weight last).
    pub layout: Layout,
    /// Whether the numbers of the arms stand beside the effects.
    pub arms: bool,
    /// Whether risk of bias stands beside the effects.
    pub risk_of_bias: bool,
}

/// Order of the columns of a forest plot.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub(super) enum Layout {
    /// As RevMan has them.
    Revman,
    /// As JAMA has them.
    Jama,
}

impl Default for Forest {
    fn default() -> Self {
        Self {
            layout: Layout::Revman,
            arms: true,
            risk_of_bias: true,
        }
    }
}

impl From<Forest> for ForestStyle {
    fn from(forest: Forest) -> Self {
        Self {
            layout: match forest.layout {
                Layout::Revman => ForestLayout::RevMan,
                Layout::Jama => ForestLayout::Jama,
            },
            arms: forest.arms,
            bias: forest.risk_of_bias,
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            path: "reports/report.md".to_owned(),
            language: "en".to_owned(),
            forest: Forest::default(),
        }
    }
}

/// What the stage reads: tables as rows of text, and files of people.
pub(super) struct Inputs {
    tables: Vec<Table>,
    protocol: Files,
    text: Files,
    templates: Files,
}

const fn files(name: &'static str, required: bool, about: &'static str) -> InPort {
    InPort {
        name,
        takes: PortType::Files,
        required,
        about,
    }
}

const fn needed(name: &'static str, about: &'static str) -> InPort {
    InPort {
        name,
        takes: PortType::Artefact(name),
        required: true,
        about,
    }
}

const fn table(name: &'static str, kind: &'static str, about: &'static str) -> InPort {
    InPort {
        name,
        takes: PortType::Artefact(kind),
        required: false,
        about,
    }
}

const fn many(name: &'static str, about: &'static str) -> InPort {
    InPort {
        name,
        takes: PortType::Artefacts(name),
        required: false,
        about,
    }
}

impl StageInputs for Inputs {
    const PORTS: &'static [InPort] = &[
        files("protocol", false, "the protocol"),
        files(
            "text",
            false,
            "folder of an author's Markdown, a file a section",
        ),
        files(
            "templates",
            false,
            "folder of templates that replace built-in ones",
        ),
        needed("sources", "searches as imported"),
        needed("flow", "counts of the flow diagram"),
        needed("included", "included and admitted studies"),
        needed("analyses", "analyses in the order of the protocol"),
        table("clusters", "clusters", "publications and their records"),
        table(
            "duplicates",
            "duplicates",
            "pairs of records of one publication",
        ),
        table("queue", "duplicate-queue", "pairs left to people"),
        table(
            "agreement",
            "screening-agreement",
            "agreement of reviewers in screening",
        ),
        table(
            "agreement-of-all",
            "screening-agreement-of-all",
            "agreement of three or more reviewers in screening",
        ),
        table("decisions", "decisions", "decisions on records and reports"),
        table("undecided", "undecided", "what waits for a decision"),
        table("votes", "votes", "votes of reviewers"),
        table(
            "characteristics",
            "characteristics",
            "characteristics of studies",
        ),
        table("outcomes", "outcomes", "extracted arms"),
        table("statistics", "statistics", "extracted statistics"),
        table("conversions", "conversions", "numbers computed from others"),
        table("integrity", "integrity", "findings in extracted numbers"),
        table(
            "missing",
            "missing-outcomes",
            "which outcome each study reports",
        ),
        table("scales", "scales", "direction and range of scales"),
        table("judgements", "judgements", "risk of bias by domain"),
        table("overall", "overall-bias", "risk of bias overall"),
        table("answers", "bias-answers", "answers on risk of bias"),
        table(
            "bias-agreement",
            "bias-agreement",
            "agreement of reviewers on risk of bias",
        ),
        table("effects", "effects", "effects of studies"),
        table("pooled", "pooled", "pooled results"),
        table(
            "subgroup-tests",
            "subgroup-tests",
            "differences between subgroups",
        ),
        table("leave-one-out", "leave-one-out", "each study left out"),
        table("cumulative", "cumulative", "studies added by year"),
        table(
            "influence",
            "influence",
            "how much each study moves the result",
        ),
        table(
            "filled",
            "filled",
            "studies that a symmetric funnel would need",
        ),
        table("regressions", "regressions", "meta-regressions"),
        table(
            "coefficients",
            "coefficients",
            "coefficients of meta-regressions",
        ),
        table(
            "regression-line",
            "regression-line",
            "fitted effects along one moderator",
        ),
        table(
            "small-study",
            "small-study",
            "whether small studies differ from large ones",
        ),
        table("sensitivity", "sensitivity", "the same analysed otherwise"),
        table(
            "specifications",
            "specifications",
            "every combination of the declared choices",
        ),
        table(
            "multiverse",
            "multiverse",
            "how many combinations keep the answer",
        ),
        table("rejected", "rejected", "results that entered no analysis"),
        table(
            "effect-directions",
            "effect-directions",
            "which way effects point where nothing was pooled",
        ),
        table(
            "differences",
            "protocol-differences",
            "the protocol field by field, and what was done",
        ),
        table("certainty", "certainty", "certainty by domain"),
        table("summary", "summary-of-findings", "summary of findings"),
        table("version", "version", "of an update: the version"),
        table(
            "surveillance",
            "surveillance",
            "of an update: sources, schedule, triggers",
        ),
        table("news", "news", "of an update: what is new"),
        table("changes", "changes", "of an update: results before and now"),
        table("causes", "causes", "of an update: what caused each change"),
        table("rounds", "rounds", "of an update: results by search round"),
        many("problems", "what the stages said"),
        many("places", "where values stand in the files people keep"),
        many("records", "records"),
    ];

    fn receive(incoming: &mut Incoming) -> Result<Self, Problems> {
        let mut tables = Vec::new();
        let mut problems = Problems::new();
        let ports = Self::PORTS
            .iter()
            .filter(|port| port.takes != PortType::Files);
        for port in ports {
            for received in incoming.artefacts(port.name) {
                for file in &received.files {
                    match Sheet::read(&file.path, &file.bytes) {
                        Some(sheet) => tables.push(Table {
                            name: port.name.to_owned(),
                            stage: received.stage.clone(),
                            artefact: received.artefact.clone(),
                            sheet: Arc::new(sheet),
                        }),
                        None => problems.push(
                            Problem::error("report::no-table", "the artefact is no table")
                                .at(Place::file(&file.path)),
                        ),
                    }
                }
            }
        }
        if problems.has_errors() {
            return Err(problems);
        }
        Ok(Self {
            tables,
            protocol: incoming.files("protocol").to_vec(),
            text: incoming.files("text").to_vec(),
            templates: incoming.files("templates").to_vec(),
        })
    }
}

/// What the stage gives.
pub(super) struct Outputs(report::Report);

const fn out(
    name: &'static str,
    gives: &'static str,
    extension: &'static str,
    about: &'static str,
) -> OutPort {
    OutPort {
        name,
        gives,
        extension,
        about,
    }
}

impl StageOutputs for Outputs {
    const PORTS: &'static [OutPort] = &[
        out("markdown", "markdown", "md", "the report"),
        out("html", "html", "html", "the same as one page"),
        out(
            "numbers",
            "numbers",
            "json",
            "every printed number with its address",
        ),
        out("figures", "figures", "", "drawings"),
        out("tables", "tables", "", "tables with full precision"),
        out(
            "workbook",
            "workbook",
            "xlsx",
            "the same tables as sheets of one workbook",
        ),
    ];

    fn give(self) -> Vec<(&'static str, Output)> {
        let report = self.0;
        let mut numbers = serde_json::to_vec_pretty(&report.numbers).expect("a list of plain text");
        numbers.push(b'\n');
        let figures = report.figures.into_iter();
        vec![
            ("markdown", Output::File(report.markdown.into_bytes())),
            ("html", Output::File(report.html.into_bytes())),
            ("numbers", Output::File(numbers)),
            (
                "figures",
                Output::Folder(
                    figures
                        .map(|(name, svg)| (name, svg.into_bytes()))
                        .collect(),
                ),
            ),
            ("tables", Output::Folder(report.tables)),
            ("workbook", Output::File(report.workbook)),
        ]
    }
}

impl Stage for Report {
    const KIND: &'static str = "report";
    const REVISION: u32 = 11;
    type Settings = Settings;
    type Inputs = Inputs;
    type Outputs = Outputs;

    fn run(
        &self,
        settings: &Settings,
        inputs: Inputs,
        cx: &mut Context,
    ) -> Result<Outputs, Problems> {
        let mut problems = Problems::new();
        let mut gather = |read: Result<_, Problems>| {
            read.unwrap_or_else(|found| {
                problems.append(found);
                BTreeMap::new()
            })
        };
        let texts = gather(texts(&inputs.text, ".md"));
        let templates = gather(texts_by_name(&inputs.templates));
        let protocol = protocol(&inputs.protocol).unwrap_or_else(|found| {
            problems.append(found);
            ProtocolText::default()
        });
        let words = report::Words::of(&settings.language, &templates).unwrap_or_else(|found| {
            problems.append(found);
            report::Words::default()
        });
        if problems.has_errors() {
            return Err(problems);
        }
        let report = report::write(ReportInput {
            forest: settings.forest.into(),
            words: Arc::new(words),
            tables: inputs.tables,
            protocol,
            texts,
            templates,
            path: settings.path.clone(),
        })?;
        cx.report_all(report.warnings.clone());
        Ok(Outputs(report))
    }
}

/// Files by their name without the ending.
fn texts(files: &Files, ending: &str) -> Result<BTreeMap<String, TextFile>, Problems> {
    let named = texts_by_name(files)?;
    let without = |name: String| {
        name.strip_suffix(ending)
            .map_or(name.clone(), str::to_owned)
    };
    Ok(named
        .into_iter()
        .map(|(name, file)| (without(name), file))
        .collect())
}

fn texts_by_name(files: &Files) -> Result<BTreeMap<String, TextFile>, Problems> {
    let mut found = BTreeMap::new();
    let mut problems = Problems::new();
    for file in files {
        match text(&file.path, &file.bytes) {
            Ok(text) => {
                let name = file.path.rsplit('/').next().unwrap_or(&file.path);
                found.insert(name.to_owned(), text);
            }
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() {
        Ok(found)
    } else {
        Err(problems)
    }
}

fn text(path: &str, bytes: &[u8]) -> Result<TextFile, Problem> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(TextFile {
            path: path.to_owned(),
            text: text.to_owned(),
        }),
        Err(_) => Err(Problem::error("report::not-utf8", "the file is not UTF-8")
            .at(Place::file(path))
            .help("save it as UTF-8")),
    }
}

/// The protocol with the place of every value; an empty one where none is wired.
fn protocol(files: &Files) -> Result<ProtocolText, Problems> {
    let Some(file) = files.first() else {
        return Ok(ProtocolText {
            value: Value::Object(serde_json::Map::new()),
            ..ProtocolText::default()
        });
    };
    let text = text(&file.path, &file.bytes)?;
    let value = yaml::from_str(&text.path, &text.text)?;
    let mut places = BTreeMap::new();
    walk(
        &yaml::parse(&text.path, &text.text)?,
        &text.path,
        "",
        &mut places,
    );
    Ok(ProtocolText {
        path: text.path,
        value,
        places,
    })
}

fn walk(node: &yaml::Node, file: &str, path: &str, places: &mut BTreeMap<String, Place>) {
    let below = |name: &str| {
        if path.is_empty() {
            name.to_owned()
        } else {
            format!("{path}.{name}")
        }
    };
    places.insert(path.to_owned(), node.place(file));
    match &node.value {
        yaml::Value::Scalar(_) => {}
        yaml::Value::Sequence(items) => {
            for (index, item) in items.iter().enumerate() {
                walk(item, file, &below(&index.to_string()), places);
            }
        }
        yaml::Value::Mapping(mapping) => {
            for (name, entry) in mapping {
                walk(&entry.value, file, &below(name), places);
            }
        }
    }
}
