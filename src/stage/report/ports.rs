//! What the stage `report` reads and gives.

use crate::artefact::Sheet;
use crate::place::Place;
use crate::problem::{Problem, Problems};
use crate::provenance::is_keyed_by_row;
use crate::report::{self, Table};
use crate::stage::{
    Files, InPort, Incoming, KeptFile, OutPort, Output, PortType, Received, StageInputs,
    StageOutputs,
};
use rayon::prelude::*;
use std::sync::Arc;

/// What the stage reads: tables as rows of text, and files of people.
pub(in crate::stage) struct Inputs {
    pub(super) tables: Vec<Table>,
    pub(super) protocol: Files,
    pub(super) text: Files,
    pub(super) templates: Files,
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
        table(
            "reported",
            "reported-effects",
            "effects as papers report them",
        ),
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
        table(
            "multiverse-certainty",
            "multiverse-certainty",
            "how many combinations are as certain as the main result",
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

    const ON_DEMAND: &'static [&'static str] = &["places", "records"];

    fn receive(incoming: &mut Incoming) -> Result<Self, Problems> {
        let mut wired = Vec::new();
        for port in Self::PORTS {
            if port.takes != PortType::Files {
                let received = incoming.ports.remove(port.name).unwrap_or_default();
                wired.extend(received.into_iter().map(|received| (port.name, received)));
            }
        }
        let read: Vec<Result<Vec<Table>, Problems>> = wired
            .into_par_iter()
            .map(|(name, received)| tables(name, received))
            .collect();
        let mut tables = Vec::new();
        let mut problems = Problems::new();
        for read in read {
            match read {
                Ok(read) => tables.extend(read),
                Err(said) => problems.extend(said),
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

/// What was wired into a port, as tables.
fn tables(name: &str, received: Received) -> Result<Vec<Table>, Problems> {
    let files = received.files.into_par_iter();
    let held = files.map(|file| (Sheet::read(&file.path, &file.bytes), file.path));
    let kept = received.kept.into_par_iter();
    let kept = kept.map(|file| (on_demand(name, &file), file.path));
    let read = held.chain(kept).map(|(sheet, path)| {
        let Some(sheet) = sheet else {
            let problem = Problem::error("report::no-table", "the artefact is no table");
            return Err(Problems::from(problem.at(Place::file(&path))));
        };
        Ok(Table {
            name: name.to_owned(),
            stage: received.stage.clone(),
            artefact: received.artefact.clone(),
            sheet: Arc::new(sheet),
        })
    });
    read.collect()
}

/// A table of which only the rows behind printed numbers and references are read.
fn on_demand(name: &str, file: &KeptFile) -> Option<Sheet> {
    Sheet::read_on_demand(&file.path, &file.pieces, |cells| {
        name != "places" || is_keyed_by_row(cells)
    })
}

/// What the stage gives.
pub(in crate::stage) struct Outputs(pub(super) report::Report);

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
