//! `import`: search exports become records, with the accounts of every file.

mod accounting;
mod exports;
mod places;
mod searches;

use super::{
    Context, Files, InPort, Incoming, OutPort, Output, PortType, Stage, StageInputs, StageOutputs,
    records::write_records_of,
};
use crate::artefact::{Address, Origin, key, rows, write_rows};
use crate::bib::{self, Mapping, Record};
use crate::nearest::nearest;
use crate::problem::{Problem, Problems};
use crate::update::{RoundExport, entered, round_faults};
use accounting::{compare_format, count_hits, named_by_records, tell_of_several, two_streams};
use exports::Export;
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
        /// The file; a search without hits may have none.
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
    stage: String,
    records: Vec<Record>,
    sources: Vec<SourceRow>,
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
        let places = places::write(&self.records);
        let origin = |record: &Record| {
            let export = key(&[&record.source.file]);
            Origin::of("read", [Address::row(&self.stage, "sources", &export)])
        };
        let records = write_records_of(&self.records, |record| record, origin);
        vec![
            ("records", Output::File(records)),
            ("sources", Output::File(write_rows(&self.sources))),
            ("places", Output::File(places)),
        ]
    }
}

impl Stage for Import {
    const KIND: &'static str = "import";
    const REVISION: u32 = 9;
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
        let files = inputs.searches.iter().filter(|file| !is_about(&file.path));
        let exports = exports::read(files.collect(), &searches, settings, &mut problems);
        let mut outputs = Outputs {
            stage: cx.stage().to_owned(),
            records: Vec::new(),
            sources: Vec::new(),
        };
        let facts = exports.iter().filter_map(fact).collect::<Vec<_>>();
        let of_rounds = round_faults(&facts);
        drop(facts);
        for export in exports {
            let Export {
                path,
                is_there,
                search,
                import,
                ..
            } = export;
            outputs
                .sources
                .push(source_row(path, is_there, &import, search));
            count_hits(path, &import, search, &mut problems);
            compare_format(path, &import, search, &mut problems);
            tell_of_several(path, &import, search, &mut problems);
            problems.append(import.problems);
            for mut record in import.records {
                if let Some(name) = search.map(|listed| listed.search.named())
                    && !name.is_empty()
                {
                    record.database = Some(name.to_owned());
                }
                outputs.records.push(record);
            }
        }
        problems.append(of_rounds);
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
fn fact<'a>(export: &'a Export) -> Option<RoundExport<'a>> {
    let listed = export.search?;
    let search = &listed.search;
    let records = &export.import.records;
    let tags = |record: &Record| {
        let tags = record.tags.iter();
        entered(&search.limits, tags.map(|tag| (tag.name, tag.value)))
    };
    Some(RoundExport {
        path: export.path,
        place: listed.place.clone(),
        round: round_of(export.path),
        rank: export.rank,
        database: search.named(),
        platform: &search.platform,
        query: &search.query,
        date: &search.date,
        limits: &search.limits,
        digest: export.digest,
        entered: records.iter().filter_map(tags).collect(),
        years: records.iter().filter_map(|record| record.year).collect(),
    })
}

/// The round of an export: the name of its folder.
fn round_of(path: &str) -> &str {
    path.rsplit('/').nth(1).unwrap_or_default()
}

fn source_row(
    path: &str,
    is_there: bool,
    import: &bib::Import,
    search: Option<&Listed>,
) -> SourceRow {
    let told = search
        .map(|listed| listed.search.clone())
        .unwrap_or_default();
    let round = round_of(path);
    let nameless = search.is_some_and(|listed| listed.search.file.is_empty());
    let mut from = Vec::new();
    if is_there {
        from.push(Address::file(path));
    }
    if let Some(listed) = search {
        from.push(Address::File(listed.place.clone()));
    }
    SourceRow {
        key: key(&[path]),
        round: round.to_owned(),
        order: search.map(|listed| listed.position as u64),
        file: if nameless {
            String::new()
        } else {
            path.to_owned()
        },
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
