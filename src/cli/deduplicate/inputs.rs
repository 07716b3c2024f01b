//! The files that `review deduplicate` reads: exports and tables of records, settings, verdicts, clusters of an earlier run.

use crate::bib::{self, Naming, Options, Record, Tags};
use crate::config::yaml;
use crate::dedup::{self, Settings, Verdict};
use crate::engine::files;
use crate::ids::RecordId;
use crate::place::Place;
use crate::problem::{Problem, Problems};
use crate::table::{self, Columns};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The columns of `clusters.csv`.
const CLUSTERS: Columns = Columns {
    required: &["id", "cluster"],
    optional: &[],
};

fn name_of(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

/// The bytes of a file, and of what gzip packed unless it grows as no text does.
fn bytes_of(path: &Path) -> Result<Vec<u8>, Problem> {
    let problem = |code, why: String| Problem::error(code, why).at(Place::file(name_of(path)));
    let bytes = files::read(path).map_err(|why| {
        problem("dedup::unreadable-file", format!("cannot be read: {why}"))
            .help("check the path and the rights on the file")
    })?;
    bib::unpacked(bytes).map_err(|why| problem("bib::archive", why))
}

/// The settings; `None` where they cannot be read.
pub(super) fn read_settings(path: &Path, problems: &mut Problems) -> Option<Settings> {
    let bytes = told(bytes_of(path), problems)?;
    let text = String::from_utf8(bytes).map_err(|_| {
        Problem::error("dedup::unreadable-file", "the settings are no UTF-8")
            .at(Place::file(name_of(path)))
            .help("save the file as UTF-8")
    });
    match yaml::from_str(&name_of(path), &told(text, problems)?) {
        Ok(settings) => Some(settings),
        Err(wrong) => {
            problems.append(wrong);
            None
        }
    }
}

fn told<T>(read: Result<T, Problem>, problems: &mut Problems) -> Option<T> {
    read.map_err(|problem| problems.push(problem)).ok()
}

/// People's verdicts; `None` where the file has none because of its faults.
pub(super) fn read_verdicts(path: &Path, problems: &mut Problems) -> Option<Vec<Verdict>> {
    let bytes = told(bytes_of(path), problems)?;
    let (verdicts, found) = dedup::verdict::read(&name_of(path), &bytes);
    let usable = !verdicts.is_empty() || !found.has_errors();
    problems.append(found);
    usable.then_some(verdicts)
}

/// Which cluster each record was in; records that are among these no more are told. `None` where the file has no rows because of its
/// faults.
pub(super) fn read_previous(
    path: &Path,
    records: &[Record],
    problems: &mut Problems,
) -> Option<BTreeMap<RecordId, RecordId>> {
    let bytes = told(bytes_of(path), problems)?;
    let known: BTreeSet<&RecordId> = records.iter().map(|record| &record.id).collect();
    let mut gone: Option<(usize, Place, RecordId)> = None;
    let (rows, found) = table::read_each(&name_of(path), &bytes, CLUSTERS, |row, problems| {
        let id = RecordId::new(row.needed("id", problems)?);
        let cluster = RecordId::new(row.needed("cluster", problems)?);
        if !known.contains(&id) {
            let place = row.place("id");
            gone.get_or_insert_with(|| (0, place, id.clone())).0 += 1;
        }
        Some((id, cluster))
    });
    let usable = !rows.is_empty() || !found.has_errors();
    problems.append(found);
    if let Some((count, place, id)) = gone {
        let title = match count {
            1 => format!("the record `{id}` is in no file given now"),
            more => format!("{more} records are in no file given now; `{id}` is the first"),
        };
        problems.push(Problem::note("dedup::previous-record", title).at(place));
    }
    usable.then(|| rows.into_iter().collect())
}

/// Reads all files; an `id` column of a table names its records, and all others are named as `review import` names them.
pub(super) fn read_records(paths: &[PathBuf], problems: &mut Problems) -> Vec<Record> {
    let options = Options {
        keep_ids: true,
        ..Options::default()
    };
    let mut all = Vec::new();
    let mut given = Vec::new();
    for path in paths {
        match bytes_of(path) {
            Ok(bytes) => {
                let import = bib::read_as(&name_of(path), &bytes, &options);
                problems.append(import.problems);
                let is_given = |record: &Record| {
                    let mut tags = record.tags.iter();
                    tags.any(|tag| tag.name == bib::ID && tag.value.trim() == record.id.as_str())
                };
                given.extend(import.records.iter().map(is_given));
                // Nothing that is written or compared comes from tags.
                all.extend(import.records.into_iter().map(|record| Record {
                    tags: Tags::new(),
                    ..record
                }));
            }
            Err(problem) => problems.push(problem),
        }
    }
    // Ids that people gave stay as they are, also where two are equal: `dedup` tells them.
    let mut given = given.into_iter();
    let (kept, mut named): (Vec<Record>, Vec<Record>) = all
        .into_iter()
        .partition(|_| given.next().unwrap_or_default());
    Naming::default().round(&mut [&mut named]);
    named.extend(kept);
    named
}
