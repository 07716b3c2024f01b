//! What an export holds against what the list of searches says of it: hits, format, databases.

use super::SourceRow;
use super::searches::{Listed, SEARCHES};
use crate::bib::{self, Format};
use crate::place::Place;
use crate::problem::Problem;
use crate::problem::Problems;
use std::collections::BTreeMap;

/// A name that stands for a database here and for another method there: records could not be told apart in the flow diagram.
pub(super) fn two_streams(sources: &[SourceRow]) -> Problems {
    let clashes = sources.iter().filter(|source| {
        source.is_other_method()
            && sources
                .iter()
                .any(|one| !one.is_other_method() && one.database == source.database)
    });
    let problems = clashes.map(|source| {
        let title = format!(
            "`{}` is searched as a {} in {} and as a database or register elsewhere",
            source.database, source.kind, source.file
        );
        Problem::error("import::two-streams", title)
            .at(Place::file(&source.file))
            .help("give one of them another `database` in searches.yaml, such as `Citation searching`")
    });
    Problems(problems.collect())
}

/// Compares the hits that the database stated with the records read.
pub(super) fn count_hits(
    path: &str,
    import: &bib::Import,
    search: Option<&Listed>,
    problems: &mut Problems,
) {
    match search {
        Some(Listed { place, search, .. })
            if search.hits.is_some_and(|hits| hits != import.read as u64) =>
        {
            let hits = search.hits.unwrap_or_default();
            let read = import.read;
            let title = format!(
                "{} stated {hits} hits, and {path} holds {read} records",
                search.database
            );
            problems.push(if names(&search.note, read) {
                let title = format!("{title}; the searcher notes: {}", search.note);
                Problem::note("import::hits", title).at(place.clone())
            } else {
                Problem::warning("import::hits", title)
                    .at(place.clone())
                    .help(format!(
                        "export again, or say in `note` why the export holds {read}"
                    ))
            });
        }
        None => {
            let title = format!("nothing says what search {path} comes from");
            problems.push(Problem::warning("import::unlisted-export", title).at(Place::file(path))
                .help(format!("list it in {SEARCHES} beside it, with database, platform, date, query and hits")));
        }
        Some(_) => {}
    }
}

/// Whether a note speaks of a number.
fn names(note: &str, number: usize) -> bool {
    let number = number.to_string();
    note.split(|c: char| !c.is_ascii_digit())
        .any(|digits| digits == number)
}

/// The format that a list calls by a word: `refer` stands for refer-enw, `csv` for csv, `bib` for bibtex.
pub(super) fn format_called(word: &str) -> Option<Format> {
    let all = || Format::ALL.iter().copied();
    all()
        .find(|format| format.name() == word)
        .or_else(|| all().find(|format| format.name().split('-').any(|part| part == word)))
        .or_else(|| all().find(|format| format.extensions().first() == Some(&word)))
}

/// Compares the format that the list promises with the one the content has.
pub(super) fn compare_format(
    path: &str,
    import: &bib::Import,
    search: Option<&Listed>,
    problems: &mut Problems,
) {
    let promised = search.and_then(|listed| Some((listed, listed.search.format.as_deref()?)));
    let (Some((listed, promised)), Some(format)) = (promised, import.format) else {
        return;
    };
    // `refer` stands for refer-enw, `csv` for ctgov-csv, `bib` for bibtex.
    let named = format.name() == promised || format.name().split('-').any(|part| part == promised);
    if !named && !format.extensions().contains(&promised) {
        let title = format!("{path} is listed as {promised}, and its content is {format}");
        problems.push(
            Problem::warning("import::format", title)
                .at(listed.place.clone())
                .help(
                    "it was read by its content; correct `format`, or put the right export there",
                ),
        );
    }
}

/// How many records name each database, by its name; those that name none stand under [`UNNAMED`].
fn databases_in(import: &bib::Import) -> BTreeMap<&str, usize> {
    let mut counts = BTreeMap::new();
    for record in &import.records {
        let name = record.database.as_deref().unwrap_or(UNNAMED);
        *counts.entry(name).or_insert(0) += 1;
    }
    counts
}

/// What stands for a database where some records of an export name one and others do not.
const UNNAMED: &str = "database not named";

/// Of an export that no list names: the databases that its records name, since a row of sources counts them together.
pub(super) fn named_by_records(import: &bib::Import) -> String {
    let counts = databases_in(import);
    let named = counts.keys().any(|name| *name != UNNAMED);
    let names: Vec<&str> = counts.into_keys().filter(|_| named).collect();
    names.join(" + ")
}

/// Says that an export no list names holds records of several databases: the flow diagram counts them in one line.
pub(super) fn tell_of_several(
    path: &str,
    import: &bib::Import,
    search: Option<&Listed>,
    problems: &mut Problems,
) {
    let counts = databases_in(import);
    if search.is_some() || counts.len() < 2 {
        return;
    }
    let each = counts.iter().map(|(name, count)| format!("{name} {count}"));
    let each: Vec<String> = each.collect();
    let title = format!(
        "{path} holds records of several databases, which are counted together: {}",
        each.join(", ")
    );
    problems.push(
        Problem::warning("import::several-databases", title)
            .at(Place::file(path))
            .help(format!(
                "export each database into a file of its own, and list each in {SEARCHES} beside it"
            )),
    );
}
