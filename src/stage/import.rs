//! `import`: search exports become records, with the accounts of every file.

mod accounting;
mod searches;

use super::{
    Context, Files, InPort, Incoming, OutPort, Output, PortType, Stage, StageInputs, StageOutputs,
    rounds, write_records,
};
use crate::artefact::{Address, Origin, PlaceRow, key, rows, write_rows};
use crate::bib::{self, Mapping, Naming, Options, Record};
use crate::digest::Digest;
use crate::nearest::nearest;
use crate::place::Place;
use crate::problem::{Problem, Problems};
use crate::update::{RoundExport, entered, round_faults};
use accounting::{compare_format, count_hits, named_by_records, tell_of_several, two_streams};
use rayon::prelude::*;
use searches::{Listed, is_about, read_searches};
use std::collections::BTreeMap;

/// The stage.
pub(super) struct Import;

/// What the files do not say themselves.
#[derive(Debug, Default, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Settings {
    /// What the columns of a table hold whose header is not known, by the path (or its end) of the file: header to field name
    /// (`title`, `authors`, `year`, `journal`, `doi`, …, `start_page`, `end_page`, `id`, `accession`).
    columns: BTreeMap<String, BTreeMap<String, String>>,
}

impl Settings {
    /// The columns named for a file, by the longest of the names that fit it.
    fn mapping(&self, path: &str) -> Option<Mapping> {
        let named = self
            .columns
            .iter()
            .filter(|(name, _)| ends_with(path, name));
        let named = named.max_by_key(|(name, _)| name.len())?;
        Some(Mapping {
            columns: named.1.clone(),
        })
    }

    /// Fields that are none, and files that are not there.
    fn check(&self, files: &[super::InFile]) -> Problems {
        let mut problems = Problems::new();
        for (name, columns) in &self.columns {
            if !files.iter().any(|file| ends_with(&file.path, name)) {
                let title =
                    format!("the settings name columns of `{name}`, but there is no such file");
                let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
                let help = nearest(name, paths.iter().copied()).map_or_else(
                    || format!("there are: {}", paths.join(", ")),
                    |near| format!("did you mean `{near}`?"),
                );
                problems.push(Problem::error("import::mapped-file", title).help(help));
            }
            for (column, field) in columns {
                if Mapping::knows(field) {
                    continue;
                }
                let title = format!("`{column}` of `{name}` cannot hold `{field}`: no such field");
                let fields = Mapping::fields();
                let help = nearest(field, fields.iter().copied()).map_or_else(
                    || format!("write one of: {}", fields.join(", ")),
                    |near| format!("did you mean `{near}`?"),
                );
                problems.push(Problem::error("import::mapped-field", title).help(help));
            }
        }
        problems
    }
}

/// Whether a path is the name, or ends with it.
fn ends_with(path: &str, name: &str) -> bool {
    path.strip_suffix(name)
        .is_some_and(|before| before.is_empty() || before.ends_with('/'))
}

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
        /// `database` or `register`; `website`, `organisation`, `citation` or `other` for other methods.
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

impl Stage for Import {
    const KIND: &'static str = "import";
    const REVISION: u32 = 8;
    type Settings = Settings;
    type Inputs = Inputs;
    type Outputs = Outputs;

    fn check(&self, settings: &Settings, incoming: &Incoming) -> Problems {
        let mut problems = settings.check(incoming.files("searches"));
        read_searches(incoming.files("searches"), &mut problems);
        problems
    }

