//! The tables that `review deduplicate` writes: clusters, explained duplicates, the queue for a person, merged records.

use crate::bib::Record;
use crate::dedup::{self, Deduplication, Settings};
use crate::engine::files;
use std::io::{self, BufWriter};
use std::path::Path;
use tempfile::NamedTempFile;

/// Writes all four tables into `folder`, which is made where it is missing; where one cannot be written, none is.
pub(super) fn write_all(
    folder: &Path,
    records: &[Record],
    result: &Deduplication,
    settings: &Settings,
) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let (decisions, merged) = rayon::join(
        || {
            let clusters = write_clusters(folder, records, result)?;
            let duplicates = write_duplicates(folder, records, result)?;
            io::Result::Ok([clusters, duplicates, write_queue(folder, records, result)?])
        },
        || write_merged(folder, records, result, settings),
    );
    // All four are written before the first takes its place, so that a full disk leaves no tables of two runs.
    let [clusters, duplicates, queue] = decisions?;
    for (table, name) in [
        (merged?, "records.csv"),
        (queue, "queue.csv"),
        (duplicates, "duplicates.csv"),
        (clusters, "clusters.csv"),
    ] {
        table.persist(folder.join(name))?;
    }
    Ok(())
}

fn write_clusters(
    folder: &Path,
    records: &[Record],
    result: &Deduplication,
) -> io::Result<NamedTempFile> {
    table(folder, |out| {
        out.write_record(["id", "cluster"])?;
        let mut rows: Vec<(&str, &str)> = result
            .clusters
            .iter()
            .flat_map(|cluster| {
                let members = cluster.members.iter();
                members.map(|at| (records[*at].id.as_str(), cluster.id.as_str()))
            })
            .collect();
        rows.sort_unstable();
        rows.iter()
            .try_for_each(|(id, cluster)| out.write_record([id, cluster]))
    })
}

fn write_duplicates(
    folder: &Path,
    records: &[Record],
    result: &Deduplication,
) -> io::Result<NamedTempFile> {
    table(folder, |out| {
        out.write_record(["id1", "id2", "rule", "score", "fields"])?;
        result.duplicates.iter().try_for_each(|pair| {
            let score = format!("{:.4}", pair.score);
            out.write_record([
                records[pair.a].id.as_str(),
                records[pair.b].id.as_str(),
                pair.rule,
                &score,
                &pair.fields,
            ])
        })
    })
}

fn write_queue(
    folder: &Path,
    records: &[Record],
    result: &Deduplication,
) -> io::Result<NamedTempFile> {
    table(folder, |out| {
        out.write_record(["id1", "id2", "score", "why"])?;
        result.queue.iter().try_for_each(|pair| {
            let score = format!("{:.4}", pair.score);
            out.write_record([
                records[pair.a].id.as_str(),
                records[pair.b].id.as_str(),
                &score,
                &pair.why,
            ])
        })
    })
}

fn write_merged(
    folder: &Path,
    records: &[Record],
    result: &Deduplication,
    settings: &Settings,
) -> io::Result<NamedTempFile> {
    const COLUMNS: [&str; 18] = [
        "id",
        "source",
        "type",
        "title",
        "authors",
        "year",
        "container",
        "volume",
        "issue",
        "pages",
        "doi",
        "pmid",
        "isbn_issn",
        "abstract",
        "language",
        "members",
        "databases",
        "places",
    ];
    table(folder, |out| {
        out.write_record(COLUMNS)?;
        result.clusters.iter().try_for_each(|cluster| {
            if let [alone] = *cluster.members {
                let record = &records[alone];
                let database = record.database.as_deref().unwrap_or("");
                let source = &record.source;
                let place = format!("{}:{}", source.file, source.line);
                return merged_row(
                    out,
                    cluster.id.as_str(),
                    record,
                    [record.id.as_str(), database, &place],
                );
            }
            let merged = dedup::merge::merged(records, cluster, settings);
            let joined = |each: &dyn Fn(&dedup::Member) -> String| {
                let texts: Vec<String> = merged.members.iter().map(each).collect();
                texts.join("; ")
            };
            let members = [
                joined(&|member| member.id.to_string()),
                joined(&|member| member.database.clone().unwrap_or_default()),
                joined(&|member| format!("{}:{}", member.file, member.line)),
            ];
            let [ids, databases, places] = &members;
            merged_row(
                out,
                cluster.id.as_str(),
                &merged.record,
                [ids, databases, places],
            )
        })
    })
}

#[expect(clippy::ref_option, reason = "the field of a record as it stands")]
fn plain(field: &Option<String>) -> &str {
    field.as_deref().unwrap_or("")
}

/// One publication; `members` are the identifiers, databases and places of its records.
fn merged_row(out: &mut Out, id: &str, record: &Record, members: [&str; 3]) -> csv::Result<()> {
    let joined;
    let authors = match &*record.authors {
        [] => "",
        [one] => one,
        several => {
            joined = several.join(" and ");
            &joined
        }
    };
    let year = record.year.map(|year| year.to_string()).unwrap_or_default();
    let [ids, databases, places] = members;
    out.write_record([
        id,
        plain(&record.database),
        plain(&record.kind),
        plain(&record.title),
        authors,
        &year,
        plain(&record.journal),
        plain(&record.volume),
        plain(&record.issue),
        plain(&record.pages),
        plain(&record.doi),
        plain(&record.pmid),
        plain(&record.issn),
        plain(&record.abstract_text),
        plain(&record.language),
        ids,
        databases,
        places,
    ])
}

type Out = csv::Writer<BufWriter<NamedTempFile>>;

/// Writes a table into the folder under a name that goes with this process.
fn table(
    folder: &Path,
    fill: impl FnOnce(&mut Out) -> csv::Result<()>,
) -> io::Result<NamedTempFile> {
    let half = tempfile::Builder::new()
        .permissions(files::permissions())
        .tempfile_in(folder)?;
    let mut out = csv::Writer::from_writer(BufWriter::with_capacity(1 << 20, half));
    fill(&mut out).map_err(io::Error::other)?;
    let out = out.into_inner();
    let out = out.map_err(|error| io::Error::other(error.to_string()))?;
    out.into_inner().map_err(io::IntoInnerError::into_error)
}
