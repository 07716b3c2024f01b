//! `deduplicate`: records of one publication become one, every decision explained, nobody lost.

use super::import::SourceRow;
use super::{
    Context, Files, InPort, Incoming, OutPort, Output, PortType, Stage, StageInputs, StageOutputs,
    csv_tables, read_optional_table, read_records,
    records::{each_origin, write_records_of},
    rounds,
};
use crate::artefact::{Address, Origin, key, rows, write_rows};
use crate::bib::Record;
use crate::dedup::{self, Deduplication, Merged, Verdict, merged_records};
use crate::problem::Problems;
use crate::screening::matching::{Reference, plain_doi, plain_title};
use std::collections::BTreeMap;

/// The stage.
pub(super) struct Deduplicate;

/// Records, and what people said of pairs.
pub(super) struct Inputs {
    stage: String,
    records: Vec<Record>,
    /// Search round of each record; empty where there is one round.
    rounds: Vec<u32>,
    sources: Vec<SourceRow>,
    verdicts: Files,
}

impl StageInputs for Inputs {
    const PORTS: &'static [InPort] = &[
        InPort {
            name: "records",
            takes: PortType::Artefact("records"),
            required: true,
            about: "records of all exports",
        },
        InPort {
            name: "sources",
            takes: PortType::Artefact("sources"),
            required: false,
            about: "the searches, for the order in which merged records take their fields",
        },
        InPort {
            name: "verdicts",
            takes: PortType::Files,
            required: false,
            about: "verdicts.csv: people's words on pairs (id1,id2,verdict,by,at,note)",
        },
    ];

    fn receive(incoming: &mut Incoming) -> Result<Self, Problems> {
        let records = read_records(incoming, "records")?;
        let sources = read_optional_table(incoming, "sources")?;
        Ok(Self {
            rounds: rounds_of(incoming, &sources),
            stage: incoming
                .artefact("records")
                .map(|received| received.stage.clone())
                .unwrap_or_default(),
            records,
            sources,
            verdicts: incoming.files("verdicts").to_vec(),
        })
    }
}

rows! {
    /// Which publication a record of an export belongs to.
    pub(crate) ClusterRow: "clusters" {
        /// The record of the export.
        member: String,
        /// The merged record that stands for the publication.
        record: String,
        /// Database of the member.
        database: String,
        /// DOI of the member, where it is not the record's: a decision may name it.
        doi: String,
        /// The same of its PubMed identifier.
        pmid: String,
        /// The same of its title.
        title: String,
        /// The same of its year.
        year: String,
        /// The member.
        origin: Origin,
    }

    /// Two records decided to be one publication.
    pub(crate) DuplicateRow: "duplicates" {
        /// One record.
        id1: String,
        /// The other.
        id2: String,
        /// The strongest ground.
        rule: String,
        /// Weight of the evidence, 0 to 1.
        score: f64,
        /// Fields with their points and values.
        fields: String,
        /// Both records.
        origin: Origin,
    }

    /// Two records left for a person.
    pub(crate) QueueRow: "duplicate-queue" {
        /// One record.
        id1: String,
        /// The other.
        id2: String,
        /// Weight of the evidence, 0 to 1.
        score: f64,
        /// What speaks for, what against.
        why: String,
        /// Both records.
        origin: Origin,
    }
}

impl ClusterRow {
    /// What the member says otherwise than its record, whose id comes with it.
    pub(crate) fn said(&self) -> Option<Reference> {
        let filled = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
        let said = [&self.doi, &self.pmid, &self.title, &self.year].map(filled);
        let any = said.iter().any(Option::is_some);
        let [doi, pmid, title, year] = said;
        any.then(|| Reference {
            id: self.record.clone(),
            doi,
            pmid,
            title,
            year: year.and_then(|year| year.parse().ok()),
        })
    }
}

