//! `import`: search exports become records, with the accounts of every file.

use super::{
    Context, Files, InPort, Incoming, OutPort, Output, PortType, Stage, StageInputs, StageOutputs,
    write_records,
};
use crate::artefact::{Address, Origin, PlaceRow, key, rows, write_rows};
use crate::bib::{self, Record};
use crate::config::yaml;
use crate::place::Place;
use crate::problem::{Problem, Problems};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// The name of the file that tells, in each round's folder, what was searched.
const SEARCHES: &str = "searches.yaml";

/// The stage.
pub(super) struct Import;

/// Settings: none so far.
#[derive(Debug, Default, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Settings {}

/// The exports, and what was searched.
pub(super) struct Inputs {
    searches: Files,
}

impl StageInputs for Inputs {
    const PORTS: &'static [InPort] = &[InPort {
        name: "searches",
        takes: PortType::Files,
        required: true,
        about: "a folder with a folder a search round: exports as downloaded, and searches.yaml",
    }];

    fn receive(incoming: &mut Incoming) -> Result<Self, Problems> {
        let received = incoming.ports.remove("searches").unwrap_or_default();
        let searches = received.into_iter().flat_map(|received| received.files);
        Ok(Self {
            searches: searches.collect(),
        })
    }
}

rows! {
    /// One export: what was searched, and what was read.
    pub(crate) SourceRow: "sources" {
        /// Search round, the name of its folder.
        round: String,
        /// Position in the list of searches; merged records take their fields in this order.
        order: Option<u64>,
        /// The file.
        file: String,
        /// Format by content.
        format: String,
        /// Encoding of the text.
        encoding: String,
        /// Database.
        database: String,
        /// Platform it was searched on.
        platform: String,
        /// `database`, `register` or `other`.
        kind: String,
        /// Day of the search.
        date: String,
        /// The full strategy as run.
        query: String,
        /// Limits.
        limits: String,
        /// Hits that the database stated.
        hits: Option<u64>,
        /// Records begun in the file: kept and rejected.
        read: u64,
        /// Records kept.
        kept: u64,
        /// Records that could not be read.
        rejected: u64,
        /// Anything else the searcher noted.
        note: String,
        /// The file and the searches file.
        origin: Origin,
    }
}

/// What `import` gives.
pub(super) struct Outputs {
    records: Vec<(Record, Origin)>,
    sources: Vec<SourceRow>,
    places: Vec<PlaceRow>,
}

impl StageOutputs for Outputs {
    const PORTS: &'static [OutPort] = &[
        OutPort {
            name: "records",
            gives: "records",
            extension: "jsonl",
            about: "one record a line, raw tags kept",
        },
        OutPort {
            name: "sources",
            gives: "sources",
            extension: "csv",
            about: "one export a row: what was searched, what was read",
        },
        OutPort {
            name: "places",
            gives: "places",
            extension: "csv",
            about: "the file and line of every record and field",
        },
    ];

    fn give(self) -> Vec<(&'static str, Output)> {
        let records = self
            .records
            .iter()
            .map(|(record, origin)| (record, origin.clone()));
        vec![
            ("records", Output::File(write_records(records))),
            ("sources", Output::File(write_rows(&self.sources))),
            ("places", Output::File(write_rows(&self.places))),
        ]
    }
}

/// `searches.yaml`: what was searched, and how, in one round.
#[expect(clippy::struct_field_names, reason = "the file's own key")]
#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Searches {
    version: u32,
    round: String,
    note: String,
    searches: Vec<Search>,
    not_searched: Vec<serde_json::Value>,
}

/// One search, after the items of PRISMA-S (Rethlefsen 2021).
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Search {
    id: String,
    file: String,
    format: Option<String>,
    database: String,
    platform: String,
    kind: String,
    date: String,
    query: String,
    limits: String,
    hits: Option<u64>,
    note: String,
}

impl Stage for Import {
    const KIND: &'static str = "import";
    const REVISION: u32 = 1;
    type Settings = Settings;
    type Inputs = Inputs;
    type Outputs = Outputs;

    fn check(&self, _settings: &Settings, incoming: &Incoming) -> Problems {
        let mut problems = Problems::new();
        read_searches(incoming.files("searches"), &mut problems);
        problems
    }

    fn run(
        &self,
        _settings: &Settings,
        inputs: Inputs,
        cx: &mut Context,
    ) -> Result<Outputs, Problems> {
        let mut problems = Problems::new();
        let searches = read_searches(&inputs.searches, &mut problems);
        let exports = inputs.searches.iter().filter(|file| !is_about(&file.path));
        let exports: Vec<_> = exports.collect();
        let mut seen = BTreeSet::new();
        let imports: Vec<bib::Import> = exports
            .par_iter()
            .map(|file| bib::read(&file.path, &file.bytes))
            .collect();
        let mut outputs = Outputs {
            records: Vec::new(),
            sources: Vec::new(),
            places: Vec::new(),
        };
        for (file, import) in exports.into_iter().zip(imports) {
            let search = searches.get(&file.path);
            outputs
                .sources
                .push(source_row(&file.path, &import, search));
            count_hits(&file.path, &import, search, &mut problems);
            problems.append(import.problems);
            for mut record in import.records {
                if let Some(listed) = search {
                    record.database = Some(listed.search.database.clone());
                }
                keep_apart(&mut record, &mut seen);
                add(record, cx.stage(), &mut outputs);
            }
        }
        for (path, listed) in &searches {
            if !inputs.searches.iter().any(|file| file.path == *path) {
                let title = format!("{path} is listed as searched, but there is no such file");
                problems.push(
                    Problem::error("import::missing-export", title)
                        .at(listed.place.clone())
                        .help("put the export there, or take the search out of the list"),
                );
            }
        }
        cx.report_all(problems);
        Ok(outputs)
    }
}