    fn run(
        &self,
        settings: &Settings,
        inputs: Inputs,
        cx: &mut Context,
    ) -> Result<Outputs, Problems> {
        let mut problems = Problems::new();
        let searches = read_searches(&inputs.searches, &mut problems);
        let exports = inputs.searches.iter().filter(|file| !is_about(&file.path));
        let mut exports: Vec<_> = exports.collect();
        let days = exports.iter().map(|file| {
            let day = searches
                .get(&file.path)
                .map(|listed| listed.search.date.as_str());
            (round_of(&file.path), day.unwrap_or_default())
        });
        let ranks = rounds::ranks(days.collect::<Vec<_>>());
        // Of two copies the one of the earlier round has the plain id, so that a new round renames none.
        exports.sort_by_key(|file| ranks[round_of(&file.path)]);
        let mut imports: Vec<bib::Import> = exports
            .par_iter()
            .map(|file| {
                let options = Options {
                    mapping: settings.mapping(&file.path),
                    ..Options::default()
                };
                bib::read_as(&file.path, &file.bytes, &options)
            })
            .collect();
        let of_round: Vec<u32> = exports
            .iter()
            .map(|file| ranks[round_of(&file.path)])
            .collect();
        name(&mut imports, &of_round);
        let mut outputs = Outputs {
            records: Vec::new(),
            sources: Vec::new(),
            places: Vec::new(),
        };
        let mut facts = Vec::new();
        for (file, import) in exports.into_iter().zip(imports) {
            let search = searches.get(&file.path);
            outputs
                .sources
                .push(source_row(&file.path, &import, search));
            count_hits(&file.path, &import, search, &mut problems);
            compare_format(&file.path, &import, search, &mut problems);
            tell_of_several(&file.path, &import, search, &mut problems);
            facts.extend(
                search.map(|listed| fact(file, ranks[round_of(&file.path)], &import, listed)),
            );
            problems.append(import.problems);
            for mut record in import.records {
                if let Some(name) = search.map(|listed| listed.search.named())
                    && !name.is_empty()
                {
                    record.database = Some(name.to_owned());
                }
                add(record, cx.stage(), &mut outputs);
            }
        }
        problems.append(round_faults(&facts));
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
        problems.append(two_streams(&outputs.sources));
        cx.report_all(problems);
        Ok(outputs)
    }
}

impl SourceRow {
    /// Whether it was found by what the flow diagram calls other methods, and has a stream of its own there.
    pub(super) fn is_other_method(&self) -> bool {
        !matches!(self.kind.as_str(), "database" | "register")
    }
}

/// What is held against the days of its round.
fn fact<'a>(
    file: &'a super::InFile,
    rank: u32,
    import: &bib::Import,
    listed: &'a Listed,
) -> RoundExport<'a> {
    let search = &listed.search;
    let records = &import.records;
    let tags = |record: &Record| {
        let tags = record.tags.iter();
        entered(&search.limits, tags.map(|tag| (tag.name, tag.value)))
    };
    RoundExport {
        path: &file.path,
        place: listed.place.clone(),
        round: round_of(&file.path),
        rank,
        database: search.named(),
        platform: &search.platform,
        query: &search.query,
        date: &search.date,
        limits: &search.limits,
        digest: Digest::of(&file.bytes),
        entered: records.iter().filter_map(tags).collect(),
        years: records.iter().filter_map(|record| record.year).collect(),
    }
}

/// Names the records of all exports, which stand in the order of their rounds.
fn name(imports: &mut [bib::Import], rounds: &[u32]) {
    let mut naming = Naming::default();
    let mut rest = imports;
    for round in rounds.chunk_by(|one, next| one == next) {
        let (these, others) = rest.split_at_mut(round.len());
        let mut records: Vec<&mut [Record]> = these
            .iter_mut()
            .map(|import| import.records.as_mut_slice())
            .collect();
        naming.round(&mut records);
        rest = others;
    }
}

/// The round of an export: the name of its folder.
fn round_of(path: &str) -> &str {
    path.rsplit('/').nth(1).unwrap_or_default()
}

fn source_row(path: &str, import: &bib::Import, search: Option<&Listed>) -> SourceRow {
    let told = search
        .map(|listed| listed.search.clone())
        .unwrap_or_default();
    let round = round_of(path);
    let mut from = vec![Address::file(path)];
    if let Some(listed) = search {
        from.push(Address::File(listed.place.clone()));
    }
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
        database: match told.named() {
            "" => named_by_records(import),
            named => named.to_owned(),
        },
        platform: told.platform,
        kind: told.kind.word().to_owned(),
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
