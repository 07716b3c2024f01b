//! `screen`: votes become included and excluded reports, studies, agreement and the PRISMA flow.

mod flow;
mod previous;
mod since;
mod standing;
mod tables;
mod times;
mod tools;

use super::deduplicate::ClusterRow;
use super::import::SourceRow;
use super::{
    BriefRecords, Context, Files, InFile, InPort, Incoming, OutPort, Output, PortType, Stage,
    StageInputs, StageOutputs, csv_tables, read_optional_table, read_protocol, read_table,
    structural,
};
use crate::artefact::{PlaceRow, Row, write_rows};
use crate::bib::Record;
use crate::ids::RecordId;
use crate::nearest::suggestion;
use crate::place::Place;
use crate::problem::{Problem, Problems};
use crate::protocol::Protocol;
use crate::screening::matching::Index;
use crate::screening::{
    self, Adjudication, Input, Link, Settings, Vote, adjudication, studies, votes,
};
pub(super) use flow::FlowRow;
use previous::Previous;
use rayon::prelude::*;
use since::Streams;
use std::collections::BTreeMap;
pub(super) use tables::{AgreementRow, AlphaRow, DecisionRow, IncludedRow, UndecidedRow, VoteRow};

/// The stage.
pub(super) struct Screen;

/// Records, votes and the protocol.
pub(super) struct Inputs {
    records: BriefRecords,
    records_stage: String,
    clusters: Vec<ClusterRow>,
    sources: Vec<SourceRow>,
    sources_stage: String,
    decisions: Files,
    protocol: Option<Protocol>,
    protocol_path: String,
    previous: Option<Previous>,
}

impl StageInputs for Inputs {
    const PORTS: &'static [InPort] = &[
        InPort {
            name: "records",
            takes: PortType::Artefact("records"),
            required: true,
            about: "records after deduplication",
        },
        InPort {
            name: "clusters",
            takes: PortType::Artefact("clusters"),
            required: true,
            about: "which publication each record of an export belongs to",
        },
        InPort {
            name: "sources",
            takes: PortType::Artefact("sources"),
            required: true,
            about: "the searches, for the counts by database",
        },
        InPort {
            name: "decisions",
            takes: PortType::Files,
            required: true,
            about: "a folder: <reviewer>.csv each or exports of screening tools, adjudication.csv, studies.csv",
        },
        InPort {
            name: "protocol",
            takes: PortType::Files,
            required: false,
            about: "exclusion reasons, reviewers and amendments",
        },
        InPort {
            name: "previous",
            takes: PortType::Files,
            required: false,
            about: "for an updated review: the tables of a baseline, such as baselines/<date>/reports/stages/",
        },
    ];

    fn receive(incoming: &mut Incoming) -> Result<Self, Problems> {
        let stage = |port| {
            let received = incoming.artefact(port);
            received.map_or_else(String::new, |received| received.stage.clone())
        };
        let (records_stage, sources_stage) = (stage("records"), stage("sources"));
        let (protocol, protocol_path) = read_protocol(incoming, "protocol")?;
        let decisions = incoming.take_files("decisions");
        let records = incoming.take_files("records");
        let (clusters, records) = rayon::join(
            || read_table(incoming, "clusters"),
            || BriefRecords::read(records),
        );
        Ok(Self {
            records_stage,
            clusters: clusters?,
            sources: read_optional_table(incoming, "sources")?,
            sources_stage,
            decisions,
            protocol,
            protocol_path,
            previous: Previous::read(incoming)?,
            records: records?,
        })
    }
}

/// What `screen` gives.
pub(super) struct Outputs {
    included: Vec<IncludedRow>,
    decisions: Vec<DecisionRow>,
    undecided: Vec<UndecidedRow>,
    votes: Vec<VoteRow>,
    agreement: Vec<AgreementRow>,
    agreement_of_all: Vec<AlphaRow>,
    flow: Vec<FlowRow>,
    places: Vec<PlaceRow>,
}