/// What `deduplicate` gives.
pub(super) struct Outputs {
    stage: String,
    /// The stage that the records came from.
    from: String,
    merged: Vec<Merged>,
    clusters: Vec<ClusterRow>,
    duplicates: Vec<DuplicateRow>,
    queue: Vec<QueueRow>,
}

impl StageOutputs for Outputs {
    const PORTS: &'static [OutPort] = &[
        OutPort {
            name: "records",
            gives: "records",
            extension: "jsonl",
            about: "one publication a line, each field from the first source that has it",
        },
        OutPort {
            name: "clusters",
            gives: "clusters",
            extension: "csv",
            about: "which publication each record belongs to",
        },
        OutPort {
            name: "duplicates",
            gives: "duplicates",
            extension: "csv",
            about: "pairs that were joined, with rule, score and fields",
        },
        OutPort {
            name: "queue",
            gives: "duplicate-queue",
            extension: "csv",
            about: "pairs that a person has to decide",
        },
    ];

    fn give(self) -> Vec<(&'static str, Output)> {
        let origin = |publication: &Merged| origin(publication, &self.stage, &self.from);
        let records = write_records_of(&self.merged, |publication| &publication.record, origin);
        vec![
            ("records", Output::File(records)),
            ("clusters", Output::File(write_rows(&self.clusters))),
            ("duplicates", Output::File(write_rows(&self.duplicates))),
            ("queue", Output::File(write_rows(&self.queue))),
        ]
    }
}

impl Stage for Deduplicate {
    const KIND: &'static str = "deduplicate";
    const REVISION: u32 = 7;
    type Settings = dedup::Settings;
    type Inputs = Inputs;
    type Outputs = Outputs;

    fn run(
        &self,
        settings: &dedup::Settings,
        inputs: Inputs,
        cx: &mut Context,
    ) -> Result<Outputs, Problems> {
        let mut settings = settings.clone();
        if settings.source_order.is_empty() {
            settings.source_order = order_of(&inputs.sources);
        }
        let verdicts = read_verdicts(&inputs.verdicts, cx);
        let mut found =
            dedup::deduplicate_rounds(&inputs.records, &inputs.rounds, &settings, &verdicts);
        let merged = merged_records(&inputs.records, &found, &settings);
        let how =
            "say same or different in data/deduplication/verdicts.csv (id1,id2,verdict,by,at,note)";
        cx.open_work(
            "dedup::unsure",
            found.queue.len(),
            "pairs of records that may be one publication",
            how,
        );
        cx.report_all(std::mem::take(&mut found.problems));
        Ok(tables(inputs, found, merged, cx.stage()))
    }
}

/// The search round of each record, by the export that its origin names; empty where there is one round.
fn rounds_of(incoming: &Incoming, sources: &[SourceRow]) -> Vec<u32> {
    let named = sources
        .iter()
        .map(|row| (row.round.as_str(), row.date.as_str()));
    let ranks = rounds::ranks(named);
    if ranks.len() < 2 {
        return Vec::new();
    }
    let by_source: BTreeMap<&str, u32> = sources
        .iter()
        .map(|row| (row.key.as_str(), ranks[row.round.as_str()]))
        .collect();
    each_origin(incoming, "records", |origin| {
        let from = origin.0.iter().flat_map(|clause| clause.from.iter());
        let rounds = from.filter_map(|address| match address {
            Address::Row { key, .. } => by_source.get(key.as_str()).copied(),
            _ => None,
        });
        rounds.min().unwrap_or_default()
    })
}

/// The databases in the order of the searches.
fn order_of(sources: &[SourceRow]) -> Vec<String> {
    let mut ordered: Vec<_> = sources
        .iter()
        .map(|row| (row.order.unwrap_or(u64::MAX), &row.file, &row.database))
        .collect();
    ordered.sort();
    let mut names: Vec<String> = Vec::new();
    for (_, _, database) in ordered {
        if !names.contains(database) {
            names.push(database.clone());
        }
    }
    names
}