/// Files of the folder that speak about the searches and are no exports.
fn is_about(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name == SEARCHES || name.eq_ignore_ascii_case("readme.md")
}

/// A search with its place and its position in the list.
struct Listed {
    place: Place,
    position: usize,
    search: Search,
}

/// Every search by the path of its export, with its place.
fn read_searches(files: &[super::InFile], problems: &mut Problems) -> BTreeMap<String, Listed> {
    let mut found = BTreeMap::new();
    for file in files.iter().filter(|file| file.path.ends_with(SEARCHES)) {
        let text = String::from_utf8_lossy(&file.bytes);
        let folder = file.path.trim_end_matches(SEARCHES);
        match yaml::from_str::<Searches>(&file.path, &text) {
            Ok(searches) => {
                let places = yaml::parse(&file.path, &text).ok();
                for (position, search) in searches.searches.into_iter().enumerate() {
                    let place = places
                        .as_ref()
                        .and_then(|root| item_place(root, position, &file.path));
                    let place = place.unwrap_or_else(|| Place::file(&file.path));
                    let path = format!("{folder}{}", search.file);
                    let listed = Listed {
                        place: place.clone(),
                        position,
                        search,
                    };
                    if let Some(earlier) = found.insert(path.clone(), listed) {
                        let title = format!("{path} is listed twice");
                        problems.push(
                            Problem::error("import::search-twice", title)
                                .labelled(place, "again here")
                                .labelled(earlier.place, "first here"),
                        );
                    }
                }
            }
            Err(wrong) => problems.append(wrong),
        }
    }
    found
}

fn item_place(root: &yaml::Node, position: usize, file: &str) -> Option<Place> {
    let searches = root.as_mapping()?.get("searches")?;
    match &searches.value.value {
        yaml::Value::Sequence(items) => items.get(position).map(|node| node.place(file)),
        _ => None,
    }
}

/// Compares the hits that the database stated with the records read.
fn count_hits(path: &str, import: &bib::Import, search: Option<&Listed>, problems: &mut Problems) {
    match search {
        Some(Listed { place, search, .. })
            if search.hits.is_some_and(|hits| hits != import.read as u64) =>
        {
            let hits = search.hits.unwrap_or_default();
            let title = format!(
                "{} stated {hits} hits, and {path} holds {} records",
                search.database, import.read
            );
            problems.push(
                Problem::warning("import::hits", title)
                    .at(place.clone())
                    .help("export again, or note why the numbers differ"),
            );
        }
        None => {
            let title = format!("nothing says what search {path} comes from");
            problems.push(Problem::warning("import::unlisted-export", title).at(Place::file(path))
                .help(format!("list it in {SEARCHES} beside it, with database, platform, date, query and hits")));
        }
        Some(_) => {}
    }
}

fn source_row(path: &str, import: &bib::Import, search: Option<&Listed>) -> SourceRow {
    let told = search
        .map(|listed| listed.search.clone())
        .unwrap_or_default();
    let parts: Vec<&str> = path.split('/').collect();
    let round = parts.len().checked_sub(2).map_or("", |at| parts[at]);
    let mut from = vec![Address::file(path)];
    if let Some(listed) = search {
        from.push(Address::File(listed.place.clone()));
    }
    let own = import
        .records
        .first()
        .and_then(|record| record.database.clone());
    SourceRow {
        key: key(&[path]),
        round: round.to_owned(),
        order: search.map(|listed| listed.position as u64),
        file: path.to_owned(),
        format: import
            .format
            .map(|format| format.to_string())
            .unwrap_or_default(),
        encoding: import.encoding.clone(),
        database: if told.database.is_empty() {
            own.unwrap_or_default()
        } else {
            told.database
        },
        platform: told.platform,
        kind: if told.kind.is_empty() {
            "database".to_owned()
        } else {
            told.kind
        },
        date: told.date,
        query: told.query,
        limits: told.limits,
        hits: told.hits,
        read: import.read as u64,
        kept: import.kept as u64,
        rejected: import.rejected as u64,
        note: told.note,
        origin: Origin::of("read", from),
    }
}

/// Gives a record whose identity was met before (in another file too) a name of its own, by the order of the files.
fn keep_apart(record: &mut Record, seen: &mut BTreeSet<crate::ids::RecordId>) {
    let first = record.id.clone();
    let mut copy = 2;
    while !seen.insert(record.id.clone()) {
        record.id = crate::ids::RecordId::new(format!("{first}-{copy}"));
        copy += 1;
    }
}

fn add(record: Record, stage: &str, outputs: &mut Outputs) {
    let id = record.id.to_string();
    let file = &record.source.file;
    let place = Place::line(file, record.source.line);
    outputs
        .places
        .push(PlaceRow::new("records", &id, "", place));
    for (field, line) in bib::lines(&record) {
        outputs.places.push(PlaceRow::new(
            "records",
            &id,
            field,
            Place::line(file, line),
        ));
    }
    let origin = Origin::of("read", [Address::row(stage, "sources", &key(&[file]))]);
    outputs.records.push((record, origin));
}