impl StageOutputs for Outputs {
    const PORTS: &'static [OutPort] = &[
        OutPort {
            name: "included",
            gives: "included",
            extension: "csv",
            about: "studies, and by what they were admitted",
        },
        OutPort {
            name: "decisions",
            gives: "decisions",
            extension: "csv",
            about: "where every record ended, and why",
        },
        OutPort {
            name: "undecided",
            gives: "undecided",
            extension: "csv",
            about: "what people still owe",
        },
        OutPort {
            name: "votes",
            gives: "votes",
            extension: "csv",
            about: "every vote and adjudication with its record",
        },
        OutPort {
            name: "agreement",
            gives: "screening-agreement",
            extension: "csv",
            about: "agreement of each pair of reviewers",
        },
        OutPort {
            name: "agreement-of-all",
            gives: "screening-agreement-of-all",
            extension: "csv",
            about: "agreement of three or more reviewers",
        },
        OutPort {
            name: "flow",
            gives: "flow",
            extension: "csv",
            about: "the counts of the PRISMA 2020 flow diagram",
        },
        OutPort {
            name: "places",
            gives: "places",
            extension: "csv",
            about: "the file and line of every vote and link",
        },
    ];

    fn give(self) -> Vec<(&'static str, Output)> {
        // The three that are long with many records; taking them apart is work too.
        let (decisions, (votes, places)) = rayon::join(
            || written(self.decisions),
            || rayon::join(|| written(self.votes), || written(self.places)),
        );
        let files = vec![
            ("included", write_rows(&self.included)),
            ("decisions", decisions),
            ("undecided", write_rows(&self.undecided)),
            ("votes", votes),
            ("agreement", write_rows(&self.agreement)),
            ("agreement-of-all", write_rows(&self.agreement_of_all)),
            ("flow", write_rows(&self.flow)),
            ("places", places),
        ];
        let files = files.into_iter();
        files
            .map(|(name, bytes)| (name, Output::File(bytes)))
            .collect()
    }
}

/// The bytes of a table that nothing else reads.
fn written<R: Row>(rows: Vec<R>) -> Vec<u8> {
    write_rows(&rows)
}

/// Everything that people entered.
#[derive(Default)]
pub(crate) struct Entered {
    /// Votes, out of reviewers' files and exports of tools.
    pub(crate) votes: Vec<Vote>,
    /// Settled conflicts.
    pub(crate) adjudications: Vec<Adjudication>,
    /// Reports linked to studies.
    pub(crate) links: Vec<Link>,
}

impl Entered {
    /// Whether a file in the folder of decisions holds votes as people keep them by hand.
    pub(crate) fn is_votes(file: &InFile) -> bool {
        let name = file.path.rsplit('/').next().unwrap_or_default();
        name.ends_with(".csv")
            && !matches!(name, "adjudication.csv" | "studies.csv")
            && !tools::is_export(file)
    }

    /// Reads the files of the folder of decisions.
    pub(crate) fn read(files: &[InFile], settings: &Settings) -> (Self, Problems) {
        let mut entered = Self::default();
        let (foreign, own): (Vec<&InFile>, Vec<&InFile>) =
            files.iter().partition(|file| tools::is_export(file));
        let (votes, mut problems) = tools::read(&foreign, settings);
        entered.votes = votes;
        let (tables, unread) = csv_tables(own);
        problems.append(unread);
        let read: Vec<(Self, Problems)> = tables.into_par_iter().map(Self::read_own).collect();
        let votes = read.iter().map(|(rows, _)| rows.votes.len());
        entered.votes.reserve(votes.sum());
        for (mut rows, found) in read {
            entered.votes.append(&mut rows.votes);
            entered.adjudications.append(&mut rows.adjudications);
            entered.links.append(&mut rows.links);
            problems.append(found);
        }
        (entered, problems)
    }

    /// Reads a file that people keep by hand.
    fn read_own(file: &InFile) -> (Self, Problems) {
        let mut entered = Self::default();
        let problems;
        match file.name().as_str() {
            "adjudication.csv" => {
                (entered.adjudications, problems) = adjudication::read(&file.path, &file.bytes);
            }
            "studies.csv" => (entered.links, problems) = studies::read(&file.path, &file.bytes),
            _ => (entered.votes, problems) = votes::read(&file.path, &file.bytes),
        }
        (entered, problems)
    }
}

impl Stage for Screen {
    const KIND: &'static str = "screen";
    const REVISION: u32 = 13;
    type Settings = Settings;
    type Inputs = Inputs;
    type Outputs = Outputs;

    fn check(&self, settings: &Settings, incoming: &Incoming) -> Problems {
        structural(Entered::read(incoming.files("decisions"), settings).1)
    }