fn read_verdicts(files: &Files, cx: &mut Context) -> Vec<Verdict> {
    let mut verdicts = Vec::new();
    let (tables, unread) = csv_tables(files);
    cx.report_all(unread);
    for file in tables {
        let (read, problems) = dedup::verdict::read(&file.path, &file.bytes);
        verdicts.extend(read);
        cx.report_all(problems);
    }
    verdicts
}

/// What a member says, unless the record that it is part of says the same, as `plain` has it.
fn otherwise(
    member: Option<&Record>,
    kept: &Record,
    field: impl Fn(&Record) -> Option<&String>,
    plain: impl Fn(&str) -> String,
) -> String {
    let own = member.and_then(&field);
    let own = own.filter(|own| field(kept).is_none_or(|kept| plain(own) != plain(kept)));
    own.cloned().unwrap_or_default()
}

/// What a merged record was made from.
fn origin(publication: &Merged, stage: &str, from: &str) -> Origin {
    let members = publication.members.iter();
    let members =
        members.map(|member| Address::row(stage, "clusters", &key(&[member.id.as_str()])));
    let mut origin = Origin::of("merged", members);
    for (field, taken) in &publication.taken {
        let taken = Address::row(from, "records", taken.as_str());
        origin = origin.with_cell(field, "taken", [taken]);
    }
    origin
}

fn tables(inputs: Inputs, found: Deduplication, merged: Vec<Merged>, stage: &str) -> Outputs {
    let imported = |id: &str| Address::row(&inputs.stage, "records", id);
    let pair = |a: usize, b: usize| {
        let (one, other) = (&inputs.records[a].id, &inputs.records[b].id);
        if one <= other {
            (one.to_string(), other.to_string())
        } else {
            (other.to_string(), one.to_string())
        }
    };
    let records = inputs.records.iter().enumerate();
    let rows: BTreeMap<&str, usize> = records
        .map(|(at, record)| (record.id.as_str(), at))
        .collect();
    let clusters = merged.iter().flat_map(|publication| {
        let kept = &publication.record;
        publication.members.iter().map(|member| {
            let own = rows.get(member.id.as_str());
            let own = own.map(|at| &inputs.records[*at]);
            let year = own.and_then(|own| own.year);
            let year = year.filter(|_| year != kept.year);
            ClusterRow {
                key: key(&[member.id.as_str()]),
                member: member.id.to_string(),
                record: kept.id.to_string(),
                database: own.and_then(|own| own.database.clone()).unwrap_or_default(),
                doi: otherwise(own, kept, |it| it.doi.as_ref(), plain_doi),
                pmid: otherwise(own, kept, |it| it.pmid.as_ref(), str::to_owned),
                title: otherwise(own, kept, |it| it.title.as_ref(), plain_title),
                year: year.map(|year| year.to_string()).unwrap_or_default(),
                origin: Origin::of("member", [imported(member.id.as_str())]),
            }
        })
    });
    let duplicates = found.duplicates.into_iter().map(|joined| {
        let (id1, id2) = pair(joined.a, joined.b);
        DuplicateRow {
            key: key(&[&id1, &id2]),
            origin: Origin::of("compared", [imported(&id1), imported(&id2)]),
            id1,
            id2,
            rule: joined.rule.to_owned(),
            score: joined.score,
            fields: joined.fields,
        }
    });
    let queue = found.queue.into_iter().map(|unsure| {
        let (id1, id2) = pair(unsure.a, unsure.b);
        QueueRow {
            key: key(&[&id1, &id2]),
            origin: Origin::of("compared", [imported(&id1), imported(&id2)]),
            id1,
            id2,
            score: unsure.score,
            why: unsure.why,
        }
    });
    Outputs {
        clusters: clusters.collect(),
        duplicates: duplicates.collect(),
        queue: queue.collect(),
        stage: stage.to_owned(),
        from: inputs.stage.clone(),
        merged,
    }
}