    fn run(
        &self,
        settings: &Settings,
        inputs: Inputs,
        cx: &mut Context,
    ) -> Result<Outputs, Problems> {
        let settings = with_protocol(settings, inputs.protocol.as_ref());
        let ((entered, problems), (index, streams)) = rayon::join(
            || Entered::read(&inputs.decisions, &settings),
            || {
                let members = inputs.clusters.iter().filter_map(ClusterRow::said);
                let index = Index::new(inputs.all(), &inputs.merged()).with_members(members);
                (index, Streams::of(&inputs))
            },
        );
        cx.report_all(problems);
        let identification = flow::identification(&inputs, &streams);
        let (screening, problems) = screening::screen(Input {
            records: inputs.all(),
            index: &index,
            votes: &entered.votes,
            adjudications: &entered.adjudications,
            links: &entered.links,
            settings: &settings,
            identification: &identification,
        });
        cx.report_all(problems);
        owe(&screening, cx);
        let maker = tables::Maker::new(&inputs, &entered, &screening, &index, cx.stage());
        let (mut included, mut problems) = maker.included();
        problems.append(standing::mark(&mut included, &inputs.records));
        let (votes, places) = maker.votes();
        let decisions = maker.decisions(&votes);
        let rows = flow::rows(&inputs, &streams, &decisions, &included, cx.stage());
        problems.append(does_not_add_up(&flow::printed(
            &rows, &inputs, &decisions, &included,
        )));
        problems.append(typed_otherwise(&settings, &rows));
        let outputs = Outputs {
            flow: rows,
            undecided: maker.undecided(),
            agreement: maker.agreement(&votes),
            agreement_of_all: maker.agreement_of_all(&votes),
            included,
            decisions,
            votes,
            places,
        };
        cx.report_all(problems);
        // Taking apart what many records left is work for two.
        rayon::join(|| drop(inputs), || drop((index, entered)));
        Ok(outputs)
    }
}

/// An error for each identity of the printed flow that does not hold.
fn does_not_add_up(flow: &screening::Flow) -> Problems {
    let violations = flow.violations().into_iter().map(|violation| {
        let title = format!("the flow diagram does not add up: {violation}");
        Problem::error("screening::flow", title)
            .help("the tables do not fit each other: look at the searches, and at the folder on `previous`")
    });
    Problems(violations.collect())
}

/// An error for each count that somebody typed and that the decisions do not give.
fn typed_otherwise(settings: &Settings, rows: &[FlowRow]) -> Problems {
    let boxes = || rows.iter().filter(|row| row.parent.is_empty());
    let place = |name: &str| Place::setting(&format!("typed_counts.{name}"));
    let problems = settings.typed_counts.iter().filter_map(|(name, typed)| {
        let Some(row) = boxes().find(|row| row.box_id == *name) else {
            let title = format!("`typed_counts` names `{name}`, which is no box of the flow diagram");
            let known = boxes().map(|row| row.box_id.as_str());
            let problem = Problem::error("screening::typed-count", title).at(place(name));
            return Some(problem.help(suggestion("boxes", name, known)));
        };
        let title = format!(
            "`{name}` was typed as {typed}, and the decisions give {}",
            row.count
        );
        (row.count != *typed).then(|| {
            Problem::error("screening::typed-count", title).at(place(name)).help(format!(
                "`review trace 'screen/flow#{name}/count'` shows what was counted; correct the typed number, or the decisions"
            ))
        })
    });
    Problems(problems.collect())
}

impl Inputs {
    /// All records, without abstracts and tags.
    fn all(&self) -> &[Record] {
        &self.records.records
    }

    /// From records merged away to those they are part of.
    fn merged(&self) -> BTreeMap<RecordId, RecordId> {
        let rows = self.clusters.iter().filter(|row| row.member != row.record);
        rows.map(|row| (RecordId::new(&row.member), RecordId::new(&row.record)))
            .collect()
    }
}

/// What the settings leave open, the protocol says.
pub(crate) fn with_protocol(settings: &Settings, protocol: Option<&Protocol>) -> Settings {
    let mut settings = settings.clone();
    if let Some(protocol) = protocol {
        if settings.reasons.is_empty() {
            settings.reasons = protocol
                .reason_codes()
                .into_iter()
                .map(str::to_owned)
                .collect();
        }
        if settings.reviewers.is_empty() {
            settings.reviewers = protocol
                .reviewers
                .list
                .iter()
                .map(|reviewer| reviewer.id.clone())
                .collect();
        }
    }
    settings
}

/// Names the work that people owe, by stage and state.
fn owe(screening: &screening::Screening, cx: &mut Context) {
    let mut owed: BTreeMap<(String, String), usize> = BTreeMap::new();
    for open in &screening.undecided {
        *owed
            .entry((open.stage.to_string(), open.state.to_string()))
            .or_default() += 1;
    }
    for ((stage, state), count) in owed {
        let vote =
            format!("`review screen --reviewer NAME --stage {stage}`, or data/screening/NAME.csv");
        let (what, how) = match state.as_str() {
            "conflict" => (
                "conflicts to settle",
                "`review screen --adjudicate NAME`, or data/screening/adjudication.csv".to_owned(),
            ),
            "unscreened" => ("records nobody has voted on", vote),
            "one_vote" => ("records that wait for another vote", vote),
            _ => (
                "records to decide",
                "see reports/stages/screen/undecided.csv".to_owned(),
            ),
        };
        cx.open_work(
            &format!("screening::{state}"),
            count,
            format!("{stage}: {what}"),
            how,
        );
    }
}
